/* Any bytes: a blueprint whose numbers keep their limits and whose strata lie apart, or a message with a line. */
#include <assert.h>

#include "engine/stratum.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *bp = NULL;
	struct bv_err err = { 0 };
	uint32_t items = 0;

	if (bv_blueprint_parse(&bp, (struct bv_str){ (const char *)p, len }, &err) != BV_OK) {
		assert(!bp && err.line > 0 && err.msg[0]);
		return 0;
	}
	assert(bp->part_count >= 1 && bp->part_count <= BV_BLUEPRINT_PARTS_MAX && bp->stratum_count >= bp->part_count);
	assert(bp->id.len && bp->title_vi.len && bp->language.len >= 2 && bp->rule_pack.len && bp->minutes >= 1);
	for (size_t i = 0; i < bp->stratum_count; i++) {
		const struct bv_stratum *s = &bp->strata[i];
		assert(s->part < bp->part_count && s->count >= 1 && s->marks >= 1 && s->id.len && s->competence.len && s->line > 0);
		items += s->count;
		for (size_t k = 0; k < i; k++)
			assert(!bv_stratum_overlaps(&bp->strata[k], s) && !bv_str_eq(bp->strata[k].id, s->id));
	}
	assert(items == bp->item_count && items <= BV_FORM_ITEMS_MAX);
	return 0;
}
