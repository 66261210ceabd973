#include <stdlib.h>

#include "scoring/instrument.h"

#define STANDARD_NS "https://bangvang.vn/ns/standard/1"

struct bv_standard {
	struct bv_instrument instrument;
	const struct bv_competence *first;
	size_t competence_count;
	struct bv_standard_level levels[BV_STANDARD_LEVELS_MAX];
	size_t level_count;
	struct bv_arena arena;
};

void
bv_standard_free(struct bv_standard *standard)
{
	if (!standard)
		return;
	bv_arena_finish(&standard->arena);
	free(standard);
}

static enum bv_status
mappings_parse(struct bv_competence *out, const struct bv_xml_node **at, const struct bv_instrument_reader *in)
{
	const struct bv_xml_node *n = *at;
	size_t count = 0;

	for (; bv_instrument_is(in, n, "map"); n = bv_xml_element(n->next))
		count++;
	struct bv_mapping *mapping = bv_arena_array(in->arena, count, struct bv_mapping);
	out->mappings = mapping;
	out->mapping_count = count;
	for (n = *at; bv_instrument_is(in, n, "map"); n = bv_xml_element(n->next), mapping++) {
		TRY(bv_instrument_empty(in, n, "framework code certainty"));
		TRY(bv_instrument_code(&mapping->framework, in, n, "framework", true));
		TRY(bv_instrument_code(&mapping->code, in, n, "code", true));
		TRY(bv_instrument_certainty(&mapping->certainty, in, n));
	}
	*at = n;
	return BV_OK;
}

/* A child's code is its parent's, a dot and one segment, so that a path can be walked. */
static bool
code_fits(struct bv_str code, const struct bv_competence *parent)
{
	struct bv_str segment = code;

	if (parent) {
		if (!bv_str_starts(code, parent->code) || code.len < parent->code.len + 2 || code.p[parent->code.len] != '.')
			return false;
		segment = bv_str_sub(code, parent->code.len + 1, code.len);
	}
	return bv_str_find(segment, '.') == segment.len;
}

static enum bv_status
code_check(const struct bv_competence *c, const struct bv_competence *elder, const struct bv_instrument_reader *in)
{
	if (!code_fits(c->code, c->parent))
		return bv_err_rule(in->err, "bad-attribute-value", c->line, "code '%.*s' is not %s%.*s one segment without a dot", BV_STR_ARG(c->code),
		                 c->parent ? "its parent's, a dot and: " : "", BV_STR_ARG(c->parent ? c->parent->code : BV_STR_NONE));
	for (; elder; elder = elder->next)
		if (elder != c && bv_str_eq(elder->code, c->code))
			return bv_err_at(in->err, BV_ECONFLICT, c->line, "code '%.*s' is used already in line %d", BV_STR_ARG(c->code), elder->line);
	return BV_OK;
}

static enum bv_status
competences_parse(const struct bv_competence **out, const struct bv_xml_node *at, const struct bv_competence *parent,
                  struct bv_standard *standard, const struct bv_instrument_reader *in)
{
	const struct bv_competence **tail = out;

	for (; at; at = bv_xml_element(at->next)) {
		struct bv_competence *c = bv_arena_alloc(in->arena, sizeof *c);
		const struct bv_xml_node *child = bv_xml_element(at->first);

		if (!bv_instrument_is(in, at, "competence"))
			return bv_instrument_unexpected(in, at);
		if (++standard->competence_count > BV_STANDARD_COMPETENCES_MAX)
			return bv_err_at(in->err, BV_ELIMIT, at->line, "more than %d competences", BV_STANDARD_COMPETENCES_MAX);
		c->line = at->line;
		c->parent = parent;
		TRY(bv_instrument_attrs(in, at, "code certainty"));
		TRY(bv_instrument_code(&c->code, in, at, "code", true));
		TRY(code_check(c, *out, in));
		TRY(bv_instrument_certainty(&c->certainty, in, at));
		if (!child)
			return bv_err_rule(in->err, "missing-element", at->line, "competence '%.*s' needs the element 'name'", BV_STR_ARG(c->code));
		TRY(bv_instrument_names(&c->names, &child, "name", in));
		TRY(mappings_parse(c, &child, in));
		*tail = c;
		tail = &c->next;
		TRY(competences_parse(&c->first, child, c, standard, in));
	}
	return BV_OK;
}

