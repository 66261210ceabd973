/* Which items go together: fixed parallel forms, shadow tests, adaptive sessions, linear forms on the fly.
 *
 * Pure functions of a calibrated bank, a design and a seed: no file, no clock, no randomness of their own. The same inputs give the same
 * bytes on every compiler. Limits are compiled in. doc/assembly.md has the documents; PSYCHO's papers are named where they are followed. */
#ifndef BV_ASSEMBLY_ASSEMBLY_H
#define BV_ASSEMBLY_ASSEMBLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/mem.h"

#define BV_ASSEMBLY_ITEMS_MAX 50000
#define BV_ASSEMBLY_ATTRIBUTES_MAX 60
#define BV_ASSEMBLY_RULES_MAX 400
#define BV_ASSEMBLY_POINTS_MAX 32
#define BV_ASSEMBLY_FORMS_MAX 100
#define BV_ASSEMBLY_LENGTH_MAX 500
#define BV_ASSEMBLY_DOCUMENT_MAX (32u << 20) /* bytes of a bank or a design */

/* ---- Banks ---- */

/* P(theta) = c + (1 - c) / (1 + e^(-a(theta - b))): the three-parameter logistic model in the logistic metric. a in (0, 10], b in
 * [-10, 10], c in [0, 0.99]. */
struct bv_curve {
	double a, b, c;
};
BV_API double bv_curve_probability(const struct bv_curve *curve, double theta);
/* Fisher's information P'^2 / (P(1 - P)). */
BV_API double bv_curve_information(const struct bv_curve *curve, double theta);

struct bv_irt_item;

/* Right or wrong by its curve, or of several categories by a model of scoring/irt: graded, (generalized) partial credit, nominal. */
struct bv_assembly_item {
	struct bv_str id;
	struct bv_curve curve;           /* where model is NULL */
	const struct bv_irt_item *model; /* a of the ordered ones in (0, 10] */
	uint16_t marks;                  /* what the categories are worth, bit by mark from 0 to 15: 3 for wrong and right */
	const struct bv_str *values;     /* one for each attribute of the bank, empty where it has none */
};

/* Of any item: its categories (2 of right and wrong: 0 and 1), the chance of each at an ability, Fisher's information, the mark that is expected. */
BV_API int bv_assembly_categories(const struct bv_assembly_item *item);
BV_API double bv_assembly_chance(const struct bv_assembly_item *item, int category, double theta);
BV_API double bv_assembly_information(const struct bv_assembly_item *item, double theta);
BV_API double bv_assembly_expected(const struct bv_assembly_item *item, double theta);
/* Do the categories have an order? Of the nominal model not: a mark is then a name, and none is expected. */
BV_API bool bv_assembly_ordered(const struct bv_assembly_item *item);
/* The category of a mark, -1: the item has none such. */
BV_API int bv_assembly_category(const struct bv_assembly_item *item, int mark);
/* The category that a number from [0, 1) draws, the highest first: right where it is below P(right). */
BV_API int bv_assembly_draw(const struct bv_assembly_item *item, double theta, double unit);

struct bv_assembly_bank {
	struct bv_arena arena;
	uint8_t hash[BV_HASH_LEN]; /* SHA-256 of the document */
	const struct bv_str *attributes;
	size_t attribute_count;
	const struct bv_assembly_item *items;
	size_t count;
	const struct bv_str *left_out; /* where a parameter set says the parameters: items that it has not, or bv_assembly_takes does not take */
	size_t left_out_count;
};

struct bv_irt_set;
struct bv_irt_set_item;

/* CSV with a header row: item, a, b, optionally c, and any further columns as attributes; or, where the first byte is '{', JSON
 * {"metric":1,"items":[{"id","a","b","c",attribute:text or number…}]}. Items of several categories: in CSV with the columns model and b1, b2 …, in JSON
 * with model, marks, a and d as in a parameter set. metric multiplies a and d: 1.702 for parameters in the normal metric
 * (mirt #16, #280: the metric must be said); 0 takes what the document says, or 1. Or a parameter set of scoring/irt, which says its own metric and has
 * no attributes. EPARSE, EINVAL and ELIMIT with the line or the item. */
