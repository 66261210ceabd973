/* The states of all attempts in memory, found by their number; sittings by name, tickets as a set. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "engine/event.h"
#include "engine/ledger.h"

enum { SLAB = 1024 };

void
states_finish(struct ledger_states *states)
{
	for (int64_t id = 0; id <= states->last_id && (size_t)id < states->slot_cap; id++)
		if (states->slots[id])
			bv_attempt_finish(states->slots[id]);
	for (size_t i = 0; i < states->sitting_count; i++)
		free(states->sittings[i]);
	for (size_t i = 0; i < states->slab_count; i++)
		free(states->slabs[i]);
	free(states->sittings);
	free(states->slabs);
	free(states->slots);
	free(states->tickets);
	free(states->spare);
	*states = (struct ledger_states){ 0 };
}

struct bv_attempt *
states_find(const struct ledger_states *states, int64_t id)
{
	return id > 0 && id <= states->last_id ? states->slots[id] : NULL;
}

struct ledger_sitting *
states_sitting(const struct ledger_states *states, const struct bv_attempt *chain)
{
	return (struct ledger_sitting *)states_find(states, chain->sitting);
}

struct ledger_sitting *
states_sitting_named(const struct ledger_states *states, struct bv_str name)
{
	for (size_t i = 0; i < states->sitting_count; i++)
		if (bv_str_is(name, states->sittings[i]->name))
			return states->sittings[i];
	return NULL;
}

void
states_reserve(struct ledger_states *states, int64_t id)
{
	if ((size_t)id >= states->slot_cap) {
		size_t cap = states->slot_cap ? states->slot_cap : 1024;
		while (cap <= (size_t)id)
			cap *= 2;
		states->slots = bv_resize_array(states->slots, cap, sizeof states->slots[0]);
		memset(states->slots + states->slot_cap, 0, (cap - states->slot_cap) * sizeof states->slots[0]);
		states->bytes += (cap - states->slot_cap) * sizeof states->slots[0];
		states->slot_cap = cap;
	}
	if (id > states->last_id)
		states->last_id = id;
}

/* ---- Tickets ---- */

/* 64 bits of SHA-256: of two million tickets two agree with a probability of one to nine million, and then one is refused, not lost. */
uint64_t
states_ticket(int64_t sitting, struct bv_str ticket)
{
	struct bv_sha256 sha;
	uint8_t hash[BV_HASH_LEN], id[8];

	put_be64(id, (uint64_t)sitting);
	bv_sha256_init(&sha);
	bv_sha256_add(&sha, id, sizeof id);
	bv_sha256_add(&sha, ticket.p, ticket.len);
	bv_sha256_end(&sha, hash);
	uint64_t digest = get_be64(hash);
	return digest ? digest : 1;
}

static uint64_t *
ticket_place(uint64_t *tickets, size_t cap, uint64_t digest)
{
	size_t at = digest & (cap - 1);

	while (tickets[at] && tickets[at] != digest)
		at = (at + 1) & (cap - 1);
	return &tickets[at];
}

bool
states_has_ticket(const struct ledger_states *states, int64_t sitting, struct bv_str ticket)
{
	return states->ticket_cap && *ticket_place(states->tickets, states->ticket_cap, states_ticket(sitting, ticket));
}

static void
add_ticket(struct ledger_states *states, int64_t sitting, struct bv_str ticket)
{
	uint64_t digest = states_ticket(sitting, ticket);

	if (states->ticket_count * 2 >= states->ticket_cap) {
		size_t cap = states->ticket_cap ? states->ticket_cap * 2 : 1024;
		uint64_t *larger = bv_alloc_array(cap, sizeof *larger);
		for (size_t i = 0; i < states->ticket_cap; i++)
			if (states->tickets[i])
				*ticket_place(larger, cap, states->tickets[i]) = states->tickets[i];
		free(states->tickets);
		states->bytes += (cap - states->ticket_cap) * sizeof *larger;
		states->tickets = larger;
		states->ticket_cap = cap;
	}
	*ticket_place(states->tickets, states->ticket_cap, digest) = digest;
	states->ticket_count++;
}

/* The last one that was added, so that nobody was put behind it by it; but the table may have grown since: what follows is put in its place anew. */
static void
remove_ticket(struct ledger_states *states, uint64_t digest)
{
	uint64_t *place = ticket_place(states->tickets, states->ticket_cap, digest);
	size_t at = (size_t)(place - states->tickets);

	*place = 0;
	states->ticket_count--;
	for (at = (at + 1) & (states->ticket_cap - 1); states->tickets[at]; at = (at + 1) & (states->ticket_cap - 1)) {
		uint64_t moved = states->tickets[at];
		states->tickets[at] = 0;
		*ticket_place(states->tickets, states->ticket_cap, moved) = moved;
	}
}

/* ---- Folding ---- */

