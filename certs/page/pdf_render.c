/* The PDF of a certificate before it is sealed: a page by cairo and pango, and what it was drawn from, attached. The same input gives the same bytes with the
 * same versions of the libraries and fonts, so that a page can be drawn again and compared. */
#include <cairo-pdf.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "certs/page/page.h"
#include "certs/pdf.h"
#include "certs/pdf/pdf_update.h"

enum { PNG_DPI_LEAST = 20, PNG_DPI_MOST = 1200 };

/* ---- The page ---- */

static cairo_status_t
add_bytes(void *out, const unsigned char *bytes, unsigned int len)
{
	bv_buf_add(out, (struct bv_str){ (const char *)bytes, len });
	return ((struct bv_buf *)out)->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

PangoContext *
page_context(cairo_t *cr)
{
	PangoContext *pango = pango_cairo_create_context(cr);
	cairo_font_options_t *options = cairo_font_options_create();

	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(pango, options);
	cairo_font_options_destroy(options);
	pango_cairo_context_set_resolution(pango, 72);
	pango_context_set_language(pango, pango_language_from_string("vi"));
	pango_context_set_base_dir(pango, PANGO_DIRECTION_LTR);
	pango_context_set_round_glyph_positions(pango, FALSE);
	return pango;
}

static enum bv_status
draw(cairo_surface_t *surface, double scale, struct page *page, struct bv_err *err)
{
	page->cr = cairo_create(surface);
	cairo_scale(page->cr, scale, scale);
	page->pango = page_context(page->cr);
	enum bv_status status = page_draw(page, err);
	if (status == BV_OK && cairo_status(page->cr) != CAIRO_STATUS_SUCCESS)
		status = bv_err_set(err, BV_EINVAL, "the page cannot be drawn: %s", cairo_status_to_string(cairo_status(page->cr)));
	g_object_unref(page->pango);
	cairo_destroy(page->cr);
	return status;
}

static void
set_about(cairo_surface_t *surface, cairo_pdf_metadata_t key, struct bv_str text)
{
	if (!text.len)
		return;
	char *z = bv_str_dup(text);
	cairo_pdf_surface_set_metadata(surface, key, z);
	free(z);
}

static void
set_metadata(cairo_surface_t *surface, struct page *page)
{
	char when[BV_TIME_SIZE];

	bv_time_write(when, page->facts->created_s);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, when);
	set_about(surface, CAIRO_PDF_METADATA_TITLE, page_field(page->facts, BV_STR("name.vi")));
	set_about(surface, CAIRO_PDF_METADATA_AUTHOR, page_field(page->facts, BV_STR("issuer.vi")));
	set_about(surface, CAIRO_PDF_METADATA_SUBJECT, page_field(page->facts, BV_STR("licence")));
}

static enum bv_status
draw_pdf(struct bv_buf *out, struct page *page, struct bv_err *err)
{
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(add_bytes, out, page->t->width * PAGE_MM, page->t->height * PAGE_MM);

	cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_4); /* from 1.5 on newer cairos pack the table of objects */
	set_metadata(surface, page);
	enum bv_status status = draw(surface, 1, page, err);
	cairo_surface_finish(surface);
	cairo_status_t ended = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	TRY(status);
	TRY(bv_buf_check(out, err));
	return ended == CAIRO_STATUS_SUCCESS ? BV_OK : bv_err_set(err, BV_EINVAL, "the page cannot be written: %s", cairo_status_to_string(ended));
}

enum bv_status
page_png(struct bv_buf *out, cairo_surface_t *surface, struct bv_err *err)
{
	cairo_status_t status = cairo_surface_write_to_png_stream(surface, add_bytes, out);

	TRY(bv_buf_check(out, err));
	return status == CAIRO_STATUS_SUCCESS ? BV_OK : bv_err_set(err, BV_EINVAL, "the picture cannot be written: %s", cairo_status_to_string(status));
}

/* ---- What is attached ---- */

struct attachment {
	const char *name, *type, *about; /* type with its '/' as #2F (§7.3.5) */
	struct bv_str bytes;
	uint32_t spec;
};

static void
attach(struct pdf_update *update, struct attachment *a)
{
	uint32_t file = pdf_update_number(update);
	char members[200];

	snprintf(members, sizeof members, "/Type /EmbeddedFile /Subtype /%s /Params << /Size %zu >> ", a->type, a->bytes.len);
	pdf_update_stream(update, file, members, a->bytes);
	a->spec = pdf_update_number(update);
	pdf_update_open(update, a->spec);
	bv_buf_printf(update->out, "<< /Type /Filespec /F (%s) /UF (%s) /Desc (%s) /AFRelationship /Data /EF << /F %u 0 R /UF %u 0 R >> >>", a->name, a->name, a->about,
	              (unsigned)file, (unsigned)file);
	pdf_update_close(update);
}

static void
add_hash(struct bv_buf *out, const char *name, const uint8_t hash[BV_HASH_LEN])
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	bv_buf_printf(out, "/%s <%s> ", name, bv_hex(hex, hash, BV_HASH_LEN));
}

