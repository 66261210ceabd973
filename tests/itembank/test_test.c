/* Assessment tests: what reading refuses and warns of, limits from both sides, and sittings whose rules fail, end early or run out of time.
 * Whole sittings with their outcomes are in tests/vectors/itembank/tests. */
#include "itembank/itembank.h"
#include "itembank/test.h"
#include "tests/check.h"

#define TEST(attrs, inside) \
	"<qti-assessment-test xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"t\" title=\"Bài thi\" " attrs ">" \
	"<qti-outcome-declaration identifier=\"F\" cardinality=\"single\" base-type=\"identifier\"><qti-default-value><qti-value>yes</qti-value>" \
	"</qti-default-value></qti-outcome-declaration>" \
	"<qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" base-type=\"float\"/>" inside "</qti-assessment-test>"
#define PART(id, mode, inside) "<qti-test-part identifier=\"" id "\" navigation-mode=\"" mode "\" submission-mode=\"individual\">" inside "</qti-test-part>"
#define SECTION(id, attrs, inside) \
	"<qti-assessment-section identifier=\"" id "\" title=\"s\" visible=\"true\" " attrs ">" inside "</qti-assessment-section>"
#define ITEM(id, inside) "<qti-assessment-item-ref identifier=\"" id "\" href=\"q.xml\">" inside "</qti-assessment-item-ref>"
#define LINEAR(inside) TEST("", PART("P", "linear", SECTION("S", "", inside)))
#define IF(kind, attrs, condition) "<qti-" kind " " attrs ">" condition "</qti-" kind ">"
#define TRUE "<qti-base-value base-type=\"boolean\">true</qti-base-value>"
#define FALSE "<qti-base-value base-type=\"boolean\">false</qti-base-value>"
/* More values than a container may have: a rule that cannot be evaluated. */
#define ENDLESS "<qti-repeat number-repeats=\"10000\"><qti-base-value base-type=\"integer\">1</qti-base-value></qti-repeat>"
#define BOOM "<qti-gt><qti-container-size>" ENDLESS "</qti-container-size><qti-base-value base-type=\"integer\">0</qti-base-value></qti-gt>"
#define SCORED \
	"<qti-outcome-processing><qti-set-outcome-value identifier=\"SCORE\"><qti-sum><qti-test-variables variable-identifier=\"SCORE\"/>" \
	"</qti-sum></qti-set-outcome-value></qti-outcome-processing>"

static const char item_xml[] =
	"<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"i\" title=\"t\" time-dependent=\"false\">"
	"<qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"identifier\"><qti-correct-response><qti-value>A</qti-value>"
	"</qti-correct-response></qti-response-declaration>"
	"<qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" base-type=\"float\" normal-maximum=\"1\"/>"
	"<qti-template-declaration identifier=\"N\" cardinality=\"single\" base-type=\"integer\"/>"
	"<qti-item-body><qti-choice-interaction response-identifier=\"RESPONSE\" max-choices=\"1\"><qti-simple-choice identifier=\"A\">a</qti-simple-choice>"
	"<qti-simple-choice identifier=\"B\">b</qti-simple-choice></qti-choice-interaction></qti-item-body>"
	"<qti-response-processing template=\"match_correct\"/></qti-assessment-item>";

static struct bv_item *item;

static enum bv_status
find_item(void *ctx, const struct bv_item **out, struct bv_str name, struct bv_err *err)
{
	(void)ctx;
	if (bv_str_is(name, "broken.xml"))
		return bv_err_set(err, BV_EIO, "the disk is broken");
	if (bv_str_is(name, "absent.xml"))
		return bv_err_at(err, BV_EPARSE, 7, "no item");
	*out = item;
	return BV_OK;
}

static enum bv_status
find_section(void *ctx, struct bv_buf *xml, struct bv_str name, struct bv_err *err)
{
	(void)ctx;
	if (bv_str_is(name, "broken.xml"))
		return bv_err_set(err, BV_EIO, "the disk is broken");
	if (bv_str_is(name, "noxml.xml"))
		bv_buf_addz(xml, "<qti-assessment-section");
	else if (bv_str_is(name, "item.xml"))
		bv_buf_addz(xml, item_xml);
	else
		bv_buf_printf(xml, "<qti-assessment-section xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"%.*s\" title=\"s\" visible=\"true\">"
		              "<qti-assessment-item-ref identifier=\"Q%.*s\" href=\"q.xml\"/></qti-assessment-section>", BV_STR_ARG(name), BV_STR_ARG(name));
	return BV_OK;
}

static const struct bv_test_files files = { find_item, find_section, NULL };

/* ---- Reading --------------------------------------------------------------------------------------------------------- */

struct found {
	const char *part;
	size_t times;
	enum bv_severity severity;
};

static void
look(void *ctx, const struct bv_diagnostic *d)
{
	struct found *found = ctx;

	if (strstr(d->message, found->part)) {
		found->times++;
		found->severity = d->severity;
	}
}

