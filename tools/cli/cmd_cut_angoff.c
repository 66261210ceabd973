#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cli/commands.h"
#include "tools/cli/cut_impact.h"
#include "tools/cli/cut_page.h"
#include "tools/cli/marks_file.h"
#include "tools/cli/print.h"

/* How easy each item was for those who sat, or is expected to be for the population of the set; NaN where nobody answered. */
static enum bv_status
easiness_of_marks(double *out, const struct bv_judgements *j, const struct bv_irt_sheet *sheet, struct bv_err *err)
{
	const struct bv_irt_answers *answers = bv_irt_sheet_answers(sheet);
	size_t columns = bv_irt_answers_items(answers), known = 0;
	int8_t *marks = bv_alloc_array(columns, 1);
	double *sum = bv_alloc_array(columns, sizeof sum[0]);

	for (size_t p = 0; p < bv_irt_answers_persons(answers); p++) {
		bv_irt_answers_marks(marks, answers, p);
		for (size_t c = 0; c < columns; c++)
			sum[c] += marks[c] > 0 ? marks[c] : 0;
	}
	for (size_t i = 0; i < j->items; i++) {
		out[i] = NAN;
		for (size_t c = 0; c < columns; c++)
			if (bv_str_is(j->item[i], bv_irt_sheet_item(sheet, c)) && bv_irt_answers_given(answers, c)) {
				out[i] = sum[c] / (double)bv_irt_answers_given(answers, c) / j->full[i];
				known++;
			}
	}
	free(marks);
	free(sum);
	return known ? BV_OK : bv_err_set(err, BV_EINVAL, "no column of the sheet is an item that was judged");
}

static void
easiness_of_set(double *out, const struct bv_judgements *j, const struct bv_form *form, const struct bv_irt_set *set)
{
	for (size_t i = 0; i < j->items; i++) {
		double sum = 0, weight = 0;
		for (int q = 0; q < BV_IRT_NODES; q++) {
			double z = (bv_irt_node(q) - set->mean) / set->sd, w = bv_exponential(-z * z / 2);
			sum += w * bv_form_item_mark(form->item[i], bv_irt_node(q));
			weight += w;
		}
		out[i] = sum / weight / j->full[i];
	}
}

static enum bv_status
full_marks_check(const struct bv_judgements *j, const struct bv_form *form, struct bv_err *err)
{
	for (size_t i = 0; i < j->items; i++) {
		int top = 31 - __builtin_clz(form->item[i]->marks);
		if (j->full[i] != top)
			return bv_err_set(err, BV_EINVAL, "item '%.*s' has marks up to %d in the parameter set and %g in the judgements: give the column 'max'", BV_STR_ARG(j->item[i]), top,
			                  j->full[i]);
	}
	return BV_OK;
}

static int
inputs_read(struct cut_angoff *in, struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf judged = { 0 }, set = { 0 }, marks = { 0 };
	BV_AUTO(bv_irt_sheet_free) struct bv_irt_sheet *sheet = NULL;
	const char *path = args->operands[0], *set_path = args_get(args, "set"), *marks_path = args_get(args, "marks");
	struct bv_err err;
	int status;

	if ((status = cut_source_read(&judged, &in->outcome, path)))
		return status;
	if (bv_judgements_read(&in->judged, bv_buf_str(&judged), in->kind, &err) != BV_OK)
		return fail(path, &err);
	if (set_path) {
		if ((status = cut_source_read(&set, &in->outcome, set_path)))
			return status;
		if (bv_irt_set_parse(&in->set, bv_buf_str(&set), &err) != BV_OK || bv_form_make(&in->form, in->set, in->judged.item, in->judged.items, &err) != BV_OK ||
		    full_marks_check(&in->judged, &in->form, &err) != BV_OK)
			return fail(set_path, &err);
	}
	if (!set_path && !marks_path)
		return 0;
	in->easiness = bv_alloc_array(in->judged.items, sizeof in->easiness[0]);
	if (!marks_path) {
		easiness_of_set(in->easiness, &in->judged, &in->form, in->set);
		return 0;
	}
	if ((status = marks_file_load(&sheet, marks_path)))
		return status;
	return easiness_of_marks(in->easiness, &in->judged, sheet, &err) == BV_OK ? 0 : fail(marks_path, &err);
}

/* The cut of a round in ability, or without parameters in marks. */
static void
round_take(double *cut, double *error, const struct cut_angoff *in, const struct bv_angoff *a, bool median)
{
	double mean_error = bv_cut_error(&a->sum), sum_error = median ? a->sum.error_median : mean_error;

	*cut = in->set ? (median ? a->theta_median : a->theta) : median ? a->sum.median : a->sum.mean;
	*error = !in->set ? sum_error : median && mean_error > 0 ? a->theta_error / mean_error * sum_error : a->theta_error;
}

