/* What a candidate's session may do with its attempt. Each of these is an act that the ledger decides, stores and answers; the exchange waits for it,
 * and its thread does not. */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/engine.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/http.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/server.h"

enum { REFUSAL_COUNT = BV_REFUSED_STOPPED + 1 };

static const struct schema save_members[] = {
	{ "item", SCHEMA_INT, 0, BV_FORM_ITEMS_MAX - 1, .doc = "Which item of the form, from 0." },
	{ "number", SCHEMA_INT, 1, UINT32_MAX, .doc = "The tab's own counter of saves, growing with each new answer. The same again is the same save." },
	{ "ageMs", SCHEMA_INT, 0, INT64_C(604800000), .optional = true, .doc = "How long ago the answer was given, by the tab's steady clock." },
	{ "response", SCHEMA_OBJECT, .doc = "Response variables and their values as PCI JSON: {\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}." },
	{ 0 },
};
const struct schema save_body = { NULL, SCHEMA_OBJECT, .of = save_members };

static const struct schema hash_element = { NULL, SCHEMA_STRING, 64, 64, .format = FORMAT_HEX };
static const struct schema batch_members[] = {
	{ "index", SCHEMA_INT, 0, UINT32_MAX, .doc = "The event's place among those of one commit." },
	{ "count", SCHEMA_INT, 1, UINT32_MAX, .doc = "How many those are." },
	{ "path", SCHEMA_ARRAY, 0, BV_RECEIPT_PATH_MAX, .of = &hash_element, .doc = "The inclusion proof (RFC 6962) up to the root that is signed." },
	{ 0 },
};
static const struct schema receipt_members[] = {
	{ "type", SCHEMA_STRING, 1, 40, .format = FORMAT_ID, .doc = "Of the document: bangvang-verify checks it." },
	{ "sitting", SCHEMA_STRING, 1, BV_SITTING_NAME_MAX, .doc = "The name of the sitting." },
	{ "attempt", SCHEMA_STRING, 1, 20, .format = FORMAT_DIGITS, .doc = "The attempt." },
	{ "seq", SCHEMA_STRING, 1, 20, .format = FORMAT_DIGITS, .doc = "The number of the event in it." },
	{ "atMs", SCHEMA_INT, .doc = "When it was stored, by the exam's clock." },
	{ "kind", SCHEMA_INT, 1, 255, .doc = "What was done." },
	{ "bodyLength", SCHEMA_INT, 0, BV_EXAM_BODY_MAX, .doc = "Bytes of the event's body." },
	{ "bodyHash", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "SHA-256 of the event's body." },
	{ "prev", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "The hash of the attempt's event before." },
	{ "hash", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "The hash of the event." },
	{ "batch", SCHEMA_OBJECT, .of = batch_members, .doc = "What was signed at once." },
	{ "key", SCHEMA_STRING, 1, 100, .format = FORMAT_ID, .doc = "The public key, as a multikey." },
	{ "signature", SCHEMA_STRING, 128, 128, .format = FORMAT_HEX, .doc = "Ed25519." },
	{ 0 },
};
static const struct schema ack_members[] = {
	{ "sitting", SCHEMA_INT, 1, INT64_MAX, .doc = "The sitting." },
	{ "attempt", SCHEMA_INT, 1, INT64_MAX, .doc = "The attempt." },
	{ "seq", SCHEMA_INT, 1, INT64_MAX, .doc = "The number of the event in the attempt." },
	{ "atMs", SCHEMA_INT, .doc = "When that was stored, by the exam's clock." },
	{ "nowMs", SCHEMA_INT, .doc = "The exam's clock now." },
	{ "leftMs", SCHEMA_INT, 0, INT64_MAX, .doc = "Time that is left." },
	{ "sectionLeftMs", SCHEMA_INT, 0, INT64_MAX, .doc = "Time that is left in the section." },
	{ "deadlineMs", SCHEMA_INT, .doc = "When the time is over, by the exam's clock." },
	{ "state", SCHEMA_STRING, 1, 20, .format = FORMAT_ID, .doc = "The state of the attempt." },
	{ "section", SCHEMA_INT, 0, 255, .doc = "The section that is open." },
	{ "again", SCHEMA_BOOL, .optional = true, .doc = "The same was stored before; seq and atMs are of then." },
	{ "superseded", SCHEMA_BOOL, .optional = true, .doc = "A newer answer to the item is stored; nothing of this one." },
	{ "late", SCHEMA_BOOL, .optional = true, .doc = "It came after the deadline, within the grace." },
	{ "receipt", SCHEMA_OBJECT, .of = receipt_members, .optional = true, .doc = "Proof that it was stored." },
	{ 0 },
};
const struct schema ack_answer = { NULL, SCHEMA_OBJECT, .of = ack_members };

