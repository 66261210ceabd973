/* The decider: takes what is waiting, decides each act by the state of its attempt, makes the events of a batch, hands it over when the committer is
 * free, and signs it while it is being written. States are ahead of the disk by a batch or two; nobody is told before it is there, and when a commit
 * fails everything stops. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "engine/ledger.h"

enum { EXPIRE_MOST = BV_LEDGER_BATCH_MAX / 2, LET_GO = 64 /* acts after which a committer without work gets what there is */,
       FEW = 16, COMPANY_NS = 500000 };

static void
bump(_Atomic uint64_t *counter, uint64_t by)
{
	atomic_fetch_add_explicit(counter, by, memory_order_relaxed);
}

/* ---- Batches ---- */

/* Room for one more event and one more receipt. False: what was decided is to be taken back first, nothing can be added. */
static bool
make_room(struct bv_ledger *ledger)
{
	const struct ledger_batch *batch = ledger->filling;
	uint32_t most = ledger->options.batch_max;

	if (batch->count >= most || batch->receipt_count >= most || batch->bodies.len + BV_EXAM_BODY_MAX > LEDGER_BATCH_BYTES)
		return batch_hand_over(ledger);
	return !ledger->collided;
}

static void
put_act(struct bv_ledger *ledger, struct bv_ledger_act *act)
{
	act->next = NULL;
	*ledger->filling->last = act;
	ledger->filling->last = &act->next;
}

/* ---- Events ---- */

void
ledger_schedule(struct bv_ledger *ledger, struct bv_attempt *attempt)
{
	enum bv_exam_act act;
	int64_t due_ms;

	if (ledger->options.no_expiry || !bv_attempt_due(attempt, &states_sitting(&ledger->states, attempt)->plan, &due_ms, &act))
		return;
	if (attempt->due_ms && attempt->due_ms <= due_ms)
		return;
	attempt->due_ms = due_ms;
	timer_add(&ledger->timer, due_ms, attempt->id);
}

void
ledger_schedule_all(struct bv_ledger *ledger, int64_t sitting)
{
	for (int64_t id = 1; id <= ledger->states.last_id; id++) {
		struct bv_attempt *attempt = ledger->states.slots[id];
		if (attempt && attempt->sitting == sitting)
			ledger_schedule(ledger, attempt);
	}
}

/* Appends a decided event to the batch and folds it; receipt may be NULL. What was decided must fold: else the program is at fault. */
static struct bv_attempt *
append(struct bv_ledger *ledger, struct bv_exam_event *event, struct bv_receipt *receipt)
{
	struct ledger_batch *batch = ledger->filling;
	struct bv_attempt *chain = states_find(&ledger->states, event->attempt);
	const struct bv_attempt nobody = { 0 }, *before = chain ? chain : &nobody;
	size_t i = batch->count++;
	struct bv_sha256 start;
	struct bv_err err;

	event->n = ledger->next_n++;
	size_t from = batch->bodies.len;
	bv_exam_body_write(&batch->bodies, event->act, &event->facts);
	batch->ends[i] = batch->bodies.len;
	event->body = (struct bv_str){ batch->bodies.p + from, batch->bodies.len - from };
	if (event->act == BV_EXAM_OPEN)
		bv_receipt_sitting(&start, event->facts.plan.name);
	else
		start = ((struct ledger_sitting *)states_find(&ledger->states, event->sitting))->start;
	memcpy(batch->prev_hash[i], before->head, BV_HASH_LEN);
	bv_exam_event_hash(event, receipt, &start, before->head);
	memcpy(batch->hash[i], event->hash, BV_HASH_LEN);
	batch->n[i] = event->n;
	batch->sitting[i] = event->sitting;
	batch->attempt[i] = event->attempt;
	batch->seq[i] = event->seq;
	batch->at[i] = event->at_ms;
	batch->kind[i] = event->act;
	batch->prev[i] = before->last_n;
	states_note(&batch->undo[i], &ledger->states, event);
	tail_note(batch, &ledger->states, event);
	if (states_fold(&chain, &ledger->states, event, &err) != BV_OK) {
		fprintf(stderr, "bangvang: a decided event does not fold: %s\n", err.msg);
		abort();
	}
	if (receipt)
		batch->receipts[batch->receipt_count++] = receipt;
	if (event->act == BV_EXAM_WINDOW)
		ledger_schedule_all(ledger, event->sitting);
	else
		ledger_schedule(ledger, chain);
	return chain;
}

