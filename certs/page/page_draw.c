#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "certs/page/page.h"

/* ---- Type ---- */

/* Pango takes another font silently when one is missing, or lacks a letter: a certificate is not printed in what happens to be there. */
static enum bv_status
check_fonts(PangoLayout *layout, struct bv_str family, int line, struct bv_err *err)
{
	PangoLayoutIter *iter = pango_layout_get_iter(layout);
	enum bv_status status = BV_OK;

	do {
		PangoLayoutRun *run = pango_layout_iter_get_run_readonly(iter);
		if (!run)
			continue;
		PangoFontDescription *used = pango_font_describe(run->item->analysis.font);
		if (!bv_str_is(family, pango_font_description_get_family(used)))
			status = bv_err_at(err, BV_EIO, line, "the font '%.*s' is not installed, or does not have all letters of \"%.40s\" ('%s' has): install it (tools/packages)",
			                   BV_STR_ARG(family), pango_layout_get_text(layout), pango_font_description_get_family(used));
		pango_font_description_free(used);
	} while (status == BV_OK && pango_layout_iter_next_run(iter));
	pango_layout_iter_free(iter);
	if (status == BV_OK && pango_layout_get_unknown_glyphs_count(layout))
		status = bv_err_at(err, BV_EIO, line, "no font has all letters of \"%.60s\"", pango_layout_get_text(layout));
	return status;
}

static void
set_attributes(PangoLayout *layout, const struct page_type *type)
{
	PangoAttrList *list = type->attributes ? pango_attr_list_copy(type->attributes) : pango_attr_list_new();

	if (type->spacing != 0)
		pango_attr_list_insert(list, pango_attr_letter_spacing_new((int)lrint(type->spacing * PANGO_SCALE)));
	pango_layout_set_attributes(layout, list);
	pango_attr_list_unref(list);
}

