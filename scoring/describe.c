/* What a standard and a rule pack say, as JSON for pages that put it into words. */
#include "base/json.h"
#include "scoring/rules.h"

static void
write_names(struct bv_json_pen *pen, const char *name, const struct bv_names *names)
{
	bv_json_pen_open(pen, name, '{');
	bv_json_pen_str(pen, "vi", names->vi);
	if (names->en.len)
		bv_json_pen_str(pen, "en", names->en);
	bv_json_pen_close(pen, '}');
}

static void
write_certainty(struct bv_json_pen *pen, const char *name, enum bv_certainty certainty)
{
	bv_json_pen_str(pen, name, bv_str_of(bv_certainty_name(certainty)));
}

static void
write_text(struct bv_json_pen *pen, const char *name, struct bv_str text)
{
	if (text.len)
		bv_json_pen_str(pen, name, text);
}

static void
write_instrument(struct bv_json_pen *pen, const struct bv_instrument *instrument)
{
	char day[BV_DAY_SIZE];

	bv_json_pen_str(pen, "identifier", instrument->identifier);
	bv_json_pen_str(pen, "version", instrument->version);
	write_names(pen, "title", &instrument->title);
	write_text(pen, "source", instrument->source);
	write_text(pen, "note", instrument->note);
	write_text(pen, "licence", instrument->licence);
	write_certainty(pen, "certainty", instrument->certainty);
	if (instrument->from != INT32_MIN)
		bv_json_pen_str(pen, "from", bv_str_of(bv_day_write(day, instrument->from)));
	if (instrument->to != INT32_MAX)
		bv_json_pen_str(pen, "to", bv_str_of(bv_day_write(day, instrument->to)));
	write_certainty(pen, "dates", instrument->dates);
}

/* ---- Standards ---- */

static void
write_competences(struct bv_json_pen *pen, const struct bv_competence *first)
{
	bv_json_pen_open(pen, "competences", '[');
	for (const struct bv_competence *c = first; c; c = c->next) {
		bv_json_pen_open(pen, NULL, '{');
		bv_json_pen_str(pen, "code", c->code);
		write_names(pen, "name", &c->names);
		write_certainty(pen, "certainty", c->certainty);
		if (c->first)
			write_competences(pen, c->first);
		bv_json_pen_close(pen, '}');
	}
	bv_json_pen_close(pen, ']');
}

static void
write_level(struct bv_json_pen *pen, const struct bv_standard_level *level)
{
	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_str(pen, "code", level->code);
	bv_json_pen_int(pen, "rank", level->rank);
	write_names(pen, "name", &level->names);
	write_certainty(pen, "certainty", level->certainty);
	if (level->needs)
		bv_json_pen_str(pen, "needs", level->needs->code);
	bv_json_pen_open(pen, "rules", '[');
	for (size_t i = 0; i < level->rule_count; i++) {
		bv_json_pen_open(pen, NULL, '{');
		bv_json_pen_int(pen, "least", (int64_t)level->rules[i].least);
		bv_json_pen_open(pen, "codes", '[');
		for (size_t k = 0; k < level->rules[i].code_count; k++)
			bv_json_pen_str(pen, NULL, level->rules[i].codes[k]);
		bv_json_pen_close(pen, ']');
		bv_json_pen_close(pen, '}');
	}
	bv_json_pen_close(pen, ']');
	bv_json_pen_close(pen, '}');
}

void
bv_standard_write(struct bv_buf *out, const struct bv_standard *standard)
{
	struct bv_json_pen pen = { .out = out };

	bv_json_pen_open(&pen, NULL, '{');
	write_instrument(&pen, bv_standard_instrument(standard));
	bv_json_pen_open(&pen, "levels", '[');
	for (size_t i = 0; i < bv_standard_level_count(standard); i++)
		write_level(&pen, bv_standard_level_at(standard, i));
	bv_json_pen_close(&pen, ']');
	write_competences(&pen, bv_standard_competences(standard));
	bv_json_pen_close(&pen, '}');
}

/* ---- Rule packs ---- */

static const char *const splits[] = { [BV_SPLIT_NONE] = "none", [BV_SPLIT_SUM] = "sum", [BV_SPLIT_MEAN] = "mean" };

static void
write_part(struct bv_json_pen *pen, const char *name, const struct bv_part_rule *part)
{
	bv_json_pen_open(pen, name, '{');
	if (part->identifier.len) {
		bv_json_pen_str(pen, "identifier", part->identifier);
		write_names(pen, "name", &part->names);
	}
	bv_json_pen_str(pen, "split", bv_str_of(splits[part->split]));
	bv_json_pen_int(pen, "minimumHundredths", part->minimum);
	bv_json_pen_int(pen, "subMinimumHundredths", part->sub_minimum);
	bv_json_pen_close(pen, '}');
}

static void
write_parts(struct bv_json_pen *pen, const struct bv_parts_rule *rule)
{
	bv_json_pen_open(pen, "parts", '{');
	write_part(pen, "usual", &rule->usual);
	bv_json_pen_bool(pen, "others", rule->others);
	bv_json_pen_int(pen, "keepMonths", rule->keep_months);
	bv_json_pen_bool(pen, "coverage", rule->coverage);
	bv_json_pen_open(pen, "named", '[');
	for (size_t i = 0; i < rule->part_count; i++)
		write_part(pen, NULL, &rule->parts[i]);
	bv_json_pen_close(pen, ']');
	bv_json_pen_close(pen, '}');
}

static void
write_bands(struct bv_json_pen *pen, const struct bv_bands_rule *rule)
{
	bv_json_pen_open(pen, "bands", '{');
	bv_json_pen_bool(pen, "posterior", rule->posterior);
	bv_json_pen_int(pen, "probabilityHundredths", rule->probability);
	bv_json_pen_bool(pen, "edgeLower", rule->edge_lower);
	bv_json_pen_str(pen, "pass", rule->pass);
	bv_json_pen_int(pen, "leastItems", rule->least_items);
	bv_json_pen_int(pen, "mostStandardErrorE4", rule->most_se_e4);
	bv_json_pen_open(pen, "cuts", '[');
	for (size_t i = 0; i < rule->band_count; i++) {
		bv_json_pen_open(pen, NULL, '{');
		bv_json_pen_str(pen, "level", rule->bands[i].level);
		bv_json_pen_int(pen, "cutMilli", rule->bands[i].cut_milli);
		bv_json_pen_close(pen, '}');
	}
	bv_json_pen_close(pen, ']');
	bv_json_pen_close(pen, '}');
}

void
bv_rules_write(struct bv_buf *out, const struct bv_rules *rules)
{
	struct bv_json_pen pen = { .out = out };

	bv_json_pen_open(&pen, NULL, '{');
	write_instrument(&pen, &rules->instrument);
	bv_json_pen_str(&pen, "standard", rules->standard);
	if (rules->award.len)
		bv_json_pen_str(&pen, "award", rules->award);
	if (rules->by_bands)
		write_bands(&pen, &rules->bands);
	else
		write_parts(&pen, &rules->parts);
	bv_json_pen_close(&pen, '}');
}
