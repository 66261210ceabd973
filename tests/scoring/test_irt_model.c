#define _GNU_SOURCE
/* The models: against mirt and catR (reference: psycho/expected/scores_3pl20.json), and every derivative against a central difference. */
#include <math.h>

#include "base/json.h"
#include "scoring/irt/irt.h"
#include "tests/check.h"
#include "tests/scoring/load.h"

#define PACKAGE 1e-9    /* mirt's and catR's own figures */
#define DIFFERENCE 2e-6 /* of a central difference with step 1e-5, relative to 1 + |value| */
#define STEP 1e-5

static const struct bv_irt_item samples[] = {
	{ BV_IRT_RASCH, 2, 1, 0, { 0.4 } },
	{ BV_IRT_2PL, 2, 1.7, 0, { -1.2 } },
	{ BV_IRT_2PL, 2, -0.6, 0, { 0.3 } },
	{ BV_IRT_3PL, 2, 1.3, 0.22, { -0.9 } },
	{ BV_IRT_GRM, 4, 1.4, 0, { 1.9, 0.2, -1.1 } },
	{ BV_IRT_GRM, 2, 0.8, 0, { 0.2 } },
	{ BV_IRT_GPCM, 5, 0.9, 0, { 0.7, 0.9, 0.1, -2.2 } },
	{ BV_IRT_PCM, 3, 1, 0, { 0.5, -0.4 } },
	{ BV_IRT_NOMINAL, 2, -0.9, 0, { 0.6 } },
	{ BV_IRT_NOMINAL, 5, -1.3, 0, { 0.6, -0.2, 1.1, -0.7 }, { 0.4, 0, 1.2 } },
};

static bool
relatively_near(double got, double want, double tolerance)
{
	if (fabs(got - want) <= tolerance * (1 + fabs(want)))
		return true;
	printf("# got %.17g, want %.17g\n", got, want);
	return false;
}

static void
check_abilities(const struct bv_irt_item *item)
{
	bool sums = true, first = true, second = true, information = true;

	for (double x = -4; x <= 4; x += 0.5) {
		struct bv_irt_curve at, below, above;
		double sum = 0, sum_1 = 0, moment = 0;
		bv_irt_curve(&at, item, x);
		bv_irt_curve(&below, item, x - STEP);
		bv_irt_curve(&above, item, x + STEP);
		for (int k = 0; k < item->categories; k++) {
			sum += at.p[k];
			sum_1 += at.p1[k];
			first &= relatively_near(at.p1[k], (above.p[k] - below.p[k]) / (2 * STEP), DIFFERENCE);
			second &= relatively_near(at.p2[k], (above.p1[k] - below.p1[k]) / (2 * STEP), DIFFERENCE);
			/* The expectation of the squared score, with the score by difference. */
			double score = (log(above.p[k]) - log(below.p[k])) / (2 * STEP);
			moment += at.p[k] * score * score;
		}
		sums &= relatively_near(sum, 1, 1e-14) && relatively_near(sum_1, 0, 1e-14);
		information &= relatively_near(bv_irt_information(item, x), moment, DIFFERENCE);
		information &= relatively_near(bv_irt_information_slope(item, x),
		                    (bv_irt_information(item, x + STEP) - bv_irt_information(item, x - STEP)) / (2 * STEP), DIFFERENCE);
	}
	const char *name = bv_irt_model_name(item->model);
	CHECK(sums, "%s: probabilities sum to 1, their slopes to 0", name);
	CHECK(first && second, "%s: derivatives in ability against differences", name);
	CHECK(information, "%s: information and its slope against differences", name);
}

/* The idx-th parameter, moved; c moves in its logit. */
static struct bv_irt_item
moved(const struct bv_irt_item *item, int idx, double by)
{
	struct bv_irt_item out = *item;

	if (bv_irt_param(&out, idx) == &out.c)
		out.c = 1 / (1 + (1 - item->c) / item->c * exp(-by));
	else
		*bv_irt_param(&out, idx) += by;
	return out;
}

