#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "certs/certs.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

enum { PICTURE_MAX = 4 << 20, VERSION_MAX = 40, PIXELS = 8 };

/* One path; a unit is a module. */
static void
write_svg(struct bv_buf *out, const struct bv_qr_symbol *symbol)
{
	int side = symbol->size + 2 * BV_QR_QUIET;

	bv_buf_printf(out,
	              "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
	              "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"",
	              side, side, side, side);
	for (int row = 0; row < symbol->size; row++) {
		const uint8_t *line = &symbol->modules[row * symbol->size];
		for (int from = 0, to; from < symbol->size; from = to) {
			for (to = from + 1; to < symbol->size && line[to] == line[from]; to++)
				;
			if (line[from])
				bv_buf_printf(out, "M%d %dh%dv1h-%dz", from + BV_QR_QUIET, row + BV_QR_QUIET, to - from, to - from);
		}
	}
	bv_buf_addz(out, "\"/></svg>\n");
}

static bool
is_dark(const struct bv_qr_symbol *symbol, int row, int column)
{
	row -= BV_QR_QUIET;
	column -= BV_QR_QUIET;
	return row >= 0 && column >= 0 && row < symbol->size && column < symbol->size && symbol->modules[row * symbol->size + column];
}

/* Two rows of modules a line, dark on white whatever colours the terminal has. */
static void
write_terminal(struct bv_buf *out, const struct bv_qr_symbol *symbol)
{
	static const char *const blocks[] = { " ", "▄", "▀", "█" };
	int side = symbol->size + 2 * BV_QR_QUIET;

	for (int row = 0; row < side; row += 2) {
		bv_buf_addz(out, "\033[30;107m");
		for (int column = 0; column < side; column++)
			bv_buf_addz(out, blocks[2 * is_dark(symbol, row, column) + is_dark(symbol, row + 1, column)]);
		bv_buf_addz(out, "\033[0m\n");
	}
}

static enum bv_status
draw(struct bv_buf *out, const struct bv_qr_symbol *symbol, struct bv_str text, const char *to, struct bv_err *err)
{
	if (!to)
		write_terminal(out, symbol);
	else if (bv_str_ends(bv_str_of(to), BV_STR(".svg")))
		write_svg(out, symbol);
	else
		return bv_qr_png(out, text, PIXELS, err);
	return bv_buf_check(out, err);
}

/* The text as it is, or that of the bytes under a page. */
static enum bv_status
read_text(struct bv_buf *out, struct bv_str file, const char *page, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf cwt = BV_BUF(1 << 16);

	TRY(bv_qr_parse(&cwt, file, err));
	if (page)
		bv_qr_text(out, bv_str_of(page), bv_buf_str(&cwt));
	else
		bv_buf_add(out, bv_str_trim(file));
	return bv_buf_check(out, err);
}

static int
run(struct args *args)
{
	const char *path = args->operands[0], *to = args_get(args, "out");
	BV_AUTO(bv_buf_finish) struct bv_buf file = BV_BUF(1 << 16), text = BV_BUF(1 << 16), picture = BV_BUF(PICTURE_MAX);
	struct bv_str name = bv_str_of(to);
	struct bv_qr_symbol *symbol;
	struct bv_err err;

	if (to && !bv_str_ends(name, BV_STR(".svg")) && !bv_str_ends(name, BV_STR(".png")))
		return usage(args->cmd, "--out ends with .svg or .png");
	if (bv_file_read(&file, path, &err) != BV_OK)
		return fail(NULL, &err);
	symbol = bv_alloc(sizeof *symbol);
	enum bv_status status = read_text(&text, bv_buf_str(&file), args_get(args, "page"), &err);
	if (status == BV_OK)
		status = bv_qr_symbol(symbol, bv_buf_str(&text), VERSION_MAX, &err);
	if (status == BV_OK)
		status = draw(&picture, symbol, bv_buf_str(&text), to, &err);
	int version = symbol->version, size = symbol->size;
	free(symbol);
	if (status != BV_OK)
		return fail(path, &err);
	if (to && bv_file_write(to, bv_buf_str(&picture), 0644, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
		bv_json_set_str(json, "text", bv_buf_str(&text));
		bv_json_set_int(json, "version", version);
		bv_json_set_int(json, "modules", size);
		print_json(json);
	} else if (!to) {
		fwrite(picture.p, 1, picture.len, stdout);
	}
	return EXIT_YES;
}

const struct cmd cmd_cert_qr = {
	.name = "cert qr",
	.operands = "FILE",
	.summary = "draw the QR symbol of a certificate",
	.about = "Draws the QR symbol of a certificate for paper (certificate.qr of 'bangvang cert issue --format qr'), level M: on the terminal, or as a "
	         "picture, SVG or PNG, by the ending of --out. Who points a camera at it opens the issuer's page, which verifies it without sending it "
	         "anywhere; 'bangvang cert verify' does the same with the text.\n\n"
	         "Print it at 25 mm or more, with the light margin.",
	.opts = (const struct opt[]){
		{ .name = "out", .argument = "FILE", .help = "picture to write, FILE.svg or FILE.png; default: the terminal" },
		{ .name = "page", .argument = "URL", .help = "lead to this page instead of the one in FILE" },
		{ .name = "json", .help = "print one JSON document: text, version, modules of a side" },
		{ 0 },
	},
	.run = run,
};
