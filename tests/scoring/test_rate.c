#define _GNU_SOURCE
/* Whole ratings: every edge of Joint Circular 17/2016's pass rule, carry-over, coverage, bands, and what is refused. */
#include <math.h>

#include "base/json.h"
#include "scoring/scoring.h"
#include "tests/check.h"
#include "tests/scoring/load.h"

struct bench {
	struct bv_standard *standard;
	struct bv_rules *rules;
	struct bv_arena arena;
};

/* The standard and the pack, with one thing in the pack changed (from may be NULL). */
static struct bench
bench_of(const char *standard, const char *rules, const char *from, const char *to)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = load(standard), pack = load(rules);
	BV_AUTO(bv_buf_finish) struct bv_buf other = from ? changed(bv_buf_str(&pack), from, to) : BV_BUF(1);
	struct bench bench = { 0 };
	struct bv_err err;

	if (bv_standard_parse(&bench.standard, bv_buf_str(&xml), &err) ||
	    bv_rules_parse(&bench.rules, from ? bv_buf_str(&other) : bv_buf_str(&pack), &err)) {
		printf("Bail out! %s\n", err.msg);
		exit(2);
	}
	return bench;
}

static void
bench_finish(struct bench *bench)
{
	bv_standard_free(bench->standard);
	bv_rules_free(bench->rules);
	bv_arena_finish(&bench->arena);
}
BV_AUTO_DEFINE_FINISH(struct bench, bench_finish)

static bv_day
day(const char *text)
{
	struct bv_err err;
	bv_day out = 0;

	if (bv_day_parse(&out, bv_str_of(text), &err) != BV_OK)
		exit(2);
	return out;
}

static struct bv_item_result
item(const char *id, const char *part, const char *path, int64_t marks, double score, double max)
{
	return (struct bv_item_result){ .identifier = bv_str_of(id), .part = bv_str_of(part), .path = bv_str_of(path), .marks = marks,
		.score = score, .max_score = max, .scored = true };
}

static const struct bv_reason *
reason(const struct bv_rating *rating, const char *code)
{
	for (size_t i = 0; i < rating->reason_count; i++)
		if (strcmp(rating->reasons[i].code, code) == 0)
			return &rating->reasons[i];
	return NULL;
}

#define TT03 "standards/vn-tt03-2014.xml"
#define P17 "rules/vn-17-2016.xml"
#define NO_COVER "coverage=\"yes\"", "coverage=\"no\""

