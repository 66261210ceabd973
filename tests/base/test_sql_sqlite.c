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

/* A file system between SQLite and the real one, whose syncs of the write-ahead log, or of the file itself, fail when told to: what a dying disk does. */
static int syncs_to_fail, file_syncs_to_fail;
static sqlite3_io_methods methods, file_methods;
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

static int
failing_file_sync(sqlite3_file *file, int flags)
{
	if (file_syncs_to_fail) {
		file_syncs_to_fail--;
		return SQLITE_IOERR_FSYNC;
	}
	return real_sync(file, flags);
}

static int (*real_open)(sqlite3_vfs *, const char *, sqlite3_file *, int, int *);

static int
open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	int code = real_open(vfs, name, file, flags, out);

	bool is_log = flags & SQLITE_OPEN_WAL;
	if (code == SQLITE_OK && (is_log || (flags & SQLITE_OPEN_MAIN_DB && file->pMethods))) {
		sqlite3_io_methods *own = is_log ? &methods : &file_methods;
		if (!own->xSync) {
			*own = *file->pMethods;
			real_sync = own->xSync;
			own->xSync = is_log ? failing_sync : failing_file_sync;
		}
		file->pMethods = own;
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
opening(void)
{
	struct bv_sql *sql = NULL;
	struct bv_err err;

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
	syncs_to_fail = 1;
	CHECK_REFUSED(bv_sql_run(sql, "INSERT INTO t VALUES (2)", &err), BV_EUNCERTAIN, &err, "may or may not", "a statement outside a transaction");
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *put = NULL;
	CHECK_OK(bv_sql_prepare(&put, sql, "INSERT INTO t VALUES (3)", &err), &err, "prepare");
	syncs_to_fail = 1;
	CHECK_REFUSED(bv_sql_exec(put, &err), BV_EUNCERTAIN, &err, "may or may not", "a prepared one");
	BV_AUTO(bv_sql_bulk_free) struct bv_sql_bulk *bulk = NULL;
	int64_t added = -1;
	CHECK_OK(bv_sql_bulk_prepare(&bulk, sql, "t", &(struct bv_sql_column){ "a", BV_SQL_INT }, 1, &err), &err, "prepare");
	syncs_to_fail = 1;
	CHECK_REFUSED(bv_sql_bulk_exec(bulk, &added, &(union bv_sql_array){ .ints = (int64_t[]){ 4, 5 } }, 2, &err), BV_EUNCERTAIN, &err, "may or may not",
	              "rows at once");
	CHECK(added == -1 && syncs_to_fail == 0, "and none is said to be new");
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

/* A log that is kept is copied by another connection, and then begun again. */
static void
log_kept(void)
{
	BV_AUTO(bv_sql_close) struct bv_sql *writer = NULL;
	BV_AUTO(bv_sql_close) struct bv_sql *copier = NULL;
	struct bv_err err;
	int64_t left = -1;

	CHECK_OK(bv_sql_open(&writer, at("log.db"), BV_SQL_CREATE, &err), &err, "make");
	bv_sql_log_keep(writer);
	CHECK(bv_sql_run(writer, "CREATE TABLE t(a BYTEA)", &err) == BV_OK && bv_sql_open(&copier, at("log.db"), BV_SQL_WRITE, &err) == BV_OK, "open twice");
	for (int i = 0; i < 3; i++)
		CHECK_OK(bv_sql_run(writer, "INSERT INTO t SELECT zeroblob(3000000)", &err), &err, "three megabytes");
	int64_t pages = bv_sql_log_pages(writer);
	CHECK(pages > 2000, "the log grows to %lld pages", (long long)pages);
	CHECK(bv_sql_log_copy(copier, &left, &err) == BV_OK && left == 0, "another connection copies all of it");
	CHECK(bv_sql_run(writer, "INSERT INTO t SELECT zeroblob(10)", &err) == BV_OK && bv_sql_log_pages(writer) < 10, "then it is begun again");
	bool row = false;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *reading = NULL;
	CHECK(bv_sql_prepare(&reading, copier, "SELECT a FROM t", &err) == BV_OK && bv_sql_step(reading, &row, &err) == BV_OK && row, "a reader begins");
	CHECK(bv_sql_run(writer, "INSERT INTO t SELECT zeroblob(10)", &err) == BV_OK && bv_sql_log_copy(writer, &left, &err) == BV_OK && left > 0,
	      "what a reader does not see yet is not copied under it: %lld pages left", (long long)left);
	file_syncs_to_fail = 1;
	CHECK_REFUSED(bv_sql_log_copy(writer, &left, &err), BV_EIO, &err, "log.db", "what is copied in part is synced too");
	bv_sql_reset(reading);
	CHECK(bv_sql_log_copy(writer, &left, &err) == BV_OK && left == 0, "after it, it is");
}

/* What it is for is tested with power losses: faults/ledger_disk, faults/store_faults. */
static void
log_renewed(void)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL, *other = NULL;
	struct bv_err err;

	syncs_to_fail = 1;
	CHECK_OK(bv_sql_open(&sql, at("renew.db"), BV_SQL_CREATE, &err), &err, "make: there is no log yet");
	syncs_to_fail = 0;
	CHECK(bv_sql_run(sql, "CREATE TABLE t(a BYTEA); INSERT INTO t SELECT zeroblob(300000)", &err) == BV_OK &&
	      bv_sql_open(&other, at("renew.db"), BV_SQL_WRITE, &err) == BV_OK, "with something in it");
	CHECK(bv_sql_run(sql, "INSERT INTO t SELECT zeroblob(10)", &err) == BV_OK && count(other) == 2, "nothing has changed, and the lock is free");
	bv_sql_close(bv_steal(&other));
	syncs_to_fail = 1;
	CHECK_REFUSED(bv_sql_open(&other, at("renew.db"), BV_SQL_WRITE, &err), BV_EIO, &err, "renew.db", "a sync that fails");
	syncs_to_fail = 1;
	CHECK_OK(bv_sql_open(&other, at("renew.db"), BV_SQL_READ, &err), &err, "who only reads writes nothing");
	bv_sql_close(bv_steal(&other));
	CHECK_OK(bv_sql_begin(sql, true, &err), &err, "the lock is free");
	CHECK_OK(bv_sql_open(&other, at("renew.db"), BV_SQL_WRITE, &err), &err, "while another writes, who has done it");
	bv_sql_rollback(sql);
	bv_sql_close(bv_steal(&other));
	CHECK_REFUSED(bv_sql_open(&other, at("renew.db"), BV_SQL_WRITE, &err), BV_EIO, &err, "renew.db", "the sync has still to fail");
	CHECK_OK(bv_sql_open(&other, at("renew.db"), BV_SQL_WRITE, &err), &err, "again");
	CHECK_OK(bv_sql_begin(sql, true, &err), &err, "and the lock is free");
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
	opening();
	read_only();
	full_disk();
	uncertain();
	killed();
	log_kept();
	log_renewed();
	CHECK_OK(bv_dir_walk(folder, delete_file, NULL, &err), &err, "clean up");
	rmdir(folder);
	return check_end();
}
