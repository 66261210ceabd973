#include "itembank/rules.h"

#include <math.h>

#include "itembank/templates.h"
#include "itembank/upgrade.h"

enum rule_kind { RULE_CONDITION, RULE_SET, RULE_LOOKUP, RULE_EXIT, RULE_CONSTRAINT, RULE_BLOCK, RULE_FAULT };
enum rule_target { TARGET_VALUE, TARGET_DEFAULT, TARGET_CORRECT };

struct block {
	const struct rule *rules;
	size_t count;
};

/* if, else-if; else has no condition. */
struct branch {
	const struct bv_expr *condition;
	const char *fault; /* the condition is not a boolean */
	struct block then;
};

struct rule {
	enum rule_kind kind;
	enum rule_target target;
	int32_t variable;
	const struct bv_expr *expr;    /* set, lookup, constraint */
	const struct branch *branches; /* condition */
	size_t branch_count;
	struct block block; /* fragment */
	const char *fault;  /* loader->faults: what is wrong with it */
	int line;
};

struct bv_rules {
	struct block block;
	const char *template;
	bool random;
};

/* ---- Reading -------------------------------------------------------------------------------------------------------- */

/* The names of the same rules in the three kinds of processing. */
struct dialect {
	enum bv_qti processing, condition, first, further, otherwise, exit, fragment;
	const char *kind;
};

static const struct dialect dialects[] = {
	{ BV_QTI_RESPONSE_PROCESSING, BV_QTI_RESPONSE_CONDITION, BV_QTI_RESPONSE_IF, BV_QTI_RESPONSE_ELSE_IF, BV_QTI_RESPONSE_ELSE,
	  BV_QTI_EXIT_RESPONSE, BV_QTI_RESPONSE_PROCESSING_FRAGMENT, "response" },
	{ BV_QTI_TEMPLATE_PROCESSING, BV_QTI_TEMPLATE_CONDITION, BV_QTI_TEMPLATE_IF, BV_QTI_TEMPLATE_ELSE_IF, BV_QTI_TEMPLATE_ELSE,
	  BV_QTI_EXIT_TEMPLATE, BV_QTI_NONE, "template" },
	{ BV_QTI_OUTCOME_PROCESSING, BV_QTI_OUTCOME_CONDITION, BV_QTI_OUTCOME_IF, BV_QTI_OUTCOME_ELSE_IF, BV_QTI_OUTCOME_ELSE,
	  BV_QTI_EXIT_TEST, BV_QTI_OUTCOME_PROCESSING_FRAGMENT, "outcome" },
};

struct reader {
	const struct bv_loader *loader;
	const struct dialect *dialect;
	struct bv_rules *rules;
	size_t count;
	struct bv_err *err;
};

static enum bv_status read_block(struct reader *r, struct block *out, const struct bv_xml_node *parent, const struct bv_xml_node *first);

static struct bv_str
clipped(struct bv_str s)
{
	return bv_str_sub(s, 0, 80);
}

static int
line_of(const struct reader *r, const struct bv_xml_node *node)
{
	return r->loader->template_line ? r->loader->template_line : node->line;
}

static enum bv_status
read_expr(struct reader *r, const struct bv_expr **out, const struct bv_xml_node *node)
{
	TRY(bv_expr_parse(out, r->loader, node, r->err));
	r->rules->random |= bv_expr_random(*out);
	return BV_OK;
}

/* A fault that need not refuse the item: kept with the rule, for the run that comes to it. */
static enum bv_status
defer(const struct reader *r, const char **fault, enum bv_status status)
{
	if (status != BV_EPARSE || !r->loader->faults)
		return status;
	*fault = bv_arena_str(r->loader->arena, bv_str_of(r->err->msg)).p;
	bv_note_fault(r->loader->faults, r->err);
	return BV_OK;
}

