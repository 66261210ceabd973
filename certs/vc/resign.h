/* Envelopes signed anew (bv_credential_resign). */
#ifndef BV_CERTS_VC_RESIGN_H
#define BV_CERTS_VC_RESIGN_H

#include "certs/issuer.h"

/* A VC-JWT, or an SD-JWT VC with its disclosures. */
BV_MUST_USE enum bv_status resign_jws(struct bv_buf *out, struct bv_str text, const struct bv_signer *signer, int64_t created_s, struct bv_err *err);
/* A COSE_Sign1, or the text of its symbol, which is then under the issuer's usual page. */
BV_MUST_USE enum bv_status resign_paper(struct bv_buf *out, struct bv_str paper, const struct bv_signer *signer, int64_t created_s, struct bv_err *err);

#endif
