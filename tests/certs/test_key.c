/* Keys, signatures, and public keys as text. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "certs/certs.h"
#include "certs/jose/base64url.h"
#include "certs/keys/base58.h"
#include "tests/check.h"

static void
base58(void)
{
	/* draft-msporny-base58-03 §5, test vectors. */
	static const struct {
		const char *hex, *text;
	} cases[] = {
		{ "48656c6c6f20576f726c6421", "2NEpo7TZRRrLZSi2U" },
		{ "54686520717569636b2062726f776e20666f78206a756d7073206f76657220746865206c617a7920646f672e",
		  "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z" },
		{ "0000287fb4cd", "11233QC4" },
		{ "", "" }, /* the rest by the algorithm of §3: zero bytes are '1' each */
		{ "00", "1" },
		{ "0000", "11" },
		{ "39", "z" },
		{ "3a", "21" },
		{ "ff", "5Q" },
	};
	uint8_t bytes[BASE58_MAX];
	char text[BASE58_SIZE(BASE58_MAX)];
	struct bv_err err;
	size_t len;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		size_t count = strlen(cases[i].hex) / 2;
		CHECK(bv_hex_parse(bytes, count, bv_str_of(cases[i].hex), &err) == BV_OK, "hex");
		base58_write(text, bytes, count);
		CHECK_STR(bv_str_of(text), bv_str_of(cases[i].text), "written");
		uint8_t back[BASE58_MAX];
		CHECK_OK(base58_parse(back, sizeof back, &len, bv_str_of(cases[i].text), &err), &err, "and back");
		CHECK(len == count && memcmp(back, bytes, len) == 0, "the same bytes");
	}
	static const char *const bad[] = { "0", "O", "I", "l", "2NEpo7TZRRrLZSi2U ", "a-b", "\xc3\xa9" };
	for (size_t i = 0; i < BV_COUNT(bad); i++)
		CHECK_REFUSED(base58_parse(bytes, sizeof bytes, &len, bv_str_of(bad[i]), &err), BV_EPARSE, &err, "alphabet", "not of the alphabet");
	CHECK_REFUSED(base58_parse(bytes, 3, &len, BV_STR("2NEpo7TZRRrLZSi2U"), &err), BV_ELIMIT, &err, "more than 3", "too long");
	CHECK_REFUSED(base58_parse(bytes, 3, &len, BV_STR("1111"), &err), BV_ELIMIT, &err, "more than 3", "too many zeros");
	CHECK(base58_parse(bytes, 3, &len, BV_STR("111"), &err) == BV_OK && len == 3, "as many zeros as fit");
	/* Every length and many values come back. */
	bool good = true;
	for (size_t n = 0; n <= BASE58_MAX; n++) {
		for (int round = 0; round < 20; round++) {
			uint8_t value[BASE58_MAX], back[BASE58_MAX], digest[32];
			for (size_t i = 0; i < n; i++) {
				char seed[32];
				int seed_len = snprintf(seed, sizeof seed, "%zu %d %zu", n, round, i);
				bv_sha256(digest, (struct bv_str){ seed, (size_t)seed_len });
				value[i] = i < (size_t)round % 4 ? 0 : digest[0];
			}
			size_t chars = base58_write(text, value, n);
			good = good && chars < BASE58_SIZE(n) && base58_parse(back, sizeof back, &len, (struct bv_str){ text, chars }, &err) == BV_OK &&
			       len == n && memcmp(back, value, n) == 0;
		}
	}
	CHECK(good, "base58 of 0 to %d bytes reads back", BASE58_MAX);
	memset(bytes, 0xff, sizeof bytes);
	CHECK(base58_write(text, bytes, BASE58_MAX) < sizeof text, "the largest value fits");
}

