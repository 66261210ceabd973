#include "scoring/rate.h"

#include <assert.h>

#include "base/text.h"
#include "scoring/fraction.h"
#include "scoring/instrument.h"

#define ID_MAX 128 /* bytes of an item or part identifier */

const char *
bv_rating_decision_name(enum bv_rating_decision decision)
{
	static const char *const names[] = { "passed", "failed", "incomplete" };

	return names[decision];
}

static bool
usable_id(struct bv_str s)
{
	return s.len > 0 && s.len <= ID_MAX && bv_text_valid(s);
}

static enum bv_status
item_check(const struct bv_rate_work *work, const struct bv_item_result *r)
{
	struct bv_str id = r->identifier;

	if (!usable_id(r->identifier) || !usable_id(r->part))
		return bv_err_set(work->err, BV_EINVAL, "an item identifier or part is empty, longer than %d bytes or not UTF-8", ID_MAX);
	if (r->marks < 1 || r->marks > BV_MARKS_MAX)
		return bv_err_set(work->err, BV_EINVAL, "item '%.*s' is worth %lld hundredths of a mark: 1 to %d are allowed", BV_STR_ARG(id),
		                  (long long)r->marks, BV_MARKS_MAX);
	if (r->has_parameters && (r->a_milli < 1 || r->a_milli > BV_ABILITY_A_MAX || r->b_milli < -BV_ABILITY_B_MAX ||
	                          r->b_milli > BV_ABILITY_B_MAX || r->c_milli < 0 || r->c_milli > BV_ABILITY_C_MAX))
		return bv_err_set(work->err, BV_EINVAL, "item '%.*s': a = %d/1000 must lie in (0, 10], b = %d/1000 in [-10, 10], c = %d/1000 in [0, 0.99]", BV_STR_ARG(id),
		                  (int)r->a_milli, (int)r->b_milli, (int)r->c_milli);
	if (!work->area_of[r - work->results])
		return bv_err_set(work->err, BV_EINVAL, "item '%.*s': '%.*s' begins with no competence of standard '%.*s'", BV_STR_ARG(id),
		                  BV_STR_ARG(bv_str_sub(r->path, 0, 80)), BV_STR_ARG(work->out->standard->identifier));
	if (!work->rules->by_bands && !bv_part_rule_of(work->rules, r->part))
		return bv_err_set(work->err, BV_EINVAL, "item '%.*s': rule pack '%.*s' knows no part '%.*s'", BV_STR_ARG(id),
		                  BV_STR_ARG(work->out->rules->identifier), BV_STR_ARG(r->part));
	return BV_OK;
}

static enum bv_status
items_check(struct bv_rate_work *work, size_t count)
{
	work->area_of = bv_arena_array(work->arena, count, const struct bv_competence *);
	for (size_t i = 0; i < count; i++) {
		work->area_of[i] = bv_standard_area(work->standard, work->results[i].path);
		TRY(item_check(work, &work->results[i]));
		for (size_t j = 0; j < i; j++)
			if (bv_str_eq(work->results[i].identifier, work->results[j].identifier))
				return bv_err_set(work->err, BV_EINVAL, "item '%.*s' is there twice",
				                  BV_STR_ARG(work->results[i].identifier));
	}
	return BV_OK;
}

static enum bv_status
carry_check(const struct bv_rate_work *work)
{
	for (size_t i = 0; i < work->carry_count; i++) {
		const struct bv_carry *c = &work->carry[i];
		struct bv_str part = bv_str_sub(c->part, 0, 64);

		if (work->rules->by_bands || !usable_id(c->part) || !bv_part_rule_of(work->rules, c->part))
			return bv_err_set(work->err, BV_EINVAL, "rule pack '%.*s' has no part '%.*s' that could be carried in",
			                  BV_STR_ARG(work->out->rules->identifier), BV_STR_ARG(part));
		if (c->max < 1 || c->max > (int64_t)BV_MARKS_MAX * BV_RATING_ITEMS_MAX || c->marks < 0 || c->marks > c->max)
			return bv_err_set(work->err, BV_EINVAL, "part '%.*s' carried in: %lld of %lld hundredths is not a mark", BV_STR_ARG(part),
			                  (long long)c->marks, (long long)c->max);
		if (c->exam_day > work->out->exam_day || c->exam_day < work->rules->instrument.from)
			return bv_err_set(work->err, BV_EINVAL, "part '%.*s' carried in was sat %s", BV_STR_ARG(part),
			                  c->exam_day > work->out->exam_day ? "after the exam day" : "before the rules came into force");
		for (size_t j = 0; j < i; j++)
			if (bv_str_eq(c->part, work->carry[j].part))
				return bv_err_set(work->err, BV_EINVAL, "part '%.*s' is carried in twice: choose one", BV_STR_ARG(part));
	}
	return BV_OK;
}

