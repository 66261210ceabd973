#include "itembank/rich_text.h"

#include <ctype.h>

#include "base/text.h"
#include "base/xml.h"
#include "itembank/convert.h"
#include "itembank/page.h"

enum { DEPTH_MAX = 32, NAME_MAX_LEN = 32 };

struct cleaning {
	struct bv_str html;
	size_t at;
	struct bv_buf out, text; /* text: characters that are not written yet */
	const char *open[DEPTH_MAX]; /* names from the table */
	size_t depth;
	struct bv_arena *arena;
};

static void
cleaning_finish(struct cleaning *c)
{
	bv_buf_finish(&c->out);
	bv_buf_finish(&c->text);
}
BV_AUTO_DEFINE_FINISH(struct cleaning, cleaning_finish)

/* Nothing of these is text for people, or not in this place. In byte order. */
static const char *const dropped[] = {
	"annotation-xml", "applet", "audio", "canvas", "embed", "frameset", "head", "iframe", "math", "noembed", "noframes", "noscript", "object", "picture",
	"plaintext", "script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
};

static const char *const empty[] = { "br", "col", "hr", "wbr" };

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static char
peek(const struct cleaning *c, size_t ahead)
{
	return c->at + ahead < c->html.len ? c->html.p[c->at + ahead] : '\0';
}

/* ---- Characters ------------------------------------------------------------------------------------------------------ */

/* U+FFFE or U+FFFF, which XML does not know (XML 1.0 §2.2). */
static bool
is_noncharacter(struct bv_str s)
{
	return bv_str_starts(s, BV_STR("\xef\xbf\xbe")) || bv_str_starts(s, BV_STR("\xef\xbf\xbf"));
}

/* Appended without entities and controls; what is no character is replaced as in an entity. A carriage return, also one that is written as an entity, ends a line as in XML, which reads it so. */
static void
decode(struct bv_buf *out, struct bv_str s)
{
	for (size_t i = 0; i < s.len;) {
		size_t from = out->len, used = bv_html_entity(out, bv_str_sub(s, i, 40));
		if (used && out->len > from && out->p[from] == '\r')
			out->p[from] = '\n';
		if (is_noncharacter(bv_str_sub(s, i, 3))) {
			bv_buf_addz(out, "\xef\xbf\xbd");
			i += 3;
			continue;
		}
		if (s.p[i] == '\r' && (i + 1 == s.len || s.p[i + 1] != '\n'))
			bv_buf_addc(out, '\n');
		else if (!used && ((unsigned char)s.p[i] >= ' ' || s.p[i] == '\n' || s.p[i] == '\t'))
			bv_buf_addc(out, s.p[i]);
		i += used ? used : 1;
	}
}

/* The text since the last tag. A solidus to be laid over what is before it would be composed with the '>' of that tag, whenever somebody composes
 * the whole. */
static void
flush(struct cleaning *c)
{
	static const char solidus[] = "\xcc\xb8"; /* U+0338 */
	struct bv_str text = BV_STR_NONE;
	struct bv_err never; /* what came is UTF-8 */

	if (bv_text_nfc(&text, bv_buf_str(&c->text), c->arena, &never) == BV_OK && bv_str_starts(text, bv_str_of(solidus))) {
		bv_buf_addz(&c->out, "&#824;");
		text = bv_str_sub(text, sizeof solidus - 1, text.len);
	}
	bv_xml_escape(&c->out, text);
	bv_buf_clear(&c->text);
}

/* ---- Elements -------------------------------------------------------------------------------------------------------- */

static void
pop_to(struct cleaning *c, size_t depth)
{
	if (c->depth > depth)
		flush(c);
	while (c->depth > depth)
		bv_buf_printf(&c->out, "</%s>", c->open[--c->depth]);
}

/* HTML leaves out the end tags of these before another of their kind. */
static void
end_implied(struct cleaning *c, const char *name)
{
	static const char *const kinds[] = { "p", "li", "td th", "tr", "dt dd" };
	const char *top = c->depth ? c->open[c->depth - 1] : "";

	for (size_t i = 0; i < BV_COUNT(kinds); i++) {
		struct bv_str kind = bv_str_of(kinds[i]), word;
		bool opens = false, stands = false;
		while (bv_str_token(&kind, &word)) {
			opens = opens || bv_str_is(word, name);
			stands = stands || bv_str_is(word, top);
		}
		if (opens && stands)
			pop_to(c, c->depth - 1);
	}
}

static void
end_element(struct cleaning *c, struct bv_str name)
{
	for (size_t i = c->depth; i-- > 0;)
		if (bv_str_is(name, c->open[i])) {
			pop_to(c, i);
			return;
		}
}

/* The name at c->at in lower case; an empty one is none of HTML's. */
static struct bv_str
take_name(struct cleaning *c, char name[NAME_MAX_LEN])
{
	size_t len = 0, from = c->at;

	for (char ch; (ch = peek(c, 0)) && !is_space(ch) && ch != '>' && ch != '/'; c->at++)
		if (len < NAME_MAX_LEN)
			name[len++] = (char)tolower((unsigned char)ch);
	return c->at - from > NAME_MAX_LEN ? BV_STR_NONE : (struct bv_str){ name, len };
}

