#include "scoring/irt/distribution.h"

#include <math.h>
#include <stdbool.h>

#include "scoring/exponential.h"

#define ROOT_2PI 2.50662827463100050242
#define LOG_2PI_HALF 0.91893853320467274178
#define TERMS 1000000
#define SMALL 1e-16
#define SPREADS 9 /* standard deviations of the Poisson on each side of its mean: what is beyond is below 1e-15 */
#define HALVES 100

double
log_gamma(double x)
{
	double product = 1;

	for (; x < 10; x++)
		product *= x;
	double i = 1 / (x * x);
	double series = (1.0 / 12 - i * (1.0 / 360 - i * (1.0 / 1260 - i * (1.0 / 1680 - i * (1.0 / 1188 - i * 691.0 / 360360))))) / x;
	return (x - 0.5) * logarithm(x) - x + LOG_2PI_HALF + series - logarithm(product);
}

/* 1/2 + density × (x + x³/3 + x⁵/(3·5) + …); beyond 8 it is 0 or 1 within 1e-14. */
double
normal_below(double x)
{
	double term = x, sum = x;

	if (!(fabs(x) < 8))
		return x > 0;
	for (int n = 3; n < 400 && fabs(term) > 1e-17; n += 2) {
		term *= x * x / n;
		sum += term;
	}
	return 0.5 + sum * exponential(-x * x / 2) / ROOT_2PI;
}

/* x^a e^−x / Gamma(a + 1) */
static double
gamma_term(double a, double x)
{
	double power = a * logarithm(x) - x - log_gamma(a + 1);

	return power > -700 ? exponential(power) : 0;
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
chi_square_above(double x, double df)
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
		double weight = j * logarithm(mean) - mean - log_gamma(j + 1);
		sum += (weight > -700 ? exponential(weight) : 0) * below;
		below += gamma_term(df / 2 + j - 1, x / 2);
	}
	return sum;
}

double
chi_square_noncentrality(double x, double df, double p)
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
