/* The second pass over a test: every expression, rule and reference, now that all items are known. */
#include "itembank/test.h"

struct pass {
	struct bv_test *test;
	struct bv_err *err;
};

static struct bv_str
clipped(struct bv_str s)
{
	return bv_str_sub(s, 0, 80);
}

static struct bv_loader
loader_of(struct bv_test *test, struct bv_notes *notes, struct bv_notes *faults)
{
	notes->arena = faults->arena = &test->arena;
	return (struct bv_loader){ .version = test->version, .arena = &test->arena, .notes = notes, .faults = faults,
		                   .declarations = &test->declarations, .test = test };
}

/* What was found in expressions of `file`, and the status that ended them, as faults of the test. */
static enum bv_status
settle(struct pass *p, struct bv_str file, enum bv_status status, const struct bv_notes *notes, const struct bv_notes *faults)
{
	for (const struct bv_note *n = faults->first; n; n = n->next)
		test_fault(p->test, n->rule, file, n->line, "%s", n->text);
	for (const struct bv_note *n = notes->first; n; n = n->next)
		test_warn(p->test, n->rule, file, n->line, "%s", n->text);
	if (status == BV_EPARSE)
		test_fault(p->test, p->err->rule, file, p->err->line, "%s", p->err->msg);
	return status == BV_EPARSE ? BV_OK : status;
}

/* *out stays NULL after a fault. */
static enum bv_status
read_condition(struct pass *p, const struct bv_expr **out, const struct test_node *node, const struct bv_xml_node *xml)
{
	struct bv_notes notes = { 0 }, faults = { 0 };
	struct bv_loader loader = loader_of(p->test, &notes, &faults);

	return settle(p, node->file, bv_condition_parse(out, &loader, xml, p->err), &notes, &faults);
}

/* ---- Branch rules --------------------------------------------------------------------------------------------------- */

/* Where the candidate may meet the target before the rule, or not at all. */
static bool
uncertain(const struct test_node *target, const struct test_node *from)
{
	for (const struct test_node *up = target->parent; up; up = up->parent) {
		if (up->shuffle || up->selects)
			return true;
		if (from->index >= up->index && from->index < up->end)
			return false;
	}
	return false;
}

static void
target_check(struct bv_test *test, const struct test_node *node, const struct bv_xml_node *xml, const struct test_node *target,
             struct bv_str name)
{
	const char *why = NULL;

	if (!target)
		why = "is not a part, section or item of the test";
	else if ((node->kind == TEST_PART) != (target->kind == TEST_PART))
		why = node->kind == TEST_PART ? "is not a part: a part's rule leads to a part" : "is a part: leave this one by EXIT_TESTPART";
	else if (node->kind != TEST_PART && target->part != node->part)
		why = "is in another part";
	else if (target->index < node->end)
		why = target->index <= node->index ? "is not ahead: a branch only leads forward" : "is in the section that has just ended";
	if (why)
		test_fault(test, "branch-target", node->file, xml->line, "%.*s of '%.*s': the target '%.*s' %s", BV_STR_ARG(xml->name),
		           BV_STR_ARG(clipped(node->identifier)), BV_STR_ARG(clipped(name)), why);
	else if (uncertain(target, node))
		test_warn(test, "uncertain-target", node->file, xml->line,
		          "%.*s of '%.*s': selection or shuffling may leave out the target '%.*s' or put it before; the branch is not "
		          "taken then",
		          BV_STR_ARG(xml->name), BV_STR_ARG(clipped(node->identifier)), BV_STR_ARG(clipped(name)));
}

