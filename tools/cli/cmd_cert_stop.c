#include <stdio.h>

#include "tools/cli/print.h"
#include "tools/cli/register_inputs.h"

static int
run(struct args *args)
{
	BV_AUTO(register_inputs_finish) struct register_inputs in = { 0 };
	struct bv_err err;

	if (register_inputs_load(&in, args, true, &err) != BV_OK || bv_register_stop(in.reg, in.officer, bv_str_of(args_get(args, "reason")), in.at_s, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
		bv_json_set(json, "stopped", bv_json_new_bool(true));
		print_json(json);
		return EXIT_YES;
	}
	puts("Issuance is stopped. / Đã dừng cấp chứng chỉ.");
	return EXIT_YES;
}

const struct cmd cmd_cert_stop = {
	.name = "cert stop",
	.summary = "stop the issuance of certificates, now",
	.about = "A batch that runs ends within a second, and none can be begun; what it has signed is kept, and it goes on where it was when issuance was resumed ('cert resume', by "
	         "two persons). Revoking and publishing go on. Anybody with a mandate for anything may stop it, alone.",
	.opts = (const struct opt[]){
		REGISTER_DB_OPT,
		REGISTER_OFFICER_OPT("the person who stops it"),
		{ "reason", "TEXT", "why; it stays in the register", .required = true },
		REGISTER_AT_OPT,
		{ "json", NULL, "print JSON" },
		{ 0 },
	},
	.run = run,
};
