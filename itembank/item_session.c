#include <stdlib.h>

#include "base/text.h"
#include "itembank/item.h"
#include "itembank/pci.h"
#include "itembank/rich_text.h"
#include "itembank/typed.h"
#include "itembank/validity.h"

/* Responses are staged in the half that is not bound, so that a refused call changes nothing. */
struct half {
	struct bv_arena arena;
	struct bv_value *values; /* by index of declaration */
};

struct bv_item_session {
	const struct bv_item *item;
	struct bv_session *variables;
	struct half halves[2];
	unsigned bound; /* the half that the variables borrow from */
};

enum bv_status
bv_item_session_new(struct bv_item_session **out, const struct bv_item *item, const uint8_t seed[BV_HASH_LEN], struct bv_err *err)
{
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = bv_alloc(sizeof *session);

	session->item = item;
	session->variables = bv_session_new(&item->program);
	for (int i = 0; i < 2; i++)
		session->halves[i].values = bv_alloc_array(item->program.declarations->count, sizeof(struct bv_value));
	TRY(bv_session_start(session->variables, seed, err));
	*out = bv_steal(&session);
	return BV_OK;
}

void
bv_item_session_free(struct bv_item_session *session)
{
	if (!session)
		return;
	bv_session_free(session->variables);
	for (int i = 0; i < 2; i++) {
		bv_arena_finish(&session->halves[i].arena);
		free(session->halves[i].values);
	}
	free(session);
}

enum bv_status
bv_item_session_start(struct bv_item_session *session, const uint8_t seed[BV_HASH_LEN], struct bv_err *err)
{
	return bv_session_start(session->variables, seed, err);
}

void
bv_item_session_reset(struct bv_item_session *session)
{
	bv_session_reset(session->variables);
}

const struct bv_item *
bv_item_session_item(const struct bv_item_session *session)
{
	return session->item;
}

struct bv_session *
bv_item_session_variables(struct bv_item_session *session)
{
	return session->variables;
}

const struct bv_value *
bv_item_session_value(const struct bv_item_session *session, int variable)
{
	return bv_session_value(session->variables, variable);
}

const struct bv_value *
bv_item_session_key(const struct bv_item_session *session, int variable)
{
	return bv_session_correct(session->variables, variable);
}

bool
bv_item_session_shows(const struct bv_item_session *session, const struct bv_choice *choice)
{
	const struct bv_value *v;
	int variable;

	if (choice->template_identifier.len == 0)
		return true;
	variable = bv_declarations_find(session->item->program.declarations, choice->template_identifier);
	v = variable < 0 ? NULL : bv_session_value(session->variables, variable);
	for (uint32_t i = 0; v && v->type == BV_TYPE_IDENTIFIER && i < v->count; i++)
		if (bv_str_eq(bv_value_atoms(v)[i].text, choice->identifier))
			return !choice->template_hides;
	return choice->template_hides;
}

static const struct bv_interaction *
interaction_of(const struct bv_item *item, int variable)
{
	return item->interaction_of[variable] < 0 ? NULL : &item->interactions[item->interaction_of[variable]];
}

/* An endAttempt, which is pressed or not: its response is never NULL once something was submitted. */
static bool
is_button(const struct bv_item *item, int variable)
{
	const struct bv_interaction *interaction = interaction_of(item, variable);

	return interaction && interaction->kind == BV_INTERACTION_END_ATTEMPT;
}

/* ---- Responses -------------------------------------------------------------------------------------------------- */

static struct half *
stage(struct bv_item_session *session)
{
	struct half *half = &session->halves[!session->bound];

	bv_arena_reset(&half->arena);
	for (size_t i = 0; i < session->item->response_count; i++) {
		int variable = session->item->responses[i];
		half->values[variable] = *bv_session_default(session->variables, variable);
		if (is_button(session->item, variable) && bv_value_is_null(&half->values[variable]))
			half->values[variable] = bv_value_boolean(false);
	}
	return half;
}

static void
bind(struct bv_item_session *session, struct half *half)
{
	for (size_t i = 0; i < session->item->response_count; i++) {
		int variable = session->item->responses[i];
		bv_session_respond(session->variables, variable, &half->values[variable]);
	}
	session->bound = (unsigned)(half - session->halves);
}

