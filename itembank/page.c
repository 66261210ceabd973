#include "itembank/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "itembank/body.h"
#include "itembank/item.h"

#define MATHML "http://www.w3.org/1998/Math/MathML"
#define XHTML "http://www.w3.org/1999/xhtml"
#define SSML "http://www.w3.org/2001/10/synthesis"
#define BYTES_MAX (8u * BV_XML_ITEM_MAX)

void
bv_page_refuse(struct bv_page_maker *maker, int line, const char *fmt, ...)
{
	struct bv_page *page = &maker->item->page;
	char text[sizeof page->refusal.msg];
	va_list ap;

	if (page->refused)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	page->refused = true;
	bv_err_at(&page->refusal, BV_EINVAL, line, "%s", text);
}

/* ---- Bytes and operations ------------------------------------------------------------------------------------------------- */

/* Characters that would let the string end, or that a page or a script around the JSON would read as its own. */
static const char *
escape_of(unsigned char c, char *u)
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\t':
		return "\\t";
	case '<':
		return "\\u003c";
	case '>':
		return "\\u003e";
	case '&':
		return "\\u0026";
	default:
		if (c >= ' ' && c != 0x7f)
			return NULL;
		snprintf(u, 8, "\\u%04x", c);
		return u;
	}
}

void
bv_page_string(struct bv_buf *out, struct bv_str s)
{
	size_t from = 0;
	char u[8];

	bv_buf_addc(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		/* U+2028 and U+2029 end a line of a script. */
		bool line = s.p[i] == '\xe2' && i + 2 < s.len && s.p[i + 1] == '\x80' && (s.p[i + 2] == '\xa8' || s.p[i + 2] == '\xa9');
		const char *escape = line ? (s.p[i + 2] == '\xa8' ? "\\u2028" : "\\u2029") : escape_of((unsigned char)s.p[i], u);
		if (!escape)
			continue;
		bv_buf_add(out, bv_str_sub(s, from, i - from));
		bv_buf_addz(out, escape);
		i += line ? 2 : 0;
		from = i + 1;
	}
	bv_buf_add(out, bv_str_sub(s, from, s.len));
	bv_buf_addc(out, '"');
}

static struct bv_page_op *
op_push(struct bv_page_maker *maker, enum bv_page_kind kind)
{
	if (maker->count == maker->cap) {
		maker->cap = maker->cap ? 2 * maker->cap : 32;
		maker->ops = bv_resize_array(maker->ops, maker->cap, sizeof *maker->ops);
	}
	maker->ops[maker->count] = (struct bv_page_op){ .kind = (uint8_t)kind, .variable = -1 };
	return &maker->ops[maker->count++];
}

static void
flush(struct bv_page_maker *maker)
{
	struct bv_page_op *op;

	if (maker->bytes.len == maker->flushed)
		return;
	op = op_push(maker, BV_PAGE_BYTES);
	op->from = maker->flushed;
	op->len = (uint32_t)maker->bytes.len - maker->flushed;
	maker->flushed = (uint32_t)maker->bytes.len;
}

struct bv_page_op *
bv_page_op_add(struct bv_page_maker *maker, enum bv_page_kind kind)
{
	flush(maker);
	return op_push(maker, kind);
}

/* Begins what an operation governs; the result goes to end_of. */
static uint32_t
index_of(struct bv_page_maker *maker, const struct bv_page_op *op)
{
	return (uint32_t)(op - maker->ops);
}

static void
end_of(struct bv_page_maker *maker, uint32_t op)
{
	flush(maker);
	maker->ops[op].end = maker->count;
}

static void
begin(struct bv_page_maker *maker, const char *name)
{
	bv_buf_addz(&maker->bytes, ",[\"");
	bv_buf_addz(&maker->bytes, name);
	bv_buf_addc(&maker->bytes, '"');
	maker->attributes = false;
}

static void
begun(struct bv_page_maker *maker)
{
	if (maker->attributes)
		bv_buf_addc(&maker->bytes, '}');
	maker->attributes = false;
}

