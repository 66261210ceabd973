/* The roster of a sitting: a CSV is read whole and held against what is there; then it is kept, and everybody is registered in the ledger. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/text.h"
#include "engine/sitting.h"

enum { CHUNK = 1024, TICKET_LEN = 10, MINUTES_MAX = 7 * 24 * 60 };

enum column { TICKET, ROOM, SEAT, CENTRE, MACHINE, LANGUAGE, PERCENT, MINUTES, PERSON, PNP, COLUMNS };

static const struct {
	const char *name, *vi; /* folded */
	const char *shown;     /* where it is another than name */
} headings[COLUMNS] = {
	[TICKET] = { "ticket", "mã dự thi" }, [ROOM] = { "room", "phòng" },      [SEAT] = { "seat", "chỗ" },
	[CENTRE] = { "centre", "trung tâm" },
	[MACHINE] = { "machine", "máy" },     [LANGUAGE] = { "language", "ngôn ngữ" }, [PERCENT] = { "extrapercent", "thêm phần trăm", "extraPercent" },
	[MINUTES] = { "extraminutes", "thêm phút", "extraMinutes" }, [PERSON] = { "person", "cam kết" },
	[PNP] = { "pnp", "hỗ trợ" },
};
#define COLUMN_LIST "ticket, room, seat, centre, machine, language, extraPercent, extraMinutes, person, pnp"

enum fate { ADDED, CHANGED, SAME };

/* A row of the file, or one that is there and not in the file (line 0). */
struct row {
	struct seat_row is; /* what shall be */
	const struct seat_row *was;
	int line;
	enum fate fate;
};

struct roster {
	const struct bv_roster_order *order;
	struct bv_sittings *sittings;
	struct bv_ledger *ledger;
	int64_t sitting;
	struct bv_roster_tally tally;
	struct seat_row *there; /* by ticket */
	size_t there_count;
	struct row *rows;
	size_t count, cap;
	int column_of[COLUMNS]; /* in the file, from 1 */
	struct bv_stream stream;
	struct bv_arena arena;
};

static const char *const why_names[BV_ROSTER_WHYS] = {
	[BV_ROSTER_TABLE] = "table",     [BV_ROSTER_EMPTY] = "empty",     [BV_ROSTER_FORM] = "form",       [BV_ROSTER_TWICE] = "twice",
	[BV_ROSTER_TAKEN] = "taken",     [BV_ROSTER_CENTRE] = "centre",   [BV_ROSTER_TIME] = "time",       [BV_ROSTER_STARTED] = "started",
	[BV_ROSTER_FEATURE] = "feature", [BV_ROSTER_SETTING] = "setting", [BV_ROSTER_ELSEWHERE] = "elsewhere",
};

const char *
bv_roster_why_name(enum bv_roster_why why)
{
	return why_names[why];
}

#define AT(line, column, ...) ((struct bv_roster_fault){ (line), (column), __VA_ARGS__ })

BV_PRINTF(3, 4) static void
fault(struct roster *r, struct bv_roster_fault at, const char *fmt, ...)
{
	char message[512];
	va_list ap;

	if (++r->tally.faults > BV_ROSTER_FAULTS_MAX || !r->order->fault)
		return;
	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	bv_text_repair(message);
	at.message = message;
	r->order->fault(r->order->ctx, &at);
}

/* ---- Cells ---- */

struct cell {
	struct roster *r;
	struct row *row;
	struct bv_csv *csv;
};

static struct bv_str
cell(const struct cell *c, enum column column)
{
	size_t at = (size_t)c->r->column_of[column];

	return at && at <= c->csv->field_count ? c->csv->fields[at - 1] : BV_STR_NONE;
}

#define CELL_FAULT(c, column, why, ...) fault((c)->r, AT((c)->row->line, (c)->r->column_of[column], BV_ROSTER_##why), __VA_ARGS__)

