/* The states of a ledger from its log: what is open is read once, in the order in which it happened. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "engine/ledger.h"

/* With the plan that it was opened with, for who reads an attempt of it again; one that was changed is the audit's to tell. */
static void
add_closed(struct bv_ledger *ledger, int64_t id, struct bv_str name, struct bv_str body)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_exam_facts facts;
	struct bv_err none;

	if (bv_exam_body_parse(&facts, BV_EXAM_OPEN, body, &arena, &none) != BV_OK)
		facts.plan = (struct bv_sitting_plan){ 0 };
	facts.plan.name = name;
	states_add_closed(&ledger->states, id, &facts.plan);
}

/* Attempts of sittings that are closed are not loaded. *from_n is the first event of one that is open. */
static enum bv_status
load_sittings(struct bv_ledger *ledger, struct bv_sql *sql, int64_t *from_n, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	*from_n = INT64_MAX;
	TRY(bv_sql_prepare(&stmt, sql, "SELECT s.id, s.name, s.first_n, s.closed_n, e.body FROM sitting s LEFT JOIN event e ON s.closed_n > 0 AND e.n = s.first_n ORDER BY s.id", err));
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		int64_t id = bv_sql_int(stmt, 0);
		struct bv_str name = bv_sql_str(stmt, 1);
		if (id <= 0 || id > INT32_MAX || !name.len || name.len > BV_SITTING_NAME_MAX)
			return bv_err_set(err, BV_EINVAL, "sitting %" PRId64 " has an impossible number or name", id);
		if (bv_sql_int(stmt, 3))
			add_closed(ledger, id, name, bv_sql_blob(stmt, 4));
		else if (bv_sql_int(stmt, 2) < *from_n)
			*from_n = bv_sql_int(stmt, 2);
	}
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
load_events(struct bv_ledger *ledger, struct bv_sql *sql, int64_t from_n, int64_t *last_ms, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT " EVENT_COLUMNS " FROM event WHERE n >= $1 ORDER BY n", err));
	bv_sql_bind_int(stmt, 1, from_n);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		TRY(load_event(ledger, stmt, last_ms, err));
	}
}

/* The clocks of this machine, but the wall clock of all. */
static int64_t
shared_boot_ms(void *ctx)
{
	const struct bv_time_source *time = &((struct bv_ledger *)ctx)->options.time;

	return time->boot_ms(time->ctx);
}

static int64_t
shared_awake_ms(void *ctx)
{
	const struct bv_time_source *time = &((struct bv_ledger *)ctx)->options.time;

	return time->awake_ms(time->ctx);
}

static void
shared_boot_id(void *ctx, char out[BV_BOOT_ID_SIZE])
{
	const struct bv_time_source *time = &((struct bv_ledger *)ctx)->options.time;

	time->boot_id(time->ctx, out);
}

static bool
is_own_boot(const struct ledger_mark *mark, const char *boot_id, int64_t boot_ms)
{
	return mark->boot_id[0] && strcmp(mark->boot_id, boot_id) == 0 && boot_ms >= mark->boot_ms;
}

/* Of the nodes that live one on this machine, or the one that came first. A boottime that does not go with the clock that all share is of a time
 * namespace, or of a virtual machine that stood still: then the shared one counts. */
static bool
find_living(struct ledger_mark *kept, struct bv_ledger *ledger, const struct nodes_view *view)
{
	const struct bv_time_source *time = &ledger->options.time;
	int64_t boot_ms = time->boot_ms(time->ctx);
	char boot_id[BV_BOOT_ID_SIZE] = "";

	time->boot_id(time->ctx, boot_id);
	for (size_t i = 0; i < view->count; i++) {
		int64_t apart_ms = boot_ms - view->others[i].boot_ms - (boot_ms + ledger->nodes.ahead_ms - view->others[i].utc_ms);
		if (is_own_boot(&view->others[i], boot_id, boot_ms) && llabs(apart_ms) <= BV_NODE_SKEW_MAX_MS) {
			*kept = view->others[i];
			return true;
		}
	}
	if (!view->count)
		return false;
	*kept = view->others[0];
	kept->boot_id[0] = '\0';
	int64_t early_ms = kept->utc_ms - (boot_ms + ledger->nodes.ahead_ms);
	if (early_ms > 0) { /* by as much as two measurements differ */
		kept->utc_ms -= early_ms;
		kept->exam_ms -= early_ms;
	}
	return true;
}