static void
end(struct bv_page_maker *maker)
{
	bv_buf_addc(&maker->bytes, ']');
}

static void
attribute_count(struct bv_page_maker *maker, const char *name, uint32_t n)
{
	char digits[16];

	bv_page_attribute(maker, name);
	snprintf(digits, sizeof digits, "%u", n);
	bv_buf_addz(&maker->bytes, digits);
}

static void
attribute_text(struct bv_page_maker *maker, const char *name, const char *value)
{
	bv_page_attribute(maker, name);
	bv_page_string(&maker->bytes, bv_str_of(value));
}

/* ---- Text ------------------------------------------------------------------------------------------------------------------ */

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* White space of one text as a reader sees it; between the children of a block it is nothing. */
static void
text(struct bv_page_maker *maker, struct bv_str s, bool block)
{
	struct bv_err err;
	size_t n = 0;
	char *p;

	if (block && !bv_str_trim(s).len)
		return;
	if (!maker->preserve) {
		p = bv_arena_alloc(&maker->item->arena, s.len);
		for (size_t i = 0; i < s.len; i++)
			if (!is_space(s.p[i]))
				p[n++] = s.p[i];
			else if (!n || p[n - 1] != ' ')
				p[n++] = ' ';
		s = (struct bv_str){ p, n };
	}
	if (!s.len || bv_text_nfc(&s, s, &maker->item->arena, &err))
		return;
	bv_buf_addc(&maker->bytes, ',');
	bv_page_string(&maker->bytes, s);
}

/* ---- Elements that depend on variables ---------------------------------------------------------------------------------------- */

static void child(struct bv_page_maker *maker, const struct bv_xml_node *node, bool block);
static void children(struct bv_page_maker *maker, const struct bv_xml_node *node, bool block);

static struct bv_str
attr(const struct bv_xml_node *node, const char *name)
{
	const struct bv_str *value = bv_qti_attr(node, name);

	return value ? bv_str_trim(*value) : BV_STR_NONE;
}

static int
variable_of(const struct bv_page_maker *maker, struct bv_str identifier, enum bv_variable_kind kind)
{
	const struct bv_declarations *declarations = maker->item->program.declarations;
	int variable = bv_declarations_find(declarations, identifier);

	return variable >= 0 && declarations->list[variable].kind == kind ? variable : -1;
}

/* templateInline, templateBlock, feedbackInline, feedbackBlock and modalFeedback; one without its variable is never shown. */
static void
conditional(struct bv_page_maker *maker, const struct bv_xml_node *node, const char *name, bool feedback)
{
	struct bv_str variable = attr(node, feedback ? "outcome-identifier" : "template-identifier");
	struct bv_page_op *op = bv_page_op_add(maker, BV_PAGE_WHEN);
	uint32_t when = index_of(maker, op);

	op->variable = variable_of(maker, variable, feedback ? BV_VARIABLE_OUTCOME : BV_VARIABLE_TEMPLATE);
	op->text = attr(node, "identifier");
	op->shows = !bv_str_is(attr(node, "show-hide"), "hide");
	op->feedback = feedback;
	begin(maker, name);
	bv_page_attributes(maker, node, BV_GROUP_QUIET);
	begun(maker);
	children(maker, node, false);
	end(maker);
	end_of(maker, when);
}

