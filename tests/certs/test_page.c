/* Templates and pages: what is refused and where, fields, dates, letters, QR symbols. */
#include "base/file.h"
#include "tests/certs/sample.h"
#include "tests/check.h"

#define HEAD "<certificate-template xmlns=\"https://bangvang.vn/ns/certificate-template/1\" identifier=\"t\" version=\"1\" width=\"210\" height=\"297\" "
#define ROOT HEAD "font=\"Liberation Serif\" address=\"https://a.example/v\" offset=\"+07:00\" decimal=\",\">\n"
#define END "</certificate-template>"

static void
templates(void)
{
	static const struct {
		const char *name, *xml, *said; /* NULL: accepted */
		int line;
	} cases[] = {
		{ "nothing on it", ROOT END, NULL, 0 },
		{ "every shape",
		  ROOT "<title>t</title><note>n</note><word field=\"level\" value=\"L2\" vi=\"a\" en=\"b\"/><rect x=\"1\" y=\"1\" width=\"1\" height=\"1\" fill=\"none\"/><line x=\"1\" y=\"1\"/>"
		       "<path x=\"0\" y=\"0\" d=\"M 0 0 L 1 1 C 1 2 3 4 5 6 Z\"/><rosette x=\"1\" y=\"1\" width=\"9\"/><text x=\"1\" y=\"1\" width=\"9\">a <b>{holder}<i>b</i></b><br/></text>"
		       "<chart x=\"1\" y=\"1\" width=\"100\" height=\"50\"/><qr x=\"1\" y=\"1\" width=\"30\"/>" END, NULL, 0 },
		{ "another document", "<a/>", "the document is not", 1 },
		{ "another namespace", "<certificate-template xmlns=\"urn:x\"/>", "the document is not", 1 },
		{ "no width", "<certificate-template xmlns=\"https://bangvang.vn/ns/certificate-template/1\" identifier=\"t\" version=\"1\" height=\"9\" font=\"f\" address=\"a\" offset=\"+07:00\"/>", "'width' is missing", 1 },
		{ "no local time", HEAD "font=\"f\" address=\"a\" offset=\"7\"/>", "'offset'", 1 },
		{ "a day of 25 hours", HEAD "font=\"f\" address=\"a\" offset=\"+15:00\"/>", "'offset'", 1 },
		{ "decimal", HEAD "font=\"f\" address=\"a\" offset=\"+07:00\" decimal=\";\"/>", "'decimal'", 1 },
		{ "an attribute too many", HEAD "font=\"f\" address=\"a\" offset=\"+07:00\" colour=\"x\"/>", "no attribute 'colour'", 1 },
		{ "an unknown element", ROOT "<image x=\"1\" y=\"1\"/>" END, "<image>", 2 },
		{ "no place", ROOT "\n<line y=\"1\"/>" END, "'x' is missing", 3 },
		{ "a place beyond", ROOT "<line x=\"1201\" y=\"1\"/>" END, "bounds", 2 },
		{ "no number", ROOT "<line x=\"one\" y=\"1\"/>" END, "bounds", 2 },
		{ "not a number", ROOT "<line x=\"NaN\" y=\"1\"/>" END, "bounds", 2 },
		{ "no colour", ROOT "<line x=\"1\" y=\"1\" colour=\"red\"/>" END, "colour", 2 },
		{ "a colour too long", ROOT "<line x=\"1\" y=\"1\" colour=\"#1122334\"/>" END, "colour", 2 },
		{ "a misspelt attribute", ROOT "<line x=\"1\" y=\"1\" color=\"#112233\"/>" END, "no attribute 'color'", 2 },
		{ "an unknown field", ROOT "<text x=\"1\" y=\"1\" width=\"9\">{name}</text>" END, "{name}", 2 },
		{ "a field inside", ROOT "<text x=\"1\" y=\"1\" width=\"9\"><b>{awarded}</b></text>" END, "{awarded}", 2 },
		{ "a brace alone", ROOT "<text x=\"1\" y=\"1\" width=\"9\">a } b</text>" END, "no field", 2 },
		{ "a brace that does not close", ROOT "<text x=\"1\" y=\"1\" width=\"9\">a { b</text>" END, "no field", 2 },
		{ "a condition on nothing", ROOT "<text x=\"1\" y=\"1\" width=\"9\" if=\"nam\">a</text>" END, "names no field", 2 },
		{ "markup", ROOT "<text x=\"1\" y=\"1\" width=\"9\"><u>a</u></text>" END, "not <u>", 2 },
		{ "an alignment", ROOT "<text x=\"1\" y=\"1\" width=\"9\" align=\"justify\">a</text>" END, "left, center or right", 2 },
		{ "a weight", ROOT "<text x=\"1\" y=\"1\" width=\"9\" weight=\"heavy\">a</text>" END, "another value", 2 },
		{ "a least size above the size", ROOT "<text x=\"1\" y=\"1\" width=\"9\" size=\"9\" least=\"10\">a</text>" END, "bounds", 2 },
		{ "a word without English", ROOT "<word field=\"level\" value=\"1\" vi=\"a\"/>" END, "'en' is missing", 2 },
		{ "no XML", "{", "", 1 },
	};
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_page_template_free) struct bv_page_template *t = NULL;
		enum bv_status status = bv_page_template_parse(&t, bv_str_of(cases[i].xml), &err);
		bool good = cases[i].said ? status != BV_OK && strstr(err.msg, cases[i].said) && err.line == cases[i].line : status == BV_OK;
		if (!CHECK(good, "template: %s", cases[i].name))
			printf("# %s line %d: %s\n", bv_status_name(status), err.line, status ? err.msg : "-");
	}
}

