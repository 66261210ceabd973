#include <stdlib.h>

#include "base/json.h"
#include "engine/record.h"

static struct bv_json *
write_orders(const struct bv_form_item *item)
{
	struct bv_json *orders = bv_json_new_object();
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(BV_ITEM_IDENTIFIER_MAX);

	for (size_t i = 0; i < item->order_count; i++) {
		const struct bv_form_order *order = &item->orders[i];
		bv_buf_clear(&name);
		bv_buf_add(&name, order->response);
		struct bv_json *sets = bv_json_set(orders, name.p, bv_json_new_array());
		for (size_t k = 0; k < order->set_count; k++) {
			struct bv_json *set = bv_json_add(sets, bv_json_new_array());
			for (size_t c = 0; c < order->sets[k].count; c++)
				bv_json_add(set, bv_json_new_str(order->sets[k].choices[c]));
		}
	}
	return orders;
}

static struct bv_json *
write_item(const struct bv_form_item *item)
{
	struct bv_json *object = bv_json_new_object();

	bv_json_set_int(object, "position", item->position);
	bv_json_set_str(object, "part", item->part);
	bv_json_set_str(object, "stratum", item->stratum);
	bv_json_set_str(object, "identifier", item->identifier);
	bv_json_set_str(object, "language", item->language);
	bv_json_set_int(object, "version", item->version);
	bv_record_set_hash(object, "hash", item->hash);
	bv_json_set_int(object, "marks", item->marks);
	bv_record_set_hash(object, "cloneSeed", item->clone_seed);
	bv_json_set(object, "orders", write_orders(item));
	return object;
}

void
bv_form_write(struct bv_buf *out, const struct bv_form *form)
{
	BV_AUTO(bv_json_free) struct bv_json *root = bv_json_new_object();

	bv_json_set_str(root, "alg", BV_STR(BV_DRAW_ALGORITHM));
	struct bv_json *blueprint = bv_json_set(root, "blueprint", bv_json_new_object());
	bv_json_set_str(blueprint, "id", form->blueprint_id);
	bv_record_set_hash(blueprint, "hash", form->blueprint_hash);
	bv_record_set_hash(root, "pool", form->pool_hash);
	bv_record_set_hash(root, "seed", form->seed);
	bv_json_set_str(root, "ticket", form->ticket);
	bv_record_set_hash(root, "cid", form->cid);
	bv_record_set_hash(root, "drawKeyHash", form->draw_key_hash);
	struct bv_json *items = bv_json_set(root, "items", bv_json_new_array());
	for (size_t i = 0; i < form->item_count; i++)
		bv_json_add(items, write_item(&form->items[i]));
	bv_json_write_canonical(out, root);
}

static enum bv_status
parse_set(struct bv_form_set *set, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	if (bv_json_type(json) != BV_JSON_ARRAY || bv_json_count(json) > BV_ITEM_CHOICES_MAX)
		return bv_err_set(err, BV_EINVAL, "a set is an array of at most %d identifiers", BV_ITEM_CHOICES_MAX);
	struct bv_str *choices = bv_arena_array(arena, bv_json_count(json), struct bv_str);
	for (size_t i = 0; i < bv_json_count(json); i++) {
		struct bv_str s = bv_json_str(bv_json_at(json, i));
		if (!s.len || s.len > BV_ITEM_IDENTIFIER_MAX)
			return bv_err_set(err, BV_EINVAL, "element %zu of a set is no identifier", i);
		choices[i] = bv_arena_str(arena, s);
	}
	*set = (struct bv_form_set){ choices, bv_json_count(json) };
	return BV_OK;
}

static enum bv_status
parse_orders(struct bv_form_item *item, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_json *object;
	size_t n = 0;

	TRY(bv_json_need(&object, json, "orders", BV_JSON_OBJECT, err));
	if (bv_json_count(object) > BV_ITEM_INTERACTIONS_MAX)
		return bv_err_set(err, BV_ELIMIT, "'orders' has more than %d members", BV_ITEM_INTERACTIONS_MAX);
	struct bv_form_order *orders = bv_arena_array(arena, bv_json_count(object), struct bv_form_order);
	for (void *it = bv_json_members(object); it; it = bv_json_next(object, it), n++) {
		const struct bv_json *sets = bv_json_member(it);
		struct bv_str name = bv_json_member_name(it);
		size_t count = bv_json_count(sets);
		if (!name.len || name.len > BV_ITEM_IDENTIFIER_MAX || bv_json_type(sets) != BV_JSON_ARRAY || count < 1 || count > 2)
			return bv_err_set(err, BV_EINVAL, "'orders': each member is an array of one or two sets, named by its response");
		struct bv_form_set *p = bv_arena_array(arena, count, struct bv_form_set);
		for (size_t i = 0; i < count; i++)
			TRY(parse_set(&p[i], bv_json_at(sets, i), arena, err));
		orders[n] = (struct bv_form_order){ bv_arena_str(arena, name), p, count };
	}
	item->orders = orders;
	item->order_count = n;
	return BV_OK;
}