/* What the catalog says of all that: §7.7.4, §14.5, ISO 32000-2 §14.13. */
static void
describe(struct bv_buf *out, const struct page *page, const struct bv_pdf_page *of, const struct attachment *list, size_t count)
{
	uint8_t hash[BV_HASH_LEN];

	bv_buf_addz(out, "/Version /1.7 /Lang (vi) /ViewerPreferences << /DisplayDocTitle true >> /Names << /EmbeddedFiles << /Names [");
	for (size_t i = 0; i < count; i++)
		bv_buf_printf(out, " (%s) %u 0 R", list[i].name, (unsigned)list[i].spec);
	bv_buf_addz(out, " ] >> >> /AF [");
	for (size_t i = 0; i < count; i++)
		bv_buf_printf(out, " %u 0 R", (unsigned)list[i].spec);
	bv_buf_addz(out, " ] /PieceInfo << /BangVang << /LastModified ");
	pdf_write_time(out, page->facts->created_s);
	bv_buf_addz(out, " /Private << ");
	bv_sha256(hash, of->credential);
	add_hash(out, "Credential", hash);
	add_hash(out, "Template", page->t->hash);
	bv_buf_addz(out, "/TemplateName ");
	pdf_write_text(out, page->t->identifier);
	bv_buf_addz(out, " /TemplateVersion ");
	pdf_write_text(out, page->t->version);
	bv_buf_printf(out, " /Drawn (cairo %s pango %s) >> >> >>", cairo_version_string(), pango_version_string());
}

static enum bv_status
attach_all(struct bv_buf *out, struct bv_str drawn, const struct page *page, const struct bv_pdf_page *of, struct bv_err *err)
{
	struct attachment list[4] = {
		{ "certificate.json", "application#2Fvc", "Open Badges 3.0 / VC 2.0", of->credential, 0 },
		{ "certificate.qr.txt", "text#2Fplain", "QR", page->qr, 0 },
		{ "template.xml", "application#2Fxml", "certificate-template", page->t->bytes, 0 },
		{ "certificate.tlog-proof", "text#2Fplain", "C2SP tlog-proof", of->proof, 0 },
	};
	size_t count = of->proof.len ? 4 : 3;
	BV_AUTO(pdf_file_finish) struct pdf_file file = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf more = BV_BUF(64 << 10);
	struct pdf_update update;
	uint8_t id[BV_HASH_LEN];

	TRY(pdf_file_read(&file, drawn, err));
	pdf_update_begin(&update, out, &file);
	for (size_t i = 0; i < count; i++)
		attach(&update, &list[i]);
	describe(&more, page, of, list, count);
	TRY(bv_buf_check(&more, err));
	pdf_update_extend(&update, file.root, pdf_catalog(&file), bv_buf_str(&more));
	bv_sha256(id, bv_buf_str(&more));
	return pdf_update_end(&update, id, err);
}

/* ---- Public ---- */

static enum bv_status
prepare(struct page *page, struct page_facts *facts, struct bv_buf *qr, const struct bv_page_template *t, const struct bv_pdf_page *of, struct bv_err *err)
{
	*page = (struct page){ .t = t, .facts = facts, .qr = of->qr, .watch = of->watch };
	TRY(page_facts_read(facts, t, of->credential, err));
	if (!of->qr.len) {
		bv_buf_printf(qr, "%.*s#%.*s", BV_STR_ARG(t->address), BV_STR_ARG(page_field(facts, BV_STR("id"))));
		page->qr = bv_buf_str(qr);
	}
	return BV_OK;
}

enum bv_status
bv_pdf_render(struct bv_buf *out, const struct bv_page_template *t, const struct bv_pdf_page *of, struct bv_err *err)
{
	BV_AUTO(page_facts_finish) struct page_facts facts = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf drawn = BV_BUF(BV_PDF_MAX), qr = BV_BUF(BV_QR_TEXT_MAX);
	struct page page;

	TRY(prepare(&page, &facts, &qr, t, of, err));
	TRY(draw_pdf(&drawn, &page, err));
	return attach_all(out, bv_buf_str(&drawn), &page, of, err);
}

enum bv_status
bv_page_png(struct bv_buf *out, const struct bv_page_template *t, const struct bv_pdf_page *of, int dpi, struct bv_err *err)
{
	BV_AUTO(page_facts_finish) struct page_facts facts = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf qr = BV_BUF(BV_QR_TEXT_MAX);
	struct page page;

	if (dpi < PNG_DPI_LEAST || dpi > PNG_DPI_MOST)
		return bv_err_set(err, BV_EINVAL, "a picture has %d to %d pixels to the inch", PNG_DPI_LEAST, PNG_DPI_MOST);
	TRY(prepare(&page, &facts, &qr, t, of, err));
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(t->width / 25.4 * dpi), (int)(t->height / 25.4 * dpi));
	cairo_t *ground = cairo_create(surface);
	cairo_set_source_rgb(ground, 1, 1, 1);
	cairo_paint(ground);
	cairo_destroy(ground);
	enum bv_status status = draw(surface, dpi / 72.0, &page, err);
	if (status == BV_OK)
		status = page_png(out, surface, err);
	cairo_surface_destroy(surface);
	return status;
}

