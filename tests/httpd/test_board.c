/* The board beside the ledger: after any acts each row says what the ledger says of the attempt; a board that is read again from the log is the same to
 * the byte, and so is one that was read in any pieces; a number that is missing in the log holds back what comes after it. A
 * database that fails at any call, once or until it is asked for again, leaves nothing out and brings nothing twice. */
#define _GNU_SOURCE
#include "tests/base/sql_script_open.h"
#include "tests/engine/ledger_fixture.h"
#include "tools/httpd/board.h"

enum { ATTEMPTS = 6, ACTS = 600 };

static uint32_t seed = 7;

static uint32_t
below(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static enum bv_status
take(void *ctx, const struct bv_exam_event *event, struct bv_err *err)
{
	return board_add(ctx, event, err);
}

static size_t
follow(struct bv_ledger_follower *follower, struct board *board, size_t most, struct bv_err *err)
{
	size_t count = 0;

	if (bv_ledger_follow_next(&count, follower, most, take, board, err) != BV_OK)
		CHECK(false, "following: %s", err->msg);
	return count;
}

static struct board
read_all(struct ledger_test *t, size_t most)
{
	BV_AUTO(bv_ledger_follower_free) struct bv_ledger_follower *follower = NULL;
	struct board board = { 0 };

	if (bv_ledger_follow(&follower, t->url, &t->err) != BV_OK)
		CHECK(false, "a follower: %s", t->err.msg);
	else
		while (follow(follower, &board, most, &t->err))
			;
	return board;
}

static struct bv_str
text_of(struct bv_buf *out, struct board *board, const char *room)
{
	struct board_sitting *sitting = board->sittings;
	struct board_cursor cursor = { 0 };

	bv_buf_clear(out);
	const struct board_room *view = sitting ? board_find_room(sitting, bv_str_of(room)) : NULL;
	if (view)
		board_write(out, view, &cursor, true, SIZE_MAX, &(struct board_now){ 0 });
	return bv_buf_str(out);
}

struct seen {
	uint32_t answered;
};

/* How many items have an answer, by the ledger; in this test every save is one. */
static void
count_answers(struct bv_ledger_act *act, const struct bv_attempt *attempt, const struct bv_sitting_plan *plan)
{
	struct seen *seen = act->ctx;

	for (uint32_t i = 0; attempt->items && i < plan->item_count; i++)
		seen->answered += attempt->items[i].n != 0;
}

static void
compare(struct ledger_test *t, struct board *board, const int64_t ids[ATTEMPTS])
{
	unsigned good = 0;

	for (int i = 0; i < ATTEMPTS; i++) {
		struct seen seen = { 0 };
		struct bv_ledger_act act = { .act = BV_EXAM_LOOK, .attempt = ids[i], .look = count_answers, .ctx = &seen };
		const struct board_row *row = board_find_row(board, ids[i]);
		if (bv_ledger_do(t->ledger, &act, &t->err) != BV_OK || !row)
			continue;
		const struct bv_sitting_plan *plan = &row->sitting->plan;
		bool same = row->attempt.state == act.ack.state && row->attempt.section == act.ack.section && row->answered == seen.answered &&
		            bv_attempt_deadline_ms(&row->attempt, plan) == act.ack.deadline_ms &&
		            bv_attempt_left_ms(&row->attempt, plan, act.ack.now_ms) == act.ack.left_ms && !row->attempt.items;
		good += same;
		if (!same)
			CHECK(false, "attempt %lld: state %u and %u, answered %u and %u, deadline %lld and %lld", (long long)ids[i], row->attempt.state, act.ack.state,
			      row->answered, seen.answered, (long long)bv_attempt_deadline_ms(&row->attempt, plan), (long long)act.ack.deadline_ms);
	}
	CHECK(good == ATTEMPTS, "%u rows say what the ledger says", good);
}

static void
act_at_random(struct ledger_test *t, const int64_t ids[ATTEMPTS])
{
	static const enum bv_exam_act acts[] = { BV_EXAM_ADMIT, BV_EXAM_DISMISS, BV_EXAM_LEASE, BV_EXAM_START, BV_EXAM_PAUSE, BV_EXAM_RESUME, BV_EXAM_EXTEND,
		                                 BV_EXAM_SECTION, BV_EXAM_SUBMIT, BV_EXAM_END, BV_EXAM_REOPEN, BV_EXAM_NOTE, BV_EXAM_UNBIND };
	static uint32_t number;
	struct bv_ledger_act act;
	int64_t id = ids[below(ATTEMPTS)];
	uint32_t lease = 1;

	struct bv_ledger_act look = { .act = BV_EXAM_LOOK, .attempt = id };
	if (bv_ledger_do(t->ledger, &look, &t->err) == BV_OK)
		lease = look.ack.lease;
	if (below(3)) {
		(void)!ledger_save(t, &act, id, lease, below(5), ++number, BV_STR("{\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}"));
		return;
	}
	enum bv_exam_act kind = acts[below(BV_COUNT(acts))];
	act = (struct bv_ledger_act){ .act = kind, .attempt = id,
		                      .facts = sample_facts(kind, kind == BV_EXAM_LEASE || kind == BV_EXAM_START || kind == BV_EXAM_SECTION || kind == BV_EXAM_SUBMIT ?
		                                                      BV_STR("candidate") : STAFF_ID, &t->plan) };
	if (kind == BV_EXAM_START || kind == BV_EXAM_SECTION || kind == BV_EXAM_SUBMIT)
		act.facts.lease = lease;
	if (kind == BV_EXAM_SECTION)
		act.facts.section = look.ack.section;
	(void)!bv_ledger_do(t->ledger, &act, &t->err);
	if (!below(20))
		step(t, below(120) * 1000);
}

static void
test_fold(struct ledger_test *t)
{
	BV_AUTO(bv_ledger_follower_free) struct bv_ledger_follower *follower = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf one = BV_BUF(1u << 20), other = BV_BUF(1u << 20);
	BV_AUTO(board_finish) struct board board = { 0 };
	int64_t ids[ATTEMPTS];

	CHECK_OK(ledger_test_open(t), &t->err, "a ledger");
	ledger_sitting(t);
	for (int i = 0; i < ATTEMPTS; i++)
		ids[i] = i % 2 ? ledger_started(t, i) : ledger_register(t, i);
	CHECK_OK(bv_ledger_follow(&follower, t->url, &t->err), &t->err, "followed");
	for (int n = 1; n <= ACTS; n++) {
		act_at_random(t, ids);
		if (!below(40))
			follow(follower, &board, 1 + below(50), &t->err);
		if (n % (ACTS / 4))
			continue;
		while (follow(follower, &board, 1024, &t->err))
			;
		compare(t, &board, ids);
	}
	for (size_t most = 1; most <= 1024; most *= 32) {
		BV_AUTO(board_finish) struct board again = read_all(t, most);
		CHECK(again.n == board.n && bv_str_eq(text_of(&one, &board, ""), text_of(&other, &again, "")), "read again by %zu it is the same: %zu bytes", most, one.len);
	}
	CHECK(board.row_count == ATTEMPTS && board.sittings->all.count == ATTEMPTS && !board_find_room(board.sittings, BV_STR("1")), "six rows, and no rooms");
}

static void
run_sql(struct ledger_test *t, const char *text)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;

	if (bv_sql_open(&sql, t->url, BV_SQL_WRITE, &t->err) != BV_OK || bv_sql_run(sql, text, &t->err) != BV_OK)
		CHECK(false, "%s: %s", text, t->err.msg);
}

