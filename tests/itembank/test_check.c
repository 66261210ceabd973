/* Every rule of the check by its id: a document that breaks it, and its twin that does not; and the rule of each bad-* of the vectors.
 * No rule that bv_diagnostic_rules lists is without one of them. */
#include <stdlib.h>

#include "base/file.h"
#include "itembank/itembank.h"
#include "tests/check.h"

#define ITEM(declarations, body) \
	"<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='c' title='c' adaptive='false' time-dependent='false'>" \
	"<qti-response-declaration identifier='RESPONSE' cardinality='single' base-type='identifier'><qti-correct-response><qti-value>A</qti-value>" \
	"</qti-correct-response></qti-response-declaration>" declarations "<qti-item-body>" body "</qti-item-body></qti-assessment-item>"
#define CHOICE(attributes, choices) "<qti-choice-interaction response-identifier='RESPONSE' " attributes ">" choices "</qti-choice-interaction>"
#define AB "<qti-simple-choice identifier='A'>a</qti-simple-choice><qti-simple-choice identifier='B'>b</qti-simple-choice>"
#define GOOD CHOICE("max-choices='1'", AB)
#define TYPED "<qti-response-declaration identifier='TYPED' cardinality='single' base-type='string'/>"
#define SCORE "<qti-outcome-declaration identifier='SCORE' cardinality='single' base-type='integer'/>"
#define SCORED(rule) \
	"<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='c' title='c' adaptive='false' time-dependent='false'>" \
	"<qti-response-declaration identifier='RESPONSE' cardinality='single' base-type='identifier'/>" SCORE "<qti-item-body>" GOOD "</qti-item-body>" \
	"<qti-response-processing>" rule "</qti-response-processing></qti-assessment-item>"
#define SET(value) "<qti-set-outcome-value identifier='SCORE'>" value "</qti-set-outcome-value>"
#define INT(n) "<qti-base-value base-type='integer'>" n "</qti-base-value>"

#define FLOAT(n) "<qti-base-value base-type='float'>" n "</qti-base-value>"
#define OTHER(attributes, inside) "<qti-outcome-declaration identifier='OTHER' " attributes ">" inside "</qti-outcome-declaration>"
#define MAPPED(inside) "<qti-response-declaration identifier='M' cardinality='single' base-type='string'>" inside "</qti-response-declaration>"
#define TYPES_M "<p><qti-text-entry-interaction response-identifier='M'/></p>"
#define FIELD(name) "<qti-value field-identifier='" name "' base-type='integer'>1</qti-value>"
#define FOLD(rules, key) \
	SET("<qti-container-size><qti-custom-operator definition='https://bangvang.vn/ns/fold/1#" rules "'><qti-multiple>" key "</qti-multiple></qti-custom-operator></qti-container-size>")
#define STRING(s) "<qti-base-value base-type='string'>" s "</qti-base-value>"
#define MATCHED(pattern) \
	SET("<qti-container-size><qti-multiple><qti-pattern-match pattern='" pattern "'>" STRING("a") "</qti-pattern-match></qti-multiple></qti-container-size>")
#define MATERIALS(word) \
	"<qti-companion-materials-info><qti-calculator><qti-calculator-" word ">basic</qti-calculator-" word "><qti-description>d</qti-description>" \
	"</qti-calculator></qti-companion-materials-info>"
