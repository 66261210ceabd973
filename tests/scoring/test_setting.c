#define _GNU_SOURCE
/* Standard setting: judgements that are read and refused, cuts of several judges, Angoff against published and hand-worked numbers, packs. What the commands say
 * is computed a second time, by other means, in test_setting.py. */
#include <math.h>

#include "scoring/setting/setting.h"
#include "tests/check.h"
#include "tests/scoring/load.h"

/* ---- Reading ---- */

static const struct {
	const char *what, *text, *part;
	enum bv_judgement_kind kind;
	enum bv_status want;
	int line;
} readings[] = {
	{ "three columns", "judge,item,rating\nA,1,0.5\n", "", BV_JUDGED_MARKS, BV_OK, 0 },
	{ "semicolons, a byte order mark, commas in numbers, quotes", "\xef\xbb\xbfjudge;item;rating\n\"A\";1;0,5\n", "", BV_JUDGED_MARKS, BV_OK, 0 },
	{ "ratings of 0 and 1", "judge,item,rating\nA,1,0\nA,2,1\n", "", BV_JUDGED_MARKS, BV_OK, 0 },
	{ "a rating below 0", "judge,item,rating\nA,1,-0.000001\n", "from 0 to 1", BV_JUDGED_MARKS, BV_EPARSE, 2 },
	{ "a rating above 1", "judge,item,rating\nA,1,1.000001\n", "from 0 to 1", BV_JUDGED_MARKS, BV_EPARSE, 2 },
	{ "seven decimals", "judge,item,rating\nA,1,0.1234567\n", "six decimals", BV_JUDGED_MARKS, BV_EPARSE, 2 },
	{ "a word", "judge,item,rating\nA,1,half\n", "'half'", BV_JUDGED_MARKS, BV_EPARSE, 2 },
	{ "nan", "judge,item,rating\nA,1,NaN\n", "'NaN'", BV_JUDGED_MARKS, BV_EPARSE, 2 },
	{ "a rating of 3 of 3", "judge,item,max,rating\nA,1,3,3\n", "", BV_JUDGED_MARKS, BV_OK, 0 },
	{ "a rating above 3", "judge,item,max,rating\nA,1,3,3.1\n", "from 0 to 3", BV_JUDGED_MARKS, BV_EPARSE, 2 },
	{ "a max of 100", "judge,item,max,rating\nA,1,100,3\n", "", BV_JUDGED_MARKS, BV_OK, 0 },
	{ "a max of 101", "judge,item,max,rating\nA,1,101,3\n", "from 1 to 100", BV_JUDGED_MARKS, BV_EPARSE, 2 },
	{ "a max of 0", "judge,item,max,rating\nA,1,0,0\n", "from 1 to 100", BV_JUDGED_MARKS, BV_EPARSE, 2 },
	{ "two maxima", "judge,item,max,rating\nA,1,3,3\nB,1,2,1\n", "has a max of 2 here and of 3", BV_JUDGED_MARKS, BV_EINVAL, 3 },
	{ "100 percent", "judge,item,rating\nA,1,100\n", "", BV_JUDGED_PERCENT, BV_OK, 0 },
	{ "above 100 percent", "judge,item,rating\nA,1,100.1\n", "from 0 to 100", BV_JUDGED_PERCENT, BV_EPARSE, 2 },
	{ "yes, no, in Vietnamese too", "judge,item,rating\nA,1,yes\nA,2,n\nA,3,có\nA,4,không\nA,5,0\n", "", BV_JUDGED_YES_NO, BV_OK, 0 },
	{ "perhaps", "judge,item,rating\nA,1,perhaps\n", "none of 1, 0, yes", BV_JUDGED_YES_NO, BV_EPARSE, 2 },
	{ "yes of three marks", "judge,item,max,rating\nA,1,3,1\n", "more than one mark", BV_JUDGED_YES_NO, BV_EINVAL, 2 },
	{ "a page", "judge,page\nA,1\n", "", BV_JUDGED_PAGES, BV_OK, 0 },
	{ "page 0", "judge,page\nA,0\n", "begin with 1", BV_JUDGED_PAGES, BV_EPARSE, 2 },
	{ "an item with a bookmark", "judge,item,page\nA,1,1\n", "'item' is none of", BV_JUDGED_PAGES, BV_EPARSE, 1 },
	{ "a page without bookmarks", "judge,item,page\nA,1,1\n", "'page' is none of", BV_JUDGED_MARKS, BV_EPARSE, 1 },
	{ "nothing", "", "empty", BV_JUDGED_MARKS, BV_EPARSE, 1 },
	{ "no judgement", "judge,item,rating\n\n", "no judgement", BV_JUDGED_MARKS, BV_EINVAL, 3 },
	{ "no column of judges", "item,rating\n1,1\n", "no column 'judge'", BV_JUDGED_MARKS, BV_EPARSE, 1 },
	{ "no column of items", "judge,rating\n1,1\n", "no column 'item'", BV_JUDGED_MARKS, BV_EPARSE, 1 },
	{ "no column of ratings", "judge,item\n1,1\n", "no column 'rating'", BV_JUDGED_MARKS, BV_EPARSE, 1 },
	{ "a column twice", "judge,item,rating,item\n", "twice", BV_JUDGED_MARKS, BV_EPARSE, 1 },
	{ "an unknown column", "judge,item,rating,note\n", "'note' is none of", BV_JUDGED_MARKS, BV_EPARSE, 1 },
	{ "too few fields", "judge,item,rating\nA,1\n", "'rating' is not there", BV_JUDGED_MARKS, BV_EPARSE, 2 },
	{ "a judge without a name", "judge,item,rating\n,1,1\n", "a judge has a name", BV_JUDGED_MARKS, BV_EPARSE, 2 },
	{ "a control character", "judge,item,rating\nA\x01,1,1\n", "a judge has a name", BV_JUDGED_MARKS, BV_EPARSE, 2 },
	{ "bytes that are not UTF-8", "judge,item,rating\n\xff,1,1\n", "UTF-8", BV_JUDGED_MARKS, BV_EPARSE, 2 },
	{ "round 20", "judge,round,page\nA,1,1\nA,2,1\nA,3,1\nA,4,1\nA,5,1\nA,6,1\nA,7,1\nA,8,1\nA,9,1\nA,10,1\nA,11,1\nA,12,1\nA,13,1\nA,14,1\nA,15,1\nA,16,1\nA,17,1\nA,18,1\nA,19,1\nA,20,1\n", "", BV_JUDGED_PAGES, BV_OK, 0 },
	{ "round 21", "judge,round,page\nA,21,1\n", "from 1 to 20", BV_JUDGED_PAGES, BV_EPARSE, 2 },
	{ "round 0", "judge,round,page\nA,0,1\n", "from 1 to 20", BV_JUDGED_PAGES, BV_EPARSE, 2 },
	{ "a round without judges", "judge,round,page\nA,1,1\nA,3,1\n", "nobody has judged level '1' in round 2", BV_JUDGED_PAGES, BV_EINVAL, 0 },
	{ "a level without judges", "judge,round,level,page\nA,1,x,1\nA,2,y,1\n", "nobody has judged level 'y' in round 1", BV_JUDGED_PAGES, BV_EINVAL, 0 },
	{ "a judge who left after round 1", "judge,round,page\nA,1,1\nB,1,2\nA,2,1\n", "", BV_JUDGED_PAGES, BV_OK, 0 },
	{ "an item without a rating", "judge,item,rating\nA,1,1\nA,2,1\nB,1,1\n", "judge 'B' has no rating of item '2'", BV_JUDGED_MARKS, BV_EINVAL, 4 },
	{ "a rating twice", "judge,item,rating\nA,1,1\nA,1,1\n", "already", BV_JUDGED_MARKS, BV_ECONFLICT, 3 },
	{ "a judge in two panels", "judge,panel,round,page\nA,x,1,1\nA,y,2,1\n", "in panel 'y' here and in 'x' before", BV_JUDGED_PAGES, BV_EINVAL, 3 },
	{ "a quote that is not closed", "judge,item,rating\nA,1,\"1\n", "not closed", BV_JUDGED_MARKS, BV_EPARSE, 2 },
};

