/* The ledger: what is answered is there; duplicates, stale and refused acts; many threads; its own clock; starting again. */
#include "engine/ledger.h"
#include "tests/engine/ledger_fixture.h"

/* In the words of each database. */
#define BODY_HAS(text) "/*sqlite*/instr(body, '" text "') > 0/*end*//*pgsql position('" text "'::bytea IN body) > 0*/"

static bool
receipt_holds(struct ledger_test *t, const struct bv_ledger_ack *ack)
{
	struct bv_receipt receipt = ack->receipt;
	struct bv_err err;

	bv_receipt_hash(&receipt, &t->start);
	return receipt.attempt == ack->attempt && receipt.seq == ack->seq && receipt.at_ms == ack->at_ms && bv_hash_eq(receipt.hash, ack->receipt.hash) &&
	       bv_receipt_check(&receipt, bv_key_public(t->key), &err) == BV_OK;
}

struct collected {
	size_t count;
	int64_t seqs[64];
	uint32_t items[64];
	char last[100];
	uint8_t heads[64][BV_HASH_LEN];
};

static enum bv_status
collect(void *ctx, const struct bv_exam_event *event, struct bv_err *err)
{
	struct collected *c = ctx;

	(void)err;
	if (c->count < 64) {
		c->seqs[c->count] = event->seq;
		c->items[c->count] = event->facts.item;
		memcpy(c->heads[c->count], event->hash, BV_HASH_LEN);
	}
	snprintf(c->last, sizeof c->last, "%.*s", BV_STR_ARG(event->facts.response));
	c->count++;
	return BV_OK;
}

