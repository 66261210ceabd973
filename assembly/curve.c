#include <assert.h>

#include "assembly/assembly.h"
#include "scoring/irt/irt.h"
#include "scoring/scoring.h"

static double
logistic(double z)
{
	return z > 700 ? 1 : 1 / (1 + bv_exponential(-z));
}

double
bv_curve_probability(const struct bv_curve *curve, double theta)
{
	return curve->c + (1 - curve->c) * logistic(curve->a * (theta - curve->b));
}

double
bv_curve_information(const struct bv_curve *curve, double theta)
{
	double l = logistic(curve->a * (theta - curve->b)), p = curve->c + (1 - curve->c) * l;

	/* P' = (1 - c) a l (1 - l) and 1 - P = (1 - c)(1 - l): the quotient without what cancels. */
	return p > 0 ? curve->a * curve->a * (1 - curve->c) * l * l * (1 - l) / p : 0;
}

int
bv_assembly_categories(const struct bv_assembly_item *item)
{
	return item->model ? item->model->categories : 2;
}

double
bv_assembly_chance(const struct bv_assembly_item *item, int category, double theta)
{
	assert(category >= 0 && category < bv_assembly_categories(item));
	if (item->model)
		return bv_irt_probability(item->model, category, theta);
	double right = bv_curve_probability(&item->curve, theta);
	return category ? right : 1 - right;
}

double
bv_assembly_information(const struct bv_assembly_item *item, double theta)
{
	return item->model ? bv_irt_information(item->model, theta) : bv_curve_information(&item->curve, theta);
}

double
bv_assembly_expected(const struct bv_assembly_item *item, double theta)
{
	return item->model ? bv_irt_mark(NULL, item->model, item->marks, theta) : bv_curve_probability(&item->curve, theta);
}

bool
bv_assembly_ordered(const struct bv_assembly_item *item)
{
	return !item->model || item->model->model != BV_IRT_NOMINAL;
}

int
bv_assembly_category(const struct bv_assembly_item *item, int mark)
{
	return bv_irt_category(item->marks, mark);
}

int
bv_assembly_draw(const struct bv_assembly_item *item, double theta, double unit)
{
	struct bv_irt_curve curve;

	if (!item->model)
		return unit < bv_curve_probability(&item->curve, theta);
	bv_irt_curve(&curve, item->model, theta);
	for (int k = item->model->categories - 1; k > 0; k--) {
		if (unit < curve.p[k])
			return k;
		unit -= curve.p[k];
	}
	return 0;
}