static const struct schema item_members[] = {
	{ "item", SCHEMA_INT, 0, BV_FORM_ITEMS_MAX - 1, .doc = "Which item." },
	{ "seq", SCHEMA_INT, 1, INT64_MAX, .doc = "The event of the newest answer." },
	{ "number", SCHEMA_INT, 1, UINT32_MAX, .doc = "The tab's number of it." },
	{ "lease", SCHEMA_INT, 0, UINT32_MAX, .doc = "Of which tab." },
	{ 0 },
};
static const struct schema item_element = { NULL, SCHEMA_OBJECT, .of = item_members };
static const struct schema state_members[] = {
	{ "sitting", SCHEMA_INT, 1, INT64_MAX, .doc = "The sitting." },
	{ "attempt", SCHEMA_INT, 1, INT64_MAX, .doc = "The attempt." },
	{ "seq", SCHEMA_INT, 1, INT64_MAX, .doc = "The number of its last event." },
	{ "nowMs", SCHEMA_INT, .doc = "The exam's clock now." },
	{ "leftMs", SCHEMA_INT, 0, INT64_MAX, .doc = "Time that is left." },
	{ "sectionLeftMs", SCHEMA_INT, 0, INT64_MAX, .doc = "Time that is left in the section." },
	{ "deadlineMs", SCHEMA_INT, .doc = "When the time is over, by the exam's clock; 0 before the start." },
	{ "state", SCHEMA_STRING, 1, 20, .format = FORMAT_ID, .doc = "The state of the attempt." },
	{ "section", SCHEMA_INT, 0, 255, .doc = "The section that is open." },
	{ "lease", SCHEMA_INT, 0, UINT32_MAX, .doc = "The tab that may write." },
	{ "writable", SCHEMA_BOOL, .doc = "Is that this session's?" },
	{ "items", SCHEMA_ARRAY, 0, BV_FORM_ITEMS_MAX, .of = &item_element, .doc = "The items that have an answer." },
	{ 0 },
};
const struct schema attempt_answer = { NULL, SCHEMA_OBJECT, .of = state_members };

static const struct schema value_members[] = {
	{ "item", SCHEMA_INT, 0, BV_FORM_ITEMS_MAX - 1, .doc = "Which item." },
	{ "seq", SCHEMA_INT, 1, INT64_MAX, .doc = "The event." },
	{ "number", SCHEMA_INT, 1, UINT32_MAX, .doc = "The tab's number of it." },
	{ "response", SCHEMA_OBJECT, .doc = "What was answered." },
	{ 0 },
};
static const struct schema value_element = { NULL, SCHEMA_OBJECT, .of = value_members };
static const struct schema values_members[] = {
	{ "answers", SCHEMA_ARRAY, 0, BV_FORM_ITEMS_MAX, .of = &value_element, .doc = "The newest answer of each item that has one." },
	{ 0 },
};
const struct schema answers_answer = { NULL, SCHEMA_OBJECT, .of = values_members };

/* An act on its way, in memory that the connection's exchanges use one after the other. */
struct wish {
	struct bv_ledger_act act; /* first */
	struct exchange *x;
	struct bv_buf response, items;
	int64_t seq; /* of the attempt when it was looked at */
	char sitting[BV_SITTING_NAME_MAX + 1]; /* its name */
};

static void
finish_wish(void *p)
{
	struct wish *wish = p;

	bv_buf_finish(&wish->response);
	bv_buf_finish(&wish->items);
}

static void
resume(struct bv_ledger_act *act)
{
	http_resume(((struct wish *)act)->x);
}

/* By a thread of the ledger: the receipt names the sitting. */
static void
copy_name(struct bv_ledger_act *act, const struct bv_attempt *attempt, const struct bv_sitting_plan *plan)
{
	struct wish *wish = (struct wish *)act;

	(void)attempt;
	memcpy(wish->sitting, bv_str_chars(plan->name), plan->name.len);
	wish->sitting[plan->name.len] = '\0';
}