static void
check_readings(void)
{
	for (size_t i = 0; i < BV_COUNT(readings); i++) {
		BV_AUTO(bv_judgements_finish) struct bv_judgements j = { 0 };
		struct bv_err err = { 0 };
		enum bv_status got = bv_judgements_read(&j, bv_str_of(readings[i].text), readings[i].kind, &err);
		bool good = got == readings[i].want && (got == BV_OK ? j.judges > 0 : err.line == readings[i].line && strstr(err.msg, readings[i].part));
		if (!CHECK(good, "reading: %s", readings[i].what))
			printf("# %d, line %d: %s\n", got, err.line, err.msg);
	}
}

static void
check_limits(void)
{
	static const struct {
		const char *what, *header;
		int most;
	} cases[] = {
		{ "judges", "judge,page\n", BV_SETTING_JUDGES_MAX },
		{ "items", "judge,item,rating\n", BV_SETTING_ITEMS_MAX },
		{ "levels", "judge,level,page\n", BV_STANDARD_LEVELS_MAX },
		{ "panels", "judge,panel,page\n", BV_SETTING_PANELS_MAX },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++)
		for (int beyond = 0; beyond < 2; beyond++) {
			BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);
			BV_AUTO(bv_judgements_finish) struct bv_judgements j = { 0 };
			struct bv_err err = { 0 };
			bv_buf_addz(&text, cases[i].header);
			for (int k = 0; k < cases[i].most + beyond; k++) {
				char row[80];
				if (i == 3)
					snprintf(row, sizeof row, "j%d,n%d,1\n", k, k);
				else
					snprintf(row, sizeof row, i == 0 ? "n%d,1\n" : "A,n%d,1\n", k);
				bv_buf_addz(&text, row);
			}
			enum bv_status got = bv_judgements_read(&j, bv_buf_str(&text), i == 1 ? BV_JUDGED_MARKS : BV_JUDGED_PAGES, &err);
			CHECK(got == (beyond ? BV_ELIMIT : BV_OK), "%d %s%s", cases[i].most, cases[i].what, beyond ? " and one more" : "");
		}
}