static enum bv_status
read_branch(struct pass *p, struct test_branch *out, const struct test_node *node, const struct bv_xml_node *xml)
{
	static const char *const exits[] = { [TEST_EXIT_SECTION] = "EXIT_SECTION", [TEST_EXIT_PART] = "EXIT_TESTPART",
		                             [TEST_EXIT_TEST] = "EXIT_TEST" };
	const struct bv_str *attr = bv_qti_attr(xml, "target");
	struct bv_str name = attr ? bv_str_trim(*attr) : BV_STR_NONE;

	TRY(read_condition(p, &out->condition, node, xml));
	for (int i = TEST_EXIT_SECTION; i <= TEST_EXIT_TEST; i++)
		if (bv_str_is(name, exits[i]))
			out->exit = (enum test_exit)i;
	if (out->exit == TEST_TO_NODE) {
		out->target = test_find(p->test, name);
		target_check(p->test, node, xml, out->target, name);
	} else if (out->exit == TEST_EXIT_SECTION && node->kind == TEST_PART) {
		test_fault(p->test, "branch-target", node->file, xml->line, "%.*s of '%.*s': EXIT_SECTION leads nowhere from a part",
		           BV_STR_ARG(xml->name), BV_STR_ARG(clipped(node->identifier)));
	}
	return BV_OK;
}

/* ---- Template defaults ---------------------------------------------------------------------------------------------- */

static void
default_check(struct bv_test *test, const struct test_node *node, const struct bv_xml_node *xml, const struct test_default *d, struct bv_str name)
{
	const unsigned number = 1u << BV_TYPE_INTEGER | 1u << BV_TYPE_FLOAT;
	const struct bv_declaration *declared = d->variable < 0 ? NULL : &node->item->program.declarations->list[d->variable];
	struct bv_sort sort = bv_expr_sort(d->expr);

	if (!declared || declared->kind != BV_VARIABLE_TEMPLATE)
		test_fault(test, "undeclared-variable", node->file, xml->line, "%.*s: '%.*s' is not a template variable of the item '%.*s'",
		           BV_STR_ARG(xml->name), BV_STR_ARG(clipped(name)), BV_STR_ARG(clipped(node->identifier)));
	else if (!(sort.cards & 1u << declared->cardinality) ||
	         !(sort.types & 1u << declared->type || ((1u << declared->type & number) && (sort.types & number))))
		test_fault(test, bv_mismatch(sort.cards, 1u << declared->cardinality), node->file, xml->line,
		           "%.*s: '%.*s' is %s %s and cannot take the value of %s", BV_STR_ARG(xml->name), BV_STR_ARG(clipped(name)),
		           bv_cardinality_name((enum bv_cardinality)declared->cardinality), bv_type_name((enum bv_type)declared->type),
		           bv_expr_name(d->expr));
}

static enum bv_status
read_default(struct pass *p, struct test_default *out, const struct test_node *node, const struct bv_xml_node *xml)
{
	struct bv_notes notes = { 0 }, faults = { 0 };
	struct bv_loader loader = loader_of(p->test, &notes, &faults);
	const struct bv_str *attr = bv_qti_attr(xml, "template-identifier");
	const struct bv_xml_node *first = bv_qti_first(xml);
	struct bv_str name = attr ? bv_str_trim(*attr) : BV_STR_NONE;

	if (!first || bv_qti_next(first)) {
		test_fault(p->test, "expression-count", node->file, xml->line, "%.*s: there must be one expression in it",
		           BV_STR_ARG(xml->name));
		return BV_OK;
	}
	TRY(settle(p, node->file, bv_expr_parse(&out->expr, &loader, first, p->err), &notes, &faults));
	out->variable = test_item_variable(node, name);
	if (out->expr && node->item)
		default_check(p->test, node, xml, out, name);
	return BV_OK;
}

/* ---- Nodes ---------------------------------------------------------------------------------------------------------- */