static enum bv_status
find_newest(struct ledger_mark *kept, bool *found, struct bv_sql *sql, const char *query, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;

	TRY(bv_sql_prepare(&stmt, sql, query, err));
	TRY(bv_sql_step(stmt, found, err));
	if (*found) {
		struct bv_str id = bv_sql_str(stmt, 1);
		*kept = (struct ledger_mark){ .n = bv_sql_int(stmt, 0), .boot_ms = bv_sql_int(stmt, 2), .utc_ms = bv_sql_int(stmt, 3), .exam_ms = bv_sql_int(stmt, 4) };
		memcpy(kept->boot_id, bv_str_chars(id), id.len < sizeof kept->boot_id ? id.len : sizeof kept->boot_id - 1);
	}
	bv_sql_reset(stmt);
	return BV_OK;
}

/* Where the clock stood last, by any node. */
static enum bv_status
find_kept(struct ledger_mark *kept, bool *found, struct bv_ledger *ledger, struct bv_err *err)
{
	struct bv_sql *sql = ledger->writer.sql;
	struct nodes_view view = { 0 };
	bool good = false;

	TRY(nodes_measure(&ledger->nodes.ahead_ms, &good, ledger, sql, err));
	ledger->nodes.known = true;
	if (!good)
		return bv_err_set(err, BV_EIO, "the database server is too slow to compare clocks with it: start again when it answers sooner");
	/* Who writes to one file is on one machine: the newest mark tells whatever those tell who live. */
	if (!ledger->database.file)
		TRY(nodes_load(&view, ledger, ledger->nodes.ahead_ms, sql, err));
	*found = find_living(kept, ledger, &view);
	return *found ? BV_OK : find_newest(kept, found, sql, "SELECT n, boot_id, boot_ms, utc_ms, exam_ms FROM boot ORDER BY exam_ms DESC, n DESC LIMIT 1", err);
}

/* Who has another key would sign marks and checkpoints that are not this ledger's; and a mark that somebody has changed would give or take time. */
static enum bv_status
check_mark(struct bv_ledger *ledger, int64_t n, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(400);
	struct bv_clock_mark mark = { 0 };
	bool row;

	TRY(bv_sql_prepare(&stmt, ledger->writer.sql, "SELECT boot_id, boot_ms, utc_ms, exam_ms, signature FROM boot WHERE n = $1", err));
	bv_sql_bind_int(stmt, 1, n);
	TRY(bv_sql_step(stmt, &row, err));
	struct bv_str id = row ? bv_sql_str(stmt, 0) : BV_STR_NONE, signature = row ? bv_sql_blob(stmt, 4) : BV_STR_NONE;
	bool good = row && id.len < sizeof mark.boot_id && signature.len == BV_SIGNATURE_LEN;
	if (good) {
		memcpy(mark.boot_id, bv_str_chars(id), id.len);
		mark.boot_ms = bv_sql_int(stmt, 1);
		mark.utc_ms = bv_sql_int(stmt, 2);
		mark.exam_ms = bv_sql_int(stmt, 3);
		mark_message(&message, n, &mark);
		good = bv_public_verify(bv_key_public(ledger->options.key), bv_buf_str(&message), (const uint8_t *)signature.p);
	}
	bv_sql_reset(stmt);
	if (good)
		return BV_OK;
	return bv_err_set(err, BV_EDENIED, "%s: what it keeps of the clock (%" PRId64 ") is not signed by this key: give the ledger's own, or, if this is it, somebody has "
	                  "changed the clock: 'bangvang audit ledger' tells more", ledger->options.url, n);
}

static enum bv_status
keep_place(struct bv_ledger *ledger, const struct bv_clock_mark *mark, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(400);
	struct bv_sql_stmt *stmt = ledger->writer.stmts[WRITER_BOOT];
	uint8_t signature[BV_SIGNATURE_LEN];

	TRY(bv_sql_ask(&ledger->writer.boot_n, ledger->writer.sql, "SELECT coalesce(max(n), 0) + 1 FROM boot", err));
	mark_message(&message, ledger->writer.boot_n, mark);
	ledger_sign(signature, ledger, bv_buf_str(&message));
	bv_sql_bind_int(stmt, 1, ledger->writer.boot_n);
	bv_sql_bind_str(stmt, 2, bv_str_of(mark->boot_id));
	bv_sql_bind_int(stmt, 3, mark->boot_ms);
	bv_sql_bind_int(stmt, 4, mark->utc_ms);
	bv_sql_bind_int(stmt, 5, mark->exam_ms);
	bv_sql_bind_blob(stmt, 6, signature, sizeof signature);
	return bv_sql_exec(stmt, err);
}