/* The commit of another node that is on its way: its number is missing. */
static void
test_hole(struct ledger_test *t)
{
	BV_AUTO(bv_ledger_follower_free) struct bv_ledger_follower *follower = NULL;
	BV_AUTO(board_finish) struct board board = { 0 };

	ledger_test_close(t);
	int64_t last = ledger_count(t, "SELECT max(n) FROM event");
	run_sql(t, "CREATE TABLE aside AS SELECT * FROM event WHERE n = 40; DELETE FROM event WHERE n = 40");
	CHECK_OK(bv_ledger_follow(&follower, t->url, &t->err), &t->err, "followed from the beginning");
	while (follow(follower, &board, 7, &t->err))
		;
	CHECK(board.n == 39, "what comes after a missing number waits: %lld", (long long)board.n);
	CHECK(follow(follower, &board, 1024, &t->err) == 0, "however often it is asked");
	run_sql(t, "INSERT INTO event SELECT * FROM aside; DROP TABLE aside");
	while (follow(follower, &board, 1024, &t->err))
		;
	CHECK(board.n == last, "then all of it comes: %lld", (long long)board.n);
	CHECK(bv_ledger_follow(&follower, "sqlite:/nonexistent/l.db", &t->err) == BV_ENOTFOUND, "a ledger that is not there");
}

