/* The same cases on every database that base/sql.h knows. */
#define _GNU_SOURCE
#include "base/sql.h"

#include "base/file.h"
#include "base/mem.h"
#include "tests/base/pgsql.h"
#include "tests/base/sql_script.h"

static char folder[] = "/tmp/bv-test-sql-XXXXXX";
static struct pgsql_cluster cluster;

/* A database, and the words by which it names what is broken. */
struct database {
	const char *name, *unique, *check, *foreign, *no_table;
	const char *(*url)(const char *name);
};

static const char *
sqlite_url(const char *name)
{
	static char urls[4][200];
	static int next;
	char *url = urls[next++ % 4];

	snprintf(url, sizeof urls[0], "sqlite:%s/%s.db", folder, name);
	return url;
}

static const char *
pgsql_url(const char *name)
{
	return pgsql_database(&cluster, name);
}

static const struct database databases[] = {
	{ "SQLite", "UNIQUE", "CHECK", "FOREIGN KEY", "no such table", sqlite_url },
	{ "PostgreSQL", "unique constraint", "check constraint", "foreign key", "does not exist", pgsql_url },
};

static void
values(const struct database *database)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *put = NULL, *get = NULL;
	struct bv_err err;
	bool row = false;
	bool empty_database = false, there = true;

	CHECK_OK(bv_sql_open(&sql, database->url("values"), BV_SQL_CREATE, &err), &err, "a new database");
	CHECK(bv_sql_is_empty(&empty_database, sql, &err) == BV_OK && empty_database, "is empty");
	CHECK_OK(bv_sql_run(sql, "CREATE TABLE t(a BIGINT PRIMARY KEY, b DOUBLE PRECISION, c TEXT, d BYTEA, e TEXT); CREATE INDEX i ON t(c)", &err),
	         &err, "a schema of two statements");
	CHECK(bv_sql_is_empty(&empty_database, sql, &err) == BV_OK && !empty_database, "is no longer empty");
	CHECK(bv_sql_has_table(&there, sql, "t", &err) == BV_OK && there, "has a table");
	CHECK(bv_sql_has_table(&there, sql, "i", &err) == BV_OK && !there, "which an index is not");
	CHECK_OK(bv_sql_prepare(&put, sql, "INSERT INTO t(b, a, d, c, e) VALUES ($2, $1, $4, $3, $5)", &err), &err, "prepare");
	bv_sql_bind_int(put, 1, INT64_MIN);
	bv_sql_bind_real(put, 2, 0.1);
	bv_sql_bind_str(put, 3, BV_STR("đề thi"));
	bv_sql_bind_blob(put, 4, "\0\xff\x80", 3);
	bv_sql_bind_null(put, 5);
	CHECK_OK(bv_sql_exec(put, &err), &err, "insert");
	CHECK(bv_sql_changes(sql) == 1, "one row changed");
	CHECK_OK(bv_sql_prepare(&get, sql, "SELECT a, b, c, d, e FROM t WHERE a = $1 AND $1 < 0", &err), &err, "prepare");
	bv_sql_bind_int(get, 1, INT64_MIN);
	CHECK_OK(bv_sql_step(get, &row, &err), &err, "select");
	CHECK(row && bv_sql_int(get, 0) == INT64_MIN && bv_sql_real(get, 1) == 0.1 && !bv_sql_is_null(get, 2) && bv_sql_is_null(get, 4),
	      "numbers and NULL");
	CHECK_STR(bv_sql_str(get, 2), BV_STR("đề thi"), "text");
	CHECK_STR(bv_sql_blob(get, 3), BV_STR("\0\xff\x80"), "blob in a BYTEA column");
	CHECK(bv_sql_step(get, &row, &err) == BV_OK && !row, "and no more");
	CHECK(bv_sql_step(get, &row, &err) == BV_OK && row, "which resets it");
	bv_sql_reset(get);
	CHECK_REFUSED(bv_sql_exec(put, &err), BV_ECONFLICT, &err, database->unique, "the same key again");
	bv_sql_bind_int(put, 1, 2);
	bv_sql_bind_str(put, 3, BV_STR_NONE);
	bv_sql_bind_blob(put, 4, NULL, 0);
	CHECK_OK(bv_sql_exec(put, &err), &err, "empty values");
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *empty = NULL;
	CHECK_OK(bv_sql_prepare(&empty, sql, "SELECT count(*) FROM t WHERE c = '' AND length(d) = 0", &err), &err, "prepare");
	CHECK(bv_sql_step(empty, &row, &err) == BV_OK && bv_sql_int(empty, 0) == 1, "are not NULL");
	CHECK_REFUSED(bv_sql_run(sql, "SELECT * FROM missing", &err), BV_EIO, &err, database->no_table, "a table that is not there");
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
transactions(const struct database *database)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	struct bv_err err;

	CHECK_OK(bv_sql_open(&sql, database->url("transactions"), BV_SQL_CREATE, &err), &err, "open");
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
	CHECK_REFUSED(bv_sql_run(sql, "INSERT INTO t VALUES (20)", &err), BV_ECONFLICT, &err, database->check, "a broken rule");
	CHECK_OK(bv_sql_undo(sql, &err), &err, "undo to the savepoint");
	CHECK_OK(bv_sql_savepoint(sql, &err), &err, "savepoint");
	CHECK_OK(bv_sql_run(sql, "INSERT INTO t VALUES (3)", &err), &err, "insert");
	CHECK_OK(bv_sql_release(sql, &err), &err, "release");
	CHECK_OK(bv_sql_commit(sql, &err), &err, "commit");
	CHECK(count(sql) == 2, "what was undone alone is gone alone");
	CHECK_OK(bv_sql_begin(sql, true, &err), &err, "begin");
	CHECK_OK(bv_sql_run(sql, "INSERT INTO u VALUES (7)", &err), &err, "a deferred foreign key");
	CHECK_REFUSED(bv_sql_commit(sql, &err), BV_ECONFLICT, &err, database->foreign, "is found at the commit");
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
	static const struct bv_str texts[] = { { "đề thi", 9 }, { NULL, 0 }, { "", 0 }, { "{\"a\",NULL}\\", 11 } };

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
bulk(const struct database *database)
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

	CHECK_OK(bv_sql_open(&sql, database->url("bulk"), BV_SQL_CREATE, &err), &err, "make");
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
	CHECK_REFUSED(bv_sql_bulk_exec(bulk, &added, values, BULK_ROWS, &err), BV_ECONFLICT, &err, database->check, "a broken rule in the middle");
	CHECK(added == 9 && count(sql) == 1909 && !bv_sql_in_transaction(sql), "then none is there");
	CHECK_OK(bv_sql_begin(sql, true, &err), &err, "begin");
	CHECK(bv_sql_bulk_exec(bulk, &added, values, 10, &err) == BV_OK && added == 10 && bv_sql_in_transaction(sql), "inside a transaction");
	bv_sql_rollback(sql);
	CHECK(count(sql) == 1909, "it is undone with that");
	CHECK_OK(bv_sql_begin(sql, true, &err), &err, "begin");
	CHECK(bv_sql_bulk_exec(bulk, &added, values, 5, &err) == BV_OK && added == 5, "a part of it");
	CHECK_OK(bv_sql_savepoint(sql, &err), &err, "savepoint");
	CHECK_REFUSED(bv_sql_bulk_exec(bulk, &added, values, BULK_ROWS, &err), BV_ECONFLICT, &err, database->check, "a broken rule inside a transaction");
	CHECK_OK(bv_sql_undo(sql, &err), &err, "is undone");
	CHECK_OK(bv_sql_commit(sql, &err), &err, "commit");
	CHECK(count(sql) == 1914, "with the part before it kept");

	BV_AUTO(bv_sql_bulk_free) struct bv_sql_bulk *turn = NULL;
	CHECK_OK(bv_sql_bulk_prepare_turn(&turn, sql, "t", columns, 4, 7, &err), &err, "one that takes a turn");
	bulk_fill(&rows, 2000);
	CHECK(bv_sql_bulk_exec(turn, &added, values, 500, &err) == BV_OK && added == 500 && !bv_sql_in_transaction(sql), "new rows");
	bulk_fill(&rows, 2499);
	CHECK(bv_sql_bulk_exec(turn, &added, values, 10, &err) == BV_ECONFLICT && !bv_sql_in_transaction(sql), "a key that is there: refused");
	bulk_fill(&rows, 2491);
	CHECK(bv_sql_bulk_exec(turn, &added, values, 10, &err) == BV_ECONFLICT && added == 500 && count(sql) == 2414, "and none is there");
	CHECK_OK(bv_sql_begin_turn(sql, 7, &err), &err, "a turn");
	bulk_fill(&rows, 2500);
	CHECK(bv_sql_bulk_exec(turn, &added, values, 5, &err) == BV_OK && added == 5 && bv_sql_in_transaction(sql), "inside it");
	CHECK_OK(bv_sql_commit(sql, &err), &err, "commit");
	CHECK_OK(bv_sql_begin_turn(sql, 7, &err), &err, "the next turn");
	CHECK(bv_sql_bulk_exec(turn, &added, values, 5, &err) == BV_ECONFLICT, "a key that is there");
	bv_sql_rollback(sql);
	CHECK(count(sql) == 2419, "all in all");
}

