#include "assembly/adaptive.h"

#include <math.h>
#include <stdlib.h>

#include "assembly/problem.h"
#include "scoring/scoring.h"

static const char *const selects[] = { "mfi", "mpwi", "klp", "mepv", "mepv-at", "progressive", "mlwi", "kl", "gdi", "gdip", "mei", "b", "peak" };

const char *
bv_select_name(enum bv_select select)
{
	return selects[select];
}

bool
bv_select_find(enum bv_select *out, struct bv_str name)
{
	for (size_t i = 0; i < BV_COUNT(selects); i++)
		if (bv_str_is(name, selects[i])) {
			*out = (enum bv_select)i;
			return true;
		}
	return false;
}

struct bv_adaptive_rules
bv_adaptive_plain(void)
{
	return (struct bv_adaptive_rules){ .from = -6, .to = 6, .nodes = 61, .prior_sd = 1, .length = 30, .randomesque = 1, .acceleration = 1 };
}

struct bv_adaptive_rules
bv_adaptive_pix(void)
{
	return (struct bv_adaptive_rules){ .estimate = BV_ESTIMATE_PIX, .from = -9, .to = 9, .nodes = 81, .prior_sd = 1, .length = 32, .randomesque = 5,
		                           .pick = 0.51, .acceleration = 1, .area = BV_STR("area"), .enemies = BV_STR("tube"), .step_cap = 0.5,
		                           .step_cap_until = 31 };
}

static enum bv_status
check_rules(const struct bv_adaptive_rules *r, struct bv_err *err)
{
	if (!(r->from >= -10 && r->from < r->to && r->to <= 10) || r->nodes < 3 || r->nodes > BV_ADAPTIVE_NODES_MAX)
		return bv_err_set(err, BV_EINVAL, "the grid has 3 to %d nodes between -10 and 10", BV_ADAPTIVE_NODES_MAX);
	if (!(r->prior_sd > 0 && r->prior_sd <= 10) || !(fabs(r->prior_mean) <= 10) || !(r->start >= r->from && r->start <= r->to))
		return bv_err_set(err, BV_EINVAL, "the prior's standard deviation is above 0 and at most 10, its mean within 10, the start on the grid");
	if (!r->length || r->length > BV_ASSEMBLY_LENGTH_MAX || r->length_min > r->length || !r->randomesque)
		return bv_err_set(err, BV_EINVAL, "a session has 1 to %d items, its minimum is not above that, and one of at least 1 best is given", BV_ASSEMBLY_LENGTH_MAX);
	if (!(r->se >= 0) || !(r->confidence >= 0) || !(r->exposure_max >= 0 && r->exposure_max <= 1) || !(r->step_cap >= 0) || !(r->acceleration > 0) ||
	    !(r->pick >= 0 && r->pick <= 1))
		return bv_err_set(err, BV_EINVAL, "se, confidence and the step cap are not negative, exposure and pick lie between 0 and 1, the acceleration is above 0");
	if (r->sprt && !(r->delta > 0 && r->alpha > 0 && r->alpha < 0.5 && r->beta > 0 && r->beta < 0.5 && fabs(r->cut) + r->delta <= 10))
		return bv_err_set(err, BV_EINVAL, "the sequential test needs delta above 0, alpha and beta between 0 and 0.5, the cut within 10");
	return BV_OK;
}

static void
fill_grid(struct bv_adaptive *a)
{
	const struct bv_adaptive_rules *r = &a->rules;
	double h = (r->to - r->from) / (double)(r->nodes - 1);

	for (size_t q = 0; q < r->nodes; q++) {
		double x = r->from + (double)q * h, z = (x - r->prior_mean) / r->prior_sd;
		a->node[q] = x;
		a->prior[q] = (q == 0 || q + 1 == r->nodes ? 0.5 : 1) * bv_exponential(-0.5 * z * z);
	}
}

static double *
new_table(struct bv_adaptive *a, double empty)
{
	size_t count = a->blocks * a->rules.nodes * LANES;
	double *table = bv_arena_array(&a->arena, count, double);

	for (size_t i = 0; i < count; i++)
		table[i] = empty;
	return table;
}

static void
fill_tables(struct bv_adaptive *a)
{
	enum bv_select select = a->rules.select;

	a->blocks = (a->bank->count + LANES - 1) / LANES;
	a->p = new_table(a, 0.5);
	if (select == BV_SELECT_MPWI || select == BV_SELECT_MLWI)
		a->info = new_table(a, 0);
	if (select == BV_SELECT_KLP || select == BV_SELECT_KL) {
		a->log_p = new_table(a, 0);
		a->log_q = new_table(a, 0);
	}
	for (size_t i = 0; i < a->bank->count; i++)
		for (size_t q = 0; q < a->rules.nodes; q++) {
			const struct bv_assembly_item *item = &a->bank->items[i];
			const struct bv_curve *curve = &item->curve;
			size_t at = (i / LANES * a->rules.nodes + q) * LANES + i % LANES;
			if (a->info)
				a->info[at] = bv_assembly_information(item, a->node[q]);
			if (item->model)
				continue;
			double p = fmin(fmax(bv_curve_probability(curve, a->node[q]), 1e-300), 1 - 1e-16);
			a->p[at] = p;
			if (a->log_p) {
				a->log_p[at] = bv_logarithm(p);
				a->log_q[at] = bv_logarithm(1 - p);
			}
		}
}

