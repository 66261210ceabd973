/* M2, a test of fit by limited information: Maydeu-Olivares & Joe 2005 (JASA 100:1009), 2006 (Psychometrika 71:713); for marks above 1 by their means and
 * products, M2* (Cai & Hansen 2013, British Journal of Mathematical and Statistical Psychology 66:245). */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/cholesky.h"
#include "scoring/distribution.h"
#include "scoring/irt/goodness.h"
#include "scoring/irt/objective.h"

#define SINGULAR 1e-10 /* of the square of a Cholesky factor's diagonal, relative to the matrix's */

/* Moments: the mean of each item, then of the product of each pair. */
struct moment {
	size_t first, second; /* second == first: a mean */
};

struct limited {
	struct counted counted;
	size_t moments, params, points;
	struct moment *moment;
	double *weights;      /* of the points of ability */
	double *mark, *square; /* items × points: expected mark and its square */
	double *expected;     /* of each moment */
	double *slopes;       /* moments × params */
	double persons;
	double *seen;         /* of each moment, the mean over persons */
	double *seen_square;  /* of each item */
};

static void
limited_finish(struct limited *l)
{
	counted_finish(&l->counted);
	free(l->moment);
	free(l->weights);
	free(l->mark);
	free(l->square);
	free(l->expected);
	free(l->slopes);
	free(l->seen);
	free(l->seen_square);
}

static void
moments_choose(struct limited *l)
{
	size_t n = l->counted.count, at = 0;

	l->moments = n * (n + 1) / 2;
	l->moment = bv_alloc_array(l->moments, sizeof *l->moment);
	for (size_t i = 0; i < n; i++)
		l->moment[at++] = (struct moment){ i, i };
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			l->moment[at++] = (struct moment){ i, j };
	l->expected = bv_alloc_array(l->moments, sizeof *l->expected);
	l->seen = bv_alloc_array(l->moments, sizeof *l->seen);
	l->seen_square = bv_alloc_array(n, sizeof *l->seen_square);
}

static void
persons_add(struct limited *l, const struct bv_irt_answers *answers)
{
	size_t n = l->counted.count;
	int8_t *categories = bv_alloc(n), *marks = bv_alloc(answers->item_count);

	for (size_t p = 0; p < answers->person_count; p++) {
		if (counted_categories(categories, marks, &l->counted, answers, p, 0) != (int)n)
			continue;
		l->persons++;
		for (size_t i = 0, at = n; i < n; i++) {
			l->seen[i] += categories[i];
			l->seen_square[i] += categories[i] * categories[i];
			for (size_t j = i + 1; j < n; j++, at++)
				l->seen[at] += categories[i] * categories[j];
		}
	}
	for (size_t m = 0; m < l->moments; m++)
		l->seen[m] /= l->persons;
	for (size_t i = 0; i < n; i++)
		l->seen_square[i] /= l->persons;
	free(categories);
	free(marks);
}

/* Expected moments from expected marks. */
static void
expect(struct limited *l)
{
	for (size_t m = 0; m < l->moments; m++) {
		const double *x = l->mark + l->moment[m].first * l->points, *y = l->mark + l->moment[m].second * l->points;
		l->expected[m] = 0;
		for (size_t q = 0; q < l->points; q++)
			l->expected[m] += l->weights[q] * (m < l->counted.count ? x[q] : x[q] * y[q]);
	}
}

/* A parameter that changes the expected mark of one item along `bend`. */
static void
slopes_add(struct limited *l, size_t item, size_t param, const double *bend)
{
	for (size_t m = 0; m < l->moments; m++) {
		const struct moment *at = &l->moment[m];
		if (at->first != item && at->second != item)
			continue;
		const double *other = l->mark + (at->first == item ? at->second : at->first) * l->points;
		double sum = 0;
		for (size_t q = 0; q < l->points; q++)
			sum += l->weights[q] * bend[q] * (m < l->counted.count ? 1 : other[q]);
		l->slopes[m * l->params + param] += sum;
	}
}

