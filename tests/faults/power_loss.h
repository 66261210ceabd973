/* What a power loss must leave of a ledger: a session on the recording disk, and the state of it that is found after a loss. */
#ifndef BV_TESTS_POWER_LOSS_H
#define BV_TESTS_POWER_LOSS_H

#include "engine/ledger.h"
#include "tests/engine/ledger_fixture.h"
#include "tests/faults/disk.h"

enum { LOSS_ATTEMPTS = 6, LOSS_EVENTS_MAX = 4000, LOSS_FLYING = 8, LOSS_OFF_MS = 60000 };

/* An answer of the ledger, and the moment of the disk at which it was given. */
struct told {
	int64_t n;
	size_t moment;
};

struct stored {
	int64_t attempt, deadline_ms;
	uint8_t hash[BV_HASH_LEN];
};

struct loss_test {
	struct ledger_test l; /* first */
	char lost_folder[80];
	/* What the test does to see that it would notice. */
	bool no_sync, early;
	size_t early_moment;
	bool faulty; /* calls of the disk fail: from some moment on the ledger may refuse */
	unsigned refused;
	uint32_t number; /* of the last answer; which it is says the number, so that the same can be sent again */
	/* The session. */
	struct told told[LOSS_EVENTS_MAX];
	size_t told_count;
	struct stored events[LOSS_EVENTS_MAX]; /* by n */
	int64_t last_n, attempts[LOSS_ATTEMPTS], end_utc;
	/* Recoveries. */
	unsigned long long trials, empty, unheard, lost, damaged, invalid; /* lost: answers that were acknowledged; damaged: the whole ledger */
	char fault[600];
};

static enum bv_status
loss_open_sql(void *ctx, struct bv_sql **out, const char *url, enum bv_sql_mode mode, struct bv_err *err)
{
	TRY(bv_sql_open(out, url, mode, err));
	return ((struct loss_test *)ctx)->no_sync ? bv_sql_run(*out, "PRAGMA synchronous=OFF", err) : BV_OK;
}

static void
loss_need_good(const struct loss_test *t, bool good, const char *what)
{
	if (good)
		return;
	printf("not ok - %s: %s\n", what, t->l.err.msg);
	exit(2);
}

static void
loss_open(struct loss_test *t)
{
	loss_need_good(t, ledger_open_with(&t->l.ledger, &t->l.options, loss_open_sql, t, &t->l.err) == BV_OK, "a ledger on the disk of the tests");
}

static void
loss_done(struct bv_ledger_act *act)
{
	struct loss_test *t = act->ctx;
	const struct bv_ledger_ack *ack = &act->ack;

	if (t->faulty && act->status == BV_EIO && act->refusal == BV_REFUSED_STOPPED) {
		t->refused++;
		return;
	}
	t->l.err = act->err;
	loss_need_good(t, act->status == BV_OK && ack->n > 0 && ack->n < LOSS_EVENTS_MAX && t->told_count < LOSS_EVENTS_MAX, "an act");
	t->told[t->told_count++] = (struct told){ ack->n, t->early ? t->early_moment : disk_moment() };
	t->events[ack->n].deadline_ms = ack->deadline_ms;
}

/* Submits some acts at once and waits for all: one or two commits. */
static void
loss_submit(struct loss_test *t, struct bv_ledger_act *acts, size_t count)
{
	struct bv_ledger_act look = { .act = BV_EXAM_LOOK, .attempt = acts[0].act == BV_EXAM_OPEN ? 0 : acts[0].attempt };

	t->early_moment = disk_moment();
	for (size_t i = 0; i < count; i++) {
		acts[i].done = loss_done;
		acts[i].ctx = t;
		bv_ledger_submit(t->l.ledger, &acts[i]);
	}
	/* Answered after all that came before it, whatever it is answered. */
	(void)!bv_ledger_do(t->l.ledger, &look, &t->l.err);
}

static int64_t
loss_act(struct loss_test *t, enum bv_exam_act kind, int64_t id, const char *ticket)
{
	bool candidate = kind == BV_EXAM_LEASE || kind == BV_EXAM_START;
	struct bv_ledger_act act = { .act = kind, .attempt = id, .facts = sample_facts(kind, candidate ? BV_STR("candidate") : STAFF_ID, &t->l.plan) };

	if (ticket)
		act.facts.ticket = bv_str_of(ticket);
	loss_submit(t, &act, 1);
	return kind == BV_EXAM_OPEN ? act.ack.sitting : act.ack.attempt;
}

static void
loss_copy_log(struct loss_test *t)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	int64_t left;

	bool good = loss_open_sql(t, &sql, t->l.url, BV_SQL_WRITE, &t->l.err) == BV_OK && bv_sql_log_copy(sql, &left, &t->l.err) == BV_OK;
	loss_need_good(t, good || t->faulty, "the log is copied");
}

