/* Merkle trees of RFC 6962 §2 (RFC 9162 §2.1 hashes the same way) over SHA-256: roots, inclusion and consistency proofs. */
#ifndef BV_BASE_MERKLE_H
#define BV_BASE_MERKLE_H

#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

#define BV_MERKLE_PROOF_MAX 64 /* hashes of a proof that is made here */

struct bv_merkle_hash {
	uint8_t p[BV_HASH_LEN];
};

/* SHA-256(0x00 || entry). */
BV_API void bv_merkle_leaf(struct bv_merkle_hash *out, struct bv_str entry);
/* SHA-256(0x01 || left || right). */
BV_API void bv_merkle_node(struct bv_merkle_hash *out, const struct bv_merkle_hash *left, const struct bv_merkle_hash *right);

/* A tree that grows: one hash for each complete subtree, so that it takes the same room however many leaves there are. Plain data that may be
 * copied; zeroed is the empty tree. */
struct bv_merkle {
	uint64_t count;
	struct bv_merkle_hash peaks[64]; /* of 2^i leaves where bit i of count is set */
};
BV_API void bv_merkle_add(struct bv_merkle *tree, const struct bv_merkle_hash *leaf);
/* MTH; of the empty tree SHA-256 of nothing. */
BV_API void bv_merkle_root(struct bv_merkle_hash *out, const struct bv_merkle *tree);
/* The same of an array of leaf hashes. */
BV_API void bv_merkle_root_of(struct bv_merkle_hash *out, const struct bv_merkle_hash *leaves, uint64_t count);

/* PATH(idx, D[count]) from the leaves, idx < count; from the leaf up. Returns the number of hashes. */
BV_API size_t bv_merkle_inclusion(struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX], uint64_t idx, const struct bv_merkle_hash *leaves,
                                  uint64_t count);
/* PROOF(old_count, D[count]), 0 < old_count <= count; empty when they are equal. Returns the number of hashes. */
BV_API size_t bv_merkle_consistency(struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX], uint64_t old_count, const struct bv_merkle_hash *leaves,
                                    uint64_t count);

/* RFC 9162 §2.1.3.2: is leaf number idx of a tree of that size and root? EDENIED says what does not fit. */
BV_API BV_MUST_USE enum bv_status bv_merkle_verify_inclusion(const struct bv_merkle_hash *leaf, uint64_t idx, uint64_t count,
                                                             const struct bv_merkle_hash *path, size_t path_count,
                                                             const struct bv_merkle_hash *root, struct bv_err *err);
/* RFC 9162 §2.1.4.2: is the old tree the beginning of the new one? Two trees of one size are consistent when their roots are equal and the proof
 * is empty. Nothing follows from an empty old tree: EDENIED. */
BV_API BV_MUST_USE enum bv_status bv_merkle_verify_consistency(uint64_t old_count, const struct bv_merkle_hash *old_root, uint64_t count,
                                                               const struct bv_merkle_hash *root, const struct bv_merkle_hash *path,
                                                               size_t path_count, struct bv_err *err);

#endif
