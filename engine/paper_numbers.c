/* The numbers of a paper, as they are kept: which items, which orders. Big-endian:
 * drawn: 01, form key, be16 count, then by position be16 stratum, be32 index, and of each set of choices be16 for every place;
 * prepared: 02, be16 which form;
 * assembled: 03, then as drawn with, after the form key, a byte for the caps that it does not hold;
 * parallel: 04, then as assembled with, after that byte, be16 which of the forms, from 1;
 * adaptive: 05, then as assembled, of the items given so far. None is kept in the database: it follows from the answers. */
#include <stdlib.h>

#include "engine/grow.h"
#include "engine/paper.h"

enum { DRAWN = 1, FIXED = 2, ASSEMBLED = 3, PARALLEL = 4, ADAPTIVE = 5 };

static void
put(struct bv_buf *out, uint32_t n, int bytes)
{
	while (bytes--)
		bv_buf_addc(out, (char)(n >> 8 * bytes));
}

static bool
take(uint32_t *n, struct bv_str *rest, size_t bytes)
{
	if (rest->len < bytes)
		return false;
	*n = 0;
	for (size_t i = 0; i < bytes; i++)
		*n = *n << 8 | (unsigned char)rest->p[i];
	*rest = bv_str_sub(*rest, bytes, rest->len);
	return true;
}

static struct bv_paper *
paper_new(const struct bv_papers *papers, struct bv_str ticket, const uint8_t cid[BV_HASH_LEN], uint32_t count)
{
	struct bv_paper *paper = bv_alloc(sizeof *paper);

	memcpy(paper->cid, cid, BV_HASH_LEN);
	paper->ticket = (struct bv_str){ bv_str_dup(ticket), ticket.len };
	paper->numbers = BV_BUF(BV_FORM_MAX);
	paper->count = count;
	paper->items = bv_alloc_array(count, sizeof paper->items[0]);
	paper_derive(paper->page_key, papers, paper, "BV-PAPER-1");
	return paper;
}

void
bv_paper_free(struct bv_paper *paper)
{
	if (!paper)
		return;
	bv_buf_finish(&paper->numbers);
	free((char *)(uintptr_t)paper->ticket.p);
	free(paper->items);
	bv_wipe(paper, sizeof *paper);
	free(paper);
}

size_t
bv_paper_bytes(const struct bv_paper *paper)
{
	return sizeof *paper + paper->numbers.cap + paper->ticket.len + paper->count * sizeof paper->items[0];
}

const uint8_t *
bv_paper_hash(const struct bv_paper *paper)
{
	return paper->hash;
}

static uint32_t
item_index(const struct bv_papers *papers, struct bv_str identifier)
{
	return (uint32_t)(exam_find_item(papers->exam, identifier) - papers->exam->items);
}

static uint32_t
kind_of(const struct bv_exam *exam)
{
	if (exam->mode == BV_SITTING_FIXED)
		return FIXED;
	return !exam->issue ? DRAWN : exam->issue->fly ? ASSEMBLED : exam->issue->grow ? ADAPTIVE : PARALLEL;
}

/* ---- Making ---- */

static void
write_drawn(struct bv_paper *paper, const struct bv_papers *papers, const struct bv_drawn *drawn)
{
	const struct bv_draw_plan *plan = papers->exam->plan;

	memcpy(paper->form_key, drawn->form_key, BV_HASH_LEN);
	put(&paper->numbers, kind_of(papers->exam), 1);
	bv_buf_add(&paper->numbers, (struct bv_str){ (const char *)drawn->form_key, BV_HASH_LEN });
	if (papers->exam->issue)
		put(&paper->numbers, drawn->broken, 1);
	if (drawn->parallel)
		put(&paper->numbers, drawn->parallel, 2);
	put(&paper->numbers, drawn->count, 2);
	for (uint32_t i = 0; i < drawn->count; i++) {
		const struct bv_drawn_item *item = &drawn->items[i];
		const struct bv_plan_item *sets = &plan->items[plan->strata[item->stratum].first + item->index];
		uint32_t at = item->order;
		put(&paper->numbers, item->stratum, 2);
		put(&paper->numbers, item->index, 4);
		for (uint32_t k = 0; k < sets->set_count; k++)
			for (uint16_t n = plan->sets[sets->first_set + k].count; n; n--)
				put(&paper->numbers, drawn->orders[at++], 2);
		paper->items[i] = item_index(papers, papers->exam->pool->strata[item->stratum].items[item->index].identifier);
	}
}

static void
hash_form(uint8_t hash[BV_HASH_LEN], const struct bv_form *form)
{
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(BV_FORM_MAX);

	bv_form_write(&json, form);
	bv_sha256(hash, bv_buf_str(&json));
}

