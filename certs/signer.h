#ifndef BV_CERTS_SIGNER_H
#define BV_CERTS_SIGNER_H

#include "base/mem.h"
#include "certs/certs.h"

struct bv_signer {
	struct bv_arena arena;
	struct bv_key *key, *p256; /* p256 may be NULL */
	struct bv_issuer issuer;
	struct bv_str method, method_p256; /* DID URLs of the keys: DID#MULTIKEY */
};

#endif
