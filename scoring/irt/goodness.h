/* What the statistics of fit have in common: items that count, and persons who answered them all. */
#ifndef BV_SCORING_IRT_GOODNESS_H
#define BV_SCORING_IRT_GOODNESS_H

#include "scoring/irt/answers.h"

struct counted {
	size_t count;              /* of items */
	uint32_t *place;           /* of each among all */
	struct bv_irt_item *items;
	uint16_t *marks;           /* of each: which marks the categories are */
};

void counted_init(struct counted *counted, const struct bv_irt_estimate *estimates, const struct bv_irt_answers *answers);
void counted_finish(struct counted *counted);
/* A person's categories, -1 where there is no answer; marks has room for all items of the answers. Returns how many answers count; -1 in another group. */
int counted_categories(int8_t *categories, int8_t *marks, const struct counted *counted, const struct bv_irt_answers *answers, size_t person, int group);
/* Free parameters of an item, as bv_irt_calibrate left it. */
int free_params(const struct bv_irt_estimate *estimate);

#endif
