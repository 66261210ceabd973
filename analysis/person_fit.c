/* Person fit without a model: does one pattern of answers follow the order of the items? */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/analysis.h"

struct ranked {
	size_t item;
	int64_t solved;
	double p, logit;
};

/* The 0/1 items from the easiest on, and who answered all of them. */
struct patterns {
	const struct bv_responses *responses;
	struct ranked *ranked;
	size_t items;
	bool *in;
	int32_t *total;
	size_t persons;
	double *top_p, *top_logit; /* [n]: sum over the n easiest */
};

static int
easiest_first(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->solved != y->solved)
		return x->solved > y->solved ? -1 : 1;
	return (x->item > y->item) - (x->item < y->item);
}

static void
patterns_begin(struct patterns *s, const struct bv_responses *r)
{
	*s = (struct patterns){ .responses = r };
	s->ranked = bv_alloc_array(r->items, sizeof s->ranked[0]);
	s->in = bv_alloc_array(r->persons, sizeof s->in[0]);
	s->total = bv_alloc_array(r->persons, sizeof s->total[0]);
	for (size_t i = 0; i < r->items; i++)
		if (r->item[i].max_score == 1)
			s->ranked[s->items++].item = i;
	for (size_t p = 0; p < r->persons; p++) {
		const int8_t *row = r->score + p * r->items;
		s->in[p] = true;
		for (size_t i = 0; i < s->items; i++) {
			s->in[p] &= row[s->ranked[i].item] >= 0;
			s->total[p] += row[s->ranked[i].item];
		}
		for (size_t i = 0; s->in[p] && i < s->items; i++)
			s->ranked[i].solved += row[s->ranked[i].item];
		s->persons += s->in[p];
	}
	for (size_t i = 0; i < s->items; i++) {
		s->ranked[i].p = s->persons ? (double)s->ranked[i].solved / (double)s->persons : NAN;
		s->ranked[i].logit = log(s->ranked[i].p / (1 - s->ranked[i].p));
	}
	qsort(s->ranked, s->items, sizeof s->ranked[0], easiest_first);
	s->top_p = bv_alloc_array(s->items + 1, sizeof s->top_p[0]);
	s->top_logit = bv_alloc_array(s->items + 1, sizeof s->top_logit[0]);
	for (size_t i = 0; i < s->items; i++) {
		s->top_p[i + 1] = s->top_p[i] + s->ranked[i].p;
		s->top_logit[i + 1] = s->top_logit[i] + s->ranked[i].logit;
	}
}

static void
patterns_finish(struct patterns *s)
{
	free(s->ranked);
	free(s->in);
	free(s->total);
	free(s->top_p);
	free(s->top_logit);
}

static void
fit_one(struct bv_person_fit *out, const struct patterns *s, size_t person)
{
	const int8_t *row = s->responses->score + person * s->responses->items;
	size_t k = s->items, n = (size_t)s->total[person];
	double p = 0, logit = 0, errors = 0, failed = 0;

	for (size_t i = 0; i < k; i++) {
		bool solved = row[s->ranked[i].item];
		p += solved ? s->ranked[i].p : 0;
		logit += solved ? s->ranked[i].logit : 0;
		errors += solved ? failed : 0;
		failed += !solved;
	}
	double bottom_p = s->top_p[k] - s->top_p[k - n], bottom_logit = s->top_logit[k] - s->top_logit[k - n], mean = s->top_p[k] / (double)k;
	out->guttman = errors;
	out->guttman_normed = errors / ((double)n * (double)(k - n));
	out->u3 = (s->top_logit[n] - logit) / (s->top_logit[n] - bottom_logit);
	out->c_star = (s->top_p[n] - p) / (s->top_p[n] - bottom_p);
	out->caution = 1 - (p - (double)n * mean) / (s->top_p[n] - (double)n * mean);
}

/* Sijtsma and Meijer's H^T: covariances with all other persons over the items, divided by the largest that their totals allow. Sums over all others come
 * from the items' totals and from the number of persons with each total, so that the cost is persons × items. */
static void
fit_ht(struct bv_person_fit *out, const struct patterns *s, const size_t *with_total, size_t person)
{
	const int8_t *row = s->responses->score + person * s->responses->items;
	double k = (double)s->items, mine = (double)s->total[person] / k, together = 0, products = 0, most = 0;

	for (size_t i = 0; i < s->items; i++)
		together += row[s->ranked[i].item] ? (double)(s->ranked[i].solved - 1) : 0;
	for (size_t t = 0; t <= s->items; t++) {
		double others = (double)with_total[t] - (t == (size_t)s->total[person]), theirs = (double)t / k;
		products += others * theirs;
		most += others * (theirs < mine ? theirs * (1 - mine) : mine * (1 - theirs));
	}
	out->ht = most > 0 ? (together / k - mine * products) / most : NAN;
}

void
bv_person_fit_make(struct bv_person_fit *out, const struct bv_responses *r)
{
	struct patterns s;

	patterns_begin(&s, r);
	size_t *with_total = bv_alloc_array(s.items + 1, sizeof with_total[0]);
	for (size_t p = 0; p < r->persons; p++)
		if (s.in[p])
			with_total[s.total[p]]++;
	for (size_t p = 0; p < r->persons; p++) {
		out[p] = (struct bv_person_fit){ NAN, NAN, NAN, NAN, NAN, NAN };
		if (!s.in[p] || s.total[p] == 0 || (size_t)s.total[p] == s.items)
			continue;
		fit_one(&out[p], &s, p);
		fit_ht(&out[p], &s, with_total, p);
	}
	free(with_total);
	patterns_finish(&s);
}
