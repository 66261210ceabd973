/* Keys: private ones, or the way to those that are held elsewhere; public ones as text. CID = Controlled Identifiers v1.0. */
#ifndef BV_CERTS_KEY_H
#define BV_CERTS_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

enum bv_key_kind {
	BV_KEY_ED25519 = 1, /* RFC 8032: Data Integrity proofs, logs, receipts */
	BV_KEY_P256,        /* FIPS 186-5, NIST P-256 with SHA-256: JOSE and COSE ES256, PDF seals */
	BV_KEY_P384,        /* the same with SHA-384: roots and authorities (X.509) */
};

#define BV_KEY_LEN 32        /* bytes of a seed and of a public key of Ed25519 */
#define BV_SIGNATURE_LEN 64  /* of a signature by Ed25519 or P-256 (r ‖ s, as JOSE, COSE and PKCS #11 have it) */
#define BV_SIGNATURE_MAX 96  /* of any */
#define BV_PUBLIC_MAX 97
#define BV_KEY_SEED_LEN 56   /* random bytes that any kind of key is made of */
#define BV_MULTIKEY_SIZE 80  /* chars that hold any multikey and its NUL */

/* A public key: Ed25519 32 bytes; P-256 65 and P-384 97, the uncompressed point 04 ‖ x ‖ y (SEC 1 §2.3.3). */
struct bv_public {
	enum bv_key_kind kind;
	size_t len;
	uint8_t p[BV_PUBLIC_MAX];
};

struct bv_key; /* a private key, or the way to one that is held elsewhere; wiped when freed */

/* The Ed25519 key of a seed of random bytes (bv_random_fill) or, in tests, of a named one. */
BV_API void bv_key_new(struct bv_key **out, const uint8_t seed[BV_KEY_LEN]);
/* A key of any kind, of random bytes: Ed25519 takes the first 32, the others the private number (c mod (n - 1)) + 1 of FIPS 186-5 §A.2.1. */
BV_API void bv_key_make(struct bv_key **out, enum bv_key_kind kind, const uint8_t seed[BV_KEY_SEED_LEN]);
/* PKCS #8 PEM without a passphrase (RFC 5958, RFC 8410) of a key of that kind; kind 0: any. EPARSE for anything else. */
BV_API BV_MUST_USE enum bv_status bv_key_parse(struct bv_key **out, enum bv_key_kind kind, struct bv_str pem, struct bv_err *err);
/* The same from a file. EINVAL when others than its owner may read or write it; the message says how to mend that. */
BV_API BV_MUST_USE enum bv_status bv_key_load(struct bv_key **out, enum bv_key_kind kind, const char *path, struct bv_err *err);
BV_API void bv_key_free(struct bv_key *key);
BV_AUTO_DEFINE(struct bv_key, bv_key_free)

/* Who signs with a key that is held elsewhere: a token, a process of its own. sign may fail; its signature is as bv_key_ask has it. */
struct bv_key_holder {
	enum bv_status (*sign)(uint8_t signature[BV_SIGNATURE_MAX], void *ctx, struct bv_str message, struct bv_err *err);
	void (*free)(void *ctx);
};
/* Takes ctx; copies public. */
BV_API void bv_key_new_held(struct bv_key **out, const struct bv_public *public, const struct bv_key_holder *holder, void *ctx);

/* PKCS #8 PEM, appended to out: wipe it after use. The key is held in memory: assert. */
BV_API void bv_key_write(struct bv_buf *out, const struct bv_key *key);
/* The public key, borrowed. */
BV_API const struct bv_public *bv_key_describe(const struct bv_key *key);
/* The 32 bytes of an Ed25519 key's, borrowed. Another kind: assert. */
BV_API const uint8_t *bv_key_public(const struct bv_key *key);
/* Bytes of a signature by a key of that kind. */
BV_API size_t bv_signature_len(enum bv_key_kind kind);
/* By an Ed25519 key that is held in memory: assert. One thread at a time for one key. */
BV_API void bv_key_sign(uint8_t signature[BV_SIGNATURE_LEN], const struct bv_key *key, struct bv_str message);
/* By any key; ECDSA is randomised: two signatures of one message differ. EIO, EDENIED: the holder of the key does not answer, or refuses.
 * One thread at a time for one key. */
BV_API BV_MUST_USE enum bv_status bv_key_ask(uint8_t signature[BV_SIGNATURE_MAX], const struct bv_key *key, struct bv_str message, struct bv_err *err);
/* The same by a key of P-256, where hash is known to be SHA-256 of the message; who holds the key elsewhere is given the message. */
BV_API BV_MUST_USE enum bv_status bv_key_ask_hashed(uint8_t signature[BV_SIGNATURE_MAX], const struct bv_key *key, struct bv_str message,
                                                    const uint8_t hash[BV_HASH_LEN], struct bv_err *err);

/* By a P-256 key that is held in memory, of the SHA-256 of a message: for who signs what others have hashed. */
BV_API void bv_key_sign_digest(uint8_t signature[BV_SIGNATURE_LEN], const struct bv_key *key, const uint8_t digest[BV_HASH_LEN]);
/* Once, before the first key: private numbers live in pages that are locked, between guards, and in no core file. EIO when the system refuses. */
BV_API BV_MUST_USE enum bv_status bv_key_lock_memory(struct bv_err *err);

/* Does signature belong to message under a public key of Ed25519? RFC 8032 §5.1.7, cofactorless, S below the group order. */
BV_API bool bv_public_verify(const uint8_t public[BV_KEY_LEN], struct bv_str message, const uint8_t signature[BV_SIGNATURE_LEN]);
/* The same under a key of any kind; signature has bv_signature_len bytes. False, too, when public is no point of its curve. */
BV_API bool bv_public_check(const struct bv_public *public, struct bv_str message, const uint8_t *signature);
BV_API bool bv_public_equal(const struct bv_public *a, const struct bv_public *b);

/* "z6Mk…": base58btc of ed 01 and the public key (CID §2.2.2); returns out. */
BV_API char *bv_multikey_write(char out[BV_MULTIKEY_SIZE], const uint8_t public[BV_KEY_LEN]);
/* EPARSE for other alphabets, other kinds of key, other lengths. */
BV_API BV_MUST_USE enum bv_status bv_multikey_parse(uint8_t public[BV_KEY_LEN], struct bv_str multikey, struct bv_err *err);
/* The same for any kind: "zDna…" of 80 24 and a compressed point for P-256, "z82L…" of 81 24 for P-384. */
BV_API char *bv_multikey_write_of(char out[BV_MULTIKEY_SIZE], const struct bv_public *public);
/* EPARSE as above, and for bytes that are no point of the curve. */
BV_API BV_MUST_USE enum bv_status bv_multikey_parse_any(struct bv_public *public, struct bv_str multikey, struct bv_err *err);
/* {"crv":"Ed25519","kty":"OKP","x":…} (RFC 8037 §2), for the curves RFC 7518 §6.2.1, appended: canonical, so that its SHA-256 is the thumbprint of RFC 7638. */
BV_API void bv_jwk_write(struct bv_buf *out, const struct bv_public *public);

#endif