/* The act of a candidate on the attempt that the path names. NULL: answered, because there is no ledger here, or the attempt is another's. */
static struct wish *
make_wish(struct exchange *x, enum bv_exam_act act)
{
	int64_t id;

	if (!x->server->ledger) {
		problem_answer(x, "no-exams", NULL);
		return NULL;
	}
	if (!bv_str_int(x->params[0], &id) || id <= 0 || id != x->session.attempt) {
		problem_answer(x, "denied", "the session is of another attempt");
		return NULL;
	}
	struct wish *wish = exchange_scratch(x, sizeof *wish, finish_wish);
	struct bv_buf response = wish->response, items = wish->items;
	*wish = (struct wish){ .act = { .act = act, .attempt = id, .look = copy_name, .done = resume }, .x = x, .response = response, .items = items };
	wish->response.max = BV_ANSWER_MAX;
	wish->items.max = EXCHANGE_ANSWER_MAX;
	bv_buf_clear(&wish->response);
	bv_buf_clear(&wish->items);
	if (act != BV_EXAM_LOOK) {
		wish->act.facts.author = BV_STR("candidate");
		wish->act.facts.lease = x->session.lease;
	}
	return wish;
}

static bool
give_wish(struct wish *wish)
{
	exchange_wait(wish->x);
	bv_ledger_submit(wish->x->server->ledger, &wish->act);
	return true;
}

static bool
give_save(struct exchange *x)
{
	struct wish *wish = make_wish(x, BV_EXAM_SAVE);
	struct bv_err err;

	if (!wish)
		return false;
	/* One way of writing for each value, so that the same answer again is the same bytes. */
	bv_json_write_canonical(&wish->response, bv_json_find(x->json, "response"));
	if (bv_buf_check(&wish->response, &err) != BV_OK) {
		edge_fail(x, &err);
		return false;
	}
	wish->act.facts.item = (uint32_t)bv_json_int(bv_json_find(x->json, "item"));
	wish->act.facts.number = (uint32_t)bv_json_int(bv_json_find(x->json, "number"));
	wish->act.facts.age_ms = bv_json_int(bv_json_find(x->json, "ageMs"));
	wish->act.facts.response = bv_buf_str(&wish->response);
	return give_wish(wish);
}

static bool
give_submit(struct exchange *x)
{
	struct wish *wish = make_wish(x, BV_EXAM_SUBMIT);

	return wish && give_wish(wish);
}

/* By a thread of the ledger: what it knows of the items is copied and no more. */
static void
copy_items(struct bv_ledger_act *act, const struct bv_attempt *attempt, const struct bv_sitting_plan *plan)
{
	struct wish *wish = (struct wish *)act;
	struct bv_json_pen pen = { .out = &wish->items };

	wish->seq = attempt->seq;
	bv_json_pen_open(&pen, NULL, '[');
	for (uint32_t i = 0; attempt->items && i < plan->item_count; i++) {
		const struct bv_attempt_item *item = &attempt->items[i];
		if (!item->n)
			continue;
		bv_json_pen_open(&pen, NULL, '{');
		bv_json_pen_int(&pen, "item", i);
		bv_json_pen_int(&pen, "seq", item->seq);
		bv_json_pen_int(&pen, "number", item->number);
		bv_json_pen_int(&pen, "lease", item->lease);
		bv_json_pen_close(&pen, '}');
	}
	bv_json_pen_close(&pen, ']');
}

static bool
give_look(struct exchange *x)
{
	struct wish *wish = make_wish(x, BV_EXAM_LOOK);

	if (!wish)
		return false;
	wish->act.look = copy_items;
	return give_wish(wish);
}

/* ---- Answers ---- */

static void
refuse_act(struct exchange *x, const struct bv_ledger_act *act)
{
	static const char *const names[REFUSAL_COUNT] = {
		[BV_REFUSED_NOT] = "fault",           [BV_REFUSED_SHAPE] = "invalid",       [BV_REFUSED_UNKNOWN] = "not-found",
		[BV_REFUSED_STATE] = "attempt-state", [BV_REFUSED_AUTHOR] = "denied",       [BV_REFUSED_WINDOW] = "not-open",
		[BV_REFUSED_TIME] = "time-over",      [BV_REFUSED_SECTION] = "section-closed", [BV_REFUSED_LEASE] = "other-tab",
		[BV_REFUSED_MACHINE] = "other-machine", [BV_REFUSED_NUMBER] = "conflict",   [BV_REFUSED_HELD] = "clock-held",
		[BV_REFUSED_STOPPED] = "not-stored",
	};

	if (act->refusal == BV_REFUSED_STOPPED) {
		problem_answer(x, "not-stored", NULL);
		exchange_field(x, "Retry-After", "2");
		return;
	}
	problem_answer(x, names[act->refusal], "%s", act->err.msg);
}

