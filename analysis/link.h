/* Two forms whose parameters are on scales of their own, and what becomes of a result when the parameters have errors. */
#ifndef BV_ANALYSIS_LINK_H
#define BV_ANALYSIS_LINK_H

#include "analysis/analysis.h"

enum { LINK_NODES_MAX = 61 };

struct form {
	const struct bv_irt_set *set;
	struct bv_irt_item *item; /* of the set, in its order; delta_errors changes them and puts them back */
	size_t *common;           /* the items that both have, in the same order on both sides */
};

struct linking {
	struct form form[2]; /* from, to */
	size_t count;        /* common items */
	struct bv_link_options options;
	double node[LINK_NODES_MAX], weight[LINK_NODES_MAX]; /* of ability in the scale of the second form */
	int nodes;
};

enum bv_status linking_init(struct linking *linking, const struct bv_irt_set *from, const struct bv_irt_set *to, const struct bv_link_options *options,
                            struct bv_err *err);
void linking_finish(struct linking *linking);
BV_AUTO_DEFINE_FINISH(struct linking, linking_finish)

/* theta in the second scale is slope · theta in the first + shift. False: there is none (difficulties that do not vary, a search that does not settle). */
bool linking_solve(double *slope, double *shift, const struct linking *linking);

/* Have all items of both sets standard errors? */
bool linking_has_errors(const struct linking *linking);
/* Standard errors of `count` results that `measure` computes of the forms, by the delta method: errors of different items are independent, and those of one as
 * the sets say. */
void delta_errors(double *error, size_t count, struct linking *linking, void (*measure)(double *out, const struct linking *linking, void *ctx), void *ctx);

#endif
