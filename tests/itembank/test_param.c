/* Attributes of expressions that a variable holds: what they do when it is NULL, or a value that an attribute could not have; and results at the ends of
 * what a number can be. */
#include "itembank/itembank.h"

#include <math.h>

#include "tests/check.h"

#define VARIABLE(id, type, value) \
	"<qti-template-declaration identifier='" id "' cardinality='single' base-type='" type "'><qti-default-value><qti-value>" value \
	"</qti-value></qti-default-value></qti-template-declaration>"
#define NOTHING(id, type) "<qti-template-declaration identifier='" id "' cardinality='single' base-type='" type "'/>"
#define BASE(type, value) "<qti-base-value base-type='" type "'>" value "</qti-base-value>"
#define INT(value) BASE("integer", value)
#define REAL(value) BASE("float", value)
#define TEXT(value) BASE("string", value)

static const char head[] =
        "<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='p' title='p' adaptive='false' time-dependent='false' xml:lang='vi'>"
        "<qti-outcome-declaration identifier='V' cardinality='single' base-type='%s'/>" NOTHING("I", "integer") VARIABLE("I0", "integer", "0")
        VARIABLE("I3", "integer", "3") VARIABLE("IM", "integer", "-1") VARIABLE("IBIG", "integer", "9223372036854775807") NOTHING("F", "float")
        VARIABLE("F1", "float", "1.5") VARIABLE("FINF", "float", "INF") VARIABLE("FNAN", "float", "NaN") NOTHING("S", "string") VARIABLE("SAB", "string", "[ab]+")
        VARIABLE("SBAD", "string", "(ab") "<qti-item-body/><qti-response-processing><qti-set-outcome-value identifier='V'>";
static const char tail[] = "</qti-set-outcome-value></qti-response-processing></qti-assessment-item>";