/* One item a part or sub-part; `marks` of it are worth `max` hundredths, the mark is `got`. */
static void
check_edges(void)
{
	static const struct {
		const char *what;
		int64_t theory_got, theory_max;
		int64_t sub_got[3], sub_max[3];
		enum bv_rating_decision decision;
		int32_t theory_percent, practice_percent;
		const char *code;
	} cases[] = {
		{ "everything right", 2000, 2000, { 1000, 1000, 1000 }, { 1000, 1000, 1000 }, BV_RATING_PASSED, 10000, 10000, "level-awarded" },
		{ "exactly 50 % of both", 1000, 2000, { 500, 500, 500 }, { 1000, 1000, 1000 }, BV_RATING_PASSED, 5000, 5000, "level-awarded" },
		{ "one hundredth below 50 % of theory", 999, 2000, { 500, 500, 500 }, { 1000, 1000, 1000 }, BV_RATING_FAILED, 4995, 5000, "part-failed" },
		{ "49.995 %: printed 50.00, failed", 99990, 200000, { 500, 500, 500 }, { 1000, 1000, 1000 }, BV_RATING_FAILED, 5000, 5000, "part-failed" },
		{ "50 % of an odd maximum, from below", 1000, 2001, { 500, 500, 500 }, { 1000, 1000, 1000 }, BV_RATING_FAILED, 4998, 5000, "part-failed" },
		{ "50 % of an odd maximum, from above", 1001, 2001, { 500, 500, 500 }, { 1000, 1000, 1000 }, BV_RATING_PASSED, 5002, 5000, "level-awarded" },
		{ "a sub-part at exactly 40 %", 1000, 2000, { 400, 550, 550 }, { 1000, 1000, 1000 }, BV_RATING_PASSED, 5000, 5000, "level-awarded" },
		{ "a sub-part one hundredth below 40 %", 1000, 2000, { 399, 1000, 1000 }, { 1000, 1000, 1000 }, BV_RATING_FAILED, 5000, 7997, "sub-part-failed" },
		{ "a sub-part with 0 and the rest full", 1000, 2000, { 0, 1000, 1000 }, { 1000, 1000, 1000 }, BV_RATING_FAILED, 5000, 6667, "sub-part-failed" },
		{ "mean of the sub-parts below 50 %", 1000, 2000, { 499, 500, 500 }, { 1000, 1000, 1000 }, BV_RATING_FAILED, 5000, 4997, "part-failed" },
		{ "the mean counts each sub-part alike: 50 % of it, less of the sum", 1000, 2000, { 70, 40, 400 }, { 100, 100, 1000 }, BV_RATING_PASSED, 5000, 5000, "level-awarded" },
		{ "more than 50 % of the sum, less of the mean", 1000, 2000, { 40, 40, 690 }, { 100, 100, 1000 }, BV_RATING_FAILED, 5000, 4967, "part-failed" },
		{ "thirds that make a half exactly", 1000, 2000, { 200, 100, 225 }, { 300, 200, 675 }, BV_RATING_FAILED, 5000, 5000, "sub-part-failed" },
		{ "thirds, none below 40 %", 1000, 2000, { 200, 200, 130 }, { 300, 500, 300 }, BV_RATING_PASSED, 5000, 5000, "level-awarded" },
		{ "the same, one hundredth less", 1000, 2000, { 200, 200, 129 }, { 300, 500, 300 }, BV_RATING_FAILED, 5000, 4989, "part-failed" },
		{ "nothing right", 0, 2000, { 0, 0, 0 }, { 1000, 1000, 1000 }, BV_RATING_FAILED, 0, 0, "part-failed" },
	};
	BV_AUTO(bench_finish) struct bench b = bench_of(TT03, P17, NO_COVER);
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		const struct bv_item_result results[] = {
			item("t", "ly-thuyet", "IU01.2", cases[i].theory_max, (double)cases[i].theory_got, (double)cases[i].theory_max),
			item("a", "van-dung", "IU02.1", cases[i].sub_max[0], (double)cases[i].sub_got[0], (double)cases[i].sub_max[0]),
			item("b", "van-dung", "IU03.1", cases[i].sub_max[1], (double)cases[i].sub_got[1], (double)cases[i].sub_max[1]),
			item("c", "van-dung", "IU04.1", cases[i].sub_max[2], (double)cases[i].sub_got[2], (double)cases[i].sub_max[2]),
		};
		struct bv_rating r = { 0 };
		CHECK_OK(bv_rate(&r, b.standard, b.rules, results, BV_COUNT(results), NULL, 0, day("2026-11-21"), &b.arena, &err), &err, cases[i].what);
		CHECK(r.decision == cases[i].decision, "… is %s", bv_rating_decision_name(r.decision));
		CHECK(r.part_count == 2 && r.parts[0].percent == cases[i].theory_percent && r.parts[1].percent == cases[i].practice_percent,
		      "… printed %d and %d", r.parts[0].percent, r.parts[1].percent);
		CHECK(reason(&r, cases[i].code), "… with the reason %s", cases[i].code);
		CHECK((r.decision == BV_RATING_PASSED) == (r.level && bv_str_is(r.level->code, "basic")), "… and level basic only when passed");
		size_t against = 0;
		for (size_t j = 0; j < r.reason_count; j++)
			against += r.reasons[j].against;
		CHECK((against == 0) == (r.decision == BV_RATING_PASSED), "… and a reason against it only when not passed");
	}
}

