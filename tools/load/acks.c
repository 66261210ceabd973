#include "tools/load/acks.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tools/load/api.h"

#define NONE BV_STR_NONE
#define FAULT(acks, name, attempt, ...) faults_add((acks)->faults, name, attempt, NONE, __VA_ARGS__)

/* ---- The chain alone ---- */

static bool
was_moved(const struct acks *acks, int64_t sitting)
{
	for (size_t i = 0; i < acks->moved_count; i++)
		if (acks->moved[i] == sitting)
			return true;
	return false;
}

static void
note_move(struct acks *acks, const struct event *event)
{
	if ((event->kind != EVENT_WINDOW && event->kind != EVENT_CLOCK) || was_moved(acks, event->sitting))
		return;
	if (acks->moved_count == acks->moved_cap) {
		acks->moved_cap = acks->moved_cap ? 2 * acks->moved_cap : 16;
		acks->moved = bv_resize_array(acks->moved, acks->moved_cap, sizeof *acks->moved);
	}
	acks->moved[acks->moved_count++] = event->sitting;
}

void
acks_chain(struct acks *acks, const struct chain *chain)
{
	static const uint8_t zeros[BV_HASH_LEN];
	const uint8_t *prev = zeros;
	uint8_t hash[BV_HASH_LEN];
	bool submitted = false;

	for (size_t i = 0; i < chain->count; i++) {
		const struct event *event = &chain->events[i], *before = i ? event - 1 : NULL;
		note_move(acks, event);
		if (before && before->seq == event->seq)
			FAULT(acks, "fork", chain->attempt, "events %" PRId64 " and %" PRId64 " are both number %" PRId64, before->n, event->n, event->seq);
		else if (event->seq != (before ? before->seq : 0) + 1)
			FAULT(acks, "gap", chain->attempt, "there is no event between number %" PRId64 " and number %" PRId64, before ? before->seq : 0, event->seq);
		if (before && (event->n < before->n || event->at_ms < before->at_ms))
			FAULT(acks, "chain", chain->attempt, "number %" PRId64 " is earlier than the one before it", event->seq);
		if (!events_hash(hash, acks->events, chain, event, prev))
			FAULT(acks, "chain", chain->attempt, "number %" PRId64 " is of a sitting that is not there", event->seq);
		else if (memcmp(hash, event->hash, sizeof hash) != 0)
			FAULT(acks, "chain", chain->attempt, "the hash of number %" PRId64 " does not follow from it and the one before", event->seq);
		if (event->kind == EVENT_SUBMIT && submitted)
			FAULT(acks, "submitted-twice", chain->attempt, "number %" PRId64 " hands in once more", event->seq);
		submitted = (submitted && event->kind != EVENT_REOPEN) || event->kind == EVENT_SUBMIT;
		prev = event->hash;
	}
}

/* ---- Beside the history ---- */

/* An operation with what its acknowledgement said. */
struct told {
	struct op op;
	struct api_ack ack; /* of what is OK */
	bool acked;
};

struct side {
	struct acks *acks;
	const struct chain *chain;
	int64_t attempt;
	struct told *told;
	size_t count;
};

static const struct event *
event_at(const struct chain *chain, int64_t seq)
{
	for (size_t low = 0, high = chain ? chain->count : 0; low < high;) {
		size_t middle = (low + high) / 2;
		if (chain->events[middle].seq == seq)
			return &chain->events[middle];
		if (chain->events[middle].seq < seq)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static bool
same_response(const struct bv_json *response, struct bv_str value)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(HISTORY_VALUE_MAX);

	if (!response)
		return false;
	bv_json_write_canonical(&text, response);
	return !text.full && bv_str_eq(bv_buf_str(&text), value);
}

static enum bv_status
read_receipt(struct bv_receipt *out, const struct api_ack *ack, struct bv_err *err)
{
	BV_AUTO(bv_receipt_free) struct bv_receipt_file *file = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_RECEIPT_MAX);

	bv_json_write_canonical(&text, ack->receipt);
	TRY(bv_receipt_parse(&file, bv_buf_str(&text), err));
	*out = file->receipt;
	if (out->attempt != ack->attempt || out->seq != ack->seq || out->at_ms != ack->at_ms)
		return bv_err_set(err, BV_EINVAL, "its attempt, number or time is not that of the acknowledgement");
	return BV_OK;
}

static void
check_receipt(const struct side *s, const struct told *told, const struct event *event)
{
	struct bv_receipt receipt;
	uint8_t body[BV_HASH_LEN];
	struct bv_err err;

	if (!told->ack.receipt) {
		FAULT(s->acks, "receipt", s->attempt, "the acknowledgement of number %" PRId64 " has no receipt", event->seq);
		return;
	}
	s->acks->receipts++;
	bv_sha256(body, event->body);
	if (read_receipt(&receipt, &told->ack, &err) != BV_OK)
		FAULT(s->acks, "receipt", s->attempt, "the receipt of number %" PRId64 " cannot be read: %s", event->seq, err.msg);
	else if (memcmp(receipt.hash, event->hash, BV_HASH_LEN) != 0 || memcmp(receipt.body_hash, body, BV_HASH_LEN) != 0 || receipt.body_len != event->body.len)
		FAULT(s->acks, "receipt", s->attempt, "the receipt of number %" PRId64 " is of another event", event->seq);
	else if (s->acks->key && bv_receipt_check(&receipt, s->acks->key, &err) != BV_OK)
		FAULT(s->acks, "receipt", s->attempt, "the receipt of number %" PRId64 ": %s", event->seq, err.msg);
}

