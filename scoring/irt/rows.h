/* Likelihoods along the nodes of ability, one row for each category of each item, and for each pattern of answers to a block of neighbouring
 * items: a complete block costs a person one row instead of one an item (the "four Russians"). Rows hold an even number of doubles. */
#ifndef BV_SCORING_IRT_ROWS_H
#define BV_SCORING_IRT_ROWS_H

#include <stddef.h>

#include "scoring/irt/irt.h"

#define BLOCK_PATTERNS 64 /* of one block at most */
#define FLOOR 1e-150      /* of a likelihood relative to the best node's: a product of two is not 0 */

/* Two doubles at once: each operation rounds as a scalar one does, so the bits do not depend on it. */
typedef double lanes __attribute__((vector_size(16), may_alias));

struct nodes {
	int count, stride; /* of doubles in a row: count, made even */
	double theta[BV_IRT_NODES_MAX + 1];
};

/* Equally spaced on [-6, 6]. */
void nodes_init(struct nodes *nodes, int count);
/* Normal density at the nodes, summing to 1; the padding is 0. */
void nodes_normal(double *weights, const struct nodes *nodes, double mean, double sd);

struct block {
	uint32_t first, count; /* items */
	uint32_t patterns;     /* the product of their categories */
	uint32_t row;          /* of its first pattern: mark of the first item × 1 + of the second × categories of the first + … */
};

/* Which rows there are: cells (categories of items) first, then the patterns of each block. */
struct layout {
	size_t item_count, cell_count, block_count, row_count;
	uint32_t *cell;  /* first cell of each item, and one more */
	struct block *blocks;
};

/* area: of each item, when no block is to have items of two; or NULL. */
void layout_init(struct layout *layout, const uint8_t *categories, const uint8_t *area, size_t item_count);
void layout_finish(struct layout *layout);
/* The rows that a person's marks stand for (-1: no answer) into rows, room for item_count; returns how many. */
size_t layout_rows(uint32_t *rows, const struct layout *layout, const int8_t *marks);

/* weights × Π rows into out, and its sum; what it was divided by, so that its largest is not lost, as a logarithm in *scale (0 mostly). */
double rows_product(double *out, double *scale, const double *table, int stride, const uint32_t *rows, size_t count, const double *weights);

#endif
