/* What only a server does: refuse a user, lose a connection, die and come back, fill its disk, wait for a standby. */
#define _GNU_SOURCE
#include "base/sql.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/base/pgsql.h"

static struct pgsql_cluster cluster;

static void
admin(const char *text)
{
	CHECK(pgsql_admin(&cluster, "postgres", text), "%.60s", text);
}

static struct bv_sql *
opened(const char *url)
{
	struct bv_sql *sql = NULL;
	struct bv_err err;

	CHECK_OK(bv_sql_open(&sql, url, BV_SQL_WRITE, &err), &err, "open");
	return sql;
}

static struct bv_sql *
made(const char *name)
{
	struct bv_sql *sql = opened(pgsql_database(&cluster, name));
	struct bv_err err;

	CHECK_OK(bv_sql_run(sql, "CREATE TABLE t(a BIGINT PRIMARY KEY, s TEXT)", &err), &err, "schema");
	return sql;
}

/* -1 where it cannot be read. */
static int64_t
number(struct bv_sql *sql, const char *query)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct bv_err err;
	bool row = false;

	if (bv_sql_prepare(&stmt, sql, query, &err) != BV_OK || bv_sql_step(stmt, &row, &err) != BV_OK)
		return -1;
	return row ? bv_sql_int(stmt, 0) : -1;
}

static int64_t
count(struct bv_sql *sql)
{
	return number(sql, "SELECT count(*) FROM t");
}