static void
two_connections(const struct database *database)
{
	BV_AUTO(bv_sql_close) struct bv_sql *one = NULL;
	struct bv_err err;
	enum { EACH = 200 };

	for (int round = 0; round < 5; round++) { /* all make the same new database at once */
		char name[20];
		snprintf(name, sizeof name, "new_%d", round);
		const char *url = database->url(name);
		for (int child = 0; child < 4; child++)
			if (fork() == 0) {
				struct bv_sql *sql = NULL;
				_exit(bv_sql_open(&sql, url, BV_SQL_CREATE, &err) != BV_OK || bv_sql_begin(sql, true, &err) != BV_OK ||
				      bv_sql_run(sql, "CREATE TABLE IF NOT EXISTS t(a BIGINT)", &err) != BV_OK || bv_sql_commit(sql, &err) != BV_OK);
			}
		int failed = 0, status;
		for (int child = 0; child < 4; child++)
			failed += wait(&status) < 0 || status != 0;
		CHECK(failed == 0, "four processes make the same database");
	}
	CHECK_OK(bv_sql_open(&one, database->url("two"), BV_SQL_CREATE, &err), &err, "make");
	CHECK_OK(bv_sql_run(one, "CREATE TABLE t(a BIGINT)", &err), &err, "schema");
	bv_sql_close(bv_steal(&one));
	const char *url = database->url("two");
	for (int child = 0; child < 2; child++)
		if (fork() == 0) {
			struct bv_sql *sql = NULL;
			bool good = bv_sql_open(&sql, url, BV_SQL_WRITE, &err) == BV_OK;
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
	CHECK_OK(bv_sql_open(&one, database->url("two"), BV_SQL_READ, &err), &err, "open");
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row = false;
	CHECK_OK(bv_sql_prepare(&stmt, one, "SELECT count(DISTINCT a), max(a) FROM t", &err), &err, "prepare");
	CHECK(bv_sql_step(stmt, &row, &err) == BV_OK && bv_sql_int(stmt, 0) == 2 * EACH && bv_sql_int(stmt, 1) == 2 * EACH,
	      "every write of both is there, and none saw the other half done");
	bv_sql_reset(stmt);
}

/* Opens a new database with the table of a schema. */
static struct bv_sql *
made(const struct database *database, const char *name, const char *schema)
{
	struct bv_sql *sql = NULL;
	struct bv_err err;

	CHECK_OK(bv_sql_open(&sql, database->url(name), BV_SQL_CREATE, &err), &err, "make");
	CHECK_OK(bv_sql_run(sql, schema, &err), &err, "schema");
	return sql;
}

/* One schema: a number that the database gives, and a key that only PostgreSQL has. */
static void
dialects(const struct database *database)
{
	static const char schema[] =
		"CREATE TABLE t(n /*sqlite*/INTEGER PRIMARY KEY/*end*//*pgsql BIGINT GENERATED BY DEFAULT AS IDENTITY*/, a BIGINT NOT NULL,"
		" s TEXT DEFAULT '/*sqlite*/ isn''t /*pgsql it*/'/*pgsql , PRIMARY KEY (a)*/)";
	BV_AUTO(bv_sql_close) struct bv_sql *sql = made(database, "dialects", schema);
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *put = NULL, *get = NULL;
	struct bv_err err;
	bool row = false;

	CHECK_OK(bv_sql_prepare(&put, sql, "INSERT INTO t(a) VALUES ($1 + /*sqlite*/1/*end*//*pgsql 2*/) RETURNING n", &err), &err, "prepare");
	for (int i = 1; i <= 3; i++) {
		bv_sql_bind_int(put, 1, 10 * i);
		CHECK(bv_sql_step(put, &row, &err) == BV_OK && row && bv_sql_int(put, 0) == i, "row %d gets that number", i);
		CHECK(bv_sql_step(put, &row, &err) == BV_OK && !row, "which ends it");
	}
	CHECK_OK(bv_sql_prepare(&get, sql, "SELECT a, s FROM t WHERE n = 3", &err), &err, "prepare");
	CHECK(bv_sql_step(get, &row, &err) == BV_OK && row, "read");
	CHECK(bv_sql_int(get, 0) == (database->url == sqlite_url ? 31 : 32), "each database read its own part");
	CHECK_STR(bv_sql_str(get, 1), BV_STR("/*sqlite*/ isn't /*pgsql it*/"), "and texts in quotes as they are");
	bv_sql_reset(get);
}

/* What queries compute has types of the database's choice. */
static void
computed(const struct database *database)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = made(database, "computed", "CREATE TABLE t(a BIGINT, r DOUBLE PRECISION)");
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct bv_err err;
	bool row = false;

	CHECK_OK(bv_sql_run(sql, "INSERT INTO t VALUES (1, 0.5), (2, -1e300), (1000000000000, 3), (NULL, NULL)", &err), &err, "rows");
	CHECK_OK(bv_sql_prepare(&stmt, sql,
	                        "SELECT count(*), sum(a), max(a), length('abc'), 7, sum(a) * (-1), avg(a) * 2, sum(r), max(a) > 5, $1 + 1, $2 * 2, "
	                        "'x', 0.000012, 1234567.5, CAST($3 AS BIGINT) FROM t LIMIT $4",
	                        &err),
	         &err, "prepare");
	bv_sql_bind_int(stmt, 1, 41);
	bv_sql_bind_real(stmt, 2, 0.25);
	bv_sql_bind_int(stmt, 3, INT64_MAX);
	bv_sql_bind_int(stmt, 4, 1);
	if (database->url == pgsql_url) /* $2 * 2 are whole numbers for PostgreSQL */
		CHECK_REFUSED(bv_sql_step(stmt, &row, &err), BV_EINVAL, &err, "$2 does not go into its type (23)", "a fraction for a whole number");
	bv_sql_bind_int(stmt, 2, 3);
	CHECK_OK(bv_sql_step(stmt, &row, &err), &err, "step");
	CHECK(bv_sql_int(stmt, 0) == 4 && bv_sql_int(stmt, 1) == 1000000000003 && bv_sql_int(stmt, 2) == 1000000000000, "count, sum, max");
	CHECK(bv_sql_int(stmt, 3) == 3 && bv_sql_int(stmt, 4) == 7 && bv_sql_int(stmt, 5) == -1000000000003, "length, constant, product");
	CHECK(bv_sql_real(stmt, 6) == 2000000000006.0 / 3 && bv_sql_real(stmt, 7) == -1e300 && bv_sql_real(stmt, 0) == 4, "reals");
	CHECK(bv_sql_int(stmt, 8) == 1 && bv_sql_int(stmt, 9) == 42 && bv_sql_int(stmt, 10) == 6, "a truth, and parameters in expressions");
	CHECK_STR(bv_sql_str(stmt, 11), BV_STR("x"), "a text without a column");
	CHECK(bv_sql_real(stmt, 12) == 0.000012 && bv_sql_real(stmt, 13) == 1234567.5 && bv_sql_int(stmt, 13) == 1234567, "decimal fractions");
	CHECK(bv_sql_int(stmt, 14) == INT64_MAX, "the largest number");
	bv_sql_reset(stmt);
}

