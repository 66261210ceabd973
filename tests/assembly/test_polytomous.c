/* Items of several categories, read in three notations and put into forms: the models written out, differences for derivatives, all subsets of a small
 * bank. */
#include <math.h>

#include "base/json.h"
#include "scoring/irt/irt.h"
#include "tests/assembly/mixed_bank.h"

static const uint8_t key[BV_HASH_LEN] = { 6 };

/* ---- The models, from their definitions ---- */

static double
logistic(double z)
{
	return 1 / (1 + exp(-z));
}

/* P(category) of thresholds b: graded where `graded`, else (generalized) partial credit. */
static double
by_thresholds(bool graded, double a, const double *b, int count, int category, double theta)
{
	double sum = 0, exponent = 0, own = 1;

	if (graded)
		return (category ? logistic(a * (theta - b[category - 1])) : 1) - (category < count ? logistic(a * (theta - b[category])) : 0);
	for (int k = 0; k <= count; k++) {
		exponent += k ? a * (theta - b[k - 1]) : 0;
		sum += exp(exponent);
		own = k == category ? exp(exponent) : own;
	}
	return own / sum;
}

static const char thresholds[] = "item,model,a,b,c,b1,b2,b3,area\n"
                                 "R,,1.2,0.5,0.2,,,,x\nS,2pl,0.9,-0.4,,,,,y\nT,rasch,,0.3,,,,,x\nG,grm,1.4,,,-1.1,0.2,0.9,x\nP,gpcm,0.8,,0,0.6,-0.7,,y\nQ,pcm,,,,-0.5,0.4,1.5,x\n";

static void
test_reading(void)
{
	static const struct {
		bool graded;
		double a, b[3];
		int count;
	} said[] = { { true, 1.2, { 0.5 }, 1 }, { true, 0.9, { -0.4 }, 1 }, { true, 1, { 0.3 }, 1 }, { true, 1.4, { -1.1, 0.2, 0.9 }, 3 }, { false, 0.8, { 0.6, -0.7 }, 2 },
		     { false, 1, { -0.5, 0.4, 1.5 }, 3 } };
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = NULL, *normal = NULL;
	double apart = 0, scaled = 0, whole = 0, information = 0, expected = 0;
	struct bv_err err;

	CHECK_OK(bv_assembly_bank_parse(&bank, bv_str_of(thresholds), 0, &err), &err, "a table with models and thresholds");
	CHECK_OK(bv_assembly_bank_parse(&normal, bv_str_of(thresholds), 1.702, &err), &err, "the same in the normal metric");
	if (!bank || !normal)
		return;
	CHECK(bank->count == 6 && bank->attribute_count == 1 && !bank->items[1].model && bank->items[3].model && bv_str_is(bank->items[5].values[0], "x"), "its items");
	for (size_t i = 0; i < BV_COUNT(said); i++)
		for (int step = 0; step <= 40; step++) {
			const struct bv_assembly_item *item = &bank->items[i];
			double theta = -4 + 0.2 * step, sum = 0, info = 0, mark = 0, h = 1e-5, c = i ? 0 : 0.2;
			for (int k = 0; k <= said[i].count; k++) {
				double own = (k ? c : 0) + (1 - c) * by_thresholds(said[i].graded, said[i].a, said[i].b, said[i].count, k, theta);
				double normal_own = (k ? c : 0) + (1 - c) * by_thresholds(said[i].graded, 1.702 * said[i].a, said[i].b, said[i].count, k, theta);
				double p = bv_assembly_chance(item, k, theta);
				double slope = (bv_assembly_chance(item, k, theta + h) - bv_assembly_chance(item, k, theta - h)) / (2 * h);
				apart = fmax(apart, fabs(p - own));
				scaled = fmax(scaled, fabs(bv_assembly_chance(&normal->items[i], k, theta) - normal_own));
				sum += p;
				info += slope * slope / p;
				mark += k * p;
			}
			whole = fmax(whole, fabs(sum - 1));
			information = fmax(information, fabs(info / bv_assembly_information(item, theta) - 1));
			expected = fmax(expected, fabs(mark - bv_assembly_expected(item, theta)));
		}
	CHECK(apart < 1e-14 && scaled < 1e-14 && whole < 1e-14, "chances within %.2g of the models, %.2g in the normal metric", apart, scaled);
	CHECK(information < 1e-8 && expected < 1e-14, "information is the sum of P'^2/P, P' by differences; the score is the sum of k P: %.2g, %.2g", information, expected);
}