static void
one_attempt(void)
{
	struct ledger_test t;
	struct bv_ledger_act act, first;
	struct collected c = { 0 };
	int64_t found = 0;

	ledger_test_init(&t);
	CHECK_OK(ledger_test_open(&t), &t.err, "a new ledger");
	ledger_sitting(&t);
	CHECK(ledger_do(&t, &act, BV_EXAM_OPEN, 0) == BV_ECONFLICT && act.refusal == BV_REFUSED_NUMBER, "a sitting of that name again: %s", t.err.msg);
	int64_t id = ledger_started(&t, 1);
	CHECK(id == t.sitting + 1, "attempts and sittings are numbered together");
	CHECK(ledger_register(&t, 1) == 0 && strstr(t.err.msg, "registered"), "a ticket again: %s", t.err.msg);
	CHECK_OK(ledger_save(&t, &first, id, 1, 0, 1, RESPONSE("A")), &t.err, "an answer");
	CHECK(first.ack.seq == 5 && first.ack.at_ms == T0 && first.ack.left_ms == 60 * MINUTE && first.ack.state == BV_ATTEMPT_STARTED && !first.ack.again &&
	      first.ack.lease == 1 && first.ack.deadline_ms == T0 + 60 * MINUTE, "is acknowledged with seq, time and what is left");
	CHECK(receipt_holds(&t, &first.ack), "and a receipt that verifies");
	CHECK(ledger_count(&t, "SELECT count(*) FROM event") == 6, "it is in the database");
	step(&t, 5000);
	CHECK_OK(ledger_save(&t, &act, id, 1, 0, 1, RESPONSE("A")), &t.err, "the same again");
	CHECK(act.ack.again && act.ack.seq == 5 && act.ack.at_ms == T0 && act.ack.left_ms == 60 * MINUTE - 5000 && receipt_holds(&t, &act.ack) &&
	      bv_hash_eq(act.ack.receipt.hash, first.ack.receipt.hash), "is the same acknowledgement, signed anew");
	CHECK(ledger_save(&t, &act, id, 1, 0, 1, RESPONSE("B")) == BV_ECONFLICT && act.refusal == BV_REFUSED_NUMBER, "the same number with another answer");
	CHECK_OK(ledger_save(&t, &act, id, 1, 0, 3, RESPONSE("C")), &t.err, "a newer answer");
	CHECK_OK(ledger_save(&t, &act, id, 1, 0, 2, RESPONSE("B")), &t.err, "an older one that comes later");
	CHECK(act.ack.superseded && act.ack.seq == 6 && act.ack.receipt.count == 0, "is told that a newer one is stored");
	CHECK(ledger_count(&t, "SELECT count(*) FROM event") == 7, "and is not");
	CHECK_OK(ledger_save(&t, &act, id, 1, 4, 4, RESPONSE("D")), &t.err, "another item");
	CHECK_OK(bv_ledger_answers(t.ledger, id, collect, &c, &t.err), &t.err, "the newest answers");
	CHECK(c.count == 2 && c.items[0] == 0 && c.items[1] == 4 && strcmp(c.last, "{\"RESPONSE\":{\"base\":{\"identifier\":\"D\"}}}") == 0, "in the order of the items");
	c = (struct collected){ 0 };
	CHECK_OK(bv_ledger_history(t.ledger, id, collect, &c, &t.err), &t.err, "all events");
	CHECK(c.count == 7 && c.seqs[0] == 1 && c.seqs[6] == 7, "from the first to the last");
	CHECK(bv_ledger_find_ticket(&found, t.ledger, t.sitting, BV_STR("TS-0001"), &t.err) == BV_OK && found == id &&
	      bv_ledger_find_ticket(&found, t.ledger, t.sitting, BV_STR("TS-0002"), &t.err) == BV_ENOTFOUND &&
	      bv_ledger_find_sitting(&found, t.ledger, t.plan.name, &t.err) == BV_OK && found == t.sitting &&
	      bv_ledger_find_sitting(&found, t.ledger, BV_STR("x"), &t.err) == BV_ENOTFOUND, "found by name");
	CHECK(ledger_do(&t, &act, BV_EXAM_SUBMIT, 77) == BV_ENOTFOUND && act.refusal == BV_REFUSED_UNKNOWN, "no such attempt");
	CHECK(ledger_do(&t, &act, BV_EXAM_CLOSE, t.sitting) == BV_ECONFLICT && strstr(t.err.msg, "1 attempts"), "nothing is closed under a candidate: %s", t.err.msg);
	ledger_test_close(&t);

	CHECK_OK(ledger_test_open(&t), &t.err, "opened again");
	CHECK_OK(ledger_save(&t, &act, id, 1, 0, 3, RESPONSE("C")), &t.err, "the newest answer is known");
	CHECK(act.ack.again && act.ack.seq == 6 && receipt_holds(&t, &act.ack), "with a receipt from the database");
	CHECK(ledger_save(&t, &act, id, 1, 4, 4, RESPONSE("E")) == BV_ECONFLICT, "so is another under its number");
	CHECK_OK(ledger_do(&t, &act, BV_EXAM_SUBMIT, id), &t.err, "submitted");
	CHECK(act.ack.seq == 8 && act.ack.state == BV_ATTEMPT_SUBMITTED, "the sequence goes on");
	CHECK_OK(ledger_do(&t, &act, BV_EXAM_SUBMIT, id), &t.err, "submitted twice");
	CHECK(act.ack.again && act.ack.seq == 8 && receipt_holds(&t, &act.ack), "is once");
	CHECK(ledger_register(&t, 1) == 0 && ledger_register(&t, 2) == id + 1, "tickets and numbers are known too");
	CHECK_OK(ledger_do(&t, &act, BV_EXAM_CLOSE, t.sitting), &t.err, "closed");
	CHECK(ledger_do(&t, &act, BV_EXAM_REOPEN, id) == BV_ENOTFOUND && act.refusal == BV_REFUSED_UNKNOWN && strstr(t.err.msg, "open") && ledger_register(&t, 3) == 0,
	      "then nobody writes: %s", t.err.msg);
	ledger_test_close(&t);

	CHECK_OK(ledger_test_open(&t), &t.err, "opened a third time");
	struct bv_ledger_stats stats;
	bv_ledger_stats(&stats, t.ledger);
	CHECK(stats.rebuild_events == 0 && stats.attempts == 0, "what is closed is not loaded");
	CHECK(ledger_do(&t, &act, BV_EXAM_OPEN, 0) == BV_ECONFLICT && ledger_do(&t, &act, BV_EXAM_REOPEN, id) == BV_ENOTFOUND &&
	      ledger_do(&t, &act, BV_EXAM_WINDOW, t.sitting) == BV_ECONFLICT, "but its name and numbers are taken");
	t.plan.name = BV_STR("chiều");
	CHECK(ledger_do(&t, &act, BV_EXAM_OPEN, 0) == BV_EINVAL && act.refusal == BV_REFUSED_SHAPE, "a shape that is refused at once");
	t.plan.name = BV_STR("chieu");
	CHECK(ledger_do(&t, &act, BV_EXAM_OPEN, 0) == BV_OK && act.ack.sitting == id + 2, "the next sitting has the next number");
	ledger_test_finish(&t);
}

