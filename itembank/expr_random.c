/* Random draws. What each takes from the stream is specified in doc/random.md: change neither without the other. */
#include "itembank/operator.h"

static bool
literal(const struct param *param)
{
	return param->variable < 0;
}

enum bv_status
prepare_random_integer(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	const struct param *min = &e->params[0], *max = &e->params[1], *step = &e->params[2];

	(void)loader, (void)node;
	if (literal(min) && literal(max) && min->integer > max->integer)
		return expr_refuse(e, err, "bound-out-of-range", "min is above max");
	if (literal(step) && step->integer < 1)
		return expr_refuse(e, err, "bound-out-of-range", "step must be 1 or more");
	return BV_OK;
}

enum bv_status
prepare_random_float(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	const struct param *min = &e->params[0], *max = &e->params[1];

	(void)loader, (void)node;
	if (literal(min) && literal(max) && !(min->real <= max->real && isfinite(max->real - min->real)))
		return expr_refuse(e, err, "bound-out-of-range", "min is above max, or they are too far apart");
	return BV_OK;
}

/* One element of the operand: random, index. */
enum bv_status
prepare_element(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	(void)loader, (void)node, (void)err;
	e->sort = (struct bv_sort){ CARDS_SINGLE, (uint16_t)(e->operands[0]->sort.types & TYPES_BASE) };
	return BV_OK;
}

enum bv_status
eval_random_integer(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	int64_t min, max, step;

	(void)args, (void)err;
	if (!param_integer(&min, &e->params[0], run) || !param_integer(&max, &e->params[1], run) ||
	    !param_integer(&step, &e->params[2], run))
		return yield_null(out, e);
	if (min > max || step < 1)
		return expr_lost(out, e, run, "min is above max, or step is not positive");
	/* Unsigned, because the distance may not fit a signed integer; the last multiple of step that fits never passes max. */
	uint64_t last = ((uint64_t)max - (uint64_t)min) / (uint64_t)step;
	uint64_t k = last == UINT64_MAX ? bv_stream_word(run->stream) : bv_stream_below(run->stream, last + 1);
	return yield(out, bv_value_integer((int64_t)((uint64_t)min + k * (uint64_t)step)));
}

enum bv_status
eval_random_float(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	double min, max;

	(void)args, (void)err;
	if (!param_float(&min, &e->params[0], run) || !param_float(&max, &e->params[1], run))
		return yield_null(out, e);
	if (!(min <= max && isfinite(max - min)))
		return expr_lost(out, e, run, "min is above max, or they are too far apart");
	double x = min + bv_stream_unit(run->stream) * (max - min);
	return yield(out, bv_value_float(x > max ? max : x));
}

enum bv_status
eval_random(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)e, (void)err;
	return yield(out, bv_value_single((enum bv_type)args[0].type, args[0].list[bv_stream_below(run->stream, args[0].count)]));
}
