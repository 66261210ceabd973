#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cli/commands.h"
#include "tools/cli/cut_impact.h"
#include "tools/cli/cut_page.h"
#include "tools/cli/print.h"

enum { ROWS_SHOWN = 10 }; /* of the table of errors, to either side of the best cut */

static void
finish(struct cut_contrast *in)
{
	bv_contrast_finish(&in->result);
}
BV_AUTO_DEFINE_FINISH(struct cut_contrast, finish)

/* The scores of those in the group of that name, in one array behind the others. */
static size_t
group_take(double *out, const struct bv_scores *s, const char *name)
{
	size_t count = 0;

	for (size_t p = 0; p < s->persons; p++)
		if (bv_str_is(s->value[0][s->value_of[0][p]], name))
			out[count++] = s->score[p];
	return count;
}

static enum bv_status
groups_contrast(struct bv_contrast *out, const struct bv_scores *s, const struct bv_contrast_options *options, struct bv_err *err)
{
	double *all = bv_alloc_array(s->persons, sizeof all[0]);
	size_t above = group_take(all, s, "above"), below = group_take(all + above, s, "below"), borderline = group_take(all + above + below, s, "borderline");
	enum bv_status status = BV_OK;

	for (size_t v = 0; v < s->value_count[0]; v++) {
		struct bv_str name = s->value[0][v];
		if (name.len && !bv_str_is(name, "above") && !bv_str_is(name, "below") && !bv_str_is(name, "borderline"))
			status = bv_err_set(err, BV_EINVAL, "group '%.*s' is none of above, below, borderline (or empty: not known)", BV_STR_ARG(bv_str_sub(name, 0, 60)));
	}
	if (status == BV_OK)
		status = bv_contrast_make(out, all, above, all + above, below, all + above + below, borderline, options, err);
	free(all);
	return status;
}

/* The cut in ability: scores are abilities, or with a parameter set sums of marks. */
static int
outcome_take(struct cut_contrast *in, const struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = { 0 };
	BV_AUTO(bv_irt_set_free) struct bv_irt_set *set = NULL;
	BV_AUTO(bv_form_finish) struct bv_form form = { 0 };
	const struct bv_contrast_cut *cut = &in->result.cut[in->method];
	struct cut_outcome *o = &in->outcome;
	const char *path = args_get(args, "set"), *level = args_get(args, "level");
	struct bv_err err;
	int status;

	o->method = (struct bv_names){ BV_STR("nhóm đối chứng"), BV_STR("contrasting groups") };
	o->count = o->rounds = 1;
	o->level[0] = level ? bv_str_of(level) : BV_STR("1");
	o->theta[0] = o->round[0].cut[0] = cut->cut;
	o->error[0] = o->round[0].error[0] = isnan(cut->bootstrap) ? cut->error : cut->bootstrap;
	snprintf(o->notes[0], sizeof o->notes[0], "%s, score %.3f, %zu above, %zu below", bv_contrast_method_name(in->method), cut->cut, in->result.above, in->result.below);
	if (!path)
		return 0;
	if ((status = cut_source_read(&text, o, path)))
		return status;
	if (bv_irt_set_parse(&set, bv_buf_str(&text), &err) != BV_OK)
		return fail(path, &err);
	struct bv_str *names = bv_alloc_array(set->count, sizeof names[0]);
	for (size_t i = 0; i < set->count; i++)
		names[i] = bv_str_of(set->items[i].name);
	enum bv_status made = bv_form_make(&form, set, names, set->count, &err);
	free(names);
	if (made != BV_OK)
		return fail(path, &err);
	if (isnan(cut->cut))
		return 0;
	o->theta[0] = bv_form_ability(&o->bound[0], &form, cut->cut);
	o->error[0] /= bv_form_slope(&form, o->theta[0]);
	return 0;
}

