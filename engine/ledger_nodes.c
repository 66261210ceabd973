/* One time on several nodes. Each counts elapsed time by its own machine's boottime. What they share is the clock of the database server, which serves to
 * compare them, never to tell the time: each node writes now and then what its exam clock and that clock said at one moment (its mark), and looks at the
 * marks of the others. The reference is the one that has been here longest of those that live. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "engine/ledger.h"

enum { LOOK_MS = 2000, TRIES = 5, GOOD_MS = 2, ROUND_TRIP_MOST_MS = 200 };
_Static_assert(BV_NODE_SKEW_ADJUST_MS < BV_NODE_SKEW_MAX_MS && ROUND_TRIP_MOST_MS < BV_NODE_SKEW_ADJUST_MS, "half a round trip at each of two nodes");

static int64_t
own_boot_ms(const struct bv_ledger *ledger)
{
	return ledger->options.time.boot_ms(ledger->options.time.ctx);
}

enum bv_status
nodes_measure(int64_t *ahead_ms, bool *good, struct bv_ledger *ledger, struct bv_sql *sql, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	int64_t least_ms = INT64_MAX;
	bool row;

	*good = true;
	*ahead_ms = 0;
	if (ledger->database.file) /* all are on this machine, whose boottime they share */
		return BV_OK;
	if (ledger->options.own_wall_clock) {
		*ahead_ms = ledger->options.time.utc_ms(ledger->options.time.ctx) - own_boot_ms(ledger);
		return BV_OK;
	}
	TRY(bv_sql_prepare(&stmt, sql, "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint", err));
	for (int i = 0; i < TRIES && least_ms > GOOD_MS; i++) {
		int64_t before_ms = own_boot_ms(ledger);
		TRY(bv_sql_step(stmt, &row, err));
		int64_t after_ms = own_boot_ms(ledger), trip_ms = after_ms - before_ms;
		if (trip_ms < least_ms) {
			least_ms = trip_ms;
			*ahead_ms = bv_sql_int(stmt, 0) - (before_ms + trip_ms / 2);
		}
		bv_sql_reset(stmt);
	}
	*good = least_ms <= ROUND_TRIP_MOST_MS;
	return BV_OK;
}

int64_t
nodes_shared_ms(void *ctx)
{
	const struct bv_ledger *ledger = ctx;

	return own_boot_ms(ledger) + ledger->nodes.ahead_ms;
}

/* ---- Judging: pure ---- */

static bool
seen_before(const struct ledger_nodes *nodes, const struct ledger_mark *mark)
{
	for (size_t i = 0; i < nodes->unsure_count; i++)
		if (nodes->unsure_marks[i].n == mark->n && nodes->unsure_marks[i].utc_ms == mark->utc_ms)
			return true;
	return false;
}

/* Who is asked what time it is: whoever has been here longer; when this node does not know, anybody who has said it since. */
static const struct ledger_mark *
find_reference(const struct ledger_nodes *nodes, const struct nodes_view *view)
{
	for (size_t i = 0; i < view->count; i++)
		if (nodes->unsure ? !seen_before(nodes, &view->others[i]) : view->held || view->others[i].n < view->own_n)
			return &view->others[i];
	return NULL;
}

/* On one machine the boottime tells exactly, unless it is of another time namespace. */
static int64_t
skew_of(const struct nodes_view *view, const struct ledger_mark *mark)
{
	int64_t shared_ms = view->exam_less_boot_ms - view->ahead_ms - (mark->exam_ms - mark->utc_ms);
	int64_t exact_ms = view->exam_less_boot_ms - (mark->exam_ms - mark->boot_ms);
	bool same = view->boot_id[0] && strcmp(view->boot_id, mark->boot_id) == 0;

	return same && llabs(exact_ms - shared_ms) <= BV_NODE_SKEW_ADJUST_MS ? exact_ms : shared_ms;
}

enum nodes_verdict
nodes_judge(int64_t *skew_ms, struct ledger_nodes *nodes, const struct nodes_view *view)
{
	int64_t jump_ms = nodes->known ? view->ahead_ms - nodes->ahead_ms : 0;

	nodes->known = true;
	nodes->ahead_ms = view->ahead_ms;
	*skew_ms = 0;
	if (!view->count) { /* alone: nobody to compare with, and the shared clock means nothing */
		nodes->unsure = false;
		return NODES_ALONE;
	}
	if (llabs(jump_ms) > BV_NODE_SKEW_MAX_MS) {
		nodes->unsure = true;
		nodes->unsure_count = view->count;
		memcpy(nodes->unsure_marks, view->others, view->count * sizeof view->others[0]);
	}
	const struct ledger_mark *reference = find_reference(nodes, view);
	if (!reference)
		return nodes->unsure ? NODES_UNSURE : NODES_AGREE;
	nodes->unsure = false;
	*skew_ms = skew_of(view, reference);
	if (view->held)
		return NODES_ADJUST;
	if (llabs(*skew_ms) > BV_NODE_SKEW_MAX_MS)
		return NODES_WRONG;
	return llabs(*skew_ms) > BV_NODE_SKEW_ADJUST_MS ? NODES_ADJUST : NODES_AGREE;
}

