/* What the commands that ask for an act have in common. */
#ifndef BV_TOOLS_CLI_CERT_ACTS_H
#define BV_TOOLS_CLI_CERT_ACTS_H

#include "tools/cli/register_inputs.h"

#define CERT_ACT_OPTS \
	REGISTER_DB_OPT, REGISTER_OFFICER_OPT("the person who asks"), \
		{ .name = "reason", .argument = "CODE", .help = "one of the rules of issuing; it goes into the public log", .required = true }, \
		{ .name = "note", .argument = "TEXT", .help = "free text; it stays in the register" }, REGISTER_AT_OPT, \
		{ .name = "json", .help = "print the number of the act as JSON" }
#define CERT_ACT_ABOUT \
	"Asks for it: the officer's key signs what is asked for. It is in force when another person has approved it: 'cert approve'.\n\n" \
	"The certificate is named by its serial number, its id (urn:uuid:…) or its place in the status lists (SHARD#INDEX)."

/* Asks for deed; successor and facts may be empty. The exit status. */
int cert_act_run(struct args *args, enum bv_deed deed, struct bv_str successor, struct bv_str facts);

#endif
