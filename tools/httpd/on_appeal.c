/* A candidate asks that his result be looked at again. What it is about is one of a few words: the ledger keeps it for ever, and is no place for what somebody writes of
 * himself or of others; the rest he tells whoever decides. */
#include "base/json.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/wish.h"

static const char *const abouts[] = { "marking", "question", "machine", "procedure", "other", NULL };
static const struct schema appeal_members[] = {
	{ "about", SCHEMA_STRING, 1, 20, .choices = abouts, .doc = "What: the marking, a question, the machine, how the exam was held, something else." },
	{ 0 },
};
const struct schema appeal_body = { NULL, SCHEMA_OBJECT, .of = appeal_members };
static const struct schema answer_members[] = {
	{ "state", SCHEMA_STRING, 1, 20, .format = FORMAT_ID, .doc = "appealed" },
	{ "seq", SCHEMA_INT, 1, INT64_MAX, .doc = "The number of the event." },
	{ "atMs", SCHEMA_INT, .doc = "When it was stored." },
	{ 0 },
};
const struct schema appeal_answer = { NULL, SCHEMA_OBJECT, .of = answer_members };

void
on_appeal(struct exchange *x, struct bv_sql *sql)
{
	struct wish *wish = wish_make(x, BV_EXAM_APPEAL, sql);

	if (!wish)
		return;
	bv_buf_add(&wish->sent, bv_json_str(bv_json_find(x->json, "about")));
	wish->act.facts.reason = bv_buf_str(&wish->sent);
}

static bool
give(struct exchange *x)
{
	return wish_give(wish_of(x));
}

static void
finish(struct exchange *x)
{
	struct bv_json_pen pen = { .out = &x->answer.body };
	struct wish *wish = wish_of(x);

	if (!wish_begin_answer(wish))
		return;
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "state", bv_str_of(bv_attempt_state_name((enum bv_attempt_state)wish->act.ack.state)));
	bv_json_pen_int(&pen, "seq", wish->act.ack.seq);
	bv_json_pen_int(&pen, "atMs", wish->act.ack.at_ms);
	bv_json_pen_close(&pen, '}');
}

const struct later appeal_later = { give, finish };
