/* The ordered item booklet, and what bookmarks in it say. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/setting/setting.h"

static const char *const rule_names[BV_BOOKMARK_RULES] = { "at", "before", "between" };

const char *
bv_bookmark_rule_name(enum bv_bookmark_rule rule)
{
	return rule_names[rule];
}

/* ---- The booklet ---- */

/* P(category or a better one), without guessing unless that is asked for. */
static double
mastery(const struct bv_irt_item *item, int category, double theta, bool guessing)
{
	struct bv_irt_curve curve;
	double sum = 0;

	bv_irt_curve(&curve, item, theta);
	for (int k = category; k < item->categories; k++)
		sum += curve.p[k];
	return guessing ? sum : (sum - item->c) / (1 - item->c);
}

/* Bisection: with a slope above 0 it rises. */
static void
locate(struct bv_booklet_page *page, int category, double rp, bool guessing)
{
	const struct bv_irt_item *item = &page->item->item;
	double low = -BV_BOOKLET_END, high = BV_BOOKLET_END;

	page->bound = mastery(item, category, low, guessing) > rp || mastery(item, category, high, guessing) < rp;
	if (page->bound) {
		page->theta = mastery(item, category, low, guessing) > rp ? low : high;
		return;
	}
	for (int step = 0; step < 60; step++) {
		double middle = (low + high) / 2;
		if (mastery(item, category, middle, guessing) < rp)
			low = middle;
		else
			high = middle;
	}
	page->theta = (low + high) / 2;
}

static int
page_order(const void *a, const void *b)
{
	const struct bv_booklet_page *x = a, *y = b;
	int names = strcmp(x->item->name, y->item->name);

	if (x->theta != y->theta)
		return x->theta < y->theta ? -1 : 1;
	return names ? names : x->mark - y->mark;
}

enum bv_status
bv_booklet_make(struct bv_booklet *out, const struct bv_form *form, double rp, bool guessing, struct bv_err *err)
{
	struct bv_booklet booklet = { 0 };
	size_t steps = 0;

	assert(rp > 0 && rp < 1);
	for (size_t i = 0; i < form->count; i++) {
		const struct bv_irt_set_item *item = form->item[i];
		if (guessing && item->item.c >= rp)
			return bv_err_set(err, BV_EINVAL, "item '%s': by guessing alone %g of all solve it, which is not below the response probability of %g: leave guessing out", item->name,
			                  item->item.c, rp);
		steps += (size_t)item->item.categories - 1;
	}
	booklet.page = bv_alloc_array(steps, sizeof booklet.page[0]);
	for (size_t i = 0; i < form->count; i++) {
		int category = 0;
		for (int mark = 0; mark < BV_IRT_CATEGORIES_MAX; mark++)
			if (form->item[i]->marks >> mark & 1 && category++ > 0) {
				booklet.page[booklet.count] = (struct bv_booklet_page){ form->item[i], mark, 0, false };
				locate(&booklet.page[booklet.count++], category - 1, rp, guessing);
			}
	}
	qsort(booklet.page, booklet.count, sizeof booklet.page[0], page_order);
	*out = booklet;
	return BV_OK;
}

void
bv_booklet_finish(struct bv_booklet *booklet)
{
	free(booklet->page);
	*booklet = (struct bv_booklet){ 0 };
}

/* ---- Bookmarks ---- */

double
bv_bookmark_theta(const struct bv_booklet *b, enum bv_bookmark_rule rule, double page)
{
	size_t at = page >= 1 ? (size_t)page : 0; /* 0: who was not there */

	if (at < (rule == BV_BOOKMARK_AT ? 1 : 2) || at > b->count + (rule == BV_BOOKMARK_BEFORE))
		return NAN;
	switch (rule) {
	case BV_BOOKMARK_AT:
		return b->page[at - 1].theta;
	case BV_BOOKMARK_BEFORE:
		return b->page[at - 2].theta;
	default:
		return (b->page[at - 2].theta + b->page[at - 1].theta) / 2;
	}
}

enum bv_status
bv_bookmark_make(struct bv_bookmark *out, const struct bv_judgements *j, size_t round, size_t level, const struct bv_booklet *booklet, enum bv_bookmark_rule rule, struct bv_err *err)
{
	struct bv_bookmark made = { .judges = j->judges, .panels = j->panels, .cut = bv_alloc_array(j->judges, sizeof made.cut[0]) };
	double *pages = bv_alloc_array(j->judges, sizeof pages[0]);
	enum bv_status status = BV_OK;

	for (size_t k = 0; status == BV_OK && k < j->judges; k++) {
		pages[k] = bv_judged(j, round, level, k, 0);
		made.cut[k] = bv_bookmark_theta(booklet, rule, pages[k]);
		if (!isnan(pages[k]) && isnan(made.cut[k]))
			status = bv_err_set(err, BV_EINVAL, "judge '%.*s', round %zu, level '%.*s': the bookmark is at page %g; the booklet has %zu pages, and with the rule '%s' it is from %d to %zu",
			                    BV_STR_ARG(j->judge[k]), round + 1, BV_STR_ARG(j->level[level]), pages[k], booklet->count, rule_names[rule], rule == BV_BOOKMARK_AT ? 1 : 2,
			                    booklet->count + (rule == BV_BOOKMARK_BEFORE));
	}
	if (status == BV_OK) {
		made.robust_z = bv_alloc_array(j->judges, sizeof made.robust_z[0]);
		made.panel = bv_alloc_array(j->panels, sizeof made.panel[0]);
		bv_cut_make(&made.page, pages, j->panel_of, j->judges, j->panels);
		bv_cut_make(&made.theta, made.cut, j->panel_of, j->judges, j->panels);
		bv_cut_robust_z(made.robust_z, made.cut, j->judges);
		bv_cut_panels_make(made.panel, j->panels, made.cut, j->panel_of, j->judges);
		*out = made;
	} else {
		bv_bookmark_finish(&made);
	}
	free(pages);
	return status;
}

void
bv_bookmark_finish(struct bv_bookmark *bookmark)
{
	free(bookmark->cut);
	free(bookmark->robust_z);
	free(bookmark->panel);
	*bookmark = (struct bv_bookmark){ 0 };
}