static void
failed_transaction(const struct database *database)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = made(database, "failed", "CREATE TABLE t(a BIGINT PRIMARY KEY)");
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *put = NULL, *other = NULL;
	struct bv_err err;
	bool row = false;

	CHECK_OK(bv_sql_prepare(&put, sql, "INSERT INTO t VALUES ($1)", &err), &err, "prepare");
	bv_sql_bind_int(put, 1, 1);
	CHECK_OK(bv_sql_exec(put, &err), &err, "a row");
	CHECK_OK(bv_sql_begin(sql, true, &err), &err, "begin");
	bv_sql_bind_int(put, 1, 2);
	CHECK_OK(bv_sql_exec(put, &err), &err, "another");
	bv_sql_bind_int(put, 1, 1);
	CHECK_REFUSED(bv_sql_exec(put, &err), BV_ECONFLICT, &err, database->unique, "a row that is there");
	bv_sql_bind_int(put, 1, 3);
	CHECK_REFUSED(bv_sql_exec(put, &err), BV_EIO, &err, "earlier failure", "after that no statement runs");
	CHECK_REFUSED(bv_sql_run(sql, "INSERT INTO t VALUES (4)", &err), BV_EIO, &err, "earlier failure", "none at all");
	CHECK_REFUSED(bv_sql_prepare(&other, sql, "SELECT 1", &err), BV_EIO, &err, "earlier failure", "nor is one prepared");
	CHECK_REFUSED(bv_sql_step(put, &row, &err), BV_EIO, &err, "earlier failure", "nor a step");
	CHECK_REFUSED(bv_sql_savepoint(sql, &err), BV_EIO, &err, "earlier failure", "nor a savepoint");
	CHECK_REFUSED(bv_sql_commit(sql, &err), BV_EIO, &err, "earlier failure", "nor a commit");
	CHECK(!bv_sql_in_transaction(sql) && count(sql) == 1, "and nothing of it is there");
	CHECK_OK(bv_sql_begin(sql, true, &err), &err, "begin");
	CHECK_OK(bv_sql_exec(put, &err), &err, "the connection is as good as before");
	CHECK_OK(bv_sql_savepoint(sql, &err), &err, "savepoint");
	CHECK_REFUSED(bv_sql_exec(put, &err), BV_ECONFLICT, &err, database->unique, "a row that is there");
	CHECK_REFUSED(bv_sql_release(sql, &err), BV_EIO, &err, "earlier failure", "a savepoint after which something failed is not released");
	CHECK_OK(bv_sql_undo(sql, &err), &err, "but undone");
	bv_sql_bind_int(put, 1, 5);
	CHECK_OK(bv_sql_exec(put, &err), &err, "and it goes on");
	CHECK_OK(bv_sql_commit(sql, &err), &err, "commit");
	CHECK(count(sql) == 3, "with what was not undone");
}

