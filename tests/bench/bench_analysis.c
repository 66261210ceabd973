/* Purified Mantel-Haenszel of 30 items × 3,000 persons; classical analysis, person fit of the same. Bars: PSYCHO.md §5; difR needs 2.0 s. */
#include <math.h>
#include <stdlib.h>

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
	return 0;
}
