#define _GNU_SOURCE
/* Items of several areas calibrated together: against mirt (reference: psycho/expected/multidim_3area.json), against the likelihood written out as its
 * definition has it and its differences, against the one ability that one area is. */
#include <math.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "scoring/cholesky.h"
#include "scoring/irt/irt.h"
#include "tests/check.h"
#include "tests/scoring/load.h"

/* mirt stops when no parameter moves by 1e-4 in one pass of EM, which is not where the likelihood ends: of parameters, correlations, reliabilities. */
#define MIRT_PARAMETER 8e-3
#define MIRT_CORRELATION 1e-3
#define MIRT_RELIABILITY 1e-3
#define MIRT_LIKELIHOOD 1e-2 /* of theirs at their values, summed by ours */

enum { ITEMS_MAX = 45, PARAMS_MAX = 40 };

struct model {
	struct bv_irt_item items[ITEMS_MAX];
	uint8_t area[ITEMS_MAX];
	size_t count;
	int areas, nodes;
	double correlation[BV_IRT_AREAS_MAX][BV_IRT_AREAS_MAX];
};

/* Σ over persons of log Σ over all combinations of nodes, nothing left out. */
static double
written_out(const struct model *m, const struct bv_irt_answers *answers)
{
	size_t n = (size_t)m->areas, all = 1;
	double factor[36], *weights, total = 0, sum = 0, node[61];
	int8_t marks[ITEMS_MAX];

	for (int a = 0; a < m->areas; a++)
		all *= (size_t)m->nodes;
	for (int q = 0; q < m->nodes; q++)
		node[q] = -6 + 12.0 * q / (m->nodes - 1);
	for (size_t a = 0; a < n; a++)
		for (size_t b = 0; b < n; b++)
			factor[a * n + b] = a == b ? 1 : m->correlation[a][b];
	if (!bv_cholesky(factor, n, n, 0))
		return NAN;
	weights = bv_alloc_array(all, sizeof *weights);
	for (size_t c = 0; c < all; c++) {
		double x[6], y[6], form = 0;
		size_t rest = c;
		for (size_t a = 0; a < n; a++, rest /= (size_t)m->nodes)
			x[a] = y[a] = node[rest % (size_t)m->nodes];
		bv_cholesky_solve(y, factor, n, n);
		for (size_t a = 0; a < n; a++)
			form += x[a] * y[a];
		total += weights[c] = exp(-form / 2);
	}
	for (size_t p = 0; p < bv_irt_answers_persons(answers); p++) {
		double row[6][61], likelihood = 0;
		bv_irt_answers_marks(marks, answers, p);
		for (size_t a = 0; a < n; a++)
			for (int q = 0; q < m->nodes; q++) {
				row[a][q] = 1;
				for (size_t i = 0; i < m->count; i++)
					if (m->area[i] == a && marks[i] >= 0)
						row[a][q] *= bv_irt_probability(&m->items[i], marks[i], node[q]);
			}
		for (size_t c = 0; c < all; c++) {
			double product = weights[c];
			size_t rest = c;
			for (size_t a = 0; a < n; a++, rest /= (size_t)m->nodes)
				product *= row[a][rest % (size_t)m->nodes];
			likelihood += product;
		}
		sum += log(likelihood / total);
	}
	free(weights);
	return sum;
}

static struct bv_irt_answers *
draw(const struct model *m, size_t persons, double missing, uint8_t seed)
{
	struct bv_irt_answers *answers = bv_irt_answers_new(m->count);
	uint8_t key[BV_HASH_LEN] = { seed };
	size_t n = (size_t)m->areas;
	struct bv_stream stream;
	struct bv_err err;
	double factor[36];

	for (size_t a = 0; a < n; a++)
		for (size_t b = 0; b < n; b++)
			factor[a * n + b] = a == b ? 1 : m->correlation[a][b];
	CHECK(bv_cholesky(factor, n, n, 0), "correlations to draw from");
	bv_stream_init(&stream, key);
	for (size_t p = 0; p < persons; p++) {
		struct bv_irt_answer given[ITEMS_MAX];
		double z[6], theta[6] = { 0 };
		size_t count = 0;
		for (size_t a = 0; a < n; a++) {
			z[a] = sqrt(-2 * log(1 - bv_stream_unit(&stream))) * cos(2 * M_PI * bv_stream_unit(&stream));
			for (size_t b = 0; b <= a; b++)
				theta[a] += factor[a * n + b] * z[b];
		}
		for (size_t i = 0; i < m->count; i++) {
			double u = bv_stream_unit(&stream);
			bool there = bv_stream_unit(&stream) >= missing;
			int k = 0;
			for (; k < m->items[i].categories - 1 && (u -= bv_irt_probability(&m->items[i], k, theta[m->area[i]])) > 0; k++)
				;
			if (there)
				given[count++] = (struct bv_irt_answer){ (uint32_t)i, k };
		}
		if (bv_irt_answers_add(answers, given, count, 0, &err) != BV_OK)
			CHECK(false, "%s", err.msg);
	}
	return answers;
}