/* Rows of one statement are read while others run. */
static void
interleaved(const struct database *database)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = made(database, "rows", "CREATE TABLE t(a BIGINT PRIMARY KEY, s TEXT)");
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *all = NULL, *one = NULL, *put = NULL;
	struct bv_err err;
	bool row = false;
	int seen = 0, good = 0;

	CHECK_OK(bv_sql_prepare(&put, sql, "INSERT INTO t VALUES ($1, $2)", &err), &err, "prepare");
	CHECK_OK(bv_sql_begin(sql, true, &err), &err, "begin");
	for (int i = 0; i < 1000; i++) {
		bv_sql_bind_int(put, 1, i);
		bv_sql_bind_str(put, 2, BV_STR("text"));
		good += bv_sql_exec(put, &err) == BV_OK;
	}
	CHECK_OK(bv_sql_commit(sql, &err), &err, "commit");
	CHECK(good == 1000, "a thousand rows");
	CHECK_OK(bv_sql_prepare(&all, sql, "SELECT a, s FROM t ORDER BY a", &err), &err, "prepare");
	CHECK_OK(bv_sql_prepare(&one, sql, "SELECT a, s FROM t WHERE a = $1", &err), &err, "prepare");
	for (good = 0; bv_sql_step(all, &row, &err) == BV_OK && row; seen++) {
		good += bv_sql_int(all, 0) == seen;
		if (seen % 100 != 50)
			continue;
		bv_sql_bind_int(one, 1, seen / 2);
		good -= bv_sql_step(one, &row, &err) != BV_OK || !row || bv_sql_int(one, 0) != seen / 2;
		good -= bv_sql_int(all, 0) != seen || !bv_str_is(bv_sql_str(all, 1), "text");
		if (seen % 200 == 50)
			bv_sql_reset(one);
		else
			good -= bv_sql_step(one, &row, &err) != BV_OK || row;
	}
	CHECK(seen == 1000 && good == 1000, "all rows, with other statements between them: %d of %d", good, seen);
	CHECK(bv_sql_step(all, &row, &err) == BV_OK && row && bv_sql_int(all, 0) == 0, "again from the first");
	bv_sql_reset(all);
	CHECK(count(sql) == 1000, "not all rows were read: the connection serves others");
	CHECK(bv_sql_step(all, &row, &err) == BV_OK && row && bv_sql_int(all, 0) == 0, "and again");
	CHECK(count(sql) == 1000, "another statement");
	bv_sql_reset(all);
	CHECK(bv_sql_step(all, &row, &err) == BV_OK && row && bv_sql_int(all, 0) == 0, "and what was read ahead is forgotten");
	bv_sql_stmt_free(bv_steal(&all));
	CHECK(count(sql) == 1000, "a statement may be freed between its rows");
}

