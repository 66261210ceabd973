/* The issuers that the reader trusts. */
#ifndef BV_CERTS_TRUST_H
#define BV_CERTS_TRUST_H

#include "certs/checkpoint.h"

struct bv_trust;
BV_API struct bv_trust *bv_trust_new(void);
/* A file by its name: "*.json" is a DID document or a JWK set (RFC 7517 §5, each kid a DID URL); "*.multikey" has lines "MULTIKEY [DID]" or
 * "did:key:MULTIKEY" ('#' starts a comment); others are passed over. EPARSE or EINVAL name the file and what is wrong with it. */
BV_API BV_MUST_USE enum bv_status bv_trust_add(struct bv_trust *trust, const char *name, struct bv_str bytes, struct bv_err *err);
/* All files below a folder. ENOTFOUND, EIO, or as above. */
BV_API BV_MUST_USE enum bv_status bv_trust_load(struct bv_trust **out, const char *folder, struct bv_err *err);
BV_API size_t bv_trust_count(const struct bv_trust *trust); /* keys */
/* All of them, in the order of the files: those that assert (certificates, logs), and authorities, which let batch keys sign paper. */
struct bv_trusted_key {
	struct bv_str did;
	const struct bv_public *public;
	bool authority;
	int64_t revoked_s; /* INT64_MAX: never */
};
typedef void (*bv_trusted_key_visit)(void *ctx, const struct bv_trusted_key *key);
BV_API void bv_trust_each(const struct bv_trust *trust, bv_trusted_key_visit visit, void *ctx);
/* Whose key is it: the DID of a trusted file that lists it for assertions, at that time? Borrowed; empty: nobody's. */
BV_API struct bv_str bv_trust_find(const struct bv_trust *trust, const uint8_t public[BV_KEY_LEN], int64_t at_s);
/* The key that signed a checkpoint under its origin, among all that are trusted at that time; the DID as bv_trust_find. */
BV_API struct bv_str bv_trust_find_checkpoint(const struct bv_trust *trust, const struct bv_checkpoint *checkpoint, int64_t at_s);
/* Does a trusted file list that key for that DID? */
BV_API bool bv_trust_has(const struct bv_trust *trust, struct bv_str did, const uint8_t public[BV_KEY_LEN]);
BV_API void bv_trust_free(struct bv_trust *trust);
BV_AUTO_DEFINE(struct bv_trust, bv_trust_free)

#endif
