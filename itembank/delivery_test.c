/* What of a test may be shown. */
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
