/* The committer: writes a batch, commits once, then answers everybody in it. The first failure is the last thing it writes. */
#define _DEFAULT_SOURCE
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/ledger.h"

/* 16 MiB: it is copied behind; 256 MiB: nothing else is done before it is. What is copied here in no time, and how much later it is tried again. */
enum { LOG_PAGES_SOON = 4096, LOG_PAGES_MOST = 65536, LOG_PAGES_FEW = 1024, LOG_PAGES_PAUSE = 64 };

static unsigned
bucket(uint64_t value)
{
	unsigned i = value > 1 ? 63 - (unsigned)__builtin_clzll(value) : 0;

	return i < BV_LEDGER_BUCKETS ? i : BV_LEDGER_BUCKETS - 1;
}

static void
add(_Atomic uint64_t *counter, uint64_t by)
{
	atomic_fetch_add_explicit(counter, by, memory_order_relaxed);
}

/* ---- Writing ---- */

static enum bv_status
write_events(struct bv_ledger *ledger, const struct ledger_batch *batch, int64_t *added, struct bv_err *err)
{
	struct bv_str bodies[BV_LEDGER_BATCH_MAX], hashes[BV_LEDGER_BATCH_MAX];

	for (size_t i = 0, from = 0; i < batch->count; from = batch->ends[i++]) {
		bodies[i] = (struct bv_str){ batch->bodies.p + from, batch->ends[i] - from };
		hashes[i] = (struct bv_str){ (const char *)batch->hash[i], BV_HASH_LEN };
	}
	const union bv_sql_array values[] = { { .ints = batch->n },    { .ints = batch->sitting }, { .ints = batch->attempt },
		                              { .ints = batch->seq },  { .ints = batch->at },      { .ints = batch->kind },
		                              { .ints = batch->prev }, { .strs = bodies },         { .strs = hashes } };
	return bv_sql_bulk_exec(ledger->writer.events, added, values, batch->count, err);
}

static bool
is_new(const struct bv_ledger_act *act, enum bv_exam_act kind)
{
	return act->act == kind && act->status == BV_OK && !act->ack.again;
}

static enum bv_status
write_attempts(struct bv_ledger *ledger, const struct ledger_batch *batch, struct bv_err *err)
{
	int64_t ids[BV_LEDGER_BATCH_MAX], sittings[BV_LEDGER_BATCH_MAX], added;
	struct bv_str tickets[BV_LEDGER_BATCH_MAX];
	size_t count = 0;

	for (const struct bv_ledger_act *act = batch->acts; act; act = act->next)
		if (is_new(act, BV_EXAM_REGISTER)) {
			ids[count] = act->ack.attempt;
			sittings[count] = act->ack.sitting;
			tickets[count++] = act->facts.ticket;
		}
	const union bv_sql_array values[] = { { .ints = ids }, { .ints = sittings }, { .strs = tickets } };
	/* Rows that are there already come from the same batch, sent before: its events tell. */
	return count ? bv_sql_bulk_exec(ledger->writer.attempts, &added, values, count, err) : BV_OK;
}

