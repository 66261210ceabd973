/* Linear equations with a positive definite matrix: of normal equations and of information. */
#ifndef BV_ANALYSIS_POSITIVE_H
#define BV_ANALYSIS_POSITIVE_H

#include <stdbool.h>

/* Solves h x = g by Cholesky; row i of h begins at h + i * stride, its lower triangle is read and overwritten by the factor. False when h is not positive
 * definite. */
bool positive_solve(double *x, double *h, int stride, const double *g, int n);

#endif