/* The codes of a rule: known, and each once, or "at least 3 of them" could be reached with one. */
static enum bv_status
rule_codes_parse(struct bv_attainment *out, struct bv_str list, const struct bv_xml_node *node, const struct bv_standard *standard,
                 const struct bv_instrument_reader *in)
{
	struct bv_str rest = list, token;
	size_t count = 0;

	while (bv_str_token(&rest, &token))
		count++;
	struct bv_str *codes = bv_arena_array(in->arena, count, struct bv_str);
	out->codes = codes;
	for (rest = list; bv_str_token(&rest, &token); out->code_count++) {
		const struct bv_competence *c = bv_standard_find(standard, token);
		if (!c)
			return bv_err_rule(in->err, "unknown-reference", node->line, "competence '%.*s' is not in this standard",
			                 BV_STR_ARG(bv_str_sub(token, 0, 64)));
		for (size_t i = 0; i < out->code_count; i++)
			if (bv_str_eq(codes[i], token))
				return bv_err_at(in->err, BV_ECONFLICT, node->line, "competence '%.*s' is named twice", BV_STR_ARG(token));
		codes[out->code_count] = c->code;
	}
	return BV_OK;
}

static enum bv_status
rules_parse(struct bv_standard_level *out, const struct bv_xml_node *at, const struct bv_standard *standard,
            const struct bv_instrument_reader *in)
{
	size_t count = 0;

	for (const struct bv_xml_node *n = at; n; n = bv_xml_element(n->next))
		count++;
	struct bv_attainment *rule = bv_arena_array(in->arena, count, struct bv_attainment);
	out->rules = rule;
	out->rule_count = count;
	for (; at; at = bv_xml_element(at->next), rule++) {
		struct bv_str of = BV_STR_NONE;
		int64_t least = 0;

		if (!bv_instrument_is(in, at, "rule"))
			return bv_instrument_unexpected(in, at);
		TRY(bv_instrument_empty(in, at, "least of"));
		TRY(bv_instrument_string(&of, in, at, "of", true));
		TRY(rule_codes_parse(rule, of, at, standard, in));
		least = (int64_t)rule->code_count; /* all of them, when not said */
		TRY(bv_instrument_integer(&least, in, at, "least", false, 1, (int64_t)rule->code_count));
		rule->least = (size_t)least;
	}
	return BV_OK;
}

static enum bv_status
level_parse(struct bv_standard *standard, const struct bv_xml_node *node, const struct bv_instrument_reader *in)
{
	const struct bv_xml_node *child = bv_xml_element(node->first);
	struct bv_str needs = BV_STR_NONE;
	int64_t rank = 0;

	if (!bv_instrument_is(in, node, "level"))
		return bv_instrument_unexpected(in, node);
	if (standard->level_count == BV_STANDARD_LEVELS_MAX)
		return bv_err_at(in->err, BV_ELIMIT, node->line, "more than %d levels", BV_STANDARD_LEVELS_MAX);
	struct bv_standard_level *level = &standard->levels[standard->level_count];
	TRY(bv_instrument_attrs(in, node, "code rank abbreviation certainty needs"));
	TRY(bv_instrument_code(&level->code, in, node, "code", true));
	if (bv_standard_level(standard, level->code))
		return bv_err_at(in->err, BV_ECONFLICT, node->line, "level '%.*s' is there already", BV_STR_ARG(level->code));
	TRY(bv_instrument_integer(&rank, in, node, "rank", true, 1, 1000));
	if (standard->level_count && rank <= level[-1].rank)
		return bv_err_rule(in->err, "wrong-order", node->line, "level '%.*s': ranks must rise in the order of the document",
		                 BV_STR_ARG(level->code));
	level->rank = (int)rank;
	TRY(bv_instrument_code(&level->abbreviation, in, node, "abbreviation", false));
	TRY(bv_instrument_certainty(&level->certainty, in, node));
	TRY(bv_instrument_code(&needs, in, node, "needs", false));
	if (needs.len && !(level->needs = bv_standard_level(standard, needs)))
		return bv_err_rule(in->err, "unknown-reference", node->line, "level '%.*s' needs '%.*s', which is not a level before it",
		                 BV_STR_ARG(level->code), BV_STR_ARG(needs));
	if (!child)
		return bv_err_rule(in->err, "missing-element", node->line, "level '%.*s' needs the element 'name'", BV_STR_ARG(level->code));
	TRY(bv_instrument_names(&level->names, &child, "name", in));
	TRY(rules_parse(level, child, standard, in));
	standard->level_count++;
	return BV_OK;
}

