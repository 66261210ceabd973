/* Sessions over items of several categories, by a second method: each rule's worth from its definition, node by node and category by category, with
 * differences for derivatives; estimates by search; the best item of most information by looking at all; catR's values of four models. */
#include <math.h>

#include "assembly/adaptive.h"
#include "base/json.h"
#include "scoring/irt/irt.h"
#include "scoring/scoring.h"
#include "tests/assembly/mixed_bank.h"

static const uint8_t key[BV_HASH_LEN] = { 6 };

enum { NODES = 61, ANSWERS = 5 };

static struct bv_adaptive *
ready(const struct bv_assembly_bank *bank, const struct bv_adaptive_rules *rules)
{
	struct bv_adaptive *a = NULL;
	struct bv_err err = { 0 };

	CHECK_OK(bv_adaptive_new(&a, bank, rules, &err), &err, "the rules");
	return a;
}

/* ---- Worths, from their definitions ---- */

struct state {
	double node[NODES], posterior[NODES], by_likelihood[NODES], flat_likelihood[NODES], flat_posterior[NODES]; /* each sums to 1 */
	double theta;
};

static const struct {
	uint32_t item;
	int category;
} answered[ANSWERS] = { { 1, 2 }, { 6, 1 }, { 8, 0 }, { 5, 1 }, { 3, 2 } };

static void
share(double *out, const double *value, double end)
{
	double sum = 0;

	for (int q = 0; q < NODES; q++)
		sum += out[q] = value[q] * (q % (NODES - 1) ? 1 : end);
	for (int q = 0; q < NODES; q++)
		out[q] /= sum;
}

static void
look(struct state *s, const struct bv_assembly_bank *bank, double theta)
{
	double likelihood[NODES], prior[NODES];

	s->theta = theta;
	for (int q = 0; q < NODES; q++) {
		double x = s->node[q] = -6 + 0.2 * q;
		likelihood[q] = 1;
		for (size_t i = 0; i < ANSWERS; i++)
			likelihood[q] *= bv_assembly_chance(&bank->items[answered[i].item], answered[i].category, x);
		prior[q] = likelihood[q] * exp(-x * x / 2);
	}
	share(s->posterior, prior, 0.5);
	share(s->flat_posterior, prior, 1);
	share(s->by_likelihood, likelihood, 0.5);
	share(s->flat_likelihood, likelihood, 1);
}

static double
slope(const struct bv_assembly_item *item, int k, double theta)
{
	double h = 1e-5;

	return (bv_assembly_chance(item, k, theta + h) - bv_assembly_chance(item, k, theta - h)) / (2 * h);
}

static double
information(const struct bv_assembly_item *item, double theta)
{
	double sum = 0;

	for (int k = 0; k < bv_assembly_categories(item); k++)
		sum += slope(item, k, theta) * slope(item, k, theta) / bv_assembly_chance(item, k, theta);
	return sum;
}

static double
weighted_information(const struct state *s, const struct bv_assembly_item *item, const double *weight)
{
	double sum = 0;

	for (int q = 0; q < NODES; q++)
		sum += weight[q] * information(item, s->node[q]);
	return sum;
}

static double
divergence(const struct state *s, const struct bv_assembly_item *item, const double *weight)
{
	double sum = 0;

	for (int q = 0; q < NODES; q++)
		for (int k = 0; k < bv_assembly_categories(item); k++) {
			double here = bv_assembly_chance(item, k, s->theta);
			sum += weight[q] * here * log(here / bv_assembly_chance(item, k, s->node[q]));
		}
	return sum;
}

static double
spread(const struct state *s, const struct bv_assembly_item *item, const double *weight)
{
	double sum = 0;

	for (int k = 0; k < bv_assembly_categories(item); k++) {
		double mean = 0, square = 0;
		for (int q = 0; q < NODES; q++) {
			double p = bv_assembly_chance(item, k, s->node[q]);
			mean += weight[q] * p;
			square += weight[q] * p * p;
		}
		sum += square - mean * mean;
	}
	return sum / 2;
}

