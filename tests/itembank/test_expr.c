/* Expressions: the reference cases, and a table of every operator with boundaries, NULL and refusals. */
#include "itembank/expr.h"

#include "base/file.h"
#include "base/json.h"
#include "tests/check.h"

struct bench {
	struct bv_arena arena;
	struct bv_xml_doc *doc;
	struct bv_value value;
	struct bv_err err;
};

static void
bench_finish(struct bench *b)
{
	bv_xml_free(b->doc);
	bv_arena_finish(&b->arena);
}
BV_AUTO_DEFINE_FINISH(struct bench, bench_finish)

static enum bv_status
evaluate(struct bench *b, struct bv_str xml)
{
	const struct bv_expr *expr;
	struct bv_stream stream;
	uint8_t seed[BV_HASH_LEN] = { 0 };
	enum bv_qti_version version;

	TRY(bv_xml_read(&b->doc, xml, BV_XML_ITEM_MAX, &b->err));
	TRY(bv_qti_version_of(&version, bv_xml_root(b->doc), &b->err));
	struct bv_loader loader = { .version = version, .arena = &b->arena };
	TRY(bv_expr_parse(&expr, &loader, bv_xml_root(b->doc), &b->err));
	bv_stream_init(&stream, seed);
	struct bv_run run = { .arena = &b->arena, .stream = &stream, .steps_left = BV_STEPS_MAX };
	return bv_expr_eval(&b->value, expr, &run, &b->err);
}

/* ---- Reference cases ------------------------------------------------------------------------------------------------ */

static bool
atom_is(enum bv_type type, const union bv_atom *atom, const struct bv_json *want)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1024);

	switch (type) {
	case BV_TYPE_BOOLEAN:
		return bv_json_type(want) == BV_JSON_BOOL && bv_json_bool(want) == atom->boolean;
	case BV_TYPE_INTEGER:
		return bv_json_type(want) == BV_JSON_INT && bv_json_int(want) == atom->integer;
	case BV_TYPE_FLOAT:
	case BV_TYPE_DURATION:
		return bv_json_real(want) == atom->real;
	default:
		bv_atom_write(&text, type, atom);
		return bv_str_eq(bv_buf_str(&text), bv_json_str(want));
	}
}

static bool
value_is(const struct bv_value *v, const struct bv_json *want)
{
	const struct bv_json *values = bv_json_find(want, "values");

	if (bv_json_type(want) == BV_JSON_NULL || (values && bv_json_count(values) == 0))
		return v->count == 0;
	if (!v->count || !bv_str_is(bv_json_str(bv_json_find(want, "card")), bv_cardinality_name((enum bv_cardinality)v->cardinality)) ||
	    !bv_str_is(bv_json_str(bv_json_find(want, "base")), bv_type_name((enum bv_type)v->type)))
		return false;
	if (!values)
		return atom_is((enum bv_type)v->type, &v->one, bv_json_find(want, "value"));
	if (bv_json_count(values) != v->count)
		return false;
	for (uint32_t i = 0; i < v->count; i++)
		if (!atom_is((enum bv_type)v->type, &v->list[i], bv_json_at(values, i)))
			return false;
	return true;
}

static bool
check_reference_case(const struct bv_json *row)
{
	BV_AUTO(bench_finish) struct bench b = { .doc = NULL };
	struct bv_str xml = bv_json_str(bv_json_find(row, "xml"));
	bool accept = bv_str_is(bv_json_str(bv_json_find(row, "kind")), "accept");
	enum bv_status status = evaluate(&b, xml);
	bool good = accept ? status == BV_OK && value_is(&b.value, bv_json_find(row, "expected")) : status == BV_EPARSE;

	if (!good)
		printf("# %.*s: %s %.*s\n#   %s\n", BV_STR_ARG(bv_json_str(bv_json_find(row, "id"))), accept ? "accept" : "refuse", BV_STR_ARG(xml),
		       status == BV_OK ? "another value, or accepted" : b.err.msg);
	return good;
}

