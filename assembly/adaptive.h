/* A bank made ready for adaptive sessions: what is known of every item at every node of the grid. */
#ifndef BV_ASSEMBLY_ADAPTIVE_H
#define BV_ASSEMBLY_ADAPTIVE_H

#include "assembly/assembly.h"
#include "assembly/lanes.h"

enum { CELLS = 240 };

/* The items by the most information that each has anywhere in a cell of ability, largest first: the best of a point in the cell is found without
 * looking at those that cannot be it. */
struct cell {
	uint32_t *item;
	double *most;
};

struct bv_adaptive {
	const struct bv_assembly_bank *bank;
	struct bv_adaptive_rules rules;
	struct bv_arena arena;
	double node[BV_ADAPTIVE_NODES_MAX], prior[BV_ADAPTIVE_NODES_MAX]; /* prior: with the rule's weights */
	size_t blocks;  /* of LANES items */
	double *p;      /* blocks × nodes × LANES: the probability of right */
	double *info;   /* the same of information; NULL unless the rule needs it */
	double *log_p, *log_q;
	struct cell cells[CELLS];
	uint32_t *area; /* of each item; area_count: none */
	size_t area_count;
	uint32_t *enemy_first, *enemies; /* of each item: those that exclude it */
};

static inline double
table_at(const struct bv_adaptive *a, const double *table, uint32_t item, size_t node)
{
	return table[(item / LANES * a->rules.nodes + node) * LANES + item % LANES];
}

/* Where an item of the 3PL has most information: b + ln((1 + sqrt(1 + 8c)) / 2) / a (Birnbaum 1968). */
double curve_peak(const struct bv_curve *curve);

#endif
