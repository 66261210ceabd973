/* Sittings as this server has them in memory: documents, pool, items as they are rendered. Read when somebody first asks, or when they open; kept while
 * they are open and there is room. What is read is read from the database of the ledger and from the bank: never on an event thread. */
#ifndef BV_TOOLS_HTTPD_HALL_H
#define BV_TOOLS_HTTPD_HALL_H

#include "engine/engine.h"
#include "tools/httpd/log.h"

enum { HALLS_MAX = 64 }; /* sittings in memory */

struct halls;

/* One sitting. What is in it does not change while it is held. */
struct hall {
	int64_t id;
	char name[BV_SITTING_NAME_MAX + 1];
	struct bv_sitting *sitting; /* NULL: it was opened without documents, so that there are no papers, and nothing to hold answers against */
	struct bv_papers *papers;
	struct hall_room *room; /* the rest is hall.c's */
};

/* All is borrowed. bank may be "": then no sitting with documents can be held here. modules: what portable custom interactions may run. */
struct halls *halls_new(struct bv_ledger *ledger, const char *url, const char *bank, const struct bv_allowed_modules *modules, struct log *log);
void halls_free(struct halls *halls);
/* Who is told of each sitting once it is in memory, before anybody finds it there. Before the first is asked for. */
void halls_tell(struct halls *halls, void (*loaded)(void *ctx, struct hall *hall), void *ctx);
/* Reads sittings that are open now and then, and says what is wrong with them; gone: told of each that is closed before it is let go. */
BV_MUST_USE enum bv_status halls_watch(struct halls *halls, void (*gone)(void *ctx, const struct hall *hall), void *ctx, struct bv_err *err);
void halls_stop(struct halls *halls);
unsigned halls_count(struct halls *halls);

/* A sitting by its name or number, held until hall_release. ENOTFOUND: there is none that is open; ELIMIT: there are too many. */
BV_MUST_USE enum bv_status hall_find(struct hall **out, struct halls *halls, struct bv_str name, struct bv_err *err);
BV_MUST_USE enum bv_status hall_find_id(struct hall **out, struct halls *halls, int64_t id, struct bv_err *err);
void hall_release(struct hall *hall);
/* Held once more; returns it. */
struct hall *hall_hold(struct hall *hall);
struct bv_ledger *halls_ledger(const struct halls *halls);
/* The number of a sitting that was closed, which is never in memory. ENOTFOUND. */
BV_MUST_USE enum bv_status halls_find_closed(int64_t *id, struct halls *halls, struct bv_str name, struct bv_err *err);

/* Bytes of a file of one of its published items, cleared first, and its media type. ENOTFOUND. */
BV_MUST_USE enum bv_status hall_file(struct bv_buf *bytes, const char **type, struct hall *hall, const uint8_t hash[BV_HASH_LEN], struct bv_err *err);

/* The tables beside the ledger, for one thread at a time; given back with how it went: what an error of the database leaves is not used again. */
BV_MUST_USE enum bv_status halls_take_tables(struct bv_sittings **out, struct halls *halls, struct bv_err *err);
void halls_give_tables(struct halls *halls, struct bv_sittings *tables, enum bv_status status);

#endif
