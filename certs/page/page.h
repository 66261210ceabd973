/* Drawing pages: what the files of the paper library share. */
#ifndef BV_CERTS_PAGE_PAGE_H
#define BV_CERTS_PAGE_PAGE_H

#include <pango/pangocairo.h>

#include "certs/key.h"
#include "certs/page.h"
#include "certs/page/page_fields.h"

#define PAGE_MM (72 / 25.4) /* points of a millimetre */

struct page {
	cairo_t *cr; /* in points */
	PangoContext *pango;
	const struct bv_page_template *t;
	struct page_facts *facts;
	struct bv_str qr;
	const struct bv_page_watch *watch; /* may be NULL */
};

/* Neither the screen's resolution nor the user's taste in hinting has a say in what a page looks like. The caller unrefs it. */
PangoContext *page_context(cairo_t *cr);
/* Draws all shapes of the template. EINVAL names the line of the template where something does not fit, or asks for what the certificate lacks. */
BV_MUST_USE enum bv_status page_draw(struct page *page, struct bv_err *err);
BV_MUST_USE enum bv_status page_chart(struct page *page, const struct page_shape *shape, struct bv_err *err);

/* One paragraph of type. The caller frees the layout with g_object_unref. EIO: the font is not installed, or lacks a letter. */
struct page_type {
	struct bv_str font;
	double size; /* points */
	bool bold, italic;
	double width; /* points; 0: one line, as long as it is */
	enum page_align align;
	double leading, spacing;
	PangoAttrList *attributes; /* may be NULL; borrowed */
};
BV_MUST_USE enum bv_status page_layout(PangoLayout **out, const struct page *page, const struct page_type *type, struct bv_str text, int line, struct bv_err *err);
void page_ink(cairo_t *cr, struct page_colour colour);

void qr_draw(cairo_t *cr, const struct bv_qr_symbol *symbol, double x, double y, double width);
/* A picture as PNG, appended. */
BV_MUST_USE enum bv_status page_png(struct bv_buf *out, cairo_surface_t *surface, struct bv_err *err);

#endif
