/* Identical wrong answers, judged by what those with the same number of wrong answers share with the source: Holland's K (1996), K1 and K2 of Sotaridona and
 * Meijer (2002), S1 and S2 (2003). No ability enters. */
#include <math.h>
#include <stdlib.h>

#include "analysis/cells.h"
#include "scoring/cholesky.h"

struct copying {
	const struct cells *cells;
	double guess;       /* one by the number of options */
	int8_t *answer;     /* [person * items + item]: the plane of what was answered */
	int *wrong;         /* of each person, -1 when an answer is not there */
	size_t *persons;    /* from here on [wrong]: of a source, persons without him */
	double *shared;     /* mean of their wrong answers that are his */
	double *right;      /* [wrong * items + item]: share that solved it, of items that he solved */
	double *weighted;   /* mean of the weights of what both solved */
};

struct copying *
copying_new(const struct cells *cells)
{
	const struct bv_responses *r = cells->abilities->responses;
	struct copying *c = bv_alloc(sizeof *c);

	c->cells = cells;
	c->guess = r->option && cells->planes > 1 ? 1.0 / cells->planes : 0.2;
	c->answer = bv_alloc_array(bv_array_size(r->persons, cells->items), 1);
	c->wrong = bv_alloc_array(r->persons, sizeof c->wrong[0]);
	for (size_t p = 0; p < r->persons; p++)
		for (size_t k = 0; k < cells->items; k++) {
			size_t i = cells->column[k];
			int answer = r->option ? r->option[p * r->items + i] : bv_abilities_category(cells->abilities, p, i);
			c->answer[p * cells->items + k] = (int8_t)answer;
			c->wrong[p] = c->wrong[p] < 0 || answer < 0 ? -1 : c->wrong[p] + (answer != cells->right[k]);
		}
	c->persons = bv_alloc_array(cells->items + 1, sizeof c->persons[0]);
	c->shared = bv_alloc_array(cells->items + 1, sizeof c->shared[0]);
	c->weighted = bv_alloc_array(cells->items + 1, sizeof c->weighted[0]);
	c->right = bv_alloc_array(bv_array_size(cells->items + 1, cells->items), sizeof c->right[0]);
	return c;
}

void
copying_free(struct copying *c)
{
	if (!c)
		return;
	free(c->answer);
	free(c->wrong);
	free(c->persons);
	free(c->shared);
	free(c->weighted);
	free(c->right);
	free(c);
}

/* How much it says that both solved an item which a share p of their like solves: much when few do (Sotaridona and Meijer 2003, with g the rate of guessing). */
static double
weight(const struct copying *c, double p)
{
	double g = c->guess;

	return pow((1 + g) / (1 - g) * M_E, -(1 + g) / g * p);
}

static void
count_groups(struct copying *c, size_t source)
{
	size_t n = c->cells->items, persons = c->cells->abilities->responses->persons;
	const int8_t *his = c->answer + source * n;

	memset(c->persons, 0, (n + 1) * sizeof c->persons[0]);
	memset(c->shared, 0, (n + 1) * sizeof c->shared[0]);
	memset(c->weighted, 0, (n + 1) * sizeof c->weighted[0]);
	memset(c->right, 0, (n + 1) * n * sizeof c->right[0]);
	for (size_t p = 0; p < persons; p++) {
		if (p == source || c->wrong[p] < 0)
			continue;
		size_t w = (size_t)c->wrong[p];
		c->persons[w]++;
		for (size_t k = 0; k < n; k++) {
			if (c->answer[p * n + k] != his[k])
				continue;
			if (his[k] == c->cells->right[k])
				c->right[w * n + k]++;
			else
				c->shared[w]++;
		}
	}
	for (size_t w = 0; w <= n; w++) {
		double many = (double)c->persons[w];
		c->shared[w] /= many;
		for (size_t k = 0; many > 0 && k < n; k++) {
			double share = c->right[w * n + k] /= many;
			c->weighted[w] += share * weight(c, share);
		}
	}
}

/* The polynomial of this degree through y over the groups' shares of wrong answers, at the one with w of them; NAN when groups are too few. */
static double
polynomial_at(const struct copying *c, int degree, double scale, size_t w)
{
	double h[3][3] = { { 0 } }, g[3] = { 0 }, beta[3], sum = 0, n = (double)c->cells->items;

	for (size_t r = 0; r <= c->cells->items; r++) {
		double x[3] = { 1, (double)r / n, (double)r / n * ((double)r / n) };
		for (int i = 0; c->persons[r] && i <= degree; i++) {
			g[i] += x[i] * c->shared[r] / scale;
			for (int j = 0; j <= i; j++)
				h[i][j] += x[i] * x[j];
		}
	}
	if (!bv_solve_positive(beta, &h[0][0], g, (size_t)degree + 1, 3))
		return NAN;
	for (int i = degree; i >= 0; i--)
		sum = sum * ((double)w / n) + beta[i];
	return sum;
}

