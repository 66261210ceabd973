#include "assembly/session.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "scoring/scoring.h"

#define FADE 0.999

struct bv_cat *
bv_cat_new(const struct bv_adaptive *a)
{
	struct bv_cat *s = bv_alloc(sizeof *s);

	s->a = a;
	s->state = bv_alloc_array(a->bank->count, sizeof *s->state);
	s->area_met = bv_alloc_array(a->area_count, sizeof *s->area_met);
	s->worth = bv_alloc_array(a->blocks * LANES, sizeof *s->worth);
	return s;
}

void
bv_cat_free(struct bv_cat *s)
{
	if (!s)
		return;
	free(s->state);
	free(s->area_met);
	free(s->worth);
	free(s);
}

/* ---- Exposure ---- */

struct bv_exposure *
bv_exposure_new(const struct bv_adaptive *a)
{
	struct bv_exposure *e = bv_alloc(sizeof *e);

	e->count = a->bank->count;
	e->given = bv_alloc_array(e->count, sizeof *e->given);
	e->eligible = bv_alloc_array(e->count, sizeof *e->eligible);
	e->selected = bv_alloc_array(e->count, sizeof *e->selected);
	e->may = bv_alloc_array(e->count, sizeof *e->may);
	for (size_t i = 0; i < e->count; i++)
		e->may[i] = 1;
	return e;
}

void
bv_exposure_free(struct bv_exposure *e)
{
	if (!e)
		return;
	free(e->given);
	free(e->eligible);
	free(e->selected);
	free(e->may);
	free(e->fixed);
	free(e);
}

void
bv_exposure_tune(struct bv_exposure *e, double max)
{
	for (size_t i = 0; i < e->count; i++) {
		double rate = e->sessions > 0 ? e->selected[i] / e->sessions : 0;
		e->may[i] = rate > max ? max / rate : 1;
		e->given[i] = e->eligible[i] = e->selected[i] = 0;
	}
	e->sessions = 0;
}

/* Which items this candidate may meet: P(eligible) = min(1, max × eligible / given), the form that needs no form without it (van der Linden &
 * Veldkamp 2004, as TestDesign has it); for progressive-restricted those whose rate is at the maximum are out. */
static void
bar(struct bv_cat *s)
{
	const struct bv_adaptive_rules *r = &s->a->rules;
	const struct bv_exposure *e = s->exposure;

	memset(s->state, ITEM_FREE, s->a->bank->count);
	for (size_t i = 0; e && e->fixed && i < e->count; i++)
		if (e->fixed[i] < BV_CHANCE_MAX && bv_stream_below(&s->stream, BV_CHANCE_MAX) >= e->fixed[i])
			s->state[i] = ITEM_BARRED;
	if (!e || e->fixed || !(r->exposure_max > 0) || r->sympson_hetter)
		return;
	for (size_t i = 0; i < e->count; i++) {
		bool barred;
		if (r->select == BV_SELECT_PROGRESSIVE)
			barred = e->sessions > 0 && e->given[i] + 1 > r->exposure_max * (e->sessions + 1) && e->given[i] > 0;
		else
			barred = e->given[i] > r->exposure_max * e->eligible[i] && chance_unit(&s->chance) * e->given[i] >= r->exposure_max * e->eligible[i];
		if (barred)
			s->state[i] = ITEM_BARRED;
	}
}

void
bv_cat_start(struct bv_cat *s, const struct bv_exposure *exposure, const uint8_t key[BV_HASH_LEN])
{
	size_t nodes = s->a->rules.nodes;
	double sum = 0;

	s->exposure = exposure;
	bv_stream_init(&s->stream, key);
	for (int w = 0; w < 4; w++)
		s->chance.s[w] = bv_stream_word(&s->stream);
	s->count = s->passed_count = 0;
	s->theta = s->a->rules.start;
	s->se = s->a->rules.estimate == BV_ESTIMATE_PIX ? 5 : s->a->rules.prior_sd;
	s->llr = 0;
	memset(s->area_met, 0, s->a->area_count * sizeof *s->area_met);
	for (size_t q = 0; q < nodes; q++) {
		s->likelihood[q] = 1;
		sum += s->a->prior[q];
	}
	for (size_t q = 0; q < nodes; q++)
		s->posterior[q] = s->a->prior[q] / sum;
	bar(s);
}

void
bv_cat_end(const struct bv_cat *s, struct bv_exposure *e)
{
	e->sessions = e->sessions * FADE + 1;
	for (size_t i = 0; i < e->count; i++) {
		e->given[i] *= FADE;
		e->eligible[i] = e->eligible[i] * FADE + (s->state[i] != ITEM_BARRED);
		e->selected[i] *= FADE;
	}
	for (size_t k = 0; k < s->count; k++) {
		e->given[s->items[k]] += 1;
		e->selected[s->items[k]] += 1;
	}
	for (size_t k = 0; k < s->passed_count; k++)
		e->selected[s->passed[k]] += 1;
}

/* ---- Choice ---- */

enum { BEST_MAX = 64 };

struct best {
	uint32_t item[BEST_MAX];
	double worth[BEST_MAX];
	size_t count, cap;
};

static void
offer(struct best *b, uint32_t item, double worth)
{
	size_t at = b->count;

	if (b->count == b->cap && (worth < b->worth[at - 1] || (worth == b->worth[at - 1] && item > b->item[at - 1])))
		return;
	at = b->count < b->cap ? b->count++ : at - 1;
	for (; at > 0 && (b->worth[at - 1] < worth || (b->worth[at - 1] == worth && b->item[at - 1] > item)); at--) {
		b->worth[at] = b->worth[at - 1];
		b->item[at] = b->item[at - 1];
	}
	b->worth[at] = worth;
	b->item[at] = item;
}

