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
weigh_sum(struct bv_cat *s, const double *table, size_t from, size_t to)
{
	for (size_t b = 0; b < s->a->blocks; b++) {
		const double *at = table + b * s->a->rules.nodes * LANES;
		lanes sum = { 0 };
		for (size_t q = from; q < to; q++)
			sum += *(const lanes *)(at + q * LANES) * s->posterior[q];
		*(lanes *)(s->worth + b * LANES) = sum;
	}
}

/* The expected variance: P(right) × var(right) + P(wrong) × var(wrong), from three sums over the nodes. at: the chance of right at the estimate for
 * each item, NULL for that of the posterior. */
WIDE static void
weigh_variance(struct bv_cat *s, const double *chance, size_t from, size_t to)
{
	double x1[BV_ADAPTIVE_NODES_MAX], x2[BV_ADAPTIVE_NODES_MAX], all1 = 0, all2 = 0, middle = s->theta;

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
		*(lanes *)(s->worth + b * LANES) = -(p * right + (1 - p) * wrong);
	}
}

static void
weigh_mepv_at(struct bv_cat *s, size_t from, size_t to)
{
	for (size_t i = 0; i < s->a->bank->count; i++)
		s->worth[i] = bv_curve_probability(&s->a->bank->items[i].curve, s->theta);
	weigh_variance(s, s->worth, from, to);
}

/* KL(theta-hat ‖ node) = P log(P/P_q) + Q log(Q/Q_q), P and Q at the estimate; weighted by the posterior. */
static void
weigh_klp(struct bv_cat *s, size_t from, size_t to)
{
	weigh_sum(s, s->a->log_p, from, to);
	for (size_t i = 0; i < s->a->bank->count; i++) {
		double p = fmin(fmax(bv_curve_probability(&s->a->bank->items[i].curve, s->theta), 1e-300), 1 - 1e-16), q = 1 - p, sum = 0;
		for (size_t n = from; n < to; n++)
			sum += table_at(s->a, s->a->log_q, (uint32_t)i, n) * s->posterior[n];
		s->worth[i] = p * (bv_logarithm(p) - s->worth[i]) + q * (bv_logarithm(q) - sum);
	}
}

static void
weigh_progressive(struct bv_cat *s)
{
	const struct bv_adaptive_rules *r = &s->a->rules;
	double part = r->length > 1 ? (double)s->count / (double)(r->length - 1) : 1, most = 0;
	double share = part > 0 ? bv_exponential(r->acceleration * bv_logarithm(part)) : 0;

	for (size_t i = 0; i < s->a->bank->count; i++) {
		s->worth[i] = s->state[i] == ITEM_OUT ? 0 : bv_curve_information(&s->a->bank->items[i].curve, s->theta);
		most = fmax(most, s->worth[i]);
	}
	for (size_t i = 0; i < s->a->bank->count; i++)
		s->worth[i] = (1 - share) * most * chance_unit(&s->chance) + share * s->worth[i];
}

void
session_weigh(struct bv_cat *s)
{
	size_t from, to;

	find_range(s, &from, &to);
	switch (s->a->rules.select) {
	case BV_SELECT_MFI:
		for (size_t i = 0; i < s->a->bank->count; i++)
			s->worth[i] = bv_curve_information(&s->a->bank->items[i].curve, s->theta);
		break;
	case BV_SELECT_MPWI:
		weigh_sum(s, s->a->info, from, to);
		break;
	case BV_SELECT_KLP:
		weigh_klp(s, from, to);
		break;
	case BV_SELECT_MEPV:
		weigh_variance(s, NULL, from, to);
		break;
	case BV_SELECT_MEPV_AT:
		weigh_mepv_at(s, from, to);
		break;
	case BV_SELECT_PROGRESSIVE:
		weigh_progressive(s);
		break;
	}
}
