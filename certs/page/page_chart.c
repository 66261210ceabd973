/* The portrait of an award: a bar for each area, with its name, its value, its scale and what was needed, so that nothing hangs on colour or on length alone. */
#include <math.h>

#include "certs/page/page.h"
#include "certs/vc/scale.h"

#define NAMES 0.46  /* of the width: names at the left */
#define VALUES 0.17 /* values at the right */
#define ROW_MAX 11.0 /* mm */

static double
decimal(struct bv_str s, double otherwise)
{
	int64_t n;

	return s.len && bv_str_decimal(s, BV_VALUE_PLACES, &n) ? (double)n / 1e6 : otherwise;
}

struct row {
	struct page *page;
	const struct page_shape *s;
	const struct page_area *area;
	double x, y, width, height; /* points */
};

/* One line that shrinks to fit; x is the left or, for PAGE_RIGHT, the right end; y the baseline. */
static enum bv_status
put(struct row *row, struct bv_str text, double size, bool bold, bool italic, enum page_align align, double x, double y, double width, struct bv_err *err)
{
	struct page_type type = { .font = row->s->font, .size = size, .bold = bold, .italic = italic, .leading = 1 };
	PangoLayout *layout = NULL;
	int wide, high;

	for (;; type.size -= 0.25) {
		TRY(page_layout(&layout, row->page, &type, text, row->s->line, err));
		pango_layout_get_size(layout, &wide, &high);
		if (wide <= width * PANGO_SCALE)
			break;
		g_object_unref(layout);
		if (type.size < 4)
			bv_err_at(err, BV_EINVAL, row->s->line, "chart: \"%.*s\" does not fit: give the template more room", BV_STR_ARG(bv_str_sub(text, 0, 60)));
		if (type.size < 4)
			return bv_err_mark(err, "text-does-not-fit");
	}
	page_ink(row->page->cr, row->s->ink);
	cairo_move_to(row->page->cr, align == PAGE_RIGHT ? x - (double)wide / PANGO_SCALE : x, y - (double)pango_layout_get_baseline(layout) / PANGO_SCALE);
	pango_cairo_show_layout(row->page->cr, layout);
	g_object_unref(layout);
	return BV_OK;
}

static enum bv_status
put_names(struct row *row, struct bv_err *err)
{
	double width = row->width * NAMES - 6, size = row->s->size, middle = row->y + row->height / 2;
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(2 * BV_TEXT_MAX);

	if (row->s->size * 2 > row->height)
		size = row->height / 2;
	bv_buf_printf(&name, "%.*s", BV_STR_ARG(row->area->vi));
	if (!row->area->en.len)
		return put(row, bv_buf_str(&name), size, false, false, PAGE_LEFT, row->x, middle + size * 0.35, width, err);
	TRY(put(row, bv_buf_str(&name), size, false, false, PAGE_LEFT, row->x, middle - size * 0.08, width, err));
	return put(row, row->area->en, size * 0.8, false, true, PAGE_LEFT, row->x, middle + size * 0.80, width, err);
}

/* "8,50 / 10", and below it what was needed. */
static enum bv_status
put_value(struct row *row, struct bv_err *err)
{
	const struct page_area *a = row->area;
	struct page_facts *facts = row->page->facts;
	double size = row->s->size, right = row->x + row->width, middle = row->y + row->height / 2, width = row->width * VALUES - 4;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(2 * BV_TEXT_MAX);

	if (size * 2 > row->height)
		size = row->height / 2;
	bv_buf_printf(&text, "%.*s / %.*s", BV_STR_ARG(page_decimal(facts, a->value)), BV_STR_ARG(page_decimal(facts, a->max)));
	if (!a->required.len)
		return put(row, bv_buf_str(&text), size, true, false, PAGE_RIGHT, right, middle + size * 0.35, width, err);
	TRY(put(row, bv_buf_str(&text), size, true, false, PAGE_RIGHT, right, middle - size * 0.08, width, err));
	bv_buf_clear(&text);
	bv_buf_printf(&text, "≥ %.*s", BV_STR_ARG(page_decimal(facts, a->required)));
	return put(row, bv_buf_str(&text), size * 0.8, false, false, PAGE_RIGHT, right, middle + size * 0.80, width, err);
}

/* A frame of the whole scale, filled up to the value; a dark tick through both edges where the requirement is. */
static void
draw_bar(struct row *row)
{
	const struct page_area *a = row->area;
	cairo_t *cr = row->page->cr;
	double left = row->x + row->width * NAMES, length = row->width * (1 - NAMES - VALUES), thick = row->height * 0.42, top = row->y + (row->height - thick) / 2;
	double min = decimal(a->min, 0), max = decimal(a->max, 100), span = max > min ? max - min : 1;
	double share = fmin(1, fmax(0, (decimal(a->value, min) - min) / span));

	cairo_set_line_width(cr, 0.5);
	cairo_rectangle(cr, left, top, length, thick);
	cairo_set_source_rgb(cr, 0.95, 0.95, 0.95);
	cairo_fill_preserve(cr);
	page_ink(cr, row->s->ink);
	cairo_stroke(cr);
	cairo_rectangle(cr, left, top, length * share, thick);
	page_ink(cr, row->s->fill);
	cairo_fill(cr);
	if (!a->required.len)
		return;
	double at = left + length * fmin(1, fmax(0, (decimal(a->required, min) - min) / span));
	/* White beside black: seen on the filled part and on the empty one. */
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_rectangle(cr, at - 1.1, top - 2, 2.2, thick + 4);
	cairo_fill(cr);
	page_ink(cr, row->s->ink);
	cairo_rectangle(cr, at - 0.5, top - 2, 1, thick + 4);
	cairo_fill(cr);
}

static void
say_row(const struct row *row)
{
	const struct bv_page_watch *watch = row->page->watch;
	const struct page_area *a = row->area;
	struct page_facts *facts = row->page->facts;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4 * BV_TEXT_MAX);

	if (!watch)
		return;
	bv_buf_printf(&text, "%.*s%s%.*s: %.*s / %.*s", BV_STR_ARG(a->vi), a->en.len ? " / " : "", BV_STR_ARG(a->en), BV_STR_ARG(page_decimal(facts, a->value)),
	              BV_STR_ARG(page_decimal(facts, a->max)));
	if (a->required.len)
		bv_buf_printf(&text, " (≥ %.*s)", BV_STR_ARG(page_decimal(facts, a->required)));
	struct bv_page_said said = { .part = BV_PAGE_AREA, .line = row->s->line, .text = bv_buf_str(&text), .x = row->x / PAGE_MM, .y = row->y / PAGE_MM,
		                     .width = row->width / PAGE_MM, .height = row->height / PAGE_MM };
	watch->said(watch->ctx, &said);
}

enum bv_status
page_chart(struct page *page, const struct page_shape *s, struct bv_err *err)
{
	size_t count = page->facts->area_count;
	double height = count ? fmin(s->height / (double)count, ROW_MAX) : 0;

	for (size_t i = 0; i < count; i++) {
		struct row row = { page, s, &page->facts->areas[i], s->x * PAGE_MM, (s->y + height * (double)i) * PAGE_MM, s->width * PAGE_MM, height * PAGE_MM };
		TRY(put_names(&row, err));
		draw_bar(&row);
		TRY(put_value(&row, err));
		say_row(&row);
	}
	return BV_OK;
}
