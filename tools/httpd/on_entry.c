/* A candidate signs in: ticket and code take a seat, and the session is bound to its attempt and to the machine. */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/server.h"
#include "tools/httpd/tries.h"
#include "tools/httpd/wish.h"

#define MACHINE_COOKIE "__Host-bv-machine"

enum { CODE_MAX = 40, YEAR_S = 31536000 };

static const struct schema entry_members[] = {
	{ "sitting", SCHEMA_STRING, 1, BV_SITTING_NAME_MAX, .format = FORMAT_ID, .doc = "The name of the sitting." },
	{ "ticket", SCHEMA_STRING, 1, BV_TICKET_MAX, .doc = "The ticket." },
	{ "code", SCHEMA_STRING, 1, CODE_MAX, .doc = "The access code; small letters, spaces and dashes do not matter." },
	{ "room", SCHEMA_STRING, 1, CODE_MAX, .optional = true, .doc = "The code of the day of his room, where the sitting demands it." },
	{ "machine", SCHEMA_STRING, 1, BV_MACHINE_MAX, .optional = true, .doc = "The machine's name, where the seat has one: letters, digits, '.', '_', '-', ':'." },
	{ 0 },
};
const struct schema entry_body = { NULL, SCHEMA_OBJECT, .of = entry_members };

static const struct schema sitting_members[] = {
	{ "name", SCHEMA_STRING, 1, BV_SITTING_NAME_MAX, .format = FORMAT_ID, .doc = "Its name." },
	{ "mode", SCHEMA_STRING, 1, 20, .format = FORMAT_ID, .optional = true, .doc = "linear, fixed or practice; of a sitting that is open." },
	{ "closed", SCHEMA_BOOL, .optional = true, .doc = "It is: the result may be asked for, and nothing else." },
	{ "opensMs", SCHEMA_INT, .doc = "Nobody starts before, by the exam's clock." },
	{ "startUntilMs", SCHEMA_INT, .doc = "Nobody starts after." },
	{ "closesMs", SCHEMA_INT, .doc = "Time is over then, but for what was given." },
	{ "nowMs", SCHEMA_INT, .doc = "The exam's clock now." },
	{ "minutes", SCHEMA_INT, 1, INT64_MAX, .doc = "Of an attempt." },
	{ "items", SCHEMA_INT, 1, BV_FORM_ITEMS_MAX, .doc = "Of a paper; of an adaptive one the most there can be." },
	{ "adaptive", SCHEMA_BOOL, .optional = true, .doc = "Each item follows from the answers before it: it is left as a section is, and the paper has those that were given." },
	{ "sections", SCHEMA_INT, 0, BV_SITTING_SECTIONS_MAX, .doc = "That are answered one after the other; 0: none." },
	{ 0 },
};
static const struct schema entry_answer_members[] = {
	{ "attempt", SCHEMA_STRING, 1, 20, .format = FORMAT_DIGITS, .doc = "The attempt that the session is of." },
	{ "csrfToken", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "To be sent as X-CSRF-Token with everything that changes something." },
	{ "state", SCHEMA_STRING, 1, 20, .format = FORMAT_ID, .doc = "The state of the attempt: registered until a proctor admits." },
	{ "leftMs", SCHEMA_INT, 0, INT64_MAX, .doc = "Time that is left, all of it before the start." },
	{ "sitting", SCHEMA_OBJECT, .of = sitting_members, .doc = "The sitting." },
	{ "room", SCHEMA_STRING, 1, BV_ROOM_MAX, .doc = "The room." },
	{ "seat", SCHEMA_STRING, 1, BV_ROOM_MAX, .doc = "The seat." },
	{ "language", SCHEMA_STRING, 0, 40, .doc = "Of what is around the items; may be empty." },
	{ "pnp", SCHEMA_OBJECT, .optional = true, .doc = "What is granted to him besides time: features of 1EdTech AfA PNP and their settings." },
	{ "rescueKey", SCHEMA_STRING, 2 * BV_RESCUE_KEY_LEN, 2 * BV_RESCUE_KEY_LEN, .format = FORMAT_HEX, .optional = true,
	  .doc = "The sitting's public key (P-256): for a file of answers when there is no network." },
	{ "seb", SCHEMA_BOOL, .optional = true, .doc = "The sitting demands Safe Exam Browser, and everything about the attempt is refused to others." },
	{ 0 },
};
const struct schema entry_answer = { NULL, SCHEMA_OBJECT, .of = entry_answer_members };