static void
loss_prepare(struct loss_test *t)
{
	char ticket[20];

	loss_open(t);
	t->l.sitting = loss_act(t, BV_EXAM_OPEN, 0, NULL);
	for (int i = 0; i < LOSS_ATTEMPTS; i++) {
		snprintf(ticket, sizeof ticket, "TS-%04d", i + 1);
		t->attempts[i] = loss_act(t, BV_EXAM_REGISTER, t->l.sitting, ticket);
	}
	step(&t->l, T0 - t->l.clock.utc);
	for (int i = 0; i < LOSS_ATTEMPTS; i++) {
		loss_act(t, BV_EXAM_ADMIT, t->attempts[i], NULL);
		loss_act(t, BV_EXAM_LEASE, t->attempts[i], NULL);
		loss_act(t, BV_EXAM_START, t->attempts[i], NULL);
	}
}

/* What is in the log at the end, by n. */
static void
loss_read(struct loss_test *t)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row = false;

	loss_need_good(t, bv_sql_open(&sql, t->l.url, BV_SQL_READ, &t->l.err) == BV_OK &&
	                      bv_sql_prepare(&stmt, sql, "SELECT n, attempt, hash FROM event ORDER BY n", &t->l.err) == BV_OK, "the log is read");
	while (bv_sql_step(stmt, &row, &t->l.err) == BV_OK && row) {
		t->last_n = bv_sql_int(stmt, 0);
		t->events[t->last_n].attempt = bv_sql_int(stmt, 1);
		memcpy(t->events[t->last_n].hash, bv_sql_blob(stmt, 2).p, BV_HASH_LEN);
	}
}

static void
loss_begin(struct loss_test *t)
{
	disk_install();
	ledger_test_init(&t->l);
	t->l.options.checkpoint_ms = 5;
	snprintf(t->lost_folder, sizeof t->lost_folder, "%s-lost", t->l.folder);
	if (mkdir(t->lost_folder, 0700) != 0)
		exit(2);
	disk_record(t->l.folder);
	loss_prepare(t);
}

/* So many answers: commits of one and of several, more time for some, checkpoints behind, the log copied while it grows, the program ended and started
 * again. */
static void
loss_answers(struct loss_test *t, unsigned answers, uint64_t *random)
{
	const struct bv_str responses[] = { RESPONSE("A"), RESPONSE("B") };

	for (unsigned given = 0, round = 0; given < answers; round++) {
		struct bv_ledger_act acts[LOSS_FLYING];
		size_t count = disk_random(random, 3) ? 1 : 1 + disk_random(random, LOSS_FLYING);
		count = count < answers - given ? count : answers - given;
		for (size_t i = 0; i < count; i++) {
			uint32_t number = ++t->number;
			acts[i] = (struct bv_ledger_act){ .act = BV_EXAM_SAVE, .attempt = t->attempts[number % LOSS_ATTEMPTS],
				                          .facts = { .author = BV_STR("candidate"), .lease = 1, .item = number % 5, .number = number,
				                                     .response = responses[number % 2] } };
		}
		loss_submit(t, acts, count);
		given += (unsigned)count;
		step(&t->l, 200);
		if (round % 24 == 11)
			loss_copy_log(t);
		if (round % 16 == 7 && !t->faulty)
			loss_act(t, BV_EXAM_EXTEND, t->attempts[disk_random(random, LOSS_ATTEMPTS)], NULL);
		if (round == 40 && !t->faulty) {
			ledger_test_close(&t->l);
			loss_open(t);
		}
	}
}

static void
loss_end(struct loss_test *t)
{
	ledger_test_close(&t->l);
	disk_fail(0, DISK_IO, false);
	disk_stop();
	t->end_utc = t->l.clock.utc;
	loss_read(t);
}

/* ---- After a loss ---- */

static int64_t
loss_need(const struct loss_test *t, size_t moment)
{
	int64_t need = 0;

	for (size_t i = 0; i < t->told_count && t->told[i].moment <= moment; i++)
		need = t->told[i].n > need ? t->told[i].n : need;
	return need;
}

static bool
loss_fault(struct loss_test *t, const char *what, int64_t n, const char *why)
{
	if (!t->fault[0])
		snprintf(t->fault, sizeof t->fault, "%s (%lld): %.300s", what, (long long)n, why);
	return false;
}

/* Events 1 to *last_n as they were. */
static bool
loss_same_log(struct loss_test *t, const char *url, int64_t *last_n)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct bv_err *err = &t->l.err;
	bool row = false;

	*last_n = 0;
	if (bv_sql_open(&sql, url, BV_SQL_READ, err) != BV_OK || bv_sql_prepare(&stmt, sql, "SELECT n, hash FROM event ORDER BY n", err) != BV_OK)
		return false;
	for (;;) {
		if (bv_sql_step(stmt, &row, err) != BV_OK)
			return false;
		if (!row)
			return true;
		int64_t n = bv_sql_int(stmt, 0);
		/* Of a commit that failed it is not known whether it happened: nobody was told. */
		bool uncertain = t->refused && n > t->last_n;
		if (n != *last_n + 1 || (n > t->last_n && !uncertain) || (!uncertain && memcmp(bv_sql_blob(stmt, 1).p, t->events[n].hash, BV_HASH_LEN) != 0)) {
			bv_err_set(err, BV_EINVAL, "event %lld is not the one that was stored", (long long)n);
			return false;
		}
		*last_n = n;
	}
}

