/* Is each item of a stratum equally likely, at every position, and each order of options? Pearson's chi-square over more than a million
 * drawn positions with a fixed seed; and the same tests find the bias of draws that are made wrong on purpose. */
#include <math.h>

#include "tests/check.h"
#include "tests/engine/fixture.h"

enum { FORMS = 50000, STRATA = 5, OPTIONS = 4, ORDERS = 24 };

static const struct {
	uint32_t size, count;
} strata[STRATA] = { { 10, 4 }, { 33, 6 }, { 120, 6 }, { 7, 7 }, { 250, 3 } };

/* Q(a, x) = Gamma(a, x)/Gamma(a): a series below a + 1, Lentz's continued fraction above (DLMF 8.11.4, 8.9.2). */
static double
gamma_upper(double a, double x)
{
	double scale = exp(a * log(x) - x - lgamma(a));

	if (x < a + 1) {
		double term = 1 / a, sum = term;
		for (double n = a + 1; term > sum * 1e-15; n++)
			sum += term *= x / n;
		return 1 - scale * sum;
	}
	double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
	for (double i = 1; i < 10000; i++) {
		double an = -i * (i - a);
		b += 2;
		d = 1 / (an * d + b);
		c = b + an / c;
		h *= d * c;
		if (fabs(d * c - 1) < 1e-15)
			break;
	}
	return scale * h;
}

/* Upper-tail probability of chi2 with df degrees of freedom. */
static double
tail(double chi2, double df)
{
	return gamma_upper(df / 2, chi2 / 2);
}

/* Equally likely cells. */
static double
p_of_counts(const uint32_t *counts, size_t cells)
{
	double total = 0, chi2 = 0;

	for (size_t i = 0; i < cells; i++)
		total += counts[i];
	for (size_t i = 0; i < cells; i++)
		chi2 += pow(counts[i] - total / (double)cells, 2) / (total / (double)cells);
	return tail(chi2, (double)cells - 1);
}

/* Items drawn without replacement, k of n a form: their counts vary less than independent ones, by the factor (n - k)/(n - 1). */
static double
p_of_samples(const uint32_t *counts, double n, double k, double forms)
{
	double chi2 = 0, expected = forms * k / n;

	for (size_t i = 0; i < (size_t)n; i++)
		chi2 += pow(counts[i] - expected, 2) / expected;
	return tail(chi2 * (n - 1) / (n - k), n - 1);
}

struct counts {
	uint32_t item[STRATA][256];          /* anywhere in the form */
	uint32_t place[STRATA][8][256];      /* [position in the stratum] */
	uint32_t orders[ORDERS];             /* permutations of four options */
	uint32_t first[OPTIONS];             /* which option stands first when the last is fixed */
	uint32_t seat[32][STRATA];           /* stratum at each position of a shuffled form */
};

/* Draws numbers[0..k) of 0..n-1. */
typedef void (*draw_fn)(void *ctx, uint32_t *numbers, uint32_t n, uint32_t k);

static void
count_draws(struct counts *counts, draw_fn draw, void *ctx)
{
	uint32_t numbers[256];

	for (size_t f = 0; f < FORMS; f++)
		for (size_t s = 0; s < STRATA; s++) {
			draw(ctx, numbers, strata[s].size, strata[s].count);
			for (size_t p = 0; p < strata[s].count; p++) {
				counts->item[s][numbers[p]]++;
				counts->place[s][p][numbers[p]]++;
			}
		}
}

/* The least p over all strata, over items and over places. */
static double
least_p(const struct counts *counts)
{
	double least = 1;

	for (size_t s = 0; s < STRATA; s++) {
		if (strata[s].count < strata[s].size)
			least = fmin(least, p_of_samples(counts->item[s], strata[s].size, strata[s].count, FORMS));
		for (size_t p = 0; p < strata[s].count; p++)
			least = fmin(least, p_of_counts(counts->place[s][p], strata[s].size));
	}
	return least;
}

/* Number of a permutation of four, 0–23 (Lehmer code). */
static size_t
rank_order(const uint16_t *order)
{
	size_t rank = 0;

	for (size_t i = 0; i < OPTIONS; i++) {
		size_t smaller = 0;
		for (size_t j = i + 1; j < OPTIONS; j++)
			smaller += order[j] < order[i];
		rank = rank * (OPTIONS - i) + smaller;
	}
	return rank;
}

