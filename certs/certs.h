/* What is attested: keys, issuers, credentials (Open Badges 3.0 on the W3C data model 2.0), and their verification.
 *
 * Sources: VCDM = Verifiable Credentials Data Model v2.0; DI = Verifiable Credential Data Integrity 1.0; EDDSA = Data Integrity EdDSA
 * Cryptosuites v1.0; CID = Controlled Identifiers v1.0; OB = 1EdTech Open Badges 3.0. No clock, no randomness: time and random bytes
 * are parameters, so that every certificate can be made again byte for byte. */
#ifndef BV_CERTS_CERTS_H
#define BV_CERTS_CERTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/merkle.h"
#include "base/str.h"

/* ---- Keys ---- */

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

/* ---- Issuers (DIDs) ---- */

#define BV_DID_MAX 512 /* bytes */

/* "did:key:z6Mk…" appended. */
BV_API void bv_did_key_write(struct bv_buf *out, const uint8_t public[BV_KEY_LEN]);
/* A did:key of an Ed25519 key, or a did:web with a plausible host and path; EINVAL says what is wrong. */
BV_API BV_MUST_USE enum bv_status bv_did_check(struct bv_str did, struct bv_err *err);
/* Where a did:web document is published, "https://HOST/.well-known/did.json" or "https://HOST/PATH/did.json", appended.
 * did has passed bv_did_check; nothing is appended for did:key. */
BV_API void bv_did_web_address(struct bv_buf *out, struct bv_str did);
/* The DID document (did.json) that says: these keys make assertions for did. did has passed bv_did_check. */
BV_API void bv_did_document_write(struct bv_buf *out, struct bv_str did, const struct bv_public *const *keys, size_t count);

struct bv_issuer {
	struct bv_str did;
	struct bv_str name; /* "Trung tâm … / … Centre", may be empty */
	struct bv_str url;  /* may be empty */
};

struct bv_signer; /* an issuer with its key */

/* Takes key, of Ed25519, in every case. issuer is copied; its texts are NFC. EINVAL when the DID is a did:key of another key. */
BV_API BV_MUST_USE enum bv_status bv_signer_new(struct bv_signer **out, struct bv_key *key, const struct bv_issuer *issuer,
                                                struct bv_err *err);
/* Gives a signer its key of P-256, for the envelopes that need one; takes key. A did:key issuer has none: EINVAL. */
BV_API BV_MUST_USE enum bv_status bv_signer_add(struct bv_signer *signer, struct bv_key *key, struct bv_err *err);
BV_API bool bv_signer_has_p256(const struct bv_signer *signer);
/* What an authority says of a batch key, so that paper can be verified by who knows the authority alone (doc/envelopes.md): it may sign from that time for so
 * many days, 1 to 255. authority is of P-256 or Ed25519; the DID document names it in capabilityDelegation. EINVAL, errors of bv_key_ask. */
#define BV_DELEGATION_LEN 106
BV_API BV_MUST_USE enum bv_status bv_delegation_write(uint8_t out[BV_DELEGATION_LEN], const struct bv_key *authority, const struct bv_public *p256,
                                                      int64_t from_s, unsigned days, struct bv_err *err);
/* The same as it lies beside a key in p256.delegation: one line of base64url, appended. */
BV_API void bv_delegation_write_line(struct bv_buf *out, const uint8_t bytes[BV_DELEGATION_LEN]);
/* Has it go with everything that the signer's key of P-256 signs for paper. EINVAL when it is for another key. */
BV_API BV_MUST_USE enum bv_status bv_signer_delegate(struct bv_signer *signer, const uint8_t bytes[BV_DELEGATION_LEN], struct bv_err *err);
/* The private key at key_path, the one of P-256 beside it ("p256.pem" in the same folder, if it is there; its delegation, in base64url, in
 * "p256.delegation") and the DID document ("did.json"). EINVAL when the document does not list a key, so that no certificate is signed that nobody could
 * verify. name and url as in bv_issuer. */
BV_API BV_MUST_USE enum bv_status bv_signer_load(struct bv_signer **out, const char *key_path, struct bv_str name, struct bv_str url,
                                                 struct bv_err *err);
/* The same with keys that may be held elsewhere; p256 may be NULL. Takes both in every case. document is the path of did.json; p256.delegation lies beside it. */
BV_API BV_MUST_USE enum bv_status bv_signer_gather(struct bv_signer **out, struct bv_key *key, struct bv_key *p256, const char *document, struct bv_str name,
                                                   struct bv_str url, struct bv_err *err);
BV_API void bv_signer_free(struct bv_signer *signer);
BV_AUTO_DEFINE(struct bv_signer, bv_signer_free)
BV_API struct bv_str bv_signer_did(const struct bv_signer *signer); /* borrowed */
BV_API const struct bv_public *bv_signer_public(const struct bv_signer *signer); /* of its Ed25519 key, borrowed */

/* ---- X.509 (RFC 5280): root, authority, the keys of a batch ---- */

#define BV_CERTIFICATE_MAX (64u << 10) /* bytes of a certificate or a request */
#define BV_CRL_MAX (16u << 20)
#define BV_SERIAL_LEN 16
#define BV_SUBJECT_MAX 64 /* characters of a part of a name (ub-common-name) */

enum bv_profile {
	BV_PROFILE_ROOT,  /* signs authorities, and its own list of what is revoked */
	BV_PROFILE_CA,    /* signs batches, and its own list */
	BV_PROFILE_BATCH, /* signs certificates of people */
};

/* UTF-8. */
struct bv_subject {
	struct bv_str name, organization; /* CN, O: up to BV_SUBJECT_MAX characters; the second may be empty */
	struct bv_str country;            /* two capital letters, or empty */
};
BV_API BV_MUST_USE enum bv_status bv_subject_check(const struct bv_subject *subject, struct bv_err *err);

struct bv_certificate_facts {
	enum bv_profile profile;
	struct bv_subject subject;
	int64_t from_s, until_s; /* until_s is the last second */
	int64_t sign_until_s;    /* of a batch: until when its private key may be used (RFC 3280 §4.2.1.4); what it signed stays good until until_s */
	struct bv_str did;       /* of a batch: whose key it is, as a name of the subject; may be empty */
	struct bv_str address;   /* folder on the Web, without '/' at its end, where ISSUER.crt and ISSUER.crl are published; empty: nowhere */
	struct bv_str issuer_file; /* "root" or "ca": what those two are called there */
	uint8_t serial[BV_SERIAL_LEN]; /* random; the highest bit is not used */
};