static void
node_check(struct bv_test *test, const struct test_node *node)
{
	const struct test_node *part = node->part;

	if (part->nonlinear && node->kind != TEST_PART && (node->condition_count || node->branch_count))
		test_warn(test, "navigation", node->file, node->line,
		          "'%.*s': preconditions and branch rules have no effect where the candidate moves freely (nonlinear)",
		          BV_STR_ARG(clipped(node->identifier)));
	if (part->nonlinear && node->limits.min_ms)
		test_warn(test, "navigation", node->file, node->line, "'%.*s': min-time has no effect where the candidate moves freely (nonlinear)",
		          BV_STR_ARG(clipped(node->identifier)));
	if (part->simultaneous && node->kind == TEST_ITEM && node->control.max_attempts != 1)
		test_warn(test, "navigation", node->file, node->line, "'%.*s': there is one attempt where all items are submitted together",
		          BV_STR_ARG(clipped(node->identifier)));
	if (node->kind == TEST_SECTION && node->visible && !node->keep_together)
		test_warn(test, "ordering", node->file, node->line,
		          "section '%.*s': keep-together=\"false\" has a meaning only where visible is false", BV_STR_ARG(clipped(node->identifier)));
	if (bv_str_find(node->identifier, '.') < node->identifier.len)
		test_fault(test, "period-in-identifier", node->file, node->line,
		           "'%.*s': a period in an identifier of a test separates it from a variable's",
		           BV_STR_ARG(clipped(node->identifier)));
}

static enum bv_status
read_node(struct pass *p, struct test_node *node)
{
	struct bv_arena *arena = &p->test->arena;
	size_t conditions = 0, branches = 0, defaults = 0;

	for (const struct bv_xml_node *e = bv_qti_first(node->xml); e; e = bv_qti_next(e)) {
		conditions += bv_qti_element(e) == BV_QTI_PRE_CONDITION;
		branches += bv_qti_element(e) == BV_QTI_BRANCH_RULE;
		defaults += bv_qti_element(e) == BV_QTI_TEMPLATE_DEFAULT;
	}
	const struct bv_expr **condition = bv_arena_array(arena, conditions, const struct bv_expr *);
	struct test_branch *branch = bv_arena_array(arena, branches, struct test_branch);
	struct test_default *def = bv_arena_array(arena, defaults, struct test_default);
	node->conditions = condition;
	node->branches = branch;
	node->defaults = def;
	for (const struct bv_xml_node *e = bv_qti_first(node->xml); e; e = bv_qti_next(e)) {
		if (bv_qti_element(e) == BV_QTI_PRE_CONDITION)
			TRY(read_condition(p, &condition[node->condition_count++], node, e));
		else if (bv_qti_element(e) == BV_QTI_BRANCH_RULE)
			TRY(read_branch(p, &branch[node->branch_count++], node, e));
		else if (bv_qti_element(e) == BV_QTI_TEMPLATE_DEFAULT && node->kind == TEST_ITEM)
			TRY(read_default(p, &def[node->default_count++], node, e));
	}
	node_check(p->test, node);
	return BV_OK;
}

/* ---- Outcomes ------------------------------------------------------------------------------------------------------- */

static enum bv_status
read_outcomes(struct pass *p)
{
	struct bv_test *test = p->test;
	const struct bv_xml_node *processing = bv_qti_child(test->root, BV_QTI_OUTCOME_PROCESSING);
	struct bv_notes notes = { 0 }, faults = { 0 };
	struct bv_loader loader = loader_of(test, &notes, &faults);

	if (!processing)
		return BV_OK;
	return settle(p, BV_STR_NONE, bv_processing_parse(&test->outcome_rules, &loader, processing, p->err), &notes, &faults);
}

enum bv_status
test_rules_parse(struct bv_test *test, struct bv_err *err)
{
	struct pass p = { .test = test, .err = err };
	struct bv_notes notes = { 0 }, faults = { 0 };
	struct bv_loader loader = loader_of(test, &notes, &faults);

	loader.declarations = NULL;
	/* Without its variables no rule can be read: the first fault of a declaration is the only one told. */
	TRY(bv_declarations_parse(&test->declarations, &loader, test->root, err));
	TRY(settle(&p, BV_STR_NONE, BV_OK, &notes, &faults));
	for (size_t i = 0; i < test->node_count; i++)
		TRY(read_node(&p, test->nodes[i]));
	return read_outcomes(&p);
}
