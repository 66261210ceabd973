/* A rating as JSON: integers only, members in a fixed order. Written without a tree, which would cost several times the rating itself. */
#include "base/json.h"
#include "scoring/scoring.h"

static void
set_names(struct bv_json_pen *pen, struct bv_names names)
{
	bv_json_pen_open(pen, "name", '{');
	bv_json_pen_str(pen, "vi", names.vi);
	if (names.en.len)
		bv_json_pen_str(pen, "en", names.en);
	bv_json_pen_close(pen, '}');
}

static void
set_day(struct bv_json_pen *pen, const char *name, bv_day day)
{
	char text[BV_DAY_SIZE];

	if (day != INT32_MIN)
		bv_json_pen_str(pen, name, bv_str_of(bv_day_write(text, day)));
}

static void
set_marks(struct bv_json_pen *pen, int64_t marks, int64_t max)
{
	bv_json_pen_int(pen, "marksHundredths", marks);
	bv_json_pen_int(pen, "maxHundredths", max);
}

static void
set_instrument(struct bv_json_pen *pen, const char *name, const struct bv_instrument *instrument)
{
	bv_json_pen_open(pen, name, '{');
	bv_json_pen_str(pen, "identifier", instrument->identifier);
	bv_json_pen_str(pen, "version", instrument->version);
	bv_json_pen_str(pen, "certainty", bv_str_of(bv_certainty_name(instrument->certainty)));
	bv_json_pen_hex(pen, "sha256", instrument->hash, sizeof instrument->hash);
	bv_json_pen_close(pen, '}');
}

static void
set_areas(struct bv_json_pen *pen, const struct bv_area_rating *areas, size_t count)
{
	bv_json_pen_open(pen, "areas", '[');
	for (size_t i = 0; i < count; i++) {
		bv_json_pen_open(pen, NULL, '{');
		bv_json_pen_str(pen, "code", areas[i].code);
		set_names(pen, areas[i].names);
		set_marks(pen, areas[i].marks, areas[i].max);
		bv_json_pen_int(pen, "percentHundredths", areas[i].percent);
		bv_json_pen_int(pen, "items", areas[i].items);
		bv_json_pen_int(pen, "waiting", areas[i].waiting);
		if (areas[i].judged)
			bv_json_pen_bool(pen, "passed", areas[i].passed);
		bv_json_pen_close(pen, '}');
	}
	bv_json_pen_close(pen, ']');
}

static void
set_part(struct bv_json_pen *pen, const struct bv_part_rating *part)
{
	static const char *const states[] = { "sat", "carried", "missing" };

	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_str(pen, "identifier", part->identifier);
	set_names(pen, part->names);
	bv_json_pen_str(pen, "state", bv_str_of(states[part->state]));
	set_marks(pen, part->marks, part->max);
	bv_json_pen_int(pen, "percentHundredths", part->percent);
	bv_json_pen_int(pen, "items", part->items);
	bv_json_pen_int(pen, "waiting", part->waiting);
	if (part->judged)
		bv_json_pen_bool(pen, "passed", part->passed);
	set_day(pen, "examDay", part->exam_day);
	set_day(pen, "keptUntil", part->kept_until);
	set_areas(pen, part->areas, part->area_count);
	bv_json_pen_close(pen, '}');
}

static void
set_item(struct bv_json_pen *pen, const struct bv_item_mark *mark)
{
	static const char *const states[] = { "scored", "waiting", "unusable" };

	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_str(pen, "identifier", mark->identifier);
	bv_json_pen_str(pen, "part", mark->part);
	bv_json_pen_str(pen, "area", mark->area);
	bv_json_pen_str(pen, "state", bv_str_of(states[mark->state]));
	set_marks(pen, mark->marks, mark->max);
	if (mark->clamped)
		bv_json_pen_bool(pen, "clamped", true);
	bv_json_pen_close(pen, '}');
}

static void
set_ability(struct bv_json_pen *pen, const struct bv_rating *rating)
{
	if (!rating->has_ability) {
		bv_json_pen_null(pen, "ability");
		return;
	}
	bv_json_pen_open(pen, "ability", '{');
	bv_json_pen_str(pen, "method", rating->ability_guessing ? BV_STR("3PL EAP, D = 1, N(0,1), 61 nodes on [-6,6]") : BV_STR("2PL EAP, D = 1, N(0,1), 61 nodes on [-6,6]"));
	bv_json_pen_int(pen, "thetaE4", rating->theta_e4);
	bv_json_pen_int(pen, "seE4", rating->se_e4);
	bv_json_pen_int(pen, "items", (int64_t)rating->ability_items);
	bv_json_pen_int(pen, "leftOut", (int64_t)rating->ability_left_out);
	bv_json_pen_close(pen, '}');
}

static void
set_level(struct bv_json_pen *pen, const struct bv_standard_level *level)
{
	if (!level) {
		bv_json_pen_null(pen, "level");
		return;
	}
	bv_json_pen_open(pen, "level", '{');
	bv_json_pen_str(pen, "code", level->code);
	bv_json_pen_int(pen, "rank", level->rank);
	set_names(pen, level->names);
	bv_json_pen_close(pen, '}');
}

static void
set_reasons(struct bv_json_pen *pen, const struct bv_rating *rating)
{
	bv_json_pen_open(pen, "reasons", '[');
	for (size_t i = 0; i < rating->reason_count; i++) {
		bv_json_pen_open(pen, NULL, '{');
		bv_json_pen_str(pen, "code", bv_str_of(rating->reasons[i].code));
		bv_json_pen_bool(pen, "against", rating->reasons[i].against);
		bv_json_pen_str(pen, "vi", rating->reasons[i].text.vi);
		bv_json_pen_str(pen, "en", rating->reasons[i].text.en);
		bv_json_pen_close(pen, '}');
	}
	bv_json_pen_close(pen, ']');
}

void
bv_rating_write(struct bv_buf *out, const struct bv_rating *rating)
{
	struct bv_json_pen pen = { .out = out, .pretty = true };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "format", BV_STR("bangvang-rating/1"));
	set_instrument(&pen, "standard", rating->standard);
	set_instrument(&pen, "rules", rating->rules);
	set_day(&pen, "examDay", rating->exam_day);
	bv_json_pen_str(&pen, "decision", bv_str_of(bv_rating_decision_name(rating->decision)));
	set_level(&pen, rating->level);
	set_marks(&pen, rating->marks, rating->max);
	bv_json_pen_int(&pen, "percentHundredths", rating->percent);
	set_ability(&pen, rating);
	bv_json_pen_open(&pen, "parts", '[');
	for (size_t i = 0; i < rating->part_count; i++)
		set_part(&pen, &rating->parts[i]);
	bv_json_pen_close(&pen, ']');
	set_areas(&pen, rating->areas, rating->area_count);
	set_reasons(&pen, rating);
	bv_json_pen_open(&pen, "items", '[');
	for (size_t i = 0; i < rating->item_count; i++)
		set_item(&pen, &rating->items[i]);
	bv_json_pen_close(&pen, ']');
	bv_json_pen_close(&pen, '}');
}