static void
isolation(const struct database *database)
{
	BV_AUTO(bv_sql_close) struct bv_sql *one = made(database, "isolation", "CREATE TABLE t(a BIGINT); INSERT INTO t VALUES (1)"), *two = NULL;
	struct bv_err err;

	CHECK_OK(bv_sql_open(&two, database->url("isolation"), BV_SQL_WRITE, &err), &err, "a second connection");
	CHECK_OK(bv_sql_begin(one, false, &err), &err, "begin");
	CHECK(count(one) == 1, "reads");
	CHECK_OK(bv_sql_run(two, "INSERT INTO t VALUES (2)", &err), &err, "the other writes");
	CHECK(count(two) == 2 && count(one) == 1, "which is not seen in the transaction");
	CHECK_OK(bv_sql_run(two, "UPDATE t SET a = 10 WHERE a = 1", &err), &err, "the other changes a row");
	CHECK_REFUSED(bv_sql_run(one, "UPDATE t SET a = 11 WHERE a = 1", &err), BV_ECONFLICT, &err, "do it again", "which is a conflict");
	bv_sql_rollback(one);
	CHECK(count(one) == 2, "afterwards it is seen");
	CHECK_OK(bv_sql_begin(one, true, &err), &err, "begin at once");
	CHECK_OK(bv_sql_run(one, "UPDATE t SET a = 12 WHERE a = 10", &err), &err, "now it works");
	CHECK_OK(bv_sql_commit(one, &err), &err, "commit");
}

