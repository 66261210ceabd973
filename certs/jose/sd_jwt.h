/* SD-JWT (RFC 9901) and the certificate as SD-JWT VC (draft-ietf-oauth-sd-jwt-vc): "JWT~disclosure~disclosure~". */
#ifndef BV_CERTS_JOSE_SD_JWT_H
#define BV_CERTS_JOSE_SD_JWT_H

#include "base/mem.h"
#include "certs/jose/jws.h"

#define SD_JWT_TYP "dc+sd-jwt"

enum {
	SD_DISCLOSURES_MAX = 256,
	SD_DEPTH_MAX = 8, /* of disclosures within disclosures */
};

struct sd_disclosure {
	struct bv_str text;            /* base64url, borrowed from what was parsed */
	struct bv_json *json;          /* [salt, name, value] or, for an element of an array, [salt, value] */
	uint8_t digest[BV_HASH_LEN];   /* SHA-256 of the text */
	struct bv_str path;            /* "areas.IU01", set by sd_jwt_open where it stands; empty before */
};

struct sd_jwt {
	struct bv_arena arena;
	struct jws jws;
	struct bv_str issued;      /* the JWT alone, borrowed */
	struct bv_str key_binding; /* what stands after the last '~', borrowed */
	struct sd_disclosure *disclosures;
	size_t count;
};
void sd_jwt_finish(struct sd_jwt *sd);
BV_AUTO_DEFINE_FINISH(struct sd_jwt, sd_jwt_finish)

/* EPARSE, ELIMIT; nothing is verified. */
BV_MUST_USE enum bv_status sd_jwt_parse(struct sd_jwt *out, struct bv_str text, struct bv_err *err);
/* RFC 9901 §7.1: the payload with what is disclosed in its place, and without digests; the caller owns it. EPARSE names what the RFC has a verifier refuse:
 * a disclosure that belongs nowhere or twice, a digest that is there twice, a claim that is there already, another hash than SHA-256. */
BV_MUST_USE enum bv_status sd_jwt_open(struct bv_json **out, struct sd_jwt *sd, struct bv_err *err);

#endif
