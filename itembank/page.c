#include "itembank/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "itembank/body.h"
#include "itembank/item.h"

#define MATHML "http://www.w3.org/1998/Math/MathML"
#define XHTML "http://www.w3.org/1999/xhtml"
#define SSML "http://www.w3.org/2001/10/synthesis"
#define BYTES_MAX (8u * BV_XML_ITEM_MAX)
#define OPS_MAX 100000u

void
bv_page_refuse(struct bv_page_maker *maker, int line, const char *fmt, ...)
{
	struct bv_page *page = maker->page;
	char text[sizeof page->refusal.msg];
	va_list ap;

	if (page->refused)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	page->refused = true;
	bv_err_at(&page->refusal, BV_EINVAL, line, "%s", text);
}

/* ---- Bytes and operations ------------------------------------------------------------------------------------------------- */

/* Characters that would let the string end, or that a page or a script around the JSON would read as its own. */
static const char *
escape_of(unsigned char c, char *u)
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\t':
		return "\\t";
	case '<':
		return "\\u003c";
	case '>':
		return "\\u003e";
	case '&':
		return "\\u0026";
	default:
		if (c >= ' ' && c != 0x7f)
			return NULL;
		snprintf(u, 8, "\\u%04x", c);
		return u;
	}
}

void
bv_page_string(struct bv_buf *out, struct bv_str s)
{
	size_t from = 0;
	char u[8];

	bv_buf_addc(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		/* U+2028 and U+2029 end a line of a script. */
		bool line = s.p[i] == '\xe2' && i + 2 < s.len && s.p[i + 1] == '\x80' && (s.p[i + 2] == '\xa8' || s.p[i + 2] == '\xa9');
		const char *escape = line ? (s.p[i + 2] == '\xa8' ? "\\u2028" : "\\u2029") : escape_of((unsigned char)s.p[i], u);
		if (!escape)
			continue;
		bv_buf_add(out, bv_str_sub(s, from, i - from));
		bv_buf_addz(out, escape);
		i += line ? 2 : 0;
		from = i + 1;
	}
	bv_buf_add(out, bv_str_sub(s, from, s.len));
	bv_buf_addc(out, '"');
}

static struct bv_page_op *
op_push(struct bv_page_maker *maker, enum bv_page_kind kind)
{
	if (maker->count == maker->cap) {
		maker->cap = maker->cap ? 2 * maker->cap : 32;
		maker->ops = bv_resize_array(maker->ops, maker->cap, sizeof *maker->ops);
	}
	maker->ops[maker->count] = (struct bv_page_op){ .kind = (uint8_t)kind, .variable = -1 };
	return &maker->ops[maker->count++];
}

static void
flush(struct bv_page_maker *maker)
{
	struct bv_page_op *op;

	if (maker->bytes.len == maker->flushed)
		return;
	op = op_push(maker, BV_PAGE_BYTES);
	op->from = maker->flushed;
	op->len = (uint32_t)maker->bytes.len - maker->flushed;
	op->ends = maker->text_to == maker->bytes.len;
	op->begins = maker->begins;
	maker->begins = false;
	maker->flushed = (uint32_t)maker->bytes.len;
}

struct bv_page_op *
bv_page_op_add(struct bv_page_maker *maker, enum bv_page_kind kind)
{
	flush(maker);
	return op_push(maker, kind);
}

struct bv_page_op *
bv_page_op_begin(struct bv_page_maker *maker, enum bv_page_kind kind, uint32_t *at)
{
	struct bv_page_op *op = bv_page_op_add(maker, kind);

	*at = (uint32_t)(op - maker->ops);
	return op;
}

void
bv_page_op_end(struct bv_page_maker *maker, uint32_t at)
{
	flush(maker);
	maker->ops[at].end = maker->count;
}

void
bv_page_begin(struct bv_page_maker *maker, const char *name)
{
	bv_buf_addz(&maker->bytes, ",[\"");
	bv_buf_addz(&maker->bytes, name);
	bv_buf_addc(&maker->bytes, '"');
	maker->attributes = false;
}