static void
check_texts(void)
{
	BV_AUTO(bench_finish) struct bench b = bench_of(TT03, P17, NO_COVER);
	const struct bv_item_result results[] = {
		item("t", "ly-thuyet", "IU01.2", 200000, 99990, 200000), item("a", "van-dung", "IU02", 1250, 39, 100),
		item("b", "van-dung", "IU03", 1250, 3, 4),
	};
	struct bv_rating r = { 0 };
	struct bv_err err;

	CHECK_OK(bv_rate(&r, b.standard, b.rules, results, 3, NULL, 0, day("2026-11-21"), &b.arena, &err), &err, "texts");
	const struct bv_reason *part = reason(&r, "part-failed"), *sub = reason(&r, "sub-part-failed");
	CHECK_STR(part->text.vi, BV_STR("Phần Lý thuyết (trắc nghiệm): 999,90/2000,00 điểm (≈ 50,00%), dưới mức tối thiểu 50,00%."), "Vietnamese");
	CHECK_STR(part->text.en, BV_STR("Part Theory (multiple choice): 999.90/2000.00 marks (≈ 50.00 %), below the minimum of 50.00 %."), "English");
	CHECK_STR(sub->text.en, BV_STR("Part Practice (application), sub-part IU02 (Basic computer use): 4.88/12.50 marks (39.04 %), below the minimum "
	                               "of 40.00 % for each sub-part."), "4.875 marks are 4.88");
}

static void
check_carry(void)
{
	static const struct {
		const char *what, *sat, *exam;
		int64_t marks, max;
		enum bv_rating_decision decision;
		const char *code;
	} cases[] = {
		{ "a month ago", "2026-10-21", "2026-11-21", 1000, 2000, BV_RATING_PASSED, "part-carried" },
		{ "the same day", "2026-11-21", "2026-11-21", 1000, 2000, BV_RATING_PASSED, "part-carried" },
		{ "12 months to the day", "2025-11-21", "2026-11-21", 1000, 2000, BV_RATING_PASSED, "part-carried" },
		{ "a day more than 12 months", "2025-11-20", "2026-11-21", 1000, 2000, BV_RATING_INCOMPLETE, "carry-expired" },
		{ "29 February, until 28 February", "2024-02-29", "2025-02-28", 1000, 2000, BV_RATING_PASSED, "part-carried" },
		{ "29 February, not on 1 March", "2024-02-29", "2025-03-01", 1000, 2000, BV_RATING_INCOMPLETE, "carry-expired" },
		{ "28 February before a leap year, until 28 February", "2023-02-28", "2024-02-28", 1000, 2000, BV_RATING_PASSED, "part-carried" },
		{ "28 February before a leap year, not on the 29th", "2023-02-28", "2024-02-29", 1000, 2000, BV_RATING_INCOMPLETE, "carry-expired" },
		{ "31 December to 31 December", "2025-12-31", "2026-12-31", 1000, 2000, BV_RATING_PASSED, "part-carried" },
		{ "31 December, not on 1 January", "2025-12-31", "2027-01-01", 1000, 2000, BV_RATING_INCOMPLETE, "carry-expired" },
		{ "one hundredth below 50 %", "2026-10-21", "2026-11-21", 999, 2000, BV_RATING_INCOMPLETE, "carry-below" },
		{ "49.995 %", "2026-10-21", "2026-11-21", 99990, 200000, BV_RATING_INCOMPLETE, "carry-below" },
	};
	BV_AUTO(bench_finish) struct bench b = bench_of(TT03, P17, NULL, NULL);
	const struct bv_item_result practice[] = { item("p", "van-dung", "IU03.1", 1000, 1, 1) };
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		const struct bv_carry carry = { BV_STR("ly-thuyet"), cases[i].marks, cases[i].max, day(cases[i].sat) };
		struct bv_rating r = { 0 };
		CHECK_OK(bv_rate(&r, b.standard, b.rules, practice, 1, &carry, 1, day(cases[i].exam), &b.arena, &err), &err, cases[i].what);
		CHECK(r.decision == cases[i].decision && reason(&r, cases[i].code), "carried in, %s: %s", cases[i].what,
		      bv_rating_decision_name(r.decision));
		CHECK(r.marks == (r.decision == BV_RATING_PASSED ? 1000 + cases[i].marks : 1000), "… total %lld", (long long)r.marks);
	}
}

