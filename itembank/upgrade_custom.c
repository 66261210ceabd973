/* Portable custom interactions: of 2.x, inside a customInteraction (1EdTech PCI 1.0 and its drafts) ↔ of 3.0. */
#include "itembank/upgrade.h"

#define NS_PCI "http://www.imsglobal.org/xsd/portableCustomInteraction" /* of the drafts; the standard's ends in _v1 */

static bool
is_portable(const struct bv_tree_node *node)
{
	return bv_tree_named(node, "portableCustomInteraction") && bv_str_starts(node->ns, BV_STR(NS_PCI));
}

static bool
is_name_char(char c, bool first)
{
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;

	return letter || (!first && ((c >= '0' && c <= '9') || c == '-' || c == '.'));
}

/* A path as a name of XML. */
static struct bv_str
name_of(struct bv_upgrade *up, struct bv_str path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_XML_ITEM_MAX);

	for (size_t i = 0; i < path.len; i++) {
		if (!i && is_name_char(path.p[0], false) && !is_name_char(path.p[0], true))
			bv_buf_addc(&out, '_');
		bv_buf_addc(&out, is_name_char(path.p[i], false) ? path.p[i] : '_');
	}
	return bv_arena_str(up->tree.arena, out.len ? bv_buf_str(&out) : BV_STR("_"));
}

static struct bv_str
joined(struct bv_upgrade *up, struct bv_str a, const char *between, struct bv_str b)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_XML_ITEM_MAX);

	bv_buf_add(&out, a);
	bv_buf_addz(&out, between);
	bv_buf_add(&out, b);
	return bv_arena_str(up->tree.arena, bv_buf_str(&out));
}

/* ---- To 3.0 ----------------------------------------------------------------------------------------------------------- */

static struct bv_tree_node *
modules_of(struct bv_upgrade *up, struct bv_tree_node *portable)
{
	struct bv_tree_node *modules = bv_tree_child(portable, BV_QTI_INTERACTION_MODULES);

	if (!modules) {
		modules = bv_tree_new(&up->tree, "qti-interaction-modules", BV_QTI_INTERACTION_MODULES, portable->line);
		bv_tree_put(&up->tree, portable, modules, portable->first);
	}
	return modules;
}

static void
module_add(struct bv_upgrade *up, struct bv_tree_node *portable, struct bv_str id, struct bv_str path)
{
	struct bv_tree_node *module = bv_tree_new(&up->tree, "qti-interaction-module", BV_QTI_INTERACTION_MODULE, portable->line);

	bv_tree_attr_set(&up->tree, module, "id", name_of(up, id));
	bv_tree_attr_set(&up->tree, module, "primary-path", path);
	bv_tree_put(&up->tree, modules_of(up, portable), module, NULL);
}

static void
resources_take(struct bv_upgrade *up, struct bv_tree_node *portable, struct bv_tree_node *resources)
{
	for (struct bv_tree_node *n = bv_tree_next(resources, resources, false); n; n = bv_tree_next(resources, n, false)) {
		const struct bv_str *id = bv_tree_named(n, "lib") ? bv_tree_attr(n, "id") : NULL;
		const struct bv_str *href = bv_tree_named(n, "link") ? bv_tree_attr(n, "href") : NULL;
		if (id && (bv_str_starts(*id, BV_STR("IMSGlobal/")) || bv_str_starts(*id, BV_STR("/"))))
			bv_upgrade_loss(up, n->line, "the shared library %.*s of the portable custom interaction: the player must have it", BV_STR_ARG(bv_str_sub(*id, 0, 80)));
		else if (id)
			module_add(up, portable, *id, bv_str_ends(*id, BV_STR(".js")) ? *id : joined(up, *id, ".js", BV_STR_NONE));
		if (href) {
			struct bv_tree_node *sheet = bv_tree_new(&up->tree, "qti-stylesheet", BV_QTI_STYLESHEET, n->line);
			bv_tree_attr_set(&up->tree, sheet, "href", *href);
			bv_tree_attr_set(&up->tree, sheet, "type", BV_STR("text/css"));
			bv_tree_put(&up->tree, portable, sheet, NULL);
		}
	}
}

