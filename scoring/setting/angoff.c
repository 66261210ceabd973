#include <math.h>
#include <stdlib.h>

#include "scoring/exponential.h"
#include "scoring/setting/series.h"
#include "scoring/setting/setting.h"

/* The ratings of those who were there in one round for one level. */
struct table {
	const struct bv_judgements *from;
	size_t round, level;
	size_t *judge, judges, items; /* judge[j]: which one */
	double *mean;                 /* of each item */
};

static double
rating(const struct table *t, size_t j, size_t i)
{
	return bv_judged(t->from, t->round, t->level, t->judge[j], i);
}

/* ---- Components ---- */

/* Judges in each panel, when all panels that are there have as many, two or more; else 0. */
static size_t
panel_size(const struct table *t, size_t *panels)
{
	size_t size[BV_SETTING_PANELS_MAX] = { 0 }, one = 0;

	*panels = 0;
	for (size_t j = 0; j < t->judges; j++)
		size[t->from->panel_of[t->judge[j]]]++;
	for (size_t p = 0; p < t->from->panels; p++)
		if (size[p]) {
			if (one && size[p] != one)
				return 0;
			one = size[p];
			++*panels;
		}
	return *panels > 1 && one > 1 ? one : 0;
}

/* Sums of squares of the deviations of judges, items and both, and of panels and panels × items. */
struct squares {
	double judge, item, residual, panel, panel_item;
};

static struct squares
squares_of(const struct table *t, const double *judge_mean, double mean, size_t per_panel)
{
	struct squares s = { 0 };
	double n = (double)t->items, k = (double)t->judges, total = 0;

	for (size_t j = 0; j < t->judges; j++)
		s.judge += n * (judge_mean[j] - mean) * (judge_mean[j] - mean);
	for (size_t i = 0; i < t->items; i++)
		s.item += k * (t->mean[i] - mean) * (t->mean[i] - mean);
	for (size_t j = 0; j < t->judges; j++)
		for (size_t i = 0; i < t->items; i++)
			total += (rating(t, j, i) - mean) * (rating(t, j, i) - mean);
	for (size_t p = 0; per_panel && p < t->from->panels; p++) {
		double all = 0, cells = 0;
		size_t there = 0;
		for (size_t i = 0; i < t->items; i++) {
			double sum = 0;
			there = 0;
			for (size_t j = 0; j < t->judges; j++)
				if (t->from->panel_of[t->judge[j]] == p) {
					sum += rating(t, j, i);
					there++;
				}
			all += sum;
			if (there)
				cells += (double)there * (sum / (double)there - t->mean[i]) * (sum / (double)there - t->mean[i]);
		}
		if (there) {
			double apart = all / (double)there / n - mean;
			s.panel += (double)there * n * apart * apart;
			s.panel_item += cells;
		}
	}
	s.panel_item -= s.panel;
	s.residual = total - s.judge - s.item - s.panel_item; /* judge has what lies between panels too */
	s.judge -= s.panel;
	return s;
}

static double
not_below(double x)
{
	return x > 0 ? x : 0;
}

static void
components_make(struct bv_angoff_components *out, const struct table *t, const double *judge_mean, double mean)
{
	size_t panels, per = panel_size(t, &panels);
	struct squares s = squares_of(t, judge_mean, mean, per);
	double n = (double)t->items, k = (double)t->judges, p = per ? (double)panels : 1, m = per ? (double)per : k;

	*out = (struct bv_angoff_components){ NAN, .panel = NAN, .judge = NAN, .item = NAN, .panel_item = NAN, .residual = NAN, .error_fixed = NAN, .error_random = NAN, .icc = NAN, .icc_mean = NAN };
	out->nested = per > 0;
	if (t->judges < 2 || t->items < 2)
		return;
	double residual = not_below(s.residual) / ((k - p) * (n - 1)), judge = s.judge / (k - p), item = s.item / (n - 1), cells = residual;
	out->residual = residual;
	out->judge = not_below((judge - residual) / n);
	if (per) {
		double panel = s.panel / (p - 1);
		cells = s.panel_item / ((p - 1) * (n - 1));
		out->panel_item = not_below((cells - residual) / m);
		out->panel = not_below((panel - judge - cells + residual) / (n * m));
	} else {
		out->panel = out->panel_item = 0;
	}
	out->item = not_below((item - cells) / k);
	/* Items fixed: what panels and judges differ by in the mean, with their share of the cells; as a sum, times the number of items. */
	double fixed = out->panel / p + out->judge / k + out->panel_item / (p * n) + residual / (k * n);
	out->error_fixed = n * sqrt(fixed);
	out->error_random = n * sqrt(fixed + out->item / n);
	/* Of judges × items without panels. */
	double within = (not_below(s.residual) + not_below(s.panel_item)) / ((k - 1) * (n - 1)), judges = (s.judge + s.panel) / (k - 1);
	double single = item + (k - 1) * within + k * (judges - within) / n, mean_of = item + (judges - within) / n;
	out->icc = single > 0 ? (item - within) / single : NAN;
	out->icc_mean = mean_of > 0 ? (item - within) / mean_of : NAN;
}

/* ---- Judges ---- */

/* The mean of the others, with which a judge's ratings are compared. */
static void
compare_with_others(struct bv_angoff_judge *out, const struct table *t, size_t j, double *own, double *others)
{
	double apart = 0;

	for (size_t i = 0; i < t->items; i++) {
		own[i] = rating(t, j, i);
		others[i] = t->judges > 1 ? (t->mean[i] * (double)t->judges - own[i]) / (double)(t->judges - 1) : NAN;
		apart += fabs(own[i] - others[i]);
	}
	out->apart = apart / (double)t->items;
	out->others = series_correlation(own, others, t->items, NULL);
}

