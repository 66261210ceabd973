#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "tools/cli/print.h"
#include "tools/cli/register_inputs.h"

struct listing {
	struct bv_json *json;
	bool open_only, text;
};

static enum bv_status
see(void *ctx, const struct bv_act_row *act, struct bv_err *err)
{
	struct listing *l = ctx;
	char asked[BV_TIME_SIZE];

	(void)err;
	if (l->open_only && act->step != BV_ACT_ASKED && act->step != BV_ACT_DECIDED)
		return BV_OK;
	bv_time_write(asked, act->asked_s);
	if (l->text) {
		printf("%" PRId64 "  %s  %s  %s  by %.*s  (%.*s) ", act->id, asked, bv_deed_name(act->deed), bv_act_step_name(act->step), BV_STR_ARG(act->asked_by),
		       BV_STR_ARG(act->reason));
		print_safe(stdout, act->note);
		putchar('\n');
		return BV_OK;
	}
	struct bv_json *one = bv_json_add(l->json, bv_json_new_object());
	bv_json_set_int(one, "act", act->id);
	bv_json_set_str(one, "deed", bv_str_of(bv_deed_name(act->deed)));
	bv_json_set_str(one, "step", bv_str_of(bv_act_step_name(act->step)));
	bv_json_set_int(one, "certificate", act->certificate);
	bv_json_set_str(one, "reason", act->reason);
	bv_json_set_str(one, "note", act->note);
	bv_json_set_str(one, "askedBy", act->asked_by);
	bv_json_set_str(one, "asked", bv_str_of(asked));
	bv_json_set_str(one, "decidedBy", act->decided_by);
	return BV_OK;
}

static int
run(struct args *args)
{
	BV_AUTO(register_inputs_finish) struct register_inputs in = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_array();
	struct listing l = { json, !args_has(args, "all"), !args_has(args, "json") };
	struct bv_err err;

	if (register_inputs_load(&in, args, false, &err) != BV_OK || bv_act_each(in.reg, see, &l, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json"))
		print_json(json);
	return EXIT_YES;
}

const struct cmd cmd_register_acts = {
	.name = "register acts",
	.summary = "list what was asked for and is not done yet",
	.about = "With --all also what is in force and what was turned down. Reasons are in the public log too, notes are nowhere else.",
	.opts = (const struct opt[]){ REGISTER_DB_OPT, { "all", NULL, "everything" }, { "json", NULL, "print JSON" }, { 0 } },
	.examples = (const char *const[]){
		"bangvang register acts --db office.db --all",
		NULL },
	.run = run,
};
