#define _GNU_SOURCE
#include "base/sql.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/check.h"

static char folder[] = "/tmp/bv-test-sql-XXXXXX";

static const char *
at(const char *name)
{
	static char path[4][200];
	static int next;

	char *p = path[next++ % 4];
	snprintf(p, sizeof path[0], "%s/%s", folder, name);
	return p;
}

/* A file system between SQLite and the real one, whose syncs of the write-ahead log fail when told to: what a dying disk does. */
static int syncs_to_fail;
static sqlite3_io_methods methods;
static int (*real_sync)(sqlite3_file *, int);

static int
failing_sync(sqlite3_file *file, int flags)
{
	if (syncs_to_fail) {
		syncs_to_fail--;
		return SQLITE_IOERR_FSYNC;
	}
	return real_sync(file, flags);
}

static int (*real_open)(sqlite3_vfs *, const char *, sqlite3_file *, int, int *);

static int
open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	int code = real_open(vfs, name, file, flags, out);

	if (code == SQLITE_OK && (flags & SQLITE_OPEN_WAL)) {
		if (!real_sync) {
			methods = *file->pMethods;
			real_sync = methods.xSync;
			methods.xSync = failing_sync;
		}
		file->pMethods = &methods;
	}
	return code;
}

static void
make_failing_disk(void)
{
	static sqlite3_vfs vfs;

	vfs = *sqlite3_vfs_find(NULL);
	real_open = vfs.xOpen;
	vfs.xOpen = open_file;
	vfs.zName = "failing";
	sqlite3_vfs_register(&vfs, 1);
}

static void
values(void)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *put = NULL, *get = NULL;
	struct bv_err err;
	bool row = false;
	char url[300];

	snprintf(url, sizeof url, "sqlite:%s", at("values.db"));
	bool empty_database = false;
	CHECK_OK(bv_sql_open(&sql, url, BV_SQL_CREATE, &err), &err, "a new database");
	CHECK(bv_sql_is_empty(&empty_database, sql, &err) == BV_OK && empty_database, "is empty");
	CHECK_OK(bv_sql_run(sql, "CREATE TABLE t(a BIGINT PRIMARY KEY, b DOUBLE PRECISION, c TEXT, d BYTEA, e TEXT); CREATE INDEX i ON t(c)", &err),
	         &err, "a schema of two statements");
	CHECK(bv_sql_is_empty(&empty_database, sql, &err) == BV_OK && !empty_database, "is no longer empty");
	CHECK_OK(bv_sql_prepare(&put, sql, "INSERT INTO t(b, a, d, c, e) VALUES ($2, $1, $4, $3, $5)", &err), &err, "prepare");
	bv_sql_bind_int(put, 1, INT64_MIN);
	bv_sql_bind_real(put, 2, 0.1);
	bv_sql_bind_str(put, 3, BV_STR("đề\0x"));
	bv_sql_bind_blob(put, 4, "\0\xff\x80", 3);
	bv_sql_bind_null(put, 5);
	CHECK_OK(bv_sql_exec(put, &err), &err, "insert");
	CHECK(bv_sql_changes(sql) == 1, "one row changed");
	CHECK_OK(bv_sql_prepare(&get, sql, "SELECT a, b, c, d, e FROM t WHERE a = $1 AND $1 < 0", &err), &err, "prepare");
	bv_sql_bind_int(get, 1, INT64_MIN);
	CHECK_OK(bv_sql_step(get, &row, &err), &err, "select");
	CHECK(row && bv_sql_int(get, 0) == INT64_MIN && bv_sql_real(get, 1) == 0.1 && !bv_sql_is_null(get, 2) && bv_sql_is_null(get, 4),
	      "numbers and NULL");
	CHECK_STR(bv_sql_str(get, 2), BV_STR("đề\0x"), "text");
	CHECK_STR(bv_sql_blob(get, 3), BV_STR("\0\xff\x80"), "blob in a BYTEA column");
	CHECK(bv_sql_step(get, &row, &err) == BV_OK && !row, "and no more");
	CHECK(bv_sql_step(get, &row, &err) == BV_OK && row, "which resets it");
	bv_sql_reset(get);
	CHECK_REFUSED(bv_sql_exec(put, &err), BV_ECONFLICT, &err, "UNIQUE", "the same key again");
	bv_sql_bind_int(put, 1, 2);
	bv_sql_bind_str(put, 3, BV_STR_NONE);
	bv_sql_bind_blob(put, 4, NULL, 0);
	CHECK_OK(bv_sql_exec(put, &err), &err, "empty values");
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *empty = NULL;
	CHECK_OK(bv_sql_prepare(&empty, sql, "SELECT count(*) FROM t WHERE c = '' AND length(d) = 0", &err), &err, "prepare");
	CHECK(bv_sql_step(empty, &row, &err) == BV_OK && bv_sql_int(empty, 0) == 1, "are not NULL");
	CHECK_REFUSED(bv_sql_run(sql, "SELECT * FROM missing", &err), BV_EIO, &err, "no such table", "a table that is not there");
	bv_sql_reset(empty);
}

