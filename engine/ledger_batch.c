/* Batches on their way from the decider to the committer, and back: what was decided by a memory that turned out to be old is undone and decided again. */
#include <stdlib.h>

#include "engine/ledger.h"

static void
clear(struct ledger_batch *batch)
{
	batch->acts = NULL;
	batch->last = &batch->acts;
	batch->count = batch->receipt_count = batch->tail_count = 0;
	bv_buf_clear(&batch->bodies);
	batch->has_mark = batch->sealed = batch->in_turn = false;
	batch->news = (struct bv_clock_news){ 0 };
}

bool
batch_is_empty(const struct ledger_batch *batch)
{
	return !batch->acts && !batch->count && !batch->has_mark;
}

/* One signature for all that is new to somebody, while the committer writes. */
static void
seal(struct bv_ledger *ledger, struct ledger_batch *batch)
{
	if (batch->receipt_count) {
		pthread_mutex_lock(&ledger->key_lock);
		bv_receipt_sign(batch->receipts, batch->receipt_count, ledger->options.key);
		pthread_mutex_unlock(&ledger->key_lock);
	}
	pthread_mutex_lock(&ledger->lock);
	batch->sealed = true;
	pthread_cond_signal(&ledger->committer_wake);
	pthread_mutex_unlock(&ledger->lock);
}

static void
take_free_batch(struct bv_ledger *ledger)
{
	for (size_t i = 0; i < LEDGER_BATCHES; i++)
		if (ledger->batches[i] != ledger->ready && ledger->batches[i] != ledger->following)
			ledger->filling = ledger->batches[i];
}

bool
batch_hand_over(struct bv_ledger *ledger)
{
	struct ledger_batch *batch = ledger->filling;

	if (batch_is_empty(batch) || ledger->collided)
		return !ledger->collided;
	pthread_mutex_lock(&ledger->lock);
	while ((ledger->crowded = ledger->following && !ledger->returned))
		pthread_cond_wait(&ledger->decider_wake, &ledger->lock);
	ledger->collided = ledger->returned;
	if (ledger->collided) {
		pthread_mutex_unlock(&ledger->lock);
		return false;
	}
	batch->in_turn = ledger->in_turn;
	ledger->in_turn = false;
	*(ledger->ready ? &ledger->following : &ledger->ready) = batch;
	ledger->writing = true;
	take_free_batch(ledger);
	pthread_cond_signal(&ledger->committer_wake);
	pthread_mutex_unlock(&ledger->lock);
	clear(ledger->filling);
	seal(ledger, batch);
	return true;
}

/* ---- Back ---- */

static void
undo(struct bv_ledger *ledger, const struct ledger_batch *batch)
{
	for (size_t i = batch->count; i-- > 0;)
		states_undo(&ledger->states, &batch->undo[i]);
}

/* What comes up for an attempt whose place in the timer was taken by what is undone. */
static void
schedule_again(struct bv_ledger *ledger, const struct ledger_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct bv_attempt *chain = states_find(&ledger->states, batch->attempt[i]);
		if (chain && batch->kind[i] == BV_EXAM_WINDOW)
			ledger_schedule_all(ledger, chain->id);
		else if (chain)
			ledger_schedule(ledger, chain);
	}
}

static void
add_news(struct bv_clock_news *sum, const struct bv_clock_news *news)
{
	sum->new_boot |= news->new_boot;
	sum->held |= news->held;
	sum->jump_ms += news->jump_ms;
	sum->back_ms += news->back_ms;
	sum->suspended_ms += news->suspended_ms;
}

/* The acts of a batch are as they were before they were decided, but for what a person has confirmed. */
static struct bv_ledger_act **
give_acts(struct bv_ledger_act **last, struct ledger_batch *batch)
{
	for (struct bv_ledger_act *act = batch->acts; act; act = act->next) {
		act->status = BV_OK;
		act->refusal = BV_REFUSED_NOT;
		if ((int)act->act < LEDGER_CONFIRM)
			act->ack = (struct bv_ledger_ack){ 0 };
		*last = act;
		last = &act->next;
	}
	return last;
}

struct bv_ledger_act *
batch_take_back(struct bv_ledger *ledger, struct bv_ledger_act *list)
{
	struct ledger_batch *taken[LEDGER_BATCHES] = { ledger->ready, ledger->following, ledger->filling };
	struct bv_ledger_act *all = NULL, **last = &all;

	for (size_t i = LEDGER_BATCHES; i-- > 0;)
		if (taken[i])
			undo(ledger, taken[i]);
	ledger->next_n = ledger->writer.last_n + 1;
	for (size_t i = 0; i < LEDGER_BATCHES; i++) {
		if (!taken[i])
			continue;
		schedule_again(ledger, taken[i]);
		last = give_acts(last, taken[i]);
		add_news(&ledger->news, &taken[i]->news);
		clear(taken[i]);
	}
	*last = list;
	ledger->marked_ms = 0;
	atomic_fetch_add_explicit(&ledger->counters.taken_back, 1, memory_order_relaxed);
	pthread_mutex_lock(&ledger->lock);
	ledger->ready = ledger->following = NULL;
	ledger->returned = ledger->collided = ledger->writing = false;
	pthread_cond_signal(&ledger->committer_wake);
	pthread_mutex_unlock(&ledger->lock);
	return all;
}

bool
batch_wait(struct bv_ledger *ledger)
{
	pthread_mutex_lock(&ledger->lock);
	while ((ledger->crowded = ledger->ready && !ledger->returned))
		pthread_cond_wait(&ledger->decider_wake, &ledger->lock);
	ledger->collided |= ledger->returned;
	pthread_mutex_unlock(&ledger->lock);
	return !ledger->collided;
}

bool
batch_is_written(struct bv_ledger *ledger)
{
	pthread_mutex_lock(&ledger->lock);
	bool written = !ledger->ready;
	ledger->collided |= ledger->returned;
	pthread_mutex_unlock(&ledger->lock);
	return written;
}
