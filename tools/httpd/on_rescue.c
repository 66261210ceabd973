/* A proctor brings the answers of a machine that had no network, in the file that its page made. */
#include <stdio.h>

#include "base/json.h"
#include "base/mem.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/scope.h"
#include "tools/httpd/server.h"
#include "tools/httpd/wish.h"

enum { REASON_MAX = 500 };

static const struct schema body_members[] = {
	{ "document", SCHEMA_STRING, 1, BV_RESCUE_MAX, .doc = "The text of the file .baithi." },
	{ "reason", SCHEMA_STRING, 1, REASON_MAX, .doc = "What happened; every event of it keeps this. No personal data." },
	{ 0 },
};
const struct schema rescue_body = { NULL, SCHEMA_OBJECT, .of = body_members };

static const struct schema refused_members[] = {
	{ "item", SCHEMA_INT, 0, BV_FORM_ITEMS_MAX, .doc = "Which item, from 0." },
	{ "why", SCHEMA_STRING, 1, 300, .doc = "What is against it." },
	{ 0 },
};
static const struct schema refused_element = { NULL, SCHEMA_OBJECT, .of = refused_members };
static const struct schema answer_members[] = {
	{ "attempt", SCHEMA_STRING, 1, 20, .format = FORMAT_DIGITS, .doc = "Whose answers the file has." },
	{ "ticket", SCHEMA_STRING, 1, BV_TICKET_MAX, .doc = "The same, by the ticket." },
	{ "taken", SCHEMA_INT, 0, BV_FORM_ITEMS_MAX, .doc = "Answers that are stored now and were not." },
	{ "known", SCHEMA_INT, 0, BV_FORM_ITEMS_MAX, .doc = "That were stored before." },
	{ "older", SCHEMA_INT, 0, BV_FORM_ITEMS_MAX, .doc = "To items of which a newer answer is stored." },
	{ "refused", SCHEMA_ARRAY, 0, BV_FORM_ITEMS_MAX * 2, .of = &refused_element, .doc = "That are not taken." },
	{ 0 },
};
const struct schema rescue_answer = { NULL, SCHEMA_OBJECT, .of = answer_members };

/* May he act on anything in the sitting? Who may not is told nothing of it. False has answered. */
static bool
sitting_open_to(struct exchange *x, struct bv_sql *sql, struct scope *scope)
{
	struct board *board = scope_open(scope, x, sql, ROLES_WATCH);

	if (!board)
		return false;
	const struct board_sitting *sitting = board_find(board, x->params[0]);
	bool there = sitting && scope_has(scope, spot_of_sitting(sitting)), may = there && scope_may(scope, ROLES_PROCTOR, spot_of_sitting(sitting));
	for (const struct board_room *room = sitting ? sitting->rooms : NULL; room && !may; room = room->next) {
		there = there || scope_has(scope, spot_of_room(room));
		may = scope_may(scope, ROLES_PROCTOR, spot_of_room(room));
	}
	feed_unlock(x->server->feed);
	if (!there)
		problem_answer(x, "not-found", NULL);
	else if (!may)
		problem_answer(x, "denied", "files of answers are brought by proctors");
	return may;
}

/* The file's candidate, if he is this proctor's. False has answered. */
static bool
find_row(struct exchange *x, struct bv_sql *sql, int64_t attempt, char ticket[BV_TICKET_MAX + 1])
{
	struct scope scope;
	struct board *board = scope_open(&scope, x, sql, ROLES_WATCH);

	if (!board)
		return false;
	const struct board_row *row = board_find_row(board, attempt);
	const struct board_sitting *sitting = board_find(board, x->params[0]);
	bool may = row && row->sitting == sitting && scope_may(&scope, ROLES_PROCTOR, row->room ? spot_of_room(row->room) : spot_of_sitting(sitting));
	if (may)
		snprintf(ticket, BV_TICKET_MAX + 1, "%s", row->ticket);
	feed_unlock(x->server->feed);
	if (!may)
		problem_answer(x, "not-found", "the file is of no candidate of yours in this sitting");
	return may;
}

/* The messages of papers name answers as the author does. */
static void
write_refusal(void *ctx, uint32_t item, const struct bv_err *why)
{
	struct bv_json_pen *pen = ctx;

	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_int(pen, "item", item);
	bv_json_pen_str(pen, "why", why->status == BV_EINVAL || why->status == BV_ELIMIT ? BV_STR("the item does not take such an answer") : bv_str_of(why->msg));
	bv_json_pen_close(pen, '}');
}

static void
take(struct exchange *x, const struct hall *hall, const struct bv_rescue *rescue, const char *ticket)
{
	BV_AUTO(bv_buf_finish) struct bv_buf refusals = BV_BUF(EXCHANGE_ANSWER_MAX);
	struct bv_json_pen list = { .out = &refusals }, pen = { .out = &x->answer.body };
	struct bv_rescue_tally tally;
	struct desk *desk;
	char attempt[24];
	struct bv_err err;

	if (desk_load(&desk, x->server->desks, bv_rescue_attempt(rescue), &err) != BV_OK) {
		wish_no_paper(x, &err);
		return;
	}
	const struct bv_rescue_order order = { .papers = hall->papers, .paper = desk->paper, .ledger = x->server->ledger, .author = bv_str_of(x->session.account),
		                               .reason = bv_json_str(bv_json_find(x->json, "reason")), .refused = write_refusal, .ctx = &list };
	bv_json_pen_open(&list, NULL, '[');
	enum bv_status status = bv_rescue_take(&tally, rescue, &order, &err);
	bv_json_pen_close(&list, ']');
	desk_release(desk);
	if (status != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	exchange_json(x, 200);
	bv_json_pen_open(&pen, NULL, '{');
	snprintf(attempt, sizeof attempt, "%lld", (long long)bv_rescue_attempt(rescue));
	bv_json_pen_str(&pen, "attempt", bv_str_of(attempt));
	bv_json_pen_str(&pen, "ticket", bv_str_of(ticket));
	bv_json_pen_int(&pen, "taken", (int64_t)tally.taken);
	bv_json_pen_int(&pen, "known", (int64_t)tally.known);
	bv_json_pen_int(&pen, "older", (int64_t)tally.older);
	bv_json_pen_name(&pen, BV_STR("refused"));
	bv_buf_add(pen.out, bv_buf_str(&refusals));
	bv_buf_addc(pen.out, '}');
	log_event(x->server->log, LOG_LEVEL_NOTICE, "rescue", "request=%s taken=%zu known=%zu older=%zu refused=%zu", x->id, tally.taken, tally.known, tally.older, tally.refused);
}

void
on_rescue(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bv_rescue_free) struct bv_rescue *rescue = NULL;
	char ticket[BV_TICKET_MAX + 1];
	struct hall *hall = NULL;
	struct scope scope;
	struct bv_err err;

	if (!sitting_open_to(x, sql, &scope))
		return;
	enum bv_status status = hall_find(&hall, x->server->halls, x->params[0], &err);
	if (status == BV_OK && !hall->papers)
		problem_answer(x, "no-paper", "the sitting has no documents");
	else if (status != BV_OK)
		wish_no_paper(x, &err);
	else if (bv_rescue_open(&rescue, hall->papers, bv_json_str(bv_json_find(x->json, "document")), &err) != BV_OK)
		problem_answer(x, "invalid", "%s", err.msg);
	else if (find_row(x, sql, bv_rescue_attempt(rescue), ticket))
		take(x, hall, rescue, ticket);
	if (hall)
		hall_release(hall);
}