/* What only the ledger does. */
static void
its_own_acts(void)
{
	struct ledger_test t;
	struct bv_ledger_act act;

	ledger_test_init(&t);
	CHECK_OK(ledger_test_open(&t), &t.err, "a ledger");
	ledger_sitting(&t);
	int64_t id = ledger_started(&t, 1);
	act = (struct bv_ledger_act){ .act = BV_EXAM_EXPIRE, .attempt = id, .facts = { .author = BV_STR("clock") } };
	CHECK(bv_ledger_do(t.ledger, &act, &t.err) == BV_EDENIED && act.refusal == BV_REFUSED_AUTHOR, "nobody else is the clock: %s", t.err.msg);
	act = (struct bv_ledger_act){ .act = BV_EXAM_CLOCK, .attempt = t.sitting, .facts = { .author = STAFF_ID, .reason = BV_STR("x") } };
	CHECK(bv_ledger_do(t.ledger, &act, &t.err) == BV_EDENIED && act.refusal == BV_REFUSED_AUTHOR, "nor makes its events");
	act = (struct bv_ledger_act){ .act = BV_EXAM_SECTION, .attempt = id, .facts = { .author = BV_STR("clock") } };
	CHECK(bv_ledger_do(t.ledger, &act, &t.err) == BV_EDENIED && act.refusal == BV_REFUSED_AUTHOR, "nor speaks in its name");
	act = (struct bv_ledger_act){ .act = (enum bv_exam_act)200, .attempt = id };
	CHECK(bv_ledger_do(t.ledger, &act, &t.err) == BV_EINVAL && act.refusal == BV_REFUSED_SHAPE, "nor uses its private acts");
	bv_ledger_drain(t.ledger);
	CHECK(ledger_save(&t, &act, id, 1, 0, 1, RESPONSE("A")) == BV_EIO && act.refusal == BV_REFUSED_STOPPED && strstr(t.err.msg, "being stopped"),
	      "after draining nothing is taken: %s", t.err.msg);
	CHECK(bv_ledger_health(t.ledger, &t.err) == BV_OK, "which is no failure");
	ledger_test_finish(&t);
}

/* ---- Many threads ---- */

enum { CANDIDATES = 40, SAVERS = 4, SAVES = 400 };

struct saver {
	struct ledger_test *t;
	int64_t first_id;
	int number;
	unsigned good;
};

struct save {
	struct bv_ledger_act act; /* first */
	struct saver *saver;
	_Atomic int *left;
};

static void
saved(struct bv_ledger_act *act)
{
	struct save *save = (struct save *)act;

	atomic_fetch_sub(save->left, 1);
}

/* Each thread has its own candidates, and many saves on their way at once. */
static void *
save_much(void *ctx)
{
	struct saver *saver = ctx;
	static const struct bv_str answers[] = { { "{\"R\":1}", 7 }, { "{\"R\":2}", 7 }, { "{\"R\":3}", 7 } };
	struct save *saves = calloc(SAVES, sizeof *saves);
	_Atomic int left = SAVES;

	for (int i = 0; i < SAVES; i++) {
		saves[i].saver = saver;
		saves[i].left = &left;
		saves[i].act = (struct bv_ledger_act){ .act = BV_EXAM_SAVE, .attempt = saver->first_id + saver->number + (i % (CANDIDATES / SAVERS)) * SAVERS,
			                               .done = saved, .facts = { .author = BV_STR("candidate"), .lease = 1, .item = (uint32_t)i % 5,
			                                                         .number = (uint32_t)i + 1, .response = answers[i % 3] } };
		bv_ledger_submit(saver->t->ledger, &saves[i].act);
	}
	while (atomic_load(&left))
		usleep(500);
	for (int i = 0; i < SAVES; i++) {
		const struct bv_ledger_act *act = &saves[i].act;
		saver->good += act->status == BV_OK && !act->ack.again && !act->ack.superseded && act->ack.n > 0 && receipt_holds(saver->t, &act->ack);
	}
	free(saves);
	return NULL;
}