static void
check_parameters(const struct bv_irt_item *item)
{
	bool first = true, second = true;

	for (double x = -3; x <= 3; x += 0.75)
		for (int i = 0; i < bv_irt_param_count(item); i++) {
			struct bv_irt_item up = moved(item, i, STEP), down = moved(item, i, -STEP);
			struct bv_irt_slopes at, below, above;
			struct bv_irt_bends bends;
			bv_irt_slopes(&at, &bends, item, x);
			bv_irt_slopes(&below, NULL, &down, x);
			bv_irt_slopes(&above, NULL, &up, x);
			for (int k = 0; k < item->categories; k++) {
				first &= relatively_near(at.p[k], bv_irt_probability(item, k, x), 1e-14);
				first &= relatively_near(at.first[k][i], (log(above.p[k]) - log(below.p[k])) / (2 * STEP), DIFFERENCE);
				for (int j = 0; j < bv_irt_param_count(item); j++)
					second &= relatively_near(bends.second[k][i][j], (above.first[k][j] - below.first[k][j]) / (2 * STEP), DIFFERENCE);
			}
		}
	CHECK(first && second, "%s: derivatives in the parameters against differences", bv_irt_model_name(item->model));
}

/* Every double a finite one, however far: no estimator is to meet a NaN. */
static void
check_far(void)
{
	bool finite = true;

	for (size_t i = 0; i < BV_COUNT(samples); i++)
		for (int sign = -1; sign <= 1; sign += 2) {
			struct bv_irt_item item = samples[i];
			struct bv_irt_slopes slopes;
			struct bv_irt_bends bends;
			item.a = 20 * sign;
			double x = 20, sum = 0;
			bv_irt_slopes(&slopes, &bends, &item, x);
			for (int k = 0; k < item.categories; k++) {
				sum += slopes.p[k];
				for (int p = 0; p < bv_irt_param_count(&item); p++)
					finite &= isfinite(slopes.first[k][p]) && isfinite(bends.second[k][p][p]);
			}
			finite &= relatively_near(sum, 1, 1e-12) && isfinite(bv_irt_information(&item, x)) && isfinite(bv_irt_warm_j(&item, x));
			finite &= isfinite(bv_irt_information_slope(&item, x)) && isfinite(bv_irt_expected(&item, x));
		}
	CHECK(finite, "finite with the largest slope at an ability of 20");
}

static double
real_at(const struct bv_json *object, const char *name, size_t idx)
{
	return bv_json_real(bv_json_at(bv_json_find(object, name), idx));
}

static void
check_packages(void)
{
	const char *path = check_reference("psycho/expected/scores_3pl20.json");
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(8u << 20);
	struct bv_err err;

	if (!path || !CHECK(bv_file_read(&text, path, &err) == BV_OK && bv_json_parse(&json, bv_buf_str(&text), &err) == BV_OK, "reference read"))
		return;
	const struct bv_json *bank = bv_json_find(json, "bank"), *info = bv_json_find(json, "info"), *theta = bv_json_find(info, "theta");
	bool item_information = true, test_information = true, expected = true, slope = true;
	for (size_t t = 0; t < bv_json_count(theta); t++) {
		double x = bv_json_real(bv_json_at(theta, t)), sum = 0, mark = 0;
		for (size_t i = 0; i < bv_json_count(bv_json_find(bank, "a")); i++) {
			struct bv_irt_item item = bv_irt_item_of(real_at(bank, "a", i), real_at(bank, "b", i), real_at(bank, "c", i), 1);
			double information = bv_irt_information(&item, x);
			sum += information;
			mark += bv_irt_expected(&item, x);
			item_information &= relatively_near(information, bv_json_real(bv_json_at(bv_json_at(bv_json_find(info, "item_info"), t), i)), PACKAGE);
			item_information &= relatively_near(information, bv_json_real(bv_json_at(bv_json_at(bv_json_find(info, "catR_Ii"), i), t)), PACKAGE);
			slope &= relatively_near(bv_irt_information_slope(&item, x), bv_json_real(bv_json_at(bv_json_at(bv_json_find(info, "catR_dIi"), i), t)), PACKAGE);
		}
		test_information &= relatively_near(sum, real_at(info, "test_info", t), PACKAGE);
		expected &= relatively_near(mark, real_at(info, "expected_score", t), PACKAGE);
	}
	CHECK(item_information && slope, "information of 20 items on 17 abilities and its slope: catR");
	CHECK(test_information && expected, "test information and expected score: mirt");
}

