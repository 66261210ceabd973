#define _GNU_SOURCE
/* Scores on known parameters: against mirt and catR (reference: psycho/expected/scores_3pl20.json) and against second methods: the posterior
 * integrated with Simpson's rule, the estimating function's root by bisection on differences of the written-out log likelihood, sums enumerated. */
#include <math.h>

#include "base/hash.h"
#include "base/json.h"
#include "scoring/irt/irt.h"
#include "tests/check.h"
#include "tests/scoring/load.h"

#define EAP_TOLERANCE 1e-8
#define WARM_TOLERANCE 2e-5   /* catR stops its root finder at 1e-5 or so; see check_roots for 1e-6 against the equation itself */
#define MODE_TOLERANCE 2e-4   /* mirt's and catR's optimizers */
#define ENUMERATED 1e-12
#define ITEMS 20

static struct bv_irt_item bank[ITEMS];
static const struct bv_json *reference;

static double
real_at(const struct bv_json *object, const char *name, size_t idx)
{
	return bv_json_real(bv_json_at(bv_json_find(object, name), idx));
}

static void
marks_of(int8_t marks[ITEMS], const struct bv_json *pattern)
{
	for (size_t i = 0; i < ITEMS; i++) {
		const struct bv_json *mark = bv_json_at(pattern, i);
		marks[i] = bv_json_type(mark) == BV_JSON_NULL ? -1 : (int8_t)bv_json_int(mark);
	}
}

struct row {
	enum bv_irt_method method;
	const char *column;
	double tolerance;
	bool expected; /* the column's standard error is of the expected information, or of the observed */
};

static void
check_column(const struct bv_irt_scorer *scorer, const struct bv_json *set, const struct row *row, const char *what)
{
	const struct bv_json *patterns = bv_json_find(set, "patterns"), *column = bv_json_find(set, row->column);
	bool theta = true, error = true;

	for (size_t p = 0; p < bv_json_count(patterns); p++) {
		const struct bv_json *want = bv_json_at(column, p);
		int8_t marks[ITEMS];
		struct bv_irt_score got;
		marks_of(marks, bv_json_at(patterns, p));
		bv_irt_score(&got, scorer, row->method, marks);
		if (bv_json_type(bv_json_at(want, 0)) == BV_JSON_NULL) /* trap 3: mirt has none where there is no maximum */
			theta &= got.bound && isfinite(got.theta) && isfinite(got.se);
		else if (got.bound) /* catR stops at the end of its range, as we do */
			theta &= near(fabs(bv_json_real(bv_json_at(want, 0))), 6, 1e-3);
		else {
			theta &= near(got.theta, bv_json_real(bv_json_at(want, 0)), row->tolerance);
			double se = row->expected ? got.se_expected : got.se;
			error &= near(se, bv_json_real(bv_json_at(want, 1)), row->tolerance * (1 + se * se * 20));
		}
	}
	CHECK(theta, "%s, %s: ability", row->column, what);
	CHECK(error, "%s, %s: standard error (%s information)", row->column, what, row->expected ? "expected" : "observed");
}

static void
check_packages(const struct bv_irt_scorer *scorer)
{
	static const struct row rows[] = {
		{ BV_IRT_EAP, "mirt_EAP", EAP_TOLERANCE, false },
		{ BV_IRT_EAP, "catR_EAP", 1e-4, false }, /* 33 nodes on [-4, 4] */
		{ BV_IRT_MAP, "mirt_MAP", MODE_TOLERANCE, false },
		{ BV_IRT_ML, "mirt_ML", MODE_TOLERANCE, false },
		/* Trap 2: catR's standard errors are of the expected information. */
		{ BV_IRT_MAP, "catR_BM", MODE_TOLERANCE, true },
		{ BV_IRT_ML, "catR_ML", MODE_TOLERANCE, true },
		/* Trap 1: Warm's is catR's; what mirt calls WLE is the maximum under Jeffreys' prior. */
		{ BV_IRT_WLE, "catR_WL", WARM_TOLERANCE, true },
	};
	static const struct row jeffreys = { BV_IRT_JEFFREYS, "mirt_WLE", MODE_TOLERANCE, false };

	for (size_t i = 0; i < BV_COUNT(rows); i++) {
		check_column(scorer, bv_json_find(reference, "complete"), &rows[i], "complete");
		check_column(scorer, bv_json_find(reference, "missing"), &rows[i], "with missing answers");
	}
	for (int missing = 0; missing < 2; missing++) {
		const struct bv_json *set = bv_json_find(reference, missing ? "missing" : "complete");
		bool theta = true;
		for (size_t p = 0; p < bv_json_count(bv_json_find(set, "patterns")); p++) {
			int8_t marks[ITEMS];
			struct bv_irt_score got;
			marks_of(marks, bv_json_at(bv_json_find(set, "patterns"), p));
			bv_irt_score(&got, scorer, BV_IRT_JEFFREYS, marks);
			theta &= near(got.theta, bv_json_real(bv_json_at(bv_json_at(bv_json_find(set, "mirt_WLE"), p), 0)), jeffreys.tolerance);
		}
		CHECK(theta, "mirt's WLE is Jeffreys'%s", missing ? ", with missing answers too" : "");
	}
}