double
curve_peak(const struct bv_curve *k)
{
	return k->b + bv_logarithm((1 + sqrt(1 + 8 * k->c)) / 2) / k->a;
}

static double
most_between(const struct bv_curve *k, double from, double to)
{
	double peak = curve_peak(k);
	double at = peak < from ? from : peak > to ? to : peak;

	/* The peak is good to its rounding, where the curve is flat: a margin far above that. */
	return bv_curve_information(k, at) * (1 + 1e-9);
}

struct ranked {
	double most;
	uint32_t item;
};

static int
falling(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return x->most != y->most ? (x->most < y->most) - (x->most > y->most) : (x->item > y->item) - (x->item < y->item);
}

static void
fill_cells(struct bv_adaptive *a)
{
	size_t count = a->bank->count;
	struct ranked *list = bv_alloc_array(count, sizeof *list);
	double width = (a->rules.to - a->rules.from) / CELLS, (*bounds)[CELLS] = bv_alloc_array(a->polytomous_count, sizeof *bounds);

	for (size_t i = 0; i < a->polytomous_count; i++)
		polytomous_bounds(bounds[i], a->polytomous[i].model, a->rules.from, a->rules.to);
	for (size_t c = 0; c < CELLS; c++) {
		a->cells[c].item = bv_arena_array(&a->arena, count, uint32_t);
		a->cells[c].most = bv_arena_array(&a->arena, count, double);
		for (uint32_t i = 0; i < count; i++)
			list[i] = (struct ranked){ item_at(a, i)->model ? bounds[a->polytomous_of[i]][c]
			                                                : most_between(&item_at(a, i)->curve, a->rules.from + width * ((double)c - 0.01),
			                                                               a->rules.from + width * ((double)c + 1.01)),
				                   i };
		qsort(list, count, sizeof *list, falling);
		for (size_t i = 0; i < count; i++) {
			a->cells[c].item[i] = list[i].item;
			a->cells[c].most[i] = list[i].most;
		}
	}
	free(list);
	free(bounds);
}

static size_t
attribute_of(const struct bv_assembly_bank *bank, struct bv_str name)
{
	size_t i = 0;

	while (i < bank->attribute_count && !bv_str_eq(bank->attributes[i], name))
		i++;
	return i;
}

static void
fill_areas(struct bv_adaptive *a)
{
	const struct bv_assembly_bank *bank = a->bank;
	size_t at = a->rules.area.len ? attribute_of(bank, a->rules.area) : bank->attribute_count;
	struct bv_str *names = bv_arena_array(&a->arena, bank->count, struct bv_str);

	a->area = bv_arena_array(&a->arena, bank->count, uint32_t);
	for (size_t i = 0; i < bank->count && at < bank->attribute_count; i++) {
		size_t n = 0;
		while (n < a->area_count && !bv_str_eq(names[n], bank->items[i].values[at]))
			n++;
		if (n == a->area_count)
			names[a->area_count++] = bank->items[i].values[at];
		a->area[i] = (uint32_t)n;
	}
}

static bool
share_word(struct bv_str a, struct bv_str b)
{
	struct bv_str x, y;

	while (bv_str_token(&a, &x))
		for (struct bv_str rest = b; bv_str_token(&rest, &y);)
			if (bv_str_eq(x, y) && !bv_str_is(x, "0"))
				return true;
	return false;
}

static void
fill_enemies(struct bv_adaptive *a)
{
	const struct bv_assembly_bank *bank = a->bank;
	size_t at = a->rules.enemies.len ? attribute_of(bank, a->rules.enemies) : bank->attribute_count, total = 0, cap = 0;
	uint32_t *list = NULL;

	a->enemy_first = bv_arena_array(&a->arena, bank->count + 1, uint32_t);
	for (size_t i = 0; i < bank->count; i++) {
		for (size_t j = 0; j < bank->count && at < bank->attribute_count && bank->items[i].values[at].len; j++) {
			if (j == i || !share_word(bank->items[i].values[at], bank->items[j].values[at]))
				continue;
			if (total == cap) {
				cap = cap ? 2 * cap : 256;
				list = bv_resize_array(list, cap, sizeof *list);
			}
			list[total++] = (uint32_t)j;
		}
		a->enemy_first[i + 1] = (uint32_t)total;
	}
	a->enemies = bv_arena_array(&a->arena, total, uint32_t);
	if (total)
		memcpy(a->enemies, list, total * sizeof *list);
	free(list);
}

enum bv_status
bv_adaptive_new(struct bv_adaptive **out, const struct bv_assembly_bank *bank, const struct bv_adaptive_rules *rules, struct bv_err *err)
{
	TRY(check_rules(rules, err));
	if (bank->count > 10000)
		return bv_err_set(err, BV_ELIMIT, "an adaptive bank has at most 10000 items: choose them by area or language");
	BV_AUTO(bv_adaptive_free) struct bv_adaptive *a = bv_alloc(sizeof *a);
	a->bank = bank;
	a->rules = *rules;
	fill_grid(a);
	TRY(polytomous_fill(a, err));
	fill_tables(a);
	if (rules->select == BV_SELECT_MFI)
		fill_cells(a);
	fill_areas(a);
	fill_enemies(a);
	*out = bv_steal(&a);
	return BV_OK;
}

void
bv_adaptive_free(struct bv_adaptive *a)
{
	if (!a)
		return;
	bv_arena_finish(&a->arena);
	free(a);
}