static int
unix_socket(struct sockaddr_un *address, const char *folder)
{
	address->sun_family = AF_UNIX;
	snprintf(address->sun_path, sizeof address->sun_path, "%.80s/.s.PGSQL.%d", folder, cluster.port);
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

/* Ends the server's end of a connection, and waits until it is gone. */
static void
terminate(struct bv_sql *sql)
{
	char text[200];
	int64_t pid = number(sql, "SELECT pg_backend_pid()");

	CHECK(pid > 0, "a server process");
	snprintf(text, sizeof text, "SELECT pg_terminate_backend(%lld, 5000)", (long long)pid);
	admin(text);
}

static void
refused(const char *url, enum bv_sql_mode mode, enum bv_status status, const char *part, const char *name)
{
	struct bv_sql *sql = NULL;
	struct bv_err err;

	CHECK_REFUSED(bv_sql_open(&sql, url, mode, &err), status, &err, part, name);
	CHECK(!strstr(err.msg, "geheim") && !sql, "and the message has no password");
	bv_sql_close(sql);
}

static void
urls(void)
{
	char url[300];

	refused("postgresql://exam:geheim@host:port/x", BV_SQL_WRITE, BV_EIO, "port", "a port that is no number");
	refused("postgresql://exam:geheim%zz@host/x", BV_SQL_WRITE, BV_EINVAL, "not a URL", "a broken escape");
	refused("postgresql://exam:geheim@[::1/x", BV_SQL_WRITE, BV_EINVAL, "not a URL", "an address without its end");
	refused("postgresql:password=geheim geheim", BV_SQL_WRITE, BV_EINVAL, "not a URL", "a word without a value");
	refused("postgresql:password='geheim", BV_SQL_WRITE, BV_EINVAL, "not a URL", "an open quotation");
	refused("postgresql:geheim=1", BV_SQL_WRITE, BV_EINVAL, "not a URL", "an unknown parameter");
	refused("postgres://exam:geheim@localhost/x?sslmode=perhaps", BV_SQL_WRITE, BV_EIO, "sslmode", "an unknown mode of TLS");
	refused("postgresql:host=/nowhere dbname=x password=geheim", BV_SQL_WRITE, BV_EIO, "/nowhere", "no server there");
	snprintf(url, sizeof url, "postgresql:host=%s port=%d user=postgres dbname=missing", cluster.folder, cluster.port);
	refused(url, BV_SQL_CREATE, BV_ENOTFOUND, "missing", "a database that is not there is not made");
	snprintf(url, sizeof url, "postgresql:host=%s port=%d user=nobody-known dbname=postgres", cluster.folder, cluster.port);
	refused(url, BV_SQL_WRITE, BV_EDENIED, "nobody-known", "an unknown user");
}

/* Somebody listens there, but says nothing. */
static void
silent(void)
{
	char folder[] = "/tmp/bv-silent-XXXXXX", url[300];
	struct sockaddr_un address;
	struct bv_sql *sql = NULL;
	struct bv_err err;

	CHECK(mkdtemp(folder), "a folder");
	int listening = unix_socket(&address, folder);
	CHECK(listening >= 0 && bind(listening, (struct sockaddr *)&address, sizeof address) == 0 && listen(listening, 5) == 0, "a server");
	snprintf(url, sizeof url, "postgresql:host=%s port=%d user=postgres dbname=postgres", folder, cluster.port);
	refused(url, BV_SQL_WRITE, BV_EIO, "does not answer", "a server that does not answer");
	close(listening);
	snprintf(url, sizeof url, "postgresql:host=%s,/nowhere,%s port=%d user=postgres dbname=postgres", folder, cluster.folder, cluster.port);
	CHECK_OK(bv_sql_open(&sql, url, BV_SQL_WRITE, &err), &err, "one that is not there, and the next that is");
	bv_sql_close(sql);
	unlink(address.sun_path);
	rmdir(folder);
}

/* Large rows both ways by TLS, whose pieces do not end where messages do. */
static void
large_rows(struct bv_sql *sql)
{
	static const struct bv_sql_column columns[] = { { "a", BV_SQL_INT }, { "s", BV_SQL_STR } };
	enum { ROWS = 100, LARGEST = 8 << 20 };
	static int64_t ints[ROWS];
	static struct bv_str strs[ROWS];
	BV_AUTO(bv_sql_bulk_free) struct bv_sql_bulk *bulk = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *get = NULL;
	char *text = malloc(LARGEST);
	struct bv_err err;
	int64_t added = 0;
	bool row = false;
	int good = 0;

	for (int i = 0; i < LARGEST; i++)
		text[i] = (char)('a' + i * 7 % 26);
	for (int i = 0; i < ROWS; i++) {
		ints[i] = i;
		strs[i] = (struct bv_str){ text, i == 50 ? LARGEST : (size_t)i * 2011 };
	}
	CHECK_OK(bv_sql_bulk_prepare(&bulk, sql, "t", columns, 2, &err), &err, "prepare");
	CHECK(bv_sql_bulk_exec(bulk, &added, (union bv_sql_array[]){ { .ints = ints }, { .strs = strs } }, ROWS, &err) == BV_OK && added == ROWS,
	      "large rows go there");
	CHECK_OK(bv_sql_prepare(&get, sql, "SELECT a, s FROM t ORDER BY a", &err), &err, "prepare");
	while (bv_sql_step(get, &row, &err) == BV_OK && row)
		good += bv_str_eq(bv_sql_str(get, 1), strs[bv_sql_int(get, 0)]);
	CHECK(good == ROWS && !row, "and come back: %d", good);
	free(text);
}

static void
tls(void)
{
	const char *argv[] = { "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
		               "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "data/server.key", "-out", "data/server.crt", NULL };
	struct pgsql_cluster programs = cluster;
	struct bv_sql *sql = NULL;
	struct bv_err err;
	char url[400];

	snprintf(programs.bin, sizeof programs.bin, "/usr/bin");
	if (access("/usr/bin/openssl", X_OK) != 0) {
		printf("ok %d - TLS # SKIP there is no openssl here\n", ++check_count);
		return;
	}
	CHECK(pgsql_run(&programs, argv), "a key for the server");
	admin("ALTER SYSTEM SET ssl = on");
	admin("SELECT pg_reload_conf()");
	pgsql_pause(300);
	bv_sql_close(made("tls"));
	admin("GRANT USAGE ON SCHEMA tls TO exam; GRANT ALL ON tls.t TO exam");
	snprintf(url, sizeof url, "postgresql://exam:geheim@127.0.0.1:%d/postgres?sslmode=verify-full&sslrootcert=%s/data/server.crt&options=-c%%20search_path%%3Dtls",
	         cluster.port, cluster.folder);
	CHECK_OK(bv_sql_open(&sql, url, BV_SQL_WRITE, &err), &err, "TLS with a certificate that is checked");
	if (sql) {
		CHECK(number(sql, "SELECT 1 FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl") == 1, "it is used");
		large_rows(sql);
		terminate(sql);
		CHECK_REFUSED(bv_sql_begin(sql, true, &err), BV_EIO, &err, "lost", "lost by TLS");
	}
	bv_sql_close(sql);
	snprintf(url, sizeof url, "postgresql://exam:geheim@127.0.0.1:%d/postgres?sslmode=verify-full&sslrootcert=/etc/passwd", cluster.port);
	refused(url, BV_SQL_WRITE, BV_EIO, "certificate", "a certificate of somebody else");
	admin("ALTER SYSTEM RESET ssl");
	admin("SELECT pg_reload_conf()");
	pgsql_pause(200);
}

static void
passwords(void)
{
	char url[300], path[200];
	struct bv_err err;
	struct bv_sql *sql = NULL;

	snprintf(path, sizeof path, "%s/data/pg_hba.conf", cluster.folder);
	FILE *f = fopen(path, "w"); /* in place: it stays the server's */
	CHECK(f && fputs("local all exam scram-sha-256\nlocal all locked reject\nlocal all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n", f) > 0,
	      "who may come in");
	if (f)
		fclose(f);
	admin("CREATE ROLE exam LOGIN PASSWORD 'geheim'");
	admin("CREATE ROLE locked LOGIN");
	admin("SELECT pg_reload_conf()");
	pgsql_pause(200);
	snprintf(url, sizeof url, "postgresql:host=%s port=%d user=exam password=geheim-not dbname=postgres", cluster.folder, cluster.port);
	refused(url, BV_SQL_WRITE, BV_EDENIED, "28P01", "a wrong password");
	snprintf(url, sizeof url, "postgresql:host=%s port=%d user=locked dbname=postgres", cluster.folder, cluster.port);
	refused(url, BV_SQL_WRITE, BV_EDENIED, "28000", "a user who may not come in");
	snprintf(url, sizeof url, "postgresql:host=%s port=%d user=exam dbname=postgres", cluster.folder, cluster.port);
	refused(url, BV_SQL_WRITE, BV_EIO, "no password", "no password at all");
	snprintf(url, sizeof url, "postgresql://exam:geheim@127.0.0.1:%d/postgres?sslmode=require", cluster.port);
	refused(url, BV_SQL_WRITE, BV_EIO, "SSL", "TLS asked of a server that has none");
	snprintf(url, sizeof url, "postgresql://exam:geheim@127.0.0.1:%d/postgres?sslmode=disable", cluster.port);
	CHECK_OK(bv_sql_open(&sql, url, BV_SQL_WRITE, &err), &err, "the right password, over the network");
	CHECK_REFUSED(bv_sql_run(sql, "CREATE TABLE public.mine(a BIGINT)", &err), BV_EDENIED, &err, "permission", "a table where he may make none");
	admin("CREATE TABLE public.theirs(a BIGINT)");
	CHECK_REFUSED(bv_sql_run(sql, "SELECT * FROM public.theirs", &err), BV_EDENIED, &err, "permission", "a table of somebody else");
	bv_sql_close(sql);
}

/* Changes a setting of the server until the URL was tried with it. */
static void
with_setting(const char *name, const char *value, const char *url, const char *part)
{
	struct bv_sql *sql = NULL;
	struct bv_err err;
	char text[200];

	snprintf(text, sizeof text, "ALTER SYSTEM SET %s = %s", name, value);
	admin(text);
	admin("SELECT pg_reload_conf()");
	pgsql_pause(200);
	CHECK_REFUSED(bv_sql_open(&sql, url, BV_SQL_WRITE, &err), BV_EIO, &err, part, name);
	CHECK_OK(bv_sql_open(&sql, url, BV_SQL_READ, &err), &err, "but it may be read");
	bv_sql_close(sql);
	snprintf(text, sizeof text, "ALTER SYSTEM RESET %s", name);
	admin(text);
	admin("SELECT pg_reload_conf()");
	pgsql_pause(200);
}

static void
settings(void)
{
	static const struct {
		const char *create, *part;
	} databases[] = {
		{ "CREATE DATABASE odd ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0", "SQL_ASCII" },
		{ "CREATE DATABASE odd LOCALE_PROVIDER icu ICU_LOCALE 'vi' TEMPLATE template0", "rules of ICU" },
	};
	const char *url = pgsql_database(&cluster, "settings");
	char other[300];
	struct bv_err err;

	with_setting("fsync", "off", url, "fsync is off");
	with_setting("default_transaction_read_only", "on", url, "read-only");
	snprintf(other, sizeof other, "%s target_session_attrs=any", url);
	with_setting("default_transaction_read_only", "on", other, "may only be read");
	for (size_t i = 0; i < BV_COUNT(databases); i++) {
		admin(databases[i].create);
		snprintf(other, sizeof other, "postgresql:host=%s port=%d user=postgres dbname=odd", cluster.folder, cluster.port);
		refused(other, BV_SQL_READ, BV_EIO, databases[i].part, databases[i].create);
		admin("DROP DATABASE odd");
	}
	admin("ALTER ROLE postgres SET synchronous_commit = off");
	struct bv_sql *sql = opened(url);
	CHECK(number(sql, "SELECT 1 WHERE current_setting('synchronous_commit') = 'on'") == 1, "a session commits synchronously whatever its role says");
	CHECK(number(sql, "SELECT 1 WHERE current_setting('lock_timeout') = '10s' AND current_setting('statement_timeout') = '1min'") == 1, "time-outs");
	bv_sql_close(sql);
	admin("ALTER ROLE postgres SET synchronous_commit = remote_apply");
	sql = opened(url);
	CHECK(number(sql, "SELECT 1 WHERE current_setting('synchronous_commit') = 'remote_apply'") == 1, "more than that is left as it is");
	admin("ALTER ROLE postgres RESET synchronous_commit");
	bv_sql_close(sql);
	snprintf(other, sizeof other, "%s options='-c statement_timeout=300'", url);
	sql = opened(other);
	CHECK_OK(bv_sql_run(sql, "SELECT pg_sleep(0.6)", &err), &err, "but schemas take what they need");
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;
	CHECK_OK(bv_sql_prepare(&stmt, sql, "SELECT 1 FROM pg_sleep(20)", &err), &err, "prepare");
	CHECK_REFUSED(bv_sql_step(stmt, &row, &err), BV_EIO, &err, "took too long", "a statement that takes too long");
	CHECK(number(sql, "SELECT 7") == 7, "and the connection goes on");
	bv_sql_stmt_free(bv_steal(&stmt));
	bv_sql_close(sql);
}

static void
faults(void)
{
	static const struct {
		const char *sqlstate;
		enum bv_status status;
		const char *part;
	} cases[] = {
		{ "23514", BV_ECONFLICT, "said so" },    { "40001", BV_ECONFLICT, "do it again" }, { "40P01", BV_ECONFLICT, "do it again" },
		{ "40002", BV_ECONFLICT, "said so" },    { "40003", BV_EUNCERTAIN, "does not know" }, { "22003", BV_EINVAL, "said so" },
		{ "25006", BV_EIO, "may not be written" }, { "28000", BV_EDENIED, "said so" },      { "3D000", BV_ENOTFOUND, "said so" },
		{ "42501", BV_EDENIED, "said so" },      { "42P01", BV_EIO, "said so" },           { "53100", BV_EIO, "disk of the server is full" },
		{ "53200", BV_EIO, "said so" },          { "53300", BV_EIO, "max_connections" },   { "54000", BV_ELIMIT, "said so" },
		{ "55P03", BV_EIO, "held the database" }, { "57014", BV_EIO, "took too long" },     { "58030", BV_EIO, "said so" },
		{ "XX001", BV_EIO, "damaged" },          { "XX000", BV_EIO, "said so" },
	};
	BV_AUTO(bv_sql_close) struct bv_sql *sql = made("faults");
	struct bv_err err;
	char text[200];

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		snprintf(text, sizeof text, "DO $$ BEGIN RAISE EXCEPTION 'it said so' USING ERRCODE = '%s', DETAIL = 'personal'; END $$", cases[i].sqlstate);
		CHECK_REFUSED(bv_sql_run(sql, text, &err), cases[i].status, &err, cases[i].part, cases[i].sqlstate);
		CHECK(!strstr(err.msg, "personal") && strstr(err.msg, cases[i].sqlstate), "its number is named, its details are not");
	}
}

static void
texts(void)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = made("texts");
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *put = NULL;
	struct bv_err err;

	CHECK_OK(bv_sql_prepare(&put, sql, "INSERT INTO t VALUES ($1, $2)", &err), &err, "prepare");
	bv_sql_bind_int(put, 1, 1);
	bv_sql_bind_str(put, 2, BV_STR("a\0b"));
	CHECK_REFUSED(bv_sql_exec(put, &err), BV_EINVAL, &err, "22021", "a NUL byte in a text");
	bv_sql_bind_str(put, 2, BV_STR("\xff"));
	CHECK_REFUSED(bv_sql_exec(put, &err), BV_EINVAL, &err, "22021", "a text that is not UTF-8");
	bv_sql_bind_int(put, 2, 7);
	CHECK_REFUSED(bv_sql_exec(put, &err), BV_EINVAL, &err, "$2", "a number for a text");
	bv_sql_bind_str(put, 1, BV_STR("x"));
	CHECK_REFUSED(bv_sql_exec(put, &err), BV_EINVAL, &err, "$1", "a text for a number");
	bv_sql_bind_real(put, 1, 0.5);
	CHECK_REFUSED(bv_sql_exec(put, &err), BV_EINVAL, &err, "$1", "a fraction for a number");
	bv_sql_bind_int(put, 1, 1);
	bv_sql_bind_null(put, 2);
	CHECK_OK(bv_sql_exec(put, &err), &err, "and right ones again");
	CHECK(number(sql, "SELECT sum(a) * 10000000000000000000000 FROM t") == INT64_MAX, "a sum that is too large is the largest number");
	CHECK(number(sql, "SELECT sum(a) * -10000000000000000000000 FROM t") == INT64_MIN, "or the smallest");
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *get = NULL;
	bool row = false;
	CHECK_OK(bv_sql_prepare(&get, sql,
	                        "SELECT 'NaN'::numeric, '-Infinity'::numeric, 'Infinity'::numeric, 0::numeric, -12345.678::numeric, 1e-20::numeric, "
	                        "10000::numeric, 'x'::varchar(3), 'y'::char(1), 3::smallint, false, current_user, $1::numeric, $2::smallint, $3::boolean, "
	                        "$4::numeric, $5::double precision, NULL::bigint",
	                        &err),
	         &err, "prepare");
	bv_sql_bind_int(get, 1, -123456789012345);
	bv_sql_bind_int(get, 2, 32768);
	bv_sql_bind_int(get, 3, 2);
	bv_sql_bind_real(get, 4, 0.1);
	bv_sql_bind_int(get, 5, 3);
	CHECK_REFUSED(bv_sql_step(get, &row, &err), BV_EINVAL, &err, "$2", "a number too large for its type");
	bv_sql_bind_int(get, 2, -32768);
	CHECK_OK(bv_sql_step(get, &row, &err), &err, "step");
	CHECK(bv_sql_real(get, 0) != bv_sql_real(get, 0) && bv_sql_real(get, 1) == -1.0 / 0.0 && bv_sql_real(get, 2) == 1.0 / 0.0, "not numbers");
	CHECK(bv_sql_real(get, 3) == 0 && bv_sql_real(get, 4) == -12345.678 && bv_sql_real(get, 5) == 1e-20 && bv_sql_real(get, 6) == 10000, "decimals");
	CHECK(bv_sql_int(get, 4) == -12345 && bv_sql_int(get, 6) == 10000 && bv_sql_int(get, 9) == 3 && bv_sql_int(get, 10) == 0, "whole parts");
	CHECK(bv_str_is(bv_sql_str(get, 7), "x") && bv_str_is(bv_sql_str(get, 8), "y") && bv_str_is(bv_sql_str(get, 11), "postgres"), "kinds of text");
	CHECK(bv_sql_int(get, 12) == -123456789012345 && bv_sql_int(get, 13) == -32768 && bv_sql_int(get, 14) == 1, "parameters of other types");
	CHECK(bv_sql_real(get, 15) == 0.1 && bv_sql_real(get, 16) == 3, "and fractions");
	CHECK(bv_sql_is_null(get, 17) && bv_sql_int(get, 17) == 0 && bv_sql_real(get, 17) == 0, "NULL");
	bv_sql_reset(get);
}

