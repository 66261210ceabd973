/* Interactions and their choices on a page. */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "itembank/item.h"
#include "itembank/page.h"
#include "itembank/shape.h"

enum { CHOICES = 1, ASSOCIATIONS = 2, STRINGS = 4, BOX = 8, REQUIRED = 16, SCALE = 32, PLAYS = 64, FILES = 128, MODULES = 256 };

/* One row an interaction: which of its limits the candidate's page needs. What stands in it is the same walk for all but those that bring
 * modules. Custom interactions of QTI 2 are nobody's: they have no row. */
static const struct interaction_row {
	enum bv_interaction_kind kind;
	enum bv_qti element;
	unsigned facts;
} interaction_rows[] = {
	{ BV_INTERACTION_CHOICE, BV_QTI_CHOICE_INTERACTION, CHOICES },
	{ BV_INTERACTION_INLINE_CHOICE, BV_QTI_INLINE_CHOICE_INTERACTION, REQUIRED },
	{ BV_INTERACTION_TEXT_ENTRY, BV_QTI_TEXT_ENTRY_INTERACTION, BOX },
	{ BV_INTERACTION_ORDER, BV_QTI_ORDER_INTERACTION, CHOICES },
	{ BV_INTERACTION_MATCH, BV_QTI_MATCH_INTERACTION, ASSOCIATIONS },
	{ BV_INTERACTION_ASSOCIATE, BV_QTI_ASSOCIATE_INTERACTION, ASSOCIATIONS },
	{ BV_INTERACTION_GAP_MATCH, BV_QTI_GAP_MATCH_INTERACTION, ASSOCIATIONS },
	{ BV_INTERACTION_HOTTEXT, BV_QTI_HOTTEXT_INTERACTION, CHOICES },
	{ BV_INTERACTION_EXTENDED_TEXT, BV_QTI_EXTENDED_TEXT_INTERACTION, BOX | STRINGS },
	{ BV_INTERACTION_HOTSPOT, BV_QTI_HOTSPOT_INTERACTION, CHOICES },
	{ BV_INTERACTION_SELECT_POINT, BV_QTI_SELECT_POINT_INTERACTION, CHOICES },
	{ BV_INTERACTION_GRAPHIC_ORDER, BV_QTI_GRAPHIC_ORDER_INTERACTION, CHOICES },
	{ BV_INTERACTION_GRAPHIC_ASSOCIATE, BV_QTI_GRAPHIC_ASSOCIATE_INTERACTION, ASSOCIATIONS },
	{ BV_INTERACTION_GRAPHIC_GAP_MATCH, BV_QTI_GRAPHIC_GAP_MATCH_INTERACTION, ASSOCIATIONS },
	{ BV_INTERACTION_POSITION_OBJECT, BV_QTI_POSITION_OBJECT_INTERACTION, CHOICES },
	{ BV_INTERACTION_SLIDER, BV_QTI_SLIDER_INTERACTION, SCALE },
	{ BV_INTERACTION_MEDIA, BV_QTI_MEDIA_INTERACTION, PLAYS },
	{ BV_INTERACTION_DRAWING, BV_QTI_DRAWING_INTERACTION, 0 },
	{ BV_INTERACTION_UPLOAD, BV_QTI_UPLOAD_INTERACTION, FILES },
	{ BV_INTERACTION_END_ATTEMPT, BV_QTI_END_ATTEMPT_INTERACTION, 0 },
	{ BV_INTERACTION_PORTABLE_CUSTOM, BV_QTI_PORTABLE_CUSTOM_INTERACTION, MODULES },
};

/* How the choices of a kind stand on the page. */
enum place {
	IN_TEXT,  /* where they are */
	SHUFFLED, /* in the order of the form; they must be children of their interaction or set */
	ON_IMAGE, /* from top to bottom, then from left to right: an author lists hotspots in the order in which he thought of them, the key's */
};

static const struct choice_row {
	enum bv_qti element;
	enum place place;
	bool gap;    /* of the second set, when there is one */
	bool limits; /* match-max and match-min */
} choice_rows[] = {
	{ BV_QTI_SIMPLE_CHOICE, SHUFFLED, false, false },
	{ BV_QTI_INLINE_CHOICE, SHUFFLED, false, false },
	{ BV_QTI_SIMPLE_ASSOCIABLE_CHOICE, SHUFFLED, false, true },
	{ BV_QTI_GAP_TEXT, SHUFFLED, false, true },
	{ BV_QTI_GAP_IMG, SHUFFLED, false, true },
	{ BV_QTI_GAP, IN_TEXT, true, false },
	{ BV_QTI_HOTTEXT, IN_TEXT, false, false },
	{ BV_QTI_HOTSPOT_CHOICE, ON_IMAGE, false, false },
	{ BV_QTI_ASSOCIABLE_HOTSPOT, ON_IMAGE, true, true },
};

