/* Passed when every part is: the rule of Joint Circular 17/2016 and its like. Every comparison is exact. */
#include "scoring/fraction.h"
#include "scoring/rate.h"

const struct bv_part_rule *
bv_part_rule_of(const struct bv_rules *rules, struct bv_str part)
{
	for (size_t i = 0; i < rules->parts.part_count; i++)
		if (bv_str_eq(rules->parts.parts[i].identifier, part))
			return &rules->parts.parts[i];
	return rules->parts.others ? &rules->parts.usual : NULL;
}

/* Judges each area of a split part; false when one fails. */
static bool
judge_areas(struct bv_rate_work *work, struct bv_part_rating *part, const struct bv_part_rule *rule)
{
	/* The areas are the arena's, written only here and while they are filled. */
	struct bv_area_rating *areas = bv_arena_array(work->arena, part->area_count, struct bv_area_rating);
	bool passed = true, exact;

	memcpy(areas, part->areas, part->area_count * sizeof *areas);
	part->areas = areas;
	for (size_t i = 0; i < part->area_count; i++) {
		struct bv_area_rating *area = &areas[i];
		const struct bv_fraction fraction = { area->marks, area->max };

		area->judged = area->waiting == 0;
		area->passed = area->judged && bv_fraction_compare(&fraction, 1, rule->sub_minimum) >= 0;
		if (!area->judged || area->passed)
			continue;
		passed = false;
		int32_t percent = bv_fraction_percent(&fraction, 1, &exact);
		BV_REASON(work, "sub-part-failed", true,
		          "Phần {0}, nội dung {1} ({2}): {3}/{4} điểm ({5}), dưới mức tối thiểu {6} của từng nội dung.",
		          "Part {0}, sub-part {1} ({2}): {3}/{4} marks ({5}), below the minimum of {6} for each sub-part.",
		          BV_VALUE_OF_NAMES(part->names), BV_VALUE_OF_TEXT(area->code), BV_VALUE_OF_NAMES(area->names),
		          BV_VALUE_OF_MARKS(area->marks), BV_VALUE_OF_MARKS(area->max), BV_VALUE_OF_PERCENT(percent, !exact),
		          BV_VALUE_OF_PERCENT(rule->sub_minimum, false));
	}
	return passed;
}

/* The fractions whose mean is the part's. */
static size_t
fractions_of(struct bv_fraction *out, const struct bv_part_rating *part, enum bv_split split)
{
	if (split != BV_SPLIT_MEAN) {
		out[0] = (struct bv_fraction){ part->marks, part->max };
		return 1;
	}
	for (size_t i = 0; i < part->area_count; i++)
		out[i] = (struct bv_fraction){ part->areas[i].marks, part->areas[i].max };
	return part->area_count;
}

static void
judge_sat(struct bv_rate_work *work, struct bv_part_rating *part, const struct bv_part_rule *rule)
{
	struct bv_fraction fractions[BV_RATING_AREAS_MAX];
	size_t count = fractions_of(fractions, part, rule->split);
	bool exact, mean = rule->split == BV_SPLIT_MEAN, subs;

	part->percent = bv_fraction_percent(fractions, count, &exact);
	if (part->waiting) {
		BV_REASON(work, "part-waiting", true, "Phần {0}: còn {1} câu chờ người chấm, chưa thể kết luận.",
		          "Part {0}: {1} items wait to be marked by a person; nothing can be concluded yet.", BV_VALUE_OF_NAMES(part->names),
		          BV_VALUE_OF_COUNT(part->waiting));
		return;
	}
	part->judged = true;
	bool total = bv_fraction_compare(fractions, count, rule->minimum) >= 0;
	subs = rule->split == BV_SPLIT_NONE || judge_areas(work, part, rule);
	part->passed = total && subs;
	const struct bv_value values[] = {
		BV_VALUE_OF_NAMES(part->names), BV_VALUE_OF_MARKS(part->marks), BV_VALUE_OF_MARKS(part->max),
		BV_VALUE_OF_PERCENT(part->percent, !exact), BV_VALUE_OF_PERCENT(rule->minimum, false),
	};
	if (total)
		bv_reason_add(work, "part-reached", false,
		              mean ? "Phần {0}: {1}/{2} điểm, trung bình các nội dung {3}, đạt mức tối thiểu {4}." :
		                     "Phần {0}: {1}/{2} điểm ({3}), đạt mức tối thiểu {4}.",
		              mean ? "Part {0}: {1}/{2} marks, mean of its sub-parts {3}, reaches the minimum of {4}." :
		                     "Part {0}: {1}/{2} marks ({3}), reaches the minimum of {4}.",
		              values, BV_COUNT(values));
	else
		bv_reason_add(work, "part-failed", true,
		              mean ? "Phần {0}: {1}/{2} điểm, trung bình các nội dung {3}, dưới mức tối thiểu {4}." :
		                     "Phần {0}: {1}/{2} điểm ({3}), dưới mức tối thiểu {4}.",
		              mean ? "Part {0}: {1}/{2} marks, mean of its sub-parts {3}, below the minimum of {4}." :
		                     "Part {0}: {1}/{2} marks ({3}), below the minimum of {4}.",
		              values, BV_COUNT(values));
}

