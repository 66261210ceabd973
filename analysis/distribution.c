/* Tails and quantiles that the statistics need. */
#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/analysis.h"

double
bv_normal_density(double z)
{
	return exp(-z * z / 2) / sqrt(2 * M_PI);
}

double
bv_normal_cdf(double z)
{
	return erfc(-z / M_SQRT2) / 2;
}

/* A first guess by the leading term of the tail, then Newton on ln Φ, which is concave: steps from the left of the root never pass it. */
double
bv_normal_quantile(double p)
{
	assert(p > 0 && p < 1);
	double tail = p < 0.5 ? p : 1 - p, z = -sqrt(-2 * log(tail));

	if (tail == 0.5)
		return 0;
	for (int i = 0; i < 50; i++) {
		double cdf = bv_normal_cdf(z), step = (log(tail) - log(cdf)) * cdf / bv_normal_density(z);
		z += step;
		if (fabs(step) < 1e-15 * fabs(z) + 1e-16)
			break;
	}
	return p < 0.5 ? z : -z;
}

/* Regularized incomplete gamma functions, by the series below the bend and Lentz's continued fraction above it (Abramowitz and Stegun 6.5.29, 6.5.31). */
static double
gamma_series(double a, double x)
{
	double term = 1 / a, sum = term;

	for (int n = 1; n < 10000 && term > sum * DBL_EPSILON / 8; n++) {
		term *= x / (a + n);
		sum += term;
	}
	return sum * exp(-x + a * log(x) - lgamma(a));
}

static double
gamma_fraction(double a, double x)
{
	double b = x + 1 - a, c = 1 / DBL_MIN, d = 1 / b, h = d;

	for (int i = 1; i < 10000; i++) {
		double an = -i * (i - a);
		b += 2;
		d = an * d + b;
		d = 1 / (fabs(d) < DBL_MIN ? DBL_MIN : d);
		c = b + an / c;
		c = fabs(c) < DBL_MIN ? DBL_MIN : c;
		h *= d * c;
		if (fabs(d * c - 1) < DBL_EPSILON)
			break;
	}
	return h * exp(-x + a * log(x) - lgamma(a));
}

double
bv_chi_square_tail(double x, double df)
{
	assert(df > 0);
	double a = df / 2, half = x / 2;

	if (!(x > 0))
		return 1;
	return half < a + 1 ? 1 - gamma_series(a, half) : gamma_fraction(a, half);
}

/* Term by term from the k-th on; the terms fall once past the mean. */
double
bv_binomial_tail(size_t k, size_t n, double rate)
{
	if (k == 0 || rate >= 1)
		return 1;
	if (rate <= 0)
		return 0;
	double sum = 0, log_odds = log(rate) - log1p(-rate);
	double term = lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1) + (double)k * log(rate) + (double)(n - k) * log1p(-rate);
	for (size_t i = k; i <= n; i++) {
		double add = exp(term);
		sum += add;
		if ((double)i > (double)n * rate && add < sum * 1e-17)
			break;
		term += log((double)(n - i)) - log((double)(i + 1)) + log_odds;
	}
	return sum > 1 ? 1 : sum;
}

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
