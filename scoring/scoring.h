/* What an answer is worth: skills standards, rule packs, marks, ability, and the decision.
 *
 * Everything here is a pure function: bytes and numbers in, structs out; no file, no clock, no randomness. Whoever holds the
 * same standard, rule pack and item results gets the same rating, bit for bit.
 *
 * Nothing of the law is code. A skills standard (standards/, doc/standards.md) says what there is to be able to do; a rule pack
 * (rules/, doc/rules.md) says what counts as passed. Both are dated XML documents whose SHA-256 goes into every rating. */
#ifndef BV_SCORING_SCORING_H
#define BV_SCORING_SCORING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/day.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"

/* Compiled-in maxima. */
#define BV_STANDARD_MAX (1u << 20)   /* bytes of a skills standard, and of a rule pack */
#define BV_STANDARD_COMPETENCES_MAX 5000      /* in one standard */
#define BV_STANDARD_LEVELS_MAX 32             /* of a standard; bands of a rule pack */
#define BV_RATING_PARTS_MAX 16              /* of an exam */
#define BV_RATING_AREAS_MAX 64              /* of an exam: first segments of competence paths */
#define BV_RATING_ITEMS_MAX 2000          /* items of an exam */
#define BV_RATING_CARRY_MAX 16              /* parts carried in */
#define BV_MARKS_MAX 10000000        /* hundredths: one item is worth at most 100,000.00 marks */

/* How sure we are of a fact of law or of a name (DOMAIN.md): goes into the documents, never into arithmetic. */
enum bv_certainty { BV_CERTAIN, BV_HIGH, BV_MEDIUM, BV_UNCERTAIN };
BV_API const char *bv_certainty_name(enum bv_certainty certainty); /* "certain", "high", "medium", "uncertain" */

/* A text in Vietnamese (always there) and in English (may be empty). */
struct bv_names {
	struct bv_str vi, en;
};

/* What a standard and a rule pack have in common: where they come from and when they hold. */
struct bv_instrument {
	struct bv_str identifier;      /* QTI identifier characters, at most 64 bytes */
	struct bv_str version;
	struct bv_names title;
	struct bv_str source;          /* number of the legal act or publication; empty when there is none */
	struct bv_str note, licence;   /* for people; may be empty */
	enum bv_certainty certainty;   /* of the document as a whole: the weakest thing that a decision rests on */
	bv_day from, to;               /* first and last day in force; INT32_MIN, INT32_MAX when open */
	enum bv_certainty dates;       /* of from and to */
	uint8_t hash[BV_HASH_LEN];     /* SHA-256 of the document's bytes */
};

/* ---- Skills standards ---- */

struct bv_standard;

/* The same thing in another framework: a claim with its certainty, not an identity. */
struct bv_mapping {
	struct bv_str framework, code;
	enum bv_certainty certainty;
};

struct bv_competence {
	struct bv_str code; /* a dotted path: each child's code is its parent's, a dot and one segment ("IU06" → "IU06.4"; "2" → "2.1") */
	struct bv_names names;
	enum bv_certainty certainty;
	const struct bv_competence *parent, *first, *next; /* in the order of the document */
	const struct bv_mapping *mappings;
	size_t mapping_count;
	int line;
};

/* What has to be shown for a level. A level without a rule (rule_count 0) cannot be attained by counting competences. */
struct bv_attainment {
	const struct bv_str *codes; /* of top-level or deeper competences */
	size_t code_count;
	size_t least; /* how many of them: code_count for "all" */
};

struct bv_standard_level {
	struct bv_str code;
	int rank; /* 1 is the lowest; no two are the same */
	struct bv_names names;
	struct bv_str abbreviation; /* may be empty */
	enum bv_certainty certainty;
	const struct bv_standard_level *needs; /* must be attained too; NULL if none; its rank is lower */
	const struct bv_attainment *rules; /* all of them */
	size_t rule_count;
};

/* Reads a standard of at most BV_STANDARD_MAX bytes (scoring/standard.xsd, doc/standards.md). Borrows nothing from xml.
 * EPARSE, ELIMIT or ECONFLICT (a code twice) with the line. */
