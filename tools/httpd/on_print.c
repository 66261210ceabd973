/* What a centre prints: the sheet on which candidates of a room sign, and their access codes, which are told this once. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/handout.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/roll.h"
#include "tools/httpd/scope.h"
#include "tools/httpd/server.h"
#include "tools/httpd/words.h"

enum { TEXT_MAX = 2000 };
#define HEADS (ROLE(SCHEME_OWNER) | ROLE(CENTRE_HEAD))
#define SHEET_REASON "danh sách ký tên"

static const struct schema sheet_members[] = {
	{ "names", SCHEMA_BOOL, .optional = true, .doc = "With names and days of birth: that they were read is recorded." },
	{ 0 },
};
const struct schema sheet_body = { NULL, SCHEMA_OBJECT, .of = sheet_members };
static const struct schema codes_members[] = {
	{ "room", SCHEMA_STRING, 1, BV_ROOM_MAX, .format = FORMAT_ID, .optional = true, .doc = "Of one room only." },
	{ "again", SCHEMA_BOOL, .optional = true, .doc = "New ones for all, also for who has one: the old ones are worth nothing then." },
	{ 0 },
};
const struct schema codes_body = { NULL, SCHEMA_OBJECT, .of = codes_members };

static struct bv_str
text_of(const struct exchange *x, const char *key)
{
	return bv_str_of(words_text(x->language, key));
}

static struct bv_document *
begin(const struct exchange *x, const char *title, struct bv_str room)
{
	struct bv_document *d = bv_document_new(text_of(x, title), bv_clock_now_s());
	BV_AUTO(bv_buf_finish) struct bv_buf of = BV_BUF(TEXT_MAX);

	bv_document_text(d, BV_DOCUMENT_TITLE, text_of(x, title));
	if (room.len)
		words_write(&of, x->language, "print.ofRoom", (struct words_value[]){ { "room", room }, { "sitting", x->params[0] }, { 0 } });
	else
		words_write(&of, x->language, "print.ofSitting", (struct words_value[]){ { "sitting", x->params[0] }, { 0 } });
	bv_document_text(d, BV_DOCUMENT_TITLE, bv_buf_str(&of));
	return d;
}

/* ---- The sheet ---- */

static void
add_rows(struct bv_document *d, const struct exchange *x, const struct roll *roll)
{
	const struct bv_document_column columns[] = {
		{ text_of(x, "proctor.seat"), 15, true }, { text_of(x, "proctor.ticket"), 38, false },   { text_of(x, "proctor.name"), 52, false },
		{ text_of(x, "proctor.birth"), 25, true }, { text_of(x, "print.signature"), 35, true },
	};

	bv_document_table(d, columns, BV_COUNT(columns));
	for (size_t i = 0; i < roll->count; i++) {
		const struct roll_seat *seat = &roll->seats[i];
		struct bv_str birth = seat->person ? seat->person->fields[BV_PERSON_BIRTH] : BV_STR_NONE;
		char day[16] = "";
		if (birth.len == BV_DAY_SIZE - 1)
			snprintf(day, sizeof day, "%.2s/%.2s/%.4s", birth.p + 8, birth.p + 5, birth.p);
		/* A second line, so that there is room to sign. */
		const struct bv_str cells[] = { bv_str_of(seat->seat), bv_str_of(seat->ticket), seat->person ? seat->person->fields[BV_PERSON_NAME] : BV_STR_NONE, bv_str_of(day), BV_STR(" \n ") };
		bv_document_row(d, cells);
	}
}

/* That names were read. */
static void
hold_sheet(struct exchange *x, int64_t sitting, struct bv_buf *pdf)
{
	BV_AUTO(bv_buf_finish) struct bv_buf details = BV_BUF(BV_DETAILS_MAX);
	struct bv_json_pen pen = { .out = &details };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "room", x->params[1]);
	bv_json_pen_close(&pen, '}');
	handout_hold(x, BV_EXAM_ACCESS, sitting, BV_STR(SHEET_REASON), &details, pdf);
}

static void
answer_pdf(struct exchange *x, struct bv_buf *pdf)
{
	bv_buf_add(&x->answer.body, bv_buf_str(pdf));
	exchange_json(x, 200);
	x->answer.type = "application/pdf";
}

