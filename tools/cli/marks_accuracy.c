#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "tools/cli/marks_levels.h"

struct report {
	struct bv_json *rows; /* NULL: CSV */
	const struct marks_levels *levels;
	int sums[BV_IRT_CUTS_MAX]; /* cut scores of the sum of marks */
};

/* One line: the cuts from `from`, so many. */
static void
add_row(struct report *report, const char *method, size_t from, size_t count, const struct bv_irt_classification *got)
{
	bool marks = method[0] != 'r';
	/* Below a cut is what a test is to find, as a disease: Youden 1950. */
	double sensitivity = got->below_right / (got->below_right + got->above_wrong), specificity = got->above_right / (got->above_right + got->below_wrong);
	const struct { const char *name; double value; } rates[] = {
		{ "belowRight", got->below_right }, { "belowWrong", got->below_wrong }, { "aboveRight", got->above_right }, { "aboveWrong", got->above_wrong },
		{ "sensitivity", sensitivity }, { "specificity", specificity }, { "positivePredictive", got->below_right / (got->below_right + got->below_wrong) },
		{ "negativePredictive", got->above_right / (got->above_right + got->above_wrong) }, { "youden", sensitivity + specificity - 1 },
	};

	if (!report->rows) {
		printf("%s,", method);
		for (size_t k = from; k < from + count; k++)
			marks ? printf("%s%d", k > from ? " " : "", report->sums[k]) : printf("%s%.10g", k > from ? " " : "", report->levels->cuts[k]);
		printf(",%.10g,%.10g,%.10g", got->accuracy, got->consistency, got->kappa);
		for (size_t k = 0; k < BV_COUNT(rates); k++)
			count == 1 && isfinite(rates[k].value) ? printf(",%.10g", rates[k].value) : printf(",");
		putchar('\n');
		return;
	}
	struct bv_json *row = bv_json_add(report->rows, bv_json_new_object()), *cuts;
	bv_json_set_str(row, "method", bv_str_of(method));
	cuts = bv_json_set(row, "cuts", bv_json_new_array());
	for (size_t k = from; k < from + count; k++)
		bv_json_add(cuts, marks ? bv_json_new_int(report->sums[k]) : bv_json_new_real(report->levels->cuts[k]));
	bv_json_set(row, "accuracy", bv_json_new_real(got->accuracy));
	bv_json_set(row, "consistency", bv_json_new_real(got->consistency));
	bv_json_set(row, "kappa", bv_json_new_real(got->kappa));
	for (size_t k = 0; count == 1 && k < BV_COUNT(rates); k++)
		bv_json_set(row, rates[k].name, isfinite(rates[k].value) ? bv_json_new_real(rates[k].value) : bv_json_new_null());
}

/* --sum-cuts, or for each cut score of ability the least sum that is not below what is expected there. */
static enum bv_status
find_sums(struct report *report, const struct args *args, const struct bv_irt_item *items, size_t count, struct bv_err *err)
{
	struct bv_str text = bv_str_of(args_get(args, "sum-cuts"));
	int64_t max = (int64_t)bv_irt_marks_max(items, count);

	for (size_t k = 0; k < report->levels->rule.band_count; k++) {
		double expected = 0;
		int64_t sum;
		for (size_t i = 0; i < count; i++)
			expected += bv_irt_expected(&items[i], report->levels->cuts[k]);
		sum = (int64_t)ceil(expected - 1e-9);
		if (text.p) {
			size_t comma = bv_str_find(text, ',');
			struct bv_str word = bv_str_sub(text, 0, comma);
			bool last = comma == text.len;
			if (!bv_str_int(word, &sum) || (last != (k + 1 == report->levels->rule.band_count)))
				return bv_err_set(err, BV_EINVAL, "--sum-cuts: as many whole numbers as cut scores of ability, with commas between");
			text = bv_str_sub(text, comma + 1, text.len);
		}
		if (sum < 1 || sum > max || (k && sum <= report->sums[k - 1]))
			return bv_err_set(err, BV_EINVAL, "cut score %zu is the sum %lld: sums must rise, from 1 to %lld; name them with --sum-cuts", k + 1, (long long)sum,
			                  (long long)max);
		report->sums[k] = (int)sum;
	}
	return BV_OK;
}

