/* Item response theory on one ability: models, scores on known parameters, calibration, fit. doc/psychometrics.md has every formula with its
 * paper. Pure functions with the bits of exponential.h: the same bytes with any compiler and any number of threads.
 *
 * Inside, all parameters are in the logistic metric, D = 1, as slope and intercepts: z = a·theta + d. A parameter set on paper names its own D
 * (bv_irt_set), so that nobody has to guess: D·a and D·d are what is here. */
#ifndef BV_SCORING_IRT_H
#define BV_SCORING_IRT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define BV_IRT_CATEGORIES_MAX 16 /* of an item: marks 0 … 15 */
#define BV_IRT_PARAMS_MAX 30     /* of an item: 15 slopes and 15 intercepts */

enum bv_irt_model {
	BV_IRT_RASCH, /* a given (1), the variance of ability is free: Rasch 1960 */
	BV_IRT_1PL,   /* one slope for all items of this model */
	BV_IRT_2PL,   /* Birnbaum 1968 */
	BV_IRT_3PL,   /* P = c + (1 − c) / (1 + exp(−z)) */
	BV_IRT_GRM,   /* graded response, Samejima 1969: P(X ≥ k) = 1 / (1 + exp(−(a·theta + d_k))), d falling */
	BV_IRT_GPCM,  /* generalized partial credit, Muraki 1992: P(X = k) ∝ exp(k·a·theta + d_k), d_0 = 0 */
	BV_IRT_PCM,   /* partial credit, Masters 1982: the same with a given (1), the variance of ability is free */
	BV_IRT_NOMINAL, /* nominal categories, Bock 1972: P(X = k) ∝ exp(a_k·theta + d_k), a_0 = d_0 = 0 */
};
#define BV_IRT_MODELS 8
#define BV_IRT_MODEL_NAMES "rasch, 1pl, 2pl, 3pl, grm, gpcm, pcm, nominal"

/* One of BV_IRT_MODEL_NAMES. */
BV_API const char *bv_irt_model_name(enum bv_irt_model model);
BV_API bool bv_irt_model_find(enum bv_irt_model *out, struct bv_str name);

struct bv_irt_item {
	enum bv_irt_model model;
	int categories; /* 2 … BV_IRT_CATEGORIES_MAX; 2 for the models of right and wrong */
	double a;       /* slope, |a| <= 20; nominal: of category 1 */
	double c;       /* lower asymptote of the 3PL, 0 <= c < 1; else 0 */
	double d[BV_IRT_CATEGORIES_MAX - 1]; /* intercepts of categories 1 …, |d| <= 100; GRM: strictly falling */
	double more[BV_IRT_CATEGORIES_MAX - 2]; /* nominal: slopes of categories 2 …, within ±20 */
};

/* a 3PL (2PL with c = 0) item of difficulty b in the metric D: z = D·a·(theta − b). */
BV_API struct bv_irt_item bv_irt_item_of(double a, double b, double c, double metric);
/* EINVAL names what is out of the ranges above, or NaN. */
BV_API BV_MUST_USE enum bv_status bv_irt_item_check(const struct bv_irt_item *item, struct bv_err *err);

/* P of every category at theta, and its first and second derivative in theta. p sums to 1, and each is > 0 where doubles allow: |theta| <= 20. */
struct bv_irt_curve {
	double p[BV_IRT_CATEGORIES_MAX], p1[BV_IRT_CATEGORIES_MAX], p2[BV_IRT_CATEGORIES_MAX];
};
BV_API void bv_irt_curve(struct bv_irt_curve *out, const struct bv_irt_item *item, double theta);
/* P of one category, 0 <= category < item->categories (assert). */
BV_API double bv_irt_probability(const struct bv_irt_item *item, int category, double theta);
/* Expected mark, Σ k·P_k. */
BV_API double bv_irt_expected(const struct bv_irt_item *item, double theta);
/* The same where the categories are worth these marks, bit by mark; and its derivative, unless slope is NULL. */
BV_API double bv_irt_mark(double *slope, const struct bv_irt_item *item, uint16_t marks, double theta);
/* Fisher information, Σ P_k'² / P_k. */
BV_API double bv_irt_information(const struct bv_irt_item *item, double theta);
/* J of Warm 1989, Σ P_k'·P_k'' / P_k, and the derivative of the information, Σ 2·P_k'·P_k''/P_k − P_k'³/P_k². */
BV_API double bv_irt_warm_j(const struct bv_irt_item *item, double theta);
BV_API double bv_irt_information_slope(const struct bv_irt_item *item, double theta);

