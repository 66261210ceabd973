/* Documents of several pages: text that flows, tables, places for signatures. */
#include <cairo-pdf.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "certs/document.h"
#include "certs/page/page.h"
#include "certs/pdf.h"

#define WIDTH (210 * PAGE_MM)
#define HEIGHT (297 * PAGE_MM)
#define LEFT (30 * PAGE_MM)
#define RIGHT (15 * PAGE_MM)
#define TOP (20 * PAGE_MM)
#define BOTTOM (20 * PAGE_MM)
#define INNER (WIDTH - LEFT - RIGHT)
#define CELL_GAP 3.0
#define FONT "Liberation Serif"

enum { PAGES_MAX = 500, SIZE = 13, TITLE_SIZE = 14, SMALL_SIZE = 10, CELL_SIZE = 12, HALF_SIZE = 12 };

struct bv_document {
	cairo_surface_t *surface;
	struct page page; /* of page_layout: its context and font */
	struct bv_buf bytes;
	double y;
	int number;
	const struct bv_document_column *columns;
	size_t column_count;
	enum bv_status status; /* of the first thing that went wrong */
	struct bv_err err;
};

static cairo_status_t
add_bytes(void *out, const unsigned char *bytes, unsigned int len)
{
	bv_buf_add(out, (struct bv_str){ (const char *)bytes, len });
	return ((struct bv_buf *)out)->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

struct bv_document *
bv_document_new(struct bv_str title, int64_t created_s)
{
	struct bv_document *d = bv_alloc(sizeof *d);
	char when[BV_TIME_SIZE], *name = bv_str_dup(title);

	d->bytes = BV_BUF(BV_PDF_MAX);
	d->surface = cairo_pdf_surface_create_for_stream(add_bytes, &d->bytes, WIDTH, HEIGHT);
	cairo_pdf_surface_restrict_to_version(d->surface, CAIRO_PDF_VERSION_1_4); /* from 1.5 on newer cairos pack the table of objects */
	cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_TITLE, name);
	cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_CREATE_DATE, bv_time_write(when, created_s));
	free(name);
	d->page.cr = cairo_create(d->surface);
	d->page.pango = page_context(d->page.cr);
	d->y = TOP;
	d->number = 1;
	return d;
}

static void
close_surface(struct bv_document *d)
{
	if (!d->surface)
		return;
	g_object_unref(d->page.pango);
	cairo_destroy(d->page.cr);
	cairo_surface_finish(d->surface);
	cairo_status_t ended = cairo_surface_status(d->surface);
	cairo_surface_destroy(d->surface);
	d->surface = NULL;
	if (ended != CAIRO_STATUS_SUCCESS && d->status == BV_OK)
		d->status = bv_err_set(&d->err, BV_ELIMIT, "the document cannot be written: %s", cairo_status_to_string(ended));
}

void
bv_document_free(struct bv_document *document)
{
	if (!document)
		return;
	close_surface(document);
	bv_buf_finish(&document->bytes);
	free(document);
}

/* ---- Pages ---- */

static PangoLayout *
lay_out(struct bv_document *d, struct page_type type, struct bv_str text)
{
	PangoLayout *layout = NULL;

	type.font = BV_STR(FONT);
	if (d->status == BV_OK)
		d->status = page_layout(&layout, &d->page, &type, text, 0, &d->err);
	return layout;
}

static double
height_of(PangoLayout *layout)
{
	int width, height;

	pango_layout_get_size(layout, &width, &height);
	return (double)height / PANGO_SCALE;
}

static void
show(struct bv_document *d, PangoLayout *layout, double x, double y)
{
	cairo_move_to(d->page.cr, x, y);
	pango_cairo_show_layout(d->page.cr, layout);
}

