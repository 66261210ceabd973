/* Attempts of adaptive sittings: how many items were given, and the newest answer to each, from the ledger. */
#include "engine/paper.h"
#include "engine/sitting.h"

static void
copy_counts(struct bv_ledger_act *act, const struct bv_attempt *attempt, const struct bv_sitting_plan *plan)
{
	struct bv_given *given = act->ctx;

	given->state = (enum bv_attempt_state)attempt->state;
	given->over = attempt->over;
	given->count = !plan->adaptive || !attempt->start_n ? 0 : attempt->section + !attempt->over;
	given->left = attempt->section;
	given->after = attempt->items && attempt->section < plan->item_count ? attempt->items[attempt->section].seq : 0;
}

static enum bv_status
keep_answer(void *ctx, const struct bv_exam_event *event, struct bv_err *err)
{
	struct bv_given *given = ctx;

	if (event->facts.item >= BV_ADAPTIVE_ITEMS_MAX)
		return bv_err_set(err, BV_EDENIED, "event %lld answers item %u: an adaptive form has at most %d", (long long)event->n, event->facts.item, BV_ADAPTIVE_ITEMS_MAX);
	given->responses[event->facts.item] = bv_arena_str(&given->arena, event->facts.response);
	return BV_OK;
}

enum bv_status
bv_given_load(struct bv_given *given, struct bv_ledger *ledger, int64_t attempt, struct bv_err *err)
{
	struct bv_ledger_act act = { .act = BV_EXAM_LOOK, .attempt = attempt, .also_closed = true, .look = copy_counts, .ctx = given };

	TRY(bv_ledger_do(ledger, &act, err));
	return bv_ledger_answers(ledger, attempt, keep_answer, given, err);
}

void
bv_given_finish(struct bv_given *given)
{
	bv_arena_finish(&given->arena);
	*given = (struct bv_given){ 0 };
}

enum bv_status
bv_given_answer(void *ctx, struct bv_str *response, const struct bv_form_item *item, struct bv_err *err)
{
	const struct bv_given *given = ctx;

	(void)err;
	*response = given->responses[item->position - 1];
	return BV_OK;
}

enum bv_status
sitting_given(struct bv_form **out, struct bv_given *given, struct bv_sitting *sitting, struct bv_ledger *ledger, const struct bv_seat *seat, struct bv_err *err)
{
	bool over;

	TRY(bv_given_load(given, ledger, seat->attempt, err));
	return bv_exam_grow(out, &over, sitting->exam, seat->ticket, given->count, bv_given_answer, given, err);
}

enum bv_status
sitting_form(struct bv_form **out, struct bv_sitting *sitting, struct bv_ledger *ledger, const struct bv_seat *seat, struct bv_err *err)
{
	BV_AUTO(bv_given_finish) struct bv_given given = { 0 };

	if (!bv_exam_is_adaptive(sitting->exam))
		return bv_exam_form(out, sitting->exam, seat->ticket, err);
	return sitting_given(out, &given, sitting, ledger, seat, err);
}

enum bv_status
bv_given_leave(struct bv_exam_facts *facts, struct bv_paper **paper, const struct bv_given *given, struct bv_papers *papers, struct bv_str ticket, struct bv_err *err)
{
	bool over, more = given->count < papers->exam->blueprint->item_count;

	if (!given->count || given->over)
		return bv_err_set(err, BV_EINVAL, "no item is open that could be left");
	TRY(bv_paper_grow(paper, &over, papers, ticket, given->count + more, bv_given_answer, (void *)(uintptr_t)given, err));
	facts->section = given->left;
	facts->after = given->after;
	memset(facts->form, 0, sizeof facts->form);
	if (bv_paper_count(*paper) > given->count)
		memcpy(facts->form, bv_paper_hash(*paper), sizeof facts->form);
	return BV_OK;
}
