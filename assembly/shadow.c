#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "assembly/branch.h"
#include "assembly/conflict.h"
#include "assembly/model.h"

/* What a barred item costs: more than all the information of a form, so that one is taken only where the rules leave nothing else. */
#define BARRED 1000.0

/* Abilities whose forms every session begins with: READY of them, READY_STEP apart. */
#define READY_STEP 0.25

enum { NODES = 2000, FIRST_NODES = 2000, READY = 25, READY_NODES = 200 };

struct bv_shadow {
	struct problem p;
	const struct bv_assembly_bank *bank;
	struct branch tree;
	uint32_t *column; /* of each item of the bank, UINT32_MAX: it may not be taken */
	bool *barred;     /* of columns */
	bool *given;      /* of columns */
	uint8_t *first;   /* a form that holds before anything is given: columns of the tree */
	uint32_t *form;
	uint32_t last; /* column given last, UINT32_MAX */
	size_t given_count;
	bool proven;
};

/* The most (the least) items of a stimulus that a row of counts can hold where the stimulus is taken. */
static double
reach(const struct problem *p, size_t in, size_t of, bool most)
{
	return most ? fmin(fmin(p->per_stimulus_max, (double)p->length), (double)in) : fmax(p->per_stimulus_min - (double)(of - in), 0);
}

/* How many stimuli a row of counts asks for at least, and of those that bring most to it leaves at most: its bounds over what a stimulus brings,
 * rounded to whole ones (Chvátal 1973). A relaxation would take half of each of two. */
static void
round_row(struct row *two, const struct row *row, const struct problem *p, const size_t *of, size_t *in)
{
	double most[2] = { 0 };

	memset(in, 0, p->stimulus_count * sizeof *in);
	for (size_t i = 0; i < row->count; i++) {
		if (row->coef[i] != 1 || p->stimulus[row->item[i]] == UINT32_MAX)
			return;
		in[p->stimulus[row->item[i]]]++;
	}
	for (size_t s = 0; s < p->stimulus_count; s++)
		for (size_t side = 0; side < 2; side++)
			most[side] = fmax(most[side], in[s] ? reach(p, in[s], of[s], side == 0) : 0);
	if (most[0] > 0 && row->lo > 0)
		two[0].lo = ceil(row->lo / most[0] - 1e-9);
	if (most[1] > 0)
		two[1].hi = floor(row->hi / most[1] + 1e-9);
	for (size_t s = 0; s < p->stimulus_count; s++)
		for (size_t side = 0; side < 2; side++)
			if (in[s] && most[side] > 0 && (side == 0 || reach(p, in[s], of[s], false) == most[1])) {
				two[side].item[two[side].count] = (uint32_t)(p->count + s);
				two[side].coef[two[side].count++] = 1;
			}
}

/* How many there are. */
static size_t
round_rows(struct row *to, const struct problem *p, struct bv_arena *arena)
{
	size_t *of = bv_arena_array(arena, p->stimulus_count, size_t), *in = bv_arena_array(arena, p->stimulus_count, size_t), count = 0;

	for (size_t i = 0; i < p->count; i++)
		if (p->stimulus[i] != UINT32_MAX)
			of[p->stimulus[i]]++;
	for (size_t r = 0; r < p->row_count; r++) {
		struct row two[2];
		for (size_t side = 0; side < 2; side++) {
			two[side] = (struct row){ .lo = -INFINITY, .hi = INFINITY };
			two[side].item = bv_arena_array(arena, p->stimulus_count, uint32_t);
			two[side].coef = bv_arena_array(arena, p->stimulus_count, double);
		}
		round_row(two, &p->rows[r], p, of, in);
		for (size_t side = 0; side < 2; side++)
			if (two[side].lo > 0 || two[side].hi < (double)two[side].count)
				to[count++] = two[side];
	}
	return count;
}

/* Rows for stimuli: their columns come behind the items. No item without its stimulus: the sums say that too, but a relaxation would take a part of
 * a stimulus for some whole items of it. */
