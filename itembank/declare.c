#include "itembank/declare.h"

#include "itembank/interaction.h"

#include <math.h>

#include "base/text.h"

static const char *const kind_names[] = { "response", "outcome", "template", "context" };

const char *
bv_variable_kind_name(enum bv_variable_kind kind)
{
	return kind_names[kind];
}

/* Puts the element and its line before a message about a value in it. */
static enum bv_status
at(const struct bv_xml_node *node, struct bv_err *err)
{
	return bv_err_again(err, node->line, "%.*s: %s", BV_STR_ARG(node->name), err->msg);
}

static enum bv_status
real_attr(double *out, bool *given, const struct bv_xml_node *node, const char *name, double otherwise, struct bv_err *err)
{
	const struct bv_str *attr = bv_qti_attr(node, name);

	*out = otherwise;
	*given = attr && bv_str_trim(*attr).len;
	if (*given && (!bv_str_double(bv_str_trim(*attr), out) || isnan(*out)))
		return bv_err_rule(err, "bad-attribute-value", node->line, "%.*s: %s=\"%.*s\" is not a number", BV_STR_ARG(node->name),
		                   name, BV_STR_ARG(bv_str_sub(*attr, 0, 60)));
	return BV_OK;
}

static enum bv_status
need_real(double *out, const struct bv_xml_node *node, const char *name, struct bv_err *err)
{
	bool given;

	TRY(real_attr(out, &given, node, name, 0, err));
	if (!given)
		return bv_err_rule(err, "missing-attribute", node->line, "%.*s: the attribute %s is missing", BV_STR_ARG(node->name), name);
	return BV_OK;
}

static size_t
count_children(const struct bv_xml_node *node, enum bv_qti element)
{
	size_t n = 0;

	for (const struct bv_xml_node *e = bv_qti_first(node); e; e = bv_qti_next(e))
		n += bv_qti_element(e) == element;
	return n;
}

/* ---- Values --------------------------------------------------------------------------------------------------------- */

static enum bv_status
parse_value(struct bv_value *out, enum bv_type type, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	struct bv_str text = bv_xml_text(node, loader->arena);

	if (bv_text_nfc(&text, text, loader->arena, err) != BV_OK ||
	    bv_value_parse(out, type, bv_arena_str(loader->arena, text), loader->arena, err) != BV_OK)
		return at(node, err);
	return BV_OK;
}

static enum bv_status
parse_field(struct bv_field *out, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	const struct bv_str *word = bv_qti_attr(node, "base-type");
	enum bv_type type;

	TRY(bv_qti_attr_identifier(&out->name, node, "field-identifier", err));
	out->name = bv_arena_str(loader->arena, out->name);
	if (!word || !bv_type_parse(&type, *word))
		return bv_err_rule(err, word ? "bad-attribute-value" : "missing-attribute", node->line,
		                   "%.*s: a field of a record needs a base-type", BV_STR_ARG(node->name));
	return parse_value(&out->value, type, loader, node, err);
}

static enum bv_status
parse_record(struct bv_value *out, const struct bv_loader *loader, const struct bv_xml_node *parent, size_t count, struct bv_err *err)
{
	struct bv_field *fields = bv_arena_array(loader->arena, count, struct bv_field);
	uint32_t n = 0;

	for (const struct bv_xml_node *e = bv_qti_first(parent); e; e = bv_qti_next(e)) {
		if (bv_qti_element(e) != BV_QTI_VALUE)
			continue;
		TRY(parse_field(&fields[n], loader, e, err));
		struct bv_value so_far = { .cardinality = BV_CARD_RECORD, .count = n, .fields = fields };
		if (bv_record_find(&so_far, fields[n].name))
			return bv_err_rule(err, "duplicate-field", e->line, "field \"%.*s\" appears twice", BV_STR_ARG(fields[n].name));
		n++;
	}
	*out = (struct bv_value){ .cardinality = BV_CARD_RECORD, .count = n, .fields = fields };
	return BV_OK;
}

/* The qti-value children of a default-value or correct-response. Empty values are NULL and drop out of containers. */
static enum bv_status
parse_values(struct bv_value *out, const struct bv_declaration *d, const struct bv_loader *loader, const struct bv_xml_node *parent,
             struct bv_err *err)
{
	size_t count = count_children(parent, BV_QTI_VALUE);
	enum bv_type type = (enum bv_type)d->type;
	uint32_t n = 0;

