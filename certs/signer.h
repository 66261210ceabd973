#ifndef BV_CERTS_SIGNER_H
#define BV_CERTS_SIGNER_H

#include "base/mem.h"
#include "certs/certs.h"

struct bv_signer {
	struct bv_arena arena;
	struct bv_key *key;
	struct bv_issuer issuer;
	struct bv_str method; /* DID URL of the key: DID#MULTIKEY */
};

#endif
