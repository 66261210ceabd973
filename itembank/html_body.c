/* HTML from anywhere → the body content of QTI: a strict allow-list. The reader never fails: it takes tags as they come and writes elements
 * that nest as the schema wants them; each thing that is left out is a line of the loss report. */
#include "itembank/convert.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>

#include "base/xml.h"

#define DEPTH_MAX 32
#define SAID_MAX 32 /* different things reported of one text */
#define OUTPUT_MAX BV_XML_ITEM_MAX

enum tag_kind { LINE, PARAGRAPH, CONTAINER, LIST, ENTRY, TABLE, GROUP, ROW, CELL, CAPTION, VOID, UNWRAP, DROP };

static const struct tag {
	const char *name, *as; /* as: the element written, NULL the same */
	enum tag_kind kind;
} tags[] = {
	{ "p", NULL, PARAGRAPH }, { "h1", NULL, PARAGRAPH }, { "h2", NULL, PARAGRAPH }, { "h3", NULL, PARAGRAPH }, { "h4", NULL, PARAGRAPH },
	{ "h5", NULL, PARAGRAPH }, { "h6", NULL, PARAGRAPH }, { "pre", NULL, PARAGRAPH }, { "dt", "p", PARAGRAPH }, { "dd", "p", PARAGRAPH },
	{ "div", NULL, CONTAINER }, { "blockquote", NULL, CONTAINER }, { "em", NULL, LINE }, { "i", "em", LINE }, { "strong", NULL, LINE },
	{ "b", "strong", LINE }, { "code", NULL, LINE }, { "kbd", "code", LINE }, { "samp", "code", LINE }, { "tt", "code", LINE },
	{ "var", "em", LINE }, { "cite", "em", LINE }, { "sub", NULL, LINE }, { "sup", NULL, LINE }, { "ul", NULL, LIST }, { "ol", NULL, LIST },
	{ "li", NULL, ENTRY }, { "table", NULL, TABLE }, { "thead", NULL, GROUP }, { "tbody", NULL, GROUP }, { "tfoot", NULL, GROUP },
	{ "tr", NULL, ROW }, { "td", NULL, CELL }, { "th", NULL, CELL }, { "caption", NULL, CAPTION }, { "br", NULL, VOID }, { "hr", NULL, VOID },
	{ "img", NULL, VOID }, { "span", NULL, UNWRAP }, { "dl", NULL, UNWRAP }, { "html", NULL, UNWRAP }, { "body", NULL, UNWRAP },
	{ "wbr", NULL, UNWRAP }, { "colgroup", NULL, DROP }, { "script", NULL, DROP }, { "style", NULL, DROP }, { "iframe", NULL, DROP },
	{ "object", NULL, DROP }, { "applet", NULL, DROP }, { "svg", NULL, DROP }, { "math", NULL, DROP }, { "select", NULL, DROP },
	{ "textarea", NULL, DROP }, { "button", NULL, DROP }, { "video", NULL, DROP }, { "audio", NULL, DROP }, { "head", NULL, DROP },
	{ "title", NULL, DROP }, { "noscript", NULL, DROP }, { "template", NULL, DROP }, { "canvas", NULL, DROP }, { "noframes", NULL, DROP },
	{ "xmp", NULL, DROP }, { "plaintext", NULL, DROP }, { "frameset", NULL, DROP },
};

struct attribute {
	struct bv_str name, value;
};

#define ATTRIBUTES_MAX 32

struct element {
	const struct tag *tag;
	bool written;
	char attributes[64]; /* colspan and rowspan */
};

struct body {
	struct bv_conversion *c;
	const struct bv_body_opts *opts;
	enum bv_body_place place;
	struct bv_buf out;
	struct element stack[DEPTH_MAX];
	size_t depth;
	struct bv_str said[SAID_MAX];
	size_t said_count;
};

