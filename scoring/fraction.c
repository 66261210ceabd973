/* The mean of fractions with different maxima has a denominator that outgrows any machine word: it is kept in limbs. */
#include "scoring/fraction.h"

#include <assert.h>
#include <string.h>

#include "scoring/scoring.h"

__extension__ typedef unsigned __int128 wide;

/* 64 maxima of 35 bits, and the factors of a comparison. */
#define LIMBS 40

struct big {
	uint64_t limb[LIMBS];
	size_t len;
};

static void
multiply(struct big *x, uint64_t by)
{
	wide carry = 0;

	for (size_t i = 0; i < x->len; i++) {
		carry += (wide)x->limb[i] * by;
		x->limb[i] = (uint64_t)carry;
		carry >>= 64;
	}
	if (carry) {
		assert(x->len < LIMBS);
		x->limb[x->len++] = (uint64_t)carry;
	}
}

/* x += y × by */
static void
add_product(struct big *x, const struct big *y, uint64_t by)
{
	wide carry = 0;

	for (size_t i = 0; i < y->len || i < x->len || carry; i++) {
		assert(i < LIMBS);
		if (i == x->len)
			x->limb[x->len++] = 0;
		carry += (wide)(i < y->len ? y->limb[i] : 0) * by + x->limb[i];
		x->limb[i] = (uint64_t)carry;
		carry >>= 64;
	}
}

static int
compare(const struct big *x, const struct big *y)
{
	for (size_t i = x->len > y->len ? x->len : y->len; i-- > 0;) {
		uint64_t a = i < x->len ? x->limb[i] : 0, b = i < y->len ? y->limb[i] : 0;
		if (a != b)
			return a < b ? -1 : 1;
	}
	return 0;
}

/* The sum of the fractions as over / under. */
static void
sum(struct big *over, struct big *under, const struct bv_fraction *fractions, size_t count)
{
	over->len = 0;
	under->len = 1;
	under->limb[0] = 1;
	for (size_t i = 0; i < count; i++) {
		assert(fractions[i].max >= 1 && fractions[i].marks >= 0 && fractions[i].marks <= fractions[i].max);
		multiply(over, (uint64_t)fractions[i].max);
		add_product(over, under, (uint64_t)fractions[i].marks);
		multiply(under, (uint64_t)fractions[i].max);
	}
}

/* over / under / count against part / whole */
static int
against(const struct big *over, const struct big *under, size_t count, uint64_t part, uint64_t whole)
{
	struct big left, right;

	left.len = over->len;
	memcpy(left.limb, over->limb, over->len * sizeof *over->limb);
	right.len = under->len;
	memcpy(right.limb, under->limb, under->len * sizeof *under->limb);
	multiply(&left, whole);
	multiply(&right, part * count);
	return compare(&left, &right);
}

int
bv_fraction_compare(const struct bv_fraction *fractions, size_t count, int64_t percent)
{
	struct big over, under;

	assert(count >= 1 && count <= BV_RATING_AREAS_MAX && percent >= 0 && percent <= 10000);
	sum(&over, &under, fractions, count);
	return against(&over, &under, count, (uint64_t)percent, 10000);
}

int32_t
bv_fraction_percent(const struct bv_fraction *fractions, size_t count, bool *exact)
{
	struct big over, under;
	int32_t low = 0, high = 10000; /* the answer is the largest k with mean >= (2k - 1) / 20,000 */

	assert(count >= 1 && count <= BV_RATING_AREAS_MAX);
	if (count == 1) {
		wide tens = (wide)(uint64_t)fractions->marks * 10000, max = (uint64_t)fractions->max;
		*exact = tens % max == 0;
		return (int32_t)((2 * tens + max) / (2 * max));
	}
	sum(&over, &under, fractions, count);
	while (low < high) {
		int32_t mid = (low + high + 1) / 2;
		if (against(&over, &under, count, (uint64_t)(2 * mid - 1), 20000) >= 0)
			low = mid;
		else
			high = mid - 1;
	}
	*exact = against(&over, &under, count, (uint64_t)low, 10000) == 0;
	return low;
}
