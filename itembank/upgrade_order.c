/* The children of an element in the order of the schema of 3.0.1, and content bodies. */
#include "itembank/upgrade.h"

/* Groups in their order, separated by ';'; '*' is everything that no group names, IMAGE what shows or plays. An element that is not in
 * a row has no order. */
#define IMAGE "img picture object audio video"
static const struct {
	enum bv_qti element;
	const char *groups;
} rows[] = {
	{ BV_QTI_ASSESSMENT_ITEM, "qti-context-declaration;qti-response-declaration;qti-outcome-declaration;qti-template-declaration;"
	                          "qti-template-processing;qti-assessment-stimulus-ref;qti-companion-materials-info;qti-stylesheet;qti-item-body;"
	                          "qti-catalog-info;qti-response-processing;qti-modal-feedback" },
	{ BV_QTI_ASSESSMENT_STIMULUS, "qti-stylesheet;qti-stimulus-body;qti-catalog-info" },
	{ BV_QTI_RESPONSE_DECLARATION, "qti-default-value;qti-correct-response;qti-mapping;qti-area-mapping" },
	{ BV_QTI_OUTCOME_DECLARATION, "qti-default-value;qti-match-table qti-interpolation-table" },
	{ BV_QTI_CHOICE_INTERACTION, "qti-prompt;qti-simple-choice" },
	{ BV_QTI_ORDER_INTERACTION, "qti-prompt;qti-simple-choice" },
	{ BV_QTI_ASSOCIATE_INTERACTION, "qti-prompt;qti-simple-associable-choice" },
	{ BV_QTI_MATCH_INTERACTION, "qti-prompt;qti-simple-match-set" },
	{ BV_QTI_GAP_MATCH_INTERACTION, "qti-prompt;qti-gap-text qti-gap-img;*" },
	{ BV_QTI_HOTTEXT_INTERACTION, "qti-prompt;*" },
	{ BV_QTI_HOTSPOT_INTERACTION, "qti-prompt;" IMAGE ";qti-hotspot-choice" },
	{ BV_QTI_GRAPHIC_ORDER_INTERACTION, "qti-prompt;" IMAGE ";qti-hotspot-choice" },
	{ BV_QTI_GRAPHIC_ASSOCIATE_INTERACTION, "qti-prompt;" IMAGE ";qti-associable-hotspot" },
	{ BV_QTI_GRAPHIC_GAP_MATCH_INTERACTION, "qti-prompt;" IMAGE ";qti-gap-text qti-gap-img;qti-associable-hotspot" },
	{ BV_QTI_SELECT_POINT_INTERACTION, "qti-prompt;" IMAGE },
	{ BV_QTI_DRAWING_INTERACTION, "qti-prompt;" IMAGE },
	{ BV_QTI_MEDIA_INTERACTION, "qti-prompt;" IMAGE },
	{ BV_QTI_POSITION_OBJECT_STAGE, IMAGE ";qti-position-object-interaction" },
	{ BV_QTI_POSITION_OBJECT_INTERACTION, IMAGE },
	{ BV_QTI_SLIDER_INTERACTION, "qti-prompt" },
	{ BV_QTI_EXTENDED_TEXT_INTERACTION, "qti-prompt" },
	{ BV_QTI_UPLOAD_INTERACTION, "qti-prompt" },
	{ BV_QTI_COMPANION_MATERIALS_INFO, "qti-calculator;qti-rule;qti-protractor;qti-digital-material;qti-physical-material" },
	{ BV_QTI_INLINE_CHOICE_INTERACTION, "qti-label;qti-inline-choice" },
	{ BV_QTI_SIMPLE_MATCH_SET, "qti-simple-associable-choice" },
	{ BV_QTI_GAP_IMG, IMAGE },
	{ BV_QTI_PORTABLE_CUSTOM_INTERACTION, "qti-prompt;qti-interaction-modules;qti-interaction-markup;qti-template-variable;"
	                                      "qti-context-variable;qti-stylesheet;qti-catalog-info" },
	{ BV_QTI_RUBRIC_BLOCK, "qti-stylesheet;qti-content-body;qti-catalog-info" },
	{ BV_QTI_FEEDBACK_BLOCK, "qti-stylesheet;qti-content-body;qti-catalog-info" },
	{ BV_QTI_TEMPLATE_BLOCK, "qti-stylesheet;qti-content-body;qti-catalog-info" },
	{ BV_QTI_MODAL_FEEDBACK, "qti-stylesheet;qti-content-body;qti-catalog-info" },
};
/* Elements without content. */
static const enum bv_qti empty[] = {
	BV_QTI_TEXT_ENTRY_INTERACTION, BV_QTI_END_ATTEMPT_INTERACTION, BV_QTI_HOTSPOT_CHOICE, BV_QTI_ASSOCIABLE_HOTSPOT, BV_QTI_GAP,
	BV_QTI_PRINTED_VARIABLE, BV_QTI_MAP_ENTRY, BV_QTI_AREA_MAP_ENTRY, BV_QTI_MATCH_TABLE_ENTRY, BV_QTI_INTERPOLATION_TABLE_ENTRY,
	BV_QTI_VARIABLE, BV_QTI_CORRECT, BV_QTI_DEFAULT, BV_QTI_NULL, BV_QTI_MAP_RESPONSE, BV_QTI_MAP_RESPONSE_POINT, BV_QTI_MATH_CONSTANT,
	BV_QTI_RANDOM_INTEGER, BV_QTI_RANDOM_FLOAT, BV_QTI_EXIT_RESPONSE, BV_QTI_EXIT_TEMPLATE, BV_QTI_STYLESHEET,
	BV_QTI_ASSESSMENT_STIMULUS_REF, BV_QTI_TEMPLATE_VARIABLE, BV_QTI_CONTEXT_VARIABLE, BV_QTI_INTERACTION_MODULE,
};
static const char table_groups[] = "caption;col;colgroup;thead;tbody tr;tfoot";