static void
check_save(const struct side *s, const struct told *told, const struct event *event)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const struct op *op = &told->op;
	struct api_answer answer;
	struct bv_err err;

	if (event->kind != EVENT_SAVE || api_read_event(&answer, &json, event->body, &err) != BV_OK) {
		FAULT(s->acks, "changed", s->attempt, "number %" PRId64 " was acknowledged as an answer to item %u, and is something else", event->seq, op->item);
		return;
	}
	bool same_lease = !op->lease || answer.lease == op->lease;
	if (told->ack.superseded) {
		if (answer.item != op->item || !same_lease || answer.number <= op->number)
			FAULT(s->acks, "superseded-by-nothing", s->attempt, "answer %u to item %u was called superseded by number %" PRId64 ", which is not newer", op->number,
			      op->item, event->seq);
		return;
	}
	if (answer.item != op->item || answer.number != op->number || !same_lease || !(s->acks->forms || same_response(answer.response, op->value)))
		FAULT(s->acks, "changed", s->attempt, "number %" PRId64 " was acknowledged as answer %u to item %u: %.*s, and is: %.*s", event->seq, op->number, op->item,
		      BV_STR_ARG(bv_str_sub(op->value, 0, 100)), BV_STR_ARG(bv_str_sub(event->body, 0, 200)));
}

static void
check_ack(const struct side *s, const struct told *told)
{
	const struct event *event = event_at(s->chain, told->ack.seq);
	const char *what = told->op.kind == OP_SAVE ? "answer" : "submission";

	s->acks->acknowledged++;
	if (!event) {
		FAULT(s->acks, "lost", s->attempt, "%s %u to item %u was acknowledged as number %" PRId64 ", which is not in the ledger", what, told->op.number,
		      told->op.item, told->ack.seq);
		return;
	}
	if (told->ack.at_ms != event->at_ms)
		FAULT(s->acks, "changed", s->attempt, "number %" PRId64 " was acknowledged for another time", event->seq);
	if (told->op.kind == OP_SAVE)
		check_save(s, told, event);
	else if (event->kind != EVENT_SUBMIT)
		FAULT(s->acks, "changed", s->attempt, "number %" PRId64 " was acknowledged as a submission, and is something else", event->seq);
	if (!told->ack.superseded)
		check_receipt(s, told, event);
}

static int
by_number(const void *a, const void *b)
{
	const struct told *x = a, *y = b;

	if (x->op.number != y->op.number)
		return x->op.number < y->op.number ? -1 : 1;
	return x->op.item < y->op.item ? -1 : x->op.item > y->op.item;
}

static int
by_end(const void *a, const void *b)
{
	const struct told *x = a, *y = b;

	return x->op.ended_ns < y->op.ended_ns ? -1 : x->op.ended_ns > y->op.ended_ns;
}

/* Was this answer sent by anybody here, and not only to be refused? told is sorted by number. */
static void
check_sent(const struct side *s, const struct event *event, const struct api_answer *answer)
{
	size_t low = 0, high = s->count;
	bool sent = false, taken = false;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (s->told[middle].op.number < answer->number)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < s->count && s->told[low].op.number == answer->number; low++) {
		const struct op *op = &s->told[low].op;
		if (op->kind != OP_SAVE || op->item != answer->item || (op->lease && op->lease != answer->lease))
			continue;
		sent = true;
		taken = taken || op->outcome != OUTCOME_REFUSED;
	}
	if (sent && !taken)
		FAULT(s->acks, "refused-stored", s->attempt, "number %" PRId64 " is answer %u to item %u, which was refused", event->seq, answer->number, answer->item);
	else if (!sent && s->acks->alone)
		FAULT(s->acks, "invented", s->attempt, "number %" PRId64 " is an answer to item %u that nobody sent", event->seq, answer->item);
}

struct stored {
	uint32_t item, lease, number;
	int64_t seq;
};

