/* What the answers of a sitting say about its items, its groups and its persons, after the fact: classical item analysis, differential item functioning,
 * person fit, agreement of answers, results by hall. Pure functions of a matrix of scores; nothing here decides about a person. doc/analysis.md has every formula. */
#ifndef BV_ANALYSIS_H
#define BV_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "scoring/distribution.h"
#include "scoring/irt/irt.h"

#define BV_RESPONSES_ITEMS_MAX 20000
#define BV_RESPONSES_PERSONS_MAX 4000000
#define BV_RESPONSES_CELLS_MAX 4000000000 /* persons × items: a byte each */
#define BV_RESPONSES_SCORE_MAX 100
#define BV_RESPONSES_OPTIONS_MAX 26
#define BV_NOT_GIVEN (-1) /* in place of a score or of an option: not presented, not answered */

/* ---- Responses ---- */

struct bv_responses_item {
	struct bv_str name;
	int max_score; /* the largest that was seen, at least 1; with a key: 1 */
	/* With a key: what was chosen. */
	struct bv_str options[BV_RESPONSES_OPTIONS_MAX];
	int option_count, key; /* -1: none of the options that were seen */
};

/* A matrix of scores, and what stands beside it. Texts live in the arena. */
struct bv_responses {
	struct bv_arena arena;
	size_t persons, items;
	struct bv_responses_item *item;
	int8_t *score;        /* [person * items + item]: 0 … max_score, or BV_NOT_GIVEN */
	int8_t *option;       /* the same, of options; NULL without a key */
	double *seconds;      /* the same, of response times, NAN where there is none; NULL without columns of times */
	struct bv_str *id;    /* of each person; NULL without such a column */
	struct bv_str *group; /* a value of the group's column; NULL without one */
	struct bv_str *hall;  /* the same, of halls */
	double *theta;        /* abilities that were estimated elsewhere, NAN where there is none; NULL without such a column */
};

/* Which columns are not items. NULL: there is none such. */
struct bv_responses_columns {
	const char *id, *group, *hall, *theta;
	const char *time_prefix; /* "T" : column "T07" has the seconds of the item whose name ends in the same digits ("I07"), or is "07" */
	struct bv_str key;       /* CSV: item,key. Cells are options then, and the score is 1 where the option is the key */
};

/* Reads CSV with a header line, one person a line; fields are separated by ',' ';' or tabs; "", NA, . and - are not given. EINVAL names line and column;
 * ELIMIT. All of it is read before anything is said: out is usable only after BV_OK. Free with bv_responses_finish. */
BV_API BV_MUST_USE enum bv_status bv_responses_read(struct bv_responses *out, struct bv_str text, const struct bv_responses_columns *columns, struct bv_err *err);
BV_API void bv_responses_finish(struct bv_responses *responses);
BV_AUTO_DEFINE_FINISH(struct bv_responses, bv_responses_finish)

/* ---- Many tests at once ---- */

/* Benjamini and Hochberg (1995): the largest p that is still significant when rate of the discoveries may be false, or -1. Of all tests, count <= tests, these
 * are here; the others' p were above rate. p is reordered. */
BV_API double bv_false_discovery_bound(double *p, size_t count, size_t tests, double rate);

/* ---- Classical item analysis ---- */

struct bv_classical_option {
	size_t chosen;
	double share, total_mean; /* of who answered; mean of the total score of who chose it, NAN when nobody */
	double correlation;       /* point-biserial of choosing it with the score on the other items */
};

struct bv_classical_item {
	size_t answered;
	double mean, difficulty, sd; /* difficulty: mean / max_score (p of 0/1 items); sd with n - 1 */
	double correlation, corrected; /* of the score with the total, and with the total of the other items; NAN when one does not vary */
	double biserial;               /* 0/1 items: of the uncorrected one; NAN else */
	double alpha_without;          /* Cronbach's alpha of the others */
	double median_seconds;         /* NAN without times */
	struct bv_classical_option option[BV_RESPONSES_OPTIONS_MAX];
};

