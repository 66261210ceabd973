/* All statistics of a pair, with the room that they need: for many pairs one after the other. */
#ifndef BV_ANALYSIS_PAIR_H
#define BV_ANALYSIS_PAIR_H

#include "analysis/cells.h"

enum { PAIR_SAME, PAIR_FIRST_HAS, PAIR_SECOND_HAS, PAIR_RIGHT, PAIR_WRONG, PAIR_ROOM, PAIR_VECTORS };

struct pairs {
	struct cells cells;
	struct copying *copying;
	double *p[2], *given[2]; /* of both, as cells_row */
	double *vector[PAIR_VECTORS];
};

struct pairs *pairs_new(const struct bv_abilities *abilities);
void pairs_free(struct pairs *pairs);
BV_AUTO_DEFINE(struct pairs, pairs_free)
void pairs_measure(struct bv_pair *out, struct pairs *pairs, size_t first, size_t second);

#endif
