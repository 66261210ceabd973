/* What the server says about itself. */
#include <stdio.h>

#include "base/clock.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/openapi.h"
#include "tools/httpd/page.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/server.h"

static const struct schema health_members[] = {
	{ "status", SCHEMA_STRING, 1, 20, .doc = "\"up\", or \"ready\"." },
	{ "version", SCHEMA_STRING, 1, 40, .doc = "The server's release." },
	{ 0 },
};
const struct schema health_answer = { NULL, SCHEMA_OBJECT, .of = health_members };

static const struct schema titles[] = {
	{ "vi", SCHEMA_STRING, 1, 400 },
	{ "en", SCHEMA_STRING, 1, 400 },
	{ 0 },
};
static const struct schema problem_members[] = {
	{ "name", SCHEMA_STRING, 1, 64, .format = FORMAT_ID, .doc = "The last part of the problem's type." },
	{ "status", SCHEMA_INT, 400, 599, .doc = "The status of answers with it." },
	{ "title", SCHEMA_OBJECT, .of = titles, .doc = "The problem in words." },
	{ "advice", SCHEMA_OBJECT, .of = titles, .doc = "What to do." },
	{ 0 },
};
const struct schema problem_answer_schema = { NULL, SCHEMA_OBJECT, .of = problem_members };

static void
say_health(struct exchange *x, const char *status)
{
	struct bv_json_pen pen = { .out = &x->answer.body };

	exchange_json(x, 200);
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "status", bv_str_of(status));
	bv_json_pen_str(&pen, "version", BV_STR(BV_VERSION));
	bv_json_pen_close(&pen, '}');
}

void
on_healthz(struct exchange *x, struct bv_sql *sql)
{
	(void)sql;
	say_health(x, "up");
}

void
on_readyz(struct exchange *x, struct bv_sql *sql)
{
	struct bv_ledger_stats s = { 0 };

	(void)sql;
	if (x->server->ledger)
		bv_ledger_stats(&s, x->server->ledger);
	if (atomic_load(&x->server->ready) && !s.unsure) {
		say_health(x, "ready");
		return;
	}
	problem_answer(x, "busy", s.unsure ? "the clock of this node is looked at" : "the server starts or ends");
	exchange_field(x, "Retry-After", "5");
}

static void
write_ledger(struct bv_buf *out, struct bv_ledger *ledger, struct feed *feed)
{
	struct bv_ledger_stats s;
	struct feed_stats board;

	feed_stats(&board, feed);
	bv_ledger_stats(&s, ledger);
	const struct {
		const char *name, *type, *help;
		double value;
	} rows[] = {
		{ "bangvang_ledger_events_total", "counter", "Events that were stored", (double)s.events },
		{ "bangvang_ledger_commits_total", "counter", "Commits", (double)s.commits },
		{ "bangvang_ledger_commit_seconds_total", "counter", "Time in commits", (double)s.commit_us_sum / 1e6 },
		{ "bangvang_ledger_refused_total", "counter", "Acts that were refused", (double)s.refused },
		{ "bangvang_ledger_again_total", "counter", "Acts that were stored before", (double)s.again },
		{ "bangvang_ledger_superseded_total", "counter", "Saves of which a newer one is stored", (double)s.superseded },
		{ "bangvang_ledger_expired_total", "counter", "Attempts that the clock ended", (double)s.expired },
		{ "bangvang_ledger_waiting", "gauge", "Acts that are not answered yet", (double)s.waiting },
		{ "bangvang_ledger_attempts", "gauge", "Attempts in memory", (double)s.attempts },
		{ "bangvang_ledger_open_attempts", "gauge", "Attempts that are started or paused", (double)s.open_attempts },
		{ "bangvang_ledger_memory_bytes", "gauge", "Memory of the states of attempts", (double)s.memory },
		{ "bangvang_ledger_tree_lag", "gauge", "Events that are in no tree yet", (double)s.tree_lag },
		{ "bangvang_ledger_turns_total", "counter", "Turns that this node took, because others wrote, too", (double)s.turns },
		{ "bangvang_ledger_taken_back_total", "counter", "Batches that were decided again, because another node was faster", (double)s.taken_back },
		{ "bangvang_ledger_followed_total", "counter", "Events of other nodes", (double)s.followed },
		{ "bangvang_ledger_skew_seconds", "gauge", "By how much the exam's clock here is ahead of that of the node it was compared with", (double)s.skew_ms / 1e3 },
		{ "bangvang_ledger_unsure", "gauge", "1 while this node does not know whether its clock is right, and takes no answers", s.unsure },
		{ "bangvang_ledger_held", "gauge", "1 while the exam's clock waits to be confirmed", s.held },
		{ "bangvang_board_event", "gauge", "The last event of the log that the board has", (double)board.n },
		{ "bangvang_board_rows", "gauge", "Attempts on the board", (double)board.rows },
		{ "bangvang_board_bytes", "gauge", "Memory of the board", (double)board.bytes },
		{ "bangvang_board_streams", "gauge", "Streams that watch it", board.streams },
		{ "bangvang_board_ready", "gauge", "1 when it has read the log", board.ready },
		{ "bangvang_ledger_stopped", "gauge", "1 when nothing is stored any more", s.stopped },
	};
	for (size_t i = 0; i < BV_COUNT(rows); i++) {
		bv_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s ", rows[i].name, rows[i].help, rows[i].name, rows[i].type, rows[i].name);
		bv_double_write(out, rows[i].value);
		bv_buf_addc(out, '\n');
	}
}