struct bv_classical {
	size_t persons, items; /* persons: who gave every item's answer. Reliability is of them; without any of them it is NAN */
	double total_mean, total_variance, alpha, standardized_alpha, kr20, kr21, sem; /* kr: 0/1 items only, else NAN */
	double lambda1, lambda2, lambda3, lambda6; /* Guttman (1945), of the correlations; lambda6 NAN when they are singular */
	double lambda4; /* the same, of the best halves that were found; NAN above 500 items */
	double omega;                              /* McDonald (1999), of one factor by unweighted least squares */
	size_t *score_count;                       /* [0 … score_max]: persons with that total */
	int score_max;
	struct bv_classical_item *item;
};

/* Not given is out of every figure in which it would stand; totals are those of what was given. */
BV_API void bv_classical_make(struct bv_classical *out, const struct bv_responses *responses);
BV_API void bv_classical_finish(struct bv_classical *classical);
BV_AUTO_DEFINE_FINISH(struct bv_classical, bv_classical_finish)

/* ---- Differential item functioning ---- */

enum bv_ets_class { BV_ETS_A, BV_ETS_B, BV_ETS_C }; /* negligible, moderate, large (Zwick 2012, ETS RR-12-08) */

struct bv_dif_item {
	bool tested;                                    /* 0/1, and answered in both groups with variation */
	double alpha, delta, delta_se;                  /* common odds ratio; MH D-DIF = -2.35 ln alpha, negative: harder for the focal group */
	double chi2, p;                                 /* Mantel-Haenszel, 1 degree of freedom */
	double standardized, standardized_alpha;        /* Dorans and Kulick's P-DIF and their odds ratio, weights of the focal group */
	double breslow_day, breslow_day_df, breslow_day_p;
	double logistic, logistic_p, logistic_uniform, logistic_uniform_p; /* likelihood ratio of both effects (2 df), of the uniform one (1 df) */
	double cox_snell, nagelkerke;                                      /* what both effects add to the share explained */
	double uniform_cox_snell, uniform_nagelkerke;                      /* what the uniform one adds; the rest is that of the other */
	double coefficient[4]; /* logits: constant, of the total, of the focal group, of both together */
	/* SIBTEST, of items with more marks too (Shealy and Stout 1993; Chang, Mazzeo and Roussos 1996): by how much the reference group's mean score is larger
	 * than the focal group's of the same ability; its standard error; chi-square, 1 degree of freedom. */
	double sibtest, sibtest_se, sibtest_chi2, sibtest_p;
	double delta_distance; /* Angoff and Ford 1973: from the major axis of the deltas, above 0 easier for the focal group than the other items are; 1.5 is much */
	enum bv_ets_class ets;
	bool flagged; /* p below the level: of who is purified away */
};

enum bv_dif_by { BV_DIF_BY_MANTEL_HAENSZEL, BV_DIF_BY_LOGISTIC, BV_DIF_BY_UNIFORM }; /* logistic: both effects, 2 degrees of freedom */

struct bv_dif_options {
	enum bv_dif_by by;  /* whose p flags an item */
	double level;       /* of significance: 0.05 */
	bool no_correction; /* of Yates' half */
	int purify;         /* rounds at most; 0: none */
	bool logistic;      /* the logistic regressions too, that cost more; by the others always */
};

struct bv_dif {
	struct bv_dif_item *item;
	size_t reference, focal; /* persons */
	int rounds;              /* of purification that changed something */
	bool settled;            /* it came to a set that stays */
};

/* focal[person]: 0 reference, 1 focal, else left out, as are persons who lack an item: their totals are not to be compared. Items are matched by the total
 * of the items that are not flagged, and their own (Holland and Thayer 1988; purified: Candell and Drasgow 1988). */
BV_API void bv_dif_make(struct bv_dif *out, const struct bv_responses *responses, const int8_t *focal, const struct bv_dif_options *options);
BV_API void bv_dif_finish(struct bv_dif *dif);
BV_AUTO_DEFINE_FINISH(struct bv_dif, bv_dif_finish)

/* The same with a model: the 2PL, calibrated in each group. */
struct bv_model_dif_item {
	bool tested;          /* 0/1, and both groups' parameters could be estimated */
	double a[2], b[2];    /* slope and difficulty: reference, focal, on the reference group's scale */
	double lord, lord_p;  /* Lord 1980: chi-square of both differences, 2 degrees of freedom */
	double area;          /* Raju 1988, signed: above 0 it is harder for the focal group */
	double unsigned_area; /* all of the area between the curves; its sign is that of the larger part */
	double raju, raju_p;  /* the unsigned one by its standard error, Raju 1990 */
	bool flagged;         /* lord_p below the level */
};

