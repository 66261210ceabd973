/* Photographs of candidates: a head of centre brings those of its rooms, the proctor of a room sees them beside the names. Where they are kept a record says who saw whom. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/form.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/persons.h"
#include "tools/httpd/portraits.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/scope.h"
#include "tools/httpd/server.h"

enum { TOLD_MAX = 200, NAME_CHARS = 300, MESSAGE_MAX = 512 };
#define HEADS (ROLE(SCHEME_OWNER) | ROLE(CENTRE_HEAD))
#define BRING_REASON "ảnh thí sinh"
#define LOOK_REASON "đối chiếu ảnh"

static const struct schema fault_members[] = {
	{ "file", SCHEMA_STRING, 0, NAME_CHARS, .doc = "The file, as the archive calls it." },
	{ "why", SCHEMA_STRING, 1, 20,
	  .doc = "format: neither JPEG nor PNG; damaged; kind: not shown by all browsers; size: of bytes or pixels; nobody: of no candidate in the scope of the account; twice; archive: all of it." },
	{ "message", SCHEMA_STRING, 1, MESSAGE_MAX, .doc = "The same in words." },
	{ 0 },
};
static const struct schema fault_element = { NULL, SCHEMA_OBJECT, .of = fault_members };
static const struct schema ticket_element = { NULL, SCHEMA_STRING, 1, BV_TICKET_MAX };
#define COUNT(name, text) { name, SCHEMA_INT, 0, INT64_MAX, .doc = text }
static const struct schema answer_members[] = {
	{ "kept", SCHEMA_BOOL, .doc = "Are photographs kept here at all? If not nothing was looked at." },
	COUNT("candidates", "In the scope of the account."),
	COUNT("without", "Those who have no photograph, or would have none."),
	{ "tickets", SCHEMA_ARRAY, 0, TOLD_MAX, .of = &ticket_element, .doc = "The first of them." },
	{ "done", SCHEMA_BOOL, .optional = true, .doc = "False: it was only asked." },
	{ "set", SCHEMA_INT, 0, INT64_MAX, .optional = true, .doc = "Photographs that are new, or others than those that were there." },
	{ "same", SCHEMA_INT, 0, INT64_MAX, .optional = true, .doc = "Those that were there as they are." },
	{ "faultCount", SCHEMA_INT, 0, INT64_MAX, .optional = true, .doc = "Files that are at fault; the others are taken." },
	{ "faults", SCHEMA_ARRAY, 0, TOLD_MAX, .of = &fault_element, .optional = true, .doc = "The first of them." },
	{ 0 },
};
const struct schema photos_answer = { NULL, SCHEMA_OBJECT, .of = answer_members };

/* A candidate in the scope of the account. */
struct seat {
	char *ticket;
	bool has;   /* a photograph, or would have one */
	bool given; /* one of this import */
};

struct bring {
	struct exchange *x;
	struct seat *seats; /* in the order of tickets */
	size_t count;
	struct portraits portraits;
	struct bv_people_access access;
	size_t set, same, faults, without;
	struct bv_json *fault_list;
	bool import, done;
};

static void
bring_finish(struct bring *b)
{
	for (size_t i = 0; i < b->count; i++)
		free(b->seats[i].ticket);
	free(b->seats);
	portraits_finish(&b->portraits);
	bv_json_free(b->fault_list);
}
BV_AUTO_DEFINE_FINISH(struct bring, bring_finish)

/* ---- Who is in the scope ---- */

static int
by_ticket(const void *a, const void *b)
{
	return strcmp(((const struct seat *)a)->ticket, ((const struct seat *)b)->ticket);
}

static struct seat *
find_seat(const struct bring *b, struct bv_str ticket)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct seat key = { .ticket = (char *)bv_arena_alloc(&arena, ticket.len + 1) };

	snprintf(key.ticket, ticket.len + 1, "%.*s", BV_STR_ARG(ticket));
	return b->count ? bsearch(&key, b->seats, b->count, sizeof *b->seats, by_ticket) : NULL;
}

