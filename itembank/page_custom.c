/* Portable custom interactions: what a module that is allowed needs to begin. Its script is named by hash, its properties are those that its
 * administrator lists, and its markup passes the same allow-list as everything else; none of it is on a page without that permission. */
#include "itembank/item.h"
#include "itembank/page.h"

/* An identifier of a module, or of a type of interaction: an URN, a domain name. */
static bool
is_plain(struct bv_str s, size_t most)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i], lower = (char)(c | 0x20);
		if ((lower < 'a' || lower > 'z') && (c < '0' || c > '9') && !strchr("-_.:/", c))
			return false;
	}
	return s.len > 0 && s.len <= most;
}

static void
name(struct bv_page_maker *maker, const struct bv_xml_node *node, const char *attribute, struct bv_str value)
{
	if (is_plain(value, 200))
		bv_page_attribute_text(maker, attribute, value);
	else
		bv_page_refuse(maker, node->line, "<%.*s>: its %s is missing, or has other characters than letters, digits and - _ . : /",
		               BV_STR_ARG(node->name), attribute);
}

static bool
is_property(struct bv_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((s.p[i] < 'a' || s.p[i] > 'z') && (i == 0 || ((s.p[i] < '0' || s.p[i] > '9') && s.p[i] != '-' && s.p[i] != '_')))
			return false;
	return s.len > 0 && s.len <= 40;
}

/* data-NAME="value" as `,"data-property-NAME":"value"`; a property of a property is data-a__b. */
static void
properties(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	for (size_t i = 0; i < node->attr_count; i++) {
		const struct bv_xml_attr *attr = &node->attrs[i];
		struct bv_str property = bv_str_starts(attr->name, BV_STR("data-")) ? bv_str_sub(attr->name, 5, attr->name.len) : BV_STR_NONE;
		uint32_t at;
		if (attr->ns.len || bv_str_is(attr->name, "data-catalog-idref") || !is_property(property))
			continue;
		bv_page_op_begin(maker, BV_PAGE_PROPERTY, &at)->text = property;
		bv_buf_printf(&maker->bytes, ",\"data-property-%.*s\":", BV_STR_ARG(property));
		bv_page_string(&maker->bytes, attr->value);
		bv_page_op_end(maker, at);
	}
}

static void
module(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	struct bv_str path = bv_page_attr_of(node, "primary-path");

	if (!bv_page_is_inside(path)) {
		bv_page_refuse(maker, node->line, "<%.*s primary-path=\"%.*s\">: only modules of the item's own package are delivered",
		               BV_STR_ARG(node->name), BV_STR_ARG(bv_str_sub(path, 0, 80)));
		return;
	}
	bv_page_begin(maker, "qti-interaction-module");
	name(maker, node, "module", bv_page_attr_of(node, "id"));
	bv_page_attribute(maker, "src");
	bv_page_op_add(maker, BV_PAGE_MODULE)->text = path;
	bv_page_begun(maker);
	bv_page_end(maker);
}

/* What the interaction asks for of the item's variables, by the names that the module knows them by. */
static void
variable(struct bv_page_maker *maker, const struct bv_xml_node *node, enum bv_variable_kind kind)
{
	struct bv_str identifier = bv_page_attr_of(node, kind == BV_VARIABLE_TEMPLATE ? "template-identifier" : "identifier");
	int found = maker->declarations ? bv_declarations_find(maker->declarations, identifier) : -1;
	uint32_t at;

	if (found < 0 || maker->declarations->list[found].kind != kind) {
		bv_page_refuse(maker, node->line, "<%.*s>: '%.*s' is not declared", BV_STR_ARG(node->name), BV_STR_ARG(bv_str_sub(identifier, 0, 60)));
		return;
	}
	bv_page_op_begin(maker, BV_PAGE_VARIABLE, &at)->text = identifier;
	bv_page_begin(maker, kind == BV_VARIABLE_TEMPLATE ? "qti-template-variable" : "qti-context-variable");
	name(maker, node, "variable", identifier);
	bv_page_attribute(maker, "data-value");
	bv_page_op_add(maker, BV_PAGE_VALUE)->variable = found;
	bv_page_begun(maker);
	bv_page_end(maker);
	bv_page_op_end(maker, at);
}

void
bv_page_custom(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	const struct bv_xml_node *modules = bv_qti_child(node, BV_QTI_INTERACTION_MODULES), *markup = bv_qti_child(node, BV_QTI_INTERACTION_MARKUP);
	const struct bv_xml_node *prompt = bv_qti_child(node, BV_QTI_PROMPT);

	name(maker, node, "custom-interaction-type-identifier", bv_page_attr_of(node, "custom-interaction-type-identifier"));
	name(maker, node, "module", bv_page_attr_of(node, "module"));
	properties(maker, node);
	bv_page_begun(maker);
	if (prompt)
		bv_page_child(maker, prompt, true);
	for (const struct bv_xml_node *n = modules ? bv_qti_first(modules) : NULL; n; n = bv_qti_next(n))
		if (bv_qti_element(n) == BV_QTI_INTERACTION_MODULE)
			module(maker, n);
	if (!modules || !bv_qti_child(modules, BV_QTI_INTERACTION_MODULE))
		bv_page_refuse(maker, node->line, "<%.*s>: the item does not list its modules, so that none of them can be allowed", BV_STR_ARG(node->name));
	for (const struct bv_xml_node *n = bv_qti_first(node); n; n = bv_qti_next(n)) {
		if (bv_qti_element(n) == BV_QTI_TEMPLATE_VARIABLE)
			variable(maker, n, BV_VARIABLE_TEMPLATE);
		else if (bv_qti_element(n) == BV_QTI_CONTEXT_VARIABLE)
			variable(maker, n, BV_VARIABLE_CONTEXT);
	}
	if (markup)
		bv_page_element(maker, markup, "qti-interaction-markup", BV_GROUP_QUIET, true);
}
