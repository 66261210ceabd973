/* /verify: by code, by file or text, without scripts; the script of the page adds cameras and photos. Nothing that is sent here is kept. */
#include <stdio.h>

#include "base/clock.h"
#include "tools/httpd/finding.h"
#include "tools/httpd/form.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/html.h"
#include "tools/httpd/lookup.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/server.h"

enum { DOCUMENT_MAX = 256 << 10, ADDRESS_MAX = 400 };

static const struct html_page page = { .name = "verify", .title = "public.title", .path = "/verify" };

static enum bv_lang
lang_of(const struct exchange *x)
{
	return x->language == LANGUAGE_VI ? BV_LANG_VI : BV_LANG_EN;
}

static void
write_file_form(struct bv_buf *out, enum language language)
{
	bv_buf_printf(out, "<form method=\"post\" action=\"/verify?lang=%s\" enctype=\"multipart/form-data\">\n<p class=\"field\"><label for=\"file\">",
	              language == LANGUAGE_VI ? "vi" : "en");
	html_words(out, language, "public.fileLabel", NULL);
	bv_buf_addz(out, "</label>\n<span class=\"hint\" id=\"file-hint\">");
	html_words(out, language, "public.fileHint", NULL);
	bv_buf_addz(out, "</span>\n<input id=\"file\" name=\"file\" type=\"file\" aria-describedby=\"file-hint\"></p>\n<p class=\"field\"><label for=\"document\">");
	html_words(out, language, "public.pasteLabel", NULL);
	bv_buf_addz(out, "</label>\n<textarea id=\"document\" name=\"document\" rows=\"5\" spellcheck=\"false\" autocomplete=\"off\"></textarea></p>\n<p><button>");
	html_words(out, language, "public.verifyFile", NULL);
	bv_buf_addz(out, "</button></p>\n</form>\n");
}

/* The ways, from the one that most people need. */
static void
write_ways(struct bv_buf *out, const struct exchange *x)
{
	enum language l = x->language;

	if (records_have(x->server->records)) {
		html_element(out, l, "h2", NULL, "public.byCode");
		code_form(out, l, BV_STR_NONE);
	}
	bv_buf_addz(out, "<section id=\"scan\" hidden>\n");
	html_element(out, l, "h2", NULL, "public.byScan");
	html_element(out, l, "p", NULL, "public.scanText");
	bv_buf_addz(out, "<div id=\"scan-place\"></div>\n</section>\n");
	html_element(out, l, "h2", NULL, "public.byFile");
	write_file_form(out, l);
	html_element(out, l, "h2", NULL, "public.byYourself");
	bv_buf_addz(out, "<p>");
	html_words(out, l, "public.offlineText", NULL);
	bv_buf_printf(out, " <a href=\"/offline/index.html\">%s</a></p>\n<p><a href=\"/about\">%s</a></p>\n", words_text(l, "public.offlineLink"), words_text(l, "public.aboutLink"));
	html_element(out, l, "p", "quiet", "public.privacy");
}

void
on_verify_page(struct exchange *x, struct bv_sql *sql)
{
	struct bv_buf *out = &x->answer.body;

	(void)sql;
	html_language(x);
	html_begin(out, x->language, &page);
	html_element(out, x->language, "h1", NULL, "public.title");
	html_element(out, x->language, "p", "lead", "public.lead");
	write_ways(out, x);
	html_end(out, x->language, &page);
	x->answer.status = 200;
	html_answer(x, "no-cache");
}

/* ---- What was found ---- */

struct look {
	const char *class, *mark, *title, *text;
};

/* Of the check with that name. */
static bool
came_out(const struct bv_json *report, const char *check, const char *result)
{
	const struct bv_json *list = bv_json_find(report, "checks");

	for (size_t i = 0; i < bv_json_count(list); i++)
		if (bv_str_is(bv_json_str(bv_json_find(bv_json_at(list, i), "check")), check))
			return bv_str_is(bv_json_str(bv_json_find(bv_json_at(list, i), "result")), result);
	return false;
}

