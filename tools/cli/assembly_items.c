#include "tools/cli/assembly_items.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"
#include "itembank/itembank.h"
#include "scoring/irt/irt.h"

/* Groups of items of which any two are enemies, until every pair is in one: each is one row of a form instead of a row for each pair. */
struct cliques {
	const struct bv_pool *pool;
	const uint32_t *kept; /* items with parameters */
	size_t count;
	struct bv_buf *names; /* of each kept item: its groups, separated by spaces */
	size_t groups;
};

static bool
are_enemies(const struct cliques *c, size_t i, size_t j)
{
	const struct bv_pool_item *item = &c->pool->items[c->kept[i]];

	for (size_t e = 0; e < item->enemy_count; e++)
		if (bv_str_eq(item->enemies[e], c->pool->items[c->kept[j]].identifier))
			return true;
	return false;
}

static bool
share_group(const struct cliques *c, size_t i, size_t j)
{
	struct bv_str rest = bv_buf_str(&c->names[i]), a, b;

	while (bv_str_token(&rest, &a))
		for (struct bv_str other = bv_buf_str(&c->names[j]); bv_str_token(&other, &b);)
			if (bv_str_eq(a, b))
				return true;
	return false;
}

static void
join(struct cliques *c, size_t item)
{
	bv_buf_printf(&c->names[item], "%s%zu", c->names[item].len ? " " : "", c->groups);
}

static void
cover_pair(struct cliques *c, size_t i, size_t j)
{
	size_t members[64] = { i, j }, count = 2;

	for (size_t k = 0; k < c->count && count < BV_COUNT(members); k++) {
		size_t m = 0;
		while (m < count && members[m] != k && are_enemies(c, k, members[m]))
			m++;
		if (m == count)
			members[count++] = k;
	}
	c->groups++;
	for (size_t m = 0; m < count; m++)
		join(c, members[m]);
}

static void
cover(struct cliques *c)
{
	for (size_t i = 0; i < c->count; i++)
		for (size_t j = i + 1; j < c->count && c->pool->items[c->kept[i]].enemy_count; j++)
			if (are_enemies(c, i, j) && !share_group(c, i, j))
				cover_pair(c, i, j);
}

static void
set_item(struct bv_json *o, const struct bv_pool_item *item, const struct bv_irt_set_item *parameters, struct bv_str enemies)
{
	bv_json_set_str(o, "id", item->identifier);
	if (parameters) {
		bv_irt_item_write(o, &parameters->item, parameters->marks, 1);
	} else {
		bv_json_set(o, "a", bv_json_new_real(item->discrimination / 1000.0));
		bv_json_set(o, "b", bv_json_new_real(item->difficulty / 1000.0));
	}
	bv_json_set_str(o, "language", item->language);
	bv_json_set_str(o, "kind", item->kind);
	bv_json_set_str(o, "competence", item->competence);
	bv_json_set_str(o, "area", bv_str_sub(item->competence, 0, bv_str_find(item->competence, '.')));
	bv_json_set_str(o, "component", item->component);
	bv_json_set_str(o, "level", bv_str_of(bv_cognitive_name(item->level)));
	bv_json_set_str(o, "author", item->author);
	bv_json_set(o, "machineScorable", bv_json_new_bool(item->machine_scorable));
	bv_json_set_int(o, "expectedSeconds", item->expected_s);
	bv_json_set_str(o, "enemies", enemies);
}

static bool
has_parameters(const struct bv_pool_item *item, const struct bv_irt_set *set)
{
	const struct bv_irt_set_item *found = set ? bv_irt_set_find(set, item->identifier) : NULL;

	return set ? found && bv_assembly_takes(found) : item->has_parameters;
}

static struct bv_json *
pool_json(const struct bv_pool *pool, const struct bv_irt_set *set)
{
	struct bv_json *root = bv_json_new_object(), *items = bv_json_set(root, "items", bv_json_new_array());
	uint32_t *kept = bv_alloc_array(pool->count, sizeof *kept);
	struct cliques c = { .pool = pool, .kept = kept, .names = bv_alloc_array(pool->count, sizeof *c.names) };

	for (size_t i = 0; i < pool->count; i++)
		if (has_parameters(&pool->items[i], set)) {
			kept[c.count] = (uint32_t)i;
			c.names[c.count++] = BV_BUF(1u << 16);
		}
	cover(&c);
	for (size_t i = 0; i < c.count; i++) {
		const struct bv_pool_item *item = &pool->items[kept[i]];
		set_item(bv_json_add(items, bv_json_new_object()), item, set ? bv_irt_set_find(set, item->identifier) : NULL, bv_buf_str(&c.names[i]));
		bv_buf_finish(&c.names[i]);
	}
	free(c.names);
	free(kept);
	return root;
}