static void
many_threads(void)
{
	struct ledger_test t;
	pthread_t threads[SAVERS];
	struct saver savers[SAVERS];
	int64_t first = 0;
	unsigned good = 0;

	ledger_test_init(&t);
	t.options.batch_max = 100;
	CHECK_OK(ledger_test_open(&t), &t.err, "a ledger with batches of 100");
	ledger_sitting(&t);
	for (int i = 0; i < CANDIDATES; i++) {
		int64_t id = ledger_started(&t, i);
		first = first ? first : id;
	}
	int64_t before = ledger_count(&t, "SELECT count(*) FROM event");
	for (int i = 0; i < SAVERS; i++) {
		savers[i] = (struct saver){ .t = &t, .first_id = first, .number = i };
		pthread_create(&threads[i], NULL, save_much, &savers[i]);
	}
	for (int i = 0; i < SAVERS; i++) {
		pthread_join(threads[i], NULL);
		good += savers[i].good;
	}
	CHECK(good == SAVERS * SAVES, "%u saves of %d threads are acknowledged with receipts that verify", good, SAVERS);
	CHECK(ledger_count(&t, "SELECT count(*) FROM event") == before + SAVERS * SAVES, "and in the database");
	struct bv_ledger_stats stats;
	bv_ledger_stats(&stats, t.ledger);
	CHECK(stats.commits < stats.events && stats.events == (uint64_t)before + SAVERS * SAVES && stats.waiting == 0 && stats.attempts == CANDIDATES &&
	      stats.open_attempts == CANDIDATES, "%llu events in %llu commits", (unsigned long long)stats.events, (unsigned long long)stats.commits);
	uint64_t batches = 0, commits = 0;
	for (int i = 0; i < BV_LEDGER_BUCKETS; i++) {
		batches += stats.batch[i];
		commits += stats.commit_us[i];
	}
	CHECK(batches == stats.commits && commits == stats.commits && stats.memory > 0, "counted in histograms");
	ledger_test_close(&t);
	CHECK(ledger_count(&t, "SELECT count(*) FROM event e WHERE prev <> 0 AND NOT EXISTS (SELECT 1 FROM event p WHERE p.n = e.prev AND p.attempt = e.attempt "
	                       "AND p.seq = e.seq - 1)") == 0, "every event knows the one before it");
	CHECK_OK(ledger_test_open(&t), &t.err, "and all of it is read again");
	ledger_test_finish(&t);
}

/* Every event is shown once, after its commit, in the order of the log. */
struct shown {
	_Atomic int64_t last_n, wrong;
};

static void
show(void *ctx, const struct bv_exam_event *event)
{
	struct shown *shown = ctx;
	struct bv_exam_facts facts;
	struct bv_err err;

	if (event->n != shown->last_n + 1 || bv_exam_body_parse(&facts, event->act, event->body, NULL, &err) != BV_OK)
		shown->wrong++;
	shown->last_n = event->n;
}

static void
seen(void)
{
	struct ledger_test t;
	struct shown shown = { 0 };
	struct bv_ledger_act act;

	ledger_test_init(&t);
	t.options.seen = show;
	t.options.ctx = &shown;
	CHECK_OK(ledger_test_open(&t), &t.err, "a ledger with somebody who looks on");
	ledger_sitting(&t);
	int64_t id = ledger_started(&t, 1);
	for (uint32_t i = 1; i <= 20; i++)
		CHECK(ledger_save(&t, &act, id, 1, i % 5, i, RESPONSE("A")) == BV_OK && shown.last_n >= act.ack.n, "is shown before it is answered");
	CHECK(ledger_save(&t, &act, id, 1, 0, 20, RESPONSE("A")) == BV_OK && act.ack.again && shown.last_n == 25 && !shown.wrong, "once, in order: %lld",
	      (long long)shown.last_n);
	ledger_test_finish(&t);
}

/* ---- The log of the file ---- */

enum { ROUNDS = 250 };

struct runner {
	struct bv_ledger_act act; /* first */
	struct ledger_test *t;
	_Atomic int *running;
	uint64_t most_pages;
};

/* As soon as he is answered he comes again: there is always something to write. */
static void
run_on(struct bv_ledger_act *act)
{
	struct runner *runner = (struct runner *)act;
	struct bv_ledger_stats stats;

	bv_ledger_stats(&stats, runner->t->ledger);
	if (stats.log_pages > runner->most_pages)
		runner->most_pages = stats.log_pages;
	if (act->status != BV_OK || act->facts.number == ROUNDS) {
		atomic_fetch_sub(runner->running, 1);
		return;
	}
	act->facts.number++;
	act->ack = (struct bv_ledger_ack){ 0 };
	bv_ledger_submit(runner->t->ledger, act);
}

