/* What a test session knows: variables of its items, of itself, and outcome processing. */
#include "itembank/test_session.h"

#include <assert.h>

static struct bv_value
seconds(int64_t ms)
{
	return bv_value_single(BV_TYPE_DURATION, (union bv_atom){ .real = (double)ms / 1000 });
}

/* ---- Items ---------------------------------------------------------------------------------------------------------- */

int32_t
test_slot_next(const struct bv_test_session *session, const struct test_node *item, int32_t slot)
{
	return slot < 0 ? session->first_slot[item->index] : session->slots[slot].again;
}

/* An item that was never presented has its outcomes at their start, and no responses. */
static struct bv_value
untouched(const struct bv_declaration *d, int variable)
{
	if (variable == BV_NUM_ATTEMPTS)
		return bv_value_integer(0);
	if (variable == BV_DURATION)
		return seconds(0);
	if (variable == BV_COMPLETION_STATUS)
		return bv_value_text(BV_TYPE_IDENTIFIER, BV_STR("not_attempted"));
	if (d->kind != BV_VARIABLE_OUTCOME)
		return bv_value_null((enum bv_cardinality)d->cardinality, (enum bv_type)d->type);
	if (d->default_value.count || d->cardinality != BV_CARD_SINGLE)
		return d->default_value;
	return d->type == BV_TYPE_INTEGER ? bv_value_integer(0) : d->type == BV_TYPE_FLOAT ? bv_value_float(0) : d->default_value;
}

struct bv_value
test_slot_value(const struct bv_test_session *session, int32_t idx, int variable)
{
	const struct test_slot *slot = &session->slots[idx];
	const struct bv_declaration *d = &slot->node->item->program.declarations->list[variable];

	if (variable == BV_DURATION)
		return seconds(slot->duration_ms);
	if (!slot->presented || (slot->pending && d->kind == BV_VARIABLE_RESPONSE && !d->builtin))
		return untouched(d, variable);
	return *bv_session_value(bv_item_session_variables(slot->session), variable);
}

struct bv_value
test_item_value(const struct bv_test_session *session, const struct test_node *item, uint32_t instance, int variable)
{
	const struct bv_declaration *d = &item->item->program.declarations->list[variable];
	int32_t found = -1;

	for (int32_t i = test_slot_next(session, item, -1); i >= 0; i = test_slot_next(session, item, i)) {
		const struct test_slot *slot = &session->slots[i];
		if (instance ? slot->instance == instance : found < 0 || slot->submitted > session->slots[found].submitted)
			found = i;
	}
	if (found < 0)
		return bv_value_null((enum bv_cardinality)d->cardinality, (enum bv_type)d->type);
	return test_slot_value(session, found, variable);
}

struct bv_value
test_node_duration(const struct bv_test_session *session, const struct test_node *node)
{
	int64_t ms = 0;
	bool there = false;

	for (int32_t i = 0; i < session->part_count && node->kind == TEST_PART; i++) {
		if (session->parts[i].node == node) {
			ms += session->parts[i].duration_ms;
			there = true;
		}
	}
	for (int32_t i = 0; i < session->section_count && node->kind == TEST_SECTION; i++) {
		if (session->sections[i].node == node) {
			ms += session->sections[i].duration_ms;
			there = true;
		}
	}
	return there ? seconds(ms) : bv_value_null(BV_CARD_SINGLE, BV_TYPE_DURATION);
}

/* Responses that have a correct value and those that match it. An item with a response that has none is neither right nor wrong. */
static bool
judged(const struct test_slot *slot, bool *right)
{
	const struct bv_item *item = slot->node->item;
	const struct bv_session *variables;

	if (!slot->presented || slot->pending || item->response_count == 0)
		return false;
	variables = bv_item_session_variables(slot->session);
	*right = true;
	for (size_t i = 0; i < item->response_count; i++) {
		const struct bv_value *v = bv_session_value(variables, item->responses[i]);
		const struct bv_value *correct = bv_session_correct(variables, item->responses[i]);
		if (correct->count == 0)
			return false;
		*right = *right && v->count && bv_value_equal(v, correct);
	}
	return true;
}

bool
test_slot_correct(const struct bv_test_session *session, int32_t slot)
{
	bool right;

	return judged(&session->slots[slot], &right) && right;
}

bool
test_slot_incorrect(const struct bv_test_session *session, int32_t slot)
{
	bool right;

	return judged(&session->slots[slot], &right) && !right;
}

bool
test_slot_presented(const struct bv_test_session *session, int32_t slot)
{
	return session->slots[slot].presented;
}