/* An expression that says true, false or NULL. */
static enum bv_status
read_condition(struct reader *r, const struct bv_expr **out, const char **fault, const struct bv_xml_node *parent)
{
	const struct bv_xml_node *node = bv_qti_first(parent);

	if (!node || !bv_expr_is(bv_qti_element(node)))
		return bv_err_rule(r->err, "expression-count", line_of(r, parent), "%.*s: it must begin with an expression",
		                   BV_STR_ARG(parent->name));
	TRY(read_expr(r, out, node));
	struct bv_sort sort = bv_expr_sort(*out);
	if (!(sort.cards & 1u << BV_CARD_SINGLE) || !(sort.types & 1u << BV_TYPE_BOOLEAN))
		return defer(r, fault,
		             bv_err_rule(r->err, bv_mismatch(sort.cards, 1u << BV_CARD_SINGLE), bv_expr_line(*out),
		                         "%.*s: the condition (%s) must be a single boolean", BV_STR_ARG(parent->name),
		                         bv_expr_name(*out)));
	return BV_OK;
}

/* The variable that a rule sets. */
static enum bv_status
read_variable(struct reader *r, struct rule *rule, const struct bv_xml_node *node, unsigned kinds)
{
	struct bv_str identifier;

	TRY(bv_qti_attr_identifier(&identifier, node, "identifier", r->err));
	rule->variable = bv_declarations_find(r->loader->declarations, identifier);
	if (rule->variable < 0)
		return bv_err_rule(r->err, "undeclared-variable", line_of(r, node), "%.*s: the variable \"%.*s\" is not declared",
		                   BV_STR_ARG(node->name), BV_STR_ARG(clipped(identifier)));
	const struct bv_declaration *d = &r->loader->declarations->list[rule->variable];
	if (!(kinds & 1u << d->kind) || (d->builtin && (rule->variable != BV_COMPLETION_STATUS || r->loader->test)))
		return bv_err_rule(r->err, "wrong-variable-kind", line_of(r, node),
		                   "%.*s: the %s%s variable \"%.*s\" cannot be set by this rule", BV_STR_ARG(node->name),
		                   d->builtin ? "built-in " : "", bv_variable_kind_name((enum bv_variable_kind)d->kind),
		                   BV_STR_ARG(clipped(identifier)));
	return BV_OK;
}

static enum bv_status
read_value(struct reader *r, struct rule *rule, const struct bv_xml_node *node)
{
	const struct bv_xml_node *value = bv_qti_first(node);

	if (!value || bv_qti_next(value))
		return bv_err_rule(r->err, "expression-count", line_of(r, node), "%.*s: there must be one expression in it",
		                   BV_STR_ARG(node->name));
	return read_expr(r, &rule->expr, value);
}

/* Can the variable take the value? Integers and floats convert (bv_value_convert); nothing else does. */
static enum bv_status
check_assignment(struct reader *r, const struct rule *rule, const struct bv_xml_node *node)
{
	const struct bv_declaration *d = &r->loader->declarations->list[rule->variable];
	struct bv_sort sort = bv_expr_sort(rule->expr);
	const unsigned number = 1u << BV_TYPE_INTEGER | 1u << BV_TYPE_FLOAT;
	bool same = sort.types & 1u << d->type, converts = (1u << d->type & number) && (sort.types & number);

	if (!(sort.cards & 1u << d->cardinality) || !(same || converts))
		return bv_err_rule(r->err, bv_mismatch(sort.cards, 1u << d->cardinality), line_of(r, node),
		                   "%.*s: \"%.*s\" is %s %s and cannot take the value of %s", BV_STR_ARG(node->name),
		                   BV_STR_ARG(clipped(d->identifier)), bv_cardinality_name((enum bv_cardinality)d->cardinality),
		                   bv_type_name((enum bv_type)d->type), bv_expr_name(rule->expr));
	if (!same && d->type == BV_TYPE_INTEGER && !r->loader->template_line)
		bv_note(r->loader->notes, "float-for-integer", node->line,
		        "%.*s: \"%.*s\" is an integer and its value a float: it is taken when it is integral, else it is NULL",
		        BV_STR_ARG(node->name), BV_STR_ARG(clipped(d->identifier)));
	return BV_OK;
}

