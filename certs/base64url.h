/* base64url without padding (RFC 4648 §5, RFC 7515 §2). */
#ifndef BV_CERTS_BASE64URL_H
#define BV_CERTS_BASE64URL_H

#include "base/str.h"

/* Appended. */
void base64url_write(struct bv_buf *out, const uint8_t *bytes, size_t len);

#endif