static void
check_sums(void)
{
	const struct bv_json *lw = bv_json_find(reference, "lord_wingersky"), *table = bv_json_find(bv_json_find(reference, "EAPsum"), "table");
	struct bv_irt_sum_score scores[ITEMS + 1];
	bool distribution = true, eap = true;

	for (size_t t = 0; t < bv_json_count(bv_json_find(lw, "theta")); t++) {
		double p[ITEMS + 1];
		bv_irt_sum_distribution(p, bank, ITEMS, real_at(lw, "theta", t));
		for (size_t s = 0; s <= ITEMS; s++)
			distribution &= near(p[s], bv_json_real(bv_json_at(bv_json_at(bv_json_find(lw, "dist"), t), s)), ENUMERATED);
	}
	CHECK(distribution, "Lord-Wingersky: cacIRT to 1e-12");
	bv_irt_sum_scores(scores, bank, ITEMS, 0, 1);
	for (size_t s = 0; s <= ITEMS; s++) {
		const struct bv_json *row = bv_json_at(table, s);
		eap &= near(scores[s].theta, bv_json_real(bv_json_find(row, "F1")), EAP_TOLERANCE);
		eap &= near(scores[s].se, bv_json_real(bv_json_find(row, "SE_F1")), EAP_TOLERANCE);
	}
	CHECK(eap, "EAP of sums: mirt");
}

/* Items of every model, for the second methods. */
static const struct bv_irt_item mixed[] = {
	{ BV_IRT_2PL, 2, 1.7, 0, { -1.2 } },
	{ BV_IRT_3PL, 2, 1.3, 0.22, { -0.9 } },
	{ BV_IRT_GRM, 4, 1.4, 0, { 1.9, 0.2, -1.1 } },
	{ BV_IRT_GPCM, 3, 0.9, 0, { 0.7, -0.2 } },
	{ BV_IRT_RASCH, 2, 1, 0, { 0.4 } },
	{ BV_IRT_3PL, 2, 2.1, 0.3, { 0.6 } },
	{ BV_IRT_NOMINAL, 3, -0.7, 0, { 0.3, 0.5 }, { 1.1 } },
};
#define MIXED BV_COUNT(mixed)
#define PATTERNS (2 * 2 * 4 * 3 * 2 * 2 * 3)

static void
pattern_of(int8_t marks[MIXED], int number)
{
	for (size_t i = 0; i < MIXED; i++) {
		marks[i] = (int8_t)(number % mixed[i].categories);
		number /= mixed[i].categories;
	}
}

static double
log_likelihood(const int8_t marks[MIXED], double theta)
{
	double sum = 0;

	for (size_t i = 0; i < MIXED; i++)
		if (marks[i] >= 0)
			sum += log(bv_irt_probability(&mixed[i], marks[i], theta));
	return sum;
}

static void
check_enumeration(void)
{
	bool same = true;

	for (double theta = -2; theta <= 2; theta += 0.8) {
		double want[16] = { 0 }, got[16];
		size_t top = bv_irt_marks_max(mixed, MIXED);
		for (int n = 0; n < PATTERNS; n++) {
			int8_t marks[MIXED];
			size_t sum = 0;
			pattern_of(marks, n);
			for (size_t i = 0; i < MIXED; i++)
				sum += (size_t)marks[i];
			want[sum] += exp(log_likelihood(marks, theta));
		}
		bv_irt_sum_distribution(got, mixed, MIXED, theta);
		for (size_t s = 0; s <= top; s++)
			same &= near(got[s], want[s], ENUMERATED);
	}
	CHECK(same, "distribution of sums: all %d patterns enumerated", PATTERNS);
}

