#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/chart.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "tools/cli/assembly_items.h"
#include "tools/cli/commands.h"

struct study {
	struct bv_assembly_bank *bank;
	struct bv_design *design;
	struct bv_adaptive_rules rules;
	struct bv_study_plan plan;
	uint8_t seed[BV_HASH_LEN];
	struct bv_study result;
	uint32_t *chances; /* of items, or NULL */
	double cap;        /* that they are tuned for */
	double seconds;
};

static void
finish_inputs(struct study *s)
{
	bv_assembly_bank_free(s->bank);
	bv_design_free(s->design);
	bv_study_finish(&s->result);
	free(s->chances);
}
BV_AUTO_DEFINE_FINISH(struct study, finish_inputs)

static enum bv_status
real(double *out, const struct args *args, const char *name, struct bv_err *err)
{
	const char *said = args_get(args, name);

	if (said && (!bv_str_double(bv_str_of(said), out) || !isfinite(*out)))
		return bv_err_set(err, BV_EINVAL, "--%s: '%s' is not a number", name, said);
	return BV_OK;
}

static enum bv_status
whole(size_t *out, const struct args *args, const char *name, struct bv_err *err)
{
	int64_t value;

	TRY(args_count(&value, args, name, (int64_t)*out, err));
	*out = (size_t)value;
	return BV_OK;
}

static enum bv_status
read_cuts(struct bv_study_plan *plan, const char *said, struct bv_err *err)
{
	struct bv_str rest = bv_str_of(said);

	while (rest.len) {
		size_t comma = bv_str_find(rest, ',');
		if (plan->cut_count == BV_STUDY_CUTS_MAX || !bv_str_double(bv_str_trim(bv_str_sub(rest, 0, comma)), &plan->cuts[plan->cut_count++]))
			return bv_err_set(err, BV_EINVAL, "--cuts: '%s' is not a list of at most %d numbers with commas between", said, BV_STUDY_CUTS_MAX);
		rest = bv_str_sub(rest, comma + 1, rest.len);
	}
	return BV_OK;
}

static enum bv_status
read_rules(struct study *s, const struct args *args, struct bv_err *err)
{
	struct bv_adaptive_rules *r = &s->rules;
	const char *preset = args_get(args, "preset"), *rule = args_get(args, "rule");

	if (preset && strcmp(preset, "pix") != 0 && strcmp(preset, "plain") != 0)
		return bv_err_set(err, BV_EINVAL, "--preset is 'plain' or 'pix'");
	*r = preset && strcmp(preset, "pix") == 0 ? bv_adaptive_pix() : bv_adaptive_plain();
	if (rule && !bv_select_find(&r->select, bv_str_of(rule)))
		return bv_err_set(err, BV_EINVAL, "--rule is mfi, mpwi, mlwi, klp, kl, gdi, gdip, mei, mepv, mepv-at, b, peak or progressive");
	TRY(whole(&r->length, args, "length", err));
	TRY(whole(&r->randomesque, args, "randomesque", err));
	TRY(real(&r->exposure_max, args, "exposure", err));
	TRY(real(&r->acceleration, args, "acceleration", err));
	TRY(real(&r->se, args, "se", err));
	r->sympson_hetter = args_has(args, "sympson-hetter");
	if (args_get(args, "area"))
		r->area = bv_str_of(args_get(args, "area"));
	if (args_get(args, "enemies"))
		r->enemies = bv_str_of(args_get(args, "enemies"));
	return BV_OK;
}