static bool
is_block_interaction(const struct bv_tree_node *node)
{
	return bv_str_ends(node->name, BV_STR("-interaction")) || node->element == BV_QTI_POSITION_OBJECT_STAGE;
}

static bool
has_word(struct bv_str words, struct bv_str name)
{
	for (struct bv_str word; bv_str_token(&words, &word);)
		if (bv_str_eq(word, name))
			return true;
	return false;
}

/* The place of a child's group, or -1. */
static int
rank_of(const struct bv_tree_node *node, const char *groups)
{
	int rank = 0, other = -1;

	for (struct bv_str rest = bv_str_of(groups); rest.len; rank++) {
		struct bv_str group = bv_str_sub(rest, 0, bv_str_find(rest, ';'));
		if (node->name.len && has_word(group, node->name))
			return rank;
		if (bv_str_is(group, "*"))
			other = rank;
		rest = bv_str_sub(rest, group.len + 1, rest.len);
	}
	return other;
}

static const char *
groups_of(const struct bv_tree_node *node)
{
	for (size_t i = 0; node->element && i < BV_COUNT(rows); i++)
		if (rows[i].element == node->element)
			return rows[i].groups;
	for (size_t i = 0; i < BV_COUNT(empty); i++)
		if (empty[i] == node->element)
			return "";
	return bv_tree_named(node, "table") && bv_str_is(node->ns, BV_NS_QTI3) ? table_groups : NULL;
}

/* A block whose content is in a content body of its own. */
static bool
has_body(const struct bv_tree_node *node)
{
	return node->element == BV_QTI_RUBRIC_BLOCK || node->element == BV_QTI_FEEDBACK_BLOCK || node->element == BV_QTI_TEMPLATE_BLOCK ||
	       node->element == BV_QTI_MODAL_FEEDBACK;
}

static bool
beside_body(const struct bv_tree_node *node)
{
	return node->element == BV_QTI_STYLESHEET || node->element == BV_QTI_CATALOG_INFO || node->element == BV_QTI_CONTENT_BODY;
}

/* All that is not in the content body goes into one. */
static void
body_make(struct bv_upgrade *up, struct bv_tree_node *block)
{
	struct bv_tree_node *body = bv_tree_child(block, BV_QTI_CONTENT_BODY);
	bool any = body != NULL;

	for (struct bv_tree_node *n = block->first; n; n = n->next)
		any |= !beside_body(n) && !bv_tree_blank(n);
	if (!any && block->element != BV_QTI_MODAL_FEEDBACK && block->element != BV_QTI_RUBRIC_BLOCK)
		return;
	if (!body) {
		struct bv_tree_node *first = block->first;
		while (first && beside_body(first))
			first = first->next;
		body = bv_tree_new(&up->tree, "qti-content-body", BV_QTI_CONTENT_BODY, block->line);
		bv_tree_put(&up->tree, block, body, first);
		for (struct bv_tree_node *n = body->next, *next; n; n = next) {
			next = n->next;
			if (!beside_body(n))
				bv_tree_put(&up->tree, body, n, NULL);
		}
		return;
	}
	for (struct bv_tree_node *n = block->first, *next; n; n = next) {
		next = n->next;
		if (beside_body(n))
			continue;
		if (!bv_tree_blank(n))
			bv_tree_put(&up->tree, body, n, NULL);
	}
}

static bool
in_order(const struct bv_tree_node *parent, const char *groups)
{
	int last = 0;

	for (const struct bv_tree_node *n = parent->first; n; n = n->next) {
		int rank = bv_tree_blank(n) ? last : rank_of(n, groups);
		if (rank < last)
			return false;
		last = rank;
	}
	return true;
}

