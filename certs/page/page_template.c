#include "certs/page/page_template.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/text.h"
#include "certs/page/page_fields.h"

#define NAMESPACE "https://bangvang.vn/ns/certificate-template/1"
#define MM_MAX 1200.0 /* A0 */

bool
page_part(struct bv_str *rest, struct bv_str *literal, struct bv_str *field)
{
	*literal = *field = BV_STR_NONE;
	if (!rest->len)
		return false;
	if (rest->p[0] == '{') {
		*field = bv_str_sub(*rest, 1, bv_str_find(*rest, '}') - 1);
		*rest = bv_str_sub(*rest, field->len + 2, rest->len);
		return true;
	}
	*literal = bv_str_sub(*rest, 0, bv_str_find(*rest, '{'));
	*rest = bv_str_sub(*rest, literal->len, rest->len);
	return true;
}

/* ---- Attributes ---- */

struct reader {
	struct bv_page_template *t;
	const struct bv_xml_node *node;
	struct bv_err *err;
	bool bad; /* err is set */
};

static void
complain(struct reader *r, const char *name, const char *wanted)
{
	if (!r->bad)
		bv_err_at(r->err, BV_EINVAL, r->node->line, "%.*s: attribute '%s' %s", BV_STR_ARG(r->node->name), name, wanted);
	r->bad = true;
}

static double
number(struct reader *r, const char *name, double least, double most, double otherwise)
{
	const struct bv_str *value = bv_xml_attr(r->node, name);
	double x;

	if (!value)
		return otherwise;
	if (!bv_str_double(*value, &x) || !(x >= least && x <= most)) {
		complain(r, name, "is not a number within its bounds");
		return least;
	}
	return x;
}

static double
needed(struct reader *r, const char *name, double least, double most)
{
	if (!bv_xml_attr(r->node, name))
		complain(r, name, "is missing");
	return number(r, name, least, most, least);
}

static struct bv_str
text(struct reader *r, const char *name, bool must)
{
	const struct bv_str *value = bv_xml_attr(r->node, name);
	struct bv_str out = BV_STR_NONE;
	struct bv_err ignored;

	if (must && (!value || !value->len))
		complain(r, name, "is missing");
	if (value && bv_text_nfc(&out, *value, &r->t->arena, &ignored) != BV_OK)
		complain(r, name, "is not UTF-8");
	return out;
}

/* "#1a2b3c", or "none". */
static struct page_colour
colour(struct reader *r, const char *name, const char *otherwise)
{
	const struct bv_str *value = bv_xml_attr(r->node, name);
	struct bv_str said = value ? *value : bv_str_of(otherwise);
	uint8_t rgb[3];
	struct bv_err ignored;

	if (bv_str_is(said, "none"))
		return (struct page_colour){ .none = true };
	if (said.len != 7 || said.p[0] != '#' || bv_hex_parse(rgb, 3, bv_str_sub(said, 1, 6), &ignored) != BV_OK) {
		complain(r, name, "is not a colour like #1a2b3c, or none");
		return (struct page_colour){ .none = true };
	}
	return (struct page_colour){ rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0, false };
}

static bool
is_said(struct reader *r, const char *name, const char *yes, const char *no)
{
	const struct bv_str *value = bv_xml_attr(r->node, name);

	if (value && !bv_str_is(*value, yes) && !bv_str_is(*value, no))
		complain(r, name, "has another value than the schema lists");
	return value && bv_str_is(*value, yes);
}

/* A misspelt attribute would be passed over silently. */
static void
only(struct reader *r, const char *names)
{
	for (size_t i = 0; i < r->node->attr_count; i++) {
		struct bv_str rest = bv_str_of(names), name;
		bool known = r->node->attrs[i].ns.len > 0;
		while (!known && bv_str_token(&rest, &name))
			known = bv_str_eq(name, r->node->attrs[i].name);
		if (!known && !r->bad) {
			bv_err_at(r->err, BV_EINVAL, r->node->line, "%.*s: there is no attribute '%.*s'", BV_STR_ARG(r->node->name), BV_STR_ARG(r->node->attrs[i].name));
			r->bad = true;
		}
	}
}

/* ---- Texts ---- */

static void
check_text(struct reader *r, const struct bv_xml_node *node)
{
	struct bv_str rest = node->text, literal, field;

	while (!r->bad && page_part(&rest, &literal, &field)) {
		if (literal.len ? memchr(literal.p, '}', literal.len) != NULL : !page_field_is(field)) {
			bv_err_at(r->err, BV_EINVAL, r->node->line, "there is no field '{%.*s}' (doc/pdf-template.md lists them)", BV_STR_ARG(bv_str_sub(field, 0, 60)));
			r->bad = true;
		}
	}
	for (const struct bv_xml_node *child = node->first; child && !r->bad; child = child->next) {
		if (child->name.len && !bv_str_is(child->name, "b") && !bv_str_is(child->name, "i") && !bv_str_is(child->name, "br")) {
			bv_err_at(r->err, BV_EINVAL, child->line, "text: holds <b>, <i> and <br/> only, not <%.*s>", BV_STR_ARG(child->name));
			r->bad = true;
		}
		check_text(r, child);
	}
}

