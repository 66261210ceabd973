/* What staff sees of sittings: those in its scope, and the board of rooms in it. What is out of scope is answered as if it were not there. */
#include <stdio.h>

#include "base/json.h"
#include "tools/httpd/account.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/query.h"
#include "tools/httpd/scope.h"
#include "tools/httpd/server.h"

enum { ROWS_MAX = 2000, STATES_COUNT = BV_ATTEMPT_FINAL + 1 };

static const struct schema room_members[] = {
	{ "name", SCHEMA_STRING, 1, BV_ROOM_MAX, .doc = "The name of the room." },
	{ "centre", SCHEMA_STRING, 1, BV_ROOM_MAX, .optional = true, .doc = "Whose it is." },
	{ "attempts", SCHEMA_INT, 0, INT64_MAX, .doc = "Who has a seat in it." },
	{ "states", SCHEMA_OBJECT, .doc = "How many attempts are in which state; states that nobody is in are left out." },
	{ 0 },
};
static const struct schema room_element = { NULL, SCHEMA_OBJECT, .of = room_members };
static const struct schema sitting_members[] = {
	{ "name", SCHEMA_STRING, 1, BV_SITTING_NAME_MAX, .doc = "The name of the sitting." },
	{ "state", SCHEMA_STRING, 1, 20, .format = FORMAT_ID, .doc = "sitting-open." },
	{ "opensMs", SCHEMA_INT, .doc = "Nobody starts before, by the exam's clock." },
	{ "startUntilMs", SCHEMA_INT, .doc = "Nobody starts after." },
	{ "closesMs", SCHEMA_INT, .doc = "When it closes." },
	{ "minutes", SCHEMA_INT, .doc = "The time of an attempt." },
	{ "items", SCHEMA_INT, .doc = "Items of a form." },
	{ "nowMs", SCHEMA_INT, .doc = "The exam's clock now." },
	{ "heldMs", SCHEMA_INT, .optional = true, .doc = "The clock is held: the machine was off so long by its wall clock. A person must confirm it." },
	{ "attempts", SCHEMA_INT, 0, INT64_MAX, .doc = "Attempts in scope." },
	{ "states", SCHEMA_OBJECT, .doc = "How many of them are in which state." },
	{ "rooms", SCHEMA_ARRAY, 0, BV_SEATS_MAX, .of = &room_element, .doc = "Rooms in scope." },
	{ 0 },
};
const struct schema sitting_answer = { NULL, SCHEMA_OBJECT, .of = sitting_members };
static const struct schema sittings_members[] = {
	{ "sittings", SCHEMA_ARRAY, 0, INT32_MAX, .of = &sitting_answer, .doc = "Those that are open." },
	{ 0 },
};
const struct schema sittings_answer = { NULL, SCHEMA_OBJECT, .of = sittings_members };

