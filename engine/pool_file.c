#include <stdlib.h>

#include "base/json.h"
#include "engine/record.h"

static struct bv_json *
write_set(const struct bv_option_set *set)
{
	struct bv_json *object = bv_json_new_object();
	struct bv_json *choices = bv_json_set(object, "choices", bv_json_new_array());
	struct bv_json *fixed = bv_json_set(object, "fixed", bv_json_new_array());

	for (size_t i = 0; i < set->count; i++) {
		bv_json_add(choices, bv_json_new_str(set->choices[i]));
		if (set->fixed[i])
			bv_json_add(fixed, bv_json_new_int((int64_t)i));
	}
	return object;
}

static struct bv_json *
write_entry(const struct bv_draw_pool_entry *entry)
{
	struct bv_json *object = bv_json_new_object();

	bv_json_set_str(object, "identifier", entry->identifier);
	bv_json_set_int(object, "version", entry->version);
	bv_record_set_hash(object, "hash", entry->hash);
	struct bv_json *options = bv_json_set(object, "options", bv_json_new_array());
	for (size_t i = 0; i < entry->option_count; i++) {
		struct bv_json *list = bv_json_add(options, bv_json_new_object());
		bv_json_set_str(list, "response", entry->options[i].response);
		struct bv_json *sets = bv_json_set(list, "sets", bv_json_new_array());
		for (size_t k = 0; k < entry->options[i].set_count; k++)
			bv_json_add(sets, write_set(&entry->options[i].sets[k]));
	}
	return object;
}

void
bv_draw_pool_write(struct bv_buf *out, const struct bv_draw_pool *pool)
{
	BV_AUTO(bv_json_free) struct bv_json *root = bv_json_new_object();

	bv_json_set_str(root, "alg", BV_STR(BV_DRAW_ALGORITHM));
	struct bv_json *blueprint = bv_json_set(root, "blueprint", bv_json_new_object());
	bv_json_set_str(blueprint, "id", pool->blueprint_id);
	bv_record_set_hash(blueprint, "hash", pool->blueprint_hash);
	bv_json_set_str(root, "language", pool->language);
	struct bv_json *strata = bv_json_set(root, "strata", bv_json_new_array());
	for (size_t i = 0; i < pool->stratum_count; i++) {
		struct bv_json *stratum = bv_json_add(strata, bv_json_new_object());
		bv_json_set_str(stratum, "id", pool->strata[i].id);
		struct bv_json *items = bv_json_set(stratum, "items", bv_json_new_array());
		for (size_t k = 0; k < pool->strata[i].count; k++)
			bv_json_add(items, write_entry(&pool->strata[i].items[k]));
	}
	bv_json_write_canonical(out, root);
}

static enum bv_status
parse_set(struct bv_option_set *set, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_json *choices, *fixed;

	TRY(bv_json_only(json, "choices fixed", err));
	TRY(bv_record_array(&choices, json, "choices", BV_ITEM_CHOICES_MAX, err));
	TRY(bv_record_array(&fixed, json, "fixed", BV_ITEM_CHOICES_MAX, err));
	set->count = bv_json_count(choices);
	struct bv_str *names = bv_arena_array(arena, set->count, struct bv_str);
	for (size_t i = 0; i < set->count; i++) {
		struct bv_str name = bv_json_str(bv_json_at(choices, i));
		if (!name.len || name.len > BV_ITEM_IDENTIFIER_MAX)
			return bv_err_set(err, BV_EINVAL, "'choices' has an element that is no identifier");
		names[i] = bv_arena_str(arena, name);
	}
	bool *stays = bv_arena_array(arena, set->count, bool);
	int64_t least = 0;
	for (size_t i = 0; i < bv_json_count(fixed); i++) {
		const struct bv_json *at = bv_json_at(fixed, i);
		int64_t idx = bv_json_int(at);
		if (bv_json_type(at) != BV_JSON_INT || idx < least || idx >= (int64_t)set->count)
			return bv_err_set(err, BV_EINVAL, "'fixed' is not an ascending list of indices of 'choices'");
		stays[idx] = true;
		least = idx + 1;
	}
	set->choices = names;
	set->fixed = stays;
	return BV_OK;
}

static enum bv_status
parse_list(struct bv_option_list *list, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_json *sets;

	TRY(bv_json_only(json, "response sets", err));
	TRY(bv_record_name(&list->response, json, "response", arena, err));
	TRY(bv_record_array(&sets, json, "sets", 2, err));
	list->set_count = bv_json_count(sets);
	if (!list->set_count)
		return bv_err_set(err, BV_EINVAL, "'sets' is empty");
	struct bv_option_set *p = bv_arena_array(arena, list->set_count, struct bv_option_set);
	for (size_t i = 0; i < list->set_count; i++)
		TRY(parse_set(&p[i], bv_json_at(sets, i), arena, err));
	list->sets = p;
	return BV_OK;
}

static enum bv_status
parse_options(struct bv_draw_pool_entry *entry, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_json *options;

	TRY(bv_record_array(&options, json, "options", BV_ITEM_INTERACTIONS_MAX, err));
	entry->option_count = bv_json_count(options);
	struct bv_option_list *lists = bv_arena_array(arena, entry->option_count, struct bv_option_list);
	for (size_t i = 0; i < entry->option_count; i++) {
		TRY(parse_list(&lists[i], bv_json_at(options, i), arena, err));
		for (size_t k = 0; k < i; k++)
			if (bv_str_eq(lists[k].response, lists[i].response))
				return bv_err_set(err, BV_EINVAL, "'options' has the response '%.*s' twice", BV_STR_ARG(lists[i].response));
	}
	entry->options = lists;
	return BV_OK;
}