static void
new_page(struct bv_document *d)
{
	char number[16];

	if (d->number >= PAGES_MAX && d->status == BV_OK)
		d->status = bv_err_set(&d->err, BV_ELIMIT, "the document has more than %d pages", PAGES_MAX);
	if (d->status != BV_OK)
		return;
	cairo_show_page(d->page.cr);
	snprintf(number, sizeof number, "%d", ++d->number);
	PangoLayout *layout = lay_out(d, (struct page_type){ .size = SIZE, .width = INNER, .align = PAGE_CENTER, .leading = 1 }, bv_str_of(number));
	if (layout) {
		show(d, layout, LEFT, TOP - height_of(layout) - 2);
		g_object_unref(layout);
	}
	d->y = TOP + 2;
}

void
bv_document_keep(struct bv_document *document, double mm)
{
	if (document->y + mm * PAGE_MM > HEIGHT - BOTTOM)
		new_page(document);
}

void
bv_document_room(struct bv_document *document, double mm)
{
	document->y += mm * PAGE_MM;
}

/* ---- Text ---- */

/* Line by line, so that a paragraph may begin on one page and end on the next. */
static void
flow(struct bv_document *d, PangoLayout *layout)
{
	PangoLayoutIter *iter = pango_layout_get_iter(layout);

	do {
		PangoRectangle box;
		int top, bottom;
		pango_layout_iter_get_line_extents(iter, NULL, &box);
		pango_layout_iter_get_line_yrange(iter, &top, &bottom);
		double height = (double)(bottom - top) / PANGO_SCALE;
		if (d->y + height > HEIGHT - BOTTOM)
			new_page(d);
		cairo_move_to(d->page.cr, LEFT + (double)box.x / PANGO_SCALE, d->y + (double)(pango_layout_iter_get_baseline(iter) - top) / PANGO_SCALE);
		pango_cairo_show_layout_line(d->page.cr, pango_layout_iter_get_line_readonly(iter));
		d->y += height;
	} while (d->status == BV_OK && pango_layout_iter_next_line(iter));
	pango_layout_iter_free(iter);
}

void
bv_document_text(struct bv_document *document, enum bv_document_style style, struct bv_str text)
{
	static const struct page_type types[] = {
		[BV_DOCUMENT_TEXT] = { .size = SIZE, .leading = 1.1 },
		[BV_DOCUMENT_TITLE] = { .size = TITLE_SIZE, .bold = true, .align = PAGE_CENTER, .leading = 1.1 },
		[BV_DOCUMENT_HEADING] = { .size = SIZE, .bold = true, .leading = 1.1 },
		[BV_DOCUMENT_SMALL] = { .size = SMALL_SIZE, .leading = 1 },
	};
	const double after = 6, heading_keeps_mm = 25, indent_mm = 10;
	struct page_type type = types[style];

	document->columns = NULL;
	type.width = INNER;
	PangoLayout *layout = lay_out(document, type, text);
	if (!layout)
		return;
	if (style == BV_DOCUMENT_TEXT) {
		pango_layout_set_justify(layout, TRUE);
		pango_layout_set_indent(layout, (int)lrint(indent_mm * PAGE_MM * PANGO_SCALE));
	}
	if (style == BV_DOCUMENT_HEADING)
		bv_document_keep(document, heading_keeps_mm);
	flow(document, layout);
	document->y += after;
	g_object_unref(layout);
}

/* ---- Halves ---- */

static double
draw_half(struct bv_document *d, const struct bv_document_line *lines, size_t count, double x, double width)
{
	double y = d->y;

	for (size_t i = 0; i < count; i++) {
		const struct page_type type = { .size = HALF_SIZE, .bold = lines[i].bold, .italic = lines[i].italic, .width = width, .align = PAGE_CENTER, .leading = 1 };
		PangoLayout *layout = lines[i].text.len ? lay_out(d, type, lines[i].text) : NULL;
		if (!layout)
			continue;
		int wide, high;
		show(d, layout, x, y);
		pango_layout_get_pixel_size(layout, &wide, &high);
		y += height_of(layout);
		if (lines[i].ruled) {
			double half = (wide < width ? wide : width) / 4.0;
			cairo_set_line_width(d->page.cr, 0.7);
			cairo_move_to(d->page.cr, x + width / 2 - half, y + 1.5);
			cairo_line_to(d->page.cr, x + width / 2 + half, y + 1.5);
			cairo_stroke(d->page.cr);
			y += 3;
		}
		g_object_unref(layout);
	}
	return y;
}

