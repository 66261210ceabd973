/* Any bytes as judgements of each kind, and as scores of persons, and what is computed of them: read or refused at a line with a message in UTF-8; no number is
 * infinite, shares sum to 1, a cut between groups lies between their ends. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"
#include "scoring/setting/setting.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
check_angoff(const struct bv_judgements *j, size_t round, size_t level)
{
	BV_AUTO(bv_angoff_finish) struct bv_angoff a = { 0 };
	double easiness[50];

	for (size_t i = 0; i < j->items; i++)
		easiness[i] = (double)(i % 7) / 7;
	bv_angoff_make(&a, j, round, level, NULL, easiness);
	assert(a.sum.judges > 0 && a.sum.mean >= 0 && a.sum.mean <= a.full + 1e-9 && a.sum.low <= a.sum.median && a.sum.median <= a.sum.high);
	assert(!isinf(a.sum.error) && !isinf(a.sum.error_panels) && !isinf(a.sum.icc) && !isinf(a.components.error_random) && !isinf(a.components.icc));
	for (size_t k = 0; k < a.judges; k++)
		assert(isnan(a.judge[k].cut) || (fabs(a.judge[k].others) <= 1 || isnan(a.judge[k].others)));
}

/* Bookmarks in a booklet of three pages: a cut at one of them, or a message. */
static void
check_bookmark(const struct bv_judgements *j, size_t round, size_t level)
{
	struct bv_irt_set_item item[3] = { { .item = bv_irt_item_of(1, -1, 0, 1), .marks = 3 }, { .item = bv_irt_item_of(1, 0, 0.2, 1), .marks = 3 }, { .item = bv_irt_item_of(1, 1, 0, 1), .marks = 3 } };
	const struct bv_irt_set_item *form[] = { &item[0], &item[1], &item[2] };
	BV_AUTO(bv_booklet_finish) struct bv_booklet booklet = { 0 };
	BV_AUTO(bv_bookmark_finish) struct bv_bookmark b = { 0 };
	struct bv_err err = { 0 };

	if (bv_booklet_make(&booklet, &(struct bv_form){ 3, form }, 0.5, false, &err) != BV_OK)
		abort();
	if (bv_bookmark_make(&b, j, round, level, &booklet, (enum bv_bookmark_rule)(j->judges % BV_BOOKMARK_RULES), &err) != BV_OK)
		assert(err.msg[0] && bv_text_valid(bv_str_of(err.msg)));
	else
		assert(b.theta.judges > 0 && b.theta.low >= -1.001 && b.theta.high <= 1.001 && b.theta.low <= b.theta.mean + 1e-12 && b.theta.mean <= b.theta.high + 1e-12);
}

/* The persons of the first value against the others. */
static void
check_contrast(const struct bv_scores *s)
{
	double above[200], below[200];
	size_t a = 0, b = 0;
	struct bv_contrast_options options = { .ratio = 2, .draws = 3 };
	BV_AUTO(bv_contrast_finish) struct bv_contrast c = { 0 };
	struct bv_err err = { 0 };

	for (size_t i = 0; i < s->persons && i < 200; i++)
		if (s->value_of[0][i])
			above[a++] = s->score[i];
		else
			below[b++] = s->score[i];
	if (bv_contrast_make(&c, above, a, below, b, NULL, 0, &options, &err) != BV_OK) {
		assert(err.msg[0]);
		return;
	}
	double low = fmin(above[0], below[0]), high = fmax(above[a - 1], below[b - 1]), room = 1e-6 * (1 + fabs(low) + fabs(high));
	for (size_t m = BV_CONTRAST_MEANS; m < BV_CONTRAST_METHODS; m++)
		assert(isnan(c.cut[m].cut) || (c.cut[m].cut >= low - room && c.cut[m].cut <= high + room));
	assert(!isinf(c.cut[BV_CONTRAST_LOGISTIC].cut) && !isinf(c.cut[BV_CONTRAST_LOGISTIC].error) && c.table_count > 0 && c.best < c.table_count);
}

static void
check_scores(struct bv_str text)
{
	BV_AUTO(bv_scores_finish) struct bv_scores s = { 0 };
	const double cuts[] = { -0.5, 0, 0 };
	struct bv_impact_row row;
	struct bv_err err = { 0 };

	if (bv_scores_read(&s, text, &(struct bv_scores_columns){ "theta", "se", { "unit" }, 1 }, &err) != BV_OK) {
		assert(err.msg[0] && bv_text_valid(bv_str_of(err.msg)) && !s.score);
		return;
	}
	bv_impact_take(&row, &s, 0, 0, cuts, 3);
	double share = 0, expected = 0;
	for (size_t k = 0; k <= 3; k++) {
		share += row.share[k];
		expected += row.expected[k];
		assert(row.share[k] >= 0 && row.expected[k] >= 0);
	}
	assert(row.persons > 0 && fabs(share - 1) < 1e-9 && fabs(expected - 1) < 1e-9);
	check_contrast(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	check_scores((struct bv_str){ (const char *)p, len });
	for (int kind = 0; kind < BV_JUDGEMENT_KINDS; kind++) {
		BV_AUTO(bv_judgements_finish) struct bv_judgements j = { 0 };
		struct bv_err err = { 0 };
		if (bv_judgements_read(&j, (struct bv_str){ (const char *)p, len }, (enum bv_judgement_kind)kind, &err) != BV_OK) {
			assert(err.msg[0] && err.line >= 0 && bv_text_valid(bv_str_of(err.msg)) && !j.value);
			continue;
		}
		assert(j.judges > 0 && j.items > 0 && j.rounds > 0 && j.levels > 0 && j.panels > 0);
		for (size_t r = 0; r < j.rounds && j.items <= 50; r++)
			for (size_t l = 0; l < j.levels; l++)
				if (kind == BV_JUDGED_PAGES)
					check_bookmark(&j, r, l);
				else
					check_angoff(&j, r, l);
	}
	return 0;
}
