/* What `bangvang cut contrast` has found. */
#ifndef BV_TOOLS_CLI_CUT_CONTRAST_H
#define BV_TOOLS_CLI_CUT_CONTRAST_H

#include "tools/cli/cut_outcome.h"

struct cut_contrast {
	struct bv_contrast result;
	enum bv_contrast_method method; /* whose cut goes on */
	struct cut_outcome outcome;
};

#endif
