/* Bytes → verification against one issuer in memory. Only what says the same as the golden certificate, with proofs of it, is ever valid. */
#include <stdint.h>

#include "tests/certs/quads.h"
#include "tests/certs/sample.h"

#undef NDEBUG
#include <assert.h>

static struct bv_json *golden;
static struct bv_trust *trust;

static void
prepare(void)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("bangvang golden 1");
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("bangvang golden 1", SAMPLE_DID);
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(10000), out = BV_BUF(BV_CREDENTIAL_MAX);
	struct bv_credential_facts facts = sample_facts();
	struct bv_err err;

	trust = bv_trust_new();
	bv_did_document_write(&document, BV_STR(SAMPLE_DID), (const struct bv_public *const[]){ bv_key_describe(key) }, 1);
	assert(bv_trust_add(trust, "did.json", bv_buf_str(&document), &err) == BV_OK);
	assert(bv_credential_issue(&out, &facts, signer, &err) == BV_OK && bv_json_parse(&golden, bv_buf_str(&out), &err) == BV_OK);
}

/* One of the two proofs of the golden certificate; the contexts of the document may stand in the one of quads as well. */
static unsigned
suite_of(const struct bv_json *proof)
{
	BV_AUTO(bv_json_free) struct bv_json *plain = bv_json_without(proof, "@context");
	const struct bv_json *proofs = bv_json_find(golden, "proof");

	if (bv_json_equal(plain, bv_json_at(proofs, 0)))
		return BV_SUITE_RDFC;
	return bv_json_equal(proof, bv_json_at(proofs, 1)) ? BV_SUITE_JCS : 0;
}

/* The same text where a proof is of the text, and the same quads in any case. */
static bool
says_the_same(const struct bv_json *json)
{
	BV_AUTO(bv_json_free) struct bv_json *body = bv_json_without(json, "proof"), *want = bv_json_without(golden, "proof");
	BV_AUTO(bv_buf_finish) struct bv_buf quads = BV_BUF(8 * BV_CREDENTIAL_MAX), want_quads = BV_BUF(8 * BV_CREDENTIAL_MAX);
	const struct bv_json *proof = bv_json_find(json, "proof");
	bool list = bv_json_type(proof) == BV_JSON_ARRAY;
	struct bv_err err;

	for (size_t i = 0; i < (list ? bv_json_count(proof) : 1); i++) {
		unsigned suite = suite_of(list ? bv_json_at(proof, i) : proof);
		if (!suite || (suite == BV_SUITE_JCS && !bv_json_equal(body, want)))
			return false;
	}
	return quads_of_json(&quads, body, &err) == BV_OK && quads_of_json(&want_quads, want, &err) == BV_OK &&
	       bv_str_eq(bv_buf_str(&quads), bv_buf_str(&want_quads));
}

static bool
is_golden(struct bv_str bytes)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_err err;

	return bv_json_parse(&json, bytes, &err) == BV_OK && says_the_same(json);
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
