/* JSON Web Keys: alone, in a DID document, and in a set; authorities. */
#include "base/mem.h"
#include "certs/keys/jwk.h"
#include "certs/verify/trust.h"
#include "tests/certs/envelope.h"

/* RFC 7517 §A.1: the first public key of the example. */
#define RFC7517 "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\",\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\""
/* RFC 8037 §A.1 and its thumbprint, §A.3. */
#define RFC8037 "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\""
#define RFC8037_THUMBPRINT "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
#define DID "did:web:a.example"

static enum bv_status
parse(struct bv_public *public, const char *text, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;

	if (bv_json_parse(&json, bv_str_of(text), err) != BV_OK)
		abort();
	return jwk_parse(public, json, err);
}

static void
keys(void)
{
	static const struct {
		const char *jwk;
		enum bv_status status;
		const char *part;
	} cases[] = {
		{ "{" RFC7517 ",\"use\":\"sig\"}", BV_OK, "" },
		{ "{" RFC7517 ",\"key_ops\":[\"verify\"],\"kid\":\"1\"}", BV_OK, "" },
		{ "{" RFC8037 "}", BV_OK, "" },
		{ "{" RFC7517 ",\"use\":\"enc\"}", BV_EINVAL, "not for signatures ('use')" },
		{ "{" RFC7517 ",\"use\":1}", BV_EINVAL, "not for signatures ('use')" },
		{ "{" RFC7517 ",\"key_ops\":[\"encrypt\"]}", BV_EINVAL, "not for signatures ('key_ops')" },
		{ "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", BV_EINVAL, "of another kind" },
		{ "{\"kty\":\"EC\",\"crv\":\"P-521\",\"x\":\"\",\"y\":\"\"}", BV_EINVAL, "of another kind" },
		{ "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"\"}", BV_EINVAL, "of another kind" },
		{ "{\"kty\":\"OKP\",\"crv\":\"P-256\",\"x\":\"\"}", BV_EINVAL, "of another kind" },
		{ "{}", BV_EINVAL, "of another kind" },
		{ "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\"}", BV_EPARSE, "'y' of the JWK is not 32 bytes" },
		{ "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv\",\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"}", BV_EPARSE,
		  "'x' of the JWK is not 32 bytes" },
		{ "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4=\",\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"}", BV_EPARSE,
		  "'x' of the JWK is not 32 bytes" },
		{ "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\",\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyN\"}", BV_EPARSE,
		  "'y' of the JWK is not 32 bytes" }, /* bits beyond the last byte */
		{ "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\",\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyI\"}", BV_EPARSE,
		  "no point of P-256" },
		{ "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":1,\"y\":2}", BV_EPARSE, "'x' of the JWK" },
		{ "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}", BV_EPARSE, "'x' of the JWK is not 32 bytes" },
	};
	struct bv_public public;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++)
		if (cases[i].status == BV_OK)
			CHECK_OK(parse(&public, cases[i].jwk, &err), &err, cases[i].jwk);
		else
			CHECK_REFUSED(parse(&public, cases[i].jwk, &err), cases[i].status, &err, cases[i].part, cases[i].jwk);
}

static void
round_trips(void)
{
	static const enum bv_key_kind kinds[] = { BV_KEY_ED25519, BV_KEY_P256, BV_KEY_P384 };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1000);
	uint8_t seed[BV_KEY_SEED_LEN] = { 7 }, hash[BV_HASH_LEN];
	struct bv_public public;
	struct bv_err err;

	CHECK_OK(parse(&public, "{" RFC8037 "}", &err), &err, "RFC 8037 §A.1");
	jwk_thumbprint(hash, &public);
	base64url_write(&text, hash, sizeof hash);
	CHECK_STR(bv_buf_str(&text), BV_STR(RFC8037_THUMBPRINT), "its thumbprint, §A.3");
	for (size_t i = 0; i < BV_COUNT(kinds); i++) {
		BV_AUTO(bv_key_free) struct bv_key *key = NULL;
		bv_key_make(&key, kinds[i], seed);
		bv_buf_clear(&text);
		bv_jwk_write(&text, bv_key_describe(key));
		CHECK_OK(parse(&public, text.p, &err), &err, "what is written is read");
		CHECK(bv_public_equal(&public, bv_key_describe(key)), "and is the same key");
	}
}

/* ---- In a trust folder ---- */