static enum bv_status
read_plan(struct study *s, const struct args *args, struct bv_err *err)
{
	struct bv_study_plan *plan = &s->plan;

	*plan = (struct bv_study_plan){ .candidates = 1000, .sd = 1 };
	TRY(whole(&plan->candidates, args, "candidates", err));
	plan->warm_up = s->rules.exposure_max > 0 ? plan->candidates : 0;
	TRY(whole(&plan->warm_up, args, "warm-up", err));
	TRY(real(&plan->mean, args, "mean", err));
	TRY(real(&plan->sd, args, "sd", err));
	plan->tune_rounds = s->rules.sympson_hetter ? 10 : 0;
	if (args_get(args, "cuts"))
		TRY(read_cuts(plan, args_get(args, "cuts"), err));
	return args_get(args, "seed") ? args_hex(s->seed, sizeof s->seed, args, "seed", err) : BV_OK;
}

/* ---- Chances of exposure ---- */

static void
show_round(void *ctx, int round, int of, double exposure_max)
{
	(void)ctx;
	if (isatty(2))
		fprintf(stderr, "\rround %d of %d: most exposed item %.3f%s", round, of, exposure_max, round == of ? "\r\033[K" : "");
}

static int
read_chances(struct study *s, const char *path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_ASSEMBLY_DOCUMENT_MAX);
	struct bv_err err;

	if (bv_file_read(&text, path, &err) != BV_OK || bv_chances_parse(s->chances, s->bank, bv_buf_str(&text), &err) != BV_OK)
		return fail(path, &err);
	s->plan.chances = s->chances;
	return EXIT_YES;
}

/* Tuned by candidates of their own: those who sit afterwards show whether the cap holds. */
static int
tune_chances(struct study *s, const struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_ASSEMBLY_DOCUMENT_MAX);
	struct bv_chances_order order = { .max = s->cap, .done = show_round };
	const char *path = args_get(args, "write-chances");
	struct bv_study_plan plan = s->plan;
	int64_t rounds;
	struct bv_err err;

	if (args_count(&rounds, args, "rounds", 24, &err) != BV_OK || rounds < 1 || rounds > BV_CHANCES_ROUNDS_MAX)
		return usage(args->cmd, "--rounds is 1 to %d", BV_CHANCES_ROUNDS_MAX);
	order.rounds = (int)rounds;
	if (bv_chances_tune(s->chances, s->bank, &s->rules, &plan, &order, s->seed, &err) != BV_OK)
		return fail(args_get(args, "design") ? args_get(args, "design") : "simulate sessions", &err);
	bv_chances_write(&text, s->bank, s->chances);
	if (bv_buf_check(&text, &err) != BV_OK || bv_file_write(path, bv_buf_str(&text), 0644, &err) != BV_OK)
		return fail(path, &err);
	s->plan.chances = s->chances;
	return EXIT_YES;
}

/* With fixed chances nothing is counted: the cap is theirs. */
static int
take_chances(struct study *s, const struct args *args)
{
	bool write = args_has(args, "write-chances");

	if (!write && !args_has(args, "chances"))
		return EXIT_YES;
	if (write && args_has(args, "chances"))
		return usage(args->cmd, "--chances are used as they are, --write-chances makes new ones: give one of them");
	if (s->rules.sympson_hetter || write != (s->rules.exposure_max > 0))
		return usage(args->cmd, "--write-chances needs --exposure, the cap that they are tuned for; --chances has it in itself; neither goes with --sympson-hetter");
	s->cap = s->rules.exposure_max;
	s->rules.exposure_max = 0;
	s->plan.warm_up = 0;
	s->chances = bv_alloc_array(s->bank->count, sizeof *s->chances);
	return write ? tune_chances(s, args) : read_chances(s, args_get(args, "chances"));
}

/* ---- What is printed ---- */

