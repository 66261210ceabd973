/* The search for nearly equal texts among 100,000 of 120 words, also where it is hardest: when they are made after a few patterns and have more than
 * half of their words in common. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "itembank/similar.h"

enum { ITEMS = 100000 };

/* splitmix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014 */
static uint64_t
mix(uint64_t z)
{
	z += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* percent of the words of a text are one of `patterns`, the others its own. */
static double
measure(uint32_t patterns, unsigned percent, bool *more, size_t *pairs)
{
	enum { WORDS = 120 };
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 }, scratch = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(8192);
	struct bv_shingles *sets = bv_arena_array(&arena, ITEMS, struct bv_shingles);
	struct bv_similar_pairs found = { 0 };

	for (uint32_t i = 0; i < ITEMS; i++) {
		bv_buf_clear(&text);
		bv_arena_reset(&scratch);
		for (uint32_t w = 0; w < WORDS; w++)
			if (w * 100 < WORDS * percent)
				bv_buf_printf(&text, "p%ux%u ", (unsigned)(i % patterns), (unsigned)w);
			else
				bv_buf_printf(&text, "w%u ", (unsigned)(mix(i * WORDS + w) % 20011));
		struct bv_shingles set = bv_shingles_of(bv_buf_str(&text), i, &scratch);
		sets[i] = (struct bv_shingles){ bv_arena_array(&arena, set.count, uint64_t), set.count, i };
		memcpy(sets[i].p, set.p, set.count * sizeof *set.p);
	}
	clock_t start = clock();
	bv_similar_find(&found, sets, ITEMS, 60);
	*more = found.more;
	*pairs = found.count;
	free(found.p);
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

int
main(void)
{
	static const struct {
		const char *name;
		uint32_t patterns;
		unsigned percent;
	} cases[] = {
		{ "texts of their own", 1, 0 },
		{ "half in common with 1,000 others", 100, 50 },
		{ "70 per cent in common with all others", 1, 70 },
		{ "70 per cent in common with 1,000 others", 100, 70 },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		bool more;
		size_t pairs;
		double s = measure(cases[i].patterns, cases[i].percent, &more, &pairs);
		printf("%-42s %6.2f s of CPU, %s%zu pairs\n", cases[i].name, s, more ? "more than " : "", pairs);
		fflush(stdout);
	}
	return 0;
}