static enum bv_status
read_set(struct reader *r, struct rule *rule, const struct bv_xml_node *node, enum rule_target target, unsigned kinds)
{
	rule->kind = RULE_SET;
	rule->target = target;
	TRY(read_variable(r, rule, node, kinds));
	TRY(read_value(r, rule, node));
	return defer(r, &rule->fault, check_assignment(r, rule, node));
}

static enum bv_status
read_lookup(struct reader *r, struct rule *rule, const struct bv_xml_node *node)
{
	const struct bv_sort number = { 1u << BV_CARD_SINGLE, 1u << BV_TYPE_INTEGER | 1u << BV_TYPE_FLOAT };

	rule->kind = RULE_LOOKUP;
	TRY(read_variable(r, rule, node, 1u << BV_VARIABLE_OUTCOME));
	const struct bv_declaration *d = &r->loader->declarations->list[rule->variable];
	if (!d->lookup)
		return bv_err_rule(r->err, "missing-table", line_of(r, node),
		                   "%.*s: the outcome \"%.*s\" has no match table or interpolation table", BV_STR_ARG(node->name),
		                   BV_STR_ARG(clipped(d->identifier)));
	TRY(read_value(r, rule, node));
	struct bv_sort sort = bv_expr_sort(rule->expr);
	if (!(sort.cards & number.cards) || !(sort.types & number.types))
		return bv_err_rule(r->err, bv_mismatch(sort.cards, number.cards), line_of(r, node),
		                   "%.*s: what is looked up (%s) must be a single number", BV_STR_ARG(node->name),
		                   bv_expr_name(rule->expr));
	return BV_OK;
}

static bool
is_branch(enum bv_qti element, const struct dialect *dialect, bool *condition)
{
	*condition = element == dialect->first || element == dialect->further;
	return *condition || element == dialect->otherwise;
}

/* if, then any else-if, then at most one else. */
static enum bv_status
check_order(struct reader *r, const struct bv_xml_node *node, const struct bv_xml_node *child, size_t idx)
{
	enum bv_qti element = bv_qti_element(child);
	bool condition;

	if (!is_branch(element, r->dialect, &condition) || (idx == 0) != (element == r->dialect->first) || (!condition && bv_qti_next(child)))
		return bv_err_rule(r->err, "misplaced-element", line_of(r, child),
		                   "%.*s: <%.*s> is out of place; one if, then any else-ifs, then at most one else", BV_STR_ARG(node->name),
		                   BV_STR_ARG(clipped(child->name)));
	return BV_OK;
}

static enum bv_status
read_branches(struct reader *r, struct rule *rule, const struct bv_xml_node *node)
{
	size_t count = 0;

	rule->kind = RULE_CONDITION;
	for (const struct bv_xml_node *c = bv_qti_first(node); c; c = bv_qti_next(c))
		TRY(check_order(r, node, c, count++));
	if (count == 0)
		return bv_err_rule(r->err, "missing-element", line_of(r, node), "%.*s: there must be an if in it", BV_STR_ARG(node->name));
	struct branch *branches = bv_arena_array(r->loader->arena, count, struct branch);
	for (const struct bv_xml_node *c = bv_qti_first(node); c; c = bv_qti_next(c)) {
		struct branch *branch = &branches[rule->branch_count++];
		const struct bv_xml_node *then = bv_qti_first(c);
		bool condition;
		is_branch(bv_qti_element(c), r->dialect, &condition);
		if (condition) {
			TRY(read_condition(r, &branch->condition, &branch->fault, c));
			then = bv_qti_next(then);
		}
		TRY(read_block(r, &branch->then, c, then));
	}
	rule->branches = branches;
	return BV_OK;
}

/* Variables and tables that a rule needs and that are not there: nothing of the rule can be run. */
static enum bv_status
hopeless(const struct reader *r, struct rule *rule, enum bv_status status)
{
	TRY(defer(r, &rule->fault, status));
	if (status != BV_OK)
		rule->kind = RULE_FAULT;
	return BV_OK;
}

