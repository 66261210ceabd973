#define _GNU_SOURCE
/* All pairs of a sitting. The moments of three counts are taken of every pair, as vectors; the exact tails of those that stand out; all else of those that
 * are shown. tests/bench/bench_analysis.c */
#include <math.h>
#include <stdlib.h>

#include "analysis/pair.h"

/* Two items at once: each operation rounds as a scalar one does. */
typedef double lanes __attribute__((vector_size(16), may_alias));

#define LOW 0.001
/* Who is nearer to what is expected than this, in standard deviations, has an exact tail above a thirtieth: too large to be flagged at a rate of a tenth
 * or less, the p being thrice the smallest tail. */
#define NEAR 1.5

struct candidate {
	size_t first, second;
	double p;
};

struct scan {
	const struct bv_abilities *abilities;
	struct cells cells;
	double rate, keep; /* pairs with p at most this are kept */
	size_t *person;    /* hall by hall */
	double *p, *given; /* [person of the hall][plane * width + item] */
	size_t size;       /* of one of them */
	double *same, *room;
	struct candidate *found;
	size_t count, cap, compared, low[BV_AGREEMENT_DECADES];
};

static int
by_hall(const void *a, const void *b, void *ctx)
{
	const struct bv_str *hall = ctx;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int order = bv_str_cmp(hall[x], hall[y]);

	return order ? order : (x > y) - (x < y);
}

static int
by_p(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->p != y->p)
		return x->p < y->p ? -1 : 1;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->second > y->second) - (x->second < y->second);
}

/* Sums over the items of the probabilities of three events, and of their squares: the same answer, the first one's being the second's, and the reverse. */
struct moments {
	double matches, sum[3], squares[3];
};

static inline __attribute__((always_inline)) void
take_moments(struct moments *out, const double *p, const double *given, const double *q, const double *taken, size_t width, size_t planes)
{
	lanes seen = { 0 }, sum[3] = { { 0 } }, squares[3] = { { 0 } };

	for (size_t k = 0; k < width; k += 2) {
		lanes event[3] = { { 0 } };
		for (size_t c = 0; c < planes; c++) {
			lanes a = *(const lanes *)(p + c * width + k), b = *(const lanes *)(q + c * width + k);
			lanes x = *(const lanes *)(given + c * width + k), y = *(const lanes *)(taken + c * width + k);
			seen += x * y;
			event[0] += a * b;
			event[1] += a * y;
			event[2] += b * x;
		}
		for (int e = 0; e < 3; e++) {
			sum[e] += event[e];
			squares[e] += event[e] * event[e];
		}
	}
	out->matches = seen[0] + seen[1];
	for (int e = 0; e < 3; e++) {
		out->sum[e] = sum[e][0] + sum[e][1];
		out->squares[e] = squares[e][0] + squares[e][1];
	}
}

static double
tail_of(struct scan *s, int event, size_t matches, const double *p, const double *given, const double *q, const double *taken)
{
	size_t count = 0;

	for (size_t k = 0; k < s->cells.items; k++) {
		double sum = 0, first = 0, second = 0;
		for (size_t at = k; at < s->size; at += s->cells.width) {
			sum += event == 0 ? p[at] * q[at] : event == 1 ? p[at] * taken[at] : q[at] * given[at];
			first += given[at];
			second += taken[at];
		}
		if (first * second > 0)
			s->same[count++] = sum;
	}
	return events_tail(s->same, count, matches, s->room);
}

static double
p_of(struct scan *s, const double *p, const double *given, const double *q, const double *taken)
{
	struct moments m;
	double smallest = 1;

	if (s->cells.planes == 2)
		take_moments(&m, p, given, q, taken, s->cells.width, 2);
	else
		take_moments(&m, p, given, q, taken, s->cells.width, (size_t)s->cells.planes);
	for (int event = 0; event < 3; event++) {
		double above = m.matches - m.sum[event];
		if (s->rate <= 0.1 && (above < 0 || above * above < NEAR * NEAR * (m.sum[event] - m.squares[event])))
			continue;
		smallest = fmin(smallest, tail_of(s, event, (size_t)m.matches, p, given, q, taken));
	}
	return fmin(1, 3 * smallest);
}

static void
keep(struct scan *s, size_t first, size_t second, double p)
{
	double decade = LOW;

	for (int d = 0; d < BV_AGREEMENT_DECADES && p <= decade; d++, decade /= 10)
		s->low[d]++;
	if (p > s->keep)
		return;
	if (s->count == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 1024;
		s->found = bv_resize_array(s->found, s->cap, sizeof s->found[0]);
	}
	s->found[s->count++] = (struct candidate){ first < second ? first : second, first < second ? second : first, p };
}

