/* What an office keeps beside a ledger, in a copy of it. Seats and hashes of codes follow from the log, at any of its events; documents are copied, and the
 * log has their hashes; papers and results follow from both. */
#include "base/json.h"
#include "engine/copy.h"
#include "engine/sitting.h"

enum { SEAT_ADD, SEAT_PARK, SEAT_MOVE, SEAT_RECODE, DOCUMENT_PUT, RESULT_PUT };

static const char *const texts[COPY_OFFICE_STATEMENTS] = {
	[SEAT_ADD] = "INSERT INTO seat(sitting, ticket, attempt, room, seat, machine, language, person, centre, pnp, extra_percent, extra_ms, code, told) "
	             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)",
	/* Two who change places are told one after the other. */
	[SEAT_PARK] = "UPDATE seat SET room = '', seat = ticket WHERE sitting = $1 AND room = $2 AND seat = $3 AND attempt <> $4",
	[SEAT_MOVE] = "UPDATE seat SET room = $3, seat = $4, machine = $5, language = $6, person = $7, centre = $8, pnp = $9 WHERE sitting = $1 AND "
	              "ticket = (SELECT ticket FROM attempt WHERE id = $2)",
	[SEAT_RECODE] = "UPDATE seat SET code = $3 WHERE sitting = $1 AND ticket = (SELECT ticket FROM attempt WHERE id = $2)",
	[DOCUMENT_PUT] = "INSERT INTO exam_document(sitting, document, bytes) VALUES ($1, $2, $3) ON CONFLICT (sitting, document) DO NOTHING",
	[RESULT_PUT] = "INSERT INTO result(attempt, sitting, hashes, rating) VALUES ($1, $2, $3, $4) ON CONFLICT (attempt) DO NOTHING",
};

/* The tables are made when something goes into them: a ledger of another program has none. Inside a transaction. */
static enum bv_status
statement(struct bv_sql_stmt **out, struct copy_target *target, int which, struct bv_err *err)
{
	bool there;

	if (!target->office[which]) {
		TRY(bv_sql_has_table(&there, target->sql, "seat", err));
		if (!there)
			TRY(bv_sql_run(target->sql, sitting_schema, err));
		TRY(bv_sql_prepare(&target->office[which], target->sql, texts[which], err));
	}
	bv_sql_reset(target->office[which]);
	*out = target->office[which];
	return BV_OK;
}

/* ---- Seats ---- */

static struct bv_str
text(const struct bv_json *json, const char *name)
{
	const struct bv_json *value = bv_json_find(json, name);

	return bv_json_type(value) == BV_JSON_STRING ? bv_json_str(value) : BV_STR("");
}

static enum bv_status
park(struct copy_target *target, size_t i, const struct bv_json *seat, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(statement(&stmt, target, SEAT_PARK, err));
	bv_sql_bind_int(stmt, 1, target->sittings[i]);
	bv_sql_bind_str(stmt, 2, text(seat, "room"));
	bv_sql_bind_str(stmt, 3, text(seat, "seat"));
	bv_sql_bind_int(stmt, 4, target->attempt[i]);
	return bv_sql_exec(stmt, err);
}

static void
bind_seat(struct bv_sql_stmt *stmt, int from, const struct bv_json *seat)
{
	static const char *const names[] = { "room", "seat", "machine", "language", "person", "centre", "pnp" };

	for (size_t i = 0; i < BV_COUNT(names); i++)
		bv_sql_bind_str(stmt, from + (int)i, text(seat, names[i]));
}

