#include "scoring/distribution.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "scoring/exponential.h"

#define ROOT_2PI 2.50662827463100050242
#define LOG_2PI_HALF 0.91893853320467274178
#define TERMS 1000000
#define SMALL 1e-16
#define SPREADS 9 /* standard deviations of the Poisson on each side of its mean: what is beyond is below 1e-15 */
#define HALVES 100
#define MIDDLE 2.5
#define FRACTION 60 /* terms: more change nothing from 2.5 on */

double
bv_log_gamma(double x)
{
	double product = 1;

	for (; x < 10; x++)
		product *= x;
	double i = 1 / (x * x);
	double series = (1.0 / 12 - i * (1.0 / 360 - i * (1.0 / 1260 - i * (1.0 / 1680 - i * (1.0 / 1188 - i * 691.0 / 360360))))) / x;
	return (x - 0.5) * logarithm(x) - x + LOG_2PI_HALF + series - logarithm(product);
}

double
bv_normal_density(double z)
{
	return exponential(-z * z / 2) / ROOT_2PI;
}

/* Near the middle 1/2 + density × (z + z³/3 + z⁵/(3·5) + …) (Abramowitz & Stegun 26.2.11); in the tails density / (x + 1/(x + 2/(x + 3/(x + …)))) (26.2.14),
 * from the inside out. */
double
bv_normal_cdf(double z)
{
	double x = fabs(z);

	if (isnan(z))
		return z;
	if (x < MIDDLE) {
		double term = z, sum = z;
		for (int n = 3; fabs(term) > 1e-17 * fabs(sum); n += 2) {
			term *= z * z / n;
			sum += term;
		}
		return 0.5 + sum * bv_normal_density(z);
	}
	double rest = x;
	for (int n = FRACTION; n >= 1; n--)
		rest = x + n / rest;
	double tail = bv_normal_density(z) / rest;
	return z < 0 ? tail : 1 - tail;
}

/* A first guess by the leading term of the tail, then Newton on ln Φ, which is concave: steps from the left of the root never pass it. */
double
bv_normal_quantile(double p)
{
	assert(p > 0 && p < 1);
	double tail = p < 0.5 ? p : 1 - p, z = -sqrt(-2 * logarithm(tail));

	if (tail == 0.5)
		return 0;
	for (int i = 0; i < 50; i++) {
		double cdf = bv_normal_cdf(z), step = (logarithm(tail) - logarithm(cdf)) * cdf / bv_normal_density(z);
		z += step;
		if (fabs(step) < 1e-15 * fabs(z) + 1e-16)
			break;
	}
	return p < 0.5 ? z : -z;
}

/* x^a e^−x / Gamma(a + 1) */
static double
gamma_term(double a, double x)
{
	double power = a * logarithm(x) - x - bv_log_gamma(a + 1);

	return exponential(power);
}

/* The regularized incomplete gamma function, below or above x: its series, or the continued fraction by Lentz's method (Abramowitz & Stegun 6.5.29, 6.5.31). */
static double
gamma_part(double a, double x, bool above)
{
	double result;
	bool by_series = x < a + 1;

	if (!(x > 0))
		return above ? 1 : 0;
	if (by_series) {
		double term = 1, sum = 1;
		for (int n = 1; n < TERMS && term > sum * SMALL; n++) {
			term *= x / (a + n);
			sum += term;
		}
		result = sum * gamma_term(a, x);
	} else {
		double b = x + 1 - a, c = 1e300, d = 1 / b, f = d;
		for (int n = 1; n < TERMS; n++) {
			double step = -n * (n - a);
			b += 2;
			d = step * d + b;
			d = 1 / (fabs(d) < 1e-300 ? 1e-300 : d);
			c = b + step / c;
			c = fabs(c) < 1e-300 ? 1e-300 : c;
			f *= c * d;
			if (fabs(c * d - 1) < SMALL * 10)
				break;
		}
		result = f * gamma_term(a, x) * a;
	}
	return above == by_series ? 1 - result : result;
}

double
bv_chi_square_tail(double x, double df)
{
	return gamma_part(df / 2, x / 2, true);
}

/* P(noncentral chi square <= x): a Poisson mixture of central ones, from above so that each follows from the one before by adding. */
static double
noncentral_below(double x, double df, double noncentrality)
{
	double mean = noncentrality / 2, half = SPREADS * sqrt(mean) + 30, sum = 0;
	double low = floor(fmax(0, mean - half)), high = ceil(mean + half), below = gamma_part(df / 2 + high, x / 2, false);

	if (!(mean > 0))
		return gamma_part(df / 2, x / 2, false);
	for (double j = high; j >= low; j--) {
		double weight = j * logarithm(mean) - mean - bv_log_gamma(j + 1);
		sum += exponential(weight) * below;
		below += gamma_term(df / 2 + j - 1, x / 2);
	}
	return sum;
}

double
bv_chi_square_noncentrality(double x, double df, double p)
{
	double low = 0, high = 1;

	if (noncentral_below(x, df, 0) <= p)
		return 0;
	while (high < 1e9 && noncentral_below(x, df, high) > p)
		high *= 2;
	for (int k = 0; k < HALVES && high - low > 1e-12 * high; k++) {
		double middle = (low + high) / 2;
		if (noncentral_below(x, df, middle) > p)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

/* Term by term from the k-th on; the terms fall once past the mean. */
double
bv_binomial_tail(size_t k, size_t n, double rate)
{
	if (k == 0 || rate >= 1)
		return 1;
	if (rate <= 0)
		return 0;
	double sum = 0, log_odds = logarithm(rate) - logarithm(1 - rate);
	double term = bv_log_gamma((double)n + 1) - bv_log_gamma((double)k + 1) - bv_log_gamma((double)(n - k) + 1);
	term += (double)k * logarithm(rate) + (double)(n - k) * logarithm(1 - rate);
	for (size_t i = k; i <= n; i++) {
		double add = exponential(term);
		sum += add;
		if (i == n || ((double)i > (double)n * rate && add < sum * 1e-17))
			break;
		term += logarithm((double)(n - i)) - logarithm((double)(i + 1)) + log_odds;
	}
	return sum > 1 ? 1 : sum;
}