/* name, name=value, name="value"; *value as it stands. False at the end of the tag, which is passed over. */
static bool
take_attribute(struct cleaning *c, struct bv_str *name, struct bv_str *value, char buf[NAME_MAX_LEN])
{
	while (is_space(peek(c, 0)) || peek(c, 0) == '/')
		c->at++;
	if (c->at == c->html.len || peek(c, 0) == '>') {
		c->at += c->at < c->html.len;
		return false;
	}
	size_t from = c->at, len = 0;
	while (c->at < c->html.len && !is_space(peek(c, 0)) && !strchr("=>/", peek(c, 0)))
		c->at++;
	c->at += c->at == from; /* a '=' that nothing is before */
	for (; len < c->at - from && len < NAME_MAX_LEN; len++)
		buf[len] = (char)tolower((unsigned char)c->html.p[from + len]);
	*name = c->at - from > NAME_MAX_LEN ? BV_STR_NONE : (struct bv_str){ buf, len };
	*value = BV_STR_NONE;
	while (is_space(peek(c, 0)))
		c->at++;
	if (peek(c, 0) != '=')
		return true;
	do
		c->at++;
	while (is_space(peek(c, 0)));
	char quote = peek(c, 0) == '"' || peek(c, 0) == '\'' ? c->html.p[c->at++] : '\0';
	for (from = c->at; c->at < c->html.len && (quote ? peek(c, 0) != quote : !is_space(peek(c, 0)) && peek(c, 0) != '>');)
		c->at++;
	*value = bv_str_sub(c->html, from, c->at - from);
	c->at += quote && c->at < c->html.len;
	return true;
}

/* The rest of a start tag. row: of an element that is written; NULL for any other. */
static void
take_attributes(struct cleaning *c, const struct bv_page_name *row)
{
	struct bv_str name, value, written[8];
	char buf[NAME_MAX_LEN];
	size_t count = 0;

	while (take_attribute(c, &name, &value, buf)) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(256);
		if (!row || !name.len || value.len > 128)
			continue;
		decode(&text, value);
		struct bv_str plain = bv_str_trim(bv_buf_str(&text));
		bool twice = count == BV_COUNT(written);
		for (size_t i = 0; i < count; i++)
			twice = twice || bv_str_eq(written[i], name);
		if (twice || text.full || !bv_page_attribute_plain(name, row->groups, plain))
			continue;
		written[count++] = bv_arena_str(c->arena, name);
		bv_buf_printf(&c->out, " %.*s=\"", BV_STR_ARG(name));
		bv_xml_escape(&c->out, plain);
		bv_buf_addc(&c->out, '"');
	}
}

/* Behind the end tag of an element that is dropped with what is in it, or at the end. */
static void
skip_element(struct cleaning *c, struct bv_str name)
{
	for (; c->at < c->html.len; c->at++) {
		char buf[NAME_MAX_LEN];
		if (peek(c, 0) != '<' || peek(c, 1) != '/')
			continue;
		c->at += 2;
		if (bv_str_eq(take_name(c, buf), name)) {
			take_attributes(c, NULL);
			return;
		}
		c->at--;
	}
}

static void
start_element(struct cleaning *c, struct bv_str name)
{
	const struct bv_page_name *row = bv_page_html(name);
	bool is_empty = row && BV_PAGE_ROW(empty, name);
	const unsigned never = BV_GROUP_IMAGE | BV_GROUP_PLAYER | BV_GROUP_SOURCE | BV_GROUP_TRACK | BV_GROUP_LINK | BV_GROUP_LABEL;

	if (BV_PAGE_ROW(dropped, name)) {
		take_attributes(c, NULL);
		skip_element(c, name);
		return;
	}
	if (row && (row->element == BV_ELEMENT_UNWRAPPED || row->groups & never || c->depth == DEPTH_MAX))
		row = NULL;
	if (row) {
		end_implied(c, row->name);
		flush(c);
		bv_buf_printf(&c->out, "<%s", row->name);
	}
	take_attributes(c, row);
	if (row)
		bv_buf_addz(&c->out, is_empty ? "/>" : ">");
	if (row && !is_empty)
		c->open[c->depth++] = row->name;
}

/* At a '<': a tag, a comment or a declaration; false when it is a character. */
static bool
take_tag(struct cleaning *c)
{
	bool end = peek(c, 1) == '/', marked = peek(c, 1) == '!' || peek(c, 1) == '?';
	char buf[NAME_MAX_LEN];

	if (!marked && !isalpha((unsigned char)peek(c, 1 + end)))
		return false;
	struct bv_str rest = bv_str_sub(c->html, c->at, c->html.len);
	if (marked && bv_str_starts(rest, BV_STR("<!--"))) {
		for (c->at += 4; c->at < c->html.len && !bv_str_starts(bv_str_sub(c->html, c->at, 3), BV_STR("-->"));)
			c->at++;
		c->at += c->at < c->html.len ? 3 : 0;
		return true;
	}
	if (marked) {
		c->at += bv_str_find(rest, '>');
		c->at += c->at < c->html.len;
		return true;
	}
	c->at += 1 + end;
	struct bv_str name = take_name(c, buf);
	if (!end) {
		start_element(c, name);
		return true;
	}
	take_attributes(c, NULL);
	end_element(c, name);
	return true;
}

enum bv_status
rich_text_clean(struct bv_str *out, struct bv_str html, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(cleaning_finish) struct cleaning c = {
		.html = html, .out = BV_BUF(BV_RESPONSE_TEXT_MAX), .text = BV_BUF(4 * BV_RESPONSE_TEXT_MAX), .arena = arena
	};

	while (c.at < html.len) {
		if (peek(&c, 0) == '<' && take_tag(&c))
			continue;
		size_t from = c.at++;
		while (c.at < html.len && peek(&c, 0) != '<')
			c.at++;
		decode(&c.text, bv_str_sub(html, from, c.at - from));
	}
	pop_to(&c, 0);
	flush(&c);
	if (c.out.full)
		return bv_err_set(err, BV_ELIMIT, "a text with its markup is longer than %d bytes", BV_RESPONSE_TEXT_MAX);
	*out = bv_arena_str(arena, bv_buf_str(&c.out));
	return BV_OK;
}