static enum bv_status
add_seat(struct copy_target *target, size_t i, const struct bv_exam_facts *facts, const struct bv_json *seat, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	if (!text(seat, "room").len || !text(seat, "seat").len)
		return BV_OK; /* registered by a program that keeps no seats */
	TRY(park(target, i, seat, err));
	TRY(statement(&stmt, target, SEAT_ADD, err));
	bv_sql_bind_int(stmt, 1, target->sittings[i]);
	bv_sql_bind_str(stmt, 2, facts->ticket);
	bv_sql_bind_int(stmt, 3, target->attempt[i]);
	bind_seat(stmt, 4, seat);
	bv_sql_bind_int(stmt, 11, facts->extra_percent);
	bv_sql_bind_int(stmt, 12, facts->extra_ms);
	bv_sql_bind_blob(stmt, 13, "", 0);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
move_seat(struct copy_target *target, size_t i, const struct bv_json *seat, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(park(target, i, seat, err));
	TRY(statement(&stmt, target, SEAT_MOVE, err));
	bv_sql_bind_int(stmt, 1, target->sittings[i]);
	bv_sql_bind_int(stmt, 2, target->attempt[i]);
	bind_seat(stmt, 3, seat);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
set_code(struct copy_target *target, size_t i, struct bv_str hex, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	uint8_t hash[BV_HASH_LEN];
	struct bv_err why;

	if (bv_hex_parse(hash, sizeof hash, hex, &why) != BV_OK)
		return BV_OK; /* a note of something else */
	TRY(statement(&stmt, target, SEAT_RECODE, err));
	bv_sql_bind_int(stmt, 1, target->sittings[i]);
	bv_sql_bind_int(stmt, 2, target->attempt[i]);
	bv_sql_bind_blob(stmt, 3, hash, sizeof hash);
	return bv_sql_exec(stmt, err);
}

enum bv_status
copy_put_seat(struct copy_target *target, size_t i, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_exam_facts facts;
	struct bv_err why;
	enum bv_exam_act act = (enum bv_exam_act)target->kind[i];

	if (target->attempt[i] == target->sittings[i] || (act != BV_EXAM_REGISTER && act != BV_EXAM_NOTE))
		return BV_OK;
	TRY(bv_exam_body_parse(&facts, act, target->bodies[i], &target->arena, err));
	if (!facts.details.len || bv_json_parse(&json, facts.details, &why) != BV_OK)
		return BV_OK;
	if (act == BV_EXAM_REGISTER)
		return add_seat(target, i, &facts, json, err);
	if (bv_json_type(bv_json_find(json, "seat")) == BV_JSON_OBJECT)
		return move_seat(target, i, bv_json_find(json, "seat"), err);
	return text(json, "code").len ? set_code(target, i, text(json, "code"), err) : BV_OK;
}

/* ---- Documents ---- */

static enum bv_status
put_document(struct copy_target *target, struct bv_str sitting, struct bv_str document, struct bv_str bytes, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(statement(&stmt, target, DOCUMENT_PUT, err));
	bv_sql_bind_str(stmt, 1, sitting);
	bv_sql_bind_str(stmt, 2, document);
	bv_sql_bind_blob(stmt, 3, bytes.p, bytes.len);
	return bv_sql_exec(stmt, err);
}

enum bv_status
copy_put_document(struct copy_target *target, struct bv_str sitting, struct bv_str document, struct bv_str bytes, struct bv_err *err)
{
	int64_t id, closed_n;

	enum bv_status status = copy_find_sitting(&id, &closed_n, target->sql, sitting, err);
	if (status == BV_ENOTFOUND)
		return BV_OK; /* opened later than what is copied */
	TRY(status);
	TRY(bv_sql_begin(target->sql, true, err));
	return bv_sql_end(target->sql, put_document(target, sitting, document, bytes, err), err);
}

enum bv_status
copy_documents(struct copy_target *target, struct bv_sql *from, struct bv_str sitting, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool there, row;

	TRY(bv_sql_has_table(&there, from, "exam_document", err));
	if (!there)
		return BV_OK;
	TRY(bv_sql_prepare(&stmt, from, "SELECT document, bytes FROM exam_document WHERE sitting = $1 ORDER BY document", err));
	bv_sql_bind_str(stmt, 1, sitting);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		TRY(copy_put_document(target, sitting, bv_sql_str(stmt, 0), bv_sql_blob(stmt, 1), err));
	}
}

/* ---- Results ---- */

static enum bv_status
put_results(struct copy_target *target, struct bv_sql_stmt *from, bool *row, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(statement(&stmt, target, RESULT_PUT, err));
	for (int i = 0; i < COPY_ROWS; i++) {
		TRY(bv_sql_step(from, row, err));
		if (!*row)
			return BV_OK;
		bv_sql_bind_int(stmt, 1, bv_sql_int(from, 0));
		bv_sql_bind_int(stmt, 2, bv_sql_int(from, 1));
		bv_sql_bind_blob(stmt, 3, bv_sql_blob(from, 2).p, bv_sql_blob(from, 2).len);
		bv_sql_bind_blob(stmt, 4, bv_sql_blob(from, 3).p, bv_sql_blob(from, 3).len);
		TRY(bv_sql_exec(stmt, err));
	}
	return BV_OK;
}

enum bv_status
copy_results(struct copy_target *target, struct bv_sql *from, int64_t sitting, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool there, row = true;

	TRY(bv_sql_has_table(&there, from, "result", err));
	if (!there)
		return BV_OK;
	TRY(bv_sql_prepare(&stmt, from, "SELECT attempt, sitting, hashes, rating FROM result WHERE sitting = $1", err));
	bv_sql_bind_int(stmt, 1, sitting);
	while (row) {
		TRY(bv_sql_begin(target->sql, true, err));
		TRY(bv_sql_end(target->sql, put_results(target, stmt, &row, err), err));
	}
	return BV_OK;
}
