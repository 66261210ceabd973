#define _GNU_SOURCE /* memmem */
#include "itembank/item.h"

#include <stdlib.h>

#include "base/text.h"
#include "itembank/body.h"

static enum bv_status
attr_text(struct bv_str *out, struct bv_item *item, const struct bv_str *value, struct bv_err *err)
{
	*out = BV_STR_NONE;
	return value ? bv_text_nfc(out, bv_str_trim(*value), &item->arena, err) : BV_OK;
}

static enum bv_status
root_parse(struct bv_item *item, struct bv_err *err)
{
	const struct bv_str *identifier;

	item->root = bv_xml_root(item->doc);
	TRY(bv_qti_version_of(&item->version, item->root, err));
	if (bv_qti_element(item->root) != BV_QTI_ASSESSMENT_ITEM)
		return bv_err_rule(err, "wrong-root", item->root->line,
		                   "the document is a <%.*s>%s%s: an item is a qti-assessment-item (2.x: assessmentItem)",
		                   BV_STR_ARG(bv_str_sub(item->root->name, 0, 60)), item->root->ns.len ? " in the namespace of QTI " : "",
		                   item->root->ns.len ? bv_qti_version_name(item->version) : "");
	identifier = bv_qti_attr(item->root, "identifier");
	if (!identifier || bv_str_trim(*identifier).len == 0)
		return bv_err_rule(err, "missing-attribute", item->root->line, "the item has no identifier");
	TRY(attr_text(&item->identifier, item, identifier, err));
	if (item->identifier.len > BV_ITEM_IDENTIFIER_MAX)
		return bv_err_at(err, BV_ELIMIT, item->root->line, "the item's identifier is longer than %d bytes", BV_ITEM_IDENTIFIER_MAX);
	TRY(attr_text(&item->title, item, bv_qti_attr(item->root, "title"), err));
	TRY(attr_text(&item->language, item, bv_xml_attr_ns(item->root, "http://www.w3.org/XML/1998/namespace", "lang"), err));
	if (item->language.len > BV_ITEM_IDENTIFIER_MAX)
		return bv_err_at(err, BV_ELIMIT, item->root->line, "the item's xml:lang is longer than %d bytes", BV_ITEM_IDENTIFIER_MAX);
	return BV_OK;
}

/* The response that an interaction names: declared, not built in, filled by it alone, and of a kind that it can fill. */
static enum bv_status
response_bind(struct bv_item *item, size_t idx, struct bv_err *err)
{
	const struct bv_interaction *interaction = &item->interactions[idx];
	int variable = bv_declarations_find(item->program.declarations, interaction->response);
	const struct bv_declaration *d = variable < 0 ? NULL : &item->program.declarations->list[variable];

	if (!d || d->kind != BV_VARIABLE_RESPONSE || d->builtin)
		return bv_err_rule(err, "undeclared-response", interaction->line, "%s interaction: response '%.*s' is not declared",
		                   bv_interaction_name(interaction->kind), BV_STR_ARG(interaction->response));
	if (item->interaction_of[variable] >= 0)
		return bv_err_rule(err, "shared-response", interaction->line,
		                   "%s interaction: response '%.*s' is filled by another interaction already",
		                   bv_interaction_name(interaction->kind), BV_STR_ARG(interaction->response));
	TRY(bv_interaction_accepts(interaction, d, err));
	item->interaction_of[variable] = (int)idx;
	item->bindings[idx].response = variable;
	return BV_OK;
}

