/* Names of QTI elements and attributes. Both spellings, `qti-base-value` of 3.0 and `baseValue` of 2.0–2.2, are one name here. */
#ifndef BV_ITEMBANK_NAMES_H
#define BV_ITEMBANK_NAMES_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "base/xml.h"
#include "itembank/itembank.h"

/* Every element of QTI 3.0.1 without its prefix "qti-", and infoControl of 2.x, in byte order. */
#define BV_QTI_NAMES(X) \
	X(ADAPTIVE_ENGINE_REF, "adaptive-engine-ref") X(ADAPTIVE_SELECTION, "adaptive-selection") \
	X(ADAPTIVE_SETTINGS_REF, "adaptive-settings-ref") X(AND, "and") X(ANY_N, "any-n") X(AREA_MAP_ENTRY, "area-map-entry") \
	X(AREA_MAPPING, "area-mapping") X(ASSESSMENT_ITEM, "assessment-item") X(ASSESSMENT_ITEM_REF, "assessment-item-ref") \
	X(ASSESSMENT_SECTION, "assessment-section") X(ASSESSMENT_SECTION_REF, "assessment-section-ref") \
	X(ASSESSMENT_STIMULUS, "assessment-stimulus") X(ASSESSMENT_STIMULUS_REF, "assessment-stimulus-ref") \
	X(ASSESSMENT_TEST, "assessment-test") X(ASSOCIABLE_HOTSPOT, "associable-hotspot") \
	X(ASSOCIATE_INTERACTION, "associate-interaction") X(BASE_VALUE, "base-value") X(BRANCH_RULE, "branch-rule") \
	X(CALCULATOR, "calculator") X(CALCULATOR_INFO, "calculator-info") X(CARD, "card") X(CARD_ENTRY, "card-entry") \
	X(CATALOG, "catalog") X(CATALOG_INFO, "catalog-info") X(CHOICE_INTERACTION, "choice-interaction") \
	X(COMPANION_MATERIALS_INFO, "companion-materials-info") X(CONTAINER_SIZE, "container-size") X(CONTAINS, "contains") \
	X(CONTENT_BODY, "content-body") X(CONTEXT_DECLARATION, "context-declaration") X(CONTEXT_VARIABLE, "context-variable") \
	X(CORRECT, "correct") X(CORRECT_RESPONSE, "correct-response") X(CUSTOM_INTERACTION, "custom-interaction") \
	X(CUSTOM_OPERATOR, "custom-operator") X(DEFAULT, "default") X(DEFAULT_VALUE, "default-value") X(DELETE, "delete") \
	X(DESCRIPTION, "description") X(DIGITAL_MATERIAL, "digital-material") X(DIVIDE, "divide") \
	X(DRAWING_INTERACTION, "drawing-interaction") X(DURATION_GTE, "duration-gte") X(DURATION_LT, "duration-lt") \
	X(END_ATTEMPT_INTERACTION, "end-attempt-interaction") X(EQUAL, "equal") X(EQUAL_ROUNDED, "equal-rounded") \
	X(EXIT_RESPONSE, "exit-response") X(EXIT_TEMPLATE, "exit-template") X(EXIT_TEST, "exit-test") \
	X(EXTENDED_TEXT_INTERACTION, "extended-text-interaction") X(FEEDBACK_BLOCK, "feedback-block") \
	X(FEEDBACK_INLINE, "feedback-inline") X(FIELD_VALUE, "field-value") X(FILE_HREF, "file-href") X(GAP, "gap") \
	X(GAP_IMG, "gap-img") X(GAP_MATCH_INTERACTION, "gap-match-interaction") X(GAP_TEXT, "gap-text") X(GCD, "gcd") \
	X(GRAPHIC_ASSOCIATE_INTERACTION, "graphic-associate-interaction") \
	X(GRAPHIC_GAP_MATCH_INTERACTION, "graphic-gap-match-interaction") \
	X(GRAPHIC_ORDER_INTERACTION, "graphic-order-interaction") X(GT, "gt") X(GTE, "gte") X(HOTSPOT_CHOICE, "hotspot-choice") \
	X(HOTSPOT_INTERACTION, "hotspot-interaction") X(HOTTEXT, "hottext") X(HOTTEXT_INTERACTION, "hottext-interaction") \
	X(HTML_CONTENT, "html-content") X(INCREMENT_SI, "increment-si") X(INCREMENT_US, "increment-us") X(INDEX, "index") \
	X(INFO_CONTROL, "info-control") X(INLINE_CHOICE, "inline-choice") \
	X(INLINE_CHOICE_INTERACTION, "inline-choice-interaction") X(INSIDE, "inside") X(INTEGER_DIVIDE, "integer-divide") \
	X(INTEGER_MODULUS, "integer-modulus") X(INTEGER_TO_FLOAT, "integer-to-float") X(INTERACTION_MARKUP, "interaction-markup") \
	X(INTERACTION_MODULE, "interaction-module") X(INTERACTION_MODULES, "interaction-modules") \
	X(INTERPOLATION_TABLE, "interpolation-table") X(INTERPOLATION_TABLE_ENTRY, "interpolation-table-entry") \
	X(IS_NULL, "is-null") X(ITEM_BODY, "item-body") X(ITEM_SESSION_CONTROL, "item-session-control") X(LABEL, "label") \
	X(LCM, "lcm") X(LOOKUP_OUTCOME_VALUE, "lookup-outcome-value") X(LT, "lt") X(LTE, "lte") \
	X(MAJOR_INCREMENT, "major-increment") X(MAP_ENTRY, "map-entry") X(MAP_RESPONSE, "map-response") \
	X(MAP_RESPONSE_POINT, "map-response-point") X(MAPPING, "mapping") X(MATCH, "match") \
	X(MATCH_INTERACTION, "match-interaction") X(MATCH_TABLE, "match-table") X(MATCH_TABLE_ENTRY, "match-table-entry") \
	X(MATH_CONSTANT, "math-constant") X(MATH_OPERATOR, "math-operator") X(MAX, "max") \
	X(MEDIA_INTERACTION, "media-interaction") X(MEMBER, "member") X(METADATA_REF, "metadata-ref") X(MIN, "min") \
	X(MINIMUM_LENGTH, "minimum-length") X(MINOR_INCREMENT, "minor-increment") X(MODAL_FEEDBACK, "modal-feedback") \
	X(MULTIPLE, "multiple") X(NOT, "not") X(NULL, "null") X(NUMBER_CORRECT, "number-correct") \
	X(NUMBER_INCORRECT, "number-incorrect") X(NUMBER_PRESENTED, "number-presented") X(NUMBER_RESPONDED, "number-responded") \
	X(NUMBER_SELECTED, "number-selected") X(OR, "or") X(ORDER_INTERACTION, "order-interaction") X(ORDERED, "ordered") \
	X(ORDERING, "ordering") X(OUTCOME_CONDITION, "outcome-condition") X(OUTCOME_DECLARATION, "outcome-declaration") \
	X(OUTCOME_ELSE, "outcome-else") X(OUTCOME_ELSE_IF, "outcome-else-if") X(OUTCOME_IF, "outcome-if") \
	X(OUTCOME_MAXIMUM, "outcome-maximum") X(OUTCOME_MINIMUM, "outcome-minimum") X(OUTCOME_PROCESSING, "outcome-processing") \
	X(OUTCOME_PROCESSING_FRAGMENT, "outcome-processing-fragment") X(PATTERN_MATCH, "pattern-match") \
	X(PHYSICAL_MATERIAL, "physical-material") X(PORTABLE_CUSTOM_INTERACTION, "portable-custom-interaction") \
	X(POSITION_OBJECT_INTERACTION, "position-object-interaction") X(POSITION_OBJECT_STAGE, "position-object-stage") \
	X(POWER, "power") X(PRE_CONDITION, "pre-condition") X(PRINTED_VARIABLE, "printed-variable") X(PRODUCT, "product") \
	X(PROMPT, "prompt") X(PROTRACTOR, "protractor") X(RANDOM, "random") X(RANDOM_FLOAT, "random-float") \
	X(RANDOM_INTEGER, "random-integer") X(REPEAT, "repeat") X(RESOURCE_ICON, "resource-icon") \
	X(RESPONSE_CONDITION, "response-condition") X(RESPONSE_DECLARATION, "response-declaration") \
	X(RESPONSE_ELSE, "response-else") X(RESPONSE_ELSE_IF, "response-else-if") X(RESPONSE_IF, "response-if") \
	X(RESPONSE_PROCESSING, "response-processing") X(RESPONSE_PROCESSING_FRAGMENT, "response-processing-fragment") \
	X(ROUND, "round") X(ROUND_TO, "round-to") X(RUBRIC_BLOCK, "rubric-block") X(RULE, "rule") \
	X(RULE_SYSTEM_SI, "rule-system-si") X(RULE_SYSTEM_US, "rule-system-us") \
	X(SELECT_POINT_INTERACTION, "select-point-interaction") X(SELECTION, "selection") \
	X(SET_CORRECT_RESPONSE, "set-correct-response") X(SET_DEFAULT_VALUE, "set-default-value") \
	X(SET_OUTCOME_VALUE, "set-outcome-value") X(SET_TEMPLATE_VALUE, "set-template-value") \
	X(SIMPLE_ASSOCIABLE_CHOICE, "simple-associable-choice") X(SIMPLE_CHOICE, "simple-choice") \
	X(SIMPLE_MATCH_SET, "simple-match-set") X(SLIDER_INTERACTION, "slider-interaction") X(STATS_OPERATOR, "stats-operator") \
	X(STIMULUS_BODY, "stimulus-body") X(STRING_MATCH, "string-match") X(STYLESHEET, "stylesheet") X(SUBSTRING, "substring") \
	X(SUBTRACT, "subtract") X(SUM, "sum") X(TEMPLATE_BLOCK, "template-block") X(TEMPLATE_CONDITION, "template-condition") \
	X(TEMPLATE_CONSTRAINT, "template-constraint") X(TEMPLATE_DECLARATION, "template-declaration") \
	X(TEMPLATE_DEFAULT, "template-default") X(TEMPLATE_ELSE, "template-else") X(TEMPLATE_ELSE_IF, "template-else-if") \
	X(TEMPLATE_IF, "template-if") X(TEMPLATE_INLINE, "template-inline") X(TEMPLATE_PROCESSING, "template-processing") \
	X(TEMPLATE_VARIABLE, "template-variable") X(TEST_FEEDBACK, "test-feedback") X(TEST_PART, "test-part") \
	X(TEST_VARIABLES, "test-variables") X(TEXT_ENTRY_INTERACTION, "text-entry-interaction") X(TIME_LIMITS, "time-limits") \
	X(TRUNCATE, "truncate") X(UPLOAD_INTERACTION, "upload-interaction") X(USAGEDATA_REF, "usagedata-ref") X(VALUE, "value") \
	X(VARIABLE, "variable") X(VARIABLE_MAPPING, "variable-mapping") X(WEIGHT, "weight")

