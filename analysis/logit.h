/* Logistic regression of few predictors on counted cells. */
#ifndef BV_ANALYSIS_LOGIT_H
#define BV_ANALYSIS_LOGIT_H

#include <stdbool.h>
#include <stddef.h>

enum { LOGIT_MAX = 4 };

struct logit_cell {
	double x[LOGIT_MAX], solved, failed;
};

/* Log-likelihood of the first `predictors` of each cell at its largest, and where (may be NULL). False when there is none: the predictors part the
 * solved from the failed, or are linearly dependent. */
bool logit_fit(double *log_likelihood, double *beta, const struct logit_cell *cells, size_t count, int predictors);

#endif
