#include "tools/cli/cert_acts.h"

static int
run(struct args *args)
{
	return cert_act_run(args, BV_DEED_REINSTATE, BV_STR_NONE, BV_STR_NONE);
}

const struct cmd cmd_cert_reinstate = {
	.name = "cert reinstate",
	.operands = "CERTIFICATE",
	.summary = "ask for a suspended certificate to be reinstated",
	.about = "It verifies again; that it was suspended stays in the log and in the lists of those days.\n\n" CERT_ACT_ABOUT,
	.opts = (const struct opt[]){ CERT_ACT_OPTS, { 0 } },
	.run = run,
};
