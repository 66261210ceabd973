/* Bytes → DID document, list of keys, facts: whatever is accepted can be used. */
#include <stdint.h>

#include "tests/certs/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct bv_signer *signer;
	struct bv_str bytes = { (const char *)data, size };
	BV_AUTO(bv_trust_free) struct bv_trust *trust = bv_trust_new();
	BV_AUTO(bv_facts_free) struct bv_facts_file *facts = NULL;
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	struct bv_err err;

	if (!signer)
		signer = sample_signer("fuzz", SAMPLE_DID);
	(void)!bv_trust_add(trust, "did.json", bytes, &err);
	(void)!bv_trust_add(trust, "list.multikey", bytes, &err);
	(void)!bv_key_parse(&key, 0, bytes, &err);
	if (bv_facts_parse(&facts, bytes, &err) == BV_OK) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX);
		(void)!bv_credential_issue(&out, bv_facts(facts), signer, &err);
	}
	return 0;
}