/* ---- The clock ---- */

/* What the clock has to do with an attempt by now. */
static void
let_clock_act(struct bv_ledger *ledger, struct bv_attempt *attempt)
{
	const struct bv_sitting_plan *plan = &states_sitting(&ledger->states, attempt)->plan;
	struct bv_attempt_decision decision;
	struct bv_exam_event event;
	enum bv_exam_act act;
	struct bv_err err;
	int64_t due_ms;

	while (bv_attempt_due(attempt, plan, &due_ms, &act) && due_ms <= ledger->now_ms && make_room(ledger)) {
		const struct bv_exam_facts facts = { .author = BV_STR("clock"), .section = act == BV_EXAM_SECTION ? attempt->section : 0 };
		if (bv_attempt_decide(&decision, &event, attempt, plan, act, &facts, ledger->now_ms, &err) != BV_OK)
			return;
		append(ledger, &event, NULL);
		bump(&ledger->counters.expired, act == BV_EXAM_EXPIRE);
	}
}

/* All attempts whose moment has come, some at a time, so that who waits for an answer does not wait for two million of them. */
static void
fire_timer(struct bv_ledger *ledger)
{
	const struct ledger_moment *first = timer_first(&ledger->timer);

	int64_t now_ms = ledger->now_ms - turn_timer_lag_ms(ledger);

	for (int most = EXPIRE_MOST; most && first && first->due_ms <= now_ms && !ledger->collided; most--, first = timer_first(&ledger->timer)) {
		struct bv_attempt *attempt = states_find(&ledger->states, first->id);
		bool current = attempt && attempt->due_ms == first->due_ms;
		timer_drop_first(&ledger->timer);
		if (!current)
			continue;
		attempt->due_ms = 0;
		let_clock_act(ledger, attempt);
		ledger_schedule(ledger, attempt);
	}
}

/* An event of every open sitting. */
static void
tell_sittings(struct bv_ledger *ledger, const struct bv_exam_facts *facts)
{
	for (size_t i = 0; i < ledger->states.sitting_count; i++) {
		struct ledger_sitting *sitting = ledger->states.sittings[i];
		struct bv_attempt_decision decision;
		struct bv_exam_event event;
		struct bv_err err;
		if (sitting->chain.state == BV_SITTING_OPEN && make_room(ledger) &&
		    bv_attempt_decide(&decision, &event, &sitting->chain, &sitting->plan, BV_EXAM_CLOCK, facts, ledger->now_ms, &err) == BV_OK)
			append(ledger, &event, NULL);
	}
}

static void
tell_news(struct bv_ledger *ledger, const struct bv_clock_news *news)
{
	BV_AUTO(bv_buf_finish) struct bv_buf details = BV_BUF(400);

	if (!news->new_boot && !news->suspended_ms)
		return;
	bv_buf_printf(&details, "{\"backMs\":%" PRId64 ",\"held\":%s,\"newBoot\":%s,\"suspendedMs\":%" PRId64 "}", news->back_ms,
	              news->held ? "true" : "false", news->new_boot ? "true" : "false", news->suspended_ms);
	const struct bv_exam_facts facts = { .author = BV_STR("clock"), .details = bv_buf_str(&details), .ms = news->jump_ms };
	tell_sittings(ledger, &facts);
	ledger->filling->news = *news; /* told again if it is taken back */
}

/* Keeps where the clock stands, now and then, for a process that starts after a crash. */
static void
mark_clock(struct bv_ledger *ledger, bool last)
{
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(400);
	struct ledger_batch *batch = ledger->filling;

	/* While the clock is held the place to go on from stays the one of before. */
	int64_t every_ms = ledger->options.checkpoint_ms;

	if (every_ms > BV_NODE_LIVE_MS / 3)
		every_ms = BV_NODE_LIVE_MS / 3;
	if (!ledger_has_time(ledger) || (!last && ledger->now_ms - ledger->marked_ms < every_ms))
		return;
	/* Others look at the marks of a node to see whether it lives; but on one machine the boottime tells them all. */
	if (ledger->marked_n == ledger->next_n && ledger->database.file)
		return;
	ledger->marked_ms = ledger->now_ms;
	ledger->marked_n = ledger->next_n;
	bv_exam_clock_mark(&batch->mark, &ledger->clock);
	mark_message(&message, ledger->writer.boot_n, &batch->mark);
	ledger_sign(batch->mark_signature, ledger, bv_buf_str(&message));
	batch->has_mark = true;
}

