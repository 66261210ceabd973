#include <stdio.h>

#include "base/file.h"
#include "base/json.h"
#include "tools/cli/commands.h"
#include "tools/cli/deal_inputs.h"
#include "tools/cli/print.h"

/* All of them or none, in a folder that is new; without a line feed, so that sha256sum gives the hash of a pool. */
static enum bv_status
write_pools(const struct deal_inputs *d, const char *folder, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);
	BV_AUTO(bv_dir_draft_free) struct bv_dir_draft *draft = NULL;

	TRY(bv_dir_draft_open(&draft, folder, err));
	for (uint32_t i = 0; i < d->count; i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_DRAW_POOL_MAX);
		deal_inputs_path(&path, bv_dir_draft_folder(draft), i);
		bv_draw_pool_write(&text, d->pools[i]);
		TRY(bv_buf_check(&text, err));
		TRY(bv_file_create(path.p, bv_buf_str(&text), 0600, err));
	}
	return bv_dir_draft_commit(draft, false, err);
}

/* How many forms that share nothing a pool holds. */
static size_t
disjoint_forms(const struct deal_inputs *d, const struct bv_draw_pool *pool)
{
	size_t least = SIZE_MAX;

	for (size_t s = 0; s < pool->stratum_count; s++) {
		size_t forms = pool->strata[s].count / d->in.blueprint->strata[s].count;
		least = forms < least ? forms : least;
	}
	return least;
}

static size_t
items_of(const struct bv_draw_pool *pool)
{
	size_t count = 0;

	for (size_t s = 0; s < pool->stratum_count; s++)
		count += pool->strata[s].count;
	return count;
}

static void
print_pools(const struct deal_inputs *d, const char *folder)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	for (uint32_t i = 0; i < d->count; i++) {
		deal_inputs_path(&path, folder, i);
		printf("%s  %5zu items, %zu forms without a common item  %s\n", path.p, items_of(d->pools[i]), disjoint_forms(d, d->pools[i]),
		       bv_hex(hex, d->pools[i]->hash, BV_HASH_LEN));
	}
	printf("%s  %5zu items, the whole\n", bv_hex(hex, d->in.pool->hash, BV_HASH_LEN), items_of(d->in.pool));
}

static void
print_as_json(const struct deal_inputs *d, const char *folder)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);
	struct bv_json *list = bv_json_set(json, "pools", bv_json_new_array());
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	bv_json_set_str(json, "whole", bv_str_of(bv_hex(hex, d->in.pool->hash, BV_HASH_LEN)));
	for (uint32_t i = 0; i < d->count; i++) {
		struct bv_json *row = bv_json_add(list, bv_json_new_object());
		deal_inputs_path(&path, folder, i);
		bv_json_set_str(row, "file", bv_buf_str(&path));
		bv_json_set_str(row, "sha256", bv_str_of(bv_hex(hex, d->pools[i]->hash, BV_HASH_LEN)));
		bv_json_set_int(row, "items", (int64_t)items_of(d->pools[i]));
		bv_json_set_int(row, "disjointForms", (int64_t)disjoint_forms(d, d->pools[i]));
	}
	print_json(json);
}

static int
run(struct args *args)
{
	BV_AUTO(deal_inputs_finish) struct deal_inputs d = { 0 };
	const char *folder = args_get(args, "out");
	struct bv_err err;
	int status = deal_inputs_load(&d, args);

	if (status)
		return status;
	if (write_pools(&d, folder, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json"))
		print_as_json(&d, folder);
	else
		print_pools(&d, folder);
	return EXIT_YES;
}

const struct cmd cmd_bank_deal = {
	.name = "bank deal",
	.summary = "deal a frozen pool into disjoint ones, one for each hall or sitting",
	.about = "What leaks from one hall then tells nothing of another, nor of a sitting later that day: no item is in two of the pools. Each has what the blueprint asks for; a "
	         "stratum's items are spread evenly, by lot (BV-DEAL-1, doc/draw.md), and with --parameters the easy and the hard ones too. Halls without network take one "
	         "each.\n\nThe pools go to 'bangvang sitting new --pool', 'exam run --pool' and 'draw --pool'. 'bangvang audit deal' deals again. A folder that exists is never "
	         "touched.",
	.opts = (const struct opt[]){
		DEAL_INPUTS_OPTS,
		{ .name = "out", .argument = "DIR", .help = "a new folder for pool-01.json, pool-02.json …", .required = true },
		{ .name = "json", .help = "print the table as JSON" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang bank import --bank sample.db itembank/sample",
		"bangvang bank freeze --bank sample.db --blueprint engine/sample/vn-basic-40.xml --out frozen-3",
		"bangvang bank deal --pool frozen-3/pool.json --blueprint engine/sample/vn-basic-40.xml --pools 2 "
		"--seed 5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5 --out dealt",
		"bangvang audit deal --pool frozen-3/pool.json --blueprint engine/sample/vn-basic-40.xml --pools 2 "
		"--seed 5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5 --dir dealt",
		NULL,
	},
	.run = run,
};
