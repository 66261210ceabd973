/* Logic and comparison. Three values: where NULL decides nothing, it is passed on. */
#include "itembank/operator.h"

static void
count_truth(const struct bv_expr *e, const struct bv_value *args, int64_t *yes, int64_t *null)
{
	*yes = *null = 0;
	for (uint32_t i = 0; i < e->count; i++) {
		*null += args[i].count == 0;
		*yes += args[i].count && args[i].one.boolean;
	}
}

/* Any false decides; else any NULL. */
enum bv_status
eval_and(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	int64_t yes, null;

	(void)run, (void)err;
	count_truth(e, args, &yes, &null);
	if (yes + null < e->count)
		return yield(out, bv_value_boolean(false));
	return null ? yield_null(out, e) : yield(out, bv_value_boolean(true));
}

enum bv_status
eval_or(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	int64_t yes, null;

	(void)run, (void)err;
	count_truth(e, args, &yes, &null);
	if (yes)
		return yield(out, bv_value_boolean(true));
	return null ? yield_null(out, e) : yield(out, bv_value_boolean(false));
}

enum bv_status
eval_not(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)e, (void)run, (void)err;
	return yield(out, bv_value_boolean(!args[0].one.boolean));
}

enum bv_status
prepare_any_n(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	(void)loader, (void)node;
	for (int i = 0; i < 2; i++)
		if (e->params[i].variable < 0 && e->params[i].integer < 0)
			return expr_refuse(e, err, "bound-out-of-range", "%s must be 0 or more", e->op->params[i].name);
	return BV_OK;
}

/* True or false only when no way of reading the NULLs could change it. */
enum bv_status
eval_any_n(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	int64_t min, max, yes, null;

	(void)err;
	if (!param_integer(&min, &e->params[0], run) || !param_integer(&max, &e->params[1], run))
		return yield_null(out, e);
	count_truth(e, args, &yes, &null);
	if (min <= yes && yes + null <= max)
		return yield(out, bv_value_boolean(true));
	if (yes > max || yes + null < min || min > max)
		return yield(out, bv_value_boolean(false));
	return yield_null(out, e);
}

enum bv_status
eval_is_null(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)e, (void)run, (void)err;
	return yield(out, bv_value_boolean(args[0].count == 0));
}

enum bv_status
eval_match(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	if (args[0].count > 1)
		TRY(expr_charge(e, run, (uint64_t)args[0].count * args[1].count / 16, err));
	return yield(out, bv_value_boolean(bv_value_equal(&args[0], &args[1])));
}

/* ---- Numbers -------------------------------------------------------------------------------------------------------- */

const char *const tolerance_words[] = { "exact", "absolute", "relative", NULL };
enum { EXACT, ABSOLUTE, RELATIVE };

/* <0, 0, >0; 2 when either is not a number. Two integers are compared as such: doubles hold 53 bits of them only. */
static int
compare(const struct bv_value *a, const struct bv_value *b)
{
	if (a->type == BV_TYPE_INTEGER && b->type == BV_TYPE_INTEGER)
		return (a->one.integer > b->one.integer) - (a->one.integer < b->one.integer);
	double x = real_of(a), y = real_of(b);
	return isnan(x) || isnan(y) ? 2 : (x > y) - (x < y);
}

enum bv_status
prepare_equal(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	const struct param *mode = &e->params[0], *tolerance = &e->params[1];

	(void)loader, (void)node;
	if (mode->word != EXACT && !tolerance->given)
		return expr_refuse(e, err, "missing-attribute", "tolerance-mode \"%s\" needs a tolerance", tolerance_words[mode->word]);
	for (int i = 0; i < 2 && mode->word != EXACT; i++)
		if (tolerance[i].variable < 0 && tolerance[i].real < 0)
			return expr_refuse(e, err, "bound-out-of-range", "a tolerance must be 0 or more");
	return BV_OK;
}

/* Relative tolerance is in percent of the first operand's magnitude, so that it widens both ways for negative numbers too. */
enum bv_status
eval_equal(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	double below, above, x = real_of(&args[0]), y = real_of(&args[1]);

	(void)err;
	if (e->params[0].word == EXACT)
		return yield(out, bv_value_boolean(compare(&args[0], &args[1]) == 0));
	if (!param_float(&below, &e->params[1], run) || !param_float(&above, &e->params[2], run))
		return yield_null(out, e);
	if (e->params[0].word == RELATIVE) {
		below *= fabs(x) / 100;
		above *= fabs(x) / 100;
	}
	double low = x - below, high = x + above;
	bool inside = (e->params[3].boolean ? y >= low : y > low) && (e->params[4].boolean ? y <= high : y < high);
	return yield(out, bv_value_boolean(inside));
}

/* equal-rounded, round-to: figures of significantFigures is 1 or more, of decimalPlaces 0 or more. */
enum bv_status
prepare_figures(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	int least = e->params[0].word == 0 ? 1 : 0;

	(void)loader, (void)node;
	if (e->params[1].variable < 0 && e->params[1].integer < least)
		return expr_refuse(e, err, "bound-out-of-range", "figures must be %d or more for %s", least,
		                   rounding_words[e->params[0].word]);
	return BV_OK;
}

enum bv_status
eval_equal_rounded(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	bool significant = e->params[0].word == 0;
	int64_t figures;

	(void)err;
	if (!param_integer(&figures, &e->params[1], run))
		return yield_null(out, e);
	if (figures < significant)
		return expr_lost(out, e, run, "figures is too small");
	double x = round_figures(real_of(&args[0]), significant, figures), y = round_figures(real_of(&args[1]), significant, figures);
	return yield(out, bv_value_boolean(x == y));
}

enum bv_status
eval_lt(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)e, (void)run, (void)err;
	return yield(out, bv_value_boolean(compare(&args[0], &args[1]) < 0));
}

enum bv_status
eval_gt(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)e, (void)run, (void)err;
	return yield(out, bv_value_boolean(compare(&args[0], &args[1]) == 1));
}

enum bv_status
eval_lte(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)e, (void)run, (void)err;
	return yield(out, bv_value_boolean(compare(&args[0], &args[1]) <= 0));
}

enum bv_status
eval_gte(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)e, (void)run, (void)err;
	int order = compare(&args[0], &args[1]);
	return yield(out, bv_value_boolean(order == 0 || order == 1));
}

/* Durations are compared as they are: whoever measured them has truncated to the resolution of his clock. There is no equality. */
enum bv_status
eval_duration_lt(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)e, (void)run, (void)err;
	return yield(out, bv_value_boolean(args[0].one.real < args[1].one.real));
}

enum bv_status
eval_duration_gte(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)e, (void)run, (void)err;
	return yield(out, bv_value_boolean(args[0].one.real >= args[1].one.real));
}
