/* What may stand in what (schema of QTI 3.0.1): content that may not stand where it does gets a p, div or span around it, which change
 * nothing. */
#include "itembank/upgrade.h"

enum {
	TEXT = 1 << 0,
	INLINE = 1 << 1,  /* XHTML in a line */
	BLOCK = 1 << 2,   /* XHTML blocks */
	DETAILS = 1 << 3, /* in flow, but not where only blocks are */
	MATH = 1 << 4,    /* MathML and xi:include */
	PRINTED = 1 << 5,
	FEEDBACK_INLINE = 1 << 6,
	TEMPLATE_INLINE = 1 << 7,
	HOTTEXT = 1 << 8,
	GAP = 1 << 9,
	FEEDBACK_BLOCK = 1 << 10,
	TEMPLATE_BLOCK = 1 << 11,
	RUBRIC = 1 << 12,
	BOX = 1 << 13,         /* interactions in a line */
	INTERACTION = 1 << 14, /* others */
	CUSTOM = 1 << 15,      /* customInteraction, which may be either */
	STAGE = 1 << 16,
	FIT = 1 << 17, /* stands where it must */
};
#define PHRASE (TEXT | INLINE | MATH | BOX | HOTTEXT | PRINTED | GAP | FEEDBACK_INLINE | TEMPLATE_INLINE | CUSTOM)
#define FLOW (TEXT | INLINE | BLOCK | DETAILS)
#define EVERYTHING (FLOW | MATH | PRINTED | FEEDBACK_BLOCK | HOTTEXT | FEEDBACK_INLINE | TEMPLATE_INLINE | TEMPLATE_BLOCK | BOX | INTERACTION | CUSTOM)
#define BLOCKS (BLOCK | MATH | FEEDBACK_BLOCK | TEMPLATE_BLOCK)
#define LABELS (TEXT | INLINE | MATH | PRINTED | FEEDBACK_INLINE | TEMPLATE_INLINE)
#define CHOICE (FLOW | MATH | PRINTED | FEEDBACK_INLINE | TEMPLATE_INLINE | FEEDBACK_BLOCK | TEMPLATE_BLOCK)

/* What an element is, and what may stand in it; 0: nobody looks. */
struct kind {
	const char *name;
	unsigned is, holds;
};
static const struct kind html[] = {
	{ "a", INLINE, PHRASE }, { "abbr", INLINE, PHRASE }, { "acronym", INLINE, PHRASE }, { "address", BLOCK, PHRASE },
	{ "article", BLOCK, EVERYTHING }, { "aside", BLOCK, EVERYTHING }, { "audio", BLOCK, 0 }, { "b", INLINE, PHRASE },
	{ "bdi", INLINE, FLOW }, { "bdo", INLINE, TEXT | INLINE }, { "big", INLINE, PHRASE }, { "blockquote", BLOCK, FLOW },
	{ "br", INLINE, 0 }, { "caption", FIT, EVERYTHING }, { "cite", INLINE, PHRASE }, { "code", INLINE, PHRASE }, { "dd", FIT, EVERYTHING },
	{ "details", DETAILS, 0 }, { "dfn", INLINE, PHRASE }, { "div", BLOCK, EVERYTHING | STAGE }, { "dl", BLOCK, 0 }, { "dt", FIT, PHRASE },
	{ "em", INLINE, PHRASE }, { "figcaption", FIT, EVERYTHING }, { "figure", BLOCK, FLOW | FIT }, { "footer", BLOCK, EVERYTHING },
	{ "h1", BLOCK, PHRASE }, { "h2", BLOCK, PHRASE }, { "h3", BLOCK, PHRASE }, { "h4", BLOCK, PHRASE }, { "h5", BLOCK, PHRASE },
	{ "h6", BLOCK, PHRASE }, { "header", BLOCK, EVERYTHING }, { "hr", BLOCK, 0 }, { "i", INLINE, PHRASE }, { "img", INLINE, 0 },
	{ "kbd", INLINE, PHRASE }, { "label", INLINE, EVERYTHING }, { "li", FIT, EVERYTHING }, { "nav", BLOCK, EVERYTHING },
	{ "object", INLINE, 0 }, { "ol", BLOCK, 0 }, { "p", BLOCK, PHRASE }, { "picture", INLINE, 0 }, { "pre", BLOCK, PHRASE },
	{ "q", INLINE, PHRASE }, { "ruby", INLINE, 0 }, { "samp", INLINE, PHRASE }, { "section", BLOCK, EVERYTHING }, { "small", INLINE, PHRASE },
	{ "span", INLINE, PHRASE }, { "strong", INLINE, PHRASE }, { "sub", INLINE, PHRASE }, { "sup", INLINE, PHRASE }, { "table", BLOCK, 0 },
	{ "td", FIT, EVERYTHING }, { "th", FIT, EVERYTHING }, { "tt", INLINE, PHRASE }, { "ul", BLOCK, 0 }, { "var", INLINE, PHRASE },
	{ "video", BLOCK, 0 },
};

