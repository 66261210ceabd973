#include <stdio.h>
#include <stdlib.h>

#include "base/day.h"
#include "base/text.h"
#include "base/xml.h"
#include "engine/stratum.h"

#define NAMESPACE "https://bangvang.vn/ns/blueprint/1"
#define XML_NAMESPACE "http://www.w3.org/XML/1998/namespace"

enum {
	TITLE_MAX = 500, /* bytes */
	MINUTES_MAX = 1440,
	MARKS_MAX = 100000,      /* hundredths for one item */
	DIFFICULTY_MAX = 10000,  /* thousandths of a logit, either side of 0 */
	COMPETENCE_MAX = 64,
	SE_MAX = 10000,          /* thousandths of a logit */
	CONFIDENCE_MAX = 10000,  /* thousandths of a standard error */
};

struct word {
	const char *name;
	unsigned value;
};

static const struct word levels[] = {
	{ "nhan-biet", 1u << BV_COGNITIVE_RECALL },
	{ "thong-hieu", 1u << BV_COGNITIVE_UNDERSTAND },
	{ "van-dung", 1u << BV_COGNITIVE_APPLY },
	{ NULL, 0 },
};
/* Custom interactions of QTI 2 are never put on forms; portable ones need a permission: bv_draw_pool_load. */
static const struct word kinds[] = {
	{ "choice", 1u << BV_INTERACTION_CHOICE },
	{ "inlineChoice", 1u << BV_INTERACTION_INLINE_CHOICE },
	{ "textEntry", 1u << BV_INTERACTION_TEXT_ENTRY },
	{ "order", 1u << BV_INTERACTION_ORDER },
	{ "match", 1u << BV_INTERACTION_MATCH },
	{ "associate", 1u << BV_INTERACTION_ASSOCIATE },
	{ "gapMatch", 1u << BV_INTERACTION_GAP_MATCH },
	{ "hottext", 1u << BV_INTERACTION_HOTTEXT },
	{ "extendedText", 1u << BV_INTERACTION_EXTENDED_TEXT },
	{ "hotspot", 1u << BV_INTERACTION_HOTSPOT },
	{ "selectPoint", 1u << BV_INTERACTION_SELECT_POINT },
	{ "graphicOrder", 1u << BV_INTERACTION_GRAPHIC_ORDER },
	{ "graphicAssociate", 1u << BV_INTERACTION_GRAPHIC_ASSOCIATE },
	{ "graphicGapMatch", 1u << BV_INTERACTION_GRAPHIC_GAP_MATCH },
	{ "positionObject", 1u << BV_INTERACTION_POSITION_OBJECT },
	{ "slider", 1u << BV_INTERACTION_SLIDER },
	{ "media", 1u << BV_INTERACTION_MEDIA },
	{ "portableCustom", 1u << BV_INTERACTION_PORTABLE_CUSTOM },
	{ "drawing", 1u << BV_INTERACTION_DRAWING },
	{ "upload", 1u << BV_INTERACTION_UPLOAD },
	{ "endAttempt", 1u << BV_INTERACTION_END_ATTEMPT },
	{ NULL, 0 },
};
static const struct word enemies[] = { { "true", BV_ENEMIES_ALL }, { "named", BV_ENEMIES_NAMED }, { "false", BV_ENEMIES_NONE }, { NULL, 0 } };
static const struct word booleans[] = { { "true", 1 }, { "false", 0 }, { NULL, 0 } };
static const struct word item_orders[] = { { "drawn", 0 }, { "shuffled", 1 }, { NULL, 0 } };

/* A trailing '!' marks an attribute that must be there. */
static const char *const blueprint_attributes[] = { "id!",       "language!",     "minutes!", "rulePack!", "session", "date",
	                                            "itemOrder", "optionShuffle", NULL };
static const char *const assembly_attributes[] = { "design!", "parameters!", "exposure", "overlap", NULL };
static const char *const adaptive_attributes[] = { "design!", "parameters!", "chances", "least", "se", "cut", "confidence", NULL };
static const char *const part_attributes[] = { "id!", "minutes", NULL };
static const char *const stratum_attributes[] = { "id!",   "competence!",    "count!",          "marks!",  "levels",
	                                          "types", "difficultyFrom", "difficultyBelow", "enemies", NULL };

