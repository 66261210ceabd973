#define _GNU_SOURCE
/* Accuracy and consistency of levels: against cacIRT and betafunctions (reference: psycho/expected/classification.json), the normal distribution against
 * erfc, sums against forms that are drawn, Livingston and Lewis against a sum over every outcome of two forms; the probability of each level against the
 * posterior summed on a fine grid. Trap 5: cacIRT ignores its argument D; the reference was computed with a/1.7, so that its values are those of D = 1. */
#include <math.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "scoring/irt/irt.h"
#include "scoring/scoring.h"
#include "tests/check.h"
#include "tests/scoring/load.h"

#define PACKAGE 1e-12
#define BETAFUNCTIONS 1e-8 /* at its own parameters; its integrals are by R's integrate() */
#define BETA 1e-4          /* alpha and beta by two moments: its variance of true proportions is 2.5e-7 below that of the factorial moments */
#define ITEMS 30

static void
check_package(void)
{
	const char *path = check_reference("psycho/data/syn_2pl_30x2000_true.csv");
	BV_AUTO(bv_buf_finish) struct bv_buf bank = BV_BUF(1u << 20), text = BV_BUF(8u << 20);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_irt_item items[ITEMS];
	struct bv_str rest, line;
	struct bv_err err;
	static const double cuts[] = { -0.5, 0.8 };
	static const int sums[] = { 12, 20 };

	if (!path || bv_file_read(&bank, path, &err) != BV_OK)
		return;
	rest = bv_buf_str(&bank);
	bv_str_line(&rest, &line);
	for (int i = 0; i < ITEMS && bv_str_line(&rest, &line); i++) {
		double a = 0, b = 0;
		size_t comma = bv_str_find(line, ',');
		struct bv_str numbers = bv_str_sub(line, comma + 1, line.len);
		size_t second = bv_str_find(numbers, ',');
		CHECK(bv_str_double(bv_str_sub(numbers, 0, second), &a) && bv_str_double(bv_str_sub(numbers, second + 1, numbers.len), &b), "item %d", i + 1);
		items[i] = bv_irt_item_of(a, b, 0, 1);
	}
	path = check_reference("psycho/expected/classification.json");
	if (!path || !CHECK(bv_file_read(&text, path, &err) == BV_OK && bv_json_parse(&json, bv_buf_str(&text), &err) == BV_OK, "reference read"))
		return;
	for (size_t row = 0; row < 3; row++) {
		size_t from = row == 1, count = row == 2 ? 2 : 1;
		struct bv_irt_classification rudner, lee;
		bv_irt_rudner(&rudner, items, ITEMS, cuts + from, count, 0, 1);
		bv_irt_lee(&lee, items, ITEMS, sums + from, count, 0, 1);
		const struct bv_json *r = bv_json_at(bv_json_find(bv_json_find(json, "rudner_D"), "Marginal"), row);
		const struct bv_json *l = bv_json_at(bv_json_find(bv_json_find(json, "lee_D"), "Marginal"), row);
		CHECK(near(rudner.accuracy, bv_json_real(bv_json_at(r, 0)), PACKAGE) && near(rudner.consistency, bv_json_real(bv_json_at(r, 1)), PACKAGE),
		      "Rudner, row %zu", row + 1);
		CHECK(near(lee.accuracy, bv_json_real(bv_json_at(l, 0)), PACKAGE) && near(lee.consistency, bv_json_real(bv_json_at(l, 1)), PACKAGE),
		      "Lee, row %zu", row + 1);
	}
}

