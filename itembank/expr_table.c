/* The 18 expressions and 46 operators of QTI 3.0, one row each. */
#include "itembank/fold.h"
#include "itembank/operator.h"

/* clang-format off */
#define SORT(cards, types) { (cards), (uint16_t)(types) }
#define BOOLEAN SORT(CARDS_SINGLE, TYPE(BV_TYPE_BOOLEAN))
#define INTEGER SORT(CARDS_SINGLE, TYPE(BV_TYPE_INTEGER))
#define FLOAT SORT(CARDS_SINGLE, TYPE(BV_TYPE_FLOAT))
#define NUMBER SORT(CARDS_SINGLE, TYPES_NUMBER)
#define NUMBERS SORT(CARDS_SINGLE | CARDS_CONTAINER, TYPES_NUMBER)
#define INTEGERS SORT(CARDS_SINGLE | CARDS_CONTAINER, TYPE(BV_TYPE_INTEGER))
#define STRING SORT(CARDS_SINGLE, TYPE(BV_TYPE_STRING))
#define FOLDED SORT((uint8_t)(CARDS_SINGLE | CARDS_CONTAINER), TYPE(BV_TYPE_STRING))
#define WORDS SORT(CARDS_SINGLE, TYPE(BV_TYPE_STRING) | TYPE(BV_TYPE_IDENTIFIER)) /* identifiers too: QTI.md 3.1 */
#define DURATION SORT(CARDS_SINGLE, TYPE(BV_TYPE_DURATION))
#define POINTS SORT(CARDS_SINGLE | CARDS_CONTAINER, TYPE(BV_TYPE_POINT))
#define ANY SORT(CARDS_ANY, TYPES_ANY)
#define ANY_SINGLE SORT(CARDS_SINGLE, TYPES_BASE)
#define CONTAINER SORT(CARDS_CONTAINER, TYPES_BASE)
/* What may be compared for equality: not durations. */
#define COMPARABLE (TYPES_ANY & ~TYPE(BV_TYPE_DURATION))
#define COMPARABLE_BASE (TYPES_BASE & ~TYPE(BV_TYPE_DURATION))
#define FOR_MULTIPLE SORT(CARDS_SINGLE | CARD(BV_CARD_MULTIPLE), TYPES_BASE)
#define FOR_ORDERED SORT(CARDS_SINGLE | CARD(BV_CARD_ORDERED), TYPES_BASE)
#define EQUALS SORT(CARDS_ANY, COMPARABLE)
#define EQUAL_ONE SORT(CARDS_SINGLE, COMPARABLE_BASE)
#define EQUAL_MANY SORT(CARDS_CONTAINER, COMPARABLE_BASE)
#define NONE SORT(0, 0)

static const char *const constant_words[] = { "pi", "e", NULL };

static const struct param_spec identifier_params[] = { { "identifier", PARAM_IDENTIFIER, NULL }, { 0 } };
static const struct param_spec test_variables_params[] = { { "variable-identifier", PARAM_IDENTIFIER, NULL }, { 0 } };
static const struct param_spec constant_params[] = { { "name", PARAM_WORD, NULL, constant_words }, { 0 } };
static const struct param_spec random_integer_params[] = {
	{ "min", PARAM_INTEGER, "0" }, { "max", PARAM_INTEGER, NULL }, { "step", PARAM_INTEGER, "1" }, { 0 }
};
static const struct param_spec random_float_params[] = { { "min", PARAM_FLOAT, "0" }, { "max", PARAM_FLOAT, NULL }, { 0 } };
static const struct param_spec any_n_params[] = { { "min", PARAM_INTEGER, NULL }, { "max", PARAM_INTEGER, NULL }, { 0 } };
static const struct param_spec equal_params[] = {
	{ "tolerance-mode", PARAM_WORD, "exact", tolerance_words },
	{ "tolerance", PARAM_NUMBERS, "" },
	{ "include-lower-bound", PARAM_BOOLEAN, "true" },
	{ "include-upper-bound", PARAM_BOOLEAN, "true" },
	{ 0 },
};
static const struct param_spec rounding_params[] = {
	{ "rounding-mode", PARAM_WORD, "significantFigures", rounding_words }, { "figures", PARAM_INTEGER, NULL }, { 0 }
};
static const struct param_spec index_params[] = { { "n", PARAM_INTEGER, NULL }, { 0 } };
static const struct param_spec repeat_params[] = { { "number-repeats", PARAM_INTEGER, NULL }, { 0 } };
static const struct param_spec field_params[] = { { "field-identifier", PARAM_IDENTIFIER, NULL }, { 0 } };
static const struct param_spec string_match_params[] = {
	{ "case-sensitive", PARAM_BOOLEAN, NULL }, { "substring", PARAM_BOOLEAN, "false" }, { 0 }
};
static const struct param_spec substring_params[] = { { "case-sensitive", PARAM_BOOLEAN, NULL }, { 0 } };
static const struct param_spec pattern_params[] = { { "pattern", PARAM_TEXT, NULL }, { 0 } };
static const struct param_spec inside_params[] = { { "shape", PARAM_TEXT, NULL }, { "coords", PARAM_TEXT, "" }, { 0 } };
static const struct param_spec stats_params[] = { { "name", PARAM_WORD, NULL, stats_words }, { 0 } };
static const struct param_spec math_params[] = { { "name", PARAM_WORD, NULL, math_words }, { 0 } };

