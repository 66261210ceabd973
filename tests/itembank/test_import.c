/* Questions of other formats at their edges: options, limits from both sides, and what is told of each thing that cannot be kept. */
#include <math.h>

#include "itembank/convert.h"
#include "itembank/formula.h"
#include "tests/check.h"

#define Q(type, inside) "<quiz><question type=\"" type "\"><name><text>q</text></name>" inside "</question></quiz>"
#define TEXT(text) "<questiontext format=\"html\"><text>" text "</text></questiontext>"
#define ANSWER(fraction, text, inside) "<answer fraction=\"" fraction "\"><text>" text "</text>" inside "</answer>"
#define SET(name) \
	"<dataset_definition><name><text>" name "</text></name><dataset_items><dataset_item><number>1</number><value>4</value></dataset_item>" \
	"</dataset_items></dataset_definition>"
#define SETS(inside) "<dataset_definitions>" inside "</dataset_definitions>"
#define UNITS(more) \
	"<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit><unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit></units>" more
#define MARKDOWN "<questiontext format=\"markdown\"><text>**x** `a&lt;b`</text></questiontext>"
#define WORD(text) "<dragbox><text>" text "</text><group>1</group></dragbox>"

/* A part of the report, NULL for none; items converted; a part of the item. */
static const struct {
	enum bv_convert_format format;
	const char *in, *told;
	size_t items;
	const char *holds;
} cases[] = {
	{ BV_CONVERT_MOODLE, Q("shortanswer", MARKDOWN ANSWER("100", "a", "")), NULL, 1, "<strong>x</strong> <code>a&lt;b</code>" },
	{ BV_CONVERT_MOODLE, Q("multichoice", TEXT("x") ANSWER("100", "a", "")), "two choices or more", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("truefalse", TEXT("x") ANSWER("1000", "true", "") ANSWER("0", "false", "")), "is no percentage", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("shortanswer", TEXT("x") ANSWER("50", "a", "")), "no answer earns 100 %", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("numerical", TEXT("x") ANSWER("50", "1", "")), "no answer earns 100 %", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("numerical", TEXT("x") ANSWER("100", "1", "") ANSWER("50", "*", "") UNITS("")), "a unit could be typed behind the number", 1, NULL },
	{ BV_CONVERT_MOODLE, Q("numerical", TEXT("x") ANSWER("100", "1", "<feedback><text>f</text></feedback>") UNITS("<showunits>1</showunits><unitsleft>1</unitsleft>")),
	  "feedback to one answer of a number with units", 1, "cm" },
	{ BV_CONVERT_MOODLE, Q("numerical", TEXT("x") ANSWER("100", "1", "<tolerance>0.1</tolerance>") UNITS("<showunits>2</showunits><unitsleft>1</unitsleft>")),
	  "the unit stood before the number", 1, "inline-choice" },
	{ BV_CONVERT_MOODLE, Q("numerical", TEXT("x") ANSWER("100", "1", "") UNITS("<showunits>0</showunits><unitgradingtype>1</unitgradingtype><unitpenalty>0.1</unitpenalty>")),
	  "it is now chosen from a list", 1, NULL },
	{ BV_CONVERT_MOODLE, Q("numerical", TEXT("x") ANSWER("100", "1", "") UNITS("<unitgradingtype>2</unitgradingtype><unitpenalty>2</unitpenalty>")), "unitpenalty is a share", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("numerical", TEXT("x") ANSWER("100", "1", "") UNITS("<showunits>3</showunits>")), NULL, 1, NULL },
	{ BV_CONVERT_MOODLE, Q("numerical", TEXT("x") ANSWER("100", "x", "") UNITS("<showunits>1</showunits>")), "is no number", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("numerical", TEXT("x") ANSWER("100", "1", "") "<units><unit><multiplier>0</multiplier><unit_name>m</unit_name></unit></units>"), "multiplier over 0", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("ordering", TEXT("x") ANSWER("1", "a", "")), "ordering needs two things", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("ordering", TEXT("x") ANSWER("1", "a", "") ANSWER("1", "b", "") "<gradingtype>ALL_OR_NOTHING</gradingtype><selecttype>RANDOM</selecttype>"),
	  "only some of the things were shown", 1, "order-interaction" },
	{ BV_CONVERT_MOODLE, Q("ordering", TEXT("x") ANSWER("1", "a", "") ANSWER("1", "b", "") "<gradingtype>ABSOLUTE_POSITION</gradingtype><layouttype>HORIZONTAL</layouttype>"),
	  NULL, 1, "horizontal" },
	{ BV_CONVERT_MOODLE, Q("ordering", TEXT("x") ANSWER("1", "a", "") ANSWER("1", "&lt;p&gt;&lt;/p&gt;", "")), "a thing to order has nothing left", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("ddwtos", TEXT("no place [[x]] [[1] [1]] [[") WORD("a")), "the text has no place like [[1]]", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("ddwtos", TEXT("[[1]] [[0]]") WORD("a")), "[[0]] is no word", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("ddwtos", TEXT("[[1]]") WORD("&lt;p&gt;&lt;/p&gt;")), "a word has nothing left", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("gapselect", TEXT("a [[1]] b") "<selectoption><text>a</text><group>1000</group></selectoption><selectoption><text>b</text></selectoption>"), NULL, 1, NULL },
	{ BV_CONVERT_MOODLE, Q("cloze", TEXT("{1:SHORTANSWER:=a} {0:NM:=1}")), "a blank of weight 0", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("cloze", TEXT("{1:NM:=1:0.1~%50%*} {:MC:=a~b} {2:SA:=a&amp;amp;b\\}c}")), NULL, 1, NULL },
	{ BV_CONVERT_MOODLE, Q("cloze", TEXT("{1:NM:=x}")), "is no number or number:tolerance", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("cloze", TEXT("{1:MR:=a~=b~c}")), "each of 2 choices of a blank earns its whole mark", 1, NULL },
	{ BV_CONVERT_MOODLE, Q("cloze", TEXT("{1:MC:=&lt;p&gt;&lt;/p&gt;~b}")), "nothing left in it", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("cloze", TEXT("{1:MC:%200%a~b}")), "%", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("cloze", TEXT("{1:MC:%x%a~b}")), "%", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("cloze", TEXT("{12345:MC:=a} {1MC} {1:NOTHING:=a} {x {1: {1:MC:=a~b")), "the text has no blank", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("calculated", TEXT("x") ANSWER("100", "{a}", "") ANSWER("50", "*", "") SETS(SET("a"))), NULL, 1, NULL },
	{ BV_CONVERT_MOODLE, Q("calculated", TEXT("x") ANSWER("100", "{a}", "<tolerancetype>3</tolerancetype>") SETS(SET("a"))), "a geometric tolerance cannot be kept", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("calculated", TEXT("x") ANSWER("100", "{a}", "") SETS(SET("a")) UNITS("")), "a unit could be given with the number", 1, NULL },
	{ BV_CONVERT_MOODLE, Q("calculated", TEXT("x") ANSWER("100", "{a}", "") SETS(SET("a")) UNITS("<unitgradingtype>1</unitgradingtype>")), "units that are marked", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("calculatedmulti", TEXT("x") "<single>false</single>" ANSWER("100", "{={a}}", "<correctanswerlength>1</correctanswerlength><feedback><text>f {a}</text></feedback>")
	  ANSWER("0", "{a}", "") SETS(SET("a"))), NULL, 1, NULL },
	{ BV_CONVERT_MOODLE, Q("calculatedmulti", TEXT("x") "<single>true</single>" ANSWER("100", "{={a}}", "<correctanswerformat>2</correctanswerformat><correctanswerlength>1</correctanswerlength>")
	  ANSWER("0", "b", "") SETS(SET("a"))), "significant figures", 0, NULL },
	{ BV_CONVERT_MOODLE, Q("calculatedmulti", TEXT("x") "<single>true</single>" ANSWER("100", "a", "<correctanswerlength>16</correctanswerlength>") ANSWER("0", "b", "<correctanswerlength>-1</correctanswerlength>")
	  SETS(SET("a"))), NULL, 1, NULL },
	{ BV_CONVERT_MOODLE, Q("calculatedmulti", TEXT("x") "<single>true</single>" ANSWER("100", "&lt;p&gt;&lt;/p&gt;", "") ANSWER("0", "b", "") SETS(SET("a"))), "a choice has nothing left", 0, NULL },
};

