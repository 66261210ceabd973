/* What staff does to attempts and sittings: an act that the ledger decides, with who did it and why; answered when it is stored. */
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/http.h"
#include "tools/httpd/irregularity.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/scope.h"
#include "tools/httpd/server.h"
#include "tools/httpd/wish.h"

#define HEADS (ROLE(SCHEME_OWNER) | ROLE(CENTRE_HEAD))
enum { MINUTE_MS = 60000, TOLD_MAX = 500 };

/* Which act on the wire is which of the ledger, and whose. */
static const struct row {
	const char *name;
	enum bv_exam_act act; /* BV_EXAM_NOTHING: the clock is confirmed */
	uint32_t roles;
	const char *remark; /* of a note: what kind it is */
} attempt_acts[] = {
	{ "admit", BV_EXAM_ADMIT, ROLES_PROCTOR, NULL },       { "dismiss", BV_EXAM_DISMISS, ROLES_PROCTOR, NULL },
	{ "unbind", BV_EXAM_UNBIND, ROLES_PROCTOR, NULL },     { "pause", BV_EXAM_PAUSE, ROLES_PROCTOR, NULL },
	{ "resume", BV_EXAM_RESUME, ROLES_PROCTOR, NULL },     { "extend", BV_EXAM_EXTEND, ROLES_PROCTOR, NULL },
	{ "end", BV_EXAM_END, ROLES_PROCTOR, NULL },           { "note", BV_EXAM_NOTE, ROLES_PROCTOR, "note" },
	{ "incident", BV_EXAM_NOTE, ROLES_PROCTOR, "incident" }, { "absent", BV_EXAM_NOTE, ROLES_PROCTOR, "absent" },
	{ "helped", BV_EXAM_NOTE, ROLES_PROCTOR, "helped" }, { "reopen", BV_EXAM_REOPEN, HEADS, NULL },
	{ "appeal", BV_EXAM_APPEAL, HEADS, NULL },             { "finalise", BV_EXAM_FINALISE, HEADS | ROLE(ADJUDICATOR), NULL },
}, sitting_acts[] = {
	{ "open", BV_EXAM_WINDOW, HEADS, NULL },   { "window", BV_EXAM_WINDOW, HEADS, NULL },
	{ "close", BV_EXAM_CLOSE, HEADS, NULL },   { "note", BV_EXAM_NOTE, ROLES_PROCTOR, "note" },
	{ "incident", BV_EXAM_NOTE, ROLES_PROCTOR, "incident" }, { "hold-confirm", BV_EXAM_NOTHING, HEADS, NULL },
};

static const char *const attempt_names[] = { "admit", "dismiss", "unbind", "pause",  "resume", "extend",   "end",
	                                     "note",  "incident", "absent", "helped", "reopen", "appeal", "finalise", NULL };
