/* The models: probabilities of the categories and their derivatives, in ability and in the parameters. Differences of nearly equal numbers are
 * written as products, so that P stays right to the last places far from the item. */
#include <assert.h>
#include <math.h>

#include "scoring/exponential.h"
#include "scoring/irt/nominal.h"

#define FAR 690 /* exp(690) is a double, and so is its reciprocal */

static const char *const names[BV_IRT_MODELS] = { "rasch", "1pl", "2pl", "3pl", "grm", "gpcm", "pcm", "nominal" };

const char *
bv_irt_model_name(enum bv_irt_model model)
{
	return names[model];
}

bool
bv_irt_model_find(enum bv_irt_model *out, struct bv_str name)
{
	for (int m = 0; m < BV_IRT_MODELS; m++)
		if (bv_str_is(name, names[m])) {
			*out = (enum bv_irt_model)m;
			return true;
		}
	return false;
}

struct bv_irt_item
bv_irt_item_of(double a, double b, double c, double metric)
{
	return (struct bv_irt_item){ .model = c > 0 ? BV_IRT_3PL : BV_IRT_2PL, .categories = 2, .a = a * metric, .c = c, .d = { -a * metric * b } };
}

enum bv_status
bv_irt_item_check(const struct bv_irt_item *item, struct bv_err *err)
{
	bool dichotomous = item->model <= BV_IRT_3PL;

	if (item->categories < 2 || item->categories > BV_IRT_CATEGORIES_MAX || (dichotomous && item->categories != 2))
		return bv_err_set(err, BV_EINVAL, "%d categories: model %s takes %s", item->categories, names[item->model], dichotomous ? "2" : "2 to 16");
	if (!(fabs(item->a) <= 20))
		return bv_err_set(err, BV_EINVAL, "slope %g is not from -20 to 20", item->a);
	if (!(item->c >= 0 && item->c < 1) || (item->c > 0 && item->model != BV_IRT_3PL))
		return bv_err_set(err, BV_EINVAL, "lower asymptote %g: from 0 to below 1 with model 3pl, 0 with the others", item->c);
	for (int k = 0; k < item->categories - 1; k++) {
		if (!(fabs(item->d[k]) <= 100))
			return bv_err_set(err, BV_EINVAL, "intercept %d, %g, is not from -100 to 100", k + 1, item->d[k]);
		if (item->model == BV_IRT_GRM && k > 0 && !(item->d[k] < item->d[k - 1]))
			return bv_err_set(err, BV_EINVAL, "intercepts of model grm fall: %g follows %g", item->d[k], item->d[k - 1]);
		if (item->model == BV_IRT_NOMINAL && !(fabs(bv_irt_category_slope(item, k + 1)) <= 20))
			return bv_err_set(err, BV_EINVAL, "slope %d, %g, is not from -20 to 20", k + 1, bv_irt_category_slope(item, k + 1));
	}
	return BV_OK;
}

/* The logistic function and 1 minus it. */
struct logistic {
	double yes, no;
};

static struct logistic
logistic_of(double z)
{
	double e = exponential(-fmin(fabs(z), FAR)), large = 1 / (1 + e), small = e / (1 + e);

	return z >= 0 ? (struct logistic){ large, small } : (struct logistic){ small, large };
}

static void
two_categories(struct bv_irt_curve *out, const struct bv_irt_item *item, double theta)
{
	struct logistic l = logistic_of(item->a * theta + item->d[0]);
	double rest = 1 - item->c, v = rest * l.yes * l.no;

	out->p[0] = rest * l.no;
	out->p[1] = item->c + rest * l.yes;
	out->p1[1] = item->a * v;
	out->p1[0] = -out->p1[1];
	out->p2[1] = item->a * item->a * v * (l.no - l.yes);
	out->p2[0] = -out->p2[1];
}

/* P_k = F_k − F_{k+1} = F_k (1 − F_{k+1}) (1 − exp(d_{k+1} − d_k)). */
static double
graded_probability(const struct bv_irt_item *item, int k, struct logistic here, struct logistic next)
{
	if (k == 0)
		return next.no;
	if (k == item->categories - 1)
		return here.yes;
	return here.yes * next.no * (1 - exponential(fmax(item->d[k] - item->d[k - 1], -FAR)));
}

static void
graded(struct bv_irt_curve *out, const struct bv_irt_item *item, double theta)
{
	struct logistic here = { 1, 0 };
	int last = item->categories - 1;

	for (int k = 0; k <= last; k++) {
		struct logistic next = k < last ? logistic_of(item->a * theta + item->d[k]) : (struct logistic){ 0, 1 };
		double here_v = here.yes * here.no, next_v = next.yes * next.no;
		out->p[k] = graded_probability(item, k, here, next);
		out->p1[k] = item->a * (here_v - next_v);
		out->p2[k] = item->a * item->a * (here_v * (here.no - here.yes) - next_v * (next.no - next.yes));
		here = next;
	}
}