/* It is begun again although no moment is without something that is not copied. */
static void
log_is_begun_again(void)
{
	static struct runner runners[CANDIDATES];
	_Atomic int running = CANDIDATES;
	uint64_t most = 0;
	struct ledger_test t;
	unsigned good = 0;

	if (ledger_server)
		return;
	ledger_test_init(&t);
	t.options.batch_max = 3;
	t.options.checkpoint_ms = 10;
	CHECK_OK(ledger_test_open(&t), &t.err, "a ledger with batches of 3");
	ledger_sitting(&t);
	for (int i = 0; i < CANDIDATES; i++)
		runners[i] = (struct runner){ .t = &t, .running = &running, .act = { .act = BV_EXAM_SAVE, .attempt = ledger_started(&t, i), .done = run_on,
			                      .facts = { .author = BV_STR("candidate"), .lease = 1, .number = 1, .response = RESPONSE("A") } } };
	for (int i = 0; i < CANDIDATES; i++)
		bv_ledger_submit(t.ledger, &runners[i].act);
	while (atomic_load(&running))
		usleep(500);
	for (int i = 0; i < CANDIDATES; i++) {
		good += runners[i].act.status == BV_OK && runners[i].act.facts.number == ROUNDS;
		most = runners[i].most_pages > most ? runners[i].most_pages : most;
	}
	struct bv_ledger_stats stats;
	bv_ledger_stats(&stats, t.ledger);
	CHECK(good == CANDIDATES && most > 500 && most < 2500 && stats.commits > 2500, "%llu commits, and at most %llu pages of log",
	      (unsigned long long)stats.commits, (unsigned long long)most);
	ledger_test_finish(&t);
}

/* ---- Time ---- */

static bool
wait_until(struct ledger_test *t, const char *query, int64_t want)
{
	for (int i = 0; i < 1000; i++) {
		if (ledger_count(t, query) == want)
			return true;
		usleep(10000);
	}
	return false;
}

static void
expiry(void)
{
	struct ledger_test t;
	struct bv_ledger_act act;
	enum { MANY = 1500 };

	ledger_test_init(&t);
	t.plan.grace_ms = 0;
	CHECK_OK(ledger_test_open(&t), &t.err, "a ledger");
	ledger_sitting(&t);
	int64_t first = 0;
	for (int i = 0; i < MANY; i++) {
		int64_t id = ledger_started(&t, i);
		first = first ? first : id;
	}
	CHECK(ledger_do(&t, &act, BV_EXAM_EXTEND, first) == BV_OK && act.ack.left_ms == 65 * MINUTE, "one has five minutes more");
	CHECK(ledger_do(&t, &act, BV_EXAM_PAUSE, first + 1) == BV_OK, "one is paused");
	step(&t, 60 * MINUTE - 1);
	CHECK(ledger_save(&t, &act, first + 2, 1, 0, 1, RESPONSE("A")) == BV_OK && act.ack.left_ms == 1, "in the last millisecond an answer is taken");
	CHECK(ledger_count(&t, "SELECT count(*) FROM event WHERE kind = 22") == 0, "nobody's time is over");
	step(&t, 1);
	CHECK(wait_until(&t, "SELECT count(*) FROM event WHERE kind = 22", MANY - 2), "then the ledger ends all others by itself");
	CHECK(ledger_save(&t, &act, first + 2, 1, 0, 2, RESPONSE("B")) == BV_EDENIED && act.refusal == BV_REFUSED_TIME, "too late: %s", t.err.msg);
	CHECK(ledger_save(&t, &act, first, 1, 0, 1, RESPONSE("A")) == BV_OK && act.ack.left_ms == 5 * MINUTE, "who has more goes on");
	step(&t, 5 * MINUTE);
	CHECK(wait_until(&t, "SELECT count(*) FROM event WHERE kind = 22", MANY - 1), "until that is over");
	CHECK(ledger_do(&t, &act, BV_EXAM_RESUME, first + 1) == BV_OK && act.ack.left_ms == 60 * MINUTE, "the pause took nothing");
	struct bv_ledger_stats stats;
	bv_ledger_stats(&stats, t.ledger);
	CHECK(stats.expired == MANY - 1 && stats.open_attempts == 1, "%llu have expired", (unsigned long long)stats.expired);
	ledger_test_close(&t);
	step(&t, 60 * MINUTE);
	CHECK_OK(ledger_test_open(&t), &t.err, "opened after the time of the last one");
	CHECK(wait_until(&t, "SELECT count(*) FROM event WHERE kind = 22", MANY), "which is over at once");
	CHECK(ledger_do(&t, &act, BV_EXAM_WINDOW, t.sitting) == BV_OK, "a window may be changed");
	ledger_test_finish(&t);
}