/* Another transaction holds the lock for longer than one waits. */
static void
locked(const struct database *database)
{
	BV_AUTO(bv_sql_close) struct bv_sql *one = made(database, "locked", "CREATE TABLE t(a BIGINT)"), *two = NULL;
	struct bv_err err;

	CHECK_OK(bv_sql_open(&two, database->url("locked"), BV_SQL_WRITE, &err), &err, "a second connection");
	CHECK_OK(bv_sql_begin(one, true, &err), &err, "begin");
	CHECK_REFUSED(bv_sql_begin(two, true, &err), BV_EIO, &err, "has held the database", "the other waits, but not for ever");
	CHECK(!bv_sql_in_transaction(two), "and has no transaction");
	CHECK_OK(bv_sql_commit(one, &err), &err, "commit");
	CHECK_OK(bv_sql_begin(two, true, &err), &err, "now it has");
	CHECK_OK(bv_sql_run(two, "INSERT INTO t VALUES (1)", &err), &err, "and writes");
	CHECK_OK(bv_sql_commit(two, &err), &err, "commit");
}

static void
reading(const struct database *database)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = made(database, "reading", "CREATE TABLE t(a BIGINT); INSERT INTO t VALUES (1)");
	struct bv_err err;

	bv_sql_close(bv_steal(&sql));
	CHECK_OK(bv_sql_open(&sql, database->url("reading"), BV_SQL_READ, &err), &err, "open to read");
	CHECK(count(sql) == 1, "reads");
	CHECK_REFUSED(bv_sql_run(sql, "INSERT INTO t VALUES (1)", &err), BV_EIO, &err, "may not be written", "a write");
	CHECK_OK(bv_sql_begin(sql, false, &err), &err, "begin");
	CHECK(count(sql) == 1, "reads");
	CHECK_OK(bv_sql_commit(sql, &err), &err, "commit");
	CHECK_OK(bv_sql_reopen(sql, &err), &err, "a connection that is not lost is opened anew as well");
	CHECK(count(sql) == 1, "and is as before");
}