struct run {
	struct bv_buf xml, report;
	size_t bad;
};

static enum bv_status
take(void *ctx, const struct bv_converted *item, struct bv_err *err)
{
	struct run *run = ctx;

	(void)err;
	run->bad += bv_item_check("converted", item->xml, NULL, NULL) > 0;
	bv_buf_add(&run->xml, item->xml);
	return BV_OK;
}

static void
tell(void *ctx, const struct bv_loss *loss)
{
	bv_buf_printf(&((struct run *)ctx)->report, "%s\n", loss->message);
}

static bool
holds(struct bv_buf *buf, const char *part)
{
	bv_buf_addc(buf, '\0');
	return strstr(buf->p, part) != NULL;
}

static void
test_cases(void)
{
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct run run = { BV_BUF(1u << 20), BV_BUF(1u << 20), 0 };
		struct bv_convert_opts opts = { .language = BV_STR("vi"), .item = take, .loss = tell, .ctx = &run };
		struct bv_convert_counts counts;
		struct bv_err err = { 0 };
		enum bv_status status = bv_convert(cases[i].format, bv_str_of(cases[i].in), &opts, &counts, &err);
		bool told = cases[i].told ? run.report.len && holds(&run.report, cases[i].told) : run.report.len == 0;
		CHECK(status == BV_OK && told && counts.items == cases[i].items && run.bad == 0, "%zu items, told %s: %s", cases[i].items,
		      cases[i].told ? cases[i].told : "nothing", run.report.p ? run.report.p : err.msg);
		if (cases[i].holds)
			CHECK(holds(&run.xml, cases[i].holds), "  and holds %s", cases[i].holds);
		bv_buf_finish(&run.xml);
		bv_buf_finish(&run.report);
	}
}