static struct bv_paper *
make_fixed(const struct bv_papers *papers, struct bv_str ticket, const uint8_t cid[BV_HASH_LEN], size_t number)
{
	const struct bv_form *form = papers->forms[number];
	struct bv_paper *paper = paper_new(papers, ticket, cid, (uint32_t)form->item_count);

	paper->fixed = (uint16_t)number;
	put(&paper->numbers, FIXED, 1);
	put(&paper->numbers, (uint32_t)number, 2);
	for (uint32_t i = 0; i < paper->count; i++)
		paper->items[i] = item_index(papers, form->items[i].identifier);
	hash_form(paper->hash, form);
	return paper;
}

enum bv_status
bv_paper_make(struct bv_paper **out, struct bv_papers *papers, struct bv_str ticket, struct bv_err *err)
{
	const struct bv_exam *exam = papers->exam;
	BV_AUTO(bv_paper_free) struct bv_paper *paper = NULL;
	uint8_t cid[BV_HASH_LEN];

	TRY(bv_ticket_cid(cid, ticket, err));
	if (exam->mode == BV_SITTING_FIXED) {
		paper = make_fixed(papers, ticket, cid, exam_fixed_form(exam, cid));
	} else {
		BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(exam->plan);
		if (exam->issue)
			TRY(issue_drawn(drawn, exam->issue, cid, ticket, err));
		else
			bv_draw(drawn, exam->plan, &exam->key, cid);
		BV_AUTO(bv_form_free) struct bv_form *form = form_of_drawn(drawn, exam->plan, &exam->key, ticket, cid);
		paper = paper_new(papers, ticket, cid, drawn->count);
		write_drawn(paper, papers, drawn);
		hash_form(paper->hash, form);
	}
	TRY(bv_paper_publish(papers, paper, err));
	*out = bv_steal(&paper);
	return BV_OK;
}

/* ---- Growing ---- */

struct judging {
	struct bv_papers *papers;
	bv_exam_answer answer;
	void *ctx;
};

static enum bv_status
judge(void *ctx, bool *right, const struct bv_drawn *drawn, uint32_t position, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct judging *j = ctx;
	struct bv_str response = BV_STR_NONE;
	struct bv_published *published;
	struct bv_form_item item;

	form_item_of_drawn(&item, position + 1, drawn, j->papers->exam->plan, &arena);
	TRY(j->answer(j->ctx, &response, &item, err));
	TRY(paper_published(&published, j->papers, item_index(j->papers, item.identifier), err));
	if (grow_right(right, bv_published_item(published), item.clone_seed, response, err) != BV_OK)
		return bv_err_again(err, 0, "item '%.*s': %s", BV_STR_ARG(item.identifier), err->msg);
	return BV_OK;
}

enum bv_status
bv_paper_grow(struct bv_paper **out, bool *over, struct bv_papers *papers, struct bv_str ticket, uint32_t given, bv_exam_answer answer, void *ctx, struct bv_err *err)
{
	const struct bv_exam *exam = papers->exam;
	struct judging judging = { papers, answer, ctx };
	uint8_t cid[BV_HASH_LEN];

	TRY(bv_ticket_cid(cid, ticket, err));
	if (!exam->issue || !exam->issue->grow)
		return bv_err_set(err, BV_EINVAL, "the blueprint's forms do not grow with the answers");
	BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(exam->plan);
	TRY(grow_form(drawn, over, exam->issue, cid, given, judge, &judging, err));
	BV_AUTO(bv_form_free) struct bv_form *form = form_of_drawn(drawn, exam->plan, &exam->key, ticket, cid);
	BV_AUTO(bv_paper_free) struct bv_paper *paper = paper_new(papers, ticket, cid, drawn->count);
	write_drawn(paper, papers, drawn);
	hash_form(paper->hash, form);
	TRY(bv_paper_publish(papers, paper, err));
	*out = bv_steal(&paper);
	return BV_OK;
}

struct bv_str
bv_paper_ticket(const struct bv_paper *paper)
{
	return paper->ticket;
}

uint32_t
bv_paper_count(const struct bv_paper *paper)
{
	return paper->count;
}

/* ---- Reading ---- */

/* One set's order: every number of 0 … count - 1 once. */
static bool
take_order(uint16_t *order, struct bv_str *rest, uint16_t count)
{
	bool seen[BV_ITEM_CHOICES_MAX] = { false };

	for (uint16_t i = 0; i < count; i++) {
		uint32_t n;
		if (!take(&n, rest, 2) || n >= count || seen[n])
			return false;
		seen[n] = true;
		order[i] = (uint16_t)n;
	}
	return true;
}