#define LONG "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
	const char *rule, *bad, *good;
	bool error;
} cases[] = {
	{ "not-well-formed", ITEM("", "") "x", ITEM("", GOOD), true },
	{ "undeclared-variable", SCORED(SET("<qti-variable identifier='MISSING'/>")), SCORED(SET(INT("1"))), true },
	{ "base-type-mismatch", SCORED(SET("<qti-sum><qti-base-value base-type='string'>1</qti-base-value></qti-sum>")),
	  SCORED(SET("<qti-sum>" INT("1") "</qti-sum>")), true },
	{ "not-well-formed", "", ITEM("", GOOD), true },
	{ "bad-encoding", ITEM("", "<p>\xE9</p>" GOOD), ITEM("", "<p>é</p>" GOOD), true },
	{ "limit-exceeded", "<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='" LONG LONG LONG LONG LONG "' title='c'/>", ITEM("", GOOD), true },
	{ "undeclared-prefix", ITEM("", "<x:p>a</x:p>" GOOD), ITEM("", "<x:p xmlns:x='urn:x'>a</x:p>" GOOD), true },
	{ "unknown-entity", ITEM("", "<p>&nbsp;</p>" GOOD), ITEM("", "<p>&#160;</p>" GOOD), true },
	{ "bad-identifier", ITEM("<qti-outcome-declaration identifier='1 2' cardinality='single' base-type='float'/>", GOOD), ITEM(OTHER("cardinality='single' base-type='float'", ""), GOOD), true },
	{ "bad-attribute-value", ITEM(OTHER("cardinality='one' base-type='float'", ""), GOOD), ITEM(OTHER("cardinality='single' base-type='float'", ""), GOOD), true },
	{ "missing-attribute", ITEM(OTHER("base-type='float'", ""), GOOD), ITEM(OTHER("cardinality='single' base-type='float'", ""), GOOD), true },
	{ "missing-attribute", ITEM(OTHER("cardinality='single'", ""), GOOD), ITEM(OTHER("cardinality='record'", ""), GOOD), true },
	{ "bad-attribute-value", ITEM(OTHER("cardinality='single' base-type='real'", ""), GOOD), ITEM(OTHER("cardinality='single' base-type='float'", ""), GOOD), true },
	{ "duplicate-field", ITEM(OTHER("cardinality='record'", "<qti-default-value>" FIELD("a") FIELD("a") "</qti-default-value>"), GOOD),
	  ITEM(OTHER("cardinality='record'", "<qti-default-value>" FIELD("a") FIELD("b") "</qti-default-value>"), GOOD), true },
	{ "duplicate-identifier", ITEM(SCORE SCORE, GOOD), ITEM(SCORE, GOOD), true },
	{ "reserved-identifier", ITEM("<qti-outcome-declaration identifier='duration' cardinality='single' base-type='duration'/>", GOOD), ITEM(SCORE, GOOD), true },
	{ "builtin-declared", ITEM("<qti-outcome-declaration identifier='completionStatus' cardinality='single' base-type='identifier'/>", GOOD), ITEM(SCORE, GOOD), false },
	{ "negative-maximum", ITEM(OTHER("cardinality='single' base-type='float' normal-maximum='-1'", ""), GOOD), ITEM(OTHER("cardinality='single' base-type='float' normal-maximum='0'", ""), GOOD), false },
	{ "empty-map-key", ITEM(MAPPED("<qti-mapping><qti-map-entry map-key='' mapped-value='1'/></qti-mapping>"), GOOD TYPES_M),
	  ITEM(MAPPED("<qti-mapping><qti-map-entry map-key='a' mapped-value='1'/></qti-mapping>"), GOOD TYPES_M), false },
	{ "missing-element", ITEM(MAPPED("<qti-mapping/>"), GOOD TYPES_M), ITEM(MAPPED("<qti-mapping><qti-map-entry map-key='a' mapped-value='1'/></qti-mapping>"), GOOD TYPES_M), true },
	{ "misplaced-element", ITEM(OTHER("cardinality='single' base-type='float'", "<qti-correct-response/>"), GOOD), ITEM(SCORE, GOOD), true },
	{ "missing-type-identifier", ITEM(TYPED, GOOD "<qti-portable-custom-interaction response-identifier='TYPED' module='m'/>"),
	  ITEM(TYPED, GOOD "<qti-portable-custom-interaction response-identifier='TYPED' module='m' custom-interaction-type-identifier='urn:x'/>"), false },
	{ "unknown-expression", SCORED(SET("<qti-guess/>")), SCORED(SET(INT("1"))), true },
	{ "operand-count", SCORED(SET("<qti-subtract>" INT("1") "</qti-subtract>")), SCORED(SET("<qti-subtract>" INT("2") INT("1") "</qti-subtract>")), true },
	{ "unscorable-operator", SCORED(SET("<qti-custom-operator class='x'/>")), SCORED(SET(INT("1"))), true },
	{ "misplaced-expression", SCORED(SET("<qti-number-correct/>")), SCORED(SET(INT("1"))), true },
	{ "missing-table", SCORED(SET("<qti-map-response identifier='RESPONSE'/>")), SCORED(SET(INT("1"))), true },
	{ "missing-table", SCORED("<qti-lookup-outcome-value identifier='SCORE'>" INT("1") "</qti-lookup-outcome-value>"), SCORED(SET(INT("1"))), true },
	{ "cardinality-mismatch", SCORED(SET("<qti-multiple>" INT("1") "</qti-multiple>")), SCORED(SET(INT("1"))), true },
	{ "cardinality-mismatch", SCORED(SET("<qti-container-size>" INT("1") "</qti-container-size>")), SCORED(SET("<qti-container-size><qti-multiple>" INT("1") "</qti-multiple></qti-container-size>")), true },
	{ "wrong-variable-kind", SCORED(SET("<qti-map-response identifier='SCORE'/>")), SCORED(SET(INT("1"))), true },
	{ "wrong-variable-kind", SCORED("<qti-set-outcome-value identifier='RESPONSE'>" INT("1") "</qti-set-outcome-value>"), SCORED(SET(INT("1"))), true },
	{ "bound-out-of-range", SCORED(SET("<qti-random-integer min='2' max='1'/>")), SCORED(SET("<qti-random-integer min='1' max='1'/>")), true },
	{ "bad-pattern", ITEM(TYPED, GOOD "<p><qti-text-entry-interaction response-identifier='TYPED' pattern-mask='('/></p>"),
	  ITEM(TYPED, GOOD "<p><qti-text-entry-interaction response-identifier='TYPED' pattern-mask='()'/></p>"), true },
	{ "expression-count", SCORED("<qti-set-outcome-value identifier='SCORE'/>"), SCORED(SET(INT("1"))), true },
	{ "unknown-rule", SCORED("<qti-guess/>"), SCORED(SET(INT("1"))), true },
	{ "misplaced-element", SCORED("<qti-response-condition><qti-response-else/></qti-response-condition>"), SCORED(SET(INT("1"))), true },
	{ "missing-element", SCORED("<qti-response-condition/>"), SCORED(SET(INT("1"))), true },
	{ "weight-outside-test", SCORED(SET("<qti-variable identifier='SCORE' weight-identifier='W'/>")), SCORED(SET("<qti-variable identifier='SCORE'/>")), false },
	{ "bad-definition", SCORED(FOLD("colour", STRING("a"))), SCORED(FOLD("case", STRING("a"))), true },
	{ "empty-key", SCORED(FOLD("space", STRING(" "))), SCORED(FOLD("space", STRING("a"))), false },
	{ "repeated-key", SCORED(FOLD("case", STRING("a") STRING("A"))), SCORED(FOLD("case", STRING("a") STRING("b"))), false },
	{ "unknown-template",
	  "<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='c' title='c'><qti-item-body/><qti-response-processing template='urn:x/guess'/></qti-assessment-item>",
	  SCORED(SET(INT("1"))), true },
	{ "limits", ITEM("", CHOICE("min-choices='2' max-choices='1'", AB)), ITEM("", CHOICE("min-choices='1' max-choices='1'", AB)),
	  true },
	{ "limits", ITEM("", CHOICE("min-choices='3' max-choices='0'", AB)), ITEM("", CHOICE("min-choices='2' max-choices='0'", AB)),
	  true },
	{ "limits", ITEM("", CHOICE("max-choices='2'", AB)), ITEM("", GOOD), false },
	{ "no-choices", ITEM("", CHOICE("max-choices='1'", "")), ITEM("", GOOD), true },
	{ "undeclared-variable", ITEM("", GOOD "<p><qti-printed-variable identifier='X'/></p>"),
	  ITEM(SCORE, GOOD "<p><qti-printed-variable identifier='SCORE'/></p>"), true },
	{ "undeclared-variable",
	  ITEM("", CHOICE("max-choices='1'", "<qti-simple-choice identifier='A' template-identifier='T'>a</qti-simple-choice>")),
	  ITEM("<qti-template-declaration identifier='T' cardinality='single' base-type='identifier'/>",
	       CHOICE("max-choices='1'", "<qti-simple-choice identifier='A' template-identifier='T'>a</qti-simple-choice>")),
	  true },
	{ "unknown-element", ITEM("", GOOD "<qti-wheel-interaction/>"), ITEM("", GOOD "<div/>"), true },
	{ "unknown-element", ITEM(MATERIALS("kind"), GOOD), ITEM(MATERIALS("type"), GOOD), true },
	{ "not-included", ITEM("", GOOD "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='more.xml'/>"),
	  ITEM("", GOOD "<p>more</p>"), true },
	{ "not-included",
	  SCORED("<qti-response-processing-fragment><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' "
	         "href='rules.xml'/></qti-response-processing-fragment>"),
	  SCORED("<qti-response-processing-fragment>" SET(INT("1")) "</qti-response-processing-fragment>"), true },
	{ "trial", SCORED(SET("<qti-sum><qti-repeat number-repeats='5000'>" INT("1") "</qti-repeat></qti-sum>")),
	  SCORED(SET("<qti-sum><qti-repeat number-repeats='50'>" INT("1") "</qti-repeat></qti-sum>")), true },
	{ "lost-value", SCORED(SET("<qti-product><qti-repeat number-repeats='64'>" INT("1000000000") "</qti-repeat></qti-product>")),
	  SCORED(SET(INT("1"))), false },
	{ "float-for-integer", SCORED(SET("<qti-base-value base-type='float'>1</qti-base-value>")), SCORED(SET(INT("1"))), false },
	{ "pattern-anchors", ITEM(TYPED, GOOD "<p><qti-text-entry-interaction response-identifier='TYPED' pattern-mask='^a$'/></p>"),
	  ITEM(TYPED, GOOD "<p><qti-text-entry-interaction response-identifier='TYPED' pattern-mask='\\^a'/></p>"), false },
	{ "pattern-dialect", ITEM(TYPED, GOOD "<p><qti-text-entry-interaction response-identifier='TYPED' pattern-mask='(?:a|b)'/></p>"),
	  ITEM(TYPED, GOOD "<p><qti-text-entry-interaction response-identifier='TYPED' pattern-mask='(a|b)'/></p>"), false },
	{ "pattern-dialect", SCORED(MATCHED("(?:a)")), SCORED(MATCHED("a")), false },
	{ "wrong-root", "<assessmentItem xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='c' title='c'/>",
	  "<assessmentItem xmlns='http://www.imsglobal.org/xsd/imsqti_v2p2' identifier='c' title='c'>"
	  "<responseDeclaration identifier='R' cardinality='single' baseType='identifier'/><itemBody><choiceInteraction responseIdentifier='R' maxChoices='1'>"
	  "<simpleChoice identifier='A'>a</simpleChoice></choiceInteraction></itemBody></assessmentItem>", true },
	{ "unfilled-response", ITEM(TYPED, GOOD), ITEM(TYPED, GOOD "<p><qti-text-entry-interaction response-identifier='TYPED'/></p>"),
	  false },
	{ "no-interaction", ITEM("", "<p>text</p>"), ITEM("", GOOD), false },
};