/* Parameters in the order a, d_1 … d_{K−1}, then c (3PL) or a_2 … a_{K−1} (nominal): as many as the item has (2PL: 2, 3PL: 3, K categories: K,
 * nominal: 2K − 2), and each of them (assert: there is such a one). */
BV_API int bv_irt_param_count(const struct bv_irt_item *item);
BV_API double *bv_irt_param(struct bv_irt_item *item, int param);
/* Nominal: slope of a category, 0 of category 0. */
BV_API double bv_irt_category_slope(const struct bv_irt_item *item, int category);
/* Derivatives of log P of every category in the item's parameters; with the 3PL's c in logit(c). second, if not NULL, has the symmetric matrices. */
struct bv_irt_slopes {
	double p[BV_IRT_CATEGORIES_MAX];
	double first[BV_IRT_CATEGORIES_MAX][BV_IRT_PARAMS_MAX];
};
struct bv_irt_bends {
	double second[BV_IRT_CATEGORIES_MAX][BV_IRT_PARAMS_MAX][BV_IRT_PARAMS_MAX];
};
BV_API void bv_irt_slopes(struct bv_irt_slopes *out, struct bv_irt_bends *bends, const struct bv_irt_item *item, double theta);

/* Nodes of ability: equally spaced on [-6, 6]. 61 unless said; 121 to look whether 61 are enough. */
#define BV_IRT_NODES 61
#define BV_IRT_NODES_MAX 121
#define BV_IRT_ITEMS_MAX 20000

/* ---- Scores on known parameters ---- */

enum bv_irt_method {
	BV_IRT_EAP,      /* mean of the posterior on the 61 nodes, Bock & Mislevy 1982; se is its standard deviation */
	BV_IRT_MAP,      /* mode of the posterior */
	BV_IRT_ML,       /* maximum likelihood */
	BV_IRT_WLE,      /* Warm 1989: l' + J/(2I) = 0 */
	BV_IRT_JEFFREYS, /* maximum of l + ½ log I: the same as WLE for 1PL, 2PL and partial credit, not for the 3PL and graded models */
};
#define BV_IRT_METHODS 5
/* "eap", "map", "ml", "wle", "jeffreys". */
BV_API const char *bv_irt_method_name(enum bv_irt_method method);
BV_API bool bv_irt_method_find(enum bv_irt_method *out, struct bv_str name);

struct bv_irt_score {
	double theta;       /* in [-6, 6]: always a number */
	double se;          /* EAP: of the posterior; else 1/sqrt(observed information), with the prior's for MAP */
	double se_expected; /* 1/sqrt(expected information), with the prior's for MAP and EAP */
	int answers;        /* items that counted */
	bool bound;         /* ML, WLE: the estimate lies at an end of [-6, 6], or beyond */
	bool several;       /* the function had more than one maximum: the highest was taken */
};

/* What scoring needs of the parameters, computed once. Immutable: threads may share it. */
struct bv_irt_scorer;
/* 1 … BV_IRT_ITEMS_MAX items that bv_irt_item_check accepts; ability is normal with this mean (|mean| <= 5) and sd (0.05 … 5) for EAP and MAP. */
BV_API BV_MUST_USE enum bv_status bv_irt_scorer_new(struct bv_irt_scorer **out, const struct bv_irt_item *items, size_t count, double mean, double sd,
                                                    struct bv_err *err);
BV_API void bv_irt_scorer_free(struct bv_irt_scorer *scorer);
BV_AUTO_DEFINE(struct bv_irt_scorer, bv_irt_scorer_free)
/* The score of one person: marks[i] is the category of item i, -1 where it was not put or not answered. Never fails: without an answer EAP and MAP
 * are the prior, ML and WLE are its mean, with `bound`. Standard errors are at most 100. */
BV_API void bv_irt_score(struct bv_irt_score *out, const struct bv_irt_scorer *scorer, enum bv_irt_method method, const int8_t *marks);
/* The posterior of EAP at the nodes, summing to 1: nodes has BV_IRT_NODES places. */
BV_API void bv_irt_posterior(double *out, const struct bv_irt_scorer *scorer, const int8_t *marks);
/* The nodes themselves. */
BV_API double bv_irt_node(int idx);

