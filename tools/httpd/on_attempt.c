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
#include "tools/httpd/wish.h"

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
	{ "section", SCHEMA_INT, 0, 255, .doc = "The section that is open; of an adaptive paper the item." },
	{ "over", SCHEMA_BOOL, .optional = true, .doc = "Of an adaptive paper: no item comes any more." },
	{ "again", SCHEMA_BOOL, .optional = true, .doc = "The same was stored before; seq and atMs are of then." },
	{ "superseded", SCHEMA_BOOL, .optional = true, .doc = "A newer answer to the item is stored; nothing of this one." },
	{ "late", SCHEMA_BOOL, .optional = true, .doc = "It came after the deadline, within the grace." },
	{ "receipt", SCHEMA_OBJECT, .of = receipt_members, .optional = true, .doc = "Proof that it was stored." },
	{ "paperKey", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .optional = true, .doc = "After a start: opens the sealed paper." },
	{ "lease", SCHEMA_INT, 1, UINT32_MAX, .optional = true, .doc = "After a lease: the tab's, to be sent as X-Lease with everything that it does." },
	{ 0 },
};
const struct schema ack_answer = { NULL, SCHEMA_OBJECT, .of = ack_members };

static const struct schema key_members[] = {
	{ "paperKey", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "Opens the sealed paper." },
	{ 0 },
};
const struct schema key_answer = { NULL, SCHEMA_OBJECT, .of = key_members };
static const struct schema section_members[] = {
	{ "section", SCHEMA_INT, 0, BV_ADAPTIVE_ITEMS_MAX - 1, .doc = "The section that is left, and closed; of an adaptive paper the item." },
	{ 0 },
};
const struct schema section_body = { NULL, SCHEMA_OBJECT, .of = section_members };

static const struct schema item_members[] = {
	{ "item", SCHEMA_INT, 0, BV_FORM_ITEMS_MAX - 1, .doc = "Which item." },
	{ "seq", SCHEMA_INT, 1, INT64_MAX, .doc = "The event of the newest answer." },
	{ "number", SCHEMA_INT, 1, UINT32_MAX, .doc = "The tab's number of it." },
	{ "lease", SCHEMA_INT, 0, UINT32_MAX, .doc = "Of which tab." },
	{ 0 },
};
static const struct schema item_element = { NULL, SCHEMA_OBJECT, .of = item_members };
static const struct schema order_members[] = {
	{ "act", SCHEMA_STRING, 1, 20, .format = FORMAT_ID, .doc = "What was done." },
	{ "seq", SCHEMA_INT, 1, UINT32_MAX, .doc = "The number of its event." },
	{ "atMs", SCHEMA_INT, .doc = "When, by the exam's clock." },
	{ 0 },
};
static const struct schema state_members[] = {
	{ "sitting", SCHEMA_INT, 1, INT64_MAX, .doc = "The sitting." },
	{ "attempt", SCHEMA_INT, 1, INT64_MAX, .doc = "The attempt." },
	{ "seq", SCHEMA_INT, 1, INT64_MAX, .doc = "The number of its last event." },
	{ "nowMs", SCHEMA_INT, .doc = "The exam's clock now." },
	{ "leftMs", SCHEMA_INT, 0, INT64_MAX, .doc = "Time that is left." },
	{ "sectionLeftMs", SCHEMA_INT, 0, INT64_MAX, .doc = "Time that is left in the section." },
	{ "deadlineMs", SCHEMA_INT, .doc = "When the time is over, by the exam's clock; 0 before the start." },
	{ "state", SCHEMA_STRING, 1, 20, .format = FORMAT_ID, .doc = "The state of the attempt." },
	{ "section", SCHEMA_INT, 0, 255, .doc = "The section that is open; of an adaptive paper the item." },
	{ "over", SCHEMA_BOOL, .optional = true, .doc = "Of an adaptive paper: no item comes any more." },
	{ "lease", SCHEMA_INT, 0, UINT32_MAX, .doc = "The tab that may write." },
	{ "writable", SCHEMA_BOOL, .doc = "Is that this session's?" },
	{ "order", SCHEMA_OBJECT, .of = order_members, .optional = true, .doc = "The newest act of staff, to be shown: then say so (remarks, told)." },
	{ "items", SCHEMA_ARRAY, 0, BV_FORM_ITEMS_MAX, .of = &item_element, .doc = "The items that have an answer." },
	{ 0 },
};
const struct schema attempt_answer = { NULL, SCHEMA_OBJECT, .of = state_members };

