#include "tools/load/crowd.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tools/load/form.h"

/* A heap of moments. */
struct moment {
	int64_t at_ns;
	uint32_t idx;
};

enum { ITEMS_MOST = 500 };

struct crowd {
	const struct options *options;
	struct candidate *candidates;
	struct moment *heap;
	size_t count, waiting;
	int64_t period_ns; /* of one candidate in the open loop */
	uint64_t random;
	bool opening, checking;
	struct crowd_findings findings;
	struct bv_arena arena; /* of tickets and codes */
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
crowd_start_first(struct crowd *crowd, int64_t now_ns)
{
	crowd->opening = true;
	for (size_t i = 0; i < crowd->count; i++) {
		crowd->candidates[i].due_ns = now_ns;
		heap_add(crowd, now_ns, i);
	}
}

void
crowd_start(struct crowd *crowd, int64_t now_ns)
{
	const struct options *o = crowd->options;
	int64_t within = o->rate > 0 ? crowd->period_ns : o->ramp_ns;

	crowd->opening = false;
	crowd->waiting = 0;
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

	static const uint8_t kinds[] = { [STEP_LOOK] = OP_START,   [STEP_ANSWER] = OP_SAVE, [STEP_ENTRY] = OP_SIGN_IN, [STEP_SEALED] = OP_SEALED,
		                         [STEP_WAIT] = OP_START,   [STEP_LEASE] = OP_LEASE, [STEP_BEGIN] = OP_BEGIN,   [STEP_PAPER] = OP_PAPER };

	c->kind = o->get ? OP_GET : kinds[c->step];
	if (c->kind != OP_SAVE)
		return;
	bool done = o->saves && c->saves >= o->saves;
	if (crowd->checking || (done && o->check && !c->checked)) {
		c->kind = OP_READ;
		c->values = true;
	} else if (done) {
		c->kind = OP_SUBMIT;
	} else if (o->read_every && below(crowd, (uint64_t)o->read_every) == 0) {
		c->kind = OP_READ;
		c->values = below(crowd, 2);
	}
	if (c->kind != OP_SAVE)
		return;
	bool resend = o->resend_every && c->number && below(crowd, (uint64_t)o->resend_every) == 0;
	c->sent_number = resend ? older(crowd, c) : ++c->number;
}

/* Answer number n: of which item, and (value not NULL) what it says. */
static uint32_t
answer(struct bv_buf *value, const struct crowd *crowd, const struct candidate *c, uint32_t n)
{
	uint64_t seed = (uint64_t)crowd->options->seed, bits = api_bits(seed, c->seat.attempt, n);
	const struct form *form = c->newcomer ? c->newcomer->form : NULL;

	if (form && value)
		return form_answer(value, form, bits % form_count(form), bits >> 8);
	if (form)
		return form_item(form, bits % form_count(form));
	if (value)
		api_value(value, seed, c->seat.attempt, n);
	return api_item(seed, c->seat.attempt, n, (uint32_t)crowd->options->items);
}

void
crowd_begin(struct op *op, struct crowd *crowd, struct candidate *c, struct bv_buf *value)
{
	if (!c->again)
		choose(crowd, c);
	bv_buf_clear(value);
	*op = (struct op){ .kind = c->kind, .attempt = c->seat.attempt, .lease = c->seat.lease };
	if (op->kind == OP_SIGN_IN)
		api_entry(value, bv_str_of(crowd->options->sitting), c->newcomer->ticket, c->newcomer->code);
	if (op->kind == OP_SAVE) {
		op->number = c->sent_number;
		op->item = answer(value, crowd, c, op->number);
	}
	op->value = bv_buf_str(value);
}

/* ---- Reading back ---- */

static void
find(struct crowd *crowd, const struct candidate *c, const char *fmt, uint32_t item, uint32_t number)
{
	struct crowd_findings *f = &crowd->findings;
	char what[160];

	if (f->wrong++)
		return;
	snprintf(what, sizeof what, fmt, item, number);
	snprintf(f->first, sizeof f->first, "attempt %lld: %s", (long long)c->seat.attempt, what);
}

/* What one candidate should find: of each item the last number that was acknowledged. */
struct reading {
	struct crowd *crowd;
	struct candidate *c;
	uint32_t last[ITEMS_MOST], unsure_item;
	uint64_t found;
};

static void
compare(void *ctx, const struct api_answer *got)
{
	struct reading *r = ctx;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(HISTORY_VALUE_MAX);
	BV_AUTO(bv_json_free) struct bv_json *value = NULL;
	struct bv_err err;

	r->found++;
	bool unsure = r->c->unsure && got->item == r->unsure_item && got->number == r->c->number;
	if (got->item >= ITEMS_MOST || !got->number || (got->number != r->last[got->item] && !unsure)) {
		find(r->crowd, r->c, "item %u has answer %u, which is not the last one that was acknowledged", got->item, got->number);
		return;
	}
	answer(&text, r->crowd, r->c, got->number);
	if (bv_json_parse(&value, bv_buf_str(&text), &err) != BV_OK || !bv_json_equal(value, got->response))
		find(r->crowd, r->c, "item %u has another answer than number %u said", got->item, got->number);
	else
		r->last[got->item] = 0;
}

static void
check(struct crowd *crowd, struct candidate *c, struct bv_str body)
{
	struct reading r = { .crowd = crowd, .c = c };
	struct bv_err err;

	for (uint32_t n = 1; n <= c->number; n++) {
		uint32_t item = answer(NULL, crowd, c, n);
		if (n == c->number && c->unsure)
			r.unsure_item = item;
		else if (item < ITEMS_MOST)
			r.last[item] = n;
	}
	if (api_read_answers(body, compare, &r, &err) != BV_OK)
		find(crowd, c, "what was read back is no list of answers", 0, 0);
	for (uint32_t i = 0; i < ITEMS_MOST; i++)
		if (r.last[i] && !(c->unsure && i == r.unsure_item))
			find(crowd, c, "item %u has no answer, or another than %u, which was acknowledged", i, r.last[i]);
	c->checked = true;
	crowd->findings.candidates++;
	crowd->findings.answers += r.found;
}

void
crowd_start_check(struct crowd *crowd, int64_t now_ns)
{
	crowd->checking = true;
	crowd->waiting = 0;
	for (size_t i = 0; i < crowd->count; i++) {
		struct candidate *c = &crowd->candidates[i];
		if (c->step != STEP_ANSWER || c->checked || !c->number)
			continue;
		c->unsure = c->again && c->kind == OP_SAVE && c->sent_number == c->number;
		c->again = false;
		c->due_ns = now_ns;
		heap_add(crowd, now_ns, i);
	}
}

const struct crowd_findings *
crowd_findings(const struct crowd *crowd)
{
	return &crowd->findings;
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

static bool
look(struct crowd *crowd, struct candidate *c, struct bv_str body)
{
	struct api_progress progress;
	struct bv_err err;

	if (api_read_progress(&progress, body, &err) != BV_OK) {
		find(crowd, c, "what the server says of the attempt cannot be read", 0, 0);
		return false;
	}
	c->number = progress.last_number;
	if (c->step == STEP_WAIT) {
		c->step = progress.admitted ? STEP_LEASE : STEP_WAIT;
		return true;
	}
	c->seat.lease = c->seat.lease ? c->seat.lease : progress.lease;
	c->step = STEP_ANSWER;
	return progress.running;
}

static bool
take_paper(struct crowd *crowd, struct candidate *c, struct bv_str body)
{
	struct bv_err err;

	form_free(c->newcomer->form);
	c->newcomer->form = NULL;
	if (form_read(&c->newcomer->form, body, &err) != BV_OK) {
		find(crowd, c, "the paper cannot be read", 0, 0);
		return false;
	}
	return true;
}

/* One step to the paper is done. False: it led nowhere. */
static bool
step_on(struct crowd *crowd, struct candidate *c, struct bv_str head, struct bv_str body)
{
	struct bv_err err;

	switch ((enum step)c->step) {
	case STEP_ENTRY:
		if (api_read_entry(&c->seat, head, body, &err) != BV_OK) {
			find(crowd, c, "the answer to the sign-in cannot be read", 0, 0);
			return false;
		}
		c->step = STEP_SEALED;
		return true;
	case STEP_SEALED:
		c->step = STEP_WAIT;
		return body.len > 0;
	case STEP_LEASE:
		c->seat.lease = api_read_lease(body);
		c->step = STEP_BEGIN;
		return c->seat.lease > 0;
	case STEP_BEGIN:
		c->step = STEP_PAPER;
		return true;
	case STEP_PAPER:
		c->step = STEP_ANSWER;
		return take_paper(crowd, c, body);
	default:
		return look(crowd, c, body);
	}
}

/* Has he more to do, now that this has ended? */
static bool
goes_on(struct crowd *crowd, struct candidate *c, enum op_outcome outcome, int status, struct bv_str head, struct bv_str body)
{
	const struct options *o = crowd->options;

	if (c->kind == OP_GET)
		return true;
	if (outcome == OUTCOME_REFUSED)
		return !crowd->checking && !api_is_end(status);
	if (c->step != STEP_ANSWER)
		return step_on(crowd, c, head, body);
	if (c->kind == OP_SAVE && c->sent_number == c->number)
		c->saves++;
	bool done = o->saves && c->saves >= o->saves;
	if (c->kind == OP_READ && c->values && (crowd->checking || (done && o->check && !c->checked)))
		check(crowd, c, body);
	return !crowd->checking && c->kind != OP_SUBMIT && (!done || o->submit || (o->check && !c->checked));
}

/* The steps to the paper follow one another as a page does them; who waits to be admitted asks once a second. */
static int64_t
next_due(struct crowd *crowd, const struct candidate *c, int64_t now_ns)
{
	const struct options *o = crowd->options;
	const int64_t poll_ns = 1000000000;

	if (c->step > STEP_ANSWER)
		return now_ns + (c->step == STEP_WAIT && c->kind == OP_START ? poll_ns : 0);
	if (o->rate > 0) {
		int64_t due_ns = c->due_ns + crowd->period_ns;
		return c->kind == OP_PAPER && due_ns < now_ns ? now_ns + (int64_t)below(crowd, (uint64_t)crowd->period_ns + 1) : due_ns;
	}
	return now_ns + o->think_min_ns + (o->think_max_ns > o->think_min_ns ? (int64_t)below(crowd, (uint64_t)(o->think_max_ns - o->think_min_ns)) : 0);
}

bool
crowd_end(struct crowd *crowd, struct candidate *c, enum op_outcome outcome, int status, int retry_after_s, struct bv_str head, struct bv_str body, int64_t now_ns)
{
	c->again = outcome == OUTCOME_UNKNOWN || (outcome == OUTCOME_REFUSED && (status == 429 || status == 503));
	if (c->again) {
		wake(crowd, c, now_ns + pause_ns(crowd, c, retry_after_s));
		c->tries += c->tries < UINT8_MAX;
		return false;
	}
	c->tries = 0;
	if (!goes_on(crowd, c, outcome, status, head, body) || crowd->opening)
		return true;
	c->due_ns = next_due(crowd, c, now_ns);
	wake(crowd, c, c->due_ns);
	return true;
}

/* ---- Sessions ---- */

/* "TICKET CODE" */
static bool
take_newcomer(struct crowd *crowd, struct candidate *c, struct bv_str line)
{
	struct bv_str ticket, code;

	if (!bv_str_token(&line, &ticket) || !bv_str_token(&line, &code) || bv_str_trim(line).len)
		return false;
	c->newcomer = bv_arena_alloc(&crowd->arena, sizeof *c->newcomer);
	c->newcomer->ticket = bv_arena_str(&crowd->arena, ticket);
	c->newcomer->code = bv_arena_str(&crowd->arena, code);
	c->step = STEP_ENTRY;
	return true;
}

static enum bv_status
read_candidates(struct crowd *crowd, size_t want, struct bv_err *err)
{
	bool entry = crowd->options->entries;
	const char *path = entry ? crowd->options->entries : crowd->options->sessions;
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
		if (entry ? !take_newcomer(crowd, c, bv_str_of(line)) : !api_seat_parse(&c->seat, bv_str_of(line))) {
			fclose(f);
			return bv_err_set(err, BV_EPARSE, "%s:%d: a line is: %s", path, number, entry ? "TICKET CODE" : "ATTEMPT TOKEN");
		}
		crowd->count++;
	}
	fclose(f);
	if (!crowd->count || crowd->count < want)
		return bv_err_set(err, BV_ELIMIT, "%s: has %zu candidates, and %zu are wanted", path, crowd->count, want ? want : 1);
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
		TRY(read_candidates(crowd, (size_t)options->attempts, err));
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
	for (size_t i = 0; i < crowd->count; i++)
		if (crowd->candidates[i].newcomer)
			form_free(crowd->candidates[i].newcomer->form);
	bv_arena_finish(&crowd->arena);
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
