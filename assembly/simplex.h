/* Linear programs that are solved again and again with other costs and other bounds: a dual simplex whose columns all lie between two finite
 * bounds. Any basis is then dual feasible once each column that is not in it stands at the bound that its reduced cost asks for, so that
 * whatever changed, the last basis is where to go on from: no phase one, nothing to save when a tree is searched. */
#ifndef BV_ASSEMBLY_SIMPLEX_H
#define BV_ASSEMBLY_SIMPLEX_H

#include "assembly/lanes.h"
#include "assembly/problem.h"

/* minimize cost·x with lo <= x <= hi and, for each row r, lo[n + r] <= a_r·x <= hi[n + r]. Columns n … n + m - 1 are the rows' sums. */
struct simplex {
	size_t n, m;
	uint32_t *start, *row; /* the matrix by columns */
	double *coef;
	double *cost, *lo, *hi; /* n + m; costs of the sums are 0 */
	/* What the last solution left. */
	double *x, *reduced; /* n + m; x of a sum only where its row is tight */
	uint8_t *state;      /* n + m: SIMPLEX_… */
	/* Only rows whose sum stands at a bound, the tight ones, are in the inverse: most rows never are, and cost nothing but a look at their sums. */
	size_t count, stride;
	uint32_t *basis, *tight; /* count columns; count rows */
	uint32_t *slot;          /* m: where a row is in tight */
	double *inverse;         /* count lines, each stride long: of the basis' columns in the tight rows */
	double *sum, *weight;    /* m; weight: what a breach of the row counts, so that its unit does not */
	uint32_t *active;        /* columns outside the basis that are not at rest */
	uint8_t *rest;           /* n + m: between equal bounds since simplex_settle */
	size_t active_count, since_factored;
	double *base, base_value; /* what the columns at rest bring into the rows, and cost */
	uint64_t iterations;
	double *line, *alpha, *column, *moved; /* scratch */
	uint32_t *candidate;
	double *ratio;  /* of the candidates */
	double *factor; /* count × 2 count */
};

enum { SIMPLEX_LOW, SIMPLEX_HIGH, SIMPLEX_BASIC };
enum simplex_outcome { SIMPLEX_OPTIMAL, SIMPLEX_INFEASIBLE, SIMPLEX_CUT, SIMPLEX_STUCK };

/* From rows of n columns. The bounds of the columns are 0 and 1; infinite bounds of a row become what its columns can reach. extra columns come
 * behind the items (stimuli); rows may refer to them. */
void simplex_init(struct simplex *s, size_t n, const struct row *rows, size_t row_count);
void simplex_finish(struct simplex *s);
BV_AUTO_DEFINE_FINISH(struct simplex, simplex_finish)

/* Costs, or bounds of any columns, have changed: what now lies between equal bounds is at rest, and costs nothing more until the next call. */
void simplex_settle(struct simplex *s);
/* Goes on from the last basis after bounds of columns that are not at rest have changed. CUT: the optimum is at or above cutoff. STUCK: the limit of
 * iterations, or the arithmetic, gave out: nothing is known. */
enum simplex_outcome simplex_solve(struct simplex *s, double cutoff);
double simplex_value(const struct simplex *s);
/* Of an optimum: what the objective rises by at least when the basic column at that place, between 0 and 1, is pushed down to 0, up to 1 (Driebeek
 * 1966, with long steps); INFINITY: it cannot be. */
void simplex_penalties(struct simplex *s, size_t place, double rise[2]);
/* Forgets the basis: the sums are basic. */
void simplex_reset(struct simplex *s);

#endif