/* ---- Acts ---- */

static enum bv_status
refuse(struct bv_ledger_act *act, enum bv_refusal refusal, enum bv_status status, const char *fmt, int64_t id)
{
	act->refusal = refusal;
	bv_err_set(&act->err, status, fmt, (long long)id);
	return status;
}

static void
fill_ack(struct bv_ledger *ledger, struct bv_ledger_act *act, const struct bv_attempt *attempt)
{
	const struct bv_sitting_plan *plan = &states_sitting(&ledger->states, attempt)->plan;
	struct bv_ledger_ack *ack = &act->ack;

	ack->sitting = attempt->sitting;
	ack->attempt = attempt->id;
	ack->now_ms = ledger->now_ms;
	ack->left_ms = bv_attempt_left_ms(attempt, plan, ledger->now_ms);
	ack->section_left_ms = bv_attempt_section_left_ms(attempt, plan, ledger->now_ms);
	ack->deadline_ms = bv_attempt_deadline_ms(attempt, plan);
	ack->lease = attempt->lease;
	ack->state = attempt->state;
	ack->section = attempt->section;
	ack->over = attempt->over;
	if (act->look)
		act->look(act, attempt, plan);
}

/* An event of before, from a batch that is still here or from the database, for a receipt of its own. */
static enum bv_status
recall_event(struct bv_ledger *ledger, struct bv_exam_event *event, uint8_t prev_hash[BV_HASH_LEN], int64_t n, struct bv_err *err)
{
	int64_t prev_n;

	for (size_t i = 0; i < LEDGER_BATCHES; i++) {
		const struct ledger_batch *batch = ledger->batches[i];
		if (!batch->count || n < batch->n[0] || n > batch->n[batch->count - 1])
			continue;
		size_t k = (size_t)(n - batch->n[0]), from = k ? batch->ends[k - 1] : 0;
		*event = (struct bv_exam_event){ .n = n, .sitting = batch->sitting[k], .attempt = batch->attempt[k], .seq = batch->seq[k], .at_ms = batch->at[k],
			                         .act = (enum bv_exam_act)batch->kind[k], .body = { batch->bodies.p + from, batch->ends[k] - from } };
		memcpy(prev_hash, batch->prev_hash[k], BV_HASH_LEN);
		return BV_OK;
	}
	memset(prev_hash, 0, BV_HASH_LEN);
	TRY(reader_event(event, &prev_n, &ledger->recall, n, err));
	return prev_n ? reader_hash(prev_hash, &ledger->recall, prev_n, err) : BV_OK;
}

/* The same acknowledgement again, signed anew. */
static enum bv_status
acknowledge_again(struct bv_ledger *ledger, struct bv_ledger_act *act, const struct bv_attempt *attempt, const struct bv_attempt_decision *decision)
{
	struct ledger_batch *batch = ledger->filling;
	uint8_t prev[BV_HASH_LEN];
	struct bv_exam_event event;

	enum bv_status status = recall_event(ledger, &event, prev, decision->n, &act->err);
	if (status != BV_OK) {
		reader_release(&ledger->recall);
		act->refusal = BV_REFUSED_STOPPED;
		return BV_EIO;
	}
	act->ack.n = decision->n;
	act->ack.seq = event.seq;
	act->ack.at_ms = event.at_ms;
	if (decision->verdict == BV_ATTEMPT_AGAIN) {
		act->ack.again = true;
		bv_exam_event_hash(&event, &act->ack.receipt, &states_sitting(&ledger->states, attempt)->start, prev);
		batch->receipts[batch->receipt_count++] = &act->ack.receipt;
		bump(&ledger->counters.again, 1);
	} else {
		act->ack.superseded = true;
		bump(&ledger->counters.superseded, 1);
	}
	reader_release(&ledger->recall);
	fill_ack(ledger, act, attempt);
	return BV_OK;
}

