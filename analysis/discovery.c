#include <stdlib.h>

#include "analysis/analysis.h"

static int
rising(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
bv_false_discovery_bound(double *p, size_t count, size_t tests, double rate)
{
	double bound = -1;

	if (count)
		qsort(p, count, sizeof p[0], rising);
	for (size_t i = 0; i < count; i++)
		if (p[i] <= rate * (double)(i + 1) / (double)tests)
			bound = p[i];
	return bound;
}
