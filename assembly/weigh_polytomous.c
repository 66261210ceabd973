/* The rules that look at every item and node, for items of several categories: what weigh.c sums for right and wrong is summed for each category, four
 * side by side. */
#include <math.h>

#include "assembly/session.h"
#include "scoring/irt/irt.h"
#include "scoring/scoring.h"

/* Sums over the nodes of weight × table, for every category. */
static inline __attribute__((always_inline)) void
sum_up(double *out, const struct polytomous *p, const double *table, const double *weight, size_t from, size_t to)
{
	for (size_t v = 0; v < p->width; v += LANES) {
		lanes sum = { 0 };
		for (size_t q = from; q < to; q++)
			sum += *(const lanes *)(table + q * p->width + v) * weight[q];
		*(lanes *)(out + v) = sum;
	}
}

/* The sum over the categories of chance × variance after it. */
WIDE void
polytomous_variance(struct bv_cat *s, bool at_estimate, size_t from, size_t to)
{
	double x1[BV_ADAPTIVE_NODES_MAX], x2[BV_ADAPTIVE_NODES_MAX];

	for (size_t q = from; q < to && s->a->polytomous_count; q++) {
		double x = s->a->node[q] - s->theta; /* around the estimate: nothing cancels */
		x1[q] = s->posterior[q] * x;
		x2[q] = s->posterior[q] * x * x;
	}
	for (size_t i = 0; i < s->a->polytomous_count; i++) {
		const struct polytomous *p = &s->a->polytomous[i];
		double m0[BV_IRT_CATEGORIES_MAX], m1[BV_IRT_CATEGORIES_MAX], m2[BV_IRT_CATEGORIES_MAX], sum = 0;
		struct bv_irt_curve here;
		sum_up(m0, p, p->p, s->posterior, from, to);
		sum_up(m1, p, p->p, x1, from, to);
		sum_up(m2, p, p->p, x2, from, to);
		if (at_estimate)
			bv_irt_curve(&here, p->model, s->theta);
		for (int k = 0; k < p->model->categories; k++)
			if (m0[k] > 0)
				sum += (at_estimate ? here.p[k] : m0[k]) * (m2[k] / m0[k] - (m1[k] / m0[k]) * (m1[k] / m0[k]));
		s->worth[p->item] = -sum;
	}
}

/* KL(theta-hat ‖ node) = sum of P_k log(P_k / P_kq), P_k at the estimate. */
WIDE void
polytomous_divergence(struct bv_cat *s, const double *weight, size_t from, size_t to)
{
	for (size_t i = 0; i < s->a->polytomous_count; i++) {
		const struct polytomous *p = &s->a->polytomous[i];
		double mean[BV_IRT_CATEGORIES_MAX], sum = 0;
		struct bv_irt_curve here;
		sum_up(mean, p, p->log_p, weight, from, to);
		bv_irt_curve(&here, p->model, s->theta);
		for (int k = 0; k < p->model->categories; k++)
			sum += here.p[k] * (bv_logarithm(fmax(here.p[k], 1e-100)) - mean[k]);
		s->worth[p->item] = sum;
	}
}

/* Half the sum of the variances of the chances of all categories: of two categories the variance of the chance of right. */
WIDE void
polytomous_spread(struct bv_cat *s, const double *weight, size_t from, size_t to)
{
	for (size_t i = 0; i < s->a->polytomous_count; i++) {
		const struct polytomous *p = &s->a->polytomous[i];
		double mean[BV_IRT_CATEGORIES_MAX], sum = 0;
		sum_up(mean, p, p->p, weight, from, to);
		for (size_t v = 0; v < p->width; v += LANES) {
			lanes spread = { 0 };
			for (size_t q = from; q < to; q++) {
				lanes away = *(const lanes *)(p->p + q * p->width + v) - *(const lanes *)(mean + v);
				spread += weight[q] * away * away;
			}
			for (size_t l = 0; l < LANES; l++)
				sum += spread[l];
		}
		s->worth[p->item] = sum / 2;
	}
}

/* Observed information: minus the second derivative of the log-likelihood of one answer, (P'/P)² - P''/P. */
static double
observed(const struct bv_irt_item *model, double theta, int category)
{
	struct bv_irt_curve at;

	bv_irt_curve(&at, model, theta);
	double p = fmax(at.p[category], 1e-300), rate = at.p1[category] / p;
	return rate * rate - at.p2[category] / p;
}

WIDE void
polytomous_expected_information(struct bv_cat *s, size_t from, size_t to)
{
	double x[BV_ADAPTIVE_NODES_MAX];

	for (size_t q = from; q < to; q++)
		x[q] = s->posterior[q] * s->a->node[q];
	for (size_t i = 0; i < s->a->polytomous_count; i++) {
		const struct polytomous *p = &s->a->polytomous[i];
		double sum[BV_IRT_CATEGORIES_MAX], mean[BV_IRT_CATEGORIES_MAX];
		struct bv_irt_curve here;
		sum_up(sum, p, p->p, s->posterior, from, to);
		sum_up(mean, p, p->p, x, from, to);
		bv_irt_curve(&here, p->model, s->theta);
		s->worth[p->item] = 0;
		for (int k = 0; k < p->model->categories; k++)
			if (sum[k] > 0)
				s->worth[p->item] += here.p[k] * observed(p->model, mean[k] / sum[k], k);
	}
}
