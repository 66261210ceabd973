/* The attributes on a page: each by a row that says on which elements it may stand and what its value may be. */
#include <stdio.h>

#include "base/text.h"
#include "itembank/item.h"
#include "itembank/page.h"

enum policy {
	TEXT,   /* for people: any */
	NUMBER, /* digits, '.', '%' */
	WORDS,  /* one of the words of the row */
	LANG,   /* BCP 47 */
	ID,     /* given a number */
	IDREFS, /* the numbers of others */
	CLASS,  /* words of the shared vocabulary */
	STYLE,  /* the few properties for which that vocabulary has a class */
	PLAIN,  /* letters, digits and a little more: a length, a date, a type */
	LINK,   /* to a place on the page */
	MEDIA,  /* a file of the package */
	FLAG,   /* there or not */
	COORDS, /* of a shape */
	TYPES,  /* MIME types */
};

#define EVERY 0x80000000u
#define ARIA "aria-"

struct row {
	const char *name;
	unsigned groups;
	enum policy policy;
	const char *words; /* with a space before and after each */
};

#define TRUE_FALSE " true false "
#define ROLES \
	" alert article banner button cell checkbox columnheader complementary contentinfo definition dialog directory document figure form grid " \
	"gridcell group heading img link list listbox listitem log main marquee math menu menuitem navigation none note option paragraph " \
	"presentation radio radiogroup region row rowgroup rowheader scrollbar search separator slider spinbutton status tab table tablist tabpanel " \
	"term textbox timer toolbar tooltip tree treegrid treeitem "

