#define _GNU_SOURCE
/* EAP against mirt 1.45.1 (reference: psycho/expected, given parameters, 1e-8) and against a second method: the density written out item by
 * item and integrated with Simpson's rule on 2,001 nodes. */
#include <math.h>

#include "base/hash.h"
#include "base/json.h"
#include "scoring/scoring.h"
#include "tests/check.h"
#include "tests/scoring/load.h"

#define NODES 2001

/* Posterior on [-6, 6]: log P and log(1 - P) of each item by log1p, no recurrence, no product. */
static double
log_posterior(double x, const struct bv_ability_item *items, size_t count)
{
	double sum = -x * x / 2;

	for (size_t j = 0; j < count; j++) {
		double z = items[j].a * (x - items[j].b), softplus = z > 0 ? z + log1p(exp(-z)) : log1p(exp(z)), c = items[j].c;
		double right = c > 0 ? log(c + (1 - c) * exp(z - softplus)) : z - softplus;
		sum += items[j].score * right + (1 - items[j].score) * (log1p(-c) - softplus);
	}
	return sum;
}

/* Moments over [lo, hi], relative to exp(scale). */
static void
moments(double out[3], double lo, double hi, double scale, const struct bv_ability_item *items, size_t count)
{
	double step = (hi - lo) / (NODES - 1);

	out[0] = out[1] = out[2] = 0;
	for (int i = 0; i < NODES; i++) {
		double x = lo + i * step, w = (i == 0 || i == NODES - 1 ? 1 : i % 2 ? 4 : 2) * step / 3;
		w *= exp(log_posterior(x, items, count) - scale);
		out[0] += w;
		out[1] += w * x;
		out[2] += w * x * x;
	}
}

static struct bv_ability
second_method(const struct bv_ability_item *items, size_t count, double cut, double *reaches)
{
	double scale = -INFINITY, all[3], above[3];

	for (int i = 0; i < NODES; i++)
		scale = fmax(scale, log_posterior(-6 + i * 12.0 / (NODES - 1), items, count));
	moments(all, -6, 6, scale, items, count);
	moments(above, cut, 6, scale, items, count);
	*reaches = above[0] / all[0];
	double theta = all[1] / all[0];
	return (struct bv_ability){ theta, sqrt(all[2] / all[0] - theta * theta) };
}

static void
check_mirt(void)
{
	const char *path = check_reference("psycho/expected/scores_calibrated.json");
	BV_AUTO(bv_buf_finish) struct bv_buf scores = BV_BUF(8u << 20);
	BV_AUTO(bv_buf_finish) struct bv_buf parameters = BV_BUF(8u << 20);
	BV_AUTO(bv_buf_finish) struct bv_buf responses = BV_BUF(8u << 20);
	BV_AUTO(bv_json_free) struct bv_json *want = NULL;
	BV_AUTO(bv_json_free) struct bv_json *given = NULL;
	struct bv_err err;
	double worst = 0;

	if (!path)
		return;
	if (bv_file_read(&scores, path, &err) || bv_json_parse(&want, bv_buf_str(&scores), &err) ||
	    !(path = check_reference("psycho/expected/calibration_mirt.json")) || bv_file_read(&parameters, path, &err) ||
	    bv_json_parse(&given, bv_buf_str(&parameters), &err) || !(path = check_reference("psycho/data/syn_2pl_30x2000.csv")) ||
	    bv_file_read(&responses, path, &err)) {
		CHECK(false, "reference: %s", err.msg);
		return;
	}
	const struct bv_json *eap = bv_json_find(bv_json_find(want, "syn2pl"), "EAP_first50");
	const struct bv_json *par = bv_json_find(bv_json_find(given, "syn2pl_2pl"), "par");
	CHECK(bv_json_count(eap) == 50 && bv_json_count(par) == 30, "50 persons, 30 items");
	const char *line = strchr(responses.p, '\n') + 1;
	for (size_t i = 0; i < bv_json_count(eap); i++, line = strchr(line, '\n') + 1) {
		struct bv_ability_item items[30];
		for (size_t j = 0; j < 30; j++) {
			double a = bv_json_real(bv_json_at(bv_json_at(par, j), 0)), d = bv_json_real(bv_json_at(bv_json_at(par, j), 1));
			items[j] = (struct bv_ability_item){ a, -d / a, line[2 * j] - '0' };
		}
		struct bv_ability got = bv_ability_estimate(items, 30);
		double theta = bv_json_real(bv_json_at(bv_json_at(eap, i), 0)), se = bv_json_real(bv_json_at(bv_json_at(eap, i), 1));
		worst = fmax(worst, fmax(fabs(got.theta - theta), fabs(got.se - se)));
	}
	CHECK(worst < 1e-8, "EAP and SE of mirt: largest difference %.1e", worst);
}

