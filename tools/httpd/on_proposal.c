/* What is to be done to certificates: proposed by one scheme owner, approved or refused by another, followed in the register until everybody can see it. */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "tools/httpd/account.h"
#include "tools/httpd/dossier.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/errand.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/query.h"
#include "tools/httpd/server.h"

enum { PAGE_MAX = 100, PAGE_USUAL = 30, EVENTS_MAX = 10, NAME_MAX_LEN = 100 };

static const char *const decisions[] = { "approve", "refuse", "withdraw", NULL };

static const struct schema proposal_members[] = {
	{ "number", SCHEMA_INT, 1, INT64_MAX, .doc = "Its number." },
	{ "deed", SCHEMA_STRING, 1, 20, .choices = proposal_deeds, .doc = "What is to be done." },
	{ "certificate", SCHEMA_STRING, DOSSIER_UUID_LEN, DOSSIER_UUID_LEN, .format = FORMAT_ID, .doc = "To which certificate: its UUID." },
	{ "serial", SCHEMA_STRING, 1, BV_SERIAL_MAX, .doc = "Its number." },
	{ "successor", SCHEMA_STRING, DOSSIER_UUID_LEN, DOSSIER_UUID_LEN, .format = FORMAT_ID, .optional = true, .doc = "supersede: what takes its place." },
	{ "successorSerial", SCHEMA_STRING, 1, BV_SERIAL_MAX, .optional = true, .doc = "Its number." },
	{ "reason", SCHEMA_STRING, 1, 64, .doc = "A code of the rules of issuing." },
	{ "reasonText", SCHEMA_STRING, 0, BV_TEXT_MAX, .doc = "The rules' words for it." },
	{ "note", SCHEMA_STRING, 0, BV_ACT_NOTE_MAX, .doc = "For the register; it is not published." },
	{ "author", SCHEMA_STRING, 0, ACCOUNT_NAME_MAX, .doc = "Who proposes it." },
	{ "made", SCHEMA_STRING, 20, 20, .format = FORMAT_TIME, .doc = "When." },
	{ "mine", SCHEMA_BOOL, .doc = "Is it by who asks? Then another one decides." },
	{ "state", SCHEMA_STRING, 1, 20, .choices = proposal_state_names, .doc = "What the office has decided; done: it was seen in the published lists." },
	{ "step", SCHEMA_STRING, 1, 20, .choices = errand_step_names, .optional = true, .doc = "open, approved, done: how far it has come in the register." },
	{ "why", SCHEMA_STRING, 0, 300, .optional = true, .doc = "impossible: why." },
	{ 0 },
};
static const struct schema proposal_element = { NULL, SCHEMA_OBJECT, .of = proposal_members };
static const struct schema list_members[] = {
	{ "proposals", SCHEMA_ARRAY, 0, PAGE_MAX, .of = &proposal_element, .doc = "The newest first." },
	{ "next", SCHEMA_INT, 1, INT64_MAX, .optional = true, .doc = "For the parameter before. Absent: that is all." },
	{ 0 },
};
const struct schema proposal_list_answer = { NULL, SCHEMA_OBJECT, .of = list_members };
const struct schema proposal_list_query[] = {
	{ "state", SCHEMA_STRING, 0, 20, .choices = proposal_state_names, .doc = "Only those." },
	{ "certificate", SCHEMA_STRING, 0, DOSSIER_UUID_LEN, .format = FORMAT_ID, .doc = "Only about this one." },
	{ "before", SCHEMA_INT, 1, INT64_MAX, .doc = "next of the page before." },
	{ "limit", SCHEMA_INT, 1, PAGE_MAX, .doc = "Proposals at most." },
	{ 0 },
};
static const struct schema event_members[] = {
	{ "at", SCHEMA_STRING, 20, 20, .format = FORMAT_TIME, .doc = "When." },
	{ "author", SCHEMA_STRING, 0, ACCOUNT_NAME_MAX, .doc = "Who." },
	{ "to", SCHEMA_STRING, 1, 20, .choices = proposal_state_names, .doc = "open: it was proposed." },
	{ "why", SCHEMA_STRING, 0, PROPOSAL_WHY_MAX, .doc = "The reason that was given." },
	{ 0 },
};
static const struct schema event_element = { NULL, SCHEMA_OBJECT, .of = event_members };
static const struct schema act_members[] = {
	{ "number", SCHEMA_INT, 1, INT64_MAX, .doc = "In the register." },
	{ "askedBy", SCHEMA_STRING, 0, BV_OFFICER_MAX, .doc = "The officer who asked." },
	{ "asked", SCHEMA_STRING, 20, 20, .format = FORMAT_TIME, .optional = true, .doc = "When." },
	{ "decidedBy", SCHEMA_STRING, 0, BV_OFFICER_MAX, .optional = true, .doc = "The officer who decided." },
	{ "decided", SCHEMA_STRING, 20, 20, .format = FORMAT_TIME, .optional = true, .doc = "When." },
	{ "logEntry", SCHEMA_INT, 0, INT64_MAX, .optional = true, .doc = "Its number in the public log." },
	{ "published", SCHEMA_STRING, 20, 20, .format = FORMAT_TIME, .optional = true, .doc = "Of when the status lists are that show it." },
	{ 0 },
};
static const char *const command_steps[] = { "ask", "approve", "publish", NULL };
static const struct schema command_members[] = {
	{ "step", SCHEMA_STRING, 1, 20, .choices = command_steps, .doc = "What it does." },
	{ "line", SCHEMA_STRING, 1, 16 * BV_ACT_NOTE_MAX, .doc = "For a POSIX shell; places of files are its variables." },
	{ 0 },
};
static const struct schema command_element = { NULL, SCHEMA_OBJECT, .of = command_members };
static const struct schema whole_members[] = {
	{ "proposal", SCHEMA_OBJECT, .of = proposal_members, .doc = "It." },
	{ "seen", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "Of all that is decided by: to be sent with a decision." },
	{ "events", SCHEMA_ARRAY, 1, EVENTS_MAX, .of = &event_element, .doc = "What was decided, the oldest first." },
	{ "act", SCHEMA_OBJECT, .of = act_members, .optional = true, .doc = "What carries it out, in the register." },
	{ "commands", SCHEMA_ARRAY, 0, 3, .of = &command_element, .optional = true, .doc = "approved: what carries it out, for who holds the keys." },
	{ 0 },
};
const struct schema proposal_answer = { NULL, SCHEMA_OBJECT, .of = whole_members };
static const struct schema add_members[] = {
	{ "key", SCHEMA_STRING, PROPOSAL_KEY_LEN, PROPOSAL_KEY_LEN, .format = FORMAT_HEX, .doc = "Random: the same proposal again, when the answer was lost, has the same." },
	{ "certificate", SCHEMA_STRING, DOSSIER_UUID_LEN, DOSSIER_UUID_LEN, .format = FORMAT_ID, .doc = "To which certificate: its UUID." },
	{ "deed", SCHEMA_STRING, 1, 20, .choices = proposal_deeds, .doc = "What is to be done." },
	{ "reason", SCHEMA_STRING, 1, 64, .format = FORMAT_ID, .doc = "One of those that the certificate's deeds have." },
	{ "successor", SCHEMA_STRING, 1, NAME_MAX_LEN, .optional = true, .doc = "supersede: number or code of what takes its place." },
	{ "note", SCHEMA_STRING, 0, BV_ACT_NOTE_MAX, .doc = "For the register; it is not published." },
	{ 0 },
};
const struct schema proposal_add_body = { NULL, SCHEMA_OBJECT, .of = add_members };
static const struct schema decide_members[] = {
	{ "decision", SCHEMA_STRING, 1, 20, .choices = decisions, .doc = "approve, refuse: by another one than its author. withdraw: by its author; once approved, by any scheme owner, until it is asked for in the register." },
	{ "why", SCHEMA_STRING, 0, PROPOSAL_WHY_MAX, .doc = "Needed but to approve." },
	{ "seen", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "As it was shown." },
	{ 0 },
};
const struct schema proposal_decide_body = { NULL, SCHEMA_OBJECT, .of = decide_members };

