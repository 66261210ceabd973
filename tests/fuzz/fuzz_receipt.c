/* Any bytes as a receipt, as a checkpoint and as a proof: what is taken can be written again, and nothing that was not signed verifies. */
#include <assert.h>

#include "certs/certs.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static const uint8_t nobody[BV_KEY_LEN] = { 1 };
	BV_AUTO(bv_receipt_free) struct bv_receipt_file *file = NULL;
	BV_AUTO(bv_receipt_free) struct bv_receipt_file *again = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(2 * BV_RECEIPT_MAX);
	const struct bv_str bytes = { (const char *)p, len };
	struct bv_checkpoint checkpoint;
	struct bv_log_proof proof;
	char multikey[BV_MULTIKEY_SIZE];
	struct bv_err err = { 0 };

	if (bv_receipt_parse(&file, bytes, &err) == BV_OK) {
		bv_receipt_write(&out, &file->receipt, file->sitting, file->body, bv_multikey_write(multikey, file->public));
		enum bv_status status = bv_receipt_parse(&again, bv_buf_str(&out), &err);
		assert(status == BV_OK && memcmp(&again->receipt, &file->receipt, sizeof file->receipt) == 0 && bv_str_eq(again->body, file->body));
		(void)!bv_receipt_verify(file, &err);
	} else {
		assert(err.msg[0]);
	}
	if (bv_checkpoint_parse(&checkpoint, bytes, &err) == BV_OK) {
		enum bv_status status = bv_checkpoint_check(&checkpoint, nobody, &err);
		assert(status != BV_OK && err.msg[0]);
	}
	if (bv_log_proof_parse(&proof, bytes, &err) == BV_OK) {
		const struct bv_merkle_hash leaf = { { 1 } };
		enum bv_status status = bv_log_proof_check(&proof, &leaf, &err);
		assert(status != BV_OK && err.msg[0]);
	}
	return 0;
}