/* A warning leaves the test as it is; everything else refuses it, and says so where a test is read too. */
static const struct {
	const char *xml, *message;
	bool warning;
} faults[] = {
	{ TEST("", PART("P", "linear", SECTION("S", "", ITEM("Q", "") "<qti-assessment-section-ref identifier=\"R\" href=\"noxml.xml\"/>"))), "noxml.xml", 0 },
	{ TEST("", PART("P", "linear", SECTION("S", "", "<qti-assessment-section-ref identifier=\"R\" href=\"item.xml\"/>"))), "item.xml", 0 },
	{ TEST("", PART("P", "linear", SECTION("S", "", "<qti-assessment-item-ref identifier=\"Q\" href=\"absent.xml\"/>"))), "absent.xml:7: no item", 0 },
	{ TEST("", PART("P", "linear", SECTION("S", "", "<qti-selection select=\"1\" with-replacement=\"true\"/>"))), "selects 1 of nothing", 0 },
	{ TEST("", PART("P", "linear", SECTION("S", "", "<qti-test-feedback/>" ITEM("Q", "")))), "belongs in a part or in the test", 0 },
	{ TEST("", PART("P", "nonlinear", SECTION("S", "", ITEM("Q", IF("pre-condition", "", TRUE))))), "Q", 1 },
	{ TEST("", PART("P", "nonlinear", SECTION("S", "", ITEM("Q", "<qti-time-limits min-time=\"5\"/>")))), "min-time has no effect", 1 },
	{ TEST("", PART("P", "linear", SECTION("S", "keep-together=\"false\"", ITEM("Q", "")))), "keep-together", 1 },
	{ TEST("", "<qti-test-part identifier=\"P\" navigation-mode=\"linear\" submission-mode=\"simultaneous\">" SECTION("S", "",
	  ITEM("Q", "<qti-item-session-control max-attempts=\"2\"/>")) "</qti-test-part>"), "one attempt where all items are submitted together", 1 },
	{ TEST("", PART("P", "linear", SECTION("S", "", ITEM("Q", IF("branch-rule", "target=\"B\"", TRUE)) SECTION("T", "",
	  "<qti-selection select=\"1\"/>" ITEM("A", "") ITEM("B", ""))))), "may leave out the target", 1 },
	{ TEST("", PART("P", "linear", SECTION("S", "", "<qti-ordering shuffle=\"true\"/>" ITEM("Q", IF("branch-rule", "target=\"B\"", TRUE)) ITEM("B", "")))),
	  "may leave out the target", 1 },
	{ TEST("", PART("P", "linear", IF("branch-rule", "target=\"EXIT_SECTION\"", TRUE) SECTION("S", "", ITEM("Q", "")))), "leads nowhere from a part", 0 },
	{ LINEAR("<qti-assessment-item-ref identifier=\"Q\" href=\"a%2fb.xml\"/>"), "is not the name of a file in the package's folder", 0 },
	{ LINEAR("<qti-assessment-item-ref identifier=\"Q\"/>"), "href is missing", 0 },
};

static void
test_faults(void)
{
	for (size_t i = 0; i < BV_COUNT(faults); i++) {
		BV_AUTO(bv_test_free) struct bv_test *test = NULL;
		struct bv_str xml = bv_str_of(faults[i].xml);
		struct found found = { .part = faults[i].message };
		struct bv_err err = { 0 };
		size_t errors = bv_test_check("t.xml", xml, BV_STR("t.xml"), &files, look, &found);
		enum bv_status status = bv_test_parse(&test, xml, BV_STR("t.xml"), &files, &err);
		CHECK(found.times >= 1 && (found.severity == BV_SEVERITY_WARNING) == faults[i].warning, "told: %s", faults[i].message);
		CHECK((errors == 0) == faults[i].warning && (status == BV_OK) == faults[i].warning, "  %zu errors, %s", errors, bv_status_name(status));
	}
}

/* Faults of the machine are no faults of the test. */
static void
test_machine(void)
{
	static const char *const broken[] = { LINEAR("<qti-assessment-item-ref identifier=\"Q\" href=\"broken.xml\"/>"),
		                              LINEAR(ITEM("Q", "") "<qti-assessment-section-ref identifier=\"R\" href=\"broken.xml\"/>") };

	for (size_t i = 0; i < BV_COUNT(broken); i++) {
		BV_AUTO(bv_test_free) struct bv_test *test = NULL;
		struct bv_err err;
		CHECK_REFUSED(bv_test_parse(&test, bv_str_of(broken[i]), BV_STR("t.xml"), &files, &err), BV_EIO, &err, "the disk is broken", "a broken disk");
	}
}