/* NaN: the result is NULL. Of a boolean 1 is true. */
static const struct {
	const char *type, *xml;
	double want;
} cases[] = {
	{ "integer", "<qti-random-integer min='{I3}' max='{I3}'/>", 3 },
	{ "integer", "<qti-random-integer min='I3' max='3' step='7'/>", 3 },
	{ "integer", "<qti-random-integer min='-9223372036854775808' max='-9223372036854775808'/>", -0x1p63 },
	{ "integer", "<qti-random-integer min='{I}' max='9'/>", NAN },
	{ "integer", "<qti-random-integer min='0' max='{I}'/>", NAN },
	{ "integer", "<qti-random-integer min='0' max='9' step='{I}'/>", NAN },
	{ "integer", "<qti-random-integer min='4' max='{I3}'/>", NAN },
	{ "integer", "<qti-random-integer min='{I3}' max='2'/>", NAN },
	{ "integer", "<qti-random-integer min='0' max='9' step='{I0}'/>", NAN },
	{ "float", "<qti-random-float min='{F1}' max='{F1}'/>", 1.5 },
	{ "float", "<qti-random-float min='{I3}' max='3'/>", 3 },
	{ "float", "<qti-random-float min='{F}' max='9'/>", NAN },
	{ "float", "<qti-random-float min='0' max='{F}'/>", NAN },
	{ "float", "<qti-random-float min='2' max='{F1}'/>", NAN },
	{ "float", "<qti-random-float min='{F1}' max='1'/>", NAN },
	{ "float", "<qti-random-float min='0' max='{FINF}'/>", NAN },
	{ "float", "<qti-random-float min='{FNAN}' max='1'/>", NAN },
	{ "boolean", "<qti-any-n min='{I}' max='1'>" BASE("boolean", "true") "</qti-any-n>", NAN },
	{ "boolean", "<qti-any-n min='1' max='{I}'>" BASE("boolean", "true") "</qti-any-n>", NAN },
	{ "boolean", "<qti-any-n min='{I0}' max='{I3}'>" BASE("boolean", "true") "</qti-any-n>", 1 },
	{ "integer", "<qti-sum><qti-repeat number-repeats='{I3}'>" INT("2") "</qti-repeat></qti-sum>", 6 },
	{ "integer", "<qti-sum><qti-repeat number-repeats='{I}'>" INT("2") "</qti-repeat></qti-sum>", NAN },
	{ "integer", "<qti-sum><qti-repeat number-repeats='{IM}'>" INT("2") "</qti-repeat></qti-sum>", NAN },
	{ "integer", "<qti-index n='{I3}'><qti-ordered>" INT("7") INT("8") INT("9") "</qti-ordered></qti-index>", 9 },
	{ "integer", "<qti-index n='{I3}'><qti-ordered>" INT("7") INT("8") "</qti-ordered></qti-index>", NAN },
	{ "integer", "<qti-index n='{I}'><qti-ordered>" INT("7") "</qti-ordered></qti-index>", NAN },
	{ "integer", "<qti-index n='{I0}'><qti-ordered>" INT("7") "</qti-ordered></qti-index>", NAN },
	{ "boolean", "<qti-equal tolerance-mode='absolute' tolerance='{F1}'>" REAL("1") REAL("2.5") "</qti-equal>", 1 },
	{ "boolean", "<qti-equal tolerance-mode='absolute' tolerance='0 {I3}'>" REAL("1") REAL("4") "</qti-equal>", 1 },
	{ "boolean", "<qti-equal tolerance-mode='absolute' tolerance='{I3} 0' include-lower-bound='false'>" REAL("1") REAL("-2") "</qti-equal>", 0 },
	{ "boolean", "<qti-equal tolerance-mode='absolute' tolerance='{F} 1'>" REAL("1") REAL("1") "</qti-equal>", NAN },
	{ "boolean", "<qti-equal tolerance-mode='relative' tolerance='1 {F}'>" REAL("1") REAL("1") "</qti-equal>", NAN },
	{ "boolean", "<qti-equal-rounded rounding-mode='decimalPlaces' figures='{I0}'>" REAL("1.4") REAL("1") "</qti-equal-rounded>", 1 },
	{ "boolean", "<qti-equal-rounded rounding-mode='significantFigures' figures='{I0}'>" REAL("1.4") REAL("1") "</qti-equal-rounded>", NAN },
	{ "boolean", "<qti-equal-rounded rounding-mode='decimalPlaces' figures='{IM}'>" REAL("1.4") REAL("1") "</qti-equal-rounded>", NAN },
	{ "boolean", "<qti-equal-rounded figures='{I}'>" REAL("1.4") REAL("1") "</qti-equal-rounded>", NAN },
	{ "float", "<qti-round-to rounding-mode='decimalPlaces' figures='{I0}'>" REAL("2.5") "</qti-round-to>", 3 },
	{ "float", "<qti-round-to rounding-mode='significantFigures' figures='{I0}'>" REAL("2.5") "</qti-round-to>", NAN },
	{ "float", "<qti-round-to rounding-mode='decimalPlaces' figures='{IM}'>" REAL("2.5") "</qti-round-to>", NAN },
	{ "float", "<qti-round-to figures='{I}'>" REAL("2.5") "</qti-round-to>", NAN },
	{ "float", "<qti-round-to figures='3'><qti-variable identifier='FNAN'/></qti-round-to>", NAN },
	{ "float", "<qti-round-to rounding-mode='decimalPlaces' figures='1'>" REAL("0.004") "</qti-round-to>", 0 },
	{ "float", "<qti-round-to rounding-mode='decimalPlaces' figures='1'>" REAL("0.04") "</qti-round-to>", 0 },
	{ "float", "<qti-round-to rounding-mode='decimalPlaces' figures='1'>" REAL("0.05") "</qti-round-to>", 0.1 },
	{ "float", "<qti-round-to rounding-mode='significantFigures' figures='1'>" REAL("-99.5") "</qti-round-to>", -100 },
	{ "float", "<qti-round-to figures='{IBIG}'>" REAL("1.25") "</qti-round-to>", 1.25 },
	{ "float", "<qti-round-to figures='1'>" REAL("0") "</qti-round-to>", 0 },
	{ "float", "<qti-round-to figures='1'><qti-variable identifier='FINF'/></qti-round-to>", INFINITY },
	{ "float", "<qti-round-to figures='1'>" REAL("1.7e308") "</qti-round-to>", INFINITY }, /* 2e308 is no double */
	{ "integer", "<qti-round>" INT("7") "</qti-round>", 7 },
	{ "integer", "<qti-truncate>" INT("-7") "</qti-truncate>", -7 },
	{ "integer", "<qti-round>" REAL("-6.5") "</qti-round>", -6 },
	{ "integer", "<qti-round>" REAL("9223372036854775807") "</qti-round>", NAN },
	{ "integer", "<qti-truncate>" REAL("-9223372036854775808") "</qti-truncate>", -0x1p63 },
	{ "integer", "<qti-truncate>" REAL("-9223372036854777856") "</qti-truncate>", NAN },
	{ "integer", "<qti-round><qti-variable identifier='FNAN'/></qti-round>", NAN },
	{ "boolean", "<qti-pattern-match pattern='{SAB}'>" TEXT("abba") "</qti-pattern-match>", 1 },
	{ "boolean", "<qti-pattern-match pattern='{SAB}'>" TEXT("abc") "</qti-pattern-match>", 0 },
	{ "boolean", "<qti-pattern-match pattern='{S}'>" TEXT("ab") "</qti-pattern-match>", NAN },
	{ "boolean", "<qti-pattern-match pattern='{SBAD}'>" TEXT("ab") "</qti-pattern-match>", NAN },
	{ "boolean", "<qti-pattern-match pattern='a{2}'>" TEXT("aa") "</qti-pattern-match>", 1 },
	{ "integer", "<qti-min>" INT("3") INT("-4") INT("5") "</qti-min>", -4 },
	{ "integer", "<qti-max>" INT("3") INT("-4") INT("5") "</qti-max>", 5 },
	{ "float", "<qti-min>" INT("3") REAL("-4.5") "</qti-min>", -4.5 },
	{ "float", "<qti-min>" REAL("1") "<qti-variable identifier='FNAN'/></qti-min>", NAN },
	{ "float", "<qti-max><qti-variable identifier='FNAN'/>" REAL("1") "</qti-max>", NAN },
	{ "float", "<qti-max><qti-variable identifier='FINF'/>" REAL("1") "</qti-max>", INFINITY },
	{ "integer", "<qti-lcm>" INT("4") INT("-6") "</qti-lcm>", 12 },
	{ "integer", "<qti-lcm>" INT("9223372036854775807") INT("9223372036854775806") "</qti-lcm>", NAN },
	{ "integer", "<qti-lcm>" INT("9223372036854775807") INT("2") "</qti-lcm>", NAN },
	{ "integer", "<qti-gcd>" INT("-9223372036854775808") INT("0") "</qti-gcd>", NAN },
	{ "integer", "<qti-integer-divide>" INT("-9223372036854775808") INT("-1") "</qti-integer-divide>", NAN },
	{ "integer", "<qti-integer-divide>" INT("7") "<qti-variable identifier='I0'/></qti-integer-divide>", NAN },
	{ "integer", "<qti-integer-modulus>" INT("-9223372036854775808") INT("-1") "</qti-integer-modulus>", 0 },
	{ "integer", "<qti-integer-modulus>" INT("-1") INT("3") "</qti-integer-modulus>", 2 },
	{ "integer", "<qti-subtract>" INT("-9223372036854775808") INT("1") "</qti-subtract>", NAN },
	{ "float", "<qti-divide>" REAL("1e308") REAL("1e-308") "</qti-divide>", NAN },
	{ "float", "<qti-divide><qti-variable identifier='FINF'/>" REAL("2") "</qti-divide>", INFINITY },
	{ "float", "<qti-power>" REAL("-8") REAL("0.5") "</qti-power>", NAN },
};

