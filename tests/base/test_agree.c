/* Key agreement on P-256: NIST's vectors (CAVP, "KAS_ECC_CDH_PrimitiveTest", P-256), and what is no key. */
#include "base/agree.h"

#include "tests/check.h"

static const struct {
	const char *key, *peer, *public, *shared;
} vectors[] = {
	{ "7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534",
	  "04700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac",
	  "04ead218590119e8876b29146ff89ca61770c4edbbf97d38ce385ed281d8a6b23028af61281fd35e2fa7002523acc85a429cb06ee6648325389f59edfce1405141",
	  "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b" },
	{ "38f65d6dce47676044d58ce5139582d568f64bb16098d179dbab07741dd5caf5",
	  "04809f04289c64348c01515eb03d5ce7ac1a8cb9498f5caa50197e58d43a86a7aeb29d84e811197f25eba8f5194092cb6ff440e26d4421011372461f579271cda3",
	  "04119f2f047902782ab0c9e27a54aff5eb9b964829ca99c06b02ddba95b0a3f6d08f52b726664cac366fc98ac7a012b2682cbd962e5acb544671d41b9445704d1d",
	  "057d636096cb80b67a8c038c890e887d1adfa4195e9b3ce241c8a778c59cda67" },
};

static const char group_order[] = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

static void
unhex(uint8_t *out, size_t len, const char *hex)
{
	struct bv_err err;

	CHECK_OK(bv_hex_parse(out, len, bv_str_of(hex), &err), &err, "hexadecimal");
}

static void
agreements(void)
{
	for (size_t i = 0; i < BV_COUNT(vectors); i++) {
		uint8_t key[BV_AGREE_LEN], peer[BV_AGREE_PUBLIC_LEN], want[BV_AGREE_PUBLIC_LEN], got[BV_AGREE_PUBLIC_LEN], shared[BV_AGREE_LEN];
		struct bv_err err;
		unhex(key, sizeof key, vectors[i].key);
		unhex(peer, sizeof peer, vectors[i].peer);
		unhex(want, sizeof want, vectors[i].public);
		bv_agree_public(got, key);
		CHECK(memcmp(got, want, sizeof want) == 0, "the public key of vector %zu", i);
		unhex(want, BV_AGREE_LEN, vectors[i].shared);
		CHECK(bv_agree(shared, key, (struct bv_str){ (const char *)peer, sizeof peer }, &err) == BV_OK && memcmp(shared, want, BV_AGREE_LEN) == 0, "its shared secret");
		for (size_t k = 0; k < sizeof peer; k += 7) { /* off the curve, or not a point at all */
			peer[k] ^= 1;
			CHECK(bv_agree(shared, key, (struct bv_str){ (const char *)peer, sizeof peer }, &err) == BV_EINVAL, "a point that is changed at %zu", k);
			peer[k] ^= 1;
		}
		CHECK(bv_agree(shared, key, (struct bv_str){ (const char *)peer, sizeof peer - 1 }, &err) == BV_EINVAL && bv_agree(shared, key, BV_STR_NONE, &err) == BV_EINVAL &&
		      bv_agree(shared, key, (struct bv_str){ "", 1 }, &err) == BV_EINVAL, "too short, none, the point at infinity");
	}
}

static void
private_keys(void)
{
	uint8_t uniform[48] = { 0 }, key[BV_AGREE_LEN], order[BV_AGREE_LEN];

	bv_agree_private(key, uniform);
	CHECK(key[BV_AGREE_LEN - 1] == 1 && key[0] == 0, "nothing is the key 1");
	unhex(order, sizeof order, group_order);
	memcpy(uniform + 16, order, sizeof order);
	bv_agree_private(key, uniform);
	CHECK(key[BV_AGREE_LEN - 1] == 2 && key[0] == 0, "the order is 2: it is modulo the order less one");
	uniform[47] -= 2; /* n - 2: the last that is not reduced */
	bv_agree_private(key, uniform);
	order[BV_AGREE_LEN - 1] -= 1;
	CHECK(memcmp(key, order, sizeof key) == 0, "the largest key is the order less one");
}

int
main(void)
{
	agreements();
	private_keys();
	return check_end();
}