	if (count > BV_VALUE_COUNT_MAX)
		return bv_err_at(err, BV_ELIMIT, parent->line, "%.*s: more than %d values", BV_STR_ARG(parent->name), BV_VALUE_COUNT_MAX);
	if (d->cardinality == BV_CARD_RECORD)
		return parse_record(out, loader, parent, count, err);
	if (d->cardinality == BV_CARD_SINGLE && count > 1)
		return bv_err_rule(err, "cardinality-mismatch", parent->line, "%.*s: %zu values, but \"%.*s\" has cardinality single",
		                   BV_STR_ARG(parent->name), count, BV_STR_ARG(d->identifier));
	union bv_atom *list = bv_arena_array(loader->arena, count, union bv_atom);
	for (const struct bv_xml_node *e = bv_qti_first(parent); e; e = bv_qti_next(e)) {
		struct bv_value v;
		if (bv_qti_element(e) != BV_QTI_VALUE)
			continue;
		TRY(parse_value(&v, type, loader, e, err));
		if (v.count)
			list[n++] = v.one;
	}
	*out = d->cardinality == BV_CARD_SINGLE && n ? bv_value_single(type, list[0])
	                                             : bv_value_list((enum bv_cardinality)d->cardinality, type, list, n);
	return BV_OK;
}

/* ---- Mappings ------------------------------------------------------------------------------------------------------- */

static enum bv_status
parse_bounds(double *lower, double *upper, double *otherwise, const struct bv_xml_node *node, struct bv_err *err)
{
	bool given;

	TRY(real_attr(lower, &given, node, "lower-bound", -INFINITY, err));
	TRY(real_attr(upper, &given, node, "upper-bound", INFINITY, err));
	TRY(real_attr(otherwise, &given, node, "default-value", 0, err));
	if (*lower > *upper)
		return bv_err_rule(err, "bound-out-of-range", node->line, "%.*s: lower-bound is above upper-bound", BV_STR_ARG(node->name));
	return BV_OK;
}

static enum bv_status
parse_map_entry(struct bv_map_entry *out, enum bv_type type, const struct bv_loader *loader, const struct bv_xml_node *node, bool *null,
                struct bv_err *err)
{
	const struct bv_str *key = bv_qti_attr(node, "map-key");
	struct bv_str text;
	struct bv_value v;

	if (!key)
		return bv_err_rule(err, "missing-attribute", node->line, "%.*s: the attribute map-key is missing", BV_STR_ARG(node->name));
	TRY(need_real(&out->mapped, node, "mapped-value", err));
	/* The schema's default changed: case counts in 2.0 and 2.1, not in 2.2 and 3.0. */
	TRY(bv_qti_attr_bool(&out->case_sensitive, node, "case-sensitive", loader->version < BV_QTI_2_2, err));
	if (bv_text_nfc(&text, *key, loader->arena, err) != BV_OK ||
	    bv_value_parse(&v, type, bv_arena_str(loader->arena, text), loader->arena, err) != BV_OK)
		return at(node, err);
	*null = v.count == 0;
	if (*null)
		bv_note(loader->notes, "empty-map-key", node->line, "%.*s: an empty map-key matches nothing", BV_STR_ARG(node->name));
	out->key = v.one;
	if (type != BV_TYPE_STRING)
		out->case_sensitive = true;
	else if (!out->case_sensitive && v.count)
		out->folded = bv_text_fold(v.one.text, loader->arena);
	return BV_OK;
}

static enum bv_status
check_entries(const struct bv_xml_node *node, size_t count, const char *what, struct bv_err *err)
{
	static const char words[] = "%.*s: %zu %s; there must be 1 to %d";

	if (count > BV_MAP_ENTRIES_MAX)
		return bv_err_at(err, BV_ELIMIT, node->line, words, BV_STR_ARG(node->name), count, what, BV_MAP_ENTRIES_MAX);
	if (count == 0)
		return bv_err_rule(err, "missing-element", node->line, words, BV_STR_ARG(node->name), count, what, BV_MAP_ENTRIES_MAX);
	return BV_OK;
}

