#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "tools/cli/area_choice.h"
#include "tools/cli/commands.h"
#include "tools/cli/conditional_report.h"
#include "tools/cli/fit_report.h"
#include "tools/cli/marks_file.h"

#define ALIKE 0.98  /* correlation from which areas are one */
#define APART 0.01  /* of the log likelihood of a person, between adaptive nodes and the product of nodes */

struct inputs {
	struct bv_irt_sheet *sheet;
	struct bv_irt_set *fixed;
	struct bv_irt_estimate *estimates;
	struct bv_irt_settings settings;
	double metric;
	int64_t replicates; /* for the critical value of Q3 */
	/* --area: */
	struct area_choice areas;
	uint8_t *area; /* of each item */
	struct bv_irt_population population;
	struct bv_irt_set_areas found;
};

static void
finish_inputs(struct inputs *in)
{
	bv_irt_sheet_free(in->sheet);
	bv_irt_set_free(in->fixed);
	free(in->estimates);
	free(in->area);
}
BV_AUTO_DEFINE_FINISH(struct inputs, finish_inputs)

static enum bv_status
read_real(double *out, const struct args *args, const char *name, struct bv_err *err)
{
	const char *text = args_get(args, name);

	if (text && (!bv_str_double(bv_str_of(text), out) || !isfinite(*out)))
		return bv_err_set(err, BV_EINVAL, "--%s: '%s' is not a number", name, text);
	return BV_OK;
}

/* "5,17" */
static enum bv_status
read_pair(double *first, double *second, const struct args *args, const char *name, struct bv_err *err)
{
	struct bv_str text = bv_str_of(args_get(args, name));
	size_t comma = bv_str_find(text, ',');

	if (text.p && (comma == text.len || !bv_str_double(bv_str_sub(text, 0, comma), first) ||
	               !bv_str_double(bv_str_sub(text, comma + 1, text.len), second) || !isfinite(*first) || !isfinite(*second)))
		return bv_err_set(err, BV_EINVAL, "--%s: '%.*s' is not two numbers with a comma between them", name, BV_STR_ARG(text));
	return BV_OK;
}

static enum bv_status
read_settings(struct inputs *in, const struct args *args, struct bv_err *err)
{
	struct bv_irt_settings *s = &in->settings;
	int64_t nodes, threads, steps;

	*s = bv_irt_settings_default();
	in->metric = 1;
	size_t areas = 0;
	while (args_each(args, "area", areas))
		areas++;
	TRY(args_count(&nodes, args, "nodes", areas >= 1 && areas <= BV_IRT_AREAS_MAX ? bv_irt_area_nodes((int)areas) : s->nodes, err));
	TRY(args_count(&threads, args, "threads", s->threads, err));
	TRY(args_count(&steps, args, "steps", s->steps_max, err));
	s->nodes = nodes > BV_IRT_NODES_MAX ? BV_IRT_NODES_MAX + 1 : (int)nodes;
	s->threads = threads > BV_IRT_THREADS_MAX ? BV_IRT_THREADS_MAX + 1 : (int)threads;
	s->steps_max = steps > 1000000 ? 1000000 : (int)steps;
	TRY(args_count(&in->replicates, args, "replicates", 0, err));
	if (in->replicates > 10000)
		return bv_err_set(err, BV_EINVAL, "--replicates: at most 10000");
	s->errors = !args_has(args, "no-errors");
	s->free_ability = args_get(args, "fixed") != NULL;
	TRY(read_real(&s->gradient, args, "gradient", err));
	TRY(read_real(&in->metric, args, "metric", err));
	if (!(in->metric >= 1 && in->metric <= 2))
		return bv_err_set(err, BV_EINVAL, "--metric: D is from 1 to 2");
	TRY(read_pair(&s->prior.a_mean, &s->prior.a_sd, args, "prior-a", err));
	TRY(read_pair(&s->prior.d_mean, &s->prior.d_sd, args, "prior-d", err));
	return read_pair(&s->prior.c_alpha, &s->prior.c_beta, args, "prior-c", err);
}