static void
check_scores(void)
{
	for (int beyond = 0; beyond < 2; beyond++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);
		BV_AUTO(bv_scores_finish) struct bv_scores s = { 0 };
		struct bv_err err = { 0 };
		bv_buf_addz(&text, "unit,theta\n");
		for (int k = 0; k < BV_SETTING_GROUPS_MAX + beyond; k++)
			bv_buf_printf(&text, "u%d,%d\n", k, k);
		enum bv_status got = bv_scores_read(&s, bv_buf_str(&text), &(struct bv_scores_columns){ "theta", NULL, { "unit" }, 1 }, &err);
		CHECK(beyond ? got == BV_ELIMIT && err.line == BV_SETTING_GROUPS_MAX + 2 && !s.score : got == BV_OK && s.value_count[0] == BV_SETTING_GROUPS_MAX && !s.error, "%d units%s",
		      BV_SETTING_GROUPS_MAX, beyond ? " and one more" : "");
	}
	static const struct {
		const char *text, *part;
		enum bv_status want;
	} cases[] = { { "theta\n1000000\n-1000000\n", "", BV_OK },
		      { "theta\n1000000.1\n", "is not a number from -1e+06 to 1e+06", BV_EPARSE },
		      { "theta\nNaN\n", "'NaN'", BV_EPARSE },
		      { "theta\nINF\n", "'INF'", BV_EPARSE },
		      { "theta\n12345678901234567890123456789012345678901234567890\n", "is not a number", BV_EPARSE },
		      { "theta,theta\n1,1\n", "twice", BV_EPARSE },
		      { "", "empty", BV_EPARSE },
		      { "theta\n\"1\n", "not closed", BV_EPARSE } };
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_scores_finish) struct bv_scores s = { 0 };
		struct bv_err err = { 0 };
		enum bv_status got = bv_scores_read(&s, bv_str_of(cases[i].text), &(struct bv_scores_columns){ .score = "theta" }, &err);
		CHECK(got == cases[i].want && (!got || strstr(err.msg, cases[i].part)), "scores %zu: %s", i, got ? err.msg : "read");
	}
}

