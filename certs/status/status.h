/* Status lists as they were read: what the folder of lists needs of one. */
#ifndef BV_CERTS_STATUS_STATUS_H
#define BV_CERTS_STATUS_STATUS_H

#include "base/mem.h"
#include "certs/jose/cose.h"
#include "certs/status.h"

struct bv_status_list {
	struct bv_arena arena;
	enum bv_status_kind kind;
	struct bv_str uri, issuer;
	struct bv_str method; /* DID URL of the key */
	int64_t from_s, until_s; /* INT64_MAX: no end */
	int64_t signed_s;
	unsigned bits;           /* an entry: 1, 2, 4 or 8 */
	struct bv_buf entries;
	struct bv_public key; /* only its kind: by which algorithm the list is signed */
	struct bv_str message; /* what is signed */
	struct bv_str quads;   /* the same of a second proof, eddsa-rdfc-2022; empty: there is none */
	uint8_t quads_signature[BV_SIGNATURE_LEN];
	uint8_t signature[BV_SIGNATURE_MAX];
	size_t signature_len;
	bool is_cose;        /* then cose has what is signed, and the signature */
	struct cose cose;
};

/* Is it an address that a certificate may name? */
BV_MUST_USE enum bv_status status_check_uri(struct bv_str uri, struct bv_err *err);
/* The entries of a token, of so many bits each, compressed by zlib. */
BV_MUST_USE enum bv_status status_token_entries(struct bv_status_list *list, int64_t bits, struct bv_str packed, struct bv_err *err);
/* A CWT, of which a copy is kept. */
BV_MUST_USE enum bv_status status_read_cwt(struct bv_status_list *list, struct bv_str bytes, struct bv_err *err);

#endif