/* The parts of the pack, then those of the results and of what is carried in; at most BV_RATING_PARTS_MAX. */
static enum bv_status
part_add(struct bv_rate_work *work, struct bv_str part, struct bv_names names)
{
	struct bv_rating *out = work->out;

	for (size_t i = 0; i < out->part_count; i++)
		if (bv_str_eq(work->parts[i].identifier, part))
			return BV_OK;
	if (out->part_count == BV_RATING_PARTS_MAX)
		return bv_err_set(work->err, BV_ELIMIT, "an exam has at most %d parts", BV_RATING_PARTS_MAX);
	if (!names.vi.len)
		names = (struct bv_names){ part, part };
	work->parts[out->part_count++] = (struct bv_part_rating){
		.identifier = part, .names = names, .state = BV_RATING_PART_MISSING, .exam_day = INT32_MIN, .kept_until = INT32_MIN,
	};
	return BV_OK;
}

static enum bv_status
parts_list(struct bv_rate_work *work, size_t count)
{
	const struct bv_parts_rule *rule = &work->rules->parts;

	work->parts = bv_arena_array(work->arena, BV_RATING_PARTS_MAX, struct bv_part_rating);
	work->out->parts = work->parts;
	for (size_t i = 0; i < rule->part_count; i++)
		TRY(part_add(work, rule->parts[i].identifier, rule->parts[i].names));
	for (size_t i = 0; i < count; i++)
		TRY(part_add(work, work->results[i].part, (struct bv_names){ 0 }));
	for (size_t i = 0; i < work->carry_count; i++)
		TRY(part_add(work, work->carry[i].part, (struct bv_names){ 0 }));
	return BV_OK;
}

/* The areas that the results touch, in the order of the standard. */
static enum bv_status
areas_list(struct bv_area_rating **out, size_t *out_count, struct bv_rate_work *work, size_t count)
{
	struct bv_area_rating *areas = bv_arena_array(work->arena, BV_RATING_AREAS_MAX, struct bv_area_rating);
	size_t area_count = 0;

	for (const struct bv_competence *c = bv_standard_competences(work->standard); c; c = c->next) {
		size_t i = 0;
		while (i < count && work->area_of[i] != c)
			i++;
		if (i == count)
			continue;
		if (area_count == BV_RATING_AREAS_MAX)
			return bv_err_set(work->err, BV_ELIMIT, "an exam has at most %d areas", BV_RATING_AREAS_MAX);
		areas[area_count++] = (struct bv_area_rating){ .code = c->code, .names = c->names };
	}
	*out = areas;
	*out_count = area_count;
	return BV_OK;
}

static void
area_add(struct bv_area_rating *area, const struct bv_item_mark *mark)
{
	area->marks += mark->marks;
	area->max += mark->max;
	area->items++;
	area->waiting += mark->state != BV_MARK_SCORED;
}

static int32_t
percent_of(int64_t marks, int64_t max)
{
	const struct bv_fraction fraction = { marks, max };
	bool exact;

	return max ? bv_fraction_percent(&fraction, 1, &exact) : 0;
}

static struct bv_item_mark
item_mark(const struct bv_rate_work *work, const struct bv_item_result *r)
{
	struct bv_item_mark mark = {
		.identifier = r->identifier, .part = r->part, .max = r->marks, .state = BV_MARK_WAITING,
		.area = work->area_of[r - work->results]->code,
	};
	struct bv_err ignored;

	if (!r->scored)
		return mark;
	bool usable = bv_mark(&mark.marks, r->marks, r->score, r->max_score, &ignored) == BV_OK;
	mark.state = usable ? BV_MARK_SCORED : BV_MARK_UNUSABLE;
	mark.clamped = usable && (r->score < 0 || r->score > r->max_score);
	return mark;
}

/* Closes up the row of a part's areas to those that it has, and adds them. */
static void
part_sum(struct bv_part_rating *part, struct bv_area_rating *row, size_t area_count, bv_day exam_day)
{
	part->areas = row;
	for (size_t a = 0; a < area_count; a++) {
		if (!row[a].items)
			continue;
		row[a].percent = percent_of(row[a].marks, row[a].max);
		part->marks += row[a].marks;
		part->max += row[a].max;
		part->items += row[a].items;
		part->waiting += row[a].waiting;
		row[part->area_count++] = row[a];
	}
	if (part->items) {
		part->state = BV_RATING_PART_SAT;
		part->exam_day = exam_day;
	}
	part->percent = percent_of(part->marks, part->max);
}

/* Marks of items, areas, and areas inside parts. */
static enum bv_status
marks_add(struct bv_rate_work *work, size_t count)
{
	struct bv_rating *out = work->out;
	struct bv_item_mark *marks = bv_arena_array(work->arena, count, struct bv_item_mark);
	struct bv_area_rating *areas = NULL;
	size_t area_count = 0;

	TRY(areas_list(&areas, &area_count, work, count));
	struct bv_area_rating *inside = bv_arena_array(work->arena, out->part_count * area_count, struct bv_area_rating);
	for (size_t i = 0; i < count; i++) {
		size_t a = 0, p = 0;

		marks[i] = item_mark(work, &work->results[i]);
		while (!bv_str_eq(areas[a].code, marks[i].area))
			a++;
		while (!bv_str_eq(work->parts[p].identifier, marks[i].part))
			p++;
		struct bv_area_rating *cell = &inside[p * area_count + a];
		cell->code = areas[a].code;
		cell->names = areas[a].names;
		area_add(cell, &marks[i]);
		area_add(&areas[a], &marks[i]);
		work->waiting += marks[i].state != BV_MARK_SCORED;
	}
	for (size_t a = 0; a < area_count; a++)
		areas[a].percent = percent_of(areas[a].marks, areas[a].max);
	for (size_t p = 0; p < out->part_count; p++)
		part_sum(&work->parts[p], &inside[p * area_count], area_count, out->exam_day);
	out->items = marks;
	out->item_count = count;
	out->areas = areas;
	out->area_count = area_count;
	return BV_OK;
}