static void
make_sheet(struct exchange *x, int64_t sitting, struct roll *roll)
{
	const unsigned fields = 1u << BV_PERSON_NAME | 1u << BV_PERSON_BIRTH;
	BV_AUTO(bv_buf_finish) struct bv_buf pdf = BV_BUF(EXCHANGE_ANSWER_MAX);
	BV_AUTO(bv_document_free) struct bv_document *d = NULL;
	bool names = bv_json_bool(bv_json_find(x->json, "names")) && x->server->persons;
	struct bv_err err;

	if (names && !roll_read(roll, x, x->params[0], fields, BV_STR(SHEET_REASON)))
		return;
	d = begin(x, "print.sheet", x->params[1]);
	add_rows(d, x, roll);
	enum bv_status status = bv_document_end(&pdf, d, &err);
	bv_pdf_end();
	if (status != BV_OK)
		edge_fail(x, &err);
	else if (names)
		hold_sheet(x, sitting, &pdf);
	else
		answer_pdf(x, &pdf);
}

void
on_sheet(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(roll_finish) struct roll roll = { 0 };
	struct board_sitting *sitting;

	const struct board_room *room = scope_room(&sitting, x, sql, ROLES_PROCTOR, x->params[1]);
	if (!room)
		return;
	int64_t id = sitting->id;
	roll_copy(&roll, room);
	feed_unlock(x->server->feed);
	make_sheet(x, id, &roll);
}

/* ---- Codes ---- */

static enum bv_status
add_code(void *ctx, const struct bv_seat *seat, const char code[BV_ACCESS_CODE_SIZE], struct bv_err *err)
{
	struct bv_document *d = ctx;
	const struct bv_str cells[] = { seat->room, seat->seat, seat->ticket, bv_str_of(code) };

	(void)err;
	bv_document_row(d, cells);
	return BV_OK;
}

static enum bv_status
make_codes(size_t *count, struct exchange *x, struct bv_document *d, int64_t sitting, struct bv_str room, struct bv_err *err)
{
	struct bv_sittings *tables;
	uint8_t seed[BV_HASH_LEN];

	TRY(halls_take_tables(&tables, x->server->halls, err));
	bv_random_fill(seed, sizeof seed);
	enum bv_status status = bv_codes_make(count, tables, x->server->ledger, sitting, room, bv_json_bool(bv_json_find(x->json, "again")), seed,
	                                      bv_str_of(x->session.account), add_code, d, err);
	halls_give_tables(x->server->halls, tables, status);
	bv_wipe(seed, sizeof seed);
	return status;
}

static void
print_codes(struct exchange *x, int64_t sitting, struct bv_str room)
{
	const struct bv_document_column columns[] = {
		{ text_of(x, "print.room"), 25, true }, { text_of(x, "proctor.seat"), 20, true }, { text_of(x, "proctor.ticket"), 60, true }, { text_of(x, "print.code"), 60, true },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf pdf = BV_BUF(EXCHANGE_ANSWER_MAX);
	BV_AUTO(bv_document_free) struct bv_document *d = begin(x, "print.codes", room);
	size_t count = 0;
	struct bv_err err;

	bv_document_text(d, BV_DOCUMENT_TEXT, text_of(x, "print.codesText"));
	bv_document_table(d, columns, BV_COUNT(columns));
	enum bv_status status = make_codes(&count, x, d, sitting, room, &err);
	if (status == BV_OK && count)
		status = bv_document_end(&pdf, d, &err);
	bv_pdf_end();
	if (status != BV_OK)
		edge_fail(x, &err);
	else if (!count)
		problem_answer(x, "conflict", "everybody has a code: 'again' makes new ones");
	else
		answer_pdf(x, &pdf);
}

void
on_codes(struct exchange *x, struct bv_sql *sql)
{
	struct bv_str name = bv_json_str(bv_json_find(x->json, "room"));
	struct board_sitting *sitting;

	if (!scope_room(&sitting, x, sql, HEADS, name))
		return;
	int64_t id = sitting->id;
	feed_unlock(x->server->feed);
	print_codes(x, id, name);
}