/* Another window moves every deadline. */
static void
window(void)
{
	struct ledger_test t;
	struct bv_ledger_act act;

	ledger_test_init(&t);
	CHECK_OK(ledger_test_open(&t), &t.err, "a ledger");
	ledger_sitting(&t);
	int64_t id = ledger_started(&t, 1);
	t.plan.start_until_ms = t.plan.closes_ms = T0 + 10 * MINUTE;
	CHECK(ledger_do(&t, &act, BV_EXAM_WINDOW, t.sitting) == BV_OK && ledger_do(&t, &act, BV_EXAM_LOOK, id) == BV_OK && act.ack.left_ms == 10 * MINUTE,
	      "the sitting closes earlier");
	step(&t, 10 * MINUTE + 30000);
	CHECK(wait_until(&t, "SELECT count(*) FROM event WHERE kind = 22", 1), "and the attempt ends then");
	ledger_test_finish(&t);
}

static void
clocks(void)
{
	struct ledger_test t;
	struct bv_ledger_act act;
	int64_t held_ms = 0;

	ledger_test_init(&t);
	CHECK_OK(ledger_test_open(&t), &t.err, "a ledger");
	ledger_sitting(&t);
	int64_t id = ledger_started(&t, 1);
	t.clock.utc -= 86400000;
	CHECK(ledger_save(&t, &act, id, 1, 0, 1, RESPONSE("A")) == BV_OK && act.ack.at_ms == T0 && act.ack.left_ms == 60 * MINUTE, "the wall clock set back a day");
	t.clock.utc += 2 * 86400000;
	CHECK(ledger_save(&t, &act, id, 1, 0, 2, RESPONSE("B")) == BV_OK && act.ack.at_ms == T0 && act.ack.left_ms == 60 * MINUTE, "and forward two");
	t.clock.utc -= 86400000;
	t.clock.boot += 7 * MINUTE;
	t.clock.utc += 7 * MINUTE;
	CHECK(ledger_save(&t, &act, id, 1, 0, 3, RESPONSE("C")) == BV_OK && act.ack.left_ms == 53 * MINUTE, "seven minutes of sleep have passed");
	CHECK(ledger_count(&t, "SELECT count(*) FROM event WHERE kind = 4 AND " BODY_HAS("\"suspendedMs\":420000") "") == 1, "and the sitting was told");
	ledger_test_close(&t);

	step(&t, 90000);
	CHECK_OK(ledger_test_open(&t), &t.err, "a process later in the same boot");
	CHECK(ledger_do(&t, &act, BV_EXAM_LOOK, id) == BV_OK && act.ack.left_ms == 53 * MINUTE - 90000, "the time between has passed");
	ledger_test_close(&t);
	t.clock.boot = t.clock.awake = 5000;
	t.clock.utc += 4 * MINUTE;
	t.clock.id = "boot-b";
	CHECK_OK(ledger_test_open(&t), &t.err, "another boot, four minutes later");
	CHECK(ledger_do(&t, &act, BV_EXAM_LOOK, id) == BV_OK && act.ack.left_ms == 49 * MINUTE - 90000 && !bv_ledger_held(t.ledger, &held_ms), "four minutes have passed");
	CHECK(ledger_count(&t, "SELECT count(*) FROM event WHERE kind = 4 AND " BODY_HAS("\"newBoot\":true") " AND " BODY_HAS("\"ms\":240000") "") == 1, "told");
	ledger_test_close(&t);

	t.clock.boot = t.clock.awake = 5000;
	t.clock.utc += 3 * 3600000;
	t.clock.id = "boot-c";
	for (int i = 0; i < 2; i++) {
		CHECK_OK(ledger_test_open(&t), &t.err, "another boot, three hours later");
		CHECK(bv_ledger_held(t.ledger, &held_ms) && held_ms == 3 * 3600000, "is held: %lld", (long long)held_ms);
		CHECK(ledger_save(&t, &act, id, 1, 0, 4, RESPONSE("D")) == BV_EDENIED && act.refusal == BV_REFUSED_HELD && strstr(t.err.msg, "confirm"), "%s", t.err.msg);
		CHECK(ledger_do(&t, &act, BV_EXAM_LOOK, id) == BV_OK && act.ack.left_ms == 49 * MINUTE - 90000, "nothing is taken from anybody meanwhile");
		if (!i) /* who starts it again finds the same hold */
			ledger_test_close(&t);
	}
	CHECK(bv_ledger_confirm_clock(t.ledger, 600000, STAFF_ID, BV_STR_NONE, &t.err) == BV_EINVAL &&
	      bv_ledger_confirm_clock(t.ledger, -1, STAFF_ID, BV_STR("x"), &t.err) == BV_EINVAL &&
	      bv_ledger_confirm_clock(t.ledger, 0, BV_STR("clock"), BV_STR("x"), &t.err) == BV_EDENIED &&
	      bv_ledger_confirm_clock(t.ledger, 0, BV_STR("Trần Văn"), BV_STR("x"), &t.err) == BV_EINVAL, "by a person, with a reason, of some time");
	CHECK_OK(bv_ledger_confirm_clock(t.ledger, 10 * MINUTE, STAFF_ID, BV_STR("mất điện 10 phút"), &t.err), &t.err, "a person knows: ten minutes");
	CHECK(bv_ledger_confirm_clock(t.ledger, 10 * MINUTE, STAFF_ID, BV_STR("x"), &t.err) == BV_ECONFLICT, "once");
	CHECK(ledger_save(&t, &act, id, 1, 0, 4, RESPONSE("D")) == BV_OK && act.ack.left_ms == 39 * MINUTE - 90000, "which have passed: %lld", (long long)act.ack.left_ms);
	CHECK(ledger_count(&t, "SELECT count(*) FROM event WHERE kind = 4 AND " BODY_HAS("\"ms\":600000") "") == 1, "and the sitting has who said so");
	ledger_test_close(&t);
	step(&t, 1000);
	CHECK_OK(ledger_test_open(&t), &t.err, "again in the same boot");
	CHECK(ledger_do(&t, &act, BV_EXAM_LOOK, id) == BV_OK && act.ack.left_ms == 39 * MINUTE - 91000, "the clock goes on: %lld", (long long)act.ack.left_ms);
	ledger_test_finish(&t);
}

