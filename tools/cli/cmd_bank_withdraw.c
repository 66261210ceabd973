#include "tools/cli/commands.h"
#include "tools/cli/item_acts.h"

static int
run(struct args *args)
{
	return item_act_run(args, BV_ACT_WITHDRAW);
}

const struct cmd cmd_bank_withdraw = {
	.name = "bank withdraw",
	.operands = "[ID…]",
	.summary = "withdraw versions that are not in use",
	.about = "Moves versions from draft, review, approved or pretest to withdrawn, with a reason (--reason).\n\n"
	         ITEM_ACT_ABOUT,
	.opts = (const struct opt[]){
		ITEM_ACT_OPTS,
		BANK_FILTER_OPTS,
		{ 0 },
	},
	.run = run,
};
