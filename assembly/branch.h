/* Choices of items that are best for one cost, again and again: branch and bound over a simplex that goes on from its last basis. */
#ifndef BV_ASSEMBLY_BRANCH_H
#define BV_ASSEMBLY_BRANCH_H

#include "assembly/simplex.h"

#define BRANCH_POOL 64

struct branch_node;

/* x of the columns is 0 or 1. best is an incumbent that holds, or has no has_best. */
struct branch {
	struct simplex lp;
	size_t items;  /* the first columns; those behind them are what items hang on */
	double *cost;  /* of columns, to be minimized: the caller's, before a solution */
	uint8_t *best; /* of columns */
	bool has_best;
	double best_value;
	/* The choices of solutions before, each the number of its columns and they: some are good again. The caller may forget some by lowering kept;
	 * the first lasting of them are not driven out by later ones. */
	uint32_t *pool;
	size_t kept, lasting;
	double root, *root_reduced; /* of the last solution: its relaxation, and which way its columns stood by the sign */
	double *sums; /* of rows: scratch */
	int8_t *fixed; /* of columns, the caller's: 0 or 1, -1 free */
	uint64_t nodes;
	struct branch_node *tree; /* of the last solution */
	size_t grown, cap, waiting, bound_count;
	uint32_t *heap, *bound; /* nodes that wait; columns that the node now looked at binds */
};

void branch_init(struct branch *b, size_t items, size_t columns, const struct row *rows, size_t row_count);
void branch_finish(struct branch *b);
BV_AUTO_DEFINE_FINISH(struct branch, branch_finish)

enum branch_outcome { BRANCH_OPTIMAL, BRANCH_FEASIBLE, BRANCH_INFEASIBLE, BRANCH_UNKNOWN };

/* Best within 5e-7 unless nodes, a number that is the same on every machine, stop it: then best is the best so far, at worst what it was. */
enum branch_outcome branch_solve(struct branch *b, uint64_t nodes);
/* The same, content with the first that holds. */
enum branch_outcome branch_find(struct branch *b, uint64_t nodes);

#endif