/* False: the sitting is not there for this account. */
static bool
copy_seats(struct bring *b, const struct scope *scope, const struct board_sitting *sitting)
{
	bool all = scope_may(scope, HEADS, spot_of_sitting(sitting));

	b->seats = bv_alloc_array(sitting->all.count ? sitting->all.count : 1, sizeof *b->seats);
	for (const struct board_entry *entry = sitting->all.first; entry && b->count < sitting->all.count; entry = entry->after) {
		const struct board_row *row = entry->row;
		if (row && (all || (row->room && scope_may(scope, HEADS, spot_of_room(row->room)))))
			b->seats[b->count++].ticket = bv_str_dup(bv_str_of(row->ticket));
	}
	qsort(b->seats, b->count, sizeof *b->seats, by_ticket);
	return all || b->count;
}

/* False has answered. */
static bool
open_sitting(struct bring *b, struct bv_sql *sql)
{
	struct scope scope;
	struct board *board = scope_open(&scope, b->x, sql, HEADS);

	if (!board)
		return false;
	const struct board_sitting *sitting = board_find(board, b->x->params[0]);
	bool there = sitting && copy_seats(b, &scope, sitting);
	feed_unlock(b->x->server->feed);
	if (!there)
		problem_answer(b->x, "not-found", NULL);
	return there;
}

/* ---- What is told ---- */

static void
fault(struct bring *b, struct bv_str file, const char *why, struct bv_str message)
{
	if (b->faults++ >= TOLD_MAX)
		return;
	struct bv_json *one = bv_json_add(b->fault_list, bv_json_new_object());
	bv_json_set_str(one, "file", bv_str_sub(file, 0, NAME_CHARS));
	bv_json_set_str(one, "why", bv_str_of(why));
	bv_json_set_str(one, "message", message);
}

static void
answer(const struct bring *b, bool kept)
{
	struct bv_json_pen pen = { .out = &b->x->answer.body };
	size_t told = 0;

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_bool(&pen, "kept", kept);
	bv_json_pen_int(&pen, "candidates", (int64_t)b->count);
	bv_json_pen_int(&pen, "without", (int64_t)b->without);
	bv_json_pen_open(&pen, "tickets", '[');
	for (size_t i = 0; i < b->count && told < TOLD_MAX; i++)
		if (!b->seats[i].has) {
			bv_json_pen_str(&pen, NULL, bv_str_of(b->seats[i].ticket));
			told++;
		}
	bv_json_pen_close(&pen, ']');
	if (b->import) {
		bv_json_pen_bool(&pen, "done", b->done);
		bv_json_pen_int(&pen, "set", (int64_t)b->set);
		bv_json_pen_int(&pen, "same", (int64_t)b->same);
		bv_json_pen_int(&pen, "faultCount", (int64_t)b->faults);
		bv_json_pen_name(&pen, BV_STR("faults"));
		bv_json_write(pen.out, b->fault_list);
		pen.named = false;
	}
	bv_json_pen_close(&pen, '}');
	exchange_json(b->x, 200);
}

/* ---- The store ---- */

static enum bv_status
note_photo(void *ctx, struct bv_str ticket, bool has, struct bv_err *err)
{
	struct seat *seat = find_seat(ctx, ticket);

	(void)err;
	if (seat)
		seat->has = has;
	return BV_OK;
}

static enum bv_status
give(struct bring *b, struct bv_people *people, const struct portraits_file *file, struct bv_err *err)
{
	struct bv_person_called called;
	bool changed;

	enum bv_status status = bv_people_find_called(&called, people, b->x->params[0], file->name, &b->access, err);
	struct seat *seat = status == BV_OK ? find_seat(b, bv_str_of(called.ticket)) : NULL;
	if (status == BV_ENOTFOUND || (status == BV_OK && !seat)) { /* of somebody elsewhere the same is said as of nobody */
		fault(b, file->path, "nobody", BV_STR("called after nobody who sits in the rooms of this account: by ticket or personal id, as TS-0001.jpg"));
		return BV_OK;
	}
	TRY(status);
	if (seat->given) {
		fault(b, file->path, "twice", BV_STR("another file before it is the photograph of the same person"));
		return BV_OK;
	}
	status = bv_people_set_photo(&changed, people, bv_str_of(called.person), file->bytes, &b->access, err);
	if (status == BV_ECONFLICT) { /* erased */
		fault(b, file->path, "nobody", bv_str_of(err->msg));
		return BV_OK;
	}
	TRY(status);
	seat->given = true;
	if (changed)
		b->set++;
	else
		b->same++;
	return BV_OK;
}

