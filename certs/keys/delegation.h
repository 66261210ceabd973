/* What an authority says of a batch key, so that a paper can be verified by who knows the authority alone:
 * compressed point 33 ‖ from be32 ‖ days 1 ‖ authority 4 ‖ signature 64. */
#ifndef BV_CERTS_KEYS_DELEGATION_H
#define BV_CERTS_KEYS_DELEGATION_H

#include "certs/key.h"
#include "certs/keys/public.h"

struct delegation {
	struct bv_public key;      /* of P-256 */
	int64_t from_s, until_s;   /* when it may sign: from ≤ t < until */
	uint8_t authority[4];      /* the first bytes of the authority's thumbprint */
	struct bv_str signed_part; /* borrowed from what was parsed, as is the signature */
	const uint8_t *signature;
};

/* EPARSE: another length, no point of the curve, no day. */
BV_MUST_USE enum bv_status delegation_parse(struct delegation *out, struct bv_str bytes, struct bv_err *err);
/* Is it signed by that authority, of P-256 or Ed25519? */
bool delegation_check(const struct delegation *delegation, const struct public_key *authority);

#endif
