/* /v/CODE: what everybody may know of a certificate whose code he has, as a page without scripts or as JSON. Only who knows a code finds anything. */
#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "base/clock.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/finding.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/html.h"
#include "tools/httpd/lookup.h"
#include "tools/httpd/query.h"
#include "tools/httpd/server.h"

static const char *const states[] = { "valid", "revoked", "superseded", "suspended", "expired", "invalid", "could-not-check", "not-found", "malformed-code", NULL };
static const struct schema reason_members[] = {
	{ "code", SCHEMA_STRING, 1, 100, .doc = "A word of the rules of issuing." },
	{ "text", SCHEMA_STRING, 0, BV_TEXT_MAX, .doc = "The rules' own words for it." },
	{ 0 },
};
static const struct schema successor_members[] = {
	{ "serial", SCHEMA_STRING, 1, BV_SERIAL_MAX, .doc = "Its number." },
	{ "awarded", SCHEMA_STRING, 1, 40, .doc = "Its day." },
	{ 0 },
};
static const struct schema code_members[] = {
	{ "state", SCHEMA_STRING, 1, 20, .choices = states, .doc = "How it stands." },
	{ "text", SCHEMA_STRING, 1, 1000, .doc = "The same in words, in the language of Accept-Language." },
	{ "code", SCHEMA_STRING, 0, BV_CODE_SIZE, .optional = true, .doc = "The code as it is written." },
	{ "address", SCHEMA_STRING, 1, 400, .optional = true, .doc = "Where this is found again." },
	{ "checkedAt", SCHEMA_STRING, 1, 40, .doc = "When it was looked up." },
	{ "since", SCHEMA_STRING, 1, 40, .optional = true, .doc = "Since when it stands so." },
	{ "reason", SCHEMA_OBJECT, .of = reason_members, .optional = true, .doc = "The class of reason for it." },
	{ "successor", SCHEMA_OBJECT, .of = successor_members, .optional = true, .doc = "What took its place." },
	{ "birth", SCHEMA_STRING, 10, 10, .optional = true, .doc = "The holder's day of birth, which is in the symbol on paper." },
	{ "verdict", SCHEMA_STRING, 1, 40, .optional = true, .doc = "What the certificate itself is worth: as of /api/public/verify." },
	{ "checks", SCHEMA_ARRAY, 0, BV_CHECK_COUNT, .of = &check_element, .optional = true, .doc = "Each thing that was looked at." },
	{ "facts", SCHEMA_ARRAY, 0, 100000, .of = &fact_element, .optional = true, .doc = "Everything that it says." },
	{ 0 },
};
const struct schema code_answer = { NULL, SCHEMA_OBJECT, .of = code_members };
const struct schema code_query[] = {
	{ "code", SCHEMA_STRING, 0, 200, .optional = true, .doc = "A code as somebody typed it." },
	{ "lang", SCHEMA_STRING, 2, 2, .choices = languages, .optional = true, .doc = "The language of the page." },
	{ 0 },
};

/* In the order of enum lookup_state. */
static const struct {
	const char *class, *mark, *title, *text;
} looks[LOOKUP_STATES] = {
	{ "good", "✓", "public.valid", "public.validText" },
	{ "bad", "✕", "public.revoked", "public.revokedText" },
	{ "warn", "!", "public.superseded", "public.supersededText" },
	{ "warn", "!", "public.suspended", "public.suspendedText" },
	{ "warn", "!", "public.expired", "public.expiredText" },
	{ "bad", "✕", "public.invalid", "public.invalidText" },
	{ "open", "?", "public.unchecked", "public.uncheckedText" },
	{ "bad", "✕", "public.notFound", "public.notFoundText" },
	{ "open", "?", "public.malformed", "public.malformedText" },
};
/* In the order of enum bv_code_fault. */
static const char *const hints[] = { NULL, "public.hintEmpty", "public.hintLetter", "public.hintShort", "public.hintLong", "public.hintMistyped" };

static const char *
text_key(const struct lookup *l)
{
	if (l->state == LOOKUP_MALFORMED)
		return hints[l->fault];
	return l->state == LOOKUP_UNCHECKED && !l->report ? "public.unreadableText" : looks[l->state].text;
}

/* ---- JSON ---- */

static void
set_text(struct bv_json *json, enum language language, const struct lookup *l)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4096);

	bv_buf_printf(&text, "%s. %s", words_text(language, looks[l->state].title), words_text(language, text_key(l)));
	bv_json_set_str(json, "text", bv_buf_str(&text));
}

static void
write_address(struct bv_buf *out, const struct exchange *x, const struct lookup *l)
{
	struct bv_str host = exchange_header(x, "Host");

	if (x->server->config->public_url[0])
		bv_buf_printf(out, "%s/v/%s", x->server->config->public_url, l->code);
	else
		bv_buf_printf(out, "%s://%.*s/v/%s", x->server->config->tls_key[0] ? "https" : "http", BV_STR_ARG(host), l->code);
}

