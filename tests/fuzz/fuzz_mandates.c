/* Any bytes: mandates that say whose they are, or a message with a line. */
#include "registry/registry.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_mandates_free) struct bv_mandates *mandates = NULL;
	const struct bv_mandate *found;
	struct bv_err err = { 0 };

	if (bv_mandates_parse(&mandates, (struct bv_str){ (const char *)p, len }, &err) != BV_OK) {
		assert(!mandates && err.line > 0 && err.msg[0]);
		return 0;
	}
	assert(bv_mandates_count(mandates) > 0);
	for (size_t i = 0; i < bv_mandates_count(mandates); i++) {
		const struct bv_mandate *m = bv_mandates_at(mandates, i);
		assert(m->deeds && m->person.len && m->id.len && m->basis.len && m->from <= m->to);
		enum bv_status status = bv_mandates_find(&found, mandates, &m->key, BV_DEED_ISSUE, BV_STR("CNTT"), BV_STR("TT01"), m->from, &err);
		assert(status == BV_OK || (status == BV_EDENIED && err.msg[0]));
	}
	return 0;
}