static void
reference_cases(void)
{
	const char *path = check_reference("qti/expressions.jsonl");
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 24);
	struct bv_err err;
	int cases = 0, good = 0;

	if (!path || !CHECK(bv_file_read(&text, path, &err) == BV_OK, "read %s", path))
		return;
	struct bv_str rest = bv_buf_str(&text);
	while (rest.len) {
		size_t end = bv_str_find(rest, '\n');
		BV_AUTO(bv_json_free) struct bv_json *row = NULL;
		if (bv_json_parse(&row, bv_str_sub(rest, 0, end), &err) == BV_OK) {
			cases++;
			good += check_reference_case(row);
		}
		rest = bv_str_sub(rest, end + 1, rest.len);
	}
	CHECK(good == cases && cases > 600, "%d of %d reference cases", good, cases);
}

/* ---- Every operator ------------------------------------------------------------------------------------------------- */

#define V(type, text) "<baseValue baseType='" type "'>" text "</baseValue>"
#define I(text) V("integer", text)
#define F(text) V("float", text)
#define S(text) V("string", text)
#define B(text) V("boolean", text)
#define ID(text) V("identifier", text)
#define N "<null/>"
#define T B("true")
#define X B("false")
#define M(values) "<multiple>" values "</multiple>"
#define O(values) "<ordered>" values "</ordered>"
#define E(name, operands) "<" name ">" operands "</" name ">"
#define A(name, attributes, operands) "<" name " " attributes ">" operands "</" name ">"
#define MATH(function, operands) A("mathOperator", "name='" function "'", operands)
#define STATS(what, operands) A("statsOperator", "name='" what "'", operands)
#define ROUND_TO(mode, figures, x) A("roundTo", "roundingMode='" mode "' figures='" figures "'", F(x))
#define DP "decimalPlaces"
#define SF "significantFigures"

