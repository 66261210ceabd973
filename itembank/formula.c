/* A reader of formulas by recursive descent, with a limit on its depth. */
#include "itembank/formula.h"

#include <ctype.h>

#define DEPTH_MAX 40

struct reader {
	struct bv_str s;
	size_t at;
	int depth;
	bv_formula_value value;
	void *ctx;
	struct bv_err *err;
};

static enum bv_status sum_read(struct reader *r, struct bv_buf *out);

static enum bv_status
refuse(struct reader *r, const char *what)
{
	return bv_err_set(r->err, BV_EPARSE, "formula '%.*s': %s at character %zu", BV_STR_ARG(bv_str_sub(r->s, 0, 60)), what, r->at + 1);
}

static bool
takes(struct reader *r, char c)
{
	while (r->at < r->s.len && isspace((unsigned char)r->s.p[r->at]))
		r->at++;
	if (r->at >= r->s.len || r->s.p[r->at] != c)
		return false;
	r->at++;
	return true;
}

static struct bv_buf
part_new(void)
{
	return BV_BUF(65536);
}

static const struct {
	const char *name, *element;
	int least, most; /* arguments */
} functions[] = {
	{ "abs", "qti-math-operator name=\"abs\"", 1, 1 }, { "acos", "qti-math-operator name=\"acos\"", 1, 1 },
	{ "asin", "qti-math-operator name=\"asin\"", 1, 1 }, { "atan", "qti-math-operator name=\"atan\"", 1, 1 },
	{ "atan2", "qti-math-operator name=\"atan2\"", 2, 2 }, { "ceil", "qti-math-operator name=\"ceil\"", 1, 1 },
	{ "cos", "qti-math-operator name=\"cos\"", 1, 1 }, { "cosh", "qti-math-operator name=\"cosh\"", 1, 1 },
	{ "deg2rad", "qti-math-operator name=\"toRadians\"", 1, 1 }, { "exp", "qti-math-operator name=\"exp\"", 1, 1 },
	{ "floor", "qti-math-operator name=\"floor\"", 1, 1 }, { "log", "qti-math-operator name=\"ln\"", 1, 1 },
	{ "log10", "qti-math-operator name=\"log\"", 1, 1 }, { "max", "qti-max", 2, 20 }, { "min", "qti-min", 2, 20 },
	{ "pow", "qti-power", 2, 2 }, { "rad2deg", "qti-math-operator name=\"toDegrees\"", 1, 1 },
	{ "round", "qti-round-to rounding-mode=\"decimalPlaces\"", 1, 2 }, { "sin", "qti-math-operator name=\"sin\"", 1, 1 },
	{ "sinh", "qti-math-operator name=\"sinh\"", 1, 1 }, { "sqrt", "qti-power", 1, 1 },
	{ "tan", "qti-math-operator name=\"tan\"", 1, 1 }, { "tanh", "qti-math-operator name=\"tanh\"", 1, 1 },
};

static void
element_end(struct bv_buf *out, const char *element)
{
	bv_buf_printf(out, "</%.*s>", (int)strcspn(element, " "), element);
}

/* round(x, 2): the places are a number, not an expression. */
static enum bv_status
places_read(struct reader *r, int *places)
{
	takes(r, ' ');
	if (r->at >= r->s.len || !isdigit((unsigned char)r->s.p[r->at]))
		return refuse(r, "the places of round() are a digit");
	*places = r->s.p[r->at++] - '0';
	return BV_OK;
}

static enum bv_status
call_read(struct reader *r, struct bv_buf *out, struct bv_str name)
{
	BV_AUTO(bv_buf_finish) struct bv_buf arguments = part_new();
	size_t f = 0;
	int count = 0, places = 0;

	if (bv_str_is(name, "pi")) {
		if (!takes(r, '(') || !takes(r, ')'))
			return refuse(r, "pi() is expected");
		bv_buf_addz(out, "<qti-math-constant name=\"pi\"/>");
		return BV_OK;
	}
	while (f < BV_COUNT(functions) && !bv_str_is(name, functions[f].name))
		f++;
	if (f == BV_COUNT(functions))
		return refuse(r, "a function that QTI does not have");
	if (!takes(r, '('))
		return refuse(r, "( is expected");
	do {
		if (count == 1 && bv_str_is(name, "round"))
			TRY(places_read(r, &places));
		else
			TRY(sum_read(r, &arguments));
		count++;
	} while (takes(r, ','));
	if (!takes(r, ')') || count < functions[f].least || count > functions[f].most)
		return refuse(r, "another number of arguments or ) is expected");
	bv_buf_printf(out, "<%s", functions[f].element);
	if (bv_str_is(name, "round"))
		bv_buf_printf(out, " figures=\"%d\"", places);
	bv_buf_addc(out, '>');
	bv_buf_add(out, bv_buf_str(&arguments));
	if (bv_str_is(name, "sqrt"))
		bv_buf_addz(out, "<qti-base-value base-type=\"float\">0.5</qti-base-value>");
	element_end(out, functions[f].element);
	return BV_OK;
}