/* One line a thing and text, however often it occurs. */
static void
dropped(struct body *b, const char *what, struct bv_str name, const char *why)
{
	struct bv_buf key = BV_BUF(200);
	struct bv_str s;

	bv_buf_printf(&key, "%s%.*s%s", what, BV_STR_ARG(bv_str_sub(name, 0, 60)), why);
	s = bv_arena_str(&b->c->draft, bv_buf_str(&key));
	bv_buf_finish(&key);
	for (size_t i = 0; i < b->said_count; i++)
		if (bv_str_eq(b->said[i], s))
			return;
	if (b->said_count == SAID_MAX)
		return;
	b->said[b->said_count++] = s;
	bv_loss(b->c, BV_SEVERITY_WARNING, "markup", b->opts->line, b->said_count == SAID_MAX ? "%.*s; and more of this kind" : "%.*s", BV_STR_ARG(s));
}

static const char *
written_as(const struct tag *tag)
{
	return tag->as ? tag->as : tag->name;
}

static const struct tag *
tag_of(const char *name)
{
	size_t i = 0;

	while (i < BV_COUNT(tags) && strcmp(tags[i].name, name) != 0)
		i++;
	return i < BV_COUNT(tags) ? &tags[i] : NULL;
}

/* ---- The elements that are open ---- */

static enum tag_kind
top_kind(const struct body *b)
{
	return b->depth ? b->stack[b->depth - 1].tag->kind : b->place == BV_BODY_ITEM ? CONTAINER : ENTRY;
}

/* Elements are written when something is in them. */
static void
flush(struct body *b)
{
	for (size_t i = 0; i < b->depth; i++)
		if (!b->stack[i].written) {
			bv_buf_printf(&b->out, "<%s%s>", written_as(b->stack[i].tag), b->stack[i].attributes);
			b->stack[i].written = true;
		}
}

static void
pop(struct body *b)
{
	struct element *e = &b->stack[--b->depth];

	if (e->written)
		bv_buf_printf(&b->out, "</%s>", written_as(e->tag));
}

static void
push(struct body *b, const struct tag *tag)
{
	if (b->depth == DEPTH_MAX) {
		dropped(b, "<", bv_str_of(tag->name), ">: elements are too deep inside each other, only the text is kept");
		return;
	}
	b->stack[b->depth++] = (struct element){ .tag = tag };
	if (tag->kind == CELL)
		flush(b);
}

static bool
is_flow(enum tag_kind kind)
{
	return kind == CONTAINER || kind == ENTRY || kind == CELL;
}

/* A cell and what is in lists and rows get the element that has to be around them. */
static void
fill_structure(struct body *b)
{
	if (top_kind(b) == LIST)
		push(b, tag_of("li"));
	if (top_kind(b) == TABLE)
		push(b, tag_of("tbody"));
	if (top_kind(b) == GROUP)
		push(b, tag_of("tr"));
	if (top_kind(b) == ROW)
		push(b, tag_of("td"));
}

/* Characters and what stands in a line of them. Only p-like elements hold characters directly below the body or a quotation. */
static void
line_start(struct body *b)
{
	fill_structure(b);
	if (top_kind(b) == CONTAINER && (b->depth == 0 || b->stack[b->depth - 1].tag->name[0] == 'b'))
		push(b, tag_of("p"));
}

static void
block_start(struct body *b)
{
	while (b->depth && (top_kind(b) == LINE || top_kind(b) == PARAGRAPH || top_kind(b) == CAPTION))
		pop(b);
	fill_structure(b);
}

/* Leaves elements up to one of these kinds; false when there is none in this cell. */
static bool
unwind_to(struct body *b, unsigned kinds)
{
	size_t at = b->depth;

	while (at > 0 && !(kinds >> b->stack[at - 1].tag->kind & 1))
		if (b->stack[--at].tag->kind == TABLE || (b->stack[at].tag->kind == CELL && !(kinds & (1u << ROW | 1u << GROUP | 1u << TABLE))))
			return false;
	if (at == 0)
		return false;
	while (b->depth > at)
		pop(b);
	return true;
}

