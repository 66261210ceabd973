#include "assembly/anneal.h"

#include <math.h>
#include <stdlib.h>

#include "assembly/terms.h"
#include "scoring/scoring.h"

enum { COOL_EVERY = 4096, REHEATS = 3 };

struct search {
	const struct problem *p;
	size_t points;
	struct terms terms;
	double *value;           /* item × points, divided by the point's weight */
	double target[BV_ASSEMBLY_POINTS_MAX];
	bool one_sided;          /* only what is below the target counts */
	/* The state. */
	uint32_t *slots;   /* forms × length: items */
	int32_t *at;       /* forms × count: slot, -1 */
	uint32_t *uses;    /* of items */
	double *sums;      /* forms × rows */
	double *info;      /* forms × points */
	double *quartic;   /* of forms: the sum of the fourth powers of the deviations */
	double energy, breach;
	/* The best. */
	uint32_t *best;
	double best_worst, best_breach;
	struct chance chance;
	double exponentials[CHANCE_EXPONENTIALS];
};

/* ---- Set up ---- */

static void
fill_values(struct search *s, const struct problem *p, double goal)
{
	s->points = p->point_count;
	s->one_sided = p->objective != BV_OBJECTIVE_MINIMAX;
	s->value = bv_alloc_array(p->count * s->points, sizeof *s->value);
	for (size_t k = 0; k < s->points; k++) {
		const struct point *point = &p->points[k];
		s->target[k] = s->one_sided ? goal : point->target / point->weight;
		for (size_t i = 0; i < p->count; i++)
			s->value[i * s->points + k] = point->value[i] / point->weight;
	}
}

/* What a typical item is worth in the objective. */
static double
typical_worth(const struct search *s, const struct problem *p)
{
	double worth = 0;

	for (size_t i = 0; i < p->count * s->points; i++)
		worth += fabs(s->value[i]);
	return s->points ? worth / (double)(p->count * s->points) : 1;
}

/* ---- Measures ---- */

static double
deviation(const struct search *s, size_t k, double info)
{
	double d = info - s->target[k];

	return s->one_sided && d > 0 ? 0 : d;
}

static double
quartic_of(const struct search *s, const double *info)
{
	double sum = 0;

	for (size_t k = 0; k < s->points; k++) {
		double d = deviation(s, k, info[k]);
		sum += (d * d) * (d * d);
	}
	return sum;
}

static double
worst_of(const struct search *s)
{
	double worst = 0;

	for (size_t f = 0; f < s->p->forms; f++)
		for (size_t k = 0; k < s->points; k++)
			worst = fmax(worst, fabs(deviation(s, k, s->info[f * s->points + k])));
	return worst;
}

/* The smooth stand-in for the largest deviation: the norm of order 4 over all points and forms. */
static double
norm(double sum)
{
	return sqrt(sqrt(sum));
}

static void
place(struct search *s, size_t f, size_t slot, uint32_t item)
{
	s->slots[f * s->p->length + slot] = item;
	s->at[f * s->p->count + item] = (int32_t)slot;
}

static void
measure(struct search *s)
{
	const struct problem *p = s->p;
	double total = 0;

	memset(s->at, 0xff, p->forms * p->count * sizeof *s->at);
	memset(s->uses, 0, p->count * sizeof *s->uses);
	memset(s->sums, 0, p->forms * s->terms.rows * sizeof *s->sums);
	memset(s->info, 0, p->forms * s->points * sizeof *s->info);
	s->breach = 0;
	for (size_t f = 0; f < p->forms; f++) {
		double *sums = s->sums + f * s->terms.rows, *info = s->info + f * s->points;
		for (size_t l = 0; l < p->length; l++) {
			uint32_t item = s->slots[f * p->length + l];
			place(s, f, l, item);
			s->uses[item]++;
			for (uint32_t e = s->terms.first[item]; e < s->terms.first[item + 1]; e++)
				sums[s->terms.entries[e].row] += s->terms.entries[e].coef;
			for (size_t k = 0; k < s->points; k++)
				info[k] += s->value[item * s->points + k];
		}
		for (size_t r = 1; r < s->terms.rows; r++)
			s->breach += terms_breach(&s->terms, r, sums[r]);
		total += s->quartic[f] = quartic_of(s, info);
	}
	s->energy = norm(total);
}