void
bv_page_begun(struct bv_page_maker *maker)
{
	bv_page_mention(maker);
	if (maker->attributes)
		bv_buf_addc(&maker->bytes, '}');
	maker->attributes = false;
	maker->mention = BV_STR_NONE;
}

void
bv_page_end(struct bv_page_maker *maker)
{
	bv_buf_addc(&maker->bytes, ']');
}

void
bv_page_attribute(struct bv_page_maker *maker, const char *name)
{
	bv_buf_addz(&maker->bytes, maker->attributes ? ",\"" : ",{\"");
	bv_buf_addz(&maker->bytes, name);
	bv_buf_addz(&maker->bytes, "\":");
	maker->attributes = true;
}

void
bv_page_attribute_count(struct bv_page_maker *maker, const char *name, uint32_t n)
{
	char digits[16];

	bv_page_attribute(maker, name);
	snprintf(digits, sizeof digits, "%u", n);
	bv_buf_addz(&maker->bytes, digits);
}

void
bv_page_attribute_text(struct bv_page_maker *maker, const char *name, struct bv_str value)
{
	bv_page_attribute(maker, name);
	bv_page_string(&maker->bytes, value);
}

/* ---- Text ------------------------------------------------------------------------------------------------------------------ */

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

void
bv_page_text(struct bv_page_maker *maker, struct bv_str s, bool block)
{
	struct bv_err err;
	size_t n = 0;
	char *p;

	if (block && !bv_str_trim(s).len)
		return;
	if (!maker->preserve) {
		p = bv_arena_alloc(maker->arena, s.len);
		for (size_t i = 0; i < s.len; i++)
			if (!is_space(s.p[i]))
				p[n++] = s.p[i];
			else if (!n || p[n - 1] != ' ')
				p[n++] = ' ';
		s = (struct bv_str){ p, n };
	}
	if (!s.len || bv_text_nfc(&s, s, maker->arena, &err))
		return;
	maker->begins = maker->begins || maker->bytes.len == maker->flushed;
	bv_buf_addc(&maker->bytes, ',');
	bv_page_string(&maker->bytes, s);
	maker->text_to = maker->bytes.len;
}

/* ---- All elements ---------------------------------------------------------------------------------------------------------------- */

void
bv_page_dropped(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	bool over, holds = bv_is_interaction(node);

	for (const struct bv_xml_node *n = bv_body_next(node, node, false); n && !holds; n = bv_body_next(node, n, over))
		holds = over = bv_is_interaction(n) || bv_page_is_choice(n);
	if (holds)
		bv_page_refuse(maker, node->line, "<%.*s> is not delivered, but there is an interaction in it",
		               BV_STR_ARG(bv_str_sub(node->name, 0, 60)));
	bv_note(&maker->page->left_out, "undeliverable", node->line, "<%.*s> is not delivered", BV_STR_ARG(bv_str_sub(node->name, 0, 60)));
}

static void stimulus_here(struct bv_page_maker *maker, const struct bv_xml_node *node);

void
bv_page_element(struct bv_page_maker *maker, const struct bv_xml_node *node, const char *name, unsigned groups, bool block)
{
	bool preserve = maker->preserve;

	maker->preserve = preserve || bv_str_is(node->name, "pre");
	bv_page_begin(maker, name);
	bv_page_attributes(maker, node, groups);
	bv_page_begun(maker);
	stimulus_here(maker, node);
	bv_page_children(maker, node, block);
	bv_page_end(maker);
	maker->preserve = preserve;
}

/* object of 2.x: a picture, a sound or a film by its type. */
static void
object(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	struct bv_str type = bv_page_attr_of(node, "type"), data = bv_page_attr_of(node, "data");
	bool image = bv_str_starts(type, BV_STR("image/")), audio = bv_str_starts(type, BV_STR("audio/"));
	struct bv_str alternative = bv_body_text(node, 0, maker->arena);

	if (!data.len || (!image && !audio && !bv_str_starts(type, BV_STR("video/")))) {
		bv_page_dropped(maker, node);
		return;
	}
	bv_page_begin(maker, image ? "img" : audio ? "audio" : "video");
	bv_page_media(maker, node, "src", data);
	if (!image)
		bv_page_attribute_text(maker, "controls", BV_STR("true"));
	if (alternative.len && (image || !bv_xml_attr(node, "aria-label")))
		bv_page_attribute_text(maker, image ? "alt" : "aria-label", alternative);
	bv_page_attributes(maker, node, BV_GROUP_SIZE | BV_GROUP_QUIET);
	bv_page_begun(maker);
	bv_page_end(maker);
}