static bool
take_drawn(struct bv_drawn *drawn, const struct bv_exam *exam, struct bv_str rest)
{
	const struct bv_draw_plan *plan = exam->plan;
	uint32_t count, used = 0;

	if (rest.len < BV_HASH_LEN)
		return false;
	memcpy(drawn->form_key, rest.p, BV_HASH_LEN);
	rest = bv_str_sub(rest, BV_HASH_LEN, rest.len);
	if (exam->issue && (!take(&drawn->broken, &rest, 1) || drawn->broken > (BV_FLY_OVERLAP | BV_FLY_EXPOSURE | BV_FLY_SEEN)))
		return false;
	if (exam->issue && exam->issue->parallel.forms && (!take(&drawn->parallel, &rest, 2) || !drawn->parallel || drawn->parallel > exam->issue->parallel.forms))
		return false;
	if (!take(&count, &rest, 2) || (exam->issue && exam->issue->grow ? !count || count > drawn->count : count != drawn->count))
		return false;
	drawn->count = count;
	for (uint32_t i = 0; i < count; i++) {
		struct bv_drawn_item *item = &drawn->items[i];
		if (!take(&item->stratum, &rest, 2) || item->stratum >= exam->pool->stratum_count || !take(&item->index, &rest, 4) ||
		    item->index >= plan->strata[item->stratum].size)
			return false;
		item->order = used;
		const struct bv_plan_item *sets = &plan->items[plan->strata[item->stratum].first + item->index];
		for (uint32_t k = 0; k < sets->set_count; k++) {
			uint16_t choices = plan->sets[sets->first_set + k].count;
			if (used + choices > plan->orders_max || !take_order(drawn->orders + used, &rest, choices))
				return false;
			used += choices;
		}
	}
	return rest.len == 0;
}

static enum bv_status
not_numbers(struct bv_err *err)
{
	return bv_err_set(err, BV_EDENIED, "the paper that is kept is none of this sitting: the row was changed");
}

enum bv_status
bv_paper_form(struct bv_form **out, const struct bv_papers *papers, const struct bv_paper *paper, struct bv_err *err)
{
	const struct bv_exam *exam = papers->exam;

	if (exam->mode == BV_SITTING_FIXED)
		return bv_form_parse(out, exam->forms[paper->fixed], err);
	BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(exam->plan);
	if (!take_drawn(drawn, exam, bv_str_sub(bv_buf_str(&paper->numbers), 1, paper->numbers.len)))
		return not_numbers(err);
	*out = form_of_drawn(drawn, exam->plan, &exam->key, paper->ticket, paper->cid);
	return BV_OK;
}

bool
paper_items(uint32_t *items, unsigned *broken, const struct bv_exam *exam, struct bv_str ticket, struct bv_str numbers, struct bv_str hash)
{
	BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(exam->plan);
	uint8_t cid[BV_HASH_LEN], found[BV_HASH_LEN];
	struct bv_err err;
	uint32_t kind;

	if (hash.len != BV_HASH_LEN || bv_ticket_cid(cid, ticket, &err) != BV_OK || !take(&kind, &numbers, 1) || kind != ASSEMBLED || !take_drawn(drawn, exam, numbers))
		return false;
	BV_AUTO(bv_form_free) struct bv_form *form = form_of_drawn(drawn, exam->plan, &exam->key, ticket, cid);
	hash_form(found, form);
	if (!bv_hash_eq(found, (const uint8_t *)hash.p))
		return false;
	for (uint32_t i = 0; i < drawn->count; i++)
		items[i] = exam->plan->strata[drawn->items[i].stratum].first + drawn->items[i].index;
	*broken = drawn->broken;
	return true;
}

enum bv_status
paper_read(struct bv_paper **out, const struct bv_papers *papers, struct bv_str ticket, struct bv_str numbers, const uint8_t hash[BV_HASH_LEN],
           struct bv_err *err)
{
	BV_AUTO(bv_paper_free) struct bv_paper *paper = NULL;
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;
	const struct bv_exam *exam = papers->exam;
	struct bv_str rest = numbers;
	uint8_t cid[BV_HASH_LEN];
	uint32_t kind, number;

	TRY(bv_ticket_cid(cid, ticket, err));
	if (!take(&kind, &rest, 1) || kind != kind_of(exam))
		return not_numbers(err);
	if (kind == FIXED) {
		if (!take(&number, &rest, 2) || rest.len || number >= exam->form_count)
			return not_numbers(err);
		paper = make_fixed(papers, ticket, cid, number);
	} else {
		paper = paper_new(papers, ticket, cid, exam->blueprint->item_count);
		bv_buf_add(&paper->numbers, numbers);
		TRY(bv_paper_form(&form, papers, paper, err));
		memcpy(paper->form_key, rest.p, BV_HASH_LEN);
		for (uint32_t i = 0; i < paper->count; i++)
			paper->items[i] = item_index(papers, form->items[i].identifier);
		hash_form(paper->hash, form);
	}
	if (!bv_hash_eq(paper->hash, hash))
		return bv_err_set(err, BV_EDENIED, "the paper that is kept for ticket '%.*s' has not the hash that is kept: the row was changed", BV_STR_ARG(ticket));
	*out = bv_steal(&paper);
	return BV_OK;
}
