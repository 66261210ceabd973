#include "analysis/positive.h"

#include <math.h>

bool
positive_solve(double *x, double *h, int stride, const double *g, int n)
{
	for (int j = 0; j < n; j++) {
		double scale = h[j * stride + j];
		for (int i = j; i < n; i++) {
			double sum = h[i * stride + j];
			for (int k = 0; k < j; k++)
				sum -= h[i * stride + k] * h[j * stride + k];
			if (i == j && !(sum > 1e-12 * scale))
				return false;
			h[i * stride + j] = i == j ? sqrt(sum) : sum / h[j * stride + j];
		}
	}
	for (int i = 0; i < n; i++) {
		x[i] = g[i];
		for (int k = 0; k < i; k++)
			x[i] -= h[i * stride + k] * x[k];
		x[i] /= h[i * stride + i];
	}
	for (int i = n; i-- > 0;) {
		for (int k = i + 1; k < n; k++)
			x[i] -= h[k * stride + i] * x[k];
		x[i] /= h[i * stride + i];
	}
	return true;
}