void
bv_document_halves(struct bv_document *document, const struct bv_document_line *left, size_t left_count, const struct bv_document_line *right, size_t right_count)
{
	const double left_share = 0.42, gap = 6;

	document->columns = NULL;
	double one = draw_half(document, left, left_count, LEFT, INNER * left_share - gap);
	double two = draw_half(document, right, right_count, LEFT + INNER * left_share, INNER * (1 - left_share));
	document->y = (one > two ? one : two) + 2 * gap;
}

/* ---- Tables ---- */

/* All cells of a row, and how high it is; false: something went wrong. */
static bool
lay_out_row(PangoLayout *layouts[BV_DOCUMENT_COLUMNS_MAX], double *height, struct bv_document *d, const struct bv_str *cells, bool head)
{
	*height = 0;
	for (size_t i = 0; i < d->column_count; i++) {
		const struct bv_document_column *column = &d->columns[i];
		const struct page_type type = { .size = CELL_SIZE, .bold = head, .width = column->mm * PAGE_MM - 2 * CELL_GAP, .leading = 1,
			                        .align = head || column->centred ? PAGE_CENTER : PAGE_LEFT };
		layouts[i] = lay_out(d, type, head ? column->head : cells[i]);
		if (!layouts[i]) {
			while (i)
				g_object_unref(layouts[--i]);
			return false;
		}
		pango_layout_set_wrap(layouts[i], PANGO_WRAP_WORD_CHAR);
		double own = height_of(layouts[i]) + 2 * CELL_GAP;
		*height = own > *height ? own : *height;
	}
	return true;
}

static void
draw_row(struct bv_document *d, PangoLayout *layouts[BV_DOCUMENT_COLUMNS_MAX], double height)
{
	double x = LEFT;

	cairo_set_line_width(d->page.cr, 0.5);
	for (size_t i = 0; i < d->column_count; i++) {
		double width = d->columns[i].mm * PAGE_MM;
		cairo_rectangle(d->page.cr, x, d->y, width, height);
		cairo_stroke(d->page.cr);
		show(d, layouts[i], x + CELL_GAP, d->y + CELL_GAP);
		g_object_unref(layouts[i]);
		x += width;
	}
	d->y += height;
}

static void
draw_head(struct bv_document *d)
{
	PangoLayout *layouts[BV_DOCUMENT_COLUMNS_MAX];
	double height;

	if (lay_out_row(layouts, &height, d, NULL, true))
		draw_row(d, layouts, height);
}

void
bv_document_table(struct bv_document *document, const struct bv_document_column *columns, size_t count)
{
	const double head_keeps_mm = 30;

	document->columns = columns;
	document->column_count = count;
	bv_document_keep(document, head_keeps_mm);
	draw_head(document);
}

void
bv_document_row(struct bv_document *document, const struct bv_str *cells)
{
	PangoLayout *layouts[BV_DOCUMENT_COLUMNS_MAX];
	double height;

	if (!lay_out_row(layouts, &height, document, cells, false))
		return;
	if (document->y + height > HEIGHT - BOTTOM) {
		new_page(document);
		draw_head(document);
	}
	draw_row(document, layouts, height);
}

enum bv_status
bv_document_end(struct bv_buf *out, struct bv_document *document, struct bv_err *err)
{
	close_surface(document);
	if (document->status != BV_OK) {
		*err = document->err;
		return document->status;
	}
	bv_buf_add(out, bv_buf_str(&document->bytes));
	return bv_buf_check(out, err);
}