static const struct choice_row *
choice_row(enum bv_qti element)
{
	for (size_t i = 0; i < BV_COUNT(choice_rows); i++)
		if (choice_rows[i].element == element)
			return &choice_rows[i];
	return NULL;
}

static const struct bv_interaction *
current(const struct bv_page_maker *maker)
{
	return maker->interaction < 0 ? NULL : &maker->item->interactions[maker->interaction];
}

static void
identifier(struct bv_page_maker *maker, struct bv_str name)
{
	struct bv_page_op *op = bv_page_op_add(maker, BV_PAGE_IDENTIFIER);

	op->interaction = (uint16_t)maker->interaction;
	op->text = name;
}

static void
choice_attributes(struct bv_page_maker *maker, const struct bv_xml_node *node, const struct choice_row *row, const struct bv_choice *choice)
{
	struct bv_str groups = choice->match_groups, group;
	struct bv_str label = bv_page_attr_of(node, row->element == BV_QTI_GAP_IMG ? "object-label" : "hotspot-label");

	bv_page_attribute(maker, "identifier");
	bv_buf_addc(&maker->bytes, '"');
	identifier(maker, choice->identifier);
	bv_buf_addc(&maker->bytes, '"');
	if (row->limits) {
		bv_page_attribute_count(maker, "match-max", choice->match_max);
		if (choice->match_min)
			bv_page_attribute_count(maker, "match-min", choice->match_min);
	}
	if (row->element == BV_QTI_GAP && choice->required)
		bv_page_attribute_text(maker, "required", BV_STR("true"));
	if (groups.len) {
		bv_page_attribute(maker, "match-group");
		bv_buf_addc(&maker->bytes, '"');
		for (bool first = true; bv_str_token(&groups, &group); first = false) {
			if (!first)
				bv_buf_addc(&maker->bytes, ' ');
			identifier(maker, group);
		}
		bv_buf_addc(&maker->bytes, '"');
	}
	if (label.len && !bv_xml_attr(node, "aria-label")) {
		bv_page_attribute(maker, "aria-label");
		bv_page_string(&maker->bytes, label);
	}
	bv_page_attributes(maker, node, choice->shape.len ? BV_GROUP_QUIET | BV_GROUP_HOTSPOT : BV_GROUP_QUIET);
}

static void
choice(struct bv_page_maker *maker, const struct bv_xml_node *node, const struct choice_row *row, size_t index)
{
	struct bv_page_op *op;
	uint32_t at;

	op = bv_page_op_begin(maker, BV_PAGE_CHOICE, &at);
	op->interaction = (uint16_t)maker->interaction;
	op->choice = (uint16_t)index;
	bv_page_begin(maker, bv_qti_name(row->element));
	choice_attributes(maker, node, row, &current(maker)->choices[index]);
	bv_page_begun(maker);
	bv_page_children(maker, node, false);
	bv_page_end(maker);
	bv_page_op_end(maker, at);
}

/* The index of the next choice in document order; SIZE_MAX, and the page refused, when the interaction has another one there. */
static size_t
next_index(struct bv_page_maker *maker, const struct bv_xml_node *node, const struct choice_row *row)
{
	const struct bv_interaction *interaction = current(maker);
	bool second = row->gap && interaction->first_count < interaction->choice_count;
	size_t index = second ? interaction->first_count + maker->second_seen++ : maker->first_seen++;
	struct bv_str identifier = bv_page_attr_of(node, "identifier");
	struct bv_err err;

	if (index < interaction->choice_count && bv_text_nfc(&identifier, identifier, maker->arena, &err) == BV_OK &&
	    bv_str_eq(interaction->choices[index].identifier, identifier))
		return index;
	bv_page_refuse(maker, node->line, "choice '%.*s' does not stand where its interaction has it", BV_STR_ARG(bv_str_sub(identifier, 0, 60)));
	return SIZE_MAX;
}

bool
bv_page_is_choice(const struct bv_xml_node *node)
{
	return choice_row(bv_qti_element(node)) != NULL;
}