BV_API BV_MUST_USE enum bv_status bv_assembly_bank_parse(struct bv_assembly_bank **out, struct bv_str text, double metric, struct bv_err *err);
/* The same with the parameters of a set: of the text, which is none itself, only names and attributes count, and parameters may be absent. */
BV_API BV_MUST_USE enum bv_status bv_assembly_bank_parse_with(struct bv_assembly_bank **out, struct bv_str text, const struct bv_irt_set *set, struct bv_err *err);
/* Are the parameters of an item of a set within the ranges: the ordered ones' a in (0, 10], of right and wrong b in [-10, 10] and c at most 0.99? */
BV_API bool bv_assembly_takes(const struct bv_irt_set_item *item);
BV_API void bv_assembly_bank_free(struct bv_assembly_bank *bank);
BV_AUTO_DEFINE(struct bv_assembly_bank, bv_assembly_bank_free)

/* ---- Designs: what a form must be ---- */

enum bv_rule_kind { BV_RULE_COUNT, BV_RULE_SUM, BV_RULE_INFORMATION, BV_RULE_SCORE };
enum bv_objective_kind {
	BV_OBJECTIVE_MAXIMIZE, /* the sum over the points of value × weight; of several forms, that of the least one */
	BV_OBJECTIVE_MAXIMIN,  /* the least of value / weight */
	BV_OBJECTIVE_MINIMAX,  /* the largest |value - target| / weight, over all points and forms */
};
BV_API const char *bv_objective_name(enum bv_objective_kind kind);

/* The item's attribute has one of the values. */
struct bv_design_filter {
	struct bv_str attribute;
	const struct bv_str *values;
	size_t count;
};

struct bv_design_rule {
	struct bv_str name;
	enum bv_rule_kind kind;
	struct bv_str sum; /* of BV_RULE_SUM: the attribute */
	double theta;      /* of BV_RULE_INFORMATION, BV_RULE_SCORE */
	const struct bv_design_filter *where; /* all hold */
	size_t where_count;
	double min, max; /* -INFINITY, INFINITY where there is none */
};

struct bv_design_point {
	enum bv_rule_kind kind; /* information or score */
	double theta, target, weight;
};

struct bv_design {
	struct bv_arena arena;
	uint8_t hash[BV_HASH_LEN];
	size_t forms, length, item_use; /* item_use: in how many forms an item may be */
	enum bv_objective_kind objective;
	const struct bv_design_point *points;
	size_t point_count;
	const struct bv_design_rule *rules;
	size_t rule_count;
	const struct bv_design_filter *only; /* items that do not pass are not looked at */
	size_t only_count;
	struct bv_str enemies; /* attribute: of the items that share a word of it, other than "0", at most one in a form */
	struct bv_str stimulus; /* attribute: items that share a value hang on one stimulus */
	double stimuli_min, stimuli_max, per_stimulus_min, per_stimulus_max;
};

/* doc/assembly.md has the members. Strict: an unknown member is refused. */
BV_API BV_MUST_USE enum bv_status bv_design_parse(struct bv_design **out, struct bv_str text, struct bv_err *err);
BV_API void bv_design_free(struct bv_design *design);
BV_AUTO_DEFINE(struct bv_design, bv_design_free)

/* ---- Fixed forms ---- */

struct bv_assembly_effort {
	uint64_t swaps;  /* tried by the annealing of several forms */
	double seconds;  /* that the exact solver may take for one form; what it has not proved then is said */
	uint64_t nodes;  /* the same in nodes of its tree: unlike seconds, the same on every machine */
	bool replayed;   /* several forms by swaps alone, without a solver: the same on every machine and compiler, and a little less good; bound is a weaker one */
};
#define BV_ASSEMBLY_EFFORT ((struct bv_assembly_effort){ .swaps = 40000000, .seconds = 60, .nodes = 2000000 })

struct bv_assembled {
	struct bv_arena arena;
	size_t forms, length;
	const uint32_t *items; /* forms × length indexes into the bank, rising within a form */
	double value, bound;   /* of the objective: reached, and what no choice of forms can pass */
	bool proven;           /* value is the optimum: nothing is better by more than 1e-7 */
	const double *points;  /* forms × points: the values reached */
	const double *rules;   /* forms × rules of the design */
};

/* One form by mixed-integer programming, exactly; several by linear programming, annealing over swaps and exact polish. ECONFLICT when no
 * form can hold all rules: the message names a smallest set of them that cannot hold together; take away any one and the rest can.
 * EINVAL: the design asks for attributes that the bank has not, or for sums over what is no number. */
