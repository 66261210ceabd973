/* Guttman's lambda 4: the largest reliability of the test's halves, over the ways to part it. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "analysis/split_half.h"

struct parts {
	const double *r;
	size_t k;
	bool *side;
	double *gain; /* what goes across more when the item changes sides */
};

/* By the bits of a product: many parts that have nothing to do with each other, the same on every machine. */
static double
begin(struct parts *p, size_t start)
{
	double across = 0;

	for (size_t i = 0; i < p->k; i++)
		p->side[i] = (uint64_t)(i + 1) * (2 * start + 1) * UINT64_C(0x9e3779b97f4a7c15) >> 63;
	for (size_t i = 0; i < p->k; i++) {
		p->gain[i] = 0;
		for (size_t j = 0; j < p->k; j++) {
			bool apart = p->side[i] != p->side[j];
			p->gain[i] += i == j ? 0 : apart ? -p->r[i * p->k + j] : p->r[i * p->k + j];
			across += i < j && apart ? p->r[i * p->k + j] : 0;
		}
	}
	return across;
}

static void
move(struct parts *p, size_t item)
{
	p->side[item] = !p->side[item];
	p->gain[item] = -p->gain[item];
	for (size_t i = 0; i < p->k; i++)
		if (i != item)
			p->gain[i] += (p->side[i] == p->side[item] ? 2 : -2) * p->r[i * p->k + item];
}

#define LEAST 1e-12 /* less is rounding */

/* One item to the other side; 0 when none adds anything. */
static double
move_one(struct parts *p)
{
	size_t best = 0;

	for (size_t i = 1; i < p->k; i++)
		best = p->gain[i] > p->gain[best] ? i : best;
	double most = p->gain[best];
	if (!(most > LEAST))
		return 0;
	move(p, best);
	return most;
}

/* One from each side for the other. */
static double
exchange(struct parts *p)
{
	size_t first = 0, second = 0;
	double most = LEAST;

	for (size_t i = 0; i < p->k; i++)
		for (size_t j = 0; p->side[i] && j < p->k; j++) {
			double gain = p->gain[i] + p->gain[j] + 2 * p->r[i * p->k + j];
			if (!p->side[j] && gain > most) {
				most = gain;
				first = i;
				second = j;
			}
		}
	if (first == second)
		return 0;
	move(p, first);
	move(p, second);
	return most;
}

double
split_half_largest(const double *r, size_t k)
{
	struct parts p = { r, k, bv_alloc_array(k, sizeof p.side[0]), bv_alloc_array(k, sizeof p.gain[0]) };
	size_t starts = k <= 40 ? 64 : k <= 160 ? 8 : 2;
	double all = 0, most = 0;

	for (size_t i = 0; i < k * k; i++)
		all += r[i];
	for (size_t start = 0; k <= SPLIT_HALF_MAX && start < starts; start++) {
		double across = begin(&p, start), more = 1;
		while (more > 0) {
			more = move_one(&p);
			if (more == 0)
				more = exchange(&p);
			across += more;
		}
		most = fmax(most, across);
	}
	free(p.side);
	free(p.gain);
	return k >= 2 && k <= SPLIT_HALF_MAX && all > 0 ? 4 * most / all : NAN;
}
