#include "scoring/irt/objective.h"

#include <math.h>

#include "scoring/cholesky.h"
#include "scoring/distribution.h"
#include "scoring/exponential.h"

#define LOGIT_MAX 30
#define LOG_2PI_HALF 0.91893853320467274178
#define DAMPING 1.0 /* of the information of logit c, which vanishes as c goes to 0 */
#define RIDGE 1e-9 /* relative: a block that the data say nothing about still has an inverse */

static int32_t
place(const struct objective *o, size_t item, int param)
{
	return o->index[item * BV_IRT_PARAMS_MAX + (size_t)param];
}

/* What the vector has of a parameter: of c its logit. */
static double *
param_of(const struct objective *o, size_t item, int param)
{
	struct bv_irt_item *it = &o->items[item];

	return it->model == BV_IRT_3PL && param == 2 ? &o->logit[item] : bv_irt_param(it, param);
}

/* Slopes that log-normal priors are about: a nominal category's may have any sign. */
static bool
slope_prior(const struct objective *o, size_t item)
{
	return o->settings->prior.a_sd > 0 && place(o, item, 0) >= 0 && place(o, item, 0) != o->shared && o->items[item].model != BV_IRT_NOMINAL;
}

bool
objective_set(struct objective *o, const double *x)
{
	struct bv_err err;

	for (size_t i = 0; i < o->item_count; i++) {
		struct bv_irt_item *item = &o->items[i];
		for (int p = 0; p < bv_irt_param_count(item); p++)
			if (place(o, i, p) >= 0)
				*param_of(o, i, p) = x[place(o, i, p)];
		if (item->model == BV_IRT_3PL && place(o, i, 2) >= 0) {
			if (!(fabs(o->logit[i]) <= LOGIT_MAX))
				return false;
			item->c = 1 / (1 + exponential(-o->logit[i]));
		}
		if (bv_irt_item_check(item, &err) != BV_OK || (o->settings->prior.a_sd > 0 && place(o, i, 0) >= 0 && item->a <= 0 && item->model != BV_IRT_NOMINAL))
			return false;
	}
	for (int g = 0; g < o->e.group_count; g++) {
		if (o->mean_index[g] >= 0)
			o->mean[g] = x[o->mean_index[g]];
		if (o->spread_index[g] >= 0)
			o->log_sd[g] = x[o->spread_index[g]];
		if (!(fabs(o->mean[g]) <= 5) || !(o->log_sd[g] >= LOG_SD_LOW && o->log_sd[g] <= LOG_SD_HIGH))
			return false;
	}
	return !o->joint || joint_set(o->joint, x);
}

void
objective_get(double *x, const struct objective *o)
{
	for (size_t i = 0; i < o->item_count; i++)
		for (int p = 0; p < bv_irt_param_count(&o->items[i]); p++)
			if (place(o, i, p) >= 0)
				x[place(o, i, p)] = *param_of(o, i, p);
	for (int g = 0; g < o->e.group_count; g++) {
		if (o->mean_index[g] >= 0)
			x[o->mean_index[g]] = o->mean[g];
		if (o->spread_index[g] >= 0)
			x[o->spread_index[g]] = o->log_sd[g];
	}
	if (o->joint)
		joint_get(x, o->joint);
}

static double
prior_value(const struct objective *o, size_t i)
{
	const struct bv_irt_prior *prior = &o->settings->prior;
	const struct bv_irt_item *item = &o->items[i];
	double sum = 0;

	if (slope_prior(o, i)) {
		double l = logarithm(item->a), z = (l - prior->a_mean) / prior->a_sd;
		sum -= l + z * z / 2 + LOG_2PI_HALF + logarithm(prior->a_sd);
	}
	for (int k = 1; prior->d_sd > 0 && k < item->categories; k++)
		if (place(o, i, k) >= 0) {
			double z = (item->d[k - 1] - prior->d_mean) / prior->d_sd;
			sum -= z * z / 2 + LOG_2PI_HALF + logarithm(prior->d_sd);
		}
	if (item->model != BV_IRT_3PL || place(o, i, 2) < 0)
		return sum;
	if (prior->c_alpha > 0)
		sum += (prior->c_alpha - 1) * logarithm(item->c) + (prior->c_beta - 1) * logarithm(1 - item->c) - bv_log_gamma(prior->c_alpha) -
		       bv_log_gamma(prior->c_beta) + bv_log_gamma(prior->c_alpha + prior->c_beta);
	if (prior->logit_sd > 0) {
		double z = (o->logit[i] - prior->logit_mean) / prior->logit_sd;
		sum -= z * z / 2 + LOG_2PI_HALF + logarithm(prior->logit_sd);
	}
	return sum;
}