/* ---- Shrout & Fleiss 1979, table 2: six targets, four judges ---- */

static const double ratings[6][4] = { { 9, 2, 5, 8 }, { 6, 1, 3, 2 }, { 8, 4, 6, 8 }, { 7, 1, 2, 6 }, { 10, 5, 6, 9 }, { 6, 2, 4, 7 } };

static void
read_ratings(struct bv_judgements *out, const char *panels)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 16);
	struct bv_err err;

	bv_buf_addz(&text, "judge,panel,item,max,rating\n");
	for (int i = 0; i < 6; i++)
		for (int j = 0; j < 4; j++)
			bv_buf_printf(&text, "J%d,%c,I%d,10,%g\n", j, panels[j], i, ratings[i][j]);
	CHECK_OK(bv_judgements_read(out, bv_buf_str(&text), BV_JUDGED_MARKS, &err), &err, "Shrout and Fleiss are read");
}

static void
check_components(void)
{
	BV_AUTO(bv_judgements_finish) struct bv_judgements j = { 0 };
	BV_AUTO(bv_angoff_finish) struct bv_angoff a = { 0 };

	read_ratings(&j, "pppp");
	bv_angoff_make(&a, &j, 0, 0, NULL, NULL);
	/* Mean squares of table 2: targets 11.24, judges 32.49, residual 1.02. */
	CHECK(near(a.components.residual, 1.02, 0.005) && near(a.components.judge, (32.49 - 1.02) / 6, 0.002) && near(a.components.item, (11.24 - 1.02) / 4, 0.003),
	      "variance components are those of the mean squares of Shrout and Fleiss");
	CHECK(near(a.components.icc, 0.29, 0.005) && near(a.components.icc_mean, 0.62, 0.005), "ICC(2,1) and ICC(2,4) are theirs");
	/* Sums of the judges: 46, 15, 26, 40. */
	CHECK(near(a.sum.mean, 127.0 / 4, 1e-12) && near(a.sum.median, 33, 1e-12) && near(a.sum.low, 15, 0) && near(a.sum.high, 46, 0) && a.full == 60, "cuts of four judges");
	double sd = sqrt((14.25 * 14.25 + 16.75 * 16.75 + 5.75 * 5.75 + 8.25 * 8.25) / 3);
	CHECK(near(a.sum.error, sd / 2, 1e-12) && isnan(a.sum.error_panels) && isnan(a.sum.icc), "standard error: sd/√4; one panel has none");
	CHECK(near(a.components.error_fixed, a.sum.error, 1e-12), "items fixed: the components give the same standard error");
	CHECK(near(a.components.error_random, sqrt(sd * sd / 4 + 6 * a.components.item), 1e-9), "items a sample: their variance is added");
	CHECK(isnan(a.theta) && isnan(a.judge[0].consistency) && isnan(a.judge[0].difficulty), "without parameters there is no ability");
}

