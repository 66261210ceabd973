/* QR symbols (ISO/IEC 18004) by libqrencode, and pictures of them. */
#include <cairo.h>
#include <qrencode.h>
#include <stdlib.h>

#include "base/mem.h"
#include "certs/page/page.h"

BV_AUTO_DEFINE(QRcode, QRcode_free)

/* It splits the text into runs of digits, capitals and bytes by itself; level M mends 15 % of a worn symbol. */
enum bv_status
bv_qr_symbol(struct bv_qr_symbol *out, struct bv_str text, int max_version, struct bv_err *err)
{
	if (!text.len || memchr(text.p, '\0', text.len) || text.len > BV_QR_TEXT_MAX)
		return bv_err_set(err, BV_EINVAL, "a QR text has 1 to %d characters, and no NUL", BV_QR_TEXT_MAX);
	char *z = bv_str_dup(text);
	BV_AUTO(QRcode_free) QRcode *code = QRcode_encodeString(z, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	free(z);
	if (!code || code->version > max_version)
		return bv_err_set(err, BV_ELIMIT, "a QR text of %zu characters needs a larger symbol than version %d-M", text.len, max_version);
	*out = (struct bv_qr_symbol){ .version = code->version, .size = code->width };
	for (int i = 0; i < code->width * code->width; i++)
		out->modules[i] = code->data[i] & 1;
	return BV_OK;
}

/* One rectangle for each run of dark modules, filled together: no seams. */
void
qr_draw(cairo_t *cr, const struct bv_qr_symbol *symbol, double x, double y, double width)
{
	double module = width / (symbol->size + 2 * BV_QR_QUIET);

	cairo_new_path(cr);
	for (int row = 0; row < symbol->size; row++) {
		const uint8_t *line = &symbol->modules[row * symbol->size];
		for (int from = 0; from < symbol->size; from++) {
			int to = from;
			while (to < symbol->size && line[to])
				to++;
			if (to == from)
				continue;
			cairo_rectangle(cr, x + (from + BV_QR_QUIET) * module, y + (row + BV_QR_QUIET) * module, (to - from) * module, module);
			from = to;
		}
	}
	cairo_fill(cr);
}

enum bv_status
bv_qr_png(struct bv_buf *out, struct bv_str text, int scale, struct bv_err *err)
{
	struct bv_qr_symbol symbol;

	if (scale < 1 || scale > 40)
		return bv_err_set(err, BV_EINVAL, "a module of a QR picture has 1 to 40 pixels");
	TRY(bv_qr_symbol(&symbol, text, 40, err));
	int side = (symbol.size + 2 * BV_QR_QUIET) * scale;
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, side, side);
	cairo_t *cr = cairo_create(surface);
	cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_set_source_rgb(cr, 0, 0, 0);
	qr_draw(cr, &symbol, 0, 0, side);
	enum bv_status status = page_png(out, surface, err);
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	return status;
}