static void
set_record(struct bv_json *json, const struct lookup *l)
{
	const struct record *r = &l->record;
	struct bv_json *part;

	if (r->reason.len && l->state != LOOKUP_VALID) {
		part = bv_json_set(json, "reason", bv_json_new_object());
		bv_json_set_str(part, "code", r->reason);
		bv_json_set_str(part, "text", r->text);
	}
	if (r->successor.len) {
		part = bv_json_set(json, "successor", bv_json_new_object());
		bv_json_set_str(part, "serial", r->successor);
		bv_json_set_time(part, "awarded", r->successor_s);
	}
	if (l->state != LOOKUP_INVALID && r->row.birth.len)
		bv_json_set_str(json, "birth", r->row.birth);
}

static void
answer_json(struct exchange *x, const struct lookup *l)
{
	static const char *const members[] = { "verdict", "checks", "facts" };
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	BV_AUTO(bv_buf_finish) struct bv_buf address = BV_BUF(400);

	bv_json_set_str(json, "state", bv_str_of(lookup_state_name(l->state)));
	set_text(json, x->language, l);
	if (l->state != LOOKUP_MALFORMED) {
		write_address(&address, x, l);
		bv_json_set_str(json, "code", bv_str_of(l->code));
		bv_json_set_str(json, "address", bv_buf_str(&address));
	}
	bv_json_set_time(json, "checkedAt", l->at_s);
	bv_json_set_time(json, "since", lookup_since(l));
	set_record(json, l);
	for (size_t i = 0; l->json && i < BV_COUNT(members); i++)
		if (i < 2 || l->state != LOOKUP_INVALID)
			bv_json_set(json, members[i], bv_json_copy(bv_json_find(l->json, members[i])));
	bv_json_write_safe(&x->answer.body, json);
	exchange_json(x, 200);
	exchange_field(x, "Content-Language", x->language == LANGUAGE_VI ? "vi" : "en");
	exchange_field(x, "X-Robots-Tag", "noindex, nofollow");
}

/* ---- The page ---- */

void
code_form(struct bv_buf *out, enum language language, struct bv_str typed)
{
	bv_buf_addz(out, "<form action=\"/v\" method=\"get\" class=\"code-form\">\n<p class=\"field\"><label for=\"code\">");
	html_words(out, language, "public.codeLabel", NULL);
	bv_buf_addz(out, "</label>\n<span class=\"hint\" id=\"code-hint\">");
	html_words(out, language, "public.codeHint", NULL);
	bv_buf_addz(out, "</span>\n<input id=\"code\" name=\"code\" class=\"code\" maxlength=\"40\" autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" "
	                 "aria-describedby=\"code-hint\" value=\"");
	html_text(out, typed);
	bv_buf_addz(out, "\"></p>\n<p><button>");
	html_words(out, language, "public.lookUp", NULL);
	bv_buf_addz(out, "</button></p>\n</form>\n");
}

static void
write_since(struct bv_buf *out, enum language language, const struct lookup *l)
{
	char day[FINDING_TIME_SIZE];
	int64_t since_s = lookup_since(l);

	if (!since_s)
		return;
	bv_buf_addz(out, "<p>");
	html_words(out, language, l->state == LOOKUP_EXPIRED ? "public.expiredOn" : "public.since", (struct words_value[]){ { "day", bv_str_of(finding_day(day, since_s)) }, { 0 } });
	bv_buf_addz(out, "</p>\n");
}

/* Reasons are written in the rules, in Vietnamese. */
static void
write_reason(struct bv_buf *out, enum language language, const struct lookup *l)
{
	const struct record *r = &l->record;

	if (!r->reason.len || l->state == LOOKUP_VALID || l->state == LOOKUP_INVALID || l->state == LOOKUP_EXPIRED)
		return;
	bv_buf_addz(out, "<p>");
	html_words(out, language, "public.reason", NULL);
	bv_buf_addz(out, r->text.len ? " <span lang=\"vi\">" : " <span>");
	html_text(out, r->text.len ? r->text : r->reason);
	bv_buf_addz(out, "</span></p>\n");
}

static void
write_successor(struct bv_buf *out, enum language language, const struct lookup *l)
{
	char day[FINDING_TIME_SIZE];

	if (!l->record.successor.len || l->state != LOOKUP_SUPERSEDED)
		return;
	bv_buf_addz(out, "<p>");
	html_words(out, language, "public.successor",
	           (struct words_value[]){ { "serial", l->record.successor }, { "day", bv_str_of(finding_day(day, l->record.successor_s)) }, { 0 } });
	bv_buf_addz(out, "</p>\n");
}

void
verdict_box(struct bv_buf *out, enum language language, const char *class, const char *mark, const char *title, const char *text)
{
	bv_buf_printf(out, "<div class=\"verdict %s\">\n<h1><span class=\"mark\" aria-hidden=\"true\">%s</span> <span>", class, mark);
	html_words(out, language, title, NULL);
	bv_buf_addz(out, "</span></h1>\n");
	html_element(out, language, "p", NULL, text);
}

