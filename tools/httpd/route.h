/* The routes: one row each of a table that says who may ask what, how much, and who answers. */
#ifndef BV_TOOLS_HTTPD_ROUTE_H
#define BV_TOOLS_HTTPD_ROUTE_H

#include "base/sql.h"
#include "tools/httpd/exchange.h"
#include "tools/httpd/limit.h"
#include "tools/httpd/role.h"
#include "tools/httpd/schema.h"

/* Where a handler runs: at once on the event thread, which must not wait; or on a thread that has the database; or on one that hashes passwords;
 * or on one that verifies documents and has nothing. */
enum where { WHERE_EVENT, WHERE_DATABASE, WHERE_HASH, WHERE_VERIFY };

enum route_flag {
	ROUTE_PARTIAL = 1,  /* also for accounts that have to change their password or to enrol a second factor first */
	ROUTE_LOCAL = 2,    /* also without any role from this machine itself, not through a proxy */
	ROUTE_ANY_ORIGIN = 8, /* a form that changes nothing and knows nobody: browsers say Origin: null where there is no referrer */
	ROUTE_FORM = 16, /* the body is multipart/form-data */
	ROUTE_LEASE = 32, /* X-Lease says which tab asks */
	ROUTE_SEB = 64,   /* also from browsers that have not shown yet that they are Safe Exam Browser */
	ROUTE_ANY_HOST = 4, /* whatever name the server was called by: for health checks */
};

/* A handler that gives the exchange away. */
struct later {
	/* True: exchange_wait was called and x given to others, who call http_resume, perhaps already. False: answered. */
	bool (*give)(struct exchange *x);
	void (*finish)(struct exchange *x); /* makes the answer then, on the event thread */
};

struct route {
	enum method method;
	const char *path;    /* "/api/accounts/{id}"; each name is an id of 1 to 64 characters */
	uint32_t roles;      /* bits of ROLE(…); 0: everybody, with no session needed */
	unsigned flags;
	enum rate_class rate;
	enum where where;
	size_t body_max;             /* bytes; 0: none */
	const struct schema *query;  /* optional parameters, ending with { 0 }; NULL: none */
	const struct schema *body;   /* NULL: none */
	int status;                  /* when all is well */
	const struct schema *answer; /* NULL: not JSON, or nothing */
	const char *type;            /* of the answer when it is not JSON */
	const char *problems;        /* that it answers besides those that follow from its row, separated by spaces */
	/* sql is NULL on event threads. */
	void (*run)(struct exchange *x, struct bv_sql *sql);
	const struct later *later; /* instead of run; or after it, when run has made no answer: then run is on another thread than an event thread */
	const char *id, *vi, *en; /* operationId; what it does, one sentence each */
};

extern const struct route routes[]; /* routes.c; ends with { 0 } */
size_t route_count(void);

/* The route of method (HEAD finds GET) and path, with the path's parameters. NULL: *allow lists the methods that the path has, "" when it has none. */
const struct route *route_find(enum method method, struct bv_str path, struct bv_str params[EXCHANGE_PARAMS_MAX], struct bv_buf *allow);

#endif