/* What the state of one attempt cannot tell: names and tickets that are taken, sittings that are not open. */
static enum bv_status
check_neighbours(struct bv_ledger *ledger, struct bv_ledger_act *act, const struct ledger_sitting *sitting)
{
	if (act->act == BV_EXAM_OPEN)
		return states_sitting_named(&ledger->states, act->facts.plan.name) ?
		           refuse(act, BV_REFUSED_NUMBER, BV_ECONFLICT, "there is a sitting of that name: give another", 0) :
		           BV_OK;
	if (sitting->chain.state != BV_SITTING_OPEN && (act->attempt == sitting->chain.id || !states_after_close(act->act)))
		return refuse(act, BV_REFUSED_STATE, BV_ECONFLICT, "sitting %lld is closed: nothing happens in it any more", sitting->chain.id);
	if (act->act == BV_EXAM_REGISTER && states_has_ticket(&ledger->states, sitting->chain.id, act->facts.ticket))
		return refuse(act, BV_REFUSED_NUMBER, BV_ECONFLICT, "the ticket is registered in sitting %lld already", sitting->chain.id);
	if (act->act == BV_EXAM_CLOSE && sitting->running)
		return refuse(act, BV_REFUSED_STATE, BV_ECONFLICT, "the sitting has %lld attempts that are started or paused: end them first",
		              (int64_t)sitting->running);
	return BV_OK;
}

static bool
needs_time(enum bv_exam_act act)
{
	return act == BV_EXAM_START || act == BV_EXAM_SAVE || act == BV_EXAM_SECTION || act == BV_EXAM_SUBMIT || act == BV_EXAM_RESUME ||
	       act == BV_EXAM_RESCUE;
}

/* An attempt of a sitting that was closed; *found stays NULL when it is none. */
static enum bv_status
wake(struct bv_ledger *ledger, struct bv_attempt **found, struct bv_ledger_act *act)
{
	enum bv_status status = act->attempt > 0 ? tail_wake(found, ledger, act->attempt, &act->err) : BV_ENOTFOUND;

	if (status == BV_OK || status == BV_ENOTFOUND || status == BV_ECONFLICT)
		return status == BV_ENOTFOUND ? BV_OK : status;
	act->refusal = BV_REFUSED_STOPPED;
	return status;
}

/* Where the act goes: the attempt, a new one, or a new sitting. */
static enum bv_status
find_target(struct bv_ledger *ledger, struct bv_ledger_act *act, struct bv_attempt *fresh, struct bv_attempt **attempt,
            const struct ledger_sitting **sitting)
{
	int64_t id = ledger->states.last_id + 1;

	*sitting = NULL;
	*attempt = fresh;
	if (act->act == BV_EXAM_OPEN) {
		*fresh = (struct bv_attempt){ .id = id, .sitting = id };
		return BV_OK;
	}
	struct bv_attempt *found = states_find(&ledger->states, act->attempt);
	/* Attempts of a sitting that is closed are not in memory, sooner or later; who writes no more does not make the others wait until they are read. */
	bool closed = found && found->id != found->sitting && states_sitting(&ledger->states, found)->chain.state == BV_SITTING_CLOSED;
	bool after = states_after_close(act->act) || (act->act == BV_EXAM_LOOK && act->also_closed);
	if (!found && after)
		TRY(wake(ledger, &found, act));
	if (!found || (closed && !after) || (act->act == BV_EXAM_REGISTER && found->id != found->sitting))
		return refuse(act, BV_REFUSED_UNKNOWN, BV_ENOTFOUND, "there is no attempt or sitting %lld that is open", act->attempt);
	*sitting = states_sitting(&ledger->states, found);
	*attempt = found;
	if (act->act == BV_EXAM_REGISTER) {
		*fresh = (struct bv_attempt){ .id = id, .sitting = found->id };
		*attempt = fresh;
	}
	return BV_OK;
}