bool
bv_page_choice(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	const struct choice_row *row = choice_row(bv_qti_element(node));
	size_t index;

	if (!row || row->place != IN_TEXT)
		return false;
	if (!current(maker))
		bv_page_dropped(maker, node);
	else if ((index = next_index(maker, node, row)) != SIZE_MAX)
		choice(maker, node, row, index);
	return true;
}

/* ---- Hotspots ------------------------------------------------------------------------------------------------------------- */

struct spot {
	const struct bv_xml_node *node;
	size_t index;
	double box[4];
};

static int
by_place(const void *a, const void *b)
{
	const struct spot *p = a, *q = b;

	for (int i = 1; i >= 0; i--)
		if (p->box[i] != q->box[i])
			return p->box[i] < q->box[i] ? -1 : 1;
	return p->index < q->index ? -1 : 1;
}

/* A shape that cannot be read, and the whole image, are at its corner. */
static void
box_fill(struct bv_page_maker *maker, struct spot *spot)
{
	const struct bv_interaction *interaction = current(maker);
	const struct bv_choice *choice = &interaction->choices[spot->index];
	struct bv_shape shape;
	struct bv_err err;

	if (bv_shape_parse_on(&shape, choice->shape, choice->coords, interaction->media.width ? interaction->media.width : 100,
	                      interaction->media.height ? interaction->media.height : 100, maker->arena, &err) ||
	    !bv_shape_box(spot->box, &shape))
		memset(spot->box, 0, sizeof spot->box);
}

static void
hotspots(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	struct spot *spots = bv_arena_array(maker->arena, current(maker)->choice_count, struct spot);
	size_t count = 0;

	for (const struct bv_xml_node *n = bv_qti_first(node); n; n = bv_qti_next(n)) {
		const struct choice_row *row = choice_row(bv_qti_element(n));
		size_t index = row && row->place == ON_IMAGE ? next_index(maker, n, row) : SIZE_MAX;
		if (index == SIZE_MAX)
			continue;
		spots[count] = (struct spot){ .node = n, .index = index };
		box_fill(maker, &spots[count++]);
	}
	if (count)
		qsort(spots, count, sizeof *spots, by_place);
	for (size_t i = 0; i < count; i++)
		choice(maker, spots[i].node, choice_row(bv_qti_element(spots[i].node)), spots[i].index);
}

/* The children of an interaction or of a set of a match: first what stands where it is, then hotspots, then what may be shuffled. */
void
bv_page_choices(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	uint32_t at = UINT32_MAX;

	if (!current(maker)) {
		bv_page_dropped(maker, node);
		return;
	}
	for (const struct bv_xml_node *n = node->first; n; n = n->next) {
		const struct choice_row *row = n->name.len ? choice_row(bv_qti_element(n)) : NULL;
		if (!row || row->place == IN_TEXT)
			bv_page_child(maker, n, true);
	}
	hotspots(maker, node);
	for (const struct bv_xml_node *n = bv_qti_first(node); n; n = bv_qti_next(n)) {
		const struct choice_row *row = choice_row(bv_qti_element(n));
		size_t index;
		if (!row || row->place != SHUFFLED)
			continue;
		if (at == UINT32_MAX) {
			struct bv_page_op *op = bv_page_op_begin(maker, BV_PAGE_CHOICES, &at);
			op->interaction = (uint16_t)maker->interaction;
			op->choice = maker->first_seen;
		}
		if ((index = next_index(maker, n, row)) != SIZE_MAX)
			choice(maker, n, row, index);
	}
	if (at != UINT32_MAX)
		bv_page_op_end(maker, at);
}

/* ---- Interactions --------------------------------------------------------------------------------------------------------- */

static uint32_t
rounded_up(uint32_t n)
{
	uint32_t up = 4;

	while (up < n && up < 4096)
		up *= 2;
	return up;
}

static void
attribute_real(struct bv_page_maker *maker, const char *name, double x)
{
	bv_page_attribute(maker, name);
	bv_buf_addc(&maker->bytes, '"');
	bv_double_write(&maker->bytes, x);
	bv_buf_addc(&maker->bytes, '"');
}

/* What only one kind of interaction has. */
static void
special_attributes(struct bv_page_maker *maker, const struct bv_interaction *interaction, unsigned facts)
{
	if (facts & SCALE) {
		attribute_real(maker, "lower-bound", interaction->lower);
		attribute_real(maker, "upper-bound", interaction->upper);
		attribute_real(maker, "step", interaction->step);
		if (interaction->reverse)
			bv_page_attribute_text(maker, "reverse", BV_STR("true"));
	}
	if (facts & PLAYS) {
		bv_page_attribute_count(maker, "min-plays", interaction->min_plays);
		bv_page_attribute_count(maker, "max-plays", interaction->max_plays);
	}
}