/* Simpson's rule on 2,001 nodes: the 61 of EAP are a sum, so the agreement is that of the rule for a smooth, narrow function. */
static void
check_integral(void)
{
	struct bv_irt_scorer *scorer = NULL;
	struct bv_err err;
	bool same = true;

	CHECK_OK(bv_irt_scorer_new(&scorer, mixed, MIXED, 0.3, 0.9, &err), &err, "scorer of mixed items");
	for (int n = 0; n < PATTERNS; n += 7) {
		int8_t marks[MIXED];
		struct bv_irt_score got;
		double sum = 0, first = 0, second = 0;
		pattern_of(marks, n);
		for (int i = 0; i <= 2000; i++) {
			double x = -6 + 0.006 * i, z = (x - 0.3) / 0.9, w = (i == 0 || i == 2000 ? 1 : i % 2 ? 4 : 2) * exp(log_likelihood(marks, x) - z * z / 2);
			sum += w;
			first += w * x;
			second += w * x * x;
		}
		bv_irt_score(&got, scorer, BV_IRT_EAP, marks);
		same &= near(got.theta, first / sum, 1e-7) && near(got.se, sqrt(second / sum - first / sum * (first / sum)), 1e-7);
	}
	CHECK(same, "EAP against an integral");
	bv_irt_scorer_free(scorer);
}

/* What each method makes largest, or its slope, all by differences of sums written out. */
static double
slope_of(enum bv_irt_method method, const int8_t marks[MIXED], double x)
{
	double step = 1e-5, slope = (log_likelihood(marks, x + step) - log_likelihood(marks, x - step)) / (2 * step);
	double information[3] = { 0 }, j = 0;

	for (int s = -1; s <= 1; s++)
		for (size_t i = 0; i < MIXED; i++)
			information[s + 1] += marks[i] >= 0 ? bv_irt_information(&mixed[i], x + s * step) : 0;
	for (size_t i = 0; i < MIXED; i++) {
		for (int k = 0; marks[i] >= 0 && k < mixed[i].categories; k++) {
			double h = 1e-3, p = bv_irt_probability(&mixed[i], k, x), up = bv_irt_probability(&mixed[i], k, x + h), down = bv_irt_probability(&mixed[i], k, x - h);
			j += (up - down) / (2 * h) * ((up - 2 * p + down) / (h * h)) / p;
		}
	}
	switch (method) {
	case BV_IRT_MAP:
		return slope - (x - 0.3) / 0.81;
	case BV_IRT_WLE:
		return slope + j / (2 * information[1]);
	case BV_IRT_JEFFREYS:
		return slope + (information[2] - information[0]) / (2 * step) / (2 * information[1]);
	default:
		return slope;
	}
}

static void
check_roots(void)
{
	static const enum bv_irt_method methods[] = { BV_IRT_MAP, BV_IRT_ML, BV_IRT_WLE, BV_IRT_JEFFREYS };
	struct bv_irt_scorer *scorer = NULL;
	struct bv_err err;

	CHECK_OK(bv_irt_scorer_new(&scorer, mixed, MIXED, 0.3, 0.9, &err), &err, "scorer of mixed items");
	for (size_t m = 0; m < BV_COUNT(methods); m++) {
		bool root = true;
		int bounds = 0;
		for (int n = 0; n < PATTERNS; n++) {
			int8_t marks[MIXED];
			struct bv_irt_score got;
			pattern_of(marks, n);
			if (n % 3 == 0)
				marks[n % (int)MIXED] = -1;
			bv_irt_score(&got, scorer, methods[m], marks);
			bounds += got.bound;
			root &= isfinite(got.theta) && got.se > 0 && got.se <= 100 && got.se_expected > 0;
			/* The root lies within 1e-6: J's differences have an error of about 1e-6 themselves. */
			if (!got.bound)
				root &= slope_of(methods[m], marks, got.theta - 2e-6) >= -1e-6 && slope_of(methods[m], marks, got.theta + 2e-6) <= 1e-6;
		}
		CHECK(root, "%s: the root of its own equation", bv_irt_method_name(methods[m]));
		CHECK(methods[m] == BV_IRT_MAP ? bounds == 0 : bounds < PATTERNS / 4, "%s: %d of %d at a bound", bv_irt_method_name(methods[m]), bounds, PATTERNS);
	}
	bv_irt_scorer_free(scorer);
}