/* The posterior after one more answer: its mass before division by it, mean and variance. */
static double
after(const struct state *s, const struct bv_assembly_item *item, int k, double *mean, double *variance)
{
	double mass = 0, first = 0, second = 0;

	for (int q = 0; q < NODES; q++) {
		double w = s->posterior[q] * bv_assembly_chance(item, k, s->node[q]);
		mass += w;
		first += w * s->node[q];
		second += w * s->node[q] * s->node[q];
	}
	*mean = first / mass;
	*variance = second / mass - *mean * *mean;
	return mass;
}

static double
expected_variance(const struct state *s, const struct bv_assembly_item *item, bool at)
{
	double sum = 0, mean, variance;

	for (int k = 0; k < bv_assembly_categories(item); k++) {
		double mass = after(s, item, k, &mean, &variance);
		sum += (at ? bv_assembly_chance(item, k, s->theta) : mass) * variance;
	}
	return sum;
}

static double
expected_information(const struct state *s, const struct bv_assembly_item *item)
{
	double sum = 0, h = 1e-3, mean, variance;

	for (int k = 0; k < bv_assembly_categories(item); k++) {
		after(s, item, k, &mean, &variance);
		double low = log(bv_assembly_chance(item, k, mean - h)), mid = log(bv_assembly_chance(item, k, mean)), high = log(bv_assembly_chance(item, k, mean + h));
		sum += bv_assembly_chance(item, k, s->theta) * (2 * mid - low - high) / (h * h);
	}
	return sum;
}

/* An item that is nowhere between -10 and 10 more informative than so far away from the estimate: graded items have flat tops, where the place of the
 * peak is not to be compared. */
static bool
peaks_at(const struct bv_assembly_item *item, double theta, double away)
{
	double most = 0, there = fmax(bv_assembly_information(item, theta - away), bv_assembly_information(item, theta + away));

	for (int i = 0; i <= 4000; i++)
		most = fmax(most, bv_assembly_information(item, -10 + 0.005 * i));
	return there > most * (1 - 1e-12);
}

static double
half_expected(const struct bv_assembly_item *item)
{
	double low = -10, high = 10;

	if (!item->model)
		return item->curve.b;
	while (high - low > 1e-12) {
		double mid = 0.5 * (low + high);
		if (bv_assembly_expected(item, mid) < 0.5 * (bv_assembly_categories(item) - 1))
			low = mid;
		else
			high = mid;
	}
	return low;
}

static double
definition(const struct state *s, const struct bv_assembly_item *item, enum bv_select select)
{
	switch (select) {
	case BV_SELECT_MFI:
		return information(item, s->theta);
	case BV_SELECT_MPWI:
		return weighted_information(s, item, s->posterior);
	case BV_SELECT_MLWI:
		return weighted_information(s, item, s->by_likelihood);
	case BV_SELECT_KLP:
		return divergence(s, item, s->posterior);
	case BV_SELECT_KL:
		return divergence(s, item, s->by_likelihood);
	case BV_SELECT_GDI:
		return spread(s, item, s->flat_likelihood);
	case BV_SELECT_GDIP:
		return spread(s, item, s->flat_posterior);
	case BV_SELECT_MEPV:
		return -expected_variance(s, item, false);
	case BV_SELECT_MEPV_AT:
		return -expected_variance(s, item, true);
	case BV_SELECT_MEI:
		return expected_information(s, item);
	case BV_SELECT_B:
		return -fabs(half_expected(item) - s->theta);
	case BV_SELECT_PEAK:
	case BV_SELECT_PROGRESSIVE:
		break;
	}
	return NAN;
}

