/* What is in the bank: pages for people, pools for the draw, everything about one item. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "itembank/bank_life.h"

static struct bv_str
keep(struct bv_sql_stmt *row, int column, struct bv_arena *arena)
{
	return bv_arena_str(arena, bv_sql_str(row, column));
}

#define TIME_MAX 253402300799 /* the year 9999 */

/* The last columns of every list, and those that only BANK_SQL_SHOW has after them. */
enum { COLUMN_ORIGINAL = 19, COLUMN_STATE, SHOW_ID, SHOW_REVISION, SHOW_CHANGED };

struct range {
	int column;
	int64_t low, high;
};

static bool
in_ranges(struct bv_sql_stmt *row, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int64_t n = bv_sql_int(row, ranges[i].column);
		if (n < ranges[i].low || n > ranges[i].high)
			return false;
	}
	return true;
}

/* What no import writes is damage, by a bad disk or a bad hand; an item is never guessed at, because exams are drawn from it. */
static enum bv_status
check_row(struct bv_sql_stmt *row, struct bv_err *err)
{
	static const int texts[] = { 0, 1, 4, 5, 6, 7, 14, 15, 16, COLUMN_ORIGINAL };
	static const struct range ranges[] = { { 2, 1, UINT32_MAX }, { 8, BV_COGNITIVE_NONE, BV_COGNITIVE_APPLY }, { 9, 0, 5 }, { 10, 0, 86400 },
		                               { 11, 0, 1 }, { 12, 0, 10000 }, { 13, -10000, 10000 }, { 17, 0, BV_USED_MAX }, { 18, 0, 1 },
		                               { COLUMN_STATE, BV_STATE_NONE, BV_STATE_SUPERSEDED } };
	bool sound = in_ranges(row, ranges, BV_COUNT(ranges)) && bv_sql_str(row, 0).len && bv_sql_blob(row, 3).len == BV_HASH_LEN;

	for (size_t i = 0; sound && i < BV_COUNT(texts); i++)
		sound = bv_text_valid(bv_sql_str(row, texts[i]));
	if (!sound)
		return bv_err_set(err, BV_EIO, "item '%.*s': the bank holds what no import writes: it is damaged, restore it from a copy",
		                  BV_STR_ARG(bv_str_sub(bv_sql_str(row, 0), 0, 100)));
	return BV_OK;
}

static void
load_enemies(struct bv_pool_item *item, struct bv_str all, struct bv_arena *arena)
{
	struct bv_str word;
	size_t count = 0;

	for (struct bv_str rest = all; bv_str_token(&rest, &word);)
		count++;
	struct bv_str *enemies = bv_arena_array(arena, count, struct bv_str);
	item->enemies = enemies;
	for (struct bv_str rest = all; bv_str_token(&rest, &word);)
		enemies[item->enemy_count++] = word;
}

static void
load_tags(struct bv_pool_item *item, struct bv_str all, struct bv_arena *arena)
{
	size_t count = all.len > 0;

	for (size_t i = 0; i < all.len; i++)
		count += all.p[i] == '\n';
	struct bv_str *tags = bv_arena_array(arena, count, struct bv_str);
	item->tags = tags;
	for (; item->tag_count < count; item->tag_count++) {
		struct bv_str tag = bv_str_sub(all, 0, bv_str_find(all, '\n'));
		tags[item->tag_count] = tag;
		all = bv_str_sub(all, tag.len + 1, all.len);
	}
}