/* ---- Fonts ---- */

static GLogWriterOutput
drop(GLogLevelFlags level, const GLogField *fields, gsize count, gpointer ctx)
{
	(void)level, (void)fields, (void)count, (void)ctx;
	return G_LOG_WRITER_HANDLED;
}

/* GLib would look what standard error is, which a process that is shut in must not; what is wrong with a font is told as an error anyhow. */
static void
quiet(void)
{
	g_log_set_writer_func(drop, NULL, NULL);
}

/* A letter of each face, drawn: a face is opened when its first letter is. */
void
bv_page_family_open(struct bv_str family)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 16, 16);
	struct page page = { .cr = cairo_create(surface) };

	pthread_once(&once, quiet);
	page.pango = page_context(page.cr);
	for (int face = 0; face < 4; face++) {
		struct page_type type = { .font = family, .size = 10, .bold = face & 1, .italic = face & 2, .leading = 1 };
		PangoLayout *layout = NULL;
		struct bv_err ignored;
		if (page_layout(&layout, &page, &type, BV_STR("Ậ"), 0, &ignored) != BV_OK)
			break;
		pango_cairo_show_layout(page.cr, layout);
		g_object_unref(layout);
	}
	g_object_unref(page.pango);
	cairo_destroy(page.cr);
	cairo_surface_destroy(surface);
}

enum bv_status
bv_page_families(struct bv_str families[BV_PAGE_FAMILIES_MAX], size_t *count, const struct bv_page_template *t, struct bv_err *err)
{
	families[0] = t->font;
	*count = 1;
	for (size_t i = 0; i < t->shape_count; i++) {
		const struct page_shape *s = &t->shapes[i];
		size_t k = 0;
		while (k < *count && !bv_str_eq(families[k], s->font))
			k++;
		if (k < *count || !s->font.len)
			continue;
		if (*count == BV_PAGE_FAMILIES_MAX)
			return bv_err_at(err, BV_ELIMIT, s->line, "the font '%.*s' is the third: a page has at most %d", BV_STR_ARG(s->font), BV_PAGE_FAMILIES_MAX);
		families[(*count)++] = s->font;
	}
	return BV_OK;
}

void
bv_pdf_end(void)
{
	pango_cairo_font_map_set_default(NULL);
}

/* ---- Drawn again ---- */

static enum bv_status
redraw(struct bv_buf *again, struct bv_str pdf, const struct bv_page_templates *known, struct bv_err *err)
{
	BV_AUTO(pdf_file_finish) struct pdf_file file = { 0 };
	struct bv_pdf_page of = { 0 };
	struct bv_str xml;
	uint8_t hash[BV_HASH_LEN];
	size_t i = 0;

	TRY(pdf_file_read(&file, pdf, err));
	TRY(pdf_attachment(&xml, &file, "template.xml", err));
	TRY(pdf_attachment(&of.credential, &file, "certificate.json", err));
	TRY(pdf_attachment(&of.qr, &file, "certificate.qr.txt", err));
	enum bv_status status = pdf_attachment(&of.proof, &file, "certificate.tlog-proof", err);
	if (status != BV_OK && status != BV_ENOTFOUND)
		return status;
	bv_sha256(hash, xml);
	while (i < known->count && memcmp(hash, known->list[i]->hash, sizeof hash) != 0)
		i++;
	if (i == known->count)
		return bv_err_set(err, BV_ENOTFOUND, "it was drawn by a template that was not given: what its fixed words say was not looked at");
	return bv_pdf_render(again, known->list[i], &of, err);
}

enum bv_status
bv_pdf_redraw(void *templates, struct bv_str pdf, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(BV_PDF_MAX);
	char said[80];

	TRY(redraw(&again, pdf, templates, err));
	if (bv_str_eq(bv_buf_str(&again), pdf))
		return BV_OK;
	/* Other versions of the libraries or of the fonts draw other bytes: nothing follows from them. */
	snprintf(said, sizeof said, "(cairo %s pango %s)", cairo_version_string(), pango_version_string());
	BV_AUTO(pdf_file_finish) struct pdf_file file = { 0 };
	TRY(pdf_file_read(&file, pdf, err));
	struct pdf_value own = pdf_find(pdf_find(pdf_find(pdf_catalog(&file), "PieceInfo"), "BangVang"), "Private");
	if (!bv_str_is(pdf_find(own, "Drawn").raw, said))
		return bv_err_set(err, BV_EINVAL, "it was drawn by other versions, %.*s: compare it by eye with 'cert render --png'", BV_STR_ARG(bv_str_sub(pdf_find(own, "Drawn").raw, 0, 60)));
	return bv_err_set(err, BV_EDENIED, "drawn again from what is attached, it is another page: the page does not follow from the certificate");
}
