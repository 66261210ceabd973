/* Bytes → VC-JWT, as they are and as "header, line end, payload" put into one; and as a JSON Web Key. Nothing that was not signed is ever valid. */
#include "certs/keys/jwk.h"
#include "tests/certs/envelope.h"

#undef NDEBUG
#include <assert.h>

static struct bv_trust *trust;

static void
verify(struct bv_str bytes)
{
	struct bv_verify_options options = { .at_s = SAMPLE_AT };
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(64 << 20);

	bv_credential_verify(&report, bytes, trust, &options);
	assert(bv_report_verdict(report) != BV_VERDICT_VALID);
	bv_report_write(&text, report, BV_STR("fuzz"), BV_LANG_VI);
	BV_AUTO(bv_json_free) struct bv_json *json = bv_report_json(report, BV_STR("fuzz"), BV_LANG_EN);
	bv_json_write_safe(&text, json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bv_str bytes = { (const char *)data, size };
	BV_AUTO(bv_buf_finish) struct bv_buf jwt = BV_BUF(JWS_MAX), again = BV_BUF(JWS_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_public public;
	struct bv_err err;

	if (!trust)
		trust = envelope_trust(SAMPLE_DID, "fuzz", true, NULL);
	if (!size || size > 1 << 16)
		return 0;
	verify(bytes);
	size_t line = bv_str_find(bytes, '\n');
	base64url_write(&jwt, data, line);
	bv_buf_addc(&jwt, '.');
	base64url_write(&jwt, data + line, size - line);
	bv_buf_addc(&jwt, '.');
	base64url_write(&jwt, (const uint8_t[BV_SIGNATURE_LEN]){ 1 }, BV_SIGNATURE_LEN);
	verify(bv_buf_str(&jwt));
	if (base64url_parse(&jwt, bytes)) {
		base64url_write(&again, (const uint8_t *)jwt.p, jwt.len);
		assert(bv_str_eq(bv_buf_str(&again), bytes));
	}
	if (bv_json_parse(&json, bytes, &err) == BV_OK && jwk_parse(&public, json, &err) == BV_OK) {
		bv_buf_clear(&again);
		bv_jwk_write(&again, &public);
		assert(again.len > 40);
	}
	return 0;
}
