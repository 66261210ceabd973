/* Documents of several pages: how many pages, what is refused, that a document that went wrong says so at its end. */
#include "tests/check.h"
#include "certs/certs.h"

/* Pages of a PDF that cairo wrote, which numbers them in comments. */
static size_t
pages(struct bv_str pdf)
{
	static const char mark[] = "/Type /Page %";
	size_t n = 0;

	for (size_t i = 0; i + sizeof mark - 1 <= pdf.len; i++)
		n += memcmp(pdf.p + i, mark, sizeof mark - 1) == 0;
	return n;
}

static size_t
pages_of(size_t paragraphs, size_t rows, struct bv_err *err)
{
	BV_AUTO(bv_document_free) struct bv_document *d = bv_document_new(BV_STR("Biên bản"), 1795000000);
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_PDF_MAX);
	const struct bv_document_column columns[] = { { BV_STR("TT"), 20, true }, { BV_STR("Họ và tên"), 145, false } };
	const struct bv_str cells[] = { BV_STR("1"), BV_STR("Nguyễn Thị Phượng") };

	for (size_t i = 0; i < paragraphs; i++)
		bv_document_text(d, BV_DOCUMENT_TEXT, BV_STR("Độc lập, tự do, hạnh phúc: một đoạn văn dài hơn một dòng để nó phải xuống dòng ở lề phải của trang giấy khổ A4."));
	if (rows)
		bv_document_table(d, columns, BV_COUNT(columns));
	for (size_t i = 0; i < rows; i++)
		bv_document_row(d, cells);
	return bv_document_end(&out, d, err) == BV_OK ? pages(bv_buf_str(&out)) : 0;
}

int
main(void)
{
	struct bv_err err;

	size_t one = pages_of(1, 3, &err);
	CHECK(one == 1, "a short document has one page, not %zu: %s", one, one ? "" : err.msg);
	size_t text = pages_of(40, 0, &err), table = pages_of(0, 100, &err);
	CHECK(text >= 2 && text <= 4, "40 paragraphs have %zu pages", text);
	CHECK(table >= 2 && table <= 5, "100 rows have %zu pages", table);

	BV_AUTO(bv_document_free) struct bv_document *d = bv_document_new(BV_STR("x"), 0);
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_PDF_MAX), small = BV_BUF(100);
	bv_document_text(d, BV_DOCUMENT_TEXT, BV_STR("\xf0\x93\x80\x80")); /* a hieroglyph */
	bv_document_text(d, BV_DOCUMENT_TEXT, BV_STR("more"));
	CHECK(bv_document_end(&out, d, &err) == BV_EIO && !out.len && strstr(err.msg, "font"), "a letter that the font does not have is told at the end: %s", err.msg);

	BV_AUTO(bv_document_free) struct bv_document *good = bv_document_new(BV_STR("x"), 0);
	CHECK(bv_document_end(&small, good, &err) == BV_ELIMIT, "a document that is longer than its buffer");

	BV_AUTO(bv_document_free) struct bv_document *unused = bv_document_new(BV_STR("x"), 0);
	bv_document_text(unused, BV_DOCUMENT_TITLE, BV_STR("thrown away"));
	bv_document_free(bv_steal(&unused));
	bv_pdf_end();
	return check_end();
}