static enum bv_status
parse_mapping(struct bv_declaration *d, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	struct bv_mapping *mapping = bv_arena_array(loader->arena, 1, struct bv_mapping);
	size_t count = count_children(node, BV_QTI_MAP_ENTRY);
	enum bv_type type = (enum bv_type)d->type;

	if (d->cardinality == BV_CARD_RECORD || type == BV_TYPE_FILE || type == BV_TYPE_DURATION)
		return bv_err_rule(err, "unmappable-type", node->line,
		                   "%.*s: a %s cannot be mapped (QTI mapping: not for record, file, duration)", BV_STR_ARG(node->name),
		                   d->cardinality == BV_CARD_RECORD ? "record" : bv_type_name(type));
	TRY(check_entries(node, count, "map entries", err));
	TRY(parse_bounds(&mapping->lower, &mapping->upper, &mapping->otherwise, node, err));
	struct bv_map_entry *entries = bv_arena_array(loader->arena, count, struct bv_map_entry);
	for (const struct bv_xml_node *e = bv_qti_first(node); e; e = bv_qti_next(e)) {
		bool null = false;
		if (bv_qti_element(e) != BV_QTI_MAP_ENTRY)
			continue;
		TRY(parse_map_entry(&entries[mapping->count], type, loader, e, &null, err));
		mapping->count += !null;
	}
	mapping->entries = entries;
	d->mapping = mapping;
	return BV_OK;
}

static enum bv_status
parse_area_mapping(struct bv_declaration *d, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	struct bv_area_mapping *mapping = bv_arena_array(loader->arena, 1, struct bv_area_mapping);
	size_t count = count_children(node, BV_QTI_AREA_MAP_ENTRY);

	if (d->type != BV_TYPE_POINT || d->cardinality == BV_CARD_RECORD)
		return bv_err_rule(err, "unmappable-type", node->line, "%.*s: only points can be mapped by area; \"%.*s\" is %s",
		                   BV_STR_ARG(node->name), BV_STR_ARG(d->identifier), bv_type_name((enum bv_type)d->type));
	if (count > BV_MAP_ENTRIES_MAX)
		return bv_err_at(err, BV_ELIMIT, node->line, "%.*s: more than %d areas", BV_STR_ARG(node->name), BV_MAP_ENTRIES_MAX);
	TRY(parse_bounds(&mapping->lower, &mapping->upper, &mapping->otherwise, node, err));
	struct bv_area_entry *entries = bv_arena_array(loader->arena, count, struct bv_area_entry);
	for (const struct bv_xml_node *e = bv_qti_first(node); e; e = bv_qti_next(e)) {
		if (bv_qti_element(e) != BV_QTI_AREA_MAP_ENTRY)
			continue;
		const struct bv_str *shape = bv_qti_attr(e, "shape"), *coords = bv_qti_attr(e, "coords");
		struct bv_area_entry *entry = &entries[mapping->count++];
		TRY(need_real(&entry->mapped, e, "mapped-value", err));
		if (bv_shape_parse_on(&entry->shape, shape ? *shape : BV_STR_NONE, coords ? *coords : BV_STR_NONE, d->image_width, d->image_height,
		                      loader->arena, err) != BV_OK)
			return at(e, err);
	}
	mapping->entries = entries;
	d->area_mapping = mapping;
	return BV_OK;
}

/* ---- Lookup tables -------------------------------------------------------------------------------------------------- */

static enum bv_status
target_attr(struct bv_value *out, const struct bv_declaration *d, const struct bv_loader *loader, const struct bv_xml_node *node,
            const char *name, struct bv_err *err)
{
	const struct bv_str *attr = bv_qti_attr(node, name);

	*out = bv_value_null(BV_CARD_SINGLE, (enum bv_type)d->type);
	if (attr && bv_value_parse(out, (enum bv_type)d->type, bv_arena_str(loader->arena, *attr), loader->arena, err) != BV_OK)
		return at(node, err);
	return BV_OK;
}

