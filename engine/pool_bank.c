/* A pool from a bank: the one place where the engine reads items for a draw. */
#include <stdlib.h>

#include "engine/stratum.h"

struct loading {
	struct bv_pool listed;
	struct bv_item **items; /* by index in listed; NULL where no stratum wants it */
	struct bv_draw_source *sources;
	size_t source_count;
	struct bv_arena arena;
};

static void
finish_loading(struct loading *l)
{
	for (size_t i = 0; l->items && i < l->listed.count; i++)
		bv_item_free(l->items[i]);
	free(l->items);
	free(l->sources);
	bv_arena_finish(&l->arena);
	bv_pool_finish(&l->listed);
}
BV_AUTO_DEFINE_FINISH(struct loading, finish_loading)

static bool
is_wanted(const struct bv_blueprint *blueprint, const struct bv_pool_item *item)
{
	for (size_t i = 0; i < blueprint->stratum_count; i++)
		if (bv_stratum_wants(&blueprint->strata[i], item))
			return true;
	return false;
}

static enum bv_status
load_item(struct loading *l, size_t idx, struct bv_bank *bank, struct bv_err *err)
{
	const struct bv_pool_item *listed = &l->listed.items[idx];
	struct bv_draw_source *source = &l->sources[l->source_count - 1];

	TRY(bv_bank_load(&l->items[idx], bank, listed->identifier, listed->language, listed->version, err));
	if (!bv_item_deliverable(l->items[idx])) {
		l->source_count--;
		return BV_OK;
	}
	source->interaction_count = bv_item_interaction_count(l->items[idx]);
	struct bv_interaction *interactions = bv_arena_array(&l->arena, source->interaction_count, struct bv_interaction);
	for (size_t i = 0; i < source->interaction_count; i++)
		interactions[i] = *bv_item_interaction(l->items[idx], i);
	source->interactions = interactions;
	return BV_OK;
}

enum bv_status
bv_draw_pool_load(struct bv_draw_pool **out, const struct bv_blueprint *blueprint, struct bv_bank *bank, struct bv_err *err)
{
	BV_AUTO(finish_loading) struct loading l = { 0 };
	const struct bv_bank_filter filter = { .language = blueprint->language };

	TRY(bv_bank_pool(&l.listed, bank, &filter, err));
	l.items = bv_alloc_array(l.listed.count, sizeof *l.items);
	l.sources = bv_alloc_array(l.listed.count, sizeof *l.sources);
	for (size_t i = 0; i < l.listed.count; i++) {
		l.sources[l.source_count++] = (struct bv_draw_source){ .item = &l.listed.items[i] };
		if (is_wanted(blueprint, &l.listed.items[i]))
			TRY(load_item(&l, i, bank, err));
	}
	return bv_draw_pool_build(out, blueprint, l.sources, l.source_count, err);
}
