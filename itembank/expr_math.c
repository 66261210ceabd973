/* qti-math-operator. Out of its domain a function is NULL; a result beyond the range of floats is infinite. */
#include "itembank/operator.h"

/* clang-format off */
const char *const math_words[] = {
	"sin",  "cos",  "tan",  "sec",  "csc",  "cot",  "asin", "acos", "atan", "atan2", "asec", "acsc",   "acot",  "sinh", "cosh",
	"tanh", "sech", "csch", "coth", "log",  "ln",   "exp",  "abs",  "signum", "floor", "ceil", "toDegrees", "toRadians", NULL,
};

enum math_function {
	SIN, COS, TAN, SEC, CSC, COT, ASIN, ACOS, ATAN, ATAN2, ASEC, ACSC, ACOT, SINH, COSH,
	TANH, SECH, CSCH, COTH, LOG, LN, EXP, ABS, SIGNUM, FLOOR, CEIL, TO_DEGREES, TO_RADIANS,
};
/* clang-format on */

enum bv_status
prepare_math(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	int function = e->params[0].word;
	uint32_t operands = function == ATAN2 ? 2 : 1;

	(void)loader, (void)node;
	if (e->count != operands)
		return expr_refuse(e, err, "operand-count", "%s takes %u operand%s, not %u", math_words[function], operands,
		                   operands > 1 ? "s" : "", e->count);
	bool integral = function == SIGNUM || function == FLOOR || function == CEIL;
	e->sort.types = integral ? TYPE(BV_TYPE_INTEGER) : TYPE(BV_TYPE_FLOAT);
	return BV_OK;
}

/* 1/x where 1/0 has no value; 1/INF is 0. */
static double
reciprocal(double x)
{
	return x == 0 ? NAN : 1 / x;
}

static double
trigonometric(enum math_function function, double x, double second)
{
	switch (function) {
	case SIN:
		return sin(x);
	case COS:
		return cos(x);
	case TAN:
		return tan(x);
	case SEC:
		return reciprocal(cos(x));
	case CSC:
		return reciprocal(sin(x));
	case COT:
		return reciprocal(tan(x));
	case ASIN:
		return asin(x);
	case ACOS:
		return acos(x);
	case ATAN:
		return atan(x);
	case ATAN2:
		return atan2(x, second);
	case ASEC:
		return acos(reciprocal(x));
	case ACSC:
		return asin(reciprocal(x));
	default: /* ACOT */
		return x == 0 ? M_PI_2 : atan(1 / x);
	}
}

static double
apply(enum math_function function, double x, double second)
{
	switch (function) {
	case SINH:
		return sinh(x);
	case COSH:
		return cosh(x);
	case TANH:
		return tanh(x);
	case SECH:
		return reciprocal(cosh(x));
	case CSCH:
		return reciprocal(sinh(x));
	case COTH:
		return reciprocal(tanh(x));
	case LOG:
		return log10(x);
	case LN:
		return log(x);
	case EXP:
		return exp(x);
	case ABS:
		return fabs(x);
	case SIGNUM: /* of NaN: NaN */
		return x > 0 ? 1 : x < 0 ? -1 : x;
	case FLOOR:
		return floor(x);
	case CEIL:
		return ceil(x);
	case TO_DEGREES:
		return x * 180 / M_PI;
	case TO_RADIANS:
		return x * M_PI / 180;
	default:
		return trigonometric(function, x, second);
	}
}

enum bv_status
eval_math(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	enum math_function function = (enum math_function)e->params[0].word;
	double x = real_of(&args[0]), y = apply(function, x, e->count > 1 ? real_of(&args[1]) : 0);

	(void)err;
	if (isnan(y))
		return expr_lost(out, e, run, "the operand is out of the function's domain");
	if (function == SIGNUM || function == FLOOR || function == CEIL) {
		if (args[0].type == BV_TYPE_INTEGER && function != SIGNUM)
			return yield(out, args[0]);
		return yield_integral(out, e, run, y);
	}
	return yield(out, bv_value_float(y));
}
