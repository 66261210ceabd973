/* The minutes of a room (biên bản): what the ledger says of it, with what the proctor types, as a PDF that is printed and signed. What was typed is kept nowhere; an
 * event says who made which file. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "tools/httpd/account.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/handout.h"
#include "tools/httpd/irregularity.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/roll.h"
#include "tools/httpd/scope.h"
#include "tools/httpd/server.h"
#include "tools/httpd/words.h"

enum { TYPED_MAX = 150, REMARKS_MAX = 1000, PROCTORS_MAX = 4, MINUTE_MS = 60000, TEXT_MAX = 4000, HAPPENINGS_MAX = 2000, MOMENT_SIZE = 32 };
#define REASON "biên bản phòng thi"

static const struct schema proctor_element = { NULL, SCHEMA_STRING, 1, TYPED_MAX };
static const struct schema body_members[] = {
	{ "names", SCHEMA_BOOL, .optional = true, .doc = "With the names of candidates: that they were read is recorded." },
	{ "organisation", SCHEMA_STRING, 1, TYPED_MAX, .optional = true, .doc = "Whose minutes they are, for the head." },
	{ "place", SCHEMA_STRING, 1, TYPED_MAX, .optional = true, .doc = "Where, for the date." },
	{ "proctors", SCHEMA_ARRAY, 0, PROCTORS_MAX, .of = &proctor_element, .optional = true, .doc = "Who signs." },
	{ "remarks", SCHEMA_STRING, 1, REMARKS_MAX, .optional = true, .doc = "What else is to be said." },
	{ 0 },
};
const struct schema minutes_body = { NULL, SCHEMA_OBJECT, .of = body_members };

/* Something to be told: of a seat, or of the room. */
struct happening {
	int64_t at_ms;
	const struct roll_seat *seat;
	char *text;
	char author[BV_AUTHOR_MAX + 1];
};

struct minutes {
	struct exchange *x;
	struct bv_sql *sql;
	struct roll roll;
	struct bv_sitting_plan plan; /* times only */
	int64_t sitting, now_ms, first_start_ms, last_finish_ms;
	uint32_t chain_seq;
	uint8_t chain_head[BV_HASH_LEN];
	const struct roll_seat *seat; /* whose history is read */
	struct happening *list;
	size_t count, cap;
};

static void
minutes_finish(struct minutes *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->list[i].text);
	free(m->list);
	roll_finish(&m->roll);
}
BV_AUTO_DEFINE_FINISH(struct minutes, minutes_finish)

static void
moment(char out[MOMENT_SIZE], int64_t ms, const char *form)
{
	const time_t seconds = (time_t)(ms / 1000) + BV_VIETNAM_S;
	struct tm tm;

	gmtime_r(&seconds, &tm);
	if (!strftime(out, MOMENT_SIZE, form, &tm))
		out[0] = '\0';
}

/* ---- What has happened ---- */

static const char *
key_of(enum bv_exam_act act)
{
	switch (act) {
	case BV_EXAM_DISMISS:
		return "proctor.didDismiss";
	case BV_EXAM_UNBIND:
		return "proctor.didUnbind";
	case BV_EXAM_PAUSE:
		return "proctor.didPause";
	case BV_EXAM_RESUME:
		return "proctor.didResume";
	case BV_EXAM_END:
		return "proctor.didEnd";
	case BV_EXAM_REOPEN:
		return "proctor.didReopen";
	default:
		return NULL;
	}
}

/* False: it is not for the minutes. */
static bool
write_note(struct bv_buf *out, const struct minutes *m, const struct bv_exam_event *event)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	enum language language = m->x->language;
	struct bv_err err;

	if (bv_json_parse(&json, event->facts.details, &err) != BV_OK)
		return false;
	struct bv_str remark = bv_json_str(bv_json_find(json, "remark")), room = bv_json_str(bv_json_find(json, "room"));
	if (room.len && !bv_str_eq(room, m->x->params[1]))
		return false;
	struct bv_str kind = bv_str_of(words_text(language, irregularity_words(bv_json_str(bv_json_find(json, "category")))));
	if (bv_str_is(remark, "incident"))
		words_write(out, language, "proctor.didIncident", (struct words_value[]){ { "kind", kind }, { 0 } });
	else if (bv_str_is(remark, "note"))
		bv_buf_addz(out, words_text(language, "proctor.didNote"));
	else
		return false;
	return true;
}

