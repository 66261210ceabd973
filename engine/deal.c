/* A pool dealt into disjoint ones, one for each hall or sitting: BV-DEAL-1 (doc/draw.md). What leaks from one tells nothing of another. */
#include <stdlib.h>

#include "assembly/assembly.h"
#include "engine/engine.h"

/* Abilities at which an item's information is looked at. */
#define LOOK_FROM (-6.0)
#define LOOK_STEP 0.1
enum { LOOKS = 121 };

/* Items that stay together: of the largest units first, then stratum after stratum, the easy ones before the hard. */
struct unit {
	const uint32_t *items; /* rising */
	uint32_t count, stratum;
	int difficulty;        /* of one item alone: which of the abilities it tells most at; else 0 */
};

struct dealing {
	const struct bv_draw_pool *pool;
	const struct bv_blueprint *blueprint;
	const struct bv_deal_order *order;
	uint32_t count;                                /* items of the pool, stratum after stratum */
	uint32_t *stratum, *group;                     /* of each item; group: the least item that it stays together with */
	const struct bv_assembly_item **known;         /* of each item: as the parameter set has it; NULL without a set */
	uint32_t *to;                                  /* of each item: to which pool it goes */
	uint32_t *dealt;                               /* pools × strata: how many it has */
	struct unit *units;
	uint32_t unit_count;
	uint32_t *members;
	struct bv_arena arena;
};

/* ---- What is known of the items ---- */

static int
by_id(const void *a, const void *b)
{
	return bv_str_cmp((*(const struct bv_assembly_item *const *)a)->id, (*(const struct bv_assembly_item *const *)b)->id);
}

static enum bv_status
look_up(struct dealing *s, struct bv_err *err)
{
	const struct bv_assembly_bank *set = s->order->set;
	const struct bv_assembly_item **sorted = bv_arena_array(&s->arena, set->count, const struct bv_assembly_item *);
	uint32_t at = 0;

	for (size_t i = 0; i < set->count; i++)
		sorted[i] = &set->items[i];
	qsort(sorted, set->count, sizeof *sorted, by_id);
	s->known = bv_arena_array(&s->arena, s->count, const struct bv_assembly_item *);
	for (size_t k = 0; k < s->pool->stratum_count; k++)
		for (size_t i = 0; i < s->pool->strata[k].count; i++, at++) {
			const struct bv_assembly_item wanted = { .id = s->pool->strata[k].items[i].identifier }, *key = &wanted;
			const struct bv_assembly_item *const *found = bsearch(&key, sorted, set->count, sizeof *sorted, by_id);
			if (!found)
				return bv_err_set(err, BV_EINVAL, "item '%.*s' of stratum '%.*s' is not in the parameter set", BV_STR_ARG(wanted.id),
				                  BV_STR_ARG(s->pool->strata[k].id));
			s->known[at] = *found;
		}
	return BV_OK;
}

static int
difficulty_of(const struct bv_assembly_item *item)
{
	double most = -1;
	int best = 0;

	for (int k = 0; k < LOOKS; k++) {
		double here = bv_assembly_information(item, LOOK_FROM + LOOK_STEP * k);
		if (here > most) {
			most = here;
			best = k;
		}
	}
	return best;
}

/* ---- Who stays together ---- */

struct mention {
	struct bv_str word;
	uint32_t item;
};

static int
by_word(const void *a, const void *b)
{
	const struct mention *x = a, *y = b;
	int order = bv_str_cmp(x->word, y->word);

	return order ? order : (x->item > y->item) - (x->item < y->item);
}

static uint32_t
root_of(struct dealing *s, uint32_t item)
{
	while (s->group[item] != item)
		item = s->group[item] = s->group[s->group[item]];
	return item;
}

static void
join(struct dealing *s, uint32_t a, uint32_t b)
{
	a = root_of(s, a);
	b = root_of(s, b);
	s->group[a < b ? b : a] = a < b ? a : b;
}