static enum bv_status
read_rule(struct reader *r, struct rule *rule, const struct bv_xml_node *parent, const struct bv_xml_node *node)
{
	const unsigned response = 1u << BV_VARIABLE_RESPONSE, outcome = 1u << BV_VARIABLE_OUTCOME, template = 1u << BV_VARIABLE_TEMPLATE;
	enum bv_qti element = bv_qti_element(node);
	bool in_template = r->loader->in_template;

	rule->line = line_of(r, node);
	if (++r->count > BV_RULES_MAX)
		return bv_err_at(r->err, BV_ELIMIT, node->line, "more than %d rules", BV_RULES_MAX);
	if (element == r->dialect->condition)
		return read_branches(r, rule, node);
	if (element == r->dialect->exit) {
		rule->kind = RULE_EXIT;
		return BV_OK;
	}
	if (in_template && element == BV_QTI_SET_TEMPLATE_VALUE)
		return hopeless(r, rule, read_set(r, rule, node, TARGET_VALUE, template));
	if (in_template && element == BV_QTI_SET_CORRECT_RESPONSE)
		return hopeless(r, rule, read_set(r, rule, node, TARGET_CORRECT, response));
	if (in_template && element == BV_QTI_SET_DEFAULT_VALUE)
		return hopeless(r, rule, read_set(r, rule, node, TARGET_DEFAULT, response | outcome));
	if (in_template && element == BV_QTI_TEMPLATE_CONSTRAINT) {
		rule->kind = RULE_CONSTRAINT;
		return read_condition(r, &rule->expr, &rule->fault, node);
	}
	if (!in_template && element == BV_QTI_SET_OUTCOME_VALUE)
		return hopeless(r, rule, read_set(r, rule, node, TARGET_VALUE, outcome));
	if (!in_template && element == BV_QTI_LOOKUP_OUTCOME_VALUE)
		return hopeless(r, rule, read_lookup(r, rule, node));
	if (element != BV_QTI_NONE && element == r->dialect->fragment) {
		rule->kind = RULE_BLOCK;
		return read_block(r, &rule->block, node, bv_qti_first(node));
	}
	if (bv_str_is(node->ns, BV_NS_XINCLUDE))
		return bv_err_rule(r->err, "not-included", line_of(r, node),
		                   "%.*s: the rules of another file are not in the place of <%.*s>", BV_STR_ARG(parent->name),
		                   BV_STR_ARG(clipped(node->name)));
	return bv_err_rule(r->err, "unknown-rule", line_of(r, node), "%.*s: <%.*s> is not a rule of %s processing",
	                   BV_STR_ARG(parent->name), BV_STR_ARG(clipped(node->name)), r->dialect->kind);
}

static enum bv_status
read_block(struct reader *r, struct block *out, const struct bv_xml_node *parent, const struct bv_xml_node *first)
{
	size_t count = 0;

	for (const struct bv_xml_node *e = first; e; e = bv_qti_next(e))
		count++;
	struct rule *rules = bv_arena_array(r->loader->arena, count, struct rule);
	for (const struct bv_xml_node *e = first; e; e = bv_qti_next(e))
		TRY(read_rule(r, &rules[out->count++], parent, e));
	out->rules = rules;
	return BV_OK;
}

static enum bv_status
read_template(struct reader *r, struct bv_str url, const struct bv_xml_node *processing)
{
	struct bv_str text = bv_template_find(url, &r->rules->template);
	struct bv_loader loader = *r->loader;
	struct reader inner = { .loader = &loader, .dialect = r->dialect, .rules = r->rules, .err = r->err };
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;

	if (text.len == 0)
		return bv_err_rule(r->err, "unknown-template", processing->line,
		                   "%.*s: the template \"%.*s\" is not one of QTI's standard templates", BV_STR_ARG(processing->name),
		                   BV_STR_ARG(clipped(url)));
	TRY(bv_xml_read(&doc, text, BV_XML_ITEM_MAX, r->err));
	loader.template_line = processing->line;
	loader.version = BV_QTI_3_0;
	if (read_block(&inner, &r->rules->block, processing, bv_qti_first(bv_xml_root(doc))) == BV_OK)
		return BV_OK;
	return bv_err_again(r->err, processing->line, "template %s: %s", r->rules->template, r->err->msg);
}

