/* What is the same for every database: which driver, and what a failure leaves of a transaction. */
#include "base/sql.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/sql_driver.h"

bool
bv_sql_is_file(const char *url)
{
	struct bv_str s = bv_str_of(url);

	return !bv_str_starts(s, BV_STR("postgresql:")) && !bv_str_starts(s, BV_STR("postgres:"));
}

struct bv_str
bv_sql_path(const char *url)
{
	struct bv_str s = bv_str_of(url);

	return bv_str_starts(s, BV_STR("sqlite:")) ? bv_str_sub(s, 7, s.len) : s;
}

enum bv_status
bv_sql_url_check(const char *url, struct bv_err *err)
{
	struct bv_str s = bv_str_of(url), name = bv_sql_path(url);
	size_t scheme = bv_str_find(s, ':');

	if (!name.len)
		return bv_err_set(err, BV_EINVAL, "the database has no name: give sqlite:PATH or postgresql://HOST/NAME");
	/* The rest is not repeated: it may have a password. */
	if (bv_sql_is_file(url) && name.p == s.p && bv_str_starts(bv_str_sub(s, scheme, s.len), BV_STR("://")))
		return bv_err_set(err, BV_EINVAL, "'%.*s://…' is no database that is known: give sqlite:PATH or postgresql://HOST/NAME",
		                  BV_STR_ARG(bv_str_sub(s, 0, scheme < 40 ? scheme : 40)));
	return BV_OK;
}

enum bv_status
bv_sql_open(struct bv_sql **out, const char *url, enum bv_sql_mode mode, struct bv_err *err)
{
	struct bv_str name = bv_sql_path(url);

	TRY(bv_sql_url_check(url, err));
	if (!bv_sql_is_file(url))
		return sql_pgsql_open(out, url, mode, err);
	return sql_sqlite_open(out, name, mode, err);
}

void
bv_sql_close(struct bv_sql *sql)
{
	if (sql)
		sql->driver->close(sql);
}

/* A statement that fails inside a transaction leaves it as PostgreSQL leaves it: nothing more but undo and rollback. */
static enum bv_status
noted(struct bv_sql *sql, enum bv_status status)
{
	if (status != BV_OK && sql->open)
		sql->failed = true;
	return status;
}

static enum bv_status
check_usable(const struct bv_sql *sql, struct bv_err *err)
{
	if (sql->failed)
		return bv_err_set(err, BV_EIO, "an earlier failure has ended the transaction: nothing of it can be kept");
	return BV_OK;
}

static void
end(struct bv_sql *sql)
{
	sql->open = sql->failed = false;
	sql->parts = 0;
}

enum bv_status
bv_sql_reopen(struct bv_sql *sql, struct bv_err *err)
{
	bv_sql_rollback(sql);
	return sql->driver->reopen(sql, err);
}

enum bv_status
bv_sql_run(struct bv_sql *sql, const char *text, struct bv_err *err)
{
	TRY(check_usable(sql, err));
	return noted(sql, sql->driver->run(sql, text, err));
}

enum bv_status
bv_sql_ask(int64_t *answer, struct bv_sql *sql, const char *text, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, text, err));
	TRY(bv_sql_step(stmt, &row, err));
	*answer = row ? bv_sql_int(stmt, 0) : 0;
	return BV_OK;
}

/* SQLite's VACUUM copies what there is into new pages. Then the log, which has the old pages too, is cut to nothing. Who meets another's checkpoint is told at once
 * that it is busy, without waiting for it (sqlite.org/c3ref/wal_checkpoint_v2.html): so one waits here. */
enum bv_status
bv_sql_scrub(bool *clean, struct bv_sql *sql, const char *table, struct bv_err *err)
{
	int64_t busy = 0, begin_ns = bv_clock_monotonic_ns();
	char text[100];

	snprintf(text, sizeof text, sql->driver->cut_log ? "VACUUM" : "VACUUM FULL %s", table);
	TRY(bv_sql_ask(&busy, sql, text, err));
	while (sql->driver->cut_log) {
		TRY(bv_sql_ask(&busy, sql, sql->driver->cut_log, err));
		if (!busy || bv_clock_monotonic_ns() - begin_ns >= BV_SQL_WAIT_MS * INT64_C(1000000))
			break;
		nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
	}
	*clean = !busy;
	return BV_OK;
}

static enum bv_status
find(bool *there, struct bv_sql *sql, const char *query, const char *name, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, query, err));
	if (name)
		bv_sql_bind_str(stmt, 1, bv_str_of(name));
	TRY(bv_sql_step(stmt, &row, err));
	*there = row;
	return BV_OK;
}

enum bv_status
bv_sql_has_table(bool *there, struct bv_sql *sql, const char *name, struct bv_err *err)
{
	return find(there, sql, sql->driver->find_table, name, err);
}

enum bv_status
bv_sql_is_empty(bool *empty, struct bv_sql *sql, struct bv_err *err)
{
	bool any;

	TRY(find(&any, sql, sql->driver->find_any_table, NULL, err));
	*empty = !any;
	return BV_OK;
}

enum bv_status
bv_sql_begin(struct bv_sql *sql, bool immediate, struct bv_err *err)
{
	assert(!sql->open);
	TRY(sql->driver->begin(sql, immediate ? SQL_WRITE_TURN : 0, err));
	sql->open = true;
	return BV_OK;
}

enum bv_status
bv_sql_begin_turn(struct bv_sql *sql, int64_t turn, struct bv_err *err)
{
	assert(!sql->open && turn);
	TRY(sql->driver->begin(sql, turn, err));
	sql->open = true;
	return BV_OK;
}

