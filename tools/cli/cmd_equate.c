#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/cli/commands.h"
#include "tools/cli/equate_sums.h"
#include "tools/cli/link_options.h"
#include "tools/cli/marks_file.h"
#include "tools/cli/print.h"

static struct bv_json *
describe(const struct bv_equate *e, const struct bv_equate_options *options)
{
	struct bv_json *out = bv_json_new_object();

	bv_json_set_str(out, "method", bv_str_of(options->linked ? "none" : bv_link_method_name(options->link.method)));
	json_set_number(out, "slope", e->slope);
	json_set_number(out, "shift", e->shift);
	bv_json_set_int(out, "common", (int64_t)e->common);
	struct bv_json *scores = bv_json_set(out, "scores", bv_json_new_array());
	for (size_t s = 0; s <= e->high; s++) {
		struct bv_json *row = bv_json_add(scores, bv_json_new_object());
		bv_json_set_int(row, "score", (int64_t)s);
		json_set_number(row, "ability", e->score[s].theta);
		json_set_number(row, "true", e->score[s].true_score);
		json_set_number(row, "trueError", e->score[s].true_error);
		json_set_number(row, "observed", e->score[s].observed_score);
		json_set_number(row, "observedError", e->score[s].observed_error);
	}
	return out;
}

static void
print_table(const struct bv_equate *e, const struct bv_equate_options *options)
{
	if (options->linked)
		printf("scores 0 to %zu, as scores 0 to %zu\n\n", e->high, e->target_high);
	else
		printf("%s, %zu common items: slope %.6f, shift %.6f; scores 0 to %zu, as scores 0 to %zu\n\n", bv_link_method_name(options->link.method), e->common, e->slope, e->shift,
		       e->high, e->target_high);
	puts("score  ability  by true score (error)  by observed score (error)");
	for (size_t s = 0; s <= e->high; s++) {
		const struct bv_equate_score *row = &e->score[s];
		printf("%5zu  ", s);
		print_number(row->theta, "%7.3f", "      –");
		printf("  %12.3f ", row->true_score);
		print_number(row->true_error, "(%.3f)", "       ");
		printf("  %15.3f ", row->observed_score);
		print_number(row->observed_error, "(%.3f)", "");
		putchar('\n');
	}
}

static int
run(struct args *args)
{
	BV_AUTO(bv_irt_set_free) struct bv_irt_set *form = NULL, *target = NULL;
	BV_AUTO(bv_equate_finish) struct bv_equate equate = { 0 };
	struct bv_equate_options options = { .link = { .method = BV_LINK_STOCKING_LORD }, .weight = 0.5 };
	const char *weight = args_get(args, "population");
	struct bv_err err;
	int status;

	if (args_has(args, "sums"))
		return equate_sums(args);
	if (args_get(args, "smooth") || args_get(args, "id"))
		return usage(args->cmd, "--smooth and --id are of the comparison of sheets: --sums");
	options.linked = args_has(args, "linked");
	options.target_moves = args_has(args, "target-moves");
	options.no_errors = args_has(args, "no-errors");
	if (link_options_read(&options.link, args, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (weight && (!bv_str_double(bv_str_of(weight), &options.weight) || !(options.weight >= 0 && options.weight <= 1)))
		return usage(args->cmd, "--population is a share from 0 to 1, as 0.5");
	if ((status = parameter_set_load(&form, args->operands[0])) || (status = parameter_set_load(&target, args->operands[1])))
		return status;
	if (bv_equate_make(&equate, form, target, &options, &err) != BV_OK)
		return fail(args->operands[0], &err);
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = describe(&equate, &options);
		print_json(json);
	} else
		print_table(&equate, &options);
	return EXIT_YES;
}

const struct cmd cmd_equate = {
	.name = "equate",
	.operands = "FORM TARGET",
	.summary = "which score of one form is which of another",
	.about = "FORM and TARGET are parameter sets whose items are the items of two forms. For every score of FORM: the expected score on TARGET of who expects this one "
	         "(true scores), and the score on TARGET with the same percentile rank (observed scores), with the standard errors that those of the parameters bring.\n\n"
	         "The sets are put on one scale by the items of the same name, as link does, unless --linked says that they are on one.\n\n"
	         "With --sums, FORM and TARGET are sheets of scores, as analyse reads them, of two groups of persons who were drawn alike: the sums are compared without a model, by means, "
	         "linearly, by percentile ranks and by a circle's arc.",
	.opts = (const struct opt[]){
		LINK_OPTIONS,
		{ "linked", NULL, "the sets are on one scale already" },
		{ "target-moves", NULL, "put TARGET on the scale of FORM, not FORM on that of TARGET" },
		{ "population", "SHARE", "weight of FORM's population among both, for observed scores: 0.5" },
		{ "no-errors", NULL, "without standard errors, which take most of the time" },
		{ "sums", NULL, "FORM and TARGET are sheets of scores, not parameter sets: no model, and none of the options above" },
		{ "smooth", "DEGREE", "with --sums: also by percentile ranks of sums that a log-linear polynomial of this degree has smoothed, 1 to 10, as 4" },
		{ "id", "COLUMN", "with --sums: the column that names persons" },
		{ "json", NULL, "print everything as one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang equate tests/vectors/analysis/next-set.json tests/vectors/analysis/sitting-set.json",
		"bangvang equate tests/vectors/analysis/next-set.json tests/vectors/analysis/sitting-set.json --method haebara --population 1 --json",
		"bangvang equate --sums --smooth 4 --id ticket tests/vectors/analysis/form-a.csv tests/vectors/analysis/form-b.csv",
		NULL,
	},
	.run = run,
};