BV_API BV_MUST_USE enum bv_status bv_standard_parse(struct bv_standard **out, struct bv_str xml, struct bv_err *err);
BV_API void bv_standard_free(struct bv_standard *standard);
BV_AUTO_DEFINE(struct bv_standard, bv_standard_free)

BV_API const struct bv_instrument *bv_standard_instrument(const struct bv_standard *standard);
/* The first top-level competence; go on by next and first. */
BV_API const struct bv_competence *bv_standard_competences(const struct bv_standard *standard);
/* The competence of exactly that path, or NULL. */
BV_API const struct bv_competence *bv_standard_find(const struct bv_standard *standard, struct bv_str path);
/* The longest prefix of the path that the standard knows (items may be tagged deeper than the standard goes), or NULL. */
BV_API const struct bv_competence *bv_standard_nearest(const struct bv_standard *standard, struct bv_str path);
/* The area of a path: the top-level competence that is its first segment ("IU06.4.2" → IU06), or NULL. */
BV_API const struct bv_competence *bv_standard_area(const struct bv_standard *standard, struct bv_str path);
BV_API size_t bv_standard_level_count(const struct bv_standard *standard);
BV_API const struct bv_standard_level *bv_standard_level_at(const struct bv_standard *standard, size_t idx); /* by rising rank */
BV_API const struct bv_standard_level *bv_standard_level(const struct bv_standard *standard, struct bv_str code); /* or NULL */
/* Is the level attained by someone who has these competences? Codes that the standard does not know do not count, repeated ones count once. */
BV_API bool bv_standard_level_attained(const struct bv_standard_level *level, const struct bv_str *codes, size_t count);

/* All that it says as one JSON object, for pages that put it into words: identifier, version, title {vi, en}, source, note, certainty, from, to, dates, levels
 * [{code, rank, name, needs, rules: [{least, codes}]}], competences [{code, name, certainty, competences}]. */
BV_API void bv_standard_write(struct bv_buf *out, const struct bv_standard *standard);

/* ---- Rule packs ---- */

struct bv_rules;

/* Reads a rule pack of at most BV_STANDARD_MAX bytes (scoring/rules.xsd, doc/rules.md). Borrows nothing from xml. */
BV_API BV_MUST_USE enum bv_status bv_rules_parse(struct bv_rules **out, struct bv_str xml, struct bv_err *err);
BV_API void bv_rules_free(struct bv_rules *rules);
BV_AUTO_DEFINE(struct bv_rules, bv_rules_free)
BV_API const struct bv_instrument *bv_rules_instrument(const struct bv_rules *rules);
/* Identifier of the standard that the pack awards levels of. */
BV_API struct bv_str bv_rules_standard(const struct bv_rules *rules);
/* Does it decide by bands of ability, which needs parameters of items? Else by marks of parts. */
BV_API bool bv_rules_by_ability(const struct bv_rules *rules);
struct bv_band {
	struct bv_str level;
	int32_t cut_milli; /* of ability, thousandths of a logit, -6000 … 6000 */
};

/* A level by the highest band that is reached, going up and stopping at the first that is not. */
struct bv_bands_rule {
	struct bv_band bands[BV_STANDARD_LEVELS_MAX]; /* rising cuts */
	size_t band_count;
	bool posterior;          /* by the posterior probability of the band, else by the point estimate */
	int64_t probability;     /* hundredths of a percent, = 1/10,000 */
	bool edge_lower;         /* a value exactly on the edge does not reach; else it does */
	struct bv_str pass;      /* level from which on the decision is "passed" */
	int64_t least_items;     /* scored items with parameters */
	int64_t most_se_e4;      /* a larger standard error: incomplete. 0: no limit */
};
/* What a pack by bands of ability says; NULL for one by parts. */
BV_API const struct bv_bands_rule *bv_rules_bands(const struct bv_rules *rules);
/* Is the band reached with this estimate, and this probability of its cut or more, both in 1/10,000? The rule looks at one of the two. */
BV_API bool bv_band_reached(const struct bv_bands_rule *rule, size_t idx, int64_t theta_e4, int64_t probability_e4);

