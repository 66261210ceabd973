#include "tools/cli/conditional_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "tools/cli/commands.h"

struct report {
	const struct bv_irt_sheet *sheet;
	struct bv_irt_conditional fit;
	struct bv_irt_estimate *own, *marginal; /* marginal: by marginal likelihood, on the same zero */
	bool marginal_converged;
	double furthest;                        /* of the two, in standard errors of the conditional one */
	const char *split;
	struct bv_irt_andersen andersen;
	bool tested;
};

/* Two parts by the share of the largest sum that each reached: up to the median of those who have neither nothing nor everything, and above it. */
static uint8_t *
parts_by_sum(const struct bv_irt_answers *answers)
{
	size_t persons = bv_irt_answers_persons(answers), items = bv_irt_answers_items(answers), places[1001] = { 0 }, below = 0, between = 0;
	uint8_t *part = bv_alloc_array(persons + 1, sizeof *part);
	uint16_t *share = bv_alloc_array(persons + 1, sizeof *share);
	int8_t *marks = bv_alloc_array(items, sizeof *marks);
	int middle = 0;

	for (size_t p = 0; p < persons; p++) {
		int sum = 0, high = 0;
		bv_irt_answers_marks(marks, answers, p);
		for (size_t i = 0; i < items; i++)
			if (marks[i] >= 0) {
				sum += marks[i];
				high += 31 - __builtin_clz((unsigned)bv_irt_answers_seen(answers, i));
			}
		share[p] = (uint16_t)(high > 0 ? 1000 * sum / high : 0);
		if (share[p] > 0 && share[p] < 1000) {
			places[share[p]]++;
			between++;
		}
	}
	while (middle < 1000 && (below += places[middle]) * 2 < between)
		middle++;
	if (below == between) /* nobody is above it: below, and up to it */
		middle--;
	for (size_t p = 0; p < persons; p++)
		part[p] = share[p] > middle;
	free(share);
	free(marks);
	return part;
}

/* Of the sheet's groups. */
static uint8_t *
parts_by_group(const struct bv_irt_answers *answers)
{
	uint8_t *part = bv_alloc_array(bv_irt_answers_persons(answers) + 1, sizeof *part);
	int8_t *marks = bv_alloc_array(bv_irt_answers_items(answers), sizeof *marks);

	for (size_t p = 0; p < bv_irt_answers_persons(answers); p++)
		part[p] = (uint8_t)bv_irt_answers_marks(marks, answers, p);
	free(marks);
	return part;
}

/* The same items by marginal likelihood, ability normal; its last intercepts too are made to sum to 0. */
static void
compare_marginal(struct report *r)
{
	const struct bv_irt_answers *answers = bv_irt_sheet_answers(r->sheet);
	struct bv_irt_settings settings = bv_irt_settings_default();
	size_t items = bv_irt_answers_items(answers);
	struct bv_irt_fit fit;
	struct bv_err err;
	double sum = 0, lasts = 0;

	r->marginal = bv_alloc_array(items, sizeof *r->marginal);
	for (size_t i = 0; i < items; i++)
		r->marginal[i].item.model = r->own[i].item.model;
	settings.errors = false;
	r->marginal_converged = bv_irt_calibrate(&fit, r->marginal, answers, &settings, &err) == BV_OK && fit.converged;
	for (size_t i = 0; i < items; i++)
		if (r->own[i].state == BV_IRT_ESTIMATED) {
			sum += r->marginal[i].item.d[r->own[i].item.categories - 2];
			lasts += r->own[i].item.categories - 1;
		}
	for (size_t i = 0; i < items; i++)
		for (int k = 0; r->own[i].state == BV_IRT_ESTIMATED && k < r->own[i].item.categories - 1; k++) {
			r->marginal[i].item.d[k] -= (k + 1) * sum / lasts;
			r->furthest = fmax(r->furthest, fabs(r->marginal[i].item.d[k] - r->own[i].item.d[k]) / r->own[i].error.d[k]);
		}
}

static void
print_text(const struct report *r)
{
	printf("conditional log likelihood %.6f, %s after %d steps, largest gradient %.2g\n", r->fit.log_likelihood, r->fit.converged ? "converged" : "NOT converged", r->fit.steps,
	       r->fit.gradient);
	printf("%zu items, %zu persons in %zu sets of items; %d parameters. Who has nothing, or everything, says nothing of the items\n", r->fit.items, r->fit.persons, r->fit.forms,
	       r->fit.param_count);
	printf("marginal likelihood, ability normal%s: at most %.2f standard errors away\n", r->marginal_converged ? "" : " (NOT converged)", r->furthest);
	if (r->tested)
		printf("Andersen's test by %s: chi-square %.3f, %d degrees of freedom, p %.4f, %zu items%s\n", r->split, r->andersen.chi2, r->andersen.df, r->andersen.p, r->andersen.items,
		       r->andersen.converged ? "" : ", NOT converged");
	puts("\nitem             state      intercept (error) marginal …");
	for (size_t i = 0; i < bv_irt_answers_items(bv_irt_sheet_answers(r->sheet)); i++) {
		const struct bv_irt_estimate *est = &r->own[i];
		printf("%-16s %-10s", bv_irt_sheet_item(r->sheet, i), bv_irt_item_state_name(est->state));
		for (int k = 0; est->state == BV_IRT_ESTIMATED && k < est->item.categories - 1; k++)
			printf(" d%d %.4f (%.4f) %.4f", k + 1, est->item.d[k], est->error.d[k], r->marginal[i].item.d[k]);
		putchar('\n');
	}
}

