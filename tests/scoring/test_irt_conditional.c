#define _GNU_SOURCE
/* Conditional likelihood: against every pattern of each form written out, its gradient and errors by differences, against marginal likelihood on drawn answers,
 * whatever the distribution of ability; Andersen's test where it is to be silent and where not; what has no maximum. */
#include <math.h>

#include "base/hash.h"
#include "base/mem.h"
#include "scoring/irt/irt.h"
#include "tests/check.h"
#include "tests/scoring/load.h"

#define ITEMS 5

static const struct bv_irt_item truth[ITEMS] = {
	{ BV_IRT_RASCH, 2, 1, 0, { 0.8 } }, { BV_IRT_PCM, 3, 1, 0, { 0.6, -0.4 } }, { BV_IRT_RASCH, 2, 1, 0, { -0.9 } },
	{ BV_IRT_PCM, 4, 1, 0, { 0.3, 0.4, -0.8 } }, { BV_IRT_RASCH, 2, 1, 0, { 0.1 } },
};

static double
normal(struct bv_stream *stream)
{
	return sqrt(-2 * log(1 - bv_stream_unit(stream))) * cos(2 * M_PI * bv_stream_unit(stream));
}

/* forms: every other person lacks the first item. skewed: abilities are not normal. turned: of the second half of the persons item 0 is another one. */
static struct bv_irt_answers *
draw(const struct bv_irt_item *items, size_t count, int persons, uint8_t seed, bool forms, bool skewed, double turned)
{
	struct bv_irt_answers *answers = bv_irt_answers_new(count);
	uint8_t key[BV_HASH_LEN] = { seed, 77 };
	struct bv_stream stream;
	struct bv_err err;

	bv_stream_init(&stream, key);
	for (int p = 0; p < persons; p++) {
		struct bv_irt_answer given[64];
		double theta = normal(&stream);
		size_t n = 0;
		theta = skewed ? exp(theta) - 1.5 : theta;
		for (size_t i = 0; i < count; i++) {
			struct bv_irt_item item = items[i];
			item.d[0] += i == 0 && p >= persons / 2 ? turned : 0;
			double u = bv_stream_unit(&stream);
			int k = 0;
			for (; k < item.categories - 1 && (u -= bv_irt_probability(&item, k, theta)) > 0; k++)
				;
			if (!forms || p % 2 == 0 || i > 0)
				given[n++] = (struct bv_irt_answer){ (uint32_t)i, k };
		}
		if (bv_irt_answers_add(answers, given, n, 0, &err) != BV_OK)
			CHECK(false, "%s", err.msg);
	}
	return answers;
}

/* log P(answers | sum) of everybody, by the sum over all patterns that have it. */
static double
enumerated(double d[ITEMS][3], const struct bv_irt_answers *answers)
{
	double total = 0;
	static double gamma[2][16];

	for (int form = 0; form < 2; form++) {
		memset(gamma[form], 0, sizeof gamma[form]);
		for (int n = 0; n < 2 * 3 * 2 * 4 * 2; n++) {
			int rest = n, sum = 0;
			double weight = 0;
			bool there = true;
			for (int i = 0; i < ITEMS; i++) {
				int k = rest % truth[i].categories;
				rest /= truth[i].categories;
				there &= form == 0 || i > 0 || k == 0;
				sum += k;
				weight += k > 0 ? d[i][k - 1] : 0;
			}
			if (there)
				gamma[form][sum] += exp(weight);
		}
	}
	for (size_t p = 0; p < bv_irt_answers_persons(answers); p++) {
		int8_t marks[ITEMS];
		int sum = 0;
		double weight = 0;
		bv_irt_answers_marks(marks, answers, p);
		for (int i = 0; i < ITEMS; i++)
			if (marks[i] > 0) {
				sum += marks[i];
				weight += d[i][marks[i] - 1];
			}
		total += weight - log(gamma[marks[0] < 0][sum]);
	}
	return total;
}