/* Two forms drawn for each of many persons at the nodes of ability. */
static void
check_drawn(void)
{
	static const struct bv_irt_item items[] = { { BV_IRT_2PL, 2, 1.2, 0, { 0.3 } }, { BV_IRT_GRM, 4, 1.4, 0, { 1.9, 0.2, -1.1 } }, { BV_IRT_GPCM, 3, 0.9, 0, { 0.7, -0.2 } } };
	static const int cuts[] = { 2, 5 };
	static const uint8_t key[BV_HASH_LEN] = "test/classification";
	struct bv_irt_classification want;
	struct bv_stream stream;
	double accuracy = 0, consistency = 0, total = 0;

	bv_stream_init(&stream, key);
	bv_irt_lee(&want, items, 3, cuts, 2, 0, 1);
	for (int q = 0; q < BV_IRT_NODES; q++) {
		double theta = bv_irt_node(q), weight = exp(-theta * theta / 2), expected = 0;
		int same = 0, right = 0, rounds = 1000;
		for (int i = 0; i < 3; i++)
			expected += bv_irt_expected(&items[i], theta);
		int true_class = (expected >= 2) + (expected >= 5);
		for (int n = 0; n < rounds; n++) {
			int found[2];
			for (int form = 0; form < 2; form++) {
				int sum = 0;
				for (int i = 0; i < 3; i++) {
					double u = bv_stream_unit(&stream);
					int k = 0;
					while (k < items[i].categories - 1 && (u -= bv_irt_probability(&items[i], k, theta)) > 0)
						k++;
					sum += k;
				}
				found[form] = (sum >= 2) + (sum >= 5);
			}
			same += found[0] == found[1];
			right += found[0] == true_class;
		}
		total += weight;
		accuracy += weight * right / rounds;
		consistency += weight * same / rounds;
	}
	/* Four standard deviations of about 15,000 effective draws. */
	CHECK(near(want.accuracy, accuracy / total, 0.015) && near(want.consistency, consistency / total, 0.015), "Lee against forms that are drawn");
}

/* Sums of the reference's answers, their alpha, the beta, and what follows from it. */
static void
check_livingston(void)
{
	const char *path = check_reference("psycho/data/syn_2pl_30x2000.csv");
	BV_AUTO(bv_buf_finish) struct bv_buf sheet = BV_BUF(1u << 20), text = BV_BUF(8u << 20);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *answers = bv_irt_answers_new(ITEMS);
	struct bv_irt_true_marks marks;
	struct bv_irt_answer given[ITEMS];
	struct bv_str rest, line;
	struct bv_err err;
	size_t counts[ITEMS + 1];
	double alpha;

	if (!path || bv_file_read(&sheet, path, &err) != BV_OK)
		return;
	rest = bv_buf_str(&sheet);
	bv_str_line(&rest, &line);
	while (bv_str_line(&rest, &line)) {
		for (uint32_t i = 0; i < ITEMS; i++)
			given[i] = (struct bv_irt_answer){ i, line.p[2 * i] - '0' };
		if (bv_irt_answers_add(answers, given, ITEMS, 0, &err) != BV_OK)
			CHECK(false, "answers: %s", err.msg);
	}
	path = check_reference("psycho/expected/classification.json");
	if (!path || !CHECK(bv_file_read(&text, path, &err) == BV_OK && bv_json_parse(&json, bv_buf_str(&text), &err) == BV_OK, "reference read"))
		return;
	/* One who left an item out does not count. */
	CHECK_OK(bv_irt_answers_add(answers, given, ITEMS - 1, 0, &err), &err, "one more person");
	bv_irt_answers_sums(counts, ITEMS, &alpha, answers);
	CHECK_OK(bv_irt_true_marks_fit(&marks, counts, ITEMS, alpha, &err), &err, "the beta of the sums");
	for (size_t row = 0; row < 2; row++) {
		const struct bv_json *want = bv_json_at(bv_json_find(json, "LL"), row), *params = bv_json_find(want, "params");
		int cut = (int)bv_json_int(bv_json_find(want, "cut"));
		struct bv_irt_classification got;
		struct bv_irt_true_marks theirs = marks;
		CHECK(near(alpha, bv_json_real(bv_json_find(want, "reliability")), PACKAGE) && near(marks.length, bv_json_real(bv_json_find(want, "etl")), 1e-10) &&
		          marks.items == bv_json_int(bv_json_find(params, "etl_rounded")) && !marks.four &&
		          near(marks.alpha, bv_json_real(bv_json_find(params, "alpha")), BETA) && near(marks.beta, bv_json_real(bv_json_find(params, "beta")), BETA),
		      "Livingston and Lewis, row %zu: length and beta of betafunctions, which falls to two parameters", row + 1);
		theirs.alpha = bv_json_real(bv_json_find(params, "alpha"));
		theirs.beta = bv_json_real(bv_json_find(params, "beta"));
		bv_irt_livingston_lewis(&got, &theirs, ITEMS, &cut, 1);
		CHECK(near(got.accuracy, bv_json_real(bv_json_find(bv_json_find(want, "accuracy"), "Accuracy")), BETAFUNCTIONS), "  its accuracy");
		/* Their "positive" is below the cut; rows right and wrong, columns below and above. */
		const double cells[2][2] = { { got.below_right, got.above_right }, { got.below_wrong, got.above_wrong } };
		bool table = true;
		for (size_t r = 0; r < 2; r++)
			for (size_t c = 0; c < 2; c++)
				table &= near(cells[r][c], bv_json_real(bv_json_at(bv_json_at(bv_json_find(want, "confmat"), r), c)), BETAFUNCTIONS);
		CHECK(table && near(got.below_right + got.above_right, got.accuracy, 1e-14) && near(got.below_wrong + got.above_wrong, 1 - got.accuracy, 1e-12), "  its confmat");
		const struct bv_json *rates = bv_json_find(want, "accuracy");
		double sensitivity = got.below_right / (got.below_right + got.above_wrong), specificity = got.above_right / (got.above_right + got.below_wrong);
		CHECK(near(sensitivity, bv_json_real(bv_json_find(rates, "Sensitivity")), 3 * BETAFUNCTIONS) &&
		          near(specificity, bv_json_real(bv_json_find(rates, "Specificity")), 3 * BETAFUNCTIONS) &&
		          near(got.below_right / (got.below_right + got.below_wrong), bv_json_real(bv_json_find(rates, "PPV")), 3 * BETAFUNCTIONS) &&
		          near(got.above_right / (got.above_right + got.above_wrong), bv_json_real(bv_json_find(rates, "NPV")), 3 * BETAFUNCTIONS) &&
		          near(sensitivity + specificity - 1, bv_json_real(bv_json_find(rates, "Youden.J")), 6 * BETAFUNCTIONS),
		      "  its rates");
		/* At the other cut betafunctions takes 15.6 items for the table of two forms (its margins sum to 0.999, so it is no distribution): left to
		 * check_enumerated. */
		if (cut == 20)
			CHECK(near(got.consistency, bv_json_real(bv_json_find(bv_json_find(want, "consistency"), "p")), BETAFUNCTIONS) &&
			          near(got.kappa, bv_json_real(bv_json_find(bv_json_find(want, "consistency"), "Kappa")), BETAFUNCTIONS) &&
			          near(got.chance, bv_json_real(bv_json_find(bv_json_find(want, "consistency"), "p_c")), BETAFUNCTIONS),
			      "  its consistency and kappa");
	}
}

