/* Threads that do what event threads must not wait for, each with a connection to the database of its own; a queue of bounded length. */
#ifndef BV_TOOLS_HTTPD_WORK_H
#define BV_TOOLS_HTTPD_WORK_H

#include "base/sql.h"
#include "tools/httpd/exchange.h"

struct work;

/* Does one exchange and makes its answer, or gives it to others and returns false; sql is NULL when the database cannot be opened (err says why). */
typedef bool (*work_run)(struct exchange *x, struct bv_sql *sql, const struct bv_err *err);

/* db NULL: without one. */
BV_MUST_USE enum bv_status work_start(struct work **out, const char *db, unsigned threads, size_t queue_max, work_run run, struct bv_err *err);
/* Ends the threads after what is queued. */
void work_stop(struct work *work);

/* Queues x, for which exchange_wait was called; it is resumed when it is done. */
void work_add(struct work *work, struct exchange *x);
/* Takes a place in the queue for a work_add that will follow; false when there is none. */
bool work_reserve(struct work *work);
size_t work_count(const struct work *work);

#endif
