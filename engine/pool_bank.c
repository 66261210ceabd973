/* A pool from a bank: the one place where the engine reads items for a draw. */
#include <stdlib.h>

#include "base/xml.h"
#include "engine/stratum.h"

struct loading {
	struct bv_pool listed;
	struct bv_draw_source *sources;
	size_t source_count;
	struct bv_arena arena; /* what the sources say of interactions */
	struct bv_buf xml;     /* of the item being read */
};

static void
finish_loading(struct loading *l)
{
	free(l->sources);
	bv_arena_finish(&l->arena);
	bv_pool_finish(&l->listed);
	bv_buf_finish(&l->xml);
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

/* What a pool takes of an interaction: its kind, and what is permuted. */
static struct bv_interaction
copy_interaction(const struct bv_interaction *from, struct bv_arena *arena)
{
	size_t count = from->shuffle ? from->choice_count : 0;
	struct bv_choice *choices = bv_arena_array(arena, count, struct bv_choice);

	for (size_t i = 0; i < count; i++)
		choices[i] = (struct bv_choice){ .identifier = bv_arena_str(arena, from->choices[i].identifier), .fixed = from->choices[i].fixed };
	return (struct bv_interaction){ .kind = from->kind, .response = bv_arena_str(arena, from->response), .shuffle = from->shuffle,
		                        .choices = choices, .choice_count = count, .first_count = count ? from->first_count : 0 };
}

/* What runs code of its author needs a permission for each file of it, in this version. */
static enum bv_status
allow(bool *good, const struct bv_pool_item *listed, struct bv_bank *bank, const struct bv_draw_allowed *allowed, struct bv_err *err)
{
	BV_AUTO(bv_published_free) struct bv_published *published = NULL;
	struct bv_delivery delivery = { .modules = allowed->modules, .module_count = allowed->count };
	struct bv_err why;

	TRY(bv_bank_publish(&published, bank, listed->identifier, listed->language, listed->version, err));
	bv_published_delivery(&delivery, published);
	*good = bv_delivery_check(bv_published_item(published), &delivery, &why) == BV_OK;
	if (!*good && allowed->refuse)
		allowed->refuse(allowed->ctx, listed, &why);
	return BV_OK;
}

/* An item is a tree of tens of kilobytes: it goes when its interactions are known, or a large bank would be in memory whole. */
static enum bv_status
load_item(struct loading *l, const struct bv_pool_item *listed, struct bv_bank *bank, const struct bv_draw_allowed *allowed, struct bv_err *err)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	struct bv_draw_source *source = &l->sources[l->source_count - 1];
	uint8_t hash[BV_HASH_LEN];

	TRY(bv_bank_load_version(&l->xml, NULL, hash, bank, listed->identifier, listed->language, listed->version, err));
	if (!bv_hash_eq(hash, listed->hash))
		return bv_err_set(err, BV_EIO, "item '%.*s': the bank lists version %u with another hash than it has: run 'bangvang audit bank'",
		                  BV_STR_ARG(bv_str_sub(listed->identifier, 0, 100)), listed->version);
	TRY(bv_item_parse(&item, bv_buf_str(&l->xml), err));
	bool good = bv_item_deliverable(item);
	if (!good && allowed)
		TRY(allow(&good, listed, bank, allowed, err));
	if (!good) {
		l->source_count--;
		return BV_OK;
	}
	source->stimuli = bv_item_stimuli(item, &l->arena);
	source->interaction_count = bv_item_interaction_count(item);
	struct bv_interaction *interactions = bv_arena_array(&l->arena, source->interaction_count, struct bv_interaction);
	for (size_t i = 0; i < source->interaction_count; i++)
		interactions[i] = copy_interaction(bv_item_interaction(item, i), &l->arena);
	source->interactions = interactions;
	return BV_OK;
}

enum bv_status
bv_draw_pool_load(struct bv_draw_pool **out, const struct bv_blueprint *blueprint, struct bv_bank *bank, const struct bv_draw_allowed *allowed,
                  struct bv_err *err)
{
	BV_AUTO(finish_loading) struct loading l = { .xml = BV_BUF(BV_XML_ITEM_MAX) };
	const struct bv_bank_filter filter = { .language = blueprint->language };

	TRY(bv_bank_pool(&l.listed, bank, &filter, err));
	l.sources = bv_alloc_array(l.listed.count, sizeof *l.sources);
	for (size_t i = 0; i < l.listed.count; i++) {
		l.sources[l.source_count++] = (struct bv_draw_source){ .item = &l.listed.items[i] };
		if (is_wanted(blueprint, &l.listed.items[i]))
			TRY(load_item(&l, &l.listed.items[i], bank, allowed, err));
	}
	return bv_draw_pool_build(out, blueprint, l.sources, l.source_count, err);
}
