/* A draw made ready: blueprint and pool as arrays of integers. */
#ifndef BV_ENGINE_PLAN_H
#define BV_ENGINE_PLAN_H

#include "engine/engine.h"

/* A set of choices to permute. */
struct bv_plan_set {
	uint32_t slot;    /* in bv_draw_plan.slots: the indices that are not fixed, ascending */
	uint16_t count;   /* choices */
	uint16_t movable; /* of them not fixed */
};

struct bv_plan_item {
	uint32_t first_set, set_count;
};

struct bv_plan_stratum {
	uint32_t first; /* in bv_draw_plan.items */
	uint32_t size;  /* items of the pool */
	uint32_t count; /* to draw */
};

/* Items that are shuffled among themselves: the parts of a form follow each other. */
struct bv_plan_part {
	uint32_t first, count; /* positions */
};

struct bv_draw_plan {
	const struct bv_blueprint *blueprint;
	const struct bv_draw_pool *pool;
	struct bv_plan_stratum *strata;
	struct bv_plan_part *parts;
	struct bv_plan_item *items;
	struct bv_plan_set *sets;
	uint16_t *slots;
	uint32_t largest;    /* stratum, in items of the pool */
	uint32_t orders_max; /* choices of the form that has most */
	struct bv_arena arena;
};

/* BV-FLY-1: the order of items that were chosen already, and of their options. chosen: indices in plan->items, rising, of each stratum as many as it counts. */
void draw_chosen(struct bv_drawn *drawn, const struct bv_draw_plan *plan, const struct bv_draw_key *key, const uint8_t cid[BV_HASH_LEN], const uint32_t *chosen);

/* BV-CAT-1: a form that has no item yet; and one item more, an index in plan->items, with the order of its options. */
void draw_nothing(struct bv_drawn *drawn, const struct bv_draw_key *key, const uint8_t cid[BV_HASH_LEN]);
void draw_next(struct bv_drawn *drawn, const struct bv_draw_plan *plan, uint32_t chosen);

/* One item of a form; position counts from 1. */
void form_item_of_drawn(struct bv_form_item *item, uint32_t position, const struct bv_drawn *drawn, const struct bv_draw_plan *plan, struct bv_arena *arena);
/* A form as a document of what was drawn for that ticket. */
struct bv_form *form_of_drawn(const struct bv_drawn *drawn, const struct bv_draw_plan *plan, const struct bv_draw_key *key, struct bv_str ticket,
                              const uint8_t cid[BV_HASH_LEN]);

#endif