#define TEST(inside) \
	"<qti-assessment-test xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='t' title='t'>" \
	"<qti-outcome-declaration identifier='F' cardinality='single' base-type='float'/>" inside "</qti-assessment-test>"
#define PART(mode, inside) "<qti-test-part identifier='P' navigation-mode='" mode "' submission-mode='individual'>" inside "</qti-test-part>"
#define SECTION(attributes, inside) "<qti-assessment-section identifier='S' title='s' " attributes ">" inside "</qti-assessment-section>"
#define REF(id, href, inside) "<qti-assessment-item-ref identifier='" id "' href='" href "'>" inside "</qti-assessment-item-ref>"
#define LINEAR(inside) PART("linear", SECTION("visible='true'", inside))
#define OUTCOME(inside) "<qti-outcome-processing><qti-set-outcome-value identifier='F'>" inside "</qti-set-outcome-value></qti-outcome-processing>"
#define SUM(attributes) OUTCOME("<qti-sum><qti-test-variables variable-identifier=" attributes "/></qti-sum>")
#define TRUE "<qti-base-value base-type='boolean'>true</qti-base-value>"

/* The same of tests; "c.xml" is an item that outcomes can be taken of. */
static const struct {
	const char *rule, *bad, *good;
	bool error;
} tests[] = {
	{ "empty-part", TEST(LINEAR("")), TEST(LINEAR(REF("Q", "c.xml", ""))), false },
	{ "navigation", TEST(PART("nonlinear", SECTION("visible='true'", REF("Q", "c.xml", "<qti-pre-condition>" TRUE "</qti-pre-condition>")))),
	  TEST(LINEAR(REF("Q", "c.xml", "<qti-pre-condition>" TRUE "</qti-pre-condition>"))), false },
	{ "ordering", TEST(PART("linear", SECTION("visible='true' keep-together='false'", REF("Q", "c.xml", "")))),
	  TEST(PART("linear", SECTION("visible='false' keep-together='false'", REF("Q", "c.xml", "")))), false },
	{ "uncertain-target",
	  TEST(LINEAR("<qti-ordering shuffle='true'/>" REF("Q", "c.xml", "<qti-branch-rule target='R'>" TRUE "</qti-branch-rule>") REF("R", "c.xml", ""))),
	  TEST(LINEAR(REF("Q", "c.xml", "<qti-branch-rule target='R'>" TRUE "</qti-branch-rule>") REF("R", "c.xml", ""))), false },
	{ "unknown-section", TEST(LINEAR(REF("Q", "c.xml", "")) OUTCOME("<qti-number-correct section-identifier='T'/>")),
	  TEST(LINEAR(REF("Q", "c.xml", "")) OUTCOME("<qti-number-correct section-identifier='S'/>")), false },
	{ "always-null", TEST(LINEAR(REF("Q", "c.xml", "")) SUM("'NONE'")), TEST(LINEAR(REF("Q", "c.xml", "")) SUM("'SCORE'")), false },
	{ "unreadable-item", TEST(LINEAR(REF("Q", "none.xml", "")) OUTCOME("<qti-variable identifier='Q.SCORE'/>")),
	  TEST(LINEAR(REF("Q", "c.xml", "")) OUTCOME("<qti-variable identifier='Q.SCORE'/>")), true },
	{ "adaptive-selection",
	  TEST(LINEAR("<qti-adaptive-selection><qti-adaptive-engine-ref identifier='E' href='https://cat.example.org/'/></qti-adaptive-selection>" REF("Q", "c.xml", ""))),
	  TEST(LINEAR(REF("Q", "c.xml", ""))), false },
};

