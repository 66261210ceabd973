#define _GNU_SOURCE
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/sql_driver.h"

enum {
	ROW_REST_MAX = 4096,  /* of a row with the largest value, the other columns */
	RENEW_WAIT_MS = 1000, /* for who writes to a file that is opened */
};

/* What begins and ends every transaction, prepared when it is first needed. */
enum { BEGIN_READ, BEGIN_WRITE, COMMIT, FRAMES };
static const char *const frames[FRAMES] = { "BEGIN", "BEGIN IMMEDIATE", "COMMIT" };

struct sqlite {
	struct bv_sql head;
	sqlite3 *db;
	sqlite3_stmt *frames[FRAMES];
	char *path;
	int64_t log_pages; /* after the last commit, if it is kept */
	int64_t wait_ms;   /* how long for another connection's lock; 0: BV_SQL_WAIT_MS */
	int64_t waits_ns;  /* since then */
};

struct sqlite_stmt {
	struct bv_sql_stmt head;
	sqlite3_stmt *stmt;
	int parameters[BV_SQL_PARAMETERS_MAX + 1]; /* SQLite's number of $idx, 0 if the text has none: it counts names as they first occur */
};

static struct sqlite *
of(struct bv_sql *sql)
{
	return (struct sqlite *)sql;
}

static sqlite3_stmt *
stmt_of(struct bv_sql_stmt *stmt)
{
	return ((struct sqlite_stmt *)stmt)->stmt;
}

static enum bv_status
fault(struct sqlite *sql, int code, struct bv_err *err)
{
	const char *path = sql->path;

	if (code == SQLITE_BUSY_SNAPSHOT)
		return bv_err_set(err, BV_ECONFLICT, "%s: another program has changed what this transaction has read; nothing of it is there: do it again",
		                  path);
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
		return bv_err_set(err, BV_ELIMIT, "%s: a value or a row is larger than %u bytes", path, BV_SQL_VALUE_MAX);
	case SQLITE_NOMEM:
		abort();
	default:
		return bv_err_set(err, BV_EIO, "%s: %s", path, sqlite3_errmsg(sql->db));
	}
}

/* A write or sync of the log failed after the commit record may have reached it: the next to open the file may find the record good. */
static enum bv_status
commit_fault(struct sqlite *sql, int code, struct bv_err *err)
{
	if ((code & 0xff) != SQLITE_IOERR)
		return fault(sql, code, err);
	return bv_err_set(err, BV_EUNCERTAIN, "%s: writing to disk failed at a commit, which may or may not be there: %s", sql->path,
	                  sqlite3_errstr(code));
}

static enum bv_status
run(struct bv_sql *sql, const char *text, struct bv_err *err)
{
	int code = sqlite3_exec(of(sql)->db, text, NULL, NULL, NULL);

	if (code == SQLITE_OK)
		return BV_OK;
	return sql->open ? fault(of(sql), code, err) : commit_fault(of(sql), code, err);
}