static enum bv_status
response_find(int *out, const struct bv_item *item, struct bv_str name, struct bv_err *err)
{
	int variable = bv_declarations_find(item->program.declarations, name);
	const struct bv_declaration *d = variable < 0 ? NULL : &item->program.declarations->list[variable];

	if (!d || d->kind != BV_VARIABLE_RESPONSE || d->builtin)
		return bv_err_set(err, BV_EINVAL, "the item '%.*s' has no response '%.*s'", BV_STR_ARG(bv_str_sub(item->identifier, 0, 80)),
		                  BV_STR_ARG(bv_str_sub(name, 0, 80)));
	*out = variable;
	return BV_OK;
}

/* Puts the response's name before the message. */
static enum bv_status
named(struct bv_str response, struct bv_err *err)
{
	struct bv_err found = *err;

	found.msg[sizeof found.msg - 100] = '\0';
	return bv_err_set(err, found.status, "response '%.*s': %s", BV_STR_ARG(bv_str_sub(response, 0, 80)), found.msg);
}

static bool
is_typed(const struct bv_interaction *interaction)
{
	return interaction && (bv_interaction_traits(interaction->kind) & BV_TRAIT_TEXT);
}

/* One text typed for `variable`, *text in NFC. */
static enum bv_status
typed_one(struct bv_value *out, struct bv_item_session *session, struct half *half, int variable, struct bv_str *text, struct bv_err *err)
{
	const struct bv_item *item = session->item;

	if (text->len > BV_RESPONSE_TEXT_MAX)
		return bv_err_set(err, BV_ELIMIT, "a text is longer than %d bytes", BV_RESPONSE_TEXT_MAX);
	if (bv_text_nfc(text, *text, &half->arena, err))
		return err->status = BV_EINVAL;
	if (interaction_of(item, variable)->format == BV_TEXT_XHTML)
		TRY(rich_text_clean(text, *text, &half->arena, err));
	return bv_typed_parse(out, &item->program.declarations->list[variable], interaction_of(item, variable), *text,
	                      bv_str_starts(item->language, BV_STR("vi")), &half->arena, err);
}

/* The only one; the variable of string-identifier takes the characters too. */
static enum bv_status
typed_take(struct bv_value *out, struct bv_item_session *session, struct half *half, int variable, struct bv_str text, struct bv_err *err)
{
	int also = session->item->bindings[session->item->interaction_of[variable]].typed;

	TRY(typed_one(out, session, half, variable, &text, err));
	if (also >= 0 && also != variable)
		half->values[also] = bv_value_text(BV_TYPE_STRING, text);
	return BV_OK;
}

/* Formatted texts, each for itself; those of a record too. */
static enum bv_status
texts_clean(struct bv_value *v, struct bv_arena *arena, struct bv_err *err)
{
	union bv_atom *atoms;

	if (v->cardinality == BV_CARD_RECORD) {
		struct bv_field *fields = bv_arena_array(arena, v->count, struct bv_field);
		for (uint32_t i = 0; i < v->count; i++) {
			fields[i] = v->fields[i];
			TRY(texts_clean(&fields[i].value, arena, err));
		}
		v->fields = fields;
		return BV_OK;
	}
	if (v->type != BV_TYPE_STRING)
		return BV_OK;
	uint32_t kept = 0;
	atoms = bv_arena_array(arena, v->count, union bv_atom);
	for (uint32_t i = 0; i < v->count; i++) {
		TRY(rich_text_clean(&atoms[kept].text, bv_value_atoms(v)[i].text, arena, err));
		kept += atoms[kept].text.len > 0;
	}
	*v = v->cardinality != BV_CARD_SINGLE ? bv_value_list((enum bv_cardinality)v->cardinality, BV_TYPE_STRING, atoms, kept)
	     : kept                           ? bv_value_text(BV_TYPE_STRING, atoms[0].text)
	                                      : bv_value_null(BV_CARD_SINGLE, BV_TYPE_STRING);
	return BV_OK;
}

static enum bv_status
pci_take(struct bv_item_session *session, struct half *half, int variable, const struct bv_json *json, struct bv_err *err)
{
	const struct bv_declaration *d = &session->item->program.declarations->list[variable];
	const struct bv_interaction *interaction = interaction_of(session->item, variable);
	const struct bv_json *text = bv_json_find(bv_json_find(json, "base"), "string");
	bool single = d->cardinality == BV_CARD_SINGLE || d->cardinality == BV_CARD_RECORD;

	if (is_typed(interaction) && single && bv_json_type(text) == BV_JSON_STRING && bv_json_count(json) == 1)
		return typed_take(&half->values[variable], session, half, variable, bv_json_str(text), err);
	TRY(bv_pci_parse(&half->values[variable], (enum bv_cardinality)d->cardinality, (enum bv_type)d->type, json, &half->arena, err));
	if (interaction && interaction->format == BV_TEXT_XHTML)
		TRY(texts_clean(&half->values[variable], &half->arena, err));
	return interaction ? bv_value_legal(session, interaction, &half->values[variable], err) : BV_OK;
}

