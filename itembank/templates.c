#include "itembank/templates.h"

/* clang-format off */
/* Written as QTI 3.0 documents, since that is what people compare them with. */
#define RESPONSE "<qti-variable identifier='RESPONSE'/>"
#define IF(condition, then) "<qti-response-if>" condition then "</qti-response-if>"
#define ELSE(then) "<qti-response-else>" then "</qti-response-else>"
#define CONDITION(branches) "<qti-response-condition>" branches "</qti-response-condition>"
#define SET(identifier, value) "<qti-set-outcome-value identifier='" identifier "'>" value "</qti-set-outcome-value>"
#define FLOAT(x) "<qti-base-value base-type='float'>" x "</qti-base-value>"
#define IDENTIFIER(x) "<qti-base-value base-type='identifier'>" x "</qti-base-value>"
#define MATCH "<qti-match>" RESPONSE "<qti-correct identifier='RESPONSE'/></qti-match>"
#define IS_NULL "<qti-is-null>" RESPONSE "</qti-is-null>"
#define MAP "<qti-map-response identifier='RESPONSE'/>"
#define MAP_POINT "<qti-map-response-point identifier='RESPONSE'/>"
#define MAXSCORE "<qti-variable identifier='MAXSCORE'/>"
#define FULL_MARKS "<qti-equal tolerance-mode='exact'><qti-variable identifier='SCORE'/>" MAXSCORE "</qti-equal>"
#define FEEDBACK(condition) \
	CONDITION(IF(condition, SET("FEEDBACKBASIC", IDENTIFIER("correct"))) ELSE(SET("FEEDBACKBASIC", IDENTIFIER("incorrect"))))
#define DOCUMENT(rules) "<qti-response-processing>" rules "</qti-response-processing>"
#define RULES(rules) { DOCUMENT(rules), sizeof(DOCUMENT(rules)) - 1 }

static const struct {
	const char *name;
	struct bv_str rules;
} templates[] = {
	{ "match_correct", RULES(CONDITION(IF(MATCH, SET("SCORE", FLOAT("1"))) ELSE(SET("SCORE", FLOAT("0"))))) },
	{ "map_response", RULES(CONDITION(IF(IS_NULL, SET("SCORE", FLOAT("0"))) ELSE(SET("SCORE", MAP)))) },
	{ "map_response_point", RULES(CONDITION(IF(IS_NULL, SET("SCORE", FLOAT("0"))) ELSE(SET("SCORE", MAP_POINT)))) },
	{ "CC2_match", RULES(CONDITION(IF(MATCH, SET("SCORE", MAXSCORE)))) },
	{ "CC2_match_basic", RULES(CONDITION(IF(MATCH, SET("SCORE", MAXSCORE))) FEEDBACK(MATCH)) },
	{ "CC2_map_response", RULES(CONDITION(IF(IS_NULL, SET("SCORE", FLOAT("0"))) ELSE(SET("SCORE", MAP))) FEEDBACK(FULL_MARKS)) },
};
/* clang-format on */

static bool
same_name(struct bv_str a, const char *b)
{
	struct bv_str name = bv_str_of(b);

	if (a.len != name.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if ((a.p[i] | 0x20) != (name.p[i] | 0x20))
			return false;
	return true;
}

struct bv_str
bv_template_find(struct bv_str url, const char **name)
{
	struct bv_str segment = bv_str_trim(url);

	for (size_t slash = bv_str_find(segment, '/'); slash < segment.len; slash = bv_str_find(segment, '/'))
		segment = bv_str_sub(segment, slash + 1, segment.len);
	if (segment.len > 4 && same_name(bv_str_sub(segment, segment.len - 4, 4), ".xml"))
		segment.len -= 4;
	for (size_t i = 0; i < BV_COUNT(templates); i++) {
		if (same_name(segment, templates[i].name)) {
			*name = templates[i].name;
			return templates[i].rules;
		}
	}
	return BV_STR_NONE;
}
