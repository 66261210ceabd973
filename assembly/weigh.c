/* The rules that look at every item and every node: the fast path of adaptive sessions. Items lie side by side in lanes, so that each item's
 * sum runs over the nodes in the same order whatever the machine's vectors are. */
#include <math.h>

#include "assembly/session.h"
#include "scoring/scoring.h"

/* Nodes that the posterior has left: what is outside weighs less than 1e-15 of it. */
static void
find_range(const struct bv_cat *s, size_t *from, size_t *to)
{
	*from = 0;
	*to = s->a->rules.nodes;
	while (*from + 1 < *to && s->posterior[*from] < 1e-17)
		++*from;
	while (*to > *from + 1 && s->posterior[*to - 1] < 1e-17)
		--*to;
}

WIDE static void
weigh_sum(struct bv_cat *s, const double *weight, const double *table, size_t from, size_t to)
{
	for (size_t b = 0; b < s->a->blocks; b++) {
		const double *at = table + b * s->a->rules.nodes * LANES;
		lanes sum = { 0 };
		for (size_t q = from; q < to; q++)
			sum += *(const lanes *)(at + q * LANES) * weight[q];
		*(lanes *)(s->worth + b * LANES) = sum;
	}
}

/* The expected variance: P(right) × var(right) + P(wrong) × var(wrong), from three sums over the nodes. at: the chance of right at the estimate for
 * each item, NULL for that of the posterior. */
WIDE static void
weigh_variance(struct bv_cat *s, const double *chance, size_t from, size_t to)
{
	double x1[BV_ADAPTIVE_NODES_MAX], x2[BV_ADAPTIVE_NODES_MAX], all1 = 0, all2 = 0, middle = s->theta;
	lanes check = { 0 };

	for (size_t q = from; q < to; q++) {
		double x = s->a->node[q] - middle; /* around the estimate: nothing cancels */
		all1 += x1[q] = s->posterior[q] * x;
		all2 += x2[q] = s->posterior[q] * x * x;
	}
	for (size_t b = 0; b < s->a->blocks; b++) {
		const double *at = s->a->p + b * s->a->rules.nodes * LANES;
		lanes m0 = { 0 }, m1 = { 0 }, m2 = { 0 };
		for (size_t q = from; q < to; q++) {
			lanes p = *(const lanes *)(at + q * LANES);
			m0 += p * s->posterior[q];
			m1 += p * x1[q];
			m2 += p * x2[q];
		}
		lanes n0 = 1 - m0, n1 = all1 - m1, n2 = all2 - m2;
		lanes right = m2 / m0 - (m1 / m0) * (m1 / m0), wrong = n2 / n0 - (n1 / n0) * (n1 / n0);
		lanes p = chance ? *(const lanes *)(chance + b * LANES) : m0;
		lanes worth = -(p * right + (1 - p) * wrong);
		*(lanes *)(s->worth + b * LANES) = worth;
		check += worth;
	}
	bool finite = true;
	for (size_t l = 0; l < LANES; l++)
		finite = finite && isfinite(check[l]);
	for (size_t i = 0; !finite && i < s->a->bank->count; i++) /* 0/0: the outcome is certain, the variance stays */
		s->worth[i] = isfinite(s->worth[i]) ? s->worth[i] : all1 * all1 - all2;
}

static void
weigh_mepv_at(struct bv_cat *s, size_t from, size_t to)
{
	for (size_t i = 0; i < s->a->bank->count; i++)
		s->worth[i] = bv_curve_probability(&s->a->bank->items[i].curve, s->theta);
	weigh_variance(s, s->worth, from, to);
	polytomous_variance(s, true, from, to);
}

/* KL(theta-hat ‖ node) = P log(P/P_q) + Q log(Q/Q_q), P and Q at the estimate; weighted by posterior or likelihood. */
static void
weigh_divergence(struct bv_cat *s, const double *weight, size_t from, size_t to)
{
	weigh_sum(s, weight, s->a->log_p, from, to);
	for (size_t i = 0; i < s->a->bank->count; i++) {
		double p = fmin(fmax(bv_curve_probability(&s->a->bank->items[i].curve, s->theta), 1e-300), 1 - 1e-16), q = 1 - p, sum = 0;
		for (size_t n = from; n < to; n++)
			sum += table_at(s->a, s->a->log_q, (uint32_t)i, n) * weight[n];
		s->worth[i] = p * (bv_logarithm(p) - s->worth[i]) + q * (bv_logarithm(q) - sum);
	}
	polytomous_divergence(s, weight, from, to);
}

static void
weigh_progressive(struct bv_cat *s)
{
	const struct bv_adaptive_rules *r = &s->a->rules;
	double part = r->length > 1 ? (double)s->count / (double)(r->length - 1) : 1, most = 0;
	double share = part > 0 ? bv_exponential(r->acceleration * bv_logarithm(part)) : 0;

	for (size_t i = 0; i < s->a->bank->count; i++) {
		s->worth[i] = s->state[i] == ITEM_OUT ? 0 : bv_assembly_information(&s->a->bank->items[i], s->theta);
		most = fmax(most, s->worth[i]);
	}
	for (size_t i = 0; i < s->a->bank->count; i++)
		s->worth[i] = (1 - share) * most * chance_unit(&s->chance) + share * s->worth[i];
}

