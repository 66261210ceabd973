/* The candidates: who does what when. */
#ifndef BV_TOOLS_LOAD_CROWD_H
#define BV_TOOLS_LOAD_CROWD_H

#include "tools/load/api.h"
#include "tools/load/options.h"

/* What he does before he answers: with a session that is there, or from the door on. */
enum step { STEP_LOOK, STEP_ANSWER, STEP_ENTRY, STEP_SEALED, STEP_WAIT, STEP_LEASE, STEP_BEGIN, STEP_PAPER };

/* Who comes through the door, and the paper that he gets. */
struct newcomer {
	struct bv_str ticket, code;
	struct form *form;
};

struct candidate {
	struct seat seat;
	struct newcomer *newcomer; /* NULL: with a session */
	uint32_t number; /* the last one given */
	uint32_t saves;  /* acknowledged */
	uint32_t sent_item, sent_number; /* of the operation that is on its way or to be tried again */
	uint8_t kind;    /* enum op_kind */
	uint8_t step;    /* enum step */
	bool values, again; /* again: try the same once more */
	bool checked, unsure; /* read back; the last save may have been stored or not */
	uint8_t tries;
	int64_t due_ns;  /* when the operation should have begun */
};

struct crowd;
/* EIO, EPARSE with the line, ENOTFOUND: the file of sessions; ELIMIT: it has fewer than --attempts. */
BV_MUST_USE enum bv_status crowd_new(struct crowd **out, const struct options *options, struct bv_err *err);
void crowd_free(struct crowd *crowd);
BV_AUTO_DEFINE(struct crowd, crowd_free)
size_t crowd_count(const struct crowd *crowd);
/* How many have something to do and have not begun it. */
size_t crowd_waiting(const struct crowd *crowd);
/* What was read back with --check, and what was wrong with it or with an answer that is no acknowledgement. */
struct crowd_findings {
	uint64_t candidates, answers, wrong;
	char first[256];
};
const struct crowd_findings *crowd_findings(const struct crowd *crowd);

/* Everybody's first operation is due, and nothing after it. */
void crowd_start_first(struct crowd *crowd, int64_t now_ns);
/* From now on they are due. */
void crowd_start(struct crowd *crowd, int64_t now_ns);
/* From now on nobody does anything but read back what he has saved; who is waiting then has not done so. */
void crowd_start_check(struct crowd *crowd, int64_t now_ns);
/* The next one who is due by now, or NULL; *wait_ns gets the moment when there will be one (INT64_MAX: nobody waits). */
struct candidate *crowd_due(struct crowd *crowd, int64_t now_ns, int64_t *wait_ns);
/* What he does: *op without times and outcome; its value is written to `value`, which is cleared first. */
void crowd_begin(struct op *op, struct crowd *crowd, struct candidate *candidate, struct bv_buf *value);
/* How it ended: when he is due again is decided. True when the operation has ended, false when it will be tried again. */
bool crowd_end(struct crowd *crowd, struct candidate *candidate, enum op_outcome outcome, int status, int retry_after_s, struct bv_str head, struct bv_str body,
               int64_t now_ns);

#endif