static void
test_names(void)
{
	static const struct {
		const char *from, *href, *name;
	} cases[] = {
		{ "t.xml", "a.xml", "a.xml" }, { "f/t.xml", "a.xml", "f/a.xml" }, { "f/t.xml", "../a/./b//c.xml", "a/b/c.xml" }, { "t.xml", " a%20b.xml ", "a b.xml" },
		{ "t.xml", "a%C3%a9.xml", "a\xc3\xa9.xml" }, { "f/g/t.xml", "../../a", "a" }, { "t.xml", "", NULL }, { "t.xml", "/a", NULL }, { "t.xml", "a:b", NULL },
		{ "t.xml", "a?b", NULL }, { "t.xml", "a#b", NULL }, { "t.xml", "..", NULL }, { "f/t.xml", "../../a", NULL }, { "t.xml", "a\\b", NULL },
		{ "t.xml", "a%2fb", NULL }, { "t.xml", "a%5Cb", NULL }, { "t.xml", "a%2", NULL }, { "t.xml", "a%", NULL }, { "t.xml", "a%zz", NULL }, { "t.xml", "a%0gb", NULL },
		{ "t.xml", "a%00b", NULL }, { "t.xml", "a%7f", NULL }, { "t.xml", "a\tb", NULL }, { "t.xml", "./", NULL }, { "t.xml", "%2e%2e/a", NULL }, { "t.xml", "a%G0", NULL },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		struct bv_str out = BV_STR_NONE;
		struct bv_err err = { 0 };
		enum bv_status status = test_file_name(&out, bv_str_of(cases[i].from), bv_str_of(cases[i].href), &arena, &err);
		CHECK(cases[i].name ? status == BV_OK && bv_str_is(out, cases[i].name) : status == BV_EPARSE && err.msg[0], "%s from %s: %.*s", cases[i].href,
		      cases[i].from, BV_STR_ARG(out));
	}
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(4000);
	struct bv_str out;
	struct bv_err err;
	while (name.len < 1000)
		bv_buf_addc(&name, 'a');
	CHECK_OK(test_file_name(&out, BV_STR("t.xml"), bv_buf_str(&name), &arena, &err), &err, "the longest name of a file");
	bv_buf_addc(&name, 'a');
	CHECK_REFUSED(test_file_name(&out, BV_STR("t.xml"), bv_buf_str(&name), &arena, &err), BV_EPARSE, &err, "is not the name", "one byte more");
}

/* ---- Limits ---------------------------------------------------------------------------------------------------------- */

struct shape {
	const char *open, *one, *end; /* one: $ is its number */
	size_t most;
	const char *message;
};

static enum bv_status
parse_shape(const struct shape *shape, size_t count, struct bv_err *err)
{
	BV_AUTO(bv_test_free) struct bv_test *test = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(8u << 20);

	bv_buf_addz(&xml, "<qti-assessment-test xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"t\" title=\"t\">"
	                  "<qti-test-part identifier=\"P\" navigation-mode=\"linear\" submission-mode=\"individual\">");
	bv_buf_addz(&xml, shape->open);
	for (size_t i = 0; i < count; i++) {
		for (const char *p = shape->one; *p; p++)
			if (*p == '$')
				bv_buf_printf(&xml, "%zu", i);
			else
				bv_buf_addc(&xml, *p);
	}
	bv_buf_addz(&xml, shape->end);
	bv_buf_addz(&xml, "</qti-test-part></qti-assessment-test>");
	return bv_test_parse(&test, bv_buf_str(&xml), BV_STR("t.xml"), &files, err);
}

#define OPEN "<qti-assessment-section identifier=\"S\" title=\"s\" visible=\"true\">"
#define CLOSE "</qti-assessment-section>"

static void
test_limits(void)
{
	static const struct shape shapes[] = {
		{ OPEN, "<qti-assessment-item-ref identifier=\"Q$\" href=\"q\"/>", CLOSE, BV_TEST_ITEMS_MAX, "more than 10000 items on a form" },
		{ OPEN ITEM("A", "") CLOSE "<qti-assessment-section identifier=\"T\" title=\"s\" visible=\"true\">",
		  "<qti-assessment-item-ref identifier=\"Q$\" href=\"q\"/>", CLOSE, BV_TEST_ITEMS_MAX - 1, "the test can put more than 10000 items on a form" },
		{ OPEN "<qti-selection select=\"1\"/>", "<qti-assessment-item-ref identifier=\"Q$\" href=\"q\"/>", CLOSE, BV_TEST_NODES_MAX - 2,
		  "more than 20000 parts, sections and items" },
		{ OPEN, "<qti-assessment-section-ref identifier=\"R$\" href=\"r$\"/>", CLOSE, BV_TEST_SECTIONS_MAX, "more than 1000 sections in files of their own" },
		{ OPEN "<qti-assessment-item-ref identifier=\"Q\" href=\"q\">", "<qti-weight identifier=\"W$\" value=\"1\"/>", "</qti-assessment-item-ref>" CLOSE,
		  1024, "weights and mappings" },
	};

	for (size_t i = 0; i < BV_COUNT(shapes); i++) {
		struct bv_err err = { 0 };
		CHECK_OK(parse_shape(&shapes[i], shapes[i].most, &err), &err, "the most there may be");
		CHECK_REFUSED(parse_shape(&shapes[i], shapes[i].most + 1, &err), BV_ELIMIT, &err, shapes[i].message, shapes[i].message);
	}
}