enum bv_status
page_layout(PangoLayout **out, const struct page *page, const struct page_type *type, struct bv_str text, int line, struct bv_err *err)
{
	static const PangoAlignment alignments[] = { [PAGE_LEFT] = PANGO_ALIGN_LEFT, [PAGE_CENTER] = PANGO_ALIGN_CENTER, [PAGE_RIGHT] = PANGO_ALIGN_RIGHT };
	struct bv_str family = type->font.len ? type->font : page->t->font;
	char *name = bv_str_dup(family);
	PangoLayout *layout = pango_layout_new(page->pango);
	PangoFontDescription *font = pango_font_description_new();

	pango_font_description_set_family(font, name);
	pango_font_description_set_absolute_size(font, type->size * PANGO_SCALE);
	pango_font_description_set_weight(font, type->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_style(font, type->italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	free(name);
	pango_layout_set_alignment(layout, alignments[type->align]);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD);
	pango_layout_set_line_spacing(layout, (float)type->leading);
	if (type->width > 0)
		pango_layout_set_width(layout, (int)lrint(type->width * PANGO_SCALE));
	set_attributes(layout, type);
	pango_layout_set_text(layout, bv_str_chars(text), (int)text.len);
	enum bv_status status = check_fonts(layout, family, line, err);
	if (status == BV_OK)
		*out = layout;
	else
		g_object_unref(layout);
	return status;
}

void
page_ink(cairo_t *cr, struct page_colour colour)
{
	cairo_set_source_rgb(cr, colour.r, colour.g, colour.b);
}

/* ---- Texts with fields ---- */

struct words {
	struct page *page;
	const struct page_shape *shape;
	struct bv_buf text;
	PangoAttrList *attributes;
	struct bv_err *err;
};

static enum bv_status add_words(struct words *w, const struct bv_xml_node *node);

/* White space of the document is one space, so that a template can be indented; a line ends at <br/>. */
static void
add_literal(struct words *w, struct bv_str literal)
{
	struct bv_buf *out = &w->text;

	while (literal.len) {
		uint32_t c = bv_text_next(&literal);
		char last = out->len ? out->p[out->len - 1] : '\n';
		/* Not Pango's own capitals: the text that programs find in the PDF would be another. */
		if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
			bv_text_add(out, w->shape->upper ? bv_text_upper(c) : c);
		else if (last != ' ' && last != '\n')
			bv_buf_addc(out, ' ');
	}
}

/* Line ends inside a fact would break the page. */
static enum bv_status
add_field(struct words *w, struct bv_str name)
{
	struct bv_str text = page_field(w->page->facts, name);

	if (!text.len) {
		bv_err_at(w->err, BV_EINVAL, w->shape->line, "the certificate has no '%.*s': give the element if=\"%.*s\", or issue with it", BV_STR_ARG(name),
		          BV_STR_ARG(name));
		return bv_err_mark(w->err, "field-is-missing");
	}
	if (w->page->watch)
		w->page->watch->field(w->page->watch->ctx, name);
	add_literal(w, text);
	return BV_OK;
}

static enum bv_status
add_marked(struct words *w, const struct bv_xml_node *node)
{
	size_t from = w->text.len;

	TRY(add_words(w, node));
	PangoAttribute *mark = bv_str_is(node->name, "b") ? pango_attr_weight_new(PANGO_WEIGHT_BOLD) : pango_attr_style_new(PANGO_STYLE_ITALIC);
	mark->start_index = (guint)from;
	mark->end_index = (guint)w->text.len;
	pango_attr_list_insert(w->attributes, mark);
	return BV_OK;
}

static enum bv_status
add_words(struct words *w, const struct bv_xml_node *node)
{
	struct bv_str literal, field;

	for (const struct bv_xml_node *child = node->first; child; child = child->next) {
		if (bv_str_is(child->name, "br")) {
			while (w->text.len && w->text.p[w->text.len - 1] == ' ')
				w->text.len--;
			bv_buf_addc(&w->text, '\n');
			continue;
		}
		if (child->name.len) {
			TRY(add_marked(w, child));
			continue;
		}
		for (struct bv_str rest = child->text; page_part(&rest, &literal, &field);) {
			if (field.len)
				TRY(add_field(w, field));
			else
				add_literal(w, literal);
		}
	}
	return BV_OK;
}

/* As large as wanted, or as small as allowed. */
static enum bv_status
fit(PangoLayout **out, struct words *w, struct page_type *type, struct bv_err *err)
{
	const struct page_shape *s = w->shape;
	double wanted = s->width * PAGE_MM;

	for (type->size = s->size;; type->size -= 0.25) {
		bool last = type->size - 0.25 < s->least;
		PangoLayout *layout = NULL;
		int width, height;
		type->width = s->lines > 1 ? wanted : 0;
		TRY(page_layout(&layout, w->page, type, bv_buf_str(&w->text), s->line, err));
		pango_layout_get_size(layout, &width, &height);
		if (pango_layout_get_line_count(layout) <= s->lines && width <= (int)ceil(wanted * PANGO_SCALE)) {
			pango_layout_set_width(layout, (int)lrint(wanted * PANGO_SCALE)); /* aligns the single line */
			*out = layout;
			return BV_OK;
		}
		g_object_unref(layout);
		if (last) {
			bv_err_at(err, BV_EINVAL, s->line, "\"%.*s\" does not fit into %g mm and %d lines at %g points: give the template more room",
			          BV_STR_ARG(bv_str_sub(bv_buf_str(&w->text), 0, 60)), s->width, s->lines, s->least);
			return bv_err_mark(err, "text-does-not-fit");
		}
	}
}

static void
say_text(const struct page *page, const struct page_shape *s, PangoLayout *layout, double size, double top)
{
	const double unit = PANGO_SCALE * PAGE_MM;
	PangoRectangle ink;

	if (!page->watch)
		return;
	pango_layout_get_extents(layout, &ink, NULL);
	struct bv_page_said said = { .part = BV_PAGE_TEXT, .line = s->line, .text = bv_str_of(pango_layout_get_text(layout)), .x = s->x + ink.x / unit, .y = top + ink.y / unit,
		                     .width = ink.width / unit, .height = ink.height / unit, .size = size, .bold = s->bold, .italic = s->italic, .upper = s->upper };
	page->watch->said(page->watch->ctx, &said);
}

/* The first line's baseline stands at y + size, whatever the letters are. */
static enum bv_status
draw_text(struct page *page, const struct page_shape *s, struct bv_err *err)
{
	struct words w = { .page = page, .shape = s, .text = BV_BUF(4 * BV_TEXT_MAX), .attributes = pango_attr_list_new(), .err = err };
	struct page_type type = { .font = s->font, .bold = s->bold, .italic = s->italic, .align = s->align, .leading = s->leading, .spacing = s->spacing };
	PangoLayout *layout = NULL;

	enum bv_status status = add_words(&w, s->node);
	while (w.text.len && w.text.p[w.text.len - 1] == ' ')
		w.text.len--;
	type.attributes = w.attributes;
	if (status == BV_OK)
		status = bv_buf_check(&w.text, err);
	if (status == BV_OK && w.text.len)
		status = fit(&layout, &w, &type, err);
	if (layout) {
		double base = (double)pango_layout_get_baseline(layout) / PANGO_SCALE;
		page_ink(page->cr, s->ink);
		cairo_move_to(page->cr, s->x * PAGE_MM, s->y * PAGE_MM + type.size - base);
		pango_cairo_show_layout(page->cr, layout);
		say_text(page, s, layout, type.size, s->y + (type.size - base) / PAGE_MM);
		g_object_unref(layout);
	}
	pango_attr_list_unref(w.attributes);
	bv_buf_finish(&w.text);
	return status;
}

/* ---- Lines and areas ---- */

static void
paint(struct page *page, const struct page_shape *s)
{
	if (!s->fill.none) {
		page_ink(page->cr, s->fill);
		cairo_fill_preserve(page->cr);
	}
	if (!s->ink.none && s->stroke > 0) {
		page_ink(page->cr, s->ink);
		cairo_set_line_width(page->cr, s->stroke * PAGE_MM);
		cairo_stroke_preserve(page->cr);
	}
	cairo_new_path(page->cr);
}

static enum bv_status
draw_rect(struct page *page, const struct page_shape *s, struct bv_err *err)
{
	(void)err;
	cairo_rectangle(page->cr, s->x * PAGE_MM, s->y * PAGE_MM, s->width * PAGE_MM, s->height * PAGE_MM);
	paint(page, s);
	return BV_OK;
}

static enum bv_status
draw_line(struct page *page, const struct page_shape *s, struct bv_err *err)
{
	(void)err;
	cairo_move_to(page->cr, s->x * PAGE_MM, s->y * PAGE_MM);
	cairo_line_to(page->cr, (s->x + s->width) * PAGE_MM, (s->y + s->height) * PAGE_MM);
	page_ink(page->cr, s->ink);
	cairo_set_line_width(page->cr, s->stroke * PAGE_MM);
	cairo_stroke(page->cr);
	return BV_OK;
}

static bool
coordinates(double *out, size_t count, struct bv_str *path)
{
	struct bv_str token;

	for (size_t i = 0; i < count; i++)
		if (!bv_str_token(path, &token) || !bv_str_double(token, &out[i]) || !(fabs(out[i]) < 10000))
			return false;
	return true;
}

/* M x y, L x y, C x1 y1 x2 y2 x y, Z: a letter for each, all of them from the shape's x and y, in mm. */
static enum bv_status
draw_path(struct page *page, const struct page_shape *s, struct bv_err *err)
{
	struct bv_str path = s->path, token;
	double c[6];
	bool good = true;

	cairo_save(page->cr);
	cairo_translate(page->cr, s->x * PAGE_MM, s->y * PAGE_MM);
	cairo_scale(page->cr, PAGE_MM, PAGE_MM);
	while (good && bv_str_token(&path, &token)) {
		if (bv_str_is(token, "Z"))
			cairo_close_path(page->cr);
		else if (bv_str_is(token, "M") && (good = coordinates(c, 2, &path)))
			cairo_move_to(page->cr, c[0], c[1]);
		else if (bv_str_is(token, "L") && (good = coordinates(c, 2, &path)))
			cairo_line_to(page->cr, c[0], c[1]);
		else if (bv_str_is(token, "C") && (good = coordinates(c, 6, &path)))
			cairo_curve_to(page->cr, c[0], c[1], c[2], c[3], c[4], c[5]);
		else
			good = false;
	}
	cairo_restore(page->cr);
	if (!good) {
		cairo_new_path(page->cr);
		bv_err_at(err, BV_EINVAL, s->line, "path: 'd' is made of M x y, L x y, C x1 y1 x2 y2 x y and Z, separated by spaces");
		return bv_err_mark(err, "path-is-wrong");
	}
	paint(page, s);
	return BV_OK;
}

/* A guilloche: rings of waves whose phase goes on from one to the next, which scanners and copiers blur. */
static enum bv_status
draw_rosette(struct page *page, const struct page_shape *s, struct bv_err *err)
{
	int steps = s->petals * 12;

	(void)err;
	cairo_new_path(page->cr);
	for (int ring = 0; ring < s->rings; ring++) {
		double phase = 2 * M_PI * ring / s->rings, inner = 0.55 + 0.25 * ring / s->rings;
		for (int i = 0; i <= steps; i++) {
			double at = 2 * M_PI * i / steps, r = inner + (1 - inner) * 0.5 * (1 + sin(s->petals * at + phase));
			double x = (s->x + s->width / 2 * (1 + r * cos(at))) * PAGE_MM, y = (s->y + s->height / 2 * (1 + r * sin(at))) * PAGE_MM;
			if (i == 0)
				cairo_move_to(page->cr, x, y);
			else
				cairo_line_to(page->cr, x, y);
		}
		cairo_close_path(page->cr);
	}
	page_ink(page->cr, s->ink);
	cairo_set_line_width(page->cr, s->stroke * PAGE_MM);
	cairo_stroke(page->cr);
	return BV_OK;
}

static enum bv_status
draw_qr(struct page *page, const struct page_shape *s, struct bv_err *err)
{
	struct bv_qr_symbol symbol;

	if (bv_qr_symbol(&symbol, page->qr, 40, err) != BV_OK)
		return bv_err_again(err, s->line, "qr: %s", err->msg);
	page_ink(page->cr, s->ink);
	qr_draw(page->cr, &symbol, s->x * PAGE_MM, s->y * PAGE_MM, s->width * PAGE_MM);
	if (page->watch) {
		struct bv_page_said said = { .part = BV_PAGE_QR, .line = s->line, .text = page->qr, .x = s->x, .y = s->y, .width = s->width, .height = s->width,
			                     .modules = symbol.size + 2 * BV_QR_QUIET };
		page->watch->said(page->watch->ctx, &said);
	}
	return BV_OK;
}

enum bv_status
page_draw(struct page *page, struct bv_err *err)
{
	static enum bv_status (*const draw[])(struct page *page, const struct page_shape *s, struct bv_err *err) = {
		[PAGE_RECT] = draw_rect, [PAGE_LINE] = draw_line,   [PAGE_PATH] = draw_path, [PAGE_ROSETTE] = draw_rosette,
		[PAGE_TEXT] = draw_text, [PAGE_CHART] = page_chart, [PAGE_QR] = draw_qr,
	};

	for (size_t i = 0; i < page->t->shape_count; i++) {
		const struct page_shape *s = &page->t->shapes[i];
		if (s->condition.len && !page_field(page->facts, s->condition).len)
			continue;
		enum bv_status status = draw[s->kind](page, s, err);
		if (status != BV_OK && !page->watch)
			return status;
		if (status != BV_OK)
			page->watch->fault(page->watch->ctx, err);
	}
	return BV_OK;
}