/* want: cardinality, base type and values; or "NULL"; or "!" and a part of the message that refuses it. */
static const struct {
	const char *xml, *want;
} cases[] = {
	/* Values: both spellings, white space, lexical forms. */
	{ "<qti-base-value base-type='integer'> +007\n</qti-base-value>", "single integer 7" },
	{ "<baseValue baseType='integer'>9223372036854775807</baseValue>", "single integer 9223372036854775807" },
	{ I("9223372036854775808"), "!is not of base type integer" },
	{ I("1.0"), "!is not of base type integer" },
	{ I(""), "NULL" },
	{ F(" -1.5E3 "), "single float -1500" },
	{ F("INF"), "single float INF" },
	{ F("-INF"), "single float -INF" },
	{ F("NaN"), "single float NaN" },
	{ F("inf"), "!is not of base type float" },
	{ F("0x10"), "!is not of base type float" },
	{ S(" a  b "), "single string  a  b " },
	{ S("<![CDATA[<p>]]>"), "single string <p>" },
	{ S(""), "NULL" },
	{ S("e\xCC\x82"), "single string \xC3\xAA" }, /* NFC */
	{ B("1"), "single boolean true" },
	{ B("0"), "single boolean false" },
	{ B("TRUE"), "!is not of base type boolean" },
	{ ID(" choice_A-1.b "), "single identifier choice_A-1.b" },
	{ ID("a b"), "!is not of base type identifier" },
	{ V("pair", "\n A   B "), "single pair A B" },
	{ V("pair", "A"), "!is not of base type pair" },
	{ V("directedPair", "A B C"), "!is not of base type directedPair" },
	{ V("point", "3  -4"), "single point 3 -4" },
	{ V("point", "3.5 4"), "!is not of base type point" },
	{ V("point", "3 99999999999"), "!is not of base type point" },
	{ V("duration", "90.5"), "single duration 90.5" },
	{ V("duration", "P1DT2H3M4.5S"), "single duration 93784.5" },
	{ V("duration", "PT36H"), "single duration 129600" },
	{ V("duration", "P1Y"), "!is not of base type duration" },
	{ V("duration", "PT"), "!is not of base type duration" },
	{ V("duration", "-1"), "!is not of base type duration" },
	{ V("uri", " http://a/ "), "single uri http://a/" },
	{ V("number", "1"), "!not one of QTI" },
	{ "<baseValue>1</baseValue>", "!base-type is missing" },
	{ "<nonsense/>", "!is not an expression" },
	{ "<qti-variable identifier='RESPONSE'/>", "!is not declared" },
	{ "<qti-custom-operator/>", "!custom operator" },
	{ "<qti-number-correct/>", "!outcome processing of tests" },
	{ "<mathConstant name='pi'/>", "single float 3.141592653589793" },
	{ "<mathConstant name='e'/>", "single float 2.718281828459045" },
	{ "<mathConstant name='tau'/>", "!name=\"tau\"" },
	{ N, "NULL" },

	/* Logic (QTI.md 3.1: any false decides). */
	{ E("and", X N), "single boolean false" },
	{ E("and", N X), "single boolean false" },
	{ E("and", T N), "NULL" },
	{ E("and", T T), "single boolean true" },
	{ E("and", ""), "!at least 1" },
	{ E("and", T I("1")), "!qti-and: operand 2 (qti-base-value) is single integer; it must be single boolean" },
	{ E("or", T N), "single boolean true" },
	{ E("or", N T), "single boolean true" },
	{ E("or", X N), "NULL" },
	{ E("or", X X), "single boolean false" },
	{ E("not", N), "NULL" },
	{ E("not", X), "single boolean true" },
	{ E("not", T T), "!there must be 1" },
	{ A("anyN", "min='1' max='1'", T X N), "NULL" },
	{ A("anyN", "min='1' max='2'", T X N), "single boolean true" },
	{ A("anyN", "min='0' max='1'", N), "single boolean true" },
	{ A("anyN", "min='2' max='3'", T N X X), "NULL" },
	{ A("anyN", "min='3' max='3'", T N X X), "single boolean false" },
	{ A("anyN", "min='0' max='1'", T T N), "single boolean false" },
	{ A("anyN", "min='-1' max='-1'", X), "!min must be 0 or more" },
	{ A("anyN", "min='1'", X), "!the attribute max is missing" },
	{ A("anyN", "min='N' max='1'", X), "!\"N\" is not declared" },
	{ A("anyN", "min='{N}' max='1'", X), "!\"N\" is not declared" },
	{ E("isNull", N), "single boolean true" },
	{ E("isNull", S("")), "single boolean true" },
	{ E("isNull", S(" ")), "single boolean false" },
	{ E("isNull", "<multiple/>"), "single boolean true" },
	{ E("isNull", E("delete", I("1") M(I("1")))), "single boolean true" },

	/* Comparison. */
	{ E("match", V("pair", "A B") V("pair", "B A")), "single boolean true" },
	{ E("match", V("directedPair", "A B") V("directedPair", "B A")), "single boolean false" },
	{ E("match", V("point", "1 2") V("point", "1 2")), "single boolean true" },
	{ E("match", M(I("1") I("2") I("2")) M(I("2") I("1") I("2"))), "single boolean true" },
	{ E("match", M(I("1") I("2") I("2")) M(I("2") I("1") I("1"))), "single boolean false" },
	{ E("match", O(I("1") I("2")) O(I("2") I("1"))), "single boolean false" },
	{ E("match", O(I("1") I("2")) O(I("1") I("2"))), "single boolean true" },
	{ E("match", S("a") S("A")), "single boolean false" },
	{ E("match", N M(I("1"))), "NULL" },
	{ E("match", F("0.5") F("0.5")), "single boolean true" },
	{ E("match", V("duration", "1") V("duration", "1")), "!any base type but duration" },
	{ E("match", I("1") F("1")), "!same base type" },
	{ E("equal", I("3") F("3.0")), "single boolean true" },
	{ E("equal", F("NaN") F("NaN")), "single boolean false" },
	{ E("equal", I("9007199254740993") I("9007199254740992")), "single boolean false" },
	{ A("equal", "toleranceMode='absolute'", I("1") I("1")), "!needs a tolerance" },
	{ A("equal", "toleranceMode='absolute' tolerance='-1'", I("1") I("1")), "!0 or more" },
	{ A("equal", "toleranceMode='absolute' tolerance='1 2'", I("10") I("9")), "single boolean true" },
	{ A("equal", "toleranceMode='absolute' tolerance='1 2'", I("10") I("8")), "single boolean false" },
	{ A("equal", "toleranceMode='absolute' tolerance='1 2'", I("10") I("12")), "single boolean true" },
	{ A("equal", "toleranceMode='absolute' tolerance='1 2'", I("10") I("13")), "single boolean false" },
	{ A("equal", "toleranceMode='absolute' tolerance='1' includeLowerBound='false'", I("10") I("9")), "single boolean false" },
	{ A("equal", "toleranceMode='absolute' tolerance='1' includeUpperBound='false'", I("10") I("11")), "single boolean false" },
	{ A("equal", "toleranceMode='relative' tolerance='10'", I("200") I("220")), "single boolean true" },
	{ A("equal", "toleranceMode='relative' tolerance='10'", I("200") I("221")), "single boolean false" },
	{ A("equal", "toleranceMode='relative' tolerance='10'", I("-200") I("-180")), "single boolean true" },
	{ A("equal", "toleranceMode='relative' tolerance='10'", I("-200") I("-221")), "single boolean false" },
	{ A("equalRounded", "roundingMode='" SF "' figures='3'", F("1.234") F("1.2314")), "single boolean true" },
	{ A("equalRounded", "roundingMode='" DP "' figures='0'", F("2.5") F("3.4")), "single boolean true" },
	{ A("equalRounded", "figures='3'", F("3.175") F("3.183")), "single boolean true" },
	{ A("equalRounded", "figures='0'", F("1") F("1")), "!1 or more for significantFigures" },
	{ E("lt", I("1") F("1.5")), "single boolean true" },
	{ E("lt", F("NaN") I("1")), "single boolean false" },
	{ E("gte", F("NaN") I("1")), "single boolean false" },
	{ E("gt", I("9007199254740993") I("9007199254740992")), "single boolean true" },
	{ E("lte", I("2") I("2")), "single boolean true" },
	{ E("lt", N I("1")), "NULL" },
	{ E("durationLT", V("duration", "59") V("duration", "PT1M")), "single boolean true" },
	{ E("durationGTE", V("duration", "60") V("duration", "PT1M")), "single boolean true" },
	{ E("durationGTE", N V("duration", "PT1M")), "NULL" },

	/* Containers. */
	{ M(I("1") N M(I("2"))), "multiple integer 1|2" },
	{ M(N N), "NULL" },
	{ M(O(I("1"))), "!ordered" },
	{ O(I("1") M(I("2"))), "!multiple" },
	{ A("repeat", "numberRepeats='2'", I("1") N I("2")), "ordered integer 1|2|1|2" },
	{ A("repeat", "numberRepeats='0'", I("1")), "NULL" },
	{ A("repeat", "numberRepeats='2'", N), "NULL" },
	{ A("repeat", "numberRepeats='1000000000'", I("1")), "!more than 4096 elements" },
	{ E("containerSize", M(N)), "single integer 0" },
	{ E("containerSize", M(I("1") I("1"))), "single integer 2" },
	{ A("index", "n='2'", O(S("a") S("b"))), "single string b" },
	{ A("index", "n='3'", O(S("a") S("b"))), "NULL" },
	{ A("index", "n='0'", O(S("a"))), "!1 or more" },
	{ A("fieldValue", "fieldIdentifier='a'", N), "NULL" },
	{ E("member", N M(I("1"))), "NULL" },
	{ E("member", I("1") N), "NULL" },
	{ E("member", V("pair", "B A") M(V("pair", "A B"))), "single boolean true" },
	{ E("member", V("directedPair", "B A") M(V("directedPair", "A B"))), "single boolean false" },
	{ E("contains", O(I("1") I("1") I("2")) O(I("1") I("2"))), "single boolean true" },
	{ E("contains", O(I("1") I("3") I("2")) O(I("1") I("2"))), "single boolean false" },
	{ E("contains", M(I("1") I("2")) M(I("2") I("2"))), "single boolean false" },
	{ E("contains", M(I("2") I("1") I("2")) M(I("2") I("2"))), "single boolean true" },
	{ E("delete", I("2") O(I("2") I("1") I("2"))), "ordered integer 1" },
	{ E("delete", I("1") M(I("1"))), "NULL" },
	{ E("random", M(I("7"))), "single integer 7" },
	{ E("random", I("7")), "!single" },

	/* Numbers. */
	{ E("sum", I("9223372036854775807") I("1")), "NULL" },
	{ E("sum", I("9223372036854775807") F("1")), "single float 9223372036854776000" },
	{ E("sum", M(I("1") I("2")) O(I("3"))), "single integer 6" },
	{ E("sum", I("1") N), "NULL" },
	{ E("sum", ""), "!at least 1" },
	{ E("product", M(I("2") I("3")) F("0.5")), "single float 3" },
	{ E("product", I("4611686018427387904") I("2")), "NULL" },
	{ E("max", I("1") M(I("5") I("3"))), "single integer 5" },
	{ E("max", I("1") F("0.5")), "single float 1" },
	{ E("max", F("1") F("NaN")), "single float NaN" },
	{ E("min", I("1") F("0.5")), "single float 0.5" },
	{ E("min", N F("0.5")), "NULL" },
	{ E("subtract", I("-9223372036854775808") I("1")), "NULL" },
	{ E("subtract", I("5") I("7")), "single integer -2" },
	{ E("subtract", I("5") F("7")), "single float -2" },
	{ E("divide", I("7") I("2")), "single float 3.5" },
	{ E("divide", I("0") I("0")), "NULL" },
	{ E("divide", F("1e308") F("1e-308")), "NULL" },
	{ E("divide", F("INF") F("2")), "single float INF" },
	{ E("divide", F("INF") F("INF")), "NULL" },
	{ E("power", I("10") I("309")), "NULL" },
	{ E("power", I("2") I("-9999")), "single float 0" },
	{ E("power", I("-1") F("0.5")), "NULL" },
	{ E("power", I("0") I("0")), "single float 1" },
	{ E("power", I("0") I("-1")), "NULL" },
	{ E("integerDivide", I("-3") I("2")), "single integer -2" },
	{ E("integerDivide", I("3") I("-2")), "single integer -2" },
	{ E("integerDivide", I("1") I("0")), "NULL" },
	{ E("integerDivide", I("-9223372036854775808") I("-1")), "NULL" },
	{ E("integerModulus", I("-1") I("3")), "single integer 2" },
	{ E("integerModulus", I("1") I("-3")), "single integer -2" },
	{ E("integerModulus", I("-9223372036854775808") I("-1")), "single integer 0" },
	{ E("integerModulus", I("6") I("0")), "NULL" },
	{ E("integerToFloat", I("5")), "single float 5" },
	{ E("gcd", I("12") I("-18")), "single integer 6" },
	{ E("gcd", I("0") I("0")), "single integer 0" },
	{ E("gcd", M(I("12") I("8")) I("6")), "single integer 2" },
	{ E("gcd", I("-9223372036854775808")), "NULL" },
	{ E("gcd", F("1")), "!float" },
	{ E("lcm", I("4") I("-6")), "single integer 12" },
	{ E("lcm", I("0") I("6")), "single integer 0" },
	{ E("lcm", I("9223372036854775807") I("2")), "NULL" },
	{ E("round", F("-6.5")), "single integer -6" },
	{ E("round", F("6.5")), "single integer 7" },
	{ E("round", F("0.49999999999999994")), "single integer 0" },
	{ E("round", I("3")), "single integer 3" },
	{ E("round", F("NaN")), "NULL" },
	{ E("round", F("INF")), "single float INF" },
	{ E("round", F("1e30")), "NULL" },
	{ E("integerDivide", E("round", F("INF")) I("2")), "NULL" },
	{ E("sum", E("round", F("INF")) I("2")), "single float INF" },
	{ E("truncate", F("-6.9")), "single integer -6" },
	{ E("truncate", F("9223372036854775807")), "NULL" },
	{ ROUND_TO(DP, "2", "2.675"), "single float 2.68" },
	{ ROUND_TO(DP, "2", "-2.675"), "single float -2.68" },
	{ ROUND_TO(DP, "0", "0.5"), "single float 1" },
	{ ROUND_TO(DP, "0", "0.4"), "single float 0" },
	{ ROUND_TO(DP, "1", "0.04"), "single float 0" },
	{ ROUND_TO(DP, "1", "0.05"), "single float 0.1" },
	{ ROUND_TO(DP, "3", "99.9996"), "single float 100" },
	{ ROUND_TO(DP, "30", "1.25"), "single float 1.25" },
	{ ROUND_TO(SF, "2", "12345"), "single float 12000" },
	{ ROUND_TO(SF, "2", "0.0012351"), "single float 0.0012" },
	{ ROUND_TO(SF, "1", "9.5e300"), "single float 1e+301" },
	{ ROUND_TO(SF, "3", "INF"), "single float INF" },
	{ ROUND_TO(SF, "3", "NaN"), "NULL" },
	{ ROUND_TO(SF, "3", "0"), "single float 0" },
	{ ROUND_TO(DP, "-1", "1"), "!0 or more for decimalPlaces" },
	{ STATS("mean", M(I("1") I("2") I("4"))), "single float 2.3333333333333335" },
	{ STATS("sampleVariance", M(I("1") I("3"))), "single float 2" },
	{ STATS("sampleVariance", M(I("1"))), "NULL" },
	{ STATS("sampleSD", O(F("2") F("4") F("4") F("4") F("5") F("5") F("7") F("9"))), "single float 2.138089935299395" },
	{ STATS("popVariance", O(F("2") F("4") F("4") F("4") F("5") F("5") F("7") F("9"))), "single float 4" },
	{ STATS("popSD", O(F("2") F("4") F("4") F("4") F("5") F("5") F("7") F("9"))), "single float 2" },
	{ STATS("popVariance", M(I("1"))), "single float 0" },
	{ STATS("median", M(I("1"))), "!name=\"median\"" },
	{ STATS("mean", I("1")), "!single" },
	{ MATH("sin", I("0")), "single float 0" },
	{ MATH("cos", I("0")), "single float 1" },
	{ MATH("asin", F("1.1")), "NULL" },
	{ MATH("sec", I("0")), "single float 1" },
	{ MATH("csc", I("0")), "NULL" },
	{ MATH("cot", I("0")), "NULL" },
	{ MATH("atan2", I("1") I("1")), "single float 0.7853981633974483" },
	{ MATH("atan2", I("1")), "!takes 2 operands" },
	{ MATH("sin", I("1") I("1")), "!takes 1 operand" },
	{ MATH("asec", F("0.5")), "NULL" },
	{ MATH("asec", F("1")), "single float 0" },
	{ MATH("acsc", F("0.5")), "NULL" },
	{ MATH("acot", F("0")), "single float 1.5707963267948966" },
	{ MATH("sech", F("INF")), "single float 0" },
	{ MATH("csch", F("0")), "NULL" },
	{ MATH("coth", F("INF")), "single float 1" },
	{ MATH("tanh", F("-INF")), "single float -1" },
	{ MATH("log", I("1000")), "single float 3" },
	{ MATH("ln", I("1")), "single float 0" },
	{ MATH("ln", I("0")), "single float -INF" },
	{ MATH("ln", I("-1")), "NULL" },
	{ MATH("exp", I("0")), "single float 1" },
	{ MATH("exp", I("1000")), "single float INF" },
	{ MATH("sinh", I("-1000")), "single float -INF" },
	{ MATH("cosh", I("-1000")), "single float INF" },
	{ MATH("floor", MATH("exp", I("1000"))), "single float INF" },
	{ MATH("abs", I("-3")), "single float 3" },
	{ MATH("signum", F("-0.5")), "single integer -1" },
	{ MATH("floor", F("-0.5")), "single integer -1" },
	{ MATH("ceil", F("0.2")), "single integer 1" },
	{ MATH("toDegrees", "<mathConstant name='pi'/>"), "single float 180" },
	{ MATH("toRadians", I("180")), "single float 3.141592653589793" },
	{ MATH("tan", I("0")), "single float 0" },
	{ MATH("acos", I("1")), "single float 0" },
	{ MATH("acos", F("-1.1")), "NULL" },
	{ MATH("atan", I("1")), "single float 0.7853981633974483" },
	{ MATH("asec", I("1")), "single float 0" },
	{ MATH("acsc", I("1")), "single float 1.5707963267948966" },
	{ MATH("acot", I("0")), "single float 1.5707963267948966" },
	{ MATH("acot", I("1")), "single float 0.7853981633974483" },
	{ MATH("floor", I("-7")), "single integer -7" },
	{ MATH("ceil", I("7")), "single integer 7" },
	{ MATH("signum", F("-0.5")), "single integer -1" },
	{ MATH("signum", I("3")), "single integer 1" },
	{ MATH("signum", I("0")), "single integer 0" },
	{ MATH("signum", F("NaN")), "NULL" },
	{ MATH("floor", F("1e30")), "NULL" },
	{ MATH("sqrt", I("4")), "!name=\"sqrt\"" },
	{ MATH("sin", F("INF")), "NULL" },

	/* Random: bounds; doc/random.md has the draws. */
	{ "<randomInteger min='5' max='5'/>", "single integer 5" },
	{ "<randomInteger min='5' max='9' step='7'/>", "single integer 5" },
	{ "<randomInteger min='5' max='4'/>", "!min is above max" },
	{ "<randomInteger min='5' max='9' step='0'/>", "!step must be 1 or more" },
	{ "<randomInteger min='5'/>", "!the attribute max is missing" },
	{ "<randomFloat min='0.25' max='0.25'/>", "single float 0.25" },
	{ "<randomFloat min='-1e308' max='1e308'/>", "!too far apart" },

	/* Strings, patterns, points. */
	{ A("stringMatch", "caseSensitive='false'", S("\xC4\x90\xC3\x80 N\xE1\xBA\xB4NG") S("\xC4\x91\xC3\xA0 n\xE1\xBA\xB5ng")), "single boolean true" },
	{ A("stringMatch", "caseSensitive='true'", S("a") S("A")), "single boolean false" },
	{ A("stringMatch", "caseSensitive='true' substring='true'", S("abc") S("b")), "single boolean true" },
	{ A("stringMatch", "caseSensitive='true' substring='true'", S("b") S("abc")), "single boolean false" },
	{ E("stringMatch", S("a") S("a")), "!the attribute case-sensitive is missing" },
	{ A("substring", "caseSensitive='true'", S("b") S("abc")), "single boolean true" },
	{ A("substring", "caseSensitive='true'", S("abc") S("b")), "single boolean false" },
	{ A("substring", "caseSensitive='false'", ID("B") S("abc")), "single boolean true" },
	{ A("substring", "caseSensitive='true'", N S("b")), "NULL" },
	{ A("patternMatch", "pattern='[0-9]{2}'", S("12")), "single boolean true" },
	{ A("patternMatch", "pattern='[0-9]{2}'", S("123")), "single boolean false" },
	{ A("patternMatch", "pattern='a|ab'", S("ab")), "single boolean true" },
	{ A("patternMatch", "pattern='(?i)a'", S("A")), "!quantifier has nothing before it" },
	{ A("patternMatch", "pattern='{P}'", S("A")), "!quantifier" },
	{ A("patternMatch", "pattern='(a|aa)+[bc]'", S("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")), "NULL" },
	{ A("inside", "shape='rect' coords='0,0,10,10'", V("point", "10 10")), "single boolean true" },
	{ A("inside", "shape='rect' coords='0,0,10,10'", V("point", "11 10")), "single boolean false" },
	{ A("inside", "shape='circle' coords='0,0,5'", V("point", "3 4")), "single boolean true" },
	{ A("inside", "shape='ellipse' coords='0, 0, 10, 5'", V("point", "0 5")), "single boolean true" },
	{ A("inside", "shape='poly' coords='0,0,10,0,0,10'", V("point", "5 5")), "single boolean true" },
	{ A("inside", "shape='poly' coords='0,0,10,0,0,10'", V("point", "6 5")), "single boolean false" },
	{ A("inside", "shape='poly' coords='0,0,10,0'", V("point", "6 5")), "!3 at least" },
	{ A("inside", "shape='poly' coords='0,0,10,0,0,10,0,0'", V("point", "5 5")), "single boolean true" },
	{ A("inside", "shape='poly' coords='0,0,10,0,0,0'", V("point", "5 0")), "!3 corners at least" },
	{ A("inside", "shape='default'", V("point", "6 5")), "single boolean true" },
	{ A("inside", "shape='rect' coords='0,0,1,1'", M(V("point", "6 5") V("point", "1 0"))), "single boolean true" },
	{ A("inside", "shape='rect' coords='0,0,10%,10%'", V("point", "6 5")), "!percentages" },
	{ A("inside", "shape='rect' coords='5,5,1,1'", V("point", "6 5")), "!left top" },
};

