#include "analysis/logit.h"
#include "scoring/cholesky.h"

#include <math.h>

enum { ROUNDS = 60 };

static double
log_likelihood_at(const double *beta, const struct logit_cell *cells, size_t count, int predictors)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++) {
		double eta = 0;
		for (int k = 0; k < predictors; k++)
			eta += beta[k] * cells[i].x[k];
		double softplus = (eta > 0 ? eta : 0) + log1p(exp(-fabs(eta)));
		sum += cells[i].solved * eta - (cells[i].solved + cells[i].failed) * softplus;
	}
	return sum;
}

static bool
newton_step(double *step, const double *beta, const struct logit_cell *cells, size_t count, int predictors)
{
	double gradient[LOGIT_MAX] = { 0 }, hessian[LOGIT_MAX][LOGIT_MAX] = { { 0 } };

	for (size_t i = 0; i < count; i++) {
		const struct logit_cell *cell = &cells[i];
		double eta = 0, n = cell->solved + cell->failed;
		for (int k = 0; k < predictors; k++)
			eta += beta[k] * cell->x[k];
		double p = 1 / (1 + exp(-eta));
		for (int k = 0; k < predictors; k++) {
			gradient[k] += (cell->solved - n * p) * cell->x[k];
			for (int l = 0; l <= k; l++)
				hessian[k][l] += n * p * (1 - p) * cell->x[k] * cell->x[l];
		}
	}
	return bv_solve_positive(step, &hessian[0][0], gradient, (size_t)predictors, LOGIT_MAX);
}

bool
logit_fit(double *log_likelihood, double *beta_out, const struct logit_cell *cells, size_t count, int predictors)
{
	double beta[LOGIT_MAX] = { 0 }, step[LOGIT_MAX], at = log_likelihood_at(beta, cells, count, predictors);

	for (int round = 0; round < ROUNDS; round++) {
		if (!newton_step(step, beta, cells, count, predictors))
			return false;
		double next[LOGIT_MAX], higher = -INFINITY, part = 1;
		for (int half = 0; half < 30 && !(higher >= at); half++, part /= 2) { /* never down */
			for (int k = 0; k < predictors; k++)
				next[k] = beta[k] + part * step[k];
			higher = log_likelihood_at(next, cells, count, predictors);
		}
		if (!(higher >= at))
			next[0] = beta[0], higher = at;
		bool settled = higher - at <= 1e-13 * fabs(at);
		for (int k = 0; k < predictors; k++)
			beta[k] = higher > at ? next[k] : beta[k];
		at = higher;
		if (!settled)
			continue;
		*log_likelihood = at;
		for (int k = 0; beta_out && k < predictors; k++)
			beta_out[k] = beta[k];
		return true;
	}
	return false;
}