static enum bv_status
write_sitting(struct bv_ledger *ledger, const struct bv_ledger_act *act, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = ledger->writer.stmts[WRITER_SITTING];

	bv_sql_bind_int(stmt, 1, act->ack.sitting);
	bv_sql_bind_str(stmt, 2, act->facts.plan.name);
	bv_sql_bind_int(stmt, 3, act->act == BV_EXAM_OPEN ? act->ack.n : 0);
	bv_sql_bind_int(stmt, 4, act->act == BV_EXAM_CLOSE ? act->ack.n : 0);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
write_checkpoint(struct bv_ledger *ledger, const struct ledger_checkpoint *checkpoint, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = ledger->writer.stmts[WRITER_CHECKPOINT];

	bv_sql_bind_int(stmt, 1, checkpoint->sitting);
	bv_sql_bind_int(stmt, 2, checkpoint->size);
	bv_sql_bind_int(stmt, 3, checkpoint->n);
	bv_sql_bind_blob(stmt, 4, checkpoint->root, BV_HASH_LEN);
	bv_sql_bind_blob(stmt, 5, checkpoint->peaks.p, checkpoint->peaks.len);
	bv_sql_bind_str(stmt, 6, bv_buf_str(&checkpoint->note));
	return bv_sql_exec(stmt, err);
}

static enum bv_status
write_mark(struct bv_ledger *ledger, const struct ledger_batch *batch, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = ledger->writer.stmts[WRITER_MARK];

	bv_sql_bind_int(stmt, 1, ledger->writer.boot_n);
	bv_sql_bind_str(stmt, 2, bv_str_of(batch->mark.boot_id));
	bv_sql_bind_int(stmt, 3, batch->mark.boot_ms);
	bv_sql_bind_int(stmt, 4, batch->mark.utc_ms);
	bv_sql_bind_int(stmt, 5, batch->mark.exam_ms);
	bv_sql_bind_blob(stmt, 6, batch->mark_signature, BV_SIGNATURE_LEN);
	return bv_sql_exec(stmt, err);
}

/* Whether there is more than events, for which the bulk insert's own transaction is enough. */
static bool
has_rows(const struct ledger_batch *batch)
{
	for (const struct bv_ledger_act *act = batch->acts; act; act = act->next)
		if (is_new(act, BV_EXAM_OPEN) || is_new(act, BV_EXAM_CLOSE) || is_new(act, BV_EXAM_REGISTER) || (int)act->act == LEDGER_CHECKPOINT)
			return true;
	return batch->has_mark || batch->tail_count;
}

static enum bv_status
write_rows(struct bv_ledger *ledger, const struct ledger_batch *batch, struct bv_err *err)
{
	TRY(write_attempts(ledger, batch, err));
	TRY(tails_write(&ledger->writer, batch, err));
	for (const struct bv_ledger_act *act = batch->acts; act; act = act->next) {
		if (is_new(act, BV_EXAM_OPEN) || is_new(act, BV_EXAM_CLOSE))
			TRY(write_sitting(ledger, act, err));
		if ((int)act->act == LEDGER_CHECKPOINT)
			TRY(write_checkpoint(ledger, (const struct ledger_checkpoint *)act, err));
	}
	return batch->has_mark ? write_mark(ledger, batch, err) : BV_OK;
}

/* In a turn or not. ECONFLICT: an event of somebody else has a number of ours, and nothing of ours is there. */
static enum bv_status
append(struct bv_ledger *ledger, const struct ledger_batch *batch, struct bv_err *err)
{
	struct bv_sql *sql = ledger->writer.sql;
	int64_t added;

	if (!bv_sql_in_transaction(sql) && !has_rows(batch))
		return write_events(ledger, batch, &added, err);
	if (!bv_sql_in_transaction(sql))
		TRY(bv_sql_begin_turn(sql, LEDGER_TURN, err));
	enum bv_status status = batch->count ? write_events(ledger, batch, &added, err) : BV_OK;
	if (status == BV_OK)
		status = write_rows(ledger, batch, err);
	return bv_sql_end(sql, status, err);
}

/* What is only said, and stored nowhere, must be true all the same: nobody else has written since. */
static enum bv_status
check_newest(struct bv_ledger *ledger, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = ledger->writer.stmts[WRITER_NEWS];
	bool row;

	bv_sql_bind_int(stmt, 1, ledger->writer.last_n);
	bv_sql_bind_int(stmt, 2, 1);
	TRY(bv_sql_step(stmt, &row, err));
	bv_sql_reset(stmt);
	return row ? bv_err_set(err, BV_ECONFLICT, "another node has written") : BV_OK;
}

static enum bv_status
append_or_check(struct bv_ledger *ledger, const struct ledger_batch *batch, struct bv_err *err)
{
	if (!batch->count && batch->acts && !bv_sql_in_transaction(ledger->writer.sql))
		TRY(check_newest(ledger, err));
	if (batch->count || has_rows(batch))
		return append(ledger, batch, err);
	bv_sql_rollback(ledger->writer.sql);
	return BV_OK;
}

/* After a loss: the same batch once more, unless it had arrived. The turn is taken first, so that what may still be on its way is through. */
static enum bv_status
append_again(struct bv_ledger *ledger, const struct ledger_batch *batch, struct bv_err *err)
{
	bool there = false;

	TRY(writer_reconnect(&ledger->writer, err));
	TRY(bv_sql_begin_turn(ledger->writer.sql, LEDGER_TURN, err));
	enum bv_status status = batch->count ? writer_has(&there, &ledger->writer, batch->n[0], batch->hash[0], err) : check_newest(ledger, err);
	if (status == BV_OK && !there)
		return append_or_check(ledger, batch, err);
	bv_sql_rollback(ledger->writer.sql);
	return status;
}

/* A file that fails once is not written again: what it holds is not known (fsync is never tried twice). A server that was lost is looked for again, and
 * gets the whole batch once more. */
static enum bv_status
append_surely(struct bv_ledger *ledger, const struct ledger_batch *batch, struct bv_err *err)
{
	bool in_turn = bv_sql_in_transaction(ledger->writer.sql);
	enum bv_status status = append_or_check(ledger, batch, err);

	if (status == BV_ECONFLICT && in_turn)
		return bv_err_set(err, BV_EDENIED, "an event has place %" PRId64 " in the log that was not there before: another program writes to this ledger without taking turns",
		                  batch->count ? batch->n[0] : 0);
	for (int tries = 0; !ledger->database.file && (status == BV_EIO || status == BV_EUNCERTAIN) && tries < LEDGER_RETRIES; tries++) {
		if (tries)
			usleep(LEDGER_RETRY_MS * 1000);
		status = append_again(ledger, batch, err);
	}
	return status;
}

/* ---- Answering ---- */

static void
show_events(struct bv_ledger *ledger, const struct ledger_batch *batch)
{
	if (!ledger->options.seen)
		return;
	for (size_t i = 0, from = 0; i < batch->count; from = batch->ends[i++]) {
		struct bv_exam_event event = { .n = batch->n[i], .sitting = batch->sitting[i], .attempt = batch->attempt[i], .seq = batch->seq[i],
			                       .at_ms = batch->at[i], .act = (enum bv_exam_act)batch->kind[i],
			                       .body = { batch->bodies.p + from, batch->ends[i] - from } };
		memcpy(event.hash, batch->hash[i], BV_HASH_LEN);
		ledger->options.seen(ledger->options.ctx, &event);
	}
}

static void
answer(struct bv_ledger *ledger, struct ledger_batch *batch, const struct bv_err *failure)
{
	uint64_t count = 0;

	for (struct bv_ledger_act *act = batch->acts, *next; act; act = next, count++) {
		next = act->next; /* done may free it */
		if (failure) {
			act->status = BV_EIO;
			act->refusal = BV_REFUSED_STOPPED;
			act->err = *failure;
		}
		act->done(act);
	}
	if (atomic_fetch_sub(&ledger->counters.waiting, count) == count) {
		pthread_mutex_lock(&ledger->lock);
		pthread_cond_broadcast(&ledger->idle);
		pthread_mutex_unlock(&ledger->lock);
	}
}

void
ledger_stop(struct bv_ledger *ledger, const struct bv_err *err)
{
	pthread_mutex_lock(&ledger->lock);
	if (atomic_load(&ledger->stopped)) {
		pthread_mutex_unlock(&ledger->lock);
		return;
	}
	bv_err_set(&ledger->failure, BV_EIO, "not stored: %s", err->msg);
	atomic_store(&ledger->stopped, true);
	pthread_cond_broadcast(&ledger->keeper_wake);
	pthread_mutex_unlock(&ledger->lock);
	if (ledger->options.stopped)
		ledger->options.stopped(ledger->options.ctx, &ledger->failure);
}

static void
count_commit(struct bv_ledger *ledger, const struct ledger_batch *batch, int64_t took_us)
{
	struct ledger_counters *c = &ledger->counters;

	add(&c->events, batch->count);
	add(&c->commits, 1);
	add(&c->batch[bucket(batch->count)], 1);
	add(&c->commit_us[bucket((uint64_t)took_us)], 1);
	add(&c->commit_us_sum, (uint64_t)took_us);
	if (!batch->count)
		return;
	ledger->writer.last_n = batch->n[batch->count - 1];
	memcpy(ledger->writer.last_hash, batch->hash[batch->count - 1], BV_HASH_LEN);
	atomic_store(&c->committed_n, ledger->writer.last_n);
}

enum bv_status
ledger_copy_log(int64_t *left, struct bv_ledger *ledger, struct bv_sql *sql, struct bv_err *err)
{
	if (atomic_load(&ledger->counters.log_failed) || !ledger_lock_may_copy(ledger->database.lock))
		return bv_err_set(err, BV_EIO, "the log could not be copied into the database, which is not tried twice: it is copied at the next start");
	enum bv_status status = bv_sql_log_copy(sql, left, err);
	if (status != BV_OK) {
		atomic_store(&ledger->counters.log_failed, true);
		ledger_lock_mark_copy(ledger->database.lock);
	}
	return status;
}

/* The log is copied by the tree keeper, and here what came meanwhile: only a log that is copied whole when a commit begins is begun again, and one that
 * only grows costs each commit a second write, of where the file now ends. Who reads an older state is in the way, for some commits. */
static void
tend_log(struct bv_ledger *ledger)
{
	struct ledger_counters *c = &ledger->counters;
	int64_t pages = bv_sql_log_pages(ledger->writer.sql), left;
	struct bv_err err;

	uint64_t before = atomic_exchange_explicit(&c->log_pages, (uint64_t)pages, memory_order_relaxed);
	int64_t copied = atomic_load_explicit(&c->log_copied, memory_order_relaxed);
	if (pages >= LOG_PAGES_MOST || (copied && pages - copied <= LOG_PAGES_FEW && pages >= ledger->log_next)) {
		bool tried = ledger_copy_log(&left, ledger, ledger->writer.sql, &err) == BV_OK;
		ledger->log_next = tried && left ? pages + LOG_PAGES_PAUSE : 0;
		atomic_store_explicit(&c->log_copied, tried && left ? copied : 0, memory_order_relaxed);
	} else if (pages >= LOG_PAGES_SOON && before < LOG_PAGES_SOON) {
		pthread_mutex_lock(&ledger->lock);
		pthread_cond_signal(&ledger->keeper_wake);
		pthread_mutex_unlock(&ledger->lock);
	}
}

/* The next batch is made while this one is answered. */
static void
let_decide(struct bv_ledger *ledger, struct ledger_batch *batch)
{
	pthread_mutex_lock(&ledger->lock);
	ledger->writing = ledger->following != NULL;
	ledger->company = (int)atomic_load(&ledger->counters.waiting);
	if (!ledger->writing) {
		if (ledger->filled)
			pthread_cond_signal(&ledger->decider_wake);
		else if (atomic_load(&ledger->wanted) != LEDGER_AWAKE)
			ledger_want(ledger, 1);
	}
	while (!batch->sealed)
		pthread_cond_wait(&ledger->committer_wake, &ledger->lock);
	pthread_mutex_unlock(&ledger->lock);
}

/* False: it was decided by what is old, and is returned. */
static bool
commit(struct bv_ledger *ledger, struct ledger_batch *batch)
{
	bool failed = atomic_load(&ledger->stopped);
	struct bv_err err;

	if (!failed) {
		int64_t start_ns = bv_clock_monotonic_ns();
		enum bv_status status = append_surely(ledger, batch, &err);
		if (status == BV_ECONFLICT)
			return false;
		if (status != BV_OK) {
			ledger_stop(ledger, &err);
			failed = true;
		} else if (batch->count || has_rows(batch)) {
			count_commit(ledger, batch, (bv_clock_monotonic_ns() - start_ns) / 1000);
			tend_log(ledger);
		}
	}
	if (failed)
		bv_sql_rollback(ledger->writer.sql); /* of a turn */
	let_decide(ledger, batch);
	if (!failed)
		show_events(ledger, batch);
	answer(ledger, batch, failed ? &ledger->failure : NULL);
	return true;
}

/* Gives all that was handed over back to the decider, and waits until he has it. */
static void
give_back(struct bv_ledger *ledger)
{
	pthread_mutex_lock(&ledger->lock);
	ledger->returned = true;
	pthread_cond_signal(&ledger->decider_wake);
	while (ledger->returned)
		pthread_cond_wait(&ledger->committer_wake, &ledger->lock);
	pthread_mutex_unlock(&ledger->lock);
}

void *
ledger_commit(void *ctx)
{
	struct bv_ledger *ledger = ctx;

	pthread_mutex_lock(&ledger->lock);
	for (;;) {
		while (!ledger->ready && !ledger->committer_exit)
			pthread_cond_wait(&ledger->committer_wake, &ledger->lock);
		if (!ledger->ready)
			break;
		struct ledger_batch *batch = ledger->ready;
		pthread_mutex_unlock(&ledger->lock);
		bool written = commit(ledger, batch);
		if (!written)
			give_back(ledger);
		pthread_mutex_lock(&ledger->lock);
		if (!written)
			continue;
		ledger->ready = ledger->following;
		ledger->following = NULL;
		if (ledger->crowded)
			pthread_cond_signal(&ledger->decider_wake);
	}
	pthread_mutex_unlock(&ledger->lock);
	return NULL;
}
