/* Ability under the logistic model of two parameters, or three. The nodes are equally spaced, so exp(a (x - b)) along them is a geometric
 * progression: two exp() an item instead of one a node, and the product of 1 + exp(…) over the items is kept as mantissa and binary
 * exponent, so that a logarithm is taken once a node. That is what makes it fast, and it needs no tables that could go stale. */
#include <assert.h>
#include <math.h>

#include "scoring/exponential.h"
#include "scoring/scoring.h"

#define NODES 61
#define EDGE 6.0
#define PANELS 240 /* of the Simpson rule, each side of a cut; even */
#define GRID_MAX (PANELS + 1)
#define BURST 4 /* items between two rescalings: exp(10 × 16)^4 < 2^1024 */

/* A lower asymptote makes of exp(a (x − b)), the odds of who knows, c + that: adds score·log of it. */
static void
add_guessed(double *out, double lo, double step, int count, const struct bv_ability_item *item)
{
	double odds = exponential(item->a * (lo - item->b)), ratio = exponential(item->a * step);

	for (int i = 0; i < count; i++, odds *= ratio)
		out[i] += item->score * logarithm(item->c + odds);
}

/* Relative log posterior density at lo + i × step, i < count: log prior + Σ score·a·x − Σ log(1 + exp(a (x − b))), and as above where items are guessed. */
static void
log_density(double *out, double lo, double step, int count, const struct bv_ability_item *items, size_t item_count)
{
	double product[GRID_MAX], guessed[GRID_MAX] = { 0 }, slope = 0;
	int64_t power[GRID_MAX] = { 0 };

	for (int i = 0; i < count; i++)
		product[i] = 1;
	for (size_t j = 0; j < item_count; j++) {
		double a = items[j].a, b = items[j].b, odds = exponential(a * (lo - b)), ratio = exponential(a * step);

		assert(a > 0 && a <= 10 && b >= -10 && b <= 10 && items[j].score >= 0 && items[j].score <= 1 && items[j].c >= 0 && items[j].c < 1);
		if (items[j].c > 0)
			add_guessed(guessed, lo, step, count, &items[j]);
		else
			slope += a * items[j].score;
		for (int i = 0; i < count; i++, odds *= ratio)
			product[i] *= 1 + odds;
		if (j % BURST != BURST - 1)
			continue;
		for (int i = 0; i < count; i++) {
			uint64_t bits;
			memcpy(&bits, &product[i], sizeof bits);
			power[i] += (int64_t)(bits >> 52) - 1023;
			bits = (bits & 0xfffffffffffff) | 0x3ff0000000000000;
			memcpy(&product[i], &bits, sizeof bits);
		}
	}
	for (int i = 0; i < count; i++) {
		double x = lo + i * step;
		out[i] = slope * x - x * x / 2 - logarithm(product[i]) - (double)power[i] * M_LN2 + guessed[i];
	}
}

/* Densities relative to the largest. */
static void
density(double *out, int count, double largest)
{
	for (int i = 0; i < count; i++)
		out[i] = exponential(out[i] - largest);
}

static double
largest_of(const double *x, int count)
{
	double largest = x[0];

	for (int i = 1; i < count; i++)
		largest = x[i] > largest ? x[i] : largest;
	return largest;
}

struct bv_ability
bv_ability_estimate(const struct bv_ability_item *items, size_t count)
{
	const double step = 2 * EDGE / (NODES - 1);
	double p[NODES], sum = 0, first = 0, second = 0;

	log_density(p, -EDGE, step, NODES, items, count);
	density(p, NODES, largest_of(p, NODES));
	for (int i = 0; i < NODES; i++) {
		sum += p[i];
		first += p[i] * (-EDGE + i * step);
	}
	double theta = first / sum;
	for (int i = 0; i < NODES; i++) {
		double off = -EDGE + i * step - theta;
		second += p[i] * off * off;
	}
	return (struct bv_ability){ theta, sqrt(second / sum) };
}

static double
simpson(const double *p, double step)
{
	double odd = 0, even = 0;

	for (int i = 1; i < PANELS; i += 2)
		odd += p[i];
	for (int i = 2; i < PANELS; i += 2)
		even += p[i];
	return (p[0] + p[PANELS] + 4 * odd + 2 * even) * step / 3;
}

double
bv_ability_reaches(const struct bv_ability_item *items, size_t count, double cut)
{
	double below[GRID_MAX], above[GRID_MAX];

	assert(cut >= -EDGE && cut <= EDGE);
	double step_below = (cut + EDGE) / PANELS, step_above = (EDGE - cut) / PANELS;
	log_density(below, -EDGE, step_below, GRID_MAX, items, count);
	log_density(above, cut, step_above, GRID_MAX, items, count);
	double largest = fmax(largest_of(below, GRID_MAX), largest_of(above, GRID_MAX));
	density(below, GRID_MAX, largest);
	density(above, GRID_MAX, largest);
	double area = simpson(above, step_above);
	return area / (area + simpson(below, step_below));
}

int32_t
bv_e4(double x)
{
	return (int32_t)lround(x * 10000);
}
