#include "assembly/problem.h"

#include <math.h>
#include <stdlib.h>

enum { ATTRIBUTE_NONE = -1 };

static int
find_attribute(const struct bv_assembly_bank *bank, struct bv_str name)
{
	for (size_t i = 0; i < bank->attribute_count; i++)
		if (bv_str_eq(bank->attributes[i], name))
			return (int)i;
	return ATTRIBUTE_NONE;
}

static enum bv_status
need_attribute(int *out, const struct bv_assembly_bank *bank, struct bv_str name, struct bv_err *err)
{
	*out = find_attribute(bank, name);
	if (*out == ATTRIBUTE_NONE)
		return bv_err_set(err, BV_EINVAL, "the bank has no attribute '%.*s'", BV_STR_ARG(name));
	return BV_OK;
}

static enum bv_status
check_filters(const struct bv_assembly_bank *bank, const struct bv_design_filter *filters, size_t count, struct bv_err *err)
{
	int attribute;

	for (size_t i = 0; i < count; i++)
		TRY(need_attribute(&attribute, bank, filters[i].attribute, err));
	return BV_OK;
}

static bool
passes(const struct bv_assembly_bank *bank, const struct bv_assembly_item *item, const struct bv_design_filter *filters, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct bv_str value = item->values[find_attribute(bank, filters[i].attribute)];
		size_t k = 0;
		while (k < filters[i].count && !bv_str_eq(filters[i].values[k], value))
			k++;
		if (k == filters[i].count)
			return false;
	}
	return true;
}

double
item_value(const struct bv_assembly_item *item, enum bv_rule_kind kind, double theta)
{
	return kind == BV_RULE_SCORE ? bv_assembly_expected(item, theta) : bv_assembly_information(item, theta);
}

static enum bv_status
check_ordered(const struct bv_assembly_item *item, enum bv_rule_kind kind, struct bv_err *err)
{
	if (kind == BV_RULE_SCORE && !bv_assembly_ordered(item))
		return bv_err_set(err, BV_EINVAL, "the categories of item '%.*s' have no order (model nominal), so that no score is expected of it: ask for information, "
		                  "or leave such items out with 'only' or 'where'", BV_STR_ARG(item->id));
	return BV_OK;
}

static enum bv_status
rule_coef(double *out, const struct bv_design_rule *rule, int attribute, const struct bv_assembly_item *item, struct bv_err *err)
{
	if (check_ordered(item, rule->kind, err) != BV_OK)
		return bv_err_again(err, 0, "'%.*s': %s", BV_STR_ARG(rule->name), err->msg);
	if (rule->kind == BV_RULE_COUNT)
		*out = 1;
	else if (rule->kind != BV_RULE_SUM)
		*out = item_value(item, rule->kind, rule->theta);
	else if (!bv_str_double(item->values[attribute], out) || !(fabs(*out) <= 1e9))
		return bv_err_set(err, BV_EINVAL, "'%.*s': the attribute '%.*s' of item '%.*s' is no number of at most 1e9", BV_STR_ARG(rule->name),
		                  BV_STR_ARG(rule->sum), BV_STR_ARG(item->id));
	return BV_OK;
}

static struct row *
add_row(struct problem *p, struct bv_str name, int rule, double lo, double hi)
{
	struct row *row = &p->rows[p->row_count++];

	*row = (struct row){ .name = name, .rule = rule, .lo = lo, .hi = hi };
	row->item = bv_arena_array(&p->arena, p->count, uint32_t);
	row->coef = bv_arena_array(&p->arena, p->count, double);
	return row;
}

static void
put(struct row *row, size_t item, double coef)
{
	row->item[row->count] = (uint32_t)item;
	row->coef[row->count++] = coef;
}

static enum bv_status
add_rule(struct problem *p, const struct bv_assembly_bank *bank, const struct bv_design_rule *rule, int idx, struct bv_err *err)
{
	int attribute = ATTRIBUTE_NONE;

	if (check_filters(bank, rule->where, rule->where_count, err) != BV_OK ||
	    (rule->kind == BV_RULE_SUM && need_attribute(&attribute, bank, rule->sum, err) != BV_OK))
		return bv_err_again(err, 0, "'%.*s': %s", BV_STR_ARG(rule->name), err->msg);
	struct row *row = add_row(p, rule->name, idx, rule->min, rule->max);
	for (size_t i = 0; i < p->count; i++) {
		const struct bv_assembly_item *item = &bank->items[p->source[i]];
		double coef;
		if (!passes(bank, item, rule->where, rule->where_count))
			continue;
		TRY(rule_coef(&coef, rule, attribute, item, err));
		if (coef != 0)
			put(row, i, coef);
	}
	return BV_OK;
}

struct shared {
	struct bv_str value;
	uint32_t item;
};