enum bv_qti {
	BV_QTI_NONE, /* not an element of QTI: XHTML, MathML, an extension */
#define X(id, name) BV_QTI_##id,
	BV_QTI_NAMES(X)
#undef X
	BV_QTI_NAME_COUNT
};

/* Which QTI element node is. In the namespace of 3.0 the name must have its prefix, in those of 2.x the name must not have one;
 * without a namespace either will do. Elements in any other namespace are BV_QTI_NONE. Never fails. */
enum bv_qti bv_qti_element(const struct bv_xml_node *node);

/* The 3.0 spelling, "qti-base-value"; "" for BV_QTI_NONE. */
const char *bv_qti_name(enum bv_qti element);

/* An attribute's name in the spelling of 3.0, "base-type", and of 2.x, "baseType"; in arena, or borrowed where nothing changes. Names that
 * are the same in both, "aria-label" and "data-x" too, stay as they are. */
struct bv_str bv_qti_kebab(struct bv_str name, struct bv_arena *arena);
struct bv_str bv_qti_camel(struct bv_str name, struct bv_arena *arena);

#define BV_QTI_1_REFUSED "this is QTI 1.2 (questestinterop), which is not read: have its system export QTI 2.1 or later"

/* The version whose rules a document follows, from its root's namespace; without one by the root's name: 3.0 with the prefix "qti-",
 * else 2.1. EPARSE when the namespace is not one of QTI 2.0, 2.1, 2.2 or 3.0 (the namespaces of APIP are read as QTI 2.1 and 2.2). */
