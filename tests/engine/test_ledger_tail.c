/* After a sitting is closed: scores, releases, appeals and remarks go on, from attempts that are read back from the database; memory stays bounded; a
 * ledger of a program that knew none of this is taken over; copies have it, too. */
#include "engine/ledger.h"
#include "tests/engine/ledger_fixture.h"

static void
say(void *ctx, bool good, const char *what, const char *message)
{
	(void)ctx, (void)what;
	if (!good)
		printf("# %s\n", message);
}

static uint64_t
faults_of(struct ledger_test *t)
{
	struct bv_ledger_check counts;

	(void)!bv_ledger_check(&counts, t->url, bv_key_public(t->key), say, NULL, &t->err);
	return counts.faults;
}

static struct bv_ledger_stats
stats_of(struct ledger_test *t)
{
	struct bv_ledger_stats stats;

	bv_ledger_stats(&stats, t->ledger);
	return stats;
}

static enum bv_attempt_state
state_of(struct ledger_test *t, int64_t id)
{
	struct bv_ledger_act act = { .act = BV_EXAM_LOOK, .attempt = id, .also_closed = true };

	return bv_ledger_do(t->ledger, &act, &t->err) == BV_OK ? (enum bv_attempt_state)act.ack.state : BV_ATTEMPT_NONE;
}

static enum bv_status
count_answers(void *ctx, const struct bv_exam_event *event, struct bv_err *err)
{
	(void)event, (void)err;
	++*(int *)ctx;
	return BV_OK;
}

static bool
run(struct ledger_test *t, const char *sql)
{
	BV_AUTO(bv_sql_close) struct bv_sql *db = NULL;

	return bv_sql_open(&db, t->url, BV_SQL_WRITE, &t->err) == BV_OK && bv_sql_run(db, sql, &t->err) == BV_OK;
}

/* A sitting of some attempts that have answered and handed in, and one that never came; closed. The first id. */
static int64_t
closed_sitting(struct ledger_test *t, int count)
{
	struct bv_ledger_act act;
	int64_t first = 0;

	ledger_sitting(t);
	for (int i = 1; i <= count; i++) {
		int64_t id = ledger_started(t, i);
		first = first ? first : id;
		CHECK(ledger_save(t, &act, id, 1, 0, 1, RESPONSE("A")) == BV_OK && ledger_save(t, &act, id, 1, 3, 2, RESPONSE("B")) == BV_OK &&
		      ledger_do(t, &act, BV_EXAM_SUBMIT, id) == BV_OK, "attempt %d", i);
	}
	ledger_register(t, count + 1);
	CHECK_OK(ledger_do(t, &act, BV_EXAM_CLOSE, t->sitting), &t->err, "closed");
	return first;
}