static struct bv_str
name_cell(const struct cell *c, enum column column, size_t max, const char *also, bool must)
{
	struct bv_str s = cell(c, column);

	if (!s.len && must)
		CELL_FAULT(c, column, EMPTY, "%s is empty: everybody has one", headings[column].name);
	else if (s.len && !sitting_name_good(s, max, also))
		CELL_FAULT(c, column, FORM, "%s '%.*s': 1 to %zu letters without accents, digits, '.', '_', '-'%s%s", headings[column].name,
		           BV_STR_ARG(bv_str_sub(s, 0, 60)), max, *also == ':' ? ", '" : "", *also == ':' ? ":'" : "");
	else if (s.len)
		return bv_arena_str(&c->r->arena, s);
	return BV_STR_NONE;
}

static int64_t
number_cell(const struct cell *c, enum column column, int64_t max)
{
	struct bv_str s = cell(c, column);
	int64_t n = 0;

	if (s.len && (!bv_str_int(s, &n) || n < 0 || n > max)) {
		CELL_FAULT(c, column, FORM, "%s '%.*s': a whole number from 0 to %" PRId64, headings[column].shown, BV_STR_ARG(bv_str_sub(s, 0, 40)), max);
		return 0;
	}
	return n;
}

/* What a person is committed to by is made where persons are kept. */
static struct bv_str
person_cell(const struct cell *c)
{
	struct bv_str s = cell(c, PERSON);
	uint8_t hash[BV_HASH_LEN];
	struct bv_err why;

	if (!s.len)
		return s;
	if (bv_hex_parse(hash, sizeof hash, s, &why) != BV_OK) {
		CELL_FAULT(c, PERSON, FORM, "person '%.*s': a commitment has 64 hexadecimal digits; names and numbers of people are not kept here",
		           BV_STR_ARG(bv_str_sub(s, 0, 20)));
		return BV_STR_NONE;
	}
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	return bv_arena_str(&c->r->arena, bv_str_of(bv_hex(hex, hash, sizeof hash)));
}

static struct bv_str
pnp_cell(const struct cell *c)
{
	BV_AUTO(bv_buf_finish) struct bv_buf tidy = BV_BUF(BV_SEAT_PNP_MAX);
	struct bv_roster_fault at = { c->row->line, c->r->column_of[PNP], BV_ROSTER_FORM };
	struct bv_err err;

	if (seat_pnp_read(&tidy, cell(c, PNP), &at.why, &err) == BV_OK)
		return tidy.len ? bv_arena_str(&c->r->arena, bv_buf_str(&tidy)) : BV_STR_NONE;
	fault(c->r, at, "%s", err.msg);
	return BV_STR_NONE;
}

static struct bv_str
ticket_cell(const struct cell *c)
{
	struct bv_str s = cell(c, TICKET);
	uint8_t cid[BV_HASH_LEN];
	struct bv_err why;

	if (s.len && bv_ticket_cid(cid, s, &why) != BV_OK) {
		CELL_FAULT(c, TICKET, FORM, "%s", why.msg);
		return BV_STR_NONE;
	}
	if (bv_str_find(s, '"') < s.len || bv_str_find(s, '\\') < s.len) {
		CELL_FAULT(c, TICKET, FORM, "a ticket has no '\"' and no '\\'");
		return BV_STR_NONE;
	}
	return s.len ? bv_arena_str(&c->r->arena, s) : s;
}

static struct row *
next_row(struct roster *r)
{
	if (r->count == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 256;
		r->rows = bv_resize_array(r->rows, r->cap, sizeof *r->rows);
	}
	r->rows[r->count] = (struct row){ 0 };
	return &r->rows[r->count++];
}

