#include "scoring/cholesky.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef double pair __attribute__((vector_size(16)));

bool
bv_cholesky(double *m, size_t n, size_t stride, double least)
{
	for (size_t j = 0; j < n; j++) {
		double *column = m + j * stride;
		for (size_t i = j; i < n; i++) {
			double *row = m + i * stride, sum = row[j];
			pair two = { 0, 0 };
			size_t k = 0;
			for (; k + 2 <= j; k += 2)
				two += (pair){ row[k], row[k + 1] } * (pair){ column[k], column[k + 1] };
			sum -= two[0] + two[1];
			if (k < j)
				sum -= row[k] * column[k];
			if (i > j)
				row[j] = sum / column[j];
			else if (sum > 0 && sum > least * row[j])
				row[j] = sqrt(sum);
			else
				return false;
		}
	}
	return true;
}

/* The solution of L solution = x, of which x[i] is 0 before the first. */
static void
solve_lower(double *x, const double *factor, size_t n, size_t stride, size_t first)
{
	for (size_t i = first; i < n; i++) {
		for (size_t k = first; k < i; k++)
			x[i] -= factor[i * stride + k] * x[k];
		x[i] /= factor[i * stride + i];
	}
}

void
bv_cholesky_solve(double *x, const double *factor, size_t n, size_t stride)
{
	solve_lower(x, factor, n, stride, 0);
	for (size_t i = n; i-- > 0;) {
		for (size_t k = i + 1; k < n; k++)
			x[i] -= factor[k * stride + i] * x[k];
		x[i] /= factor[i * stride + i];
	}
}

bool
bv_solve_positive(double *x, double *m, const double *g, size_t n, size_t stride)
{
	if (!bv_cholesky(m, n, stride, 1e-12))
		return false;
	memcpy(x, g, n * sizeof *x);
	bv_cholesky_solve(x, m, n, stride);
	return true;
}

void
bv_cholesky_inverse_diagonal(double *out, const double *factor, size_t n, size_t stride)
{
	double *unit = bv_alloc_array(n + 1, sizeof *unit);

	for (size_t j = 0; j < n; j++) {
		memset(unit, 0, n * sizeof *unit);
		unit[j] = 1;
		solve_lower(unit, factor, n, stride, j);
		out[j] = 0;
		for (size_t i = j; i < n; i++)
			out[j] += unit[i] * unit[i];
	}
	free(unit);
}
