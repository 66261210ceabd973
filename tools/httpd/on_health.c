/* How the server is, for whoever answers for it: its numbers since it started, and what is wrong. Who asks again and again sees rates. */
#include "base/clock.h"
#include "base/json.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/health.h"
#include "tools/httpd/server.h"

enum { FINDINGS_MAX = 20 };
#define WHOLE .min = 0, .max = INT64_MAX
#define COUNT(what, text) { what, SCHEMA_INT, WHOLE, .doc = text }

static const struct schema bucket_element = { NULL, SCHEMA_INT, WHOLE };
static const struct schema counter_members[] = {
	COUNT("answers", "Answers that were given."),
	COUNT("failed", "Those with a status from 500 on."),
	COUNT("durationUs", "How long all of them took."),
	{ "buckets", SCHEMA_ARRAY, METRICS_BUCKETS, METRICS_BUCKETS, .of = &bucket_element, .doc = "Answers that took no longer than the bound of the same place; the last: longer than all." },
	COUNT("stored", "Events that were stored."),
	COUNT("commits", "Commits of the ledger."),
	COUNT("commitUs", "How long those took."),
	COUNT("refused", "Acts that were refused."),
	{ 0 },
};
static const struct schema gauge_members[] = {
	COUNT("connections", "Connections that are open."),
	COUNT("busy", "Requests that are read, waited with or answered."),
	COUNT("queue", "Requests that wait for the database, this one too."),
	COUNT("queueMax", "For so many there is room."),
	COUNT("passwords", "Sign-ins that wait for their hash."),
	COUNT("sessions", "Sessions that are remembered."),
	COUNT("waiting", "Acts that are not stored yet."),
	COUNT("attempts", "Attempts in memory."),
	COUNT("open", "Of those started or paused."),
	COUNT("streams", "Boards that are watched."),
	COUNT("databaseMs", "How long the database needed to say 1."),
	{ 0 },
};
static const struct schema ledger_members[] = {
	{ "stopped", SCHEMA_BOOL, .doc = "Nothing is stored any more." },
	{ "held", SCHEMA_BOOL, .doc = "The exam's clock waits to be confirmed." },
	{ "unsure", SCHEMA_BOOL, .doc = "This node does not know whether its clock is right." },
	{ "treeFailed", SCHEMA_BOOL, .doc = "No trees and checkpoints are made until the next start." },
	COUNT("treeLag", "Events that are in no tree yet."),
	{ "driftMs", SCHEMA_INT, INT64_MIN, INT64_MAX, .doc = "By how much the exam's clock is ahead of this machine's." },
	{ "skewMs", SCHEMA_INT, INT64_MIN, INT64_MAX, .doc = "And of the other node that it was compared with." },
	COUNT("followed", "Events of other nodes."),
	COUNT("takenBack", "Batches that were decided again, because another node was faster."),
	{ 0 },
};
static const struct schema disk_members[] = {
	{ "what", SCHEMA_STRING, 1, 20, .format = FORMAT_ID, .doc = "Which database is there: database, ledger, persons, bank, register." },
	COUNT("free", "Bytes that may be written."),
	COUNT("total", "Bytes that it has."),
	{ 0 },
};
static const struct schema disk_element = { NULL, SCHEMA_OBJECT, .of = disk_members };
static const char *const levels[] = { "bad", "warn", NULL };
static const struct schema finding_members[] = {
	{ "name", SCHEMA_STRING, 1, 20, .format = FORMAT_ID, .doc = "What is wrong (doc/oversight.md)." },
	{ "level", SCHEMA_STRING, 1, 10, .choices = levels, .doc = "bad: at once; warn: today." },
	{ 0 },
};
static const struct schema finding_element = { NULL, SCHEMA_OBJECT, .of = finding_members };
static const struct schema member_rows[] = {
	COUNT("atMs", "When, by this machine's clock, since 1970."),
	COUNT("monotonicMs", "The same by a clock that never jumps; its zero means nothing."),
	{ "started", SCHEMA_STRING, 20, 20, .format = FORMAT_TIME, .doc = "When the server started." },
	{ "version", SCHEMA_STRING, 1, 40, .doc = "Its release." },
	{ "database", SCHEMA_STRING, 1, 20, .format = FORMAT_ID, .doc = "sqlite or postgresql." },
	{ "counters", SCHEMA_OBJECT, .of = counter_members, .doc = "Since the start." },
	{ "now", SCHEMA_OBJECT, .of = gauge_members, .doc = "At this moment." },
	{ "ledger", SCHEMA_OBJECT, .of = ledger_members, .optional = true, .doc = "Absent: no exams are held here." },
	{ "disks", SCHEMA_ARRAY, 0, HEALTH_DISKS_MAX, .of = &disk_element, .doc = "Where databases are that are files." },
	{ "register", SCHEMA_BOOL, .doc = "Is there a register of certificates?" },
	{ "log", SCHEMA_STRING, 0, 20, .format = FORMAT_ID, .doc = "The public log: none, unread, unsigned, good." },
	{ "findings", SCHEMA_ARRAY, 0, FINDINGS_MAX, .of = &finding_element, .doc = "What is wrong, what is to be seen to first first; none: all is well." },
	{ 0 },
};
const struct schema health_state_answer = { NULL, SCHEMA_OBJECT, .of = member_rows };

