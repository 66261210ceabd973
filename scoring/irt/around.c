#include "scoring/irt/around.h"

#include <assert.h>
#include <math.h>

#include "scoring/cholesky.h"
#include "scoring/exponential.h"

#define NEWTON 50

/* Hermite polynomial He_n, orthonormal, by its recursion. */
static double
hermite(int n, double x, double *before)
{
	double h0 = 0, h1 = 1;

	for (int k = 0; k < n; k++) {
		double next = (x * h1 - sqrt(k) * h0) / sqrt(k + 1);
		h0 = h1;
		h1 = next;
	}
	*before = h0;
	return h1;
}

/* Nodes by bisection between changes of sign: all lie within ±2√n. */
void
rule_make(struct rule *rule, int areas)
{
	static const int points[AREAS + 1] = { 0, 11, 11, 7, 5, 4, 3 };
	int n = points[areas], found = 0;
	double before;

	*rule = (struct rule){ .areas = areas, .points = n, .nodes = 1 };
	for (int a = 0; a < areas; a++)
		rule->nodes *= n;
	assert(rule->nodes <= AROUND_MAX);
	for (int k = 0; k < 4000 && found < n; k++) {
		double lo = -7.0005 + k * 0.0035, hi = lo + 0.0035, at_lo = hermite(n, lo, &before);
		if ((at_lo < 0) == (hermite(n, hi, &before) < 0))
			continue;
		for (int half = 0; half < 60; half++) {
			double middle = (lo + hi) / 2;
			if ((hermite(n, middle, &before) < 0) == (at_lo < 0))
				lo = middle;
			else
				hi = middle;
		}
		double x = (lo + hi) / 2;
		hermite(n, x, &before);
		rule->z[found] = x;
		rule->log_weight[found++] = x * x / 2 - logarithm(n * before * before);
	}
	assert(found == n);
}

static int
place_of(double *t, double theta, int points)
{
	double at = fmin(fmax((theta + EDGE) / (2 * EDGE) * (points - 1), 0), points - 1);
	int k = (int)at < 1 ? 1 : (int)at > points - 3 ? points - 3 : (int)at;

	*t = at - k;
	return k - 1;
}

struct cubic
cubic_at(double theta, int points)
{
	double t;
	int first = place_of(&t, theta, points);

	return (struct cubic){ first,
		{ t * (t * (3 - t) - 2) / 6, 1 - t * (1 + t * (2 - t)) / 2, t * (2 + t * (1 - t)) / 2, t * (t * t - 1) / 6 } };
}

/* With the slope and bend for the search of the mode. */
static double
between(const double *row, int points, double theta, double *slope, double *bend)
{
	double t, step = 2 * EDGE / (points - 1);
	int k = place_of(&t, theta, points);
	double a = row[k], b = row[k + 1], c = row[k + 2], d = row[k + 3];
	/* b + t (c1 + t (c2 + t c3)) */
	double c1 = c - a / 3 - b / 2 - d / 6, c2 = (a + c) / 2 - b, c3 = (d - a) / 6 + (b - c) / 2;

	if (slope) {
		*slope = (c1 + t * (2 * c2 + t * 3 * c3)) / step;
		*bend = (2 * c2 + 6 * t * c3) / (step * step);
	}
	return b + t * (c1 + t * (c2 + t * c3));
}

bool
normal_of(struct normal *out, const double mean[AREAS], const double *covariance, int areas)
{
	size_t n = (size_t)areas;
	double factor[AREAS * AREAS];

	*out = (struct normal){ .n = areas };
	for (size_t a = 0; a < n; a++) {
		out->mean[a] = mean[a];
		for (size_t b = 0; b < n; b++)
			factor[a * n + b] = covariance[a * AREAS + b];
	}
	if (!bv_cholesky(factor, n, n, 0))
		return false;
	for (size_t a = 0; a < n; a++) {
		double unit[AREAS] = { 0 };
		unit[a] = 1;
		bv_cholesky_solve(unit, factor, n, n);
		for (size_t b = 0; b < n; b++)
			out->precision[b][a] = unit[b];
		out->log_determinant += 2 * logarithm(factor[a * n + a]);
	}
	return true;
}

double
square_form(const struct normal *normal, const double *theta)
{
	double sum = 0;

	for (int a = 0; a < normal->n; a++)
		for (int b = 0; b < normal->n; b++)
			sum += (theta[a] - normal->mean[a]) * normal->precision[a][b] * (theta[b] - normal->mean[b]);
	return sum;
}