static void
test_worths(const struct bv_assembly_bank *bank, enum bv_select select)
{
	struct bv_adaptive_rules rules = bv_adaptive_plain();
	double worst = 0, most = -INFINITY;
	uint32_t best = UINT32_MAX;
	enum bv_stop why;
	struct state s;

	rules.select = select;
	BV_AUTO(bv_adaptive_free) struct bv_adaptive *a = ready(bank, &rules);
	BV_AUTO(bv_cat_free) struct bv_cat *session = bv_cat_new(a);
	bv_cat_start(session, NULL, key);
	for (size_t i = 0; i < ANSWERS; i++)
		bv_cat_answer(session, answered[i].item, answered[i].category);
	look(&s, bank, bv_cat_theta(session));
	for (uint32_t i = 0; i < bank->count; i++) {
		double worth = bv_cat_worth(session, i), want = select == BV_SELECT_PEAK ? worth : definition(&s, &bank->items[i], select);
		bool met = false;
		for (size_t k = 0; k < ANSWERS; k++)
			met = met || answered[k].item == i;
		worst = fmax(worst, select == BV_SELECT_PEAK ? !peaks_at(&bank->items[i], s.theta, worth) : fabs(worth - want));
		if (!met && want > most) {
			most = want;
			best = i;
		}
	}
	/* Second differences have errors of their own. */
	CHECK(worst < (select == BV_SELECT_MEI ? 1e-5 : 1e-8) && bv_cat_next(session, &why) == best, "%s: within %.2g of its definition, and the best is given", bv_select_name(select), worst);
}

/* ---- Estimates, by search ---- */

static double
log_posterior(const struct bv_assembly_bank *bank, double x, bool prior)
{
	double sum = prior ? -x * x / 2 : 0;

	for (size_t i = 0; i < ANSWERS; i++)
		sum += log(bv_assembly_chance(&bank->items[answered[i].item], answered[i].category, x));
	return sum;
}

/* Warm: the derivative of the log-likelihood plus J/(2I), J the sum of P'P''/P, by differences. */
static double
warm(const struct bv_assembly_bank *bank, double x)
{
	double h = 1e-4, j = 0, info = 0, score = (log_posterior(bank, x + h, false) - log_posterior(bank, x - h, false)) / (2 * h);

	for (size_t i = 0; i < ANSWERS; i++) {
		const struct bv_assembly_item *item = &bank->items[answered[i].item];
		for (int k = 0; k < bv_assembly_categories(item); k++) {
			double low = bv_assembly_chance(item, k, x - h), mid = bv_assembly_chance(item, k, x), high = bv_assembly_chance(item, k, x + h);
			j += (high - low) / (2 * h) * ((high - 2 * mid + low) / (h * h)) / mid;
			info += (high - low) * (high - low) / (4 * h * h) / mid;
		}
	}
	return score + j / (2 * info);
}

static double
find(const struct bv_assembly_bank *bank, enum bv_estimate estimate)
{
	double low = -6, high = 6;

	while (estimate == BV_ESTIMATE_WLE && high - low > 1e-9) {
		double mid = 0.5 * (low + high);
		if (warm(bank, mid) > 0)
			low = mid;
		else
			high = mid;
	}
	while (high - low > 1e-9) { /* one maximum: thirds */
		double a = low + (high - low) / 3, b = high - (high - low) / 3;
		if (log_posterior(bank, a, estimate == BV_ESTIMATE_MAP) < log_posterior(bank, b, estimate == BV_ESTIMATE_MAP))
			low = a;
		else
			high = b;
	}
	return low;
}

static void
test_estimates(const struct bv_assembly_bank *bank)
{
	for (int estimate = BV_ESTIMATE_EAP; estimate <= BV_ESTIMATE_WLE; estimate++) {
		struct bv_adaptive_rules rules = bv_adaptive_plain();
		double want = 0, se = 0;
		struct state s;
		rules.estimate = (enum bv_estimate)estimate;
		BV_AUTO(bv_adaptive_free) struct bv_adaptive *a = ready(bank, &rules);
		BV_AUTO(bv_cat_free) struct bv_cat *session = bv_cat_new(a);
		bv_cat_start(session, NULL, key);
		for (size_t i = 0; i < ANSWERS; i++)
			bv_cat_answer(session, answered[i].item, answered[i].category);
		look(&s, bank, 0);
		for (int q = 0; q < NODES && estimate == BV_ESTIMATE_EAP; q++)
			want += s.posterior[q] * s.node[q];
		for (int q = 0; q < NODES && estimate == BV_ESTIMATE_EAP; q++)
			se += s.posterior[q] * (s.node[q] - want) * (s.node[q] - want);
		if (estimate != BV_ESTIMATE_EAP) {
			want = find(bank, rules.estimate);
			double info = estimate == BV_ESTIMATE_MAP;
			for (size_t i = 0; i < ANSWERS; i++)
				info += information(&bank->items[answered[i].item], want);
			se = 1 / info;
		}
		CHECK(fabs(bv_cat_theta(session) - want) < 2e-7 && fabs(bv_cat_se(session) - sqrt(se)) < 1e-6, "estimate %d: %.9f, error %.9f", estimate, bv_cat_theta(session),
		      bv_cat_se(session));
	}
}

