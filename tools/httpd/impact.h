/* What another rule pack would have made of a sitting that was scored: the marks of each result are judged again. Nothing is changed. */
#ifndef BV_TOOLS_HTTPD_IMPACT_H
#define BV_TOOLS_HTTPD_IMPACT_H

#include "engine/engine.h"

struct impact {
	int64_t candidates;    /* with a result */
	int64_t before[3], after[3]; /* by enum bv_rating_decision */
	int64_t gain, lose;    /* passed only after, only before */
};

/* ENOTFOUND: no such sitting. EINVAL: the pack cannot judge it (another standard, not in force that day, by ability: results do not say what that needs). */
BV_MUST_USE enum bv_status impact_count(struct impact *out, struct bv_sittings *tables, int64_t sitting, const struct bv_rules *rules,
                                        const struct bv_standard *standard, struct bv_err *err);

#endif