static const char *const sitting_names[] = { "open", "window", "close", "note", "incident", "hold-confirm", NULL };
static const char *const identities[] = { "card", "passport", "app", "photo", "known", NULL };
static const struct schema attempt_members[] = {
	{ "act", SCHEMA_STRING, 1, 20, .choices = attempt_names, .doc = "What is done." },
	{ "reason", SCHEMA_STRING, 1, TOLD_MAX, .optional = true, .doc = "Why, or what was seen; needed but for admit, absent, helped and finalise. No personal data: nobody can take it back." },
	{ "minutes", SCHEMA_INT, 1, BV_SITTING_TIME_MAX_MS / MINUTE_MS, .optional = true, .doc = "extend: how many more." },
	{ "identity", SCHEMA_STRING, 1, 20, .choices = identities, .optional = true,
	  .doc = "admit: how it was seen who he is: identity card, passport, the national identity app, the photograph of the roster, known in person." },
	{ "category", SCHEMA_STRING, 1, 40, .choices = irregularity_names, .optional = true, .doc = "note, incident: what kind of thing happened." },
	{ "key", SCHEMA_STRING, 16, 16, .format = FORMAT_HEX, .optional = true, .doc = "Random, of this act: the same again is not done twice." },
	{ 0 },
};
const struct schema attempt_act_body = { NULL, SCHEMA_OBJECT, .of = attempt_members };
static const struct schema sitting_members[] = {
	{ "act", SCHEMA_STRING, 1, 20, .choices = sitting_names, .doc = "What is done; open lets candidates start from now on." },
	{ "reason", SCHEMA_STRING, 1, TOLD_MAX, .doc = "Why." },
	{ "opensMs", SCHEMA_INT, 1, INT64_C(253402300799999), .optional = true, .doc = "window: nobody starts before; else as it is." },
	{ "startUntilMs", SCHEMA_INT, 1, INT64_C(253402300799999), .optional = true, .doc = "window: nobody starts after." },
	{ "closesMs", SCHEMA_INT, 1, INT64_C(253402300799999), .optional = true, .doc = "window: when it closes." },
	{ "room", SCHEMA_STRING, 1, BV_ROOM_MAX, .format = FORMAT_ID, .optional = true, .doc = "note, incident: of one room; a proctor of that room may." },
	{ "category", SCHEMA_STRING, 1, 40, .choices = irregularity_names, .optional = true, .doc = "note, incident: what kind of thing happened." },
	{ "jumpMs", SCHEMA_INT, 0, BV_CLOCK_JUMP_MAX_MS, .optional = true, .doc = "hold-confirm: how long the machine was off." },
	{ "key", SCHEMA_STRING, 16, 16, .format = FORMAT_HEX, .optional = true, .doc = "Random, of this act: the same again is not done twice." },
	{ 0 },
};
const struct schema sitting_act_body = { NULL, SCHEMA_OBJECT, .of = sitting_members };

static void
resume(struct bv_ledger_act *act)
{
	http_resume(((struct wish *)act)->x);
}

static const struct row *
find_row(const struct row *rows, size_t count, struct bv_str name)
{
	size_t i = 0;

	while (i + 1 < count && !bv_str_is(name, rows[i].name))
		i++;
	return &rows[i]; /* the schema lets no others pass */
}

static uint64_t
key_of(const struct bv_json *json)
{
	struct bv_str hex = bv_json_str(bv_json_find(json, "key"));
	uint64_t key = 0;

	for (size_t i = 0; i < hex.len; i++)
		key = key << 4 | (uint64_t)bv_hex_digit(hex.p[i]);
	return key;
}

static void
free_act(void *held)
{
	struct wish *a = held;

	bv_buf_finish(&a->sent);
	free(a);
}

/* Appends one member of the body if it is there. */
static void
add_member(struct bv_json_pen *pen, const struct bv_json *json, const char *name)
{
	if (bv_json_find(json, name))
		bv_json_pen_str(pen, name, bv_json_str(bv_json_find(json, name)));
}

/* In the order of RFC 8785: category, identity, remark, room. */
static void
write_details(struct wish *a, const struct row *row)
{
	struct bv_json_pen pen = { .out = &a->sent };
	const struct bv_json *json = a->x->json;

	a->sent.max = BV_DETAILS_MAX;
	bv_json_pen_open(&pen, NULL, '{');
	add_member(&pen, json, "category");
	add_member(&pen, json, "identity");
	if (row->remark)
		bv_json_pen_str(&pen, "remark", bv_str_of(row->remark));
	add_member(&pen, json, "room");
	bv_json_pen_close(&pen, '}');
	if (a->sent.len > strlen("{}"))
		a->act.facts.details = bv_buf_str(&a->sent);
}