/* count things between what is before and after them: one more than the limit is refused with the message. */
static const struct {
	enum bv_convert_format format;
	const char *before, *one, *after;
	size_t most;
	const char *message;
} limits[] = {
	{ BV_CONVERT_MOODLE, "<quiz><question type=\"multichoice\">" TEXT("x") ANSWER("100", "right", ""), ANSWER("0", "$", ""), "</question></quiz>", 99, "more than 100 answers" },
	{ BV_CONVERT_MOODLE, "<quiz><question type=\"shortanswer\">" TEXT("x"), ANSWER("100", "$", ""), "</question></quiz>", 100, "more than 100 answers" },
	{ BV_CONVERT_MOODLE, "<quiz><question type=\"ordering\">" TEXT("x"), ANSWER("100", "$", ""), "</question></quiz>", 100, "more than 100 answers" },
	{ BV_CONVERT_MOODLE, "<quiz><question type=\"ddwtos\">" TEXT("[[1]]"), WORD("$"), "</question></quiz>", 100, "more than 100 answers" },
	{ BV_CONVERT_MOODLE, "<quiz><question type=\"gapselect\"><questiontext><text>", "[[1]]",
	  "</text></questiontext><selectoption><text>a</text></selectoption><selectoption><text>b</text></selectoption></question></quiz>", 64, "more than 64 places" },
	{ BV_CONVERT_MOODLE, "<quiz><question type=\"cloze\"><questiontext><text>", "{1:SA:=$}", "</text></questiontext></question></quiz>", 64, "more than 64 blanks" },
	{ BV_CONVERT_MOODLE, "<quiz><question type=\"cloze\"><questiontext><text>{1:MC:=right", "~$", "}</text></questiontext></question></quiz>", 99, "a blank has more than 100 answers" },
	{ BV_CONVERT_MOODLE, "<quiz><question type=\"calculated\">" TEXT("x") SETS(SET("a")), ANSWER("100", "{a}+$", ""), "</question></quiz>", 100, "more than 100 answers" },
	{ BV_CONVERT_MOODLE, "<quiz><question type=\"calculated\">" ANSWER("100", "{a}", "") SETS(SET("a")) "<questiontext><text>", "{a} ", "</text></questiontext></question></quiz>", 128,
	  "more than 128 values in the texts" },
};

static enum bv_status
convert_many(size_t idx, size_t count, struct run *run)
{
	BV_AUTO(bv_buf_finish) struct bv_buf in = BV_BUF(32u << 20);
	struct bv_convert_opts opts = { .language = BV_STR("vi"), .item = take, .loss = tell, .ctx = run };
	struct bv_convert_counts counts;
	struct bv_err err = { 0 };

	bv_buf_addz(&in, limits[idx].before);
	for (size_t i = 0; i < count; i++)
		for (const char *p = limits[idx].one; *p; p++)
			if (*p == '$')
				bv_buf_printf(&in, "%zu", i);
			else
				bv_buf_addc(&in, *p);
	bv_buf_addz(&in, limits[idx].after);
	return bv_convert(limits[idx].format, bv_buf_str(&in), &opts, &counts, &err);
}