/* Items that share a word of the attribute, other than "0". */
static enum bv_status
join_all(struct dealing *s, struct bv_err *err)
{
	const struct bv_assembly_bank *set = s->order->set;
	struct bv_str name = s->order->together;
	size_t attribute = 0, count = 0, cap = 0;
	struct mention *mentions = NULL;

	while (attribute < set->attribute_count && !bv_str_eq(set->attributes[attribute], name))
		attribute++;
	if (attribute == set->attribute_count)
		return bv_err_set(err, BV_EINVAL, "the parameter set has no attribute '%.*s'", BV_STR_ARG(bv_str_sub(name, 0, 80)));
	for (uint32_t i = 0; i < s->count; i++) {
		struct bv_str rest = s->known[i]->values[attribute], word;
		while (bv_str_token(&rest, &word)) {
			if (bv_str_is(word, "0"))
				continue;
			if (count == cap) {
				cap = cap ? 2 * cap : 256;
				mentions = bv_resize_array(mentions, cap, sizeof *mentions);
			}
			mentions[count++] = (struct mention){ word, i };
		}
	}
	if (count)
		qsort(mentions, count, sizeof *mentions, by_word);
	for (size_t k = 1; k < count; k++)
		if (bv_str_eq(mentions[k].word, mentions[k - 1].word))
			join(s, mentions[k].item, mentions[k - 1].item);
	free(mentions);
	return BV_OK;
}

static int
unit_order(const void *a, const void *b)
{
	const struct unit *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	if (x->stratum != y->stratum)
		return x->stratum > y->stratum ? 1 : -1;
	if (x->difficulty != y->difficulty)
		return x->difficulty > y->difficulty ? 1 : -1;
	return (x->items[0] > y->items[0]) - (x->items[0] < y->items[0]);
}

static void
make_units(struct dealing *s)
{
	uint32_t *of = bv_arena_array(&s->arena, s->count, uint32_t), *next = bv_arena_array(&s->arena, s->count, uint32_t), at = 0;

	s->units = bv_arena_array(&s->arena, s->count, struct unit);
	s->members = bv_arena_array(&s->arena, s->count, uint32_t);
	for (uint32_t i = 0; i < s->count; i++)
		of[root_of(s, i)]++;
	for (uint32_t i = 0; i < s->count; i++) {
		if (root_of(s, i) == i) {
			next[i] = at;
			s->units[s->unit_count++] = (struct unit){ .items = s->members + at, .count = of[i], .stratum = s->stratum[i] };
			at += of[i];
		}
		s->members[next[root_of(s, i)]++] = i;
	}
	for (uint32_t u = 0; u < s->unit_count; u++)
		if (s->units[u].count == 1 && s->known)
			s->units[u].difficulty = difficulty_of(s->known[s->units[u].items[0]]);
	qsort(s->units, s->unit_count, sizeof *s->units, unit_order);
}

/* ---- Dealt ---- */

static void
begin_stream(struct bv_stream *stream, const struct dealing *s)
{
	static const char label[] = "BV-DEAL-1"; /* with its NUL */
	uint8_t message[sizeof label + BV_HASH_LEN + 4], secret[BV_HASH_LEN];
	struct bv_hmac_key key;

	memcpy(message, label, sizeof label);
	memcpy(message + sizeof label, s->pool->hash, BV_HASH_LEN);
	for (int i = 0; i < 4; i++)
		message[sizeof label + BV_HASH_LEN + i] = (uint8_t)(s->order->pools >> (24 - 8 * i));
	bv_hmac_key_init(&key, (struct bv_str){ (const char *)s->order->seed, BV_HASH_LEN });
	bv_hmac_sha256(secret, &key, (struct bv_str){ (const char *)message, sizeof message });
	bv_stream_init(stream, secret);
}

static uint32_t *
dealt(const struct dealing *s, uint32_t to, uint32_t stratum)
{
	return &s->dealt[to * s->pool->stratum_count + stratum];
}

/* Each unit goes where least of its strata is; of several such places the lot decides. */
static void
deal(struct dealing *s)
{
	uint32_t places[BV_DEAL_POOLS_MAX];
	struct bv_stream stream;

	begin_stream(&stream, s);
	for (uint32_t u = 0; u < s->unit_count; u++) {
		const struct unit *unit = &s->units[u];
		uint32_t place_count = 0, least = UINT32_MAX;
		for (uint32_t to = 0; to < s->order->pools; to++) {
			uint32_t cost = 0;
			for (uint32_t k = 0; k < unit->count; k++)
				cost += *dealt(s, to, s->stratum[unit->items[k]]);
			if (cost < least)
				place_count = 0;
			if (cost <= least)
				places[place_count++] = to;
			least = cost < least ? cost : least;
		}
		uint32_t to = places[place_count > 1 ? bv_stream_below(&stream, place_count) : 0];
		for (uint32_t k = 0; k < unit->count; k++) {
			s->to[unit->items[k]] = to;
			++*dealt(s, to, s->stratum[unit->items[k]]);
		}
	}
}