static void
acts_after(void)
{
	struct ledger_test t;
	struct bv_ledger_act act, again;
	int answers = 0;

	ledger_test_init(&t);
	CHECK_OK(ledger_test_open(&t), &t.err, "a ledger");
	int64_t id = closed_sitting(&t, 3);
	CHECK_OK(ledger_do(&t, &act, BV_EXAM_SCORE, id), &t.err, "scored at once");
	CHECK(act.ack.state == BV_ATTEMPT_SCORED && act.ack.receipt.count, "with a receipt");
	CHECK(ledger_do(&t, &act, BV_EXAM_REOPEN, id) == BV_ENOTFOUND && ledger_save(&t, &act, id + 1, 1, 0, 9, RESPONSE("C")) == BV_ENOTFOUND &&
	      ledger_do(&t, &act, BV_EXAM_EXTEND, id + 3) == BV_ENOTFOUND && ledger_do(&t, &act, BV_EXAM_NOTE, t.sitting) == BV_ECONFLICT &&
	      ledger_do(&t, &act, BV_EXAM_RELEASE, 99) == BV_ENOTFOUND, "nobody writes any more, and nothing is made up");
	CHECK(ledger_do(&t, &act, BV_EXAM_LOOK, id + 1) == BV_ENOTFOUND, "who does not ask for it has no attempt read");
	ledger_test_close(&t);
	CHECK(faults_of(&t) == 0, "what came after is no fault");

	CHECK_OK(ledger_test_open(&t), &t.err, "started again");
	CHECK(stats_of(&t).attempts == 0 && stats_of(&t).rebuild_events == 0, "nothing of it is in memory");
	CHECK(state_of(&t, id) == BV_ATTEMPT_SCORED && state_of(&t, id + 1) == BV_ATTEMPT_SUBMITTED && state_of(&t, id + 3) == BV_ATTEMPT_REGISTERED, "until it is asked for");
	CHECK(stats_of(&t).attempts == 3, "and then those that were");
	CHECK(bv_ledger_answers(t.ledger, id + 1, count_answers, &answers, &t.err) == BV_OK && answers == 2, "answers are found");
	CHECK_OK(ledger_do(&t, &act, BV_EXAM_RELEASE, id), &t.err, "released");
	CHECK(ledger_do(&t, &act, BV_EXAM_RELEASE, id + 1) == BV_ECONFLICT && act.refusal == BV_REFUSED_STATE, "not before it is scored: %s", t.err.msg);
	act = (struct bv_ledger_act){ .act = BV_EXAM_APPEAL, .attempt = id, .facts = { .author = STAFF_ID, .reason = BV_STR("asks"), .key = 77 } };
	again = act;
	CHECK_OK(bv_ledger_do(t.ledger, &act, &t.err), &t.err, "appealed");
	ledger_test_close(&t);
	CHECK_OK(ledger_test_open(&t), &t.err, "a third time");
	CHECK(bv_ledger_do(t.ledger, &again, &t.err) == BV_OK && again.ack.again && again.ack.seq == act.ack.seq, "the same act again is one");
	CHECK(ledger_do(&t, &act, BV_EXAM_SCORE, id) == BV_OK && ledger_do(&t, &act, BV_EXAM_RELEASE, id) == BV_OK &&
	      ledger_do(&t, &act, BV_EXAM_FINALISE, id) == BV_OK && act.ack.state == BV_ATTEMPT_FINAL, "to the end: %s", t.err.msg);
	ledger_test_close(&t);
	CHECK(faults_of(&t) == 0, "the log and its table agree");
	CHECK(ledger_count(&t, "SELECT count(*) FROM tail") == 4 + 6, "a row for each attempt, and for each event after");

	/* A table that says otherwise is a fault. */
	static const char *const changes[] = { "UPDATE tail SET n = 99999 WHERE n = (SELECT max(n) FROM tail)", "DELETE FROM tail WHERE n = (SELECT max(n) FROM tail)",
		                               "INSERT INTO tail(attempt, n) VALUES (1, 1)", "UPDATE tail SET n = 1 WHERE n = (SELECT min(n) FROM tail)",
		                               "UPDATE tail SET n = (SELECT min(n) FROM event WHERE attempt = 2) WHERE attempt = 2 AND n = (SELECT min(n) FROM tail WHERE attempt = 2)" };
	for (size_t i = 0; i < BV_COUNT(changes); i++) {
		CHECK(run(&t, "CREATE TABLE kept AS SELECT * FROM tail") && run(&t, changes[i]), "changed");
		CHECK(faults_of(&t) > 0, "%s", changes[i]);
		CHECK(run(&t, "DELETE FROM tail") && run(&t, "INSERT INTO tail SELECT * FROM kept") && run(&t, "DROP TABLE kept") && faults_of(&t) == 0, "put right: %s", t.err.msg);
	}

	/* Made by a program without the table: it is filled when the ledger is opened, and what can be checked without is. */
	CHECK(run(&t, "DROP TABLE tail") && faults_of(&t) == 0, "a ledger of before is checked as it is");
	CHECK_OK(ledger_test_open(&t), &t.err, "and taken over");
	CHECK(state_of(&t, id) == BV_ATTEMPT_FINAL && state_of(&t, id + 2) == BV_ATTEMPT_SUBMITTED && ledger_do(&t, &act, BV_EXAM_SCORE, id + 2) == BV_OK, "goes on");
	ledger_test_close(&t);
	CHECK(faults_of(&t) == 0 && ledger_count(&t, "SELECT count(*) FROM tail") == 4 + 7, "with the same rows");
	ledger_test_finish(&t);
}

/* Those who look at more attempts than are kept, in any order, while one is acted upon. */
static void
memory(void)
{
	enum { MANY = 700 };
	struct ledger_test t;
	struct bv_ledger_act act, acts[2];
	struct bv_ledger_stats before;

	ledger_test_init(&t);
	CHECK_OK(ledger_test_open(&t), &t.err, "a ledger");
	ledger_sitting(&t);
	for (int i = 1; i <= MANY; i++)
		if (!ledger_register(&t, i))
			CHECK(false, "registered");
	int64_t id = t.sitting + 1;
	before = stats_of(&t);
	CHECK_OK(ledger_do(&t, &acts[0], BV_EXAM_CLOSE, t.sitting), &t.err, "closed");
	CHECK(ledger_do(&t, &act, BV_EXAM_LOOK, t.sitting) == BV_OK && ledger_do(&t, &act, BV_EXAM_LOOK, t.sitting) == BV_OK, "a moment later");
	CHECK(before.attempts == MANY && stats_of(&t).attempts == 0, "its attempts have left memory: %llu", (unsigned long long)stats_of(&t).attempts);
	t.plan.name = BV_STR("next");
	ledger_sitting(&t);
	for (int i = 1; i <= MANY; i++)
		if (!ledger_register(&t, i))
			CHECK(false, "registered in the next");
	CHECK(stats_of(&t).memory <= before.memory + 32768, "and the next sitting takes their place: %llu, %llu", (unsigned long long)stats_of(&t).memory,
	      (unsigned long long)before.memory);
	for (int i = 0; i < MANY; i++)
		if (ledger_do(&t, &act, BV_EXAM_NOTE, id + i) != BV_OK)
			CHECK(false, "a remark: %s", t.err.msg);
	CHECK(stats_of(&t).attempts == 2 * MANY, "woken");
	ledger_test_close(&t);
	CHECK(faults_of(&t) == 0, "and right");
	ledger_test_finish(&t);
}

