/* Two and three nodes on one ledger, in a file and on PostgreSQL, in one process: whoever decides by what is old decides again; what one acknowledges the others know at once;
 * commits that are delayed leave no gap that a reader could pass; and clocks that differ are noticed. ledger_nodes.c does it with processes that die. */
#include <sys/stat.h>

#include "base/clock.h"
#include "engine/ledger.h"
#include "tests/engine/ledger_fixture.h"

enum { NODES = 3, CANDIDATES = 12, ITEMS = 5 };

/* Another node of the same ledger. */
static void
join(struct ledger_test *node, const struct ledger_test *first)
{
	*node = *first;
	bv_key_new(&node->key, ledger_test_seed); /* one thread at a time for one key */
	node->options.key = node->key;
	node->clock.boot = first->clock.boot;
	node->clock.awake = first->clock.awake;
	node->clock.utc = first->clock.utc;
	node->clock.id = first->clock.id;
	node->options.time.ctx = &node->clock;
	node->ledger = NULL;
	CHECK_OK(ledger_test_open(node), &node->err, "another node");
}

static void
leave(struct ledger_test *node)
{
	ledger_test_close(node);
	bv_key_free(bv_steal(&node->key));
}

static struct bv_ledger_stats
stats_of(struct ledger_test *t)
{
	struct bv_ledger_stats stats;

	bv_ledger_stats(&stats, t->ledger);
	return stats;
}

static void
note(struct ledger_test *t)
{
	struct bv_ledger_act act = { .act = BV_EXAM_NOTE, .attempt = t->sitting, .facts = { .author = STAFF_ID, .details = BV_STR("{\"what\":\"x\"}") } };

	CHECK_OK(bv_ledger_do(t->ledger, &act, &t->err), &t->err, "a note");
}

static void
say(void *ctx, bool good, const char *what, const char *message)
{
	(void)ctx, (void)what;
	if (!good)
		printf("# %s\n", message);
}

static void
check_all(struct ledger_test *t, const char *what)
{
	struct bv_ledger_check counts;

	CHECK(bv_ledger_check(&counts, t->url, bv_key_public(t->key), say, NULL, &t->err) == BV_OK, "%s: all of it holds: %s", what, t->err.msg);
}

/* ---- One after the other ---- */

