#define _GNU_SOURCE
#include "base/sql.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

struct bv_sql {
	sqlite3 *db;
	char *path;
};

struct bv_sql_stmt {
	sqlite3_stmt *stmt;
	struct bv_sql *sql;
	int parameters[BV_SQL_PARAMETERS_MAX + 1]; /* SQLite's number of $idx, 0 if the text has none: it counts names as they first occur */
};

static enum bv_status
fault(struct bv_sql *sql, int code, struct bv_err *err)
{
	const char *path = sql->path;

	switch (code & 0xff) {
	case SQLITE_CONSTRAINT:
		return bv_err_set(err, BV_ECONFLICT, "%s: %s", path, sqlite3_errmsg(sql->db));
	case SQLITE_FULL:
		return bv_err_set(err, BV_EIO, "%s: the disk is full: make room and try again", path);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return bv_err_set(err, BV_EIO, "%s: another program has held the database for %d s: try again when it is done", path,
		                  BV_SQL_WAIT_MS / 1000);
	case SQLITE_READONLY:
		if (code == SQLITE_READONLY_CANTINIT || code == SQLITE_READONLY_DIRECTORY || code == SQLITE_READONLY_RECOVERY)
			return bv_err_set(err, BV_EIO,
			                  "%s: its log needs files beside it, and the folder may not be written: copy the database to a folder of your own",
			                  path);
		/* fall through */
	case SQLITE_PERM:
		return bv_err_set(err, BV_EIO, "%s: the database may not be written: check the permissions of the file and its folder", path);
	case SQLITE_NOTADB:
		return bv_err_set(err, BV_EPARSE, "%s: not an SQLite database", path);
	case SQLITE_CORRUPT:
		return bv_err_set(err, BV_EIO, "%s: the database is damaged: restore it from a copy", path);
	case SQLITE_CANTOPEN:
		return bv_err_set(err, BV_EIO, "%s: the database cannot be opened: check the permissions of the file and its folder", path);
	case SQLITE_TOOBIG:
		return bv_err_set(err, BV_ELIMIT, "%s: a value is larger than %u bytes", path, BV_SQL_VALUE_MAX);
	case SQLITE_NOMEM:
		abort();
	default:
		return bv_err_set(err, BV_EIO, "%s: %s", path, sqlite3_errmsg(sql->db));
	}
}

enum bv_status
bv_sql_run(struct bv_sql *sql, const char *text, struct bv_err *err)
{
	int code = sqlite3_exec(sql->db, text, NULL, NULL, NULL);

	return code == SQLITE_OK ? BV_OK : fault(sql, code, err);
}

