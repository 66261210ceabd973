#include <math.h>
#include <stdio.h>

#include "tools/cli/commands.h"
#include "tools/cli/cut_impact.h"
#include "tools/cli/marks_levels.h"
#include "tools/cli/print.h"

/* One error for all cuts, or one for each. */
static int
errors_read(struct cut_outcome *o, const struct args *args)
{
	struct bv_str rest = bv_str_of(args_get(args, "errors"));
	size_t count = 0;

	for (size_t l = 0; !rest.len && l < o->count; l++)
		o->round[0].error[l] = NAN;
	for (; rest.len; count++) {
		size_t comma = bv_str_find(rest, ',');
		int64_t milli;
		if (!bv_str_decimal(bv_str_sub(rest, 0, comma), 3, &milli) || milli < 0 || milli > 3000 || count == o->count)
			return usage(args->cmd, "--errors are numbers from 0 to 3 with at most three decimals: one for all cuts, or one for each of the %zu", o->count);
		o->round[0].error[count] = (double)milli / 1000;
		rest = bv_str_sub(rest, comma + 1, rest.len);
	}
	if (count > 1 && count != o->count)
		return usage(args->cmd, "--errors: give one for all cuts, or one for each of the %zu", o->count);
	for (size_t l = 1; count == 1 && l < o->count; l++)
		o->round[0].error[l] = o->round[0].error[0];
	return 0;
}

static int
run(struct args *args)
{
	BV_AUTO(cut_impact_finish) struct cut_impact impact = { 0 };
	struct marks_levels levels = { 0 };
	struct cut_outcome o = { .rounds = 1 };
	int status = marks_levels_load(&levels, args);

	if (!status && !levels.rule.band_count)
		status = usage(args->cmd, "give the cuts: --rules or --cuts");
	o.count = levels.rule.band_count;
	for (size_t l = 0; l < o.count; l++) {
		o.level[l] = marks_level_name(&levels, l + 1);
		o.round[0].cut[l] = o.theta[l] = levels.cuts[l];
	}
	if (!status)
		status = errors_read(&o, args);
	if (!status)
		status = cut_impact_read(&impact, args->operands[0], args);
	if (!status && args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
		for (size_t l = 0; l < o.count; l++)
			o.error[l] = o.round[0].error[l];
		cut_json_cuts(json, &o);
		cut_impact_json(json, &impact, &o);
		print_json(json);
	} else if (!status) {
		cut_impact_print(&impact, &o);
	}
	marks_levels_finish(&levels);
	return status;
}

const struct cmd cmd_cut_impact = {
	.name = "cut impact",
	.operands = "SCORES",
	.summary = "how many candidates would be at each level by cut scores, and by neighbouring ones",
	.about = "SCORES is CSV with the columns theta and se, as rate marks prints it. Prints the share of candidates below every level and at each, by their abilities, and with the "
	         "errors of these: the mean of the probabilities of each level; in total and by the columns that --group names; with --errors also by cuts one and two standard errors "
	         "lower and higher.",
	.opts = (const struct opt[]){
		{ "rules", "FILE", "the cuts of a rule pack by ability" },
		{ "cuts", "LIST", "cuts of ability, rising, as -0.5,0.8" },
		{ "errors", "LIST", "standard errors of the cuts: one for all, or one for each" },
		CUT_SCORES_OPTIONS,
		{ "json", NULL, "print everything as one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang cut impact scoring/setting/sample/scores.csv --cuts -0.4,0.7 --errors 0.1 --group unit --group gender",
		"bangvang cut impact scoring/setting/sample/scores.csv --rules rules/vn-irt-bands.xml --json",
		NULL,
	},
	.run = run,
};
