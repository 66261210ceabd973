/* Adaptive sessions: catR's scripted ones and one-step choices, Pix's published values, the sequential test, brute force, exposure, stops. */
#include <math.h>

#include "base/json.h"
#include "scoring/scoring.h"
#include "tests/assembly/bank300.h"

static struct bv_adaptive *
ready(const struct bv_assembly_bank *bank, const struct bv_adaptive_rules *rules)
{
	struct bv_adaptive *a = NULL;
	struct bv_err err = { 0 };

	CHECK_OK(bv_adaptive_new(&a, bank, rules, &err), &err, "the rules");
	return a;
}

static const uint8_t key[BV_HASH_LEN] = { 5 };

static struct bv_json *
reference(const char *name)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 24);
	const char *path = check_reference(name);
	struct bv_json *json = NULL;
	struct bv_err err;

	if (path)
		CHECK(bv_file_read(&text, path, &err) == BV_OK && bv_json_parse(&json, bv_buf_str(&text), &err) == BV_OK, "%s is read", name);
	return json;
}

static double
member(const struct bv_json *o, const char *name)
{
	return bv_json_real(bv_json_find(o, name));
}

/* catR: 33 nodes on [-4, 4], its integration is the trapezoid rule. It maximizes numerically for BM, ML and WL: tolerances of its own. */
static void
test_scripted(const struct bv_assembly_bank *bank, const struct bv_json *all, const char *name, enum bv_estimate estimate, double tolerance)
{
	struct bv_adaptive_rules rules = bv_adaptive_plain();
	const struct bv_json *steps = bv_json_find(all, name);
	double worst = 0, worst_se = 0;
	size_t same = 0;

	rules.from = -4;
	rules.to = 4;
	rules.nodes = 33;
	rules.estimate = estimate;
	BV_AUTO(bv_adaptive_free) struct bv_adaptive *a = ready(bank, &rules);
	BV_AUTO(bv_cat_free) struct bv_cat *s = bv_cat_new(a);
	bv_cat_start(s, NULL, key);
	for (size_t k = 0; k < bv_json_count(steps); k++) {
		const struct bv_json *step = bv_json_at(steps, k);
		enum bv_stop why;
		uint32_t item = bv_cat_next(s, &why);
		same += (int64_t)item + 1 == bv_json_int(bv_json_find(step, "item"));
		bv_cat_answer(s, (uint32_t)bv_json_int(bv_json_find(step, "item")) - 1, bv_json_int(bv_json_find(step, "x")) == 1);
		worst = fmax(worst, fabs(bv_cat_theta(s) - member(step, "theta")));
		worst_se = fmax(worst_se, fabs(bv_cat_se(s) / member(step, "se") - 1));
	}
	CHECK(same == 30 && worst < tolerance && worst_se < 10 * tolerance, "%s: %zu of 30 items, theta within %.2g, its error within %.2g of itself", name, same, worst,
	      worst_se);
}

/* The scale of catR's sums over 33 nodes on [-4, 4]: its likelihoods and posteriors are not divided by their integral. */
static double
integral(const struct bv_assembly_bank *bank, const struct bv_json *steps, bool prior)
{
	double sum = 0;

	for (int q = 0; q < 33; q++) {
		double x = -4 + 0.25 * q, f = (q % 32 ? 0.25 : 0.125) * (prior ? exp(-x * x / 2) / sqrt(2 * acos(-1)) : 1);
		for (size_t k = 0; k < 5; k++) {
			const struct bv_json *step = bv_json_at(steps, k);
			double p = bv_curve_probability(&bank->items[bv_json_int(bv_json_find(step, "item")) - 1].curve, x);
			f *= bv_json_int(bv_json_find(step, "x")) == 1 ? p : 1 - p;
		}
		sum += f;
	}
	return sum;
}

enum scale { PLAIN, NEGATIVE, BY_LIKELIHOOD, BY_POSTERIOR };

/* Of the session that the steps give (NULL: items 1 to 3, the second wrong), the best of the first items of the bank and its worth. */
static void
test_one_step(const struct bv_assembly_bank *bank, const struct bv_json *steps, const struct bv_json *want, const char *name, enum bv_select select,
              enum scale scale, uint32_t limit)
{
	struct bv_adaptive_rules rules = bv_adaptive_plain();
	uint32_t best = UINT32_MAX;
	double most = 0;

