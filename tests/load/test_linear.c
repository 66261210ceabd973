/* Histories that a right server could have given, made by one, must pass; histories with one thing wrong must be refused, by that name, with a part
 * that is impossible by itself. A search through all orders decides small histories a second time. */
#include "base/mem.h"
#include "tests/check.h"
#include "tools/load/linear.h"

enum { OPS = 60, STEPS = 10000000 };
static uint64_t seed = 88172645463325252u;

static uint64_t
below(uint64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % n;
}

/* ---- A right server: one register, written as SERVER's rules say and not as linear.c has them ---- */

struct server {
	uint32_t lease, at_lease, at_number;
	uint64_t value;
	bool submitted;
};

static void
serve(struct server *s, struct linear_op *op)
{
	op->outcome = OUTCOME_OK;
	if (op->kind == LINEAR_READ) {
		op->lease = s->at_lease;
		op->number = s->at_number;
		op->value = s->value;
		return;
	}
	if (op->kind == LINEAR_SUBMIT) {
		op->again = s->submitted;
		s->submitted = true;
		return;
	}
	if (op->lease == s->at_lease && op->number <= s->at_number) {
		op->superseded = op->number < s->at_number;
		op->again = op->number == s->at_number && op->value == s->value;
		if (!op->superseded && !op->again)
			op->outcome = OUTCOME_REFUSED;
		return;
	}
	if (s->submitted || op->lease != s->lease) {
		op->outcome = OUTCOME_REFUSED;
		return;
	}
	*s = (struct server){ s->lease, op->lease, op->number, op->value, false };
}

/* Up to `tabs` requests at once, each served at a moment of its own. Tab 1 takes over from tab 0 at some time. */
static size_t
make(struct linear_op *ops, size_t count, unsigned tabs, unsigned unknown_percent)
{
	struct server server = { .lease = 1 };
	int64_t free_at[4] = { 0 }, served[OPS];
	uint32_t number = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned tab = (unsigned)below(tabs);
		struct linear_op *op = &ops[i];
		*op = (struct linear_op){ .kind = below(10) < 6 ? LINEAR_SAVE : below(30) ? LINEAR_READ : LINEAR_SUBMIT };
		op->begun_ns = free_at[tab] + 1 + (int64_t)below(20);
		served[i] = op->begun_ns + (int64_t)below(50);
		op->ended_ns = served[i] + (int64_t)below(50);
		free_at[tab] = op->ended_ns;
		if (op->kind != LINEAR_SAVE)
			continue;
		op->lease = 1 + (below(40) == 0);
		op->number = below(4) && number ? 1 + (uint32_t)below(number) : ++number;
		op->value = op->number * 7 + op->lease;
		if (below(3) == 0) { /* the number of another one that is sent again */
			op->number = ++number;
			op->value = op->number * 7 + op->lease;
		}
	}
	for (size_t round = 0; round < count; round++) {
		size_t next = count;
		for (size_t i = 0; i < count; i++)
			if (served[i] >= 0 && (next == count || served[i] < served[next]))
				next = i;
		served[next] = -1;
		if (ops[next].kind == LINEAR_SAVE && ops[next].lease > server.lease)
			server.lease = ops[next].lease;
		bool lost = below(100) < unknown_percent;
		if (lost && below(2)) { /* the request was lost */
			ops[next].outcome = OUTCOME_UNKNOWN;
			continue;
		}
		serve(&server, &ops[next]);
		if (lost) { /* or its answer */
			ops[next].outcome = OUTCOME_UNKNOWN;
			ops[next].again = ops[next].superseded = false;
		}
	}
	return count;
}

/* ---- Every order of a small history, one after the other ---- */

