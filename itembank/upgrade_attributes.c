/* Attributes: what 2.x takes for granted otherwise than 3.0 is said, what 3.0 demands is there, and values are in its lexical form. */
#include "itembank/upgrade.h"

#include "itembank/templates.h"

/* The attribute of an element gets the value when it is absent and the document is of a version before `before`; 3.0 demands those of
 * AT_ANY. QTI.md §2.2–2.4 and RULINGS.md have where each comes from. */
#define AT_ANY (BV_QTI_3_0 + 1)
static const struct {
	enum bv_qti element;
	unsigned before;
	const char *name, *value;
} rows[] = {
	{ BV_QTI_ASSESSMENT_ITEM, AT_ANY, "time-dependent", "false" },
	{ BV_QTI_ASSESSMENT_ITEM, AT_ANY, "title", "" },
	{ BV_QTI_ASSESSMENT_STIMULUS, AT_ANY, "title", "" },
	{ BV_QTI_SELECT_POINT_INTERACTION, BV_QTI_2_2, "max-choices", "1" },
	{ BV_QTI_GAP_MATCH_INTERACTION, BV_QTI_3_0, "max-associations", "0" },
	{ BV_QTI_GRAPHIC_GAP_MATCH_INTERACTION, BV_QTI_3_0, "max-associations", "0" },
	{ BV_QTI_SIMPLE_ASSOCIABLE_CHOICE, AT_ANY, "match-max", "1" },
	{ BV_QTI_ASSOCIABLE_HOTSPOT, AT_ANY, "match-max", "1" },
	{ BV_QTI_GAP_TEXT, AT_ANY, "match-max", "1" },
	{ BV_QTI_GAP_IMG, AT_ANY, "match-max", "1" },
	{ BV_QTI_MEDIA_INTERACTION, AT_ANY, "autostart", "false" },
	{ BV_QTI_END_ATTEMPT_INTERACTION, AT_ANY, "title", "" },
	{ BV_QTI_MODAL_FEEDBACK, AT_ANY, "show-hide", "show" },
	{ BV_QTI_STYLESHEET, AT_ANY, "type", "text/css" },
};

static void
default_set(struct bv_upgrade *up, struct bv_tree_node *node, const char *name, const char *value)
{
	if (!bv_tree_attr(node, name))
		bv_tree_attr_set(&up->tree, node, name, bv_str_of(value));
}

/* ---- Elements that need a look around --------------------------------------------------------------------------------- */

static struct bv_tree_node *
declaration_of(const struct bv_upgrade *up, struct bv_str identifier)
{
	for (struct bv_tree_node *n = up->tree.root->first; n; n = n->next) {
		const struct bv_str *own = n->element == BV_QTI_RESPONSE_DECLARATION ? bv_tree_attr(n, "identifier") : NULL;
		if (own && bv_str_eq(bv_str_trim(*own), identifier))
			return n;
	}
	return NULL;
}

static bool
has_type(const struct bv_tree_node *declaration, const char *type)
{
	const struct bv_str *value = declaration ? bv_tree_attr(declaration, "base-type") : NULL;

	return value && bv_str_is(bv_str_trim(*value), type);
}

/* Case counts in 2.0 and 2.1 where nothing is said, and does not in 2.2 and 3.0. */
static void
map_entry(struct bv_upgrade *up, struct bv_tree_node *node)
{
	const struct bv_tree_node *declaration = node->parent ? node->parent->parent : NULL;

	if (up->from < BV_QTI_2_2 && has_type(declaration, "string"))
		default_set(up, node, "case-sensitive", "true");
}

/* The schema of 3.0 says a step of 1; 2.x knows one for whole numbers only. */
static void
slider(struct bv_upgrade *up, struct bv_tree_node *node)
{
	const struct bv_str *response = bv_tree_attr(node, "response-identifier");

	if (up->from < BV_QTI_3_0)
		default_set(up, node, "step", response && has_type(declaration_of(up, bv_str_trim(*response)), "integer") ? "1" : "0");
}

static void
rubric_block(struct bv_upgrade *up, struct bv_tree_node *node)
{
	struct bv_str *view = bv_tree_attr(node, "view"), rest = view ? *view : BV_STR_NONE, word;
	bool scoring = view != NULL;

	while (bv_str_token(&rest, &word))
		scoring &= bv_str_is(word, "scorer") || bv_str_is(word, "author");
	default_set(up, node, "use", scoring ? "scoring" : "instructions");
}

/* Words of the schema, which takes no white space around them. */
static void
words_trim(struct bv_upgrade *up, struct bv_tree_node *node)
{
	struct bv_str *type = bv_tree_attr(node, "base-type");

	if (type && bv_str_is(bv_str_trim(*type), "directed-pair"))
		bv_tree_attr_set(&up->tree, node, "base-type", BV_STR("directedPair"));
	if (bv_tree_named(node, "qti-calculator-type") && node->first && !node->first->name.len) {
		struct bv_str word = bv_str_trim(node->first->text);
		up->tree.changes += word.len != node->first->text.len;
		node->first->text = word;
	}
}

static void
response_processing(struct bv_upgrade *up, struct bv_tree_node *node)
{
	static const char *const names[] = { "template", "template-location" };
	BV_AUTO(bv_buf_finish) struct bv_buf url = BV_BUF(200);
	const char *name;

	for (size_t i = 0; i < BV_COUNT(names); i++) {
		struct bv_str *old = bv_tree_attr(node, names[i]);
		if (!old || up->from == BV_QTI_3_0 || !bv_template_find(*old, &name).len)
			continue;
		bv_buf_clear(&url);
		bv_buf_printf(&url, "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/%s.xml", name);
		bv_tree_attr_set(&up->tree, node, names[i], bv_arena_str(up->tree.arena, bv_buf_str(&url)));
	}
}