static int64_t
count(struct bv_sql *sql)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct bv_err err;
	bool row = false;

	if (bv_sql_prepare(&stmt, sql, "SELECT count(*) FROM t", &err) != BV_OK || bv_sql_step(stmt, &row, &err) != BV_OK)
		return -1;
	return bv_sql_int(stmt, 0);
}

static void
transactions(void)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	struct bv_err err;

	CHECK_OK(bv_sql_open(&sql, at("transactions.db"), BV_SQL_CREATE, &err), &err, "a bare path is SQLite");
	CHECK_OK(bv_sql_run(sql,
	                    "CREATE TABLE t(a BIGINT PRIMARY KEY CHECK (a < 10));"
	                    "CREATE TABLE u(a BIGINT NOT NULL REFERENCES t(a) DEFERRABLE INITIALLY DEFERRED)",
	                    &err),
	         &err, "schema");
	CHECK(bv_sql_begin(sql, true, &err) == BV_OK && bv_sql_in_transaction(sql), "begin");
	CHECK_OK(bv_sql_run(sql, "INSERT INTO t VALUES (1)", &err), &err, "insert");
	bv_sql_rollback(sql);
	CHECK(count(sql) == 0 && !bv_sql_in_transaction(sql), "rolled back");
	bv_sql_rollback(sql);
	CHECK_OK(bv_sql_begin(sql, false, &err), &err, "begin");
	CHECK_OK(bv_sql_run(sql, "INSERT INTO t VALUES (1)", &err), &err, "insert");
	CHECK_OK(bv_sql_savepoint(sql, &err), &err, "savepoint");
	CHECK_OK(bv_sql_run(sql, "INSERT INTO t VALUES (2)", &err), &err, "insert");
	CHECK_REFUSED(bv_sql_run(sql, "INSERT INTO t VALUES (20)", &err), BV_ECONFLICT, &err, "CHECK", "a broken rule");
	CHECK_OK(bv_sql_undo(sql, &err), &err, "undo to the savepoint");
	CHECK_OK(bv_sql_savepoint(sql, &err), &err, "savepoint");
	CHECK_OK(bv_sql_run(sql, "INSERT INTO t VALUES (3)", &err), &err, "insert");
	CHECK_OK(bv_sql_release(sql, &err), &err, "release");
	CHECK_OK(bv_sql_commit(sql, &err), &err, "commit");
	CHECK(count(sql) == 2, "what was undone alone is gone alone");
	CHECK_OK(bv_sql_begin(sql, true, &err), &err, "begin");
	CHECK_OK(bv_sql_run(sql, "INSERT INTO u VALUES (7)", &err), &err, "a deferred foreign key");
	CHECK_REFUSED(bv_sql_commit(sql, &err), BV_ECONFLICT, &err, "FOREIGN KEY", "is found at the commit");
	CHECK(!bv_sql_in_transaction(sql), "which leaves no transaction open");
	CHECK_REFUSED(bv_sql_commit(sql, &err), BV_EIO, &err, "ended the transaction", "commit without a transaction");
}

enum { BULK_ROWS = 1000 };

struct bulk_rows {
	int64_t ints[BULK_ROWS];
	double reals[BULK_ROWS];
	struct bv_str texts[BULK_ROWS], blobs[BULK_ROWS];
	char bytes[BULK_ROWS][8];
};