/* The ledger goes on: another boot, a minute later; nobody's deadline has moved, and no time has stood still. */
static bool
loss_goes_on(struct loss_test *t, const char *url, int64_t last_n)
{
	struct stepped clock = { 5000, 5000, t->end_utc + LOSS_OFF_MS, "boot-c" };
	struct bv_ledger_options options = t->l.options;
	struct bv_err *err = &t->l.err;
	struct bv_ledger_act act;
	bool good = true;

	options.url = url;
	options.time.ctx = &clock;
	t->l.clock.id = "boot-a";
	BV_AUTO(bv_ledger_close) struct bv_ledger *ledger = NULL;
	if (bv_ledger_open(&ledger, &options, err) != BV_OK)
		return loss_fault(t, "the ledger does not open", last_n, err->msg);
	for (int i = 0; good && i < LOSS_ATTEMPTS; i++) {
		int64_t deadline_ms = 0, started = 0;
		for (int64_t n = 1; n <= last_n; n++)
			if (t->events[n].attempt == t->attempts[i]) {
				/* Of what nobody was told: answers, which change no deadline. */
				deadline_ms = t->events[n].deadline_ms ? t->events[n].deadline_ms : deadline_ms;
				started++;
			}
		if (started < 4) /* registered, admitted, lease, started */
			continue;
		act = (struct bv_ledger_act){ .act = BV_EXAM_LOOK, .attempt = t->attempts[i] };
		if (bv_ledger_do(ledger, &act, err) != BV_OK)
			good = loss_fault(t, "an attempt is gone", t->attempts[i], err->msg);
		else if (act.ack.deadline_ms != deadline_ms || act.ack.now_ms < clock.utc || act.ack.left_ms > deadline_ms - clock.utc)
			good = loss_fault(t, "time was gained", t->attempts[i], "deadline or clock");
		act = (struct bv_ledger_act){ .act = BV_EXAM_SAVE, .attempt = t->attempts[i],
			                      .facts = { .author = BV_STR("candidate"), .lease = 1, .item = 0, .number = 1000000, .response = RESPONSE("A") } };
		if (good && (bv_ledger_do(ledger, &act, err) != BV_OK || act.ack.n <= last_n))
			good = loss_fault(t, "the next answer is refused", t->attempts[i], err->msg);
	}
	return good;
}

/* One loss: everything that was told is there, all that is there is as it was, and it goes on. */
__attribute__((unused)) static bool
loss_try(struct loss_test *t, const struct disk_replay *replay, size_t moment, uint64_t *random)
{
	struct disk_loss loss = disk_loss_any(random);
	struct bv_ledger_check counts;
	char url[120];
	int64_t need = loss_need(t, moment), last_n = 0;

	t->trials++;
	disk_replay_lose(replay, t->lost_folder, &loss, random);
	snprintf(url, sizeof url, "sqlite:%s/ledger.db", t->lost_folder);
	bool checked = bv_ledger_check(&counts, url, bv_key_public(t->l.key), NULL, NULL, &t->l.err) == BV_OK;
	/* Before the first answer there may be no ledger yet; but never one that cannot be begun again. */
	if (!checked && need) {
		t->damaged++;
		return loss_fault(t, "the ledger does not check", need, t->l.err.msg);
	}
	if (checked && !loss_same_log(t, url, &last_n)) {
		t->invalid++;
		return loss_fault(t, "another log", last_n, t->l.err.msg);
	}
	if (last_n < need) {
		t->lost++;
		return loss_fault(t, "an acknowledged answer is lost", need, "the log ends before it");
	}
	t->empty += !checked;
	t->unheard += last_n > need;
	if (!loss_goes_on(t, url, last_n) || bv_ledger_check(&counts, url, bv_key_public(t->l.key), NULL, NULL, &t->l.err) != BV_OK) {
		t->invalid++;
		return loss_fault(t, "does not check after it went on", last_n, t->l.err.msg);
	}
	return true;
}

__attribute__((unused)) static void
loss_finish(struct loss_test *t)
{
	loss_need_good(t, bv_dir_walk(t->lost_folder, ledger_test_remove, NULL, &t->l.err) == BV_OK &&
	                      bv_dir_walk(t->l.folder, ledger_test_remove, NULL, &t->l.err) == BV_OK, "clean up");
	rmdir(t->lost_folder);
	rmdir(t->l.folder);
	bv_key_free(t->l.key);
}

#endif
