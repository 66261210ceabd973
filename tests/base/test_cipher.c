/* Vectors: McGrew and Viega, The Galois/Counter Mode of Operation, test cases 13 to 16 (those with 256-bit keys and 96-bit nonces). */
#include "base/cipher.h"
#include "tests/check.h"

#define KEY_0 "0000000000000000000000000000000000000000000000000000000000000000"
#define NONCE_0 "000000000000000000000000"
#define KEY_1 "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
#define NONCE_1 "cafebabefacedbaddecaf888"
#define PLAIN_1 "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
#define SEALED_1 "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"

static const struct {
	const char *name, *key, *nonce, *associated, *plain, *sealed;
} cases[] = {
	{ "case 13", KEY_0, NONCE_0, "", "", "530f8afbc74536b9a963b4f1c4cb738b" },
	{ "case 14", KEY_0, NONCE_0, "", "00000000000000000000000000000000",
	  "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919" },
	{ "case 15", KEY_1, NONCE_1, "", PLAIN_1 "1aafd255", SEALED_1 "898015adb094dac5d93471bdec1a502270e3cc6c" },
	{ "case 16", KEY_1, NONCE_1, "feedfacedeadbeeffeedfacedeadbeefabaddad2", PLAIN_1, SEALED_1 "76fc6ece0f4e1768cddf8853bb2d551b" },
};

struct bytes {
	uint8_t p[80];
	size_t len;
};

static struct bytes
of_hex(const char *hex)
{
	struct bytes out = { .len = strlen(hex) / 2 };
	struct bv_err err;

	CHECK(bv_hex_parse(out.p, out.len, bv_str_of(hex), &err) == BV_OK, "vector %.20s", hex);
	return out;
}

static struct bv_str
str(const struct bytes *bytes)
{
	return (struct bv_str){ (const char *)bytes->p, bytes->len };
}

static void
vector(size_t i)
{
	BV_AUTO(bv_buf_finish) struct bv_buf sealed = BV_BUF(200), plain = BV_BUF(200), hex = BV_BUF(400);
	struct bytes key = of_hex(cases[i].key), nonce = of_hex(cases[i].nonce), associated = of_hex(cases[i].associated);
	struct bytes want = of_hex(cases[i].plain);
	struct bv_err err;

	bv_cipher_seal(&sealed, key.p, nonce.p, str(&associated), str(&want));
	bv_hex_write(&hex, sealed.p + BV_CIPHER_NONCE_LEN, sealed.len - BV_CIPHER_NONCE_LEN);
	CHECK(memcmp(sealed.p, nonce.p, nonce.len) == 0, "%s: the nonce comes first", cases[i].name);
	CHECK_STR(bv_buf_str(&hex), bv_str_of(cases[i].sealed), cases[i].name);
	CHECK_OK(bv_cipher_open(&plain, key.p, str(&associated), bv_buf_str(&sealed), &err), &err, "opens");
	CHECK_STR(bv_buf_str(&plain), str(&want), "to what it was");
	bv_buf_clear(&plain);
	for (size_t bit = 0; bit < sealed.len * 8; bit++) {
		sealed.p[bit / 8] ^= (char)(1 << bit % 8);
		if (bv_cipher_open(&plain, key.p, str(&associated), bv_buf_str(&sealed), &err) != BV_EDENIED || plain.len)
			CHECK(false, "%s with bit %zu turned", cases[i].name, bit);
		sealed.p[bit / 8] ^= (char)(1 << bit % 8);
	}
	for (size_t len = 0; len < sealed.len; len++)
		if (bv_cipher_open(&plain, key.p, str(&associated), bv_str_sub(bv_buf_str(&sealed), 0, len), &err) != BV_EDENIED || plain.len)
			CHECK(false, "%s cut to %zu bytes", cases[i].name, len);
	key.p[31] ^= 1;
	CHECK_REFUSED(bv_cipher_open(&plain, key.p, str(&associated), bv_buf_str(&sealed), &err), BV_EDENIED, &err, "another key", "another key");
	key.p[31] ^= 1;
	CHECK_REFUSED(bv_cipher_open(&plain, key.p, BV_STR("x"), bv_buf_str(&sealed), &err), BV_EDENIED, &err, "changed", "other associated bytes");
}

/* Longer than what is encrypted at once. */
static void
long_text(void)
{
	static char text[3 * 4096 + 1];
	static const uint8_t key[BV_CIPHER_KEY_LEN] = { 1 }, nonce[BV_CIPHER_NONCE_LEN] = { 2 };
	struct bv_err err;

	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)(i * 7 >> 3);
	for (size_t len = 4095; len <= sizeof text; len += 4096 / 2 + 1) {
		BV_AUTO(bv_buf_finish) struct bv_buf sealed = BV_BUF(20000), plain = BV_BUF(20000);
		bv_cipher_seal(&sealed, key, nonce, BV_STR("a"), (struct bv_str){ text, len });
		CHECK(sealed.len == len + BV_CIPHER_EXTRA, "%zu bytes sealed", len);
		bv_buf_addz(&plain, "before");
		CHECK_OK(bv_cipher_open(&plain, key, BV_STR("a"), bv_buf_str(&sealed), &err), &err, "and opened");
		CHECK(plain.len == len + 6 && memcmp(plain.p + 6, text, len) == 0, "behind what was there");
		sealed.p[5000 % sealed.len] ^= 1;
		bv_buf_clear(&plain);
		bv_buf_addz(&plain, "before");
		CHECK(bv_cipher_open(&plain, key, BV_STR("a"), bv_buf_str(&sealed), &err) == BV_EDENIED && plain.len == 6, "or nothing is");
	}
}

int
main(void)
{
	for (size_t i = 0; i < BV_COUNT(cases); i++)
		vector(i);
	long_text();
	return check_end();
}