/* Has any but those of status and time failed? */
static bool
has_failed(const struct bv_json *report)
{
	const struct bv_json *list = bv_json_find(report, "checks");

	for (size_t i = 0; i < bv_json_count(list); i++) {
		const struct bv_json *one = bv_json_at(list, i);
		struct bv_str check = bv_json_str(bv_json_find(one, "check"));
		if (bv_str_is(bv_json_str(bv_json_find(one, "result")), "failed") && !bv_str_is(check, "status") && !bv_str_is(check, "time"))
			return true;
	}
	return false;
}

/* What is revoked or over is no forgery, and is said in other words. */
static const struct look *
look_of(const struct bv_json *report)
{
	static const struct look valid = { "good", "✓", "public.fileValid", "public.fileValidText" }, withdrawn = { "bad", "✕", "public.withdrawn", "public.withdrawnText" },
	                         over = { "warn", "!", "public.overTime", "public.overTimeText" }, wrong = { "bad", "✕", "public.fileWrong", "public.fileWrongText" },
	                         stranger = { "open", "?", "public.stranger", "public.strangerText" }, open = { "open", "?", "public.unchecked", "public.uncheckedText" };
	struct bv_str verdict = bv_json_str(bv_json_find(report, "verdict"));

	if (bv_str_is(verdict, "valid"))
		return &valid;
	if (bv_str_is(verdict, "unknown-issuer"))
		return &stranger;
	if (bv_str_is(verdict, "unchecked"))
		return &open;
	if (!came_out(report, "signature", "passed") || has_failed(report))
		return &wrong;
	return came_out(report, "status", "failed") ? &withdrawn : &over;
}

/* Where the register is asked, by the certificate's own identifier: how it stands today, and what it really says. */
static void
write_code(struct bv_buf *out, enum language language, struct bv_str id)
{
	char code[BV_CODE_SIZE];

	bv_buf_addz(out, "<p>");
	html_words(out, language, "public.inRegister", NULL);
	bv_buf_printf(out, " <a class=\"code\" href=\"/v/%s\">%s</a></p>\n", bv_code_write(code, id), code);
}

static void
write_when(struct bv_buf *out, enum language language, int64_t at_s)
{
	char moment[FINDING_TIME_SIZE];

	bv_buf_addz(out, "</div>\n<p class=\"small when\">");
	html_words(out, language, "public.checkedAt", (struct words_value[]){ { "time", bv_str_of(finding_moment(moment, at_s)) }, { 0 } });
	bv_buf_addz(out, "</p>\n<p class=\"buttons\" id=\"acts\"></p>\n");
}

static void
write_certificate(struct exchange *x, const struct bv_json *report, bool known, int64_t at_s)
{
	struct bv_buf *out = &x->answer.body;
	const struct bv_json *facts = bv_json_find(report, "facts");
	const struct look *look = look_of(report);

	verdict_box(out, x->language, look->class, look->mark, look->title, look->text);
	if (known)
		write_code(out, x->language, finding_fact(facts, "id"));
	write_when(out, x->language, at_s);
	html_element(out, x->language, "h2", NULL, "public.checksTitle");
	finding_checks(out, x->language, report);
	if (!bv_json_count(facts))
		return;
	bool proven = came_out(report, "signature", "passed");
	html_element(out, x->language, "h2", NULL, "public.factsTitle");
	html_element(out, x->language, "p", proven ? "notice" : "notice bad", proven ? "public.compare" : "public.unproven");
	finding_facts(out, x->language, x->server->levels, facts, BV_STR_NONE);
}

/* Receipts and checkpoints: the first line of what the library says is "-: VERDICT". */
static void
write_statement(struct exchange *x, const struct bv_json *found)
{
	int64_t status = bv_json_int(bv_json_find(found, "status"));
	struct bv_str report = bv_json_str(bv_json_find(found, "page"));
	struct bv_str first = bv_str_sub(report, 0, bv_str_find(report, '\n')), rest = bv_str_trim(bv_str_sub(report, first.len, report.len));
	struct bv_buf *out = &x->answer.body;

	bv_buf_printf(out, "<div class=\"verdict %s\">\n<h1><span class=\"mark\" aria-hidden=\"true\">%s</span> <span>", status == 0 ? "good" : status == 1 ? "bad" : "open",
	              status == 0 ? "✓" : status == 1 ? "✕" : "?");
	html_text(out, bv_str_trim(bv_str_sub(first, bv_str_find(first, ':') + 1, first.len)));
	bv_buf_addz(out, "</span></h1>\n</div>\n");
	if (!rest.len)
		return;
	html_element(out, x->language, "h2", NULL, "public.details");
	bv_buf_addz(out, "<pre tabindex=\"0\">");
	html_text(out, rest);
	bv_buf_addz(out, "</pre>\n");
}

