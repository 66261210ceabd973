/* SQL: one header, a driver by the URL. `sqlite:PATH` (or a bare path) needs no server; `postgresql://…` (doc/databases.md) is for more than
 * one machine. Statements are text with parameters $1, $2, … and types and functions that both have (BIGINT, TEXT without NUL bytes, BYTEA,
 * DOUBLE PRECISION), so that one table of statements a folder serves both; where they differ, comments in the text tell what is for which
 * (doc/databases.md). get_bit(bytes, n) is bit n % 8, from the least significant, of byte n / 8; past the end 0 on SQLite, a fault on PostgreSQL.
 * A connection and its statements are used by one thread at a time.
 *
 * Results: ECONFLICT a constraint is broken, or somebody else has changed the same rows meanwhile (the statement did nothing) · EUNCERTAIN a
 * commit may or may not have happened: read again · EDENIED the server does not let this user do it · EIO everything else that is not the
 * caller's fault: full disk, read-only file, locked for too long, damaged file, lost server (bv_sql_reopen). Wrong SQL is the programmer's
 * fault: assert.
 *
 * A statement outside a transaction is one of its own. One that fails inside a transaction ends it: then only bv_sql_undo and
 * bv_sql_rollback are left, and everything else is EIO. */
#ifndef BV_BASE_SQL_H
#define BV_BASE_SQL_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define BV_SQL_PARAMETERS_MAX 32
#define BV_SQL_VALUE_MAX (16u << 20) /* bytes of one text or blob */
#define BV_SQL_WAIT_MS 10000         /* how long a statement waits for another connection's lock before EIO */
#define BV_SQL_ANSWER_MS 60000       /* PostgreSQL: how long a statement of a connection that writes may take before EIO; not bv_sql_run's */
#define BV_SQL_TURN_IDLE_MS 3000     /* PostgreSQL: how long a turn may stand still */
#define BV_SQL_ROWS_MAX 65536        /* rows of one bv_sql_bulk_exec */
#define BV_SQL_BULK_MAX (32u << 20)  /* bytes of all its texts and blobs */
#define BV_SQL_KEPT_MAX (64u << 20)  /* PostgreSQL: bytes of one statement's rows that are kept while other statements run */

struct bv_sql;
struct bv_sql_stmt;

enum bv_sql_mode {
	BV_SQL_READ,   /* an existing database, never changed */
	BV_SQL_WRITE,  /* an existing database */
	BV_SQL_JOIN,   /* the same, which somebody has open to write for as long as this is opened: his log is not brought to the disk again, nor copied at the end */
	BV_SQL_CREATE, /* made if it is missing */
};

/* ENOTFOUND missing (unless CREATE), EPARSE not a database, EINVAL a URL of no driver, EDENIED the server does not let this user in, EIO.
 * SQLite has synchronous=FULL (a commit that returned survives a power cut), foreign keys on, defensive, schema not trusted; a new database gets
 * WAL, and one that is there keeps the journal that it has, because it may belong to somebody else. What a log says that is found there is on the disk
 * when it was opened to write, whatever became of the program that wrote it. On a read-only file system READ works
 * without any other file. A PostgreSQL database is made by whoever keeps the server, never here; of its settings those are checked on which
 * "committed" depends (doc/databases.md). No message has a password. */
BV_API BV_MUST_USE enum bv_status bv_sql_open(struct bv_sql **out, const char *url, enum bv_sql_mode mode, struct bv_err *err);
/* Is it written as one of a database that is known? EINVAL says what to write. Nothing is opened. */
BV_API BV_MUST_USE enum bv_status bv_sql_url_check(const char *url, struct bv_err *err);
/* Does the URL name a file of SQLite? */
BV_API bool bv_sql_is_file(const char *url);
/* The path of that file: the URL without "sqlite:", part of url; empty if it names none. */
BV_API struct bv_str bv_sql_path(const char *url);
/* Rolls back, and connects again where a server was lost; statements stay as they are prepared. A file is not lost: OK. */
BV_API BV_MUST_USE enum bv_status bv_sql_reopen(struct bv_sql *sql, struct bv_err *err);
/* All its statements must be freed before; an open transaction is rolled back. */
BV_API void bv_sql_close(struct bv_sql *sql);
BV_AUTO_DEFINE(struct bv_sql, bv_sql_close)

/* Runs statements without parameters and results, separated by semicolons: schemas. Outside a transaction PostgreSQL takes them as one, SQLite
 * one after the other. */