static void
bulk_fill(struct bulk_rows *rows, int64_t first)
{
	static const struct bv_str texts[] = { { "đề thi", 9 }, { NULL, 0 }, { "", 0 }, { "{\"a\",NULL}\\", 12 } };

	for (int i = 0; i < BULK_ROWS; i++) {
		rows->ints[i] = first + i;
		rows->reals[i] = 0.1 * i;
		rows->texts[i] = texts[i % 4];
		memcpy(rows->bytes[i], "\0\xff\x80", 4);
		rows->bytes[i][3] = (char)i;
		rows->blobs[i] = (struct bv_str){ rows->bytes[i], (size_t)(i % 5) };
	}
}

static void
bulk(void)
{
	static const struct bv_sql_column columns[] = { { "r", BV_SQL_REAL }, { "k", BV_SQL_INT }, { "c", BV_SQL_STR }, { "d", BV_SQL_BLOB } };
	static struct bulk_rows rows;
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_bulk_free) struct bv_sql_bulk *bulk = NULL, *none = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	const union bv_sql_array values[] = { { .reals = rows.reals }, { .ints = rows.ints }, { .strs = rows.texts }, { .strs = rows.blobs } };
	struct bv_err err;
	int64_t added = -1;
	bool row = false;

	CHECK_OK(bv_sql_open(&sql, at("bulk.db"), BV_SQL_CREATE, &err), &err, "make");
	CHECK_OK(bv_sql_run(sql, "CREATE TABLE t(k BIGINT NOT NULL UNIQUE CHECK (k < 5000), c TEXT NOT NULL, d BYTEA NOT NULL, r DOUBLE PRECISION)",
	                    &err),
	         &err, "schema");
	CHECK_REFUSED(bv_sql_bulk_prepare(&none, sql, "missing", columns, 4, &err), BV_EIO, &err, "missing", "a table that is not there");
	CHECK_OK(bv_sql_bulk_prepare(&bulk, sql, "t", columns, 4, &err), &err, "prepare");
	CHECK(bv_sql_bulk_exec(bulk, &added, values, 0, &err) == BV_OK && added == 0, "no rows at all");
	bulk_fill(&rows, 0);
	CHECK(bv_sql_bulk_exec(bulk, &added, values, BULK_ROWS, &err) == BV_OK && added == BULK_ROWS, "all are new");
	CHECK(!bv_sql_in_transaction(sql), "and committed");
	CHECK_OK(bv_sql_prepare(&stmt, sql, "SELECT k, c, d, r FROM t ORDER BY k", &err), &err, "prepare");
	int same = 0;
	while (bv_sql_step(stmt, &row, &err) == BV_OK && row && same < BULK_ROWS)
		same += bv_sql_int(stmt, 0) == rows.ints[same] && bv_str_eq(bv_sql_str(stmt, 1), rows.texts[same]) &&
		        bv_str_eq(bv_sql_blob(stmt, 2), rows.blobs[same]) && bv_sql_real(stmt, 3) == rows.reals[same];
	CHECK(same == BULK_ROWS && !row, "and are read as they were given");
	CHECK(bv_sql_bulk_exec(bulk, &added, values, BULK_ROWS, &err) == BV_OK && added == 0, "the same again: none is new");
	bulk_fill(&rows, 900);
	CHECK(bv_sql_bulk_exec(bulk, &added, values, BULK_ROWS, &err) == BV_OK && added == 900, "those that are new are added");
	bulk_fill(&rows, 3000);
	rows.ints[7] = 3000;
	CHECK(bv_sql_bulk_exec(bulk, &added, values, 10, &err) == BV_OK && added == 9, "the same key twice among them: once");
	CHECK(count(sql) == 1909, "all in all");
	bulk_fill(&rows, 4500);
	CHECK_REFUSED(bv_sql_bulk_exec(bulk, &added, values, BULK_ROWS, &err), BV_ECONFLICT, &err, "CHECK", "a broken rule in the middle");
	CHECK(added == 9 && count(sql) == 1909 && !bv_sql_in_transaction(sql), "then none is there");
	CHECK_OK(bv_sql_begin(sql, true, &err), &err, "begin");
	CHECK(bv_sql_bulk_exec(bulk, &added, values, 10, &err) == BV_OK && added == 10 && bv_sql_in_transaction(sql), "inside a transaction");
	bv_sql_rollback(sql);
	CHECK(count(sql) == 1909, "it is undone with that");
	CHECK_OK(bv_sql_begin(sql, true, &err), &err, "begin");
	CHECK(bv_sql_bulk_exec(bulk, &added, values, 5, &err) == BV_OK && added == 5, "a part of it");
	CHECK_OK(bv_sql_savepoint(sql, &err), &err, "savepoint");
	CHECK_REFUSED(bv_sql_bulk_exec(bulk, &added, values, BULK_ROWS, &err), BV_ECONFLICT, &err, "CHECK", "a broken rule inside a transaction");
	CHECK_OK(bv_sql_undo(sql, &err), &err, "is undone");
	CHECK_OK(bv_sql_commit(sql, &err), &err, "commit");
	CHECK(count(sql) == 1914, "with the part before it kept");
}