static struct bv_json *
to_json(const struct study *s)
{
	const struct bv_study *r = &s->result;
	struct bv_json *o = bv_json_new_object(), *bins, *exposure;
	const struct {
		const char *name;
		double value;
	} reals[] = { { "bias", r->bias },           { "rmse", r->rmse },         { "standardError", r->se },  { "length", r->length },
		      { "agreement", r->agreement }, { "exposureMax", r->exposure_max }, { "overlap", r->overlap } };

	bv_json_set_str(o, "rule", bv_str_of(bv_select_name(s->rules.select)));
	bv_json_set_int(o, "candidates", (int64_t)r->candidates);
	for (size_t i = 0; i < BV_COUNT(reals); i++)
		bv_json_set(o, reals[i].name, bv_json_new_real(reals[i].value));
	bv_json_set_int(o, "itemsUsed", (int64_t)r->items_used);
	bv_json_set_int(o, "items", (int64_t)r->item_count);
	bins = bv_json_set(o, "byAbility", bv_json_new_array());
	for (size_t b = 0; b < BV_STUDY_BINS; b++) {
		struct bv_json *bin = bv_json_add(bins, bv_json_new_object());
		bv_json_set(bin, "theta", bv_json_new_real(r->bins[b].theta));
		bv_json_set_int(bin, "candidates", (int64_t)r->bins[b].count);
		bv_json_set(bin, "bias", bv_json_new_real(r->bins[b].bias));
		bv_json_set(bin, "rmse", bv_json_new_real(r->bins[b].rmse));
		bv_json_set(bin, "standardError", bv_json_new_real(r->bins[b].se));
		bv_json_set(bin, "length", bv_json_new_real(r->bins[b].length));
	}
	exposure = bv_json_set(o, "exposure", bv_json_new_array());
	for (size_t i = 0; i < r->item_count && r->exposure[i] > 0; i++)
		bv_json_add(exposure, bv_json_new_real(r->exposure[i]));
	return o;
}

static void
print_study(const struct study *s)
{
	const struct bv_study *r = &s->result;

	printf("%zu candidates, rule %s%s, %.1f items on average, %.0f sessions/s\n\n", r->candidates, bv_select_name(s->rules.select),
	       s->design ? " with shadow tests" : "", r->length, (double)(r->candidates + s->plan.warm_up) / fmax(s->seconds, 1e-6));
	printf("bias %+.4f   RMSE %.4f   standard error as said %.4f\n", r->bias, r->rmse, r->se);
	if (s->plan.cut_count)
		printf("level by the estimate is that by the ability: %.1f %%\n", 100 * r->agreement);
	printf("most exposed item %.3f   two candidates share %.2f items on average   items used %zu of %zu\n\n", r->exposure_max, r->overlap, r->items_used,
	       r->item_count);
	puts("ability  candidates     bias     RMSE       SE  length");
	for (size_t b = 0; b < BV_STUDY_BINS; b++)
		if (r->bins[b].count)
			printf("%7.2f  %10zu  %+.4f   %.4f   %.4f  %6.1f\n", r->bins[b].theta, r->bins[b].count, r->bins[b].bias, r->bins[b].rmse, r->bins[b].se,
			       r->bins[b].length);
}

static enum bv_status
write_curves(struct bv_buf *out, const struct study *s, struct bv_err *err)
{
	double theta[BV_STUDY_BINS], bias[BV_STUDY_BINS], rmse[BV_STUDY_BINS], se[BV_STUDY_BINS];
	struct bv_chart_mark marks[BV_STUDY_CUTS_MAX];

	for (size_t b = 0; b < BV_STUDY_BINS; b++) {
		const struct bv_study_bin *bin = &s->result.bins[b];
		theta[b] = bin->theta;
		bias[b] = bin->count ? bin->bias : NAN;
		rmse[b] = bin->count ? bin->rmse : NAN;
		se[b] = bin->count ? bin->se : NAN;
	}
	for (size_t i = 0; i < s->plan.cut_count && i < BV_CHART_MARKS_MAX; i++)
		marks[i] = (struct bv_chart_mark){ s->plan.cuts[i], BV_STR("cut") };
	const struct bv_chart_series series[] = { { .name = BV_STR("bias"), .y = bias }, { .name = BV_STR("RMSE"), .y = rmse }, { .name = BV_STR("standard error"), .y = se } };
	const struct bv_chart chart = { .kind = BV_CHART_CURVES, .language = BV_CHART_EN, .id = "errors", .title = BV_STR("Errors by ability"),
		                        .description = BV_STR("How far estimates lie from the true ability, on average and typically, and what the sessions said of it."),
		                        .x_name = BV_STR("ability"), .y_name = BV_STR("logits"), .x = theta, .count = BV_STUDY_BINS, .series = series,
		                        .series_count = BV_COUNT(series), .marks = marks, .mark_count = s->plan.cut_count < BV_CHART_MARKS_MAX ? s->plan.cut_count : BV_CHART_MARKS_MAX,
		                        .x_decimals = 2, .y_decimals = 4 };
	return bv_chart_write(out, &chart, err);
}

