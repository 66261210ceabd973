/* Distributions of test statistics, with the bits of exponential.h. */
#ifndef BV_SCORING_IRT_DISTRIBUTION_H
#define BV_SCORING_IRT_DISTRIBUTION_H

/* log Gamma(x), x > 0, by Stirling's series from 10 on: 1e-13. */
double log_gamma(double x);
/* The normal distribution function, within 1e-14. */
double normal_below(double x);
/* P(chi square of df > 0 degrees of freedom > x). */
double chi_square_above(double x, double df);
/* The noncentrality, >= 0, with which P(chi square of df <= x) = p, or 0 when even the central one has less: for confidence limits (Browne & Cudeck 1992). */
double chi_square_noncentrality(double x, double df, double p);

#endif
