#include "tools/cli/commands.h"
#include "tools/cli/item_acts.h"

static int
run(struct args *args)
{
	return item_act_run(args, BV_ACT_APPROVE);
}

const struct cmd cmd_bank_approve = {
	.name = "bank approve",
	.operands = "[ID…]",
	.summary = "approve versions in review",
	.about = "Moves versions from review to approved, when as many different people have approved them as the bank's rule "
	         "asks for. A reviewer is never the author: who has brought in, revised or submitted any version of the item, or "
	         "is its author by the metadata, is refused, however the name is spelled.\n\n"
	         ITEM_ACT_ABOUT,
	.opts = (const struct opt[]){
		ITEM_ACT_OPTS,
		BANK_FILTER_OPTS,
		{ 0 },
	},
	.run = run,
};
