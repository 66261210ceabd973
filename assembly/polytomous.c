/* Items of several categories made ready for sessions. */
#include <math.h>
#include <stdlib.h>

#include "assembly/adaptive.h"
#include "scoring/irt/irt.h"
#include "scoring/scoring.h"

#define LEAST 1e-100
#define FAR 10.0 /* places are looked for from -FAR to FAR */

/* No derivative of the information is larger. With r = P_k'/P_k the information is E r², and its derivative E r(r² + 2r'): in the graded model
 * |r| <= a and -a² <= 2r' <= 0, so that |r² + 2r'| <= a²; the 3PL's is below a³/6 (its share of right that is known, times its logistic's). In the exponential
 * families r is the slope of a category less its mean, r' the same for all, and the derivative the third central moment of the slopes: at most
 * range³/(6√3), that of two points. */
static double
steepest(const struct bv_irt_item *model)
{
	double least = 0, most = 0, a = fabs(model->a);

	if (model->model <= BV_IRT_GRM)
		return a * a * a;
	for (int k = 1; k < model->categories; k++) {
		double slope = model->model == BV_IRT_NOMINAL ? bv_irt_category_slope(model, k) : k * a;
		least = fmin(least, slope);
		most = fmax(most, slope);
	}
	return (most - least) * (most - least) * (most - least) / (6 * sqrt(3));
}

void
polytomous_bounds(double bound[CELLS], const struct bv_irt_item *model, double from, double to)
{
	enum { PARTS = 4 };
	double width = (to - from) / (CELLS * PARTS), rise = steepest(model) * width, before = bv_irt_information(model, from);

	for (size_t c = 0; c < CELLS; c++) {
		bound[c] = 0;
		for (size_t k = 1; k <= PARTS; k++) {
			double here = bv_irt_information(model, from + width * (double)(c * PARTS + k));
			bound[c] = fmax(bound[c], 0.5 * (before + here + rise));
			before = here;
		}
		bound[c] *= 1 + 1e-9; /* for rounding, of abilities at the end of a cell too */
	}
}

/* Where half of the marks is expected: what b is to right and wrong. Partial credit and graded items expect more of the more able. */
static double
half_way(const struct bv_assembly_item *item)
{
	double low = -FAR, high = FAR, half = 0.5 * (bv_assembly_expected(item, -1e3) + bv_assembly_expected(item, 1e3));

	for (int i = 0; i < 60; i++) {
		double mid = 0.5 * (low + high);
		if (bv_assembly_expected(item, mid) < half)
			low = mid;
		else
			high = mid;
	}
	return 0.5 * (low + high);
}

/* Where the information is most: the highest of its peaks. */
static double
peak(const struct bv_irt_item *model)
{
	enum { STEPS = 800 };
	double width = 2 * FAR / STEPS, best = -FAR, most = -1;

	for (int i = 0; i <= STEPS; i++) {
		double x = -FAR + width * i, here = bv_irt_information(model, x);
		if (here > most) {
			most = here;
			best = x;
		}
	}
	double low = fmax(best - width, -FAR), high = fmin(best + width, FAR);
	for (int i = 0; i < 60; i++) {
		double mid = 0.5 * (low + high);
		if (bv_irt_information_slope(model, mid) > 0)
			low = mid;
		else
			high = mid;
	}
	return 0.5 * (low + high);
}

static void
fill_table(struct polytomous *p, const struct bv_adaptive *a, struct bv_arena *arena)
{
	bool logs = a->rules.select == BV_SELECT_KLP || a->rules.select == BV_SELECT_KL;
	struct bv_irt_curve curve;

	p->p = bv_arena_array(arena, a->rules.nodes * p->width, double);
	p->log_p = logs ? bv_arena_array(arena, a->rules.nodes * p->width, double) : NULL;
	for (size_t q = 0; q < a->rules.nodes; q++) {
		bv_irt_curve(&curve, p->model, a->node[q]);
		for (int k = 0; k < p->model->categories; k++) {
			double chance = fmax(curve.p[k], LEAST);
			p->p[q * p->width + (size_t)k] = chance;
			if (logs)
				p->log_p[q * p->width + (size_t)k] = bv_logarithm(chance);
		}
	}
}

enum bv_status
polytomous_fill(struct bv_adaptive *a, struct bv_err *err)
{
	a->polytomous = bv_arena_array(&a->arena, a->bank->count, struct polytomous);
	a->polytomous_of = bv_arena_array(&a->arena, a->bank->count, uint32_t);
	for (uint32_t i = 0; i < a->bank->count; i++) {
		const struct bv_assembly_item *item = item_at(a, i);
		a->polytomous_of[i] = UINT32_MAX;
		if (!item->model)
			continue;
		if (a->rules.select == BV_SELECT_B && !bv_assembly_ordered(item))
			return bv_err_set(err, BV_EINVAL, "the rule b needs a difficulty, and item '%.*s' has none: its categories have no order (model nominal); take the rule peak",
			                  BV_STR_ARG(item->id));
		a->polytomous_of[i] = (uint32_t)a->polytomous_count;
		struct polytomous *p = &a->polytomous[a->polytomous_count++];
		*p = (struct polytomous){ .item = i, .model = item->model, .width = ((size_t)item->model->categories + LANES - 1) / LANES * LANES };
		fill_table(p, a, &a->arena);
		if (a->rules.select == BV_SELECT_B)
			p->place = half_way(item);
		if (a->rules.select == BV_SELECT_PEAK)
			p->place = peak(item->model);
	}
	return BV_OK;
}