/* infoControl of 2.x: what a candidate may open. */
static void
info_control(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	struct bv_str title = bv_page_attr_of(node, "title");

	bv_page_begin(maker, "details");
	bv_page_begin(maker, "summary");
	bv_page_text(maker, title, false);
	bv_page_end(maker);
	bv_page_children(maker, node, true);
	bv_page_end(maker);
}

/* Elements of SSML 1.1 are what the shared vocabulary has attributes for: <sub alias="x"> is <span data-ssml-sub-alias="x">. */
static void
ssml(struct bv_page_maker *maker, const struct bv_xml_node *node, bool block)
{
	static const char *const names[] = { "break", "emphasis", "phoneme", "prosody", "say-as", "sub" };
	struct bv_xml_node span = *node;
	struct bv_xml_attr *attrs = bv_arena_array(maker->arena, node->attr_count, struct bv_xml_attr);

	if (!BV_PAGE_ROW(names, node->name)) {
		bv_page_children(maker, node, block);
		return;
	}
	for (size_t i = 0; i < node->attr_count; i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(200);
		bv_buf_printf(&name, "data-ssml-%.*s", BV_STR_ARG(node->name));
		if (!bv_str_is(node->attrs[i].name, "interpret-as"))
			bv_buf_printf(&name, "-%.*s", BV_STR_ARG(bv_str_sub(node->attrs[i].name, 0, 60)));
		attrs[i] = (struct bv_xml_attr){ node->attrs[i].ns, bv_arena_str(maker->arena, bv_buf_str(&name)), node->attrs[i].value };
	}
	span.attrs = attrs;
	bv_page_element(maker, &span, "span", BV_GROUP_QUIET, false);
}

static void
html(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	const struct bv_page_name *row = bv_page_html(node->name);

	if (row && row->element != BV_ELEMENT_UNWRAPPED)
		bv_page_element(maker, node, row->name, row->groups, row->element == BV_ELEMENT_BLOCK);
	else if (row)
		bv_page_children(maker, node, false);
	else if (bv_str_is(node->name, "math"))
		bv_page_mathml(maker, node);
	else if (bv_str_is(node->name, "object"))
		object(maker, node);
	else
		bv_page_dropped(maker, node);
}

static void
qti(struct bv_page_maker *maker, const struct bv_xml_node *node, enum bv_qti element)
{
	if (bv_page_choice(maker, node))
		return;
	switch (element) {
	case BV_QTI_PROMPT:
		bv_page_element(maker, node, "qti-prompt", BV_GROUP_QUIET, false);
		return;
	case BV_QTI_CONTENT_BODY:
		bv_page_children(maker, node, true);
		return;
	case BV_QTI_SIMPLE_MATCH_SET:
		bv_page_begin(maker, "qti-simple-match-set");
		bv_page_attributes(maker, node, BV_GROUP_QUIET);
		bv_page_begun(maker);
		bv_page_choices(maker, node);
		bv_page_end(maker);
		return;
	case BV_QTI_POSITION_OBJECT_STAGE:
		bv_page_element(maker, node, "qti-position-object-stage", BV_GROUP_QUIET, true);
		return;
	case BV_QTI_PRINTED_VARIABLE:
		bv_page_printed(maker, node);
		return;
	case BV_QTI_TEMPLATE_INLINE:
	case BV_QTI_TEMPLATE_BLOCK:
		bv_page_conditional(maker, node, element == BV_QTI_TEMPLATE_BLOCK ? "div" : "span", false);
		return;
	case BV_QTI_FEEDBACK_INLINE:
	case BV_QTI_FEEDBACK_BLOCK:
		bv_page_conditional(maker, node, bv_qti_name(element), true);
		return;
	case BV_QTI_INFO_CONTROL:
		info_control(maker, node);
		return;
	case BV_QTI_RUBRIC_BLOCK:
		bv_page_rubric(maker, node);
		return;
	default:
		if (bv_is_interaction(node))
			bv_page_interaction(maker, node);
		else
			html(maker, node);
	}
}