/* What cannot be is told when the item is read. */
static const struct {
	const char *xml, *says;
} refused[] = {
	{ "<qti-random-integer min='4' max='3'/>", "min is above max" },
	{ "<qti-random-integer min='1' max='3' step='0'/>", "step must be 1 or more" },
	{ "<qti-random-integer min='1' max='{F1}'/>", "is single float" },
	{ "<qti-random-integer min='1' max='{NONE}'/>", "not declared" },
	{ "<qti-random-integer min='1' max='1.5'/>", "must be an integer, or name a variable" },
	{ "<qti-random-float min='4' max='3'/>", "min is above max" },
	{ "<qti-random-float min='-1e308' max='1e308'/>", "too far apart" },
	{ "<qti-random-float min='0' max='INF'/>", "too far apart" },
	{ "<qti-random-float min='0' max='{S}'/>", "is single string" },
	{ "<qti-random-float min='0' max='x y'/>", "must be a number, or name a variable" },
	{ "<qti-round-to figures='-1'>" REAL("1") "</qti-round-to>", "figures" },
	{ "<qti-round-to figures='0'>" REAL("1") "</qti-round-to>", "figures" },
	{ "<qti-round-to figures='1' rounding-mode='up'>" REAL("1") "</qti-round-to>", "is not one of its values" },
	{ "<qti-pattern-match pattern='{I3}'>" TEXT("a") "</qti-pattern-match>", "is single integer" },
	{ "<qti-pattern-match pattern='(a'>" TEXT("a") "</qti-pattern-match>", "pattern" },
};

static enum bv_status
compute(double *out, const char *type, const char *xml, struct bv_err *err)
{
	static const uint8_t seed[BV_HASH_LEN] = { 1 };
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_json_free) struct bv_json *responses = bv_json_new_object(), *outcomes = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(20000);

	bv_buf_printf(&text, head, type);
	bv_buf_addz(&text, xml);
	bv_buf_addz(&text, tail);
	TRY(bv_item_parse(&item, bv_buf_str(&text), err));
	TRY(bv_item_session_new(&session, item, seed, err));
	TRY(bv_item_session_respond(session, responses, err));
	TRY(bv_item_score(session, err));
	outcomes = bv_item_session_outcomes(session);
	const struct bv_json *base = bv_json_find(bv_json_find(bv_json_find(bv_json_find(outcomes, "outcomes"), "V"), "value"), "base"), *boolean = bv_json_find(base, "boolean");
	if (boolean)
		*out = bv_json_bool(boolean);
	else if (!bv_item_session_number(session, "V", out))
		*out = NAN;
	return BV_OK;
}

int
main(void)
{
	double got = 0;
	struct bv_err err = { .status = BV_OK };

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		enum bv_status status = compute(&got, cases[i].type, cases[i].xml, &err);
		if (!CHECK(status == BV_OK && (got == cases[i].want || (isnan(got) && isnan(cases[i].want))), "%s gives %g", cases[i].xml, cases[i].want))
			printf("# %s %g\n", status ? err.msg : "", got);
	}
	for (size_t i = 0; i < BV_COUNT(refused); i++)
		CHECK_REFUSED(compute(&got, "float", refused[i].xml, &err), BV_EPARSE, &err, refused[i].says, refused[i].xml);
	return check_end();
}
