/* Private to base/sql*.c and to the scripted driver of the tests: what a driver gives to base/sql.h. */
#ifndef BV_BASE_SQL_DRIVER_H
#define BV_BASE_SQL_DRIVER_H

#include "base/sql.h"

#define SQL_WRITE_TURN INT64_C(108260547064172) /* of immediate transactions: "bv_sql" in ASCII */

/* The head of every driver's connection. */
struct bv_sql {
	const struct bv_sql_driver *driver;
	bool open;   /* between begin and commit or rollback, also when the database has ended the transaction by itself */
	bool failed; /* a statement of the open transaction failed: only undo and rollback are left */
	int parts;   /* savepoints in the open transaction */
};

/* The head of every driver's statement. */
struct bv_sql_stmt {
	struct bv_sql *sql;
};

struct bv_sql_driver {
	const char *find_table;     /* a query that has a row if there is a table $1 */
	const char *find_any_table; /* a query that has a row if there is any table */
	const char *cut_log;        /* cuts the log to nothing, and asks whether somebody was in the way; NULL: there is none of files */
	void (*close)(struct bv_sql *sql);
	enum bv_status (*reopen)(struct bv_sql *sql, struct bv_err *err);
	enum bv_status (*run)(struct bv_sql *sql, const char *text, struct bv_err *err);
	enum bv_status (*part)(struct bv_sql *sql, const char *text, struct bv_err *err); /* savepoints, also where a statement has failed */
	enum bv_status (*begin)(struct bv_sql *sql, int64_t turn, struct bv_err *err); /* 0: of one state, without a lock */
	enum bv_status (*commit)(struct bv_sql *sql, struct bv_err *err); /* whatever it returns, none is open in the database after it */
	void (*rollback)(struct bv_sql *sql);
	bool (*is_gone)(struct bv_sql *sql); /* has the database ended the open transaction by itself? */
	enum bv_status (*prepare)(struct bv_sql_stmt **out, struct bv_sql *sql, const char *text, struct bv_err *err);
	void (*stmt_free)(struct bv_sql_stmt *stmt);
	void (*bind_int)(struct bv_sql_stmt *stmt, int idx, int64_t n);
	void (*bind_real)(struct bv_sql_stmt *stmt, int idx, double x);
	void (*bind_bytes)(struct bv_sql_stmt *stmt, int idx, enum bv_sql_type type, struct bv_str bytes);
	void (*bind_null)(struct bv_sql_stmt *stmt, int idx);
	enum bv_status (*step)(struct bv_sql_stmt *stmt, bool *row, struct bv_err *err);
	void (*reset)(struct bv_sql_stmt *stmt);
	bool (*is_null)(struct bv_sql_stmt *stmt, int column);
	int64_t (*get_int)(struct bv_sql_stmt *stmt, int column);
	double (*get_real)(struct bv_sql_stmt *stmt, int column);
	struct bv_str (*get_bytes)(struct bv_sql_stmt *stmt, int column, enum bv_sql_type type);
	int64_t (*changes)(const struct bv_sql *sql);
	/* The write-ahead log of a file; NULL where the server sees to it. */
	void (*log_keep)(struct bv_sql *sql);
	int64_t (*log_pages)(const struct bv_sql *sql);
	enum bv_status (*log_copy)(struct bv_sql *sql, int64_t *left, struct bv_err *err);
	void (*log_leave)(struct bv_sql *sql);
	/* Where one statement takes whole columns as parameters: its text, and a column bound to it until the next step. NULL where it takes a
	 * row at a time. */
	void (*bulk_text)(struct bv_buf *text, const char *table, const struct bv_sql_column *columns, size_t column_count, int64_t turn);
	void (*bulk_bind)(struct bv_sql_stmt *stmt, int idx, enum bv_sql_type type, const union bv_sql_array *values, size_t count);
};

/* The drivers' bv_sql_open: name is the URL without "sqlite:", or the whole of it. */
enum bv_status sql_sqlite_open(struct bv_sql **out, struct bv_str name, enum bv_sql_mode mode, struct bv_err *err);
enum bv_status sql_pgsql_open(struct bv_sql **out, const char *url, enum bv_sql_mode mode, struct bv_err *err);

#endif
