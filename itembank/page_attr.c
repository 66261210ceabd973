/* The attributes on a page: each by a row that says on which elements it may stand and what its value may be. */
#include <stdio.h>

#include "base/text.h"
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
	CATALOG, /* of a catalog of the document: written last */
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
	{ "data-catalog-idref", EVERY, CATALOG, NULL },
	{ "data-choices-container-width", EVERY, NUMBER, NULL },
	{ "data-first-column-header", EVERY, TEXT, NULL },
	{ "data-max-selections-message", EVERY, TEXT, NULL },
	{ "data-min-selections-message", EVERY, TEXT, NULL },
	{ "data-patternmask-message", EVERY, TEXT, NULL },
	{ "data-qti-suppress-tts", EVERY, WORDS, " all computer-read-aloud screen-reader " },
	{ "data-reading-type", EVERY, WORDS, " computer-read-aloud screen-reader " },
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
	{ "height", BV_GROUP_IMAGE | BV_GROUP_PLAYER | BV_GROUP_SIZE, NUMBER, NULL },
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
	{ "width", BV_GROUP_IMAGE | BV_GROUP_PLAYER | BV_GROUP_SIZE, NUMBER, NULL },
};

/* ---- Values -------------------------------------------------------------------------------------------------------------- */

static bool
all_of(struct bv_str s, const char *more, size_t most)
{
	if (!s.len || s.len > most)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i], lower = (char)(c | 0x20);
		if ((lower < 'a' || lower > 'z') && (c < '0' || c > '9') && !strchr(more, c))
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

	if (bv_text_nfc(&value, value, maker->arena, &err))
		return;
	bv_page_attribute_text(maker, name, value);
}

/* The index of an id of the document; BV_PAGE_IDS_MAX when there are too many. */
static uint32_t
id_index(struct bv_page_maker *maker, struct bv_str id)
{
	uint32_t i = 0;

	while (i < maker->id_count && !bv_str_eq(maker->ids[i], id))
		i++;
	if (i == maker->id_count && i < BV_PAGE_IDS_MAX)
		maker->ids[maker->id_count++] = id;
	return i;
}

bool
bv_page_id(struct bv_page_maker *maker, struct bv_str id)
{
	uint32_t i = id_index(maker, id);

	if (i == BV_PAGE_IDS_MAX)
		return false;
	bv_page_op_add(maker, BV_PAGE_ID)->from = i;
	return true;
}

static bool
id(struct bv_page_maker *maker, struct bv_str value)
{
	uint32_t i = id_index(maker, bv_str_trim(value));

	if (i == BV_PAGE_IDS_MAX || maker->taken[i])
		return false;
	maker->taken[i] = true;
	bv_page_attribute(maker, "id");
	bv_buf_addc(&maker->bytes, '"');
	bv_page_id(maker, maker->ids[i]);
	bv_buf_addc(&maker->bytes, '"');
	return true;
}

static bool
idrefs(struct bv_page_maker *maker, const char *name, struct bv_str value)
{
	struct bv_str word;
	bool begun = false;

	while (bv_str_token(&value, &word)) {
		if (id_index(maker, word) == BV_PAGE_IDS_MAX)
			continue;
		if (!begun)
			bv_page_attribute(maker, name);
		bv_buf_addc(&maker->bytes, begun ? ' ' : '"');
		begun = bv_page_id(maker, word);
	}
	if (begun)
		bv_buf_addc(&maker->bytes, '"');
	return begun;
}

static bool
link(struct bv_page_maker *maker, const char *name, struct bv_str value)
{
	struct bv_str id = bv_str_sub(value, 1, value.len);

	if (value.len < 2 || value.p[0] != '#' || id_index(maker, id) == BV_PAGE_IDS_MAX)
		return false;
	bv_page_attribute(maker, name);
	bv_buf_addz(&maker->bytes, "\"#");
	bv_page_id(maker, id);
	bv_buf_addc(&maker->bytes, '"');
	return true;
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

/* ---- All of an element ------------------------------------------------------------------------------------------------------ */

/* Is it of the few forms that cannot say anything else? */
static bool
is_form(const struct row *row, struct bv_str value)
{
	switch (row->policy) {
	case NUMBER:
		return is_number(value);
	case WORDS:
		return is_word(value, row->words);
	case LANG:
		return all_of(value, "-", 35);
	case PLAIN:
		return all_of(value, " .,-+/|()[]{}", 64);
	case COORDS:
		return all_of(value, " ,.%-", 2000);
	case TYPES:
		return all_of(value, " /.-+*", 240);
	default:
		return false;
	}
}

bool
bv_page_attribute_plain(struct bv_str name, unsigned groups, struct bv_str value)
{
	const struct row *row = BV_PAGE_ROW(rows, name);

	return row && (row->groups & groups || bv_str_is(name, "dir") || bv_str_is(name, "lang")) && is_form(row, value);
}

static bool
value_add(struct bv_page_maker *maker, const struct bv_xml_node *node, const struct row *row, struct bv_str value)
{
	struct bv_str trimmed = bv_str_trim(value);
	bool good = true;

	switch (row->policy) {
	case TEXT:
		break;
	case NUMBER:
	case WORDS:
	case LANG:
	case PLAIN:
	case COORDS:
	case TYPES:
		good = is_form(row, trimmed);
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
		return link(maker, row->name, trimmed);
	case CATALOG:
		maker->mention = trimmed;
		return bv_page_catalog_index(maker, trimmed) != UINT32_MAX;
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
		const struct row *row = attr->ns.len && !xml ? NULL : BV_PAGE_ROW(rows, attr->name);
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
			bv_note(&maker->page->left_out, "undeliverable", node->line,
			        "<%.*s %.*s=\"%.*s\">: this attribute, or some of its value, is not delivered",
			        BV_STR_ARG(bv_str_sub(node->name, 0, 40)), BV_STR_ARG(bv_str_sub(attr->name, 0, 40)),
			        BV_STR_ARG(bv_str_sub(attr->value, 0, 60)));
	}
	if (classes.len) {
		bv_page_attribute_text(maker, "class", bv_buf_str(&classes));
	}
}