/* ---- Lexical forms ---------------------------------------------------------------------------------------------------- */

/* "10, 20 , 30" → "10,20,30". */
static void
coords(struct bv_upgrade *up, struct bv_tree_node *node)
{
	struct bv_str *value = bv_tree_attr(node, "coords"), *shape = bv_tree_attr(node, "shape");
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_XML_ITEM_MAX);

	/* The schema wants them of every shape. */
	if (shape && bv_str_is(bv_str_trim(*shape), "default")) {
		if (!value || !bv_str_trim(*value).len)
			bv_tree_attr_set(&up->tree, node, "coords", BV_STR("0,0,0,0"));
		return;
	}
	if (!value)
		return;
	for (struct bv_str rest = bv_str_trim(*value); rest.len;) {
		struct bv_str one = bv_str_sub(rest, 0, bv_str_find(rest, ','));
		bv_buf_add(&out, bv_str_trim(one));
		rest = bv_str_sub(rest, one.len, rest.len);
		if (rest.len) {
			bv_buf_addc(&out, ',');
			rest = bv_str_sub(rest, 1, rest.len);
		}
	}
	bv_tree_attr_set(&up->tree, node, "coords", bv_arena_str(up->tree.arena, bv_buf_str(&out)));
}

/* "50px" → "50"; what the schema has no form for is style. */
static void
length(struct bv_upgrade *up, struct bv_tree_node *node, const char *name)
{
	struct bv_str *value = bv_tree_attr(node, name), s;
	size_t digits = 0;

	if (!value)
		return;
	s = bv_str_trim(*value);
	while (digits < s.len && s.p[digits] >= '0' && s.p[digits] <= '9')
		digits++;
	struct bv_str unit = bv_str_trim(bv_str_sub(s, digits, s.len));
	if (digits && (unit.len == 0 || bv_str_is(unit, "px"))) {
		bv_tree_attr_set(&up->tree, node, name, bv_str_sub(s, 0, digits));
	} else if (!digits || !bv_str_is(unit, "%")) {
		bv_upgrade_loss(up, node->line, "<%.*s>: %s=\"%.*s\" is no number of pixels or percent", BV_STR_ARG(node->name), name,
		                BV_STR_ARG(bv_str_sub(s, 0, 40)));
		bv_tree_attr_remove(&up->tree, node, name);
	}
}

static void
html_attributes(struct bv_upgrade *up, struct bv_tree_node *node)
{
	bool image = bv_tree_named(node, "img");

	if (image)
		default_set(up, node, "alt", "");
	if (bv_tree_named(node, "param"))
		default_set(up, node, "valuetype", "DATA");
	if (image || bv_tree_named(node, "object") || bv_tree_named(node, "video")) {
		length(up, node, "width");
		length(up, node, "height");
	}
}

/* What the schema of 3.0.1 refuses though it means something: kept, and said (QTI.md §2.2). */
static void
oddities(struct bv_upgrade *up, const struct bv_tree_node *node)
{
	static const char *const bounds[] = { "lower-bound", "upper-bound", "normal-maximum" };
	const struct bv_str *identifier = bv_tree_attr(node, "identifier"), *value;

	if (identifier && !bv_qti_is_identifier(bv_str_trim(*identifier)))
		bv_upgrade_loss(up, node->line, "validity: the identifier '%.*s' is not a letter and then letters, digits, '.', '-', '_'; it stays, because it is named elsewhere",
		                BV_STR_ARG(bv_str_sub(*identifier, 0, 60)));
	for (size_t i = 0; i < BV_COUNT(bounds); i++) {
		value = node->element == BV_QTI_SLIDER_INTERACTION || node->element == BV_QTI_OUTCOME_DECLARATION ? bv_tree_attr(node, bounds[i]) : NULL;
		double x;
		if (value && bv_str_double(bv_str_trim(*value), &x) && x < 0)
			bv_upgrade_loss(up, node->line, "validity: %s is negative, which the schema of 3.0.1 forbids; it stays", bounds[i]);
	}
	if (node->element == BV_QTI_MATCH_TABLE_ENTRY)
		bv_upgrade_loss(up, node->line, "validity: the schema of 3.0.1 has no values but names of types for the target of a match table; it stays");
}

void
bv_upgrade_attributes(struct bv_upgrade *up)
{
	for (struct bv_tree_node *n = up->tree.root; n; n = bv_tree_next(up->tree.root, n, false)) {
		if (!n->name.len || !bv_str_is(n->ns, BV_NS_QTI3))
			continue;
		words_trim(up, n);
		if (n->element == BV_QTI_NONE) {
			html_attributes(up, n);
			continue;
		}
		for (size_t i = 0; i < BV_COUNT(rows); i++)
			if (rows[i].element == n->element && (unsigned)up->from < rows[i].before)
				default_set(up, n, rows[i].name, rows[i].value);
		if (n->element == BV_QTI_MAP_ENTRY)
			map_entry(up, n);
		else if (n->element == BV_QTI_SLIDER_INTERACTION)
			slider(up, n);
		else if (n->element == BV_QTI_RUBRIC_BLOCK)
			rubric_block(up, n);
		else if (n->element == BV_QTI_RESPONSE_PROCESSING)
			response_processing(up, n);
		if (bv_tree_attr(n, "shape"))
			coords(up, n);
		oddities(up, n);
	}
}
