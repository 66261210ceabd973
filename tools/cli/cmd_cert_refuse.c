#include <inttypes.h>
#include <stdio.h>

#include "tools/cli/print.h"
#include "tools/cli/register_inputs.h"

static int
run(struct args *args)
{
	BV_AUTO(register_inputs_finish) struct register_inputs in = { 0 };
	struct bv_act_decision decision = { .approve = false };
	struct bv_err err;

	if (!bv_str_int(bv_str_of(args->operands[0]), &decision.id))
		return usage(args->cmd, "'%s' is not the number of an act", args->operands[0]);
	if (register_inputs_load(&in, args, true, &err) != BV_OK)
		return fail(NULL, &err);
	decision.officer = in.officer;
	decision.at_s = in.at_s;
	if (bv_act_decide(in.reg, &decision, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
		bv_json_set_int(json, "act", decision.id);
		bv_json_set_str(json, "step", bv_str_of(bv_act_step_name(BV_ACT_TURNED_DOWN)));
		print_json(json);
	} else {
		printf("act %" PRId64 ": turned down\n", decision.id);
	}
	return EXIT_YES;
}

const struct cmd cmd_cert_refuse = {
	.name = "cert refuse",
	.operands = "ACT",
	.summary = "turn down what a person asked for",
	.about = "Nothing happens to the certificate. Who asked may take it back so, too.",
	.opts = (const struct opt[]){ REGISTER_DB_OPT, REGISTER_OFFICER_OPT("the person who turns it down"), REGISTER_AT_OPT, { "json", NULL, "print JSON" }, { 0 } },
	.run = run,
};
