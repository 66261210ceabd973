/* What a swap of two items changes: the rows that each is in, what a breach of them costs, and which items a swap should try for which. */
#ifndef BV_ASSEMBLY_TERMS_H
#define BV_ASSEMBLY_TERMS_H

#include "assembly/problem.h"

struct entry {
	uint32_t row;
	double coef;
};

struct terms {
	size_t rows;
	struct entry *entries;   /* by item, rows rising; the row of the length is left out: swaps keep it */
	uint32_t *first;         /* of an item's entries; count + 1 */
	double *lo, *hi, *scale; /* of rows; what one unit of a breach costs */
	uint32_t *class_first, *class_items, *class_of; /* items that fixed counts cannot tell apart */
};

/* worth: of a typical item in the objective; 1 where there is none. */
void terms_init(struct terms *t, const struct problem *p, double worth);
void terms_finish(struct terms *t);
BV_AUTO_DEFINE_FINISH(struct terms, terms_finish)

static inline double
terms_breach(const struct terms *t, size_t row, double sum)
{
	double over = sum - t->hi[row], under = t->lo[row] - sum, by = over > under ? over : under;

	return by > 1e-9 ? by * t->scale[row] : 0;
}

/* For qsort: items in rising order. */
int terms_rising(const void *a, const void *b);

#endif
