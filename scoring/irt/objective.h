/* The marginal log likelihood with its priors as a function of one vector: the free parameters of all items and groups. */
#ifndef BV_SCORING_IRT_OBJECTIVE_H
#define BV_SCORING_IRT_OBJECTIVE_H

#include "scoring/irt/joint.h"

struct objective {
	const struct bv_irt_settings *settings;
	struct expectation e;
	struct joint *joint; /* of several areas, or NULL */
	size_t item_count;
	struct bv_irt_item *items;
	double *logit;  /* of each item's c */
	int32_t *index; /* of each item's parameters, BV_IRT_PARAMS_MAX a piece: place in the vector, or -1 */
	int32_t mean_index[BV_IRT_GROUPS_MAX], spread_index[BV_IRT_GROUPS_MAX]; /* of the mean and of log sd, or -1 */
	double mean[BV_IRT_GROUPS_MAX], log_sd[BV_IRT_GROUPS_MAX];
	bool spread_ended[BV_IRT_GROUPS_MAX]; /* at an end of its range, and no longer free */
	int32_t shared; /* the slope of the 1PL, or -1 */
	size_t count;   /* of the vector */
	double log_prior, value; /* value: log likelihood + log prior */
	double *gradient;
	double *blocks;   /* of each item, Cholesky factors of the expected complete-data information of the parameters that are its own */
	double *coupling; /* of each item: with the shared slope */
	double shared_information, group_information[2 * BV_IRT_GROUPS_MAX];
};

/* Vector to items and groups, and back. False when it leaves the ranges of bv_irt_item: nothing is to be computed there. */
bool objective_set(struct objective *o, const double *x);
void objective_get(double *x, const struct objective *o);
/* One E-step at what was set: value, gradient, blocks. */
void objective_take(struct objective *o);
/* The gradient's Newton step by the blocks (times the vector v instead of the gradient): out may be v. */
void objective_step(double *out, const struct objective *o, const double *v);
/* Second derivative of the log prior in an item's parameter, and the first; 0 where there is none. */
double prior_first(const struct objective *o, size_t item, int param);
double prior_second(const struct objective *o, size_t item, int param);

#endif