static void
by_turns(void)
{
	struct ledger_test a, b;
	struct bv_ledger_act act, again;

	ledger_test_init(&a);
	CHECK_OK(ledger_test_open(&a), &a.err, "a node");
	join(&b, &a);
	ledger_sitting(&a);
	b.sitting = a.sitting;
	int64_t id = ledger_register(&b, 1);
	CHECK(id == a.sitting + 1, "a sitting of one is known to the other at once");
	CHECK(ledger_register(&a, 1) == 0 && ledger_register(&a, 2) == id + 1 && ledger_register(&b, 3) == id + 2, "tickets and numbers are, too");
	CHECK(ledger_do(&b, &act, BV_EXAM_OPEN, 0) == BV_ECONFLICT && act.refusal == BV_REFUSED_NUMBER, "and names");
	step(&a, T0 - a.clock.utc);
	step(&b, T0 - b.clock.utc);
	CHECK_OK(ledger_do(&a, &act, BV_EXAM_ADMIT, id), &a.err, "admitted here");
	CHECK_OK(ledger_do(&b, &act, BV_EXAM_LEASE, id), &b.err, "a lease there");
	CHECK_OK(ledger_do(&a, &act, BV_EXAM_START, id), &a.err, "started here");
	for (uint32_t i = 1; i <= 40; i++) {
		struct ledger_test *t = i % 2 ? &b : &a, *other = i % 2 ? &a : &b;
		CHECK(ledger_save(t, &act, id, 1, i % ITEMS, i, RESPONSE("A")) == BV_OK && act.ack.seq == 4 + i, "answer %u: %s", i, t->err.msg);
		CHECK(ledger_do(other, &again, BV_EXAM_LOOK, id) == BV_OK && again.ack.left_ms == act.ack.left_ms, "seen there");
		CHECK(ledger_save(other, &again, id, 1, i % ITEMS, i, RESPONSE("A")) == BV_OK && again.ack.again && again.ack.seq == act.ack.seq && again.ack.n == act.ack.n,
		      "the same there is the same");
		CHECK(ledger_save(other, &again, id, 1, i % ITEMS, i, RESPONSE("B")) == BV_ECONFLICT && again.refusal == BV_REFUSED_NUMBER, "another is not");
	}
	struct bv_ledger_act extend = { .act = BV_EXAM_EXTEND, .attempt = id,
		                        .facts = { .author = STAFF_ID, .reason = BV_STR("noise"), .key = 77, .ms = 60000 } };
	act = again = extend;
	CHECK(bv_ledger_do(a.ledger, &act, &a.err) == BV_OK && bv_ledger_do(b.ledger, &again, &b.err) == BV_OK && !act.ack.again && again.ack.again &&
	      again.ack.seq == act.ack.seq && again.ack.left_ms == act.ack.left_ms, "an act of staff with a key is done once on both");
	CHECK_OK(ledger_do(&a, &act, BV_EXAM_LEASE, id), &a.err, "a tab on one node");
	CHECK(ledger_save(&b, &again, id, 1, 0, 100, RESPONSE("A")) == BV_EDENIED && again.refusal == BV_REFUSED_LEASE, "the older one on the other is refused at once");
	CHECK_OK(ledger_save(&b, &again, id, 2, 0, 1, RESPONSE("A")), &b.err, "the newer one is not");
	CHECK(ledger_do(&b, &act, BV_EXAM_SUBMIT, id) == BV_EDENIED, "nor may the older one submit");
	CHECK(stats_of(&a).taken_back + stats_of(&b).taken_back > 0 && stats_of(&a).turns && stats_of(&b).turns && stats_of(&b).followed, "there were collisions and turns");
	leave(&b);
	check_all(&a, "by turns");
	ledger_test_finish(&a);
}

/* ---- Undone, and decided again ---- */

/* The node b decides each kind of act without knowing what a has just written. */
static void
taken_back(void)
{
	struct ledger_test a, b;
	struct bv_ledger_act act;
	uint64_t collisions = 0;

	ledger_test_init(&a);
	a.options.checkpoint_ms = 60000;
	CHECK_OK(ledger_test_open(&a), &a.err, "a node");
	ledger_sitting(&a);
	int64_t id = ledger_started(&a, 1), sitting = a.sitting, last = id;
	const enum bv_exam_act kinds[] = { BV_EXAM_OPEN, BV_EXAM_REGISTER, BV_EXAM_WINDOW, BV_EXAM_SAVE, BV_EXAM_PAUSE, BV_EXAM_RESUME, BV_EXAM_EXTEND, BV_EXAM_LEASE, BV_EXAM_ADMIT,
		                           BV_EXAM_LEASE, BV_EXAM_START, BV_EXAM_SUBMIT, BV_EXAM_SUBMIT, BV_EXAM_CLOSE };
	for (size_t i = 0; i < BV_COUNT(kinds); i++) {
		enum bv_exam_act kind = kinds[i];
		join(&b, &a);
		ledger_do(&b, &act, BV_EXAM_LOOK, sitting); /* it is awake */
		uint64_t before = stats_of(&b).memory;
		note(&a);
		act = (struct bv_ledger_act){ .act = kind, .attempt = i < 8 ? id : last };
		act.facts = sample_facts(kind, kind == BV_EXAM_SAVE || kind == BV_EXAM_LEASE || kind == BV_EXAM_START || kind == BV_EXAM_SUBMIT ? BV_STR("candidate") : STAFF_ID,
		                         &b.plan);
		if (kind == BV_EXAM_OPEN || kind == BV_EXAM_REGISTER || kind == BV_EXAM_WINDOW || kind == BV_EXAM_CLOSE)
			act.attempt = kind == BV_EXAM_OPEN ? 0 : sitting;
		if (kind == BV_EXAM_OPEN)
			act.facts.plan.name = BV_STR("another");
		if (kind == BV_EXAM_REGISTER)
			act.facts.ticket = BV_STR("TS-7777");
		if (kind == BV_EXAM_SUBMIT && i == 12) {
			act.attempt = id;
			act.facts.lease = 2;
		}
		CHECK(bv_ledger_do(b.ledger, &act, &b.err) == BV_OK, "%s is decided again: %s", bv_exam_act_name(kind), b.err.msg);
		if (kind == BV_EXAM_REGISTER)
			last = act.ack.attempt;
		collisions += stats_of(&b).taken_back;
		CHECK(stats_of(&b).memory >= before || kind == BV_EXAM_CLOSE, "and memory is counted right");
		struct bv_ledger_act here, there;
		CHECK(kind == BV_EXAM_CLOSE || (ledger_do(&a, &here, BV_EXAM_LOOK, act.ack.attempt) == BV_OK && ledger_do(&b, &there, BV_EXAM_LOOK, act.ack.attempt) == BV_OK &&
		      here.ack.state == there.ack.state && here.ack.left_ms == there.ack.left_ms && here.ack.deadline_ms == there.ack.deadline_ms && here.ack.lease == there.ack.lease),
		      "both have the same state after %s", bv_exam_act_name(kind));
		leave(&b);
	}
	CHECK(collisions >= BV_COUNT(kinds) / 2, "%llu collisions", (unsigned long long)collisions);
	ledger_test_close(&a);
	check_all(&a, "taken back");
	ledger_test_finish(&a);
}