static enum bv_status
choose_model(struct inputs *in, struct bv_str what, bool all, struct bv_err *err)
{
	const struct bv_irt_answers *answers = bv_irt_sheet_answers(in->sheet);
	size_t equals = bv_str_find(what, '=');
	struct bv_str name = bv_str_sub(what, 0, equals), word = all ? what : bv_str_sub(what, equals + 1, what.len);
	enum bv_irt_model model;
	bool found = false;

	if (!bv_irt_model_find(&model, word))
		return bv_err_set(err, BV_EINVAL, "'%.*s' is not one of " BV_IRT_MODEL_NAMES, BV_STR_ARG(word));
	for (size_t i = 0; i < bv_irt_answers_items(answers); i++)
		if (all || bv_str_is(name, bv_irt_sheet_item(in->sheet, i))) {
			bool partial = bv_irt_answers_seen(answers, i) & ~3u;
			/* One word for a sheet of both kinds: partial credit is rated by the model's companion. */
			in->estimates[i].item.model = !all || !partial || model > BV_IRT_3PL ? model : model == BV_IRT_RASCH ? BV_IRT_PCM : BV_IRT_GPCM;
			found = true;
		}
	return found ? BV_OK : bv_err_set(err, BV_EINVAL, "--item: the sheet has no item '%.*s'", BV_STR_ARG(name));
}

static enum bv_status
choose_items(struct inputs *in, const struct args *args, struct bv_err *err)
{
	const struct bv_irt_answers *answers = bv_irt_sheet_answers(in->sheet);
	const char *model = args_get(args, "model"), *item;

	in->estimates = bv_alloc_array(bv_irt_answers_items(answers), sizeof *in->estimates);
	TRY(choose_model(in, bv_str_of(model ? model : "2pl"), true, err));
	for (size_t k = 0; (item = args_each(args, "item", k)); k++)
		TRY(choose_model(in, bv_str_of(item), false, err));
	for (size_t i = 0; in->fixed && i < bv_irt_answers_items(answers); i++) {
		const struct bv_irt_set_item *known = bv_irt_set_find(in->fixed, bv_str_of(bv_irt_sheet_item(in->sheet, i)));
		if (!known)
			continue;
		in->estimates[i].item = known->item;
		in->estimates[i].marks = known->marks;
		in->estimates[i].fixed = true;
	}
	return BV_OK;
}

static enum bv_status
choose_areas(struct inputs *in, const struct args *args, struct bv_err *err)
{
	size_t count = bv_irt_answers_items(bv_irt_sheet_answers(in->sheet));
	const char **names = bv_alloc_array(count, sizeof *names);

	for (size_t i = 0; i < count; i++)
		names[i] = bv_irt_sheet_item(in->sheet, i);
	in->area = bv_alloc(count);
	enum bv_status status = area_choose(&in->areas, in->area, names, count, args, err);
	free(names);
	return status;
}

/* Reliabilities, from the items that have parameters now. */
static enum bv_status
rate_areas(struct inputs *in, struct bv_err *err)
{
	const struct bv_irt_answers *all = bv_irt_sheet_answers(in->sheet);
	size_t columns = bv_irt_answers_items(all), count = 0;
	struct bv_irt_item *items = bv_alloc_array(columns, sizeof *items);
	struct bv_irt_answer *given = bv_alloc_array(columns, sizeof *given);
	uint8_t *area = bv_alloc(columns);
	int8_t *marks = bv_alloc(columns);
	BV_AUTO(bv_irt_areas_free) struct bv_irt_areas *areas = NULL;

	for (size_t i = 0; i < columns; i++)
		if (in->estimates[i].state != BV_IRT_UNANSWERED && in->estimates[i].state != BV_IRT_CONSTANT) {
			area[count] = in->area[i];
			items[count++] = in->estimates[i].item;
		}
	BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *answers = bv_irt_answers_new(count);
	enum bv_status status = bv_irt_areas_new(&areas, items, area, count, in->areas.count, err);
	for (size_t p = 0; status == BV_OK && p < bv_irt_answers_persons(all); p++) {
		size_t n = 0, at = 0;
		bv_irt_answers_marks(marks, all, p);
		for (size_t i = 0; i < columns; i++) {
			const struct bv_irt_estimate *est = &in->estimates[i];
			if (est->state == BV_IRT_UNANSWERED || est->state == BV_IRT_CONSTANT)
				continue;
			if (marks[i] >= 0)
				given[n++] = (struct bv_irt_answer){ (uint32_t)at, __builtin_popcount(est->marks & ((1u << marks[i]) - 1)) };
			at++;
		}
		status = bv_irt_answers_add(answers, given, n, 0, err);
	}
	in->found = (struct bv_irt_set_areas){ .population = &in->population, .area = in->area };
	memcpy(in->found.names, in->areas.names, sizeof in->found.names);
	if (status == BV_OK)
		status = bv_irt_area_reliability(in->found.reliability, areas, &in->population, answers, err);
	free(items);
	free(given);
	free(area);
	free(marks);
	return status;
}