/* Properties are data attributes in 3.0: a key in a key is data-a__b. */
static void
properties_take(struct bv_upgrade *up, struct bv_tree_node *portable, struct bv_tree_node *list, struct bv_str prefix)
{
	for (struct bv_tree_node *n = bv_tree_element(list->first); n; n = bv_tree_element(n->next)) {
		const struct bv_str *key = bv_tree_attr(n, "key");
		struct bv_str name;
		if (!key) {
			bv_upgrade_loss(up, n->line, "<%.*s> of the portable custom interaction", BV_STR_ARG(bv_str_sub(n->name, 0, 60)));
			continue;
		}
		name = joined(up, prefix, bv_str_is(prefix, "data-") ? "" : "__", bv_qti_kebab(name_of(up, *key), up->tree.arena));
		if (bv_tree_named(n, "properties")) {
			properties_take(up, portable, n, name);
			continue;
		}
		if (bv_tree_attr(portable, name.p))
			bv_upgrade_loss(up, n->line, "the property %.*s is given twice", BV_STR_ARG(bv_str_sub(*key, 0, 60)));
		else
			bv_tree_attr_set(&up->tree, portable, name.p, bv_tree_text(&up->tree, n));
	}
}

/* A child of the portable element that 3.0 has too. */
static bool
child_rename(struct bv_upgrade *up, struct bv_tree_node *node)
{
	static const struct {
		const char *name;
		enum bv_qti element;
	} same[] = {
		{ "interactionModules", BV_QTI_INTERACTION_MODULES }, { "modules", BV_QTI_INTERACTION_MODULES },
		{ "interactionModule", BV_QTI_INTERACTION_MODULE },   { "module", BV_QTI_INTERACTION_MODULE },
		{ "interactionMarkup", BV_QTI_INTERACTION_MARKUP },   { "markup", BV_QTI_INTERACTION_MARKUP },
		{ "templateVariable", BV_QTI_TEMPLATE_VARIABLE },     { "templateVariableMapping", BV_QTI_TEMPLATE_VARIABLE },
		{ "contextVariable", BV_QTI_CONTEXT_VARIABLE },       { "stylesheet", BV_QTI_STYLESHEET },
	};

	for (size_t i = 0; i < BV_COUNT(same); i++)
		if (bv_tree_named(node, same[i].name)) {
			node->ns = BV_STR(BV_NS_QTI3);
			bv_tree_rename(&up->tree, node, bv_str_of(bv_qti_name(same[i].element)), same[i].element);
			bv_upgrade_names_of(up, node);
			bv_tree_attr_remove(&up->tree, node, "configuration-property");
			return true;
		}
	return false;
}

static void
children_take(struct bv_upgrade *up, struct bv_tree_node *portable)
{
	for (struct bv_tree_node *n = bv_tree_element(portable->first), *next; n; n = next) {
		next = bv_tree_element(n->next);
		if (bv_str_is(n->ns, BV_NS_QTI3)) /* made here */
			continue;
		if (child_rename(up, n)) {
			if (n->element == BV_QTI_INTERACTION_MARKUP)
				bv_upgrade_names_below(up, n);
			for (struct bv_tree_node *m = bv_tree_element(n->first); n->element == BV_QTI_INTERACTION_MODULES && m; m = bv_tree_element(m->next))
				child_rename(up, m);
			continue;
		}
		if (bv_tree_named(n, "resources"))
			resources_take(up, portable, n);
		else if (bv_tree_named(n, "properties"))
			properties_take(up, portable, n, BV_STR("data-"));
		else
			bv_upgrade_loss(up, n->line, "<%.*s> of the portable custom interaction", BV_STR_ARG(bv_str_sub(n->name, 0, 60)));
		bv_tree_remove(&up->tree, n);
	}
}

/* What every one of 3.0 has. */
static void
complete(struct bv_upgrade *up, struct bv_tree_node *portable)
{
	struct bv_str *type = bv_tree_attr(portable, "custom-interaction-type-identifier"), *hook = bv_tree_attr(portable, "hook");
	struct bv_str *version = bv_tree_attr(portable, "version");

	if (!type)
		bv_tree_attr_set(&up->tree, portable, "custom-interaction-type-identifier", hook ? *hook : BV_STR("unnamed"));
	type = bv_tree_attr(portable, "custom-interaction-type-identifier");
	if (hook) {
		module_add(up, portable, *type, *hook);
		bv_tree_attr_set(&up->tree, portable, "module", name_of(up, *type));
		bv_tree_attr_remove(&up->tree, portable, "hook");
	}
	if (version) {
		bv_tree_attr_set(&up->tree, portable, "data-version", *version);
		bv_tree_attr_remove(&up->tree, portable, "version");
	}
	if (!bv_tree_child(portable, BV_QTI_INTERACTION_MARKUP))
		bv_tree_put(&up->tree, portable, bv_tree_new(&up->tree, "qti-interaction-markup", BV_QTI_INTERACTION_MARKUP, portable->line), NULL);
}

