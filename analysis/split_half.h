/* The best halves of a test. */
#ifndef BV_ANALYSIS_SPLIT_HALF_H
#define BV_ANALYSIS_SPLIT_HALF_H

#include <stddef.h>

#include "base/mem.h"

enum { SPLIT_HALF_MAX = 500 };

/* The largest 4 c / v that moves and exchanges of items lead to from many ways to part them: c the sum of the k × k correlations r between both parts, v of
 * all of r. Guttman 1945. NAN for fewer than 2 items or more than SPLIT_HALF_MAX, and where v is not above 0. */
double split_half_largest(const double *r, size_t k);

#endif