static int
by_value(const void *a, const void *b)
{
	const struct shared *x = a, *y = b;
	int order = bv_str_cmp(x->value, y->value);

	return order ? order : (x->item > y->item) - (x->item < y->item);
}

struct shares {
	struct shared *list; /* heap */
	size_t count, cap;
};

static void
add_share(struct shares *s, struct bv_str value, size_t item)
{
	if (!value.len || bv_str_is(value, "0"))
		return;
	if (s->count == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 64;
		s->list = bv_resize_array(s->list, s->cap, sizeof *s->list);
	}
	s->list[s->count++] = (struct shared){ value, (uint32_t)item };
}

/* The items that have a value of the attribute, those of one value together; its words apart where an item may have several. */
static void
collect(struct shares *out, const struct problem *p, const struct bv_assembly_bank *bank, int attribute, bool words)
{
	for (size_t i = 0; i < p->count; i++) {
		struct bv_str value = bank->items[p->source[i]].values[attribute], word;
		if (!words)
			add_share(out, value, i);
		while (words && bv_str_token(&value, &word))
			add_share(out, word, i);
	}
	if (out->count)
		qsort(out->list, out->count, sizeof *out->list, by_value);
}

static void
finish_shares(struct shares *s)
{
	free(s->list);
}
BV_AUTO_DEFINE_FINISH(struct shares, finish_shares)

static size_t
run_end(const struct shared *list, size_t count, size_t from)
{
	size_t end = from + 1;

	while (end < count && bv_str_eq(list[end].value, list[from].value))
		end++;
	return end;
}

/* One row for each set of enemies, not one for each pair: the linear relaxation is tighter and there are fewer. */
static void
add_enemies(struct problem *p, const struct shared *list, size_t count)
{
	struct row *rows = bv_arena_array(&p->arena, p->row_count + count, struct row);

	memcpy(rows, p->rows, p->row_count * sizeof *rows);
	p->rows = rows;
	for (size_t i = 0, end; i < count; i = end) {
		end = run_end(list, count, i);
		if (end - i < 2)
			continue;
		struct row *row = &p->rows[p->row_count++];
		*row = (struct row){ .name = list[i].value, .rule = ROW_ENEMIES, .lo = -INFINITY, .hi = 1 };
		row->item = bv_arena_array(&p->arena, end - i, uint32_t);
		row->coef = bv_arena_array(&p->arena, end - i, double);
		for (size_t k = i; k < end; k++)
			put(row, list[k].item, 1);
	}
}

static void
number_stimuli(struct problem *p, const struct shared *list, size_t count)
{
	p->stimulus = bv_arena_array(&p->arena, p->count, uint32_t);
	for (size_t i = 0; i < p->count; i++)
		p->stimulus[i] = UINT32_MAX;
	for (size_t i = 0, end; i < count; i = end, p->stimulus_count++) {
		end = run_end(list, count, i);
		for (size_t k = i; k < end; k++)
			p->stimulus[list[k].item] = (uint32_t)p->stimulus_count;
	}
}

static enum bv_status
add_points(struct problem *p, const struct bv_assembly_bank *bank, const struct bv_design *design, struct bv_err *err)
{
	bool fold = design->objective == BV_OBJECTIVE_MAXIMIZE;

	p->objective = fold && design->forms > 1 ? BV_OBJECTIVE_MAXIMIN : design->objective;
	p->point_count = fold ? 1 : design->point_count;
	p->points = bv_arena_array(&p->arena, p->point_count, struct point);
	for (size_t k = 0; k < design->point_count; k++) {
		const struct bv_design_point *from = &design->points[k];
		struct point *to = &p->points[fold ? 0 : k];
		if (!to->value)
			*to = (struct point){ bv_arena_array(&p->arena, p->count, double), from->target, fold ? 1 : from->weight };
		for (size_t i = 0; i < p->count; i++) {
			const struct bv_assembly_item *item = &bank->items[p->source[i]];
			TRY(check_ordered(item, from->kind, err));
			to->value[i] += (fold ? from->weight : 1) * item_value(item, from->kind, from->theta);
		}
	}
	return BV_OK;
}

static enum bv_status
choose(struct problem *p, const struct bv_assembly_bank *bank, const struct bv_design *design, struct bv_err *err)
{
	if (check_filters(bank, design->only, design->only_count, err) != BV_OK)
		return bv_err_again(err, 0, "'only': %s", err->msg);
	p->source = bv_arena_array(&p->arena, bank->count, uint32_t);
	for (size_t i = 0; i < bank->count; i++)
		if (passes(bank, &bank->items[i], design->only, design->only_count))
			p->source[p->count++] = (uint32_t)i;
	size_t use = design->item_use < design->forms ? design->item_use : design->forms;
	if (p->count < design->length || p->count * use < design->length * design->forms)
		return bv_err_set(err, BV_ECONFLICT, "%zu forms of %zu items, each item in at most %zu of them, take more than the %zu items that may be used",
		                  design->forms, design->length, use, p->count);
	p->item_use = use;
	return BV_OK;
}

