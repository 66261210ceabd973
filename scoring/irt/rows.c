#include "scoring/irt/rows.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/exponential.h"

#define EDGE 6.0
#define LOW 1e-100 /* below it the product is raised again */
#define AT_ONCE 16 /* rows between two looks at it */

void
nodes_init(struct nodes *nodes, int count)
{
	nodes->count = count;
	nodes->stride = count + count % 2;
	for (int q = 0; q < nodes->stride; q++)
		nodes->theta[q] = q < count ? (2 * EDGE * q - EDGE * (count - 1)) / (count - 1) : 0;
}

void
nodes_normal(double *weights, const struct nodes *nodes, double mean, double sd)
{
	double sum = 0;

	for (int q = 0; q < nodes->stride; q++) {
		double z = (nodes->theta[q] - mean) / sd;
		weights[q] = q < nodes->count ? exponential(fmax(-z * z / 2, -690)) : 0;
		sum += weights[q];
	}
	for (int q = 0; q < nodes->count; q++)
		weights[q] /= sum;
}

void
layout_init(struct layout *layout, const uint8_t *categories, const uint8_t *area, size_t item_count)
{
	uint32_t cells = 0;

	*layout = (struct layout){ .item_count = item_count };
	layout->cell = bv_alloc_array(item_count + 1, sizeof *layout->cell);
	layout->blocks = bv_alloc_array(item_count, sizeof *layout->blocks);
	for (size_t i = 0; i < item_count; i++) {
		layout->cell[i] = cells;
		cells += categories[i];
	}
	layout->cell[item_count] = cells;
	layout->cell_count = layout->row_count = cells;
	for (size_t i = 0; i < item_count;) {
		struct block *block = &layout->blocks[layout->block_count++];
		*block = (struct block){ (uint32_t)i, 0, 1, (uint32_t)layout->row_count };
		for (; i < item_count && block->patterns * categories[i] <= BLOCK_PATTERNS && (!area || area[i] == area[block->first]); i++, block->count++)
			block->patterns *= categories[i];
		layout->row_count += block->patterns;
	}
}

void
layout_finish(struct layout *layout)
{
	free(layout->cell);
	free(layout->blocks);
}

size_t
layout_rows(uint32_t *rows, const struct layout *layout, const int8_t *marks)
{
	size_t count = 0;

	for (size_t b = 0; b < layout->block_count; b++) {
		const struct block *block = &layout->blocks[b];
		uint32_t pattern = 0, radix = 1;
		bool complete = true;
		for (uint32_t i = block->first; i < block->first + block->count; i++) {
			complete &= marks[i] >= 0;
			pattern += radix * (uint32_t)(complete ? marks[i] : 0);
			radix *= layout->cell[i + 1] - layout->cell[i];
		}
		if (complete) {
			rows[count++] = block->row + pattern;
			continue;
		}
		for (uint32_t i = block->first; i < block->first + block->count; i++)
			if (marks[i] >= 0)
				rows[count++] = layout->cell[i] + (uint32_t)marks[i];
	}
	return count;
}

/* The largest is made 1. */
static void
raise(double *x, int stride, double *scale)
{
	double largest = 0;

	for (int q = 0; q < stride; q++)
		largest = x[q] > largest ? x[q] : largest;
	for (int q = 0; q < stride; q++)
		x[q] = fmax(x[q] / largest, x[q] > 0 ? 1e-300 : 0);
	*scale += logarithm(largest);
}

static void
multiply_four(double *out, int stride, const double *a, const double *b, const double *c, const double *d)
{
	lanes *x = (lanes *)out;
	const lanes *p = (const lanes *)a, *q = (const lanes *)b, *r = (const lanes *)c, *s = (const lanes *)d;

	for (int i = 0; i < stride / 2; i++)
		x[i] = x[i] * ((p[i] * q[i]) * (r[i] * s[i]));
}

static void
multiply(double *out, int stride, const double *a)
{
	lanes *x = (lanes *)out;
	const lanes *p = (const lanes *)a;

	for (int i = 0; i < stride / 2; i++)
		x[i] *= p[i];
}

/* Row after row, raised after each: for answers so unlikely that all nodes fall out of what a double holds. */
static double
product_slowly(double *out, double *scale, const double *table, int stride, const uint32_t *rows, size_t count, const double *weights)
{
	double sum = 0;

	*scale = 0;
	for (int q = 0; q < stride; q++)
		out[q] = 1;
	for (size_t r = 0; r < count; r++) {
		multiply(out, stride, table + rows[r] * (size_t)stride);
		raise(out, stride, scale);
	}
	for (int q = 0; q < stride; q++)
		out[q] = fmax(out[q], FLOOR) * fmax(weights[q], weights[q] > 0 ? FLOOR : 0);
	raise(out, stride, scale);
	for (int q = 0; q < stride; q++)
		sum += out[q];
	return sum;
}

double
rows_product(double *out, double *scale, const double *table, int stride, const uint32_t *rows, size_t count, const double *weights)
{
	size_t r = 0;
	double sum = 0;

	*scale = 0;
	memcpy(out, weights, (size_t)stride * sizeof *out);
	while (r < count) {
		size_t end = count - r > AT_ONCE ? r + AT_ONCE : count;
		for (; r + 4 <= end; r += 4)
			multiply_four(out, stride, table + rows[r] * (size_t)stride, table + rows[r + 1] * (size_t)stride,
			              table + rows[r + 2] * (size_t)stride, table + rows[r + 3] * (size_t)stride);
		for (; r < end; r++)
			multiply(out, stride, table + rows[r] * (size_t)stride);
		if (r < count || count > AT_ONCE) {
			double largest = 0;
			for (int q = 0; q < stride; q++)
				largest = out[q] > largest ? out[q] : largest;
			if (!(largest > 0))
				return product_slowly(out, scale, table, stride, rows, count, weights);
			if (largest < LOW)
				raise(out, stride, scale);
		}
	}
	/* Two partial sums, in this order on every machine. */
	lanes two = { 0, 0 };
	for (int i = 0; i < stride / 2; i++)
		two += ((const lanes *)out)[i];
	sum = two[0] + two[1];
	if (!(sum > 1e-290))
		return product_slowly(out, scale, table, stride, rows, count, weights);
	return sum;
}
