/* Reading the choices of an interaction, whatever they are called. */
#include <stdlib.h>

#include "base/text.h"
#include "itembank/body.h"
#include "itembank/interaction.h"
#include "itembank/value.h"

static bool
is_one_of(const struct bv_xml_node *node, const enum bv_qti *elements)
{
	enum bv_qti element = bv_qti_element(node);

	while (*elements && *elements != element)
		elements++;
	return *elements != BV_QTI_NONE;
}

static struct bv_str
attr_or_empty(const struct bv_xml_node *node, const char *name)
{
	const struct bv_str *value = bv_qti_attr(node, name);

	return value ? bv_str_trim(*value) : BV_STR_NONE;
}

/* Items made for 2.x number their choices "1", "2": such an identifier is no NCName, but nothing is doubtful about it. */
static enum bv_status
identifier_read(struct bv_str *out, const struct bv_xml_node *node, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_str *attr = bv_qti_attr(node, "identifier");
	struct bv_value value = { 0 };
	struct bv_str nfc;

	if (attr && (bv_text_nfc(&nfc, *attr, arena, err) || bv_value_parse(&value, BV_TYPE_IDENTIFIER, nfc, arena, err))) {
		err->line = node->line;
		return err->status;
	}
	if (bv_value_is_null(&value))
		return bv_err_rule(err, "missing-attribute", node->line, "<%.*s> has no identifier", BV_STR_ARG(node->name));
	*out = value.one.text;
	return BV_OK;
}

/* A hotspot has nothing but its label to be read by. */
static struct bv_str
text_read(const struct bv_xml_node *node, struct bv_arena *arena)
{
	struct bv_str text = bv_body_text(node, 0, arena), label;

	if (text.len)
		return text;
	label = attr_or_empty(node, "hotspot-label");
	return label.len ? label : attr_or_empty(node, "aria-label");
}

static enum bv_status
choice_read(struct bv_choice *out, const struct bv_xml_node *node, struct bv_arena *arena, struct bv_err *err)
{
	*out = (struct bv_choice){ .line = node->line };
	TRY(identifier_read(&out->identifier, node, arena, err));
	TRY(bv_qti_attr_bool(&out->fixed, node, "fixed", false, err));
	TRY(bv_qti_attr_bool(&out->required, node, "required", false, err));
	/* A gap takes one text; what a choice without match-max may take is not said by the schema, which demands the attribute. */
	TRY(bv_qti_attr_count(&out->match_max, node, "match-max", 1, err));
	TRY(bv_qti_attr_count(&out->match_min, node, "match-min", 0, err));
	out->template_identifier = attr_or_empty(node, "template-identifier");
	out->template_hides = bv_str_is(attr_or_empty(node, "show-hide"), "hide");
	out->match_groups = attr_or_empty(node, "match-group");
	out->shape = attr_or_empty(node, "shape");
	out->coords = attr_or_empty(node, "coords");
	out->text = text_read(node, arena);
	return BV_OK;
}

static int
by_identifier(const void *a, const void *b)
{
	return bv_str_cmp((*(const struct bv_choice *const *)a)->identifier, (*(const struct bv_choice *const *)b)->identifier);
}

static enum bv_status
check_unique(const struct bv_choice *choices, size_t count, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_choice **sorted = bv_arena_array(arena, count, const struct bv_choice *);

	for (size_t i = 0; i < count; i++)
		sorted[i] = &choices[i];
	if (count)
		qsort(sorted, count, sizeof *sorted, by_identifier);
	for (size_t i = 1; i < count; i++)
		if (bv_str_eq(sorted[i - 1]->identifier, sorted[i]->identifier))
			return bv_err_rule(err, "duplicate-identifier",
			                   sorted[i - 1]->line > sorted[i]->line ? sorted[i - 1]->line : sorted[i]->line,
			                   "choice '%.*s' occurs twice in its interaction: identifiers of choices are unique",
			                   BV_STR_ARG(sorted[i]->identifier));
	return BV_OK;
}

enum bv_status
bv_choices_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node,
                const enum bv_qti *elements, struct bv_err *err)
{
	size_t count = 0, idx = 0;
	struct bv_choice *choices;
	bool over;

	for (const struct bv_xml_node *n = bv_body_next(node, node, false); n; n = bv_body_next(node, n, over))
		count += over = is_one_of(n, elements);
	if (count + out->choice_count > BV_ITEM_CHOICES_MAX)
		return bv_err_at(err, BV_ELIMIT, node->line, "<%.*s> has more than %d choices", BV_STR_ARG(node->name), BV_ITEM_CHOICES_MAX);
	choices = bv_arena_array(reader->arena, count + out->choice_count, struct bv_choice);
	for (; idx < out->choice_count; idx++)
		choices[idx] = out->choices[idx];
	for (const struct bv_xml_node *n = bv_body_next(node, node, false); n; n = bv_body_next(node, n, over))
		if ((over = is_one_of(n, elements)))
			TRY(choice_read(&choices[idx++], n, reader->arena, err));
	TRY(check_unique(choices, idx, reader->arena, err));
	out->choices = choices;
	out->choice_count = idx;
	return BV_OK;
}
