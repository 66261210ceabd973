#include <stdio.h>

#include "tools/cli/print.h"
#include "tools/cli/register_inputs.h"

static int
run(struct args *args)
{
	BV_AUTO(register_inputs_finish) struct register_inputs in = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf issuing = BV_BUF(BV_ISSUING_MAX), mandates = BV_BUF(BV_MANDATES_MAX);
	struct bv_err err;

	if (!args_get(args, "issuing") && !args_get(args, "mandates"))
		return usage(args->cmd, "give --issuing, --mandates, or both");
	if (register_inputs_load(&in, args, true, &err) != BV_OK || register_read(&issuing, args_get(args, "issuing"), &err) != BV_OK ||
	    register_read(&mandates, args_get(args, "mandates"), &err) != BV_OK)
		return fail(NULL, &err);
	if (bv_register_replace(in.reg, bv_buf_str(&issuing), bv_buf_str(&mandates), in.at_s, &err) != BV_OK)
		return fail(args_get(args, issuing.len ? "issuing" : "mandates"), &err);
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
		bv_json_set_str(json, "issuing", bv_register_issuing(in.reg)->id);
		bv_json_set_str(json, "version", bv_register_issuing(in.reg)->version);
		bv_json_set_int(json, "mandates", (int64_t)bv_mandates_count(bv_register_mandates(in.reg)));
		print_json(json);
		return EXIT_YES;
	}
	printf("rules of issuing '%.*s', version %.*s; %zu mandates\n", BV_STR_ARG(bv_register_issuing(in.reg)->id), BV_STR_ARG(bv_register_issuing(in.reg)->version),
	       bv_mandates_count(bv_register_mandates(in.reg)));
	return EXIT_YES;
}

const struct cmd cmd_register_update = {
	.name = "register update",
	.summary = "give the register newer rules of issuing or mandates",
	.about = "What was in force before is kept. Certificates that are issued already do not change.",
	.opts = (const struct opt[]){
		REGISTER_DB_OPT,
		{ "issuing", "FILE", "the rules of issuing" },
		{ "mandates", "FILE", "the mandates" },
		{ "json", NULL, "print JSON" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang register update --db office.db --mandates demo/office/mandates.xml", NULL },
	.run = run,
};
