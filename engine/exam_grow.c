/* Adaptive exams: a form is what follows from the answers to the items before. */
#include <stdlib.h>

#include "engine/exam.h"
#include "engine/grow.h"

struct judging {
	struct bv_exam *exam;
	bv_exam_answer answer;
	void *ctx;
};

enum bv_status
exam_judge(bool *right, struct bv_exam *exam, const struct bv_form_item *drawn, struct bv_str response, struct bv_err *err)
{
	struct exam_item *item;

	TRY(exam_load_item(&item, exam, drawn, err));
	if (grow_right(right, item->item, drawn->clone_seed, response, err) != BV_OK)
		return bv_err_again(err, 0, "position %u, item '%.*s': %s", drawn->position, BV_STR_ARG(drawn->identifier), err->msg);
	return BV_OK;
}

static enum bv_status
judge(void *ctx, bool *right, const struct bv_drawn *drawn, uint32_t position, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct judging *j = ctx;
	struct bv_str response = BV_STR_NONE;
	struct bv_form_item form_item;

	form_item_of_drawn(&form_item, position + 1, drawn, j->exam->plan, &arena);
	TRY(j->answer(j->ctx, &response, &form_item, err));
	return exam_judge(right, j->exam, &form_item, response, err);
}

bool
bv_exam_is_adaptive(const struct bv_exam *exam)
{
	return exam->blueprint->is_adaptive;
}

enum bv_status
bv_exam_grow(struct bv_form **out, bool *over, struct bv_exam *exam, struct bv_str ticket, uint32_t given, bv_exam_answer answer, void *ctx, struct bv_err *err)
{
	struct judging judging = { exam, answer, ctx };
	uint8_t cid[BV_HASH_LEN];

	if (!bv_exam_is_adaptive(exam))
		return bv_err_set(err, BV_EINVAL, "the blueprint's forms do not grow with the answers");
	TRY(bv_ticket_cid(cid, ticket, err));
	BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(exam->plan);
	TRY(grow_form(drawn, over, exam->issue, cid, given, judge, &judging, err));
	*out = form_of_drawn(drawn, exam->plan, &exam->key, ticket, cid);
	return BV_OK;
}

/* ---- From responses.json ---- */

struct looking {
	const struct bv_json *responses;
	struct bv_buf text;
};

static enum bv_status
find_response(void *ctx, struct bv_str *response, const struct bv_form_item *item, struct bv_err *err)
{
	struct looking *l = ctx;

	for (void *it = bv_json_members(l->responses); it; it = bv_json_next(l->responses, it)) {
		if (!bv_str_eq(bv_json_member_name(it), item->identifier))
			continue;
		bv_buf_clear(&l->text);
		bv_json_write_canonical(&l->text, bv_json_member(it));
		*response = bv_buf_str(&l->text);
		return bv_buf_check(&l->text, err);
	}
	return BV_OK;
}

enum bv_status
exam_form_given(struct bv_form **out, struct bv_exam *exam, struct bv_str ticket, const struct bv_json *json, struct bv_err *err)
{
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;
	struct looking looking = { .text = BV_BUF(BV_ANSWER_MAX) };
	int64_t given;
	bool over;

	TRY(bv_json_need_int(&given, json, "given", err));
	TRY(bv_json_need(&looking.responses, json, "responses", BV_JSON_OBJECT, err));
	if (given < 1 || given > exam->blueprint->item_count)
		return bv_err_set(err, BV_EINVAL, "'given' is %lld: a form of this blueprint has 1 to %u items", (long long)given, exam->blueprint->item_count);
	enum bv_status status = bv_exam_grow(&form, &over, exam, ticket, (uint32_t)given, find_response, &looking, err);
	bv_buf_finish(&looking.text);
	TRY(status);
	if (form->item_count < (size_t)given)
		return bv_err_set(err, BV_EINVAL, "'given' is %lld: by these answers the form was over after %zu", (long long)given, form->item_count);
	*out = bv_steal(&form);
	return BV_OK;
}

/* ---- Simulation ---- */

struct simulating {
	struct bv_exam *exam;
	struct bv_json *responses;
	struct bv_stream *stream;
	int64_t ability_milli;
	uint32_t answered;
};

static enum bv_status
answer_item(void *ctx, bool *right, const struct bv_drawn *drawn, uint32_t position, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_ANSWER_MAX);
	struct simulating *s = ctx;
	struct bv_form_item item;
	struct bv_json *response;

	form_item_of_drawn(&item, position + 1, drawn, s->exam->plan, &arena);
	TRY(exam_simulate_item(&response, s->exam, &item, s->ability_milli, s->stream, err));
	bv_json_write_canonical(&text, response);
	char *name = bv_str_dup(item.identifier);
	bv_json_set(s->responses, name, response);
	free(name);
	s->answered++;
	TRY(bv_buf_check(&text, err));
	return exam_judge(right, s->exam, &item, bv_buf_str(&text), err);
}

enum bv_status
exam_simulate_growing(struct bv_json *json, struct bv_json *responses, struct bv_exam *exam, struct bv_str ticket, int64_t ability_milli, struct bv_stream *stream,
                      struct bv_err *err)
{
	struct simulating s = { exam, responses, stream, ability_milli, 0 };
	uint8_t cid[BV_HASH_LEN];
	bool over, right;

	TRY(bv_ticket_cid(cid, ticket, err));
	BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(exam->plan);
	TRY(grow_form(drawn, &over, exam->issue, cid, exam->blueprint->item_count, answer_item, &s, err));
	if (s.answered < drawn->count)
		TRY(answer_item(&s, &right, drawn, s.answered, err));
	bv_json_set_int(json, "given", drawn->count);
	return BV_OK;
}
