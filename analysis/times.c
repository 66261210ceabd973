/* Response times, lognormal: log t = beta − tau + noise of standard deviation 1/alpha, tau the person's speed (van der Linden 2006). */
#include <math.h>
#include <stdlib.h>

#include "analysis/analysis.h"

enum { ROUNDS = 5000 };

struct fitting {
	const struct bv_responses *responses;
	struct bv_times *out;
	double *log_time; /* [person * items + item], NAN where there is none */
	double *mean;     /* of each person's speed, given the times */
	double *variance;
};

static bool
is_timed(const struct fitting *f, size_t person, size_t item)
{
	return !isnan(f->log_time[person * f->responses->items + item]) && !isnan(f->out->beta[item]);
}

static void
take_logarithms(struct fitting *f)
{
	size_t cells = bv_array_size(f->responses->persons, f->responses->items);

	f->log_time = bv_alloc_array(cells, sizeof f->log_time[0]);
	for (size_t c = 0; c < cells; c++)
		f->log_time[c] = f->responses->seconds[c] > 0 ? log(f->responses->seconds[c]) : NAN;
}

/* The means and variances of the logarithms; an item whose times do not vary, or that fewer than two persons have, has no parameters. */
static void
begin_items(struct fitting *f)
{
	const struct bv_responses *r = f->responses;

	for (size_t i = 0; i < r->items; i++) {
		double n = 0, sum = 0, square = 0;
		for (size_t p = 0; p < r->persons; p++) {
			double y = f->log_time[p * r->items + i];
			n += !isnan(y);
			sum += isnan(y) ? 0 : y;
		}
		for (size_t p = 0; p < r->persons; p++) {
			double y = f->log_time[p * r->items + i];
			square += isnan(y) ? 0 : (y - sum / n) * (y - sum / n);
		}
		bool some = n >= 2 && square > 1e-12 * n;
		f->out->beta[i] = some ? sum / n : NAN;
		f->out->alpha[i] = some ? 1 / sqrt(square / n) : NAN;
	}
}

/* A person's speed given the parameters: of the posterior, or (prior precision 0) the weighted mean. False: no time. */
static bool
find_speed(double *mean, double *variance, const struct fitting *f, size_t p, double prior)
{
	double precision = 0, sum = 0;

	for (size_t i = 0; i < f->responses->items; i++)
		if (is_timed(f, p, i)) {
			double weight = f->out->alpha[i] * f->out->alpha[i];
			precision += weight;
			sum += weight * (f->out->beta[i] - f->log_time[p * f->responses->items + i]);
		}
	*variance = 1 / (precision + prior);
	*mean = sum * *variance;
	return precision > 0;
}

/* One step of EM; the mean of the speeds is free within it and then put back to 0, which makes it quick (Liu, Rubin and Wu 1998). The largest change. */
static double
step(struct fitting *f)
{
	const struct bv_responses *r = f->responses;
	double persons = 0, mean = 0, square = 0, change = 0, before = f->out->spread;

	for (size_t p = 0; p < r->persons; p++) {
		if (!find_speed(&f->mean[p], &f->variance[p], f, p, 1 / (before * before)))
			f->mean[p] = NAN;
		if (isnan(f->mean[p]))
			continue;
		persons++;
		mean += f->mean[p];
		square += f->mean[p] * f->mean[p] + f->variance[p];
	}
	mean /= persons;
	f->out->spread = sqrt(fmax(square / persons - mean * mean, 1e-12));
	for (size_t i = 0; i < r->items; i++) {
		double n = 0, sum = 0, rest = 0, beta;
		for (size_t p = 0; p < r->persons; p++)
			if (is_timed(f, p, i)) {
				n++;
				sum += f->log_time[p * r->items + i] + f->mean[p];
			}
		if (isnan(f->out->beta[i]))
			continue;
		beta = sum / n;
		for (size_t p = 0; p < r->persons; p++)
			if (is_timed(f, p, i))
				rest += pow(f->log_time[p * r->items + i] + f->mean[p] - beta, 2) + f->variance[p];
		double alpha = 1 / sqrt(rest / n);
		change = fmax(change, fmax(fabs(alpha / f->out->alpha[i] - 1), fabs(beta - mean - f->out->beta[i])));
		f->out->alpha[i] = alpha;
		f->out->beta[i] = beta - mean;
	}
	return fmax(change, fabs(f->out->spread - before));
}

/* How far the times are from what item and speed let expect: a chi-square, with one degree of freedom for the speed. */
static void
fit_persons(struct fitting *f, double rate)
{
	const struct bv_responses *r = f->responses;
	double *p_of = bv_alloc_array(r->persons, sizeof p_of[0]), variance;
	size_t tests = 0;

	for (size_t p = 0; p < r->persons; p++) {
		struct bv_time_fit *fit = &f->out->person[p];
		*fit = (struct bv_time_fit){ NAN, NAN, NAN, 0, false };
		if (!find_speed(&fit->speed, &variance, f, p, 0)) {
			fit->speed = NAN;
			continue;
		}
		fit->chi2 = 0;
		for (size_t i = 0; i < r->items; i++)
			if (is_timed(f, p, i)) {
				fit->items++;
				fit->chi2 += pow(f->out->alpha[i] * (f->log_time[p * r->items + i] - f->out->beta[i] + fit->speed), 2);
			}
		if (fit->items >= 2)
			p_of[tests++] = fit->p = bv_chi_square_tail(fit->chi2, fit->items - 1);
	}
	double bound = bv_false_discovery_bound(p_of, tests, tests, rate);
	for (size_t p = 0; p < r->persons; p++)
		f->out->person[p].flagged = f->out->person[p].p <= bound;
	free(p_of);
}

void
bv_times_make(struct bv_times *out, const struct bv_responses *r, const struct bv_time_item *known, double rate)
{
	struct fitting f = { .responses = r, .out = out };

	*out = (struct bv_times){ .spread = known ? NAN : 0.3 };
	out->alpha = bv_alloc_array(r->items, sizeof out->alpha[0]);
	out->beta = bv_alloc_array(r->items, sizeof out->beta[0]);
	out->person = bv_alloc_array(r->persons, sizeof out->person[0]);
	f.mean = bv_alloc_array(r->persons, sizeof f.mean[0]);
	f.variance = bv_alloc_array(r->persons, sizeof f.variance[0]);
	take_logarithms(&f);
	if (!known)
		begin_items(&f);
	for (size_t i = 0; known && i < r->items; i++) {
		out->alpha[i] = known[i].alpha;
		out->beta[i] = known[i].beta;
	}
	out->settled = known;
	while (!out->settled && out->steps < ROUNDS) {
		out->settled = step(&f) < 1e-10;
		out->steps++;
	}
	fit_persons(&f, rate);
	free(f.log_time);
	free(f.mean);
	free(f.variance);
}

void
bv_times_finish(struct bv_times *times)
{
	free(times->alpha);
	free(times->beta);
	free(times->person);
	*times = (struct bv_times){ 0 };
}