static const struct word *
find_word(const struct word *words, struct bv_str name)
{
	while (words->name && !bv_str_is(name, words->name))
		words++;
	return words->name ? words : NULL;
}

static bool
attribute_is(const char *allowed, struct bv_str name)
{
	struct bv_str word = bv_str_of(allowed);

	if (bv_str_ends(word, BV_STR("!")))
		word.len--;
	return bv_str_eq(word, name);
}

static enum bv_status
check_attributes(const struct bv_xml_node *node, const char *const *allowed, struct bv_err *err)
{
	for (size_t i = 0; i < node->attr_count; i++) {
		const char *const *a = allowed;
		while (*a && (node->attrs[i].ns.len || !attribute_is(*a, node->attrs[i].name)))
			a++;
		if (!*a)
			return bv_err_rule(err, "unknown-attribute", node->line, "<%.*s> has no attribute '%.*s' in this schema", BV_STR_ARG(node->name),
			                 BV_STR_ARG(node->attrs[i].name));
	}
	for (; *allowed; allowed++) {
		struct bv_str name = bv_str_of(*allowed);
		if (!bv_str_ends(name, BV_STR("!")))
			continue;
		size_t i = 0;
		while (i < node->attr_count && !attribute_is(*allowed, node->attrs[i].name))
			i++;
		if (i == node->attr_count)
			return bv_err_rule(err, "missing-attribute", node->line, "<%.*s> lacks the attribute '%.*s'", BV_STR_ARG(node->name),
			                 (int)name.len - 1, name.p);
	}
	return BV_OK;
}

/* Every child is an element of our namespace; text between elements is white space. */
static enum bv_status
check_children(const struct bv_xml_node *node, struct bv_err *err)
{
	for (const struct bv_xml_node *c = node->first; c; c = c->next) {
		if (!c->name.len && bv_str_trim(c->text).len)
			return bv_err_rule(err, "stray-text", node->line, "<%.*s> contains text '%.*s': only elements belong there",
			                 BV_STR_ARG(node->name), BV_STR_ARG(bv_str_sub(bv_str_trim(c->text), 0, 40)));
		if (c->name.len && !bv_str_is(c->ns, NAMESPACE))
			return bv_err_rule(err, "foreign-namespace", c->line, "<%.*s> is not in the namespace " NAMESPACE, BV_STR_ARG(c->name));
	}
	return BV_OK;
}

static enum bv_status
bad_value(const struct bv_xml_node *node, const char *name, struct bv_str value, const char *wanted, struct bv_err *err)
{
	return bv_err_rule(err, "bad-attribute-value", node->line, "<%.*s> %s=\"%.*s\": %s", BV_STR_ARG(node->name), name,
	                 BV_STR_ARG(bv_str_sub(value, 0, 60)), wanted);
}

static struct bv_str
value_of(const struct bv_xml_node *node, const char *name)
{
	const struct bv_str *value = bv_xml_attr(node, name);

	return value ? *value : BV_STR_NONE;
}

static bool
is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool
is_id(struct bv_str s, size_t max)
{
	if (!s.len || s.len > max || !is_letter_or_digit(s.p[0]))
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (!is_letter_or_digit(s.p[i]) && !strchr("._-", s.p[i]))
			return false;
	return true;
}

static enum bv_status
read_id(struct bv_str *out, const struct bv_xml_node *node, const char *name, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_str *value = bv_xml_attr(node, name);

	if (!value)
		return BV_OK;
	if (!is_id(*value, BV_BLUEPRINT_ID_MAX))
		return bad_value(node, name, *value, "an id is 1–64 of A–Z a–z 0–9 . _ - and begins with a letter or digit", err);
	*out = bv_arena_str(arena, *value);
	return BV_OK;
}

/* A number with `places` decimals in [least, most], both in the smallest unit. */
static enum bv_status
read_number(int64_t *out, const struct bv_xml_node *node, const char *name, unsigned places, int64_t least, int64_t most, struct bv_err *err)
{
	struct bv_str value = value_of(node, name);
	int64_t n;
	char wanted[128];
	int64_t unit = places == 0 ? 1 : places == 2 ? 100 : 1000;

	if (bv_str_decimal(value, places, &n) && n >= least && n <= most) {
		*out = n;
		return BV_OK;
	}
	if (places)
		snprintf(wanted, sizeof wanted, "a decimal with at most %u places from %.*f to %.*f is needed", places, (int)places,
		         (double)least / (double)unit, (int)places, (double)most / (double)unit);
	else
		snprintf(wanted, sizeof wanted, "a whole number from %lld to %lld is needed", (long long)least, (long long)most);
	return bad_value(node, name, value, wanted, err);
}

