/* SHA-256 (FIPS 180-4), HMAC (RFC 2104), HKDF (RFC 5869), and the random stream of BV-DRAW-1. */
#ifndef BV_BASE_HASH_H
#define BV_BASE_HASH_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define BV_HASH_LEN 32

/* Caller's storage for an unfinished SHA-256; plain data, may be copied. */
struct bv_sha256 {
	uint64_t state[16];
};

BV_API void bv_sha256_init(struct bv_sha256 *ctx);
BV_API void bv_sha256_add(struct bv_sha256 *ctx, const void *p, size_t len);
BV_API void bv_sha256_end(struct bv_sha256 *ctx, uint8_t out[BV_HASH_LEN]);
BV_API void bv_sha256(uint8_t out[BV_HASH_LEN], struct bv_str bytes);

/* A key made ready: two compressions are done once, so that each short message costs two more. */
struct bv_hmac_key {
	struct bv_sha256 inner, outer;
};

BV_API void bv_hmac_key_init(struct bv_hmac_key *key, struct bv_str secret);
BV_API void bv_hmac_sha256(uint8_t out[BV_HASH_LEN], const struct bv_hmac_key *key, struct bv_str message);

/* len <= 255*32 bytes. */
BV_API void bv_hkdf_sha256(uint8_t *out, size_t len, struct bv_str salt, struct bv_str ikm, struct bv_str info);

/* Equal in constant time. */
BV_API bool bv_hash_eq(const uint8_t a[BV_HASH_LEN], const uint8_t b[BV_HASH_LEN]);

/* The stream of BV-DRAW-1 (DESIGN §4): block i = HMAC-SHA-256(key, "BV-DRAW-1" 00 be64(i)), four big-endian 64-bit words a block.
 * Everything random that a candidate meets comes from such a stream, so that anyone can recompute it. */
struct bv_stream {
	struct bv_hmac_key key;
	uint64_t block;
	uint64_t words[4];
	unsigned left;
};

BV_API void bv_stream_init(struct bv_stream *stream, const uint8_t key[BV_HASH_LEN]);
BV_API uint64_t bv_stream_word(struct bv_stream *stream);

/* Uniform in [0, n), n >= 1: words >= floor(2^64/n)*n are rejected. */
BV_API uint64_t bv_stream_below(struct bv_stream *stream, uint64_t n);

/* Uniform in [0, 1): the top 53 bits of a word times 2^-53. */
BV_API double bv_stream_unit(struct bv_stream *stream);

/* A permutation's first k of n: partial Fisher-Yates on order[0..n), which holds 0..n-1 (or whatever is to be drawn from) on entry. */
BV_API void bv_stream_sample(struct bv_stream *stream, uint32_t *order, size_t n, size_t k);

#endif
