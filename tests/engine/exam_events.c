/* Prints bodies and hashes of many invented events, for exam_event_peer.py: sitting, attempt, seq, at, act, hash before, hash, body. */
#include "tests/engine/exam_fixture.h"

static uint64_t state = 20261125;

static uint64_t
next(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) % below;
}

static struct bv_exam_facts
invent(enum bv_exam_act act)
{
	const struct bv_str reasons[] = { BV_STR("x"), BV_STR("\"quoted\" \\ and \n\t"), BV_STR("tiếng Việt \xf0\x9f\x93\x9d"), BV_STR("</script>\x7f") };
	struct bv_sitting_plan plan = sample_plan();
	bool person = act == BV_EXAM_RESCUE || next(2) || (act != BV_EXAM_SECTION && act != BV_EXAM_EXPIRE && act != BV_EXAM_SAVE && act != BV_EXAM_SUBMIT);

	plan.item_count = (uint32_t)next(500) + 1;
	plan.own_ms = (int64_t)next(BV_SITTING_TIME_MAX_MS) + 1;
	struct bv_exam_facts facts = sample_facts(act, person ? STAFF_ID : BV_STR("candidate"), &plan);
	if (facts.reason.len) {
		facts.reason = reasons[next(BV_COUNT(reasons))];
		facts.key = next(2) ? state : 0;
		facts.details = next(2) ? BV_STR("{\"b\":[1,2,{\"c\":null}],\"d\":\"đ\"}") : facts.details;
	}
	if (act == BV_EXAM_SAVE || act == BV_EXAM_RESCUE) {
		facts.item = (uint32_t)next(500);
		facts.number = (uint32_t)next(UINT32_MAX) + 1;
		facts.age_ms = next(2) ? (int64_t)next(1000) : 0;
		facts.late = next(2);
	}
	if (act == BV_EXAM_LEASE)
		facts.lease = 3;
	if (act == BV_EXAM_EXPIRE)
		facts.deadline_ms = T0;
	return facts;
}

int
main(void)
{
	for (int i = 0; i < 2000; i++) {
		struct bv_exam_event event = { .attempt = (int64_t)next(1u << 31) + 1, .seq = (int64_t)next(UINT32_MAX) + 1, .at_ms = T0 + (int64_t)next(1u << 30) };
		struct bv_buf body = BV_BUF(BV_EXAM_BODY_MAX);
		uint8_t prev[BV_HASH_LEN] = { 0 };
		struct bv_sha256 start;
		char name[40], hex[2][BV_HEX_SIZE(BV_HASH_LEN)];
		do
			event.act = (enum bv_exam_act)(next(BV_EXAM_ACT_COUNT - 1) + 1);
		while (strcmp(bv_exam_act_name(event.act), "?") == 0);
		event.facts = invent(event.act);
		snprintf(name, sizeof name, "ca-%llu", (unsigned long long)next(1000));
		bv_receipt_sitting(&start, bv_str_of(name));
		for (size_t k = 0; i % 5 && k < sizeof prev; k++)
			prev[k] = (uint8_t)next(256);
		bv_exam_body_write(&body, event.act, &event.facts);
		event.body = bv_buf_str(&body);
		bv_exam_event_hash(&event, NULL, &start, prev);
		printf("%s\t%lld\t%lld\t%lld\t%d\t%s\t%s\t%.*s\n", name, (long long)event.attempt, (long long)event.seq, (long long)event.at_ms, (int)event.act,
		       bv_hex(hex[0], prev, sizeof prev), bv_hex(hex[1], event.hash, sizeof event.hash), BV_STR_ARG(event.body));
		bv_buf_finish(&body);
	}
	return 0;
}
