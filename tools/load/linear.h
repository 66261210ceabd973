/* Is what clients saw of one item of one attempt possible, if every operation happened at one moment between its beginning and its end? The search
 * of Wing and Gong (1993), with Lowe's memory of what was tried. Items are registers of their own, so that each can be looked at alone (locality,
 * Herlihy and Wing 1990, theorem 1); a submission stands in the history of every item. */
#ifndef BV_TOOLS_LOAD_LINEAR_H
#define BV_TOOLS_LOAD_LINEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "tools/load/history.h"

enum linear_kind { LINEAR_SAVE, LINEAR_READ, LINEAR_SUBMIT };

struct linear_op {
	enum linear_kind kind;
	enum op_outcome outcome;
	bool again, superseded; /* SAVE, SUBMIT: what the acknowledgement said */
	uint32_t lease, number; /* SAVE: of the answer; READ: of the answer that was found, number 0: none, lease 0: not told */
	uint64_t value;         /* digest of the response; 0: not known */
	int64_t begun_ns, ended_ns;
};

enum linear_result { LINEAR_GOOD, LINEAR_BAD, LINEAR_UNDECIDED };
#define LINEAR_OPS_MAX 20000 /* of one item */

/* What is wrong, LINEAR_BAD: a name that programs can rely on, and the smallest part of the history that is impossible by itself. */
struct linear_fault {
	const char *name; /* "lost", "stale" … */
	const char *meaning;
	size_t count;
	struct linear_op *ops; /* in the order of their beginnings; the caller frees */
	size_t culprit;        /* the one whose end made it impossible */
};

/* ops in any order; steps: how long to search. fault is set when it is LINEAR_BAD. Many steps too few, or too many operations: LINEAR_UNDECIDED. */
enum linear_result linear_check(struct linear_fault *fault, const struct linear_op *ops, size_t count, uint64_t steps);
/* One line each, times in ms since the first. */
void linear_write(struct bv_buf *out, const struct linear_fault *fault);

#endif