static void
read_type(struct reader *r, struct page_shape *s, double size)
{
	s->size = number(r, "size", 3, 200, size);
	s->least = number(r, "least", 3, s->size, s->size);
	s->font = text(r, "font", false);
	s->ink = colour(r, "colour", "#000000");
}

static void
read_text(struct reader *r, struct page_shape *s)
{
	const struct bv_str *align = bv_xml_attr(r->node, "align");

	only(r, "if x y width size least leading spacing lines weight style case align font colour");
	s->width = needed(r, "width", 1, MM_MAX);
	read_type(r, s, 13);
	s->leading = number(r, "leading", 0.5, 4, 1.25);
	s->spacing = number(r, "spacing", -5, 50, 0);
	s->lines = (int)number(r, "lines", 1, 40, 1);
	s->bold = is_said(r, "weight", "bold", "normal");
	s->italic = is_said(r, "style", "italic", "normal");
	s->upper = is_said(r, "case", "upper", "normal");
	s->align = !align || bv_str_is(*align, "left") ? PAGE_LEFT : bv_str_is(*align, "center") ? PAGE_CENTER : PAGE_RIGHT;
	if (align && s->align == PAGE_RIGHT && !bv_str_is(*align, "right"))
		complain(r, "align", "is left, center or right");
	s->node = r->node;
	check_text(r, r->node);
}

/* ---- Shapes ---- */

static void
read_rect(struct reader *r, struct page_shape *s)
{
	only(r, "if x y width height stroke colour fill");
	s->width = needed(r, "width", 0, MM_MAX);
	s->height = needed(r, "height", 0, MM_MAX);
	s->stroke = number(r, "stroke", 0, 20, 0.2);
	s->ink = colour(r, "colour", "#000000");
	s->fill = colour(r, "fill", "none");
}

static void
read_line(struct reader *r, struct page_shape *s)
{
	only(r, "if x y width height stroke colour");
	s->width = number(r, "width", 0, MM_MAX, 0);
	s->height = number(r, "height", 0, MM_MAX, 0);
	s->stroke = number(r, "stroke", 0.01, 20, 0.2);
	s->ink = colour(r, "colour", "#000000");
}

static void
read_path(struct reader *r, struct page_shape *s)
{
	only(r, "if x y d stroke colour fill");
	s->path = text(r, "d", true);
	s->stroke = number(r, "stroke", 0, 20, 0.2);
	s->ink = colour(r, "colour", "none");
	s->fill = colour(r, "fill", "none");
}

static void
read_rosette(struct reader *r, struct page_shape *s)
{
	only(r, "if x y width height petals rings stroke colour");
	s->width = needed(r, "width", 1, MM_MAX);
	s->height = number(r, "height", 1, MM_MAX, s->width);
	s->petals = (int)number(r, "petals", 2, 60, 12);
	s->rings = (int)number(r, "rings", 1, 40, 8);
	s->stroke = number(r, "stroke", 0.01, 2, 0.08);
	s->ink = colour(r, "colour", "#000000");
}

static void
read_chart(struct reader *r, struct page_shape *s)
{
	only(r, "if x y width height size least font colour fill");
	s->width = needed(r, "width", 30, MM_MAX);
	s->height = needed(r, "height", 5, MM_MAX);
	read_type(r, s, 10);
	s->fill = colour(r, "fill", "#444444");
}

static void
read_qr(struct reader *r, struct page_shape *s)
{
	only(r, "if x y width colour");
	s->width = needed(r, "width", 10, MM_MAX);
	s->ink = colour(r, "colour", "#000000");
}

static const struct {
	const char *name;
	enum page_kind kind;
	void (*read)(struct reader *r, struct page_shape *s);
} kinds[] = {
	{ "rect", PAGE_RECT, read_rect },          { "line", PAGE_LINE, read_line }, { "path", PAGE_PATH, read_path },
	{ "rosette", PAGE_ROSETTE, read_rosette }, { "text", PAGE_TEXT, read_text }, { "chart", PAGE_CHART, read_chart },
	{ "qr", PAGE_QR, read_qr },
};

static void
read_title(struct reader *r)
{
	const struct bv_str *lang = bv_xml_attr_ns(r->node, "http://www.w3.org/XML/1998/namespace", "lang");
	const struct bv_xml_node *words = r->node->first;

	if (words && (!r->t->title.len || (lang && bv_str_is(*lang, "vi"))))
		r->t->title = bv_str_trim(words->text);
}