static void
test_limits(void)
{
	for (size_t i = 0; i < BV_COUNT(limits); i++)
		for (size_t more = 0; more < 2; more++) {
			struct run run = { BV_BUF(4u << 20), BV_BUF(1u << 20), 0 };
			enum bv_status status = convert_many(i, limits[i].most + more, &run);
			bool good = more ? holds(&run.report, limits[i].message) && !run.xml.len : run.xml.len > 0;
			CHECK(status == BV_OK && good && !run.bad, "%zu: %s%.*s", limits[i].most + more, more ? "" : "there may be as many", (int)run.report.len,
			      run.report.p ? run.report.p : "");
			bv_buf_finish(&run.xml);
			bv_buf_finish(&run.report);
		}
}

static enum bv_status
stop(void *ctx, const struct bv_converted *item, struct bv_err *err)
{
	(void)ctx;
	(void)item;
	return bv_err_set(err, BV_EIO, "the disk is full");
}

static void
test_run(void)
{
	static const char two[] = "a? {T}\n\nb? {F}\n";
	static const uint32_t falling[] = { 100, 50 }, much[] = { 1000001 };
	static const char prefix[] = "a12345678901234567890123456789012345678901234567890123456789";
	const struct {
		struct bv_convert_opts opts;
		const char *message;
	} bad[] = {
		{ { .prefix = BV_STR("1a") }, "the prefix begins with a letter" }, { { .prefix = BV_STR("a b") }, "the prefix begins with a letter" },
		{ { .prefix = BV_STR("-a") }, "the prefix begins with a letter" }, { { .prefix = BV_STR("a123456789012345678901234567890123456789012345678901234567890") }, "more than 60" },
		{ { .language = BV_STR("vi_VN") }, "the language is a tag" }, { { .steps = falling, .step_count = 2 }, "the steps are marks" },
		{ { .steps = much, .step_count = 1 }, "the steps are marks" }, { { .item = stop }, "the disk is full" },
	};
	struct bv_convert_opts good = { .prefix = { prefix, 60 }, .language = BV_STR("en-GB") };
	struct bv_convert_counts counts;
	struct bv_err err = { 0 };

	CHECK_OK(bv_convert(BV_CONVERT_GIFT, bv_str_of(two), &good, &counts, &err), &err, "the longest prefix, and nobody who takes the items");
	CHECK(counts.questions == 2 && counts.items == 2, "two items");
	for (size_t i = 0; i < BV_COUNT(bad); i++) {
		enum bv_status status = bv_convert(BV_CONVERT_GIFT, bv_str_of(two), &bad[i].opts, &counts, &err);
		CHECK(status == (bad[i].opts.item ? BV_EIO : BV_EINVAL) && strstr(err.msg, bad[i].message), "%s", err.msg);
	}
	enum bv_status status = bv_convert(BV_CONVERT_MOODLE, BV_STR("<quiz><question type=\"essay\"/><question type=\"essay\"/></quiz>"), &(struct bv_convert_opts){ .item = stop }, &counts, &err);
	CHECK(status == BV_EIO && counts.questions == 1, "Moodle: stopped after the first question");
}

static void
test_sizes(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf in = BV_BUF(64u << 20);
	struct bv_convert_opts opts = { 0 };
	struct bv_convert_counts counts;
	struct bv_err err = { 0 };

	for (int i = 0; i < BV_CONVERT_QUESTIONS_MAX; i++)
		bv_buf_addz(&in, "a{}\n\n");
	CHECK_OK(bv_convert(BV_CONVERT_GIFT, bv_buf_str(&in), &opts, &counts, &err), &err, "the most questions");
	CHECK(counts.questions == BV_CONVERT_QUESTIONS_MAX, "%llu of them", (unsigned long long)counts.questions);
	bv_buf_addz(&in, "a{}\n");
	CHECK_REFUSED(bv_convert(BV_CONVERT_GIFT, bv_buf_str(&in), &opts, &counts, &err), BV_ELIMIT, &err, "split it", "one question more");
	while (in.len <= BV_CONVERT_MAX)
		bv_buf_addz(&in, "// ................................................................................................................................\n");
	CHECK_REFUSED(bv_convert(BV_CONVERT_GIFT, bv_buf_str(&in), &opts, &counts, &err), BV_ELIMIT, &err, "larger than", "a file that is too large");
}

