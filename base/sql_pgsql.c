/* PostgreSQL by libpq, whose asynchronous calls alone let a wait end. */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/sql_pgsql.h"

enum {
	SERVER_OLDEST = 150000,
	CONNECT_WAIT_MS = 10000,
	LOOK_AGAIN_MS = 20,
	GRACE_MS = 5000, /* after statement_timeout, which the server keeps itself if it lives */
	IDLE_S = 60,     /* a program that was stopped inside a transaction holds up the others no longer */
	TEXT_MAX = 1 << 20,
};

static struct pgsql *
of(struct bv_sql *sql)
{
	return (struct pgsql *)sql;
}

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

enum bv_status
sql_pgsql_lose(struct pgsql *sql, bool committing, const char *why, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(1000);

	bv_buf_printf(&message, "%.*s", (int)strcspn(why, "\n"), why);
	drop_connection(sql);
	if (committing)
		return bv_err_set(err, BV_EUNCERTAIN, "%s: the connection was lost at a commit, which may or may not be there: %s", sql->name, message.p);
	return bv_err_set(err, BV_EIO, "%s: the connection is lost: %s", sql->name, message.p);
}

enum bv_status
sql_pgsql_result_fault(struct pgsql *sql, const PGresult *result, struct bv_err *err)
{
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	return sql_pgsql_fault(err, sql->name, PQresultErrorField(result, PG_DIAG_SQLSTATE), message ? message : PQresultErrorMessage(result));
}

/* What is encrypted may have come already and lie in the TLS library, where poll(2) does not see it: then it is looked for again and again. */
static int
longest_wait(const struct pgsql *sql, int timeout_ms)
{
	if (!PQsslInUse(sql->conn) && !PQgssEncInUse(sql->conn))
		return timeout_ms;
	return timeout_ms >= 0 && timeout_ms < LOOK_AGAIN_MS ? timeout_ms : LOOK_AGAIN_MS;
}

enum bv_status
sql_pgsql_next_result(PGresult **out, struct pgsql *sql, bool committing, int timeout_ms, struct bv_err *err)
{
	int wait_ms = longest_wait(sql, timeout_ms), waited_ms = 0, unsent;

	while ((unsent = PQflush(sql->conn)) > 0 || PQisBusy(sql->conn)) {
		if (!wait_for(sql->conn, (short)(unsent > 0 ? POLLIN | POLLOUT : POLLIN), wait_ms))
			waited_ms += wait_ms;
		if (timeout_ms >= 0 && waited_ms >= timeout_ms)
			return sql_pgsql_lose(sql, committing, "the server has not answered for too long", err);
		if (!PQconsumeInput(sql->conn))
			return sql_pgsql_lose(sql, committing, PQerrorMessage(sql->conn), err);
	}
	PGresult *result = PQgetResult(sql->conn);
	if (PQstatus(sql->conn) == CONNECTION_BAD) {
		BV_AUTO(bv_buf_finish) struct bv_buf why = BV_BUF(1000);
		bv_buf_printf(&why, "%.900s", result ? PQresultErrorMessage(result) : PQerrorMessage(sql->conn));
		PQclear(result);
		return sql_pgsql_lose(sql, committing, why.p, err);
	}
	*out = result;
	return BV_OK;
}