static void
add_rows(struct report *report, const struct bv_irt_item *items, size_t count, double mean, double sd, const struct bv_irt_true_marks *marks)
{
	size_t cuts = report->levels->rule.band_count;
	int max = (int)bv_irt_marks_max(items, count);

	/* Each cut alone, then all together where there are several. */
	for (size_t k = 0; k < cuts + (cuts > 1); k++) {
		size_t from = k < cuts ? k : 0, n = k < cuts ? 1 : cuts;
		struct bv_irt_classification got;
		bv_irt_rudner(&got, items, count, report->levels->cuts + from, n, mean, sd);
		add_row(report, "rudner", from, n, &got);
		bv_irt_lee(&got, items, count, report->sums + from, n, mean, sd);
		add_row(report, "lee", from, n, &got);
		if (marks) {
			bv_irt_livingston_lewis(&got, marks, max, report->sums + from, n);
			add_row(report, "livingston-lewis", from, n, &got);
		}
	}
}

static struct bv_json *
marks_json(const struct bv_irt_true_marks *marks, size_t persons, double alpha)
{
	struct bv_json *out = bv_json_new_object();

	bv_json_set_int(out, "persons", (int64_t)persons);
	bv_json_set(out, "reliability", bv_json_new_real(alpha));
	bv_json_set(out, "effectiveLength", bv_json_new_real(marks->length));
	bv_json_set(out, "alpha", bv_json_new_real(marks->alpha));
	bv_json_set(out, "beta", bv_json_new_real(marks->beta));
	bv_json_set(out, "low", bv_json_new_real(marks->low));
	bv_json_set(out, "high", bv_json_new_real(marks->high));
	bv_json_set_int(out, "parameters", marks->four ? 4 : 2);
	return out;
}

int
marks_accuracy_print(const struct marks_levels *levels, const struct args *args, const struct bv_irt_item *items, size_t count, double mean, double sd,
                     const struct bv_irt_answers *answers)
{
	BV_AUTO(bv_json_free) struct bv_json *document = args_has(args, "json") ? bv_json_new_object() : NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF((size_t)16 << 20);
	struct report report = { .levels = levels };
	struct bv_irt_true_marks marks;
	struct bv_err err;
	double alpha;
	size_t persons = 0;
	int max = (int)bv_irt_marks_max(items, count);

	if (find_sums(&report, args, items, count, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	size_t *counts = bv_alloc_array((size_t)max + 1, sizeof *counts);
	bv_irt_answers_sums(counts, max, &alpha, answers);
	for (int s = 0; s <= max; s++)
		persons += counts[s];
	bool fitted = bv_irt_true_marks_fit(&marks, counts, max, isnan(alpha) ? 0 : alpha, &err) == BV_OK;
	free(counts);
	if (!fitted)
		fprintf(stderr, "left out: %s (%zu persons answered every item)\n", err.msg, persons);
	if (document) {
		report.rows = bv_json_set(document, "classification", bv_json_new_array());
		bv_json_set(document, "marks", fitted ? marks_json(&marks, persons, alpha) : bv_json_new_null());
	} else {
		puts("method,cuts,accuracy,consistency,kappa,below_right,below_wrong,above_right,above_wrong,sensitivity,specificity,positive_predictive,negative_predictive,youden");
	}
	add_rows(&report, items, count, mean, sd, fitted ? &marks : NULL);
	if (document) {
		bv_json_write_pretty(&text, document);
		fwrite(text.p, 1, text.len, stdout);
	}
	return EXIT_YES;
}