static enum bv_status
unknown_word(const struct bv_xml_node *node, const char *name, struct bv_str value, const struct word *words, struct bv_err *err)
{
	char wanted[160] = "one of";

	for (size_t len = strlen(wanted); words->name && len < sizeof wanted; words++)
		len += (size_t)snprintf(wanted + len, sizeof wanted - len, " %s", words->name);
	return bad_value(node, name, value, wanted, err);
}

static enum bv_status
read_one(unsigned *out, const struct bv_xml_node *node, const char *name, const struct word *words, unsigned otherwise, struct bv_err *err)
{
	const struct bv_str *value = bv_xml_attr(node, name);
	const struct word *word = value ? find_word(words, *value) : NULL;

	if (value && !word)
		return unknown_word(node, name, *value, words, err);
	*out = word ? word->value : otherwise;
	return BV_OK;
}

static enum bv_status
read_word(bool *out, const struct bv_xml_node *node, const char *name, const struct word *words, bool otherwise, struct bv_err *err)
{
	unsigned value;

	TRY(read_one(&value, node, name, words, otherwise, err));
	*out = value != 0;
	return BV_OK;
}

/* A list of words as a set of bits; an absent attribute is 0, an empty one is refused. */
static enum bv_status
read_words(unsigned *out, const struct bv_xml_node *node, const char *name, const struct word *words, struct bv_err *err)
{
	const struct bv_str *value = bv_xml_attr(node, name);
	struct bv_str rest = value ? *value : BV_STR_NONE, token;
	unsigned set = 0;

	while (bv_str_token(&rest, &token)) {
		const struct word *word = find_word(words, token);
		if (!word)
			return unknown_word(node, name, token, words, err);
		if (set & word->value)
			return bad_value(node, name, token, "is there twice", err);
		set |= word->value;
	}
	if (value && !set)
		return bad_value(node, name, *value, "leave the attribute out to take any", err);
	*out = set;
	return BV_OK;
}

/* BCP 47 as far as its shape goes: 2–8 letters, then subtags of 1–8 letters or digits. */
static bool
is_language(struct bv_str s)
{
	size_t part = 0, parts = 0;

	if (s.len > 35)
		return false;
	for (size_t i = 0; i <= s.len; i++) {
		if (i == s.len || s.p[i] == '-') {
			if (part < (parts ? 1u : 2u) || part > 8)
				return false;
			parts++;
			part = 0;
		} else if (!is_letter_or_digit(s.p[i]) || (!parts && s.p[i] <= '9')) {
			return false;
		} else {
			part++;
		}
	}
	return true;
}

/* Segments of letters, digits, '_' and '-' with dots between them: IU01, IU01.2.3. */
static bool
is_competence(struct bv_str s)
{
	for (size_t i = 0, segment = 0; i <= s.len; i++) {
		if (i < s.len && s.p[i] != '.') {
			if (!is_letter_or_digit(s.p[i]) && s.p[i] != '_' && s.p[i] != '-')
				return false;
			segment++;
		} else if (!segment) {
			return false;
		} else {
			segment = 0;
		}
	}
	return s.len <= COMPETENCE_MAX;
}

static enum bv_status
read_title(struct bv_str *vi, struct bv_str *en, const struct bv_xml_node *node, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_str *lang = bv_xml_attr_ns(node, XML_NAMESPACE, "lang");
	struct bv_str text, *out = lang && bv_str_is(*lang, "vi") ? vi : lang && bv_str_is(*lang, "en") ? en : NULL;

	if (!out || node->attr_count != 1)
		return bv_err_rule(err, "bad-title", node->line, "<title> has one attribute, xml:lang, and it is \"vi\" or \"en\"");
	if (out->len)
		return bv_err_rule(err, "duplicate-identifier", node->line, "a second <title> in '%.*s'", BV_STR_ARG(*lang));
	for (const struct bv_xml_node *c = node->first; c; c = c->next)
		if (c->name.len)
			return bv_err_rule(err, "bad-title", c->line, "<title> is plain text, without <%.*s>", BV_STR_ARG(c->name));
	if (bv_text_nfc(&text, bv_xml_text(node, arena), arena, err) != BV_OK)
		return bv_err_rule(err, "bad-title", node->line, "%s", err->msg);
	text = bv_str_trim(text);
	if (!text.len || text.len > TITLE_MAX)
		return bv_err_rule(err, "bad-title", node->line, "<title> is empty or longer than %d bytes", TITLE_MAX);
	*out = bv_arena_str(arena, text);
	return BV_OK;
}

