/* A ledger as others see it: opened, given acts, asked how it is, closed. */
#define _GNU_SOURCE
#include "engine/ledger.h"

#include <assert.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum { CHECKPOINT_MS = 10000 };

/* ---- The queue ---- */

/* A wake-up costs more than all else that is done for an act: there is one when the decider sleeps and has enough to do. Counted before what is wanted is
 * looked at; who says what he wants does so before he looks at the count. */
void
ledger_push(struct bv_ledger *ledger, struct bv_ledger_act *act)
{
	struct bv_ledger_act *head = atomic_load_explicit(&ledger->queue, memory_order_relaxed);

	do
		act->next = head;
	while (!atomic_compare_exchange_weak_explicit(&ledger->queue, &head, act, memory_order_release, memory_order_relaxed));
	int count = atomic_fetch_add(&ledger->queued, 1) + 1;
	if (count >= atomic_load(&ledger->wanted) && atomic_exchange(&ledger->wanted, LEDGER_AWAKE) != LEDGER_AWAKE) {
		pthread_mutex_lock(&ledger->lock);
		pthread_cond_signal(&ledger->decider_wake);
		pthread_mutex_unlock(&ledger->lock);
	}
}

void
ledger_want(struct bv_ledger *ledger, int wanted)
{
	atomic_store(&ledger->wanted, wanted);
	if (atomic_load(&ledger->queued) >= wanted && atomic_exchange(&ledger->wanted, LEDGER_AWAKE) != LEDGER_AWAKE)
		pthread_cond_signal(&ledger->decider_wake);
}

static void
refuse(struct bv_ledger *ledger, struct bv_ledger_act *act, enum bv_refusal refusal, enum bv_status status)
{
	act->refusal = refusal;
	act->status = status;
	atomic_fetch_add_explicit(&ledger->counters.refused, 1, memory_order_relaxed);
	act->done(act);
}

/* What can be seen without the state, seen by the thread that brings it. */
static bool
check_shape(struct bv_ledger *ledger, struct bv_ledger_act *act)
{
	if (act->act == BV_EXAM_LOOK)
		return true;
	enum bv_status status = bv_exam_facts_check(act->act, &act->facts, &act->err);
	if (status != BV_OK) {
		refuse(ledger, act, BV_REFUSED_SHAPE, status);
		return false;
	}
	if (act->act == BV_EXAM_CLOCK || act->act == BV_EXAM_EXPIRE || bv_str_is(act->facts.author, "clock")) {
		bv_err_set(&act->err, BV_EDENIED, "'%s': what the clock does is done by the ledger itself", bv_exam_act_name(act->act));
		refuse(ledger, act, BV_REFUSED_AUTHOR, BV_EDENIED);
		return false;
	}
	return true;
}

static void
submit(struct bv_ledger *ledger, struct bv_ledger_act *act)
{
	/* Counted before the flag is looked at: who drains sets the flag first, and then waits for the count. */
	atomic_fetch_add(&ledger->counters.waiting, 1);
	if (!atomic_load(&ledger->closing) && !atomic_load(&ledger->stopped)) {
		ledger_push(ledger, act);
		return;
	}
	bool stopped = bv_ledger_health(ledger, &act->err) != BV_OK;
	if (!stopped)
		bv_err_set(&act->err, BV_EIO, "not stored: the server is being stopped: try again in a moment");
	if (atomic_fetch_sub(&ledger->counters.waiting, 1) == 1) {
		pthread_mutex_lock(&ledger->lock);
		pthread_cond_broadcast(&ledger->idle);
		pthread_mutex_unlock(&ledger->lock);
	}
	refuse(ledger, act, BV_REFUSED_STOPPED, BV_EIO);
}

void
bv_ledger_submit(struct bv_ledger *ledger, struct bv_ledger_act *act)
{
	act->status = BV_OK;
	act->refusal = BV_REFUSED_NOT;
	act->ack = (struct bv_ledger_ack){ 0 };
	if (check_shape(ledger, act))
		submit(ledger, act);
}

/* An act that somebody waits for, by a copy. */
struct waiter {
	struct bv_ledger_act act; /* first */
	pthread_mutex_t lock;
	pthread_cond_t woken;
	bool done;
};

