/* From a request to its handler: path, method, host, origin, rates, session, rights, schema. */
#ifndef BV_TOOLS_HTTPD_EDGE_H
#define BV_TOOLS_HTTPD_EDGE_H

#include "tools/httpd/http.h"
#include "tools/httpd/work.h"

extern const struct http_receiver edge_receiver;
/* Fields of every answer, by its Content-Type, which may be NULL: ends with { 0 }. */
const struct http_field *edge_fields(const char *type);

/* What the threads of work.h do with an exchange; false when it was given to others. */
bool edge_work(struct exchange *x, struct bv_sql *sql, const struct bv_err *err);

/* Of a route that gives the exchange away: its thread must not wait, so that one of those that may does the same again (x->may_wait). */
void edge_to_database(struct exchange *x);

/* Makes the answer the problem of an error; what is not the client's fault is told to the log. */
void edge_fail(struct exchange *x, const struct bv_err *err);
/* 429 with the seconds to wait. */
void edge_too_many(struct exchange *x, unsigned wait_s);

/* The language of an Accept-Language field (RFC 9110 §12.5.4): Vietnamese unless English is wanted more. */
enum language edge_language(struct bv_str accept);

/* May the answer be in that content coding, by an Accept-Encoding field (RFC 9110 §12.5.3)? "*" is not read: who means a coding names it. */
bool edge_coding(struct bv_str accept, const char *coding);

/* The one value of a cookie in a Cookie field (RFC 6265 §4.2.1). ENOTFOUND; EINVAL when it is there twice, as another site's subdomain may do it. */
enum bv_status edge_cookie(struct bv_str *out, struct bv_str cookies, const char *name, struct bv_err *err);

/* The client that the last trusted proxy saw, from X-Forwarded-For; false when the last entry is no address. */
bool edge_forwarded(struct address *out, struct bv_str forwarded);
bool address_parse(struct address *out, struct bv_str text);
bool address_is_local(const struct address *address);

#endif
