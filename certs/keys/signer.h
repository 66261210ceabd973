#ifndef BV_CERTS_KEYS_SIGNER_H
#define BV_CERTS_KEYS_SIGNER_H

#include "base/mem.h"
#include "certs/issuer.h"

struct bv_signer {
	struct bv_arena arena;
	struct bv_key *key, *p256; /* p256 may be NULL */
	struct bv_issuer issuer;
	struct bv_str method, method_p256; /* DID URLs of the keys: DID#MULTIKEY */
	struct bv_str jwt_header, sd_jwt_header; /* of jws_write, by the key of P-256 */
	bool delegated;
	uint8_t delegation[BV_DELEGATION_LEN];   /* of the key of P-256 */
};

/* The header of a JWS of that typ (NULL: none is wanted). EINVAL when the issuer has no key of P-256. */
BV_MUST_USE enum bv_status signer_header(struct bv_str *out, const struct bv_signer *signer, const char *typ, struct bv_err *err);

#endif
