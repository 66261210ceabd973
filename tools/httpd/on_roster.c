/* The list of candidates of a sitting, as a head of centre brings it: who they are goes to the store of persons, where they sit into the roster and the ledger. Every
 * fault is told by its line, and when there is one nothing is done. The same list again changes nothing. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/persons.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/scope.h"
#include "tools/httpd/server.h"

enum { ROWS_MAX = 5000, CELL_MAX = 1000, CSV_MAX = 8 << 20, TOLD_MAX = 200, MESSAGE_MAX = 512 };
#define HEADS (ROLE(SCHEME_OWNER) | ROLE(CENTRE_HEAD))

/* Columns of the roster, in the order of the CSV that the engine reads; then what is known of a person. */
static const char *const seat_fields[] = { "ticket", "room", "seat", "centre", "machine", "language", "extraPercent", "extraMinutes", "pnp" };
static const struct {
	const char *name;
	enum bv_person_field field;
} person_fields[] = {
	{ "name", BV_PERSON_NAME }, { "personalId", BV_PERSON_PERSONAL_ID }, { "birth", BV_PERSON_BIRTH }, { "unit", BV_PERSON_UNIT }, { "contact", BV_PERSON_CONTACT },
};

#define CELL(text) { text, SCHEMA_STRING, 0, CELL_MAX, .optional = true, .doc = "As in the file." }
static const struct schema row_members[] = {
	{ "line", SCHEMA_INT, 1, INT32_MAX, .doc = "Of the file, so that faults can be told by it." },
	CELL("ticket"), CELL("room"), CELL("seat"), CELL("centre"), CELL("machine"), CELL("language"), CELL("extraPercent"), CELL("extraMinutes"), CELL("pnp"),
	CELL("name"), CELL("personalId"), CELL("birth"), CELL("unit"), CELL("contact"),
	{ 0 },
};
static const struct schema row_element = { NULL, SCHEMA_OBJECT, .of = row_members };
static const struct schema body_members[] = {
	{ "dry", SCHEMA_BOOL, .doc = "Only says what would be done." },
	{ "rows", SCHEMA_ARRAY, 1, ROWS_MAX, .of = &row_element, .doc = "One a candidate: a seat, and if names are kept here who it is: name, personalId, and birth as YYYY-MM-DD." },
	{ 0 },
};
const struct schema roster_body = { NULL, SCHEMA_OBJECT, .of = body_members };

static const struct schema fault_members[] = {
	{ "line", SCHEMA_INT, 0, INT32_MAX, .doc = "The line; 0: of none in particular." },
	{ "field", SCHEMA_STRING, 0, 40, .optional = true, .doc = "The member that is at fault." },
	{ "why", SCHEMA_STRING, 1, 20, .doc = "table, empty, form, twice, taken, centre, time, started, feature, setting, elsewhere; scope: not this account's; unkept: no names are kept here." },
	{ "other", SCHEMA_INT, 1, INT32_MAX, .optional = true, .doc = "The line that it is in conflict with." },
	{ "message", SCHEMA_STRING, 1, MESSAGE_MAX, .doc = "The same in words." },
	{ 0 },
};
static const struct schema fault_element = { NULL, SCHEMA_OBJECT, .of = fault_members };
static const struct schema change_members[] = {
	{ "line", SCHEMA_INT, 0, INT32_MAX, .doc = "The line." },
	{ "ticket", SCHEMA_STRING, 1, BV_TICKET_MAX, .doc = "Whose." },
	{ "field", SCHEMA_STRING, 1, 40, .doc = "The member; person: who it is." },
	{ "from", SCHEMA_STRING, 0, CELL_MAX, .optional = true, .doc = "What is there." },
	{ "to", SCHEMA_STRING, 0, CELL_MAX, .optional = true, .doc = "What will be." },
	{ 0 },
};
static const struct schema change_element = { NULL, SCHEMA_OBJECT, .of = change_members };
static const struct schema answer_members[] = {
	{ "done", SCHEMA_BOOL, .doc = "False: nothing was, because there are faults or because it was only asked." },
	{ "rows", SCHEMA_INT, 0, ROWS_MAX, .doc = "Rows." },
	{ "added", SCHEMA_INT, 0, ROWS_MAX, .doc = "New ones." },
	{ "changed", SCHEMA_INT, 0, ROWS_MAX, .doc = "Those that were there with something else." },
	{ "same", SCHEMA_INT, 0, ROWS_MAX, .doc = "Those that were there as they are." },
	{ "absent", SCHEMA_INT, 0, INT64_MAX, .doc = "Registered before and not in this list: they stay." },
	{ "faultCount", SCHEMA_INT, 0, INT64_MAX, .doc = "All faults." },
	{ "faults", SCHEMA_ARRAY, 0, TOLD_MAX, .of = &fault_element, .doc = "The first of them." },
	{ "changes", SCHEMA_ARRAY, 0, TOLD_MAX, .of = &change_element, .doc = "The first cells that change." },
	{ 0 },
};
const struct schema roster_answer = { NULL, SCHEMA_OBJECT, .of = answer_members };