struct seen {
	const char *rule;
	size_t errors, warnings;
	char all[1000], first[64]; /* the first error's rule */
};

/* Of each row of the table: some document broke it. */
static bool found[256];

static void
see(void *ctx, const struct bv_diagnostic *d)
{
	struct seen *seen = ctx;
	size_t len = strlen(seen->all);

	size_t count;
	const struct bv_diagnostic_rule *rules = bv_diagnostic_rules(&count), *rule = bv_diagnostic_rule_find(d->rule);

	CHECK(rule && count <= BV_COUNT(found), "%s is in the table", d->rule);
	if (rule)
		found[rule - rules] = true;
	if (d->severity == BV_SEVERITY_ERROR && !seen->first[0])
		snprintf(seen->first, sizeof seen->first, "%s", d->rule);
	snprintf(seen->all + len, sizeof seen->all - len, "[%s] %s ", d->rule, d->message);
	if (strcmp(d->rule, seen->rule) == 0)
		*(d->severity == BV_SEVERITY_ERROR ? &seen->errors : &seen->warnings) += 1;
}

static void
load(struct bv_buf *buf, const char *path)
{
	struct bv_err err;

	*buf = BV_BUF(2u << 20);
	if (bv_file_read(buf, path, &err)) {
		printf("Bail out! %s\n", err.msg);
		exit(1);
	}
}

