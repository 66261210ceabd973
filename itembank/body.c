#include "itembank/body.h"

#include "base/text.h"
#include "itembank/interaction.h"

const struct bv_xml_node *
bv_body_next(const struct bv_xml_node *root, const struct bv_xml_node *node, bool over)
{
	const struct bv_xml_node *next = over ? NULL : bv_xml_element(node->first);

	while (!next && node != root) {
		next = bv_xml_element(node->next);
		node = node->parent;
	}
	return next;
}

enum bv_status
bv_body_interactions(struct bv_interaction **out, size_t *count, const struct bv_interaction_reader *reader, const struct bv_xml_node *body,
                     struct bv_err *err)
{
	struct bv_interaction *list;
	size_t n = 0;
	bool over;

	for (const struct bv_xml_node *e = bv_body_next(body, body, false); e; e = bv_body_next(body, e, over))
		n += over = bv_is_interaction(e);
	if (n > BV_ITEM_INTERACTIONS_MAX)
		return bv_err_at(err, BV_ELIMIT, body->line, "the item has more than %d interactions", BV_ITEM_INTERACTIONS_MAX);
	list = bv_arena_array(reader->arena, n, struct bv_interaction);
	*out = list;
	*count = n;
	for (const struct bv_xml_node *e = bv_body_next(body, body, false); e; e = bv_body_next(body, e, over))
		if ((over = bv_is_interaction(e)))
			TRY(bv_interaction_read(list++, reader, e, err));
	return BV_OK;
}

/* Is the element left out of a stem? The text of a custom interaction may be anything: markup for a script, settings. */
static bool
leaves_stem(enum bv_qti element)
{
	switch (element) {
	case BV_QTI_RUBRIC_BLOCK:
	case BV_QTI_PORTABLE_CUSTOM_INTERACTION:
	case BV_QTI_CUSTOM_INTERACTION:
	case BV_QTI_SIMPLE_CHOICE:
	case BV_QTI_SIMPLE_ASSOCIABLE_CHOICE:
	case BV_QTI_SIMPLE_MATCH_SET:
	case BV_QTI_INLINE_CHOICE:
	case BV_QTI_GAP_TEXT:
	case BV_QTI_GAP_IMG:
	case BV_QTI_HOTSPOT_CHOICE:
	case BV_QTI_ASSOCIABLE_HOTSPOT:
		return true;
	default:
		return false;
	}
}

/* What stands in the text for an element whose content is not read, or NULL. */
static struct bv_str
stand_in(const struct bv_xml_node *node, enum bv_qti element, struct bv_arena *arena)
{
	const struct bv_str *attr;

	switch (element) {
	case BV_QTI_TEXT_ENTRY_INTERACTION:
	case BV_QTI_EXTENDED_TEXT_INTERACTION:
	case BV_QTI_GAP:
		return BV_STR("____");
	case BV_QTI_PRINTED_VARIABLE: {
		struct bv_buf name = BV_BUF(BV_ITEM_IDENTIFIER_MAX + 2);
		struct bv_str s;
		attr = bv_qti_attr(node, "identifier");
		bv_buf_printf(&name, "[%.*s]", attr ? (int)attr->len : 0, attr ? attr->p : "");
		s = bv_arena_str(arena, bv_buf_str(&name));
		bv_buf_finish(&name);
		return s;
	}
	default:
		attr = bv_str_is(node->name, "img") ? bv_xml_attr(node, "alt") : NULL;
		return attr ? *attr : BV_STR_NONE;
	}
}

static bool
is_named(const struct bv_xml_node *node, const char *const *names)
{
	for (; *names; names++)
		if (bv_str_is(node->name, *names))
			return true;
	return false;
}

static bool
is_stressed(const struct bv_xml_node *node)
{
	static const char *const names[] = { "strong", "b", "em", "i", "u", "mark", NULL };

	return is_named(node, names);
}

/* Elements that stand in a line of text: no space around them that the author did not write. */
static bool
is_inline(const struct bv_xml_node *node)
{
	static const char *const names[] = { "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "dfn", "em", "i", "img", "kbd", "mark",
		                             "q", "s", "samp", "small", "span", "strong", "sub", "sup", "tt", "u", "var", NULL };
	enum bv_qti element = bv_qti_element(node);

	if (element == BV_QTI_HOTTEXT || element == BV_QTI_GAP || element == BV_QTI_PRINTED_VARIABLE || element == BV_QTI_TEXT_ENTRY_INTERACTION ||
	    element == BV_QTI_INLINE_CHOICE_INTERACTION || element == BV_QTI_TEMPLATE_INLINE || element == BV_QTI_FEEDBACK_INLINE)
		return true;
	return is_named(node, names);
}

static void
text_add(struct bv_buf *out, const struct bv_xml_node *node, unsigned parts, struct bv_arena *arena)
{
	for (const struct bv_xml_node *n = node->first; n; n = n->next) {
		enum bv_qti element;
		bool spaced;

		if (n->name.len == 0) {
			bv_buf_add(out, n->text);
			continue;
		}
		element = bv_qti_element(n);
		if ((parts & BV_TEXT_STEM) && leaves_stem(element))
			continue;
		if ((parts & BV_TEXT_QUESTION) && (element == BV_QTI_FEEDBACK_BLOCK || element == BV_QTI_FEEDBACK_INLINE))
			continue;
		if ((parts & BV_TEXT_UNSTRESSED) && is_stressed(n))
			continue;
		spaced = !is_inline(n);
		if (spaced)
			bv_buf_addc(out, ' ');
		bv_buf_add(out, stand_in(n, element, arena));
		text_add(out, n, parts, arena);
		if ((parts & BV_TEXT_STEM) && element == BV_QTI_INLINE_CHOICE_INTERACTION)
			bv_buf_addz(out, "____");
		if (spaced)
			bv_buf_addc(out, ' ');
	}
}

/* Bytes of the white space that s, which is not empty, begins with (XML's, and the no-break spaces U+00A0 and U+202F), 0 for anything else. */
static size_t
space_len(struct bv_str s)
{
	switch ((unsigned char)s.p[0]) {
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		return 1;
	case 0xc2:
		return bv_str_starts(s, BV_STR("\xc2\xa0")) ? 2 : 0;
	case 0xe2:
		return bv_str_starts(s, BV_STR("\xe2\x80\xaf")) ? 3 : 0;
	default:
		return 0;
	}
}

/* In place: runs of white space become one space, none at the ends. */
static struct bv_str
collapse(char *p, size_t len)
{
	size_t out = 0;

	for (size_t i = 0; i < len;) {
		size_t width = space_len((struct bv_str){ p + i, len - i });
		if (width) {
			if (out && p[out - 1] != ' ')
				p[out++] = ' ';
			i += width;
		} else {
			p[out++] = p[i++];
		}
	}
	if (out && p[out - 1] == ' ')
		out--;
	return (struct bv_str){ p, out };
}

struct bv_str
bv_body_text(const struct bv_xml_node *node, unsigned parts, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(2 * BV_XML_ITEM_MAX);
	struct bv_str out;
	struct bv_err err;

	text_add(&text, node, parts, arena);
	if (!text.len)
		return BV_STR_NONE;
	out = collapse(text.p, text.len);
	/* What libxml2 has read is UTF-8. */
	if (bv_text_nfc(&out, out, arena, &err))
		return BV_STR_NONE;
	return bv_arena_str(arena, out);
}