struct list {
	struct exchange *x;
	const struct bv_json *rows;
	size_t count;
	struct bv_person_entered *entered; /* as rows; with a ticket when it is one of a person */
	struct bv_roster_tally tally;
	size_t faults, fault_told, change_told;
	struct bv_json *fault_list, *change_list;
};

static void
list_finish(struct list *list)
{
	free(list->entered);
	bv_json_free(list->fault_list);
	bv_json_free(list->change_list);
}
BV_AUTO_DEFINE_FINISH(struct list, list_finish)

static struct bv_str
cell(const struct list *list, size_t i, const char *name)
{
	return bv_str_trim(bv_json_str(bv_json_find(bv_json_at(list->rows, i), name)));
}

static int64_t
line_of(const struct list *list, size_t i)
{
	return i < list->count ? bv_json_int(bv_json_find(bv_json_at(list->rows, i), "line")) : 0;
}

static void
fault(struct list *list, size_t i, const char *field, const char *why, int64_t other, const char *message)
{
	list->faults++;
	if (list->fault_told++ >= TOLD_MAX)
		return;
	struct bv_json *one = bv_json_add(list->fault_list, bv_json_new_object());
	bv_json_set_int(one, "line", line_of(list, i));
	if (field)
		bv_json_set_str(one, "field", bv_str_of(field));
	bv_json_set_str(one, "why", bv_str_of(why));
	if (other)
		bv_json_set_int(one, "other", other);
	bv_json_set_str(one, "message", bv_str_sub(bv_str_of(message), 0, MESSAGE_MAX));
}

/* ---- Persons ---- */

static bool
is_person(const struct list *list, size_t i)
{
	for (size_t f = 0; f < BV_COUNT(person_fields); f++)
		if (cell(list, i, person_fields[f].name).len)
			return true;
	return false;
}

static struct bv_person_entry
entry_of(const struct list *list, size_t i)
{
	struct bv_person_entry entry = { .sitting = list->x->params[0], .ticket = cell(list, i, "ticket") };

	for (size_t f = 0; f < BV_COUNT(person_fields); f++)
		entry.fields[person_fields[f].field] = cell(list, i, person_fields[f].name);
	return entry;
}

static void
check_person(struct list *list, size_t i)
{
	const struct bv_person_entry entry = entry_of(list, i);
	struct bv_err err;
	size_t before = list->faults;

	for (size_t f = 0; f < BV_COUNT(person_fields); f++) {
		const struct bv_str value = entry.fields[person_fields[f].field];
		if (bv_person_field_check(person_fields[f].field, value, &err) != BV_OK)
			fault(list, i, person_fields[f].name, value.len ? "form" : "empty", 0, err.msg);
	}
	if (list->faults == before && bv_person_entry_check(&entry, &err) != BV_OK)
		fault(list, i, "ticket", "form", 0, err.msg);
}

static void
check_persons(struct list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (!is_person(list, i))
			continue;
		if (list->x->server->persons)
			check_person(list, i);
		else
			fault(list, i, "name", "unkept", 0, "no names are kept on this server: leave out the columns of persons");
	}
}

