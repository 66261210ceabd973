/* CMS signatures of PDF seals (RFC 5652, CAdES baseline ETSI EN 319 122-1, PAdES baseline B-B and B-T ETSI EN 319 142-1), and RFC 3161 time stamps. */
#ifndef BV_CERTS_PDF_CMS_H
#define BV_CERTS_PDF_CMS_H

#include "base/mem.h"
#include "certs/pdf.h"

/* Appends the SignedData over a document of that SHA-256: content detached; signed attributes contentType, messageDigest, signingCertificateV2; no
 * signing time (EN 319 142-1 §6.3: the PDF's /M says it). With seal->tsa it has a time stamp of its signature. */
BV_MUST_USE enum bv_status cms_write(struct bv_buf *out, const uint8_t digest[BV_HASH_LEN], const struct bv_seal *seal, struct bv_err *err);

/* RFC 3161 §2.4.1: asks for a stamp of a message of that hash, with the authority's certificate. */
void timestamp_request(struct bv_buf *out, const uint8_t hash[BV_HASH_LEN]);
/* The token of a response that grants it; EPARSE, EDENIED. Nothing is verified. */
BV_MUST_USE enum bv_status timestamp_token(struct bv_buf *out, struct bv_str response, struct bv_err *err);

/* X.509 certificates and revocation lists in DER, one after the other. */
struct der_list {
	const struct bv_str *items;
	size_t count;
};

struct cms_trust {
	struct der_list anchors; /* certificates at which a chain may end */
	struct der_list lists;   /* revocation lists */
	struct der_list more;    /* certificates that may lie between */
};

/* What a CMS signature says; texts live in the arena. */
struct cms_facts {
	struct bv_str subject;        /* of the signer's certificate, for people */
	struct bv_public public;      /* its key */
	const struct bv_str *uris;    /* its subjectAltName URIs */
	size_t uri_count;
	bool stamped;                 /* there is a time stamp, its imprint fits and its authority is trusted */
	int64_t stamped_s;
	struct bv_str stamp_fault;    /* why not, where there is a stamp; else empty */
	struct bv_str chain_fault;    /* why the certificate does not lead to an anchor at that time; empty: it does */
	struct bv_str revoked;        /* "since 2026-…": a list of its issuer names it; else empty */
	int64_t revoked_s;
	int64_t from_s, until_s;      /* of the certificate */
};

/* Reads a signature and checks it against the hash of what is signed. EPARSE: not of the shape that cms_write makes; EDENIED: it does not fit. Of chain,
 * stamp and revocation the facts say what was found; the chain is looked at for the time of the stamp, or for claimed_s without a good one. */
BV_MUST_USE enum bv_status cms_check(struct cms_facts *out, struct bv_arena *arena, struct bv_str der, const uint8_t digest[BV_HASH_LEN],
                                     const struct cms_trust *trust, int64_t claimed_s, struct bv_err *err);

#endif
