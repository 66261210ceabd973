/* One scale from two: mean-mean, mean-sigma, Haebara, Stocking-Lord; and which items have drifted. */
#include <math.h>
#include <stdlib.h>

#include "analysis/link.h"
#include "scoring/cholesky.h"

static const char *const names[BV_LINK_METHODS] = { "mean-mean", "mean-gmean", "mean-sigma", "haebara", "stocking-lord" };

const char *
bv_link_method_name(enum bv_link_method method)
{
	return names[method];
}

bool
bv_link_method_find(enum bv_link_method *out, struct bv_str name)
{
	for (int m = 0; m < BV_LINK_METHODS; m++)
		if (bv_str_is(name, names[m])) {
			*out = (enum bv_link_method)m;
			return true;
		}
	return false;
}

/* ---- Forms ---- */

/* Nodes and weights of Gauss and Hermite for the normal distribution, by bisection between the sign changes of the polynomial in its stable scaling. */
static double
hermite(int n, double x, double *before)
{
	double p0 = 0, p1 = 1;

	for (int k = 1; k <= n; k++) {
		double p2 = (x * p1 - sqrt(k - 1) * p0) / sqrt(k);
		p0 = p1;
		p1 = p2;
	}
	*before = p0;
	return p1;
}

static void
gauss_nodes(struct linking *l)
{
	enum { ORDER = 30, STEPS = 4000 };
	double before, step = 24.0 / STEPS;

	for (int i = 0; i < STEPS && l->nodes < ORDER; i++) {
		double low = -12 + i * step, high = low + step, at_low = hermite(ORDER, low, &before);
		if (at_low * hermite(ORDER, high, &before) >= 0)
			continue;
		for (int round = 0; round < 60; round++) {
			double middle = (low + high) / 2;
			if (at_low * hermite(ORDER, middle, &before) > 0)
				low = middle;
			else
				high = middle;
		}
		hermite(ORDER, low, &before);
		l->node[l->nodes] = low;
		l->weight[l->nodes++] = 1 / (ORDER * before * before);
	}
}

static void
choose_nodes(struct linking *l)
{
	double sum = 0;

	if (l->options.weights == BV_LINK_GAUSS) {
		gauss_nodes(l);
		return;
	}
	l->nodes = l->options.weights == BV_LINK_EVEN ? 40 : 61;
	double end = l->options.weights == BV_LINK_EVEN ? 4 : 6;
	for (int q = 0; q < l->nodes; q++) {
		l->node[q] = -end + 2 * end * q / (l->nodes - 1);
		sum += l->weight[q] = l->options.weights == BV_LINK_EVEN ? 1 : bv_normal_density(l->node[q]);
	}
	for (int q = 0; q < l->nodes; q++)
		l->weight[q] /= sum;
}

static void
form_init(struct form *form, const struct bv_irt_set *set, size_t common_max)
{
	form->set = set;
	form->item = bv_alloc_array(set->count, sizeof form->item[0]);
	form->common = bv_alloc_array(common_max, sizeof form->common[0]);
	for (size_t i = 0; i < set->count; i++)
		form->item[i] = set->items[i].item;
}

enum bv_status
linking_init(struct linking *l, const struct bv_irt_set *from, const struct bv_irt_set *to, const struct bv_link_options *options, struct bv_err *err)
{
	*l = (struct linking){ .options = *options };
	form_init(&l->form[0], from, from->count);
	form_init(&l->form[1], to, from->count);
	for (size_t i = 0; i < from->count; i++) {
		const struct bv_irt_set_item *other = bv_irt_set_find(to, bv_str_of(from->items[i].name));
		if (!other)
			continue;
		if (other->item.categories != from->items[i].item.categories || (other->item.model > BV_IRT_3PL && other->item.model != from->items[i].item.model))
			return bv_err_set(err, BV_EINVAL, "item \"%s\" has another model, or other marks, in the two sets", other->name);
		if (other->item.model == BV_IRT_NOMINAL)
			return bv_err_set(err, BV_EINVAL, "item \"%s\" is nominal, its categories have no order to link by: take it out of one of the sets", other->name);
		if (!(other->item.a > 0 && from->items[i].item.a > 0))
			return bv_err_set(err, BV_EINVAL, "item \"%s\" has a slope of nought or less: take it out of one of the sets", other->name);
		l->form[0].common[l->count] = i;
		l->form[1].common[l->count++] = (size_t)(other - to->items);
	}
	choose_nodes(l);
	return BV_OK;
}