static void
test_depth_and_names(void)
{
	for (int sections = 60; sections <= 70; sections++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(100000);
		BV_AUTO(bv_test_free) struct bv_test *test = NULL;
		struct bv_err err = { 0 };
		bv_buf_addz(&xml, "<qti-assessment-test xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"t\" title=\"t\">"
		                  "<qti-test-part identifier=\"P\" navigation-mode=\"linear\" submission-mode=\"individual\">");
		for (int i = 0; i < sections; i++)
			bv_buf_printf(&xml, "<qti-assessment-section identifier=\"S%d\" title=\"s\" visible=\"true\">", i);
		bv_buf_addz(&xml, ITEM("Q", ""));
		for (int i = 0; i < sections; i++)
			bv_buf_addz(&xml, CLOSE);
		bv_buf_addz(&xml, "</qti-test-part></qti-assessment-test>");
		enum bv_status status = bv_test_parse(&test, bv_buf_str(&xml), BV_STR("t.xml"), &files, &err);
		CHECK(status == (sections <= 61 ? BV_OK : BV_ELIMIT), "%d sections inside each other: %s", sections, err.msg);
	}
	for (size_t len = BV_ITEM_IDENTIFIER_MAX; len <= BV_ITEM_IDENTIFIER_MAX + 1; len++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(100000);
		BV_AUTO(bv_test_free) struct bv_test *test = NULL;
		struct bv_err err = { 0 };
		bv_buf_addz(&xml, "<qti-assessment-test xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" title=\"t\" identifier=\"");
		for (size_t i = 0; i < len; i++)
			bv_buf_addc(&xml, 'a');
		bv_buf_addz(&xml, "\">" PART("P", "linear", SECTION("S", "", ITEM("Q", ""))) "</qti-assessment-test>");
		enum bv_status status = bv_test_parse(&test, bv_buf_str(&xml), BV_STR("t.xml"), &files, &err);
		CHECK(status == (len <= BV_ITEM_IDENTIFIER_MAX ? BV_OK : BV_ELIMIT), "an identifier of %zu bytes: %s", len, err.msg);
	}
}

static void
count(void *ctx, const struct bv_diagnostic *d)
{
	(void)d;
	++*(size_t *)ctx;
}

static void
test_many_faults(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20);
	size_t told = 0, errors;

	bv_buf_addz(&xml, "<qti-assessment-test xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"t\" title=\"t\">"
	                  "<qti-test-part identifier=\"P\" navigation-mode=\"linear\" submission-mode=\"individual\">" OPEN);
	for (int i = 0; i < 1500; i++)
		bv_buf_printf(&xml, "<qti-assessment-item-ref identifier=\"Q%d\" href=\"absent.xml\"/>", i);
	bv_buf_addz(&xml, CLOSE "</qti-test-part></qti-assessment-test>");
	errors = bv_test_check("t.xml", bv_buf_str(&xml), BV_STR("t.xml"), &files, count, &told);
	CHECK(errors == 1001 && told == 1001, "1000 of 1500 faults are told, and that there are more (%zu)", errors);
}

/* ---- Sittings -------------------------------------------------------------------------------------------------------- */

struct sitting {
	struct bv_test *test;
	struct bv_test_session *session;
	struct bv_json *right, *wrong, *none;
	struct bv_err err;
};

static bool
sit(struct sitting *s, const char *xml)
{
	static const uint8_t seed[BV_HASH_LEN] = { 1 };

	*s = (struct sitting){ 0 };
	if (bv_json_parse(&s->right, BV_STR("{\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}"), &s->err) ||
	    bv_json_parse(&s->wrong, BV_STR("{\"RESPONSE\":{\"base\":{\"identifier\":\"B\"}}}"), &s->err) || bv_json_parse(&s->none, BV_STR("{}"), &s->err) ||
	    bv_test_parse(&s->test, bv_str_of(xml), BV_STR("t.xml"), &files, &s->err)) {
		CHECK(false, "the test is good: %s", s->err.msg);
		return false;
	}
	return bv_test_session_new(&s->session, s->test, seed, 0, &s->err) == BV_OK;
}

static void
rise(struct sitting *s)
{
	bv_test_session_free(s->session);
	bv_test_free(s->test);
	bv_json_free(s->right);
	bv_json_free(s->wrong);
	bv_json_free(s->none);
}

/* "Q2": identifier of the current item; "suspended", "ended". */
static bool
is_at(const struct sitting *s, const char *where)
{
	if (bv_test_session_state(s->session) != BV_TEST_AT_ITEM)
		return strcmp(where, bv_test_session_state(s->session) == BV_TEST_ENDED ? "ended" : "suspended") == 0;
	return bv_str_is(bv_test_session_item(s->session, bv_test_session_current(s->session)).identifier, where);
}