static void
wake(struct bv_ledger_act *act)
{
	struct waiter *waiter = (struct waiter *)act;

	pthread_mutex_lock(&waiter->lock);
	waiter->done = true;
	pthread_cond_signal(&waiter->woken);
	pthread_mutex_unlock(&waiter->lock);
}

static enum bv_status
wait_for(struct bv_ledger *ledger, struct bv_ledger_act *act, void (*give)(struct bv_ledger *ledger, struct bv_ledger_act *act), struct bv_err *err)
{
	struct waiter waiter = { .act = *act, .lock = PTHREAD_MUTEX_INITIALIZER, .woken = PTHREAD_COND_INITIALIZER };

	waiter.act.done = wake;
	give(ledger, &waiter.act);
	pthread_mutex_lock(&waiter.lock);
	while (!waiter.done)
		pthread_cond_wait(&waiter.woken, &waiter.lock);
	pthread_mutex_unlock(&waiter.lock);
	pthread_cond_destroy(&waiter.woken);
	pthread_mutex_destroy(&waiter.lock);
	act->status = waiter.act.status;
	act->refusal = waiter.act.refusal;
	act->ack = waiter.act.ack;
	if (act->status == BV_OK)
		return BV_OK;
	act->err = waiter.act.err;
	*err = act->err;
	return act->status;
}

enum bv_status
bv_ledger_do(struct bv_ledger *ledger, struct bv_ledger_act *act, struct bv_err *err)
{
	return wait_for(ledger, act, bv_ledger_submit, err);
}

/* ---- The clock ---- */

bool
bv_ledger_held(struct bv_ledger *ledger, int64_t *held_ms)
{
	*held_ms = atomic_load(&ledger->counters.held_ms);
	return *held_ms > 0;
}

enum bv_status
bv_ledger_confirm_clock(struct bv_ledger *ledger, int64_t jump_ms, struct bv_str author, struct bv_str reason, struct bv_err *err)
{
	struct bv_ledger_act act = { .act = (enum bv_exam_act)LEDGER_CONFIRM, .facts = { .author = author, .reason = reason, .ms = jump_ms } };

	if (jump_ms < 0 || !reason.len)
		return bv_err_set(err, BV_EINVAL, "a clock is confirmed with a reason, and not by less than no time");
	TRY(bv_exam_facts_check(BV_EXAM_CLOCK, &act.facts, err));
	if (bv_str_is(author, "clock") || bv_str_is(author, "candidate"))
		return bv_err_set(err, BV_EDENIED, "a clock is confirmed by a member of staff");
	return wait_for(ledger, &act, submit, err);
}

/* ---- How it is ---- */

struct bv_str
bv_ledger_origin(const struct bv_ledger *ledger)
{
	return ledger->options.origin;
}

enum bv_status
bv_ledger_health(struct bv_ledger *ledger, struct bv_err *err)
{
	if (!atomic_load(&ledger->stopped))
		return BV_OK;
	pthread_mutex_lock(&ledger->lock);
	*err = ledger->failure;
	pthread_mutex_unlock(&ledger->lock);
	return err->status;
}

void
bv_ledger_stats(struct bv_ledger_stats *out, struct bv_ledger *ledger)
{
	struct ledger_counters *c = &ledger->counters;
#define GET(name) atomic_load_explicit(&c->name, memory_order_relaxed)

	*out = (struct bv_ledger_stats){
		.events = GET(events), .commits = GET(commits), .refused = GET(refused), .again = GET(again), .superseded = GET(superseded),
		.expired = GET(expired), .waiting = GET(waiting), .commit_us_sum = GET(commit_us_sum), .attempts = GET(attempts),
		.open_attempts = GET(running), .memory = GET(memory), .log_pages = GET(log_pages), .drift_ms = GET(drift_ms),
		.tree_lag = GET(committed_n) > GET(tree_n) ? GET(committed_n) - GET(tree_n) : 0, .rebuild_events = ledger->rebuild_events, .rebuild_ms = ledger->rebuild_ms,
		.turns = GET(turns), .taken_back = GET(taken_back), .followed = GET(followed), .skew_ms = GET(skew_ms), .unsure = GET(unsure),
		.held = GET(held_ms) > 0, .stopped = atomic_load(&ledger->stopped), .tree_failed = GET(tree_failed)
	};
	for (size_t i = 0; i < BV_LEDGER_BUCKETS; i++) {
		out->batch[i] = GET(batch[i]);
		out->commit_us[i] = GET(commit_us[i]);
	}
#undef GET
}

