/* Linear programs, with whole-numbered columns or without, and the solver of another project that solves them (Clp, Cbc: EPL-2.0). */
#ifndef BV_ASSEMBLY_MIP_H
#define BV_ASSEMBLY_MIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Zero-initialised is empty. Rows are filled one after the other; a bound may be infinite. */
struct mip {
	bool maximize;
	size_t cols, rows, entries;
	size_t col_cap, row_cap, entry_cap;
	double *cost, *lo, *hi;
	bool *whole;
	double *row_lo, *row_hi;
	size_t *row_start; /* rows of them: where a row's entries begin */
	int *col;
	double *coef;
};

void mip_finish(struct mip *m);
BV_AUTO_DEFINE_FINISH(struct mip, mip_finish)
size_t mip_add_col(struct mip *m, double cost, double lo, double hi, bool whole);
size_t mip_add_row(struct mip *m, double lo, double hi);
void mip_put(struct mip *m, size_t col, double coef); /* into the newest row */

enum mip_outcome {
	MIP_OPTIMAL,    /* x is best, to 1e-9 of the objective */
	MIP_FEASIBLE,   /* x holds; the limits stopped the proof */
	MIP_INFEASIBLE, /* nothing holds: proved */
	MIP_UNKNOWN,    /* stopped before anything was found */
};

struct mip_limits {
	double seconds;
	uint64_t nodes;
	const double *start; /* an x that holds, or NULL */
};

/* x has room for cols. value is of x, bound what no x can pass; both only where x is. */
struct mip_answer {
	enum mip_outcome outcome;
	double value, bound;
	double *x;
};

/* Without the whole numbers. Deterministic. */
void mip_relax(const struct mip *m, struct mip_answer *answer);
/* Deterministic where the nodes, not the seconds, are what stops it. */
void mip_solve(const struct mip *m, const struct mip_limits *limits, struct mip_answer *answer);

#endif