	rules.from = -4;
	rules.to = 4;
	rules.nodes = 33;
	rules.select = select;
	BV_AUTO(bv_adaptive_free) struct bv_adaptive *a = ready(bank, &rules);
	BV_AUTO(bv_cat_free) struct bv_cat *s = bv_cat_new(a);
	bv_cat_start(s, NULL, key);
	for (uint32_t i = 0; i < (steps ? 5 : 3); i++) {
		const struct bv_json *step = bv_json_at(steps, i);
		bv_cat_answer(s, steps ? (uint32_t)bv_json_int(bv_json_find(step, "item")) - 1 : i, steps ? bv_json_int(bv_json_find(step, "x")) == 1 : i != 1);
	}
	size_t count;
	const uint32_t *given = bv_cat_items(s, &count);
	for (uint32_t i = 0; i < limit; i++) {
		bool met = false;
		for (size_t k = 0; k < count; k++)
			met = met || given[k] == i;
		double worth = bv_cat_worth(s, i);
		if (!met && (best == UINT32_MAX || worth > most)) {
			best = i;
			most = worth;
		}
	}
	double value = scale == PLAIN ? most : scale == NEGATIVE ? -most : most * integral(bank, steps, scale == BY_POSTERIOR);
	CHECK((int64_t)best + 1 == bv_json_int(bv_json_find(want, "item")) && fabs(value - member(want, "value")) < 1e-9, "%s: item %u, %.12f", name, best + 1, value);
	CHECK(steps || fabs(bv_cat_theta(s) - member(want, "theta")) < 1e-12, "three answers: %.12f", bv_cat_theta(s));
}

/* catR's one-step choices: the state before is that of its scripted session MFI_EAP after five answers (the ability follows from bOpt's value). */
static void
test_one_steps(const struct bv_assembly_bank *bank, const struct bv_json *all)
{
	static const struct {
		const char *name;
		enum bv_select select;
		enum scale scale;
	} rules[] = { { "MFI", BV_SELECT_MFI, PLAIN },       { "bOpt", BV_SELECT_B, NEGATIVE },          { "thOpt", BV_SELECT_PEAK, NEGATIVE },
		      { "MLWI", BV_SELECT_MLWI, BY_LIKELIHOOD }, { "MPWI", BV_SELECT_MPWI, BY_POSTERIOR }, { "KL", BV_SELECT_KL, BY_LIKELIHOOD },
		      { "KLP", BV_SELECT_KLP, BY_POSTERIOR },    { "GDI", BV_SELECT_GDI, PLAIN },          { "GDIP", BV_SELECT_GDIP, PLAIN } };
	const struct bv_json *one_step = bv_json_find(all, "one_step"), *first60 = bv_json_find(all, "one_step_first60");

	for (size_t i = 0; i < BV_COUNT(rules); i++)
		test_one_step(bank, bv_json_find(all, "MFI_EAP"), bv_json_find(one_step, rules[i].name), rules[i].name, rules[i].select, rules[i].scale, 300);
	test_one_step(bank, NULL, bv_json_find(first60, "MEPV"), "MEPV", BV_SELECT_MEPV_AT, NEGATIVE, 60);
	test_one_step(bank, NULL, bv_json_find(first60, "MEI"), "MEI", BV_SELECT_MEI, PLAIN, 60);
}

/* Extreme patterns and parameters: no rule stops, gives a number that is none, or an item twice. */
static void
test_extremes(void)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = NULL;
	struct bv_err err;

	CHECK_OK(bv_assembly_bank_parse(&bank, BV_STR("item,a,b,c\nA,9,-9,0\nB,9,9,0.5\nC,0.01,0,0\nD,9,0,0.9\nE,1,0,0\n"), 0, &err), &err, "an extreme bank");
	for (int select = BV_SELECT_MFI; bank && select <= BV_SELECT_PEAK; select++) {
		struct bv_adaptive_rules rules = bv_adaptive_plain();
		size_t bad = 0;
		rules.select = (enum bv_select)select;
		rules.length = 5;
		for (int estimate = BV_ESTIMATE_EAP; estimate <= BV_ESTIMATE_PIX; estimate++) {
			rules.estimate = (enum bv_estimate)estimate;
			BV_AUTO(bv_adaptive_free) struct bv_adaptive *a = ready(bank, &rules);
			BV_AUTO(bv_cat_free) struct bv_cat *s = bv_cat_new(a);
			for (unsigned pattern = 0; pattern < 32; pattern++) {
				unsigned met = 0;
				enum bv_stop why;
				bv_cat_start(s, NULL, key);
				for (uint32_t item; (item = bv_cat_next(s, &why)) != UINT32_MAX; met |= 1u << item) {
					bad += !!(met >> item & 1) + !isfinite(bv_cat_worth(s, item));
					bv_cat_answer(s, item, pattern >> item & 1);
					bad += !isfinite(bv_cat_theta(s)) + !isfinite(bv_cat_se(s));
				}
				bad += met != 31 || why != BV_STOP_LENGTH;
			}
		}
		CHECK(!bad, "%s: all patterns of an extreme bank, %zu faults", bv_select_name((enum bv_select)select), bad);
	}
}