/* Of the exchange, which frees it. */
static struct wish *
make_act(struct exchange *x, const struct row *row, int64_t id)
{
	struct wish *a = bv_alloc(sizeof *a);

	*a = (struct wish){ .act = { .act = row->act, .attempt = id, .look = wish_copy_name, .done = resume, .ctx = a }, .x = x };
	a->act.facts.author = bv_str_of(x->session.account);
	a->act.facts.reason = bv_json_str(bv_json_find(x->json, "reason"));
	a->act.facts.key = key_of(x->json);
	a->act.facts.ms = bv_json_int(bv_json_find(x->json, "minutes")) * MINUTE_MS;
	write_details(a, row);
	x->held = a;
	x->release = free_act;
	return a;
}

/* Does the reason tell what happened? */
static bool
says_what(const struct row *row)
{
	return row->remark && (strcmp(row->remark, "note") == 0 || strcmp(row->remark, "incident") == 0);
}

/* What the shape of the body cannot say. False has answered. */
static bool
body_fits(struct exchange *x, const struct row *row)
{
	bool minutes = bv_json_find(x->json, "minutes"), extend = row->act == BV_EXAM_EXTEND;

	if (extend != minutes)
		problem_invalid(x, "/minutes", extend ? "gia hạn bao nhiêu phút?" : "chỉ dùng cho extend", extend ? "how many minutes more?" : "is for extend only");
	else if (says_what(row) && !bv_json_find(x->json, "reason"))
		problem_invalid(x, "/reason", "hãy ghi điều đã thấy", "say what was seen");
	else if (!says_what(row) && bv_json_find(x->json, "category"))
		problem_invalid(x, "/category", "chỉ dùng cho note và incident", "is for note and incident only");
	else if (row->act != BV_EXAM_ADMIT && bv_json_find(x->json, "identity"))
		problem_invalid(x, "/identity", "chỉ dùng cho admit", "is for admit only");
	return !x->answer.status;
}

void
on_attempt_act(struct exchange *x, struct bv_sql *sql)
{
	const struct row *row = find_row(attempt_acts, BV_COUNT(attempt_acts), bv_json_str(bv_json_find(x->json, "act")));
	struct bv_place place;
	struct scope scope;
	int64_t id;

	struct board *board = scope_open(&scope, x, sql, ROLES_WATCH | ROLE(ADJUDICATOR));
	if (!board)
		return;
	bool known = scope_attempt(&id, &place, x, board);
	const struct spot spot = spot_of_place(&place);
	bool there = known && scope_has(&scope, spot), may = there && scope_may(&scope, row->roles, spot);
	if (may)
		make_act(x, row, id);
	if (x->answer.status)
		return;
	if (!there)
		problem_answer(x, "not-found", NULL);
	else if (!may)
		problem_answer(x, "denied", "'%s' is not for this account here", row->name);
	else
		body_fits(x, row);
}

static void
set_window(struct wish *a, const struct bv_sitting_plan *now, const struct row *row)
{
	const struct bv_json *json = a->x->json;
	struct bv_sitting_plan *plan = &a->act.facts.plan;

	plan->opens_ms = now->opens_ms;
	plan->start_until_ms = now->start_until_ms;
	plan->closes_ms = now->closes_ms;
	if (strcmp(row->name, "open") == 0) {
		int64_t now_ms = feed_now_ms(a->x->server->feed);
		plan->opens_ms = now_ms < plan->opens_ms ? now_ms : plan->opens_ms;
		return;
	}
	if (bv_json_find(json, "opensMs"))
		plan->opens_ms = bv_json_int(bv_json_find(json, "opensMs"));
	if (bv_json_find(json, "startUntilMs"))
		plan->start_until_ms = bv_json_int(bv_json_find(json, "startUntilMs"));
	if (bv_json_find(json, "closesMs"))
		plan->closes_ms = bv_json_int(bv_json_find(json, "closesMs"));
}

static void
see_chain(struct bv_ledger_act *act, const struct bv_attempt *chain, const struct bv_sitting_plan *plan)
{
	(void)plan;
	act->ack.seq = chain->seq;
	act->ack.at_ms = chain->last_ms;
}

