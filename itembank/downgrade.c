/* QTI 3.0 → 2.2: what has another name, another place or none. */
#include "itembank/upgrade.h"

#include "itembank/templates.h"

#define NS_HTML5 "http://www.imsglobal.org/xsd/imsqtiv2p2_html5_v1p0"

/* Elements that 2.2 has in a namespace of their own. */
static const char *const html5[] = {
	"article", "aside", "audio", "bdi", "figcaption", "figure", "footer", "header", "label", "nav", "rb", "rp", "rt", "rtc", "ruby", "section",
	"source", "track", "video",
};

/* Elements without wildcard for attributes in 2.2, and what they have. */
static const struct {
	enum bv_qti element;
	const char *attributes;
} strict[] = {
	{ BV_QTI_ASSESSMENT_ITEM, "identifier title label lang tool-name tool-version adaptive time-dependent" },
	{ BV_QTI_ITEM_BODY, "id class lang label dir" },
	{ BV_QTI_ASSESSMENT_STIMULUS, "identifier title label lang tool-name tool-version" },
	{ BV_QTI_STIMULUS_BODY, "id class lang label" },
	{ BV_QTI_MODAL_FEEDBACK, "outcome-identifier identifier show-hide title" },
	{ BV_QTI_ASSESSMENT_STIMULUS_REF, "identifier href" },
	{ BV_QTI_POSITION_OBJECT_STAGE, "id" },
	{ BV_QTI_SIMPLE_MATCH_SET, "id" },
};

static const struct {
	const char *ending, *type;
} image_types[] = {
	{ ".png", "image/png" }, { ".jpg", "image/jpeg" },    { ".jpeg", "image/jpeg" },
	{ ".gif", "image/gif" }, { ".svg", "image/svg+xml" }, { ".webp", "image/webp" },
};

static bool
has_word(const char *words, struct bv_str name)
{
	for (struct bv_str rest = bv_str_of(words), word; bv_str_token(&rest, &word);)
		if (bv_str_eq(word, name))
			return true;
	return false;
}

/* ---- What 3.0 takes for granted otherwise ----------------------------------------------------------------------------- */

static void
defaults_say(struct bv_upgrade *up, struct bv_tree_node *node)
{
	bool gaps = node->element == BV_QTI_GAP_MATCH_INTERACTION || node->element == BV_QTI_GRAPHIC_GAP_MATCH_INTERACTION;

	if (gaps && !bv_tree_attr(node, "max-associations"))
		bv_tree_attr_set(&up->tree, node, "max-associations", BV_STR("1"));
	if (node->element == BV_QTI_SLIDER_INTERACTION && !bv_tree_attr(node, "step"))
		bv_tree_attr_set(&up->tree, node, "step", BV_STR("1"));
}

/* ---- Media ------------------------------------------------------------------------------------------------------------ */

static const char *
image_type(struct bv_str path)
{
	for (size_t i = 0; i < BV_COUNT(image_types); i++)
		if (bv_str_ends(path, bv_str_of(image_types[i].ending)))
			return image_types[i].type;
	return "image/png";
}

/* The image of an interaction, which 2.2 has as an object. */
static void
object_make(struct bv_upgrade *up, struct bv_tree_node *img)
{
	struct bv_str *alt = bv_tree_attr(img, "alt"), *src = bv_tree_attr(img, "src");
	struct bv_str path = src ? *src : BV_STR_NONE;

	bv_tree_rename(&up->tree, img, BV_STR("object"), BV_QTI_NONE);
	if (alt && alt->len)
		bv_tree_put(&up->tree, img, bv_tree_text_new(&up->tree, *alt, img->line), NULL);
	bv_tree_attr_set(&up->tree, img, "data", path);
	bv_tree_attr_set(&up->tree, img, "type", bv_str_of(image_type(path)));
	bv_tree_attr_remove(&up->tree, img, "src");
	bv_tree_attr_remove(&up->tree, img, "alt");
}

/* The img of a picture takes its place. */
static struct bv_tree_node *
picture_reduce(struct bv_upgrade *up, struct bv_tree_node *picture)
{
	struct bv_tree_node *img = picture->first;

	while (img && !bv_tree_named(img, "img"))
		img = img->next;
	bv_upgrade_loss(up, picture->line, "<picture>: the image for all%s", img ? "; those for other sizes of the screen are gone" : " is missing");
	if (img)
		bv_tree_put(&up->tree, picture->parent, img, picture);
	bv_tree_remove(&up->tree, picture);
	return img;
}