/* P(sum of marks = s | theta), s = 0 … bv_irt_marks_max: Lord & Wingersky 1984, for more categories Thissen and others 1995. */
BV_API size_t bv_irt_marks_max(const struct bv_irt_item *items, size_t count);
BV_API void bv_irt_sum_distribution(double *out, const struct bv_irt_item *items, size_t count, double theta);
/* For every sum: EAP, its standard deviation, and how often the sum is expected. */
struct bv_irt_sum_score {
	double theta, se, probability;
};
BV_API void bv_irt_sum_scores(struct bv_irt_sum_score *out, const struct bv_irt_item *items, size_t count, double mean, double sd);

/* ---- How good a classification by cut scores is ---- */

#define BV_IRT_CUTS_MAX 32
struct bv_irt_classification {
	double accuracy;    /* P(the class that is found is the true one) */
	double consistency; /* P(two forms like this find the same class) */
	double kappa;       /* consistency beyond that of two forms without a person in common (Cohen 1960); 0 with one class */
	double chance;      /* that consistency */
	/* Shares of all persons: found below the first cut, or not, rightly and wrongly. They sum to 1; without a cut nobody is below it. */
	double below_right, below_wrong, above_right, above_wrong;
};
/* By cut scores of ability, rising, each in [-6, 6] (assert): Rudner 2001, 2005. A person at a cut belongs above it. What is found is normal around
 * the truth with the test's standard error; ability is normal on the 61 nodes. */
BV_API void bv_irt_rudner(struct bv_irt_classification *out, const struct bv_irt_item *items, size_t count, const double *cuts, size_t cut_count,
                          double mean, double sd);
/* By cut scores of the sum of marks, rising from 1 (assert): Lee 2010. The true class is that of the expected sum. */
BV_API void bv_irt_lee(struct bv_irt_classification *out, const struct bv_irt_item *items, size_t count, const int *cuts, size_t cut_count,
                       double mean, double sd);

/* Proportions of the full mark that persons truly have, as Livingston & Lewis 1995 see them: beta on [low, high]. */
struct bv_irt_true_marks {
	double length; /* of the test of alike items of one mark that would be as reliable; `items` is it rounded */
	int items;     /* 1 … BV_IRT_LENGTH_MAX */
	double alpha, beta, low, high;
	bool four;     /* by four moments (Lord 1965; Hanson 1991); else by two on [0, 1], because those gave no distribution within [0, 1] */
};
#define BV_IRT_LENGTH_MAX 10000
/* From how many persons have each sum of marks, 0 … max (1 … 1,000,000), and the reliability of the sum, in (0, 1). EINVAL says what is missing: two
 * persons, a spread, or a length within the range above. */
BV_API BV_MUST_USE enum bv_status bv_irt_true_marks_fit(struct bv_irt_true_marks *out, const size_t *counts, int max, double reliability, struct bv_err *err);
/* By cut scores of the sum of marks, rising from 1 (assert): Livingston & Lewis 1995. Needs no item parameters. */
BV_API void bv_irt_livingston_lewis(struct bv_irt_classification *out, const struct bv_irt_true_marks *marks, int max, const int *cuts, size_t cut_count);
/* ---- How probable each level is for one person ---- */

struct bv_irt_levels;
/* Levels between cut scores of ability, rising, each strictly within (-6, 6) (assert), under a normal prior as bv_irt_scorer_new takes. Immutable. */
BV_API BV_MUST_USE enum bv_status bv_irt_levels_new(struct bv_irt_levels **out, const struct bv_irt_item *items, size_t count, double mean, double sd,
                                                    const double *cuts, size_t cut_count, struct bv_err *err);
BV_API void bv_irt_levels_free(struct bv_irt_levels *levels);
BV_AUTO_DEFINE(struct bv_irt_levels, bv_irt_levels_free)
/* The posterior probability of each level, cut_count + 1 numbers from the lowest, summing to 1; Gauss-Legendre rules between the cuts, so that it does not
 * depend on where they lie. marks as for bv_irt_score. */
BV_API void bv_irt_levels_take(double *out, const struct bv_irt_levels *levels, const int8_t *marks);

/* ---- Calibration: marginal maximum likelihood ---- */

#define BV_IRT_GROUPS_MAX 16
#define BV_IRT_PERSONS_MAX 5000000
#define BV_IRT_THREADS_MAX 64