/* A new database gets a write-ahead log. Two that turn the same new file to WAL at once are told BUSY without waiting, lest they wait for each other; so one waits here. */
static enum bv_status
set_journal(struct sqlite *sql, struct bv_err *err)
{
	enum { STEP_MS = 5 };
	int code = SQLITE_BUSY;

	bool empty;

	TRY(bv_sql_is_empty(&empty, &sql->head, err));
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

/* Asks again every millisecond: who writes one transaction after the other leaves the lock for a moment between two, and SQLite's own waiting, which asks
 * ever more rarely, would miss them all. */
static int
wait_for_lock(void *ctx, int count)
{
	struct sqlite *sql = ctx;
	int64_t now_ns = bv_clock_monotonic_ns(), wait_ms = sql->wait_ms ? sql->wait_ms : BV_SQL_WAIT_MS;

	if (!count)
		sql->waits_ns = now_ns;
	if (now_ns - sql->waits_ns >= wait_ms * 1000000)
		return 0;
	usleep(1000);
	return 1;
}

/* Opens and reads the first page, so that what is in the way shows now. */
static int
open_file(struct sqlite *sql, const char *name, int flags)
{
	int code = sqlite3_open_v2(name, &sql->db, flags | SQLITE_OPEN_NOMUTEX, NULL);

	if (code != SQLITE_OK)
		return code;
	sqlite3_extended_result_codes(sql->db, 1);
	sqlite3_busy_handler(sql->db, wait_for_lock, sql);
	return sqlite3_exec(sql->db, "PRAGMA schema_version", NULL, NULL, NULL);
}

/* To read: a transaction that a crash cut off is undone first, for which SQLite must write; after that nothing is written. */
static int
open_to_read(struct sqlite *sql)
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

/* The same bytes again: written anew they are the kernel's to bring to the disk once more. */
static int
write_again(sqlite3_file *file)
{
	char bytes[1 << 16];
	sqlite3_int64 size;
	int code = file->pMethods->xFileSize(file, &size);

	if (code != SQLITE_OK || !size)
		return code;
	for (sqlite3_int64 at = 0; at < size; at += (sqlite3_int64)sizeof bytes) {
		int len = (int)(size - at < (sqlite3_int64)sizeof bytes ? size - at : (sqlite3_int64)sizeof bytes);
		code = file->pMethods->xRead(file, bytes, len, at);
		if (code == SQLITE_OK)
			code = file->pMethods->xWrite(file, bytes, len, at);
		if (code != SQLITE_OK)
			return code;
	}
	return file->pMethods->xSync(file, SQLITE_SYNC_FULL);
}

/* A program whose sync failed and that was killed then has left in the write-ahead log what can be read, but is not on the disk and, since the kernel takes
 * it for written, never would be: what is committed behind it would be lost with it in a power cut, and who finds it there says that it lasts. So
 * everybody who may write brings the log he finds to the disk once more, under the write lock. Who has the lock for long has done so when he opened the file, and
 * what is left by programs that are dead comes to light only when nobody else has it open. */
static enum bv_status
renew_log(struct sqlite *sql, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(8192);
	sqlite3_file *log = NULL;
	struct stat st;

	bv_buf_printf(&path, "%s-wal", sql->path);
	if (path.full || stat(path.p, &st) != 0 || st.st_size == 0)
		return BV_OK;
	sql->wait_ms = RENEW_WAIT_MS;
	int code = sqlite3_exec(sql->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	sql->wait_ms = 0;
	if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_READONLY) /* the first write says so */
		return BV_OK;
	if (code == SQLITE_OK)
		code = sqlite3_file_control(sql->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (code == SQLITE_OK && log && log->pMethods)
		code = write_again(log);
	enum bv_status status = code == SQLITE_OK ? BV_OK : fault(sql, code, err);
	if (!sqlite3_get_autocommit(sql->db))
		sqlite3_exec(sql->db, "ROLLBACK", NULL, NULL, NULL);
	return status;
}

static enum bv_status
connect(struct sqlite *sql, enum bv_sql_mode mode, struct bv_err *err)
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
	sqlite3_limit(sql->db, SQLITE_LIMIT_LENGTH, (int)BV_SQL_VALUE_MAX + ROW_REST_MAX);
	sqlite3_db_config(sql->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(sql->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(sql->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	TRY(run(&sql->head, "PRAGMA synchronous=FULL; PRAGMA cell_size_check=ON; PRAGMA cache_size=-16000", err));
	if (mode == BV_SQL_CREATE)
		TRY(set_journal(sql, err));
	if (mode == BV_SQL_JOIN)
		sqlite3_db_config(sql->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return mode == BV_SQL_READ || mode == BV_SQL_JOIN ? BV_OK : renew_log(sql, err);
}

static void
close_file(struct bv_sql *sql)
{
	for (int i = 0; i < FRAMES; i++)
		sqlite3_finalize(of(sql)->frames[i]);
	int code = sqlite3_close(of(sql)->db);

	assert(code == SQLITE_OK); /* else statements are left */
	(void)code;
	free(of(sql)->path);
	free(sql);
}

/* A file is not lost as a server is: what it was when it was opened it still is. */
static enum bv_status
reopen(struct bv_sql *sql, struct bv_err *err)
{
	(void)sql, (void)err;
	return BV_OK;
}

static int
run_frame(struct sqlite *sql, int i)
{
	int code = sql->frames[i] ? SQLITE_OK : sqlite3_prepare_v3(sql->db, frames[i], -1, SQLITE_PREPARE_PERSISTENT, &sql->frames[i], NULL);

	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(sql->frames[i]);
	sqlite3_reset(sql->frames[i]);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static enum bv_status
begin(struct bv_sql *sql, int64_t turn, struct bv_err *err)
{
	int code = run_frame(of(sql), turn ? BEGIN_WRITE : BEGIN_READ);

	return code == SQLITE_OK ? BV_OK : fault(of(sql), code, err);
}

static bool
is_gone(struct bv_sql *sql)
{
	return sqlite3_get_autocommit(of(sql)->db);
}

static void
rollback(struct bv_sql *sql)
{
	if (!is_gone(sql))
		sqlite3_exec(of(sql)->db, "ROLLBACK", NULL, NULL, NULL);
}

static enum bv_status
commit(struct bv_sql *sql, struct bv_err *err)
{
	int code = run_frame(of(sql), COMMIT);

	if (code == SQLITE_OK)
		return BV_OK;
	enum bv_status status = commit_fault(of(sql), code, err);
	rollback(sql);
	return status;
}

static void
stmt_free(struct bv_sql_stmt *stmt)
{
	sqlite3_finalize(stmt_of(stmt));
	free(stmt);
}

static enum bv_status
prepare(struct bv_sql_stmt **out, struct bv_sql *sql, const char *text, struct bv_err *err)
{
	sqlite3_stmt *prepared;
	int code = sqlite3_prepare_v3(of(sql)->db, text, -1, SQLITE_PREPARE_PERSISTENT, &prepared, NULL);

	if (code != SQLITE_OK)
		return fault(of(sql), code, err);
	struct sqlite_stmt *stmt = bv_alloc(sizeof *stmt);
	stmt->head.sql = sql;
	stmt->stmt = prepared;
	for (int idx = 1; idx <= BV_SQL_PARAMETERS_MAX; idx++) {
		char name[16];
		snprintf(name, sizeof name, "$%d", idx);
		stmt->parameters[idx] = sqlite3_bind_parameter_index(prepared, name);
	}
	*out = &stmt->head;
	return BV_OK;
}

static int
parameter(struct bv_sql_stmt *stmt, int idx)
{
	const struct sqlite_stmt *s = (struct sqlite_stmt *)stmt;

	assert(idx >= 1 && idx <= BV_SQL_PARAMETERS_MAX && s->parameters[idx]);
	return s->parameters[idx];
}

static void
bound(int code)
{
	if (code == SQLITE_NOMEM)
		abort();
	assert(code == SQLITE_OK); /* else the statement was not reset */
}

static void
bind_int(struct bv_sql_stmt *stmt, int idx, int64_t n)
{
	bound(sqlite3_bind_int64(stmt_of(stmt), parameter(stmt, idx), n));
}

static void
bind_real(struct bv_sql_stmt *stmt, int idx, double x)
{
	bound(sqlite3_bind_double(stmt_of(stmt), parameter(stmt, idx), x));
}

static void
bind_bytes(struct bv_sql_stmt *stmt, int idx, enum bv_sql_type type, struct bv_str s)
{
	const char *p = s.p ? s.p : "";

	assert(s.len <= BV_SQL_VALUE_MAX);
	if (type == BV_SQL_STR)
		bound(sqlite3_bind_text64(stmt_of(stmt), parameter(stmt, idx), p, s.len, SQLITE_STATIC, SQLITE_UTF8));
	else
		bound(sqlite3_bind_blob64(stmt_of(stmt), parameter(stmt, idx), p, s.len, SQLITE_STATIC));
}

static void
bind_null(struct bv_sql_stmt *stmt, int idx)
{
	bound(sqlite3_bind_null(stmt_of(stmt), parameter(stmt, idx)));
}

static enum bv_status
step(struct bv_sql_stmt *stmt, bool *row, struct bv_err *err)
{
	struct sqlite *sql = of(stmt->sql);
	int code = sqlite3_step(stmt_of(stmt));

	if (code == SQLITE_ROW) {
		*row = true;
		return BV_OK;
	}
	enum bv_status status = BV_OK;
	if (code != SQLITE_DONE)
		status = sql->head.open || sqlite3_stmt_readonly(stmt_of(stmt)) ? fault(sql, code, err) : commit_fault(sql, code, err);
	sqlite3_reset(stmt_of(stmt));
	if (status == BV_OK)
		*row = false;
	return status;
}

static void
reset(struct bv_sql_stmt *stmt)
{
	sqlite3_reset(stmt_of(stmt));
}

static bool
is_null(struct bv_sql_stmt *stmt, int column)
{
	return sqlite3_column_type(stmt_of(stmt), column) == SQLITE_NULL;
}

static int64_t
get_int(struct bv_sql_stmt *stmt, int column)
{
	return sqlite3_column_int64(stmt_of(stmt), column);
}

static double
get_real(struct bv_sql_stmt *stmt, int column)
{
	return sqlite3_column_double(stmt_of(stmt), column);
}

static struct bv_str
get_bytes(struct bv_sql_stmt *stmt, int column, enum bv_sql_type type)
{
	const char *p = type == BV_SQL_STR ? (const char *)sqlite3_column_text(stmt_of(stmt), column) : sqlite3_column_blob(stmt_of(stmt), column);

	return (struct bv_str){ p, (size_t)sqlite3_column_bytes(stmt_of(stmt), column) };
}

static int64_t
changes(const struct bv_sql *sql)
{
	return sqlite3_changes64(((const struct sqlite *)sql)->db);
}

static int
count_pages(void *ctx, sqlite3 *db, const char *name, int pages)
{
	(void)db, (void)name;
	((struct sqlite *)ctx)->log_pages = pages;
	return SQLITE_OK;
}

/* The hook takes the place of the one that copies the log at every 1000 pages. */
static void
log_keep(struct bv_sql *sql)
{
	sqlite3_wal_hook(of(sql)->db, count_pages, of(sql));
}

static int64_t
log_pages(const struct bv_sql *sql)
{
	return ((const struct sqlite *)sql)->log_pages;
}

/* Busy: another connection is copying. SQLite brings what was copied to the disk only when it was all; who comes last would have to wait for it. */
static enum bv_status
log_copy(struct bv_sql *sql, int64_t *left, struct bv_err *err)
{
	int pages = 0, copied = 0;
	int code = sqlite3_wal_checkpoint_v2(of(sql)->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &copied);
	sqlite3_file *file = NULL;

	if (code == SQLITE_OK)
		code = sqlite3_file_control(of(sql)->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (code == SQLITE_OK && file && file->pMethods)
		code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
	if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY)
		return fault(of(sql), code, err);
	*left = pages > copied ? pages - copied : 0;
	return BV_OK;
}

static void
log_leave(struct bv_sql *sql)
{
	sqlite3_db_config(of(sql)->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

static const struct bv_sql_driver driver = {
	.find_table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1",
	.find_any_table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' LIMIT 1",
	.cut_log = "PRAGMA wal_checkpoint(TRUNCATE)",
	.close = close_file,
	.reopen = reopen,
	.run = run,
	.part = run,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.is_gone = is_gone,
	.prepare = prepare,
	.stmt_free = stmt_free,
	.bind_int = bind_int,
	.bind_real = bind_real,
	.bind_bytes = bind_bytes,
	.bind_null = bind_null,
	.step = step,
	.reset = reset,
	.is_null = is_null,
	.get_int = get_int,
	.get_real = get_real,
	.get_bytes = get_bytes,
	.changes = changes,
	.log_keep = log_keep,
	.log_pages = log_pages,
	.log_copy = log_copy,
	.log_leave = log_leave,
};

enum bv_status
sql_sqlite_open(struct bv_sql **out, struct bv_str name, enum bv_sql_mode mode, struct bv_err *err)
{
	struct sqlite *sql = bv_alloc(sizeof *sql);
	BV_AUTO(bv_sql_close) struct bv_sql *head = &sql->head;

	head->driver = &driver;
	/* SQLite gives a meaning to ":memory:" and to names that start with a colon; here all are files. */
	struct bv_buf path = BV_BUF(4096);
	bv_buf_addz(&path, name.p[0] == ':' ? "./" : "");
	bv_buf_add(&path, name);
	sql->path = path.p;
	TRY(bv_buf_check(&path, err));
	TRY(connect(sql, mode, err));
	*out = bv_steal(&head);
	return BV_OK;
}