/* Where the candidate is after leaving Q1. */
static const struct {
	const char *xml, *where;
} branches[] = {
	{ LINEAR(ITEM("Q1", IF("branch-rule", "target=\"Q3\"", TRUE)) ITEM("Q2", "") ITEM("Q3", "")), "Q3" },
	{ LINEAR(ITEM("Q1", IF("branch-rule", "target=\"Q3\"", FALSE)) ITEM("Q2", "") ITEM("Q3", "")), "Q2" },
	{ LINEAR(ITEM("Q1", IF("branch-rule", "target=\"Q3\"", FALSE) IF("branch-rule", "target=\"EXIT_TEST\"", TRUE)) ITEM("Q2", "") ITEM("Q3", "")), "ended" },
	{ TEST("", PART("P", "linear", SECTION("S", "", ITEM("Q1", IF("branch-rule", "target=\"EXIT_SECTION\"", TRUE)) ITEM("Q2", "")) SECTION("T", "", ITEM("Q3", "")))), "Q3" },
	{ TEST("", PART("P", "linear", SECTION("S", "", ITEM("Q1", IF("branch-rule", "target=\"EXIT_TESTPART\"", TRUE)) ITEM("Q2", ""))) PART("R", "linear",
	  SECTION("T", "", ITEM("Q3", "")))), "Q3" },
	/* A section that is left as the last thing in its part, by a rule of its own. */
	{ TEST("", PART("P", "linear", SECTION("S", "", IF("branch-rule", "target=\"EXIT_SECTION\"", TRUE) ITEM("Q1", "")) SECTION("V", "", ITEM("Q2", "")))
	  PART("R", "linear", SECTION("T", "", ITEM("Q3", "")))), "Q3" },
	{ TEST("", PART("P", "linear", SECTION("O", "", SECTION("S", "", IF("branch-rule", "target=\"EXIT_SECTION\"", TRUE) ITEM("Q1", "")) ITEM("Q2", ""))
	  SECTION("V", "", ITEM("Q3", "")))), "Q3" },
	/* Parts: rules lead to later parts or to the end; a precondition passes one over. */
	{ TEST("", PART("P", "linear", IF("branch-rule", "target=\"EXIT_TEST\"", TRUE) SECTION("S", "", ITEM("Q1", ""))) PART("R", "linear",
	  SECTION("T", "", ITEM("Q2", "")))), "ended" },
	{ TEST("", PART("P", "linear", IF("branch-rule", "target=\"U\"", TRUE) SECTION("S", "", ITEM("Q1", ""))) PART("R", "linear", SECTION("T", "", ITEM("Q2", "")))
	  PART("U", "nonlinear", SECTION("V", "", ITEM("Q3", "")))), "Q3" },
	{ TEST("", PART("P", "linear", SECTION("S", "", ITEM("Q1", ""))) PART("R", "nonlinear", IF("pre-condition", "", FALSE) SECTION("T", "", ITEM("Q2", "")))
	  PART("U", "nonlinear", SECTION("V", "", ITEM("Q3", "")))), "Q3" },
	{ TEST("", PART("P", "linear", SECTION("S", "", ITEM("Q1", "") SECTION("T", "", IF("pre-condition", "", FALSE) ITEM("Q2", "") ITEM("Q2b", "")) ITEM("Q3", "")))), "Q3" },
	{ LINEAR(ITEM("Q1", "") ITEM("Q2", IF("pre-condition", "", TRUE) IF("pre-condition", "", FALSE)) ITEM("Q3", IF("pre-condition", "", TRUE))), "Q3" },
	{ LINEAR(ITEM("Q1", "") ITEM("Q2", IF("pre-condition", "", FALSE))), "ended" },
};

static void
test_branches(void)
{
	for (size_t i = 0; i < BV_COUNT(branches); i++) {
		struct sitting s;
		bool good = sit(&s, branches[i].xml) && is_at(&s, "Q1") && bv_test_session_next(s.session, 1, &s.err) == BV_OK && is_at(&s, branches[i].where);
		CHECK(good, "from Q1 to %s: %s", branches[i].where, s.err.msg);
		rise(&s);
	}
}

/* A rule that cannot be evaluated is told where it is met. */
static const struct {
	const char *xml;
	int act; /* 0: the session cannot begin, 1: Q1 cannot be left, 2: nor submitted, 3: nor the part ended */
} endless[] = {
	{ TEST("", PART("P", "linear", IF("pre-condition", "", BOOM) SECTION("S", "", ITEM("Q1", "")))), 0 },
	{ TEST("", PART("P", "linear", SECTION("S", "", IF("pre-condition", "", BOOM) ITEM("Q1", "")))), 0 },
	{ LINEAR(ITEM("Q1", IF("pre-condition", "", BOOM))), 0 },
	{ LINEAR(ITEM("Q1", IF("template-default", "template-identifier=\"N\"", "<qti-container-size>" ENDLESS "</qti-container-size>"))), 0 },
	{ TEST("", PART("P", "nonlinear", SECTION("S", "", ITEM("Q1", IF("template-default", "template-identifier=\"N\"", "<qti-container-size>" ENDLESS
	  "</qti-container-size>"))))), 0 },
	{ LINEAR(ITEM("Q1", "") ITEM("Q2", IF("pre-condition", "", BOOM))), 1 },
	{ LINEAR(ITEM("Q1", IF("branch-rule", "target=\"Q2\"", BOOM)) ITEM("Q2", "")), 1 },
	{ LINEAR(ITEM("Q1", "") ITEM("Q2", IF("template-default", "template-identifier=\"N\"", "<qti-container-size>" ENDLESS "</qti-container-size>"))), 1 },
	{ TEST("", PART("P", "linear", SECTION("S", "", IF("branch-rule", "target=\"EXIT_TEST\"", BOOM) ITEM("Q1", "")))), 1 },
	{ TEST("", PART("P", "linear", IF("branch-rule", "target=\"EXIT_TEST\"", BOOM) SECTION("S", "", ITEM("Q1", "")))), 1 },
	{ TEST("", PART("P", "linear", SECTION("S", "", ITEM("Q1", ""))) "<qti-outcome-processing><qti-set-outcome-value identifier=\"SCORE\">"
	  "<qti-integer-to-float><qti-container-size>" ENDLESS "</qti-container-size></qti-integer-to-float></qti-set-outcome-value></qti-outcome-processing>"), 2 },
	{ TEST("", PART("P", "nonlinear", SECTION("S", "", ITEM("Q1", ""))) "<qti-outcome-processing><qti-set-outcome-value identifier=\"SCORE\">"
	  "<qti-integer-to-float><qti-container-size>" ENDLESS "</qti-container-size></qti-integer-to-float></qti-set-outcome-value></qti-outcome-processing>"), 3 },
};