/* Answers, kept as lists: what was not put to a person takes no room. */
struct bv_irt_answers;
struct bv_irt_answer {
	uint32_t item; /* from 0 */
	int mark;      /* 0 … BV_IRT_CATEGORIES_MAX - 1 */
};
/* 1 … BV_IRT_ITEMS_MAX items. */
BV_API struct bv_irt_answers *bv_irt_answers_new(size_t item_count);
BV_API void bv_irt_answers_free(struct bv_irt_answers *answers);
BV_AUTO_DEFINE(struct bv_irt_answers, bv_irt_answers_free)
/* One person: items strictly rising (assert), none is fine. group from 0. ELIMIT past BV_IRT_PERSONS_MAX, EINVAL for a mark or group out of range. */
BV_API BV_MUST_USE enum bv_status bv_irt_answers_add(struct bv_irt_answers *answers, const struct bv_irt_answer *given, size_t count, int group,
                                                     struct bv_err *err);
BV_API size_t bv_irt_answers_persons(const struct bv_irt_answers *answers);
BV_API size_t bv_irt_answers_count(const struct bv_irt_answers *answers); /* of answers, all persons together */
BV_API size_t bv_irt_answers_items(const struct bv_irt_answers *answers);
/* The marks that were seen with an item, bit by mark, and persons who answered it. */
BV_API uint16_t bv_irt_answers_seen(const struct bv_irt_answers *answers, size_t item);
BV_API size_t bv_irt_answers_given(const struct bv_irt_answers *answers, size_t item);
/* The marks of one person, -1 where there is none; returns the person's group. */
BV_API int bv_irt_answers_marks(int8_t *marks, const struct bv_irt_answers *answers, size_t person);
/* Persons by their sum of marks, 0 … max, of those who answered every item; no sum is above max (assert). alpha, if not NULL: their coefficient alpha
 * (Cronbach 1951), NaN where there is none: under two items or persons, or no spread. */
BV_API void bv_irt_answers_sums(size_t *counts, int max, double *alpha, const struct bv_irt_answers *answers);
/* SHA-256 of persons, groups and marks in a form of its own: the same answers have the same hash. */
BV_API void bv_irt_answers_hash(uint8_t out[32], const struct bv_irt_answers *answers);

/* What is believed before the data; a standard deviation or alpha of 0: nothing (Mislevy 1986). */
struct bv_irt_prior {
	double a_mean, a_sd;       /* log a is normal */
	double d_mean, d_sd;       /* d is normal */
	double c_alpha, c_beta;    /* c is Beta(alpha, beta) */
	double logit_mean, logit_sd; /* logit c is normal */
};

struct bv_irt_settings {
	int nodes;        /* 3 … BV_IRT_NODES_MAX */
	int threads;      /* 1 … BV_IRT_THREADS_MAX; the result is the same for any */
	int steps_max;    /* passes over the data, 1 … 100000 */
	double gradient;  /* largest gradient of the result, 1e-10 … 1 */
	bool errors;      /* standard errors, from the observed information (Oakes 1999; Louis 1982) */
	bool free_ability; /* mean and variance of group 0 are free too: with fixed items */
	struct bv_irt_prior prior;
	void (*progress)(void *ctx, int step, double log_likelihood, double gradient); /* or NULL; after every pass */
	void *ctx;
};
/* 61 nodes, 1 thread, 2,000 passes, 1e-6, errors, no priors. */
BV_API struct bv_irt_settings bv_irt_settings_default(void);

enum bv_irt_item_state {
	BV_IRT_ESTIMATED,
	BV_IRT_FIXED,      /* as given */
	BV_IRT_UNANSWERED, /* nobody answered: left out */
	BV_IRT_CONSTANT,   /* everybody has the same mark: left out */
	BV_IRT_STEEP,      /* estimated, but the slope is above 6 or negative (nominal: two slopes differ by more than 12): a Heywood case, look at the item */
	BV_IRT_LOOSE,      /* estimated, but a standard error is above 5, or the information has no inverse */
};
/* "estimated", "fixed", "unanswered", "constant", "steep", "loose". */
BV_API const char *bv_irt_item_state_name(enum bv_irt_item_state state);

/* An item before and after. */
struct bv_irt_estimate {
	struct bv_irt_item item;  /* in: model, and the values if fixed; out: the values. Categories are those with marks that were seen */
	bool fixed;
	uint16_t marks;           /* in, if fixed, and out: which marks are the categories, bit by mark */
	enum bv_irt_item_state state;
	struct bv_irt_item error; /* standard errors in the places of the parameters; 0 where there is none: fixed, or an asymptote whose estimate is 0 itself */
	double a_d, a_c, d_c;     /* covariances of the estimates, of items with two categories and an a of their own; 0 where there is none */
};