/* A set with an item that nobody can use is used without it: nothing can be taken out of a set. */
static void
test_left_out(struct bv_str text)
{
	BV_AUTO(bv_json_free) struct bv_json *set = NULL, *changed = NULL;
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf canonical = BV_BUF(1u << 20), whole = BV_BUF(1u << 20);
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	uint8_t hash[BV_HASH_LEN];
	struct bv_err err;

	CHECK_OK(bv_json_parse(&set, text, &err), &err, "the set as JSON");
	changed = bv_json_without(set, "hash");
	struct bv_json *items = bv_json_set(changed, "items", bv_json_new_array());
	for (size_t i = 0; i < bv_json_count(bv_json_find(set, "items")); i++) {
		struct bv_json *item = bv_json_add(items, bv_json_copy(bv_json_at(bv_json_find(set, "items"), i)));
		if (i == 0 || i == 12)
			bv_json_set(item, "a", bv_json_new_real(-0.2));
	}
	bv_json_write_canonical(&canonical, changed);
	bv_sha256(hash, bv_buf_str(&canonical));
	bv_json_set_str(changed, "hash", bv_str_of(bv_hex(hex, hash, sizeof hash)));
	bv_json_write(&whole, changed);
	CHECK_OK(bv_assembly_bank_parse(&bank, bv_buf_str(&whole), 0, &err), &err, "a set with slopes below 0");
	CHECK(bank && bank->count == 11 && bank->left_out_count == 2 && bv_str_is(bank->left_out[0], "E03") && bv_str_is(bank->left_out[1], "T01"), "names what it leaves out");
}

static void
test_notations(void)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *csv = NULL, *json = NULL, *set = NULL, *marks = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);
	double apart = 0;
	struct bv_err err;

	CHECK_OK(bv_assembly_bank_parse(&csv, bv_str_of(thresholds), 0, &err), &err, "thresholds");
	CHECK_OK(bv_assembly_bank_parse(&json, BV_STR("{\"items\":[{\"id\":\"S\",\"model\":\"2pl\",\"marks\":[0,1],\"a\":0.9,\"d\":[0.36],\"d2\":\"x\"},"
	                                              "{\"id\":\"G\",\"model\":\"grm\",\"marks\":[0,1,2,3],\"a\":1.4,\"d\":[1.54,-0.28,-1.26]},"
	                                              "{\"id\":\"P\",\"model\":\"gpcm\",\"marks\":[0,1,2],\"a\":0.8,\"d\":[-0.48,0.08]}]}"), 0, &err), &err, "intercepts");
	CHECK(csv && json && json->attribute_count == 1 && !json->items[0].model, "an item of right and wrong has a curve in any notation");
	for (size_t i = 0; csv && json && i < 3; i++)
		for (int k = 0; k < bv_assembly_categories(&json->items[i]); k++)
			apart = fmax(apart, fabs(bv_assembly_chance(&json->items[i], k, 0.7) - bv_assembly_chance(&csv->items[(size_t[]){ 1, 3, 4 }[i]], k, 0.7)));
	CHECK(apart < 1e-15, "thresholds and intercepts are one item: %.2g", apart);
	CHECK_OK(bv_assembly_bank_parse(&marks, BV_STR("{\"metric\":1.702,\"items\":[{\"id\":\"M\",\"model\":\"gpcm\",\"marks\":[0,2,5],\"a\":1,\"d\":[0.3,0.1]},"
	                                               "{\"id\":\"W\",\"model\":\"2pl\",\"marks\":[0,2],\"a\":1,\"d\":[0.3]}]}"), 0, &err), &err, "marks with gaps");
	if (marks) {
		const struct bv_assembly_item *m = &marks->items[0], *w = &marks->items[1];
		double p[3];
		for (int k = 0; k < 3; k++)
			p[k] = bv_assembly_chance(m, k, 0.4);
		CHECK(fabs(bv_assembly_expected(m, 0.4) - 2 * p[1] - 5 * p[2]) < 1e-15 && fabs(p[1] / p[0] - exp(1.702 * (0.4 + 0.3))) < 1e-13, "the score is in marks, the metric in a and d");
		CHECK(bv_assembly_category(m, 0) == 0 && bv_assembly_category(m, 2) == 1 && bv_assembly_category(m, 5) == 2, "categories of marks");
		CHECK(bv_assembly_category(m, 1) == -1 && bv_assembly_category(m, -1) == -1 && bv_assembly_category(m, 16) == -1, "and of marks that there are not");
		CHECK(fabs(bv_assembly_expected(w, 0) - 2 * logistic(1.702 * 0.3)) < 1e-15 && bv_assembly_categories(w) == 2, "right is worth 2");
	}
	char path[4096];
	snprintf(path, sizeof path, "%s/tests/fuzz/corpus/irt/set.json", getenv("BV_SOURCE") ? getenv("BV_SOURCE") : ".");
	CHECK_OK(bv_file_read(&text, path, &err), &err, "a parameter set is read");
	CHECK_OK(bv_assembly_bank_parse(&set, bv_buf_str(&text), 0, &err), &err, "a parameter set");
	CHECK(set && set->count == 13 && !set->left_out_count && set->items[0].model && bv_assembly_categories(&set->items[0]) == 3 && !set->items[12].model, "its 13 items");
	CHECK_REFUSED(bv_assembly_bank_parse(&marks, bv_buf_str(&text), 1, &err), BV_EINVAL, &err, "names its metric", "a set and another metric");
	test_left_out(bv_buf_str(&text));
}

