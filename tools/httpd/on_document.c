/* Documents of the office: all of a kind, one with its versions, a new version, the approval by a second person; and what is to be said of a text while it is
 * being written. */
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "tools/httpd/draft.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/meaning.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/query.h"
#include "tools/httpd/server.h"

enum { LISTED_MAX = 10000 };

static const struct schema version_members[] = {
	{ "name", SCHEMA_STRING, 1, DOCUMENT_NAME_MAX, .format = FORMAT_ID, .doc = "Its name: the identifier in its text." },
	{ "title", SCHEMA_STRING, 0, DOCUMENT_TITLE_MAX, .doc = "Its Vietnamese title; of the plan of a sitting when it opens." },
	{ "version", SCHEMA_INT, 1, INT32_MAX, .doc = "From 1." },
	{ "hash", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "SHA-256 of the text." },
	{ "note", SCHEMA_STRING, 0, DOCUMENT_NOTE_MAX, .doc = "What is new, in the words of whoever saved it." },
	{ "author", SCHEMA_STRING, 0, ACCOUNT_NAME_MAX, .format = FORMAT_ID, .doc = "Who saved it." },
	{ "made", SCHEMA_STRING, 20, 20, .format = FORMAT_TIME, .doc = "When." },
	{ "approver", SCHEMA_STRING, 0, ACCOUNT_NAME_MAX, .format = FORMAT_ID, .optional = true, .doc = "Who approved it; absent: nobody has." },
	{ "approved", SCHEMA_STRING, 20, 20, .format = FORMAT_TIME, .optional = true, .doc = "When." },
	{ "mine", SCHEMA_BOOL, .doc = "Was it saved by who asks? Then another one approves it." },
	{ 0 },
};
static const struct schema version_element = { NULL, SCHEMA_OBJECT, .of = version_members };
static const struct schema list_members[] = {
	{ "documents", SCHEMA_ARRAY, 0, LISTED_MAX, .of = &version_element, .doc = "The newest version of each." },
	{ 0 },
};
const struct schema document_list_answer = { NULL, SCHEMA_OBJECT, .of = list_members };

static const struct schema fault_members[] = {
	{ "line", SCHEMA_INT, 0, INT32_MAX, .doc = "Of the text; 0: of none in particular." },
	{ "message", SCHEMA_STRING, 1, 300, .doc = "What is wrong exactly, in English." },
	{ "meaning", SCHEMA_STRING, 1, 300, .doc = "What kind of fault it is, in the language that was asked for." },
	{ 0 },
};
static const struct schema draft_members[] = {
	{ "good", SCHEMA_BOOL, .doc = "Can it be saved?" },
	{ "ready", SCHEMA_BOOL, .doc = "And be approved: the bank has enough for a blueprint, and a plan names what is there." },
	{ "fault", SCHEMA_OBJECT, .of = fault_members, .optional = true, .doc = "Why it is not good." },
	{ "name", SCHEMA_STRING, 0, DOCUMENT_NAME_MAX, .doc = "That it gives itself." },
	{ "hash", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "SHA-256 of the text." },
	{ "said", SCHEMA_OBJECT, .optional = true, .doc = "What it says: by kind (doc/office.md)." },
	{ 0 },
};
const struct schema draft_answer = { NULL, SCHEMA_OBJECT, .of = draft_members };
static const struct schema document_members[] = {
	{ "versions", SCHEMA_ARRAY, 1, LISTED_MAX, .of = &version_element, .doc = "All of them, the newest first." },
	{ "version", SCHEMA_INT, 1, INT32_MAX, .doc = "Which one the text is." },
	{ "text", SCHEMA_STRING, 0, DOCUMENT_TEXT_MAX, .format = FORMAT_LINES, .doc = "The text." },
	{ "look", SCHEMA_OBJECT, .of = draft_members, .doc = "What is to be said of it now." },
	{ 0 },
};
const struct schema document_answer = { NULL, SCHEMA_OBJECT, .of = document_members };
const struct schema document_query[] = {
	{ "version", SCHEMA_INT, 1, INT32_MAX, .doc = "Which version; without it the newest." },
	{ 0 },
};
static const struct schema look_members[] = {
	{ "text", SCHEMA_STRING, 0, DOCUMENT_TEXT_MAX, .format = FORMAT_LINES, .doc = "As it is now." },
	{ 0 },
};
const struct schema draft_body = { NULL, SCHEMA_OBJECT, .of = look_members };
static const struct schema save_members[] = {
	{ "base", SCHEMA_INT, 0, INT32_MAX, .doc = "The version that it was made of; 0: it is the first." },
	{ "text", SCHEMA_STRING, 1, DOCUMENT_TEXT_MAX, .format = FORMAT_LINES, .doc = "The whole document." },
	{ "note", SCHEMA_STRING, 0, DOCUMENT_NOTE_MAX, .doc = "What is new." },
	{ 0 },
};
const struct schema document_body = { NULL, SCHEMA_OBJECT, .of = save_members };
static const struct schema approve_members[] = {
	{ "version", SCHEMA_INT, 1, INT32_MAX, .doc = "The version that was looked at." },
	{ 0 },
};
const struct schema document_approve_body = { NULL, SCHEMA_OBJECT, .of = approve_members };

