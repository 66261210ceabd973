#include "assembly/model.h"

#include <math.h>

static void
add_row(struct mip *m, const struct row *row, size_t first)
{
	mip_add_row(m, row->lo, row->hi);
	for (size_t i = 0; i < row->count; i++)
		mip_put(m, first + row->item[i], row->coef[i]);
}

/* per_min z <= items of the stimulus <= per_max z. */
static void
add_stimuli(struct mip *m, const struct problem *p, size_t first, size_t stimuli)
{
	for (size_t s = 0; s < p->stimulus_count; s++)
		for (int side = 0; side < 2; side++) {
			mip_add_row(m, side ? -INFINITY : 0, side ? 0 : INFINITY);
			for (size_t i = 0; i < p->count; i++)
				if (p->stimulus[i] == s)
					mip_put(m, first + i, 1);
			mip_put(m, stimuli + s, -fmin(side ? p->per_stimulus_max : p->per_stimulus_min, (double)p->length));
		}
	mip_add_row(m, p->stimuli_min, p->stimuli_max);
	for (size_t s = 0; s < p->stimulus_count; s++)
		mip_put(m, stimuli + s, 1);
}

static void
put_point(struct mip *m, const struct problem *p, const struct point *point, size_t first)
{
	for (size_t i = 0; i < p->count; i++)
		if (point->value[i] != 0)
			mip_put(m, first + i, point->value[i]);
}

static void
add_points(struct mip *m, const struct problem *p, size_t first, size_t y)
{
	for (size_t k = 0; k < p->point_count; k++) {
		const struct point *point = &p->points[k];
		bool minimax = p->objective == BV_OBJECTIVE_MINIMAX;
		mip_add_row(m, minimax ? point->target : 0, INFINITY);
		put_point(m, p, point, first);
		mip_put(m, y, minimax ? point->weight : -point->weight);
		if (!minimax)
			continue;
		mip_add_row(m, -INFINITY, point->target);
		put_point(m, p, point, first);
		mip_put(m, y, -point->weight);
	}
}

void
model_build(struct mip *m, const struct problem *p, const bool *active, bool objective)
{
	bool plain = objective && p->objective == BV_OBJECTIVE_MAXIMIZE;

	m->maximize = objective && p->objective != BV_OBJECTIVE_MINIMAX;
	for (size_t f = 0; f < p->forms; f++)
		for (size_t i = 0; i < p->count; i++)
			mip_add_col(m, plain ? p->points[0].value[i] : 0, 0, 1, true);
	size_t stimuli = m->cols;
	for (size_t s = 0; s < p->forms * p->stimulus_count; s++)
		mip_add_col(m, 0, 0, 1, true);
	size_t y = objective && !plain ? mip_add_col(m, 1, 0, INFINITY, false) : 0;
	for (size_t f = 0; f < p->forms; f++) {
		for (size_t r = 0; r < p->row_count; r++)
			if (!active || active[r])
				add_row(m, &p->rows[r], f * p->count);
		if (p->stimulus)
			add_stimuli(m, p, f * p->count, stimuli + f * p->stimulus_count);
		if (y)
			add_points(m, p, f * p->count, y);
	}
	for (size_t i = 0; i < p->count && p->item_use < p->forms; i++) {
		mip_add_row(m, -INFINITY, (double)p->item_use);
		for (size_t f = 0; f < p->forms; f++)
			mip_put(m, f * p->count + i, 1);
	}
}

bool
model_items(uint32_t *items, const struct problem *p, const double *x)
{
	for (size_t f = 0; f < p->forms; f++) {
		size_t taken = 0;
		for (size_t i = 0; i < p->count; i++)
			if (x[f * p->count + i] > 0.5) {
				if (taken == p->length)
					return false;
				items[f * p->length + taken++] = (uint32_t)i;
			}
		if (taken != p->length)
			return false;
	}
	return true;
}

void
model_start(double *x, const struct mip *m, const struct problem *p, const uint32_t *items)
{
	size_t stimuli = p->forms * p->count;

	memset(x, 0, m->cols * sizeof *x);
	for (size_t f = 0; f < p->forms; f++)
		for (size_t i = 0; i < p->length; i++) {
			uint32_t item = items[f * p->length + i];
			x[f * p->count + item] = 1;
			if (p->stimulus && p->stimulus[item] != UINT32_MAX)
				x[stimuli + f * p->stimulus_count + p->stimulus[item]] = 1;
		}
	if (p->objective != BV_OBJECTIVE_MAXIMIZE)
		x[m->cols - 1] = problem_value(p, items);
}
