#include "scoring/instrument.h"

#include <stdio.h>

#include "base/text.h"

#define XML_NS "http://www.w3.org/XML/1998/namespace"
#define TEXT_MAX 4000 /* bytes of any text or attribute */
#define NAME_MAX_LEN 500

static const char *const certainties[] = { "certain", "high", "medium", "uncertain", NULL };

const char *
bv_certainty_name(enum bv_certainty certainty)
{
	return certainties[certainty];
}

bool
bv_instrument_is(const struct bv_instrument_reader *in, const struct bv_xml_node *node, const char *name)
{
	return node && bv_str_is(node->name, name) && bv_str_is(node->ns, in->ns);
}

enum bv_status
bv_instrument_unexpected(const struct bv_instrument_reader *in, const struct bv_xml_node *node)
{
	return bv_err_rule(in->err, "unexpected-element", node->line, "element '%.*s' in namespace '%.*s' is not expected here: see the schema",
	                 BV_STR_ARG(bv_str_sub(node->name, 0, 60)), BV_STR_ARG(bv_str_sub(node->ns, 0, 80)));
}

static bool
known_word(const char *words, struct bv_str word)
{
	struct bv_str rest = bv_str_of(words), token;

	while (bv_str_token(&rest, &token))
		if (bv_str_eq(token, word))
			return true;
	return false;
}

enum bv_status
bv_instrument_attrs(const struct bv_instrument_reader *in, const struct bv_xml_node *node, const char *known)
{
	for (size_t i = 0; i < node->attr_count; i++)
		if (node->attrs[i].ns.len == 0 && !known_word(known, node->attrs[i].name))
			return bv_err_rule(in->err, "unknown-attribute", node->line, "attribute '%.*s' of '%.*s' is not known: see the schema",
			                 BV_STR_ARG(bv_str_sub(node->attrs[i].name, 0, 60)), BV_STR_ARG(bv_str_sub(node->name, 0, 60)));
	/* Text beside elements would be lost without a word. */
	for (const struct bv_xml_node *n = bv_xml_element(node->first) ? node->first : NULL; n; n = n->next)
		if (n->name.len == 0 && bv_str_trim(n->text).len)
			return bv_err_rule(in->err, "stray-text", node->line, "text between the elements of '%.*s'",
			                 BV_STR_ARG(bv_str_sub(node->name, 0, 60)));
	return BV_OK;
}

enum bv_status
bv_instrument_empty(const struct bv_instrument_reader *in, const struct bv_xml_node *node, const char *known)
{
	TRY(bv_instrument_attrs(in, node, known));
	const struct bv_xml_node *child = bv_xml_element(node->first);
	if (child)
		return bv_instrument_unexpected(in, child);
	if (bv_str_trim(bv_xml_text(node, in->arena)).len)
		return bv_err_rule(in->err, "stray-text", node->line, "'%.*s' must be empty", BV_STR_ARG(bv_str_sub(node->name, 0, 60)));
	return BV_OK;
}

static enum bv_status
keep(struct bv_str *out, const struct bv_instrument_reader *in, struct bv_str s, int line, struct bv_str what)
{
	struct bv_str nfc;

	s = bv_str_trim(s);
	if (s.len == 0)
		return bv_err_rule(in->err, "missing-element", line, "'%.*s' is empty", BV_STR_ARG(bv_str_sub(what, 0, 60)));
	if (s.len > TEXT_MAX)
		return bv_err_at(in->err, BV_ELIMIT, line, "'%.*s' is longer than %d bytes", BV_STR_ARG(bv_str_sub(what, 0, 60)), TEXT_MAX);
	TRY(bv_text_nfc(&nfc, s, in->arena, in->err));
	*out = bv_arena_str(in->arena, nfc);
	return BV_OK;
}

enum bv_status
bv_instrument_text(struct bv_str *out, const struct bv_instrument_reader *in, const struct bv_xml_node *node)
{
	const struct bv_xml_node *child = bv_xml_element(node->first);

	if (child)
		return bv_instrument_unexpected(in, child);
	return keep(out, in, bv_xml_text(node, in->arena), node->line, node->name);
}

