/* Statements of PostgreSQL: prepared, with parameters and rows in the binary format, rows as they are asked for. */
#include <assert.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/sql_pgsql.h"

enum { TEXT_MAX = 1 << 20 };

static struct pgsql *
of(struct bv_sql *sql)
{
	return (struct pgsql *)sql;
}

static struct pgsql_stmt *
stmt_of(struct bv_sql_stmt *stmt)
{
	return (struct pgsql_stmt *)stmt;
}

static enum bv_status
describe(struct pgsql *sql, struct pgsql_stmt *stmt, struct bv_err *err)
{
	PGresult *result = NULL;

	if (!PQsendDescribePrepared(sql->conn, stmt->name))
		return sql_pgsql_lose(sql, false, PQerrorMessage(sql->conn), err);
	enum bv_status status = sql_pgsql_finish_answer(sql, &result, false, sql->answer_ms, err);
	if (status == BV_OK) {
		stmt->parameter_count = PQnparams(result);
		assert(stmt->parameter_count <= BV_SQL_PARAMETERS_MAX);
		for (int i = 0; i < stmt->parameter_count; i++)
			stmt->types[i] = PQparamtype(result, i);
		stmt->column_count = PQnfields(result);
		stmt->column_types = bv_resize_array(stmt->column_types, (size_t)stmt->column_count, sizeof *stmt->column_types);
		stmt->cells = bv_resize_array(stmt->cells, (size_t)stmt->column_count, sizeof *stmt->cells);
		for (int i = 0; i < stmt->column_count; i++)
			stmt->column_types[i] = PQftype(result, i);
	}
	PQclear(result);
	return status;
}

/* In this connection, if it is not yet. */
static enum bv_status
ensure_prepared(struct pgsql *sql, struct pgsql_stmt *stmt, struct bv_err *err)
{
	if (stmt->connected == sql->connected)
		return BV_OK;
	if (!PQsendPrepare(sql->conn, stmt->name, stmt->text, 0, NULL))
		return sql_pgsql_lose(sql, false, PQerrorMessage(sql->conn), err);
	TRY(sql_pgsql_finish_answer(sql, NULL, false, sql->answer_ms, err));
	TRY(describe(sql, stmt, err));
	stmt->connected = sql->connected;
	return BV_OK;
}

static void
forget_rows(struct pgsql_stmt *stmt)
{
	PQclear(stmt->row);
	stmt->row = NULL;
	bv_buf_finish(&stmt->kept);
	stmt->kept_next = 0;
	stmt->running = false;
}

static void
forget_arrays(struct pgsql_stmt *stmt)
{
	for (int i = 0; i < BV_SQL_PARAMETERS_MAX; i++) {
		free(stmt->arrays[i]);
		stmt->arrays[i] = NULL;
	}
}

void
sql_pgsql_reset(struct bv_sql_stmt *head)
{
	struct pgsql_stmt *stmt = stmt_of(head);
	struct pgsql *sql = of(head->sql);
	PGresult *result = NULL;
	struct bv_err err;

	if (sql->active == stmt) {
		sql->active = NULL;
		while (sql->conn && sql_pgsql_next_result(&result, sql, false, sql->answer_ms, &err) == BV_OK && result)
			PQclear(result);
	}
	forget_rows(stmt);
}

void
sql_pgsql_stmt_free(struct bv_sql_stmt *head)
{
	struct pgsql_stmt *stmt = stmt_of(head);
	struct pgsql *sql = of(head->sql);
	char text[40];
	struct bv_err err;

	sql_pgsql_reset(head);
	/* In a transaction that failed the server would refuse it: it stays until the connection is closed. */
	if (stmt->connected == sql->connected && sql->conn && PQtransactionStatus(sql->conn) != PQTRANS_INERROR) {
		snprintf(text, sizeof text, "DEALLOCATE %s", stmt->name);
		(void)!sql_pgsql_exec(sql, text, NULL, false, sql->answer_ms, &err);
	}
	forget_arrays(stmt);
	free(stmt->column_types);
	free(stmt->cells);
	free(stmt->text);
	free(stmt);
}