static const char *
vectors(const char *name)
{
	static char path[4096];
	const char *source = getenv("BV_SOURCE");

	snprintf(path, sizeof path, "%s/tests/vectors/itembank/%s", source ? source : ".", name);
	return path;
}

/* ---- Documents of this file ------------------------------------------------------------------------------------------ */

static void
judge(const char *rule, bool error, const struct seen *bad, const struct seen *good)
{
	if (!CHECK((error ? bad->errors : bad->warnings) > 0, "%s is found", rule))
		printf("# %s\n", bad->all);
	if (!CHECK(good->errors == 0 && good->warnings == 0, "… and not in its twin"))
		printf("# %s\n", good->all);
}

static enum bv_status
item_of_this_file(void *ctx, const struct bv_item **out, struct bv_str name, struct bv_err *err)
{
	if (!bv_str_is(name, "c.xml"))
		return bv_err_set(err, BV_ENOTFOUND, "no such file");
	*out = ctx;
	return BV_OK;
}

static void
test_documents(void)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	struct bv_test_files files = { .item = item_of_this_file };
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct seen bad = { .rule = cases[i].rule }, good = bad;
		bv_item_check("c.xml", bv_str_of(cases[i].bad), see, &bad);
		bv_item_check("c.xml", bv_str_of(cases[i].good), see, &good);
		judge(cases[i].rule, cases[i].error, &bad, &good);
	}
	CHECK_OK(bv_item_parse(&item, bv_str_of(SCORED(SET(INT("1")))), &err), &err, "the item of the tests");
	files.ctx = item;
	for (size_t i = 0; i < BV_COUNT(tests); i++) {
		struct seen bad = { .rule = tests[i].rule }, good = bad;
		bv_test_check("t.xml", bv_str_of(tests[i].bad), BV_STR("t.xml"), &files, see, &bad);
		bv_test_check("t.xml", bv_str_of(tests[i].good), BV_STR("t.xml"), &files, see, &good);
		judge(tests[i].rule, tests[i].error, &bad, &good);
	}
}

