/* A ledger in a folder of its own, with clocks that are stepped by hand and a key that everybody knows. */
#ifndef BV_TESTS_LEDGER_FIXTURE_H
#define BV_TESTS_LEDGER_FIXTURE_H

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sql.h"
#include "engine/engine.h"
#include "tests/base/pgsql.h"
#include "tests/engine/exam_fixture.h"

/* Atomic: the threads of the ledger look while the test steps. */
struct stepped {
	_Atomic int64_t boot, awake, utc;
	_Atomic(const char *) id;
};

static int64_t
stepped_boot(void *ctx)
{
	return ((struct stepped *)ctx)->boot;
}

static int64_t
stepped_awake(void *ctx)
{
	return ((struct stepped *)ctx)->awake;
}

static int64_t
stepped_utc(void *ctx)
{
	return ((struct stepped *)ctx)->utc;
}

static void
stepped_id(void *ctx, char out[BV_BOOT_ID_SIZE])
{
	snprintf(out, BV_BOOT_ID_SIZE, "%s", ((struct stepped *)ctx)->id);
}

/* Where ledgers are kept: NULL is a file of SQLite in the test's folder. */
static struct pgsql_cluster *ledger_server;

struct ledger_test {
	char folder[64], url[600];
	struct stepped clock;
	struct bv_key *key;
	struct bv_ledger_options options;
	struct bv_ledger *ledger;
	struct bv_err err;
	struct bv_sitting_plan plan;
	int64_t sitting;
	struct bv_sha256 start;
};

__attribute__((unused)) static void
step(struct ledger_test *t, int64_t ms)
{
	t->clock.boot += ms;
	t->clock.awake += ms;
	t->clock.utc += ms;
}

static const uint8_t ledger_test_seed[BV_KEY_LEN] = "ledger test key, known to all..";

__attribute__((unused)) static void
ledger_test_init(struct ledger_test *t)
{
	*t = (struct ledger_test){ .clock = { 1000000, 1000000, T0 - 10 * MINUTE, "boot-a" }, .plan = sample_plan() };
	snprintf(t->folder, sizeof t->folder, "/tmp/bv-test-ledger-XXXXXX");
	if (!mkdtemp(t->folder))
		exit(1);
	if (ledger_server)
		snprintf(t->url, sizeof t->url, "%s", pgsql_database(ledger_server, t->folder + strlen("/tmp/bv-test-ledger-")));
	else
		snprintf(t->url, sizeof t->url, "sqlite:%s/ledger.db", t->folder);
	bv_key_new(&t->key, ledger_test_seed);
	t->options = (struct bv_ledger_options){
		.url = t->url, .time = { stepped_boot, stepped_awake, stepped_utc, stepped_id, &t->clock }, .key = t->key, .origin = BV_STR("example.vn/exams"),
		.checkpoint_ms = 50, .own_wall_clock = true
	};
	bv_receipt_sitting(&t->start, t->plan.name);
}

__attribute__((unused)) static enum bv_status
ledger_test_open(struct ledger_test *t)
{
	return bv_ledger_open(&t->ledger, &t->options, &t->err);
}

__attribute__((unused)) static void
ledger_test_close(struct ledger_test *t)
{
	bv_ledger_close(t->ledger);
	t->ledger = NULL;
}

__attribute__((unused)) static enum bv_status
ledger_test_remove(void *ctx, const char *path, struct bv_err *err)
{
	(void)ctx, (void)err;
	unlink(path);
	return BV_OK;
}

__attribute__((unused)) static void
ledger_test_finish(struct ledger_test *t)
{
	ledger_test_close(t);
	bv_key_free(t->key);
	CHECK_OK(bv_dir_walk(t->folder, ledger_test_remove, NULL, &t->err), &t->err, "clean up");
	rmdir(t->folder);
}

/* One act by whoever usually does it; *act keeps the answer. */
__attribute__((unused)) static enum bv_status
ledger_do(struct ledger_test *t, struct bv_ledger_act *act, enum bv_exam_act kind, int64_t id)
{
	bool candidate = kind == BV_EXAM_LEASE || kind == BV_EXAM_START || kind == BV_EXAM_SAVE || kind == BV_EXAM_SECTION || kind == BV_EXAM_SUBMIT;

	*act = (struct bv_ledger_act){ .act = kind, .attempt = id };
	if (kind != BV_EXAM_LOOK)
		act->facts = sample_facts(kind, candidate ? BV_STR("candidate") : STAFF_ID, &t->plan);
	return bv_ledger_do(t->ledger, act, &t->err);
}

__attribute__((unused)) static enum bv_status
ledger_save(struct ledger_test *t, struct bv_ledger_act *act, int64_t id, uint32_t lease, uint32_t item, uint32_t number, struct bv_str response)
{
	*act = (struct bv_ledger_act){ .act = BV_EXAM_SAVE, .attempt = id,
		                       .facts = { .author = BV_STR("candidate"), .lease = lease, .item = item, .number = number, .response = response } };
	return bv_ledger_do(t->ledger, act, &t->err);
}

/* The sample sitting, opened; then an attempt that has started at T0 or now, if that is later. */
__attribute__((unused)) static void
ledger_sitting(struct ledger_test *t)
{
	struct bv_ledger_act act;

	CHECK_OK(ledger_do(t, &act, BV_EXAM_OPEN, 0), &t->err, "a sitting is opened");
	t->sitting = act.ack.sitting;
}

__attribute__((unused)) static int64_t
ledger_register(struct ledger_test *t, int number)
{
	struct bv_ledger_act act = { .act = BV_EXAM_REGISTER, .attempt = t->sitting, .facts = { .author = STAFF_ID } };
	char ticket[20];

	snprintf(ticket, sizeof ticket, "TS-%04d", number);
	act.facts.ticket = bv_str_of(ticket);
	return bv_ledger_do(t->ledger, &act, &t->err) == BV_OK ? act.ack.attempt : 0;
}

__attribute__((unused)) static int64_t
ledger_started(struct ledger_test *t, int number)
{
	struct bv_ledger_act act;
	int64_t id = ledger_register(t, number);

	if (t->clock.utc < T0)
		step(t, T0 - t->clock.utc);
	if (!id || ledger_do(t, &act, BV_EXAM_ADMIT, id) != BV_OK || ledger_do(t, &act, BV_EXAM_LEASE, id) != BV_OK ||
	    ledger_do(t, &act, BV_EXAM_START, id) != BV_OK)
		CHECK(false, "attempt %d starts: %s", number, t->err.msg);
	return id;
}

/* One number from the database, by a connection of its own. */
__attribute__((unused)) static int64_t
ledger_count(struct ledger_test *t, const char *query)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row = false;

	if (bv_sql_open(&sql, t->url, BV_SQL_READ, &t->err) != BV_OK || bv_sql_prepare(&stmt, sql, query, &t->err) != BV_OK ||
	    bv_sql_step(stmt, &row, &t->err) != BV_OK || !row)
		return -1;
	int64_t n = bv_sql_int(stmt, 0);
	bv_sql_reset(stmt);
	return n;
}

#endif