/* A true model: each area has `each` items, the last of them with three marks. The areas' items follow each other in turn, not area after area. */
static struct model
model_of(int areas, size_t each, double correlation, int nodes)
{
	struct model m = { .areas = areas, .nodes = nodes, .count = (size_t)areas * each };

	for (size_t i = 0; i < m.count; i++) {
		m.area[i] = (uint8_t)(i % (size_t)areas);
		m.items[i] = (struct bv_irt_item){ BV_IRT_2PL, 2, 0.9 + 0.15 * (double)(i % 4), 0, { -0.8 + 0.4 * (double)(i % 5) } };
		if (i / (size_t)areas == each - 1)
			m.items[i] = (struct bv_irt_item){ BV_IRT_GRM, 3, 1.1, 0, { 0.9, -0.7 } };
	}
	for (int a = 0; a < areas; a++)
		for (int b = 0; b < areas; b++)
			m.correlation[a][b] = a == b ? 1 : correlation + 0.05 * (a + b) / areas;
	return m;
}

struct result {
	struct bv_irt_fit fit;
	struct bv_irt_population population;
	struct bv_irt_estimate items[ITEMS_MAX];
	enum bv_status status;
	struct bv_err err;
};

static void
calibrate(struct result *out, const struct model *m, const struct bv_irt_answers *answers, int threads)
{
	struct bv_irt_settings settings = bv_irt_settings_default();

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < m->count; i++)
		out->items[i].item.model = m->items[i].model;
	settings.nodes = m->nodes;
	settings.threads = threads;
	settings.gradient = 1e-7;
	out->status = bv_irt_calibrate_areas(&out->fit, &out->population, out->items, m->area, m->areas, answers, &settings, &out->err);
}

/* Parameter k of all: of each item a and d, then the correlations. */
static double *
parameter(struct model *m, size_t k)
{
	for (size_t i = 0; i < m->count; i++) {
		size_t own = (size_t)m->items[i].categories;
		if (k < own)
			return k == 0 ? &m->items[i].a : &m->items[i].d[k - 1];
		k -= own;
	}
	for (int a = 0; a < m->areas; a++)
		for (int b = 0; b < a; b++)
			if (k-- == 0)
				return &m->correlation[a][b];
	return NULL;
}

static double
moved(struct model *m, const struct bv_irt_answers *answers, size_t k, double by, size_t l, double with)
{
	double *x = parameter(m, k), *y = parameter(m, l), at_x = *x, at_y = *y, value;

	*x += by;
	*y += with;
	for (int a = 0; a < m->areas; a++)
		for (int b = 0; b < a; b++)
			m->correlation[b][a] = m->correlation[a][b];
	value = written_out(m, answers);
	*y = at_y;
	*x = at_x;
	for (int a = 0; a < m->areas; a++)
		for (int b = 0; b < a; b++)
			m->correlation[b][a] = m->correlation[a][b];
	return value;
}

/* What was found as a model. */
static struct model
found_of(const struct model *m, const struct result *r)
{
	struct model found = *m;

	for (size_t i = 0; i < m->count; i++)
		found.items[i] = r->items[i].item;
	memcpy(found.correlation, r->population.covariance, sizeof found.correlation);
	return found;
}