static const struct {
	enum bv_qti element;
	unsigned is, holds;
} qti[] = {
	{ BV_QTI_ITEM_BODY, FIT, BLOCKS | RUBRIC | INTERACTION | CUSTOM | STAGE },
	{ BV_QTI_STIMULUS_BODY, FIT, BLOCK | MATH },
	{ BV_QTI_PROMPT, FIT, FLOW | MATH },
	{ BV_QTI_SIMPLE_CHOICE, FIT, CHOICE },
	{ BV_QTI_SIMPLE_ASSOCIABLE_CHOICE, FIT, CHOICE },
	{ BV_QTI_INLINE_CHOICE, FIT, LABELS },
	{ BV_QTI_GAP_TEXT, FIT, LABELS },
	{ BV_QTI_GAP_IMG, FIT, 0 },
	{ BV_QTI_INTERACTION_MARKUP, FIT, CHOICE & ~(unsigned)TEXT },
	{ BV_QTI_LABEL, FIT, LABELS },
	{ BV_QTI_HOTTEXT, HOTTEXT, LABELS },
	{ BV_QTI_GAP, GAP, 0 },
	{ BV_QTI_PRINTED_VARIABLE, PRINTED, 0 },
	{ BV_QTI_FEEDBACK_INLINE, FEEDBACK_INLINE, TEXT | INLINE | MATH | TEMPLATE_INLINE | PRINTED },
	{ BV_QTI_TEMPLATE_INLINE, TEMPLATE_INLINE, TEXT | INLINE | MATH | HOTTEXT | PRINTED | GAP | FEEDBACK_INLINE | TEMPLATE_INLINE },
	{ BV_QTI_FEEDBACK_BLOCK, FEEDBACK_BLOCK, 0 },
	{ BV_QTI_TEMPLATE_BLOCK, TEMPLATE_BLOCK, 0 },
	{ BV_QTI_RUBRIC_BLOCK, RUBRIC, 0 },
	{ BV_QTI_TEXT_ENTRY_INTERACTION, BOX, 0 },
	{ BV_QTI_INLINE_CHOICE_INTERACTION, BOX, 0 },
	{ BV_QTI_END_ATTEMPT_INTERACTION, BOX, 0 },
	{ BV_QTI_CUSTOM_INTERACTION, CUSTOM, 0 },
	{ BV_QTI_POSITION_OBJECT_STAGE, STAGE, 0 },
	{ BV_QTI_GAP_MATCH_INTERACTION, INTERACTION, BLOCKS | FIT },
	{ BV_QTI_HOTTEXT_INTERACTION, INTERACTION, BLOCKS | FIT },
	{ BV_QTI_PORTABLE_CUSTOM_INTERACTION, INTERACTION, 0 },
	{ BV_QTI_DRAWING_INTERACTION, INTERACTION, 0 },
	{ BV_QTI_MATCH_INTERACTION, INTERACTION, 0 },
	{ BV_QTI_GRAPHIC_GAP_MATCH_INTERACTION, INTERACTION, 0 },
	{ BV_QTI_HOTSPOT_INTERACTION, INTERACTION, 0 },
	{ BV_QTI_GRAPHIC_ORDER_INTERACTION, INTERACTION, 0 },
	{ BV_QTI_SELECT_POINT_INTERACTION, INTERACTION, 0 },
	{ BV_QTI_GRAPHIC_ASSOCIATE_INTERACTION, INTERACTION, 0 },
	{ BV_QTI_SLIDER_INTERACTION, INTERACTION, 0 },
	{ BV_QTI_CHOICE_INTERACTION, INTERACTION, 0 },
	{ BV_QTI_MEDIA_INTERACTION, INTERACTION, 0 },
	{ BV_QTI_ORDER_INTERACTION, INTERACTION, 0 },
	{ BV_QTI_EXTENDED_TEXT_INTERACTION, INTERACTION, 0 },
	{ BV_QTI_UPLOAD_INTERACTION, INTERACTION, 0 },
	{ BV_QTI_ASSOCIATE_INTERACTION, INTERACTION, 0 },
};

