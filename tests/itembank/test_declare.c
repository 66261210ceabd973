/* Declarations: what a variable may be, its default, key, mappings and lookup tables; each good one with what is refused beside it. */
#include "base/xml.h"
#include "itembank/itembank.h"
#include "tests/check.h"

#define ITEM(declarations) \
	"<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"i\" title=\"t\" time-dependent=\"false\">" declarations \
	"<qti-item-body><p>-</p></qti-item-body></qti-assessment-item>"
#define RESPONSE(attrs, inside) "<qti-response-declaration identifier=\"R\" " attrs ">" inside "</qti-response-declaration>"
#define OUTCOME(attrs, inside) "<qti-outcome-declaration identifier=\"O\" " attrs ">" inside "</qti-outcome-declaration>"
#define SINGLE(type) "cardinality=\"single\" base-type=\"" type "\""
#define RECORD(inside) OUTCOME("cardinality=\"record\"", "<qti-default-value>" inside "</qti-default-value>")
#define FIELD(name, type, value) "<qti-value field-identifier=\"" name "\" base-type=\"" type "\">" value "</qti-value>"
#define MAP(attrs, inside) RESPONSE(SINGLE("string"), "<qti-mapping " attrs ">" inside "</qti-mapping>")
#define ENTRY "<qti-map-entry map-key=\"a\" mapped-value=\"1\"/>"
#define MATCH(attrs, inside) OUTCOME(SINGLE("float"), "<qti-match-table " attrs ">" inside "</qti-match-table>")
#define ROW(source, target) "<qti-match-table-entry source-value=\"" source "\" target-value=\"" target "\"/>"
#define STEPS(attrs, inside) OUTCOME(SINGLE("float"), "<qti-interpolation-table " attrs ">" inside "</qti-interpolation-table>")
#define STEP(attrs) "<qti-interpolation-table-entry " attrs "/>"
#define AREA(attrs, inside) RESPONSE(attrs, "<qti-area-mapping>" inside "</qti-area-mapping>")

