/* Standard setting: from what judges and scores say to cut scores, how sure those are, and whom they concern. doc/standard-setting.md has every formula with
 * its source. Pure functions with the bits of exponential.h.
 *
 * A cut is of a level: who reaches it has that level. Levels are in the order in which a file first names them, the lowest first. NaN stands for what
 * cannot be computed, as a standard error from one judge. */
#ifndef BV_SCORING_SETTING_H
#define BV_SCORING_SETTING_H

#include "scoring/irt/irt.h"
#include "scoring/scoring.h"

#define BV_SETTING_JUDGES_MAX 500
#define BV_SETTING_ITEMS_MAX 2000
#define BV_SETTING_ROUNDS_MAX 20
#define BV_SETTING_PANELS_MAX 100
#define BV_SETTING_CELLS_MAX 4000000 /* rounds × levels × judges × items */
#define BV_SETTING_MARK_MAX 100      /* full mark of an item */

/* ---- Judgements ---- */

enum bv_judgement_kind {
	BV_JUDGED_MARKS,   /* the expected mark of a borderline candidate, 0 … full mark: Angoff 1971 */
	BV_JUDGED_PERCENT, /* the same in percent of the full mark */
	BV_JUDGED_YES_NO,  /* would he have it right? Angoff 1971; Impara & Plake 1997 */
	BV_JUDGED_PAGES,   /* the page of the ordered item booklet at which a bookmark is: Lewis, Mitzel & Green 1996 */
};
#define BV_JUDGEMENT_KINDS 4
/* "marks", "percent", "yes-no", "pages". */
BV_API const char *bv_judgement_kind_name(enum bv_judgement_kind kind);

struct bv_judgements {
	struct bv_arena arena;
	size_t judges, items, rounds, levels, panels; /* items is 1 with pages; panels is 1 without such a column */
	struct bv_str *judge, *item, *level, *panel;  /* names, in the order in which they first appear */
	size_t *panel_of; /* of each judge */
	double *full;     /* mark of each item */
	double *value;    /* bv_judged(): marks, or a page; NaN where a judge was not there */
};
/* CSV with the columns judge, item (not with pages), rating (page), and where there are such round (1, 2 …), level, panel, max (the full mark of the item, 1
 * without it). A judge who rates one item for a level in a round rates all of them; no round or level is without a judge. EINVAL or EPARSE with the line. */
BV_API BV_MUST_USE enum bv_status bv_judgements_read(struct bv_judgements *out, struct bv_str text, enum bv_judgement_kind kind, struct bv_err *err);
BV_API void bv_judgements_finish(struct bv_judgements *judgements);
BV_AUTO_DEFINE_FINISH(struct bv_judgements, bv_judgements_finish)
/* round and level from 0. */
BV_API double bv_judged(const struct bv_judgements *judgements, size_t round, size_t level, size_t judge, size_t item);

/* ---- Cuts of several judges ---- */

struct bv_cut {
	size_t judges, panels;  /* that have one */
	double mean, median, sd, low, high;
	double error;           /* of the mean, judges being a sample: sd/√judges */
	double error_panels;    /* of the mean, panels being a sample: for panels of one size √(Σ(m_p − m)²/(P(P − 1))); else by linearization */
	double icc;             /* how alike judges of one panel are, of one-way analysis of variance; within [-1, 1] */
	double error_median;    /* √(π/2) times the larger of the two errors */
};
/* cuts has a place for each judge, NaN where there is none; panel_of below panel_count (assert). */
BV_API void bv_cut_make(struct bv_cut *out, const double *cuts, const size_t *panel_of, size_t judges, size_t panel_count);
/* The larger of the two errors of the mean, for who does not know whether judges of a panel agree more than others. */
BV_API double bv_cut_error(const struct bv_cut *cut);

/* The cuts of the judges of one panel. */
struct bv_cut_panel {
	size_t judges;
	double mean, median;
};
/* out has panel_count places. */
BV_API void bv_cut_panels_make(struct bv_cut_panel *out, size_t panel_count, const double *cuts, const size_t *panel_of, size_t judges);
/* How far each judge is from the others, 0.6745·(cut − median)/MAD (Iglewicz & Hoaglin 1993); NaN for who was not there, and where most have one cut. */
BV_API void bv_cut_robust_z(double *out, const double *cuts, size_t judges);
#define BV_CUT_FAR 3.5 /* beyond it a judge is far */

