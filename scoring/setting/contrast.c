/* Contrasting groups: a cut between those who are known to have a level and those who are known not to. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "scoring/exponential.h"
#include "scoring/setting/series.h"
#include "scoring/setting/setting.h"

enum { GRID = 512, STEPS_MAX = 100 };

static const char *const method_names[BV_CONTRAST_METHODS] = { "logistic", "means", "medians", "densities", "borderline" };

/* Sorted scores of one group. */
struct group {
	double *x;
	size_t count;
};

const char *
bv_contrast_method_name(enum bv_contrast_method method)
{
	return method_names[method];
}

/* ---- Logistic regression ---- */

struct logistic {
	double a, b;          /* log odds of being above: a + b·score */
	double aa, ab, bb;    /* covariance of the two */
	bool good;
};

/* Sums over one group: the gradient and the information at (a, b), of scores that are centred and scaled. */
static void
add_group(double g[2], double h[3], double *likelihood, const struct group *group, double is, double centre, double scale, double a, double b)
{
	for (size_t i = 0; i < group->count; i++) {
		double x = (group->x[i] - centre) / scale, z = a + b * x, e = exponential(-fabs(z)), p = z >= 0 ? 1 / (1 + e) : e / (1 + e), w = p * (1 - p);
		g[0] += is - p;
		g[1] += (is - p) * x;
		h[0] += w;
		h[1] += w * x;
		h[2] += w * x * x;
		*likelihood += (is > 0 ? fmin(z, 0) : fmin(-z, 0)) - logarithm(1 + e);
	}
}

/* Newton's method with halved steps; the likelihood has one maximum when no score separates the groups (Albert & Anderson 1984). */
static struct logistic
logistic_fit(const struct group *above, const struct group *below)
{
	struct logistic out = { .good = false };
	size_t n = above->count + below->count;
	double centre = (series_mean(above->x, above->count) * (double)above->count + series_mean(below->x, below->count) * (double)below->count) / (double)n;
	double low = fmin(above->x[0], below->x[0]), scale = fmax(above->x[above->count - 1], below->x[below->count - 1]) - low, a = 0, b = 0, last = -HUGE_VAL, da = 0, db = 0;

	if (!(scale > 0) || below->x[below->count - 1] <= above->x[0] || above->x[above->count - 1] <= below->x[0])
		return out;
	for (int step = 0; step < STEPS_MAX; step++) {
		double g[2] = { 0 }, h[3] = { 0 }, likelihood = 0;
		add_group(g, h, &likelihood, above, 1, centre, scale, a, b);
		add_group(g, h, &likelihood, below, 0, centre, scale, a, b);
		if (likelihood < last - 1e-12 * fabs(last)) {
			da /= 2;
			db /= 2;
			a -= da;
			b -= db;
			continue;
		}
		double det = h[0] * h[2] - h[1] * h[1];
		if (!(det > 0))
			return out;
		last = likelihood;
		da = (h[2] * g[0] - h[1] * g[1]) / det;
		db = (h[0] * g[1] - h[1] * g[0]) / det;
		out.good = fabs(da) + fabs(db) < 1e-10 * (1 + fabs(a) + fabs(b));
		if (out.good) { /* back to the scale of the scores: b/scale, a − b·centre/scale */
			double k = centre / scale, va = h[2] / det, vab = -h[1] / det, vb = h[0] / det;
			out.b = b / scale;
			out.a = a - b * k;
			out.bb = vb / scale / scale;
			out.ab = (vab - k * vb) / scale;
			out.aa = va - 2 * k * vab + k * k * vb;
			return out;
		}
		a += da;
		b += db;
	}
	return out;
}

/* Where the log odds are log(ratio), and the delta method: the gradient of (q − a)/b. */
static struct bv_contrast_cut
logistic_cut(const struct logistic *l, double ratio)
{
	struct bv_contrast_cut out = { .cut = NAN, .error = NAN };

	if (!l->good || !(l->b > 0))
		return out;
	out.cut = (logarithm(ratio) - l->a) / l->b;
	out.error = sqrt(l->aa + 2 * out.cut * l->ab + out.cut * out.cut * l->bb) / l->b;
	return out;
}

/* ---- Densities ---- */