/* ---- Trees ---- */

/* The keeper may have read the log just before its last event, and then signs that when the time has come once more. */
static bool
wait_checkpoint(struct ledger_test *t)
{
	for (int i = 0; i < 1000; i++) {
		if (i % 100 == 0)
			step(t, 60);
		if (ledger_count(t, "SELECT max(size) = (SELECT count(*) FROM event) FROM checkpoint") == 1)
			return true;
		usleep(10000);
	}
	return false;
}

static void
checkpoints(void)
{
	struct ledger_test t;
	struct bv_ledger_act act;
	int64_t seen = 0;

	ledger_test_init(&t);
	CHECK_OK(ledger_test_open(&t), &t.err, "a ledger");
	ledger_sitting(&t);
	for (int round = 0; round < 3; round++) {
		int64_t id = ledger_started(&t, round);
		for (uint32_t i = 1; i < 20; i++)
			CHECK_OK(ledger_save(&t, &act, id, 1, i % 5, i, RESPONSE("A")), &t.err, "an answer");
		if (round == 1) {
			ledger_test_close(&t);
			CHECK_OK(ledger_test_open(&t), &t.err, "opened again");
		}
		CHECK(wait_checkpoint(&t), "there is a checkpoint of all events");
	}
	ledger_test_close(&t);
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *rows = NULL, *hashes = NULL;
	bool row = false;
	CHECK(bv_sql_open(&sql, t.url, BV_SQL_READ, &t.err) == BV_OK &&
	      bv_sql_prepare(&rows, sql, "SELECT size, root, note FROM checkpoint ORDER BY size", &t.err) == BV_OK &&
	      bv_sql_prepare(&hashes, sql, "SELECT hash FROM event ORDER BY n LIMIT $1", &t.err) == BV_OK, "read");
	while (bv_sql_step(rows, &row, &t.err) == BV_OK && row) {
		struct bv_merkle tree = { 0 };
		struct bv_merkle_hash leaf, root;
		struct bv_checkpoint checkpoint;
		bv_sql_bind_int(hashes, 1, bv_sql_int(rows, 0));
		while (bv_sql_step(hashes, &row, &t.err) == BV_OK && row) {
			bv_merkle_leaf(&leaf, bv_sql_blob(hashes, 0));
			bv_merkle_add(&tree, &leaf);
		}
		bv_merkle_root(&root, &tree);
		seen++;
		CHECK(memcmp(root.p, bv_sql_blob(rows, 1).p, BV_HASH_LEN) == 0, "the root of %lld events", (long long)bv_sql_int(rows, 0));
		CHECK(bv_checkpoint_parse(&checkpoint, bv_sql_str(rows, 2), &t.err) == BV_OK && checkpoint.size == tree.count &&
		      memcmp(checkpoint.root.p, root.p, BV_HASH_LEN) == 0 && bv_str_is(checkpoint.origin, "example.vn/exams/2026-11-25.sang") &&
		      bv_checkpoint_check(&checkpoint, bv_key_public(t.key), &t.err) == BV_OK, "is in a note that is signed");
	}
	CHECK(seen >= 3, "%lld checkpoints", (long long)seen);
	bv_sql_reset(rows);
	bv_sql_stmt_free(bv_steal(&rows));
	bv_sql_stmt_free(bv_steal(&hashes));
	bv_sql_close(bv_steal(&sql));
	ledger_test_finish(&t);
}

