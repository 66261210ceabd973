/* What everybody may ask: keys, checkpoints, and what a certificate, a receipt or a checkpoint is worth. A verification reads what it was given and whom
 * this server trusts, and asks nobody. */
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "base/xml.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/form.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/notes.h"
#include "tools/httpd/page.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/query.h"
#include "tools/httpd/server.h"

enum { DOCUMENT_MAX = 256 << 10, REPORT_MAX = 2 << 20 };

/* ---- Keys and checkpoints ---- */

static const struct schema key_members[] = {
	{ "multikey", SCHEMA_STRING, 1, 100, .format = FORMAT_ID, .doc = "The Ed25519 key as a multikey." },
	{ "use", SCHEMA_STRING, 1, 100, .doc = "What it signs." },
	{ 0 },
};
static const struct schema key_element = { NULL, SCHEMA_OBJECT, .of = key_members };
static const struct schema keys_members[] = {
	{ "keys", SCHEMA_ARRAY, 0, 16, .of = &key_element, .doc = "The keys." },
	{ "origin", SCHEMA_STRING, 1, 200, .optional = true, .doc = "Of checkpoints: theirs are named ORIGIN/SITTING." },
	{ 0 },
};
const struct schema keys_answer = { NULL, SCHEMA_OBJECT, .of = keys_members };

void
on_keys(struct exchange *x, struct bv_sql *sql)
{
	struct bv_json_pen pen = { .out = &x->answer.body };
	char multikey[BV_MULTIKEY_SIZE];

	(void)sql;
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_open(&pen, "keys", '[');
	if (x->server->ledger_key) {
		bv_json_pen_open(&pen, NULL, '{');
		bv_json_pen_str(&pen, "multikey", bv_str_of(bv_multikey_write(multikey, bv_key_public(x->server->ledger_key))));
		bv_json_pen_str(&pen, "use", BV_STR("receipts, checkpoints"));
		bv_json_pen_close(&pen, '}');
	}
	bv_json_pen_close(&pen, ']');
	if (x->server->ledger_key)
		bv_json_pen_str(&pen, "origin", bv_ledger_origin(x->server->ledger));
	bv_json_pen_close(&pen, '}');
	x->answer.status = 200;
	x->answer.type = "application/json";
	exchange_field(x, "Cache-Control", "public, max-age=3600");
	page_tag(x, bv_buf_str(&x->answer.body));
}

