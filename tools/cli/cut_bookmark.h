/* What `bangvang cut bookmark` has found, and how it is told. */
#ifndef BV_TOOLS_CLI_CUT_BOOKMARK_H
#define BV_TOOLS_CLI_CUT_BOOKMARK_H

#include "tools/cli/cut_booklet.h"

struct cut_bookmark {
	struct bv_judgements judged;
	struct cut_booklet booklet;
	enum bv_bookmark_rule rule;
	struct bv_bookmark *result; /* [round * levels + level] */
	struct cut_outcome outcome;
};

struct bv_json *cut_bookmark_json(const struct cut_bookmark *in);
void cut_bookmark_print(const struct cut_bookmark *in);

#endif
