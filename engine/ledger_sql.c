/* The tables of a ledger, and its connections. The log has no second index: SQLite appends to a rowid table three times as fast (PERF). */
#include <inttypes.h>
#include <stdlib.h>

#include "engine/event.h"
#include "engine/ledger.h"

enum { FORMAT = 1 };

#define KEY_TYPE "/*sqlite*/INTEGER/*end*//*pgsql BIGINT*/ PRIMARY KEY"

const char ledger_schema[] =
    "CREATE TABLE ledger(format BIGINT NOT NULL, origin TEXT NOT NULL);"
    "CREATE TABLE event(n " KEY_TYPE ", sitting BIGINT NOT NULL, attempt BIGINT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL,"
    " kind BIGINT NOT NULL, prev BIGINT NOT NULL, body BYTEA NOT NULL, hash BYTEA NOT NULL);"
    "CREATE TABLE sitting(id " KEY_TYPE ", name TEXT NOT NULL UNIQUE, first_n BIGINT NOT NULL, closed_n BIGINT NOT NULL);"
    "CREATE TABLE attempt(id " KEY_TYPE ", sitting BIGINT NOT NULL, ticket TEXT NOT NULL, UNIQUE (sitting, ticket));"
    "CREATE TABLE checkpoint(sitting BIGINT NOT NULL, size BIGINT NOT NULL, n BIGINT NOT NULL, root BYTEA NOT NULL,"
    " peaks BYTEA NOT NULL, note TEXT NOT NULL, PRIMARY KEY (sitting, size));"
    "CREATE TABLE boot(n " KEY_TYPE ", boot_id TEXT NOT NULL, boot_ms BIGINT NOT NULL, utc_ms BIGINT NOT NULL, exam_ms BIGINT NOT NULL,"
    " signature BYTEA NOT NULL);" TAIL_SCHEMA;

static const char *const writer_texts[WRITER_STATEMENTS] = {
	/* A sitting that is there is being closed. */
	[WRITER_SITTING] = "INSERT INTO sitting(id, name, first_n, closed_n) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET closed_n = $4",
	[WRITER_CHECKPOINT] = "INSERT INTO checkpoint(sitting, size, n, root, peaks, note) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
	[WRITER_BOOT] = "INSERT INTO boot(n, boot_id, boot_ms, utc_ms, exam_ms, signature) VALUES ($1, $2, $3, $4, $5, $6)",
	[WRITER_MARK] = "UPDATE boot SET boot_id = $2, boot_ms = $3, utc_ms = $4, exam_ms = $5, signature = $6 WHERE n = $1",
	[WRITER_SAME] = "SELECT count(*) FROM event WHERE n = $1 AND hash = $2",
	[WRITER_NEWS] = "SELECT " EVENT_COLUMNS " FROM event WHERE n > $1 ORDER BY n LIMIT $2",
};

static const char *const reader_texts[READER_STATEMENTS] = {
	[READER_EVENT] = "SELECT " EVENT_COLUMNS " FROM event WHERE n = $1",
	[READER_HASH] = "SELECT hash FROM event WHERE n = $1",
	[READER_TICKET] = "SELECT id FROM attempt WHERE sitting = $1 AND ticket = $2",
	[READER_SITTING] = "SELECT id FROM sitting WHERE name = $1",
	[READER_CHECKPOINT] = "SELECT note FROM checkpoint WHERE sitting = (SELECT id FROM sitting WHERE name = $1) ORDER BY size DESC LIMIT 1",
	[READER_TAIL] = "SELECT a.sitting, max(t.n) FROM attempt a JOIN tail t ON t.attempt = a.id WHERE a.id = $1 GROUP BY a.sitting",
	[READER_CHAIN] = "WITH RECURSIVE back(" EVENT_COLUMNS ") AS (SELECT " EVENT_COLUMNS " FROM event WHERE n = $1 UNION ALL SELECT e.n, e.sitting, e.attempt, e.seq, "
	                 "e.at, e.kind, e.prev, e.body, e.hash FROM event e JOIN back ON e.n = back.prev AND back.prev < back.n) SELECT " EVENT_COLUMNS " FROM back ORDER BY n",
};

enum bv_status
ledger_check_format(struct bv_sql *sql, struct bv_str origin, const char *url, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool there, row;

	TRY(bv_sql_has_table(&there, sql, "ledger", err));
	if (!there)
		return bv_err_set(err, BV_EINVAL, "%s: not a ledger but a database of something else: give another", url);
	TRY(bv_sql_prepare(&stmt, sql, "SELECT format, origin FROM ledger", err));
	TRY(bv_sql_step(stmt, &row, err));
	if (!row || bv_sql_int(stmt, 0) != FORMAT)
		return bv_err_set(err, BV_EINVAL, "%s: a ledger of another program version", url);
	if (origin.len && !bv_str_eq(bv_sql_str(stmt, 1), origin))
		return bv_err_set(err, BV_ECONFLICT, "%s: the ledger of '%.*s', not of '%.*s'", url, BV_STR_ARG(bv_sql_str(stmt, 1)), BV_STR_ARG(origin));
	bv_sql_reset(stmt);
	return BV_OK;
}