static bool
possible_from(const struct linear_op *ops, size_t count, unsigned done, struct server s)
{
	bool all = true;

	for (size_t i = 0; i < count; i++)
		all = all && ((done >> i & 1) || ops[i].outcome != OUTCOME_OK);
	if (all)
		return true;
	for (size_t i = 0; i < count; i++) {
		bool early = true;
		if ((done >> i & 1) || ops[i].outcome == OUTCOME_REFUSED)
			continue;
		for (size_t k = 0; k < count; k++)
			early = early && ((done >> k & 1) || ops[k].outcome != OUTCOME_OK || k == i || ops[k].ended_ns >= ops[i].begun_ns);
		if (!early)
			continue;
		struct server after = s;
		struct linear_op got = ops[i];
		if (got.kind == LINEAR_SAVE && got.lease > after.lease)
			after.lease = got.lease;
		got.again = got.superseded = false;
		serve(&after, &got);
		const struct linear_op *op = &ops[i];
		bool same = got.outcome == OUTCOME_OK && got.again == op->again && got.superseded == op->superseded &&
		            (op->kind != LINEAR_READ || (got.number == op->number && (!got.number || (got.lease == op->lease && got.value == op->value))));
		if ((op->outcome == OUTCOME_UNKNOWN || same) && possible_from(ops, count, done | 1u << i, after))
			return true;
	}
	return false;
}

/* ---- Good and bad ---- */

static void
test_good(void)
{
	struct linear_op ops[OPS];
	struct linear_fault fault;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);
	int bad = 0, rounds = 20000;

	for (int i = 0; i < rounds && !bad; i++) {
		size_t count = make(ops, 1 + below(OPS), 1 + (unsigned)below(4), (unsigned)below(30));
		if (linear_check(&fault, ops, count, STEPS) == LINEAR_GOOD)
			continue;
		bad++;
		linear_write(&text, &fault);
		printf("# round %d: %s\n%s", i, fault.name, text.p);
		free(fault.ops);
	}
	CHECK(!bad, "%d histories of a right server are possible", rounds);
}

/* Something of a good history is changed at random: both searches must say the same. */
static void
test_both(void)
{
	struct linear_op ops[8];
	int differ = 0, found = 0, rounds = 30000;

	for (int i = 0; i < rounds; i++) {
		size_t count = make(ops, 2 + below(6), 1 + (unsigned)below(3), 20);
		struct linear_op *op = &ops[below(count)];
		switch (below(4)) {
		case 0:
			op->number = op->kind == LINEAR_SUBMIT ? 0 : (uint32_t)below(4);
			op->value = op->number * 7 + op->lease;
			break;
		case 1:
			op->again = op->kind != LINEAR_READ && op->outcome == OUTCOME_OK && !op->superseded && !op->again;
			break;
		case 2:
			op->outcome = OUTCOME_OK;
			break;
		default:
			op->begun_ns += 40;
			op->ended_ns += 60;
		}
		if (op->kind == LINEAR_SAVE && !op->number)
			op->number = 1;
		struct linear_fault fault = { 0 };
		enum linear_result result = linear_check(&fault, ops, count, STEPS);
		bool possible = possible_from(ops, count, 0, (struct server){ .lease = 1 });
		found += !possible;
		bool wrong = possible != (result == LINEAR_GOOD);
		if (result == LINEAR_BAD) {
			wrong = wrong || possible_from(fault.ops, fault.count, 0, (struct server){ .lease = 1 });
			free(fault.ops);
		}
		if (wrong && !differ++) {
			BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);
			linear_write(&text, &(struct linear_fault){ .ops = ops, .count = count });
			printf("# %s\n%s", possible ? "possible" : "impossible", text.p);
		}
	}
	CHECK(!differ, "the search agrees with that through all orders on %d histories (%d differ)", rounds, differ);
	CHECK(found > rounds / 20, "%d of them are impossible", found);
}

#define SAVE(l, n, b, e) { LINEAR_SAVE, OUTCOME_OK, .lease = l, .number = n, .value = 100 * l + n, .begun_ns = b, .ended_ns = e }
#define READ(l, n, b, e) { LINEAR_READ, OUTCOME_OK, .lease = l, .number = n, .value = n ? 100 * l + n : 0, .begun_ns = b, .ended_ns = e }
#define SUBMIT(b, e) { LINEAR_SUBMIT, OUTCOME_OK, .begun_ns = b, .ended_ns = e }

