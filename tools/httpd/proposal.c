#include "tools/httpd/proposal.h"

#include <inttypes.h>
#include <stdio.h>

const char *const proposal_state_names[PROPOSAL_STATES + 1] = { "open", "approved", "refused", "withdrawn", "done", NULL };
const char *const proposal_deeds[] = { "revoke", "suspend", "reinstate", "supersede", NULL };

/* Deeds are kept by their names. The text of an event's act is that of audit.c. */
static const char schema[] =
    "CREATE TABLE IF NOT EXISTS office_proposal (number BIGINT PRIMARY KEY, request TEXT NOT NULL UNIQUE, deed TEXT NOT NULL, certificate TEXT NOT NULL, serial TEXT NOT NULL, "
    "successor TEXT NOT NULL, successor_serial TEXT NOT NULL, reason TEXT NOT NULL, note TEXT NOT NULL, author TEXT NOT NULL, made_s BIGINT NOT NULL, state BIGINT NOT NULL, "
    "after_act BIGINT NOT NULL, events BIGINT NOT NULL);"
    "CREATE INDEX IF NOT EXISTS office_proposal_certificate ON office_proposal (certificate, number);"
    "CREATE INDEX IF NOT EXISTS office_proposal_state ON office_proposal (state, number);"
    "CREATE TABLE IF NOT EXISTS office_proposal_event (id TEXT PRIMARY KEY, proposal BIGINT NOT NULL, n BIGINT NOT NULL, at_s BIGINT NOT NULL, author TEXT NOT NULL, "
    "state BIGINT NOT NULL, act TEXT NOT NULL, why TEXT NOT NULL, UNIQUE (proposal, n));";

enum bv_status
proposal_schema(struct bv_sql *sql, struct bv_err *err)
{
	TRY(bv_sql_begin(sql, true, err));
	return bv_sql_end(sql, bv_sql_run(sql, schema, err), err);
}

bool
proposal_deed(enum bv_deed *out, struct bv_str name)
{
	for (enum bv_deed deed = BV_DEED_REVOKE; deed <= BV_DEED_SUPERSEDE; deed++)
		if (bv_str_is(name, bv_deed_name(deed))) {
			*out = deed;
			return true;
		}
	return false;
}

/* ---- Reading ---- */

#define SELECT \
	"SELECT p.number, p.request, p.deed, p.certificate, p.serial, p.successor, p.successor_serial, p.reason, p.note, p.author, coalesce(a.name, ''), p.made_s, p.state, " \
	"p.after_act, p.events FROM office_proposal p LEFT JOIN account a ON a.id = p.author "

static enum bv_status
read_row(struct proposal *out, struct bv_sql_stmt *stmt, struct bv_err *err)
{
	int64_t state = bv_sql_int(stmt, 12);

	*out = (struct proposal){
		.number = bv_sql_int(stmt, 0),
		.key = bv_sql_str(stmt, 1),
		.certificate = bv_sql_str(stmt, 3),
		.serial = bv_sql_str(stmt, 4),
		.successor = bv_sql_str(stmt, 5),
		.successor_serial = bv_sql_str(stmt, 6),
		.reason = bv_sql_str(stmt, 7),
		.note = bv_sql_str(stmt, 8),
		.author = bv_sql_str(stmt, 9),
		.author_name = bv_sql_str(stmt, 10),
		.made_s = bv_sql_int(stmt, 11),
		.state = (enum proposal_state)state,
		.after_act = bv_sql_int(stmt, 13),
		.events = bv_sql_int(stmt, 14),
	};
	if (!proposal_deed(&out->deed, bv_sql_str(stmt, 2)) || state < 0 || state >= PROPOSAL_STATES)
		return bv_err_set(err, BV_EIO, "proposal %" PRId64 " is damaged in the database", out->number);
	return BV_OK;
}

