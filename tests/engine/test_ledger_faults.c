/* A ledger whose database fails at the n-th call, for every n: nobody is told of what is not there, the ledger stops for good and says so, and what was
 * acknowledged is there when it is opened again. A server that is lost gets its batch again. A disk that is full. */
#define _GNU_SOURCE
#include <sys/mount.h>

#include "engine/ledger.h"
#include "tests/base/sql_script.h"
#include "tests/engine/ledger_fixture.h"

struct faulty {
	struct sql_script script;
	char url[600]; /* of the real file */
	_Atomic int stops;
};

static enum bv_status
open_faulty(void *ctx, struct bv_sql **out, const char *url, enum bv_sql_mode mode, struct bv_err *err)
{
	struct faulty *faulty = ctx;

	(void)url;
	TRY(bv_sql_open(out, faulty->url, mode, err));
	if (mode == BV_SQL_CREATE) /* what the committer writes with */
		*out = sql_script_over(*out, &faulty->script);
	return BV_OK;
}

static void
stopped(void *ctx, const struct bv_err *err)
{
	(void)err;
	atomic_fetch_add(&((struct faulty *)ctx)->stops, 1);
}

struct outcome {
	struct bv_ledger_ack acks[40];
	size_t count, refused;
};

static void
try_act(struct ledger_test *t, struct outcome *outcome, struct bv_ledger_act *act)
{
	enum bv_status status = bv_ledger_do(t->ledger, act, &t->err);

	if (status == BV_OK)
		outcome->acks[outcome->count++] = act->ack;
	else if (status == BV_EIO && act->refusal == BV_REFUSED_STOPPED && strstr(t->err.msg, "not stored"))
		outcome->refused++;
	else
		CHECK(false, "another refusal: %s", t->err.msg);
}

/* Some of every kind of commit: events alone, with rows, with nothing but refusals. */
static void
work(struct ledger_test *t, struct outcome *outcome, int64_t id)
{
	struct bv_ledger_act act;
	char ticket[20];

	for (uint32_t i = 1; i <= 3; i++) {
		act = (struct bv_ledger_act){ .act = BV_EXAM_SAVE, .attempt = id,
			                      .facts = { .author = BV_STR("candidate"), .lease = 1, .item = i, .number = i, .response = RESPONSE("A") } };
		try_act(t, outcome, &act);
		snprintf(ticket, sizeof ticket, "N%u", i);
		act = (struct bv_ledger_act){ .act = BV_EXAM_REGISTER, .attempt = t->sitting, .facts = { .author = STAFF_ID, .ticket = bv_str_of(ticket) } };
		try_act(t, outcome, &act);
	}
	t->plan.name = BV_STR("another");
	act = (struct bv_ledger_act){ .act = BV_EXAM_OPEN, .facts = sample_facts(BV_EXAM_OPEN, STAFF_ID, &t->plan) };
	try_act(t, outcome, &act);
	act = (struct bv_ledger_act){ .act = BV_EXAM_SAVE, .attempt = id,
		                      .facts = { .author = BV_STR("candidate"), .lease = 1, .item = 1, .number = 1, .response = RESPONSE("A") } };
	try_act(t, outcome, &act); /* the same again */
}

static bool
all_there(struct ledger_test *t, const char *url, const struct outcome *outcome)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct bv_ledger_check counts;
	bool row = false;

	if (bv_sql_open(&sql, url, BV_SQL_READ, &t->err) != BV_OK ||
	    bv_sql_prepare(&stmt, sql, "SELECT count(*) FROM event WHERE n = $1 AND attempt = $2 AND seq = $3 AND hash = $4", &t->err) != BV_OK)
		return false;
	for (size_t i = 0; i < outcome->count; i++) {
		const struct bv_ledger_ack *ack = &outcome->acks[i];
		bv_sql_bind_int(stmt, 1, ack->n);
		bv_sql_bind_int(stmt, 2, ack->attempt);
		bv_sql_bind_int(stmt, 3, ack->seq);
		bv_sql_bind_blob(stmt, 4, ack->receipt.hash, BV_HASH_LEN);
		if (bv_sql_step(stmt, &row, &t->err) != BV_OK || bv_sql_int(stmt, 0) != 1)
			return false;
		bv_sql_reset(stmt);
	}
	return bv_ledger_check(&counts, url, bv_key_public(t->key), NULL, NULL, &t->err) == BV_OK;
}

/* A ledger with one attempt that has started, made without faults. */
static int64_t
prepared(struct ledger_test *t, struct faulty *faulty)
{
	ledger_test_init(t);
	t->options.checkpoint_ms = 1000000;
	CHECK_OK(ledger_test_open(t), &t->err, "a ledger");
	ledger_sitting(t);
	int64_t id = ledger_started(t, 1);
	ledger_test_close(t);
	snprintf(faulty->url, sizeof faulty->url, "%s", t->url);
	t->options.stopped = stopped;
	t->options.ctx = faulty;
	return id;
}

