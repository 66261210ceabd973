/* A problem as a mixed-integer program: van der Linden (2005), Linear Models for Optimal Test Design. */
#ifndef BV_ASSEMBLY_MODEL_H
#define BV_ASSEMBLY_MODEL_H

#include "assembly/mip.h"
#include "assembly/problem.h"

/* Columns: item i of form f at f × count + i; behind them the stimuli of each form, then y, the objective, unless it is a plain sum.
 * active: of the rows, NULL for all. Without the objective it asks only whether anything holds. */
void model_build(struct mip *m, const struct problem *p, const bool *active, bool objective);
/* The items of the x of such a model, forms × length, rising. False: a form has not length items. */
bool model_items(uint32_t *items, const struct problem *p, const double *x);
/* An x of those items: for mip_solve's start. */
void model_start(double *x, const struct mip *m, const struct problem *p, const uint32_t *items);

#endif
