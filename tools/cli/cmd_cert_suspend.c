#include "tools/cli/cert_acts.h"

static int
run(struct args *args)
{
	return cert_act_run(args, BV_DEED_SUSPEND, BV_STR_NONE, BV_STR_NONE);
}

const struct cmd cmd_cert_suspend = {
	.name = "cert suspend",
	.operands = "CERTIFICATE",
	.summary = "ask for a certificate to be suspended",
	.about = "A suspended certificate does not verify until it is reinstated: while something is looked into.\n\n" CERT_ACT_ABOUT,
	.opts = (const struct opt[]){ CERT_ACT_OPTS, { 0 } },
	.examples = (const char *const[]){
		"bangvang cert suspend CNTT/2026/TT01/000001 --db office.db --officer demo/office/person-1/key.pem --reason inquiry",
		NULL },
	.run = run,
};