static const struct schema order_members[] = {
	{ "act", SCHEMA_STRING, 1, 20, .format = FORMAT_ID, .doc = "What was done." },
	{ "seq", SCHEMA_INT, 1, UINT32_MAX, .doc = "The number of its event in the attempt." },
	{ "atMs", SCHEMA_INT, .doc = "When." },
	{ "toldMs", SCHEMA_INT, .optional = true, .doc = "When the candidate's page said that it has shown it; absent: it has not yet." },
	{ 0 },
};
static const struct schema help_members[] = {
	{ "about", SCHEMA_STRING, 1, 20, .choices = board_help_names + BOARD_HELP_MACHINE, .doc = "With what." },
	{ "atMs", SCHEMA_INT, .doc = "Since when." },
	{ 0 },
};
static const struct schema flag_element = { NULL, SCHEMA_STRING, 1, 20, .choices = board_flag_names };
static const struct schema row_members[] = {
	{ "attempt", SCHEMA_INT, 1, INT64_MAX, .doc = "The attempt." },
	{ "gone", SCHEMA_BOOL, .optional = true, .doc = "It has left the room: forget its row." },
	{ "ticket", SCHEMA_STRING, 1, BV_TICKET_MAX, .optional = true, .doc = "The ticket." },
	{ "room", SCHEMA_STRING, 1, BV_ROOM_MAX, .optional = true, .doc = "The room." },
	{ "seat", SCHEMA_STRING, 1, BV_ROOM_MAX, .optional = true, .doc = "The seat." },
	{ "state", SCHEMA_STRING, 1, 20, .format = FORMAT_ID, .optional = true, .doc = "The state of the attempt." },
	{ "answered", SCHEMA_INT, 0, BV_FORM_ITEMS_MAX, .optional = true, .doc = "Items that have an answer." },
	{ "of", SCHEMA_INT, 1, BV_FORM_ITEMS_MAX, .optional = true, .doc = "Items of the form." },
	{ "section", SCHEMA_INT, 0, 255, .optional = true, .doc = "The section that is open, where the form has sections." },
	{ "lastSeenMs", SCHEMA_INT, .optional = true, .doc = "When the candidate did something last, by the exam's clock." },
	{ "deadlineMs", SCHEMA_INT, .optional = true, .doc = "While the time runs: when it is over; nowMs before it is what is left." },
	{ "leftMs", SCHEMA_INT, .optional = true, .doc = "While it stands still: what is left." },
	{ "order", SCHEMA_OBJECT, .of = order_members, .optional = true, .doc = "The newest act of staff that the candidate's page has to show." },
	{ "help", SCHEMA_OBJECT, .of = help_members, .optional = true, .doc = "The candidate calls a proctor." },
	{ "away", SCHEMA_INT, 1, UINT32_MAX, .optional = true, .doc = "How often the page was left; that alone proves nothing." },
	{ "awaySeconds", SCHEMA_INT, 0, UINT32_MAX, .optional = true, .doc = "For how long together." },
	{ "flags", SCHEMA_ARRAY, 0, BOARD_FLAGS, .of = &flag_element, .optional = true, .doc = "What a proctor should know." },
	{ 0 },
};
static const struct schema silent_members[] = {
	{ "attempt", SCHEMA_INT, 1, INT64_MAX, .doc = "The attempt." },
	{ "seconds", SCHEMA_INT, 1, UINT32_MAX, .doc = "Since its machine asked this server for something." },
	{ 0 },
};
static const struct schema waiting_element = { NULL, SCHEMA_INT, 1, INT64_MAX };
static const struct schema silent_element = { NULL, SCHEMA_OBJECT, .of = silent_members };
static const struct schema row_element = { NULL, SCHEMA_OBJECT, .of = row_members };
static const struct schema board_members[] = {
	{ "sitting", SCHEMA_STRING, 1, BV_SITTING_NAME_MAX, .doc = "The sitting." },
	{ "room", SCHEMA_STRING, 1, BV_ROOM_MAX, .optional = true, .doc = "The room; all of them when it is not there." },
	{ "state", SCHEMA_STRING, 1, 20, .format = FORMAT_ID, .doc = "The state of the sitting." },
	{ "opensMs", SCHEMA_INT, .doc = "Nobody starts before." },
	{ "startUntilMs", SCHEMA_INT, .doc = "Nobody starts after." },
	{ "closesMs", SCHEMA_INT, .doc = "When it closes." },
	{ "nowMs", SCHEMA_INT, .doc = "The exam's clock now." },
	{ "reset", SCHEMA_BOOL, .optional = true, .doc = "Forget all rows: this is the beginning of a new board." },
	{ "rows", SCHEMA_ARRAY, 0, ROWS_MAX, .of = &row_element, .doc = "Rows that changed, each whole, in the order of their changes." },
	{ "silent", SCHEMA_ARRAY, 0, BV_SEATS_MAX, .of = &silent_element, .optional = true,
	  .doc = "Of a room: machines that were heard of, and then not for half a minute or more; all that there are now." },
	{ "waiting", SCHEMA_ARRAY, 0, BV_SEATS_MAX, .of = &waiting_element, .optional = true, .doc = "Of a room: who has signed in, and waits to be admitted." },
	{ "more", SCHEMA_BOOL, .doc = "Ask again at once, with the cursor: there are more." },
	{ "cursor", SCHEMA_STRING, 1, BOARD_CURSOR_SIZE, .format = FORMAT_ID, .doc = "For the parameter after, or as Last-Event-ID." },
	{ 0 },
};
const struct schema board_answer = { NULL, SCHEMA_OBJECT, .of = board_members };
const struct schema board_query[] = {
	{ "room", SCHEMA_STRING, 1, BV_ROOM_MAX, .format = FORMAT_ID, .doc = "Only this room; needed by who has no right to the others." },
	{ "after", SCHEMA_STRING, 1, BOARD_CURSOR_SIZE, .format = FORMAT_ID, .doc = "The cursor of the answer before: only what changed since." },
	{ 0 },
};

