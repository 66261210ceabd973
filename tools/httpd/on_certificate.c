/* Certificates for the office: found by code, number or ticket, and one with all that it says, what was done to it and what may be done. Each look is noted before
 * anything is told: there are names in it. */
#include "base/clock.h"
#include "tools/httpd/audit.h"
#include "tools/httpd/dossier.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/lookup.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/proposal.h"
#include "tools/httpd/query.h"
#include "tools/httpd/server.h"

enum { WORD_MAX = 100, HISTORY_MAX = 10000 };

static const char *const fates[] = { "draft", "valid", "suspended", "revoked", "superseded", "corrected", NULL };
static const char *const steps[] = { "asked", "decided", "in-force", "turned-down", NULL };
static const char *const states[] = { "valid", "revoked", "superseded", "suspended", "expired", "invalid", "could-not-check", "not-found", "malformed-code", NULL };

#define ROW_MEMBERS \
	{ "certificate", SCHEMA_STRING, DOSSIER_UUID_LEN, DOSSIER_UUID_LEN, .format = FORMAT_ID, .doc = "Its UUID." }, \
	{ "serial", SCHEMA_STRING, 1, BV_SERIAL_MAX, .doc = "Its number." }, \
	{ "code", SCHEMA_STRING, 1, BV_CODE_SIZE, .doc = "The code by which everybody finds it." }, \
	{ "holder", SCHEMA_STRING, 1, BV_TEXT_MAX, .doc = "The name on it." }, \
	{ "birth", SCHEMA_STRING, 10, 10, .optional = true, .doc = "The holder's day of birth." }, \
	{ "level", SCHEMA_STRING, 0, BV_TEXT_MAX, .doc = "The level on it." }, \
	{ "awarded", SCHEMA_STRING, 20, 20, .format = FORMAT_TIME, .optional = true, .doc = "Its day." }, \
	{ "fate", SCHEMA_STRING, 1, 20, .choices = fates, .doc = "What has become of it, by the register." }

static const struct schema row_members[] = { ROW_MEMBERS, { 0 } };
static const struct schema row_element = { NULL, SCHEMA_OBJECT, .of = row_members };
static const struct schema found_members[] = {
	{ "certificates", SCHEMA_ARRAY, 0, DOSSIER_FOUND_MAX, .of = &row_element, .doc = "Those that were meant." },
	{ 0 },
};
const struct schema certificate_list_answer = { NULL, SCHEMA_OBJECT, .of = found_members };
const struct schema certificate_list_query[] = {
	{ "q", SCHEMA_STRING, 0, WORD_MAX, .doc = "The code as it was typed, the number, or the ticket of the attempt." },
	{ 0 },
};
static const struct schema reason_members[] = {
	{ "code", SCHEMA_STRING, 1, 64, .format = FORMAT_ID, .doc = "Goes into the public log." },
	{ "text", SCHEMA_STRING, 0, BV_TEXT_MAX, .doc = "The words of the rules of issuing." },
	{ 0 },
};
static const struct schema reason_element = { NULL, SCHEMA_OBJECT, .of = reason_members };
static const struct schema deed_members[] = {
	{ "deed", SCHEMA_STRING, 1, 20, .choices = proposal_deeds, .doc = "What may be proposed." },
	{ "may", SCHEMA_BOOL, .doc = "As the certificate is now." },
	{ "reasons", SCHEMA_ARRAY, 0, BV_REASONS_MAX, .of = &reason_element, .doc = "For what reasons: no others are taken." },
	{ 0 },
};
static const struct schema deed_element = { NULL, SCHEMA_OBJECT, .of = deed_members };
static const struct schema act_members[] = {
	{ "act", SCHEMA_INT, 1, INT64_MAX, .doc = "Its number in the register." },
	{ "deed", SCHEMA_STRING, 1, 20, .doc = "What was asked for." },
	{ "step", SCHEMA_STRING, 1, 20, .choices = steps, .doc = "How far it has come." },
	{ "reason", SCHEMA_STRING, 1, 64, .doc = "Why." },
	{ "reasonText", SCHEMA_STRING, 0, BV_TEXT_MAX, .doc = "The words of the rules of issuing." },
	{ "note", SCHEMA_STRING, 1, BV_ACT_NOTE_MAX, .optional = true, .doc = "What the officer wrote." },
	{ "askedBy", SCHEMA_STRING, 0, BV_OFFICER_MAX, .doc = "The officer who asked." },
	{ "asked", SCHEMA_STRING, 20, 20, .format = FORMAT_TIME, .optional = true, .doc = "When." },
	{ "decidedBy", SCHEMA_STRING, 1, BV_OFFICER_MAX, .optional = true, .doc = "The officer who decided." },
	{ "decided", SCHEMA_STRING, 20, 20, .format = FORMAT_TIME, .optional = true, .doc = "When." },
	{ 0 },
};
static const struct schema act_element = { NULL, SCHEMA_OBJECT, .of = act_members };
static const struct schema whole_members[] = {
	ROW_MEMBERS,
	{ "scheme", SCHEMA_STRING, 0, BV_TEXT_MAX, .doc = "The scheme." },
	{ "centre", SCHEMA_STRING, 0, BV_TEXT_MAX, .doc = "The centre." },
	{ "ticket", SCHEMA_STRING, 0, BV_TEXT_MAX, .doc = "Under which it was issued." },
	{ "achievement", SCHEMA_STRING, 0, BV_TEXT_MAX, .doc = "What was achieved." },
	{ "validUntil", SCHEMA_STRING, 20, 20, .format = FORMAT_TIME, .optional = true, .doc = "Absent: without end." },
	{ "signed", SCHEMA_STRING, 20, 20, .format = FORMAT_TIME, .optional = true, .doc = "When it was signed." },
	{ "successor", SCHEMA_OBJECT, .of = row_members, .optional = true, .doc = "What took its place." },
	{ "state", SCHEMA_STRING, 1, 20, .choices = states, .doc = "What everybody is told of it now." },
	{ "facts", SCHEMA_ARRAY, 0, 100000, .of = &fact_element, .optional = true, .doc = "Everything that it says; absent: it does not verify." },
	{ "history", SCHEMA_ARRAY, 0, HISTORY_MAX, .of = &act_element, .doc = "What was done to it, the oldest first." },
	{ "deeds", SCHEMA_ARRAY, 0, 10, .of = &deed_element, .doc = "What may be proposed." },
	{ 0 },
};
const struct schema certificate_answer = { NULL, SCHEMA_OBJECT, .of = whole_members };

