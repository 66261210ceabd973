#include "assembly/terms.h"

#include <math.h>
#include <stdlib.h>

static void
fill_entries(struct terms *t, const struct problem *p)
{
	uint32_t *at = bv_alloc_array(p->count + 1, sizeof *at);
	size_t total = 0;

	t->rows = p->row_count;
	t->first = bv_alloc_array(p->count + 1, sizeof *t->first);
	for (size_t r = 1; r < p->row_count; r++)
		for (size_t i = 0; i < p->rows[r].count; i++, total++)
			t->first[p->rows[r].item[i] + 1]++;
	for (size_t i = 0; i < p->count; i++)
		t->first[i + 1] += t->first[i];
	memcpy(at, t->first, (p->count + 1) * sizeof *at);
	t->entries = bv_alloc_array(total, sizeof *t->entries);
	for (size_t r = 1; r < p->row_count; r++)
		for (size_t i = 0; i < p->rows[r].count; i++)
			t->entries[at[p->rows[r].item[i]]++] = (struct entry){ (uint32_t)r, p->rows[r].coef[i] };
	free(at);
}

/* A breach as large as a typical item weighs in the row costs what a typical item is worth in the objective. */
static void
fill_rows(struct terms *t, const struct problem *p, double worth)
{
	t->lo = bv_alloc_array(t->rows, sizeof *t->lo);
	t->hi = bv_alloc_array(t->rows, sizeof *t->hi);
	t->scale = bv_alloc_array(t->rows, sizeof *t->scale);
	for (size_t r = 0; r < t->rows; r++) {
		const struct row *row = &p->rows[r];
		double weight = 0;
		for (size_t i = 0; i < row->count; i++)
			weight += fabs(row->coef[i]);
		t->lo[r] = row->lo;
		t->hi[r] = row->hi;
		t->scale[r] = weight > 0 ? worth * (double)row->count / weight : worth;
	}
}

static bool
same_class(const struct terms *t, uint32_t i, uint32_t j)
{
	uint32_t a = t->first[i], b = t->first[j];

	for (;; a++, b++) {
		while (a < t->first[i + 1] && t->lo[t->entries[a].row] != t->hi[t->entries[a].row])
			a++;
		while (b < t->first[j + 1] && t->lo[t->entries[b].row] != t->hi[t->entries[b].row])
			b++;
		if (a == t->first[i + 1] || b == t->first[j + 1])
			return a == t->first[i + 1] && b == t->first[j + 1];
		if (t->entries[a].row != t->entries[b].row || t->entries[a].coef != t->entries[b].coef)
			return false;
	}
}

static void
fill_classes(struct terms *t, const struct problem *p)
{
	size_t classes = 0;
	uint32_t *head = bv_alloc_array(p->count, sizeof *head);

	t->class_of = bv_alloc_array(p->count, sizeof *t->class_of);
	t->class_first = bv_alloc_array(p->count + 1, sizeof *t->class_first);
	t->class_items = bv_alloc_array(p->count, sizeof *t->class_items);
	for (uint32_t i = 0; i < p->count; i++) {
		size_t c = 0;
		while (c < classes && c < 64 && !same_class(t, head[c], i))
			c++;
		if (c == 64)
			c = 63; /* more kinds than help: the rest share one */
		else if (c == classes)
			head[classes++] = i;
		t->class_of[i] = (uint32_t)c;
		t->class_first[c + 1]++;
	}
	for (size_t c = 0; c < classes; c++)
		t->class_first[c + 1] += t->class_first[c];
	memset(head, 0, p->count * sizeof *head);
	for (uint32_t i = 0; i < p->count; i++)
		t->class_items[t->class_first[t->class_of[i]] + head[t->class_of[i]]++] = i;
	free(head);
}

void
terms_init(struct terms *t, const struct problem *p, double worth)
{
	fill_entries(t, p);
	fill_rows(t, p, worth);
	fill_classes(t, p);
}

void
terms_finish(struct terms *t)
{
	void *const owned[] = { t->entries, t->first, t->lo, t->hi, t->scale, t->class_first, t->class_items, t->class_of };

	for (size_t i = 0; i < BV_COUNT(owned); i++)
		free(owned[i]);
}

int
terms_rising(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}
