/* A candidate at his page: his answers, simulated, go into the ledger as the server would take them. */
#ifndef BV_TESTS_SITTER_H
#define BV_TESTS_SITTER_H

#include "engine/engine.h"

/* The answer to item number k of the form, which is identifier's; own is as the item has it. */
static inline enum bv_status
sitter_save(struct bv_ledger *ledger, struct bv_papers *papers, struct bv_paper *paper, int64_t attempt, uint32_t k, uint32_t number, struct bv_str own, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf page = BV_BUF(BV_ANSWER_MAX), kept = BV_BUF(BV_ANSWER_MAX);
	struct bv_ledger_act act = { .act = BV_EXAM_SAVE, .attempt = attempt, .facts = { .author = BV_STR("candidate"), .lease = 1, .item = k, .number = number } };

	TRY(bv_paper_answer_hide(&page, papers, paper, k, own, err));
	TRY(bv_paper_answer(&kept, papers, paper, k, bv_buf_str(&page), err));
	act.facts.response = bv_buf_str(&kept);
	return bv_ledger_do(ledger, &act, err);
}

/* All of them, as a candidate of that ability would; *number: how many. The attempt has started, under its first lease. */
static inline enum bv_status
sitter_answer(uint32_t *number, struct bv_ledger *ledger, struct bv_papers *papers, struct bv_paper *paper, struct bv_exam *exam, int64_t attempt,
              const struct bv_candidate *candidate, int64_t ability_milli, struct bv_err *err)
{
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf all = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;

	*number = 0;
	TRY(bv_paper_form(&form, papers, paper, err));
	TRY(bv_exam_simulate(&all, exam, candidate, ability_milli, err));
	TRY(bv_json_parse(&json, bv_buf_str(&all), err));
	const struct bv_json *responses = bv_json_find(json, "responses");
	for (uint32_t k = 0; k < form->item_count; k++)
		for (void *it = bv_json_members(responses); it; it = bv_json_next(responses, it)) {
			BV_AUTO(bv_buf_finish) struct bv_buf own = BV_BUF(BV_ANSWER_MAX);
			if (!bv_str_eq(bv_json_member_name(it), form->items[k].identifier))
				continue;
			bv_json_write(&own, bv_json_member(it));
			TRY(sitter_save(ledger, papers, paper, attempt, k, ++*number, bv_buf_str(&own), err));
		}
	return BV_OK;
}

/* The same of an attempt whose form grows, item after item, to the end; it has started. */
static inline enum bv_status
sitter_grow(uint32_t *number, struct bv_ledger *ledger, struct bv_papers *papers, struct bv_exam *exam, int64_t attempt, const struct bv_candidate *candidate,
            int64_t ability_milli, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf all = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;

	*number = 0;
	TRY(bv_exam_simulate(&all, exam, candidate, ability_milli, err));
	TRY(bv_json_parse(&json, bv_buf_str(&all), err));
	for (;;) {
		BV_AUTO(bv_given_finish) struct bv_given given = { 0 };
		BV_AUTO(bv_paper_free) struct bv_paper *paper = NULL, *next = NULL;
		BV_AUTO(bv_form_free) struct bv_form *form = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf own = BV_BUF(BV_ANSWER_MAX);
		struct bv_ledger_act leave = { .act = BV_EXAM_SECTION, .attempt = attempt, .facts = { .author = BV_STR("candidate"), .lease = 1 } };
		bool over;
		TRY(bv_given_load(&given, ledger, attempt, err));
		if (given.over)
			return BV_OK;
		TRY(bv_paper_grow(&paper, &over, papers, candidate->ticket, given.count, bv_given_answer, &given, err));
		TRY(bv_paper_form(&form, papers, paper, err));
		const struct bv_json *responses = bv_json_find(json, "responses");
		for (void *it = bv_json_members(responses); it; it = bv_json_next(responses, it))
			if (bv_str_eq(bv_json_member_name(it), form->items[given.left].identifier))
				bv_json_write(&own, bv_json_member(it));
		if (own.len)
			TRY(sitter_save(ledger, papers, paper, attempt, given.left, ++*number, bv_buf_str(&own), err));
		bv_given_finish(&given);
		TRY(bv_given_load(&given, ledger, attempt, err));
		TRY(bv_given_leave(&leave.facts, &next, &given, papers, candidate->ticket, err));
		TRY(bv_ledger_do(ledger, &leave, err));
	}
}

#endif