/* ---- Vectors --------------------------------------------------------------------------------------------------------- */

/* Items of tests/vectors/itembank/tests, kept until the end. */
struct folder {
	struct bv_item *items[64];
	size_t count;
};

static enum bv_status
vector_read(struct bv_buf *out, struct bv_str name, struct bv_err *err)
{
	char path[256];

	snprintf(path, sizeof path, "tests/%.*s", BV_STR_ARG(name));
	*out = BV_BUF(2u << 20);
	return bv_file_read(out, vectors(path), err);
}

static enum bv_status
vector_item(void *ctx, const struct bv_item **out, struct bv_str name, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = { 0 };
	struct folder *folder = ctx;

	TRY(vector_read(&xml, name, err));
	if (folder->count == BV_COUNT(folder->items))
		return bv_err_set(err, BV_ELIMIT, "more items than the test has room for");
	TRY(bv_item_parse(&folder->items[folder->count], bv_buf_str(&xml), err));
	*out = folder->items[folder->count++];
	return BV_OK;
}

static enum bv_status
vector_section(void *ctx, struct bv_buf *xml, struct bv_str name, struct bv_err *err)
{
	(void)ctx;
	return vector_read(xml, name, err);
}

/* The rule that a table gives for the file: "pattern<tab>bad-pattern<tab>…", or with the whole name. */
static struct bv_str
expected(struct bv_str table, struct bv_str name)
{
	for (struct bv_str line; table.len; table = bv_str_sub(table, line.len + 1, table.len)) {
		line = bv_str_sub(table, 0, bv_str_find(table, '\n'));
		struct bv_str file = bv_str_sub(line, 0, bv_str_find(line, '\t')), rest = bv_str_sub(line, file.len + 1, line.len);
		struct bv_str core = bv_str_sub(name, 4, name.len - 8); /* bad-….xml */
		if (bv_str_eq(file, name) || bv_str_eq(file, core))
			return bv_str_sub(rest, 0, bv_str_find(rest, '\t'));
	}
	return BV_STR_NONE;
}

