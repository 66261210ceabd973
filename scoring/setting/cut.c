/* The cuts of several judges: where they lie, and how sure their mean is when judges, or whole panels, are a sample. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "scoring/setting/series.h"
#include "scoring/setting/setting.h"

struct panels {
	double sum[BV_SETTING_PANELS_MAX];
	size_t size[BV_SETTING_PANELS_MAX], count, judges;
};

/* √(P/(P − 1) Σ (n_p (m_p − m)/n)²): a ratio estimate from P clusters (Cochran 1977, chapter 11); of panels of one size, that of their means. */
static double
error_of_panels(const struct panels *p, double mean)
{
	double sum = 0;

	if (p->count < 2)
		return NAN;
	for (size_t k = 0; k < BV_SETTING_PANELS_MAX; k++) {
		double part = (p->sum[k] - (double)p->size[k] * mean) / (double)p->judges;
		sum += part * part;
	}
	return sqrt(sum * (double)p->count / (double)(p->count - 1));
}

/* One-way random effects; n0 for panels that are not of one size (Snedecor & Cochran 1989, chapter 13). */
static double
likeness(const struct panels *p, double mean, double squares)
{
	double between = 0, sizes = 0;

	for (size_t k = 0; k < BV_SETTING_PANELS_MAX; k++)
		if (p->size[k]) {
			double n = (double)p->size[k], apart = p->sum[k] / n - mean;
			between += n * apart * apart;
			sizes += n * n;
		}
	if (p->count < 2 || p->judges == p->count || !(squares > 0))
		return NAN;
	double n0 = ((double)p->judges - sizes / (double)p->judges) / (double)(p->count - 1);
	double mb = between / (double)(p->count - 1), mw = fmax(squares - between, 0) / (double)(p->judges - p->count);
	return (mb - mw) / (mb + (n0 - 1) * mw);
}

void
bv_cut_make(struct bv_cut *out, const double *cuts, const size_t *panel_of, size_t judges, size_t panel_count)
{
	struct panels p = { .count = 0 };
	double squares = 0, *there = bv_alloc_array(judges, sizeof there[0]);

	assert(panel_count <= BV_SETTING_PANELS_MAX);
	*out = (struct bv_cut){ .low = NAN, .high = NAN };
	for (size_t j = 0; j < judges; j++) {
		assert(panel_of[j] < panel_count);
		if (isnan(cuts[j]))
			continue;
		there[p.judges++] = cuts[j];
		p.sum[panel_of[j]] += cuts[j];
		p.count += p.size[panel_of[j]]++ == 0;
		out->low = fmin(out->low, cuts[j]);
		out->high = fmax(out->high, cuts[j]);
	}
	out->judges = p.judges;
	out->panels = p.count;
	out->mean = series_mean(there, p.judges);
	out->median = series_median(there, p.judges);
	for (size_t j = 0; j < p.judges; j++)
		squares += (there[j] - out->mean) * (there[j] - out->mean);
	out->sd = p.judges > 1 ? sqrt(squares / (double)(p.judges - 1)) : NAN;
	out->error = out->sd / sqrt((double)p.judges);
	out->error_panels = error_of_panels(&p, out->mean);
	out->icc = likeness(&p, out->mean, squares);
	out->error_median = sqrt(1.57079632679489661923) * bv_cut_error(out);
	free(there);
}

double
bv_cut_error(const struct bv_cut *cut)
{
	return fmax(cut->error, cut->error_panels);
}

void
bv_cut_panels_make(struct bv_cut_panel *out, size_t panel_count, const double *cuts, const size_t *panel_of, size_t judges)
{
	double *there = bv_alloc_array(judges, sizeof there[0]);

	for (size_t p = 0; p < panel_count; p++) {
		size_t count = 0;
		for (size_t j = 0; j < judges; j++)
			if (panel_of[j] == p && !isnan(cuts[j]))
				there[count++] = cuts[j];
		out[p] = (struct bv_cut_panel){ count, series_mean(there, count), series_median(there, count) };
	}
	free(there);
}

void
bv_cut_robust_z(double *out, const double *cuts, size_t judges)
{
	double *there = bv_alloc_array(judges, sizeof there[0]);
	size_t count = 0;

	for (size_t j = 0; j < judges; j++)
		if (!isnan(cuts[j]))
			there[count++] = cuts[j];
	double median = series_median(there, count);
	for (size_t j = 0; j < count; j++)
		there[j] = fabs(there[j] - median);
	double mad = series_median(there, count);
	for (size_t j = 0; j < judges; j++)
		out[j] = mad > 0 ? 0.6745 * (cuts[j] - median) / mad : NAN;
	free(there);
}
