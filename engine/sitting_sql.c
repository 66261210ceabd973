/* The tables beside the ledger, and its statements. Names of tables differ from the ledger's. */
#include <stdlib.h>

#include "engine/event.h"
#include "engine/sitting.h"

const char sitting_schema[] =
    "CREATE TABLE exam_document(sitting TEXT NOT NULL, document TEXT NOT NULL, bytes BYTEA NOT NULL, PRIMARY KEY (sitting, document));"
    "CREATE TABLE seat(sitting BIGINT NOT NULL, ticket TEXT NOT NULL, attempt BIGINT NOT NULL, room TEXT NOT NULL, seat TEXT NOT NULL,"
    " machine TEXT NOT NULL, language TEXT NOT NULL, extra_percent BIGINT NOT NULL, extra_ms BIGINT NOT NULL, person TEXT NOT NULL,"
    " code BYTEA NOT NULL, told BIGINT NOT NULL, centre TEXT NOT NULL DEFAULT '', pnp TEXT NOT NULL DEFAULT '', PRIMARY KEY (sitting, ticket), UNIQUE (sitting, room, seat));"
    "CREATE TABLE paper(attempt /*sqlite*/INTEGER/*end*//*pgsql BIGINT*/ PRIMARY KEY, sitting BIGINT NOT NULL, numbers BYTEA NOT NULL, hash BYTEA NOT NULL);"
    "CREATE TABLE result(attempt /*sqlite*/INTEGER/*end*//*pgsql BIGINT*/ PRIMARY KEY, sitting BIGINT NOT NULL, hashes BYTEA NOT NULL,"
    " rating BYTEA NOT NULL)";

#define OLDEST_COLUMNS "ticket, attempt, room, seat, machine, language, person, extra_percent, extra_ms, code, told, "
#define SEAT_COLUMNS OLDEST_COLUMNS "centre, pnp FROM seat WHERE sitting = $1"