/* A Poisson regression of y on the number of wrong answers, logarithmic link, by Newton; its mean at w. */
static double
poisson_at(const struct copying *c, const double *y, size_t w)
{
	double beta[2] = { 0 }, step[2], mean = 0, groups = 0, n = (double)c->cells->items;

	for (size_t r = 0; r <= c->cells->items; r++)
		if (c->persons[r]) {
			mean += y[r];
			groups++;
		}
	if (!(mean > 0))
		return NAN;
	beta[0] = log(mean / groups);
	for (int round = 0; round < 100; round++) {
		double g[2] = { 0 }, h[2][2] = { { 0 } };
		for (size_t r = 0; r <= c->cells->items; r++) {
			double x = (double)r / n, m = exp(beta[0] + beta[1] * x);
			if (!c->persons[r])
				continue;
			g[0] += y[r] - m;
			g[1] += (y[r] - m) * x;
			h[0][0] += m;
			h[1][0] += m * x;
			h[1][1] += m * x * x;
		}
		if (!bv_solve_positive(step, &h[0][0], g, 2, 2))
			return NAN;
		double largest = fmax(fabs(step[0]), fabs(step[1])), part = largest > 2 ? 2 / largest : 1;
		beta[0] += part * step[0];
		beta[1] += part * step[1];
		if (largest < 1e-13)
			break;
	}
	return exp(beta[0] + beta[1] * (double)w / n);
}

/* P(from … to) of a Poisson count. */
static double
poisson_sum(double mean, size_t from, size_t to)
{
	double sum = 0;

	for (size_t k = from; k <= to; k++)
		sum += exp((double)k * log(mean) - mean - lgamma((double)k + 1));
	return sum;
}

/* A regression's rate that is none is put beside the end that it passed; NAN stays. */
static double
rate_of(double x)
{
	return x <= 0 ? 0.001 : x >= 1 ? 0.999 : x;
}

/* What S2 counts: wrong answers that are his, and the weights of the right ones as whole answers. */
static double *
totals(const struct copying *c)
{
	double *total = bv_alloc_array(c->cells->items + 1, sizeof total[0]);

	for (size_t w = 0; w <= c->cells->items; w++)
		total[w] = c->shared[w] + ceil(c->weighted[w]);
	return total;
}

void
copying_measure(struct bv_copying *out, struct copying *c, size_t copier, size_t source)
{
	size_t n = c->cells->items, m = 0;

	*out = (struct bv_copying){ NAN, NAN, NAN, NAN, NAN };
	if (c->wrong[copier] < 0 || c->wrong[source] <= 0 || copier == source)
		return;
	size_t w = (size_t)c->wrong[copier], his = (size_t)c->wrong[source];
	double both = 0;
	count_groups(c, source);
	for (size_t k = 0; k < n; k++) {
		int answer = c->answer[copier * n + k];
		if (answer != c->answer[source * n + k])
			continue;
		if (answer == c->cells->right[k])
			both += weight(c, c->right[w * n + k]);
		else
			m++;
	}
	double *total = totals(c);
	double k1 = polynomial_at(c, 1, (double)his, w), k2 = polynomial_at(c, 2, (double)his, w), s1 = poisson_at(c, c->shared, w), s2 = poisson_at(c, total, w);
	out->k = bv_binomial_tail(m, his, c->shared[w] / (double)his);
	out->k1 = isnan(k1) ? NAN : bv_binomial_tail(m, his, rate_of(k1));
	out->k2 = isnan(k2) ? NAN : bv_binomial_tail(m, his, rate_of(k2));
	out->s1 = isnan(s1) ? NAN : poisson_sum(fmin(s1, (double)his), m, his);
	out->s2 = isnan(s2) ? NAN : poisson_sum(fmin(s2, (double)n), m + (size_t)ceil(both), n);
	free(total);
}

void
copying_steps(struct bv_pair_steps *out, int side, struct copying *c, size_t copier, size_t source)
{
	size_t n = c->cells->items, persons = c->cells->abilities->responses->persons;

	out->group_count = n + 1;
	if (c->wrong[copier] < 0 || c->wrong[source] <= 0 || copier == source)
		return;
	count_groups(c, source);
	double his = (double)c->wrong[source], *total = totals(c);
	struct bv_copying_step *group = out->group[side] = bv_alloc_array(n + 1, sizeof group[0]);
	for (size_t w = 0; w <= n; w++) {
		group[w] = (struct bv_copying_step){ c->persons[w], NAN, NAN, NAN, NAN, NAN, NAN };
		if (!c->persons[w])
			continue;
		group[w].shared = c->shared[w];
		group[w].weighted = c->weighted[w];
		group[w].linear = polynomial_at(c, 1, his, w) * his;
		group[w].quadratic = polynomial_at(c, 2, his, w) * his;
		group[w].poisson = poisson_at(c, c->shared, w);
		group[w].poisson_total = poisson_at(c, total, w);
	}
	free(total);
	size_t like = c->persons[c->wrong[copier]];
	out->like[side] = bv_alloc_array(like, sizeof out->like[0][0]);
	out->alike[side] = bv_alloc_array(like, sizeof out->alike[0][0]);
	for (size_t p = 0; p < persons; p++) {
		if (p == source || c->wrong[p] != c->wrong[copier])
			continue;
		int alike = 0;
		for (size_t k = 0; k < n; k++)
			alike += c->answer[p * n + k] == c->answer[source * n + k] && c->answer[p * n + k] != c->cells->right[k];
		out->like[side][out->like_count[side]] = p;
		out->alike[side][out->like_count[side]++] = alike;
	}
}