void
bv_page_child(struct bv_page_maker *maker, const struct bv_xml_node *node, bool block)
{
	if (!node->name.len)
		bv_page_text(maker, node->text, block);
	else if (bv_str_is(node->ns, MATHML))
		bv_page_mathml(maker, node);
	else if (bv_str_is(node->ns, SSML))
		ssml(maker, node, block);
	else if (bv_str_is(node->ns, XHTML))
		html(maker, node);
	else if (node->ns.len && !bv_str_eq(node->ns, maker->ns))
		bv_page_dropped(maker, node);
	else
		qti(maker, node, bv_qti_element(node));
}

void
bv_page_children(struct bv_page_maker *maker, const struct bv_xml_node *node, bool block)
{
	for (const struct bv_xml_node *n = node->first; n; n = n->next)
		bv_page_child(maker, n, block);
}

static void
modal_feedback(struct bv_page_maker *maker)
{
	for (const struct bv_xml_node *n = bv_qti_first(maker->item->root); n; n = bv_qti_next(n)) {
		if (bv_qti_element(n) != BV_QTI_MODAL_FEEDBACK)
			continue;
		uint32_t at;
		bv_page_op_begin(maker, BV_PAGE_AFTERWARDS, &at);
		bv_page_conditional(maker, n, "qti-modal-feedback", true);
		bv_page_op_end(maker, at);
	}
}

/* ---- Shared stimuli ------------------------------------------------------------------------------------------------------------- */

static const struct bv_xml_node *
reference_next(const struct bv_xml_node *n)
{
	while (n && bv_qti_element(n) != BV_QTI_ASSESSMENT_STIMULUS_REF)
		n = bv_qti_next(n);
	return n;
}

/* The reference of that identifier, or NULL. */
static const struct bv_xml_node *
reference_find(const struct bv_page_maker *maker, struct bv_str identifier)
{
	const struct bv_xml_node *n = maker->item ? reference_next(bv_qti_first(maker->item->root)) : NULL;

	while (n && !bv_str_eq(bv_page_attr_of(n, "identifier"), identifier))
		n = reference_next(bv_qti_next(n));
	return n;
}

static void
stimulus(struct bv_page_maker *maker, const struct bv_xml_node *reference)
{
	struct bv_str href = bv_page_attr_of(reference, "href");

	if (bv_page_is_inside(href))
		bv_page_op_add(maker, BV_PAGE_STIMULUS)->text = href;
	else
		bv_page_refuse(maker, reference->line, "<%.*s href=\"%.*s\">: only stimuli of the item's own package are delivered",
		               BV_STR_ARG(reference->name), BV_STR_ARG(bv_str_sub(href, 0, 80)));
}

/* An element may say that a stimulus stands in it (data-stimulus-idref). */
static void
stimulus_here(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	const struct bv_str *idref = bv_xml_attr(node, "data-stimulus-idref");
	const struct bv_xml_node *reference = idref ? reference_find(maker, bv_str_trim(*idref)) : NULL;

	if (reference)
		stimulus(maker, reference);
}

/* Those that no element has stand before the body's content. */
static void
stimuli(struct bv_page_maker *maker, const struct bv_xml_node *body)
{
	for (const struct bv_xml_node *r = reference_next(bv_qti_first(maker->item->root)); r; r = reference_next(bv_qti_next(r))) {
		bool placed = false;
		for (const struct bv_xml_node *n = bv_body_next(body, body, false); n && !placed; n = bv_body_next(body, n, false)) {
			const struct bv_str *idref = bv_xml_attr(n, "data-stimulus-idref");
			placed = idref && bv_str_eq(bv_str_trim(*idref), bv_page_attr_of(r, "identifier"));
		}
		if (!placed)
			stimulus(maker, r);
	}
}

/* ---- Documents ------------------------------------------------------------------------------------------------------------------- */