/* One way of writing for each value, so that the same answer again is the same bytes; in the item's own names, and only what it can take. */
static enum bv_status
take_response(struct wish *wish, uint32_t item, const struct bv_json *response, struct bv_err *err)
{
	const struct desk *desk = wish->desk;

	bv_json_write_canonical(desk->paper ? &wish->sent : &wish->response, response);
	if (!desk->paper)
		return bv_buf_check(&wish->response, err);
	TRY(bv_buf_check(&wish->sent, err));
	return bv_paper_answer(&wish->response, desk->hall->papers, desk->paper, item, bv_buf_str(&wish->sent), err);
}

static bool
give_save(struct exchange *x)
{
	struct wish *wish = wish_make(x, BV_EXAM_SAVE, NULL);
	uint32_t item = (uint32_t)bv_json_int(bv_json_find(x->json, "item"));
	struct bv_err err;

	if (!wish || !wish_sit_with(wish, item + 1))
		return false;
	wish->act.facts.item = item;
	enum bv_status status = take_response(wish, wish->act.facts.item, bv_json_find(x->json, "response"), &err);
	wish_stand_up(wish);
	if (status != BV_OK) {
		edge_fail(x, &err);
		return false;
	}
	wish->act.facts.number = (uint32_t)bv_json_int(bv_json_find(x->json, "number"));
	wish->act.facts.age_ms = bv_json_int(bv_json_find(x->json, "ageMs"));
	wish->act.facts.response = bv_buf_str(&wish->response);
	/* Its memory is warm now, and good for the next one; in an exchange that waits it would not be. */
	bv_json_free(x->json);
	x->json = NULL;
	return wish_give(wish);
}

static bool
give_submit(struct exchange *x)
{
	struct wish *wish = wish_make(x, BV_EXAM_SUBMIT, NULL);

	return wish && wish_give(wish);
}

/* What comes next is chosen by the answers that the ledger has, and by no event thread. Who left the item before only asks again. */
static bool
choose_next(struct wish *wish)
{
	BV_AUTO(bv_given_finish) struct bv_given given = { 0 };
	struct exchange *x = wish->x;
	struct bv_err err;

	if (!x->may_wait) {
		wish_stand_up(wish);
		edge_to_database(x);
		return false;
	}
	enum bv_status status = bv_given_load(&given, x->server->ledger, x->session.attempt, &err);
	if (status == BV_OK && given.count && !given.over && wish->act.facts.section == given.left)
		status = bv_given_leave(&wish->act.facts, &wish->grown, &given, wish->desk->hall->papers, bv_paper_ticket(wish->desk->paper), &err);
	wish_stand_up(wish);
	if (status != BV_OK)
		wish_no_paper(x, &err);
	return status == BV_OK;
}

static bool
give_section(struct exchange *x)
{
	struct wish *wish = wish_make(x, BV_EXAM_SECTION, NULL);

	if (!wish || !wish_sit(wish))
		return false;
	wish->act.facts.section = (uint32_t)bv_json_int(bv_json_find(x->json, "section"));
	if (desk_is_adaptive(wish->desk) && !choose_next(wish))
		return false;
	return wish_give(wish);
}

static bool
give_start(struct exchange *x)
{
	struct wish *wish = wish_make(x, BV_EXAM_START, NULL);

	if (!wish || !wish_sit(wish))
		return false;
	if (!wish->desk->paper) {
		wish_stand_up(wish);
		problem_answer(x, "no-paper", "the sitting has no documents");
		return false;
	}
	memcpy(wish->act.facts.form, bv_paper_hash(wish->desk->paper), BV_HASH_LEN);
	wish->act.look = wish_copy_key;
	return wish_give(wish);
}

static bool
give_key(struct exchange *x)
{
	struct wish *wish = wish_make(x, BV_EXAM_LOOK, NULL);

	if (!wish || !wish_sit(wish))
		return false;
	wish->act.look = wish_copy_key;
	return wish_give(wish);
}

