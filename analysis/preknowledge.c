/* Did a person do better, and faster, on items that are said to be known outside than on the others? */
#include <math.h>
#include <stdlib.h>

#include "analysis/analysis.h"

#define CLOSE 1e-4 /* of the root of a likelihood ratio: below it the difference of two likelihoods is rounding */

struct parts {
	const struct bv_responses *responses;
	const struct bv_abilities *abilities;
	const struct bv_times *times;
	const bool *compromised;
	struct bv_irt_scorer *scorer; /* of the items that the abilities know; NULL: none */
	int8_t *marks;                /* [which * items + item of the scorer]: all, compromised, the others */
	size_t count;
	bool natural;                 /* ability is the natural parameter of every item */
};

/* The largest log-likelihood of one part, and where; the answers in it. */
static int
find_maximum(double *theta, double *log_likelihood, const struct parts *s, size_t which)
{
	const int8_t *marks = s->marks + which * s->count;
	struct bv_irt_score score;

	bv_irt_score(&score, s->scorer, BV_IRT_ML, marks);
	*theta = score.theta;
	*log_likelihood = 0;
	for (size_t i = 0, k = 0; i < s->responses->items; i++)
		if (s->abilities->item[i].categories) {
			if (marks[k] >= 0)
				*log_likelihood += log(bv_irt_probability(&s->abilities->item[i], marks[k], score.theta));
			k++;
		}
	return score.answers;
}

/* Information of one part's answers, and the slope of their log-likelihood. */
static double
information_of(double *slope, const struct parts *s, size_t which, double theta)
{
	const int8_t *marks = s->marks + which * s->count;
	double sum = 0;

	*slope = 0;
	for (size_t i = 0, k = 0; i < s->responses->items; i++)
		if (s->abilities->item[i].categories) {
			if (marks[k] >= 0) {
				struct bv_irt_curve curve;
				bv_irt_curve(&curve, &s->abilities->item[i], theta);
				sum += bv_irt_information(&s->abilities->item[i], theta);
				*slope += curve.p1[marks[k]] / curve.p[marks[k]];
			}
			k++;
		}
	return sum;
}

/* What else tests one ability against two; theta and out->score are there. */
static void
other_tests(struct bv_preknowledge *out, const struct parts *s, const double theta[3])
{
	double slope, rest, r = out->score;
	double known = information_of(&slope, s, 1, theta[0]), others = information_of(&rest, s, 2, theta[0]);

	out->wald = (theta[1] - theta[2]) / sqrt(1 / known + 1 / others);
	out->score_test = slope * sqrt(1 / known + 1 / others);
	if (!s->natural || fabs(r) < CLOSE)
		return;
	double ignored, q = (theta[1] - theta[2]) * sqrt(information_of(&ignored, s, 1, theta[1]) * information_of(&ignored, s, 2, theta[2]) / (known + others));
	out->modified = r + log(q / r) / r;
	out->saddle = bv_normal_cdf(r) + exp(-r * r / 2) / sqrt(2 * M_PI) * (1 / r - 1 / q);
}

/* Sinharay 2017: the root of twice what two abilities explain more than one, with the sign of their difference. */
static void
score_part(struct bv_preknowledge *out, struct parts *s, size_t person)
{
	double theta[3], log_likelihood[3];
	size_t k = 0;

	for (size_t i = 0; i < s->responses->items; i++) {
		if (!s->abilities->item[i].categories)
			continue;
		int category = bv_abilities_category(s->abilities, person, i);
		s->marks[k] = (int8_t)category;
		s->marks[s->count + k] = (int8_t)(s->compromised[i] ? category : BV_NOT_GIVEN);
		s->marks[2 * s->count + k++] = (int8_t)(s->compromised[i] ? BV_NOT_GIVEN : category);
	}
	for (size_t which = 0; which < 3; which++)
		if (find_maximum(&theta[which], &log_likelihood[which], s, which) == 0)
			return;
	double more = 2 * (log_likelihood[1] + log_likelihood[2] - log_likelihood[0]);
	out->score = copysign(sqrt(fmax(more, 0)), theta[1] - theta[2]);
	other_tests(out, s, theta);
}

/* Sinharay 2020: the difference of both speeds by its standard deviation. */
static double
time_part(const struct parts *s, size_t person)
{
	double precision[2] = { 0 }, sum[2] = { 0 };

	for (size_t i = 0; i < s->responses->items; i++) {
		double seconds = s->responses->seconds[person * s->responses->items + i];
		if (!(seconds > 0) || isnan(s->times->beta[i]))
			continue;
		double weight = s->times->alpha[i] * s->times->alpha[i];
		precision[s->compromised[i]] += weight;
		sum[s->compromised[i]] += weight * (s->times->beta[i] - log(seconds));
	}
	return precision[0] > 0 && precision[1] > 0 ? (sum[1] / precision[1] - sum[0] / precision[0]) / sqrt(1 / precision[0] + 1 / precision[1]) : NAN;
}

static void
judge(struct bv_preknowledge *out)
{
	out->p = NAN;
	out->joint = NAN;
	if (isnan(out->score) && isnan(out->time))
		return;
	if (isnan(out->score) || isnan(out->time)) {
		out->p = bv_normal_cdf(-(isnan(out->score) ? out->time : out->score));
		return;
	}
	double score = fmax(out->score, 0), time = fmax(out->time, 0);
	out->joint = score * score + time * time;
	/* Either part is above nought in half of the honest: a mixture of no, one and two degrees of freedom. */
	out->p = out->joint > 0 ? bv_chi_square_tail(out->joint, 1) / 2 + bv_chi_square_tail(out->joint, 2) / 4 : 1;
}

enum bv_status
bv_preknowledge_make(struct bv_preknowledge *out, const struct bv_responses *r, const struct bv_abilities *abilities, const struct bv_times *times,
                     const bool *compromised, double rate, struct bv_err *err)
{
	BV_AUTO(bv_irt_scorer_free) struct bv_irt_scorer *scorer = NULL;
	struct parts s = { .responses = r, .abilities = abilities, .times = times, .compromised = compromised };

	if (abilities) {
		struct bv_irt_item *items = bv_alloc_array(abilities->items, sizeof items[0]);
		s.natural = true;
		for (size_t i = 0; i < r->items; i++)
			if (abilities->item[i].categories) {
				items[s.count++] = abilities->item[i];
				s.natural &= abilities->item[i].model != BV_IRT_3PL && abilities->item[i].model != BV_IRT_GRM;
			}
		enum bv_status status = bv_irt_scorer_new(&scorer, items, s.count, 0, 1, err);
		free(items);
		TRY(status);
		s.scorer = scorer;
		s.marks = bv_alloc_array(s.count, 3);
	}
	double *p = bv_alloc_array(r->persons, sizeof p[0]);
	size_t tests = 0;
	for (size_t n = 0; n < r->persons; n++) {
		out[n] = (struct bv_preknowledge){ .score = NAN, .wald = NAN, .score_test = NAN, .modified = NAN, .saddle = NAN, .time = times ? time_part(&s, n) : NAN };
		if (abilities)
			score_part(&out[n], &s, n);
		judge(&out[n]);
		if (!isnan(out[n].p))
			p[tests++] = out[n].p;
	}
	double bound = bv_false_discovery_bound(p, tests, tests, rate);
	for (size_t n = 0; n < r->persons; n++)
		out[n].flagged = out[n].p <= bound;
	free(p);
	free(s.marks);
	return BV_OK;
}