/* On PostgreSQL: what one node writes after the close the other goes on from, and what was decided by what is old is decided again. */
static void
two_nodes(void)
{
	struct ledger_test a, b;
	struct bv_ledger_act act;

	ledger_test_init(&a);
	CHECK_OK(ledger_test_open(&a), &a.err, "a node");
	b = a;
	bv_key_new(&b.key, ledger_test_seed);
	b.options.key = b.key;
	b.options.time.ctx = &b.clock;
	CHECK_OK(ledger_test_open(&b), &b.err, "another");
	int64_t id = closed_sitting(&a, 4);
	b.sitting = a.sitting;
	for (int i = 0; i < 4; i++) {
		struct ledger_test *one = i % 2 ? &a : &b, *other = i % 2 ? &b : &a;
		CHECK_OK(ledger_do(one, &act, BV_EXAM_SCORE, id + i), &one->err, "scored by one");
		CHECK_OK(ledger_do(other, &act, BV_EXAM_RELEASE, id + i), &other->err, "released by the other");
		CHECK_OK(ledger_do(one, &act, BV_EXAM_APPEAL, id + i), &one->err, "appealed at the first");
		CHECK_OK(ledger_do(other, &act, BV_EXAM_FINALISE, id + i), &other->err, "and final");
		CHECK(state_of(one, id + i) == BV_ATTEMPT_FINAL && state_of(other, id + i) == BV_ATTEMPT_FINAL, "both know");
	}
	ledger_test_close(&b);
	bv_key_free(b.key);
	ledger_test_close(&a);
	CHECK(faults_of(&a) == 0, "and the log is right");
	ledger_test_finish(&a);
}

/* A copy of a sitting, and a ledger that was put back from a backup, go on as well. */
static void
copies(void)
{
	struct ledger_test t, moved;
	struct bv_ledger_copied copied;
	struct bv_ledger_act act;
	char archive[200];

	ledger_test_init(&t);
	CHECK_OK(ledger_test_open(&t), &t.err, "a ledger");
	int64_t id = closed_sitting(&t, 2);
	CHECK_OK(ledger_do(&t, &act, BV_EXAM_SCORE, id), &t.err, "scored");
	ledger_test_close(&t);
	ledger_test_init(&moved);
	CHECK_OK(bv_ledger_move(&copied, t.url, moved.url, t.plan.name, &t.err), &t.err, "moved, with its score");
	CHECK_OK(ledger_test_open(&moved), &moved.err, "opened");
	CHECK(state_of(&moved, id) == BV_ATTEMPT_SCORED && ledger_do(&moved, &act, BV_EXAM_RELEASE, id) == BV_OK && ledger_do(&moved, &act, BV_EXAM_SCORE, id + 1) == BV_OK,
	      "it goes on there: %s", moved.err.msg);
	ledger_test_close(&moved);
	CHECK(faults_of(&moved) == 0, "and is right");
	snprintf(archive, sizeof archive, "%s/archive", moved.folder);
	CHECK_OK(bv_ledger_backup(&copied, moved.url, archive, &t.err), &t.err, "backed up");
	struct ledger_test restored;
	ledger_test_init(&restored);
	CHECK_OK(bv_ledger_restore(&copied, archive, restored.url, INT64_MAX, INT64_MAX, &t.err), &t.err, "and put back");
	CHECK_OK(ledger_test_open(&restored), &restored.err, "opened");
	CHECK(state_of(&restored, id) == BV_ATTEMPT_RELEASED && state_of(&restored, id + 1) == BV_ATTEMPT_SCORED, "knows");
	ledger_test_close(&restored);
	CHECK(faults_of(&restored) == 0, "and is right");
	ledger_test_finish(&restored);
	rmdir(archive);
	ledger_test_finish(&moved);
	ledger_test_finish(&t);
}

int
main(void)
{
	struct pgsql_cluster cluster;

	acts_after();
	memory();
	copies();
	if (pgsql_start(&cluster, "/tmp", 5432, "log_min_messages=warning")) {
		ledger_server = &cluster;
		acts_after();
		two_nodes();
	}
	pgsql_finish(&cluster);
	return check_end();
}