/* A constraint that is looked at when a statement outside a transaction is committed: after the server has said that the statement is done. */
static void
late_faults(void)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = made("late");
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *put = NULL;
	struct bv_err err;

	CHECK_OK(bv_sql_run(sql, "CREATE TABLE u(a BIGINT REFERENCES t(a) DEFERRABLE INITIALLY DEFERRED)", &err), &err, "schema");
	CHECK_OK(bv_sql_prepare(&put, sql, "INSERT INTO u VALUES ($1)", &err), &err, "prepare");
	bv_sql_bind_int(put, 1, 7);
	CHECK_REFUSED(bv_sql_exec(put, &err), BV_ECONFLICT, &err, "foreign key", "is found at the commit of the statement");
	CHECK(number(sql, "SELECT count(*) FROM u") == 0, "which did nothing");
	CHECK_OK(bv_sql_run(sql, "INSERT INTO t VALUES (7)", &err), &err, "a row");
	CHECK_OK(bv_sql_exec(put, &err), &err, "and now it may");
	CHECK(bv_sql_changes(sql) == 1, "one row");
}

/* A statement that fails after some of its rows were read, or where nobody reads them any more. */
static void
late_rows(void)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = made("late_rows");
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *get = NULL;
	struct bv_err err;
	enum bv_status status;
	bool row = false;
	int rows;

	CHECK_OK(bv_sql_prepare(&get, sql, "SELECT 1000 / (1000 - i) FROM generate_series(1, 2000) AS i", &err), &err, "prepare");
	for (int other = 0; other < 2; other++) {
		for (rows = 0; (status = bv_sql_step(get, &row, &err)) == BV_OK && row; rows++)
			if (rows == 10 && other)
				CHECK(count(sql) == 0, "another statement between the rows");
		CHECK_REFUSED(status, BV_EINVAL, &err, "division by zero", "a row that cannot be computed");
		CHECK(rows == 999, "after the rows before it: %d", rows);
	}
	CHECK(bv_sql_step(get, &row, &err) == BV_OK && row && bv_sql_int(get, 0) == 1, "from the first again");
	bv_sql_reset(get);
	CHECK_OK(bv_sql_begin(sql, false, &err), &err, "begin");
	CHECK_OK(bv_sql_run(sql, "INSERT INTO t VALUES (1)", &err), &err, "a row");
	CHECK(bv_sql_step(get, &row, &err) == BV_OK && row, "the failure is to come");
	bv_sql_reset(get);
	CHECK_REFUSED(bv_sql_commit(sql, &err), BV_EIO, &err, "earlier failure", "but was not heard: the commit did nothing");
	CHECK(!bv_sql_in_transaction(sql) && count(sql) == 0, "nothing is there");
}

