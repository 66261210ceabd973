/* A pool from a bank: the one place where the engine reads items for a draw. */
#include <stdlib.h>

#include "base/xml.h"
#include "engine/stratum.h"

enum reading { UNREAD, DRAWABLE, LEFT_OUT };

struct bv_draw_stock {
	struct bv_bank *bank;
	struct bv_draw_allowed allowed;
	bool has_allowed;
	struct bv_pool listed;
	struct bv_draw_source *sources; /* as listed; of those that were read with what they say of interactions */
	struct bv_draw_source *given;   /* scratch: those of them that may be drawn */
	unsigned char *readings;        /* enum reading of each */
	struct bv_arena arena;
	struct bv_buf xml; /* of the item being read */
};

void
bv_draw_stock_free(struct bv_draw_stock *stock)
{
	if (!stock)
		return;
	free(stock->sources);
	free(stock->given);
	free(stock->readings);
	bv_arena_finish(&stock->arena);
	bv_pool_finish(&stock->listed);
	bv_buf_finish(&stock->xml);
	free(stock);
}

enum bv_status
bv_draw_stock_new(struct bv_draw_stock **out, struct bv_bank *bank, struct bv_str language, const struct bv_draw_allowed *allowed, struct bv_err *err)
{
	BV_AUTO(bv_draw_stock_free) struct bv_draw_stock *stock = bv_alloc(sizeof *stock);
	const struct bv_bank_filter filter = { .language = language };

	stock->xml = BV_BUF(BV_XML_ITEM_MAX);
	stock->bank = bank;
	stock->has_allowed = allowed;
	if (allowed)
		stock->allowed = *allowed;
	TRY(bv_bank_pool(&stock->listed, bank, &filter, err));
	stock->sources = bv_alloc_array(stock->listed.count, sizeof *stock->sources);
	stock->given = bv_alloc_array(stock->listed.count, sizeof *stock->given);
	stock->readings = bv_alloc_array(stock->listed.count, sizeof *stock->readings);
	for (size_t i = 0; i < stock->listed.count; i++)
		stock->sources[i].item = &stock->listed.items[i];
	*out = bv_steal(&stock);
	return BV_OK;
}

const struct bv_pool *
bv_draw_stock_listed(const struct bv_draw_stock *stock)
{
	return &stock->listed;
}

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
read_item(struct bv_draw_stock *stock, size_t idx, struct bv_err *err)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	const struct bv_pool_item *listed = &stock->listed.items[idx];
	struct bv_draw_source *source = &stock->sources[idx];
	uint8_t hash[BV_HASH_LEN];

	TRY(bv_bank_load_version(&stock->xml, NULL, hash, stock->bank, listed->identifier, listed->language, listed->version, err));
	if (!bv_hash_eq(hash, listed->hash))
		return bv_err_set(err, BV_EIO, "item '%.*s': the bank lists version %u with another hash than it has: run 'bangvang audit bank'",
		                  BV_STR_ARG(bv_str_sub(listed->identifier, 0, 100)), listed->version);
	TRY(bv_item_parse(&item, bv_buf_str(&stock->xml), err));
	bool good = bv_item_deliverable(item);
	if (!good && stock->has_allowed)
		TRY(allow(&good, listed, stock->bank, &stock->allowed, err));
	if (good) {
		source->stimuli = bv_item_stimuli(item, &stock->arena);
		source->interaction_count = bv_item_interaction_count(item);
		struct bv_interaction *interactions = bv_arena_array(&stock->arena, source->interaction_count, struct bv_interaction);
		for (size_t i = 0; i < source->interaction_count; i++)
			interactions[i] = copy_interaction(bv_item_interaction(item, i), &stock->arena);
		source->interactions = interactions;
	}
	stock->readings[idx] = good ? DRAWABLE : LEFT_OUT;
	return BV_OK;
}

enum bv_status
bv_draw_stock_pool(struct bv_draw_pool **out, struct bv_draw_stock *stock, const struct bv_blueprint *blueprint, struct bv_err *err)
{
	size_t count = 0;

	for (size_t i = 0; i < stock->listed.count; i++) {
		if (stock->readings[i] == UNREAD && is_wanted(blueprint, &stock->listed.items[i]))
			TRY(read_item(stock, i, err));
		if (stock->readings[i] != LEFT_OUT)
			stock->given[count++] = stock->sources[i];
	}
	return bv_draw_pool_build(out, blueprint, stock->given, count, err);
}

enum bv_status
bv_draw_pool_load(struct bv_draw_pool **out, const struct bv_blueprint *blueprint, struct bv_bank *bank, const struct bv_draw_allowed *allowed,
                  struct bv_err *err)
{
	BV_AUTO(bv_draw_stock_free) struct bv_draw_stock *stock = NULL;

	TRY(bv_draw_stock_new(&stock, bank, blueprint->language, allowed, err));
	return bv_draw_stock_pool(out, stock, blueprint, err);
}
