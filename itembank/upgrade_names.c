/* Names of 2.x → 3.0, and elements of XHTML that QTI 3.0 has not. */
#include "itembank/upgrade.h"

#include "base/text.h"

/* Elements of HTML, and one of APIP, that are common and not in the schema of 3.0.1: what says the same. */
static const struct {
	const char *name, *instead; /* NULL: gone with all that is in it; "": its content stays */
	const char *class, *style;
} html[] = {
	{ "apipAccessibility", NULL, NULL, NULL }, /* of APIP 1.0, by profiles that have it in the namespace of QTI */
	{ "center", "div", "qti-align-center", NULL },
	{ "del", "span", NULL, "text-decoration:line-through" },
	{ "embed", NULL, NULL, NULL },
	{ "font", "span", NULL, NULL },
	{ "form", "", NULL, NULL },
	{ "iframe", NULL, NULL, NULL },
	{ "input", NULL, NULL, NULL },
	{ "ins", "span", "qti-underline", NULL },
	{ "main", "section", NULL, NULL },
	{ "mark", "span", "qti-keyword-emphasis", NULL },
	{ "s", "span", NULL, "text-decoration:line-through" },
	{ "script", NULL, NULL, NULL },
	{ "strike", "span", NULL, "text-decoration:line-through" },
	{ "style", NULL, NULL, NULL },
	{ "time", "span", NULL, NULL },
	{ "u", "span", "qti-underline", NULL },
	{ "wbr", "", NULL, NULL },
};

/* What the schema of 3.0.1 takes from XHTML, in byte order. */
static const char *const known[] = {
	"a", "abbr", "acronym", "address", "article", "aside", "audio", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "cite", "code",
	"col", "colgroup", "dd", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5",
	"h6", "header", "hr", "i", "img", "kbd", "label", "li", "nav", "object", "ol", "p", "param", "picture", "pre", "q", "rb", "rp", "rt",
	"rtc", "ruby", "samp", "section", "small", "source", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "template",
	"tfoot", "th", "thead", "tr", "track", "tt", "ul", "var", "video",
};

static bool
is_known(struct bv_str name)
{
	size_t i = 0;

	while (i < BV_COUNT(known) && !bv_str_is(name, known[i]))
		i++;
	return i < BV_COUNT(known);
}

static bool
in_qti(const struct bv_tree_node *node)
{
	struct bv_xml_node probe = { .ns = node->ns, .name = BV_STR("qti-value") }, old = { .ns = node->ns, .name = BV_STR("value") };

	return bv_qti_element(&probe) != BV_QTI_NONE || bv_qti_element(&old) != BV_QTI_NONE;
}

static bool
is_math(struct bv_str ns)
{
	return bv_str_is(ns, BV_NS_MATHML) || bv_str_is(ns, "http://www.w3.org/2010/Math/MathML"); /* the schemas of 2.2 have the second */
}

static bool
is_ssml(struct bv_str ns)
{
	return bv_str_is(ns, BV_NS_SSML) || bv_str_is(ns, "http://www.w3.org/2010/10/synthesis"); /* as above */
}

static bool
is_html5(struct bv_str ns)
{
	return bv_str_starts(ns, BV_STR("http://www.imsglobal.org/xsd/imsqtiv2p2")) && bv_str_ends(ns, BV_STR("html5_v1p0"));
}

static void
set_ns(struct bv_upgrade *up, struct bv_tree_node *node, const char *ns)
{
	up->tree.changes += !bv_str_is(node->ns, ns);
	node->ns = bv_str_of(ns);
}

/* The same attribute in both spellings: the first stays. */
static bool
is_repeated(const struct bv_tree_node *node, const struct bv_tree_attr *attr)
{
	for (const struct bv_tree_attr *a = node->attrs; a != attr; a = a->next)
		if (bv_str_eq(a->ns, attr->ns) && bv_str_eq(a->name, attr->name))
			return true;
	return false;
}