/* ---- At once ---- */

struct candidate {
	struct ledger_test *nodes;
	int64_t id, last_seq, saves;
	uint64_t seed;
	int wrong;
	atomic_bool *enough;
};

static uint64_t
pick(struct candidate *c, uint64_t below)
{
	c->seed = c->seed * 6364136223846793005u + 1442695040888963407u;
	return (c->seed >> 33) % below;
}

static void *
be_thrown(void *ctx)
{
	struct candidate *c = ctx;
	struct bv_err err;

	for (uint32_t number = 1; !atomic_load(c->enough); number++) {
		struct bv_ledger_act act = { .act = BV_EXAM_SAVE, .attempt = c->id,
			                     .facts = { .author = BV_STR("candidate"), .lease = 1, .item = number % ITEMS, .number = number,
			                                .response = number % 2 ? RESPONSE("A") : RESPONSE("B") } };
		struct bv_ledger_act again = act, look = { .act = BV_EXAM_LOOK, .attempt = c->id };
		if (bv_ledger_do(c->nodes[pick(c, NODES)].ledger, &act, &err) != BV_OK || act.ack.again || act.ack.seq != c->last_seq + 1) {
			printf("# %s: %lld after %lld\n", err.msg, (long long)act.ack.seq, (long long)c->last_seq);
			c->wrong++;
			break;
		}
		c->saves++;
		c->last_seq = act.ack.seq;
		if (pick(c, 4) == 0)
			c->wrong += bv_ledger_do(c->nodes[pick(c, NODES)].ledger, &again, &err) != BV_OK || !again.ack.again || again.ack.n != act.ack.n;
		if (pick(c, 8) == 0)
			c->wrong += bv_ledger_do(c->nodes[pick(c, NODES)].ledger, &look, &err) != BV_OK || look.ack.left_ms != act.ack.left_ms;
	}
	return NULL;
}

/* Seen by one statement, the log has no gap at any moment. */
static void
look_for_gaps(struct ledger_test *t, int64_t for_ms)
{
	int64_t until_ns = bv_clock_monotonic_ns() + for_ms * 1000000, gaps = 0, looks = 0;
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	CHECK(bv_sql_open(&sql, t->url, BV_SQL_READ, &t->err) == BV_OK && bv_sql_prepare(&stmt, sql, "SELECT max(n) - count(*) FROM event", &t->err) == BV_OK, "a reader");
	for (; bv_clock_monotonic_ns() < until_ns; looks++) {
		if (bv_sql_step(stmt, &row, &t->err) != BV_OK)
			break;
		gaps += bv_sql_int(stmt, 0) != 0;
		bv_sql_reset(stmt);
		usleep(500);
	}
	CHECK(!gaps && looks > 10, "no gap is seen in %lld looks", (long long)looks);
}

