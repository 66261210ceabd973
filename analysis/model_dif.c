/* Differential item functioning with a model: the same item calibrated in two groups, on one scale. */
#include <math.h>
#include <stdlib.h>

#include "analysis/analysis.h"

/* Slope and difficulty with their covariance matrix. */
struct curve {
	double a, b, var_a, var_b, cov;
};

struct sides {
	const struct bv_responses *responses;
	size_t count;           /* items that are calibrated */
	size_t *column;         /* of the responses */
	struct bv_irt_estimate *estimate[2];
	struct curve *curve[2]; /* by item of the responses */
};

enum { PASSES = 300 }; /* 20 are usual; more say that an item runs away */

static enum bv_status
calibrate_once(struct bv_irt_fit *fit, struct sides *s, int side, const int8_t *focal, const bool *left, struct bv_err *err)
{
	const struct bv_responses *r = s->responses;
	BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *answers = bv_irt_answers_new(s->count);
	struct bv_irt_answer *given = bv_alloc_array(s->count, sizeof given[0]);
	struct bv_irt_settings settings = bv_irt_settings_default();
	enum bv_status status = BV_OK;

	for (size_t p = 0; status == BV_OK && p < r->persons; p++) {
		size_t n = 0;
		for (size_t k = 0; focal[p] == side && k < s->count; k++) {
			int score = r->score[p * r->items + s->column[k]];
			if (score >= 0 && !left[k])
				given[n++] = (struct bv_irt_answer){ (uint32_t)k, score };
		}
		if (focal[p] == side)
			status = bv_irt_answers_add(answers, given, n, 0, err);
	}
	free(given);
	TRY(status);
	settings.gradient = 1e-5;
	settings.steps_max = PASSES;
	for (size_t k = 0; k < s->count; k++)
		s->estimate[side][k] = (struct bv_irt_estimate){ .item = { .model = BV_IRT_2PL, .categories = 2 } };
	return bv_irt_calibrate(fit, s->estimate[side], answers, &settings, err);
}

/* Items whose slope has no bound in so few persons are left out, and the others calibrated again. */
static enum bv_status
calibrate_side(struct sides *s, int side, const int8_t *focal, struct bv_err *err)
{
	bool *left = bv_alloc_array(s->count, sizeof left[0]), fewer = true;
	struct bv_irt_fit fit;
	enum bv_status status = BV_OK;

	while (fewer && (status = calibrate_once(&fit, s, side, focal, left, err)) == BV_OK && !(fit.converged && fit.errors)) {
		fewer = false;
		for (size_t k = 0; k < s->count; k++) {
			bool away = s->estimate[side][k].state == BV_IRT_STEEP || s->estimate[side][k].state == BV_IRT_LOOSE;
			fewer |= away && !left[k];
			left[k] |= away;
		}
	}
	free(left);
	if (status == BV_OK && !(fit.converged && fit.errors))
		status = bv_err_set(err, BV_EINVAL, "the 2PL model cannot be estimated in one of the two groups: leave out items that hardly anybody of it solves or fails");
	return status == BV_OK ? BV_OK : bv_err_again(err, 0, "%s group: %s", side ? "focal" : "reference", err->msg);
}

/* b = −d/a; variances by the delta method. */
static struct curve
curve_of(const struct bv_irt_estimate *e)
{
	double a = e->item.a, d = e->item.d[0], in_a = d / (a * a), in_d = -1 / a;
	double va = e->error.a * e->error.a, vd = e->error.d[0] * e->error.d[0];

	return (struct curve){ a, -d / a, va, in_a * in_a * va + in_d * in_d * vd + 2 * in_a * in_d * e->a_d, in_a * va + in_d * e->a_d };
}

static bool
is_estimated(const struct bv_irt_estimate *e)
{
	return e->state == BV_IRT_ESTIMATED && e->item.a > 0;
}

static struct curve
rescaled(struct curve c, double slope, double shift)
{
	return (struct curve){ c.a / slope, slope * c.b + shift, c.var_a / (slope * slope), slope * slope * c.var_b, c.cov };
}

/* Lord 1980: the difference of both parameters by its covariance matrix. */
static double
lord(const struct curve *r, const struct curve *f)
{
	double a = r->a - f->a, b = r->b - f->b, va = r->var_a + f->var_a, vb = r->var_b + f->var_b, cov = r->cov + f->cov;

	return (a * a * vb - 2 * a * b * cov + b * b * va) / (va * vb - cov * cov);
}