enum bv_status
sql_pgsql_prepare(struct bv_sql_stmt **out, struct bv_sql *head, const char *text, struct bv_err *err)
{
	struct pgsql *sql = of(head);
	struct bv_buf ours = BV_BUF(TEXT_MAX);

	TRY(sql_pgsql_free_connection(sql, err));
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *made = bv_alloc(sizeof(struct pgsql_stmt));
	struct pgsql_stmt *stmt = stmt_of(made);
	made->sql = head;
	stmt->kept = BV_BUF(BV_SQL_KEPT_MAX);
	sql_pgsql_text(&ours, text);
	assert(!ours.full);
	stmt->text = ours.p;
	stmt->reads = bv_str_starts(bv_str_trim(bv_str_of(stmt->text)), BV_STR("SELECT"));
	snprintf(stmt->name, sizeof stmt->name, "s%u", ++sql->named);
	TRY(ensure_prepared(sql, stmt, err));
	*out = bv_steal(&made);
	return BV_OK;
}

static struct sql_pgsql_value *
parameter(struct bv_sql_stmt *head, int idx)
{
	struct pgsql_stmt *stmt = stmt_of(head);

	assert(idx >= 1 && idx <= stmt->parameter_count && !stmt->running);
	stmt->unfit[idx - 1] = false;
	return &stmt->values[idx - 1];
}

void
sql_pgsql_bind_int(struct bv_sql_stmt *head, int idx, int64_t n)
{
	struct sql_pgsql_value *value = parameter(head, idx);

	stmt_of(head)->unfit[idx - 1] = !sql_pgsql_put_int(value, stmt_of(head)->types[idx - 1], n);
}

void
sql_pgsql_bind_real(struct bv_sql_stmt *head, int idx, double x)
{
	struct sql_pgsql_value *value = parameter(head, idx);

	stmt_of(head)->unfit[idx - 1] = !sql_pgsql_put_real(value, stmt_of(head)->types[idx - 1], x);
}

void
sql_pgsql_bind_bytes(struct bv_sql_stmt *head, int idx, enum bv_sql_type type, struct bv_str s)
{
	struct sql_pgsql_value *value = parameter(head, idx);

	assert(s.len <= BV_SQL_VALUE_MAX);
	stmt_of(head)->unfit[idx - 1] = !sql_pgsql_is_bytes(stmt_of(head)->types[idx - 1]);
	(void)type;
	value->p = bv_str_chars(s);
	value->len = (int)s.len;
	value->format = 1;
}

void
sql_pgsql_bind_null(struct bv_sql_stmt *head, int idx)
{
	parameter(head, idx)->p = NULL;
}

void
sql_pgsql_bulk_text(struct bv_buf *text, const char *table, const struct bv_sql_column *columns, size_t column_count, int64_t turn)
{
	static const char *const types[] = { [BV_SQL_INT] = "bigint", [BV_SQL_REAL] = "double precision", [BV_SQL_STR] = "text",
		                             [BV_SQL_BLOB] = "bytea" };

	if (turn) /* a lock is no column: no row comes out of the join before it is taken */
		bv_buf_printf(text, "WITH turn AS MATERIALIZED (SELECT pg_catalog.pg_advisory_xact_lock(%" PRId64 ")) ", turn);
	bv_buf_printf(text, "INSERT INTO %s(", table);
	for (size_t i = 0; i < column_count; i++)
		bv_buf_printf(text, "%s%s", i ? ", " : "", columns[i].name);
	bv_buf_addz(text, turn ? ") SELECT added.* FROM turn, unnest(" : ") SELECT * FROM unnest(");
	for (size_t i = 0; i < column_count; i++)
		bv_buf_printf(text, "%s$%zu::%s[]", i ? ", " : "", i + 1, types[columns[i].type]);
	bv_buf_addz(text, turn ? ") AS added" : ") ON CONFLICT DO NOTHING");
}