static void
every_call(enum bv_status status, bool kept, const char *what)
{
	unsigned opened = 0, runs = 0;
	bool done = false;

	for (int n = 1; !done && n < 500; n++) {
		struct ledger_test t;
		struct faulty faulty = { .script = { .fail_at = n, .status = status, .kept = kept } };
		struct outcome outcome = { 0 };
		int64_t id = prepared(&t, &faulty);
		enum bv_status opening = ledger_open_with(&t.ledger, &t.options, open_faulty, &faulty, &t.err);
		if (opening == BV_OK) {
			opened++;
			work(&t, &outcome, id);
			bool healthy = bv_ledger_health(t.ledger, &t.err) == BV_OK;
			if (healthy != (outcome.refused == 0) || outcome.count + outcome.refused != 8 || faulty.stops != (healthy ? 0 : 1))
				CHECK(false, "call %d: %zu acknowledged, %zu refused, stopped %d times", n, outcome.count, outcome.refused, (int)faulty.stops);
			ledger_test_close(&t);
		} else if (!t.err.msg[0]) {
			CHECK(false, "call %d: not opened, and nothing said", n);
		}
		done = !faulty.script.failed;
		runs++;
		if (!all_there(&t, faulty.url, &outcome))
			CHECK(false, "call %d: what was acknowledged is not there, or the ledger does not check: %s", n, t.err.msg);
		/* And it goes on, with what was not acknowledged there or not. */
		struct outcome again = { 0 };
		t.options.stopped = NULL;
		t.plan.name = BV_STR("2026-11-25.sang");
		if (ledger_test_open(&t) != BV_OK)
			CHECK(false, "call %d: not opened again: %s", n, t.err.msg);
		struct bv_ledger_act act = { .act = BV_EXAM_SAVE, .attempt = id,
			                     .facts = { .author = BV_STR("candidate"), .lease = 1, .item = 4, .number = 9, .response = RESPONSE("A") } };
		try_act(&t, &again, &act);
		if (again.count != 1)
			CHECK(false, "call %d: does not go on", n);
		ledger_test_finish(&t);
	}
	CHECK(done && opened > 20 && runs > opened, "%s: at each of %u calls nothing is lost, %u of them after it was opened", what, runs, opened);
}

/* The file is what the script is over; by its URL it is a server, which is asked again. */
static void
server(bool kept)
{
	bool done = false;
	unsigned runs = 0;

	for (int n = 1; !done && n < 500; n++) {
		struct ledger_test t;
		struct faulty faulty = { .script = { .fail_at = n, .status = kept ? BV_EUNCERTAIN : BV_EIO, .kept = kept, .lost = true } };
		struct outcome outcome = { 0 };
		int64_t id = prepared(&t, &faulty);
		t.options.url = "postgresql://script/";
		enum bv_status opening = ledger_open_with(&t.ledger, &t.options, open_faulty, &faulty, &t.err);
		if (opening == BV_OK) {
			work(&t, &outcome, id);
			if (outcome.count != 8 || faulty.stops)
				CHECK(false, "call %d: %zu acknowledged: %s", n, outcome.count, t.err.msg);
			ledger_test_close(&t);
			runs++;
		}
		done = !faulty.script.failed;
		if (!all_there(&t, faulty.url, &outcome))
			CHECK(false, "call %d: not there: %s", n, t.err.msg);
		ledger_test_finish(&t);
	}
	CHECK(done && runs > 20, "a server lost at each of %u calls, what it was sent %s: everything is stored once", runs, kept ? "kept" : "gone");
}

/* A file system of one megabyte. */
static void
full_disk(void)
{
	struct ledger_test t;
	struct bv_ledger_act act;
	struct bv_ledger_check counts;
	char text[2000];
	uint32_t good = 0;

	ledger_test_init(&t);
	if (mount("tmpfs", t.folder, "tmpfs", 0, "size=1m") != 0) {
		CHECK(true, "a full disk # SKIP no file system can be mounted here");
		ledger_test_finish(&t);
		return;
	}
	CHECK_OK(ledger_test_open(&t), &t.err, "a ledger on a small disk");
	ledger_sitting(&t);
	int64_t id = ledger_started(&t, 1);
	memset(text, 'x', sizeof text);
	memcpy(text, "{\"R\":\"", 6);
	memcpy(text + sizeof text - 2, "\"}", 2);
	enum bv_status status = BV_OK;
	while (status == BV_OK && good < 5000) {
		status = ledger_save(&t, &act, id, 1, good % 5, good + 1, (struct bv_str){ text, sizeof text });
		good += status == BV_OK;
	}
	CHECK(status == BV_EIO && act.refusal == BV_REFUSED_STOPPED && good > 50, "after %u answers: %s", good, t.err.msg);
	CHECK(ledger_save(&t, &act, id, 1, 0, 9999, RESPONSE("A")) == BV_EIO && bv_ledger_health(t.ledger, &t.err) == BV_EIO, "and nothing more is taken");
	ledger_test_close(&t);
	CHECK(mount("tmpfs", t.folder, "tmpfs", MS_REMOUNT, "size=8m") == 0, "a larger disk");
	CHECK(ledger_count(&t, "SELECT count(*) FROM event WHERE kind = 16") >= good, "every answer that was acknowledged is there");
	CHECK_OK(ledger_test_open(&t), &t.err, "and it goes on");
	CHECK_OK(ledger_save(&t, &act, id, 1, 0, 9999, RESPONSE("A")), &t.err, "with the next");
	ledger_test_close(&t);
	CHECK_OK(bv_ledger_check(&counts, t.url, bv_key_public(t.key), NULL, NULL, &t.err), &t.err, "a good ledger");
	CHECK(umount(t.folder) == 0, "done");
	ledger_test_finish(&t);
}

int
main(void)
{
	every_call(BV_EIO, false, "a disk that fails");
	every_call(BV_EUNCERTAIN, false, "a commit that may not have happened, and has not");
	every_call(BV_EUNCERTAIN, true, "a commit that may not have happened, and has");
	server(false);
	server(true);
	full_disk();
	return check_end();
}
