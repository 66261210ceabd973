/* One candidate's exam: form → responses → outcomes → rating, each document a pure function of the ones before it. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/exam.h"

/* ---- Responses ---- */

static enum bv_status
parse_responses(struct bv_json **out, const struct bv_form *form, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const struct bv_json *responses;

	TRY(bv_json_parse(&json, text, err));
	TRY(bv_json_only(json, form->is_adaptive ? "given responses" : "responses", err));
	TRY(bv_json_need(&responses, json, "responses", BV_JSON_OBJECT, err));
	for (void *it = bv_json_members(responses); it; it = bv_json_next(responses, it)) {
		size_t i = 0;
		while (i < form->item_count && !bv_str_eq(form->items[i].identifier, bv_json_member_name(it)))
			i++;
		if (i == form->item_count)
			return bv_err_set(err, BV_EINVAL, "there is a response to '%.*s', which is not on the form of %.*s",
			                  BV_STR_ARG(bv_json_member_name(it)), BV_STR_ARG(form->ticket));
	}
	*out = bv_steal(&json);
	return BV_OK;
}

/* The responses to one item, or NULL. */
static const struct bv_json *
responses_to(const struct bv_json *json, struct bv_str identifier)
{
	const struct bv_json *responses = bv_json_find(json, "responses");

	for (void *it = bv_json_members(responses); it; it = bv_json_next(responses, it))
		if (bv_str_eq(bv_json_member_name(it), identifier))
			return bv_json_member(it);
	return NULL;
}

/* ---- Outcomes ---- */

static enum bv_status
of_item(const struct bv_form_item *drawn, enum bv_status status, struct bv_err *err)
{
	struct bv_err found = *err;

	if (status != BV_OK)
		bv_err_set(err, found.status, "position %u, item '%.*s': %s", (unsigned)drawn->position, BV_STR_ARG(drawn->identifier), found.msg);
	return status;
}

/* Scores one position into its row of outcomes.json and its result for the rating. */
static enum bv_status
score_item(struct bv_json *row, struct bv_item_result *result, struct bv_exam *exam, const struct bv_form_item *drawn,
           const struct bv_json *responses, struct bv_err *err)
{
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	struct exam_item *item;
	struct bv_err invalid;

	TRY(exam_load_item(&item, exam, drawn, err));
	TRY(bv_item_session_new(&session, item->item, drawn->clone_seed, err));
	if (responses)
		TRY(bv_item_session_respond(session, responses, err));
	/* Why not is not kept: the wording of our messages must not decide whether old evidence can be derived again. */
	bool valid = bv_item_session_validate(session, &invalid) == BV_OK;
	TRY(bv_item_score(session, err));

	*result = (struct bv_item_result){
		.identifier = drawn->identifier,
		.part = drawn->part,
		.path = item->competence,
		.marks = drawn->marks,
		.has_parameters = item->has_parameters,
		.a_milli = (int32_t)item->a_milli,
		.b_milli = (int32_t)item->b_milli,
		.c_milli = (int32_t)item->c_milli,
	};
	result->scored = bv_item_machine_scorable(item->item) && bv_item_session_number(session, "SCORE", &result->score) &&
	                 bv_item_max_score(item->item, &result->max_score);

	bv_json_set_int(row, "position", drawn->position);
	bv_json_set_str(row, "identifier", drawn->identifier);
	bv_json_set(row, "answered", bv_json_new_bool(responses != NULL));
	bv_json_set(row, "valid", bv_json_new_bool(valid));
	bv_json_set(row, "templates", bv_item_session_templates(session));
	BV_AUTO(bv_json_free) struct bv_json *outcomes = bv_item_session_outcomes(session);
	bv_json_set(row, "outcomes", bv_json_copy(bv_json_find(outcomes, "outcomes")));
	return BV_OK;
}

static void
set_hash(struct bv_json *object, const char *name, uint8_t hash[BV_HASH_LEN], struct bv_str bytes)
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	bv_sha256(hash, bytes);
	bv_json_set_str(object, name, bv_str_of(bv_hex(hex, hash, BV_HASH_LEN)));
}

static enum bv_status
score_form(struct bv_marking *marking, struct bv_item_result *results, struct bv_exam *exam, const struct bv_form *form,
           struct bv_str responses, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *given = NULL;
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();

	TRY(parse_responses(&given, form, responses, err));
	bv_json_set_str(json, "format", BV_STR("bv-outcomes-1"));
	set_hash(json, "form", marking->hashes[0], bv_buf_str(&marking->form));
	set_hash(json, "responses", marking->hashes[1], responses);
	struct bv_json *rows = bv_json_set(json, "items", bv_json_new_array());
	for (size_t i = 0; i < form->item_count; i++) {
		struct bv_json *row = bv_json_add(rows, bv_json_new_object());
		const struct bv_form_item *drawn = &form->items[i];
		TRY(of_item(drawn, score_item(row, &results[i], exam, drawn, responses_to(given, drawn->identifier), err), err));
	}
	bv_json_write_pretty(&marking->outcomes, json);
	return bv_buf_check(&marking->outcomes, err);
}