static void
read_row(struct roster *r, struct bv_csv *csv)
{
	struct cell c = { r, next_row(r), csv };
	struct bv_seat *seat = &c.row->is.seat;

	c.row->line = csv->row_line;
	if (csv->overfull)
		fault(r, AT(csv->row_line, 0, BV_ROSTER_TABLE), "the row has more than %d fields, or one of more than %d bytes", BV_CSV_COLUMNS_MAX, BV_CSV_FIELD_MAX);
	if (csv->open)
		fault(r, AT(csv->row_line, (int)csv->field_count, BV_ROSTER_TABLE), "a quote that is opened here is never closed");
	for (size_t i = 0; i < csv->field_count; i++) {
		bool named = false;
		for (int k = 0; k < COLUMNS; k++)
			named |= (size_t)r->column_of[k] == i + 1;
		if (!named && csv->fields[i].len)
			fault(r, AT(csv->row_line, (int)i + 1, BV_ROSTER_TABLE), "there is something in a column without a heading");
	}
	seat->ticket = ticket_cell(&c);
	seat->room = name_cell(&c, ROOM, BV_ROOM_MAX, "._-", true);
	seat->seat = name_cell(&c, SEAT, BV_ROOM_MAX, "._-", true);
	seat->centre = name_cell(&c, CENTRE, BV_ROOM_MAX, "._-", false);
	seat->machine = name_cell(&c, MACHINE, BV_MACHINE_MAX, ":._-", false);
	seat->language = name_cell(&c, LANGUAGE, 35, "-", false);
	seat->extra_percent = (uint32_t)number_cell(&c, PERCENT, BV_EXTRA_PERCENT_MAX);
	seat->extra_ms = number_cell(&c, MINUTES, MINUTES_MAX) * 60000;
	seat->person = person_cell(&c);
	seat->pnp = pnp_cell(&c);
}

static void
read_headings(struct roster *r, struct bv_csv *csv)
{
	for (size_t i = 0; i < csv->field_count; i++) {
		struct bv_str name = bv_text_fold(csv->fields[i], &csv->arena);
		int k = 0;
		while (k < COLUMNS && !bv_str_is(name, headings[k].name) && !bv_str_is(name, headings[k].vi))
			k++;
		if (k == COLUMNS && name.len)
			fault(r, AT(csv->row_line, (int)i + 1, BV_ROSTER_TABLE), "column '%.*s' is not known: take it out, or call it one of " COLUMN_LIST,
			      BV_STR_ARG(bv_str_sub(csv->fields[i], 0, 60)));
		else if (k < COLUMNS && r->column_of[k])
			fault(r, AT(csv->row_line, (int)i + 1, BV_ROSTER_TABLE), "column '%.*s' is there twice", BV_STR_ARG(bv_str_sub(csv->fields[i], 0, 60)));
		else if (k < COLUMNS)
			r->column_of[k] = (int)i + 1;
	}
	if (!r->column_of[ROOM] || !r->column_of[SEAT])
		fault(r, AT(csv->row_line, 0, BV_ROSTER_TABLE), "the first row names the columns: room (phòng) and seat (chỗ) must be there; all are " COLUMN_LIST);
}

static enum bv_status
read_file(struct roster *r, struct bv_err *err)
{
	BV_AUTO(bv_csv_finish) struct bv_csv csv = { 0 };
	struct bv_str text = r->order->csv;

	if (text.len > BV_ROSTER_MAX)
		return bv_err_set(err, BV_ELIMIT, "a roster has at most %u bytes", BV_ROSTER_MAX);
	if (!bv_text_valid(text))
		return bv_err_set(err, BV_EPARSE, "the file is not UTF-8: save it as \"CSV UTF-8\"");
	bv_csv_init(&csv, text);
	if (!bv_csv_next(&csv))
		return bv_err_set(err, BV_EPARSE, "the file is empty: the first row names the columns, room and seat at least");
	read_headings(r, &csv);
	if (r->tally.faults)
		return BV_OK;
	while (bv_csv_next(&csv)) {
		if (r->count == BV_SEATS_MAX)
			return bv_err_at(err, BV_ELIMIT, csv.row_line, "a sitting has at most %d candidates: make two", BV_SEATS_MAX);
		read_row(r, &csv);
		r->tally.rows++;
	}
	if (!r->count && !r->tally.faults)
		return bv_err_set(err, BV_EPARSE, "there is nobody in the file");
	return BV_OK;
}

