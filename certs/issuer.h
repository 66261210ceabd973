/* Issuers: their DIDs and documents, and what they sign with. CID = Controlled Identifiers v1.0. */
#ifndef BV_CERTS_ISSUER_H
#define BV_CERTS_ISSUER_H

#include "certs/key.h"

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

#endif
