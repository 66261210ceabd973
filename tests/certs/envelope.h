/* An issuer with both keys and an authority, the folder of those who trust it, and a certificate with all that an envelope can hold. */
#ifndef BV_TESTS_CERTS_ENVELOPE_H
#define BV_TESTS_CERTS_ENVELOPE_H

#include "base/json.h"
#include "certs/jose/base64url.h"
#include "certs/jose/jws.h"
#include "tests/certs/sample.h"
#include "tests/check.h"

#define AUTHORITY_FROM INT64_C(1794960000) /* 2026-11-18T00:00:00Z */

static inline struct bv_json *
method_json(struct bv_str did, const struct bv_public *key, struct bv_str *id)
{
	static char text[4][2 * BV_DID_MAX];
	static size_t next;
	char multikey[BV_MULTIKEY_SIZE], *z = text[next++ % 4];
	struct bv_json *method = bv_json_new_object();

	snprintf(z, sizeof text[0], "%.*s#%s", BV_STR_ARG(did), bv_multikey_write_of(multikey, key));
	*id = bv_str_of(z);
	bv_json_set_str(method, "id", *id);
	bv_json_set_str(method, "type", BV_STR("Multikey"));
	bv_json_set_str(method, "controller", did);
	bv_json_set_str(method, "publicKeyMultibase", bv_str_sub(*id, did.len + 1, id->len));
	return method;
}

/* Of one DID document; a key that does not assert is listed, but may not sign; authority NULL: there is none. */
static inline struct bv_trust *
envelope_trust(const char *did, const char *key_name, bool asserts, const struct bv_public *authority)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_p256(key_name);
	BV_AUTO(bv_json_free) struct bv_json *document = bv_json_new_object();
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(10000);
	struct bv_trust *trust = bv_trust_new();
	struct bv_str id;
	struct bv_err err;

	bv_json_set_str(document, "id", bv_str_of(did));
	struct bv_json *methods = bv_json_set(document, "verificationMethod", bv_json_new_array());
	struct bv_json *assertion = bv_json_set(document, "assertionMethod", bv_json_new_array());
	bv_json_add(methods, method_json(bv_str_of(did), bv_key_describe(key), &id));
	if (asserts)
		bv_json_add(assertion, bv_json_new_str(id));
	if (authority) {
		bv_json_add(methods, method_json(bv_str_of(did), authority, &id));
		bv_json_add(bv_json_set(document, "capabilityDelegation", bv_json_new_array()), bv_json_new_str(id));
	}
	bv_json_write(&text, document);
	if (bv_trust_add(trust, "did.json", bv_buf_str(&text), &err) != BV_OK)
		abort();
	return trust;
}

static inline struct bv_signer *
envelope_signer(const char *key_name)
{
	struct bv_signer *signer = sample_signer(key_name, SAMPLE_DID);
	struct bv_err err;

	if (bv_signer_add(signer, sample_p256(key_name), &err) != BV_OK)
		abort();
	return signer;
}

static inline struct bv_credential_facts
envelope_facts(void)
{
	struct bv_credential_facts facts = sample_facts();

	facts.birth = BV_STR("1990-02-28");
	memset(facts.birth_salt, 0xd4, sizeof facts.birth_salt);
	memset(facts.secret, 0xe5, sizeof facts.secret);
	facts.log_origin = BV_STR("log.example.vn/2026");
	facts.log_idx = 1234567;
	memset(facts.leaf, 0xf6, sizeof facts.leaf);
	return facts;
}

/* A JWS by the key of that name, of a header and a payload as they are given. */
static inline void
sign_jws(struct bv_buf *out, const char *header, const struct bv_json *payload, const char *key_name)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_p256(key_name);
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(JWS_MAX), first = BV_BUF(JWS_MAX);
	struct bv_err err;

	base64url_write(&first, (const uint8_t *)header, strlen(header));
	bv_buf_addc(&first, '.');
	bv_json_write(&text, payload);
	bv_buf_clear(out);
	if (jws_write(out, bv_buf_str(&first), bv_buf_str(&text), NULL, key, &err) != BV_OK)
		abort();
}

/* The header as our JWTs have it. */
static inline void
header_text(char out[512], const char *typ, const char *key_name)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_p256(key_name);
	char multikey[BV_MULTIKEY_SIZE];

	snprintf(out, 512, "{\"alg\":\"ES256\",\"kid\":\"" SAMPLE_DID "#%s\",\"typ\":\"%s\"}", bv_multikey_write_of(multikey, bv_key_describe(key)), typ);
}

/* The verdict, the result of one check, and a part of the English report. */
static inline void
expect(struct bv_str bytes, const struct bv_trust *trust, int64_t at_s, enum bv_verdict verdict, enum bv_check_id id, enum bv_check_result result,
       const char *part, const char *name)
{
	struct bv_verify_options options = { .at_s = at_s };
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(64 << 20), vi = BV_BUF(64 << 20);

	bv_credential_verify(&report, bytes, trust, &options);
	bv_report_write(&text, report, BV_STR("file"), BV_LANG_EN);
	bv_report_write(&vi, report, BV_STR("file"), BV_LANG_VI);
	if (!CHECK(bv_report_verdict(report) == verdict && bv_report_check(report, id) == result && strstr(text.p, part) && vi.len, "%s", name))
		printf("# %s\n", text.len < 8000 ? text.p : "long");
}

static inline enum bv_verdict
verdict_at(struct bv_str bytes, const struct bv_trust *trust, int64_t at_s)
{
	struct bv_verify_options options = { .at_s = at_s };
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;

	bv_credential_verify(&report, bytes, trust, &options);
	return bv_report_verdict(report);
}

#endif