/* The element of that name, with at least one child element; *at moves past it. */
static enum bv_status
section(const struct bv_xml_node **first, const struct bv_xml_node **at, const char *name, const struct bv_xml_node *root,
        const struct bv_instrument_reader *in)
{
	if (!bv_instrument_is(in, *at, name))
		return *at ? bv_instrument_unexpected(in, *at) :
		             bv_err_rule(in->err, "missing-element", root->line, "a standard needs the element '%s'", name);
	TRY(bv_instrument_attrs(in, *at, ""));
	*first = bv_xml_element((*at)->first);
	if (!*first)
		return bv_err_rule(in->err, "missing-element", (*at)->line, "'%s' is empty", name);
	*at = bv_xml_element((*at)->next);
	return BV_OK;
}

enum bv_status
bv_standard_parse(struct bv_standard **out, struct bv_str xml, struct bv_err *err)
{
	BV_AUTO(bv_standard_free) struct bv_standard *standard = bv_alloc(sizeof *standard);
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	const struct bv_instrument_reader in = { STANDARD_NS, &standard->arena, err };
	const struct bv_xml_node *at, *first;

	TRY(bv_xml_read(&doc, xml, BV_STANDARD_MAX, err));
	const struct bv_xml_node *root = bv_xml_root(doc);
	if (!bv_instrument_is(&in, root, "standard"))
		return bv_err_rule(err, "wrong-root", root->line, "not a skills standard: the root must be 'standard' in %s", STANDARD_NS);
	TRY(bv_instrument_parse(&standard->instrument, &at, root, "", xml, &in));
	TRY(section(&first, &at, "competences", root, &in));
	TRY(competences_parse(&standard->first, first, NULL, standard, &in));
	TRY(section(&first, &at, "levels", root, &in));
	for (; first; first = bv_xml_element(first->next))
		TRY(level_parse(standard, first, &in));
	if (at)
		return bv_instrument_unexpected(&in, at);
	*out = bv_steal(&standard);
	return BV_OK;
}

const struct bv_instrument *
bv_standard_instrument(const struct bv_standard *standard)
{
	return &standard->instrument;
}

const struct bv_competence *
bv_standard_competences(const struct bv_standard *standard)
{
	return standard->first;
}

const struct bv_competence *
bv_standard_nearest(const struct bv_standard *standard, struct bv_str path)
{
	const struct bv_competence *best = NULL, *c = standard->first;

	while (c) {
		if (bv_str_starts(path, c->code) && (path.len == c->code.len || path.p[c->code.len] == '.')) {
			best = c;
			c = c->first;
		} else
			c = c->next;
	}
	return best;
}

const struct bv_competence *
bv_standard_find(const struct bv_standard *standard, struct bv_str path)
{
	const struct bv_competence *c = bv_standard_nearest(standard, path);

	return c && bv_str_eq(c->code, path) ? c : NULL;
}

const struct bv_competence *
bv_standard_area(const struct bv_standard *standard, struct bv_str path)
{
	return bv_standard_find(standard, bv_str_sub(path, 0, bv_str_find(path, '.')));
}

size_t
bv_standard_level_count(const struct bv_standard *standard)
{
	return standard->level_count;
}

const struct bv_standard_level *
bv_standard_level_at(const struct bv_standard *standard, size_t idx)
{
	return idx < standard->level_count ? &standard->levels[idx] : NULL;
}

const struct bv_standard_level *
bv_standard_level(const struct bv_standard *standard, struct bv_str code)
{
	for (size_t i = 0; i < standard->level_count; i++)
		if (bv_str_eq(standard->levels[i].code, code))
			return &standard->levels[i];
	return NULL;
}

static bool
rule_met(const struct bv_attainment *rule, const struct bv_str *codes, size_t count)
{
	size_t met = 0;

	for (size_t i = 0; i < rule->code_count; i++)
		for (size_t j = 0; j < count; j++)
			if (bv_str_eq(rule->codes[i], codes[j])) {
				met++;
				break;
			}
	return met >= rule->least;
}

bool
bv_standard_level_attained(const struct bv_standard_level *level, const struct bv_str *codes, size_t count)
{
	if (level->rule_count == 0)
		return false;
	for (; level; level = level->needs)
		for (size_t i = 0; i < level->rule_count; i++)
			if (!rule_met(&level->rules[i], codes, count))
				return false;
	return true;
}