/* ---- One and how it stands ---- */

/* A proposal with texts of its own, and how far it has come. */
struct held {
	struct bv_arena arena;
	struct proposal proposal;
	struct errand errand;
	struct bv_str reason_text;
	bool found;
};

static void
held_finish(struct held *h)
{
	bv_arena_finish(&h->arena);
}
BV_AUTO_DEFINE_FINISH(struct held, held_finish)

static void
hold(void *ctx, const struct proposal *proposal)
{
	struct held *h = ctx;
	struct proposal *p = &h->proposal;

	*p = *proposal;
	struct bv_str *const texts[] = { &p->key, &p->certificate, &p->serial, &p->successor, &p->successor_serial, &p->reason, &p->note, &p->author, &p->author_name };
	for (size_t i = 0; i < BV_COUNT(texts); i++)
		*texts[i] = bv_arena_str(&h->arena, *texts[i]);
	h->found = true;
}

static bool
is_followed(const struct held *h)
{
	return h->proposal.state != PROPOSAL_REFUSED && h->proposal.state != PROPOSAL_WITHDRAWN;
}

struct looking {
	struct held *held;
	size_t count;
	bool whole; /* also what needs no looking for */
};

static enum bv_status
look(void *ctx, struct bv_register *reg, struct bv_err *err)
{
	const struct looking *l = ctx;

	for (size_t i = 0; i < l->count; i++) {
		struct held *h = &l->held[i];
		h->reason_text = bv_arena_str(&h->arena, dossier_reason(reg, h->proposal.reason));
		if (!l->whole && h->proposal.state == PROPOSAL_DONE)
			h->errand.step = ERRAND_PUBLISHED;
		else if (l->whole || is_followed(h))
			TRY(errand_look(&h->errand, reg, &h->proposal, bv_clock_now_s(), err));
	}
	return BV_OK;
}

