/* The keys of an issuer: keys.json, the one source of all that is published of them. */
#ifndef BV_CERTS_KEYRING_H
#define BV_CERTS_KEYRING_H

#include "base/mem.h"
#include "certs/x509.h"

#define BV_BATCH_DAYS_MAX 30
#define BV_BATCH_LIMIT_MAX 131072 /* certificates: the entries of a shard of a status list */
#define BV_BATCHES_MAX 10000
#define BV_KEYRING_MAX (32u << 20) /* bytes */

/* A pair of keys that signs the certificates of one shard within one window. */
struct bv_batch {
	int64_t number;               /* from 1, without gaps */
	int64_t shard;                /* of the status list, from 0; only one batch that is not compromised has it */
	int64_t from_s, until_s;      /* the window: from_s <= signing < until_s, at most BV_BATCH_DAYS_MAX days */
	int64_t limit;                /* certificates */
	int64_t authority;            /* which authority issued its certificates, from 1 */
	int64_t made_s;               /* when its keys were made */
	int64_t destroyed_s;          /* when its private keys were destroyed; 0: they are there */
	int64_t compromised_s;        /* since when somebody else may have had them; 0: never */
	int64_t removed_s;            /* when that was found, and the keys were taken out of assertionMethod; 0: never */
	struct bv_str reason;         /* why, as a code: lower-case letters, digits, '-'; empty unless removed */
	struct bv_public ed25519, p256;
	struct bv_str ed25519_serial, p256_serial; /* of their certificates, lower-case hex */
};

#define BV_AUTHORITIES_MAX 16
struct bv_authority {
	struct bv_str key;       /* where its private key is: "ca.pem", a file beside keys.json, or "pkcs11:…" */
	struct bv_public public; /* P-256 */
};

/* Texts live in the ring. */
struct bv_keyring {
	struct bv_arena arena;
	struct bv_str did, name;
	struct bv_str address;        /* folder on the Web, without '/' at its end, where certificates and revocation lists are published; may be empty */
	struct bv_authority authorities[BV_AUTHORITIES_MAX]; /* the last one issues; those before it have issued */
	size_t authority_count;       /* 1 at least */
	struct bv_batch *batches;
	size_t batch_count;
};
BV_API void bv_keyring_new(struct bv_keyring **out);
/* Strict: unknown members are refused. EPARSE, EINVAL, ELIMIT. */
BV_API BV_MUST_USE enum bv_status bv_keyring_parse(struct bv_keyring **out, struct bv_str json, struct bv_err *err);
BV_API void bv_keyring_write(struct bv_buf *out, const struct bv_keyring *ring);
BV_API void bv_keyring_free(struct bv_keyring *ring);
BV_AUTO_DEFINE(struct bv_keyring, bv_keyring_free)
/* Does a batch by itself make sense? EINVAL. */
BV_API BV_MUST_USE enum bv_status bv_keyring_check_batch(const struct bv_batch *batch, struct bv_err *err);
/* Could the batch be added? EINVAL, ECONFLICT: its window is too long, another batch has its shard, … */
BV_API BV_MUST_USE enum bv_status bv_keyring_check(const struct bv_keyring *ring, const struct bv_batch *batch, struct bv_err *err);
/* The batch is copied. Errors of bv_keyring_check. */
BV_API BV_MUST_USE enum bv_status bv_keyring_add(struct bv_keyring *ring, const struct bv_batch *batch, struct bv_err *err);
BV_API struct bv_batch *bv_keyring_find(const struct bv_keyring *ring, int64_t number); /* NULL: there is none */

/* did.json: every key that was ever used is a verificationMethod, with 'revoked' (since when it was compromised) if it was removed; the others are in
 * assertionMethod; those of all authorities are in capabilityDelegation. No 'expires': others would then refuse what a key signed in its time (CID §2.2). Appended. */
BV_API void bv_keyring_did_document(struct bv_buf *out, const struct bv_keyring *ring);
/* jwks.json (RFC 7517): the keys of assertionMethod, kid as in did.json. Appended. */
BV_API void bv_keyring_jwks(struct bv_buf *out, const struct bv_keyring *ring);
/* What the revocation list of an authority (from 1) has to name: the certificates of its removed batches, two each. Returns how many; revoked has room for
 * 2 * ring->batch_count. */
BV_API size_t bv_keyring_revoked(struct bv_revoked *revoked, const struct bv_keyring *ring, int64_t authority);
/* What an authority (from 1) is called in file names: "ca", "ca-2", …; borrowed from out. */
BV_API const char *bv_authority_name(char out[32], int64_t authority);
/* The entry of the public log (bv_entry_write) of a key that was added, or taken out, appended. */
BV_API BV_MUST_USE enum bv_status bv_keyring_entry(struct bv_buf *out, const struct bv_keyring *ring, const struct bv_batch *batch, const struct bv_public *key,
                                                   bool added, struct bv_err *err);

#endif