/* Rows that wait while another statement runs. */
static void
kept_rows(void)
{
	enum { ROW = 1000, ROW_KEPT = ROW + 2 * (int)sizeof(int) + 8 };
	BV_AUTO(bv_sql_close) struct bv_sql *sql = made("kept");
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *get = NULL;
	struct bv_err err;
	enum bv_status status;
	bool row = false;

	CHECK_OK(bv_sql_prepare(&get, sql, "SELECT i, repeat('x', $1), NULL::text FROM generate_series(1, $2::bigint) AS i", &err), &err, "prepare");
	for (int past = 0; past < 2; past++) {
		int fit = (int)(BV_SQL_KEPT_MAX / (ROW_KEPT + sizeof(int))), rows = 0;
		bv_sql_bind_int(get, 1, ROW);
		bv_sql_bind_int(get, 2, 1 + fit + past);
		while ((status = bv_sql_step(get, &row, &err)) == BV_OK && row) {
			if (rows++ == 0)
				CHECK(count(sql) == 0, "another statement after the first row");
			if (bv_sql_int(get, 0) != rows || bv_sql_str(get, 1).len != ROW || !bv_sql_is_null(get, 2))
				break;
		}
		CHECK(rows == 1 + fit, "all rows that are kept are read: %d", rows);
		if (past)
			CHECK_REFUSED(status, BV_ELIMIT, &err, "connection of their own", "and a row more is too much");
		else
			CHECK(status == BV_OK && !row, "as many as are kept");
	}
	CHECK(count(sql) == 0, "the connection goes on");
}

