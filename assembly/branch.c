#include "assembly/branch.h"

#include <math.h>
#include <stdlib.h>

#define GAP 5e-7

void
branch_init(struct branch *b, size_t items, size_t columns, const struct row *rows, size_t row_count)
{
	*b = (struct branch){ .items = items };
	simplex_init(&b->lp, columns, rows, row_count);
	b->cost = bv_alloc_array(columns, sizeof *b->cost);
	b->best = bv_alloc_array(columns, sizeof *b->best);
	b->sums = bv_alloc_array(row_count, sizeof *b->sums);
	b->root_reduced = bv_alloc_array(columns, sizeof *b->root_reduced);
	b->fixed = bv_alloc_array(columns, sizeof *b->fixed);
	memset(b->fixed, -1, columns * sizeof *b->fixed);
}

void
branch_finish(struct branch *b)
{
	simplex_finish(&b->lp);
	free(b->cost);
	free(b->best);
	free(b->root_reduced);
	free(b->sums);
	free(b->fixed);
}

static void
bind(struct branch *b, size_t j, int value)
{
	b->lp.lo[j] = value > 0;
	b->lp.hi[j] = value != 0;
}

static void
bind_all(struct branch *b)
{
	for (size_t j = 0; j < b->lp.n; j++) {
		b->lp.cost[j] = b->cost[j];
		bind(b, j, b->fixed[j]);
	}
}

static double
value_of(const struct branch *b, const uint8_t *x)
{
	double sum = 0;

	for (size_t j = 0; j < b->lp.n; j++)
		sum += x[j] ? b->cost[j] : 0;
	return sum;
}

/* Of the columns that are not whole the one whose two ways cost most, by the product of what they cost at least; n when all are whole.
 * *way: the cheaper one. *shut: each way of some column costs more than the incumbent leaves. */
static size_t
choose(struct branch *b, double spare, int *way, bool *shut)
{
	size_t best = b->lp.n;
	double most = -1;
	bool chief = false; /* some column behind the items is not whole: those are split first, the items follow from them */

	*shut = false;
	for (size_t k = 0; k < b->lp.count && !chief; k++)
		chief = b->lp.basis[k] >= b->items && b->lp.basis[k] < b->lp.n && b->lp.x[b->lp.basis[k]] > 1e-6 && b->lp.x[b->lp.basis[k]] < 1 - 1e-6;
	for (size_t k = 0; k < b->lp.count; k++) {
		uint32_t j = b->lp.basis[k];
		if (j >= b->lp.n || b->lp.x[j] < 1e-6 || b->lp.x[j] > 1 - 1e-6 || (chief && j < b->items))
			continue;
		double down = simplex_penalty(&b->lp, k, -b->lp.x[j]), up = simplex_penalty(&b->lp, k, 1 - b->lp.x[j]);
		double score = fmax(fmin(down, 1e3), 1e-9) * fmax(fmin(up, 1e3), 1e-9);
		if (down >= spare && up >= spare) {
			*shut = true;
			return j;
		}
		if (score > most) {
			most = score;
			best = j;
			*way = up < down;
		}
	}
	return best;
}

static void
adopt(struct branch *b)
{
	for (size_t j = 0; j < b->lp.n; j++)
		b->best[j] = b->lp.x[j] > 0.5;
	b->has_best = true;
	b->best_value = value_of(b, b->best);
}

/* Columns whose reduced cost at the root says that moving them costs more than the incumbent leaves: they stay for the whole tree. */
static void
fix_by_reduced_cost(struct branch *b)
{
	double spare = b->best_value - b->root - GAP;

	for (size_t j = 0; j < b->lp.n; j++)
		if (b->lp.lo[j] < b->lp.hi[j] && fabs(b->root_reduced[j]) > spare)
			bind(b, j, b->root_reduced[j] < 0);
}

/* Do the rows still hold when column i goes out of best and j comes in? *sums are of best. */
static bool
swap_holds(struct branch *b, uint32_t i, uint32_t j)
{
	const struct simplex *lp = &b->lp;
	bool holds = true;

	for (uint32_t e = lp->start[i]; e < lp->start[i + 1]; e++)
		b->sums[lp->row[e]] -= lp->coef[e];
	for (uint32_t e = lp->start[j]; e < lp->start[j + 1]; e++)
		b->sums[lp->row[e]] += lp->coef[e];
	for (int side = 0; side < 2; side++)
		for (uint32_t c = side ? j : i, e = lp->start[c]; e < lp->start[c + 1] && holds; e++) {
			double sum = b->sums[lp->row[e]];
			holds = sum >= lp->lo[lp->n + lp->row[e]] - 1e-9 && sum <= lp->hi[lp->n + lp->row[e]] + 1e-9;
		}
	for (uint32_t e = lp->start[i]; e < lp->start[i + 1]; e++)
		b->sums[lp->row[e]] += lp->coef[e];
	for (uint32_t e = lp->start[j]; e < lp->start[j + 1]; e++)
		b->sums[lp->row[e]] -= lp->coef[e];
	return holds;
}

/* The best exchange of one column of best for one that is outside, among those that the root leaves open; false when there is none. */
static bool
swap_best(struct branch *b, const uint32_t *open, size_t count)
{
	uint32_t out = 0, in = 0;
	double most = 1e-9;

	for (size_t x = 0; x < count; x++)
		for (size_t y = 0; y < count && b->best[open[x]]; y++) {
			double gain = b->cost[open[x]] - b->cost[open[y]];
			if (!b->best[open[y]] && gain > most && swap_holds(b, open[x], open[y])) {
				most = gain;
				out = open[x];
				in = open[y];
			}
		}
	if (out == in)
		return false;
	for (uint32_t e = b->lp.start[out]; e < b->lp.start[out + 1]; e++)
		b->sums[b->lp.row[e]] -= b->lp.coef[e];
	for (uint32_t e = b->lp.start[in]; e < b->lp.start[in + 1]; e++)
		b->sums[b->lp.row[e]] += b->lp.coef[e];
	b->best[out] = 0;
	b->best[in] = 1;
	return true;
}