static void
outcome_take(struct cut_angoff *in, bool median)
{
	struct cut_outcome *o = &in->outcome;

	o->method = in->kind == BV_JUDGED_YES_NO ? (struct bv_names){ BV_STR("Angoff có/không"), BV_STR("yes/no Angoff") }
	                                         : (struct bv_names){ BV_STR("Angoff cải tiến"), BV_STR("modified Angoff") };
	o->count = in->judged.levels;
	o->rounds = in->judged.rounds;
	for (size_t l = 0; l < o->count; l++) {
		const struct bv_angoff *last = &in->result[(o->rounds - 1) * o->count + l];
		for (size_t r = 0; r < o->rounds; r++)
			round_take(&o->round[r].cut[l], &o->round[r].error[l], in, &in->result[r * o->count + l], median);
		o->level[l] = in->judged.level[l];
		o->theta[l] = in->set ? o->round[o->rounds - 1].cut[l] : NAN;
		o->error[l] = in->set ? o->round[o->rounds - 1].error[l] : NAN;
		o->bound[l] = last->bound;
		snprintf(o->notes[l], sizeof o->notes[l], "%s %.2f of %g marks, %zu judges, round %zu", median ? "median" : "mean", median ? last->sum.median : last->sum.mean,
		         last->full, last->sum.judges, in->judged.rounds);
	}
}

static void
finish(struct cut_angoff *in)
{
	for (size_t i = 0; in->result && i < in->judged.rounds * in->judged.levels; i++)
		bv_angoff_finish(&in->result[i]);
	free(in->result);
	free(in->easiness);
	bv_form_finish(&in->form);
	bv_irt_set_free(in->set);
	bv_judgements_finish(&in->judged);
}
BV_AUTO_DEFINE_FINISH(struct cut_angoff, finish)

static int
run(struct args *args)
{
	BV_AUTO(finish) struct cut_angoff in = { .kind = BV_JUDGED_MARKS };
	BV_AUTO(cut_impact_finish) struct cut_impact impact = { 0 };
	const char *kind = args_get(args, "ratings");
	int status;

	while (kind && in.kind < BV_JUDGED_PAGES && strcmp(kind, bv_judgement_kind_name(in.kind)) != 0)
		in.kind++;
	if (in.kind == BV_JUDGED_PAGES)
		return usage(args->cmd, "--ratings is marks, percent or yes-no");
	if ((status = cut_page_language(args)) || (status = inputs_read(&in, args)))
		return status;
	in.result = bv_alloc_array(in.judged.rounds * in.judged.levels, sizeof in.result[0]);
	for (size_t r = 0; r < in.judged.rounds; r++)
		for (size_t l = 0; l < in.judged.levels; l++)
			bv_angoff_make(&in.result[r * in.judged.levels + l], &in.judged, r, l, in.set ? &in.form : NULL, in.easiness);
	outcome_take(&in, args_has(args, "median"));
	if ((status = cut_rules_write(&in.outcome, args)) || (status = cut_impact_load(&impact, &in.outcome, args)) || (status = cut_page_angoff(&in, &impact, args)))
		return status;
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = cut_angoff_json(&in);
		cut_impact_json(json, &impact, &in.outcome);
		print_json(json);
	} else {
		cut_angoff_print(&in);
		cut_impact_print(&impact, &in.outcome);
	}
	return EXIT_YES;
}

const struct cmd cmd_cut_angoff = {
	.name = "cut angoff",
	.operands = "JUDGEMENTS",
	.summary = "cut scores from what judges expect of a borderline candidate on each item (modified Angoff)",
	.about = "JUDGEMENTS is CSV with the columns judge, item, rating, and where there are such round, level, panel and max (the full mark of an item; 1 without it). A rating "
	         "is the mark that the judge expects of a candidate who only just has the level.\n\n"
	         "For each round and level: the cut by judge, by panel, mean and median, its standard errors, how judges agree, who is far from the others or out of step with "
	         "how hard the items are. With a parameter set (--set) the cut as an ability too, which a rule pack needs. doc/standard-setting.md explains every number.",
	.opts = (const struct opt[]){
		{ "ratings", "KIND", "marks (the default), percent (of the full mark) or yes-no" },
		{ "set", "FILE", "parameters of the items, from calibrate" },
		{ "marks", "FILE", "a sheet of marks: how easy the items really were; without it what the set expects" },
		CUT_RULES_OPTIONS,
		CUT_IMPACT_OPTIONS,
		CUT_PAGE_OPTIONS,
		{ "json", NULL, "print everything as one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang cut angoff scoring/setting/sample/angoff.csv",
		"bangvang cut angoff scoring/setting/sample/angoff.csv --set tests/vectors/analysis/sitting-set.json --rules-out cuts.xml --standard standards/vn-tt02-2025.xml "
		"--rules-id cuts-2026 --held 2026-11-21 --from 2026-12-01 --by 'Hội đồng xác định điểm chuẩn'",
		NULL,
	},
	.run = run,
};
