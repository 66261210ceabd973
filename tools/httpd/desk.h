/* The papers of attempts in memory, by attempt, so that an answer can be checked without asking a database. A table of bounded size: what was not used for
 * longest goes, and is read again when it is needed. */
#ifndef BV_TOOLS_HTTPD_DESK_H
#define BV_TOOLS_HTTPD_DESK_H

#include "tools/httpd/hall.h"

struct desks;

/* One attempt's. Held by whoever found it until desk_release. */
struct desk {
	int64_t attempt;
	struct hall *hall;
	struct bv_paper *paper; /* NULL: of a sitting without documents */
	struct desk_slot *slot; /* the rest is desk.c's */
};

/* bytes: at most about so many are kept. */
struct desks *desks_new(struct halls *halls, size_t bytes);
void desks_free(struct desks *desks);
size_t desks_count(struct desks *desks, size_t *bytes);
/* Those of a sitting are let go: halls_watch's gone. */
void desks_leave(void *desks, const struct hall *hall);

/* What is in memory; NULL: desk_load must read it. Any thread. */
struct desk *desk_recall(struct desks *desks, int64_t attempt);
/* Reads it from the database, or makes and keeps the paper of who has none yet; all its items are published then. ENOTFOUND: no such attempt in a sitting
 * that is open. Never on an event thread. */
BV_MUST_USE enum bv_status desk_load(struct desk **out, struct desks *desks, int64_t attempt, struct bv_err *err);
void desk_release(struct desk *desk);

/* Does its paper grow with the answers? Then what is in memory may lack what was given since, on another node. */
bool desk_is_adaptive(const struct desk *desk);
/* As desk_load, of what is not what was in memory. */
BV_MUST_USE enum bv_status desk_load_again(struct desk **out, struct desks *desks, int64_t attempt, struct bv_err *err);
/* The paper with one item more, which it takes over, in the place of the one that is in memory. Any thread. */
void desk_grow(struct desks *desks, int64_t attempt, struct bv_paper *paper);

#endif
