#include <stdio.h>
#include <stdlib.h>

#include "engine/plan.h"
#include "engine/record.h"

static struct bv_delivery_order
make_order(const struct bv_option_list *list, const uint16_t **numbers, struct bv_arena *arena)
{
	struct bv_delivery_set *sets = bv_arena_array(arena, list->set_count, struct bv_delivery_set);

	for (size_t i = 0; i < list->set_count; i++) {
		const struct bv_option_set *from = &list->sets[i];
		struct bv_str *choices = bv_arena_array(arena, from->count, struct bv_str);
		for (size_t k = 0; k < from->count; k++)
			choices[k] = bv_arena_str(arena, from->choices[*(*numbers)++]);
		sets[i] = (struct bv_delivery_set){ choices, from->count };
	}
	return (struct bv_delivery_order){ bv_arena_str(arena, list->response), sets, list->set_count };
}

void
form_item_of_drawn(struct bv_form_item *item, uint32_t position, const struct bv_drawn *drawn, const struct bv_draw_plan *plan, struct bv_arena *arena)
{
	const struct bv_drawn_item *number = &drawn->items[position - 1];
	const struct bv_stratum *stratum = &plan->blueprint->strata[number->stratum];
	const struct bv_draw_pool_entry *entry = &plan->pool->strata[number->stratum].items[number->index];
	const uint16_t *numbers = drawn->orders + number->order;

	item->position = position;
	item->part = bv_arena_str(arena, plan->blueprint->parts[stratum->part].id);
	item->stratum = bv_arena_str(arena, stratum->id);
	item->identifier = bv_arena_str(arena, entry->identifier);
	item->language = bv_arena_str(arena, plan->pool->language);
	item->version = entry->version;
	memcpy(item->hash, entry->hash, BV_HASH_LEN);
	item->marks = stratum->marks;
	bv_clone_seed(item->clone_seed, drawn->form_key, position, entry->hash);
	struct bv_delivery_order *orders = bv_arena_array(arena, entry->option_count, struct bv_delivery_order);
	for (size_t i = 0; i < entry->option_count; i++)
		orders[i] = make_order(&entry->options[i], &numbers, arena);
	item->orders = orders;
	item->order_count = entry->option_count;
}

struct bv_form *
form_of_drawn(const struct bv_drawn *drawn, const struct bv_draw_plan *plan, const struct bv_draw_key *key, struct bv_str ticket,
              const uint8_t cid[BV_HASH_LEN])
{
	struct bv_form *form = bv_alloc(sizeof *form);
	struct bv_form_item *items = bv_arena_array(&form->arena, drawn->count, struct bv_form_item);

	for (uint32_t p = 1; p <= drawn->count; p++)
		form_item_of_drawn(&items[p - 1], p, drawn, plan, &form->arena);
	form->items = items;
	form->item_count = drawn->count;
	form->blueprint_id = bv_arena_str(&form->arena, plan->blueprint->id);
	form->ticket = bv_arena_str(&form->arena, ticket);
	memcpy(form->blueprint_hash, plan->blueprint->hash, BV_HASH_LEN);
	memcpy(form->pool_hash, plan->pool->hash, BV_HASH_LEN);
	memcpy(form->seed, key->seed, BV_HASH_LEN);
	memcpy(form->cid, cid, BV_HASH_LEN);
	memcpy(form->draw_key_hash, key->commitment, BV_HASH_LEN);
	form->assembled = plan->blueprint->assembled;
	form->is_adaptive = plan->blueprint->is_adaptive;
	form->broken = drawn->broken;
	form->parallel = drawn->parallel;
	return form;
}

enum bv_status
bv_form_draw(struct bv_form **out, const struct bv_draw_plan *plan, const struct bv_draw_key *key, struct bv_str ticket, struct bv_err *err)
{
	uint8_t cid[BV_HASH_LEN];

	TRY(bv_ticket_cid(cid, ticket, err));
	if (plan->blueprint->assembled)
		return bv_err_at(err, BV_EINVAL, plan->blueprint->assembly.line, "forms of this blueprint are assembled, one after the other: the design, the parameter set and the "
		                 "order of the tickets are needed");
	BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(plan);
	bv_draw(drawn, plan, key, cid);
	*out = form_of_drawn(drawn, plan, key, ticket, cid);
	return BV_OK;
}

void
bv_form_free(struct bv_form *form)
{
	if (!form)
		return;
	bv_arena_finish(&form->arena);
	free(form);
}

/* What is compared, for the message: "position 7: ", or "" for the head of the form. */
struct place {
	char text[32];
	struct bv_err *err;
};

static enum bv_status
same_str(const struct place *place, const char *what, struct bv_str want, struct bv_str have)
{
	if (bv_str_eq(want, have))
		return BV_OK;
	return bv_err_set(place->err, BV_EDENIED, "%s%s: expected '%.*s', the form has '%.*s'", place->text, what,
	                  BV_STR_ARG(bv_str_sub(want, 0, 64)), BV_STR_ARG(bv_str_sub(have, 0, 64)));
}

static enum bv_status
same_hash(const struct place *place, const char *what, const uint8_t want[BV_HASH_LEN], const uint8_t have[BV_HASH_LEN])
{
	char want_hex[BV_HEX_SIZE(BV_HASH_LEN)], have_hex[BV_HEX_SIZE(BV_HASH_LEN)];

	return same_str(place, what, bv_str_of(bv_hex(want_hex, want, BV_HASH_LEN)), bv_str_of(bv_hex(have_hex, have, BV_HASH_LEN)));
}

