/* Bytes → verification against one issuer in memory. Only what says the same as the golden certificate is ever valid. */
#include <stdint.h>

#include "tests/certs/sample.h"

#undef NDEBUG
#include <assert.h>

static struct bv_buf golden = { .max = BV_CREDENTIAL_MAX };
static struct bv_trust *trust;

static void
prepare(void)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("bangvang golden 1");
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("bangvang golden 1", SAMPLE_DID);
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(10000);
	struct bv_credential_facts facts = sample_facts();
	struct bv_err err;

	trust = bv_trust_new();
	bv_did_document_write(&document, BV_STR(SAMPLE_DID), (const struct bv_public *const[]){ bv_key_describe(key) }, 1);
	assert(bv_trust_add(trust, "did.json", bv_buf_str(&document), &err) == BV_OK);
	assert(bv_credential_issue(&golden, &facts, signer, &err) == BV_OK);
}

static bool
is_golden(struct bv_str bytes)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf canonical = BV_BUF(8 * BV_CREDENTIAL_MAX);
	struct bv_err err;

	assert(bv_json_parse(&json, bytes, &err) == BV_OK);
	bv_json_write_canonical(&canonical, json);
	return bv_str_eq(bv_buf_str(&canonical), bv_buf_str(&golden));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bv_str bytes = { (const char *)data, size };
	struct bv_verify_options options = { .at_s = SAMPLE_AT };
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(64 << 20);

	if (!trust)
		prepare();
	bv_credential_verify(&report, bytes, trust, &options);
	if (bv_report_verdict(report) == BV_VERDICT_VALID)
		assert(is_golden(bytes));
	bv_report_write(&text, report, BV_STR("fuzz"), BV_LANG_VI);
	BV_AUTO(bv_json_free) struct bv_json *json = bv_report_json(report, BV_STR("fuzz"), BV_LANG_EN);
	bv_json_write_safe(&text, json);
	return 0;
}