/* Sat again and failed: a pass that is still kept stands; one that is too old does not. */
static void
check_sat_again(void)
{
	BV_AUTO(bench_finish) struct bench b = bench_of(TT03, P17, NULL, NULL);
	const struct bv_item_result results[] = {
		item("t", "ly-thuyet", "IU01", 1000, 1, 10), item("p", "van-dung", "IU03.1", 1000, 1, 1),
	};
	struct bv_carry carry = { BV_STR("ly-thuyet"), 700, 1000, day("2026-01-10") };
	struct bv_rating r = { 0 };
	struct bv_err err;

	CHECK_OK(bv_rate(&r, b.standard, b.rules, results, 2, &carry, 1, day("2026-11-21"), &b.arena, &err), &err, "sat again");
	CHECK(r.decision == BV_RATING_PASSED && r.parts[0].state == BV_RATING_PART_CARRIED && r.marks == 1700, "the kept pass stands");
	CHECK(r.parts[0].kept_until == day("2027-01-10") && r.parts[1].kept_until == day("2027-11-21"), "each part is kept for 12 months from its day");
	CHECK(!reason(&r, "part-failed")->against, "the failure is told, but does not stand against it");
	carry.exam_day = day("2025-11-20");
	CHECK_OK(bv_rate(&r, b.standard, b.rules, results, 2, &carry, 1, day("2026-11-21"), &b.arena, &err), &err, "too old");
	CHECK(r.decision == BV_RATING_FAILED && r.parts[0].kept_until == INT32_MIN, "then the failure counts");
}

/* No day after 9999-12-31 can be written: what would be kept longer is kept until then. */
static void
check_last_year(void)
{
	BV_AUTO(bench_finish) struct bench b = bench_of(TT03, P17, NO_COVER);
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(1 << 16);
	const struct bv_item_result results[] = { item("t", "ly-thuyet", "IU01", 1000, 1, 1), item("p", "van-dung", "IU03.1", 1000, 1, 1) };
	struct bv_rating r = { 0 };
	struct bv_err err;

	CHECK_OK(bv_rate(&r, b.standard, b.rules, results, 2, NULL, 0, day("9999-06-01"), &b.arena, &err), &err, "the last year");
	CHECK(r.parts[0].kept_until == day("9999-12-31"), "is kept until its end");
	bv_rating_write(&json, &r);
	CHECK(strstr(json.p, "\"9999-12-31\""), "and is written");
}

