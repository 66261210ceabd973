#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "tools/cli/commands.h"
#include "tools/cli/key_folder.h"

static enum bv_status
remove_batch(const struct args *args, struct bv_err *err)
{
	BV_AUTO(key_folder_close) struct key_folder folder = { .lock = -1 };
	struct bv_batch *batch, *next;
	int64_t at_s, since_s;
	char since[BV_TIME_SIZE];

	TRY(key_time(&at_s, args, err));
	TRY(bv_time_parse(&since_s, bv_str_of(args_get(args, "since")), err));
	TRY(key_folder_open_whole(&folder, args_get(args, "keys"), err));
	TRY(key_batch(&batch, &folder, args, err));
	if (since_s > at_s)
		return bv_err_set(err, BV_EINVAL, "--since is later than now");
	int64_t shard = batch->shard, number = batch->number, limit = batch->limit;
	if (args_has(args, "dry-run")) {
		printf("batch %" PRId64 " (shard %" PRId64 ") would be removed from assertionMethod and jwks.json, and its certificates revoked since %s\n", number, shard,
		       bv_time_write(since, since_s));
		return BV_OK;
	}
	TRY(batch_remove(&folder, batch, since_s, at_s, bv_str_of(args_get(args, "reason")), err));
	printf("batch %" PRId64 " is removed: its private keys are destroyed, its certificates revoked since %s\n", number, bv_time_write(since, since_s));
	const struct batch_wish wish = { .shard = shard, .from_s = at_s, .days = BV_BATCH_DAYS_MAX, .limit = limit, .at_s = at_s };
	TRY(batch_make(&next, &folder, &wish, err));
	printf("batch %" PRId64 " takes over shard %" PRId64 ": every certificate of the shard is to be signed anew with its keys\n", next->number, shard);
	if (args_get(args, "out"))
		TRY(keys_publish(&folder, args_get(args, "out"), at_s, 30, err));
	printf("%sAppend %s/log/%06" PRId64 "-removed-*.json and %06" PRId64 "-added-*.json to the public log.\n",
	       args_get(args, "out") ? "The new did.json, jwks.json and ca.crl are written: publish them now.\n" : "Publish at once: bangvang key publish.\n", folder.path, number,
	       next->number);
	return BV_OK;
}

static int
run(struct args *args)
{
	struct bv_err err;

	return remove_batch(args, &err) == BV_OK ? EXIT_YES : fail(NULL, &err);
}

const struct cmd cmd_key_compromise = {
	.name = "key compromise",
	.summary = "take the keys of a batch out of use because somebody else may have them",
	.about = "Removes the batch's keys from assertionMethod and jwks.json, puts their certificates on the authority's revocation list from --since on, destroys "
	         "the private keys, and makes a new batch for the same shard, with which the certificates of the shard are to be signed anew: same id, same contents, "
	         "new proof. Entries for the public log are written. Verifiers pass over 'revoked' and 'expires': only what is not in assertionMethod is refused.\n\n"
	         "Stop the signer first (doc/keys.md). What was signed before --since and is in the public log by then stays provable.",
	.opts = (const struct opt[]){
		{ .name = "keys", .argument = "DIR", .help = "folder of the keys", .required = true },
		{ .name = "batch", .argument = "N", .help = "number of the batch", .required = true },
		{ .name = "since", .argument = "TIME", .help = "since when somebody may have had the keys (RFC 3339)", .required = true },
		{ .name = "reason", .argument = "CODE", .help = "for the log: lower-case letters, digits and '-', as in key-stolen", .required = true },
		{ .name = "out", .argument = "DIR", .help = "publish there at once, as 'bangvang key publish' does" },
		{ .name = "dry-run", .help = "only say what would be done" },
		{ .name = "at", .argument = "TIME", .help = "time (RFC 3339) instead of now" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang key compromise --keys ca-keys --batch 2 --since 2026-11-20T00:00:00Z --reason key-stolen --out web", NULL },
	.run = run,
};