static void
portable_make(struct bv_upgrade *up, struct bv_tree_node *portable)
{
	struct bv_tree_node *outer = portable->parent;

	portable->ns = BV_STR(BV_NS_QTI3);
	bv_tree_rename(&up->tree, portable, BV_STR("qti-portable-custom-interaction"), BV_QTI_PORTABLE_CUSTOM_INTERACTION);
	bv_upgrade_names_of(up, portable);
	if (outer->element == BV_QTI_CUSTOM_INTERACTION) {
		for (const struct bv_tree_attr *a = outer->attrs; a; a = a->next)
			if (!a->ns.len && !bv_tree_attr(portable, bv_arena_str(up->tree.arena, a->name).p))
				bv_tree_attr_set(&up->tree, portable, bv_arena_str(up->tree.arena, a->name).p, a->value);
		bv_tree_put(&up->tree, outer->parent, portable, outer);
		for (const struct bv_tree_node *n = outer->first; n; n = n->next)
			if (!bv_tree_blank(n))
				bv_upgrade_loss(up, n->line, "what stands beside the portable custom interaction");
		bv_tree_remove(&up->tree, outer);
	}
	children_take(up, portable);
	complete(up, portable);
}

void
bv_upgrade_custom(struct bv_upgrade *up)
{
	for (struct bv_tree_node *n = up->tree.root; n; n = bv_tree_next(up->tree.root, n, false))
		if (is_portable(n) && n != up->tree.root)
			portable_make(up, n);
}

/* ---- To 2.2 ----------------------------------------------------------------------------------------------------------- */

/* Names below it are those of the PCI standard; the markup is XHTML. */
static void
names_reduce(struct bv_upgrade *up, struct bv_tree_node *portable)
{
	for (struct bv_tree_node *n = portable; n; n = bv_tree_next(portable, n, false)) {
		if (!n->name.len || !bv_str_is(n->ns, BV_NS_QTI3))
			continue;
		if (!n->element) {
			n->ns = BV_STR(BV_NS_XHTML);
			continue;
		}
		bv_tree_rename(&up->tree, n, bv_qti_camel(bv_str_sub(n->name, strlen("qti-"), n->name.len), up->tree.arena), BV_QTI_NONE);
		n->ns = BV_STR(NS_PCI "_v1");
		for (struct bv_tree_attr *a = n->attrs; a; a = a->next)
			a->name = a->ns.len ? a->name : bv_qti_camel(a->name, up->tree.arena);
	}
}

void
bv_downgrade_custom(struct bv_upgrade *up)
{
	static const char *const outer_attributes[] = { "response-identifier", "id", "class", "label" };
	struct bv_tree_node *root = up->tree.root;

	for (struct bv_tree_node *n = root, *next; n; n = next) {
		struct bv_tree_node *outer, *prompt;
		next = bv_tree_next(root, n, n->element == BV_QTI_PORTABLE_CUSTOM_INTERACTION);
		if (n->element != BV_QTI_PORTABLE_CUSTOM_INTERACTION)
			continue;
		outer = bv_tree_wrap(&up->tree, n, n, "qti-custom-interaction", BV_QTI_CUSTOM_INTERACTION);
		if ((prompt = bv_tree_child(n, BV_QTI_PROMPT)) != NULL) {
			bv_upgrade_loss(up, prompt->line, "the prompt of a portable custom interaction: it is in front of it now");
			bv_tree_rename(&up->tree, prompt, BV_STR("div"), BV_QTI_NONE);
			bv_tree_put(&up->tree, outer->parent, prompt, outer);
		}
		for (size_t i = 0; i < BV_COUNT(outer_attributes); i++) {
			const struct bv_str *value = bv_tree_attr(n, outer_attributes[i]);
			if (value)
				bv_tree_attr_set(&up->tree, outer, outer_attributes[i], *value);
			bv_tree_attr_remove(&up->tree, n, outer_attributes[i]);
		}
		names_reduce(up, n);
	}
}