struct bv_irt_ability_spread {
	double mean, variance, mean_error, variance_error; /* errors are 0 where the value is not estimated */
	bool bound; /* the variance lies at an end of its range, 0.0025 … 25: the items have nothing in common, or the answers no chance in them */
	size_t persons;
};

struct bv_irt_fit {
	double log_likelihood, log_prior;
	double gradient; /* the largest, in absolute value */
	bool converged;  /* gradient <= settings.gradient */
	bool errors;     /* there are standard errors: the information matrix is positive definite */
	double condition; /* of the information, by the Cholesky factor's diagonal: a lower bound; 0 without errors */
	int steps, param_count;
	size_t persons, empty_persons; /* with and without an answer that counts */
	int group_count;
	struct bv_irt_ability_spread groups[BV_IRT_GROUPS_MAX];
};
/* Estimates for bv_irt_answers_items(answers) items. Ability in group 0 is N(0, 1) — with the models rasch and pcm N(0, variance) — and in the others
 * normal with free mean and variance; with nominal items only, ability is what grows with the sum of marks. EINVAL for settings or fixed items out of range and when no item can be estimated nor is fixed; data never is
 * a fault: what cannot be estimated says so in its state. */
BV_API BV_MUST_USE enum bv_status bv_irt_calibrate(struct bv_irt_fit *fit, struct bv_irt_estimate *estimates, const struct bv_irt_answers *answers,
                                                   const struct bv_irt_settings *settings, struct bv_err *err);

/* ---- Conditional maximum likelihood: Rasch and partial credit items, whatever the distribution of ability (Andersen 1972) ---- */

#define BV_IRT_FORMS_MAX 500 /* different sets of items that persons answered */
struct bv_irt_conditional {
	double log_likelihood, gradient;
	bool converged;
	int steps, param_count; /* param_count: intercepts less one */
	size_t items;           /* that count: those that somebody solved and somebody did not, and so each of their marks, among `persons` */
	size_t persons, forms;  /* persons whose sum is neither nothing nor everything: the others say nothing */
};
/* Intercepts with errors into estimates, one for each item of the answers: models BV_IRT_RASCH and BV_IRT_PCM, a = 1, the last intercepts summing to 0. State:
 * estimated, unanswered, or constant (does not count). EINVAL: fewer than two items count, or nobody connects two parts of them. ELIMIT: too many forms or too large. */
BV_API BV_MUST_USE enum bv_status bv_irt_conditional_take(struct bv_irt_conditional *fit, struct bv_irt_estimate *estimates, const struct bv_irt_answers *answers,
                                                          struct bv_err *err);
/* The likelihood ratio of Andersen 1973: are the items the same in all parts of the persons? part: of each person, 0 … parts - 1 (2 … BV_IRT_GROUPS_MAX).
 * Items that do not count in every part are left out. */
struct bv_irt_andersen {
	double chi2, p;
	int df;
	bool converged;
	size_t items, persons[BV_IRT_GROUPS_MAX];
};
BV_API BV_MUST_USE enum bv_status bv_irt_andersen_take(struct bv_irt_andersen *out, const struct bv_irt_answers *answers, const uint8_t *part, int parts,
                                                       struct bv_err *err);

/* ---- Does the model fit ---- */

/* S-X² (Orlando & Thissen 2000, 2003; Kang & Chen 2008): observed and expected marks of an item among persons with the same sum. Neighbouring sums, and
 * marks of one sum, are put together until each cell is expected once or more, as mirt 1.45 does it. */
struct bv_irt_item_fit {
	double s_x2, p, rmsea; /* rmsea: of what exceeds df, for one person and degree of freedom */
	int df;                /* cells less sums less the item's free parameters; below 1: the rest is not there */
};
/* For every item of the answers, from those of the group who answered every item that counts; estimates as bv_irt_calibrate left them, ability normal with
 * that mean and variance. *persons: how many those are. Items that do not count have df 0. ELIMIT past BV_IRT_SUMS_MAX sums. */
#define BV_IRT_SUMS_MAX 5000
BV_API BV_MUST_USE enum bv_status bv_irt_item_fits(struct bv_irt_item_fit *out, size_t *persons, const struct bv_irt_estimate *estimates,
                                                   const struct bv_irt_answers *answers, int group, const struct bv_irt_ability_spread *ability,
                                                   struct bv_err *err);