BV_API BV_MUST_USE enum bv_status bv_assemble(struct bv_assembled **out, const struct bv_assembly_bank *bank, const struct bv_design *design,
                                              const uint8_t seed[BV_HASH_LEN], const struct bv_assembly_effort *effort, struct bv_buf *conflict,
                                              struct bv_err *err);
BV_API void bv_assembled_free(struct bv_assembled *forms);
BV_AUTO_DEFINE(struct bv_assembled, bv_assembled_free)

/* The forms as one JSON document; the same for people. */
BV_API void bv_assembled_write(struct bv_buf *out, const struct bv_assembled *forms, const struct bv_assembly_bank *bank,
                               const struct bv_design *design, const uint8_t seed[BV_HASH_LEN]);
BV_API void bv_assembled_print(struct bv_buf *out, const struct bv_assembled *forms, const struct bv_assembly_bank *bank,
                               const struct bv_design *design);

/* ---- Shadow tests: adaptive under all constraints (van der Linden & Reese 1998) ---- */

/* One session: before each item a whole form is assembled that holds all rules, has all items already given and the most information at the
 * ability as it is now estimated; its best item is given. The form before is what to fall back on: it always holds. */
struct bv_shadow;

/* The design's forms are one, its objective is not looked at. ECONFLICT when no form holds. */
BV_API BV_MUST_USE enum bv_status bv_shadow_new(struct bv_shadow **out, const struct bv_assembly_bank *bank, const struct bv_design *design,
                                                struct bv_err *err);
BV_API void bv_shadow_free(struct bv_shadow *shadow);
BV_AUTO_DEFINE(struct bv_shadow, bv_shadow_free)
/* Another candidate: nothing is given, and no item is ineligible. */
BV_API void bv_shadow_restart(struct bv_shadow *shadow);
/* The item is to be left out as long as the rules allow (exposure control), or not any more. An item already given stays. */
BV_API void bv_shadow_bar(struct bv_shadow *shadow, uint32_t item, bool barred);
/* Assembles at that ability. Returns the bank's index of the item to give next, UINT32_MAX when the form is complete. nodes: how far the tree is
 * searched before the best so far is taken; 0 for 2000. */
BV_API uint32_t bv_shadow_next(struct bv_shadow *shadow, double theta, uint64_t nodes);
/* The same with the items' worth given: one double for each item of the bank. */
BV_API uint32_t bv_shadow_next_by(struct bv_shadow *shadow, const double *worth, uint64_t nodes);
/* The item has been given. It is of the form that bv_shadow_next assembled last. */
BV_API void bv_shadow_give(struct bv_shadow *shadow, uint32_t item);
/* The form as it stands: length indexes, rising. */
BV_API const uint32_t *bv_shadow_form(struct bv_shadow *shadow);
/* Was the last form proved best, to 1e-6? */
BV_API bool bv_shadow_proven(const struct bv_shadow *shadow);

/* ---- Adaptive sessions ---- */

enum bv_select {
	BV_SELECT_MFI,         /* most information at the estimate */
	BV_SELECT_MPWI,        /* most information weighted by the posterior, van der Linden 1998 */
	BV_SELECT_KLP,         /* Kullback-Leibler information weighted by the posterior, Chang & Ying 1996 */
	BV_SELECT_MEPV,        /* least expected posterior variance, the outcome's chance from the posterior, Owen 1975 */
	BV_SELECT_MEPV_AT,     /* the same with the chance at the estimate, as catR has it */
	BV_SELECT_PROGRESSIVE, /* (1 - s) × chance + s × information, s = ((t - 1)/(T - 1))^acceleration; Revuelta & Ponsoda 1998, Barrada et al. 2008 */
	BV_SELECT_MLWI,        /* most information weighted by the likelihood, Veerkamp & Berger 1997 */
	BV_SELECT_KL,          /* Kullback-Leibler information weighted by the likelihood */
	BV_SELECT_GDI,         /* variance of the chance of right under the likelihood, Kaplan, de la Torre & Barrada 2015 */
	BV_SELECT_GDIP,        /* the same under the posterior */
	BV_SELECT_MEI,         /* expected observed information at the posterior mean after the answer, van der Linden 1998; chances at the estimate */
	BV_SELECT_B,           /* difficulty nearest the estimate, Urry 1970 */
	BV_SELECT_PEAK,        /* peak of information nearest the estimate; catR's thOpt */
};
enum bv_estimate {
	BV_ESTIMATE_EAP, /* posterior mean on the grid, by the trapezoid rule */
	BV_ESTIMATE_MAP,
	BV_ESTIMATE_ML,  /* at an end of the grid where the likelihood only rises */
	BV_ESTIMATE_WLE, /* Warm 1989 */
	BV_ESTIMATE_PIX, /* posterior mean under a normal prior of variance 1.5 around the last estimate, which moves with it */
};
enum bv_stop { BV_STOP_NOT, BV_STOP_LENGTH, BV_STOP_SE, BV_STOP_ABOVE, BV_STOP_BELOW, BV_STOP_EMPTY /* no item is left */ };
BV_API const char *bv_select_name(enum bv_select select); /* "mfi", … "peak": doc/assembly.md has them */
BV_API bool bv_select_find(enum bv_select *out, struct bv_str name);

