/* COSE_Sign1 (RFC 9052 §4.2) of the one algorithm that paper has: ES256 (RFC 9053 §2.1), also under its fully specified name ESP256 (RFC 9864). */
#ifndef BV_CERTS_JOSE_COSE_H
#define BV_CERTS_JOSE_COSE_H

#include "base/cbor.h"
#include "certs/key.h"
#include "certs/keys/public.h"

enum {
	COSE_TAG_SIGN1 = 18,
	COSE_TAG_CWT = 61, /* RFC 8392 §6 */
	COSE_ALG = 1, COSE_CRIT = 2, COSE_KID = 4, /* header parameters */
	COSE_ES256 = -7, COSE_ESP256 = -9,
};

struct cose {
	struct bv_str protected, payload; /* as they were signed, borrowed from what was parsed, as is the rest */
	const struct bv_cbor *protected_map, *unprotected_map;
	int64_t alg;          /* 0: none; of the protected header only */
	struct bv_str kid;    /* of the protected header, else of the other; empty: none */
	struct bv_str signature;
};

/* A COSE_Sign1 with or without its tag, and with or without that of a CWT around it. EPARSE, ELIMIT; nothing is verified. */
BV_MUST_USE enum bv_status cose_parse(struct cose *out, struct bv_arena *arena, struct bv_str bytes, struct bv_err *err);
/* Is it signed by that key of P-256, and nothing in it that must be understood ("crit")? EDENIED. */
BV_MUST_USE enum bv_status cose_check(const struct cose *cose, const struct public_key *public, struct bv_err *err);
/* Appends a tagged one by a key of P-256, with kid in the unprotected header. Errors of bv_key_ask, and ELIMIT; nothing is appended then. */
BV_MUST_USE enum bv_status cose_write(struct bv_buf *out, struct bv_str kid, struct bv_str payload, const struct bv_key *key, struct bv_err *err);

#endif
