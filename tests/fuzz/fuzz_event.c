/* Any bytes as an event of a bank: what is taken is written again as the same bytes, and within its limits. */
#include <assert.h>

#include "base/text.h"
#include "itembank/bank_life.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(BANK_EVENT_MAX);
	const struct bv_str bytes = { (const char *)p, len };
	struct bv_event event;
	struct bv_err err = { 0 };

	if (bank_event_parse(&event, bytes, &arena, &err) != BV_OK) {
		assert(err.msg[0]);
		return 0;
	}
	bank_event_write(&again, &event);
	assert(bv_str_eq(bv_buf_str(&again), bytes));
	assert(event.seq >= 1 && event.clock_s <= event.at_s && bv_text_valid(event.who) && bv_text_valid(event.reason));
	if (event.act == BV_ACT_RULE)
		assert(event.rule.reviewers >= 1 && event.rule.reviewers <= BV_REVIEWERS_MAX && !event.version && !event.metadata);
	else
		assert(event.version >= 1 && event.version <= LIFE_VERSIONS_MAX && event.state > BV_STATE_NONE);
	return 0;
}