enum bv_status
bv_processing_parse(const struct bv_rules **out, const struct bv_loader *loader, const struct bv_xml_node *processing, struct bv_err *err)
{
	struct bv_loader mine = *loader;
	struct reader r = { .loader = &mine, .dialect = dialects, .err = err };
	const struct bv_str *url = bv_qti_attr(processing, "template");
	const struct bv_xml_node *first = bv_qti_first(processing);

	r.rules = bv_arena_array(loader->arena, 1, struct bv_rules);
	for (size_t i = 0; i < BV_COUNT(dialects); i++)
		if (dialects[i].processing == bv_qti_element(processing))
			r.dialect = &dialects[i];
	mine.in_template = r.dialect->processing == BV_QTI_TEMPLATE_PROCESSING;
	if (!url || bv_str_trim(*url).len == 0)
		url = bv_qti_attr(processing, "template-location");
	if (first || r.dialect != dialects || !url)
		TRY(read_block(&r, &r.rules->block, processing, first));
	else
		TRY(read_template(&r, *url, processing));
	*out = r.rules;
	return BV_OK;
}

enum bv_status
bv_condition_parse(const struct bv_expr **out, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	struct bv_rules rules = { .template = NULL };
	struct reader r = { .loader = loader, .dialect = dialects, .rules = &rules, .err = err };
	const struct bv_xml_node *first = bv_qti_first(node);
	const char *fault;

	if (first && bv_qti_next(first))
		return bv_err_rule(err, "expression-count", node->line, "%.*s: there must be one expression in it", BV_STR_ARG(node->name));
	return read_condition(&r, out, &fault, node);
}

/* ---- Questions ------------------------------------------------------------------------------------------------------ */

static bool
block_sets(const struct block *block, int variable)
{
	for (size_t i = 0; i < block->count; i++) {
		const struct rule *rule = &block->rules[i];
		if ((rule->kind == RULE_SET || rule->kind == RULE_LOOKUP) && rule->variable == variable)
			return true;
		if (rule->kind == RULE_BLOCK && block_sets(&rule->block, variable))
			return true;
		for (size_t k = 0; k < rule->branch_count; k++)
			if (block_sets(&rule->branches[k].then, variable))
				return true;
	}
	return false;
}

bool
bv_rules_set(const struct bv_rules *rules, int variable)
{
	return rules && block_sets(&rules->block, variable);
}

const char *
bv_rules_template(const struct bv_rules *rules)
{
	return rules ? rules->template : NULL;
}

bool
bv_rules_random(const struct bv_rules *rules)
{
	return rules && rules->random;
}

/* ---- Running -------------------------------------------------------------------------------------------------------- */

static enum bv_status
fail(const char *fault, int line, struct bv_err *err)
{
	return bv_err_at(err, BV_EINVAL, line, "cannot be evaluated: %s", fault);
}

static enum bv_status
assign(const struct rule *rule, struct bv_value v, struct bv_run *run, const struct bv_variables *variables, struct bv_err *err)
{
	const struct bv_declaration *d = &run->declarations->list[rule->variable];
	struct bv_value *to = rule->target == TARGET_VALUE     ? variables->values
	                      : rule->target == TARGET_DEFAULT ? variables->defaults
	                                                       : variables->corrects;
	struct bv_value was = v;

	if (!bv_value_convert(&v, (enum bv_cardinality)d->cardinality, (enum bv_type)d->type, run->arena)) {
		if (rule->fault)
			return fail(rule->fault, rule->line, err);
		if (!run->noted)
			bv_err_at(&run->note, BV_EINVAL, bv_expr_line(rule->expr),
			          "\"%.*s\" is %s %s and cannot take this %s %s; it becomes NULL", BV_STR_ARG(clipped(d->identifier)),
			          bv_cardinality_name((enum bv_cardinality)d->cardinality), bv_type_name((enum bv_type)d->type),
			          bv_cardinality_name((enum bv_cardinality)was.cardinality), bv_type_name((enum bv_type)was.type));
		run->noted = true;
		v = bv_value_null((enum bv_cardinality)d->cardinality, (enum bv_type)d->type);
	}
	to[rule->variable] = v;
	return BV_OK;
}