/* ---- The test characteristic curve ---- */

/* The items of a form, each with the marks that its categories are. */
struct bv_form {
	size_t count;
	const struct bv_irt_set_item **item;
};
/* EINVAL when an item is not in the set, is nominal, or has a slope that is not positive: then a sum has no ability of its own. Free with bv_form_finish. */
BV_API BV_MUST_USE enum bv_status bv_form_make(struct bv_form *out, const struct bv_irt_set *set, const struct bv_str *names, size_t count, struct bv_err *err);
BV_API void bv_form_finish(struct bv_form *form);
BV_AUTO_DEFINE_FINISH(struct bv_form, bv_form_finish)
/* Expected mark of an item, Σ mark·P; of the form; and its derivative in theta. */
BV_API double bv_form_item_mark(const struct bv_irt_set_item *item, double theta);
BV_API double bv_form_mark(const struct bv_form *form, double theta);
BV_API double bv_form_slope(const struct bv_form *form, double theta);
/* The ability whose expected mark is sum, by bisection on [-6, 6]; an end of it, with *bound, when the sum lies beyond. */
BV_API double bv_form_ability(bool *bound, const struct bv_form *form, double sum);

/* ---- Angoff ---- */

/* Two-way analysis of variance of the ratings of one round and level, judges × items, or with panels of one size (judges within panels) × items. Estimates below
 * nought are 0 (Brennan & Lockwood 1980; Brennan 2001, chapters 3 and 5). */
struct bv_angoff_components {
	bool nested;          /* panels are a facet too */
	double panel, judge, item, panel_item, residual;
	double error_fixed;   /* of the cut as a sum: judges (and panels) are a sample, items are these */
	double error_random;  /* items are a sample too */
	double icc, icc_mean; /* how far judges agree on the items: ICC(2,1) and ICC(2,k), Shrout & Fleiss 1979 */
};

struct bv_angoff_judge {
	double cut;         /* sum of ratings; NaN: not there */
	double theta;       /* of that sum; NaN without parameters */
	bool bound;         /* the sum lies beyond the curve's ends */
	double others;      /* correlation over items with the mean of the others */
	double apart;       /* mean absolute difference from it */
	double robust_z;    /* bv_cut_robust_z */
	bool far;           /* it is beyond BV_CUT_FAR */
	double difficulty;  /* correlation over items with how easy they are: share of the full mark that candidates have */
	bool unrelated;     /* not above what chance gives: Fisher's z below 1.645 */
	double error;       /* mean |rating − mark that theta expects|, van der Linden 1982, as shares of full marks */
	double consistency; /* his C: 1 minus the error's share of the largest that could be */
};

struct bv_angoff {
	size_t judges, panels;
	struct bv_cut sum;           /* in marks */
	double full;                 /* most marks */
	struct bv_angoff_components components;
	struct bv_angoff_judge *judge;
	struct bv_cut_panel *panel;
	double *item_mean, *item_sd; /* of the ratings of each item */
	double theta, theta_error, theta_median; /* of the mean, by the delta method; of the median; NaN without parameters */
	bool bound;                  /* mean or median lie beyond the curve's ends */
};
/* form, with the items of the judgements, and easiness (one number each, NaN where it is not known) may be NULL. */
BV_API void bv_angoff_make(struct bv_angoff *out, const struct bv_judgements *judgements, size_t round, size_t level, const struct bv_form *form, const double *easiness);
BV_API void bv_angoff_finish(struct bv_angoff *angoff);
BV_AUTO_DEFINE_FINISH(struct bv_angoff, bv_angoff_finish)

/* ---- Bookmark: Lewis, Mitzel & Green 1996 ---- */