enum bv_status
bank_item_load(struct bv_pool_item *item, struct bv_sql_stmt *row, struct bv_arena *arena, struct bv_err *err)
{
	TRY(check_row(row, err));
	*item = (struct bv_pool_item){
		.identifier = keep(row, 0, arena),
		.language = keep(row, 1, arena),
		.version = (uint32_t)bv_sql_int(row, 2),
		.title = keep(row, 4, arena),
		.kind = keep(row, 5, arena),
		.competence = keep(row, 6, arena),
		.component = keep(row, 7, arena),
		.level = (enum bv_cognitive)bv_sql_int(row, 8),
		.difficulty_step = (uint32_t)bv_sql_int(row, 9),
		.expected_s = (uint32_t)bv_sql_int(row, 10),
		.machine_scorable = bv_sql_int(row, 11) != 0,
		.has_parameters = !bv_sql_is_null(row, 12) && !bv_sql_is_null(row, 13),
		.discrimination = (int32_t)bv_sql_int(row, 12),
		.difficulty = (int32_t)bv_sql_int(row, 13),
		.author = keep(row, 14, arena),
		.used = (uint64_t)bv_sql_int(row, 17),
		.stale = bv_sql_int(row, 18) != 0,
		.original = keep(row, COLUMN_ORIGINAL, arena),
		.state = (enum bv_state)bv_sql_int(row, COLUMN_STATE),
	};
	memcpy(item->hash, bv_sql_blob(row, 3).p, BV_HASH_LEN);
	load_enemies(item, keep(row, 15, arena), arena);
	load_tags(item, keep(row, 16, arena), arena);
	return BV_OK;
}

/* state: what all rows must be in, because the query asked for it; none for any. */
static enum bv_status
load_rows(struct bv_pool *pool, struct bv_sql_stmt *stmt, enum bv_state state, struct bv_err *err)
{
	size_t cap = 0;
	bool row;

	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		if (pool->count == cap) {
			cap = cap ? cap * 2 : 64;
			pool->items = bv_resize_array(pool->items, cap, sizeof *pool->items);
		}
		struct bv_pool_item *item = &pool->items[pool->count++];
		TRY(bank_item_load(item, stmt, &pool->arena, err));
		if (state && item->state != state)
			return bv_err_set(err, BV_EIO, "item '%.*s': version %u is listed as %s but is not: run 'bangvang audit bank'",
			                  BV_STR_ARG(bv_str_sub(item->identifier, 0, 100)), item->version, bv_state_name(state));
	}
}

void
bv_pool_finish(struct bv_pool *pool)
{
	free(pool->items);
	bv_arena_finish(&pool->arena);
	*pool = (struct bv_pool){ 0 };
}

static const char *const sorts[BV_SORTS] = { [BV_SORT_PLACE] = "place", [BV_SORT_RELEVANCE] = "relevance", [BV_SORT_DIFFICULTY] = "difficulty",
	                                     [BV_SORT_USED] = "used", [BV_SORT_CHANGED] = "changed" };

enum bv_status
bv_bank_sort_parse(enum bv_bank_sort *sort, struct bv_str name, struct bv_err *err)
{
	for (size_t i = 0; i < BV_SORTS; i++)
		if (bv_str_is(name, sorts[i])) {
			*sort = (enum bv_bank_sort)i;
			return BV_OK;
		}
	return bv_err_set(err, BV_EINVAL, "items are sorted by place, relevance, difficulty, used or changed, not by '%.*s'", BV_STR_ARG(bv_str_sub(name, 0, 40)));
}

enum bv_status
bv_bank_list(struct bv_pool *out, struct bv_bank *bank, const struct bv_bank_filter *filter, const struct bv_bank_page *page,
             struct bv_err *err)
{
	enum { MOST = 10000 };
	BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
	BV_AUTO(bank_query_finish) struct bank_query query = { 0 };

	if (!page->limit || page->limit > MOST)
		return bv_err_set(err, BV_EINVAL, "a page has 1 to %d items", MOST);
	TRY(bank_life_load(bank, err));
	TRY(bank_query_make(&query, bank, false, filter, page, err));
	TRY(load_rows(&pool, query.stmt, filter->state, err));
	*out = pool;
	pool = (struct bv_pool){ 0 };
	return BV_OK;
}

enum bv_status
bv_bank_each(struct bv_bank *bank, const struct bv_bank_filter *filter, bv_bank_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bank_query_finish) struct bank_query query = { 0 };
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_pool_item item;

	TRY(bank_life_load(bank, err));
	TRY(bank_query_make(&query, bank, false, filter, NULL, err));
	for (bool row;;) {
		TRY(bv_sql_step(query.stmt, &row, err));
		if (!row)
			return BV_OK;
		bv_arena_reset(&arena);
		TRY(bank_item_load(&item, query.stmt, &arena, err));
		TRY(visit(ctx, &item, err));
	}
}

