/* Private to base/sql_pgsql*.c: what of PostgreSQL needs no connection. */
#ifndef BV_BASE_SQL_PGSQL_H
#define BV_BASE_SQL_PGSQL_H

#include "base/sql.h"

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

#endif