static const struct {
	const char *bank;
	enum bv_status status;
	const char *part;
} bad[] = {
	{ "item,model\nA,grm\n", BV_EINVAL, "needs the thresholds" },
	{ "model,a,b1\ngrm,1,0\n", BV_EPARSE, "item, model, a and b1" },
	{ "item,a,b1\nA,1,0\n", BV_EPARSE, "item, a and b must" },
	{ "item,model,a,b,b1\nA,hard,1,,0\n", BV_EINVAL, "model 'hard' is none of" },
	{ "item,model,a,b,b1\nA,nominal,1,,0\n", BV_EINVAL, "written as JSON" },
	{ "item,model,a,b,b1\nA,grm,1,0,0\n", BV_EINVAL, "no b and no c" },
	{ "item,model,a,b,c,b1\nA,grm,1,,0.1,0\n", BV_EINVAL, "no b and no c" },
	{ "item,model,a,b,c\nA,2pl,1,0,0.1\n", BV_EINVAL, "c is of model 3pl" },
	{ "item,model,a,b,b1\nA,,1,0,0\n", BV_EINVAL, "name one" },
	{ "item,model,a,b,b1\nA,2pl,1,,\n", BV_EINVAL, "difficulty" },
	{ "item,model,a,b,b1\nA,2pl,,0,\n", BV_EINVAL, "discrimination" },
	{ "item,model,a,b1\nA,grm,,0\n", BV_EINVAL, "slope" },
	{ "item,model,a,b1\nA,grm,0,0\n", BV_EINVAL, "above 0 and at most 10" },
	{ "item,model,a,b1\nA,gpcm,10.1,0\n", BV_EINVAL, "above 0 and at most 10" },
	{ "item,model,a,b1,b3\nA,grm,1,0,1\n", BV_EINVAL, "there is b3, but no b2" },
	{ "item,model,a,b1,b2\nA,grm,1,0,0\n", BV_EINVAL, "model grm rise" },
	{ "item,model,a,b1\nA,gpcm,1,10.1\n", BV_EINVAL, "between -10 and 10" },
	{ "item,model,a,b1\nA,gpcm,1,x\n", BV_EPARSE, "'x' is not a number" },
	{ "item,model,a,b1,b1\nA,gpcm,1,0,0\n", BV_EPARSE, "two columns 'b1'" },
	{ "{\"items\":[{\"id\":\"A\",\"model\":\"grm\",\"a\":1,\"b\":0}]}", BV_EPARSE, "not 'b'" },
	{ "{\"items\":[{\"id\":\"A\",\"model\":\"grm\",\"marks\":[0,1,2],\"a\":1,\"d\":[1]}]}", BV_EINVAL, "one fewer than marks" },
	{ "{\"items\":[{\"id\":\"A\",\"model\":\"grm\",\"marks\":[0,1,2],\"a\":1,\"d\":[1,2]}]}", BV_EINVAL, "item 'A': intercepts of model grm fall" },
	{ "{\"items\":[{\"id\":\"A\",\"model\":\"grm\",\"marks\":[0,1,2],\"a\":-1,\"d\":[2,1]}]}", BV_EINVAL, "above 0 and at most 10" },
	{ "{\"items\":[{\"id\":\"A\",\"model\":\"nominal\",\"marks\":[0,1,2],\"a\":1,\"d\":[2,1]}]}", BV_EINVAL, "item 'A'" },
	{ "{\"items\":[{\"id\":\"A\",\"model\":3}]}", BV_EINVAL, "item 'A'" },
	{ "{\"format\":\"bangvang-irt-1\"}", BV_EINVAL, "hash" },
	{ "{\"format\":\"bangvang-irt-areas-1\"}", BV_EINVAL, "several areas" },
};