/* ---- Looking ---- */

static const char by_the_shared_clock[] =
    "SELECT n, boot_id, boot_ms, utc_ms, exam_ms FROM boot WHERE utc_ms > $1 AND utc_ms < $2 AND n <> $3 ORDER BY n LIMIT $4";
static const char on_this_machine[] =
    "SELECT n, boot_id, boot_ms, boot_ms, exam_ms FROM boot WHERE boot_ms > $1 AND boot_ms < $2 AND n <> $3 AND boot_id = $5 AND boot_id <> '' ORDER BY n LIMIT $4";

enum bv_status
nodes_load(struct nodes_view *view, struct bv_ledger *ledger, int64_t ahead_ms, struct bv_sql *sql, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	int64_t shared_ms = own_boot_ms(ledger) + ahead_ms;
	bool row;

	view->count = 0;
	TRY(bv_sql_prepare(&stmt, sql, ledger->database.file ? on_this_machine : by_the_shared_clock, err));
	bv_sql_bind_int(stmt, 1, shared_ms - BV_NODE_LIVE_MS);
	bv_sql_bind_int(stmt, 2, shared_ms + BV_NODE_SKEW_MAX_MS);
	bv_sql_bind_int(stmt, 3, view->own_n);
	bv_sql_bind_int(stmt, 4, LEDGER_NODES_MAX);
	if (ledger->database.file)
		bv_sql_bind_str(stmt, 5, bv_str_of(view->boot_id));
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		struct bv_str id = bv_sql_str(stmt, 1);
		struct ledger_mark *mark = &view->others[view->count++];
		*mark = (struct ledger_mark){ .n = bv_sql_int(stmt, 0), .boot_ms = bv_sql_int(stmt, 2), .utc_ms = bv_sql_int(stmt, 3), .exam_ms = bv_sql_int(stmt, 4) };
		memcpy(mark->boot_id, bv_str_chars(id), id.len < sizeof mark->boot_id ? id.len : 0);
	}
}

static void
set_clock(struct bv_ledger *ledger, int64_t by_ms)
{
	struct bv_exam_clock *clock = &ledger->clock;

	clock->anchor.exam_ms += by_ms; /* it never goes back: where it must, it stands still */
	clock->held_ms = 0;
	atomic_store(&ledger->counters.held_ms, 0);
	ledger->now_ms = bv_exam_clock_now(clock, NULL);
	ledger->marked_ms = 0;
}

static void
act_upon(struct bv_ledger *ledger, enum nodes_verdict verdict, int64_t skew_ms)
{
	struct bv_err err;

	atomic_store_explicit(&ledger->counters.skew_ms, skew_ms, memory_order_relaxed);
	atomic_store_explicit(&ledger->counters.unsure, verdict == NODES_UNSURE, memory_order_relaxed);
	if (verdict == NODES_ADJUST)
		set_clock(ledger, -skew_ms);
	if (verdict != NODES_WRONG)
		return;
	bv_err_set(&err, BV_EIO, "the clock of this node is %lld ms %s that of another node: it takes no more answers; look at its machine, and start it again",
	           llabs(skew_ms), skew_ms < 0 ? "behind" : "ahead of");
	ledger_stop(ledger, &err);
}

void
nodes_look(struct bv_ledger *ledger)
{
	const struct bv_clock_mark *anchor = &ledger->clock.anchor;
	struct bv_sql *sql = ledger->recall.sql;
	int64_t now_ns = bv_clock_monotonic_ns(), skew_ms;
	struct nodes_view view = { .own_n = ledger->writer.boot_n, .exam_less_boot_ms = anchor->exam_ms - anchor->boot_ms, .held = ledger->clock.held_ms > 0 };
	memcpy(view.boot_id, anchor->boot_id, sizeof view.boot_id);
	struct bv_err err;
	bool good = false;

	int64_t every_ms = ledger->options.checkpoint_ms * 2 < LOOK_MS ? ledger->options.checkpoint_ms * 2 : LOOK_MS;

	if (ledger->database.file && !ledger->clock.held_ms) /* they have one boottime; who is held asks whether a person has said at another how long it was */
		return;
	if (ledger->options.no_expiry || (ledger->nodes.looked_ns && now_ns - ledger->nodes.looked_ns < every_ms * 1000000))
		return;
	ledger->nodes.looked_ns = now_ns;
	enum bv_status status = nodes_measure(&view.ahead_ms, &good, ledger, sql, &err);
	if (status == BV_OK && good)
		status = nodes_load(&view, ledger, view.ahead_ms, sql, &err);
	if (status != BV_OK) /* a server that is away is noticed, and waited for, by whoever writes */
		(void)!bv_sql_reopen(sql, &err);
	if (status != BV_OK || !good)
		return;
	enum nodes_verdict verdict = nodes_judge(&skew_ms, &ledger->nodes, &view);
	act_upon(ledger, verdict, skew_ms);
}
