/* Answers as they are kept: for each person a run of item × 16 + mark. */
#ifndef BV_SCORING_IRT_ANSWERS_H
#define BV_SCORING_IRT_ANSWERS_H

#include <stddef.h>

#include "scoring/irt/irt.h"

struct bv_irt_answers {
	size_t item_count, person_count, person_cap, count, cap;
	size_t *first;    /* of each person, and one more */
	uint8_t *group;
	uint32_t *given;
	uint16_t *seen;   /* by item */
	size_t *answered; /* by item */
	int group_count;
};

#endif