/* A page: an item and a mark of it, at the ability from which on that mark or a better one has the response probability. */
#define BV_BOOKLET_END 20.0
struct bv_booklet_page {
	const struct bv_irt_set_item *item; /* borrowed */
	int mark;
	double theta; /* within BV_BOOKLET_END of nought */
	bool bound;   /* it lies beyond, and is put at that end */
};
struct bv_booklet {
	size_t count;
	struct bv_booklet_page *page; /* the easiest first; where locations are the same by name, then by mark */
};
/* All marks above the lowest of each item of the form. rp in (0, 1) (assert). guessing: the probability that the model gives, asymptote and all; else what remains of it
 * without guessing, (P − c)/(1 − c). EINVAL: with guessing, an asymptote that is rp or above. */
BV_API BV_MUST_USE enum bv_status bv_booklet_make(struct bv_booklet *out, const struct bv_form *form, double rp, bool guessing, struct bv_err *err);
BV_API void bv_booklet_finish(struct bv_booklet *booklet);
BV_AUTO_DEFINE_FINISH(struct bv_booklet, bv_booklet_finish)

/* A bookmark is at the first page that a borderline candidate has not mastered. The cut is the location … */
enum bv_bookmark_rule {
	BV_BOOKMARK_AT,      /* … of that page: pages 1 … count */
	BV_BOOKMARK_BEFORE,  /* … of the page before, the last that he has: pages 2 … count + 1 */
	BV_BOOKMARK_BETWEEN, /* … half way between the two: pages 2 … count (Reckase 2006 discusses the bias of the others) */
};
#define BV_BOOKMARK_RULES 3
/* "at", "before", "between". */
BV_API const char *bv_bookmark_rule_name(enum bv_bookmark_rule rule);
/* NaN: by this rule no cut can be there. */
BV_API double bv_bookmark_theta(const struct bv_booklet *booklet, enum bv_bookmark_rule rule, double page);

struct bv_bookmark {
	size_t judges, panels;
	struct bv_cut page, theta;
	double *cut, *robust_z; /* ability of each judge's bookmark, NaN: not there; how far it is from the others' */
	struct bv_cut_panel *panel;
};
/* EINVAL names a judge whose bookmark is at no page. */
BV_API BV_MUST_USE enum bv_status bv_bookmark_make(struct bv_bookmark *out, const struct bv_judgements *pages, size_t round, size_t level, const struct bv_booklet *booklet,
                                                   enum bv_bookmark_rule rule, struct bv_err *err);
BV_API void bv_bookmark_finish(struct bv_bookmark *bookmark);
BV_AUTO_DEFINE_FINISH(struct bv_bookmark, bv_bookmark_finish)

/* ---- Scores of persons ---- */

#define BV_SETTING_PERSONS_MAX 1000000
#define BV_SETTING_BY_MAX 8
#define BV_SETTING_GROUPS_MAX 500 /* values of one column */

/* One row a person. */
struct bv_scores {
	struct bv_arena arena;
	size_t persons;
	double *score, *error;                 /* error is NULL without its column */
	size_t by_count;                       /* columns by which persons are told apart */
	struct bv_str *by_name;
	struct bv_str *value[BV_SETTING_BY_MAX];   /* of each such column: its values, in the order in which they first appear */
	size_t value_count[BV_SETTING_BY_MAX];
	uint16_t *value_of[BV_SETTING_BY_MAX];     /* of each person */
};
/* Which columns are read; the others are passed over. */
struct bv_scores_columns {
	const char *score, *error; /* error may be NULL */
	const char *by[BV_SETTING_BY_MAX];
	size_t by_count;
};
/* CSV with a line of names; a score is a number within a million of nought, an error one from 0. EINVAL or EPARSE with the line. */
BV_API BV_MUST_USE enum bv_status bv_scores_read(struct bv_scores *out, struct bv_str text, const struct bv_scores_columns *columns, struct bv_err *err);
BV_API void bv_scores_finish(struct bv_scores *scores);
BV_AUTO_DEFINE_FINISH(struct bv_scores, bv_scores_finish)

/* ---- Impact: who would be at which level ---- */