static void
test_ratio(const struct bv_assembly_bank *bank)
{
	struct bv_adaptive_rules rules = bv_adaptive_plain();
	double want = 0;

	rules.sprt = true;
	rules.cut = 0.3;
	rules.delta = 0.4;
	rules.alpha = rules.beta = 0.05;
	BV_AUTO(bv_adaptive_free) struct bv_adaptive *a = ready(bank, &rules);
	BV_AUTO(bv_cat_free) struct bv_cat *session = bv_cat_new(a);
	bv_cat_start(session, NULL, key);
	for (size_t i = 0; i < ANSWERS; i++) {
		const struct bv_assembly_item *item = &bank->items[answered[i].item];
		bv_cat_answer(session, answered[i].item, answered[i].category);
		want += log(bv_assembly_chance(item, answered[i].category, 0.7) / bv_assembly_chance(item, answered[i].category, -0.1));
	}
	CHECK(fabs(bv_cat_llr(session) - want) < 1e-12, "the sequential test's ratio %.9f", bv_cat_llr(session));
}

/* ---- The best without looking at all ---- */

static const char steep[] = "{\"items\":["
                            "{\"id\":\"A\",\"model\":\"grm\",\"marks\":[0,1,2,3],\"a\":9.5,\"d\":[12,0.1,0]},"
                            "{\"id\":\"B\",\"model\":\"gpcm\",\"marks\":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15],\"a\":10,\"d\":[10,18,24,28,30,30,28,24,18,10,0,-12,-26,-42,-60]},"
                            "{\"id\":\"C\",\"model\":\"nominal\",\"marks\":[0,1,2,3],\"a\":[-20,20,3],\"d\":[5,-7,4]},"
                            "{\"id\":\"D\",\"model\":\"grm\",\"marks\":[0,1,2],\"a\":0.3,\"d\":[2,-2]},"
                            "{\"id\":\"E\",\"model\":\"3pl\",\"marks\":[0,2],\"a\":4,\"d\":[1],\"c\":0.3},"
                            "{\"id\":\"F\",\"model\":\"pcm\",\"marks\":[0,1,2,3],\"a\":1,\"d\":[-50,60,3]},"
                            "{\"id\":\"G\",\"model\":\"gpcm\",\"marks\":[0,1,2],\"a\":0.001,\"d\":[100,-100]},"
                            "{\"id\":\"H\",\"a\":1.3,\"b\":0.2,\"c\":0.2},"
                            "{\"id\":\"I\",\"model\":\"gpcm\",\"marks\":[0,1,2],\"a\":2,\"d\":[2.2,-1]}]}";

static void
check_bounds(const struct bv_assembly_bank *bank)
{
	size_t below = 0, looked = 0, loose = 0;

	for (size_t i = 0; i < bank->count; i++) {
		double bound[CELLS];
		if (!bank->items[i].model)
			continue;
		polytomous_bounds(bound, bank->items[i].model, -6, 6);
		for (size_t c = 0; c < CELLS; c++) {
			double most = 0;
			for (int k = 0; k <= 64; k++, looked++) {
				double here = bv_assembly_information(&bank->items[i], -6 + 12.0 / CELLS * ((double)c + k / 64.0));
				below += bound[c] < here;
				most = fmax(most, here);
			}
			loose += bank->items[i].model->a < 3 && bank->items[i].model->model != BV_IRT_NOMINAL && bound[c] > most * 1.2 + 0.3;
		}
	}
	CHECK(looked > 1000 && !below && !loose, "no item has more information in a cell than its bound, of %zu looks; %zu bounds are loose", looked, loose);
}