static enum bv_status
visit_all(size_t *count, struct bv_sql_stmt *stmt, proposal_visit visit, void *ctx, struct bv_err *err)
{
	struct proposal proposal;
	bool row;

	for (*count = 0;; ++*count) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		TRY(read_row(&proposal, stmt, err));
		visit(ctx, &proposal);
	}
}

enum bv_status
proposal_list(struct bv_sql *sql, const struct proposal_search *search, proposal_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	size_t count;

	TRY(bv_sql_prepare(&stmt, sql, SELECT "WHERE p.number < $1 AND ($2 < 0 OR p.state = $2) AND ($3 = '' OR p.certificate = $3) ORDER BY p.number DESC LIMIT $4", err));
	bv_sql_bind_int(stmt, 1, search->before ? search->before : INT64_MAX);
	bv_sql_bind_int(stmt, 2, search->state);
	bv_sql_bind_str(stmt, 3, search->certificate);
	bv_sql_bind_int(stmt, 4, search->limit);
	return visit_all(&count, stmt, visit, ctx, err);
}

enum bv_status
proposal_read(struct bv_sql *sql, int64_t number, proposal_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	size_t count;

	TRY(bv_sql_prepare(&stmt, sql, SELECT "WHERE p.number = $1", err));
	bv_sql_bind_int(stmt, 1, number);
	TRY(visit_all(&count, stmt, visit, ctx, err));
	return count ? BV_OK : bv_err_set(err, BV_ENOTFOUND, "there is no such proposal");
}

enum bv_status
proposal_events(struct bv_sql *sql, int64_t number, proposal_event_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql,
	                   "SELECT e.at_s, e.author, coalesce(a.name, ''), e.state, e.why FROM office_proposal_event e LEFT JOIN account a ON a.id = e.author "
	                   "WHERE e.proposal = $1 ORDER BY e.n",
	                   err));
	bv_sql_bind_int(stmt, 1, number);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		visit(ctx, &(struct proposal_event){ .at_s = bv_sql_int(stmt, 0), .author = bv_sql_str(stmt, 1), .author_name = bv_sql_str(stmt, 2),
		                                     .to = (enum proposal_state)bv_sql_int(stmt, 3), .why = bv_sql_str(stmt, 4) });
	}
}

/* ---- Changes: inside a transaction that nobody else writes beside ---- */

static enum bv_status
add_event(struct bv_sql *sql, const struct proposal_step *step, int64_t now_s, struct bv_err *err)
{
	static const char *const acts[PROPOSAL_STATES] = { "propose", "approve", "refuse", "withdraw", "done" };
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	char id[60];

	snprintf(id, sizeof id, "%010" PRId64 ".%04" PRId64, step->number, step->events);
	TRY(bv_sql_prepare(&stmt, sql, "INSERT INTO office_proposal_event (id, proposal, n, at_s, author, state, act, why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", err));
	bv_sql_bind_str(stmt, 1, bv_str_of(id));
	bv_sql_bind_int(stmt, 2, step->number);
	bv_sql_bind_int(stmt, 3, step->events);
	bv_sql_bind_int(stmt, 4, now_s);
	bv_sql_bind_str(stmt, 5, step->author);
	bv_sql_bind_int(stmt, 6, step->to);
	bv_sql_bind_str(stmt, 7, bv_str_of(acts[step->to]));
	bv_sql_bind_str(stmt, 8, step->why);
	return bv_sql_exec(stmt, err);
}

static bool
is_same(const struct proposal *a, const struct proposal *b)
{
	return bv_str_eq(a->author, b->author) && a->deed == b->deed && bv_str_eq(a->certificate, b->certificate) && bv_str_eq(a->successor, b->successor) &&
	       bv_str_eq(a->reason, b->reason) && bv_str_eq(a->note, b->note);
}

enum bv_status
proposal_find(struct proposal *proposal, struct bv_sql *sql, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct proposal there;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, SELECT "WHERE p.request = $1", err));
	bv_sql_bind_str(stmt, 1, proposal->key);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "no proposal has that key");
	TRY(read_row(&there, stmt, err));
	proposal->number = there.number;
	return is_same(&there, proposal) ? BV_OK : bv_err_set(err, BV_ECONFLICT, "that key was given to proposal %" PRId64 " already", there.number);
}