/* At the optimum first differences of the written-out likelihood are 0, and the inverse of minus its second differences gives the standard errors. */
static void
check_differences(int areas, size_t each, size_t persons, int nodes, double correlation, double tolerance, const char *what)
{
	struct model m = model_of(areas, each, correlation, nodes);
	struct bv_irt_answers *answers = draw(&m, persons, 0.15, 9);
	struct result *r = bv_alloc(sizeof *r);
	double information[PARAMS_MAX * PARAMS_MAX], unit[PARAMS_MAX], h = 1e-3, largest = 0, worst = 0;
	size_t count = 0;

	calibrate(r, &m, answers, 1);
	CHECK(r->status == BV_OK && r->fit.converged && r->fit.errors, "%s: calibrated in %d passes, gradient %.1e", what, r->fit.steps, r->fit.gradient);
	struct model found = found_of(&m, r);
	double middle = written_out(&found, answers);
	CHECK(near(r->fit.log_likelihood, middle, 1e-8 * fabs(middle)), "%s: log likelihood as its definition gives it", what);
	while (parameter(&found, count))
		count++;
	CHECK(count == (size_t)r->fit.param_count && count <= PARAMS_MAX, "%s: %zu parameters", what, count);
	for (size_t k = 0; k < count; k++) {
		double slope = (moved(&found, answers, k, h, k, 0) - moved(&found, answers, k, -h, k, 0)) / (2 * h);
		double third = (moved(&found, answers, k, 2 * h, k, 0) - moved(&found, answers, k, -2 * h, k, 0)) / (4 * h);
		largest = fmax(largest, fabs(slope + (slope - third) / 3)); /* Richardson's */
	}
	CHECK(largest < 1e-4, "%s: the gradient by differences is 0: %.1e", what, largest);
	for (size_t k = 0; k < count; k++)
		for (size_t l = 0; l <= k; l++) {
			double d = moved(&found, answers, k, h, l, h) - moved(&found, answers, k, h, l, -h) - moved(&found, answers, k, -h, l, h) + moved(&found, answers, k, -h, l, -h);
			information[k * count + l] = -d / (4 * h * h);
		}
	CHECK(bv_cholesky(information, count, count, 0), "%s: a maximum", what);
	for (size_t k = 0, i = 0, own = 0; k < count; k++) {
		double want, got;
		memset(unit, 0, sizeof unit);
		unit[k] = 1;
		bv_cholesky_solve(unit, information, count, count);
		want = sqrt(unit[k]);
		if (i < m.count) {
			got = own == 0 ? r->items[i].error.a : r->items[i].error.d[own - 1];
			own++;
			if (own == (size_t)m.items[i].categories) {
				own = 0;
				i++;
			}
		} else {
			int a = 1, b = 0;
			for (size_t c = i - m.count; c > 0; c--) {
				b = b + 1 == a ? 0 : b + 1;
				a += b == 0;
			}
			got = r->population.error[a][b];
			i++;
		}
		worst = fmax(worst, fabs(got / want - 1));
	}
	CHECK(worst < tolerance, "%s: standard errors by second differences, %.1e of each at most", what, worst);
	bv_irt_answers_free(answers);
	free(r);
}

static void
check_alike(void)
{
	struct model m = model_of(3, 3, 0.5, 15), one = model_of(1, 6, 0, 61);
	struct bv_irt_answers *answers = draw(&m, 150, 0.2, 4), *single = draw(&one, 200, 0.1, 5);
	struct result *first = bv_alloc(sizeof *first), *again = bv_alloc(sizeof *again);
	struct bv_irt_settings settings = bv_irt_settings_default();
	struct bv_irt_estimate plain[ITEMS_MAX] = { 0 };
	struct bv_irt_fit fit;
	struct bv_err err;
	bool same = true;

	calibrate(first, &m, answers, 1);
	for (int threads = 2; threads <= 3; threads++) {
		calibrate(again, &m, answers, threads);
		same &= memcmp(&first->population, &again->population, sizeof first->population) == 0 && memcmp(first->items, again->items, sizeof first->items) == 0;
	}
	CHECK(same && first->status == BV_OK, "the same bits for one, two and three threads");
	calibrate(again, &one, single, 1);
	for (size_t i = 0; i < one.count; i++)
		plain[i].item.model = one.items[i].model;
	settings.gradient = 1e-7;
	CHECK_OK(bv_irt_calibrate(&fit, plain, single, &settings, &err), &err, "one ability");
	CHECK(again->status == BV_OK && memcmp(plain, again->items, one.count * sizeof *plain) == 0 && memcmp(&fit, &again->fit, sizeof fit) == 0,
	      "one area is one ability, bit for bit");
	CHECK(again->population.covariance[0][0] == 1 && again->population.area_count == 1, "its population");
	bv_irt_answers_free(answers);
	bv_irt_answers_free(single);
	free(first);
	free(again);
}