enum bv_status
bv_item_session_respond(struct bv_item_session *session, const struct bv_json *responses, struct bv_err *err)
{
	struct half *half = stage(session);

	if (bv_json_type(responses) != BV_JSON_OBJECT)
		return bv_err_set(err, BV_EINVAL, "responses are an object, {\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}");
	for (void *it = bv_json_members(responses); it; it = bv_json_next(responses, it)) {
		struct bv_str name = bv_json_member_name(it);
		int variable;
		TRY(response_find(&variable, session->item, name, err));
		if (pci_take(session, half, variable, bv_json_member(it), err))
			return named(name, err);
	}
	for (size_t i = 0; i < session->item->response_count; i++) {
		struct bv_value *v = &half->values[session->item->responses[i]];
		*v = bv_value_copy(v, &half->arena); /* until now texts were borrowed from the JSON */
	}
	bind(session, half);
	return BV_OK;
}

/* One value in QTI's lexical form. */
static enum bv_status
lexical_parse(struct bv_value *out, struct half *half, const struct bv_declaration *d, struct bv_str text, struct bv_err *err)
{
	if (text.len > BV_RESPONSE_TEXT_MAX)
		return bv_err_set(err, BV_ELIMIT, "a text is longer than %d bytes", BV_RESPONSE_TEXT_MAX);
	if (bv_text_nfc(&text, text, &half->arena, err) || bv_value_parse(out, (enum bv_type)d->type, text, &half->arena, err))
		return err->status = BV_EINVAL;
	return BV_OK;
}

static enum bv_status
lexical_take(struct bv_item_session *session, struct half *half, int variable, const struct bv_answer *answer, struct bv_err *err)
{
	const struct bv_declaration *d = &session->item->program.declarations->list[variable];
	const struct bv_interaction *interaction = interaction_of(session->item, variable);
	bool list = d->cardinality == BV_CARD_MULTIPLE || d->cardinality == BV_CARD_ORDERED;
	struct bv_value *out = &half->values[variable], v;
	union bv_atom *atoms = list && answer->count ? bv_arena_array(&half->arena, answer->count, union bv_atom) : NULL;
	uint32_t count = 0;

	if (answer->count > (list ? BV_RESPONSE_VALUES_MAX : 1))
		return bv_err_set(err, BV_EINVAL, "%zu values are given; its cardinality is %s", answer->count, bv_cardinality_name(d->cardinality));
	*out = bv_value_null((enum bv_cardinality)d->cardinality, (enum bv_type)d->type);
	for (size_t i = 0; i < answer->count; i++) {
		if (is_typed(interaction) && !list)
			return typed_take(out, session, half, variable, answer->values[i], err);
		if (d->cardinality == BV_CARD_RECORD)
			return bv_err_set(err, BV_EINVAL, "a record can only be given as JSON");
		struct bv_str text = answer->values[i];
		TRY(is_typed(interaction) ? typed_one(&v, session, half, variable, &text, err) : lexical_parse(&v, half, d, text, err));
		if (!list)
			*out = v;
		else if (!bv_value_is_null(&v))
			atoms[count++] = v.one;
	}
	if (list)
		*out = bv_value_list((enum bv_cardinality)d->cardinality, (enum bv_type)d->type, atoms, count);
	return interaction ? bv_value_legal(session, interaction, out, err) : BV_OK;
}

enum bv_status
bv_item_session_answer(struct bv_item_session *session, const struct bv_answer *answers, size_t count, struct bv_err *err)
{
	struct half *half = stage(session);

	for (size_t i = 0; i < count; i++) {
		int variable;
		TRY(response_find(&variable, session->item, answers[i].response, err));
		if (lexical_take(session, half, variable, &answers[i], err))
			return named(answers[i].response, err);
	}
	bind(session, half);
	return BV_OK;
}

static bool
is_pressed(const struct bv_item_session *session, size_t idx)
{
	int response = session->item->bindings[idx].response;
	const struct bv_value *v;

	if (session->item->interactions[idx].kind != BV_INTERACTION_END_ATTEMPT || response < 0)
		return false;
	v = bv_session_value(session->variables, response);
	return !bv_value_is_null(v) && v->one.boolean;
}

