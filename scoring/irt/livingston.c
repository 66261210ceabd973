/* Livingston & Lewis 1995 (Journal of Educational Measurement 32:179): true proportions are beta, what a form finds is binomial around them. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/exponential.h"
#include "scoring/irt/answers.h"
#include "scoring/irt/classification.h"

#define MARKS_MAX 1000000
#define STEP (1.0 / 32) /* of the double exponential rule (Takahasi & Mori 1974) */
#define REACH 6.0       /* where it ends: what is beyond weighs less than exp(-600) to the power of a parameter of the beta */
#define CLOSE 1e-9      /* a cut that is a whole number of items but for rounding */

/* Moments of the proportions: mean, variance, skewness, kurtosis, from factorial moments of the binomial (Hanson 1991). */
static void
true_moments(double out[4], const size_t *counts, int max, double persons, double length)
{
	double t[5] = { 1 }, divisor = 1;

	for (int r = 1; r <= 4; r++) {
		double sum = 0;
		for (int s = 0; s <= max; s++) {
			double factorial = 1;
			for (int i = 0; i < r; i++)
				factorial *= length * s / max - i;
			sum += (double)counts[s] * factorial;
		}
		divisor *= length - (r - 1);
		t[r] = sum / persons / divisor;
	}
	double var = t[2] - t[1] * t[1], third = t[3] - 3 * t[1] * t[2] + 2 * t[1] * t[1] * t[1];
	double fourth = t[4] - 4 * t[1] * t[3] + 6 * t[1] * t[1] * t[2] - 3 * t[1] * t[1] * t[1] * t[1];
	out[0] = t[1];
	out[1] = var;
	out[2] = third / (var * sqrt(var));
	out[3] = fourth / (var * var);
}

/* The beta of four moments; false when there is none or it leaves [0, 1]. */
static bool
four_parameters(struct bv_irt_true_marks *out, const double moments[4])
{
	double skew = moments[2], kurt = moments[3], r = 6 * (kurt - skew * skew - 1) / (6 + 3 * skew * skew - 2 * kurt);
	double under = 1 - 24 * (r + 1) / ((r + 2) * (r + 3) * kurt - 3 * (r + 1) * (r - 6));

	if (!(moments[1] > 0) || !isfinite(r) || !(r > 0) || !(under >= 0) || !(under < 1))
		return false;
	double large = r / 2 * (1 + sqrt(under)), small = r / 2 * (1 - sqrt(under));
	double alpha = skew < 0 ? large : small, beta = skew < 0 ? small : large;
	double width = sqrt(moments[1] * (r + 1) / (alpha * beta)) * r; /* of [low, high] */
	double low = moments[0] - alpha / r * width, high = low + width;
	if (!(alpha > 0.05 && beta > 0.05 && low >= 0 && high <= 1 && low < high))
		return false;
	*out = (struct bv_irt_true_marks){ out->length, out->items, alpha, beta, low, high, true };
	return true;
}

enum bv_status
bv_irt_true_marks_fit(struct bv_irt_true_marks *out, const size_t *counts, int max, double reliability, struct bv_err *err)
{
	double persons = 0, first = 0, second = 0, moments[4];
	struct bv_irt_true_marks fit = { 0 };

	assert(max >= 1 && max <= MARKS_MAX);
	if (!(reliability > 0 && reliability < 1))
		return bv_err_set(err, BV_EINVAL, "Livingston and Lewis need a reliability above 0 and below 1, not %g", reliability);
	for (int s = 0; s <= max; s++) {
		persons += (double)counts[s];
		first += (double)counts[s] * s;
	}
	if (persons < 2)
		return bv_err_set(err, BV_EINVAL, "Livingston and Lewis need two persons who answered every item");
	double mean = first / persons;
	for (int s = 0; s <= max; s++)
		second += (double)counts[s] * (s - mean) * (s - mean);
	double variance = second / (persons - 1);
	if (!(variance > 0))
		return bv_err_set(err, BV_EINVAL, "Livingston and Lewis need sums of marks that differ");
	fit.length = (mean * (max - mean) - reliability * variance) / (variance * (1 - reliability));
	if (!(fit.length >= 0.5 && fit.length < BV_IRT_LENGTH_MAX + 0.5))
		return bv_err_set(err, BV_EINVAL, "the effective length of the test is %g items: Livingston and Lewis need 1 to %d", fit.length, BV_IRT_LENGTH_MAX);
	fit.items = (int)floor(fit.length + 0.5);
	moments[0] = mean / max;
	moments[1] = reliability * variance / max / max;
	/* The divisor of the r-th factorial moment is length × … × (length − r + 1). */
	if (fit.length > 4)
		true_moments(moments, counts, max, persons, fit.length);
	if (!(fit.length > 4) || !four_parameters(&fit, moments)) {
		double p = moments[0], room = p * (1 - p) / moments[1] - 1;
		if (!(p * room > 0.05 && (1 - p) * room > 0.05))
			return bv_err_set(err, BV_EINVAL, "no beta distribution has the mean %g and the reliability %g of these sums", p, reliability);
		fit = (struct bv_irt_true_marks){ fit.length, fit.items, p * room, (1 - p) * room, 0, 1, false };
	}
	*out = fit;
	return BV_OK;
}

