/* Differential item functioning of 0/1 items: persons of two groups with the same total, item by item. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/analysis.h"
#include "analysis/logit.h"
#include "analysis/matched.h"

/* Who of one total solved the item: Holland and Thayer's A, B, C, D. */
struct level {
	int64_t solved[2], failed[2];
};

struct matching {
	struct matched who;
	int32_t *anchor; /* total of the items that are not flagged */
	int top;
	struct level *levels; /* [0 … top] */
};

/* ---- Who is compared ---- */

static bool
whole(const struct bv_responses *r, size_t person)
{
	for (size_t i = 0; i < r->items; i++)
		if (r->score[person * r->items + i] < 0)
			return false;
	return true;
}

static void
matching_begin(struct matching *m, struct bv_dif *out, const struct bv_responses *r, const int8_t *focal)
{
	*m = (struct matching){ .who = { .responses = r } };
	m->who.person = bv_alloc_array(r->persons, sizeof m->who.person[0]);
	m->who.focal = bv_alloc_array(r->persons, sizeof m->who.focal[0]);
	m->anchor = bv_alloc_array(r->persons, sizeof m->anchor[0]);
	for (size_t p = 0; p < r->persons; p++) {
		if ((focal[p] != 0 && focal[p] != 1) || !whole(r, p))
			continue;
		m->who.focal[m->who.count] = focal[p];
		m->who.person[m->who.count++] = p;
		*(focal[p] ? &out->focal : &out->reference) += 1;
	}
	for (size_t i = 0; i < r->items; i++)
		m->top += r->item[i].max_score;
	m->levels = bv_alloc_array((size_t)m->top + 1, sizeof m->levels[0]);
}

static void
matching_finish(struct matching *m)
{
	free(m->who.person);
	free(m->who.focal);
	free(m->anchor);
	free(m->levels);
}

static void
add_anchors(struct matching *m, const struct bv_dif_item *items)
{
	const struct bv_responses *r = m->who.responses;

	for (size_t n = 0; n < m->who.count; n++) {
		const int8_t *row = r->score + m->who.person[n] * r->items;
		m->anchor[n] = 0;
		for (size_t i = 0; i < r->items; i++)
			m->anchor[n] += items[i].flagged ? 0 : row[i];
	}
}

static void
count_levels(struct matching *m, size_t item, bool flagged)
{
	const struct bv_responses *r = m->who.responses;

	memset(m->levels, 0, ((size_t)m->top + 1) * sizeof m->levels[0]);
	for (size_t n = 0; n < m->who.count; n++) {
		int score = r->score[m->who.person[n] * r->items + item];
		struct level *level = &m->levels[m->anchor[n] + (flagged ? score : 0)];
		(score ? level->solved : level->failed)[m->who.focal[n]]++;
	}
}

/* ---- Mantel and Haenszel (1959), variance of ln alpha by Phillips and Holland (1987) ---- */

static void
mantel_haenszel(struct bv_dif_item *out, const struct matching *m, bool no_correction)
{
	double excess = 0, variance = 0, above = 0, below = 0, spread = 0;

	for (int s = 0; s <= m->top; s++) {
		double a = (double)m->levels[s].solved[0], b = (double)m->levels[s].failed[0], c = (double)m->levels[s].solved[1], d = (double)m->levels[s].failed[1];
		double t = a + b + c + d;
		if (t < 2)
			continue;
		excess += a - (a + b) * (a + c) / t;
		variance += (a + b) * (c + d) * (a + c) * (b + d) / (t * t * (t - 1));
		above += a * d / t;
		below += b * c / t;
	}
	out->tested = variance > 0 && above > 0 && below > 0;
	out->alpha = out->delta = out->delta_se = out->chi2 = out->p = NAN;
	if (!out->tested)
		return;
	double off = fabs(excess) - (no_correction ? 0 : 0.5);
	out->chi2 = off * off / variance;
	out->p = bv_chi_square_tail(out->chi2, 1);
	out->alpha = above / below;
	for (int s = 0; s <= m->top; s++) {
		double a = (double)m->levels[s].solved[0], b = (double)m->levels[s].failed[0], c = (double)m->levels[s].solved[1], d = (double)m->levels[s].failed[1];
		double t = a + b + c + d;
		if (t > 0)
			spread += (a * d + out->alpha * b * c) * (a + d + out->alpha * (b + c)) / (t * t);
	}
	out->delta = -2.35 * log(out->alpha);
	out->delta_se = 2.35 * sqrt(spread / (2 * above * above));
}