static void
test_endless(void)
{
	for (size_t i = 0; i < BV_COUNT(endless); i++) {
		struct sitting s;
		double score;
		bool begun = sit(&s, endless[i].xml);
		enum bv_status status = !begun                ? s.err.status
		                        : endless[i].act == 1 ? bv_test_session_next(s.session, 1, &s.err)
		                        : endless[i].act == 2 ? bv_test_session_submit(s.session, s.right, 1, &s.err)
		                                              : bv_test_session_end_part(s.session, 1, &s.err);
		CHECK(begun == (endless[i].act > 0) && status == BV_ELIMIT && strstr(s.err.msg, "more than 4096"), "too much, %zu: %s", i, s.err.msg);
		if (begun && endless[i].act == 2)
			CHECK(!bv_test_session_number(s.session, "SCORE", &score), "and its outcome is NULL, not 0");
		rise(&s);
	}
}

static void
test_acts(void)
{
	struct sitting s;
	double score;

	if (sit(&s, TEST("", PART("P", "nonlinear", SECTION("S", "", ITEM("Q1", "") ITEM("Q2", "<qti-item-session-control allow-skipping=\"false\"/>"))) PART("R",
	    "nonlinear", SECTION("T", "", ITEM("Q3", "")))  SCORED))) {
		CHECK_STR(bv_test_identifier(s.test), BV_STR("t"), "identifier");
		CHECK_STR(bv_test_title(s.test), BV_STR("Bài thi"), "title");
		CHECK(bv_test_version(s.test) == BV_QTI_3_0 && bv_test_item_count(s.test) == 3, "version and items");
		CHECK_REFUSED(bv_test_session_resume(s.session, 1, &s.err), BV_EDENIED, &s.err, "not suspended", "resumed without a pause");
		CHECK_REFUSED(bv_test_session_go(s.session, 2, 1, &s.err), BV_EDENIED, &s.err, "not in the part", "an item of the next part");
		CHECK_REFUSED(bv_test_session_end_part(s.session, 1, &s.err), BV_EDENIED, &s.err, "'Q2' must be answered", "a part with an item that must be answered");
		CHECK_REFUSED(bv_test_session_tick(s.session, 0, &s.err), BV_EINVAL, &s.err, "the clock goes back", "the clock goes back");
		CHECK_OK(bv_test_session_next(s.session, 2, &s.err), &s.err, "the next item");
		CHECK_REFUSED(bv_test_session_submit(s.session, s.none, 2, &s.err), BV_EDENIED, &s.err, "must be answered", "no answer");
		CHECK_REFUSED(bv_test_session_next(s.session, 2, &s.err), BV_EDENIED, &s.err, "last item of its part", "after the last");
		CHECK_OK(bv_test_session_suspend(s.session, 3, &s.err), &s.err, "a pause");
		CHECK_REFUSED(bv_test_session_submit(s.session, s.right, 4, &s.err), BV_EDENIED, &s.err, "suspended", "nothing while it is suspended");
		CHECK_REFUSED(bv_test_session_resume(s.session, 1, &s.err), BV_EINVAL, &s.err, "the clock goes back", "resumed before it was suspended");
		CHECK_OK(bv_test_session_resume(s.session, 1000, &s.err), &s.err, "resumed");
		CHECK(bv_test_session_item(s.session, 1).duration_ms == 1, "the pause is not counted");
		CHECK_OK(bv_test_session_submit(s.session, s.right, 1000, &s.err), &s.err, "answered");
		CHECK(bv_test_session_number(s.session, "SCORE", &score) && score == 1, "SCORE is 1");
		CHECK(!bv_test_session_number(s.session, "F", &score) && !bv_test_session_number(s.session, "NONE", &score) &&
		      !bv_test_session_number(s.session, "duration", &score), "no numbers");
		CHECK_REFUSED(bv_test_session_submit(s.session, s.right, 1000, &s.err), BV_EDENIED, &s.err, "is closed", "a second attempt");
		CHECK_OK(bv_test_session_end_part(s.session, 1000, &s.err), &s.err, "the part is ended");
		CHECK(is_at(&s, "Q3"), "at the first item of the next part");
		CHECK_OK(bv_test_session_end_part(s.session, 1001, &s.err), &s.err, "the last part is ended");
		CHECK(is_at(&s, "ended") && bv_test_session_current(s.session) == SIZE_MAX, "ended");
		CHECK_REFUSED(bv_test_session_next(s.session, 1001, &s.err), BV_EDENIED, &s.err, "has ended", "nothing after the end");
	}
	rise(&s);
}

#define LIMITS(attrs) "<qti-time-limits " attrs "/>"