static void
base64url(void)
{
	/* RFC 4648 §10, without padding, and RFC 7515 §C. */
	static const struct {
		const char *bytes, *text;
	} cases[] = { { "", "" },          { "f", "Zg" },         { "fo", "Zm8" },          { "foo", "Zm9v" },
		      { "foob", "Zm9vYg" }, { "fooba", "Zm9vYmE" }, { "foobar", "Zm9vYmFy" }, { "\x03\xec\xff\xe0\xc1", "A-z_4ME" } };

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(100);
		base64url_write(&out, (const uint8_t *)cases[i].bytes, strlen(cases[i].bytes));
		CHECK_STR(bv_buf_str(&out), bv_str_of(cases[i].text), "written");
	}
}

static void
multikeys(void)
{
	/* did:key of Ed25519: W3C CCG "The did:key Method v0.7" §3.1.2 and its Ed25519 test vectors. */
	static const char *const good[] = {
		"z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
		"z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG",
		"z6MknGc3ocHs3zdPiJbnaaqDi58NGb4pk1Sp9WxWufuXSdxf",
	};
	static const char *const bad[] = {
		"", "z", "6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp", "u6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
		"z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooW", "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWpp",
		"z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooW0",
		"zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169", /* P-256 */
		"z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc", /* X25519 */
	};
	uint8_t public[BV_KEY_LEN];
	char text[BV_MULTIKEY_SIZE];
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(good); i++) {
		CHECK_OK(bv_multikey_parse(public, bv_str_of(good[i]), &err), &err, good[i]);
		CHECK_STR(bv_str_of(bv_multikey_write(text, public)), bv_str_of(good[i]), "and back");
	}
	for (size_t i = 0; i < BV_COUNT(bad); i++)
		CHECK(bv_multikey_parse(public, bv_str_of(bad[i]), &err) == BV_EPARSE, "no multikey of Ed25519: '%s'", bad[i]);
	/* RFC 8037 §A.2 */
	BV_AUTO(bv_buf_finish) struct bv_buf jwk = BV_BUF(1000);
	CHECK(bv_hex_parse(public, sizeof public, BV_STR("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"), &err) == BV_OK, "hex");
	struct bv_public ed25519 = { .kind = BV_KEY_ED25519, .len = BV_KEY_LEN };
	memcpy(ed25519.p, public, sizeof public);
	bv_jwk_write(&jwk, &ed25519);
	CHECK_STR(bv_buf_str(&jwk), BV_STR("{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"),
	          "RFC 8037 §A.2");
}

/* RFC 7515 §A.3: a key of P-256 and what it signed. */
static void
rfc7515(void)
{
	static const struct bv_str message = { "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
		                               115 };
	struct bv_public public = { .kind = BV_KEY_P256, .len = 65, .p = { 4 } };
	uint8_t signature[BV_SIGNATURE_LEN];
	char multikey[BV_MULTIKEY_SIZE];
	struct bv_err err;

	CHECK(bv_hex_parse(public.p + 1, 32, BV_STR("7fcdce2770f6c45d4183cbee6fdb4b7b580733357be9ef13bacf6e3c7bd15445"), &err) == BV_OK, "x");
	CHECK(bv_hex_parse(public.p + 33, 32, BV_STR("c7f144cd1bbd9b7e872cdfedb9eeb9f4b3695d6ea90b24ad8a4623288588e5ad"), &err) == BV_OK, "y");
	CHECK(bv_hex_parse(signature, sizeof signature,
	                   BV_STR("0ed1215379636c483c2f7f155807d402a3b228033af97c7e17819ac3169ea665c50a07d38c3c70e5d8f12daf084a5480a66590c5f293509a8f3f7f8a83a354d5"),
	                   &err) == BV_OK, "signature");
	CHECK(bv_public_check(&public, message, signature), "RFC 7515 §A.3 verifies");
	signature[63] ^= 1;
	CHECK(!bv_public_check(&public, message, signature), "one bit changed: refused");
	BV_AUTO(bv_buf_finish) struct bv_buf jwk = BV_BUF(1000);
	bv_jwk_write(&jwk, &public);
	CHECK_STR(bv_buf_str(&jwk), BV_STR("{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
	                                   "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}"), "and is that JWK");
	struct bv_public back = { 0 };
	CHECK_OK(bv_multikey_parse_any(&back, bv_str_of(bv_multikey_write_of(multikey, &public)), &err), &err, "as a multikey");
	CHECK(bv_public_equal(&back, &public) && strncmp(multikey, "zDna", 4) == 0, "and back");
	public.p[64] ^= 1;
	CHECK(!bv_public_check(&public, message, signature), "no point of the curve");
}