static struct bv_attempt *
new_attempt(struct ledger_states *states, const struct bv_exam_event *event)
{
	if (states->spare_count) {
		struct bv_attempt *spare = states->spare[--states->spare_count];
		*spare = (struct bv_attempt){ .id = event->attempt, .sitting = event->sitting };
		return spare;
	}
	if (!states->slab_left) {
		states->slab = bv_alloc_array(SLAB, sizeof *states->slab);
		states->slab_left = SLAB;
		if (states->slab_count == states->slab_cap) {
			states->slab_cap = states->slab_cap ? states->slab_cap * 2 : 64;
			states->slabs = bv_resize_array(states->slabs, states->slab_cap, sizeof states->slabs[0]);
		}
		states->slabs[states->slab_count++] = states->slab;
		states->bytes += SLAB * sizeof *states->slab;
	}
	struct bv_attempt *attempt = states->slab++;
	states->slab_left--;
	*attempt = (struct bv_attempt){ .id = event->attempt, .sitting = event->sitting };
	return attempt;
}

static struct ledger_sitting *
new_sitting(struct ledger_states *states, int64_t id, const struct bv_sitting_plan *plan)
{
	struct ledger_sitting *sitting = bv_alloc(sizeof *sitting);

	memcpy(sitting->name, plan->name.p, plan->name.len);
	sitting->plan = *plan;
	sitting->plan.name = (struct bv_str){ sitting->name, plan->name.len };
	sitting->chain = (struct bv_attempt){ .id = id, .sitting = id };
	bv_receipt_sitting(&sitting->start, sitting->plan.name);
	if (states->sitting_count == states->sitting_cap) {
		states->sitting_cap = states->sitting_cap ? states->sitting_cap * 2 : 16;
		states->sittings = bv_resize_array(states->sittings, states->sitting_cap, sizeof states->sittings[0]);
	}
	states->sittings[states->sitting_count++] = sitting;
	states->bytes += sizeof *sitting;
	return sitting;
}

void
states_add_closed(struct ledger_states *states, int64_t id, const struct bv_sitting_plan *plan)
{
	states_reserve(states, id);
	struct ledger_sitting *sitting = new_sitting(states, id, plan);
	sitting->chain.state = BV_SITTING_CLOSED;
	sitting->asleep = true;
	states->slots[id] = &sitting->chain;
}

static enum bv_status
odd(const struct bv_exam_event *event, const char *what, struct bv_err *err)
{
	return bv_err_set(err, BV_EINVAL, "event %" PRId64 " (attempt %" PRId64 ", '%s'): %s", event->n, event->attempt, bv_exam_act_name(event->act), what);
}

/* The chain that the event begins. */
static enum bv_status
begin(struct bv_attempt **chain, struct ledger_states *states, const struct bv_exam_event *event, struct bv_err *err)
{
	if (event->attempt <= 0 || event->attempt > INT32_MAX || states_find(states, event->attempt))
		return odd(event, "its number was given before", err);
	if (event->act == BV_EXAM_OPEN) {
		if (event->sitting != event->attempt)
			return odd(event, "a sitting has its own number", err);
		if (states_sitting_named(states, event->facts.plan.name))
			return odd(event, "there is a sitting of that name", err);
		states_reserve(states, event->attempt);
		*chain = &new_sitting(states, event->attempt, &event->facts.plan)->chain;
	} else {
		const struct bv_attempt *sitting = states_find(states, event->sitting);
		if (!sitting || sitting->state != BV_SITTING_OPEN)
			return odd(event, "there is no such open sitting", err);
		if (states_has_ticket(states, event->sitting, event->facts.ticket))
			return odd(event, "the ticket is registered already", err);
		states_reserve(states, event->attempt);
		*chain = new_attempt(states, event);
		add_ticket(states, event->sitting, event->facts.ticket);
		states->attempts++;
	}
	states->slots[event->attempt] = *chain;
	return BV_OK;
}

static bool
is_running(const struct bv_attempt *attempt)
{
	return attempt->state == BV_ATTEMPT_STARTED || attempt->state == BV_ATTEMPT_PAUSED;
}

static void
set_window(struct bv_sitting_plan *plan, const struct bv_exam_facts *facts)
{
	plan->opens_ms = facts->plan.opens_ms;
	plan->start_until_ms = facts->plan.start_until_ms;
	plan->closes_ms = facts->plan.closes_ms;
}

/* ---- Sittings that are closed ---- */

bool
states_after_close(enum bv_exam_act act)
{
	return act == BV_EXAM_SCORE || act == BV_EXAM_RELEASE || act == BV_EXAM_APPEAL || act == BV_EXAM_FINALISE || act == BV_EXAM_NOTE || act == BV_EXAM_ACCESS;
}

static void
keep_spare(struct ledger_states *states, struct bv_attempt *attempt)
{
	if (states->spare_count == states->spare_cap) {
		states->spare_cap = states->spare_cap ? states->spare_cap * 2 : 64;
		states->spare = bv_resize_array(states->spare, states->spare_cap, sizeof states->spare[0]);
	}
	states->spare[states->spare_count++] = attempt;
}