/* As bv_standard_write: standard, award, and either parts {usual, others, keepMonths, coverage, named} or bands {posterior, pass, cuts …}. */
BV_API void bv_rules_write(struct bv_buf *out, const struct bv_rules *rules);

/* ---- Marks ---- */

/* Marks are integers in hundredths. The mark of an item is marks × SCORE / MAXSCORE, where each double stands for the shortest
 * decimal that reads back as the same double (0.1 is one tenth), the arithmetic is exact, and the result is rounded once to a
 * hundredth, half away from zero. Below 0 counts as 0, above MAXSCORE as MAXSCORE. marks in [0, BV_MARKS_MAX].
 * EINVAL when no mark can be given: SCORE or MAXSCORE is NaN or infinite, or MAXSCORE <= 0. */
BV_API BV_MUST_USE enum bv_status bv_mark(int64_t *out, int64_t marks, double score, double max_score, struct bv_err *err);

/* ---- Ability ---- */

#define BV_ABILITY_A_MAX 10000 /* a in (0, 10], thousandths */
#define BV_ABILITY_B_MAX 10000 /* b in [-10, 10], thousandths */

#define BV_ABILITY_C_MAX 990   /* c in [0, 0.99], thousandths */

/* Discrimination, difficulty and lower asymptote in the logistic model P(theta) = c + (1 - c) / (1 + exp(-a (theta - b))), of two parameters
 * where c is 0: the logistic metric, D = 1. Parameters made for D = 1.7 are a' = 1.7 a here. */
struct bv_ability_item {
	double a, b;
	double score; /* in [0, 1]; see bv_ability_estimate */
	double c;
};

struct bv_ability {
	double theta, se; /* mean and standard deviation of the posterior */
};

/* EAP (Bock & Mislevy 1982) under a standard normal prior, by a fixed quadrature of 61 equally spaced nodes on [-6, 6].
 * Partial credit enters as a fraction in the Bernoulli likelihood, score·log P + (1-score)·log(1-P): exact for 0 and 1, and for what
 * lies between a quasi-likelihood (Papke & Wooldridge 1996) with the same mean. It uses all that was earned, and theta never
 * falls when a mark is raised; its standard error is, if anything, too large, because a fraction varies less than a coin.
 * With no items it is the prior: 0 ± 1. a in (0, 10], b in [-10, 10], score in [0, 1], c in [0, 0.99]: assert. */
BV_API struct bv_ability bv_ability_estimate(const struct bv_ability_item *items, size_t count);

/* Posterior probability that theta >= cut, for cut in [-6, 6]; composite Simpson rule on both sides of the cut, so that it does not
 * depend on where the cut lies between nodes. Same model and prior. */
BV_API double bv_ability_reaches(const struct bv_ability_item *items, size_t count, double cut);

/* e^x for x <= 700 and the natural logarithm of a finite x >= 2^-1022, the same bits on every machine (scoring/exponential.h); for folders above,
 * whose numbers are to be derived again too. */
BV_API double bv_exponential(double x);
BV_API double bv_logarithm(double x);

/* x × 10,000 rounded to an integer, half away from zero: the form in which theta, SE and probabilities are stored, printed and compared. */
BV_API int32_t bv_e4(double x);

/* ---- Rating ---- */

/* One item of the form with what response processing gave. */
struct bv_item_result {
	struct bv_str identifier;
	struct bv_str part;      /* part of the blueprint: "ly-thuyet" */
	struct bv_str path;      /* competence path: "IU03.2"; its first segment is the area */
	int64_t marks;           /* what the item is worth, hundredths, 1–BV_MARKS_MAX */
	double score, max_score; /* SCORE and MAXSCORE */
	bool scored;             /* false: a human has yet to mark it; score is not looked at */
	bool has_parameters;
	int32_t a_milli, b_milli, c_milli; /* thousandths, in the limits above; looked at when has_parameters */
};

/* A part that was passed at an earlier exam. Carry in only what an earlier rating said was passed: here its total is checked again
 * and its age, but its sub-parts are not known any more. */
struct bv_carry {
	struct bv_str part;
	int64_t marks, max; /* hundredths, 0 <= marks <= max, max >= 1 */
	bv_day exam_day;
};

