/* What comes after a sitting is closed: scores, releases, appeals, remarks. Its attempts leave memory when all of it is on the disk; the table 'tail' says
 * where the newest events of each are, and from there an attempt is read back when somebody acts upon it. The rows follow from the log: of each attempt the
 * last event before its sitting was closed, and all that came after. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "engine/ledger.h"

/* ---- The table ---- */

static enum bv_status
fill_sitting(struct bv_sql *sql, int64_t sitting, int64_t first_n, int64_t closed_n, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;

	TRY(bv_sql_prepare(&stmt, sql,
	                   "INSERT INTO tail(attempt, n) SELECT attempt, max(n) FROM event WHERE n >= $2 AND n < $3 AND sitting = $1 AND attempt <> $1 GROUP BY attempt "
	                   "UNION ALL SELECT attempt, n FROM event WHERE n > $3 AND sitting = $1 AND attempt <> $1 ON CONFLICT DO NOTHING", err));
	bv_sql_bind_int(stmt, 1, sitting);
	bv_sql_bind_int(stmt, 2, first_n);
	bv_sql_bind_int(stmt, 3, closed_n);
	return bv_sql_exec(stmt, err);
}

#define WITHOUT_TAILS \
	"FROM sitting s WHERE closed_n > 0 AND EXISTS (SELECT 1 FROM attempt a WHERE a.sitting = s.id) AND " \
	"NOT EXISTS (SELECT 1 FROM attempt a JOIN tail t ON t.attempt = a.id WHERE a.sitting = s.id)"

/* Sittings that were closed by a program that knew of no such table. */
enum bv_status
tails_fill(struct bv_sql *sql, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	int64_t sittings[64], first[64], closed[64];
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT id, first_n, closed_n " WITHOUT_TAILS " ORDER BY id LIMIT 64", err));
	for (size_t count = BV_COUNT(sittings); count == BV_COUNT(sittings);) {
		for (count = 0; count < BV_COUNT(sittings); count++) {
			TRY(bv_sql_step(stmt, &row, err));
			if (!row)
				break;
			sittings[count] = bv_sql_int(stmt, 0);
			first[count] = bv_sql_int(stmt, 1);
			closed[count] = bv_sql_int(stmt, 2);
		}
		bv_sql_reset(stmt);
		for (size_t i = 0; i < count; i++)
			TRY(fill_sitting(sql, sittings[i], first[i], closed[i], err));
	}
	return BV_OK;
}

static enum bv_status
is_whole(bool *whole, struct bv_sql *sql, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_has_table(whole, sql, "tail", err));
	if (!*whole)
		return BV_OK;
	TRY(bv_sql_prepare(&stmt, sql, "SELECT id " WITHOUT_TAILS " LIMIT 1", err));
	TRY(bv_sql_step(stmt, &row, err));
	bv_sql_reset(stmt);
	*whole = !row;
	return BV_OK;
}

enum bv_status
tails_upgrade(struct bv_sql *sql, struct bv_err *err)
{
	bool there;

	TRY(is_whole(&there, sql, err));
	if (there)
		return BV_OK;
	TRY(bv_sql_begin(sql, true, err));
	enum bv_status status = bv_sql_has_table(&there, sql, "tail", err);
	if (status == BV_OK && !there)
		status = bv_sql_run(sql, TAIL_SCHEMA, err);
	if (status == BV_OK)
		status = tails_fill(sql, err);
	return bv_sql_end(sql, status, err);
}

/* ---- Rows of a batch ---- */

static void
add_row(struct ledger_batch *batch, int64_t attempt, int64_t n)
{
	if (batch->tail_count == batch->tail_cap) {
		batch->tail_cap = batch->tail_cap ? batch->tail_cap * 2 : 64;
		batch->tail_attempt = bv_resize_array(batch->tail_attempt, batch->tail_cap, sizeof batch->tail_attempt[0]);
		batch->tail_n = bv_resize_array(batch->tail_n, batch->tail_cap, sizeof batch->tail_n[0]);
	}
	batch->tail_attempt[batch->tail_count] = attempt;
	batch->tail_n[batch->tail_count++] = n;
}

void
tail_note(struct ledger_batch *batch, const struct ledger_states *states, const struct bv_exam_event *event)
{
	const struct bv_attempt *sitting = states_find(states, event->sitting);

	if (event->act == BV_EXAM_CLOSE)
		for (int64_t id = 1; id <= states->last_id; id++) {
			const struct bv_attempt *attempt = states->slots[id];
			if (attempt && attempt->sitting == event->sitting && attempt != sitting)
				add_row(batch, id, attempt->last_n);
		}
	else if (sitting && sitting->state == BV_SITTING_CLOSED)
		add_row(batch, event->attempt, event->n);
}

enum bv_status
tails_write(struct ledger_writer *writer, const struct ledger_batch *batch, struct bv_err *err)
{
	int64_t added;

	for (size_t i = 0, count; i < batch->tail_count; i += count) {
		count = batch->tail_count - i < BV_SQL_ROWS_MAX ? batch->tail_count - i : BV_SQL_ROWS_MAX;
		const union bv_sql_array values[] = { { .ints = batch->tail_attempt + i }, { .ints = batch->tail_n + i } };
		TRY(bv_sql_bulk_exec(writer->tails, &added, values, count, err));
	}
	return BV_OK;
}

