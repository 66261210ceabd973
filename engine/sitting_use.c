/* One item in a whole sitting: what everybody who had it answered, and what it was worth. */
#include "engine/exam.h"
#include "engine/sitting.h"

struct using {
	struct bv_sitting *sitting;
	struct bv_sittings *sittings;
	struct bv_ledger *ledger;
	struct bv_str identifier;
	uint64_t *forms, limit;
	bv_item_use_visit visit;
	void *ctx;
};

static enum bv_status
has_result(bool *there, struct using *u, int64_t attempt, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	*there = false;
	if (!attempt)
		return BV_OK;
	TRY(sitting_stmt(&stmt, u->sittings, RESULT_ONE, err));
	bv_sql_bind_int(stmt, 1, attempt);
	TRY(bv_sql_step(stmt, there, err));
	bv_sql_reset(stmt);
	return BV_OK;
}

static const struct bv_form_item *
drawn_of(const struct bv_form *form, struct bv_str identifier)
{
	for (size_t i = 0; i < form->item_count; i++)
		if (bv_str_eq(form->items[i].identifier, identifier))
			return &form->items[i];
	return NULL;
}

/* SCORE of a row of outcomes.json; 0 when a person has yet to mark it. */
static double
score_of(const struct bv_json *row)
{
	const struct bv_json *base = bv_json_find(bv_json_find(bv_json_find(bv_json_find(row, "outcomes"), "SCORE"), "value"), "base");
	void *it = base ? bv_json_members(base) : NULL;

	return it ? bv_json_real(bv_json_member(it)) : 0;
}

static enum bv_status
use(struct using *u, const struct bv_seat *seat, const struct bv_form_item *drawn, struct bv_err *err)
{
	BV_AUTO(bv_marking_finish) struct bv_marking marking = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf responses = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	BV_AUTO(bv_json_free) struct bv_json *given = NULL;
	BV_AUTO(bv_json_free) struct bv_json *outcomes = NULL;
	const struct bv_candidate nobody = { .ticket = seat->ticket, .name = seat->ticket };
	struct bv_item_use found = { .drawn = drawn };

	TRY(sitting_mark(&marking, &responses, u->sitting, u->ledger, seat, &nobody, err));
	TRY(bv_json_parse(&given, bv_buf_str(&responses), err));
	TRY(bv_json_parse(&outcomes, bv_buf_str(&marking.outcomes), err));
	const struct bv_json *rows = bv_json_find(outcomes, "items"), *all = bv_json_find(given, "responses");
	for (size_t i = 0; i < bv_json_count(rows); i++) {
		const struct bv_json *row = bv_json_at(rows, i);
		bool it = bv_str_eq(bv_json_str(bv_json_find(row, "identifier")), u->identifier);
		*(it ? &found.score : &found.rest) += score_of(row);
	}
	for (void *it = bv_json_members(all); it; it = bv_json_next(all, it))
		if (bv_str_eq(bv_json_member_name(it), u->identifier))
			found.responses = bv_json_member(it);
	return u->visit(u->ctx, &found, err);
}

static enum bv_status
look(void *ctx, const struct bv_seat *seat, struct bv_err *err)
{
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;
	struct using *u = ctx;
	bool scored;

	if (*u->forms >= u->limit)
		return BV_OK;
	TRY(has_result(&scored, u, seat->attempt, err));
	if (!scored)
		return BV_OK;
	++*u->forms;
	TRY(sitting_form(&form, u->sitting, u->ledger, seat, err));
	const struct bv_form_item *drawn = drawn_of(form, u->identifier);
	return drawn ? use(u, seat, drawn, err) : BV_OK;
}

enum bv_status
bv_sitting_item_uses(uint64_t *forms, uint64_t limit, struct bv_sitting *sitting, struct bv_sittings *sittings, struct bv_ledger *ledger, struct bv_str identifier,
                     bv_item_use_visit visit, void *ctx, struct bv_err *err)
{
	struct using u = { sitting, sittings, ledger, identifier, forms, limit, visit, ctx };

	TRY(sitting_issue(sitting, sittings, true, err));
	return bv_seats_each(sittings, sitting->id, BV_STR_NONE, look, &u, err);
}