struct bv_model_dif {
	struct bv_model_dif_item *item;
	double slope, shift; /* focal abilities times slope plus shift are on the reference group's scale */
	int rounds;          /* of purification that changed something */
	bool settled;
};

/* focal as in bv_dif_make; answers that are not there are passed over. The groups are linked by mean and standard deviation of the difficulties of the items
 * that are not flagged, again and again, purify rounds at most. EINVAL: a group whose items cannot be calibrated. */
BV_API BV_MUST_USE enum bv_status bv_model_dif_make(struct bv_model_dif *out, const struct bv_responses *responses, const int8_t *focal, double level, int purify,
                                                    struct bv_err *err);
BV_API void bv_model_dif_finish(struct bv_model_dif *dif);
BV_AUTO_DEFINE_FINISH(struct bv_model_dif, bv_model_dif_finish)

/* The same by likelihood ratios: is the item better described with parameters for each group? */
struct bv_ratio_dif_item {
	bool anchor;    /* it links the groups, and is not tested */
	bool tested;    /* both groups' parameters could be estimated */
	double chi2, p; /* df: the parameters that the item has more of (2PL: 2; graded response for more marks) */
	int df;
	bool flagged;   /* p below the level */
};

struct bv_ratio_dif {
	struct bv_ratio_dif_item *item;
	double log_likelihood, mean, variance; /* of what others are compared with: the focal group's ability where the reference group's is N(0, 1) */
};

/* focal as in bv_dif_make; answers that are not there are passed over. One calibration of both groups for each item (Thissen, Steinberg and Wainer 1993). anchor,
 * by item, or NULL: the items that are the same in both groups, all others being free; without it all items but the one that is tested are the same. Items with a
 * mark above 15, or with one mark alone in a group, are left out. EINVAL: nothing to link by, or groups that cannot be calibrated together. */
BV_API BV_MUST_USE enum bv_status bv_ratio_dif_make(struct bv_ratio_dif *out, const struct bv_responses *responses, const int8_t *focal, const bool *anchor, double level,
                                                    struct bv_err *err);
BV_API void bv_ratio_dif_finish(struct bv_ratio_dif *dif);
BV_AUTO_DEFINE_FINISH(struct bv_ratio_dif, bv_ratio_dif_finish)

/* ---- Person fit without a model ---- */

/* How far one pattern of 0/1 answers is from the order of the items' difficulties. NAN: the item is not 0/1, or the total is 0 or all. */
struct bv_person_fit {
	double ht;                   /* Sijtsma and Meijer (1992): 1 as expected, 0 or less against everybody else */
	double u3, c_star, caution;  /* van der Flier (1982), Harnisch and Linn (1981), Sato (1975): 0 a Guttman pattern; u3 and c_star 1 its reverse */
	double guttman, guttman_normed; /* errors: pairs in which the easier one failed and the harder one was solved; divided by the most possible */
};

/* out[person]; persons who lack an answer, and items that are not 0/1, are left out. */
BV_API void bv_person_fit_make(struct bv_person_fit *out, const struct bv_responses *responses);

/* ---- Persons before a model ---- */

/* What the parameters of the items say of each person. Borrows the responses. */
struct bv_abilities {
	const struct bv_responses *responses;
	struct bv_irt_item *item; /* by item of the responses; categories is 0 where the set has no such item */
	int8_t (*category)[BV_RESPONSES_SCORE_MAX + 1]; /* [item][score], or [item][option]; BV_NOT_GIVEN: none */
	bool options;             /* answers are options, not scores */
	size_t items;             /* that the set knows */
	double *theta;            /* NAN: no answer that counts */
};

/* responses->theta where there is such a column, else estimated. EINVAL: no item in common, or a score that the set does not know, with its line. */
BV_API BV_MUST_USE enum bv_status bv_abilities_make(struct bv_abilities *out, const struct bv_responses *responses, const struct bv_irt_set *set,
                                                    enum bv_irt_method method, struct bv_err *err);
BV_API void bv_abilities_finish(struct bv_abilities *abilities);
BV_AUTO_DEFINE_FINISH(struct bv_abilities, bv_abilities_finish)
/* The options themselves as a nominal model sees them (Bock 1972), estimated from the responses, which have a key. Category 0 of an item is the key, so that a slope
 * below nought is that of an option which draws the weaker. */