/* False: there is no such kind, which is answered. */
static bool
kind_good(struct exchange *x)
{
	for (const char *const *kind = draft_kinds; *kind; kind++)
		if (bv_str_is(x->params[0], *kind))
			return true;
	problem_answer(x, "not-found", NULL);
	return false;
}

struct writing {
	struct bv_json_pen pen;
	struct bv_str me;
	size_t count;
};

static void
write_version(void *ctx, const struct document *document)
{
	struct writing *w = ctx;

	if (w->count++ == LISTED_MAX)
		return;
	bv_json_pen_open(&w->pen, NULL, '{');
	bv_json_pen_str(&w->pen, "name", document->name);
	bv_json_pen_str(&w->pen, "title", document->title);
	bv_json_pen_int(&w->pen, "version", document->version);
	bv_json_pen_hex(&w->pen, "hash", document->hash, BV_HASH_LEN);
	bv_json_pen_str(&w->pen, "note", document->note);
	bv_json_pen_str(&w->pen, "author", document->author_name);
	bv_json_pen_time(&w->pen, "made", document->made_s);
	if (document->approver.len)
		bv_json_pen_str(&w->pen, "approver", document->approver_name);
	bv_json_pen_time(&w->pen, "approved", document->approved_s);
	bv_json_pen_bool(&w->pen, "mine", bv_str_eq(document->author, w->me));
	bv_json_pen_close(&w->pen, '}');
}