static enum bv_status
look_at_database(struct health *h, struct bv_sql *sql, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	int64_t begun_ns = bv_clock_monotonic_ns();
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT count(*) FROM account_role", err));
	TRY(bv_sql_step(stmt, &row, err));
	h->database_ms = (bv_clock_monotonic_ns() - begun_ns) / 1000000;
	return BV_OK;
}

static void
pass_over(void *ctx, const struct bv_policy_key *key, bool witness, int64_t signed_s)
{
	(void)ctx, (void)key, (void)witness, (void)signed_s;
}

static void
look_at_log(struct health *h, struct records *records)
{
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX);
	struct bv_policy_finding found;
	bool policy = false;
	struct bv_err err;

	enum bv_status status = records_head(&note, &found, &policy, records, pass_over, NULL, &err);
	h->log_named = status != BV_ENOTFOUND;
	h->log_read = status == BV_OK || (status == BV_EDENIED && note.len > 0);
	h->log_signed = status == BV_OK;
}

static void
look_at_server(struct health *h, struct server *server)
{
	const struct config *config = server->config;

	h->exams = server->ledger != NULL;
	if (server->ledger)
		bv_ledger_stats(&h->ledger, server->ledger);
	h->ledger.stopped |= atomic_load(&server->failed);
	h->queue = (int64_t)work_count(server->database);
	h->queue_max = config->work_queue;
	health_look_at_disk(h, "database", config->db);
	health_look_at_disk(h, "ledger", config->ledger);
	health_look_at_disk(h, "persons", config->persons);
	health_look_at_disk(h, "bank", config->bank);
	health_look_at_disk(h, "register", config->register_url);
	h->register_named = records_have(server->records);
	look_at_log(h, server->records);
}

static void
write_counters(struct bv_json_pen *pen, const struct health *h, const struct server *server)
{
	struct metrics_sum sum;

	metrics_sum(&sum, server->metrics);
	bv_json_pen_open(pen, "counters", '{');
	bv_json_pen_int(pen, "answers", (int64_t)sum.answers);
	bv_json_pen_int(pen, "failed", (int64_t)sum.failed);
	bv_json_pen_int(pen, "durationUs", (int64_t)(sum.ns / 1000));
	bv_json_pen_open(pen, "buckets", '[');
	for (size_t i = 0; i < METRICS_BUCKETS; i++)
		bv_json_pen_int(pen, NULL, (int64_t)sum.buckets[i]);
	bv_json_pen_close(pen, ']');
	bv_json_pen_int(pen, "stored", (int64_t)h->ledger.events);
	bv_json_pen_int(pen, "commits", (int64_t)h->ledger.commits);
	bv_json_pen_int(pen, "commitUs", (int64_t)h->ledger.commit_us_sum);
	bv_json_pen_int(pen, "refused", (int64_t)h->ledger.refused);
	bv_json_pen_close(pen, '}');
}

