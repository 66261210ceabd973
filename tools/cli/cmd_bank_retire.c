#include "tools/cli/commands.h"
#include "tools/cli/item_acts.h"

static int
run(struct args *args)
{
	return item_act_run(args, BV_ACT_RETIRE);
}

const struct cmd cmd_bank_retire = {
	.name = "bank retire",
	.operands = "[ID…]",
	.summary = "retire operational versions",
	.about = "Moves versions from operational to retired, with a reason (--reason): no exam draws the item any more.\n\n"
	         ITEM_ACT_ABOUT,
	.opts = (const struct opt[]){
		ITEM_ACT_OPTS,
		BANK_FILTER_OPTS,
		{ 0 },
	},
	.run = run,
};
