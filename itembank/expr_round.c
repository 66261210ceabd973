/* Rounding. Digits are decided on the shortest decimal that reads back as the double, as a person sees it: 2.675 rounds to 2.68. */
#include "base/json.h"
#include "itembank/operator.h"

const char *const rounding_words[] = { "significantFigures", "decimalPlaces", NULL };

enum bv_status
yield_integral(struct bv_value *out, const struct bv_expr *e, struct bv_run *run, double x)
{
	if (isnan(x))
		return yield_null(out, e);
	if (isinf(x))
		return yield(out, bv_value_float(x));
	if (x < -0x1p63 || x >= 0x1p63)
		return expr_lost(out, e, run, "the result does not fit an integer of 64 bits");
	return yield(out, bv_value_integer((int64_t)x));
}

/* n for [n - 0.5, n + 0.5): -6.5 gives -6. x - floor(x) is exact, x + 0.5 is not. */
enum bv_status
eval_round(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)err;
	if (args[0].type == BV_TYPE_INTEGER)
		return yield(out, args[0]);
	double x = args[0].one.real, down = floor(x);
	return yield_integral(out, e, run, isfinite(x) && x - down >= 0.5 ? down + 1 : down);
}

enum bv_status
eval_truncate(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)err;
	if (args[0].type == BV_TYPE_INTEGER)
		return yield(out, args[0]);
	return yield_integral(out, e, run, trunc(args[0].one.real));
}

/* Keeps the first `keep` digits, half away from zero. */
static void
cut(struct bv_decimal *d, int keep)
{
	bool up = d->digits[keep] >= '5';

	d->count = keep;
	while (up && keep > 0) {
		up = d->digits[--keep] == '9';
		d->digits[keep] = up ? '0' : (char)(d->digits[keep] + 1);
	}
	if (up) {
		/* 99.5 became 00: one place more, and a 1 in front. */
		memmove(d->digits + 1, d->digits, (size_t)d->count);
		d->digits[0] = '1';
		d->count++;
		d->exponent++;
	}
}

double
round_figures(double x, bool significant, int64_t figures)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(128);
	double rounded;

	if (x == 0 || !isfinite(x))
		return x;
	struct bv_decimal d = bv_decimal_of(fabs(x));
	/* A double has no more than 17 digits, and none after the 340th decimal place. */
	int64_t keep = (figures > 1000 ? 1000 : figures) + (significant ? 0 : d.exponent);
	if (keep >= d.count)
		return x;
	if (keep < 0)
		return 0;
	cut(&d, (int)keep);
	if (d.count == 0)
		return 0;
	bv_buf_printf(&text, "0.%.*se%d", d.count, d.digits, d.exponent);
	if (!bv_str_double(bv_buf_str(&text), &rounded))
		return x;
	return x < 0 ? -rounded : rounded;
}

enum bv_status
eval_round_to(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	bool significant = e->params[0].word == 0;
	double x = real_of(&args[0]);
	int64_t figures;

	(void)err;
	if (!param_integer(&figures, &e->params[1], run) || isnan(x))
		return yield_null(out, e);
	if (figures < significant)
		return expr_lost(out, e, run, "figures is too small");
	return yield(out, bv_value_float(round_figures(x, significant, figures)));
}