/* Time: seconds at which something is tried after Q1 was reached at 0. */
static const struct {
	const char *xml;
	int at_s;
	const char *refused; /* part of the message when leaving Q1 then; NULL: it is left */
	const char *where;   /* the current item afterwards */
} times[] = {
	{ TEST("", LIMITS("min-time=\"10\"") PART("P", "linear", SECTION("S", "", ITEM("Q1", "")))), 9, "the test's min-time", "Q1" },
	{ TEST("", LIMITS("min-time=\"10\"") PART("P", "linear", SECTION("S", "", ITEM("Q1", "")))), 10, NULL, "ended" },
	{ TEST("", LIMITS("min-time=\"10\"") PART("P", "linear", SECTION("S", "", ITEM("Q1", ""))) PART("R", "linear", SECTION("T", "", ITEM("Q2", "")))), 9, NULL, "Q2" },
	{ TEST("", PART("P", "linear", LIMITS("min-time=\"10\"") SECTION("S", "", ITEM("Q1", "")))), 9, "'P': its min-time", "Q1" },
	{ TEST("", PART("P", "linear", SECTION("S", "", LIMITS("min-time=\"10\"") ITEM("Q1", "")) SECTION("T", "", ITEM("Q2", "")))), 9, "'S': its min-time", "Q1" },
	{ TEST("", PART("P", "linear", SECTION("S", "", LIMITS("max-time=\"10\"") ITEM("Q1", "") ITEM("Q2", "")) SECTION("T", "", ITEM("Q3", "")))), 11, "the time is up", "Q3" },
	{ TEST("", PART("P", "linear", LIMITS("max-time=\"10\"") SECTION("S", "", ITEM("Q1", "") ITEM("Q2", ""))) PART("R", "linear", SECTION("T", "", ITEM("Q3", "")))), 11,
	  "the time is up", "Q3" },
	{ TEST("", LIMITS("max-time=\"10\"") PART("P", "linear", SECTION("S", "", ITEM("Q1", "") ITEM("Q2", "")))), 11, "the time is up", "ended" },
	/* In a nonlinear part the items of a section that is over are closed, and the candidate goes on elsewhere. */
	{ TEST("", PART("P", "nonlinear", SECTION("O", "", LIMITS("max-time=\"10\"") SECTION("S", "", ITEM("Q1", ""))) SECTION("T", "", ITEM("Q2", "")))), 11, NULL, "Q2" },
	{ LINEAR(ITEM("Q1", LIMITS("max-time=\"10\" allow-late-submission=\"true\"")) ITEM("Q2", "")), 11, NULL, "Q2" },
	{ LINEAR(ITEM("Q1", LIMITS("max-time=\"10\"")) ITEM("Q2", LIMITS("max-time=\"5\"")) ITEM("Q3", "")), 16, "the time is up", "Q3" },
};

static void
test_times(void)
{
	for (size_t i = 0; i < BV_COUNT(times); i++) {
		struct sitting s;
		if (sit(&s, times[i].xml)) {
			enum bv_status status = bv_test_session_next(s.session, times[i].at_s * 1000, &s.err);
			CHECK(times[i].refused ? status == BV_EDENIED && strstr(s.err.msg, times[i].refused) : status == BV_OK, "left at %d s: %s", times[i].at_s,
			      status ? s.err.msg : "yes");
			CHECK(is_at(&s, times[i].where), "  and then %s", times[i].where);
		}
		rise(&s);
	}
}

static void
test_late(void)
{
	struct sitting s;

	if (sit(&s, TEST("", PART("P", "nonlinear", SECTION("S", "", LIMITS("max-time=\"10\"") ITEM("Q1", "")) SECTION("T", "", ITEM("Q2", ""))))))
		CHECK_REFUSED(bv_test_session_submit(s.session, s.right, 11000, &s.err), BV_EDENIED, &s.err, "is closed", "its section is over");
	rise(&s);
	if (sit(&s, LINEAR(ITEM("Q1", "<qti-item-session-control max-attempts=\"0\"/>" LIMITS("max-time=\"10\" allow-late-submission=\"true\""))))) {
		CHECK_OK(bv_test_session_submit(s.session, s.wrong, 9000, &s.err), &s.err, "in time, any number of attempts");
		CHECK_OK(bv_test_session_submit(s.session, s.wrong, 11000, &s.err), &s.err, "late, which is allowed once");
		CHECK_REFUSED(bv_test_session_submit(s.session, s.right, 11000, &s.err), BV_EDENIED, &s.err, "is closed", "nothing after that");
	}
	rise(&s);
}

static size_t
feedback_count(const struct sitting *s)
{
	BV_AUTO(bv_json_free) struct bv_json *report = bv_test_session_report(s->session);

	return bv_json_count(bv_json_find(report, "feedback"));
}

/* ---- What outcome processing can ask for ----------------------------------------------------------------------------- */

#define KNOWN(id, of) \
	"<qti-set-outcome-value identifier=\"" id "\"><qti-variable identifier=\"" of "\"/></qti-set-outcome-value>"
#define DECLARED(id, type) "<qti-outcome-declaration identifier=\"" id "\" cardinality=\"single\" base-type=\"" type "\"/>"