/* Takes the titles at the start of node's children; *after is the first element that is none. */
static enum bv_status
read_titles(struct bv_str *vi, struct bv_str *en, const struct bv_xml_node **after, const struct bv_xml_node *node, struct bv_arena *arena,
            struct bv_err *err)
{
	const struct bv_xml_node *c = bv_xml_element(node->first);

	for (; c && bv_str_is(c->name, "title"); c = bv_xml_element(c->next))
		TRY(read_title(vi, en, c, arena, err));
	if (!vi->len)
		return bv_err_rule(err, "missing-element", node->line, "<%.*s> begins with <title xml:lang=\"vi\">", BV_STR_ARG(node->name));
	*after = c;
	return BV_OK;
}

static enum bv_status
read_band(struct bv_stratum *s, const struct bv_xml_node *node, struct bv_err *err)
{
	int64_t from = 0, below = 0;

	s->has_from = bv_xml_attr(node, "difficultyFrom") != NULL;
	s->has_below = bv_xml_attr(node, "difficultyBelow") != NULL;
	if (s->has_from)
		TRY(read_number(&from, node, "difficultyFrom", 3, -DIFFICULTY_MAX, DIFFICULTY_MAX, err));
	if (s->has_below)
		TRY(read_number(&below, node, "difficultyBelow", 3, -DIFFICULTY_MAX, DIFFICULTY_MAX, err));
	if (s->has_from && s->has_below && from >= below)
		return bad_value(node, "difficultyBelow", value_of(node, "difficultyBelow"), "must be more than difficultyFrom", err);
	s->difficulty_from = (int32_t)from;
	s->difficulty_below = (int32_t)below;
	return BV_OK;
}

static enum bv_status
read_stratum(struct bv_stratum *s, const struct bv_xml_node *node, struct bv_arena *arena, struct bv_err *err)
{
	int64_t count, marks;
	unsigned keeps_apart;

	if (!bv_str_is(node->name, "stratum"))
		return bv_err_rule(err, "unexpected-element", node->line, "<%.*s> in a <part>: only <title>, then <stratum> belong there",
		                 BV_STR_ARG(node->name));
	TRY(check_attributes(node, stratum_attributes, err));
	TRY(check_children(node, err));
	if (bv_xml_element(node->first))
		return bv_err_rule(err, "missing-element", node->line, "<stratum> is empty");
	TRY(read_id(&s->id, node, "id", arena, err));
	struct bv_str competence = value_of(node, "competence");
	if (!is_competence(competence))
		return bad_value(node, "competence", competence, "a path such as IU01 or IU01.2 is needed", err);
	s->competence = bv_arena_str(arena, competence);
	TRY(read_number(&count, node, "count", 0, 1, BV_FORM_ITEMS_MAX, err));
	TRY(read_number(&marks, node, "marks", 2, 1, MARKS_MAX, err));
	TRY(read_words(&s->levels, node, "levels", levels, err));
	TRY(read_words(&s->kinds, node, "types", kinds, err));
	TRY(read_band(s, node, err));
	TRY(read_one(&keeps_apart, node, "enemies", enemies, BV_ENEMIES_ALL, err));
	s->enemies = (enum bv_enemies)keeps_apart;
	s->count = (uint32_t)count;
	s->marks = (int32_t)marks;
	s->line = node->line;
	return BV_OK;
}

