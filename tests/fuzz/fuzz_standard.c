/* Any bytes: a skills standard within its limits, or a message; every competence is found by its own code, and its area is its root. */
#include <assert.h>
#include <stdint.h>

#include "scoring/scoring.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static size_t
walk(const struct bv_standard *standard, const struct bv_competence *c, const struct bv_competence *area)
{
	size_t n = 0;

	for (; c; c = c->next) {
		const struct bv_competence *top = area ? area : c;
		assert(bv_standard_find(standard, c->code) == c && bv_standard_area(standard, c->code) == top);
		assert(bv_standard_nearest(standard, c->code) == c && c->names.vi.len && c->line > 0);
		n += 1 + walk(standard, c->first, top);
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_standard_free) struct bv_standard *standard = NULL;
	struct bv_err err = { 0 };

	if (bv_standard_parse(&standard, (struct bv_str){ (const char *)p, len }, &err) != BV_OK) {
		assert(!standard && err.line > 0 && err.msg[0]);
		return 0;
	}
	assert(walk(standard, bv_standard_competences(standard), NULL) <= BV_STANDARD_COMPETENCES_MAX);
	for (size_t i = 0; i < bv_standard_level_count(standard); i++) {
		const struct bv_standard_level *level = bv_standard_level_at(standard, i);
		assert(bv_standard_level(standard, level->code) == level && (!level->needs || level->needs->rank < level->rank));
		assert(!bv_standard_level_attained(level, NULL, 0));
	}
	return 0;
}
