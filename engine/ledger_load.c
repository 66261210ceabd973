/* The states of a ledger from its log: what is open is read once, in the order in which it happened. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "engine/ledger.h"

/* Sittings that are closed are not loaded. *from_n is the first event of one that is open. */
static enum bv_status
load_sittings(struct bv_ledger *ledger, int64_t *from_n, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	*from_n = INT64_MAX;
	TRY(bv_sql_prepare(&stmt, ledger->writer.sql, "SELECT id, name, first_n, closed_n FROM sitting ORDER BY id", err));
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		int64_t id = bv_sql_int(stmt, 0);
		struct bv_str name = bv_sql_str(stmt, 1);
		if (id <= 0 || id > INT32_MAX || !name.len || name.len > BV_SITTING_NAME_MAX)
			return bv_err_set(err, BV_EINVAL, "sitting %" PRId64 " has an impossible number or name", id);
		if (bv_sql_int(stmt, 3))
			states_add_closed(&ledger->states, id, name);
		else if (bv_sql_int(stmt, 2) < *from_n)
			*from_n = bv_sql_int(stmt, 2);
	}
}

static enum bv_status
number(int64_t *out, struct bv_sql *sql, const char *query, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, query, err));
	TRY(bv_sql_step(stmt, &row, err));
	*out = row ? bv_sql_int(stmt, 0) : 0;
	bv_sql_reset(stmt);
	return BV_OK;
}

static bool
is_closed(const struct ledger_states *states, int64_t sitting)
{
	const struct bv_attempt *chain = states_find(states, sitting);

	return chain && chain->state == BV_SITTING_CLOSED && !chain->seq;
}

static enum bv_status
load_event(struct bv_ledger *ledger, struct bv_sql_stmt *stmt, int64_t *last_ms, struct bv_err *err)
{
	struct bv_exam_event event;
	struct bv_attempt *chain;
	struct bv_err why;
	int64_t prev_n;

	TRY(row_event(&event, &prev_n, stmt, err));
	if (event.at_ms > *last_ms)
		*last_ms = event.at_ms;
	if (is_closed(&ledger->states, event.sitting))
		return BV_OK;
	if (bv_exam_body_parse(&event.facts, event.act, event.body, NULL, &why) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "event %" PRId64 " (attempt %" PRId64 "): %s", event.n, event.attempt, why.msg);
	ledger->rebuild_events++;
	return states_fold(&chain, &ledger->states, &event, err);
}

static enum bv_status
load_events(struct bv_ledger *ledger, int64_t from_n, int64_t *last_ms, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, ledger->writer.sql, "SELECT " EVENT_COLUMNS " FROM event WHERE n >= $1 ORDER BY n", err));
	bv_sql_bind_int(stmt, 1, from_n);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		TRY(load_event(ledger, stmt, last_ms, err));
	}
}

/* The clock goes on from where it was kept last; then this process keeps a place of its own. */
static enum bv_status
load_clock(struct bv_ledger *ledger, int64_t last_ms, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *last = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(400);
	uint8_t signature[BV_SIGNATURE_LEN];
	struct bv_clock_mark mark = { 0 };
	bool row;

	TRY(bv_sql_prepare(&last, ledger->writer.sql, "SELECT n, boot_id, boot_ms, utc_ms, exam_ms FROM boot ORDER BY n DESC LIMIT 1", err));
	TRY(bv_sql_step(last, &row, err));
	if (row) {
		struct bv_str id = bv_sql_str(last, 1);
		ledger->writer.boot_n = bv_sql_int(last, 0);
		memcpy(mark.boot_id, id.p, id.len < sizeof mark.boot_id ? id.len : sizeof mark.boot_id - 1);
		mark.boot_ms = bv_sql_int(last, 2);
		mark.utc_ms = bv_sql_int(last, 3);
		mark.exam_ms = bv_sql_int(last, 4);
	}
	bv_sql_reset(last);
	bv_exam_clock_start(&ledger->clock, &ledger->options.time, row ? &mark : NULL, last_ms, ledger->options.jump_limit_ms, &ledger->news);
	if (ledger->options.no_expiry)
		return BV_OK;
	atomic_store(&ledger->counters.held_ms, ledger->clock.held_ms);
	ledger->writer.boot_n++;
	/* While the clock is held the old mark stays the one to go on from: the next start finds the same hold. */
	if (ledger->clock.held_ms) {
		mark.exam_ms = ledger->clock.anchor.exam_ms;
	} else {
		bv_exam_clock_mark(&mark, &ledger->clock);
	}
	mark_message(&message, ledger->writer.boot_n, &mark);
	ledger_sign(signature, ledger, bv_buf_str(&message));
	struct bv_sql_stmt *stmt = ledger->writer.stmts[WRITER_BOOT];
	bv_sql_bind_int(stmt, 1, ledger->writer.boot_n);
	bv_sql_bind_str(stmt, 2, bv_str_of(mark.boot_id));
	bv_sql_bind_int(stmt, 3, mark.boot_ms);
	bv_sql_bind_int(stmt, 4, mark.utc_ms);
	bv_sql_bind_int(stmt, 5, mark.exam_ms);
	bv_sql_bind_blob(stmt, 6, signature, sizeof signature);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
load_last(struct ledger_writer *writer, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, writer->sql, "SELECT n, hash FROM event ORDER BY n DESC LIMIT 1", err));
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return BV_OK;
	struct bv_str hash = bv_sql_blob(stmt, 1);
	writer->last_n = bv_sql_int(stmt, 0);
	if (hash.len == BV_HASH_LEN)
		memcpy(writer->last_hash, hash.p, BV_HASH_LEN);
	bv_sql_reset(stmt);
	return hash.len == BV_HASH_LEN ? BV_OK : bv_err_set(err, BV_EINVAL, "event %" PRId64 ": its hash has %zu bytes", writer->last_n, hash.len);
}

enum bv_status
ledger_load(struct bv_ledger *ledger, struct bv_err *err)
{
	int64_t from_n, last_id, start_ns = bv_clock_monotonic_ns(), last_ms = INT64_MIN;

	TRY(load_sittings(ledger, &from_n, err));
	TRY(load_events(ledger, from_n, &last_ms, err));
	TRY(load_last(&ledger->writer, err));
	TRY(number(&last_id, ledger->writer.sql, "SELECT coalesce(max(id), 0) FROM attempt", err));
	if (last_id < 0 || last_id > INT32_MAX)
		return bv_err_set(err, BV_EINVAL, "attempt %" PRId64 ": there are no such numbers", last_id);
	states_reserve(&ledger->states, last_id);
	ledger->next_n = ledger->writer.last_n + 1;
	atomic_store(&ledger->counters.committed_n, ledger->writer.last_n);
	TRY(load_clock(ledger, last_ms, err));
	for (int64_t id = 1; id <= ledger->states.last_id; id++)
		if (ledger->states.slots[id])
			ledger_schedule(ledger, ledger->states.slots[id]);
	ledger->rebuild_ms = (bv_clock_monotonic_ns() - start_ns) / 1000000;
	return BV_OK;
}