void
bv_upgrade_names_of(struct bv_upgrade *up, struct bv_tree_node *node)
{
	for (struct bv_tree_attr **link = &node->attrs; *link;) {
		struct bv_tree_attr *a = *link;
		struct bv_str name = a->ns.len ? a->name : bv_qti_kebab(a->name, up->tree.arena);
		bool hint = bv_str_is(a->ns, "http://www.w3.org/2001/XMLSchema-instance");
		up->tree.changes += !bv_str_eq(name, a->name);
		a->name = name;
		if (hint || is_repeated(node, a)) {
			if (!hint)
				bv_upgrade_loss(up, node->line, "<%.*s>: the attribute %.*s is given twice", BV_STR_ARG(node->name), BV_STR_ARG(a->name));
			up->tree.changes += !hint;
			*link = a->next;
		} else {
			link = &a->next;
		}
	}
}

static void
add_word(struct bv_upgrade *up, struct bv_tree_node *node, const char *attr, const char *word, const char *between)
{
	BV_AUTO(bv_buf_finish) struct bv_buf value = BV_BUF(BV_XML_ITEM_MAX);
	struct bv_str *old = bv_tree_attr(node, attr);

	if (old && old->len) {
		bv_buf_add(&value, *old);
		bv_buf_addz(&value, between);
	}
	bv_buf_addz(&value, word);
	bv_tree_attr_set(&up->tree, node, attr, bv_arena_str(up->tree.arena, bv_buf_str(&value)));
}

/* An interaction is never thrown away with what it is in. */
static bool
has_interaction(struct bv_tree_node *node)
{
	for (struct bv_tree_node *n = node; n; n = bv_tree_next(node, n, false))
		if (n->element && (bv_tree_attr(n, "responseIdentifier") || bv_tree_attr(n, "response-identifier")))
			return true;
	return false;
}

/* The node to go on after. */
static struct bv_tree_node *
leave(struct bv_upgrade *up, struct bv_tree_node *node, bool content_stays)
{
	content_stays |= has_interaction(node);
	struct bv_tree_node *next = content_stays && node->first ? node->first : bv_tree_next(up->tree.root, node, true);

	if (content_stays)
		bv_tree_unwrap(&up->tree, node);
	else
		bv_tree_remove(&up->tree, node);
	return next;
}

/* An element of XHTML, or of nobody. */
static struct bv_tree_node *
html_name(struct bv_upgrade *up, struct bv_tree_node *node)
{
	static const char *const own[] = { "color", "face", "size", "datetime", "cite" }; /* of font, time, del and ins, not of what takes their place */
	size_t i = 0;

	set_ns(up, node, BV_NS_QTI3);
	if (is_known(node->name) || bv_str_starts(node->name, BV_STR("qti-")))
		return bv_tree_next(up->tree.root, node, false);
	while (i < BV_COUNT(html) && !bv_tree_named(node, html[i].name))
		i++;
	if (i == BV_COUNT(html) && node->parent->element == BV_QTI_COMPANION_MATERIALS_INFO)
		return bv_tree_next(up->tree.root, node, true); /* the order step drops it */
	if (i == BV_COUNT(html)) {
		bv_upgrade_loss(up, node->line, "<%.*s> is not in QTI 3.0: its content stays", BV_STR_ARG(bv_str_sub(node->name, 0, 60)));
		return leave(up, node, true);
	}
	if (!html[i].instead || !html[i].instead[0]) {
		if (!bv_tree_named(node, "wbr"))
			bv_upgrade_loss(up, node->line, "<%s> is not in QTI 3.0%s", html[i].name, html[i].instead ? ": its content stays" : "");
		return leave(up, node, html[i].instead != NULL);
	}
	if (bv_tree_named(node, "font") || bv_tree_named(node, "time"))
		bv_upgrade_loss(up, node->line, "<%s> is not in QTI 3.0: a span instead", html[i].name);
	bv_tree_rename(&up->tree, node, bv_str_of(html[i].instead), BV_QTI_NONE);
	for (size_t k = 0; k < BV_COUNT(own); k++)
		bv_tree_attr_remove(&up->tree, node, own[k]);
	if (html[i].class)
		add_word(up, node, "class", html[i].class, " ");
	if (html[i].style)
		add_word(up, node, "style", html[i].style, ";");
	return bv_tree_next(up->tree.root, node, false);
}