static struct bv_draw_plan *
make_plan(struct fixture *f, struct bv_blueprint **bp, struct bv_draw_pool **pool, const char *attributes)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16);
	struct bv_draw_plan *plan;
	struct bv_err err;

	bv_buf_addz(&xml, "<part id='p'><title xml:lang='vi'>x</title>");
	for (size_t s = 0; s < STRATA; s++) {
		const char *competence = fixture_str(f, "%s%zu", "C", s).p;
		bv_buf_printf(&xml, "<stratum id='%s' competence='%s' count='%u' marks='1'/>", competence, competence, strata[s].count);
		for (size_t i = 0; i < strata[s].size; i++) {
			fixture_item(f, fixture_str(f, "%s-%04zu", competence, i), competence, i);
			fixture_shape(f, BV_INTERACTION_CHOICE, "R", OPTIONS, 0, 0);
			fixture_shape(f, BV_INTERACTION_CHOICE, "S", OPTIONS, 0, 1u << (OPTIONS - 1));
		}
	}
	bv_buf_addz(&xml, "</part>");
	*bp = fixture_blueprint(attributes, xml.p);
	if (bv_draw_pool_build(pool, *bp, f->sources, f->count, &err) != BV_OK || bv_draw_plan_new(&plan, *bp, *pool, &err) != BV_OK) {
		fprintf(stderr, "%s\n", err.msg);
		exit(1);
	}
	return plan;
}

/* Counts what the engine itself draws, through the whole of bv_draw. */
static void
count_engine(struct counts *counts, const char *attributes)
{
	BV_AUTO(fixture_finish) struct fixture f = { 0 };
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *bp = NULL;
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = NULL;
	BV_AUTO(bv_draw_plan_free) struct bv_draw_plan *plan = make_plan(&f, &bp, &pool, attributes);
	BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(plan);
	uint8_t seed[BV_HASH_LEN] = { 7 }, draw_key[BV_HASH_LEN] = { 8 }, cid[BV_HASH_LEN];
	struct bv_draw_key key;

	bv_draw_key_init(&key, draw_key, seed);
	for (uint32_t n = 0; n < FORMS; n++) {
		size_t place[STRATA] = { 0 };
		bv_sha256(cid, (struct bv_str){ (const char *)&n, sizeof n });
		bv_draw(drawn, plan, &key, cid);
		for (size_t p = 0; p < drawn->count; p++) {
			const struct bv_drawn_item *item = &drawn->items[p];
			counts->item[item->stratum][item->index]++;
			counts->place[item->stratum][place[item->stratum]++][item->index]++;
			counts->seat[p][item->stratum]++;
			counts->orders[rank_order(drawn->orders + item->order)]++;
			counts->first[drawn->orders[item->order + OPTIONS]]++;
			if (drawn->orders[item->order + 2 * OPTIONS - 1] != OPTIONS - 1) {
				CHECK(false, "a fixed option has moved");
				return;
			}
		}
	}
}

static void
engine_is_fair(void)
{
	struct counts *counts = bv_alloc(sizeof *counts), *shuffled = bv_alloc(sizeof *shuffled);
	uint32_t items = 0;

	count_engine(counts, "");
	for (size_t s = 0; s < STRATA; s++)
		for (size_t i = 0; i < strata[s].size; i++)
			items += counts->item[s][i];
	CHECK(items >= 1000000, "%u positions are drawn", items);
	for (size_t s = 0; s < STRATA; s++) {
		if (strata[s].count < strata[s].size) {
			double p = p_of_samples(counts->item[s], strata[s].size, strata[s].count, FORMS);
			CHECK(p > 1e-3, "stratum of %u: each item is equally likely, p = %.4f", strata[s].size, p);
		}
		for (size_t k = 0; k < strata[s].count; k++) {
			double p = p_of_counts(counts->place[s][k], strata[s].size);
			CHECK(p > 1e-3, "stratum of %u: at its place %zu, p = %.4f", strata[s].size, k + 1, p);
		}
	}
	double p = p_of_counts(counts->orders, ORDERS);
	CHECK(p > 1e-3, "the 24 orders of four options, p = %.4f", p);
	p = p_of_counts(counts->first, OPTIONS - 1);
	CHECK(p > 1e-3 && counts->first[OPTIONS - 1] == 0, "the first of three options beside a fixed one, p = %.4f", p);

	count_engine(shuffled, "itemOrder='shuffled'");
	uint32_t forms = 0, positions = 0;
	for (size_t s = 0; s < STRATA; s++)
		positions += strata[s].count;
	for (size_t s = 0; s < STRATA; s++) {
		double chi2 = 0, expected = (double)FORMS * strata[s].count / positions;
		for (size_t seat = 0; seat < positions; seat++)
			chi2 += pow(shuffled->seat[seat][s] - expected, 2) / expected;
		p = tail(chi2 * (positions - 1) / (positions - strata[s].count), positions - 1);
		CHECK(p > 1e-3, "items of stratum %zu at every position of a shuffled form, p = %.4f", s, p);
		forms += shuffled->seat[0][s];
	}
	CHECK(forms == FORMS, "every form has a first position");
	free(counts);
	free(shuffled);
}

