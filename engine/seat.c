/* Who sits where: rows of the table, what the ledger keeps of each, and who may take a seat. */
#include <inttypes.h>
#include <stdlib.h>

#include "engine/sitting.h"

/* ---- Rows ---- */

static struct bv_str
kept(struct bv_arena *arena, struct bv_str s)
{
	return s.len ? bv_arena_str(arena, s) : BV_STR_NONE;
}

static struct seat_row
row_read(struct bv_sql_stmt *stmt, struct bv_arena *arena)
{
	struct seat_row row = {
		.seat = { .ticket = kept(arena, bv_sql_str(stmt, 0)), .attempt = bv_sql_int(stmt, 1), .room = kept(arena, bv_sql_str(stmt, 2)),
		          .seat = kept(arena, bv_sql_str(stmt, 3)), .machine = kept(arena, bv_sql_str(stmt, 4)), .language = kept(arena, bv_sql_str(stmt, 5)),
		          .person = kept(arena, bv_sql_str(stmt, 6)), .extra_percent = (uint32_t)bv_sql_int(stmt, 7), .extra_ms = bv_sql_int(stmt, 8) },
		.code = kept(arena, bv_sql_blob(stmt, 9)), .told = bv_sql_int(stmt, 10) == 1,
	};

	row.seat.centre = kept(arena, bv_sql_str(stmt, 11));
	row.seat.pnp = kept(arena, bv_sql_str(stmt, 12));
	row.seat.has_code = row.code.len > 0;
	return row;
}

static int
by_ticket(const void *a, const void *b)
{
	return bv_str_cmp(((const struct seat_row *)a)->seat.ticket, ((const struct seat_row *)b)->seat.ticket);
}

enum bv_status
seat_rows_load(struct seat_row **out, size_t *count, struct bv_arena *arena, struct bv_sittings *sittings, int64_t sitting, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	struct seat_row *rows = NULL;
	size_t cap = 0, n = 0;
	enum bv_status status;
	bool more = true;

	TRY(sitting_stmt(&stmt, sittings, SEAT_ALL, err));
	bv_sql_bind_int(stmt, 1, sitting);
	while ((status = bv_sql_step(stmt, &more, err)) == BV_OK && more) {
		if (n == cap) {
			cap = cap ? cap * 2 : 256;
			rows = bv_resize_array(rows, cap, sizeof *rows);
		}
		rows[n++] = row_read(stmt, arena);
	}
	struct seat_row *copy = bv_arena_array(arena, n, struct seat_row);
	if (n) {
		memcpy(copy, rows, n * sizeof *copy);
		qsort(copy, n, sizeof *copy, by_ticket);
	}
	free(rows);
	*out = copy;
	*count = n;
	return status;
}

/* ---- Order ---- */

