/* BV-DRAW-1, the fast path: a form costs O(items drawn) whatever the size of the bank, and allocates nothing (tests/bench/bench_draw.c). */
#include <assert.h>
#include <stdlib.h>

#include "engine/plan.h"

struct bv_draw_scratch {
	uint32_t *pool;                     /* 0, 1, 2 …: every draw leaves it so */
	uint32_t swapped[BV_FORM_ITEMS_MAX]; /* where the number that a step drew stood */
};

static struct bv_str
bytes(const uint8_t *p, size_t len)
{
	return (struct bv_str){ (const char *)p, len };
}

void
bv_session_seed(uint8_t seed[BV_HASH_LEN], const uint8_t bank_root[BV_HASH_LEN], const uint8_t roster_root[BV_HASH_LEN],
                const uint8_t blueprint_hash[BV_HASH_LEN], const struct bv_str *beacons, size_t count)
{
	static const char label[] = "BV-SEED-1"; /* with its NUL */
	BV_AUTO(bv_buf_finish) struct bv_buf ikm = BV_BUF(SIZE_MAX);
	uint8_t context[sizeof label + 2 * BV_HASH_LEN];

	for (size_t i = 0; i < count; i++) {
		assert(beacons[i].len <= 65536);
		uint8_t len[4] = { 0, (uint8_t)(beacons[i].len >> 16), (uint8_t)(beacons[i].len >> 8), (uint8_t)beacons[i].len };
		bv_buf_add(&ikm, bytes(len, sizeof len));
		bv_buf_add(&ikm, beacons[i]);
	}
	memcpy(context, label, sizeof label);
	memcpy(context + sizeof label, roster_root, BV_HASH_LEN);
	memcpy(context + sizeof label + BV_HASH_LEN, blueprint_hash, BV_HASH_LEN);
	bv_hkdf_sha256(seed, BV_HASH_LEN, bytes(bank_root, BV_HASH_LEN), bv_buf_str(&ikm), bytes(context, sizeof context));
}

void
bv_draw_key_init(struct bv_draw_key *key, const uint8_t draw_key[BV_HASH_LEN], const uint8_t seed[BV_HASH_LEN])
{
	bv_hmac_key_init(&key->key, bytes(draw_key, BV_HASH_LEN));
	memcpy(key->seed, seed, BV_HASH_LEN);
	bv_sha256(key->commitment, bytes(draw_key, BV_HASH_LEN));
}

enum bv_status
bv_ticket_cid(uint8_t cid[BV_HASH_LEN], struct bv_str ticket, struct bv_err *err)
{
	bool good = ticket.len > 0 && ticket.len <= BV_TICKET_MAX;

	for (size_t i = 0; good && i < ticket.len; i++)
		good = ticket.p[i] > 0x20 && ticket.p[i] < 0x7f;
	if (!good)
		return bv_err_set(err, BV_EINVAL, "a ticket is 1–%d printable ASCII characters without space", BV_TICKET_MAX);
	bv_sha256(cid, ticket);
	return BV_OK;
}

static void
form_key(uint8_t out[BV_HASH_LEN], const struct bv_draw_key *key, const uint8_t cid[BV_HASH_LEN])
{
	static const char label[] = "BV-FORM-1"; /* with its NUL */
	uint8_t message[sizeof label + 2 * BV_HASH_LEN];

	memcpy(message, label, sizeof label);
	memcpy(message + sizeof label, key->seed, BV_HASH_LEN);
	memcpy(message + sizeof label + BV_HASH_LEN, cid, BV_HASH_LEN);
	bv_hmac_sha256(out, &key->key, bytes(message, sizeof message));
}

void
bv_clone_seed(uint8_t seed[BV_HASH_LEN], const uint8_t key[BV_HASH_LEN], uint32_t position, const uint8_t item_hash[BV_HASH_LEN])
{
	static const char label[] = "BV-CLONE-1"; /* with its NUL */
	uint8_t message[sizeof label + 4 + BV_HASH_LEN], *p = message + sizeof label;
	struct bv_hmac_key hmac;

	memcpy(message, label, sizeof label);
	for (int shift = 24; shift >= 0; shift -= 8)
		*p++ = (uint8_t)(position >> shift);
	memcpy(p, item_hash, BV_HASH_LEN);
	bv_hmac_key_init(&hmac, bytes(key, BV_HASH_LEN));
	bv_hmac_sha256(seed, &hmac, bytes(message, sizeof message));
}