static const struct {
	const char *xml, *message; /* NULL: read */
} cases[] = {
	{ ITEM(RECORD(FIELD("a", "integer", "1") FIELD("b", "string", "x"))), NULL },
	{ ITEM(RECORD("<p/>" FIELD("a", "integer", "1"))), NULL },
	{ ITEM(RECORD("<qti-value field-identifier=\"a\">1</qti-value>")), "a field of a record needs a base-type" },
	{ ITEM(RECORD(FIELD("a", "number", "1"))), "a field of a record needs a base-type" },
	{ ITEM(RECORD(FIELD("a", "integer", "1") FIELD("a", "integer", "2"))), "field \"a\" appears twice" },
	{ ITEM(RECORD(FIELD("a", "integer", "x"))), "x" },
	{ ITEM(OUTCOME(SINGLE("integer"), "<qti-default-value><p/><qti-value>1</qti-value></qti-default-value>")), NULL },
	{ ITEM(OUTCOME(SINGLE("integer"), "<qti-default-value><qti-value>1</qti-value><qti-value>2</qti-value></qti-default-value>")), "cardinality single" },
	{ ITEM(OUTCOME(SINGLE("integer"), "<qti-correct-response><qti-value>1</qti-value></qti-correct-response>")), "does not belong in the declaration of the" },
	{ ITEM(OUTCOME(SINGLE("integer"), "<qti-mapping>" ENTRY "</qti-mapping>")), "does not belong" },
	{ ITEM(OUTCOME(SINGLE("point"), "<qti-area-mapping/>")), "does not belong" },
	{ ITEM(RESPONSE(SINGLE("float"), "<qti-match-table>" ROW("1", "1") "</qti-match-table>")), "does not belong" },
	{ ITEM(OUTCOME(SINGLE("float"), "<p/>")), "does not belong" },
	{ ITEM(OUTCOME(SINGLE("number"), "")), "base-type is not one of QTI's" },
	{ ITEM(OUTCOME("cardinality=\"single\"", "")), "base-type is missing" },
	{ ITEM(OUTCOME("cardinality=\"many\" base-type=\"float\"", "")), "cardinality must be" },
	{ ITEM(OUTCOME(SINGLE("float") " normal-maximum=\"5\" normal-minimum=\"-1\" mastery-value=\"3\"", "")), NULL },
	{ ITEM(OUTCOME(SINGLE("float") " normal-maximum=\"five\"", "")), "normal-maximum=\"five\" is not a number" },
	{ ITEM(OUTCOME(SINGLE("float") " normal-minimum=\"NaN\"", "")), "normal-minimum=\"NaN\" is not a number" },
	{ ITEM(OUTCOME(SINGLE("float") " mastery-value=\"x\"", "")), "mastery-value" },
	{ ITEM(OUTCOME(SINGLE("float") " external-scored=\"human\"", "")), NULL },
	{ ITEM(OUTCOME(SINGLE("float") " external-scored=\"dog\"", "")), "external-scored must be human" },
	{ ITEM("<qti-template-declaration identifier=\"T\" " SINGLE("integer") " math-variable=\"true\" param-variable=\"true\"/>"), NULL },
	{ ITEM("<qti-template-declaration identifier=\"T\" " SINGLE("integer") " math-variable=\"yes\"/>"), "math-variable" },
	{ ITEM("<qti-template-declaration identifier=\"T\" " SINGLE("integer") " param-variable=\"yes\"/>"), "param-variable" },
	{ ITEM(OUTCOME(SINGLE("float"), "") OUTCOME(SINGLE("float"), "")), "is declared twice; the first is at line 1" },
	{ ITEM("<qti-outcome-declaration identifier=\"completionStatus\" " SINGLE("identifier") "/>"), NULL },
	{ ITEM("<qti-outcome-declaration identifier=\"completionStatus\" " SINGLE("string") "/>"), "is a built-in variable" },
	{ ITEM("<qti-outcome-declaration identifier=\"completionStatus\" cardinality=\"multiple\" base-type=\"identifier\"/>"), "is a built-in variable" },
	{ ITEM("<qti-response-declaration identifier=\"completionStatus\" " SINGLE("identifier") "/>"), "is a built-in variable" },
	{ ITEM("<qti-context-declaration identifier=\"QTI_CONTEXT\" cardinality=\"record\"/>"), NULL },
	{ ITEM("<qti-context-declaration identifier=\"C\" " SINGLE("string") "><qti-default-value><qti-value>x</qti-value></qti-default-value></qti-context-declaration>"), NULL },
	{ ITEM("<qti-context-declaration identifier=\"QTI_CONTEXT\" " SINGLE("string") "/>"), "is a built-in variable" },
	{ ITEM(MAP("", ENTRY "<p/>")), NULL },
	{ ITEM(MAP("lower-bound=\"0\" upper-bound=\"INF\" default-value=\"-1\"", ENTRY)), NULL },
	{ ITEM(MAP("", "")), "0 map entries" },
	{ ITEM(MAP("lower-bound=\"2\" upper-bound=\"1\"", ENTRY)), "lower-bound is above upper-bound" },
	{ ITEM(MAP("lower-bound=\"x\"", ENTRY)), "lower-bound" },
	{ ITEM(MAP("upper-bound=\"x\"", ENTRY)), "upper-bound" },
	{ ITEM(MAP("default-value=\"x\"", ENTRY)), "default-value" },
	{ ITEM(MAP("", "<qti-map-entry mapped-value=\"1\"/>")), "map-key is missing" },
	{ ITEM(MAP("", "<qti-map-entry map-key=\"a\"/>")), "mapped-value is missing" },
	{ ITEM(MAP("", "<qti-map-entry map-key=\"a\" mapped-value=\"x\"/>")), "mapped-value" },
	{ ITEM(MAP("", "<qti-map-entry map-key=\"\" mapped-value=\"1\" case-sensitive=\"false\"/>")), NULL },
	{ ITEM(MAP("", "<qti-map-entry map-key=\"a\" mapped-value=\"1\" case-sensitive=\"x\"/>")), "case-sensitive" },
	{ ITEM(RESPONSE("cardinality=\"record\"", "<qti-mapping>" ENTRY "</qti-mapping>")), "a record cannot be mapped" },
	{ ITEM(RESPONSE(SINGLE("file"), "<qti-mapping>" ENTRY "</qti-mapping>")), "a file cannot be mapped" },
	{ ITEM(RESPONSE(SINGLE("duration"), "<qti-mapping>" ENTRY "</qti-mapping>")), "a duration cannot be mapped" },
	{ ITEM(RESPONSE(SINGLE("integer"), "<qti-mapping>" ENTRY "</qti-mapping>")), "a" },
	{ ITEM(AREA(SINGLE("point"), "<p/><qti-area-map-entry shape=\"circle\" coords=\"1,1,1\" mapped-value=\"1\"/>")), NULL },
	{ ITEM(AREA(SINGLE("integer"), "")), "only points can be mapped by area" },
	{ ITEM(AREA("cardinality=\"record\"", "")), "only points can be mapped by area" },
	{ ITEM(AREA(SINGLE("point"), "<qti-area-map-entry mapped-value=\"1\"/>")), "shape" },
	{ ITEM(AREA(SINGLE("point"), "<qti-area-map-entry shape=\"circle\" coords=\"1,1,1\"/>")), "mapped-value" },
	{ ITEM(MATCH("default-value=\"2\"", ROW("1", "1") "<p/>")), NULL },
	{ ITEM(MATCH("", "")), "0 entries" },
	{ ITEM(MATCH("default-value=\"x\"", ROW("1", "1"))), "x" },
	{ ITEM(MATCH("", ROW("1.5", "1"))), "source-value must be an integer" },
	{ ITEM(MATCH("", ROW("x", "1"))), "source-value" },
	{ ITEM(MATCH("", ROW("1", "x"))), "x" },
	{ ITEM(MATCH("", "<qti-match-table-entry target-value=\"1\"/>")), "source-value is missing" },
	{ ITEM(OUTCOME("cardinality=\"multiple\" base-type=\"float\"", "<qti-match-table>" ROW("1", "1") "</qti-match-table>")), "must have cardinality single" },
	{ ITEM(STEPS("", STEP("source-value=\"1.5\" include-boundary=\"false\" target-value=\"1\""))), NULL },
	{ ITEM(STEPS("", STEP("source-value=\"1.5\" include-boundary=\"x\" target-value=\"1\""))), "include-boundary" },
};