/* Is it true? NULL is not. */
static enum bv_status
holds(bool *out, const struct bv_expr *condition, const char *fault, struct bv_run *run, struct bv_err *err)
{
	struct bv_value v;

	TRY(bv_expr_eval(&v, condition, run, err));
	if (fault && v.count)
		return fail(fault, bv_expr_line(condition), err);
	*out = v.count && v.type == BV_TYPE_BOOLEAN && v.one.boolean;
	return BV_OK;
}

enum bv_status
bv_condition_holds(bool *out, const struct bv_expr *condition, struct bv_run *run, struct bv_err *err)
{
	return holds(out, condition, NULL, run, err);
}

/* NULL finds the default value of the table, as every number that is in no entry does. */
static enum bv_status
look_up(struct bv_value *v, const struct rule *rule, struct bv_run *run, struct bv_err *err)
{
	const struct bv_lookup *lookup = run->declarations->list[rule->variable].lookup;
	uint64_t steps = lookup->count / 16;
	bool number = v->count && v->cardinality == BV_CARD_SINGLE && (v->type == BV_TYPE_INTEGER || v->type == BV_TYPE_FLOAT);

	if (run->steps_left < steps)
		return bv_err_at(err, BV_ELIMIT, rule->line, "a lookup in %zu entries: the rules take more than %d steps", lookup->count, BV_STEPS_MAX);
	run->steps_left -= steps;
	*v = bv_lookup_find(lookup, !number ? NAN : v->type == BV_TYPE_INTEGER ? (double)v->one.integer : v->one.real);
	return BV_OK;
}

static enum bv_status run_block(enum bv_rules_end *out, const struct block *block, struct bv_run *run, const struct bv_variables *variables,
                                struct bv_err *err);

static enum bv_status
run_condition(enum bv_rules_end *out, const struct rule *rule, struct bv_run *run, const struct bv_variables *variables, struct bv_err *err)
{
	for (size_t i = 0; i < rule->branch_count; i++) {
		const struct branch *branch = &rule->branches[i];
		bool enter = true;
		if (branch->condition)
			TRY(holds(&enter, branch->condition, branch->fault, run, err));
		if (enter)
			return run_block(out, &branch->then, run, variables, err);
	}
	return BV_OK;
}

static enum bv_status
run_rule(enum bv_rules_end *out, const struct rule *rule, struct bv_run *run, const struct bv_variables *variables, struct bv_err *err)
{
	struct bv_value v;
	bool good;

	switch (rule->kind) {
	case RULE_CONDITION:
		return run_condition(out, rule, run, variables, err);
	case RULE_BLOCK:
		return run_block(out, &rule->block, run, variables, err);
	case RULE_SET:
	case RULE_LOOKUP:
		TRY(bv_expr_eval(&v, rule->expr, run, err));
		if (rule->kind == RULE_LOOKUP)
			TRY(look_up(&v, rule, run, err));
		return assign(rule, v, run, variables, err);
	case RULE_CONSTRAINT:
		TRY(holds(&good, rule->expr, rule->fault, run, err));
		*out = good ? BV_RULES_DONE : BV_RULES_CONSTRAINT;
		return BV_OK;
	case RULE_EXIT:
		*out = BV_RULES_EXIT;
		return BV_OK;
	case RULE_FAULT:
		return fail(rule->fault, rule->line, err);
	}
	return BV_OK;
}

static enum bv_status
run_block(enum bv_rules_end *out, const struct block *block, struct bv_run *run, const struct bv_variables *variables, struct bv_err *err)
{
	for (size_t i = 0; i < block->count && *out == BV_RULES_DONE; i++)
		TRY(run_rule(out, &block->rules[i], run, variables, err));
	return BV_OK;
}

enum bv_status
bv_rules_run(enum bv_rules_end *out, const struct bv_rules *rules, struct bv_run *run, const struct bv_variables *variables,
             struct bv_err *err)
{
	*out = BV_RULES_DONE;
	return run_block(out, &rules->block, run, variables, err);
}
