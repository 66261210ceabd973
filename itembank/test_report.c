/* A test session as JSON (doc/tests.md). */
#include "itembank/pci.h"
#include "itembank/test_session.h"

static const char *const states[] = { "item", "suspended", "ended" };
static const char *const item_states[] = { "initial", "interacting", "suspended", "closed" };

bool
bv_test_session_number(const struct bv_test_session *session, const char *outcome, double *out)
{
	int variable = bv_declarations_find(&session->test->declarations, bv_str_of(outcome));

	return variable >= 0 && session->test->declarations.list[variable].kind == BV_VARIABLE_OUTCOME &&
	       bv_single_number(&session->values[variable], out);
}

struct bv_json *
bv_test_session_outcomes(const struct bv_test_session *session)
{
	const struct bv_declarations *ds = &session->test->declarations;
	struct bv_json *object = bv_json_new_object();

	for (uint32_t i = BV_BUILTIN_COUNT; i < ds->count; i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(BV_ITEM_IDENTIFIER_MAX);
		bv_buf_add(&name, ds->list[i].identifier);
		if (ds->list[i].kind == BV_VARIABLE_OUTCOME)
			bv_json_set(object, name.p, bv_pci_typed_new(&session->values[i]));
	}
	return object;
}

static void
set_text(struct bv_json *object, const char *name, struct bv_str text)
{
	bv_json_set(object, name, bv_json_new_text(text));
}

static void
set_seconds(struct bv_json *object, int64_t ms)
{
	bv_json_set(object, "duration", bv_json_new_real((double)ms / 1000));
}

/* "Q1", or "Q1.2" where it may be there several times. */
static struct bv_json *
slot_name(const struct test_slot *slot)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(BV_ITEM_IDENTIFIER_MAX + 20);

	bv_buf_add(&name, slot->node->identifier);
	if (slot->node->repeats)
		bv_buf_printf(&name, ".%u", slot->instance);
	return bv_json_new_text(bv_buf_str(&name));
}

static struct bv_json *
item_new(const struct bv_test_session *session, int32_t idx)
{
	const struct test_slot *slot = &session->slots[idx];
	const struct test_control *control = &slot->node->control;
	struct bv_json *object = bv_json_new_object();
	bool over = slot->state == BV_TEST_ITEM_CLOSED && slot->presented;

	bv_json_set(object, "item", slot_name(slot));
	set_text(object, "part", slot->node->part->identifier);
	bv_json_set_str(object, "state", bv_str_of(item_states[slot->state]));
	bv_json_set(object, "presented", bv_json_new_bool(slot->presented));
	bv_json_set(object, "responded", bv_json_new_bool(test_slot_responded(session, idx)));
	bv_json_set_int(object, "attempts", slot->attempts);
	set_seconds(object, slot->duration_ms);
	bv_json_set(object, "mayReview", bv_json_new_bool(over && control->allow_review));
	bv_json_set(object, "mayShowFeedback", bv_json_new_bool(slot->submitted && !slot->pending && control->show_feedback));
	bv_json_set(object, "mayShowSolution", bv_json_new_bool(over && control->show_solution));
	bv_json_set(object, "mayComment", bv_json_new_bool(slot->state == BV_TEST_ITEM_INTERACTING && control->allow_comment));
	if (slot->presented) {
		BV_AUTO(bv_json_free) struct bv_json *outcomes = bv_item_session_outcomes(slot->session);
		bv_json_set(object, "outcomes", bv_json_copy(bv_json_find(outcomes, "outcomes")));
	}
	return object;
}

/* ---- Texts ---------------------------------------------------------------------------------------------------------- */

static bool
names(const struct bv_value *v, struct bv_str identifier)
{
	for (uint32_t i = 0; v->cardinality != BV_CARD_RECORD && i < v->count; i++)
		if (bv_str_eq(bv_value_atoms(v)[i].text, identifier))
			return true;
	return false;
}

/* During: in its part, or in the test while it lasts. At the end: when that is over. */
static bool
is_time_for(const struct bv_test_session *session, const struct test_feedback *feedback)
{
	bool ended = session->state == BV_TEST_ENDED;
	int32_t part = 0;

	if (!feedback->part)
		return feedback->at_end == ended;
	while (session->parts[part].node != feedback->part)
		part++;
	if (feedback->at_end)
		return ended || part < session->part;
	return !ended && part == session->part;
}

bool
test_feedback_due(const struct bv_test_session *session, const struct test_feedback *feedback)
{
	return is_time_for(session, feedback) && names(&session->values[feedback->outcome], feedback->identifier) != feedback->hides;
}

static struct bv_json *
feedback_new(const struct bv_test_session *session)
{
	struct bv_json *array = bv_json_new_array();

	for (size_t i = 0; i < session->test->feedback_count; i++) {
		const struct test_feedback *f = &session->test->feedback[i];
		if (!test_feedback_due(session, f))
			continue;
		struct bv_json *object = bv_json_add(array, bv_json_new_object());
		set_text(object, "identifier", f->identifier);
		if (f->title.len)
			set_text(object, "title", f->title);
		set_text(object, "text", f->text);
	}
	return array;
}

static bool
is_owner(const struct bv_test_session *session, struct bv_str owner)
{
	const struct test_slot *slot = &session->slots[session->current];

	for (const struct test_node *n = slot->node; n; n = n->parent)
		if (bv_str_eq(n->identifier, owner))
			return true;
	return bv_str_eq(session->test->identifier, owner);
}

/* What the candidate may read at the current item. */
static struct bv_json *
rubrics_new(const struct bv_test_session *session)
{
	struct bv_json *array = bv_json_new_array();

	for (size_t i = 0; session->current >= 0 && i < session->test->rubric_count; i++) {
		const struct bv_rubric *rubric = &session->test->rubrics[i];
		if (!bv_rubric_shows(rubric, "candidate") || !is_owner(session, rubric->owner))
			continue;
		struct bv_json *object = bv_json_add(array, bv_json_new_object());
		set_text(object, "of", rubric->owner);
		if (rubric->use.len)
			set_text(object, "use", rubric->use);
		set_text(object, "text", rubric->text);
	}
	return array;
}

struct bv_json *
bv_test_session_summary(const struct bv_test_session *session)
{
	struct bv_json *object = bv_json_new_object();

	bv_json_set_str(object, "state", bv_str_of(states[session->state]));
	if (session->current >= 0) {
		set_text(object, "part", session->parts[session->part].node->identifier);
		bv_json_set(object, "item", slot_name(&session->slots[session->current]));
	}
	set_seconds(object, session->duration_ms);
	bv_json_set(object, "outcomes", bv_test_session_outcomes(session));
	bv_json_set(object, "feedback", feedback_new(session));
	bv_json_set(object, "rubrics", rubrics_new(session));
	return object;
}

struct bv_json *
bv_test_session_report(const struct bv_test_session *session)
{
	struct bv_json *object = bv_test_session_summary(session), *items = bv_json_set(object, "items", bv_json_new_array());

	for (int32_t i = 0; i < session->slot_count; i++)
		bv_json_add(items, item_new(session, i));
	return object;
}
