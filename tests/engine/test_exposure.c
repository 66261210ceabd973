/* Expectations: closed cases; Stadje's sum in long double where it is not yet cancelled away; a seeded simulation. */
#include <math.h>

#include "engine/engine.h"
#include "tests/check.h"

static long double
choose(unsigned n, unsigned k)
{
	long double c = 1;

	if (k > n)
		return 0;
	for (unsigned i = 0; i < k; i++)
		c = c * (n - i) / (i + 1);
	return c;
}

/* Sum over j of (-1)^(j+1) C(N, j) / (1 - C(N-j, k)/C(N, k)). */
static double
stadje(unsigned of, unsigned count)
{
	long double sum = 0;

	for (unsigned j = 1; j <= of; j++)
		sum += (j % 2 ? 1 : -1) * choose(of, j) / (1 - choose(of - j, count) / choose(of, count));
	return (double)sum;
}

static bool
near(double got, double want, double relative)
{
	return fabs(got - want) <= relative * want;
}

static void
closed_cases(void)
{
	double harmonic = 0;

	for (int i = 1; i <= 50; i++)
		harmonic += 1.0 / i;
	CHECK(near(bv_exposure_collusion(1, 1), 1, 1e-12), "one of one");
	CHECK(near(bv_exposure_collusion(7, 7), 1, 1e-12), "all at once");
	CHECK(near(bv_exposure_collusion(2, 1), 3, 1e-12), "one of two: 3");
	CHECK(near(bv_exposure_collusion(3, 2), 2.5, 1e-12), "two of three: 5/2");
	CHECK(near(bv_exposure_collusion(50, 1), 50 * harmonic, 1e-10), "the classical collector: N times the harmonic number");
	CHECK(near(bv_exposure_collusion(9, 8), 1 + 9.0 / 8, 1e-12), "all but one: a second candidate lacks the same item once in nine");
}

static void
second_method(void)
{
	double worst = 0;

	for (unsigned of = 2; of <= 20; of++)
		for (unsigned count = 1; count <= of; count++) {
			double got = bv_exposure_collusion(of, count), want = stadje(of, count);
			worst = fmax(worst, fabs(got - want) / want);
		}
	CHECK(worst < 1e-9, "Stadje's sum for every draw from up to 20 items: relative difference at most %g", worst);
}

/* Candidates until all of an array of `of` were seen. */
static unsigned
collect(struct bv_stream *stream, uint32_t of, uint32_t count)
{
	bool seen[1000] = { false };
	uint32_t order[1000], left = of;
	unsigned candidates = 0;

	for (uint32_t i = 0; i < of; i++)
		order[i] = i;
	for (; left; candidates++) {
		bv_stream_sample(stream, order, of, count);
		for (uint32_t i = 0; i < count; i++) {
			left -= !seen[order[i]];
			seen[order[i]] = true;
		}
	}
	return candidates;
}

static void
simulation(void)
{
	static const struct {
		uint32_t of, count;
	} cases[] = { { 16, 4 }, { 100, 5 }, { 760, 40 }, { 300, 299 } };
	enum { RUNS = 2000 };
	uint8_t key[BV_HASH_LEN];
	struct bv_stream stream;

	bv_sha256(key, BV_STR("collectors"));
	bv_stream_init(&stream, key);
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		double sum = 0, squares = 0, expected = bv_exposure_collusion(cases[i].of, cases[i].count);
		for (int run = 0; run < RUNS; run++) {
			double n = collect(&stream, cases[i].of, cases[i].count);
			sum += n;
			squares += n * n;
		}
		double mean = sum / RUNS, error = sqrt((squares / RUNS - mean * mean) / RUNS);
		CHECK(fabs(mean - expected) <= 4 * error, "%u of %u: %.2f expected, %.2f +- %.2f in %d simulated groups", cases[i].count, cases[i].of,
		      expected, mean, error, RUNS);
	}
	CHECK(bv_exposure_collusion(BV_DRAW_POOL_ITEMS_MAX, 500) > 200 * log(BV_DRAW_POOL_ITEMS_MAX) && isfinite(bv_exposure_collusion(100000, 500)),
	      "the largest stratum: %.1f", bv_exposure_collusion(BV_DRAW_POOL_ITEMS_MAX, 500));
}

static void
shares(void)
{
	CHECK(bv_exposure_share(4, 4, 0.9) == 1, "one candidate sees all");
	CHECK(bv_exposure_share(2, 1, 0.5) == 1 && bv_exposure_share(2, 1, 0.75) == 2 && bv_exposure_share(2, 1, 0.76) == 3, "halves");
	CHECK(bv_exposure_share(100, 5, 0.9) == 45, "1 - 0.95^45 is 0.9006, 1 - 0.95^44 is 0.8953");
}

int
main(void)
{
	closed_cases();
	second_method();
	simulation();
	shares();
	return check_end();
}