static enum bv_status
parse_lookup(struct bv_declaration *d, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	struct bv_lookup *lookup = bv_arena_array(loader->arena, 1, struct bv_lookup);

	lookup->interpolates = bv_qti_element(node) == BV_QTI_INTERPOLATION_TABLE;
	enum bv_qti element = lookup->interpolates ? BV_QTI_INTERPOLATION_TABLE_ENTRY : BV_QTI_MATCH_TABLE_ENTRY;
	size_t count = count_children(node, element);
	if (d->cardinality != BV_CARD_SINGLE)
		return bv_err_rule(err, "cardinality-mismatch", node->line, "%.*s: \"%.*s\" must have cardinality single",
		                   BV_STR_ARG(node->name), BV_STR_ARG(d->identifier));
	TRY(check_entries(node, count, "entries", err));
	TRY(target_attr(&lookup->otherwise, d, loader, node, "default-value", err));
	struct bv_lookup_entry *entries = bv_arena_array(loader->arena, count, struct bv_lookup_entry);
	for (const struct bv_xml_node *e = bv_qti_first(node); e; e = bv_qti_next(e)) {
		if (bv_qti_element(e) != element)
			continue;
		struct bv_lookup_entry *entry = &entries[lookup->count++];
		TRY(need_real(&entry->source, e, "source-value", err));
		TRY(bv_qti_attr_bool(&entry->include_boundary, e, "include-boundary", true, err));
		TRY(target_attr(&entry->target, d, loader, e, "target-value", err));
		if (!lookup->interpolates && entry->source != floor(entry->source))
			return bv_err_rule(err, "bad-attribute-value", e->line, "%.*s: source-value must be an integer",
			                   BV_STR_ARG(e->name));
	}
	lookup->entries = entries;
	d->lookup = lookup;
	return BV_OK;
}

/* ---- Declarations --------------------------------------------------------------------------------------------------- */

static bool
declares(enum bv_variable_kind *kind, const struct bv_xml_node *node)
{
	switch (bv_qti_element(node)) {
	case BV_QTI_RESPONSE_DECLARATION:
		*kind = BV_VARIABLE_RESPONSE;
		return true;
	case BV_QTI_OUTCOME_DECLARATION:
		*kind = BV_VARIABLE_OUTCOME;
		return true;
	case BV_QTI_TEMPLATE_DECLARATION:
		*kind = BV_VARIABLE_TEMPLATE;
		return true;
	case BV_QTI_CONTEXT_DECLARATION:
		*kind = BV_VARIABLE_CONTEXT;
		return true;
	default:
		return false;
	}
}

static enum bv_status
parse_sort(struct bv_declaration *d, const struct bv_xml_node *node, struct bv_err *err)
{
	const struct bv_str *cardinality = bv_qti_attr(node, "cardinality"), *word = bv_qti_attr(node, "base-type");
	enum bv_cardinality card;
	enum bv_type type = BV_TYPE_NONE;

	if (!cardinality || !bv_cardinality_parse(&card, *cardinality))
		return bv_err_rule(err, cardinality ? "bad-attribute-value" : "missing-attribute", node->line,
		                   "%.*s \"%.*s\": cardinality must be single, multiple, ordered or record", BV_STR_ARG(node->name),
		                   BV_STR_ARG(d->identifier));
	if (card != BV_CARD_RECORD && (!word || !bv_type_parse(&type, *word)))
		return bv_err_rule(err, word ? "bad-attribute-value" : "missing-attribute", node->line, "%.*s \"%.*s\": base-type is %s",
		                   BV_STR_ARG(node->name), BV_STR_ARG(d->identifier), word ? "not one of QTI's" : "missing");
	d->cardinality = (uint8_t)card;
	d->type = (uint8_t)type;
	return BV_OK;
}

static struct bv_str
text_attr(const struct bv_loader *loader, const struct bv_xml_node *node, const char *name)
{
	const struct bv_str *attr = bv_qti_attr(node, name);

	return attr ? bv_arena_str(loader->arena, bv_str_trim(*attr)) : BV_STR_NONE;
}

