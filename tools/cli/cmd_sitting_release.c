#include <stdio.h>

#include "base/file.h"
#include "tools/cli/print.h"
#include "tools/cli/sitting_inputs.h"

static enum bv_status
see(void *ctx, const struct bv_seat *seat, const struct bv_ledger_ack *ack, struct bv_err *err)
{
	struct bv_json *row = bv_json_add(ctx, bv_json_new_object());
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	(void)err;
	bv_json_set_str(row, "ticket", seat->ticket);
	bv_json_set_int(row, "attempt", ack->attempt);
	bv_json_set_int(row, "seq", ack->seq);
	bv_json_set_str(row, "event", bv_str_of(bv_hex(hex, ack->receipt.hash, BV_HASH_LEN)));
	return BV_OK;
}

static int
run(struct args *args)
{
	BV_AUTO(sitting_inputs_finish) struct sitting_inputs in = { 0 };
	BV_AUTO(bv_sitting_free) struct bv_sitting *sitting = NULL;
	BV_AUTO(bv_json_free) struct bv_json *rows = bv_json_new_array();
	struct bv_err err;
	size_t count;

	if (sitting_inputs_load(&in, args, &err) != BV_OK || bv_sitting_load(&sitting, in.sittings, in.name, NULL, NULL, &err) != BV_OK ||
	    bv_sitting_release(&count, sitting, in.sittings, in.ledger, in.author, see, rows, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json"))
		print_json(rows);
	else
		printf("%zu results released\n", count);
	return EXIT_YES;
}

const struct cmd cmd_sitting_release = {
	.name = "sitting release",
	.summary = "release the results of a sitting, from its day on",
	.about = "Writes an event for every attempt that is scored. Before the day that the sitting was opened with it is refused. --json lists tickets and events.",
	.opts = (const struct opt[]){
		SITTING_DB_OPT,
		SITTING_KEY_OPTS,
		{ "json", NULL, "print what was released as one JSON document" },
		{ 0 },
	},
	.run = run,
};
