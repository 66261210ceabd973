/* Who is compared when items are looked at in two groups. */
#ifndef BV_ANALYSIS_MATCHED_H
#define BV_ANALYSIS_MATCHED_H

#include "analysis/analysis.h"

struct matched {
	const struct bv_responses *responses;
	size_t *person; /* who is in: every item answered */
	int8_t *focal;  /* of them: 0 or 1 */
	size_t count;
};

/* Fill in what is theirs for every item, NAN where there is none; SIBTEST matches by the items that are not flagged, the delta plot takes its axis from them. */
void sibtest_items(struct bv_dif_item *items, const struct matched *matched);
void delta_plot_items(struct bv_dif_item *items, const struct matched *matched);

#endif