void
ledger_sign(uint8_t signature[BV_SIGNATURE_LEN], struct bv_ledger *ledger, struct bv_str message)
{
	pthread_mutex_lock(&ledger->key_lock);
	bv_key_sign(signature, ledger->options.key, message);
	pthread_mutex_unlock(&ledger->key_lock);
}

/* ---- Opening and closing ---- */

static void
init_locks(struct bv_ledger *ledger)
{
	pthread_condattr_t steady;

	pthread_condattr_init(&steady);
	pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
	pthread_mutex_init(&ledger->lock, NULL);
	pthread_mutex_init(&ledger->key_lock, NULL);
	pthread_mutex_init(&ledger->reader_lock, NULL);
	pthread_cond_init(&ledger->decider_wake, &steady);
	pthread_cond_init(&ledger->keeper_wake, &steady);
	pthread_cond_init(&ledger->committer_wake, NULL);
	pthread_cond_init(&ledger->idle, NULL);
	pthread_condattr_destroy(&steady);
}

static void
set_options(struct bv_ledger *ledger, const struct bv_ledger_options *options)
{
	ledger->options = *options;
	ledger->origin = bv_str_dup(options->origin);
	ledger->options.origin = (struct bv_str){ ledger->origin, options->origin.len };
	ledger->database.url = bv_str_dup(bv_str_of(options->url));
	ledger->options.url = ledger->database.url;
	ledger->database.file = bv_sql_is_file(options->url);
	if (!options->batch_max || options->batch_max > BV_LEDGER_BATCH_MAX)
		ledger->options.batch_max = BV_LEDGER_BATCH_MAX;
	if (!options->jump_limit_ms)
		ledger->options.jump_limit_ms = BV_CLOCK_JUMP_LIMIT_MS;
	if (!options->checkpoint_ms)
		ledger->options.checkpoint_ms = CHECKPOINT_MS;
	for (size_t i = 0; i < LEDGER_BATCHES; i++) {
		ledger->batches[i] = bv_alloc(sizeof *ledger->batches[i]);
		ledger->batches[i]->bodies = BV_BUF(LEDGER_BATCH_BYTES);
		ledger->batches[i]->last = &ledger->batches[i]->acts;
		ledger->batches[i]->undo = bv_alloc_array(BV_LEDGER_BATCH_MAX, sizeof(struct ledger_undo));
	}
	ledger->filling = ledger->batches[0];
}

static enum bv_status
start_thread(struct bv_ledger *ledger, pthread_t *thread, void *(*run)(void *), struct bv_err *err)
{
	if (pthread_create(thread, NULL, run, ledger) != 0)
		return bv_err_set(err, BV_EIO, "no thread can be started: the machine is out of memory or processes");
	/* Woken by who brings acts, it takes the processor from nobody who is at work: he has more to bring. Where that is not allowed it goes as it is. */
	(void)pthread_setschedparam(*thread, SCHED_BATCH, &(const struct sched_param){ 0 });
	ledger->threads++;
	return BV_OK;
}

/* Who does not say whose log it is goes on with the name that it has: checkpoints of two names would be of two logs. */
static enum bv_status
adopt_origin(struct bv_ledger *ledger, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, ledger->writer.sql, "SELECT origin FROM ledger", err));
	TRY(bv_sql_step(stmt, &row, err));
	free(ledger->origin);
	ledger->origin = bv_str_dup(bv_sql_str(stmt, 0));
	ledger->options.origin = bv_str_of(ledger->origin);
	bv_sql_reset(stmt);
	return BV_OK;
}