/* The model: its marks at the nodes, and how the moments hang on its free parameters. */
static void
model_fill(struct limited *l, const struct bv_irt_estimate *estimates, const struct bv_irt_settings *settings, const struct bv_irt_ability_spread *ability)
{
	struct nodes nodes;
	double sd = sqrt(ability->variance), bend[BV_IRT_PARAMS_MAX][BV_IRT_NODES_MAX + 1];
	size_t shared = SIZE_MAX, at = 0, n = l->counted.count;
	bool spread = settings->free_ability, centre = settings->free_ability;

	nodes_init(&nodes, settings->nodes);
	l->points = (size_t)nodes.count;
	l->weights = bv_alloc_array((size_t)nodes.stride, sizeof *l->weights);
	nodes_normal(l->weights, &nodes, ability->mean, sd);
	l->mark = bv_alloc_array(n * l->points, sizeof *l->mark);
	l->square = bv_alloc_array(n * l->points, sizeof *l->square);
	for (size_t i = 0; i < n; i++) {
		const struct bv_irt_estimate *est = &estimates[l->counted.place[i]];
		spread |= est->state != BV_IRT_FIXED && (est->item.model == BV_IRT_RASCH || est->item.model == BV_IRT_PCM);
		if (est->state != BV_IRT_FIXED && est->item.model == BV_IRT_1PL && shared == SIZE_MAX)
			shared = l->params++;
		l->params += (size_t)free_params(est) - (est->state != BV_IRT_FIXED && est->item.model == BV_IRT_1PL);
		for (size_t q = 0; q < l->points; q++) {
			struct bv_irt_curve curve;
			bv_irt_curve(&curve, &l->counted.items[i], nodes.theta[q]);
			for (int k = 1; k < l->counted.items[i].categories; k++) {
				l->mark[i * l->points + q] += k * curve.p[k];
				l->square[i * l->points + q] += k * k * curve.p[k];
			}
		}
	}
	l->params += (size_t)spread + (size_t)centre;
	l->slopes = bv_alloc_array(l->moments * l->params + 1, sizeof *l->slopes);
	expect(l);
	at = shared == SIZE_MAX ? 0 : 1;
	for (size_t i = 0; i < n; i++) {
		const struct bv_irt_estimate *est = &estimates[l->counted.place[i]];
		const struct bv_irt_item *item = &est->item;
		if (est->state == BV_IRT_FIXED)
			continue;
		for (size_t q = 0; q < l->points; q++) {
			struct bv_irt_slopes slopes;
			bv_irt_slopes(&slopes, NULL, item, nodes.theta[q]);
			for (int p = 0; p < bv_irt_param_count(item); p++) {
				bend[p][q] = 0;
				for (int k = 1; k < item->categories; k++)
					bend[p][q] += k * slopes.p[k] * slopes.first[k][p];
			}
		}
		for (int p = 0; p < bv_irt_param_count(item); p++) {
			if ((p == 0 && (item->model == BV_IRT_RASCH || item->model == BV_IRT_PCM)) || (item->model == BV_IRT_3PL && p == 2 && item->c == 0))
				continue;
			slopes_add(l, i, p == 0 && item->model == BV_IRT_1PL ? shared : at++, bend[p]);
		}
	}
	for (int which = 0; which < 2; which++) {
		if (!(which ? spread : centre))
			continue;
		for (size_t m = 0; m < l->moments; m++) {
			const double *x = l->mark + l->moment[m].first * l->points, *y = l->mark + l->moment[m].second * l->points;
			double sum = 0, mean = 0;
			for (size_t q = 0; q < l->points; q++) {
				double z = (nodes.theta[q] - ability->mean) / sd, t = which ? z * z - 1 : z / sd;
				sum += l->weights[q] * t * (m < n ? x[q] : x[q] * y[q]);
				mean += l->weights[q] * t;
			}
			l->slopes[m * l->params + at] = sum - mean * l->expected[m];
		}
		at++;
	}
}

/* Items that have nothing to do with each other: their means are what was seen, and each is free. */
static void
independence_fill(struct limited *l, const struct limited *from)
{
	size_t n = from->counted.count;

	l->points = 1;
	l->params = n;
	l->weights = bv_alloc(sizeof *l->weights);
	l->weights[0] = 1;
	l->mark = bv_alloc_array(n, sizeof *l->mark);
	l->square = bv_alloc_array(n, sizeof *l->square);
	l->slopes = bv_alloc_array(l->moments * n, sizeof *l->slopes);
	memcpy(l->mark, from->seen, n * sizeof *l->mark);
	memcpy(l->square, from->seen_square, n * sizeof *l->square);
	memcpy(l->seen, from->seen, l->moments * sizeof *l->seen);
	l->persons = from->persons;
	expect(l);
	for (size_t i = 0; i < n; i++)
		slopes_add(l, i, i, (const double[]){ 1 });
}