/* Flags are true or false in 2.2. */
static void
player_reduce(struct bv_upgrade *up, struct bv_tree_node *player)
{
	static const char *const flags[] = { "autoplay", "controls", "loop", "muted" };

	for (size_t i = 0; i < BV_COUNT(flags); i++) {
		const struct bv_str *value = bv_tree_attr(player, flags[i]);
		if (value && bv_str_is(bv_str_trim(*value), flags[i]))
			bv_tree_attr_set(&up->tree, player, flags[i], BV_STR("true"));
	}
}

/* Alone in a div of the item body or of a feedback, which was put around it? */
static bool
is_alone(const struct bv_tree_node *node)
{
	const struct bv_tree_node *div = node->parent, *place = div->parent;

	if (!bv_tree_named(div, "div") || div->attrs || !place || (place->element != BV_QTI_ITEM_BODY && place->element != BV_QTI_FEEDBACK_BLOCK))
		return false;
	for (const struct bv_tree_node *n = div->first; n; n = n->next)
		if (n != node && !bv_tree_blank(n))
			return false;
	return true;
}

/* infoControl may stand in few places; in others what could be opened is open. */
static void
details_reduce(struct bv_upgrade *up, struct bv_tree_node *details)
{
	struct bv_tree_node *summary = bv_tree_element(details->first);

	bv_tree_attr_remove(&up->tree, details, "open");
	if (summary && !bv_tree_named(summary, "summary"))
		summary = NULL;
	if (!is_alone(details)) {
		bv_upgrade_loss(up, details->line, "<details>: what can be opened is open");
		bv_tree_rename(&up->tree, details, BV_STR("div"), BV_QTI_NONE);
		if (summary)
			bv_tree_rename(&up->tree, summary, BV_STR("p"), BV_QTI_NONE);
		return;
	}
	bv_tree_rename(&up->tree, details, BV_STR("infoControl"), BV_QTI_INFO_CONTROL);
	bv_tree_attr_set(&up->tree, details, "title", summary ? bv_str_trim(bv_tree_text(&up->tree, summary)) : BV_STR("i"));
	if (summary)
		bv_tree_remove(&up->tree, summary);
	bv_tree_unwrap(&up->tree, details->parent);
}

/* ---- Tables ----------------------------------------------------------------------------------------------------------- */

/* The foot stands before the body, and rows are in a body. */
static void
table_order(struct bv_upgrade *up, struct bv_tree_node *table)
{
	struct bv_tree_node *foot = NULL, *first = NULL, *last = NULL, *body = NULL;

	for (struct bv_tree_node *n = table->first; n; n = n->next) {
		if (bv_tree_named(n, "tfoot"))
			foot = n;
		if (bv_tree_named(n, "tr")) {
			first = first ? first : n;
			last = n;
		}
	}
	if (first)
		bv_tree_wrap(&up->tree, first, last, "tbody", BV_QTI_NONE);
	for (body = table->first; body && !bv_tree_named(body, "tbody");)
		body = body->next;
	if (foot && body)
		bv_tree_put(&up->tree, table, foot, body);
}

/* ---- Elements --------------------------------------------------------------------------------------------------------- */

/* The content of a content body is its block's, style sheets behind it. */
static void
body_reduce(struct bv_upgrade *up, struct bv_tree_node *block)
{
	struct bv_tree_node *body = bv_tree_child(block, BV_QTI_CONTENT_BODY);

	for (struct bv_tree_node *n = block->first, *next; body && n; n = next) {
		next = n->next;
		if (bv_tree_blank(n))
			bv_tree_remove(&up->tree, n);
		else if (n->element == BV_QTI_STYLESHEET)
			bv_tree_put(&up->tree, block, n, NULL);
		if (n == body)
			break;
	}
	if (body)
		bv_tree_unwrap(&up->tree, body);
}

static bool
is_gone(enum bv_qti element)
{
	return element == BV_QTI_CATALOG_INFO || element == BV_QTI_COMPANION_MATERIALS_INFO || element == BV_QTI_CONTEXT_DECLARATION;
}

static void
attributes_reduce(struct bv_upgrade *up, struct bv_tree_node *node)
{
	size_t row = 0;

	bv_tree_attr_remove(&up->tree, node, "data-catalog-idref");
	while (row < BV_COUNT(strict) && strict[row].element != node->element)
		row++;
	for (struct bv_tree_attr **link = &node->attrs; *link;) {
		struct bv_tree_attr *a = *link;
		if (row < BV_COUNT(strict) && !has_word(strict[row].attributes, a->name)) {
			bv_upgrade_loss(up, node->line, "<%.*s>: the attribute %.*s", BV_STR_ARG(node->name), BV_STR_ARG(bv_str_sub(a->name, 0, 60)));
			*link = a->next;
			continue;
		}
		if (node->element && !a->ns.len)
			a->name = bv_qti_camel(a->name, up->tree.arena);
		link = &a->next;
	}
}