/* ---- Sittings ---- */

static void
write_states(struct bv_json_pen *pen, const uint32_t states[STATES_COUNT])
{
	bv_json_pen_open(pen, "states", '{');
	for (unsigned i = BV_ATTEMPT_REGISTERED; i < STATES_COUNT; i++)
		if (states[i])
			bv_json_pen_int(pen, bv_attempt_state_name((enum bv_attempt_state)i), states[i]);
	bv_json_pen_close(pen, '}');
}

/* What of it is in scope: false when nothing is. */
static bool
count_scope(struct board_room *sum, const struct scope *scope, const struct board_sitting *sitting)
{
	bool all = scope_has(scope, spot_of_sitting(sitting)), any = all;

	*sum = any ? sitting->all : (struct board_room){ 0 };
	for (const struct board_room *room = sitting->rooms; room && !all; room = room->next) {
		if (!scope_has(scope, spot_of_room(room)))
			continue;
		any = true;
		sum->count += room->count;
		for (unsigned i = 0; i < STATES_COUNT; i++)
			sum->states[i] += room->states[i];
	}
	return any;
}

static void
write_sitting(struct exchange *x, struct bv_json_pen *pen, const struct scope *scope, const struct board_sitting *sitting, const struct board_room *sum)
{
	const int64_t minute_ms = 60000;
	int64_t held_ms;

	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_str(pen, "name", bv_str_of(sitting->name));
	bv_json_pen_str(pen, "state", bv_str_of(bv_attempt_state_name((enum bv_attempt_state)sitting->chain.state)));
	bv_json_pen_int(pen, "opensMs", sitting->plan.opens_ms);
	bv_json_pen_int(pen, "startUntilMs", sitting->plan.start_until_ms);
	bv_json_pen_int(pen, "closesMs", sitting->plan.closes_ms);
	bv_json_pen_int(pen, "minutes", sitting->plan.own_ms / minute_ms);
	bv_json_pen_int(pen, "items", sitting->item_count);
	bv_json_pen_int(pen, "nowMs", feed_now_ms(x->server->feed));
	if (bv_ledger_held(x->server->ledger, &held_ms))
		bv_json_pen_int(pen, "heldMs", held_ms);
	bv_json_pen_int(pen, "attempts", sum->count);
	write_states(pen, sum->states);
	bv_json_pen_open(pen, "rooms", '[');
	for (const struct board_room *room = sitting->rooms; room; room = room->next) {
		if (!scope_has(scope, spot_of_room(room)))
			continue;
		bv_json_pen_open(pen, NULL, '{');
		bv_json_pen_str(pen, "name", bv_str_of(room->name));
		if (room->centre[0])
			bv_json_pen_str(pen, "centre", bv_str_of(room->centre));
		bv_json_pen_int(pen, "attempts", room->count);
		write_states(pen, room->states);
		bv_json_pen_close(pen, '}');
	}
	bv_json_pen_close(pen, ']');
	bv_json_pen_close(pen, '}');
}