static enum bv_status
create(struct bv_sql *sql, struct bv_str origin, struct bv_str new_origin, const char *url, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool empty;

	if (!origin.len && !new_origin.len)
		return bv_err_set(err, BV_ENOTFOUND, "%s: there is no ledger", url);
	TRY(bv_sql_begin(sql, true, err));
	TRY(bv_sql_is_empty(&empty, sql, err));
	if (!empty) { /* of something else, or another node has made the ledger meanwhile */
		bv_sql_rollback(sql);
		return ledger_check_format(sql, origin, url, err);
	}
	TRY(bv_sql_run(sql, ledger_schema, err));
	TRY(bv_sql_prepare(&stmt, sql, "INSERT INTO ledger(format, origin) VALUES ($1, $2)", err));
	bv_sql_bind_int(stmt, 1, FORMAT);
	bv_sql_bind_str(stmt, 2, origin.len ? origin : new_origin);
	TRY(bv_sql_exec(stmt, err));
	return bv_sql_commit(sql, err);
}

enum bv_status
log_prepare(struct bv_sql_bulk **events, struct bv_sql_bulk **attempts, struct bv_sql *sql, int64_t turn, struct bv_err *err)
{
	static const struct bv_sql_column event_columns[] = {
		{ "n", BV_SQL_INT },    { "sitting", BV_SQL_INT }, { "attempt", BV_SQL_INT }, { "seq", BV_SQL_INT },   { "at", BV_SQL_INT },
		{ "kind", BV_SQL_INT }, { "prev", BV_SQL_INT },    { "body", BV_SQL_BLOB },   { "hash", BV_SQL_BLOB },
	};
	static const struct bv_sql_column attempt_columns[] = { { "id", BV_SQL_INT }, { "sitting", BV_SQL_INT }, { "ticket", BV_SQL_STR } };

	TRY(bv_sql_bulk_prepare_turn(events, sql, "event", event_columns, BV_COUNT(event_columns), turn, err));
	return bv_sql_bulk_prepare(attempts, sql, "attempt", attempt_columns, BV_COUNT(attempt_columns), err);
}

enum bv_status
writer_open(struct ledger_writer *writer, const struct ledger_database *database, struct bv_str origin, struct bv_str new_origin, struct bv_err *err)
{
	static const struct bv_sql_column tail_columns[] = { { "attempt", BV_SQL_INT }, { "n", BV_SQL_INT } };
	bool there, first;

	TRY(ledger_lock_opening(&first, database->lock, database->url, err));
	TRY(database->open(database->open_ctx, &writer->sql, database->url, first ? BV_SQL_CREATE : BV_SQL_JOIN, err));
	bv_sql_log_keep(writer->sql);
	ledger_lock_opened(database->lock, first);
	TRY(bv_sql_has_table(&there, writer->sql, "ledger", err));
	TRY(there ? ledger_check_format(writer->sql, origin, database->url, err) : create(writer->sql, origin, new_origin, database->url, err));
	TRY(tails_upgrade(writer->sql, err));
	TRY(log_prepare(&writer->events, &writer->attempts, writer->sql, LEDGER_TURN, err));
	TRY(bv_sql_bulk_prepare(&writer->tails, writer->sql, "tail", tail_columns, BV_COUNT(tail_columns), err));
	for (size_t i = 0; i < WRITER_STATEMENTS; i++)
		TRY(bv_sql_prepare(&writer->stmts[i], writer->sql, writer_texts[i], err));
	return BV_OK;
}

void
writer_close(struct ledger_writer *writer)
{
	for (size_t i = 0; i < WRITER_STATEMENTS; i++)
		bv_sql_stmt_free(writer->stmts[i]);
	bv_sql_bulk_free(writer->events);
	bv_sql_bulk_free(writer->attempts);
	bv_sql_bulk_free(writer->tails);
	bv_sql_close(writer->sql);
	*writer = (struct ledger_writer){ 0 };
}

enum bv_status
writer_has(bool *has, struct ledger_writer *writer, int64_t n, const uint8_t hash[BV_HASH_LEN], struct bv_err *err)
{
	struct bv_sql_stmt *stmt = writer->stmts[WRITER_SAME];
	bool row;

	bv_sql_bind_int(stmt, 1, n);
	bv_sql_bind_blob(stmt, 2, hash, BV_HASH_LEN);
	TRY(bv_sql_step(stmt, &row, err));
	*has = row && bv_sql_int(stmt, 0) == 1;
	bv_sql_reset(stmt);
	return BV_OK;
}

