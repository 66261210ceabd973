/* Any bytes: rules whose fields and days keep their limits, or a message with a line. */
#include <assert.h>

#include "engine/engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_retention_free) struct bv_retention *retention = NULL;
	struct bv_err err = { 0 };

	if (bv_retention_parse(&retention, (struct bv_str){ (const char *)p, len }, &err) != BV_OK) {
		assert(!retention && err.line > 0 && err.msg[0]);
		return 0;
	}
	assert(retention->count >= 1 && retention->count <= BV_RETENTION_RULES_MAX && retention->id.len);
	for (size_t i = 0; i < retention->count; i++) {
		const struct bv_retention_rule *rule = &retention->rules[i];
		assert(rule->fields && rule->days >= 0 && rule->basis.len && (rule->fields == BV_PERSON_ALL || !(rule->fields & 1u << BV_PERSON_NAME)));
	}
	return 0;
}
