/* Fixed forms: one exactly, several by a linear program's bound and start, annealing, and exact polish of pairs. */
#include <math.h>
#include <stdlib.h>

#include "assembly/anneal.h"
#include "assembly/chance.h"
#include "assembly/conflict.h"
#include "assembly/model.h"

enum { POLISH_ROUNDS = 4, POLISH_NODES = 200, POLISH_COLUMNS = 2000 };

struct found {
	uint32_t *items; /* forms × length, columns of the problem */
	double bound;
	bool proven;
};

static bool
better(const struct problem *p, double a, double b)
{
	return p->objective == BV_OBJECTIVE_MINIMAX ? a < b - 1e-12 : a > b + 1e-12;
}

/* Solves the whole as one program: one form, or forms with stimuli. */
static enum mip_outcome
solve_whole(struct found *found, const struct problem *p, const struct bv_assembly_effort *effort)
{
	BV_AUTO(mip_finish) struct mip m = { 0 };
	const struct mip_limits limits = { .seconds = effort->seconds, .nodes = effort->nodes };

	model_build(&m, p, NULL, true);
	struct mip_answer answer = { .x = bv_alloc_array(m.cols, sizeof *answer.x) };
	mip_solve(&m, &limits, &answer);
	bool has = answer.outcome == MIP_OPTIMAL || answer.outcome == MIP_FEASIBLE;
	if (has && !model_items(found->items, p, answer.x))
		answer.outcome = MIP_UNKNOWN;
	found->proven = answer.outcome == MIP_OPTIMAL;
	found->bound = answer.bound;
	free(answer.x);
	return answer.outcome;
}

/* Of several equal forms no choice passes what one form reaches in which an item may be taken in the share that it has a form: the mean of
 * the forms is such a one. x is that form, for a start. False: not even that exists. */
static bool
relax_mean(double *bound, double *x, const struct problem *p)
{
	BV_AUTO(mip_finish) struct mip m = { 0 };
	struct problem one = *p;

	one.forms = one.item_use = 1;
	model_build(&m, &one, NULL, true);
	for (size_t i = 0; i < p->count; i++)
		m.hi[i] = (double)p->item_use / (double)p->forms;
	struct mip_answer answer = { .x = x };
	mip_relax(&m, &answer);
	*bound = answer.outcome == MIP_OPTIMAL ? answer.bound : p->objective == BV_OBJECTIVE_MINIMAX ? 0 : INFINITY;
	return answer.outcome != MIP_INFEASIBLE;
}