/* The last day on which a part sat on `day` may be carried in: the day of the same number keep_months later, itself included. */
static bv_day
kept_until(const struct bv_rules *rules, bv_day day)
{
	const bv_day last = 2932896; /* 9999-12-31: there is no way to write a later one */

	if (!rules->parts.keep_months)
		return INT32_MIN;
	bv_day until = bv_day_add_months(day, rules->parts.keep_months);
	return until < last ? until : last;
}

/* May the part be carried in? If not, a reason says why (against nothing by itself: the part may have been sat again). */
static bool
carry_holds(struct bv_rate_work *work, const struct bv_carry *carry, const struct bv_part_rule *rule, struct bv_names name)
{
	const struct bv_fraction fraction = { carry->marks, carry->max };
	bv_day until = kept_until(work->rules, carry->exam_day);
	bool exact;

	if (until == INT32_MIN) {
		BV_REASON(work, "carry-not-kept", false, "Phần {0}: quy định không cho bảo lưu kết quả.",
		          "Part {0}: the rules keep no results of earlier exams.", BV_VALUE_OF_NAMES(name));
		return false;
	}
	if (bv_fraction_compare(&fraction, 1, rule->minimum) < 0) {
		int32_t percent = bv_fraction_percent(&fraction, 1, &exact);
		BV_REASON(work, "carry-below", false, "Phần {0}: điểm bảo lưu {1}/{2} ({3}) dưới mức tối thiểu {4} nên không được dùng.",
		          "Part {0}: the marks carried in, {1}/{2} ({3}), are below the minimum of {4} and do not count.",
		          BV_VALUE_OF_NAMES(name), BV_VALUE_OF_MARKS(carry->marks), BV_VALUE_OF_MARKS(carry->max),
		          BV_VALUE_OF_PERCENT(percent, !exact), BV_VALUE_OF_PERCENT(rule->minimum, false));
		return false;
	}
	if (work->out->exam_day > until) {
		BV_REASON(work, "carry-expired", false, "Phần {0}: kết quả thi ngày {1} chỉ được bảo lưu {2} tháng, đến hết ngày {3}.",
		          "Part {0}: the result of {1} was kept for {2} months, until the end of {3}.", BV_VALUE_OF_NAMES(name),
		          BV_VALUE_OF_DAY(carry->exam_day), BV_VALUE_OF_COUNT(work->rules->parts.keep_months), BV_VALUE_OF_DAY(until));
		return false;
	}
	return true;
}

static void
carry_use(struct bv_rate_work *work, struct bv_part_rating *part, const struct bv_carry *carry)
{
	const struct bv_fraction fraction = { carry->marks, carry->max };
	bool exact;

	part->state = BV_RATING_PART_CARRIED;
	part->marks = carry->marks;
	part->max = carry->max;
	part->percent = bv_fraction_percent(&fraction, 1, &exact);
	part->judged = part->passed = true;
	part->exam_day = carry->exam_day;
	part->kept_until = kept_until(work->rules, carry->exam_day);
	BV_REASON(work, "part-carried", false, "Phần {0}: dùng kết quả bảo lưu của ngày {1}, {2}/{3} điểm ({4}), còn giá trị đến hết ngày {5}.",
	          "Part {0}: the result of {1} is carried in, {2}/{3} marks ({4}), kept until the end of {5}.", BV_VALUE_OF_NAMES(part->names),
	          BV_VALUE_OF_DAY(carry->exam_day), BV_VALUE_OF_MARKS(carry->marks), BV_VALUE_OF_MARKS(carry->max),
	          BV_VALUE_OF_PERCENT(part->percent, !exact), BV_VALUE_OF_DAY(part->kept_until));
}