struct bv_drawn *
bv_drawn_new(const struct bv_draw_plan *plan)
{
	struct bv_drawn *drawn = bv_alloc(sizeof *drawn);

	drawn->count = plan->blueprint->item_count;
	drawn->items = bv_alloc_array(drawn->count, sizeof *drawn->items);
	drawn->orders = bv_alloc_array(plan->orders_max, sizeof *drawn->orders);
	drawn->scratch = bv_alloc(sizeof *drawn->scratch);
	drawn->scratch->pool = bv_alloc_array(plan->largest, sizeof *drawn->scratch->pool);
	for (uint32_t i = 0; i < plan->largest; i++)
		drawn->scratch->pool[i] = i;
	return drawn;
}

void
bv_drawn_free(struct bv_drawn *drawn)
{
	if (!drawn)
		return;
	free(drawn->scratch->pool);
	free(drawn->scratch);
	free(drawn->orders);
	free(drawn->items);
	bv_wipe(drawn->form_key, BV_HASH_LEN);
	free(drawn);
}

/* bv_stream_sample on 0 … size-1, whose swaps are undone instead of writing the whole array for every form. */
static void
draw_stratum(struct bv_drawn_item *out, const struct bv_plan_stratum *stratum, uint32_t idx, struct bv_stream *stream,
             struct bv_draw_scratch *scratch)
{
	uint32_t *pool = scratch->pool;

	for (uint32_t t = 0; t < stratum->count; t++) {
		uint32_t j = t + (uint32_t)bv_stream_below(stream, stratum->size - t);
		uint32_t number = pool[j];
		pool[j] = pool[t];
		scratch->swapped[t] = j;
		out[t] = (struct bv_drawn_item){ .stratum = idx, .index = number };
	}
	for (uint32_t t = 0; t < stratum->count; t++) {
		pool[t] = t;
		pool[scratch->swapped[t]] = scratch->swapped[t];
	}
}

static void
shuffle_items(struct bv_drawn_item *items, uint32_t count, struct bv_stream *stream)
{
	for (uint32_t t = 0; t < count; t++) {
		uint32_t j = t + (uint32_t)bv_stream_below(stream, count - t);
		struct bv_drawn_item item = items[j];
		items[j] = items[t];
		items[t] = item;
	}
}

static void
shuffle_slots(uint16_t *order, uint32_t count, struct bv_stream *stream)
{
	for (uint32_t t = 0; t < count; t++) {
		uint32_t j = t + (uint32_t)bv_stream_below(stream, count - t);
		uint16_t slot = order[j];
		order[j] = order[t];
		order[t] = slot;
	}
}

static void
order_set(uint16_t *order, const struct bv_plan_set *set, const uint16_t *slots, struct bv_stream *stream)
{
	if (set->movable == set->count) {
		memcpy(order, slots, set->count * sizeof *order);
		shuffle_slots(order, set->count, stream);
		return;
	}
	uint16_t moved[BV_ITEM_CHOICES_MAX];
	memcpy(moved, slots, set->movable * sizeof *moved);
	shuffle_slots(moved, set->movable, stream);
	for (uint32_t i = 0; i < set->count; i++)
		order[i] = (uint16_t)i;
	for (uint32_t i = 0; i < set->movable; i++)
		order[slots[i]] = moved[i];
}

static const struct bv_plan_item *
shape_of(const struct bv_draw_plan *plan, const struct bv_drawn_item *item)
{
	return &plan->items[plan->strata[item->stratum].first + item->index];
}

/* From `used` on; returns where those of the next item begin. */
static uint32_t
order_item(struct bv_drawn *drawn, struct bv_drawn_item *item, uint32_t used, const struct bv_draw_plan *plan, struct bv_stream *stream)
{
	const struct bv_plan_item *shape = shape_of(plan, item);

	item->order = used;
	for (uint32_t i = 0; i < shape->set_count; i++) {
		const struct bv_plan_set *set = &plan->sets[shape->first_set + i];
		order_set(drawn->orders + used, set, plan->slots + set->slot, stream);
		used += set->count;
	}
	assert(used <= plan->orders_max);
	return used;
}