static enum bv_status
parse_entry(struct bv_draw_pool_entry *entry, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	TRY(bv_json_only(json, "hash identifier options version", err));
	TRY(bv_record_name(&entry->identifier, json, "identifier", arena, err));
	TRY(bv_json_need_int(&entry->version, json, "version", err));
	if (entry->version < 1)
		return bv_err_set(err, BV_EINVAL, "'version' is less than 1");
	TRY(bv_json_need_hex(entry->hash, BV_HASH_LEN, json, "hash", err));
	return parse_options(entry, json, arena, err);
}

static enum bv_status
parse_stratum(struct bv_draw_pool_stratum *stratum, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_json *items;

	TRY(bv_json_only(json, "id items", err));
	TRY(bv_record_name(&stratum->id, json, "id", arena, err));
	TRY(bv_record_array(&items, json, "items", BV_DRAW_POOL_ITEMS_MAX, err));
	stratum->count = bv_json_count(items);
	struct bv_draw_pool_entry *p = bv_arena_array(arena, stratum->count, struct bv_draw_pool_entry);
	for (size_t i = 0; i < stratum->count; i++) {
		if (parse_entry(&p[i], bv_json_at(items, i), arena, err) != BV_OK)
			return bv_err_set(err, err->status, "stratum '%.*s', item %zu: %s", BV_STR_ARG(stratum->id), i, err->msg);
		if (i && bv_str_cmp(p[i - 1].identifier, p[i].identifier) >= 0)
			return bv_err_set(err, BV_EINVAL, "stratum '%.*s', item %zu: '%.*s' does not come after '%.*s' in byte order",
			                  BV_STR_ARG(stratum->id), i, BV_STR_ARG(p[i].identifier), BV_STR_ARG(p[i - 1].identifier));
	}
	stratum->items = p;
	return BV_OK;
}

static int
by_identifier(const void *a, const void *b)
{
	return bv_str_cmp((*(const struct bv_draw_pool_entry *const *)a)->identifier, (*(const struct bv_draw_pool_entry *const *)b)->identifier);
}

static enum bv_status
check_apart(const struct bv_draw_pool *pool, struct bv_err *err)
{
	size_t count = 0, n = 0;
	enum bv_status status = BV_OK;

	for (size_t i = 0; i < pool->stratum_count; i++)
		count += pool->strata[i].count;
	if (count > BV_DRAW_POOL_ITEMS_MAX)
		return bv_err_set(err, BV_ELIMIT, "the pool has more than %d items", BV_DRAW_POOL_ITEMS_MAX);
	const struct bv_draw_pool_entry **all = bv_alloc_array(count, sizeof *all);
	for (size_t i = 0; i < pool->stratum_count; i++)
		for (size_t k = 0; k < pool->strata[i].count; k++)
			all[n++] = &pool->strata[i].items[k];
	if (count)
		qsort(all, count, sizeof *all, by_identifier);
	for (size_t i = 1; status == BV_OK && i < count; i++)
		if (by_identifier(&all[i - 1], &all[i]) == 0)
			status = bv_err_set(err, BV_EINVAL, "item '%.*s' is in two strata", BV_STR_ARG(all[i]->identifier));
	free(all);
	return status;
}

static enum bv_status
parse_root(struct bv_draw_pool *pool, const struct bv_json *root, struct bv_err *err)
{
	const struct bv_json *blueprint, *strata;

	if (bv_json_type(root) != BV_JSON_OBJECT)
		return bv_err_set(err, BV_EINVAL, "a pool is a JSON object");
	TRY(bv_json_only(root, "alg blueprint language strata", err));
	TRY(bv_record_algorithm(root, err));
	TRY(bv_json_need(&blueprint, root, "blueprint", BV_JSON_OBJECT, err));
	TRY(bv_json_only(blueprint, "hash id", err));
	TRY(bv_record_name(&pool->blueprint_id, blueprint, "id", &pool->arena, err));
	TRY(bv_json_need_hex(pool->blueprint_hash, BV_HASH_LEN, blueprint, "hash", err));
	TRY(bv_record_name(&pool->language, root, "language", &pool->arena, err));
	TRY(bv_record_array(&strata, root, "strata", BV_BLUEPRINT_STRATA_MAX, err));
	pool->stratum_count = bv_json_count(strata);
	struct bv_draw_pool_stratum *p = bv_arena_array(&pool->arena, pool->stratum_count, struct bv_draw_pool_stratum);
	for (size_t i = 0; i < pool->stratum_count; i++)
		TRY(parse_stratum(&p[i], bv_json_at(strata, i), &pool->arena, err));
	pool->strata = p;
	return check_apart(pool, err);
}

enum bv_status
bv_draw_pool_parse(struct bv_draw_pool **out, struct bv_str json, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *root = NULL;
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = bv_alloc(sizeof *pool);
	BV_AUTO(bv_buf_finish) struct bv_buf canonical = BV_BUF(BV_DRAW_POOL_MAX);

	TRY(bv_json_parse_large(&root, json, BV_DRAW_POOL_MAX + 1, err));
	TRY(parse_root(pool, root, err));
	bv_draw_pool_write(&canonical, pool);
	TRY(bv_buf_check(&canonical, err));
	TRY(bv_record_canonical(bv_buf_str(&canonical), json, "pool", err));
	bv_sha256(pool->hash, bv_buf_str(&canonical));
	*out = bv_steal(&pool);
	return BV_OK;
}