/* Somebody at the door. */
struct entry {
	struct exchange *x;
	struct bv_str sitting, ticket, code, room, machine;
	char tried[TRIES_NAME_MAX];
	struct bv_seat seat;
	struct bv_arena arena;
	struct bv_ledger_act act;
	struct bv_sitting_plan plan;
	char machine_name[SESSION_MACHINE_SIZE];
	char machine_token[SESSION_TOKEN_SIZE]; /* new in this browser; else "" */
	char seb[SESSION_SITTING_SIZE]; /* the sitting, if it demands Safe Exam Browser and is open */
};

static struct bv_str
body_text(const struct exchange *x, const char *name)
{
	return bv_json_str(bv_json_find(x->json, name));
}

/* Whatever it was that is wrong, one answer. Who is right is never made to wait for what others tried: a code has 59 random bits, which nobody guesses at
 * the rate of an address. */
static void
refuse(const struct entry *e)
{
	struct exchange *x = e->x;
	unsigned wait_s = try_wait_s(x, bv_str_of(e->tried));

	if (wait_s) {
		edge_too_many(x, wait_s);
		return;
	}
	try_count(x, bv_str_of(e->tried));
	metrics_count(x->server->metrics, COUNT_SIGN_IN_REFUSED);
	log_event(x->server->log, LOG_LEVEL_NOTICE, "entry-refused", "request=%s", x->id);
	problem_answer(x, "wrong-credentials", NULL);
}

/* Ticket and code. False has answered. */
static bool
take_seat(struct entry *e, int64_t sitting)
{
	struct bv_sittings *tables;
	struct bv_err err;

	enum bv_status status = halls_take_tables(&tables, e->x->server->halls, &err);
	if (status == BV_OK) {
		status = bv_seat_enter(&e->seat, &e->arena, tables, sitting, e->ticket, e->code, BV_STR_NONE, &err);
		halls_give_tables(e->x->server->halls, tables, status);
	}
	if (status == BV_EDENIED)
		refuse(e);
	else if (status != BV_OK)
		edge_fail(e->x, &err);
	return status == BV_OK;
}

/* Whoever has ticket and code, and sits elsewhere, does not know it. It is short, so that who guesses waits, and is not told when he was right meanwhile. False has
 * answered. */
static bool
pass_door(const struct entry *e, const struct hall *hall)
{
	char tried[TRIES_NAME_MAX];

	if (!hall || !door_demanded(hall->sitting))
		return true;
	snprintf(tried, sizeof tried, "room/%.250s", e->tried);
	unsigned wait_s = try_wait_s(e->x, bv_str_of(tried));
	if (wait_s) {
		edge_too_many(e->x, wait_s);
		return false;
	}
	if (e->room.len && door_good(&e->x->server->door, hall->id, e->seat.room, bv_clock_utc_ms(), e->room))
		return true;
	if (e->room.len)
		try_count(e->x, bv_str_of(tried));
	problem_answer(e->x, "room-code", e->room.len ? "it is another one" : "none was sent");
	return false;
}

static bool
machine_good(struct bv_str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];
		if (!((c | 32) >= 'a' && (c | 32) <= 'z') && !(c >= '0' && c <= '9') && !(c && strchr("._-:", c)))
			return false;
	}
	return true;
}

/* The machine by the name that it says, or by what its browser keeps, which no other machine has. False has answered. */
static bool
name_machine(struct entry *e)
{
	struct bv_str cookie = BV_STR_NONE;
	uint8_t random[32], hash[BV_HASH_LEN];
	struct bv_err err;

	if (e->seat.machine.len && !bv_str_eq(e->seat.machine, e->machine)) {
		problem_answer(e->x, "other-machine", "the seat is at another machine");
		return false;
	}
	if (e->machine.len) {
		memcpy(e->machine_name, e->machine.p, e->machine.len);
		return true;
	}
	if (edge_cookie(&cookie, exchange_header(e->x, "Cookie"), MACHINE_COOKIE, &err) != BV_OK || !session_key(hash, cookie)) {
		bv_random_fill(random, sizeof random);
		bv_hex(e->machine_token, random, sizeof random);
		bv_sha256(hash, bv_str_of(e->machine_token));
	}
	memcpy(e->machine_name, "b-", 2);
	bv_hex(e->machine_name + 2, hash, 16);
	return true;
}

