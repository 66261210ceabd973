#define _GNU_SOURCE
/* Sheets of marks and parameter sets: what is read, what is refused, and that a set says what its calibration found. */
#include <math.h>

#include "base/json.h"
#include "base/mem.h"
#include "scoring/irt/irt.h"
#include "tests/check.h"
#include "tests/scoring/load.h"

static enum bv_status
read_sheet(struct bv_irt_sheet **out, const char *text, struct bv_err *err)
{
	BV_AUTO(bv_irt_sheet_free) struct bv_irt_sheet *sheet = NULL;
	struct bv_str rest = bv_str_of(text), line;
	int number = 1;

	bv_str_line(&rest, &line);
	TRY(bv_irt_sheet_open(&sheet, line, err));
	while (bv_str_line(&rest, &line))
		TRY(bv_irt_sheet_add(sheet, line, ++number, err));
	*out = bv_steal(&sheet);
	return BV_OK;
}

static void
check_sheets(void)
{
	static const struct {
		const char *what, *text, *part;
		enum bv_status want;
		int line;
	} cases[] = {
		{ "commas", "a,b\n0,1\n", "", BV_OK, 0 },
		{ "semicolons, quotes, a byte order mark", "\xef\xbb\xbf\"id\";\"a, x\";b\n\"p1\";0;1\n", "", BV_OK, 0 },
		{ "tabs and three kinds of no answer", "a\tb\tc\n\tNA\t.\n", "", BV_OK, 0 },
		{ "a mark of 15", "a\n15\n", "", BV_OK, 0 },
		{ "a mark of 16", "a\n0\n16\n", "item 'a': '16'", BV_EPARSE, 3 },
		{ "a negative mark", "a\n-1\n", "'-1'", BV_EPARSE, 2 },
		{ "a mark with a point", "a\n1.0\n", "'1.0'", BV_EPARSE, 2 },
		{ "too few fields", "a,b\n1\n", "1 columns", BV_EPARSE, 2 },
		{ "too many fields", "a,b\n1,0,1\n", "more than the 2", BV_EPARSE, 2 },
		{ "an item twice", "a,b,a\n1,0,1\n", "'a' is there twice", BV_EPARSE, 1 },
		{ "two columns of persons", "id,person,a\n1,1,0\n", "twice", BV_EPARSE, 1 },
		{ "an item without a name", "a,,b\n", "column 2", BV_EPARSE, 1 },
		{ "no items", "id,group\n", "columns of items", BV_ELIMIT, 1 },
		{ "a group without a name", "group,a\n,1\n", "group ''", BV_EPARSE, 2 },
		{ "a name of 65 characters", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "name", BV_EPARSE, 1 },
		{ "a control character in an id", "id,a\np\1,1\n", "control", BV_EPARSE, 2 },
	};
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_irt_sheet_free) struct bv_irt_sheet *sheet = NULL;
		enum bv_status got = read_sheet(&sheet, cases[i].text, &err);
		CHECK(got == cases[i].want && (got == BV_OK || (err.line == cases[i].line && strstr(err.msg, cases[i].part))), "%s", cases[i].what);
		if (got != cases[i].want || (got && !strstr(err.msg, cases[i].part)))
			printf("# line %d: %s\n", err.line, err.msg);
	}
	BV_AUTO(bv_irt_sheet_free) struct bv_irt_sheet *sheet = NULL;
	CHECK_OK(read_sheet(&sheet, "id,group,a,b\nx,N,0,\ny,M,1,3\n\nz,N,,2\n", &err), &err, "a sheet with everything");
	const struct bv_irt_answers *answers = bv_irt_sheet_answers(sheet);
	int8_t marks[2];
	CHECK(bv_irt_answers_persons(answers) == 3 && bv_irt_answers_count(answers) == 4 && bv_irt_answers_items(answers) == 2, "an empty line is no person");
	CHECK(bv_irt_answers_marks(marks, answers, 1) == 1 && marks[0] == 1 && marks[1] == 3, "marks and group of the second");
	CHECK(bv_irt_answers_seen(answers, 1) == 0x0c && bv_irt_answers_given(answers, 0) == 2, "marks that were seen");
	CHECK(strcmp(bv_irt_sheet_person(sheet, 2), "z") == 0 && strcmp(bv_irt_sheet_group(sheet, 1), "M") == 0, "names");
}

static void
check_groups_limit(void)
{
	BV_AUTO(bv_irt_sheet_free) struct bv_irt_sheet *sheet = NULL;
	struct bv_err err;
	char line[32];
	enum bv_status status = BV_OK;

	CHECK_OK(bv_irt_sheet_open(&sheet, BV_STR("group,a"), &err), &err, "a sheet with groups");
	for (int g = 0; g <= BV_IRT_GROUPS_MAX; g++) {
		snprintf(line, sizeof line, "g%d,%d", g, g % 2);
		status = bv_irt_sheet_add(sheet, bv_str_of(line), g + 2, &err);
		if (g < BV_IRT_GROUPS_MAX)
			CHECK(status == BV_OK, "group %d", g + 1);
	}
	CHECK_REFUSED(status, BV_EPARSE, &err, "at most 16 groups", "one group too many");
}

