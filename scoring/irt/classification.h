/* What the methods of classification add up. */
#ifndef BV_SCORING_IRT_CLASSIFICATION_H
#define BV_SCORING_IRT_CLASSIFICATION_H

#include "scoring/irt/irt.h"

struct classes {
	size_t count;
	double accuracy, consistency;
	double below[2], above[2]; /* found below the first cut and not: of who truly is not, and is */
	double found[BV_IRT_CUTS_MAX + 1];
};

/* Persons of that weight (all together 1) who are found in class k with probability p[k]. */
void classification_add(struct classes *sum, const double *p, size_t true_class, double weight);
struct bv_irt_classification classification_of(const struct classes *sum);

#endif