/* Items whose SCORE or MAXSCORE cannot be used are a fault of the bank: the first is named. */
static void
unusable_reason(struct bv_rate_work *work)
{
	const struct bv_item_mark *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < work->out->item_count; i++)
		if (work->out->items[i].state == BV_MARK_UNUSABLE && count++ == 0)
			first = &work->out->items[i];
	if (first)
		BV_REASON(work, "items-unusable", true, "{0} câu có SCORE hoặc MAXSCORE không dùng được (đầu tiên: {1}); cần người chấm.",
		          "{0} items have a SCORE or MAXSCORE that cannot be used (the first is {1}); a person must mark them.",
		          BV_VALUE_OF_COUNT(count), BV_VALUE_OF_TEXT(first->identifier));
}

static size_t
ability_add(struct bv_ability_item *items, struct bv_rate_work *work, size_t count)
{
	struct bv_rating *out = work->out;
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		const struct bv_item_result *r = &work->results[i];
		if (out->items[i].state != BV_MARK_SCORED)
			continue;
		if (!r->has_parameters) {
			out->ability_left_out++;
			continue;
		}
		double share = r->score / r->max_score;
		items[used++] = (struct bv_ability_item){ r->a_milli / 1000.0, r->b_milli / 1000.0, share < 0 ? 0 : share > 1 ? 1 : share, r->c_milli / 1000.0 };
		out->ability_guessing |= r->c_milli > 0;
	}
	out->ability_items = used;
	out->has_ability = used > 0;
	if (used) {
		struct bv_ability ability = bv_ability_estimate(items, used);
		out->theta_e4 = bv_e4(ability.theta);
		out->se_e4 = bv_e4(ability.se);
	}
	return used;
}

static enum bv_status
instruments_check(const struct bv_rate_work *work)
{
	const struct bv_rating *out = work->out;

	if (!bv_str_eq(work->rules->standard, out->standard->identifier))
		return bv_err_set(work->err, BV_EINVAL, "rule pack '%.*s' belongs to standard '%.*s', not '%.*s'", BV_STR_ARG(out->rules->identifier),
		                  BV_STR_ARG(work->rules->standard), BV_STR_ARG(out->standard->identifier));
	if (out->exam_day < -719162 || out->exam_day > 2932896)
		return bv_err_set(work->err, BV_EINVAL, "the exam day does not lie in the years 0001 to 9999");
	TRY(bv_instrument_check(out->standard, out->exam_day, work->err));
	return bv_instrument_check(out->rules, out->exam_day, work->err);
}

static void
total_add(struct bv_rate_work *work)
{
	struct bv_rating *out = work->out;

	for (size_t i = 0; i < out->part_count; i++) {
		out->marks += out->parts[i].marks;
		out->max += out->parts[i].max;
	}
	out->percent = percent_of(out->marks, out->max);
	out->reasons = work->reasons;
	out->reason_count = work->reason_count;
}

enum bv_status
bv_rate(struct bv_rating *out, const struct bv_standard *standard, const struct bv_rules *rules, const struct bv_item_result *results,
        size_t count, const struct bv_carry *carry, size_t carry_count, bv_day exam_day, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_rating rating = { .standard = bv_standard_instrument(standard), .rules = bv_rules_instrument(rules), .exam_day = exam_day };
	struct bv_rate_work work = {
		.out = &rating, .standard = standard, .rules = rules, .results = results, .carry = carry, .carry_count = carry_count,
		.arena = arena, .err = err,
	};

	TRY(instruments_check(&work));
	if (count > BV_RATING_ITEMS_MAX || carry_count > BV_RATING_CARRY_MAX)
		return bv_err_set(err, BV_ELIMIT, "at most %d items and %d parts carried in are rated together", BV_RATING_ITEMS_MAX,
		                  BV_RATING_CARRY_MAX);
	TRY(items_check(&work, count));
	TRY(carry_check(&work));
	TRY(parts_list(&work, count));
	TRY(marks_add(&work, count));
	unusable_reason(&work);
	struct bv_ability_item *items = bv_arena_array(arena, count, struct bv_ability_item);
	size_t used = ability_add(items, &work, count);
	TRY(rules->by_bands ? bv_bands_decide(&work, items, used) : bv_parts_decide(&work));
	total_add(&work);
	*out = rating;
	return BV_OK;
}
