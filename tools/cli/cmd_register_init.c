#include <stdio.h>

#include "base/clock.h"
#include "tools/cli/print.h"
#include "tools/cli/register_inputs.h"

static int
run(struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf issuing = BV_BUF(BV_ISSUING_MAX), mandates = BV_BUF(BV_MANDATES_MAX);
	struct bv_err err;

	if (register_read(&issuing, args_get(args, "issuing"), &err) != BV_OK || register_read(&mandates, args_get(args, "mandates"), &err) != BV_OK)
		return fail(NULL, &err);
	struct bv_register_order order = {
		.issuer = bv_str_of(args_get(args, "issuer")), .status = bv_str_of(args_get(args, "status")), .issuing = bv_buf_str(&issuing), .mandates = bv_buf_str(&mandates),
		.at_s = bv_clock_now_s()
	};
	bv_random_fill(order.code_key, sizeof order.code_key);
	if (bv_register_create(args_get(args, "db"), &order, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
		bv_json_set_str(json, "issuer", order.issuer);
		bv_json_set_str(json, "status", order.status);
		print_json(json);
	} else {
		printf("%s: an empty register of %s\n", args_get(args, "db"), args_get(args, "issuer"));
	}
	return EXIT_YES;
}

const struct cmd cmd_register_init = {
	.name = "register init",
	.summary = "make an empty register of certificates",
	.about = "The register has every certificate that is issued, what became of it, who asked for that and who approved it, and every status list that was published "
	         "(doc/register.md). It is for one issuer.\n\n"
	         "--issuing says how serial numbers look, how long certificates are valid and for what reasons they are revoked; --mandates says who may do what, for which "
	         "schemes and centres, from when to when. Both are XML; 'register update' replaces them by newer ones, and the old ones are kept.",
	.opts = (const struct opt[]){
		REGISTER_DB_OPT,
		{ "issuer", "DID", "whose certificates they are", .required = true },
		{ "status", "URL", "address below which status lists are published: https://HOST/status", .required = true },
		{ "issuing", "FILE", "the rules of issuing", .required = true },
		{ "mandates", "FILE", "the mandates", .required = true },
		{ "json", NULL, "print JSON" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang register init --db office.db --issuer did:web:demo.bangvang.example --status https://demo.bangvang.example/status --issuing demo/office/issuing.xml "
		"--mandates demo/office/mandates.xml",
		NULL },
	.run = run,
};