/* Newton's method with halved steps; the Cholesky factor of the curvature where it ends. */
static void
mode_find(double mode[AREAS], double factor[AREAS * AREAS], const double *rows, int points, const struct normal *normal)
{
	size_t n = (size_t)normal->n;
	double value = -INFINITY;

	for (size_t a = 0; a < n; a++)
		mode[a] = fmin(fmax(normal->mean[a], -EDGE), EDGE);
	for (int round = 0; round < NEWTON; round++) {
		double step[AREAS], here = -square_form(normal, mode) / 2, length = 1;
		bool moved = false;
		for (size_t a = 0; a < n; a++) {
			double slope, bend;
			here += between(rows + a * (size_t)points, points, mode[a], &slope, &bend);
			step[a] = slope;
			for (size_t b = 0; b < n; b++) {
				step[a] -= normal->precision[a][b] * (mode[b] - normal->mean[b]);
				factor[a * n + b] = normal->precision[a][b];
			}
			factor[a * n + a] += fmax(-bend, 0);
		}
		value = here;
		if (!bv_cholesky(factor, n, n, 0)) /* cannot be: precision is positive definite */
			return;
		bv_cholesky_solve(step, factor, n, n);
		for (int half = 0; half < 20 && !moved; half++, length /= 2) {
			double next[AREAS], there, largest = 0;
			for (size_t a = 0; a < n; a++) {
				next[a] = fmin(fmax(mode[a] + length * step[a], -EDGE), EDGE);
				largest = fmax(largest, fabs(next[a] - mode[a]));
			}
			if (largest < 1e-6)
				return;
			there = -square_form(normal, next) / 2;
			for (size_t a = 0; a < n; a++)
				there += between(rows + a * (size_t)points, points, next[a], NULL, NULL);
			if (there > value) {
				memcpy(mode, next, sizeof next);
				moved = true;
			}
		}
		if (!moved)
			return;
	}
}

void
around_find(struct around *out, const double *rows, int points, const struct normal *normal)
{
	size_t n = (size_t)normal->n;
	double factor[AREAS * AREAS];

	*out = (struct around){ 0 };
	mode_find(out->mode, factor, rows, points, normal);
	/* The columns of L'⁻¹: their product with its transpose is the inverse of the curvature. */
	for (size_t a = 0; a < n; a++) {
		out->log_determinant -= logarithm(factor[a * n + a]);
		out->turn[a][a] = 1 / factor[a * n + a];
		for (size_t r = a; r-- > 0;) {
			double sum = 0;
			for (size_t k = r + 1; k <= a; k++)
				sum += factor[k * n + r] * out->turn[k][a];
			out->turn[r][a] = -sum / factor[r * n + r];
		}
	}
}

double
around_take(struct cloud *cloud, const struct around *around, const struct rule *rule, const double *rows, int points, const struct normal *normal)
{
	size_t n = (size_t)normal->n;
	double largest = -INFINITY, total = 0;
	int digit[AREAS] = { 0 };

	for (int q = 0; q < rule->nodes; q++) {
		double *theta = cloud->theta[q], value = 0;
		for (size_t a = 0; a < n; a++) {
			theta[a] = around->mode[a];
			for (size_t k = a; k < n; k++)
				theta[a] += around->turn[a][k] * rule->z[digit[k]];
			struct cubic cubic = cubic_at(theta[a], points);
			const double *row = rows + a * (size_t)points + cubic.first;
			value += rule->log_weight[digit[a]] + (cubic.c[0] * row[0] + cubic.c[1] * row[1] + cubic.c[2] * row[2] + cubic.c[3] * row[3]);
			cloud->cubic[q][a] = cubic;
		}
		cloud->weight[q] = value - square_form(normal, theta) / 2;
		largest = fmax(largest, cloud->weight[q]);
		for (size_t a = 0; a < n && ++digit[a] == rule->points; a++)
			digit[a] = 0;
	}
	cloud->count = 0;
	for (int q = 0; q < rule->nodes; q++) {
		if (cloud->weight[q] < largest - 40) /* below 1e-17 */
			continue;
		int to = cloud->count++;
		cloud->weight[to] = exponential(cloud->weight[q] - largest);
		total += cloud->weight[to];
		if (to != q) {
			memcpy(cloud->theta[to], cloud->theta[q], sizeof cloud->theta[q]);
			memcpy(cloud->cubic[to], cloud->cubic[q], sizeof cloud->cubic[q]);
		}
	}
	for (int q = 0; q < cloud->count; q++)
		cloud->weight[q] /= total;
	return largest + logarithm(total) + around->log_determinant - normal->log_determinant / 2;
}
