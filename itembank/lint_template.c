/* Template variables that nothing reads. */
#include "itembank/body.h"
#include "itembank/lint.h"

/* "X" or "{X}", as attributes that take a variable are written. */
static bool
names(struct bv_str value, struct bv_str variable)
{
	value = bv_str_trim(value);
	if (value.len > 2 && value.p[0] == '{' && value.p[value.len - 1] == '}')
		value = bv_str_sub(value, 1, value.len - 2);
	return bv_str_eq(value, variable);
}

static bool
reads(const struct bv_xml_node *node, const struct bv_declaration *d)
{
	enum bv_qti element = bv_qti_element(node);

	if (element == BV_QTI_TEMPLATE_DECLARATION)
		return false;
	if (d->math_variable && (bv_str_is(node->name, "mi") || bv_str_is(node->name, "ci")) && node->first && node->first->name.len == 0 &&
	    bv_str_eq(bv_str_trim(node->first->text), d->identifier))
		return true;
	for (size_t i = 0; i < node->attr_count; i++) {
		bool sets = element == BV_QTI_SET_TEMPLATE_VALUE && bv_str_is(node->attrs[i].name, "identifier");
		if (!sets && names(node->attrs[i].value, d->identifier))
			return true;
	}
	return false;
}

void
bv_lint_templates(struct bv_lint_item *l)
{
	const struct bv_declarations *declarations = l->item->program.declarations;

	for (uint32_t i = 0; i < declarations->count; i++) {
		const struct bv_declaration *d = &declarations->list[i];
		const struct bv_xml_node *n = l->item->root;
		if (d->kind != BV_VARIABLE_TEMPLATE || d->builtin)
			continue;
		while (n && !reads(n, d))
			n = bv_body_next(l->item->root, n, false);
		if (!n)
			bv_report(l->reporter, BV_SEVERITY_WARNING, "unused-template", d->line, "template variable '%.*s' is never used",
			          BV_STR_ARG(d->identifier));
	}
}
