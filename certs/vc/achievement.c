#include "certs/vc/achievement.h"

#include "base/text.h"
#include "certs/vc/credential.h"

bool
credential_is_uri(struct bv_str s)
{
	size_t colon = bv_str_find(s, ':');

	if (colon == 0 || colon + 1 >= s.len || s.len > BV_TEXT_MAX)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (i < colon ? !letter && (i == 0 || !((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'))
		              : c <= ' ' || c > '~' || strchr("\"<>\\^`{|}", c))
			return false;
	}
	return true;
}

enum bv_status
credential_check_text(struct bv_str text, const char *what, bool needed, struct bv_err *err)
{
	if (needed && !text.len)
		return bv_err_set(err, BV_EINVAL, "%s is missing", what);
	if (text.len > BV_TEXT_MAX)
		return bv_err_set(err, BV_ELIMIT, "%s is longer than %d bytes", what, BV_TEXT_MAX);
	if (!bv_text_valid(text))
		return bv_err_set(err, BV_EINVAL, "%s is not UTF-8", what);
	/* Nobody's name has them, "\\u001f" could be changed into "\\u001F" without being another text, and writers of N-Quads disagree on DEL. */
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] == 0x7f || ((unsigned char)text.p[i] < ' ' && (!text.p[i] || !strchr("\t\n\r", text.p[i]))))
			return bv_err_set(err, BV_EINVAL, "%s has a control character", what);
	return BV_OK;
}

static bool
is_code(struct bv_str code)
{
	for (size_t i = 0; i < code.len; i++) {
		char c = code.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
			return false;
	}
	return code.len > 0 && code.len <= 64;
}

struct scale
achievement_scale(const struct bv_area *area)
{
	return (struct scale){ area->min.len ? area->min : BV_STR("0"), area->max, area->required };
}

static enum bv_status
check_area(const struct bv_achievement *achievement, size_t idx, struct bv_err *err)
{
	const struct bv_area *area = &achievement->areas[idx];
	struct scale scale = achievement_scale(area);

	if (!is_code(area->code))
		return bv_err_set(err, BV_EINVAL, "area %zu: the code has 1 to 64 letters, digits, '.', '_' or '-'", idx + 1);
	for (size_t i = 0; i < idx; i++)
		if (bv_str_eq(achievement->areas[i].code, area->code))
			return bv_err_set(err, BV_EINVAL, "area %zu: the code '%.*s' is there twice", idx + 1, BV_STR_ARG(area->code));
	TRY(credential_check_text(area->name_vi, "an area's nameVi", true, err));
	TRY(credential_check_text(area->name_en, "an area's nameEn", false, err));
	if (!area->max.len || !scale_check(&scale))
		return bv_err_set(err, BV_EINVAL, "area '%.*s': min, max and required must be decimals with min <= required <= max",
		                  BV_STR_ARG(area->code));
	return BV_OK;
}

bool
achievement_level(const struct bv_achievement *achievement, struct bv_str level, size_t *idx)
{
	for (*idx = 0; *idx < achievement->level_count; ++*idx)
		if (bv_str_eq(achievement->levels[*idx], level))
			return true;
	return false;
}

static enum bv_status
check_levels(const struct bv_achievement *a, struct bv_err *err)
{
	size_t idx;

	if (a->level_count > BV_LEVELS_MAX)
		return bv_err_set(err, BV_ELIMIT, "achievement: more than %d levels", BV_LEVELS_MAX);
	for (size_t i = 0; i < a->level_count; i++) {
		TRY(credential_check_text(a->levels[i], "a level", true, err));
		if (achievement_level(a, a->levels[i], &idx) && idx < i)
			return bv_err_set(err, BV_EINVAL, "achievement: the level '%.*s' is there twice", BV_STR_ARG(a->levels[i]));
	}
	if (a->required_level.len && !achievement_level(a, a->required_level, &idx))
		return bv_err_set(err, BV_EINVAL, "achievement: requiredLevel is not one of its levels");
	return BV_OK;
}

enum bv_status
achievement_check(const struct bv_achievement *a, struct bv_err *err)
{
	struct scale ability = { a->ability_min, a->ability_max, BV_STR_NONE };

	if (!credential_is_uri(a->id) || bv_str_find(a->id, '#') < a->id.len)
		return bv_err_set(err, BV_EINVAL, "achievement: id is not an absolute URI without fragment");
	TRY(credential_check_text(a->name_vi, "achievement: nameVi", true, err));
	TRY(credential_check_text(a->name_en, "achievement: nameEn", false, err));
	TRY(credential_check_text(a->description, "achievement: description", true, err));
	TRY(credential_check_text(a->criteria, "achievement: criteria", !a->criteria_url.len, err));
	TRY(credential_check_text(a->version, "achievement: version", false, err));
	if (a->criteria_url.len && !credential_is_uri(a->criteria_url))
		return bv_err_set(err, BV_EINVAL, "achievement: criteriaUrl is not an absolute URI");
	if (a->area_count > BV_AREAS_MAX)
		return bv_err_set(err, BV_ELIMIT, "achievement: more than %d areas", BV_AREAS_MAX);
	for (size_t i = 0; i < a->area_count; i++)
		TRY(check_area(a, i, err));
	TRY(check_levels(a, err));
	if (!scale_check(&ability))
		return bv_err_set(err, BV_EINVAL, "achievement: ability's min and max must be decimals with min <= max");
	return BV_OK;
}