static enum bv_status
check_stratum(const struct bv_stratum *first, const struct bv_stratum *s, struct bv_err *err)
{
	for (const struct bv_stratum *other = first; other < s; other++) {
		if (bv_str_eq(other->id, s->id))
			return bv_err_rule(err, "duplicate-identifier", s->line, "a second stratum with the id '%.*s' (the first: line %d)", BV_STR_ARG(s->id),
			                 other->line);
		if (bv_stratum_overlaps(other, s))
			return bv_err_rule(err, "overlapping-rows", s->line,
			                 "stratum '%.*s' could draw the same items as '%.*s' (line %d): part them by competence, levels, types or "
			                 "difficulty",
			                 BV_STR_ARG(s->id), BV_STR_ARG(other->id), other->line);
	}
	return BV_OK;
}

static void
write_words(struct bv_buf *out, const struct word *words, unsigned set)
{
	for (bool more = false; words->name; words++)
		if (set & words->value) {
			bv_buf_printf(out, "%s%s", more ? " " : "", words->name);
			more = true;
		}
}

void
bv_stratum_levels_write(struct bv_buf *out, const struct bv_stratum *stratum)
{
	write_words(out, levels, stratum->levels);
}

void
bv_stratum_types_write(struct bv_buf *out, const struct bv_stratum *stratum)
{
	write_words(out, kinds, stratum->kinds);
}

const char *
bv_enemies_name(enum bv_enemies kept_apart)
{
	const struct word *word = enemies;

	while (word->value != kept_apart)
		word++;
	return word->name;
}

struct reader {
	struct bv_blueprint *bp;
	struct bv_part parts[BV_BLUEPRINT_PARTS_MAX];
	struct bv_stratum strata[BV_BLUEPRINT_STRATA_MAX];
};

static enum bv_status
read_strata(struct reader *r, struct bv_part *part, const struct bv_xml_node *c, struct bv_err *err)
{
	struct bv_blueprint *bp = r->bp;

	for (; c; c = bv_xml_element(c->next)) {
		if (bp->stratum_count == BV_BLUEPRINT_STRATA_MAX)
			return bv_err_at(err, BV_ELIMIT, c->line, "more than %d strata", BV_BLUEPRINT_STRATA_MAX);
		struct bv_stratum *s = &r->strata[bp->stratum_count++];
		TRY(read_stratum(s, c, &bp->arena, err));
		TRY(check_stratum(r->strata, s, err));
		s->part = bp->part_count - 1;
		part->count++;
		part->item_count += s->count;
		bp->item_count += s->count;
		bp->marks += (int64_t)s->count * s->marks;
		if (bp->item_count > BV_FORM_ITEMS_MAX)
			return bv_err_at(err, BV_ELIMIT, c->line, "more than %d items in a form", BV_FORM_ITEMS_MAX);
	}
	return BV_OK;
}

static enum bv_status
read_part(struct reader *r, const struct bv_xml_node *node, struct bv_err *err)
{
	struct bv_blueprint *bp = r->bp;
	const struct bv_xml_node *strata;

	if (!bv_str_is(node->name, "part"))
		return bv_err_rule(err, "unexpected-element", node->line, "<%.*s> in a <blueprint>: only <title>, one <assembly> or <adaptive>, then <part> belong there",
		                 BV_STR_ARG(node->name));
	if (bp->part_count == BV_BLUEPRINT_PARTS_MAX)
		return bv_err_at(err, BV_ELIMIT, node->line, "more than %d parts", BV_BLUEPRINT_PARTS_MAX);
	struct bv_part *part = &r->parts[bp->part_count++];
	*part = (struct bv_part){ .first = bp->stratum_count, .line = node->line };
	TRY(check_attributes(node, part_attributes, err));
	TRY(check_children(node, err));
	TRY(read_id(&part->id, node, "id", &bp->arena, err));
	for (const struct bv_part *other = r->parts; other < part; other++)
		if (bv_str_eq(other->id, part->id))
			return bv_err_rule(err, "duplicate-identifier", node->line, "a second part with the id '%.*s' (the first: line %d)",
			                 BV_STR_ARG(part->id), other->line);
	if (bv_xml_attr(node, "minutes")) {
		int64_t minutes;
		TRY(read_number(&minutes, node, "minutes", 0, 1, bp->minutes, err)); /* a part's limit is within the time of the whole */
		part->minutes = (uint32_t)minutes;
		bp->has_limits = true;
	}
	TRY(read_titles(&part->title_vi, &part->title_en, &strata, node, &bp->arena, err));
	if (!strata)
		return bv_err_rule(err, "missing-element", node->line, "part '%.*s' has no <stratum>", BV_STR_ARG(part->id));
	return read_strata(r, part, strata, err);
}