static void
printed_read(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	const struct bv_str *format = bv_qti_attr(node, "format"), *delimiter = bv_qti_attr(node, "delimiter");
	const struct bv_str *mapping = bv_qti_attr(node, "mapping-indicator");
	struct bv_printed *printed = bv_arena_array(&maker->item->arena, 1, struct bv_printed);
	struct bv_str index = attr(node, "index");
	struct bv_err err;
	bool power = false;

	*printed = (struct bv_printed){ .variable = bv_declarations_find(maker->item->program.declarations, attr(node, "identifier")),
		                        .base = 10, .index_variable = -1, .field = attr(node, "field"),
		                        .delimiter = delimiter ? *delimiter : BV_STR(";"), .mapping = mapping ? *mapping : BV_STR("=") };
	if (format && format->len && !bv_print_format_parse(&printed->format, *format))
		bv_page_refuse(maker, node->line, "<%.*s format=\"%.*s\">: a format has one conversion of %%i %%d %%f %%e %%g %%s %%x %%o %%r",
		               BV_STR_ARG(node->name), BV_STR_ARG(bv_str_sub(*format, 0, 40)));
	if (bv_qti_attr_count(&printed->base, node, "base", 10, &err) || printed->base < 2 || printed->base > 36)
		bv_page_refuse(maker, node->line, "<%.*s>: base is a number from 2 to 36", BV_STR_ARG(node->name));
	if (bv_qti_attr_bool(&power, node, "power-form", false, &err) == BV_OK)
		printed->power_form = power;
	if (index.len && !bv_str_int(index, &printed->index))
		printed->index_variable = variable_of(maker, index, BV_VARIABLE_TEMPLATE);
	if (index.len && printed->index < 1 && printed->index_variable < 0)
		bv_page_refuse(maker, node->line, "<%.*s index=\"%.*s\">: an index is a number from 1 or a template variable", BV_STR_ARG(node->name),
		               BV_STR_ARG(bv_str_sub(index, 0, 40)));
	bv_page_op_add(maker, BV_PAGE_PRINTED)->printed = printed;
}

static void
rubric(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	static const char *const names[] = { "author", "candidate", "proctor", "scorer", "testConstructor", "tutor" };
	struct bv_page_op *op = bv_page_op_add(maker, BV_PAGE_VIEW);
	uint32_t view = index_of(maker, op);
	struct bv_str words = attr(node, "view"), word;

	while (bv_str_token(&words, &word))
		for (unsigned i = 0; i < BV_COUNT(names); i++)
			if (bv_str_is(word, names[i]) || (i == BV_VIEW_TEST_CONSTRUCTOR && bv_str_is(word, "test-constructor")))
				op->views |= (uint8_t)(1u << i);
	begin(maker, "qti-rubric-block");
	bv_page_attributes(maker, node, BV_GROUP_QUIET);
	begun(maker);
	children(maker, node, true);
	end(maker);
	end_of(maker, view);
}

/* ---- MathML -------------------------------------------------------------------------------------------------------------------- */

static void dropped(struct bv_page_maker *maker, const struct bv_xml_node *node);

/* mi or ci with the name of a template variable that says math-variable="true" stands for its value. */
static bool
math_variable(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	struct bv_str name = node->first && !node->first->next ? bv_str_trim(node->first->text) : BV_STR_NONE;
	int variable = name.len && bv_str_is(node->name, "mi") ? variable_of(maker, name, BV_VARIABLE_TEMPLATE) : -1;
	struct bv_printed *printed;

	if (variable < 0 || !maker->item->program.declarations->list[variable].math_variable)
		return false;
	printed = bv_arena_array(&maker->item->arena, 1, struct bv_printed);
	*printed = (struct bv_printed){ .variable = variable, .base = 10, .index_variable = -1, .delimiter = BV_STR(";"), .mapping = BV_STR("=") };
	bv_page_op_add(maker, BV_PAGE_MATH)->printed = printed;
	return true;
}

static void
math(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	const struct bv_page_name *row = bv_page_math(node->name);

	if (node->ns.len && !bv_str_is(node->ns, MATHML))
		row = NULL;
	if (!row) {
		dropped(maker, node);
		return;
	}
	if (math_variable(maker, node))
		return;
	if (row->element != BV_ELEMENT_UNWRAPPED) {
		begin(maker, row->name);
		bv_page_attributes(maker, node, row->groups);
		begun(maker);
	}
	for (const struct bv_xml_node *n = node->first; n; n = n->next)
		if (!n->name.len)
			text(maker, n->text, row->element != BV_ELEMENT_KEPT);
		else
			math(maker, n);
	if (row->element != BV_ELEMENT_UNWRAPPED)
		end(maker);
}

