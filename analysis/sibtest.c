/* SIBTEST (Shealy and Stout 1993): persons of two groups with the same total of the other items are compared after the regression of true scores on totals
 * has been taken out, because of two equal totals the one from the abler group stands for more ability. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/matched.h"

enum { FEW = 5 }; /* a total that no more persons of a group have is not compared */

/* Of one group at one total: persons, sum of their scores on the item and of its squares. */
struct cell {
	int64_t n, y, yy;
};

/* Of one group: sums of the matching total, and of every anchor's variance. */
struct side {
	int64_t n, t, tt;
	double variances;
};

struct sibtest {
	const struct matched *m;
	int32_t *anchor;         /* of each person: total of the items that are not flagged */
	double *variance[2];     /* of each item in each group */
	size_t anchors;
	struct cell *cell[2];    /* [0 … top] */
	size_t top;
};

static double
variance(int64_t n, int64_t x, int64_t xx)
{
	return n > 1 ? (double)(((long double)xx - (long double)x * x / n) / (n - 1)) : NAN;
}

static void
begin(struct sibtest *s, const struct bv_dif_item *items, const struct matched *m)
{
	const struct bv_responses *r = m->responses;
	int64_t *sum[2], *square[2], n[2] = { 0 };

	*s = (struct sibtest){ .m = m, .anchor = bv_alloc_array(m->count, sizeof s->anchor[0]) };
	for (int g = 0; g < 2; g++) {
		sum[g] = bv_alloc_array(r->items, sizeof sum[g][0]);
		square[g] = bv_alloc_array(r->items, sizeof square[g][0]);
		s->variance[g] = bv_alloc_array(r->items, sizeof s->variance[g][0]);
	}
	for (size_t p = 0; p < m->count; p++) {
		const int8_t *row = r->score + m->person[p] * r->items;
		int g = m->focal[p];
		n[g]++;
		for (size_t i = 0; i < r->items; i++) {
			s->anchor[p] += items[i].flagged ? 0 : row[i];
			sum[g][i] += row[i];
			square[g][i] += row[i] * row[i];
		}
	}
	for (size_t i = 0; i < r->items; i++) {
		s->anchors += !items[i].flagged;
		s->top += (size_t)r->item[i].max_score;
		for (int g = 0; g < 2; g++)
			s->variance[g][i] = variance(n[g], sum[g][i], square[g][i]);
	}
	for (int g = 0; g < 2; g++) {
		s->cell[g] = bv_alloc_array(s->top + 1, sizeof s->cell[0][0]);
		free(sum[g]);
		free(square[g]);
	}
}

static void
finish(struct sibtest *s)
{
	free(s->anchor);
	for (int g = 0; g < 2; g++) {
		free(s->variance[g]);
		free(s->cell[g]);
	}
}

static void
count(struct side side[2], struct sibtest *s, const struct bv_dif_item *items, size_t item)
{
	const struct bv_responses *r = s->m->responses;

	for (int g = 0; g < 2; g++) {
		memset(s->cell[g], 0, (s->top + 1) * sizeof s->cell[g][0]);
		side[g] = (struct side){ 0 };
		for (size_t i = 0; i < r->items; i++)
			side[g].variances += i == item || items[i].flagged ? 0 : s->variance[g][i];
	}
	for (size_t p = 0; p < s->m->count; p++) {
		int g = s->m->focal[p], y = r->score[s->m->person[p] * r->items + item], t = s->anchor[p] - (items[item].flagged ? 0 : y);
		struct cell *cell = &s->cell[g][t];
		cell->n++;
		cell->y += y;
		cell->yy += y * y;
		side[g].n++;
		side[g].t += t;
		side[g].tt += (int64_t)t * t;
	}
}

static double
mean_of(const struct cell *cell)
{
	return (double)cell->y / (double)cell->n;
}

/* The mean score of a group at a total, moved along the line between its neighbours to where the true score is the mean of both groups'. */
static double
adjusted(const struct sibtest *s, int group, size_t total, const double slope[2], const double start[2])
{
	const struct cell *cell = s->cell[group];
	size_t low = total, high = total;
	double here = mean_of(&cell[total]);

	for (size_t t = total; t-- > 0 && low == total;)
		low = cell[t].n ? t : total;
	for (size_t t = total + 1; t <= s->top && high == total; t++)
		high = cell[t].n ? t : total;
	if (low == high)
		return here;
	double other = start[1 - group] + slope[1 - group] * (double)total, own = start[group] + slope[group] * (double)total;
	double rise = (mean_of(&cell[high]) - mean_of(&cell[low])) / (slope[group] * (double)(high - low));
	return here + rise * (other - own) / 2;
}

static void
test(struct bv_dif_item *out, const struct sibtest *s, const struct side side[2], size_t matching)
{
	double slope[2], start[2], weight = 0, beta = 0, square = 0;
	size_t lowest = s->top, highest = 0;

	for (int g = 0; g < 2; g++) {
		double n = (double)matching, mean = (double)side[g].t / (double)side[g].n;
		slope[g] = n / (n - 1) * (1 - side[g].variances / variance(side[g].n, side[g].t, side[g].tt)); /* coefficient alpha */
		if (!(slope[g] > 0))
			return;
		start[g] = mean * (1 - slope[g]);
	}
	for (size_t t = 0; t <= s->top; t++)
		if (s->cell[0][t].n + s->cell[1][t].n) {
			lowest = t < lowest ? t : lowest;
			highest = t;
		}
	for (size_t t = lowest + 1; t < highest; t++) {
		const struct cell *reference = &s->cell[0][t], *focal = &s->cell[1][t];
		if (reference->n <= FEW || focal->n <= FEW)
			continue;
		double vr = variance(reference->n, reference->y, reference->yy), vf = variance(focal->n, focal->y, focal->yy), n = (double)(reference->n + focal->n);
		if (!(vr > 0 && vf > 0))
			continue;
		beta += n * (adjusted(s, 0, t, slope, start) - adjusted(s, 1, t, slope, start));
		square += n * n * (vr / (double)reference->n + vf / (double)focal->n);
		weight += n;
	}
	if (weight == 0)
		return;
	out->sibtest = beta / weight;
	out->sibtest_se = sqrt(square) / weight;
	out->sibtest_chi2 = out->sibtest * out->sibtest / (out->sibtest_se * out->sibtest_se);
	out->sibtest_p = bv_chi_square_tail(out->sibtest_chi2, 1);
}

void
sibtest_items(struct bv_dif_item *items, const struct matched *m)
{
	struct sibtest s;
	struct side side[2];

	begin(&s, items, m);
	for (size_t i = 0; i < m->responses->items; i++) {
		size_t matching = s.anchors - !items[i].flagged;
		items[i].sibtest = items[i].sibtest_se = items[i].sibtest_chi2 = items[i].sibtest_p = NAN;
		if (matching < 2)
			continue;
		count(side, &s, items, i);
		if (side[0].n > 1 && side[1].n > 1)
			test(&items[i], &s, side, matching);
	}
	finish(&s);
}
