/* --area NAME=BEGINNING, as often as there are areas: which items each has. */
#ifndef BV_TOOLS_CLI_AREA_CHOICE_H
#define BV_TOOLS_CLI_AREA_CHOICE_H

#include "scoring/irt/irt.h"
#include "tools/cli/args.h"

struct area_choice {
	int count; /* 0 without the option */
	struct bv_str names[BV_IRT_AREAS_MAX];
};
/* Into area, for each of the items its place. EINVAL for an item that is in none or in two, for an area without items, names that are not 1 to BV_IRT_NAME_MAX bytes
 * long or there twice; ELIMIT past BV_IRT_AREAS_MAX. */
BV_MUST_USE enum bv_status area_choose(struct area_choice *out, uint8_t *area, const char *const *items, size_t item_count, const struct args *args, struct bv_err *err);

#endif
