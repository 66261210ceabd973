/* The observed information of the marginal likelihood. */
#ifndef BV_SCORING_IRT_UNCERTAINTY_H
#define BV_SCORING_IRT_UNCERTAINTY_H

#include "scoring/irt/objective.h"

/* Complete information less the covariance of the scores given the answers, person by person (Louis 1982, which equals Oakes 1999): count × count into
 * out, zeroed before. objective_take was the last thing done. */
void information_observed(double *out, struct objective *o);

#endif