static enum bv_status
parse_item(struct bv_form_item *item, size_t idx, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	int64_t position, marks;

	TRY(bv_json_only(json, "cloneSeed hash identifier language marks orders part position stratum version", err));
	TRY(bv_json_need_int(&position, json, "position", err));
	if (position != (int64_t)idx + 1)
		return bv_err_set(err, BV_EINVAL, "'position' is %lld: positions count from 1", (long long)position);
	TRY(bv_record_name(&item->part, json, "part", arena, err));
	TRY(bv_record_name(&item->stratum, json, "stratum", arena, err));
	TRY(bv_record_name(&item->identifier, json, "identifier", arena, err));
	TRY(bv_record_name(&item->language, json, "language", arena, err));
	TRY(bv_json_need_int(&item->version, json, "version", err));
	TRY(bv_json_need_hex(item->hash, BV_HASH_LEN, json, "hash", err));
	TRY(bv_json_need_int(&marks, json, "marks", err));
	if (item->version < 1 || marks < 1 || marks > INT32_MAX)
		return bv_err_set(err, BV_EINVAL, "'version' and 'marks' are 1 or more");
	TRY(bv_json_need_hex(item->clone_seed, BV_HASH_LEN, json, "cloneSeed", err));
	item->position = (uint32_t)position;
	item->marks = (int32_t)marks;
	return parse_orders(item, json, arena, err);
}

static enum bv_status
parse_items(struct bv_form *form, const struct bv_json *array, struct bv_err *err)
{
	size_t count = bv_json_count(array);

	if (count < 1 || count > BV_FORM_ITEMS_MAX)
		return bv_err_set(err, BV_ELIMIT, "a form has 1–%d items", BV_FORM_ITEMS_MAX);
	struct bv_form_item *items = bv_arena_array(&form->arena, count, struct bv_form_item);
	for (size_t i = 0; i < count; i++) {
		if (parse_item(&items[i], i, bv_json_at(array, i), &form->arena, err) != BV_OK)
			return bv_err_set(err, err->status, "item %zu of the form: %s", i + 1, err->msg);
		for (size_t k = 0; k < i; k++)
			if (bv_str_eq(items[k].identifier, items[i].identifier))
				return bv_err_set(err, BV_EINVAL, "item '%.*s' is in the form twice", BV_STR_ARG(items[i].identifier));
	}
	form->items = items;
	form->item_count = count;
	return BV_OK;
}

static enum bv_status
parse_root(struct bv_form *form, const struct bv_json *root, struct bv_err *err)
{
	const struct bv_json *blueprint, *items;

	if (bv_json_type(root) != BV_JSON_OBJECT)
		return bv_err_set(err, BV_EINVAL, "a form is a JSON object");
	TRY(bv_json_only(root, "alg blueprint cid drawKeyHash items pool seed ticket", err));
	TRY(bv_record_algorithm(root, err));
	TRY(bv_json_need(&blueprint, root, "blueprint", BV_JSON_OBJECT, err));
	TRY(bv_json_only(blueprint, "hash id", err));
	TRY(bv_record_name(&form->blueprint_id, blueprint, "id", &form->arena, err));
	TRY(bv_json_need_hex(form->blueprint_hash, BV_HASH_LEN, blueprint, "hash", err));
	TRY(bv_json_need_hex(form->pool_hash, BV_HASH_LEN, root, "pool", err));
	TRY(bv_json_need_hex(form->seed, BV_HASH_LEN, root, "seed", err));
	TRY(bv_record_name(&form->ticket, root, "ticket", &form->arena, err));
	TRY(bv_json_need_hex(form->cid, BV_HASH_LEN, root, "cid", err));
	TRY(bv_json_need_hex(form->draw_key_hash, BV_HASH_LEN, root, "drawKeyHash", err));
	TRY(bv_json_need(&items, root, "items", BV_JSON_ARRAY, err));
	return parse_items(form, items, err);
}

enum bv_status
bv_form_parse(struct bv_form **out, struct bv_str json, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *root = NULL;
	BV_AUTO(bv_form_free) struct bv_form *form = bv_alloc(sizeof *form);
	BV_AUTO(bv_buf_finish) struct bv_buf canonical = BV_BUF(BV_FORM_MAX);

	TRY(bv_json_parse(&root, json, err));
	TRY(parse_root(form, root, err));
	bv_form_write(&canonical, form);
	TRY(bv_buf_check(&canonical, err));
	TRY(bv_record_canonical(bv_buf_str(&canonical), json, "form", err));
	*out = bv_steal(&form);
	return BV_OK;
}
