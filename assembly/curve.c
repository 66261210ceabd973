#include "assembly/assembly.h"
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
