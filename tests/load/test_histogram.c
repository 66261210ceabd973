/* Percentiles against the sorted values themselves. */
#include "base/mem.h"
#include "tests/check.h"
#include "tools/load/histogram.h"

static uint64_t seed = 1;

static uint64_t
random_word(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	return seed ^= seed << 17;
}

static int
by_value(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* The definition: the smallest value that ceil(share * count) of the values do not exceed. */
static int64_t
exact(const int64_t *sorted, size_t count, double share)
{
	size_t rank = (size_t)(share * (double)count);

	if ((double)rank < share * (double)count)
		rank++;
	return sorted[rank ? rank - 1 : 0];
}

static void
compare(const char *name, size_t count, int64_t below)
{
	static const double shares[] = { 0, 0.5, 0.9, 0.99, 0.999, 1 };
	struct histogram *h = bv_alloc(sizeof *h);
	int64_t *values = bv_alloc_array(count, sizeof *values);

	for (size_t i = 0; i < count; i++) {
		/* Every order of magnitude. */
		values[i] = (int64_t)(random_word() % (uint64_t)below) >> (random_word() % 40);
		histogram_add(h, values[i]);
	}
	qsort(values, count, sizeof *values, by_value);
	for (size_t i = 0; i < BV_COUNT(shares); i++) {
		int64_t got = histogram_at(h, shares[i]), want = exact(values, count, shares[i]);
		CHECK(got >= want && got <= want + want / 128, "%s: %g of %zu is %lld, and exactly %lld", name, shares[i], count, (long long)got,
		      (long long)want);
	}
	CHECK(h->count == count && h->max == values[count - 1], "%s: count and greatest", name);
	free(values);
	free(h);
}

int
main(void)
{
	struct histogram *h = bv_alloc(sizeof *h);

	CHECK(histogram_at(h, 0.5) == 0, "nothing was counted");
	for (int64_t v = 0; v < 2 * HISTOGRAM_HALF; v++) {
		*h = (struct histogram){ 0 };
		histogram_add(h, v);
		histogram_add(h, 1000);
		if (histogram_at(h, 0.5) != v)
			CHECK(false, "%lld is exact", (long long)v);
	}
	*h = (struct histogram){ 0 };
	histogram_add(h, -5);
	CHECK(histogram_at(h, 1) == 0, "what is below zero is counted as zero");
	histogram_add(h, INT64_MAX);
	CHECK(histogram_at(h, 1) == INT64_MAX && histogram_at(h, 0.5) == 0, "the greatest value of all");
	free(h);
	compare("one", 1, 1000000);
	compare("small", 1000, 300);
	compare("wide", 100000, INT64_C(1) << 42);
	return check_end();
}
