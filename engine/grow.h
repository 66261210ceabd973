/* Forms that grow with the answers: BV-CAT-1 (doc/draw.md). Each item is the one worth most of a shadow test under the design and the strata; that some items
 * are left out for a candidate, as long as the rules allow, is drawn once. */
#ifndef BV_ENGINE_GROW_H
#define BV_ENGINE_GROW_H

#include "engine/issue.h"

/* What is immutable, and sessions that are not in use. */
struct grow;
/* issue has bank and whole. EINVAL, ECONFLICT as bv_issue_new. */
BV_MUST_USE enum bv_status grow_new(struct grow **out, const struct bv_issue *issue, struct bv_str chances, struct bv_err *err);
void grow_free(struct grow *grow);

/* Was the item at that position, counted from 0, answered rightly? drawn has the items up to it. */
typedef enum bv_status (*grow_judge)(void *ctx, bool *right, const struct bv_drawn *drawn, uint32_t position, struct bv_err *err);

/* The first given items of the candidate's form: judge is asked of each but the last, in order. Fewer, and *over, where the rules end it before; *over, too, when
 * the form has no more items than these. Any thread. What judge says ends it. */
BV_MUST_USE enum bv_status grow_form(struct bv_drawn *drawn, bool *over, struct bv_issue *issue, const uint8_t cid[BV_HASH_LEN], uint32_t given, grow_judge judge,
                                     void *ctx, struct bv_err *err);

/* Full marks are right. response: JSON {RESPONSE:PCI…}; empty is wrong. Items that no machine scores are refused (EINVAL). */
BV_MUST_USE enum bv_status grow_right(bool *right, const struct bv_item *item, const uint8_t clone_seed[BV_HASH_LEN], struct bv_str response, struct bv_err *err);

#endif