static size_t
add_stimuli(struct row *rows, const struct problem *p, struct bv_arena *arena)
{
	struct row *number = &rows[2 * p->stimulus_count], *own = number + 1;

	for (size_t i = 0; i < p->count; i++, own++) {
		bool hangs = p->stimulus[i] != UINT32_MAX;
		*own = (struct row){ .lo = -INFINITY, .hi = 0, .count = hangs ? 2 : 0 };
		own->item = bv_arena_array(arena, 2, uint32_t);
		own->coef = bv_arena_array(arena, 2, double);
		own->item[0] = (uint32_t)i;
		own->coef[0] = 1;
		own->item[1] = (uint32_t)p->count + p->stimulus[i];
		own->coef[1] = -1;
	}

	*number = (struct row){ .lo = p->stimuli_min, .hi = p->stimuli_max };
	number->item = bv_arena_array(arena, p->stimulus_count, uint32_t);
	number->coef = bv_arena_array(arena, p->stimulus_count, double);
	for (size_t s = 0; s < p->stimulus_count; s++) {
		number->item[s] = (uint32_t)(p->count + s);
		number->coef[s] = 1;
		for (size_t side = 0; side < 2; side++) {
			struct row *row = &rows[2 * s + side];
			*row = (struct row){ .lo = side ? -INFINITY : 0, .hi = side ? 0 : INFINITY };
			row->item = bv_arena_array(arena, p->count + 1, uint32_t);
			row->coef = bv_arena_array(arena, p->count + 1, double);
			for (size_t i = 0; i < p->count; i++)
				if (p->stimulus[i] == s) {
					row->item[row->count] = (uint32_t)i;
					row->coef[row->count++] = 1;
				}
			row->item[row->count] = (uint32_t)(p->count + s);
			row->coef[row->count++] = -fmin(side ? p->per_stimulus_max : p->per_stimulus_min, (double)p->length);
		}
	}
	number->count = p->stimulus_count;
	return (size_t)(own - rows) + round_rows(own, p, arena);
}

static void
build_tree(struct bv_shadow *s)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	const struct problem *p = &s->p;
	size_t more = p->stimulus ? 2 * p->stimulus_count + 1 + p->count + 2 * p->row_count : 0;
	struct row *rows = bv_arena_array(&arena, p->row_count + more, struct row);

	memcpy(rows, p->rows, p->row_count * sizeof *rows);
	if (more)
		more = add_stimuli(rows + p->row_count, p, &arena);
	branch_init(&s->tree, p->count, p->count + p->stimulus_count, rows, p->row_count + more);
}

static void
read_form(struct bv_shadow *s)
{
	size_t taken = 0;

	for (size_t i = 0; i < s->p.count; i++)
		if (s->tree.best[i] && taken < s->p.length)
			s->form[taken++] = s->p.source[i];
}

/* A form by the solver that knows more ways, where ours finds none soon. */
static bool
find_otherwise(struct bv_shadow *s)
{
	BV_AUTO(mip_finish) struct mip m = { 0 };
	const struct mip_limits limits = { .seconds = 30, .nodes = 20000 };

	model_build(&m, &s->p, NULL, false);
	struct mip_answer answer = { .x = bv_alloc_array(m.cols, sizeof *answer.x) };
	mip_solve(&m, &limits, &answer);
	bool found = answer.outcome == MIP_OPTIMAL || answer.outcome == MIP_FEASIBLE;
	for (size_t j = 0; j < s->tree.lp.n && found; j++)
		s->tree.best[j] = answer.x[j] > 0.5;
	s->tree.has_best = found;
	free(answer.x);
	return found;
}

static enum bv_status
find_first(struct bv_shadow *s, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf words = BV_BUF(1u << 16);

	for (size_t i = 0; i < s->p.count; i++)
		s->tree.cost[i] = -bv_assembly_information(&s->bank->items[s->p.source[i]], 0);
	if (branch_find(&s->tree, FIRST_NODES) != BRANCH_FEASIBLE && !find_otherwise(s)) {
		TRY(conflict_explain(&s->p, &words, err));
		return bv_err_set(err, BV_ECONFLICT, "no form was found that holds all constraints");
	}
	s->first = bv_alloc_array(s->tree.lp.n, sizeof *s->first);
	memcpy(s->first, s->tree.best, s->tree.lp.n * sizeof *s->first);
	return BV_OK;
}

