/* The ordered item booklet from a parameter set, for `bangvang cut booklet` and `cut bookmark`. */
#ifndef BV_TOOLS_CLI_CUT_BOOKLET_H
#define BV_TOOLS_CLI_CUT_BOOKLET_H

#include "tools/cli/cut_outcome.h"

struct cut_booklet {
	struct bv_irt_set *set;
	struct bv_form form;
	struct bv_booklet pages;
	double rp;
	bool guessing;
};

#define CUT_BOOKLET_OPTIONS \
	{ "rp", "P", "the response probability, above 0 and below 1: 2/3; or 0.5, 0.67 …" }, \
		{ "with-guessing", NULL, "the probability with the lower asymptote; else guessing is taken out of it, (P - c)/(1 - c)" }, \
		{ "items", "FILE", "the items of the booklet, one name a line; else all of the set" }

/* The set and the items are sources of the outcome. The exit status. */
int cut_booklet_load(struct cut_booklet *out, struct cut_outcome *outcome, const char *set_path, const struct args *args);
void cut_booklet_finish(struct cut_booklet *booklet);
BV_AUTO_DEFINE_FINISH(struct cut_booklet, cut_booklet_finish)

#endif
