/* Broken and crafted PDF files: each is the small good one below with one thing changed. */
#define _GNU_SOURCE
#include "certs/pdf/pdf_seal.h"
#include "certs/pdf/pdf_update.h"
#include "tests/check.h"

/* "@N" in the table becomes the place of object N, "@x" that of the table. Same lengths, so that places stay. */
static const char good[] =
	"%PDF-1.4\n"
	"1 0 obj\n<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [ (a.txt) 6 0 R ] >> >> /AcroForm << /Fields [ 3 0 R ] >> >>\nendobj\n"
	"2 0 obj\n<< /Type /Pages /Kids [ 5 0 R ] /Count 1 >>\nendobj\n"
	"3 0 obj\n<< /FT /Sig /V 4 0 R >>\nendobj\n"
	"4 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (D:20261122093000Z) /ByteRange [0 @g @h @r] /Contents <00> >>\nendobj\n"
	"5 0 obj\n<< /Type /Page >>\nendobj\n"
	"6 0 obj\n<< /Type /Filespec /EF << /F 7 0 R >> >>\nendobj\n"
	"7 0 obj\n<< /Length 5 >>\nstream\nhello\nendstream\nendobj\n"
	"xref\n0 8\n0000000000 65535 f \n@1 00000 n \n@2 00000 n \n@3 00000 n \n@4 00000 n \n@5 00000 n \n@6 00000 n \n@7 00000 n \n"
	"trailer\n<< /Size 8 /Root 1 0 R >>\nstartxref\n@x\n%%EOF\n";

static size_t
place(const struct bv_buf *file, const char *what)
{
	const char *at = memmem(file->p, file->len, what, strlen(what));

	return at ? (size_t)(at - file->p) : 0;
}

/* Puts numbers, each in ten characters, where the marks are. */
static void
build(struct bv_buf *out, const char *text)
{
	static const char marks[] = "ghrx1234567";

	bv_buf_clear(out);
	for (const char *p = text; *p; p++) {
		if (*p == '@' && strchr(marks, p[1]))
			bv_buf_printf(out, "\001%c########", *++p);
		else
			bv_buf_addc(out, *p);
	}
	for (const char *m = marks; *m; m++) {
		char mark[3] = { 1, *m, 0 }, head[16], number[16];
		size_t gap = place(out, "<00>");
		snprintf(head, sizeof head, "%c 0 obj", *m);
		size_t n = *m == 'g' ? gap : *m == 'h' ? gap + 4 : *m == 'r' ? out->len - gap - 4 : *m == 'x' ? place(out, "xref\n") : place(out, head);
		snprintf(number, sizeof number, "%010zu", n);
		for (size_t at; (at = place(out, mark)) > 0;)
			memcpy(out->p + at, number, 10);
	}
}

