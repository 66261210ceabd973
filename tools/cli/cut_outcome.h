/* What a standard setting came to, and its rule pack: the same for every method of `bangvang cut`. */
#ifndef BV_TOOLS_CLI_CUT_OUTCOME_H
#define BV_TOOLS_CLI_CUT_OUTCOME_H

#include "base/json.h"
#include "scoring/setting/setting.h"
#include "tools/cli/args.h"

#define CUT_SOURCES_MAX 4

struct cut_outcome {
	struct bv_names method;
	size_t count; /* of levels, the lowest first */
	struct bv_str level[BV_STANDARD_LEVELS_MAX];
	double theta[BV_STANDARD_LEVELS_MAX], error[BV_STANDARD_LEVELS_MAX]; /* of the cut in ability; NaN where it has none */
	bool bound[BV_STANDARD_LEVELS_MAX];                                  /* it lies beyond what the items measure */
	struct cut_round {
		double cut[BV_STANDARD_LEVELS_MAX], error[BV_STANDARD_LEVELS_MAX]; /* in ability, or without parameters in marks */
	} round[BV_SETTING_ROUNDS_MAX];
	size_t rounds;
	char notes[BV_STANDARD_LEVELS_MAX][80];                              /* the cut in marks or pages, in words for the pack; may be empty */
	struct {
		const char *path;
		char digest[BV_HEX_SIZE(BV_HASH_LEN)];
	} source[CUT_SOURCES_MAX];
	size_t source_count;
};

/* The whole of an input, whose SHA-256 is the next source; the exit status after a message, or 0. */
int cut_source_read(struct bv_buf *out, struct cut_outcome *outcome, const char *path);

#define CUT_RULES_OPTIONS \
	{ "median", NULL, "the cut is the median of the judges, not their mean" }, \
		{ "shift-errors", "K", "put the cuts of the pack that many standard errors higher (or lower: -1), as a board may decide; the pack says so" }, \
		{ "rules-out", "FILE", "write the cut scores as a rule pack; with the next five" }, \
		{ "standard", "FILE", "the skills standard (standards/) that has the levels" }, \
		{ "rules-id", "CODE", "identifier of the pack" }, { "rules-version", "CODE", "version of the pack: 1" }, \
		{ "held", "DATE", "when the judges met" }, { "from", "DATE", "first day in force" }, \
		{ "by", "TEXT", "the panel, or who held the standard setting: goes into the pack's source" }, \
		{ "pass", "LEVEL", "level from which on the decision is passed: the lowest" }, \
		{ "decide-by", "RULE", "posterior (the default: a level is reached with a probability of 50 % or more) or estimate" }, \
		{ "least-items", "N", "fewer items with parameters leave a candidate undecided: 20" }, \
		{ "most-se", "SE", "a larger standard error of ability does too, as 0.6" }

/* Writes the pack when --rules-out asks for it. The exit status. Options that belong to it are refused without it. */
int cut_rules_write(const struct cut_outcome *outcome, const struct args *args);

void cut_json_sources(struct bv_json *out, const struct cut_outcome *outcome);
void cut_json_cut(struct bv_json *out, const struct bv_cut *cut);
/* The levels with their cuts in ability, as "cuts". */
void cut_json_cuts(struct bv_json *out, const struct cut_outcome *outcome);

#endif