static void
remember(struct search *s)
{
	double worst;

	if (s->breach > s->best_breach)
		return;
	worst = worst_of(s);
	if (s->breach < s->best_breach || worst < s->best_worst) {
		s->best_breach = s->breach;
		s->best_worst = worst;
		memcpy(s->best, s->slots, s->p->forms * s->p->length * sizeof *s->best);
	}
}

/* ---- Moves ---- */

struct move {
	size_t f, g;   /* g == forms: the pool */
	uint32_t i, j; /* i leaves f, j comes */
};

static bool
propose(struct search *s, struct move *m)
{
	const struct problem *p = s->p;
	uint64_t word = chance_word(&s->chance), more = chance_word(&s->chance);
	uint32_t slot = chance_scale((uint32_t)word, (uint32_t)(p->forms * p->length)), bits = (uint32_t)(word >> 32);

	m->f = slot / p->length;
	m->i = s->slots[slot];
	if (more & 15) {
		uint32_t c = s->terms.class_of[m->i];
		m->j = s->terms.class_items[s->terms.class_first[c] + chance_scale(bits, s->terms.class_first[c + 1] - s->terms.class_first[c])];
	} else {
		m->j = chance_scale(bits, (uint32_t)p->count);
	}
	if (s->at[m->f * p->count + m->j] >= 0)
		return false;
	m->g = p->forms;
	if (s->uses[m->j] < p->item_use)
		return true;
	m->g = chance_scale((uint32_t)(more >> 32), (uint32_t)p->forms);
	for (size_t tries = 0; s->at[m->g * p->count + m->j] < 0 && tries < p->forms; tries++)
		m->g = m->g + 1 == p->forms ? 0 : m->g + 1;
	return m->g != m->f && s->at[m->g * p->count + m->i] < 0;
}

static double
moved_quartic(const struct search *s, size_t f, uint32_t out, uint32_t in)
{
	const double *info = s->info + f * s->points, *a = s->value + out * s->points, *b = s->value + in * s->points;
	double sum = 0;

	for (size_t k = 0; k < s->points; k++) {
		double d = deviation(s, k, info[k] + (b[k] - a[k]));
		sum += (d * d) * (d * d);
	}
	return sum;
}

/* The change of the breaches of a form's rows when an item's coefficients come in (sign 1) or go (-1); the sums are changed. */
static double
shift_rows(struct search *s, size_t f, uint32_t item, double sign)
{
	double *sums = s->sums + f * s->terms.rows, change = 0;

	for (uint32_t e = s->terms.first[item]; e < s->terms.first[item + 1]; e++) {
		uint32_t r = s->terms.entries[e].row;
		double before = sums[r], after = before + sign * s->terms.entries[e].coef;
		sums[r] = after;
		change += terms_breach(&s->terms, r, after) - terms_breach(&s->terms, r, before);
	}
	return change;
}

static double
swap_rows(struct search *s, size_t f, uint32_t out, uint32_t in)
{
	double change = shift_rows(s, f, in, 1);

	return change + shift_rows(s, f, out, -1);
}

static void
move_values(struct search *s, size_t f, uint32_t out, uint32_t in)
{
	double *info = s->info + f * s->points;

	for (size_t k = 0; k < s->points; k++)
		info[k] += s->value[in * s->points + k] - s->value[out * s->points + k];
	place(s, f, (size_t)s->at[f * s->p->count + out], in);
	s->at[f * s->p->count + out] = -1;
}