static void
opening(void)
{
	struct bv_sql *sql = NULL;
	struct bv_err err;

	CHECK_REFUSED(bv_sql_open(&sql, "postgresql://localhost/x", BV_SQL_CREATE, &err), BV_EINVAL, &err, "not supported yet", "PostgreSQL");
	CHECK_REFUSED(bv_sql_open(&sql, "sqlite:", BV_SQL_CREATE, &err), BV_EINVAL, &err, "no name", "no name");
	CHECK_REFUSED(bv_sql_open(&sql, at("missing.db"), BV_SQL_WRITE, &err), BV_ENOTFOUND, &err, "missing.db", "missing");
	CHECK_REFUSED(bv_sql_open(&sql, at("missing.db"), BV_SQL_READ, &err), BV_ENOTFOUND, &err, "missing.db", "missing, to read");
	CHECK(access(at("missing.db"), F_OK) != 0, "and not made");
	CHECK_REFUSED(bv_sql_open(&sql, at("no/such/folder.db"), BV_SQL_CREATE, &err), BV_EIO, &err, "folder", "no folder to make it in");
	CHECK_REFUSED(bv_sql_open(&sql, folder, BV_SQL_CREATE, &err), BV_EINVAL, &err, "a folder", "a folder");
	CHECK_OK(bv_file_write(at("text.db"), BV_STR("This is not a database, but long enough to be taken for one at first sight, "
	                                             "because a header has one hundred bytes.\n"), 0644, &err), &err, "a text file");
	CHECK_REFUSED(bv_sql_open(&sql, at("text.db"), BV_SQL_WRITE, &err), BV_EPARSE, &err, "not an SQLite", "a text file");
	CHECK(!sql, "nothing is given out");
}

static void
read_only(void)
{
	struct bv_err err;
	struct bv_sql *sql = NULL;

	CHECK_OK(bv_sql_open(&sql, at("readonly.db"), BV_SQL_CREATE, &err), &err, "make");
	CHECK_OK(bv_sql_run(sql, "CREATE TABLE t(a BIGINT)", &err), &err, "schema");
	bv_sql_close(sql);
	sql = NULL;
	CHECK_OK(bv_sql_open(&sql, at("readonly.db"), BV_SQL_READ, &err), &err, "open to read");
	CHECK(count(sql) == 0, "reads");
	CHECK_REFUSED(bv_sql_run(sql, "INSERT INTO t VALUES (1)", &err), BV_EIO, &err, "may not be written", "a write");
	bv_sql_close(sql);
	sql = NULL;
	chmod(at("readonly.db"), 0444);
	if (geteuid() == 0) { /* root may write every file: an immutable one is beyond a test */
		CHECK(true, "read-only file # SKIP run as root");
	} else {
		enum bv_status status = bv_sql_open(&sql, at("readonly.db"), BV_SQL_WRITE, &err);
		if (status == BV_OK)
			status = bv_sql_run(sql, "INSERT INTO t VALUES (1)", &err);
		CHECK_REFUSED(status, BV_EIO, &err, "permissions", "a read-only file");
		bv_sql_close(sql);
	}
}

