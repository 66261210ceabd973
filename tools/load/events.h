/* The events of a ledger, attempt by attempt, as its database has them (doc/ledger.md): read with nothing but SQL, so that what checks the server is
 * not the server. */
#ifndef BV_TOOLS_LOAD_EVENTS_H
#define BV_TOOLS_LOAD_EVENTS_H

#include "base/hash.h"
#include "base/mem.h"
#include "base/sql.h"

enum { EVENT_WINDOW = 3, EVENT_CLOCK = 4, EVENT_SAVE = 16, EVENT_PAUSE = 18, EVENT_RESUME = 19, EVENT_EXTEND = 20, EVENT_SUBMIT = 21, EVENT_REOPEN = 24 };

struct event {
	int64_t n, sitting, seq, at_ms, kind;
	struct bv_str body;
	uint8_t hash[BV_HASH_LEN];
};

/* All of one attempt, by seq. */
struct chain {
	int64_t attempt;
	size_t count, cap;
	struct event *events;
	struct bv_arena texts;
};

struct events;
BV_MUST_USE enum bv_status events_open(struct events **out, const char *url, struct bv_err *err);
void events_close(struct events *events);
BV_AUTO_DEFINE(struct events, events_close)
/* The chain of the next attempt, in the order of their numbers; NULL at the end. Borrowed until the next call. */
BV_MUST_USE enum bv_status events_next(const struct chain **out, struct events *events, struct bv_err *err);
uint64_t events_count(const struct events *events);
/* The hash that an event must have after the one with hash prev. False: the ledger has no sitting of its number. */
bool events_hash(uint8_t hash[BV_HASH_LEN], const struct events *events, const struct chain *chain, const struct event *event,
                 const uint8_t prev[BV_HASH_LEN]);

#endif
