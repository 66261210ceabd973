/* Distributions against the C library's erfc and lgamma and against sums that end; the Cholesky factor against its product. */
#include <math.h>
#include <string.h>

#include "scoring/cholesky.h"
#include "scoring/distribution.h"
#include "tests/check.h"

static bool
near(double got, double want, double relative)
{
	return fabs(got - want) <= relative * fabs(want);
}

static void
test_normal(void)
{
	double worst = 0, worst_back = 0;

	for (int i = -3700; i <= 3700; i++) {
		double z = i / 100.0, want = erfc(-z / M_SQRT2) / 2;
		worst = fmax(worst, fabs(bv_normal_cdf(z) - want) / want);
	}
	CHECK(worst < 1e-12, "the normal distribution from -37 to 37: relative error %g", worst);
	CHECK(bv_normal_cdf(-40) == 0 && bv_normal_cdf(40) == 1 && bv_normal_cdf(-INFINITY) == 0 && bv_normal_cdf(INFINITY) == 1, "beyond it, and at the ends");
	CHECK(isnan(bv_normal_cdf(NAN)), "no number, no probability");
	for (int i = -360; i <= 0; i++)
		worst_back = fmax(worst_back, fabs(bv_normal_quantile(bv_normal_cdf(i / 10.0)) - i / 10.0));
	CHECK(worst_back < 1e-11, "the quantile goes back: %g", worst_back);
	CHECK(bv_normal_quantile(0.5) == 0 && near(bv_normal_quantile(0.975), 1.959963984540054, 1e-14), "the usual 1.96");
	CHECK(near(bv_normal_density(1.5), exp(-1.125) / sqrt(2 * M_PI), 1e-15) && bv_normal_density(60) == 0, "density");
}

/* P(chi square > x) of an even df by the sum of Poisson terms, of an odd one from erfc on. */
static double
chi_square_by_sum(double x, int df)
{
	double term = df % 2 ? exp(-x / 2) * sqrt(2 * x / M_PI) : exp(-x / 2), sum = df % 2 ? erfc(sqrt(x / 2)) : 0;

	for (int r = df % 2 ? 3 : 2; r <= df; r += 2) {
		sum += term;
		term *= x / r;
	}
	return sum;
}

static void
test_chi_square(void)
{
	double worst = 0;

	for (int df = 1; df <= 60; df++)
		for (int i = 1; i <= 60; i++) {
			double x = i * i / 16.0, want = chi_square_by_sum(x, df);
			worst = fmax(worst, fabs(bv_chi_square_tail(x, df) - want) / want);
		}
	CHECK(worst < 1e-11, "chi square, 1 to 60 degrees of freedom: relative error %g", worst);
	CHECK(bv_chi_square_tail(0, 3) == 1 && bv_chi_square_tail(-1, 3) == 1, "at 0 and below");
	worst = 0;
	for (int i = 1; i <= 4000; i++)
		worst = fmax(worst, fabs(bv_log_gamma(i / 8.0) - lgamma(i / 8.0)) / fmax(1, fabs(lgamma(i / 8.0))));
	CHECK(worst < 2e-13, "log Gamma: %g", worst);
}

static void
test_binomial(void)
{
	double worst = 0;

	for (int n = 1; n <= 40; n++)
		for (int k = 0; k <= n; k++)
			for (int r = 1; r < 10; r++) {
				double want = 0, choose = 1;
				for (int i = 0; i <= n; i++) {
					want += i >= k ? choose * pow(r / 10.0, i) * pow(1 - r / 10.0, n - i) : 0;
					choose = choose * (n - i) / (i + 1);
				}
				worst = fmax(worst, fabs(bv_binomial_tail((size_t)k, (size_t)n, r / 10.0) - want) / want);
			}
	CHECK(worst < 1e-11, "binomial tails up to 40: relative error %g", worst);
	CHECK(bv_binomial_tail(3, 5, 0) == 0 && bv_binomial_tail(3, 5, 1) == 1 && bv_binomial_tail(0, 5, 0) == 1, "rates 0 and 1");
}

enum { N = 9, STRIDE = 11 };

static void
test_cholesky(void)
{
	double root[N][N], m[N][STRIDE], factor[N][STRIDE], x[N], g[N], diagonal[N], worst = 0, worst_solved = 0, worst_inverse = 0;
	uint64_t state = 5;

	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++) {
			state = state * 6364136223846793005u + 1442695040888963407u;
			root[i][j] = (double)(state >> 40) / (1 << 24) - 0.5;
		}
	for (int i = 0; i < N; i++)
		for (int j = 0; j < STRIDE; j++) {
			m[i][j] = NAN; /* what is beside the matrix is not read */
			for (int k = 0; k < N && j < N; k++)
				m[i][j] = (k ? m[i][j] : 0) + root[i][k] * root[j][k];
		}
	memcpy(factor, m, sizeof m);
	CHECK(bv_cholesky(&factor[0][0], N, STRIDE, 1e-12), "a positive definite matrix has a factor");
	for (int i = 0; i < N; i++)
		for (int j = 0; j <= i; j++) {
			double sum = 0;
			for (int k = 0; k <= j; k++)
				sum += factor[i][k] * factor[j][k];
			worst = fmax(worst, fabs(sum - m[i][j]));
		}
	CHECK(worst < 1e-14, "whose product is the matrix: %g", worst);
	bv_cholesky_inverse_diagonal(diagonal, &factor[0][0], N, STRIDE);
	for (int c = 0; c < N; c++) {
		memset(x, 0, sizeof x);
		x[c] = 1;
		bv_cholesky_solve(x, &factor[0][0], N, STRIDE);
		worst_inverse = fmax(worst_inverse, fabs(x[c] / diagonal[c] - 1));
		for (int i = 0; i < N; i++) {
			double sum = 0;
			for (int k = 0; k < N; k++)
				sum += m[i][k] * x[k];
			worst_solved = fmax(worst_solved, fabs(sum - (i == c)));
		}
		g[c] = c + 1;
	}
	CHECK(worst_solved < 1e-10, "equations are solved: %g", worst_solved);
	CHECK(worst_inverse < 1e-10, "the inverse's diagonal: %g", worst_inverse);
	memcpy(factor, m, sizeof m);
	CHECK(bv_solve_positive(x, &factor[0][0], g, N, STRIDE), "in one call");
	worst = 0;
	for (int i = 0; i < N; i++) {
		double sum = -g[i];
		for (int k = 0; k < N; k++)
			sum += m[i][k] * x[k];
		worst = fmax(worst, fabs(sum));
	}
	CHECK(worst < 1e-9, "the same equations: %g", worst);
	for (int k = 0; k < N; k++)
		m[N - 1][k] = m[0][k] + m[1][k]; /* the last row is the sum of the first two */
	m[N - 1][N - 1] = m[0][0] + 2 * m[1][0] + m[1][1];
	m[N - 1][0] = m[0][0] + m[1][0];
	memcpy(factor, m, sizeof m);
	CHECK(!bv_cholesky(&factor[0][0], N, STRIDE, 1e-10), "a row that follows from the others is found");
	m[3][3] = -1;
	memcpy(factor, m, sizeof m);
	CHECK(!bv_cholesky(&factor[0][0], N, STRIDE, 0), "so is a matrix that is not positive definite");
	m[0][0] = NAN;
	CHECK(!bv_cholesky(&m[0][0], N, STRIDE, 0), "and what is not a number");
}

int
main(void)
{
	test_normal();
	test_chi_square();
	test_binomial();
	test_cholesky();
	return check_end();
}
