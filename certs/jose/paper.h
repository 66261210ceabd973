/* What a certificate says on paper: CWT claims (RFC 8392), so few bytes that they fit into a symbol beside a signature and a delegation. The picture of all
 * of it is in doc/envelopes.md. */
#ifndef BV_CERTS_JOSE_PAPER_H
#define BV_CERTS_JOSE_PAPER_H

#include "base/cbor.h"
#include "base/json.h"
#include "certs/credential.h"

enum {
	PAPER_ISS = 1, PAPER_EXP = 4, PAPER_NBF = 5, PAPER_IAT = 6, /* RFC 8392 §3.1 */
	PAPER_FACTS = -65537, /* RFC 8392 §9.1: below -65536 is private */
};

/* Keys of the map at PAPER_FACTS. */
enum {
	PAPER_NAME = 1, PAPER_BIRTH, PAPER_LICENCE, PAPER_PROGRAMME, PAPER_LEVEL, PAPER_DECISION, PAPER_RESULTS, PAPER_STATUS, PAPER_LOG_IDX, PAPER_LEAF,
	PAPER_AWARDED,
};

#define PAPER_PROGRAMME_LEN 4 /* bytes of SHA-256 of the achievement's id: enough to look it up; the leaf's hash commits to all of it */
#define PAPER_LEAF_LEN 16

/* Appends the claims. issuer: its DID, told only with with_iss, where no delegation stands for it. EINVAL: a value with too many digits. */
BV_MUST_USE enum bv_status paper_write(struct bv_buf *out, const struct bv_credential_facts *facts, struct bv_str issuer, bool with_iss, struct bv_err *err);
/* The claims as JSON under the names of certs/verify/claims.h, the caller owns it. "status" is { "idx", "uri" } or, where only the number of the shard is told,
 * { "idx", "shard" }. EPARSE. */
BV_MUST_USE enum bv_status paper_parse(struct bv_json **out, struct bv_str claims, struct bv_err *err);
/* Appends "https://HOST/status/" of a did:web issuer, where a shard that is told by its number is; nothing for others. */
void paper_status_base(struct bv_buf *out, struct bv_str issuer);

#endif
