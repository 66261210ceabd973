/* A level by bands of ability. What is compared are integers in 1/10,000: the estimate or the probability is rounded once, then decides. */
#include "scoring/rate.h"

bool
bv_band_reached(const struct bv_bands_rule *rule, size_t idx, int64_t theta_e4, int64_t probability_e4)
{
	int64_t value = rule->posterior ? probability_e4 : theta_e4, edge = rule->posterior ? rule->probability : (int64_t)rule->bands[idx].cut_milli * 10;

	return rule->edge_lower ? value > edge : value >= edge;
}

/* Whether ability is measured well enough to say anything; reasons where it is not. */
static bool
measured(struct bv_rate_work *work, const struct bv_bands_rule *rule)
{
	const struct bv_rating *out = work->out;
	bool good = work->waiting == 0;

	if (!good)
		BV_REASON(work, "items-waiting", true, "Còn {0} câu chờ người chấm, chưa thể kết luận.",
		          "{0} items wait to be marked by a person; nothing can be concluded yet.", BV_VALUE_OF_COUNT(work->waiting));
	if ((int64_t)out->ability_items < rule->least_items) {
		BV_REASON(work, "ability-items", true, "Chỉ có {0} câu mang tham số, cần ít nhất {1}.",
		          "Only {0} items carry parameters; at least {1} are needed.", BV_VALUE_OF_COUNT(out->ability_items),
		          BV_VALUE_OF_COUNT(rule->least_items));
		good = false;
	}
	if (good && rule->most_se_e4 && out->se_e4 > rule->most_se_e4) {
		BV_REASON(work, "ability-imprecise", true, "Sai số chuẩn {0} lớn hơn mức cho phép {1}.",
		          "The standard error of {0} is above the limit of {1}.", BV_VALUE_OF_E4(out->se_e4), BV_VALUE_OF_E4(rule->most_se_e4));
		good = false;
	}
	return good;
}

static void
band_reason(struct bv_rate_work *work, const struct bv_bands_rule *rule, const struct bv_standard_level *level, int64_t cut_e4, bool up,
            int64_t probability)
{
	const struct bv_value values[] = {
		BV_VALUE_OF_E4(work->out->theta_e4), BV_VALUE_OF_E4(work->out->se_e4), BV_VALUE_OF_E4(cut_e4), BV_VALUE_OF_NAMES(level->names),
		BV_VALUE_OF_PERCENT(probability, false), BV_VALUE_OF_PERCENT(rule->probability, false),
	};

	if (rule->posterior)
		bv_reason_add(work, up ? "band-reached" : "band-not-reached", false,
		              up ? "Năng lực {0} ± {1}: xác suất đạt ngưỡng {2} của mức {3} là {4}, đủ so với {5}." :
		                   "Năng lực {0} ± {1}: xác suất đạt ngưỡng {2} của mức {3} là {4}, không đủ so với {5}.",
		              up ? "Ability {0} ± {1}: the probability of reaching the cut score {2} of level {3} is {4}; {5} is asked for." :
		                   "Ability {0} ± {1}: the probability of reaching the cut score {2} of level {3} is only {4}; {5} is asked for.",
		              values, BV_COUNT(values));
	else
		bv_reason_add(work, up ? "band-reached" : "band-not-reached", false,
		              up ? "Năng lực {0} ± {1} đạt ngưỡng {2} của mức {3}." : "Năng lực {0} ± {1} chưa đạt ngưỡng {2} của mức {3}.",
		              up ? "Ability {0} ± {1} reaches the cut score {2} of level {3}." :
		                   "Ability {0} ± {1} does not reach the cut score {2} of level {3}.",
		              values, BV_COUNT(values));
}

enum bv_status
bv_bands_decide(struct bv_rate_work *work, const struct bv_ability_item *items, size_t count)
{
	const struct bv_bands_rule *rule = &work->rules->bands;
	const struct bv_standard_level *pass = bv_standard_level(work->standard, rule->pass);
	struct bv_rating *out = work->out;

	for (size_t i = 0; i < rule->band_count; i++) {
		const struct bv_standard_level *level = bv_standard_level(work->standard, rule->bands[i].level), *below = NULL;
		if (level && i)
			below = bv_standard_level(work->standard, rule->bands[i - 1].level);
		if (!level || (below && below->rank >= level->rank))
			return bv_err_set(work->err, BV_EINVAL, "rule pack '%.*s': level '%.*s' %s in standard '%.*s'",
			                  BV_STR_ARG(out->rules->identifier), BV_STR_ARG(rule->bands[i].level),
			                  level ? "ranks below the band before it" : "is not there", BV_STR_ARG(out->standard->identifier));
	}
	out->decision = BV_RATING_INCOMPLETE;
	if (!measured(work, rule))
		return BV_OK;
	for (size_t i = 0; i < rule->band_count; i++) {
		const struct bv_standard_level *level = bv_standard_level(work->standard, rule->bands[i].level);
		int64_t cut_e4 = (int64_t)rule->bands[i].cut_milli * 10, probability = 0;

		if (rule->posterior)
			probability = bv_e4(bv_ability_reaches(items, count, rule->bands[i].cut_milli / 1000.0));
		bool up = bv_band_reached(rule, i, out->theta_e4, probability);
		band_reason(work, rule, level, cut_e4, up, probability);
		if (!up)
			break;
		out->level = level;
	}
	bool passed = out->level && out->level->rank >= pass->rank;
	out->decision = passed ? BV_RATING_PASSED : BV_RATING_FAILED;
	if (!passed)
		BV_REASON(work, "level-below", true, "Mức {0} là mức thấp nhất được công nhận đạt.", "Level {0} is the lowest that passes.",
		          BV_VALUE_OF_NAMES(pass->names));
	return BV_OK;
}