static void
check_enumerated(void)
{
	struct bv_irt_answers *answers = draw(truth, ITEMS, 400, 1, true, false, 0);
	struct bv_irt_estimate got[ITEMS];
	struct bv_irt_conditional fit;
	struct bv_err err;
	double d[ITEMS][3] = { { 0 } }, step = 1e-3, h[8][16] = { { 0 } }, last = 0;
	int where[8][2], n = 0;
	bool flat = true, errors = true;

	CHECK_OK(bv_irt_conditional_take(&fit, got, answers, &err), &err, "Rasch and partial credit in two forms");
	for (int i = 0; i < ITEMS; i++) {
		for (int k = 0; k < truth[i].categories - 1; k++, n++) {
			d[i][k] = got[i].item.d[k];
			where[n][0] = i;
			where[n][1] = k;
		}
		last += got[i].item.d[truth[i].categories - 2];
	}
	CHECK(n == 8 && fit.param_count == 7 && fit.forms == 2 && fit.items == 5 && fit.converged && fit.persons < 400, "as many parameters, forms and persons");
	CHECK(near(fit.log_likelihood, enumerated(d, answers), 1e-8), "log likelihood by all patterns: %.9f", fit.log_likelihood);
	CHECK(near(last, 0, 1e-9), "the last intercepts sum to 0");
	for (int a = 0; a < n; a++) {
		double *x = &d[where[a][0]][where[a][1]], at = *x, f[2];
		for (int s = 0; s < 2; s++) {
			*x = at + (s ? 1e-5 : -1e-5);
			f[s] = enumerated(d, answers);
		}
		*x = at;
		flat &= near((f[1] - f[0]) / 2e-5, 0, 1e-4);
		for (int b = 0; b < n; b++) {
			double *y = &d[where[b][0]][where[b][1]], at_y = *y, sum = 0;
			for (int s = -1; s <= 1; s += 2)
				for (int t = -1; t <= 1; t += 2) {
					*x += s * step;
					*y += t * step;
					sum += s * t * enumerated(d, answers);
					*x = at;
					*y = at_y;
				}
			h[a][b] = -sum / (4 * step * step);
		}
	}
	CHECK(flat, "its gradient by differences is 0");
	/* Under Σ last = 0 the errors are those of the inverse with the constraint's square beside it, less the free direction; here: by bordering, Gauss and Jordan. */
	double m[9][18] = { { 0 } };
	for (int a = 0; a < n; a++) {
		for (int b = 0; b < n; b++)
			m[a][b] = h[a][b];
		m[a][n] = m[n][a] = where[a][1] == truth[where[a][0]].categories - 2;
	}
	for (int a = 0; a <= n; a++)
		m[a][n + 1 + a] = 1;
	for (int a = 0; a <= n; a++) {
		int best = a;
		for (int r = a; r <= n; r++)
			best = fabs(m[r][a]) > fabs(m[best][a]) ? r : best;
		for (int b = 0; b < 2 * n + 2; b++) {
			double swap = m[a][b];
			m[a][b] = m[best][b];
			m[best][b] = swap;
		}
		double pivot = m[a][a];
		for (int b = 0; b < 2 * n + 2; b++)
			m[a][b] /= pivot;
		for (int r = 0; r <= n; r++)
			for (int b = 2 * n + 1; r != a && b >= a; b--)
				m[r][b] -= m[r][a] * m[a][b];
	}
	for (int a = 0; a < n; a++)
		errors &= near(got[where[a][0]].error.d[where[a][1]], sqrt(m[a][n + 1 + a]), 2e-5);
	CHECK(errors, "standard errors by second differences under the constraint");
	bv_irt_answers_free(answers);
}

