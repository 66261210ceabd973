#include <stdlib.h>

#include "engine/enemies.h"
#include "engine/stratum.h"

/* A source that passed the filters of a stratum. */
struct pick {
	const struct bv_draw_source *source;
	size_t stratum;
	bool kept;
};

struct picks {
	struct pick *p;
	size_t count;
};

static void
finish_picks(struct picks *picks)
{
	free(picks->p);
}
BV_AUTO_DEFINE_FINISH(struct picks, finish_picks)

/* Counts the source in every stratum of its competence; the one that takes it is *taken, or stratum_count. */
static void
sift(size_t *taken, struct bv_draw_pool_tally *tallies, const struct bv_blueprint *blueprint, const struct bv_draw_source *source)
{
	*taken = blueprint->stratum_count;
	for (size_t i = 0; i < blueprint->stratum_count; i++) {
		enum bv_stratum_filter filter = bv_stratum_filter(&blueprint->strata[i], source);
		struct bv_draw_pool_tally *tally = &tallies[i];
		tally->considered += filter != BV_FILTER_COMPETENCE;
		tally->lost_level += filter == BV_FILTER_LEVEL;
		tally->lost_difficulty += filter == BV_FILTER_DIFFICULTY;
		tally->lost_kind += filter == BV_FILTER_KIND;
		if (filter == BV_FILTER_NONE)
			*taken = i;
	}
}

static int
by_identifier(const void *a, const void *b)
{
	return bv_str_cmp(((const struct pick *)a)->source->item->identifier, ((const struct pick *)b)->source->item->identifier);
}