static void
limits(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_PAGE_TEMPLATE_MAX);
	struct bv_err err;

	for (int count = 512; count <= 513; count++) {
		BV_AUTO(bv_page_template_free) struct bv_page_template *t = NULL;
		bv_buf_clear(&xml);
		bv_buf_addz(&xml, ROOT);
		for (int i = 0; i < count; i++)
			bv_buf_addz(&xml, "<line x=\"1\" y=\"1\"/>");
		bv_buf_addz(&xml, END);
		enum bv_status status = bv_page_template_parse(&t, bv_buf_str(&xml), &err);
		CHECK(status == (count == 512 ? BV_OK : BV_ELIMIT), "%d elements", count);
	}
	for (int count = 128; count <= 129; count++) {
		BV_AUTO(bv_page_template_free) struct bv_page_template *t = NULL;
		bv_buf_clear(&xml);
		bv_buf_addz(&xml, ROOT);
		for (int i = 0; i < count; i++)
			bv_buf_printf(&xml, "<word field=\"level\" value=\"%d\" vi=\"a\" en=\"b\"/>", i);
		bv_buf_addz(&xml, END);
		enum bv_status status = bv_page_template_parse(&t, bv_buf_str(&xml), &err);
		CHECK(status == (count == 128 ? BV_OK : BV_ELIMIT), "%d words", count);
	}
}

/* ---- Pages ---- */

static void
issue(struct bv_buf *out, const struct bv_credential_facts *facts)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("page", SAMPLE_DID);
	struct bv_err err;

	bv_buf_clear(out);
	if (bv_credential_issue(out, facts, signer, &err) != BV_OK)
		abort();
}

/* A page with that text on it; the error's message in err. */
static enum bv_status
page_with(struct bv_buf *out, const char *shape, const struct bv_credential_facts *facts, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1 << 20), json = BV_BUF(BV_CREDENTIAL_MAX);
	BV_AUTO(bv_page_template_free) struct bv_page_template *t = NULL;

	issue(&json, facts);
	bv_buf_printf(&xml, "%s%s%s", ROOT, shape, END);
	TRY(bv_page_template_parse(&t, bv_buf_str(&xml), err));
	struct bv_pdf_page of = { .credential = bv_buf_str(&json) };
	bv_buf_clear(out);
	return bv_pdf_render(out, t, &of, err);
}

static void
pages(void)
{
	static const struct {
		const char *shape, *said;
		enum bv_status status;
	} cases[] = {
		{ "<text x=\"1\" y=\"1\" width=\"200\">{holder} {licence} {level.vi} {decision.en} {value.IU02} {until.en} {hash} {template.version} {issuer.url} {criteria}</text>", NULL, BV_EINVAL },
		{ "<text x=\"1\" y=\"1\" width=\"200\" lines=\"9\">{holder} {licence} {level.vi} {decision.en} {value.IU02} {until.en} {hash} {template.version} {issuer.url} {criteria}</text>", NULL, BV_OK },
		{ "<text x=\"1\" y=\"1\" width=\"20\" size=\"30\">{holder}</text>", "does not fit into 20 mm", BV_EINVAL },
		{ "<text x=\"1\" y=\"1\" width=\"20\" size=\"30\" least=\"5\">{holder}</text>", NULL, BV_OK },
		{ "<text x=\"1\" y=\"1\" width=\"99\">{value.IU99}</text>", "has no 'value.IU99'", BV_EINVAL },
		{ "<text x=\"1\" y=\"1\" width=\"99\" if=\"value.IU99\">{value.IU99}</text>", NULL, BV_OK },
		{ "<text x=\"1\" y=\"1\" width=\"99\" font=\"Nowhere\">a</text>", "'Nowhere' is not installed", BV_EIO },
		{ "<text x=\"1\" y=\"1\" width=\"99\">漢</text>", "all letters of", BV_EIO },
		{ "<path x=\"0\" y=\"0\" d=\"M 1\"/>", "path:", BV_EINVAL },
		{ "<path x=\"0\" y=\"0\" d=\"Q 1 1\"/>", "path:", BV_EINVAL },
		{ "<path x=\"0\" y=\"0\" d=\"M 1 99999\"/>", "path:", BV_EINVAL },
		{ "<chart x=\"1\" y=\"1\" width=\"100\" height=\"60\"/>", NULL, BV_OK },
		{ "<qr x=\"1\" y=\"1\" width=\"40\"/>", NULL, BV_OK },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_PDF_MAX);
	struct bv_credential_facts facts = sample_facts();
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		enum bv_status status = page_with(&out, cases[i].shape, &facts, &err);
		bool good = status == cases[i].status && (!cases[i].said || strstr(err.msg, cases[i].said)) && (status == BV_OK || err.line == 2);
		if (!CHECK(good, "page %zu", i))
			printf("# %s line %d: %s\n", bv_status_name(status), err.line, status ? err.msg : "-");
	}
	facts.holder_hashed = true;
	CHECK_REFUSED(page_with(&out, "<text x=\"1\" y=\"1\" width=\"99\">{holder}</text>", &facts, &err), BV_EINVAL, &err, "has no 'holder'", "a hashed name is not shown");
}