/* In byte order. */
static const struct row rows[] = {
	{ "abbr", BV_GROUP_CELL, TEXT, NULL },
	{ "accent", BV_GROUP_MATH, WORDS, TRUE_FALSE },
	{ "accentunder", BV_GROUP_MATH, WORDS, TRUE_FALSE },
	{ "alt", BV_GROUP_IMAGE, TEXT, NULL },
	{ "alttext", BV_GROUP_MATH, TEXT, NULL },
	{ "aria-colcount", EVERY, NUMBER, NULL },
	{ "aria-colindex", EVERY, NUMBER, NULL },
	{ "aria-colspan", EVERY, NUMBER, NULL },
	{ "aria-controls", EVERY, IDREFS, NULL },
	{ "aria-describedby", EVERY, IDREFS, NULL },
	{ "aria-description", EVERY, TEXT, NULL },
	{ "aria-details", EVERY, IDREFS, NULL },
	{ "aria-disabled", EVERY, WORDS, TRUE_FALSE },
	{ "aria-flowto", EVERY, IDREFS, NULL },
	{ "aria-hidden", EVERY, WORDS, TRUE_FALSE },
	{ "aria-label", EVERY, TEXT, NULL },
	{ "aria-labelledby", EVERY, IDREFS, NULL },
	{ "aria-level", EVERY, NUMBER, NULL },
	{ "aria-live", EVERY, WORDS, " off polite assertive " },
	{ "aria-multiline", EVERY, WORDS, TRUE_FALSE },
	{ "aria-orientation", EVERY, WORDS, " horizontal vertical " },
	{ "aria-owns", EVERY, IDREFS, NULL },
	{ "aria-posinset", EVERY, NUMBER, NULL },
	{ "aria-readonly", EVERY, WORDS, TRUE_FALSE },
	{ "aria-required", EVERY, WORDS, TRUE_FALSE },
	{ "aria-roledescription", EVERY, TEXT, NULL },
	{ "aria-rowcount", EVERY, NUMBER, NULL },
	{ "aria-rowindex", EVERY, NUMBER, NULL },
	{ "aria-rowspan", EVERY, NUMBER, NULL },
	{ "aria-setsize", EVERY, NUMBER, NULL },
	{ "aria-valuetext", EVERY, TEXT, NULL },
	{ "class", EVERY, CLASS, NULL },
	{ "close", BV_GROUP_MATH, PLAIN, NULL },
	{ "colspan", BV_GROUP_CELL, NUMBER, NULL },
	{ "columnalign", BV_GROUP_MATH, PLAIN, NULL },
	{ "columnlines", BV_GROUP_MATH, PLAIN, NULL },
	{ "columnspan", BV_GROUP_MATH, NUMBER, NULL },
	{ "controls", BV_GROUP_PLAYER, FLAG, NULL },
	{ "coords", BV_GROUP_HOTSPOT, COORDS, NULL },
	{ "data-catalog-idref", EVERY, IDREFS, NULL },
	{ "data-choices-container-width", EVERY, NUMBER, NULL },
	{ "data-first-column-header", EVERY, TEXT, NULL },
	{ "data-max-selections-message", EVERY, TEXT, NULL },
	{ "data-min-selections-message", EVERY, TEXT, NULL },
	{ "data-patternmask-message", EVERY, TEXT, NULL },
	{ "data-qti-suppress-tts", EVERY, WORDS, " all computer-read-aloud screen-reader " },
	{ "data-ssml-break-strength", EVERY, WORDS, " none x-weak weak medium strong x-strong " },
	{ "data-ssml-break-time", EVERY, PLAIN, NULL },
	{ "data-ssml-emphasis-level", EVERY, WORDS, " strong moderate none reduced " },
	{ "data-ssml-phoneme-alphabet", EVERY, WORDS, " ipa x-sampa " },
	{ "data-ssml-phoneme-ph", EVERY, TEXT, NULL },
	{ "data-ssml-prosody-pitch", EVERY, PLAIN, NULL },
	{ "data-ssml-prosody-rate", EVERY, PLAIN, NULL },
	{ "data-ssml-prosody-volume", EVERY, PLAIN, NULL },
	{ "data-ssml-say-as", EVERY, WORDS, " characters spell-out cardinal number ordinal digits fraction unit date time telephone address " },
	{ "data-ssml-say-as-format", EVERY, PLAIN, NULL },
	{ "data-ssml-sub-alias", EVERY, TEXT, NULL },
	{ "datetime", BV_GROUP_TIME, PLAIN, NULL },
	{ "default", BV_GROUP_TRACK, FLAG, NULL },
	{ "depth", BV_GROUP_MATH, PLAIN, NULL },
	{ "dir", EVERY, WORDS, " ltr rtl auto " },
	{ "display", BV_GROUP_MATH, WORDS, " block inline " },
	{ "displaystyle", BV_GROUP_MATH, WORDS, TRUE_FALSE },
	{ "fence", BV_GROUP_MATH, WORDS, TRUE_FALSE },
	{ "for", BV_GROUP_LABEL, IDREFS, NULL },
	{ "form", BV_GROUP_MATH, WORDS, " prefix infix postfix " },
	{ "headers", BV_GROUP_CELL, IDREFS, NULL },
	{ "height", BV_GROUP_IMAGE | BV_GROUP_PLAYER, NUMBER, NULL },
	{ "href", BV_GROUP_LINK, LINK, NULL },
	{ "id", EVERY, ID, NULL },
	{ "kind", BV_GROUP_TRACK, WORDS, " subtitles captions descriptions chapters " },
	{ "label", BV_GROUP_TRACK, TEXT, NULL },
	{ "lang", EVERY, LANG, NULL },
	{ "largeop", BV_GROUP_MATH, WORDS, TRUE_FALSE },
	{ "linethickness", BV_GROUP_MATH, PLAIN, NULL },
	{ "loop", BV_GROUP_PLAYER, FLAG, NULL },
	{ "lspace", BV_GROUP_MATH, PLAIN, NULL },
	{ "mathvariant", BV_GROUP_MATH, PLAIN, NULL },
	{ "maxsize", BV_GROUP_MATH, PLAIN, NULL },
	{ "minsize", BV_GROUP_MATH, PLAIN, NULL },
	{ "movablelimits", BV_GROUP_MATH, WORDS, TRUE_FALSE },
	{ "notation", BV_GROUP_MATH, PLAIN, NULL },
	{ "open", BV_GROUP_MATH, PLAIN, NULL },
	{ "orientation", BV_GROUP_QUIET, WORDS, " horizontal vertical " },
	{ "poster", BV_GROUP_PLAYER, MEDIA, NULL },
	{ "preload", BV_GROUP_PLAYER, WORDS, " none metadata auto " },
	{ "reversed", BV_GROUP_LIST, FLAG, NULL },
	{ "role", EVERY, WORDS, ROLES },
	{ "rowalign", BV_GROUP_MATH, PLAIN, NULL },
	{ "rowlines", BV_GROUP_MATH, PLAIN, NULL },
	{ "rowspan", BV_GROUP_CELL | BV_GROUP_MATH, NUMBER, NULL },
	{ "rspace", BV_GROUP_MATH, PLAIN, NULL },
	{ "scope", BV_GROUP_CELL, WORDS, " row col rowgroup colgroup " },
	{ "scriptlevel", BV_GROUP_MATH, PLAIN, NULL },
	{ "separator", BV_GROUP_MATH, WORDS, TRUE_FALSE },
	{ "separators", BV_GROUP_MATH, PLAIN, NULL },
	{ "shape", BV_GROUP_HOTSPOT, WORDS, " default circle ellipse poly rect " },
	{ "span", BV_GROUP_SPAN, NUMBER, NULL },
	{ "src", BV_GROUP_IMAGE | BV_GROUP_PLAYER | BV_GROUP_SOURCE | BV_GROUP_TRACK, MEDIA, NULL },
	{ "srclang", BV_GROUP_TRACK, LANG, NULL },
	{ "start", BV_GROUP_LIST, NUMBER, NULL },
	{ "step-label", BV_GROUP_QUIET, WORDS, TRUE_FALSE },
	{ "stretchy", BV_GROUP_MATH, WORDS, TRUE_FALSE },
	{ "style", EVERY, STYLE, NULL },
	{ "symmetric", BV_GROUP_MATH, WORDS, TRUE_FALSE },
	{ "title", EVERY, TEXT, NULL },
	{ "type", BV_GROUP_LIST | BV_GROUP_SOURCE | BV_GROUP_FILES, TYPES, NULL },
	{ "value", BV_GROUP_ITEM, NUMBER, NULL },
	{ "width", BV_GROUP_IMAGE | BV_GROUP_PLAYER, NUMBER, NULL },
};