static enum bv_status
write_exposure(struct bv_buf *out, const struct study *s, struct bv_err *err)
{
	size_t count = s->result.item_count < 1000 ? s->result.item_count : 1000;
	double *rank = bv_alloc_array(count, sizeof *rank);

	for (size_t i = 0; i < count; i++)
		rank[i] = (double)i + 1;
	const struct bv_chart_series series = { .name = BV_STR("share of candidates"), .y = s->result.exposure };
	const struct bv_chart chart = { .kind = BV_CHART_CURVES, .language = BV_CHART_EN, .id = "exposure", .title = BV_STR("Exposure of items"),
		                        .description = BV_STR("The share of candidates that met each item, the most exposed first."), .x_name = BV_STR("item"),
		                        .y_name = BV_STR("share"), .x = rank, .count = count, .series = &series, .series_count = 1, .y_decimals = 4, .table_step = 20 };
	enum bv_status status = count > 1 ? bv_chart_write(out, &chart, err) : BV_OK;
	free(rank);
	return status;
}

static enum bv_status
write_report(const struct study *s, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf html = BV_BUF(8u << 20);
	const struct bv_study *r = &s->result;

	bv_buf_printf(&html, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
	                     "<title>Simulated sessions</title><style>%s</style></head><body><main><h1>Simulated sessions</h1>\n", bv_chart_style);
	bv_buf_printf(&html, "<p>%zu candidates, rule %s, %.1f items on average. Bias %+.4f, RMSE %.4f; levels agree in %.1f&#160;%%. The most exposed item was met by %.1f&#160;%%; "
	                     "two candidates share %.2f items on average; %zu of %zu items are used.</p>\n", r->candidates, bv_select_name(s->rules.select), r->length, r->bias,
	              r->rmse, 100 * r->agreement, 100 * r->exposure_max, r->overlap, r->items_used, r->item_count);
	TRY(write_curves(&html, s, err));
	TRY(write_exposure(&html, s, err));
	bv_buf_addz(&html, "</main></body></html>\n");
	TRY(bv_buf_check(&html, err));
	return bv_file_write(path, bv_buf_str(&html), 0644, err);
}