enum bv_status
bv_bank_count(uint64_t *out, struct bv_bank *bank, const struct bv_bank_filter *filter, struct bv_err *err)
{
	BV_AUTO(bank_query_finish) struct bank_query query = { 0 };
	bool row;

	TRY(bank_life_load(bank, err));
	TRY(bank_query_make(&query, bank, true, filter, NULL, err));
	TRY(bv_sql_step(query.stmt, &row, err));
	*out = (uint64_t)bv_sql_int(query.stmt, 0);
	return BV_OK;
}

enum bv_status
bv_bank_snippet(struct bv_json **out, struct bv_bank *bank, const struct bv_pool_item *listed, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_terms terms;

	TRY(bv_terms_parse(&terms, text, err));
	TRY(bv_bank_load(&item, bank, listed->identifier, listed->language, listed->version, err));
	*out = bank_snippet_new(item, &terms, &arena);
	return BV_OK;
}

static int
by_key(const void *a, const void *b)
{
	const struct bv_pool_item *x = a, *y = b;
	int order = bv_str_cmp(x->identifier, y->identifier);

	return order ? order : bv_str_cmp(x->language, y->language);
}

/* x must not meet enemy. */
struct feud {
	size_t item;
	struct bv_str enemy;
};

static int
by_item(const void *a, const void *b)
{
	const struct feud *x = a, *y = b;

	return x->item != y->item ? (x->item > y->item) - (x->item < y->item) : bv_str_cmp(x->enemy, y->enemy);
}