static void
check_incomplete(void)
{
	BV_AUTO(bench_finish) struct bench b = bench_of(TT03, P17, NO_COVER);
	struct bv_item_result results[] = {
		item("t", "ly-thuyet", "IU01", 1000, 1, 1), item("p", "van-dung", "IU03.1", 1000, 1, 1), item("q", "van-dung", "IU03.2", 1000, 1, 1),
	};
	struct bv_rating r = { 0 };
	struct bv_err err;

	CHECK_OK(bv_rate(&r, b.standard, b.rules, results, 1, NULL, 0, day("2026-11-21"), &b.arena, &err), &err, "practice not sat");
	CHECK(r.decision == BV_RATING_INCOMPLETE && reason(&r, "part-missing") && r.parts[1].state == BV_RATING_PART_MISSING, "is incomplete");
	CHECK_OK(bv_rate(&r, b.standard, b.rules, NULL, 0, NULL, 0, day("2026-11-21"), &b.arena, &err), &err, "nothing sat");
	CHECK(r.decision == BV_RATING_INCOMPLETE && r.max == 0 && !r.has_ability, "is incomplete");
	results[0].score = 0;
	CHECK_OK(bv_rate(&r, b.standard, b.rules, results, 1, NULL, 0, day("2026-11-21"), &b.arena, &err), &err, "theory failed, practice not sat");
	CHECK(r.decision == BV_RATING_FAILED, "is failed: no mark could mend it");
	results[2].scored = false;
	results[2].score = NAN;
	CHECK_OK(bv_rate(&r, b.standard, b.rules, results, 3, NULL, 0, day("2026-11-21"), &b.arena, &err), &err, "an item waits for a person");
	CHECK(r.decision == BV_RATING_INCOMPLETE && r.parts[1].waiting == 1 && !r.parts[1].judged && reason(&r, "part-waiting"),
	      "no decision before every mark is there, not even a failure");
	for (int i = 0; i < 4; i++) {
		static const double bad[][2] = { { NAN, 1 }, { INFINITY, 1 }, { 1, 0 }, { 1, NAN } };
		results[2].scored = true;
		results[2].score = bad[i][0];
		results[2].max_score = bad[i][1];
		CHECK_OK(bv_rate(&r, b.standard, b.rules, results, 3, NULL, 0, day("2026-11-21"), &b.arena, &err), &err, "a SCORE that cannot be used");
		CHECK(r.decision == BV_RATING_INCOMPLETE && r.items[2].state == BV_MARK_UNUSABLE && reason(&r, "items-unusable"), "waits for a person");
	}
	results[0] = item("t", "ly-thuyet", "IU01", 1000, -3, 1);
	results[2] = item("q", "van-dung", "IU03.2", 1000, 7, 1);
	CHECK_OK(bv_rate(&r, b.standard, b.rules, results, 3, NULL, 0, day("2026-11-21"), &b.arena, &err), &err, "SCORE below 0 and above MAXSCORE");
	CHECK(r.items[0].marks == 0 && r.items[0].clamped && r.items[2].marks == 1000 && r.items[2].clamped && !r.items[1].clamped,
	      "are clamped, and it is said");
}

static void
check_coverage(void)
{
	static const char *const areas[] = { "IU01", "IU02.3", "IU03", "IU04.8", "IU05", "IU06.1" };
	BV_AUTO(bench_finish) struct bench b = bench_of(TT03, P17, NULL, NULL);
	struct bv_item_result results[7];
	struct bv_rating r = { 0 };
	struct bv_err err;

	for (int i = 0; i < 6; i++)
		results[i] = item(areas[i], i < 3 ? "ly-thuyet" : "van-dung", areas[i], 100, 1, 1);
	CHECK_OK(bv_rate(&r, b.standard, b.rules, results, 6, NULL, 0, day("2026-11-21"), &b.arena, &err), &err, "all six modules");
	CHECK(r.decision == BV_RATING_PASSED && r.area_count == 6 && bv_str_is(r.areas[1].code, "IU02"), "pass");
	CHECK_OK(bv_rate(&r, b.standard, b.rules, results, 5, NULL, 0, day("2026-11-21"), &b.arena, &err), &err, "five of six");
	CHECK(r.decision == BV_RATING_INCOMPLETE && reason(&r, "coverage-missing") && !r.level, "give no level");
	results[5].path = BV_STR("IU07.1.1.1");
	CHECK_OK(bv_rate(&r, b.standard, b.rules, results, 6, NULL, 0, day("2026-11-21"), &b.arena, &err), &err, "an advanced module in its place");
	CHECK(r.decision == BV_RATING_INCOMPLETE, "does not help");
}

#define GOOD "tests/vectors/scoring/good-standard.xml"
#define BANDS "tests/vectors/scoring/good-bands.xml"