static void
check_panels(void)
{
	BV_AUTO(bv_judgements_finish) struct bv_judgements j = { 0 };
	BV_AUTO(bv_angoff_finish) struct bv_angoff a = { 0 };
	struct bv_cut cut;
	double cuts[24];
	size_t of[24];

	/* Each target of Shrout and Fleiss as a panel: ICC(1,1). */
	for (size_t i = 0; i < 24; i++) {
		cuts[i] = ratings[i / 4][i % 4];
		of[i] = i / 4;
	}
	bv_cut_make(&cut, cuts, of, 24, 6);
	CHECK(near(cut.icc, 0.17, 0.005), "ICC(1,1) of Shrout and Fleiss, targets as panels");
	/* Between mean square 11.24 of 24 judges: Cizek & Bunch 2007, √(S²/N·(1 + (n − 1)r)) with S² the total of the components. */
	CHECK(near(cut.error_panels, sqrt(11.24 / 24), 0.001), "standard error of panels of one size: √(MS between / N)");
	cuts[23] = NAN;
	bv_cut_make(&cut, cuts, of, 24, 6);
	CHECK(cut.judges == 23 && cut.panels == 6 && near(cut.mean, (127.0 - 7) / 23, 1e-12), "who was not there does not count");
	/* Two panels of two judges: means 30.5 and 33, half their distance. */
	read_ratings(&j, "aabb");
	bv_angoff_make(&a, &j, 0, 0, NULL, NULL);
	CHECK(near(a.sum.error_panels, 1.25, 1e-12) && near(bv_cut_error(&a.sum), a.sum.error, 0), "two panels of means 30.5 and 33: 1.25; the larger error counts");
	CHECK(a.components.nested && near(a.panel[0].mean, 30.5, 1e-12) && near(a.panel[1].median, 33, 1e-12), "panels have means");
	BV_AUTO(bv_judgements_finish) struct bv_judgements k = { 0 };
	BV_AUTO(bv_angoff_finish) struct bv_angoff b = { 0 };
	read_ratings(&k, "aaab");
	bv_angoff_make(&b, &k, 0, 0, NULL, NULL);
	/* Means 29 of three and 40 of one; the mean is 31.75: √2·√((3·2.75/4)² + (8.25/4)²) */
	CHECK(near(b.sum.error_panels, sqrt(2 * 2 * 2.0625 * 2.0625), 1e-12) && !b.components.nested, "panels of three and one: by linearization, no component of panels");
	double one = 5;
	size_t zero = 0;
	bv_cut_make(&cut, &one, &zero, 1, 1);
	CHECK(cut.mean == 5 && isnan(cut.error) && isnan(cut.sd) && isnan(bv_cut_error(&cut)), "one judge has no standard error");
}

/* ---- Test characteristic curve ---- */

static void
check_form(void)
{
	BV_AUTO(bv_form_finish) struct bv_form form = { 0 };
	struct bv_irt_set_item items[3] = { { .name = "a", .item = { BV_IRT_2PL, 2, 1, 0, { 0 } }, .marks = 3 },
		                            { .name = "b", .item = { BV_IRT_3PL, 2, 1, 0.2, { 0 } }, .marks = 3 },
		                            { .name = "c", .item = { BV_IRT_GPCM, 3, 1, 0, { 0, 0 } }, .marks = 1 | 2 | 8 } };
	struct bv_irt_set set = { .metric = 1, .sd = 1, .count = 3, .items = items };
	struct bv_str names[] = { BV_STR("a"), BV_STR("b"), BV_STR("c") };
	struct bv_err err;
	bool bound;

	CHECK_OK(bv_form_make(&form, &set, names, 3, &err), &err, "a form of three items");
	/* At 0: 1/2 + 0.6 + (0 + 1 + 3)/3, the last because its categories are the marks 0, 1 and 3. */
	CHECK(near(bv_form_mark(&form, 0), 0.5 + 0.6 + 4.0 / 3, 1e-12), "expected mark at 0");
	CHECK(near(bv_form_ability(&bound, &form, 0.5 + 0.6 + 4.0 / 3), 0, 1e-12) && !bound, "and back");
	CHECK(near(bv_form_slope(&form, 0.3), (bv_form_mark(&form, 0.3001) - bv_form_mark(&form, 0.2999)) / 2e-4, 1e-7), "slope, against differences");
	CHECK(bv_form_ability(&bound, &form, 0.1) == -6 && bound, "a sum below the guessing floor is bound");
	CHECK(bv_form_ability(&bound, &form, 5) == 6 && bound, "so is the full mark");
	double low = bv_form_mark(&form, -6), high = bv_form_mark(&form, 6);
	CHECK(near(bv_form_ability(&bound, &form, low), -6, 1e-9) && !bound && near(bv_form_ability(&bound, &form, high), 6, 1e-9) && !bound, "the ends themselves are not");
	struct bv_form none = { 0 };
	items[1].item.model = BV_IRT_NOMINAL;
	CHECK_REFUSED(bv_form_make(&none, &set, names, 3, &err), BV_EINVAL, &err, "item 'b' is of model nominal", "categories without an order");
	items[1].item.model = BV_IRT_3PL;
	items[1].item.a = 0;
	CHECK_REFUSED(bv_form_make(&none, &set, names, 3, &err), BV_EINVAL, &err, "slopes above 0", "a slope of 0");
	names[0] = BV_STR("x");
	CHECK_REFUSED(bv_form_make(&none, &set, names, 3, &err), BV_EINVAL, &err, "'x' is not in the parameter set", "an unknown item");
}

