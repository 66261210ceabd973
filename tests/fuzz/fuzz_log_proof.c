/* Any bytes as a proof from a log: what is taken can be written again to the same bytes but for what nobody reads, and proves nothing. */
#include <assert.h>

#include "certs/certs.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	const struct bv_str bytes = { (const char *)p, len };
	const struct bv_merkle_hash leaf = { { 1 } };
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(2 * BV_LOG_PROOF_MAX);
	struct bv_log_proof proof, again;
	struct bv_err err = { 0 };

	if (bv_log_proof_parse(&proof, bytes, &err) != BV_OK) {
		assert(err.msg[0]);
		return 0;
	}
	struct bv_str note = { proof.checkpoint.text.p, proof.checkpoint.text.len + 1 + proof.checkpoint.signatures.len };
	bv_log_proof_write(&out, proof.idx, proof.has_leaf ? &proof.leaf : NULL, proof.path, proof.path_count, note);
	enum bv_status status = bv_log_proof_parse(&again, bv_buf_str(&out), &err);
	assert(status == BV_OK && again.idx == proof.idx && again.path_count == proof.path_count &&
	       memcmp(again.path, proof.path, proof.path_count * sizeof proof.path[0]) == 0 && again.checkpoint.size == proof.checkpoint.size &&
	       again.has_leaf == proof.has_leaf && memcmp(&again.leaf, &proof.leaf, proof.has_leaf ? sizeof proof.leaf : 0) == 0);
	status = bv_log_proof_check(&proof, &leaf, &err);
	assert(status != BV_OK && err.msg[0]);
	return 0;
}
