/* Private: a rating while it is made. */
#ifndef BV_SCORING_RATE_H
#define BV_SCORING_RATE_H

#include "scoring/rules.h"
#include "scoring/scoring.h"

struct bv_rate_work {
	struct bv_rating *out;
	const struct bv_standard *standard;
	const struct bv_rules *rules;
	const struct bv_item_result *results;
	const struct bv_competence **area_of; /* of each result */
	const struct bv_carry *carry;
	size_t carry_count;
	struct bv_part_rating *parts;   /* out->parts while it is written */
	struct bv_reason *reasons;
	size_t reason_count, reason_cap;
	int64_t waiting; /* items that a human has yet to mark */
	struct bv_arena *arena;
	struct bv_err *err;
};

/* What a reason's text names: {0}, {1}, … in its templates. */
enum bv_value_kind { BV_VALUE_TEXT, BV_VALUE_NAMES, BV_VALUE_HUNDREDTHS, BV_VALUE_PERCENT, BV_VALUE_E4, BV_VALUE_COUNT, BV_VALUE_DAY };

struct bv_value {
	enum bv_value_kind kind;
	int64_t n;
	bool rounded; /* a percentage that was rounded for printing is written with ≈ */
	struct bv_names text;
};

#define BV_VALUE_OF_NAMES(names_) ((struct bv_value){ .kind = BV_VALUE_NAMES, .text = (names_) })
#define BV_VALUE_OF_TEXT(s) ((struct bv_value){ .kind = BV_VALUE_TEXT, .text = { (s), (s) } })
#define BV_VALUE_OF_MARKS(m) ((struct bv_value){ .kind = BV_VALUE_HUNDREDTHS, .n = (m) })
#define BV_VALUE_OF_PERCENT(p, rounded_) ((struct bv_value){ .kind = BV_VALUE_PERCENT, .n = (p), .rounded = (rounded_) })
#define BV_VALUE_OF_E4(x) ((struct bv_value){ .kind = BV_VALUE_E4, .n = (x) })
#define BV_VALUE_OF_COUNT(c) ((struct bv_value){ .kind = BV_VALUE_COUNT, .n = (int64_t)(c) })
#define BV_VALUE_OF_DAY(d) ((struct bv_value){ .kind = BV_VALUE_DAY, .n = (d) })

/* Adds a reason; the templates are Vietnamese and English, with decimal comma and decimal point. */
void bv_reason_add(struct bv_rate_work *work, const char *code, bool against, const char *vi, const char *en,
                   const struct bv_value *values, size_t count);
#define BV_REASON(work, code, against, vi, en, ...) \
	bv_reason_add((work), (code), (against), (vi), (en), (const struct bv_value[]){ __VA_ARGS__ }, \
	              BV_COUNT(((const struct bv_value[]){ __VA_ARGS__ })))

/* The rule for a part: its own in the pack, or the usual one where others are allowed, else NULL. */
const struct bv_part_rule *bv_part_rule_of(const struct bv_rules *rules, struct bv_str part);
/* Decides by parts: state, percent, judged and passed of each; decision, level and reasons. */
enum bv_status bv_parts_decide(struct bv_rate_work *work);
/* Decides by bands of ability. */
enum bv_status bv_bands_decide(struct bv_rate_work *work, const struct bv_ability_item *items, size_t count);

#endif