static void
bulk_limits(const struct database *database)
{
	static const struct bv_sql_column columns[] = { { "a", BV_SQL_INT }, { "s", BV_SQL_STR } };
	BV_AUTO(bv_sql_close) struct bv_sql *sql = made(database, "limits", "CREATE TABLE t(a BIGINT PRIMARY KEY, s TEXT)");
	BV_AUTO(bv_sql_bulk_free) struct bv_sql_bulk *bulk = NULL;
	enum { LARGEST = BV_SQL_BULK_MAX / BV_SQL_VALUE_MAX };
	int64_t *ints = bv_alloc_array(BV_SQL_ROWS_MAX, sizeof *ints), added = 0;
	struct bv_str *texts = bv_alloc_array(BV_SQL_ROWS_MAX, sizeof *texts);
	char *largest = bv_alloc(BV_SQL_VALUE_MAX);
	const union bv_sql_array values[] = { { .ints = ints }, { .strs = texts } };
	struct bv_err err;

	memset(largest, 'x', BV_SQL_VALUE_MAX);
	CHECK_OK(bv_sql_bulk_prepare(&bulk, sql, "t", columns, 2, &err), &err, "prepare");
	for (int i = 0; i < BV_SQL_ROWS_MAX; i++)
		ints[i] = i;
	CHECK(bv_sql_bulk_exec(bulk, &added, values, BV_SQL_ROWS_MAX, &err) == BV_OK && added == BV_SQL_ROWS_MAX, "as many rows as are allowed");
	for (int i = 0; i < LARGEST; i++) {
		ints[i] = -1;
		texts[i] = (struct bv_str){ largest, BV_SQL_VALUE_MAX };
	}
	CHECK(bv_sql_bulk_exec(bulk, &added, values, LARGEST + 1, &err) == BV_OK && added == 1, "as many bytes as are allowed, of one key");
	texts[LARGEST] = BV_STR("y");
	CHECK_REFUSED(bv_sql_bulk_exec(bulk, &added, values, LARGEST + 1, &err), BV_ELIMIT, &err, "bytes of text", "a byte more");
	free(ints);
	free(texts);
	free(largest);
}

/* A user of sql.h as they are: statements, a savepoint, rows in bulk, all in a transaction; then rows in bulk without one. */
static enum bv_status
store(struct bv_sql *sql, bool *first_is_there, struct bv_err *err)
{
	static const struct bv_sql_column columns[] = { { "a", BV_SQL_INT } };
	static const int64_t ints[] = { 10, 11, 12 }, more[] = { 20, 21 };
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *put = NULL, *get = NULL;
	BV_AUTO(bv_sql_bulk_free) struct bv_sql_bulk *bulk = NULL;
	int64_t added;
	bool row;

	*first_is_there = false;
	TRY(bv_sql_prepare(&put, sql, "INSERT INTO t VALUES ($1)", err));
	TRY(bv_sql_bulk_prepare(&bulk, sql, "t", columns, 1, err));
	TRY(bv_sql_prepare(&get, sql, "SELECT count(*) FROM t", err));
	TRY(bv_sql_begin(sql, true, err));
	TRY(bv_sql_step(get, &row, err));
	bv_sql_reset(get);
	bv_sql_bind_int(put, 1, 1);
	TRY(bv_sql_exec(put, err));
	TRY(bv_sql_savepoint(sql, err));
	bv_sql_bind_int(put, 1, 2);
	TRY(bv_sql_exec(put, err));
	TRY(bv_sql_undo(sql, err));
	TRY(bv_sql_bulk_exec(bulk, &added, &(union bv_sql_array){ .ints = ints }, 3, err));
	TRY(bv_sql_commit(sql, err));
	*first_is_there = true;
	return bv_sql_bulk_exec(bulk, &added, &(union bv_sql_array){ .ints = more }, 2, err);
}

