/* Pictures for pages, as SVG. */
#ifndef BV_TOOLS_HTTPD_SVG_H
#define BV_TOOLS_HTTPD_SVG_H

#include "base/err.h"
#include "base/str.h"

/* Appends a QR symbol of the text with its light margin, a document of its own. ELIMIT: too long. */
BV_MUST_USE enum bv_status svg_qr(struct bv_buf *out, struct bv_str text, struct bv_err *err);

#endif
