/* Template variables that nothing reads. */
#include "itembank/body.h"
#include "itembank/lint.h"

/* "X" or "{X}", as attributes that take a variable are written. */
static struct bv_str
named(struct bv_str value)
{
	value = bv_str_trim(value);
	if (value.len > 2 && value.p[0] == '{' && value.p[value.len - 1] == '}')
		value = bv_str_sub(value, 1, value.len - 2);
	return value;
}

/* Notes the variables that an element reads. */
static void
note_read(bool *read, const struct bv_declarations *declarations, const struct bv_xml_node *node)
{
	enum bv_qti element = bv_qti_element(node);
	bool math = (bv_str_is(node->name, "mi") || bv_str_is(node->name, "ci")) && node->first && node->first->name.len == 0;
	int idx;

	if (element == BV_QTI_TEMPLATE_DECLARATION)
		return;
	if (math && (idx = bv_declarations_find(declarations, bv_str_trim(node->first->text))) >= 0 && declarations->list[idx].math_variable)
		read[idx] = true;
	for (size_t i = 0; i < node->attr_count; i++) {
		bool sets = element == BV_QTI_SET_TEMPLATE_VALUE && bv_str_is(node->attrs[i].name, "identifier");
		if (!sets && (idx = bv_declarations_find(declarations, named(node->attrs[i].value))) >= 0)
			read[idx] = true;
	}
}

void
bv_lint_templates(struct bv_lint_item *l)
{
	const struct bv_declarations *declarations = l->item->program.declarations;
	bool *read = bv_arena_array(l->arena, declarations->count, bool);

	for (const struct bv_xml_node *n = l->item->root; n; n = bv_body_next(l->item->root, n, false))
		note_read(read, declarations, n);
	for (uint32_t i = 0; i < declarations->count; i++) {
		const struct bv_declaration *d = &declarations->list[i];
		if (d->kind == BV_VARIABLE_TEMPLATE && !d->builtin && !read[i])
			bv_report(l->reporter, BV_SEVERITY_WARNING, "unused-template", d->line, "template variable '%.*s' is never used",
			          BV_STR_ARG(d->identifier));
	}
}