static void
template_name(struct bv_upgrade *up, struct bv_tree_node *processing)
{
	static const char *const names[] = { "template", "template-location" };
	BV_AUTO(bv_buf_finish) struct bv_buf url = BV_BUF(200);
	const char *name;

	for (size_t i = 0; i < BV_COUNT(names); i++) {
		struct bv_str *old = bv_tree_attr(processing, names[i]);
		if (!old || !bv_template_find(*old, &name).len)
			continue;
		bv_buf_clear(&url);
		bv_buf_printf(&url, "http://www.imsglobal.org/question/qti_v2p2/rptemplates/%s", name);
		bv_tree_attr_set(&up->tree, processing, names[i], bv_arena_str(up->tree.arena, bv_buf_str(&url)));
	}
}

/* "qti-duration-lt" → "durationLT". */
static struct bv_str
old_name(struct bv_upgrade *up, enum bv_qti element)
{
	const char *name = bv_qti_name(element);

	if (element == BV_QTI_DURATION_LT)
		return BV_STR("durationLT");
	if (element == BV_QTI_DURATION_GTE)
		return BV_STR("durationGTE");
	return bv_qti_camel(bv_str_of(name + strlen("qti-")), up->tree.arena);
}

static void
namespace_reduce(struct bv_tree_node *node)
{
	bool new = false;

	if (bv_str_is(node->ns, BV_NS_SSML))
		node->ns = BV_STR("http://www.w3.org/2010/10/synthesis");
	if (!bv_str_is(node->ns, BV_NS_QTI3))
		return;
	for (size_t i = 0; !node->element && i < BV_COUNT(html5); i++)
		new |= bv_tree_named(node, html5[i]);
	node->ns = new ? BV_STR(NS_HTML5) : BV_STR(BV_NS_QTI22);
}

static bool
is_picture_place(const struct bv_tree_node *parent)
{
	return parent->element != BV_QTI_NONE && (parent->element == BV_QTI_GAP_IMG || parent->element == BV_QTI_POSITION_OBJECT_STAGE ||
	                                          bv_str_ends(parent->name, BV_STR("-interaction")));
}

static void
shape_reduce(struct bv_upgrade *up, struct bv_tree_node *node)
{
	if (bv_tree_named(node, "picture") && (node = picture_reduce(up, node)) == NULL)
		return;
	if (bv_tree_named(node, "img") && is_picture_place(node->parent))
		object_make(up, node);
	else if (bv_tree_named(node, "audio") || bv_tree_named(node, "video"))
		player_reduce(up, node);
	else if (bv_tree_named(node, "details"))
		details_reduce(up, node);
	else if (bv_tree_named(node, "table"))
		table_order(up, node);
}

/* Everything that asks for names of 3.0, before any is changed. */
static void
structure_reduce(struct bv_upgrade *up)
{
	struct bv_tree_node *root = up->tree.root;

	for (struct bv_tree_node *n = root, *next; n; n = next) {
		if (is_gone(n->element)) {
			next = bv_tree_next(root, n, true);
			bv_upgrade_loss(up, n->line, "<%.*s> is not in QTI 2.2", BV_STR_ARG(n->name));
			bv_tree_remove(&up->tree, n);
			continue;
		}
		if (n->name.len && bv_str_is(n->ns, BV_NS_QTI3)) {
			defaults_say(up, n);
			body_reduce(up, n);
			if (n->element == BV_QTI_RESPONSE_PROCESSING)
				template_name(up, n);
		}
		next = bv_tree_next(root, n, true);
		bool picture = bv_tree_named(n, "picture");
		if (n->name.len && !n->element && bv_str_is(n->ns, BV_NS_QTI3))
			shape_reduce(up, n);
		next = picture ? next : bv_tree_next(root, n, false);
	}
}

void
bv_downgrade_to_22(struct bv_upgrade *up)
{
	struct bv_tree_node *root = up->tree.root;

	structure_reduce(up);
	bv_downgrade_custom(up);
	for (struct bv_tree_node *n = root; n; n = bv_tree_next(root, n, false)) {
		if (!n->name.len)
			continue;
		if (bv_str_is(n->ns, BV_NS_QTI3))
			attributes_reduce(up, n);
		namespace_reduce(n);
		if (n->element && bv_str_is(n->ns, BV_NS_QTI22))
			bv_tree_rename(&up->tree, n, old_name(up, n->element), n->element);
	}
}