/* lock is the ledger's from here on. */
static enum bv_status
open_locked(struct bv_ledger **out, const struct bv_ledger_options *options, ledger_opener open, void *open_ctx, int lock, struct bv_err *err)
{
	BV_AUTO(bv_ledger_close) struct bv_ledger *ledger = bv_alloc(sizeof *ledger);

	assert(options->key);
	init_locks(ledger);
	set_options(ledger, options);
	ledger->database.open = open;
	ledger->database.open_ctx = open_ctx;
	ledger->database.lock = lock;
	TRY(writer_open(&ledger->writer, &ledger->database, ledger->options.origin, options->new_origin, err));
	if (!ledger->options.origin.len)
		TRY(adopt_origin(ledger, err));
	TRY(reader_open(&ledger->recall, &ledger->database, err));
	TRY(reader_open(&ledger->reader, &ledger->database, err));
	TRY(ledger_load(ledger, err));
	atomic_store(&ledger->counters.keeps_tree, ledger->database.file && ledger_lock_trees(lock));
	TRY(start_thread(ledger, &ledger->committer, ledger_commit, err));
	TRY(start_thread(ledger, &ledger->decider, ledger_decide, err));
	TRY(start_thread(ledger, &ledger->keeper, ledger_keep_tree, err));
	*out = bv_steal(&ledger);
	return BV_OK;
}

enum bv_status
ledger_open_with(struct bv_ledger **out, const struct bv_ledger_options *options, ledger_opener open, void *open_ctx, struct bv_err *err)
{
	return open_locked(out, options, open, open_ctx, -1, err);
}

static enum bv_status
open_url(void *ctx, struct bv_sql **out, const char *url, enum bv_sql_mode mode, struct bv_err *err)
{
	(void)ctx;
	return bv_sql_open(out, url, mode, err);
}

enum bv_status
bv_ledger_open(struct bv_ledger **out, const struct bv_ledger_options *options, struct bv_err *err)
{
	int lock;

	TRY(bv_sql_url_check(options->url, err)); /* before a file is made beside it */
	TRY(ledger_lock_open(&lock, options->url, err));
	return open_locked(out, options, open_url, NULL, lock, err);
}

void
bv_ledger_drain(struct bv_ledger *ledger)
{
	atomic_store(&ledger->closing, true);
	pthread_mutex_lock(&ledger->lock);
	while (atomic_load(&ledger->counters.waiting))
		pthread_cond_wait(&ledger->idle, &ledger->lock);
	pthread_mutex_unlock(&ledger->lock);
}

static void
end_thread(struct bv_ledger *ledger, int number, pthread_t thread, bool *flag, pthread_cond_t *cond)
{
	if (ledger->threads < number)
		return;
	pthread_mutex_lock(&ledger->lock);
	*flag = true;
	pthread_cond_broadcast(cond);
	pthread_mutex_unlock(&ledger->lock);
	pthread_join(thread, NULL);
}

void
bv_ledger_close(struct bv_ledger *ledger)
{
	if (!ledger)
		return;
	if (ledger->threads)
		bv_ledger_drain(ledger);
	end_thread(ledger, 3, ledger->keeper, &ledger->keeper_exit, &ledger->keeper_wake); /* its last checkpoints go through the others */
	end_thread(ledger, 2, ledger->decider, &ledger->decider_exit, &ledger->decider_wake);
	end_thread(ledger, 1, ledger->committer, &ledger->committer_exit, &ledger->committer_wake);
	reader_close(&ledger->reader);
	reader_close(&ledger->recall);
	if (ledger->writer.sql && !ledger_lock_may_copy(ledger->database.lock))
		bv_sql_log_leave(ledger->writer.sql); /* what is in the database may be lost, and only the log has it */
	writer_close(&ledger->writer);
	states_finish(&ledger->states);
	if (ledger->database.lock >= 0)
		close(ledger->database.lock);
	free(ledger->timer.heap);
	for (size_t i = 0; i < LEDGER_BATCHES; i++) {
		bv_buf_finish(&ledger->batches[i]->bodies);
		free(ledger->batches[i]->undo);
		free(ledger->batches[i]->tail_attempt);
		free(ledger->batches[i]->tail_n);
		free(ledger->batches[i]);
	}
	pthread_cond_destroy(&ledger->decider_wake);
	pthread_cond_destroy(&ledger->keeper_wake);
	pthread_cond_destroy(&ledger->committer_wake);
	pthread_cond_destroy(&ledger->idle);
	pthread_mutex_destroy(&ledger->lock);
	pthread_mutex_destroy(&ledger->key_lock);
	pthread_mutex_destroy(&ledger->reader_lock);
	free(ledger->database.url);
	free(ledger->origin);
	free(ledger);
}