/* One item of b = 0 and a symmetric pair give theta 0 exactly; the cut is moved around it. */
static void
check_bands(void)
{
	static const struct {
		const char *what, *from, *to;
		enum bv_rating_decision decision;
		const char *level;
	} cases[] = {
		{ "estimate between the cuts", "xml:lang", "xml:lang", BV_RATING_FAILED, "one" },
		{ "estimate on the upper cut", "cut-milli=\"500\"", "cut-milli=\"0\"", BV_RATING_PASSED, "two" },
		{ "estimate a thousandth below it", "cut-milli=\"500\"", "cut-milli=\"1\"", BV_RATING_FAILED, "one" },
		{ "estimate a thousandth above it", "cut-milli=\"500\"", "cut-milli=\"-1\"", BV_RATING_PASSED, "two" },
		{ "estimate below all bands", "cut-milli=\"-500\"", "cut-milli=\"100\"", BV_RATING_FAILED, NULL },
		{ "too few items", "least-items=\"1\"", "least-items=\"3\"", BV_RATING_INCOMPLETE, NULL },
		{ "as many items as needed", "least-items=\"1\"", "least-items=\"2\"", BV_RATING_FAILED, "one" },
		{ "too large a standard error", "least-items=\"1\"", "least-items=\"1\" most-se-milli=\"500\"", BV_RATING_INCOMPLETE, NULL },
		{ "probability 50 % on the edge", "decide-by=\"estimate\"", "decide-by=\"posterior\" probability=\"50\"", BV_RATING_FAILED, "one" },
		{ "a lower pass level", "pass=\"two\"", "pass=\"one\"", BV_RATING_PASSED, "one" },
	};
	const struct bv_item_result results[] = {
		{ .identifier = BV_STR("x"), .part = BV_STR("any"), .path = BV_STR("A.1"), .marks = 100, .score = 1, .max_score = 1, .scored = true,
		  .has_parameters = true, .a_milli = 1300 },
		{ .identifier = BV_STR("y"), .part = BV_STR("any"), .path = BV_STR("B"), .marks = 100, .score = 0, .max_score = 1, .scored = true,
		  .has_parameters = true, .a_milli = 1300 },
		{ .identifier = BV_STR("z"), .part = BV_STR("any"), .path = BV_STR("B"), .marks = 100, .score = 0, .max_score = 1, .scored = true },
	};
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bench_finish) struct bench b = bench_of(GOOD, BANDS, cases[i].from, cases[i].to);
		struct bv_rating r = { 0 };
		CHECK_OK(bv_rate(&r, b.standard, b.rules, results, 3, NULL, 0, day("2026-11-21"), &b.arena, &err), &err, cases[i].what);
		CHECK(r.theta_e4 == 0 && r.ability_items == 2 && r.ability_left_out == 1, "theta 0, two items, one left out");
		CHECK(r.decision == cases[i].decision && (cases[i].level ? r.level && bv_str_is(r.level->code, cases[i].level) : !r.level),
		      "… %s: %s", cases[i].what, bv_rating_decision_name(r.decision));
	}
}

/* The edge rule on the estimate and on the probability: theta = 0 = cut, P(theta >= 0) = 50.00 %. */
static void
check_band_edges(void)
{
	static const struct {
		const char *to;
		enum bv_rating_decision decision;
	} cases[] = {
		{ "decide-by=\"estimate\" edge=\"reached\"", BV_RATING_PASSED },
		{ "decide-by=\"estimate\" edge=\"not-reached\"", BV_RATING_FAILED },
		{ "decide-by=\"posterior\" probability=\"50\" edge=\"reached\"", BV_RATING_PASSED },
		{ "decide-by=\"posterior\" probability=\"50\" edge=\"not-reached\"", BV_RATING_FAILED },
		{ "decide-by=\"posterior\" probability=\"50.01\" edge=\"reached\"", BV_RATING_FAILED },
		{ "decide-by=\"posterior\" probability=\"49.99\" edge=\"not-reached\"", BV_RATING_PASSED },
	};
	struct bv_item_result results[] = { item("x", "any", "A", 100, 1, 2) };
	struct bv_err err;

	results[0].has_parameters = true;
	results[0].a_milli = 1000;
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bench_finish) struct bench b = bench_of(GOOD, BANDS, "decide-by=\"estimate\" edge=\"reached\"", cases[i].to);
		BV_AUTO(bv_rules_free) struct bv_rules *moved = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf pack = load(BANDS);
		BV_AUTO(bv_buf_finish) struct bv_buf once = changed(bv_buf_str(&pack), "cut-milli=\"500\"", "cut-milli=\"0\"");
		BV_AUTO(bv_buf_finish) struct bv_buf both = changed(bv_buf_str(&once), "decide-by=\"estimate\" edge=\"reached\"", cases[i].to);
		struct bv_rating r = { 0 };
		CHECK_OK(bv_rules_parse(&moved, bv_buf_str(&both), &err), &err, cases[i].to);
		CHECK_OK(bv_rate(&r, b.standard, moved, results, 1, NULL, 0, day("2026-11-21"), &b.arena, &err), &err, "on the edge");
		CHECK(r.theta_e4 == 0 && r.decision == cases[i].decision, "… is %s", bv_rating_decision_name(r.decision));
	}
}

