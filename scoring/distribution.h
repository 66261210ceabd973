/* Distributions of statistics, by exp and log that are the same bits everywhere (exponential.h). */
#ifndef BV_SCORING_DISTRIBUTION_H
#define BV_SCORING_DISTRIBUTION_H

#include <stddef.h>

#include "base/mem.h"

/* log Gamma(x), x > 0, by Stirling's series from 10 on: 1e-13. */
BV_API double bv_log_gamma(double x);
BV_API double bv_normal_density(double z);
/* P(Z <= z), relative error about 1e-13 as long as it is above 1e-300. */
BV_API double bv_normal_cdf(double z);
/* 1e-300 < p < 1; absolute error below 1e-12. */
BV_API double bv_normal_quantile(double p);
/* P(X > x) of a chi square with df > 0 degrees of freedom; relative error about 1e-13. */
BV_API double bv_chi_square_tail(double x, double df);
/* The noncentrality, >= 0, with which P(chi square of df <= x) = p, or 0 when even the central one has less: for confidence limits (Browne & Cudeck 1992). */
BV_API double bv_chi_square_noncentrality(double x, double df, double p);
/* P(at least k of n), each with the rate. */
BV_API double bv_binomial_tail(size_t k, size_t n, double rate);

#endif
