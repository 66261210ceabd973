/* Rows of CSV as spreadsheets write them, and the fields of wide tables. */
#include "base/csv.h"

#include "base/text.h"
#include "tests/check.h"

/* The fields of all rows: "a|b/c" */
static void
check_rows(const char *text, char separator, const char *want)
{
	BV_AUTO(bv_csv_finish) struct bv_csv csv = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf got = BV_BUF(1000);

	bv_csv_init(&csv, bv_str_of(text));
	for (size_t row = 0; bv_csv_next(&csv); row++) {
		bv_buf_addz(&got, row ? "/" : "");
		for (size_t i = 0; i < csv.field_count; i++) {
			bv_buf_addz(&got, i ? "|" : "");
			bv_buf_add(&got, csv.fields[i]);
		}
	}
	CHECK(csv.separator == separator, "separator '%c' of %.20s", csv.separator, text);
	CHECK_STR(bv_buf_str(&got), bv_str_of(want), "its fields");
}

static void
check_line(const char *text, const char *want)
{
	BV_AUTO(bv_buf_finish) struct bv_buf got = BV_BUF(1000);
	struct bv_str line = bv_str_of(text), field;
	char separator = bv_csv_separator(line);
	bool more = true;

	for (size_t i = 0; bv_csv_line_field(&field, &line, separator, &more); i++) {
		bv_buf_addz(&got, i ? "|" : "");
		bv_buf_add(&got, field);
	}
	CHECK_STR(bv_buf_str(&got), bv_str_of(want), text);
}

int
main(void)
{
	check_rows("a,b\n1,2\n", ',', "a|b/1|2");
	check_rows("\xEF\xBB\xBFtên;lớp\r\nAn;\"1;2\"\r\n", ';', "tên|lớp/An|1;2"); /* as Excel saves in Viet Nam, with its byte order mark */
	check_rows("sep=|\na|b,c\n", '|', "a|b,c");
	check_rows("\xEF\xBB\xBFsep=;\na;b,c,d\n", ';', "a|b,c,d");
	check_rows("a\tb\n\n \n1\t\"x\"\"y\nz\"\n", '\t', "a|b/1|x\"y\nz");
	check_rows("", ',', "");
	check_line("a, b ,c", "a|b|c");
	check_line("", "");
	check_line("a,", "a|");
	check_line(",", "|");
	check_line("\"a,b\",\" c \"", "a,b|c");
	check_line("a;b,c;d", "a|b,c|d");
	check_line("\"a\"\"b\";1", "a\"\"b|1");
	check_line("\"open, never closed", "\"open, never closed");
	check_line("1\t2\t3", "1|2|3");
	CHECK(bv_csv_separator(BV_STR("a;b,c")) == ',' && bv_csv_separator(BV_STR("a\tb;c;d")) == ';' && bv_csv_separator(BV_STR("a")) == ',', "of equals the comma, then the semicolon");
	CHECK_STR(bv_text_unmarked(BV_STR("\xEF\xBB\xBF\xEF\xBB\xBFx")), BV_STR("\xEF\xBB\xBFx"), "one mark is taken off, not two");
	CHECK_STR(bv_text_unmarked(BV_STR("\xEF\xBB")), BV_STR("\xEF\xBB"), "part of one is none");
	CHECK(bv_text_unmarked(BV_STR_NONE).len == 0, "nothing has none");
	return check_end();
}
