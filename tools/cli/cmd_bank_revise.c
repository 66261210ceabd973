#include "tools/cli/commands.h"
#include "tools/cli/item_acts.h"

static int
run(struct args *args)
{
	return item_act_run(args, BV_ACT_REVISE);
}

const struct cmd cmd_bank_revise = {
	.name = "bank revise",
	.operands = "ID…",
	.summary = "make a new draft of an older version",
	.about = "Makes a new version, draft, with the bytes of the current version or of the one named: the only way back for "
	         "what was retired, withdrawn or superseded. It goes through review like any other.\n\n"
	         ITEM_ACT_ABOUT,
	.opts = (const struct opt[]){
		ITEM_ACT_OPTS,
		{ 0 },
	},
	.run = run,
};