/* With slopes that rise evenly the nominal model is partial credit; whichever category is the first, the probabilities are the same. */
static void
check_nominal(void)
{
	static const struct bv_irt_item credit = { BV_IRT_GPCM, 4, 0.8, 0, { 0.7, 0.9, -1.2 } }, nominal = { BV_IRT_NOMINAL, 4, 0.8, 0, { 0.7, 0.9, -1.2 }, { 1.6, 2.4 } };
	/* Categories 3, 2, 1, 0 of the same. */
	static const struct bv_irt_item turned = { BV_IRT_NOMINAL, 4, -0.8, 0, { 2.1, 1.9, 1.2 }, { -1.6, -2.4 } };
	bool same = true;

	for (double x = -4; x <= 4; x += 0.5)
		for (int k = 0; k < 4; k++) {
			same &= relatively_near(bv_irt_probability(&nominal, k, x), bv_irt_probability(&credit, k, x), 1e-14);
			same &= relatively_near(bv_irt_probability(&turned, 3 - k, x), bv_irt_probability(&credit, k, x), 1e-14);
		}
	CHECK(same && bv_irt_param_count(&nominal) == 6, "nominal with even slopes is partial credit");
}

/* Trap 8: an item in the metric 1.702 is the item with its slope that much larger, and no other. */
static void
check_metric(void)
{
	struct bv_irt_item one = bv_irt_item_of(1.1, 0.4, 0.2, 1), other = bv_irt_item_of(1.1, 0.4, 0.2, 1.702);

	CHECK(relatively_near(bv_irt_probability(&other, 1, 1.4), 0.2 + 0.8 / (1 + exp(-1.702 * 1.1)), 1e-15) &&
	              relatively_near(bv_irt_probability(&one, 1, 1.4), 0.2 + 0.8 / (1 + exp(-1.1)), 1e-15),
	      "D is 1 or 1.702, as said");
}

static void
check_ranges(void)
{
	static const struct {
		const char *what, *part;
		struct bv_irt_item item;
	} refused[] = {
		{ "a slope above 20", "slope", { BV_IRT_2PL, 2, 20.1, 0, { 0 } } },
		{ "a slope that is none", "slope", { BV_IRT_2PL, 2, NAN, 0, { 0 } } },
		{ "three categories of right and wrong", "categories", { BV_IRT_2PL, 3, 1, 0, { 0 } } },
		{ "one category", "categories", { BV_IRT_GRM, 1, 1, 0, { 0 } } },
		{ "seventeen categories", "categories", { BV_IRT_GRM, 17, 1, 0, { 0 } } },
		{ "an asymptote of 1", "asymptote", { BV_IRT_3PL, 2, 1, 1, { 0 } } },
		{ "an asymptote of the 2PL", "asymptote", { BV_IRT_2PL, 2, 1, 0.1, { 0 } } },
		{ "an intercept above 100", "intercept", { BV_IRT_2PL, 2, 1, 0, { 100.5 } } },
		{ "rising intercepts of the graded model", "fall", { BV_IRT_GRM, 3, 1, 0, { 0, 0 } } },
		{ "a nominal slope below -20", "slope 3", { BV_IRT_NOMINAL, 4, 20, 0, { 0, 0, 0 }, { 20, -20.1 } } },
	};
	struct bv_err err;
	enum bv_irt_model model;

	for (size_t i = 0; i < BV_COUNT(samples); i++)
		CHECK_OK(bv_irt_item_check(&samples[i], &err), &err, bv_irt_model_name(samples[i].model));
	for (size_t i = 0; i < BV_COUNT(refused); i++)
		CHECK_REFUSED(bv_irt_item_check(&refused[i].item, &err), BV_EINVAL, &err, refused[i].part, refused[i].what);
	CHECK(bv_irt_model_find(&model, BV_STR("gpcm")) && model == BV_IRT_GPCM && !bv_irt_model_find(&model, BV_STR("4pl")), "models by name");
}

int
main(void)
{
	for (size_t i = 0; i < BV_COUNT(samples); i++) {
		check_abilities(&samples[i]);
		check_parameters(&samples[i]);
	}
	check_far();
	check_packages();
	check_metric();
	check_nominal();
	check_ranges();
	return check_end();
}
