/* What of a page depends on variables, and on who looks. */
#include "itembank/item.h"
#include "itembank/page.h"

#define MATHML "http://www.w3.org/1998/Math/MathML"

struct bv_str
bv_page_attr_of(const struct bv_xml_node *node, const char *name)
{
	const struct bv_str *value = bv_qti_attr(node, name);

	return value ? bv_str_trim(*value) : BV_STR_NONE;
}

static int
any_variable_of(const struct bv_page_maker *maker, struct bv_str identifier)
{
	return maker->declarations ? bv_declarations_find(maker->declarations, identifier) : -1;
}

static int
variable_of(const struct bv_page_maker *maker, struct bv_str identifier, enum bv_variable_kind kind)
{
	int variable = any_variable_of(maker, identifier);

	return variable >= 0 && maker->declarations->list[variable].kind == kind ? variable : -1;
}

/* One without its variable is never shown. */
void
bv_page_conditional(struct bv_page_maker *maker, const struct bv_xml_node *node, const char *name, bool feedback)
{
	struct bv_str variable = bv_page_attr_of(node, feedback ? "outcome-identifier" : "template-identifier");
	uint32_t when;
	struct bv_page_op *op = bv_page_op_begin(maker, BV_PAGE_WHEN, &when);

	op->variable = variable_of(maker, variable, feedback ? BV_VARIABLE_OUTCOME : BV_VARIABLE_TEMPLATE);
	op->text = bv_page_attr_of(node, "identifier");
	op->shows = !bv_str_is(bv_page_attr_of(node, "show-hide"), "hide");
	op->feedback = feedback;
	bv_page_begin(maker, name);
	bv_page_attributes(maker, node, BV_GROUP_QUIET);
	bv_page_begun(maker);
	bv_page_children(maker, node, false);
	bv_page_end(maker);
	bv_page_op_end(maker, when);
}

void
bv_page_printed(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	const struct bv_str *format = bv_qti_attr(node, "format"), *delimiter = bv_qti_attr(node, "delimiter");
	const struct bv_str *mapping = bv_qti_attr(node, "mapping-indicator");
	struct bv_printed *printed = bv_arena_array(maker->arena, 1, struct bv_printed);
	struct bv_str index = bv_page_attr_of(node, "index");
	struct bv_err err;
	bool power = false;

	*printed = (struct bv_printed){ .variable = any_variable_of(maker, bv_page_attr_of(node, "identifier")),
		                        .base = 10, .index_variable = -1, .field = bv_page_attr_of(node, "field"),
		                        .delimiter = delimiter ? *delimiter : BV_STR(";"), .mapping = mapping ? *mapping : BV_STR("=") };
	if (format && format->len && !bv_print_format_parse(&printed->format, *format))
		bv_page_refuse(maker, node->line, "<%.*s format=\"%.*s\">: a format has one conversion of %%i %%d %%f %%e %%g %%s %%x %%o %%r",
		               BV_STR_ARG(node->name), BV_STR_ARG(bv_str_sub(*format, 0, 40)));
	if (bv_qti_attr_count(&printed->base, node, "base", 10, &err) || printed->base < 2 || printed->base > 36)
		bv_page_refuse(maker, node->line, "<%.*s>: base is a number from 2 to 36", BV_STR_ARG(node->name));
	if (bv_qti_attr_bool(&power, node, "power-form", false, &err) == BV_OK)
		printed->power_form = power;
	if (index.len && !bv_str_int(index, &printed->index))
		printed->index_variable = variable_of(maker, index, BV_VARIABLE_TEMPLATE);
	if (index.len && printed->index < 1 && printed->index_variable < 0)
		bv_page_refuse(maker, node->line, "<%.*s index=\"%.*s\">: an index is a number from 1 or a template variable", BV_STR_ARG(node->name),
		               BV_STR_ARG(bv_str_sub(index, 0, 40)));
	bv_page_op_add(maker, BV_PAGE_PRINTED)->printed = printed;
}

void
bv_page_rubric(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	static const char *const names[] = { "author", "candidate", "proctor", "scorer", "testConstructor", "tutor" };
	uint32_t view;
	struct bv_page_op *op = bv_page_op_begin(maker, BV_PAGE_VIEW, &view);
	struct bv_str words = bv_page_attr_of(node, "view"), word;

	while (bv_str_token(&words, &word))
		for (unsigned i = 0; i < BV_COUNT(names); i++)
			if (bv_str_is(word, names[i]) || (i == BV_VIEW_TEST_CONSTRUCTOR && bv_str_is(word, "test-constructor")))
				op->views |= (uint8_t)(1u << i);
	bv_page_begin(maker, "qti-rubric-block");
	bv_page_attributes(maker, node, BV_GROUP_QUIET);
	bv_page_begun(maker);
	bv_page_children(maker, node, true);
	bv_page_end(maker);
	bv_page_op_end(maker, view);
}

/* ---- MathML -------------------------------------------------------------------------------------------------------------------- */

/* mi or ci with the name of a template variable that says math-variable="true" stands for its value. */
static bool
math_variable(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	struct bv_str name = node->first && !node->first->next ? bv_str_trim(node->first->text) : BV_STR_NONE;
	int variable = name.len && bv_str_is(node->name, "mi") ? variable_of(maker, name, BV_VARIABLE_TEMPLATE) : -1;
	struct bv_printed *printed;

	if (variable < 0 || !maker->declarations->list[variable].math_variable)
		return false;
	printed = bv_arena_array(maker->arena, 1, struct bv_printed);
	*printed = (struct bv_printed){ .variable = variable, .base = 10, .index_variable = -1, .delimiter = BV_STR(";"), .mapping = BV_STR("=") };
	bv_page_op_add(maker, BV_PAGE_MATH)->printed = printed;
	return true;
}

void
bv_page_mathml(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	const struct bv_page_name *row = bv_page_math(node->name);

	if (node->ns.len && !bv_str_is(node->ns, MATHML))
		row = NULL;
	if (!row) {
		bv_page_dropped(maker, node);
		return;
	}
	if (math_variable(maker, node))
		return;
	if (row->element != BV_ELEMENT_UNWRAPPED) {
		bv_page_begin(maker, row->name);
		bv_page_attributes(maker, node, row->groups);
		bv_page_begun(maker);
	}
	for (const struct bv_xml_node *n = node->first; n; n = n->next)
		if (!n->name.len)
			bv_page_text(maker, n->text, row->element != BV_ELEMENT_KEPT);
		else
			bv_page_mathml(maker, n);
	if (row->element != BV_ELEMENT_UNWRAPPED)
		bv_page_end(maker);
}