void
bv_marking_finish(struct bv_marking *marking)
{
	bv_buf_finish(&marking->form);
	bv_buf_finish(&marking->outcomes);
	bv_buf_finish(&marking->rating);
	bv_arena_finish(&marking->arena);
}

static enum bv_status
form_of(struct bv_form **out, struct bv_exam *exam, struct bv_str ticket, struct bv_str responses, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;

	if (!bv_exam_is_adaptive(exam))
		return bv_exam_form(out, exam, ticket, err);
	TRY(bv_json_parse(&json, responses, err));
	return exam_form_given(out, exam, ticket, json, err);
}

enum bv_status
bv_exam_sit(struct bv_marking *out, struct bv_exam *exam, const struct bv_candidate *candidate, struct bv_str responses, struct bv_err *err)
{
	BV_AUTO(bv_marking_finish) struct bv_marking marking = {
		.form = BV_BUF(BV_EXAM_DOCUMENT_MAX), .outcomes = BV_BUF(BV_EXAM_DOCUMENT_MAX), .rating = BV_BUF(BV_EXAM_DOCUMENT_MAX)
	};
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;

	marking.practice = exam->mode == BV_SITTING_PRACTICE;
	TRY(form_of(&form, exam, candidate->ticket, responses, err));
	bv_form_write(&marking.form, form);
	TRY(bv_buf_check(&marking.form, err));
	struct bv_item_result *results = bv_arena_array(&marking.arena, form->item_count, struct bv_item_result);
	TRY(score_form(&marking, results, exam, form, responses, err));
	bv_sha256(marking.hashes[2], bv_buf_str(&marking.outcomes));
	/* The rating borrows from its arguments; the form is gone when the marking is read. */
	for (size_t i = 0; i < form->item_count; i++) {
		results[i].identifier = bv_arena_str(&marking.arena, results[i].identifier);
		results[i].part = bv_arena_str(&marking.arena, results[i].part);
	}
	TRY(bv_rate(&marking.result, exam->standard, exam->rules, results, form->item_count, candidate->carry, candidate->carry_count,
	            exam->day, &marking.arena, err));
	bv_rating_write(&marking.rating, &marking.result);
	TRY(bv_buf_check(&marking.rating, err));
	bv_sha256(marking.hashes[3], bv_buf_str(&marking.rating));
	*out = marking;
	marking = (struct bv_marking){ 0 };
	return BV_OK;
}

/* ---- Simulation ---- */

enum bv_status
exam_simulate_item(struct bv_json **out, struct bv_exam *exam, const struct bv_form_item *drawn, int64_t ability_milli, struct bv_stream *stream, struct bv_err *err)
{
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	struct exam_item *item;

	TRY(of_item(drawn, exam_load_item(&item, exam, drawn, err), err));
	TRY(of_item(drawn, bv_item_session_new(&session, item->item, drawn->clone_seed, err), err));
	*out = bv_simulate_responses(session, item->item, ability_milli, item->has_parameters ? item->a_milli : 1000, item->has_parameters ? item->b_milli : 0, stream);
	return BV_OK;
}

static enum bv_status
simulate_form(struct bv_json *responses, struct bv_exam *exam, struct bv_str ticket, int64_t ability_milli, struct bv_stream *stream, struct bv_err *err)
{
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;

	TRY(bv_exam_form(&form, exam, ticket, err));
	for (size_t i = 0; i < form->item_count; i++) {
		struct bv_json *response;
		TRY(exam_simulate_item(&response, exam, &form->items[i], ability_milli, stream, err));
		char *name = bv_str_dup(form->items[i].identifier);
		bv_json_set(responses, name, response);
		free(name);
	}
	return BV_OK;
}

enum bv_status
bv_exam_simulate(struct bv_buf *responses, struct bv_exam *exam, const struct bv_candidate *candidate, int64_t ability_milli,
                 struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	struct bv_json *all = bv_json_set(json, "responses", bv_json_new_object());
	struct bv_hmac_key key;
	struct bv_stream stream;
	uint8_t secret[BV_HASH_LEN];

	bv_hmac_key_init(&key, (struct bv_str){ (const char *)exam->seed, BV_HASH_LEN });
	BV_AUTO(bv_buf_finish) struct bv_buf label = BV_BUF(BV_TICKET_MAX + 16);
	bv_buf_addz(&label, "BV-SIMULATE-1:");
	bv_buf_add(&label, candidate->ticket);
	bv_hmac_sha256(secret, &key, bv_buf_str(&label));
	bv_stream_init(&stream, secret);
	if (bv_exam_is_adaptive(exam))
		TRY(exam_simulate_growing(json, all, exam, candidate->ticket, ability_milli, &stream, err));
	else
		TRY(simulate_form(all, exam, candidate->ticket, ability_milli, &stream, err));
	bv_json_write_pretty(responses, json);
	return bv_buf_check(responses, err);
}
