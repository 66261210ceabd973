/* What of a test may be shown. */
#include "itembank/delivery.h"
#include "itembank/test_session.h"

enum bv_status
bv_test_session_delivery(struct bv_delivery *out, const struct bv_test_session *session, size_t idx, enum bv_delivery_state state,
                         struct bv_err *err)
{
	const struct test_slot *slot = &session->slots[idx];
	const struct test_control *control = &slot->node->control;
	bool over = slot->state == BV_TEST_ITEM_CLOSED && slot->presented;

	if (state == BV_DELIVERY_INTERACTING && (session->state != BV_TEST_AT_ITEM || session->current != (int32_t)idx || slot->state != BV_TEST_ITEM_INTERACTING))
		return bv_err_set(err, BV_EDENIED, "the item is not before the candidate");
	if (state == BV_DELIVERY_FEEDBACK && (!slot->submitted || slot->pending))
		return bv_err_set(err, BV_EDENIED, "there is no feedback yet: no attempt at the item was scored");
	if (state == BV_DELIVERY_REVIEW && (!over || !control->allow_review))
		return bv_err_set(err, BV_EDENIED, over ? "the item may not be reviewed: allow-review is false" : "the item is not over: it cannot be reviewed");
	if (state == BV_DELIVERY_SOLUTION && (!over || !control->show_solution))
		return bv_err_set(err, BV_EDENIED, over ? "the solution may not be shown: show-solution is false" : "the item is not over: its solution is not shown");
	out->state = state;
	out->show_feedback = control->show_feedback;
	out->allow_review = control->allow_review;
	out->show_solution = control->show_solution;
	return BV_OK;
}

/* ---- What the test says ------------------------------------------------------------------------------------------------------ */

static bool
is_near(const struct bv_test_session *session, const struct test_block *block)
{
	const struct test_node *current = session->current < 0 ? NULL : session->slots[session->current].node;

	return !block->node || (current && block->node->index <= current->index && current->index < block->node->end);
}

static enum bv_status
blocks(struct bv_render *r, const struct bv_test_session *session)
{
	const struct bv_test *test = session->test;

	bv_buf_addz(r->out, "[\"qti-assessment-test\"");
	for (size_t i = 0; i < test->rubric_count; i++) {
		const struct test_block *block = &test->blocks[i];
		if (is_near(session, block))
			TRY(bv_render_page(r, &block->page, block->file.len ? block->file : test->name));
	}
	r->feedback = BV_FEEDBACK_ALL;
	for (size_t i = 0; i < test->feedback_count; i++) {
		const struct test_feedback *feedback = &test->feedback[i];
		if (test_feedback_due(session, feedback))
			TRY(bv_render_page(r, &feedback->page, test->name));
	}
	bv_buf_addc(r->out, ']');
	return bv_buf_check(r->out, r->err);
}

enum bv_status
bv_test_session_render(struct bv_buf *out, const struct bv_test_session *session, const struct bv_delivery *delivery, struct bv_err *err)
{
	struct bv_render r = { .out = out, .declarations = &session->test->declarations, .values = session->values, .delivery = delivery, .err = err,
		               .scratch = BV_BUF(1u << 20), .exponent = BV_BUF(64) };
	size_t from = out->len;
	enum bv_status status = blocks(&r, session);

	if (status == BV_OK)
		status = bv_delivery_scan_test(bv_str_sub(bv_buf_str(out), from, out->len), delivery, err);
	if (status && out->p) {
		out->len = from;
		out->p[from] = '\0';
	}
	bv_buf_finish(&r.scratch);
	bv_buf_finish(&r.exponent);
	return status;
}
