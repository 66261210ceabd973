/* Private: what a rule pack says. */
#ifndef BV_SCORING_RULES_H
#define BV_SCORING_RULES_H

#include "scoring/scoring.h"

/* How the mark of a part is judged: by its sum alone, or with a minimum for each area in it. */
enum bv_split {
	BV_SPLIT_NONE,
	BV_SPLIT_SUM,  /* the part by the sum of marks, each sub-part by its own */
	BV_SPLIT_MEAN, /* the part by the mean of its sub-parts' fractions, each sub-part by its own */
};

struct bv_part_rule {
	struct bv_str identifier;
	struct bv_names names;
	enum bv_split split;
	int64_t minimum, sub_minimum; /* hundredths of a percent */
};

/* Every part needed, each with its minimum. */
struct bv_parts_rule {
	struct bv_part_rule usual; /* of parts that the pack does not name, where it allows them */
	bool others;               /* parts that it does not name are allowed, and needed */
	struct bv_part_rule *parts;
	size_t part_count;
	int keep_months;           /* 0: nothing is kept */
	bool coverage;             /* the exam must have every competence that the awarded level's rules name */
};

struct bv_rules {
	struct bv_instrument instrument;
	struct bv_str standard;
	bool by_bands;
	struct bv_parts_rule parts; /* when not by_bands */
	struct bv_bands_rule bands;
	struct bv_str award;        /* level given when all parts are passed */
	struct bv_arena arena;
};

#endif
