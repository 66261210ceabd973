/* Asking a web server (libcurl): one request, one answer, with a time limit and a size limit. A library of its own (http_dep), so that what only reads files
 * links no network. */
#ifndef BV_BASE_HTTP_H
#define BV_BASE_HTTP_H

#include "base/err.h"
#include "base/str.h"

/* http:// and https://, certificates checked against the system's; redirects are not followed. out is cleared first and gets the body, whatever the status;
 * ELIMIT past out->max; EINVAL for another kind of address; EIO when no answer came, or none within wait_ms. */
BV_API BV_MUST_USE enum bv_status bv_http_get(int *http_status, struct bv_buf *out, const char *url, int wait_ms, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_http_post(int *http_status, struct bv_buf *out, const char *url, const char *content_type, struct bv_str body, int wait_ms,
                                               struct bv_err *err);

#endif
