/* Inclusion proofs as files, *.tlog-proof (C2SP tlog-proof). */
#ifndef BV_CERTS_LOG_PROOF_H
#define BV_CERTS_LOG_PROOF_H

#include "certs/policy.h"

struct bv_receipt_file;

#define BV_LOG_PROOF_MAX (BV_CHECKPOINT_MAX + 8192) /* bytes */

struct bv_log_proof {
	uint64_t idx; /* of the leaf, from 0 */
	size_t path_count;
	struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX];
	struct bv_checkpoint checkpoint; /* borrowed from the text */
	bool has_leaf;
	struct bv_merkle_hash leaf; /* as the proof says, for who knows a part of it only: a paper has 16 bytes */
};
/* Appends one: that leaf idx of the tree of the checkpoint `note` is there. leaf, which goes with it in the line `extra`, may be NULL. */
BV_API void bv_log_proof_write(struct bv_buf *out, uint64_t idx, const struct bv_merkle_hash *leaf, const struct bv_merkle_hash *path, size_t path_count,
                               struct bv_str note);
/* EPARSE, ELIMIT. A line `extra` that is no leaf is passed over; nothing is verified. */
BV_API BV_MUST_USE enum bv_status bv_log_proof_parse(struct bv_log_proof *out, struct bv_str text, struct bv_err *err);
/* The proof in a file; or, with beside, the one that lies beside the file: path.tlog-proof, or path with its ending replaced by that. It is borrowed from
 * text. ENOTFOUND, EIO, or as above, naming the file. */
BV_API BV_MUST_USE enum bv_status bv_log_proof_load(struct bv_log_proof *out, struct bv_buf *text, const char *path, bool beside, struct bv_err *err);
/* Is that the leaf? EDENIED. Who signed the checkpoint is for the caller: bv_trust_find_checkpoint. */
BV_API BV_MUST_USE enum bv_status bv_log_proof_check(const struct bv_log_proof *proof, const struct bv_merkle_hash *leaf, struct bv_err *err);
/* Is the entry (bv_entry_write) there, in a checkpoint that the policy accepts? EDENIED. */
BV_API BV_MUST_USE enum bv_status bv_log_proof_verify(struct bv_policy_finding *out, const struct bv_log_proof *proof, const struct bv_policy *policy,
                                                      struct bv_str entry, struct bv_err *err);
/* That an event is in the log of its sitting: the leaf is the receipt's hash, the origin ends with "/" and the sitting's name. EDENIED. */
BV_API BV_MUST_USE enum bv_status bv_receipt_prove(const struct bv_receipt_file *file, const struct bv_log_proof *proof, struct bv_err *err);

#endif