/* count cuts, rising, make count + 1 levels. */
struct bv_impact_row {
	size_t persons;
	double share[BV_STANDARD_LEVELS_MAX + 1];    /* by the score alone: at a cut is above it */
	double expected[BV_STANDARD_LEVELS_MAX + 1]; /* mean of the probabilities that the score and its error give, as of a normal distribution; NaN without errors */
};
/* Of those whose column `by` has the value; of all when by is SIZE_MAX. cuts do not fall (assert). */
BV_API void bv_impact_take(struct bv_impact_row *out, const struct bv_scores *scores, size_t by, size_t value, const double *cuts, size_t count);

/* ---- Contrasting groups: Livingston & Zieky 1982 ---- */

enum bv_contrast_method {
	BV_CONTRAST_LOGISTIC,  /* where P(above | score) is cost/(1 + cost): 1/2 when both errors cost the same */
	BV_CONTRAST_MEANS,     /* half way between the means */
	BV_CONTRAST_MEDIANS,   /* half way between the medians */
	BV_CONTRAST_DENSITIES, /* where the smoothed densities of both groups cross, between their medians */
	BV_CONTRAST_BORDERLINE, /* the median of the borderline group */
};
#define BV_CONTRAST_METHODS 5
/* "logistic", "means", "medians", "densities", "borderline". */
BV_API const char *bv_contrast_method_name(enum bv_contrast_method method);

struct bv_contrast_cut {
	double cut;       /* NaN: there is none, as when a score separates the groups without an error (logistic), or nobody is in them */
	double error;     /* by formula: delta method (logistic), of means; NaN where there is none */
	double bootstrap; /* standard deviation over the draws in which there was a cut; NaN without draws */
	size_t draws;
};
/* What a cut would do with those whose group is known. */
struct bv_contrast_errors {
	double cut;
	size_t false_below, false_above; /* of the group above, below the cut; of the group below, at it or above */
	double cost;                     /* false_below + ratio · false_above */
};
struct bv_contrast {
	size_t above, below, borderline;
	double above_mean, below_mean, above_median, below_median;
	double intercept, slope;           /* of the logistic regression */
	struct bv_contrast_cut cut[BV_CONTRAST_METHODS];
	size_t crossings;                  /* of the densities, between the medians */
	struct bv_contrast_errors *table;  /* at each score that is there, rising; at most BV_CONTRAST_TABLE_MAX, then evenly chosen */
	size_t table_count, best;          /* best: the row of the lowest cost, the lowest cut of several */
};
#define BV_CONTRAST_TABLE_MAX 1000
#define BV_CONTRAST_DRAWS_MAX 10000
struct bv_contrast_options {
	double ratio;     /* what letting one pass who should not costs, where failing one who should not costs 1; 0.01 … 100 */
	size_t draws;     /* of the bootstrap, within each group; 0: none */
	uint8_t seed[32]; /* the same draws for the same seed */
};
/* Groups of scores; borderline may be empty. EINVAL when above or below has fewer than two, or above has not the higher mean. The arrays are sorted. */
BV_API BV_MUST_USE enum bv_status bv_contrast_make(struct bv_contrast *out, double *above, size_t above_count, double *below, size_t below_count, double *borderline,
                                                   size_t borderline_count, const struct bv_contrast_options *options, struct bv_err *err);
BV_API void bv_contrast_finish(struct bv_contrast *contrast);
BV_AUTO_DEFINE_FINISH(struct bv_contrast, bv_contrast_finish)

/* ---- Cut scores as a rule pack ---- */

struct bv_setting_pack {
	struct bv_str identifier, version, standard; /* codes */
	struct bv_names title;
	struct bv_str source, note;
	bv_day from;
	const struct bv_str *level; /* count: rising */
	const int32_t *cut_milli;   /* of ability */
	size_t count;
	struct bv_str pass;
	bool posterior;             /* decide by the probability of 50 %, else by the estimate */
	int least_items, most_se_milli; /* 0: no such limit */
};
/* Thousandths, half away from zero, or false: the cut is no number strictly between -6 and 6. */
BV_API bool bv_cut_milli(int32_t *out, double theta);
/* The pack as XML (doc/rules.md) that bv_rules_parse has accepted; EINVAL says what it would not. */
BV_API BV_MUST_USE enum bv_status bv_setting_pack_write(struct bv_buf *out, const struct bv_setting_pack *pack, struct bv_err *err);

#endif