void
sql_pgsql_bulk_bind(struct bv_sql_stmt *head, int idx, enum bv_sql_type type, const union bv_sql_array *values, size_t count)
{
	struct sql_pgsql_value *value = parameter(head, idx);
	char **array = &stmt_of(head)->arrays[idx - 1];

	free(*array);
	*array = sql_pgsql_array(&value->len, type, values, count);
	value->p = *array;
	value->format = 1;
}

/* Can the end of the statement be a commit? */
static bool
may_commit(const struct pgsql *sql, const struct pgsql_stmt *stmt)
{
	return !sql->head.open && !stmt->reads && sql->mode != BV_SQL_READ;
}

static enum bv_status
start(struct pgsql *sql, struct pgsql_stmt *stmt, struct bv_err *err)
{
	const char *values[BV_SQL_PARAMETERS_MAX];
	int lengths[BV_SQL_PARAMETERS_MAX], formats[BV_SQL_PARAMETERS_MAX];

	TRY(sql_pgsql_free_connection(sql, err));
	TRY(ensure_prepared(sql, stmt, err));
	for (int i = 0; i < stmt->parameter_count; i++) {
		if (stmt->unfit[i])
			return bv_err_set(err, BV_EINVAL, "%s: the value of $%d does not go into its type (%u) in: %.100s", sql->name, i + 1, stmt->types[i],
			                  stmt->text);
		values[i] = stmt->values[i].p;
		lengths[i] = stmt->values[i].len;
		formats[i] = stmt->values[i].format;
	}
	sql->unreplicated = false;
	if (!PQsendQueryPrepared(sql->conn, stmt->name, stmt->parameter_count, values, lengths, formats, 1))
		return sql_pgsql_lose(sql, may_commit(sql, stmt), PQerrorMessage(sql->conn), err);
	forget_arrays(stmt);
	if (stmt->column_count)
		PQsetSingleRowMode(sql->conn);
	sql->active = stmt;
	stmt->running = true;
	return BV_OK;
}

/* A kept row: for each column its length, -1 for NULL, and its bytes. */
static void
keep_row(struct pgsql *sql, struct pgsql_stmt *stmt, const PGresult *row)
{
	size_t before = stmt->kept.len;

	for (int i = 0; i < stmt->column_count; i++) {
		int len = PQgetisnull(row, 0, i) ? -1 : PQgetlength(row, 0, i);
		bv_buf_add(&stmt->kept, (struct bv_str){ (const char *)&len, sizeof len });
		bv_buf_add(&stmt->kept, (struct bv_str){ PQgetvalue(row, 0, i), len > 0 ? (size_t)len : 0 });
	}
	if (stmt->kept.full && stmt->kept_err.status == BV_OK) {
		stmt->kept.len = before;
		bv_err_set(&stmt->kept_err, BV_ELIMIT, "%s: more than %u bytes of rows wait while other statements run: read them by a connection of their own",
		           sql->name, BV_SQL_KEPT_MAX);
	}
}

void
sql_pgsql_read_ahead(struct pgsql *sql, struct pgsql_stmt *stmt)
{
	bool committing = may_commit(sql, stmt);
	PGresult *result = NULL;

	sql->active = NULL;
	stmt->kept_err.status = BV_OK;
	while (sql_pgsql_next_result(&result, sql, committing, sql->answer_ms, &stmt->kept_err) == BV_OK && result) {
		if (PQresultStatus(result) == PGRES_SINGLE_TUPLE)
			keep_row(sql, stmt, result);
		else if (PQresultStatus(result) != PGRES_TUPLES_OK)
			(void)!sql_pgsql_result_fault(sql, result, &stmt->kept_err);
		PQclear(result);
	}
}