static const char *const texts[SITTING_STATEMENTS] = {
	[SITTING_OPENED] = "SELECT s.id, e.kind, e.body FROM sitting s JOIN event e ON e.n = s.first_n WHERE s.name = $1",
	/* The log has no index by attempt: read once when a sitting is loaded. */
	[SITTING_CHAIN] = "SELECT kind, body FROM event WHERE sitting = $1 AND attempt = $1 AND kind IN (3, 29) ORDER BY n",
	[SITTING_ANY] = "SELECT e.body FROM sitting s JOIN event e ON e.n = s.first_n ORDER BY s.id LIMIT 1",
	[SITTING_ALL] = "SELECT id, name, closed_n FROM sitting ORDER BY id",
	[SITTING_DOCUMENT_ADD] = "INSERT INTO exam_document(sitting, document, bytes) VALUES ($1, $2, $3) "
	                         "ON CONFLICT (sitting, document) DO UPDATE SET bytes = $3",
	[SITTING_DOCUMENTS] = "SELECT document, bytes FROM exam_document WHERE sitting = $1 ORDER BY document",
	[SEAT_ALL] = "SELECT " SEAT_COLUMNS,
	[SEAT_ONE] = "SELECT " SEAT_COLUMNS " AND ticket = $2",
	[SEAT_DROP] = "DELETE FROM seat WHERE sitting = $1 AND ticket = $2",
	[SEAT_TOLD] = "UPDATE seat SET told = 1, attempt = (SELECT a.id FROM attempt a WHERE a.sitting = seat.sitting AND a.ticket = seat.ticket) "
	              "WHERE sitting = $1 AND told = 0",
	[SEAT_OF] = "SELECT sitting, ticket FROM attempt WHERE id = $1",
	/* What the ledger says of who was registered when: of two attempts the earlier has the lower number. */
	[TICKETS_AFTER] = "SELECT a.id, a.ticket, p.numbers, p.hash FROM attempt a LEFT JOIN paper p ON p.attempt = a.id AND p.sitting = a.sitting "
	                  "WHERE a.sitting = $1 AND a.id > $2 ORDER BY a.id",
	/* Read from the log, where nobody can exchange seats: forms that all share go by them. */
	[SEATS_AFTER] = "SELECT n, attempt, body FROM event WHERE n > $2 AND sitting = $1 AND kind = 10 ORDER BY attempt",
	[TAIL_OF] = "SELECT coalesce(max(n), 0) FROM tail WHERE attempt = $1",
	[TAIL_PLACE] = "SELECT s.name, coalesce(e.room, ''), coalesce(e.centre, '') FROM attempt a JOIN sitting s ON s.id = a.sitting LEFT JOIN seat e ON e.sitting = a.sitting AND "
	               "e.ticket = a.ticket WHERE a.id = $1",
	[TAIL_EVENT] = "SELECT kind, prev FROM event WHERE n = $1 AND attempt = $2",
	[PAPER_ONE] = "SELECT numbers, hash FROM paper WHERE attempt = $1 AND sitting = $2",
	[PAPER_ALL] = "SELECT attempt FROM paper WHERE sitting = $1 ORDER BY attempt",
	[PAPER_ADD] = "INSERT INTO paper(attempt, sitting, numbers, hash) VALUES ($1, $2, $3, $4) ON CONFLICT (attempt) DO NOTHING",
	[RESULT_ADD] = "INSERT INTO result(attempt, sitting, hashes, rating) VALUES ($1, $2, $3, $4) "
	               "ON CONFLICT (attempt) DO UPDATE SET hashes = $3, rating = $4",
	[RESULT_ONE] = "SELECT hashes, rating FROM result WHERE attempt = $1",
	[AUDIT_EVENTS] = "SELECT n, attempt, kind, body, at FROM event WHERE sitting = $1 AND attempt <> $1 ORDER BY attempt, n",
	/* Rows beside the ledger of attempts that it does not have. */
	[AUDIT_STRAYS] = "SELECT 'seat', s.ticket FROM seat s WHERE s.sitting = $1 AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.id = s.attempt AND "
	                 "a.sitting = s.sitting AND a.ticket = s.ticket) UNION ALL SELECT 'paper', CAST(p.attempt AS TEXT) FROM paper p WHERE NOT EXISTS "
	                 "(SELECT 1 FROM attempt a WHERE a.id = p.attempt AND a.sitting = p.sitting) UNION ALL SELECT 'result', CAST(r.attempt AS TEXT) "
	                 "FROM result r WHERE NOT EXISTS (SELECT 1 FROM attempt a WHERE a.id = r.attempt AND a.sitting = r.sitting)",
	[SEAT_CODE] = "UPDATE seat SET code = $3 WHERE sitting = $1 AND ticket = $2",
};

static enum bv_status
check_ledger(struct bv_sql *sql, const char *url, struct bv_err *err)
{
	bool there;

	TRY(bv_sql_has_table(&there, sql, "ledger", err));
	return there ? BV_OK : bv_err_set(err, BV_EINVAL, "%s: there is no ledger in this database: `bangvang sitting new` makes one", url);
}

/* Columns that seats had not once. */
enum seat_column { CENTRE, PNP, NEW_COLUMNS };
static const char *const new_columns[NEW_COLUMNS] = { [CENTRE] = "centre", [PNP] = "pnp" };

static enum bv_status
has_column(bool *out, struct bv_sql *sql, const char *name, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT count(*) FROM /*sqlite*/pragma_table_info('seat') WHERE name = $1/*end*/"
	                               "/*pgsql pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass('seat') AND attname = $1*/", err));
	bv_sql_bind_str(stmt, 1, bv_str_of(name));
	TRY(bv_sql_step(stmt, &row, err));
	*out = row && bv_sql_int(stmt, 0) > 0;
	bv_sql_reset(stmt);
	return BV_OK;
}

static enum bv_status
missing_columns(unsigned *out, struct bv_sql *sql, struct bv_err *err)
{
	*out = 0;
	for (unsigned i = 0; i < NEW_COLUMNS; i++) {
		bool there;
		TRY(has_column(&there, sql, new_columns[i], err));
		*out |= there ? 0 : 1u << i;
	}
	return BV_OK;
}