enum bv_rating_decision { BV_RATING_PASSED, BV_RATING_FAILED, BV_RATING_INCOMPLETE };
BV_API const char *bv_rating_decision_name(enum bv_rating_decision decision); /* "passed", "failed", "incomplete" */

enum bv_mark_state { BV_MARK_SCORED, BV_MARK_WAITING, BV_MARK_UNUSABLE /* NaN, infinite or MAXSCORE <= 0: also waits for a human */ };

struct bv_item_mark {
	struct bv_str identifier, part;
	struct bv_str area;
	int64_t marks, max; /* hundredths; marks is 0 unless the state is BV_MARK_SCORED */
	enum bv_mark_state state;
	bool clamped; /* SCORE was below 0 or above MAXSCORE */
};

/* An area (all parts together), or a sub-part (an area inside one part). */
struct bv_area_rating {
	struct bv_str code;
	struct bv_names names;
	int64_t marks, max;   /* hundredths */
	int32_t percent;      /* hundredths of a percent, half up: for printing only, never for deciding */
	int64_t items, waiting; /* waiting: not scored yet */
	bool judged, passed;  /* sub-parts of a split part: a minimum applies, and whether it is reached */
};

enum bv_rating_part_state { BV_RATING_PART_SAT, BV_RATING_PART_CARRIED, BV_RATING_PART_MISSING };

struct bv_part_rating {
	struct bv_str identifier;
	struct bv_names names;
	enum bv_rating_part_state state;
	int64_t marks, max;
	int32_t percent; /* of the marks, or the mean of the sub-parts where the pack says so; as above for printing only */
	int64_t items, waiting;
	bool judged, passed;
	const struct bv_area_rating *areas;
	size_t area_count;
	bv_day exam_day, kept_until; /* the day it was sat; the last day it may be carried in, INT32_MIN when it may not (not passed, or the pack keeps none) */
};

/* Why the decision is what it is. Each names the rule and the numbers. */
struct bv_reason {
	const char *code; /* closed list in doc/rules.md: "part-reached", "sub-part-failed", "part-missing", … */
	bool against;     /* it alone keeps the decision from being "passed" */
	struct bv_names text;
};

struct bv_rating {
	const struct bv_instrument *standard, *rules; /* borrowed from the arguments of bv_rate */
	bv_day exam_day;
	const struct bv_item_mark *items;
	size_t item_count;
	const struct bv_area_rating *areas; /* of the parts sat now; in the order of the standard */
	size_t area_count;
	const struct bv_part_rating *parts; /* in the order of the pack, then of the results */
	size_t part_count;
	int64_t marks, max; /* of all parts that count, carried ones too */
	int32_t percent;
	bool has_ability;        /* at least one scored item carries parameters */
	int32_t theta_e4, se_e4; /* 1/10,000 logit, half away from zero */
	size_t ability_items, ability_left_out; /* scored items with and without parameters */
	bool ability_guessing; /* an item has a lower asymptote: three parameters */
	enum bv_rating_decision decision;
	const struct bv_standard_level *level; /* of the standard; NULL when none is awarded */
	const struct bv_reason *reasons;
	size_t reason_count;
};

/* Rates one candidate. The rating lives in arena; it borrows from the arguments. EINVAL when the pack belongs to another standard or is
 * not in force on exam_day, for an unknown area or part, a repeated item, values outside the ranges above; ELIMIT past the maxima.
 * A missing or unmarked answer is never an error: the decision is then "incomplete" and a reason says what is awaited. */
BV_API BV_MUST_USE enum bv_status bv_rate(struct bv_rating *out, const struct bv_standard *standard, const struct bv_rules *rules,
                                          const struct bv_item_result *results, size_t count, const struct bv_carry *carry,
                                          size_t carry_count, bv_day exam_day, struct bv_arena *arena, struct bv_err *err);

/* The rating as one JSON document (doc/rules.md), members in a fixed order, numbers as integers: the same rating gives the same bytes. */
BV_API void bv_rating_write(struct bv_buf *out, const struct bv_rating *rating);

#endif