/* Each kind makes the same key of the same bytes, signs, and its key comes back from a file and from its texts. */
static void
kinds(void)
{
	static const enum bv_key_kind all[] = { BV_KEY_ED25519, BV_KEY_P256, BV_KEY_P384 };

	for (size_t k = 0; k < BV_COUNT(all); k++) {
		uint8_t seed[BV_KEY_SEED_LEN] = { 7, (uint8_t)k }, signature[BV_SIGNATURE_MAX], second[BV_SIGNATURE_MAX];
		BV_AUTO(bv_key_free) struct bv_key *key = NULL, *again = NULL, *loaded = NULL, *refused = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf pem = BV_BUF(10000);
		struct bv_public back = { 0 };
		char multikey[BV_MULTIKEY_SIZE];
		struct bv_err err;
		size_t len = bv_signature_len(all[k]);
		struct bv_str message = BV_STR("Bảng Vàng");
		bv_key_make(&key, all[k], seed);
		bv_key_make(&again, all[k], seed);
		CHECK(bv_public_equal(bv_key_describe(key), bv_key_describe(again)), "the same bytes, the same key");
		CHECK_OK(bv_key_ask(signature, key, message, &err), &err, "signs");
		CHECK_OK(bv_key_ask(second, key, message, &err), &err, "and again");
		CHECK((memcmp(signature, second, len) == 0) == (all[k] == BV_KEY_ED25519), "ECDSA is randomised, Ed25519 is not");
		CHECK(bv_public_check(bv_key_describe(key), message, signature) && bv_public_check(bv_key_describe(key), message, second), "both verify");
		CHECK(!bv_public_check(bv_key_describe(key), BV_STR("Bảng Vang"), signature), "not for another message");
		for (size_t i = 0; i < len; i++) {
			signature[i] ^= 0x10;
			CHECK(!bv_public_check(bv_key_describe(key), message, signature), "byte %zu changed", i);
			signature[i] ^= 0x10;
		}
		CHECK_OK(bv_multikey_parse_any(&back, bv_str_of(bv_multikey_write_of(multikey, bv_key_describe(key))), &err), &err, multikey);
		CHECK(bv_public_equal(&back, bv_key_describe(key)), "the multikey comes back");
		bv_key_write(&pem, key);
		CHECK_OK(bv_key_parse(&loaded, all[k], bv_buf_str(&pem), &err), &err, "PKCS #8 comes back");
		CHECK(bv_public_equal(bv_key_describe(loaded), bv_key_describe(key)), "as the same key");
		CHECK_OK(bv_key_ask(second, loaded, message, &err), &err, "which signs");
		CHECK(bv_public_check(bv_key_describe(key), message, second), "for it");
		CHECK_REFUSED(bv_key_parse(&refused, all[(k + 1) % 3], bv_buf_str(&pem), &err), BV_EPARSE, &err, "not a", "as another kind");
	}
}

static enum bv_status
sign_elsewhere(uint8_t signature[BV_SIGNATURE_MAX], void *ctx, struct bv_str message, struct bv_err *err)
{
	if (bv_str_is(message, "no"))
		return bv_err_set(err, BV_EDENIED, "the holder refuses");
	return bv_key_ask(signature, *(struct bv_key **)ctx, message, err);
}