static const struct {
	const char *name; /* NULL: possible */
	const char *what;
	struct linear_op ops[6];
} cases[] = {
	{ NULL, "nothing", { { 0 } } },
	{ NULL, "a read beside a save sees the answer before it", { SAVE(1, 1, 0, 10), SAVE(1, 2, 20, 40), READ(1, 1, 25, 30), READ(1, 2, 50, 60) } },
	{ NULL, "or the one after", { SAVE(1, 1, 0, 10), SAVE(1, 2, 20, 40), READ(1, 2, 25, 30) } },
	{ "resurrected", "but not one after the other", { SAVE(1, 1, 0, 10), SAVE(1, 2, 20, 90), READ(1, 2, 25, 30), READ(1, 1, 50, 60) } },
	{ "lost", "an acknowledged answer is not there", { SAVE(1, 1, 0, 10), READ(0, 0, 20, 30) } },
	{ "stale", "an older answer is there", { SAVE(1, 1, 0, 10), SAVE(1, 2, 11, 12), READ(1, 1, 20, 30) } },
	{ "changed", "another answer is there", { SAVE(1, 1, 0, 10), { LINEAR_READ, 0, .lease = 1, .number = 1, .value = 5, .begun_ns = 20, .ended_ns = 30 } } },
	{ "invented", "an answer that nobody gave", { SAVE(1, 1, 0, 10), READ(1, 7, 20, 30) } },
	{ "foreseen", "an answer before it was sent", { READ(1, 1, 0, 10), SAVE(1, 1, 20, 30) } },
	{ "refused-visible", "a refused answer", { { LINEAR_SAVE, OUTCOME_REFUSED, .lease = 1, .number = 1, .value = 101, .begun_ns = 1, .ended_ns = 10 }, READ(1, 1, 20, 30) } },
	{ NULL, "a save of which nothing is known may be seen", { { LINEAR_SAVE, OUTCOME_UNKNOWN, .lease = 1, .number = 1, .value = 101, .begun_ns = 1, .ended_ns = 10 }, READ(1, 1, 20, 30) } },
	{ NULL, "late, too", { { LINEAR_SAVE, OUTCOME_UNKNOWN, .lease = 1, .number = 1, .value = 101, .begun_ns = 1, .ended_ns = 10 }, READ(0, 0, 20, 30), READ(1, 1, 40, 50) } },
	{ "lost", "but does not go again", { { LINEAR_SAVE, OUTCOME_UNKNOWN, .lease = 1, .number = 1, .value = 101, .begun_ns = 1, .ended_ns = 10 }, READ(1, 1, 20, 30), READ(0, 0, 40, 50) } },
	{ NULL, "a submission ends it", { SAVE(1, 1, 0, 10), SUBMIT(20, 30), READ(1, 1, 40, 50) } },
	{ "after-submit", "an answer after the submission", { SUBMIT(20, 30), SAVE(1, 1, 40, 50) } },
	{ NULL, "beside the submission", { SUBMIT(20, 45), SAVE(1, 1, 40, 50) } },
	{ "submitted-twice", "two submissions", { SUBMIT(20, 30), SUBMIT(40, 50) } },
	{ NULL, "the second one says so", { SUBMIT(20, 30), { LINEAR_SUBMIT, 0, .again = true, .begun_ns = 40, .ended_ns = 50 } } },
	{ "again-of-nothing", "a submission before the first", { { LINEAR_SUBMIT, 0, .again = true, .begun_ns = 1, .ended_ns = 5 }, SUBMIT(20, 30) } },
	{ "old-lease", "a tab that was replaced", { SAVE(1, 1, 0, 10), SAVE(2, 2, 20, 30), SAVE(1, 3, 40, 50) } },
	{ "twice", "the same answer stored twice", { SAVE(1, 1, 0, 10), SAVE(1, 1, 20, 30) } },
	{ "out-of-order", "an older one over a newer one", { SAVE(1, 2, 0, 10), SAVE(1, 1, 20, 30) } },
	{ "again-of-nothing", "stored before, but it was not", { SAVE(1, 1, 0, 10), { LINEAR_SAVE, 0, .again = true, .lease = 1, .number = 2, .value = 102, .begun_ns = 20, .ended_ns = 30 } } },
	{ "superseded-by-nothing", "superseded, but there is no newer one", { SAVE(1, 1, 0, 10), { LINEAR_SAVE, 0, .superseded = true, .lease = 1, .number = 2, .value = 102, .begun_ns = 20, .ended_ns = 30 } } },
	{ NULL, "superseded by one that is on its way", { SAVE(1, 5, 0, 60), { LINEAR_SAVE, 0, .superseded = true, .lease = 1, .number = 2, .value = 102, .begun_ns = 20, .ended_ns = 30 } } },
};

