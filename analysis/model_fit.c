/* Person fit with a model: how likely is this pattern at this ability? */
#include <math.h>
#include <stdlib.h>

#include "analysis/analysis.h"

enum { ANSWERS_MIN = 2 };

/* Sums over the answers of one person. */
struct sums {
	int answers;
	double outfit, square, variance;         /* of residuals: their squares over variances, squares, variances */
	double outfit_spread, infit_spread;      /* of both under the model */
	double log_likelihood, entropy, entropy_variance; /* log P of the answers, less its mean, and the variance of it */
	double slope, slope_product, information; /* of the log-likelihood in theta; Σ P'·log P; Σ P'²/P */
};

static void
add_answer(struct sums *s, const struct bv_irt_curve *curve, int categories, int answer)
{
	double mean = 0, variance = 0, fourth = 0, log_mean = 0, log_square = 0;

	for (int k = 0; k < categories; k++)
		mean += k * curve->p[k];
	for (int k = 0; k < categories; k++) {
		double p = curve->p[k], off = (k - mean) * (k - mean), log_p = p > 0 ? log(p) : 0;
		variance += p * off;
		fourth += p * off * off;
		log_mean += p * log_p;
		log_square += p * log_p * log_p;
		s->slope_product += curve->p1[k] * log_p;
		s->information += p > 0 ? curve->p1[k] * curve->p1[k] / p : 0;
	}
	double residual = (answer - mean) * (answer - mean);
	s->answers++;
	s->outfit += residual / variance;
	s->square += residual;
	s->variance += variance;
	s->outfit_spread += fourth / (variance * variance);
	s->infit_spread += fourth - variance * variance;
	s->log_likelihood += log(curve->p[answer]);
	s->entropy += log_mean;
	s->entropy_variance += log_square - log_mean * log_mean;
	s->slope += curve->p1[answer] / curve->p[answer];
}

/* Wilson and Hilferty's cube root of a mean square with this standard deviation. */
static double
cube_root(double mean_square, double sd)
{
	return (cbrt(mean_square) - 1) * (3 / sd) + sd / 3;
}

static void
fit_one(struct bv_model_fit *out, const struct sums *s, bool bound)
{
	double n = s->answers, c = s->slope_product / s->information, w = s->log_likelihood - s->entropy;

	out->answers = s->answers;
	out->outfit = s->outfit / n;
	out->outfit_z = cube_root(out->outfit, sqrt(s->outfit_spread / (n * n) - 1 / n));
	out->infit = s->square / s->variance;
	out->infit_z = cube_root(out->infit, sqrt(s->infit_spread) / s->variance);
	out->lz = w / sqrt(s->entropy_variance);
	/* Var(log P − c·P'/P) is Var(log P) − c²·I, for c is their regression; what the estimator sets to nought is l' + r0, so r0 is −l'. */
	if (!bound) {
		out->excess = w - c * s->slope;
		out->variance = s->entropy_variance - c * c * s->information;
		out->lz_star = out->excess / sqrt(out->variance);
	}
	out->p = isfinite(out->lz_star) ? bv_normal_cdf(out->lz_star) : NAN;
}

static void
flag(struct bv_model_fit *out, size_t persons, double rate)
{
	double *p = bv_alloc_array(persons, sizeof p[0]);
	size_t count = 0;

	for (size_t i = 0; i < persons; i++)
		if (isfinite(out[i].p))
			p[count++] = out[i].p;
	double bound = bv_false_discovery_bound(p, count, count, rate);
	for (size_t i = 0; i < persons; i++)
		out[i].flagged = out[i].p <= bound;
	free(p);
}

void
bv_model_fit_make(struct bv_model_fit *out, const struct bv_abilities *a, double rate)
{
	const struct bv_responses *r = a->responses;

	for (size_t p = 0; p < r->persons; p++) {
		struct sums s = { 0 };
		out[p] = (struct bv_model_fit){ .lz = NAN, .lz_star = NAN, .excess = NAN, .variance = NAN, .infit = NAN, .infit_z = NAN, .outfit = NAN, .outfit_z = NAN, .p = NAN };
		for (size_t i = 0; !isnan(a->theta[p]) && i < r->items; i++) {
			struct bv_irt_curve curve;
			int answer = bv_abilities_category(a, p, i);
			if (answer < 0)
				continue;
			bv_irt_curve(&curve, &a->item[i], a->theta[p]);
			add_answer(&s, &curve, a->item[i].categories, answer);
		}
		if (s.answers >= ANSWERS_MIN)
			fit_one(&out[p], &s, fabs(a->theta[p]) >= BV_ABILITY_END);
	}
	flag(out, r->persons, rate);
}

double
bv_joint_fit(const struct bv_model_fit *answers, const struct bv_time_fit *times)
{
	double n = times->items;

	return (answers->excess - (times->chi2 - n) / 2) / sqrt(answers->variance + n / 2);
}
