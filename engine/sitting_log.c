/* All attempts of a sitting from its log alone: forms, newest answers, times. For what is done with them afterwards. */
#include <stdlib.h>

#include "engine/sitting.h"

struct walking {
	struct bv_sitting *sitting;
	bv_attempt_visit visit;
	void *ctx;
	struct bv_attempt_record record;
	struct bv_given given;    /* answers by position, where forms grow */
	struct bv_str *responses; /* the same of other forms, in given's arena */
};

static bool
is_adaptive(const struct walking *w)
{
	return w->sitting->plan.adaptive;
}

static void
fold_answer(struct walking *w, const struct bv_exam_facts *facts)
{
	if (facts->item < w->sitting->plan.item_count)
		w->responses[facts->item] = bv_arena_str(&w->given.arena, facts->response);
}

static void
fold_section(struct walking *w, const struct bv_exam_facts *facts)
{
	static const uint8_t none[BV_HASH_LEN];
	struct bv_given *given = &w->given;

	given->left++;
	given->over = memcmp(facts->form, none, BV_HASH_LEN) == 0;
	given->count = given->left + !given->over;
}

static void
fold(struct walking *w, enum bv_exam_act act, const struct bv_exam_facts *facts, int64_t at_ms)
{
	struct bv_attempt_record *r = &w->record;

	switch (act) {
	case BV_EXAM_REGISTER:
		r->ticket = bv_arena_str(&w->given.arena, facts->ticket);
		r->seat = bv_arena_str(&w->given.arena, facts->details);
		break;
	case BV_EXAM_START:
		w->given.count = 1;
		r->start_ms = at_ms;
		break;
	case BV_EXAM_SECTION:
		if (is_adaptive(w) && w->given.left < BV_ADAPTIVE_ITEMS_MAX)
			fold_section(w, facts);
		break;
	case BV_EXAM_SAVE:
	case BV_EXAM_RESCUE:
		fold_answer(w, facts);
		break;
	case BV_EXAM_SUBMIT:
	case BV_EXAM_EXPIRE:
	case BV_EXAM_END:
		r->finish_ms = at_ms;
		break;
	case BV_EXAM_REOPEN:
		r->finish_ms = 0;
		break;
	default:
		break;
	}
}

static enum bv_status
form_of(struct bv_form **out, struct walking *w, struct bv_err *err)
{
	bool over;

	if (!is_adaptive(w))
		return bv_exam_form(out, w->sitting->exam, w->record.ticket, err);
	memcpy(w->given.responses, w->responses, w->sitting->plan.item_count * sizeof w->responses[0]);
	return bv_exam_grow(out, &over, w->sitting->exam, w->record.ticket, w->given.count, bv_given_answer, &w->given, err);
}

static enum bv_status
show(struct walking *w, struct bv_err *err)
{
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;

	if (!w->record.start_ms)
		return BV_OK;
	if (form_of(&form, w, err) != BV_OK)
		return bv_err_again(err, 0, "attempt %lld: %s", (long long)w->record.attempt, err->msg);
	w->record.form = form;
	w->record.responses = w->responses;
	return w->visit(w->ctx, &w->record, err);
}

static void
begin(struct walking *w, int64_t attempt)
{
	bv_given_finish(&w->given);
	w->record = (struct bv_attempt_record){ .attempt = attempt };
	w->responses = bv_arena_array(&w->given.arena, w->sitting->plan.item_count, struct bv_str);
}

static enum bv_status
walk(struct walking *w, struct bv_sittings *sittings, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(sitting_stmt(&stmt, sittings, AUDIT_EVENTS, err));
	bv_sql_bind_int(stmt, 1, w->sitting->id);
	for (;;) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		struct bv_exam_facts facts;
		TRY(bv_sql_step(stmt, &row, err));
		if (w->record.attempt && (!row || bv_sql_int(stmt, 1) != w->record.attempt))
			TRY(show(w, err));
		if (!row)
			return BV_OK;
		if (bv_sql_int(stmt, 1) != w->record.attempt)
			begin(w, bv_sql_int(stmt, 1));
		int64_t act = bv_sql_int(stmt, 2);
		if (act <= 0 || act >= BV_EXAM_ACT_COUNT)
			return bv_err_set(err, BV_EDENIED, "an event of attempt %lld is of no known kind: the database was changed", (long long)w->record.attempt);
		TRY(bv_exam_body_parse(&facts, (enum bv_exam_act)act, bv_sql_blob(stmt, 3), &arena, err));
		fold(w, (enum bv_exam_act)act, &facts, bv_sql_int(stmt, 4));
	}
}

enum bv_status
bv_sitting_attempts(struct bv_sitting *sitting, struct bv_sittings *sittings, bv_attempt_visit visit, void *ctx, struct bv_err *err)
{
	struct walking *w = bv_alloc(sizeof *w);

	w->sitting = sitting;
	w->visit = visit;
	w->ctx = ctx;
	enum bv_status status = bv_sitting_turns(sitting, sittings, err);
	if (status == BV_OK)
		status = walk(w, sittings, err);
	bv_given_finish(&w->given);
	free(w);
	return status;
}

enum bv_status
bv_attempt_responses(struct bv_buf *out, const struct bv_attempt_record *record, struct bv_err *err)
{
	bool first = true;

	if (record->form->is_adaptive)
		return responses_given(out, record->form, record->responses, (uint32_t)record->form->item_count, err);
	bv_buf_addz(out, "{\"responses\":{");
	for (size_t i = 0; i < record->form->item_count; i++) {
		if (!record->responses[i].len)
			continue;
		responses_add(out, first, record->form->items[i].identifier, record->responses[i]);
		first = false;
	}
	bv_buf_addz(out, "}}\n");
	return bv_buf_check(out, err);
}