static void
at_once(void)
{
	struct ledger_test nodes[NODES];
	struct candidate candidates[CANDIDATES];
	pthread_t threads[CANDIDATES];
	atomic_bool enough = false;
	int64_t saves = 0, wrong = 0;

	ledger_test_init(&nodes[0]);
	CHECK_OK(ledger_test_open(&nodes[0]), &nodes[0].err, "a node");
	ledger_sitting(&nodes[0]);
	for (int i = 0; i < CANDIDATES; i++)
		candidates[i] = (struct candidate){ .nodes = nodes, .id = ledger_started(&nodes[0], i), .last_seq = 4, .seed = (uint64_t)i + 1, .enough = &enough };
	for (int i = 1; i < NODES; i++)
		join(&nodes[i], &nodes[0]);
	for (int i = 0; i < CANDIDATES; i++)
		pthread_create(&threads[i], NULL, be_thrown, &candidates[i]);
	look_for_gaps(&nodes[0], ledger_server ? 1500 : 700);
	enough = true;
	for (int i = 0; i < CANDIDATES; i++) {
		pthread_join(threads[i], NULL);
		saves += candidates[i].saves;
		wrong += candidates[i].wrong;
	}
	printf("# %lld saves, decided again: %llu %llu %llu\n", (long long)saves, (unsigned long long)stats_of(&nodes[0]).taken_back,
	       (unsigned long long)stats_of(&nodes[1]).taken_back, (unsigned long long)stats_of(&nodes[2]).taken_back);
	CHECK(!wrong && saves > 100, "%lld saves, each once and in order", (long long)saves);
	for (int i = 0; i < NODES; i++)
		CHECK(bv_ledger_health(nodes[i].ledger, &nodes[i].err) == BV_OK, "node %d lives: %s", i, nodes[i].err.msg);
	CHECK(ledger_count(&nodes[0], "SELECT count(*) FROM event WHERE kind = 16") == saves, "all are there, and nothing else");
	for (int i = NODES; --i > 0;)
		leave(&nodes[i]);
	ledger_test_close(&nodes[0]);
	check_all(&nodes[0], "at once");
	CHECK(ledger_count(&nodes[0], "SELECT count(*) FROM checkpoint") > 0 &&
	      ledger_count(&nodes[0], "SELECT (SELECT count(*) FROM event) - max(size) FROM checkpoint") == 0, "and a checkpoint covers it");
	ledger_test_finish(&nodes[0]);
}

/* The node that keeps the trees goes; the other takes over where the last checkpoint is. */
static void
tree_taken_over(void)
{
	struct ledger_test a, b;
	struct bv_ledger_act act;

	ledger_test_init(&a);
	CHECK_OK(ledger_test_open(&a), &a.err, "a node");
	ledger_sitting(&a);
	int64_t id = ledger_started(&a, 1);
	for (int i = 0; i < 6000 && ledger_count(&a, "SELECT count(*) FROM checkpoint") == 0; i++)
		usleep(10000);
	join(&b, &a);
	for (int i = 0; i < 6000 && stats_of(&b).tree_lag; i++) /* until it has looked */
		usleep(10000);
	CHECK(stats_of(&b).tree_lag == 0, "who does not keep the trees is not behind");
	CHECK_OK(ledger_save(&b, &act, id, 1, 0, 1, RESPONSE("A")), &b.err, "a save at the other");
	ledger_test_close(&a);
	int64_t size = ledger_count(&b, "SELECT max(size) FROM checkpoint"), left = -1;
	CHECK(size == 6, "the last checkpoint of the one that goes has what the other wrote: %lld", (long long)size);
	CHECK_OK(ledger_save(&b, &act, id, 1, 1, 2, RESPONSE("B")), &b.err, "a save after it has gone");
	for (int i = 0; i < 1000 && left; i++) {
		step(&b, 20);
		usleep(10000);
		left = ledger_count(&b, "SELECT (SELECT count(*) FROM event) - max(size) FROM checkpoint");
	}
	CHECK(left == 0, "the other makes checkpoints now");
	leave(&b);
	check_all(&a, "taken over");
	ledger_test_finish(&a);
}