static enum bv_status
parse_outcome_attrs(struct bv_declaration *d, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	struct bv_str external = text_attr(loader, node, "external-scored");

	TRY(real_attr(&d->normal_maximum, &d->has_normal_maximum, node, "normal-maximum", 0, err));
	TRY(real_attr(&d->normal_minimum, &d->has_normal_minimum, node, "normal-minimum", 0, err));
	TRY(real_attr(&d->mastery_value, &d->has_mastery_value, node, "mastery-value", 0, err));
	if (d->has_normal_maximum && d->normal_maximum < 0)
		bv_note(loader->notes, "negative-maximum", node->line, "outcome \"%.*s\": normal-maximum is negative",
		        BV_STR_ARG(d->identifier));
	d->external_scored = bv_str_is(external, "human") || bv_str_is(external, "externalMachine");
	if (external.len && !d->external_scored)
		return bv_err_rule(err, "bad-attribute-value", node->line,
		                   "%.*s \"%.*s\": external-scored must be human or externalMachine", BV_STR_ARG(node->name),
		                   BV_STR_ARG(d->identifier));
	d->view = text_attr(loader, node, "view");
	d->interpretation = text_attr(loader, node, "interpretation");
	d->long_interpretation = text_attr(loader, node, "long-interpretation");
	return BV_OK;
}

static enum bv_status
parse_child(struct bv_declaration *d, const struct bv_loader *loader, const struct bv_xml_node *e, struct bv_err *err)
{
	bool response = d->kind == BV_VARIABLE_RESPONSE, outcome = d->kind == BV_VARIABLE_OUTCOME;

	switch (bv_qti_element(e)) {
	case BV_QTI_DEFAULT_VALUE:
		return parse_values(&d->default_value, d, loader, e, err);
	case BV_QTI_CORRECT_RESPONSE:
		if (response)
			return parse_values(&d->correct, d, loader, e, err);
		break;
	case BV_QTI_MAPPING:
		if (response)
			return parse_mapping(d, loader, e, err);
		break;
	case BV_QTI_AREA_MAPPING:
		if (response)
			return parse_area_mapping(d, loader, e, err);
		break;
	case BV_QTI_MATCH_TABLE:
	case BV_QTI_INTERPOLATION_TABLE:
		if (outcome)
			return parse_lookup(d, loader, e, err);
		break;
	default:
		break;
	}
	return bv_err_rule(err, "misplaced-element", e->line, "\"%.*s\" does not belong in the declaration of the %s variable \"%.*s\"",
	                   BV_STR_ARG(e->name), kind_names[d->kind], BV_STR_ARG(d->identifier));
}

static enum bv_status
parse_declaration(struct bv_declaration *d, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	d->line = node->line;
	TRY(bv_qti_attr_identifier(&d->identifier, node, "identifier", err));
	d->identifier = bv_arena_str(loader->arena, d->identifier);
	TRY(parse_sort(d, node, err));
	d->default_value = d->correct = bv_value_null((enum bv_cardinality)d->cardinality, (enum bv_type)d->type);
	if (d->kind == BV_VARIABLE_OUTCOME)
		TRY(parse_outcome_attrs(d, loader, node, err));
	TRY(bv_qti_attr_bool(&d->math_variable, node, "math-variable", false, err));
	TRY(bv_qti_attr_bool(&d->param_variable, node, "param-variable", false, err));
	if (d->kind == BV_VARIABLE_RESPONSE && d->type == BV_TYPE_POINT)
		(void)bv_point_image_size(&d->image_width, &d->image_height, node, d->identifier, loader->arena);
	for (const struct bv_xml_node *e = bv_qti_first(node); e; e = bv_qti_next(e))
		TRY(parse_child(d, loader, e, err));
	return BV_OK;
}

static void
add_builtins(struct bv_declaration *list)
{
	static const struct {
		struct bv_str identifier;
		enum bv_variable_kind kind;
		enum bv_cardinality cardinality;
		enum bv_type type;
	} builtins[BV_BUILTIN_COUNT] = {
		[BV_NUM_ATTEMPTS] = { { "numAttempts", 11 }, BV_VARIABLE_RESPONSE, BV_CARD_SINGLE, BV_TYPE_INTEGER },
		[BV_DURATION] = { { "duration", 8 }, BV_VARIABLE_RESPONSE, BV_CARD_SINGLE, BV_TYPE_DURATION },
		[BV_COMPLETION_STATUS] = { { "completionStatus", 16 }, BV_VARIABLE_OUTCOME, BV_CARD_SINGLE, BV_TYPE_IDENTIFIER },
		[BV_QTI_CONTEXT] = { { "QTI_CONTEXT", 11 }, BV_VARIABLE_CONTEXT, BV_CARD_RECORD, BV_TYPE_NONE },
	};

	for (int i = 0; i < BV_BUILTIN_COUNT; i++) {
		list[i].identifier = builtins[i].identifier;
		list[i].kind = (uint8_t)builtins[i].kind;
		list[i].cardinality = (uint8_t)builtins[i].cardinality;
		list[i].type = (uint8_t)builtins[i].type;
		list[i].builtin = true;
		list[i].default_value = list[i].correct = bv_value_null(builtins[i].cardinality, builtins[i].type);
	}
}