static void
test_bounds(const struct bv_assembly_bank *bank)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *extreme = NULL;
	struct bv_adaptive_rules rules = bv_adaptive_plain();
	struct bv_stream stream;
	size_t wrong = 0;
	struct bv_err err = { 0 };

	CHECK_OK(bv_assembly_bank_parse(&extreme, bv_str_of(steep), 0, &err), &err, "steep items");
	check_bounds(bank);
	check_bounds(extreme);
	rules.length = 12;
	BV_AUTO(bv_adaptive_free) struct bv_adaptive *a = ready(bank, &rules);
	BV_AUTO(bv_cat_free) struct bv_cat *s = bv_cat_new(a);
	bv_stream_init(&stream, key);
	for (int n = 0; n < 60; n++) {
		bool met[64] = { 0 };
		enum bv_stop why;
		bv_cat_start(s, NULL, key);
		for (uint32_t item; (item = bv_cat_next(s, &why)) != UINT32_MAX; met[item] = true) {
			uint32_t best = UINT32_MAX;
			for (uint32_t i = 0; i < bank->count; i++)
				if (!met[i] && (best == UINT32_MAX || bv_assembly_information(&bank->items[i], bv_cat_theta(s)) >
				                                          bv_assembly_information(&bank->items[best], bv_cat_theta(s))))
					best = i;
			wrong += best != item;
			bv_cat_answer(s, item, bv_assembly_draw(&bank->items[item], n * 0.1 - 3, bv_stream_unit(&stream)));
		}
	}
	CHECK(!wrong, "most information: 60 sessions as by looking at all items");
}

/* Extreme items, every rule and estimate, categories from one end to the other: no number that is none, no item twice. */
static void
test_extremes(void)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = NULL;
	struct bv_err err = { 0 };

	CHECK_OK(bv_assembly_bank_parse(&bank, bv_str_of(steep), 0, &err), &err, "steep items");
	for (int select = BV_SELECT_MFI; bank && select <= BV_SELECT_PEAK; select++) {
		struct bv_adaptive_rules rules = bv_adaptive_plain();
		size_t bad = 0;
		rules.select = (enum bv_select)select;
		rules.length = 9;
		if (select == BV_SELECT_B) {
			struct bv_adaptive *a = NULL;
			CHECK_REFUSED(bv_adaptive_new(&a, bank, &rules, &err), BV_EINVAL, &err, "item 'C' has none", "a nominal item has no difficulty");
			continue;
		}
		for (int estimate = BV_ESTIMATE_EAP; estimate <= BV_ESTIMATE_PIX; estimate++) {
			rules.estimate = (enum bv_estimate)estimate;
			BV_AUTO(bv_adaptive_free) struct bv_adaptive *a = ready(bank, &rules);
			BV_AUTO(bv_cat_free) struct bv_cat *s = bv_cat_new(a);
			for (unsigned pattern = 0; pattern < 24; pattern++) {
				unsigned met = 0;
				enum bv_stop why;
				bv_cat_start(s, NULL, key);
				for (uint32_t item, k = 0; (item = bv_cat_next(s, &why)) != UINT32_MAX; met |= 1u << item, k++) {
					int top = bv_assembly_categories(&bank->items[item]) - 1;
					bad += (met >> item & 1) + !isfinite(bv_cat_worth(s, item));
					bv_cat_answer(s, item, pattern == 0 ? 0 : pattern == 1 ? top : pattern == 2 ? (k % 2 ? top : 0) : (int)((pattern * 7 + k * 5) % (unsigned)(top + 1)));
					bad += !isfinite(bv_cat_theta(s)) + !(bv_cat_se(s) >= 0) + !isfinite(bv_cat_se(s));
				}
				bad += met != 511 || why != BV_STOP_LENGTH;
			}
		}
		CHECK(!bad, "%s: extreme items and answers, %zu faults", bv_select_name((enum bv_select)select), bad);
	}
}