/* ---- A commit that takes long ---- */

struct sent {
	struct bv_ledger_act act;
	atomic_bool done;
};

static void
is_done(struct bv_ledger_act *act)
{
	((struct sent *)act)->done = true;
}

static void
send_save(struct ledger_test *t, struct sent *sent, int64_t id, uint32_t number)
{
	*sent = (struct sent){ .act = { .act = BV_EXAM_SAVE, .attempt = id, .done = is_done,
	                                .facts = { .author = BV_STR("candidate"), .lease = 1, .item = 0, .number = number, .response = RESPONSE("A") } } };
	bv_ledger_submit(t->ledger, &sent->act);
}

static bool
wait_done(struct sent *sent, int64_t most_ms)
{
	for (int64_t until_ns = bv_clock_monotonic_ns() + most_ms * 1000000; !sent->done && bv_clock_monotonic_ns() < until_ns;)
		usleep(1000);
	return sent->done;
}

/* Somebody has appended, in his turn, and his commit is not there yet: whoever comes after him waits; nobody sees a later event before it. When he fails
 * the place is free; when he stands still for too long his turn is ended. */
static void
delayed_commit(void)
{
	struct ledger_test t;
	BV_AUTO(bv_sql_close) struct bv_sql *slow = NULL;
	struct sent sent;
	char text[600];
	struct bv_err err;

	ledger_test_init(&t);
	CHECK_OK(ledger_test_open(&t), &t.err, "a node");
	ledger_sitting(&t);
	int64_t id = ledger_started(&t, 1);
	CHECK_OK(bv_sql_open(&slow, t.url, BV_SQL_WRITE, &err), &err, "a slow one");
	for (int round = 0; round < (ledger_server ? 2 : 1); round++) { /* a file's lock is not taken from who has it */
		int64_t last_n = ledger_count(&t, "SELECT max(n) FROM event");
		CHECK_OK(bv_sql_begin_turn(slow, LEDGER_TURN, &err), &err, "its turn");
		snprintf(text, sizeof text, "INSERT INTO event SELECT n + 1, sitting, attempt, seq + 1, at, kind, n, body, hash FROM event WHERE n = %lld", (long long)last_n);
		CHECK_OK(bv_sql_run(slow, text, &err), &err, "an event");
		send_save(&t, &sent, id, (uint32_t)round + 1);
		CHECK(!wait_done(&sent, 300) && ledger_count(&t, "SELECT max(n) FROM event") == last_n, "who comes after it waits, and nothing is seen");
		if (round == 0)
			bv_sql_rollback(slow);
		/* else it stands still */
		CHECK(wait_done(&sent, 60000) && sent.act.status == BV_OK && sent.act.ack.n == last_n + 1, "then its place is taken: %s", sent.act.err.msg);
	}
	CHECK(!ledger_server || bv_sql_commit(slow, &err) != BV_OK, "and its commit comes too late");
	check_all(&t, "delayed");
	ledger_test_finish(&t);
}

/* ---- Clocks ---- */

static enum nodes_verdict
judge(struct ledger_nodes *nodes, int64_t ahead_ms, int64_t exam_less_boot_ms, bool held, struct ledger_mark mark, int64_t *skew_ms)
{
	struct nodes_view view = { .own_n = 5, .ahead_ms = ahead_ms, .exam_less_boot_ms = exam_less_boot_ms, .held = held, .count = mark.n ? 1 : 0, .others = { mark } };

	return nodes_judge(skew_ms, nodes, &view);
}

