#include "tools/load/linear.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tools/load/scatter.h"

/* ---- The register: what a server that does one thing at a time would do ---- */

struct state {
	uint32_t lease;           /* the newest that has saved */
	uint32_t at_lease, at_number;
	uint64_t value;
	bool closed;
};

/* What is not known agrees with everything. */
static bool
same_value(uint64_t a, uint64_t b)
{
	return a == b || !a || !b;
}

static bool
same_answer(const struct linear_op *a, const struct linear_op *b)
{
	return a->number == b->number && (a->lease == b->lease || !a->lease || !b->lease);
}

static bool
is_stored(const struct state *s, const struct linear_op *op)
{
	return s->at_number && (s->at_lease == op->lease || !op->lease) && s->at_number == op->number && same_value(s->value, op->value);
}

static bool
step_save(struct state *s, const struct linear_op *op)
{
	if (op->outcome == OUTCOME_OK && op->again)
		return is_stored(s, op);
	if (op->outcome == OUTCOME_OK && op->superseded)
		return s->at_lease == op->lease && s->at_number > op->number;
	if (s->closed || op->lease < s->lease || (s->at_lease == op->lease && op->number <= s->at_number))
		return false;
	*s = (struct state){ op->lease, op->lease, op->number, op->value, false };
	return true;
}

/* May op happen in *s? Then *s is as after it. What is UNKNOWN may not happen where it would do nothing: it need not happen at all. */
static bool
step(struct state *s, const struct linear_op *op)
{
	switch (op->kind) {
	case LINEAR_SAVE:
		return step_save(s, op);
	case LINEAR_READ:
		return op->number ? is_stored(s, op) : !s->at_number;
	case LINEAR_SUBMIT:
		break;
	}
	if (op->outcome == OUTCOME_OK && op->again)
		return s->closed;
	if (s->closed)
		return false;
	s->closed = true;
	return true;
}

/* ---- The search ---- */

/* Beginnings and ends in the order of time, as a list from which operations that have happened are taken out. */
struct entry {
	struct entry *before, *after, *end; /* end: of a beginning; NULL for what is UNKNOWN */
	const struct linear_op *op;
	size_t idx;
	bool begins;
	int64_t at_ns;
};

struct frame {
	struct entry *entry;
	struct state state;
};

struct key {
	uint64_t a, b;
};

struct search {
	struct entry first, *entries;
	struct frame *stack;
	size_t depth, waiting; /* waiting: acknowledged operations that have not happened yet */
	struct state state;
	struct key *seen, done; /* done: the set of what has happened, each with two random words */
	size_t seen_count, seen_cap;
};

static void
mark(struct search *search, size_t idx)
{
	search->done.a ^= scatter(2 * idx);
	search->done.b ^= scatter(2 * idx + 1);
}

static bool
put_key(struct key *table, size_t cap, struct key key)
{
	size_t i = key.a & (cap - 1);

	for (; table[i].a | table[i].b; i = (i + 1) & (cap - 1))
		if (table[i].a == key.a && table[i].b == key.b)
			return false;
	table[i] = key;
	return true;
}

/* Was the same set of operations in the same state before? A hash of 128 bits stands for both. */
static bool
remember(struct search *search, const struct state *s)
{
	uint64_t hash = scatter(((uint64_t)s->at_lease << 32 | s->at_number) + scatter(s->value + scatter((uint64_t)s->lease << 1 | s->closed)));
	struct key key = { search->done.a ^ hash, search->done.b ^ scatter(hash) };

	if (2 * search->seen_count >= search->seen_cap) {
		size_t cap = search->seen_cap ? search->seen_cap * 2 : 64;
		struct key *table = bv_alloc_array(cap, sizeof *table);
		for (size_t i = 0; i < search->seen_cap; i++)
			if (search->seen[i].a | search->seen[i].b)
				put_key(table, cap, search->seen[i]);
		free(search->seen);
		search->seen = table;
		search->seen_cap = cap;
	}
	bool added = put_key(search->seen, search->seen_cap, key);
	search->seen_count += added;
	return !added;
}

static void
take_out(struct entry *entry)
{
	entry->before->after = entry->after;
	if (entry->after)
		entry->after->before = entry->before;
}

static void
put_back(struct entry *entry)
{
	entry->before->after = entry;
	if (entry->after)
		entry->after->before = entry;
}

