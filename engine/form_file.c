#include <assert.h>
#include <stdlib.h>

#include "assembly/assembly.h"
#include "base/json.h"
#include "engine/record.h"

/* The order of names in the canonical form, which differs from the form's own only where names have letters beyond U+E000. */
static void
sort_orders(const struct bv_delivery_order *sorted[BV_ITEM_INTERACTIONS_MAX], const struct bv_form_item *item)
{
	assert(item->order_count <= BV_ITEM_INTERACTIONS_MAX);
	for (size_t i = 0; i < item->order_count; i++) {
		size_t at = i;
		for (; at > 0 && bv_json_name_cmp(sorted[at - 1]->response, item->orders[i].response) > 0; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = &item->orders[i];
	}
}

static void
write_orders(struct bv_json_pen *pen, const struct bv_form_item *item)
{
	const struct bv_delivery_order *sorted[BV_ITEM_INTERACTIONS_MAX];

	sort_orders(sorted, item);
	bv_json_pen_open(pen, "orders", '{');
	for (size_t i = 0; i < item->order_count; i++) {
		bv_json_pen_name(pen, sorted[i]->response);
		bv_json_pen_open(pen, NULL, '[');
		for (size_t k = 0; k < sorted[i]->set_count; k++) {
			const struct bv_delivery_set *set = &sorted[i]->sets[k];
			bv_json_pen_open(pen, NULL, '[');
			for (size_t c = 0; c < set->count; c++)
				bv_json_pen_str(pen, NULL, set->choices[c]);
			bv_json_pen_close(pen, ']');
		}
		bv_json_pen_close(pen, ']');
	}
	bv_json_pen_close(pen, '}');
}

static void
write_item(struct bv_json_pen *pen, const struct bv_form_item *item)
{
	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_hex(pen, "cloneSeed", item->clone_seed, BV_HASH_LEN);
	bv_json_pen_hex(pen, "hash", item->hash, BV_HASH_LEN);
	bv_json_pen_str(pen, "identifier", item->identifier);
	bv_json_pen_str(pen, "language", item->language);
	bv_json_pen_int(pen, "marks", item->marks);
	write_orders(pen, item);
	bv_json_pen_str(pen, "part", item->part);
	bv_json_pen_int(pen, "position", item->position);
	bv_json_pen_str(pen, "stratum", item->stratum);
	bv_json_pen_int(pen, "version", item->version);
	bv_json_pen_close(pen, '}');
}

const char *
bv_form_algorithm(const struct bv_form *form)
{
	return form->is_adaptive ? BV_CAT_ALGORITHM : form->parallel ? BV_PARALLEL_ALGORITHM : form->assembled ? BV_FLY_ALGORITHM : BV_DRAW_ALGORITHM;
}

/* The caps that an assembled form does not hold: in the order in which they give way. */
static const struct {
	unsigned bit;
	const char *name;
} caps[] = { { BV_FLY_OVERLAP, "overlap" }, { BV_FLY_EXPOSURE, "exposure" }, { BV_FLY_SEEN, "seen" } };

void
bv_issue_broken_write(struct bv_buf *out, unsigned broken)
{
	for (size_t i = 0, more = 0; i < BV_COUNT(caps); i++)
		if (broken & caps[i].bit)
			bv_buf_printf(out, "%s%s", more++ ? " " : "", caps[i].name);
}

static void
write_relaxed(struct bv_json_pen *pen, const struct bv_form *form)
{
	bv_json_pen_open(pen, "relaxed", '[');
	for (size_t i = 0; i < BV_COUNT(caps); i++)
		if (form->broken & caps[i].bit)
			bv_json_pen_str(pen, NULL, bv_str_of(caps[i].name));
	bv_json_pen_close(pen, ']');
}

/* In any order: another than ours is not the canonical form. */
static enum bv_status
parse_relaxed(struct bv_form *form, const struct bv_json *root, struct bv_err *err)
{
	const struct bv_json *words;

	TRY(bv_record_array(&words, root, "relaxed", BV_COUNT(caps), err));
	for (size_t i = 0; i < bv_json_count(words); i++) {
		size_t k = 0;
		while (k < BV_COUNT(caps) && !bv_str_is(bv_json_str(bv_json_at(words, i)), caps[k].name))
			k++;
		if (k == BV_COUNT(caps))
			return bv_err_set(err, BV_EINVAL, "'relaxed' has another word than overlap, exposure and seen");
		form->broken |= caps[k].bit;
	}
	return BV_OK;
}

/* Names in the order of RFC 8785; tests/engine/test_form.c holds the bytes against the generic writer's. */
void
bv_form_write(struct bv_buf *out, const struct bv_form *form)
{
	struct bv_json_pen pen = { .out = out };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "alg", bv_str_of(bv_form_algorithm(form)));
	bv_json_pen_open(&pen, "blueprint", '{');
	bv_json_pen_hex(&pen, "hash", form->blueprint_hash, BV_HASH_LEN);
	bv_json_pen_str(&pen, "id", form->blueprint_id);
	bv_json_pen_close(&pen, '}');
	bv_json_pen_hex(&pen, "cid", form->cid, BV_HASH_LEN);
	bv_json_pen_hex(&pen, "drawKeyHash", form->draw_key_hash, BV_HASH_LEN);
	bv_json_pen_open(&pen, "items", '[');
	for (size_t i = 0; i < form->item_count; i++)
		write_item(&pen, &form->items[i]);
	bv_json_pen_close(&pen, ']');
	if (form->parallel)
		bv_json_pen_int(&pen, "parallel", form->parallel);
	bv_json_pen_hex(&pen, "pool", form->pool_hash, BV_HASH_LEN);
	if (form->assembled)
		write_relaxed(&pen, form);
	bv_json_pen_hex(&pen, "seed", form->seed, BV_HASH_LEN);
	bv_json_pen_str(&pen, "ticket", form->ticket);
	bv_json_pen_close(&pen, '}');
}