/* False has answered. */
static bool
look_at(struct exchange *x, struct bv_sql *sql, struct held *held, size_t count, bool whole)
{
	struct bv_err err;

	if (records_ask(x->server->records, look, &(struct looking){ held, count, whole }, &err) != BV_OK) {
		edge_fail(x, &err);
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (held[i].proposal.state != PROPOSAL_APPROVED || held[i].errand.step != ERRAND_PUBLISHED)
			continue;
		if (proposal_note_done(sql, held[i].proposal.number, &err) != BV_OK) {
			edge_fail(x, &err);
			return false;
		}
		held[i].proposal.state = PROPOSAL_DONE;
	}
	return true;
}

static void
set_proposal(struct bv_json *json, const struct exchange *x, const struct held *h)
{
	const struct proposal *p = &h->proposal;

	bv_json_set_int(json, "number", p->number);
	bv_json_set_str(json, "deed", bv_str_of(bv_deed_name(p->deed)));
	bv_json_set_str(json, "certificate", p->certificate);
	bv_json_set_str(json, "serial", p->serial);
	if (p->successor.len) {
		bv_json_set_str(json, "successor", p->successor);
		bv_json_set_str(json, "successorSerial", p->successor_serial);
	}
	bv_json_set_str(json, "reason", p->reason);
	bv_json_set_str(json, "reasonText", h->reason_text);
	bv_json_set_str(json, "note", p->note);
	bv_json_set_str(json, "author", p->author_name.len ? p->author_name : p->author);
	bv_json_set_time(json, "made", p->made_s);
	bv_json_set(json, "mine", bv_json_new_bool(bv_str_is(p->author, x->session.account)));
	bv_json_set_str(json, "state", bv_str_of(proposal_state_names[p->state]));
	if (!is_followed(h))
		return;
	bv_json_set_str(json, "step", bv_str_of(errand_step_names[h->errand.step]));
	if (h->errand.step == ERRAND_IMPOSSIBLE)
		bv_json_set(json, "why", bv_json_new_text(bv_str_of(h->errand.why)));
}

static void
answer(struct exchange *x, const struct bv_json *json, int status)
{
	bv_json_write_safe(&x->answer.body, json);
	exchange_json(x, status);
}

static void
add_event(void *ctx, const struct proposal_event *event)
{
	struct bv_json *json = bv_json_add(ctx, bv_json_new_object());

	bv_json_set_time(json, "at", event->at_s);
	bv_json_set_str(json, "author", event->author_name.len ? event->author_name : event->author);
	bv_json_set_str(json, "to", bv_str_of(proposal_state_names[event->to]));
	bv_json_set_str(json, "why", event->why);
}

static void
set_act(struct bv_json *json, const struct errand *e)
{
	bv_json_set_int(json, "number", e->act.id);
	bv_json_set_str(json, "askedBy", bv_str_of(e->asked_by));
	bv_json_set_time(json, "asked", e->act.asked_s);
	if (e->decided_by[0])
		bv_json_set_str(json, "decidedBy", bv_str_of(e->decided_by));
	bv_json_set_time(json, "decided", e->act.decided_s);
	if (e->act.log_idx >= 0)
		bv_json_set_int(json, "logEntry", e->act.log_idx);
	bv_json_set_time(json, "published", e->published_s);
}

