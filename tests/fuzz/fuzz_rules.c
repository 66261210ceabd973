/* Any bytes: a rule pack within its limits, or a message; and what it decides about a candidate with everything right, and with nothing. */
#include <assert.h>
#include <stdint.h>

#include "scoring/scoring.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static const char standard_xml[] =
	"<standard xmlns='https://bangvang.vn/ns/standard/1' identifier='good' version='1' certainty='high'><title xml:lang='vi'>C</title>"
	"<in-force certainty='high'/><competences><competence code='A' certainty='high'><name xml:lang='vi'>A</name></competence></competences>"
	"<levels><level code='one' rank='1' certainty='high'><name xml:lang='vi'>1</name><rule of='A'/></level>"
	"<level code='two' rank='2' certainty='high'><name xml:lang='vi'>2</name></level></levels></standard>";

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_standard_free) struct bv_standard *standard = NULL;
	BV_AUTO(bv_rules_free) struct bv_rules *rules = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_err err = { 0 };

	if (bv_rules_parse(&rules, (struct bv_str){ (const char *)p, len }, &err) != BV_OK) {
		assert(!rules && err.line > 0 && err.msg[0]);
		return 0;
	}
	enum bv_status status = bv_standard_parse(&standard, bv_str_of(standard_xml), &err);
	assert(status == BV_OK);
	for (int right = 0; right < 2; right++) {
		const struct bv_item_result results[] = {
			{ .identifier = BV_STR("x"), .part = BV_STR("P"), .path = BV_STR("A"), .marks = 3, .score = right, .max_score = 1, .scored = true,
			  .has_parameters = true, .a_milli = 1000 },
			{ .identifier = BV_STR("y"), .part = BV_STR("Q"), .path = BV_STR("A.1"), .marks = 7, .score = right, .max_score = 1, .scored = true },
		};
		BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(1 << 20);
		struct bv_rating rating;
		if (bv_rate(&rating, standard, rules, results, 2, NULL, 0, 20778, &arena, &err) != BV_OK)
			continue;
		assert(rating.marks == (right ? 10 : 0) && rating.max == 10 && rating.reason_count > 0);
		bool against = false;
		for (size_t i = 0; i < rating.reason_count; i++)
			against = against || rating.reasons[i].against;
		assert(against == (rating.decision != BV_RATING_PASSED) && (rating.decision != BV_RATING_PASSED || rating.level));
		bv_rating_write(&json, &rating);
		assert(!json.full);
	}
	return 0;
}