static enum bv_status
add_sets(struct problem *p, const struct bv_assembly_bank *bank, const struct bv_design *design, struct bv_err *err)
{
	BV_AUTO(finish_shares) struct shares enemies = { 0 }, stimuli = { 0 };
	int attribute;

	if (design->enemies.len) {
		TRY(need_attribute(&attribute, bank, design->enemies, err));
		collect(&enemies, p, bank, attribute, true);
		add_enemies(p, enemies.list, enemies.count);
	}
	if (design->stimulus.len) {
		TRY(need_attribute(&attribute, bank, design->stimulus, err));
		collect(&stimuli, p, bank, attribute, false);
		number_stimuli(p, stimuli.list, stimuli.count);
		p->stimuli_min = design->stimuli_min;
		p->stimuli_max = design->stimuli_max;
		p->per_stimulus_min = design->per_stimulus_min;
		p->per_stimulus_max = design->per_stimulus_max;
	}
	return BV_OK;
}

enum bv_status
problem_init(struct problem *p, const struct bv_assembly_bank *bank, const struct bv_design *design, struct bv_err *err)
{
	*p = (struct problem){ .forms = design->forms, .length = design->length };
	TRY(choose(p, bank, design, err));
	p->rows = bv_arena_array(&p->arena, 1 + design->rule_count, struct row);
	struct row *all = add_row(p, BV_STR("length"), ROW_LENGTH, (double)p->length, (double)p->length);
	for (size_t i = 0; i < p->count; i++)
		put(all, i, 1);
	for (size_t r = 0; r < design->rule_count; r++)
		TRY(add_rule(p, bank, &design->rules[r], (int)r, err));
	TRY(add_sets(p, bank, design, err));
	return add_points(p, bank, design, err);
}

void
problem_finish(struct problem *p)
{
	bv_arena_finish(&p->arena);
}

double
form_sum(const uint32_t *items, size_t length, const double *value)
{
	double sum = 0;

	for (size_t i = 0; i < length; i++)
		sum += value[items[i]];
	return sum;
}

double
problem_value(const struct problem *p, const uint32_t *items)
{
	bool minimax = p->objective == BV_OBJECTIVE_MINIMAX;
	double worst = minimax ? 0 : INFINITY;

	for (size_t f = 0; f < p->forms; f++)
		for (size_t k = 0; k < p->point_count; k++) {
			const struct point *point = &p->points[k];
			double sum = form_sum(items + f * p->length, p->length, point->value);
			if (minimax)
				worst = fmax(worst, fabs(sum - point->target) / point->weight);
			else
				worst = fmin(worst, sum / point->weight);
		}
	return worst;
}

static bool
row_holds(const struct row *row, double sum)
{
	double tolerance = 1e-6 * fmax(1, fabs(sum));

	return sum >= row->lo - tolerance && sum <= row->hi + tolerance;
}

static bool
stimuli_hold(const struct problem *p, const uint32_t *items, uint32_t *tally)
{
	double taken = 0;

	memset(tally, 0, p->stimulus_count * sizeof *tally);
	for (size_t i = 0; i < p->length; i++)
		if (p->stimulus[items[i]] != UINT32_MAX)
			tally[p->stimulus[items[i]]]++;
	for (size_t s = 0; s < p->stimulus_count; s++) {
		taken += tally[s] > 0;
		if (tally[s] && (tally[s] < p->per_stimulus_min || tally[s] > p->per_stimulus_max))
			return false;
	}
	return taken >= p->stimuli_min && taken <= p->stimuli_max;
}

bool
problem_holds(const struct problem *p, const uint32_t *items)
{
	double *coef = bv_alloc_array(p->count, sizeof *coef);
	uint32_t *uses = bv_alloc_array(p->count, sizeof *uses), *tally = bv_alloc_array(p->stimulus_count, sizeof *tally);
	bool holds = true;

	for (size_t i = 0; i < p->forms * p->length; i++)
		holds = ++uses[items[i]] <= p->item_use && holds;
	for (size_t r = 0; r < p->row_count && holds; r++) {
		const struct row *row = &p->rows[r];
		for (size_t i = 0; i < row->count; i++)
			coef[row->item[i]] = row->coef[i];
		for (size_t f = 0; f < p->forms; f++)
			holds = row_holds(row, form_sum(items + f * p->length, p->length, coef)) && holds;
		for (size_t i = 0; i < row->count; i++)
			coef[row->item[i]] = 0;
	}
	for (size_t f = 0; f < p->forms && p->stimulus; f++)
		holds = holds && stimuli_hold(p, items + f * p->length, tally);
	free(coef);
	free(uses);
	free(tally);
	return holds;
}