void
on_sittings(struct exchange *x, struct bv_sql *sql)
{
	struct bv_json_pen pen = { .out = &x->answer.body };
	struct board_room sum;
	struct scope scope;

	struct board *board = scope_open(&scope, x, sql, ROLES_WATCH);
	if (!board)
		return;
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_open(&pen, "sittings", '[');
	for (const struct board_sitting *s = board->sittings; s; s = s->next)
		if (!s->closed && count_scope(&sum, &scope, s))
			write_sitting(x, &pen, &scope, s, &sum);
	feed_unlock(x->server->feed);
	bv_json_pen_close(&pen, ']');
	bv_json_pen_close(&pen, '}');
	exchange_json(x, 200);
}

void
on_sitting(struct exchange *x, struct bv_sql *sql)
{
	struct bv_json_pen pen = { .out = &x->answer.body };
	struct board_room sum;
	struct scope scope;

	struct board *board = scope_open(&scope, x, sql, ROLES_WATCH);
	if (!board)
		return;
	const struct board_sitting *sitting = board_find(board, x->params[0]);
	bool there = sitting && count_scope(&sum, &scope, sitting);
	if (there)
		write_sitting(x, &pen, &scope, sitting, &sum);
	feed_unlock(x->server->feed);
	if (there)
		exchange_json(x, 200);
	else
		problem_answer(x, "not-found", NULL);
}

/* ---- The board ---- */

/* The room that is asked for, with the cursor to begin at; NULL: there is none in scope. */
static struct board_room *
find_view(struct exchange *x, const struct scope *scope, const struct board *board, struct board_cursor *cursor, bool *reset)
{
	BV_AUTO(bv_buf_finish) struct bv_buf room = BV_BUF(BV_ROOM_MAX), after = BV_BUF(BOARD_CURSOR_SIZE);
	struct board_sitting *sitting = board_find(board, x->params[0]);
	struct bv_str last = exchange_header(x, "Last-Event-ID");
	struct bv_err err;

	/* The query has passed its schema: what is not there is empty. */
	(void)!query_find(&room, x->query, "room", &err);
	if (query_find(&after, x->query, "after", &err) == BV_OK)
		last = bv_buf_str(&after);
	struct board_room *view = sitting ? board_find_room(sitting, bv_buf_str(&room)) : NULL;
	if (!view || !scope_has(scope, spot_of_room(view)))
		return NULL;
	*cursor = (struct board_cursor){ 0 };
	*reset = !last.len || !board_cursor_read(cursor, view, last);
	if (*reset)
		*cursor = (struct board_cursor){ 0 };
	return view;
}

void
on_board(struct exchange *x, struct bv_sql *sql)
{
	struct board_cursor cursor;
	struct board_now now;
	struct scope scope;
	bool reset;

	struct board *board = scope_open(&scope, x, sql, ROLES_WATCH);
	if (!board)
		return;
	const struct board_room *view = find_view(x, &scope, board, &cursor, &reset);
	if (view) {
		now = feed_now(x->server->feed);
		board_write(&x->answer.body, view, &cursor, reset, ROWS_MAX, &now);
	}
	feed_unlock(x->server->feed);
	if (view)
		exchange_json(x, 200);
	else
		problem_answer(x, "not-found", NULL);
}

void
on_board_stream(struct exchange *x, struct bv_sql *sql)
{
	struct board_cursor cursor;
	struct scope scope;
	bool reset, given = true;

	struct board *board = scope_open(&scope, x, sql, ROLES_WATCH);
	if (!board)
		return;
	struct board_room *view = find_view(x, &scope, board, &cursor, &reset);
	if (view && x->method != METHOD_HEAD)
		given = feed_stream(x->server->feed, x, view, &cursor, reset);
	feed_unlock(x->server->feed);
	if (!view) {
		problem_answer(x, "not-found", NULL);
	} else if (!given) {
		problem_answer(x, "streams", NULL);
		exchange_field(x, "Retry-After", "5");
	} else {
		x->answer.status = 200;
		x->answer.type = "text/event-stream";
		exchange_field(x, "Cache-Control", "no-store");
		exchange_field(x, "X-Accel-Buffering", "no");
	}
}