/* A judge whose ratings are the curve's own is consistent; one who has it upside down is not (van der Linden 1982). */
static void
check_consistency(void)
{
	BV_AUTO(bv_form_finish) struct bv_form form = { 0 };
	BV_AUTO(bv_judgements_finish) struct bv_judgements j = { 0 };
	BV_AUTO(bv_angoff_finish) struct bv_angoff a = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 16);
	struct bv_irt_set_item items[5];
	struct bv_irt_set set = { .metric = 1, .sd = 1, .count = 5, .items = items };
	double easiness[5];
	struct bv_err err;

	bv_buf_addz(&text, "judge,item,rating\n");
	for (int i = 0; i < 5; i++) {
		items[i] = (struct bv_irt_set_item){ .item = bv_irt_item_of(1, i - 2, 0, 1), .marks = 3 };
		snprintf(items[i].name, sizeof items[i].name, "I%d", i);
		easiness[i] = bv_form_item_mark(&items[i], 0);
		bv_buf_printf(&text, "good,I%d,%.6f\nbad,I%d,%.6f\n", i, bv_form_item_mark(&items[i], 0.25), i, 1 - bv_form_item_mark(&items[i], -0.25));
	}
	CHECK_OK(bv_judgements_read(&j, bv_buf_str(&text), BV_JUDGED_MARKS, &err), &err, "two judges");
	CHECK_OK(bv_form_make(&form, &set, j.item, j.items, &err), &err, "and their form");
	bv_angoff_make(&a, &j, 0, 0, &form, easiness);
	CHECK(near(a.judge[0].theta, 0.25, 1e-5) && near(a.judge[0].error, 0, 1e-5) && near(a.judge[0].consistency, 1, 1e-5), "who rates by the curve has C = 1");
	CHECK(near(a.judge[0].difficulty, 1, 0.01) && !a.judge[0].unrelated, "and goes with the difficulty");
	CHECK(a.judge[1].difficulty < -0.9 && a.judge[1].unrelated && a.judge[1].consistency < 0.6, "who has it upside down does not");
}

/* ---- Bookmark ---- */

static double
at_least(const struct bv_irt_item *item, int category, double theta)
{
	double sum = 0;

	for (int k = category; k < item->categories; k++)
		sum += bv_irt_probability(item, k, theta);
	return sum;
}