/* Where the register has it, with its place in the public log. NULL: it could not be read. */
static struct bv_json *
read_again(bool *known, struct exchange *x, struct bv_json *report, struct bv_str bytes, int64_t at_s)
{
	BV_AUTO(records_done) struct record record = { 0 };
	struct bv_str id = finding_fact(bv_json_find(report, "facts"), "id");
	struct bv_err ignored;

	*known = records_have(x->server->records) && bv_str_starts(id, BV_STR("urn:uuid:")) && records_find(&record, x->server->records, id, false, &ignored) == BV_OK;
	if (!*known || !record.proof.len)
		return report;
	bv_json_free(report);
	return verifier_read(&x->server->verifier, bytes, bv_buf_str(&record.proof), at_s, lang_of(x));
}

static void
write_found(struct exchange *x, struct bv_str bytes)
{
	int64_t at_s = bv_clock_now_s();
	struct bv_json *report = verifier_read(&x->server->verifier, bytes, BV_STR_NONE, at_s, lang_of(x));
	bool known = false;

	if (report && bv_str_is(bv_json_str(bv_json_find(report, "type")), "certificate"))
		report = read_again(&known, x, report, bytes, at_s);
	if (!report) {
		verdict_box(&x->answer.body, x->language, "open", "?", "public.unchecked", "public.unreadText");
		write_when(&x->answer.body, x->language, at_s);
	} else if (bv_str_is(bv_json_str(bv_json_find(report, "type")), "certificate")) {
		write_certificate(x, report, known, at_s);
	} else {
		write_statement(x, report);
	}
	bv_json_free(report);
}

static void
write_nothing(struct exchange *x, const char *text)
{
	struct bv_buf *out = &x->answer.body;

	verdict_box(out, x->language, "open", "?", "public.nothing", text);
	bv_buf_addz(out, "</div>\n");
}

/* "https://host/v/CODE", or a code alone: as people paste what a phone has read. */
static bool
is_code(char code[BV_CODE_SIZE], struct bv_str text)
{
	text = bv_str_trim(text);
	if (text.len > ADDRESS_MAX)
		return false;
	for (size_t i = text.len; i-- > 0;)
		if (text.p[i] == '/') {
			text = bv_str_sub(text, i + 1, text.len);
			break;
		}
	return bv_code_parse(code, text) == BV_CODE_GOOD;
}

void
on_verify_form(struct exchange *x, struct bv_sql *sql)
{
	struct bv_str type = exchange_header(x, "Content-Type"), file, pasted;
	char code[BV_CODE_SIZE];

	(void)sql;
	html_language(x);
	if (!form_find(&file, type, x->body, "file") || !form_find(&pasted, type, x->body, "document")) {
		problem_answer(x, "media-type", "the form is not well written");
		return;
	}
	struct bv_str bytes = file.len ? file : pasted;
	if (records_have(x->server->records) && is_code(code, bytes)) {
		x->answer.status = 303;
		exchange_field(x, "Location", "/v/%s", code);
		exchange_field(x, "Cache-Control", "no-store");
		return;
	}
	html_begin(&x->answer.body, x->language, &page);
	if (!bv_str_trim(bytes).len)
		write_nothing(x, "public.nothingText");
	else if (bytes.len > (bv_str_starts(bytes, BV_STR("%PDF-")) ? BV_PDF_MAX : DOCUMENT_MAX))
		write_nothing(x, "public.tooLarge");
	else
		write_found(x, bytes);
	write_ways(&x->answer.body, x);
	html_end(&x->answer.body, x->language, &page);
	x->answer.status = 200;
	html_answer(x, "no-store");
}