static void
interaction_attributes(struct bv_page_maker *maker, const struct bv_interaction *interaction, unsigned facts)
{
	const struct bv_binding *binding = &maker->item->bindings[maker->interaction];
	const struct bv_declaration *d = &maker->declarations->list[binding->response];
	char name[16];

	snprintf(name, sizeof name, "r%d", maker->interaction + 1);
	bv_page_attribute_text(maker, "response-identifier", bv_str_of(name));
	bv_page_attribute_text(maker, "cardinality", bv_str_of(bv_cardinality_name((enum bv_cardinality)d->cardinality)));
	if (d->type != BV_TYPE_NONE)
		bv_page_attribute_text(maker, "base-type", bv_str_of(bv_type_name((enum bv_type)d->type)));
	if (facts & CHOICES) {
		bv_page_attribute_count(maker, "min-choices", interaction->min_choices);
		bv_page_attribute_count(maker, "max-choices", interaction->max_choices);
	}
	if (facts & ASSOCIATIONS) {
		bv_page_attribute_count(maker, "min-associations", interaction->min_associations);
		bv_page_attribute_count(maker, "max-associations", interaction->max_associations);
	}
	if (facts & STRINGS) {
		bv_page_attribute_count(maker, "min-strings", interaction->min_strings);
		bv_page_attribute_count(maker, "max-strings", interaction->max_strings);
	}
	special_attributes(maker, interaction, facts);
	/* The exact length of a box may be that of the answer. */
	if ((facts & BOX) && interaction->expected_length)
		bv_page_attribute_count(maker, "expected-length", rounded_up(interaction->expected_length));
	if ((facts & BOX) && interaction->expected_lines)
		bv_page_attribute_count(maker, "expected-lines", interaction->expected_lines);
	if (interaction->format)
		bv_page_attribute_text(maker, "format", interaction->format == BV_TEXT_XHTML ? BV_STR("xhtml") : BV_STR("preformatted"));
	if ((facts & REQUIRED) && (interaction->required || interaction->min_choices))
		bv_page_attribute_text(maker, "required", BV_STR("true"));
	if ((facts & BOX) && interaction->placeholder.len) {
		bv_page_attribute(maker, "placeholder-text");
		bv_page_string(&maker->bytes, interaction->placeholder);
	}
}

static const struct interaction_row *
interaction_row(enum bv_interaction_kind kind)
{
	for (size_t i = 0; i < BV_COUNT(interaction_rows); i++)
		if (interaction_rows[i].kind == kind)
			return &interaction_rows[i];
	return NULL;
}

void
bv_page_interaction(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	size_t idx = maker->interactions_seen, count = maker->item ? maker->item->interaction_count : 0;
	const struct bv_interaction *interaction = idx < count ? &maker->item->interactions[idx] : NULL;
	const struct interaction_row *row = interaction ? interaction_row(interaction->kind) : NULL;

	if (!interaction || maker->interaction >= 0) {
		bv_page_refuse(maker, node->line, "<%.*s> stands outside the body, or in another interaction", BV_STR_ARG(node->name));
		return;
	}
	maker->interactions_seen++;
	if (!row || bv_qti_element(node) != row->element)
		bv_page_refuse(maker, node->line, "<%.*s>: this release does not deliver %s interactions", BV_STR_ARG(node->name),
		               bv_interaction_name(interaction->kind));
	else if (maker->item->bindings[idx].response < 0)
		bv_page_refuse(maker, node->line, "<%.*s>: it fills no declared response", BV_STR_ARG(node->name));
	if (maker->page->refused)
		return;
	maker->interaction = (int)idx;
	maker->first_seen = maker->second_seen = 0;
	bv_page_begin(maker, bv_qti_name(row->element));
	interaction_attributes(maker, interaction, row->facts);
	if (row->facts & MODULES) {
		bv_page_custom(maker, node);
	} else {
		bv_page_attributes(maker, node, row->facts & FILES ? BV_GROUP_QUIET | BV_GROUP_FILES : BV_GROUP_QUIET);
		bv_page_begun(maker);
		bv_page_choices(maker, node);
	}
	bv_page_end(maker);
	if ((size_t)maker->first_seen + maker->second_seen != interaction->choice_count)
		bv_page_refuse(maker, node->line, "<%.*s>: some of its choices stand in something that is not delivered", BV_STR_ARG(node->name));
	maker->interaction = -1;
}