static void
compare_with_difficulty(struct bv_angoff_judge *out, const struct table *t, size_t j, const double *easiness, double *share)
{
	size_t used;

	out->difficulty = NAN;
	if (!easiness)
		return;
	for (size_t i = 0; i < t->items; i++)
		share[i] = rating(t, j, i) / t->from->full[i];
	out->difficulty = series_correlation(share, easiness, t->items, &used);
	if (isnan(out->difficulty) || used < 4)
		return;
	double r = fmax(-0.999999, fmin(0.999999, out->difficulty));
	out->unrelated = 0.5 * logarithm((1 + r) / (1 - r)) * sqrt((double)used - 3) < 1.645;
}

/* van der Linden 1982: what the judge's own cut would have him say of each item. */
static void
compare_with_model(struct bv_angoff_judge *out, const struct table *t, size_t j, const struct bv_form *form)
{
	double error = 0, most = 0;

	out->theta = out->error = out->consistency = NAN;
	if (!form)
		return;
	out->theta = bv_form_ability(&out->bound, form, out->cut);
	for (size_t i = 0; i < t->items; i++) {
		double full = t->from->full[i], is = bv_form_item_mark(form->item[i], out->theta) / full;
		error += fabs(rating(t, j, i) / full - is);
		most += fmax(is, 1 - is);
	}
	out->error = error / (double)t->items;
	out->consistency = 1 - error / most;
}

static void
mark_far(struct bv_angoff *out, const double *cuts)
{
	double *z = bv_alloc_array(out->judges, sizeof z[0]);

	bv_cut_robust_z(z, cuts, out->judges);
	for (size_t j = 0; j < out->judges; j++) {
		out->judge[j].robust_z = z[j];
		out->judge[j].far = fabs(z[j]) > BV_CUT_FAR;
	}
	free(z);
}

/* ---- The whole ---- */

static void
table_make(struct table *t, struct bv_angoff *out)
{
	size_t judges = t->from->judges;

	t->items = t->from->items;
	t->judge = bv_alloc_array(judges, sizeof t->judge[0]);
	t->mean = out->item_mean;
	for (size_t j = 0; j < judges; j++)
		if (!isnan(bv_judged(t->from, t->round, t->level, j, 0)))
			t->judge[t->judges++] = j;
	double *column = bv_alloc_array(judges, sizeof column[0]);
	for (size_t i = 0; i < t->items; i++) {
		for (size_t j = 0; j < t->judges; j++)
			column[j] = rating(t, j, i);
		out->item_mean[i] = series_mean(column, t->judges);
		out->item_sd[i] = series_sd(column, t->judges);
	}
	free(column);
}

static void
abilities_make(struct bv_angoff *out, const struct bv_form *form)
{
	bool beyond;

	out->theta = out->theta_error = out->theta_median = NAN;
	if (!form)
		return;
	out->theta = bv_form_ability(&out->bound, form, out->sum.mean);
	out->theta_error = bv_cut_error(&out->sum) / bv_form_slope(form, out->theta);
	out->theta_median = bv_form_ability(&beyond, form, out->sum.median);
	out->bound |= beyond;
}

void
bv_angoff_make(struct bv_angoff *out, const struct bv_judgements *from, size_t round, size_t level, const struct bv_form *form, const double *easiness)
{
	struct table t = { .from = from, .round = round, .level = level };
	double *cuts = bv_alloc_array(from->judges, sizeof cuts[0]), *means = bv_alloc_array(from->judges, sizeof means[0]);
	double *own = bv_alloc_array(from->items, sizeof own[0]), *others = bv_alloc_array(from->items, sizeof others[0]);

	*out = (struct bv_angoff){ .judges = from->judges, .panels = from->panels };
	out->judge = bv_alloc_array(from->judges, sizeof out->judge[0]);
	out->panel = bv_alloc_array(from->panels, sizeof out->panel[0]);
	out->item_mean = bv_alloc_array(from->items, sizeof out->item_mean[0]);
	out->item_sd = bv_alloc_array(from->items, sizeof out->item_sd[0]);
	table_make(&t, out);
	for (size_t i = 0; i < t.items; i++)
		out->full += from->full[i];
	for (size_t j = 0; j < from->judges; j++) {
		cuts[j] = out->judge[j].cut = NAN;
		out->judge[j].theta = out->judge[j].others = out->judge[j].apart = out->judge[j].difficulty = out->judge[j].error = out->judge[j].consistency = NAN;
	}
	for (size_t j = 0; j < t.judges; j++) {
		struct bv_angoff_judge *judge = &out->judge[t.judge[j]];
		judge->cut = 0;
		for (size_t i = 0; i < t.items; i++)
			judge->cut += rating(&t, j, i);
		cuts[t.judge[j]] = judge->cut;
		means[j] = judge->cut / (double)t.items;
		compare_with_others(judge, &t, j, own, others);
		compare_with_difficulty(judge, &t, j, easiness, own);
		compare_with_model(judge, &t, j, form);
	}
	bv_cut_make(&out->sum, cuts, from->panel_of, from->judges, from->panels);
	components_make(&out->components, &t, means, out->sum.mean / (double)t.items);
	mark_far(out, cuts);
	bv_cut_panels_make(out->panel, out->panels, cuts, from->panel_of, from->judges);
	abilities_make(out, form);
	free(t.judge);
	free(cuts);
	free(means);
	free(own);
	free(others);
}

void
bv_angoff_finish(struct bv_angoff *angoff)
{
	free(angoff->judge);
	free(angoff->panel);
	free(angoff->item_mean);
	free(angoff->item_sd);
	*angoff = (struct bv_angoff){ 0 };
}
