/* Entries of the public log (doc/log.md). */
#ifndef BV_CERTS_ENTRY_H
#define BV_CERTS_ENTRY_H

#include "base/json.h"
#include "base/merkle.h"
#include "certs/key.h"

#define BV_ENTRY_MAX 8192         /* bytes of an entry */
#define BV_ENTRY_ADDRESS_MAX 1024 /* bytes of an address in it */
#define BV_ENTRY_APPROVERS_MAX 8
#define BV_ENTRY_BATCH_MAX 1000000

enum bv_entry_type {
	BV_ENTRY_CERTIFICATE,   /* achievement, credential, issuer, key; status, if it has one */
	BV_ENTRY_REVOCATION,    /* this and the next four: approvers, at, credential, reason */
	BV_ENTRY_SUSPENSION,
	BV_ENTRY_REINSTATEMENT,
	BV_ENTRY_SUPERSESSION,  /* and replacement */
	BV_ENTRY_CORRECTION,    /* and replacement */
	BV_ENTRY_KEY_ADDED,     /* at, from, issuer, key, until */
	BV_ENTRY_KEY_REMOVED,   /* at, issuer, key, reason */
	BV_ENTRY_DID_DOCUMENT,  /* at, hash, issuer */
	BV_ENTRY_STATUS_LIST,   /* at, hash, url */
	BV_ENTRY_ACHIEVEMENT,   /* achievement, at, hash */
	BV_ENTRY_BATCH,         /* at, count, hash, issuer, key; batch, if it has a name */
	BV_ENTRY_STOP,          /* issuance was stopped: approvers, at, issuer, reason */
	BV_ENTRY_RESUMPTION,    /* and goes on: the same */
	BV_ENTRY_TYPES
};
BV_API const char *bv_entry_type_name(enum bv_entry_type type); /* "certificate", "key-added", … */

/* An entry: of the members those that its type has; the others are not looked at. Nothing in it says who a person is, and nothing can be guessed: a
 * certificate's hash covers the random salt and identifiers in it. */
struct bv_entry {
	enum bv_entry_type type;
	int64_t at_s;                    /* when it was done */
	struct bv_str achievement;       /* URI */
	struct bv_str issuer;            /* DID */
	struct bv_str key;               /* multikey of the signer's Ed25519 key; for key-added and key-removed of any kind */
	struct bv_str status;            /* "BASE#IDX": place in a shard of status lists, or empty */
	struct bv_str reason;            /* a word: lower-case letters, digits, '-' */
	struct bv_str url;               /* of a status list */
	struct bv_str batch;             /* a word, may have '.', '_', '/' too, or empty */
	struct bv_str approvers[BV_ENTRY_APPROVERS_MAX]; /* multikeys of those who decided */
	size_t approver_count;
	uint8_t credential[BV_HASH_LEN];  /* SHA-256 of the canonical certificate without "proof" */
	uint8_t replacement[BV_HASH_LEN]; /* the same of the certificate that takes its place */
	uint8_t hash[BV_HASH_LEN];        /* SHA-256 of the document; of a batch, of the leaf hashes (bv_merkle_leaf) of its certificates in their order */
	int64_t from_s, until_s;          /* when the key may sign */
	int64_t count;                    /* certificates of a batch */
};
/* Appends the entry's canonical JSON, without an end of line. EINVAL names the member that is at fault. */
BV_API BV_MUST_USE enum bv_status bv_entry_write(struct bv_buf *out, const struct bv_entry *leaf, struct bv_err *err);
/* Only what bv_entry_write can have written. Texts are borrowed from *json, which the caller frees. EPARSE, EINVAL, ELIMIT. */
BV_API BV_MUST_USE enum bv_status bv_entry_parse(struct bv_entry *out, struct bv_json **json, struct bv_str entry, struct bv_err *err);
/* Appends the entry of a certificate, from its JSON with or without "proof" and the multikey of the Ed25519 key that signs it: who has the certificate need ask
 * nobody. Its leaf hash is bv_merkle_leaf of that. */
BV_API BV_MUST_USE enum bv_status bv_entry_of(struct bv_buf *out, const struct bv_json *certificate, struct bv_str key, struct bv_err *err);

#endif