static void
write_time(struct bv_json_pen *pen, const struct bv_ledger_ack *ack)
{
	bv_json_pen_int(pen, "nowMs", ack->now_ms);
	bv_json_pen_int(pen, "leftMs", ack->left_ms);
	bv_json_pen_int(pen, "sectionLeftMs", ack->section_left_ms);
	bv_json_pen_int(pen, "deadlineMs", ack->deadline_ms);
	bv_json_pen_str(pen, "state", bv_str_of(bv_attempt_state_name(ack->state)));
	bv_json_pen_int(pen, "section", ack->section);
}

/* True when there is an answer to write. */
static bool
begin_answer(struct exchange *x, const struct bv_ledger_act *act)
{
	if (act->status != BV_OK) {
		refuse_act(x, act);
		return false;
	}
	x->answer.status = 200;
	x->answer.type = "application/json";
	exchange_field(x, "Cache-Control", "no-store");
	return true;
}

static void
finish_act(struct exchange *x)
{
	const struct wish *wish = exchange_scratch(x, sizeof(struct wish), finish_wish);
	struct bv_json_pen pen = { .out = &x->answer.body };
	const struct bv_ledger_ack *ack = &wish->act.ack;

	if (!begin_answer(x, &wish->act))
		return;
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_int(&pen, "sitting", ack->sitting);
	bv_json_pen_int(&pen, "attempt", ack->attempt);
	bv_json_pen_int(&pen, "seq", ack->seq);
	bv_json_pen_int(&pen, "atMs", ack->at_ms);
	write_time(&pen, ack);
	if (ack->again)
		bv_json_pen_bool(&pen, "again", true);
	if (ack->superseded)
		bv_json_pen_bool(&pen, "superseded", true);
	if (ack->late)
		bv_json_pen_bool(&pen, "late", true);
	if (ack->receipt.count) {
		bv_json_pen_name(&pen, BV_STR("receipt"));
		bv_receipt_write(&x->answer.body, &ack->receipt, bv_str_of(wish->sitting), BV_STR_NONE, bv_key_public(x->server->ledger_key));
		pen.named = false;
		pen.more = true;
	}
	bv_json_pen_close(&pen, '}');
}

static void
finish_look(struct exchange *x)
{
	const struct wish *wish = exchange_scratch(x, sizeof(struct wish), finish_wish);
	const struct bv_ledger_ack *ack = &wish->act.ack;
	struct bv_json_pen pen = { .out = &x->answer.body };

	if (!begin_answer(x, &wish->act))
		return;
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_int(&pen, "sitting", ack->sitting);
	bv_json_pen_int(&pen, "attempt", ack->attempt);
	bv_json_pen_int(&pen, "seq", wish->seq);
	write_time(&pen, ack);
	bv_json_pen_int(&pen, "lease", ack->lease);
	bv_json_pen_bool(&pen, "writable", ack->lease == x->session.lease);
	bv_json_pen_name(&pen, BV_STR("items"));
	bv_buf_add(&x->answer.body, bv_buf_str(&wish->items));
	bv_buf_addc(&x->answer.body, '}');
}

const struct later save_later = { give_save, finish_act }, submit_later = { give_submit, finish_act }, attempt_later = { give_look, finish_look };

/* ---- Reading ---- */

static enum bv_status
write_answer(void *ctx, const struct bv_exam_event *event, struct bv_err *err)
{
	struct bv_json_pen *pen = ctx;

	(void)err;
	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_int(pen, "item", event->facts.item);
	bv_json_pen_int(pen, "seq", event->seq);
	bv_json_pen_int(pen, "number", event->facts.number);
	bv_json_pen_name(pen, BV_STR("response"));
	bv_buf_add(pen->out, event->facts.response);
	pen->named = false;
	pen->more = true;
	bv_json_pen_close(pen, '}');
	return BV_OK;
}

void
on_answers(struct exchange *x, struct bv_sql *sql)
{
	struct bv_json_pen pen = { .out = &x->answer.body };
	struct bv_err err;

	(void)sql;
	if (!make_wish(x, BV_EXAM_LOOK))
		return;
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_open(&pen, "answers", '[');
	if (bv_ledger_answers(x->server->ledger, x->session.attempt, write_answer, &pen, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	bv_json_pen_close(&pen, ']');
	bv_json_pen_close(&pen, '}');
	x->answer.status = 200;
	x->answer.type = "application/json";
	exchange_field(x, "Cache-Control", "no-store");
}