static void
write_place(struct bv_buf *out, const struct exchange *x, const struct lookup *l)
{
	BV_AUTO(bv_buf_finish) struct bv_buf address = BV_BUF(400);
	char moment[FINDING_TIME_SIZE];

	write_address(&address, x, l);
	bv_buf_addz(out, "<p class=\"small when\">");
	html_words(out, x->language, "public.checkedAt", (struct words_value[]){ { "time", bv_str_of(finding_moment(moment, l->at_s)) }, { 0 } });
	bv_buf_addz(out, " ");
	html_words(out, x->language, "public.permalink", NULL);
	bv_buf_printf(out, " <a id=\"permalink\" class=\"code\" href=\"/v/%s\">", l->code);
	html_text(out, bv_buf_str(&address));
	bv_buf_addz(out, "</a></p>\n");
}

static void
write_found(struct bv_buf *out, const struct exchange *x, const struct lookup *l)
{
	bool proven = l->state != LOOKUP_INVALID;

	if (proven) {
		html_element(out, x->language, "h2", NULL, "public.compareTitle");
		html_element(out, x->language, "p", "notice", "public.compare");
		finding_facts(out, x->language, x->server->levels, l->facts, l->record.row.birth);
	}
	html_element(out, x->language, "h2", NULL, "public.checksTitle");
	finding_checks(out, x->language, l->json);
}

static void
write_page(struct exchange *x, const struct lookup *l)
{
	struct bv_buf *out = &x->answer.body;
	char path[BV_CODE_SIZE + 8] = "/v";

	if (l->state != LOOKUP_MALFORMED)
		snprintf(path, sizeof path, "/v/%s", l->code);
	const struct html_page page = { .name = "code", .title = looks[l->state].title, .path = path, .unlisted = true };
	html_begin(out, x->language, &page);
	if (l->state != LOOKUP_MALFORMED)
		bv_buf_printf(out, "<p class=\"given\">%s <b class=\"code\">%s</b></p>\n", words_text(x->language, "public.codeGiven"), l->code);
	verdict_box(out, x->language, looks[l->state].class, looks[l->state].mark, looks[l->state].title, text_key(l));
	write_since(out, x->language, l);
	write_reason(out, x->language, l);
	write_successor(out, x->language, l);
	bv_buf_addz(out, "</div>\n");
	if (l->state != LOOKUP_MALFORMED)
		write_place(out, x, l);
	bv_buf_addz(out, "<p class=\"buttons\" id=\"acts\"></p>\n");
	if (l->report)
		write_found(out, x, l);
	html_element(out, x->language, "h2", NULL, "public.anotherTitle");
	code_form(out, x->language, l->state == LOOKUP_MALFORMED ? x->params[0] : BV_STR_NONE);
	bv_buf_printf(out, "<p><a href=\"/verify\">%s</a> · <a href=\"/about\">%s</a></p>\n", words_text(x->language, "public.otherWays"), words_text(x->language, "public.aboutLink"));
	html_end(out, x->language, &page);
	x->answer.status = 200;
	html_answer(x, "no-store");
	exchange_field(x, "X-Robots-Tag", "noindex, nofollow");
}

void
on_code(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(lookup_finish) struct lookup l;

	(void)sql;
	html_language(x);
	lookup_find(&l, x->server->records, x->params[0], bv_clock_now_s(), x->language == LANGUAGE_VI ? BV_LANG_VI : BV_LANG_EN);
	if (html_wanted(x))
		write_page(x, &l);
	else
		answer_json(x, &l);
}

/* What was typed as a part of an address, where it says what is wrong: without what an address cannot have. */
static void
write_typed(char out[BV_CODE_SIZE + 20], struct bv_str typed)
{
	size_t len = 0;

	for (size_t i = 0; i < typed.len && len < BV_CODE_SIZE + 18; i++)
		if (isalnum((unsigned char)typed.p[i]) || (typed.p[i] == '-' && len))
			out[len++] = typed.p[i];
		else if (typed.p[i] != ' ' && (typed.p[i] & 0xc0) != 0x80) /* one for each character that is something else */
			out[len++] = '~';
	if (!len)
		out[len++] = '-';
	out[len] = '\0';
}

/* A form without scripts asks here; paper's symbol opens this address with what the reader's browser verifies itself after '#'. */
void
on_code_form(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bv_buf_finish) struct bv_buf typed = BV_BUF(200);
	char code[BV_CODE_SIZE], part[BV_CODE_SIZE + 20];
	struct bv_err err;

	(void)sql;
	x->answer.status = 303;
	exchange_field(x, "Cache-Control", "no-store");
	if (query_find(&typed, x->query, "code", &err) != BV_OK) {
		exchange_field(x, "Location", "/offline/index.html");
		return;
	}
	if (bv_code_parse(code, bv_buf_str(&typed)) != BV_CODE_GOOD) {
		write_typed(part, bv_buf_str(&typed));
		exchange_field(x, "Location", "/v/%s", part);
		return;
	}
	exchange_field(x, "Location", "/v/%s", code);
}
