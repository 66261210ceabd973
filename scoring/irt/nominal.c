/* An exponential family in t = (theta·1[k = 1], 1[k = 1] … 1[k = K − 1], theta·1[k = 2] …), the order of the parameters: the score is t − E t, the
 * information Cov t. */
#include "scoring/irt/nominal.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/exponential.h"

#define FAR 690    /* exp(-690) is a double */
#define ROUNDS 12  /* of reciprocal averaging */
#define FIRST 1.2  /* slope of a category whose persons are one standard deviation above those of category 0 */
#define FIRST_MAX 2.5

double
bv_irt_category_slope(const struct bv_irt_item *item, int category)
{
	return category == 0 ? 0 : category == 1 ? item->a : item->more[category - 2];
}

static void
probabilities(double p[BV_IRT_CATEGORIES_MAX], const struct bv_irt_item *item, double theta)
{
	double largest = 0, sum = 0;

	p[0] = 0;
	for (int k = 1; k < item->categories; k++) {
		p[k] = bv_irt_category_slope(item, k) * theta + item->d[k - 1];
		largest = fmax(largest, p[k]);
	}
	for (int k = 0; k < item->categories; k++)
		sum += p[k] = exponential(fmax(p[k] - largest, -FAR));
	for (int k = 0; k < item->categories; k++)
		p[k] /= sum;
}

void
nominal_curve(struct bv_irt_curve *out, const struct bv_irt_item *item, double theta)
{
	double mean = 0, variance = 0, off[BV_IRT_CATEGORIES_MAX];

	probabilities(out->p, item, theta);
	for (int k = 1; k < item->categories; k++)
		mean += out->p[k] * bv_irt_category_slope(item, k);
	for (int k = 0; k < item->categories; k++) {
		off[k] = bv_irt_category_slope(item, k) - mean;
		variance += out->p[k] * off[k] * off[k];
	}
	for (int k = 0; k < item->categories; k++) {
		out->p1[k] = out->p[k] * off[k];
		out->p2[k] = out->p[k] * (off[k] * off[k] - variance);
	}
}

/* Which category a parameter belongs to, and what it is multiplied by. */
static int
owner(double *by, const struct bv_irt_item *item, int param, double theta)
{
	bool intercept = param > 0 && param < item->categories;

	*by = intercept ? 1 : theta;
	return param == 0 ? 1 : intercept ? param : param - item->categories + 2;
}

void
nominal_slopes(struct bv_irt_slopes *out, struct bv_irt_bends *bends, const struct bv_irt_item *item, double theta)
{
	int count = bv_irt_param_count(item), of[BV_IRT_PARAMS_MAX];
	double by[BV_IRT_PARAMS_MAX];

	probabilities(out->p, item, theta);
	for (int i = 0; i < count; i++) {
		of[i] = owner(&by[i], item, i, theta);
		for (int k = 0; k < item->categories; k++)
			out->first[k][i] = by[i] * ((of[i] == k) - out->p[of[i]]);
	}
	for (int k = 0; bends && k < item->categories; k++)
		for (int i = 0; i < count; i++)
			for (int j = 0; j < count; j++)
				bends->second[k][i][j] = by[i] * by[j] * out->p[of[i]] * (out->p[of[j]] - (of[i] == of[j]));
}

/* ---- Where to begin: a category's slope follows the mean of those who chose it, on the scale that all items together make (reciprocal averaging,
 * Richardson & Kuder 1933; Guttman 1941). It begins with the items that say which end is up, those of other models and the fixed ones; where there is none,
 * with the marks as if they had an order: so ability grows with the sum of marks. ---- */

struct averages {
	const struct bv_irt_estimate *estimates;
	const struct bv_irt_answers *answers;
	const int32_t *item_of;
	const int8_t *category_of;
	size_t cells;
	bool *free;   /* of each item of the answers: nominal, to be estimated */
	double *cell; /* of each item of the answers, by category: its value */
	double *person;
};

static size_t
cell_of(const struct averages *a, uint32_t given)
{
	return given / BV_IRT_CATEGORIES_MAX * BV_IRT_CATEGORIES_MAX + (size_t)a->category_of[given];
}

/* Values of the categories of each item, made to have the mean 0 and the standard deviation 1 among its answers. */
static void
cells_scale(struct averages *a, const double *times)
{
	for (size_t n = 0; n < a->answers->item_count; n++) {
		double *cell = a->cell + n * BV_IRT_CATEGORIES_MAX, sum = 0, mean = 0, square = 0;
		const double *t = times + n * BV_IRT_CATEGORIES_MAX;
		if (a->item_of[n] < 0)
			continue;
		for (int k = 0; k < BV_IRT_CATEGORIES_MAX; k++) {
			sum += t[k];
			mean += t[k] * cell[k];
		}
		for (int k = 0; k < BV_IRT_CATEGORIES_MAX; k++) {
			cell[k] -= mean / sum;
			square += t[k] * cell[k] * cell[k];
		}
		for (int k = 0; k < BV_IRT_CATEGORIES_MAX && square > 0; k++)
			cell[k] /= sqrt(square / sum);
	}
}

