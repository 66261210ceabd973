/* The mark of an item, exactly: doubles are read as the decimals that people see, and everything after that is integer arithmetic. */
#include <assert.h>
#include <math.h>

#include "base/json.h"
#include "scoring/scoring.h"

__extension__ typedef unsigned __int128 wide;

/* digits × 10^exponent; digits has at most 17 decimal digits and is 0 or not a multiple of 10. */
struct decimal {
	uint64_t digits;
	int exponent;
};

static struct decimal
decimal_of(double x)
{
	struct decimal d = { 0 };

	if (x < 1e15 && x == floor(x)) { /* nearly every score: no text needed */
		d.digits = (uint64_t)x;
	} else {
		struct bv_decimal text = bv_decimal_of(x);
		for (int i = 0; i < text.count; i++)
			d.digits = d.digits * 10 + (uint64_t)(text.digits[i] - '0');
		d.exponent = text.exponent - text.count;
	}
	for (; d.digits && d.digits % 10 == 0; d.exponent++)
		d.digits /= 10;
	return d;
}

/* marks × part / whole for 0 < part < whole, rounded half up. */
static int64_t
share(int64_t marks, struct decimal part, struct decimal whole)
{
	wide over = (wide)part.digits * (uint64_t)marks * 2, under = (wide)whole.digits * 2; /* twice, for the half */
	int shift = part.exponent - whole.exponent;

	/* part < whole keeps over below 2 × marks × whole.digits < 2^128. */
	for (; shift > 0; shift--)
		over *= 10;
	/* Once under / 2 passes over, the share is less than half a hundredth. */
	for (; shift < 0; shift++) {
		if (under / 2 > over)
			return 0;
		under *= 10;
	}
	return (int64_t)((over + under / 2) / under);
}

enum bv_status
bv_mark(int64_t *out, int64_t marks, double score, double max_score, struct bv_err *err)
{
	if (marks < 0 || marks > BV_MARKS_MAX)
		return bv_err_set(err, BV_EINVAL, "an item is worth 0 to %d hundredths of a mark, not %lld", BV_MARKS_MAX, (long long)marks);
	if (!isfinite(score))
		return bv_err_set(err, BV_EINVAL, "SCORE is not a finite number");
	if (!isfinite(max_score) || max_score <= 0)
		return bv_err_set(err, BV_EINVAL, "MAXSCORE is not a finite number above 0");
	if (score <= 0)
		*out = 0;
	else if (score >= max_score)
		*out = marks;
	else
		*out = share(marks, decimal_of(score), decimal_of(max_score));
	return BV_OK;
}