/* ---- Out of memory, and back: the decider's ---- */

/* Is all of it on the disk? Then nothing that may be taken back speaks of its attempts. */
static bool
is_settled(struct bv_ledger *ledger, const struct ledger_sitting *sitting)
{
	return sitting->newest_n <= atomic_load(&ledger->counters.committed_n);
}

void
tail_settle(struct bv_ledger *ledger)
{
	struct ledger_states *states = &ledger->states;

	if (!states->drowsy)
		return;
	states->drowsy = false;
	for (size_t i = 0; i < states->sitting_count; i++) {
		struct ledger_sitting *sitting = states->sittings[i];
		if (sitting->chain.state != BV_SITTING_CLOSED || sitting->asleep)
			continue;
		if (is_settled(ledger, sitting))
			states_sleep(states, sitting);
		else
			states->drowsy = true;
	}
}

/* Of those that were woken, all that are on the disk as they are. */
static void
forget_settled(struct bv_ledger *ledger)
{
	struct ledger_states *states = &ledger->states;
	size_t kept = 0;

	for (size_t i = 0; i < states->woken_count; i++) {
		const struct bv_attempt *attempt = states_find(states, states->woken[i]);
		if (attempt && !is_settled(ledger, states_sitting(states, attempt)))
			states->woken[kept++] = states->woken[i];
		else if (attempt)
			states_drop(states, states->woken[i]);
	}
	states->woken_count = kept;
}

void
tail_forget(struct bv_ledger *ledger, int64_t id)
{
	struct ledger_states *states = &ledger->states;

	if (!states_find(states, id))
		return;
	for (size_t i = 0; i < states->woken_count; i++)
		if (states->woken[i] == id)
			states->woken[i--] = states->woken[--states->woken_count];
	states_drop(states, id);
}

/* BV_ECONFLICT: what was decided is to be taken back first. */
static enum bv_status
make_room(struct bv_ledger *ledger)
{
	if (ledger->states.woken_count < LEDGER_WOKEN_MAX)
		return BV_OK;
	forget_settled(ledger);
	if (ledger->states.woken_count < LEDGER_WOKEN_MAX / 2)
		return BV_OK;
	if (!batch_hand_over(ledger) || !batch_wait(ledger))
		return BV_ECONFLICT;
	forget_settled(ledger);
	return BV_OK;
}

static enum bv_status
find_tail(int64_t *sitting, int64_t *n, struct ledger_reader *reader, int64_t attempt, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = reader->stmts[READER_TAIL];
	bool row;

	bv_sql_reset(stmt);
	bv_sql_bind_int(stmt, 1, attempt);
	TRY(query_row(reader->sql, stmt, &row, err));
	*sitting = row ? bv_sql_int(stmt, 0) : 0;
	*n = row ? bv_sql_int(stmt, 1) : 0;
	bv_sql_reset(stmt);
	return row ? BV_OK : bv_err_set(err, BV_ENOTFOUND, "there is no attempt %" PRId64 " in a sitting that was closed", attempt);
}

static enum bv_status
fold_chain(struct bv_attempt *attempt, const struct bv_sitting_plan *plan, struct ledger_reader *reader, int64_t n, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = reader->stmts[READER_CHAIN];
	struct bv_exam_event event;
	int64_t prev_n;
	bool row;

	bv_sql_bind_int(stmt, 1, n);
	TRY(query_row(reader->sql, stmt, &row, err));
	for (; row; ) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		TRY(row_event(&event, &prev_n, stmt, err));
		TRY(bv_exam_body_parse(&event.facts, event.act, event.body, &arena, err));
		if (event.attempt != attempt->id)
			return bv_err_set(err, BV_EINVAL, "event %" PRId64 " is of attempt %" PRId64 ", not %" PRId64, event.n, event.attempt, attempt->id);
		TRY(bv_attempt_fold(attempt, plan, &event, err));
		TRY(bv_sql_step(stmt, &row, err));
	}
	return attempt->last_n == n ? BV_OK : bv_err_set(err, BV_EINVAL, "the events of attempt %" PRId64 " do not lead back to its first: 'bangvang audit ledger' tells more", attempt->id);
}

enum bv_status
tail_wake(struct bv_attempt **out, struct bv_ledger *ledger, int64_t id, struct bv_err *err)
{
	struct ledger_states *states = &ledger->states;
	struct ledger_reader *reader = &ledger->recall;
	int64_t sitting_id, n;

	TRY(make_room(ledger));
	TRY(find_tail(&sitting_id, &n, reader, id, err));
	const struct bv_attempt *chain = states_find(states, sitting_id);
	if (!chain || chain->id != chain->sitting || chain->state != BV_SITTING_CLOSED || id > states->last_id)
		return bv_err_set(err, BV_ENOTFOUND, "attempt %" PRId64 " is of no sitting that was closed", id);
	const struct ledger_sitting *sitting = states_sitting(states, chain);
	struct bv_attempt *attempt = states_add_woken(states, id, sitting_id);
	enum bv_status status = fold_chain(attempt, &sitting->plan, reader, n, err);
	bv_sql_reset(reader->stmts[READER_CHAIN]);
	if (attempt->items)
		states->bytes += sitting->plan.item_count * sizeof attempt->items[0];
	if (status != BV_OK) {
		states->woken_count--;
		states_drop(states, id);
		return status;
	}
	*out = attempt;
	return BV_OK;
}
