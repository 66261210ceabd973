/* Sets of numbers that are nearly the same. */
#ifndef BV_ITEMBANK_SIMILAR_H
#define BV_ITEMBANK_SIMILAR_H

#include <stddef.h>
#include <stdint.h>

#include "itembank/itembank.h"

/* A set: ascending numbers, none twice. */
struct bv_shingles {
	uint64_t *p;
	size_t count;
	size_t item; /* what the set stands for */
};

/* Appends to pairs all pairs of sets whose Jaccard index |A∩B|/|A∪B| is at least percent/100, 1 <= percent <= 100; exact. Empty sets are
 * similar to nothing. Ends at BV_SURVEY_PAIRS_MAX pairs, or after 10^10 numbers compared, and says so. Sets are reordered. */
void bv_similar_find(struct bv_similar_pairs *pairs, struct bv_shingles *sets, size_t count, unsigned percent);

/* The shingles of a text: every three words that follow each other, by a 64-bit hash; all words when there are fewer. Words are folded, and
 * end at white space and ASCII punctuation. The numbers live in arena. */
struct bv_shingles bv_shingles_of(struct bv_str text, size_t item, struct bv_arena *arena);

#endif