static void
copy_plan(struct bv_ledger_act *act, const struct bv_attempt *attempt, const struct bv_sitting_plan *plan)
{
	struct entry *e = act->ctx;

	(void)attempt;
	e->plan = *plan;
	e->plan.name = BV_STR_NONE;
}

static enum bv_status
ask(struct entry *e, int64_t id, struct bv_err *err)
{
	e->act = (struct bv_ledger_act){ .act = BV_EXAM_LOOK, .attempt = id, .look = copy_plan, .ctx = e };
	return bv_ledger_do(e->x->server->ledger, &e->act, err);
}

/* How the ledger has him now; of a sitting that is closed, the database. False has answered. */
static bool
look(struct entry *e, int64_t sitting, const struct hall **hall)
{
	enum bv_attempt_state state = BV_ATTEMPT_NONE;
	struct bv_sittings *tables;
	enum bv_status status;
	struct bv_err err;

	if (*hall) {
		status = ask(e, e->seat.attempt, &err);
		if (status != BV_OK && e->act.refusal != BV_REFUSED_UNKNOWN)
			edge_fail(e->x, &err);
		if (status == BV_OK || e->x->answer.status)
			return status == BV_OK;
		*hall = NULL; /* closed a moment ago */
	}
	status = halls_take_tables(&tables, e->x->server->halls, &err);
	if (status == BV_OK) {
		status = bv_sittings_state(&state, tables, e->seat.attempt, &err);
		halls_give_tables(e->x->server->halls, tables, status);
	}
	if (status == BV_OK)
		status = ask(e, sitting, &err);
	e->act.ack.state = state;
	e->act.ack.left_ms = 0;
	if (status == BV_ENOTFOUND)
		problem_answer(e->x, "not-open", "the seat is of nobody who was registered");
	else if (status != BV_OK)
		edge_fail(e->x, &err);
	return status == BV_OK;
}

/* A session with a token that nobody has had before. False has answered. */
static bool
open_session(struct entry *e, struct bv_sql *sql, char token[SESSION_TOKEN_SIZE])
{
	struct exchange *x = e->x;
	struct bv_str cookie = BV_STR_NONE;
	uint8_t random[32], old[BV_HASH_LEN];
	struct bv_err err;
	enum bv_status status = BV_OK;

	if (edge_cookie(&cookie, exchange_header(x, "Cookie"), SESSION_COOKIE, &err) == BV_OK && session_key(old, cookie))
		status = session_close(x->server->sessions, sql, old, &err);
	bv_random_fill(random, sizeof random);
	if (status == BV_OK)
		status = session_enter(token, x->server->sessions, sql, e->seat.attempt, e->machine_name, e->seb, random, bv_clock_now_s(), &err);
	bv_wipe(random, sizeof random);
	if (status != BV_OK)
		edge_fail(x, &err);
	return status == BV_OK;
}

static void
write_sitting(struct bv_json_pen *pen, const struct entry *e, const struct hall *hall)
{
	bv_json_pen_open(pen, "sitting", '{');
	bv_json_pen_str(pen, "name", e->sitting);
	if (hall)
		bv_json_pen_str(pen, "mode", bv_str_of(bv_sitting_mode_name(bv_sitting_mode(hall->sitting))));
	else
		bv_json_pen_bool(pen, "closed", true);
	bv_json_pen_int(pen, "opensMs", e->plan.opens_ms);
	bv_json_pen_int(pen, "startUntilMs", e->plan.start_until_ms);
	bv_json_pen_int(pen, "closesMs", e->plan.closes_ms);
	bv_json_pen_int(pen, "nowMs", e->act.ack.now_ms);
	bv_json_pen_int(pen, "minutes", e->plan.own_ms / 60000);
	bv_json_pen_int(pen, "items", e->plan.item_count);
	if (e->plan.adaptive)
		bv_json_pen_bool(pen, "adaptive", true);
	bv_json_pen_int(pen, "sections", e->plan.section_count);
	bv_json_pen_close(pen, '}');
}