static enum bv_status
decide_event(struct bv_ledger *ledger, struct bv_ledger_act *act)
{
	struct bv_attempt fresh = { 0 }, *attempt;
	const struct ledger_sitting *sitting;
	struct bv_attempt_decision decision;
	struct bv_exam_event event;

	TRY(find_target(ledger, act, &fresh, &attempt, &sitting));
	if (act->act == BV_EXAM_LOOK) {
		fill_ack(ledger, act, attempt);
		return BV_OK;
	}
	TRY(check_neighbours(ledger, act, sitting));
	if (ledger->nodes.unsure && needs_time(act->act))
		return refuse(act, BV_REFUSED_HELD, BV_EDENIED, "the clocks of this machine and of the database do not go together any more: this node takes nothing "
		              "that needs time before another node has said what time it is; nothing is lost meanwhile", 0);
	if (ledger->clock.held_ms && needs_time(act->act))
		return refuse(act, BV_REFUSED_HELD, BV_EDENIED, "nobody knows how long the machine was off (%lld ms by its wall clock): a person must confirm "
		              "the clock first; nothing is lost meanwhile", ledger->clock.held_ms);
	if (attempt != &fresh && ledger_has_time(ledger))
		let_clock_act(ledger, attempt);
	if (!make_room(ledger)) /* it is decided again */
		return BV_ECONFLICT;
	enum bv_status status = bv_attempt_decide(&decision, &event, attempt, sitting ? &sitting->plan : &act->facts.plan, act->act, &act->facts,
	                                          ledger->now_ms, &act->err);
	act->refusal = decision.refusal;
	if (status != BV_OK)
		return status;
	if (decision.verdict != BV_ATTEMPT_DO)
		return acknowledge_again(ledger, act, attempt, &decision);
	attempt = append(ledger, &event, &act->ack.receipt);
	act->ack.n = event.n;
	act->ack.seq = event.seq;
	act->ack.at_ms = event.at_ms;
	act->ack.late = event.facts.late;
	fill_ack(ledger, act, attempt);
	return BV_OK;
}

/* A person says how long the machine was off: facts.ms. */
static enum bv_status
confirm_clock(struct bv_ledger *ledger, struct bv_ledger_act *act)
{
	if (!act->ack.again) /* else it was taken back after it was confirmed */
		TRY(bv_exam_clock_confirm(&ledger->clock, act->facts.ms, &act->err));
	act->ack.again = true;
	atomic_store(&ledger->counters.held_ms, 0);
	ledger->now_ms = bv_exam_clock_now(&ledger->clock, NULL);
	tell_sittings(ledger, &act->facts);
	ledger->marked_n = 0;
	mark_clock(ledger, true);
	return BV_OK;
}

static void
decide(struct bv_ledger *ledger, struct bv_ledger_act *act)
{
	if ((int)act->act == LEDGER_CHECKPOINT)
		act->status = BV_OK;
	else if ((int)act->act == LEDGER_CONFIRM)
		act->status = confirm_clock(ledger, act);
	else
		act->status = decide_event(ledger, act);
	if (act->status != BV_OK)
		bump(&ledger->counters.refused, 1);
	put_act(ledger, act);
}

/* ---- The thread ---- */

/* Everything that was pushed, in the order in which it was. */
static struct bv_ledger_act *
take_queue(struct bv_ledger *ledger)
{
	struct bv_ledger_act *act = atomic_exchange_explicit(&ledger->queue, NULL, memory_order_acquire), *list = NULL;
	int count = 0;

	for (struct bv_ledger_act *next; act; act = next, count++) {
		next = act->next;
		act->next = list;
		list = act;
	}
	atomic_fetch_sub(&ledger->queued, count);
	return list;
}

static void
look_at_clock(struct bv_ledger *ledger)
{
	struct bv_clock_news news, before = ledger->news; /* of the start, or taken back */

	ledger->now_ms = bv_exam_clock_now(&ledger->clock, &news);
	ledger->news = (struct bv_clock_news){ 0 };
	tell_news(ledger, &before);
	tell_news(ledger, &news);
	atomic_store_explicit(&ledger->counters.drift_ms, bv_exam_clock_drift_ms(&ledger->clock), memory_order_relaxed);
	if (!ledger->in_turn)
		nodes_look(ledger);
	if (ledger_has_time(ledger))
		fire_timer(ledger);
	mark_clock(ledger, false);
	tail_settle(ledger);
}

static void
publish_counts(struct bv_ledger *ledger)
{
	atomic_store_explicit(&ledger->counters.attempts, ledger->states.attempts, memory_order_relaxed);
	atomic_store_explicit(&ledger->counters.running, ledger->states.running, memory_order_relaxed);
	atomic_store_explicit(&ledger->counters.memory, ledger->states.bytes + ledger->timer.cap * sizeof ledger->timer.heap[0], memory_order_relaxed);
}

/* How long there is nothing to do but wait for acts. */
static int64_t
idle_ms(const struct bv_ledger *ledger)
{
	const struct ledger_moment *first = timer_first(&ledger->timer);
	int64_t wait_ms = first && ledger_has_time(ledger) ? first->due_ms - ledger->now_ms + turn_timer_lag_ms(ledger) : LEDGER_FOLLOW_MS;

	return wait_ms < 0 ? 0 : wait_ms > LEDGER_FOLLOW_MS ? LEDGER_FOLLOW_MS : wait_ms;
}