/* A new database gets a write-ahead log. Two that turn the same new file to WAL at once are told BUSY without waiting, lest they wait for each other; so one waits here. */
static enum bv_status
set_journal(struct bv_sql *sql, struct bv_err *err)
{
	enum { STEP_MS = 5 };
	int code = SQLITE_BUSY;

	bool empty;

	TRY(bv_sql_is_empty(&empty, sql, err));
	if (!empty)
		return BV_OK;
	for (int waited_ms = 0; (code & 0xff) == SQLITE_BUSY && waited_ms < BV_SQL_WAIT_MS; waited_ms += STEP_MS) {
		if (waited_ms)
			sqlite3_sleep(STEP_MS);
		code = sqlite3_exec(sql->db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
	}
	return code == SQLITE_OK ? BV_OK : fault(sql, code, err);
}

/* The name of a database on a file system that nobody can write: what lies there cannot change, so that SQLite needs no files of its own beside
 * it. Not if a log lies there, whose commits it would pass over. */
static bool
immutable_name(struct bv_buf *uri, const char *path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf log = BV_BUF(8192);
	struct stat st;

	bv_buf_printf(&log, "%s-wal", path);
	if (access(path, W_OK) == 0 || errno != EROFS || (stat(log.p, &st) == 0 && st.st_size > 0))
		return false;
	bv_buf_addz(uri, "file:");
	for (const unsigned char *p = (const unsigned char *)path; *p; p++)
		bv_buf_printf(uri, strchr("/._-", *p) || (*p < 0x80 && isalnum(*p)) ? "%c" : "%%%02x", *p);
	bv_buf_addz(uri, "?immutable=1");
	return !uri->full;
}

/* Opens and reads the first page, so that what is in the way shows now. */
static int
open_file(struct bv_sql *sql, const char *name, int flags)
{
	int code = sqlite3_open_v2(name, &sql->db, flags | SQLITE_OPEN_NOMUTEX, NULL);

	if (code != SQLITE_OK)
		return code;
	sqlite3_extended_result_codes(sql->db, 1);
	sqlite3_busy_timeout(sql->db, BV_SQL_WAIT_MS);
	return sqlite3_exec(sql->db, "PRAGMA schema_version", NULL, NULL, NULL);
}

/* To read: a transaction that a crash cut off is undone first, for which SQLite must write; after that nothing is written. */
static int
open_to_read(struct bv_sql *sql)
{
	BV_AUTO(bv_buf_finish) struct bv_buf uri = BV_BUF(4 * 4096);

	if (immutable_name(&uri, sql->path))
		return open_file(sql, uri.p, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
	int code = open_file(sql, sql->path, SQLITE_OPEN_READONLY);
	if (code != SQLITE_READONLY_ROLLBACK && code != SQLITE_READONLY_RECOVERY)
		return code;
	sqlite3_close(sql->db);
	code = open_file(sql, sql->path, SQLITE_OPEN_READWRITE);
	return code == SQLITE_OK ? sqlite3_exec(sql->db, "PRAGMA query_only=ON", NULL, NULL, NULL) : code;
}

/* What PostgreSQL calls by this name. */
static void
get_bit(sqlite3_context *ctx, int count, sqlite3_value **values)
{
	(void)count;
	const unsigned char *bytes = sqlite3_value_blob(values[0]);
	sqlite3_int64 len = sqlite3_value_bytes(values[0]), n = sqlite3_value_int64(values[1]);

	sqlite3_result_int(ctx, n >= 0 && n / 8 < len ? bytes[n / 8] >> n % 8 & 1 : 0);
}

static enum bv_status
connect(struct bv_sql *sql, enum bv_sql_mode mode, struct bv_err *err)
{
	struct stat st;
	int code;

	if (stat(sql->path, &st) == 0 && S_ISDIR(st.st_mode))
		return bv_err_set(err, BV_EINVAL, "%s: a folder, not a database", sql->path);
	if (stat(sql->path, &st) < 0 && errno == ENOENT && mode != BV_SQL_CREATE)
		return bv_err_set(err, BV_ENOTFOUND, "%s: there is no such database", sql->path);
	if (mode == BV_SQL_READ)
		code = open_to_read(sql);
	else
		code = open_file(sql, sql->path, SQLITE_OPEN_READWRITE | (mode == BV_SQL_CREATE ? SQLITE_OPEN_CREATE : 0));
	if (code != SQLITE_OK)
		return fault(sql, code, err);
	code = sqlite3_create_function(sql->db, "get_bit", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL, get_bit, NULL, NULL);
	if (code != SQLITE_OK)
		return fault(sql, code, err);
	sqlite3_limit(sql->db, SQLITE_LIMIT_LENGTH, (int)BV_SQL_VALUE_MAX);
	sqlite3_db_config(sql->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(sql->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(sql->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	TRY(bv_sql_run(sql, "PRAGMA synchronous=FULL; PRAGMA cell_size_check=ON; PRAGMA cache_size=-16000", err));
	if (mode == BV_SQL_CREATE)
		TRY(set_journal(sql, err));
	return BV_OK;
}

enum bv_status
bv_sql_open(struct bv_sql **out, const char *url, enum bv_sql_mode mode, struct bv_err *err)
{
	struct bv_str rest = bv_str_of(url);

	if (bv_str_starts(rest, BV_STR("postgresql:")) || bv_str_starts(rest, BV_STR("postgres:")))
		return bv_err_set(err, BV_EINVAL, "PostgreSQL is not supported yet: give sqlite:PATH");
	if (bv_str_starts(rest, BV_STR("sqlite:")))
		rest = bv_str_sub(rest, 7, rest.len);
	if (!rest.len)
		return bv_err_set(err, BV_EINVAL, "the database has no name: give sqlite:PATH");
	BV_AUTO(bv_sql_close) struct bv_sql *sql = bv_alloc(sizeof *sql);
	/* SQLite gives a meaning to ":memory:" and to names that start with a colon; here all are files. */
	struct bv_buf path = BV_BUF(4096);
	bv_buf_addz(&path, rest.p[0] == ':' ? "./" : "");
	bv_buf_add(&path, rest);
	sql->path = path.p;
	TRY(bv_buf_check(&path, err));
	TRY(connect(sql, mode, err));
	*out = bv_steal(&sql);
	return BV_OK;
}

void
bv_sql_close(struct bv_sql *sql)
{
	if (!sql)
		return;
	int code = sqlite3_close(sql->db);
	assert(code == SQLITE_OK); /* else statements are left */
	(void)code;
	free(sql->path);
	free(sql);
}

enum bv_status
bv_sql_begin(struct bv_sql *sql, bool immediate, struct bv_err *err)
{
	assert(!bv_sql_in_transaction(sql));
	return bv_sql_run(sql, immediate ? "BEGIN IMMEDIATE" : "BEGIN", err);
}

enum bv_status
bv_sql_commit(struct bv_sql *sql, struct bv_err *err)
{
	if (!bv_sql_in_transaction(sql))
		return bv_err_set(err, BV_EIO, "%s: an earlier failure has ended the transaction", sql->path);
	int code = sqlite3_exec(sql->db, "COMMIT", NULL, NULL, NULL);
	if (code == SQLITE_OK)
		return BV_OK;
	enum bv_status status = fault(sql, code, err);
	bv_sql_rollback(sql);
	/* A write or sync of the log failed after the commit record may have reached it: the next to open the file may find the record good. */
	if ((code & 0xff) == SQLITE_IOERR)
		return bv_err_set(err, BV_EUNCERTAIN, "%s: writing to disk failed at a commit, which may or may not be there: %s", sql->path,
		                  sqlite3_errstr(code));
	return status;
}

void
bv_sql_rollback(struct bv_sql *sql)
{
	if (bv_sql_in_transaction(sql))
		sqlite3_exec(sql->db, "ROLLBACK", NULL, NULL, NULL);
}

bool
bv_sql_in_transaction(const struct bv_sql *sql)
{
	return !sqlite3_get_autocommit(sql->db);
}

enum bv_status
bv_sql_savepoint(struct bv_sql *sql, struct bv_err *err)
{
	assert(bv_sql_in_transaction(sql));
	return bv_sql_run(sql, "SAVEPOINT part", err);
}

enum bv_status
bv_sql_release(struct bv_sql *sql, struct bv_err *err)
{
	return bv_sql_run(sql, "RELEASE part", err);
}

enum bv_status
bv_sql_undo(struct bv_sql *sql, struct bv_err *err)
{
	if (!bv_sql_in_transaction(sql))
		return bv_err_set(err, BV_EIO, "%s: the failure has ended the whole transaction", sql->path);
	return bv_sql_run(sql, "ROLLBACK TO part; RELEASE part", err);
}

enum bv_status
bv_sql_prepare(struct bv_sql_stmt **out, struct bv_sql *sql, const char *text, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = bv_alloc(sizeof *stmt);
	int code = sqlite3_prepare_v3(sql->db, text, -1, SQLITE_PREPARE_PERSISTENT, &stmt->stmt, NULL);

	if (code != SQLITE_OK)
		return fault(sql, code, err);
	stmt->sql = sql;
	for (int idx = 1; idx <= BV_SQL_PARAMETERS_MAX; idx++) {
		char name[16];
		snprintf(name, sizeof name, "$%d", idx);
		stmt->parameters[idx] = sqlite3_bind_parameter_index(stmt->stmt, name);
	}
	*out = bv_steal(&stmt);
	return BV_OK;
}

void
bv_sql_stmt_free(struct bv_sql_stmt *stmt)
{
	if (!stmt)
		return;
	sqlite3_finalize(stmt->stmt);
	free(stmt);
}

static int
parameter(struct bv_sql_stmt *stmt, int idx)
{
	assert(idx >= 1 && idx <= BV_SQL_PARAMETERS_MAX && stmt->parameters[idx]);
	return stmt->parameters[idx];
}

static void
bound(int code)
{
	if (code == SQLITE_NOMEM)
		abort();
	assert(code == SQLITE_OK); /* else the statement was not reset, or the value is larger than BV_SQL_VALUE_MAX */
}

void
bv_sql_bind_int(struct bv_sql_stmt *stmt, int idx, int64_t n)
{
	bound(sqlite3_bind_int64(stmt->stmt, parameter(stmt, idx), n));
}

void
bv_sql_bind_real(struct bv_sql_stmt *stmt, int idx, double x)
{
	bound(sqlite3_bind_double(stmt->stmt, parameter(stmt, idx), x));
}

void
bv_sql_bind_str(struct bv_sql_stmt *stmt, int idx, struct bv_str s)
{
	bound(sqlite3_bind_text64(stmt->stmt, parameter(stmt, idx), s.p ? s.p : "", s.len, SQLITE_STATIC, SQLITE_UTF8));
}

void
bv_sql_bind_blob(struct bv_sql_stmt *stmt, int idx, const void *p, size_t len)
{
	bound(sqlite3_bind_blob64(stmt->stmt, parameter(stmt, idx), p ? p : "", len, SQLITE_STATIC));
}

void
bv_sql_bind_null(struct bv_sql_stmt *stmt, int idx)
{
	bound(sqlite3_bind_null(stmt->stmt, parameter(stmt, idx)));
}

enum bv_status
bv_sql_step(struct bv_sql_stmt *stmt, bool *row, struct bv_err *err)
{
	int code = sqlite3_step(stmt->stmt);

	if (code == SQLITE_ROW) {
		*row = true;
		return BV_OK;
	}
	enum bv_status status = code == SQLITE_DONE ? BV_OK : fault(stmt->sql, code, err);
	sqlite3_reset(stmt->stmt);
	if (status == BV_OK)
		*row = false;
	return status;
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
	sqlite3_reset(stmt->stmt);
}

bool
bv_sql_is_null(struct bv_sql_stmt *stmt, int column)
{
	return sqlite3_column_type(stmt->stmt, column) == SQLITE_NULL;
}

int64_t
bv_sql_int(struct bv_sql_stmt *stmt, int column)
{
	return sqlite3_column_int64(stmt->stmt, column);
}

double
bv_sql_real(struct bv_sql_stmt *stmt, int column)
{
	return sqlite3_column_double(stmt->stmt, column);
}

struct bv_str
bv_sql_str(struct bv_sql_stmt *stmt, int column)
{
	const char *p = (const char *)sqlite3_column_text(stmt->stmt, column);

	return (struct bv_str){ p, (size_t)sqlite3_column_bytes(stmt->stmt, column) };
}

struct bv_str
bv_sql_blob(struct bv_sql_stmt *stmt, int column)
{
	const char *p = sqlite3_column_blob(stmt->stmt, column);

	return (struct bv_str){ p, (size_t)sqlite3_column_bytes(stmt->stmt, column) };
}

enum bv_status
bv_sql_is_empty(bool *empty, struct bv_sql *sql, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT 1 FROM sqlite_schema WHERE type = 'table' LIMIT 1", err));
	TRY(bv_sql_step(stmt, &row, err));
	*empty = !row;
	return BV_OK;
}

enum bv_status
bv_sql_has_table(bool *there, struct bv_sql *sql, const char *name, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1", err));
	bv_sql_bind_str(stmt, 1, bv_str_of(name));
	return bv_sql_step(stmt, there, err);
}

int64_t
bv_sql_changes(const struct bv_sql *sql)
{
	return sqlite3_changes64(sql->db);
}
