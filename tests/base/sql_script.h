/* The third driver of base/sql.h: a database between the code under test and a real one, which fails at the n-th call as it is told to. With a loop
 * over n until nothing fails any more, the code under test has met every failure there is:
 *
 *     for (int n = 1; !done; n++) {
 *             struct sql_script script = { .fail_at = n, .status = BV_EIO, .lost = true };
 *             struct bv_sql *sql = sql_script_over(inner, &script);
 *             … use sql, check what is in the database …
 *             done = !script.failed;
 *     }
 */
#ifndef BV_TESTS_SQL_SCRIPT_H
#define BV_TESTS_SQL_SCRIPT_H

#include <stdlib.h>

#include "base/mem.h"
#include "base/sql_driver.h"

struct sql_script {
	int fail_at;           /* the call that fails, from 1; 0 none */
	enum bv_status status; /* how. EUNCERTAIN where it cannot be, which is not at the end of a transaction, becomes EIO */
	bool kept;             /* EUNCERTAIN: whether it did happen */
	bool lost;             /* and the connection is gone: every call fails until bv_sql_reopen */

	int calls;   /* of bv_sql_run, begin, commit, savepoint, release, undo, prepare, step and reopen until now */
	bool failed; /* fail_at was reached */
	bool ending; /* and was to end a transaction, or was one of its own */
	bool away;   /* lost, not yet opened again */
};

struct sql_script_connection {
	struct bv_sql head;
	struct bv_sql_driver driver;
	struct bv_sql *inner;
	struct sql_script *script;
};

struct sql_script_stmt {
	struct bv_sql_stmt head;
	struct bv_sql_stmt *inner;
	bool reads;
};

static struct sql_script_connection *
sql_script_of(struct bv_sql *sql)
{
	return (struct sql_script_connection *)sql;
}

static struct bv_sql *
sql_script_inner(struct bv_sql *sql)
{
	return sql_script_of(sql)->inner;
}

static struct bv_sql_stmt *
sql_script_stmt(struct bv_sql_stmt *stmt)
{
	return ((struct sql_script_stmt *)stmt)->inner;
}

static void
sql_script_rollback(struct bv_sql *sql)
{
	struct bv_sql *inner = sql_script_inner(sql);

	if (inner->open)
		inner->driver->rollback(inner);
	inner->open = false;
}

/* Counts a call. OK: it is to be made. committing: it ends a transaction; then *kept tells whether it is made all the same, and fails after it. */
static enum bv_status
sql_script_call(struct bv_sql *sql, bool committing, bool *kept, struct bv_err *err)
{
	struct sql_script *script = sql_script_of(sql)->script;

	*kept = false;
	if (script->away)
		return bv_err_set(err, BV_EIO, "script: the connection was lost");
	if (++script->calls != script->fail_at)
		return BV_OK;
	script->failed = true;
	script->ending = committing;
	script->away = script->lost;
	enum bv_status status = script->status == BV_EUNCERTAIN && !committing ? BV_EIO : script->status;
	*kept = status == BV_EUNCERTAIN && script->kept;
	if (script->lost && !*kept)
		sql_script_rollback(sql);
	return bv_err_set(err, status, "script: call %d fails", script->calls);
}

static void
sql_script_close(struct bv_sql *sql)
{
	sql_script_rollback(sql);
	bv_sql_close(sql_script_inner(sql));
	free(sql);
}

static enum bv_status
sql_script_reopen(struct bv_sql *sql, struct bv_err *err)
{
	bool kept;

	sql_script_of(sql)->script->away = false;
	TRY(sql_script_call(sql, false, &kept, err));
	return bv_sql_reopen(sql_script_inner(sql), err);
}

static enum bv_status
sql_script_run(struct bv_sql *sql, const char *text, struct bv_err *err)
{
	struct bv_sql *inner = sql_script_inner(sql);
	struct bv_err ignored;
	bool kept;
	enum bv_status status = sql_script_call(sql, !sql->open, &kept, err);

	if (status == BV_OK)
		return inner->driver->run(inner, text, err);
	if (kept)
		(void)!inner->driver->run(inner, text, &ignored);
	return status;
}

static enum bv_status
sql_script_part(struct bv_sql *sql, const char *text, struct bv_err *err)
{
	struct bv_sql *inner = sql_script_inner(sql);
	bool kept;

	TRY(sql_script_call(sql, false, &kept, err));
	return inner->driver->part(inner, text, err);
}

static enum bv_status
sql_script_begin(struct bv_sql *sql, int64_t turn, struct bv_err *err)
{
	struct bv_sql *inner = sql_script_inner(sql);
	bool kept;

	TRY(sql_script_call(sql, false, &kept, err));
	TRY(inner->driver->begin(inner, turn, err));
	inner->open = true;
	return BV_OK;
}

static enum bv_status
sql_script_commit(struct bv_sql *sql, struct bv_err *err)
{
	struct bv_sql *inner = sql_script_inner(sql);
	struct bv_err ignored;
	bool kept;
	enum bv_status status = sql_script_call(sql, true, &kept, err);

	if (status != BV_OK && !kept) {
		sql_script_rollback(sql);
		return status;
	}
	inner->open = false;
	enum bv_status real = inner->driver->commit(inner, status == BV_OK ? err : &ignored);
	return status == BV_OK ? real : status;
}

static bool
sql_script_is_gone(struct bv_sql *sql)
{
	struct bv_sql *inner = sql_script_inner(sql);

	return sql_script_of(sql)->script->away || inner->driver->is_gone(inner);
}