/* False has answered. */
static bool
read_one(struct held *h, struct exchange *x, struct bv_sql *sql, int64_t number)
{
	struct bv_err err;

	if (proposal_read(sql, number, hold, h, &err) == BV_OK)
		return look_at(x, sql, h, 1, true);
	edge_fail(x, &err);
	return false;
}

static void
answer_one(struct exchange *x, struct bv_sql *sql, int64_t number, int status)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	BV_AUTO(held_finish) struct held h = { 0 };
	char seen[BV_HEX_SIZE(BV_HASH_LEN)];
	struct bv_err err;

	if (!read_one(&h, x, sql, number))
		return;
	set_proposal(bv_json_set(json, "proposal", bv_json_new_object()), x, &h);
	bv_hex(seen, h.errand.seen, BV_HASH_LEN);
	bv_json_set_str(json, "seen", bv_str_of(seen));
	if (proposal_events(sql, number, add_event, bv_json_set(json, "events", bv_json_new_array()), &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	if (h.errand.act.id)
		set_act(bv_json_set(json, "act", bv_json_new_object()), &h.errand);
	if (h.proposal.state == PROPOSAL_APPROVED)
		errand_commands(bv_json_set(json, "commands", bv_json_new_array()), &h.proposal, &h.errand);
	answer(x, json, status);
}

/* The number in the path; false has answered. */
static bool
number_of(int64_t *number, struct exchange *x)
{
	if (!certificates_here(x))
		return false;
	if (bv_str_int(x->params[0], number) && *number > 0)
		return true;
	problem_answer(x, "not-found", NULL);
	return false;
}

void
on_proposal(struct exchange *x, struct bv_sql *sql)
{
	int64_t number;

	if (number_of(&number, x))
		answer_one(x, sql, number, 200);
}

/* ---- All of them ---- */

struct page {
	struct held *held;
	size_t count, cap;
};

static void
page_finish(struct page *page)
{
	for (size_t i = 0; i < page->count; i++)
		held_finish(&page->held[i]);
}
BV_AUTO_DEFINE_FINISH(struct page, page_finish)

static void
take(void *ctx, const struct proposal *proposal)
{
	struct page *page = ctx;

	if (page->count < page->cap)
		hold(&page->held[page->count++], proposal);
}

/* What the query says of a number; otherwise what is usual. */
static int64_t
int_of(struct bv_str query, const char *name, int64_t otherwise)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(24);
	int64_t n;
	struct bv_err none;

	return query_find(&text, query, name, &none) == BV_OK && bv_str_int(bv_buf_str(&text), &n) ? n : otherwise;
}

static int
state_of(struct bv_str query)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(24);
	struct bv_err none;

	if (query_find(&text, query, "state", &none) == BV_OK)
		for (int i = 0; i < PROPOSAL_STATES; i++)
			if (bv_str_is(bv_buf_str(&text), proposal_state_names[i]))
				return i;
	return -1;
}

