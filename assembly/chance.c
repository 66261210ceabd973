#include "assembly/chance.h"

#include <string.h>

#include "scoring/scoring.h"

void
chance_init(struct chance *c, const uint8_t seed[BV_HASH_LEN], uint32_t number)
{
	uint8_t message[BV_HASH_LEN + 4], hash[BV_HASH_LEN];

	memcpy(message, seed, BV_HASH_LEN);
	for (int i = 0; i < 4; i++)
		message[BV_HASH_LEN + i] = (uint8_t)(number >> (24 - 8 * i));
	bv_sha256(hash, (struct bv_str){ (const char *)message, sizeof message });
	for (int w = 0; w < 4; w++) {
		c->s[w] = 0;
		for (int i = 0; i < 8; i++)
			c->s[w] = c->s[w] << 8 | hash[8 * w + i];
	}
}

void
chance_exponentials(double out[CHANCE_EXPONENTIALS])
{
	for (size_t e = 0; e < CHANCE_EXPONENTIALS; e++)
		out[e] = -bv_logarithm(((double)e + 0.5) / CHANCE_EXPONENTIALS);
}
