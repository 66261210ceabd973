/* Levels of persons by cut scores of ability, for rate marks: what a rule pack or --cuts says, and what it makes of one person. */
#ifndef BV_TOOLS_CLI_MARKS_LEVELS_H
#define BV_TOOLS_CLI_MARKS_LEVELS_H

#include "scoring/irt/irt.h"
#include "scoring/scoring.h"
#include "tools/cli/args.h"

struct marks_levels {
	struct bv_rules *pack;      /* NULL: by --cuts */
	struct bv_bands_rule rule;  /* no bands: no levels were asked for */
	char names[BV_IRT_CUTS_MAX][12]; /* of the levels of --cuts: "1" … */
	double cuts[BV_IRT_CUTS_MAX];
	struct bv_irt_levels *table;
};

struct marks_decision {
	bool measured;                   /* enough items and a standard error that the pack allows */
	size_t level;                    /* how many cuts are reached */
	bool passed;                     /* by the pack */
	double p[BV_IRT_CUTS_MAX + 1];   /* of each level, from below the first cut */
	size_t cut;                      /* the cut beside the level at which the decision is least sure */
	double reaches, sure;            /* P(theta is at that cut or above); P(theta lies on the side that was decided) */
};

/* From --rules or --cuts; the exit status. */
int marks_levels_load(struct marks_levels *out, const struct args *args);
/* For these items and this prior. */
BV_MUST_USE enum bv_status marks_levels_begin(struct marks_levels *levels, const struct bv_irt_item *items, size_t count, double mean, double sd, struct bv_err *err);
void marks_levels_finish(struct marks_levels *levels);
void marks_decide(struct marks_decision *out, const struct marks_levels *levels, const struct bv_irt_score *score, const int8_t *categories);
/* The level's code; "" below the first cut. */
struct bv_str marks_level_name(const struct marks_levels *levels, size_t level);

/* How accurate and consistent each cut and all cuts together are, as CSV or JSON on stdout: answers are those of these items, by category. The exit status. */
int marks_accuracy_print(const struct marks_levels *levels, const struct args *args, const struct bv_irt_item *items, size_t count, double mean, double sd,
                         const struct bv_irt_answers *answers);

#endif