enum bv_status
sql_pgsql_finish_answer(struct pgsql *sql, PGresult **last, bool committing, int timeout_ms, struct bv_err *err)
{
	enum bv_status status = BV_OK;

	for (;;) {
		PGresult *result;
		TRY(sql_pgsql_next_result(&result, sql, committing, timeout_ms, err));
		if (!result)
			break;
		ExecStatusType kind = PQresultStatus(result);
		if (kind == PGRES_COMMAND_OK || kind == PGRES_TUPLES_OK || kind == PGRES_SINGLE_TUPLE) {
			const char *changed = PQcmdTuples(result);
			sql->changes = *changed ? strtoll(changed, NULL, 10) : sql->changes;
		} else if (status == BV_OK) {
			status = sql_pgsql_result_fault(sql, result, err);
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

enum bv_status
sql_pgsql_free_connection(struct pgsql *sql, struct bv_err *err)
{
	if (sql->active)
		sql_pgsql_read_ahead(sql, sql->active);
	return check_connected(sql, err);
}

enum bv_status
sql_pgsql_exec(struct pgsql *sql, const char *text, PGresult **last, bool committing, int timeout_ms, struct bv_err *err)
{
	TRY(sql_pgsql_free_connection(sql, err));
	sql->unreplicated = false;
	if (!PQsendQuery(sql->conn, text))
		return sql_pgsql_lose(sql, committing, PQerrorMessage(sql->conn), err);
	return sql_pgsql_finish_answer(sql, last, committing, timeout_ms, err);
}

static enum bv_status
run(struct bv_sql *head, const char *text, struct bv_err *err)
{
	struct pgsql *sql = of(head);
	BV_AUTO(bv_buf_finish) struct bv_buf ours = BV_BUF(TEXT_MAX);

	/* Schemas take as long as they take. Several statements are one transaction, so that this lasts no longer than they do. */
	bv_buf_addz(&ours, "SET LOCAL statement_timeout = 0; ");
	sql_pgsql_text(&ours, text);
	assert(!ours.full);
	return sql_pgsql_exec(sql, ours.p, NULL, !head->open && sql->mode != BV_SQL_READ, -1, err);
}

static enum bv_status
part(struct bv_sql *head, const char *text, struct bv_err *err)
{
	return sql_pgsql_exec(of(head), text, NULL, false, of(head)->answer_ms, err);
}

static void
rollback(struct bv_sql *head)
{
	struct pgsql *sql = of(head);
	struct bv_err err;

	/* A server that does not even answer this has ended the transaction, or will when it finds the connection closed. */
	if (sql->conn && sql_pgsql_exec(sql, "ROLLBACK", NULL, false, sql->answer_ms, &err) != BV_OK && sql->conn)
		drop_connection(sql);
}

static enum bv_status
begin(struct bv_sql *head, int64_t turn, struct bv_err *err)
{
	char text[300] = "BEGIN ISOLATION LEVEL REPEATABLE READ", idle[80] = "";

	if (turn && turn != SQL_WRITE_TURN)
		snprintf(idle, sizeof idle, "SET LOCAL idle_in_transaction_session_timeout = %d; ", BV_SQL_TURN_IDLE_MS);
	/* What waits for the lock must see what was committed while it waited, so such a transaction looks anew at each statement. */
	if (turn)
		snprintf(text, sizeof text, "BEGIN ISOLATION LEVEL READ COMMITTED; %sSELECT pg_catalog.pg_advisory_xact_lock(%" PRId64 ")", idle, turn);
	enum bv_status status = sql_pgsql_exec(of(head), text, NULL, false, of(head)->answer_ms, err);

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
	enum bv_status status = sql_pgsql_exec(sql, "COMMIT", &last, sql->mode != BV_SQL_READ, sql->answer_ms, err);

	/* The server answers the COMMIT of a transaction in which something had failed with OK, too: "ROLLBACK". */
	if (status == BV_OK && strcmp(PQcmdStatus(last), "COMMIT") != 0)
		status = bv_err_set(err, BV_EIO, "%s: an earlier failure has ended the transaction: nothing of it is there", sql->name);
	PQclear(last);
	return status;
}

static int64_t
changes(const struct bv_sql *sql)
{
	return ((const struct pgsql *)sql)->changes;
}

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

	bv_buf_printf(&text, "SET lock_timeout = %d; SET client_connection_check_interval = '10s';", BV_SQL_WAIT_MS);
	if (sql->mode == BV_SQL_READ)
		bv_buf_addz(&text, "SET default_transaction_read_only = on;");
	else
		bv_buf_printf(&text,
		              "SET idle_in_transaction_session_timeout = '%ds';"
		              "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') <> 'remote_apply';"
		              "SELECT set_config('statement_timeout', '%d', false) WHERE current_setting('statement_timeout') = '0';",
		              IDLE_S, BV_SQL_ANSWER_MS);
	bv_buf_addz(&text, "SELECT current_setting('server_version_num'), current_setting('server_version'), current_setting('server_encoding'), "
	                   "(SELECT CASE datlocprovider WHEN 'i' THEN 'ICU' WHEN 'b' THEN 'C' ELSE datcollate END FROM pg_catalog.pg_database "
	                   "WHERE datname = current_database()), current_setting('fsync'), "
	                   "current_setting('synchronous_commit'), current_setting('transaction_read_only'), "
	                   "(SELECT setting FROM pg_catalog.pg_settings WHERE name = 'statement_timeout')");
	enum bv_status status = sql_pgsql_exec(sql, text.p, &last, false, CONNECT_WAIT_MS, err);
	if (status == BV_OK)
		status = check_server(sql, last, err);
	if (status == BV_OK && sql->mode != BV_SQL_READ) {
		long timeout_ms = strtol(PQgetvalue(last, 0, 7), NULL, 10);
		sql->answer_ms = timeout_ms < INT_MAX - GRACE_MS ? (int)timeout_ms + GRACE_MS : -1;
	}
	PQclear(last);
	return status;
}

static enum bv_status
reopen(struct bv_sql *head, struct bv_err *err)
{
	struct pgsql *sql = of(head);

	if (sql->conn && PQstatus(sql->conn) == CONNECTION_OK && sql_pgsql_exec(sql, "SELECT 1", NULL, false, CONNECT_WAIT_MS, err) == BV_OK)
		return BV_OK;
	if (sql->conn)
		drop_connection(sql);
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
	.prepare = sql_pgsql_prepare,
	.stmt_free = sql_pgsql_stmt_free,
	.bind_int = sql_pgsql_bind_int,
	.bind_real = sql_pgsql_bind_real,
	.bind_bytes = sql_pgsql_bind_bytes,
	.bind_null = sql_pgsql_bind_null,
	.step = sql_pgsql_step,
	.reset = sql_pgsql_reset,
	.is_null = sql_pgsql_is_null,
	.get_int = sql_pgsql_column_int,
	.get_real = sql_pgsql_column_real,
	.get_bytes = sql_pgsql_column_bytes,
	.changes = changes,
	.bulk_text = sql_pgsql_bulk_text,
	.bulk_bind = sql_pgsql_bulk_bind,
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