/* Items whose limits are reached, not passed. */
static const char at_limits[] = "item,model,a,b1,b2,b3,b4,b5,b6,b7,b8,b9,b10,b11,b12,b13,b14,b15\n"
                                "A,gpcm,10,-10,10,,,,,,,,,,,,,\nB,grm,0.001,-10,-9,-8,-7,-6,-5,-4,-3,-2,-1,0,1,2,3,10\n";

static void
test_refused(void)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *limits = NULL;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(bad); i++) {
		struct bv_assembly_bank *bank = NULL;
		CHECK_REFUSED(bv_assembly_bank_parse(&bank, bv_str_of(bad[i].bank), 0, &err), bad[i].status, &err, bad[i].part, bad[i].bank);
	}
	CHECK_OK(bv_assembly_bank_parse(&limits, bv_str_of(at_limits), 0, &err), &err, "items at their limits");
	CHECK(limits && bv_assembly_categories(&limits->items[1]) == 16, "16 categories");
}

/* Numbers of [0, 1) that draw a category make up its chance. */
static void
test_draw(const struct bv_assembly_bank *bank)
{
	double worst = 0;

	for (size_t i = 0; i < bank->count; i++) {
		int times[BV_IRT_CATEGORIES_MAX] = { 0 };
		for (int u = 0; u < 20000; u++)
			times[bv_assembly_draw(&bank->items[i], 0.3, (u + 0.5) / 20000)]++;
		for (int k = 0; k < bv_assembly_categories(&bank->items[i]); k++)
			worst = fmax(worst, fabs(times[k] / 20000.0 - bv_assembly_chance(&bank->items[i], k, 0.3)));
	}
	CHECK(worst < 1.01 / 20000, "drawn as often as the chances say, within %.2g", worst);
}

/* ---- Forms ---- */

static void
sums(double out[4], const struct bv_assembly_bank *bank, unsigned set)
{
	const double theta[3] = { -0.5, 1, 0 };

	memset(out, 0, 4 * sizeof *out);
	for (size_t i = 0; i < bank->count; i++)
		if (set >> i & 1) {
			for (size_t k = 0; k < 3; k++)
				out[k] += bv_assembly_information(&bank->items[i], theta[k]);
			out[3] += bv_assembly_expected(&bank->items[i], 0);
		}
}

static unsigned
count_area(const struct bv_assembly_bank *bank, unsigned set)
{
	unsigned count = 0;

	for (size_t i = 0; i < bank->count; i++)
		count += set >> i & 1 && bv_str_is(bank->items[i].values[0], "x");
	return count;
}