BV_API BV_MUST_USE enum bv_status bv_sql_run(struct bv_sql *sql, const char *text, struct bv_err *err);
/* One statement without parameters, run to its first row: *answer is the whole number in its first column; 0 without a row, or NULL. */
BV_API BV_MUST_USE enum bv_status bv_sql_ask(int64_t *answer, struct bv_sql *sql, const char *text, struct bv_err *err);
/* Writes what there is to new pages, so that the files have nothing any more that was deleted or overwritten: of SQLite the whole database and its log, of
 * PostgreSQL the table. *clean: false where others have read the log for BV_SQL_WAIT_MS, which still has it then. Outside transactions. */
BV_API BV_MUST_USE enum bv_status bv_sql_scrub(bool *clean, struct bv_sql *sql, const char *table, struct bv_err *err);

/* Is there a table of that name? */
BV_API BV_MUST_USE enum bv_status bv_sql_has_table(bool *there, struct bv_sql *sql, const char *name, struct bv_err *err);
/* Has the database no table yet? */
BV_API BV_MUST_USE enum bv_status bv_sql_is_empty(bool *empty, struct bv_sql *sql, struct bv_err *err);

/* One that is not immediate sees one state of the database. immediate takes the write lock now, so that what is read inside cannot be changed by others
 * before the write: on SQLite by any other, on PostgreSQL by no other immediate transaction (an advisory lock). */
BV_API BV_MUST_USE enum bv_status bv_sql_begin(struct bv_sql *sql, bool immediate, struct bv_err *err);
/* As immediate, but waits, in the order of asking, only for who has begun a turn of the same number (not 0), so that what has a turn of its own is not
 * held up by other writers. On PostgreSQL a turn in which its program says nothing for BV_SQL_TURN_IDLE_MS is ended by the server, as one whose
 * connection was lost: a machine that stands still keeps nobody from writing. On SQLite there is only one writer anyway. */
BV_API BV_MUST_USE enum bv_status bv_sql_begin_turn(struct bv_sql *sql, int64_t turn, struct bv_err *err);
/* OK: it is on disk. EUNCERTAIN: unknown. Anything else: nothing of the transaction has happened. In no case is one open afterwards. */
BV_API BV_MUST_USE enum bv_status bv_sql_commit(struct bv_sql *sql, struct bv_err *err);
/* Does nothing when none is open. */
BV_API void bv_sql_rollback(struct bv_sql *sql);
/* Ends it as its last step went: commits after OK; rolls back after anything else, and returns that. */
BV_API BV_MUST_USE enum bv_status bv_sql_end(struct bv_sql *sql, enum bv_status status, struct bv_err *err);
/* Between begin and commit or rollback. */
BV_API bool bv_sql_in_transaction(const struct bv_sql *sql);

