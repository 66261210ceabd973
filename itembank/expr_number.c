/* Arithmetic on integers (64 bits, overflow is NULL) and floats. The result is an integer only when every operand is. */
#include "itembank/operator.h"

/* integer only, float as soon as one operand surely is, else to be seen when it runs. */
enum bv_status
prepare_number(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	uint16_t types = TYPE(BV_TYPE_INTEGER);

	(void)loader, (void)node, (void)err;
	for (uint32_t i = 0; i < e->count; i++) {
		uint16_t is = (uint16_t)(e->operands[i]->sort.types & TYPES_NUMBER);
		if (is == TYPE(BV_TYPE_FLOAT))
			types = is;
		else if (types != TYPE(BV_TYPE_FLOAT))
			types |= is;
	}
	e->sort.types = types;
	return BV_OK;
}

static bool
all_integer(const struct bv_expr *e, const struct bv_value *args)
{
	for (uint32_t i = 0; i < e->count; i++)
		if (args[i].type != BV_TYPE_INTEGER)
			return false;
	return true;
}

static double
real_at(const struct bv_value *v, uint32_t i)
{
	const union bv_atom *atom = &bv_value_atoms(v)[i];

	return v->type == BV_TYPE_INTEGER ? (double)atom->integer : atom->real;
}

/* Folds all elements of all operands. The integer step says false when the result does not fit. */
typedef bool integer_step(int64_t *so_far, int64_t n);
typedef double real_step(double so_far, double x);

static enum bv_status
fold(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, integer_step *integers,
     real_step *reals)
{
	int64_t n = bv_value_atoms(&args[0])->integer;
	double x = real_at(&args[0], 0);
	bool whole = all_integer(e, args);

	for (uint32_t i = 0; i < e->count; i++) {
		const union bv_atom *atoms = bv_value_atoms(&args[i]);
		for (uint32_t k = i == 0; k < args[i].count; k++) {
			if (!whole)
				x = reals(x, real_at(&args[i], k));
			else if (!integers(&n, atoms[k].integer))
				return expr_lost(out, e, run, "the result does not fit an integer of 64 bits");
		}
	}
	return yield(out, whole ? bv_value_integer(n) : bv_value_float(x));
}

static bool
add_integers(int64_t *so_far, int64_t n)
{
	return !__builtin_add_overflow(*so_far, n, so_far);
}

static double
add_reals(double so_far, double x)
{
	return so_far + x;
}

enum bv_status
eval_sum(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)err;
	return fold(out, e, args, run, add_integers, add_reals);
}

static bool
multiply_integers(int64_t *so_far, int64_t n)
{
	return !__builtin_mul_overflow(*so_far, n, so_far);
}

static double
multiply_reals(double so_far, double x)
{
	return so_far * x;
}

enum bv_status
eval_product(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)err;
	return fold(out, e, args, run, multiply_integers, multiply_reals);
}

static bool
larger_integer(int64_t *so_far, int64_t n)
{
	*so_far = n > *so_far ? n : *so_far;
	return true;
}

/* NaN wins: what is not a number has no largest. */
static double
larger_real(double so_far, double x)
{
	return x > so_far || isnan(x) ? x : so_far;
}

enum bv_status
eval_max(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)err;
	return fold(out, e, args, run, larger_integer, larger_real);
}

static bool
smaller_integer(int64_t *so_far, int64_t n)
{
	*so_far = n < *so_far ? n : *so_far;
	return true;
}

static double
smaller_real(double so_far, double x)
{
	return x < so_far || isnan(x) ? x : so_far;
}

enum bv_status
eval_min(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)err;
	return fold(out, e, args, run, smaller_integer, smaller_real);
}

static uint64_t
magnitude(int64_t n)
{
	return n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
}

static uint64_t
common_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

/* gcd(0, 0) = 0, lcm(0, n) = 0; neither is negative. */
static enum bv_status
fold_divisors(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, bool multiple)
{
	uint64_t so_far = multiple;

	for (uint32_t i = 0; i < e->count; i++) {
		const union bv_atom *atoms = bv_value_atoms(&args[i]);
		for (uint32_t k = 0; k < args[i].count; k++) {
			uint64_t n = magnitude(atoms[k].integer), divisor = common_divisor(so_far, n);
			if (!multiple)
				so_far = divisor;
			else if (so_far == 0 || n == 0)
				so_far = 0;
			else if (__builtin_mul_overflow(so_far / divisor, n, &so_far))
				return expr_lost(out, e, run, "the result does not fit an integer of 64 bits");
		}
	}
	if (so_far > INT64_MAX)
		return expr_lost(out, e, run, "the result does not fit an integer of 64 bits");
	return yield(out, bv_value_integer((int64_t)so_far));
}

