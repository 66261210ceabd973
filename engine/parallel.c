/* Fixed parallel forms of a sitting: BV-PARALLEL-1. */
#include "engine/parallel.h"

#include <stdlib.h>

#include "base/json.h"
#include "engine/issue.h"

enum { SWAPS = 2000000, SWAPS_PER_FORM = 500000, DIGITS_MAX = 9 };

void
parallel_finish(struct parallel *parallel)
{
	free(parallel->items);
}

/* HMAC-SHA-256(draw key, label with its NUL ‖ seed ‖ rest). */
static void
derive(uint8_t out[BV_HASH_LEN], const uint8_t draw_key[BV_HASH_LEN], const char *label, const uint8_t seed[BV_HASH_LEN], struct bv_str rest)
{
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(4096);
	struct bv_hmac_key key;

	bv_buf_add(&message, (struct bv_str){ label, strlen(label) + 1 });
	bv_buf_add(&message, (struct bv_str){ (const char *)seed, BV_HASH_LEN });
	bv_buf_add(&message, rest);
	bv_hmac_key_init(&key, (struct bv_str){ (const char *)draw_key, BV_HASH_LEN });
	bv_hmac_sha256(out, &key, bv_buf_str(&message));
	bv_wipe(&key, sizeof key);
}

/* ---- Assembled ---- */

static enum bv_status
check_strata(const struct bv_design *design, const struct bv_draw_plan *plan, struct bv_err *err)
{
	size_t use = design->item_use < design->forms ? design->item_use : design->forms;

	for (size_t s = 0; s < plan->blueprint->stratum_count; s++) {
		const struct bv_stratum *stratum = &plan->blueprint->strata[s];
		size_t size = plan->strata[s].size, needed = (design->forms * stratum->count + use - 1) / use;
		if (size < needed)
			return bv_err_at(err, BV_EINVAL, stratum->line, "stratum '%.*s' has %zu items: %zu forms with %u of them, each item in at most %zu of the forms, need %zu",
			                 BV_STR_ARG(stratum->id), size, design->forms, stratum->count, use, needed);
	}
	return BV_OK;
}

enum bv_status
parallel_assemble(struct parallel *out, const struct bv_assembly_bank *bank, const struct bv_design *design, const struct bv_draw_plan *plan,
                  const uint8_t draw_key[BV_HASH_LEN], const uint8_t seed[BV_HASH_LEN], struct bv_err *err)
{
	const uint64_t swaps = SWAPS_PER_FORM * design->forms > SWAPS ? SWAPS_PER_FORM * design->forms : SWAPS;
	const struct bv_assembly_effort effort = { .swaps = swaps, .replayed = true };
	BV_AUTO(bv_assembled_free) struct bv_assembled *made = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf conflict = BV_BUF(1u << 16);
	uint8_t key[BV_HASH_LEN];

	if (design->stimulus.len)
		return bv_err_set(err, BV_EINVAL, "the design has stimuli: forms of a sitting are assembled without");
	TRY(check_strata(design, plan, err));
	derive(key, draw_key, "BV-PARALLEL-1", seed, BV_STR_NONE);
	enum bv_status status = bv_assemble(&made, bank, design, key, &effort, &conflict, err);
	bv_wipe(key, sizeof key);
	if (status != BV_OK)
		return bv_err_again(err, 0, "the design and the blueprint: %s", err->msg);
	*out = (struct parallel){ made->forms, made->length, bv_alloc_array(made->forms * made->length, sizeof *out->items) };
	memcpy(out->items, made->items, made->forms * made->length * sizeof *out->items);
	return BV_OK;
}

/* ---- As a document ---- */

void
parallel_write(struct bv_buf *out, const struct parallel *parallel, const struct bv_assembly_bank *bank)
{
	struct bv_json_pen pen = { .out = out };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "format", BV_STR("bv-parallel-1"));
	bv_json_pen_open(&pen, "forms", '[');
	for (size_t f = 0; f < parallel->forms; f++) {
		bv_json_pen_open(&pen, NULL, '[');
		for (size_t l = 0; l < parallel->length; l++)
			bv_json_pen_str(&pen, NULL, bank->items[parallel->items[f * parallel->length + l]].id);
		bv_json_pen_close(&pen, ']');
	}
	bv_json_pen_close(&pen, ']');
	bv_json_pen_close(&pen, '}');
}