#define BV_ADAPTIVE_NODES_MAX 121

struct bv_adaptive_rules {
	enum bv_select select;
	enum bv_estimate estimate;
	double from, to; /* of the grid */
	size_t nodes;    /* 3 … BV_ADAPTIVE_NODES_MAX, equally spaced */
	double prior_mean, prior_sd, start; /* start: the estimate before any answer */
	size_t length_min, length;
	double se;                       /* stop when the standard error is at most this; 0: never */
	bool sprt;                       /* stop by Wald's sequential test of cut ± delta */
	double cut, delta, alpha, beta;
	double confidence;               /* stop when the cut is that many standard errors away; 0: never */
	size_t randomesque;              /* by chance one of so many best; 1: the best */
	double pick;                     /* above 0: the k-th of them with pick's chance after those before were passed over, the last otherwise */
	double exposure_max;             /* above 0: eligibility (van der Linden & Veldkamp 2004), for progressive the restriction of Barrada et al. */
	bool sympson_hetter;             /* exposure_max is kept by the parameters of bv_exposure_tune instead */
	double acceleration;
	struct bv_str area;              /* attribute: items of areas not yet met come first */
	struct bv_str enemies;           /* attribute: of items that share a word of it one */
	double step_cap;                 /* the estimate moves by at most that part of itself, and at least that much; 0: freely */
	size_t step_cap_until;           /* for the answers up to this one, from 0 */
};
/* Most information, 61 nodes on [-6, 6], a standard normal prior, 30 items. */
BV_API struct bv_adaptive_rules bv_adaptive_plain(void);
/* The published rules of Pix's certification v3: 81 nodes on [-9, 9], 32 items, all areas before any comes again, one item of a tube, the step
 * cap; one of the five best. The attributes are "area" and "tube" where the bank has them. */
BV_API struct bv_adaptive_rules bv_adaptive_pix(void);

/* A bank made ready for sessions: immutable, threads may share it. Borrows the bank. EINVAL for rules out of their ranges. */
struct bv_adaptive;
BV_API BV_MUST_USE enum bv_status bv_adaptive_new(struct bv_adaptive **out, const struct bv_assembly_bank *bank, const struct bv_adaptive_rules *rules,
                                                  struct bv_err *err);
BV_API void bv_adaptive_free(struct bv_adaptive *adaptive);
BV_AUTO_DEFINE(struct bv_adaptive, bv_adaptive_free)

/* How often items were given: what exposure control goes by. Counts fade by 0.999 a session, so that it follows a bank that changes. */
struct bv_exposure;
BV_API struct bv_exposure *bv_exposure_new(const struct bv_adaptive *adaptive);
BV_API void bv_exposure_free(struct bv_exposure *exposure);
BV_AUTO_DEFINE(struct bv_exposure, bv_exposure_free)
/* Sympson & Hetter 1985: a round of the simulation is over; sets each item's chance to be given when selected from how often it was. */
BV_API void bv_exposure_tune(struct bv_exposure *exposure, double max);

/* The same as fixed data, for a sitting, in which nothing is counted: of each item of the bank the chance, in millionths, that a candidate may meet it, drawn once
 * at his start from his stream (in the order of the bank, for chances below BV_CHANCE_MAX); as with eligibility, items that he may not meet come back when nothing
 * else is left. The rules' exposure_max is not looked at. */