/* The clock goes on from where it was kept last; then this process keeps a place of its own. */
static enum bv_status
start_clock(struct bv_ledger *ledger, int64_t last_ms, struct bv_err *err)
{
	struct bv_time_source time = ledger->options.time;
	struct bv_clock_mark mark = { 0 };
	struct ledger_mark kept = { 0 };
	bool found;

	if (!ledger->database.file)
		time = (struct bv_time_source){ shared_boot_ms, shared_awake_ms, nodes_shared_ms, shared_boot_id, ledger };
	TRY(find_kept(&kept, &found, ledger, err));
	if (found)
		TRY(check_mark(ledger, kept.n, err));
	memcpy(mark.boot_id, kept.boot_id, sizeof mark.boot_id);
	mark.boot_ms = kept.boot_ms;
	mark.utc_ms = kept.utc_ms;
	mark.exam_ms = kept.exam_ms;
	bv_exam_clock_start(&ledger->clock, &time, found ? &mark : NULL, last_ms, ledger->options.jump_limit_ms, &ledger->news);
	if (ledger->options.no_expiry)
		return BV_OK;
	atomic_store(&ledger->counters.held_ms, ledger->clock.held_ms);
	/* While the clock is held the old mark stays the one to go on from: the next start finds the same hold. */
	if (ledger->clock.held_ms)
		mark.exam_ms = ledger->clock.anchor.exam_ms;
	else
		bv_exam_clock_mark(&mark, &ledger->clock);
	return keep_place(ledger, &mark, err);
}

static enum bv_status
load_clock(struct bv_ledger *ledger, int64_t last_ms, struct bv_err *err)
{
	TRY(bv_sql_begin_turn(ledger->writer.sql, LEDGER_TURN, err));
	return bv_sql_end(ledger->writer.sql, start_clock(ledger, last_ms, err), err);
}

static enum bv_status
load_last(struct ledger_writer *writer, struct bv_sql *sql, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT n, hash FROM event ORDER BY n DESC LIMIT 1", err));
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

static enum bv_status
load_log(struct bv_ledger *ledger, struct bv_sql *sql, int64_t *last_ms, struct bv_err *err)
{
	int64_t from_n, last_id;

	TRY(load_sittings(ledger, sql, &from_n, err));
	TRY(load_events(ledger, sql, from_n, last_ms, err));
	TRY(load_last(&ledger->writer, sql, err));
	TRY(bv_sql_ask(&last_id, sql, "SELECT coalesce(max(id), 0) FROM attempt", err));
	if (last_id < 0 || last_id > INT32_MAX)
		return bv_err_set(err, BV_EINVAL, "attempt %" PRId64 ": there are no such numbers", last_id);
	states_reserve(&ledger->states, last_id);
	return BV_OK;
}

/* Where others write meanwhile: what there was at one moment, by a connection whose statements may take long. */
static enum bv_status
load_snapshot(struct bv_ledger *ledger, int64_t *last_ms, struct bv_err *err)
{
	const struct ledger_database *database = &ledger->database;
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;

	TRY(database->open(database->open_ctx, &sql, database->url, BV_SQL_READ, err));
	TRY(bv_sql_begin(sql, false, err));
	return load_log(ledger, sql, last_ms, err);
}

enum bv_status
ledger_load(struct bv_ledger *ledger, struct bv_err *err)
{
	int64_t start_ns = bv_clock_monotonic_ns(), last_ms = INT64_MIN;

	TRY(load_snapshot(ledger, &last_ms, err));
	ledger->next_n = ledger->writer.last_n + 1;
	atomic_store(&ledger->counters.committed_n, ledger->writer.last_n);
	TRY(load_clock(ledger, last_ms, err));
	for (int64_t id = 1; id <= ledger->states.last_id; id++)
		if (ledger->states.slots[id])
			ledger_schedule(ledger, ledger->states.slots[id]);
	ledger->rebuild_ms = (bv_clock_monotonic_ns() - start_ns) / 1000000;
	return BV_OK;
}