/* 20 Rasch items: near to marginal likelihood when ability is normal; true to the truth when it is not. */
static void
check_marginal(void)
{
	struct bv_irt_item items[20];
	struct bv_irt_estimate got[20], marginal[20];
	struct bv_irt_settings settings = bv_irt_settings_default();
	struct bv_irt_conditional fit;
	struct bv_irt_fit other;
	struct bv_err err;
	double mean = 0, off = 0;
	int inside = 0, of = 0;

	for (int i = 0; i < 20; i++)
		items[i] = (struct bv_irt_item){ .model = BV_IRT_RASCH, .categories = 2, .a = 1, .d = { 1.9 - 0.2 * i } };
	struct bv_irt_answers *answers = draw(items, 20, 2000, 2, false, false, 0);
	CHECK_OK(bv_irt_conditional_take(&fit, got, answers, &err), &err, "20 items");
	for (int i = 0; i < 20; i++)
		marginal[i] = (struct bv_irt_estimate){ .item = { .model = BV_IRT_RASCH } };
	CHECK_OK(bv_irt_calibrate(&other, marginal, answers, &settings, &err), &err, "the same by marginal likelihood");
	for (int i = 0; i < 20; i++)
		mean += marginal[i].item.d[0] / 20;
	for (int i = 0; i < 20; i++)
		off = fmax(off, fabs(got[i].item.d[0] - marginal[i].item.d[0] + mean) / got[i].error.d[0]);
	CHECK(fit.converged && off < 0.2, "both at most %.3f standard errors apart", off);
	bv_irt_answers_free(answers);
	for (uint8_t seed = 3; seed < (CHECK_SANITIZED ? 4 : 15); seed++) {
		answers = draw(items, 20, 400, seed, true, true, 0);
		CHECK_OK(bv_irt_conditional_take(&fit, got, answers, &err), &err, "a skewed ability");
		for (int i = 0; i < 20; i++, of++)
			inside += fabs(got[i].item.d[0] - items[i].d[0]) < 1.96 * got[i].error.d[0]; /* the true ones sum to 0 */
		bv_irt_answers_free(answers);
	}
	/* 240 intervals: 228 expected, standard deviation 3.4. */
	CHECK(CHECK_SANITIZED || (inside >= 215 && inside <= 238), "%d of %d intervals of 95 %% hold the truth", inside, of);
}

static void
check_andersen(void)
{
	struct bv_irt_item items[10];
	uint8_t part[1000];
	struct bv_irt_andersen got;
	struct bv_err err;
	int low = 0;

	for (int i = 0; i < 10; i++)
		items[i] = (struct bv_irt_item){ .model = BV_IRT_RASCH, .categories = 2, .a = 1, .d = { 0.9 - 0.2 * i } };
	for (size_t p = 0; p < 1000; p++)
		part[p] = p >= 500;
	for (uint8_t seed = 1; seed <= 20; seed++) {
		struct bv_irt_answers *answers = draw(items, 10, 1000, seed, false, false, 0);
		CHECK_OK(bv_irt_andersen_take(&got, answers, part, 2, &err), &err, "two halves that are alike");
		low += got.p < 0.1;
		bv_irt_answers_free(answers);
	}
	CHECK(got.df == 9 && got.items == 10 && got.converged && got.persons[0] + got.persons[1] < 1000 && low <= 6, "p below 0.1 in %d of 20", low);
	struct bv_irt_answers *answers = draw(items, 10, 1000, 30, false, false, 0.8);
	CHECK_OK(bv_irt_andersen_take(&got, answers, part, 2, &err), &err, "one item is easier for the second half");
	CHECK(got.p < 1e-3, "chi-square %.2f", got.chi2);
	/* The ratio by its parts, each as a sheet of its own. */
	double ratio = 0;
	for (int which = 0; which < 3; which++) {
		struct bv_irt_answers *some = bv_irt_answers_new(10);
		struct bv_irt_estimate estimates[10];
		struct bv_irt_conditional fit;
		for (size_t p = 0; p < 1000; p++) {
			struct bv_irt_answer given[10];
			int8_t marks[10];
			bv_irt_answers_marks(marks, answers, p);
			for (uint32_t i = 0; i < 10; i++)
				given[i] = (struct bv_irt_answer){ i, marks[i] };
			if ((which == 2 || part[p] == which) && bv_irt_answers_add(some, given, 10, 0, &err) != BV_OK)
				CHECK(false, "%s", err.msg);
		}
		CHECK_OK(bv_irt_conditional_take(&fit, estimates, some, &err), &err, "a part");
		ratio += which == 2 ? -2 * fit.log_likelihood : 2 * fit.log_likelihood;
		bv_irt_answers_free(some);
	}
	CHECK(near(ratio, got.chi2, 1e-7), "by its parts");
	memset(part, 0, sizeof part);
	CHECK_REFUSED(bv_irt_andersen_take(&got, answers, part, 2, &err), BV_EINVAL, &err, "every part", "nobody in one part");
	bv_irt_answers_free(answers);
}

