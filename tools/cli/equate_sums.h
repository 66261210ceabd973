/* `bangvang equate --sums`: scores of two forms without a model. */
#ifndef BV_TOOLS_CLI_EQUATE_SUMS_H
#define BV_TOOLS_CLI_EQUATE_SUMS_H

#include "tools/cli/args.h"

int equate_sums(struct args *args);

#endif
