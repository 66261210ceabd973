/* One request and its answer. An exchange belongs to one thread at a time: to the event thread of its connection, or, from exchange_wait until
 * http_resume, to whoever it was given to. Views are valid until the answer is sent. */
#ifndef BV_TOOLS_HTTPD_EXCHANGE_H
#define BV_TOOLS_HTTPD_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"
#include "base/str.h"
#include "tools/httpd/session.h"

#define EXCHANGE_ID_SIZE 18         /* "xxxxxxxx-xxxxxxxx" */
#define EXCHANGE_LINE_MAX 2048      /* bytes of path and query */
#define EXCHANGE_PARAMS_MAX 4       /* {names} in a path */
#define EXCHANGE_FIELDS_MAX 8       /* header fields of one answer besides those that every answer has */
#define EXCHANGE_ANSWER_MAX (4u << 20)

enum method { METHOD_NONE, METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHOD_OPTIONS };

enum language { LANGUAGE_VI, LANGUAGE_EN };

/* The address of a client, IPv4 as ::ffff:a.b.c.d. */
struct address {
	uint8_t bytes[16];
};

struct server;
struct route;
struct exchange;
struct http_request; /* http.c */

struct field {
	const char *name; /* literal */
	char value[256];
};

struct answer {
	int status; /* 0: none yet */
	const char *type;
	struct bv_buf body;
	struct bv_str fixed; /* instead of body: bytes that live as long as the program */
	unsigned field_count;
	bool close; /* the connection ends with it */
	/* Instead of both: gives the body piece by piece, for http.h. On event threads. */
	int (*stream)(struct exchange *x, char *out, size_t max);
	struct field fields[EXCHANGE_FIELDS_MAX]; /* last, and not cleared for the next exchange: most of it is never looked at */
};

struct exchange {
	struct server *server;
	struct http_request *http;
	const struct route *route; /* NULL until one is found */
	char id[EXCHANGE_ID_SIZE];
	enum method method;
	enum language language;
	struct bv_str path, query;
	struct bv_str params[EXCHANGE_PARAMS_MAX];
	struct bv_str body;   /* as it came */
	struct bv_json *json; /* the body, valid by the route's schema; NULL when the route has none */
	struct address peer;  /* the other end of the connection */
	struct address client; /* the same, or what a trusted proxy says */
	bool proxied;
	bool may_wait; /* on a thread that has the database */
	bool stale;    /* the session is to be read again there */
	struct session session; /* session.account is empty for the public */
	int64_t begun_ns;
	void *held; /* a handler's own; release is called with it once the exchange has ended, whichever way; NULL: nothing is */
	void (*release)(void *held);
	struct answer answer; /* last */
};

/* One header field of the request, without white space at the ends; BV_STR_NONE if absent. name is a literal. */
struct bv_str exchange_header(const struct exchange *x, const char *name);

/* The same of the last field of that name. */
struct bv_str exchange_last_header(const struct exchange *x, const char *name);

/* The answer comes later, from any thread, by http_resume: to be called before the exchange is given away. Once more does nothing. */
void exchange_wait(struct exchange *x);

/* Memory of at least that size that is kept from one exchange to the next, zeroed when it is new; finish frees what it points to at the end. One
 * kind of thing for one program. */
void *exchange_scratch(struct exchange *x, size_t size, void (*finish)(void *p));

/* Adds a field to the answer; values are ASCII without control characters: assert. */
BV_PRINTF(3, 4) void exchange_field(struct exchange *x, const char *name, const char *fmt, ...);
/* The answer is JSON, of this moment and for nobody else: no cache keeps it. */
void exchange_json(struct exchange *x, int status);

/* "GET" … */
const char *method_name(enum method method);
enum method method_of(struct bv_str name);

#endif
