/* Moving through a test: preconditions, branch rules, and the ends of sections and parts (QTI 3.0 preCondition, branchRule). */
#include "itembank/test_navigation.h"

/* Where a branch rule leads; section: which one EXIT_SECTION ends, -1 the part. */
struct jump {
	bool taken;
	enum test_exit exit;
	const struct test_node *target;
	int32_t section;
};

static enum bv_status
all_hold(bool *out, struct bv_test_session *session, const struct test_node *node, struct bv_err *err)
{
	*out = true;
	for (size_t i = 0; i < node->condition_count && *out; i++) {
		struct bv_run run = test_run(session);
		TRY(bv_condition_holds(out, node->conditions[i], &run, err));
	}
	return BV_OK;
}

/* The first of the node's branch rules that is true. */
static enum bv_status
find_branch(struct jump *out, struct bv_test_session *session, const struct test_node *node, int32_t section, struct bv_err *err)
{
	for (size_t i = 0; i < node->branch_count && !out->taken; i++) {
		const struct test_branch *branch = &node->branches[i];
		struct bv_run run = test_run(session);
		TRY(bv_condition_holds(&out->taken, branch->condition, &run, err));
		out->exit = branch->exit;
		out->target = branch->target;
		out->section = section;
	}
	return BV_OK;
}

/* ---- Items and sections --------------------------------------------------------------------------------------------- */

/* May the slot be presented? Sections are asked when they are met first, from the outermost in; the answer stays. */
static enum bv_status
section_admits(bool *out, struct bv_test_session *session, int32_t section, struct bv_err *err)
{
	*out = true;
	if (section < 0)
		return BV_OK;
	struct test_section *s = &session->sections[section];
	TRY(section_admits(out, session, s->parent, err));
	if (*out && s->state == SECTION_NEW) {
		TRY(all_hold(out, session, s->node, err));
		s->state = *out ? SECTION_ENTERED : SECTION_OVER;
	}
	*out = *out && s->state == SECTION_ENTERED;
	return BV_OK;
}

static enum bv_status
admits(bool *out, struct bv_test_session *session, int32_t slot, struct bv_err *err)
{
	TRY(section_admits(out, session, session->slots[slot].section, err));
	return *out ? all_hold(out, session, session->slots[slot].node, err) : BV_OK;
}

static enum bv_status
present(struct bv_test_session *session, int32_t slot, struct bv_err *err)
{
	TRY(test_slot_open(session, &session->slots[slot], err));
	session->current = slot;
	session->slots[slot].presented = true;
	if (session->slots[slot].state == BV_TEST_ITEM_INITIAL)
		session->slots[slot].state = BV_TEST_ITEM_INTERACTING;
	return BV_OK;
}

/* The rules of the item, if it was presented, and of the sections that end with it. */
static enum bv_status
leave_slot(struct jump *out, struct bv_test_session *session, int32_t slot, bool rules, struct bv_err *err)
{
	int32_t section = session->slots[slot].section;

	*out = (struct jump){ .section = -1 };
	if (rules)
		TRY(find_branch(out, session, session->slots[slot].node, section, err));
	for (; section >= 0 && !out->taken; section = session->sections[section].parent) {
		struct test_section *s = &session->sections[section];
		if (s->last != slot || s->state != SECTION_ENTERED)
			continue;
		s->state = SECTION_OVER;
		TRY(find_branch(out, session, s->node, s->parent, err));
	}
	return BV_OK;
}

static bool
is_in(const struct bv_test_session *session, int32_t slot, const struct test_node *node)
{
	if (session->slots[slot].node == node)
		return true;
	for (int32_t s = session->slots[slot].section; s >= 0; s = session->sections[s].parent)
		if (session->sections[s].node == node)
			return true;
	return false;
}

/* The slot after `slot` that the jump leads to; the very next one when the target does not come any more. */
static int32_t
land(const struct bv_test_session *session, int32_t slot, const struct jump *jump)
{
	for (int32_t i = slot + 1; jump->taken && jump->exit == TEST_TO_NODE && i < session->parts[session->part].end; i++)
		if (is_in(session, i, jump->target))
			return i;
	return slot + 1;
}