enum bv_status
bv_shadow_new(struct bv_shadow **out, const struct bv_assembly_bank *bank, const struct bv_design *design, struct bv_err *err)
{
	BV_AUTO(bv_shadow_free) struct bv_shadow *s = bv_alloc(sizeof *s);

	if (design->forms != 1)
		return bv_err_set(err, BV_EINVAL, "a shadow test is one form: the design asks for %zu", design->forms);
	s->bank = bank;
	TRY(problem_init(&s->p, bank, design, err));
	build_tree(s);
	s->column = bv_alloc_array(bank->count, sizeof *s->column);
	memset(s->column, 0xff, bank->count * sizeof *s->column);
	for (size_t i = 0; i < s->p.count; i++)
		s->column[s->p.source[i]] = (uint32_t)i;
	s->barred = bv_alloc_array(s->p.count, sizeof *s->barred);
	s->given = bv_alloc_array(s->p.count, sizeof *s->given);
	s->form = bv_alloc_array(s->p.length, sizeof *s->form);
	TRY(find_first(s, err));
	bv_shadow_restart(s);
	for (int k = 0; k < READY; k++)
		bv_shadow_next(s, READY_STEP * (k - READY / 2), READY_NODES);
	s->tree.lasting = s->tree.kept;
	bv_shadow_restart(s);
	*out = bv_steal(&s);
	return BV_OK;
}

void
bv_shadow_free(struct bv_shadow *s)
{
	if (!s)
		return;
	problem_finish(&s->p);
	branch_finish(&s->tree);
	free(s->column);
	free(s->barred);
	free(s->given);
	free(s->first);
	free(s->form);
	free(s);
}

void
bv_shadow_restart(struct bv_shadow *s)
{
	memset(s->barred, 0, s->p.count * sizeof *s->barred);
	memset(s->given, 0, s->p.count * sizeof *s->given);
	memset(s->tree.fixed, -1, s->tree.lp.n * sizeof *s->tree.fixed);
	memcpy(s->tree.best, s->first, s->tree.lp.n * sizeof *s->first);
	s->last = UINT32_MAX;
	s->given_count = 0;
	s->tree.kept = s->tree.lasting;
	/* What one candidate meets must not hang on who sat before: the same session has the same forms wherever it is run. */
	simplex_reset(&s->tree.lp);
	read_form(s);
}

void
bv_shadow_bar(struct bv_shadow *s, uint32_t item, bool barred)
{
	assert(item < s->bank->count);
	if (s->column[item] != UINT32_MAX)
		s->barred[s->column[item]] = barred;
}

/* Of the items of the form that were not given the one worth most; those of the stimulus that the candidate is reading come first. */
static uint32_t
best_item(const struct bv_shadow *s)
{
	const uint32_t *stimulus = s->p.stimulus;
	uint32_t reading = stimulus && s->last != UINT32_MAX ? stimulus[s->last] : UINT32_MAX, best = UINT32_MAX;
	bool best_read = false;

	for (uint32_t i = 0; i < s->p.count; i++) {
		if (!s->tree.best[i] || s->given[i])
			continue;
		bool read = reading != UINT32_MAX && stimulus[i] == reading;
		if (best == UINT32_MAX || (read && !best_read) || (read == best_read && s->tree.cost[i] < s->tree.cost[best])) {
			best = i;
			best_read = read;
		}
	}
	return best == UINT32_MAX ? UINT32_MAX : s->p.source[best];
}

static uint32_t
assemble(struct bv_shadow *s, uint64_t nodes)
{
	double most = 0;

	for (size_t i = 0; i < s->p.count; i++)
		most = fmax(most, fabs(s->tree.cost[i]));
	for (size_t i = 0; i < s->p.count; i++)
		if (s->barred[i] && !s->given[i])
			s->tree.cost[i] += fmax(BARRED, 2 * most * (double)s->p.length);
	s->proven = branch_solve(&s->tree, nodes ? nodes : NODES) == BRANCH_OPTIMAL;
	read_form(s);
	return best_item(s);
}

uint32_t
bv_shadow_next(struct bv_shadow *s, double theta, uint64_t nodes)
{
	for (size_t i = 0; i < s->p.count; i++)
		s->tree.cost[i] = -bv_assembly_information(&s->bank->items[s->p.source[i]], theta);
	return assemble(s, nodes);
}

uint32_t
bv_shadow_next_by(struct bv_shadow *s, const double *worth, uint64_t nodes)
{
	for (size_t i = 0; i < s->p.count; i++)
		s->tree.cost[i] = -worth[s->p.source[i]];
	return assemble(s, nodes);
}

void
bv_shadow_give(struct bv_shadow *s, uint32_t item)
{
	uint32_t column = s->column[item];

	assert(column != UINT32_MAX && s->tree.best[column] && !s->given[column]);
	s->given[column] = true;
	s->given_count++;
	s->tree.fixed[column] = 1;
	s->last = column;
}

const uint32_t *
bv_shadow_form(struct bv_shadow *s)
{
	return s->form;
}

bool
bv_shadow_proven(const struct bv_shadow *s)
{
	return s->proven;
}
