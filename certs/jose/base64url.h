/* base64url without padding (RFC 4648 §5, RFC 7515 §2). */
#ifndef BV_CERTS_JOSE_BASE64URL_H
#define BV_CERTS_JOSE_BASE64URL_H

#include "base/str.h"

/* Appended. */
void base64url_write(struct bv_buf *out, const uint8_t *bytes, size_t len);

/* The bytes into out (cleared first), which has room for them. False for anything that base64url_write would not have written: other characters, padding, a
 * length that no bytes have, bits beyond the last byte. */
BV_MUST_USE bool base64url_parse(struct bv_buf *out, struct bv_str text);

/* Characters of the alphabet at the beginning of text. */
size_t base64url_span(struct bv_str text);

#endif
