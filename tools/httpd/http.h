/* HTTP/1.1 and TLS: the only file of the project that sees libmicrohttpd. It reads strictly: what two readers could understand differently (bare
 * line feeds, folded lines, NUL, spaces too many) is refused and the connection closed, RFC 9112 §11.2; strict.h does the rest of it. */
#ifndef BV_TOOLS_HTTPD_HTTP_H
#define BV_TOOLS_HTTPD_HTTP_H

#include "base/err.h"
#include "tools/httpd/exchange.h"
#include "tools/httpd/strict.h"

struct http;

struct http_field {
	const char *name, *value;
};

struct http_options {
	int listen_fd;    /* bound and listening; http.c closes it */
	bool listen_kept; /* others go on listening at the same socket after us: systemd */
	unsigned threads;
	unsigned connections, connections_per_address; /* at most; 0 from one address: any number */
	size_t connection_memory;                      /* bytes: request line, header fields and those of the answer */
	size_t header_max;                             /* bytes of the request line and all header fields */
	/* Each from its beginning to its end, however many bytes drip in between. */
	unsigned header_ms, body_ms, idle_ms, answer_ms;
	const char *certificate, *key;   /* PEM text, needed until http_start returns; NULL for plain HTTP */
	const struct http_field *(*fields)(const char *type); /* of every answer, by its Content-Type, which may be NULL; ends with { 0 } */
};

/* What the server does with exchanges. All run on event threads and must not wait for anything. */
struct http_receiver {
	/* The header is there. Returns how many bytes of body it may have. May answer already; it must when fault is not NULL. */
	size_t (*begin)(struct exchange *x, const struct fault *fault);
	/* The whole request is there, to be answered or waited with. */
	void (*run)(struct exchange *x);
	/* After exchange_wait and http_resume, when there is no answer yet: to make it. */
	void (*finish)(struct exchange *x);
	/* The answer was sent, or the connection has gone (then sent is false). */
	void (*end)(struct exchange *x, bool sent);
};

/* Makes all ready but answers nobody yet: options are copied, but not what they point to. */
struct http *http_new(struct server *server, const struct http_options *options, const struct http_receiver *receiver);
/* From now on requests come, before it returns too. EINVAL for a certificate or key that cannot be used; EIO. */
BV_MUST_USE enum bv_status http_start(struct http *http, struct bv_err *err);
/* After exchange_wait: the answer is in x, or finish makes it; x is no longer the caller's. */
void http_resume(struct exchange *x);
/* What answer.stream returns when there is no more; else how many bytes it wrote, at most max. It returns 0 after http_sleep only: there is nothing yet, and
 * it is asked again once http_wake was called, which may be before it returns. */
enum { HTTP_STREAM_END = -1 };
void http_sleep(struct exchange *x);
void http_wake(struct exchange *x);
/* Path and query as they came. */
struct bv_str http_target(const struct exchange *x);
/* Accepts no more connections; those that are kept alive end with their next answer, or after a second without a request. */
void http_quiesce(struct http *http);
/* Exchanges that were begun and not ended; connections that are open. */
unsigned http_busy(const struct http *http);
unsigned http_connections(const struct http *http);
/* Ends all connections; no exchange may wait any more. */
void http_stop(struct http *http);
BV_AUTO_DEFINE(struct http, http_stop)

#endif