/* ---- catR ---- */

static void
write_bank(struct bv_buf *text, const struct bv_json *bank, const char *model)
{
	bool nominal = strcmp(model, "nrm") == 0, pcm = strcmp(model, "pcm") == 0;

	bv_buf_addz(text, nominal ? "{\"items\":[" : "item,model,a,b1,b2,b3\n");
	for (size_t i = 0; i < bv_json_count(bank); i++) {
		const struct bv_json *row = bv_json_at(bank, i);
		size_t count = bv_json_count(row);
		if (!nominal) {
			bv_buf_printf(text, "I%zu,%s%s", i, model, pcm ? "," : "");
			for (size_t k = 0; k + pcm < 4; k++) {
				bv_buf_addz(text, ",");
				if (k < count)
					bv_buf_printf(text, "%.17g", bv_json_real(bv_json_at(row, k)));
			}
			bv_buf_addz(text, "\n");
			continue;
		}
		bv_buf_printf(text, "%s{\"id\":\"I%zu\",\"model\":\"nominal\",\"marks\":[0", i ? "," : "", i);
		for (size_t k = 1; k <= count / 2; k++)
			bv_buf_printf(text, ",%zu", k);
		for (size_t part = 0; part < 2; part++) {
			bv_buf_addz(text, part ? "],\"d\":[" : "],\"a\":[");
			for (size_t k = 0; k < count / 2; k++)
				bv_buf_printf(text, "%s%.17g", k ? "," : "", bv_json_real(bv_json_at(row, 2 * k + part)));
		}
		bv_buf_addz(text, "]}");
	}
	if (nominal)
		bv_buf_addz(text, "]}");
}

static void
answer_three(struct bv_cat *s)
{
	static const int x[] = { 1, 2, 0 };

	bv_cat_start(s, NULL, key);
	for (uint32_t i = 0; i < 3; i++)
		bv_cat_answer(s, i, x[i]);
}

/* catR's weighted sums are not divided by the weights': values to one factor, so that what each is of them all is compared. */
static void
check_values(const struct bv_assembly_bank *bank, const struct bv_json *want, const char *model, enum bv_select select, bool factor, double sign)
{
	const struct bv_json *list = bv_json_find(want, bv_select_name(select));
	struct bv_adaptive_rules rules = bv_adaptive_plain();
	double worst = 0, ours = 0, theirs = 0;

	rules.from = -4;
	rules.to = 4;
	rules.nodes = 33;
	rules.select = select;
	BV_AUTO(bv_adaptive_free) struct bv_adaptive *a = ready(bank, &rules);
	BV_AUTO(bv_cat_free) struct bv_cat *s = bv_cat_new(a);
	answer_three(s);
	for (uint32_t i = 3; i < 8 && factor; i++) {
		ours += bv_cat_worth(s, i);
		theirs += bv_json_real(bv_json_at(list, i - 3));
	}
	for (uint32_t i = 3; i < 8; i++) {
		double value = bv_json_real(bv_json_at(list, i - 3)) / (factor ? theirs : 1);
		worst = fmax(worst, fabs(sign * bv_cat_worth(s, i) / (factor ? ours : 1) / value - 1));
	}
	CHECK(bv_json_count(list) == 5 && worst < 1e-9, "catR, %s, %s: within %.2g", model, bv_select_name(select), worst);
}

