#include "registry/xml.h"

#include "base/text.h"

const char *
bv_deed_name(enum bv_deed deed)
{
	static const char *const names[] = { "issue", "revoke", "suspend", "reinstate", "supersede", "correct", "resume", "stop" };

	return names[deed];
}

static bool
among(struct bv_str name, const char *names)
{
	struct bv_str rest = bv_str_of(names), token;

	while (bv_str_token(&rest, &token))
		if (bv_str_eq(token, name))
			return true;
	return false;
}

enum bv_status
xml_expect(const struct bv_xml_node *node, const char *ns, const char *name, const char *attributes, struct bv_err *err)
{
	if (!bv_str_is(node->name, name) || !bv_str_is(node->ns, ns))
		return bv_err_at(err, BV_EPARSE, node->line, "<%.*s> is not expected here: <%s> of %s is", BV_STR_ARG(bv_str_sub(node->name, 0, 40)), name, ns);
	for (size_t i = 0; i < node->attr_count; i++)
		if (node->attrs[i].ns.len || !among(node->attrs[i].name, attributes))
			return bv_err_at(err, BV_EPARSE, node->line, "<%s> has no attribute '%.*s'", name, BV_STR_ARG(bv_str_sub(node->attrs[i].name, 0, 40)));
	return BV_OK;
}

enum bv_status
xml_text(struct bv_str *out, const struct bv_xml_node *node, const char *name, bool needed, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_str *value = bv_xml_attr(node, name);
	struct bv_str text;

	*out = BV_STR_NONE;
	if (!value && !needed)
		return BV_OK;
	if (!value || !bv_str_trim(*value).len)
		return bv_err_at(err, BV_EPARSE, node->line, "<%.*s> needs '%s'", BV_STR_ARG(node->name), name);
	if (bv_text_nfc(&text, bv_str_trim(*value), arena, err) != BV_OK || text.len > XML_TEXT_MAX || !bv_text_safe(text))
		return bv_err_at(err, BV_EINVAL, node->line, "'%s' is text of at most %d bytes without control characters", name, XML_TEXT_MAX);
	*out = bv_arena_str(arena, text);
	return BV_OK;
}

enum bv_status
xml_word(struct bv_str *out, const struct bv_xml_node *node, const char *name, size_t max, const char *more, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_str word;

	TRY(xml_text(&word, node, name, true, arena, err));
	for (size_t i = 0; i < word.len; i++) {
		char c = word.p[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && !strchr(more, c))
			return bv_err_at(err, BV_EINVAL, node->line, "%s=\"%.*s\": letters, digits and '%s' only", name, BV_STR_ARG(bv_str_sub(word, 0, 40)), more);
	}
	if (word.len > max)
		return bv_err_at(err, BV_EINVAL, node->line, "'%s' has more than %zu characters", name, max);
	*out = word;
	return BV_OK;
}

enum bv_status
xml_day(bv_day *out, const struct bv_xml_node *node, const char *name, bool needed, bv_day otherwise, struct bv_err *err)
{
	const struct bv_str *value = bv_xml_attr(node, name);

	*out = otherwise;
	if (!value && !needed)
		return BV_OK;
	if (!value || bv_day_parse(out, *value, err) != BV_OK)
		return bv_err_at(err, BV_EPARSE, node->line, "<%.*s> needs '%s', a day: YYYY-MM-DD", BV_STR_ARG(node->name), name);
	return BV_OK;
}

enum bv_status
xml_count(int *out, const struct bv_xml_node *node, const char *name, bool needed, int most, struct bv_err *err)
{
	const struct bv_str *value = bv_xml_attr(node, name);
	int64_t n = 0;

	if (value ? !bv_str_int(*value, &n) || n < 0 || n > most : needed)
		return bv_err_at(err, BV_EINVAL, node->line, "<%.*s> needs '%s', a number from 0 to %d", BV_STR_ARG(node->name), name, most);
	*out = (int)n;
	return BV_OK;
}

enum bv_status
xml_deeds(unsigned *out, const struct bv_xml_node *node, const char *name, struct bv_err *err)
{
	const struct bv_str *value = bv_xml_attr(node, name);
	struct bv_str rest = value ? *value : BV_STR_NONE, token;
	unsigned deeds = 0;

	while (bv_str_token(&rest, &token)) {
		int deed = 0;
		while (deed < BV_DEEDS && !bv_str_is(token, bv_deed_name((enum bv_deed)deed)))
			deed++;
		if (deed == BV_DEEDS)
			return bv_err_at(err, BV_EINVAL, node->line, "'%.*s' is nothing that is done with certificates: issue, revoke, suspend, reinstate, supersede, correct, resume",
			                 BV_STR_ARG(bv_str_sub(token, 0, 40)));
		deeds |= 1u << deed;
	}
	if (!deeds)
		return bv_err_at(err, BV_EPARSE, node->line, "<%.*s> needs '%s'", BV_STR_ARG(node->name), name);
	*out = deeds;
	return BV_OK;
}

enum bv_status
xml_content(struct bv_str *out, const struct bv_xml_node *node, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_str text;

	if (bv_xml_element(node->first))
		return bv_err_at(err, BV_EPARSE, node->line, "<%.*s> is plain text", BV_STR_ARG(node->name));
	if (bv_text_nfc(&text, bv_str_trim(bv_xml_text(node, arena)), arena, err) != BV_OK || !text.len || text.len > XML_TEXT_MAX)
		return bv_err_at(err, BV_EINVAL, node->line, "<%.*s> has 1 to %d bytes of text", BV_STR_ARG(node->name), XML_TEXT_MAX);
	*out = bv_arena_str(arena, text);
	return BV_OK;
}