void
on_proposal_list(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	BV_AUTO(bv_buf_finish) struct bv_buf certificate = BV_BUF(2 * DOSSIER_UUID_LEN);
	struct held held[PAGE_MAX] = { 0 };
	BV_AUTO(page_finish) struct page page = { .held = held, .cap = (size_t)int_of(x->query, "limit", PAGE_USUAL) };
	struct bv_err err;

	if (!certificates_here(x))
		return;
	(void)!query_find(&certificate, x->query, "certificate", &err);
	const struct proposal_search search = { .state = state_of(x->query), .certificate = bv_buf_str(&certificate), .before = int_of(x->query, "before", 0), .limit = (int64_t)page.cap };
	if (proposal_list(sql, &search, take, &page, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	if (!look_at(x, sql, held, page.count, false))
		return;
	struct bv_json *array = bv_json_set(json, "proposals", bv_json_new_array());
	for (size_t i = 0; i < page.count; i++)
		set_proposal(bv_json_add(array, bv_json_new_object()), x, &held[i]);
	if (page.count == page.cap && held[page.count - 1].proposal.number > 1)
		bv_json_set_int(json, "next", held[page.count - 1].proposal.number);
	answer(x, json, 200);
}

/* ---- Proposing ---- */

/* What is proposed, with the names that the register has for it; texts live in the arena. */
struct wish {
	struct bv_arena arena;
	struct proposal proposal;
	struct bv_str successor; /* as it was typed */
	enum bv_status refused;
	struct bv_err why;
};

static void
wish_finish(struct wish *w)
{
	bv_arena_finish(&w->arena);
}
BV_AUTO_DEFINE_FINISH(struct wish, wish_finish)

struct naming {
	struct bv_arena *arena;
	struct bv_str *uuid, *serial;
};

static enum bv_status
name_it(void *ctx, const struct bv_register_row *row, struct bv_err *err)
{
	const struct naming *n = ctx;
	char uuid[BV_UUID_SIZE];

	(void)err;
	*n->uuid = bv_arena_str(n->arena, bv_str_of(dossier_uuid(uuid, row)));
	*n->serial = bv_arena_str(n->arena, row->serial);
	return BV_OK;
}

static enum bv_status
check_wish(struct wish *w, struct bv_register *reg, struct bv_err *err)
{
	struct proposal *p = &w->proposal;
	char certificate[BV_UUID_SIZE], successor[BV_UUID_SIZE];

	TRY(bv_register_find(reg, bv_str_of(dossier_name(certificate, p->certificate)), name_it, &(struct naming){ &w->arena, &p->certificate, &p->serial }, err));
	if (w->successor.len)
		TRY(bv_register_find(reg, w->successor, name_it, &(struct naming){ &w->arena, &p->successor, &p->successor_serial }, err));
	return bv_act_check(reg, &(struct bv_act_order){
		.deed = p->deed, .certificate = bv_str_of(certificate), .reason = p->reason, .note = p->note,
		.successor = p->successor.len ? bv_str_of(dossier_name(successor, p->successor)) : BV_STR_NONE }, err);
}

/* A refusal is an answer, and no fault of the register. */
static enum bv_status
ask_wish(void *ctx, struct bv_register *reg, struct bv_err *err)
{
	struct wish *w = ctx;

	w->refused = check_wish(w, reg, &w->why);
	if (w->refused == BV_EIO || w->refused == BV_EUNCERTAIN)
		return bv_err_set(err, w->refused, "%s", w->why.msg);
	return BV_OK;
}

/* An approved one that nobody has begun to carry out stands in the way of another. False has answered. */
static bool
none_waits(struct exchange *x, struct bv_sql *sql, struct bv_str certificate)
{
	struct held held[PAGE_MAX] = { 0 };
	BV_AUTO(page_finish) struct page page = { .held = held, .cap = PAGE_MAX };
	const struct proposal_search search = { .state = PROPOSAL_APPROVED, .certificate = certificate, .limit = PAGE_MAX };
	struct bv_err err;

	if (proposal_list(sql, &search, take, &page, &err) != BV_OK) {
		edge_fail(x, &err);
		return false;
	}
	if (!look_at(x, sql, held, page.count, false))
		return false;
	for (size_t i = 0; i < page.count; i++)
		if (held[i].errand.step == ERRAND_POSSIBLE) {
			problem_answer(x, "conflict", "proposal %" PRId64 " about this certificate is approved and waits to be carried out", held[i].proposal.number);
			return false;
		}
	return true;
}

void
on_proposal_add(struct exchange *x, struct bv_sql *sql)
{
	const struct bv_json *body = x->json;
	BV_AUTO(wish_finish) struct wish w = { .successor = bv_str_trim(bv_json_str(bv_json_find(body, "successor"))) };
	struct proposal *p = &w.proposal;
	struct bv_err err;

	if (!certificates_here(x))
		return;
	*p = (struct proposal){ .key = bv_json_str(bv_json_find(body, "key")), .certificate = bv_json_str(bv_json_find(body, "certificate")),
		                .reason = bv_json_str(bv_json_find(body, "reason")), .author = bv_str_of(x->session.account) };
	bool known = proposal_deed(&p->deed, bv_json_str(bv_json_find(body, "deed")));
	if (!known || bv_text_nfc(&p->note, bv_str_trim(bv_json_str(bv_json_find(body, "note"))), &w.arena, &err) != BV_OK) {
		problem_answer(x, "invalid", NULL); /* as its schema says */
		return;
	}
	if (records_ask(x->server->records, ask_wish, &w, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	/* What was proposed already and has been done since is told to who asks again. */
	if (w.refused != BV_OK && w.refused != BV_ECONFLICT) {
		edge_fail(x, &w.why);
		return;
	}
	enum bv_status again = proposal_find(p, sql, &err);
	if (again != BV_OK && again != BV_ENOTFOUND) {
		edge_fail(x, &err);
		return;
	}
	if (again == BV_ENOTFOUND) {
		if (w.refused != BV_OK) {
			edge_fail(x, &w.why);
			return;
		}
		if (!none_waits(x, sql, p->certificate))
			return;
		if (proposal_add(p, sql, bv_clock_now_s(), &err) != BV_OK) {
			edge_fail(x, &err);
			return;
		}
	}
	answer_one(x, sql, p->number, 201);
}

/* ---- Deciding ---- */

struct last {
	struct bv_str me, why;
	enum proposal_state to;
	bool same; /* the last event is this one */
};

static void
compare(void *ctx, const struct proposal_event *event)
{
	struct last *l = ctx;

	l->same = event->to == l->to && bv_str_eq(event->author, l->me) && bv_str_eq(event->why, l->why);
}

static enum proposal_state
wanted(struct bv_str decision)
{
	return bv_str_is(decision, "approve") ? PROPOSAL_APPROVED : bv_str_is(decision, "refuse") ? PROPOSAL_REFUSED : PROPOSAL_WITHDRAWN;
}

/* Who may do that: false has answered. */
static bool
may_go(struct exchange *x, const struct held *h, enum proposal_state to)
{
	bool mine = bv_str_is(h->proposal.author, x->session.account), open = h->proposal.state == PROPOSAL_OPEN;

	if (to != PROPOSAL_WITHDRAWN && mine)
		problem_answer(x, "denied", "whoever proposed it does not decide about it: another account does");
	else if (to == PROPOSAL_WITHDRAWN && open && !mine)
		problem_answer(x, "denied", "until it is approved only its author withdraws it: refuse it");
	else
		return true;
	return false;
}

/* And does it go there from where it is? */
static bool
can_go(struct exchange *x, const struct held *h, enum proposal_state to)
{
	bool begun = h->errand.step != ERRAND_POSSIBLE && h->errand.step != ERRAND_IMPOSSIBLE && h->errand.step != ERRAND_TURNED_DOWN;

	if (to == PROPOSAL_WITHDRAWN && h->proposal.state == PROPOSAL_APPROVED && begun)
		problem_answer(x, "conflict", "it is being carried out already: act %" PRId64 " of the register", h->errand.act.id);
	else if (h->proposal.state != PROPOSAL_OPEN && !(to == PROPOSAL_WITHDRAWN && h->proposal.state == PROPOSAL_APPROVED))
		problem_answer(x, "conflict", "it is %s already", proposal_state_names[h->proposal.state]);
	else if (to == PROPOSAL_APPROVED && h->errand.step == ERRAND_IMPOSSIBLE)
		problem_answer(x, "conflict", "it cannot be carried out any more: %s", h->errand.why);
	else
		return true;
	return false;
}

static bool
is_seen(struct exchange *x, const struct held *h)
{
	char seen[BV_HEX_SIZE(BV_HASH_LEN)];

	bv_hex(seen, h->errand.seen, BV_HASH_LEN);
	if (bv_str_is(bv_json_str(bv_json_find(x->json, "seen")), seen))
		return true;
	problem_answer(x, "conflict", "something has happened to the proposal or to the certificate since it was shown: look again");
	return false;
}

void
on_proposal_decide(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(held_finish) struct held h = { 0 };
	enum proposal_state to = wanted(bv_json_str(bv_json_find(x->json, "decision")));
	struct proposal_step step = { .to = to, .author = bv_str_of(x->session.account) };
	struct bv_err err;

	if (!number_of(&step.number, x))
		return;
	if (!read_one(&h, x, sql, step.number))
		return;
	if (bv_text_nfc(&step.why, bv_str_trim(bv_json_str(bv_json_find(x->json, "why"))), &h.arena, &err) != BV_OK || (!step.why.len && to != PROPOSAL_APPROVED)) {
		problem_answer(x, "invalid", "why: a reason is needed");
		return;
	}
	struct last last = { .me = step.author, .why = step.why, .to = to };
	if (proposal_events(sql, step.number, compare, &last, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	if (!last.same) { /* else the answer was lost, and it is the same again */
		if (!may_go(x, &h, to) || !can_go(x, &h, to) || !is_seen(x, &h))
			return;
		step.events = h.proposal.events;
		step.after_act = h.errand.newest_act;
		if (proposal_go(sql, &step, bv_clock_now_s(), &err) != BV_OK) {
			edge_fail(x, &err);
			return;
		}
	}
	answer_one(x, sql, step.number, 200);
}
