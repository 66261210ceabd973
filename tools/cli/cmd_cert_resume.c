#include "tools/cli/cert_acts.h"

static int
run(struct args *args)
{
	return cert_act_run(args, BV_DEED_RESUME, BV_STR_NONE, BV_STR_NONE);
}

const struct cmd cmd_cert_resume = {
	.name = "cert resume",
	.summary = "ask for issuance to go on after a stop",
	.about = "One person stops issuance (cert stop); two let it go on, both with a mandate for all schemes and centres. It goes on when another person has approved "
	         "it: 'cert approve'. A batch that was cut off goes on when its command is given again.",
	.opts = (const struct opt[]){ CERT_ACT_OPTS, { 0 } },
	.run = run,
};