static struct bv_json *
describe(const struct cut_contrast *in)
{
	struct bv_json *out = bv_json_new_object(), *cuts, *table;
	const struct bv_contrast *c = &in->result;

	bv_json_set_str(out, "method", BV_STR("contrast"));
	cut_json_sources(out, &in->outcome);
	bv_json_set_int(out, "above", (int64_t)c->above);
	bv_json_set_int(out, "below", (int64_t)c->below);
	bv_json_set_int(out, "borderline", (int64_t)c->borderline);
	json_set_number(out, "aboveMean", c->above_mean);
	json_set_number(out, "belowMean", c->below_mean);
	json_set_number(out, "intercept", c->intercept);
	json_set_number(out, "slope", c->slope);
	bv_json_set_int(out, "crossings", (int64_t)c->crossings);
	cuts = bv_json_set(out, "ways", bv_json_new_object());
	for (size_t m = 0; m < BV_CONTRAST_METHODS; m++) {
		struct bv_json *one = bv_json_set(cuts, bv_contrast_method_name((enum bv_contrast_method)m), bv_json_new_object());
		json_set_number(one, "cut", c->cut[m].cut);
		json_set_number(one, "error", c->cut[m].error);
		json_set_number(one, "bootstrap", c->cut[m].bootstrap);
		bv_json_set_int(one, "draws", (int64_t)c->cut[m].draws);
	}
	bv_json_set_str(out, "chosen", bv_str_of(bv_contrast_method_name(in->method)));
	cut_json_cuts(out, &in->outcome);
	json_set_number(out, "leastCost", c->table[c->best].cut);
	table = bv_json_set(out, "errors", bv_json_new_array());
	for (size_t k = 0; k < c->table_count; k++) {
		struct bv_json *row = bv_json_add(table, bv_json_new_object());
		json_set_number(row, "cut", c->table[k].cut);
		bv_json_set_int(row, "falseBelow", (int64_t)c->table[k].false_below);
		bv_json_set_int(row, "falseAbove", (int64_t)c->table[k].false_above);
		json_set_number(row, "cost", c->table[k].cost);
	}
	return out;
}

static void
print_contrast(const struct cut_contrast *in)
{
	const struct bv_contrast *c = &in->result;

	printf("%zu above (mean %.3f), %zu below (mean %.3f), %zu on the borderline\n\nway               cut   error  bootstrap\n", c->above, c->above_mean, c->below, c->below_mean, c->borderline);
	for (size_t m = 0; m < BV_CONTRAST_METHODS; m++) {
		print_column(bv_str_of(bv_contrast_method_name((enum bv_contrast_method)m)), 12);
		print_cell(c->cut[m].cut, 8, 3);
		print_cell(c->cut[m].error, 7, 3);
		print_cell(c->cut[m].bootstrap, 10, 3);
		puts(m == (size_t)in->method ? "  goes on" : "");
	}
	printf("\nability of the cut: %s", isnan(in->outcome.theta[0]) ? "–" : "");
	if (!isnan(in->outcome.theta[0]))
		printf("%.4f", in->outcome.theta[0]);
	puts("\n\n     cut  above that fail  below that pass     cost");
	for (size_t k = c->best > ROWS_SHOWN ? c->best - ROWS_SHOWN : 0; k < c->table_count && k <= c->best + ROWS_SHOWN; k++)
		printf("%8.3f  %15zu  %15zu %8.2f%s\n", c->table[k].cut, c->table[k].false_below, c->table[k].false_above, c->table[k].cost, k == c->best ? "  least" : "");
}

