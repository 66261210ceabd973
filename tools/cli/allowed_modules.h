/* --allow-module: the modules of portable custom interactions that an administrator has read and allows. */
#ifndef BV_TOOLS_CLI_ALLOWED_MODULES_H
#define BV_TOOLS_CLI_ALLOWED_MODULES_H

#include "itembank/itembank.h"
#include "tools/cli/args.h"

/* For a table of options of commands that choose items. */
#define ALLOWED_MODULES_OPT \
	{ .name = "allow-module", .argument = "LIST", \
	  .help = "take items with portable custom interactions too, if each of their modules is in this list of SHA-256 hashes (doc/delivery.md); others are named" }

/* All of the option, nothing without it. */
BV_MUST_USE enum bv_status allowed_modules_read(struct bv_allowed_modules *out, const struct args *args, struct bv_err *err);

#endif