static void
print_areas(const struct inputs *in, const struct bv_irt_fit *fit)
{
	const struct bv_irt_population *p = &in->population;

	for (int a = 0; a < p->area_count; a++) {
		printf("area %.*s: variance %.4f (%.4f), reliability %.4f", BV_STR_ARG(in->areas.names[a]), p->covariance[a][a], p->error[a][a], in->found.reliability[a]);
		for (int b = 0; b < a; b++)
			printf(", correlation with %.*s %.4f (%.4f)", BV_STR_ARG(in->areas.names[b]), p->covariance[a][b] / sqrt(p->covariance[a][a] * p->covariance[b][b]), p->error[a][b]);
		putchar('\n');
	}
	for (int a = 0; a < p->area_count; a++)
		for (int b = 0; b < a; b++)
			if (fabs(p->covariance[a][b]) > ALIKE * sqrt(p->covariance[a][a] * p->covariance[b][b]))
				fprintf(stderr, "areas %.*s and %.*s cannot be told apart in these answers\n", BV_STR_ARG(in->areas.names[b]), BV_STR_ARG(in->areas.names[a]));
	if (fabs(p->adaptive_log_likelihood - fit->log_likelihood) > APART * (double)fit->persons)
		fprintf(stderr, "by adaptive nodes the log likelihood is %.4f: %d nodes an area are too few for these answers, or the answers for so many areas\n",
		        p->adaptive_log_likelihood, in->settings.nodes);
}

static void
print_progress(void *ctx, int step, double log_likelihood, double gradient)
{
	(void)ctx;
	fprintf(stderr, "pass %d: log likelihood %.6f, largest gradient %.3g\n", step, log_likelihood, gradient);
}

static void
print_table(const struct inputs *in, const struct bv_irt_fit *fit)
{
	const struct bv_irt_answers *answers = bv_irt_sheet_answers(in->sheet);

	printf("%zu persons (%zu without an answer), %zu answers, %d parameters\n", fit->persons, fit->empty_persons, bv_irt_answers_count(answers),
	       fit->param_count);
	printf("log likelihood %.6f%s, %s after %d passes, largest gradient %.2g\n", fit->log_likelihood, fit->log_prior != 0 ? " (without the priors)" : "",
	       fit->converged ? "converged" : "NOT converged", fit->steps, fit->gradient);
	if (in->areas.count > 1)
		print_areas(in, fit);
	for (int g = 0; g < fit->group_count && in->areas.count <= 1; g++)
		printf("ability%s%s: mean %.4f (%.4f), variance %.4f (%.4f)%s, %zu persons\n", *bv_irt_sheet_group(in->sheet, g) ? " of " : "",
		       bv_irt_sheet_group(in->sheet, g), fit->groups[g].mean, fit->groups[g].mean_error, fit->groups[g].variance,
		       fit->groups[g].variance_error, fit->groups[g].bound ? ", at an end of its range: the answers do not fit such a model" : "", fit->groups[g].persons);
	puts("\nitem             model   state      a (error)        b or d (error) …");
	for (size_t i = 0; i < bv_irt_answers_items(answers); i++) {
		const struct bv_irt_estimate *est = &in->estimates[i];
		printf("%-16s %-7s %-10s", bv_irt_sheet_item(in->sheet, i), bv_irt_model_name(est->item.model), bv_irt_item_state_name(est->state));
		if (est->state == BV_IRT_CONSTANT || est->state == BV_IRT_UNANSWERED) {
			putchar('\n');
			continue;
		}
		if (est->item.model == BV_IRT_NOMINAL)
			for (int k = 1; k < est->item.categories; k++)
				printf(" a%d %.3f (%.3f)", k, bv_irt_category_slope(&est->item, k) / in->metric, bv_irt_category_slope(&est->error, k) / in->metric);
		else
			printf(" %.3f (%.3f) ", est->item.a / in->metric, est->error.a / in->metric);
		for (int k = 0; k < est->item.categories - 1; k++)
			printf(" d%d %.3f (%.3f)", k + 1, est->item.d[k] / in->metric, est->error.d[k] / in->metric);
		if (est->item.model == BV_IRT_3PL)
			printf(" c %.3f (%.3f)", est->item.c, est->error.c);
		putchar('\n');
	}
}