/* Forms of 0–60 items, a in [0.3, 2.5], b in [-3, 3], scores 0, 1 and between; the draw's own stream makes them. */
static void
check_second_method(void)
{
	static const uint8_t key[BV_HASH_LEN] = "scoring/eap";
	struct bv_stream stream;
	double worst_theta = 0, worst_se = 0, worst_reach = 0;

	bv_stream_init(&stream, key);
	for (int trial = 0; trial < 800; trial++) { /* items are guessed in the second half */
		struct bv_ability_item items[60];
		size_t count = bv_stream_below(&stream, 61);
		double reaches, cut = -3 + 6 * bv_stream_unit(&stream);
		for (size_t j = 0; j < count; j++) {
			double score = (double)bv_stream_below(&stream, 5) / 4;
			items[j] = (struct bv_ability_item){ 0.3 + 2.2 * bv_stream_unit(&stream), -3 + 6 * bv_stream_unit(&stream), score };
			if (trial >= 400 && j % 2)
				items[j].c = 0.5 * bv_stream_unit(&stream);
		}
		struct bv_ability want = second_method(items, count, cut, &reaches), got = bv_ability_estimate(items, count);
		worst_theta = fmax(worst_theta, fabs(want.theta - got.theta));
		worst_se = fmax(worst_se, fabs(want.se - got.se));
		worst_reach = fmax(worst_reach, fabs(reaches - bv_ability_reaches(items, count, cut)));
	}
	/* A hundredth of the last digit that is stored. */
	CHECK(worst_theta < 1e-6 && worst_se < 1e-6, "61 nodes against 2,001: theta within %.1e, SE within %.1e", worst_theta, worst_se);
	CHECK(worst_reach < 1e-6, "probability of reaching a cut: within %.1e", worst_reach);
}

static void
check_extremes(void)
{
	struct bv_ability_item items[2000];
	double reaches;

	struct bv_ability prior = bv_ability_estimate(NULL, 0);
	CHECK(fabs(prior.theta) < 1e-12 && fabs(prior.se - 1) < 1e-7, "no items: the prior, %.9f ± %.9f", prior.theta, prior.se);
	CHECK(fabs(bv_ability_reaches(NULL, 0, 0) - 0.5) < 1e-12, "half of the prior lies above 0");
	CHECK(fabs(bv_ability_reaches(NULL, 0, 1.959963984540054) - 0.025) < 1e-6, "2.5 %% of it above 1.96");
	CHECK(bv_ability_reaches(NULL, 0, -6) == 1 && bv_ability_reaches(NULL, 0, 6) == 0, "all of it above -6, nothing above 6");
	for (int worst = 0; worst < 8; worst++) {
		for (size_t j = 0; j < BV_COUNT(items); j++)
			items[j] = (struct bv_ability_item){ 10, worst & 1 ? 10 : -10, worst >> 1 & 1, worst & 4 ? 0.99 : 0 };
		struct bv_ability got = bv_ability_estimate(items, BV_COUNT(items));
		CHECK(isfinite(got.theta) && isfinite(got.se) && got.se >= 0 && fabs(got.theta) <= 6,
		      "2,000 items of a = 10, b = %d, all %s: %.4f ± %.4f", worst & 1 ? 10 : -10, worst & 2 ? "right" : "wrong", got.theta, got.se);
	}
	for (size_t j = 0; j < 40; j++)
		items[j] = (struct bv_ability_item){ 10, 6.0 * (double)j / 39 - 3, j < 20 };
	struct bv_ability want = second_method(items, 40, 0.123, &reaches);
	double got = bv_ability_reaches(items, 40, 0.123);
	CHECK(fabs(got - reaches) < 1e-4, "steep items: probability %.6f, off by %.1e", reaches, fabs(got - reaches));
	CHECK(fabs(bv_ability_estimate(items, 40).theta - want.theta) < 0.02, "steep items: 61 nodes are coarse, yet within 0.02 of %.4f", want.theta);
}

static void
check_partial(void)
{
	struct bv_ability_item items[20];
	double last = -INFINITY;
	int falls = 0;

	for (int quarter = 0; quarter <= 80; quarter++) {
		for (int j = 0; j < 20; j++) {
			int have = quarter - 4 * j;
			items[j] = (struct bv_ability_item){ 0.8 + 0.05 * j, -2 + 0.2 * j, have <= 0 ? 0 : have >= 4 ? 1 : have / 4.0 };
		}
		double theta = bv_ability_estimate(items, 20).theta;
		falls += theta <= last;
		last = theta;
	}
	CHECK(falls == 0, "theta rises with every quarter of a mark");
	struct bv_ability_item half[] = { { 1.3, 0, 0.5 } }, pair[] = { { 1.3, 0, 0 }, { 1.3, 0, 1 } };
	CHECK(fabs(bv_ability_estimate(half, 1).theta) < 1e-12, "half a mark on an item of b = 0 says: 0");
	CHECK(bv_ability_estimate(half, 1).se > bv_ability_estimate(pair, 2).se, "half a mark on one item says less than one of two");
	struct bv_ability first = bv_ability_estimate(items, 20), again = bv_ability_estimate(items, 20);
	CHECK(memcmp(&first, &again, sizeof first) == 0, "the same bits again");
}

static void
check_rounding(void)
{
	static const struct {
		double x;
		int32_t e4;
	} cases[] = {
		{ 0, 0 }, { 0.00005, 1 }, { -0.00005, -1 }, { 0.000049999, 0 }, { -0.000049999, 0 }, { 1.23455, 12346 }, { 0.5, 5000 },
		{ 0.03125, 313 }, { -0.03125, -313 }, { 6, 60000 }, { -6, -60000 },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++)
		CHECK(bv_e4(cases[i].x) == cases[i].e4, "%.9f is %d/10000", cases[i].x, bv_e4(cases[i].x));
}

int
main(void)
{
	check_mirt();
	check_second_method();
	check_extremes();
	check_partial();
	check_rounding();
	return check_end();
}