/* Silverman 1986, 3.31: 0.9·min(sd, IQR/1.34)·n^(−1/5); by the sd alone where half of all have one score. */
static double
bandwidth(const struct group *g)
{
	double sd = series_sd(g->x, g->count), iqr = (series_quantile(g->x, g->count, 0.75) - series_quantile(g->x, g->count, 0.25)) / 1.34;

	return 0.9 * (iqr > 0 ? fmin(sd, iqr) : sd) * exponential(-logarithm((double)g->count) / 5);
}

/* The density at points of a grid; scores are shared between the two points beside them (Silverman 1986, 3.5). */
static void
density(double out[GRID], const struct group *g, double h, double low, double step)
{
	double weight[GRID] = { 0 };

	for (size_t i = 0; i < g->count; i++) {
		double at = (g->x[i] - low) / step;
		size_t k = (size_t)at;
		k = k < GRID - 1 ? k : GRID - 2;
		weight[k] += 1 - (at - (double)k);
		weight[k + 1] += at - (double)k;
	}
	memset(out, 0, GRID * sizeof out[0]);
	for (int apart = 0; apart < GRID; apart++) {
		double z = apart * step / h, kernel = exponential(-z * z / 2) / (h * (double)g->count);
		if (z > 8)
			break;
		for (int k = 0; k + apart < GRID; k++) {
			out[k] += kernel * weight[k + apart];
			if (apart)
				out[k + apart] += kernel * weight[k];
		}
	}
}

/* From where below is denser to where above is; of several the one nearest to half way between the medians. */
static double
densities_cut(size_t *crossings, const struct group *above, const struct group *below)
{
	double f[GRID], g[GRID], ha = bandwidth(above), hb = bandwidth(below), h = fmax(ha, hb), cut = NAN;
	double from = series_quantile(below->x, below->count, 0.5), to = series_quantile(above->x, above->count, 0.5), middle = (from + to) / 2;

	*crossings = 0;
	if (!(ha > 0) || !(hb > 0) || !(from < to))
		return NAN;
	double low = fmin(above->x[0], below->x[0]) - 3 * h, step = (fmax(above->x[above->count - 1], below->x[below->count - 1]) + 3 * h - low) / (GRID - 1);
	density(f, above, ha, low, step);
	density(g, below, hb, low, step);
	for (int k = 1; k < GRID; k++) {
		double before = f[k - 1] - g[k - 1], after = f[k] - g[k];
		if (!(before < 0 && after >= 0))
			continue;
		double at = low + step * (k - 1 - before / (after - before));
		if (at < from || at > to)
			continue;
		++*crossings;
		if (isnan(cut) || fabs(at - middle) < fabs(cut - middle))
			cut = at;
	}
	return cut;
}

/* ---- All methods ---- */

static void
cuts_find(double cuts[BV_CONTRAST_METHODS], const struct group *above, const struct group *below, const struct group *border, double ratio)
{
	struct logistic l = logistic_fit(above, below);
	size_t crossings;

	cuts[BV_CONTRAST_LOGISTIC] = logistic_cut(&l, ratio).cut;
	cuts[BV_CONTRAST_MEANS] = (series_mean(above->x, above->count) + series_mean(below->x, below->count)) / 2;
	cuts[BV_CONTRAST_MEDIANS] = (series_quantile(above->x, above->count, 0.5) + series_quantile(below->x, below->count, 0.5)) / 2;
	cuts[BV_CONTRAST_DENSITIES] = densities_cut(&crossings, above, below);
	cuts[BV_CONTRAST_BORDERLINE] = series_quantile(border->x, border->count, 0.5);
}

static void
draw(struct group *out, const struct group *from, struct bv_stream *stream)
{
	for (size_t i = 0; i < from->count; i++)
		out->x[i] = from->x[bv_stream_below(stream, from->count)];
	out->count = from->count;
	series_sort(out->x, out->count);
}

/* Efron 1979: as many as there are of each group, with replacement. */
static void
bootstrap(struct bv_contrast *out, const struct group *above, const struct group *below, const struct group *border, const struct bv_contrast_options *options)
{
	struct group a = { bv_alloc_array(above->count, sizeof(double)), 0 }, b = { bv_alloc_array(below->count, sizeof(double)), 0 }, c = { bv_alloc_array(border->count, sizeof(double)), 0 };
	double *all = bv_alloc_array(options->draws * BV_CONTRAST_METHODS, sizeof all[0]), cuts[BV_CONTRAST_METHODS];
	struct bv_stream stream;

	bv_stream_init(&stream, options->seed);
	for (size_t r = 0; r < options->draws; r++) {
		draw(&a, above, &stream);
		draw(&b, below, &stream);
		draw(&c, border, &stream);
		cuts_find(cuts, &a, &b, &c, options->ratio);
		for (size_t m = 0; m < BV_CONTRAST_METHODS; m++)
			if (!isnan(cuts[m]))
				all[m * options->draws + out->cut[m].draws++] = cuts[m];
	}
	for (size_t m = 0; m < BV_CONTRAST_METHODS; m++)
		out->cut[m].bootstrap = series_sd(&all[m * options->draws], out->cut[m].draws);
	free(a.x);
	free(b.x);
	free(c.x);
	free(all);
}

