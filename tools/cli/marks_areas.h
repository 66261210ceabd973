/* rate marks --area and --plausible: abilities of several areas together, and draws from what is believed of them. */
#ifndef BV_TOOLS_CLI_MARKS_AREAS_H
#define BV_TOOLS_CLI_MARKS_AREAS_H

#include "scoring/irt/irt.h"
#include "tools/cli/args.h"

struct marks_areas {
	const struct bv_irt_item *items;
	const char *const *names; /* of the items */
	size_t count;
	double mean, sd;          /* of ability when there is one area */
	const struct bv_irt_answers *answers; /* of these items, by category */
	const struct bv_irt_sheet *sheet;
	/* Of a set of areas; area_count 0: --area says which there are, and the population is estimated: */
	int area_count;
	const char (*area_names)[BV_IRT_NAME_MAX + 1];
	const uint8_t *area; /* of each item */
	const struct bv_irt_population *population;
};

/* The exit status. */
int marks_areas_print(const struct marks_areas *in, const struct args *args);

#endif