/* E(product of two moments) − product of their expectations. */
static double
covariance(const struct limited *l, size_t a, size_t b)
{
	const struct moment *x = &l->moment[a], *y = &l->moment[b];
	size_t of[4] = { x->first, 0, 0, 0 }, count = 1;
	double sum = 0;

	if (x->second != x->first)
		of[count++] = x->second;
	for (int side = 0; side < 1 + (y->second != y->first); side++)
		of[count++] = side ? y->second : y->first;
	for (size_t q = 0; q < l->points; q++) {
		double product = l->weights[q];
		for (size_t k = 0; k < count; k++) {
			size_t times = 0, before = 0;
			for (size_t t = 0; t < count; t++) {
				times += of[t] == of[k];
				before += t < k && of[t] == of[k];
			}
			if (before == 0)
				product *= (times == 2 ? l->square : l->mark)[of[k] * l->points + q];
		}
		sum += product;
	}
	return sum - l->expected[a] * l->expected[b];
}

/* The same for pairs that share nothing, which nearly all are, from the rows of both products. */
static void
covariances_fill(double *xi, const struct limited *l)
{
	double *rows = bv_alloc_array(l->moments * l->points, sizeof *rows);

	for (size_t m = 0; m < l->moments; m++) {
		const double *x = l->mark + l->moment[m].first * l->points, *y = l->mark + l->moment[m].second * l->points;
		for (size_t q = 0; q < l->points; q++)
			rows[m * l->points + q] = m < l->counted.count ? x[q] : x[q] * y[q];
	}
	for (size_t a = 0; a < l->moments; a++)
		for (size_t b = 0; b <= a; b++) {
			const struct moment *x = &l->moment[a], *y = &l->moment[b];
			double sum = 0;
			if (x->first == y->first || x->first == y->second || x->second == y->first || x->second == y->second) {
				xi[a * l->moments + b] = covariance(l, a, b);
				continue;
			}
			for (size_t q = 0; q < l->points; q++)
				sum += l->weights[q] * rows[a * l->points + q] * rows[b * l->points + q];
			xi[a * l->moments + b] = sum - l->expected[a] * l->expected[b];
		}
	free(rows);
}

/* L⁻¹ times each column of the rows × count matrix x, in place. */
static void
whiten(double *x, size_t count, const double *l, size_t rows)
{
	for (size_t i = 0; i < rows; i++) {
		for (size_t k = 0; k < i; k++)
			for (size_t c = 0; c < count; c++)
				x[i * count + c] -= l[i * rows + k] * x[k * count + c];
		for (size_t c = 0; c < count; c++)
			x[i * count + c] /= l[i * rows + i];
	}
}

/* N × the square of what the parameters cannot explain of the whitened residuals. slopes are used up. */
static enum bv_status
statistic(double *out, struct limited *l, struct bv_err *err)
{
	size_t m = l->moments, p = l->params;
	double *xi = bv_alloc_array(m * m, sizeof *xi), *e = bv_alloc_array(m, sizeof *e), *normal = bv_alloc_array(p * p + 1, sizeof *normal);
	double *b = bv_alloc_array(p + 1, sizeof *b), square = 0;
	enum bv_status status = BV_OK;

	covariances_fill(xi, l);
	for (size_t i = 0; i < m; i++)
		e[i] = l->seen[i] - l->expected[i];
	if (!bv_cholesky(xi, m, m, SINGULAR)) {
		status = bv_err_set(err, BV_EINVAL, "M2: a mean or product of marks follows from the others");
	} else {
		whiten(e, 1, xi, m);
		whiten(l->slopes, p, xi, m);
		for (size_t i = 0; i < m; i++) {
			square += e[i] * e[i];
			for (size_t s = 0; s < p; s++) {
				b[s] += l->slopes[i * p + s] * e[i];
				for (size_t t = 0; t <= s; t++)
					normal[s * p + t] += l->slopes[i * p + s] * l->slopes[i * p + t];
			}
		}
		if (p > 0 && !bv_cholesky(normal, p, p, SINGULAR))
			status = bv_err_set(err, BV_EINVAL, "M2: means and products of marks do not tell all parameters");
	}
	if (status == BV_OK && p > 0) {
		double *solved = bv_alloc_array(p, sizeof *solved);
		memcpy(solved, b, p * sizeof *solved);
		bv_cholesky_solve(solved, normal, p, p);
		for (size_t s = 0; s < p; s++)
			square -= b[s] * solved[s];
		free(solved);
	}
	*out = l->persons * fmax(square, 0);
	free(xi);
	free(e);
	free(normal);
	free(b);
	return status;
}