static int
by_answer(const void *a, const void *b)
{
	const struct stored *x = a, *y = b;

	if (x->item != y->item)
		return x->item < y->item ? -1 : 1;
	if (x->lease != y->lease)
		return x->lease < y->lease ? -1 : 1;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void
check_events(const struct side *s)
{
	struct stored *stored = bv_alloc_array(s->chain->count, sizeof *stored);
	size_t count = 0;
	struct bv_err err;

	for (size_t i = 0; i < s->chain->count; i++) {
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		const struct event *event = &s->chain->events[i];
		struct api_answer answer;
		if (event->kind != EVENT_SAVE)
			continue;
		if (api_read_event(&answer, &json, event->body, &err) != BV_OK) {
			FAULT(s->acks, "chain", s->attempt, "number %" PRId64 " cannot be read: %s", event->seq, err.msg);
			continue;
		}
		check_sent(s, event, &answer);
		stored[count++] = (struct stored){ answer.item, answer.lease, answer.number, event->seq };
	}
	qsort(stored, count, sizeof *stored, by_answer);
	for (size_t i = 1; i < count; i++) {
		const struct stored *a = &stored[i - 1], *b = &stored[i];
		if (a->item != b->item || a->lease != b->lease)
			continue;
		if (a->number == b->number)
			FAULT(s->acks, "twice", s->attempt, "numbers %" PRId64 " and %" PRId64 " are the same answer %u to item %u", a->seq, b->seq, b->number, b->item);
		else if (a->seq > b->seq)
			FAULT(s->acks, "out-of-order", s->attempt, "answer %u to item %u is stored after the newer answer %u", a->number, a->item, b->number);
	}
	free(stored);
}

/* What was acknowledged before something else began has the smaller number. told is sorted by end. */
static void
check_order(const struct side *s)
{
	const struct told **begun = bv_alloc_array(s->count, sizeof *begun);
	size_t count = 0, ended = 0;
	int64_t most = 0;

	for (size_t i = 0; i < s->count; i++)
		if (s->told[i].acked)
			begun[count++] = &s->told[i];
	/* Histories are nearly sorted by beginning, too: one tab waits for its answer. */
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k && begun[k - 1]->op.begun_ns > begun[k]->op.begun_ns; k--) {
			const struct told *swap = begun[k];
			begun[k] = begun[k - 1];
			begun[k - 1] = swap;
		}
	for (size_t i = 0; i < count; i++) {
		for (; ended < s->count && s->told[ended].op.ended_ns < begun[i]->op.begun_ns; ended++)
			if (s->told[ended].acked && s->told[ended].ack.seq > most)
				most = s->told[ended].ack.seq;
		if (!begun[i]->ack.again && !begun[i]->ack.superseded && begun[i]->ack.seq <= most)
			FAULT(s->acks, "out-of-order", s->attempt, "what became number %" PRId64 " began after number %" PRId64 " had been acknowledged", begun[i]->ack.seq,
			      most);
	}
	free(begun);
}

/* The end of the time, by our clock, is never later than it was said before. told is sorted by end. */
static void
check_time(const struct side *s)
{
	const int64_t ms = 1000000, tolerance_ns = 1000 * ms;
	int64_t end_ns = INT64_MAX;

	for (size_t i = 0; s->chain && i < s->chain->count; i++) {
		int64_t kind = s->chain->events[i].kind;
		if (kind == EVENT_PAUSE || kind == EVENT_RESUME || kind == EVENT_EXTEND || kind == EVENT_REOPEN || was_moved(s->acks, s->chain->events[i].sitting))
			return;
	}
	for (size_t i = 0; i < s->count; i++) {
		const struct told *told = &s->told[i];
		if (!told->acked || !told->ack.left_ms)
			continue;
		int64_t least_ns = told->op.begun_ns + told->ack.left_ms * ms, most_ns = told->op.ended_ns + (told->ack.left_ms + 1) * ms;
		if (end_ns != INT64_MAX && least_ns > end_ns + tolerance_ns)
			FAULT(s->acks, "time-gained", s->attempt, "with number %" PRId64 " there were %" PRId64 " ms more than before", told->ack.seq, (least_ns - end_ns) / ms);
		if (most_ns < end_ns)
			end_ns = most_ns;
	}
}

void
acks_history(struct acks *acks, const struct chain *chain, const struct histories *histories, uint64_t from, uint64_t to)
{
	struct side s = { .acks = acks, .chain = chain, .told = bv_alloc_array(to - from, sizeof *s.told), .count = to - from };
	struct bv_err err;

	acks->attempts++;
	for (size_t i = 0; i < s.count; i++) {
		struct told *told = &s.told[i];
		histories_get(&told->op, histories, from + i);
		s.attempt = told->op.attempt;
		if (told->op.outcome != OUTCOME_OK || (told->op.kind != OP_SAVE && told->op.kind != OP_SUBMIT))
			continue;
		if (api_read_ack(&told->ack, told->op.body, &err) != BV_OK || told->ack.attempt != s.attempt) {
			FAULT(acks, "no-acknowledgement", s.attempt, "a %s was answered with %u and no acknowledgement of it", op_kind_name(told->op.kind), told->op.status);
			continue;
		}
		told->acked = true;
		check_ack(&s, told);
	}
	qsort(s.told, s.count, sizeof *s.told, by_number);
	if (chain)
		check_events(&s);
	qsort(s.told, s.count, sizeof *s.told, by_end);
	check_order(&s);
	check_time(&s);
	for (size_t i = 0; i < s.count; i++)
		bv_json_free(s.told[i].ack.json);
	free(s.told);
}

void
acks_finish(struct acks *acks)
{
	free(acks->moved);
}