static enum bv_status
next_kept(struct pgsql_stmt *stmt, bool *row, struct bv_err *err)
{
	if (stmt->kept_next < stmt->kept.len) {
		for (int i = 0; i < stmt->column_count; i++) {
			int len;
			memcpy(&len, stmt->kept.p + stmt->kept_next, sizeof len);
			stmt->kept_next += sizeof len;
			stmt->cells[i] = (struct sql_pgsql_cell){ len < 0 ? NULL : stmt->kept.p + stmt->kept_next, len < 0 ? 0 : len };
			stmt->kept_next += len < 0 ? 0 : (size_t)len;
		}
		*row = true;
		return BV_OK;
	}
	forget_rows(stmt);
	if (stmt->kept_err.status != BV_OK) {
		*err = stmt->kept_err;
		return err->status;
	}
	*row = false;
	return BV_OK;
}

static enum bv_status
next_sent(struct pgsql *sql, struct pgsql_stmt *stmt, bool *row, struct bv_err *err)
{
	bool committing = may_commit(sql, stmt);
	PGresult *result = NULL;
	enum bv_status status = sql_pgsql_next_result(&result, sql, committing, sql->answer_ms, err);

	if (status == BV_OK && PQresultStatus(result) == PGRES_SINGLE_TUPLE) {
		stmt->row = result;
		for (int i = 0; i < stmt->column_count; i++)
			stmt->cells[i] = (struct sql_pgsql_cell){ PQgetisnull(result, 0, i) ? NULL : PQgetvalue(result, 0, i), PQgetlength(result, 0, i) };
		*row = true;
		return BV_OK;
	}
	sql->active = NULL;
	stmt->running = false;
	if (status != BV_OK)
		return status;
	ExecStatusType kind = PQresultStatus(result);
	if (kind == PGRES_COMMAND_OK || kind == PGRES_TUPLES_OK)
		sql->changes = strtoll(PQcmdTuples(result), NULL, 10);
	else
		status = sql_pgsql_result_fault(sql, result, err);
	PQclear(result);
	struct bv_err end;
	enum bv_status ended = sql_pgsql_finish_answer(sql, NULL, committing, sql->answer_ms, &end);
	if (ended != BV_OK && (status == BV_OK || !sql->conn)) { /* the loss of the connection matters more than what it was announced with */
		*err = end;
		status = ended;
	}
	if (status == BV_OK)
		*row = false;
	return status;
}

enum bv_status
sql_pgsql_step(struct bv_sql_stmt *head, bool *row, struct bv_err *err)
{
	struct pgsql_stmt *stmt = stmt_of(head);
	struct pgsql *sql = of(head->sql);

	PQclear(stmt->row);
	stmt->row = NULL;
	if (!stmt->running)
		TRY(start(sql, stmt, err));
	return sql->active == stmt ? next_sent(sql, stmt, row, err) : next_kept(stmt, row, err);
}

static const struct sql_pgsql_cell *
cell(struct bv_sql_stmt *head, int column)
{
	const struct pgsql_stmt *stmt = stmt_of(head);

	assert(column >= 0 && column < stmt->column_count && stmt->running);
	return &stmt->cells[column];
}

bool
sql_pgsql_is_null(struct bv_sql_stmt *head, int column)
{
	return !cell(head, column)->p;
}

int64_t
sql_pgsql_column_int(struct bv_sql_stmt *head, int column)
{
	const struct sql_pgsql_cell *c = cell(head, column);

	return c->p ? sql_pgsql_get_int(stmt_of(head)->column_types[column], c->p, c->len) : 0;
}

double
sql_pgsql_column_real(struct bv_sql_stmt *head, int column)
{
	const struct sql_pgsql_cell *c = cell(head, column);

	return c->p ? sql_pgsql_get_real(stmt_of(head)->column_types[column], c->p, c->len) : 0;
}

struct bv_str
sql_pgsql_column_bytes(struct bv_sql_stmt *head, int column, enum bv_sql_type type)
{
	const struct sql_pgsql_cell *c = cell(head, column);

	(void)type;
	assert(sql_pgsql_is_bytes(stmt_of(head)->column_types[column]));
	return (struct bv_str){ c->p, (size_t)c->len };
}
