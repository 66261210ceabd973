#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/xml.h"
#include "tools/cli/print.h"
#include "tools/cli/register_inputs.h"

enum { BOOK_MAX = 1 << 30 };

struct book {
	struct bv_buf out;
	size_t count;
};

static const char *const heads[] = { "STT", "Số hiệu", "Họ và tên", "Ngày sinh", "Nội dung", "Bậc", "Đơn vị", "Ngày cấp", "Hết giá trị", "Tình trạng", "Vị trí nhật ký", "Mã tra cứu" };

static const char *
fate_vi(enum bv_fate fate)
{
	static const char *const words[] = { "chưa ký", "có giá trị", "tạm đình chỉ", "đã thu hồi", "đã được thay thế", "đã được đính chính" };

	return words[fate];
}

/* "28/02/2026", the day in Viet Nam; empty for none. */
static void
write_day(char out[16], int64_t time_s)
{
	char text[BV_TIME_SIZE];

	out[0] = '\0';
	if (time_s) {
		bv_time_write(text, time_s + BV_VIETNAM_S);
		snprintf(out, 16, "%.2s/%.2s/%.4s", text + 8, text + 5, text);
	}
}

/* The cells of a row, in the order of heads. */
struct cells {
	char number[24], birth[16], awarded[16], until[16], log[24], code[BV_CODE_SIZE];
	struct bv_str texts[BV_COUNT(heads)];
};

static void
fill(struct cells *c, const struct bv_register_row *row, size_t number)
{
	char id[BV_UUID_SIZE];

	snprintf(c->number, sizeof c->number, "%zu", number);
	if (row->birth.len == 10)
		snprintf(c->birth, sizeof c->birth, "%.2s/%.2s/%.4s", row->birth.p + 8, row->birth.p + 5, row->birth.p);
	write_day(c->awarded, row->awarded_s);
	write_day(c->until, row->valid_until_s);
	if (row->log_idx >= 0)
		snprintf(c->log, sizeof c->log, "%lld", (long long)row->log_idx);
	bv_code_write(c->code, bv_str_of(bv_uuid_write(id, row->uuid)));
	const struct bv_str texts[] = { bv_str_of(c->number), row->serial, row->holder, bv_str_of(c->birth), row->scheme, row->level, row->centre, bv_str_of(c->awarded),
		                        bv_str_of(c->until), bv_str_of(fate_vi(row->fate)), bv_str_of(c->log), bv_str_of(c->code) };
	memcpy(c->texts, texts, sizeof texts);
}

/* ---- CSV ---- */

/* RFC 4180; what a spreadsheet would take for a formula is made text. */
static void
add_field(struct bv_buf *out, struct bv_str text, bool first)
{
	bv_buf_addz(out, first ? "\"" : ",\"");
	if (text.len && strchr("=+-@\t", text.p[0]))
		bv_buf_addc(out, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '"')
			bv_buf_addc(out, '"');
		bv_buf_addc(out, text.p[i]);
	}
	bv_buf_addc(out, '"');
}

static enum bv_status
add_csv(void *ctx, const struct bv_register_row *row, struct bv_err *err)
{
	struct book *book = ctx;
	struct cells cells = { 0 };

	fill(&cells, row, ++book->count);
	for (size_t i = 0; i < BV_COUNT(heads); i++)
		add_field(&book->out, cells.texts[i], i == 0);
	bv_buf_addz(&book->out, "\r\n");
	return bv_buf_check(&book->out, err);
}

static void
begin_csv(struct book *book)
{
	bv_buf_addz(&book->out, "\xef\xbb\xbf"); /* so that Excel reads UTF-8 */
	for (size_t i = 0; i < BV_COUNT(heads); i++)
		add_field(&book->out, bv_str_of(heads[i]), i == 0);
	bv_buf_addz(&book->out, "\r\n");
}

/* ---- Printed ---- */