static enum bv_status
check_pools(const struct dealing *s, struct bv_err *err)
{
	for (uint32_t k = 0; k < s->pool->stratum_count; k++) {
		const struct bv_stratum *stratum = &s->blueprint->strata[k];
		uint32_t least = UINT32_MAX;
		for (uint32_t to = 0; to < s->order->pools; to++)
			least = *dealt(s, to, k) < least ? *dealt(s, to, k) : least;
		if (least < stratum->count)
			return bv_err_at(err, BV_ECONFLICT, stratum->line, "stratum '%.*s' has %zu items: of %u pools one has %u of them, and a form needs %u; %zu pools can be "
			                 "made of it%s", BV_STR_ARG(stratum->id), s->pool->strata[k].count, s->order->pools, least, stratum->count,
			                 s->pool->strata[k].count / stratum->count, s->order->together.len ? ", fewer where items stay together" : "");
	}
	return BV_OK;
}

/* ---- As pools ---- */

static enum bv_status
pool_of(struct bv_draw_pool **out, const struct dealing *s, uint32_t to, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_DRAW_POOL_MAX);
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_draw_pool_stratum *strata = bv_arena_array(&arena, s->pool->stratum_count, struct bv_draw_pool_stratum);
	struct bv_draw_pool part = *s->pool;
	uint32_t at = 0;

	for (size_t k = 0; k < s->pool->stratum_count; k++) {
		const struct bv_draw_pool_stratum *from = &s->pool->strata[k];
		struct bv_draw_pool_entry *items = bv_arena_array(&arena, from->count, struct bv_draw_pool_entry);
		strata[k] = (struct bv_draw_pool_stratum){ .id = from->id, .items = items };
		for (size_t i = 0; i < from->count; i++, at++)
			if (s->to[at] == to)
				items[strata[k].count++] = from->items[i];
	}
	part.strata = strata;
	bv_draw_pool_write(&text, &part);
	TRY(bv_buf_check(&text, err));
	return bv_draw_pool_parse(out, bv_buf_str(&text), err);
}

static enum bv_status
deal_all(struct bv_draw_pool **out, struct dealing *s, struct bv_err *err)
{
	uint32_t at = 0;

	for (size_t k = 0; k < s->pool->stratum_count; k++)
		s->count += (uint32_t)s->pool->strata[k].count;
	s->stratum = bv_arena_array(&s->arena, s->count, uint32_t);
	s->group = bv_arena_array(&s->arena, s->count, uint32_t);
	s->to = bv_arena_array(&s->arena, s->count, uint32_t);
	s->dealt = bv_arena_array(&s->arena, s->order->pools * s->pool->stratum_count, uint32_t);
	for (uint32_t k = 0; k < s->pool->stratum_count; k++)
		for (size_t i = 0; i < s->pool->strata[k].count; i++, at++) {
			s->stratum[at] = k;
			s->group[at] = at;
		}
	if (s->order->set)
		TRY(look_up(s, err));
	if (s->order->together.len)
		TRY(join_all(s, err));
	make_units(s);
	deal(s);
	TRY(check_pools(s, err));
	for (uint32_t to = 0; to < s->order->pools; to++)
		TRY(pool_of(&out[to], s, to, err));
	return BV_OK;
}

enum bv_status
bv_draw_pool_deal(struct bv_draw_pool **out, const struct bv_draw_pool *pool, const struct bv_blueprint *blueprint, const struct bv_deal_order *order, struct bv_err *err)
{
	struct dealing s = { .pool = pool, .blueprint = blueprint, .order = order };

	memset(out, 0, order->pools * sizeof(struct bv_draw_pool *));
	if (order->pools < 2 || order->pools > BV_DEAL_POOLS_MAX)
		return bv_err_set(err, BV_EINVAL, "a pool is dealt into 2 to %d, not %u", BV_DEAL_POOLS_MAX, order->pools);
	if (order->together.len && !order->set)
		return bv_err_set(err, BV_EINVAL, "which items stay together is an attribute of a parameter set: it is needed");
	TRY(bv_draw_pool_check(pool, blueprint, NULL, NULL, err));
	enum bv_status status = deal_all(out, &s, err);
	for (uint32_t to = 0; status != BV_OK && to < order->pools; to++) {
		bv_draw_pool_free(out[to]);
		out[to] = NULL;
	}
	bv_arena_finish(&s.arena);
	return status;
}