/* ---- Databases of something else ---- */

static void
other_databases(void)
{
	struct ledger_test t;
	struct bv_sql *sql = NULL;
	struct bv_err err;

	ledger_test_init(&t);
	CHECK(bv_sql_open(&sql, t.url, BV_SQL_CREATE, &err) == BV_OK && bv_sql_run(sql, "CREATE TABLE item(a BIGINT)", &err) == BV_OK, "something else");
	CHECK_REFUSED(ledger_test_open(&t), BV_EINVAL, &t.err, "not a ledger", "is left alone");
	CHECK_OK(bv_sql_run(sql, "DROP TABLE item; CREATE TABLE ledger(format BIGINT, origin TEXT); INSERT INTO ledger VALUES (2, 'x')", &err), &err, "of a later program");
	CHECK_REFUSED(ledger_test_open(&t), BV_EINVAL, &t.err, "another program version", "is refused");
	CHECK_OK(bv_sql_run(sql, "UPDATE ledger SET format = 1", &err), &err, "of somebody else");
	CHECK_REFUSED(ledger_test_open(&t), BV_ECONFLICT, &t.err, "'x'", "is refused");
	bv_sql_close(sql);
	ledger_test_finish(&t);
	ledger_test_init(&t);
	snprintf(t.url, sizeof t.url, "sqlite:%s", t.folder);
	CHECK_REFUSED(ledger_test_open(&t), BV_EINVAL, &t.err, "folder", "a folder");
	char lock[sizeof t.folder + 8];
	snprintf(lock, sizeof lock, "%s-lock", t.folder);
	unlink(lock);
	ledger_test_finish(&t);
}

/* A second writer is another node (test_ledger_nodes.c), also of a file. */
static void
two_writers(void)
{
	struct ledger_test t;
	struct bv_ledger *other = NULL;
	struct bv_ledger_act act;
	struct bv_err err;

	ledger_test_init(&t);
	CHECK_OK(ledger_test_open(&t), &t.err, "a ledger");
	ledger_sitting(&t);
	int64_t id = ledger_started(&t, 1);
	CHECK_OK(bv_ledger_open(&other, &t.options, &err), &err, "opened twice");
	CHECK_OK(ledger_save(&t, &act, id, 1, 0, 1, RESPONSE("A")), &t.err, "the first goes on");
	act = (struct bv_ledger_act){ .act = BV_EXAM_SAVE, .attempt = id,
		                      .facts = { .author = BV_STR("candidate"), .lease = 1, .item = 1, .number = 1, .response = RESPONSE("B") } };
	CHECK_OK(bv_ledger_do(other, &act, &err), &err, "the second is a node");
	CHECK_OK(ledger_save(&t, &act, id, 1, 1, 2, RESPONSE("A")), &t.err, "the first still goes on");
	bv_ledger_close(other);
	CHECK(ledger_count(&t, "SELECT count(*) FROM event WHERE kind = 16") == 3, "and nothing is there that was not acknowledged");
	ledger_test_finish(&t);
}

static void
run_all(void)
{
	one_attempt();
	its_own_acts();
	many_threads();
	log_is_begun_again();
	seen();
	expiry();
	window();
	clocks();
	checkpoints();
	other_databases();
	two_writers();
}

int
main(void)
{
	struct pgsql_cluster cluster;

	run_all();
	if (pgsql_start(&cluster, "/tmp", 5432, "log_min_messages=warning")) {
		ledger_server = &cluster;
		run_all();
	}
	pgsql_finish(&cluster);
	return check_end();
}
