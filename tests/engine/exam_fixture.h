/* A sitting, an attempt and a way to do one act after the other, for tests of attempts and events. */
#ifndef BV_TESTS_EXAM_FIXTURE_H
#define BV_TESTS_EXAM_FIXTURE_H

#include "engine/engine.h"
#include "tests/check.h"

enum { MINUTE = 60000 };
#define T0 INT64_C(1795593600000) /* 2026-11-25T08:00:00Z */
#define RESPONSE(letter) BV_STR("{\"RESPONSE\":{\"base\":{\"identifier\":\"" letter "\"}}}")
#define STAFF_ID BV_STR("01JD8Z")

/* Five items, 60 minutes, a window of three hours in which one may start during the first two, 30 s of grace. */
__attribute__((unused)) static struct bv_sitting_plan
sample_plan(void)
{
	return (struct bv_sitting_plan){
		.name = BV_STR("2026-11-25.sang"), .opens_ms = T0, .start_until_ms = T0 + 120 * MINUTE, .closes_ms = T0 + 180 * MINUTE,
		.own_ms = 60 * MINUTE, .grace_ms = 30000, .item_count = 5
	};
}

/* What a sensible client would send for an act; lease and numbers are for the caller. */
__attribute__((unused)) static struct bv_exam_facts
sample_facts(enum bv_exam_act act, struct bv_str author, const struct bv_sitting_plan *plan)
{
	struct bv_exam_facts facts = { .author = author };
	bool person = !bv_str_is(author, "clock") && !bv_str_is(author, "candidate");

	if (person && act != BV_EXAM_LEASE && act != BV_EXAM_START && act != BV_EXAM_SAVE && act != BV_EXAM_SECTION && act != BV_EXAM_SUBMIT &&
	    act != BV_EXAM_EXPIRE)
		facts.reason = BV_STR("máy hỏng");
	switch (act) {
	case BV_EXAM_OPEN:
		facts.plan = *plan;
		break;
	case BV_EXAM_WINDOW:
		facts.plan = (struct bv_sitting_plan){ .opens_ms = plan->opens_ms, .start_until_ms = plan->start_until_ms, .closes_ms = plan->closes_ms };
		break;
	case BV_EXAM_REGISTER:
		facts.ticket = BV_STR("TS-0001");
		break;
	case BV_EXAM_LEASE:
		facts.machine = BV_STR("may-01");
		break;
	case BV_EXAM_START:
		facts.lease = 1;
		memset(facts.form, 0xab, sizeof facts.form);
		break;
	case BV_EXAM_RESCUE:
		facts.lease = 1;
		facts.age_ms = 60000;
		/* fall through */
	case BV_EXAM_SAVE:
		facts.lease = 1;
		facts.item = 0;
		facts.number = 1;
		facts.response = RESPONSE("A");
		break;
	case BV_EXAM_SECTION:
	case BV_EXAM_SUBMIT:
		facts.lease = bv_str_is(author, "clock") ? 0 : 1;
		break;
	case BV_EXAM_EXTEND:
		facts.ms = 5 * MINUTE;
		break;
	case BV_EXAM_SCORE:
		memset(facts.result, 0xcd, sizeof facts.result);
		break;
	case BV_EXAM_NOTE:
		facts.details = BV_STR("{\"kind\":\"noise\"}");
		break;
	case BV_EXAM_APPEAL:
		facts.reason = BV_STR("câu 3 sai đáp án");
		break;
	default:
		break;
	}
	return facts;
}

/* One candidate; every event passes through its bytes, as it does in a ledger. */
struct exam {
	struct bv_sitting_plan plan;
	struct bv_attempt attempt;
	struct bv_attempt twin; /* the same, folded as a ledger does at its start */
	struct bv_attempt_decision decision;
	struct bv_exam_event event;
	struct bv_err err;
	struct bv_buf body;
	struct bv_arena arena;
	int64_t now_ms, n;
	struct bv_sha256 start;
};

__attribute__((unused)) static void
exam_init(struct exam *e, const struct bv_sitting_plan *plan)
{
	*e = (struct exam){ .plan = *plan, .body = BV_BUF(BV_EXAM_BODY_MAX), .now_ms = T0 - 10 * MINUTE, .attempt = { .id = 2, .sitting = 1 },
		            .twin = { .id = 2, .sitting = 1 } };
	bv_receipt_sitting(&e->start, plan->name);
}

__attribute__((unused)) static void
exam_finish(struct exam *e)
{
	bv_attempt_finish(&e->attempt);
	bv_attempt_finish(&e->twin);
	bv_buf_finish(&e->body);
	bv_arena_finish(&e->arena);
}

/* Puts what was decided into the log: written, read again, folded. */
__attribute__((unused)) static enum bv_status
exam_store(struct exam *e)
{
	struct bv_exam_event read = e->event;

	bv_buf_clear(&e->body);
	bv_exam_body_write(&e->body, e->event.act, &e->event.facts);
	e->event.body = read.body = bv_buf_str(&e->body);
	TRY(bv_exam_body_parse(&read.facts, read.act, read.body, &e->arena, &e->err));
	bv_exam_event_hash(&read, NULL, &e->start, e->attempt.head);
	read.n = ++e->n;
	TRY(bv_attempt_fold(&e->attempt, &e->plan, &read, &e->err));
	TRY(bv_exam_body_parse(&read.facts, read.act, read.body, NULL, &e->err));
	return bv_attempt_fold(&e->twin, &e->plan, &read, &e->err);
}

__attribute__((unused)) static enum bv_status
exam_act(struct exam *e, enum bv_exam_act act, const struct bv_exam_facts *facts)
{
	TRY(bv_exam_facts_check(act, facts, &e->err));
	TRY(bv_attempt_decide(&e->decision, &e->event, &e->attempt, &e->plan, act, facts, e->now_ms, &e->err));
	return e->decision.verdict == BV_ATTEMPT_DO ? exam_store(e) : BV_OK;
}

/* The same by whoever usually does it, with usual facts. */
__attribute__((unused)) static enum bv_status
exam_do(struct exam *e, enum bv_exam_act act)
{
	bool candidate = act == BV_EXAM_LEASE || act == BV_EXAM_START || act == BV_EXAM_SAVE || act == BV_EXAM_SECTION || act == BV_EXAM_SUBMIT;
	struct bv_exam_facts facts =
	    sample_facts(act, candidate ? BV_STR("candidate") : act == BV_EXAM_EXPIRE ? BV_STR("clock") : STAFF_ID, &e->plan);

	if (candidate && act != BV_EXAM_LEASE)
		facts.lease = e->attempt.lease;
	if (act == BV_EXAM_SECTION)
		facts.section = e->attempt.section;
	if (act == BV_EXAM_SECTION && e->plan.adaptive && facts.section < e->plan.item_count) {
		facts.after = e->attempt.items ? e->attempt.items[facts.section].seq : 0;
		memset(facts.form, facts.section + 1 < e->plan.item_count ? 0xab : 0, sizeof facts.form);
	}
	return exam_act(e, act, &facts);
}

/* Registered, admitted, signed in, started at T0. */
__attribute__((unused)) static void
exam_started(struct exam *e, const struct bv_sitting_plan *plan)
{
	exam_init(e, plan);
	bool good = exam_do(e, BV_EXAM_REGISTER) == BV_OK && exam_do(e, BV_EXAM_ADMIT) == BV_OK && exam_do(e, BV_EXAM_LEASE) == BV_OK;
	e->now_ms = T0;
	CHECK_OK(good ? exam_do(e, BV_EXAM_START) : e->err.status, &e->err, "an attempt starts");
}

#endif