static enum bv_status
check_none_open(const struct proposal *proposal, struct bv_sql *sql, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT number FROM office_proposal WHERE certificate = $1 AND state = 0 LIMIT 1", err));
	bv_sql_bind_str(stmt, 1, proposal->certificate);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return BV_OK;
	return bv_err_set(err, BV_ECONFLICT, "proposal %" PRId64 " about this certificate is not decided yet", bv_sql_int(stmt, 0));
}

static enum bv_status
insert(struct proposal *proposal, struct bv_sql *sql, int64_t now_s, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	const struct bv_str texts[] = { proposal->key, bv_str_of(bv_deed_name(proposal->deed)), proposal->certificate, proposal->serial, proposal->successor, proposal->successor_serial,
		                        proposal->reason, proposal->note, proposal->author };

	enum bv_status status = proposal_find(proposal, sql, err);
	if (status != BV_ENOTFOUND)
		return status;
	TRY(check_none_open(proposal, sql, err));
	TRY(bv_sql_ask(&proposal->number, sql, "SELECT coalesce(max(number), 0) + 1 FROM office_proposal", err));
	TRY(bv_sql_prepare(&stmt, sql,
	                   "INSERT INTO office_proposal (number, request, deed, certificate, serial, successor, successor_serial, reason, note, author, made_s, state, after_act, events) "
	                   "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, 1)",
	                   err));
	bv_sql_bind_int(stmt, 1, proposal->number);
	for (int i = 0; i < (int)BV_COUNT(texts); i++)
		bv_sql_bind_str(stmt, 2 + i, texts[i]);
	bv_sql_bind_int(stmt, 11, now_s);
	TRY(bv_sql_exec(stmt, err));
	return add_event(sql, &(struct proposal_step){ .number = proposal->number, .to = PROPOSAL_OPEN, .author = proposal->author }, now_s, err);
}

enum bv_status
proposal_add(struct proposal *proposal, struct bv_sql *sql, int64_t now_s, struct bv_err *err)
{
	TRY(bv_sql_begin(sql, true, err));
	return bv_sql_end(sql, insert(proposal, sql, now_s, err), err);
}

static enum bv_status
go(struct bv_sql *sql, const struct proposal_step *step, int64_t now_s, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *find = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&find, sql, "SELECT events FROM office_proposal WHERE number = $1", err));
	bv_sql_bind_int(find, 1, step->number);
	TRY(bv_sql_step(find, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no such proposal");
	if (bv_sql_int(find, 0) != step->events)
		return bv_err_set(err, BV_ECONFLICT, "somebody else has decided about it meanwhile");
	bv_sql_reset(find);
	TRY(add_event(sql, step, now_s, err));
	TRY(bv_sql_prepare(&stmt, sql, "UPDATE office_proposal SET state = $2, events = events + 1, after_act = CASE WHEN $3 < 0 THEN after_act ELSE $3 END WHERE number = $1", err));
	bv_sql_bind_int(stmt, 1, step->number);
	bv_sql_bind_int(stmt, 2, step->to);
	bv_sql_bind_int(stmt, 3, step->to == PROPOSAL_APPROVED ? step->after_act : -1);
	return bv_sql_exec(stmt, err);
}

enum bv_status
proposal_go(struct bv_sql *sql, const struct proposal_step *step, int64_t now_s, struct bv_err *err)
{
	TRY(bv_sql_begin(sql, true, err));
	return bv_sql_end(sql, go(sql, step, now_s, err), err);
}

enum bv_status
proposal_note_done(struct bv_sql *sql, int64_t number, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;

	TRY(bv_sql_prepare(&stmt, sql, "UPDATE office_proposal SET state = 4 WHERE number = $1 AND state = 1", err));
	bv_sql_bind_int(stmt, 1, number);
	return bv_sql_exec(stmt, err);
}