static void
deadlock(void)
{
	BV_AUTO(bv_sql_close) struct bv_sql *one = made("deadlock"), *two = opened(pgsql_database(&cluster, "deadlock"));
	struct bv_err err;
	int status = -1;

	CHECK_OK(bv_sql_run(one, "INSERT INTO t VALUES (1), (2)", &err), &err, "rows");
	CHECK_OK(bv_sql_begin(one, false, &err), &err, "begin");
	CHECK_OK(bv_sql_run(one, "UPDATE t SET s = 'one' WHERE a = 1", &err), &err, "the first row");
	const char *url = pgsql_database(&cluster, "deadlock"); /* says so: not the child's to do */
	pid_t child = fork();
	if (child == 0) { /* holds the second row, wants the first */
		struct bv_sql *sql = NULL;
		bool good = bv_sql_open(&sql, url, BV_SQL_WRITE, &err) == BV_OK && bv_sql_begin(sql, true, &err) == BV_OK &&
		            bv_sql_run(sql, "UPDATE t SET s = 'two' WHERE a = 2", &err) == BV_OK &&
		            bv_sql_run(sql, "UPDATE t SET s = 'two' WHERE a = 1", &err) == BV_OK && bv_sql_commit(sql, &err) == BV_OK;
		_exit(!good);
	}
	for (int i = 0; i < 200 && number(two, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") != 1; i++)
		pgsql_pause(20);
	enum bv_status mine = bv_sql_run(one, "UPDATE t SET s = 'one' WHERE a = 2", &err);
	/* Either of the two may be the one that the server ends. */
	bv_sql_rollback(one);
	waitpid(child, &status, 0);
	CHECK((mine == BV_ECONFLICT && strstr(err.msg, "40P01") && status == 0) || (mine == BV_OK && status != 0), "one of two that wait for each other");
}

/* Turns of one number go one after the other, in the order of asking; they hold up no other writers. One that stands still is ended. */
static void
turns(void)
{
	static const struct bv_sql_column columns[] = { { "a", BV_SQL_INT } };
	BV_AUTO(bv_sql_close) struct bv_sql *one = made("turns"), *two = opened(pgsql_database(&cluster, "turns"));
	BV_AUTO(bv_sql_bulk_free) struct bv_sql_bulk *bulk = NULL;
	const union bv_sql_array values[] = { { .ints = (const int64_t[]){ 11, 12 } } };
	struct bv_err err;
	int64_t added;
	int status = -1;

	CHECK_OK(bv_sql_begin_turn(one, 7, &err), &err, "a turn");
	CHECK_OK(bv_sql_begin(two, true, &err), &err, "holds up no other writer");
	bv_sql_rollback(two);
	CHECK_OK(bv_sql_begin_turn(two, 8, &err), &err, "nor a turn of another number");
	bv_sql_rollback(two);
	CHECK_OK(bv_sql_run(one, "INSERT INTO t VALUES (1)", &err), &err, "a row of the turn");
	const char *url = pgsql_database(&cluster, "turns");
	pid_t child = fork();
	if (child == 0) { /* takes its turn inside one statement, and after it has waited sees what was written */
		struct bv_sql *sql = NULL;
		bool good = bv_sql_open(&sql, url, BV_SQL_WRITE, &err) == BV_OK &&
		            bv_sql_bulk_prepare_turn(&bulk, sql, "t", columns, 1, 7, &err) == BV_OK && bv_sql_bulk_exec(bulk, &added, values, 2, &err) == BV_OK && added == 2;
		_exit(!good);
	}
	for (int i = 0; i < 200 && number(two, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") != 1; i++)
		pgsql_pause(20);
	CHECK(number(two, "SELECT count(*) FROM t") == 0, "another waits for it");
	CHECK_OK(bv_sql_commit(one, &err), &err, "its end");
	waitpid(child, &status, 0);
	CHECK(status == 0 && number(two, "SELECT count(*) FROM t") == 3, "and goes on");
	CHECK_OK(bv_sql_begin_turn(one, 7, &err), &err, "one that stands still");
	CHECK_OK(bv_sql_begin_turn(two, 7, &err), &err, "does not keep another from its turn");
	bv_sql_rollback(two);
	CHECK_REFUSED(bv_sql_commit(one, &err), BV_EUNCERTAIN, &err, "lost", "and is ended");
}

static void
lost(void)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = made("lost");
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *put = NULL, *all = NULL, *series = NULL;
	struct bv_err err;
	bool row = false;

	CHECK_OK(bv_sql_prepare(&put, sql, "INSERT INTO t(a) VALUES ($1)", &err), &err, "prepare");
	CHECK_OK(bv_sql_prepare(&all, sql, "SELECT a FROM t", &err), &err, "prepare");
	CHECK_OK(bv_sql_prepare(&series, sql, "SELECT i, repeat('x', 100) FROM generate_series(1, 100000) AS i", &err), &err, "prepare");
	CHECK_OK(bv_sql_begin(sql, true, &err), &err, "begin");
	bv_sql_bind_int(put, 1, 1);
	CHECK_OK(bv_sql_exec(put, &err), &err, "a row");
	terminate(sql);
	bv_sql_bind_int(put, 1, 2);
	CHECK_REFUSED(bv_sql_exec(put, &err), BV_EIO, &err, "connection is lost", "the server ended the connection inside a transaction");
	CHECK(bv_sql_in_transaction(sql), "which is not over for the caller");
	CHECK_REFUSED(bv_sql_commit(sql, &err), BV_EIO, &err, "nothing of it", "until he ends it");
	CHECK_REFUSED(bv_sql_begin(sql, true, &err), BV_EIO, &err, "was lost", "and no other begins");
	CHECK_REFUSED(bv_sql_step(all, &row, &err), BV_EIO, &err, "was lost", "nor a statement");
	CHECK_REFUSED(bv_sql_run(sql, "SELECT 1", &err), BV_EIO, &err, "was lost", "of any kind");
	CHECK_OK(bv_sql_reopen(sql, &err), &err, "until it is opened again");
	CHECK(count(sql) == 0, "nothing of the transaction is there");
	CHECK_OK(bv_sql_exec(put, &err), &err, "statements are as they were prepared, and bound");
	CHECK(bv_sql_step(all, &row, &err) == BV_OK && row && bv_sql_int(all, 0) == 2, "the row");
	bv_sql_reset(all);

	terminate(sql);
	bv_sql_bind_int(put, 1, 3);
	CHECK_REFUSED(bv_sql_exec(put, &err), BV_EUNCERTAIN, &err, "may or may not", "a statement that is its own transaction");
	CHECK_OK(bv_sql_reopen(sql, &err), &err, "open again");
	terminate(sql);
	CHECK_REFUSED(bv_sql_step(all, &row, &err), BV_EIO, &err, "connection is lost", "one that only reads is certain");
	CHECK_OK(bv_sql_reopen(sql, &err), &err, "open again");
	CHECK_OK(bv_sql_begin(sql, false, &err), &err, "begin");
	terminate(sql);
	bv_sql_rollback(sql);
	CHECK(!bv_sql_in_transaction(sql), "rolling back what is lost");
	CHECK_OK(bv_sql_reopen(sql, &err), &err, "open again");

	CHECK(bv_sql_step(series, &row, &err) == BV_OK && row, "many rows, of which one was read");
	int64_t pid = number(sql, "SELECT pg_backend_pid()"), rows = 1;
	CHECK(pid > 0, "another statement between them");
	while (bv_sql_step(series, &row, &err) == BV_OK && row)
		rows++;
	CHECK(rows == 100000 && !row, "all the others come after it: %lld", (long long)rows);
	char text[100];
	CHECK(bv_sql_step(series, &row, &err) == BV_OK && row, "again");
	snprintf(text, sizeof text, "SELECT pg_terminate_backend(%lld, 5000)", (long long)pid);
	admin(text);
	enum bv_status status;
	for (rows = 1; (status = bv_sql_step(series, &row, &err)) == BV_OK && row; rows++)
		;
	CHECK(status == BV_EIO && rows < 100000, "the connection was lost after %lld rows: %s", (long long)rows, err.msg);
	CHECK_OK(bv_sql_reopen(sql, &err), &err, "open again");
	pid = number(sql, "SELECT pg_backend_pid()");
	CHECK(bv_sql_step(series, &row, &err) == BV_OK && row, "again");
	snprintf(text, sizeof text, "SELECT pg_terminate_backend(%lld, 5000)", (long long)pid);
	admin(text);
	CHECK(count(sql) == -1, "another statement finds it lost");
	for (rows = 1; (status = bv_sql_step(series, &row, &err)) == BV_OK && row; rows++)
		;
	CHECK(status == BV_EIO && rows < 100000, "which the first says after the rows that had come: %lld", (long long)rows);
	CHECK_OK(bv_sql_reopen(sql, &err), &err, "open again");
	CHECK(bv_sql_step(series, &row, &err) == BV_OK && row, "again");
	CHECK_OK(bv_sql_reopen(sql, &err), &err, "a connection that is good is kept");
	CHECK(bv_sql_step(series, &row, &err) == BV_OK && row && bv_sql_int(series, 0) == 2, "with its rows");
}

enum cut { BEFORE, AFTER, FREEZE };

/* Passes bytes on until the client says `word`: then cuts the connection before or after the server has heard it, or says nothing any more. */
static void
pass_on(int client, int server, const char *word, enum cut cut)
{
	struct pollfd fds[] = { { client, POLLIN, 0 }, { server, POLLIN, 0 } };
	char bytes[65536];

	while (poll(fds, 2, -1) > 0)
		for (int i = 0; i < 2; i++) {
			if (!(fds[i].revents & (POLLIN | POLLHUP)))
				continue;
			ssize_t len = read(fds[i].fd, bytes, sizeof bytes);
			if (len <= 0)
				return;
			bool hit = i == 0 && memmem(bytes, (size_t)len, word, strlen(word));
			if (hit && cut == BEFORE)
				return;
			if (write(fds[1 - i].fd, bytes, (size_t)len) != len)
				return;
			if (hit && cut == FREEZE)
				pause();
			if (hit) {
				(void)!read(server, bytes, sizeof bytes); /* it is done */
				return;
			}
		}
}

/* A proxy between a client and the server, in a folder of its own. The client closes its end at once, so that one connection is served. */
static pid_t
proxy(const char *folder, const char *word, enum cut cut)
{
	struct sockaddr_un address;
	int listening = unix_socket(&address, folder);

	unlink(address.sun_path);
	CHECK(listening >= 0 && bind(listening, (struct sockaddr *)&address, sizeof address) == 0 && listen(listening, 5) == 0, "a proxy");
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		int client = accept(listening, NULL, NULL), server = unix_socket(&address, cluster.folder);
		if (client >= 0 && connect(server, (struct sockaddr *)&address, sizeof address) == 0)
			pass_on(client, server, word, cut);
		_exit(0);
	}
	close(listening);
	return child;
}

static void
cut_at_commit(const char *folder, enum cut cut, bool bulk)
{
	static const struct bv_sql_column columns[] = { { "a", BV_SQL_INT }, { "s", BV_SQL_STR } };
	static const int64_t ints[] = { 10, 20 };
	static const struct bv_str strs[] = { { "CUT HERE", 8 }, { "y", 1 } };
	const union bv_sql_array values[] = { { .ints = ints }, { .strs = strs } };
	BV_AUTO(bv_sql_bulk_free) struct bv_sql_bulk *rows = NULL;
	BV_AUTO(bv_sql_close) struct bv_sql *real = opened(pgsql_database(&cluster, "cut"));
	struct bv_sql *sql = NULL;
	struct bv_err err;
	int64_t added = -1;
	char url[300];

	CHECK_OK(bv_sql_run(real, "DELETE FROM t", &err), &err, "no rows");
	pid_t child = proxy(folder, bulk ? "CUT HERE" : "COMMIT", cut);
	snprintf(url, sizeof url, "postgresql:host=%s port=%d user=postgres dbname=postgres options='-c search_path=cut -c statement_timeout=200'", folder,
	         cluster.port);
	sql = opened(url);
	if (!sql)
		return;
	CHECK_OK(bv_sql_bulk_prepare(&rows, sql, "t", columns, 2, &err), &err, "prepare");
	enum bv_status status = BV_OK;
	if (bulk) {
		status = bv_sql_bulk_exec(rows, &added, values, 2, &err);
	} else {
		CHECK_OK(bv_sql_begin(sql, false, &err), &err, "begin"); /* of which no statement has the word COMMIT in it */
		CHECK_OK(bv_sql_bulk_exec(rows, &added, values, 2, &err), &err, "rows");
		status = bv_sql_commit(sql, &err);
	}
	CHECK_REFUSED(status, BV_EUNCERTAIN, &err, "may or may not", cut == FREEZE ? "no answer to a commit" : "the connection was cut at a commit");
	CHECK(!bv_sql_in_transaction(sql), "no transaction is open");
	int64_t there = cut == BEFORE ? 0 : 2;
	for (int i = 0; i < 100 && count(real) != there; i++)
		pgsql_pause(20);
	CHECK(count(real) == there, "%s", there ? "it had happened" : "it had not");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	CHECK_REFUSED(bv_sql_reopen(sql, &err), BV_EIO, &err, folder, "the server cannot be reached");
	child = proxy(folder, "no such word", cut);
	CHECK_OK(bv_sql_reopen(sql, &err), &err, "it is there again");
	CHECK(bv_sql_bulk_exec(rows, &added, values, 2, &err) == BV_OK && added == 2 - there, "the same rows again: %lld are new", (long long)added);
	bv_sql_bulk_free(bv_steal(&rows));
	bv_sql_close(sql);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void
cuts(void)
{
	char folder[] = "/tmp/bv-proxy-XXXXXX";
	struct sockaddr_un address;

	bv_sql_close(made("cut"));
	CHECK(mkdtemp(folder), "a folder");
	for (enum cut cut = BEFORE; cut <= FREEZE; cut++)
		for (int bulk = 0; bulk < 2; bulk++)
			cut_at_commit(folder, cut, bulk);
	close(unix_socket(&address, folder));
	unlink(address.sun_path);
	rmdir(folder);
}

/* The commit is on this server's disk, but the standby that was to have it as well did not answer, and somebody had enough of waiting. */
static void
standby(void)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = made("standby");
	struct bv_err err;

	admin("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
	admin("SELECT pg_reload_conf()");
	pgsql_pause(300);
	for (int own = 0; own < 2; own++) {
		pid_t child = fork();
		if (child == 0) {
			for (int i = 0; i < 100; i++) {
				pgsql_pause(100);
				(void)!pgsql_admin(&cluster, "postgres", "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
			}
			_exit(0);
		}
		enum bv_status status;
		if (own) {
			status = bv_sql_run(sql, "INSERT INTO t VALUES (1)", &err);
		} else {
			CHECK_OK(bv_sql_begin(sql, true, &err), &err, "begin");
			CHECK_OK(bv_sql_run(sql, "INSERT INTO t VALUES (2)", &err), &err, "insert");
			status = bv_sql_commit(sql, &err);
		}
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		CHECK_REFUSED(status, BV_EUNCERTAIN, &err, "standby", "a commit that no standby has");
	}
	admin("ALTER SYSTEM RESET synchronous_standby_names");
	admin("SELECT pg_reload_conf()");
	pgsql_pause(300);
	CHECK_OK(bv_sql_run(sql, "INSERT INTO t VALUES (3)", &err), &err, "the connection goes on");
	CHECK(count(sql) == 3, "and those are there");
}

/* Writes rows until something fails; tells the number of each by the pipe when it is acknowledged. */
static void
write_until(const char *url, int64_t first, int pipe_end)
{
	struct bv_sql *sql = NULL;
	struct bv_err err;

	if (bv_sql_open(&sql, url, BV_SQL_WRITE, &err) == BV_OK)
		for (int64_t i = first;; i++) {
			char text[100];
			snprintf(text, sizeof text, "INSERT INTO t VALUES (%lld)", (long long)i);
			enum bv_status status = bv_sql_run(sql, text, &err);
			if (status != BV_OK)
				_exit(status);
			if (write(pipe_end, &i, sizeof i) != sizeof i)
				break;
		}
	_exit(99);
}

static void
crashes(void)
{
	const char *url = pgsql_database(&cluster, "crashes");
	struct bv_sql *sql = made("crashes");
	int64_t acknowledged = 0, told;

	bv_sql_close(sql);
	for (int round = 0; round < 6; round++) {
		int pipes[2], status = -1;
		CHECK(pipe(pipes) == 0, "pipe");
		int64_t before = acknowledged;
		pid_t child = fork();
		if (child == 0) {
			close(pipes[0]);
			write_until(url, acknowledged + 1, pipes[1]);
		}
		close(pipes[1]);
		while (acknowledged < before + 50 + 37 * round && read(pipes[0], &told, sizeof told) == sizeof told)
			acknowledged = told;
		pgsql_stop(&cluster, round % 2 ? SIGQUIT : SIGKILL);
		while (read(pipes[0], &told, sizeof told) == sizeof told)
			acknowledged = told;
		close(pipes[0]);
		waitpid(child, &status, 0);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == BV_EUNCERTAIN, "the one that was writing does not know (%d)", WEXITSTATUS(status));
		CHECK(pgsql_boot(&cluster), "the server comes back");
		sql = opened(url);
		int64_t found = count(sql), largest = number(sql, "SELECT max(a) FROM t");
		CHECK(found == largest && (found == acknowledged || found == acknowledged + 1), "%lld acknowledged, %lld found", (long long)acknowledged,
		      (long long)found);
		acknowledged = found;
		bv_sql_close(sql);
	}
}

/* A file system of few megabytes; false, after saying so, where this may not be made. */
static bool
mount_small(char *folder, const char *size)
{
	if (mkdtemp(folder) && geteuid() == 0 && mount("tmpfs", folder, "tmpfs", 0, size) == 0)
		return CHECK(chown(folder, cluster.uid, cluster.gid) == 0, "a small disk");
	rmdir(folder);
	printf("ok %d - a full disk # SKIP a small file system can only be mounted by root\n", ++check_count);
	return false;
}

static void
full_disk(void)
{
	char folder[] = "/tmp/bv-small-XXXXXX", text[200];
	struct bv_err err;
	enum bv_status status = BV_OK;
	int rows = 0;

	if (!mount_small(folder, "size=4m"))
		return;
	BV_AUTO(bv_sql_close) struct bv_sql *sql = opened(pgsql_database(&cluster, "full"));
	snprintf(text, sizeof text, "CREATE TABLESPACE small LOCATION '%s'", folder);
	admin(text);
	CHECK_OK(bv_sql_run(sql, "CREATE TABLE t(a BIGINT, s TEXT) TABLESPACE small; ALTER TABLE t ALTER s SET STORAGE PLAIN", &err), &err, "a table on it");
	while (status == BV_OK && rows < 2000) {
		CHECK_OK(bv_sql_begin(sql, true, &err), &err, "begin");
		status = bv_sql_run(sql, "INSERT INTO t VALUES (1, repeat('x', 7000))", &err);
		if (status == BV_OK)
			status = bv_sql_commit(sql, &err);
		rows += status == BV_OK;
	}
	CHECK_REFUSED(status, BV_EIO, &err, "disk of the server is full", "a full disk");
	bv_sql_rollback(sql);
	CHECK(count(sql) == rows && rows > 100, "what was committed is there: %d rows", rows);
	CHECK(mount("tmpfs", folder, "tmpfs", MS_REMOUNT, "size=8m") == 0, "room is made");
	CHECK_OK(bv_sql_run(sql, "INSERT INTO t VALUES (1, repeat('x', 7000))", &err), &err, "and it goes on");
	CHECK_OK(bv_sql_run(sql, "DROP TABLE t", &err), &err, "no table");
	admin("DROP TABLESPACE small");
	umount(folder);
	rmdir(folder);
}

/* The disk of the server's log is full: the server stops in the middle of a commit. */
static void
full_log(void)
{
	char folder[] = "/tmp/bv-small-XXXXXX", path[300];
	struct pgsql_cluster small;
	struct bv_sql *sql = NULL;
	struct bv_err err;
	enum bv_status status = BV_OK;
	int rows = 0;

	if (!mount_small(folder, "size=100m"))
		return;
	if (!pgsql_start(&small, folder, cluster.port, "max_wal_size=500MB"))
		return;
	char elsewhere[] = "/tmp/bv-space-XXXXXX";
	CHECK(mkdtemp(elsewhere) && chown(elsewhere, small.uid, small.gid) == 0, "room for the table");
	snprintf(path, sizeof path, "CREATE TABLESPACE roomy LOCATION '%s'", elsewhere);
	CHECK(pgsql_admin(&small, "postgres", path), "beside the full disk");
	const char *url = pgsql_database(&small, "log");
	sql = opened(url);
	CHECK_OK(bv_sql_run(sql, "CREATE TABLE t(a BIGINT, s TEXT) TABLESPACE roomy; ALTER TABLE t ALTER s SET STORAGE EXTERNAL", &err), &err, "schema");
	while (status == BV_OK && rows < 2000) {
		status = bv_sql_run(sql, "INSERT INTO t VALUES (1, repeat('x', 200000))", &err);
		rows += status == BV_OK;
	}
	CHECK(status == BV_EUNCERTAIN || (status == BV_EIO && strstr(err.msg, "full")), "after %d rows: %s: %s", rows, bv_status_name(status), err.msg);
	bv_sql_close(sql);
	pgsql_stop(&small, SIGKILL);
	CHECK(mount("tmpfs", folder, "tmpfs", MS_REMOUNT, "size=300m") == 0 && pgsql_boot(&small), "room is made, and the server comes back");
	sql = opened(url);
	int64_t found = count(sql);
	CHECK(found == rows || (status == BV_EUNCERTAIN && found == rows + 1), "%d acknowledged, %lld found", rows, (long long)found);
	CHECK_OK(bv_sql_run(sql, "DROP TABLE t", &err), &err, "no table");
	bv_sql_close(sql);
	CHECK(pgsql_admin(&small, "postgres", "DROP TABLESPACE roomy"), "clean up");
	pgsql_finish(&small);
	umount(folder);
	rmdir(folder);
	rmdir(elsewhere);
}

/* A port that nobody listens at. */
static int
free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 || getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		return 5432;
	close(fd);
	return ntohs(address.sin_port);
}

int
main(void)
{
	static void (*const cases[])(void) = {
		urls, silent, passwords, tls, settings, faults, texts, late_faults, late_rows, kept_rows, deadlock, turns, lost, cuts, standby, full_disk, full_log, crashes,
	};

	if (!pgsql_start(&cluster, "/tmp", free_port(), "listen_addresses=127.0.0.1"))
		return check_end();
	for (size_t i = 0; i < BV_COUNT(cases); i++)
		cases[i]();
	pgsql_finish(&cluster);
	return check_end();
}
