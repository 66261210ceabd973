/* The order of the tickets of a sitting whose forms are assembled: that in which the ledger registered them; and their seats, as it registered them. */
#include <stdlib.h>

#include "engine/paper.h"

struct turn {
	int64_t attempt;
	struct bv_str ticket, numbers, hash; /* numbers: of the kept paper; empty when there is none */
};

struct turns {
	struct turn *all; /* heap */
	size_t count, cap;
	struct bv_arena arena;
};

static void
finish_turns(struct turns *turns)
{
	free(turns->all);
	bv_arena_finish(&turns->arena);
}
BV_AUTO_DEFINE_FINISH(struct turns, finish_turns)

static enum bv_status
read_turns(struct turns *out, struct bv_sittings *sittings, int64_t sitting, int64_t after, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(sitting_stmt(&stmt, sittings, TICKETS_AFTER, err));
	bv_sql_bind_int(stmt, 1, sitting);
	bv_sql_bind_int(stmt, 2, after);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		if (out->count == out->cap) {
			out->cap = out->cap ? 2 * out->cap : 64;
			out->all = bv_resize_array(out->all, out->cap, sizeof *out->all);
		}
		out->all[out->count++] = (struct turn){ bv_sql_int(stmt, 0), bv_arena_str(&out->arena, bv_sql_str(stmt, 1)),
			                                bv_arena_str(&out->arena, bv_sql_blob(stmt, 2)), bv_arena_str(&out->arena, bv_sql_blob(stmt, 3)) };
	}
}

/* False: there is no paper, or its row was changed; then the form is drawn, and an audit names the row. */
static bool
take_paper(struct bv_issue *issue, const struct bv_exam *exam, const struct turn *turn)
{
	uint32_t items[BV_FORM_ITEMS_MAX];
	unsigned broken;
	struct bv_err err;

	return turn->numbers.len && paper_items(items, &broken, exam, turn->ticket, turn->numbers, turn->hash) &&
	       issue_again(issue, turn->ticket, items, broken, &err) == BV_OK;
}

static enum bv_status
take_turns(struct bv_issue *issue, const struct bv_sitting *sitting, struct bv_sittings *sittings, bool from_papers, struct bv_err *err)
{
	BV_AUTO(finish_turns) struct turns turns = { 0 };

	TRY(read_turns(&turns, sittings, sitting->id, issue->last, err));
	for (size_t i = 0; i < turns.count; i++) {
		if (!from_papers || !take_paper(issue, sitting->exam, &turns.all[i]))
			TRY(bv_issue_next(issue, turns.all[i].ticket, err));
		issue->last = turns.all[i].attempt;
	}
	return BV_OK;
}

/* ---- Forms that all share: by the seats ---- */

static struct bv_str
member(const struct bv_json *json, const char *name)
{
	return bv_json_str(bv_json_find(json, name));
}

/* One registration. Without a seat the lot decides. */
static enum bv_status
take_registered(struct bv_issue *issue, struct bv_str body, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_exam_facts facts;

	TRY(bv_exam_body_parse(&facts, BV_EXAM_REGISTER, body, &arena, err));
	if (!facts.details.len)
		return bv_issue_next(issue, facts.ticket, err);
	TRY(bv_json_parse(&json, facts.details, err));
	const struct bv_seat_place place = { member(json, "centre"), member(json, "room"), member(json, "seat") };
	return bv_issue_seated(issue, facts.ticket, place.seat.len ? &place : NULL, err);
}

static enum bv_status
take_seats(struct bv_issue *issue, const struct bv_sitting *sitting, struct bv_sittings *sittings, struct bv_err *err)
{
	int64_t last = issue->last_n;
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(sitting_stmt(&stmt, sittings, SEATS_AFTER, err));
	bv_sql_bind_int(stmt, 1, sitting->id);
	bv_sql_bind_int(stmt, 2, last);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		enum bv_status status = take_registered(issue, bv_sql_blob(stmt, 2), err);
		if (status != BV_OK) {
			struct bv_err why = *err;
			bv_err_set(err, status, "the registration of attempt %lld: %s", (long long)bv_sql_int(stmt, 1), why.msg);
			bv_sql_reset(stmt);
			return status;
		}
		last = bv_sql_int(stmt, 0) > last ? bv_sql_int(stmt, 0) : last;
	}
	issue->last_n = last;
	return BV_OK;
}

enum bv_status
sitting_issue(const struct bv_sitting *sitting, struct bv_sittings *sittings, bool from_papers, struct bv_err *err)
{
	struct bv_issue *issue = sitting->exam->issue;

	if (!issue || issue->grow)
		return BV_OK;
	pthread_mutex_lock(&issue->asking);
	enum bv_status status = issue->fly ? take_turns(issue, sitting, sittings, from_papers, err) : take_seats(issue, sitting, sittings, err);
	pthread_mutex_unlock(&issue->asking);
	return status;
}

enum bv_status
bv_sitting_turns(const struct bv_sitting *sitting, struct bv_sittings *sittings, struct bv_err *err)
{
	return sitting_issue(sitting, sittings, true, err);
}