static enum bv_status
add_columns(struct bv_sql *sql, struct bv_err *err)
{
	unsigned missing;

	TRY(missing_columns(&missing, sql, err));
	if (missing & 1u << CENTRE)
		TRY(bv_sql_run(sql, "ALTER TABLE seat ADD COLUMN centre TEXT NOT NULL DEFAULT ''", err));
	if (missing & 1u << PNP)
		TRY(bv_sql_run(sql, "ALTER TABLE seat ADD COLUMN pnp TEXT NOT NULL DEFAULT ''", err));
	return BV_OK;
}

/* Two programs may come at once: who finds the tables made by the other has them. */
static enum bv_status
create(struct bv_sql *sql, struct bv_err *err)
{
	bool there;

	TRY(bv_sql_begin(sql, true, err));
	enum bv_status status = bv_sql_has_table(&there, sql, "seat", err);
	if (status == BV_OK && !there)
		status = bv_sql_run(sql, sitting_schema, err);
	else if (status == BV_OK)
		status = add_columns(sql, err);
	return bv_sql_end(sql, status, err);
}

static enum bv_status
open_tables(struct bv_sittings **out, const char *url, enum bv_sql_mode mode, struct bv_err *err)
{
	BV_AUTO(bv_sittings_close) struct bv_sittings *sittings = bv_alloc(sizeof *sittings);
	unsigned missing = ~0u;
	bool there;

	sittings->url = bv_str_dup(bv_str_of(url));
	TRY(bv_sql_open(&sittings->sql, url, mode, err));
	if (mode != BV_SQL_READ) /* it is copied by who has the ledger, or at the end */
		bv_sql_log_keep(sittings->sql);
	TRY(check_ledger(sittings->sql, url, err));
	TRY(bv_sql_has_table(&there, sittings->sql, "seat", err));
	if (!there && mode == BV_SQL_READ)
		return bv_err_set(err, BV_ENOTFOUND, "%s: there are no sittings in this ledger", url);
	if (there)
		TRY(missing_columns(&missing, sittings->sql, err));
	sittings->old_seats = mode == BV_SQL_READ ? missing : 0;
	if (missing && mode != BV_SQL_READ)
		TRY(create(sittings->sql, err));
	*out = bv_steal(&sittings);
	return BV_OK;
}

enum bv_status
bv_sittings_open(struct bv_sittings **out, const char *url, struct bv_err *err)
{
	return open_tables(out, url, BV_SQL_WRITE, err);
}

enum bv_status
bv_sittings_join(struct bv_sittings **out, const char *url, struct bv_err *err)
{
	return open_tables(out, url, BV_SQL_JOIN, err);
}

enum bv_status
bv_sittings_open_read(struct bv_sittings **out, const char *url, struct bv_err *err)
{
	return open_tables(out, url, BV_SQL_READ, err);
}

void
bv_sittings_close(struct bv_sittings *sittings)
{
	if (!sittings)
		return;
	for (size_t i = 0; i < SITTING_STATEMENTS; i++)
		bv_sql_stmt_free(sittings->stmts[i]);
	bv_sql_close(sittings->sql);
	free(sittings->url);
	free(sittings);
}

/* SEAT_ALL and SEAT_ONE of a database that is only read, without the newest column, and without both. */
#define OLD_SEATS(columns) "SELECT " OLDEST_COLUMNS columns " FROM seat WHERE sitting = $1"
static const char *const old_seats[2][2] = {
	{ OLD_SEATS("centre, ''"), OLD_SEATS("'', ''") },
	{ OLD_SEATS("centre, ''") " AND ticket = $2", OLD_SEATS("'', ''") " AND ticket = $2" },
};