enum bv_status
bv_instrument_names(struct bv_names *out, const struct bv_xml_node **at, const char *name, const struct bv_instrument_reader *in)
{
	const struct bv_xml_node *n = *at;
	struct bv_names names = { 0 };

	for (; bv_instrument_is(in, n, name); n = bv_xml_element(n->next)) {
		const struct bv_str *lang = bv_xml_attr_ns(n, XML_NS, "lang");
		bool vi = lang && bv_str_is(*lang, "vi"), en = lang && bv_str_is(*lang, "en");

		TRY(bv_instrument_attrs(in, n, ""));
		if (!vi && !en)
			return bv_err_rule(in->err, "missing-attribute", n->line, "'%s' needs xml:lang=\"vi\" or \"en\"", name);
		if (vi ? names.vi.len : names.en.len)
			return bv_err_rule(in->err, "duplicate-identifier", n->line, "'%s' is given twice in '%s'", name, vi ? "vi" : "en");
		TRY(bv_instrument_text(vi ? &names.vi : &names.en, in, n));
		if (names.vi.len > NAME_MAX_LEN || names.en.len > NAME_MAX_LEN)
			return bv_err_at(in->err, BV_ELIMIT, n->line, "'%s' is longer than %d bytes", name, NAME_MAX_LEN);
	}
	if (!names.vi.len)
		return bv_err_rule(in->err, "missing-element", (*at)->line, "expected '%s' with xml:lang=\"vi\" before this", name);
	*out = names;
	*at = n;
	return BV_OK;
}

enum bv_status
bv_instrument_string(struct bv_str *out, const struct bv_instrument_reader *in, const struct bv_xml_node *node, const char *name, bool required)
{
	const struct bv_str *value = bv_xml_attr(node, name);

	if (!value && required)
		return bv_err_rule(in->err, "missing-attribute", node->line, "'%.*s' needs the attribute '%s'", BV_STR_ARG(bv_str_sub(node->name, 0, 60)), name);
	return value ? keep(out, in, *value, node->line, bv_str_of(name)) : BV_OK;
}

enum bv_status
bv_instrument_code(struct bv_str *out, const struct bv_instrument_reader *in, const struct bv_xml_node *node, const char *name, bool required)
{
	struct bv_str s = BV_STR_NONE;
	bool good;

	TRY(bv_instrument_string(&s, in, node, name, required));
	if (!s.p)
		return BV_OK;
	good = s.len <= 64;
	for (size_t i = 0; good && i < s.len; i++)
		good = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
		       s.p[i] == '_' || s.p[i] == '-' || s.p[i] == '.';
	if (!good)
		return bv_err_rule(in->err, "bad-attribute-value", node->line, "%s '%.*s' is not a code: at most 64 of A-Z a-z 0-9 _ - .", name,
		                 BV_STR_ARG(bv_str_sub(s, 0, 80)));
	*out = s;
	return BV_OK;
}

enum bv_status
bv_instrument_word(int *out, const struct bv_instrument_reader *in, const struct bv_xml_node *node, const char *name, bool required,
                   const char *const *words)
{
	struct bv_str s = BV_STR_NONE;

	TRY(bv_instrument_string(&s, in, node, name, required));
	if (!s.p)
		return BV_OK;
	for (int i = 0; words[i]; i++) {
		if (!bv_str_is(s, words[i]))
			continue;
		*out = i;
		return BV_OK;
	}
	return bv_err_rule(in->err, "bad-attribute-value", node->line, "%s '%.*s' is not one of the words that the schema allows", name,
	                 BV_STR_ARG(bv_str_sub(s, 0, 80)));
}

enum bv_status
bv_instrument_certainty(enum bv_certainty *out, const struct bv_instrument_reader *in, const struct bv_xml_node *node)
{
	int word = 0;

	TRY(bv_instrument_word(&word, in, node, "certainty", true, certainties));
	*out = (enum bv_certainty)word;
	return BV_OK;
}

enum bv_status
bv_instrument_integer(int64_t *out, const struct bv_instrument_reader *in, const struct bv_xml_node *node, const char *name, bool required,
                      int64_t low, int64_t high)
{
	struct bv_str s = BV_STR_NONE;
	int64_t n;

	TRY(bv_instrument_string(&s, in, node, name, required));
	if (!s.p)
		return BV_OK;
	if (!bv_str_int(s, &n) || n < low || n > high)
		return bv_err_rule(in->err, "bad-attribute-value", node->line, "%s '%.*s' is not an integer from %lld to %lld", name,
		                 BV_STR_ARG(bv_str_sub(s, 0, 40)), (long long)low, (long long)high);
	*out = n;
	return BV_OK;
}

