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
		else if (form.item[i]->item.model == BV_IRT_NOMINAL)
			status = bv_err_set(err, BV_EINVAL, "item '%.*s' is of model nominal: its categories have no order, so that no mark is better than another; leave it out, or "
			                    "calibrate it as grm or gpcm", BV_STR_ARG(names[i]));
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

double
bv_form_item_mark(const struct bv_irt_set_item *item, double theta)
{
	double slope;

	return bv_irt_mark(&slope, &item->item, item->marks, theta);
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
		bv_irt_mark(&slope, &form->item[i]->item, form->item[i]->marks, theta);
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
