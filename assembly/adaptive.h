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

/* An item of several categories: the chances of all of them at each node lie side by side, so that the sum of each runs over the nodes in the same order
 * whatever the machine's vectors are. */
struct polytomous {
	uint32_t item;
	const struct bv_irt_item *model;
	size_t width;  /* categories, and zeros up to whole LANES */
	double *p;     /* nodes × width; at least 1e-100 of each category, so that no two answers leave no ability at all */
	double *log_p; /* NULL unless the rule needs it */
	double place;  /* for BV_SELECT_B and BV_SELECT_PEAK */
};

struct bv_adaptive {
	const struct bv_assembly_bank *bank;
	struct bv_adaptive_rules rules;
	struct bv_arena arena;
	double node[BV_ADAPTIVE_NODES_MAX], prior[BV_ADAPTIVE_NODES_MAX]; /* prior: with the rule's weights */
	size_t blocks;  /* of LANES items */
	double *p;      /* blocks × nodes × LANES: the probability of right; 0.5 of items of several categories */
	double *info;   /* the same of information, of every item; NULL unless the rule needs it */
	double *log_p, *log_q;
	struct polytomous *polytomous; /* in the order of the bank */
	size_t polytomous_count;
	uint32_t *polytomous_of; /* of each item: where it stands there; UINT32_MAX: right or wrong */
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

static inline const struct bv_assembly_item *
item_at(const struct bv_adaptive *a, uint32_t item)
{
	return &a->bank->items[item];
}

/* The tables of the items of several categories. EINVAL: the rule asks for a difficulty that an item has not. */
BV_MUST_USE enum bv_status polytomous_fill(struct bv_adaptive *a, struct bv_err *err);
/* Bounds of an item's information in each of the CELLS of the grid. */
void polytomous_bounds(double bound[CELLS], const struct bv_irt_item *model, double from, double to);

#endif