double
prior_first(const struct objective *o, size_t i, int param)
{
	const struct bv_irt_prior *prior = &o->settings->prior;
	const struct bv_irt_item *item = &o->items[i];
	double sum = 0;

	if (place(o, i, param) < 0 || place(o, i, param) == o->shared)
		return 0;
	if (param == 0)
		return slope_prior(o, i) ? -(1 + (logarithm(item->a) - prior->a_mean) / (prior->a_sd * prior->a_sd)) / item->a : 0;
	if (param < item->categories)
		return prior->d_sd > 0 ? -(item->d[param - 1] - prior->d_mean) / (prior->d_sd * prior->d_sd) : 0;
	if (item->model != BV_IRT_3PL)
		return 0;
	if (prior->c_alpha > 0)
		sum += (prior->c_alpha - 1) * (1 - item->c) - (prior->c_beta - 1) * item->c;
	if (prior->logit_sd > 0)
		sum -= (o->logit[i] - prior->logit_mean) / (prior->logit_sd * prior->logit_sd);
	return sum;
}

double
prior_second(const struct objective *o, size_t i, int param)
{
	const struct bv_irt_prior *prior = &o->settings->prior;
	const struct bv_irt_item *item = &o->items[i];
	double sum = 0, v = prior->a_sd * prior->a_sd;

	if (place(o, i, param) < 0 || place(o, i, param) == o->shared)
		return 0;
	if (param == 0)
		return slope_prior(o, i) ? (1 - (1 - (logarithm(item->a) - prior->a_mean)) / v) / (item->a * item->a) : 0;
	if (param < item->categories)
		return prior->d_sd > 0 ? -1 / (prior->d_sd * prior->d_sd) : 0;
	if (item->model != BV_IRT_3PL)
		return 0;
	if (prior->c_alpha > 0)
		sum -= (prior->c_alpha + prior->c_beta - 2) * item->c * (1 - item->c);
	if (prior->logit_sd > 0)
		sum -= 1 / (prior->logit_sd * prior->logit_sd);
	return sum;
}

/* Row of weights of a group, and the derivatives of their logarithms in the mean and in log sd, which have the mean 0 over the weights. */
static void
group_take(struct objective *o, int g)
{
	const struct nodes *nodes = &o->e.nodes;
	const double *w = o->e.weights + (size_t)g * (size_t)nodes->stride, *n = o->e.ability + (size_t)g * (size_t)nodes->stride;
	double sd = exponential(o->log_sd[g]), persons = 0;

	for (int q = 0; q < nodes->count; q++)
		persons += n[q];
	for (int which = 0; which < 2; which++) {
		int32_t at = which ? o->spread_index[g] : o->mean_index[g];
		double mean = 0, square = 0, sum = 0;
		if (at < 0)
			continue;
		for (int q = 0; q < nodes->count; q++) {
			double z = (nodes->theta[q] - o->mean[g]) / sd, s = which ? z * z - 1 : z / sd;
			mean += w[q] * s;
			square += w[q] * s * s;
			sum += n[q] * s;
		}
		o->gradient[at] += sum - persons * mean;
		o->group_information[2 * g + which] = persons * (square - mean * mean) + 1e-12;
	}
}

/* Gradient of one item, and the expected information of its counts. */
static void
item_take(struct objective *o, size_t i)
{
	const struct bv_irt_item *item = &o->items[i];
	const struct expectation *e = &o->e;
	size_t stride = (size_t)e->nodes.stride;
	int count = bv_irt_param_count(item);
	double b[BV_IRT_PARAMS_MAX][BV_IRT_PARAMS_MAX] = { { 0 } }, first[BV_IRT_PARAMS_MAX] = { 0 };
	bool free = false;

	for (int p = 0; p < count; p++)
		free |= place(o, i, p) >= 0;
	if (!free)
		return;
	for (int q = 0; q < e->nodes.count; q++) {
		struct bv_irt_slopes slopes;
		const double *r = e->counts + e->layout.cell[i] * stride + (size_t)q;
		double n = 0;
		for (int k = 0; k < item->categories; k++)
			n += r[(size_t)k * stride];
		if (!(fabs(n) > 1e-12)) /* below 0 by a cubic of areas */
			continue;
		bv_irt_slopes(&slopes, NULL, item, e->nodes.theta[q]);
		for (int k = 0; k < item->categories; k++) {
			const double *s = slopes.first[k];
			double w = n * slopes.p[k], c = r[(size_t)k * stride];
			for (int p = 0; p < count; p++) {
				first[p] += c * s[p];
				for (int t = 0; t <= p; t++)
					b[p][t] += w * s[p] * s[t];
			}
		}
	}
	double *block = o->blocks + i * BV_IRT_PARAMS_MAX * BV_IRT_PARAMS_MAX, *coupling = o->coupling + i * BV_IRT_PARAMS_MAX;
	size_t own = 0;
	int which[BV_IRT_PARAMS_MAX];
	for (int p = 0; p < count; p++) {
		int32_t at = place(o, i, p);
		if (at < 0)
			continue;
		o->gradient[at] += first[p] + prior_first(o, i, p);
		if (at == o->shared)
			o->shared_information += b[p][p];
		else
			which[own++] = p;
	}
	for (size_t p = 0; p < own; p++) {
		for (size_t t = 0; t <= p; t++)
			block[p * own + t] = b[which[p]][which[t]];
		block[p * own + p] += fmax(0, -prior_second(o, i, which[p]));
		block[p * own + p] += RIDGE * (1 + block[p * own + p]) + (item->model == BV_IRT_3PL && which[p] == 2 ? DAMPING : 0);
		coupling[p] = place(o, i, 0) == o->shared && o->shared >= 0 ? b[which[p]][0] : 0;
	}
	if (!bv_cholesky(block, own, own, 0)) { /* flat: each parameter for itself */
		memset(block, 0, own * own * sizeof *block);
		for (size_t p = 0; p < own; p++)
			block[p * own + p] = sqrt(b[which[p]][which[p]] + RIDGE);
	}
}

