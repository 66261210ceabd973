/* The nominal model (Bock 1972): categories without an order, each with a slope and an intercept of its own. */
#ifndef BV_SCORING_IRT_NOMINAL_H
#define BV_SCORING_IRT_NOMINAL_H

#include "scoring/irt/answers.h"

/* As bv_irt_curve and bv_irt_slopes. */
void nominal_curve(struct bv_irt_curve *out, const struct bv_irt_item *item, double theta);
void nominal_slopes(struct bv_irt_slopes *out, struct bv_irt_bends *bends, const struct bv_irt_item *item, double theta);

/* First slopes of the nominal items that are to be estimated; items: those that count. */
void nominal_start(struct bv_irt_item *items, const struct bv_irt_estimate *estimates, const struct bv_irt_answers *answers,
                   const int32_t *item_of, const int8_t *category_of);

#endif
