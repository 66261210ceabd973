/* One candidate's sitting of a test, in memory. Private to test_*.c and expr_test.c. */
#ifndef BV_ITEMBANK_TEST_SESSION_H
#define BV_ITEMBANK_TEST_SESSION_H

#include "itembank/test.h"

enum section_state { SECTION_NEW, SECTION_ENTERED, SECTION_OVER };

/* A section as it is on this form: several of one section where it was selected several times. */
struct test_section {
	const struct test_node *node;
	int32_t parent; /* index in sections; -1: the part */
	int32_t last;   /* its last slot */
	enum section_state state;
	int64_t duration_ms;
};

/* An item on the form. */
struct test_slot {
	const struct test_node *node;
	int32_t section;  /* index in sections; -1: directly in the part */
	uint32_t instance; /* 1, … */
	int32_t again;    /* the next slot of the same reference, -1: none */
	enum bv_test_item_state state;
	bool presented, pending; /* pending: kept for the end of the part */
	uint32_t attempts;
	uint64_t submitted; /* number of the submission that was the last one; 0: none */
	int64_t duration_ms;
	struct bv_item_session *session; /* NULL until it is presented */
};

struct test_part {
	const struct test_node *node;
	int32_t first, end; /* slots */
	int64_t duration_ms;
};

struct bv_test_session {
	const struct bv_test *test;
	uint8_t seed[BV_HASH_LEN];
	struct bv_arena arena;   /* the form */
	struct bv_arena scratch; /* what a rule made */
	struct bv_arena outcome_arena;
	struct test_slot *slots;
	struct test_section *sections;
	struct test_part *parts;
	int32_t slot_count, section_count, part_count;
	int32_t *first_slot; /* by index of node: the first slot of an item reference, -1: none */
	enum bv_test_state state;
	int32_t part, current; /* current -1: none */
	int64_t now_ms, duration_ms;
	uint64_t submissions, runs;
	struct bv_value *values, *defaults; /* of the test's variables */
	struct bv_stream rule_stream;       /* preconditions, branch rules and template defaults, in the order of their evaluation */
	struct bv_stream run_stream;
};

/* test_selection.c: fills slots, sections and parts. */
void test_form_make(struct bv_test_session *session);
/* The key of a stream or a clone: HMAC-SHA-256(seed, label 00 identifier 00 be64(n)); without an identifier: label 00 be64(n). */
void test_key(uint8_t out[BV_HASH_LEN], const struct bv_test_session *session, const char *label, struct bv_str identifier, uint64_t n);

/* test_report.c: is it the time for that feedback, and do the outcomes show it? */
bool test_feedback_due(const struct bv_test_session *session, const struct test_feedback *feedback);

/* test_outcomes.c */
/* The surroundings of a rule: what it makes goes to session->scratch. */
struct bv_run test_run(struct bv_test_session *session);
/* Outcome processing, all outcomes anew. */
BV_MUST_USE enum bv_status test_outcomes_run(struct bv_test_session *session, struct bv_err *err);
void test_outcomes_start(struct bv_test_session *session);
/* Response processing of a slot with the responses that it has. */
BV_MUST_USE enum bv_status test_slot_score(struct bv_test_session *session, struct test_slot *slot, struct bv_err *err);
/* Item session, clone and template defaults, when it is presented for the first time (in nonlinear parts all at the start). */
BV_MUST_USE enum bv_status test_slot_open(struct bv_test_session *session, struct test_slot *slot, struct bv_err *err);
/* Are all responses NULL or at their defaults? */
bool test_slot_skipped(const struct test_slot *slot);

/* What expressions ask. */
int32_t test_slot_next(const struct bv_test_session *session, const struct test_node *item, int32_t slot); /* -1 starts, and ends */
struct bv_value test_slot_value(const struct bv_test_session *session, int32_t slot, int variable);
/* instance 0: the only one, or the one submitted last. NULL when it is not on the form. */
struct bv_value test_item_value(const struct bv_test_session *session, const struct test_node *item, uint32_t instance, int variable);
struct bv_value test_node_duration(const struct bv_test_session *session, const struct test_node *node);
bool test_slot_correct(const struct bv_test_session *session, int32_t slot);
bool test_slot_incorrect(const struct bv_test_session *session, int32_t slot);
bool test_slot_presented(const struct bv_test_session *session, int32_t slot);
bool test_slot_responded(const struct bv_test_session *session, int32_t slot);

#endif