/* P_k and the mean of k. */
static double
partial_probabilities(double p[BV_IRT_CATEGORIES_MAX], const struct bv_irt_item *item, double theta)
{
	double largest = 0, sum = 0, mean = 0;

	for (int k = 0; k < item->categories; k++) {
		p[k] = k > 0 ? k * item->a * theta + item->d[k - 1] : 0;
		largest = fmax(largest, p[k]);
	}
	for (int k = 0; k < item->categories; k++)
		sum += p[k] = exponential(fmax(p[k] - largest, -FAR));
	for (int k = 0; k < item->categories; k++)
		mean += k * (p[k] /= sum);
	return mean;
}

static void
partial(struct bv_irt_curve *out, const struct bv_irt_item *item, double theta)
{
	double mean = partial_probabilities(out->p, item, theta), variance = 0;

	for (int k = 0; k < item->categories; k++)
		variance += out->p[k] * (k - mean) * (k - mean);
	for (int k = 0; k < item->categories; k++) {
		out->p1[k] = item->a * out->p[k] * (k - mean);
		out->p2[k] = item->a * item->a * out->p[k] * ((k - mean) * (k - mean) - variance);
	}
}

void
bv_irt_curve(struct bv_irt_curve *out, const struct bv_irt_item *item, double theta)
{
	if (item->model <= BV_IRT_3PL)
		two_categories(out, item, theta);
	else if (item->model == BV_IRT_GRM)
		graded(out, item, theta);
	else if (item->model == BV_IRT_NOMINAL)
		nominal_curve(out, item, theta);
	else
		partial(out, item, theta);
}

double
bv_irt_probability(const struct bv_irt_item *item, int category, double theta)
{
	struct bv_irt_curve curve;

	assert(category >= 0 && category < item->categories);
	bv_irt_curve(&curve, item, theta);
	return curve.p[category];
}

double
bv_irt_expected(const struct bv_irt_item *item, double theta)
{
	struct bv_irt_curve curve;
	double sum = 0;

	bv_irt_curve(&curve, item, theta);
	for (int k = 1; k < item->categories; k++)
		sum += k * curve.p[k];
	return sum;
}

double
bv_irt_mark(double *slope, const struct bv_irt_item *item, uint16_t marks, double theta)
{
	struct bv_irt_curve curve;
	double sum = 0, rise = 0;
	int category = 0;

	bv_irt_curve(&curve, item, theta);
	for (int mark = 0; mark < BV_IRT_CATEGORIES_MAX; mark++)
		if (marks >> mark & 1) {
			sum += mark * curve.p[category];
			rise += mark * curve.p1[category++];
		}
	if (slope)
		*slope = rise;
	return sum;
}

double
bv_irt_information(const struct bv_irt_item *item, double theta)
{
	struct bv_irt_curve curve;
	double sum = 0;

	bv_irt_curve(&curve, item, theta);
	for (int k = 0; k < item->categories; k++)
		if (curve.p[k] > 0)
			sum += curve.p1[k] * (curve.p1[k] / curve.p[k]);
	return sum;
}

double
bv_irt_warm_j(const struct bv_irt_item *item, double theta)
{
	struct bv_irt_curve curve;
	double sum = 0;

	bv_irt_curve(&curve, item, theta);
	for (int k = 0; k < item->categories; k++)
		if (curve.p[k] > 0)
			sum += curve.p1[k] / curve.p[k] * curve.p2[k];
	return sum;
}

double
bv_irt_information_slope(const struct bv_irt_item *item, double theta)
{
	struct bv_irt_curve curve;
	double sum = 0;

	bv_irt_curve(&curve, item, theta);
	for (int k = 0; k < item->categories; k++)
		if (curve.p[k] > 0) {
			double rate = curve.p1[k] / curve.p[k];
			sum += rate * (2 * curve.p2[k] - curve.p1[k] * rate);
		}
	return sum;
}

int
bv_irt_param_count(const struct bv_irt_item *item)
{
	return item->model == BV_IRT_3PL ? 3 : item->model == BV_IRT_NOMINAL ? 2 * item->categories - 2 : item->categories;
}

double *
bv_irt_param(struct bv_irt_item *item, int param)
{
	assert(param >= 0 && param < bv_irt_param_count(item));
	if (param == 0)
		return &item->a;
	if (param < item->categories)
		return &item->d[param - 1];
	return item->model == BV_IRT_3PL ? &item->c : &item->more[param - item->categories];
}

