/* The observed information of the marginal likelihood. */
#ifndef BV_SCORING_IRT_UNCERTAINTY_H
#define BV_SCORING_IRT_UNCERTAINTY_H

#include "scoring/irt/objective.h"

/* Complete information less the covariance of the scores given the answers, person by person (Louis 1982, which equals Oakes 1999): count × count into
 * out, zeroed before. objective_take was the last thing done. */
void information_observed(double *out, struct objective *o);

/* Scores d log P of each cell and parameter: BV_IRT_PARAMS_MAX rows along the nodes for each cell; free(3). */
double *item_scores(const struct objective *o);
/* The cells of one of a person's rows, and their items. */
size_t cells_of(uint32_t out[BLOCK_PATTERNS], uint32_t items[BLOCK_PATTERNS], const struct expectation *e, uint32_t used);
/* Of 2 × pairs doubles. */
double lanes_dot(const double *a, const double *b, int pairs);

/* Of areas calibrated together, by adaptive nodes (o->joint->turned): what their population and persons add to the complete information of the items. */
void joint_information(double *out, const struct objective *o);
/* The population as it is estimated, with errors when the factor of the information is given. */
void joint_population(struct bv_irt_population *out, const struct objective *o, const double *factor);

#endif