static void
credentials(void)
{
	BV_AUTO(bv_page_template_free) struct bv_page_template *t = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_PDF_MAX), json = BV_BUF(BV_CREDENTIAL_MAX), png = BV_BUF(1 << 24);
	struct bv_credential_facts facts = sample_facts();
	struct bv_err err;

	if (bv_page_template_parse(&t, bv_str_of(ROOT END), &err) != BV_OK)
		abort();
	struct bv_pdf_page of = { .credential = BV_STR("{}") };
	CHECK_REFUSED(bv_pdf_render(&out, t, &of, &err), BV_EINVAL, &err, "VerifiableCredential", "no certificate");
	of.credential = BV_STR("{");
	CHECK_REFUSED(bv_pdf_render(&out, t, &of, &err), BV_EPARSE, &err, "", "no JSON");
	of.credential = BV_STR("{\"type\":[\"VerifiableCredential\"]}");
	CHECK_REFUSED(bv_pdf_render(&out, t, &of, &err), BV_EINVAL, &err, "not signed", "not signed");
	issue(&json, &facts);
	of.credential = bv_buf_str(&json);
	CHECK_REFUSED(bv_page_png(&png, t, &of, 19, &err), BV_EINVAL, &err, "20 to 1200", "too coarse");
	CHECK_OK(bv_page_png(&png, t, &of, 20, &err), &err, "a coarse picture");
	CHECK(png.len > 8 && memcmp(png.p, "\x89PNG", 4) == 0, "is a PNG");
}

/* ---- What is told of a page ---- */

struct heard {
	struct bv_buf texts, fields, faults;
	double right, size;
};

static void
hear_text(void *ctx, const struct bv_page_said *said)
{
	struct heard *h = ctx;

	bv_buf_printf(&h->texts, "%d:%d %.*s|", said->part, said->line, BV_STR_ARG(said->text));
	h->right = said->x + said->width;
	h->size = said->size;
}

static void
hear_field(void *ctx, struct bv_str name)
{
	bv_buf_printf(&((struct heard *)ctx)->fields, "%.*s ", BV_STR_ARG(name));
}

static void
hear_fault(void *ctx, const struct bv_err *err)
{
	bv_buf_printf(&((struct heard *)ctx)->faults, "%d %s|", err->line, err->rule ? err->rule : "-");
}