static void
write_gauges(struct bv_json_pen *pen, const struct health *h, const struct server *server)
{
	struct feed_stats board = { 0 };

	if (server->feed)
		feed_stats(&board, server->feed);
	bv_json_pen_open(pen, "now", '{');
	bv_json_pen_int(pen, "connections", http_connections(server->http));
	bv_json_pen_int(pen, "busy", http_busy(server->http));
	bv_json_pen_int(pen, "queue", h->queue);
	bv_json_pen_int(pen, "queueMax", h->queue_max);
	bv_json_pen_int(pen, "passwords", (int64_t)work_count(server->hash));
	bv_json_pen_int(pen, "sessions", (int64_t)sessions_count(server->sessions));
	bv_json_pen_int(pen, "waiting", (int64_t)h->ledger.waiting);
	bv_json_pen_int(pen, "attempts", (int64_t)h->ledger.attempts);
	bv_json_pen_int(pen, "open", (int64_t)h->ledger.open_attempts);
	bv_json_pen_int(pen, "streams", board.streams);
	bv_json_pen_int(pen, "databaseMs", h->database_ms);
	bv_json_pen_close(pen, '}');
}

static void
write_ledger(struct bv_json_pen *pen, const struct bv_ledger_stats *s)
{
	bv_json_pen_open(pen, "ledger", '{');
	bv_json_pen_bool(pen, "stopped", s->stopped);
	bv_json_pen_bool(pen, "held", s->held);
	bv_json_pen_bool(pen, "unsure", s->unsure);
	bv_json_pen_bool(pen, "treeFailed", s->tree_failed);
	bv_json_pen_int(pen, "treeLag", s->tree_lag > 0 ? s->tree_lag : 0);
	bv_json_pen_int(pen, "driftMs", s->drift_ms);
	bv_json_pen_int(pen, "skewMs", s->skew_ms);
	bv_json_pen_int(pen, "followed", (int64_t)s->followed);
	bv_json_pen_int(pen, "takenBack", (int64_t)s->taken_back);
	bv_json_pen_close(pen, '}');
}

static void
write_lists(struct bv_json_pen *pen, const struct health *h)
{
	bv_json_pen_open(pen, "disks", '[');
	for (size_t i = 0; i < h->disk_count; i++) {
		bv_json_pen_open(pen, NULL, '{');
		bv_json_pen_str(pen, "what", bv_str_of(h->disks[i].what));
		bv_json_pen_int(pen, "free", h->disks[i].free);
		bv_json_pen_int(pen, "total", h->disks[i].total);
		bv_json_pen_close(pen, '}');
	}
	bv_json_pen_close(pen, ']');
	bv_json_pen_bool(pen, "register", h->register_named);
	bv_json_pen_str(pen, "log", bv_str_of(!h->log_named ? "none" : !h->log_read ? "unread" : h->log_signed ? "good" : "unsigned"));
	bv_json_pen_open(pen, "findings", '[');
	for (const struct health_finding *f = health_findings; f->name; f++) {
		if (!f->found(h))
			continue;
		bv_json_pen_open(pen, NULL, '{');
		bv_json_pen_str(pen, "name", bv_str_of(f->name));
		bv_json_pen_str(pen, "level", bv_str_of(levels[f->level]));
		bv_json_pen_close(pen, '}');
	}
	bv_json_pen_close(pen, ']');
}

void
on_health(struct exchange *x, struct bv_sql *sql)
{
	struct bv_json_pen pen = { .out = &x->answer.body };
	struct health health = { 0 };
	struct bv_err err;

	if (look_at_database(&health, sql, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	look_at_server(&health, x->server);
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_int(&pen, "atMs", bv_clock_utc_ms());
	bv_json_pen_int(&pen, "monotonicMs", bv_clock_monotonic_ns() / 1000000);
	bv_json_pen_time(&pen, "started", x->server->started_s);
	bv_json_pen_str(&pen, "version", BV_STR(BV_VERSION));
	bv_json_pen_str(&pen, "database", bv_sql_is_file(x->server->config->db) ? BV_STR("sqlite") : BV_STR("postgresql"));
	write_counters(&pen, &health, x->server);
	write_gauges(&pen, &health, x->server);
	if (health.exams)
		write_ledger(&pen, &health.ledger);
	write_lists(&pen, &health);
	bv_json_pen_close(&pen, '}');
	exchange_json(x, 200);
}