static void
write_value(struct bv_buf *out, const struct bv_value *v)
{
	if (v->count == 0) {
		bv_buf_addz(out, "NULL");
		return;
	}
	bv_buf_printf(out, "%s %s ", bv_cardinality_name((enum bv_cardinality)v->cardinality), bv_type_name((enum bv_type)v->type));
	for (uint32_t i = 0; i < v->count; i++) {
		if (i)
			bv_buf_addc(out, '|');
		bv_atom_write(out, (enum bv_type)v->type, &bv_value_atoms(v)[i]);
	}
}

static void
own_cases(void)
{
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bench_finish) struct bench b = { .doc = NULL };
		BV_AUTO(bv_buf_finish) struct bv_buf got = BV_BUF(65536);
		enum bv_status status = evaluate(&b, bv_str_of(cases[i].xml));
		if (cases[i].want[0] == '!') {
			CHECK_REFUSED(status, status == BV_ELIMIT ? BV_ELIMIT : BV_EPARSE, &b.err, cases[i].want + 1, cases[i].xml);
			continue;
		}
		if (status == BV_OK)
			write_value(&got, &b.value);
		else
			bv_buf_addz(&got, b.err.msg);
		CHECK_STR(bv_buf_str(&got), bv_str_of(cases[i].want), cases[i].xml);
	}
}