static struct timespec
moment_after(int64_t ns)
{
	const int64_t second = 1000000000;
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	ns += until.tv_nsec;
	until.tv_sec += ns / second;
	until.tv_nsec = ns % second;
	return until;
}

/* Who was answered a moment ago comes again at once when there is much to do: a batch of few, and all the others in the next, would cost two commits. Of
 * many less than half are enough, so that two batches take turns; few wait for all. Nobody waits for himself. Under the lock. */
static void
wait_for_company(struct bv_ledger *ledger)
{
	const struct timespec until = moment_after(COMPANY_NS);
	int part = ledger->company * 3 / 8, wanted = part > FEW ? part : ledger->company < FEW ? ledger->company : FEW;

	while (!ledger->decider_exit && atomic_load(&ledger->queued) < wanted) {
		ledger_want(ledger, wanted);
		if (atomic_load(&ledger->wanted) != LEDGER_AWAKE && pthread_cond_timedwait(&ledger->decider_wake, &ledger->lock, &until) != 0)
			break;
	}
}

/* Until there is an act, the committer is free for what is there, or a moment has come. While the committer writes, few acts can wait for more: they are
 * not stored sooner by being decided. False: the end. */
static bool
wait_for_work(struct bv_ledger *ledger)
{
	bool filled = !batch_is_empty(ledger->filling), more = true, in_time = true;
	const struct timespec until = moment_after(idle_ms(ledger) * 1000000);

	pthread_mutex_lock(&ledger->lock);
	ledger->filled = filled;
	while (in_time && !ledger->returned && (ledger->writing || !filled)) {
		more = !ledger->decider_exit;
		ledger_want(ledger, ledger->writing && more ? LET_GO : 1);
		if (!more || atomic_load(&ledger->wanted) == LEDGER_AWAKE)
			break;
		in_time = pthread_cond_timedwait(&ledger->decider_wake, &ledger->lock, &until) == 0;
	}
	if (more && in_time && !ledger->writing && !filled)
		wait_for_company(ledger);
	atomic_store(&ledger->wanted, LEDGER_AWAKE);
	pthread_mutex_unlock(&ledger->lock);
	return more;
}

static bool
committer_is_free(struct bv_ledger *ledger)
{
	pthread_mutex_lock(&ledger->lock);
	bool is_free = !ledger->writing;
	ledger->collided |= ledger->returned;
	pthread_mutex_unlock(&ledger->lock);
	return is_free;
}

/* Decides from the list what goes into a batch; *list is the rest. */
static void
decide_list(struct bv_ledger *ledger, struct bv_ledger_act **list)
{
	for (unsigned i = 1; *list && ledger->filling->count < ledger->options.batch_max && !ledger->collided; i++) {
		struct bv_ledger_act *act = *list;
		*list = act->next;
		decide(ledger, act);
		if (i % LET_GO == 0 && !ledger->in_turn && committer_is_free(ledger))
			batch_hand_over(ledger);
	}
}

/* Until the end; what is left then was taken back. */
static struct bv_ledger_act *
decide_on(struct bv_ledger *ledger, struct bv_ledger_act *list)
{
	for (bool more = true; more || list;) {
		if (!list)
			more = wait_for_work(ledger);
		list = turn_begin(ledger, list);
		struct bv_ledger_act **last = &list;
		while (*last)
			last = &(*last)->next;
		*last = take_queue(ledger);
		look_at_clock(ledger);
		decide_list(ledger, &list);
		publish_counts(ledger);
		if (ledger->in_turn || ledger->filling->count >= ledger->options.batch_max || committer_is_free(ledger))
			batch_hand_over(ledger);
		turn_end(ledger);
	}
	mark_clock(ledger, true);
	batch_hand_over(ledger);
	return batch_wait(ledger) ? NULL : batch_take_back(ledger, NULL);
}

void *
ledger_decide(void *ctx)
{
	struct bv_ledger *ledger = ctx;
	struct bv_ledger_act *list = NULL;

	ledger->now_ms = bv_exam_clock_now(&ledger->clock, NULL);
	do
		list = decide_on(ledger, list);
	while (list);
	return NULL;
}
