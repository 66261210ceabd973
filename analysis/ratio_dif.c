/* Differential item functioning by likelihood ratios (Thissen, Steinberg and Wainer 1993): both groups are calibrated together, once with the item that is
 * looked at the same in both, once with it as two items, one for each group. Other items, or those that are named as anchors, link the groups. */
#include <math.h>
#include <stdlib.h>

#include "analysis/analysis.h"

enum { PASSES = 300 }; /* 20 are usual; more say that an item runs away */

struct together {
	const struct bv_responses *responses;
	const int8_t *focal;
	size_t count;   /* items that are calibrated */
	size_t *column; /* of the responses */
	bool *apart;    /* of them: each group has its own */
	bool *left;     /* of them: it has no bound on its slope, and does not count */
	struct bv_irt_estimate *estimate; /* [2 count]: behind the count items stand the focal group's own, in the same order */
};

/* Persons of the reference group are the first group. */
static enum bv_status
add_group(struct bv_irt_answers *answers, const struct together *t, int group, struct bv_err *err)
{
	const struct bv_responses *r = t->responses;
	struct bv_irt_answer *given = bv_alloc_array(2 * t->count, sizeof given[0]);
	enum bv_status status = BV_OK;

	for (size_t p = 0; status == BV_OK && p < r->persons; p++) {
		size_t n = 0;
		if (t->focal[p] != group)
			continue;
		for (int own = 0; own < 2; own++)
			for (size_t k = 0, at = t->count; k < t->count; at += t->apart[k++]) {
				int score = r->score[p * r->items + t->column[k]];
				if (score >= 0 && !t->left[k] && (group == 1 && t->apart[k]) == own)
					given[n++] = (struct bv_irt_answer){ (uint32_t)(own ? at : k), score };
			}
		status = bv_irt_answers_add(answers, given, n, group, err);
	}
	free(given);
	return status;
}

static struct bv_irt_estimate
start(const struct together *t, size_t k)
{
	return (struct bv_irt_estimate){ .item = { .model = t->responses->item[t->column[k]].max_score > 1 ? BV_IRT_GRM : BV_IRT_2PL } };
}

static enum bv_status
calibrate(struct bv_irt_fit *fit, struct together *t, struct bv_err *err)
{
	struct bv_irt_settings settings = bv_irt_settings_default();
	size_t count = t->count;

	for (size_t k = 0; k < t->count; k++) {
		t->estimate[k] = start(t, k);
		if (t->apart[k])
			t->estimate[count++] = start(t, k);
	}
	BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *answers = bv_irt_answers_new(count);
	for (int group = 0; group < 2; group++)
		TRY(add_group(answers, t, group, err));
	settings.gradient = 1e-4;
	settings.errors = false;
	settings.steps_max = PASSES;
	return bv_irt_calibrate(fit, t->estimate, answers, &settings, err);
}

static bool
is_estimated(const struct bv_irt_estimate *e)
{
	return e->state == BV_IRT_ESTIMATED || e->state == BV_IRT_STEEP;
}

/* Of an item that is apart: the estimates of both groups. */
static bool
both_estimated(const struct together *t, size_t item)
{
	size_t at = t->count;

	for (size_t k = 0; k < item; k++)
		at += t->apart[k];
	return is_estimated(&t->estimate[item]) && is_estimated(&t->estimate[at]);
}

static enum bv_status
test(struct bv_ratio_dif_item *out, struct together *t, size_t k, const struct bv_irt_fit *base, double level, struct bv_err *err)
{
	struct bv_irt_fit fit;
	bool was = t->apart[k];

	t->apart[k] = !was;
	enum bv_status status = calibrate(&fit, t, err);
	out->tested = status == BV_OK && fit.converged && (was || both_estimated(t, k));
	t->apart[k] = was;
	TRY(status);
	int sign = was ? -1 : 1; /* which of both has more parameters */
	out->df = sign * (fit.param_count - base->param_count);
	out->tested &= out->df > 0;
	if (!out->tested)
		return BV_OK;
	out->chi2 = fmax(2 * sign * (fit.log_likelihood - base->log_likelihood), 0);
	out->p = bv_chi_square_tail(out->chi2, out->df);
	out->flagged = out->p < level;
	return BV_OK;
}

