/* The steps on the way to the statistics of one pair. */
#include <math.h>
#include <stdlib.h>

#include "analysis/pair.h"

/* Mean and standard deviation of the number of independent events. */
static void
moments(double *mean, double *sd, const double *p, size_t count)
{
	double variance = 0;

	*mean = 0;
	for (size_t i = 0; i < count; i++) {
		*mean += p[i];
		variance += p[i] * (1 - p[i]);
	}
	*sd = sqrt(variance);
}

/* P(k events), k = 0 … count, item by item: Lord and Wingersky. */
static double *
distribution(const double *p, size_t count)
{
	double *f = bv_alloc_array(count + 1, sizeof f[0]);

	f[0] = 1;
	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 2; k-- > 0;)
			f[k] = f[k] * (1 - p[i]) + (k > 0 ? f[k - 1] * p[i] : 0);
	return f;
}

static bool
answered(const struct pairs *s, int side, size_t k)
{
	for (int c = 0; c < s->cells.planes; c++)
		if (s->given[side][(size_t)c * s->cells.width + k] > 0)
			return true;
	return false;
}

void
bv_pair_steps_make(struct bv_pair_steps *out, const struct bv_abilities *a, size_t first, size_t second)
{
	BV_AUTO(pairs_free) struct pairs *s = pairs_new(a);
	struct bv_pair pair;

	*out = (struct bv_pair_steps){ .theta = { a->theta[first], a->theta[second] } };
	pairs_measure(&pair, s, first, second);
	out->item = bv_alloc_array((size_t)pair.items, sizeof out->item[0]);
	for (size_t k = 0; k < s->cells.items; k++) {
		if (!answered(s, 0, k) || !answered(s, 1, k))
			continue;
		size_t n = out->items++;
		out->item[n] = (struct bv_pair_step){ s->cells.column[k], { s->vector[PAIR_FIRST_HAS][n], s->vector[PAIR_SECOND_HAS][n] }, s->vector[PAIR_SAME][n],
			                              s->vector[PAIR_RIGHT][n], s->vector[PAIR_WRONG][n] };
	}
	for (int side = 0; side < 2; side++)
		moments(&out->expected[side], &out->sd[side], s->vector[side ? PAIR_SECOND_HAS : PAIR_FIRST_HAS], out->items);
	out->matches = distribution(s->vector[PAIR_SAME], out->items);
	copying_steps(out, 0, s->copying, first, second);
	copying_steps(out, 1, s->copying, second, first);
}

void
bv_pair_steps_finish(struct bv_pair_steps *steps)
{
	free(steps->item);
	free(steps->matches);
	for (int side = 0; side < 2; side++) {
		free(steps->group[side]);
		free(steps->like[side]);
		free(steps->alike[side]);
	}
	*steps = (struct bv_pair_steps){ 0 };
}
