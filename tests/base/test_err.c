#include "base/text.h"
#include "tests/check.h"

/* Quotes are cut at a byte, and files hold anything: a message is fit for JSON and a terminal all the same. */
static void
fit(void)
{
	static const struct {
		const char *quoted, *shown;
	} cases[] = {
		{ "Trần Thị Mẫu", "'Trần Thị Mẫu'" },
		{ "Tr\xe1\xba", "'Tr?" "?'" },         /* cut inside a character */
		{ "\x1b[2Jno\n", "'?[2Jno?'" },
		{ "\xc2\x9b" "31m \x7f", "'??31m ?'" }, /* CSI as one C1 character; DEL */
		{ "\xff\xc0\x80\xed\xa0\x80", "'?????" "?'" },
	};
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		CHECK(bv_err_at(&err, BV_EPARSE, 7, "'%s'", cases[i].quoted) == BV_EPARSE && err.status == BV_EPARSE && err.line == 7, "case %zu", i);
		CHECK_STR(bv_str_of(err.msg), bv_str_of(cases[i].shown), "  is fit to be shown");
	}
}

/* However a message is cut, it ends with a whole character. */
static void
cut(void)
{
	char text[400];
	struct bv_err err;
	bool good = true;

	for (size_t from = 0; from < 3; from++) {
		memset(text, 'x', from);
		for (size_t i = from; i + 3 < sizeof text; i += 3)
			memcpy(text + i, "ế", 4);
		bv_err_set(&err, BV_EINVAL, "%s", text);
		good = good && strlen(err.msg) < sizeof err.msg && bv_text_valid(bv_str_of(err.msg)) && !strchr(err.msg, '?') &&
		       bv_str_ends(bv_str_of(err.msg), BV_STR("…"));
	}
	CHECK(good, "a long message is cut between characters");
	bv_err_set(&err, BV_EINVAL, "first");
	bv_err_set(&err, err.status, "second: %s", err.msg);
	CHECK_STR(bv_str_of(err.msg), BV_STR("second: first"), "a message may quote itself");
}

/* The rule stays through what is added to a message, and no longer. */
static void
rule(void)
{
	struct bv_err err;

	CHECK(bv_err_rule(&err, "undeclared-variable", 3, "'%s'", "X") == BV_EPARSE && err.status == BV_EPARSE && err.line == 3, "a rule is broken");
	CHECK_STR(bv_str_of(err.rule), BV_STR("undeclared-variable"), "  this one");
	CHECK(bv_err_again(&err, 9, "set: %s", err.msg) == BV_EPARSE && err.line == 9, "told again at another line");
	CHECK_STR(bv_str_of(err.msg), BV_STR("set: 'X'"), "  with more words");
	CHECK_STR(bv_str_of(err.rule), BV_STR("undeclared-variable"), "  it is the same rule");
	bv_err_set(&err, BV_EIO, "the disk");
	CHECK(!err.rule, "another error has none");
	CHECK(bv_err_mark(&err, "bad-archive") == BV_EIO && !err.rule, "nor is it given one");
	bv_err_set(&err, BV_EDENIED, "a link");
	CHECK(bv_err_mark(&err, "bad-archive") == BV_EDENIED && strcmp(err.rule, "bad-archive") == 0, "a fault of the input is");
	bv_err_mark(&err, "bad-manifest");
	CHECK_STR(bv_str_of(err.rule), BV_STR("bad-archive"), "  once");
	bv_err_rule(&err, "doctype", 1, "x");
	bv_err_at(&err, BV_ELIMIT, 1, "y");
	CHECK(!err.rule, "nor has one at a line");
}

/* In the order in which they count, each against each. */
static void
exits(void)
{
	static const int order[] = { 0, 2, 3, 1 };
	bool good = true;

	for (size_t a = 0; a < BV_COUNT(order); a++)
		for (size_t b = 0; b < BV_COUNT(order); b++)
			good = good && bv_exit_worse(order[a], order[b]) == order[a > b ? a : b];
	CHECK(good, "of two exit statuses the worse counts");
}

int
main(void)
{
	exits();
	rule();
	fit();
	cut();
	return check_end();
}
