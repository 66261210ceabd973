#include "tools/httpd/svg.h"

#include "certs/certs.h"

enum { QUIET = 4 /* light modules around it, ISO/IEC 18004 §6.3.8 */, VERSION_MAX = 20 };

enum bv_status
svg_qr(struct bv_buf *out, struct bv_str text, struct bv_err *err)
{
	struct bv_qr_symbol symbol;

	TRY(bv_qr_symbol(&symbol, text, VERSION_MAX, err));
	int side = symbol.size + 2 * QUIET;
	bv_buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"", side, side, side, side);
	for (int row = 0; row < symbol.size; row++)
		for (int from = 0; from < symbol.size; from++) {
			int to = from;
			while (to < symbol.size && symbol.modules[row * symbol.size + to])
				to++;
			if (to > from)
				bv_buf_printf(out, "M%d %dh%dv1h-%dz", from + QUIET, row + QUIET, to - from, to - from);
			from = to;
		}
	bv_buf_addz(out, "\"/></svg>\n");
	return bv_buf_check(out, err);
}