BV_MUST_USE enum bv_status bv_qti_version_of(enum bv_qti_version *out, const struct bv_xml_node *root, struct bv_err *err);

/* The attribute (without a namespace) of that 3.0 name, "base-type", also when it is spelled as in 2.x, "baseType". NULL if absent. */
const struct bv_str *bv_qti_attr(const struct bv_xml_node *node, const char *name);

/* The same with what the schema says when it is absent. Booleans: true|false|1|0. EPARSE names element, attribute and line. */
BV_MUST_USE enum bv_status bv_qti_attr_bool(bool *out, const struct bv_xml_node *node, const char *name, bool otherwise,
                                            struct bv_err *err);
BV_MUST_USE enum bv_status bv_qti_attr_count(uint32_t *out, const struct bv_xml_node *node, const char *name, uint32_t otherwise,
                                             struct bv_err *err);
/* An attribute that must be there and be an identifier (bv_qti_is_identifier). */
BV_MUST_USE enum bv_status bv_qti_attr_identifier(struct bv_str *out, const struct bv_xml_node *node, const char *name,
                                                  struct bv_err *err);

/* May s be an identifier? 1–BV_ITEM_IDENTIFIER_MAX bytes, NCName of XML with every non-ASCII character allowed: a letter or '_' first,
 * then also digits, '-' and '.'. */
