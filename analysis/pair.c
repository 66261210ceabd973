#include <math.h>
#include <stdlib.h>

#include "analysis/pair.h"

/* ---- Right and wrong matches apart ---- */

/* Adds one item to the distribution of (right, wrong) matches among `before` items; f is [right * stride + wrong]. */
static void
add_item(double *f, size_t stride, size_t before, double right, double wrong)
{
	for (size_t i = before + 2; i-- > 0;)
		for (size_t j = before + 2 - i; j-- > 0;)
			f[i * stride + j] = f[i * stride + j] * (1 - right - wrong) + (i > 0 ? f[(i - 1) * stride + j] * right : 0) +
			                    (j > 0 ? f[i * stride + j - 1] * wrong : 0);
}

/* Maynes: the outcomes that are no more likely to be reached or passed in both counts than the one that was seen. */
static double
trinomial_tail(const double *right, const double *wrong, size_t items, size_t rights, size_t wrongs)
{
	if (items > BV_M4_ITEMS_MAX)
		return NAN;
	size_t stride = items + 2;
	double sum = 0, *f = bv_alloc_array(stride * stride, sizeof f[0]), *upper = bv_alloc_array(stride * stride, sizeof upper[0]);
	f[0] = 1;
	for (size_t k = 0; k < items; k++)
		add_item(f, stride, k, right[k], wrong[k]);
	for (size_t i = items + 1; i-- > 0;) {
		double row = 0;
		for (size_t j = items + 1; j-- > 0;)
			upper[i * stride + j] = upper[(i + 1) * stride + j] + (row += f[i * stride + j]);
	}
	double seen = upper[rights * stride + wrongs] * (1 + 1e-12);
	for (size_t i = 0; i <= items; i++)
		for (size_t j = 0; i + j <= items; j++)
			sum += upper[i * stride + j] <= seen ? f[i * stride + j] : 0;
	free(f);
	free(upper);
	return sum < 1 ? sum : 1;
}

/* ---- A pair ---- */

struct pairs *
pairs_new(const struct bv_abilities *abilities)
{
	struct pairs *s = bv_alloc(sizeof *s);

	cells_init(&s->cells, abilities);
	size_t size = bv_array_size((size_t)s->cells.planes, s->cells.width);
	s->copying = copying_new(&s->cells);
	for (int side = 0; side < 2; side++) {
		s->p[side] = bv_alloc_array(size, sizeof s->p[0][0]);
		s->given[side] = bv_alloc_array(size, sizeof s->given[0][0]);
	}
	for (int v = 0; v < PAIR_VECTORS; v++)
		s->vector[v] = bv_alloc_array(s->cells.width + 1, sizeof s->vector[0][0]);
	return s;
}

void
pairs_free(struct pairs *s)
{
	if (!s)
		return;
	copying_free(s->copying);
	for (int side = 0; side < 2; side++) {
		free(s->p[side]);
		free(s->given[side]);
	}
	for (int v = 0; v < PAIR_VECTORS; v++)
		free(s->vector[v]);
	cells_finish(&s->cells);
	free(s);
}

/* The items that both answered, one after the other: how likely the pair agrees, each has the other's answer, and both are right, both wrong alike. */
static void
gather(struct bv_pair *out, struct pairs *s)
{
	size_t width = s->cells.width;

	for (size_t k = 0; k < s->cells.items; k++) {
		double same = 0, right = 0, has[2] = { 0 };
		bool match = false, there[2] = { false, false };
		for (int c = 0; c < s->cells.planes; c++) {
			size_t at = (size_t)c * width + k;
			double both = s->p[0][at] * s->p[1][at];
			bool given = s->given[0][at] * s->given[1][at] > 0;
			there[0] |= s->given[0][at] > 0;
			there[1] |= s->given[1][at] > 0;
			same += both;
			right += c == s->cells.right[k] ? both : 0;
			has[0] += s->p[0][at] * s->given[1][at];
			has[1] += s->p[1][at] * s->given[0][at];
			match |= given;
			out->right += given && c == s->cells.right[k];
		}
		if (!there[0] || !there[1])
			continue;
		int n = out->items++;
		s->vector[PAIR_SAME][n] = same;
		s->vector[PAIR_FIRST_HAS][n] = has[0];
		s->vector[PAIR_SECOND_HAS][n] = has[1];
		s->vector[PAIR_RIGHT][n] = right;
		s->vector[PAIR_WRONG][n] = same - right;
		out->matches += match;
	}
	out->wrong = out->matches - out->right;
}

static double
standardized(const double *p, int count, int seen)
{
	double mean = 0, variance = 0;

	for (int i = 0; i < count; i++) {
		mean += p[i];
		variance += p[i] * (1 - p[i]);
	}
	return variance > 0 ? (seen - mean) / sqrt(variance) : NAN;
}

void
pairs_measure(struct bv_pair *out, struct pairs *s, size_t first, size_t second)
{
	*out = (struct bv_pair){ .first = first, .second = second };
	cells_row(s->p[0], s->given[0], &s->cells, first);
	cells_row(s->p[1], s->given[1], &s->cells, second);
	gather(out, s);
	size_t count = (size_t)out->items, seen = (size_t)out->matches;
	for (int side = 0; side < 2; side++) {
		const double *has = s->vector[side ? PAIR_SECOND_HAS : PAIR_FIRST_HAS];
		out->omega[side] = standardized(has, out->items, out->matches);
		out->exact[side] = events_tail(has, count, seen, s->vector[PAIR_ROOM]);
	}
	out->gbt = events_tail(s->vector[PAIR_SAME], count, seen, s->vector[PAIR_ROOM]);
	out->m4 = trinomial_tail(s->vector[PAIR_RIGHT], s->vector[PAIR_WRONG], count, (size_t)out->right, (size_t)out->wrong);
	copying_measure(&out->copying[0], s->copying, first, second);
	copying_measure(&out->copying[1], s->copying, second, first);
	out->p = fmin(1, 3 * fmin(out->gbt, fmin(out->exact[0], out->exact[1])));
}

void
bv_pair_measure(struct bv_pair *out, const struct bv_abilities *abilities, size_t first, size_t second)
{
	BV_AUTO(pairs_free) struct pairs *s = pairs_new(abilities);

	pairs_measure(out, s, first, second);
}