static int
run(struct args *args)
{
	BV_AUTO(finish_inputs) struct inputs in = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf set = BV_BUF((size_t)64 << 20);
	struct bv_irt_fit fit;
	struct bv_err err;
	int status;

	if (read_settings(&in, args, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	static const char *const not_conditional[] = { "model", "fixed", "out", "metric", "prior-a", "prior-d", "prior-c" };
	for (size_t k = 0; k < BV_COUNT(not_conditional); k++)
		if (args_has(args, "conditional") && args_get(args, not_conditional[k]))
			return usage(args->cmd, "--conditional takes no --%s: the models are rasch and pcm, ability has no distribution", not_conditional[k]);
	if (args_has(args, "conditional") && (args_has(args, "fit") || args_each(args, "item", 0)))
		return usage(args->cmd, "--conditional takes no --fit and no --item");
	if (args_each(args, "area", 0) && (args_has(args, "conditional") || args_has(args, "fit") || args_get(args, "fixed")))
		return usage(args->cmd, "--area takes no --conditional, no --fit and no --fixed: areas are calibrated together, in one group of the mean 0");
	if (args_get(args, "split") && !args_has(args, "conditional"))
		return usage(args->cmd, "--split is for --conditional");
	if (args_has(args, "progress"))
		in.settings.progress = print_progress;
	if ((status = marks_file_load(&in.sheet, args->operands[0])))
		return status;
	if (args_has(args, "conditional"))
		return conditional_report(in.sheet, args, args->operands[0]);
	if (args_get(args, "fixed") && (status = parameter_set_load(&in.fixed, args_get(args, "fixed"))))
		return status;
	if (choose_items(&in, args, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (choose_areas(&in, args, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	enum bv_status status_of = in.areas.count > 1 ?
		bv_irt_calibrate_areas(&fit, &in.population, in.estimates, in.area, in.areas.count, bv_irt_sheet_answers(in.sheet), &in.settings, &err) :
		bv_irt_calibrate(&fit, in.estimates, bv_irt_sheet_answers(in.sheet), &in.settings, &err);
	if (status_of == BV_OK && in.areas.count > 1)
		status_of = rate_areas(&in, &err);
	if (status_of != BV_OK)
		return fail(args->operands[0], &err);
	bv_irt_set_write_areas(&set, in.sheet, in.estimates, &fit, &in.settings, in.metric, in.areas.count > 1 ? &in.found : NULL);
	if (bv_buf_check(&set, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_get(args, "out") && bv_file_write(args_get(args, "out"), bv_buf_str(&set), 0644, &err) != BV_OK)
		return fail(args_get(args, "out"), &err);
	if (args_has(args, "fit"))
		fit_report(&(struct fit_inputs){ in.sheet, in.estimates, &in.settings, &fit, (int)in.replicates }, args_has(args, "json"));
	else if (args_has(args, "json"))
		fwrite(set.p, 1, set.len, stdout);
	else
		print_table(&in, &fit);
	return fit.converged ? EXIT_YES : EXIT_NO;
}

const struct cmd cmd_calibrate = {
	.name = "calibrate",
	.operands = "MARKS",
	.summary = "item parameters from a sheet of marks, by marginal maximum likelihood",
	.about = "Reads a CSV whose first line names the items (\"id\" and \"group\" are the person and the group), one line a person, marks from 0 to 15, "
	         "empty where an item was not put or not answered; \"-\" reads standard input. Estimates the parameters of the items, and of each group "
	         "but the first the mean and variance of ability, by marginal maximum likelihood (doc/psychometrics.md), with standard errors from the "
	         "observed information. The parameter set names the hash of the answers, the software, the settings and the metric D.\n\n"
	         "With --fixed the items that the given set knows keep their parameters, and the mean and variance of all groups are free: that is how "
	         "pretested items come onto the scale of a bank.\n\n"
	         "--fit says how well the model fits, instead of the parameters: S-X2 of each item (Orlando and Thissen), M2 with RMSEA and SRMSR for the whole "
	         "(Maydeu-Olivares and Joe), the pairs of items whose Q3 (Yen) lies above its critical value, marginal and empirical reliability; with groups, "
	         "of each group.\n\n"
	         "--conditional is another way to the same items, for Rasch and partial credit banks: given each person's sum of marks his answers do not depend on "
	         "his ability, so that nothing is believed of its distribution (Andersen). It prints the intercepts, moved so that the last ones sum to 0, with their errors, beside "
	         "those by marginal likelihood, and Andersen's likelihood-ratio test: are the items the same for who has small and large sums, or in all groups?\n\n"
	         "With --area, once for each of two to six areas, every item hangs on the ability of its area alone, and the abilities are correlated: their correlations "
	         "are estimated with the items, with standard errors, and each area's reliability is told. rate marks reads such a set.\n\n"
	         "The result has the same bits for any number of threads. Exit status 1 says that the likelihood did not converge; the set says so too.",
	.opts = (const struct opt[]){
		{ .name = "model", .argument = "MODEL", .help = "rasch, 1pl, 2pl (the default), 3pl, grm, gpcm, pcm or nominal; items with marks above 1 get gpcm or pcm" },
		{ .name = "item", .argument = "NAME=MODEL", .help = "the model of one item", .repeated = true },
		{ .name = "area", .argument = "NAME=BEGINNING", .help = "areas that are correlated, 2 to 6: this one has the items whose names begin so", .repeated = true },
		{ .name = "fixed", .argument = "SET", .help = "a parameter set whose items keep their parameters" },
		{ .name = "out", .argument = "FILE", .help = "write the parameter set here" },
		{ .name = "json", .help = "print the parameter set" },
		{ .name = "fit", .help = "print how well the model fits instead of the parameters" },
		{ .name = "conditional", .help = "print Rasch and partial credit items by conditional likelihood instead, and Andersen's test" },
		{ .name = "split", .argument = "sum|group", .help = "with --conditional: whom the test compares; sum (the default): up to the median and above" },
		{ .name = "replicates", .argument = "N", .help = "with --fit: sheets drawn from the model for the critical value of Q3 (0: 0.2 above the mean)" },
		{ .name = "metric", .argument = "D", .help = "the metric of the parameters: 1 (the default) or 1.702" },
		{ .name = "prior-a", .argument = "MEAN,SD", .help = "log a is normal" },
		{ .name = "prior-d", .argument = "MEAN,SD", .help = "intercepts are normal" },
		{ .name = "prior-c", .argument = "ALPHA,BETA", .help = "the 3PL's lower asymptote is Beta, as 5,17" },
		{ .name = "nodes", .argument = "N", .help = "nodes of ability on [-6, 6] (61; of each of 3, 4, 5, 6 areas 31, 21, 15, 13)" },
		{ .name = "gradient", .argument = "G", .help = "largest gradient of the result (1e-6)" },
		{ .name = "steps", .argument = "N", .help = "passes over the data at most (2000)" },
		{ .name = "threads", .argument = "N", .help = "threads (1)" },
		{ .name = "no-errors", .help = "without standard errors" },
		{ .name = "progress", .help = "log likelihood and gradient of every pass on stderr" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang calibrate --out set.json scoring/irt/sample/marks.csv",
		"bangvang calibrate --model rasch --item E01=grm --json scoring/irt/sample/marks.csv",
		"bangvang calibrate --conditional scoring/irt/sample/marks.csv",
		"bangvang calibrate --fit --replicates 19 scoring/irt/sample/marks.csv",
		"bangvang calibrate --fixed set.json --progress scoring/irt/sample/marks.csv",
		NULL,
	},
	.run = run,
};
