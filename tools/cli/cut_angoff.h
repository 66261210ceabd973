/* What `bangvang cut angoff` has found, and how it is told. */
#ifndef BV_TOOLS_CLI_CUT_ANGOFF_H
#define BV_TOOLS_CLI_CUT_ANGOFF_H

#include "base/json.h"
#include "tools/cli/cut_outcome.h"

struct cut_angoff {
	enum bv_judgement_kind kind;
	struct bv_judgements judged;
	struct bv_irt_set *set; /* NULL without --set; then form has nothing either */
	struct bv_form form;
	double *easiness;       /* of each item, or NULL */
	struct bv_angoff *result; /* [round * levels + level] */
	struct cut_outcome outcome;
};

struct bv_json *cut_angoff_json(const struct cut_angoff *in);
void cut_angoff_print(const struct cut_angoff *in);

#endif
