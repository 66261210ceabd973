/* Vectors: FIPS 180-4 example "abc"; RFC 4231 cases 2 and 6; RFC 5869 case 1; the stream's from ref/draw (draw_ref.py), seed SHA-256("u"). */
#include "base/hash.h"
#include "tests/check.h"

static struct bv_str
bytes(const uint8_t *p)
{
	return (struct bv_str){ (const char *)p, BV_HASH_LEN };
}

static void
check_hex(const uint8_t *got, size_t len, const char *want, const char *name)
{
	struct bv_buf hex = BV_BUF(1000);

	bv_hex_write(&hex, got, len);
	CHECK_STR(bv_buf_str(&hex), bv_str_of(want), name);
	bv_buf_finish(&hex);
}

int
main(void)
{
	uint8_t out[42], key[BV_HASH_LEN], secret[131];
	struct bv_hmac_key hmac;
	struct bv_stream stream;

	bv_sha256(out, BV_STR("abc"));
	check_hex(out, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "FIPS 180-4 abc");
	bv_sha256(out, BV_STR_NONE);
	check_hex(out, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "SHA-256 of nothing");

	bv_hmac_key_init(&hmac, BV_STR("Jefe"));
	bv_hmac_sha256(out, &hmac, BV_STR("what do ya want for nothing?"));
	check_hex(out, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", "RFC 4231 case 2");
	memset(secret, 0xaa, sizeof secret);
	bv_hmac_key_init(&hmac, (struct bv_str){ (const char *)secret, sizeof secret });
	bv_hmac_sha256(out, &hmac, BV_STR("Test Using Larger Than Block-Size Key - Hash Key First"));
	check_hex(out, 32, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54", "RFC 4231 case 6, key longer than a block");

	memset(secret, 0x0b, 22);
	bv_hkdf_sha256(out, 42, BV_STR("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c"), (struct bv_str){ (const char *)secret, 22 },
	               BV_STR("\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9"));
	check_hex(out, 42, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865", "RFC 5869 case 1");

	static const uint64_t below_10[] = { 6, 5, 6, 5, 7, 6, 6, 0, 9, 0, 4, 3, 6, 1, 7, 8, 2, 1, 0, 8 };
	bv_sha256(key, BV_STR("u"));
	bv_stream_init(&stream, key);
	for (size_t i = 0; i < BV_COUNT(below_10); i++)
		CHECK(bv_stream_below(&stream, 10) == below_10[i], "stream below 10, number %zu", i);
	/* n = 2^63+1 rejects nearly half of all words. */
	static const uint64_t below_large[] = { 424701165232080986, 8925581046152291775, 8102656800708054746, 6909514547453715 };
	bv_stream_init(&stream, key);
	for (size_t i = 0; i < BV_COUNT(below_large); i++)
		CHECK(bv_stream_below(&stream, (UINT64_C(1) << 63) + 1) == below_large[i], "stream below 2^63+1, number %zu", i);
	CHECK(bv_stream_below(&stream, 1) == 0, "below 1 is 0");

	uint8_t other[BV_HASH_LEN];
	memcpy(other, key, sizeof other);
	CHECK(bv_hash_eq(key, other), "equal hashes");
	other[31] ^= 1;
	CHECK(!bv_hash_eq(key, other) && !bv_str_eq(bytes(key), bytes(other)), "one bit differs");
	return check_end();
}
