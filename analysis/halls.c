/* Results by hall, looked at before they are released. In 2018 one province had 65 of 5,400 papers above nine marks of ten where 0.09 % had them elsewhere. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/analysis.h"

struct one {
	struct bv_str hall;
	int32_t total;
};

static int
by_hall(const void *a, const void *b)
{
	return bv_str_cmp(((const struct one *)a)->hall, ((const struct one *)b)->hall);
}

static int
by_total(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

static int
by_p(const void *a, const void *b)
{
	const struct bv_hall *x = a, *y = b;

	if (x->p != y->p)
		return x->p < y->p ? -1 : 1;
	return bv_str_cmp(x->name, y->name);
}

/* The smallest total that at most one in a hundred reach, or the largest when more of them reach that. */
static int
high_total(const struct one *all, size_t count)
{
	int32_t *totals = bv_alloc_array(count, sizeof totals[0]);

	for (size_t i = 0; i < count; i++)
		totals[i] = all[i].total;
	qsort(totals, count, sizeof totals[0], by_total);
	size_t few = count / 100;
	int high = totals[count - 1 - few] + (totals[count - 1 - few] < totals[count - 1]);
	free(totals);
	return high;
}

static void
fill_hall(struct bv_hall *hall, const struct one *members, int high)
{
	double mean = 0, squares = 0;

	for (size_t i = 0; i < hall->persons; i++) {
		mean += members[i].total;
		hall->above += members[i].total >= high;
	}
	mean /= (double)hall->persons;
	for (size_t i = 0; i < hall->persons; i++)
		squares += (members[i].total - mean) * (members[i].total - mean);
	hall->mean = mean;
	hall->sd = hall->persons > 1 ? sqrt(squares / (double)(hall->persons - 1)) : NAN;
}

static void
judge_halls(struct bv_halls *out, size_t persons, double rate)
{
	size_t above = 0;
	double *p = bv_alloc_array(out->count, sizeof p[0]);

	for (size_t h = 0; h < out->count; h++)
		above += out->hall[h].above;
	for (size_t h = 0; h < out->count; h++) {
		struct bv_hall *hall = &out->hall[h];
		size_t others = persons - hall->persons, their = above - hall->above;
		hall->share = (double)hall->above / (double)hall->persons;
		hall->elsewhere = others ? (double)their / (double)others : NAN;
		/* With nobody elsewhere the rate is not nought but unknown: half a person (Jeffreys' prior). */
		hall->p = others ? bv_binomial_tail(hall->above, hall->persons, ((double)their + 0.5) / ((double)others + 1)) : 1;
		p[h] = hall->p;
	}
	double bound = bv_false_discovery_bound(p, out->count, out->count, rate);
	for (size_t h = 0; h < out->count; h++)
		out->hall[h].flagged = out->hall[h].p <= bound;
	free(p);
}

void
bv_halls_make(struct bv_halls *out, const struct bv_responses *r, int high, double rate)
{
	*out = (struct bv_halls){ .high = high };
	if (!r->hall || r->persons == 0)
		return;
	struct one *all = bv_alloc_array(r->persons, sizeof all[0]);
	for (size_t p = 0; p < r->persons; p++) {
		all[p].hall = r->hall[p];
		for (size_t i = 0; i < r->items; i++)
			all[p].total += r->score[p * r->items + i] > 0 ? r->score[p * r->items + i] : 0;
	}
	if (high < 0)
		out->high = high_total(all, r->persons);
	qsort(all, r->persons, sizeof all[0], by_hall);
	out->hall = bv_alloc_array(r->persons, sizeof out->hall[0]);
	for (size_t p = 0, first = 0; p < r->persons; p++) {
		if (p + 1 < r->persons && bv_str_eq(all[p + 1].hall, all[p].hall))
			continue;
		struct bv_hall *hall = &out->hall[out->count++];
		*hall = (struct bv_hall){ .name = all[p].hall, .persons = p + 1 - first };
		fill_hall(hall, all + first, out->high);
		first = p + 1;
	}
	judge_halls(out, r->persons, rate);
	qsort(out->hall, out->count, sizeof out->hall[0], by_p);
	free(all);
}

void
bv_halls_finish(struct bv_halls *halls)
{
	free(halls->hall);
	*halls = (struct bv_halls){ 0 };
}