static void
row_part_open(struct body *b, const struct tag *tag)
{
	unsigned above = tag->kind == CELL ? 1u << ROW | 1u << GROUP | 1u << TABLE : tag->kind == ROW ? 1u << GROUP | 1u << TABLE : 1u << TABLE;

	if (!unwind_to(b, above)) {
		dropped(b, "<", bv_str_of(tag->name), "> outside a table: only its text is kept");
		return;
	}
	if (top_kind(b) == TABLE && (tag->kind == ROW || tag->kind == CELL))
		push(b, tag_of("tbody"));
	if (top_kind(b) == GROUP && tag->kind == CELL)
		push(b, tag_of("tr"));
	push(b, tag);
}

static void
element_open(struct body *b, const struct tag *tag)
{
	switch (tag->kind) {
	case LINE:
		line_start(b);
		push(b, tag);
		break;
	case ENTRY:
		if (!unwind_to(b, 1u << LIST)) {
			block_start(b);
			push(b, tag_of("p"));
			break;
		}
		push(b, tag);
		break;
	case CELL:
	case ROW:
	case GROUP:
	case CAPTION:
		row_part_open(b, tag);
		break;
	default:
		block_start(b);
		push(b, tag);
	}
}

static void
element_close(struct body *b, const struct tag *tag)
{
	size_t at = b->depth;

	while (at > 0 && b->stack[at - 1].tag != tag) {
		if (tag->kind == LINE && b->stack[at - 1].tag->kind != LINE)
			return;
		if (b->stack[at - 1].tag->kind == CELL && tag->kind != TABLE && tag->kind != GROUP && tag->kind != ROW)
			return;
		at--;
	}
	while (at > 0 && b->depth >= at)
		pop(b);
}

/* ---- Characters ---- */

static bool
is_blank(struct bv_str s)
{
	return bv_str_trim(s).len == 0;
}

static void
insert(struct body *b, size_t number)
{
	const struct bv_insert *i = &b->opts->inserts[number];

	assert(number < b->opts->insert_count); /* a source has no control characters: bv_convert takes them out */
	if (b->place != BV_BODY_PLAIN) {
		if (i->block)
			block_start(b);
		else
			line_start(b);
		flush(b);
	}
	bv_buf_add(&b->out, i->xml);
}

/* Does a line go on here, so that a space or a break has something before it? */
static bool
in_line(const struct body *b)
{
	enum tag_kind top = top_kind(b);

	if (b->depth == 0)
		return top == ENTRY && b->out.len > 0;
	return top == LINE || top == PARAGRAPH || (is_flow(top) && b->stack[b->depth - 1].written);
}

static void
characters(struct body *b, struct bv_str s)
{
	if (!s.len)
		return;
	if (b->place != BV_BODY_PLAIN) {
		if (is_blank(s) && !in_line(b))
			return;
		if (is_blank(s) && top_kind(b) == CONTAINER && b->stack[b->depth - 1].tag->name[0] == 'b')
			return;
		line_start(b);
		flush(b);
	}
	bv_xml_escape(&b->out, s);
}

/* A run of text without tags: entities, markers, control characters. */
static void
text_run(struct body *b, struct bv_str s)
{
	struct bv_buf run = BV_BUF(OUTPUT_MAX);

	for (size_t i = 0; i < s.len;) {
		size_t used = bv_html_entity(&run, bv_str_sub(s, i, 40));
		if (used) {
			i += used;
		} else if (s.p[i] == 1) {
			size_t number = 0;
			for (i++; s.p[i] != 2; i++)
				number = number * 10 + (size_t)(s.p[i] - '0');
			i++; /* the mark that ends it */
			characters(b, bv_buf_str(&run));
			bv_buf_clear(&run);
			insert(b, number);
		} else {
			unsigned char ch = (unsigned char)s.p[i++];
			if (ch >= 0x20 || ch == '\t' || ch == '\n')
				bv_buf_addc(&run, (char)ch);
		}
	}
	characters(b, bv_buf_str(&run));
	bv_buf_finish(&run);
}

/* ---- Tags ---- */

