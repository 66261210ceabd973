/* Every rule of the check (not of --lint) by its id: a document that breaks it, and its twin that does not. doc/lint.md names them all. */
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

static const struct {
	const char *rule, *bad, *good;
	bool error;
} cases[] = {
	{ "parse", ITEM("", "") "x", ITEM("", GOOD), true },
	{ "parse", SCORED(SET("<qti-variable identifier='MISSING'/>")), SCORED(SET(INT("1"))), true },
	{ "parse", SCORED(SET("<qti-sum><qti-base-value base-type='string'>1</qti-base-value></qti-sum>")), SCORED(SET("<qti-sum>" INT("1") "</qti-sum>")), true },
	{ "limits", ITEM("", CHOICE("min-choices='2' max-choices='1'", AB)), ITEM("", CHOICE("min-choices='1' max-choices='1'", AB)), true },
	{ "limits", ITEM("", CHOICE("min-choices='3' max-choices='0'", AB)), ITEM("", CHOICE("min-choices='2' max-choices='0'", AB)), true },
	{ "limits", ITEM("", CHOICE("max-choices='2'", AB)), ITEM("", GOOD), false },
	{ "no-choices", ITEM("", CHOICE("max-choices='1'", "")), ITEM("", GOOD), true },
	{ "undeclared", ITEM("", GOOD "<p><qti-printed-variable identifier='X'/></p>"), ITEM(SCORE, GOOD "<p><qti-printed-variable identifier='SCORE'/></p>"), true },
	{ "undeclared", ITEM("", CHOICE("max-choices='1'", "<qti-simple-choice identifier='A' template-identifier='T'>a</qti-simple-choice>")),
	  ITEM("<qti-template-declaration identifier='T' cardinality='single' base-type='identifier'/>",
	       CHOICE("max-choices='1'", "<qti-simple-choice identifier='A' template-identifier='T'>a</qti-simple-choice>")), true },
	{ "unknown-element", ITEM("", GOOD "<qti-wheel-interaction/>"), ITEM("", GOOD "<div/>"), true },
	{ "not-included", ITEM("", GOOD "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='more.xml'/>"), ITEM("", GOOD "<p>more</p>"), true },
	{ "parse", SCORED("<qti-response-processing-fragment><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='rules.xml'/></qti-response-processing-fragment>"),
	  SCORED("<qti-response-processing-fragment>" SET(INT("1")) "</qti-response-processing-fragment>"), true },
	{ "trial", SCORED(SET("<qti-sum><qti-repeat number-repeats='5000'>" INT("1") "</qti-repeat></qti-sum>")),
	  SCORED(SET("<qti-sum><qti-repeat number-repeats='50'>" INT("1") "</qti-repeat></qti-sum>")), true },
	{ "trial", SCORED(SET("<qti-product><qti-repeat number-repeats='64'>" INT("1000000000") "</qti-repeat></qti-product>")), SCORED(SET(INT("1"))), false },
	{ "oddity", SCORED(SET("<qti-base-value base-type='float'>1</qti-base-value>")), SCORED(SET(INT("1"))), false },
	{ "pattern-anchors", ITEM(TYPED, GOOD "<p><qti-text-entry-interaction response-identifier='TYPED' pattern-mask='^a$'/></p>"),
	  ITEM(TYPED, GOOD "<p><qti-text-entry-interaction response-identifier='TYPED' pattern-mask='\\^a'/></p>"), false },
	{ "unfilled-response", ITEM(TYPED, GOOD), ITEM(TYPED, GOOD "<p><qti-text-entry-interaction response-identifier='TYPED'/></p>"), false },
	{ "no-interaction", ITEM("", "<p>text</p>"), ITEM("", GOOD), false },
};

struct seen {
	const char *rule;
	size_t errors, warnings;
	char all[1000];
};

static void
see(void *ctx, const struct bv_diagnostic *d)
{
	struct seen *seen = ctx;
	size_t len = strlen(seen->all);

	snprintf(seen->all + len, sizeof seen->all - len, "[%s] %s ", d->rule, d->message);
	if (strcmp(d->rule, seen->rule) == 0)
		*(d->severity == BV_SEVERITY_ERROR ? &seen->errors : &seen->warnings) += 1;
}

/* What a person finds under the id is written down. */
static void
documented(const char *rule)
{
	BV_AUTO(bv_buf_finish) struct bv_buf page = BV_BUF(1u << 20);
	const char *source = getenv("BV_SOURCE");
	char path[4096], name[64];
	struct bv_err err;

	snprintf(path, sizeof path, "%s/doc/lint.md", source ? source : ".");
	snprintf(name, sizeof name, "`%s`", rule);
	CHECK_OK(bv_file_read(&page, path, &err), &err, "doc/lint.md");
	CHECK(strstr(page.p ? page.p : "", name), "… has %s", rule);
}

int
main(void)
{
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct seen bad = { .rule = cases[i].rule }, good = bad;
		bv_item_check("c.xml", bv_str_of(cases[i].bad), see, &bad);
		bv_item_check("c.xml", bv_str_of(cases[i].good), see, &good);
		if (!CHECK((cases[i].error ? bad.errors : bad.warnings) > 0, "%s is found", cases[i].rule))
			printf("# %s\n", bad.all);
		if (!CHECK(good.errors == 0 && good.warnings == 0, "… and not in its twin"))
			printf("# %s\n", good.all);
		documented(cases[i].rule);
	}
	return check_end();
}