static void
test_form(const struct bv_assembly_bank *bank)
{
	BV_AUTO(bv_design_free) struct bv_design *design = NULL;
	BV_AUTO(bv_assembled_free) struct bv_assembled *form = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf words = BV_BUF(1u << 16);
	const struct bv_assembly_effort effort = BV_ASSEMBLY_EFFORT;
	double best = 0, of[4];
	unsigned hold = 0;
	struct bv_err err;

	for (unsigned set = 0; set < 1u << bank->count; set++) {
		sums(of, bank, set);
		if (__builtin_popcount(set) != 5 || count_area(bank, set) < 2 || of[3] < 5.5 || of[3] > 6.5 || of[2] > 4.4)
			continue;
		best = fmax(best, fmin(of[0], of[1] / 0.5));
		hold++;
	}
	CHECK_OK(bv_design_parse(&design, BV_STR("{\"length\":5,\"objective\":{\"kind\":\"maximin\",\"points\":[-0.5,{\"theta\":1,\"weight\":0.5}]},"
	                                         "\"constraints\":[{\"where\":{\"area\":\"x\"},\"min\":2},{\"expectedScore\":0,\"min\":5.5,\"max\":6.5},{\"information\":0,\"max\":4.4}]}"), &err), &err, "a design");
	CHECK_OK(bv_assemble(&form, bank, design, key, &effort, &words, &err), &err, "a form of mixed items");
	CHECK(hold > 20 && form && form->proven && fabs(form->value - best) < 1e-10, "is the best of %u that hold: %.12g, %.12g", hold, best, form ? form->value : 0);
}

/* Each form of the session, with what was given in it, is the best of all that hold. */
static void
test_shadow(const struct bv_assembly_bank *bank)
{
	BV_AUTO(bv_design_free) struct bv_design *design = NULL;
	BV_AUTO(bv_shadow_free) struct bv_shadow *shadow = NULL;
	unsigned given = 0;
	double worst = 0, theta = 0;
	struct bv_err err;

	CHECK_OK(bv_design_parse(&design, BV_STR("{\"length\":5,\"objective\":{\"kind\":\"maximize\",\"points\":[0]},"
	                                         "\"constraints\":[{\"where\":{\"area\":\"x\"},\"min\":2},{\"expectedScore\":0,\"min\":5.5,\"max\":6.5}]}"), &err), &err, "a design");
	CHECK_OK(bv_shadow_new(&shadow, bank, design, &err), &err, "a session under it");
	for (int step = 0; shadow && step < 5; step++) {
		uint32_t item = bv_shadow_next(shadow, theta, 0);
		double best = 0, got = 0, of[4];
		for (unsigned set = 0; set < 1u << bank->count; set++) {
			double sum = 0;
			sums(of, bank, set);
			for (size_t i = 0; i < bank->count; i++)
				sum += set >> i & 1 ? bv_assembly_information(&bank->items[i], theta) : 0;
			if ((set & given) == given && __builtin_popcount(set) == 5 && count_area(bank, set) >= 2 && of[3] >= 5.5 && of[3] <= 6.5)
				best = fmax(best, sum);
		}
		for (size_t i = 0; i < 5; i++)
			got += bv_assembly_information(&bank->items[bv_shadow_form(shadow)[i]], theta);
		worst = fmax(worst, fabs(best - got));
		if (item == UINT32_MAX)
			break;
		bv_shadow_give(shadow, item);
		given |= 1u << item;
		theta += step % 2 ? -0.7 : 0.9;
	}
	CHECK(shadow && worst < 1e-6 && __builtin_popcount(given) == 5, "five shadow tests within %.2g of the best of all sets", worst);
}