/* Items that say nothing are left out; items that nobody connects are told. */
static void
check_awkward(void)
{
	struct bv_irt_answers *answers = bv_irt_answers_new(5), *apart = bv_irt_answers_new(4), *one = bv_irt_answers_new(2), *many = bv_irt_answers_new(12);
	struct bv_irt_estimate got[12];
	struct bv_irt_conditional fit;
	struct bv_err err;

	for (int p = 0; p < 60; p++) {
		/* Item 3 is the same for all, item 4 was not put to anybody. */
		struct bv_irt_answer given[] = { { 0, p % 2 }, { 1, p % 3 == 0 }, { 2, p % 5 < 2 }, { 3, 1 } };
		struct bv_irt_answer first[] = { { 0, p % 2 }, { 1, p % 3 == 0 } }, second[] = { { 2, p % 2 }, { 3, p % 3 == 0 } };
		if (bv_irt_answers_add(answers, given, 4, 0, &err) != BV_OK || bv_irt_answers_add(apart, p < 30 ? first : second, 2, 0, &err) != BV_OK ||
		    bv_irt_answers_add(one, first, 1, 0, &err) != BV_OK)
			CHECK(false, "%s", err.msg);
	}
	CHECK_OK(bv_irt_conditional_take(&fit, got, answers, &err), &err, "a constant and an unanswered item");
	CHECK(fit.items == 3 && got[3].state == BV_IRT_CONSTANT && got[4].state == BV_IRT_UNANSWERED && got[2].state == BV_IRT_ESTIMATED && fit.converged, "are left out");
	CHECK_REFUSED(bv_irt_conditional_take(&fit, got, apart, &err), BV_EINVAL, &err, "nobody connects", "two halves without a common person");
	CHECK_REFUSED(bv_irt_conditional_take(&fit, got, one, &err), BV_EINVAL, &err, "two items", "one item");
	for (int p = 0; p <= BV_IRT_FORMS_MAX; p++) {
		struct bv_irt_answer given[12];
		size_t n = 0;
		for (uint32_t i = 0; i < 12; i++)
			if (i < 2 || (p + 1) >> (i - 2) & 1)
				given[n++] = (struct bv_irt_answer){ i, i < 2 ? (int)((i + (uint32_t)p) % 2) : (p * 5 + (int)i * 3) % 7 < 3 };
		if (bv_irt_answers_add(many, given, n, 0, &err) != BV_OK)
			CHECK(false, "%s", err.msg);
		if (p == BV_IRT_FORMS_MAX - 1)
			CHECK(bv_irt_conditional_take(&fit, got, many, &err) != BV_ELIMIT, "%d forms", BV_IRT_FORMS_MAX);
	}
	CHECK_REFUSED(bv_irt_conditional_take(&fit, got, many, &err), BV_ELIMIT, &err, "different sets of items", "one form more");
	bv_irt_answers_free(answers);
	bv_irt_answers_free(apart);
	bv_irt_answers_free(one);
	bv_irt_answers_free(many);
}

int
main(void)
{
	check_enumerated();
	check_marginal();
	check_andersen();
	check_awkward();
	return check_end();
}