#define BV_CHANCE_MAX 1000000
BV_API struct bv_exposure *bv_exposure_fixed(const struct bv_adaptive *adaptive, const uint32_t *millionths);
/* {"chances":{IDENTIFIER:MILLIONTHS…},"format":"bv-chances-1"} into one number for each item of the bank: BV_CHANCE_MAX for items that it does not name; names of
 * other items mean nothing. EPARSE, EINVAL. Canonical JSON and a line feed the other way, without items that everybody may meet. */
BV_API BV_MUST_USE enum bv_status bv_chances_parse(uint32_t *millionths, const struct bv_assembly_bank *bank, struct bv_str text, struct bv_err *err);
BV_API void bv_chances_write(struct bv_buf *out, const struct bv_assembly_bank *bank, const uint32_t *millionths);

struct bv_cat;
BV_API struct bv_cat *bv_cat_new(const struct bv_adaptive *adaptive);
BV_API void bv_cat_free(struct bv_cat *session);
BV_AUTO_DEFINE(struct bv_cat, bv_cat_free)
/* A new candidate. Every random choice comes from the key's stream (BV-DRAW-1): with the exposure as it stood and the answers anyone can replay
 * it. exposure may be NULL where the rules have no exposure_max; it is counted by bv_cat_end. */
BV_API void bv_cat_start(struct bv_cat *session, const struct bv_exposure *exposure, const uint8_t key[BV_HASH_LEN]);
/* The item to give, an index into the bank; UINT32_MAX when the session is over, and why. */
BV_API uint32_t bv_cat_next(struct bv_cat *session, enum bv_stop *why);
/* May the candidate not meet the item, as exposure was drawn at his start? */
BV_API bool bv_cat_barred(const struct bv_cat *session, uint32_t item);
/* Is it over by its rules, and why? */
BV_API enum bv_stop bv_cat_stop(const struct bv_cat *session);
/* Not only for the rule's choice: any item of the bank (scripts, tests). category: 0 … bv_assembly_categories(item) - 1 (assert); of right and wrong 1 and 0. */
BV_API void bv_cat_answer(struct bv_cat *session, uint32_t item, int category);
BV_API double bv_cat_theta(const struct bv_cat *session);
BV_API double bv_cat_se(const struct bv_cat *session);
BV_API double bv_cat_llr(const struct bv_cat *session); /* of the sequential test */
BV_API const uint32_t *bv_cat_items(const struct bv_cat *session, size_t *count);
/* What the rule of selection says of an item now: larger is better; variances are negative. Under BV_SELECT_PROGRESSIVE it is drawn: each call takes numbers from
 * the candidate's chance, so that a session in which it was called is another one from there on. */
BV_API double bv_cat_worth(struct bv_cat *session, uint32_t item);
BV_API void bv_cat_end(const struct bv_cat *session, struct bv_exposure *exposure);

/* ---- Linear forms on the fly ---- */

struct bv_fly_rules {
	double exposure_max; /* above 0: no item is in more than that share of the forms issued so far, of at least 1 / exposure_max of them */
	size_t overlap_max;  /* no two issued forms share more items; the form's length or more: not asked */
	size_t forms_max;    /* that will be issued: memory is items × forms_max bits; at most 4 million */
	uint64_t swaps;      /* tried for a form before the draw is given up; 0 for 400000 */
};

/* Forms for one candidate after another from one bank, each under all rules of a design, none too like any before. */
struct bv_fly;
/* The design has one form; of its objective only the rules count. ECONFLICT with the rules that cannot hold together, or when no form is found though no
 * conflict is proved. */
BV_API BV_MUST_USE enum bv_status bv_fly_new(struct bv_fly **out, const struct bv_assembly_bank *bank, const struct bv_design *design,
                                             const struct bv_fly_rules *rules, struct bv_err *err);
BV_API void bv_fly_free(struct bv_fly *fly);
BV_AUTO_DEFINE(struct bv_fly, bv_fly_free)
/* The key of a ticket's form: HMAC-SHA-256 under the draw key of "BV-FLY-1" 00, the seed and the SHA-256 of the ticket. */
BV_API void bv_fly_key(uint8_t out[BV_HASH_LEN], const uint8_t draw_key[BV_HASH_LEN], const uint8_t seed[BV_HASH_LEN], struct bv_str ticket);
/* Draws a form and issues it. Every random choice comes from the stream of the key (bv_fly_key's): with the forms issued before, in
 * their order, anyone can replay it. seen: items (indexes of the bank) that this candidate met before, which he does not meet again. items: room
 * for the design's length. ECONFLICT when no form was found: nothing is issued. ELIMIT past forms_max. */