static void
full_disk(void)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	struct bv_err err;
	enum bv_status status = BV_OK;
	int rows = 0;

	CHECK_OK(bv_sql_open(&sql, at("full.db"), BV_SQL_CREATE, &err), &err, "make");
	CHECK_OK(bv_sql_run(sql, "CREATE TABLE t(a BYTEA); PRAGMA max_page_count=20", &err), &err, "20 pages");
	while (status == BV_OK && rows < 100) {
		CHECK_OK(bv_sql_begin(sql, true, &err), &err, "begin");
		status = bv_sql_run(sql, "INSERT INTO t VALUES (zeroblob(3000))", &err);
		if (status == BV_OK)
			status = bv_sql_commit(sql, &err);
		rows += status == BV_OK;
	}
	CHECK_REFUSED(status, BV_EIO, &err, "disk is full", "a full disk");
	bv_sql_rollback(sql);
	CHECK(count(sql) == rows && rows > 5, "what was committed is there: %d rows", rows);
	CHECK_OK(bv_sql_run(sql, "PRAGMA max_page_count=100", &err), &err, "room is made");
	CHECK_OK(bv_sql_run(sql, "INSERT INTO t VALUES (zeroblob(3000))", &err), &err, "and it goes on");
}

static void
uncertain(void)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	struct bv_err err;

	CHECK_OK(bv_sql_open(&sql, at("uncertain.db"), BV_SQL_CREATE, &err), &err, "make");
	CHECK_OK(bv_sql_run(sql, "CREATE TABLE t(a BIGINT)", &err), &err, "schema");
	CHECK_OK(bv_sql_begin(sql, true, &err), &err, "begin");
	CHECK_OK(bv_sql_run(sql, "INSERT INTO t VALUES (1)", &err), &err, "insert");
	syncs_to_fail = 1;
	CHECK_REFUSED(bv_sql_commit(sql, &err), BV_EUNCERTAIN, &err, "may or may not", "a sync that fails at the commit");
	CHECK(syncs_to_fail == 0 && !bv_sql_in_transaction(sql), "the commit syncs, and no transaction is left open");
	syncs_to_fail = 0;
}

static void
two_connections(void)
{
	BV_AUTO(bv_sql_close) struct bv_sql *one = NULL;
	struct bv_err err;
	enum { EACH = 200 };

	for (int round = 0; round < 10; round++) { /* all make the same new database at once */
		char name[20];
		snprintf(name, sizeof name, "new-%d.db", round);
		for (int child = 0; child < 4; child++)
			if (fork() == 0) {
				struct bv_sql *sql = NULL;
				_exit(bv_sql_open(&sql, at(name), BV_SQL_CREATE, &err) != BV_OK ||
				      bv_sql_run(sql, "CREATE TABLE IF NOT EXISTS t(a BIGINT)", &err) != BV_OK);
			}
		int failed = 0, status;
		for (int child = 0; child < 4; child++)
			failed += wait(&status) < 0 || status != 0;
		CHECK(failed == 0, "four processes make the same database");
	}
	CHECK_OK(bv_sql_open(&one, at("two.db"), BV_SQL_CREATE, &err), &err, "make");
	CHECK_OK(bv_sql_run(one, "CREATE TABLE t(a BIGINT)", &err), &err, "schema");
	bv_sql_close(bv_steal(&one));
	for (int child = 0; child < 2; child++)
		if (fork() == 0) {
			struct bv_sql *sql = NULL;
			bool good = bv_sql_open(&sql, at("two.db"), BV_SQL_WRITE, &err) == BV_OK;
			for (int i = 0; good && i < EACH; i++)
				good = bv_sql_begin(sql, true, &err) == BV_OK &&
				       bv_sql_run(sql, "INSERT INTO t SELECT coalesce(max(a), 0) + 1 FROM t", &err) == BV_OK &&
				       bv_sql_commit(sql, &err) == BV_OK;
			_exit(!good);
		}
	for (int child = 0; child < 2; child++) {
		int status = -1;
		wait(&status);
		CHECK(status == 0, "a process that writes beside another");
	}
	CHECK_OK(bv_sql_open(&one, at("two.db"), BV_SQL_READ, &err), &err, "open");
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row = false;
	CHECK_OK(bv_sql_prepare(&stmt, one, "SELECT count(DISTINCT a), max(a) FROM t", &err), &err, "prepare");
	CHECK(bv_sql_step(stmt, &row, &err) == BV_OK && bv_sql_int(stmt, 0) == 2 * EACH && bv_sql_int(stmt, 1) == 2 * EACH,
	      "every write of both is there, and none saw the other half done");
	bv_sql_reset(stmt);
}