static enum bv_status
read_head(struct bv_blueprint *bp, const struct bv_xml_node *root, struct bv_err *err)
{
	int64_t minutes;
	bv_day day;
	struct bv_str language = value_of(root, "language");
	const struct bv_str *date = bv_xml_attr(root, "date");

	TRY(check_attributes(root, blueprint_attributes, err));
	TRY(check_children(root, err));
	TRY(read_id(&bp->id, root, "id", &bp->arena, err));
	TRY(read_id(&bp->session, root, "session", &bp->arena, err));
	TRY(read_id(&bp->rule_pack, root, "rulePack", &bp->arena, err));
	if (!is_language(language))
		return bad_value(root, "language", language, "a language tag such as vi is needed", err);
	bp->language = bv_arena_str(&bp->arena, language);
	if (date && bv_day_parse(&day, *date, err) != BV_OK)
		return bv_err_rule(err, "bad-dates", root->line, "<blueprint> date: %s", err->msg);
	bp->date = date ? bv_arena_str(&bp->arena, *date) : BV_STR_NONE;
	TRY(read_number(&minutes, root, "minutes", 0, 1, MINUTES_MAX, err));
	bp->minutes = (uint32_t)minutes;
	TRY(read_word(&bp->shuffle_items, root, "itemOrder", item_orders, false, err));
	return read_word(&bp->shuffle_options, root, "optionShuffle", booleans, true, err);
}

static enum bv_status
read_hash(uint8_t out[BV_HASH_LEN], const struct bv_xml_node *node, const char *name, struct bv_err *err)
{
	struct bv_str value = value_of(node, name);
	struct bv_err why;

	if (bv_hex_parse(out, BV_HASH_LEN, value, &why) != BV_OK)
		return bad_value(node, name, value, "the SHA-256 of the document is needed, 64 hexadecimal digits, as sha256sum prints it", err);
	return BV_OK;
}

/* What <assembly> and <adaptive> share. */
static enum bv_status
read_documents(struct bv_blueprint *bp, const struct bv_xml_node *node, const char *const *attributes, struct bv_err *err)
{
	TRY(check_attributes(node, attributes, err));
	TRY(check_children(node, err));
	if (bv_xml_element(node->first))
		return bv_err_rule(err, "missing-element", node->line, "<%.*s> is empty", BV_STR_ARG(node->name));
	TRY(read_hash(bp->assembly.design, node, "design", err));
	TRY(read_hash(bp->assembly.parameters, node, "parameters", err));
	bp->assembly.overlap = BV_FORM_ITEMS_MAX;
	bp->assembly.line = node->line;
	bp->assembled = true;
	return BV_OK;
}

static enum bv_status
read_assembly(struct bv_blueprint *bp, const struct bv_xml_node *node, struct bv_err *err)
{
	int64_t exposure = 0, overlap = BV_FORM_ITEMS_MAX;

	TRY(read_documents(bp, node, assembly_attributes, err));
	if (bv_xml_attr(node, "exposure"))
		TRY(read_number(&exposure, node, "exposure", 3, 1, 1000, err));
	if (bv_xml_attr(node, "overlap"))
		TRY(read_number(&overlap, node, "overlap", 0, 0, BV_FORM_ITEMS_MAX, err));
	bp->assembly.exposure_milli = (int32_t)exposure;
	bp->assembly.overlap = (uint32_t)overlap;
	return BV_OK;
}

static enum bv_status
read_milli(int32_t *out, const struct bv_xml_node *node, const char *name, int32_t least, int32_t most, struct bv_err *err)
{
	int64_t n = 0;

	if (bv_xml_attr(node, name))
		TRY(read_number(&n, node, name, 3, least, most, err));
	*out = (int32_t)n;
	return BV_OK;
}

