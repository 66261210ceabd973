/* Any bytes: a sheet of marks, whose answers are then calibrated, rated and classified, or a parameter set; or a message. Every number that comes out is
 * one. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/irt/irt.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
check_classification(const struct bv_irt_classification *got)
{
	assert(got->accuracy >= -1e-9 && got->accuracy <= 1 + 1e-9 && got->consistency >= -1e-9 && got->consistency <= 1 + 1e-9 && isfinite(got->kappa));
}

/* Levels of every person, and how good they are. */
static void
classify(const struct bv_irt_set *set, const struct bv_irt_answers *answers)
{
	static const double cuts[] = { -0.7, 1.9 };
	struct bv_irt_item items[30];
	BV_AUTO(bv_irt_levels_free) struct bv_irt_levels *levels = NULL;
	struct bv_irt_true_marks marks;
	struct bv_irt_classification got;
	struct bv_err err;
	size_t counts[30 * BV_IRT_CATEGORIES_MAX] = { 0 };
	double alpha, p[3];
	int8_t categories[30];

	for (size_t i = 0; i < set->count; i++)
		items[i] = set->items[i].item;
	if (set->count == 0 || set->count != bv_irt_answers_items(answers) ||
	    bv_irt_levels_new(&levels, items, set->count, set->mean, set->sd, cuts, 2, &err) != BV_OK)
		return;
	for (size_t n = 0; n < bv_irt_answers_persons(answers); n++) {
		bv_irt_answers_marks(categories, answers, n);
		for (size_t i = 0; i < set->count; i++)
			categories[i] = categories[i] < 0 ? -1 : (int8_t)bv_irt_category(set->items[i].marks, categories[i]);
		bv_irt_levels_take(p, levels, categories);
		assert(p[0] >= 0 && p[1] >= 0 && p[2] >= 0 && fabs(p[0] + p[1] + p[2] - 1) < 1e-9);
	}
	bv_irt_rudner(&got, items, set->count, cuts, 2, set->mean, set->sd);
	check_classification(&got);
	bv_irt_answers_sums(counts, 30 * BV_IRT_CATEGORIES_MAX - 1, &alpha, answers);
	int max = (int)bv_irt_marks_max(items, set->count), last = 30 * BV_IRT_CATEGORIES_MAX - 1;
	while (last > 0 && !counts[last])
		last--;
	if (bv_irt_true_marks_fit(&marks, counts, last > max ? last : max, alpha, &err) != BV_OK)
		return;
	bv_irt_livingston_lewis(&got, &marks, last > max ? last : max, (const int[]){ 1, max + 1 }, 2);
	check_classification(&got);
}

static void
finite_or_nan(double x)
{
	assert(!isinf(x));
}

/* Everything that says whether the model fits. */
static void
look_at_fit(const struct bv_irt_estimate *estimates, const struct bv_irt_answers *answers, const struct bv_irt_fit *fit, const struct bv_irt_settings *settings)
{
	size_t count = bv_irt_answers_items(answers), persons;
	struct bv_irt_item_fit *fits = bv_alloc_array(count, sizeof *fits);
	struct bv_irt_residuals residuals;
	struct bv_irt_test_fit whole;
	struct bv_err err = { 0 };
	double marginal, empirical;

	for (int g = 0; g < fit->group_count; g++) {
		if (bv_irt_item_fits(fits, &persons, estimates, answers, g, &fit->groups[g], &err) != BV_OK)
			assert(err.msg[0]);
		if (bv_irt_residuals_take(&residuals, estimates, answers, g, &fit->groups[g], 1, 1, &err) == BV_OK)
			free(residuals.suspects);
		else
			assert(err.msg[0]);
		bv_irt_reliability(&marginal, &empirical, estimates, answers, g, &fit->groups[g]);
		finite_or_nan(marginal);
		finite_or_nan(empirical);
	}
	if (bv_irt_test_fit_take(&whole, estimates, answers, settings, &fit->groups[0], &err) == BV_OK)
		assert(isfinite(whole.m2) && whole.p >= 0 && whole.p <= 1);
	else
		assert(err.msg[0]);
	free(fits);
}

