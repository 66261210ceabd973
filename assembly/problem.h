/* A design laid over a bank: the items that may be taken, the rows that each form must hold, the points where it is measured. */
#ifndef BV_ASSEMBLY_PROBLEM_H
#define BV_ASSEMBLY_PROBLEM_H

#include "assembly/assembly.h"

#define ROW_LENGTH (-1)  /* struct row's rule where it is none of the design's */
#define ROW_ENEMIES (-2)

/* lo <= sum of coef over the items taken <= hi, in each form. */
struct row {
	struct bv_str name;
	int rule; /* of the design, or ROW_… */
	uint32_t *item;
	double *coef;
	size_t count;
	double lo, hi;
};

struct point {
	double *value; /* of each item */
	double target, weight;
};

struct problem {
	struct bv_arena arena;
	size_t count;     /* items that may be taken, the columns */
	uint32_t *source; /* their indexes in the bank */
	size_t forms, length, item_use;
	struct row *rows;
	size_t row_count;
	enum bv_objective_kind objective; /* BV_OBJECTIVE_MAXIMIZE only of one form; its points are folded into one */
	struct point *points;
	size_t point_count;
	uint32_t *stimulus; /* of each item, UINT32_MAX for none; NULL: the design knows no stimuli */
	size_t stimulus_count;
	double stimuli_min, stimuli_max, per_stimulus_min, per_stimulus_max;
};

BV_MUST_USE enum bv_status problem_init(struct problem *p, const struct bv_assembly_bank *bank, const struct bv_design *design, struct bv_err *err);
void problem_finish(struct problem *p);
BV_AUTO_DEFINE_FINISH(struct problem, problem_finish)

/* The objective's value of forms × length items (columns); sums are taken in the order of the items. */
double problem_value(const struct problem *p, const uint32_t *items);
/* Do all rows hold in every form, to 1e-6, and is no item in too many? */
bool problem_holds(const struct problem *p, const uint32_t *items);
/* The sum over a form's items of an array by column. */
double form_sum(const uint32_t *items, size_t length, const double *value);

/* The item's value at a point of the ability, as rules and points count it: its information, or the expected score. */
double item_value(const struct bv_assembly_item *item, enum bv_rule_kind kind, double theta);

#endif