static void
add_reals(struct bv_json *object, const char *name, const double *x, int count)
{
	struct bv_json *array = bv_json_set(object, name, bv_json_new_array());

	for (int k = 0; k < count; k++)
		bv_json_add(array, bv_json_new_real(x[k]));
}

static void
print_json(const struct report *r)
{
	BV_AUTO(bv_json_free) struct bv_json *out = bv_json_new_object();
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF((size_t)64 << 20);

	bv_json_set(out, "logLikelihood", bv_json_new_real(r->fit.log_likelihood));
	bv_json_set(out, "gradient", bv_json_new_real(r->fit.gradient));
	bv_json_set(out, "converged", bv_json_new_bool(r->fit.converged));
	bv_json_set_int(out, "parameters", r->fit.param_count);
	bv_json_set_int(out, "persons", (int64_t)r->fit.persons);
	bv_json_set_int(out, "forms", (int64_t)r->fit.forms);
	bv_json_set(out, "marginalConverged", bv_json_new_bool(r->marginal_converged));
	bv_json_set(out, "furthest", bv_json_new_real(r->furthest));
	struct bv_json *andersen = bv_json_set(out, "andersen", r->tested ? bv_json_new_object() : bv_json_new_null());
	if (r->tested) {
		bv_json_set_str(andersen, "split", bv_str_of(r->split));
		bv_json_set(andersen, "chiSquare", bv_json_new_real(r->andersen.chi2));
		bv_json_set_int(andersen, "freedom", r->andersen.df);
		bv_json_set(andersen, "p", bv_json_new_real(r->andersen.p));
		bv_json_set_int(andersen, "items", (int64_t)r->andersen.items);
		bv_json_set(andersen, "converged", bv_json_new_bool(r->andersen.converged));
	}
	struct bv_json *items = bv_json_set(out, "items", bv_json_new_array());
	for (size_t i = 0; i < bv_irt_answers_items(bv_irt_sheet_answers(r->sheet)); i++) {
		const struct bv_irt_estimate *est = &r->own[i];
		struct bv_json *item = bv_json_add(items, bv_json_new_object());
		bv_json_set_str(item, "name", bv_str_of(bv_irt_sheet_item(r->sheet, i)));
		bv_json_set_str(item, "state", bv_str_of(bv_irt_item_state_name(est->state)));
		if (est->state != BV_IRT_ESTIMATED)
			continue;
		add_reals(item, "d", est->item.d, est->item.categories - 1);
		add_reals(item, "dError", est->error.d, est->item.categories - 1);
		add_reals(item, "marginal", r->marginal[i].item.d, est->item.categories - 1);
	}
	bv_json_write_pretty(&text, out);
	fwrite(text.p, 1, text.len, stdout);
}

int
conditional_report(const struct bv_irt_sheet *sheet, const struct args *args, const char *path)
{
	const struct bv_irt_answers *answers = bv_irt_sheet_answers(sheet);
	struct report r = { .sheet = sheet, .split = args_get(args, "split") ? args_get(args, "split") : "sum" };
	int groups = 0;
	struct bv_err err;

	while (groups < BV_IRT_GROUPS_MAX && *bv_irt_sheet_group(sheet, groups))
		groups++;
	bool by_sum = strcmp(r.split, "sum") == 0;
	if (!by_sum && strcmp(r.split, "group") != 0)
		return usage(args->cmd, "--split: '%s' is neither sum nor group", r.split);
	if (!by_sum && groups < 2)
		return usage(args->cmd, "--split group: the sheet has no two groups");
	r.own = bv_alloc_array(bv_irt_answers_items(answers), sizeof *r.own);
	enum bv_status status = bv_irt_conditional_take(&r.fit, r.own, answers, &err);
	if (status == BV_OK) {
		uint8_t *part = by_sum ? parts_by_sum(answers) : parts_by_group(answers);
		struct bv_err why;
		compare_marginal(&r);
		r.tested = bv_irt_andersen_take(&r.andersen, answers, part, by_sum ? 2 : groups, &why) == BV_OK;
		if (!r.tested)
			fprintf(stderr, "left out: Andersen's test: %s\n", why.msg);
		free(part);
		args_has(args, "json") ? print_json(&r) : print_text(&r);
	}
	free(r.own);
	free(r.marginal);
	return status != BV_OK ? fail(path, &err) : r.fit.converged ? EXIT_YES : EXIT_NO;
}
