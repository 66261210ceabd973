/* Looking for events: from the newest back, so many a time. The log has no second index (ledger_sql.c): what a search may cost is bounded by how far back one goes. */
#include <stdlib.h>

#include "engine/ledger.h"

enum { LOOKED_AT = 20000 };

static enum bv_status
number_of(int64_t *out, struct bv_sql *sql, const char *text, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, text, err));
	TRY(bv_sql_step(stmt, &row, err));
	*out = row ? bv_sql_int(stmt, 0) : 0;
	return BV_OK;
}

/* from_n <= n < before_n */
static enum bv_status
bind(struct bv_sql_stmt **stmt, struct bv_sql *sql, const struct bv_ledger_search *search, int64_t from_n, int64_t before_n, struct bv_err *err)
{
	TRY(bv_sql_prepare(stmt, sql,
	                   "SELECT e.n, e.sitting, e.attempt, e.seq, e.at, e.kind, e.prev, e.body, e.hash, s.name, coalesce(a.ticket, '') FROM event e "
	                   "JOIN sitting s ON s.id = e.sitting LEFT JOIN attempt a ON a.id = e.attempt WHERE e.n >= $1 AND e.n < $2 AND e.at >= $3 AND e.at <= $4 "
	                   "AND ($5 = 0 OR e.kind = $5) AND ($6 = '' OR s.name = $6) AND ($7 = '' OR a.ticket = $7) ORDER BY e.n DESC",
	                   err));
	bv_sql_bind_int(*stmt, 1, from_n);
	bv_sql_bind_int(*stmt, 2, before_n);
	bv_sql_bind_int(*stmt, 3, search->since_ms);
	bv_sql_bind_int(*stmt, 4, search->until_ms ? search->until_ms : INT64_MAX);
	bv_sql_bind_int(*stmt, 5, search->act);
	bv_sql_bind_str(*stmt, 6, search->sitting);
	bv_sql_bind_str(*stmt, 7, search->ticket);
	return BV_OK;
}

static enum bv_status
visit_row(bool *visited, struct bv_sql_stmt *stmt, const struct bv_ledger_search *search, bv_ledger_search_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_exam_event event;
	int64_t prev_n;

	TRY(row_event(&event, &prev_n, stmt, err));
	TRY(bv_exam_body_parse(&event.facts, event.act, event.body, &arena, err));
	*visited = !search->author.len || bv_str_eq(event.facts.author, search->author);
	return *visited ? visit(ctx, &event, bv_sql_str(stmt, 9), bv_sql_str(stmt, 10), err) : BV_OK;
}

enum bv_status
bv_ledger_search(int64_t *next_n, const char *url, const struct bv_ledger_search *search, bv_ledger_search_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	int64_t before_n, found = 0;
	bool row, visited;

	TRY(bv_sql_open(&sql, url, BV_SQL_READ, err));
	TRY(ledger_check_format(sql, BV_STR_NONE, url, err));
	TRY(number_of(&before_n, sql, "SELECT coalesce(max(n), 0) + 1 FROM event", err));
	if (search->before_n && search->before_n < before_n)
		before_n = search->before_n;
	int64_t from_n = before_n > LOOKED_AT ? before_n - LOOKED_AT : 1;
	*next_n = from_n > 1 ? from_n : 0;
	TRY(bind(&stmt, sql, search, from_n, before_n, err));
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		int64_t n = bv_sql_int(stmt, 0);
		TRY(visit_row(&visited, stmt, search, visit, ctx, err));
		found += visited;
		if (found == search->limit) {
			*next_n = n > 1 ? n : 0;
			return BV_OK;
		}
	}
}
