#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "tools/cli/commands.h"
#include "tools/cli/key_folder.h"

static int
destroy_files(const struct args *args)
{
	struct bv_err err;

	for (int i = 0; i < args->operand_count; i++) {
		if (!args_has(args, "dry-run") && key_folder_destroy(args->operands[i], &err) != BV_OK)
			return fail(NULL, &err);
		printf("%s %s\n", args->operands[i], args_has(args, "dry-run") ? "would be overwritten and removed" : "was overwritten and removed");
	}
	return EXIT_YES;
}

static enum bv_status
destroy_batch(const struct args *args, struct bv_err *err)
{
	BV_AUTO(key_folder_close) struct key_folder folder = { .lock = -1 };
	struct bv_batch *batch;
	char until[BV_TIME_SIZE], at[BV_TIME_SIZE];
	int64_t at_s;

	TRY(key_time(&at_s, args, err));
	TRY(key_folder_open(&folder, args_get(args, "keys"), err));
	TRY(key_batch(&batch, &folder, args, err));
	if (batch->destroyed_s)
		return bv_err_set(err, BV_ECONFLICT, "the private keys of batch %" PRId64 " were destroyed at %s", batch->number, bv_time_write(at, batch->destroyed_s));
	if (at_s < batch->until_s && !args_has(args, "early"))
		return bv_err_set(err, BV_EDENIED, "batch %" PRId64 " may sign until %s: say --early to destroy its private keys all the same", batch->number,
		                  bv_time_write(until, batch->until_s));
	if (args_has(args, "dry-run")) {
		printf("the private keys of batch %" PRId64 " would be destroyed\n", batch->number);
		return BV_OK;
	}
	TRY(batch_destroy(&folder, batch, at_s, err));
	printf("the private keys of batch %" PRId64 " were overwritten and removed; %s/keys.json records it\n", batch->number, folder.path);
	return BV_OK;
}

static int
run(struct args *args)
{
	struct bv_err err;

	if (!args_get(args, "keys") != !args_get(args, "batch") || !args_get(args, "keys") != (args->operand_count > 0))
		return usage(args->cmd, "either --keys DIR --batch N, or files");
	if (args->operand_count)
		return destroy_files(args);
	return destroy_batch(args, &err) == BV_OK ? EXIT_YES : fail(NULL, &err);
}

const struct cmd cmd_key_destroy = {
	.name = "key destroy",
	.operands = "[FILE…]",
	.summary = "destroy private keys",
	.about = "Overwrites the private keys of a batch with random bytes, waits for the disk, removes them, and records it in keys.json; before the end of the "
	         "batch's window only with --early. What they signed stays good. Given files, it does the same to them: shares of a root that were printed.\n\n"
	         "Flash disks and journals may keep old copies: keep keys in a folder on a memory file system or on an encrypted disk.",
	.opts = (const struct opt[]){
		{ .name = "keys", .argument = "DIR", .help = "folder of the keys" },
		{ .name = "batch", .argument = "N", .help = "number of the batch" },
		{ .name = "early", .help = "before the end of the window, too" },
		{ .name = "dry-run", .help = "only say what would be destroyed" },
		{ .name = "at", .argument = "TIME", .help = "time (RFC 3339) instead of now" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang key destroy --keys ca-keys --batch 1 --early --dry-run", "bangvang key destroy --keys ca-keys --batch 1 --early", NULL },
	.run = run,
};
