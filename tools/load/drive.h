/* Connections, and what goes over them: one thread, epoll, no waiting. */
#ifndef BV_TOOLS_LOAD_DRIVE_H
#define BV_TOOLS_LOAD_DRIVE_H

#include "tools/load/crowd.h"
#include "tools/load/histogram.h"
#include "tools/load/link.h"
#include "tools/load/machine.h"

/* What was measured: operations that ended between the warm-up and the end. */
struct tally {
	uint64_t outcomes[OP_KIND_COUNT][OUTCOME_COUNT];
	struct histogram latency[OP_KIND_COUNT]; /* ns, of those that were acknowledged, from when they were due */
	uint64_t statuses[600];
	uint64_t tried_again; /* requests that came after 429, 503, a loss or a fault */
	uint64_t timeouts, resets; /* requests without an answer: none in time; the connection was lost */
	uint64_t broken;      /* answers that broke the protocol: no HTTP, of another attempt, not asked for */
	uint64_t connects, connect_faults;
	char fault[256];      /* the first broken answer */
};

struct result {
	struct tally tally;
	struct usage from, to;
	struct crowd_findings findings;
};

/* targets: one of each URL. ctx: interrupted by a signal when *stop gets true. EIO when nothing can be reached at all; history may be NULL. */
BV_MUST_USE enum bv_status drive(struct result *result, const struct options *options, const struct target *targets, struct crowd *crowd,
                                 struct history *history, const volatile bool *stop, struct bv_err *err);

#endif