static void
watched(void)
{
	struct heard h = { .texts = BV_BUF(4000), .fields = BV_BUF(4000), .faults = BV_BUF(4000) };
	const struct bv_page_watch watch = { hear_text, hear_field, hear_fault, &h };
	BV_AUTO(bv_page_template_free) struct bv_page_template *t = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(BV_CREDENTIAL_MAX), png = BV_BUF(1 << 24);
	struct bv_credential_facts facts = sample_facts();
	struct bv_str families[BV_PAGE_FAMILIES_MAX];
	size_t count;
	double width, height;
	struct bv_err err;

	issue(&json, &facts);
	CHECK_OK(bv_page_template_parse(&t, BV_STR(ROOT "<title>Một</title><title xml:lang=\"vi\"> Hai </title><title xml:lang=\"en\">Two</title>"
	                                           "<text x=\"1\" y=\"1\" width=\"20\" size=\"30\">{holder}</text>\n<path x=\"0\" y=\"0\" d=\"M 1\"/><text x=\"1\" y=\"1\" width=\"9\">{value.IU99}</text>\n"
	                                           "<text x=\"1\" y=\"1\" width=\"9\" font=\"Nowhere\">a</text>\n<chart x=\"1\" y=\"20\" width=\"100\" height=\"60\"/>\n<qr x=\"1\" y=\"1\" width=\"40\"/>"
	                                           "<text x=\"100\" y=\"1\" width=\"60\" size=\"12\" align=\"right\" case=\"upper\">{licence} ở</text>" END),
	                                &err),
	         &err, "a page with faults");
	struct bv_pdf_page of = { .credential = bv_buf_str(&json), .watch = &watch };
	CHECK_OK(bv_page_png(&png, t, &of, 20, &err), &err, "is drawn without them");
	CHECK(strcmp(h.faults.p, "2 text-does-not-fit|3 path-is-wrong|3 field-is-missing|4 -|") == 0, "which are told: %s", h.faults.p);
	CHECK(strstr(h.texts.p, "1:5 Hiểu biết về CNTT cơ bản / Basic knowledge of IT: 8,50 / 10 (≥ 4)|") && strstr(h.texts.p, "2:6 https://a.example/v#") &&
	          strstr(h.texts.p, "0:6 BV-2026-000123 Ở|") && !strstr(h.texts.p, "Tuyết"), "what stands on it: %s", h.texts.p);
	CHECK(strcmp(h.fields.p, "holder licence ") == 0, "its fields: %s", h.fields.p);
	CHECK(h.size == 12 && h.right > 158.5 && h.right < 160.5, "and where: to %f mm", h.right);
	CHECK(bv_str_is(bv_page_template_name(t).title, "Hai"), "the Vietnamese title");
	bv_page_template_size(t, &width, &height);
	CHECK(width == 210 && height == 297, "and the size");
	CHECK(bv_page_families(families, &count, t, &err) == BV_OK && count == 2 && bv_str_is(families[0], "Liberation Serif") && bv_str_is(families[1], "Nowhere"), "two families of fonts");
	BV_AUTO(bv_page_template_free) struct bv_page_template *three = NULL;
	CHECK_OK(bv_page_template_parse(&three, BV_STR(ROOT "<text x=\"1\" y=\"1\" width=\"9\" font=\"A\">a</text>\n<text x=\"1\" y=\"1\" width=\"9\" font=\"B\">a</text>" END), &err), &err, "three can be read");
	CHECK(bv_page_families(families, &count, three, &err) == BV_ELIMIT && err.line == 3, "and are too many to be opened beforehand");
	bv_page_family_open(BV_STR("Nowhere"));
	bv_page_family_open(BV_STR("Liberation Serif"));
	bv_buf_finish(&h.texts);
	bv_buf_finish(&h.fields);
	bv_buf_finish(&h.faults);
}

/* ---- Symbols ---- */

static void
symbols(void)
{
	struct bv_qr_symbol symbol;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(10000), png = BV_BUF(1 << 20);
	struct bv_err err;

	/* ISO/IEC 18004 table 7: level M holds 34 digits in version 1, 7,089 - … in 40; 909 digits in 14. */
	for (int i = 0; i < 34; i++)
		bv_buf_addc(&text, '7');
	CHECK(bv_qr_symbol(&symbol, bv_buf_str(&text), 14, &err) == BV_OK && symbol.version == 1 && symbol.size == 21, "34 digits are version 1-M");
	bv_buf_addc(&text, '7');
	CHECK(bv_qr_symbol(&symbol, bv_buf_str(&text), 14, &err) == BV_OK && symbol.version == 2, "35 are not");
	while (text.len < 871)
		bv_buf_addc(&text, '7');
	CHECK(bv_qr_symbol(&symbol, bv_buf_str(&text), 14, &err) == BV_OK && symbol.version == 14 && symbol.size == 73, "871 digits are version 14-M");
	bv_buf_addc(&text, '7');
	CHECK_REFUSED(bv_qr_symbol(&symbol, bv_buf_str(&text), 14, &err), BV_ELIMIT, &err, "14-M", "872 are not");
	CHECK_REFUSED(bv_qr_symbol(&symbol, BV_STR(""), 14, &err), BV_EINVAL, &err, "1 to", "nothing");
	CHECK_REFUSED(bv_qr_symbol(&symbol, BV_STR("a\0b"), 14, &err), BV_EINVAL, &err, "NUL", "a NUL");
	CHECK_OK(bv_qr_png(&png, BV_STR("https://a.example/v#1"), 4, &err), &err, "a picture");
	CHECK_REFUSED(bv_qr_png(&png, BV_STR("a"), 0, &err), BV_EINVAL, &err, "1 to 40", "of no size");
	CHECK_REFUSED(bv_qr_png(&png, BV_STR("a"), 41, &err), BV_EINVAL, &err, "1 to 40", "too large");
}

int
main(void)
{
	templates();
	limits();
	pages();
	credentials();
	watched();
	symbols();
	bv_pdf_end();
	return check_end();
}