void
objective_take(struct objective *o)
{
	struct expectation *e = &o->e;
	size_t stride = (size_t)e->nodes.stride;

	for (size_t i = 0; i < o->item_count; i++)
		for (int q = 0; q < e->nodes.count; q++) {
			struct bv_irt_curve curve;
			bv_irt_curve(&curve, &o->items[i], e->nodes.theta[q]);
			for (int k = 0; k < o->items[i].categories; k++)
				e->cells[(e->layout.cell[i] + (size_t)k) * stride + (size_t)q] = curve.p[k];
		}
	if (o->joint)
		joint_prior(o->joint, &e->nodes);
	for (int g = 0; g < e->group_count; g++)
		nodes_normal(e->weights + (size_t)g * stride, &e->nodes, o->mean[g], exponential(o->log_sd[g]));
	expectation_take(e);
	memset(o->gradient, 0, o->count * sizeof *o->gradient);
	o->log_prior = 0;
	o->shared_information = 0;
	for (size_t i = 0; i < o->item_count; i++) {
		o->log_prior += prior_value(o, i);
		item_take(o, i);
	}
	for (int g = 0; g < e->group_count; g++)
		group_take(o, g);
	if (o->joint)
		joint_gradient(o->gradient, o->joint, e->person_count);
	o->value = e->log_likelihood + o->log_prior;
}

/* Parameters that an item has for itself, in the order of its block. */
static size_t
own_places(int32_t out[BV_IRT_PARAMS_MAX], const struct objective *o, size_t i)
{
	size_t own = 0;

	for (int p = 0; p < bv_irt_param_count(&o->items[i]); p++)
		if (place(o, i, p) >= 0 && place(o, i, p) != o->shared)
			out[own++] = place(o, i, p);
	return own;
}

void
objective_step(double *out, const struct objective *o, const double *v)
{
	double shared = o->shared >= 0 ? v[o->shared] : 0, left = o->shared_information;

	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < o->item_count; i++) {
			const double *block = o->blocks + i * BV_IRT_PARAMS_MAX * BV_IRT_PARAMS_MAX, *coupling = o->coupling + i * BV_IRT_PARAMS_MAX;
			int32_t at[BV_IRT_PARAMS_MAX];
			double y[BV_IRT_PARAMS_MAX];
			size_t own = own_places(at, o, i);
			if (pass == 0) {
				for (size_t p = 0; p < own; p++)
					y[p] = v[at[p]];
				bv_cholesky_solve(y, block, own, own);
				for (size_t p = 0; p < own; p++)
					out[at[p]] = y[p];
				for (size_t p = 0; o->shared >= 0 && p < own; p++)
					shared -= coupling[p] * y[p];
			}
			/* Schur's complement for the slope that all have in common. */
			if (o->shared >= 0) {
				for (size_t p = 0; p < own; p++)
					y[p] = coupling[p];
				bv_cholesky_solve(y, block, own, own);
				for (size_t p = 0; p < own; p++)
					if (pass == 0)
						left -= coupling[p] * y[p];
					else
						out[at[p]] -= y[p] * shared;
			}
		}
		if (pass == 0 && o->shared >= 0) {
			shared /= left > 1e-12 ? left : 1;
			out[o->shared] = shared;
		}
	}
	for (int g = 0; g < o->e.group_count; g++)
		for (int which = 0; which < 2; which++) {
			int32_t at = which ? o->spread_index[g] : o->mean_index[g];
			if (at >= 0)
				out[at] = v[at] / o->group_information[2 * g + which];
		}
	if (o->joint)
		joint_step(out, o->joint, v);
}