/* Gives each person his ticket and his commitment; keep: else all of it is taken back. False: the fault is told, or answered. */
static bool
enter_persons(struct list *list, bool keep)
{
	const struct bv_people_access access = { bv_str_of(list->x->session.account), BV_STR("danh sách thí sinh"), bv_clock_utc_ms() };
	struct bv_person_entry *entries = bv_alloc_array(list->count, sizeof *entries);
	size_t *rows = bv_alloc_array(list->count, sizeof *rows), count = 0, failed = 0;
	struct bv_person_entered *entered = bv_alloc_array(list->count, sizeof *entered);
	struct bv_err err;

	for (size_t i = 0; i < list->count; i++)
		if (is_person(list, i)) {
			entries[count] = entry_of(list, i);
			rows[count++] = i;
		}
	enum bv_status status = count ? persons_enter(list->x->server->persons, entries, entered, count, keep, &failed, &access, &err) : BV_OK;
	for (size_t i = 0; i < count && status == BV_OK; i++)
		list->entered[rows[i]] = entered[i];
	if (status == BV_ECONFLICT || status == BV_EINVAL)
		fault(list, rows[failed], "ticket", status == BV_ECONFLICT ? "taken" : "form", 0, err.msg);
	else if (status != BV_OK)
		edge_fail(list->x, &err);
	free(entries);
	free(rows);
	free(entered);
	return status == BV_OK;
}

/* ---- Seats ---- */

static void
add_cell(struct bv_buf *out, struct bv_str s)
{
	bv_buf_addc(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"')
			bv_buf_addc(out, '"');
		bv_buf_addc(out, s.p[i]);
	}
	bv_buf_addc(out, '"');
}

/* Row i is line i + 2. */
static void
write_csv(struct bv_buf *out, const struct list *list)
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	for (size_t f = 0; f < BV_COUNT(seat_fields); f++)
		bv_buf_printf(out, "%s,", seat_fields[f]);
	bv_buf_addz(out, "person\n");
	for (size_t i = 0; i < list->count; i++) {
		const struct bv_person_entered *entered = &list->entered[i];
		for (size_t f = 0; f < BV_COUNT(seat_fields); f++) {
			add_cell(out, f == 0 && entered->ticket[0] ? bv_str_of(entered->ticket) : cell(list, i, seat_fields[f]));
			bv_buf_addc(out, ',');
		}
		bv_buf_printf(out, "%s\n", entered->ticket[0] ? bv_hex(hex, entered->commitment, BV_HASH_LEN) : "");
	}
}

static size_t
row_of(int line)
{
	return line >= 2 ? (size_t)line - 2 : SIZE_MAX;
}

static void
on_fault(void *ctx, const struct bv_roster_fault *told)
{
	const char *field = told->column >= 1 && (size_t)told->column <= BV_COUNT(seat_fields) ? seat_fields[told->column - 1] : NULL;

	fault(ctx, row_of(told->line), field, bv_roster_why_name(told->why), line_of(ctx, row_of(told->other_line)), told->message);
}

static void
on_change(void *ctx, const struct bv_roster_change *change)
{
	struct list *list = ctx;

	if (list->change_told++ >= TOLD_MAX)
		return;
	struct bv_json *one = bv_json_add(list->change_list, bv_json_new_object());
	bv_json_set_int(one, "line", line_of(list, row_of(change->line)));
	bv_json_set_str(one, "ticket", change->ticket);
	bv_json_set_str(one, "field", bv_str_of(change->column));
	if (change->from.len)
		bv_json_set_str(one, "from", change->from);
	if (change->to.len)
		bv_json_set_str(one, "to", change->to);
}

static bool
import_seats(struct list *list, int64_t sitting, bool dry)
{
	BV_AUTO(bv_buf_finish) struct bv_buf csv = BV_BUF(CSV_MAX);
	struct bv_sittings *tables;
	struct bv_err err;

	write_csv(&csv, list);
	struct bv_roster_order order = {
		.csv = bv_buf_str(&csv), .author = bv_str_of(list->x->session.account), .dry = dry, .fault = on_fault, .change = dry ? on_change : NULL, .ctx = list
	};
	bv_random_fill(order.seed, sizeof order.seed);
	enum bv_status status = bv_buf_check(&csv, &err);
	if (status == BV_OK)
		status = halls_take_tables(&tables, list->x->server->halls, &err);
	if (status == BV_OK) {
		status = bv_roster_import(&list->tally, tables, list->x->server->ledger, sitting, &order, &err);
		halls_give_tables(list->x->server->halls, tables, status);
	}
	bv_wipe(order.seed, sizeof order.seed);
	if (status != BV_OK && !list->faults)
		edge_fail(list->x, &err);
	return status == BV_OK;
}