/* Livingston and Lewis by the midpoint rule and every outcome of each form, for betas with and without ends in [0, 1]. */
static void
check_enumerated(void)
{
	static const struct bv_irt_true_marks betas[] = {
		{ 38.5, 39, 4.196, 3.383, 0, 1, false }, { 20, 20, 2.5, 1.5, 0.15, 0.9, true }, { 12, 12, 1, 1, 0, 1, false }, { 1, 1, 3, 2, 0, 1, false },
	};
	static const int cuts[] = { 7, 12, 20 };
	enum { MAX = 30, POINTS = 20000 };

	for (size_t b = 0; b < BV_COUNT(betas); b++) {
		const struct bv_irt_true_marks *m = &betas[b];
		double accuracy = 0, consistency = 0, total = 0, chance[4] = { 0 }, below = 0, missed = 0;
		struct bv_irt_classification got;
		for (int q = 0; q < POINTS; q++) {
			double t = (q + 0.5) / POINTS, x = m->low + (m->high - m->low) * t, w = pow(t, m->alpha - 1) * pow(1 - t, m->beta - 1), p[4] = { 0 };
			int true_class = 0;
			for (int n = 0; n <= m->items; n++) {
				int found = 0;
				for (int k = 0; k < 3; k++)
					found += n * MAX >= cuts[k] * m->items;
				p[found] += exp(lgamma(m->items + 1) - lgamma(n + 1) - lgamma(m->items - n + 1) + n * log(x) + (m->items - n) * log1p(-x));
			}
			for (int k = 0; k < 3; k++)
				true_class += x * MAX >= cuts[k];
			total += w;
			accuracy += w * p[true_class];
			below += true_class == 0 ? w * p[0] : 0;
			missed += true_class == 0 ? w * (1 - p[0]) : 0;
			for (int k = 0; k < 4; k++) {
				consistency += w * p[k] * p[k];
				chance[k] += w * p[k];
			}
		}
		double by_chance = 0;
		for (int k = 0; k < 4; k++)
			by_chance += chance[k] * chance[k] / total / total;
		bv_irt_livingston_lewis(&got, m, MAX, cuts, 3);
		CHECK(near(got.accuracy, accuracy / total, 1e-4) && near(got.consistency, consistency / total, 1e-6) &&
		          near(got.kappa, (consistency / total - by_chance) / (1 - by_chance), 1e-6) && near(got.below_right, below / total, 1e-4) &&
		          near(got.above_wrong, missed / total, 1e-4) && near(got.below_right + got.below_wrong + got.above_right + got.above_wrong, 1, 1e-12),
		      "Livingston and Lewis, beta %zu: the sum over every outcome", b + 1);
	}
}