/* ---- Interactions -------------------------------------------------------------------------------------------------------------- */

enum { CHOICES = 1, ASSOCIATIONS = 2, STRINGS = 4, BOX = 8, REQUIRED = 16, SCALE = 32, PLAYS = 64, FILES = 128 };

/* One row an interaction: which of its limits the candidate's page needs. What stands in it is the same walk for all. Custom interactions
 * bring scripts: they have no row. */
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
};

/* One row a choice. A shuffled one may be permuted and must be a child of its interaction or set; the others stay where they are. */
static const struct choice_row {
	enum bv_qti element;
	bool shuffled;
	bool gap;    /* of the second set, when there is one */
	bool limits; /* match-max and match-min */
} choice_rows[] = {
	{ BV_QTI_SIMPLE_CHOICE, true, false, false },
	{ BV_QTI_INLINE_CHOICE, true, false, false },
	{ BV_QTI_SIMPLE_ASSOCIABLE_CHOICE, true, false, true },
	{ BV_QTI_GAP_TEXT, true, false, true },
	{ BV_QTI_GAP_IMG, true, false, true },
	{ BV_QTI_GAP, false, true, false },
	{ BV_QTI_HOTTEXT, false, false, false },
	{ BV_QTI_HOTSPOT_CHOICE, false, false, false },
	{ BV_QTI_ASSOCIABLE_HOTSPOT, false, true, true },
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
	struct bv_str label = attr(node, row->element == BV_QTI_GAP_IMG ? "object-label" : "hotspot-label");

	bv_page_attribute(maker, "identifier");
	bv_buf_addc(&maker->bytes, '"');
	identifier(maker, choice->identifier);
	bv_buf_addc(&maker->bytes, '"');
	if (row->limits) {
		attribute_count(maker, "match-max", choice->match_max);
		if (choice->match_min)
			attribute_count(maker, "match-min", choice->match_min);
	}
	if (row->element == BV_QTI_GAP && choice->required)
		attribute_text(maker, "required", "true");
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
choice(struct bv_page_maker *maker, const struct bv_xml_node *node, const struct choice_row *row)
{
	const struct bv_interaction *interaction = current(maker);
	struct bv_page_op *op;
	size_t index;
	uint32_t at;

	if (!interaction) {
		dropped(maker, node);
		return;
	}
	index = row->gap && interaction->first_count < interaction->choice_count ? interaction->first_count + maker->second_seen++ : maker->first_seen++;
	if (index >= interaction->choice_count || !bv_str_eq(interaction->choices[index].identifier, attr(node, "identifier"))) {
		bv_page_refuse(maker, node->line, "choice '%.*s' does not stand where its interaction has it",
		               BV_STR_ARG(bv_str_sub(attr(node, "identifier"), 0, 60)));
		return;
	}
	op = bv_page_op_add(maker, BV_PAGE_CHOICE);
	at = index_of(maker, op);
	op->interaction = (uint16_t)maker->interaction;
	op->choice = (uint16_t)index;
	begin(maker, bv_qti_name(row->element));
	choice_attributes(maker, node, row, &interaction->choices[index]);
	begun(maker);
	children(maker, node, false);
	end(maker);
	end_of(maker, at);
}

/* The children of an interaction or of a set of a match: first what is not shuffled, then the choices. */
static void
with_choices(struct bv_page_maker *maker, const struct bv_xml_node *node, bool block)
{
	uint32_t at = UINT32_MAX;

	for (const struct bv_xml_node *n = node->first; n; n = n->next) {
		const struct choice_row *row = n->name.len ? choice_row(bv_qti_element(n)) : NULL;
		if (!row || !row->shuffled)
			child(maker, n, block);
	}
	for (const struct bv_xml_node *n = bv_xml_element(node->first); n; n = bv_xml_element(n->next)) {
		const struct choice_row *row = choice_row(bv_qti_element(n));
		if (!row || !row->shuffled)
			continue;
		if (at == UINT32_MAX) {
			struct bv_page_op *op = bv_page_op_add(maker, BV_PAGE_CHOICES);
			at = index_of(maker, op);
			op->interaction = (uint16_t)maker->interaction;
			op->choice = maker->first_seen;
		}
		choice(maker, n, row);
	}
	if (at != UINT32_MAX)
		end_of(maker, at);
}

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
			attribute_text(maker, "reverse", "true");
	}
	if (facts & PLAYS) {
		attribute_count(maker, "min-plays", interaction->min_plays);
		attribute_count(maker, "max-plays", interaction->max_plays);
	}
}