static void
test_known(void)
{
	static const struct {
		const char *name, *value; /* after the first item was answered; Q2 is next, Q3 in a part that was not begun */
	} known[] = {
		{ "TEST", "{\"base\":{\"duration\":\"PT3S\"}}" },  { "PART", "{\"base\":{\"duration\":\"PT3S\"}}" },
		{ "SECTION", "{\"base\":{\"duration\":\"PT3S\"}}" }, { "ITEM", "{\"base\":{\"duration\":\"PT3S\"}}" },
		{ "NOPART", "{\"base\":{\"duration\":\"PT0S\"}}" }, { "NOITEM", "{\"base\":{\"duration\":\"PT0S\"}}" },
		{ "TRIES", "{\"base\":{\"integer\":1}}" },        { "STATUS", "{\"base\":{\"identifier\":\"unknown\"}}" },
		{ "RIGHT", "{\"base\":{\"identifier\":\"A\"}}" }, { "LATERTRIES", "{\"base\":{\"integer\":0}}" },
		{ "LATERSTATUS", "{\"base\":{\"identifier\":\"not_attempted\"}}" }, { "LATERSCORE", "{\"base\":{\"float\":0}}" },
		{ "LATERRIGHT", "{\"base\":null}" },              { "LATER", "{\"base\":{\"duration\":\"PT0S\"}}" },
	};
	struct sitting s;

	if (!sit(&s, TEST("", DECLARED("TEST", "duration") DECLARED("PART", "duration") DECLARED("SECTION", "duration") DECLARED("ITEM", "duration")
	                          DECLARED("NOPART", "duration") DECLARED("NOITEM", "duration") DECLARED("TRIES", "integer") DECLARED("STATUS", "identifier")
	                          DECLARED("RIGHT", "identifier") DECLARED("LATERTRIES", "integer") DECLARED("LATERSTATUS", "identifier")
	                          DECLARED("LATERSCORE", "float") DECLARED("LATERRIGHT", "identifier") DECLARED("LATER", "duration")
	                          PART("P", "linear", SECTION("S", "", ITEM("Q1", "") ITEM("Q2", ""))) PART("R", "linear", SECTION("U", "", ITEM("Q3", "")))
	                          "<qti-outcome-processing>" KNOWN("TEST", "duration") KNOWN("PART", "P.duration") KNOWN("SECTION", "S.duration")
	                          KNOWN("ITEM", "Q1.duration") KNOWN("NOPART", "R.duration") KNOWN("NOITEM", "Q3.duration") KNOWN("TRIES", "Q1.numAttempts")
	                          KNOWN("STATUS", "Q1.completionStatus") KNOWN("RIGHT", "Q1.RESPONSE") KNOWN("LATERTRIES", "Q2.numAttempts")
	                          KNOWN("LATERSTATUS", "Q2.completionStatus") KNOWN("LATERSCORE", "Q2.SCORE") KNOWN("LATERRIGHT", "Q2.RESPONSE")
	                          KNOWN("LATER", "Q2.duration") "</qti-outcome-processing>"))) {
		rise(&s);
		return;
	}
	CHECK_OK(bv_test_session_submit(s.session, s.right, 3000, &s.err), &s.err, "the first item, after three seconds");
	BV_AUTO(bv_json_free) struct bv_json *outcomes = bv_test_session_outcomes(s.session);
	for (size_t i = 0; i < BV_COUNT(known); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1000);
		bv_json_write_canonical(&text, bv_json_find(bv_json_find(outcomes, known[i].name), "value"));
		CHECK_STR(bv_buf_str(&text), bv_str_of(known[i].value), known[i].name);
	}
	rise(&s);
}

#define FEEDBACK(access, attrs) \
	"<qti-test-feedback identifier=\"yes\" outcome-identifier=\"F\" access=\"" access "\" " attrs "><p>text</p></qti-test-feedback>"

static void
test_texts(void)
{
	struct sitting s;

	if (sit(&s, TEST("", PART("P", "linear", SECTION("S", "", "<qti-rubric-block view=\"candidate author\"><p>Đọc kỹ</p></qti-rubric-block>" ITEM("Q1", ""))
	                     FEEDBACK("during", "show-hide=\"show\" title=\"T\"") FEEDBACK("atEnd", "show-hide=\"show\"") FEEDBACK("during", "show-hide=\"hide\""))
	                     PART("R", "linear", SECTION("U", "", ITEM("Q2", ""))) FEEDBACK("atEnd", "show-hide=\"show\"")))) {
		CHECK(bv_test_rubric_count(s.test) == 1, "one rubric");
		CHECK_STR(bv_test_rubric(s.test, 0)->text, BV_STR("Đọc kỹ"), "its text");
		CHECK(bv_rubric_shows(bv_test_rubric(s.test, 0), "author") && !bv_rubric_shows(bv_test_rubric(s.test, 0), "proctor"), "and for whom");
		CHECK(feedback_count(&s) == 1, "during the first part: its own");
		CHECK_OK(bv_test_session_next(s.session, 1, &s.err), &s.err, "to the second part");
		CHECK(feedback_count(&s) == 1, "after it: that of its end");
		CHECK_OK(bv_test_session_next(s.session, 1, &s.err), &s.err, "to the end");
		CHECK(feedback_count(&s) == 2, "at the end: that of the part and of the test");
	}
	rise(&s);
}

int
main(void)
{
	struct bv_err err;

	if (bv_item_parse(&item, bv_str_of(item_xml), &err)) {
		printf("Bail out! %s\n", err.msg);
		return 1;
	}
	test_faults();
	test_machine();
	test_names();
	test_limits();
	test_depth_and_names();
	test_many_faults();
	test_branches();
	test_endless();
	test_acts();
	test_times();
	test_late();
	test_known();
	test_texts();
	bv_item_free(item);
	return check_end();
}