/* At one moment, beginnings come first: operations that touch are taken for concurrent. */
static int
by_time(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns ? -1 : 1;
	if (x->begins != y->begins)
		return x->begins ? -1 : 1;
	return x->idx < y->idx ? -1 : x->idx > y->idx;
}

static void
search_init(struct search *search, const struct linear_op *ops, size_t count)
{
	size_t n = 0;

	*search = (struct search){ .entries = bv_alloc_array(2 * count, sizeof *search->entries), .stack = bv_alloc_array(count, sizeof *search->stack) };
	struct entry **begins = bv_alloc_array(count, sizeof *begins);
	for (size_t i = 0; i < count; i++) {
		if (ops[i].outcome == OUTCOME_REFUSED || (ops[i].kind == LINEAR_READ && ops[i].outcome == OUTCOME_UNKNOWN))
			continue;
		search->entries[n++] = (struct entry){ .op = &ops[i], .idx = i, .begins = true, .at_ns = ops[i].begun_ns };
		if (ops[i].outcome == OUTCOME_OK) {
			search->entries[n++] = (struct entry){ .op = &ops[i], .idx = i, .at_ns = ops[i].ended_ns };
			search->waiting++;
		}
	}
	if (n)
		qsort(search->entries, n, sizeof *search->entries, by_time);
	struct entry *last = &search->first;
	for (size_t i = 0; i < n; i++) {
		struct entry *entry = &search->entries[i];
		if (entry->begins)
			begins[entry->idx] = entry;
		else
			begins[entry->idx]->end = entry;
		entry->before = last;
		last->after = entry;
		last = entry;
	}
	free(begins);
}

static void
search_finish(struct search *search)
{
	free(search->entries);
	free(search->stack);
	free(search->seen);
}

/* entry happens now. */
static void
push(struct search *search, struct entry *entry, struct state after)
{
	search->stack[search->depth++] = (struct frame){ entry, search->state };
	search->state = after;
	search->waiting -= entry->end != NULL;
	take_out(entry);
	if (entry->end)
		take_out(entry->end);
}

/* What happened last did not happen then; the beginning after which to go on. */
static struct entry *
pop(struct search *search)
{
	struct frame *frame = &search->stack[--search->depth];

	if (frame->entry->end)
		put_back(frame->entry->end);
	put_back(frame->entry);
	search->waiting += frame->entry->end != NULL;
	mark(search, frame->entry->idx);
	search->state = frame->state;
	return frame->entry;
}

static enum linear_result
find(const struct linear_op *ops, size_t count, uint64_t steps)
{
	struct search search;
	enum linear_result result = LINEAR_UNDECIDED;

	search_init(&search, ops, count);
	for (struct entry *entry = search.first.after; steps; steps--) {
		if (!search.waiting) {
			result = LINEAR_GOOD;
			break;
		}
		struct state after = search.state;
		if (entry && entry->begins) {
			if (step(&after, entry->op)) {
				mark(&search, entry->idx);
				if (!remember(&search, &after)) {
					push(&search, entry, after);
					entry = search.first.after;
					continue;
				}
				mark(&search, entry->idx);
			}
			entry = entry->after;
			continue;
		}
		/* Nothing that could happen before this end does any good. */
		if (!search.depth) {
			result = LINEAR_BAD;
			break;
		}
		entry = pop(&search)->after;
	}
	search_finish(&search);
	return result;
}

/* ---- The smallest part that is impossible ---- */

static int
by_begin(const void *a, const void *b)
{
	const struct linear_op *x = a, *y = b;

	if (x->begun_ns != y->begun_ns)
		return x->begun_ns < y->begun_ns ? -1 : 1;
	return x->ended_ns < y->ended_ns ? -1 : x->ended_ns > y->ended_ns;
}

static int
by_moment(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* The history as it was known at a moment: what had not ended then is UNKNOWN. */
static size_t
known_at(struct linear_op *out, const struct linear_op *ops, size_t count, int64_t at_ns)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (ops[i].begun_ns > at_ns)
			continue;
		out[n] = ops[i];
		if (ops[i].ended_ns > at_ns)
			out[n].outcome = OUTCOME_UNKNOWN;
		n++;
	}
	return n;
}