/* ---- Against what is there ---- */

static int
ticket_order(const void *key, const void *row)
{
	return bv_str_cmp(*(const struct bv_str *)key, ((const struct seat_row *)row)->seat.ticket);
}

static int
place_order(const void *a, const void *b)
{
	const struct bv_seat *x = &(*(const struct row *const *)a)->is.seat, *y = &(*(const struct row *const *)b)->is.seat;
	int order = bv_str_cmp(x->room, y->room);

	return order ? order : bv_str_cmp(x->seat, y->seat);
}

static int
place_line_order(const void *a, const void *b)
{
	int order = place_order(a, b), x = (*(const struct row *const *)a)->line, y = (*(const struct row *const *)b)->line;

	return order ? order : (x > y) - (x < y);
}

static int
ticket_line_order(const void *a, const void *b)
{
	const struct row *x = *(const struct row *const *)a, *y = *(const struct row *const *)b;
	int order = bv_str_cmp(x->is.seat.ticket, y->is.seat.ticket);

	return order ? order : (x->line > y->line) - (x->line < y->line);
}

static struct row **
sorted(struct roster *r, int (*order)(const void *, const void *))
{
	struct row **list = bv_alloc_array(r->count + 1, sizeof *list);

	for (size_t i = 0; i < r->count; i++)
		list[i] = &r->rows[i];
	if (r->count)
		qsort(list, r->count, sizeof *list, order);
	return list;
}

/* Rows without a ticket are whoever has their seat, or somebody new. */
static void
give_tickets(struct roster *r)
{
	struct row *there = bv_alloc_array(r->there_count + 1, sizeof *there);
	struct row **places = bv_alloc_array(r->there_count + 1, sizeof *places);

	for (size_t i = 0; i < r->there_count; i++) {
		there[i].is = r->there[i];
		places[i] = &there[i];
	}
	if (r->there_count)
		qsort(places, r->there_count, sizeof *places, place_order);
	for (size_t i = 0; i < r->count; i++) {
		const struct row *wanted = &r->rows[i];
		char ticket[TICKET_LEN];
		if (wanted->is.seat.ticket.len)
			continue;
		struct row **found = r->there_count ? bsearch(&wanted, places, r->there_count, sizeof *places, place_order) : NULL;
		code_draw(ticket, sizeof ticket, &r->stream);
		r->rows[i].is.seat.ticket = found ? (*found)->is.seat.ticket : bv_arena_str(&r->arena, (struct bv_str){ ticket, sizeof ticket });
	}
	free(places);
	free(there);
}

static void
check_tickets(struct roster *r)
{
	struct row **list = sorted(r, ticket_line_order);

	for (size_t i = 1; i < r->count; i++)
		if (bv_str_eq(list[i]->is.seat.ticket, list[i - 1]->is.seat.ticket))
			fault(r, AT(list[i]->line, r->column_of[TICKET], BV_ROSTER_TWICE, list[i - 1]->line), "ticket '%.*s' is in line %d already: each sits once", BV_STR_ARG(list[i]->is.seat.ticket),
			      list[i - 1]->line);
	free(list);
}

