/* Two persons' answers side by side, as vectors: for each item the probabilities of what a person might have answered, and what he did. */
#ifndef BV_ANALYSIS_CELLS_H
#define BV_ANALYSIS_CELLS_H

#include "analysis/analysis.h"

/* The items that are compared, in the order of the responses, and what can be answered to them: the options where they are known, else the scores. */
struct cells {
	const struct bv_abilities *abilities;
	size_t items, width; /* width: items, made a multiple of 4; what is past them is 0 */
	int planes;          /* the most that can be answered to one of them */
	size_t *column;      /* of the responses */
	int *right;          /* the key's plane, or that of the highest score */
	double *share;       /* [plane * width + item]: of an option among the wrong answers; NULL without options */
};

void cells_init(struct cells *cells, const struct bv_abilities *abilities);
void cells_finish(struct cells *cells);
BV_AUTO_DEFINE_FINISH(struct cells, cells_finish)

/* Fills p, the probabilities at the person's ability, and given, 1 where the answer is this one; both [plane * width + item], and all 0 of an item
 * that was not answered. */
void cells_row(double *p, double *given, const struct cells *cells, size_t person);

/* P(at least `least` of count independent events), of their probabilities: the compound binomial, by its lower tail of what did not happen, so that small
 * ones keep their digits. room has count + 1 places. */
double events_tail(const double *p, size_t count, size_t least, double *room);

/* Holland's K and its kin, of two persons: a pair's members of these names, of this one as the copier. Needs answers of both to all items compared; NAN else. */
struct copying;
struct copying *copying_new(const struct cells *cells);
void copying_free(struct copying *copying);
BV_AUTO_DEFINE(struct copying, copying_free)
void copying_measure(struct bv_copying *out, struct copying *copying, size_t copier, size_t source);
/* Into out->group[side], like[side], alike[side] and group_count. */
void copying_steps(struct bv_pair_steps *out, int side, struct copying *copying, size_t copier, size_t source);

#endif
