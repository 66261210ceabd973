/* PostgreSQL by libpq, whose asynchronous calls alone let a wait end. */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/sql_driver.h"
#include "base/sql_pgsql.h"

enum {
	SERVER_OLDEST = 150000,
	CONNECT_WAIT_MS = 10000,
	GRACE_MS = 5000, /* after statement_timeout, which the server keeps itself if it lives */
	IDLE_S = 60,     /* a program that was stopped inside a transaction holds up the others no longer */
	TEXT_MAX = 1 << 20,
};
#define WRITE_LOCK "108260547064172" /* the number of the lock that immediate transactions take: "bv_sql" in ASCII */

struct pgsql {
	struct bv_sql head;
	PGconn *conn;              /* NULL: lost */
	PQconninfoOption *options; /* as the URL has them */
	char *name;                /* for messages: no password */
	enum bv_sql_mode mode;
	int answer_ms;      /* how long the server may be silent; -1 for ever */
	unsigned connected; /* how many times: statements prepared before are gone */
	unsigned named;     /* statements, for their names */
	struct pgsql_stmt *active;
	int64_t changes;
	bool unreplicated; /* the server said that it gave up waiting for its standby */
};

struct pgsql_stmt {
	struct bv_sql_stmt head;
	char *text;
	char name[16];
	unsigned connected; /* of the connection it is prepared in */
	bool reads;         /* it cannot have changed anything */
	bool has_rows;
	bool running; /* rows are to come: from the connection if the statement is its active one, else from kept */
	int parameter_count;
	unsigned types[BV_SQL_PARAMETERS_MAX];
	struct sql_pgsql_value values[BV_SQL_PARAMETERS_MAX];
	bool unfit[BV_SQL_PARAMETERS_MAX];    /* the value does not go into the parameter's type */
	char *arrays[BV_SQL_PARAMETERS_MAX];  /* columns bound until the next step */
	PGresult *row;
	PGresult **kept; /* rows read ahead, because another statement needed the connection */
	size_t kept_count, kept_next;
	struct bv_err kept_err; /* and how it ended */
};

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

/* --- the connection ------------------------------------------------------------------------------------------------------------------ */

static const char *
option(const struct pgsql *sql, const char *keyword)
{
	for (const PQconninfoOption *o = sql->options; o->keyword; o++)
		if (strcmp(o->keyword, keyword) == 0)
			return o->val && *o->val ? o->val : NULL;
	return NULL;
}

/* libpq's message quotes what it could not read, which may be the password: only what stands before the quotation is passed on. */
static enum bv_status
parse_url(struct pgsql *sql, const char *url, struct bv_err *err)
{
	struct bv_str scheme = BV_STR("postgresql:"), rest = bv_str_of(url);
	char *message = NULL;

	if (bv_str_starts(rest, scheme) && !bv_str_starts(bv_str_sub(rest, scheme.len, 2), BV_STR("//")))
		url += scheme.len; /* postgresql:host=… dbname=… */
	sql->options = PQconninfoParse(url, &message);
	if (!sql->options) {
		int len = message ? (int)strcspn(message, "\":") : 0;
		enum bv_status status = bv_err_set(err, BV_EINVAL, "not a URL of PostgreSQL (%.*s): give postgresql://USER@HOST/NAME or postgresql:host=HOST dbname=NAME",
		                                   len, message ? message : "");
		PQfreemem(message);
		return status;
	}
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(200);
	const char *host = option(sql, "host"), *port = option(sql, "port"), *database = option(sql, "dbname");
	bv_buf_printf(&name, "postgresql://%s%s%s%s%s", host ? host : "", port ? ":" : "", port ? port : "", database ? "/" : "",
	              database ? database : "");
	sql->name = bv_str_dup(name.full ? BV_STR("postgresql://…") : bv_buf_str(&name));
	return BV_OK;
}

/* Nothing that the server says outside answers is printed; one thing is noted, by the function that says it, since texts are translated. */
static void
notice(void *ctx, const PGresult *result)
{
	const char *function = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);

	if (function && strcmp(function, "SyncRepWaitForLSN") == 0)
		((struct pgsql *)ctx)->unreplicated = true;
}

