#include "tools/cli/commands.h"

/* In the order of the manual. */
const struct cmd *const commands[] = {
	&cmd_item_check,
	&cmd_item_score,
	&cmd_item_eval,
	&cmd_key_new,
	&cmd_cert_issue,
	&cmd_cert_show,
	&cmd_cert_verify,
	&cmd_manual,
	NULL,
};