enum bv_status
bv_instrument_percent(int64_t *out, const struct bv_instrument_reader *in, const struct bv_xml_node *node, const char *name, bool required)
{
	struct bv_str s = BV_STR_NONE;
	int64_t n = 0;

	TRY(bv_instrument_string(&s, in, node, name, required));
	if (!s.p)
		return BV_OK;
	if (!bv_str_decimal(s, 2, &n) || n < 0 || n > 10000)
		return bv_err_rule(in->err, "bad-attribute-value", node->line, "%s '%.*s' is not a percentage from 0 to 100 with at most two decimals", name,
		                 BV_STR_ARG(bv_str_sub(s, 0, 40)));
	*out = n;
	return BV_OK;
}

static enum bv_status
day(bv_day *out, const struct bv_instrument_reader *in, const struct bv_xml_node *node, const char *name)
{
	struct bv_str s = BV_STR_NONE;

	TRY(bv_instrument_string(&s, in, node, name, false));
	if (!s.p)
		return BV_OK;
	enum bv_status status = bv_day_parse(out, s, in->err);
	in->err->line = node->line;
	return status;
}

static enum bv_status
in_force(struct bv_instrument *out, const struct bv_instrument_reader *in, const struct bv_xml_node *node)
{
	TRY(bv_instrument_empty(in, node, "from to certainty"));
	TRY(bv_instrument_certainty(&out->dates, in, node));
	TRY(day(&out->from, in, node, "from"));
	TRY(day(&out->to, in, node, "to"));
	if (out->from > out->to)
		return bv_err_rule(in->err, "bad-dates", node->line, "in force to a day before it begins");
	return BV_OK;
}

enum bv_status
bv_instrument_parse(struct bv_instrument *out, const struct bv_xml_node **rest, const struct bv_xml_node *root, const char *more_attrs,
                    struct bv_str bytes, const struct bv_instrument_reader *in)
{
	const struct bv_xml_node *at = bv_xml_element(root->first);
	char known[256];

	snprintf(known, sizeof known, "identifier version certainty %s", more_attrs);
	TRY(bv_instrument_attrs(in, root, known));
	*out = (struct bv_instrument){ .from = INT32_MIN, .to = INT32_MAX, .dates = BV_UNCERTAIN };
	TRY(bv_instrument_code(&out->identifier, in, root, "identifier", true));
	TRY(bv_instrument_code(&out->version, in, root, "version", true));
	TRY(bv_instrument_certainty(&out->certainty, in, root));
	if (!at)
		return bv_err_rule(in->err, "missing-element", root->line, "'%.*s' is empty", BV_STR_ARG(bv_str_sub(root->name, 0, 60)));
	TRY(bv_instrument_names(&out->title, &at, "title", in));
	if (bv_instrument_is(in, at, "source")) {
		TRY(bv_instrument_attrs(in, at, ""));
		TRY(bv_instrument_text(&out->source, in, at));
		at = bv_xml_element(at->next);
	}
	if (!bv_instrument_is(in, at, "in-force"))
		return at ? bv_instrument_unexpected(in, at) :
		            bv_err_rule(in->err, "missing-element", root->line, "'%.*s' needs the element 'in-force'", BV_STR_ARG(bv_str_sub(root->name, 0, 60)));
	TRY(in_force(out, in, at));
	at = bv_xml_element(at->next);
	if (bv_instrument_is(in, at, "note")) {
		TRY(bv_instrument_text(&out->note, in, at));
		at = bv_xml_element(at->next);
	}
	if (bv_instrument_is(in, at, "licence")) {
		TRY(bv_instrument_text(&out->licence, in, at));
		at = bv_xml_element(at->next);
	}
	bv_sha256(out->hash, bytes);
	*rest = at;
	return BV_OK;
}

enum bv_status
bv_instrument_check(const struct bv_instrument *instrument, bv_day on, struct bv_err *err)
{
	char want[BV_DAY_SIZE], limit[BV_DAY_SIZE];

	if (on >= instrument->from && on <= instrument->to)
		return BV_OK;
	bool early = on < instrument->from;
	return bv_err_set(err, BV_EINVAL, "'%.*s' is not in force on %s: it %s %s. Use the instrument of that day",
	                  BV_STR_ARG(instrument->identifier), bv_day_write(want, on), early ? "begins on" : "ended on",
	                  bv_day_write(limit, early ? instrument->from : instrument->to));
}
