/* Why no form can be made. */
#ifndef BV_ASSEMBLY_CONFLICT_H
#define BV_ASSEMBLY_CONFLICT_H

#include "assembly/problem.h"

/* A smallest set of rows that cannot hold together, by the deletion filter (Chinneck & Dravnieks 1991), told in err and at length in
 * words. Returns ECONFLICT; BV_OK when the problem has forms, or none was found and none was excluded within the limits. */
BV_MUST_USE enum bv_status conflict_explain(const struct problem *p, struct bv_buf *words, struct bv_err *err);

#endif