/* Without the items that keep it from its end. */
static enum bv_status
calibrate_base(struct bv_irt_fit *fit, struct together *t, struct bv_err *err)
{
	for (bool fewer = true; fewer;) {
		TRY(calibrate(fit, t, err));
		fewer = false;
		for (size_t k = 0, at = t->count; !fit->converged && k < t->count; at += t->apart[k++]) {
			bool away = t->estimate[k].state == BV_IRT_STEEP || (t->apart[k] && t->estimate[at].state == BV_IRT_STEEP);
			fewer |= away && !t->left[k];
			t->left[k] |= away;
		}
	}
	return BV_OK;
}

static enum bv_status
compare(struct bv_ratio_dif *out, struct together *t, double level, struct bv_err *err)
{
	struct bv_irt_fit base;

	TRY(calibrate_base(&base, t, err));
	if (base.group_count < 2 || !base.converged)
		return bv_err_set(err, BV_EINVAL, "both groups cannot be calibrated together: leave out items that hardly anybody solves or fails");
	out->log_likelihood = base.log_likelihood;
	out->mean = base.groups[1].mean;
	out->variance = base.groups[1].variance;
	bool *testable = bv_alloc_array(t->count, sizeof testable[0]);
	enum bv_status status = BV_OK;
	for (size_t k = 0; k < t->count; k++)
		testable[k] = t->apart[k] ? both_estimated(t, k) : is_estimated(&t->estimate[k]);
	for (size_t k = 0; status == BV_OK && k < t->count; k++)
		if (testable[k] && !out->item[t->column[k]].anchor)
			status = test(&out->item[t->column[k]], t, k, &base, level, err);
	free(testable);
	return status;
}

/* Are there two marks in each group? An item that one group never solves, or never saw, has no parameters there. */
static bool
varies(const struct bv_responses *r, const int8_t *focal, size_t item)
{
	int seen[2] = { BV_NOT_GIVEN, BV_NOT_GIVEN };
	bool two[2] = { false, false };

	for (size_t p = 0; p < r->persons; p++) {
		int score = r->score[p * r->items + item], g = focal[p];
		if ((g != 0 && g != 1) || score < 0)
			continue;
		two[g] |= seen[g] >= 0 && seen[g] != score;
		seen[g] = score;
	}
	return two[0] && two[1];
}

enum bv_status
bv_ratio_dif_make(struct bv_ratio_dif *out, const struct bv_responses *responses, const int8_t *focal, const bool *anchor, double level, struct bv_err *err)
{
	struct together t = { .responses = responses, .focal = focal };
	BV_AUTO(bv_ratio_dif_finish) struct bv_ratio_dif dif = { .item = bv_alloc_array(responses->items, sizeof dif.item[0]) };
	enum bv_status status = BV_OK;
	size_t links = 0;

	t.column = bv_alloc_array(responses->items, sizeof t.column[0]);
	t.apart = bv_alloc_array(responses->items, sizeof t.apart[0]);
	t.left = bv_alloc_array(responses->items, sizeof t.left[0]);
	for (size_t i = 0; i < responses->items; i++) {
		if (responses->item[i].max_score >= BV_IRT_CATEGORIES_MAX || !varies(responses, focal, i))
			continue;
		dif.item[i].anchor = anchor && anchor[i];
		t.apart[t.count] = anchor && !anchor[i];
		links += !t.apart[t.count];
		t.column[t.count++] = i;
	}
	t.estimate = bv_alloc_array(2 * t.count + 1, sizeof t.estimate[0]);
	if (links == 0 || t.count < 2)
		status = bv_err_set(err, BV_EINVAL, "nothing links the groups: there is no other item with two marks, from 0 to %d, in each of them", BV_IRT_CATEGORIES_MAX - 1);
	if (status == BV_OK)
		status = compare(&dif, &t, level, err);
	free(t.column);
	free(t.apart);
	free(t.left);
	free(t.estimate);
	TRY(status);
	*out = dif;
	dif.item = NULL;
	return BV_OK;
}

void
bv_ratio_dif_finish(struct bv_ratio_dif *dif)
{
	free(dif->item);
	*dif = (struct bv_ratio_dif){ 0 };
}
