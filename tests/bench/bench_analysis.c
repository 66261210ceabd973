/* Purified Mantel-Haenszel of 30 items × 3,000 persons; classical analysis, person fit of the same. All pairs of 40 items × 2,000 persons.
 * Bars: PSYCHO.md §5; difR needs 2.0 s, aberrance takes 30,700 pairs/s. */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "analysis/analysis.h"
#include "tests/bench/bench.h"
#include "base/clock.h"
#include "base/hash.h"

enum { ITEMS = 30, PERSONS = 3000, ROUNDS = 31 };

static void
fill(struct bv_responses *r, int8_t *focal)
{
	static const uint8_t key[BV_HASH_LEN] = "bench/analysis";
	struct bv_stream stream;

	bv_stream_init(&stream, key);
	*r = (struct bv_responses){ .persons = PERSONS, .items = ITEMS };
	r->item = bv_arena_array(&r->arena, ITEMS, struct bv_responses_item);
	r->score = bv_alloc_array(PERSONS, ITEMS);
	for (size_t i = 0; i < ITEMS; i++)
		r->item[i] = (struct bv_responses_item){ .name = BV_STR("item"), .max_score = 1, .key = -1 };
	for (size_t p = 0; p < PERSONS; p++) {
		double theta = 4 * (bv_stream_unit(&stream) + bv_stream_unit(&stream) - 1);
		focal[p] = p % 3 == 0;
		for (size_t i = 0; i < ITEMS; i++) {
			double b = ((double)i - 15) / 8 + (focal[p] && i % 6 == 0 ? 0.6 : 0);
			r->score[p * ITEMS + i] = bv_stream_unit(&stream) < 1 / (1 + exp(b - theta));
		}
	}
}

/* Omega both ways and GBT of every pair, the exact tails of those that stand out, and which are flagged over all. */
static void
compare_pairs(void)
{
	enum { PAIR_ITEMS = 40, PAIR_PERSONS = 2000, PAIR_ROUNDS = 5 };
	static const uint8_t key[BV_HASH_LEN] = "bench/pairs";
	struct bv_responses r = { .persons = PAIR_PERSONS, .items = PAIR_ITEMS };
	struct bv_abilities a = { .responses = &r, .items = PAIR_ITEMS };
	struct bv_stream stream;
	double rate[PAIR_ROUNDS];
	struct bv_err err;

	bv_stream_init(&stream, key);
	r.item = bv_arena_array(&r.arena, PAIR_ITEMS, struct bv_responses_item);
	r.score = bv_alloc_array(PAIR_PERSONS, PAIR_ITEMS);
	a.item = bv_alloc_array(PAIR_ITEMS, sizeof a.item[0]);
	a.category = bv_alloc_array(PAIR_ITEMS, sizeof a.category[0]);
	a.theta = bv_alloc_array(PAIR_PERSONS, sizeof a.theta[0]);
	for (int i = 0; i < PAIR_ITEMS; i++) {
		a.item[i] = bv_irt_item_of(0.7 + 0.02 * i, (i - 20) / 10.0, 0.15, 1);
		a.category[i][1] = 1;
	}
	for (int p = 0; p < PAIR_PERSONS; p++) {
		a.theta[p] = 4 * (bv_stream_unit(&stream) + bv_stream_unit(&stream) - 1);
		for (int i = 0; i < PAIR_ITEMS; i++)
			r.score[p * PAIR_ITEMS + i] = bv_stream_unit(&stream) < bv_irt_probability(&a.item[i], 1, a.theta[p]);
	}
	for (int round = 0; round < PAIR_ROUNDS; round++) {
		BV_AUTO(bv_agreement_finish) struct bv_agreement agreement = { 0 };
		clock_t start = clock();
		must(bv_agreement_make(&agreement, &a, 0.01, &err), &err);
		rate[round] = (double)agreement.compared / ((double)(clock() - start) / CLOCKS_PER_SEC);
	}
	double pairs = bench_median(rate, PAIR_ROUNDS);
	printf("omega and GBT, 40 items: %.2f million pairs a second of processor time; bar 3: %.2f times that; aberrance 0.031: %.0f times as fast\n", pairs / 1e6, pairs / 3e6, pairs / 30700);
	bv_abilities_finish(&a);
	bv_responses_finish(&r);
}

int
main(void)
{
	struct bv_responses r;
	static int8_t focal[PERSONS];
	static struct bv_person_fit fit[PERSONS];
	double dif_s[ROUNDS], classical_s[ROUNDS], fit_s[ROUNDS];
	const struct bv_dif_options options = { .level = 0.05, .purify = 10 };
	int rounds = 0;

	fill(&r, focal);
	for (int i = 0; i < ROUNDS; i++) {
		BV_AUTO(bv_dif_finish) struct bv_dif dif = { 0 };
		BV_AUTO(bv_classical_finish) struct bv_classical classical = { 0 };
		int64_t start = bv_clock_monotonic_ns();
		bv_dif_make(&dif, &r, focal, &options);
		int64_t second = bv_clock_monotonic_ns();
		bv_classical_make(&classical, &r);
		int64_t third = bv_clock_monotonic_ns();
		bv_person_fit_make(fit, &r);
		fit_s[i] = (double)(bv_clock_monotonic_ns() - third) / 1e9;
		classical_s[i] = (double)(third - second) / 1e9;
		dif_s[i] = (double)(second - start) / 1e9;
		rounds = dif.rounds;
	}
	double mh = bench_median(dif_s, ROUNDS);
	printf("Mantel-Haenszel, purified, 30 x 3000: %.2f ms in %d rounds; bar 5 ms: %.2f of it; difR 2000 ms: %.0f times as fast\n", 1000 * mh, rounds, mh / 0.005, 2 / mh);
	printf("classical analysis, 30 x 3000: %.2f ms\nperson fit, 30 x 3000: %.2f ms\n", 1000 * bench_median(classical_s, ROUNDS), 1000 * bench_median(fit_s, ROUNDS));
	bv_responses_finish(&r);
	compare_pairs();
	return 0;
}