static int
falling(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

/* What no form can pass at a point, whatever the rows ask: the best items, each in the share that it has a form. No linear program: the same bits everywhere. */
static double
plain_bound(const struct problem *p)
{
	double share = (double)p->item_use / (double)p->forms, least = INFINITY;
	double *value = bv_alloc_array(p->count, sizeof *value);

	if (p->objective == BV_OBJECTIVE_MINIMAX)
		least = 0;
	for (size_t k = 0; k < p->point_count && p->objective != BV_OBJECTIVE_MINIMAX; k++) {
		double left = (double)p->length, sum = 0;
		memcpy(value, p->points[k].value, p->count * sizeof *value);
		qsort(value, p->count, sizeof *value, falling);
		for (size_t i = 0; i < p->count && left > 0; i++, left -= share)
			sum += value[i] * fmin(share, left);
		least = fmin(least, sum / p->points[k].weight);
	}
	free(value);
	return least;
}

struct drawn {
	double key;
	uint32_t item;
};

static int
by_key(const void *a, const void *b)
{
	const struct drawn *x = a, *y = b;

	return x->key != y->key ? (x->key < y->key) - (x->key > y->key) : (x->item > y->item) - (x->item < y->item);
}

/* Each form takes what it can of the mean form, most of all what that has wholly; ties by chance. */
static void
round_start(uint32_t *items, const struct problem *p, const double *x, const uint8_t seed[BV_HASH_LEN])
{
	struct drawn *list = bv_alloc_array(p->count, sizeof *list);
	uint32_t *uses = bv_alloc_array(p->count, sizeof *uses);
	struct chance chance;

	chance_init(&chance, seed, 1);
	for (size_t f = 0; f < p->forms; f++) {
		size_t left = p->forms - f, spare = 0;
		for (size_t i = 0; i < p->count; i++)
			spare += p->item_use - uses[i];
		for (size_t i = 0; i < p->count; i++) {
			double due = x[i] * (double)p->forms - (double)uses[i];
			/* What must be used in every form that is left comes first, or the last forms find too few different items. */
			bool must = p->item_use - uses[i] >= left && spare <= left * p->length;
			list[i] = (struct drawn){ uses[i] < p->item_use ? due + 0.5 * chance_unit(&chance) + (must ? 1000 : 0) : -1e9, (uint32_t)i };
		}
		qsort(list, p->count, sizeof *list, by_key);
		for (size_t l = 0; l < p->length; l++) {
			items[f * p->length + l] = list[l].item;
			uses[list[l].item]++;
		}
	}
	free(list);
	free(uses);
}

/* ---- Polish: two forms and the pool between them, exactly ---- */

struct pair {
	struct problem p;     /* of two forms, on a part of the columns */
	uint32_t *column;     /* of the whole problem */
	uint32_t *number;     /* of each column of the whole: its number in the part, UINT32_MAX */
	struct bv_arena arena;
};

static void
pick_columns(struct pair *pair, const struct problem *p, const uint32_t *items, size_t f, size_t g)
{
	uint32_t *uses = bv_alloc_array(p->count, sizeof *uses);

	for (size_t h = 0; h < p->forms; h++)
		for (size_t l = 0; l < p->length && h != f && h != g; l++)
			uses[items[h * p->length + l]]++;
	pair->column = bv_arena_array(&pair->arena, p->count, uint32_t);
	pair->number = bv_arena_array(&pair->arena, p->count, uint32_t);
	for (size_t i = 0; i < p->count; i++) {
		pair->number[i] = UINT32_MAX;
		if (uses[i] < p->item_use) {
			pair->number[i] = (uint32_t)pair->p.count;
			pair->column[pair->p.count++] = (uint32_t)i;
		}
	}
	free(uses);
}

static void
pair_init(struct pair *pair, const struct problem *p, const uint32_t *items, size_t f, size_t g)
{
	*pair = (struct pair){ .p = *p };
	pair->p.count = 0;
	pair->p.forms = 2;
	pair->p.item_use = p->item_use > 1 ? 2 : 1;
	pick_columns(pair, p, items, f, g);
	pair->p.rows = bv_arena_array(&pair->arena, p->row_count, struct row);
	for (size_t r = 0; r < p->row_count; r++) {
		struct row *row = &pair->p.rows[r];
		*row = p->rows[r];
		row->item = bv_arena_array(&pair->arena, row->count, uint32_t);
		row->coef = bv_arena_array(&pair->arena, row->count, double);
		row->count = 0;
		for (size_t i = 0; i < p->rows[r].count; i++)
			if (pair->number[p->rows[r].item[i]] != UINT32_MAX) {
				row->item[row->count] = pair->number[p->rows[r].item[i]];
				row->coef[row->count++] = p->rows[r].coef[i];
			}
	}
	pair->p.points = bv_arena_array(&pair->arena, p->point_count, struct point);
	for (size_t k = 0; k < p->point_count; k++) {
		pair->p.points[k] = p->points[k];
		pair->p.points[k].value = bv_arena_array(&pair->arena, pair->p.count, double);
		for (size_t i = 0; i < pair->p.count; i++)
			pair->p.points[k].value[i] = p->points[k].value[pair->column[i]];
	}
}

static bool
polish_pair(uint32_t *items, const struct problem *p, size_t f, size_t g)
{
	BV_AUTO(mip_finish) struct mip m = { 0 };
	struct pair pair;
	uint32_t *part = bv_alloc_array(2 * p->length, sizeof *part), *kept = bv_alloc_array(p->forms * p->length, sizeof *kept);
	const size_t forms[] = { f, g };
	bool done = false;

	pair_init(&pair, p, items, f, g);
	model_build(&m, &pair.p, NULL, true);
	struct mip_answer answer = { .x = bv_alloc_array(m.cols, sizeof *answer.x) };
	double *start = bv_alloc_array(m.cols, sizeof *start);
	for (size_t h = 0; h < 2; h++)
		for (size_t l = 0; l < p->length; l++)
			part[h * p->length + l] = pair.number[items[forms[h] * p->length + l]];
	model_start(start, &m, &pair.p, part);
	mip_solve(&m, &(struct mip_limits){ .seconds = 30, .nodes = POLISH_NODES, .start = start }, &answer);
	if ((answer.outcome == MIP_OPTIMAL || answer.outcome == MIP_FEASIBLE) && model_items(part, &pair.p, answer.x)) {
		memcpy(kept, items, p->forms * p->length * sizeof *kept);
		for (size_t h = 0; h < 2; h++)
			for (size_t l = 0; l < p->length; l++)
				kept[forms[h] * p->length + l] = pair.column[part[h * p->length + l]];
		done = problem_holds(p, kept) && better(p, problem_value(p, kept), problem_value(p, items));
		if (done)
			memcpy(items, kept, p->forms * p->length * sizeof *kept);
	}
	bv_arena_finish(&pair.arena);
	free(answer.x);
	free(start);
	free(part);
	free(kept);
	return done;
}

/* The form that holds the objective back. */
static size_t
worst_form(const struct problem *p, const uint32_t *items)
{
	struct problem one = *p;
	size_t worst = 0;

	one.forms = 1;
	for (size_t f = 1; f < p->forms; f++)
		if (better(p, problem_value(&one, items + worst * p->length), problem_value(&one, items + f * p->length)))
			worst = f;
	return worst;
}

static void
polish(uint32_t *items, const struct problem *p)
{
	for (int round = 0; round < POLISH_ROUNDS; round++) {
		size_t worst = worst_form(p, items);
		bool any = false;
		for (size_t g = 0; g < p->forms && !any; g++)
			any = g != worst && polish_pair(items, p, worst, g);
		if (!any)
			return;
	}
}

static enum bv_status
search_forms(struct found *found, const struct problem *p, const uint8_t seed[BV_HASH_LEN], const struct bv_assembly_effort *effort,
             struct bv_buf *conflict, struct bv_err *err)
{
	double *x = bv_alloc_array(p->count + 1, sizeof *x);
	bool may = true;

	if (effort->replayed)
		found->bound = plain_bound(p);
	else
		may = relax_mean(&found->bound, x, p);
	if (may)
		round_start(found->items, p, x, seed);
	free(x);
	bool holds = may && anneal(p, found->items, found->bound, effort->swaps, seed);
	if (!holds) {
		TRY(conflict_explain(p, conflict, err));
		return bv_err_set(err, BV_ECONFLICT, "the search found no %zu forms that hold all constraints, but none were shown to be in conflict: give it "
		                  "more swaps, or loosen a constraint", p->forms);
	}
	if (!effort->replayed && p->objective == BV_OBJECTIVE_MAXIMIN && p->count <= POLISH_COLUMNS && fabs(problem_value(p, found->items) - found->bound) > 1e-7)
		polish(found->items, p);
	return BV_OK;
}

static enum bv_status
search(struct found *found, const struct problem *p, const uint8_t seed[BV_HASH_LEN], const struct bv_assembly_effort *effort,
       struct bv_buf *conflict, struct bv_err *err)
{
	if (p->forms > 1 && !p->stimulus)
		return search_forms(found, p, seed, effort, conflict, err);
	switch (solve_whole(found, p, effort)) {
	case MIP_OPTIMAL:
	case MIP_FEASIBLE:
		return BV_OK;
	case MIP_INFEASIBLE:
		TRY(conflict_explain(p, conflict, err));
		return bv_err_set(err, BV_ECONFLICT, "no form holds all constraints together");
	case MIP_UNKNOWN:
		break;
	}
	return bv_err_set(err, BV_ECONFLICT, "the solver found no form within its limits and did not show that there is none: give it more time");
}

static double
rule_sum(const struct problem *p, int rule, const uint32_t *items)
{
	double *coef = bv_alloc_array(p->count, sizeof *coef);

	for (size_t r = 0; r < p->row_count; r++)
		for (size_t i = 0; i < p->rows[r].count && p->rows[r].rule == rule; i++)
			coef[p->rows[r].item[i]] = p->rows[r].coef[i];
	double sum = form_sum(items, p->length, coef);
	free(coef);
	return sum;
}

static void
report(struct bv_assembled *out, const struct problem *p, const struct found *found, const struct bv_assembly_bank *bank,
       const struct bv_design *design)
{
	uint32_t *items = bv_arena_array(&out->arena, p->forms * p->length, uint32_t);
	double *points = bv_arena_array(&out->arena, p->forms * design->point_count, double);
	double *rules = bv_arena_array(&out->arena, p->forms * design->rule_count, double);

	for (size_t i = 0; i < p->forms * p->length; i++)
		items[i] = p->source[found->items[i]];
	for (size_t f = 0; f < p->forms; f++) {
		for (size_t k = 0; k < design->point_count; k++)
			for (size_t l = 0; l < p->length; l++)
				points[f * design->point_count + k] +=
					item_value(&bank->items[items[f * p->length + l]], design->points[k].kind, design->points[k].theta);
		for (size_t r = 0; r < design->rule_count; r++)
			rules[f * design->rule_count + r] = rule_sum(p, (int)r, found->items + f * p->length);
	}
	out->forms = p->forms;
	out->length = p->length;
	out->items = items;
	out->points = points;
	out->rules = rules;
	out->value = problem_value(p, found->items);
	/* A bound from a solver is good to its tolerance: no better than what was reached can be behind what was reached. */
	out->bound = found->proven || better(p, out->value, found->bound) ? out->value : found->bound;
	out->proven = found->proven || fabs(out->value - out->bound) <= 1e-7;
}

enum bv_status
bv_assemble(struct bv_assembled **out, const struct bv_assembly_bank *bank, const struct bv_design *design, const uint8_t seed[BV_HASH_LEN],
            const struct bv_assembly_effort *effort, struct bv_buf *conflict, struct bv_err *err)
{
	BV_AUTO(problem_finish) struct problem p = { 0 };

	TRY(problem_init(&p, bank, design, err));
	struct found found = { .items = bv_arena_array(&p.arena, p.forms * p.length, uint32_t) };
	TRY(search(&found, &p, seed, effort, conflict, err));
	if (!problem_holds(&p, found.items))
		return bv_err_set(err, BV_ECONFLICT, "the solver's form breaks a constraint by its rounding: loosen the sums by a millionth");
	*out = bv_alloc(sizeof **out);
	report(*out, &p, &found, bank, design);
	return BV_OK;
}

void
bv_assembled_free(struct bv_assembled *forms)
{
	if (!forms)
		return;
	bv_arena_finish(&forms->arena);
	free(forms);
}