static void
compare_rows(struct roster *r, struct row *row)
{
	const struct seat_row *was = row->was;
	const struct bv_seat *a = &was->seat, *b = &row->is.seat;

	if (b->extra_percent != a->extra_percent)
		fault(r, AT(row->line, r->column_of[PERCENT], BV_ROSTER_TIME), "ticket '%.*s' was registered with %u percent more time: the ledger has it. Give time by 'extend'",
		      BV_STR_ARG(b->ticket), a->extra_percent);
	if (b->extra_ms != a->extra_ms)
		fault(r, AT(row->line, r->column_of[MINUTES], BV_ROSTER_TIME), "ticket '%.*s' was registered with %" PRId64 " minutes more: the ledger has it. Give time by 'extend'",
		      BV_STR_ARG(b->ticket), a->extra_ms / 60000);
	row->is.code = was->code;
	row->is.seat.attempt = a->attempt;
	if (bv_str_eq(a->person, b->person) && bv_str_eq(a->room, b->room) && bv_str_eq(a->seat, b->seat) && bv_str_eq(a->machine, b->machine) &&
	    bv_str_eq(a->language, b->language) && bv_str_eq(a->centre, b->centre) && bv_str_eq(a->pnp, b->pnp)) {
		row->fate = SAME;
		return;
	}
	row->fate = CHANGED;
}

/* A seat may change while the candidate has not begun. */
static void
check_change(struct roster *r, const struct row *row)
{
	struct bv_ledger_act act = { .act = BV_EXAM_LOOK, .attempt = row->was->seat.attempt };
	struct bv_err why;

	if (!act.attempt)
		return;
	if (bv_ledger_do(r->ledger, &act, &why) != BV_OK)
		fault(r, AT(row->line, 0, BV_ROSTER_STARTED), "ticket '%.*s': %s", BV_STR_ARG(row->is.seat.ticket), why.msg);
	else if (act.ack.state != BV_ATTEMPT_REGISTERED && act.ack.state != BV_ATTEMPT_ADMITTED)
		fault(r, AT(row->line, 0, BV_ROSTER_STARTED), "ticket '%.*s' is '%s': who has started is not moved by a roster, but by a proctor", BV_STR_ARG(row->is.seat.ticket),
		      bv_attempt_state_name((enum bv_attempt_state)act.ack.state));
}

static void
match(struct roster *r)
{
	size_t known = 0;

	for (size_t i = 0; i < r->count; i++) {
		struct row *row = &r->rows[i];
		row->was = r->there_count ? bsearch(&row->is.seat.ticket, r->there, r->there_count, sizeof *r->there, ticket_order) : NULL;
		known += row->was != NULL;
		row->fate = ADDED;
		if (row->was)
			compare_rows(r, row);
		if (row->fate == CHANGED)
			check_change(r, row);
		*(row->fate == ADDED ? &r->tally.added : row->fate == CHANGED ? &r->tally.changed : &r->tally.same) += 1;
	}
	r->tally.absent = r->there_count - known;
}

/* A room is of one centre: two neighbours in the order of places. */
static void
check_centre(struct roster *r, const struct row *a, const struct row *b)
{
	const struct row *told = b->line ? b : a, *other = b->line ? a : b;

	if (!told->line || !a->is.seat.room.len || !bv_str_eq(a->is.seat.room, b->is.seat.room) || bv_str_eq(a->is.seat.centre, b->is.seat.centre))
		return;
	fault(r, AT(told->line, r->column_of[CENTRE], BV_ROSTER_CENTRE, other->line), "room %.*s is of centre '%.*s' here, and of '%.*s' with ticket '%.*s'%s: a room is of one centre",
	      BV_STR_ARG(told->is.seat.room), BV_STR_ARG(told->is.seat.centre), BV_STR_ARG(other->is.seat.centre), BV_STR_ARG(other->is.seat.ticket),
	      other->line ? "" : ", who is not in this file");
}

