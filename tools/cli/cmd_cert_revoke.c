#include "tools/cli/cert_acts.h"

static int
run(struct args *args)
{
	return cert_act_run(args, BV_DEED_REVOKE, BV_STR_NONE, BV_STR_NONE);
}

const struct cmd cmd_cert_revoke = {
	.name = "cert revoke",
	.operands = "CERTIFICATE",
	.summary = "ask for a certificate to be revoked",
	.about = "A revoked certificate stays so: there is no way back, only a new certificate.\n\n" CERT_ACT_ABOUT,
	.opts = (const struct opt[]){ CERT_ACT_OPTS, { 0 } },
	.run = run,
};