static bool
write_happening(struct bv_buf *out, const struct minutes *m, const struct bv_exam_event *event)
{
	const char *key = key_of(event->act);
	char many[24];

	snprintf(many, sizeof many, "%lld", (long long)(event->facts.ms / MINUTE_MS));
	if (key)
		bv_buf_addz(out, words_text(m->x->language, key));
	else if (event->act == BV_EXAM_EXTEND)
		words_write(out, m->x->language, "proctor.didExtend", (struct words_value[]){ { "n", bv_str_of(many) }, { 0 } });
	else if (event->act != BV_EXAM_NOTE || bv_str_is(event->facts.author, "candidate") || !write_note(out, m, event))
		return false;
	if (event->facts.reason.len)
		bv_buf_printf(out, " – %.*s", BV_STR_ARG(event->facts.reason));
	return true;
}

static void
add_happening(struct minutes *m, const struct bv_exam_event *event)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(TEXT_MAX);

	if (m->count >= HAPPENINGS_MAX || !write_happening(&text, m, event))
		return;
	if (m->count == m->cap) {
		m->cap = m->cap ? m->cap * 2 : 64;
		m->list = bv_resize_array(m->list, m->cap, sizeof m->list[0]);
	}
	struct happening *one = &m->list[m->count++];
	*one = (struct happening){ .at_ms = event->at_ms, .seat = m->seat, .text = bv_str_dup(bv_buf_str(&text)) };
	snprintf(one->author, sizeof one->author, "%.*s", BV_STR_ARG(event->facts.author));
}

static enum bv_status
add_event(void *ctx, const struct bv_exam_event *given, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_exam_event event = *given;
	struct minutes *m = ctx;

	if (event.act == BV_EXAM_SAVE)
		return BV_OK;
	TRY(bv_exam_body_parse(&event.facts, event.act, event.body, &arena, err));
	if (event.act == BV_EXAM_START && (!m->first_start_ms || event.at_ms < m->first_start_ms))
		m->first_start_ms = event.at_ms;
	if ((event.act == BV_EXAM_SUBMIT || event.act == BV_EXAM_EXPIRE || event.act == BV_EXAM_END) && event.at_ms > m->last_finish_ms)
		m->last_finish_ms = event.at_ms;
	add_happening(m, &event);
	return BV_OK;
}

static int
by_time(const void *a, const void *b)
{
	const struct happening *x = a, *y = b;

	return x->at_ms < y->at_ms ? -1 : x->at_ms > y->at_ms;
}

static enum bv_status
gather(struct minutes *m, struct bv_err *err)
{
	for (size_t i = 0; i < m->roll.count; i++) {
		m->seat = &m->roll.seats[i];
		TRY(bv_ledger_history(m->x->server->ledger, m->seat->attempt, add_event, m, err));
	}
	m->seat = NULL;
	TRY(bv_ledger_history(m->x->server->ledger, m->sitting, add_event, m, err));
	if (m->count)
		qsort(m->list, m->count, sizeof m->list[0], by_time);
	return BV_OK;
}

/* ---- The document ---- */

static struct bv_str
typed(const struct minutes *m, const char *name)
{
	return bv_json_str(bv_json_find(m->x->json, name));
}

static struct bv_str
text_of(const struct minutes *m, const char *key)
{
	return bv_str_of(words_text(m->x->language, key));
}

static struct bv_str
name_of(const struct roll_seat *seat)
{
	return seat->person ? seat->person->fields[BV_PERSON_NAME] : BV_STR_NONE;
}

/* What is not typed is left to be written by hand. */
static struct bv_str
or_dots(struct bv_str s)
{
	return s.len ? s : BV_STR("……………………");
}

/* The head as Decree 30/2020/ND-CP has it. */
static void
add_head(struct bv_document *d, const struct minutes *m)
{
	BV_AUTO(bv_buf_finish) struct bv_buf room = BV_BUF(TEXT_MAX), date = BV_BUF(TEXT_MAX), of = BV_BUF(TEXT_MAX);
	char day[MOMENT_SIZE], month[MOMENT_SIZE], year[MOMENT_SIZE];

	moment(day, m->now_ms, "%d"), moment(month, m->now_ms, "%m"), moment(year, m->now_ms, "%Y");
	words_write(&room, m->x->language, "minutes.room", (struct words_value[]){ { "room", m->x->params[1] }, { 0 } });
	words_write(&date, m->x->language, "minutes.date",
	            (struct words_value[]){ { "place", or_dots(typed(m, "place")) }, { "day", bv_str_of(day) }, { "month", bv_str_of(month) }, { "year", bv_str_of(year) }, { 0 } });
	const struct bv_document_line left[] = { { or_dots(typed(m, "organisation")), .bold = false }, { bv_buf_str(&room), .bold = true, .ruled = true } };
	const struct bv_document_line right[] = { { text_of(m, "minutes.state"), .bold = true }, { text_of(m, "minutes.motto"), .bold = true, .ruled = true },
		                                  { bv_buf_str(&date), .italic = true } };
	bv_document_halves(d, left, BV_COUNT(left), right, BV_COUNT(right));
	bv_document_text(d, BV_DOCUMENT_TITLE, text_of(m, "minutes.title"));
	words_write(&of, m->x->language, "minutes.subtitle", (struct words_value[]){ { "room", m->x->params[1] }, { "sitting", m->x->params[0] }, { 0 } });
	bv_document_text(d, BV_DOCUMENT_TITLE, bv_buf_str(&of));
}