/* Each rule's worth from its definition, node by node, and that the best is given. */
static void
test_worths(const struct bv_assembly_bank *bank)
{
	for (int select = BV_SELECT_MFI; select <= BV_SELECT_MEPV_AT; select++) {
		struct bv_adaptive_rules rules = bv_adaptive_plain();
		rules.select = (enum bv_select)select;
		BV_AUTO(bv_adaptive_free) struct bv_adaptive *a = ready(bank, &rules);
		BV_AUTO(bv_cat_free) struct bv_cat *s = bv_cat_new(a);
		double worst = 0, post[61], sum = 0, most = -1e9;
		uint32_t best = 0;
		bv_cat_start(s, NULL, key);
		for (uint32_t i = 0; i < 4; i++)
			bv_cat_answer(s, i * 7, i & 1);
		for (int q = 0; q < 61; q++) {
			double x = -6 + 0.2 * q;
			post[q] = exp(-x * x / 2) * (q % 60 ? 1 : 0.5);
			for (uint32_t i = 0; i < 4; i++) {
				double p = bv_curve_probability(&bank->items[i * 7].curve, x);
				post[q] *= i & 1 ? p : 1 - p;
			}
			sum += post[q];
		}
		double hat = bv_cat_theta(s);
		for (uint32_t i = 0; i < 300; i++) {
			const struct bv_curve *k = &bank->items[i].curve;
			double want = 0, m[2][3] = { { 0 } }, p = bv_curve_probability(k, hat);
			for (int q = 0; q < 61; q++) {
				double x = -6 + 0.2 * q, w = post[q] / sum, px = bv_curve_probability(k, x);
				want += select == BV_SELECT_MPWI ? w * bv_curve_information(k, x) : w * (p * log(p / px) + (1 - p) * log((1 - p) / (1 - px)));
				for (int n = 0; n < 3; n++) {
					m[1][n] += w * px * pow(x, n);
					m[0][n] += w * (1 - px) * pow(x, n);
				}
			}
			if (select == BV_SELECT_MFI)
				want = bv_curve_information(k, hat);
			if (select >= BV_SELECT_MEPV) {
				double chance = select == BV_SELECT_MEPV ? m[1][0] : p, v[2];
				for (int r = 0; r < 2; r++)
					v[r] = m[r][2] / m[r][0] - pow(m[r][1] / m[r][0], 2);
				want = -(chance * v[1] + (1 - chance) * v[0]);
			}
			worst = fmax(worst, fabs(bv_cat_worth(s, i) - want));
			if (want > most && i != 0 && i != 7 && i != 14 && i != 21) {
				most = want;
				best = i;
			}
		}
		enum bv_stop why;
		CHECK(worst < 1e-10 && bv_cat_next(s, &why) == best, "%s: within %.2g of its definition, and the best is given", bv_select_name((enum bv_select)select),
		      worst);
	}
}

/* ---- Pix ---- */

static void
pix_bank(struct bv_assembly_bank **out, const double (*items)[2], size_t count)
{
	BV_AUTO(bv_buf_finish) struct bv_buf csv = BV_BUF(1u << 16);
	struct bv_err err;

	bv_buf_addz(&csv, "item,a,b\n");
	for (size_t i = 0; i < count; i++)
		bv_buf_printf(&csv, "I%zu,%.17g,%.17g\n", i, items[i][0], items[i][1]);
	CHECK_OK(bv_assembly_bank_parse(out, bv_buf_str(&csv), 0, &err), &err, "a bank of Pix's unit values");
}