static const struct {
	const char *name, *old, *new, *said; /* said NULL: it is read, and its seal is found */
} cases[] = {
	{ "the good one", "", "", NULL },
	{ "another version", "%PDF-1.4", "%PDF-2.0", "%PDF-1." },
	{ "no table where it says", "startxref\n@x", "startxref\n0000000009", "no cross-reference table" },
	{ "no place of the table", "startxref", "startxrex", "does not end with the place" },
	{ "its place is no number", "startxref\n@x", "startxref\nx123456789", "does not end with" },
	{ "a place beyond the file", "startxref\n@x", "startxref\n9999999999", "does not end with" },
	{ "no end", "%%EOF\n", "%%EOX\n", "place of its own table" },
	{ "no trailer", "trailer\n", "trayler\n", "broken near" },
	{ "a trailer that is no dictionary", "<< /Size 8 /Root 1 0 R >>", "[  /Size 8 /Root 1 0 R  ]", "no dictionary" },
	{ "a hybrid file", "<< /Size 8 /Root 1 0 R >>", "<< /XRefStm 9 /Root 1 0 R >>", "hybrid" },
	{ "a table before that lies behind", "<< /Size 8 /Root 1 0 R >>", "<< /Prev 99999 /Root 1 0 R >>", "not before it" },
	{ "a table before that is none", "<< /Size 8 /Root 1 0 R >>", "<< /Prev 9 /Root 1 0 R >>", "no cross-reference table" },
	{ "no root", "/Root 1 0 R", "/Rooo 1 0 R", "no catalog" },
	{ "a root that is a page", "/Root 1 0 R", "/Root 5 0 R", "no catalog" },
	{ "a root that does not exist", "/Root 1 0 R", "/Root 9 0 R", "no catalog" },
	{ "a root of another generation", "/Root 1 0 R", "/Root 1 1 R", "no catalog" },
	{ "too many objects", "0 8\n", "0 8193\n", "broken" },
	{ "a section without a count", "0 8\n", "0 x\n", "broken" },
	{ "an entry of nineteen bytes", "@2 00000 n \n", "@2 00000 n\n", "broken" },
	{ "an entry of another kind", "@2 00000 n \n", "@2 00000 x \n", "broken" },
	{ "an entry of another generation", "@2 00000 n \n", "@2 00001 n \n", "broken" },
	{ "an object elsewhere", "@2 00000 n \n", "@3 00000 n \n", "is not where" },
	{ "an object beyond the table", "@2 00000 n \n", "@x 00000 n \n", "broken, or points outside" },
	{ "an object that is listed twice", "@1 00000 n \n@2 00000 n \n@3 00000 n \n@4 00000 n \n@5 00000 n \n@6 00000 n \n@7 00000 n \n",
	  "@1 00000 n \n@2 00000 n \n@3 00000 n \n@4 00000 n \n@5 00000 n \n@6 00000 n \n@7 00000 n \n1 1\n@1 00000 n \n", "listed twice" },
	{ "an object whose value is broken", "<< /Type /Page >>", "<< /Type /Page > ", "is not where" },
	{ "number 0 in use", "0000000000 65535 f ", "@1 00000 n ", "points outside" },
	{ "no form", "/AcroForm", "/AcroFoam", "has no seal" },
	{ "two fields", "/Fields [ 3 0 R ]", "/Fields [ 3 0 R 3 0 R ]", "exactly one seal" },
	{ "no field", "/Fields [ 3 0 R ]", "/Fields [ ]", "exactly one seal" },
	{ "another kind of field", "/FT /Sig", "/FT /Btn", "ETSI.CAdES" },
	{ "another kind of seal", "ETSI.CAdES.detached", "adbe.pkcs7.detached", "ETSI.CAdES" },
	{ "no ByteRange", "/ByteRange", "/ByteRanje", "ByteRange of four" },
	{ "a ByteRange of three", "[0 @g @h @r]", "[0 @g @h]", "ByteRange of four" },
	{ "a ByteRange that does not begin at 0", "[0 @g", "[1 @g", "ByteRange of four" },
	{ "a negative ByteRange", "[0 @g @h @r]", "[0 -00000009 @h @r]", "ByteRange of four" },
	{ "a ByteRange that leaves out more", "[0 @g @h @r]", "[0 @g @x @r]", "leaves out other bytes" },
	{ "a ByteRange that begins the gap before", "[0 @g @h @r]", "[0 @1 @h @r]", "leaves out other bytes" },
	{ "a ByteRange that ends early", "[0 @g @h @r]", "[0 @g @h 0000000009]", "does not cover the whole file" },
	{ "a ByteRange that ends late", "[0 @g @h @r]", "[0 @g @h 9999999999]", "does not cover the whole file" },
	{ "contents that are no hexadecimal", "/Contents <00>", "/Contents (00)", "ByteRange" },
	{ "no time", "/M (D:20261122093000Z)", "/N (D:20261122093000Z)", "when it was made" },
	{ "a time that does not exist", "20261122093000Z", "20261322093000Z", "when it was made" },
	{ "a local time", "20261122093000Z", "20261122093000+", "when it was made" },
};

/* A case's file; false: its old text is not in the good one. */
static bool
build_case(struct bv_buf *out, const char *old, const char *new)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1 << 20);
	const char *at = strstr(good, old);

	if (!at)
		return false;
	bv_buf_add(&text, (struct bv_str){ good, (size_t)(at - good) });
	bv_buf_addz(&text, new);
	bv_buf_addz(&text, at + strlen(old));
	build(out, text.p);
	return true;
}

static void
files(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(1 << 20);
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(pdf_file_finish) struct pdf_file file = { 0 };
		BV_AUTO(pdf_seal_finish) struct pdf_seal seal = { 0 };
		bool there = build_case(&bytes, cases[i].old, cases[i].new);
		enum bv_status status = pdf_file_read(&file, bv_buf_str(&bytes), &err);
		if (status == BV_OK)
			status = pdf_seal_find(&seal, &file, &err);
		bool right = there && (cases[i].said ? status != BV_OK && strstr(err.msg, cases[i].said) : status == BV_OK);
		if (!CHECK(right, "file: %s", cases[i].name))
			printf("# %s: %s\n", bv_status_name(status), status ? err.msg : there ? "-" : "no such text");
	}
}