/* Nobody sits on another: those of the file, and those who are there and not in it. */
static void
check_places(struct roster *r)
{
	size_t in_file = r->count;
	bool *named = bv_alloc_array(r->there_count + 1, sizeof *named);

	for (size_t i = 0; i < in_file; i++)
		if (r->rows[i].was)
			named[r->rows[i].was - r->there] = true;
	for (size_t i = 0; i < r->there_count; i++)
		if (!named[i])
			next_row(r)->is = r->there[i];
	free(named);
	struct row **list = sorted(r, place_line_order);
	for (size_t i = 1; i < r->count; i++) {
		const struct row *first = list[i - 1], *second = list[i];
		if (place_order(&list[i - 1], &list[i]) != 0 || !second->is.seat.room.len)
			continue;
		if (first->line)
			fault(r, AT(second->line, r->column_of[SEAT], BV_ROSTER_TWICE, first->line), "room %.*s seat %.*s is taken in line %d", BV_STR_ARG(second->is.seat.room),
			      BV_STR_ARG(second->is.seat.seat), first->line);
		else
			fault(r, AT(second->line, r->column_of[SEAT], BV_ROSTER_TAKEN), "room %.*s seat %.*s is taken by ticket '%.*s', who is not in this file",
			      BV_STR_ARG(second->is.seat.room), BV_STR_ARG(second->is.seat.seat), BV_STR_ARG(first->is.seat.ticket));
	}
	for (size_t i = 1; i < r->count; i++)
		check_centre(r, list[i - 1], list[i]);
	free(list);
	r->count = in_file;
	if (r->there_count - (in_file - r->tally.added) + in_file > BV_SEATS_MAX)
		fault(r, AT(0, 0, BV_ROSTER_TABLE), "with those who are there that is more than %d candidates: make two sittings", BV_SEATS_MAX);
}

/* ---- Keeping it ---- */

static enum bv_status
drop_seat(struct roster *r, struct bv_str ticket, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(sitting_stmt(&stmt, r->sittings, SEAT_DROP, err));
	bv_sql_bind_int(stmt, 1, r->sitting);
	bv_sql_bind_str(stmt, 2, ticket);
	return bv_sql_exec(stmt, err);
}

enum { SEAT_COLUMNS = 14 };

static enum bv_status
add_seats(struct roster *r, const struct row *const *list, size_t count, struct bv_err *err)
{
	static const struct bv_sql_column columns[SEAT_COLUMNS] = {
		{ "sitting", BV_SQL_INT },  { "ticket", BV_SQL_STR },  { "attempt", BV_SQL_INT },       { "room", BV_SQL_STR },
		{ "seat", BV_SQL_STR },     { "machine", BV_SQL_STR }, { "language", BV_SQL_STR },      { "extra_percent", BV_SQL_INT },
		{ "extra_ms", BV_SQL_INT }, { "person", BV_SQL_STR },  { "code", BV_SQL_BLOB },         { "told", BV_SQL_INT },
		{ "centre", BV_SQL_STR },   { "pnp", BV_SQL_STR },
	};
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_sql_bulk_free) struct bv_sql_bulk *bulk = NULL;
	union bv_sql_array values[SEAT_COLUMNS];
	int64_t added;

	TRY(bv_sql_bulk_prepare(&bulk, r->sittings->sql, "seat", columns, BV_COUNT(columns), err));
	int64_t *ints[5];
	struct bv_str *strs[9];
	for (size_t i = 0; i < BV_COUNT(ints); i++)
		ints[i] = bv_arena_array(&arena, count, int64_t);
	for (size_t i = 0; i < BV_COUNT(strs); i++)
		strs[i] = bv_arena_array(&arena, count, struct bv_str);
	for (size_t i = 0; i < count; i++) {
		const struct bv_seat *seat = &list[i]->is.seat;
		ints[0][i] = r->sitting, ints[1][i] = seat->attempt, ints[2][i] = seat->extra_percent, ints[3][i] = seat->extra_ms, ints[4][i] = 0;
		strs[0][i] = seat->ticket, strs[1][i] = seat->room, strs[2][i] = seat->seat, strs[3][i] = seat->machine, strs[4][i] = seat->language;
		strs[5][i] = seat->person, strs[6][i] = list[i]->is.code, strs[7][i] = seat->centre;
		strs[8][i] = seat->pnp;
	}
	values[0].ints = ints[0], values[1].strs = strs[0], values[2].ints = ints[1], values[3].strs = strs[1], values[4].strs = strs[2];
	values[5].strs = strs[3], values[6].strs = strs[4], values[7].ints = ints[2], values[8].ints = ints[3], values[9].strs = strs[5];
	values[10].strs = strs[6], values[11].ints = ints[4], values[12].strs = strs[7], values[13].strs = strs[8];
	TRY(bv_sql_bulk_exec(bulk, &added, values, count, err));
	if (added != (int64_t)count)
		return bv_err_set(err, BV_ECONFLICT, "somebody else imports into this sitting: give the file again");
	return BV_OK;
}