enum bv_status
bv_sql_commit(struct bv_sql *sql, struct bv_err *err)
{
	enum bv_status status;

	if (!sql->open || sql->failed || sql->driver->is_gone(sql)) {
		bv_sql_rollback(sql);
		return bv_err_set(err, BV_EIO, "an earlier failure has ended the transaction: nothing of it is there");
	}
	status = sql->driver->commit(sql, err);
	end(sql);
	return status;
}

void
bv_sql_rollback(struct bv_sql *sql)
{
	if (!sql->open)
		return;
	sql->driver->rollback(sql);
	end(sql);
}

enum bv_status
bv_sql_end(struct bv_sql *sql, enum bv_status status, struct bv_err *err)
{
	if (status == BV_OK)
		return bv_sql_commit(sql, err);
	bv_sql_rollback(sql);
	return status;
}

bool
bv_sql_in_transaction(const struct bv_sql *sql)
{
	return sql->open;
}

enum bv_status
bv_sql_savepoint(struct bv_sql *sql, struct bv_err *err)
{
	assert(sql->open);
	TRY(check_usable(sql, err));
	TRY(noted(sql, sql->driver->part(sql, "SAVEPOINT part", err)));
	sql->parts++;
	return BV_OK;
}

enum bv_status
bv_sql_release(struct bv_sql *sql, struct bv_err *err)
{
	assert(sql->parts);
	TRY(check_usable(sql, err));
	TRY(noted(sql, sql->driver->part(sql, "RELEASE part", err)));
	sql->parts--;
	return BV_OK;
}

enum bv_status
bv_sql_undo(struct bv_sql *sql, struct bv_err *err)
{
	assert(sql->parts);
	if (sql->driver->is_gone(sql))
		return bv_err_set(err, BV_EIO, "the failure has ended the whole transaction: nothing of it can be kept");
	TRY(noted(sql, sql->driver->part(sql, "ROLLBACK TO part; RELEASE part", err)));
	sql->failed = false;
	sql->parts--;
	return BV_OK;
}

enum bv_status
bv_sql_prepare(struct bv_sql_stmt **out, struct bv_sql *sql, const char *text, struct bv_err *err)
{
	TRY(check_usable(sql, err));
	return noted(sql, sql->driver->prepare(out, sql, text, err));
}

void
bv_sql_stmt_free(struct bv_sql_stmt *stmt)
{
	if (stmt)
		stmt->sql->driver->stmt_free(stmt);
}

void
bv_sql_bind_int(struct bv_sql_stmt *stmt, int idx, int64_t n)
{
	stmt->sql->driver->bind_int(stmt, idx, n);
}

void
bv_sql_bind_real(struct bv_sql_stmt *stmt, int idx, double x)
{
	stmt->sql->driver->bind_real(stmt, idx, x);
}

void
bv_sql_bind_str(struct bv_sql_stmt *stmt, int idx, struct bv_str s)
{
	stmt->sql->driver->bind_bytes(stmt, idx, BV_SQL_STR, s);
}

void
bv_sql_bind_blob(struct bv_sql_stmt *stmt, int idx, const void *p, size_t len)
{
	stmt->sql->driver->bind_bytes(stmt, idx, BV_SQL_BLOB, (struct bv_str){ p, len });
}

void
bv_sql_bind_null(struct bv_sql_stmt *stmt, int idx)
{
	stmt->sql->driver->bind_null(stmt, idx);
}

enum bv_status
bv_sql_step(struct bv_sql_stmt *stmt, bool *row, struct bv_err *err)
{
	TRY(check_usable(stmt->sql, err));
	return noted(stmt->sql, stmt->sql->driver->step(stmt, row, err));
}

enum bv_status
bv_sql_exec(struct bv_sql_stmt *stmt, struct bv_err *err)
{
	bool row;

	TRY(bv_sql_step(stmt, &row, err));
	assert(!row);
	return BV_OK;
}

void
bv_sql_reset(struct bv_sql_stmt *stmt)
{
	stmt->sql->driver->reset(stmt);
}

bool
bv_sql_is_null(struct bv_sql_stmt *stmt, int column)
{
	return stmt->sql->driver->is_null(stmt, column);
}

int64_t
bv_sql_int(struct bv_sql_stmt *stmt, int column)
{
	return stmt->sql->driver->get_int(stmt, column);
}

double
bv_sql_real(struct bv_sql_stmt *stmt, int column)
{
	return stmt->sql->driver->get_real(stmt, column);
}

struct bv_str
bv_sql_str(struct bv_sql_stmt *stmt, int column)
{
	return stmt->sql->driver->get_bytes(stmt, column, BV_SQL_STR);
}

struct bv_str
bv_sql_blob(struct bv_sql_stmt *stmt, int column)
{
	return stmt->sql->driver->get_bytes(stmt, column, BV_SQL_BLOB);
}

int64_t
bv_sql_changes(const struct bv_sql *sql)
{
	return sql->driver->changes(sql);
}

void
bv_sql_log_keep(struct bv_sql *sql)
{
	if (sql->driver->log_keep)
		sql->driver->log_keep(sql);
}

int64_t
bv_sql_log_pages(const struct bv_sql *sql)
{
	return sql->driver->log_pages ? sql->driver->log_pages(sql) : 0;
}

void
bv_sql_log_leave(struct bv_sql *sql)
{
	if (sql->driver->log_leave)
		sql->driver->log_leave(sql);
}

enum bv_status
bv_sql_log_copy(struct bv_sql *sql, int64_t *left, struct bv_err *err)
{
	assert(!sql->open);
	*left = 0;
	return sql->driver->log_copy ? sql->driver->log_copy(sql, left, err) : BV_OK;
}