static void
judging(void)
{
	/* The other one: exam time is 100,000 ms ahead of the clock that all share. */
	const struct ledger_mark elder = { .n = 2, .utc_ms = 1000000, .exam_ms = 1100000 }, later = { .n = 2, .utc_ms = 1010000, .exam_ms = 1110000 },
	                         younger = { .n = 9, .utc_ms = 1000000, .exam_ms = 1100000 }, nobody = { 0 }, stepped = { .n = 2, .utc_ms = 1070000, .exam_ms = 1110000 };
	struct ledger_nodes n = { 0 };
	int64_t skew;

	CHECK(judge(&n, 700000, 800000, false, nobody, &skew) == NODES_ALONE && n.known && n.ahead_ms == 700000, "alone");
	CHECK(judge(&n, 500000, 800000, false, nobody, &skew) == NODES_ALONE && !n.unsure, "alone the shared clock may do what it likes");
	n = (struct ledger_nodes){ 0 };
	CHECK(judge(&n, 700000, 800000, false, elder, &skew) == NODES_AGREE && skew == 0, "the same");
	CHECK(judge(&n, 700000, 800250, false, elder, &skew) == NODES_AGREE && skew == 250, "not measurable");
	CHECK(judge(&n, 700000, 800251, false, elder, &skew) == NODES_ADJUST && skew == 251, "a little ahead");
	CHECK(judge(&n, 700000, 799000, false, elder, &skew) == NODES_ADJUST && skew == -1000, "behind as far as may be");
	CHECK(judge(&n, 700000, 798999, false, elder, &skew) == NODES_WRONG && skew == -1001, "too far");
	CHECK(judge(&n, 700000, 801001, false, elder, &skew) == NODES_WRONG && skew == 1001, "either way");
	CHECK(judge(&n, 700000, 801001, false, younger, &skew) == NODES_AGREE && skew == 0, "who was here first is the reference");
	CHECK(judge(&n, 700000, 300000, true, younger, &skew) == NODES_ADJUST && skew == -500000, "unless its clock is held");
	CHECK(judge(&n, 701000, 800000, false, younger, &skew) == NODES_AGREE && !n.unsure, "a second is no jump");
	CHECK(judge(&n, 760000, 800000, false, elder, &skew) == NODES_UNSURE && n.unsure, "the shared clock jumped, or this machine stood still");
	CHECK(judge(&n, 760000, 800000, false, elder, &skew) == NODES_UNSURE && n.unsure, "as long as the other has not said anything since");
	struct ledger_nodes m = n;
	CHECK(judge(&n, 760000, 800000, false, stepped, &skew) == NODES_AGREE && !n.unsure && skew == 0, "it saw the same jump: it was the shared clock");
	CHECK(judge(&m, 760000, 800000, false, later, &skew) == NODES_WRONG && skew == -60000, "it did not: it was this machine");
	n = (struct ledger_nodes){ 0 };
	CHECK(judge(&n, 700000, 800000, false, younger, &skew) == NODES_AGREE && judge(&n, 760000, 800000, false, younger, &skew) == NODES_UNSURE,
	      "who was here first may be the one that stood still");
	CHECK(judge(&n, 760000, 800000, false, nobody, &skew) == NODES_ALONE && !n.unsure, "and goes on when the others are gone");

	struct nodes_view view = { .own_n = 5, .boot_id = "here", .ahead_ms = 700000, .exam_less_boot_ms = 800003, .count = 1,
		                   .others = { { .boot_id = "here", .n = 2, .boot_ms = 299900, .utc_ms = 1000000, .exam_ms = 1100000 } } };
	n = (struct ledger_nodes){ 0 };
	CHECK(nodes_judge(&skew, &n, &view) == NODES_AGREE && skew == -97, "on one machine the boottime tells exactly, whatever was measured");
	view.others[0].boot_ms = 200000;
	CHECK(nodes_judge(&skew, &n, &view) == NODES_AGREE && skew == 3, "but not that of another time namespace");
	strcpy(view.others[0].boot_id, "there");
	view.others[0].boot_ms = 299900;
	CHECK(nodes_judge(&skew, &n, &view) == NODES_AGREE && skew == 3, "nor that of another machine");
}

