/* Queries: "name=value&name=value", percent-encoded (WHATWG URL §5.1, read strictly). */
#ifndef BV_TOOLS_HTTPD_QUERY_H
#define BV_TOOLS_HTTPD_QUERY_H

#include "base/err.h"
#include "base/str.h"
#include "tools/httpd/schema.h"

/* The decoded value of name into out (cleared). ENOTFOUND when it is not there; EPARSE when the query is not well written anywhere: a '%' that is no
 * escape, a name twice or with an escape, bytes that are not UTF-8; ELIMIT when out is full. */
BV_MUST_USE enum bv_status query_find(struct bv_buf *out, struct bv_str query, const char *name, struct bv_err *err);

/* All parameters are among the rows of schema (which may be NULL: none) and good by them. False fills fault. */
bool query_check(const struct schema *schema, struct bv_str query, struct schema_fault *fault);

#endif