void
on_metrics(struct exchange *x, struct bv_sql *sql)
{
	const struct server *server = x->server;
	const struct gauge gauges[] = {
		{ "bangvang_connections", "Connections that are open", http_connections(server->http) },
		{ "bangvang_requests_in_flight", "Requests that are read, waited with or answered", http_busy(server->http) },
		{ "bangvang_database_queue", "Requests that wait for the database or are there", (double)work_count(server->database) },
		{ "bangvang_password_queue", "Sign-ins that wait for their hash or are there", (double)work_count(server->hash) },
		{ "bangvang_sessions", "Sessions that are remembered", (double)sessions_count(server->sessions) },
		{ "bangvang_ready", "1 unless the server starts or ends", atomic_load(&server->ready) },
		{ "bangvang_start_time_seconds", "When the server started, since 1970", (double)server->started_s },
	};

	(void)sql;
	x->answer.status = 200;
	x->answer.type = "text/plain; version=0.0.4; charset=utf-8";
	exchange_field(x, "Cache-Control", "no-store");
	metrics_write(&x->answer.body, server->metrics, gauges, BV_COUNT(gauges));
	if (server->ledger)
		write_ledger(&x->answer.body, server->ledger, server->feed);
}

void
on_openapi(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bv_json_free) struct bv_json *doc = openapi_document();

	(void)sql;
	x->answer.status = 200;
	x->answer.type = "application/json";
	exchange_field(x, "Cache-Control", "no-cache");
	bv_json_write_pretty(&x->answer.body, doc);
	page_tag(x, bv_buf_str(&x->answer.body));
}

void
on_problem(struct exchange *x, struct bv_sql *sql)
{
	const struct problem *p = problem_find(x->params[0]);
	struct bv_json_pen pen = { .out = &x->answer.body };

	(void)sql;
	if (!p) {
		problem_answer(x, "not-found", NULL);
		return;
	}
	x->answer.status = 200;
	x->answer.type = "application/json";
	exchange_field(x, "Cache-Control", "no-cache");
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "name", bv_str_of(p->name));
	bv_json_pen_int(&pen, "status", p->status);
	bv_json_pen_open(&pen, "title", '{');
	bv_json_pen_str(&pen, "vi", bv_str_of(p->title_vi));
	bv_json_pen_str(&pen, "en", bv_str_of(p->title_en));
	bv_json_pen_close(&pen, '}');
	bv_json_pen_open(&pen, "advice", '{');
	bv_json_pen_str(&pen, "vi", bv_str_of(p->advice_vi));
	bv_json_pen_str(&pen, "en", bv_str_of(p->advice_en));
	bv_json_pen_close(&pen, '}');
	bv_json_pen_close(&pen, '}');
	page_tag(x, bv_buf_str(&x->answer.body));
}