bool
certificates_here(struct exchange *x)
{
	if (records_have(x->server->records))
		return true;
	problem_answer(x, "no-register", NULL);
	return false;
}

static void
answer(struct exchange *x, const struct bv_json *json)
{
	bv_json_write_safe(&x->answer.body, json);
	exchange_json(x, 200);
}

struct asked {
	struct bv_json *json;
	struct bv_str text;
};

static enum bv_status
search(void *ctx, struct bv_register *reg, struct bv_err *err)
{
	struct asked *a = ctx;

	return dossier_search(bv_json_set(a->json, "certificates", bv_json_new_array()), reg, a->text, err);
}

void
on_certificate_list(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4 * WORD_MAX);
	struct bv_err err;

	if (!certificates_here(x))
		return;
	(void)!query_find(&text, x->query, "q", &err); /* it has passed its schema: what is not there is empty */
	struct bv_str words = bv_str_trim(bv_buf_str(&text));
	if (!words.len) {
		problem_answer(x, "invalid", "q: say a code, a number or a ticket");
		return;
	}
	if (!audit_look(x, sql))
		return;
	if (records_ask(x->server->records, search, &(struct asked){ json, words }, &err) != BV_OK)
		edge_fail(x, &err);
	else
		answer(x, json);
}

static enum bv_status
write(void *ctx, struct bv_register *reg, struct bv_err *err)
{
	struct asked *a = ctx;

	return dossier_write(a->json, reg, a->text, err);
}

void
on_certificate(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	BV_AUTO(lookup_finish) struct lookup lookup = { 0 };
	struct bv_err err;

	if (!certificates_here(x) || !audit_look(x, sql))
		return;
	if (records_ask(x->server->records, write, &(struct asked){ json, x->params[0] }, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	lookup_find(&lookup, x->server->records, bv_json_str(bv_json_find(json, "code")), bv_clock_now_s(), x->language == LANGUAGE_EN ? BV_LANG_EN : BV_LANG_VI);
	bv_json_set_str(json, "state", bv_str_of(lookup_state_name(lookup.state)));
	if (lookup.facts && lookup.state != LOOKUP_INVALID)
		bv_json_set(json, "facts", bv_json_copy(lookup.facts));
	answer(x, json);
}
