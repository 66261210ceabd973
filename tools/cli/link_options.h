/* What link and equate have in common: how two parameter sets are linked. */
#ifndef BV_TOOLS_CLI_LINK_OPTIONS_H
#define BV_TOOLS_CLI_LINK_OPTIONS_H

#include "analysis/analysis.h"
#include "tools/cli/args.h"

#define LINK_OPTIONS \
	{ "method", "METHOD", "mean-mean, mean-gmean, mean-sigma, haebara or stocking-lord (the default)" }, \
	{ "weights", "WEIGHTS", "where curves are compared: normal (61 nodes, the default), gauss (30 nodes, as equateIRT) or even (40 nodes on [-4, 4])" }

/* EINVAL names the option. */
BV_MUST_USE enum bv_status link_options_read(struct bv_link_options *out, const struct args *args, struct bv_err *err);
#endif