static void
check_refused(void)
{
	BV_AUTO(bench_finish) struct bench b = bench_of(TT03, P17, NULL, NULL);
	BV_AUTO(bench_finish) struct bench other = bench_of(GOOD, BANDS, NULL, NULL);
	const struct bv_item_result good = item("t", "ly-thuyet", "IU01", 100, 1, 1);
	const struct bv_carry kept = { BV_STR("van-dung"), 500, 1000, day("2026-10-01") };
	struct {
		const char *what;
		struct bv_item_result result;
		struct bv_carry carry;
		const char *exam, *says;
	} cases[13];
	struct bv_err err;
	size_t n = 0;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		cases[i].result = good;
		cases[i].carry = kept;
		cases[i].exam = "2026-11-21";
	}
#define CASE(what_, change, says_) (cases[n].what = (what_), cases[n].says = (says_), (change), n++)
	CASE("no identifier", cases[n].result.identifier = BV_STR_NONE, "identifier");
	CASE("an identifier that is not UTF-8", cases[n].result.identifier = BV_STR("\xff"), "UTF-8");
	CASE("an unknown part", cases[n].result.part = BV_STR("noi"), "no part 'noi'");
	CASE("an unknown area", cases[n].result.path = BV_STR("IU99.1"), "'IU99.1'");
	CASE("no marks", cases[n].result.marks = 0, "worth 0");
	CASE("too many marks", cases[n].result.marks = BV_MARKS_MAX + 1, "worth");
	CASE("a = 0", (cases[n].result.has_parameters = true, cases[n].result.a_milli = 0), "a = 0");
	CASE("b = 10.001", (cases[n].result.has_parameters = true, cases[n].result.a_milli = 1, cases[n].result.b_milli = 10001), "b = 10001");
	CASE("an exam before the circular", cases[n].exam = "2016-08-09", "begins on 2016-08-10");
	CASE("a carried part of tomorrow", cases[n].carry.exam_day = day("2026-11-22"), "after the exam day");
	CASE("a carried part with more than its maximum", cases[n].carry.marks = 1001, "not a mark");
	CASE("a carried part out of nothing", cases[n].carry.max = 0, "not a mark");
	CASE("an unknown carried part", cases[n].carry.part = BV_STR("noi"), "'noi'");
