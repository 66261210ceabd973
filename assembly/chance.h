/* Chance for searches that try millions of moves: xoshiro256** (Blackman & Vigna 2018), seeded from a seed of 32 bytes. What a candidate
 * meets comes from bv_stream instead. */
#ifndef BV_ASSEMBLY_CHANCE_H
#define BV_ASSEMBLY_CHANCE_H

#include <stdint.h>

#include "base/hash.h"

struct chance {
	uint64_t s[4];
};

void chance_init(struct chance *c, const uint8_t seed[BV_HASH_LEN], uint32_t number);

enum { CHANCE_EXPONENTIALS = 4096 };
/* Quantiles of the exponential distribution of mean 1: one of them by chance says how much worse may be taken. */
void chance_exponentials(double out[CHANCE_EXPONENTIALS]);

static inline uint64_t
chance_word(struct chance *c)
{
	uint64_t *s = c->s, r = s[1] * 5, t = s[1] << 17;

	r = ((r << 7) | (r >> 57)) * 9;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = (s[3] << 45) | (s[3] >> 19);
	return r;
}

/* In [0, n) from 32 bits of a word; uneven by less than n / 2^32. */
static inline uint32_t
chance_scale(uint32_t bits, uint32_t n)
{
	return (uint32_t)(((uint64_t)bits * n) >> 32);
}

static inline double
chance_unit(struct chance *c)
{
	return (double)(chance_word(c) >> 11) * 0x1p-53;
}

#endif