/* Of all sittings that are open, and so for who has the right everywhere. Then the sitting is looked at. */
static void
confirm_clock(struct exchange *x, struct wish *a)
{
	struct bv_err err;

	if (!bv_json_find(x->json, "jumpMs")) {
		problem_invalid(x, "/jumpMs", "máy đã tắt bao lâu?", "how long was the machine off?");
		return;
	}
	if (bv_ledger_confirm_clock(x->server->ledger, bv_json_int(bv_json_find(x->json, "jumpMs")), a->act.facts.author, a->act.facts.reason, &err) != BV_OK)
		edge_fail(x, &err);
	a->act.act = BV_EXAM_LOOK;
	a->act.facts = (struct bv_exam_facts){ 0 };
	a->act.look = see_chain;
}

/* A member that another act has. False has answered. */
static bool
members_fit(struct exchange *x, const struct row *row)
{
	static const char *const times[] = { "opensMs", "startUntilMs", "closesMs" };
	bool window = strcmp(row->name, "window") == 0;
	size_t given = 0;

	for (size_t i = 0; i < BV_COUNT(times); i++)
		given += bv_json_find(x->json, times[i]) != NULL;
	if (!window && given) {
		problem_invalid(x, "/act", "thời gian chỉ dùng cho window", "times are for window only");
		return false;
	}
	if (window && !given) {
		problem_invalid(x, "/act", "window cần opensMs, startUntilMs hoặc closesMs", "window needs opensMs, startUntilMs or closesMs");
		return false;
	}
	if (!says_what(row) && (bv_json_find(x->json, "room") || bv_json_find(x->json, "category"))) {
		problem_invalid(x, "/act", "phòng và loại sự việc chỉ dùng cho note và incident", "room and category are for note and incident only");
		return false;
	}
	if (row->act != BV_EXAM_NOTHING && bv_json_find(x->json, "jumpMs")) {
		problem_invalid(x, "/jumpMs", "chỉ dùng cho hold-confirm", "is for hold-confirm only");
		return false;
	}
	return true;
}

void
on_sitting_act(struct exchange *x, struct bv_sql *sql)
{
	const struct row *row = find_row(sitting_acts, BV_COUNT(sitting_acts), bv_json_str(bv_json_find(x->json, "act")));
	struct scope scope;

	struct board *board = scope_open(&scope, x, sql, ROLES_WATCH);
	if (!board)
		return;
	struct board_sitting *sitting = board_find(board, x->params[0]);
	struct bv_str name = bv_json_str(bv_json_find(x->json, "room"));
	const struct board_room *room = sitting ? board_find_room(sitting, name) : NULL;
	bool there = room && scope_has(&scope, spot_of_room(room));
	bool may = there && (row->act == BV_EXAM_NOTHING ? account_may(&scope.account, row->roles, BV_STR_NONE) : scope_may(&scope, row->roles, spot_of_room(room)));
	if (may)
		make_act(x, row, sitting->id);
	if (may && row->act == BV_EXAM_WINDOW)
		set_window(x->held, &sitting->plan, row);
	feed_unlock(x->server->feed);
	if (!there)
		problem_answer(x, "not-found", NULL);
	else if (!may)
		problem_answer(x, "denied", "'%s' is not for this account here", row->name);
	else if (members_fit(x, row) && row->act == BV_EXAM_NOTHING)
		confirm_clock(x, x->held);
}

static bool
give(struct exchange *x)
{
	return wish_give(x->held);
}

static void
finish(struct exchange *x)
{
	struct bv_json_pen pen = { .out = &x->answer.body };
	struct wish *a = x->held;

	if (!wish_begin_answer(a))
		return;
	bv_json_pen_open(&pen, NULL, '{');
	wish_write_ack(&pen, a);
	bv_json_pen_close(&pen, '}');
}

const struct later staff_later = { give, finish };
