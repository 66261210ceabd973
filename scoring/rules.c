#include "scoring/rules.h"

#include <stdlib.h>

#include "scoring/instrument.h"

#define RULES_NS "https://bangvang.vn/ns/rules/1"

static const char *const splits[] = { "none", "sum", "mean", NULL };
static const char *const yes_no[] = { "no", "yes", NULL };

void
bv_rules_free(struct bv_rules *rules)
{
	if (!rules)
		return;
	bv_arena_finish(&rules->arena);
	free(rules);
}

static enum bv_status
flag(bool *out, const struct bv_instrument_reader *in, const struct bv_xml_node *node, const char *name)
{
	int word = 0;

	TRY(bv_instrument_word(&word, in, node, name, true, yes_no));
	*out = word == 1;
	return BV_OK;
}

/* The minima of a part; what is not given stays as in *out. */
static enum bv_status
minima_parse(struct bv_part_rule *out, const struct bv_xml_node *node, bool required, const struct bv_instrument_reader *in)
{
	int split = (int)out->split;

	TRY(bv_instrument_percent(&out->minimum, in, node, "minimum", required));
	TRY(bv_instrument_percent(&out->sub_minimum, in, node, "sub-minimum", required));
	TRY(bv_instrument_word(&split, in, node, "split", required, splits));
	out->split = (enum bv_split)split;
	return BV_OK;
}

static enum bv_status
part_parse(struct bv_parts_rule *rule, const struct bv_xml_node *node, const struct bv_instrument_reader *in)
{
	const struct bv_xml_node *child = bv_xml_element(node->first);
	struct bv_part_rule *part = &rule->parts[rule->part_count];

	if (!bv_instrument_is(in, node, "part"))
		return bv_instrument_unexpected(in, node);
	TRY(bv_instrument_attrs(in, node, "identifier minimum sub-minimum split"));
	*part = rule->usual;
	TRY(bv_instrument_code(&part->identifier, in, node, "identifier", true));
	for (size_t i = 0; i < rule->part_count; i++)
		if (bv_str_eq(rule->parts[i].identifier, part->identifier))
			return bv_err_at(in->err, BV_ECONFLICT, node->line, "part '%.*s' is there already", BV_STR_ARG(part->identifier));
	TRY(minima_parse(part, node, false, in));
	if (!child)
		return bv_err_rule(in->err, "missing-element", node->line, "part '%.*s' needs the element 'name'", BV_STR_ARG(part->identifier));
	TRY(bv_instrument_names(&part->names, &child, "name", in));
	rule->part_count++;
	return child ? bv_instrument_unexpected(in, child) : BV_OK;
}

static enum bv_status
parts_parse(struct bv_rules *rules, const struct bv_xml_node *node, const struct bv_instrument_reader *in)
{
	struct bv_parts_rule *rule = &rules->parts;
	int64_t months = 0;

	TRY(bv_instrument_attrs(in, node, "minimum sub-minimum split others keep-months coverage award"));
	TRY(minima_parse(&rule->usual, node, true, in));
	TRY(flag(&rule->others, in, node, "others"));
	TRY(flag(&rule->coverage, in, node, "coverage"));
	TRY(bv_instrument_integer(&months, in, node, "keep-months", true, 0, 1200));
	rule->keep_months = (int)months;
	TRY(bv_instrument_code(&rules->award, in, node, "award", true));
	rule->parts = bv_arena_array(in->arena, BV_RATING_PARTS_MAX, struct bv_part_rule);
	for (const struct bv_xml_node *n = bv_xml_element(node->first); n; n = bv_xml_element(n->next)) {
		if (rule->part_count == BV_RATING_PARTS_MAX)
			return bv_err_at(in->err, BV_ELIMIT, n->line, "more than %d parts", BV_RATING_PARTS_MAX);
		TRY(part_parse(rule, n, in));
	}
	if (rule->part_count == 0 && !rule->others)
		return bv_err_rule(in->err, "unknown-reference", node->line, "no part is named and no other is allowed: nobody could pass");
	return BV_OK;
}