static void
interaction_attributes(struct bv_page_maker *maker, const struct bv_interaction *interaction, unsigned facts)
{
	const struct bv_binding *binding = &maker->item->bindings[maker->interaction];
	const struct bv_declaration *d = &maker->item->program.declarations->list[binding->response];
	char name[16];

	snprintf(name, sizeof name, "r%d", maker->interaction + 1);
	attribute_text(maker, "response-identifier", name);
	attribute_text(maker, "cardinality", bv_cardinality_name((enum bv_cardinality)d->cardinality));
	if (d->type != BV_TYPE_NONE)
		attribute_text(maker, "base-type", bv_type_name((enum bv_type)d->type));
	if (facts & CHOICES) {
		attribute_count(maker, "min-choices", interaction->min_choices);
		attribute_count(maker, "max-choices", interaction->max_choices);
	}
	if (facts & ASSOCIATIONS) {
		attribute_count(maker, "min-associations", interaction->min_associations);
		attribute_count(maker, "max-associations", interaction->max_associations);
	}
	if (facts & STRINGS) {
		attribute_count(maker, "min-strings", interaction->min_strings);
		attribute_count(maker, "max-strings", interaction->max_strings);
	}
	special_attributes(maker, interaction, facts);
	/* The exact length of a box may be that of the answer. */
	if ((facts & BOX) && interaction->expected_length)
		attribute_count(maker, "expected-length", rounded_up(interaction->expected_length));
	if ((facts & BOX) && interaction->expected_lines)
		attribute_count(maker, "expected-lines", interaction->expected_lines);
	if ((facts & REQUIRED) && (interaction->required || interaction->min_choices))
		attribute_text(maker, "required", "true");
	if ((facts & BOX) && interaction->placeholder.len) {
		bv_page_attribute(maker, "placeholder-text");
		bv_page_string(&maker->bytes, interaction->placeholder);
	}
}

static void
interaction(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	const struct bv_interaction *interaction = &maker->item->interactions[maker->interactions_seen];
	const struct interaction_row *row = NULL;

	if (maker->interactions_seen >= maker->item->interaction_count) {
		bv_page_refuse(maker, node->line, "<%.*s> stands outside the body, or in another interaction", BV_STR_ARG(node->name));
		return;
	}
	for (size_t i = 0; i < BV_COUNT(interaction_rows); i++)
		if (interaction_rows[i].kind == interaction->kind)
			row = &interaction_rows[i];
	if (!row || bv_qti_element(node) != row->element || maker->interaction >= 0)
		bv_page_refuse(maker, node->line, "<%.*s>: this release does not deliver %s interactions%s", BV_STR_ARG(node->name),
		               bv_interaction_name(interaction->kind), maker->interaction >= 0 ? " inside others" : "");
	else if (maker->item->bindings[maker->interactions_seen].response < 0)
		bv_page_refuse(maker, node->line, "<%.*s>: it fills no declared response", BV_STR_ARG(node->name));
	if (maker->item->page.refused) {
		maker->interactions_seen++;
		return;
	}
	maker->interaction = maker->interactions_seen++;
	maker->first_seen = maker->second_seen = 0;
	begin(maker, bv_qti_name(row->element));
	interaction_attributes(maker, interaction, row->facts);
	bv_page_attributes(maker, node, row->facts & FILES ? BV_GROUP_QUIET | BV_GROUP_FILES : BV_GROUP_QUIET);
	begun(maker);
	with_choices(maker, node, true);
	end(maker);
	if ((size_t)maker->first_seen + maker->second_seen != interaction->choice_count)
		bv_page_refuse(maker, node->line, "<%.*s>: some of its choices stand in something that is not delivered", BV_STR_ARG(node->name));
	maker->interaction = -1;
}