void
on_document_list(struct exchange *x, struct bv_sql *sql)
{
	struct writing w = { .pen.out = &x->answer.body, .me = bv_str_of(x->session.account) };
	struct bv_err err;

	if (!kind_good(x))
		return;
	bv_json_pen_open(&w.pen, NULL, '{');
	bv_json_pen_open(&w.pen, "documents", '[');
	if (document_list(sql, x->params[0], write_version, &w, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	bv_json_pen_close(&w.pen, ']');
	bv_json_pen_close(&w.pen, '}');
	exchange_json(x, 200);
}

/* ---- Texts ---- */

static void
add_raw(struct bv_json_pen *pen, const char *name, struct bv_str json)
{
	bv_json_pen_name(pen, bv_str_of(name));
	bv_buf_add(pen->out, json);
	pen->named = false;
	pen->more = true;
}

static void
write_draft(struct bv_json_pen *pen, const char *name, const struct draft *draft, enum language language)
{
	uint8_t hash[BV_HASH_LEN];

	bv_sha256(hash, draft->text);
	bv_json_pen_open(pen, name, '{');
	bv_json_pen_bool(pen, "good", draft->good);
	bv_json_pen_bool(pen, "ready", draft->ready);
	if (!draft->good) {
		bv_json_pen_open(pen, "fault", '{');
		bv_json_pen_int(pen, "line", draft->fault.line);
		bv_json_pen_str(pen, "message", bv_str_of(draft->fault.msg));
		bv_json_pen_str(pen, "meaning", bv_str_of(meaning_of(language, &draft->fault)));
		bv_json_pen_close(pen, '}');
	}
	bv_json_pen_str(pen, "name", bv_buf_str(&draft->name));
	bv_json_pen_hex(pen, "hash", hash, BV_HASH_LEN);
	if (draft->good)
		add_raw(pen, "said", bv_buf_str(&draft->said));
	bv_json_pen_close(pen, '}');
}

/* False has answered. */
static bool
look(struct draft *draft, struct exchange *x, struct bv_sql *sql, struct bv_str text)
{
	struct bv_err err;

	draft->kind = x->params[0];
	draft->text = text;
	if (draft_look(draft, sql, x->server->stock, &err) == BV_OK)
		return true;
	edge_fail(x, &err);
	return false;
}

void
on_draft(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(draft_finish) struct draft draft = { 0 };
	struct bv_json_pen pen = { .out = &x->answer.body };

	if (!kind_good(x) || !look(&draft, x, sql, bv_json_str(bv_json_find(x->json, "text"))))
		return;
	write_draft(&pen, NULL, &draft, x->language);
	exchange_json(x, 200);
}

struct found {
	struct bv_buf text;
	int64_t version;
};

static void
take_text(void *ctx, const struct document *document)
{
	struct found *found = ctx;

	bv_buf_add(&found->text, document->text);
	found->version = document->version;
}

static void
found_finish(struct found *found)
{
	bv_buf_finish(&found->text);
}
BV_AUTO_DEFINE_FINISH(struct found, found_finish)

/* The one that the path names, and all its versions. */
static void
answer_document(struct exchange *x, struct bv_sql *sql, int64_t version, int status)
{
	BV_AUTO(found_finish) struct found found = { .text = BV_BUF(DOCUMENT_TEXT_MAX) };
	BV_AUTO(draft_finish) struct draft draft = { 0 };
	struct writing w = { .pen.out = &x->answer.body, .me = bv_str_of(x->session.account) };
	struct bv_err err;

	if (document_read(sql, x->params[0], x->params[1], version, take_text, &found, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	if (!look(&draft, x, sql, bv_buf_str(&found.text)))
		return;
	bv_json_pen_open(&w.pen, NULL, '{');
	bv_json_pen_open(&w.pen, "versions", '[');
	if (document_versions(sql, x->params[0], x->params[1], write_version, &w, &err) != BV_OK) {
		bv_buf_clear(&x->answer.body);
		edge_fail(x, &err);
		return;
	}
	bv_json_pen_close(&w.pen, ']');
	bv_json_pen_int(&w.pen, "version", found.version);
	bv_json_pen_str(&w.pen, "text", bv_buf_str(&found.text));
	write_draft(&w.pen, "look", &draft, x->language);
	bv_json_pen_close(&w.pen, '}');
	exchange_json(x, status);
}

void
on_document(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(16);
	int64_t version = 0;
	struct bv_err err;

	if (!kind_good(x))
		return;
	if (query_find(&text, x->query, "version", &err) == BV_OK && !bv_str_int(bv_buf_str(&text), &version))
		version = 0;
	answer_document(x, sql, version, 200);
}

/* ---- Changes ---- */

static void
refuse_draft(struct exchange *x, const struct draft *draft)
{
	if (draft->fault.line)
		problem_answer(x, "invalid", "line %d: %s", draft->fault.line, draft->fault.msg);
	else
		problem_answer(x, "invalid", "%s", draft->fault.msg);
}

void
on_document_save(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(draft_finish) struct draft draft = { 0 };
	struct bv_str text = bv_json_str(bv_json_find(x->json, "text"));
	struct bv_err err;

	if (!kind_good(x) || !look(&draft, x, sql, text))
		return;
	if (!draft.good) {
		refuse_draft(x, &draft);
		return;
	}
	if (!bv_str_eq(bv_buf_str(&draft.name), x->params[1])) {
		problem_answer(x, "invalid", "the text says that its name is '%.*s'", BV_STR_ARG(bv_buf_str(&draft.name)));
		return;
	}
	struct document document = { .kind = x->params[0], .name = x->params[1], .title = bv_buf_str(&draft.title), .text = text,
		                     .note = bv_json_str(bv_json_find(x->json, "note")), .author = bv_str_of(x->session.account) };
	if (document_save(&document, sql, bv_json_int(bv_json_find(x->json, "base")), bv_clock_now_s(), &err) != BV_OK)
		edge_fail(x, &err);
	else
		answer_document(x, sql, document.version, 201);
}

void
on_document_approve(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(found_finish) struct found found = { .text = BV_BUF(DOCUMENT_TEXT_MAX) };
	BV_AUTO(draft_finish) struct draft draft = { 0 };
	int64_t version = bv_json_int(bv_json_find(x->json, "version"));
	struct bv_err err;

	if (!kind_good(x))
		return;
	if (document_read(sql, x->params[0], x->params[1], version, take_text, &found, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	if (!look(&draft, x, sql, bv_buf_str(&found.text)))
		return;
	if (!draft.ready)
		problem_answer(x, "conflict", "it cannot be carried out as it is: see what is wrong with it");
	else if (document_approve(sql, x->params[0], x->params[1], version, bv_str_of(x->session.account), bv_clock_now_s(), &err) != BV_OK)
		edge_fail(x, &err);
	else
		answer_document(x, sql, version, 200);
}
