/* The posterior probability of each level: Gauss-Legendre nodes on panels that end at the cuts. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/exponential.h"
#include "scoring/irt/irt.h"

#define EDGE 6.0
#define PANELS 48 /* of [-6, 6], when no cut makes one more */
#define POINTS 5   /* of a panel: exact to the ninth power */
#define ROOM ((PANELS + BV_IRT_CUTS_MAX + 1) * POINTS)

/* Abramowitz & Stegun 1964, table 25.4, n = 5; as roots they are the same on every machine. */
static void
legendre(double x[POINTS], double w[POINTS])
{
	double inner = sqrt(5 - 2 * sqrt(10.0 / 7)) / 3, outer = sqrt(5 + 2 * sqrt(10.0 / 7)) / 3;
	double heavy = (322 + 13 * sqrt(70.0)) / 900, light = (322 - 13 * sqrt(70.0)) / 900;
	const double at[POINTS] = { -outer, -inner, 0, inner, outer }, weight[POINTS] = { light, heavy, 128.0 / 225, heavy, light };

	for (int i = 0; i < POINTS; i++) {
		x[i] = at[i];
		w[i] = weight[i];
	}
}

struct bv_irt_levels {
	size_t count, level_count, point_count;
	size_t *cell;      /* first row of each item */
	size_t *first;     /* point of each level, and one more */
	double *prior;     /* log density times weight, at each point */
	double *rows;      /* log P of each category of each item, along the points */
};

enum bv_status
bv_irt_levels_new(struct bv_irt_levels **out, const struct bv_irt_item *items, size_t count, double mean, double sd, const double *cuts, size_t cut_count,
                  struct bv_err *err)
{
	BV_AUTO(bv_irt_scorer_free) struct bv_irt_scorer *checked = NULL;
	struct bv_irt_levels *levels;
	double theta[ROOM], x[POINTS], w[POINTS];
	size_t cells = 0;

	TRY(bv_irt_scorer_new(&checked, items, count, mean, sd, err));
	assert(cut_count <= BV_IRT_CUTS_MAX);
	levels = bv_alloc(sizeof *levels);
	levels->count = count;
	levels->level_count = cut_count + 1;
	levels->first = bv_alloc_array(cut_count + 2, sizeof *levels->first);
	levels->prior = bv_alloc_array(ROOM, sizeof *levels->prior);
	legendre(x, w);
	for (size_t k = 0; k <= cut_count; k++) {
		double lo = k ? cuts[k - 1] : -EDGE, hi = k < cut_count ? cuts[k] : EDGE;
		int panels = (int)ceil((hi - lo) / (2 * EDGE / PANELS));
		assert(lo < hi && hi <= EDGE && lo >= -EDGE);
		levels->first[k] = levels->point_count;
		for (int j = 0; j < panels * POINTS; j++) {
			double half = (hi - lo) / panels / 2, t = lo + half * (2 * (j / POINTS) + 1 + x[j % POINTS]), z = (t - mean) / sd;
			theta[levels->point_count] = t;
			levels->prior[levels->point_count++] = logarithm(w[j % POINTS] * half) - z * z / 2;
		}
	}
	levels->first[cut_count + 1] = levels->point_count;
	levels->cell = bv_alloc_array(count, sizeof *levels->cell);
	for (size_t i = 0; i < count; i++) {
		levels->cell[i] = cells;
		cells += (size_t)items[i].categories;
	}
	levels->rows = bv_alloc_array(cells * levels->point_count, sizeof *levels->rows);
	for (size_t i = 0; i < count; i++)
		for (size_t q = 0; q < levels->point_count; q++) {
			struct bv_irt_curve curve;
			bv_irt_curve(&curve, &items[i], theta[q]);
			for (int k = 0; k < items[i].categories; k++)
				levels->rows[(levels->cell[i] + (size_t)k) * levels->point_count + q] = logarithm(fmax(curve.p[k], 1e-300));
		}
	*out = levels;
	return BV_OK;
}

void
bv_irt_levels_free(struct bv_irt_levels *levels)
{
	if (!levels)
		return;
	free(levels->cell);
	free(levels->first);
	free(levels->prior);
	free(levels->rows);
	free(levels);
}

void
bv_irt_levels_take(double *out, const struct bv_irt_levels *levels, const int8_t *marks)
{
	double density[ROOM], largest, total = 0;

	memcpy(density, levels->prior, levels->point_count * sizeof *density);
	for (size_t i = 0; i < levels->count; i++) {
		if (marks[i] < 0)
			continue;
		const double *row = levels->rows + (levels->cell[i] + (size_t)marks[i]) * levels->point_count;
		for (size_t q = 0; q < levels->point_count; q++)
			density[q] += row[q];
	}
	largest = density[0];
	for (size_t q = 1; q < levels->point_count; q++)
		largest = fmax(largest, density[q]);
	for (size_t k = 0; k < levels->level_count; k++) {
		out[k] = 0;
		for (size_t q = levels->first[k]; q < levels->first[k + 1]; q++)
			out[k] += density[q] > largest - 700 ? exponential(density[q] - largest) : 0;
		total += out[k];
	}
	for (size_t k = 0; k < levels->level_count; k++)
		out[k] /= total;
}
