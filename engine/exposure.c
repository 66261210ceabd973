/* The coupon collector with draws of several without replacement (W. Stadje, "The collector's problem with group drawings", Advances in Applied
 * Probability 22 (1990) 866-882). His sum alternates and loses all digits for large strata; the chain of "how many have been seen" has only
 * positive terms: with m of N seen, a candidate's k items have i new ones with the hypergeometric probability
 * p(m, i) = C(N-m, i) C(m, k-i) / C(N, k), and E(m) = (1 + sum over i >= 1 of p(m, i) E(m+i)) / (1 - p(m, 0)), E(N) = 0. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "engine/engine.h"

/* Natural logarithms of 0! to n!. */
static double *
log_factorials(uint32_t n)
{
	double *out = bv_alloc_array((size_t)n + 1, sizeof *out);

	for (uint32_t i = 2; i <= n; i++)
		out[i] = out[i - 1] + log(i);
	return out;
}

static double
log_choose(const double *factorials, uint32_t n, uint32_t k)
{
	return factorials[n] - factorials[k] - factorials[n - k];
}

double
bv_exposure_collusion(uint32_t of, uint32_t count)
{
	assert(count && count <= of && of <= BV_DRAW_POOL_ITEMS_MAX);
	double *f = log_factorials(of), *expected = bv_alloc_array((size_t)of + 1, sizeof *expected);
	double all = log_choose(f, of, count);

	for (uint32_t m = of; m-- > 0;) {
		uint32_t unseen = of - m, least = count > m ? count - m : 0, most = count < unseen ? count : unseen;
		double sum = 1, some = 0;
		for (uint32_t i = least > 1 ? least : 1; i <= most; i++) {
			double p = exp(log_choose(f, unseen, i) + log_choose(f, m, count - i) - all);
			sum += p * expected[m + i];
			some += p;
		}
		expected[m] = sum / some;
	}
	double out = expected[0];
	free(expected);
	free(f);
	return out;
}

uint64_t
bv_exposure_share(uint32_t of, uint32_t count, double share)
{
	assert(count && count <= of && share > 0 && share < 1);
	if (count == of)
		return 1;
	/* After n candidates an item is unseen with probability (1 - k/N)^n. */
	double n = ceil(log(1 - share) / log1p(-(double)count / of) - 1e-9);
	return n < 1 ? 1 : (uint64_t)n;
}