/* ---- Rights ---- */

/* Where the ticket is now, if it is. */
static bool
has_place(struct bv_place *place, const struct board_sitting *sitting, struct bv_str ticket)
{
	for (const struct board_entry *entry = sitting->all.first; entry && ticket.len; entry = entry->after)
		if (entry->row && bv_str_is(ticket, entry->row->ticket)) {
			*place = (struct bv_place){ 0 };
			snprintf(place->sitting, sizeof place->sitting, "%s", sitting->name);
			if (entry->row->room) {
				snprintf(place->room, sizeof place->room, "%s", entry->row->room->name);
				snprintf(place->centre, sizeof place->centre, "%s", entry->row->room->centre);
			}
			return true;
		}
	return false;
}

/* A head of a centre brings candidates of its rooms, and takes them from nowhere else. How many rows are in scope. */
static size_t
check_scope(struct list *list, const struct scope *scope, const struct board_sitting *sitting)
{
	size_t inside = 0;

	if (scope_may(scope, HEADS, spot_of_sitting(sitting)))
		return list->count;
	for (size_t i = 0; i < list->count; i++) {
		struct bv_place to = { 0 }, from;
		snprintf(to.sitting, sizeof to.sitting, "%s", sitting->name);
		snprintf(to.room, sizeof to.room, "%.*s", BV_STR_ARG(bv_str_sub(cell(list, i, "room"), 0, BV_ROOM_MAX)));
		snprintf(to.centre, sizeof to.centre, "%.*s", BV_STR_ARG(bv_str_sub(cell(list, i, "centre"), 0, BV_ROOM_MAX)));
		bool may = to.room[0] && scope_may(scope, HEADS, spot_of_place(&to));
		if (may && has_place(&from, sitting, cell(list, i, "ticket")))
			may = scope_may(scope, HEADS, spot_of_place(&from));
		inside += may;
		if (!may)
			fault(list, i, "room", "scope", 0, "the room is not one of this account's");
	}
	return inside;
}

/* ---- The request ---- */

static void
answer(const struct list *list, bool done)
{
	struct bv_json_pen pen = { .out = &list->x->answer.body };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_bool(&pen, "done", done);
	bv_json_pen_int(&pen, "rows", (int64_t)list->count);
	bv_json_pen_int(&pen, "added", (int64_t)list->tally.added);
	bv_json_pen_int(&pen, "changed", (int64_t)list->tally.changed);
	bv_json_pen_int(&pen, "same", (int64_t)list->tally.same);
	bv_json_pen_int(&pen, "absent", (int64_t)list->tally.absent);
	bv_json_pen_int(&pen, "faultCount", (int64_t)list->faults);
	bv_json_pen_name(&pen, BV_STR("faults"));
	bv_json_write(pen.out, list->fault_list);
	pen.named = false;
	pen.more = true;
	bv_json_pen_name(&pen, BV_STR("changes"));
	bv_json_write(pen.out, list->change_list);
	pen.named = false;
	bv_json_pen_close(&pen, '}');
	exchange_json(list->x, 200);
}

static void
import(struct list *list, int64_t sitting, bool dry)
{
	check_persons(list);
	bool good = !list->faults && enter_persons(list, false) && import_seats(list, sitting, true);
	if (good && !dry)
		good = enter_persons(list, true) && import_seats(list, sitting, false);
	if (!list->x->answer.status)
		answer(list, good && !dry);
}

void
on_roster(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(list_finish) struct list list = { .x = x, .rows = bv_json_find(x->json, "rows"), .fault_list = bv_json_new_array(), .change_list = bv_json_new_array() };
	struct scope scope;
	int64_t id = 0;

	struct board *board = scope_open(&scope, x, sql, HEADS);
	if (!board)
		return;
	list.count = bv_json_count(list.rows);
	list.entered = bv_alloc_array(list.count, sizeof list.entered[0]);
	const struct board_sitting *sitting = board_find(board, x->params[0]);
	size_t inside = sitting ? check_scope(&list, &scope, sitting) : 0;
	if (sitting)
		id = sitting->id;
	feed_unlock(x->server->feed);
	if (!inside)
		problem_answer(x, "not-found", NULL);
	else if (list.faults)
		answer(&list, false);
	else
		import(&list, id, bv_json_bool(bv_json_find(x->json, "dry")));
}
