#include "tools/cli/commands.h"
#include "tools/cli/item_acts.h"

static int
run(struct args *args)
{
	return item_act_run(args, BV_ACT_RETURN);
}

const struct cmd cmd_bank_return = {
	.name = "bank return",
	.operands = "[ID…]",
	.summary = "send versions in review back to draft",
	.about = "Moves versions from review back to draft, with a reason (--reason). Approvals that they had do not count any "
	         "more.\n\n"
	         ITEM_ACT_ABOUT,
	.opts = (const struct opt[]){
		ITEM_ACT_OPTS,
		BANK_FILTER_OPTS,
		{ 0 },
	},
	.run = run,
};