/* Strata follow each other, and in each the items' identifiers rise: as parallel_assemble gives them. */
static enum bv_status
read_form(uint32_t *items, const struct bv_json *list, const struct bv_assembly_bank *bank, const struct bv_draw_plan *plan, struct bv_err *err)
{
	size_t at = 0;

	for (size_t s = 0; s < plan->blueprint->stratum_count; s++) {
		uint32_t next = plan->strata[s].first, end = next + plan->strata[s].size;
		for (uint32_t t = 0; t < plan->strata[s].count; t++, at++) {
			struct bv_str id = bv_json_str(bv_json_at(list, at));
			while (next < end && !bv_str_eq(bank->items[next].id, id))
				next++;
			if (next == end)
				return bv_err_set(err, BV_EINVAL, "element %zu is no further item of stratum '%.*s'", at, BV_STR_ARG(plan->blueprint->strata[s].id));
			items[at] = next++;
		}
	}
	return BV_OK;
}

static enum bv_status
read_forms(struct parallel *out, struct bv_str text, const struct bv_assembly_bank *bank, const struct bv_draw_plan *plan, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const struct bv_json *list;
	struct bv_str format;

	TRY(bv_json_parse_large(&json, text, BV_EXAM_DOCUMENT_MAX, err));
	TRY(bv_json_only(json, "format forms", err));
	TRY(bv_json_need_str(&format, json, "format", err));
	if (!bv_str_is(format, "bv-parallel-1"))
		return bv_err_set(err, BV_EPARSE, "format is '%.*s': this program reads bv-parallel-1", BV_STR_ARG(bv_str_sub(format, 0, 40)));
	TRY(bv_json_need(&list, json, "forms", BV_JSON_ARRAY, err));
	if (bv_json_count(list) != out->forms)
		return bv_err_set(err, BV_EINVAL, "there are %zu forms, the design asks for %zu", bv_json_count(list), out->forms);
	for (size_t f = 0; f < out->forms; f++) {
		const struct bv_json *form = bv_json_at(list, f);
		if (bv_json_type(form) != BV_JSON_ARRAY || bv_json_count(form) != out->length)
			return bv_err_set(err, BV_EINVAL, "form %zu is no list of %zu items", f + 1, out->length);
		if (read_form(out->items + f * out->length, form, bank, plan, err) != BV_OK)
			return bv_err_again(err, 0, "form %zu: %s", f + 1, err->msg);
	}
	return BV_OK;
}

enum bv_status
parallel_read(struct parallel *out, struct bv_str text, const struct bv_assembly_bank *bank, const struct bv_design *design, const struct bv_draw_plan *plan,
              struct bv_err *err)
{
	struct parallel read = { design->forms, design->length, bv_alloc_array(design->forms * design->length, sizeof *read.items) };

	if (read_forms(&read, text, bank, plan, err) != BV_OK) {
		parallel_finish(&read);
		return bv_err_again(err, 0, "parallel.json: %s", err->msg);
	}
	*out = read;
	return BV_OK;
}

/* ---- Which form ---- */

/* A row of seats: the centre, the room, the label of the seat without its last number; and that number. False: it has none. */
static bool
split_place(struct bv_buf *row, uint32_t *number, const struct bv_seat_place *place)
{
	size_t end = place->seat.len, from;

	while (end && !(place->seat.p[end - 1] >= '0' && place->seat.p[end - 1] <= '9'))
		end--;
	for (from = end; from && place->seat.p[from - 1] >= '0' && place->seat.p[from - 1] <= '9';)
		from--;
	if (from == end || end - from > DIGITS_MAX)
		return false;
	*number = 0;
	for (size_t i = from; i < end; i++)
		*number = *number * 10 + (uint32_t)(place->seat.p[i] - '0');
	bv_buf_add(row, place->centre);
	bv_buf_addc(row, '\0');
	bv_buf_add(row, place->room);
	bv_buf_addc(row, '\0');
	bv_buf_add(row, bv_str_sub(place->seat, 0, from));
	bv_buf_addc(row, '\0');
	bv_buf_add(row, bv_str_sub(place->seat, end, place->seat.len));
	return true;
}