/* The n-th call fails while a board is read in pieces. How many calls there are. */
static int
fail_each(struct ledger_test *t, const struct board *whole)
{
	BV_AUTO(bv_buf_finish) struct bv_buf one = BV_BUF(1u << 20), other = BV_BUF(1u << 20);
	bool failed = true;
	int n;

	for (n = 1; failed; n += 1 + (n > 30) * 13) {
		BV_AUTO(bv_ledger_follower_free) struct bv_ledger_follower *follower = NULL;
		BV_AUTO(board_finish) struct board board = { 0 };
		struct sql_script how = { .fail_at = n, .status = BV_EIO };
		size_t count = 1;
		int faults = 0;
		sql_script_opened = &how;
		enum bv_status status = bv_ledger_follow(&follower, t->url, &t->err);
		sql_script_opened = NULL;
		failed = how.failed;
		if (status != BV_OK && (status != BV_EIO || !failed || follower))
			CHECK(false, "call %d: %s: %s", n, bv_status_name(status), t->err.msg);
		while (status == BV_OK && count) {
			enum bv_status once = bv_ledger_follow_next(&count, follower, 50, take, &board, &t->err);
			if (once == BV_OK)
				continue;
			count = 1; /* it is looked for again */
			if (once == BV_EIO && !faults++)
				continue;
			CHECK(false, "call %d: following again: %s", n, t->err.msg);
			return 0;
		}
		failed = how.failed;
		if (status == BV_OK && (board.n != whole->n || !bv_str_eq(text_of(&one, &board, ""), text_of(&other, (struct board *)(uintptr_t)whole, ""))))
			CHECK(false, "call %d: the board is another: %lld events of %lld", n, (long long)board.n, (long long)whole->n);
	}
	return n;
}

static void
test_lost(struct ledger_test *t)
{
	BV_AUTO(board_finish) struct board whole = read_all(t, 1024);

	int calls = fail_each(t, &whole);
	CHECK(calls > 100, "each call of the database fails, and the board is the same in the end: %d calls", calls);
}

static void
test_close(struct ledger_test *t)
{
	BV_AUTO(board_finish) struct board board = { 0 };
	struct bv_ledger_act act;

	CHECK_OK(ledger_test_open(t), &t->err, "again");
	board = read_all(t, 100);
	for (int64_t id = 1; id < (int64_t)board.cap; id++)
		if (board_find_row(&board, id))
			(void)!ledger_do(t, &act, BV_EXAM_END, id);
	CHECK_OK(ledger_do(t, &act, BV_EXAM_CLOSE, t->sitting), &t->err, "closed");
	board_finish(&board);
	board = read_all(t, 100);
	CHECK(!board.sittings && board.n == 0, "a closed sitting is not read at all: %lld", (long long)board.n);
	CHECK(board_find(&board, t->plan.name) == NULL && board_find_row(&board, 2) == NULL && board_find_row(&board, -1) == NULL, "nor found");
}

int
main(void)
{
	struct ledger_test t;

	ledger_test_init(&t);
	t.plan.section_count = 2;
	t.plan.sections[0] = (struct bv_sitting_section){ 2, 10 * MINUTE };
	t.plan.sections[1] = (struct bv_sitting_section){ 3, 0 };
	test_fold(&t);
	test_hole(&t);
	test_lost(&t);
	test_close(&t);
	ledger_test_finish(&t);
	return check_end();
}
