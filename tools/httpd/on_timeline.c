/* What has happened to an attempt, for the proctor who opens its row: its events, saves that follow one another as one, with the names of the accounts that acted. */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "tools/httpd/account.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/scope.h"
#include "tools/httpd/server.h"

enum { MINUTE_MS = 60000, AUTHORS_MAX = 64, EVENTS_TOLD = 4000 };

static const struct schema event_members[] = {
	{ "seq", SCHEMA_INT, 1, INT64_MAX, .doc = "The number of the event in the attempt; of saves that follow one another the last." },
	{ "atMs", SCHEMA_INT, .doc = "When, by the exam's clock." },
	{ "act", SCHEMA_STRING, 1, 20, .format = FORMAT_ID, .doc = "What was done." },
	{ "author", SCHEMA_STRING, 1, BV_AUTHOR_MAX, .doc = "candidate, clock, or the id of an account: see authors." },
	{ "reason", SCHEMA_STRING, 0, BV_ACT_REASON_MAX, .optional = true, .doc = "Why, or what was seen." },
	{ "minutes", SCHEMA_INT, 1, INT64_MAX, .optional = true, .doc = "extend: how many more." },
	{ "saves", SCHEMA_INT, 1, INT64_MAX, .optional = true, .doc = "save: how many answers follow one another." },
	{ "sinceMs", SCHEMA_INT, .optional = true, .doc = "save: when the first of them was." },
	{ "late", SCHEMA_BOOL, .optional = true, .doc = "It came after the deadline, within the grace." },
	{ "details", SCHEMA_OBJECT, .optional = true, .doc = "What was kept with it: remark, category, identity, and what a candidate's page said." },
	{ 0 },
};
static const struct schema event_element = { NULL, SCHEMA_OBJECT, .of = event_members };
static const struct schema author_members[] = {
	{ "id", SCHEMA_STRING, 1, BV_AUTHOR_MAX, .doc = "As events say it." },
	{ "name", SCHEMA_STRING, 1, ACCOUNT_NAME_MAX, .doc = "The sign-in name of that account." },
	{ 0 },
};
static const struct schema author_element = { NULL, SCHEMA_OBJECT, .of = author_members };
static const struct schema timeline_members[] = {
	{ "attempt", SCHEMA_INT, 1, INT64_MAX, .doc = "The attempt." },
	{ "nowMs", SCHEMA_INT, .doc = "The exam's clock now." },
	{ "events", SCHEMA_ARRAY, 0, EVENTS_TOLD, .of = &event_element, .doc = "In their order." },
	{ "authors", SCHEMA_ARRAY, 0, AUTHORS_MAX, .of = &author_element, .doc = "Accounts that acted; one that is not here any more is left out." },
	{ 0 },
};
const struct schema timeline_answer = { NULL, SCHEMA_OBJECT, .of = timeline_members };

/* Saves that follow one another are kept back until something else comes. */
struct timeline {
	struct bv_json_pen pen;
	int64_t saves, first_ms, last_ms, last_seq;
	bool late;
	size_t told;
	char authors[AUTHORS_MAX][BV_AUTHOR_MAX + 1];
	size_t author_count;
};

static void
write_saves(struct timeline *t)
{
	if (!t->saves)
		return;
	bv_json_pen_open(&t->pen, NULL, '{');
	bv_json_pen_int(&t->pen, "seq", t->last_seq);
	bv_json_pen_int(&t->pen, "atMs", t->last_ms);
	bv_json_pen_str(&t->pen, "act", BV_STR("save"));
	bv_json_pen_str(&t->pen, "author", BV_STR("candidate"));
	bv_json_pen_int(&t->pen, "saves", t->saves);
	bv_json_pen_int(&t->pen, "sinceMs", t->first_ms);
	if (t->late)
		bv_json_pen_bool(&t->pen, "late", true);
	bv_json_pen_close(&t->pen, '}');
	t->saves = 0;
	t->late = false;
	t->told++;
}

static void
note_author(struct timeline *t, struct bv_str author)
{
	size_t i = 0;

	if (bv_str_is(author, "candidate") || bv_str_is(author, "clock") || author.len > BV_AUTHOR_MAX)
		return;
	while (i < t->author_count && !bv_str_is(author, t->authors[i]))
		i++;
	if (i == AUTHORS_MAX || i < t->author_count)
		return;
	snprintf(t->authors[t->author_count++], sizeof t->authors[0], "%.*s", BV_STR_ARG(author));
}