/* Zwick (2012): C is at least 1.5 and significantly beyond 1, A is below 1 or not significantly beyond 0. */
static enum bv_ets_class
ets_class(const struct bv_dif_item *item)
{
	double size = fabs(item->delta);

	if (!item->tested || size < 1 || !(item->p < 0.05))
		return BV_ETS_A;
	return size >= 1.5 && (size - 1) / item->delta_se > 1.6448536269514722 ? BV_ETS_C : BV_ETS_B;
}

/* Dorans and Kulick (1986): how much less of the focal group solve it than of the reference group with the same totals. */
static void
standardized(struct bv_dif_item *out, const struct matching *m)
{
	double solved[2] = { 0 }, weight = 0;

	for (int s = 0; s <= m->top; s++) {
		double reference = (double)(m->levels[s].solved[0] + m->levels[s].failed[0]), focal = (double)(m->levels[s].solved[1] + m->levels[s].failed[1]);
		if (reference == 0 || focal == 0)
			continue;
		solved[0] += focal * (double)m->levels[s].solved[0] / reference;
		solved[1] += (double)m->levels[s].solved[1];
		weight += focal;
	}
	if (weight == 0)
		return;
	double failed[2] = { weight - solved[0], weight - solved[1] };
	out->standardized = (solved[1] - solved[0]) / weight;
	out->standardized_alpha = failed[0] > 0 && solved[1] > 0 ? solved[0] * failed[1] / (failed[0] * solved[1]) : NAN;
}

/* ---- Breslow and Day (1980): is the odds ratio the same at every total? ---- */

/* The number solved in the reference group that has the odds ratio alpha under the margins of the level: the root of a quadratic that lies within them. */
static double
expected_solved(double alpha, double reference, double solved, double focal)
{
	double a = 1 - alpha, b = focal - solved + alpha * (reference + solved), c = -alpha * reference * solved;
	double low = solved - focal > 0 ? solved - focal : 0, high = reference < solved ? reference : solved;

	if (fabs(a) < 1e-12)
		return -c / b;
	double root = sqrt(b * b - 4 * a * c), first = (-b + root) / (2 * a), second = (-b - root) / (2 * a);
	return first >= low && first <= high ? first : second;
}

static void
breslow_day(struct bv_dif_item *out, const struct matching *m)
{
	double sum = 0;
	int levels = 0;

	for (int s = 0; out->tested && s <= m->top; s++) {
		double a = (double)m->levels[s].solved[0], b = (double)m->levels[s].failed[0], c = (double)m->levels[s].solved[1], d = (double)m->levels[s].failed[1];
		if (a + b == 0 || c + d == 0 || a + c == 0 || b + d == 0)
			continue;
		double e = expected_solved(out->alpha, a + b, a + c, c + d);
		sum += (a - e) * (a - e) * (1 / e + 1 / (a + b - e) + 1 / (a + c - e) + 1 / (c + d - (a + c) + e));
		levels++;
	}
	out->breslow_day = levels > 1 ? sum : NAN;
	out->breslow_day_df = levels > 1 ? levels - 1 : NAN;
	out->breslow_day_p = levels > 1 ? bv_chi_square_tail(sum, levels - 1) : NAN;
}

/* ---- Logistic regression (Swaminathan and Rogers 1990) ---- */

