/* Moving through a test. Private to test_*.c. */
#ifndef BV_ITEMBANK_TEST_NAVIGATION_H
#define BV_ITEMBANK_TEST_NAVIGATION_H

#include "itembank/test_session.h"

/* Leaves the current item of a linear part, by its branch rules if `rules`, and presents the next one, in this part or a later one. */
BV_MUST_USE enum bv_status test_move_on(struct bv_test_session *session, bool rules, struct bv_err *err);
/* Ends the part: what waits for it is scored, then its branch rules and the preconditions of the next parts. */
BV_MUST_USE enum bv_status test_leave_part(struct bv_test_session *session, struct bv_err *err);
/* Ends the part and the test. */
BV_MUST_USE enum bv_status test_end(struct bv_test_session *session, struct bv_err *err);
/* The first part whose preconditions hold, from this one on; without one the test ends. */
BV_MUST_USE enum bv_status test_enter_part(struct bv_test_session *session, int32_t part, struct bv_err *err);

#endif
