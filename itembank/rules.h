/* Rules: response, template and outcome processing, read once and run many times; standard templates are rules like any others. */
#ifndef BV_ITEMBANK_RULES_H
#define BV_ITEMBANK_RULES_H

#include <stdbool.h>

#include "base/err.h"
#include "base/xml.h"
#include "itembank/declare.h"
#include "itembank/expr.h"

#define BV_RULES_MAX 10000        /* of one item */
#define BV_TEMPLATE_RESTARTS 100  /* of template processing by failed constraints; then the defaults stand */

struct bv_rules; /* immutable; lives in the loader's arena */

/* Reads qti-response-processing (with rules of its own, or with the template that its URL's last segment names),
 * qti-template-processing, or of a test qti-outcome-processing. EPARSE with the line: an unknown rule or template, a variable that may not be set here, a value whose base
 * type or cardinality the variable cannot take. Rules of its own win over a template. */
BV_MUST_USE enum bv_status bv_processing_parse(const struct bv_rules **out, const struct bv_loader *loader,
                                               const struct bv_xml_node *processing, struct bv_err *err);

/* A condition of a test: the one expression in node (pre-condition, branch-rule), a single boolean. EPARSE with the line. */
BV_MUST_USE enum bv_status bv_condition_parse(const struct bv_expr **out, const struct bv_loader *loader, const struct bv_xml_node *node,
                                              struct bv_err *err);
/* Is it true? NULL is not. */
BV_MUST_USE enum bv_status bv_condition_holds(bool *out, const struct bv_expr *condition, struct bv_run *run, struct bv_err *err);

/* May running the rules change this variable? NULL rules change nothing. */
bool bv_rules_set(const struct bv_rules *rules, int variable);

/* The standard template used, "match_correct", or NULL. */
const char *bv_rules_template(const struct bv_rules *rules);

/* Are any random operators among the expressions? */
bool bv_rules_random(const struct bv_rules *rules);

/* How a run ended. */
enum bv_rules_end {
	BV_RULES_DONE,
	BV_RULES_EXIT,       /* exit-response, exit-template or exit-test */
	BV_RULES_CONSTRAINT, /* a template-constraint was not true: start again */
};

/* Runs the rules. Assignments go to values (set-outcome-value, set-template-value, lookup-outcome-value), defaults (set-default-value) and
 * corrects (set-correct-response), which run points to as well; what is assigned lives in run->arena. A value that the variable
 * cannot take (a float that is not integral for an integer) becomes NULL and is noted in run. ELIMIT, EINVAL: see bv_expr_eval. */
struct bv_variables {
	struct bv_value *values, *defaults, *corrects;
};
BV_MUST_USE enum bv_status bv_rules_run(enum bv_rules_end *out, const struct bv_rules *rules, struct bv_run *run,
                                        const struct bv_variables *variables, struct bv_err *err);

#endif