/* One table and the folder that it is about. */
struct visiting {
	struct bv_str table;
	bool tests, craft;
	size_t files;
};

static void
check_vector(const struct visiting *v, struct bv_str name, struct bv_str xml, struct seen *seen)
{
	struct folder folder = { .count = 0 };
	struct bv_test_files files = { vector_item, vector_section, &folder };

	if (v->tests)
		bv_test_check("t.xml", xml, name, &files, see, seen);
	else
		bv_item_check("c.xml", xml, see, seen);
	for (size_t i = 0; i < folder.count; i++)
		bv_item_free(folder.items[i]);
	if (!v->craft)
		return;
	struct bv_lint *lint = bv_lint_new(see, seen);
	bv_lint_add(lint, "c.xml", xml);
	bv_lint_end(lint);
	bv_lint_free(lint);
}

static enum bv_status
visit(void *ctx, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = { 0 };
	struct visiting *v = ctx;
	struct bv_str name = bv_str_of(strrchr(path, '/') + 1);
	struct seen seen = { .rule = "" };

	(void)err;
	if (!bv_str_starts(name, BV_STR("bad-")) || !bv_str_ends(name, BV_STR(".xml")))
		return BV_OK;
	v->files++;
	load(&xml, path);
	check_vector(v, name, bv_buf_str(&xml), &seen);
	if (v->craft)
		return BV_OK; /* test_lint.c has what is right of them */
	struct bv_str rule = expected(v->table, name);
	CHECK(rule.len && seen.first[0] && bv_str_is(rule, seen.first), "%s: %s, as listed", path, seen.first);
	return BV_OK;
}

static void
test_vectors(void)
{
	static const struct {
		const char *folder, *table;
		size_t least;
	} sets[] = { { "items", "bad-items.tsv", 40 }, { "tests", "tests/bad-tests.tsv", 50 }, { "lint", NULL, 30 } };
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(sets); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf table = BV_BUF(1);
		char folder[4096];
		struct visiting v = { .tests = i == 1, .craft = i == 2 };
		if (sets[i].table) {
			load(&table, vectors(sets[i].table));
			v.table = bv_buf_str(&table);
		}
		snprintf(folder, sizeof folder, "%s", vectors(sets[i].folder));
		CHECK_OK(bv_dir_walk(folder, visit, &v, &err), &err, sets[i].folder);
		CHECK(v.files >= sets[i].least, "%s: %zu vectors", sets[i].folder, v.files);
	}
}

/* ---- The table ------------------------------------------------------------------------------------------------------- */

/* Rules that are found where other tests look: files that cannot be read (tests/cli/test_item.sh), imports (test_bank_package.c has each of them),
 * all files of a bank together (test_lint.c), images (test_photo.c), and the operator's schemas (test_schema.c). */
static bool
elsewhere(const struct bv_diagnostic_rule *rule)
{
	return strcmp(rule->group, "schema") == 0 || strcmp(rule->group, "bank") == 0 || strcmp(rule->group, "package") == 0 || strcmp(rule->id, "conflict") == 0 ||
	       strcmp(rule->id, "private-metadata") == 0 ||
	       strcmp(rule->id, "unreadable-file") == 0;
}

static void
test_table(void)
{
	size_t count;
	const struct bv_diagnostic_rule *rules = bv_diagnostic_rules(&count);

	CHECK(!bv_diagnostic_rule_find("parse"), "there is no rule for everything");
	for (size_t i = 0; i < count; i++) {
		CHECK(found[i] || elsewhere(&rules[i]), "%s is found in some document", rules[i].id);
		CHECK(rules[i].en[0] && rules[i].vi[0] && strcmp(rules[i].en, rules[i].vi) != 0, "  and said in two languages");
		CHECK(bv_diagnostic_rule_find(rules[i].id) == &rules[i], "  and in the table once");
	}
}

int
main(void)
{
	test_documents();
	test_vectors();
	test_table();
	return check_end();
}
