/* What calibrate --conditional prints. */
#ifndef BV_TOOLS_CLI_CONDITIONAL_REPORT_H
#define BV_TOOLS_CLI_CONDITIONAL_REPORT_H

#include "scoring/irt/irt.h"
#include "tools/cli/args.h"

/* The exit status. path is named in messages. */
int conditional_report(const struct bv_irt_sheet *sheet, const struct args *args, const char *path);

#endif