/* ---- Formulas and bounds ---------------------------------------------------------------------------------------------- */

static bool
value_of(void *ctx, struct bv_str name, struct bv_buf *out)
{
	(void)ctx;
	if (!bv_str_is(name, "a"))
		return false;
	bv_buf_addz(out, "A");
	return true;
}

static void
test_formulas(void)
{
	static const struct {
		const char *in, *out;
	} cases_[] = {
		{ "{a}", "A" }, { " ( { a } ) ", "A" }, { "pi()", "<qti-math-constant name=\"pi\"/>" }, { "+{a}", "A" },
		{ "1e3", "<qti-base-value base-type=\"float\">1000</qti-base-value>" }, { "1.5E-1", "<qti-base-value base-type=\"float\">0.15</qti-base-value>" },
		{ "round({a})", "<qti-round-to rounding-mode=\"decimalPlaces\" figures=\"0\">A</qti-round-to>" }, { "round({a}, 2)", "<qti-round-to rounding-mode=\"decimalPlaces\" figures=\"2\">A</qti-round-to>" },
		{ "max({a},{a},{a})", "<qti-max>AAA</qti-max>" }, { "{a}-{a}-{a}", "<qti-subtract><qti-subtract>AA</qti-subtract>A</qti-subtract>" },
		{ "{a}+{a}*{a}/{a}", "<qti-sum>A<qti-divide><qti-product>AA</qti-product>A</qti-divide></qti-sum>" }, { ".5", "<qti-base-value base-type=\"float\">0.5</qti-base-value>" },
		{ "", NULL }, { "{a", NULL }, { "{b}", NULL }, { "({a}", NULL }, { "{a}{a}", NULL }, { "pi", NULL }, { "pi(1)", NULL }, { "sin", NULL }, { "sin()", NULL }, { "sin({a}", NULL },
		{ "sin({a},{a})", NULL }, { "atan2({a})", NULL }, { "round({a},x)", NULL }, { "round({a},", NULL }, { "round({a},12)", NULL }, { "1.2.3", NULL }, { "1e", NULL }, { "1e+", NULL },
		{ "nothing(1)", NULL }, { "{a}**{a}", NULL }, { "{a}*", NULL }, { "{a}+", NULL }, { "1ex", NULL }, { "-", NULL }, { "max({a})", NULL },
	};

	for (size_t i = 0; i < BV_COUNT(cases_); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(10000);
		struct bv_err err = { 0 };
		enum bv_status status = bv_formula_write(&out, bv_str_of(cases_[i].in), value_of, NULL, &err);
		CHECK(cases_[i].out ? status == BV_OK && bv_str_is(bv_buf_str(&out), cases_[i].out) : status == BV_EPARSE && err.msg[0], "%s: %.*s %s", cases_[i].in,
		      BV_STR_ARG(bv_buf_str(&out)), status ? err.msg : "");
	}
}

/* Depth and length, from both sides. */
static void
test_formula_limits(void)
{
	static const struct {
		const char *open, *close;
		int most;
	} nests[] = { { "(", ")", 19 }, { "-", "", 38 } };

	for (size_t i = 0; i < BV_COUNT(nests); i++)
		for (int more = 0; more < 2; more++) {
			BV_AUTO(bv_buf_finish) struct bv_buf in = BV_BUF(10000), out = BV_BUF(1u << 20);
			struct bv_err err = { 0 };
			for (int k = 0; k < nests[i].most + more; k++)
				bv_buf_addz(&in, nests[i].open);
			bv_buf_addz(&in, "1");
			for (int k = 0; k < nests[i].most + more; k++)
				bv_buf_addz(&in, nests[i].close);
			enum bv_status status = bv_formula_write(&out, bv_buf_str(&in), value_of, NULL, &err);
			CHECK(status == (more ? BV_EPARSE : BV_OK), "%d times %s: %s", nests[i].most + more, nests[i].open, err.msg);
		}
	for (size_t len = BV_FORMULA_MAX; len <= BV_FORMULA_MAX + 1; len++) {
		BV_AUTO(bv_buf_finish) struct bv_buf in = BV_BUF(10000), out = BV_BUF(1u << 20);
		struct bv_err err = { 0 };
		while (in.len < len)
			bv_buf_addc(&in, '1');
		CHECK(bv_formula_write(&out, bv_buf_str(&in), value_of, NULL, &err) == (len > BV_FORMULA_MAX ? BV_ELIMIT : BV_EPARSE), "%zu characters: %s", len, err.msg);
	}
}