struct bv_certificate; /* one that was read */

/* Appends one in DER: for public, by key, which is that of issuer, or of the certificate itself (issuer NULL: a root). EINVAL for facts that contradict
 * each other or the issuer: dates outside its own, an authority below an authority; errors of bv_key_ask. */
BV_API BV_MUST_USE enum bv_status bv_certificate_write(struct bv_buf *der, const struct bv_certificate_facts *facts, const struct bv_public *public,
                                                       const struct bv_certificate *issuer, const struct bv_key *key, struct bv_err *err);
/* One certificate in DER, or the first in PEM. Its key is of a kind of ours. EPARSE, ELIMIT. */
BV_API BV_MUST_USE enum bv_status bv_certificate_parse(struct bv_certificate **out, struct bv_str bytes, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_certificate_load(struct bv_certificate **out, const char *path, struct bv_err *err);
BV_API void bv_certificate_free(struct bv_certificate *certificate);
BV_AUTO_DEFINE(struct bv_certificate, bv_certificate_free)
/* What it says, all borrowed. */
struct bv_certificate_view {
	struct bv_str der;
	struct bv_str subject, issuer;   /* names in DER */
	struct bv_str serial;            /* contents of the INTEGER, big-endian, 1 to 20 bytes */
	struct bv_str name;              /* CN of the subject, UTF-8; empty: none */
	struct bv_str organization, country;
	struct bv_str key_id;            /* subjectKeyIdentifier; empty: none */
	struct bv_public public;
	int64_t from_s, until_s;
	bool authority;                  /* basicConstraints cA, and may sign certificates */
	uint8_t fingerprint[BV_HASH_LEN]; /* SHA-256 of der */
};
BV_API const struct bv_certificate_view *bv_certificate_view(const struct bv_certificate *certificate);
/* "-----BEGIN CERTIFICATE-----" … appended. */
BV_API void bv_certificate_write_pem(struct bv_buf *out, struct bv_str der);
/* Is there a way from leaf over some of others to one of roots, every signature good and everything valid at at_s (RFC 5280 §6)? EDENIED says what is not.
 * lists: revocation lists that are looked at, too, in DER or PEM; if there are any, all but the root needs one. */
BV_API BV_MUST_USE enum bv_status bv_chain_check(const struct bv_certificate *leaf, const struct bv_certificate *const *others, size_t other_count,
                                                 const struct bv_certificate *const *roots, size_t root_count, const struct bv_str *lists, size_t list_count,
                                                 int64_t at_s, struct bv_err *err);

/* A request for a certificate (PKCS #10, RFC 2986), in DER, signed by the key that it is for. */
BV_API BV_MUST_USE enum bv_status bv_request_write(struct bv_buf *der, const struct bv_subject *subject, const struct bv_key *key, struct bv_err *err);
BV_API void bv_request_write_pem(struct bv_buf *out, struct bv_str der);
/* DER or PEM; the signature is checked: who asks has the key. out->subject borrows out->texts: out is not copied. */
struct bv_request {
	struct bv_subject subject;
	struct bv_public public;
	char texts[3][4 * BV_SUBJECT_MAX + 1];
};
BV_API BV_MUST_USE enum bv_status bv_request_parse(struct bv_request *out, struct bv_str bytes, struct bv_err *err);

enum bv_revocation { BV_REVOKED_UNSPECIFIED = 0, BV_REVOKED_KEY_COMPROMISE = 1, BV_REVOKED_CA_COMPROMISE = 2, BV_REVOKED_SUPERSEDED = 4, BV_REVOKED_CESSATION = 5 };
struct bv_revoked {
	uint8_t serial[20];
	size_t serial_len;
	int64_t at_s;       /* since when it does not count */
	enum bv_revocation reason; /* RFC 5280 §5.3.1 */
};
/* Appends the issuer's list in DER: number grows with each, from_s and next_s are when it is made and when the next one will be. */
BV_API BV_MUST_USE enum bv_status bv_crl_write(struct bv_buf *der, const struct bv_certificate *issuer, const struct bv_key *key, int64_t number, int64_t from_s,
                                               int64_t next_s, const struct bv_revoked *revoked, size_t count, struct bv_err *err);
BV_API void bv_crl_write_pem(struct bv_buf *out, struct bv_str der);
/* The bytes of a list in DER or PEM, into der (cleared first). EPARSE, ELIMIT. */
BV_API BV_MUST_USE enum bv_status bv_crl_to_der(struct bv_buf *der, struct bv_str bytes, struct bv_err *err);

/* ---- Shares of a key's seed (Shamir, How to share a secret, 1979; over GF(2^8) of FIPS 197 §4.2) ---- */

#define BV_SHARES_MAX 16
#define BV_SHARE_LINES 10
#define BV_SHARE_PAYLOAD_LEN (BV_KEY_SEED_LEN + 8)
#define BV_SHARE_TEXT_MAX 4096 /* bytes */

struct bv_share {
	uint8_t set[4];        /* random: what belongs together */
	enum bv_key_kind kind; /* of the key whose seed it is of */
	bool rehearsal;
	unsigned threshold, count, idx; /* any `threshold` of `count` give the seed; this one is number idx, from 1 */
	uint8_t payload[BV_SHARE_PAYLOAD_LEN];
};

/* Bytes of randomness that a split takes. */
#define BV_SHARE_RANDOM_MAX ((BV_SHARES_MAX - 1) * BV_SHARE_PAYLOAD_LEN)
/* Fills plan->count shares, alike to plan but for idx and payload; 2 <= threshold <= count <= BV_SHARES_MAX, else EINVAL. Fewer than threshold of them
 * tell nothing of the seed. The first (threshold - 1) * BV_SHARE_PAYLOAD_LEN of random are used; the caller wipes it, the seed and the shares. */
BV_API BV_MUST_USE enum bv_status bv_share_split(struct bv_share *shares, const struct bv_share *plan, const uint8_t seed[BV_KEY_SEED_LEN],
                                                 const uint8_t random[BV_SHARE_RANDOM_MAX], struct bv_err *err);
/* The seed again, of at least threshold shares in any order; more than that are compared with the others. ECONFLICT: of different sets, or one twice;
 * EINVAL: too few; EDENIED: they do not fit together. */
BV_API BV_MUST_USE enum bv_status bv_share_join(uint8_t seed[BV_KEY_SEED_LEN], const struct bv_share *shares, size_t count, struct bv_err *err);

/* Appends BV_SHARE_LINES lines of digits, "01 23456 07890 12345 06789 42": its number, 8 bytes as four groups up to 65535, and two check digits over all of them
 * (ISO 7064 MOD 97-10): a wrong digit, or two that changed places, is found in its line. */
BV_API void bv_share_write(struct bv_buf *out, const struct bv_share *share);
/* Is that line number `number` (from 1) of a share? Spaces, points, colons and dashes between the digits do not matter. EPARSE says what is wrong. */
BV_API BV_MUST_USE enum bv_status bv_share_check_line(struct bv_str line, unsigned number, struct bv_err *err);
/* The lines again; empty lines and those that begin with '#' are passed over. EPARSE names the line. */
BV_API BV_MUST_USE enum bv_status bv_share_parse(struct bv_share *out, struct bv_str text, struct bv_err *err);

/* ---- The keys of an issuer: keys.json, the one source of all that is published of them ---- */

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

/* ---- Keys held elsewhere: a library of its own (bv_token), so that what verifies opens no socket and loads no module ---- */

/* What bangvang-signer is asked over its socket (SOCK_SEQPACKET), and what it answers: frames of one length, zeros at the end.
 * Request: "BVS1", op, kind, be16 length, be64 number; then the message: what an Ed25519 key signs, or the SHA-256 of what a P-256 key signs.
 * Answer: "BVR1", enum bv_signer_says, kind, be16 length, the number again, be64 signatures that this key may still make, be64 when its window ends;
 * then the signature, the public key, or what is wrong. */
#define BV_SIGNER_FRAME 512
#define BV_SIGNER_MESSAGE_MAX 448
enum bv_signer_op { BV_SIGNER_SIGN = 1, BV_SIGNER_PUBLIC = 2, BV_SIGNER_STOP = 3 };
enum bv_signer_says {
	BV_SIGNER_DONE = 0,
	BV_SIGNER_BAD = 1,     /* no request */
	BV_SIGNER_NO_KEY = 2,  /* of that kind */
	BV_SIGNER_STOPPED = 3, /* by the stop file, or by a request */
	BV_SIGNER_WINDOW = 4,  /* before or after the key's time */
	BV_SIGNER_COUNT = 5,   /* the key has made as many signatures as it may */
	BV_SIGNER_FAULT = 6,   /* its disk failed */
};
struct bv_signer_request {
	enum bv_signer_op op;
	enum bv_key_kind kind;
	uint64_t number;
	struct bv_str message; /* borrowed from the frame */
};
struct bv_signer_answer {
	enum bv_signer_says says;
	enum bv_key_kind kind;
	uint64_t number, left;
	int64_t until_s;
	struct bv_str body; /* borrowed from the frame */
};
/* EPARSE for what is no frame of that kind; nothing is left over. */
BV_API BV_MUST_USE enum bv_status bv_signer_request_parse(struct bv_signer_request *out, struct bv_str frame, struct bv_err *err);
BV_API void bv_signer_request_write(uint8_t frame[BV_SIGNER_FRAME], const struct bv_signer_request *request); /* message and body fit: assert */
BV_API BV_MUST_USE enum bv_status bv_signer_answer_parse(struct bv_signer_answer *out, struct bv_str frame, struct bv_err *err);
BV_API void bv_signer_answer_write(uint8_t frame[BV_SIGNER_FRAME], const struct bv_signer_answer *answer);

/* The key of that kind of the bangvang-signer that listens at a path. An Ed25519 key signs messages of up to BV_SIGNER_MESSAGE_MAX bytes (ELIMIT): proofs,
 * checkpoints, receipts. EIO: nobody answers there; EDENIED: it refuses, err says why. Signing waits for 10 s at most. */
BV_API BV_MUST_USE enum bv_status bv_key_connect(struct bv_key **out, const char *socket, enum bv_key_kind kind, struct bv_err *err);
/* Makes the signer at that path refuse everything from now on. */
BV_API BV_MUST_USE enum bv_status bv_signer_stop(const char *socket, struct bv_err *err);
/* The key of a PKCS #11 token: "pkcs11:token=LABEL;object=LABEL?module-path=FILE&pin-source=FILE" (RFC 7512); id=%XX… in place of object. Ed25519 or P-256. */
BV_API BV_MUST_USE enum bv_status bv_key_open_token(struct bv_key **out, struct bv_str uri, enum bv_key_kind kind, struct bv_err *err);
/* A signer by the name of its key: the file of a private key as bv_signer_load has it (p256 and document NULL); "signer:SOCKET", of which both keys are taken;
 * or "pkcs11:…", with the name of the P-256 key in p256, or NULL. For the latter two, document is the path of did.json. */
BV_API BV_MUST_USE enum bv_status bv_signer_open(struct bv_signer **out, const char *key, const char *p256, const char *document, struct bv_str name,
                                                 struct bv_str url, struct bv_err *err);
/* A key by its name: "signer:SOCKET", "pkcs11:…", or the file of a private key. */
BV_API BV_MUST_USE enum bv_status bv_key_open(struct bv_key **out, const char *name, enum bv_key_kind kind, struct bv_err *err);

/* ---- Credentials ---- */

/* Values on a certificate are decimals as text, "8.50": at most six digits after the point (bv_str_decimal), compared exactly. */
#define BV_VALUE_PLACES 6
#define BV_AREAS_MAX 64
#define BV_LEVELS_MAX 16
#define BV_EVIDENCE_MAX 16
#define BV_TEXT_MAX 8192           /* bytes of one text of a certificate */
#define BV_CREDENTIAL_MAX (1u << 20) /* bytes of a certificate */

struct bv_area {
	struct bv_str code;             /* "IU01": letters, digits, '.', '_', '-' */
	struct bv_str name_vi, name_en; /* name_en may be empty */
	struct bv_str min, max;         /* decimals; min empty means 0 */
	struct bv_str required;         /* decimal: needed to pass; empty when the area alone decides nothing */
	bool percent;                   /* OB resultType Percent, else RawScore */
};

/* What many certificates share. Texts are UTF-8 in NFC. */
struct bv_achievement {
	struct bv_str id; /* URI */
	struct bv_str name_vi, name_en;
	struct bv_str description;
	struct bv_str criteria;     /* what had to be done; at least one of the two */
	struct bv_str criteria_url; /* URI */
	struct bv_str version;      /* may be empty */
	const struct bv_area *areas;
	size_t area_count;
	const struct bv_str *levels; /* codes or names from low to high; none: no level is attested */
	size_t level_count;
	struct bv_str required_level;           /* one of levels, or empty */
	bool ability;                           /* theta and its standard error may be attested */
	struct bv_str ability_min, ability_max; /* decimals, may be empty */
};

enum bv_decision { BV_DECISION_NONE, BV_DECISION_COMPLETED, BV_DECISION_FAILED, BV_DECISION_PROVISIONAL };

struct bv_evidence {
	struct bv_str name;        /* "form", "responses", … */
	uint8_t hash[32];          /* SHA-256 of it: RFC 6920 ni URI on the certificate */
};

/* What one certificate says. */
struct bv_credential_facts {
	const struct bv_achievement *achievement;
	const struct bv_str *values; /* decimals, achievement->area_count of them; empty where an area has no result */
	struct bv_str level;         /* one of achievement->levels, or empty */
	struct bv_str theta, theta_se;
	enum bv_decision decision; /* not NONE: OB reads a certificate without a status as Completed */
	struct bv_str holder;  /* name */
	bool holder_hashed;    /* only SHA-256(name ‖ salt as hex) goes on the certificate: OB IdentityHash */
	struct bv_str licence; /* number of the certificate, may be empty */
	const struct bv_evidence *evidence;
	size_t evidence_count;
	int64_t awarded_s, valid_from_s;
	int64_t valid_until_s; /* 0: no end */
	int64_t created_s;     /* when it is signed */
	uint8_t id[16], subject_id[16], salt[16]; /* random: the UUIDs of the certificate and of its subject; salt of a hashed name */
	struct bv_str birth;    /* "1990-02-28" or empty: on the certificate as SHA-256(birth ‖ birth_salt as hex) */
	uint8_t birth_salt[16]; /* random */
	struct bv_str status;   /* URI below which its status lists are, "https://host/status/7"; empty: it cannot be revoked */
	uint32_t status_idx;    /* its place in them */
	/* Where it is in the public log, for the envelopes that say so; log_origin empty: it is in none. */
	struct bv_str log_origin;
	uint64_t log_idx;
	uint8_t leaf[BV_HASH_LEN];
	uint8_t secret[32]; /* random: what salts of an SD-JWT are made of; on no envelope, and kept by who wants to make the same SD-JWT again */
};

/* The parts that certificates of one achievement and one signer share, made ready: issue many from it. Borrows achievement and signer.
 * Not for two threads at once: it remembers the hash of the last proof options. EINVAL names what is wrong in the achievement. */
struct bv_template;
BV_API BV_MUST_USE enum bv_status bv_template_new(struct bv_template **out, const struct bv_achievement *achievement,
                                                  const struct bv_signer *signer, struct bv_err *err);
BV_API void bv_template_free(struct bv_template *tmpl);
BV_AUTO_DEFINE(struct bv_template, bv_template_free)

/* The proofs of a certificate. The set of both is what everybody can verify: each verifier finds one that it knows. */
enum bv_suite {
	BV_SUITE_RDFC = 1, /* eddsa-rdfc-2022 (EDDSA §3.2), what most verifiers of Open Badges know */
	BV_SUITE_JCS = 2,  /* eddsa-jcs-2022 (EDDSA §3.3), which needs no RDF */
};
/* Some of enum bv_suite, one at least; both unless this says otherwise. */
BV_API void bv_template_suites(struct bv_template *tmpl, unsigned suites);

/* Appends one signed certificate, in the canonical form of RFC 8785, with its proofs: eddsa-rdfc-2022 first. Facts that contradict each other
 * (value out of range, Completed without a required value, …) are refused with EINVAL, and nothing is signed.
 * facts->achievement is the one of the template: assert. */
BV_API BV_MUST_USE enum bv_status bv_template_issue(struct bv_buf *out, struct bv_template *tmpl, const struct bv_credential_facts *facts,
                                                    struct bv_err *err);
/* Appends what is signed: the certificate without its proof, whose hash the public log has. facts as for bv_template_issue. */
BV_API BV_MUST_USE enum bv_status bv_template_body(struct bv_buf *out, struct bv_template *tmpl, const struct bv_credential_facts *facts, struct bv_err *err);
/* The same for a single certificate. */
BV_API BV_MUST_USE enum bv_status bv_credential_issue(struct bv_buf *out, const struct bv_credential_facts *facts,
                                                      const struct bv_signer *signer, struct bv_err *err);

/* Appends a certificate as it is, in JSON, with new proofs by signer's key in place of those it has: for the certificates of a key that was compromised. Whether
 * it is a genuine one is for the caller to know. EINVAL: of another issuer, or not of the shape of our certificates. */
BV_API BV_MUST_USE enum bv_status bv_credential_resign(struct bv_buf *out, struct bv_str certificate, const struct bv_signer *signer, int64_t created_s,
                                                       struct bv_err *err);

/* The same without its proof, for auditors, who have no private key: what a verifier hashes. */
BV_API BV_MUST_USE enum bv_status bv_credential_body_write(struct bv_buf *out, const struct bv_credential_facts *facts,
                                                           const struct bv_issuer *issuer, struct bv_err *err);

/* The other envelopes of the same certificate, by the key of P-256; doc/envelopes.md describes them. Appended; nothing is when it fails. EINVAL as above, and
 * when the issuer has no such key; errors of bv_key_ask. */

/* OB §8.2 VC-JWT, ES256. */
BV_API BV_MUST_USE enum bv_status bv_jwt_issue(struct bv_buf *out, struct bv_template *tmpl, const struct bv_credential_facts *facts, struct bv_err *err);
/* SD-JWT VC (RFC 9901, "dc+sd-jwt") with all it has to disclose. EINVAL when facts->secret is all zeros. */
BV_API BV_MUST_USE enum bv_status bv_sd_jwt_issue(struct bv_buf *out, struct bv_template *tmpl, const struct bv_credential_facts *facts,
                                                  struct bv_err *err);
/* The same with the named claims only: "level", "areas.IU01", "areas" for all of them. ENOTFOUND names what there is. Nothing is verified. */
BV_API BV_MUST_USE enum bv_status bv_sd_jwt_disclose(struct bv_buf *out, struct bv_str sd_jwt, const struct bv_str *claims, size_t count, struct bv_err *err);
/* What there is to disclose: [{"claim","value"}]; the caller owns it. */
BV_API BV_MUST_USE enum bv_status bv_sd_jwt_list(struct bv_json **out, struct bv_str sd_jwt, struct bv_err *err);
/* CWT in a COSE_Sign1, ES256: the bytes for paper, as few as there can be. */
BV_API BV_MUST_USE enum bv_status bv_cwt_issue(struct bv_buf *out, struct bv_template *tmpl, const struct bv_credential_facts *facts, struct bv_err *err);
/* The text of its QR symbol, "PAGE#DIGITS": a camera opens the page, which never sends on what stands after '#'. */
BV_API void bv_qr_text(struct bv_buf *out, struct bv_str page, struct bv_str cwt);
/* The usual page of a did:web issuer, "https://HOST/v"; nothing for others. In capitals, which take fewer bits, where so many bytes would not fit into a symbol
 * of version 14-M otherwise: a host has no case (RFC 3986 §6.2.2.1), and the page is to be there as /V too. */
BV_API void bv_qr_page(struct bv_buf *out, struct bv_str did, size_t cwt_len);
/* The bytes in a symbol's text into out (cleared first): what stands after '#', or all of it; digits or base64url. EPARSE, ELIMIT. */
BV_API BV_MUST_USE enum bv_status bv_qr_parse(struct bv_buf *out, struct bv_str text, struct bv_err *err);

/* Facts from JSON (doc/certificates.md). Owns all its texts; id, subject_id, salt, and where absent the times, are left 0. */
struct bv_facts_file;
BV_API BV_MUST_USE enum bv_status bv_facts_parse(struct bv_facts_file **out, struct bv_str json, struct bv_err *err);
BV_API void bv_facts_free(struct bv_facts_file *file);
BV_AUTO_DEFINE(struct bv_facts_file, bv_facts_free)
BV_API struct bv_credential_facts *bv_facts(struct bv_facts_file *file); /* borrowed; may be completed by the caller */
BV_API struct bv_issuer bv_facts_issuer(const struct bv_facts_file *file); /* name and url, borrowed */

#define BV_UUID_SIZE 46
/* "urn:uuid:…" of random bytes, of which six bits say that they are (RFC 9562 §5.4); returns out. */
BV_API char *bv_uuid_write(char out[BV_UUID_SIZE], const uint8_t random[16]);
/* Appends facts as JSON that bv_facts_parse reads, the same for the same facts; issuer may be NULL. Salts, and what the log says, are not in it. */
BV_API void bv_facts_write(struct bv_buf *out, const struct bv_credential_facts *facts, const struct bv_issuer *issuer);

/* ---- Status lists ----
 *
 * Which certificates stand: not revoked, not suspended. A certificate names a shard by its address BASE and its own entry in it. What is known of a
 * shard is published in two forms made of the same bits: BASE/revocation and BASE/suspension, credentials of BSL = W3C Bitstring Status List v1.0, and
 * BASE/token, a JWT of TSL = IETF Token Status List (draft 21), with two bits an entry: 0 valid, 1 revoked, 2 suspended. */

struct bv_trust; /* below */

#define BV_SHARD_ENTRIES 131072            /* BSL §3.1: the least that hides a holder among others */
#define BV_STATUS_LIST_MAX (8u << 20)      /* bytes of a list as it is published */
#define BV_STATUS_ENTRIES_MAX (16u << 20)  /* bytes of its entries */

enum bv_standing {
	BV_STANDING_UNKNOWN, /* no list says it: never the same as revoked */
	BV_STANDING_VALID,
	BV_STANDING_REVOKED,
	BV_STANDING_SUSPENDED,
};

/* "unknown", "valid", "revoked", "suspended". */
BV_API const char *bv_standing_name(enum bv_standing standing);

/* The entries of a shard; zeroed: all valid. */
struct bv_shard {
	uint8_t revoked[BV_SHARD_ENTRIES / 8], suspended[BV_SHARD_ENTRIES / 8]; /* entry 0 is the most significant bit of byte 0 */
};
/* standing is VALID, REVOKED or SUSPENDED, idx < BV_SHARD_ENTRIES: assert. */
BV_API void bv_shard_set(struct bv_shard *shard, uint32_t idx, enum bv_standing standing);

enum bv_status_kind { BV_STATUS_REVOCATION, BV_STATUS_SUSPENSION, BV_STATUS_TOKEN, BV_STATUS_KINDS };
/* "revocation", "suspension", "token": the end of its address. */
BV_API const char *bv_status_kind_name(enum bv_status_kind kind);

struct bv_status_terms {
	struct bv_str base;    /* address of the shard, without a slash at the end */
	int64_t from_s, until_s;
	int64_t ttl_s;         /* how long a reader may keep it before he looks again; 0: not said */
};
/* Appends a list, signed: a credential with the proofs of a certificate, or a JWT by the signer's key of P-256 (ES256) if it has one, else of Ed25519
 * (EdDSA). Lists of one kind, shard and time are equal byte for byte but for ES256. EINVAL says what is wrong with the terms; errors of bv_key_ask. */
BV_API BV_MUST_USE enum bv_status bv_status_write(struct bv_buf *out, enum bv_status_kind kind, const struct bv_shard *shard, const struct bv_status_terms *terms,
                                                  const struct bv_signer *signer, struct bv_err *err);

struct bv_status_list;
/* Either form, by its first character; of TSL also lists of 1, 4 and 8 bits, and CWT (TSL §5.2). Nothing is verified. EPARSE, EINVAL, ELIMIT. */
BV_API BV_MUST_USE enum bv_status bv_status_parse(struct bv_status_list **out, struct bv_str text, struct bv_err *err);
BV_API void bv_status_free(struct bv_status_list *list);
BV_AUTO_DEFINE(struct bv_status_list, bv_status_free)
BV_API enum bv_status_kind bv_status_kind(const struct bv_status_list *list);
BV_API struct bv_str bv_status_uri(const struct bv_status_list *list); /* where it is published, borrowed */
BV_API uint64_t bv_status_count(const struct bv_status_list *list);    /* entries */
/* The value of entry idx, or -1 past the end. */
BV_API int bv_status_value(const struct bv_status_list *list, uint64_t idx);
/* Is it signed by a key that trust lists for its issuer, and was it in force at that time? EDENIED says what is wrong. */
BV_API BV_MUST_USE enum bv_status bv_status_check(const struct bv_status_list *list, const struct bv_trust *trust, int64_t at_s, struct bv_err *err);

/* Lists that were fetched, of any time: of one address that counts which was newest at the time asked for. Borrows trust. */
struct bv_status_lists;
BV_API struct bv_status_lists *bv_status_lists_new(const struct bv_trust *trust);
/* One more; messages begin with name. */
BV_API BV_MUST_USE enum bv_status bv_status_lists_add(struct bv_status_lists *lists, struct bv_str name, struct bv_str text, struct bv_err *err);
/* All files "*.json", "*.jwt" and "*.cwt" below a folder. A broken file is an error, never passed over. */
BV_API BV_MUST_USE enum bv_status bv_status_lists_load(struct bv_status_lists **out, const char *folder, const struct bv_trust *trust, struct bv_err *err);
BV_API void bv_status_lists_free(struct bv_status_lists *lists);
BV_AUTO_DEFINE(struct bv_status_lists, bv_status_lists_free)

enum bv_standing_fault { BV_LISTS_SAY_SO, BV_LISTS_ABSENT, BV_LISTS_UNSIGNED, BV_LISTS_OLD, BV_LISTS_SHORT };

struct bv_standing_reason {
	enum bv_standing_fault fault; /* why it is unknown */
	const char *vi, *en;          /* the same in words, a constant; also of what is known */
	int64_t from_s;        /* since when the list says so; 0: there is none */
	struct bv_err err;     /* of a list that does not verify; msg may be empty */
};
/* The standing of entry idx of the shard at base, which issuer issues, at that time. VALID takes lists of both purposes, or a token list; one list that
 * says revoked or suspended is enough for that. */
BV_API enum bv_standing bv_status_lists_find(struct bv_standing_reason *why, const struct bv_status_lists *lists, struct bv_str issuer, struct bv_str base,
                                             uint64_t idx, int64_t at_s);

/* ---- Verification, offline ---- */

struct bv_checkpoint; /* below */
struct bv_log_proof;
struct bv_policy;
struct bv_status_lists;

/* The issuers that the reader trusts. */
struct bv_trust;
BV_API struct bv_trust *bv_trust_new(void);
/* A file by its name: "*.json" is a DID document or a JWK set (RFC 7517 §5, each kid a DID URL); "*.multikey" has lines "MULTIKEY [DID]" or
 * "did:key:MULTIKEY" ('#' starts a comment); others are passed over. EPARSE or EINVAL name the file and what is wrong with it. */
BV_API BV_MUST_USE enum bv_status bv_trust_add(struct bv_trust *trust, const char *name, struct bv_str bytes, struct bv_err *err);
/* All files below a folder. ENOTFOUND, EIO, or as above. */
BV_API BV_MUST_USE enum bv_status bv_trust_load(struct bv_trust **out, const char *folder, struct bv_err *err);
BV_API size_t bv_trust_count(const struct bv_trust *trust); /* keys */
/* Whose key is it: the DID of a trusted file that lists it for assertions, at that time? Borrowed; empty: nobody's. */
BV_API struct bv_str bv_trust_find(const struct bv_trust *trust, const uint8_t public[BV_KEY_LEN], int64_t at_s);
/* The key that signed a checkpoint under its origin, among all that are trusted at that time; the DID as bv_trust_find. */
BV_API struct bv_str bv_trust_find_checkpoint(const struct bv_trust *trust, const struct bv_checkpoint *checkpoint, int64_t at_s);
/* Does a trusted file list that key for that DID? */
BV_API bool bv_trust_has(const struct bv_trust *trust, struct bv_str did, const uint8_t public[BV_KEY_LEN]);
BV_API void bv_trust_free(struct bv_trust *trust);
BV_AUTO_DEFINE(struct bv_trust, bv_trust_free)

enum bv_verdict {
	BV_VERDICT_VALID,
	BV_VERDICT_INVALID,        /* something is wrong with the certificate */
	BV_VERDICT_UNKNOWN_ISSUER, /* nothing is wrong, but no trusted document has the issuer's key */
	BV_VERDICT_UNCHECKED,      /* nothing is wrong, but something could not be looked at: see the checks */
};

enum bv_check_id {
	BV_CHECK_DOCUMENT,  /* the envelope can be read; JSON: UTF-8, size, depth, no name twice */
	BV_CHECK_SHAPE,     /* contexts, types and members that VCDM and OB require */
	BV_CHECK_PROOF,     /* DI: DataIntegrityProof, eddsa-jcs-2022, assertionMethod, a signature of 64 bytes */
	BV_CHECK_CONTEXT,   /* EDDSA §3.3.2: the certificate's contexts are those of the proof */
	BV_CHECK_ISSUER,    /* the key named by the proof belongs to the issuer named by the certificate */
	BV_CHECK_KEY,       /* that key is in the trust folder, for assertions, at that time */
	BV_CHECK_SIGNATURE, /* the signature matches the contents */
	BV_CHECK_TIME,      /* awarded ≤ valid from ≤ now < valid until; not signed in the future */
	BV_CHECK_RESULTS,   /* every result fits its description, the decision fits the results */
	BV_CHECK_STATUS,    /* not revoked and not suspended, by the lists that the certificate names; passed when it names none */
	BV_CHECK_LOG,       /* it is in the public log; skipped, and valid all the same, when no log was named */
	BV_CHECK_COUNT
};

enum bv_check_result { BV_CHECK_SKIPPED, BV_CHECK_PASSED, BV_CHECK_FAILED, BV_CHECK_UNKNOWN, BV_CHECK_UNCHECKED };

#define BV_MERGE_DELAY_S 600 /* within which a log shows what was given to it */

struct bv_verify_options {
	int64_t at_s;       /* the time for which to verify: now, or --at */
	bool allow_did_key; /* accept a did:key issuer that the trust folder does not list: proves only that one key made it all */
	const struct bv_status_lists *status; /* NULL: none were given, and what a list would say is not known */
	const struct bv_policy *log;          /* logs and witnesses whose word counts; NULL: nothing needs to be in a log */
	const struct bv_log_proof *proof;     /* that the certificate is in it; NULL: none was given */
	int64_t merge_delay_s; /* so long after its signing a certificate need not be there yet; 0: BV_MERGE_DELAY_S; below 0: it must be there at once */
	/* Draws the page of a PDF again from what is attached to it, and compares: bv_pdf_redraw, which this library does not link; NULL: not done. */
	struct {
		enum bv_status (*draw)(void *ctx, struct bv_str pdf, struct bv_err *err);
		void *ctx;
	} page;
};

enum bv_lang { BV_LANG_VI, BV_LANG_EN };

/* "vi…" and "en…" as in LANG or --lang; otherwise for anything else, and for NULL. */
BV_API enum bv_lang bv_lang_of(const char *name, enum bv_lang otherwise);

/* Any envelope, known by its first bytes. Everything found. Never fails: what could not be read is a finding too. trust NULL: there is no usable
 * trust folder. */
struct bv_report;
BV_API void bv_credential_verify(struct bv_report **out, struct bv_str bytes, const struct bv_trust *trust,
                                 const struct bv_verify_options *options);
BV_API void bv_report_free(struct bv_report *report);
BV_AUTO_DEFINE(struct bv_report, bv_report_free)

BV_API enum bv_verdict bv_report_verdict(const struct bv_report *report);
BV_API enum bv_check_result bv_report_check(const struct bv_report *report, enum bv_check_id id);
/* Exit status of a program (DESIGN §7): 0 valid; 1 invalid or unknown issuer; could not check: 3 for want of a clock, else 2. */
BV_API int bv_report_exit(const struct bv_report *report);
/* The verdict as a sentence. */
BV_API const char *bv_verdict_text(enum bv_verdict verdict, enum bv_lang lang);

/* For people: name of the file, verdict, every check with what was found, every fact. Control and bidirectional characters of the file are escaped. */
BV_API void bv_report_write(struct bv_buf *out, const struct bv_report *report, struct bv_str file, enum bv_lang lang);
/* Only the facts (`cert show`). Nothing of it is verified. */
BV_API void bv_report_write_facts(struct bv_buf *out, const struct bv_report *report, enum bv_lang lang);
/* {"file","verdict","text","checks":[{"check","result","messages":[…]}],"facts":[{"path","name","value"}]}; the caller owns it. */
BV_API struct bv_json *bv_report_json(const struct bv_report *report, struct bv_str file, enum bv_lang lang);
/* JSON text whose strings came from a file, safe for a terminal: C1 controls and bidirectional characters as \u escapes. */
BV_API void bv_json_write_safe(struct bv_buf *out, const struct bv_json *json);

/* ---- Certificates as pages: PDF (doc/envelopes.md, doc/pdf-template.md) ---- */

#define BV_PDF_MAX (2u << 20)           /* bytes of a PDF */
#define BV_CHAIN_MAX 8                  /* certificates of a seal's chain */
#define BV_PAGE_TEMPLATE_MAX (1u << 20) /* bytes of a template */
#define BV_QR_TEXT_MAX 2331             /* characters of 8 bits in a symbol of version 40-M */
#define BV_QR_QUIET 4                   /* light modules around a symbol (ISO/IEC 18004 §9.1) */

/* The X.509 certificates of a key that seals, PEM, its own first. EPARSE, EINVAL. */
struct bv_seal_chain;
BV_API BV_MUST_USE enum bv_status bv_seal_chain_parse(struct bv_seal_chain **out, struct bv_str pem, struct bv_err *err);
BV_API void bv_seal_chain_free(struct bv_seal_chain *chain);
BV_AUTO_DEFINE(struct bv_seal_chain, bv_seal_chain_free)

/* A time-stamping authority (RFC 3161): gets a request in DER, appends the response in DER. */
struct bv_tsa {
	enum bv_status (*ask)(void *ctx, struct bv_buf *response, struct bv_str request, struct bv_err *err);
	void *ctx;
};

struct bv_seal {
	const struct bv_key *key; /* of P-256 or P-384 */
	const struct bv_seal_chain *chain;
	int64_t at_s;             /* when, as the seal itself says */
	const struct bv_tsa *tsa; /* NULL: no time stamp */
};

/* Appends the PDF with a seal over all of it: PAdES baseline B-B, with a time stamp B-T (ETSI EN 319 142-1), as an incremental update. ECONFLICT: it is sealed
 * already. EINVAL: the chain is another key's. Errors of bv_key_ask and of the authority. */
BV_API BV_MUST_USE enum bv_status bv_pdf_seal(struct bv_buf *out, struct bv_str pdf, const struct bv_seal *seal, struct bv_err *err);
/* Appends the sealed PDF with certificates and revocation lists (PEM, of both any number) for those who verify it when the lists are gone: B-LT. */
BV_API BV_MUST_USE enum bv_status bv_pdf_enclose(struct bv_buf *out, struct bv_str pdf, struct bv_str pem, struct bv_err *err);

/* The functions from here to the end of this section are in the library bv_paper, which draws: tools/verify links it not. */

/* What a page looks like (certs/certificate-template.xsd). EPARSE, EINVAL with the line. */
struct bv_page_template;
BV_API BV_MUST_USE enum bv_status bv_page_template_parse(struct bv_page_template **out, struct bv_str xml, struct bv_err *err);
BV_API void bv_page_template_free(struct bv_page_template *tmpl);
BV_AUTO_DEFINE(struct bv_page_template, bv_page_template_free)
struct bv_page_template_name {
	struct bv_str identifier, version; /* borrowed */
	uint8_t hash[BV_HASH_LEN];         /* SHA-256 of the document */
};
BV_API struct bv_page_template_name bv_page_template_name(const struct bv_page_template *tmpl);

struct bv_pdf_page {
	struct bv_str credential; /* the certificate, JSON */
	struct bv_str proof;      /* that it is in the log (*.tlog-proof), or empty */
	struct bv_str qr;         /* text of the QR symbol; empty: the template's address, '#' and the certificate's identifier */
};

/* Appends a PDF of one page, not sealed, with what it was drawn from attached. All that it shows comes from the certificate and the template; the same input
 * gives the same bytes with the same versions of cairo, pango and the fonts. EINVAL: something does not fit, or the certificate lacks what the template wants;
 * EIO: a font is not installed. */
BV_API BV_MUST_USE enum bv_status bv_pdf_render(struct bv_buf *out, const struct bv_page_template *tmpl, const struct bv_pdf_page *page, struct bv_err *err);
/* The same page as a picture of 20 to 1200 pixels to the inch. */
BV_API BV_MUST_USE enum bv_status bv_page_png(struct bv_buf *out, const struct bv_page_template *tmpl, const struct bv_pdf_page *page, int dpi, struct bv_err *err);

/* Gives back the fonts that drawing keeps from page to page: for the end of a program. Cheap to call without having drawn. */
BV_API void bv_pdf_end(void);

struct bv_page_templates {
	struct bv_page_template *const *list;
	size_t count;
};
/* For bv_verify_options.page, with a struct bv_page_templates: those that the reader knows. EDENIED: the page does not follow from the certificate; ENOTFOUND:
 * the template is none of them; EINVAL: other versions of the libraries drew it. */
BV_API BV_MUST_USE enum bv_status bv_pdf_redraw(void *templates, struct bv_str pdf, struct bv_err *err);

struct bv_qr_symbol {
	int version, size;           /* 1–40; modules of a side */
	uint8_t modules[177 * 177];  /* by rows; 1 is dark */
};
/* Level M, the smallest version that holds the text. ELIMIT above max_version. */
BV_API BV_MUST_USE enum bv_status bv_qr_symbol(struct bv_qr_symbol *out, struct bv_str text, int max_version, struct bv_err *err);
/* Appends a PNG of it with its light margin, scale pixels a module (1–40). */
BV_API BV_MUST_USE enum bv_status bv_qr_png(struct bv_buf *out, struct bv_str text, int scale, struct bv_err *err);

/* ---- Receipts (doc/ledger.md) ---- */

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

/* ---- Checkpoints (C2SP tlog-checkpoint, signed-note) ---- */

#define BV_CHECKPOINT_MAX (64 << 10) /* bytes: 16 signatures and more, also of kinds that are not known here */

/* Borrowed from the note. */
struct bv_checkpoint {
	struct bv_str origin; /* also the name of the key */
	uint64_t size;
	struct bv_merkle_hash root;
	struct bv_str text, signatures; /* what is signed; the lines after it */
};
/* Appends a note signed by key, of Ed25519; origin has no space and no plus sign. One thread at a time for one key. Errors of bv_key_ask. */
BV_API BV_MUST_USE enum bv_status bv_checkpoint_write(struct bv_buf *out, struct bv_str origin, uint64_t size, const struct bv_merkle_hash *root, const struct bv_key *key,
                                                      struct bv_err *err);
/* EPARSE, ELIMIT. No signature is looked at. */
BV_API BV_MUST_USE enum bv_status bv_checkpoint_parse(struct bv_checkpoint *out, struct bv_str note, struct bv_err *err);
/* Is there a good signature by that key under the origin's name? Signatures of others (witnesses) are passed over. EDENIED. */
BV_API BV_MUST_USE enum bv_status bv_checkpoint_check(const struct bv_checkpoint *checkpoint, const uint8_t public[BV_KEY_LEN], struct bv_err *err);

/* ---- Keys of logs and witnesses (C2SP signed-note, tlog-cosignature) ---- */

#define BV_NOTE_NAME_MAX 255 /* bytes of the name of a key */

enum bv_note_type { BV_NOTE_ED25519 = 1, BV_NOTE_COSIGNATURE = 4 }; /* a log's signature; a witness's with its time */

/* A verifier key, "NAME+IDENTIFIER+KEY". */
struct bv_vkey {
	struct bv_str name; /* borrowed from the text; of a log its origin */
	enum bv_note_type type;
	uint8_t public[BV_KEY_LEN];
};
/* EPARSE; EINVAL for a type that is not known here. */
BV_API BV_MUST_USE enum bv_status bv_vkey_parse(struct bv_vkey *out, struct bv_str text, struct bv_err *err);
/* Appended, without an end of line. */
BV_API void bv_vkey_write(struct bv_buf *out, const struct bv_vkey *vkey);
/* EINVAL: a name has 1 to BV_NOTE_NAME_MAX bytes of UTF-8 without spaces, control characters and plus signs. */
BV_API BV_MUST_USE enum bv_status bv_note_name_check(struct bv_str name, struct bv_err *err);

/* Has the checkpoint a line that is said to be of that key, good or not? */
BV_API bool bv_checkpoint_names(const struct bv_checkpoint *checkpoint, const struct bv_vkey *vkey);

/* Appends a witness's line of signature on a checkpoint: name saw it, consistent with all that it saw before, at at_s. */
BV_API BV_MUST_USE enum bv_status bv_cosignature_write(struct bv_buf *out, const struct bv_checkpoint *checkpoint, struct bv_str name, int64_t at_s,
                                                       const struct bv_key *key, struct bv_err *err);
/* Is there one by that witness, and when did it sign? ENOTFOUND: none; EDENIED: it does not verify; EPARSE. */
BV_API BV_MUST_USE enum bv_status bv_cosignature_check(int64_t *at_s, const struct bv_checkpoint *checkpoint, const struct bv_vkey *witness,
                                                       struct bv_err *err);

/* ---- Whose word is enough (C2SP tlog-policy) ---- */

#define BV_POLICY_MAX (64 << 10) /* bytes of a file */
#define BV_POLICY_KEYS_MAX 64     /* logs, witnesses, groups: of each */

struct bv_policy_key {
	struct bv_str name; /* of a witness in the file; of a log its origin */
	struct bv_vkey vkey;
	struct bv_str url;  /* may be empty */
};

struct bv_policy;
/* EPARSE, EINVAL and ELIMIT with the line. */
BV_API BV_MUST_USE enum bv_status bv_policy_parse(struct bv_policy **out, struct bv_str text, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_policy_load(struct bv_policy **out, const char *path, struct bv_err *err);
BV_API void bv_policy_free(struct bv_policy *policy);
BV_AUTO_DEFINE(struct bv_policy, bv_policy_free)
BV_API const struct bv_policy_key *bv_policy_logs(const struct bv_policy *policy, size_t *count);      /* borrowed */
BV_API const struct bv_policy_key *bv_policy_witnesses(const struct bv_policy *policy, size_t *count); /* borrowed */

struct bv_policy_finding {
	size_t log;       /* of bv_policy_logs: who signed */
	size_t witnesses; /* that cosigned, of those that the policy names */
	int64_t since_s;  /* since when so many have that the quorum is there; 0 where the policy asks for none */
};
/* Is the checkpoint signed by one of the logs and cosigned by the quorum? EDENIED says what is missing. */
BV_API BV_MUST_USE enum bv_status bv_policy_check(struct bv_policy_finding *out, const struct bv_policy *policy, const struct bv_checkpoint *checkpoint,
                                                  struct bv_err *err);

/* ---- Inclusion proofs as files, *.tlog-proof (C2SP tlog-proof) ---- */

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

/* ---- Entries of the public log (doc/log.md) ---- */

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

/* ---- Receipts and checkpoints, told to people ---- */

/* Is it one of them, rather than a certificate? */
BV_API bool bv_statement_is(struct bv_str bytes);
/* Verifies one for a time and writes what was found: to json (an object), or as text to out where json is NULL; file is how it is called. The exit status of
 * a program: 0 valid, 1 not, or by an unknown key, 2 not to be read. trust NULL: nobody is trusted.
 * proof: what shows that a receipt's event is in the log, or NULL. */
BV_API int bv_statement_verify(struct bv_buf *out, struct bv_json *json, struct bv_str bytes, struct bv_str file, const struct bv_trust *trust,
                               const struct bv_log_proof *proof, int64_t at_s, enum bv_lang lang);

#endif