/* May elements of anybody stand in it? */
static bool
is_open(const struct bv_tree_node *node)
{
	return node->element == BV_QTI_CUSTOM_INTERACTION || node->element == BV_QTI_CUSTOM_OPERATOR ||
	       node->element == BV_QTI_PORTABLE_CUSTOM_INTERACTION || node->element == BV_QTI_COMPANION_MATERIALS_INFO;
}

static struct bv_tree_node *
stranger(struct bv_upgrade *up, struct bv_tree_node *node)
{
	if (bv_tree_named(node, "portableCustomInteraction"))
		return bv_tree_next(up->tree.root, node, true); /* has a step of its own */
	for (const struct bv_tree_node *n = node->parent; n; n = n->parent)
		if (is_open(n))
			return bv_tree_next(up->tree.root, node, true);
	bv_upgrade_loss(up, node->line, "<%.*s> of the namespace %.*s", BV_STR_ARG(bv_str_sub(node->name, 0, 60)),
	                BV_STR_ARG(bv_str_sub(node->ns, 0, 100)));
	return leave(up, node, false);
}

static struct bv_tree_node *
node_name(struct bv_upgrade *up, struct bv_tree_node *node)
{
	struct bv_tree_node *root = up->tree.root;

	if (!node->name.len || bv_str_is(node->ns, BV_NS_XINCLUDE))
		return bv_tree_next(root, node, false);
	if (is_math(node->ns)) {
		set_ns(up, node, BV_NS_MATHML);
		return bv_tree_next(root, node, false);
	}
	if (is_ssml(node->ns)) {
		set_ns(up, node, BV_NS_SSML);
		return bv_tree_next(root, node, false);
	}
	/* label of 2.2 is XHTML's, infoControl is nothing of 3.0. */
	if (up->from != BV_QTI_3_0 && node->element == BV_QTI_LABEL && node->parent->element != BV_QTI_INLINE_CHOICE_INTERACTION)
		node->element = BV_QTI_NONE;
	if (node->element != BV_QTI_NONE && node->element != BV_QTI_INFO_CONTROL) {
		set_ns(up, node, BV_NS_QTI3);
		bv_tree_rename(&up->tree, node, bv_str_of(bv_qti_name(node->element)), node->element);
		bv_upgrade_names_of(up, node);
		return bv_tree_next(root, node, false);
	}
	if (node->element == BV_QTI_INFO_CONTROL) {
		struct bv_tree_node *summary = bv_tree_new(&up->tree, "summary", BV_QTI_NONE, node->line);
		struct bv_str *title = bv_tree_attr(node, "title");
		set_ns(up, node, BV_NS_QTI3);
		bv_tree_rename(&up->tree, node, BV_STR("details"), BV_QTI_NONE);
		bv_tree_put(&up->tree, node, summary, node->first);
		bv_tree_put(&up->tree, summary, bv_tree_text_new(&up->tree, title ? *title : BV_STR("i"), node->line), NULL);
		bv_tree_attr_remove(&up->tree, node, "title");
		return bv_tree_next(root, summary, true);
	}
	if (!node->ns.len || bv_str_is(node->ns, BV_NS_XHTML) || is_html5(node->ns) || in_qti(node))
		return html_name(up, node);
	return stranger(up, node);
}

void
bv_upgrade_names_below(struct bv_upgrade *up, struct bv_tree_node *node)
{
	struct bv_tree_node *end = bv_tree_next(up->tree.root, node, true);

	for (struct bv_tree_node *n = node->first; n && n != end;)
		n = node_name(up, n);
}

void
bv_upgrade_names(struct bv_upgrade *up)
{
	for (struct bv_tree_node *n = up->tree.root; n;)
		n = node_name(up, n);
}