struct bv_option_fit {
	struct bv_irt_estimate *item; /* by item of the responses; categories is 0 where it is left out: one option, more than BV_IRT_CATEGORIES_MAX, nobody took the key */
	size_t items;
	bool converged, errors;
	double log_likelihood;
};
/* With the abilities of everybody by it, or from responses->theta. EINVAL: no item is left. ELIMIT: more persons or items than scoring takes. */
BV_API BV_MUST_USE enum bv_status bv_option_fit_make(struct bv_option_fit *fit, struct bv_abilities *abilities, const struct bv_responses *responses,
                                                     enum bv_irt_method method, struct bv_err *err);
BV_API void bv_option_fit_finish(struct bv_option_fit *fit);
BV_AUTO_DEFINE_FINISH(struct bv_option_fit, bv_option_fit_finish)
/* Of an answer, or BV_NOT_GIVEN. */
BV_API int bv_abilities_category(const struct bv_abilities *abilities, size_t person, size_t item);

/* ---- Person fit with a model ---- */

#define BV_ABILITY_END 6.0 /* an estimate here has no maximum behind it */

/* How one pattern of answers goes with the ability that it has. NAN: fewer than two answers; lz_star and p also at BV_ABILITY_END. */
struct bv_model_fit {
	int answers;
	double lz;      /* Drasgow, Levine and Williams 1985: log-likelihood, standardized as if the ability were known */
	double lz_star; /* the same, corrected for the ability being estimated: Snijders 2001, polytomous Sinharay 2016 */
	double excess, variance;  /* lz_star's numerator, and the variance that it is standardized by */
	double infit, outfit;     /* mean squares of residuals, weighted and not: 1 as expected (Wright and Masters 1982) */
	double infit_z, outfit_z; /* by the cube root of Wilson and Hilferty */
	double p;                 /* P(lz_star at most this): what decides */
	bool flagged;
};
/* out[person]. Flagged by Benjamini and Hochberg over all persons, rate 0 … 1. */
BV_API void bv_model_fit_make(struct bv_model_fit *out, const struct bv_abilities *abilities, double rate);

/* ---- Response times ---- */

/* log t is normal: mean beta − speed, standard deviation 1 / alpha (van der Linden 2006). NAN: the item has no parameters. */
struct bv_time_item {
	double alpha, beta;
};

/* NAN: no time; chi2 and p also with fewer than two. */
struct bv_time_fit {
	double speed;   /* maximum likelihood: e^speed times as fast as usual */
	double chi2, p; /* squares of the standardized residuals, items - 1 degrees of freedom: large, the times of slow and quick items are mixed up */
	int items;
	bool flagged;
};

struct bv_times {
	double *alpha, *beta; /* by item of the responses */
	double spread;        /* standard deviation of the speeds, whose mean is 0; NAN with known parameters */
	struct bv_time_fit *person;
	int steps;
	bool settled;
};

/* responses->seconds are there (assert by use); a time of nought is none. known, by item of the responses, or NULL: marginal maximum likelihood by EM, speeds
 * normal. Persons are flagged by Benjamini and Hochberg over all of them. */
BV_API void bv_times_make(struct bv_times *out, const struct bv_responses *responses, const struct bv_time_item *known, double rate);
BV_API void bv_times_finish(struct bv_times *times);
BV_AUTO_DEFINE_FINISH(struct bv_times, bv_times_finish)

/* Likelihood of answers and times together, standardized as lz_star: Gorney, Sinharay and Liu 2024. Low: neither goes with the person. It counts every time as
 * if the speed were known, so that it errs to the safe side. NAN where one of both is not there. */
BV_API double bv_joint_fit(const struct bv_model_fit *answers, const struct bv_time_fit *times);

/* ---- Items that are known outside ---- */

