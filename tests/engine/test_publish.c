/* A form drawn from a bank as its candidate gets it: every version read once, every page made from memory. */
#define _GNU_SOURCE
#include <unistd.h>

#include "base/file.h"
#include "engine/engine.h"
#include "tests/check.h"

static char folder[] = "/tmp/bv-publish-XXXXXX";

static const char *
in_source(const char *name)
{
	static char path[4096];
	const char *source = getenv("BV_SOURCE");

	snprintf(path, sizeof path, "%s/%s", source ? source : ".", name);
	return path;
}

static struct bv_bank *
sample_bank(void)
{
	char path[100];
	struct bv_bank *bank = NULL;
	struct bv_import_counts counts;
	const char *sample = in_source("itembank/sample");
	struct bv_err err;

	snprintf(path, sizeof path, "%s/bank.db", folder);
	CHECK_OK(bv_bank_open(&bank, path, BV_BANK_CREATE, &err), &err, "a bank");
	/* The filter of system calls is the import's own test. */
	CHECK_OK(bv_bank_import(bank, &sample, 1, &(struct bv_import_opts){ .now_s = 1, .unfiltered = true }, &counts, &err), &err, "  of the sample");
	return bank;
}

/* Where the choice stands on the page, or 0. */
static size_t
place_of(const struct bv_buf *page, const struct bv_item_session *session, const struct bv_delivery *delivery, struct bv_str response, bool list,
         struct bv_str choice)
{
	BV_AUTO(bv_json_free) struct bv_json *given = NULL, *hidden = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 16);
	struct bv_err err;

	bv_buf_printf(&text, "{\"%.*s\":{\"%s\":{\"identifier\":%s\"%.*s\"%s}}}", BV_STR_ARG(response), list ? "list" : "base", list ? "[" : "", BV_STR_ARG(choice),
	              list ? "]" : "");
	if (bv_json_parse(&given, bv_buf_str(&text), &err) != BV_OK || bv_delivery_hide_responses(&hidden, session, delivery, given, &err) != BV_OK)
		return CHECK(false, "%s: %s", text.p, err.msg), 0;
	const struct bv_json *value = bv_json_find(bv_json_find(bv_json_member(bv_json_members(hidden)), list ? "list" : "base"), "identifier");
	struct bv_str id = bv_json_str(list ? bv_json_at(value, 0) : value);
	const char *at = id.len ? memmem(page->p, page->len, id.p, id.len) : NULL;
	return at ? (size_t)(at - page->p) : 0;
}

/* Choices of choice interactions stand in the order of the form. */
static void
check_orders(size_t *checked, const struct bv_buf *page, const struct bv_item_session *session, const struct bv_delivery *delivery, const struct bv_item *item)
{
	for (size_t i = 0; i < delivery->order_count; i++) {
		const struct bv_delivery_order *order = &delivery->orders[i];
		const struct bv_interaction *interaction = NULL;
		size_t last = 0;
		for (size_t k = 0; k < bv_item_interaction_count(item); k++)
			if (bv_str_eq(bv_item_interaction(item, k)->response, order->response))
				interaction = bv_item_interaction(item, k);
		if (!interaction || interaction->kind != BV_INTERACTION_CHOICE)
			continue;
		for (size_t k = 0; k < order->sets[0].count; k++) {
			size_t at = place_of(page, session, delivery, order->response, interaction->max_choices != 1, order->sets[0].choices[k]);
			CHECK(at > last, "%.*s: choice %zu is after the one before it", BV_STR_ARG(bv_item_identifier(item)), k + 1);
			last = at;
		}
		++*checked;
	}
}

struct publication {
	struct bv_published *items[64];
	size_t count;
};

static struct bv_published *
published_of(struct publication *all, struct bv_bank *bank, const struct bv_form_item *wanted)
{
	struct bv_err err;

	for (size_t i = 0; i < all->count; i++)
		if (bv_str_eq(bv_item_identifier(bv_published_item(all->items[i])), wanted->identifier))
			return all->items[i];
	if (!CHECK(bank != NULL, "it was published before"))
		exit(1);
	CHECK_OK(bv_bank_publish(&all->items[all->count], bank, wanted->identifier, wanted->language, (uint32_t)wanted->version, &err), &err, "published");
	return all->items[all->count++];
}

static void
render(size_t *checked, struct bv_published *published, const struct bv_form_item *wanted)
{
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf page = BV_BUF(1u << 20), other = BV_BUF(1u << 20);
	uint8_t key[BV_HASH_LEN] = { 1 };
	struct bv_delivery delivery = { .key = key, .view = BV_VIEW_CANDIDATE, .orders = wanted->orders, .order_count = wanted->order_count };
	struct bv_err err;

	bv_published_delivery(&delivery, published);
	CHECK(bv_hash_eq(bv_published_hash(published), wanted->hash), "the version of the form");
	CHECK_OK(bv_item_session_new(&session, bv_published_item(published), wanted->clone_seed, &err), &err, "a session");
	CHECK_OK(bv_delivery_render(&page, session, &delivery, &err), &err, "a page");
	check_orders(checked, &page, session, &delivery, bv_published_item(published));
	key[0] = 2;
	CHECK_OK(bv_delivery_render(&other, session, &delivery, &err), &err, "another attempt");
	CHECK(other.len == page.len, "  of the same length");
}

static void
forms(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_BLUEPRINT_MAX);
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *blueprint = NULL;
	BV_AUTO(bv_bank_close) struct bv_bank *bank = sample_bank();
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = NULL;
	BV_AUTO(bv_draw_plan_free) struct bv_draw_plan *plan = NULL;
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;
	struct publication all = { .count = 0 };
	struct bv_draw_key key;
	static const uint8_t seed[BV_HASH_LEN] = { 1, 2 }, draw_key[BV_HASH_LEN] = { 3 };
	size_t checked = 0;
	struct bv_err err;

	CHECK_OK(bv_file_read(&text, in_source("engine/sample/vn-basic-40.xml"), &err), &err, "a blueprint");
	CHECK_OK(bv_blueprint_parse(&blueprint, bv_buf_str(&text), &err), &err, "  parsed");
	CHECK_OK(bv_draw_pool_load(&pool, blueprint, bank, NULL, &err), &err, "its pool");
	CHECK_OK(bv_draw_plan_new(&plan, blueprint, pool, &err), &err, "its plan");
	bv_draw_key_init(&key, draw_key, seed);
	CHECK_OK(bv_form_draw(&form, plan, &key, BV_STR("T-1"), &err), &err, "a form");
	CHECK(form->item_count == 40, "of 40 items");
	for (size_t i = 0; i < form->item_count; i++)
		published_of(&all, bank, &form->items[i]);
	bv_bank_close(bv_steal(&bank)); /* what follows is from memory */
	for (size_t i = 0; i < form->item_count; i++)
		render(&checked, published_of(&all, NULL, &form->items[i]), &form->items[i]);
	CHECK(checked >= 10, "orders were compared: %zu", checked);
	for (size_t i = 0; i < all.count; i++)
		bv_published_free(all.items[i]);
}

int
main(void)
{
	if (!CHECK(mkdtemp(folder) != NULL, "a folder"))
		return check_end();
	forms();
	char command[100];
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command) != 0 || check_end();
}
