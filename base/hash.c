/* OpenSSL's SHA256_* are deprecated in favour of EVP, which costs an allocation and a fetch a call;
 * the draw hashes 18-byte messages by the million, so that is most of its time. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/hash.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

#include "base/mem.h"

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct bv_sha256), "bv_sha256 holds OpenSSL's context");

static SHA256_CTX *
context(struct bv_sha256 *ctx)
{
	return (SHA256_CTX *)(void *)ctx;
}

void
bv_sha256_init(struct bv_sha256 *ctx)
{
	SHA256_Init(context(ctx));
}

void
bv_sha256_add(struct bv_sha256 *ctx, const void *p, size_t len)
{
	SHA256_Update(context(ctx), p, len);
}

void
bv_sha256_end(struct bv_sha256 *ctx, uint8_t out[BV_HASH_LEN])
{
	SHA256_Final(out, context(ctx));
}

void
bv_sha256(uint8_t out[BV_HASH_LEN], struct bv_str bytes)
{
	struct bv_sha256 ctx;

	bv_sha256_init(&ctx);
	bv_sha256_add(&ctx, bytes.p, bytes.len);
	bv_sha256_end(&ctx, out);
}

void
bv_hmac_key_init(struct bv_hmac_key *key, struct bv_str secret)
{
	uint8_t pad[SHA256_CBLOCK] = { 0 };

	if (secret.len > sizeof pad)
		bv_sha256(pad, secret);
	else if (secret.len)
		memcpy(pad, secret.p, secret.len);
	for (size_t i = 0; i < sizeof pad; i++)
		pad[i] ^= 0x36;
	bv_sha256_init(&key->inner);
	bv_sha256_add(&key->inner, pad, sizeof pad);
	for (size_t i = 0; i < sizeof pad; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	bv_sha256_init(&key->outer);
	bv_sha256_add(&key->outer, pad, sizeof pad);
	bv_wipe(pad, sizeof pad);
}

void
bv_hmac_sha256(uint8_t out[BV_HASH_LEN], const struct bv_hmac_key *key, struct bv_str message)
{
	struct bv_sha256 ctx = key->inner;
	uint8_t inner[BV_HASH_LEN];

	bv_sha256_add(&ctx, message.p, message.len);
	bv_sha256_end(&ctx, inner);
	ctx = key->outer;
	bv_sha256_add(&ctx, inner, sizeof inner);
	bv_sha256_end(&ctx, out);
}

void
bv_hkdf_sha256(uint8_t *out, size_t len, struct bv_str salt, struct bv_str ikm, struct bv_str info)
{
	struct bv_hmac_key key;
	uint8_t prk[BV_HASH_LEN], block[BV_HASH_LEN];
	size_t done = 0;

	assert(len <= 255 * BV_HASH_LEN);
	bv_hmac_key_init(&key, salt);
	bv_hmac_sha256(prk, &key, ikm);
	bv_hmac_key_init(&key, (struct bv_str){ (const char *)prk, sizeof prk });
	for (uint8_t counter = 1; done < len; counter++) {
		struct bv_buf message = BV_BUF(sizeof block + info.len + 1);
		if (counter > 1)
			bv_buf_add(&message, (struct bv_str){ (const char *)block, sizeof block });
		bv_buf_add(&message, info);
		bv_buf_addc(&message, (char)counter);
		bv_hmac_sha256(block, &key, bv_buf_str(&message));
		bv_buf_finish(&message);
		size_t part = len - done < sizeof block ? len - done : sizeof block;
		memcpy(out + done, block, part);
		done += part;
	}
	bv_wipe(prk, sizeof prk);
	bv_wipe(block, sizeof block);
	bv_wipe(&key, sizeof key);
}

bool
bv_hash_eq(const uint8_t a[BV_HASH_LEN], const uint8_t b[BV_HASH_LEN])
{
	return CRYPTO_memcmp(a, b, BV_HASH_LEN) == 0;
}

void
bv_stream_init(struct bv_stream *stream, const uint8_t key[BV_HASH_LEN])
{
	bv_hmac_key_init(&stream->key, (struct bv_str){ (const char *)key, BV_HASH_LEN });
	stream->block = 0;
	stream->left = 0;
}

static uint64_t
be64(const uint8_t *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return __builtin_bswap64(word);
}
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "be64 swaps");

uint64_t
bv_stream_word(struct bv_stream *stream)
{
	if (!stream->left) {
		char message[] = "BV-DRAW-1\0........";
		uint64_t counter = __builtin_bswap64(stream->block++);
		uint8_t block[BV_HASH_LEN];
		memcpy(message + 10, &counter, sizeof counter);
		bv_hmac_sha256(block, &stream->key, (struct bv_str){ message, 18 });
		for (size_t i = 0; i < 4; i++)
			stream->words[i] = be64(block + 8 * i);
		stream->left = 4;
	}
	return stream->words[4 - stream->left--];
}

uint64_t
bv_stream_below(struct bv_stream *stream, uint64_t n)
{
	assert(n > 0);
	/* floor(2^64/n)*n - 1, without a 65-bit number: 2^64 mod n = (2^64 - n) mod n. */
	uint64_t highest = UINT64_MAX - (0 - n) % n;
	uint64_t word;

	do
		word = bv_stream_word(stream);
	while (word > highest);
	return word % n;
}

double
bv_stream_unit(struct bv_stream *stream)
{
	return (double)(bv_stream_word(stream) >> 11) * 0x1p-53;
}

void
bv_stream_sample(struct bv_stream *stream, uint32_t *order, size_t n, size_t k)
{
	assert(k <= n);
	for (size_t t = 0; t < k; t++) {
		size_t j = t + bv_stream_below(stream, n - t);
		uint32_t drawn = order[j];
		order[j] = order[t];
		order[t] = drawn;
	}
}