static void
add_times(struct bv_document *d, const struct minutes *m)
{
	BV_AUTO(bv_buf_finish) struct bv_buf window = BV_BUF(TEXT_MAX), begun = BV_BUF(TEXT_MAX), done = BV_BUF(TEXT_MAX);
	char from[MOMENT_SIZE], to[MOMENT_SIZE], first[MOMENT_SIZE], last[MOMENT_SIZE], many[24];

	moment(from, m->plan.opens_ms, "%H:%M %d/%m/%Y"), moment(to, m->plan.closes_ms, "%H:%M %d/%m/%Y");
	moment(first, m->first_start_ms, "%H:%M"), moment(last, m->last_finish_ms, "%H:%M");
	snprintf(many, sizeof many, "%lld", (long long)(m->plan.own_ms / MINUTE_MS));
	words_write(&window, m->x->language, "minutes.window", (struct words_value[]){ { "from", bv_str_of(from) }, { "to", bv_str_of(to) }, { "n", bv_str_of(many) }, { 0 } });
	bv_document_text(d, BV_DOCUMENT_TEXT, bv_buf_str(&window));
	words_write(&begun, m->x->language, "minutes.firstStart", (struct words_value[]){ { "at", bv_str_of(first) }, { 0 } });
	if (m->first_start_ms)
		bv_document_text(d, BV_DOCUMENT_TEXT, bv_buf_str(&begun));
	words_write(&done, m->x->language, "minutes.lastFinish", (struct words_value[]){ { "at", bv_str_of(last) }, { 0 } });
	if (m->last_finish_ms)
		bv_document_text(d, BV_DOCUMENT_TEXT, bv_buf_str(&done));
}

static size_t
count_states(const struct roll *roll, enum bv_attempt_state from, enum bv_attempt_state to)
{
	size_t n = 0;

	for (size_t i = 0; i < roll->count; i++)
		n += roll->seats[i].state >= from && roll->seats[i].state <= to;
	return n;
}

static const double table_gap_mm = 4;

static void
add_counts(struct bv_document *d, const struct minutes *m)
{
	static const struct {
		const char *key;
		enum bv_attempt_state from, to;
	} cells[] = {
		{ "minutes.listed", BV_ATTEMPT_REGISTERED, BV_ATTEMPT_FINAL },      { "minutes.present", BV_ATTEMPT_ADMITTED, BV_ATTEMPT_FINAL },
		{ "minutes.absent", BV_ATTEMPT_REGISTERED, BV_ATTEMPT_REGISTERED }, { "minutes.working", BV_ATTEMPT_ADMITTED, BV_ATTEMPT_PAUSED },
		{ "minutes.submitted", BV_ATTEMPT_SUBMITTED, BV_ATTEMPT_SUBMITTED }, { "minutes.expired", BV_ATTEMPT_EXPIRED, BV_ATTEMPT_EXPIRED },
		{ "minutes.ended", BV_ATTEMPT_ENDED, BV_ATTEMPT_ENDED },
	};
	struct bv_document_column columns[BV_COUNT(cells)];
	struct bv_str row[BV_COUNT(cells)];
	char numbers[BV_COUNT(cells)][24];
	const double mm = 165.0 / BV_COUNT(cells);

	bv_document_text(d, BV_DOCUMENT_HEADING, text_of(m, "minutes.counts"));
	for (size_t i = 0; i < BV_COUNT(cells); i++) {
		columns[i] = (struct bv_document_column){ text_of(m, cells[i].key), mm, true };
		snprintf(numbers[i], sizeof numbers[i], "%zu", count_states(&m->roll, cells[i].from, cells[i].to));
		row[i] = bv_str_of(numbers[i]);
	}
	bv_document_table(d, columns, BV_COUNT(columns));
	bv_document_row(d, row);
	bv_document_room(d, table_gap_mm);
}

