/* A rating as JSON: integers only, members in a fixed order. */
#include "base/json.h"
#include "scoring/scoring.h"

static void
set_names(struct bv_json *object, struct bv_names names)
{
	struct bv_json *both = bv_json_set(object, "name", bv_json_new_object());

	bv_json_set_str(both, "vi", names.vi);
	if (names.en.len)
		bv_json_set_str(both, "en", names.en);
}

static void
set_bool(struct bv_json *object, const char *name, bool value)
{
	bv_json_set(object, name, bv_json_new_bool(value));
}

static void
set_day(struct bv_json *object, const char *name, bv_day day)
{
	char text[BV_DAY_SIZE];

	if (day != INT32_MIN)
		bv_json_set_str(object, name, bv_str_of(bv_day_write(text, day)));
}

static void
set_marks(struct bv_json *object, int64_t marks, int64_t max)
{
	bv_json_set_int(object, "marksHundredths", marks);
	bv_json_set_int(object, "maxHundredths", max);
}

static void
set_instrument(struct bv_json *object, const char *name, const struct bv_instrument *instrument)
{
	struct bv_json *json = bv_json_set(object, name, bv_json_new_object());
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	bv_json_set_str(json, "identifier", instrument->identifier);
	bv_json_set_str(json, "version", instrument->version);
	bv_json_set_str(json, "certainty", bv_str_of(bv_certainty_name(instrument->certainty)));
	bv_json_set_str(json, "sha256", bv_str_of(bv_hex(hex, instrument->hash, sizeof instrument->hash)));
}

static void
set_areas(struct bv_json *object, const struct bv_area_rating *areas, size_t count)
{
	struct bv_json *array = bv_json_set(object, "areas", bv_json_new_array());

	for (size_t i = 0; i < count; i++) {
		struct bv_json *area = bv_json_add(array, bv_json_new_object());
		bv_json_set_str(area, "code", areas[i].code);
		set_names(area, areas[i].names);
		set_marks(area, areas[i].marks, areas[i].max);
		bv_json_set_int(area, "percentHundredths", areas[i].percent);
		bv_json_set_int(area, "items", areas[i].items);
		bv_json_set_int(area, "waiting", areas[i].waiting);
		if (areas[i].judged)
			set_bool(area, "passed", areas[i].passed);
	}
}

static void
set_parts(struct bv_json *object, const struct bv_rating *rating)
{
	static const char *const states[] = { "sat", "carried", "missing" };
	struct bv_json *array = bv_json_set(object, "parts", bv_json_new_array());

	for (size_t i = 0; i < rating->part_count; i++) {
		const struct bv_part_rating *part = &rating->parts[i];
		struct bv_json *json = bv_json_add(array, bv_json_new_object());
		bv_json_set_str(json, "identifier", part->identifier);
		set_names(json, part->names);
		bv_json_set_str(json, "state", bv_str_of(states[part->state]));
		set_marks(json, part->marks, part->max);
		bv_json_set_int(json, "percentHundredths", part->percent);
		bv_json_set_int(json, "items", part->items);
		bv_json_set_int(json, "waiting", part->waiting);
		if (part->judged)
			set_bool(json, "passed", part->passed);
		set_day(json, "examDay", part->exam_day);
		set_day(json, "keptUntil", part->kept_until);
		set_areas(json, part->areas, part->area_count);
	}
}

static void
set_items(struct bv_json *object, const struct bv_rating *rating)
{
	static const char *const states[] = { "scored", "waiting", "unusable" };
	struct bv_json *array = bv_json_set(object, "items", bv_json_new_array());

	for (size_t i = 0; i < rating->item_count; i++) {
		const struct bv_item_mark *mark = &rating->items[i];
		struct bv_json *json = bv_json_add(array, bv_json_new_object());
		bv_json_set_str(json, "identifier", mark->identifier);
		bv_json_set_str(json, "part", mark->part);
		bv_json_set_str(json, "area", mark->area);
		bv_json_set_str(json, "state", bv_str_of(states[mark->state]));
		set_marks(json, mark->marks, mark->max);
		if (mark->clamped)
			set_bool(json, "clamped", true);
	}
}

static void
set_ability(struct bv_json *object, const struct bv_rating *rating)
{
	struct bv_json *json = bv_json_set(object, "ability", rating->has_ability ? bv_json_new_object() : bv_json_new_null());

	if (!rating->has_ability)
		return;
	bv_json_set_str(json, "method", BV_STR("2PL EAP, D = 1, N(0,1), 61 nodes on [-6,6]"));
	bv_json_set_int(json, "thetaE4", rating->theta_e4);
	bv_json_set_int(json, "seE4", rating->se_e4);
	bv_json_set_int(json, "items", (int64_t)rating->ability_items);
	bv_json_set_int(json, "leftOut", (int64_t)rating->ability_left_out);
}

static void
set_level(struct bv_json *object, const struct bv_standard_level *level)
{
	struct bv_json *json = bv_json_set(object, "level", level ? bv_json_new_object() : bv_json_new_null());

	if (!level)
		return;
	bv_json_set_str(json, "code", level->code);
	bv_json_set_int(json, "rank", level->rank);
	set_names(json, level->names);
}

void
bv_rating_write(struct bv_buf *out, const struct bv_rating *rating)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();

	bv_json_set_str(json, "format", BV_STR("bangvang-rating/1"));
	set_instrument(json, "standard", rating->standard);
	set_instrument(json, "rules", rating->rules);
	set_day(json, "examDay", rating->exam_day);
	bv_json_set_str(json, "decision", bv_str_of(bv_rating_decision_name(rating->decision)));
	set_level(json, rating->level);
	set_marks(json, rating->marks, rating->max);
	bv_json_set_int(json, "percentHundredths", rating->percent);
	set_ability(json, rating);
	set_parts(json, rating);
	set_areas(json, rating->areas, rating->area_count);
	struct bv_json *reasons = bv_json_set(json, "reasons", bv_json_new_array());
	for (size_t i = 0; i < rating->reason_count; i++) {
		struct bv_json *reason = bv_json_add(reasons, bv_json_new_object());
		bv_json_set_str(reason, "code", bv_str_of(rating->reasons[i].code));
		set_bool(reason, "against", rating->reasons[i].against);
		bv_json_set_str(reason, "vi", rating->reasons[i].text.vi);
		bv_json_set_str(reason, "en", rating->reasons[i].text.en);
	}
	set_items(json, rating);
	bv_json_write_pretty(out, json);
}