enum bv_status
assembly_set_load(struct bv_irt_set **out, const struct args *args, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF((size_t)64 << 20);
	const char *path = args_get(args, "parameters");

	if (!path)
		return BV_OK;
	TRY(bv_file_read(&text, path, err));
	if (bv_irt_set_parse(out, bv_buf_str(&text), err) != BV_OK)
		return bv_err_again(err, err->line, "%s: %s", path, err->msg);
	return BV_OK;
}

enum bv_status
assembly_items_write(struct bv_buf *text, const struct bv_irt_set *set, const struct args *args, struct bv_err *err)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_bank_filter filter = { .language = args_get(args, "language") ? bv_str_of(args_get(args, "language")) : BV_STR("vi") };

	TRY(bv_bank_open(&bank, args_get(args, "bank"), BV_BANK_READ, err));
	TRY(bv_bank_pool(&pool, bank, &filter, err));
	json = pool_json(&pool, set);
	if (!bv_json_count(bv_json_find(json, "items")))
		return bv_err_set(err, BV_EINVAL, "none of the bank's %zu items in '%.*s' has parameters%s: calibrate first, or give a file with --items",
		                  pool.count, BV_STR_ARG(filter.language), set ? " in the set" : "");
	bv_json_write_canonical(text, json);
	return bv_buf_check(text, err);
}

static enum bv_status
load_bank(struct bv_assembly_bank **out, const struct bv_irt_set *set, const struct args *args, double metric, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_ASSEMBLY_DOCUMENT_MAX);

	TRY(assembly_items_write(&text, set, args, err));
	return bv_assembly_bank_parse(out, bv_buf_str(&text), metric, err);
}

static enum bv_status
load_items(struct bv_assembly_bank **out, const struct bv_irt_set *set, const char *path, double metric, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_ASSEMBLY_DOCUMENT_MAX);

	TRY(bv_file_read(&text, path, err));
	return set ? bv_assembly_bank_parse_with(out, bv_buf_str(&text), set, err) : bv_assembly_bank_parse(out, bv_buf_str(&text), metric, err);
}

/* What a set leaves out is not a fault: an item of it that nobody can use, or one that was not calibrated yet. */
static void
print_left_out(const struct bv_assembly_bank *bank)
{
	enum { SHOWN = 10 };

	if (!bank->left_out_count)
		return;
	fprintf(stderr, "%zu items are left out, without parameters in the set or with some out of range (a above 0 to 10, b from -10 to 10):", bank->left_out_count);
	for (size_t i = 0; i < bank->left_out_count && i < SHOWN; i++)
		fprintf(stderr, " %.*s", BV_STR_ARG(bank->left_out[i]));
	fputs(bank->left_out_count > SHOWN ? " …\n" : "\n", stderr);
}

int
assembly_items_load(struct bv_assembly_bank **out, const struct args *args)
{
	BV_AUTO(bv_irt_set_free) struct bv_irt_set *set = NULL;
	const char *path = args_get(args, "items"), *said = args_get(args, "metric");
	struct bv_err err = { 0 };
	double metric = 0;

	if (!path == !args_get(args, "bank"))
		return usage(args->cmd, "either --items FILE or --bank DB is needed");
	if (said && (!bv_str_double(bv_str_of(said), &metric) || !(metric > 0 && metric <= 10)))
		return usage(args->cmd, "--metric: '%s' is not a number above 0 and at most 10", said);
	if (said && args_get(args, "parameters"))
		return usage(args->cmd, "a parameter set names its metric itself: leave --metric out");
	if (assembly_set_load(&set, args, &err) != BV_OK)
		return fail(NULL, &err);
	if ((path ? load_items(out, set, path, metric, &err) : load_bank(out, set, args, metric, &err)) != BV_OK)
		return fail(path ? path : args_get(args, "bank"), &err);
	print_left_out(*out);
	return EXIT_YES;
}

int
assembly_design_load(struct bv_design **out, const struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_JSON_MAX);
	const char *path = args_get(args, "design");
	struct bv_err err = { 0 };

	if (bv_file_read(&text, path, &err) != BV_OK || bv_design_parse(out, bv_buf_str(&text), &err) != BV_OK)
		return fail(path, &err);
	return EXIT_YES;
}