static void
order_options(struct bv_drawn *drawn, const struct bv_draw_plan *plan, struct bv_stream *stream)
{
	uint32_t used = 0;

	for (uint32_t p = 0; p < drawn->count; p++)
		used = order_item(drawn, &drawn->items[p], used, plan, stream);
}

/* The order of the items inside their parts, and of their options. */
static void
arrange(struct bv_drawn *drawn, const struct bv_draw_plan *plan, struct bv_stream *stream)
{
	for (size_t i = 0; plan->blueprint->shuffle_items && i < plan->blueprint->part_count; i++)
		shuffle_items(drawn->items + plan->parts[i].first, plan->parts[i].count, stream);
	order_options(drawn, plan, stream);
}

/* The chosen stand stratum after stratum, in the order of the pool. */
void
draw_chosen(struct bv_drawn *drawn, const struct bv_draw_plan *plan, const struct bv_draw_key *key, const uint8_t cid[BV_HASH_LEN], const uint32_t *chosen)
{
	struct bv_stream stream;
	uint32_t position = 0;

	form_key(drawn->form_key, key, cid);
	bv_stream_init(&stream, drawn->form_key);
	for (uint32_t s = 0; s < plan->pool->stratum_count; s++) {
		uint32_t first = position;
		for (uint32_t t = 0; t < plan->strata[s].count; t++, position++)
			drawn->items[position] = (struct bv_drawn_item){ .stratum = s, .index = chosen[position] - plan->strata[s].first };
		shuffle_items(drawn->items + first, plan->strata[s].count, &stream);
	}
	arrange(drawn, plan, &stream);
	bv_wipe(&stream, sizeof stream);
}

/* ---- Forms that grow ---- */

void
draw_nothing(struct bv_drawn *drawn, const struct bv_draw_key *key, const uint8_t cid[BV_HASH_LEN])
{
	form_key(drawn->form_key, key, cid);
	drawn->count = 0;
	drawn->broken = drawn->parallel = 0;
}

/* How many words of the stream an item's orders take hangs on the item, and that on the answers: each position has a stream of its own. */
static void
position_stream(struct bv_stream *stream, const uint8_t key[BV_HASH_LEN], uint32_t position)
{
	static const char label[] = "BV-CAT-ORDER-1"; /* with its NUL */
	uint8_t message[sizeof label + 4], secret[BV_HASH_LEN];
	struct bv_hmac_key hmac;

	memcpy(message, label, sizeof label);
	for (int i = 0; i < 4; i++)
		message[sizeof label + i] = (uint8_t)(position >> (24 - 8 * i));
	bv_hmac_key_init(&hmac, bytes(key, BV_HASH_LEN));
	bv_hmac_sha256(secret, &hmac, bytes(message, sizeof message));
	bv_stream_init(stream, secret);
	bv_wipe(secret, sizeof secret);
}

void
draw_next(struct bv_drawn *drawn, const struct bv_draw_plan *plan, uint32_t chosen)
{
	struct bv_drawn_item *item = &drawn->items[drawn->count];
	uint32_t stratum = 0, used = 0;
	struct bv_stream stream;

	while (chosen - plan->strata[stratum].first >= plan->strata[stratum].size)
		stratum++;
	*item = (struct bv_drawn_item){ .stratum = stratum, .index = chosen - plan->strata[stratum].first };
	if (drawn->count) {
		const struct bv_plan_item *before = shape_of(plan, item - 1);
		used = item[-1].order;
		for (uint32_t i = 0; i < before->set_count; i++)
			used += plan->sets[before->first_set + i].count;
	}
	position_stream(&stream, drawn->form_key, ++drawn->count);
	order_item(drawn, item, used, plan, &stream);
	bv_wipe(&stream, sizeof stream);
}

void
bv_draw(struct bv_drawn *drawn, const struct bv_draw_plan *plan, const struct bv_draw_key *key, const uint8_t cid[BV_HASH_LEN])
{
	struct bv_stream stream;
	uint32_t position = 0;

	form_key(drawn->form_key, key, cid);
	bv_stream_init(&stream, drawn->form_key);
	for (uint32_t i = 0; i < plan->pool->stratum_count; i++) {
		draw_stratum(drawn->items + position, &plan->strata[i], i, &stream, drawn->scratch);
		position += plan->strata[i].count;
	}
	arrange(drawn, plan, &stream);
	bv_wipe(&stream, sizeof stream);
}
