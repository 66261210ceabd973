#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cli/commands.h"
#include "tools/cli/cut_bookmark.h"
#include "tools/cli/cut_impact.h"
#include "tools/cli/cut_page.h"
#include "tools/cli/print.h"

static void
finish(struct cut_bookmark *in)
{
	for (size_t i = 0; in->result && i < in->judged.rounds * in->judged.levels; i++)
		bv_bookmark_finish(&in->result[i]);
	free(in->result);
	cut_booklet_finish(&in->booklet);
	bv_judgements_finish(&in->judged);
}
BV_AUTO_DEFINE_FINISH(struct cut_bookmark, finish)

static int
inputs_read(struct cut_bookmark *in, struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf judged = { 0 };
	const char *path = args->operands[0];
	struct bv_err err;
	int status;

	if ((status = cut_source_read(&judged, &in->outcome, path)))
		return status;
	if (bv_judgements_read(&in->judged, bv_buf_str(&judged), BV_JUDGED_PAGES, &err) != BV_OK)
		return fail(path, &err);
	if ((status = cut_booklet_load(&in->booklet, &in->outcome, args_get(args, "set"), args)))
		return status;
	in->result = bv_alloc_array(in->judged.rounds * in->judged.levels, sizeof in->result[0]);
	for (size_t r = 0; r < in->judged.rounds; r++)
		for (size_t l = 0; l < in->judged.levels; l++)
			if (bv_bookmark_make(&in->result[r * in->judged.levels + l], &in->judged, r, l, &in->booklet.pages, in->rule, &err) != BV_OK)
				return fail(path, &err);
	return 0;
}

static void
outcome_take(struct cut_bookmark *in, bool median)
{
	struct cut_outcome *o = &in->outcome;

	o->method = (struct bv_names){ BV_STR("đánh dấu trang (Bookmark)"), BV_STR("bookmark") };
	o->count = in->judged.levels;
	o->rounds = in->judged.rounds;
	for (size_t l = 0; l < o->count; l++) {
		const struct bv_bookmark *last = &in->result[(o->rounds - 1) * o->count + l];
		for (size_t r = 0; r < o->rounds; r++) {
			const struct bv_cut *cut = &in->result[r * o->count + l].theta;
			o->round[r].cut[l] = median ? cut->median : cut->mean;
			o->round[r].error[l] = median ? cut->error_median : bv_cut_error(cut);
		}
		o->level[l] = in->judged.level[l];
		o->theta[l] = o->round[o->rounds - 1].cut[l];
		o->error[l] = o->round[o->rounds - 1].error[l];
		o->bound[l] = fabs(last->theta.low) >= BV_BOOKLET_END || fabs(last->theta.high) >= BV_BOOKLET_END;
		snprintf(o->notes[l], sizeof o->notes[l], "%s of %zu judges, RP %.4g, page %g, round %zu", median ? "median" : "mean", last->theta.judges, in->booklet.rp,
		         last->page.median, in->judged.rounds);
	}
}

static int
run(struct args *args)
{
	BV_AUTO(finish) struct cut_bookmark in = { 0 };
	BV_AUTO(cut_impact_finish) struct cut_impact impact = { 0 };
	const char *rule = args_get(args, "cut-at");
	int status;

	while (rule && in.rule < BV_BOOKMARK_RULES && strcmp(rule, bv_bookmark_rule_name(in.rule)) != 0)
		in.rule++;
	if (in.rule == BV_BOOKMARK_RULES)
		return usage(args->cmd, "--cut-at is at, before or between");
	if ((status = cut_page_language(args)) || (status = inputs_read(&in, args)))
		return status;
	outcome_take(&in, args_has(args, "median"));
	if ((status = cut_rules_write(&in.outcome, args)) || (status = cut_impact_load(&impact, &in.outcome, args)) || (status = cut_page_bookmark(&in, &impact, args)))
		return status;
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = cut_bookmark_json(&in);
		cut_impact_json(json, &impact, &in.outcome);
		print_json(json);
	} else {
		cut_bookmark_print(&in);
		cut_impact_print(&impact, &in.outcome);
	}
	return EXIT_YES;
}

const struct cmd cmd_cut_bookmark = {
	.name = "cut bookmark",
	.operands = "JUDGEMENTS",
	.summary = "cut scores from bookmarks in an ordered item booklet",
	.about = "JUDGEMENTS is CSV with the columns judge, page, and where there are such round, level and panel. The booklet is that of cut booklet with the same --set, --rp, "
	         "--with-guessing and --items; a bookmark is at the first page that a borderline candidate has not mastered.\n\n"
	         "For each round and level: the cut in ability by judge and panel, mean and median, with the standard errors of judges and of panels. doc/standard-setting.md "
	         "explains every number.",
	.opts = (const struct opt[]){
		{ "set", "FILE", "parameters of the items, from calibrate", .required = true },
		CUT_BOOKLET_OPTIONS,
		{ "cut-at", "RULE", "at (the default): the location of the page with the bookmark; before: of the page before it; between: half way" },
		CUT_RULES_OPTIONS,
		CUT_IMPACT_OPTIONS,
		CUT_PAGE_OPTIONS,
		{ "json", NULL, "print everything as one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang cut bookmark scoring/setting/sample/bookmark.csv --set tests/vectors/analysis/sitting-set.json",
		"bangvang cut bookmark scoring/setting/sample/bookmark.csv --set tests/vectors/analysis/sitting-set.json --cut-at between --median --json",
		NULL,
	},
	.run = run,
};