/* ---- All elements ---------------------------------------------------------------------------------------------------------------- */

/* Not on the page, with all that is in it. Nobody could answer an item that lost an interaction this way. */
static void
dropped(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	bool over, holds = bv_is_interaction(node);

	for (const struct bv_xml_node *n = bv_body_next(node, node, false); n && !holds; n = bv_body_next(node, n, over))
		holds = over = bv_is_interaction(n) || choice_row(bv_qti_element(n));
	if (holds)
		bv_page_refuse(maker, node->line, "<%.*s> is not delivered, but there is an interaction in it",
		               BV_STR_ARG(bv_str_sub(node->name, 0, 60)));
	bv_note(&maker->item->page.left_out, node->line, "<%.*s> is not delivered", BV_STR_ARG(bv_str_sub(node->name, 0, 60)));
}

static void
wrapped(struct bv_page_maker *maker, const struct bv_xml_node *node, const char *name, unsigned groups, bool block)
{
	bool preserve = maker->preserve;

	maker->preserve = preserve || bv_str_is(node->name, "pre");
	begin(maker, name);
	bv_page_attributes(maker, node, groups);
	begun(maker);
	children(maker, node, block);
	end(maker);
	maker->preserve = preserve;
}

/* object of 2.x: a picture, a sound or a film by its type. */
static void
object(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	struct bv_str type = attr(node, "type"), data = attr(node, "data");
	bool image = bv_str_starts(type, BV_STR("image/")), audio = bv_str_starts(type, BV_STR("audio/"));
	struct bv_str alternative = bv_body_text(node, 0, &maker->item->arena);

	if (!data.len || (!image && !audio && !bv_str_starts(type, BV_STR("video/")))) {
		dropped(maker, node);
		return;
	}
	begin(maker, image ? "img" : audio ? "audio" : "video");
	bv_page_media(maker, node, "src", data);
	if (!image)
		attribute_text(maker, "controls", "true");
	if (alternative.len) {
		bv_page_attribute(maker, image ? "alt" : "aria-label");
		bv_page_string(&maker->bytes, alternative);
	}
	bv_page_attributes(maker, node, BV_GROUP_IMAGE | BV_GROUP_QUIET);
	begun(maker);
	end(maker);
}

static void
html(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	const struct bv_page_name *row = bv_page_html(node->name);

	if (row && row->element != BV_ELEMENT_UNWRAPPED)
		wrapped(maker, node, row->name, row->groups, row->element == BV_ELEMENT_BLOCK);
	else if (row)
		children(maker, node, false);
	else if (bv_str_is(node->name, "math"))
		math(maker, node);
	else if (bv_str_is(node->name, "object"))
		object(maker, node);
	else
		dropped(maker, node);
}

static void
qti(struct bv_page_maker *maker, const struct bv_xml_node *node, enum bv_qti element)
{
	const struct choice_row *row = choice_row(element);

	if (row && !row->shuffled) {
		choice(maker, node, row);
		return;
	}
	switch (element) {
	case BV_QTI_PROMPT:
		wrapped(maker, node, "qti-prompt", BV_GROUP_QUIET, false);
		return;
	case BV_QTI_CONTENT_BODY:
		children(maker, node, true);
		return;
	case BV_QTI_SIMPLE_MATCH_SET:
		begin(maker, "qti-simple-match-set");
		bv_page_attributes(maker, node, BV_GROUP_QUIET);
		begun(maker);
		with_choices(maker, node, true);
		end(maker);
		return;
	case BV_QTI_POSITION_OBJECT_STAGE:
		wrapped(maker, node, "qti-position-object-stage", BV_GROUP_QUIET, true);
		return;
	case BV_QTI_PRINTED_VARIABLE:
		printed_read(maker, node);
		return;
	case BV_QTI_TEMPLATE_INLINE:
	case BV_QTI_TEMPLATE_BLOCK:
		conditional(maker, node, element == BV_QTI_TEMPLATE_BLOCK ? "div" : "span", false);
		return;
	case BV_QTI_FEEDBACK_INLINE:
	case BV_QTI_FEEDBACK_BLOCK:
		conditional(maker, node, bv_qti_name(element), true);
		return;
	case BV_QTI_RUBRIC_BLOCK:
		rubric(maker, node);
		return;
	default:
		if (bv_is_interaction(node))
			interaction(maker, node);
		else
			html(maker, node);
	}
}