/* Area-first: while there are areas not met that have an item left, only theirs. */
static bool
wants_new_area(const struct bv_cat *s, unsigned state)
{
	for (size_t i = 0; i < s->a->bank->count && s->a->area_count; i++)
		if (s->state[i] <= state && !s->area_met[s->a->area[i]])
			return true;
	return false;
}

static bool
is_open(const struct bv_cat *s, uint32_t item, unsigned state, bool new_area)
{
	return s->state[item] <= state && !(new_area && s->area_met[s->a->area[item]]);
}

static void
find_best(struct bv_cat *s, struct best *best, unsigned state)
{
	const struct bv_adaptive *a = s->a;
	bool new_area = s->count < a->area_count && wants_new_area(s, state);

	if (a->rules.select == BV_SELECT_MFI) {
		double place = (s->theta - a->rules.from) / (a->rules.to - a->rules.from) * CELLS;
		const struct cell *cell = &a->cells[place < 0 ? 0 : place >= CELLS ? CELLS - 1 : (size_t)place];
		for (size_t k = 0; k < a->bank->count; k++) {
			if (best->count == best->cap && cell->most[k] < best->worth[best->count - 1])
				return;
			if (is_open(s, cell->item[k], state, new_area))
				offer(best, cell->item[k], bv_assembly_information(item_at(a, cell->item[k]), s->theta));
		}
		return;
	}
	session_weigh(s);
	for (uint32_t i = 0; i < a->bank->count; i++)
		if (is_open(s, i, state, new_area))
			offer(best, i, s->worth[i]);
}

static uint32_t
pick(struct bv_cat *s, const struct best *best)
{
	size_t k = 0;

	if (s->a->rules.pick > 0)
		while (k + 1 < best->count && bv_stream_unit(&s->stream) >= s->a->rules.pick)
			k++;
	else if (best->count > 1)
		k = bv_stream_below(&s->stream, best->count);
	return best->item[k];
}

/* Sympson and Hetter: the one selected is given with its chance; one that is not is out for this candidate. */
static bool
accept(struct bv_cat *s, uint32_t item)
{
	if (!s->a->rules.sympson_hetter || !s->exposure || s->exposure->may[item] >= 1 || bv_stream_unit(&s->stream) < s->exposure->may[item])
		return true;
	s->state[item] = ITEM_OUT;
	if (s->passed_count < BV_ASSEMBLY_LENGTH_MAX)
		s->passed[s->passed_count++] = item;
	return false;
}

enum bv_stop
bv_cat_stop(const struct bv_cat *s)
{
	const struct bv_adaptive_rules *r = &s->a->rules;

	if (s->count >= r->length)
		return BV_STOP_LENGTH;
	if (!s->count || s->count < r->length_min)
		return BV_STOP_NOT;
	if (r->sprt && s->llr >= bv_logarithm((1 - r->beta) / r->alpha))
		return BV_STOP_ABOVE;
	if (r->sprt && s->llr <= bv_logarithm(r->beta / (1 - r->alpha)))
		return BV_STOP_BELOW;
	if (r->confidence > 0 && fabs(s->theta - r->cut) > r->confidence * s->se)
		return s->theta > r->cut ? BV_STOP_ABOVE : BV_STOP_BELOW;
	return r->se > 0 && s->se <= r->se ? BV_STOP_SE : BV_STOP_NOT;
}

uint32_t
bv_cat_next(struct bv_cat *s, enum bv_stop *why)
{
	*why = bv_cat_stop(s);
	if (*why != BV_STOP_NOT)
		return UINT32_MAX;
	/* Barred items come back when nothing else is left: no session stops for want of an item that the bank has. */
	for (unsigned state = ITEM_FREE; state <= ITEM_BARRED;) {
		struct best best = { .cap = s->a->rules.randomesque < BEST_MAX ? s->a->rules.randomesque : BEST_MAX };
		find_best(s, &best, state);
		if (!best.count) {
			state++;
			continue;
		}
		uint32_t item = pick(s, &best);
		if (accept(s, item))
			return item;
	}
	*why = BV_STOP_EMPTY;
	return UINT32_MAX;
}

void
bv_cat_answer(struct bv_cat *s, uint32_t item, int category)
{
	const struct bv_adaptive *a = s->a;

	assert(item < a->bank->count && s->count < BV_ASSEMBLY_LENGTH_MAX && category >= 0 && category < bv_assembly_categories(item_at(a, item)));
	s->items[s->count] = item;
	s->category[s->count++] = (uint8_t)category;
	s->state[item] = ITEM_OUT;
	if (a->area_count)
		s->area_met[a->area[item]] = true;
	for (uint32_t e = a->enemy_first[item]; e < a->enemy_first[item + 1]; e++)
		s->state[a->enemies[e]] = ITEM_OUT;
	session_estimate(s);
}

bool
bv_cat_barred(const struct bv_cat *s, uint32_t item)
{
	return s->state[item] == ITEM_BARRED;
}

double
bv_cat_theta(const struct bv_cat *s)
{
	return s->theta;
}

double
bv_cat_se(const struct bv_cat *s)
{
	return s->se;
}

double
bv_cat_llr(const struct bv_cat *s)
{
	return s->llr;
}

const uint32_t *
bv_cat_items(const struct bv_cat *s, size_t *count)
{
	*count = s->count;
	return s->items;
}

double
bv_cat_worth(struct bv_cat *s, uint32_t item)
{
	session_weigh(s);
	return s->worth[item];
}