/* Estimates and errors that 1024pix/pix publishes in its unit tests of the certification's algorithm (facts: numbers in, numbers out). */
static void
test_pix(void)
{
	static const double items[][2] = {
		{ 1.86350005965093, 0.194712138508747 }, { 2.25422414740233, 0.823376599163319 }, { 1.06665273005823, -0.030736508016524 },
		{ 1.50948587856458, 1.62670103354638 },  { 0.950709518595358, 1.90647729810166 }, { 1.38594509996278, -1.69218011589622 },
		{ 2.50948587856458, -1.82670103354638 }, { 1.21015304225808, -1.5526216455839 },  { 1.02282430250024, -0.917927344545694 },
	};
	static const struct {
		uint32_t item[6];
		bool right[6];
		size_t count;
		double theta[6], se[6]; /* 0: not published */
	} runs[] = {
		{ { 0 }, { true }, 1, { 0.859419960298745 }, { 0.9327454634914153 } },
		{ { 0, 1 }, { true, true }, 2, { 0, 1.802340122865396 }, { 0, 0.8549014053951466 } },
		{ { 2, 3, 4 }, { true, true, true }, 3, { 0, 0, 2.851063556136754 }, { 0, 0, 0.9271693210547304 } },
		{ { 2, 5, 6, 7, 8 }, { false, true, false, true, true }, 5,
		  { -0.6086049191210775, -0.6653800198379971, -1.7794873733366134, -1.8036203882448785, -1.557864373635504 },
		  { 1.0659524854635638, 0.9249688328247474, 0.6682031829777919, 0.6193894938423906, 0.5934694499356048 } },
	};
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = NULL;
	struct bv_adaptive_rules rules = bv_adaptive_pix();

	pix_bank(&bank, items, BV_COUNT(items));
	rules.step_cap = 0;
	BV_AUTO(bv_adaptive_free) struct bv_adaptive *a = ready(bank, &rules);
	BV_AUTO(bv_cat_free) struct bv_cat *s = bv_cat_new(a);
	for (size_t r = 0; r < BV_COUNT(runs); r++) {
		double worst = 0;
		bv_cat_start(s, NULL, key);
		CHECK(bv_cat_theta(s) == 0 && bv_cat_se(s) == 5, "before any answer 0 and 5");
		for (size_t k = 0; k < runs[r].count; k++) {
			bv_cat_answer(s, runs[r].item[k], runs[r].right[k]);
			if (runs[r].se[k] != 0)
				worst = fmax(worst, fmax(fabs(bv_cat_theta(s) - runs[r].theta[k]), fabs(bv_cat_se(s) - runs[r].se[k])));
		}
		CHECK(worst < 1e-9, "Pix's run %zu within %.2g", r + 1, worst);
	}
	rules.step_cap = 0.5;
	BV_AUTO(bv_adaptive_free) struct bv_adaptive *capped = ready(bank, &rules);
	BV_AUTO(bv_cat_free) struct bv_cat *c = bv_cat_new(capped);
	for (int right = 0; right < 2; right++) {
		bv_cat_start(c, NULL, key);
		bv_cat_answer(c, 0, right);
		CHECK(fabs(bv_cat_theta(c) - (right ? 0.5 : -0.5)) < 1e-12, "the step cap: %.3f", bv_cat_theta(c));
	}
}

static void
test_sprt(const struct bv_assembly_bank *bank)
{
	BV_AUTO(bv_json_free) struct bv_json *want = reference("psycho/expected/sprt.json");
	struct bv_adaptive_rules rules = bv_adaptive_plain();
	double worst = 0;

	if (!want)
		return;
	rules.sprt = true;
	rules.cut = member(want, "cut");
	rules.delta = member(want, "delta");
	rules.alpha = member(want, "alpha");
	rules.beta = member(want, "beta");
	rules.length = 300;
	BV_AUTO(bv_adaptive_free) struct bv_adaptive *a = ready(bank, &rules);
	BV_AUTO(bv_cat_free) struct bv_cat *s = bv_cat_new(a);
	bv_cat_start(s, NULL, key);
	const struct bv_json *trace = bv_json_find(want, "cum_llr");
	for (size_t k = 0; k < bv_json_count(trace); k++) {
		bv_cat_answer(s, (uint32_t)bv_json_int(bv_json_at(bv_json_find(want, "items"), k)) - 1, bv_json_int(bv_json_at(bv_json_find(want, "resp"), k)) == 1);
		worst = fmax(worst, fabs(bv_cat_llr(s) - bv_json_real(bv_json_at(trace, k))));
	}
	enum bv_stop why;
	CHECK(worst < 1e-10, "the ratio's 40 steps within %.2g", worst);
	CHECK(bv_cat_next(s, &why) != UINT32_MAX && why == BV_STOP_NOT, "no decision yet");
	for (uint32_t i = 40; i < 60; i++)
		bv_cat_answer(s, i, true);
	CHECK(bv_cat_next(s, &why) == UINT32_MAX && why == BV_STOP_ABOVE, "20 right answers more: above the cut at %.3f", bv_cat_llr(s));
}

