#include "tools/cli/marks_areas.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "tools/cli/area_choice.h"

#define PLAUSIBLE_MAX 100

struct report {
	const struct marks_areas *in;
	struct bv_irt_areas *areas;
	struct bv_irt_population population;
	struct bv_str names[BV_IRT_AREAS_MAX];
	int count, draws;
	uint8_t seed[32];
	double *values;
	int8_t *marks;
};

static void
print_head(const struct report *report)
{
	fputs("id", stdout);
	for (int d = 0; d < report->draws; d++)
		for (int a = 0; a < report->count; a++)
			printf(",pv%d_%.*s", d + 1, BV_STR_ARG(report->names[a]));
	for (int a = 0; !report->draws && a < report->count; a++)
		printf(",%.*s,se_%.*s", BV_STR_ARG(report->names[a]), BV_STR_ARG(report->names[a]));
	putchar('\n');
	for (int a = 0; report->count > 1 && a < report->count; a++)
		for (int b = 0; b <= a; b++)
			if (a == b)
				fprintf(stderr, "%.*s: mean %.4f, variance %.4f\n", BV_STR_ARG(report->names[a]), report->population.mean[a], report->population.covariance[a][a]);
			else
				fprintf(stderr, "%.*s and %.*s: correlation %.4f\n", BV_STR_ARG(report->names[a]), BV_STR_ARG(report->names[b]),
				        report->population.covariance[a][b] / sqrt(report->population.covariance[a][a] * report->population.covariance[b][b]));
}

static enum bv_status
person_print(struct report *report, size_t person, struct bv_json *out, struct bv_err *err)
{
	const char *id = bv_irt_sheet_person(report->in->sheet, person);
	struct bv_irt_area_score score;
	char number[24];
	size_t values = (size_t)(report->draws * report->count);

	snprintf(number, sizeof number, "%zu", person + 1);
	id = *id ? id : number;
	bv_irt_answers_marks(report->marks, report->in->answers, person);
	if (report->draws)
		TRY(bv_irt_plausible(report->values, report->draws, report->areas, &report->population, report->marks, report->seed, person, err));
	else
		TRY(bv_irt_area_score(&score, report->areas, &report->population, report->marks, err));
	if (out) {
		struct bv_json *row = bv_json_add(out, bv_json_new_object()), *list;
		bv_json_set_str(row, "id", bv_str_of(id));
		list = bv_json_set(row, report->draws ? "plausible" : "theta", bv_json_new_array());
		for (size_t k = 0; report->draws && k < values; k++)
			bv_json_add(list, bv_json_new_real(report->values[k]));
		for (int a = 0; !report->draws && a < report->count; a++)
			bv_json_add(list, bv_json_new_real(score.theta[a]));
		list = report->draws ? NULL : bv_json_set(row, "covariance", bv_json_new_array());
		for (int a = 0; list && a < report->count; a++)
			for (int b = 0; b < report->count; b++)
				bv_json_add(list, bv_json_new_real(score.covariance[a][b]));
		return BV_OK;
	}
	fputs(id, stdout);
	for (size_t k = 0; report->draws && k < values; k++)
		printf(",%.6f", report->values[k]);
	for (int a = 0; !report->draws && a < report->count; a++)
		printf(",%.10g,%.10g", score.theta[a], sqrt(score.covariance[a][a]));
	putchar('\n');
	return BV_OK;
}

static struct bv_json *
document_new(const struct report *report)
{
	struct bv_json *out = bv_json_new_object(), *names = bv_json_set(out, "areas", bv_json_new_array());
	struct bv_json *mean = bv_json_set(out, "mean", bv_json_new_array()), *covariance = bv_json_set(out, "covariance", bv_json_new_array());

	bv_json_set(out, "converged", bv_json_new_bool(report->population.converged));
	for (int a = 0; a < report->count; a++) {
		bv_json_add(names, bv_json_new_str(report->names[a]));
		bv_json_add(mean, bv_json_new_real(report->population.mean[a]));
		for (int b = 0; b < report->count; b++)
			bv_json_add(covariance, bv_json_new_real(report->population.covariance[a][b]));
	}
	return out;
}

static enum bv_status
print(struct report *report, const struct args *args, int64_t threads, struct bv_err *err)
{
	const struct marks_areas *in = report->in;
	uint8_t *area = bv_alloc(in->count);
	struct area_choice choice = { 0 };
	enum bv_status status = BV_OK;

	if (in->area_count) { /* the set's own */
		for (int a = 0; a < in->area_count; a++)
			choice.names[choice.count++] = bv_str_of(in->area_names[a]);
		memcpy(area, in->area, in->count);
	} else {
		status = area_choose(&choice, area, in->names, in->count, args, err);
	}
	if (status == BV_OK && choice.count == 0) {
		memset(area, 0, in->count);
		choice.names[choice.count++] = BV_STR("theta");
	}
	report->count = choice.count;
	memcpy(report->names, choice.names, sizeof report->names);
	if (status == BV_OK)
		status = bv_irt_areas_new(&report->areas, in->items, area, in->count, report->count, err);
	free(area);
	TRY(status);
	report->population = (struct bv_irt_population){ .area_count = 1, .mean = { in->mean }, .covariance = { { in->sd * in->sd } }, .converged = true };
	if (in->area_count) {
		report->population = *in->population;
		report->population.converged = true;
	} else if (report->count > 1)
		TRY(bv_irt_population_fit(&report->population, report->areas, in->answers, (int)threads, err));
	if (!report->population.converged)
		fprintf(stderr, "the covariances of the areas had not settled after %d steps: areas that cannot be told apart, or too few answers\n",
		        report->population.steps);
	BV_AUTO(bv_json_free) struct bv_json *document = args_has(args, "json") ? document_new(report) : NULL;
	struct bv_json *rows = document ? bv_json_set(document, "persons", bv_json_new_array()) : NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF((size_t)1 << 30);
	if (!document)
		print_head(report);
	for (size_t p = 0; p < bv_irt_answers_persons(in->answers); p++)
		TRY(person_print(report, p, rows, err));
	if (document) {
		bv_json_write_pretty(&text, document);
		TRY(bv_buf_check(&text, err));
		fwrite(text.p, 1, text.len, stdout);
	}
	return BV_OK;
}

int
marks_areas_print(const struct marks_areas *in, const struct args *args)
{
	struct report report = { .in = in };
	int64_t draws, threads;
	struct bv_err err;

	if (args_count(&draws, args, "plausible", 0, &err) != BV_OK || args_count(&threads, args, "threads", 1, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (draws > PLAUSIBLE_MAX || threads < 1 || threads > BV_IRT_THREADS_MAX)
		return usage(args->cmd, "--plausible: at most %d; --threads: 1 to %d", PLAUSIBLE_MAX, BV_IRT_THREADS_MAX);
	report.draws = (int)draws;
	bv_irt_answers_hash(report.seed, in->answers);
	if (args_get(args, "seed") && args_hex(report.seed, sizeof report.seed, args, "seed", &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	report.values = bv_alloc_array((size_t)draws * BV_IRT_AREAS_MAX + 1, sizeof *report.values);
	report.marks = bv_alloc(in->count);
	enum bv_status status = print(&report, args, threads, &err);
	bv_irt_areas_free(report.areas);
	free(report.values);
	free(report.marks);
	return status == BV_OK ? EXIT_YES : fail(args->operands[0], &err);
}