/* What a registration keeps are the seat and commitments, which the board has or nobody needs. */
static void
write_event(struct timeline *t, const struct bv_exam_event *event)
{
	const struct bv_exam_facts *facts = &event->facts;

	bv_json_pen_open(&t->pen, NULL, '{');
	bv_json_pen_int(&t->pen, "seq", event->seq);
	bv_json_pen_int(&t->pen, "atMs", event->at_ms);
	bv_json_pen_str(&t->pen, "act", bv_str_of(bv_exam_act_name(event->act)));
	bv_json_pen_str(&t->pen, "author", facts->author);
	if (facts->reason.len)
		bv_json_pen_str(&t->pen, "reason", facts->reason);
	if (event->act == BV_EXAM_EXTEND)
		bv_json_pen_int(&t->pen, "minutes", (facts->ms + MINUTE_MS - 1) / MINUTE_MS);
	if (facts->late)
		bv_json_pen_bool(&t->pen, "late", true);
	if (facts->details.len && event->act != BV_EXAM_REGISTER) {
		bv_json_pen_name(&t->pen, BV_STR("details"));
		bv_buf_add(t->pen.out, facts->details);
		t->pen.named = false;
		t->pen.more = true;
	}
	bv_json_pen_close(&t->pen, '}');
	t->told++;
}

static enum bv_status
add_event(void *ctx, const struct bv_exam_event *given, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_exam_event event = *given;
	struct timeline *t = ctx;

	if (t->told >= EVENTS_TOLD - 1)
		return BV_OK;
	TRY(bv_exam_body_parse(&event.facts, event.act, event.body, &arena, err));
	if (event.act == BV_EXAM_SAVE) {
		t->first_ms = t->saves++ ? t->first_ms : event.at_ms;
		t->last_ms = event.at_ms;
		t->last_seq = event.seq;
		t->late |= event.facts.late;
		return BV_OK;
	}
	write_saves(t);
	note_author(t, event.facts.author);
	write_event(t, &event);
	return BV_OK;
}

static enum bv_status
write_authors(struct timeline *t, struct bv_sql *sql, struct bv_err *err)
{
	struct account account;

	bv_json_pen_open(&t->pen, "authors", '[');
	for (size_t i = 0; i < t->author_count; i++) {
		enum bv_status status = account_find(&account, sql, bv_str_of(t->authors[i]), err);
		if (status == BV_ENOTFOUND)
			continue;
		TRY(status);
		bv_json_pen_open(&t->pen, NULL, '{');
		bv_json_pen_str(&t->pen, "id", bv_str_of(account.id));
		bv_json_pen_str(&t->pen, "name", bv_str_of(account.name));
		bv_json_pen_close(&t->pen, '}');
	}
	bv_json_pen_close(&t->pen, ']');
	return BV_OK;
}

static enum bv_status
write_timeline(struct exchange *x, struct bv_sql *sql, int64_t id, struct bv_err *err)
{
	struct timeline t = { .pen = { .out = &x->answer.body } };

	bv_json_pen_open(&t.pen, NULL, '{');
	bv_json_pen_int(&t.pen, "attempt", id);
	bv_json_pen_int(&t.pen, "nowMs", feed_now_ms(x->server->feed));
	bv_json_pen_open(&t.pen, "events", '[');
	TRY(bv_ledger_history(x->server->ledger, id, add_event, &t, err));
	write_saves(&t);
	bv_json_pen_close(&t.pen, ']');
	TRY(write_authors(&t, sql, err));
	bv_json_pen_close(&t.pen, '}');
	return BV_OK;
}

void
on_timeline(struct exchange *x, struct bv_sql *sql)
{
	struct bv_place place;
	struct scope scope;
	struct bv_err err;
	int64_t id;

	struct board *board = scope_open(&scope, x, sql, ROLES_WATCH);
	if (!board)
		return;
	bool there = scope_attempt(&id, &place, x, board) && scope_has(&scope, spot_of_place(&place));
	if (x->answer.status)
		return;
	if (!there) {
		problem_answer(x, "not-found", NULL);
		return;
	}
	if (write_timeline(x, sql, id, &err) == BV_OK) {
		exchange_json(x, 200);
		return;
	}
	bv_buf_clear(&x->answer.body);
	edge_fail(x, &err);
}
