/* Which score of one form is which of another: by true scores and by observed scores. */
#include <math.h>
#include <stdlib.h>

#include "analysis/link.h"

enum { MOVES = 0 }; /* linking->form[0] is put onto the scale of form[1] */

#define THETA_FAR 200.0 /* beyond, no true score is told from its end */

struct equating {
	const struct bv_equate_options *options;
	size_t high[2]; /* the largest score: form, target */
	double *room[3];
};

/* Which side of the linking an end is: 0 the form, 1 the target. */
static int
side_of(const struct equating *e, int end)
{
	return e->options->target_moves ? 1 - end : end;
}

/* Ability of the linking's second scale as the item's own form has it. */
static double
own_theta(int side, double theta, double slope, double shift)
{
	return side == MOVES ? (theta - shift) / slope : theta;
}

static double
true_score(const struct linking *l, int side, double theta, double slope, double shift)
{
	double sum = 0, own = own_theta(side, theta, slope, shift);

	for (size_t i = 0; i < l->form[side].set->count; i++)
		sum += bv_irt_expected(&l->form[side].item[i], own);
	return sum;
}

/* The score that guessing alone gives. */
static double
floor_of(const struct linking *l, int side)
{
	double sum = 0;

	for (size_t i = 0; i < l->form[side].set->count; i++)
		sum += l->form[side].item[i].c;
	return sum;
}

/* Lord 1980; below the sums of the lower asymptotes by a straight line from nought (Kolen and Brennan 2004). theta is NAN there, and at both ends. */
static double
by_true_score(double *theta, const struct linking *l, const struct equating *e, size_t score, double slope, double shift)
{
	int from = side_of(e, 0), to = side_of(e, 1);
	double low = -THETA_FAR, high = THETA_FAR, bottom = floor_of(l, from);

	*theta = NAN;
	if (score == e->high[0])
		return (double)e->high[1];
	if ((double)score <= bottom)
		return bottom > 0 ? (double)score * floor_of(l, to) / bottom : 0;
	for (int round = 0; round < 200 && high - low > 1e-13; round++) {
		double middle = (low + high) / 2;
		if (true_score(l, from, middle, slope, shift) < (double)score)
			low = middle;
		else
			high = middle;
	}
	*theta = (low + high) / 2;
	return true_score(l, to, *theta, slope, shift);
}

/* How often every score is expected in the mixture of both forms' populations. */
static void
distribute(double *out, const struct linking *l, const struct equating *e, int end, double slope, double shift)
{
	int side = side_of(e, end);

	memset(out, 0, (e->high[end] + 1) * sizeof out[0]);
	for (int population = 0; population < 2; population++) {
		int whose = side_of(e, population);
		const struct bv_irt_set *set = l->form[whose].set;
		double share = population == 0 ? e->options->weight : 1 - e->options->weight;
		for (int q = 0; share > 0 && q < l->nodes; q++) {
			double theta = set->mean + set->sd * l->node[q];
			theta = whose == MOVES ? slope * theta + shift : theta;
			bv_irt_sum_distribution(e->room[2], l->form[side].item, l->form[side].set->count, own_theta(side, theta, slope, shift));
			for (size_t s = 0; s <= e->high[end]; s++)
				out[s] += share * l->weight[q] * e->room[2][s];
		}
	}
}

/* Equipercentile: the score of the target with the same percentile rank, scores being spread evenly half a point to both sides. */
static void
by_observed_score(double *out, const struct linking *l, const struct equating *e, double slope, double shift)
{
	double *f = e->room[0], *g = e->room[1], below = 0, target_below = 0;
	size_t t = 0;

	distribute(f, l, e, 0, slope, shift);
	distribute(g, l, e, 1, slope, shift);
	for (size_t s = 0; s <= e->high[0]; s++) {
		double rank = below + f[s] / 2;
		while (t < e->high[1] && target_below + g[t] <= rank)
			target_below += g[t++];
		out[s] = (double)t - 0.5 + (rank - target_below) / g[t];
		below += f[s];
	}
}

/* True-score equivalents of every score, then observed-score ones. */
static void
measure(double *out, const struct linking *l, void *ctx)
{
	const struct equating *e = ctx;
	double slope = 1, shift = 0, theta;

	if (!e->options->linked && !linking_solve(&slope, &shift, l))
		slope = shift = NAN;
	for (size_t s = 0; s <= e->high[0]; s++)
		out[s] = by_true_score(&theta, l, e, s, slope, shift);
	by_observed_score(out + e->high[0] + 1, l, e, slope, shift);
}

static void
fill(struct bv_equate *out, struct linking *l, struct equating *e)
{
	size_t n = out->high + 1;
	double *value = bv_alloc_array(2 * n, sizeof value[0]), *error = bv_alloc_array(2 * n, sizeof error[0]);

	out->score = bv_alloc_array(n, sizeof out->score[0]);
	measure(value, l, e);
	for (size_t s = 0; s < 2 * n; s++)
		error[s] = NAN;
	if (!e->options->no_errors && linking_has_errors(l))
		delta_errors(error, 2 * n, l, measure, e);
	for (size_t s = 0; s < n; s++) {
		out->score[s] = (struct bv_equate_score){ .true_score = value[s], .true_error = error[s], .observed_score = value[n + s], .observed_error = error[n + s] };
		by_true_score(&out->score[s].theta, l, e, s, out->slope, out->shift);
	}
	free(value);
	free(error);
}

enum bv_status
bv_equate_make(struct bv_equate *out, const struct bv_irt_set *form, const struct bv_irt_set *target, const struct bv_equate_options *options, struct bv_err *err)
{
	BV_AUTO(linking_finish) struct linking l = { 0 };
	struct equating e = { .options = options };

	TRY(linking_init(&l, options->target_moves ? target : form, options->target_moves ? form : target, &options->link, err));
	*out = (struct bv_equate){ .slope = 1, .common = l.count };
	if (form->count > BV_EQUATE_ITEMS_MAX || target->count > BV_EQUATE_ITEMS_MAX)
		return bv_err_set(err, BV_ELIMIT, "a form has more than %d items", BV_EQUATE_ITEMS_MAX);
	if (!options->linked && (l.count < 2 || !linking_solve(&out->slope, &out->shift, &l)))
		return bv_err_set(err, BV_EINVAL, "the forms have %zu items in common, which do not link them; if they are on one scale already, say --linked", l.count);
	for (int end = 0; end < 2; end++)
		e.high[end] = bv_irt_marks_max(l.form[side_of(&e, end)].item, l.form[side_of(&e, end)].set->count);
	out->high = e.high[0];
	out->target_high = e.high[1];
	for (int k = 0; k < 3; k++)
		e.room[k] = bv_alloc_array((e.high[0] > e.high[1] ? e.high[0] : e.high[1]) + 1, sizeof e.room[k][0]);
	fill(out, &l, &e);
	for (int k = 0; k < 3; k++)
		free(e.room[k]);
	return BV_OK;
}

void
bv_equate_finish(struct bv_equate *equate)
{
	free(equate->score);
	*equate = (struct bv_equate){ 0 };
}