/* Until this node has written down what its clocks said at that time, or later. */
static void
wait_mark(struct ledger_test *t, int64_t exam_ms)
{
	for (int i = 0; i < 6000 && ledger_count(t, "SELECT max(exam_ms) FROM boot") < exam_ms; i++)
		usleep(10000);
}

/* A node on another machine: its wall clock is the shared one here, which is what the database server's is elsewhere. */
static void
clocks(void)
{
	struct ledger_test a, b;
	struct bv_ledger_act here, there;

	ledger_test_init(&a);
	CHECK_OK(ledger_test_open(&a), &a.err, "a node");
	ledger_sitting(&a);
	int64_t id = ledger_started(&a, 1);
	step(&a, 5 * MINUTE);
	CHECK_OK(ledger_do(&a, &here, BV_EXAM_LOOK, id), &a.err, "five minutes have passed");
	wait_mark(&a, here.ack.now_ms);
	b = a;
	bv_key_new(&b.key, ledger_test_seed);
	b.options.key = b.key;
	b.clock.id = "boot-b";
	b.clock.boot = b.clock.awake = 77;
	b.clock.utc = a.clock.utc;
	b.options.time.ctx = &b.clock;
	CHECK_OK(ledger_test_open(&b), &b.err, "a node on another machine, just booted");
	CHECK(ledger_do(&b, &there, BV_EXAM_LOOK, id) == BV_OK && there.ack.left_ms == here.ack.left_ms && there.ack.now_ms == here.ack.now_ms, "has the same time");
	CHECK(ledger_count(&a, "SELECT count(*) FROM event WHERE kind = 4") == 1, "which an event says");
	/* It stands still for 20 s, as a virtual machine may. */
	step(&a, 20000);
	b.clock.utc = a.clock.utc;
	for (int i = 0; i < 100 && !stats_of(&b).stopped; i++) {
		step(&a, 1);
		b.clock.utc = a.clock.utc;
		b.clock.boot++;
		b.clock.awake++;
		usleep(100000);
		if (stats_of(&b).unsure)
			CHECK(ledger_save(&b, &there, id, 1, 0, 1, RESPONSE("A")) != BV_OK && (there.refusal == BV_REFUSED_HELD || there.refusal == BV_REFUSED_STOPPED), "it takes nothing");
	}
	CHECK(bv_ledger_health(b.ledger, &b.err) == BV_EIO && strstr(b.err.msg, "behind"), "it is noticed, and stops: %s", b.err.msg);
	CHECK_OK(ledger_save(&a, &here, id, 1, 0, 1, RESPONSE("A")), &a.err, "the other goes on");
	ledger_test_close(&b);
	wait_mark(&a, here.ack.now_ms);
	CHECK_OK(ledger_test_open(&b), &b.err, "started again");
	CHECK(ledger_do(&b, &there, BV_EXAM_LOOK, id) == BV_OK && ledger_do(&a, &here, BV_EXAM_LOOK, id) == BV_OK && there.ack.left_ms == here.ack.left_ms, "it has the time of the other");
	leave(&b);
	check_all(&a, "clocks");
	ledger_test_finish(&a);
}

