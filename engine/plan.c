#include "engine/plan.h"

#include <stdlib.h>

static uint32_t
choice_count(const struct bv_draw_pool_entry *entry)
{
	size_t count = 0;

	for (size_t i = 0; i < entry->option_count; i++)
		for (size_t k = 0; k < entry->options[i].set_count; k++)
			count += entry->options[i].sets[k].count;
	return (uint32_t)count;
}

static void
count_sets(const struct bv_draw_pool *pool, size_t *items, size_t *sets, size_t *slots)
{
	*items = *sets = *slots = 0;
	for (size_t i = 0; i < pool->stratum_count; i++)
		for (size_t k = 0; k < pool->strata[i].count; k++) {
			const struct bv_draw_pool_entry *entry = &pool->strata[i].items[k];
			++*items;
			*slots += choice_count(entry);
			for (size_t o = 0; o < entry->option_count; o++)
				*sets += entry->options[o].set_count;
		}
}

/* Fills in one item's sets; *set and *slot move on. */
static void
plan_item(struct bv_draw_plan *plan, const struct bv_draw_pool_entry *entry, struct bv_plan_item *item, uint32_t *set, uint32_t *slot)
{
	item->first_set = *set;
	for (size_t o = 0; o < entry->option_count; o++)
		for (size_t k = 0; k < entry->options[o].set_count; k++) {
			const struct bv_option_set *from = &entry->options[o].sets[k];
			struct bv_plan_set *to = &plan->sets[(*set)++];
			*to = (struct bv_plan_set){ .slot = *slot, .count = (uint16_t)from->count };
			for (size_t i = 0; i < from->count; i++)
				if (!from->fixed[i])
					plan->slots[to->slot + to->movable++] = (uint16_t)i;
			*slot += to->movable;
		}
	item->set_count = *set - item->first_set;
}

static void
plan_strata(struct bv_draw_plan *plan)
{
	uint32_t first = 0, set = 0, slot = 0;

	for (size_t i = 0; i < plan->pool->stratum_count; i++) {
		const struct bv_draw_pool_stratum *stratum = &plan->pool->strata[i];
		uint32_t count = plan->blueprint->strata[i].count, size = (uint32_t)stratum->count, most = 0;
		plan->strata[i] = (struct bv_plan_stratum){ first, size, count };
		for (uint32_t k = 0; k < size; k++) {
			plan_item(plan, &stratum->items[k], &plan->items[first + k], &set, &slot);
			uint32_t choices = choice_count(&stratum->items[k]);
			most = choices > most ? choices : most;
		}
		first += size;
		plan->largest = size > plan->largest ? size : plan->largest;
		plan->orders_max += count * most;
	}
}

static void
plan_parts(struct bv_draw_plan *plan)
{
	uint32_t position = 0;

	for (size_t i = 0; i < plan->blueprint->part_count; i++) {
		const struct bv_part *part = &plan->blueprint->parts[i];
		plan->parts[i].first = position;
		for (size_t k = part->first; k < part->first + part->count; k++)
			position += plan->blueprint->strata[k].count;
		plan->parts[i].count = position - plan->parts[i].first;
	}
}

enum bv_status
bv_draw_plan_new(struct bv_draw_plan **out, const struct bv_blueprint *blueprint, const struct bv_draw_pool *pool, struct bv_err *err)
{
	size_t items, sets, slots;

	TRY(bv_draw_pool_check(pool, blueprint, NULL, NULL, err));
	count_sets(pool, &items, &sets, &slots);
	struct bv_draw_plan *plan = bv_alloc(sizeof *plan);
	plan->blueprint = blueprint;
	plan->pool = pool;
	plan->strata = bv_arena_array(&plan->arena, pool->stratum_count, struct bv_plan_stratum);
	plan->parts = bv_arena_array(&plan->arena, blueprint->part_count, struct bv_plan_part);
	plan->items = bv_arena_array(&plan->arena, items, struct bv_plan_item);
	plan->sets = bv_arena_array(&plan->arena, sets, struct bv_plan_set);
	plan->slots = bv_arena_array(&plan->arena, slots, uint16_t);
	plan_strata(plan);
	plan_parts(plan);
	*out = plan;
	return BV_OK;
}

void
bv_draw_plan_free(struct bv_draw_plan *plan)
{
	if (!plan)
		return;
	bv_arena_finish(&plan->arena);
	free(plan);
}
