/* JSON Web Signatures in the compact form (RFC 7515 §7.1), of the one algorithm that our envelopes have: ES256 (RFC 7518 §3.4). */
#ifndef BV_CERTS_JOSE_JWS_H
#define BV_CERTS_JOSE_JWS_H

#include "base/json.h"
#include "certs/credential.h"
#include "certs/keys/public.h"

#define JWS_MAX (2 * BV_CREDENTIAL_MAX) /* bytes of the text */

struct jws {
	struct bv_json *header, *payload; /* objects */
	struct bv_str alg, typ, kid;      /* members of the header; empty where absent */
	struct bv_str signed_text;        /* borrowed from what was parsed */
	size_t signature_len;
	uint8_t signature[BV_SIGNATURE_MAX]; /* its first bytes, if there are more */
};
void jws_finish(struct jws *jws);
BV_AUTO_DEFINE_FINISH(struct jws, jws_finish)

/* Three parts of strict base64url, the first two of them JSON objects without a name twice. EPARSE, ELIMIT. Nothing is verified. */
BV_MUST_USE enum bv_status jws_parse(struct jws *out, struct bv_str text, struct bv_err *err);
/* The header and the bytes that were signed alone, for payloads that are no JSON: payload is filled, jws->payload NULL. */
BV_MUST_USE enum bv_status jws_parse_bytes(struct jws *out, struct bv_buf *payload, struct bv_str text, struct bv_err *err);
/* Is it ES256 by that key of P-256, with nothing in the header that must be understood ("crit") or that says otherwise? EDENIED. */
BV_MUST_USE enum bv_status jws_check(const struct jws *jws, const struct public_key *public, struct bv_err *err);

/* Appends the header {"alg":"ES256","kid":…,"typ":…} as base64url, and a full stop. */
void jws_write_header(struct bv_buf *out, struct bv_str kid, const char *typ);

/* The beginning that the payloads of one template have in common, encoded and hashed once. Zero-initialised it is empty; it finds by itself what that is. */
struct jws_stem {
	struct bv_buf last, payload; /* the payload before; the beginning, of a length that three divides */
	struct bv_buf text;          /* header and beginning, encoded */
	struct bv_sha256 hash;       /* of the text */
};
void jws_stem_finish(struct jws_stem *stem);

/* Appends header (of jws_write_header, the same for one stem), the payload, and the signature by a key of P-256; stem may be NULL. Errors of bv_key_ask, and
 * ELIMIT; nothing is appended then. */
BV_MUST_USE enum bv_status jws_write(struct bv_buf *out, struct bv_str header, struct bv_str payload, struct jws_stem *stem, const struct bv_key *key,
                                     struct bv_err *err);

#endif
