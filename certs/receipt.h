/* Receipts of a ledger (doc/ledger.md). */
#ifndef BV_CERTS_RECEIPT_H
#define BV_CERTS_RECEIPT_H

#include "base/json.h"
#include "base/merkle.h"
#include "certs/key.h"

#define BV_RECEIPT_PATH_MAX 16    /* hashes: of a batch of BV_RECEIPT_BATCH_MAX */
#define BV_RECEIPT_BATCH_MAX 65536

/* An event of a ledger without its body, and what was signed when it was stored: the events of one commit have a Merkle tree (RFC 6962) over their
 * hashes, and one signature is over "BV-RECEIPT-1" 00 ‖ be32 number of leaves ‖ root. */
struct bv_receipt {
	int64_t attempt, seq, at_ms;
	uint16_t act;
	uint32_t body_len;
	uint8_t body_hash[BV_HASH_LEN]; /* SHA-256 of the body */
	uint8_t prev[BV_HASH_LEN];      /* hash of the event before in the attempt; zeros for the first */
	uint8_t hash[BV_HASH_LEN];
	uint32_t idx, count;            /* place and number of leaves; count 0: not signed */
	uint32_t path_count;
	struct bv_merkle_hash path[BV_RECEIPT_PATH_MAX];
	uint8_t signature[BV_SIGNATURE_LEN];
};

/* SHA-256 of the first 64 bytes of every event of a sitting, "BV-EVENT-1" filled with zeros to 32 bytes ‖ SHA-256(name of the sitting): plain data. */
BV_API void bv_receipt_sitting(struct bv_sha256 *start, struct bv_str name);
/* receipt->hash: SHA-256 of start ‖ be64 attempt ‖ be64 seq ‖ be64 at_ms ‖ be16 act ‖ prev ‖ be32 body_len ‖ body_hash. */
BV_API void bv_receipt_hash(struct bv_receipt *receipt, const struct bv_sha256 *start);
/* Signs the hashes of 1 to BV_RECEIPT_BATCH_MAX receipts at once, in their order, and completes each. One thread at a time for one key. */
BV_API void bv_receipt_sign(struct bv_receipt *const *receipts, size_t count, const struct bv_key *key);
/* Does the signature belong to the hash? EDENIED. Nothing is said about what the hash is of: bv_receipt_hash. */
BV_API BV_MUST_USE enum bv_status bv_receipt_check(const struct bv_receipt *receipt, const uint8_t public[BV_KEY_LEN], struct bv_err *err);

#define BV_RECEIPT_MAX (256u << 10) /* bytes of a receipt as a document */

/* A receipt as a document: JSON that says all that is needed to verify it but whom to trust. */
struct bv_receipt_file {
	struct bv_receipt receipt;
	struct bv_str sitting;      /* name */
	struct bv_str body;         /* of the event, if the document has it; else empty */
	uint8_t public[BV_KEY_LEN]; /* the key that it names */
	struct bv_json *json;       /* what is borrowed lives in it */
};
/* Appends one. sitting and body as they were stored; body may be empty. multikey is the public key as bv_multikey_write has it. */
BV_API void bv_receipt_write(struct bv_buf *out, const struct bv_receipt *receipt, struct bv_str sitting, struct bv_str body, const char *multikey);
/* Strict: unknown and missing members are refused (EPARSE, EINVAL). Nothing is verified. */
BV_API BV_MUST_USE enum bv_status bv_receipt_parse(struct bv_receipt_file **out, struct bv_str json, struct bv_err *err);
BV_API void bv_receipt_free(struct bv_receipt_file *file);
BV_AUTO_DEFINE(struct bv_receipt_file, bv_receipt_free)
/* Is the hash that of what it says, the body the one that was hashed, and the signature the key's? EDENIED says what is not. Whether the key is the
 * right one is for the caller: bv_trust_find. */
BV_API BV_MUST_USE enum bv_status bv_receipt_verify(const struct bv_receipt_file *file, struct bv_err *err);

#endif