/* Waits until there is something to read (or to write, if wanted); false when it took too long. */
static bool
wait_for(PGconn *conn, short events, int timeout_ms)
{
	struct pollfd fd = { .fd = PQsocket(conn), .events = events };
	int n;

	do
		n = poll(&fd, 1, timeout_ms);
	while (n < 0 && errno == EINTR);
	return n > 0;
}

/* The SQLSTATE in a message of a failed connection, for which libpq has no other way: "FATAL:  28P01: …" in the verbose form. It has a digit, which
 * the word before it has not. */
static bool
find_sqlstate(char sqlstate[6], const char *message)
{
	for (const char *p = message; (p = strchr(p, ':')); p++) {
		const char *word = p + 1 + strspn(p + 1, " ");
		if (word > p + 1 && strspn(word, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5 && strcspn(word, "0123456789") < 5 && word[5] == ':') {
			memcpy(sqlstate, word, 5);
			sqlstate[5] = 0;
			return true;
		}
	}
	return false;
}

static enum bv_status
connect_fault(struct pgsql *sql, PGconn *conn, struct bv_err *err)
{
	char sqlstate[6];
	const char *message = PQerrorMessage(conn);

	return sql_pgsql_fault(err, sql->name, find_sqlstate(sqlstate, message) ? sqlstate : NULL, message);
}

static enum bv_status
connect_wait(struct pgsql *sql, PGconn *conn, struct bv_err *err)
{
	PostgresPollingStatusType polling = PGRES_POLLING_WRITING;

	if (PQstatus(conn) == CONNECTION_BAD)
		return connect_fault(sql, conn, err);
	PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
	PQsetNoticeReceiver(conn, notice, sql);
	while (polling != PGRES_POLLING_OK) {
		if (polling == PGRES_POLLING_FAILED)
			return connect_fault(sql, conn, err);
		if (!wait_for(conn, polling == PGRES_POLLING_READING ? POLLIN : POLLOUT, CONNECT_WAIT_MS))
			return bv_err_set(err, BV_EIO, "%s: the server does not answer within %d s", sql->name, CONNECT_WAIT_MS / 1000);
		polling = PQconnectPoll(conn);
	}
	return BV_OK;
}

static enum bv_status
connect_to(PGconn **out, struct pgsql *sql, struct bv_err *err)
{
	const char *keywords[64], *values[64];
	size_t count = 0;

	for (const PQconninfoOption *o = sql->options; o->keyword && count < BV_COUNT(keywords) - 8; o++)
		if (o->val) {
			keywords[count] = o->keyword;
			values[count++] = o->val;
		}
	const struct {
		const char *keyword, *value;
		bool wanted;
	} defaults[] = {
		{ "client_encoding", "UTF8", true },
		{ "fallback_application_name", "bangvang", true },
		{ "target_session_attrs", "read-write", sql->mode != BV_SQL_READ && !option(sql, "target_session_attrs") },
		{ "tcp_user_timeout", "10000", !option(sql, "tcp_user_timeout") }, /* ms: a peer that is cut off, also while connecting */
	};
	for (size_t i = 0; i < BV_COUNT(defaults); i++)
		if (defaults[i].wanted) {
			keywords[count] = defaults[i].keyword;
			values[count++] = defaults[i].value;
		}
	keywords[count] = values[count] = NULL;
	PGconn *conn = PQconnectStartParams(keywords, values, 0);
	if (!conn)
		abort();
	enum bv_status status = connect_wait(sql, conn, err);
	if (status != BV_OK)
		PQfinish(conn);
	else
		*out = conn;
	return status;
}

static void
drop_connection(struct pgsql *sql)
{
	PQfinish(sql->conn);
	sql->conn = NULL;
}

/* The connection is over. committing: what was on its way would have been a commit, and nobody knows whether it arrived. */
static enum bv_status
lose(struct pgsql *sql, bool committing, const char *why, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(1000);

	bv_buf_printf(&message, "%.*s", (int)strcspn(why, "\n"), why);
	drop_connection(sql);
	if (committing)
		return bv_err_set(err, BV_EUNCERTAIN, "%s: the connection was lost at a commit, which may or may not be there: %s", sql->name, message.p);
	return bv_err_set(err, BV_EIO, "%s: the connection is lost: %s", sql->name, message.p);
}

/* --- answers ------------------------------------------------------------------------------------------------------------------------- */

static enum bv_status
result_fault(struct pgsql *sql, const PGresult *result, struct bv_err *err)
{
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	return sql_pgsql_fault(err, sql->name, PQresultErrorField(result, PG_DIAG_SQLSTATE), message ? message : PQresultErrorMessage(result));
}

/* Sends what is buffered and waits for the next result; NULL at the end of the answer. committing as for lose(). */
static enum bv_status
next_result(PGresult **out, struct pgsql *sql, bool committing, int timeout_ms, struct bv_err *err)
{
	int unsent;

	while ((unsent = PQflush(sql->conn)) > 0 || PQisBusy(sql->conn)) {
		if (!wait_for(sql->conn, (short)(unsent > 0 ? POLLIN | POLLOUT : POLLIN), timeout_ms))
			return lose(sql, committing, "the server has not answered for too long", err);
		if (!PQconsumeInput(sql->conn))
			return lose(sql, committing, PQerrorMessage(sql->conn), err);
	}
	PGresult *result = PQgetResult(sql->conn);
	if (PQstatus(sql->conn) == CONNECTION_BAD) {
		BV_AUTO(bv_buf_finish) struct bv_buf why = BV_BUF(1000);
		bv_buf_printf(&why, "%.900s", result ? PQresultErrorMessage(result) : PQerrorMessage(sql->conn));
		PQclear(result);
		return lose(sql, committing, why.p, err);
	}
	*out = result;
	return BV_OK;
}

/* Reads an answer to its end, for only then is it committed what was not inside a transaction; keeps the last row or the first fault. */
static enum bv_status
finish_answer(struct pgsql *sql, PGresult **last, bool committing, int timeout_ms, struct bv_err *err)
{
	enum bv_status status = BV_OK;

	for (;;) {
		PGresult *result;
		TRY(next_result(&result, sql, committing, timeout_ms, err));
		if (!result)
			break;
		ExecStatusType kind = PQresultStatus(result);
		if (kind == PGRES_COMMAND_OK || kind == PGRES_TUPLES_OK || kind == PGRES_SINGLE_TUPLE) {
			const char *changed = PQcmdTuples(result);
			sql->changes = *changed ? strtoll(changed, NULL, 10) : sql->changes;
		} else if (status == BV_OK) {
			status = result_fault(sql, result, err);
		}
		if (last) {
			PQclear(*last);
			*last = result;
		} else {
			PQclear(result);
		}
	}
	if (status == BV_OK && sql->unreplicated && committing)
		status = bv_err_set(err, BV_EUNCERTAIN, "%s: a commit reached this server, but waiting for its standby was cancelled", sql->name);
	return status;
}

static enum bv_status
check_connected(struct pgsql *sql, struct bv_err *err)
{
	if (!sql->conn)
		return bv_err_set(err, BV_EIO, "%s: the connection was lost", sql->name);
	return BV_OK;
}

static void
keep_row(struct pgsql_stmt *stmt, PGresult *row)
{
	if ((stmt->kept_count & (stmt->kept_count - 1)) == 0)
		stmt->kept = bv_resize_array(stmt->kept, stmt->kept_count ? 2 * stmt->kept_count : 1, sizeof(PGresult *));
	stmt->kept[stmt->kept_count++] = row;
}

/* Makes the connection free for another statement: the rest of the rows that it is sending is kept beside. */
static enum bv_status
free_connection(struct pgsql *sql, struct bv_err *err)
{
	struct pgsql_stmt *stmt = sql->active;
	PGresult *result = NULL;

	TRY(check_connected(sql, err));
	if (!stmt)
		return BV_OK;
	sql->active = NULL;
	stmt->kept_err.status = BV_OK;
	while (next_result(&result, sql, false, sql->answer_ms, &stmt->kept_err) == BV_OK && result) {
		if (PQresultStatus(result) == PGRES_SINGLE_TUPLE) {
			keep_row(stmt, result);
			continue;
		}
		if (PQresultStatus(result) != PGRES_TUPLES_OK)
			(void)!result_fault(sql, result, &stmt->kept_err);
		PQclear(result);
	}
	return check_connected(sql, err);
}

/* Runs text by the simple protocol: several statements, no parameters. */
static enum bv_status
exec_text(struct pgsql *sql, const char *text, PGresult **last, bool committing, int timeout_ms, struct bv_err *err)
{
	TRY(free_connection(sql, err));
	sql->unreplicated = false;
	if (!PQsendQuery(sql->conn, text))
		return lose(sql, committing, PQerrorMessage(sql->conn), err);
	return finish_answer(sql, last, committing, timeout_ms, err);
}

/* --- transactions -------------------------------------------------------------------------------------------------------------------- */

static enum bv_status
run(struct bv_sql *head, const char *text, struct bv_err *err)
{
	struct pgsql *sql = of(head);
	BV_AUTO(bv_buf_finish) struct bv_buf ours = BV_BUF(TEXT_MAX);

	/* Schemas take as long as they take. Several statements are one transaction, so that this lasts no longer than they do. */
	bv_buf_addz(&ours, "SET LOCAL statement_timeout = 0; ");
	sql_pgsql_text(&ours, text);
	assert(!ours.full);
	return exec_text(sql, ours.p, NULL, !head->open && sql->mode != BV_SQL_READ, -1, err);
}

static enum bv_status
part(struct bv_sql *head, const char *text, struct bv_err *err)
{
	return exec_text(of(head), text, NULL, false, of(head)->answer_ms, err);
}

static void
rollback(struct bv_sql *head)
{
	struct pgsql *sql = of(head);
	struct bv_err err;

	/* A server that does not even answer this has ended the transaction, or will when it finds the connection closed. */
	if (sql->conn && exec_text(sql, "ROLLBACK", NULL, false, sql->answer_ms, &err) != BV_OK && sql->conn)
		drop_connection(sql);
}

static enum bv_status
begin(struct bv_sql *head, bool immediate, struct bv_err *err)
{
	/* What waits for the lock must see what was committed while it waited, so an immediate transaction looks anew at each statement. */
	const char *text = immediate ? "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_catalog.pg_advisory_xact_lock(" WRITE_LOCK ")"
	                             : "BEGIN ISOLATION LEVEL REPEATABLE READ";
	enum bv_status status = exec_text(of(head), text, NULL, false, of(head)->answer_ms, err);

	if (status != BV_OK)
		rollback(head);
	return status;
}

static bool
is_gone(struct bv_sql *head)
{
	return !of(head)->conn || PQtransactionStatus(of(head)->conn) == PQTRANS_IDLE;
}

static enum bv_status
commit(struct bv_sql *head, struct bv_err *err)
{
	struct pgsql *sql = of(head);
	PGresult *last = NULL;
	enum bv_status status = exec_text(sql, "COMMIT", &last, sql->mode != BV_SQL_READ, sql->answer_ms, err);

	/* The server answers the COMMIT of a transaction in which something had failed with OK, too: "ROLLBACK". */
	if (status == BV_OK && strcmp(PQcmdStatus(last), "COMMIT") != 0)
		status = bv_err_set(err, BV_EIO, "%s: an earlier failure has ended the transaction: nothing of it is there", sql->name);
	PQclear(last);
	return status;
}

/* --- statements ---------------------------------------------------------------------------------------------------------------------- */

static enum bv_status
describe(struct pgsql *sql, struct pgsql_stmt *stmt, struct bv_err *err)
{
	PGresult *result = NULL;

	if (!PQsendDescribePrepared(sql->conn, stmt->name))
		return lose(sql, false, PQerrorMessage(sql->conn), err);
	enum bv_status status = finish_answer(sql, &result, false, sql->answer_ms, err);
	if (status == BV_OK) {
		stmt->parameter_count = PQnparams(result);
		stmt->has_rows = PQnfields(result) > 0;
		assert(stmt->parameter_count <= BV_SQL_PARAMETERS_MAX);
		for (int i = 0; i < stmt->parameter_count; i++)
			stmt->types[i] = PQparamtype(result, i);
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
		return lose(sql, false, PQerrorMessage(sql->conn), err);
	TRY(finish_answer(sql, NULL, false, sql->answer_ms, err));
	TRY(describe(sql, stmt, err));
	stmt->connected = sql->connected;
	return BV_OK;
}

static void
forget_rows(struct pgsql_stmt *stmt)
{
	PQclear(stmt->row);
	stmt->row = NULL;
	for (size_t i = stmt->kept_next; i < stmt->kept_count; i++)
		PQclear(stmt->kept[i]);
	free(stmt->kept);
	stmt->kept = NULL;
	stmt->kept_count = stmt->kept_next = 0;
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

static void
reset(struct bv_sql_stmt *head)
{
	struct pgsql_stmt *stmt = stmt_of(head);
	struct pgsql *sql = of(head->sql);
	PGresult *result = NULL;
	struct bv_err err;

	if (sql->active == stmt) {
		sql->active = NULL;
		while (sql->conn && next_result(&result, sql, false, sql->answer_ms, &err) == BV_OK && result)
			PQclear(result);
	}
	forget_rows(stmt);
}

static void
stmt_free(struct bv_sql_stmt *head)
{
	struct pgsql_stmt *stmt = stmt_of(head);
	struct pgsql *sql = of(head->sql);
	char text[40];
	struct bv_err err;

	reset(head);
	/* In a transaction that failed the server would refuse it: it stays until the connection is closed. */
	if (stmt->connected == sql->connected && sql->conn && PQtransactionStatus(sql->conn) != PQTRANS_INERROR) {
		snprintf(text, sizeof text, "DEALLOCATE %s", stmt->name);
		(void)!exec_text(sql, text, NULL, false, sql->answer_ms, &err);
	}
	forget_arrays(stmt);
	free(stmt->text);
	free(stmt);
}

static enum bv_status
prepare(struct bv_sql_stmt **out, struct bv_sql *head, const char *text, struct bv_err *err)
{
	struct pgsql *sql = of(head);
	struct bv_buf ours = BV_BUF(TEXT_MAX);

	TRY(free_connection(sql, err));
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *made = bv_alloc(sizeof(struct pgsql_stmt));
	struct pgsql_stmt *stmt = stmt_of(made);
	made->sql = head;
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

static void
bind_int(struct bv_sql_stmt *head, int idx, int64_t n)
{
	struct sql_pgsql_value *value = parameter(head, idx);

	stmt_of(head)->unfit[idx - 1] = !sql_pgsql_put_int(value, stmt_of(head)->types[idx - 1], n);
}

static void
bind_real(struct bv_sql_stmt *head, int idx, double x)
{
	struct sql_pgsql_value *value = parameter(head, idx);

	stmt_of(head)->unfit[idx - 1] = !sql_pgsql_put_real(value, stmt_of(head)->types[idx - 1], x);
}

static void
bind_bytes(struct bv_sql_stmt *head, int idx, enum bv_sql_type type, struct bv_str s)
{
	struct sql_pgsql_value *value = parameter(head, idx);

	assert(s.len <= BV_SQL_VALUE_MAX);
	stmt_of(head)->unfit[idx - 1] = !sql_pgsql_is_bytes(stmt_of(head)->types[idx - 1]);
	(void)type;
	value->p = bv_str_chars(s);
	value->len = (int)s.len;
	value->format = 1;
}

static void
bind_null(struct bv_sql_stmt *head, int idx)
{
	parameter(head, idx)->p = NULL;
}

static void
bulk_text(struct bv_buf *text, const char *table, const struct bv_sql_column *columns, size_t column_count)
{
	static const char *const types[] = { [BV_SQL_INT] = "bigint", [BV_SQL_REAL] = "double precision", [BV_SQL_STR] = "text",
		                             [BV_SQL_BLOB] = "bytea" };

	bv_buf_printf(text, "INSERT INTO %s(", table);
	for (size_t i = 0; i < column_count; i++)
		bv_buf_printf(text, "%s%s", i ? ", " : "", columns[i].name);
	bv_buf_addz(text, ") SELECT * FROM unnest(");
	for (size_t i = 0; i < column_count; i++)
		bv_buf_printf(text, "%s$%zu::%s[]", i ? ", " : "", i + 1, types[columns[i].type]);
	bv_buf_addz(text, ") ON CONFLICT DO NOTHING");
}

static void
bulk_bind(struct bv_sql_stmt *head, int idx, enum bv_sql_type type, const union bv_sql_array *values, size_t count)
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

	TRY(free_connection(sql, err));
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
		return lose(sql, may_commit(sql, stmt), PQerrorMessage(sql->conn), err);
	forget_arrays(stmt);
	if (stmt->has_rows)
		PQsetSingleRowMode(sql->conn);
	sql->active = stmt;
	stmt->running = true;
	return BV_OK;
}

/* The next row that was read ahead. */
static enum bv_status
next_kept(struct pgsql_stmt *stmt, bool *row, struct bv_err *err)
{
	if (stmt->kept_next < stmt->kept_count) {
		stmt->row = stmt->kept[stmt->kept_next++];
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
	enum bv_status status = next_result(&result, sql, committing, sql->answer_ms, err);

	if (status == BV_OK && PQresultStatus(result) == PGRES_SINGLE_TUPLE) {
		stmt->row = result;
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
		status = result_fault(sql, result, err);
	PQclear(result);
	struct bv_err end;
	enum bv_status ended = finish_answer(sql, NULL, committing, sql->answer_ms, &end);
	if (ended != BV_OK && (status == BV_OK || !sql->conn)) { /* the loss of the connection matters more than what it was announced with */
		*err = end;
		status = ended;
	}
	if (status == BV_OK)
		*row = false;
	return status;
}

static enum bv_status
step(struct bv_sql_stmt *head, bool *row, struct bv_err *err)
{
	struct pgsql_stmt *stmt = stmt_of(head);
	struct pgsql *sql = of(head->sql);

	PQclear(stmt->row);
	stmt->row = NULL;
	if (!stmt->running)
		TRY(start(sql, stmt, err));
	return sql->active == stmt ? next_sent(sql, stmt, row, err) : next_kept(stmt, row, err);
}

static bool
is_null(struct bv_sql_stmt *head, int column)
{
	return PQgetisnull(stmt_of(head)->row, 0, column);
}

static int64_t
get_int(struct bv_sql_stmt *head, int column)
{
	const PGresult *row = stmt_of(head)->row;

	if (PQgetisnull(row, 0, column))
		return 0;
	return sql_pgsql_get_int(PQftype(row, column), PQgetvalue(row, 0, column), PQgetlength(row, 0, column));
}

static double
get_real(struct bv_sql_stmt *head, int column)
{
	const PGresult *row = stmt_of(head)->row;

	if (PQgetisnull(row, 0, column))
		return 0;
	return sql_pgsql_get_real(PQftype(row, column), PQgetvalue(row, 0, column), PQgetlength(row, 0, column));
}

static struct bv_str
get_bytes(struct bv_sql_stmt *head, int column, enum bv_sql_type type)
{
	const PGresult *row = stmt_of(head)->row;

	(void)type;
	assert(sql_pgsql_is_bytes(PQftype(row, column)));
	return (struct bv_str){ PQgetvalue(row, 0, column), (size_t)PQgetlength(row, 0, column) };
}

static int64_t
changes(const struct bv_sql *sql)
{
	return ((const struct pgsql *)sql)->changes;
}

/* --- opening and closing ------------------------------------------------------------------------------------------------------------- */

/* What a commit means depends on these; a connection that reads does not care. */
static enum bv_status
check_durable(struct pgsql *sql, const PGresult *row, struct bv_err *err)
{
	if (strcmp(PQgetvalue(row, 0, 4), "on") != 0)
		return bv_err_set(err, BV_EIO, "%s: fsync is off, so that a commit may be lost: set fsync = on and restart the server", sql->name);
	if (strcmp(PQgetvalue(row, 0, 5), "on") != 0 && strcmp(PQgetvalue(row, 0, 5), "remote_apply") != 0)
		return bv_err_set(err, BV_EIO, "%s: synchronous_commit stays %s though it was set on: do not let a proxy change sessions", sql->name,
		                  PQgetvalue(row, 0, 5));
	if (strcmp(PQgetvalue(row, 0, 6), "off") != 0)
		return bv_err_set(err, BV_EIO, "%s: the database may only be read: connect to the primary server, and see default_transaction_read_only",
		                  sql->name);
	return BV_OK;
}

static enum bv_status
check_server(struct pgsql *sql, const PGresult *row, struct bv_err *err)
{
	const char *locale = PQgetvalue(row, 0, 3);

	if (strtol(PQgetvalue(row, 0, 0), NULL, 10) < SERVER_OLDEST)
		return bv_err_set(err, BV_EIO, "%s: the server is PostgreSQL %s: 15 or newer is needed", sql->name, PQgetvalue(row, 0, 1));
	if (strcmp(PQgetvalue(row, 0, 2), "UTF8") != 0)
		return bv_err_set(err, BV_EIO, "%s: the database is in %s: make it with createdb --encoding=UTF8 --locale=C --template=template0",
		                  sql->name, PQgetvalue(row, 0, 2));
	if (strcmp(locale, "C") != 0 && strcmp(locale, "POSIX") != 0 && strcasecmp(locale, "C.UTF-8") != 0 && strcasecmp(locale, "C.UTF8") != 0)
		return bv_err_set(err, BV_EIO,
		                  "%s: the database sorts by the rules of %s, SQLite and the audits by bytes: make it with createdb --encoding=UTF8 --locale=C --template=template0",
		                  sql->name, locale);
	return sql->mode == BV_SQL_READ ? BV_OK : check_durable(sql, row, err);
}

/* Sets up the session, and asks whether it is as it must be. */
static enum bv_status
set_up(struct pgsql *sql, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4096);
	PGresult *last = NULL;

	bv_buf_printf(&text, "SET lock_timeout = %d; SET idle_in_transaction_session_timeout = '%ds'; SET client_connection_check_interval = '10s';",
	              BV_SQL_WAIT_MS, IDLE_S);
	if (sql->mode == BV_SQL_READ)
		bv_buf_addz(&text, "SET default_transaction_read_only = on;");
	else
		bv_buf_printf(&text,
		              "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') <> 'remote_apply';"
		              "SELECT set_config('statement_timeout', '%d', false) WHERE current_setting('statement_timeout') = '0';",
		              BV_SQL_ANSWER_MS);
	bv_buf_addz(&text, "SELECT current_setting('server_version_num'), current_setting('server_version'), current_setting('server_encoding'), "
	                   "(SELECT CASE datlocprovider WHEN 'i' THEN 'ICU' WHEN 'b' THEN 'C' ELSE datcollate END FROM pg_catalog.pg_database "
	                   "WHERE datname = current_database()), current_setting('fsync'), "
	                   "current_setting('synchronous_commit'), current_setting('transaction_read_only'), "
	                   "(SELECT setting FROM pg_catalog.pg_settings WHERE name = 'statement_timeout')");
	enum bv_status status = exec_text(sql, text.p, &last, false, CONNECT_WAIT_MS, err);
	if (status == BV_OK)
		status = check_server(sql, last, err);
	if (status == BV_OK && sql->mode != BV_SQL_READ)
		sql->answer_ms = (int)strtol(PQgetvalue(last, 0, 7), NULL, 10) + GRACE_MS;
	PQclear(last);
	return status;
}

static enum bv_status
reopen(struct bv_sql *head, struct bv_err *err)
{
	struct pgsql *sql = of(head);

	if (sql->conn && PQstatus(sql->conn) == CONNECTION_OK && exec_text(sql, "SELECT 1", NULL, false, CONNECT_WAIT_MS, err) == BV_OK)
		return BV_OK;
	if (sql->conn)
		drop_connection(sql);
	if (sql->active) {
		bv_err_set(&sql->active->kept_err, BV_EIO, "%s: the connection was lost", sql->name);
		sql->active = NULL;
	}
	TRY(connect_to(&sql->conn, sql, err));
	sql->connected++;
	if (PQsetnonblocking(sql->conn, 1) != 0)
		abort();
	enum bv_status status = set_up(sql, err);
	if (status != BV_OK && sql->conn)
		drop_connection(sql);
	return status;
}

static void
close_connection(struct bv_sql *head)
{
	struct pgsql *sql = of(head);

	if (sql->conn)
		drop_connection(sql);
	for (PQconninfoOption *o = sql->options; o && o->keyword; o++)
		if (o->val && strchr(o->dispchar, '*'))
			bv_wipe(o->val, strlen(o->val));
	PQconninfoFree(sql->options);
	free(sql->name);
	free(sql);
}

static const struct bv_sql_driver driver = {
	.find_table = "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = $1",
	.find_any_table = "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() LIMIT 1",
	.close = close_connection,
	.reopen = reopen,
	.run = run,
	.part = part,
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
	.bulk_text = bulk_text,
	.bulk_bind = bulk_bind,
};

enum bv_status
sql_pgsql_open(struct bv_sql **out, const char *url, enum bv_sql_mode mode, struct bv_err *err)
{
	struct pgsql *sql = bv_alloc(sizeof *sql);
	BV_AUTO(bv_sql_close) struct bv_sql *head = &sql->head;

	head->driver = &driver;
	sql->mode = mode;
	sql->answer_ms = -1;
	TRY(parse_url(sql, url, err));
	TRY(reopen(head, err));
	*out = bv_steal(&head);
	return BV_OK;
}
