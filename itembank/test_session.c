/* A candidate's acts on a test: what is allowed when, attempts, and time. */
#include <stdlib.h>

#include "itembank/test_navigation.h"

static struct bv_str
clipped(struct bv_str s)
{
	return bv_str_sub(s, 0, 80);
}

enum bv_status
bv_test_session_new(struct bv_test_session **out, const struct bv_test *test, const uint8_t seed[BV_HASH_LEN], int64_t now_ms,
                    struct bv_err *err)
{
	BV_AUTO(bv_test_session_free) struct bv_test_session *session = bv_alloc(sizeof *session);
	uint8_t key[BV_HASH_LEN];

	TRY(test_adaptive_check(test, err));
	session->test = test;
	memcpy(session->seed, seed, sizeof session->seed);
	session->now_ms = now_ms;
	session->current = -1;
	session->values = bv_alloc_array(test->declarations.count, sizeof *session->values);
	session->defaults = bv_alloc_array(test->declarations.count, sizeof *session->defaults);
	test_form_make(session);
	test_outcomes_start(session);
	test_key(key, session, "BV-TEST-RULES-1", BV_STR_NONE, 0);
	bv_stream_init(&session->rule_stream, key);
	TRY(test_enter_part(session, 0, err));
	*out = bv_steal(&session);
	return BV_OK;
}

void
bv_test_session_free(struct bv_test_session *session)
{
	if (!session)
		return;
	for (int32_t i = 0; i < session->slot_count; i++)
		bv_item_session_free(session->slots[i].session);
	bv_arena_finish(&session->arena);
	bv_arena_finish(&session->scratch);
	bv_arena_finish(&session->outcome_arena);
	free(session->sections);
	free(session->values);
	free(session->defaults);
	bv_wipe(session, sizeof *session);
	free(session);
}

enum bv_test_state
bv_test_session_state(const struct bv_test_session *session)
{
	return session->state;
}

size_t
bv_test_session_item_count(const struct bv_test_session *session)
{
	return (size_t)session->slot_count;
}

size_t
bv_test_session_current(const struct bv_test_session *session)
{
	return session->current < 0 ? SIZE_MAX : (size_t)session->current;
}

struct bv_test_item
bv_test_session_item(const struct bv_test_session *session, size_t idx)
{
	const struct test_slot *slot = &session->slots[idx];

	return (struct bv_test_item){
		.identifier = slot->node->identifier,
		.instance = slot->node->repeats ? slot->instance : 0,
		.part = slot->node->part->identifier,
		.item = slot->node->item,
		.state = slot->state,
		.presented = slot->presented,
		.responded = test_slot_responded(session, (int32_t)idx),
		.attempts = slot->attempts,
		.duration_ms = slot->duration_ms,
		.session = slot->presented ? slot->session : NULL,
	};
}

/* ---- Time ----------------------------------------------------------------------------------------------------------- */

/* Milliseconds until time is up; late submissions are no end. */
static int64_t
time_left(const struct test_limits *limits, int64_t spent_ms)
{
	return limits->allow_late || limits->max_ms == INT64_MAX ? INT64_MAX : spent_ms >= limits->max_ms ? 0 : limits->max_ms - spent_ms;
}

static bool
is_late(const struct test_limits *limits, int64_t spent_ms)
{
	return spent_ms > limits->max_ms;
}

/* Ends of time, from the outermost in: the test is 0, the part 1, then sections, then the item. */
static enum bv_status
section_expire(struct bv_test_session *session, int32_t section, struct bv_err *err)
{
	const struct test_part *part = &session->parts[session->part];

	session->sections[section].state = SECTION_OVER;
	if (!part->node->nonlinear)
		return test_move_on(session, false, err);
	for (int32_t i = part->first; i < part->end; i++)
		for (int32_t s = session->slots[i].section; s >= 0; s = session->sections[s].parent)
			if (s == section)
				session->slots[i].state = BV_TEST_ITEM_CLOSED;
	return BV_OK;
}

