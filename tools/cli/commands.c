#include "tools/cli/commands.h"

/* In the order of the manual. */
const struct cmd *const commands[] = {
	&cmd_item_check,
	&cmd_item_score,
	&cmd_item_eval,
	&cmd_item_render,
	&cmd_item_convert,
	&cmd_test_check,
	&cmd_test_run,
	&cmd_bank_convert,
	&cmd_bank_import,
	&cmd_bank_list,
	&cmd_bank_show,
	&cmd_bank_stats,
	&cmd_bank_freeze,
	&cmd_bank_open_leaf,
	&cmd_draw_seed, /* before draw, whose first operand its second word could be */
	&cmd_draw,
	&cmd_audit_draw,
	&cmd_audit_leaf,
	&cmd_rate,
	&cmd_key_new,
	&cmd_cert_issue,
	&cmd_cert_show,
	&cmd_cert_verify,
	&cmd_exam_run,
	&cmd_audit_exam,
	&cmd_simulate,
	&cmd_manual,
	NULL,
};