static enum bv_status
parse_set(struct bv_delivery_set *set, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
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
	*set = (struct bv_delivery_set){ choices, bv_json_count(json) };
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
	struct bv_delivery_order *orders = bv_arena_array(arena, bv_json_count(object), struct bv_delivery_order);
	for (void *it = bv_json_members(object); it; it = bv_json_next(object, it), n++) {
		const struct bv_json *sets = bv_json_member(it);
		struct bv_str name = bv_json_member_name(it);
		size_t count = bv_json_count(sets);
		if (!name.len || name.len > BV_ITEM_IDENTIFIER_MAX || bv_json_type(sets) != BV_JSON_ARRAY || count < 1 || count > 2)
			return bv_err_set(err, BV_EINVAL, "'orders': each member is an array of one or two sets, named by its response");
		struct bv_delivery_set *p = bv_arena_array(arena, count, struct bv_delivery_set);
		for (size_t i = 0; i < count; i++)
			TRY(parse_set(&p[i], bv_json_at(sets, i), arena, err));
		orders[n] = (struct bv_delivery_order){ bv_arena_str(arena, name), p, count };
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
	int64_t number;

	if (bv_json_type(root) != BV_JSON_OBJECT)
		return bv_err_set(err, BV_EINVAL, "a form is a JSON object");
	struct bv_str alg = bv_json_str(bv_json_find(root, "alg"));
	bool parallel = bv_str_is(alg, BV_PARALLEL_ALGORITHM);
	form->is_adaptive = bv_str_is(alg, BV_CAT_ALGORITHM);
	form->assembled = parallel || form->is_adaptive || bv_str_is(alg, BV_FLY_ALGORITHM);
	if (parallel) {
		TRY(bv_json_only(root, "alg blueprint cid drawKeyHash items parallel pool relaxed seed ticket", err));
		TRY(bv_json_need_int(&number, root, "parallel", err));
		if (number < 1 || number > BV_ASSEMBLY_FORMS_MAX)
			return bv_err_set(err, BV_EINVAL, "'parallel' is %lld: forms count from 1 to %d", (long long)number, BV_ASSEMBLY_FORMS_MAX);
		form->parallel = (uint32_t)number;
		TRY(parse_relaxed(form, root, err));
	} else if (form->assembled) {
		TRY(bv_json_only(root, "alg blueprint cid drawKeyHash items pool relaxed seed ticket", err));
		TRY(parse_relaxed(form, root, err));
	} else {
		TRY(bv_json_only(root, "alg blueprint cid drawKeyHash items pool seed ticket", err));
		TRY(bv_record_algorithm(root, err));
	}
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