/* Does other need that op happened before it? */
static bool
leans_on(const struct linear_op *other, const struct linear_op *op)
{
	if (op->kind == LINEAR_SUBMIT)
		return other->kind == LINEAR_SUBMIT;
	if (other->kind == LINEAR_SUBMIT)
		return false;
	if (other->superseded)
		return op->lease == other->lease && op->number > other->number;
	return (other->kind == LINEAR_READ || other->again) && same_answer(other, op);
}

/* Is a history without ops[idx] possible whenever it is possible with it? Then it may be left out, and what stays impossible is so by itself. */
static bool
may_go(const struct linear_op *ops, size_t count, size_t idx)
{
	const struct linear_op *op = &ops[idx];

	if (op->kind == LINEAR_READ || op->outcome == OUTCOME_REFUSED || (op->outcome == OUTCOME_OK && (op->again || op->superseded)))
		return true;
	for (size_t i = 0; i < count; i++)
		if (i != idx && ops[i].outcome != OUTCOME_REFUSED && leans_on(&ops[i], op))
			return false;
	return true;
}

/* *culprit stays, and stays the index of the same operation. */
static size_t
shrink(struct linear_op *ops, size_t count, size_t *culprit, uint64_t steps)
{
	struct linear_op *fewer = bv_alloc_array(count, sizeof *fewer);

	for (bool again = true; again;) {
		again = false;
		for (size_t i = count; i-- > 0;) {
			if (i == *culprit || !may_go(ops, count, i))
				continue;
			memcpy(fewer, ops, i * sizeof *ops);
			memcpy(fewer + i, ops + i + 1, (count - i - 1) * sizeof *ops);
			if (find(fewer, count - 1, steps) != LINEAR_BAD)
				continue;
			memcpy(ops, fewer, --count * sizeof *ops);
			*culprit -= i < *culprit;
			again = true;
		}
	}
	free(fewer);
	return count;
}

/* The first end after which the history is impossible: what was possible at a moment was so at every one before. */
static int64_t
first_bad(struct linear_op *part, const struct linear_op *ops, size_t count, uint64_t steps)
{
	int64_t *ends = bv_alloc_array(count, sizeof *ends);
	size_t low = 0, high = count - 1;

	for (size_t i = 0; i < count; i++)
		ends[i] = ops[i].ended_ns;
	qsort(ends, count, sizeof *ends, by_moment);
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (find(part, known_at(part, ops, count, ends[middle]), steps) == LINEAR_BAD)
			high = middle;
		else
			low = middle + 1;
	}
	int64_t at_ns = ends[low];
	free(ends);
	return at_ns;
}

/* ---- Its name ---- */

static const char *const meanings[][2] = {
	{ "lost", "nothing was found where an answer had been acknowledged" },
	{ "changed", "what was found has the number of an answer, and is another one" },
	{ "invented", "an answer was found that nobody gave" },
	{ "refused-visible", "an answer was found that had been refused" },
	{ "foreseen", "an answer was found before it was sent" },
	{ "resurrected", "an older answer was found after a newer one had been found" },
	{ "stale", "an older answer was found after a newer one had been acknowledged" },
	{ "after-submit", "an answer was stored after the submission" },
	{ "old-lease", "a tab or machine stored an answer after another one had taken over" },
	{ "twice", "one answer was stored twice" },
	{ "out-of-order", "an older answer was stored over a newer one" },
	{ "again-of-nothing", "'stored before' was said of what was not stored" },
	{ "superseded-by-nothing", "'superseded' was said although no newer answer was stored" },
	{ "submitted-twice", "two submissions were accepted" },
	{ "impossible", "no order explains what was seen" },
};

/* ops: all, with what was refused, which the search does not look at. */
static const char *
name_read(const struct linear_fault *fault, const struct linear_op *ops, size_t count)
{
	const struct linear_op *read = &fault->ops[fault->culprit];
	bool number = false, refused = false, given = false, later = false;

	if (!read->number)
		return "lost";
	for (size_t i = 0; i < count; i++) {
		const struct linear_op *op = &ops[i];
		if (op->kind != LINEAR_SAVE || !same_answer(op, read))
			continue;
		number = true;
		if (!same_value(op->value, read->value))
			continue;
		refused = refused || op->outcome == OUTCOME_REFUSED;
		given = given || (op->outcome != OUTCOME_REFUSED && op->begun_ns <= read->ended_ns);
		later = later || op->begun_ns > read->ended_ns;
	}
	if (!given)
		return refused ? "refused-visible" : later ? "foreseen" : number ? "changed" : "invented";
	const char *found = "impossible";
	for (size_t i = 0; i < fault->count; i++) {
		const struct linear_op *op = &fault->ops[i];
		bool same_lease = op->lease == read->lease || !op->lease || !read->lease;
		bool newer = same_lease ? op->number > read->number : op->lease > read->lease;
		if (op->outcome != OUTCOME_OK || op->ended_ns >= read->begun_ns)
			continue;
		if (op->kind == LINEAR_READ && newer)
			return "resurrected";
		if (op->kind == LINEAR_SAVE && newer)
			found = "stale";
	}
	return found;
}