static uint32_t
hash(struct bv_str s)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h;
}

/* The slot of identifier: of the variable of that name, or the free one where it belongs. Slots hold index + 1. */
static uint32_t
slot_of(const struct bv_declarations *ds, struct bv_str identifier)
{
	uint32_t i = hash(identifier) & ds->mask;

	while (ds->slots[i] && !bv_str_eq(ds->list[ds->slots[i] - 1].identifier, identifier))
		i = (i + 1) & ds->mask;
	return i;
}

int
bv_declarations_find(const struct bv_declarations *declarations, struct bv_str identifier)
{
	int i = declarations ? (int)declarations->slots[slot_of(declarations, identifier)] - 1 : -1;

	/* Its name in QTI 2.0, still in items that were converted. */
	return i < 0 && declarations && bv_str_is(identifier, "completion_status") ? BV_COMPLETION_STATUS : i;
}

/* Items of 2.x declare completionStatus, and 3.0 declares QTI_CONTEXT: the built-in stays, and takes the defaults given. */
static enum bv_status
redeclare(struct bv_declaration *builtin, const struct bv_declaration *d, const struct bv_loader *loader, struct bv_err *err)
{
	if (!builtin->builtin)
		return bv_err_rule(err, "duplicate-identifier", d->line, "\"%.*s\" is declared twice; the first is at line %d",
		                   BV_STR_ARG(d->identifier), builtin->line);
	if (builtin->kind != d->kind || builtin->cardinality != d->cardinality || builtin->type != d->type)
		return bv_err_rule(err, "reserved-identifier", d->line, "\"%.*s\" is a built-in variable: give yours another name",
		                   BV_STR_ARG(d->identifier));
	if (d->kind != BV_VARIABLE_CONTEXT)
		bv_note(loader->notes, "builtin-declared", d->line, "\"%.*s\" is built in and need not be declared",
		        BV_STR_ARG(d->identifier));
	builtin->default_value = d->default_value;
	builtin->line = d->line;
	return BV_OK;
}

enum bv_status
bv_declarations_parse(struct bv_declarations *out, const struct bv_loader *loader, const struct bv_xml_node *item, struct bv_err *err)
{
	enum bv_variable_kind kind;
	size_t count = BV_BUILTIN_COUNT;

	for (const struct bv_xml_node *e = bv_qti_first(item); e; e = bv_qti_next(e))
		count += declares(&kind, e);
	if (count > BV_DECLARATIONS_MAX)
		return bv_err_at(err, BV_ELIMIT, item->line, "more than %d variables are declared", BV_DECLARATIONS_MAX);

	struct bv_declaration *list = bv_arena_array(loader->arena, count, struct bv_declaration);
	struct bv_declarations ds = { .list = list, .mask = 15 };
	while (ds.mask < 2 * count)
		ds.mask = 2 * ds.mask + 1;
	ds.slots = bv_arena_array(loader->arena, (size_t)ds.mask + 1, uint32_t);
	add_builtins(list);
	for (ds.count = 0; ds.count < BV_BUILTIN_COUNT; ds.count++)
		ds.slots[slot_of(&ds, list[ds.count].identifier)] = ds.count + 1;

	for (const struct bv_xml_node *e = bv_qti_first(item); e; e = bv_qti_next(e)) {
		if (!declares(&kind, e))
			continue;
		struct bv_declaration d = { .kind = (uint8_t)kind };
		TRY(parse_declaration(&d, loader, e, err));
		uint32_t slot = slot_of(&ds, d.identifier);
		if (ds.slots[slot]) {
			TRY(redeclare(&list[ds.slots[slot] - 1], &d, loader, err));
			continue;
		}
		list[ds.count++] = d;
		ds.slots[slot] = ds.count;
	}
	*out = ds;
	return BV_OK;
}