static void
fair(void *ctx, uint32_t *numbers, uint32_t n, uint32_t k)
{
	for (uint32_t i = 0; i < n; i++)
		numbers[i] = i;
	bv_stream_sample(ctx, numbers, n, k);
}

/* A word of 10 bits modulo n, nothing rejected. */
static void
modulo(void *ctx, uint32_t *numbers, uint32_t n, uint32_t k)
{
	for (uint32_t i = 0; i < n; i++)
		numbers[i] = i;
	for (uint32_t t = 0; t < k; t++) {
		uint32_t j = t + (uint32_t)(bv_stream_word(ctx) & 0x3ff) % (n - t), drawn = numbers[j];
		numbers[j] = numbers[t];
		numbers[t] = drawn;
	}
}

/* Never leaves a number where it is: Sattolo's cycles, the usual slip by one. */
static void
off_by_one(void *ctx, uint32_t *numbers, uint32_t n, uint32_t k)
{
	for (uint32_t i = 0; i < n; i++)
		numbers[i] = i;
	for (uint32_t t = 0; t < k && t + 1 < n; t++) {
		uint32_t j = t + 1 + (uint32_t)bv_stream_below(ctx, n - t - 1), drawn = numbers[j];
		numbers[j] = numbers[t];
		numbers[t] = drawn;
	}
}

/* Swaps with any place, also those that are done. */
static void
naive(void *ctx, uint32_t *numbers, uint32_t n, uint32_t k)
{
	for (uint32_t i = 0; i < n; i++)
		numbers[i] = i;
	for (uint32_t t = 0; t < k; t++) {
		uint32_t j = (uint32_t)bv_stream_below(ctx, n), drawn = numbers[j];
		numbers[j] = numbers[t];
		numbers[t] = drawn;
	}
}

static double
p_of_draw(draw_fn draw)
{
	struct counts *counts = bv_alloc(sizeof *counts);
	uint8_t key[BV_HASH_LEN] = { 9 };
	struct bv_stream stream;

	bv_stream_init(&stream, key);
	count_draws(counts, draw, &stream);
	double p = least_p(counts);
	free(counts);
	return p;
}

static double
p_of_orders(draw_fn draw)
{
	uint32_t counts[ORDERS] = { 0 }, numbers[OPTIONS];
	uint16_t order[OPTIONS];
	uint8_t key[BV_HASH_LEN] = { 9 };
	struct bv_stream stream;

	bv_stream_init(&stream, key);
	for (size_t f = 0; f < FORMS; f++) {
		draw(&stream, numbers, OPTIONS, OPTIONS);
		for (size_t i = 0; i < OPTIONS; i++)
			order[i] = (uint16_t)numbers[i];
		counts[rank_order(order)]++;
	}
	return p_of_counts(counts, ORDERS);
}

int
main(void)
{
	/* Table of the chi-square distribution: Abramowitz and Stegun, table 26.8. */
	CHECK(fabs(tail(3.84146, 1) - 0.05) < 1e-6 && fabs(tail(18.3070, 10) - 0.05) < 1e-6 && fabs(tail(124.342, 100) - 0.05) < 1e-6 &&
	              fabs(tail(2.55821, 10) - 0.99) < 1e-6 && fabs(tail(29.5883, 10) - 0.001) < 1e-7,
	      "tail probabilities as in the published table");
	engine_is_fair();

	double p = p_of_draw(fair);
	CHECK(p > 1e-5, "the test takes a fair draw, least p = %.2g", p);
	p = p_of_draw(modulo);
	CHECK(p < 1e-9, "the test finds a modulo without rejection, least p = %.2g", p);
	p = p_of_draw(off_by_one);
	CHECK(p < 1e-9, "the test finds a shuffle that is off by one, least p = %.2g", p);
	p = p_of_draw(naive);
	CHECK(p < 1e-9, "the test finds a shuffle that swaps with any place, least p = %.2g", p);
	CHECK(p_of_orders(fair) > 1e-3 && p_of_orders(off_by_one) < 1e-9 && p_of_orders(naive) < 1e-9, "and so in the orders of options");
	return check_end();
}
