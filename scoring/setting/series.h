/* Rows of numbers. */
#ifndef BV_SCORING_SETTING_SERIES_H
#define BV_SCORING_SETTING_SERIES_H

#include <stddef.h>

/* NaN of none. */
double series_mean(const double *x, size_t count);
/* Of n − 1; NaN under two. */
double series_sd(const double *x, size_t count);
/* Half the sum of the two in the middle where the count is even; sorts x. NaN of none. */
double series_median(double *x, size_t count);
/* At the share from 0 to 1 of sorted numbers, between neighbours by proportion (type 7 of Hyndman & Fan 1996). NaN of none. */
double series_quantile(const double *sorted, size_t count, double share);
void series_sort(double *x, size_t count);
/* Pearson's, over pairs of which both are numbers; NaN under three, or without a spread. *used, if not NULL: how many pairs. */
double series_correlation(const double *x, const double *y, size_t count, size_t *used);

#endif