/* By a thread of the ledger: what it knows of the items is copied and no more. */
static void
copy_items(struct bv_ledger_act *act, const struct bv_attempt *attempt, const struct bv_sitting_plan *plan)
{
	struct wish *wish = act->ctx;
	struct bv_json_pen pen = { .out = &wish->items };

	wish->seq = attempt->seq;
	wish->order = (struct wish_order){ (enum bv_exam_act)attempt->order, attempt->order_seq, attempt->order_ms };
	bv_buf_clear(&wish->items); /* it may be decided again */
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
	struct wish *wish = wish_make(x, BV_EXAM_LOOK, NULL);

	if (!wish)
		return false;
	wish->act.look = copy_items;
	return wish_give(wish);
}

/* ---- Answers ---- */

static void
finish_act(struct exchange *x)
{
	struct wish *wish = wish_of(x);
	struct bv_json_pen pen = { .out = &x->answer.body };

	if (!wish_begin_answer(wish))
		return;
	bv_json_pen_open(&pen, NULL, '{');
	wish_write_ack(&pen, wish);
	if (wish->has_key)
		wish_write_key(&pen, wish);
	bv_json_pen_close(&pen, '}');
}

static void
finish_section(struct exchange *x)
{
	struct wish *wish = wish_of(x);

	if (wish->act.status == BV_OK && wish->grown) {
		desk_grow(x->server->desks, x->session.attempt, wish->grown);
		wish->grown = NULL;
	}
	finish_act(x);
}

static void
finish_key(struct exchange *x)
{
	struct wish *wish = wish_of(x);
	struct bv_json_pen pen = { .out = &x->answer.body };

	if (!wish_holds(wish, true))
		return;
	if (!wish->has_key) {
		problem_answer(x, "no-paper", "the sitting has no documents");
		return;
	}
	bv_json_pen_open(&pen, NULL, '{');
	wish_write_key(&pen, wish);
	bv_json_pen_close(&pen, '}');
}

static void
finish_look(struct exchange *x)
{
	struct wish *wish = wish_of(x);
	const struct bv_ledger_ack *ack = &wish->act.ack;
	struct bv_json_pen pen = { .out = &x->answer.body };

	if (!wish_begin_answer(wish))
		return;
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_int(&pen, "sitting", ack->sitting);
	bv_json_pen_int(&pen, "attempt", ack->attempt);
	bv_json_pen_int(&pen, "seq", wish->seq);
	wish_write_time(&pen, ack);
	bv_json_pen_int(&pen, "lease", ack->lease);
	bv_json_pen_bool(&pen, "writable", ack->lease && ack->lease == x->session.lease);
	if (wish->order.act) {
		bv_json_pen_open(&pen, "order", '{');
		bv_json_pen_str(&pen, "act", bv_str_of(bv_exam_act_name(wish->order.act)));
		bv_json_pen_int(&pen, "seq", wish->order.seq);
		bv_json_pen_int(&pen, "atMs", wish->order.at_ms);
		bv_json_pen_close(&pen, '}');
	}
	bv_json_pen_name(&pen, BV_STR("items"));
	bv_buf_add(&x->answer.body, bv_buf_str(&wish->items));
	bv_buf_addc(&x->answer.body, '}');
}

const struct later save_later = { give_save, finish_act }, submit_later = { give_submit, finish_act }, attempt_later = { give_look, finish_look },
                   start_later = { give_start, finish_act }, section_later = { give_section, finish_section }, key_later = { give_key, finish_key };

/* The session's row says which lease it has: it is the database's, and the ledger's first. */
void
on_lease(struct exchange *x, struct bv_sql *sql)
{
	struct wish *wish = wish_make(x, BV_EXAM_LEASE, sql);
	struct bv_json_pen pen = { .out = &x->answer.body };
	char machine[SESSION_MACHINE_SIZE];
	struct bv_err err;

	if (!wish)
		return;
	snprintf(machine, sizeof machine, "%s", x->session.machine);
	if (!machine[0]) { /* of a session that does not say: itself */
		memcpy(machine, "s-", 2);
		bv_hex(machine + 2, x->session.key, 16);
	}
	wish->act.facts.machine = bv_str_of(machine);
	if (!wish_do(wish))
		return;
	if (session_set_lease(&x->session, x->server->sessions, sql, wish->act.ack.lease, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	bv_json_pen_open(&pen, NULL, '{');
	wish_write_ack(&pen, wish);
	bv_json_pen_int(&pen, "lease", wish->act.ack.lease);
	bv_json_pen_close(&pen, '}');
}
