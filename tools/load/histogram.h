/* Counts of durations by value with a relative error of at most 1/128, in a fixed room: the idea of HdrHistogram. */
#ifndef BV_TOOLS_LOAD_HISTOGRAM_H
#define BV_TOOLS_LOAD_HISTOGRAM_H

#include <stdint.h>

enum {
	HISTOGRAM_HALF = 128,    /* buckets an octave */
	HISTOGRAM_OCTAVES = 36,  /* values from 2^43 ns (two hours and a half) on are counted as that */
	HISTOGRAM_BUCKETS = HISTOGRAM_HALF * (HISTOGRAM_OCTAVES + 1),
};

/* Zero-initialised is empty. */
struct histogram {
	uint64_t buckets[HISTOGRAM_BUCKETS];
	uint64_t count;
	int64_t max;
};

/* Values below 0 are counted as 0. */
void histogram_add(struct histogram *histogram, int64_t value);
/* The smallest value that at least `share` (0 to 1) of what was counted does not exceed, rounded up to the end of its bucket, never above the
 * greatest that was counted; 0 when nothing was. */
int64_t histogram_at(const struct histogram *histogram, double share);

#endif