static void
killed(void)
{
	struct bv_err err;
	struct bv_sql *sql = NULL;
	int pipes[2];
	int64_t acknowledged = 0, number;

	CHECK_OK(bv_sql_open(&sql, at("killed.db"), BV_SQL_CREATE, &err), &err, "make");
	CHECK_OK(bv_sql_run(sql, "CREATE TABLE t(a BIGINT)", &err), &err, "schema");
	bv_sql_close(bv_steal(&sql));
	CHECK(pipe(pipes) == 0, "pipe");
	pid_t child = fork();
	if (child == 0) {
		close(pipes[0]);
		if (bv_sql_open(&sql, at("killed.db"), BV_SQL_WRITE, &err) == BV_OK)
			for (int64_t i = 1; bv_sql_run(sql, "INSERT INTO t VALUES (1)", &err) == BV_OK; i++)
				if (write(pipes[1], &i, sizeof i) != sizeof i)
					break;
		_exit(1);
	}
	close(pipes[1]);
	while (acknowledged < 300 && read(pipes[0], &number, sizeof number) == sizeof number)
		acknowledged = number;
	kill(child, SIGKILL);
	while (read(pipes[0], &number, sizeof number) == sizeof number)
		acknowledged = number;
	waitpid(child, NULL, 0);
	CHECK_OK(bv_sql_open(&sql, at("killed.db"), BV_SQL_WRITE, &err), &err, "open after kill -9");
	int64_t found = count(sql);
	CHECK(found >= acknowledged && found <= acknowledged + 1, "%lld acknowledged, %lld found", (long long)acknowledged, (long long)found);
	bv_sql_close(sql);
}

/* As PostgreSQL's, but 0 past the end. */
static void
bits(void)
{
	static const struct {
		int64_t n, bit;
	} cases[] = { { 0, 1 }, { 1, 0 }, { 7, 1 }, { 8, 0 }, { 9, 1 }, { 15, 0 }, { 16, 0 }, { -1, 0 }, { INT64_MAX, 0 }, { INT64_MIN, 0 } };
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *ask = NULL;
	struct bv_err err;
	bool row;

	CHECK_OK(bv_sql_open(&sql, at("bits.db"), BV_SQL_CREATE, &err), &err, "open");
	CHECK_OK(bv_sql_prepare(&ask, sql, "SELECT get_bit($1, $2)", &err), &err, "get_bit");
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		bv_sql_bind_blob(ask, 1, "\x81\x02", 2);
		bv_sql_bind_int(ask, 2, cases[i].n);
		CHECK(bv_sql_step(ask, &row, &err) == BV_OK && row && bv_sql_int(ask, 0) == cases[i].bit, "bit %lld", (long long)cases[i].n);
		bv_sql_reset(ask);
	}
	bv_sql_bind_blob(ask, 1, NULL, 0);
	bv_sql_bind_int(ask, 2, 0);
	CHECK(bv_sql_step(ask, &row, &err) == BV_OK && row && bv_sql_int(ask, 0) == 0, "of nothing");
	bv_sql_reset(ask);
}

static enum bv_status
delete_file(void *ctx, const char *path, struct bv_err *err)
{
	(void)ctx, (void)err;
	unlink(path);
	return BV_OK;
}

int
main(void)
{
	struct bv_err err;

	if (!mkdtemp(folder))
		return 1;
	make_failing_disk();
	values();
	transactions();
	bits();
	bulk();
	opening();
	read_only();
	full_disk();
	uncertain();
	two_connections();
	killed();
	CHECK_OK(bv_dir_walk(folder, delete_file, NULL, &err), &err, "clean up");
	rmdir(folder);
	return check_end();
}
