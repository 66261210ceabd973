#include "tools/cli/equate_sums.h"

#include <math.h>
#include <stdio.h>

#include "analysis/analysis.h"
#include "base/file.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

#define TEXT_MAX ((size_t)4 << 30)

static struct bv_json *
numbers(const double *values, int count)
{
	struct bv_json *array = bv_json_new_array();

	for (int i = 0; i < count; i++)
		bv_json_add(array, bv_json_new_real(values[i]));
	return array;
}

static struct bv_json *
describe(const struct bv_equate_sums *e)
{
	static const char *const sides[] = { "form", "target" };
	struct bv_json *out = bv_json_new_object();

	bv_json_set_str(out, "method", BV_STR("sums"));
	bv_json_set_int(out, "degree", e->degree);
	for (int side = 0; side < 2; side++) {
		struct bv_json *object = bv_json_set(out, sides[side], bv_json_new_object());
		bv_json_set_int(object, "persons", (int64_t)e->persons[side]);
		json_set_number(object, "mean", e->mean[side]);
		json_set_number(object, "sd", e->sd[side]);
		if (e->degree > 0)
			bv_json_set(object, "smoothed", numbers(e->smooth[side], e->high[side] + 1));
	}
	struct bv_json *scores = bv_json_set(out, "scores", bv_json_new_array());
	for (int s = 0; s <= e->high[0]; s++) {
		struct bv_json *row = bv_json_add(scores, bv_json_new_object());
		const struct bv_equate_sum *x = &e->score[s];
		bv_json_set_int(row, "score", s);
		json_set_number(row, "mean", x->mean);
		json_set_number(row, "linear", x->linear);
		json_set_number(row, "linearError", x->linear_error);
		json_set_number(row, "equipercentile", x->equipercentile);
		json_set_number(row, "equipercentileError", x->equipercentile_error);
		json_set_number(row, "smoothed", x->smoothed);
		json_set_number(row, "smoothedError", x->smoothed_error);
		json_set_number(row, "circleArc", x->circle_arc);
	}
	return out;
}

static void
print_pair(double value, double error)
{
	if (isnan(value))
		printf("  %19s", "–");
	else
		printf("  %10.3f (%.3f) ", value, error);
}

static void
print_table(const struct bv_equate_sums *e)
{
	printf("%zu persons with sums 0 to %d: mean %.3f, standard deviation %.3f; %zu with 0 to %d: mean %.3f, standard deviation %.3f\n\n", e->persons[0], e->high[0], e->mean[0], e->sd[0],
	       e->persons[1], e->high[1], e->mean[1], e->sd[1]);
	puts("score      mean       linear (error)  equipercentile (err)  smoothed (error)   circle arc");
	for (int s = 0; s <= e->high[0]; s++) {
		const struct bv_equate_sum *x = &e->score[s];
		printf("%5d  %8.3f", s, x->mean);
		print_pair(x->linear, x->linear_error);
		print_pair(x->equipercentile, x->equipercentile_error);
		print_pair(x->smoothed, x->smoothed_error);
		if (isnan(x->circle_arc))
			puts("          –");
		else
			printf("  %10.3f\n", x->circle_arc);
	}
}

static int
load(struct bv_classical *out, const char *path, const char *id)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(TEXT_MAX);
	BV_AUTO(bv_responses_finish) struct bv_responses responses = { 0 };
	const struct bv_responses_columns columns = { .id = id };
	struct bv_err err;

	if (bv_file_read(&text, path, &err) != BV_OK || bv_responses_read(&responses, bv_buf_str(&text), &columns, &err) != BV_OK)
		return fail(path, &err);
	bv_classical_make(out, &responses);
	return EXIT_YES;
}

int
equate_sums(struct args *args)
{
	BV_AUTO(bv_classical_finish) struct bv_classical form = { 0 }, target = { 0 };
	BV_AUTO(bv_equate_sums_finish) struct bv_equate_sums equated = { 0 };
	int64_t degree;
	struct bv_err err;
	int status;

	if (args_count(&degree, args, "smooth", 0, &err) != BV_OK || degree > BV_EQUATE_DEGREE_MAX)
		return usage(args->cmd, "--smooth is the degree of a polynomial, from 0 (none) to %d", BV_EQUATE_DEGREE_MAX);
	if ((status = load(&form, args->operands[0], args_get(args, "id"))) || (status = load(&target, args->operands[1], args_get(args, "id"))))
		return status;
	if (bv_equate_sums_make(&equated, form.score_count, form.score_max, target.score_count, target.score_max, (int)degree, &err) != BV_OK)
		return fail(args->operands[0], &err);
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = describe(&equated);
		print_json(json);
	} else
		print_table(&equated);
	return EXIT_YES;
}