/* The beta of four moments comes back from sums that have its very moments, and a test without a spread has none. */
static void
check_fits(void)
{
	enum { N = 40, POINTS = 20000 };
	const double alpha = 3, beta = 2, low = 0.2, high = 0.95;
	size_t counts[N + 1];
	double persons = 0, first = 0, second = 0, total = 0, mean, var, share[N + 1] = { 0 };
	struct bv_irt_true_marks got;
	struct bv_err err;

	for (int q = 0; q < POINTS; q++) {
		double t = (q + 0.5) / POINTS, x = low + (high - low) * t, w = pow(t, alpha - 1) * pow(1 - t, beta - 1);
		total += w;
		for (int n = 0; n <= N; n++)
			share[n] += w * exp(lgamma(N + 1) - lgamma(n + 1) - lgamma(N - n + 1) + n * log(x) + (N - n) * log1p(-x));
	}
	for (int n = 0; n <= N; n++) {
		counts[n] = (size_t)(share[n] / total * 1e15);
		persons += (double)counts[n];
		first += n * (double)counts[n];
	}
	mean = first / persons;
	for (int n = 0; n <= N; n++)
		second += (n - mean) * (n - mean) * (double)counts[n];
	var = second / (persons - 1);
	/* The reliability with which the length is N again (KR-21). */
	CHECK_OK(bv_irt_true_marks_fit(&got, counts, N, N / (N - 1.0) * (1 - mean * (N - mean) / (N * var)), &err), &err, "beta on [0.2, 0.95]");
	CHECK(got.items == N && got.four && near(got.length, N, 1e-6) && near(got.alpha, alpha, 1e-3) && near(got.beta, beta, 1e-3) && near(got.low, low, 1e-4) &&
	          near(got.high, high, 1e-4),
	      "four moments give the four parameters");
	for (int n = 0; n <= N; n++)
		counts[n] = n == 20 ? 100 : 0;
	CHECK_REFUSED(bv_irt_true_marks_fit(&got, counts, N, 0.8, &err), BV_EINVAL, &err, "differ", "differ");
	counts[20] = 1;
	CHECK_REFUSED(bv_irt_true_marks_fit(&got, counts, N, 0.8, &err), BV_EINVAL, &err, "two persons", "two persons");
	counts[10] = counts[11] = 50;
	CHECK_REFUSED(bv_irt_true_marks_fit(&got, counts, N, 0, &err), BV_EINVAL, &err, "a reliability above 0", "a reliability above 0");
	CHECK_REFUSED(bv_irt_true_marks_fit(&got, counts, N, 1, &err), BV_EINVAL, &err, "below 1", "below 1");
	CHECK_REFUSED(bv_irt_true_marks_fit(&got, counts, N, 0.9999999, &err), BV_EINVAL, &err, "need 1 to 10000", "need 1 to 10000");
}