/* language: of the document, for an element that does not say its own. */
static void
language(struct bv_page_maker *maker, const struct bv_xml_node *node, struct bv_str language)
{
	struct bv_xml_attr attr = { BV_STR_NONE, BV_STR("lang"), language };

	if (language.len && !bv_xml_attr_ns(node, "http://www.w3.org/XML/1998/namespace", "lang") && !bv_xml_attr(node, "lang"))
		bv_page_attributes(maker, &(struct bv_xml_node){ .attrs = &attr, .attr_count = 1 }, BV_GROUP_QUIET);
}

static void
root(struct bv_page_maker *maker)
{
	const struct bv_xml_node *body = maker->item->body, *info = bv_qti_child(maker->item->root, BV_QTI_CATALOG_INFO);

	bv_page_catalogs_find(maker, info);
	bv_buf_addz(&maker->bytes, "[\"qti-item-body\"");
	language(maker, body, maker->item->language);
	bv_page_attributes(maker, body, 0);
	bv_page_begun(maker);
	stimuli(maker, body);
	bv_page_children(maker, body, true);
	modal_feedback(maker);
	bv_page_catalogs(maker, info);
	bv_page_end(maker);
}

/* What was made goes to the arena. */
static void
finish(struct bv_page_maker *maker, int line)
{
	struct bv_page *page = maker->page;
	struct bv_page_op *ops;
	struct bv_page_card *cards;

	flush(maker);
	if (maker->bytes.full || maker->count > OPS_MAX)
		bv_page_refuse(maker, line, "the page is larger than %u bytes or %u parts", BYTES_MAX, OPS_MAX);
	ops = bv_arena_array(maker->arena, maker->count, struct bv_page_op);
	memcpy(ops, maker->ops, maker->count * sizeof *ops);
	cards = bv_arena_array(maker->arena, page->card_count, struct bv_page_card);
	memcpy(cards, maker->cards, page->card_count * sizeof *cards);
	page->ops = ops;
	page->count = maker->count;
	page->cards = cards;
	page->bytes = bv_arena_str(maker->arena, bv_buf_str(&maker->bytes)).p;
	free(maker->ops);
	bv_buf_finish(&maker->bytes);
}

void
bv_page_make(struct bv_item *item)
{
	struct bv_page_maker maker = { .arena = &item->arena, .page = &item->page, .ns = item->root->ns, .item = item,
		                       .declarations = item->program.declarations, .bytes = BV_BUF(BYTES_MAX), .interaction = -1 };

	item->page = (struct bv_page){ .left_out = { .arena = &item->arena } };
	if (!item->body) {
		bv_page_refuse(&maker, item->root->line, "the item has no body: there is nothing to deliver");
		return;
	}
	root(&maker);
	if (maker.interactions_seen != item->interaction_count)
		bv_page_refuse(&maker, item->body->line, "some interactions stand in something that is not delivered");
	finish(&maker, item->body->line);
}

void
bv_page_make_part(struct bv_page *out, struct bv_arena *arena, const struct bv_declarations *declarations, const struct bv_xml_node *node,
                  const struct bv_xml_node *info)
{
	struct bv_page_maker maker = { .arena = arena, .page = out, .ns = node->ns, .declarations = declarations,
		                       .bytes = BV_BUF(BYTES_MAX), .interaction = -1 };
	const struct bv_str *lang = node->parent ? bv_xml_attr_ns(node->parent, "http://www.w3.org/XML/1998/namespace", "lang") : NULL;

	*out = (struct bv_page){ .left_out = { .arena = arena } };
	if (bv_qti_element(node) == BV_QTI_RUBRIC_BLOCK) {
		bv_page_rubric(&maker, node);
	} else if (bv_qti_element(node) == BV_QTI_TEST_FEEDBACK) {
		bv_page_conditional(&maker, node, "qti-test-feedback", true);
	} else {
		bv_page_catalogs_find(&maker, info);
		bv_page_begin(&maker, "qti-stimulus-body");
		language(&maker, node, lang ? *lang : BV_STR_NONE);
		bv_page_attributes(&maker, node, 0);
		bv_page_begun(&maker);
		bv_page_children(&maker, node, true);
		bv_page_catalogs(&maker, info);
		bv_page_end(&maker);
	}
	finish(&maker, node->line);
}
