/* Abilities of several areas that are normal together, and adaptive Gauss-Hermite quadrature around what one person's answers say of them (Naylor & Smith
 * 1982). The log likelihood of the answers to an area is a row along equally spaced points on [-6, 6], read between them by the cubic through four. */
#ifndef BV_SCORING_IRT_AROUND_H
#define BV_SCORING_IRT_AROUND_H

#include "scoring/irt/irt.h"

#define AREAS BV_IRT_AREAS_MAX
#define RULE_POINTS_MAX 11 /* of the rule, one area */
#define AROUND_MAX 1024    /* nodes */
#define EDGE 6.0

/* What a normal distribution is used by: its precision, and log determinant of the covariance. */
struct normal {
	int n;
	double mean[AREAS], precision[AREAS][AREAS], log_determinant;
};
/* covariance: AREAS numbers a row. False when it is not positive definite. */
bool normal_of(struct normal *out, const double mean[AREAS], const double *covariance, int n);
double square_form(const struct normal *normal, const double *theta);

/* The Gauss-Hermite rule for exp(−z²/2), with the logarithm of its weights times exp(z²/2). */
struct rule {
	int areas, points, nodes; /* nodes: points^areas */
	double z[RULE_POINTS_MAX], log_weight[RULE_POINTS_MAX];
};
void rule_make(struct rule *rule, int areas);

/* Four neighbouring points and what each weighs in the value between them. */
struct cubic {
	int first;
	double c[4];
};
struct cubic cubic_at(double theta, int points);

/* Where a person's nodes lie: theta = mode + turn · z. */
struct around {
	double mode[AREAS], turn[AREAS][AREAS], log_determinant;
};
/* Mode and curvature of rows (area after area, `points` numbers each) under the normal distribution. They only say where the nodes lie. */
void around_find(struct around *out, const double *rows, int points, const struct normal *normal);

struct cloud {
	int count; /* of nodes that weigh anything */
	double theta[AROUND_MAX][AREAS], weight[AROUND_MAX]; /* weights sum to 1 */
	struct cubic cubic[AROUND_MAX][AREAS];
};
/* The log likelihood of the answers. */
double around_take(struct cloud *cloud, const struct around *around, const struct rule *rule, const double *rows, int points, const struct normal *normal);

#endif
