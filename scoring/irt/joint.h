/* Several areas calibrated together: the E-step where each item hangs on one of up to six abilities that are normal together, with the mean 0 and the variance
 * 1 (free where an area has items of the Rasch models only). An item needs no more than its person's posterior of its own area; so the posterior of all areas is
 * made for each person and its margins are counted at the nodes of ability, item by item as with one area. The prior is a table over the
 * product of the areas' nodes, contracted with a person's rows of likelihoods where these leave anything: a smooth sum, of whose gradient nothing is
 * neglected. Adaptive Gauss-Hermite nodes, whose margins go to the nodes by the cubic that the likelihood is read by, give errors, and say whether the
 * product's were near enough to each other. */
#ifndef BV_SCORING_IRT_JOINT_H
#define BV_SCORING_IRT_JOINT_H

#include "scoring/irt/around.h"
#include "scoring/irt/expectation.h"

/* Standard deviations of ability: what a scorer takes as its prior, 0.05 … 5. */
#define LOG_SD_LOW (-2.995732273553991)
#define LOG_SD_HIGH 1.6094379124341003

#define JOINT_PARAMS (AREAS * (AREAS + 1) / 2)

struct joint {
	int area_count;
	bool turned;            /* by adaptive nodes */
	uint8_t *row_area;      /* of each used row */
	double *prior;          /* table over the nodes of the areas: the last one's along a row of stride doubles */
	double *ones, *margin;  /* a row of ones; of each area, its density at the nodes: only to know where nothing is */
	struct rule rule;
	struct normal normal;
	struct around *places;  /* of persons, as the last E-step had them */
	double covariance[AREAS][AREAS], expected[AREAS][AREAS]; /* expected: E theta theta' under the prior as it is summed */
	double second[AREAS][AREAS], chunk_second[CHUNKS][AREAS][AREAS]; /* Σ over persons E theta theta' */
	/* Parameters: rows of a Cholesky factor before they are made unit long, its diagonal 1; log sd. */
	double raw[AREAS][AREAS], log_sd[AREAS];
	int32_t raw_index[AREAS][AREAS], spread_index[AREAS]; /* places in the vector, or -1 */
	int param_count;
	int32_t place[JOINT_PARAMS]; /* of each, in order */
	double factor[JOINT_PARAMS * JOINT_PARAMS]; /* of its expected information */
};

/* area_of: of each item that counts, in whose order blocks have items of one area. */
void joint_init(struct joint *j, struct expectation *e, const uint8_t *area_of, int area_count, bool turned);
void joint_finish(struct joint *j);
/* Gives places to its parameters: correlations, and log sd of the areas whose `spread` says so; returns the next free one. */
size_t joint_place(struct joint *j, const bool spread[AREAS], size_t next);
/* From and to the vector. False beyond the ranges. */
bool joint_set(struct joint *j, const double *x);
void joint_get(double *x, const struct joint *j);
/* The prior of what was set. */
void joint_prior(struct joint *j, const struct nodes *nodes);
/* Of one person, with the table of likelihoods filled: margins of all areas into p, area after area of stride doubles, each summing to 1; second moments are
 * added to second. The log likelihood. */
double joint_person(double *p, double second[AREAS][AREAS], struct joint *j, const struct expectation *e, size_t person);
/* Adds its part of the gradient after an E-step of so many persons, and makes factor. */
void joint_gradient(double *gradient, struct joint *j, size_t persons);
/* Its part of the Newton step. */
void joint_step(double *out, const struct joint *j, const double *v);
/* precision · middle · precision. */
void joint_sandwich(double out[AREAS][AREAS], const struct joint *j, double middle[AREAS][AREAS]);
/* ∂covariance / ∂parameter k. */
void joint_slope(double out[AREAS][AREAS], const struct joint *j, int k);
/* The rows of log likelihoods of a person, area after area of nodes.count numbers; p: room for area_count × stride. */
double joint_rows(double *log_rows, double *p, const struct joint *j, const struct expectation *e, size_t person);

#endif