static enum bv_status
choose(struct picks *picks, struct bv_draw_pool_tally *tallies, const struct bv_blueprint *blueprint, const struct bv_draw_source *sources,
       size_t count, struct bv_err *err)
{
	if (count > BV_DRAW_POOL_ITEMS_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d items to choose from", BV_DRAW_POOL_ITEMS_MAX);
	picks->p = bv_alloc_array(count, sizeof *picks->p);
	for (size_t i = 0; i < count; i++) {
		size_t stratum;
		if (!bv_str_eq(sources[i].item->language, blueprint->language))
			continue;
		sift(&stratum, tallies, blueprint, &sources[i]);
		if (stratum < blueprint->stratum_count)
			picks->p[picks->count++] = (struct pick){ &sources[i], stratum, true };
	}
	if (picks->count)
		qsort(picks->p, picks->count, sizeof *picks->p, by_identifier);
	for (size_t i = 1; i < picks->count; i++)
		if (by_identifier(&picks->p[i - 1], &picks->p[i]) == 0)
			return bv_err_set(err, BV_EINVAL, "item '%.*s' is there twice in the language '%.*s'",
			                  BV_STR_ARG(picks->p[i].source->item->identifier), BV_STR_ARG(blueprint->language));
	return BV_OK;
}

/* Items of strata that do not respect enemies take no part: they neither go nor make others go. */
static void
part_enemies(struct picks *picks, struct bv_draw_pool_tally *tallies, const struct bv_blueprint *blueprint)
{
	struct bv_enemy_item *items = bv_alloc_array(picks->count, sizeof *items);
	size_t count = 0;

	for (size_t i = 0; i < picks->count; i++)
		if (blueprint->strata[picks->p[i].stratum].enemies)
			items[count++] = (struct bv_enemy_item){ .stimuli = blueprint->strata[picks->p[i].stratum].enemies == BV_ENEMIES_ALL
				                                                    ? picks->p[i].source->stimuli
				                                                    : BV_STR_NONE,
				                                 .identifier = picks->p[i].source->item->identifier,
				                                 .enemies = picks->p[i].source->item->enemies,
				                                 .enemy_count = picks->p[i].source->item->enemy_count };
	bv_enemies_resolve(items, count, blueprint->hash);
	count = 0;
	for (size_t i = 0; i < picks->count; i++)
		if (blueprint->strata[picks->p[i].stratum].enemies) {
			picks->p[i].kept = items[count++].kept;
			tallies[picks->p[i].stratum].lost_enemies += !picks->p[i].kept;
		}
	free(items);
}

static struct bv_option_set
copy_set(const struct bv_choice *choices, size_t count, struct bv_arena *arena)
{
	struct bv_str *names = bv_arena_array(arena, count, struct bv_str);
	bool *fixed = bv_arena_array(arena, count, bool);

	for (size_t i = 0; i < count; i++) {
		names[i] = bv_arena_str(arena, choices[i].identifier);
		fixed[i] = choices[i].fixed;
	}
	return (struct bv_option_set){ names, fixed, count };
}

static struct bv_option_list
copy_options(const struct bv_interaction *interaction, struct bv_arena *arena)
{
	struct bv_option_set *sets = bv_arena_array(arena, 2, struct bv_option_set);
	struct bv_option_list list = { bv_arena_str(arena, interaction->response), sets, 1 };
	size_t first = interaction->first_count;

	sets[0] = copy_set(interaction->choices, first, arena);
	if (interaction->kind == BV_INTERACTION_MATCH)
		sets[list.set_count++] = copy_set(interaction->choices + first, interaction->choice_count - first, arena);
	return list;
}

static enum bv_status
copy_shuffled(struct bv_draw_pool_entry *entry, const struct bv_draw_source *source, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_option_list *lists = bv_arena_array(arena, source->interaction_count, struct bv_option_list);
	size_t count = 0;

	for (size_t i = 0; i < source->interaction_count; i++) {
		const struct bv_interaction *interaction = &source->interactions[i];
		if (!interaction->shuffle || !interaction->choice_count)
			continue;
		for (size_t k = 0; k < count; k++)
			if (bv_str_eq(lists[k].response, interaction->response))
				return bv_err_set(err, BV_EINVAL, "item '%.*s' has two shuffled interactions for the response '%.*s'",
				                  BV_STR_ARG(source->item->identifier), BV_STR_ARG(interaction->response));
		lists[count++] = copy_options(interaction, arena);
	}
	entry->options = lists;
	entry->option_count = count;
	return BV_OK;
}

static enum bv_status
fill_stratum(struct bv_draw_pool_stratum *stratum, size_t idx, const struct picks *picks, const struct bv_blueprint *blueprint,
             struct bv_arena *arena, struct bv_err *err)
{
	size_t count = 0;

	for (size_t i = 0; i < picks->count; i++)
		count += picks->p[i].stratum == idx && picks->p[i].kept;
	struct bv_draw_pool_entry *items = bv_arena_array(arena, count, struct bv_draw_pool_entry);
	for (size_t i = 0, n = 0; i < picks->count; i++) {
		const struct bv_draw_source *source = picks->p[i].source;
		if (picks->p[i].stratum != idx || !picks->p[i].kept)
			continue;
		items[n].identifier = bv_arena_str(arena, source->item->identifier);
		items[n].version = source->item->version;
		memcpy(items[n].hash, source->item->hash, BV_HASH_LEN);
		if (blueprint->shuffle_options)
			TRY(copy_shuffled(&items[n], source, arena, err));
		n++;
	}
	stratum->id = bv_arena_str(arena, blueprint->strata[idx].id);
	stratum->items = items;
	stratum->count = count;
	return BV_OK;
}

static enum bv_status
hash_pool(struct bv_draw_pool *pool, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(BV_DRAW_POOL_MAX);

	bv_draw_pool_write(&json, pool);
	if (json.full)
		return bv_err_set(err, BV_ELIMIT, "the pool file would pass %u bytes: let the strata take in fewer items", BV_DRAW_POOL_MAX);
	bv_sha256(pool->hash, bv_buf_str(&json));
	return BV_OK;
}

enum bv_status
bv_draw_pool_build(struct bv_draw_pool **out, const struct bv_blueprint *blueprint, const struct bv_draw_source *sources, size_t count,
              struct bv_err *err)
{
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = bv_alloc(sizeof *pool);
	BV_AUTO(finish_picks) struct picks picks = { 0 };
	struct bv_draw_pool_tally tallies[BV_BLUEPRINT_STRATA_MAX] = { 0 };
	struct bv_draw_pool_stratum *strata = bv_arena_array(&pool->arena, blueprint->stratum_count, struct bv_draw_pool_stratum);

	TRY(choose(&picks, tallies, blueprint, sources, count, err));
	part_enemies(&picks, tallies, blueprint);
	for (size_t i = 0; i < blueprint->stratum_count; i++) {
		TRY(fill_stratum(&strata[i], i, &picks, blueprint, &pool->arena, err));
		strata[i].tally = tallies[i];
	}
	pool->blueprint_id = bv_arena_str(&pool->arena, blueprint->id);
	pool->language = bv_arena_str(&pool->arena, blueprint->language);
	memcpy(pool->blueprint_hash, blueprint->hash, BV_HASH_LEN);
	pool->strata = strata;
	pool->tallied = true;
	pool->stratum_count = blueprint->stratum_count;
	TRY(hash_pool(pool, err));
	*out = bv_steal(&pool);
	return BV_OK;
}

void
bv_draw_pool_free(struct bv_draw_pool *pool)
{
	if (!pool)
		return;
	bv_arena_finish(&pool->arena);
	free(pool);
}

static enum bv_status
check_blueprint(const struct bv_draw_pool *pool, const struct bv_blueprint *blueprint, struct bv_err *err)
{
	char pool_hex[BV_HEX_SIZE(BV_HASH_LEN)], hex[BV_HEX_SIZE(BV_HASH_LEN)];

	if (!bv_hash_eq(pool->blueprint_hash, blueprint->hash))
		return bv_err_set(err, BV_EDENIED, "the pool was frozen for the blueprint with the hash %s, but this one's is %s",
		                  bv_hex(pool_hex, pool->blueprint_hash, BV_HASH_LEN), bv_hex(hex, blueprint->hash, BV_HASH_LEN));
	bool same = pool->stratum_count == blueprint->stratum_count && bv_str_eq(pool->blueprint_id, blueprint->id) &&
	            bv_str_eq(pool->language, blueprint->language);
	for (size_t i = 0; same && i < pool->stratum_count; i++)
		same = bv_str_eq(pool->strata[i].id, blueprint->strata[i].id);
	if (!same)
		return bv_err_set(err, BV_EDENIED, "the pool names the blueprint's hash but not its id, language and strata");
	for (size_t i = 0; !blueprint->shuffle_options && i < pool->stratum_count; i++)
		for (size_t k = 0; k < pool->strata[i].count; k++)
			if (pool->strata[i].items[k].option_count)
				return bv_err_set(err, BV_EDENIED, "the pool has options for item '%.*s', but the blueprint does not shuffle them",
				                  BV_STR_ARG(pool->strata[i].items[k].identifier));
	return BV_OK;
}

static void
describe_shortage(struct bv_buf *out, const struct bv_stratum *want, const struct bv_draw_pool *pool, size_t idx)
{
	const struct bv_draw_pool_stratum *have = &pool->strata[idx];
	const struct bv_draw_pool_tally *t = &have->tally;

	bv_buf_printf(out, "stratum '%.*s' is short by %zu: it needs %u items and has %zu", BV_STR_ARG(want->id), want->count - have->count,
	              want->count, have->count);
	if (pool->tallied)
		bv_buf_printf(out, " of %u in '%.*s' at %.*s (lost: %u to levels, %u to difficulty, %u to types, %u to enemies)",
		              t->considered, BV_STR_ARG(pool->language), BV_STR_ARG(want->competence), t->lost_level, t->lost_difficulty, t->lost_kind,
		              t->lost_enemies);
}

enum bv_status
bv_draw_pool_check(const struct bv_draw_pool *pool, const struct bv_blueprint *blueprint, const char *path, struct bv_buf *report,
              struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf first = BV_BUF(1024);
	size_t short_count = 0;
	int line = 0;

	TRY(check_blueprint(pool, blueprint, err));
	for (size_t i = 0; i < pool->stratum_count; i++) {
		const struct bv_stratum *want = &blueprint->strata[i];
		if (pool->strata[i].count >= want->count)
			continue;
		if (!short_count++) {
			describe_shortage(&first, want, pool, i);
			line = want->line;
		}
		if (report) {
			bv_buf_printf(report, "%s:%d: ", path, want->line);
			describe_shortage(report, want, pool, i);
			bv_buf_addc(report, '\n');
		}
	}
	if (!short_count)
		return BV_OK;
	if (short_count > 1)
		bv_buf_printf(&first, "; %zu more strata are short", short_count - 1);
	return bv_err_at(err, BV_EINVAL, line, "%s", first.p);
}
