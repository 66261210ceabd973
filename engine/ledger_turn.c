/* Several nodes on one log. Every event has the next number in it, so that whoever appends has seen all that was there before, or his number is taken and
 * nothing of his is stored: then what he decided is taken back, he reads what he had not seen, and decides again. One that writes alone does not notice.
 * Where several write, each takes a turn (a lock, in the order of asking), reads what is new, decides, appends and commits. */
#include <inttypes.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/ledger.h"

enum { ROWS_AT_ONCE = 8192, TURNS_ALONE = 16, LAG_MS = 1500 };
#define ALONE_NS (2 * INT64_C(1000000000)) /* nobody else has written for so long: no more turns */

int64_t
turn_timer_lag_ms(const struct bv_ledger *ledger)
{
	/* What the clock does is done by the one that keeps the tree, and by the others only if it does not. */
	return !atomic_load_explicit(&ledger->counters.keeps_tree, memory_order_relaxed) ? LAG_MS : 0;
}

/* ---- Reading what others have written ---- */

/* Of an attempt that is in the database only: if it was woken here, that may have been after this event or before, and it is read again. */
static bool
sleeps(struct bv_ledger *ledger, const struct bv_exam_event *event)
{
	const struct bv_attempt *sitting = states_find(&ledger->states, event->sitting);

	if (!sitting || event->attempt == event->sitting || !states_sitting(&ledger->states, sitting)->asleep)
		return false;
	tail_forget(ledger, event->attempt);
	return true;
}

static enum bv_status
follow_event(struct bv_ledger *ledger, struct bv_sql_stmt *stmt, struct bv_err *err)
{
	struct ledger_writer *writer = &ledger->writer;
	struct bv_exam_event event;
	struct bv_attempt *chain = NULL;
	struct bv_err why;
	int64_t prev_n;

	TRY(row_event(&event, &prev_n, stmt, err));
	if (event.n != writer->last_n + 1)
		return bv_err_set(err, BV_EINVAL, "event %" PRId64 " is missing from the log", writer->last_n + 1);
	if (bv_exam_body_parse(&event.facts, event.act, event.body, NULL, &why) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "event %" PRId64 " (attempt %" PRId64 "): %s", event.n, event.attempt, why.msg);
	if (!sleeps(ledger, &event))
		TRY(states_fold(&chain, &ledger->states, &event, err));
	writer->last_n = event.n;
	memcpy(writer->last_hash, event.hash, BV_HASH_LEN);
	ledger->next_n = event.n + 1;
	atomic_store(&ledger->counters.committed_n, event.n);
	if (event.act == BV_EXAM_WINDOW)
		ledger_schedule_all(ledger, event.sitting);
	else if (chain)
		ledger_schedule(ledger, chain);
	if (ledger->options.seen)
		ledger->options.seen(ledger->options.ctx, &event);
	return BV_OK;
}

/* Rows become visible in the order of their numbers, since whoever appends holds the turn until his commit is: none can come behind the last that is seen. */
static enum bv_status
follow(struct bv_ledger *ledger, uint64_t *count, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = ledger->writer.stmts[WRITER_NEWS];
	bool row = true;

	*count = 0;
	for (uint64_t got = ROWS_AT_ONCE; got == ROWS_AT_ONCE; *count += got) {
		got = 0;
		bv_sql_bind_int(stmt, 1, ledger->writer.last_n);
		bv_sql_bind_int(stmt, 2, ROWS_AT_ONCE);
		for (;;) {
			TRY(bv_sql_step(stmt, &row, err));
			if (!row)
				break;
			enum bv_status status = follow_event(ledger, stmt, err);
			if (status != BV_OK) {
				bv_sql_reset(stmt);
				return status;
			}
			got++;
		}
	}
	ledger->followed_ns = bv_clock_monotonic_ns();
	if (*count)
		ledger->quiet_ns = ledger->followed_ns;
	atomic_fetch_add_explicit(&ledger->counters.followed, *count, memory_order_relaxed);
	return BV_OK;
}

/* ---- Turns ---- */

static enum bv_status
take_turn(struct bv_ledger *ledger, bool turn, struct bv_err *err)
{
	uint64_t count;

	if (turn)
		TRY(bv_sql_begin_turn(ledger->writer.sql, LEDGER_TURN, err));
	TRY(follow(ledger, &count, err));
	ledger->quiet_turns = count ? 0 : ledger->quiet_turns + turn;
	ledger->in_turn = turn;
	return BV_OK;
}

/* A server that is lost is looked for. What fails for good, or in a file, stops the ledger: the committer tells everybody. */
static void
take_turn_surely(struct bv_ledger *ledger, bool turn)
{
	struct bv_err err;
	enum bv_status status = take_turn(ledger, turn, &err);

	for (int tries = 0; !ledger->database.file && (status == BV_EIO || status == BV_EUNCERTAIN || status == BV_ECONFLICT) && tries < LEDGER_RETRIES; tries++) {
		if (tries)
			usleep(LEDGER_RETRY_MS * 1000);
		bv_sql_rollback(ledger->writer.sql);
		status = writer_reconnect(&ledger->writer, &err);
		if (status == BV_OK)
			status = take_turn(ledger, turn, &err);
	}
	if (status == BV_OK) {
		atomic_fetch_add_explicit(&ledger->counters.turns, turn, memory_order_relaxed);
		return;
	}
	bv_sql_rollback(ledger->writer.sql);
	ledger_stop(ledger, &err);
}

static bool
has_work(struct bv_ledger *ledger, const struct bv_ledger_act *list)
{
	const struct ledger_moment *first = timer_first(&ledger->timer);

	return list || atomic_load(&ledger->queue) ||
	       (first && ledger_has_time(ledger) && first->due_ms <= bv_exam_clock_now(&ledger->clock, NULL) - turn_timer_lag_ms(ledger));
}

struct bv_ledger_act *
turn_begin(struct bv_ledger *ledger, struct bv_ledger_act *list)
{
	batch_is_written(ledger);
	if (ledger->collided) {
		list = batch_take_back(ledger, list);
		ledger->by_turns = true;
		ledger->quiet_turns = 0;
		ledger->quiet_ns = bv_clock_monotonic_ns();
	}
	if (atomic_load(&ledger->stopped))
		return list;
	if (ledger->by_turns && ledger->quiet_turns >= TURNS_ALONE && bv_clock_monotonic_ns() - ledger->quiet_ns > ALONE_NS)
		ledger->by_turns = false;
	if (ledger->by_turns && has_work(ledger, list)) {
		if (!batch_hand_over(ledger) || !batch_wait(ledger))
			return turn_begin(ledger, list);
		take_turn_surely(ledger, true);
	} else if (batch_is_empty(ledger->filling) && batch_is_written(ledger) &&
	           bv_clock_monotonic_ns() - ledger->followed_ns >= LEDGER_FOLLOW_MS * INT64_C(1000000)) {
		take_turn_surely(ledger, false);
	}
	return list;
}

void
turn_end(struct bv_ledger *ledger)
{
	if (!ledger->in_turn)
		return;
	bv_sql_rollback(ledger->writer.sql);
	ledger->in_turn = false;
}