/* Two or three areas of the same items, their set, and scores by it. */
static void
calibrate_areas(const struct bv_irt_sheet *sheet, struct bv_irt_estimate *estimates, struct bv_irt_settings settings)
{
	const struct bv_irt_answers *answers = bv_irt_sheet_answers(sheet);
	size_t count = bv_irt_answers_items(answers);
	int areas = count % 2 ? 3 : 2;
	uint8_t *area = bv_alloc(count);
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(1u << 24);
	BV_AUTO(bv_irt_set_free) struct bv_irt_set *set = NULL;
	struct bv_irt_population population;
	struct bv_irt_fit fit;
	struct bv_err err = { 0 };

	for (size_t i = 0; i < count; i++)
		area[i] = (uint8_t)(i % (size_t)areas);
	settings.nodes = 7;
	settings.steps_max = 10;
	if (bv_irt_calibrate_areas(&fit, &population, estimates, area, areas, answers, &settings, &err) == BV_OK) {
		struct bv_irt_set_areas found = { .population = &population, .names = { BV_STR("a"), BV_STR("b"), BV_STR("c") }, .area = area, .reliability = { NAN, 0.5, 0.5 } };
		assert(isfinite(fit.log_likelihood));
		for (int a = 0; a < areas; a++)
			for (int b = 0; b < areas; b++)
				assert(isfinite(population.covariance[a][b]) && isfinite(population.error[a][b]));
		bv_irt_set_write_areas(&json, sheet, estimates, &fit, &settings, 1, &found);
		if (bv_irt_set_parse_areas(&set, bv_buf_str(&json), &err) != BV_OK)
			assert(err.msg[0]);
		else
			assert(set->area_count == areas);
	} else {
		assert(err.msg[0]);
	}
	free(area);
}

static void
calibrate(const struct bv_irt_sheet *sheet)
{
	const struct bv_irt_answers *answers = bv_irt_sheet_answers(sheet);
	struct bv_irt_settings settings = bv_irt_settings_default();
	struct bv_irt_fit fit;
	struct bv_err err = { 0 };
	size_t count = bv_irt_answers_items(answers);

	if (count > 30 || bv_irt_answers_persons(answers) > 200)
		return;
	struct bv_irt_estimate *estimates = bv_alloc_array(count, sizeof *estimates);
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(1u << 24);
	for (size_t i = 0; i < count; i++)
		estimates[i].item.model = bv_irt_answers_seen(answers, i) & ~3u ? (i % 3 == 2 ? BV_IRT_NOMINAL : i % 3 ? BV_IRT_GRM : BV_IRT_GPCM) : (enum bv_irt_model)(i % 4);
	settings.steps_max = 20;
	settings.nodes = 21;
	bool fit_made = bv_irt_calibrate(&fit, estimates, answers, &settings, &err) == BV_OK;
	if (fit_made) {
		BV_AUTO(bv_irt_set_free) struct bv_irt_set *set = NULL;
		assert(isfinite(fit.log_likelihood));
		bv_irt_set_write(&json, sheet, estimates, &fit, &settings, 1);
		/* A set is refused only where ability's variance left what a prior may be. */
		if (bv_irt_set_parse(&set, bv_buf_str(&json), &err) != BV_OK)
			assert(err.msg[0]);
		else
			classify(set, answers);
	} else {
		assert(err.msg[0]);
	}
	if (fit_made)
		look_at_fit(estimates, answers, &fit, &settings);
	if (count >= 3 && bv_irt_answers_persons(answers) <= 40)
		calibrate_areas(sheet, estimates, settings);
	struct bv_irt_conditional conditional;
	if (bv_irt_conditional_take(&conditional, estimates, answers, &err) == BV_OK)
		assert(isfinite(conditional.log_likelihood) && conditional.log_likelihood <= 1e-9);
	else
		assert(err.msg[0]);
	free(estimates);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_irt_sheet_free) struct bv_irt_sheet *sheet = NULL;
	BV_AUTO(bv_irt_set_free) struct bv_irt_set *set = NULL;
	struct bv_str text = { (const char *)p, len }, line;
	struct bv_err err = { 0 };
	int number = 1;

	if (bv_irt_set_parse_areas(&set, text, &err) != BV_OK)
		assert(err.msg[0]);
	if (!bv_str_line(&text, &line) || bv_irt_sheet_open(&sheet, line, &err) != BV_OK)
		return 0;
	while (bv_str_line(&text, &line))
		if (bv_irt_sheet_add(sheet, line, ++number, &err) != BV_OK) {
			assert(err.line == number && err.msg[0]);
			return 0;
		}
	calibrate(sheet);
	return 0;
}