static enum bv_status
read_adaptive(struct bv_blueprint *bp, const struct bv_xml_node *node, struct bv_err *err)
{
	struct bv_blueprint_adaptive *a = &bp->adaptive;
	int64_t least = 1;

	TRY(read_documents(bp, node, adaptive_attributes, err));
	bp->is_adaptive = true;
	a->has_chances = bv_xml_attr(node, "chances") != NULL;
	if (a->has_chances)
		TRY(read_hash(a->chances, node, "chances", err));
	if (bv_xml_attr(node, "least"))
		TRY(read_number(&least, node, "least", 0, 1, BV_ADAPTIVE_ITEMS_MAX, err));
	a->least = (uint32_t)least;
	TRY(read_milli(&a->se, node, "se", 1, SE_MAX, err));
	TRY(read_milli(&a->cut, node, "cut", -DIFFICULTY_MAX, DIFFICULTY_MAX, err));
	TRY(read_milli(&a->confidence, node, "confidence", 1, CONFIDENCE_MAX, err));
	if ((bv_xml_attr(node, "cut") != NULL) != (a->confidence > 0))
		return bv_err_rule(err, "missing-attribute", node->line, "<adaptive> has cut and confidence, or neither");
	return BV_OK;
}

/* What only the whole document shows. */
static enum bv_status
check_adaptive(const struct bv_blueprint *bp, struct bv_err *err)
{
	int line = bp->assembly.line;

	if (!bp->is_adaptive)
		return BV_OK;
	if (bp->has_limits)
		return bv_err_rule(err, "bad-attribute-value", line, "<adaptive>: the parts have minutes of their own; items of all parts come as the answers choose them");
	if (bp->shuffle_items)
		return bv_err_rule(err, "bad-attribute-value", line, "<adaptive>: itemOrder=\"shuffled\": the order is that in which the answers choose");
	if (bp->item_count > BV_ADAPTIVE_ITEMS_MAX)
		return bv_err_at(err, BV_ELIMIT, line, "<adaptive>: the form has %u items, more than %d", bp->item_count, BV_ADAPTIVE_ITEMS_MAX);
	if (bp->adaptive.least > bp->item_count)
		return bv_err_rule(err, "bad-attribute-value", line, "<adaptive> least=\"%u\": the form has %u items", bp->adaptive.least, bp->item_count);
	return BV_OK;
}

static enum bv_status
read_root(struct reader *r, const struct bv_xml_node *root, struct bv_err *err)
{
	struct bv_blueprint *bp = r->bp;
	const struct bv_xml_node *c;

	if (!bv_str_is(root->name, "blueprint") || !bv_str_is(root->ns, NAMESPACE))
		return bv_err_rule(err, "wrong-root", root->line, "the document is not a <blueprint xmlns=\"" NAMESPACE "\">");
	TRY(read_head(bp, root, err));
	TRY(read_titles(&bp->title_vi, &bp->title_en, &c, root, &bp->arena, err));
	if (c && (bv_str_is(c->name, "assembly") || bv_str_is(c->name, "adaptive"))) {
		TRY(bv_str_is(c->name, "assembly") ? read_assembly(bp, c, err) : read_adaptive(bp, c, err));
		c = bv_xml_element(c->next);
	}
	if (!c)
		return bv_err_rule(err, "missing-element", root->line, "the blueprint has no <part>");
	for (; c; c = bv_xml_element(c->next))
		TRY(read_part(r, c, err));
	return check_adaptive(bp, err);
}

static void
free_reader(struct reader *r)
{
	free(r);
}
BV_AUTO_DEFINE(struct reader, free_reader)

enum bv_status
bv_blueprint_parse(struct bv_blueprint **out, struct bv_str xml, struct bv_err *err)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *bp = bv_alloc(sizeof *bp);
	BV_AUTO(free_reader) struct reader *r = bv_alloc(sizeof *r);

	TRY(bv_xml_read(&doc, xml, BV_BLUEPRINT_MAX, err));
	r->bp = bp;
	TRY(read_root(r, bv_xml_root(doc), err));
	struct bv_part *parts = bv_arena_array(&bp->arena, bp->part_count, struct bv_part);
	memcpy(parts, r->parts, bp->part_count * sizeof *parts);
	bp->parts = parts;
	struct bv_stratum *strata = bv_arena_array(&bp->arena, bp->stratum_count, struct bv_stratum);
	memcpy(strata, r->strata, bp->stratum_count * sizeof *strata);
	bp->strata = strata;
	bv_sha256(bp->hash, xml);
	*out = bv_steal(&bp);
	return BV_OK;
}

void
bv_blueprint_free(struct bv_blueprint *blueprint)
{
	if (!blueprint)
		return;
	bv_arena_finish(&blueprint->arena);
	free(blueprint);
}
