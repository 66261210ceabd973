/* Thousands of swaps for one form, and up to 40 forms for one that is issued: what a swap changes is the breaches of its two items' rows, and nothing else is looked
 * at. The order of all additions is part of BV-FLY-1. */
#include "assembly/repair.h"

#include <assert.h>
#include <stdlib.h>

#include "assembly/terms.h"

#define NO_ROW UINT32_MAX

enum { FREE = -1, OUT = -2 }; /* where an item is that is in no slot */

/* One row, as the form stands. */
struct line {
	double sum, breach, lo, hi, scale;
};

/* Who may come for an item: so many of the list. */
struct kin {
	uint32_t first, count;
};

struct repair {
	size_t count, length, rows;
	struct kin *kin;       /* of each item: its class; and last: all items */
	uint32_t *list;        /* the classes' items, then all */
	struct entry *entries; /* by item; its last is NO_ROW */
	uint32_t *first;       /* of an item's entries */
	double exponentials[CHANCE_EXPONENTIALS];
	/* The state. */
	struct line *lines;
	uint32_t *slots; /* items */
	int32_t *at;     /* of items: slot, FREE, OUT */
};

static void
fill_items(struct repair *r, const struct terms *t)
{
	uint32_t count = (uint32_t)r->count;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t class_first = t->class_first[t->class_of[i]], entries = t->first[i + 1] - t->first[i];
		r->kin[i] = (struct kin){ class_first, t->class_first[t->class_of[i] + 1] - class_first };
		r->list[i] = t->class_items[i];
		r->list[count + i] = i;
		r->first[i] = t->first[i] + i;
		for (uint32_t e = 0; e < entries; e++)
			r->entries[r->first[i] + e] = t->entries[t->first[i] + e];
		r->entries[r->first[i] + entries].row = NO_ROW;
	}
	r->kin[count] = (struct kin){ count, count };
}

struct repair *
repair_new(const struct problem *p)
{
	BV_AUTO(terms_finish) struct terms t = { 0 };
	struct repair *r = bv_alloc(sizeof *r);

	assert(p->forms == 1 && p->point_count == 0);
	terms_init(&t, p, 1);
	r->count = p->count;
	r->length = p->length;
	r->rows = t.rows;
	r->kin = bv_alloc_array(p->count + 1, sizeof *r->kin);
	r->list = bv_alloc_array(2 * p->count, sizeof *r->list);
	r->entries = bv_alloc_array(t.first[p->count] + p->count, sizeof *r->entries);
	r->first = bv_alloc_array(p->count, sizeof *r->first);
	r->lines = bv_alloc_array(t.rows, sizeof *r->lines);
	r->slots = bv_alloc_array(p->length, sizeof *r->slots);
	r->at = bv_alloc_array(p->count, sizeof *r->at);
	fill_items(r, &t);
	for (size_t row = 0; row < t.rows; row++)
		r->lines[row] = (struct line){ .lo = t.lo[row], .hi = t.hi[row], .scale = t.scale[row] };
	chance_exponentials(r->exponentials);
	return r;
}

void
repair_free(struct repair *r)
{
	if (!r)
		return;
	free(r->kin);
	free(r->list);
	free(r->entries);
	free(r->first);
	free(r->lines);
	free(r->slots);
	free(r->at);
	free(r);
}

/* By how much the sum is off, 0 where that is only rounding: without a jump, because no processor guesses which rows a swap breaks. */
static inline double
breach_of(const struct line *line)
{
	double over = line->sum - line->hi, under = line->lo - line->sum, by = over > under ? over : under;
	uint64_t bits;

	memcpy(&bits, &by, sizeof bits);
	bits &= -(uint64_t)(by > 1e-9);
	memcpy(&by, &bits, sizeof bits);
	return by * line->scale;
}

static inline double
shift_line(struct line *line, double coef)
{
	double before = line->breach;

	line->sum += coef;
	line->breach = breach_of(line);
	return line->breach - before;
}

/* One item comes, then the other goes; row by row, because most rows that the one is in has the other too. */
static inline double
swap_items(struct repair *r, uint32_t out, uint32_t in)
{
	const struct entry *o = r->entries + r->first[out], *i = r->entries + r->first[in];
	double come = 0, go = 0;

	for (;;) {
		uint32_t row = i->row < o->row ? i->row : o->row;
		if (row == NO_ROW)
			return come + go;
		struct line line = r->lines[row];
		if (i->row == row)
			come += shift_line(&line, i++->coef);
		if (o->row == row)
			go += shift_line(&line, -o++->coef);
		r->lines[row].sum = line.sum;
		r->lines[row].breach = line.breach;
	}
}

/* Returns the breach of all rows. */
static double
start(struct repair *r, const uint32_t *items, const bool *out)
{
	double breach = 0;

	for (size_t i = 0; i < r->count; i++)
		r->at[i] = out[i] ? OUT : FREE;
	for (size_t row = 1; row < r->rows; row++)
		r->lines[row].sum = 0;
	for (size_t l = 0; l < r->length; l++) {
		r->slots[l] = items[l];
		r->at[items[l]] = (int32_t)l;
		for (const struct entry *e = r->entries + r->first[items[l]]; e->row != NO_ROW; e++)
			r->lines[e->row].sum += e->coef;
	}
	for (size_t row = 1; row < r->rows; row++)
		breach += r->lines[row].breach = breach_of(&r->lines[row]);
	return breach;
}

bool
repair_form(struct repair *r, uint32_t *items, const bool *out, const struct chance *chance, uint64_t swaps)
{
	double breach = start(r, items, out), t = 0.5, factor = 1 - 4.0 / (double)(swaps / 64 + 4);
	struct chance c = *chance;

	for (uint64_t n = 0; n < swaps && breach > 0; n++) {
		if (n % 64 == 63)
			t *= factor;
		uint64_t word = chance_word(&c), more = chance_word(&c);
		uint32_t slot = chance_scale((uint32_t)word, (uint32_t)r->length), i = r->slots[slot];
		struct kin kin = r->kin[more & 15 ? i : r->count];
		uint32_t j = r->list[kin.first + chance_scale((uint32_t)(word >> 32), kin.count)];
		if (r->at[j] != FREE)
			continue;
		double may = t * r->exponentials[chance_word(&c) % CHANCE_EXPONENTIALS], change = swap_items(r, i, j);
		if (breach + change < 1e-9)
			change = -breach;
		if (change > may) {
			swap_items(r, j, i);
			continue;
		}
		r->slots[slot] = j;
		r->at[j] = (int32_t)slot;
		r->at[i] = FREE;
		breach += change;
	}
	memcpy(items, r->slots, r->length * sizeof *items);
	qsort(items, r->length, sizeof *items, terms_rising);
	return breach == 0;
}
