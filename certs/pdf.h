/* Seals of PDF files (doc/envelopes.md). */
#ifndef BV_CERTS_PDF_H
#define BV_CERTS_PDF_H

#include "certs/key.h"

#define BV_PDF_MAX (2u << 20)           /* bytes of a PDF */
#define BV_CHAIN_MAX 8                  /* certificates of a seal's chain */

/* The X.509 certificates of a key that seals, PEM, its own first. EPARSE, EINVAL. */
struct bv_seal_chain;
BV_API BV_MUST_USE enum bv_status bv_seal_chain_parse(struct bv_seal_chain **out, struct bv_str pem, struct bv_err *err);
BV_API void bv_seal_chain_free(struct bv_seal_chain *chain);
BV_AUTO_DEFINE(struct bv_seal_chain, bv_seal_chain_free)

/* A time-stamping authority (RFC 3161): gets a request in DER, appends the response in DER. */
struct bv_tsa {
	enum bv_status (*ask)(void *ctx, struct bv_buf *response, struct bv_str request, struct bv_err *err);
	void *ctx;
};

struct bv_seal {
	const struct bv_key *key; /* of P-256 or P-384 */
	const struct bv_seal_chain *chain;
	int64_t at_s;             /* when, as the seal itself says */
	const struct bv_tsa *tsa; /* NULL: no time stamp */
};

/* Appends the PDF with a seal over all of it: PAdES baseline B-B, with a time stamp B-T (ETSI EN 319 142-1), as an incremental update. ECONFLICT: it is sealed
 * already. EINVAL: the chain is another key's. Errors of bv_key_ask and of the authority. */
BV_API BV_MUST_USE enum bv_status bv_pdf_seal(struct bv_buf *out, struct bv_str pdf, const struct bv_seal *seal, struct bv_err *err);
/* Appends the sealed PDF with certificates and revocation lists (PEM, of both any number) for those who verify it when the lists are gone: B-LT. */
BV_API BV_MUST_USE enum bv_status bv_pdf_enclose(struct bv_buf *out, struct bv_str pdf, struct bv_str pem, struct bv_err *err);

#endif
