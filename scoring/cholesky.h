/* Linear equations with a positive definite matrix: of normal equations, of information, of correlations. Matrices are n × n, row i begins at
 * m + i * stride, stride >= n; their lower triangle is read and written. */
#ifndef BV_SCORING_CHOLESKY_H
#define BV_SCORING_CHOLESKY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"

/* The factor L of m = L L', in place. False when m is not positive definite, or when a row follows from those before it: what they leave of its
 * diagonal is not above least (>= 0) times it. m is spoilt then. */
BV_API bool bv_cholesky(double *m, size_t n, size_t stride, double least);
/* x becomes the solution of (L L') solution = x. */
BV_API void bv_cholesky_solve(double *x, const double *factor, size_t n, size_t stride);
/* Solves m x = g; m becomes its factor. False when a row of m follows from those before it, within 1e-12. */
BV_API bool bv_solve_positive(double *x, double *m, const double *g, size_t n, size_t stride);
/* The diagonal of the inverse of L L': n numbers. */
BV_API void bv_cholesky_inverse_diagonal(double *out, const double *factor, size_t n, size_t stride);

#endif