static const struct row *
row_find(struct bv_str name)
{
	size_t low = 0, high = BV_COUNT(rows);

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = bv_str_cmp(name, bv_str_of(rows[mid].name));
		if (order == 0)
			return &rows[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

void
bv_page_attribute(struct bv_page_maker *maker, const char *name)
{
	bv_buf_addz(&maker->bytes, maker->attributes ? ",\"" : ",{\"");
	bv_buf_addz(&maker->bytes, name);
	bv_buf_addz(&maker->bytes, "\":");
	maker->attributes = true;
}

/* ---- Values -------------------------------------------------------------------------------------------------------------- */

static bool
all_of(struct bv_str s, const char *more, size_t most)
{
	if (!s.len || s.len > most)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i], lower = (char)(c | 0x20);
		if ((lower < 'a' || lower > 'z') && (c < '0' || c > '9') && (!c || !strchr(more, c)))
			return false;
	}
	return true;
}

static bool
is_number(struct bv_str s)
{
	size_t digits = 0;

	while (digits < s.len && ((s.p[digits] >= '0' && s.p[digits] <= '9') || (digits && s.p[digits] == '.')))
		digits++;
	return digits && digits <= 8 && (digits == s.len || (digits + 1 == s.len && s.p[digits] == '%'));
}

static bool
is_word(struct bv_str s, const char *words)
{
	char spaced[40];
	int len = snprintf(spaced, sizeof spaced, " %.*s ", BV_STR_ARG(bv_str_sub(s, 0, 36)));

	return s.len && s.len < 36 && bv_str_find(s, ' ') == s.len && len > 0 && strstr(words, spaced);
}

static void
text(struct bv_page_maker *maker, const char *name, struct bv_str value)
{
	struct bv_err err;

	if (bv_text_nfc(&value, value, &maker->item->arena, &err))
		return;
	bv_page_attribute(maker, name);
	bv_page_string(&maker->bytes, value);
}

/* The number that an id of the document is delivered as; BV_COUNT(ids) when there are too many. */
static uint32_t
id_number(struct bv_page_maker *maker, struct bv_str id)
{
	for (uint32_t i = 0; i < maker->id_count; i++)
		if (bv_str_eq(*maker->ids[i], id))
			return i;
	if (maker->id_count < BV_COUNT(maker->ids)) {
		struct bv_str *kept = bv_arena_array(&maker->item->arena, 1, struct bv_str);
		*kept = id;
		maker->ids[maker->id_count++] = kept;
		return maker->id_count - 1;
	}
	return BV_COUNT(maker->ids);
}

static bool
id(struct bv_page_maker *maker, struct bv_str value)
{
	uint32_t n = id_number(maker, bv_str_trim(value));

	if (n == BV_COUNT(maker->ids) || maker->taken[n])
		return false;
	maker->taken[n] = true;
	bv_page_attribute(maker, "id");
	bv_buf_printf(&maker->bytes, "\"i%u\"", n + 1);
	return true;
}

