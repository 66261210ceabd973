#include "tools/cli/commands.h"
#include "tools/cli/item_acts.h"

static int
run(struct args *args)
{
	return item_act_run(args, BV_ACT_RELEASE);
}

const struct cmd cmd_bank_release = {
	.name = "bank release",
	.operands = "[ID…]",
	.summary = "release versions to exams",
	.about = "Moves versions to operational, from pretest, or from approved where the bank's rule asks for no pretest. From "
	         "now on exams draw them; the version of the item that was operational until now is superseded.\n\n"
	         ITEM_ACT_ABOUT,
	.opts = (const struct opt[]){
		ITEM_ACT_OPTS,
		BANK_FILTER_OPTS,
		{ 0 },
	},
	.run = run,
};