/* Class of each number of right answers of `items`, with the chance t of each: Σ over the classes of the binomial. */
static void
binomial_classes(double *p, double t, double rest, int items, const int *least, size_t cut_count)
{
	double odds = t / rest, sum = 0;
	int mode = (int)(t * (items + 1));
	size_t k = cut_count;

	for (size_t c = 0; c <= cut_count; c++)
		p[c] = 0;
	mode = mode > items ? items : mode;
	while (k > 0 && mode < least[k - 1])
		k--;
	double term = 1;
	for (int x = mode, at = (int)k; x <= items && term > 1e-30; x++) {
		while (at < (int)cut_count && x >= least[at])
			at++;
		p[at] += term;
		sum += term;
		term *= (double)(items - x) / (x + 1) * odds;
	}
	term = mode / ((items - mode + 1) * odds);
	for (int x = mode - 1, at = (int)k; x >= 0 && term > 1e-30; x--) {
		while (at > 0 && x < least[at - 1])
			at--;
		p[at] += term;
		sum += term;
		term *= x / ((items - x + 1) * odds);
	}
	for (size_t c = 0; c <= cut_count; c++)
		p[c] /= sum;
}

/* One node of the double exponential rule on [a, b] of the beta's own [0, 1]: its place, what is right of it, and the log of its weight. */
static double
node(double *t, double *rest, double a, double b, double s)
{
	double y = M_PI / 2 * (exponential(s) - exponential(-s)), near = 1 / (1 + exponential(-y)), far = 1 / (1 + exponential(y));

	*t = a + (b - a) * near;
	*rest = (1 - b) + (b - a) * far;
	/* d near / d s = near × far × dy / ds */
	return logarithm(near) + logarithm(far) + logarithm((b - a) * M_PI / 2 * (exponential(s) + exponential(-s)) * STEP);
}

void
bv_irt_livingston_lewis(struct bv_irt_classification *out, const struct bv_irt_true_marks *marks, int max, const int *cuts, size_t cut_count)
{
	double edges[BV_IRT_CUTS_MAX + 2] = { 0 }, p[BV_IRT_CUTS_MAX + 1], total = 0, largest;
	int least[BV_IRT_CUTS_MAX + 1];
	struct classes sum = { .count = cut_count + 1 };

	assert(cut_count <= BV_IRT_CUTS_MAX);
	for (size_t k = 0; k < cut_count; k++) {
		assert(cuts[k] >= 1 && (k == 0 || cuts[k - 1] < cuts[k]));
		double at = (double)cuts[k] / max;
		least[k] = (int)ceil(at * marks->items - CLOSE);
		edges[k + 1] = fmin(fmax((at - marks->low) / (marks->high - marks->low), 0), 1);
	}
	edges[cut_count + 1] = 1;
	/* The density is taken relative to that of its middle, so that no parameter is too large for a double. */
	double middle = marks->alpha / (marks->alpha + marks->beta);
	largest = (marks->alpha - 1) * logarithm(middle) + (marks->beta - 1) * logarithm(1 - middle);
	for (int pass = 0; pass < 2; pass++) {
		for (size_t k = 0; k <= cut_count; k++) {
			for (int i = (int)(-REACH / STEP); edges[k] < edges[k + 1] && i <= (int)(REACH / STEP); i++) {
				double t, rest, weight = node(&t, &rest, edges[k], edges[k + 1], i * STEP);
				weight += (marks->alpha - 1) * logarithm(t) + (marks->beta - 1) * logarithm(rest) - largest;
				weight = weight > -700 ? exponential(fmin(weight, 700)) : 0;
				if (pass == 0) {
					total += weight;
				} else if (weight > 0) {
					double proportion = marks->low + (marks->high - marks->low) * t;
					binomial_classes(p, proportion, 1 - marks->high + (marks->high - marks->low) * rest, marks->items, least, cut_count);
					classification_add(&sum, p, k, weight / total);
				}
			}
		}
	}
	*out = classification_of(&sum);
}

void
bv_irt_answers_sums(size_t *counts, int max, double *alpha, const struct bv_irt_answers *answers)
{
	size_t items = answers->item_count, persons = 0;
	double *first = bv_alloc_array(items, sizeof *first), *second = bv_alloc_array(items, sizeof *second), total = 0, squares = 0, within = 0;

	memset(counts, 0, ((size_t)max + 1) * sizeof *counts);
	for (size_t p = 0; p < answers->person_count; p++) {
		int sum = 0;
		if (answers->first[p + 1] - answers->first[p] != items)
			continue;
		for (size_t i = 0; i < items; i++) {
			int mark = (int)(answers->given[answers->first[p] + i] % BV_IRT_CATEGORIES_MAX);
			first[i] += mark;
			second[i] += mark * mark;
			sum += mark;
		}
		assert(sum <= max);
		counts[sum]++;
		persons++;
		total += sum;
		squares += (double)sum * sum;
	}
	double n = (double)persons, spread = squares - total * total / n;
	for (size_t i = 0; i < items; i++)
		within += second[i] - first[i] * first[i] / n;
	if (alpha)
		*alpha = items > 1 && persons > 1 && spread > 0 ? (double)items / (double)(items - 1) * (1 - within / spread) : NAN;
	free(first);
	free(second);
}