bool
test_slot_skipped(const struct test_slot *slot)
{
	const struct bv_item *item = slot->node->item;
	const struct bv_session *variables = bv_item_session_variables(slot->session);

	for (size_t i = 0; i < item->response_count; i++) {
		const struct bv_value *v = bv_session_value(variables, item->responses[i]);
		const struct bv_value *start = bv_session_default(variables, item->responses[i]);
		if (v->count && !(start->count && bv_value_equal(v, start)))
			return false;
	}
	return true;
}

bool
test_slot_responded(const struct bv_test_session *session, int32_t idx)
{
	const struct test_slot *slot = &session->slots[idx];

	return slot->presented && slot->submitted && !test_slot_skipped(slot);
}

/* ---- Rules ---------------------------------------------------------------------------------------------------------- */

struct bv_run
test_run(struct bv_test_session *session)
{
	bv_arena_reset(&session->scratch);
	session->values[BV_DURATION] = seconds(session->duration_ms);
	return (struct bv_run){
		.declarations = &session->test->declarations,
		.values = session->values,
		.defaults = session->defaults,
		.corrects = session->defaults, /* a test has no responses: nothing asks */
		.test = session,
		.arena = &session->scratch,
		.stream = &session->rule_stream,
		.steps_left = BV_STEPS_MAX,
	};
}

void
test_outcomes_start(struct bv_test_session *session)
{
	const struct bv_declarations *ds = &session->test->declarations;

	for (uint32_t i = 0; i < ds->count; i++) {
		session->defaults[i] = ds->list[i].default_value;
		session->values[i] = i == BV_QTI_CONTEXT || ds->list[i].kind == BV_VARIABLE_CONTEXT ? ds->list[i].default_value
		                                                                                 : untouched(&ds->list[i], (int)i);
	}
}

enum bv_status
test_outcomes_run(struct bv_test_session *session, struct bv_err *err)
{
	const struct bv_declarations *ds = &session->test->declarations;
	struct bv_variables variables = { session->values, session->defaults, session->defaults };
	enum bv_rules_end end;
	uint8_t key[BV_HASH_LEN];

	test_outcomes_start(session);
	if (!session->test->outcome_rules)
		return BV_OK;
	struct bv_run run = test_run(session);
	test_key(key, session, "BV-TEST-OUTCOMES-1", BV_STR_NONE, ++session->runs);
	bv_stream_init(&session->run_stream, key);
	run.stream = &session->run_stream;
	bv_arena_reset(&session->outcome_arena);
	run.arena = &session->outcome_arena;
	enum bv_status status = bv_rules_run(&end, session->test->outcome_rules, &run, &variables, err);
	for (uint32_t i = 0; i < ds->count; i++) {
		if (status != BV_OK && ds->list[i].kind == BV_VARIABLE_OUTCOME)
			session->values[i] = bv_value_null((enum bv_cardinality)ds->list[i].cardinality, (enum bv_type)ds->list[i].type);
		else if (ds->list[i].kind == BV_VARIABLE_OUTCOME) /* values may be borrowed from items, which change */
			session->values[i] = bv_value_copy(&session->values[i], &session->outcome_arena);
	}
	return status;
}

/* ---- Item sessions -------------------------------------------------------------------------------------------------- */

static enum bv_status
take_defaults(struct bv_test_session *session, struct test_slot *slot, struct bv_err *err)
{
	struct bv_session *variables = bv_item_session_variables(slot->session);

	for (size_t i = 0; i < slot->node->default_count; i++) {
		const struct test_default *d = &slot->node->defaults[i];
		const struct bv_declaration *declared = &slot->node->item->program.declarations->list[d->variable];
		struct bv_run run = test_run(session);
		struct bv_value v;
		TRY(bv_expr_eval(&v, d->expr, &run, err));
		if (!bv_value_convert(&v, (enum bv_cardinality)declared->cardinality, (enum bv_type)declared->type, run.arena))
			v = bv_value_null((enum bv_cardinality)declared->cardinality, (enum bv_type)declared->type);
		bv_session_preset(variables, d->variable, &v);
	}
	return BV_OK;
}

enum bv_status
test_slot_open(struct bv_test_session *session, struct test_slot *slot, struct bv_err *err)
{
	uint8_t key[BV_HASH_LEN];

	if (slot->session)
		return BV_OK;
	test_key(key, session, "BV-TEST-ITEM-1", slot->node->identifier, slot->instance);
	TRY(bv_item_session_new(&slot->session, slot->node->item, key, err));
	if (slot->node->default_count == 0)
		return BV_OK;
	TRY(take_defaults(session, slot, err));
	return bv_item_session_start(slot->session, key, err);
}

enum bv_status
test_slot_score(struct bv_test_session *session, struct test_slot *slot, struct bv_err *err)
{
	(void)session;
	slot->pending = false;
	bv_item_session_spend(slot->session, (double)slot->duration_ms / 1000);
	return bv_item_score(slot->session, err);
}