/* Each call of store() fails once, in each way. */
static int
fail_each_call(struct bv_sql *real, const char *url, struct sql_script how)
{
	struct bv_err err;
	bool reached = true, first_is_there;
	int n;

	for (n = 1; reached && n < 100; n++) {
		struct sql_script script = how;
		struct bv_sql *inner = NULL;
		script.fail_at = n;
		if (!CHECK(bv_sql_open(&inner, url, BV_SQL_WRITE, &err) == BV_OK, "open"))
			return 0;
		BV_AUTO(bv_sql_close) struct bv_sql *sql = sql_script_over(inner, &script);
		enum bv_status status = store(sql, &first_is_there, &err);
		bv_sql_rollback(sql);
		reached = script.failed;
		/* One row, then three; two more in a transaction of their own. */
		int64_t rows = count(real), certain = first_is_there ? 4 : 0, uncertain = first_is_there ? 6 : 4;
		bool good = reached ? status == how.status || (status == BV_EIO && how.status == BV_EUNCERTAIN) : status == BV_OK;
		good = good && rows == (status == BV_OK || (status == BV_EUNCERTAIN && how.kept) ? uncertain : certain);
		good = good && (reached || rows == 6);
		CHECK(good, "call %d: %s, %lld rows", n, bv_status_name(status), (long long)rows);
		if (how.lost && reached) {
			CHECK_REFUSED(bv_sql_run(sql, "DELETE FROM t", &err), BV_EIO, &err, "was lost", "a lost connection stays lost");
			CHECK_OK(bv_sql_reopen(sql, &err), &err, "until it is opened again");
		}
		script.fail_at = 0;
		CHECK_OK(bv_sql_run(sql, "DELETE FROM t", &err), &err, "and can be used as before");
	}
	return n - 1;
}

static void
scripted(const struct database *database)
{
	static const struct sql_script ways[] = {
		{ .status = BV_EIO },
		{ .status = BV_EIO, .lost = true },
		{ .status = BV_ECONFLICT },
		{ .status = BV_EUNCERTAIN },
		{ .status = BV_EUNCERTAIN, .lost = true },
		{ .status = BV_EUNCERTAIN, .kept = true },
		{ .status = BV_EUNCERTAIN, .kept = true, .lost = true },
	};
	BV_AUTO(bv_sql_close) struct bv_sql *sql = made(database, "script", "CREATE TABLE t(a BIGINT PRIMARY KEY)");

	const char *url = database->url("script");

	for (size_t i = 0; i < BV_COUNT(ways); i++) {
		int calls = fail_each_call(sql, url, ways[i]);
		CHECK(calls > 12 && calls < 100, "%d calls", calls);
	}
}

static void
run_all(const struct database *database)
{
	static void (*const cases[])(const struct database *) = {
		values, transactions, dialects, computed, failed_transaction, interleaved, isolation, reading, bulk, bulk_limits, two_connections, scripted,
		locked,
	};

	printf("# %s\n", database->name);
	for (size_t i = 0; i < BV_COUNT(cases); i++)
		cases[i](database);
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

	CHECK_OK(bv_sql_open(&sql, sqlite_url("bits"), BV_SQL_CREATE, &err), &err, "open");
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
	run_all(&databases[0]);
	bits();
	if (pgsql_start(&cluster, "/tmp", 5432, "log_min_messages=warning"))
		run_all(&databases[1]);
	pgsql_finish(&cluster);
	CHECK_OK(bv_dir_walk(folder, delete_file, NULL, &err), &err, "clean up");
	rmdir(folder);
	return check_end();
}