BV_API BV_MUST_USE enum bv_status bv_fly_draw(struct bv_fly *fly, const uint8_t key[BV_HASH_LEN], const uint32_t *seen, size_t seen_count, uint32_t *items,
                                              struct bv_err *err);
/* Caps that a form does not hold. */
enum { BV_FLY_OVERLAP = 1, BV_FLY_EXPOSURE = 2, BV_FLY_SEEN = 4 };
/* As bv_fly_draw, and never without a form: all rules of the design hold, and where the caps leave none they give way in this order: overlap (the form
 * that shares least), exposure, what the candidate met before. Returns the caps that the form does not hold, 0 for a form as bv_fly_draw's. Past forms_max
 * nothing is issued. */
BV_API unsigned bv_fly_draw_always(struct bv_fly *fly, const uint8_t key[BV_HASH_LEN], const uint32_t *seen, size_t seen_count, uint32_t *items);
/* A form issued elsewhere: of another node, or of a log that is read back. */
BV_API BV_MUST_USE enum bv_status bv_fly_issue(struct bv_fly *fly, const uint32_t *items, struct bv_err *err);
/* The most items that any issued form shares with these: exact. */
BV_API size_t bv_fly_overlap(const struct bv_fly *fly, const uint32_t *items);
BV_API size_t bv_fly_issued(const struct bv_fly *fly);
BV_API uint32_t bv_fly_uses(const struct bv_fly *fly, uint32_t item);

/* ---- Studies: what a design does to candidates of known ability ---- */

#define BV_STUDY_CANDIDATES_MAX 1000000
#define BV_STUDY_CUTS_MAX 16
#define BV_STUDY_BINS 25

struct bv_study_plan {
	size_t candidates, warm_up; /* warm_up: sit first and are not counted, while exposure control settles */
	double mean, sd;            /* of abilities: normal */
	double cuts[BV_STUDY_CUTS_MAX]; /* rising */
	size_t cut_count;
	int tune_rounds;            /* Sympson-Hetter: rounds of warm_up candidates before */
	const struct bv_design *design; /* shadow tests under its rules, only with BV_SELECT_MFI and eligibility; NULL: the adaptive rules alone */
	const uint32_t *chances;        /* of each item, millionths: exposure as fixed data; NULL: as the rules say */
};

/* Of the candidates whose true ability lies in a part of the scale. */
struct bv_study_bin {
	double theta; /* its middle */
	size_t count;
	double bias, rmse, se, length; /* se: as the sessions said */
};

struct bv_study {
	size_t candidates, items_used;
	double bias, rmse, se, length;
	double agreement;    /* share whose level by the estimate is that by the ability; 1 without cuts */
	double exposure_max; /* the largest share of candidates that met one item */
	double overlap;      /* items that two candidates have met both, on average */
	struct bv_study_bin bins[BV_STUDY_BINS];
	double *exposure; /* heap, of the bank's items, falling */
	double *met;      /* heap, of each item of the bank: the share of candidates that met it */
	size_t item_count;
};

BV_API BV_MUST_USE enum bv_status bv_study_run(struct bv_study *out, const struct bv_assembly_bank *bank, const struct bv_adaptive_rules *rules,
                                               const struct bv_study_plan *plan, const uint8_t seed[BV_HASH_LEN], struct bv_err *err);
BV_API void bv_study_finish(struct bv_study *study);
BV_AUTO_DEFINE_FINISH(struct bv_study, bv_study_finish)

/* Chances under which no item is met by more than a share `max` of the candidates of such a plan (but for chance: it aims at 93 % of it). Each round simulates
 * plan->candidates, with other abilities; exposure is what the chances say, and the rules' exposure_max must be 0. millionths: room for the bank's items. EINVAL. */
#define BV_CHANCES_ROUNDS_MAX 100
struct bv_chances_order {
	double max;
	int rounds;
	void (*done)(void *ctx, int round, int of, double exposure_max); /* may be NULL: told of each round, with the most exposed item of it */
	void *ctx;
};
BV_API BV_MUST_USE enum bv_status bv_chances_tune(uint32_t *millionths, const struct bv_assembly_bank *bank, const struct bv_adaptive_rules *rules,
                                                  const struct bv_study_plan *plan, const struct bv_chances_order *order, const uint8_t seed[BV_HASH_LEN],
                                                  struct bv_err *err);

#endif
