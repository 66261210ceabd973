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
	b->bound = bv_alloc_array(columns, sizeof *b->bound);
	b->pool = bv_alloc_array(BRANCH_POOL * (columns + 1), sizeof *b->pool);
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
	free(b->pool);
	free(b->tree);
	free(b->heap);
	free(b->bound);
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

/* Of the columns that are not whole the one whose two ways cost most, by the product of what they cost at least; n when all are whole. rise: what
 * its ways down and up cost at least. */
static size_t
choose(struct branch *b, double spare, double rise[2])
{
	size_t best = b->lp.n;
	double most = -1;
	bool chief = false; /* some column behind the items is not whole: those are split first, the items follow from them */

	for (size_t k = 0; k < b->lp.count && !chief; k++)
		chief = b->lp.basis[k] >= b->items && b->lp.x[b->lp.basis[k]] > 1e-6 && b->lp.x[b->lp.basis[k]] < 1 - 1e-6;
	for (size_t k = 0; k < b->lp.count; k++) {
		uint32_t j = b->lp.basis[k];
		if (b->lp.x[j] < 1e-6 || b->lp.x[j] > 1 - 1e-6 || (chief && j < b->items))
			continue;
		double ways[2];
		simplex_penalties(&b->lp, k, ways);
		double score = fmax(fmin(ways[0], 1e3), 1e-9) * fmax(fmin(ways[1], 1e3), 1e-9);
		bool shut = ways[0] >= spare && ways[1] >= spare;
		if (score > most || shut) {
			most = score;
			best = j;
			rise[0] = ways[0];
			rise[1] = ways[1];
		}
		if (shut)
			break;
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

/* The best of the incumbent and of the choices kept that have what is fixed. */
static void
recall(struct branch *b)
{
	size_t ones = 0;

	for (size_t j = 0; j < b->lp.n; j++)
		ones += b->fixed[j] == 1;
	if (b->has_best)
		b->best_value = value_of(b, b->best);
	for (size_t k = 0; k < b->kept && k < BRANCH_POOL; k++) {
		const uint32_t *x = b->pool + k * (b->lp.n + 1);
		double value = 0;
		size_t met = 0;
		for (uint32_t i = 1; i <= x[0]; i++) {
			value += b->cost[x[i]];
			met += b->fixed[x[i]] == 1 ? 1 : b->fixed[x[i]] == 0 ? b->lp.n : 0;
		}
		if (met != ones || (b->has_best && value >= b->best_value))
			continue;
		memset(b->best, 0, b->lp.n * sizeof *b->best);
		for (uint32_t i = 1; i <= x[0]; i++)
			b->best[x[i]] = 1;
		b->best_value = value;
		b->has_best = true;
	}
}

/* Into the pool: where it is full, instead of the oldest that is not lasting. */
static void
keep(struct branch *b)
{
	size_t place = b->kept < BRANCH_POOL ? b->kept : b->lasting + (b->kept - BRANCH_POOL) % (BRANCH_POOL - b->lasting);
	uint32_t *x = b->pool + place * (b->lp.n + 1);

	b->kept++;
	x[0] = 0;
	for (uint32_t j = 0; j < b->lp.n; j++)
		if (b->best[j])
			x[++x[0]] = j;
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

/* ---- The tree ---- */

#define NO_PARENT UINT32_MAX

/* A node still to look at: a column's value over that of its parent, and what its relaxation is at least. */
struct branch_node {
	double bound;
	uint32_t parent, column;
	uint8_t value;
};

static bool
goes_before(const struct branch *b, uint32_t x, uint32_t y)
{
	return b->tree[x].bound != b->tree[y].bound ? b->tree[x].bound < b->tree[y].bound : x < y;
}

static void
push(struct branch *b, uint32_t node)
{
	size_t at = b->waiting++;

	for (; at > 0 && goes_before(b, node, b->heap[(at - 1) / 2]); at = (at - 1) / 2)
		b->heap[at] = b->heap[(at - 1) / 2];
	b->heap[at] = node;
}

static uint32_t
pop(struct branch *b)
{
	uint32_t top = b->heap[0], moved = b->heap[--b->waiting];
	size_t at = 0;

	for (size_t child; (child = 2 * at + 1) < b->waiting; at = child) {
		if (child + 1 < b->waiting && goes_before(b, b->heap[child + 1], b->heap[child]))
			child++;
		if (!goes_before(b, b->heap[child], moved))
			break;
		b->heap[at] = b->heap[child];
	}
	b->heap[at] = moved;
	return top;
}

static uint32_t
grow(struct branch *b, struct branch_node node)
{
	if (b->grown == b->cap) {
		b->cap = b->cap ? 2 * b->cap : 256;
		b->tree = bv_resize_array(b->tree, b->cap, sizeof *b->tree);
		b->heap = bv_resize_array(b->heap, b->cap, sizeof *b->heap);
	}
	b->tree[b->grown] = node;
	return (uint32_t)b->grown++;
}

/* The bounds of that node, over those of the root. False: the root has closed it since. */
static bool
enter(struct branch *b, uint32_t node)
{
	while (b->bound_count) {
		uint32_t j = b->bound[--b->bound_count];
		b->lp.lo[j] = 0;
		b->lp.hi[j] = 1;
	}
	for (; node != NO_PARENT; node = b->tree[node].parent) {
		uint32_t j = b->tree[node].column;
		if (b->lp.lo[j] < b->lp.hi[j])
			b->bound[b->bound_count++] = j;
		else if (b->lp.lo[j] != b->tree[node].value)
			return false;
		bind(b, j, b->tree[node].value);
	}
	return true;
}

static double
cutoff_of(const struct branch *b)
{
	return b->has_best ? b->best_value - GAP : INFINITY;
}

/* The relaxation where the bounds now stand. */
static enum simplex_outcome
relax(struct branch *b)
{
	enum simplex_outcome outcome = simplex_solve(&b->lp, cutoff_of(b));

	b->nodes++;
	if (outcome == SIMPLEX_STUCK) {
		simplex_reset(&b->lp);
		simplex_settle(&b->lp);
		outcome = simplex_solve(&b->lp, cutoff_of(b));
	}
	return outcome;
}

/* Most of what a better incumbent leaves open is closed at the root. */
static void
close_root(struct branch *b)
{
	enter(b, NO_PARENT);
	improve(b);
	fix_by_reduced_cost(b);
	simplex_settle(&b->lp);
}

static void
keep_root(struct branch *b)
{
	b->root = simplex_value(&b->lp);
	for (size_t j = 0; j < b->lp.n; j++)
		b->root_reduced[j] = b->lp.state[j] == SIMPLEX_BASIC || b->lp.lo[j] >= b->lp.hi[j] ? 0 : b->lp.reduced[j];
	if (b->has_best)
		close_root(b);
}

/* The two ways of a column; the cheaper one is where to go on, NO_PARENT when both cost more than the incumbent leaves. */
static uint32_t
split(struct branch *b, uint32_t parent, double value, size_t column, const double rise[2])
{
	uint32_t next = NO_PARENT;
	int cheap = rise[1] < rise[0];

	for (int turn = 0; turn < 2; turn++) {
		int way = turn ? !cheap : cheap;
		if (value + rise[way] >= cutoff_of(b))
			continue;
		uint32_t node = grow(b, (struct branch_node){ value + rise[way], parent, (uint32_t)column, (uint8_t)way });
		if (turn)
			push(b, node);
		else
			next = node;
	}
	return next;
}

/* Where to go on: down from the last node as long as there is a way, then from the one that promises most. */
static uint32_t
next_node(struct branch *b, uint32_t next)
{
	for (;;) {
		if (next == NO_PARENT) {
			if (!b->waiting || b->tree[b->heap[0]].bound >= cutoff_of(b))
				return NO_PARENT;
			next = pop(b);
		}
		if (b->tree[next].bound < cutoff_of(b) && enter(b, next))
			return next;
		next = NO_PARENT;
	}
}

static enum branch_outcome
search(struct branch *b, uint64_t nodes, bool content)
{
	uint64_t end = b->nodes + nodes;
	uint32_t at = NO_PARENT;
	bool complete = true;

	b->grown = b->waiting = b->bound_count = 0;
	bind_all(b);
	simplex_settle(&b->lp);
	recall(b);
	do {
		bool root = at == NO_PARENT;
		double rise[2], value;
		enum simplex_outcome outcome = relax(b);
		complete = complete && outcome != SIMPLEX_STUCK;
		uint32_t next = NO_PARENT;
		if (outcome == SIMPLEX_OPTIMAL && (value = simplex_value(&b->lp)) < cutoff_of(b)) {
			size_t column = choose(b, cutoff_of(b) - value, rise);
			if (column == b->lp.n) {
				adopt(b);
				if (content)
					return BRANCH_FEASIBLE;
				if (root)
					break;
				close_root(b);
			} else {
				if (root)
					keep_root(b);
				next = split(b, at, value, column, rise);
			}
		}
		at = next_node(b, next);
		if (at != NO_PARENT && b->nodes >= end)
			return b->has_best ? BRANCH_FEASIBLE : BRANCH_UNKNOWN;
	} while (at != NO_PARENT);
	if (!complete)
		return b->has_best ? BRANCH_FEASIBLE : BRANCH_UNKNOWN;
	return b->has_best ? BRANCH_OPTIMAL : BRANCH_INFEASIBLE;
}

enum branch_outcome
branch_solve(struct branch *b, uint64_t nodes)
{
	enum branch_outcome outcome = search(b, nodes, false);

	if (b->has_best)
		keep(b);
	return outcome;
}

enum branch_outcome
branch_find(struct branch *b, uint64_t nodes)
{
	return search(b, nodes, true);
}
