#include "certs/vc/scale.h"

#include "certs/credential.h"

static bool
number(struct bv_str text, int64_t otherwise, int64_t *n)
{
	*n = otherwise;
	return !text.len || bv_str_decimal(text, BV_VALUE_PLACES, n);
}

bool
scale_check(const struct scale *scale)
{
	int64_t min, max, required;

	return number(scale->min, INT64_MIN, &min) && number(scale->max, INT64_MAX, &max) && number(scale->required, min, &required) &&
	       min <= required && required <= max;
}

enum scale_fit
scale_fit(const struct scale *scale, struct bv_str value)
{
	int64_t n, bound;

	if (!bv_str_decimal(value, BV_VALUE_PLACES, &n) || !scale_check(scale))
		return SCALE_NO_NUMBER;
	(void)number(scale->min, INT64_MIN, &bound);
	if (n < bound)
		return SCALE_BELOW;
	(void)number(scale->max, INT64_MAX, &bound);
	if (n > bound)
		return SCALE_ABOVE;
	(void)number(scale->required, INT64_MIN, &bound);
	return n < bound ? SCALE_SHORT : SCALE_FITS;
}