static enum bv_status
typed_bind(struct bv_item *item, size_t idx, struct bv_err *err)
{
	const struct bv_interaction *interaction = &item->interactions[idx];
	struct bv_binding *binding = &item->bindings[idx];

	if (interaction->string_identifier.len) {
		int variable = bv_declarations_find(item->program.declarations, interaction->string_identifier);
		const struct bv_declaration *d = variable < 0 ? NULL : &item->program.declarations->list[variable];
		if (!d || d->kind != BV_VARIABLE_RESPONSE || d->builtin || d->type != BV_TYPE_STRING ||
		    d->cardinality != BV_CARD_SINGLE || item->interaction_of[variable] >= 0)
			return bv_err_rule(err, "undeclared-response", interaction->line,
			                   "string-identifier '%.*s' is not a declared single string response of its own",
			                   BV_STR_ARG(interaction->string_identifier));
		item->interaction_of[variable] = (int)idx;
		binding->typed = variable;
	}
	if (interaction->pattern_mask.len && bv_pattern_read(&binding->mask, interaction->pattern_mask, &item->arena, err)) {
		err->line = interaction->line;
		return err->status;
	}
	return BV_OK;
}

/* Faults of binding do not keep an item from being scored; they are kept, and bv_item_parse refuses for the first of them. */
static void
bind_all(struct bv_item *item)
{
	uint32_t count = item->program.declarations->count;
	struct bv_err err;

	item->bindings = bv_arena_array(&item->arena, item->interaction_count, struct bv_binding);
	item->interaction_of = bv_arena_array(&item->arena, count, int);
	item->responses = bv_arena_array(&item->arena, count, int);
	for (uint32_t i = 0; i < count; i++) {
		const struct bv_declaration *d = &item->program.declarations->list[i];
		item->interaction_of[i] = -1;
		if (d->kind == BV_VARIABLE_RESPONSE && !d->builtin)
			item->responses[item->response_count++] = (int)i;
	}
	for (size_t i = 0; i < item->interaction_count; i++) {
		item->bindings[i] = (struct bv_binding){ .response = -1, .typed = -1 };
		if (response_bind(item, i, &err))
			bv_note_fault(&item->faults, &err);
	}
	for (size_t i = 0; i < item->interaction_count; i++)
		if (typed_bind(item, i, &err))
			bv_note_fault(&item->faults, &err);
}

static enum bv_status
body_parse(struct bv_item *item, struct bv_err *err)
{
	const struct bv_interaction_reader reader = { &item->arena, &item->notes, &item->faults, item->version };

	item->body = bv_qti_child(item->root, BV_QTI_ITEM_BODY);
	if (!item->body)
		return BV_OK;
	return bv_body_interactions(&item->interactions, &item->interaction_count, &reader, item->body, err);
}

/* Files of QTI 1.2 have a DOCTYPE, mostly, and often are in Latin-1: what they are is said rather than that. */
static enum bv_status
unreadable(struct bv_str xml, struct bv_err *err)
{
	static const char root[] = "questestinterop";
	struct bv_str head = bv_str_sub(xml, 0, 4096);

	if (err->status == BV_EPARSE && memmem(bv_str_chars(head), head.len, root, sizeof root - 1))
		return bv_err_rule(err, "qti-1", err->line, BV_QTI_1_REFUSED);
	return err->status;
}

enum bv_status
bv_item_parse_loosely(struct bv_item **out, struct bv_str xml, struct bv_err *err)
{
	BV_AUTO(bv_item_free) struct bv_item *item = bv_alloc(sizeof *item);
	struct bv_loader loader;

	if (bv_xml_read(&item->doc, xml, BV_XML_ITEM_MAX, err))
		return unreadable(xml, err);
	bv_sha256(item->hash, xml);
	TRY(root_parse(item, err));
	item->notes.arena = item->faults.arena = &item->arena;
	TRY(body_parse(item, err));
	loader = (struct bv_loader){ .version = item->version, .arena = &item->arena, .notes = &item->notes, .faults = &item->faults };
	TRY(bv_program_parse(&item->program, &loader, item->root, err));
	bind_all(item);
	item->score = bv_declarations_find(item->program.declarations, BV_STR("SCORE"));
	if (item->score >= 0 && item->program.declarations->list[item->score].kind != BV_VARIABLE_OUTCOME)
		item->score = -1;
	bv_page_make(item);
	*out = bv_steal(&item);
	return BV_OK;
}