static const char *
name_save(const struct linear_op *ops, size_t count, const struct linear_op *save)
{
	if (save->again || save->superseded)
		return save->again ? "again-of-nothing" : "superseded-by-nothing";
	for (size_t i = 0; i < count; i++) {
		const struct linear_op *op = &ops[i];
		if (op == save || op->outcome != OUTCOME_OK)
			continue;
		if (op->kind == LINEAR_SUBMIT && op->ended_ns < save->begun_ns)
			return "after-submit";
		if (op->kind != LINEAR_SAVE || op->again || op->superseded)
			continue;
		if (op->lease > save->lease)
			return "old-lease";
		if (op->lease == save->lease && op->number >= save->number)
			return op->number == save->number ? "twice" : "out-of-order";
	}
	return "impossible";
}

static void
name(struct linear_fault *fault, const struct linear_op *all, size_t count)
{
	const struct linear_op *culprit = &fault->ops[fault->culprit];

	fault->name = culprit->kind == LINEAR_READ     ? name_read(fault, all, count)
	              : culprit->kind == LINEAR_SUBMIT ? (culprit->again ? "again-of-nothing" : "submitted-twice")
	                                               : name_save(fault->ops, fault->count, culprit);
	for (size_t i = 0; i < BV_COUNT(meanings); i++)
		if (strcmp(meanings[i][0], fault->name) == 0)
			fault->meaning = meanings[i][1];
}

static void
explain(struct linear_fault *fault, const struct linear_op *ops, size_t count, uint64_t steps)
{
	struct linear_op *part = bv_alloc_array(count, sizeof *part);
	int64_t at_ns = first_bad(part, ops, count, steps);
	size_t n = known_at(part, ops, count, at_ns);

	*fault = (struct linear_fault){ .ops = part };
	qsort(part, n, sizeof *part, by_begin);
	for (size_t i = 0; i < n; i++)
		if (part[i].ended_ns == at_ns && part[i].outcome == OUTCOME_OK)
			fault->culprit = i;
	fault->count = shrink(part, n, &fault->culprit, steps);
	name(fault, ops, count);
}

enum linear_result
linear_check(struct linear_fault *fault, const struct linear_op *ops, size_t count, uint64_t steps)
{
	if (count > LINEAR_OPS_MAX)
		return LINEAR_UNDECIDED;
	enum linear_result result = count ? find(ops, count, steps) : LINEAR_GOOD;
	if (result == LINEAR_BAD)
		explain(fault, ops, count, steps);
	return result;
}

void
linear_write(struct bv_buf *out, const struct linear_fault *fault)
{
	static const char *const kinds[] = { "save", "read", "submit" };
	int64_t first_ns = fault->count ? fault->ops[0].begun_ns : 0;

	for (size_t i = 0; i < fault->count; i++) {
		const struct linear_op *op = &fault->ops[i];
		bv_buf_printf(out, "%s %10.3f – ", i == fault->culprit ? ">" : " ", (double)(op->begun_ns - first_ns) / 1e6);
		if (op->outcome == OUTCOME_UNKNOWN)
			bv_buf_printf(out, "%10s", "?");
		else
			bv_buf_printf(out, "%10.3f", (double)(op->ended_ns - first_ns) / 1e6);
		bv_buf_printf(out, " ms  %-6s", kinds[op->kind]);
		if (op->kind != LINEAR_SUBMIT && (op->number || op->kind == LINEAR_SAVE))
			bv_buf_printf(out, " lease %u number %u answer %016llx", op->lease, op->number, (unsigned long long)op->value);
		else if (op->kind == LINEAR_READ)
			bv_buf_addz(out, " nothing");
		bv_buf_printf(out, "  %s%s%s\n", op_outcome_name(op->outcome), op->again ? ", stored before" : "", op->superseded ? ", superseded" : "");
	}
}