/* Tries one move at a temperature; true when the state became better than any before could be. */
static void
step(struct search *s, double temperature)
{
	const struct problem *p = s->p;
	double total = 0, change, qf, qg = 0, energy;
	struct move m;

	if (!propose(s, &m))
		return;
	bool exchange = m.g < p->forms;
	double may = temperature * s->exponentials[chance_word(&s->chance) % CHANCE_EXPONENTIALS];
	qf = moved_quartic(s, m.f, m.i, m.j);
	if (exchange)
		qg = moved_quartic(s, m.g, m.j, m.i);
	for (size_t f = 0; f < p->forms; f++)
		total += f == m.f ? qf : f == m.g ? qg : s->quartic[f];
	energy = norm(total);
	if (energy - s->energy - s->breach > may)
		return; /* not even if it mended everything */
	change = swap_rows(s, m.f, m.i, m.j);
	if (exchange)
		change += swap_rows(s, m.g, m.j, m.i);
	if (s->breach + change < 1e-9)
		change = -s->breach;
	if (energy - s->energy + change > may) {
		swap_rows(s, m.f, m.j, m.i);
		if (exchange)
			swap_rows(s, m.g, m.i, m.j);
		return;
	}
	move_values(s, m.f, m.i, m.j);
	s->quartic[m.f] = qf;
	if (exchange) {
		move_values(s, m.g, m.j, m.i);
		s->quartic[m.g] = qg;
	} else {
		s->uses[m.i]--;
		s->uses[m.j]++;
	}
	s->energy = energy;
	s->breach += change;
	/* The norm of order 4 is at least the largest of its terms and at most their number's fourth root times it. */
	if (s->breach <= s->best_breach && (s->breach < s->best_breach || energy < s->best_worst * 2))
		remember(s);
}

static double
typical_change(const struct search *s)
{
	double sum = 0;

	for (size_t i = 1; i < s->p->count; i++)
		sum += fabs(s->value[i * s->points] - s->value[(i - 1) * s->points]);
	return s->p->count > 1 ? sum / (double)(s->p->count - 1) : 1;
}

static void
cool(struct search *s, uint64_t swaps)
{
	uint64_t round = swaps / REHEATS + 1;
	double top = typical_change(s);

	for (int heat = 0; heat < REHEATS; heat++) {
		double hottest = heat ? top / 16 : top, coldest = top * 1e-4;
		double falls = (double)(round / COOL_EVERY + 1), factor = bv_exponential(bv_logarithm(coldest / hottest) / falls), t = hottest;
		for (uint64_t n = 0; n < round && !(s->best_breach == 0 && s->best_worst == 0); n++) {
			if (n % COOL_EVERY == 0 && n)
				t *= factor;
			step(s, t);
		}
		memcpy(s->slots, s->best, s->p->forms * s->p->length * sizeof *s->slots);
		measure(s);
	}
}

static void
search_init(struct search *s, const struct problem *p, const uint32_t *items, double goal)
{
	s->p = p;
	fill_values(s, p, goal);
	terms_init(&s->terms, p, typical_worth(s, p));
	s->slots = bv_alloc_array(p->forms * p->length, sizeof *s->slots);
	s->best = bv_alloc_array(p->forms * p->length, sizeof *s->best);
	s->at = bv_alloc_array(p->forms * p->count, sizeof *s->at);
	s->uses = bv_alloc_array(p->count, sizeof *s->uses);
	s->sums = bv_alloc_array(p->forms * s->terms.rows, sizeof *s->sums);
	s->info = bv_alloc_array(p->forms * s->points, sizeof *s->info);
	s->quartic = bv_alloc_array(p->forms, sizeof *s->quartic);
	memcpy(s->slots, items, p->forms * p->length * sizeof *items);
	s->best_breach = s->best_worst = INFINITY;
	chance_exponentials(s->exponentials);
	measure(s);
	remember(s);
}

static void
search_finish(struct search *s)
{
	void *const owned[] = { s->value, s->slots, s->best, s->at, s->uses, s->sums, s->info, s->quartic };

	terms_finish(&s->terms);
	for (size_t i = 0; i < BV_COUNT(owned); i++)
		free(owned[i]);
}
BV_AUTO_DEFINE_FINISH(struct search, search_finish)

bool
anneal(const struct problem *p, uint32_t *items, double goal, uint64_t swaps, const uint8_t seed[BV_HASH_LEN])
{
	BV_AUTO(search_finish) struct search s = { 0 };

	search_init(&s, p, items, goal);
	chance_init(&s.chance, seed, 0);
	cool(&s, swaps);
	memcpy(items, s.best, p->forms * p->length * sizeof *items);
	for (size_t f = 0; f < p->forms; f++)
		qsort(items + f * p->length, p->length, sizeof *items, terms_rising);
	return s.best_breach == 0;
}