static enum bv_status
band_parse(struct bv_bands_rule *rule, const struct bv_xml_node *node, const struct bv_instrument_reader *in)
{
	struct bv_band *band = &rule->bands[rule->band_count];
	int64_t cut = 0;

	if (!bv_instrument_is(in, node, "band"))
		return bv_instrument_unexpected(in, node);
	if (rule->band_count == BV_STANDARD_LEVELS_MAX)
		return bv_err_at(in->err, BV_ELIMIT, node->line, "more than %d bands", BV_STANDARD_LEVELS_MAX);
	TRY(bv_instrument_empty(in, node, "level cut-milli"));
	TRY(bv_instrument_code(&band->level, in, node, "level", true));
	TRY(bv_instrument_integer(&cut, in, node, "cut-milli", true, -6000, 6000));
	band->cut_milli = (int32_t)cut;
	for (size_t i = 0; i < rule->band_count; i++)
		if (bv_str_eq(rule->bands[i].level, band->level))
			return bv_err_at(in->err, BV_ECONFLICT, node->line, "level '%.*s' has a band already", BV_STR_ARG(band->level));
	if (rule->band_count && cut <= band[-1].cut_milli)
		return bv_err_rule(in->err, "wrong-order", node->line, "cut scores must rise in the order of the document");
	rule->band_count++;
	return BV_OK;
}

static enum bv_status
bands_parse(struct bv_rules *rules, const struct bv_xml_node *node, const struct bv_instrument_reader *in)
{
	static const char *const deciders[] = { "estimate", "posterior", NULL }, *const edges[] = { "reached", "not-reached", NULL };
	struct bv_bands_rule *rule = &rules->bands;
	int by = 0, edge = 0;
	int64_t most_se_milli = 0;
	bool passable = false;

	TRY(bv_instrument_attrs(in, node, "decide-by probability edge pass least-items most-se-milli"));
	TRY(bv_instrument_word(&by, in, node, "decide-by", true, deciders));
	TRY(bv_instrument_percent(&rule->probability, in, node, "probability", by == 1));
	if (by == 0 && bv_xml_attr(node, "probability"))
		return bv_err_rule(in->err, "bad-attribute-value", node->line, "'probability' has a meaning only with decide-by=\"posterior\"");
	TRY(bv_instrument_word(&edge, in, node, "edge", true, edges));
	TRY(bv_instrument_code(&rule->pass, in, node, "pass", true));
	TRY(bv_instrument_integer(&rule->least_items, in, node, "least-items", true, 1, BV_RATING_ITEMS_MAX));
	TRY(bv_instrument_integer(&most_se_milli, in, node, "most-se-milli", false, 1, 1000));
	rule->posterior = by == 1;
	rule->edge_lower = edge == 1;
	rule->most_se_e4 = most_se_milli * 10;
	for (const struct bv_xml_node *n = bv_xml_element(node->first); n; n = bv_xml_element(n->next))
		TRY(band_parse(rule, n, in));
	for (size_t i = 0; i < rule->band_count; i++)
		passable = passable || bv_str_eq(rule->bands[i].level, rule->pass);
	if (!passable)
		return bv_err_rule(in->err, "unknown-reference", node->line, "pass level '%.*s' has no band", BV_STR_ARG(rule->pass));
	return BV_OK;
}

enum bv_status
bv_rules_parse(struct bv_rules **out, struct bv_str xml, struct bv_err *err)
{
	BV_AUTO(bv_rules_free) struct bv_rules *rules = bv_alloc(sizeof *rules);
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	const struct bv_instrument_reader in = { RULES_NS, &rules->arena, err };
	const struct bv_xml_node *at;

	TRY(bv_xml_read(&doc, xml, BV_STANDARD_MAX, err));
	const struct bv_xml_node *root = bv_xml_root(doc);
	if (!bv_instrument_is(&in, root, "rules"))
		return bv_err_rule(err, "wrong-root", root->line, "not a rule pack: the root must be 'rules' in %s", RULES_NS);
	TRY(bv_instrument_parse(&rules->instrument, &at, root, "standard", xml, &in));
	TRY(bv_instrument_code(&rules->standard, &in, root, "standard", true));
	rules->by_bands = bv_instrument_is(&in, at, "bands");
	if (!rules->by_bands && !bv_instrument_is(&in, at, "parts"))
		return at ? bv_instrument_unexpected(&in, at) : bv_err_rule(err, "missing-element", root->line, "a rule pack needs 'parts' or 'bands'");
	TRY(rules->by_bands ? bands_parse(rules, at, &in) : parts_parse(rules, at, &in));
	if (bv_xml_element(at->next))
		return bv_instrument_unexpected(&in, bv_xml_element(at->next));
	*out = bv_steal(&rules);
	return BV_OK;
}

const struct bv_instrument *
bv_rules_instrument(const struct bv_rules *rules)
{
	return &rules->instrument;
}

bool
bv_rules_by_ability(const struct bv_rules *rules)
{
	return rules->by_bands;
}

struct bv_str
bv_rules_standard(const struct bv_rules *rules)
{
	return rules->standard;
}

const struct bv_bands_rule *
bv_rules_bands(const struct bv_rules *rules)
{
	return rules->by_bands ? &rules->bands : NULL;
}