static struct bv_str
decoded_value(struct body *b, struct bv_str s)
{
	struct bv_buf out = BV_BUF(65536);
	struct bv_str value;

	for (size_t i = 0; i < s.len;) {
		size_t used = bv_html_entity(&out, bv_str_sub(s, i, 40));
		if (!used && (unsigned char)s.p[i] >= 0x20)
			bv_buf_addc(&out, s.p[i]);
		i += used ? used : 1;
	}
	value = bv_arena_str(&b->c->draft, bv_buf_str(&out));
	bv_buf_finish(&out);
	return value;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Attributes from *at to the tag's '>', which is passed over. */
static size_t
attributes_read(struct body *b, struct attribute list[ATTRIBUTES_MAX], struct bv_str s, size_t *at)
{
	size_t count = 0, i = *at;

	while (i < s.len && s.p[i] != '>') {
		struct attribute a = { 0 };
		size_t from;
		char quote;
		if (is_space(s.p[i]) || s.p[i] == '/') {
			i++;
			continue;
		}
		for (from = i++; i < s.len && !is_space(s.p[i]) && !strchr("=>/", s.p[i]);)
			i++;
		a.name = bv_str_sub(s, from, i - from);
		while (i < s.len && is_space(s.p[i]))
			i++;
		if (i < s.len && s.p[i] == '=') {
			for (i++; i < s.len && is_space(s.p[i]);)
				i++;
			quote = i < s.len && (s.p[i] == '"' || s.p[i] == '\'') ? s.p[i++] : 0;
			for (from = i; i < s.len && (quote ? s.p[i] != quote : !is_space(s.p[i]) && s.p[i] != '>');)
				i++;
			a.value = decoded_value(b, bv_str_sub(s, from, i - from));
			i += quote && i < s.len;
		}
		if (count < ATTRIBUTES_MAX)
			list[count++] = a;
	}
	*at = i < s.len ? i + 1 : i;
	return count;
}

static bool
name_is(struct bv_str s, const char *name)
{
	size_t i = 0;

	for (; i < s.len && name[i]; i++)
		if (tolower((unsigned char)s.p[i]) != name[i])
			return false;
	return i == s.len && !name[i];
}

static const struct bv_str *
find(const struct attribute *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (name_is(list[i].name, name))
			return &list[i].value;
	return NULL;
}

/* 1 to 4000, or 0: no pixels and no number of columns. */
static int
small_number(struct bv_str s)
{
	int64_t n;

	return bv_str_int(s, &n) && n >= 1 && n <= 4000 ? (int)n : 0;
}

/* The attributes that stay; the others are said. */
static bool
stays(const struct tag *tag, const struct attribute *a)
{
	if (tag->kind == CELL)
		return (name_is(a->name, "colspan") || name_is(a->name, "rowspan")) && small_number(a->value);
	if (strcmp(tag->name, "img") == 0)
		return name_is(a->name, "src") || name_is(a->name, "alt") || ((name_is(a->name, "width") || name_is(a->name, "height")) && small_number(a->value));
	return false;
}

static void
attributes_report(struct body *b, const struct tag *tag, const struct attribute *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!stays(tag, &list[i]))
			dropped(b, "attribute ", list[i].name, " dropped: how a page looks and acts is not part of a question");
}

static void
cell_attributes(struct element *e, const struct attribute *list, size_t count)
{
	size_t len = 0;

	for (size_t i = 0; i < count; i++)
		if (stays(e->tag, &list[i]) && !(len && name_is(list[i].name, e->attributes[1] == 'c' ? "colspan" : "rowspan")))
			len += (size_t)snprintf(e->attributes + len, sizeof e->attributes - len, " %s=\"%d\"",
			                        name_is(list[i].name, "colspan") ? "colspan" : "rowspan", small_number(list[i].value));
}