static int
run(struct args *args)
{
	BV_AUTO(finish_inputs) struct study s = { 0 };
	struct bv_err err = { 0 };
	int status;

	if (read_rules(&s, args, &err) != BV_OK || read_plan(&s, args, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if ((status = assembly_items_load(&s.bank, args)) || (args_get(args, "design") && (status = assembly_design_load(&s.design, args))))
		return status;
	s.plan.design = s.design;
	if ((status = take_chances(&s, args)))
		return status;
	int64_t start = bv_clock_monotonic_ns();
	if (bv_study_run(&s.result, s.bank, &s.rules, &s.plan, s.seed, &err) != BV_OK)
		return fail(args_get(args, "design") ? args_get(args, "design") : "simulate sessions", &err);
	s.seconds = (double)(bv_clock_monotonic_ns() - start) / 1e9;
	if (args_get(args, "html") && write_report(&s, args_get(args, "html"), &err) != BV_OK)
		return fail(NULL, &err);
	if (!args_has(args, "json")) {
		print_study(&s);
		return EXIT_YES;
	}
	BV_AUTO(bv_json_free) struct bv_json *json = to_json(&s);
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(8u << 20);
	bv_json_write_pretty(&text, json);
	fwrite(text.p, 1, text.len, stdout);
	return EXIT_YES;
}

const struct cmd cmd_simulate_sessions = {
	.name = "simulate sessions",
	.summary = "what an adaptive design does to candidates of known ability",
	.about = "Lets candidates of normally distributed ability sit an adaptive design and prints how well they are measured and how the bank is used: bias, "
	         "root mean square error, agreement of levels, exposure, overlap, items used, time; by ability, and with --html as one report with plots "
	         "(doc/assembly.md).\n\nWith --design every session is under the rules of a form, by shadow tests. The same inputs and seed give the same numbers.\n\nIn a sitting nothing is counted: exposure is kept by a chance for each item, drawn once for each candidate. "
	         "--write-chances tunes them, and the figures are those of candidates who were not there when they were tuned.",
	.opts = (const struct opt[]){
		ASSEMBLY_ITEMS_OPTS,
		{ .name = "design", .argument = "FILE", .help = "rules of a form, held by shadow tests; its length counts, the rule is mfi, and exposure is by eligibility" },
		{ .name = "preset", .argument = "NAME", .help = "plain, or pix: the published rules of Pix's certification v3 (plain)" },
		{ .name = "rule", .argument = "NAME", .help = "mfi, mpwi, mlwi, klp, kl, gdi, gdip, mei, mepv, mepv-at, b, peak, progressive (mfi)" },
		{ .name = "length", .argument = "N", .help = "items of a session (30; pix 32)" },
		{ .name = "se", .argument = "X", .help = "stop when the standard error is at most this" },
		{ .name = "exposure", .argument = "SHARE", .help = "of candidates that may meet an item, at most" },
		{ .name = "sympson-hetter", .help = "keep --exposure by Sympson and Hetter's parameters instead of eligibility" },
		{ .name = "write-chances", .argument = "FILE", .help = "tune a chance of being met for each item, so that --exposure holds without counting: for <adaptive chances>" },
		{ .name = "rounds", .argument = "N", .help = "of simulation to tune them, each of --candidates (24)" },
		{ .name = "chances", .argument = "FILE", .help = "exposure by these chances" },
		{ .name = "acceleration", .argument = "X", .help = "of the progressive rule (1)" },
		{ .name = "randomesque", .argument = "N", .help = "give one of so many best (1; pix 5)" },
		{ .name = "area", .argument = "NAME", .help = "attribute: areas not yet met come first" },
		{ .name = "enemies", .argument = "NAME", .help = "attribute: of items that share a word of it one" },
		{ .name = "candidates", .argument = "N", .help = "how many sit (1000)" },
		{ .name = "warm-up", .argument = "N", .help = "how many sit before and are not counted (as many, with --exposure)" },
		{ .name = "mean", .argument = "X", .help = "of their abilities (0)" },
		{ .name = "sd", .argument = "X", .help = "standard deviation of their abilities (1)" },
		{ .name = "cuts", .argument = "LIST", .help = "cut scores between levels, rising: -1,0,1.5" },
		{ .name = "seed", .argument = "HEX", .help = "32 bytes (zeros)" },
		{ .name = "html", .argument = "FILE", .help = "write a report with plots" },
		{ .name = "json", .help = "print one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang simulate sessions --items assembly/sample/bank.csv --candidates 500 --cuts -1,0,1 --html sessions.html",
		"bangvang simulate sessions --items assembly/sample/bank.csv --length 10 --exposure 0.3 --candidates 500 --write-chances chances.json",
		"bangvang simulate sessions --items assembly/sample/bank.csv --design assembly/sample/one.json --candidates 20 --json",
		NULL,
	},
	.run = run,
};