/* A content body holds what its block lets it. */
static unsigned
body_holds(const struct bv_tree_node *block)
{
	switch (block->element) {
	case BV_QTI_FEEDBACK_BLOCK:
		return BLOCKS | TEXT | INLINE | PRINTED | FEEDBACK_INLINE | TEMPLATE_INLINE | INTERACTION | CUSTOM | STAGE;
	case BV_QTI_TEMPLATE_BLOCK:
		return CHOICE;
	case BV_QTI_MODAL_FEEDBACK:
		return FLOW | MATH | PRINTED | HOTTEXT | TEMPLATE_INLINE | TEMPLATE_BLOCK;
	case BV_QTI_RUBRIC_BLOCK:
		return FLOW | MATH | PRINTED | TEMPLATE_INLINE | TEMPLATE_BLOCK;
	default:
		return 0;
	}
}

static const struct kind *
html_kind(const struct bv_tree_node *node)
{
	size_t i = 0;

	while (i < BV_COUNT(html) && !bv_tree_named(node, html[i].name))
		i++;
	return i < BV_COUNT(html) ? &html[i] : NULL;
}

static struct kind
kind_of(const struct bv_tree_node *node)
{
	const struct kind *known;

	if (!node->name.len)
		return (struct kind){ NULL, bv_tree_blank(node) ? FIT : TEXT, 0 };
	if (bv_str_is(node->ns, BV_NS_MATHML) || bv_str_is(node->ns, BV_NS_XINCLUDE))
		return (struct kind){ NULL, MATH, 0 };
	if (bv_str_is(node->ns, BV_NS_SSML))
		return (struct kind){ NULL, INLINE, 0 };
	if (node->element == BV_QTI_CONTENT_BODY)
		return (struct kind){ NULL, FIT, body_holds(node->parent) };
	for (size_t i = 0; node->element && i < BV_COUNT(qti); i++)
		if (qti[i].element == node->element)
			return (struct kind){ NULL, qti[i].is, qti[i].holds };
	known = node->element ? NULL : html_kind(node);
	return known ? *known : (struct kind){ NULL, FIT, 0 };
}

/* A paragraph with a block in it is a div. */
static bool
widen(struct bv_upgrade *up, struct bv_tree_node *node)
{
	if (!bv_tree_named(node, "p") && !bv_tree_named(node, "span"))
		return false;
	for (const struct bv_tree_node *n = node->first; n; n = n->next)
		if (!(kind_of(n).is & (PHRASE | FIT))) {
			bv_tree_rename(&up->tree, node, BV_STR("div"), BV_QTI_NONE);
			return true;
		}
	return false;
}

/* The last of the siblings from node on that may not stand there either and go into the same wrapper; white space between them too. */
static struct bv_tree_node *
run_end(struct bv_tree_node *node, unsigned holds, unsigned wrapper)
{
	struct bv_tree_node *end = node;

	for (struct bv_tree_node *n = node->next; n; n = n->next) {
		unsigned is = kind_of(n).is;
		if (bv_tree_blank(n))
			continue;
		if ((is & (holds | FIT)) || !(is & wrapper))
			break;
		end = n;
	}
	return end;
}

static void
children_wrap(struct bv_upgrade *up, struct bv_tree_node *parent, unsigned holds)
{
	for (struct bv_tree_node *n = parent->first; n; n = n->next) {
		unsigned is = kind_of(n).is;
		if (is & (holds | FIT))
			continue;
		if ((is & PHRASE) && (holds & INLINE))
			n = bv_tree_wrap(&up->tree, n, run_end(n, holds, PHRASE), "span", BV_QTI_NONE);
		else if ((is & PHRASE) && (holds & BLOCK))
			n = bv_tree_wrap(&up->tree, n, run_end(n, holds, PHRASE), "p", BV_QTI_NONE);
		else if ((is & (EVERYTHING | STAGE)) && (holds & BLOCK))
			n = bv_tree_wrap(&up->tree, n, run_end(n, holds, (EVERYTHING | STAGE) & ~PHRASE), "div", BV_QTI_NONE);
		else
			bv_upgrade_loss(up, n->line, "validity: <%.*s> may not stand in <%.*s> of QTI 3.0; it stays",
			                BV_STR_ARG(n->name.len ? n->name : BV_STR("text")), BV_STR_ARG(parent->name));
	}
}

/* From the leaves up, because a paragraph that becomes a div is one more block. */
static void
content_fit(struct bv_upgrade *up, struct bv_tree_node *node)
{
	struct kind kind;

	for (struct bv_tree_node *n = node->first; n; n = n->next)
		content_fit(up, n);
	if (!node->name.len)
		return;
	kind = kind_of(node);
	if (kind.holds && widen(up, node))
		kind = kind_of(node);
	if (kind.holds)
		children_wrap(up, node, kind.holds);
}

void
bv_upgrade_content(struct bv_upgrade *up)
{
	content_fit(up, up->tree.root);
}