/* Q3 (Yen 1984): correlations of what is left of the marks of two items when that which ability explains (EAP) is taken away. */
struct bv_irt_pair {
	uint32_t first, second;
	double q3;
};
struct bv_irt_residuals {
	size_t count;              /* of pairs with two persons and a spread */
	double mean, largest;      /* of Q3 */
	double critical;           /* a pair above mean + critical is suspect */
	int replicates;            /* 0: critical is 0.2 (Christensen, Makransky & Horton 2017); else the 95th percentile of largest − mean among so many sheets
	                            * that were drawn from the model, with the same gaps */
	size_t suspect_count;
	struct bv_irt_pair *suspects; /* the largest first; free(3) */
};
/* replicates 0 … 10,000, threads 1 … BV_IRT_THREADS_MAX; draws come from a stream keyed by the answers' hash: the same result always. ELIMIT past
 * BV_IRT_Q3_ITEMS_MAX items that count. */
#define BV_IRT_Q3_ITEMS_MAX 2000
BV_API BV_MUST_USE enum bv_status bv_irt_residuals_take(struct bv_irt_residuals *out, const struct bv_irt_estimate *estimates,
                                                        const struct bv_irt_answers *answers, int group, const struct bv_irt_ability_spread *ability,
                                                        int replicates, int threads, struct bv_err *err);

/* M2 (Maydeu-Olivares & Joe 2005, 2006), of means and products of marks where there are more than two (M2*, Cai & Hansen 2013). */
struct bv_irt_test_fit {
	size_t persons; /* who answered every item that counts */
	double m2, p, rmsea, rmsea_low, rmsea_high; /* limits of 90 % (Browne & Cudeck 1992) */
	double srmsr;   /* of correlations (Maydeu-Olivares 2013) */
	double cfi, tli; /* against items that have nothing to do with each other (Bentler 1990; Tucker & Lewis 1973) */
	int df;
};
/* For one group (EINVAL where there are more). EINVAL where moments do not exceed parameters, or one follows from the others; ELIMIT past
 * BV_IRT_MOMENTS_MAX means and products: 77 items. */
#define BV_IRT_MOMENTS_MAX 3003
BV_API BV_MUST_USE enum bv_status bv_irt_test_fit_take(struct bv_irt_test_fit *out, const struct bv_irt_estimate *estimates, const struct bv_irt_answers *answers,
                                                       const struct bv_irt_settings *settings, const struct bv_irt_ability_spread *ability, struct bv_err *err);

/* Marginal: mean over ability of σ²I/(σ²I + 1), for all items that count (Green and others 1984). Empirical: var EAP / (var EAP + mean SE²) of the
 * group's persons with an answer; NaN under two of them. */
BV_API void bv_irt_reliability(double *marginal, double *empirical, const struct bv_irt_estimate *estimates, const struct bv_irt_answers *answers, int group,
                               const struct bv_irt_ability_spread *ability);

/* ---- Areas: several abilities, each measured by items of its own ---- */

#define BV_IRT_AREAS_MAX 6

/* Abilities of the areas are normal together. */
struct bv_irt_population {
	int area_count;
	double mean[BV_IRT_AREAS_MAX], covariance[BV_IRT_AREAS_MAX][BV_IRT_AREAS_MAX];
	/* what bv_irt_population_fit adds: */
	double log_likelihood; /* before its last step */
	size_t persons;        /* with an answer */
	int steps;
	bool converged;        /* the last step changed no mean, variance or covariance by as much as BV_IRT_POPULATION_CHANGE */
	/* what bv_irt_calibrate_areas adds: standard errors of the variances, and beside the diagonal of the correlations; 0 where there is none */
	double error[BV_IRT_AREAS_MAX][BV_IRT_AREAS_MAX];
	double adaptive_log_likelihood; /* at the same values by adaptive nodes; NaN without errors. Far from log_likelihood: the nodes are too few */
};
#define BV_IRT_POPULATION_STEPS 500
#define BV_IRT_POPULATION_CHANGE 1e-6

struct bv_irt_areas;
/* area[i] is that of item i, from 0 (assert: below area_count, 1 … BV_IRT_AREAS_MAX); every area has an item (EINVAL). Immutable: threads may share it. */
BV_API BV_MUST_USE enum bv_status bv_irt_areas_new(struct bv_irt_areas **out, const struct bv_irt_item *items, const uint8_t *area, size_t count, int area_count,
                                                   struct bv_err *err);