static void
write_answer(const struct entry *e, const struct hall *hall, const char *token)
{
	struct exchange *x = e->x;
	struct bv_json_pen pen = { .out = &x->answer.body };
	char csrf[SESSION_TOKEN_SIZE], attempt[24];

	session_csrf(csrf, bv_str_of(token));
	snprintf(attempt, sizeof attempt, "%" PRId64, e->seat.attempt);
	exchange_json(x, 201);
	exchange_field(x, "Set-Cookie", SESSION_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict", token);
	if (e->machine_token[0])
		exchange_field(x, "Set-Cookie", MACHINE_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=%d", e->machine_token, YEAR_S);
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "attempt", bv_str_of(attempt));
	bv_json_pen_str(&pen, "csrfToken", bv_str_of(csrf));
	bv_json_pen_str(&pen, "state", bv_str_of(bv_attempt_state_name(e->act.ack.state)));
	bv_json_pen_int(&pen, "leftMs", e->act.ack.left_ms);
	write_sitting(&pen, e, hall);
	bv_json_pen_str(&pen, "room", e->seat.room);
	bv_json_pen_str(&pen, "seat", e->seat.seat);
	bv_json_pen_str(&pen, "language", e->seat.language);
	if (e->seat.pnp.len)
		bv_seat_pnp_write(&pen, "pnp", &e->seat);
	if (hall && hall->papers) {
		uint8_t key[BV_RESCUE_KEY_LEN];
		bv_rescue_key(key, hall->papers);
		bv_json_pen_hex(&pen, "rescueKey", key, sizeof key);
	}
	if (e->seb[0])
		bv_json_pen_bool(&pen, "seb", true);
	bv_json_pen_close(&pen, '}');
}

/* With a sitting that is open and has documents; hall NULL: that is closed, and then from any machine. */
static void
enter(struct entry *e, struct bv_sql *sql, int64_t sitting, const struct hall *hall)
{
	char token[SESSION_TOKEN_SIZE];

	if (!take_seat(e, sitting) || !pass_door(e, hall))
		return;
	if (hall && sebs_demanded(e->x->server->sebs, e->sitting))
		snprintf(e->seb, sizeof e->seb, "%.*s", BV_STR_ARG(e->sitting));
	if (!hall)
		e->seat.machine = BV_STR_NONE;
	if (!name_machine(e) || !look(e, sitting, &hall) || !open_session(e, sql, token))
		return;
	write_answer(e, hall, token);
	bv_wipe(token, sizeof token);
	metrics_count(e->x->server->metrics, COUNT_SIGN_IN);
	log_event(e->x->server->log, LOG_LEVEL_INFO, "entry", "request=%s sitting=%.*s", e->x->id, BV_STR_ARG(e->sitting));
}

/* Who comes for his result. */
static void
enter_closed(struct entry *e, struct bv_sql *sql)
{
	struct bv_err err;
	int64_t id;

	enum bv_status status = halls_find_closed(&id, e->x->server->halls, e->sitting, &err);
	if (status == BV_ENOTFOUND)
		refuse(e);
	else if (status != BV_OK)
		edge_fail(e->x, &err);
	else
		enter(e, sql, id, NULL);
}

void
on_entry(struct exchange *x, struct bv_sql *sql)
{
	struct entry e = { .x = x, .sitting = body_text(x, "sitting"), .ticket = body_text(x, "ticket"), .code = body_text(x, "code"), .room = body_text(x, "room"),
		           .machine = body_text(x, "machine") };
	struct hall *hall = NULL;
	struct bv_err err;

	if (!x->server->ledger) {
		problem_answer(x, "no-exams", NULL);
		return;
	}
	if (!machine_good(e.machine)) {
		problem_invalid(x, "/machine", "chỉ có chữ, số và . _ - :", "has letters, digits and . _ - : only");
		return;
	}
	snprintf(e.tried, sizeof e.tried, "%.*s/%.*s", BV_STR_ARG(e.sitting), BV_STR_ARG(e.ticket));
	enum bv_status status = hall_find(&hall, x->server->halls, e.sitting, &err);
	if (status == BV_ENOTFOUND)
		enter_closed(&e, sql);
	else if (status != BV_OK)
		wish_no_paper(x, &err);
	else if (!hall->papers)
		refuse(&e);
	else
		enter(&e, sql, hall->id, hall);
	if (hall)
		hall_release(hall);
	bv_arena_finish(&e.arena);
}
