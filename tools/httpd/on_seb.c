/* Safe Exam Browser: its configuration, the page that ends it, and the proof of browsers that cannot add fields to their requests. */
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/html.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/seb.h"
#include "tools/httpd/server.h"

enum { HASH_CHARS = BV_SEB_KEY_SIZE - 1 };

static const struct schema page_members[] = {
	{ "url", SCHEMA_STRING, 1, 1000, .doc = "To be opened; its hashes are to be given back." },
	{ 0 },
};
const struct schema seb_page_answer = { NULL, SCHEMA_OBJECT, .of = page_members };
static const struct schema proof_members[] = {
	{ "url", SCHEMA_STRING, 1, 1000, .doc = "The address of the page that asks." },
	{ "configKey", SCHEMA_STRING, HASH_CHARS, HASH_CHARS, .doc = "SafeExamBrowser.security.configKey there." },
	{ "browserExamKey", SCHEMA_STRING, 0, HASH_CHARS, .optional = true, .doc = "SafeExamBrowser.security.browserExamKey there." },
	{ 0 },
};
const struct schema seb_proof_body = { NULL, SCHEMA_OBJECT, .of = proof_members };
static const struct schema proven_members[] = {
	{ "proof", SCHEMA_STRING, HASH_CHARS, HASH_CHARS, .format = FORMAT_HEX, .doc = "To be sent as X-SEB-Proof with every request about the attempt." },
	{ 0 },
};
const struct schema seb_proof_answer = { NULL, SCHEMA_OBJECT, .of = proven_members };
const struct schema exam_query[] = {
	{ "lang", SCHEMA_STRING, 2, 2, .choices = languages, .optional = true, .doc = "The language of the page." },
	{ "sitting", SCHEMA_STRING, 1, BV_SITTING_NAME_MAX, .format = FORMAT_ID, .optional = true, .doc = "The sitting that the candidate comes for." },
	{ "n", SCHEMA_STRING, 1, 100, .format = FORMAT_HEX, .optional = true, .doc = "What Safe Exam Browser hashes with the address." },
	{ 0 },
};

/* False has answered. */
static bool
own_attempt(struct exchange *x)
{
	int64_t id;

	if (!x->server->ledger) {
		problem_answer(x, "no-exams", NULL);
		return false;
	}
	if (bv_str_int(x->params[0], &id) && id == x->session.attempt)
		return true;
	problem_answer(x, "denied", "the session is of another attempt");
	return false;
}

void
on_seb_page(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bv_buf_finish) struct bv_buf url = BV_BUF(1000);
	struct bv_json_pen pen = { .out = &x->answer.body };

	(void)sql;
	if (!own_attempt(x))
		return;
	seb_page(&url, x);
	exchange_json(x, 200);
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "url", bv_buf_str(&url));
	bv_json_pen_close(&pen, '}');
}

void
on_seb_proof(struct exchange *x, struct bv_sql *sql)
{
	struct bv_json_pen pen = { .out = &x->answer.body };
	char proof[BV_SEB_KEY_SIZE];
	struct bv_err err;

	if (!own_attempt(x))
		return;
	enum bv_status status = seb_prove(proof, x, sql, bv_json_str(bv_json_find(x->json, "url")), bv_json_str(bv_json_find(x->json, "configKey")),
	                                  bv_json_str(bv_json_find(x->json, "browserExamKey")), &err);
	if (status == BV_EDENIED) {
		problem_answer(x, "seb", "%s", err.msg);
		return;
	}
	if (status != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	exchange_json(x, 200);
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "proof", bv_str_of(proof));
	bv_json_pen_close(&pen, '}');
}

void
on_seb_quit(struct exchange *x, struct bv_sql *sql)
{
	static const struct html_page page = { .name = "about", .title = "public.sebQuitTitle", .path = "/seb-quit", .unlisted = true };
	struct bv_buf *out = &x->answer.body;

	(void)sql;
	html_language(x);
	html_begin(out, x->language, &page);
	html_element(out, x->language, "h1", NULL, "public.sebQuitTitle");
	html_element(out, x->language, "p", NULL, "public.sebQuitText");
	html_end(out, x->language, &page);
	x->answer.status = 200;
	html_answer(x, "no-cache");
}

/* "SITTING.seb": SEB asks for it without cookies, and there is nothing in it but a hash of the proctor's password. */
void
on_seb_file(struct exchange *x, struct bv_sql *sql)
{
	struct bv_str name = x->params[0], end = BV_STR(".seb");

	(void)sql;
	if (!bv_str_ends(name, end) || !sebs_file(&x->answer.body, x->server->sebs, bv_str_sub(name, 0, name.len - end.len))) {
		bv_buf_clear(&x->answer.body);
		problem_answer(x, "not-found", NULL);
		return;
	}
	x->answer.status = 200;
	x->answer.type = "application/seb";
	exchange_field(x, "Content-Disposition", "attachment");
	exchange_field(x, "Cache-Control", "no-store");
}
