/* Any bytes as judgements of each kind, and what is computed of them: read or refused at a line with a message in UTF-8; no number is infinite. */
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

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
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