static void
image_write(struct body *b, const struct attribute *list, size_t count)
{
	const struct bv_str *src = find(list, count, "src"), *alt = find(list, count, "alt");
	struct bv_str path = BV_STR_NONE, shown = src ? bv_str_sub(*src, 0, bv_str_find(*src, ',')) : BV_STR_NONE;
	const char *fault = b->place == BV_BODY_PLAIN ? "stands where only text may"
	                    : src                     ? bv_media_take(b->c, &path, *src, b->opts->files, b->opts->file_count)
	                                              : "has no source";

	if (fault) {
		char why[200];
		snprintf(why, sizeof why, " %s: dropped, its alternative text stands for it", fault);
		dropped(b, "image ", shown, why);
		characters(b, alt ? *alt : BV_STR_NONE);
		return;
	}
	if (!alt || !alt->len)
		dropped(b, "image ", shown, " has no alternative text: write one");
	line_start(b);
	flush(b);
	bv_buf_printf(&b->out, "<img src=\"%.*s\" alt=\"", BV_STR_ARG(path));
	bv_xml_escape(&b->out, alt ? *alt : BV_STR_NONE);
	bv_buf_addc(&b->out, '"');
	for (int i = 0; i < 2; i++) {
		const struct bv_str *size = find(list, count, i ? "height" : "width");
		int pixels = size ? small_number(*size) : 0;
		if (pixels)
			bv_buf_printf(&b->out, " %s=\"%d\"", i ? "height" : "width", pixels);
	}
	bv_buf_addz(&b->out, "/>");
}

static void
void_write(struct body *b, const struct tag *tag, const struct attribute *list, size_t count)
{
	if (tag->name[0] == 'i') {
		image_write(b, list, count);
	} else if (b->place == BV_BODY_PLAIN) {
		bv_buf_addc(&b->out, ' ');
	} else if (tag->name[0] == 'h') {
		block_start(b);
		flush(b);
		bv_buf_addz(&b->out, "<hr/>");
	} else if (in_line(b)) {
		line_start(b);
		flush(b);
		bv_buf_addz(&b->out, "<br/>");
	}
}

/* The index behind what was found at `at`, or the end. */
static size_t
behind(struct bv_str s, size_t at)
{
	return at < s.len ? at + 1 : s.len;
}

/* Behind the end tag that ends a dropped element, or at the end. */
static size_t
skip_element(struct bv_str s, size_t at, const char *name)
{
	size_t len = strlen(name), depth = 1;

	for (; at < s.len; at++) {
		bool end = at + 1 < s.len && s.p[at + 1] == '/';
		size_t from = at + 1 + end;
		char after = from + len < s.len ? s.p[from + len] : '>';
		if (s.p[at] != '<' || !name_is(bv_str_sub(s, from, len), name) || !(is_space(after) || after == '>' || after == '/'))
			continue;
		depth = end ? depth - 1 : depth + 1;
		if (depth == 0) {
			return behind(s, from + bv_str_find(bv_str_sub(s, from, s.len), '>'));
		}
	}
	return s.len;
}

static void
tag_write(struct body *b, const struct tag *tag, bool end, const struct attribute *list, size_t count)
{
	if (tag->kind == UNWRAP || (end && tag->kind == VOID))
		return;
	if (tag->kind == VOID) {
		void_write(b, tag, list, count);
	} else if (b->place == BV_BODY_PLAIN) {
		if (tag->kind == LINE && !end)
			dropped(b, "<", bv_str_of(tag->name), "> dropped: only characters can stand here");
		else if (tag->kind != LINE && b->out.len)
			bv_buf_addc(&b->out, ' ');
	} else if (end) {
		element_close(b, tag);
	} else {
		element_open(b, tag);
	}
}