/* First item of a sorted pool whose identifier is not below this one. */
static size_t
lower_bound(const struct bv_pool *pool, struct bv_str identifier)
{
	size_t low = 0, high = pool->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (bv_str_cmp(pool->items[middle].identifier, identifier) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Every feud is entered on both sides; the lists are made anew from all of them. */
static void
make_symmetric(struct bv_pool *pool)
{
	size_t count = 0, cap = 0, kept = 0;
	struct feud *feuds = NULL;

	for (size_t i = 0; i < pool->count; i++)
		for (size_t e = 0; e < pool->items[i].enemy_count; e++) {
			struct bv_str enemy = pool->items[i].enemies[e];
			size_t first = lower_bound(pool, enemy), end = first;
			while (end < pool->count && bv_str_eq(pool->items[end].identifier, enemy))
				end++;
			if (count + end - first + 1 > cap) {
				cap = 2 * (count + end - first + 1);
				feuds = bv_resize_array(feuds, cap, sizeof *feuds);
			}
			feuds[count++] = (struct feud){ i, enemy };
			for (size_t other = first; other < end; other++)
				feuds[count++] = (struct feud){ other, pool->items[i].identifier };
		}
	if (count)
		qsort(feuds, count, sizeof *feuds, by_item);
	struct bv_str *enemies = bv_arena_array(&pool->arena, count, struct bv_str);
	for (size_t i = 0; i < count; i++) {
		struct bv_pool_item *item = &pool->items[feuds[i].item];
		bool first = !i || feuds[i - 1].item != feuds[i].item;
		if (!first && bv_str_eq(feuds[i - 1].enemy, feuds[i].enemy))
			continue;
		if (first) {
			item->enemies = &enemies[kept];
			item->enemy_count = 0;
		}
		enemies[kept++] = feuds[i].enemy;
		item->enemy_count++;
	}
	free(feuds);
}

enum bv_status
bv_bank_pool(struct bv_pool *out, struct bv_bank *bank, const struct bv_bank_filter *filter, struct bv_err *err)
{
	BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
	BV_AUTO(bank_query_finish) struct bank_query query = { 0 };

	struct bv_bank_filter drawn = *filter;

	TRY(bank_life_load(bank, err));
	if (bank_keeps_life(bank) && drawn.state == BV_STATE_NONE)
		drawn.state = BV_STATE_OPERATIONAL;
	TRY(bank_query_make(&query, bank, false, &drawn, NULL, err));
	TRY(load_rows(&pool, query.stmt, drawn.state, err));
	if (pool.count)
		qsort(pool.items, pool.count, sizeof *pool.items, by_key);
	make_symmetric(&pool);
	*out = pool;
	pool = (struct bv_pool){ 0 };
	return BV_OK;
}

struct bv_json *
bv_pool_item_json(const struct bv_pool_item *item)
{
	struct bv_json *json = bv_json_new_object();
	char hash[BV_HEX_SIZE(BV_HASH_LEN)];

	bv_json_set_str(json, "identifier", item->identifier);
	bv_json_set_str(json, "language", item->language);
	bv_json_set_int(json, "version", item->version);
	bv_json_set_str(json, "title", item->title);
	bv_json_set_str(json, "kind", item->kind);
	bv_json_set_str(json, "competence", item->competence);
	bv_json_set_str(json, "component", item->component);
	bv_json_set_str(json, "level", bv_str_of(bv_cognitive_name(item->level)));
	bv_json_set_int(json, "difficultyStep", item->difficulty_step);
	bv_json_set_int(json, "expectedSeconds", item->expected_s);
	bv_json_set(json, "machineScorable", bv_json_new_bool(item->machine_scorable));
	if (item->has_parameters) {
		bv_json_set(json, "a", bv_json_new_real(item->discrimination / 1000.0));
		bv_json_set(json, "b", bv_json_new_real(item->difficulty / 1000.0));
	}
	bv_json_set_str(json, "author", item->author);
	struct bv_json *enemies = bv_json_set(json, "enemies", bv_json_new_array());
	for (size_t i = 0; i < item->enemy_count; i++)
		bv_json_add(enemies, bv_json_new_str(item->enemies[i]));
	struct bv_json *tags = bv_json_set(json, "tags", bv_json_new_array());
	for (size_t i = 0; i < item->tag_count; i++)
		bv_json_add(tags, bv_json_new_str(item->tags[i]));
	bv_json_set_int(json, "used", (int64_t)item->used);
	bv_json_set(json, "stale", bv_json_new_bool(item->stale));
	bv_json_set_str(json, "hash", bv_str_of(bv_hex(hash, item->hash, sizeof item->hash)));
	if (item->state)
		bv_json_set_str(json, "state", bv_str_of(bv_state_name(item->state)));
	return json;
}

/* State of a version, since when, and by whom. */
static enum bv_status
add_state(struct bv_json *version, struct bv_sql_stmt *row, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_event event;
	char at[BV_TIME_SIZE];
	bool there;

	TRY(bv_sql_step(row, &there, err));
	int64_t state = there ? bv_sql_int(row, 1) : BV_STATE_NONE;
	if (bv_json_int(bv_json_find(version, "version")) != bv_sql_int(row, 0) || state <= BV_STATE_NONE || state > BV_STATE_SUPERSEDED ||
	    bank_event_parse(&event, bv_sql_blob(row, 2), &arena, err) != BV_OK)
		return bv_err_set(err, BV_EIO, "one of its versions has no state: run 'bangvang audit bank', and restore the bank from a copy");
	bv_json_set_str(version, "state", bv_str_of(bv_state_name((enum bv_state)state)));
	bv_json_set_str(version, "since", bv_str_of(bv_time_write(at, event.at_s)));
	bv_json_set_str(version, "by", event.who);
	return BV_OK;
}

static enum bv_status
add_versions(struct bv_json *json, struct bv_bank *bank, int64_t id, struct bv_err *err)
{
	struct bv_json *versions = bv_json_set(json, "versions", bv_json_new_array());
	char hash[BV_HEX_SIZE(BV_HASH_LEN)], at[BV_TIME_SIZE];
	struct bv_sql_stmt *stmt, *states = NULL;
	enum bv_status status = BV_OK;
	bool row;

	if (bank_keeps_life(bank)) {
		TRY(bank_stmt(&states, bank, BANK_SQL_STATES_SHOW, err));
		bv_sql_bind_int(states, 1, id);
	}
	TRY(bank_stmt(&stmt, bank, BANK_SQL_VERSIONS, err));
	bv_sql_bind_int(stmt, 1, id);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		struct bv_str bytes = bv_sql_blob(stmt, 1);
		if (bytes.len != BV_HASH_LEN || !in_ranges(stmt, &(struct range){ 2, -TIME_MAX, TIME_MAX }, 1)) {
			status = bv_err_set(err, BV_EIO, "one of its versions holds what no import writes: the bank is damaged, restore it from a copy");
			break;
		}
		struct bv_json *version = bv_json_add(versions, bv_json_new_object());
		bv_json_set_int(version, "version", bv_sql_int(stmt, 0));
		bv_json_set_str(version, "hash", bv_str_of(bv_hex(hash, bytes.p, bytes.len)));
		bv_json_set_str(version, "imported", bv_str_of(bv_time_write(at, bv_sql_int(stmt, 2))));
		bv_json_set_int(version, "bytes", bv_sql_int(stmt, 3));
		if (states)
			status = add_state(version, states, err);
		if (status != BV_OK)
			break;
	}
	bv_sql_reset(stmt);
	if (states)
		bv_sql_reset(states);
	return status;
}

/* State of the current version, and the version that exams draw. */
static enum bv_status
add_life(struct bv_json *json, struct bv_bank *bank, int64_t id, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(bank_stmt(&stmt, bank, BANK_SQL_ITEM_STATE_GET, err));
	bv_sql_bind_int(stmt, 1, id);
	TRY(bv_sql_step(stmt, &row, err));
	int64_t state = row ? bv_sql_int(stmt, 0) : BV_STATE_NONE, operational = row ? bv_sql_int(stmt, 3) : 0;
	bv_sql_reset(stmt);
	if (state <= BV_STATE_NONE || state > BV_STATE_SUPERSEDED)
		return bv_err_set(err, BV_EIO, "the item has no state: run 'bangvang audit bank', and restore the bank from a copy");
	bv_json_set_str(json, "state", bv_str_of(bv_state_name((enum bv_state)state)));
	bv_json_set(json, "operationalVersion", operational ? bv_json_new_int(operational) : bv_json_new_null());
	return BV_OK;
}

enum bv_status
bv_bank_show(struct bv_json **out, struct bv_bank *bank, struct bv_str identifier, struct bv_str language, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_pool_item item;
	struct bv_sql_stmt *stmt;
	char at[BV_TIME_SIZE];
	bool row;

	TRY(bank_life_load(bank, err));
	TRY(bank_language_find(&language, bank, identifier, &arena, err));
	TRY(bank_stmt(&stmt, bank, BANK_SQL_SHOW, err));
	bv_sql_bind_str(stmt, 1, identifier);
	bv_sql_bind_str(stmt, 2, language);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no item '%.*s' in language '%.*s' in the bank",
		                  BV_STR_ARG(bv_str_sub(identifier, 0, 100)), BV_STR_ARG(language));
	enum bv_status status = bank_item_load(&item, stmt, &arena, err);
	if (status == BV_OK && !in_ranges(stmt, &(struct range){ SHOW_CHANGED, -TIME_MAX, TIME_MAX }, 1))
		status = bv_err_set(err, BV_EIO, "item '%.*s': its metadata have no date: the bank is damaged, restore it from a copy", BV_STR_ARG(identifier));
	int64_t id = bv_sql_int(stmt, SHOW_ID), revision = bv_sql_int(stmt, SHOW_REVISION), changed = bv_sql_int(stmt, SHOW_CHANGED);
	bv_sql_reset(stmt);
	TRY(status);
	json = bv_pool_item_json(&item);
	bv_json_set_int(json, "metadataRevision", revision);
	bv_json_set_str(json, "metadataChanged", bv_str_of(bv_time_write(at, changed)));
	TRY(bank_links_show(json, "stimuli", bank, id, BANK_LINK_STIMULUS, err));
	TRY(bank_translations_show(json, bank, identifier, language, err));
	TRY(add_versions(json, bank, id, err));
	if (bank_keeps_life(bank))
		TRY(add_life(json, bank, id, err));
	*out = bv_steal(&json);
	return BV_OK;
}