static enum bv_status
number_read(struct reader *r, struct bv_buf *out)
{
	size_t from = r->at;
	double x;

	while (r->at < r->s.len && (isdigit((unsigned char)r->s.p[r->at]) || r->s.p[r->at] == '.'))
		r->at++;
	if (r->at + 1 < r->s.len && (r->s.p[r->at] | 0x20) == 'e' && (isdigit((unsigned char)r->s.p[r->at + 1]) || strchr("+-", r->s.p[r->at + 1])))
		for (r->at += 2; r->at < r->s.len && isdigit((unsigned char)r->s.p[r->at]);)
			r->at++;
	if (!bv_str_double(bv_str_sub(r->s, from, r->at - from), &x))
		return refuse(r, "no number");
	bv_buf_addz(out, "<qti-base-value base-type=\"float\">");
	bv_double_write(out, x);
	bv_buf_addz(out, "</qti-base-value>");
	return BV_OK;
}

static enum bv_status
unit_read(struct reader *r, struct bv_buf *out)
{
	size_t from;

	if (takes(r, '(')) {
		TRY(sum_read(r, out));
		return takes(r, ')') ? BV_OK : refuse(r, ") is expected");
	}
	if (takes(r, '{')) {
		size_t len = bv_str_find(bv_str_sub(r->s, r->at, r->s.len), '}');
		struct bv_str name = bv_str_sub(r->s, r->at, len);
		if (r->at + len >= r->s.len || !r->value(r->ctx, bv_str_trim(name), out))
			return refuse(r, "a value without data set");
		r->at += len + 1;
		return BV_OK;
	}
	if (r->at < r->s.len && (isdigit((unsigned char)r->s.p[r->at]) || r->s.p[r->at] == '.'))
		return number_read(r, out);
	for (from = r->at; r->at < r->s.len && (isalnum((unsigned char)r->s.p[r->at]) || r->s.p[r->at] == '_');)
		r->at++;
	if (r->at == from)
		return refuse(r, "a number, {value} or function is expected");
	return call_read(r, out, bv_str_sub(r->s, from, r->at - from));
}

static enum bv_status
signed_read(struct reader *r, struct bv_buf *out)
{
	enum bv_status status;

	if (r->depth == DEPTH_MAX)
		return refuse(r, "too deep");
	r->depth++;
	if (takes(r, '-')) {
		bv_buf_addz(out, "<qti-subtract><qti-base-value base-type=\"float\">0</qti-base-value>");
		status = signed_read(r, out);
		bv_buf_addz(out, "</qti-subtract>");
	} else {
		takes(r, '+');
		status = unit_read(r, out);
	}
	r->depth--;
	return status;
}

/* left-associative: what is read becomes the first operand of the next element. */
static enum bv_status
chain_read(struct reader *r, struct bv_buf *out, const char ops[2], const char *const elements[2], enum bv_status (*operand)(struct reader *, struct bv_buf *))
{
	BV_AUTO(bv_buf_finish) struct bv_buf left = part_new();

	TRY(operand(r, &left));
	for (;;) {
		BV_AUTO(bv_buf_finish) struct bv_buf both = part_new();
		int op = takes(r, ops[0]) ? 0 : takes(r, ops[1]) ? 1 : -1;
		if (op < 0)
			break;
		bv_buf_printf(&both, "<%s>", elements[op]);
		bv_buf_add(&both, bv_buf_str(&left));
		TRY(operand(r, &both));
		bv_buf_printf(&both, "</%s>", elements[op]);
		bv_buf_clear(&left);
		bv_buf_add(&left, bv_buf_str(&both));
		left.full |= both.full;
	}
	bv_buf_add(out, bv_buf_str(&left));
	out->full |= left.full;
	return BV_OK;
}

static enum bv_status
product_read(struct reader *r, struct bv_buf *out)
{
	static const char *const elements[2] = { "qti-product", "qti-divide" };

	return chain_read(r, out, "*/", elements, signed_read);
}

static enum bv_status
sum_read(struct reader *r, struct bv_buf *out)
{
	static const char *const elements[2] = { "qti-sum", "qti-subtract" };
	enum bv_status status;

	if (r->depth == DEPTH_MAX)
		return refuse(r, "too deep");
	r->depth++;
	status = chain_read(r, out, "+-", elements, product_read);
	r->depth--;
	return status;
}

enum bv_status
bv_formula_write(struct bv_buf *out, struct bv_str formula, bv_formula_value value, void *ctx, struct bv_err *err)
{
	struct reader r = { .s = bv_str_trim(formula), .value = value, .ctx = ctx, .err = err };

	if (r.s.len > BV_FORMULA_MAX)
		return bv_err_set(err, BV_ELIMIT, "a formula is longer than %d characters", BV_FORMULA_MAX);
	TRY(sum_read(&r, out));
	takes(&r, ' ');
	if (r.at < r.s.len)
		return refuse(&r, "something that is not kept");
	return bv_buf_check(out, err);
}