static int
options_read(struct cut_contrast *in, struct bv_contrast_options *options, const struct args *args)
{
	const char *method = args_get(args, "way"), *ratio = args_get(args, "cost-ratio");
	struct bv_err err;
	int64_t draws;

	while (method && in->method < BV_CONTRAST_METHODS && strcmp(method, bv_contrast_method_name(in->method)) != 0)
		in->method++;
	if (in->method == BV_CONTRAST_METHODS)
		return usage(args->cmd, "--way is logistic, means, medians, densities or borderline");
	if (ratio && (!bv_str_double(bv_str_of(ratio), &options->ratio) || !(options->ratio >= 0.01 && options->ratio <= 100)))
		return usage(args->cmd, "--cost-ratio is a number from 0.01 to 100");
	if (args_count(&draws, args, "draws", 1000, &err) != BV_OK || (args_get(args, "seed") && args_hex(options->seed, sizeof options->seed, args, "seed", &err) != BV_OK))
		return usage(args->cmd, "%s", err.msg);
	if (draws > BV_CONTRAST_DRAWS_MAX)
		return usage(args->cmd, "--draws is at most %d", BV_CONTRAST_DRAWS_MAX);
	options->draws = (size_t)draws;
	return 0;
}

static int
run(struct args *args)
{
	BV_AUTO(finish) struct cut_contrast in = { .method = BV_CONTRAST_LOGISTIC };
	BV_AUTO(cut_impact_finish) struct cut_impact impact = { 0 };
	BV_AUTO(bv_scores_finish) struct bv_scores scores = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf text = { 0 };
	struct bv_contrast_options options = { .ratio = 1 };
	const char *path = args->operands[0], *known = args_get(args, "known"), *score = args_get(args, "known-score");
	struct bv_err err;
	int status;

	if ((status = cut_page_language(args)) || (status = options_read(&in, &options, args)) || (status = cut_source_read(&text, &in.outcome, path)))
		return status;
	if (bv_scores_read(&scores, bv_buf_str(&text), &(struct bv_scores_columns){ score ? score : "score", NULL, { known ? known : "group" }, 1 }, &err) != BV_OK ||
	    groups_contrast(&in.result, &scores, &options, &err) != BV_OK)
		return fail(path, &err);
	if ((status = outcome_take(&in, args)) || (status = cut_rules_write(&in.outcome, args)) || (status = cut_impact_load(&impact, &in.outcome, args)) ||
	    (status = cut_page_contrast(&in, &impact, args)))
		return status;
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = describe(&in);
		cut_impact_json(json, &impact, &in.outcome);
		print_json(json);
	} else {
		print_contrast(&in);
		cut_impact_print(&impact, &in.outcome);
	}
	return EXIT_YES;
}

const struct cmd cmd_cut_contrast = {
	.name = "cut contrast",
	.operands = "SCORES",
	.summary = "a cut score from persons who are known to have a level and persons who are known not to",
	.about = "SCORES is CSV with the columns score and group: above, below, borderline, or empty where it is not known. Others have judged the persons, without their scores.\n\n"
	         "The cut by logistic regression, half way between means and between medians, where the smoothed densities cross, and the median of the borderline group; standard "
	         "errors by formula and by a bootstrap; how many would be misplaced at each possible cut. Scores are abilities, or with --set sums of marks on its items. "
	         "doc/standard-setting.md explains every number.",
	.opts = (const struct opt[]){
		{ "way", "WAY", "whose cut goes on: logistic (the default), means, medians, densities or borderline" },
		{ "cost-ratio", "R", "what it costs to pass one who should fail, where failing one who should pass costs 1: 1" },
		{ "draws", "N", "of the bootstrap: 1000; 0: none" },
		{ "seed", "HEX", "of the draws, 64 digits: zeros" },
		{ "known", "COLUMN", "the column of groups: group" },
		{ "known-score", "COLUMN", "the column of scores: score" },
		{ "set", "FILE", "scores are sums of marks on the items of this parameter set" },
		{ "level", "CODE", "the level whose cut it is: 1" },
		CUT_RULES_OPTIONS,
		CUT_IMPACT_OPTIONS,
		CUT_PAGE_OPTIONS,
		{ "json", NULL, "print everything as one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang cut contrast scoring/setting/sample/contrast.csv",
		"bangvang cut contrast scoring/setting/sample/contrast.csv --way densities --cost-ratio 2 --json",
		NULL,
	},
	.run = run,
};
