/* Public keys as JSON Web Keys (RFC 7517): reading, and their thumbprints. */
#ifndef BV_CERTS_KEYS_JWK_H
#define BV_CERTS_KEYS_JWK_H

#include "base/json.h"
#include "certs/key.h"

/* Ed25519 (RFC 8037 §2), P-256 and P-384 (RFC 7518 §6.2.1). EINVAL: a key of another kind, or for something else than signatures ("use", "key_ops"): none
 * that is looked for here. EPARSE: it says that it is one of ours, and is not. */
BV_MUST_USE enum bv_status jwk_parse(struct bv_public *out, const struct bv_json *jwk, struct bv_err *err);

/* SHA-256 of the canonical form (RFC 7638). */
void jwk_thumbprint(uint8_t out[BV_HASH_LEN], const struct bv_public *public);

#endif
