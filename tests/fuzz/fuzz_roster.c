/* Any bytes as a roster of a sitting that has one candidate: read or refused, each fault at its line and in UTF-8; nothing is done in a dry run. */
#include "tests/fuzz/sitting_world.h"

#include "base/text.h"

static size_t rows;

static void
on_fault(void *ctx, const struct bv_roster_fault *fault)
{
	++*(size_t *)ctx;
	assert(fault->line >= 0 && fault->column >= 0 && fault->message[0] && bv_text_valid(bv_str_of(fault->message)) && bv_roster_why_name(fault->why));
	assert(fault->other_line >= 0 && (!fault->other_line || fault->other_line != fault->line));
}

static void
on_change(void *ctx, const struct bv_roster_change *change)
{
	(void)ctx;
	assert(change->line > 0 && bv_str_is(change->ticket, "T-1") && bv_text_valid(change->from) && bv_text_valid(change->to));
	rows++;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct bv_roster_tally tally;
	struct bv_err err = { 0 };
	size_t faults = 0;
	struct bv_roster_order order = { .csv = { (const char *)p, len }, .author = STAFF_ID, .dry = true, .fault = on_fault, .change = on_change, .ctx = &faults };

	if (!world.id)
		world_begin();
	if (bv_roster_import(&tally, world.sittings, world.l.ledger, world.id, &order, &err) == BV_OK)
		assert(!tally.faults && !faults && tally.added + tally.changed + tally.same == tally.rows && tally.changed + tally.same <= 1);
	else
		assert(err.msg[0] && bv_text_valid(bv_str_of(err.msg)) && faults <= tally.faults);
	return 0;
}