/* Where the 3PL's likelihood has two maxima the higher is taken (Samejima 1973). */
static void
check_two_maxima(void)
{
	static const struct bv_irt_item two[] = { { BV_IRT_2PL, 2, 0.8, 0, { 0.8 } }, { BV_IRT_3PL, 2, 4, 0.1, { -8 } }, { BV_IRT_2PL, 2, 1, 0, { 2 } } };
	static const int8_t marks[] = { 0, 1, 1 };
	struct bv_irt_scorer *scorer = NULL;
	struct bv_irt_score got;
	struct bv_err err;
	double best = -INFINITY, at = 0;

	CHECK_OK(bv_irt_scorer_new(&scorer, two, 3, 0, 1, &err), &err, "scorer of three");
	bv_irt_score(&got, scorer, BV_IRT_ML, marks);
	for (double x = -6; x <= 6; x += 1e-4) {
		double sum = 0;
		for (int i = 0; i < 3; i++)
			sum += log(bv_irt_probability(&two[i], marks[i], x));
		if (sum > best) {
			best = sum;
			at = x;
		}
	}
	CHECK(near(got.theta, at, 1e-3) && got.several == true, "the higher of two maxima, and it is said");
	bv_irt_scorer_free(scorer);
}

/* No answers, all right, all wrong, 600 items that nobody of any ability answers so: a number always. */
static void
check_total(void)
{
	static struct bv_irt_item many[600];
	static int8_t marks[600];
	struct bv_irt_scorer *scorer = NULL;
	struct bv_err err;
	bool finite = true;

	for (int i = 0; i < 600; i++)
		many[i] = bv_irt_item_of(8, i % 2 ? 5 : -5, 0, 1);
	CHECK_OK(bv_irt_scorer_new(&scorer, many, 600, 0, 1, &err), &err, "scorer of 600 items");
	for (int kind = 0; kind < 5; kind++)
		for (int m = 0; m < BV_IRT_METHODS; m++) {
			struct bv_irt_score got;
			for (int i = 0; i < 600; i++)
				marks[i] = (int8_t)(kind == 0 ? -1 : kind == 1 ? 0 : kind == 2 ? 1 : kind == 3 ? i % 2 : (i % 7) - 6 ? i % 2 : -1);
			bv_irt_score(&got, scorer, (enum bv_irt_method)m, marks);
			finite &= isfinite(got.theta) && fabs(got.theta) <= 6 && got.se > 0 && got.se <= 100 && isfinite(got.se_expected);
			if (kind == 0)
				finite &= fabs(got.theta) < 1e-12 && got.answers == 0;
			if (kind == 1 && m != BV_IRT_EAP && m != BV_IRT_MAP)
				finite &= got.theta < 0;
		}
	CHECK(finite, "every method gives a bounded number for any answers");
	bv_irt_scorer_free(scorer);
	CHECK_REFUSED(bv_irt_scorer_new(&scorer, many, 0, 0, 1, &err), BV_ELIMIT, &err, "items", "no items");
	CHECK_REFUSED(bv_irt_scorer_new(&scorer, many, 1, 0, 0, &err), BV_EINVAL, &err, "prior", "a prior without spread");
	many[0].a = 30;
	CHECK_REFUSED(bv_irt_scorer_new(&scorer, many, 2, 0, 1, &err), BV_EINVAL, &err, "item 1: slope", "an item out of range");
}

int
main(void)
{
	const char *path = check_reference("psycho/expected/scores_3pl20.json");
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(8u << 20);
	struct bv_err err;
	enum bv_irt_method method;

	if (path && CHECK(bv_file_read(&text, path, &err) == BV_OK && bv_json_parse(&json, bv_buf_str(&text), &err) == BV_OK, "reference read")) {
		struct bv_irt_scorer *scorer = NULL;
		reference = json;
		for (size_t i = 0; i < ITEMS; i++)
			bank[i] = bv_irt_item_of(real_at(bv_json_find(json, "bank"), "a", i), real_at(bv_json_find(json, "bank"), "b", i),
			                         real_at(bv_json_find(json, "bank"), "c", i), 1);
		CHECK_OK(bv_irt_scorer_new(&scorer, bank, ITEMS, 0, 1, &err), &err, "scorer of 20 items");
		check_packages(scorer);
		check_sums();
		bv_irt_scorer_free(scorer);
	}
	check_enumeration();
	check_integral();
	check_roots();
	check_two_maxima();
	check_total();
	CHECK(bv_irt_method_find(&method, BV_STR("wle")) && method == BV_IRT_WLE && !bv_irt_method_find(&method, BV_STR("warm")), "methods by name");
	return check_end();
}