static void
attachments(void)
{
	static const struct {
		const char *name, *old, *new, *said;
	} attached[] = {
		{ "the good one", "", "", NULL },
		{ "another name", "(a.txt)", "(b.txt)", "no file 'a.txt'" },
		{ "the name twice", "(a.txt) 6 0 R", "(a.txt) 6 0 R (a.txt) 6 0 R", "two files" },
		{ "no contents", "/EF << /F 7 0 R >>", "/EF << /G 7 0 R >>", "no contents" },
		{ "contents that do not exist", "/F 7 0 R", "/F 9 0 R", "no stream" },
		{ "contents that are a page", "/F 7 0 R", "/F 5 0 R", "no length" },
		{ "packed", "/Length 5", "/Length 5 /Filter /FlateDecode", "packed" },
		{ "a length too short", "/Length 5", "/Length 4", "does not end" },
		{ "a length too long", "/Length 5", "/Length 9999999", "no length" },
		{ "a length elsewhere", "/Length 5", "/Length 5 0 R", "no length" },
		{ "another file", "/Length 5", "/Length 5 /F (x)", "elsewhere" },
		{ "an end too early", "hello\n", "hell\n\n", NULL },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(1 << 20);
	struct bv_str text;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(attached); i++) {
		BV_AUTO(pdf_file_finish) struct pdf_file file = { 0 };
		bool there = build_case(&bytes, attached[i].old, attached[i].new);
		enum bv_status status = pdf_file_read(&file, bv_buf_str(&bytes), &err);
		if (status == BV_OK)
			status = pdf_attachment(&text, &file, "a.txt", &err);
		bool right = there && (attached[i].said ? status != BV_OK && strstr(err.msg, attached[i].said) : status == BV_OK && text.len == 5);
		if (!CHECK(right, "attachment: %s", attached[i].name))
			printf("# %s: %s\n", bv_status_name(status), status ? err.msg : "-");
	}
}

/* Eight revisions are read, nine are not; a later one has the newer object. */
static void
revisions(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(1 << 20);
	struct bv_err err;

	build(&bytes, good);
	for (int i = 2; i <= PDF_REVISIONS_MAX + 1; i++) {
		BV_AUTO(pdf_file_finish) struct pdf_file file = { 0 };
		BV_AUTO(bv_buf_finish) struct bv_buf next = BV_BUF(1 << 20);
		struct pdf_update update;
		if (!CHECK(pdf_file_read(&file, bv_buf_str(&bytes), &err) == BV_OK && file.revision_count == (size_t)i - 1, "%d revisions", i - 1))
			return;
		pdf_update_begin(&update, &next, &file);
		pdf_update_open(&update, 5);
		bv_buf_printf(&next, "<< /Type /Page /Rotate %d >>", i);
		pdf_update_close(&update);
		CHECK_OK(pdf_update_end(&update, NULL, &err), &err, "one more");
		bv_buf_clear(&bytes);
		bv_buf_add(&bytes, bv_buf_str(&next));
		BV_AUTO(pdf_file_finish) struct pdf_file again = { 0 };
		enum bv_status status = pdf_file_read(&again, bv_buf_str(&bytes), &err);
		uint64_t turned = 0;
		if (i <= PDF_REVISIONS_MAX)
			CHECK(status == BV_OK && pdf_int(pdf_find(pdf_object(&again, 5)->value, "Rotate"), &turned) && turned == (uint64_t)i, "the newest page counts");
		else
			CHECK_REFUSED(status, BV_ELIMIT, &err, "revisions", "one too many");
	}
}

/* Strings inside each other, each the value of an object. */
static void
overlapping(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(1 << 20), table = BV_BUF(1 << 20);
	BV_AUTO(pdf_file_finish) struct pdf_file file = { 0 };
	struct bv_err err;

	bv_buf_addz(&bytes, "%PDF-1.4\n");
	for (int i = 1; i < 500; i++) {
		bv_buf_printf(&table, "%010zu 00000 n \n", bytes.len);
		bv_buf_printf(&bytes, "%d 0 obj (", i);
	}
	for (int i = 1; i < 500; i++)
		bv_buf_addz(&bytes, ")");
	size_t at = bytes.len + 1;
	bv_buf_printf(&bytes, "\nxref\n0 500\n0000000000 65535 f \n%strailer\n<< /Size 500 /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", table.p, at);
	CHECK_REFUSED(pdf_file_read(&file, bv_buf_str(&bytes), &err), BV_EPARSE, &err, "overlap", "objects inside each other");
}

static void
texts(void)
{
	static const struct {
		const char *text, *pdf;
	} written[] = { { "plain", "(plain)" }, { "a(b)", "<FEFF0061002800620029>" }, { "Đạt", "<FEFF01101EA10074>" }, { "😀", "<FEFFD83DDE00>" }, { "", "()" } };

	for (size_t i = 0; i < BV_COUNT(written); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1000);
		pdf_write_text(&out, bv_str_of(written[i].text));
		CHECK_STR(bv_buf_str(&out), bv_str_of(written[i].pdf), written[i].text);
	}
}

int
main(void)
{
	files();
	attachments();
	revisions();
	overlapping();
	texts();
	return check_end();
}
