#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "tools/cli/commands.h"
#include "tools/cli/key_folder.h"
#include "tools/cli/print.h"

static const char *
state_of(const struct bv_batch *batch, int64_t at_s)
{
	if (batch->removed_s)
		return "removed";
	if (batch->destroyed_s)
		return "destroyed";
	if (at_s >= batch->until_s)
		return "ended";
	return at_s < batch->from_s ? "waiting" : "active";
}

static void
print_document(const struct bv_keyring *ring, int64_t at_s)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_KEYRING_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	char time[BV_TIME_SIZE], multikey[BV_MULTIKEY_SIZE];

	bv_json_set_str(json, "did", ring->did);
	bv_json_set_str(json, "name", ring->name);
	struct bv_json *list = bv_json_set(json, "batches", bv_json_new_array());
	for (size_t i = 0; i < ring->batch_count; i++) {
		const struct bv_batch *batch = &ring->batches[i];
		struct bv_json *row = bv_json_add(list, bv_json_new_object());
		bv_json_set_int(row, "number", batch->number);
		bv_json_set_str(row, "state", bv_str_of(state_of(batch, at_s)));
		bv_json_set_int(row, "shard", batch->shard);
		bv_json_set_int(row, "limit", batch->limit);
		bv_json_set_str(row, "from", bv_str_of(bv_time_write(time, batch->from_s)));
		bv_json_set_str(row, "until", bv_str_of(bv_time_write(time, batch->until_s)));
		bv_json_set_str(row, "ed25519", bv_str_of(bv_multikey_write_of(multikey, &batch->ed25519)));
		bv_json_set_str(row, "p256", bv_str_of(bv_multikey_write_of(multikey, &batch->p256)));
		bv_json_set(row, "privateKeys", bv_json_new_bool(!batch->destroyed_s));
	}
	print_json(json);
}

static int
run(struct args *args)
{
	BV_AUTO(key_folder_close) struct key_folder folder = { .lock = -1 };
	struct bv_err err;
	int64_t at_s;
	char from[BV_TIME_SIZE], until[BV_TIME_SIZE];

	if (key_time(&at_s, args, &err) != BV_OK || key_folder_open(&folder, args_get(args, "keys"), &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json")) {
		print_document(folder.ring, at_s);
		return EXIT_YES;
	}
	print_column(BV_STR("batch"), 7);
	printf("%-10s %7s %7s  %-21s %-21s %s\n", "state", "shard", "limit", "from", "until", "private keys");
	for (size_t i = 0; i < folder.ring->batch_count; i++) {
		const struct bv_batch *batch = &folder.ring->batches[i];
		printf("%-7" PRId64 "%-10s %7" PRId64 " %7" PRId64 "  %-21s %-21s %s\n", batch->number, state_of(batch, at_s), batch->shard, batch->limit,
		       bv_time_write(from, batch->from_s), bv_time_write(until, batch->until_s),
		       !batch->destroyed_s ? at_s >= batch->until_s ? "there: destroy them" : "there" : "destroyed");
	}
	return EXIT_YES;
}

const struct cmd cmd_key_list = {
	.name = "key list",
	.summary = "list the batches of an issuer's keys",
	.about = "One line a batch: waiting, active, ended (its window is over), destroyed (so are its private keys), removed (its keys were compromised and no "
	         "longer count).",
	.opts = (const struct opt[]){
		{ .name = "keys", .argument = "DIR", .help = "folder of the keys", .required = true },
		{ .name = "json", .help = "print one JSON document" },
		{ .name = "at", .argument = "TIME", .help = "time (RFC 3339) instead of now" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang key list --keys ca-keys", "bangvang key list --keys ca-keys --json", NULL },
	.run = run,
};