static void
free_elsewhere(void *ctx)
{
	bv_key_free(*(struct bv_key **)ctx);
	*(struct bv_key **)ctx = NULL;
}

static void
held(void)
{
	static const struct bv_key_holder holder = { sign_elsewhere, free_elsewhere };
	uint8_t seed[BV_KEY_SEED_LEN] = { 9 }, signature[BV_SIGNATURE_MAX];
	struct bv_key *inner, *key;
	struct bv_err err;

	bv_key_make(&inner, BV_KEY_P256, seed);
	struct bv_public public = *bv_key_describe(inner);
	bv_key_new_held(&key, &public, &holder, &inner);
	CHECK_OK(bv_key_ask(signature, key, BV_STR("yes"), &err), &err, "signed elsewhere");
	CHECK(bv_public_check(bv_key_describe(key), BV_STR("yes"), signature), "verifies");
	CHECK_REFUSED(bv_key_ask(signature, key, BV_STR("no"), &err), BV_EDENIED, &err, "refuses", "the holder's refusal arrives");
	bv_key_free(key);
	CHECK(inner == NULL, "and the way there is closed");
}

static void
rfc8032(void)
{
	/* RFC 8032 §7.1 tests 1 and 2. */
	static const struct {
		const char *seed, *public, *message, *signature;
	} cases[] = {
		{ "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
		  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
		  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b" },
		{ "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
		  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
		  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
	};
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		uint8_t seed[BV_KEY_LEN], message[8], signature[BV_SIGNATURE_LEN];
		char hex[BV_HEX_SIZE(BV_SIGNATURE_LEN)];
		size_t len = strlen(cases[i].message) / 2;
		struct bv_str bytes = { (const char *)message, len };
		BV_AUTO(bv_key_free) struct bv_key *key = NULL;
		CHECK(bv_hex_parse(seed, sizeof seed, bv_str_of(cases[i].seed), &err) == BV_OK &&
		      bv_hex_parse(message, len, bv_str_of(cases[i].message), &err) == BV_OK, "RFC 8032 §7.1 test %zu", i + 1);
		bv_key_new(&key, seed);
		CHECK_STR(bv_str_of(bv_hex(hex, bv_key_public(key), BV_KEY_LEN)), bv_str_of(cases[i].public), "public key");
		bv_key_sign(signature, key, bytes);
		CHECK_STR(bv_str_of(bv_hex(hex, signature, sizeof signature)), bv_str_of(cases[i].signature), "signature");
		CHECK(bv_public_verify(bv_key_public(key), bytes, signature), "verifies");
		signature[63 - i] ^= 1;
		CHECK(!bv_public_verify(bv_key_public(key), bytes, signature), "one bit changed: refused");
	}
}

static size_t
wycheproof_group(const struct bv_json *group, size_t *bad)
{
	const struct bv_json *tests = bv_json_find(group, "tests");
	uint8_t public[BV_KEY_LEN], signature[BV_SIGNATURE_LEN], message[4096];
	struct bv_err err;

	if (bv_hex_parse(public, sizeof public, bv_json_str(bv_json_find(bv_json_find(group, "publicKey"), "pk")), &err) != BV_OK)
		return 0;
	for (size_t i = 0; i < bv_json_count(tests); i++) {
		const struct bv_json *test = bv_json_at(tests, i);
		struct bv_str msg = bv_json_str(bv_json_find(test, "msg")), sig = bv_json_str(bv_json_find(test, "sig"));
		bool valid = bv_str_is(bv_json_str(bv_json_find(test, "result")), "valid"), got = false;
		if (msg.len / 2 <= sizeof message && bv_hex_parse(message, msg.len / 2, msg, &err) == BV_OK &&
		    bv_hex_parse(signature, sizeof signature, sig, &err) == BV_OK) /* of another length: refused before */
			got = bv_public_verify(public, (struct bv_str){ (const char *)message, msg.len / 2 }, signature);
		if (got != valid) {
			++*bad;
			printf("# tcId %lld: %s\n", (long long)bv_json_int(bv_json_find(test, "tcId")), got ? "accepted" : "refused");
		}
	}
	return bv_json_count(tests);
}

static void
wycheproof(void)
{
	const char *path = check_reference("certs/wycheproof/testvectors_v1/ed25519_test.json");
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_JSON_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_err err;
	size_t count = 0, bad = 0;

	if (!path)
		return;
	CHECK_OK(bv_file_read(&text, path, &err), &err, "Wycheproof");
	CHECK_OK(bv_json_parse(&json, bv_buf_str(&text), &err), &err, "is JSON");
	const struct bv_json *groups = bv_json_find(json, "testGroups");
	for (size_t i = 0; i < bv_json_count(groups); i++)
		count += wycheproof_group(bv_json_at(groups, i), &bad);
	CHECK(bad == 0, "Wycheproof Ed25519: %zu of %zu as they should be", count - bad, count);
	CHECK((int64_t)count == bv_json_int(bv_json_find(json, "numberOfTests")), "all of them were tried");
}

static void
files(void)
{
	static const char ec[] = /* RFC 7748 §6.1, an X25519 key in the same format */
		"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEIHcHbQpzGKV9PBbBclGyZkXfTC+H68CZKrF3+6UduSwq\n-----END PRIVATE KEY-----\n";
	uint8_t seed[BV_KEY_LEN] = { 1, 2, 3 };
	BV_AUTO(bv_key_free) struct bv_key *key = NULL, *back = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf pem = BV_BUF(10000);
	char path[] = "/tmp/bv-key-XXXXXX";
	struct bv_err err;

	bv_key_new(&key, seed);
	bv_key_write(&pem, key);
	CHECK(bv_str_starts(bv_buf_str(&pem), BV_STR("-----BEGIN PRIVATE KEY-----\n")), "PKCS #8");
	close(mkstemp(path));
	CHECK_OK(bv_file_write(path, bv_buf_str(&pem), 0600, &err), &err, "written");
	CHECK_OK(bv_key_load(&back, BV_KEY_ED25519, path, &err), &err, "a private file is loaded");
	CHECK(back && memcmp(bv_key_public(back), bv_key_public(key), BV_KEY_LEN) == 0, "the same key");
	static const mode_t modes[] = { 0640, 0604, 0620, 0601 };
	for (size_t i = 0; i < BV_COUNT(modes); i++) {
		struct bv_key *none = NULL;
		CHECK(chmod(path, modes[i]) == 0, "chmod");
		CHECK_REFUSED(bv_key_load(&none, 0, path, &err), BV_EINVAL, &err, "chmod 600", "a file that others can read is refused");
		CHECK(none == NULL, "and nothing is loaded");
	}
	unlink(path);
	CHECK_REFUSED(bv_key_load(&back, BV_KEY_ED25519, path, &err), BV_ENOTFOUND, &err, path, "no file");
	CHECK_REFUSED(bv_key_load(&back, 0, "/tmp", &err), BV_EPARSE, &err, "not a key file", "a folder");
	CHECK_REFUSED(bv_key_parse(&back, 0, BV_STR(""), &err), BV_EPARSE, &err, "not a private key", "empty");
	CHECK_REFUSED(bv_key_parse(&back, BV_KEY_ED25519, bv_str_of(ec), &err), BV_EPARSE, &err, "not an Ed25519 key", "X25519");
	CHECK_REFUSED(bv_key_parse(&back, 0, bv_str_sub(bv_buf_str(&pem), 0, pem.len - 30), &err), BV_EPARSE, &err, "not a private key", "cut off");
}

int
main(void)
{
	base58();
	base64url();
	multikeys();
	rfc7515();
	kinds();
	held();
	rfc8032();
	wycheproof();
	files();
	return check_end();
}