static void
documents(void)
{
	static const struct {
		const char *text, *part; /* part NULL: accepted */
		size_t count;            /* keys */
		const char *method;      /* NULL: none that can be used */
	} cases[] = {
		{ "{\"id\":\"" DID "\",\"verificationMethod\":[{\"id\":\"#k\",\"type\":\"JsonWebKey\",\"controller\":\"" DID "\",\"publicKeyJwk\":{" RFC7517 "}}],"
		  "\"assertionMethod\":[\"#k\"]}", NULL, 1, DID "#k" },
		{ "{\"id\":\"" DID "\",\"verificationMethod\":[{\"id\":\"#k\",\"type\":\"JsonWebKey2020\",\"controller\":\"" DID "\",\"publicKeyJwk\":{" RFC8037 "}}],"
		  "\"assertionMethod\":[\"#k\"]}", NULL, 1, DID "#k" },
		{ "{\"id\":\"" DID "\",\"verificationMethod\":[{\"id\":\"#k\",\"type\":\"JsonWebKey\",\"controller\":\"" DID "\",\"publicKeyJwk\":{\"kty\":\"RSA\"}}],"
		  "\"assertionMethod\":[\"#k\"]}", NULL, 1, NULL },
		{ "{\"id\":\"" DID "\",\"verificationMethod\":[{\"id\":\"#k\",\"type\":\"JsonWebKey\",\"controller\":\"" DID "\",\"publicKeyJwk\":{\"kty\":\"EC\",\"crv\":\"P-256\"}}],"
		  "\"assertionMethod\":[\"#k\"]}", "'x' of the JWK", 0, NULL },
		{ "{\"id\":\"" DID "\",\"verificationMethod\":[{\"id\":\"#k\",\"type\":\"JsonWebKey\",\"controller\":\"" DID "\"}],\"assertionMethod\":[\"#k\"]}", "publicKeyJwk", 0,
		  NULL },
		{ "{\"id\":\"" DID "\",\"verificationMethod\":[{\"id\":\"#zDnaOther\",\"type\":\"JsonWebKey\",\"controller\":\"" DID "\",\"publicKeyJwk\":{" RFC7517 "}}],"
		  "\"assertionMethod\":[\"#zDnaOther\"]}", "and its public key differ", 0, NULL },
		{ "{\"keys\":[{" RFC7517 ",\"kid\":\"" DID "#k\"},{" RFC8037 ",\"kid\":\"" DID "#e\"}]}", NULL, 2, DID "#k" },
		{ "{\"keys\":[{" RFC7517 ",\"kid\":\"" DID "#k\"},{\"kty\":\"RSA\"},{" RFC7517 ",\"use\":\"enc\"}]}", NULL, 1, DID "#k" },
		{ "{\"keys\":[]}", NULL, 0, NULL },
		{ "{\"keys\":{}}", "keys", 0, NULL },
		{ "{\"keys\":[{" RFC7517 "}]}", "kid", 0, NULL },
		{ "{\"keys\":[{" RFC7517 ",\"kid\":\"k\"}]}", "the kid 'k' of a key is not DID#NAME", 0, NULL },
		{ "{\"keys\":[{" RFC7517 ",\"kid\":\"did:ion:x#k\"}]}", "is not DID#NAME", 0, NULL },
		{ "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"" DID "#k\"}]}", "'x' of the JWK", 0, NULL },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_trust_free) struct bv_trust *trust = bv_trust_new();
		struct bv_err err;
		if (cases[i].part) {
			CHECK(bv_trust_add(trust, "jwks.json", bv_str_of(cases[i].text), &err) != BV_OK && strstr(err.msg, cases[i].part), "%s", cases[i].part);
			continue;
		}
		CHECK_OK(bv_trust_add(trust, "jwks.json", bv_str_of(cases[i].text), &err), &err, cases[i].text);
		const struct trust_key *key = cases[i].method ? trust_find(trust, bv_str_of(cases[i].method)) : NULL;
		CHECK(bv_trust_count(trust) == cases[i].count && (!cases[i].method || (key && key->usable && key->asserts && !key->delegates)), "%zu keys", cases[i].count);
	}
}

/* A set tells of no end: what a DID document says of the same key counts, whichever was read first. */
static void
both(void)
{
	static const char document[] = "{\"id\":\"" DID "\",\"verificationMethod\":[{\"id\":\"#k\",\"type\":\"JsonWebKey\",\"controller\":\"" DID "\",\"expires\":"
	                               "\"2026-01-01T00:00:00Z\",\"publicKeyJwk\":{" RFC7517 "}}],\"assertionMethod\":[]}";
	static const char set[] = "{\"keys\":[{" RFC7517 ",\"kid\":\"" DID "#k\"}]}";
	static const char other[] = "{\"keys\":[{" RFC8037 ",\"kid\":\"" DID "#k\"}]}";

	for (int first = 0; first < 2; first++) {
		BV_AUTO(bv_trust_free) struct bv_trust *trust = bv_trust_new();
		struct bv_err err;
		CHECK_OK(bv_trust_add(trust, "1.json", bv_str_of(first ? document : set), &err), &err, "one of them");
		CHECK_OK(bv_trust_add(trust, "2.json", bv_str_of(first ? set : document), &err), &err, "the other");
		const struct trust_key *key = trust_find(trust, BV_STR(DID "#k"));
		CHECK(bv_trust_count(trust) == 1 && key && !key->asserts && key->expires_s == 1767225600 && bv_str_is(key->source, first ? "1.json" : "2.json"),
		      "the document counts");
		CHECK_REFUSED(bv_trust_add(trust, "3.json", bv_str_of(other), &err), BV_ECONFLICT, &err, "something else of the same key", "another key of that name");
	}
}

static void
authorities(void)
{
	BV_AUTO(bv_key_free) struct bv_key *authority = sample_p256("authority");
	BV_AUTO(bv_trust_free) struct bv_trust *trust = envelope_trust(SAMPLE_DID, "paper", true, bv_key_describe(authority));
	uint8_t thumbprint[BV_HASH_LEN];
	size_t found = 0;

	for (size_t i = 0; i < bv_trust_count(trust); i++) {
		const struct trust_key *key = trust_at(trust, i);
		found += key->delegates;
		CHECK(key->delegates == bv_public_equal(&key->public.of, bv_key_describe(authority)) && key->asserts == !key->delegates, "who may delegate does not assert");
	}
	CHECK(found == 1, "one authority");
	jwk_thumbprint(thumbprint, bv_key_describe(authority));
	struct bv_str start = { (const char *)thumbprint, 8 };
	CHECK(trust_find_thumbprint(trust, BV_STR(SAMPLE_DID), start) != NULL, "by its thumbprint");
	CHECK(!trust_find_thumbprint(trust, BV_STR(DID), start), "but not of another issuer");
	thumbprint[7] ^= 1;
	CHECK(!trust_find_thumbprint(trust, BV_STR(SAMPLE_DID), start), "nor by another thumbprint");
}

int
main(void)
{
	keys();
	round_trips();
	documents();
	both();
	authorities();
	return check_end();
}
