#include "tools/load/crowd.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

/* A heap of moments. */
struct moment {
	int64_t at_ns;
	uint32_t idx;
};

struct crowd {
	const struct options *options;
	struct candidate *candidates;
	struct moment *heap;
	size_t count, waiting;
	int64_t period_ns; /* of one candidate in the open loop */
	uint64_t random;
};

static uint64_t
below(struct crowd *crowd, uint64_t n)
{
	crowd->random ^= crowd->random << 13;
	crowd->random ^= crowd->random >> 7;
	crowd->random ^= crowd->random << 17;
	return crowd->random % n;
}

/* ---- When ---- */

static void
heap_add(struct crowd *crowd, int64_t at_ns, size_t idx)
{
	struct moment *heap = crowd->heap, moment = { at_ns, (uint32_t)idx };
	size_t i = crowd->waiting++;

	for (; i && heap[(i - 1) / 2].at_ns > at_ns; i = (i - 1) / 2)
		heap[i] = heap[(i - 1) / 2];
	heap[i] = moment;
}

static size_t
heap_take(struct crowd *crowd)
{
	struct moment *heap = crowd->heap, last = heap[--crowd->waiting];
	size_t first = heap[0].idx, i = 0;

	for (size_t child; (child = 2 * i + 1) < crowd->waiting; i = child) {
		child += child + 1 < crowd->waiting && heap[child + 1].at_ns < heap[child].at_ns;
		if (heap[child].at_ns >= last.at_ns)
			break;
		heap[i] = heap[child];
	}
	heap[i] = last;
	return first;
}

void
crowd_start(struct crowd *crowd, int64_t now_ns)
{
	const struct options *o = crowd->options;
	int64_t within = o->rate > 0 ? crowd->period_ns : o->ramp_ns;

	for (size_t i = 0; i < crowd->count; i++) {
		int64_t at_ns = now_ns + (int64_t)((double)within * (double)i / (double)crowd->count);
		crowd->candidates[i].due_ns = at_ns;
		heap_add(crowd, at_ns, i);
	}
}

struct candidate *
crowd_due(struct crowd *crowd, int64_t now_ns, int64_t *wait_ns)
{
	*wait_ns = crowd->waiting ? crowd->heap[0].at_ns : INT64_MAX;
	return *wait_ns <= now_ns ? &crowd->candidates[heap_take(crowd)] : NULL;
}

static void
wake(struct crowd *crowd, struct candidate *candidate, int64_t at_ns)
{
	heap_add(crowd, at_ns, (size_t)(candidate - crowd->candidates));
}

/* ---- What ---- */

/* An answer that was sent before, one of the last eight. */
static uint32_t
older(struct crowd *crowd, const struct candidate *c)
{
	uint32_t most = c->number < 8 ? c->number : 8;

	return c->number - (uint32_t)below(crowd, most);
}

static void
choose(struct crowd *crowd, struct candidate *c)
{
	const struct options *o = crowd->options;

	c->kind = OP_SAVE;
	if (o->get)
		c->kind = OP_GET;
	else if (!c->started)
		c->kind = OP_START;
	else if (o->saves && c->saves >= o->saves)
		c->kind = OP_SUBMIT;
	else if (o->read_every && below(crowd, (uint64_t)o->read_every) == 0)
		c->kind = OP_READ;
	if (c->kind == OP_READ)
		c->values = below(crowd, 2);
	if (c->kind != OP_SAVE)
		return;
	bool resend = o->resend_every && c->number && below(crowd, (uint64_t)o->resend_every) == 0;
	c->sent_number = resend ? older(crowd, c) : ++c->number;
	c->sent_item = api_item((uint64_t)o->seed, c->seat.attempt, c->sent_number, (uint32_t)o->items);
}

void
crowd_begin(struct op *op, struct crowd *crowd, struct candidate *c, struct bv_buf *value)
{
	if (!c->again)
		choose(crowd, c);
	bv_buf_clear(value);
	*op = (struct op){ .kind = c->kind, .attempt = c->seat.attempt, .lease = c->seat.lease };
	if (op->kind != OP_SAVE)
		return;
	op->item = c->sent_item;
	op->number = c->sent_number;
	api_value(value, (uint64_t)crowd->options->seed, op->attempt, op->number);
	op->value = bv_buf_str(value);
}

/* ---- And then ---- */

/* Later and later, and not all at once. */
static int64_t
pause_ns(struct crowd *crowd, struct candidate *c, int retry_after_s)
{
	const int64_t first = 50000000, most = crowd->options->retry_most_ns;
	int64_t pause = first << (c->tries < 7 ? c->tries : 7);

	if (pause > most)
		pause = most;
	pause = pause / 2 + (int64_t)below(crowd, (uint64_t)pause);
	int64_t asked = (int64_t)retry_after_s * 1000000000;
	return asked > 0 ? asked + pause : pause;
}