/* Persons with the same total and group are one cell, so the cost does not grow with them. */
static void
logistic(struct bv_dif_item *out, const struct matching *m)
{
	struct logit_cell *cells = bv_alloc_array(2 * ((size_t)m->top + 1), sizeof cells[0]);
	size_t count = 0;
	double persons = 0;

	for (int s = 0; s <= m->top; s++)
		for (int group = 0; group < 2; group++) {
			double solved = (double)m->levels[s].solved[group], failed = (double)m->levels[s].failed[group];
			if (solved + failed == 0)
				continue;
			cells[count++] = (struct logit_cell){ .x = { 1, s, group, group * s }, .solved = solved, .failed = failed };
			persons += solved + failed;
		}
	double full, uniform, score, none;
	bool good = logit_fit(&full, out->coefficient, cells, count, 4) && logit_fit(&uniform, NULL, cells, count, 3) && logit_fit(&score, NULL, cells, count, 2) &&
	            logit_fit(&none, NULL, cells, count, 1);
	free(cells);
	out->logistic = good ? 2 * (full - score) : NAN;
	out->logistic_p = good ? bv_chi_square_tail(out->logistic, 2) : NAN;
	out->logistic_uniform = good ? 2 * (uniform - score) : NAN;
	out->logistic_uniform_p = good ? bv_chi_square_tail(out->logistic_uniform, 1) : NAN;
	/* Cox and Snell's, and Nagelkerke's (1991) that can reach 1. */
	out->cox_snell = good ? exp(2 * (none - score) / persons) - exp(2 * (none - full) / persons) : NAN;
	out->nagelkerke = good ? out->cox_snell / (1 - exp(2 * none / persons)) : NAN;
	out->uniform_cox_snell = good ? exp(2 * (none - score) / persons) - exp(2 * (none - uniform) / persons) : NAN;
	out->uniform_nagelkerke = good ? out->uniform_cox_snell / (1 - exp(2 * none / persons)) : NAN;
	for (int k = 0; !good && k < 4; k++)
		out->coefficient[k] = NAN;
}

/* ---- All of it ---- */

static double
deciding_p(const struct bv_dif_item *item, enum bv_dif_by by)
{
	switch (by) {
	case BV_DIF_BY_LOGISTIC:
		return item->logistic_p;
	case BV_DIF_BY_UNIFORM:
		return item->logistic_uniform_p;
	case BV_DIF_BY_MANTEL_HAENSZEL:
		break;
	}
	return item->p;
}

static void
test_items(struct bv_dif *out, struct matching *m, const struct bv_dif_options *options)
{
	add_anchors(m, out->item);
	for (size_t i = 0; i < m->who.responses->items; i++) {
		struct bv_dif_item *item = &out->item[i];
		*item = (struct bv_dif_item){ .flagged = item->flagged, .logistic = NAN, .logistic_p = NAN, .logistic_uniform = NAN, .logistic_uniform_p = NAN, .cox_snell = NAN, .nagelkerke = NAN,
			                      .uniform_cox_snell = NAN, .uniform_nagelkerke = NAN, .coefficient = { NAN, NAN, NAN, NAN }, .standardized = NAN, .standardized_alpha = NAN, .breslow_day = NAN, .breslow_day_df = NAN, .breslow_day_p = NAN };
		if (m->who.responses->item[i].max_score != 1)
			continue;
		count_levels(m, i, item->flagged);
		mantel_haenszel(item, m, options->no_correction);
		if (!item->tested)
			continue;
		standardized(item, m);
		breslow_day(item, m);
		if (options->logistic || options->by != BV_DIF_BY_MANTEL_HAENSZEL)
			logistic(item, m);
		item->ets = ets_class(item);
	}
	sibtest_items(out->item, &m->who);
	delta_plot_items(out->item, &m->who);
}

/* True when the set of flagged items is another than before. */
static bool
flag_items(struct bv_dif *out, size_t items, const struct bv_dif_options *options)
{
	bool changed = false;

	for (size_t i = 0; i < items; i++) {
		bool flagged = out->item[i].tested && deciding_p(&out->item[i], options->by) < options->level;
		changed |= flagged != out->item[i].flagged;
		out->item[i].flagged = flagged;
	}
	return changed;
}

void
bv_dif_make(struct bv_dif *out, const struct bv_responses *r, const int8_t *focal, const struct bv_dif_options *options)
{
	struct matching m;

	*out = (struct bv_dif){ .item = bv_alloc_array(r->items, sizeof out->item[0]) };
	matching_begin(&m, out, r, focal);
	test_items(out, &m, options);
	bool changed = flag_items(out, r->items, options);
	while (changed && out->rounds < options->purify) {
		test_items(out, &m, options);
		changed = flag_items(out, r->items, options);
		out->rounds++;
	}
	out->settled = !changed;
	matching_finish(&m);
}

void
bv_dif_finish(struct bv_dif *dif)
{
	free(dif->item);
	*dif = (struct bv_dif){ 0 };
}
