#include <inttypes.h>
#include <stdio.h>

#include "engine/engine.h"
#include "tools/cli/commands.h"

static int
run(struct args *args)
{
	struct bv_ledger_copied copied;
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	struct bv_err err;

	if (bv_ledger_move(&copied, args_get(args, "from"), args_get(args, "to"), bv_str_of(args_get(args, "sitting")), &err) != BV_OK)
		return fail(NULL, &err);
	printf("%" PRId64 " events, %" PRId64 " of them now; both have the tree head %s\n", copied.events, copied.added,
	       bv_hex(hex, copied.root.p, BV_HASH_LEN));
	return EXIT_YES;
}

const struct cmd cmd_db_move = {
	.name = "db move",
	.summary = "copy a sitting between SQLite and PostgreSQL",
	.about = "Copies all events and checkpoints of a sitting that is closed into a ledger of its own, in a database that is empty, and reads both again: the copy is taken for a ledger only if "
	         "its tree head is the same. Killed, the same command goes on where it was. The source stays as it is; receipts, checkpoints and proofs verify "
	         "against the copy as they did.",
	.opts = (const struct opt[]){
		{ .name = "from", .argument = "DB", .help = "the ledger that has the sitting", .required = true },
		{ .name = "to", .argument = "DB", .help = "where: a file that is not there, or an empty schema", .required = true },
		{ .name = "sitting", .argument = "NAME", .help = "which", .required = true },
		{ 0 },
	},
	.run = run,
};
