#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "tools/cli/commands.h"
#include "tools/cli/key_folder.h"

static enum bv_status
read_wish(struct batch_wish *wish, const struct args *args, struct bv_err *err)
{
	TRY(key_time(&wish->at_s, args, err));
	TRY(args_count(&wish->shard, args, "shard", -1, err));
	TRY(args_count(&wish->days, args, "days", BV_BATCH_DAYS_MAX, err));
	TRY(args_count(&wish->limit, args, "limit", BV_BATCH_LIMIT_MAX, err));
	wish->from_s = wish->at_s;
	if (args_get(args, "from"))
		TRY(bv_time_parse(&wish->from_s, bv_str_of(args_get(args, "from")), err));
	if (wish->days > 1000000) /* before it is multiplied */
		wish->days = 1000000;
	return BV_OK;
}

static int
run(struct args *args)
{
	BV_AUTO(key_folder_close) struct key_folder folder = { .lock = -1 };
	struct batch_wish wish;
	struct bv_batch *batch;
	struct bv_err err;
	char from[BV_TIME_SIZE], until[BV_TIME_SIZE];

	if (read_wish(&wish, args, &err) != BV_OK || key_folder_open_whole(&folder, args_get(args, "keys"), &err) != BV_OK ||
	    batch_make(&batch, &folder, &wish, &err) != BV_OK)
		return fail(NULL, &err);
	printf("batch %" PRId64 ": shard %" PRId64 ", up to %" PRId64 " certificates, signs from %s until %s\n  %s/batches/%" PRId64 "/key.pem, p256.pem\n"
	       "Publish the keys before the first certificate is signed: bangvang key publish --keys %s --out WEB\n",
	       batch->number, batch->shard, batch->limit, bv_time_write(from, batch->from_s), bv_time_write(until, batch->until_s), folder.path, batch->number, folder.path);
	return EXIT_YES;
}

const struct cmd cmd_key_batch = {
	.name = "key batch",
	.summary = "make the keys that sign the certificates of one shard",
	.about = "Makes a pair of keys (Ed25519 and P-256) that may sign the certificates of one shard of the status list within a window of at most 30 days; the "
	         "issuing authority signs a certificate for each. The private keys go to DIR/batches/N, readable by their owner only; entries for the public log to "
	         "DIR/log. After the window 'bangvang key destroy' removes the private keys; what they signed stays good.",
	.opts = (const struct opt[]){
		{ .name = "keys", .argument = "DIR", .help = "folder of the keys, as 'bangvang key ca' makes it", .required = true },
		{ .name = "shard", .argument = "N", .help = "shard of the status list; default: the next that is free" },
		{ .name = "days", .argument = "N", .help = "length of the window, up to 30 days; default 30" },
		{ .name = "from", .argument = "TIME", .help = "beginning of the window; default now" },
		{ .name = "limit", .argument = "N", .help = "certificates at most, up to 131072, a whole shard; default a whole shard" },
		{ .name = "at", .argument = "TIME", .help = "time (RFC 3339) instead of now" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang key batch --keys ca-keys --days 20", "bangvang key batch --keys ca-keys --shard 12 --limit 5000", NULL },
	.run = run,
};