bool bv_qti_is_identifier(struct bv_str s);

/* The same, but any of these characters may come first: what values of base type identifier are checked by, since real items of 2.x
 * have choices named "1". */
bool bv_qti_is_token(struct bv_str s);

/* The element children of node, QTI or not: for (e = bv_qti_first(n); e; e = bv_qti_next(e)). */
static inline const struct bv_xml_node *
bv_qti_first(const struct bv_xml_node *node)
{
	return bv_xml_element(node->first);
}

static inline const struct bv_xml_node *
bv_qti_next(const struct bv_xml_node *node)
{
	return bv_xml_element(node->next);
}

/* The first child that is this element, or NULL. */
const struct bv_xml_node *bv_qti_child(const struct bv_xml_node *parent, enum bv_qti element);

/* ---- What is odd in a document but not a reason to refuse it -------------------------------------------------------- */

#define BV_NOTES_MAX 100

struct bv_note {
	const char *rule; /* a constant */
	int line;
	const char *text;
	struct bv_note *next;
};

/* Kept in the order found; those past BV_NOTES_MAX are counted only. Zero-initialise, and set arena. */
struct bv_notes {
	struct bv_arena *arena;
	struct bv_note *first, *last;
	size_t count;
};

BV_PRINTF(4, 5) void bv_note(struct bv_notes *notes, const char *rule, int line, const char *fmt, ...);
/* The fault in err as a note. */
void bv_note_fault(struct bv_notes *notes, const struct bv_err *err);

#endif