enum bv_status
bv_item_parse(struct bv_item **out, struct bv_str xml, struct bv_err *err)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;

	TRY(bv_item_parse_loosely(&item, xml, err));
	if (item->faults.first)
		return bv_err_rule(err, item->faults.first->rule, item->faults.first->line, "%s", item->faults.first->text);
	*out = bv_steal(&item);
	return BV_OK;
}

void
bv_item_free(struct bv_item *item)
{
	if (!item)
		return;
	bv_xml_free(item->doc);
	bv_arena_finish(&item->arena);
	free(item);
}

struct bv_str
bv_item_identifier(const struct bv_item *item)
{
	return item->identifier;
}

struct bv_str
bv_item_title(const struct bv_item *item)
{
	return item->title;
}

struct bv_str
bv_item_language(const struct bv_item *item)
{
	return item->language;
}

enum bv_qti_version
bv_item_version(const struct bv_item *item)
{
	return item->version;
}

const char *
bv_qti_version_name(enum bv_qti_version version)
{
	static const char *const names[] = { "2.0", "2.1", "2.2", "3.0" };

	return names[version];
}

const uint8_t *
bv_item_hash(const struct bv_item *item)
{
	return item->hash;
}

bool
bv_item_adaptive(const struct bv_item *item)
{
	return item->program.adaptive;
}

bool
bv_item_clones(const struct bv_item *item)
{
	return item->program.template_rules != NULL;
}

size_t
bv_item_interaction_count(const struct bv_item *item)
{
	return item->interaction_count;
}

const struct bv_interaction *
bv_item_interaction(const struct bv_item *item, size_t idx)
{
	return &item->interactions[idx];
}

bool
bv_single_number(const struct bv_value *v, double *out)
{
	if (bv_value_is_null(v) || v->cardinality != BV_CARD_SINGLE || (v->type != BV_TYPE_FLOAT && v->type != BV_TYPE_INTEGER))
		return false;
	*out = v->type == BV_TYPE_FLOAT ? v->one.real : (double)v->one.integer;
	return true;
}

bool
bv_item_max_score(const struct bv_item *item, double *out)
{
	const struct bv_declarations *declarations = item->program.declarations;
	int max = bv_declarations_find(declarations, BV_STR("MAXSCORE"));
	const struct bv_declaration *d = max < 0 ? NULL : &declarations->list[max];

	if (item->score >= 0 && declarations->list[item->score].has_normal_maximum) {
		*out = declarations->list[item->score].normal_maximum;
		return true;
	}
	if (!d || d->kind != BV_VARIABLE_OUTCOME)
		return false;
	return bv_single_number(&d->default_value, out);
}

static bool
has_interaction(const struct bv_item *item, enum bv_interaction_kind kind)
{
	for (size_t i = 0; i < item->interaction_count; i++)
		if (item->interactions[i].kind == kind)
			return true;
	return false;
}

bool
bv_item_deliverable(const struct bv_item *item)
{
	return !has_interaction(item, BV_INTERACTION_PORTABLE_CUSTOM) && !has_interaction(item, BV_INTERACTION_CUSTOM);
}

bool
bv_item_machine_scorable(const struct bv_item *item)
{
	const struct bv_declarations *declarations = item->program.declarations;

	for (uint32_t i = 0; i < declarations->count; i++)
		if (declarations->list[i].external_scored)
			return false;
	return item->score >= 0 && !has_interaction(item, BV_INTERACTION_CUSTOM) && bv_rules_set(item->program.response_rules, item->score);
}

struct bv_str
bv_item_stem(const struct bv_item *item, struct bv_arena *arena)
{
	return item->body ? bv_body_text(item->body, BV_TEXT_STEM, arena) : BV_STR_NONE;
}