/* XHTML, MathML and the like, which may stand on a page. */
static bool
is_content(const struct bv_tree_node *node)
{
	return bv_str_is(node->ns, BV_NS_QTI3) || bv_str_is(node->ns, BV_NS_MATHML) || bv_str_is(node->ns, BV_NS_SSML) ||
	       bv_str_is(node->ns, BV_NS_XINCLUDE);
}

/* A child that has no place in parent. What is read on the page goes in front of the interaction; the content step makes it fit there. */
static void
misfit(struct bv_upgrade *up, struct bv_tree_node *parent, struct bv_tree_node *node)
{
	bool shown = !node->name.len || (node->element == BV_QTI_NONE && is_content(node)) || node->element == BV_QTI_PROMPT;
	bool box = parent->element == BV_QTI_TEXT_ENTRY_INTERACTION || parent->element == BV_QTI_INLINE_CHOICE_INTERACTION ||
	           parent->element == BV_QTI_END_ATTEMPT_INTERACTION;
	struct bv_str name = bv_str_sub(node->name.len ? node->name : BV_STR("text"), 0, 60);

	if (!shown || !parent->parent || !(box || is_block_interaction(parent))) {
		bv_upgrade_loss(up, node->line, "%.*s has no place in <%.*s>", BV_STR_ARG(name), BV_STR_ARG(parent->name));
		bv_tree_remove(&up->tree, node);
		return;
	}
	bv_upgrade_loss(up, node->line, "%.*s has no place in <%.*s>: it is in front of it now", BV_STR_ARG(name), BV_STR_ARG(parent->name));
	if (node->element == BV_QTI_PROMPT)
		bv_tree_rename(&up->tree, node, box ? BV_STR("span") : BV_STR("div"), BV_QTI_NONE);
	while (is_block_interaction(parent->parent)) /* the stage that it is on */
		parent = parent->parent;
	bv_tree_put(&up->tree, parent->parent, node, parent);
}

static void
children_order(struct bv_upgrade *up, struct bv_tree_node *parent, const char *groups)
{
	int ranks = 1;

	for (struct bv_tree_node *n = parent->first, *next; n; n = next) {
		next = n->next;
		if (bv_tree_blank(n) || rank_of(n, groups) >= 0)
			continue;
		misfit(up, parent, n);
	}
	if (!groups[0]) /* not even white space */
		while (parent->first)
			bv_tree_remove(&up->tree, parent->first);
	if (in_order(parent, groups))
		return;
	for (const char *p = groups; *p; p++)
		ranks += *p == ';';
	for (int rank = 0; rank < ranks; rank++)
		for (struct bv_tree_node *n = parent->first, *next, *end = parent->last; n; n = n == end ? NULL : next) {
			next = n->next;
			if (bv_tree_blank(n) || rank_of(n, groups) != rank)
				continue;
			if (n->prev && bv_tree_blank(n->prev)) /* the indent goes with it */
				bv_tree_put(&up->tree, parent, n->prev, NULL);
			bv_tree_put(&up->tree, parent, n, NULL);
		}
}

/* Rubric blocks stand in the item body itself. */
static void
rubric_lift(struct bv_upgrade *up, struct bv_tree_node *block)
{
	struct bv_tree_node *above = block;

	while (above->parent && above->parent->element != BV_QTI_ITEM_BODY) {
		above = above->parent;
		if (has_body(above)) /* what decides whether it is shown would be lost */
			return;
	}
	if (above == block || !above->parent)
		return;
	bv_upgrade_loss(up, block->line, "a rubric block stands in the item body of QTI 3.0 only: it is in front of <%.*s> now", BV_STR_ARG(above->name));
	bv_tree_put(&up->tree, above->parent, block, above);
}

/* The schema wants something in it. */
static void
body_keep(struct bv_upgrade *up, struct bv_tree_node *body)
{
	for (const struct bv_tree_node *n = body->first; n; n = n->next)
		if (!bv_tree_blank(n))
			return;
	bv_tree_remove(&up->tree, body);
}

void
bv_upgrade_order(struct bv_upgrade *up)
{
	struct bv_tree_node *root = up->tree.root, *body = bv_tree_child(root, BV_QTI_ITEM_BODY);

	for (struct bv_tree_node *n = root, *next; n; n = next) {
		next = bv_tree_next(root, n, n->element == BV_QTI_RUBRIC_BLOCK);
		if (n->element == BV_QTI_RUBRIC_BLOCK)
			rubric_lift(up, n);
	}
	for (struct bv_tree_node *n = root; n; n = bv_tree_next(root, n, false)) {
		const char *groups = n->name.len ? groups_of(n) : NULL;
		if (!groups)
			continue;
		if (has_body(n))
			body_make(up, n);
		children_order(up, n, groups);
	}
	if (body)
		body_keep(up, body);
}
