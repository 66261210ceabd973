/* The other envelopes of a certificate: VC-JWT, SD-JWT VC, paper. OB = 1EdTech Open Badges 3.0. */
#ifndef BV_CERTS_ENVELOPES_H
#define BV_CERTS_ENVELOPES_H

#include "base/json.h"
#include "certs/credential.h"

/* The other envelopes of the same certificate, by the key of P-256; doc/envelopes.md describes them. Appended; nothing is when it fails. EINVAL as above, and
 * when the issuer has no such key; errors of bv_key_ask. */

/* OB §8.2 VC-JWT, ES256. */
BV_API BV_MUST_USE enum bv_status bv_jwt_issue(struct bv_buf *out, struct bv_template *tmpl, const struct bv_credential_facts *facts, struct bv_err *err);
/* SD-JWT VC (RFC 9901, "dc+sd-jwt") with all it has to disclose. EINVAL when facts->secret is all zeros. */
BV_API BV_MUST_USE enum bv_status bv_sd_jwt_issue(struct bv_buf *out, struct bv_template *tmpl, const struct bv_credential_facts *facts,
                                                  struct bv_err *err);
/* The same with the named claims only: "level", "areas.IU01", "areas" for all of them. ENOTFOUND names what there is. Nothing is verified. */
BV_API BV_MUST_USE enum bv_status bv_sd_jwt_disclose(struct bv_buf *out, struct bv_str sd_jwt, const struct bv_str *claims, size_t count, struct bv_err *err);
/* What there is to disclose: [{"claim","value"}]; the caller owns it. */
BV_API BV_MUST_USE enum bv_status bv_sd_jwt_list(struct bv_json **out, struct bv_str sd_jwt, struct bv_err *err);
/* CWT in a COSE_Sign1, ES256: the bytes for paper, as few as there can be. */
BV_API BV_MUST_USE enum bv_status bv_cwt_issue(struct bv_buf *out, struct bv_template *tmpl, const struct bv_credential_facts *facts, struct bv_err *err);
/* The text of its QR symbol, "PAGE#DIGITS": a camera opens the page, which never sends on what stands after '#'. */
BV_API void bv_qr_text(struct bv_buf *out, struct bv_str page, struct bv_str cwt);
/* The usual page of a did:web issuer, "https://HOST/v"; nothing for others. In capitals, which take fewer bits, where so many bytes would not fit into a symbol
 * of version 14-M otherwise: a host has no case (RFC 3986 §6.2.2.1), and the page is to be there as /V too. */
BV_API void bv_qr_page(struct bv_buf *out, struct bv_str did, size_t cwt_len);
/* The bytes in a symbol's text into out (cleared first): what stands after '#', or all of it; digits or base64url. EPARSE, ELIMIT. */
BV_API BV_MUST_USE enum bv_status bv_qr_parse(struct bv_buf *out, struct bv_str text, struct bv_err *err);

#endif
