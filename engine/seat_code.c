/* Access codes: made once, printed once, kept as hashes. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/event.h"
#include "engine/sitting.h"

enum { CHUNK = 1024 };

void
code_hash(uint8_t out[BV_HASH_LEN], int64_t sitting, struct bv_str ticket, struct bv_str code)
{
	struct bv_sha256 sha;
	uint8_t number[8];

	put_be64(number, (uint64_t)sitting);
	bv_sha256_init(&sha);
	bv_sha256_add(&sha, "BV-CODE-1", 10);
	bv_sha256_add(&sha, number, sizeof number);
	bv_sha256_add(&sha, ticket.p, ticket.len);
	bv_sha256_add(&sha, "", 1);
	bv_sha256_add(&sha, code.p, code.len);
	bv_sha256_end(&sha, out);
}

void
code_draw(char *out, size_t count, struct bv_stream *stream)
{
	static const char alphabet[] = CODE_ALPHABET;

	for (size_t i = 0; i < count; i++)
		out[i] = alphabet[bv_stream_below(stream, sizeof alphabet - 1)];
}

struct coded {
	char code[BV_ACCESS_CODE_SIZE];
	uint8_t hash[BV_HASH_LEN];
	char details[BV_HEX_SIZE(BV_HASH_LEN) + 16];
};

struct making {
	struct bv_sittings *sittings;
	struct bv_ledger *ledger;
	int64_t sitting;
	struct bv_str author;
	bv_code_visit visit;
	void *ctx;
	struct coded coded[CHUNK];
	struct bv_ledger_act acts[CHUNK];
};

static void
make(struct coded *coded, const struct making *m, const struct bv_seat *seat, struct bv_stream *stream)
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)], characters[12];

	code_draw(characters, sizeof characters, stream);
	code_hash(coded->hash, m->sitting, seat->ticket, (struct bv_str){ characters, sizeof characters });
	snprintf(coded->code, sizeof coded->code, "%.4s-%.4s-%.4s", characters, characters + 4, characters + 8);
	snprintf(coded->details, sizeof coded->details, "{\"code\":\"%s\"}", bv_hex(hex, coded->hash, sizeof coded->hash));
}

static enum bv_status
store(struct making *m, const struct seat_row *rows, size_t count, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(sitting_stmt(&stmt, m->sittings, SEAT_CODE, err));
	TRY(bv_sql_begin(m->sittings->sql, true, err));
	for (size_t i = 0; i < count; i++) {
		bv_sql_bind_int(stmt, 1, m->sitting);
		bv_sql_bind_str(stmt, 2, rows[i].seat.ticket);
		bv_sql_bind_blob(stmt, 3, m->coded[i].hash, BV_HASH_LEN);
		enum bv_status status = bv_sql_exec(stmt, err);
		if (status != BV_OK) {
			bv_sql_rollback(m->sittings->sql);
			return status;
		}
	}
	return bv_sql_commit(m->sittings->sql, err);
}

/* First the ledger: a code that is in force has its event. */
static enum bv_status
make_chunk(struct making *m, const struct seat_row *rows, size_t count, struct bv_stream *stream, struct bv_err *err)
{
	for (size_t i = 0; i < count; i++) {
		make(&m->coded[i], m, &rows[i].seat, stream);
		m->acts[i] = (struct bv_ledger_act){ .act = BV_EXAM_NOTE, .attempt = rows[i].seat.attempt,
			                             .facts = { .author = m->author, .details = bv_str_of(m->coded[i].details) } };
	}
	acts_do(m->ledger, m->acts, count);
	for (size_t i = 0; i < count; i++)
		if (m->acts[i].status != BV_OK) {
			*err = m->acts[i].err;
			return m->acts[i].status;
		}
	TRY(store(m, rows, count, err));
	for (size_t i = 0; i < count; i++) {
		struct bv_seat seat = rows[i].seat;
		seat.has_code = true;
		TRY(m->visit(m->ctx, &seat, m->coded[i].code, err));
	}
	return BV_OK;
}

static int
by_place(const void *a, const void *b)
{
	return seat_order(&((const struct seat_row *)a)->seat, &((const struct seat_row *)b)->seat);
}

enum bv_status
bv_codes_make(size_t *count, struct bv_sittings *sittings, struct bv_ledger *ledger, int64_t sitting, struct bv_str room, bool again,
              const uint8_t seed[BV_HASH_LEN], struct bv_str author, bv_code_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(office_leave) struct office office = { .lock = -1 };
	struct seat_row *rows;
	struct bv_stream stream;
	size_t all, wanted = 0;

	TRY(office_enter(&office, sittings, err));
	TRY(seat_rows_load(&rows, &all, &arena, sittings, sitting, err));
	for (size_t i = 0; i < all; i++) {
		const struct seat_row *row = &rows[i];
		if ((room.len && !bv_str_eq(row->seat.room, room)) || (row->code.len && !again))
			continue;
		if (!row->seat.attempt)
			return bv_err_set(err, BV_ECONFLICT, "ticket '%.*s' is not in the ledger: the import of the roster was interrupted; give it again",
			                  BV_STR_ARG(row->seat.ticket));
		rows[wanted++] = *row;
	}
	if (wanted)
		qsort(rows, wanted, sizeof *rows, by_place);
	struct making *m = bv_arena_alloc(&arena, sizeof *m);
	*m = (struct making){ .sittings = sittings, .ledger = ledger, .sitting = sitting, .author = author, .visit = visit, .ctx = ctx };
	bv_stream_init(&stream, seed);
	enum bv_status status = BV_OK;
	for (size_t at = 0; at < wanted && status == BV_OK; at += CHUNK)
		status = make_chunk(m, rows + at, wanted - at < CHUNK ? wanted - at : CHUNK, &stream, err);
	bv_wipe(m, sizeof *m);
	bv_wipe(&stream, sizeof stream);
	*count = wanted;
	return status;
}