#undef CASE
	for (size_t i = 0; i < n; i++) {
		struct bv_rating r = { .marks = 77 };
		CHECK_REFUSED(bv_rate(&r, b.standard, b.rules, &cases[i].result, 1, &cases[i].carry, 1, day(cases[i].exam), &b.arena, &err), BV_EINVAL,
		              &err, cases[i].says, cases[i].what);
		CHECK(r.marks == 77, "%s: the output is left alone", cases[i].what);
	}
	const struct bv_item_result twice[] = { good, good };
	const struct bv_carry again[] = { kept, kept };
	struct bv_rating r;
	CHECK_REFUSED(bv_rate(&r, b.standard, b.rules, twice, 2, NULL, 0, day("2026-11-21"), &b.arena, &err), BV_EINVAL, &err, "twice", "an item twice");
	CHECK_REFUSED(bv_rate(&r, b.standard, b.rules, &good, 1, again, 2, day("2026-11-21"), &b.arena, &err), BV_EINVAL, &err, "twice",
	              "a carried part twice");
	CHECK_REFUSED(bv_rate(&r, other.standard, b.rules, &good, 1, NULL, 0, day("2026-11-21"), &b.arena, &err), BV_EINVAL, &err, "belongs to",
	              "a pack of another standard");
	BV_AUTO(bench_finish) struct bench lacking = bench_of(GOOD, BANDS, "level=\"one\"", "level=\"none\"");
	CHECK_REFUSED(bv_rate(&r, lacking.standard, lacking.rules, NULL, 0, NULL, 0, day("2026-11-21"), &b.arena, &err), BV_EINVAL, &err,
	              "'none' is not there", "a band whose level the standard does not have");
	BV_AUTO(bench_finish) struct bench award = bench_of(TT03, P17, "award=\"basic\"", "award=\"expert\"");
	CHECK_REFUSED(bv_rate(&r, award.standard, award.rules, &good, 1, NULL, 0, day("2026-11-21"), &b.arena, &err), BV_EINVAL, &err, "'expert'",
	              "an award that the standard does not have");
	CHECK_REFUSED(bv_rate(&r, b.standard, b.rules, &good, BV_RATING_ITEMS_MAX + 1, NULL, 0, day("2026-11-21"), &b.arena, &err), BV_ELIMIT, &err,
	              "at most", "too many items");
	CHECK_REFUSED(bv_rate(&r, b.standard, b.rules, &good, 1, NULL, 0, INT32_MIN, &b.arena, &err), BV_EINVAL, &err, "years", "no exam day");
}

static void
check_json(void)
{
	BV_AUTO(bench_finish) struct bench b = bench_of(TT03, P17, NULL, NULL);
	const struct bv_item_result results[] = { item("t\"<é>", "ly-thuyet", "IU01", 1000, 1, 3), item("p", "van-dung", "IU03.1", 1000, 1, 1) };
	BV_AUTO(bv_buf_finish) struct bv_buf first = BV_BUF(1 << 20), second = BV_BUF(1 << 20);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_rating r = { 0 }, again = { 0 };
	struct bv_err err;

	CHECK_OK(bv_rate(&r, b.standard, b.rules, results, 2, NULL, 0, day("2026-11-21"), &b.arena, &err), &err, "rated");
	CHECK_OK(bv_rate(&again, b.standard, b.rules, results, 2, NULL, 0, day("2026-11-21"), &b.arena, &err), &err, "rated again");
	bv_rating_write(&first, &r);
	bv_rating_write(&second, &again);
	CHECK_STR(bv_buf_str(&first), bv_buf_str(&second), "the same bytes");
	CHECK_OK(bv_json_parse(&json, bv_buf_str(&first), &err), &err, "they are JSON");
	bv_buf_clear(&second);
	bv_json_write_pretty(&second, json);
	CHECK_STR(bv_buf_str(&first), bv_buf_str(&second), "written without a tree as the generic writer does");
	CHECK_STR(bv_json_str(bv_json_find(json, "decision")), BV_STR("failed"), "decision");
	CHECK(bv_json_int(bv_json_find(bv_json_at(bv_json_find(json, "items"), 0), "marksHundredths")) == 333, "a third of 10.00 is 3.33");
	CHECK_STR(bv_json_str(bv_json_find(bv_json_at(bv_json_find(json, "items"), 0), "identifier")), results[0].identifier, "escapes");
	CHECK(bv_json_type(bv_json_find(json, "ability")) == BV_JSON_NULL && bv_json_type(bv_json_find(json, "level")) == BV_JSON_NULL,
	      "no ability without parameters, no level without a pass");
}

int
main(void)
{
	check_edges();
	check_texts();
	check_carry();
	check_sat_again();
	check_last_year();
	check_incomplete();
	check_coverage();
	check_bands();
	check_band_edges();
	check_refused();
	check_json();
	return check_end();
}