static void
add_absent(struct bv_document *d, const struct minutes *m)
{
	const struct bv_document_column columns[] = {
		{ text_of(m, "minutes.number"), 12, true },
		{ text_of(m, "proctor.seat"), 18, true },
		{ text_of(m, "proctor.ticket"), 55, false },
		{ text_of(m, "proctor.name"), 80, false },
	};
	size_t n = 0;

	bv_document_text(d, BV_DOCUMENT_HEADING, text_of(m, "minutes.absentList"));
	if (!count_states(&m->roll, BV_ATTEMPT_REGISTERED, BV_ATTEMPT_REGISTERED)) {
		bv_document_text(d, BV_DOCUMENT_TEXT, text_of(m, "minutes.none"));
		return;
	}
	bv_document_table(d, columns, BV_COUNT(columns));
	for (size_t i = 0; i < m->roll.count; i++) {
		const struct roll_seat *seat = &m->roll.seats[i];
		char number[24];
		if (seat->state != BV_ATTEMPT_REGISTERED)
			continue;
		snprintf(number, sizeof number, "%zu", ++n);
		bv_document_row(d, (struct bv_str[]){ bv_str_of(number), bv_str_of(seat->seat), bv_str_of(seat->ticket), name_of(seat) });
	}
	bv_document_room(d, table_gap_mm);
}

/* The sign-in name of who recorded it; of an account that is not there any more its id. */
static void
author_name(char out[ACCOUNT_NAME_MAX + 1], const struct minutes *m, const char *id)
{
	struct account account;
	struct bv_err err;

	snprintf(out, ACCOUNT_NAME_MAX + 1, "%s", account_find(&account, m->sql, bv_str_of(id), &err) == BV_OK ? account.name : id);
}

static void
add_row(struct bv_document *d, const struct minutes *m, size_t i)
{
	BV_AUTO(bv_buf_finish) struct bv_buf whom = BV_BUF(TEXT_MAX);
	char number[24], at[MOMENT_SIZE], author[ACCOUNT_NAME_MAX + 1];
	const struct happening *one = &m->list[i];

	snprintf(number, sizeof number, "%zu", i + 1);
	moment(at, one->at_ms, "%H:%M");
	author_name(author, m, one->author);
	if (!one->seat)
		bv_buf_add(&whom, text_of(m, "minutes.wholeRoom"));
	else if (name_of(one->seat).len)
		bv_buf_printf(&whom, "%s – %.*s (%s)", one->seat->seat, BV_STR_ARG(name_of(one->seat)), one->seat->ticket);
	else
		bv_buf_printf(&whom, "%s – %s", one->seat->seat, one->seat->ticket);
	bv_document_row(d, (struct bv_str[]){ bv_str_of(number), bv_str_of(at), bv_buf_str(&whom), bv_str_of(one->text), bv_str_of(author) });
}

static void
add_happenings(struct bv_document *d, const struct minutes *m)
{
	const struct bv_document_column columns[] = {
		{ text_of(m, "minutes.number"), 12, true }, { text_of(m, "minutes.at"), 18, true }, { text_of(m, "minutes.whom"), 45, false },
		{ text_of(m, "minutes.what"), 65, false },  { text_of(m, "minutes.by"), 25, false },
	};

	bv_document_text(d, BV_DOCUMENT_HEADING, text_of(m, "minutes.happenings"));
	if (!m->count) {
		bv_document_text(d, BV_DOCUMENT_TEXT, text_of(m, "minutes.none"));
		return;
	}
	bv_document_table(d, columns, BV_COUNT(columns));
	for (size_t i = 0; i < m->count; i++)
		add_row(d, m, i);
	bv_document_room(d, table_gap_mm);
}

/* Two beside each other. */
static void
add_signatures(struct bv_document *d, const struct minutes *m)
{
	const struct bv_json *proctors = bv_json_find(m->x->json, "proctors");
	const struct bv_document_line who[] = { { text_of(m, "minutes.proctor"), .bold = true }, { text_of(m, "minutes.sign"), .italic = true } };
	const double block_mm = 55, space_mm = 22;
	size_t count = bv_json_count(proctors);

	for (size_t i = 0; i < count || i == 0; i += 2) {
		const struct bv_document_line left = { bv_json_str(bv_json_at(proctors, i)), .bold = true };
		const struct bv_document_line right = { i + 1 < count ? bv_json_str(bv_json_at(proctors, i + 1)) : BV_STR_NONE, .bold = true };
		bv_document_keep(d, block_mm);
		bv_document_halves(d, who, BV_COUNT(who), who, i && !right.text.len ? 0 : BV_COUNT(who));
		bv_document_room(d, space_mm);
		bv_document_halves(d, &left, 1, &right, 1);
	}
}