/* The tag at s.p[at] == '<'; the index behind it, or at when it is none. */
static size_t
tag_read(struct body *b, struct bv_str s, size_t at)
{
	struct attribute list[ATTRIBUTES_MAX];
	bool end = at + 1 < s.len && s.p[at + 1] == '/';
	size_t i = at + 1 + end, count;
	char name[16] = "";
	size_t len = 0;
	struct bv_str full;
	const struct tag *tag;

	if (bv_str_starts(bv_str_sub(s, at, 4), BV_STR("<!--"))) {
		for (i = at + 4; i + 2 < s.len && memcmp(s.p + i, "-->", 3) != 0;)
			i++;
		return i + 2 < s.len ? i + 3 : s.len;
	}
	if (i < s.len && !end && (s.p[i] == '!' || s.p[i] == '?'))
		return behind(s, i + bv_str_find(bv_str_sub(s, i, s.len), '>'));
	if (i >= s.len || !isalpha((unsigned char)s.p[i]))
		return at;
	for (size_t from = i;; i++)
		if (i >= s.len || is_space(s.p[i]) || s.p[i] == '>' || s.p[i] == '/') {
			full = bv_str_sub(s, from, i - from);
			break;
		}
	for (; len < full.len && len < sizeof name - 1; len++)
		name[len] = (char)tolower((unsigned char)full.p[len]);
	count = attributes_read(b, list, s, &i);
	tag = full.len < sizeof name ? tag_of(name) : NULL;
	if (!tag || tag->kind == DROP) {
		if (!end || tag)
			dropped(b, "<", tag ? bv_str_of(tag->name) : full, tag ? "> and what is in it dropped: not allowed in a question" : "> dropped, its text is kept: not allowed in a question");
		return tag && !end ? skip_element(s, i, tag->name) : i;
	}
	if (!end)
		attributes_report(b, tag, list, count);
	tag_write(b, tag, end, list, count);
	if (!end && tag->kind == CELL && b->depth && b->stack[b->depth - 1].tag == tag) {
		struct element *e = &b->stack[b->depth - 1];
		cell_attributes(e, list, count);
		if (e->attributes[0] && b->out.len && b->out.p[b->out.len - 1] == '>') { /* just written */
			b->out.len--;
			bv_buf_printf(&b->out, "%s>", e->attributes);
		}
	}
	return i;
}

/* ---- The whole ---- */

static struct bv_str
plain_html(struct bv_conversion *c, struct bv_str text, bool keep_tags)
{
	struct bv_buf out = BV_BUF(8u << 20);
	struct bv_str html;

	for (size_t i = 0; i < text.len; i++) {
		const char *escape = text.p[i] == '\n' ? "<br/>" : keep_tags ? NULL : text.p[i] == '<' ? "&lt;" : text.p[i] == '&' ? "&amp;" : NULL;
		if (escape)
			bv_buf_addz(&out, escape);
		else
			bv_buf_addc(&out, text.p[i]);
	}
	html = bv_arena_str(&c->draft, bv_buf_str(&out));
	bv_buf_finish(&out);
	return html;
}

/* A choice that is one paragraph is its content. */
static struct bv_str
unwrapped(struct bv_str s)
{
	if (!bv_str_starts(s, BV_STR("<p>")) || !bv_str_ends(s, BV_STR("</p>")))
		return s;
	for (size_t i = 3; i + 4 < s.len; i++)
		if (memcmp(s.p + i, "</p>", 4) == 0)
			return s;
	return bv_str_sub(s, 3, s.len - 7);
}

struct bv_str
bv_html_body(struct bv_conversion *c, struct bv_str text, enum bv_body_place place, const struct bv_body_opts *opts)
{
	struct body b = { .c = c, .opts = opts, .place = place, .out = BV_BUF(OUTPUT_MAX) };
	struct bv_str s = bv_str_trim(text), result;

	if (opts->markup == BV_MARKUP_MARKDOWN)
		s = bv_markdown_html(c, s, opts->line);
	else if (opts->markup == BV_MARKUP_PLAIN || (opts->markup == BV_MARKUP_MOODLE && bv_str_find(s, '\n') < s.len))
		s = plain_html(c, s, opts->markup == BV_MARKUP_MOODLE);
	for (size_t i = 0; i < s.len;) {
		size_t next, len = bv_str_find(bv_str_sub(s, i, s.len), '<');
		text_run(&b, bv_str_sub(s, i, len));
		i += len;
		if (i == s.len)
			break;
		next = tag_read(&b, s, i);
		if (next == i) {
			text_run(&b, BV_STR("&lt;"));
			next = i + 1;
		}
		i = next;
	}
	while (b.depth)
		pop(&b);
	if (b.out.full)
		bv_loss(c, BV_SEVERITY_ERROR, "many", opts->line, "the text is longer than %u bytes", OUTPUT_MAX);
	result = bv_arena_str(&c->draft, bv_str_trim(bv_buf_str(&b.out)));
	bv_buf_finish(&b.out);
	return place == BV_BODY_FLOW ? unwrapped(result) : result;
}