static size_t
sit(struct bv_cat *s, const struct bv_assembly_bank *bank, struct bv_exposure *e, uint32_t number, double ability, enum bv_stop *why)
{
	uint8_t own[BV_HASH_LEN] = { 9 };
	struct bv_stream stream;
	size_t count;

	for (int i = 0; i < 4; i++)
		own[1 + i] = (uint8_t)(number >> 8 * i);
	bv_cat_start(s, e, own);
	own[5] = 1;
	bv_stream_init(&stream, own);
	for (uint32_t item; (item = bv_cat_next(s, why)) != UINT32_MAX;)
		bv_cat_answer(s, item, bv_stream_unit(&stream) < bv_curve_probability(&bank->items[item].curve, ability));
	if (e)
		bv_cat_end(s, e);
	bv_cat_items(s, &count);
	return count;
}

static void
test_stops(const struct bv_assembly_bank *bank)
{
	struct bv_adaptive_rules rules = bv_adaptive_plain();
	enum bv_stop why;

	rules.se = 0.4;
	BV_AUTO(bv_adaptive_free) struct bv_adaptive *by_se = ready(bank, &rules);
	BV_AUTO(bv_cat_free) struct bv_cat *s = bv_cat_new(by_se);
	size_t count = sit(s, bank, NULL, 1, 0.2, &why);
	CHECK(why == BV_STOP_SE && count < 30 && bv_cat_se(s) <= 0.4, "the error after %zu items", count);
	rules.se = 0;
	rules.confidence = 1.96;
	rules.cut = -1;
	BV_AUTO(bv_adaptive_free) struct bv_adaptive *by_cut = ready(bank, &rules);
	BV_AUTO(bv_cat_free) struct bv_cat *t = bv_cat_new(by_cut);
	count = sit(t, bank, NULL, 1, 1.5, &why);
	CHECK(why == BV_STOP_ABOVE && count < 30, "the interval is above the cut after %zu items", count);
	rules.confidence = 0;
	rules.length = 400;
	rules.enemies = BV_STR("enemy");
	BV_AUTO(bv_adaptive_free) struct bv_adaptive *all = ready(bank, &rules);
	BV_AUTO(bv_cat_free) struct bv_cat *u = bv_cat_new(all);
	count = sit(u, bank, NULL, 1, 0, &why);
	CHECK(why == BV_STOP_EMPTY && count == 280, "of 300 items with 20 pairs of enemies 280 are given: %zu", count);
}

static double
most_exposed(const struct bv_assembly_bank *bank, const struct bv_adaptive_rules *rules, int sessions, double tune)
{
	BV_AUTO(bv_adaptive_free) struct bv_adaptive *a = ready(bank, rules);
	BV_AUTO(bv_cat_free) struct bv_cat *s = bv_cat_new(a);
	BV_AUTO(bv_exposure_free) struct bv_exposure *e = bv_exposure_new(a);
	uint32_t given[300] = { 0 }, most = 0, number = 0;
	enum bv_stop why;

	for (int round = 0; tune > 0 && round < 12; round++) {
		for (int k = 0; k < sessions; k++, number++)
			sit(s, bank, e, number, (k % 41 - 20) * 0.1, &why);
		bv_exposure_tune(e, tune);
	}
	for (int k = 0; k < 2 * sessions; k++, number++) {
		size_t count;
		sit(s, bank, e, number, (k % 41 - 20) * 0.1, &why);
		const uint32_t *items = bv_cat_items(s, &count);
		for (size_t i = 0; i < count && k >= sessions; i++)
			given[items[i]]++;
	}
	for (size_t i = 0; i < 300; i++)
		most = given[i] > most ? given[i] : most;
	return (double)most / sessions;
}

