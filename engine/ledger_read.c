/* Reading what is committed: where the newest answers are is known in memory, and each event knows the one before it. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "engine/ledger.h"

/* Places of events in the log, in the order in which they are to be read. */
struct places {
	int64_t *n;
	size_t count;
	int64_t last_n;
};

static void
unlock(pthread_mutex_t **lock)
{
	pthread_mutex_unlock(*lock);
}

static void
look_for_answers(struct bv_ledger_act *act, const struct bv_attempt *attempt, const struct bv_sitting_plan *plan)
{
	struct places *places = act->ctx;

	places->last_n = attempt->last_n;
	free(places->n); /* it may be decided again */
	places->n = NULL;
	places->count = 0;
	if (!attempt->items)
		return;
	places->n = bv_alloc_array(plan->item_count, sizeof places->n[0]);
	for (uint32_t i = 0; i < plan->item_count; i++)
		if (attempt->items[i].n)
			places->n[places->count++] = attempt->items[i].n;
}

static void
look_for_last(struct bv_ledger_act *act, const struct bv_attempt *attempt, const struct bv_sitting_plan *plan)
{
	(void)plan;
	((struct places *)act->ctx)->last_n = attempt->last_n;
}

static enum bv_status
look(struct places *places, struct bv_ledger *ledger, int64_t attempt,
     void (*with)(struct bv_ledger_act *act, const struct bv_attempt *attempt, const struct bv_sitting_plan *plan), struct bv_err *err)
{
	struct bv_ledger_act act = { .act = BV_EXAM_LOOK, .attempt = attempt, .also_closed = true, .look = with, .ctx = places };

	return bv_ledger_do(ledger, &act, err);
}

static enum bv_status
visit_events(struct ledger_reader *reader, const struct places *places, int64_t attempt, bv_exam_event_visit visit, void *ctx, struct bv_err *err)
{
	for (size_t i = 0; i < places->count; i++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		struct bv_exam_event event;
		struct bv_err why;
		int64_t prev_n;
		TRY(reader_event(&event, &prev_n, reader, places->n[i], err));
		if (event.attempt != attempt)
			return bv_err_set(err, BV_EINVAL, "event %" PRId64 " is of attempt %" PRId64 ", not %" PRId64, event.n, event.attempt, attempt);
		if (bv_exam_body_parse(&event.facts, event.act, event.body, &arena, &why) != BV_OK)
			return bv_err_set(err, BV_EINVAL, "event %" PRId64 " (attempt %" PRId64 "): %s", event.n, event.attempt, why.msg);
		TRY(visit(ctx, &event, err));
	}
	return BV_OK;
}

/* From the last event back to the first. */
static enum bv_status
walk_back(struct places *places, struct ledger_reader *reader, int64_t attempt, struct bv_err *err)
{
	size_t cap = 0;

	for (int64_t n = places->last_n, prev_n; n; n = prev_n) {
		struct bv_exam_event event;
		TRY(reader_event(&event, &prev_n, reader, n, err));
		if (event.attempt != attempt || prev_n >= n)
			return bv_err_set(err, BV_EINVAL, "event %" PRId64 " is not of attempt %" PRId64 ", or does not say which one was before it", n, attempt);
		if (places->count == cap) {
			cap = cap ? cap * 2 : 64;
			places->n = bv_resize_array(places->n, cap, sizeof places->n[0]);
		}
		places->n[places->count++] = n;
	}
	for (size_t i = 0; i < places->count / 2; i++) {
		int64_t swapped = places->n[i];
		places->n[i] = places->n[places->count - 1 - i];
		places->n[places->count - 1 - i] = swapped;
	}
	return BV_OK;
}

static enum bv_status
read_places(struct bv_ledger *ledger, struct places *places, bool back, int64_t attempt, bv_exam_event_visit visit, void *ctx, struct bv_err *err)
{
	pthread_mutex_lock(&ledger->reader_lock);
	__attribute__((cleanup(unlock), unused)) pthread_mutex_t *locked = &ledger->reader_lock;
	enum bv_status status = back ? walk_back(places, &ledger->reader, attempt, err) : BV_OK;
	if (status == BV_OK)
		status = visit_events(&ledger->reader, places, attempt, visit, ctx, err);
	reader_release(&ledger->reader);
	return status;
}

enum bv_status
bv_ledger_answers(struct bv_ledger *ledger, int64_t attempt, bv_exam_event_visit visit, void *ctx, struct bv_err *err)
{
	struct places places = { 0 };

	enum bv_status status = look(&places, ledger, attempt, look_for_answers, err);
	if (status == BV_OK)
		status = read_places(ledger, &places, false, attempt, visit, ctx, err);
	free(places.n);
	return status;
}

enum bv_status
bv_ledger_history(struct bv_ledger *ledger, int64_t attempt, bv_exam_event_visit visit, void *ctx, struct bv_err *err)
{
	struct places places = { 0 };

	enum bv_status status = look(&places, ledger, attempt, look_for_last, err);
	if (status == BV_OK)
		status = read_places(ledger, &places, true, attempt, visit, ctx, err);
	free(places.n);
	return status;
}

static enum bv_status
find_id(int64_t *id, struct ledger_reader *reader, struct bv_sql_stmt *stmt, const char *what, struct bv_str name, struct bv_err *err)
{
	bool row;

	TRY(query_row(reader->sql, stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no %s '%.*s'", what, BV_STR_ARG(bv_str_sub(name, 0, BV_TICKET_MAX)));
	*id = bv_sql_int(stmt, 0);
	bv_sql_reset(stmt);
	return BV_OK;
}

enum bv_status
bv_ledger_find_sitting(int64_t *id, struct bv_ledger *ledger, struct bv_str name, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = ledger->reader.stmts[READER_SITTING];

	pthread_mutex_lock(&ledger->reader_lock);
	__attribute__((cleanup(unlock), unused)) pthread_mutex_t *locked = &ledger->reader_lock;
	bv_sql_bind_str(stmt, 1, name);
	return find_id(id, &ledger->reader, stmt, "sitting", name, err);
}

enum bv_status
bv_ledger_find_ticket(int64_t *id, struct bv_ledger *ledger, int64_t sitting, struct bv_str ticket, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = ledger->reader.stmts[READER_TICKET];

	pthread_mutex_lock(&ledger->reader_lock);
	__attribute__((cleanup(unlock), unused)) pthread_mutex_t *locked = &ledger->reader_lock;
	bv_sql_bind_int(stmt, 1, sitting);
	bv_sql_bind_str(stmt, 2, ticket);
	return find_id(id, &ledger->reader, stmt, "ticket", ticket, err);
}

enum bv_status
bv_ledger_checkpoint(struct bv_buf *note, struct bv_ledger *ledger, struct bv_str sitting, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = ledger->reader.stmts[READER_CHECKPOINT];
	bool row;

	pthread_mutex_lock(&ledger->reader_lock);
	__attribute__((cleanup(unlock), unused)) pthread_mutex_t *locked = &ledger->reader_lock;
	bv_sql_bind_str(stmt, 1, sitting);
	TRY(query_row(ledger->reader.sql, stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no checkpoint of a sitting of that name");
	bv_buf_add(note, bv_sql_str(stmt, 0));
	bv_sql_reset(stmt);
	return bv_buf_check(note, err);
}
