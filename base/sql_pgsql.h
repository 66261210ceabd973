/* Private to base/sql_pgsql*.c. */
#ifndef BV_BASE_SQL_PGSQL_H
#define BV_BASE_SQL_PGSQL_H

#include "base/sql_driver.h"

struct pg_conn; /* libpq's */
struct pg_result;

/* The text as PostgreSQL shall read it: what stands in comments that start with "pgsql", nothing of what stands between the comments "sqlite"
 * and "end". */
void sql_pgsql_text(struct bv_buf *out, const char *text);

/* The category of an SQLSTATE (five characters; NULL is unknown) and a message: database: what the server said. */
enum bv_status sql_pgsql_fault(struct bv_err *err, const char *database, const char *sqlstate, const char *message);

/* Object ids of the types that statements use (pg_type.dat): fixed for ever. */
enum {
	PGSQL_BOOL = 16,
	PGSQL_BYTEA = 17,
	PGSQL_NAME = 19,
	PGSQL_INT8 = 20,
	PGSQL_INT2 = 21,
	PGSQL_INT4 = 23,
	PGSQL_TEXT = 25,
	PGSQL_FLOAT8 = 701,
	PGSQL_UNKNOWN = 705,
	PGSQL_BPCHAR = 1042,
	PGSQL_VARCHAR = 1043,
	PGSQL_NUMERIC = 1700,
};

/* A parameter as it is sent. */
struct sql_pgsql_value {
	const char *p; /* NULL is NULL */
	int len;
	int format; /* 0 text, 1 binary */
	char own[32];
};

/* False where the type that the server gave the parameter cannot hold the value. */
bool sql_pgsql_put_int(struct sql_pgsql_value *value, unsigned type, int64_t n);
bool sql_pgsql_put_real(struct sql_pgsql_value *value, unsigned type, double x);

/* A column of a row in the binary format; the type is that of a number above. */
int64_t sql_pgsql_get_int(unsigned type, const char *p, int len);
double sql_pgsql_get_real(unsigned type, const char *p, int len);
bool sql_pgsql_is_bytes(unsigned type);

/* A column of `count` values as an array in the binary format; free(3). */
char *sql_pgsql_array(int *len, enum bv_sql_type type, const union bv_sql_array *values, size_t count);

struct pgsql {
	struct bv_sql head;
	struct pg_conn *conn;              /* NULL: lost */
	struct _PQconninfoOption *options; /* as the URL has them */
	char *name;                        /* for messages: no password */
	enum bv_sql_mode mode;
	int answer_ms;      /* how long the server may be silent; -1 for ever */
	unsigned connected; /* how many times: statements prepared before are gone */
	unsigned named;     /* statements, for their names */
	struct pgsql_stmt *active;
	int64_t changes;
	bool unreplicated; /* the server said that it gave up waiting for its standby */
};

struct sql_pgsql_cell {
	const char *p; /* NULL is NULL */
	int len;
};

struct pgsql_stmt {
	struct bv_sql_stmt head;
	char *text;
	char name[16];
	unsigned connected; /* of the connection it is prepared in */
	bool reads;         /* it cannot have changed anything */
	bool running;       /* rows are to come: from the connection if the statement is its active one, else from kept */
	int parameter_count;
	unsigned types[BV_SQL_PARAMETERS_MAX];
	struct sql_pgsql_value values[BV_SQL_PARAMETERS_MAX];
	bool unfit[BV_SQL_PARAMETERS_MAX];   /* the value does not go into the parameter's type */
	char *arrays[BV_SQL_PARAMETERS_MAX]; /* columns bound until the next step */
	int column_count;
	unsigned *column_types;
	struct sql_pgsql_cell *cells; /* of the row that is being read */
	struct pg_result *row;        /* what they lie in, if not in kept */
	struct bv_buf kept;           /* rows read ahead, because another statement needed the connection */
	size_t kept_next;             /* bytes of it that were read */
	struct bv_err kept_err;       /* and how it ended */
};

/* Makes the connection free for another statement: the rest of the rows that it is sending is kept beside. EIO when it is lost. */
enum bv_status sql_pgsql_free_connection(struct pgsql *sql, struct bv_err *err);
/* Runs text by the simple protocol: several statements, no parameters. *last (may be NULL) is the last result. committing as for sql_pgsql_lose. */
enum bv_status sql_pgsql_exec(struct pgsql *sql, const char *text, struct pg_result **last, bool committing, int timeout_ms, struct bv_err *err);
/* Sends what is buffered and waits for the next result; NULL at the end of the answer. */
enum bv_status sql_pgsql_next_result(struct pg_result **out, struct pgsql *sql, bool committing, int timeout_ms, struct bv_err *err);
/* Reads an answer to its end, for only then is it committed what was not inside a transaction; keeps the last result, fails with the first fault. */
enum bv_status sql_pgsql_finish_answer(struct pgsql *sql, struct pg_result **last, bool committing, int timeout_ms, struct bv_err *err);
/* The fault that a result tells. */
enum bv_status sql_pgsql_result_fault(struct pgsql *sql, const struct pg_result *result, struct bv_err *err);
/* The connection is over; why is libpq's message. committing: what was on its way would have been a commit, and nobody knows whether it arrived. */
enum bv_status sql_pgsql_lose(struct pgsql *sql, bool committing, const char *why, struct bv_err *err);

/* The driver's statements. */
enum bv_status sql_pgsql_prepare(struct bv_sql_stmt **out, struct bv_sql *head, const char *text, struct bv_err *err);
void sql_pgsql_stmt_free(struct bv_sql_stmt *head);
void sql_pgsql_bind_int(struct bv_sql_stmt *head, int idx, int64_t n);
void sql_pgsql_bind_real(struct bv_sql_stmt *head, int idx, double x);
void sql_pgsql_bind_bytes(struct bv_sql_stmt *head, int idx, enum bv_sql_type type, struct bv_str s);
void sql_pgsql_bind_null(struct bv_sql_stmt *head, int idx);
void sql_pgsql_bulk_text(struct bv_buf *text, const char *table, const struct bv_sql_column *columns, size_t column_count, int64_t turn);
void sql_pgsql_bulk_bind(struct bv_sql_stmt *head, int idx, enum bv_sql_type type, const union bv_sql_array *values, size_t count);
enum bv_status sql_pgsql_step(struct bv_sql_stmt *head, bool *row, struct bv_err *err);
void sql_pgsql_reset(struct bv_sql_stmt *head);
/* Keeps the rest of the rows of the statement that the connection is busy with, and how it ended. */
void sql_pgsql_read_ahead(struct pgsql *sql, struct pgsql_stmt *stmt);
bool sql_pgsql_is_null(struct bv_sql_stmt *head, int column);
int64_t sql_pgsql_column_int(struct bv_sql_stmt *head, int column);
double sql_pgsql_column_real(struct bv_sql_stmt *head, int column);
struct bv_str sql_pgsql_column_bytes(struct bv_sql_stmt *head, int column, enum bv_sql_type type);

#endif