static enum bv_status
give_all(void *ctx, struct bv_people *people, struct bv_err *err)
{
	struct bring *b = ctx;

	for (size_t i = 0; i < b->portraits.count; i++) {
		const struct portraits_file *file = &b->portraits.files[i];
		if (file->why)
			fault(b, file->path, file->why, file->wrong);
		else
			TRY(give(b, people, file, err));
	}
	TRY(bv_people_photos(people, b->x->params[0], note_photo, b, err));
	for (size_t i = 0; i < b->count; i++)
		b->without += !b->seats[i].has;
	return BV_OK;
}

static void
bring_all(struct bring *b, bool keep)
{
	struct bv_err err;

	if (!b->x->server->persons) {
		answer(b, false);
	} else if (persons_do(b->x->server->persons, give_all, b, keep, &err) == BV_OK) {
		b->done = keep;
		answer(b, true);
	} else {
		edge_fail(b->x, &err);
	}
}

/* ---- The requests ---- */

void
on_photos(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bring_finish) struct bring b = { .x = x };

	if (open_sitting(&b, sql))
		bring_all(&b, false);
}

static struct bv_str
field(const struct exchange *x, const char *name)
{
	struct bv_str found;

	return form_find(&found, exchange_header(x, "Content-Type"), x->body, name) ? found : BV_STR_NONE;
}

void
on_photos_import(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bring_finish) struct bring b = { .x = x, .import = true, .fault_list = bv_json_new_array(),
		                                 .access = { bv_str_of(x->session.account), BV_STR(BRING_REASON), bv_clock_utc_ms() } };
	struct bv_str file = field(x, "file"), name = field(x, "name");
	struct bv_err err;

	if (!file.len || !name.len) {
		problem_answer(x, "invalid", "the form needs a file, and its name");
		return;
	}
	if (!open_sitting(&b, sql))
		return;
	enum bv_status status = x->server->persons ? portraits_read(&b.portraits, file, name, &err) : BV_OK;
	if (status == BV_EPARSE || status == BV_ELIMIT || status == BV_EINVAL) {
		b.portraits.count = 0;
		fault(&b, BV_STR("zip"), "archive", bv_str_of(err.msg));
		status = BV_OK;
	}
	if (status == BV_OK)
		bring_all(&b, bv_str_is(field(x, "dry"), "no") && !b.faults);
	else
		edge_fail(x, &err);
}

/* The ticket of the attempt, when it is in a room of the account. False has answered. */
static bool
find_ticket(struct bv_buf *ticket, struct bv_buf *sitting, struct exchange *x, struct bv_sql *sql)
{
	struct scope scope;
	int64_t id;
	struct board *board = scope_open(&scope, x, sql, ROLES_PROCTOR);

	if (!board)
		return false;
	const struct board_row *row = bv_str_int(x->params[0], &id) ? board_find_row(board, id) : NULL;
	bool may = row && scope_has(&scope, row->room ? spot_of_room(row->room) : spot_of_sitting(row->sitting));
	if (may) {
		bv_buf_addz(ticket, row->ticket);
		bv_buf_addz(sitting, row->sitting->name);
	}
	feed_unlock(x->server->feed);
	if (!may)
		problem_answer(x, "not-found", NULL);
	return may;
}

void
on_photo(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bv_buf_finish) struct bv_buf ticket = BV_BUF(BV_TICKET_MAX), sitting = BV_BUF(BV_SITTING_NAME_MAX), photo = BV_BUF(BV_PORTRAIT_MAX);
	const struct bv_people_access access = { bv_str_of(x->session.account), BV_STR(LOOK_REASON), bv_clock_utc_ms() };
	struct bv_err err;

	if (!find_ticket(&ticket, &sitting, x, sql))
		return;
	enum bv_status status = x->server->persons ? persons_photo(&photo, x->server->persons, bv_buf_str(&sitting), bv_buf_str(&ticket), &access, &err)
	                                           : bv_err_set(&err, BV_ENOTFOUND, "no photographs are kept here");
	if (status == BV_OK) {
		bv_buf_add(&x->answer.body, bv_buf_str(&photo));
		exchange_json(x, 200);
		x->answer.type = bv_portrait_type(bv_buf_str(&photo));
	} else if (status == BV_ENOTFOUND) {
		problem_answer(x, "not-found", NULL);
	} else if (status == BV_EDENIED) {
		problem_answer(x, "denied", "%s", err.msg);
	} else {
		edge_fail(x, &err);
	}
	bv_wipe(photo.p, photo.len);
}