static void
test_cases(void)
{
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct linear_fault fault = { 0 };
		size_t count = 0;
		while (count < 6 && cases[i].ops[count].ended_ns)
			count++;
		enum linear_result result = linear_check(&fault, cases[i].ops, count, STEPS);
		if (!cases[i].name) {
			CHECK(result == LINEAR_GOOD, "good: %s", cases[i].what);
			continue;
		}
		CHECK(result == LINEAR_BAD && strcmp(fault.name, cases[i].name) == 0, "%s: %s (%s)", cases[i].name, cases[i].what, fault.name);
		CHECK(fault.meaning && fault.count <= 4, "%s: explained in %zu operations", cases[i].name, fault.count);
		free(fault.ops);
	}
}

/* One of the bad cases amid a long good history: found, by the same name, and told apart from the rest. */
static void
test_amid(void)
{
	static struct linear_op ops[OPS + 6];
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		if (!cases[i].name || strncmp(cases[i].name, "sub", 3) == 0 || strcmp(cases[i].name, "again-of-nothing") == 0)
			continue;
		int right = 0, small = 0, rounds = 200;
		for (int round = 0; round < rounds; round++) {
			struct linear_fault fault = { 0 };
			size_t count = 0, extra = 0;
			do {
				count = make(ops, 20 + below(OPS - 20), 3, 10);
				extra = 0;
				for (size_t k = 0; k < count; k++)
					extra += ops[k].kind == LINEAR_SUBMIT || ops[k].lease == 2;
			} while (extra);
			/* A new tab, whose lease is greater than all before. */
			for (; extra < 6 && cases[i].ops[extra].ended_ns; extra++) {
				ops[count + extra] = cases[i].ops[extra];
				ops[count + extra].begun_ns += 1000000;
				ops[count + extra].ended_ns += 1000000;
				if (ops[count + extra].lease)
					ops[count + extra].lease += 5;
			}
			enum linear_result result = linear_check(&fault, ops, count + extra, STEPS);
			const char *want = cases[i].name;
			/* Before the first of its answers there are those of the others. */
			right += result == LINEAR_BAD && (strcmp(fault.name, want) == 0);
			small += result == LINEAR_BAD && fault.count <= 4;
			if (result == LINEAR_BAD && round == 0)
				linear_write(&text, &fault);
			free(fault.ops);
		}
		CHECK(right == rounds && small == rounds, "%s amid others: %d of %d by name, %d small", cases[i].name, right, rounds, small);
	}
	CHECK(strstr(text.p, "> ") && strstr(text.p, "lease 6 number 1"), "what is wrong is marked");
}

static void
test_limits(void)
{
	struct linear_op *ops = bv_alloc_array(LINEAR_OPS_MAX + 1, sizeof *ops);
	struct linear_fault fault;

	for (uint32_t i = 0; i <= LINEAR_OPS_MAX; i++)
		ops[i] = (struct linear_op)SAVE(1, i + 1, 10 * i, 10 * i + 15);
	CHECK(linear_check(&fault, ops, LINEAR_OPS_MAX, STEPS) == LINEAR_GOOD, "%d operations", LINEAR_OPS_MAX);
	CHECK(linear_check(&fault, ops, LINEAR_OPS_MAX + 1, STEPS) == LINEAR_UNDECIDED, "one more");
	CHECK(linear_check(&fault, ops, LINEAR_OPS_MAX, 10) == LINEAR_UNDECIDED, "too few steps");
	free(ops);
}

int
main(void)
{
	test_cases();
	test_good();
	test_both();
	test_amid();
	test_limits();
	return check_end();
}