void
states_drop(struct ledger_states *states, int64_t id)
{
	struct bv_attempt *attempt = states->slots[id];

	if (attempt->items)
		states->bytes -= states_sitting(states, attempt)->plan.item_count * sizeof attempt->items[0];
	bv_attempt_finish(attempt);
	keep_spare(states, attempt);
	states->slots[id] = NULL;
	states->attempts--;
}

void
states_sleep(struct ledger_states *states, struct ledger_sitting *sitting)
{
	for (int64_t id = 1; id <= states->last_id; id++) {
		const struct bv_attempt *attempt = states->slots[id];
		if (attempt && attempt->sitting == sitting->chain.id && attempt != &sitting->chain)
			states_drop(states, id);
	}
	sitting->asleep = true;
}

struct bv_attempt *
states_add_woken(struct ledger_states *states, int64_t id, int64_t sitting)
{
	const struct bv_exam_event begun = { .attempt = id, .sitting = sitting };
	struct bv_attempt *attempt = new_attempt(states, &begun);

	states->slots[id] = attempt;
	states->woken[states->woken_count++] = id;
	states->attempts++;
	return attempt;
}

enum bv_status
states_fold(struct bv_attempt **chain, struct ledger_states *states, const struct bv_exam_event *event, struct bv_err *err)
{
	if (event->act == BV_EXAM_OPEN || event->act == BV_EXAM_REGISTER)
		TRY(begin(chain, states, event, err));
	else
		*chain = states_find(states, event->attempt);
	if (!*chain)
		return odd(event, "there is no such attempt", err);
	struct ledger_sitting *sitting = states_sitting(states, *chain);
	if (sitting->chain.state == BV_SITTING_CLOSED && (*chain == &sitting->chain || !states_after_close(event->act)))
		return odd(event, "its sitting was closed before", err);
	bool before = is_running(*chain), had_items = (*chain)->items != NULL;
	TRY(bv_attempt_fold(*chain, &sitting->plan, event, err));
	int more = (int)is_running(*chain) - (int)before;
	sitting->running += (uint64_t)more;
	states->running += (uint64_t)more;
	if (!had_items && (*chain)->items)
		states->bytes += sitting->plan.item_count * sizeof (*chain)->items[0];
	sitting->newest_n = event->n;
	states->drowsy |= event->act == BV_EXAM_CLOSE;
	if (event->act == BV_EXAM_WINDOW)
		set_window(&sitting->plan, &event->facts);
	return BV_OK;
}

/* ---- Unfolding ---- */

void
states_note(struct ledger_undo *undo, const struct ledger_states *states, const struct bv_exam_event *event)
{
	struct bv_attempt *chain = states_find(states, event->attempt);

	undo->chain = chain; /* and of the rest what the act has: it is noted of every event */
	undo->act = event->act;
	undo->id = event->attempt;
	if (!chain) {
		undo->ticket = event->act == BV_EXAM_REGISTER ? states_ticket(event->sitting, event->facts.ticket) : 0;
		return;
	}
	undo->before = *chain;
	if (event->act == BV_EXAM_SAVE || event->act == BV_EXAM_RESCUE) {
		undo->item_idx = event->facts.item;
		undo->item = chain->items[event->facts.item];
	}
	if (event->act == BV_EXAM_WINDOW) {
		const struct bv_sitting_plan *plan = &states_sitting(states, chain)->plan;
		undo->opens_ms = plan->opens_ms;
		undo->start_until_ms = plan->start_until_ms;
		undo->closes_ms = plan->closes_ms;
	}
}

/* As if the attempt or sitting had never been: it is the newest. */
static void
take_away(struct ledger_states *states, const struct ledger_undo *undo)
{
	struct bv_attempt *chain = states->slots[undo->id];

	assert(undo->id == states->last_id);
	states->slots[undo->id] = NULL;
	states->last_id--;
	if (undo->act == BV_EXAM_OPEN) {
		states->bytes -= sizeof(struct ledger_sitting);
		free(states->sittings[--states->sitting_count]);
		return;
	}
	remove_ticket(states, undo->ticket);
	states->attempts--;
	keep_spare(states, chain);
}

void
states_undo(struct ledger_states *states, const struct ledger_undo *undo)
{
	struct bv_attempt *chain = undo->chain;

	if (!chain) {
		take_away(states, undo);
		return;
	}
	struct ledger_sitting *sitting = states_sitting(states, chain);
	int more = (int)is_running(&undo->before) - (int)is_running(chain);
	sitting->running += (uint64_t)more;
	states->running += (uint64_t)more;
	if (chain->items && !undo->before.items) {
		states->bytes -= sitting->plan.item_count * sizeof chain->items[0];
		free(chain->items);
	}
	if (undo->act == BV_EXAM_SAVE || undo->act == BV_EXAM_RESCUE)
		chain->items[undo->item_idx] = undo->item;
	*chain = undo->before;
	chain->due_ms = 0; /* what the timer has of it may have come up meanwhile */
	if (undo->act == BV_EXAM_WINDOW) {
		sitting->plan.opens_ms = undo->opens_ms;
		sitting->plan.start_until_ms = undo->start_until_ms;
		sitting->plan.closes_ms = undo->closes_ms;
	}
}