static enum bv_status
go_from(struct bv_test_session *session, int32_t slot, bool rules, struct bv_err *err)
{
	struct jump jump;
	bool open;

	for (;;) {
		TRY(leave_slot(&jump, session, slot, rules, err));
		if (jump.taken && jump.exit == TEST_EXIT_TEST)
			return test_end(session, err);
		if (jump.taken && (jump.exit == TEST_EXIT_PART || (jump.exit == TEST_EXIT_SECTION && jump.section < 0)))
			return test_leave_part(session, err);
		if (jump.taken && jump.exit == TEST_EXIT_SECTION)
			session->sections[jump.section].state = SECTION_OVER;
		slot = land(session, slot, &jump);
		if (slot >= session->parts[session->part].end)
			return test_leave_part(session, err);
		TRY(admits(&open, session, slot, err));
		if (open)
			return present(session, slot, err);
		rules = false;
	}
}

enum bv_status
test_move_on(struct bv_test_session *session, bool rules, struct bv_err *err)
{
	session->slots[session->current].state = BV_TEST_ITEM_CLOSED;
	return go_from(session, session->current, rules, err);
}

/* ---- Parts ---------------------------------------------------------------------------------------------------------- */

/* All items of the part are tried, whatever happens to one of them; the first fault is told in the end. */
static enum bv_status
close_part(struct bv_test_session *session, struct bv_err *err)
{
	const struct test_part *part = &session->parts[session->part];
	enum bv_status status = BV_OK, now;
	struct bv_err why;

	session->current = -1;
	for (int32_t i = part->first; i < part->end; i++) {
		struct test_slot *slot = &session->slots[i];
		if (!slot->presented)
			continue;
		now = part->node->simultaneous ? test_slot_score(session, slot, &why) : BV_OK;
		slot->state = BV_TEST_ITEM_CLOSED;
		if (now != BV_OK && status == BV_OK) {
			*err = why;
			status = now;
		}
	}
	now = test_outcomes_run(session, &why);
	if (now != BV_OK && status == BV_OK) {
		*err = why;
		status = now;
	}
	return status;
}

enum bv_status
test_end(struct bv_test_session *session, struct bv_err *err)
{
	enum bv_status status = close_part(session, err);

	session->state = BV_TEST_ENDED;
	return status;
}

static enum bv_status
open_part(struct bv_test_session *session, struct bv_err *err)
{
	const struct test_part *part = &session->parts[session->part];
	bool open;

	if (part->node->nonlinear) {
		for (int32_t i = part->first; i < part->end; i++)
			TRY(test_slot_open(session, &session->slots[i], err));
		return part->first < part->end ? present(session, part->first, err) : test_leave_part(session, err);
	}
	if (part->first == part->end)
		return test_leave_part(session, err);
	TRY(admits(&open, session, part->first, err));
	return open ? present(session, part->first, err) : go_from(session, part->first, false, err);
}

enum bv_status
test_enter_part(struct bv_test_session *session, int32_t part, struct bv_err *err)
{
	bool open;

	for (; part < session->part_count; part++) {
		TRY(all_hold(&open, session, session->parts[part].node, err));
		if (!open)
			continue;
		session->part = part;
		return open_part(session, err);
	}
	session->current = -1;
	session->state = BV_TEST_ENDED;
	return BV_OK;
}

enum bv_status
test_leave_part(struct bv_test_session *session, struct bv_err *err)
{
	struct jump jump = { .section = -1 };
	int32_t next = session->part + 1;
	struct bv_err why;
	enum bv_status status = close_part(session, err), moved;

	moved = find_branch(&jump, session, session->parts[session->part].node, -1, &why);
	if (moved == BV_OK && jump.taken && jump.exit == TEST_EXIT_TEST)
		next = session->part_count;
	while (moved == BV_OK && jump.taken && jump.exit == TEST_TO_NODE && next < session->part_count &&
	       session->parts[next].node != jump.target)
		next++;
	if (moved == BV_OK)
		moved = test_enter_part(session, next, &why);
	if (moved != BV_OK) { /* there is nothing to be shown after it */
		session->current = -1;
		session->state = BV_TEST_ENDED;
		if (status == BV_OK)
			*err = why;
	}
	return status != BV_OK ? status : moved;
}
