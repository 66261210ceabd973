#include <stdio.h>

#include "base/file.h"
#include "tools/cli/commands.h"
#include "tools/cli/deal_inputs.h"

/* Why what a file holds is not the pool that was dealt; false: it is. */
static bool
differs(const struct bv_draw_pool *pool, struct bv_str found, struct bv_err *err)
{
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *there = NULL;

	if (bv_draw_pool_parse(&there, found, err) != BV_OK)
		return true;
	if (bv_hash_eq(there->hash, pool->hash))
		return false;
	for (size_t s = 0; s < pool->stratum_count && s < there->stratum_count; s++)
		for (size_t i = 0; i < pool->strata[s].count || i < there->strata[s].count; i++) {
			struct bv_str want = i < pool->strata[s].count ? pool->strata[s].items[i].identifier : BV_STR("nothing");
			struct bv_str have = i < there->strata[s].count ? there->strata[s].items[i].identifier : BV_STR("nothing");
			if (!bv_str_eq(want, have)) {
				bv_err_set(err, BV_EDENIED, "stratum '%.*s', item %zu: expected '%.*s', the file has '%.*s'", BV_STR_ARG(pool->strata[s].id), i + 1, BV_STR_ARG(want),
				           BV_STR_ARG(have));
				return true;
			}
		}
	bv_err_set(err, BV_EDENIED, "its SHA-256 differs: versions, hashes or options of its items, or the blueprint, are others");
	return true;
}

static int
run(struct args *args)
{
	BV_AUTO(deal_inputs_finish) struct deal_inputs d = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);
	uint32_t wrong = 0;
	int status = deal_inputs_load(&d, args);

	if (status)
		return status;
	for (uint32_t i = 0; i < d.count; i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf found = BV_BUF(BV_DRAW_POOL_MAX + 1);
		struct bv_err err;
		deal_inputs_path(&path, args_get(args, "dir"), i);
		if (bv_file_read(&found, path.p, &err) != BV_OK)
			return fail(NULL, &err);
		if (!differs(d.pools[i], bv_buf_str(&found), &err))
			continue;
		printf("no: %s: %s\n", path.p, err.msg);
		wrong++;
	}
	if (wrong)
		return EXIT_NO;
	printf("yes: the %u pools are those that BV-DEAL-1 deals, and no item is in two of them\n", d.count);
	return EXIT_YES;
}

const struct cmd cmd_audit_deal = {
	.name = "audit deal",
	.summary = "are these the pools that the seed deals?",
	.about = "Deals the whole pool again, as 'bangvang bank deal' does, and compares each file. The seed must be one that nobody knew when the pool was frozen ('bangvang draw seed'), "
	         "or whoever dealt could choose.",
	.opts = (const struct opt[]){
		DEAL_INPUTS_OPTS,
		{ .name = "dir", .argument = "DIR", .help = "the folder with pool-01.json, pool-02.json …", .required = true },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang audit deal --pool frozen-3/pool.json --blueprint engine/sample/vn-basic-40.xml --pools 2 "
		"--seed 5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5 --dir dealt",
		NULL,
	},
	.run = run,
};