static enum bv_status
keep_rows(struct roster *r, const struct row *const *list, size_t count, struct bv_err *err)
{
	for (size_t i = 0; i < count; i++)
		if (list[i]->fate == CHANGED)
			TRY(drop_seat(r, list[i]->is.seat.ticket, err));
	for (size_t at = 0; at < count; at += BV_SQL_ROWS_MAX / 4) {
		size_t n = count - at < BV_SQL_ROWS_MAX / 4 ? count - at : BV_SQL_ROWS_MAX / 4;
		TRY(add_seats(r, list + at, n, err));
	}
	return BV_OK;
}

static enum bv_status
keep(struct roster *r, struct bv_err *err)
{
	const struct row **list = bv_alloc_array(r->count + 1, sizeof *list);
	enum bv_status status;
	size_t n = 0;

	for (size_t i = 0; i < r->count; i++)
		if (r->rows[i].fate != SAME)
			list[n++] = &r->rows[i];
	status = n ? bv_sql_begin(r->sittings->sql, true, err) : BV_OK;
	if (n && status == BV_OK)
		status = bv_sql_end(r->sittings->sql, keep_rows(r, list, n, err), err);
	free(list);
	return status;
}

/* ---- Telling the ledger ---- */

/* A new ticket is registered; of one that is there the new seat is noted. */
static void
make_act(struct bv_ledger_act *act, const struct roster *r, const struct seat_row *row, struct bv_buf *details)
{
	bv_buf_clear(details);
	*act = (struct bv_ledger_act){ .act = row->seat.attempt ? BV_EXAM_NOTE : BV_EXAM_REGISTER, .attempt = row->seat.attempt ? row->seat.attempt : r->sitting,
		                       .facts = { .author = r->order->author } };
	if (row->seat.attempt) {
		seat_note_write(details, row);
	} else {
		seat_details_write(details, row);
		act->facts.ticket = row->seat.ticket;
		act->facts.extra_percent = row->seat.extra_percent;
		act->facts.extra_ms = row->seat.extra_ms;
	}
	act->facts.details = bv_buf_str(details);
}

/* Registered by an import that did not come to its end; perhaps with another seat. */
static enum bv_status
note_again(struct roster *r, const struct seat_row *row, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf details = BV_BUF(BV_DETAILS_MAX);
	struct seat_row registered = *row;
	struct bv_ledger_act act;

	TRY(bv_ledger_find_ticket(&registered.seat.attempt, r->ledger, r->sitting, row->seat.ticket, err));
	make_act(&act, r, &registered, &details);
	return bv_ledger_do(r->ledger, &act, err);
}

static enum bv_status
tell_chunk(struct roster *r, const struct seat_row *rows, size_t count, struct bv_ledger_act *acts, struct bv_buf *details, struct bv_err *err)
{
	for (size_t i = 0; i < count; i++)
		make_act(&acts[i], r, &rows[i], &details[i]);
	acts_do(r->ledger, acts, count);
	for (size_t i = 0; i < count; i++) {
		if (acts[i].act == BV_EXAM_REGISTER && acts[i].refusal == BV_REFUSED_NUMBER)
			TRY(note_again(r, &rows[i], err));
		else if (acts[i].status != BV_OK)
			return bv_err_set(err, acts[i].status, "ticket '%.*s': %s", BV_STR_ARG(rows[i].seat.ticket), acts[i].err.msg);
	}
	return BV_OK;
}

