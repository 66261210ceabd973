#include "tools/load/registers.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tools/load/api.h"
#include "tools/load/linear.h"

enum { ITEMS_MAX = 500 };

/* One attempt. */
struct attempt {
	struct registers *registers;
	int64_t id;
	struct linear_op *ops[ITEMS_MAX];
	size_t counts[ITEMS_MAX], caps[ITEMS_MAX];
	bool seen[ITEMS_MAX];
	struct linear_op found[ITEMS_MAX]; /* by the read that is looked at; number 0: nothing */
};

static uint64_t
digest(struct bv_str text)
{
	uint8_t hash[BV_HASH_LEN];
	uint64_t n = 0;

	bv_sha256(hash, text);
	for (int i = 0; i < 8; i++)
		n = n << 8 | hash[i];
	return n ? n : 1;
}

static void
add(struct attempt *a, uint32_t item, const struct linear_op *op)
{
	if (item >= ITEMS_MAX) {
		faults_add(a->registers->faults, "unreadable", a->id, BV_STR_NONE, "there is no item %u", item);
		return;
	}
	a->seen[item] = true;
	if (a->counts[item] == a->caps[item]) {
		a->caps[item] = a->caps[item] ? 2 * a->caps[item] : 16;
		a->ops[item] = bv_resize_array(a->ops[item], a->caps[item], sizeof *a->ops[item]);
	}
	a->ops[item][a->counts[item]++] = *op;
}

static void
unreadable(struct attempt *a, const struct op *op, const struct bv_err *err)
{
	faults_add(a->registers->faults, "unreadable", a->id, BV_STR_NONE, "the answer to a %s: %s", op_kind_name(op->kind), err->msg);
}

/* SAVE and SUBMIT, with what the acknowledgement said. */
static bool
take_ack(struct linear_op *out, struct attempt *a, const struct op *op)
{
	struct api_ack ack;
	struct bv_err err;

	if (op->outcome != OUTCOME_OK)
		return true;
	if (api_read_ack(&ack, op->body, &err) != BV_OK) {
		unreadable(a, op, &err);
		return false;
	}
	out->again = ack.again;
	out->superseded = ack.superseded;
	bv_json_free(ack.json);
	return true;
}

static void
find_answer(void *ctx, const struct api_answer *answer)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(HISTORY_VALUE_MAX);
	struct attempt *a = ctx;

	if (answer->item >= ITEMS_MAX)
		return;
	if (answer->response)
		bv_json_write_canonical(&text, answer->response);
	a->found[answer->item] = (struct linear_op){ .lease = answer->lease, .number = answer->number, .value = text.len ? digest(bv_buf_str(&text)) : 0 };
}

/* item < ITEMS_MAX */
static bool
is_sent(const struct attempt *a, uint32_t item, const struct linear_op *found)
{
	for (size_t i = 0; i < a->counts[item]; i++)
		if (a->ops[item][i].kind == LINEAR_SAVE && a->ops[item][i].number == found->number &&
		    (!a->ops[item][i].lease || !found->lease || a->ops[item][i].lease == found->lease))
			return true;
	return false;
}

/* READ, and START, which reads too. */
static void
take_read(struct attempt *a, const struct op *op)
{
	struct bv_err err;

	if (op->outcome != OUTCOME_OK)
		return;
	memset(a->found, 0, sizeof a->found);
	if (api_read_answers(op->body, find_answer, a, &err) != BV_OK) {
		unreadable(a, op, &err);
		return;
	}
	a->registers->reads++;
	for (uint32_t i = 0; i < ITEMS_MAX; i++) {
		if (!a->seen[i] && !a->found[i].number)
			continue;
		/* Others save, too, at times that nobody here knows. */
		if (!a->registers->alone && a->found[i].number && !is_sent(a, i, &a->found[i])) {
			struct linear_op other = a->found[i];
			other.kind = LINEAR_SAVE;
			other.outcome = OUTCOME_UNKNOWN;
			add(a, i, &other);
		}
		a->found[i].kind = LINEAR_READ;
		a->found[i].begun_ns = op->begun_ns;
		a->found[i].ended_ns = op->ended_ns;
		add(a, i, &a->found[i]);
	}
}

/* All of one item: its saves and reads are there; submissions are everybody's. */
static void
check_item(struct attempt *a, uint32_t item, const struct linear_op *submits, size_t submit_count)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);
	struct linear_fault fault;

	a->registers->items++;
	for (size_t i = 0; i < submit_count; i++)
		add(a, item, &submits[i]);
	switch (linear_check(&fault, a->ops[item], a->counts[item], a->registers->steps)) {
	case LINEAR_GOOD:
		break;
	case LINEAR_UNDECIDED:
		faults_add(a->registers->faults, "undecided", a->id, BV_STR_NONE, "item %u: %zu operations are too many for these steps", item, a->counts[item]);
		break;
	case LINEAR_BAD:
		linear_write(&text, &fault);
		faults_add(a->registers->faults, fault.name, a->id, bv_buf_str(&text), "item %u: %s", item, fault.meaning);
		free(fault.ops);
	}
}

void
registers_check(struct registers *registers, const struct histories *histories, uint64_t from, uint64_t to)
{
	struct attempt *a = bv_alloc(sizeof *a);
	struct linear_op *submits = bv_alloc_array(to - from, sizeof *submits);
	size_t submit_count = 0;
	struct op op;

	histories_get(&op, histories, from);
	a->registers = registers;
	a->id = op.attempt;
	registers->attempts++;
	for (uint64_t i = from; i < to; i++) {
		histories_get(&op, histories, i);
		struct linear_op one = { .outcome = op.outcome, .lease = op.lease, .number = op.number, .begun_ns = op.begun_ns, .ended_ns = op.ended_ns };
		if (op.kind == OP_SAVE && take_ack(&one, a, &op)) {
			one.value = digest(op.value);
			add(a, op.item, &one);
		} else if (op.kind == OP_SUBMIT && take_ack(&one, a, &op)) {
			one.kind = LINEAR_SUBMIT;
			submits[submit_count++] = one;
		}
	}
	/* Now all items are known of which a read says something. */
	for (uint64_t i = from; i < to; i++) {
		histories_get(&op, histories, i);
		if (op.kind == OP_READ || op.kind == OP_START)
			take_read(a, &op);
	}
	for (uint32_t i = 0; i < ITEMS_MAX; i++)
		if (a->seen[i])
			check_item(a, i, submits, submit_count);
	for (uint32_t i = 0; i < ITEMS_MAX; i++)
		free(a->ops[i]);
	free(submits);
	free(a);
}