/* A server that took over may lack what the one before had acknowledged. Writing on would leave a hole that nobody sees. */
enum bv_status
writer_reconnect(struct ledger_writer *writer, struct bv_err *err)
{
	bool stored = true;

	if (bv_sql_reopen(writer->sql, err) != BV_OK)
		return BV_EIO;
	if (writer->last_n)
		TRY(writer_has(&stored, writer, writer->last_n, writer->last_hash, err));
	if (!stored)
		return bv_err_set(err, BV_EDENIED, "event %" PRId64 ", which was acknowledged, is not there any more: this is an older copy of the database", writer->last_n);
	return BV_OK;
}

enum bv_status
reader_open(struct ledger_reader *reader, const struct ledger_database *database, struct bv_err *err)
{
	/* Of several servers the one that has the newest. */
	enum bv_sql_mode mode = database->file ? BV_SQL_READ : BV_SQL_WRITE;
	TRY(database->open(database->open_ctx, &reader->sql, database->url, mode, err));
	for (size_t i = 0; i < READER_STATEMENTS; i++)
		TRY(bv_sql_prepare(&reader->stmts[i], reader->sql, reader_texts[i], err));
	return BV_OK;
}

void
reader_close(struct ledger_reader *reader)
{
	for (size_t i = 0; i < READER_STATEMENTS; i++)
		bv_sql_stmt_free(reader->stmts[i]);
	bv_sql_close(reader->sql);
	*reader = (struct ledger_reader){ 0 };
}

enum bv_status
row_event(struct bv_exam_event *event, int64_t *prev_n, struct bv_sql_stmt *stmt, struct bv_err *err)
{
	struct bv_str hash = bv_sql_blob(stmt, 8);
	int64_t act = bv_sql_int(stmt, 5);

	*event = (struct bv_exam_event){
		.n = bv_sql_int(stmt, 0), .sitting = bv_sql_int(stmt, 1), .attempt = bv_sql_int(stmt, 2), .seq = bv_sql_int(stmt, 3),
		.at_ms = bv_sql_int(stmt, 4), .body = bv_sql_blob(stmt, 7)
	};
	if (hash.len != BV_HASH_LEN)
		return bv_err_set(err, BV_EINVAL, "event %" PRId64 " (attempt %" PRId64 "): its hash has %zu bytes", event->n, event->attempt, hash.len);
	if (act <= 0 || act >= BV_EXAM_ACT_COUNT)
		return bv_err_set(err, BV_EINVAL, "event %" PRId64 " (attempt %" PRId64 "): there is no act %" PRId64, event->n, event->attempt, act);
	event->act = (enum bv_exam_act)act;
	memcpy(event->hash, hash.p, BV_HASH_LEN);
	*prev_n = bv_sql_int(stmt, 6);
	return BV_OK;
}

enum bv_status
query_row(struct bv_sql *sql, struct bv_sql_stmt *stmt, bool *row, struct bv_err *err)
{
	enum bv_status status = bv_sql_step(stmt, row, err);
	struct bv_err lost;

	if (status == BV_EIO && bv_sql_reopen(sql, &lost) == BV_OK)
		status = bv_sql_step(stmt, row, err);
	return status;
}

enum bv_status
reader_event(struct bv_exam_event *event, int64_t *prev_n, struct ledger_reader *reader, int64_t n, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = reader->stmts[READER_EVENT];
	bool row;

	bv_sql_reset(stmt);
	bv_sql_bind_int(stmt, 1, n);
	TRY(query_row(reader->sql, stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no event %" PRId64, n);
	return row_event(event, prev_n, stmt, err);
}

void
reader_release(struct ledger_reader *reader)
{
	bv_sql_reset(reader->stmts[READER_EVENT]);
}

enum bv_status
reader_hash(uint8_t hash[BV_HASH_LEN], struct ledger_reader *reader, int64_t n, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = reader->stmts[READER_HASH];
	bool row;

	bv_sql_bind_int(stmt, 1, n);
	TRY(query_row(reader->sql, stmt, &row, err));
	if (!row || bv_sql_blob(stmt, 0).len != BV_HASH_LEN) {
		bv_sql_reset(stmt);
		return bv_err_set(err, BV_ENOTFOUND, "there is no event %" PRId64 ", or its hash is not one", n);
	}
	memcpy(hash, bv_sql_blob(stmt, 0).p, BV_HASH_LEN);
	bv_sql_reset(stmt);
	return BV_OK;
}

void
mark_message(struct bv_buf *out, int64_t boot_n, const struct bv_clock_mark *mark)
{
	bv_buf_printf(out, "BV-CLOCK-1\n%" PRId64 "\n%s\n%" PRId64 "\n%" PRId64 "\n%" PRId64 "\n", boot_n, mark->boot_id, mark->boot_ms, mark->utc_ms,
	              mark->exam_ms);
}