static const char page[] =
	"<!DOCTYPE html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\"><title>Sổ gốc cấp chứng chỉ</title>\n<style>\n"
	"@page { size: A4 landscape; margin: 20mm 15mm 20mm 25mm; @bottom-right { content: counter(page) } }\n"
	"body { font: 11pt \"Times New Roman\", serif } h1 { font-size: 14pt; text-align: center; text-transform: uppercase }\n"
	"table { border-collapse: collapse; width: 100% } th, td { border: 0.5pt solid #000; padding: 2pt 4pt; text-align: left; vertical-align: top }\n"
	"thead { display: table-header-group } tr { break-inside: avoid } td:first-child { text-align: right }\n"
	".signatures { display: flex; justify-content: space-around; margin-top: 12mm; text-align: center; break-inside: avoid }\n"
	"</style></head><body>\n<h1>Sổ gốc cấp chứng chỉ</h1>\n";

static enum bv_status
add_html(void *ctx, const struct bv_register_row *row, struct bv_err *err)
{
	struct book *book = ctx;
	struct cells cells = { 0 };

	fill(&cells, row, ++book->count);
	bv_buf_addz(&book->out, "<tr>");
	for (size_t i = 0; i < BV_COUNT(heads); i++) {
		bv_buf_addz(&book->out, "<td>");
		bv_xml_escape(&book->out, cells.texts[i]);
		bv_buf_addz(&book->out, "</td>");
	}
	bv_buf_addz(&book->out, "</tr>\n");
	return bv_buf_check(&book->out, err);
}

static void
begin_html(struct book *book, const struct register_inputs *in)
{
	char day[16];

	write_day(day, in->at_s);
	bv_buf_addz(&book->out, page);
	bv_buf_addz(&book->out, "<p>");
	bv_xml_escape(&book->out, bv_register_issuer(in->reg));
	bv_buf_printf(&book->out, " · in ngày %s</p>\n<table><thead><tr>", day);
	for (size_t i = 0; i < BV_COUNT(heads); i++)
		bv_buf_printf(&book->out, "<th>%s</th>", heads[i]);
	bv_buf_addz(&book->out, "</tr></thead><tbody>\n");
}

static void
end_html(struct book *book)
{
	bv_buf_printf(&book->out, "</tbody></table>\n<p>Sổ này có %zu chứng chỉ.</p>\n<div class=\"signatures\"><div>Người lập sổ<br><i>(ký, ghi rõ họ tên)</i></div>"
	              "<div>Thủ trưởng đơn vị<br><i>(ký tên, đóng dấu)</i></div></div>\n</body></html>\n", book->count);
}

static int
run(struct args *args)
{
	BV_AUTO(register_inputs_finish) struct register_inputs in = { 0 };
	const char *out = args_get(args, "out"), *batch = args_get(args, "batch");
	struct book book = { .out = BV_BUF(BOOK_MAX) };
	bool html = bv_str_ends(bv_str_of(out), BV_STR(".html"));
	int64_t id = 0;
	struct bv_err err;

	if (!html && !bv_str_ends(bv_str_of(out), BV_STR(".csv")))
		return usage(args->cmd, "--out ends with .csv or .html");
	enum bv_status status = register_inputs_load(&in, args, false, &err);
	if (status == BV_OK && batch)
		status = bv_issuance_find(&id, in.reg, bv_str_of(batch), &err);
	if (status == BV_OK) {
		html ? begin_html(&book, &in) : begin_csv(&book);
		status = bv_register_each(in.reg, id, html ? add_html : add_csv, &book, &err);
	}
	if (status == BV_OK) {
		if (html)
			end_html(&book);
		status = bv_file_write(out, bv_buf_str(&book.out), 0600, &err);
	}
	bv_buf_finish(&book.out);
	if (status != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
		bv_json_set_int(json, "certificates", (int64_t)book.count);
		bv_json_set(json, "file", bv_json_new_text(bv_str_of(out)));
		print_json(json);
	} else {
		printf("%zu certificates in %s\n", book.count, out);
	}
	return EXIT_YES;
}

const struct cmd cmd_register_export = {
	.name = "register export",
	.summary = "write the register book (sổ gốc)",
	.about = "As CSV for spreadsheets, or as HTML to be printed (A4, landscape), by the end of --out. It has personal data: the file is readable for its owner only.",
	.opts = (const struct opt[]){
		REGISTER_DB_OPT,
		{ "out", "FILE", "FILE.csv or FILE.html", .required = true },
		{ "batch", "NAME", "only the certificates of this batch" },
		{ "at", "TIME", "the day that is printed on it; today if absent" },
		{ "json", NULL, "print JSON" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang register export --db office.db --out book.csv", NULL },
	.run = run,
};
