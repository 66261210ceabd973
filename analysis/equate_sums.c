/* Which sum of marks of one form is which of another, without a model: two groups of persons that were drawn alike took one form each. */
#include <math.h>
#include <stdlib.h>

#include "analysis/analysis.h"
#include "scoring/cholesky.h"

enum { ROUNDS = 200 };

/* Sums of one form: [0 … high]. */
struct sums {
	const size_t *count;
	int high;
	double persons, mean, sd, skewness, kurtosis;
	double *share, *smooth; /* of persons; smoothed */
};

/* ---- What the sums are like ---- */

static double
power_mean(const struct sums *s, int power)
{
	double sum = 0;

	for (int k = 0; k <= s->high; k++)
		sum += s->share[k] * pow(k - s->mean, power);
	return sum;
}

static enum bv_status
describe(struct sums *s, const char *which, struct bv_err *err)
{
	for (int k = 0; k <= s->high; k++)
		s->persons += (double)s->count[k];
	if (s->persons < 2)
		return bv_err_set(err, BV_EINVAL, "%s: fewer than two persons answered every item", which);
	for (int k = 0; k <= s->high; k++) {
		s->share[k] = (double)s->count[k] / s->persons;
		s->mean += s->share[k] * k;
	}
	s->sd = sqrt(power_mean(s, 2) * s->persons / (s->persons - 1));
	if (!(s->sd > 0))
		return bv_err_set(err, BV_EINVAL, "%s: everybody has the same sum, there is no scale", which);
	s->skewness = power_mean(s, 3) / pow(s->sd, 3);
	s->kurtosis = power_mean(s, 4) / pow(s->sd, 4);
	return BV_OK;
}

/* ---- Log-linear smoothing (Holland and Thayer 2000): log share is a polynomial, so that as many moments as its degree are those of the sums ---- */

/* Legendre's polynomials of 1 … degree on [-1, 1]: better conditioned than powers, and they say the same. */
static void
basis(double *out, int degree, double x)
{
	double before = 1, here = x;

	for (int d = 1; d <= degree; d++) {
		out[d - 1] = here;
		double next = ((2 * d + 1) * x * here - d * before) / (d + 1);
		before = here;
		here = next;
	}
}

static double
smooth_at(double *out, const struct sums *s, const double *beta, int degree)
{
	double b[BV_EQUATE_DEGREE_MAX], highest = -INFINITY, total = 0, likelihood = 0;

	for (int k = 0; k <= s->high; k++) {
		basis(b, degree, (2.0 * k - s->high) / s->high);
		out[k] = 0;
		for (int d = 0; d < degree; d++)
			out[k] += beta[d] * b[d];
		likelihood += s->share[k] * out[k];
		highest = fmax(highest, out[k]);
	}
	for (int k = 0; k <= s->high; k++)
		total += out[k] = exp(out[k] - highest);
	for (int k = 0; k <= s->high; k++)
		out[k] /= total;
	return likelihood - highest - log(total);
}

/* Newton's step; returns the largest difference of a moment. */
static double
smooth_step(double *step, const struct sums *s, int degree)
{
	double mean[BV_EQUATE_DEGREE_MAX] = { 0 }, gradient[BV_EQUATE_DEGREE_MAX] = { 0 }, hessian[BV_EQUATE_DEGREE_MAX][BV_EQUATE_DEGREE_MAX] = { { 0 } };
	double b[BV_EQUATE_DEGREE_MAX], largest = 0;

	for (int k = 0; k <= s->high; k++) {
		basis(b, degree, (2.0 * k - s->high) / s->high);
		for (int d = 0; d < degree; d++) {
			mean[d] += s->smooth[k] * b[d];
			gradient[d] += (s->share[k] - s->smooth[k]) * b[d];
		}
	}
	for (int k = 0; k <= s->high; k++) {
		basis(b, degree, (2.0 * k - s->high) / s->high);
		for (int d = 0; d < degree; d++)
			for (int e = 0; e <= d; e++)
				hessian[d][e] += s->smooth[k] * (b[d] - mean[d]) * (b[e] - mean[e]);
	}
	for (int d = 0; d < degree; d++)
		largest = fmax(largest, fabs(gradient[d]));
	return bv_solve_positive(step, &hessian[0][0], gradient, (size_t)degree, BV_EQUATE_DEGREE_MAX) ? largest : NAN;
}

static bool
smooth(struct sums *s, int degree)
{
	double beta[BV_EQUATE_DEGREE_MAX] = { 0 }, next[BV_EQUATE_DEGREE_MAX], step[BV_EQUATE_DEGREE_MAX], at = smooth_at(s->smooth, s, beta, degree), off = 1;

	for (int round = 0; round < ROUNDS; round++) {
		double part = 1, higher = -INFINITY;
		off = smooth_step(step, s, degree);
		if (!(off > 1e-14))
			break;
		for (int half = 0; half < 40 && !(higher >= at); half++, part /= 2) {
			for (int d = 0; d < degree; d++)
				next[d] = beta[d] + part * step[d];
			higher = smooth_at(s->smooth, s, next, degree);
		}
		if (!(higher >= at)) { /* rounding alone is left */
			smooth_at(s->smooth, s, beta, degree);
			break;
		}
		memcpy(beta, next, sizeof beta);
		at = higher;
	}
	return off < 1e-9;
}

/* ---- Equating ---- */

