/* Compression by DEFLATE (RFC 1951) of whole texts, as zlib (RFC 1950) and as gzip (RFC 1952) wrap it. */
#ifndef BV_BASE_DEFLATE_H
#define BV_BASE_DEFLATE_H

#include "base/err.h"
#include "base/str.h"

enum bv_deflate_form { BV_DEFLATE_ZLIB, BV_DEFLATE_GZIP };

/* Appends bytes compressed at the best level; gzip has no time and no name, so that the same bytes give the same text. At most 1 GiB: assert. */
BV_API void bv_deflate(struct bv_buf *out, struct bv_str bytes, enum bv_deflate_form form);
/* The same at zlib's usual level, in half the time: what is compressed while somebody waits. */
BV_API void bv_deflate_quick(struct bv_buf *out, struct bv_str bytes, enum bv_deflate_form form);
/* Appends what was compressed. EPARSE: not of that form, cut off, damaged, or followed by other bytes; ELIMIT: more than out has room for, of which
 * nothing is kept then. */
BV_API BV_MUST_USE enum bv_status bv_inflate(struct bv_buf *out, struct bv_str bytes, enum bv_deflate_form form, struct bv_err *err);

#endif
