/* The test characteristic curve of the items of a form. */
#include <math.h>
#include <stdlib.h>

#include "scoring/setting/setting.h"

#define END 6.0

enum bv_status
bv_form_make(struct bv_form *out, const struct bv_irt_set *set, const struct bv_str *names, size_t count, struct bv_err *err)
{
	struct bv_form form = { .count = count, .item = bv_alloc_array(count, sizeof form.item[0]) };
	enum bv_status status = BV_OK;

	for (size_t i = 0; status == BV_OK && i < count; i++) {
		form.item[i] = bv_irt_set_find(set, names[i]);
		if (!form.item[i])
			status = bv_err_set(err, BV_EINVAL, "item '%.*s' is not in the parameter set", BV_STR_ARG(names[i]));
		else if (!(form.item[i]->item.a > 0))
			status = bv_err_set(err, BV_EINVAL, "item '%.*s' has a slope of %g in the parameter set: only with slopes above 0 has each sum of marks one ability",
			                    BV_STR_ARG(names[i]), form.item[i]->item.a);
	}
	if (status == BV_OK)
		*out = form;
	else
		bv_form_finish(&form);
	return status;
}

void
bv_form_finish(struct bv_form *form)
{
	free(form->item);
	*form = (struct bv_form){ 0 };
}

/* Σ mark·P, and Σ mark·P'. */
static double
expected(double *slope, const struct bv_irt_set_item *item, double theta)
{
	struct bv_irt_curve curve;
	double sum = 0;
	int category = 0;

	*slope = 0;
	bv_irt_curve(&curve, &item->item, theta);
	for (int mark = 0; mark < BV_IRT_CATEGORIES_MAX; mark++)
		if (item->marks >> mark & 1) {
			sum += mark * curve.p[category];
			*slope += mark * curve.p1[category++];
		}
	return sum;
}

double
bv_form_item_mark(const struct bv_irt_set_item *item, double theta)
{
	double slope;

	return expected(&slope, item, theta);
}

double
bv_form_mark(const struct bv_form *form, double theta)
{
	double sum = 0;

	for (size_t i = 0; i < form->count; i++)
		sum += bv_form_item_mark(form->item[i], theta);
	return sum;
}

double
bv_form_slope(const struct bv_form *form, double theta)
{
	double sum = 0, slope;

	for (size_t i = 0; i < form->count; i++) {
		expected(&slope, form->item[i], theta);
		sum += slope;
	}
	return sum;
}

double
bv_form_ability(bool *bound, const struct bv_form *form, double sum)
{
	double low = -END, high = END;

	*bound = sum < bv_form_mark(form, low) || sum > bv_form_mark(form, high);
	if (*bound)
		return sum < bv_form_mark(form, low) ? low : high;
	for (int step = 0; step < 60; step++) { /* 12/2^60 is below the last place */
		double middle = (low + high) / 2;
		if (bv_form_mark(form, middle) < sum)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}
