/* The delta plot (Angoff and Ford 1973): difficulties of both groups as deltas, 13 + 4 z, and how far an item is from their major axis. Needs no totals. */
#include <math.h>
#include <stdlib.h>

#include "analysis/matched.h"

/* NAN where all or nobody of a group solved it. */
static double
delta(int64_t solved, int64_t persons)
{
	return solved > 0 && solved < persons ? 13 - 4 * bv_normal_quantile((double)solved / (double)persons) : NAN;
}

static void
make_deltas(double *deltas[2], const struct matched *m)
{
	const struct bv_responses *r = m->responses;
	int64_t *solved[2] = { bv_alloc_array(r->items, sizeof solved[0][0]), bv_alloc_array(r->items, sizeof solved[1][0]) }, persons[2] = { 0 };

	for (size_t p = 0; p < m->count; p++) {
		persons[m->focal[p]]++;
		for (size_t i = 0; i < r->items; i++)
			solved[m->focal[p]][i] += r->score[m->person[p] * r->items + i];
	}
	for (int g = 0; g < 2; g++) {
		for (size_t i = 0; i < r->items; i++)
			deltas[g][i] = r->item[i].max_score == 1 ? delta(solved[g][i], persons[g]) : NAN;
		free(solved[g]);
	}
}

void
delta_plot_items(struct bv_dif_item *items, const struct matched *m)
{
	size_t count = m->responses->items;
	double *d[2] = { bv_alloc_array(count, sizeof d[0][0]), bv_alloc_array(count, sizeof d[1][0]) }, mean[2] = { 0 }, n = 0, xx = 0, yy = 0, xy = 0;

	make_deltas(d, m);
	for (size_t i = 0; i < count; i++)
		if (!items[i].flagged && isfinite(d[0][i] + d[1][i])) {
			n++;
			mean[0] += d[0][i];
			mean[1] += d[1][i];
		}
	for (int g = 0; g < 2; g++)
		mean[g] /= n;
	for (size_t i = 0; i < count; i++)
		if (!items[i].flagged && isfinite(d[0][i] + d[1][i])) {
			double x = d[0][i] - mean[0], y = d[1][i] - mean[1];
			xx += x * x;
			yy += y * y;
			xy += x * y;
		}
	double slope = xy != 0 ? (yy - xx + sqrt((yy - xx) * (yy - xx) + 4 * xy * xy)) / (2 * xy) : NAN;
	for (size_t i = 0; i < count; i++)
		items[i].delta_distance = n < 2 ? NAN : (slope * (d[0][i] - mean[0]) - (d[1][i] - mean[1])) / sqrt(slope * slope + 1);
	free(d[0]);
	free(d[1]);
}