/* Inside a transaction: a part that can be undone alone. */
BV_API BV_MUST_USE enum bv_status bv_sql_savepoint(struct bv_sql *sql, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_sql_release(struct bv_sql *sql, struct bv_err *err);
/* EIO when the whole transaction is gone, as after a full disk. */
BV_API BV_MUST_USE enum bv_status bv_sql_undo(struct bv_sql *sql, struct bv_err *err);

/* text lives as long as the statement. Only a schema that is not as expected makes it fail at run time: EIO. */
BV_API BV_MUST_USE enum bv_status bv_sql_prepare(struct bv_sql_stmt **out, struct bv_sql *sql, const char *text, struct bv_err *err);
BV_API void bv_sql_stmt_free(struct bv_sql_stmt *stmt);
BV_AUTO_DEFINE(struct bv_sql_stmt, bv_sql_stmt_free)

/* $1 is idx 1. Bytes are borrowed until bv_sql_reset. Bindings stay until they are bound again. */
BV_API void bv_sql_bind_int(struct bv_sql_stmt *stmt, int idx, int64_t n);
BV_API void bv_sql_bind_real(struct bv_sql_stmt *stmt, int idx, double x);
BV_API void bv_sql_bind_str(struct bv_sql_stmt *stmt, int idx, struct bv_str s); /* UTF-8; empty is '', not NULL */
BV_API void bv_sql_bind_blob(struct bv_sql_stmt *stmt, int idx, const void *p, size_t len);
BV_API void bv_sql_bind_null(struct bv_sql_stmt *stmt, int idx);

/* The next row; *row is false at the end, when the statement is reset by itself. Rows come as they are asked for, not all at once; on PostgreSQL
 * any other statement of the connection makes it keep in memory what is left of them: ELIMIT past BV_SQL_KEPT_MAX. */
BV_API BV_MUST_USE enum bv_status bv_sql_step(struct bv_sql_stmt *stmt, bool *row, struct bv_err *err);
/* Runs a statement that gives no rows, and resets it. */
BV_API BV_MUST_USE enum bv_status bv_sql_exec(struct bv_sql_stmt *stmt, struct bv_err *err);
/* Ends a statement of which not all rows were read; if it writes, outside a transaction, nobody knows then whether it did. */
BV_API void bv_sql_reset(struct bv_sql_stmt *stmt);

/* Columns of the row, from 0, each read as what it is. Bytes are valid until the next step or reset. NULL gives 0 or the empty string. */
BV_API bool bv_sql_is_null(struct bv_sql_stmt *stmt, int column);
BV_API int64_t bv_sql_int(struct bv_sql_stmt *stmt, int column);
BV_API double bv_sql_real(struct bv_sql_stmt *stmt, int column);
BV_API struct bv_str bv_sql_str(struct bv_sql_stmt *stmt, int column);
BV_API struct bv_str bv_sql_blob(struct bv_sql_stmt *stmt, int column);

/* Rows changed by the last statement. */
BV_API int64_t bv_sql_changes(const struct bv_sql *sql);

/* The write-ahead log of a file grows until somebody copies it into the file, which by default is the commit that makes it 1000 pages long, and that
 * takes long. After bv_sql_log_keep no commit of this connection does: another connection has to, by bv_sql_log_copy. A log that was copied whole is
 * begun again by the next write. PostgreSQL sees to its log by itself: nothing is done, and there are 0 pages. */
BV_API void bv_sql_log_keep(struct bv_sql *sql);
/* Pages of the log after this connection's last commit; it must have been told to keep it. */
BV_API int64_t bv_sql_log_pages(const struct bv_sql *sql);
/* Copies what no reader needs, waiting for nobody, and syncs it: *left is how many pages are not copied yet. Outside transactions. After EIO what was copied
 * may be lost, and only the log has it: it must not be copied again before the file was closed by all. */
BV_API BV_MUST_USE enum bv_status bv_sql_log_copy(struct bv_sql *sql, int64_t *left, struct bv_err *err);
/* Closing this connection copies nothing either, also when it is the last: of BV_SQL_JOIN that is so from the start. */
BV_API void bv_sql_log_leave(struct bv_sql *sql);

/* Many rows into one table at once: on SQLite a prepared statement run again and again, on PostgreSQL one statement and one round trip,
 * whatever the number of rows. */
struct bv_sql_bulk;

enum bv_sql_type {
	BV_SQL_INT,  /* BIGINT */
	BV_SQL_REAL, /* DOUBLE PRECISION */
	BV_SQL_STR,  /* TEXT */
	BV_SQL_BLOB, /* BYTEA */
};

struct bv_sql_column {
	const char *name;
	enum bv_sql_type type;
};

/* The values of one column, one for each row, by the type of the column; none is NULL. Borrowed during bv_sql_bulk_exec. */
union bv_sql_array {
	const int64_t *ints;
	const double *reals;
	const struct bv_str *strs; /* texts and blobs; BV_STR_NONE is '' */
};

/* 1 to BV_SQL_PARAMETERS_MAX columns. Names of table and columns are the program's own: plain identifiers. The columns are copied. */
BV_API BV_MUST_USE enum bv_status bv_sql_bulk_prepare(struct bv_sql_bulk **out, struct bv_sql *sql, const char *table,
                                                      const struct bv_sql_column *columns, size_t column_count, struct bv_err *err);
/* One whose rows are inserted in a turn (bv_sql_begin_turn): outside a transaction it takes the turn itself, in the same round trip. A row whose key is
 * there already is ECONFLICT, and then none is inserted. */
BV_API BV_MUST_USE enum bv_status bv_sql_bulk_prepare_turn(struct bv_sql_bulk **out, struct bv_sql *sql, const char *table,
                                                           const struct bv_sql_column *columns, size_t column_count, int64_t turn, struct bv_err *err);
/* Before its connection is closed. */
BV_API void bv_sql_bulk_free(struct bv_sql_bulk *bulk);
BV_AUTO_DEFINE(struct bv_sql_bulk, bv_sql_bulk_free)

/* Inserts `count` rows (0 to BV_SQL_ROWS_MAX; ELIMIT past BV_SQL_BULK_MAX) in their order, values[i] being those of columns[i]. A row whose key is there already, or earlier
 * among these rows, is passed over; *added tells how many were new. All or nothing: any other broken constraint is ECONFLICT, and then no row
 * is there. Inside a transaction it is a part of that; outside, one of its own: OK means that it is on disk, EUNCERTAIN that it may or may not
 * have happened (the same rows can be sent again), anything else that nothing has. */
BV_API BV_MUST_USE enum bv_status bv_sql_bulk_exec(struct bv_sql_bulk *bulk, int64_t *added, const union bv_sql_array *values, size_t count,
                                                   struct bv_err *err);

#endif