enum bv_status
bv_item_session_validate(const struct bv_item_session *session, struct bv_err *err)
{
	const struct bv_item *item = session->item;
	size_t pressed = 0;

	for (size_t i = 0; i < item->interaction_count; i++) {
		const struct bv_binding *b = &item->bindings[i];
		pressed += is_pressed(session, i);
		if (pressed > 1)
			return bv_err_set(err, BV_EINVAL, "response '%.*s': only one button can have ended the attempt",
			                  BV_STR_ARG(item->interactions[i].response));
		if (b->response < 0)
			continue;
		const struct bv_value *typed = b->typed < 0 ? NULL : bv_session_value(session->variables, b->typed);
		TRY(bv_value_valid(session, i, bv_session_value(session->variables, b->response), typed, err));
	}
	return BV_OK;
}

/* ---- Outcomes --------------------------------------------------------------------------------------------------- */

enum bv_status
bv_item_score(struct bv_item_session *session, struct bv_err *err)
{
	for (size_t i = 0; i < session->item->interaction_count; i++)
		if (is_pressed(session, i) && !session->item->interactions[i].count_attempt)
			return bv_session_score_uncounted(session->variables, err);
	return bv_session_score(session->variables, err);
}

void
bv_item_session_spend(struct bv_item_session *session, double seconds)
{
	bv_session_spend(session->variables, seconds);
}

uint32_t
bv_item_session_attempts(const struct bv_item_session *session)
{
	return (uint32_t)bv_session_value(session->variables, BV_NUM_ATTEMPTS)->one.integer;
}

bool
bv_item_session_completed(const struct bv_item_session *session)
{
	const struct bv_value *status = bv_session_value(session->variables, BV_COMPLETION_STATUS);

	return bv_item_adaptive(session->item) && !bv_value_is_null(status) && bv_str_is(status->one.text, "completed");
}

bool
bv_item_session_number(const struct bv_item_session *session, const char *outcome, double *out)
{
	const struct bv_declarations *declarations = session->item->program.declarations;
	int variable = bv_declarations_find(declarations, bv_str_of(outcome));

	return variable >= 0 && declarations->list[variable].kind == BV_VARIABLE_OUTCOME &&
	       bv_single_number(bv_session_value(session->variables, variable), out);
}

/* The variables of a kind in the order of declaration, built-ins last, as one object of PCI values; typed adds cardinality and base type. */
static struct bv_json *
variables_new(const struct bv_item_session *session, enum bv_variable_kind kind, bool typed)
{
	const struct bv_declarations *declarations = session->item->program.declarations;
	struct bv_json *object = bv_json_new_object();

	for (uint32_t n = 0; n < declarations->count; n++) {
		uint32_t i = (n + BV_BUILTIN_COUNT) % declarations->count;
		const struct bv_declaration *d = &declarations->list[i];
		const struct bv_value *v = bv_session_value(session->variables, (int)i);
		BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(BV_ITEM_IDENTIFIER_MAX);
		if (d->kind != kind || (d->builtin && kind != BV_VARIABLE_OUTCOME))
			continue;
		bv_buf_add(&name, d->identifier);
		bv_json_set(object, name.p, typed ? bv_pci_typed_new(v) : bv_pci_new(v));
	}
	return object;
}

struct bv_json *
bv_item_session_outcomes(const struct bv_item_session *session)
{
	struct bv_json *json = bv_json_new_object();

	bv_json_set(json, "outcomes", variables_new(session, BV_VARIABLE_OUTCOME, true));
	return json;
}

struct bv_json *
bv_item_session_responses(const struct bv_item_session *session)
{
	return variables_new(session, BV_VARIABLE_RESPONSE, false);
}

struct bv_json *
bv_item_session_templates(const struct bv_item_session *session)
{
	return variables_new(session, BV_VARIABLE_TEMPLATE, false);
}

struct bv_json *
bv_item_session_correct(const struct bv_item_session *session)
{
	struct bv_json *object = bv_json_new_object();

	for (size_t i = 0; i < session->item->response_count; i++) {
		int variable = session->item->responses[i];
		const struct bv_value *v = bv_session_correct(session->variables, variable);
		BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(BV_ITEM_IDENTIFIER_MAX);
		if (bv_value_is_null(v))
			continue;
		bv_buf_add(&name, session->item->program.declarations->list[variable].identifier);
		bv_json_set(object, name.p, bv_pci_new(v));
	}
	return object;
}