/* An incumbent that no exchange of two items betters: what is left to search is a fraction of what another would leave. */
static void
improve(struct branch *b)
{
	uint32_t *open = b->lp.candidate;
	size_t count = 0;
	double spare = b->best_value - b->root;

	memset(b->sums, 0, b->lp.m * sizeof *b->sums);
	for (uint32_t j = 0; j < b->lp.n; j++) {
		for (uint32_t e = b->lp.start[j]; e < b->lp.start[j + 1] && b->best[j]; e++)
			b->sums[b->lp.row[e]] += b->lp.coef[e];
		if (b->fixed[j] < 0 && b->cost[j] != 0 && (b->best[j] || fabs(b->root_reduced[j]) <= spare))
			open[count++] = j;
	}
	while (swap_best(b, open, count))
		;
	b->best_value = value_of(b, b->best);
}

static void
keep_root(struct branch *b)
{
	b->root = simplex_value(&b->lp);
	for (size_t j = 0; j < b->lp.n; j++)
		b->root_reduced[j] = b->lp.state[j] == SIMPLEX_BASIC || b->lp.lo[j] >= b->lp.hi[j] ? 0 : b->lp.reduced[j];
	if (b->has_best) {
		improve(b);
		fix_by_reduced_cost(b);
		simplex_settle(&b->lp);
	}
}

struct level {
	uint32_t column;
	int8_t first, tried; /* the value tried first; how many were */
	double lo, hi;
};

static enum simplex_outcome
node(struct branch *b, bool *whole, size_t *column, int *way)
{
	double cutoff = b->has_best ? b->best_value - GAP : INFINITY;
	enum simplex_outcome outcome = simplex_solve(&b->lp, cutoff);
	bool shut;

	if (outcome == SIMPLEX_STUCK) {
		simplex_reset(&b->lp);
		simplex_settle(&b->lp);
		outcome = simplex_solve(&b->lp, cutoff);
	}
	b->nodes++;
	*whole = false;
	if (outcome != SIMPLEX_OPTIMAL)
		return outcome;
	double value = simplex_value(&b->lp);
	if (value >= cutoff)
		return SIMPLEX_CUT;
	*column = choose(b, cutoff - value, way, &shut);
	*whole = *column == b->lp.n;
	return shut ? SIMPLEX_CUT : SIMPLEX_OPTIMAL;
}

/* The deepest level that has a value left to try takes it; false when none has. */
static bool
turn(struct branch *b, struct level *levels, size_t *depth)
{
	while (*depth) {
		struct level *l = &levels[*depth - 1];
		if (l->tried == 1) {
			l->tried = 2;
			bind(b, l->column, !l->first);
			return true;
		}
		b->lp.lo[l->column] = l->lo;
		b->lp.hi[l->column] = l->hi;
		--*depth;
	}
	return false;
}

static void
descend(struct branch *b, struct level *levels, size_t *depth, size_t column, int way)
{
	struct level *l = &levels[(*depth)++];

	*l = (struct level){ .column = (uint32_t)column, .first = (int8_t)way, .tried = 1, .lo = b->lp.lo[column], .hi = b->lp.hi[column] };
	bind(b, column, l->first);
}

static enum branch_outcome
search(struct branch *b, uint64_t nodes, bool content)
{
	struct level levels[BRANCH_DEPTH_MAX];
	size_t depth = 0, column = 0;
	uint64_t end = b->nodes + nodes;
	bool whole, complete = true, found = b->has_best;
	int way = 0;

	bind_all(b);
	simplex_settle(&b->lp);
	if (b->has_best)
		b->best_value = value_of(b, b->best);
	for (bool root = true;; root = false) {
		enum simplex_outcome outcome = node(b, &whole, &column, &way);
		complete = complete && outcome != SIMPLEX_STUCK;
		if (outcome == SIMPLEX_OPTIMAL && whole) {
			adopt(b);
			found = true;
			if (content)
				return BRANCH_FEASIBLE;
			if (root)
				break;
			/* From the root again: most of what a better incumbent leaves open is closed there, and stays so. */
			for (size_t j = 0; j < b->lp.n; j++)
				bind(b, j, b->fixed[j]);
			improve(b);
			fix_by_reduced_cost(b);
			simplex_settle(&b->lp);
			depth = 0;
			continue;
		} else if (outcome == SIMPLEX_OPTIMAL && depth < BRANCH_DEPTH_MAX) {
			if (root)
				keep_root(b);
			descend(b, levels, &depth, column, way);
			if (b->nodes < end)
				continue;
		} else if (outcome == SIMPLEX_OPTIMAL) {
			complete = false;
		}
		if (b->nodes >= end) {
			complete = complete && depth == 0;
			break;
		}
		if (!turn(b, levels, &depth))
			break;
	}
	return complete ? found ? BRANCH_OPTIMAL : BRANCH_INFEASIBLE : found ? BRANCH_FEASIBLE : BRANCH_UNKNOWN;
}

enum branch_outcome
branch_solve(struct branch *b, uint64_t nodes)
{
	return search(b, nodes, false);
}

enum branch_outcome
branch_find(struct branch *b, uint64_t nodes)
{
	return search(b, nodes, true);
}
