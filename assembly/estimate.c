/* Abilities in the midst of a session. */
#include <math.h>

#include "assembly/session.h"
#include "scoring/irt/irt.h"
#include "scoring/scoring.h"

static void
multiply_likelihood(struct bv_cat *s)
{
	size_t nodes = s->a->rules.nodes;
	uint32_t item = s->items[s->count - 1], place = s->a->polytomous_of[item];
	uint8_t category = s->category[s->count - 1];
	const struct polytomous *many = place == UINT32_MAX ? NULL : &s->a->polytomous[place];
	double most = 0;

	for (size_t q = 0; q < nodes; q++) {
		double p = many ? many->p[q * many->width + category] : table_at(s->a, s->a->p, item, q);
		s->likelihood[q] *= many || category ? p : 1 - p;
		most = s->likelihood[q] > most ? s->likelihood[q] : most;
	}
	for (; most < 1e-100 && most > 0; most *= 0x1p300) /* a long session would run out of exponents; only ratios count */
		for (size_t q = 0; q < nodes; q++)
			s->likelihood[q] *= 0x1p300;
}

static void
normalize(struct bv_cat *s, const double *prior)
{
	double sum = 0;

	for (size_t q = 0; q < s->a->rules.nodes; q++)
		sum += s->posterior[q] = s->likelihood[q] * prior[q];
	for (size_t q = 0; q < s->a->rules.nodes; q++)
		s->posterior[q] = sum > 0 ? s->posterior[q] / sum : 0;
}

static double
mean_of(const struct bv_cat *s)
{
	double sum = 0;

	for (size_t q = 0; q < s->a->rules.nodes; q++)
		sum += s->posterior[q] * s->a->node[q];
	return sum;
}

static double
variance_of(const struct bv_cat *s, double around)
{
	double sum = 0;

	for (size_t q = 0; q < s->a->rules.nodes; q++)
		sum += s->posterior[q] * (s->a->node[q] - around) * (s->a->node[q] - around);
	return sum;
}

static double
cap_step(const struct bv_cat *s, double to)
{
	const struct bv_adaptive_rules *r = &s->a->rules;
	double gap = fabs(s->theta) < r->step_cap ? r->step_cap : fabs(s->theta * r->step_cap);

	if (!(r->step_cap > 0) || s->count - 1 > r->step_cap_until)
		return to;
	return to > s->theta ? fmin(to, s->theta + gap) : fmax(to, s->theta - gap);
}

/* The prior is normal around the estimate before, with the variance 1.5; the standard error is corrected by Sheppard for classes of 9/80. */
static void
estimate_pix(struct bv_cat *s)
{
	double prior[BV_ADAPTIVE_NODES_MAX];

	for (size_t q = 0; q < s->a->rules.nodes; q++) {
		double away = s->a->node[q] - s->theta;
		prior[q] = bv_exponential(away * away / -3);
	}
	normalize(s, prior);
	s->theta = cap_step(s, mean_of(s));
	s->se = sqrt(fmax(variance_of(s, s->theta) - (9.0 / 80) * (9.0 / 80) / 12, 0));
}

/* ---- Maxima of the likelihood ---- */

struct slope {
	double score, info, j;
};

static void
add_slope(struct slope *sum, const struct bv_irt_item *model, int category, double theta)
{
	struct bv_irt_curve curve;

	bv_irt_curve(&curve, model, theta);
	sum->score += curve.p1[category] / fmax(curve.p[category], 1e-300);
	for (int k = 0; k < model->categories; k++) {
		double rate = curve.p1[k] / fmax(curve.p[k], 1e-300);
		sum->info += rate * curve.p1[k];
		sum->j += rate * curve.p2[k];
	}
}

static struct slope
slope_at(const struct bv_cat *s, double theta)
{
	struct slope sum = { 0 };

	for (size_t i = 0; i < s->count; i++) {
		const struct bv_assembly_item *item = item_at(s->a, s->items[i]);
		if (item->model) {
			add_slope(&sum, item->model, s->category[i], theta);
			continue;
		}
		const struct bv_curve *k = &item->curve;
		double p = bv_curve_probability(k, theta), l = (p - k->c) / (1 - k->c), p1 = (1 - k->c) * k->a * l * (1 - l), p2 = p1 * k->a * (1 - 2 * l);
		double pq = fmax(p * (1 - p), 1e-300);
		sum.score += (s->category[i] - p) * p1 / pq;
		sum.info += p1 * p1 / pq;
		sum.j += p1 * p2 / pq;
	}
	return sum;
}