static enum bv_status
tell(struct roster *r, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct seat_row *rows;
	struct bv_sql_stmt *stmt;
	size_t all, count = 0;

	TRY(seat_rows_load(&rows, &all, &arena, r->sittings, r->sitting, err));
	for (size_t i = 0; i < all; i++)
		if (!rows[i].told)
			rows[count++] = rows[i];
	if (!count)
		return BV_OK;
	struct bv_ledger_act *acts = bv_alloc_array(CHUNK, sizeof *acts);
	struct bv_buf *details = bv_alloc_array(CHUNK, sizeof *details);
	for (size_t i = 0; i < CHUNK; i++)
		details[i] = BV_BUF(BV_DETAILS_MAX);
	enum bv_status status = BV_OK;
	for (size_t at = 0; at < count && status == BV_OK; at += CHUNK)
		status = tell_chunk(r, rows + at, count - at < CHUNK ? count - at : CHUNK, acts, details, err);
	for (size_t i = 0; i < CHUNK; i++)
		bv_buf_finish(&details[i]);
	free(details);
	free(acts);
	TRY(status);
	TRY(sitting_stmt(&stmt, r->sittings, SEAT_TOLD, err));
	bv_sql_bind_int(stmt, 1, r->sitting);
	return bv_sql_exec(stmt, err);
}

/* ---- The whole ---- */

static void
tell_changes(const struct roster *r, const struct row *row)
{
	static const char *const names[] = { "room", "seat", "centre", "machine", "language", "pnp" };
	const struct bv_seat *a = &row->was->seat, *b = &row->is.seat;
	const struct bv_str from[] = { a->room, a->seat, a->centre, a->machine, a->language, a->pnp };
	const struct bv_str to[] = { b->room, b->seat, b->centre, b->machine, b->language, b->pnp };

	for (size_t i = 0; i < BV_COUNT(names); i++)
		if (!bv_str_eq(from[i], to[i]))
			r->order->change(r->order->ctx, &(struct bv_roster_change){ row->line, b->ticket, names[i], from[i], to[i] });
	if (!bv_str_eq(a->person, b->person))
		r->order->change(r->order->ctx, &(struct bv_roster_change){ row->line, b->ticket, "person", BV_STR_NONE, BV_STR_NONE });
}

static enum bv_status
import(struct roster *r, struct bv_err *err)
{
	BV_AUTO(office_leave) struct office office = { .lock = -1 };

	TRY(read_file(r, err));
	if (!r->order->dry)
		TRY(office_enter(&office, r->sittings, err));
	TRY(seat_rows_load(&r->there, &r->there_count, &r->arena, r->sittings, r->sitting, err));
	if (!r->tally.faults) {
		give_tickets(r);
		check_tickets(r);
	}
	if (!r->tally.faults) {
		match(r);
		check_places(r);
	}
	if (r->tally.faults)
		return bv_err_set(err, BV_EINVAL, "nothing was imported: %zu fault%s", r->tally.faults, r->tally.faults == 1 ? "" : "s");
	for (size_t i = 0; i < r->count; i++)
		if (r->rows[i].fate == CHANGED && r->order->change)
			tell_changes(r, &r->rows[i]);
	if (r->order->dry)
		return BV_OK;
	TRY(keep(r, err));
	return tell(r, err);
}

enum bv_status
bv_roster_import(struct bv_roster_tally *tally, struct bv_sittings *sittings, struct bv_ledger *ledger, int64_t sitting,
                 const struct bv_roster_order *order, struct bv_err *err)
{
	struct roster r = { .order = order, .sittings = sittings, .ledger = ledger, .sitting = sitting };

	bv_stream_init(&r.stream, order->seed);
	enum bv_status status = import(&r, err);
	*tally = r.tally;
	bv_wipe(&r.stream, sizeof r.stream);
	free(r.rows);
	bv_arena_finish(&r.arena);
	return status;
}
