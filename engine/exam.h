/* What exam.c, marking.c and attest.c share. */
#ifndef BV_ENGINE_EXAM_H
#define BV_ENGINE_EXAM_H

#include "base/clock.h"
#include "base/day.h"
#include "base/json.h"
#include "engine/engine.h"

struct exam_item {
	struct bv_str identifier, competence;
	bool has_parameters;
	int64_t a_milli, b_milli, c_milli;
	struct bv_item *item; /* NULL until it is first drawn */
};

struct bv_exam {
	struct bv_blueprint *blueprint;
	struct bv_standard *standard;
	struct bv_rules *rules;
	struct bv_draw_pool *pool;
	struct bv_draw_plan *plan;
	struct bv_draw_key key;
	uint8_t seed[BV_HASH_LEN], draw_key[BV_HASH_LEN];
	enum bv_sitting_mode mode;
	const struct bv_str *forms; /* of mode fixed, as JSON that was held against the pool */
	size_t form_count;
	struct bv_issue *issue; /* of forms that are assembled; else NULL */
	int64_t at_s;
	bv_day day; /* of the exam, for rules that have dates */
	struct bv_issuer issuer;
	struct bv_exam_demands demands;
	struct exam_item *items; /* of the pool, by identifier */
	size_t item_count;
	bv_exam_item_text text;
	void *ctx;
	const struct bv_achievement *achievement; /* what a certificate of this exam is about; made by attest.c */
	struct bv_arena arena;
};

/* Which of the prepared forms falls to a candidate. */
size_t exam_fixed_form(const struct bv_exam *exam, const uint8_t cid[BV_HASH_LEN]);

/* What candidate.json and a roster share: ticket, name, carryOver. */
BV_MUST_USE enum bv_status candidate_read(struct bv_candidate *out, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err);

/* Those of exam.json; nothing is changed where it has none. */
BV_MUST_USE enum bv_status exam_demands_read(struct bv_exam_demands *out, const struct bv_json *exam, struct bv_arena *arena, struct bv_err *err);

/* Of an adaptive exam: the form that follows from responses.json, which says how many items were given. */
BV_MUST_USE enum bv_status exam_form_given(struct bv_form **out, struct bv_exam *exam, struct bv_str ticket, const struct bv_json *json, struct bv_err *err);
/* Full marks are right; an empty response is wrong. */
BV_MUST_USE enum bv_status exam_judge(bool *right, struct bv_exam *exam, const struct bv_form_item *drawn, struct bv_str response, struct bv_err *err);
/* What a simulated candidate answers to an item (owned by the caller), and to the items of a form that grows with that: json gets "given". */
BV_MUST_USE enum bv_status exam_simulate_item(struct bv_json **out, struct bv_exam *exam, const struct bv_form_item *drawn, int64_t ability_milli,
                                              struct bv_stream *stream, struct bv_err *err);
BV_MUST_USE enum bv_status exam_simulate_growing(struct bv_json *json, struct bv_json *responses, struct bv_exam *exam, struct bv_str ticket, int64_t ability_milli,
                                                 struct bv_stream *stream, struct bv_err *err);

/* NULL when the pool does not have it. */
struct exam_item *exam_find_item(const struct bv_exam *exam, struct bv_str identifier);

/* The item of a drawn position, read and held against the hash on the form when it is needed for the first time. */
BV_MUST_USE enum bv_status exam_load_item(struct exam_item **out, struct bv_exam *exam, const struct bv_form_item *drawn,
                                          struct bv_err *err);

/* The certificate without its proof, in canonical form: what an auditor, who has no private key, derives again. */
BV_MUST_USE enum bv_status exam_attest_unsigned(struct bv_buf *body, struct bv_exam *exam, const struct bv_candidate *candidate,
                                                const struct bv_marking *marking, struct bv_err *err);

/* Names of the files of the evidence. */
#define EVIDENCE_FORMAT "bv-results-1"
#define EVIDENCE_RESULTS "results.json"
#define EVIDENCE_SIGNATURE "results.sig"
#define EVIDENCE_DID "issuer/did.json"

/* One row of results.json; owned by the caller. */
struct bv_json *evidence_row(const struct bv_candidate *candidate, const struct bv_marking *marking, bool certificate);

/* What is signed: a label, so that this signature can never be taken for one of something else, and the SHA-256 of results.json. */
#define EVIDENCE_SIGNED_LEN (14 + BV_HASH_LEN)
void evidence_signed_bytes(uint8_t out[EVIDENCE_SIGNED_LEN], struct bv_str results);

/* A name as it may stand on a certificate, in NFC, in arena. EINVAL. */
BV_MUST_USE enum bv_status candidate_name(struct bv_str *out, struct bv_str name, struct bv_arena *arena, struct bv_err *err);

/* What a certificate says of a candidate, by the document of his rating, without a serial number. Lives in arena and in rating. */
BV_MUST_USE enum bv_status exam_facts(struct bv_credential_facts *facts, struct bv_exam *exam, const struct bv_candidate *candidate, const struct bv_json *rating,
                                      const uint8_t hashes[4][BV_HASH_LEN], struct bv_arena *arena, struct bv_err *err);

#endif