static bool
idrefs(struct bv_page_maker *maker, const char *name, struct bv_str value)
{
	struct bv_str word;
	bool begun = false;

	while (bv_str_token(&value, &word)) {
		uint32_t n = id_number(maker, word);
		if (n == BV_COUNT(maker->ids))
			continue;
		if (!begun)
			bv_page_attribute(maker, name);
		bv_buf_printf(&maker->bytes, "%si%u", begun ? " " : "\"", n + 1);
		begun = true;
	}
	if (begun)
		bv_buf_addc(&maker->bytes, '"');
	return begun;
}

/* Classes may come from class and from style: both go into one attribute. */
static void
add_class(struct bv_buf *classes, struct bv_str word)
{
	if (classes->len)
		bv_buf_addc(classes, ' ');
	bv_buf_add(classes, word);
}

static bool
style(struct bv_buf *classes, struct bv_str value)
{
	static const char *const same[][3] = {
		{ "text-align", "left", "qti-align-left" },     { "text-align", "center", "qti-align-center" },
		{ "text-align", "right", "qti-align-right" },   { "vertical-align", "top", "qti-valign-top" },
		{ "vertical-align", "middle", "qti-valign-middle" }, { "vertical-align", "bottom", "qti-valign-bottom" },
		{ "text-decoration", "underline", "qti-underline" }, { "font-style", "italic", "qti-italic" },
	};
	bool all = true;

	while (value.len) {
		struct bv_str one = bv_str_sub(value, 0, bv_str_find(value, ';'));
		struct bv_str property = bv_str_trim(bv_str_sub(one, 0, bv_str_find(one, ':')));
		struct bv_str is = bv_str_trim(bv_str_sub(one, bv_str_find(one, ':') + 1, one.len));
		bool known = !property.len;
		for (size_t i = 0; i < BV_COUNT(same); i++)
			if (bv_str_is(property, same[i][0]) && bv_str_is(is, same[i][1])) {
				add_class(classes, bv_str_of(same[i][2]));
				known = true;
			}
		all = all && known;
		value = bv_str_sub(value, one.len + 1, value.len);
	}
	return all;
}

static bool
class_words(struct bv_buf *classes, struct bv_str value)
{
	struct bv_str word;
	bool all = true;

	while (bv_str_token(&value, &word)) {
		bool known = bv_page_class(word);
		if (known)
			add_class(classes, word);
		all = all && known;
	}
	return all;
}

/* ---- Media --------------------------------------------------------------------------------------------------------------- */

/* Can the reference only be to a file of the item's own package? No scheme, no root, no query; of what can be encoded only spaces and
 * what is not ASCII. Steps up are resolved when it is delivered, since only the package knows where the item lies. */
static bool
is_inside(struct bv_str href)
{
	if (!href.len || href.len > 1024 || href.p[0] == '/')
		return false;
	for (size_t i = 0; i < href.len; i++)
		if ((unsigned char)href.p[i] < ' ' || strchr(":\\?#<>\"|*", href.p[i]))
			return false;
	for (struct bv_str rest = href; rest.len;) {
		struct bv_str step = bv_str_sub(rest, 0, bv_str_find(rest, '/'));
		if (!step.len)
			return false;
		rest = bv_str_sub(rest, step.len + 1, rest.len);
	}
	return true;
}

static bool
path_add(struct bv_buf *out, struct bv_str step)
{
	if (bv_str_is(step, "."))
		return true;
	if (bv_str_is(step, "..")) {
		if (!out->len)
			return false;
		while (out->len && out->p[out->len - 1] != '/')
			out->len--;
		out->len -= out->len > 0;
		out->p[out->len] = '\0';
		return true;
	}
	if (out->len)
		bv_buf_addc(out, '/');
	for (size_t i = 0; i < step.len; i++) {
		bool space = bv_str_starts(bv_str_sub(step, i, 3), BV_STR("%20"));
		if (step.p[i] == '%' && !space)
			return false;
		bv_buf_addc(out, space ? ' ' : step.p[i]);
		i += space ? 2 : 0;
	}
	return true;
}