/* What is zero at the estimate, from above. */
static double
gradient(const struct bv_cat *s, double theta)
{
	const struct bv_adaptive_rules *r = &s->a->rules;
	struct slope sum = slope_at(s, theta);

	if (r->estimate == BV_ESTIMATE_MAP)
		return sum.score - (theta - r->prior_mean) / (r->prior_sd * r->prior_sd);
	if (r->estimate == BV_ESTIMATE_WLE)
		return sum.score + (sum.info > 0 ? sum.j / (2 * sum.info) : 0);
	return sum.score;
}

/* Between which nodes the function falls through zero, of several places where the likelihood (and prior) is most; an end when nowhere. */
static size_t
find_bracket(const struct bv_cat *s)
{
	size_t nodes = s->a->rules.nodes, best = nodes;
	double before = gradient(s, s->a->node[0]), most = -1, first = before;

	for (size_t q = 1; q < nodes; q++) {
		double here = gradient(s, s->a->node[q]), weight = s->likelihood[q] + s->likelihood[q - 1];
		if (s->a->rules.estimate == BV_ESTIMATE_MAP)
			weight = s->likelihood[q] * s->a->prior[q] + s->likelihood[q - 1] * s->a->prior[q - 1];
		if (before > 0 && here <= 0 && weight > most) {
			best = q - 1;
			most = weight;
		}
		before = here;
	}
	bool high_end = before > 0 && s->likelihood[nodes - 1] > most, low_end = first < 0 && s->likelihood[0] > most;
	if (best == nodes || (s->a->rules.estimate == BV_ESTIMATE_ML && (high_end || low_end)))
		return before > 0 && (!low_end || s->likelihood[nodes - 1] >= s->likelihood[0]) ? nodes : nodes + 1;
	return best;
}

static void
estimate_peak(struct bv_cat *s)
{
	const struct bv_adaptive_rules *r = &s->a->rules;
	size_t at = find_bracket(s);

	if (at >= r->nodes) {
		s->theta = at == r->nodes ? r->to : r->from;
	} else {
		double low = s->a->node[at], high = s->a->node[at + 1];
		for (int i = 0; i < 60 && high - low > 1e-13; i++) {
			double mid = 0.5 * (low + high);
			if (gradient(s, mid) > 0)
				low = mid;
			else
				high = mid;
		}
		s->theta = 0.5 * (low + high);
	}
	double info = slope_at(s, s->theta).info + (r->estimate == BV_ESTIMATE_MAP ? 1 / (r->prior_sd * r->prior_sd) : 0);
	s->se = info > 1e-8 ? 1 / sqrt(info) : 1e4;
}

static void
test_cut(struct bv_cat *s)
{
	const struct bv_adaptive_rules *r = &s->a->rules;
	const struct bv_assembly_item *item = item_at(s->a, s->items[s->count - 1]);
	int category = s->category[s->count - 1];
	double high = bv_assembly_chance(item, category, r->cut + r->delta), low = bv_assembly_chance(item, category, r->cut - r->delta);

	s->llr += bv_logarithm(fmax(high, 1e-300)) - bv_logarithm(fmax(low, 1e-300));
}

void
session_estimate(struct bv_cat *s)
{
	multiply_likelihood(s);
	if (s->a->rules.sprt)
		test_cut(s);
	if (s->a->rules.estimate == BV_ESTIMATE_PIX) {
		estimate_pix(s);
		return;
	}
	normalize(s, s->a->prior);
	if (s->a->rules.estimate == BV_ESTIMATE_EAP) {
		double mean = mean_of(s);
		s->se = sqrt(variance_of(s, mean));
		s->theta = cap_step(s, mean);
	} else {
		estimate_peak(s);
	}
}