/* The forms of as many seats as there are forms, each once. */
static void
deal_block(uint32_t *order, const struct parallel *parallel, const struct parallel_ticket *ticket, struct bv_str row, uint32_t block)
{
	BV_AUTO(bv_buf_finish) struct bv_buf rest = BV_BUF(4096);
	struct bv_stream stream;
	uint8_t key[BV_HASH_LEN];

	for (int shift = 24; shift >= 0; shift -= 8)
		bv_buf_addc(&rest, (char)(block >> shift));
	bv_buf_add(&rest, row);
	derive(key, ticket->draw_key, "BV-PARALLEL-ROW", ticket->seed, bv_buf_str(&rest));
	bv_stream_init(&stream, key);
	for (size_t f = 0; f < parallel->forms; f++)
		order[f] = (uint32_t)f;
	bv_stream_sample(&stream, order, parallel->forms, parallel->forms);
}

/* The form of a seat in its row. Where a block would begin with the form that ended the one before, its first two are exchanged; of two forms all blocks are the first. */
static uint32_t
form_of_seat(const struct parallel *parallel, const struct parallel_ticket *ticket, struct bv_str row, uint32_t number)
{
	uint32_t order[BV_ASSEMBLY_FORMS_MAX], before[BV_ASSEMBLY_FORMS_MAX], forms = (uint32_t)parallel->forms;
	uint32_t block = forms > 2 ? number / forms : 0, at = number % forms;

	deal_block(order, parallel, ticket, row, block);
	if (block && at < 2) {
		deal_block(before, parallel, ticket, row, block - 1);
		if (before[forms - 1] == order[0])
			at = 1 - at;
	}
	return order[at];
}

static uint32_t
form_by_lot(const struct parallel *parallel, const struct parallel_ticket *ticket)
{
	struct bv_stream stream;
	uint8_t key[BV_HASH_LEN];

	derive(key, ticket->draw_key, "BV-PARALLEL-TICKET", ticket->seed, (struct bv_str){ (const char *)ticket->cid, BV_HASH_LEN });
	bv_stream_init(&stream, key);
	return (uint32_t)bv_stream_below(&stream, parallel->forms);
}

static size_t
count_seen(const struct parallel *parallel, size_t form, const struct parallel_ticket *ticket)
{
	size_t count = 0;

	for (size_t l = 0; l < parallel->length; l++)
		for (size_t k = 0; k < ticket->seen_count; k++)
			if (ticket->seen[k] == parallel->items[form * parallel->length + l]) {
				count++;
				break;
			}
	return count;
}

size_t
parallel_choose(bool *seen, const struct parallel *parallel, const struct parallel_ticket *ticket)
{
	BV_AUTO(bv_buf_finish) struct bv_buf row = BV_BUF(2048);
	size_t beside[2], besides = 0, best = 0, best_cost = SIZE_MAX, best_seen = 0;
	uint32_t number, first;

	if (ticket->place && split_place(&row, &number, ticket->place)) {
		first = form_of_seat(parallel, ticket, bv_buf_str(&row), number);
		beside[besides++] = form_of_seat(parallel, ticket, bv_buf_str(&row), number + 1);
		if (number)
			beside[besides++] = form_of_seat(parallel, ticket, bv_buf_str(&row), number - 1);
	} else {
		first = form_by_lot(parallel, ticket);
	}
	/* The fewest items that he met before; then none that a neighbour has; then the next after his own. */
	for (size_t k = 0; k < parallel->forms; k++) {
		size_t form = (first + k) % parallel->forms, met = count_seen(parallel, form, ticket), cost = 2 * met;
		for (size_t b = 0; b < besides; b++)
			cost |= form == beside[b];
		if (cost < best_cost) {
			best = form;
			best_cost = cost;
			best_seen = met;
		}
		if (!met && !k)
			break;
	}
	*seen = best_seen > 0;
	return best;
}