static enum bv_status
same_number(const struct place *place, const char *what, int64_t want, int64_t have)
{
	if (want == have)
		return BV_OK;
	return bv_err_set(place->err, BV_EDENIED, "%s%s: expected %lld, the form has %lld", place->text, what, (long long)want, (long long)have);
}

static void
join_choices(struct bv_buf *out, const struct bv_delivery_order *order)
{
	for (size_t i = 0; i < order->set_count; i++) {
		bv_buf_addz(out, i ? " | " : "");
		for (size_t k = 0; k < order->sets[i].count; k++) {
			bv_buf_addz(out, k ? " " : "");
			bv_buf_add(out, order->sets[i].choices[k]);
		}
	}
}

static bool
orders_equal(const struct bv_delivery_order *a, const struct bv_delivery_order *b)
{
	bool equal = a->set_count == b->set_count;

	for (size_t i = 0; equal && i < a->set_count; i++) {
		equal = a->sets[i].count == b->sets[i].count;
		for (size_t k = 0; equal && k < a->sets[i].count; k++)
			equal = bv_str_eq(a->sets[i].choices[k], b->sets[i].choices[k]);
	}
	return equal;
}

static enum bv_status
same_order(const struct place *place, const struct bv_delivery_order *want, const struct bv_form_item *have)
{
	BV_AUTO(bv_buf_finish) struct bv_buf what = BV_BUF(512), expected = BV_BUF(1u << 20), found = BV_BUF(1u << 20);

	for (size_t i = 0; i < have->order_count; i++) {
		const struct bv_delivery_order *order = &have->orders[i];
		if (!bv_str_eq(order->response, want->response))
			continue;
		if (orders_equal(want, order))
			return BV_OK;
		bv_buf_printf(&what, "order of %.*s", BV_STR_ARG(bv_str_sub(want->response, 0, 40)));
		join_choices(&expected, want);
		join_choices(&found, order);
		if (bv_str_eq(bv_buf_str(&expected), bv_buf_str(&found))) /* identifiers with spaces or bars in them */
			bv_buf_addz(&found, " (otherwise parted)");
		return same_str(place, what.p, bv_buf_str(&expected), bv_buf_str(&found));
	}
	return bv_err_set(place->err, BV_EDENIED, "%sorder of %.*s: expected, but the form has none", place->text,
	                  BV_STR_ARG(bv_str_sub(want->response, 0, 64)));
}

static enum bv_status
same_item(const struct bv_form_item *want, const struct bv_form_item *have, struct bv_err *err)
{
	struct place place = { .err = err };

	snprintf(place.text, sizeof place.text, "position %u: ", want->position);
	TRY(same_str(&place, "part", want->part, have->part));
	TRY(same_str(&place, "stratum", want->stratum, have->stratum));
	TRY(same_str(&place, "identifier", want->identifier, have->identifier));
	TRY(same_str(&place, "language", want->language, have->language));
	TRY(same_number(&place, "version", want->version, have->version));
	TRY(same_hash(&place, "hash", want->hash, have->hash));
	TRY(same_number(&place, "marks", want->marks, have->marks));
	TRY(same_hash(&place, "cloneSeed", want->clone_seed, have->clone_seed));
	for (size_t i = 0; i < want->order_count; i++)
		TRY(same_order(&place, &want->orders[i], have));
	return same_number(&place, "number of orders", (int64_t)want->order_count, (int64_t)have->order_count);
}

enum bv_status
bv_form_same(const struct bv_form *want, const struct bv_form *form, struct bv_err *err)
{
	const struct place head = { .err = err };
	BV_AUTO(bv_buf_finish) struct bv_buf expected = BV_BUF(64), found = BV_BUF(64);

	TRY(same_str(&head, "alg", bv_str_of(bv_form_algorithm(want)), bv_str_of(bv_form_algorithm(form))));
	TRY(same_str(&head, "ticket", want->ticket, form->ticket));
	TRY(same_str(&head, "blueprint id", want->blueprint_id, form->blueprint_id));
	TRY(same_hash(&head, "blueprint hash", want->blueprint_hash, form->blueprint_hash));
	TRY(same_hash(&head, "pool hash", want->pool_hash, form->pool_hash));
	TRY(same_hash(&head, "seed", want->seed, form->seed));
	TRY(same_hash(&head, "drawKeyHash", want->draw_key_hash, form->draw_key_hash));
	TRY(same_hash(&head, "cid", want->cid, form->cid));
	TRY(same_number(&head, "parallel", want->parallel, form->parallel));
	for (size_t i = 0; i < want->item_count && i < form->item_count; i++)
		TRY(same_item(&want->items[i], &form->items[i], err));
	TRY(same_number(&head, "number of items", (int64_t)want->item_count, (int64_t)form->item_count));
	bv_issue_broken_write(&expected, want->broken);
	bv_issue_broken_write(&found, form->broken);
	return same_str(&head, "relaxed", bv_buf_str(&expected), bv_buf_str(&found));
}

enum bv_status
bv_form_audit(const struct bv_form *form, const struct bv_draw_plan *plan, const struct bv_draw_key *key, struct bv_err *err)
{
	BV_AUTO(bv_form_free) struct bv_form *want = NULL;

	TRY(bv_form_draw(&want, plan, key, form->ticket, err));
	return bv_form_same(want, form, err);
}