/* Each person is the mean of the cells that he chose, with the mean 0 and the standard deviation 1 over all persons. */
static void
persons_average(struct averages *a)
{
	const struct bv_irt_answers *answers = a->answers;
	double mean = 0, square = 0, count = 0;

	for (size_t p = 0; p < answers->person_count; p++) {
		double sum = 0, n = 0;
		for (size_t r = answers->first[p]; r < answers->first[p + 1]; r++)
			if (a->item_of[answers->given[r] / BV_IRT_CATEGORIES_MAX] >= 0) {
				sum += a->cell[cell_of(a, answers->given[r])];
				n++;
			}
		a->person[p] = n > 0 ? sum / n : NAN;
		if (n > 0) {
			count++;
			mean += a->person[p];
			square += a->person[p] * a->person[p];
		}
	}
	mean /= fmax(count, 1);
	double sd = sqrt(fmax(square / fmax(count, 1) - mean * mean, 1e-12));
	for (size_t p = 0; p < answers->person_count; p++)
		a->person[p] = isnan(a->person[p]) ? 0 : (a->person[p] - mean) / sd;
}

/* Each category of a free item is the mean of those who chose it. */
static void
cells_average(struct averages *a, const double *times)
{
	const struct bv_irt_answers *answers = a->answers;

	for (size_t c = 0; c < a->cells; c++)
		if (a->free[c / BV_IRT_CATEGORIES_MAX])
			a->cell[c] = 0;
	for (size_t p = 0; p < answers->person_count; p++)
		for (size_t r = answers->first[p]; r < answers->first[p + 1]; r++)
			if (a->free[answers->given[r] / BV_IRT_CATEGORIES_MAX])
				a->cell[cell_of(a, answers->given[r])] += a->person[p];
	for (size_t c = 0; c < a->cells; c++)
		if (a->free[c / BV_IRT_CATEGORIES_MAX] && times[c] > 0)
			a->cell[c] /= times[c];
}

static void
averages_run(struct averages *a, double *times)
{
	const struct bv_irt_answers *answers = a->answers;

	for (size_t r = 0; r < answers->count; r++)
		if (a->item_of[answers->given[r] / BV_IRT_CATEGORIES_MAX] >= 0)
			times[cell_of(a, answers->given[r])]++;
	bool ordered = false;
	for (size_t n = 0; n < answers->item_count; n++)
		ordered |= a->item_of[n] >= 0 && !a->free[n];
	for (size_t n = 0; n < answers->item_count; n++) {
		const struct bv_irt_estimate *est = &a->estimates[n];
		for (int k = 0; k < est->item.categories && a->item_of[n] >= 0; k++)
			a->cell[n * BV_IRT_CATEGORIES_MAX + (size_t)k] = a->free[n] && ordered                ? 0
			                                                 : !est->fixed                        ? k
			                                                 : est->item.model == BV_IRT_NOMINAL ? bv_irt_category_slope(&est->item, k)
			                                                                                     : k * est->item.a;
	}
	cells_scale(a, times);
	for (int round = 0; round < ROUNDS; round++) {
		persons_average(a);
		cells_average(a, times);
	}
}

void
nominal_start(struct bv_irt_item *items, const struct bv_irt_estimate *estimates, const struct bv_irt_answers *answers,
              const int32_t *item_of, const int8_t *category_of)
{
	struct averages a = { estimates, answers, item_of, category_of, answers->item_count * BV_IRT_CATEGORIES_MAX, NULL, NULL, NULL };
	size_t free_count = 0;

	a.free = bv_alloc_array(answers->item_count, sizeof *a.free);
	for (size_t n = 0; n < answers->item_count; n++)
		free_count += a.free[n] = item_of[n] >= 0 && estimates[n].item.model == BV_IRT_NOMINAL && !estimates[n].fixed;
	if (free_count > 0) {
		double *times = bv_alloc_array(a.cells, sizeof *times);
		a.cell = bv_alloc_array(a.cells, sizeof *a.cell);
		a.person = bv_alloc_array(answers->person_count, sizeof *a.person);
		averages_run(&a, times);
		for (size_t n = 0; n < answers->item_count; n++) {
			const double *cell = a.cell + n * BV_IRT_CATEGORIES_MAX;
			if (!a.free[n])
				continue;
			for (int k = 1; k < items[item_of[n]].categories; k++)
				*bv_irt_param(&items[item_of[n]], k == 1 ? 0 : items[item_of[n]].categories - 2 + k) =
				    fmax(-FIRST_MAX, fmin(FIRST_MAX, FIRST * (cell[k] - cell[0])));
		}
		free(times);
		free(a.cell);
		free(a.person);
	}
	free(a.free);
}
