/* Any bytes as a commitment, a proof and a secret: what is taken is written again byte for byte, and a commitment's root is its own. */
#include "engine/engine.h"
#include "tests/fuzz/written.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static const struct bv_commitment none;
	BV_AUTO(bv_commitment_free) struct bv_commitment *commitment = NULL;
	BV_AUTO(bv_leaf_free) struct bv_leaf *leaf = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_COMMITMENT_MAX);
	const struct bv_str text = { (const char *)p, len };
	struct bv_err err = { 0 };
	uint8_t root[BV_HASH_LEN];

	if (bv_commitment_parse(&commitment, text, &err) == BV_OK) {
		bv_commitment_write(&out, commitment);
		check_written(&out, text);
		bv_commitment_root(root, commitment);
		assert(bv_hash_eq(root, commitment->bank_root));
		return 0;
	}
	assert(!commitment && err.msg[0]);
	if (bv_leaf_parse(&leaf, text, &err) == BV_OK) {
		bv_leaf_write(&out, leaf);
		check_written(&out, text);
		enum bv_status verdict = bv_leaf_verify(leaf, &none, &err);
		assert(verdict == BV_EDENIED);
		return 0;
	}
	assert(!leaf && err.msg[0]);
	enum bv_status secret = bv_freeze_secret_parse(root, text, &none, &err);
	assert(secret == BV_OK || err.msg[0]);
	return 0;
}