static const struct param_spec fold_params[] = { { "definition", PARAM_TEXT, NULL }, { 0 } };

static const char is_custom[] = "an item with a custom operator cannot be scored here";

enum { MANY = OPERANDS_ANY };

/* element, operands least–most, first and further ones, agreement, NULL in NULL out, wild, random, attributes, result, prepare, eval */
#define LEAF(id, random, params, result, prepare, eval) \
	[BV_QTI_##id] = { BV_QTI_##id, 0, 0, NONE, NONE, AGREE_NOT, false, false, random, params, result, prepare, eval, NULL }
#define OP(id, least, most, first, others, agree, null, params, result, prepare, eval) \
	[BV_QTI_##id] = { BV_QTI_##id, least, most, first, others, agree, null, false, false, params, result, prepare, eval, NULL }
#define REFUSED(id, why) \
	[BV_QTI_##id] = { BV_QTI_##id, 0, MANY, ANY, ANY, AGREE_NOT, false, false, false, NULL, ANY, NULL, NULL, why }

static const struct operation rows[BV_QTI_NAME_COUNT] = {
	/* Expressions without operands. */
	LEAF(BASE_VALUE, false, NULL, ANY_SINGLE, prepare_base_value, eval_constant),
	LEAF(VARIABLE, false, identifier_params, ANY, prepare_variable, eval_variable),
	LEAF(DEFAULT, false, identifier_params, ANY, prepare_default, eval_default),
	LEAF(CORRECT, false, identifier_params, ANY, prepare_correct, eval_correct),
	LEAF(NULL, false, NULL, ANY, NULL, eval_null),
	LEAF(MAP_RESPONSE, false, identifier_params, FLOAT, prepare_map_response, eval_map_response),
	LEAF(MAP_RESPONSE_POINT, false, identifier_params, FLOAT, prepare_map_response_point, eval_map_response_point),
	LEAF(MATH_CONSTANT, false, constant_params, FLOAT, prepare_math_constant, eval_constant),
	LEAF(RANDOM_INTEGER, true, random_integer_params, INTEGER, prepare_random_integer, eval_random_integer),
	LEAF(RANDOM_FLOAT, true, random_float_params, FLOAT, prepare_random_float, eval_random_float),
	LEAF(TEST_VARIABLES, false, test_variables_params, NUMBERS, prepare_test_variables, eval_test_variables),
	LEAF(NUMBER_CORRECT, false, NULL, INTEGER, prepare_count, eval_number_correct),
	LEAF(NUMBER_INCORRECT, false, NULL, INTEGER, prepare_count, eval_number_incorrect),
	LEAF(NUMBER_PRESENTED, false, NULL, INTEGER, prepare_count, eval_number_presented),
	LEAF(NUMBER_RESPONDED, false, NULL, INTEGER, prepare_count, eval_number_responded),
	LEAF(NUMBER_SELECTED, false, NULL, INTEGER, prepare_count, eval_number_selected),
	LEAF(OUTCOME_MINIMUM, false, NULL, NUMBERS, prepare_outcome_minimum, eval_outcome_minimum),
	LEAF(OUTCOME_MAXIMUM, false, NULL, NUMBERS, prepare_outcome_maximum, eval_outcome_maximum),
	/* Logic. */
	OP(AND, 1, MANY, BOOLEAN, BOOLEAN, AGREE_NOT, false, NULL, BOOLEAN, NULL, eval_and),
	OP(OR, 1, MANY, BOOLEAN, BOOLEAN, AGREE_NOT, false, NULL, BOOLEAN, NULL, eval_or),
	OP(NOT, 1, 1, BOOLEAN, BOOLEAN, AGREE_NOT, true, NULL, BOOLEAN, NULL, eval_not),
	OP(ANY_N, 1, MANY, BOOLEAN, BOOLEAN, AGREE_NOT, false, any_n_params, BOOLEAN, prepare_any_n, eval_any_n),
	OP(IS_NULL, 1, 1, ANY, ANY, AGREE_NOT, false, NULL, BOOLEAN, NULL, eval_is_null),
	/* Comparison. */
	OP(MATCH, 2, 2, EQUALS, EQUALS, AGREE_BOTH, true, NULL, BOOLEAN, NULL, eval_match),
	OP(EQUAL, 2, 2, NUMBER, NUMBER, AGREE_NOT, true, equal_params, BOOLEAN, prepare_equal, eval_equal),
	OP(EQUAL_ROUNDED, 2, 2, NUMBER, NUMBER, AGREE_NOT, true, rounding_params, BOOLEAN, prepare_figures, eval_equal_rounded),
	OP(LT, 2, 2, NUMBER, NUMBER, AGREE_NOT, true, NULL, BOOLEAN, NULL, eval_lt),
	OP(GT, 2, 2, NUMBER, NUMBER, AGREE_NOT, true, NULL, BOOLEAN, NULL, eval_gt),
	OP(LTE, 2, 2, NUMBER, NUMBER, AGREE_NOT, true, NULL, BOOLEAN, NULL, eval_lte),
	OP(GTE, 2, 2, NUMBER, NUMBER, AGREE_NOT, true, NULL, BOOLEAN, NULL, eval_gte),
	OP(DURATION_LT, 2, 2, DURATION, DURATION, AGREE_NOT, true, NULL, BOOLEAN, NULL, eval_duration_lt),
	OP(DURATION_GTE, 2, 2, DURATION, DURATION, AGREE_NOT, true, NULL, BOOLEAN, NULL, eval_duration_gte),
	/* Containers. */
	OP(MULTIPLE, 0, MANY, FOR_MULTIPLE, FOR_MULTIPLE, AGREE_TYPE, false, NULL, ANY, prepare_multiple, eval_multiple),
	OP(ORDERED, 0, MANY, FOR_ORDERED, FOR_ORDERED, AGREE_TYPE, false, NULL, ANY, prepare_ordered, eval_ordered),
	OP(REPEAT, 1, MANY, FOR_ORDERED, FOR_ORDERED, AGREE_TYPE, false, repeat_params, ANY, prepare_ordered, eval_repeat),
	OP(CONTAINER_SIZE, 1, 1, CONTAINER, CONTAINER, AGREE_NOT, false, NULL, INTEGER, NULL, eval_container_size),
	OP(INDEX, 1, 1, SORT(CARD(BV_CARD_ORDERED), TYPES_BASE), ANY, AGREE_NOT, true, index_params, ANY, prepare_index, eval_index),
	OP(FIELD_VALUE, 1, 1, SORT(CARDS_RECORD, TYPES_ANY), ANY, AGREE_NOT, true, field_params, ANY_SINGLE, NULL, eval_field_value),
	OP(MEMBER, 2, 2, EQUAL_ONE, EQUAL_MANY, AGREE_TYPE, true, NULL, BOOLEAN, NULL, eval_member),
	OP(CONTAINS, 2, 2, EQUAL_MANY, EQUAL_MANY, AGREE_BOTH, true, NULL, BOOLEAN, NULL, eval_contains),
	OP(DELETE, 2, 2, EQUAL_ONE, EQUAL_MANY, AGREE_TYPE, true, NULL, ANY, prepare_delete, eval_delete),
	[BV_QTI_RANDOM] = { BV_QTI_RANDOM, 1, 1, CONTAINER, CONTAINER, AGREE_NOT, true, false, true, NULL, ANY, prepare_element,
	                    eval_random, NULL },
	/* Numbers. */
	OP(SUM, 1, MANY, NUMBERS, NUMBERS, AGREE_NOT, true, NULL, NUMBER, prepare_number, eval_sum),
	OP(PRODUCT, 1, MANY, NUMBERS, NUMBERS, AGREE_NOT, true, NULL, NUMBER, prepare_number, eval_product),
	OP(MAX, 1, MANY, NUMBERS, NUMBERS, AGREE_NOT, true, NULL, NUMBER, prepare_number, eval_max),
	OP(MIN, 1, MANY, NUMBERS, NUMBERS, AGREE_NOT, true, NULL, NUMBER, prepare_number, eval_min),
	OP(SUBTRACT, 2, 2, NUMBER, NUMBER, AGREE_NOT, true, NULL, NUMBER, prepare_number, eval_subtract),
	OP(DIVIDE, 2, 2, NUMBER, NUMBER, AGREE_NOT, true, NULL, FLOAT, NULL, eval_divide),
	OP(POWER, 2, 2, NUMBER, NUMBER, AGREE_NOT, true, NULL, FLOAT, NULL, eval_power),
	OP(INTEGER_DIVIDE, 2, 2, INTEGER, INTEGER, AGREE_NOT, true, NULL, INTEGER, NULL, eval_integer_divide),
	OP(INTEGER_MODULUS, 2, 2, INTEGER, INTEGER, AGREE_NOT, true, NULL, INTEGER, NULL, eval_integer_modulus),
	OP(INTEGER_TO_FLOAT, 1, 1, INTEGER, INTEGER, AGREE_NOT, true, NULL, FLOAT, NULL, eval_integer_to_float),
	OP(GCD, 1, MANY, INTEGERS, INTEGERS, AGREE_NOT, true, NULL, INTEGER, NULL, eval_gcd),
	OP(LCM, 1, MANY, INTEGERS, INTEGERS, AGREE_NOT, true, NULL, INTEGER, NULL, eval_lcm),
	[BV_QTI_ROUND] = { BV_QTI_ROUND, 1, 1, NUMBER, NUMBER, AGREE_NOT, true, true, false, NULL, INTEGER, NULL, eval_round, NULL },
	[BV_QTI_TRUNCATE] = { BV_QTI_TRUNCATE, 1, 1, NUMBER, NUMBER, AGREE_NOT, true, true, false, NULL, INTEGER, NULL, eval_truncate,
	                      NULL },
	OP(ROUND_TO, 1, 1, NUMBER, NUMBER, AGREE_NOT, true, rounding_params, FLOAT, prepare_figures, eval_round_to),
	[BV_QTI_MATH_OPERATOR] = { BV_QTI_MATH_OPERATOR, 1, MANY, NUMBER, NUMBER, AGREE_NOT, true, true, false, math_params, FLOAT,
	                           prepare_math, eval_math, NULL },
	OP(STATS_OPERATOR, 1, 1, SORT(CARDS_CONTAINER, TYPES_NUMBER), ANY, AGREE_NOT, true, stats_params, FLOAT, NULL, eval_stats),
	/* Strings and points. */
	OP(STRING_MATCH, 2, 2, STRING, STRING, AGREE_NOT, true, string_match_params, BOOLEAN, NULL, eval_string_match),
	OP(SUBSTRING, 2, 2, WORDS, WORDS, AGREE_NOT, true, substring_params, BOOLEAN, NULL, eval_substring),
	OP(PATTERN_MATCH, 1, 1, WORDS, WORDS, AGREE_NOT, true, pattern_params, BOOLEAN, prepare_pattern, eval_pattern_match),
	OP(INSIDE, 1, 1, POINTS, ANY, AGREE_NOT, true, inside_params, BOOLEAN, prepare_inside, eval_inside),
	REFUSED(CUSTOM_OPERATOR, is_custom),
};

/* qti-custom-operator with a definition of ours (doc/short-answers.md). */
static const struct operation fold_row = { BV_QTI_CUSTOM_OPERATOR, 1, 1, FOLDED, FOLDED, AGREE_NOT, true, false, false, fold_params,
	                                   ANY, prepare_fold, eval_fold, NULL };
/* clang-format on */

const struct operation *
operation_custom(const struct bv_str *definition)
{
	return definition && bv_fold_is(*definition) ? &fold_row : &rows[BV_QTI_CUSTOM_OPERATOR];
}

const struct operation *
operation_find(enum bv_qti element)
{
	return rows[element].element == BV_QTI_NONE ? NULL : &rows[element];
}