void
linking_finish(struct linking *l)
{
	for (int side = 0; side < 2; side++) {
		free(l->form[side].item);
		free(l->form[side].common);
	}
}

/* ---- By moments ---- */

static const struct bv_irt_item *
common_item(const struct linking *l, int side, size_t k)
{
	return &l->form[side].item[l->form[side].common[k]];
}

/* Where category k + 1 begins: -d/a, and of partial credit the step's. */
static double
threshold(const struct bv_irt_item *item, int k)
{
	double d = item->model >= BV_IRT_GPCM && k > 0 ? item->d[k] - item->d[k - 1] : item->d[k];

	return -d / item->a;
}

static bool
solve_moments(double *slope, double *shift, const struct linking *l)
{
	double n = 0, a[2] = { 0 }, log_a[2] = { 0 }, mean[2] = { 0 }, square[2] = { 0 };

	for (size_t k = 0; k < l->count; k++) {
		n += common_item(l, 0, k)->categories - 1;
		for (int side = 0; side < 2; side++) {
			const struct bv_irt_item *item = common_item(l, side, k);
			a[side] += item->a;
			log_a[side] += log(item->a);
			for (int t = 0; t < item->categories - 1; t++)
				mean[side] += threshold(item, t);
		}
	}
	for (int side = 0; side < 2; side++) {
		mean[side] /= n;
		for (size_t k = 0; k < l->count; k++)
			for (int t = 0; t < common_item(l, side, k)->categories - 1; t++)
				square[side] += pow(threshold(common_item(l, side, k), t) - mean[side], 2);
	}
	*slope = l->options.method == BV_LINK_MEAN_MEAN    ? a[0] / a[1]
	         : l->options.method == BV_LINK_MEAN_GMEAN ? exp((log_a[0] - log_a[1]) / (double)l->count)
	                                                   : sqrt(square[1] / square[0]);
	*shift = mean[1] - *slope * mean[0];
	return isfinite(*slope) && *slope > 0 && isfinite(*shift);
}

/* ---- By curves ---- */

struct normal_equations {
	double value, g[2], h[2][2];
};

static void
add_residual(struct normal_equations *e, double weight, double residual, double in_slope, double in_shift)
{
	e->value += weight * residual * residual;
	e->g[0] -= weight * residual * in_slope;
	e->g[1] -= weight * residual * in_shift;
	e->h[0][0] += weight * in_slope * in_slope;
	e->h[1][0] += weight * in_slope * in_shift;
	e->h[1][1] += weight * in_shift * in_shift;
}

/* Haebara: the squares of the differences of each item's curves; Stocking and Lord: of the sum of the items' expected scores. At theta of the second scale the
 * first form's item is at u = (theta − shift) / slope. */
static void
compare_curves(struct normal_equations *e, const struct linking *l, double slope, double shift)
{
	*e = (struct normal_equations){ 0 };
	for (int q = 0; q < l->nodes; q++) {
		double u = (l->node[q] - shift) / slope, difference = 0, rate = 0;
		for (size_t i = 0; i < l->count; i++) {
			struct bv_irt_curve from, to;
			const struct bv_irt_item *item = common_item(l, 0, i);
			bv_irt_curve(&from, item, u);
			bv_irt_curve(&to, common_item(l, 1, i), l->node[q]);
			for (int k = 1; k < item->categories; k++) {
				difference += k * (to.p[k] - from.p[k]);
				rate += k * from.p1[k];
				if (l->options.method == BV_LINK_HAEBARA)
					add_residual(e, l->weight[q], to.p[k] - from.p[k], from.p1[k] * u / slope, from.p1[k] / slope);
			}
		}
		if (l->options.method == BV_LINK_STOCKING_LORD)
			add_residual(e, l->weight[q], difference, rate * u / slope, rate / slope);
	}
}

/* Gauss and Newton, with halved steps: the residuals are small where forms can be linked at all. */
static bool
solve_curves(double *slope, double *shift, const struct linking *l)
{
	struct normal_equations e;

	compare_curves(&e, l, *slope, *shift);
	for (int round = 0; round < 500; round++) {
		double step[2], part = 1, value = e.value, a = *slope, b = *shift;
		if (!bv_solve_positive(step, &e.h[0][0], e.g, 2, 2))
			return false;
		for (int half = 0; half < 40; half++, part /= 2) {
			*slope = a + part * step[0];
			*shift = b + part * step[1];
			if (!(*slope > 0))
				continue;
			compare_curves(&e, l, *slope, *shift);
			if (e.value <= value * (1 + 1e-14))
				break;
		}
		if (fabs(*slope - a) + fabs(*shift - b) < 1e-12)
			return true;
	}
	return false;
}