BV_API void bv_irt_areas_free(struct bv_irt_areas *areas);
BV_AUTO_DEFINE(struct bv_irt_areas, bv_irt_areas_free)

/* Mean and covariance of the posterior of all areas together, so that each borrows from the others, by adaptive Gauss-Hermite quadrature (Naylor & Smith
 * 1982) with 11, 11, 7, 5, 4, 3 nodes an area for 1 … 6 areas. marks as for bv_irt_score. EINVAL when the covariance is not positive definite. */
struct bv_irt_area_score {
	double theta[BV_IRT_AREAS_MAX], covariance[BV_IRT_AREAS_MAX][BV_IRT_AREAS_MAX];
	double log_likelihood; /* of the answers, ability integrated out */
};
BV_API BV_MUST_USE enum bv_status bv_irt_area_score(struct bv_irt_area_score *out, const struct bv_irt_areas *areas, const struct bv_irt_population *population,
                                                    const int8_t *marks, struct bv_err *err);
/* Of each area, var EAP / (var EAP + mean SE²) of the persons with an answer: what bv_irt_reliability calls empirical. NaN under two of them. */
BV_API BV_MUST_USE enum bv_status bv_irt_area_reliability(double *out, const struct bv_irt_areas *areas, const struct bv_irt_population *population,
                                                          const struct bv_irt_answers *answers, struct bv_err *err);
/* Means and covariances of abilities by EM (Dempster, Laird & Rubin 1977), items as they are. answers are those of the areas' items, by category; groups are
 * not looked at. The same result for any number of threads. EINVAL with fewer than two persons. */
BV_API BV_MUST_USE enum bv_status bv_irt_population_fit(struct bv_irt_population *out, const struct bv_irt_areas *areas, const struct bv_irt_answers *answers,
                                                        int threads, struct bv_err *err);
/* Plausible values (Mislevy 1991): count draws from the posterior of all areas, area_count numbers each, in [-6, 6]. The same always for the same seed and
 * person, whoever is drawn before or beside him. */
BV_API BV_MUST_USE enum bv_status bv_irt_plausible(double *out, int count, const struct bv_irt_areas *areas, const struct bv_irt_population *population,
                                                   const int8_t *marks, const uint8_t seed[32], uint64_t person, struct bv_err *err);

/* Items and their areas' abilities together: those are normal with the mean 0, and with the variance 1 but where an area has items of rasch or pcm, and with
 * free correlations. area and area_count as for bv_irt_areas_new; settings and estimates as for bv_irt_calibrate, the likelihood summed over a product of settings.nodes
 * nodes an area (ELIMIT past BV_IRT_PRODUCT_MAX in all: see bv_irt_area_nodes), the standard errors by adaptive Gauss-Hermite nodes. One group, no fixed items (EINVAL). One area gives the bits
 * of bv_irt_calibrate. */
#define BV_IRT_PRODUCT_MAX (1 << 24)
/* What settings.nodes does for so many areas, 1 … BV_IRT_AREAS_MAX: 61, 61, 31, 21, 15, 13. */
BV_API int bv_irt_area_nodes(int area_count);
BV_API BV_MUST_USE enum bv_status bv_irt_calibrate_areas(struct bv_irt_fit *fit, struct bv_irt_population *population, struct bv_irt_estimate *estimates,
                                                         const uint8_t *area, int area_count, const struct bv_irt_answers *answers,
                                                         const struct bv_irt_settings *settings, struct bv_err *err);

/* ---- Sheets of marks: CSV, line by line, so that a file of any length streams ---- */

#define BV_IRT_LINE_MAX (1u << 20)
#define BV_IRT_NAME_MAX 64

/* The first line names the columns (separated by commas, semicolons or tabs, with or without quotes): "id" or "person" and "group" where there are
 * such, every other column is an item. A field is a mark from 0 to 15; empty, "NA" or "." is no answer. Groups are numbered as they first appear. */
struct bv_irt_sheet;
BV_API BV_MUST_USE enum bv_status bv_irt_sheet_open(struct bv_irt_sheet **out, struct bv_str first_line, struct bv_err *err);
/* One more line, numbered for messages. An empty one is passed over. */
BV_API BV_MUST_USE enum bv_status bv_irt_sheet_add(struct bv_irt_sheet *sheet, struct bv_str line, int number, struct bv_err *err);
BV_API void bv_irt_sheet_free(struct bv_irt_sheet *sheet);
BV_AUTO_DEFINE(struct bv_irt_sheet, bv_irt_sheet_free)
BV_API const struct bv_irt_answers *bv_irt_sheet_answers(const struct bv_irt_sheet *sheet);
BV_API const char *bv_irt_sheet_item(const struct bv_irt_sheet *sheet, size_t item);
BV_API const char *bv_irt_sheet_group(const struct bv_irt_sheet *sheet, int group); /* "" without a column */
BV_API const char *bv_irt_sheet_person(const struct bv_irt_sheet *sheet, size_t person); /* "" without a column */

