#include <stdio.h>

#include "base/file.h"
#include "tools/cli/commands.h"
#include "tools/cli/freeze_inputs.h"

static int
load_pool(struct bv_draw_pool **out, const char *path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_DRAW_POOL_MAX + 1); /* and a line feed */
	struct bv_err err;

	if (bv_file_read(&text, path, &err) != BV_OK || bv_draw_pool_parse(out, bv_buf_str(&text), &err) != BV_OK)
		return fail(path, &err);
	return EXIT_YES;
}

static int
load_secret(uint8_t salt_key[BV_HASH_LEN], const struct bv_commitment *commitment, const char *path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_LEAF_MAX);
	struct bv_err err;

	enum bv_status status = bv_file_read(&text, path, &err);
	if (status == BV_OK)
		status = bv_freeze_secret_parse(salt_key, bv_buf_str(&text), commitment, &err);
	if (text.p)
		bv_wipe(text.p, text.len);
	return status == BV_OK ? EXIT_YES : fail(path, &err);
}

static int
print_leaf(const struct bv_commitment *commitment, const struct bv_draw_pool *pool, const uint8_t salt_key[BV_HASH_LEN],
           const char *identifier)
{
	BV_AUTO(bv_leaf_free) struct bv_leaf *leaf = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(BV_LEAF_MAX);
	struct bv_err err;

	if (bv_leaf_open(&leaf, commitment, pool, salt_key, bv_str_of(identifier), &err) != BV_OK)
		return fail(NULL, &err);
	bv_leaf_write(&json, leaf);
	if (bv_buf_check(&json, &err) != BV_OK)
		return fail(NULL, &err);
	puts(json.p);
	return EXIT_YES;
}

static int
run(struct args *args)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_commitment_free) struct bv_commitment *commitment = NULL;
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = NULL;
	const char *folder = args_get(args, "frozen");
	uint8_t salt_key[BV_HASH_LEN] = { 0 };

	int status = freeze_load_commitment(&commitment, freeze_path(folder, FREEZE_COMMITMENT, &arena).p);
	if (!status)
		status = load_pool(&pool, freeze_path(folder, FREEZE_POOL, &arena).p);
	if (!status)
		status = load_secret(salt_key, commitment, freeze_path(folder, FREEZE_SECRET, &arena).p);
	if (!status)
		status = print_leaf(commitment, pool, salt_key, args->operands[0]);
	bv_wipe(salt_key, sizeof salt_key);
	return status;
}

const struct cmd cmd_bank_open_leaf = {
	.name = "bank open-leaf",
	.operands = "ID",
	.summary = "prove that one item was frozen",
	.about = "Prints the proof, a JSON document, that this item in this version is number so many of its stratum under the published commitment. "
	         "It tells nothing of other items. Whoever has the commitment checks it with 'bangvang audit leaf'; the bank is not needed.",
	.opts = (const struct opt[]){
		{ "frozen", "DIR", "the folder that 'bangvang bank freeze' wrote", .required = true },
		{ "json", NULL, "accepted: the proof is a JSON document in any case" },
		{ 0 },
	},
	.run = run,
};
