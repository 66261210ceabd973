#include "tools/cli/commands.h"

/* In the order of the manual. */
const struct cmd *const commands[] = {
	&cmd_manual,
	NULL,
};