/* "Tiếng Việt / English": OB has one string for a name, and wallets show it as it is. */
void
achievement_set_name(struct bv_json *object, struct bv_str vi, struct bv_str en)
{
	BV_AUTO(bv_buf_finish) struct bv_buf both = BV_BUF(2 * BV_TEXT_MAX + 3);

	bv_buf_printf(&both, "%.*s%s%.*s", BV_STR_ARG(vi), en.len ? " / " : "", BV_STR_ARG(en));
	bv_json_set_str(object, "name", bv_buf_str(&both));
}

static void
set_type(struct bv_json *object, const char *type)
{
	bv_json_add(bv_json_set(object, "type", bv_json_new_array()), bv_json_new_str(bv_str_of(type)));
}

static void
set_scale(struct bv_json *object, const struct scale *scale)
{
	if (scale->min.len)
		bv_json_set_str(object, "valueMin", scale->min);
	if (scale->max.len)
		bv_json_set_str(object, "valueMax", scale->max);
	if (scale->required.len)
		bv_json_set_str(object, "requiredValue", scale->required);
}

/* Adds one description, and keeps in *result what the results that refer to it begin with. */
static struct bv_json *
describe(struct bv_json *list, struct achievement_parts *t, const char *fragment, struct bv_str code, const char *type,
         struct result_part *result)
{
	BV_AUTO(bv_buf_finish) struct bv_buf id = BV_BUF(2 * BV_TEXT_MAX), text = BV_BUF(4 * BV_TEXT_MAX);
	struct bv_json *description = bv_json_add(list, bv_json_new_object());
	bool status = strcmp(type, "Status") == 0;

	bv_buf_printf(&id, "%.*s%s%.*s", BV_STR_ARG(t->achievement->id), fragment, BV_STR_ARG(code));
	bv_json_set_str(description, "id", bv_buf_str(&id));
	set_type(description, "ResultDescription");
	bv_json_set_str(description, "resultType", bv_str_of(type));
	bv_buf_addz(&text, "{\"resultDescription\":");
	bv_json_write_str(&text, bv_buf_str(&id));
	bv_buf_addz(&text, status ? ",\"status\":" : ",\"type\":[\"Result\"],\"value\":");
	result->id = bv_arena_str(t->arena, bv_buf_str(&id));
	result->json = bv_arena_str(t->arena, bv_buf_str(&text));
	return description;
}

static void
describe_results(struct bv_json *list, struct achievement_parts *t)
{
	const struct bv_achievement *a = t->achievement;

	t->areas = bv_arena_array(t->arena, a->area_count, struct result_part);
	for (size_t i = 0; i < a->area_count; i++) {
		const struct bv_area *area = &a->areas[i];
		struct scale scale = achievement_scale(area);
		struct bv_json *d = describe(list, t, RESULT_AREA, area->code, area->percent ? "Percent" : "RawScore", &t->areas[i]);
		achievement_set_name(d, area->name_vi, area->name_en);
		set_scale(d, &scale);
	}
	if (a->level_count) {
		struct bv_json *d = describe(list, t, RESULT_LEVEL, BV_STR_NONE, "PerformanceLevel", &t->level);
		achievement_set_name(d, BV_STR("Mức đạt"), BV_STR("Level"));
		struct bv_json *allowed = bv_json_set(d, "allowedValue", bv_json_new_array());
		for (size_t i = 0; i < a->level_count; i++)
			bv_json_add(allowed, bv_json_new_str(a->levels[i]));
		if (a->required_level.len)
			bv_json_set_str(d, "requiredValue", a->required_level);
	}
	if (a->ability) {
		struct scale scale = { a->ability_min, a->ability_max, BV_STR_NONE }, positive = { .min = BV_STR("0") };
		struct bv_json *d = describe(list, t, RESULT_ABILITY, BV_STR_NONE, "ScaledScore", &t->ability);
		achievement_set_name(d, BV_STR("Năng lực (theta)"), BV_STR("Ability (theta)"));
		set_scale(d, &scale);
		d = describe(list, t, RESULT_ABILITY_SE, BV_STR_NONE, "ScaledScore", &t->ability_se);
		achievement_set_name(d, BV_STR("Sai số chuẩn của năng lực"), BV_STR("Standard error of ability"));
		set_scale(d, &positive);
	}
	achievement_set_name(describe(list, t, RESULT_DECISION, BV_STR_NONE, "Status", &t->decision), BV_STR("Kết luận"), BV_STR("Decision"));
}

struct bv_json *
achievement_json(struct achievement_parts *parts, const struct bv_achievement *a)
{
	struct bv_json *json = bv_json_new_object();

	bv_json_set_str(json, "id", a->id);
	set_type(json, "Achievement");
	bv_json_set_str(json, "achievementType", BV_STR("Certification"));
	achievement_set_name(json, a->name_vi, a->name_en);
	bv_json_set_str(json, "description", a->description);
	bv_json_set_str(json, "inLanguage", BV_STR("vi"));
	if (a->version.len)
		bv_json_set_str(json, "version", a->version);
	struct bv_json *criteria = bv_json_set(json, "criteria", bv_json_new_object());
	if (a->criteria_url.len)
		bv_json_set_str(criteria, "id", a->criteria_url);
	if (a->criteria.len)
		bv_json_set_str(criteria, "narrative", a->criteria);
	parts->achievement = a;
	describe_results(bv_json_set(json, "resultDescription", bv_json_new_array()), parts);
	return json;
}