enum bv_status
sitting_stmt(struct bv_sql_stmt **out, struct bv_sittings *sittings, int idx, struct bv_err *err)
{
	const char *text = texts[idx];

	if (sittings->old_seats && (idx == SEAT_ALL || idx == SEAT_ONE))
		text = old_seats[idx == SEAT_ONE][(sittings->old_seats & 1u << CENTRE) != 0];
	if (!sittings->stmts[idx])
		TRY(bv_sql_prepare(&sittings->stmts[idx], sittings->sql, text, err));
	bv_sql_reset(sittings->stmts[idx]);
	*out = sittings->stmts[idx];
	return BV_OK;
}

enum bv_status
bv_sittings_each(struct bv_sittings *sittings, bv_sitting_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(sitting_stmt(&stmt, sittings, SITTING_ALL, err));
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		enum bv_status status = visit(ctx, bv_sql_int(stmt, 0), bv_sql_str(stmt, 1), bv_sql_int(stmt, 2) != 0, err);
		if (status != BV_OK) {
			bv_sql_reset(stmt);
			return status;
		}
	}
}

enum bv_status
bv_sittings_ticket(int64_t *sitting, struct bv_str *ticket, struct bv_arena *arena, struct bv_sittings *sittings, int64_t attempt, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(sitting_stmt(&stmt, sittings, SEAT_OF, err));
	bv_sql_bind_int(stmt, 1, attempt);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no attempt %lld", (long long)attempt);
	*sitting = bv_sql_int(stmt, 0);
	*ticket = bv_arena_str(arena, bv_sql_str(stmt, 1));
	bv_sql_reset(stmt);
	return BV_OK;
}

static void
copy_name(char *out, size_t size, struct bv_str name)
{
	struct bv_str kept = bv_str_sub(name, 0, size - 1);

	memcpy(out, bv_str_chars(kept), kept.len);
	out[kept.len] = '\0';
}

enum bv_status
bv_sittings_place(struct bv_place *out, struct bv_sittings *sittings, int64_t attempt, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(sitting_stmt(&stmt, sittings, TAIL_PLACE, err));
	bv_sql_bind_int(stmt, 1, attempt);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no attempt %lld", (long long)attempt);
	copy_name(out->sitting, sizeof out->sitting, bv_sql_str(stmt, 0));
	copy_name(out->room, sizeof out->room, bv_sql_str(stmt, 1));
	copy_name(out->centre, sizeof out->centre, bv_sql_str(stmt, 2));
	bv_sql_reset(stmt);
	return BV_OK;
}

/* Back to the last event that says it: two or three steps. */
enum bv_status
bv_sittings_state(enum bv_attempt_state *out, struct bv_sittings *sittings, int64_t attempt, struct bv_err *err)
{
	enum bv_attempt_state state = BV_ATTEMPT_NONE;
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(sitting_stmt(&stmt, sittings, TAIL_OF, err));
	bv_sql_bind_int(stmt, 1, attempt);
	TRY(bv_sql_step(stmt, &row, err));
	int64_t n = row ? bv_sql_int(stmt, 0) : 0;
	bv_sql_reset(stmt);
	if (!n)
		return bv_err_set(err, BV_ENOTFOUND, "there is no attempt %lld in a sitting that was closed", (long long)attempt);
	TRY(sitting_stmt(&stmt, sittings, TAIL_EVENT, err));
	for (int64_t prev_n; n && state == BV_ATTEMPT_NONE; n = prev_n) {
		bv_sql_bind_int(stmt, 1, n);
		bv_sql_bind_int(stmt, 2, attempt);
		TRY(bv_sql_step(stmt, &row, err));
		prev_n = row ? bv_sql_int(stmt, 1) : 0;
		state = row ? attempt_state_after((enum bv_exam_act)bv_sql_int(stmt, 0)) : BV_ATTEMPT_NONE;
		bv_sql_reset(stmt);
		if (prev_n >= n)
			break;
	}
	if (state == BV_ATTEMPT_NONE)
		return bv_err_set(err, BV_EDENIED, "the events of attempt %lld were changed: 'bangvang audit ledger' tells more", (long long)attempt);
	*out = state;
	return BV_OK;
}

bool
sitting_name_good(struct bv_str name, size_t max, const char *also)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr(also, c))))
			return false;
	}
	return name.len > 0 && name.len <= max;
}