static void
test_cases(void)
{
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_item_free) struct bv_item *item = NULL;
		struct bv_err err = { 0 };
		enum bv_status status = bv_item_parse(&item, bv_str_of(cases[i].xml), &err);
		CHECK(cases[i].message ? status == BV_EPARSE && err.line == 1 && strstr(err.msg, cases[i].message) : status == BV_OK, "%s: %s",
		      cases[i].message ? cases[i].message : "read", status ? err.msg : "");
	}
}

/* What there may be many of: name, and with $ for the number, how it begins, one of them, how it ends, the most. */
static const struct {
	const char *open, *one, *end;
	size_t most;
} limits[] = {
	{ "<qti-outcome-declaration identifier=\"O\" cardinality=\"multiple\" base-type=\"integer\"><qti-default-value>", "<qti-value>$</qti-value>",
	  "</qti-default-value></qti-outcome-declaration>", 4096 },
	{ "<qti-response-declaration identifier=\"R\" " SINGLE("integer") "><qti-mapping>", "<qti-map-entry map-key=\"$\" mapped-value=\"1\"/>",
	  "</qti-mapping></qti-response-declaration>", 4096 },
	{ "<qti-response-declaration identifier=\"R\" " SINGLE("point") "><qti-area-mapping>",
	  "<qti-area-map-entry shape=\"circle\" coords=\"$,1,1\" mapped-value=\"1\"/>", "</qti-area-mapping></qti-response-declaration>", 4096 },
	{ "<qti-outcome-declaration identifier=\"O\" " SINGLE("float") "><qti-match-table>", ROW("$", "1"), "</qti-match-table></qti-outcome-declaration>", 4096 },
	{ "", "<qti-outcome-declaration identifier=\"O$\" " SINGLE("float") "/>", "", 1020 },
};

static enum bv_status
parse_many(size_t idx, size_t count, struct bv_err *err)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX);

	bv_buf_addz(&xml, "<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"i\" title=\"t\" time-dependent=\"false\">");
	bv_buf_addz(&xml, limits[idx].open);
	for (size_t i = 0; i < count; i++)
		for (const char *p = limits[idx].one; *p; p++)
			if (*p == '$')
				bv_buf_printf(&xml, "%zu", i);
			else
				bv_buf_addc(&xml, *p);
	bv_buf_addz(&xml, limits[idx].end);
	bv_buf_addz(&xml, "<qti-item-body/></qti-assessment-item>");
	return bv_item_parse(&item, bv_buf_str(&xml), err);
}

static void
test_limits(void)
{
	for (size_t i = 0; i < BV_COUNT(limits); i++) {
		struct bv_err err = { 0 };
		CHECK_OK(parse_many(i, limits[i].most, &err), &err, "the most there may be");
		CHECK_REFUSED(parse_many(i, limits[i].most + 1, &err), BV_ELIMIT, &err, "", limits[i].one);
	}
}

int
main(void)
{
	test_cases();
	test_limits();
	return check_end();
}