/* Four to six areas: the sum as its definition has it; correlations come back. */
static void
check_many(void)
{
	struct result *r = bv_alloc(sizeof *r);

	for (int areas = 4; areas <= 6; areas++) {
		struct model m = model_of(areas, 3, 0.4, areas == 4 ? 9 : areas == 5 ? 7 : 5), found;
		struct bv_irt_answers *answers = draw(&m, 60, 0, 7);
		calibrate(r, &m, answers, 2);
		found = found_of(&m, r);
		CHECK(r->status == BV_OK, "%d areas: calibrated", areas);
		double want = written_out(&found, answers);
		CHECK(near(r->fit.log_likelihood, want, 1e-8 * fabs(want)), "%d areas: the likelihood as its definition gives it", areas);
		bv_irt_answers_free(answers);
	}
	if (!CHECK_SANITIZED) {
		struct model m = model_of(4, 8, 0.5, 13);
		struct bv_irt_answers *answers = draw(&m, 700, 0.1, 8);
		bool near_all = true;
		calibrate(r, &m, answers, 2);
		for (int a = 0; a < 4; a++)
			for (int b = 0; b < a; b++)
				near_all &= near(r->population.covariance[a][b], m.correlation[a][b], 3.5 * r->population.error[a][b]) && r->population.error[a][b] < 0.08;
		CHECK(r->status == BV_OK && r->fit.converged && near_all, "four areas of 700 persons: correlations within their errors, %d passes", r->fit.steps);
		CHECK(fabs(r->population.adaptive_log_likelihood - r->fit.log_likelihood) < 0.01 * 700, "adaptive nodes agree: %.2f and %.2f", r->population.adaptive_log_likelihood,
		      r->fit.log_likelihood);
		bv_irt_answers_free(answers);
	}
	free(r);
}

static void
check_faults(void)
{
	struct model m = model_of(2, 3, 0.5, 15);
	struct bv_irt_answers *answers = draw(&m, 50, 0, 1), *empty = bv_irt_answers_new(m.count);
	struct bv_irt_settings settings = bv_irt_settings_default();
	struct bv_irt_population population;
	struct bv_irt_estimate items[ITEMS_MAX] = { 0 };
	struct result *r = bv_alloc(sizeof *r);
	struct bv_irt_fit fit;
	struct bv_err err;

	CHECK(bv_irt_calibrate_areas(&fit, &population, items, m.area, 7, answers, &settings, &err) == BV_ELIMIT, "seven areas");
	settings.nodes = 121;
	memset(m.area, 0, sizeof m.area);
	CHECK(bv_irt_calibrate_areas(&fit, &population, items, m.area, 6, answers, &settings, &err) == BV_ELIMIT, "a product of 121 nodes of six areas");
	settings.nodes = 15;
	CHECK(bv_irt_calibrate_areas(&fit, &population, items, m.area, 2, answers, &settings, &err) == BV_EINVAL, "an area without items");
	m = model_of(2, 3, 0.5, 15);
	settings.free_ability = true;
	CHECK(bv_irt_calibrate_areas(&fit, &population, items, m.area, 2, answers, &settings, &err) == BV_EINVAL, "a free mean");
	settings.free_ability = false;
	items[1].fixed = true;
	CHECK(bv_irt_calibrate_areas(&fit, &population, items, m.area, 2, answers, &settings, &err) == BV_EINVAL, "a fixed item");
	calibrate(r, &m, empty, 1);
	CHECK(r->status == BV_EINVAL, "nobody");
	/* One area without an answer of anybody that tells persons apart: everybody has its items right. */
	struct bv_irt_answers *flat = bv_irt_answers_new(4);
	for (int p = 0; p < 20; p++)
		if (bv_irt_answers_add(flat, (struct bv_irt_answer[]){ { 0, p % 2 }, { 1, p % 3 > 0 }, { 2, 1 }, { 3, 1 } }, 4, 0, &err) != BV_OK)
			CHECK(false, "%s", err.msg);
	struct bv_irt_estimate four[4] = { 0 };
	CHECK(bv_irt_calibrate_areas(&fit, &population, four, (const uint8_t[]){ 0, 0, 1, 1 }, 2, flat, &settings, &err) == BV_EINVAL, "an area whose items all have one mark");
	/* Rasch items: the areas' variances are free. */
	for (size_t i = 0; i < m.count; i++)
		m.items[i].model = m.items[i].categories > 2 ? BV_IRT_PCM : BV_IRT_RASCH;
	struct bv_irt_answers *more = draw(&m, 400, 0, 3);
	calibrate(r, &m, more, 1);
	CHECK(r->status == BV_OK && r->fit.converged && r->population.covariance[0][0] != 1 && r->population.error[0][0] > 0 && r->population.error[1][0] > 0,
	      "areas of Rasch items have variances: %.3f (%.3f), %.3f (%.3f)", r->population.covariance[0][0], r->population.error[0][0], r->population.covariance[1][1], r->population.error[1][1]);
	bv_irt_answers_free(answers);
	bv_irt_answers_free(empty);
	bv_irt_answers_free(flat);
	bv_irt_answers_free(more);
	free(r);
}