static void
child(struct bv_page_maker *maker, const struct bv_xml_node *node, bool block)
{
	if (!node->name.len)
		text(maker, node->text, block);
	else if (bv_str_is(node->ns, MATHML))
		math(maker, node);
	else if (bv_str_is(node->ns, SSML))
		children(maker, node, block);
	else if (bv_str_is(node->ns, XHTML))
		html(maker, node);
	else if (node->ns.len && !bv_str_eq(node->ns, maker->item->root->ns))
		dropped(maker, node);
	else
		qti(maker, node, bv_qti_element(node));
}

static void
children(struct bv_page_maker *maker, const struct bv_xml_node *node, bool block)
{
	for (const struct bv_xml_node *n = node->first; n; n = n->next)
		child(maker, n, block);
}

static void
modal_feedback(struct bv_page_maker *maker)
{
	for (const struct bv_xml_node *n = bv_qti_first(maker->item->root); n; n = bv_qti_next(n)) {
		if (bv_qti_element(n) != BV_QTI_MODAL_FEEDBACK)
			continue;
		uint32_t at = index_of(maker, bv_page_op_add(maker, BV_PAGE_AFTERWARDS));
		conditional(maker, n, "qti-modal-feedback", true);
		end_of(maker, at);
	}
}

static void
root(struct bv_page_maker *maker)
{
	const struct bv_xml_node *body = maker->item->body;

	bv_buf_addz(&maker->bytes, "[\"qti-item-body\"");
	maker->attributes = false;
	if (maker->item->language.len && !bv_xml_attr_ns(body, "http://www.w3.org/XML/1998/namespace", "lang") && !bv_xml_attr(body, "lang"))
		bv_page_attributes(maker, &(struct bv_xml_node){ .attrs = &(struct bv_xml_attr){ BV_STR_NONE, BV_STR("lang"), maker->item->language },
		                                                 .attr_count = 1 }, BV_GROUP_QUIET);
	bv_page_attributes(maker, body, 0);
	begun(maker);
	children(maker, body, true);
	modal_feedback(maker);
	end(maker);
	flush(maker);
}

void
bv_page_make(struct bv_item *item)
{
	struct bv_page_maker maker = { .item = item, .bytes = BV_BUF(BYTES_MAX), .interaction = -1 };
	struct bv_page_op *ops;

	item->page = (struct bv_page){ .left_out = { .arena = &item->arena } };
	if (!item->body) {
		bv_page_refuse(&maker, item->root->line, "the item has no body: there is nothing to deliver");
		return;
	}
	root(&maker);
	if (maker.interactions_seen != item->interaction_count)
		bv_page_refuse(&maker, item->body->line, "some interactions stand in something that is not delivered");
	if (maker.bytes.full)
		bv_page_refuse(&maker, item->body->line, "the item's page is larger than %u bytes", BYTES_MAX);
	ops = bv_arena_array(&item->arena, maker.count, struct bv_page_op);
	memcpy(ops, maker.ops, maker.count * sizeof *ops);
	item->page.ops = ops;
	item->page.count = maker.count;
	item->page.bytes = bv_arena_str(&item->arena, bv_buf_str(&maker.bytes)).p;
	free(maker.ops);
	bv_buf_finish(&maker.bytes);
}