void
on_checkpoint(struct exchange *x, struct bv_sql *sql)
{
	struct bv_err err;

	(void)sql;
	if (!x->server->ledger) {
		problem_answer(x, "no-exams", NULL);
		return;
	}
	if (notes_find(&x->answer.body, x->server->notes, x->server->ledger, x->params[0], bv_clock_monotonic_ns() / 1000000, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	x->answer.status = 200;
	x->answer.type = "text/plain; charset=utf-8";
	exchange_field(x, "Cache-Control", "public, max-age=10");
	page_tag(x, bv_buf_str(&x->answer.body));
}

/* ---- Verification ---- */

static const struct schema verify_members[] = {
	{ "document", SCHEMA_ANY, .doc = "The certificate (JSON), receipt (JSON) or checkpoint (note), as a string of at most 262144 bytes, byte for byte as it was given." },
	{ 0 },
};
const struct schema verify_request = { NULL, SCHEMA_OBJECT, .of = verify_members };

static const struct schema message_element = { NULL, SCHEMA_STRING, 0, BV_TEXT_MAX };
static const struct schema check_members[] = {
	{ "check", SCHEMA_STRING, 1, 40, .doc = "What was looked at." },
	{ "result", SCHEMA_STRING, 1, 40, .doc = "passed, failed, …" },
	{ "messages", SCHEMA_ARRAY, 0, 1000, .of = &message_element, .doc = "What was found." },
	{ 0 },
};
static const struct schema check_element = { NULL, SCHEMA_OBJECT, .of = check_members };
static const struct schema fact_members[] = {
	{ "path", SCHEMA_STRING, 0, BV_TEXT_MAX, .doc = "Where it stands." },
	{ "name", SCHEMA_STRING, 0, BV_TEXT_MAX, .doc = "What it is, in words." },
	{ "value", SCHEMA_STRING, 0, BV_TEXT_MAX, .doc = "What it says." },
	{ 0 },
};
static const struct schema fact_element = { NULL, SCHEMA_OBJECT, .of = fact_members };
static const struct schema verdict_members[] = {
	{ "type", SCHEMA_STRING, 1, 20, .doc = "certificate, receipt or checkpoint." },
	{ "verdict", SCHEMA_STRING, 1, 40, .doc = "valid, invalid, unknown-issuer or unknown-signer, unchecked or unreadable." },
	{ "text", SCHEMA_STRING, 1, 400, .doc = "The verdict in words, in the language of Accept-Language." },
	{ "because", SCHEMA_STRING, 1, 400, .optional = true, .doc = "Why not." },
	{ "signer", SCHEMA_STRING, 1, BV_DID_MAX, .optional = true, .doc = "Whose key signed a receipt or checkpoint." },
	{ "sitting", SCHEMA_STRING, 1, 400, .optional = true, .doc = "Of a receipt." },
	{ "attempt", SCHEMA_STRING, 1, 20, .optional = true, .doc = "Of a receipt." },
	{ "seq", SCHEMA_STRING, 1, 20, .optional = true, .doc = "Of a receipt." },
	{ "atMs", SCHEMA_INT, .optional = true, .doc = "Of a receipt." },
	{ "body", SCHEMA_STRING, 0, DOCUMENT_MAX, .optional = true, .doc = "Of a receipt that has it." },
	{ "origin", SCHEMA_STRING, 1, 400, .optional = true, .doc = "Of a checkpoint." },
	{ "size", SCHEMA_STRING, 1, 20, .optional = true, .doc = "Of a checkpoint: events in the log." },
	{ "checks", SCHEMA_ARRAY, 0, BV_CHECK_COUNT, .of = &check_element, .optional = true, .doc = "Of a certificate." },
	{ "facts", SCHEMA_ARRAY, 0, 100000, .of = &fact_element, .optional = true, .doc = "Of a certificate: everything that it says." },
	{ 0 },
};
const struct schema verify_answer = { NULL, SCHEMA_OBJECT, .of = verdict_members };
static const char *const languages[] = { "vi", "en", NULL };
const struct schema lang_query[] = {
	{ "lang", SCHEMA_STRING, 2, 2, .choices = languages, .doc = "The language of the page; else as Accept-Language wants." },
	{ 0 },
};

static enum bv_lang
lang_of(const struct exchange *x)
{
	return x->language == LANGUAGE_VI ? BV_LANG_VI : BV_LANG_EN;
}

void
on_verify(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const struct bv_verify_options options = { .at_s = bv_clock_now_s() };
	const struct bv_json *document = bv_json_find(x->json, "document");
	struct bv_str bytes = bv_json_str(document);

	(void)sql;
	if (bv_json_type(document) != BV_JSON_STRING || !bytes.len || bytes.len > DOCUMENT_MAX) {
		problem_invalid(x, "/document", "phải là chuỗi từ 1 đến 262144 byte", "must be a string of 1 to 262144 bytes");
		return;
	}
	if (bv_statement_is(bytes)) {
		json = bv_json_new_object();
		bv_statement_verify(NULL, json, bytes, BV_STR("document"), x->server->trust, NULL, options.at_s, lang_of(x));
	} else {
		bv_credential_verify(&report, bytes, x->server->trust, &options);
		json = bv_report_json(report, BV_STR("document"), lang_of(x));
		bv_json_set_str(json, "type", BV_STR("certificate"));
	}
	bv_json_remove(json, "file");
	bv_json_write_safe(&x->answer.body, json);
	exchange_json(x, 200);
	exchange_field(x, "Content-Language", x->language == LANGUAGE_VI ? "vi" : "en");
}

/* ---- The page ---- */

static const struct words {
	const char *lang, *title, *other_lang, *other, *intro, *paste, *file, *button, *found, *details, *none, *large, *privacy;
} words[] = {
	[LANGUAGE_VI] = { "vi", "Kiểm tra chứng nhận", "en", "English",
	                  "Dán nội dung tệp vào ô, hoặc chọn tệp: chứng nhận, biên nhận lưu bài, hay điểm kiểm của một đợt thi.", "Nội dung",
	                  "Hoặc chọn tệp", "Kiểm tra", "Kết quả", "Chi tiết", "Chưa có nội dung nào để kiểm tra: hãy dán hoặc chọn tệp.",
	                  "Tài liệu lớn hơn 256 KiB: đó không phải chứng nhận của hệ thống này.",
	                  "Máy chủ không giữ lại nội dung và không hỏi nơi nào khác. Muốn tự kiểm tra không cần máy chủ, hãy dùng chương trình bangvang-verify." },
	[LANGUAGE_EN] = { "en", "Verify a certificate", "vi", "Tiếng Việt",
	                  "Paste the contents of the file, or choose it: a certificate, a receipt for stored answers, or the checkpoint of a sitting.", "Contents",
	                  "Or choose a file", "Verify", "What was found", "Details", "There is nothing to verify yet: paste something or choose a file.",
	                  "The document is larger than 256 KiB: it is no certificate of this system.",
	                  "The server keeps nothing of it and asks nobody. To verify without any server use the program bangvang-verify." },
};

/* lang= comes before Accept-Language. */
static const struct words *
choose_words(struct exchange *x)
{
	BV_AUTO(bv_buf_finish) struct bv_buf lang = BV_BUF(8);
	struct bv_err err;

	if (query_find(&lang, x->query, "lang", &err) == BV_OK)
		x->language = bv_str_is(bv_buf_str(&lang), "en") ? LANGUAGE_EN : LANGUAGE_VI;
	return &words[x->language];
}

static void
write_head(struct bv_buf *out, const struct words *w)
{
	bv_buf_printf(out,
	              "<!doctype html>\n<html lang=\"%s\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n"
	              "<title>%s – Bảng Vàng</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n<main>\n<p class=\"lang\"><a href=\"/verify?lang=%s\" lang=\"%s\" "
	              "hreflang=\"%s\">%s</a></p>\n<h1>%s</h1>\n",
	              w->lang, w->title, w->other_lang, w->other_lang, w->other_lang, w->other, w->title);
}

static void
write_form(struct bv_buf *out, const struct words *w)
{
	bv_buf_printf(out,
	              "<p>%s</p>\n<form method=\"post\" action=\"/verify?lang=%s\" enctype=\"multipart/form-data\">\n"
	              "<p><label for=\"document\">%s</label>\n<textarea id=\"document\" name=\"document\" rows=\"8\" spellcheck=\"false\" autocomplete=\"off\"></textarea></p>\n"
	              "<p><label for=\"file\">%s</label>\n<input id=\"file\" name=\"file\" type=\"file\"></p>\n<p><button>%s</button></p>\n</form>\n<p>%s</p>\n</main>\n</html>\n",
	              w->intro, w->lang, w->paste, w->file, w->button, w->privacy);
}

static void
answer_page(struct exchange *x, const char *cache)
{
	x->answer.status = 200;
	x->answer.type = "text/html; charset=utf-8";
	exchange_field(x, "Cache-Control", "%s", cache);
	exchange_field(x, "Content-Language", x->language == LANGUAGE_VI ? "vi" : "en");
}

void
on_verify_page(struct exchange *x, struct bv_sql *sql)
{
	const struct words *w = choose_words(x);

	(void)sql;
	write_head(&x->answer.body, w);
	write_form(&x->answer.body, w);
	answer_page(x, "no-cache");
	page_tag(x, bv_buf_str(&x->answer.body));
}

/* The verdict as its class: by the program's exit status. */
static const char *
class_of(int status)
{
	return status == 0 ? "good" : status == 1 ? "bad" : "unknown";
}

/* The first line of a report is "document: VERDICT". */
static void
write_report(struct bv_buf *out, const struct words *w, struct bv_str report, int status)
{
	size_t end = bv_str_find(report, '\n');
	struct bv_str first = bv_str_sub(report, 0, end), rest = bv_str_trim(bv_str_sub(report, end, report.len));

	bv_buf_printf(out, "<h2>%s</h2>\n<p class=\"verdict %s\" role=\"status\">", w->found, class_of(status));
	bv_xml_escape(out, bv_str_trim(bv_str_sub(first, bv_str_find(first, ':') + 1, first.len)));
	bv_buf_addz(out, "</p>\n");
	if (rest.len) {
		bv_buf_printf(out, "<h2>%s</h2>\n<pre tabindex=\"0\">", w->details);
		bv_xml_escape(out, rest);
		bv_buf_addz(out, "</pre>\n");
	}
}

static void
verify_to_page(struct bv_buf *out, const struct exchange *x, const struct words *w, struct bv_str bytes)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(REPORT_MAX);
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	const struct bv_verify_options options = { .at_s = bv_clock_now_s() };
	int status;

	if (bv_statement_is(bytes)) {
		status = bv_statement_verify(&text, NULL, bytes, BV_STR("-"), x->server->trust, NULL, options.at_s, lang_of(x));
	} else {
		bv_credential_verify(&report, bytes, x->server->trust, &options);
		status = bv_report_exit(report);
		bv_report_write(&text, report, BV_STR("-"), lang_of(x));
	}
	write_report(out, w, bv_buf_str(&text), status);
}

void
on_verify_form(struct exchange *x, struct bv_sql *sql)
{
	const struct words *w = choose_words(x);
	struct bv_str type = exchange_header(x, "Content-Type"), file, pasted;

	(void)sql;
	if (!form_find(&file, type, x->body, "file") || !form_find(&pasted, type, x->body, "document")) {
		problem_answer(x, "media-type", "the form is not well written");
		return;
	}
	struct bv_str bytes = file.len ? file : pasted;
	write_head(&x->answer.body, w);
	if (!bv_str_trim(bytes).len)
		bv_buf_printf(&x->answer.body, "<p class=\"verdict unknown\" role=\"status\">%s</p>\n", w->none);
	else if (bytes.len > DOCUMENT_MAX)
		bv_buf_printf(&x->answer.body, "<p class=\"verdict unknown\" role=\"status\">%s</p>\n", w->large);
	else
		verify_to_page(&x->answer.body, x, w, bytes);
	write_form(&x->answer.body, w);
	answer_page(x, "no-store");
}