static double
at(const struct bv_json *json, size_t row, size_t column)
{
	return bv_json_real(bv_json_at(bv_json_at(json, row), column));
}

static void
check_mirt(void)
{
	enum { ITEMS = 45 };
	const char *path = check_reference("psycho/data/syn_3area_45x3000.csv");
	BV_AUTO(bv_buf_finish) struct bv_buf sheet = BV_BUF(1u << 20), text = BV_BUF(8u << 20);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_irt_areas_free) struct bv_irt_areas *areas = NULL;
	BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *answers = bv_irt_answers_new(ITEMS);
	struct model theirs = { .count = ITEMS, .areas = 3, .nodes = 15 }; /* their settings.quadpts_calib */
	struct result *r;
	struct bv_irt_item items[ITEMS];
	double reliability[3];
	struct bv_str rest, line;
	struct bv_err err;
	bool parameters = true, correlations = true, reliabilities = true;

	if (!path || !CHECK(bv_file_read(&sheet, path, &err) == BV_OK, "answers read"))
		return;
	path = check_reference("psycho/expected/multidim_3area.json");
	if (!path || !CHECK(bv_file_read(&text, path, &err) == BV_OK && bv_json_parse(&json, bv_buf_str(&text), &err) == BV_OK, "reference read"))
		return;
	rest = bv_buf_str(&sheet);
	bv_str_line(&rest, &line);
	while (bv_str_line(&rest, &line)) {
		struct bv_irt_answer given[ITEMS];
		for (uint32_t i = 0; i < ITEMS; i++)
			given[i] = (struct bv_irt_answer){ i, line.p[2 * i] - '0' };
		if (bv_irt_answers_add(answers, given, ITEMS, 0, &err) != BV_OK)
			CHECK(false, "%s", err.msg);
	}
	for (size_t i = 0; i < ITEMS; i++) {
		theirs.area[i] = (uint8_t)(i / 15);
		theirs.items[i] = (struct bv_irt_item){ BV_IRT_2PL, 2, at(bv_json_find(json, "items"), i, i / 15), 0, { at(bv_json_find(json, "items"), i, 3) } };
	}
	for (size_t a = 0; a < 3; a++)
		for (size_t b = 0; b < 3; b++)
			theirs.correlation[a][b] = at(bv_json_find(json, "cov"), a, b);
	if (CHECK_SANITIZED) /* a minute; check_differences has the same code */
		return;
	double likelihood = bv_json_real(bv_json_find(json, "logLik"));
	CHECK(near(written_out(&theirs, answers), likelihood, MIRT_LIKELIHOOD), "mirt's log likelihood is that of its values by the same sum");
	r = bv_alloc(sizeof *r);
	calibrate(r, &theirs, answers, 2);
	CHECK(r->status == BV_OK && r->fit.converged && r->fit.log_likelihood > likelihood && r->fit.log_likelihood < likelihood + 2e-2,
	      "by its nodes the likelihood ends a little above where mirt stops: %.4f and %.4f", r->fit.log_likelihood, likelihood);
	for (size_t i = 0; i < ITEMS; i++) {
		items[i] = r->items[i].item;
		parameters &= near(items[i].a, theirs.items[i].a, MIRT_PARAMETER) && near(items[i].d[0], theirs.items[i].d[0], MIRT_PARAMETER);
	}
	for (size_t a = 0; a < 3; a++)
		for (size_t b = 0; b < 3; b++)
			correlations &= near(r->population.covariance[a][b], theirs.correlation[a][b], MIRT_CORRELATION);
	CHECK(parameters, "items as mirt has them");
	CHECK(correlations, "correlations as mirt has them");
	CHECK_OK(bv_irt_areas_new(&areas, items, theirs.area, ITEMS, 3, &err), &err, "areas");
	CHECK_OK(bv_irt_area_reliability(reliability, areas, &r->population, answers, &err), &err, "reliability");
	for (size_t a = 0; a < 3; a++)
		reliabilities &= near(reliability[a], bv_json_real(bv_json_at(bv_json_find(json, "rxx"), a)), MIRT_RELIABILITY);
	CHECK(reliabilities, "reliability of each area as mirt has it");
	free(r);
}

int
main(void)
{
	check_differences(2, 3, 250, 31, 0.5, 1e-3, "two areas");
	/* The nodes of this product lie a standard deviation apart, the errors are by adaptive ones. Under sanitizers it takes a minute. */
	if (!CHECK_SANITIZED)
		check_differences(3, 3, 200, 13, 0.4, 0.1, "three areas");
	check_alike();
	check_many();
	check_faults();
	check_mirt();
	return check_end();
}
