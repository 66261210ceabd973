/* What this program knows of the server's HTTP interface: how requests are written and answers read. doc/server.md; /api/openapi.json. */
#ifndef BV_TOOLS_LOAD_API_H
#define BV_TOOLS_LOAD_API_H

#include "base/hash.h"
#include "base/json.h"
#include "base/str.h"
#include "tools/load/history.h"

/* A session that was signed in: who writes to what. */
struct seat {
	int64_t attempt; /* 0: nobody's */
	uint32_t lease;    /* 0: not known yet */
	bool tab;          /* taken by itself: the lease is said with everything */
	uint8_t token[32], machine[32];
};

/* "ATTEMPT TOKEN": a line of a file of sessions. */
BV_MUST_USE bool api_seat_parse(struct seat *seat, struct bv_str line);

/* The response of candidates' answer number `number`: which item and what, always the same for the same seed, attempt and number, so that it can
 * be sent again without being remembered. JSON in canonical form. */
uint32_t api_item(uint64_t seed, int64_t attempt, uint32_t number, uint32_t item_count);
void api_value(struct bv_buf *out, uint64_t seed, int64_t attempt, uint32_t number);

/* A place to draw an answer from, of the same three. */
uint64_t api_bits(uint64_t seed, int64_t attempt, uint32_t number);

/* Appends a whole request. seat may be NULL for OP_GET. path: OP_GET only. op->value: OP_SAVE, and OP_SIGN_IN (what api_entry wrote). */
void api_request(struct bv_buf *out, const struct op *op, const char *host, const char *path, const struct seat *seat, bool values);
/* SIGN_IN: what is sent. */
void api_entry(struct bv_buf *out, struct bv_str sitting, struct bv_str ticket, struct bv_str code);
/* SIGN_IN: attempt, token and machine from the cookies of the answer. */
BV_MUST_USE enum bv_status api_read_entry(struct seat *seat, struct bv_str head, struct bv_str body, struct bv_err *err);
/* LEASE: its number. 0: it says none. */
uint32_t api_read_lease(struct bv_str body);

/* What an answer means for the operation. */
enum op_outcome api_outcome(int status, struct bv_str body);
/* After such a refusal there is nothing more to do for that session: submitted, time over, another tab, signed out. */
bool api_is_end(int status);

/* START: how far the attempt was when this session began. ENOTFOUND, EPARSE, EINVAL. */
struct api_progress {
	uint32_t lease, last_number;
	bool running, admitted;
};
BV_MUST_USE enum bv_status api_read_progress(struct api_progress *out, struct bv_str body, struct bv_err *err);

/* SAVE, SUBMIT. */
struct api_ack {
	int64_t sitting, attempt, seq, at_ms, left_ms, deadline_ms;
	bool again, superseded;
	const struct bv_json *receipt; /* in json; NULL: none */
	struct bv_json *json;          /* the caller frees */
};
BV_MUST_USE enum bv_status api_read_ack(struct api_ack *out, struct bv_str body, struct bv_err *err);
/* The same of what a generator must know at once, without a tree. */
bool api_ack_is_of(struct bv_str body, int64_t attempt);

/* READ: each answer that is stored. */
struct api_answer {
	uint32_t item, lease, number; /* lease 0: not said */
	const struct bv_json *response; /* NULL: not said */
};
typedef void (*api_answer_visit)(void *ctx, const struct api_answer *answer);
BV_MUST_USE enum bv_status api_read_answers(struct bv_str body, api_answer_visit visit, void *ctx, struct bv_err *err);

/* The body of an event of the ledger that is an answer. false: it is another event. EPARSE. */
BV_MUST_USE enum bv_status api_read_event(struct api_answer *out, struct bv_json **json, struct bv_str body, struct bv_err *err);

#endif