/* Better and faster on the compromised items than on the others? NAN: no answer, no time, on one side. */
struct bv_preknowledge {
	double score; /* signed root of the likelihood ratio of two abilities against one: Sinharay 2017 */
	double time;  /* difference of the speeds by its standard deviation: Sinharay 2020 */
	double joint; /* sum of the squares of what is above nought */
	/* Other approximations to what `score` tests, signed as it is; p is not theirs. NAN where score is. */
	double wald, score_test; /* both abilities' difference, and the slope of the likelihood at the common one, by errors at the common one: Sinharay 2017 */
	double modified;  /* score corrected to the third order (Barndorff-Nielsen 1986; Sinharay and Jensen 2019), for models in which ability is the natural
	                   * parameter: not the 3PL, not the graded; NAN else and where score is next to nought */
	double saddle;    /* P(so little, or less), by Lugannani and Rice 1980: of the same models */
	double p;     /* of so much and more: joint, or the one that there is */
	bool flagged;
};
/* out[person]; abilities or times may be NULL, compromised by item of the responses. Flagged by Benjamini and Hochberg over all persons. */
BV_API BV_MUST_USE enum bv_status bv_preknowledge_make(struct bv_preknowledge *out, const struct bv_responses *responses, const struct bv_abilities *abilities,
                                                       const struct bv_times *times, const bool *compromised, double rate, struct bv_err *err);

/* ---- Linking and equating ---- */

enum bv_link_method {
	BV_LINK_MEAN_MEAN,     /* Loyd and Hoover 1980: means of slopes and difficulties */
	BV_LINK_MEAN_GMEAN,    /* Mislevy and Bock 1990: geometric mean of the slopes */
	BV_LINK_MEAN_SIGMA,    /* Marco 1977: means and standard deviations of difficulties */
	BV_LINK_HAEBARA,       /* 1980: squared differences of every item's curves */
	BV_LINK_STOCKING_LORD, /* 1983: squared difference of the sums of the items' expected scores */
};
#define BV_LINK_METHODS 5
/* "mean-mean", "mean-gmean", "mean-sigma", "haebara", "stocking-lord". */
BV_API const char *bv_link_method_name(enum bv_link_method method);
BV_API bool bv_link_method_find(enum bv_link_method *out, struct bv_str name);

/* Where curves are compared, in the scale that is linked to. */
enum bv_link_weights {
	BV_LINK_NORMAL, /* 61 nodes on [-6, 6], normal weights */
	BV_LINK_GAUSS,  /* 30 nodes of Gauss and Hermite, as equateIRT: too few for what changes quickly */
	BV_LINK_EVEN,   /* 40 nodes on [-4, 4], equal weights */
};

struct bv_link_options {
	enum bv_link_method method;
	enum bv_link_weights weights;
	bool drop;   /* items that have drifted do not link */
	double rate; /* of false alarms among the items that are said to have drifted, 0 … 1 */
};

struct bv_link_item {
	struct bv_str name;   /* borrowed from the sets */
	double a[2], b[2];    /* slope, mean difficulty: of the first set put on the second's scale, of the second */
	double chi2, p;       /* both differences by their errors, 2 degrees of freedom; NAN without errors or with more than two categories */
	double robust_z;      /* the difference of difficulties less its median, by 0.74 interquartile ranges: Huynh and Meyer 2010 */
	bool flagged;         /* by p, Benjamini and Hochberg over the common items; where there is none by robust_z beyond BV_LINK_ROBUST_Z */
};
#define BV_LINK_ROBUST_Z 2.7

struct bv_link {
	double slope, shift;             /* theta of the second set's scale = slope · theta of the first's + shift */
	double slope_error, shift_error; /* NAN: the sets have no errors */
	struct bv_link_item *item;       /* the common ones */
	size_t count, used, flagged;     /* of them; those that link; those that have drifted */
	double rate;
};

/* Puts `from` on the scale of `to` by the items of the same name. EINVAL: fewer than two, another model or other marks, nothing to link by,
 * a slope outside 0.01 … 100 or a shift beyond 100. Borrows names. */
BV_API BV_MUST_USE enum bv_status bv_link_make(struct bv_link *out, const struct bv_irt_set *from, const struct bv_irt_set *to, const struct bv_link_options *options,
                                               struct bv_err *err);
BV_API void bv_link_finish(struct bv_link *link);
BV_AUTO_DEFINE_FINISH(struct bv_link, bv_link_finish)

#define BV_EQUATE_ITEMS_MAX 500 /* of a form */

struct bv_equate_options {
	struct bv_link_options link; /* weights: also of the populations; drop, rate: not used */
	bool linked;       /* the sets are on one scale already */
	bool target_moves; /* the target is put on the form's scale, not the form on the target's */
	bool no_errors;    /* do not compute them */
	double weight;     /* of the form's population among both, 0 … 1, for observed scores */
};