/* Kolen and Brennan 2004, 7.12, with the skewness and kurtosis of both. */
static void
linear(struct bv_equate_sum *out, const struct sums *x, const struct sums *y, double score)
{
	double z = (score - x->mean) / x->sd;

	out->mean = score - x->mean + y->mean;
	out->linear = y->mean + y->sd * z;
	out->linear_error = y->sd * sqrt(fmax(1 / x->persons + 1 / y->persons + (x->skewness / x->persons + y->skewness / y->persons) * z +
	                                              ((x->kurtosis - 1) / (4 * x->persons) + (y->kurtosis - 1) / (4 * y->persons)) * z * z, 0));
}

/* The target's sum of a percentile rank, every sum being spread evenly half a point to both sides; where no persons are, the middle of the gap. error: Lord 1982. */
static double
of_rank(double *error, double rank, const double *share, const struct sums *x, const struct sums *y)
{
	double below = 0, g;
	int t = 0, last = y->high;

	while (last > 0 && share[last] == 0)
		last--;
	while (t < last && below + share[t] <= rank)
		below += share[t++];
	g = share[t];
	double inner = fmin((rank - below) / g, 1), upper = fmax((below + g - rank) * (rank - below), 0);
	*error = sqrt(fmax(rank * (1 - rank) * (x->persons + y->persons) / (x->persons * y->persons) - upper / (y->persons * g), 0)) / g;
	if (rank - below > 1e-12 || rank == 0)
		return t - 0.5 + inner;
	int low = t;
	while (low > 0 && share[low - 1] == 0)
		low--;
	return (low + t) / 2.0 - 0.5;
}

/* Livingston and Kim 2009, simplified: a line through both ends, and on it an arc through the means. NAN when the arc would be more than half a circle. */
static double
circle_arc(const struct sums *x, const struct sums *y, double score)
{
	double slope = (double)y->high / x->high, off = y->mean - slope * x->mean, middle = x->high / 2.0, from = x->mean * (x->high - x->mean);

	if (fabs(off) < 1e-12)
		return slope * score;
	if (off * off > from)
		return NAN;
	double centre = (off * off - from) / (2 * off), radius = hypot(middle, centre);
	return slope * score + centre + copysign(sqrt(fmax(radius * radius - (score - middle) * (score - middle), 0)), off);
}

static void
fill(struct bv_equate_sums *out, const struct sums *x, const struct sums *y)
{
	double below[2] = { 0 };

	for (int s = 0; s <= x->high; s++) {
		struct bv_equate_sum *row = &out->score[s];
		linear(row, x, y, s);
		row->circle_arc = circle_arc(x, y, s);
		row->equipercentile = of_rank(&row->equipercentile_error, below[0] + x->share[s] / 2, y->share, x, y);
		below[0] += x->share[s];
		row->smoothed = row->smoothed_error = NAN;
		if (out->degree > 0)
			row->smoothed = of_rank(&row->smoothed_error, below[1] + x->smooth[s] / 2, y->smooth, x, y);
		below[1] += x->smooth[s];
	}
}

static enum bv_status
equate(struct bv_equate_sums *out, struct sums s[2], struct bv_err *err)
{
	static const char *const names[] = { "FORM", "TARGET" };

	for (int side = 0; side < 2; side++) {
		int values = 0;
		TRY(describe(&s[side], names[side], err));
		for (int k = 0; k <= s[side].high; k++)
			values += s[side].count[k] > 0;
		if (out->degree >= values)
			return bv_err_set(err, BV_EINVAL, "%s: there are %d different sums, which a polynomial of degree %d would only repeat: take a degree of at most %d", names[side], values,
			                  out->degree, values - 1);
		if (out->degree > 0 && !smooth(&s[side], out->degree))
			return bv_err_set(err, BV_EINVAL, "%s: no polynomial of degree %d smooths these sums: take a lower degree", names[side], out->degree);
		out->persons[side] = (size_t)s[side].persons;
		out->mean[side] = s[side].mean;
		out->sd[side] = s[side].sd;
		out->smooth[side] = bv_alloc_array((size_t)s[side].high + 1, sizeof out->smooth[side][0]);
		for (int k = 0; k <= s[side].high; k++)
			out->smooth[side][k] = s[side].persons * s[side].smooth[k];
	}
	fill(out, &s[0], &s[1]);
	return BV_OK;
}

enum bv_status
bv_equate_sums_make(struct bv_equate_sums *out, const size_t *form, int form_high, const size_t *target, int target_high, int degree, struct bv_err *err)
{
	BV_AUTO(bv_equate_sums_finish) struct bv_equate_sums equated = { .high = { form_high, target_high }, .degree = degree };
	struct sums s[2] = { { .count = form, .high = form_high }, { .count = target, .high = target_high } };

	if (degree < 0 || degree > BV_EQUATE_DEGREE_MAX)
		return bv_err_set(err, BV_EINVAL, "the degree of smoothing is from 0 (none) to %d", BV_EQUATE_DEGREE_MAX);
	for (int side = 0; side < 2; side++) {
		s[side].share = bv_alloc_array((size_t)s[side].high + 1, sizeof s[side].share[0]);
		s[side].smooth = bv_alloc_array((size_t)s[side].high + 1, sizeof s[side].smooth[0]);
	}
	equated.score = bv_alloc_array((size_t)form_high + 1, sizeof equated.score[0]);
	enum bv_status status = equate(&equated, s, err);
	for (int side = 0; side < 2; side++) {
		free(s[side].share);
		free(s[side].smooth);
	}
	TRY(status);
	*out = equated;
	equated = (struct bv_equate_sums){ 0 };
	return BV_OK;
}

void
bv_equate_sums_finish(struct bv_equate_sums *equated)
{
	free(equated->score);
	free(equated->smooth[0]);
	free(equated->smooth[1]);
	*equated = (struct bv_equate_sums){ 0 };
}
