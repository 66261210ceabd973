#include "tools/cli/commands.h"
#include "tools/cli/item_acts.h"

static int
run(struct args *args)
{
	return item_act_run(args, BV_ACT_PRETEST);
}

const struct cmd cmd_bank_pretest = {
	.name = "bank pretest",
	.operands = "[ID…]",
	.summary = "send approved versions to pretest",
	.about = "Moves versions from approved to pretest: they may be shown to candidates to learn their parameters, and are "
	         "drawn for no exam.\n\n"
	         ITEM_ACT_ABOUT,
	.opts = (const struct opt[]){
		ITEM_ACT_OPTS,
		BANK_FILTER_OPTS,
		{ 0 },
	},
	.run = run,
};