static void
check_booklet(void)
{
	BV_AUTO(bv_form_finish) struct bv_form form = { 0 };
	BV_AUTO(bv_booklet_finish) struct bv_booklet b = { 0 }, guessed = { 0 }, none = { 0 };
	struct bv_irt_set_item items[5] = { { .name = "flat", .item = { BV_IRT_2PL, 2, 0.01, 0, { -3 } }, .marks = 3 },
		                            { .name = "gpcm", .item = { BV_IRT_GPCM, 3, 0.8, 0, { 0.3, -0.4 } }, .marks = 1 | 4 | 8 },
		                            { .name = "grm", .item = { BV_IRT_GRM, 4, 1.3, 0, { 1.5, 0.2, -1.1 } }, .marks = 15 },
		                            { .name = "three", .item = { BV_IRT_3PL, 2, 1.2, 0.25, { -0.6 } }, .marks = 3 },
		                            { .name = "two", .item = { BV_IRT_2PL, 2, 0.9, 0, { 0.5 } }, .marks = 3 } };
	struct bv_irt_set set = { .metric = 1, .sd = 1, .count = 5, .items = items };
	struct bv_str names[] = { BV_STR("two"), BV_STR("three"), BV_STR("grm"), BV_STR("gpcm"), BV_STR("flat") };
	struct bv_err err;
	double rp = 2.0 / 3;
	size_t two = 0, three = 0, g = 0, gpcm[2] = { 0 }, grm[3], steps = 0;

	CHECK_OK(bv_form_make(&form, &set, names, 5, &err), &err, "a form of five models");
	CHECK_OK(bv_booklet_make(&b, &form, rp, false, &err), &err, "its booklet");
	CHECK_OK(bv_booklet_make(&guessed, &form, rp, true, &err), &err, "with guessing");
	CHECK(b.count == 8 && guessed.count == 8, "a page for each mark above the lowest");
	bool rising = true;
	for (size_t i = 0; i < b.count; i++) {
		const char *name = b.page[i].item->name;
		rising = rising && (i == 0 || b.page[i - 1].theta <= b.page[i].theta);
		if (strcmp(name, "two") == 0)
			two = i;
		if (strcmp(name, "three") == 0)
			three = i;
		if (strcmp(guessed.page[i].item->name, "three") == 0)
			g = i;
		if (strcmp(name, "gpcm") == 0)
			gpcm[b.page[i].mark == 3] = i;
		if (strcmp(name, "grm") == 0)
			grm[steps++] = i;
	}
	CHECK(rising, "the easiest first");
	/* Where z = log(rp / (1 − rp)) = log 2. */
	CHECK(near(b.page[two].theta, (log(2) - 0.5) / 0.9, 1e-12) && !b.page[two].bound, "2PL: (log 2 − d)/a");
	CHECK(near(b.page[three].theta, (log(2) + 0.6) / 1.2, 1e-12), "3PL without guessing: the same, c or not");
	double q = (rp - 0.25) / 0.75;
	CHECK(near(guessed.page[g].theta, (log(q / (1 - q)) + 0.6) / 1.2, 1e-12), "3PL with guessing: where (P − c)/(1 − c) is that");
	CHECK(steps == 3 && near(b.page[grm[0]].theta, (log(2) - 1.5) / 1.3, 1e-12) && near(b.page[grm[1]].theta, (log(2) - 0.2) / 1.3, 1e-12) &&
	              near(b.page[grm[2]].theta, (log(2) + 1.1) / 1.3, 1e-12),
	      "GRM: each step (log 2 − d_k)/a");
	for (int k = 0; k < 2; k++) {
		double t = -6, step = 1e-4;
		while (at_least(&items[1].item, k + 1, t) < rp)
			t += step;
		CHECK(b.page[gpcm[k]].mark == k + 2 && b.page[gpcm[k]].theta <= t && b.page[gpcm[k]].theta > t - step, "GPCM, mark %d: by looking at every ability", k + 2);
	}
	CHECK(b.page[7].theta == 20 && b.page[7].bound && strcmp(b.page[7].item->name, "flat") == 0, "an item that nobody masters is bound at the end");
	CHECK_OK(bv_booklet_make(&none, &form, 0.250001, true, &err), &err, "a response probability just above guessing");
	bv_booklet_finish(&none);
	CHECK_REFUSED(bv_booklet_make(&none, &form, 0.25, true, &err), BV_EINVAL, &err, "'three': by guessing alone", "one that is not above it");
	/* Rules, at both ends. */
	static const struct {
		enum bv_bookmark_rule rule;
		double first, last;
	} rules[] = { { BV_BOOKMARK_AT, 1, 8 }, { BV_BOOKMARK_BEFORE, 2, 9 }, { BV_BOOKMARK_BETWEEN, 2, 8 } };
	for (size_t i = 0; i < 3; i++) {
		CHECK(isnan(bv_bookmark_theta(&b, rules[i].rule, rules[i].first - 1)) && isnan(bv_bookmark_theta(&b, rules[i].rule, rules[i].last + 1)), "%s: no cut beyond its pages",
		      bv_bookmark_rule_name(rules[i].rule));
		CHECK(!isnan(bv_bookmark_theta(&b, rules[i].rule, rules[i].first)) && !isnan(bv_bookmark_theta(&b, rules[i].rule, rules[i].last)), "%s: a cut at the first and the last",
		      bv_bookmark_rule_name(rules[i].rule));
	}
	CHECK(bv_bookmark_theta(&b, BV_BOOKMARK_AT, 3) == b.page[2].theta && bv_bookmark_theta(&b, BV_BOOKMARK_BEFORE, 3) == b.page[1].theta &&
	              near(bv_bookmark_theta(&b, BV_BOOKMARK_BETWEEN, 3), (b.page[1].theta + b.page[2].theta) / 2, 1e-15),
	      "at, before and between page 3");
}