/* What lies beyond is no other scale of the same ability. */
#define SLOPE_MIN 0.01
#define SLOPE_MAX 100.0
#define SHIFT_MAX 100.0

bool
linking_solve(double *slope, double *shift, const struct linking *l)
{
	struct linking start = *l;
	bool found;

	if (l->options.method < BV_LINK_HAEBARA)
		found = solve_moments(slope, shift, l);
	else {
		start.options.method = BV_LINK_MEAN_MEAN;
		found = solve_moments(slope, shift, &start) && solve_curves(slope, shift, l);
	}
	return found && *slope >= SLOPE_MIN && *slope <= SLOPE_MAX && fabs(*shift) <= SHIFT_MAX;
}

/* ---- Errors ---- */

bool
linking_has_errors(const struct linking *l)
{
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < l->form[side].set->count; i++)
			if (!l->form[side].set->items[i].errors)
				return false;
	return true;
}

void
delta_errors(double *error, size_t count, struct linking *l, void (*measure)(double *out, const struct linking *linking, void *ctx), void *ctx)
{
	double *slopes = bv_alloc_array(count, BV_IRT_PARAMS_MAX * sizeof slopes[0]), *low = bv_alloc_array(count, sizeof low[0]);

	memset(error, 0, count * sizeof error[0]);
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < l->form[side].set->count; i++) {
			const struct bv_irt_set_item *known = &l->form[side].set->items[i];
			struct bv_irt_item *item = &l->form[side].item[i], errors = known->error;
			int params = bv_irt_param_count(item);
			for (int p = 0; p < params; p++) {
				double *x = bv_irt_param(item, p), old = *x, h = x == &item->c ? fmin(1e-4, old / 2) : 1e-4;
				double *here = slopes + (size_t)p * count;
				memset(here, 0, count * sizeof here[0]);
				if (*bv_irt_param(&errors, p) == 0)
					continue;
				*x = old + h;
				measure(here, l, ctx);
				*x = old - h;
				measure(low, l, ctx);
				*x = old;
				for (size_t k = 0; k < count; k++) {
					here[k] = (here[k] - low[k]) / (2 * h);
					error[k] += pow(here[k] * *bv_irt_param(&errors, p), 2);
				}
			}
			for (size_t k = 0; item->categories == 2 && k < count; k++)
				error[k] += 2 * slopes[k] * slopes[count + k] * known->a_d;
			for (size_t k = 0; params == 3 && item->categories == 2 && k < count; k++)
				error[k] += 2 * slopes[2 * count + k] * (slopes[k] * known->a_c + slopes[count + k] * known->d_c);
		}
	for (size_t k = 0; k < count; k++)
		error[k] = sqrt(error[k]);
	free(slopes);
	free(low);
}

static void
measure_link(double *out, const struct linking *l, void *ctx)
{
	(void)ctx;
	if (!linking_solve(&out[0], &out[1], l))
		out[0] = out[1] = NAN;
}

/* ---- Drift ---- */

#define NOTHING 1e-9 /* a spread of difficulties that is rounding */

/* Slope and difficulty of an item of two categories with their covariance matrix; of others only the mean difficulty. */
static void
drift_one(struct bv_link_item *out, const struct linking *l, size_t k, const struct bv_link *link)
{
	double var_a = 0, var_b = 0, cov = 0;
	bool errors = true;

	out->name = bv_str_of(l->form[0].set->items[l->form[0].common[k]].name);
	for (int side = 0; side < 2; side++) {
		const struct bv_irt_set_item *known = &l->form[side].set->items[l->form[side].common[k]];
		const struct bv_irt_item *item = &known->item;
		double scale = side ? 1 : link->slope, b = 0, in_a = item->d[0] / (item->a * item->a), in_d = -1 / item->a;
		for (int t = 0; t < item->categories - 1; t++)
			b += threshold(item, t) / (item->categories - 1);
		out->a[side] = item->a / scale;
		out->b[side] = side ? b : link->slope * b + link->shift;
		errors &= known->errors && item->categories == 2;
		double va = pow(known->error.a, 2), vd = pow(known->error.d[0], 2);
		var_a += va / (scale * scale);
		var_b += scale * scale * (in_a * in_a * va + in_d * in_d * vd + 2 * in_a * in_d * known->a_d);
		cov += in_a * va + in_d * known->a_d;
	}
	double a = out->a[0] - out->a[1], b = out->b[0] - out->b[1], det = var_a * var_b - cov * cov;
	out->chi2 = errors && det > 0 ? (a * a * var_b - 2 * a * b * cov + b * b * var_a) / det : NAN;
	out->p = isnan(out->chi2) ? NAN : bv_chi_square_tail(out->chi2, 2);
}