static enum bv_status
scan_hall(struct scan *s, const size_t *person, size_t count, struct bv_err *err)
{
	const struct bv_str *hall = s->abilities->responses->hall;

	if (count > BV_PAIRS_PERSONS_MAX)
		return bv_err_set(err, BV_ELIMIT, "%zu persons %s%.*s: pairs are compared of at most %d; name the column of halls with --hall, or compare no pairs with --no-pairs",
		                  count, hall ? "in hall " : "in one file", hall ? (int)hall[person[0]].len : 0, hall ? hall[person[0]].p : "", BV_PAIRS_PERSONS_MAX);
	s->p = bv_resize_array(s->p, bv_array_size(count, s->size), sizeof s->p[0]);
	s->given = bv_resize_array(s->given, bv_array_size(count, s->size), sizeof s->given[0]);
	for (size_t i = 0; i < count; i++)
		cells_row(s->p + i * s->size, s->given + i * s->size, &s->cells, person[i]);
	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1; j < count; j++)
			keep(s, person[i], person[j], p_of(s, s->p + i * s->size, s->given + i * s->size, s->p + j * s->size, s->given + j * s->size));
	s->compared += count * (count - 1) / 2;
	return BV_OK;
}

static enum bv_status
scan_halls(struct scan *s, struct bv_err *err)
{
	const struct bv_responses *r = s->abilities->responses;

	for (size_t p = 0; p < r->persons; p++)
		s->person[p] = p;
	if (r->hall)
		qsort_r(s->person, r->persons, sizeof s->person[0], by_hall, r->hall);
	for (size_t p = 0, first = 0; p < r->persons; p++) {
		if (p + 1 < r->persons && (!r->hall || bv_str_eq(r->hall[s->person[p]], r->hall[s->person[p + 1]])))
			continue;
		TRY(scan_hall(s, s->person + first, p + 1 - first, err));
		first = p + 1;
	}
	return BV_OK;
}

static void
scan_finish(struct scan *s)
{
	cells_finish(&s->cells);
	free(s->person);
	free(s->p);
	free(s->given);
	free(s->same);
	free(s->room);
	free(s->found);
}
BV_AUTO_DEFINE_FINISH(struct scan, scan_finish)

static void
show(struct bv_agreement *out, struct scan *s)
{
	BV_AUTO(pairs_free) struct pairs *pairs = pairs_new(s->abilities);
	double *p = bv_alloc_array(s->count, sizeof p[0]);

	for (size_t i = 0; i < s->count; i++)
		p[i] = s->found[i].p;
	double bound = bv_false_discovery_bound(p, s->count, s->compared, s->rate);
	free(p);
	if (s->count)
		qsort(s->found, s->count, sizeof s->found[0], by_p);
	while (out->flagged < s->count && s->found[out->flagged].p <= bound)
		out->flagged++;
	out->count = out->flagged > BV_AGREEMENT_SHOWN ? out->flagged : BV_AGREEMENT_SHOWN;
	out->count = out->count < s->count ? out->count : s->count;
	out->pair = bv_alloc_array(out->count, sizeof out->pair[0]);
	for (size_t i = 0; i < out->count; i++) {
		pairs_measure(&out->pair[i], pairs, s->found[i].first, s->found[i].second);
		out->pair[i].flagged = i < out->flagged;
	}
	out->compared = s->compared;
	memcpy(out->low, s->low, sizeof out->low);
}

enum bv_status
bv_agreement_make(struct bv_agreement *out, const struct bv_abilities *abilities, double rate, struct bv_err *err)
{
	BV_AUTO(scan_finish) struct scan s = { .abilities = abilities, .rate = rate, .keep = fmax(rate, LOW) };

	cells_init(&s.cells, abilities);
	s.size = (size_t)s.cells.planes * s.cells.width;
	s.person = bv_alloc_array(abilities->responses->persons, sizeof s.person[0]);
	s.same = bv_alloc_array(s.cells.width + 1, sizeof s.same[0]);
	s.room = bv_alloc_array(s.cells.width + 1, sizeof s.room[0]);
	TRY(scan_halls(&s, err));
	*out = (struct bv_agreement){ 0 };
	show(out, &s);
	return BV_OK;
}

void
bv_agreement_finish(struct bv_agreement *agreement)
{
	free(agreement->pair);
	*agreement = (struct bv_agreement){ 0 };
}