static void
test_exposure(const struct bv_assembly_bank *bank)
{
	struct bv_adaptive_rules rules = bv_adaptive_plain();
	int sessions = CHECK_SANITIZED ? 300 : 1500;

	rules.length = 20;
	double free = most_exposed(bank, &rules, sessions, 0);
	rules.exposure_max = 0.2;
	double eligible = most_exposed(bank, &rules, sessions, 0);
	CHECK(free > 0.5 && eligible < (CHECK_SANITIZED ? 0.35 : 0.25), "eligibility: the most exposed item %.3f instead of %.3f", eligible, free);
	rules.select = BV_SELECT_PROGRESSIVE;
	double restricted = most_exposed(bank, &rules, sessions, 0);
	CHECK(restricted < (CHECK_SANITIZED ? 0.3 : 0.22), "progressive-restricted: %.3f", restricted);
	rules.select = BV_SELECT_MFI;
	rules.sympson_hetter = true;
	double tuned = most_exposed(bank, &rules, sessions, 0.2);
	CHECK(tuned < (CHECK_SANITIZED ? 0.4 : 0.26), "Sympson and Hetter: %.3f", tuned);
}

static void
test_areas(const struct bv_assembly_bank *bank)
{
	struct bv_adaptive_rules rules = bv_adaptive_plain();
	bool met[6] = { 0 };
	enum bv_stop why;
	size_t count, areas = 0;

	rules.area = BV_STR("content");
	rules.randomesque = 5;
	BV_AUTO(bv_adaptive_free) struct bv_adaptive *a = ready(bank, &rules);
	BV_AUTO(bv_cat_free) struct bv_cat *s = bv_cat_new(a), *t = bv_cat_new(a);
	sit(s, bank, NULL, 3, 0, &why);
	const uint32_t *items = bv_cat_items(s, &count);
	for (size_t i = 0; i < 5; i++) {
		size_t area = (size_t)(bank->items[items[i]].values[0].p[0] - '0');
		areas += !met[area];
		met[area] = true;
	}
	CHECK(count == 30 && areas == 5, "the first five items are of five areas: %zu", areas);
	sit(t, bank, NULL, 3, 0, &why);
	CHECK(memcmp(items, bv_cat_items(t, &count), 30 * sizeof *items) == 0, "the same key and answers give the same session");
	sit(t, bank, NULL, 4, 0, &why);
	CHECK(memcmp(items, bv_cat_items(t, &count), 30 * sizeof *items) != 0, "another key another one");
}

static void
test_refused(const struct bv_assembly_bank *bank)
{
	struct bv_adaptive_rules good = bv_adaptive_plain(), bad[6];
	struct bv_adaptive *a = NULL;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(bad); i++)
		bad[i] = good;
	bad[0].nodes = 2;
	bad[1].to = -6;
	bad[2].prior_sd = 0;
	bad[3].length = 0;
	bad[4].exposure_max = 1.1;
	bad[5].sprt = true;
	for (size_t i = 0; i < BV_COUNT(bad); i++)
		CHECK_REFUSED(bv_adaptive_new(&a, bank, &bad[i], &err), BV_EINVAL, &err, " ", "rules out of their ranges");
}

int
main(void)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = bank_300();
	BV_AUTO(bv_json_free) struct bv_json *scripted = reference("psycho/expected/catR_scripted.json");

	test_pix();
	if (bank && scripted) {
		test_scripted(bank, scripted, "MFI_EAP", BV_ESTIMATE_EAP, 1e-10);
		test_scripted(bank, scripted, "MFI_BM", BV_ESTIMATE_MAP, 1e-4);
		test_scripted(bank, scripted, "MFI_ML", BV_ESTIMATE_ML, 1e-4);
		test_scripted(bank, scripted, "MFI_WL", BV_ESTIMATE_WLE, 1e-4);
		test_one_steps(bank, scripted);
		test_extremes();
		test_worths(bank);
		test_sprt(bank);
		test_stops(bank);
		test_exposure(bank);
		test_areas(bank);
		test_refused(bank);
	}
	return check_end();
}