static int
rising(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* At a share of sorted values, between neighbours by straight lines. */
static double
quantile(const double *sorted, size_t count, double share)
{
	double at = share * (double)(count - 1);
	size_t low = (size_t)at;

	return low + 1 < count ? sorted[low] + (at - (double)low) * (sorted[low + 1] - sorted[low]) : sorted[low];
}

static void
find_drift(struct bv_link *out, const struct linking *l)
{
	double *x = bv_alloc_array(l->count, sizeof x[0]), *p = bv_alloc_array(l->count, sizeof p[0]);
	size_t tests = 0;

	for (size_t k = 0; k < l->count; k++) {
		drift_one(&out->item[k], l, k, out);
		x[k] = out->item[k].b[0] - out->item[k].b[1];
		if (!isnan(out->item[k].p))
			p[tests++] = out->item[k].p;
	}
	qsort(x, l->count, sizeof x[0], rising);
	double middle = quantile(x, l->count, 0.5), spread = 0.74 * (quantile(x, l->count, 0.75) - quantile(x, l->count, 0.25));
	double bound = bv_false_discovery_bound(p, tests, tests, out->rate);
	for (size_t k = 0; k < l->count; k++) {
		struct bv_link_item *item = &out->item[k];
		item->robust_z = spread > NOTHING ? (item->b[0] - item->b[1] - middle) / spread : NAN;
		item->flagged = isnan(item->p) ? fabs(item->robust_z) >= BV_LINK_ROBUST_Z : item->p <= bound;
		out->flagged += item->flagged;
	}
	free(x);
	free(p);
}

/* ---- The link ---- */

/* Takes the flagged items out of those that link. */
static void
drop_flagged(struct linking *l, const struct bv_link *link)
{
	size_t kept = 0;

	for (size_t k = 0; k < l->count; k++)
		for (int side = 0; !link->item[k].flagged && side < 2; side++) {
			l->form[side].common[kept] = l->form[side].common[k];
			kept += side;
		}
	l->count = kept;
}

static enum bv_status
solve_once(struct bv_link *out, const struct linking *l, struct bv_err *err)
{
	if (l->count < 2)
		return bv_err_set(err, BV_EINVAL, "the two sets have %zu item%s in common that may link them: at least 2 are needed", l->count, l->count == 1 ? "" : "s");
	if (!linking_solve(&out->slope, &out->shift, l))
		return bv_err_set(err, BV_EINVAL, "the %zu common items do not link the sets: their difficulties do not vary, or are more than a hundred times apart", l->count);
	return BV_OK;
}

enum bv_status
bv_link_make(struct bv_link *out, const struct bv_irt_set *from, const struct bv_irt_set *to, const struct bv_link_options *options, struct bv_err *err)
{
	BV_AUTO(linking_finish) struct linking all = { 0 }, kept = { 0 };
	BV_AUTO(bv_link_finish) struct bv_link link = { .rate = options->rate };
	double errors[2] = { NAN, NAN };

	TRY(linking_init(&all, from, to, options, err));
	TRY(linking_init(&kept, from, to, options, err));
	TRY(solve_once(&link, &kept, err));
	link.count = all.count;
	link.item = bv_alloc_array(all.count, sizeof link.item[0]);
	find_drift(&link, &all);
	if (options->drop && link.flagged) {
		drop_flagged(&kept, &link);
		TRY(solve_once(&link, &kept, err));
		link.flagged = 0;
		find_drift(&link, &all);
	}
	link.used = kept.count;
	if (linking_has_errors(&kept))
		delta_errors(errors, 2, &kept, measure_link, NULL);
	link.slope_error = errors[0];
	link.shift_error = errors[1];
	*out = link;
	link.item = NULL;
	return BV_OK;
}

void
bv_link_finish(struct bv_link *link)
{
	free(link->item);
	*link = (struct bv_link){ 0 };
}