static void
test_several(const struct bv_assembly_bank *bank)
{
	BV_AUTO(bv_design_free) struct bv_design *design = NULL;
	BV_AUTO(bv_assembled_free) struct bv_assembled *forms = NULL;
	BV_AUTO(bv_fly_free) struct bv_fly *fly = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf words = BV_BUF(1u << 16);
	struct bv_assembly_effort effort = BV_ASSEMBLY_EFFORT;
	uint32_t items[20 * 6];
	struct bv_err err;
	size_t good = 0;

	effort.swaps = 200000;
	CHECK_OK(bv_design_parse(&design, BV_STR("{\"forms\":2,\"length\":6,\"objective\":{\"kind\":\"minimax\",\"points\":[{\"theta\":0,\"target\":3},"
	                                         "{\"expectedScore\":0.5,\"target\":9}]},\"constraints\":[{\"where\":{\"area\":\"x\"},\"min\":2,\"max\":4}]}"), &err), &err, "two forms");
	CHECK_OK(bv_assemble(&forms, bank, design, key, &effort, &words, &err), &err, "parallel forms of mixed items");
	for (size_t f = 0; forms && f < 2; f++) {
		double info = 0, score = 0;
		for (size_t i = 0; i < 6; i++) {
			info += bv_assembly_information(&bank->items[forms->items[f * 6 + i]], 0);
			score += bv_assembly_expected(&bank->items[forms->items[f * 6 + i]], 0.5);
		}
		good += fabs(info - 3) <= forms->value + 1e-9 && fabs(score - 9) <= forms->value + 1e-9 && fabs(forms->points[f * 2 + 1] - score) < 1e-12;
	}
	CHECK(good == 2 && forms->value < 0.2, "meet information and score within %.4f", forms ? forms->value : NAN);
	bv_design_free(bv_steal(&design));
	CHECK_OK(bv_design_parse(&design, BV_STR("{\"length\":6,\"objective\":{\"kind\":\"maximize\",\"points\":[0]},"
	                                         "\"constraints\":[{\"expectedScore\":0,\"min\":7,\"max\":9},{\"information\":0.5,\"min\":2.4}]}"), &err), &err, "a design for the fly");
	CHECK_OK(bv_fly_new(&fly, bank, design, &(struct bv_fly_rules){ .exposure_max = 0.6, .overlap_max = 5, .forms_max = 20 }, &err), &err, "forms on the fly");
	good = 0;
	for (uint8_t f = 0; fly && f < 20; f++) {
		double info = 0, score = 0;
		bool drawn = bv_fly_draw(fly, (const uint8_t[BV_HASH_LEN]){ f }, NULL, 0, items, &err) == BV_OK;
		for (size_t i = 0; i < 6 && drawn; i++) {
			info += bv_assembly_information(&bank->items[items[i]], 0.5);
			score += bv_assembly_expected(&bank->items[items[i]], 0);
		}
		good += drawn && score >= 7 - 1e-6 && score <= 9 + 1e-6 && info >= 2.4 - 1e-6;
	}
	CHECK(good == 20, "20 hold the score and the information: %zu", good);
}

/* A nominal item informs, but has no score. */
static void
test_nominal(const struct bv_assembly_bank *bank)
{
	static const struct {
		const char *design;
		bool good;
	} cases[] = {
		{ "{\"length\":4,\"objective\":{\"kind\":\"maximize\",\"points\":[0]}}", true },
		{ "{\"length\":4,\"objective\":{\"kind\":\"maximize\",\"points\":[0]},\"constraints\":[{\"name\":\"s\",\"expectedScore\":0,\"min\":3}]}", false },
		{ "{\"length\":4,\"objective\":{\"kind\":\"maximize\",\"points\":[{\"expectedScore\":0}]}}", false },
		{ "{\"length\":4,\"only\":{\"area\":\"x\"},\"objective\":{\"kind\":\"maximize\",\"points\":[0]},\"constraints\":[{\"name\":\"s\",\"expectedScore\":0,\"max\":30}]}", false },
	};

	CHECK(!bv_assembly_ordered(&bank->items[5]) && bv_assembly_ordered(&bank->items[0]) && bv_assembly_ordered(&bank->items[1]), "what has an order");
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_design_free) struct bv_design *design = NULL;
		BV_AUTO(bv_assembled_free) struct bv_assembled *form = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf words = BV_BUF(1u << 16);
		const struct bv_assembly_effort effort = BV_ASSEMBLY_EFFORT;
		struct bv_err err;
		CHECK_OK(bv_design_parse(&design, bv_str_of(cases[i].design), &err), &err, "a design");
		enum bv_status status = bv_assemble(&form, bank, design, key, &effort, &words, &err);
		if (cases[i].good)
			CHECK_OK(status, &err, "nominal items in a form");
		else
			CHECK_REFUSED(status, BV_EINVAL, &err, "(model nominal)", cases[i].design);
	}
}

int
main(void)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *small = mixed_bank(12, false), *large = mixed_bank(30, false), *nominal = mixed_bank(24, true);

	test_reading();
	test_notations();
	test_refused();
	if (small && large && nominal) {
		test_draw(nominal);
		test_form(small);
		test_shadow(small);
		test_several(large);
		test_nominal(nominal);
	}
	return check_end();
}