static void
check_estimates(const struct bv_assembly_bank *bank, const struct bv_json *want, const char *model)
{
	static const enum bv_estimate estimates[] = { BV_ESTIMATE_EAP, BV_ESTIMATE_MAP, BV_ESTIMATE_ML, BV_ESTIMATE_WLE };

	for (size_t i = 0; i < BV_COUNT(estimates); i++) {
		struct bv_adaptive_rules rules = bv_adaptive_plain();
		rules.from = -4;
		rules.to = 4;
		rules.nodes = 33;
		rules.estimate = estimates[i];
		BV_AUTO(bv_adaptive_free) struct bv_adaptive *a = ready(bank, &rules);
		BV_AUTO(bv_cat_free) struct bv_cat *s = bv_cat_new(a);
		answer_three(s);
		double away = fabs(bv_cat_theta(s) - bv_json_real(bv_json_at(bv_json_find(want, "theta"), i)));
		double se = fabs(bv_cat_se(s) - bv_json_real(bv_json_at(bv_json_find(want, "se"), i)));
		/* catR looks for zeros to 1.2e-4. */
		CHECK(away < (i ? 1.3e-4 : 1e-12) && se < (i ? 1e-4 : 1e-12), "catR, %s: estimate %zu within %.2g, its error %.2g", model, i, away, se);
	}
}

static void
test_catr(void)
{
	static const char *const models[] = { "grm", "gpcm", "pcm", "nrm" };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);
	BV_AUTO(bv_json_free) struct bv_json *all = NULL;
	char path[4096];
	struct bv_err err = { 0 };

	snprintf(path, sizeof path, "%s/tests/vectors/assembly/catr-polytomous.json", getenv("BV_SOURCE") ? getenv("BV_SOURCE") : ".");
	CHECK_OK(bv_file_read(&text, path, &err), &err, "catR's values");
	CHECK_OK(bv_json_parse(&all, bv_buf_str(&text), &err), &err, "are JSON");
	for (size_t m = 0; m < BV_COUNT(models); m++) {
		BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf items = BV_BUF(1u << 16);
		const struct bv_json *want = bv_json_find(all, models[m]);
		write_bank(&items, bv_json_find(want, "bank"), models[m]);
		CHECK_OK(bv_assembly_bank_parse(&bank, bv_buf_str(&items), 0, &err), &err, models[m]);
		if (!bank)
			continue;
		check_estimates(bank, want, models[m]);
		check_values(bank, want, models[m], BV_SELECT_MFI, false, 1);
		check_values(bank, want, models[m], BV_SELECT_MLWI, true, 1);
		check_values(bank, want, models[m], BV_SELECT_MPWI, true, 1);
		check_values(bank, want, models[m], BV_SELECT_KL, true, 1);
		check_values(bank, want, models[m], BV_SELECT_KLP, true, 1);
		check_values(bank, want, models[m], BV_SELECT_MEI, false, 1);
		check_values(bank, want, models[m], BV_SELECT_MEPV_AT, false, -1);
	}
}

static void
test_study(const struct bv_assembly_bank *bank)
{
	for (int select = BV_SELECT_MFI; select <= BV_SELECT_PROGRESSIVE; select++) {
		BV_AUTO(bv_study_finish) struct bv_study study = { 0 };
		struct bv_adaptive_rules rules = bv_adaptive_plain();
		const struct bv_study_plan plan = { .candidates = CHECK_SANITIZED ? 150 : 600, .sd = 1 };
		struct bv_err err = { 0 };
		rules.select = (enum bv_select)select;
		rules.length = 12;
		CHECK_OK(bv_study_run(&study, bank, &rules, &plan, key, &err), &err, "candidates");
		CHECK(fabs(study.bias) < 0.08 && fabs(study.rmse / study.se - 1) < 0.15, "%s: RMSE %.3f, said %.3f, bias %.3f", bv_select_name(rules.select), study.rmse, study.se,
		      study.bias);
	}
}

int
main(void)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = mixed_bank(30, true), *ordered = mixed_bank(30, false);

	if (bank && ordered) {
		for (int select = BV_SELECT_MFI; select <= BV_SELECT_PEAK; select++)
			if (select != BV_SELECT_PROGRESSIVE)
				test_worths(select == BV_SELECT_B ? ordered : bank, (enum bv_select)select);
		test_estimates(bank);
		test_ratio(bank);
		test_bounds(bank);
		test_extremes();
		test_study(bank);
	}
	test_catr();
	return check_end();
}