enum bv_status
eval_gcd(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)err;
	return fold_divisors(out, e, args, run, false);
}

enum bv_status
eval_lcm(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)err;
	return fold_divisors(out, e, args, run, true);
}

enum bv_status
eval_subtract(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	int64_t n;

	(void)err;
	if (!all_integer(e, args))
		return yield(out, bv_value_float(real_of(&args[0]) - real_of(&args[1])));
	if (__builtin_sub_overflow(args[0].one.integer, args[1].one.integer, &n))
		return expr_lost(out, e, run, "the result does not fit an integer of 64 bits");
	return yield(out, bv_value_integer(n));
}

/* A result that finite operands do not have, or that is not a real number, is NULL (QTI divide, power). */
static enum bv_status
yield_real(struct bv_value *out, const struct bv_expr *e, struct bv_run *run, double result, double a, double b)
{
	if (isnan(result) || (isinf(result) && isfinite(a) && isfinite(b)))
		return expr_lost(out, e, run, "the result cannot be represented");
	return yield(out, bv_value_float(result));
}

enum bv_status
eval_divide(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	double a = real_of(&args[0]), b = real_of(&args[1]);

	(void)err;
	if (b == 0)
		return expr_lost(out, e, run, "division by zero");
	return yield_real(out, e, run, a / b, a, b);
}

enum bv_status
eval_power(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	double a = real_of(&args[0]), b = real_of(&args[1]);

	(void)err;
	return yield_real(out, e, run, pow(a, b), a, b);
}

/* Rounds down, also for negative numbers: -3/2 is -2, and -1 mod 3 is 2. */
static bool
floor_divide(int64_t *quotient, int64_t *rest, int64_t a, int64_t b)
{
	if (b == 0 || (a == INT64_MIN && b == -1))
		return false;
	*quotient = a / b;
	*rest = a % b;
	if (*rest && (*rest < 0) != (b < 0)) {
		*quotient -= 1;
		*rest += b;
	}
	return true;
}

enum bv_status
eval_integer_divide(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	int64_t quotient, rest;

	(void)err;
	if (!floor_divide(&quotient, &rest, args[0].one.integer, args[1].one.integer))
		return expr_lost(out, e, run, "division by zero, or the result does not fit");
	return yield(out, bv_value_integer(quotient));
}

enum bv_status
eval_integer_modulus(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	int64_t quotient, rest;

	(void)err;
	if (args[1].one.integer == -1)
		return yield(out, bv_value_integer(0));
	if (!floor_divide(&quotient, &rest, args[0].one.integer, args[1].one.integer))
		return expr_lost(out, e, run, "division by zero");
	return yield(out, bv_value_integer(rest));
}

enum bv_status
eval_integer_to_float(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)e, (void)run, (void)err;
	return yield(out, bv_value_float((double)args[0].one.integer));
}

const char *const stats_words[] = { "mean", "sampleVariance", "sampleSD", "popVariance", "popSD", NULL };
enum { MEAN, SAMPLE_VARIANCE, SAMPLE_SD, POP_VARIANCE, POP_SD };

enum bv_status
eval_stats(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	int what = e->params[0].word;
	uint32_t n = args[0].count;
	double mean = 0, squares = 0;
	bool sample = what == SAMPLE_VARIANCE || what == SAMPLE_SD;

	(void)err;
	for (uint32_t i = 0; i < n; i++)
		mean += real_at(&args[0], i);
	mean /= n;
	if (what == MEAN)
		return yield_real(out, e, run, mean, 0, 0);
	if (sample && n < 2)
		return yield_null(out, e);
	for (uint32_t i = 0; i < n; i++) {
		double d = real_at(&args[0], i) - mean;
		squares += d * d;
	}
	squares /= sample ? n - 1 : n;
	return yield_real(out, e, run, what == SAMPLE_SD || what == POP_SD ? sqrt(squares) : squares, 0, 0);
}
