/* Private: marks out of a maximum, and the mean of several, compared exactly. */
#ifndef BV_SCORING_FRACTION_H
#define BV_SCORING_FRACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0 <= marks <= max <= BV_MARKS_MAX * BV_RATING_ITEMS_MAX, max >= 1. */
struct bv_fraction {
	int64_t marks, max;
};

/* The mean of count fractions (1 to BV_RATING_AREAS_MAX) against percent/10,000: <0, 0, >0. Exact. */
int bv_fraction_compare(const struct bv_fraction *fractions, size_t count, int64_t percent);

/* The mean in hundredths of a percent, rounded half up, for printing; *exact tells whether anything was rounded off. */
int32_t bv_fraction_percent(const struct bv_fraction *fractions, size_t count, bool *exact);

#endif
