#include "tools/cli/commands.h"
#include "tools/cli/item_acts.h"

static int
run(struct args *args)
{
	return item_act_run(args, BV_ACT_SUBMIT);
}

const struct cmd cmd_bank_submit = {
	.name = "bank submit",
	.operands = "[ID…]",
	.summary = "submit drafts for review",
	.about = "Moves versions from draft to review. Who submits a version cannot approve any version of the item.\n\n"
	         ITEM_ACT_ABOUT,
	.opts = (const struct opt[]){
		ITEM_ACT_OPTS,
		BANK_FILTER_OPTS,
		{ 0 },
	},
	.run = run,
};