/* ---- Parameter sets: what a calibration leaves behind, as JSON (doc/psychometrics.md) ---- */

struct bv_irt_set_item {
	char name[BV_IRT_NAME_MAX + 1];
	struct bv_irt_item item; /* in the logistic metric, whatever the set's */
	uint16_t marks;          /* which marks the categories are, bit by mark */
	bool errors;             /* it has standard errors */
	struct bv_irt_item error; /* in the places of the parameters */
	double a_d, a_c, d_c;    /* covariances as in bv_irt_estimate */
	uint8_t area;            /* of a set of areas */
};
struct bv_irt_set {
	double metric;    /* D, 1 … 2 */
	double mean, sd;  /* of ability in the first group, or in the first area */
	int area_count;   /* 0: one ability */
	char areas[BV_IRT_AREAS_MAX][BV_IRT_NAME_MAX + 1];
	struct bv_irt_population population; /* of areas: mean and covariance */
	size_t count;
	struct bv_irt_set_item *items;
};
struct bv_json;
/* An item as it stands in a set, without its name: the members model, marks, a, d and, of the 3PL, c, parameters in the metric D. Read: EPARSE, EINVAL. */
BV_API BV_MUST_USE enum bv_status bv_irt_item_read(struct bv_irt_item *out, uint16_t *marks, const struct bv_json *object, double metric, struct bv_err *err);
BV_API void bv_irt_item_write(struct bv_json *object, const struct bv_irt_item *item, uint16_t marks, double metric);
/* A set from JSON: format "bangvang-irt-1", no name twice, its hash that of its contents, else EINVAL or EDENIED. */
BV_API BV_MUST_USE enum bv_status bv_irt_set_parse(struct bv_irt_set **out, struct bv_str json, struct bv_err *err);
/* The same, or a set of areas: format "bangvang-irt-areas-1", which the other refuses. */
BV_API BV_MUST_USE enum bv_status bv_irt_set_parse_areas(struct bv_irt_set **out, struct bv_str json, struct bv_err *err);
BV_API void bv_irt_set_free(struct bv_irt_set *set);
BV_AUTO_DEFINE(struct bv_irt_set, bv_irt_set_free)
BV_API const struct bv_irt_set_item *bv_irt_set_find(const struct bv_irt_set *set, struct bv_str name);
/* The set in JSON with all its parameters, errors and groups on another scale, theta · slope + shift, slope from 0.01 to 100, shift from -100 to
 * 100 (assert); `how`, which is taken, goes into it as "linked". EINVAL: what bv_irt_set_parse refuses, the set or what would become of it. */
BV_API BV_MUST_USE enum bv_status bv_irt_set_rescale(struct bv_buf *out, struct bv_str json, double slope, double shift, struct bv_json *how, struct bv_err *err);
/* The category of a mark where these are known, bit by mark; -1: it is none of them. */
BV_API int bv_irt_category(uint16_t marks, int mark);
/* The JSON of a calibration: items that have parameters, with their standard errors, and how they came about. metric as above. */
BV_API void bv_irt_set_write(struct bv_buf *out, const struct bv_irt_sheet *sheet, const struct bv_irt_estimate *estimates,
                             const struct bv_irt_fit *fit, const struct bv_irt_settings *settings, double metric);
/* What a calibration of areas adds: names of 1 … BV_IRT_NAME_MAX bytes, area of each item, and the reliability of each. */
struct bv_irt_set_areas {
	const struct bv_irt_population *population;
	struct bv_str names[BV_IRT_AREAS_MAX];
	const uint8_t *area;
	double reliability[BV_IRT_AREAS_MAX];
};
BV_API void bv_irt_set_write_areas(struct bv_buf *out, const struct bv_irt_sheet *sheet, const struct bv_irt_estimate *estimates, const struct bv_irt_fit *fit,
                                   const struct bv_irt_settings *settings, double metric, const struct bv_irt_set_areas *areas);

#endif
