/* base64url without padding (RFC 4648 §5, RFC 7515 §2). */
#ifndef BV_CERTS_BASE64URL_H
#define BV_CERTS_BASE64URL_H

#include "base/str.h"

/* Appended. */
void base64url_write(struct bv_buf *out, const uint8_t *bytes, size_t len);

/* The bytes of text into out (cleared first). False when it is none: other characters, padding, bits that belong to no byte, or out->full. */
BV_MUST_USE bool base64url_parse(struct bv_buf *out, struct bv_str text);

#endif