static void
test_bounds(void)
{
	static const struct {
		const char *value, *tolerance, *low, *high;
	} cases_[] = {
		{ "0.3", "0.1", "0.2", "0.4" }, { "1", "", "1", "1" }, { "-1.5", "-0.5", "-2", "-1" }, { "1e3", "1", "999", "1001" }, { "1", "1e-10", "0.9999999999", "1.0000000001" },
		{ "9999999999", "1", "9999999998", "10000000000" }, { "1", "9999999999", "-9999999998", "10000000000" }, { "x", "1", NULL, NULL }, { "1", "x", NULL, NULL }, { "INF", "1", NULL, NULL },
		{ "1", "NaN", NULL, NULL }, { "1e308", "1e308", NULL, NULL }, { "", "1", NULL, NULL }, { "-1e308", "1e308", NULL, NULL },
	};

	for (size_t i = 0; i < BV_COUNT(cases_); i++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		struct bv_str low = BV_STR_NONE, high = BV_STR_NONE;
		char want[2][200] = { "", "" };
		bool good = bv_bounds_write(&low, &high, bv_str_of(cases_[i].value), bv_str_of(cases_[i].tolerance), &arena);
		for (int k = 0; k < 2 && cases_[i].low; k++)
			snprintf(want[k], sizeof want[k], "<qti-base-value base-type=\"float\">%s</qti-base-value>", k ? cases_[i].high : cases_[i].low);
		CHECK(good == (cases_[i].low != NULL) && (!good || (bv_str_is(low, want[0]) && bv_str_is(high, want[1]))), "%s ± %s: %.*s %.*s", cases_[i].value,
		      cases_[i].tolerance, BV_STR_ARG(low), BV_STR_ARG(high));
	}
}

/* Letters of either case, as Unicode's simple case mappings have them (UnicodeData.txt). */
static void
test_wildcards(void)
{
	static const struct {
		const char *answer, *pattern, *key;
		bool sensitive;
	} cases_[] = {
		{ "a*b", "\\s*[aA].*[bB]\\s*", "ab", false }, { "a*b", "\\s*a.*b\\s*", "ab", true }, { "\\*", "\\s*\\*\\s*", "*", false }, { "\\x", "\\s*\\\\[xX]\\s*", "\\x", false },
		{ "1.5", "\\s*1\\.5\\s*", "1.5", false }, { "É×÷ß", "\\s*[Éé]×÷ß\\s*", "É×÷ß", false }, { "ĐđƯơỹẖ", "\\s*[Đđ][đĐ][Ưư][ơƠ][ỹỸ]ẖ\\s*", "ĐđƯơỹẖ", false },
		{ "Ωως", "\\s*[Ωω][ωΩ]ς\\s*", "Ωως", false }, { "Яя", "\\s*[Яя][яЯ]\\s*", "Яя", false }, { "Ĺľŷı", "\\s*[Ĺĺ][ľĽ][ŷŶ]ı\\s*", "Ĺľŷı", false }, { "日😀", "\\s*日😀\\s*", "日😀", false },
		{ "àÀ", "\\s*[àÀ][Àà]\\s*", "àÀ", false }, { "ưƠ", "\\s*[ưƯ][Ơơ]\\s*", "ưƠ", false }, { "Α", "\\s*[Αα]\\s*", "Α", false }, { "α", "\\s*[αΑ]\\s*", "α", false },
	};

	for (size_t i = 0; i < BV_COUNT(cases_); i++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		struct bv_str key, pattern = bv_wildcard_pattern(&key, bv_str_of(cases_[i].answer), cases_[i].sensitive, &arena);
		CHECK_STR(pattern, bv_str_of(cases_[i].pattern), cases_[i].answer);
		CHECK_STR(key, bv_str_of(cases_[i].key), "  its key");
	}
}

int
main(void)
{
	test_cases();
	test_limits();
	test_run();
	test_sizes();
	test_formulas();
	test_formula_limits();
	test_bounds();
	test_wildcards();
	return check_end();
}