/* Levels: the posterior on a grid so fine that the cuts are points of it; and for right and wrong what bv_rate says. */
static void
check_levels(void)
{
	static const struct bv_irt_item items[] = {
		{ BV_IRT_2PL, 2, 1.2, 0, { 0.3 } },        { BV_IRT_GRM, 4, 1.4, 0, { 1.9, 0.2, -1.1 } }, { BV_IRT_GPCM, 3, 0.9, 0, { 0.7, -0.2 } },
		{ BV_IRT_3PL, 2, 1.7, 0.2, { -0.4 } },     { BV_IRT_2PL, 2, 6, 0, { -3 } },
	};
	static const double cuts[] = { -1.25, 0.013, 0.5 };
	static const int8_t persons[][5] = { { 1, 2, 1, 0, 0 }, { 1, 3, 2, 1, 1 }, { 0, 0, 0, 0, 0 }, { -1, -1, -1, -1, -1 }, { -1, 2, -1, 1, 1 } };
	enum { POINTS = 120000 };
	struct bv_irt_levels *levels = NULL;
	struct bv_err err;

	CHECK_OK(bv_irt_levels_new(&levels, items, 5, 0.2, 0.9, cuts, 3, &err), &err, "levels");
	for (size_t n = 0; n < BV_COUNT(persons); n++) {
		double got[4], want[4] = { 0 }, total = 0;
		bool same = true;
		for (int q = 0; q < POINTS; q++) {
			double theta = -6 + 12 * (q + 0.5) / POINTS, w = exp(-(theta - 0.2) * (theta - 0.2) / 1.62);
			for (int i = 0; i < 5; i++)
				w *= persons[n][i] < 0 ? 1 : bv_irt_probability(&items[i], persons[n][i], theta);
			want[(theta >= cuts[0]) + (theta >= cuts[1]) + (theta >= cuts[2])] += w;
			total += w;
		}
		bv_irt_levels_take(got, levels, persons[n]);
		for (int k = 0; k < 4; k++)
			same &= near(got[k], want[k] / total, 1e-7);
		CHECK(same, "probability of each level, person %zu", n + 1);
	}
	bv_irt_levels_free(levels);
	static const struct bv_irt_item two[] = { { BV_IRT_2PL, 2, 1.5, 0, { 0.75 } }, { BV_IRT_2PL, 2, 0.8, 0, { -0.8 } } };
	static const struct bv_ability_item same[] = { { 1.5, -0.5, 1 }, { 0.8, 1, 0 } };
	double got[2], cut = -0.4;
	CHECK_OK(bv_irt_levels_new(&levels, two, 2, 0, 1, &cut, 1, &err), &err, "one cut");
	bv_irt_levels_take(got, levels, (const int8_t[]){ 1, 0 });
	CHECK(near(got[1], bv_ability_reaches(same, 2, cut), 1e-8) && near(got[0] + got[1], 1, 1e-14), "the probability of bv_ability_reaches");
	bv_irt_levels_free(levels);
	levels = NULL;
	CHECK_REFUSED(bv_irt_levels_new(&levels, two, 2, 0, 6, &cut, 1, &err), BV_EINVAL, &err, "standard deviation", "standard deviation");
}

int
main(void)
{
	struct bv_irt_item one = bv_irt_item_of(1, 0, 0, 1);
	struct bv_irt_classification got;
	double want = 0, total = 0;
	static const double cut[] = { 0.3 };

	for (int q = 0; q < BV_IRT_NODES; q++) {
		double theta = bv_irt_node(q), w = exp(-theta * theta / 2), p = erfc(-(0.3 - theta) * sqrt(bv_irt_information(&one, theta)) / sqrt(2)) / 2;
		total += w;
		want += w * (theta >= 0.3 - 1e-9 ? 1 - p : p);
	}
	bv_irt_rudner(&got, &one, 1, cut, 1, 0, 1);
	CHECK(near(got.accuracy, want / total, 1e-13), "Rudner with the C library's erfc");
	bv_irt_rudner(&got, &one, 1, cut, 0, 0, 1);
	CHECK(near(got.accuracy, 1, 1e-14) && near(got.consistency, 1, 1e-14), "without a cut there is one class");
	check_package();
	check_drawn();
	check_livingston();
	check_enumerated();
	check_fits();
	check_levels();
	return check_end();
}
