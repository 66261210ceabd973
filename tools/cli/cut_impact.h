/* Impact tables: who would be at which level by the cuts of each round, and by those one and two standard errors lower and higher. */
#ifndef BV_TOOLS_CLI_CUT_IMPACT_H
#define BV_TOOLS_CLI_CUT_IMPACT_H

#include "tools/cli/cut_outcome.h"

#define CUT_SHIFTS 2 /* standard errors to either side */

struct cut_impact {
	struct bv_scores scores; /* nobody: no impact was asked for */
};

/* How scores of candidates are read. */
#define CUT_SCORES_OPTIONS \
	{ "score", "COLUMN", "the column of scores: theta" }, { "error", "COLUMN", "the column of their standard errors: se, where there is one" }, \
		{ "group", "COLUMN", "a column by which candidates are told apart, as unit, gender", false, true }

#define CUT_IMPACT_OPTIONS { "impact", "FILE", "scores of candidates (CSV, as rate marks prints): how many would be at each level" }, CUT_SCORES_OPTIONS

/* The exit status; 0 without --impact, whose options are then refused. */
int cut_impact_load(struct cut_impact *out, const struct cut_outcome *outcome, const struct args *args);
/* The same from a file that is not an option's. */
int cut_impact_read(struct cut_impact *out, const char *path, const struct args *args);
void cut_impact_finish(struct cut_impact *impact);
BV_AUTO_DEFINE_FINISH(struct cut_impact, cut_impact_finish)

/* A row of the table: the cuts of the round (from 0), shifted by so many standard errors, cuts that would then cross being put together; of a group as in
 * bv_impact_take. False: a shift without standard errors. */
bool cut_impact_row(struct bv_impact_row *out, const struct cut_impact *impact, const struct cut_outcome *outcome, size_t round, int shift, size_t by, size_t value);

/* Nothing without scores. */
void cut_impact_json(struct bv_json *out, const struct cut_impact *impact, const struct cut_outcome *outcome);
void cut_impact_print(const struct cut_impact *impact, const struct cut_outcome *outcome);

#endif
