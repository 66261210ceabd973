#include "tools/load/histogram.h"

#include <math.h>

/* Below 2 * HALF each value has a bucket of its own; above, HALF buckets for each power of two. */
static unsigned
bucket_of(uint64_t value)
{
	if (value < 2 * HISTOGRAM_HALF)
		return (unsigned)value;
	unsigned shift = 63 - (unsigned)__builtin_clzll(value) - 7;
	uint64_t bucket = (uint64_t)HISTOGRAM_HALF * shift + (value >> shift);
	return bucket < HISTOGRAM_BUCKETS ? (unsigned)bucket : HISTOGRAM_BUCKETS - 1;
}

/* The greatest value of a bucket. */
static int64_t
end_of(unsigned bucket)
{
	if (bucket < 2 * HISTOGRAM_HALF)
		return bucket;
	unsigned shift = bucket / HISTOGRAM_HALF - 1;
	int64_t first = (int64_t)(bucket - HISTOGRAM_HALF * shift) << shift;
	return first + (INT64_C(1) << shift) - 1;
}

void
histogram_add(struct histogram *histogram, int64_t value)
{
	if (value < 0)
		value = 0;
	histogram->buckets[bucket_of((uint64_t)value)]++;
	histogram->count++;
	if (value > histogram->max)
		histogram->max = value;
}

int64_t
histogram_at(const struct histogram *histogram, double share)
{
	uint64_t want = (uint64_t)ceil(share * (double)histogram->count), seen = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += histogram->buckets[i];
		if (seen < want || !histogram->buckets[i])
			continue;
		int64_t end = end_of(i);
		return end < histogram->max && i < HISTOGRAM_BUCKETS - 1 ? end : histogram->max;
	}
	return histogram->max;
}