/* ---- Packs ---- */

static void
check_packs(void)
{
	static const struct {
		double theta;
		int milli;
		bool good;
	} cuts[] = { { 0.0005, 1, true }, { -0.0005, -1, true }, { 0.00049, 0, true }, { 5.9994, 5999, true }, { 5.9996, 0, false }, { -5.9994, -5999, true }, { -5.9996, 0, false }, { NAN, 0, false } };
	struct bv_str levels[] = { BV_STR("one"), BV_STR("two") };
	int32_t milli[] = { -500, 500 }, got = 0;
	struct bv_setting_pack pack = { BV_STR("p"), BV_STR("1"), BV_STR("good"), { BV_STR("Đ & <"), BV_STR("T") }, BV_STR("a \"source\" & <more>"), BV_STR("n"), 20000, levels, milli, 2, BV_STR("two"), true, 20, 600 };
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16);
	BV_AUTO(bv_rules_free) struct bv_rules *rules = NULL;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cuts); i++)
		CHECK(bv_cut_milli(&got, cuts[i].theta) == cuts[i].good && (!cuts[i].good || got == cuts[i].milli), "%g in thousandths", cuts[i].theta);
	CHECK_OK(bv_setting_pack_write(&xml, &pack, &err), &err, "a pack");
	CHECK_OK(bv_rules_parse(&rules, bv_buf_str(&xml), &err), &err, "which reads as one");
	const struct bv_bands_rule *bands = bv_rules_bands(rules);
	CHECK(bands->band_count == 2 && bands->bands[0].cut_milli == -500 && bands->posterior && bands->probability == 5000 && bands->least_items == 20 && bands->most_se_e4 == 6000 && !bands->edge_lower,
	      "and says what was given");
	CHECK_STR(bv_rules_instrument(rules)->source, pack.source, "with its source");
	CHECK(bv_rules_instrument(rules)->from == 20000 && bv_str_is(bands->pass, "two"), "its day and its pass level");
	size_t len = xml.len;
	milli[1] = -500;
	CHECK_REFUSED(bv_setting_pack_write(&xml, &pack, &err), BV_EPARSE, &err, "must rise", "cuts that do not rise");
	milli[1] = 500;
	pack.pass = BV_STR("three");
	CHECK_REFUSED(bv_setting_pack_write(&xml, &pack, &err), BV_EPARSE, &err, "has no band", "a pass level without a cut");
	pack.pass = BV_STR("two");
	pack.identifier = BV_STR("no code");
	CHECK(bv_setting_pack_write(&xml, &pack, &err) != BV_OK && xml.len == len, "an identifier that is none; nothing is written");
}

int
main(void)
{
	check_readings();
	check_limits();
	check_scores();
	check_components();
	check_panels();
	check_form();
	check_consistency();
	check_booklet();
	check_packs();
	return check_end();
}