static int32_t
outermost_expired(const struct bv_test_session *session)
{
	int32_t found = -1;

	for (int32_t s = session->slots[session->current].section; s >= 0; s = session->sections[s].parent)
		if (session->sections[s].state != SECTION_OVER &&
		    time_left(&session->sections[s].node->limits, session->sections[s].duration_ms) == 0)
			found = s;
	return found;
}

/* Closes what has no time left. *more: something was closed, ask again. */
static enum bv_status
expire(struct bv_test_session *session, bool *more, struct bv_err *err)
{
	struct test_slot *slot = &session->slots[session->current];
	const struct test_part *part = &session->parts[session->part];
	int32_t section = outermost_expired(session);

	*more = true;
	if (time_left(&session->test->limits, session->duration_ms) == 0)
		return test_end(session, err);
	if (time_left(&part->node->limits, part->duration_ms) == 0)
		return test_leave_part(session, err);
	if (section >= 0)
		return section_expire(session, section, err);
	*more = slot->state != BV_TEST_ITEM_CLOSED && time_left(&slot->node->limits, slot->duration_ms) == 0;
	if (!*more)
		return BV_OK;
	slot->state = BV_TEST_ITEM_CLOSED;
	return part->node->nonlinear ? BV_OK : test_move_on(session, false, err);
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Adds the time until something closes, at most left. */
static int64_t
spend(struct bv_test_session *session, int64_t left)
{
	struct test_slot *slot = &session->slots[session->current];
	struct test_part *part = &session->parts[session->part];

	left = least(left, time_left(&session->test->limits, session->duration_ms));
	left = least(left, time_left(&part->node->limits, part->duration_ms));
	if (slot->state != BV_TEST_ITEM_CLOSED)
		left = least(left, time_left(&slot->node->limits, slot->duration_ms));
	for (int32_t s = slot->section; s >= 0; s = session->sections[s].parent)
		if (session->sections[s].state != SECTION_OVER)
			left = least(left, time_left(&session->sections[s].node->limits, session->sections[s].duration_ms));
	session->duration_ms += left;
	part->duration_ms += left;
	slot->duration_ms += left;
	for (int32_t s = slot->section; s >= 0; s = session->sections[s].parent)
		session->sections[s].duration_ms += left;
	return left;
}

static enum bv_status
pass(struct bv_test_session *session, int64_t now_ms, struct bv_err *err)
{
	int64_t left = now_ms - session->now_ms;
	bool more;

	if (now_ms < session->now_ms)
		return bv_err_set(err, BV_EINVAL, "the clock goes back: %lld ms after %lld ms", (long long)now_ms, (long long)session->now_ms);
	session->now_ms = now_ms;
	while (left > 0 && session->state == BV_TEST_AT_ITEM) {
		TRY(expire(session, &more, err));
		if (!more)
			left -= spend(session, left);
	}
	return BV_OK;
}

/* Lets the time pass for an act on the current item; refuses when it is not there any more. */
static enum bv_status
arrive(struct bv_test_session *session, int64_t now_ms, struct bv_err *err)
{
	int32_t was = session->current;

	if (session->state == BV_TEST_ENDED)
		return bv_err_set(err, BV_EDENIED, "the test has ended");
	TRY(pass(session, now_ms, err));
	if (session->state == BV_TEST_SUSPENDED)
		return bv_err_set(err, BV_EDENIED, "the test is suspended: resume it first");
	if (session->current != was)
		return bv_err_set(err, BV_EDENIED, "item '%.*s': the time is up", BV_STR_ARG(clipped(session->slots[was].node->identifier)));
	return BV_OK;
}

enum bv_status
bv_test_session_tick(struct bv_test_session *session, int64_t now_ms, struct bv_err *err)
{
	return pass(session, now_ms, err);
}

enum bv_status
bv_test_session_suspend(struct bv_test_session *session, int64_t now_ms, struct bv_err *err)
{
	struct test_slot *slot;

	TRY(arrive(session, now_ms, err));
	slot = &session->slots[session->current];
	if (slot->state == BV_TEST_ITEM_INTERACTING)
		slot->state = BV_TEST_ITEM_SUSPENDED;
	session->state = BV_TEST_SUSPENDED;
	return BV_OK;
}

enum bv_status
bv_test_session_resume(struct bv_test_session *session, int64_t now_ms, struct bv_err *err)
{
	if (session->state != BV_TEST_SUSPENDED)
		return bv_err_set(err, BV_EDENIED, "the test is not suspended");
	TRY(pass(session, now_ms, err));
	session->state = BV_TEST_AT_ITEM;
	if (session->slots[session->current].state == BV_TEST_ITEM_SUSPENDED)
		session->slots[session->current].state = BV_TEST_ITEM_INTERACTING;
	return BV_OK;
}

/* ---- Attempts ------------------------------------------------------------------------------------------------------- */

static enum bv_status
too_early(const struct test_node *node, int64_t spent_ms, struct bv_err *err)
{
	if (spent_ms >= node->limits.min_ms)
		return BV_OK;
	return bv_err_set(err, BV_EDENIED, "'%.*s': its min-time of %g s is not over", BV_STR_ARG(clipped(node->identifier)),
	                  (double)node->limits.min_ms / 1000);
}

/* Responses that cannot be submitted leave those that were there. */
static enum bv_status
take_responses(struct test_slot *slot, const struct bv_json *responses, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *was = bv_item_session_responses(slot->session);
	const struct test_control *control = &slot->node->control;
	enum bv_status status = BV_OK;
	struct bv_err ignored;

	TRY(bv_item_session_respond(slot->session, responses, err));
	if (!control->allow_skipping && test_slot_skipped(slot))
		status = bv_err_set(err, BV_EDENIED, "item '%.*s' must be answered: allow-skipping is false",
		                    BV_STR_ARG(clipped(slot->node->identifier)));
	else if (control->validate_responses)
		status = bv_item_session_validate(slot->session, err);
	if (status != BV_OK && bv_item_session_respond(slot->session, was, &ignored))
		bv_item_session_reset(slot->session);
	return status;
}

static bool
is_late_anywhere(const struct bv_test_session *session, const struct test_slot *slot)
{
	const struct test_part *part = &session->parts[session->part];
	bool late = is_late(&session->test->limits, session->duration_ms) || is_late(&part->node->limits, part->duration_ms) ||
	            is_late(&slot->node->limits, slot->duration_ms);

	for (int32_t s = slot->section; s >= 0; s = session->sections[s].parent)
		late |= is_late(&session->sections[s].node->limits, session->sections[s].duration_ms);
	return late;
}

/* An adaptive item has attempts until it is completed; max-attempts is not for it. */
static bool
is_done(const struct bv_test_session *session, const struct test_slot *slot)
{
	if (is_late_anywhere(session, slot))
		return true;
	if (bv_item_adaptive(slot->node->item))
		return bv_item_session_completed(slot->session);
	return slot->node->control.max_attempts && slot->attempts >= slot->node->control.max_attempts;
}

enum bv_status
bv_test_session_submit(struct bv_test_session *session, const struct bv_json *responses, int64_t now_ms, struct bv_err *err)
{
	const struct test_node *part;
	struct test_slot *slot;
	struct bv_err why;

	TRY(arrive(session, now_ms, err));
	slot = &session->slots[session->current];
	part = slot->node->part;
	if (slot->state == BV_TEST_ITEM_CLOSED)
		return bv_err_set(err, BV_EDENIED, "item '%.*s' is closed: no attempt or no time is left",
		                  BV_STR_ARG(clipped(slot->node->identifier)));
	if (!part->nonlinear)
		TRY(too_early(slot->node, slot->duration_ms, err));
	TRY(take_responses(slot, responses, err));
	slot->submitted = ++session->submissions;
	if (part->simultaneous) {
		slot->attempts = 1;
		slot->pending = true;
		return BV_OK;
	}
	enum bv_status status = test_slot_score(session, slot, err);
	slot->attempts = bv_item_session_attempts(slot->session); /* an endAttempt may not count */
	if (is_done(session, slot))
		slot->state = BV_TEST_ITEM_CLOSED;
	enum bv_status outcomes = test_outcomes_run(session, &why);
	if (status == BV_OK && outcomes != BV_OK)
		*err = why;
	return status != BV_OK ? status : outcomes;
}

/* ---- Moving --------------------------------------------------------------------------------------------------------- */

/* What must not be left yet: the item, the sections that end with it, the part, the test. */
static enum bv_status
may_leave(const struct bv_test_session *session, const struct test_slot *slot, struct bv_err *err)
{
	const struct test_part *part = &session->parts[session->part];

	if (!slot->submitted && !slot->node->control.allow_skipping && slot->state != BV_TEST_ITEM_CLOSED)
		return bv_err_set(err, BV_EDENIED, "item '%.*s' must be answered: allow-skipping is false",
		                  BV_STR_ARG(clipped(slot->node->identifier)));
	TRY(too_early(slot->node, slot->duration_ms, err));
	for (int32_t s = slot->section; s >= 0; s = session->sections[s].parent)
		if (session->sections[s].last == session->current)
			TRY(too_early(session->sections[s].node, session->sections[s].duration_ms, err));
	if (session->current + 1 < part->end)
		return BV_OK;
	TRY(too_early(part->node, part->duration_ms, err));
	if (session->part + 1 == session->part_count && session->duration_ms < session->test->limits.min_ms)
		return bv_err_set(err, BV_EDENIED, "the test's min-time of %g s is not over", (double)session->test->limits.min_ms / 1000);
	return BV_OK;
}

enum bv_status
bv_test_session_next(struct bv_test_session *session, int64_t now_ms, struct bv_err *err)
{
	TRY(arrive(session, now_ms, err));
	if (!session->parts[session->part].node->nonlinear) {
		TRY(may_leave(session, &session->slots[session->current], err));
		return test_move_on(session, true, err);
	}
	if (session->current + 1 == session->parts[session->part].end)
		return bv_err_set(err, BV_EDENIED, "'%.*s' is the last item of its part: go to another one, or end the part",
		                  BV_STR_ARG(clipped(session->slots[session->current].node->identifier)));
	return bv_test_session_go(session, (size_t)session->current + 1, now_ms, err);
}

enum bv_status
bv_test_session_go(struct bv_test_session *session, size_t idx, int64_t now_ms, struct bv_err *err)
{
	struct test_slot *slot;

	TRY(arrive(session, now_ms, err));
	const struct test_part *part = &session->parts[session->part];
	if (!part->node->nonlinear)
		return bv_err_set(err, BV_EDENIED, "part '%.*s' is linear: its items come one after the other",
		                  BV_STR_ARG(clipped(part->node->identifier)));
	if (idx < (size_t)part->first || idx >= (size_t)part->end)
		return bv_err_set(err, BV_EDENIED, "the item is not in the part '%.*s'", BV_STR_ARG(clipped(part->node->identifier)));
	slot = &session->slots[idx];
	session->current = (int32_t)idx;
	slot->presented = true;
	if (slot->state == BV_TEST_ITEM_INITIAL)
		slot->state = BV_TEST_ITEM_INTERACTING;
	return BV_OK;
}

enum bv_status
bv_test_session_end_part(struct bv_test_session *session, int64_t now_ms, struct bv_err *err)
{
	TRY(arrive(session, now_ms, err));
	const struct test_part *part = &session->parts[session->part];
	if (!part->node->nonlinear && session->current + 1 < part->end)
		return bv_err_set(err, BV_EDENIED, "part '%.*s' is linear and has items left", BV_STR_ARG(clipped(part->node->identifier)));
	if (!part->node->nonlinear)
		return bv_test_session_next(session, now_ms, err);
	for (int32_t i = part->first; i < part->end; i++) {
		const struct test_slot *slot = &session->slots[i];
		if (!slot->submitted && !slot->node->control.allow_skipping && slot->state != BV_TEST_ITEM_CLOSED)
			return bv_err_set(err, BV_EDENIED, "item '%.*s' must be answered: allow-skipping is false",
			                  BV_STR_ARG(clipped(slot->node->identifier)));
	}
	return test_leave_part(session, err);
}
