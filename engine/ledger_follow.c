/* A ledger read from behind, in the order of its log: what other nodes write is seen by whoever shows it. */
#include <stdlib.h>

#include "base/mem.h"
#include "engine/ledger.h"

struct bv_ledger_follower {
	struct bv_sql *sql;
	struct bv_sql_stmt *events;
	bool file, lost;
	int64_t n; /* of the last event that was visited */
};

static enum bv_status
find_begin(struct bv_ledger_follower *follower, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, follower->sql,
	                   "SELECT coalesce((SELECT min(first_n) - 1 FROM sitting WHERE closed_n = 0), (SELECT max(n) FROM event), 0)", err));
	TRY(bv_sql_step(stmt, &row, err));
	follower->n = bv_sql_int(stmt, 0);
	bv_sql_reset(stmt);
	return BV_OK;
}

enum bv_status
bv_ledger_follow(struct bv_ledger_follower **out, const char *url, struct bv_err *err)
{
	BV_AUTO(bv_ledger_follower_free) struct bv_ledger_follower *follower = bv_alloc(sizeof *follower);

	follower->file = bv_sql_is_file(url);
	TRY(bv_sql_open(&follower->sql, url, BV_SQL_READ, err));
	TRY(ledger_check_format(follower->sql, BV_STR_NONE, url, err));
	TRY(find_begin(follower, err));
	TRY(bv_sql_prepare(&follower->events, follower->sql, "SELECT " EVENT_COLUMNS " FROM event WHERE n > $1 ORDER BY n LIMIT $2", err));
	*out = bv_steal(&follower);
	return BV_OK;
}

void
bv_ledger_follower_free(struct bv_ledger_follower *follower)
{
	if (!follower)
		return;
	bv_sql_stmt_free(follower->events);
	bv_sql_close(follower->sql);
	free(follower);
}

static enum bv_status
visit_rows(size_t *count, struct bv_ledger_follower *follower, bv_exam_event_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_exam_event event;
	int64_t prev_n;
	bool row;

	for (;;) {
		TRY(bv_sql_step(follower->events, &row, err));
		/* A number that is missing is a commit of another node that is on its way: what comes after it waits. */
		if (!row || bv_sql_int(follower->events, 0) != follower->n + 1)
			return BV_OK;
		TRY(row_event(&event, &prev_n, follower->events, err));
		TRY(visit(ctx, &event, err));
		follower->n = event.n;
		++*count;
	}
}

enum bv_status
bv_ledger_follow_next(size_t *count, struct bv_ledger_follower *follower, size_t most, bv_exam_event_visit visit, void *ctx, struct bv_err *err)
{
	*count = 0;
	if (follower->lost)
		TRY(bv_sql_reopen(follower->sql, err));
	follower->lost = false;
	bv_sql_bind_int(follower->events, 1, follower->n);
	bv_sql_bind_int(follower->events, 2, (int64_t)most);
	enum bv_status status = visit_rows(count, follower, visit, ctx, err);
	bv_sql_reset(follower->events);
	follower->lost = status == BV_EIO && !follower->file;
	return status;
}