/* Has he more to do, now that this has ended? */
static bool
goes_on(struct crowd *crowd, struct candidate *c, enum op_outcome outcome, int status, struct bv_str body)
{
	struct api_progress progress;
	struct bv_err err;

	if (c->kind == OP_GET)
		return true;
	if (outcome == OUTCOME_REFUSED)
		return !api_is_end(status);
	if (c->kind == OP_SAVE && c->sent_number == c->number)
		c->saves++;
	if (c->kind == OP_START) {
		if (api_read_progress(&progress, body, &err) != BV_OK || !progress.running)
			return false;
		c->seat.lease = c->seat.lease ? c->seat.lease : progress.lease;
		c->number = progress.last_number;
		c->started = true;
	}
	const struct options *o = crowd->options;
	return c->kind != OP_SUBMIT && (!o->saves || c->saves < o->saves || o->submit);
}

bool
crowd_end(struct crowd *crowd, struct candidate *c, enum op_outcome outcome, int status, int retry_after_s, struct bv_str body, int64_t now_ns)
{
	const struct options *o = crowd->options;

	c->again = outcome == OUTCOME_UNKNOWN || (outcome == OUTCOME_REFUSED && (status == 429 || status == 503));
	if (c->again) {
		wake(crowd, c, now_ns + pause_ns(crowd, c, retry_after_s));
		c->tries += c->tries < UINT8_MAX;
		return false;
	}
	c->tries = 0;
	if (!goes_on(crowd, c, outcome, status, body))
		return true;
	if (o->rate > 0)
		c->due_ns += crowd->period_ns;
	else
		c->due_ns = now_ns + o->think_min_ns + (o->think_max_ns > o->think_min_ns ? (int64_t)below(crowd, (uint64_t)(o->think_max_ns - o->think_min_ns)) : 0);
	wake(crowd, c, c->due_ns);
	return true;
}

/* ---- Sessions ---- */

static enum bv_status
read_sessions(struct crowd *crowd, size_t want, struct bv_err *err)
{
	const char *path = crowd->options->sessions;
	FILE *f = fopen(path, "re");
	char line[256];
	size_t cap = 0;
	int number = 0;

	if (!f)
		return bv_err_set(err, BV_ENOTFOUND, "%s: cannot be read", path);
	while ((!want || crowd->count < want) && fgets(line, sizeof line, f)) {
		number++;
		if (crowd->count == cap) {
			cap = want ? want : cap ? 2 * cap : 1024;
			crowd->candidates = bv_resize_array(crowd->candidates, cap, sizeof *crowd->candidates);
		}
		struct candidate *c = &crowd->candidates[crowd->count];
		*c = (struct candidate){ 0 };
		if (!api_seat_parse(&c->seat, bv_str_of(line))) {
			fclose(f);
			return bv_err_set(err, BV_EPARSE, "%s:%d: a line is: ATTEMPT TOKEN", path, number);
		}
		crowd->count++;
	}
	fclose(f);
	if (!crowd->count || crowd->count < want)
		return bv_err_set(err, BV_ELIMIT, "%s: has %zu sessions, and %zu are wanted", path, crowd->count, want ? want : 1);
	return BV_OK;
}

enum bv_status
crowd_new(struct crowd **out, const struct options *options, struct bv_err *err)
{
	BV_AUTO(crowd_free) struct crowd *crowd = bv_alloc(sizeof *crowd);

	crowd->options = options;
	crowd->random = (uint64_t)options->seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
	if (options->get) {
		crowd->count = (size_t)(options->attempts ? options->attempts : options->connections);
		crowd->candidates = bv_alloc_array(crowd->count, sizeof *crowd->candidates);
	} else {
		TRY(read_sessions(crowd, (size_t)options->attempts, err));
	}
	crowd->heap = bv_alloc_array(crowd->count, sizeof *crowd->heap);
	if (options->rate > 0)
		crowd->period_ns = (int64_t)(1e9 * (double)crowd->count / options->rate);
	*out = bv_steal(&crowd);
	return BV_OK;
}

void
crowd_free(struct crowd *crowd)
{
	if (!crowd)
		return;
	free(crowd->candidates);
	free(crowd->heap);
	free(crowd);
}

size_t
crowd_count(const struct crowd *crowd)
{
	return crowd->count;
}

size_t
crowd_waiting(const struct crowd *crowd)
{
	return crowd->waiting;
}
