/* A ledger that is made from events of another. Until it is whole the table 'copying' says for what it was begun, and the table 'ledger' is empty, so
 * that nobody takes it for one. */
#include <inttypes.h>

#include "engine/copy.h"

static enum bv_status
create(struct copy_target *target, struct bv_str purpose, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;

	TRY(bv_sql_run(target->sql, ledger_schema, err));
	TRY(bv_sql_run(target->sql, "CREATE TABLE copying(purpose TEXT PRIMARY KEY)", err));
	TRY(bv_sql_prepare(&stmt, target->sql, "INSERT INTO copying(purpose) VALUES ($1)", err));
	bv_sql_bind_str(stmt, 1, purpose);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
check_purpose(struct copy_target *target, struct bv_str purpose, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool there, row;

	TRY(bv_sql_has_table(&there, target->sql, "copying", err));
	if (!there)
		return bv_err_set(err, BV_EINVAL, "%s: there is something in it already: give an empty database, or a schema of its own", target->url);
	TRY(bv_sql_prepare(&stmt, target->sql, "SELECT purpose FROM copying", err));
	TRY(bv_sql_step(stmt, &row, err));
	if (!row || !bv_str_eq(bv_sql_str(stmt, 0), purpose))
		return bv_err_set(err, BV_EINVAL, "%s: another copy was begun here and not finished: finish that, or give an empty database", target->url);
	bv_sql_reset(stmt);
	return BV_OK;
}

enum bv_status
copy_begin(struct copy_target *target, const char *url, struct bv_str purpose, struct bv_err *err)
{
	bool empty;

	target->url = url;
	TRY(bv_sql_open(&target->sql, url, BV_SQL_CREATE, err));
	/* Under the lock: a server may still be at work for a copy that was killed. */
	TRY(bv_sql_begin(target->sql, true, err));
	TRY(bv_sql_is_empty(&empty, target->sql, err));
	TRY(empty ? create(target, purpose, err) : check_purpose(target, purpose, err));
	TRY(bv_sql_commit(target->sql, err));
	TRY(log_prepare(&target->events, &target->attempts, target->sql, 0, err));
	TRY(bv_sql_prepare(&target->sitting, target->sql, "INSERT INTO sitting(id, name, first_n, closed_n) VALUES ($1, $2, $3, 0)", err));
	TRY(bv_sql_prepare(&target->closed, target->sql, "UPDATE sitting SET closed_n = $2 WHERE id = $1", err));
	return copy_last(&target->last_n, target->sql, err);
}

void
copy_close(struct copy_target *target)
{
	bv_sql_bulk_free(target->events);
	bv_sql_bulk_free(target->attempts);
	bv_sql_stmt_free(target->sitting);
	bv_sql_stmt_free(target->closed);
	for (size_t i = 0; i < COPY_OFFICE_STATEMENTS; i++)
		bv_sql_stmt_free(target->office[i]);
	bv_sql_close(target->sql);
	bv_arena_finish(&target->arena);
}

/* ---- Events ---- */

/* The rows of other tables that follow from an event. */
static enum bv_status
put_sitting(struct copy_target *target, size_t i, struct bv_err *err)
{
	struct bv_exam_facts facts;

	if (target->kind[i] == BV_EXAM_CLOSE) {
		bv_sql_bind_int(target->closed, 1, target->sittings[i]);
		bv_sql_bind_int(target->closed, 2, target->n[i]);
		return bv_sql_exec(target->closed, err);
	}
	if (target->kind[i] != BV_EXAM_OPEN)
		return BV_OK;
	TRY(bv_exam_body_parse(&facts, BV_EXAM_OPEN, target->bodies[i], &target->arena, err));
	bv_sql_bind_int(target->sitting, 1, target->sittings[i]);
	bv_sql_bind_str(target->sitting, 2, facts.plan.name);
	bv_sql_bind_int(target->sitting, 3, target->n[i]);
	return bv_sql_exec(target->sitting, err);
}

static enum bv_status
store(struct copy_target *target, struct bv_err *err)
{
	const union bv_sql_array events[] = { { .ints = target->n },    { .ints = target->sittings }, { .ints = target->attempt },
		                              { .ints = target->seq },  { .ints = target->at },       { .ints = target->kind },
		                              { .ints = target->prev }, { .strs = target->bodies },   { .strs = target->hashes } };
	const union bv_sql_array attempts[] = { { .ints = target->attempt_id }, { .ints = target->attempt_sitting }, { .strs = target->tickets } };
	int64_t added, added_attempts = 0, last;

	TRY(bv_sql_begin(target->sql, true, err));
	TRY(copy_last(&last, target->sql, err));
	if (last != target->last_n)
		return bv_err_set(err, BV_ECONFLICT, "%s: another program copies into it", target->url);
	TRY(bv_sql_bulk_exec(target->events, &added, events, target->count, err));
	if (target->attempt_count)
		TRY(bv_sql_bulk_exec(target->attempts, &added_attempts, attempts, target->attempt_count, err));
	if (added != (int64_t)target->count || added_attempts != (int64_t)target->attempt_count)
		return bv_err_set(err, BV_EDENIED, "%s: an attempt is registered twice in what is copied, or another program copies into it", target->url);
	for (size_t i = 0; i < target->count; i++) {
		TRY(put_sitting(target, i, err));
		TRY(copy_put_seat(target, i, err));
	}
	return bv_sql_commit(target->sql, err);
}

enum bv_status
copy_flush(struct copy_target *target, struct bv_err *err)
{
	if (!target->count)
		return BV_OK;
	enum bv_status status = store(target, err);
	bv_sql_rollback(target->sql);
	TRY(status);
	target->last_n = target->n[target->count - 1];
	target->count = target->attempt_count = 0;
	bv_arena_reset(&target->arena);
	return BV_OK;
}

enum bv_status
copy_put(struct copy_target *target, const struct copy_event *event, struct bv_err *err)
{
	struct bv_exam_facts facts;
	int64_t expected = target->count ? target->n[target->count - 1] + 1 : target->last_n + 1;

	if (event->n != expected)
		return bv_err_set(err, BV_EDENIED, "event %" PRId64 " is missing in what is copied: %" PRId64 " comes in its place", expected, event->n);
	size_t i = target->count++;
	target->n[i] = event->n;
	target->sittings[i] = event->sitting;
	target->attempt[i] = event->attempt;
	target->seq[i] = event->seq;
	target->at[i] = event->at_ms;
	target->kind[i] = event->kind;
	target->prev[i] = event->prev;
	target->bodies[i] = bv_arena_str(&target->arena, event->body);
	target->hashes[i] = bv_arena_str(&target->arena, (struct bv_str){ (const char *)event->hash, BV_HASH_LEN });
	if (event->kind == BV_EXAM_REGISTER) {
		if (bv_exam_body_parse(&facts, BV_EXAM_REGISTER, target->bodies[i], &target->arena, err) != BV_OK)
			return bv_err_again(err, 0, "event %" PRId64 ": %s", event->n, err->msg);
		target->attempt_id[target->attempt_count] = event->attempt;
		target->attempt_sitting[target->attempt_count] = event->sitting;
		target->tickets[target->attempt_count++] = facts.ticket;
	}
	return target->count == COPY_ROWS || target->arena.total > COPY_BYTES ? copy_flush(target, err) : BV_OK;
}

enum bv_status
copy_same_last(struct copy_target *target, const struct copy_event *event, struct bv_err *err)
{
	uint8_t hash[BV_HASH_LEN];

	TRY(copy_hash_at(hash, target->sql, target->last_n, err));
	if (!bv_hash_eq(hash, event->hash))
		return bv_err_set(err, BV_EDENIED, "%s: what an interrupted copy left there is of another history: give an empty database", target->url);
	return BV_OK;
}

/* ---- The end ---- */

static enum bv_status
put_checkpoint(struct bv_sql_stmt *stmt, const struct copy_checkpoint *checkpoint, struct bv_err *err)
{
	bv_sql_bind_int(stmt, 1, checkpoint->sitting);
	bv_sql_bind_int(stmt, 2, checkpoint->size);
	bv_sql_bind_int(stmt, 3, checkpoint->n);
	bv_sql_bind_blob(stmt, 4, checkpoint->root.p, checkpoint->root.len);
	bv_sql_bind_blob(stmt, 5, checkpoint->peaks.p, checkpoint->peaks.len);
	bv_sql_bind_str(stmt, 6, checkpoint->note);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
put_boot(struct bv_sql_stmt *stmt, const struct copy_boot *boot, struct bv_err *err)
{
	bv_sql_bind_int(stmt, 1, boot->n);
	bv_sql_bind_str(stmt, 2, boot->boot_id);
	bv_sql_bind_int(stmt, 3, boot->boot_ms);
	bv_sql_bind_int(stmt, 4, boot->utc_ms);
	bv_sql_bind_int(stmt, 5, boot->exam_ms);
	bv_sql_bind_blob(stmt, 6, boot->signature.p, boot->signature.len);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
put_rest(struct copy_target *target, const struct copy_rest *rest, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *checkpoint = NULL, *boot = NULL, *ledger = NULL;

	TRY(bv_sql_prepare(&checkpoint, target->sql, "INSERT INTO checkpoint(sitting, size, n, root, peaks, note) VALUES ($1, $2, $3, $4, $5, $6)", err));
	for (size_t i = 0; i < rest->checkpoint_count; i++)
		if (rest->checkpoints[i].n <= target->last_n)
			TRY(put_checkpoint(checkpoint, &rest->checkpoints[i], err));
	TRY(bv_sql_prepare(&boot, target->sql, "INSERT INTO boot(n, boot_id, boot_ms, utc_ms, exam_ms, signature) VALUES ($1, $2, $3, $4, $5, $6)", err));
	for (size_t i = 0; i < rest->boot_count; i++)
		TRY(put_boot(boot, &rest->boots[i], err));
	TRY(bv_sql_prepare(&ledger, target->sql, "INSERT INTO ledger(format, origin) VALUES (1, $1)", err));
	bv_sql_bind_str(ledger, 1, rest->origin);
	return bv_sql_exec(ledger, err);
}

enum bv_status
copy_finish(struct copy_target *target, const struct copy_rest *rest, struct bv_err *err)
{
	int64_t last;

	TRY(copy_flush(target, err));
	TRY(bv_sql_begin(target->sql, true, err));
	enum bv_status status = copy_last(&last, target->sql, err);
	if (status == BV_OK && last != target->last_n)
		status = bv_err_set(err, BV_ECONFLICT, "%s: another program copies into it", target->url);
	if (status == BV_OK)
		status = put_rest(target, rest, err);
	if (status == BV_OK)
		status = tails_fill(target->sql, err);
	if (status == BV_OK)
		status = bv_sql_run(target->sql, "DROP TABLE copying", err);
	return bv_sql_end(target->sql, status, err);
}