struct bv_equate_score {
	double theta;                          /* where the form's expected score is this one, in the scale that is linked to; NAN at ends and below guessing */
	double true_score, true_error;         /* the target's expected score there (Lord 1980); below guessing by a straight line from nought */
	double observed_score, observed_error; /* of the same percentile rank (Lord and Wingersky 1984) */
};

struct bv_equate {
	double slope, shift;
	size_t common, high, target_high; /* common items; largest scores */
	struct bv_equate_score *score;    /* [0 … high] of the form */
};

/* Standard errors, by the delta method, are those that the errors of the parameters bring, through the link too. EINVAL, ELIMIT. */
BV_API BV_MUST_USE enum bv_status bv_equate_make(struct bv_equate *out, const struct bv_irt_set *form, const struct bv_irt_set *target,
                                                 const struct bv_equate_options *options, struct bv_err *err);
BV_API void bv_equate_finish(struct bv_equate *equate);
BV_AUTO_DEFINE_FINISH(struct bv_equate, bv_equate_finish)

/* ---- Equating without a model: two groups of persons that were drawn alike took one form each ---- */

#define BV_EQUATE_DEGREE_MAX 10

/* A sum of the form's marks as sums of the target's, with standard errors. */
struct bv_equate_sum {
	double mean;                                 /* the same distance from the mean */
	double linear, linear_error;                 /* as many standard deviations from it; Kolen and Brennan 2004 */
	double equipercentile, equipercentile_error; /* the same percentile rank; Lord 1982 */
	double smoothed, smoothed_error;             /* the same after log-linear smoothing: Holland and Thayer 2000; NAN without it */
	double circle_arc;                           /* Livingston and Kim 2009, simplified: for few persons; NAN where the arc would be more than half a circle */
};

/* [0] is the form, [1] the target. */
struct bv_equate_sums {
	size_t persons[2];
	int high[2], degree;
	double mean[2], sd[2];       /* with n - 1 */
	double *smooth[2];           /* [0 … high]: persons by sum, smoothed; 0 without it */
	struct bv_equate_sum *score; /* [0 … high[0]] */
};

/* From how many persons have each sum, 0 … high (at least 1, assert by use). degree of the smoothing polynomial: 0 (none) … BV_EQUATE_DEGREE_MAX. EINVAL: fewer
 * than two persons, no spread, no more different sums than the degree. */
BV_API BV_MUST_USE enum bv_status bv_equate_sums_make(struct bv_equate_sums *out, const size_t *form, int form_high, const size_t *target, int target_high, int degree,
                                                      struct bv_err *err);
BV_API void bv_equate_sums_finish(struct bv_equate_sums *equated);
BV_AUTO_DEFINE_FINISH(struct bv_equate_sums, bv_equate_sums_finish)

/* ---- Agreement of answers ---- */

/* Identical wrong answers beside those of others with as many wrong ones; each is the p of so many and more. NAN: an answer of the two is not there, or the
 * source has none wrong. */
struct bv_copying {
	double k;      /* Holland 1996: binomial, the mean of these persons */
	double k1, k2; /* Sotaridona and Meijer 2002: the mean by a linear, a quadratic regression over all numbers of wrong answers */
	double s1, s2; /* 2003: Poisson, log-linear; s2 counts common right answers too, weighted by how rare they are */
};

/* Two persons. What is an array of two is directed: [0] as if the first one had copied from the second, [1] the other way. */
struct bv_pair {
	size_t first, second;
	int items, matches, right, wrong; /* answered by both; with the same answer; it being right, wrong */
	double omega[2];   /* Wollack 1997: matches less what is expected at the copier's ability of the source's answers, by its standard deviation */
	double exact[2];   /* p of so many matches and more, of the same probabilities: compound binomial */
	double gbt;        /* p by the probability that two persons of these abilities agree: van der Linden and Sotaridona 2006 */
	double m4;         /* Maynes 2014: right and wrong matches counted apart, trinomial; NAN above BV_M4_ITEMS_MAX items */
	struct bv_copying copying[2];
	double p;          /* thrice the smallest of exact and gbt, at most 1: what decides */
	bool flagged;
};
#define BV_M4_ITEMS_MAX 400
#define BV_PAIRS_PERSONS_MAX 10000 /* of one hall */