static void
add_end(struct bv_document *d, const struct minutes *m)
{
	BV_AUTO(bv_buf_finish) struct bv_buf made = BV_BUF(TEXT_MAX), source = BV_BUF(TEXT_MAX);
	char at[MOMENT_SIZE], hash[BV_HEX_SIZE(BV_HASH_LEN)], seq[24];

	moment(at, m->now_ms, "%H:%M %d/%m/%Y");
	snprintf(seq, sizeof seq, "%u", m->chain_seq);
	words_write(&made, m->x->language, "minutes.made", (struct words_value[]){ { "at", bv_str_of(at) }, { 0 } });
	bv_document_text(d, BV_DOCUMENT_TEXT, bv_buf_str(&made));
	add_signatures(d, m);
	words_write(&source, m->x->language, "minutes.source",
	            (struct words_value[]){ { "n", bv_str_of(seq) }, { "hash", bv_str_of(bv_hex(hash, m->chain_head, BV_HASH_LEN)) }, { 0 } });
	bv_document_text(d, BV_DOCUMENT_SMALL, bv_buf_str(&source));
}

static enum bv_status
write_minutes(struct bv_buf *out, struct minutes *m, struct bv_err *err)
{
	BV_AUTO(bv_document_free) struct bv_document *d = bv_document_new(text_of(m, "minutes.title"), bv_clock_now_s());

	TRY(gather(m, err));
	add_head(d, m);
	add_times(d, m);
	add_counts(d, m);
	add_absent(d, m);
	add_happenings(d, m);
	if (typed(m, "remarks").len) {
		bv_document_text(d, BV_DOCUMENT_HEADING, text_of(m, "minutes.remarks"));
		bv_document_text(d, BV_DOCUMENT_TEXT, typed(m, "remarks"));
	}
	add_end(d, m);
	return bv_document_end(out, d, err);
}

/* ---- The event ---- */

/* One of a reading when there are names in it. */
static void
hold_minutes(struct exchange *x, int64_t sitting, bool names, struct bv_buf *pdf)
{
	BV_AUTO(bv_buf_finish) struct bv_buf details = BV_BUF(BV_DETAILS_MAX);
	struct bv_json_pen pen = { .out = &details };
	uint8_t hash[BV_HASH_LEN];

	bv_sha256(hash, bv_buf_str(pdf));
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "remark", BV_STR("minutes"));
	bv_json_pen_str(&pen, "room", x->params[1]);
	bv_json_pen_hex(&pen, "sha256", hash, sizeof hash);
	bv_json_pen_close(&pen, '}');
	handout_hold(x, names ? BV_EXAM_ACCESS : BV_EXAM_NOTE, sitting, BV_STR(REASON), &details, pdf);
}

static void
make(struct exchange *x, struct minutes *m)
{
	BV_AUTO(bv_buf_finish) struct bv_buf pdf = BV_BUF(EXCHANGE_ANSWER_MAX);
	bool names = bv_json_bool(bv_json_find(x->json, "names")) && x->server->persons;
	struct bv_err err;

	if (names && !roll_read(&m->roll, x, x->params[0], 1u << BV_PERSON_NAME, BV_STR(REASON)))
		return;
	enum bv_status status = write_minutes(&pdf, m, &err);
	bv_pdf_end(); /* what drawing keeps is this thread's */
	if (status == BV_OK)
		hold_minutes(x, m->sitting, names, &pdf);
	else
		edge_fail(x, &err);
}

void
on_minutes(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(minutes_finish) struct minutes m = { .x = x, .sql = sql };
	struct board_sitting *sitting;

	const struct board_room *room = scope_room(&sitting, x, sql, ROLES_PROCTOR, x->params[1]);
	if (!room)
		return;
	m.sitting = sitting->id;
	m.plan = sitting->plan;
	m.chain_seq = sitting->chain.seq;
	memcpy(m.chain_head, sitting->chain.head, BV_HASH_LEN);
	roll_copy(&m.roll, room);
	feed_unlock(x->server->feed);
	m.now_ms = feed_now_ms(x->server->feed);
	make(x, &m);
}