/* The root of the mean square of what correlations that were seen have more than expected ones. */
static double
srmsr_of(const struct limited *l)
{
	size_t n = l->counted.count;
	double *seen = bv_alloc_array(n, sizeof *seen), *model = bv_alloc_array(n, sizeof *model), sum = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t q = 0; q < l->points; q++)
			model[i] += l->weights[q] * l->square[i * l->points + q];
		model[i] = sqrt(model[i] - l->expected[i] * l->expected[i]);
		seen[i] = sqrt(l->seen_square[i] - l->seen[i] * l->seen[i]);
	}
	for (size_t m = n; m < l->moments; m++) {
		size_t i = l->moment[m].first, j = l->moment[m].second;
		double r = (l->seen[m] - l->seen[i] * l->seen[j]) / (seen[i] * seen[j]);
		double off = r - (l->expected[m] - l->expected[i] * l->expected[j]) / (model[i] * model[j]);
		sum += off * off;
	}
	free(seen);
	free(model);
	return sqrt(sum / (double)(l->moments - n));
}

static enum bv_status
take(struct bv_irt_test_fit *out, struct limited *l, struct limited *nothing, struct bv_err *err)
{
	struct bv_irt_test_fit fit = { .persons = (size_t)l->persons, .df = (int)l->moments - (int)l->params };
	double chance;

	if (fit.df < 1)
		return bv_err_set(err, BV_EINVAL, "M2: %zu means and products for %zu parameters; it wants more", l->moments, l->params);
	if (l->persons < 2)
		return bv_err_set(err, BV_EINVAL, "M2 wants two persons who answered every item");
	fit.srmsr = srmsr_of(l);
	TRY(statistic(&fit.m2, l, err));
	independence_fill(nothing, l);
	TRY(statistic(&chance, nothing, err));
	double n = l->persons - 1, df = fit.df, free = (double)(nothing->moments - nothing->params), excess = fmax(fit.m2 - df, 0);
	fit.p = bv_chi_square_tail(fit.m2, df);
	fit.rmsea = sqrt(excess / (n * df));
	fit.rmsea_low = sqrt(bv_chi_square_noncentrality(fit.m2, df, 0.95) / (n * df));
	fit.rmsea_high = sqrt(bv_chi_square_noncentrality(fit.m2, df, 0.05) / (n * df));
	fit.cfi = 1 - excess / fmax(fmax(chance - free, excess), 1e-300);
	fit.tli = (chance / free - fit.m2 / df) / (chance / free - 1);
	*out = fit;
	return BV_OK;
}

enum bv_status
bv_irt_test_fit_take(struct bv_irt_test_fit *out, const struct bv_irt_estimate *estimates, const struct bv_irt_answers *answers,
                     const struct bv_irt_settings *settings, const struct bv_irt_ability_spread *ability, struct bv_err *err)
{
	struct limited l = { 0 }, nothing = { 0 };
	enum bv_status status;

	if (answers->group_count > 1)
		return bv_err_set(err, BV_EINVAL, "M2 is for one group, not %d", answers->group_count);
	counted_init(&l.counted, estimates, answers);
	counted_init(&nothing.counted, estimates, answers);
	size_t n = l.counted.count;
	if (n < 2 || n * (n + 1) / 2 > BV_IRT_MOMENTS_MAX) {
		status = bv_err_set(err, n < 2 ? BV_EINVAL : BV_ELIMIT, "M2 is for 2 to 77 items, not %zu", n);
	} else {
		moments_choose(&l);
		moments_choose(&nothing);
		persons_add(&l, answers);
		model_fill(&l, estimates, settings, ability);
		status = take(out, &l, &nothing, err);
	}
	limited_finish(&l);
	limited_finish(&nothing);
	return status;
}