#define BV_AGREEMENT_SHOWN 30
#define BV_AGREEMENT_DECADES 5

struct bv_agreement {
	struct bv_pair *pair; /* the flagged, and others up to BV_AGREEMENT_SHOWN, by p */
	size_t count, flagged;
	size_t compared; /* pairs: all that sat in one hall */
	size_t low[BV_AGREEMENT_DECADES]; /* pairs with p <= 0.001, 0.0001 …: by chance at most compared / 1000, compared / 10000 … are expected */
};

/* One pair, whatever its halls: everything but flagged. */
BV_API void bv_pair_measure(struct bv_pair *out, const struct bv_abilities *abilities, size_t first, size_t second);

/* How the numbers of a pair came about, for whoever has to explain them. */
struct bv_pair_step {   /* of an item that both answered */
	size_t item;    /* of the responses */
	double has[2];  /* P that the copier has the source's answer: omega, exact */
	double same, right, wrong; /* P that both have the same answer, the right one, a wrong one: gbt, m4 */
};
struct bv_copying_step { /* of those with this number of wrong answers, the source left out */
	size_t persons;  /* 0: there is nobody, and what follows is NAN */
	double shared;   /* mean of their wrong answers that are the source's */
	double weighted; /* mean of the weights of right answers that are */
	double linear, quadratic, poisson, poisson_total; /* what K1, K2, S1, S2 expect: of shared, and of shared and weighted */
};
struct bv_pair_steps {
	double theta[2];
	double expected[2], sd[2];  /* of the matches, by has: what omega is made of */
	size_t items;
	struct bv_pair_step *item;
	double *matches;            /* [0 … items] P of so many, by same: what gbt is the tail of */
	size_t group_count;         /* numbers of wrong answers, 0 … all items */
	struct bv_copying_step *group[2]; /* of the second person as the source, of the first; NULL where bv_copying is NAN */
	size_t like_count[2], *like[2];   /* the persons with as many wrong answers as the copier, he among them … */
	int *alike[2];                    /* … and how many wrong answers each shares with the source */
};
BV_API void bv_pair_steps_make(struct bv_pair_steps *out, const struct bv_abilities *abilities, size_t first, size_t second);
BV_API void bv_pair_steps_finish(struct bv_pair_steps *steps);
BV_AUTO_DEFINE_FINISH(struct bv_pair_steps, bv_pair_steps_finish)

/* All pairs of each hall, or of the file when it has no halls. Flagged by Benjamini and Hochberg over all pairs: rate (0 … 1) of the flagged ones are false
 * at most. Without options an answer is its score; with them it is the option, and which wrong one is taken does not depend on ability — but by a
 * nominal model it does. ELIMIT: more than BV_PAIRS_PERSONS_MAX in a hall. */
BV_API BV_MUST_USE enum bv_status bv_agreement_make(struct bv_agreement *out, const struct bv_abilities *abilities, double rate, struct bv_err *err);
BV_API void bv_agreement_finish(struct bv_agreement *agreement);
BV_AUTO_DEFINE_FINISH(struct bv_agreement, bv_agreement_finish)

/* ---- Halls ---- */

/* Is a hall's share of high results larger than elsewhere by more than chance? Looked at before results are released. */
struct bv_hall {
	struct bv_str name;
	size_t persons, above;
	double mean, sd;         /* of the totals */
	double share, elsewhere; /* of who is at or above the high total: here, and in all other halls together */
	double p;                /* of at least so many here at the rate of elsewhere: exact binomial tail; mid-p is not taken, so it errs to the safe side */
	bool flagged;            /* by Benjamini and Hochberg over all halls */
};

struct bv_halls {
	struct bv_hall *hall;
	size_t count;
	int high; /* the total that counts as high */
};

/* high < 0: the smallest total that at most one in a hundred reach, or the largest there is. rate: of false discoveries among the flagged halls, 0 … 1. Without the column there
 * are none. Halls stand by p, the smallest first. */
BV_API void bv_halls_make(struct bv_halls *out, const struct bv_responses *responses, int high, double rate);
BV_API void bv_halls_finish(struct bv_halls *halls);
BV_AUTO_DEFINE_FINISH(struct bv_halls, bv_halls_finish)

#endif
