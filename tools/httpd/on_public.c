/* What everybody may ask: keys, checkpoints, and what a certificate, a receipt or a checkpoint is worth. A verification reads what it was given and whom
 * this server trusts, and asks nobody. */
#include "base/clock.h"
#include "base/json.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/notes.h"
#include "tools/httpd/page.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/server.h"
#include "tools/httpd/words.h"

enum { DOCUMENT_MAX = 256 << 10 };

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
const struct schema check_element = { NULL, SCHEMA_OBJECT, .of = check_members };
static const struct schema fact_members[] = {
	{ "path", SCHEMA_STRING, 0, BV_TEXT_MAX, .doc = "Where it stands." },
	{ "name", SCHEMA_STRING, 0, BV_TEXT_MAX, .doc = "What it is, in words." },
	{ "value", SCHEMA_STRING, 0, BV_TEXT_MAX, .doc = "What it says." },
	{ 0 },
};
const struct schema fact_element = { NULL, SCHEMA_OBJECT, .of = fact_members };
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
const char *const languages[] = { "vi", "en", NULL };
const struct schema lang_query[] = {
	{ "lang", SCHEMA_STRING, 2, 2, .choices = languages, .doc = "The language of the page; else as Accept-Language wants." },
	{ 0 },
};

static enum bv_lang
lang_of(const struct exchange *x)
{
	return x->language == LANGUAGE_VI ? BV_LANG_VI : BV_LANG_EN;
}

/* Nobody could read it to its end: that says nothing of what it is. */
static struct bv_json *
unread(enum language language)
{
	struct bv_json *json = bv_json_new_object();

	bv_json_set_str(json, "type", BV_STR("certificate"));
	bv_json_set_str(json, "verdict", BV_STR("unchecked"));
	bv_json_set_str(json, "text", bv_str_of(words_text(language, "public.unchecked")));
	bv_json_set_str(json, "because", bv_str_of(words_text(language, "public.unreadText")));
	return json;
}

void
on_verify(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const struct bv_json *document = bv_json_find(x->json, "document");
	struct bv_str bytes = bv_json_str(document);

	(void)sql;
	if (bv_json_type(document) != BV_JSON_STRING || !bytes.len || bytes.len > DOCUMENT_MAX) {
		problem_invalid(x, "/document", "phải là chuỗi từ 1 đến 262144 byte", "must be a string of 1 to 262144 bytes");
		return;
	}
	json = verifier_read(&x->server->verifier, bytes, BV_STR_NONE, bv_clock_now_s(), lang_of(x));
	if (!json)
		json = unread(x->language);
	bv_json_remove(json, "page");
	bv_json_remove(json, "status");
	bv_json_remove(json, "file");
	bv_json_write_safe(&x->answer.body, json);
	exchange_json(x, 200);
	exchange_field(x, "Content-Language", x->language == LANGUAGE_VI ? "vi" : "en");
}
