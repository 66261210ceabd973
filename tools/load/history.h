/* What every client did and was told, in a file: one record an operation, written when it ended. The checkers read it. Little-endian, doc/load.md. */
#ifndef BV_TOOLS_LOAD_HISTORY_H
#define BV_TOOLS_LOAD_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* START is the first look at an attempt, BEGIN the candidate's start. */
enum op_kind { OP_GET, OP_SIGN_IN, OP_START, OP_SAVE, OP_READ, OP_SUBMIT, OP_SEALED, OP_LEASE, OP_BEGIN, OP_PAPER, OP_KIND_COUNT };

/* OK: acknowledged. REFUSED: the server said that it did nothing. UNKNOWN: no answer that can be relied on, so that it may have happened or not. */
enum op_outcome { OUTCOME_OK, OUTCOME_REFUSED, OUTCOME_UNKNOWN, OUTCOME_COUNT };

/* One request. */
struct op {
	enum op_kind kind;
	enum op_outcome outcome;
	uint16_t status;      /* of HTTP; 0: none came */
	int64_t attempt;      /* as the server numbers it; 0: not known (yet) */
	uint32_t item;        /* SAVE: from 0 */
	uint32_t lease, number;
	int64_t begun_ns, ended_ns; /* CLOCK_MONOTONIC, so that several programs of one machine can be compared. UNKNOWN: ended is when it was given up */
	struct bv_str value;  /* SAVE: the response that was sent, JSON */
	struct bv_str body;   /* of the answer */
};

#define HISTORY_VALUE_MAX (64u << 10)
#define HISTORY_BODY_MAX (4u << 20)

struct history;
/* A new file; ECONFLICT when it exists. */
BV_MUST_USE enum bv_status history_create(struct history **out, const char *path, struct bv_err *err);
void history_add(struct history *history, const struct op *op);
/* Writes the end, without which no checker takes the file, and closes it. EIO for whatever could not be written since it was created. */
BV_MUST_USE enum bv_status history_close(struct history *history, struct bv_err *err);

/* ---- Reading: any number of files, as one list of operations that is ordered by attempt, and in each by their beginning ---- */

struct histories;
/* EPARSE: no history, damaged, or without its end (the generator was killed: what it was doing then is not known). ELIMIT. */
BV_MUST_USE enum bv_status histories_open(struct histories **out, char *const *paths, size_t count, struct bv_err *err);
void histories_free(struct histories *histories);
BV_AUTO_DEFINE(struct histories, histories_free)
uint64_t histories_count(const struct histories *histories);
/* Texts are borrowed from the file. */
void histories_get(struct op *op, const struct histories *histories, uint64_t idx);
/* The index after the last operation of the attempt that idx is of. */
uint64_t histories_next(const struct histories *histories, uint64_t idx);

const char *op_kind_name(enum op_kind kind);
const char *op_outcome_name(enum op_outcome outcome);

#endif