/* Raju 1988, 1990: the area between the curves, in which parts that cross take from each other (signed), or do not. */
static void
areas(struct bv_model_dif_item *out, const struct curve *r, const struct curve *f)
{
	double difference = f->a - r->a, product = r->a * f->a, b = f->b - r->b;

	out->area = b;
	if (fabs(difference) < 1e-6 * r->a) {
		out->unsigned_area = b;
		out->raju = b / sqrt(r->var_b + f->var_b);
		return;
	}
	double y = product * b / difference, softplus = y > 0 ? y + log1p(exp(-y)) : log1p(exp(y)), logistic = y >= 0 ? 1 / (1 + exp(-y)) : exp(y) / (1 + exp(y));
	double in_b = 1 - 2 * logistic, in_ar = 2 / (r->a * r->a) * (y * logistic - softplus), in_af = -2 / (f->a * f->a) * (y * logistic - softplus);
	double h = 2 * difference / product * softplus - b;
	double variance = in_b * in_b * (r->var_b + f->var_b) + in_ar * in_ar * r->var_a + in_af * in_af * f->var_a + 2 * in_b * (in_ar * r->cov - in_af * f->cov);
	out->unsigned_area = h;
	out->raju = h / sqrt(variance);
}

/* Mean and standard deviation of the difficulties of the items that stay: the focal group's onto the reference group's. */
static bool
link_sides(struct bv_model_dif *out, const struct sides *s)
{
	double n = 0, mean[2] = { 0 }, square[2] = { 0 };

	for (size_t i = 0; i < s->responses->items; i++)
		if (out->item[i].tested && !out->item[i].flagged) {
			n++;
			for (int side = 0; side < 2; side++)
				mean[side] += s->curve[side][i].b;
		}
	for (int side = 0; side < 2; side++)
		mean[side] /= n;
	for (size_t i = 0; i < s->responses->items; i++)
		for (int side = 0; out->item[i].tested && !out->item[i].flagged && side < 2; side++)
			square[side] += (s->curve[side][i].b - mean[side]) * (s->curve[side][i].b - mean[side]);
	if (n < 2 || !(square[1] > 0) || !(square[0] > 0))
		return false;
	out->slope = sqrt(square[0] / square[1]);
	out->shift = mean[0] - out->slope * mean[1];
	return true;
}

static void
test_items(struct bv_model_dif *out, const struct sides *s)
{
	for (size_t i = 0; i < s->responses->items; i++) {
		struct bv_model_dif_item *item = &out->item[i];
		if (!item->tested)
			continue;
		struct curve focal = rescaled(s->curve[1][i], out->slope, out->shift);
		item->a[0] = s->curve[0][i].a;
		item->b[0] = s->curve[0][i].b;
		item->a[1] = focal.a;
		item->b[1] = focal.b;
		item->lord = lord(&s->curve[0][i], &focal);
		item->lord_p = bv_chi_square_tail(item->lord, 2);
		areas(item, &s->curve[0][i], &focal);
		item->raju_p = 2 * bv_normal_cdf(-fabs(item->raju));
	}
}

static enum bv_status
compare(struct bv_model_dif *out, struct sides *s, double level, int purify, struct bv_err *err)
{
	for (size_t k = 0; k < s->count; k++) {
		out->item[s->column[k]].tested = is_estimated(&s->estimate[0][k]) && is_estimated(&s->estimate[1][k]);
		for (int side = 0; side < 2; side++)
			s->curve[side][s->column[k]] = curve_of(&s->estimate[side][k]);
	}
	for (;;) {
		bool changed = false;
		if (!link_sides(out, s))
			return bv_err_set(err, BV_EINVAL, "fewer than two items are left that both groups can be linked by");
		test_items(out, s);
		for (size_t i = 0; i < s->responses->items; i++) {
			bool flagged = out->item[i].tested && out->item[i].lord_p < level;
			changed |= flagged != out->item[i].flagged;
			out->item[i].flagged = flagged;
		}
		out->settled = !changed;
		if (!changed || out->rounds == purify)
			return BV_OK;
		out->rounds++;
	}
}

enum bv_status
bv_model_dif_make(struct bv_model_dif *out, const struct bv_responses *responses, const int8_t *focal, double level, int purify, struct bv_err *err)
{
	struct sides s = { .responses = responses };
	BV_AUTO(bv_model_dif_finish) struct bv_model_dif dif = { .item = bv_alloc_array(responses->items, sizeof dif.item[0]) };
	enum bv_status status = BV_OK;

	s.column = bv_alloc_array(responses->items, sizeof s.column[0]);
	for (size_t i = 0; i < responses->items; i++)
		if (responses->item[i].max_score == 1)
			s.column[s.count++] = i;
	for (int side = 0; side < 2; side++) {
		s.estimate[side] = bv_alloc_array(s.count, sizeof s.estimate[0][0]);
		s.curve[side] = bv_alloc_array(responses->items, sizeof s.curve[0][0]);
	}
	if (s.count == 0)
		status = bv_err_set(err, BV_EINVAL, "no item is of right and wrong alone: there is nothing that the 2PL model could compare");
	for (int side = 0; status == BV_OK && side < 2; side++)
		status = calibrate_side(&s, side, focal, err);
	if (status == BV_OK)
		status = compare(&dif, &s, level, purify, err);
	free(s.column);
	for (int side = 0; side < 2; side++) {
		free(s.estimate[side]);
		free(s.curve[side]);
	}
	TRY(status);
	*out = dif;
	dif.item = NULL;
	return BV_OK;
}

void
bv_model_dif_finish(struct bv_model_dif *dif)
{
	free(dif->item);
	*dif = (struct bv_model_dif){ 0 };
}
