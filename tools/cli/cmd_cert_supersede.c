#include "tools/cli/cert_acts.h"

static int
run(struct args *args)
{
	return cert_act_run(args, BV_DEED_SUPERSEDE, bv_str_of(args_get(args, "by")), BV_STR_NONE);
}

const struct cmd cmd_cert_supersede = {
	.name = "cert supersede",
	.operands = "CERTIFICATE",
	.summary = "ask for a certificate to give way to another of its holder",
	.about = "For instance when its holder has a higher level now. In the status lists it is revoked; the log and the register say what took its place.\n\n" CERT_ACT_ABOUT,
	.opts = (const struct opt[]){ CERT_ACT_OPTS, { "by", "CERTIFICATE", "what takes its place", .required = true }, { 0 } },
	.run = run,
};