/* Both were started after the machine had been off for long; a person confirms at one of them. */
static void
held_together(void)
{
	struct ledger_test a, b;
	struct bv_ledger_act act;
	int64_t held_ms;

	ledger_test_init(&a);
	CHECK_OK(ledger_test_open(&a), &a.err, "a node");
	ledger_sitting(&a);
	int64_t id = ledger_started(&a, 1);
	ledger_test_close(&a);
	a.clock.id = "boot-b";
	step(&a, 40 * MINUTE);
	CHECK_OK(ledger_test_open(&a), &a.err, "another boot");
	join(&b, &a);
	CHECK(bv_ledger_held(a.ledger, &held_ms) && bv_ledger_held(b.ledger, &held_ms) && held_ms >= 40 * MINUTE, "both are held");
	CHECK(ledger_save(&b, &act, id, 1, 0, 1, RESPONSE("A")) == BV_EDENIED && act.refusal == BV_REFUSED_HELD, "nothing is taken that needs time");
	CHECK_OK(bv_ledger_confirm_clock(a.ledger, 5 * MINUTE, STAFF_ID, BV_STR("a power cut"), &a.err), &a.err, "a person says how long it was");
	for (int i = 0; i < 6000 && bv_ledger_held(b.ledger, &held_ms); i++)
		usleep(10000);
	struct bv_ledger_act here = { .act = BV_EXAM_LOOK, .attempt = id }, there = here;
	CHECK(bv_ledger_do(a.ledger, &here, &a.err) == BV_OK && bv_ledger_do(b.ledger, &there, &b.err) == BV_OK && here.ack.left_ms == there.ack.left_ms &&
	      here.ack.now_ms == there.ack.now_ms, "the other takes its time, exactly");
	CHECK_OK(ledger_save(&b, &act, id, 1, 0, 1, RESPONSE("A")), &b.err, "and answers");
	/* The wall clock of the machine counts for neither. */
	a.clock.utc += 60 * MINUTE;
	b.clock.utc += 60 * MINUTE;
	usleep(300000);
	CHECK_OK(ledger_save(&b, &act, id, 1, 0, 2, RESPONSE("A")), &b.err, "a stepped wall clock changes nothing");
	CHECK(!stats_of(&a).unsure && !stats_of(&b).unsure && bv_ledger_health(a.ledger, &a.err) == BV_OK, "for nobody");
	leave(&b);
	check_all(&a, "held together");
	ledger_test_finish(&a);
}

/* The log of a file is not copied by anybody any more after a copy has failed at one of those who have it open, until all have gone. */
static void
copy_failed(void)
{
	struct ledger_test a, b;
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	char log[sizeof a.folder + 16];
	struct stat st;
	int64_t left;

	ledger_test_init(&a);
	CHECK_OK(ledger_test_open(&a), &a.err, "a node");
	join(&b, &a);
	CHECK(bv_sql_open(&sql, a.url, BV_SQL_JOIN, &a.err) == BV_OK && ledger_copy_log(&left, b.ledger, sql, &b.err) == BV_OK, "the log is copied");
	ledger_lock_mark_copy(a.ledger->database.lock);
	ledger_test_close(&a);
	CHECK_REFUSED(ledger_copy_log(&left, b.ledger, sql, &b.err), BV_EIO, &b.err, "not tried twice", "after it failed at one, no more");
	CHECK_OK(ledger_test_open(&a), &a.err, "one comes again");
	CHECK_REFUSED(ledger_copy_log(&left, a.ledger, sql, &a.err), BV_EIO, &a.err, "not tried twice", "he neither, while another is there");
	ledger_sitting(&a);
	CHECK(ledger_started(&a, 1) > 0, "answers are stored as before");
	ledger_test_close(&a);
	leave(&b);
	bv_sql_close(bv_steal(&sql));
	snprintf(log, sizeof log, "%s/ledger.db-wal", a.folder);
	CHECK(stat(log, &st) == 0 && st.st_size > 0, "nor at the end, by who was the last");
	CHECK_OK(ledger_test_open(&a), &a.err, "after all have gone");
	CHECK_OK(bv_sql_open(&sql, a.url, BV_SQL_JOIN, &a.err), &a.err, "the log is copied");
	CHECK_OK(ledger_copy_log(&left, a.ledger, sql, &a.err), &a.err, "it is copied again");
	ledger_test_finish(&a);
}

static void
run_all(void)
{
	by_turns();
	taken_back();
	at_once();
	tree_taken_over();
	delayed_commit();
}

int
main(void)
{
	struct pgsql_cluster cluster;

	judging();
	run_all();
	held_together();
	copy_failed();
	if (!pgsql_start(&cluster, "/tmp", 5432, "log_min_messages=warning"))
		return check_end();
	ledger_server = &cluster;
	run_all();
	clocks();
	pgsql_finish(&cluster);
	return check_end();
}