static enum bv_status
sql_script_prepare(struct bv_sql_stmt **out, struct bv_sql *sql, const char *text, struct bv_err *err)
{
	struct bv_sql *inner = sql_script_inner(sql);
	struct bv_sql_stmt *prepared;
	bool kept;

	TRY(sql_script_call(sql, false, &kept, err));
	TRY(inner->driver->prepare(&prepared, inner, text, err));
	struct sql_script_stmt *stmt = bv_alloc(sizeof *stmt);
	stmt->head.sql = sql;
	stmt->inner = prepared;
	stmt->reads = bv_str_starts(bv_str_of(text), BV_STR("SELECT"));
	*out = &stmt->head;
	return BV_OK;
}

static void
sql_script_stmt_free(struct bv_sql_stmt *stmt)
{
	bv_sql_stmt_free(sql_script_stmt(stmt));
	free(stmt);
}

static void
sql_script_bind_int(struct bv_sql_stmt *stmt, int idx, int64_t n)
{
	bv_sql_bind_int(sql_script_stmt(stmt), idx, n);
}

static void
sql_script_bind_real(struct bv_sql_stmt *stmt, int idx, double x)
{
	bv_sql_bind_real(sql_script_stmt(stmt), idx, x);
}

static void
sql_script_bind_bytes(struct bv_sql_stmt *stmt, int idx, enum bv_sql_type type, struct bv_str s)
{
	struct bv_sql_stmt *inner = sql_script_stmt(stmt);

	inner->sql->driver->bind_bytes(inner, idx, type, s);
}

static void
sql_script_bind_null(struct bv_sql_stmt *stmt, int idx)
{
	bv_sql_bind_null(sql_script_stmt(stmt), idx);
}

static enum bv_status
sql_script_step(struct bv_sql_stmt *stmt, bool *row, struct bv_err *err)
{
	struct bv_sql_stmt *inner = sql_script_stmt(stmt);
	struct bv_err ignored;
	bool kept;
	bool committing = !stmt->sql->open && !((struct sql_script_stmt *)stmt)->reads;
	enum bv_status status = sql_script_call(stmt->sql, committing, &kept, err);

	if (status == BV_OK)
		return inner->sql->driver->step(inner, row, err);
	if (kept)
		(void)!inner->sql->driver->step(inner, row, &ignored);
	inner->sql->driver->reset(inner);
	return status;
}

static void
sql_script_reset(struct bv_sql_stmt *stmt)
{
	bv_sql_reset(sql_script_stmt(stmt));
}

static bool
sql_script_is_null(struct bv_sql_stmt *stmt, int column)
{
	return bv_sql_is_null(sql_script_stmt(stmt), column);
}

static int64_t
sql_script_get_int(struct bv_sql_stmt *stmt, int column)
{
	return bv_sql_int(sql_script_stmt(stmt), column);
}

static double
sql_script_get_real(struct bv_sql_stmt *stmt, int column)
{
	return bv_sql_real(sql_script_stmt(stmt), column);
}

static struct bv_str
sql_script_get_bytes(struct bv_sql_stmt *stmt, int column, enum bv_sql_type type)
{
	struct bv_sql_stmt *inner = sql_script_stmt(stmt);

	return inner->sql->driver->get_bytes(inner, column, type);
}

static int64_t
sql_script_changes(const struct bv_sql *sql)
{
	return bv_sql_changes(((const struct sql_script_connection *)sql)->inner);
}

static void
sql_script_bulk_bind(struct bv_sql_stmt *stmt, int idx, enum bv_sql_type type, const union bv_sql_array *values, size_t count)
{
	struct bv_sql_stmt *inner = sql_script_stmt(stmt);

	inner->sql->driver->bulk_bind(inner, idx, type, values, count);
}

/* Takes the connection over: it is closed with the one that is returned. script is the caller's and outlives it. */
__attribute__((unused)) static struct bv_sql *
sql_script_over(struct bv_sql *inner, struct sql_script *script)
{
	struct sql_script_connection *sql = bv_alloc(sizeof *sql);

	sql->driver = (struct bv_sql_driver){
		.find_table = inner->driver->find_table,
		.find_any_table = inner->driver->find_any_table,
		.cut_log = inner->driver->cut_log,
		.close = sql_script_close,
		.reopen = sql_script_reopen,
		.run = sql_script_run,
		.part = sql_script_part,
		.begin = sql_script_begin,
		.commit = sql_script_commit,
		.rollback = sql_script_rollback,
		.is_gone = sql_script_is_gone,
		.prepare = sql_script_prepare,
		.stmt_free = sql_script_stmt_free,
		.bind_int = sql_script_bind_int,
		.bind_real = sql_script_bind_real,
		.bind_bytes = sql_script_bind_bytes,
		.bind_null = sql_script_bind_null,
		.step = sql_script_step,
		.reset = sql_script_reset,
		.is_null = sql_script_is_null,
		.get_int = sql_script_get_int,
		.get_real = sql_script_get_real,
		.get_bytes = sql_script_get_bytes,
		.changes = sql_script_changes,
		.bulk_text = inner->driver->bulk_text,
		.bulk_bind = inner->driver->bulk_bind ? sql_script_bulk_bind : NULL,
	};
	sql->head.driver = &sql->driver;
	sql->inner = inner;
	sql->script = script;
	return &sql->head;
}

#endif