bool
bv_media_path(struct bv_buf *out, struct bv_str base, struct bv_str href)
{
	size_t folder = base.len;

	while (folder && base.p[folder - 1] != '/')
		folder--;
	bv_buf_clear(out);
	for (int part = 0; part < 2; part++)
		for (struct bv_str rest = part ? href : bv_str_sub(base, 0, folder); rest.len;) {
			struct bv_str step = bv_str_sub(rest, 0, bv_str_find(rest, '/'));
			if (step.len && !path_add(out, step))
				return false;
			rest = bv_str_sub(rest, step.len + 1, rest.len);
		}
	return out->len && !out->full;
}

void
bv_page_media(struct bv_page_maker *maker, const struct bv_xml_node *node, const char *name, struct bv_str href)
{
	href = bv_str_trim(href);
	if (!is_inside(href)) {
		bv_page_refuse(maker, node->line, "<%.*s %s=\"%.*s\">: only files of the item's own package are delivered",
		               BV_STR_ARG(bv_str_sub(node->name, 0, 40)), name, BV_STR_ARG(bv_str_sub(href, 0, 80)));
		return;
	}
	bv_page_attribute(maker, name);
	bv_page_op_add(maker, BV_PAGE_MEDIA)->text = href;
}

/* ---- All of an element ------------------------------------------------------------------------------------------------------ */

static bool
value_add(struct bv_page_maker *maker, const struct bv_xml_node *node, const struct row *row, struct bv_str value)
{
	struct bv_str trimmed = bv_str_trim(value);
	bool good = true;

	switch (row->policy) {
	case TEXT:
		break;
	case NUMBER:
		good = is_number(trimmed);
		break;
	case WORDS:
		good = is_word(trimmed, row->words);
		break;
	case LANG:
		good = all_of(trimmed, "-", 35);
		break;
	case PLAIN:
		good = all_of(trimmed, " .,-+/|()[]{}", 64);
		break;
	case COORDS:
		good = all_of(trimmed, " ,.%-", 2000);
		break;
	case TYPES:
		good = all_of(trimmed, " /.-+*", 240);
		break;
	case FLAG:
		trimmed = BV_STR("true");
		break;
	case ID:
		return id(maker, value);
	case IDREFS:
		return idrefs(maker, row->name, value);
	case MEDIA:
		bv_page_media(maker, node, row->name, value);
		return true;
	case LINK:
		if (trimmed.len < 2 || trimmed.p[0] != '#' || id_number(maker, bv_str_sub(trimmed, 1, trimmed.len)) == BV_COUNT(maker->ids))
			return false;
		bv_page_attribute(maker, row->name);
		bv_buf_printf(&maker->bytes, "\"#i%u\"", id_number(maker, bv_str_sub(trimmed, 1, trimmed.len)) + 1);
		return true;
	case CLASS:
	case STYLE:
		return false;
	}
	if (good)
		text(maker, row->name, row->policy == TEXT ? value : trimmed);
	return good;
}

void
bv_page_attributes(struct bv_page_maker *maker, const struct bv_xml_node *node, unsigned groups)
{
	BV_AUTO(bv_buf_finish) struct bv_buf classes = BV_BUF(4096);
	bool lang = false;

	for (size_t i = 0; i < node->attr_count; i++) {
		const struct bv_xml_attr *attr = &node->attrs[i];
		bool xml = bv_str_is(attr->ns, "http://www.w3.org/XML/1998/namespace") && bv_str_is(attr->name, "lang");
		const struct row *row = attr->ns.len && !xml ? NULL : row_find(attr->name);
		bool good = false;
		if (row && !(row->groups & (groups | EVERY)))
			row = NULL;
		if (row && row->policy == CLASS)
			good = class_words(&classes, attr->value);
		else if (row && row->policy == STYLE)
			good = style(&classes, attr->value);
		else if (row && row->policy == LANG && bv_str_is(attr->name, "lang"))
			good = lang || (lang = value_add(maker, node, row, attr->value));
		else if (row)
			good = value_add(maker, node, row, attr->value);
		if (!good && !(groups & BV_GROUP_QUIET))
			bv_note(&maker->item->page.left_out, node->line, "<%.*s %.*s=\"%.*s\">: this attribute, or some of its value, is not delivered",
			        BV_STR_ARG(bv_str_sub(node->name, 0, 40)), BV_STR_ARG(bv_str_sub(attr->name, 0, 40)),
			        BV_STR_ARG(bv_str_sub(attr->value, 0, 60)));
	}
	if (classes.len) {
		bv_page_attribute(maker, "class");
		bv_page_string(&maker->bytes, bv_buf_str(&classes));
	}
}