/* ---- Errors at each possible cut ---- */

static void
table_make(struct bv_contrast *out, const struct group *above, const struct group *below, double ratio)
{
	size_t n = above->count + below->count, distinct = 0;
	double *x = bv_alloc_array(n, sizeof x[0]);

	memcpy(x, above->x, above->count * sizeof x[0]);
	memcpy(x + above->count, below->x, below->count * sizeof x[0]);
	series_sort(x, n);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || x[i] != x[distinct - 1])
			x[distinct++] = x[i];
	out->table_count = distinct < BV_CONTRAST_TABLE_MAX ? distinct : BV_CONTRAST_TABLE_MAX;
	out->table = bv_alloc_array(out->table_count, sizeof out->table[0]);
	size_t a = 0, b = 0;
	for (size_t k = 0; k < out->table_count; k++) {
		struct bv_contrast_errors *row = &out->table[k];
		row->cut = x[out->table_count > 1 ? k * (distinct - 1) / (out->table_count - 1) : 0];
		while (a < above->count && above->x[a] < row->cut)
			a++;
		while (b < below->count && below->x[b] < row->cut)
			b++;
		row->false_below = a;
		row->false_above = below->count - b;
		row->cost = (double)a + ratio * (double)row->false_above;
		if (row->cost < out->table[out->best].cost)
			out->best = k;
	}
	free(x);
}

enum bv_status
bv_contrast_make(struct bv_contrast *out, double *above, size_t above_count, double *below, size_t below_count, double *borderline, size_t borderline_count,
                 const struct bv_contrast_options *options, struct bv_err *err)
{
	struct group a = { above, above_count }, b = { below, below_count }, c = { borderline, borderline_count };
	double cuts[BV_CONTRAST_METHODS];

	if (above_count < 2 || below_count < 2)
		return bv_err_set(err, BV_EINVAL, "%zu persons above and %zu below: two or more of each are needed", above_count, below_count);
	if (!(series_mean(above, above_count) > series_mean(below, below_count)))
		return bv_err_set(err, BV_EINVAL, "the mean of those above (%g) is not above that of those below (%g): are the groups exchanged?", series_mean(above, above_count),
		                  series_mean(below, below_count));
	series_sort(above, above_count);
	series_sort(below, below_count);
	series_sort(borderline, borderline_count);
	*out = (struct bv_contrast){ .above = above_count, .below = below_count, .borderline = borderline_count, .intercept = NAN, .slope = NAN };
	out->above_mean = series_mean(above, above_count);
	out->below_mean = series_mean(below, below_count);
	out->above_median = series_quantile(above, above_count, 0.5);
	out->below_median = series_quantile(below, below_count, 0.5);
	cuts_find(cuts, &a, &b, &c, options->ratio);
	for (size_t m = 0; m < BV_CONTRAST_METHODS; m++)
		out->cut[m] = (struct bv_contrast_cut){ cuts[m], NAN, NAN, 0 };
	struct logistic l = logistic_fit(&a, &b);
	if (l.good) {
		out->intercept = l.a;
		out->slope = l.b;
	}
	out->cut[BV_CONTRAST_LOGISTIC] = logistic_cut(&l, options->ratio);
	out->cut[BV_CONTRAST_LOGISTIC].bootstrap = NAN;
	double va = series_sd(above, above_count), vb = series_sd(below, below_count);
	out->cut[BV_CONTRAST_MEANS].error = sqrt(va * va / (double)above_count + vb * vb / (double)below_count) / 2;
	densities_cut(&out->crossings, &a, &b);
	if (options->draws)
		bootstrap(out, &a, &b, &c, options);
	table_make(out, &a, &b, options->ratio);
	return BV_OK;
}

void
bv_contrast_finish(struct bv_contrast *contrast)
{
	free(contrast->table);
	*contrast = (struct bv_contrast){ 0 };
}