/* A pass that was kept stands even when the part was sat again and failed. */
static void
judge(struct bv_rate_work *work, struct bv_part_rating *part)
{
	const struct bv_part_rule *rule = bv_part_rule_of(work->rules, part->identifier);
	const struct bv_carry *carry = NULL;
	size_t before = work->reason_count;

	for (size_t i = 0; i < work->carry_count && !carry; i++)
		if (bv_str_eq(work->carry[i].part, part->identifier))
			carry = &work->carry[i];
	if (part->state == BV_RATING_PART_SAT) {
		judge_sat(work, part, rule);
		if (part->passed)
			part->kept_until = kept_until(work->rules, part->exam_day);
		if (part->passed || part->waiting)
			return;
	}
	size_t sat = work->reason_count;
	if (carry && carry_holds(work, carry, rule, part->names)) {
		for (size_t i = before; i < sat; i++)
			work->reasons[i].against = false;
		carry_use(work, part, carry);
	} else if (part->state == BV_RATING_PART_MISSING)
		BV_REASON(work, "part-missing", true, "Phần {0}: bắt buộc nhưng chưa thi và không có kết quả bảo lưu còn giá trị.",
		          "Part {0}: needed, but not sat and not carried in.", BV_VALUE_OF_NAMES(part->names));
}

/* Where the pack asks for coverage: does the exam have what the awarded level's rules name? With a carried part this is not known, and the earlier exam answered for it. */
static bool
covered(struct bv_rate_work *work, const struct bv_standard_level *level)
{
	struct bv_str codes[BV_RATING_AREAS_MAX];
	const struct bv_rating *out = work->out;

	if (!work->rules->parts.coverage)
		return true;
	for (size_t i = 0; i < out->part_count; i++)
		if (out->parts[i].state == BV_RATING_PART_CARRIED)
			return true;
	for (size_t i = 0; i < out->area_count; i++)
		codes[i] = out->areas[i].code;
	if (bv_standard_level_attained(level, codes, out->area_count))
		return true;
	BV_REASON(work, "coverage-missing", true, "Đề thi không có đủ các nội dung mà mức {0} đòi hỏi: chỉ có {1} nội dung.",
	          "The exam does not have all the areas that level {0} asks for: it has {1}.", BV_VALUE_OF_NAMES(level->names),
	          BV_VALUE_OF_COUNT(out->area_count));
	return false;
}

enum bv_status
bv_parts_decide(struct bv_rate_work *work)
{
	const struct bv_standard_level *level = bv_standard_level(work->standard, work->rules->award);
	struct bv_rating *out = work->out;
	bool waiting = false, failed = false, missing = false;

	if (!level || (work->rules->parts.coverage && level->rule_count == 0))
		return bv_err_set(work->err, BV_EINVAL, "rule pack '%.*s' awards level '%.*s', which standard '%.*s' does not %s",
		                  BV_STR_ARG(out->rules->identifier), BV_STR_ARG(work->rules->award), BV_STR_ARG(out->standard->identifier),
		                  level ? "say how to attain" : "have");
	for (size_t i = 0; i < out->part_count; i++) {
		struct bv_part_rating *part = &work->parts[i];
		judge(work, part);
		waiting = waiting || (part->state == BV_RATING_PART_SAT && part->waiting);
		failed = failed || (part->judged && !part->passed);
		missing = missing || part->state == BV_RATING_PART_MISSING;
	}
	/* No decision before every mark is there; then a part that failed decides, however many are missing. */
	bool whole = !waiting && !missing && covered(work, level);
	out->decision = waiting ? BV_RATING_INCOMPLETE : failed ? BV_RATING_FAILED : whole ? BV_RATING_PASSED : BV_RATING_INCOMPLETE;
	if (out->decision == BV_RATING_PASSED) {
		out->level = level;
		BV_REASON(work, "level-awarded", false, "Đạt tất cả các phần: công nhận mức {0}.", "All parts are passed: level {0} is awarded.",
		          BV_VALUE_OF_NAMES(level->names));
	}
	return BV_OK;
}