static void
read_word(struct reader *r)
{
	struct bv_page_template *t = r->t;

	only(r, "field value vi en");
	if (t->word_count == PAGE_WORDS_MAX) {
		bv_err_at(r->err, BV_ELIMIT, r->node->line, "more than %d words", PAGE_WORDS_MAX);
		r->bad = true;
		return;
	}
	t->words[t->word_count++] = (struct page_word){ text(r, "field", true), text(r, "value", true), text(r, "vi", true), text(r, "en", true) };
}

static void
read_shape(struct reader *r)
{
	struct bv_page_template *t = r->t;
	struct page_shape *s = &t->shapes[t->shape_count];
	size_t i = 0;

	while (i < BV_COUNT(kinds) && !bv_str_is(r->node->name, kinds[i].name))
		i++;
	if (i == BV_COUNT(kinds)) {
		bv_err_at(r->err, BV_EINVAL, r->node->line, "there is no element <%.*s> in a template", BV_STR_ARG(r->node->name));
		r->bad = true;
		return;
	}
	if (t->shape_count++ == PAGE_SHAPES_MAX) {
		bv_err_at(r->err, BV_ELIMIT, r->node->line, "more than %d elements on the page", PAGE_SHAPES_MAX);
		r->bad = true;
		return;
	}
	s->kind = kinds[i].kind;
	s->line = r->node->line;
	s->x = needed(r, "x", -MM_MAX, MM_MAX);
	s->y = needed(r, "y", -MM_MAX, MM_MAX);
	s->condition = text(r, "if", false);
	if (s->condition.len && !page_field_is(s->condition))
		complain(r, "if", "names no field (doc/pdf-template.md lists them)");
	kinds[i].read(r, s);
}

/* "+07:00". */
static int
read_offset(struct reader *r)
{
	struct bv_str said = text(r, "offset", true);
	int64_t hours, minutes;

	if (said.len != 6 || (said.p[0] != '+' && said.p[0] != '-') || said.p[3] != ':' || !isdigit((unsigned char)said.p[1]) || !isdigit((unsigned char)said.p[4]) ||
	    !bv_str_int(bv_str_sub(said, 1, 2), &hours) || !bv_str_int(bv_str_sub(said, 4, 2), &minutes) || hours > 14 || minutes > 59) {
		complain(r, "offset", "is not local time's distance from UTC, like +07:00");
		return 0;
	}
	return (int)(hours * 3600 + minutes * 60) * (said.p[0] == '-' ? -1 : 1);
}

static void
read_root(struct reader *r)
{
	struct bv_page_template *t = r->t;

	only(r, "identifier version width height font address offset decimal");
	t->identifier = text(r, "identifier", true);
	t->version = text(r, "version", true);
	t->width = needed(r, "width", 50, MM_MAX);
	t->height = needed(r, "height", 50, MM_MAX);
	t->font = text(r, "font", true);
	t->address = text(r, "address", true);
	t->offset_s = read_offset(r);
	t->decimal = is_said(r, "decimal", ",", ".") ? ',' : '.';
}

static enum bv_status
read_template(struct bv_page_template *t, struct bv_err *err)
{
	const struct bv_xml_node *root = bv_xml_root(t->doc);
	struct reader r = { .t = t, .node = root, .err = err };

	if (!bv_str_is(root->ns, NAMESPACE) || !bv_str_is(root->name, "certificate-template"))
		return bv_err_at(err, BV_EPARSE, root->line, "the document is not <certificate-template xmlns=\"" NAMESPACE "\">");
	read_root(&r);
	for (const struct bv_xml_node *node = bv_xml_element(root->first); node && !r.bad; node = bv_xml_element(node->next)) {
		r.node = node;
		if (!bv_str_is(node->ns, NAMESPACE) || bv_str_is(node->name, "note"))
			continue;
		if (bv_str_is(node->name, "title"))
			read_title(&r);
		else if (bv_str_is(node->name, "word"))
			read_word(&r);
		else
			read_shape(&r);
	}
	return r.bad ? err->status : BV_OK;
}

enum bv_status
bv_page_template_parse(struct bv_page_template **out, struct bv_str xml, struct bv_err *err)
{
	BV_AUTO(bv_page_template_free) struct bv_page_template *t = bv_alloc(sizeof *t);

	TRY(bv_xml_read(&t->doc, xml, BV_PAGE_TEMPLATE_MAX, err));
	t->bytes = bv_arena_str(&t->arena, xml);
	bv_sha256(t->hash, xml);
	TRY(read_template(t, err));
	*out = bv_steal(&t);
	return BV_OK;
}

void
bv_page_template_free(struct bv_page_template *t)
{
	if (!t)
		return;
	bv_xml_free(t->doc);
	bv_arena_finish(&t->arena);
	free(t);
}

struct bv_page_template_name
bv_page_template_name(const struct bv_page_template *t)
{
	struct bv_page_template_name name = { .identifier = t->identifier, .version = t->version, .title = t->title };

	memcpy(name.hash, t->hash, sizeof name.hash);
	return name;
}

void
bv_page_template_size(const struct bv_page_template *t, double *width, double *height)
{
	*width = t->width;
	*height = t->height;
}