/* Every row has its cases above or in the reference; this finds an operator that has none, and a missing row. */
static void
all_rows(void)
{
	int rows = 0;

	for (int i = 1; i < BV_QTI_NAME_COUNT; i++)
		rows += bv_expr_is((enum bv_qti)i);
	CHECK(rows == 18 + 46, "%d expressions and operators", rows);
}

/* ---- Hostile ------------------------------------------------------------------------------------------------------- */

/* Steps: containers of 4096 elements, compared and compared again. */
static void
budget(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20);
	BV_AUTO(bench_finish) struct bench b = { .doc = NULL };

	bv_buf_addz(&xml, "<and>");
	for (int i = 0; i < 300; i++)
		bv_buf_addz(&xml, "<contains><repeat numberRepeats='4096'>" I("1") "</repeat><repeat numberRepeats='2048'>" I("1") "</repeat></contains>");
	bv_buf_addz(&xml, "</and>");
	CHECK_REFUSED(evaluate(&b, bv_buf_str(&xml)), BV_ELIMIT, &b.err, "more than 1000000 steps", "too many steps");
}

/* Each document cut at each byte, and with each byte changed: no crash (sanitizers), and never a status that makes no sense. */
static void
mangled(void)
{
	static const char xml[] = "<qti-and><qti-match>" M(I("1") N) "<qti-random-integer min='1' max='3'/></qti-match>"
				  "<qti-pattern-match pattern='[a-z-[b]]+\\d'><qti-base-value base-type='string'>a1</qti-base-value></qti-pattern-match></qti-and>";
	int other = 0;

	for (size_t i = 0; i < 2 * (sizeof xml - 1); i++) {
		BV_AUTO(bench_finish) struct bench b = { .doc = NULL };
		char copy[sizeof xml];
		size_t len = i < sizeof xml - 1 ? i : sizeof xml - 1;
		memcpy(copy, xml, sizeof xml);
		if (i >= sizeof xml - 1)
			copy[i - (sizeof xml - 1)] ^= 1;
		enum bv_status status = evaluate(&b, (struct bv_str){ copy, len });
		other += status != BV_OK && status != BV_EPARSE && status != BV_ELIMIT;
	}
	CHECK(other == 0, "cut and flipped documents are refused as such");
}

int
main(void)
{
	reference_cases();
	own_cases();
	all_rows();
	budget();
	mangled();
	return check_end();
}