/* The predictor z = a·theta + d enters by (theta, 1): log P's first and second derivative in z give those in a and d. */
static void
slopes_of_two(struct bv_irt_slopes *out, struct bv_irt_bends *bends, const struct bv_irt_item *item, double theta)
{
	struct logistic l = logistic_of(item->a * theta + item->d[0]);
	double c = item->c, yes = c + (1 - c) * l.yes, share = item->model == BV_IRT_3PL ? (1 - c) * l.yes / yes : 1, guess = 1 - share;
	double x[2] = { theta, 1 };
	/* Of log P(1): d/dz = share·(1 − L); d²/dz² = share·(1 − L)·(guess·(1 − L) − L). Of log P(0) = log(1 − c) + log(1 − L): −L and −L(1 − L). */
	double first[2] = { -l.yes, share * l.no }, second[2] = { -l.yes * l.no, share * l.no * (guess * l.no - l.yes) };

	out->p[0] = (1 - c) * l.no;
	out->p[1] = yes;
	for (int k = 0; k < 2; k++)
		for (int i = 0; i < 2; i++) {
			out->first[k][i] = first[k] * x[i];
			for (int j = 0; bends && j < 2; j++)
				bends->second[k][i][j] = second[k] * x[i] * x[j];
		}
	if (item->model != BV_IRT_3PL)
		return;
	/* In u = logit c, dc/du = c(1 − c): log P(0) has −c, log P(1) has c(1 − c)(1 − L)/P = (1 − L)·guess·(1 − c). */
	double slope = l.no * guess * (1 - c);
	/* ∂²/∂z∂u = −slope·(L + share·(1 − L)); ∂²/∂u² = slope·(1 − 2c − slope). */
	double cross = -slope * (l.yes + share * l.no);
	out->first[0][2] = -c;
	out->first[1][2] = slope;
	for (int i = 0; bends && i < 2; i++) {
		bends->second[0][i][2] = bends->second[0][2][i] = 0;
		bends->second[1][i][2] = bends->second[1][2][i] = cross * x[i];
	}
	if (bends) {
		bends->second[0][2][2] = -c * (1 - c);
		bends->second[1][2][2] = slope * (1 - 2 * c - slope);
	}
}

/* log P_k with P_k = F_k − F_{k+1}: first = P'/P, second = P''/P − first·first'. A parameter is a (0) or d_k (k). */
static void
slopes_of_graded(struct bv_irt_slopes *out, struct bv_irt_bends *bends, const struct bv_irt_item *item, double theta)
{
	int last = item->categories - 1, count = item->categories;
	struct logistic here = { 1, 0 };

	for (int k = 0; k <= last; k++) {
		struct logistic next = k < last ? logistic_of(item->a * theta + item->d[k]) : (struct logistic){ 0, 1 };
		double p = fmax(graded_probability(item, k, here, next), 1e-300), *first = out->first[k];
		double here_1 = here.yes * here.no / p, next_1 = next.yes * next.no / p;
		double here_2 = here_1 * (here.no - here.yes), next_2 = next_1 * (next.no - next.yes);
		out->p[k] = p;
		memset(first, 0, (size_t)count * sizeof *first);
		first[0] = theta * (here_1 - next_1);
		if (k > 0)
			first[k] = here_1;
		if (k < last)
			first[k + 1] = -next_1;
		if (bends) {
			double(*second)[BV_IRT_PARAMS_MAX] = bends->second[k];
			for (int i = 0; i < count; i++)
				for (int j = 0; j < count; j++)
					second[i][j] = -first[i] * first[j];
			second[0][0] += theta * theta * (here_2 - next_2);
			if (k > 0) {
				second[k][k] += here_2;
				second[0][k] += theta * here_2;
				second[k][0] = second[0][k];
			}
			if (k < last) {
				second[k + 1][k + 1] -= next_2;
				second[0][k + 1] -= theta * next_2;
				second[k + 1][0] = second[0][k + 1];
			}
		}
		here = next;
	}
}

/* An exponential family: first = t_k − E t, second = −Cov t for every category, with t = (k·theta, 1[k = 1], 1[k = 2] …). */
static void
slopes_of_partial(struct bv_irt_slopes *out, struct bv_irt_bends *bends, const struct bv_irt_item *item, double theta)
{
	int count = item->categories;
	double mean = partial_probabilities(out->p, item, theta), variance = 0;

	for (int k = 0; k < count; k++) {
		variance += out->p[k] * (k - mean) * (k - mean);
		out->first[k][0] = theta * (k - mean);
		for (int i = 1; i < count; i++)
			out->first[k][i] = (i == k) - out->p[i];
	}
	for (int k = 0; bends && k < count; k++) {
		bends->second[k][0][0] = -theta * theta * variance;
		for (int i = 1; i < count; i++) {
			bends->second[k][0][i] = bends->second[k][i][0] = -theta * out->p[i] * (i - mean);
			for (int j = 1; j < count; j++)
				bends->second[k][i][j] = out->p[i] * out->p[j] - (i == j ? out->p[i] : 0);
		}
	}
}

void
bv_irt_slopes(struct bv_irt_slopes *out, struct bv_irt_bends *bends, const struct bv_irt_item *item, double theta)
{
	if (item->model <= BV_IRT_3PL)
		slopes_of_two(out, bends, item, theta);
	else if (item->model == BV_IRT_GRM)
		slopes_of_graded(out, bends, item, theta);
	else if (item->model == BV_IRT_NOMINAL)
		nominal_slopes(out, bends, item, theta);
	else
		slopes_of_partial(out, bends, item, theta);
}
