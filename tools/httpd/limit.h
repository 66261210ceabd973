/* Rates: token buckets a client, in a table of bounded size. */
#ifndef BV_TOOLS_HTTPD_LIMIT_H
#define BV_TOOLS_HTTPD_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum rate_class {
	RATE_PAGE,    /* by address: pages, the status of the server */
	RATE_API,     /* by address: everything else, before anybody is known */
	RATE_ACCOUNT, /* by account: what is asked with a session */
	RATE_SAVE,    /* by address: saves of a hall, which may share one */
	RATE_SIGN_IN, /* by address */
	RATE_ENTRY,   /* by address: sign-ins of candidates */
	RATE_NAME,    /* by account name or ticket, and address: wrong passwords and codes */
	RATE_GUESS,   /* by account name or ticket from anywhere: wrong passwords and codes */
	RATE_VERIFY,  /* by address: documents that anybody may have verified */
	RATE_LOG,     /* lines of the log, by event */
	RATE_COUNT
};

struct rate {
	int64_t per_min; /* tokens that come back in a minute, >= 1 */
	int64_t burst;   /* tokens at most, >= 1 */
};

struct limit;

/* A table for about `clients` clients (rounded up to a power of two), 16 bytes each. A client that was away long enough to have all its tokens back
 * is forgotten; when a set of the table is full of others, the one nearest to that is. secret makes it unforeseeable who shares a set. */
struct limit *limit_new(const struct rate rates[RATE_COUNT], size_t clients, uint64_t secret);
void limit_free(struct limit *limit);

/* Takes a token of that class for key at a time in ms that never goes back. 0 when there was one; otherwise the seconds until there is one. */
unsigned limit_take(struct limit *limit, enum rate_class rate, struct bv_str key, int64_t now_ms);
/* The same without taking it. */
unsigned limit_look(struct limit *limit, enum rate_class rate, struct bv_str key, int64_t now_ms);

#endif
