#include "scoring/setting/series.h"

#include <math.h>
#include <stdlib.h>

double
series_mean(const double *x, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += x[i];
	return count ? sum / (double)count : NAN;
}

double
series_sd(const double *x, size_t count)
{
	double mean = series_mean(x, count), sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += (x[i] - mean) * (x[i] - mean);
	return count > 1 ? sqrt(sum / (double)(count - 1)) : NAN;
}

static int
number_order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void
series_sort(double *x, size_t count)
{
	if (count) /* qsort takes no null pointer, not even for nothing */
		qsort(x, count, sizeof x[0], number_order);
}

double
series_quantile(const double *sorted, size_t count, double share)
{
	if (count == 0)
		return NAN;
	double at = share * (double)(count - 1);
	size_t low = (size_t)at;
	if (low + 1 >= count)
		return sorted[count - 1];
	return sorted[low] + (at - (double)low) * (sorted[low + 1] - sorted[low]);
}

double
series_median(double *x, size_t count)
{
	series_sort(x, count);
	return series_quantile(x, count, 0.5);
}

double
series_correlation(const double *x, const double *y, size_t count, size_t *used)
{
	double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (!isnan(x[i]) && !isnan(y[i])) {
			mx += x[i];
			my += y[i];
			n++;
		}
	if (used)
		*used = n;
	if (n < 3)
		return NAN;
	mx /= (double)n;
	my /= (double)n;
	for (size_t i = 0; i < count; i++)
		if (!isnan(x[i]) && !isnan(y[i])) {
			xx += (x[i] - mx) * (x[i] - mx);
			yy += (y[i] - my) * (y[i] - my);
			xy += (x[i] - mx) * (y[i] - my);
		}
	/* What rounding leaves of equal numbers is no spread. */
	if (!(xx > 1e-20 * (1 + mx * mx)) || !(yy > 1e-20 * (1 + my * my)))
		return NAN;
	return fmax(-1, fmin(1, xy / sqrt(xx * yy)));
}