static size_t
digits(struct bv_str s)
{
	size_t n = 0;

	while (n < s.len && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n;
}

static int
natural(struct bv_str a, struct bv_str b)
{
	struct bv_str x = a, y = b;

	while (x.len && y.len) {
		size_t i = digits(x), k = digits(y), zeros;
		if (!i || !k) {
			if (x.p[0] != y.p[0])
				return (unsigned char)x.p[0] < (unsigned char)y.p[0] ? -1 : 1;
			x = bv_str_sub(x, 1, x.len);
			y = bv_str_sub(y, 1, y.len);
			continue;
		}
		struct bv_str m = bv_str_sub(x, 0, i), n = bv_str_sub(y, 0, k);
		for (zeros = 0; zeros < m.len && m.p[zeros] == '0'; zeros++)
			;
		m = bv_str_sub(m, zeros, m.len);
		for (zeros = 0; zeros < n.len && n.p[zeros] == '0'; zeros++)
			;
		n = bv_str_sub(n, zeros, n.len);
		if (m.len != n.len)
			return m.len < n.len ? -1 : 1;
		if (bv_str_cmp(m, n))
			return bv_str_cmp(m, n);
		x = bv_str_sub(x, i, x.len);
		y = bv_str_sub(y, k, y.len);
	}
	if (x.len != y.len)
		return x.len < y.len ? -1 : 1;
	return bv_str_cmp(a, b);
}

int
seat_order(const struct bv_seat *a, const struct bv_seat *b)
{
	int order = natural(a->room, b->room);

	if (!order)
		order = natural(a->seat, b->seat);
	return order ? order : bv_str_cmp(a->ticket, b->ticket);
}

static int
by_place(const void *a, const void *b)
{
	return seat_order(&((const struct seat_row *)a)->seat, &((const struct seat_row *)b)->seat);
}

enum bv_status
bv_seats_each(struct bv_sittings *sittings, int64_t sitting, struct bv_str room, bv_seat_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct seat_row *rows;
	size_t count;

	TRY(seat_rows_load(&rows, &count, &arena, sittings, sitting, err));
	if (count)
		qsort(rows, count, sizeof *rows, by_place);
	for (size_t i = 0; i < count; i++)
		if (!room.len || bv_str_eq(rows[i].seat.room, room))
			TRY(visit(ctx, &rows[i].seat, err));
	return BV_OK;
}

static enum bv_status
find_row(struct seat_row *out, struct bv_arena *arena, struct bv_sittings *sittings, int64_t sitting, struct bv_str ticket, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(sitting_stmt(&stmt, sittings, SEAT_ONE, err));
	bv_sql_bind_int(stmt, 1, sitting);
	bv_sql_bind_str(stmt, 2, ticket);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no ticket '%.*s' in this sitting", BV_STR_ARG(bv_str_sub(ticket, 0, BV_TICKET_MAX)));
	*out = row_read(stmt, arena);
	bv_sql_reset(stmt);
	return BV_OK;
}

enum bv_status
bv_seat_find(struct bv_seat *out, struct bv_arena *arena, struct bv_sittings *sittings, int64_t sitting, struct bv_str ticket, struct bv_err *err)
{
	struct seat_row row;

	TRY(find_row(&row, arena, sittings, sitting, ticket, err));
	*out = row.seat;
	return BV_OK;
}

/* ---- What the ledger keeps ---- */

static void
write_seat(struct bv_json_pen *pen, const char *name, const struct seat_row *row)
{
	const struct bv_seat *seat = &row->seat;

	bv_json_pen_open(pen, name, '{');
	if (seat->centre.len)
		bv_json_pen_str(pen, "centre", seat->centre);
	if (seat->language.len)
		bv_json_pen_str(pen, "language", seat->language);
	if (seat->machine.len)
		bv_json_pen_str(pen, "machine", seat->machine);
	if (seat->person.len)
		bv_json_pen_str(pen, "person", seat->person);
	if (seat->pnp.len)
		bv_json_pen_str(pen, "pnp", seat->pnp);
	bv_json_pen_str(pen, "room", seat->room);
	bv_json_pen_str(pen, "seat", seat->seat);
	bv_json_pen_close(pen, '}');
}

void
seat_details_write(struct bv_buf *out, const struct seat_row *row)
{
	struct bv_json_pen pen = { .out = out };

	write_seat(&pen, NULL, row);
}

void
seat_note_write(struct bv_buf *out, const struct seat_row *row)
{
	struct bv_json_pen pen = { .out = out };

	bv_json_pen_open(&pen, NULL, '{');
	write_seat(&pen, "seat", row);
	bv_json_pen_close(&pen, '}');
}

/* ---- Taking a seat ---- */

/* The characters of a code as the alphabet has them; false for one that it does not have. */
static bool
normal_code(char out[BV_ACCESS_CODE_SIZE], struct bv_str typed)
{
	size_t n = 0;

	for (size_t i = 0; i < typed.len; i++) {
		char c = typed.p[i] >= 'a' && typed.p[i] <= 'z' ? (char)(typed.p[i] - 'a' + 'A') : typed.p[i];
		if (c == '-' || c == ' ')
			continue;
		if (!c || !strchr(CODE_ALPHABET, c) || n + 1 == BV_ACCESS_CODE_SIZE)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n == 12;
}

enum bv_status
bv_seat_enter(struct bv_seat *out, struct bv_arena *arena, struct bv_sittings *sittings, int64_t sitting, struct bv_str ticket, struct bv_str code,
              struct bv_str machine, struct bv_err *err)
{
	char characters[BV_ACCESS_CODE_SIZE] = "";
	uint8_t hash[BV_HASH_LEN], stored[BV_HASH_LEN] = { 0 };
	struct seat_row row = { 0 };

	enum bv_status status = find_row(&row, arena, sittings, sitting, ticket, err);
	if (status != BV_OK && status != BV_ENOTFOUND)
		return status;
	bool good = normal_code(characters, code);
	code_hash(hash, sitting, ticket, bv_str_of(characters));
	if (row.code.len == BV_HASH_LEN)
		memcpy(stored, row.code.p, BV_HASH_LEN);
	bool same = bv_hash_eq(hash, stored);
	if (!good || !same || row.code.len != BV_HASH_LEN)
		return bv_err_set(err, BV_EDENIED, "ticket or code are not right: look at the sheet, and ask a proctor");
	if (machine.len && row.seat.machine.len && !bv_str_eq(machine, row.seat.machine))
		return bv_err_set(err, BV_EDENIED, "this seat is at machine '%.*s', this is '%.*s': ask a proctor", BV_STR_ARG(row.seat.machine),
		                  BV_STR_ARG(bv_str_sub(machine, 0, BV_MACHINE_MAX)));
	*out = row.seat;
	return BV_OK;
}