/* The variance of the chance of right: how far an item tells apart the abilities that the weight has left. The nodes are classes, as in catR: those at
 * the ends count in full. */
static void
weigh_spread(struct bv_cat *s, const double *weight, size_t from, size_t to)
{
	weigh_sum(s, weight, s->a->p, from, to);
	for (size_t i = 0; i < s->a->bank->count; i++) {
		double mean = s->worth[i], sum = 0;
		for (size_t q = from; q < to; q++) {
			double away = table_at(s->a, s->a->p, (uint32_t)i, q) - mean;
			sum += weight[q] * away * away;
		}
		s->worth[i] = sum;
	}
	polytomous_spread(s, weight, from, to);
}

/* Observed information: minus the second derivative of the log-likelihood of one answer, (P'/P)² - P''/P. */
static double
observed(const struct bv_curve *k, double theta, bool right)
{
	double p = bv_curve_probability(k, theta), l = (p - k->c) / (1 - k->c), slope = k->a * l * (1 - l);

	if (!right)
		return k->a * slope;
	if (!(p > 0))
		return 0;
	slope *= (1 - k->c) / p;
	return slope * slope - slope * k->a * (1 - 2 * l);
}

static void
weigh_expected_information(struct bv_cat *s, size_t from, size_t to)
{
	for (size_t i = 0; i < s->a->bank->count; i++) {
		const struct bv_curve *k = &s->a->bank->items[i].curve;
		double sum[2] = { 0 }, mean[2] = { 0 }, p = bv_curve_probability(k, s->theta);
		for (size_t q = from; q < to; q++) {
			double right = s->posterior[q] * table_at(s->a, s->a->p, (uint32_t)i, q), wrong = s->posterior[q] - right;
			sum[1] += right;
			sum[0] += wrong;
			mean[1] += right * s->a->node[q];
			mean[0] += wrong * s->a->node[q];
		}
		s->worth[i] = 0;
		for (int right = 0; right < 2; right++)
			if (sum[right] > 0)
				s->worth[i] += (right ? p : 1 - p) * observed(k, mean[right] / sum[right], right);
	}
	polytomous_expected_information(s, from, to);
}

/* Weights of the nodes with sum 1 from values there; end: what the first and the last count, 0.5 for the trapezoid rule. */
static void
share_out(const struct bv_cat *s, double *weight, const double *value, double end)
{
	size_t nodes = s->a->rules.nodes;
	double sum = 0;

	for (size_t q = 0; q < nodes; q++)
		sum += weight[q] = value[q] * (q == 0 || q + 1 == nodes ? end : 1);
	for (size_t q = 0; q < nodes; q++)
		weight[q] = sum > 0 ? weight[q] / sum : 0;
}

static double
place_of(const struct bv_adaptive *a, uint32_t item)
{
	const struct bv_curve *curve = &item_at(a, item)->curve;

	if (item_at(a, item)->model)
		return a->polytomous[a->polytomous_of[item]].place;
	return a->rules.select == BV_SELECT_B ? curve->b : curve_peak(curve);
}

void
session_weigh(struct bv_cat *s)
{
	double flat[BV_ADAPTIVE_NODES_MAX];
	size_t from, to, nodes = s->a->rules.nodes;

	find_range(s, &from, &to);
	switch (s->a->rules.select) {
	case BV_SELECT_MFI:
		for (size_t i = 0; i < s->a->bank->count; i++)
			s->worth[i] = bv_assembly_information(&s->a->bank->items[i], s->theta);
		break;
	case BV_SELECT_MPWI:
		weigh_sum(s, s->posterior, s->a->info, from, to);
		break;
	case BV_SELECT_KLP:
		weigh_divergence(s, s->posterior, from, to);
		break;
	case BV_SELECT_MEPV:
		weigh_variance(s, NULL, from, to);
		polytomous_variance(s, false, from, to);
		break;
	case BV_SELECT_MEPV_AT:
		weigh_mepv_at(s, from, to);
		break;
	case BV_SELECT_PROGRESSIVE:
		weigh_progressive(s);
		break;
	case BV_SELECT_MLWI:
		share_out(s, flat, s->likelihood, 0.5);
		weigh_sum(s, flat, s->a->info, 0, nodes);
		break;
	case BV_SELECT_KL:
		share_out(s, flat, s->likelihood, 0.5);
		weigh_divergence(s, flat, 0, nodes);
		break;
	case BV_SELECT_GDI:
		share_out(s, flat, s->likelihood, 1);
		weigh_spread(s, flat, 0, nodes);
		break;
	case BV_SELECT_GDIP:
		share_out(s, flat, s->posterior, 2); /* the prior has the trapezoid's halves */
		weigh_spread(s, flat, from, to);
		break;
	case BV_SELECT_MEI:
		weigh_expected_information(s, from, to);
		break;
	case BV_SELECT_B:
	case BV_SELECT_PEAK:
		for (uint32_t i = 0; i < s->a->bank->count; i++)
			s->worth[i] = -fabs(place_of(s->a, i) - s->theta);
		break;
	}
}