static void
check_sets(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = load("scoring/irt/sample/marks.csv"), out = BV_BUF(8u << 20);
	BV_AUTO(bv_irt_sheet_free) struct bv_irt_sheet *sheet = NULL;
	BV_AUTO(bv_irt_set_free) struct bv_irt_set *set = NULL;
	struct bv_irt_settings settings = bv_irt_settings_default();
	struct bv_irt_fit fit;
	struct bv_err err;

	CHECK_OK(read_sheet(&sheet, text.p, &err), &err, "the sample");
	const struct bv_irt_answers *answers = bv_irt_sheet_answers(sheet);
	size_t count = bv_irt_answers_items(answers);
	struct bv_irt_estimate *estimates = bv_alloc_array(count, sizeof *estimates);
	for (size_t i = 0; i < count; i++)
		estimates[i].item.model = bv_irt_answers_seen(answers, i) > 3 ? BV_IRT_GPCM : i == 0 ? BV_IRT_3PL : BV_IRT_2PL;
	size_t nominal = 0;
	while (nominal < count && estimates[nominal].item.model != BV_IRT_GPCM)
		nominal++;
	estimates[nominal].item.model = BV_IRT_NOMINAL;
	settings.prior = (struct bv_irt_prior){ .a_sd = 1, .d_sd = 3, .c_alpha = 5, .c_beta = 17 };
	CHECK_OK(bv_irt_calibrate(&fit, estimates, answers, &settings, &err), &err, "calibrated");
	for (int k = 0; k < 2; k++) {
		double metric = k ? 1.702 : 1;
		bv_buf_clear(&out);
		bv_irt_set_write(&out, sheet, estimates, &fit, &settings, metric);
		CHECK_OK(bv_irt_set_parse(&set, bv_buf_str(&out), &err), &err, "a set is read as it was written");
		bool same = set->metric == metric && set->count == count && fabs(set->sd - sqrt(fit.groups[0].variance)) < 1e-15;
		for (size_t i = 0; i < count; i++) {
			const struct bv_irt_set_item *item = bv_irt_set_find(set, bv_str_of(bv_irt_sheet_item(sheet, i)));
			same &= item && item->item.model == estimates[i].item.model && item->marks == estimates[i].marks && item->item.c == estimates[i].item.c;
			same &= item && fabs(item->item.a - estimates[i].item.a) < 1e-14 && fabs(item->item.d[0] - estimates[i].item.d[0]) < 1e-14;
			for (int p = 0; item && p < bv_irt_param_count(&item->item); p++) {
				struct bv_irt_set_item read = *item;
				same &= fabs(*bv_irt_param(&read.item, p) - *bv_irt_param(&estimates[i].item, p)) < 1e-14;
				same &= fabs(*bv_irt_param(&read.error, p) - *bv_irt_param(&estimates[i].error, p)) < 1e-14;
			}
		}
		CHECK(same, "metric %g: the items are the same within a rounding", metric);
		bv_irt_set_free(bv_steal(&set));
	}
	static const struct {
		const char *what, *from, *to;
		enum bv_status want;
		const char *part;
	} refused[] = {
		{ "a parameter that was changed", "\"state\": \"estimated\"", "\"state\": \"fixed\"", BV_EDENIED, "was changed" },
		{ "another metric", "1.702", "1.7", BV_EDENIED, "was changed" },
		{ "another format", "bangvang-irt-1", "bangvang-irt-2", BV_EINVAL, "format" },
		{ "no hash", "\"hash\"", "\"has\"", BV_EINVAL, "hash" },
		{ "half a document", "\"items\"", "", BV_EPARSE, "" },
	};
	for (size_t i = 0; i < BV_COUNT(refused); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf bad = changed(bv_buf_str(&out), refused[i].from, refused[i].to);
		CHECK_REFUSED(bv_irt_set_parse(&set, bv_buf_str(&bad), &err), refused[i].want, &err, refused[i].part, refused[i].what);
	}
	struct bv_irt_set_item item = { .marks = 0x0b };
	CHECK(bv_irt_category(item.marks, 0) == 0 && bv_irt_category(item.marks, 1) == 1 && bv_irt_category(item.marks, 3) == 2, "categories of marks 0, 1 and 3");
	CHECK(bv_irt_category(item.marks, 2) == -1 && bv_irt_category(item.marks, 16) == -1 && bv_irt_category(item.marks, -1) == -1, "marks that a set does not know");
	free(estimates);
}

int
main(void)
{
	check_sheets();
	check_groups_limit();
	check_sets();
	return check_end();
}
