#include "certs/verify/results.h"

#include "certs/vc/scale.h"
#include "certs/verify/contents.h"
#include "certs/verify/report.h"

/* The ids of descriptions, and the results' references to them, each read once. */
struct ids {
	struct bv_str of[RESULTS_MAX];
	size_t count;
};

#define FAIL(vi, ...) report_find(r, BV_CHECK_RESULTS, BV_CHECK_FAILED, vi, __VA_ARGS__)

static struct bv_str
member(const struct bv_json *object, const char *name)
{
	return bv_json_str(bv_json_find(object, name));
}

/* OB ResultType that holds a number. */
static bool
is_numeric(const struct bv_json *description)
{
	struct bv_str type = member(description, "resultType");

	return bv_str_is(type, "Percent") || bv_str_is(type, "RawScore") || bv_str_is(type, "ScaledScore") ||
	       bv_json_find(description, "valueMin") || bv_json_find(description, "valueMax");
}

static void
check_number(struct bv_report *r, const struct bv_json *description, struct bv_str value, bool completed)
{
	struct scale scale = { member(description, "valueMin"), member(description, "valueMax"), member(description, "requiredValue") };
	struct bv_str name = member(description, "name");

	switch (scale_fit(&scale, value)) {
	case SCALE_FITS:
		break;
	case SCALE_NO_NUMBER:
		FAIL("'%.*s': '%.*s' hoặc thang điểm của nó không phải số thập phân", "'%.*s': '%.*s' or its scale is not decimal", CLIP(name), CLIP(value));
		break;
	case SCALE_BELOW:
	case SCALE_ABOVE:
		FAIL("'%.*s': %.*s nằm ngoài %.*s … %.*s", "'%.*s': %.*s is outside %.*s … %.*s", CLIP(name), CLIP(value), CLIP(scale.min),
		     CLIP(scale.max));
		break;
	case SCALE_SHORT:
		if (completed)
			FAIL("'%.*s': %.*s thấp hơn mức cần %.*s, nhưng kết luận là đạt", "'%.*s': %.*s is less than the %.*s required, but the decision is Completed",
			     CLIP(name), CLIP(value), CLIP(scale.required));
	}
}

/* Position in allowedValue, which OB orders from low to high; count if it is not there. */
static size_t
position(const struct bv_json *allowed, struct bv_str value)
{
	size_t i = 0;

	while (i < bv_json_count(allowed) && !bv_str_eq(bv_json_str(bv_json_at(allowed, i)), value))
		i++;
	return i;
}

static void
check_word(struct bv_report *r, const struct bv_json *description, struct bv_str value, bool completed)
{
	const struct bv_json *allowed = bv_json_find(description, "allowedValue");
	struct bv_str required = member(description, "requiredValue"), name = member(description, "name");

	if (!allowed)
		return;
	if (position(allowed, value) == bv_json_count(allowed))
		FAIL("'%.*s': '%.*s' không thuộc các giá trị cho phép", "'%.*s': '%.*s' is none of the values allowed", CLIP(name), CLIP(value));
	else if (completed && required.len && position(allowed, value) < position(allowed, required))
		FAIL("'%.*s': '%.*s' thấp hơn mức cần '%.*s', nhưng kết luận là đạt", "'%.*s': '%.*s' is lower than the '%.*s' required, but the decision is Completed",
		     CLIP(name), CLIP(value), CLIP(required));
}

static void
check_status(struct bv_report *r, struct bv_str status)
{
	/* OB ResultStatusType */
	static const char *const words[] = { "Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew" };
	size_t i = 0;

	while (i < BV_COUNT(words) && !bv_str_is(status, words[i]))
		i++;
	if (i == BV_COUNT(words))
		FAIL("'%.*s' không phải kết luận của Open Badges 3.0", "'%.*s' is no status of Open Badges 3.0", CLIP(status));
}

static void
read_ids(struct ids *ids, const struct bv_json *list, const char *name)
{
	ids->count = bv_json_count(list);
	for (size_t i = 0; i < ids->count; i++)
		ids->of[i] = member(bv_json_at(list, i), name);
}

/* The first place of an id; count if it is not there. What has no id at all (of[i].p NULL) is in no place. */
static size_t
place_of(const struct ids *ids, struct bv_str id)
{
	size_t i = 0;

	while (i < ids->count && !(ids->of[i].p && bv_str_eq(ids->of[i], id)))
		i++;
	return i;
}

static void
check_result(struct bv_report *r, const struct bv_json *result, struct bv_str id, const struct bv_json *description, bool completed)
{

	if (!contents_has(bv_json_find(result, "type"), "Result")) {
		FAIL("'%.*s': không phải kiểu Result", "'%.*s': not of the type Result", CLIP(id));
		return;
	}
	if (!description) {
		FAIL("kết quả trỏ tới '%.*s', không có trong thành tựu", "a result refers to '%.*s', which the achievement does not describe", CLIP(id));
		return;
	}
	if (bv_json_find(result, "status"))
		check_status(r, member(result, "status"));
	if (bv_str_is(member(description, "resultType"), "Status")) {
		if (!bv_json_find(result, "status"))
			FAIL("'%.*s': thiếu kết luận", "'%.*s': it has no status", CLIP(member(description, "name")));
	} else if (bv_json_type(bv_json_find(result, "value")) != BV_JSON_STRING) {
		/* An achieved rubric level is checked by its identifier. */
		const struct bv_json *levels = bv_json_find(description, "rubricCriterionLevel");
		if (!contents_find(levels, "id", member(result, "achievedLevel")))
			FAIL("'%.*s': thiếu giá trị", "'%.*s': it has no value", CLIP(member(description, "name")));
	} else if (is_numeric(description)) {
		check_number(r, description, member(result, "value"), completed);
	} else {
		check_word(r, description, member(result, "value"), completed);
	}
}

static void
check_description(struct bv_report *r, const struct bv_json *description, const struct ids *ids, size_t place, const struct ids *results, bool completed)
{
	struct bv_str id = ids->of[place], name = member(description, "name");
	struct scale scale = { member(description, "valueMin"), member(description, "valueMax"), member(description, "requiredValue") };
	size_t count = 0;

	if (!id.len || !member(description, "resultType").len || !name.len)
		FAIL("một mô tả kết quả thiếu id, name hoặc resultType", "a result description lacks id, name or resultType");
	if (place_of(ids, id) != place)
		FAIL("mô tả '%.*s' có hai lần", "the description '%.*s' is there twice", CLIP(id));
	if (is_numeric(description) && !scale_check(&scale))
		FAIL("'%.*s': thang điểm vô lý (%.*s … %.*s, cần %.*s)", "'%.*s': its scale makes no sense (%.*s … %.*s, required %.*s)", CLIP(name),
		     CLIP(scale.min), CLIP(scale.max), CLIP(scale.required));
	for (size_t i = 0; i < results->count; i++)
		count += bv_str_eq(results->of[i], id);
	if (count > 1)
		FAIL("'%.*s' có %zu kết quả", "'%.*s' has %zu results", CLIP(name), count);
	if (count == 0 && completed && (bv_json_find(description, "requiredValue") || bv_json_find(description, "requiredLevel")))
		FAIL("'%.*s': bắt buộc nhưng không có kết quả, mà kết luận là đạt", "'%.*s': required, but it has no result, and the decision is Completed",
		     CLIP(name));
}

/* OB ResultStatusType: "Completed … is the default status if no status result is included." */
static bool
is_completed(const struct bv_json *results)
{
	bool any = false, completed = false;

	for (size_t i = 0; i < bv_json_count(results); i++) {
		const struct bv_json *status = bv_json_find(bv_json_at(results, i), "status");
		any = any || status;
		completed = completed || bv_str_is(bv_json_str(status), "Completed");
	}
	return completed || !any;
}

void
results_check(struct bv_report *r)
{
	const struct bv_json *descriptions = contents_at(r->document, "credentialSubject.achievement.resultDescription");
	const struct bv_json *results = contents_at(r->document, "credentialSubject.result");
	size_t before = r->finding_count;

	if ((descriptions && bv_json_type(descriptions) != BV_JSON_ARRAY) || (results && bv_json_type(results) != BV_JSON_ARRAY))
		FAIL("result và resultDescription phải là mảng", "result and resultDescription must be arrays");
	else if (bv_json_count(descriptions) > RESULTS_MAX || bv_json_count(results) > RESULTS_MAX)
		FAIL("nhiều hơn %d kết quả", "more than %d results", RESULTS_MAX);
	if (r->finding_count != before)
		return;
	bool completed = is_completed(results);
	struct ids described, referred;
	read_ids(&described, descriptions, "id");
	read_ids(&referred, results, "resultDescription");
	for (size_t i = 0; i < described.count; i++)
		check_description(r, bv_json_at(descriptions, i), &described, i, &referred, completed);
	for (size_t i = 0; i < referred.count; i++)
		check_result(r, bv_json_at(results, i), referred.of[i], bv_json_at(descriptions, place_of(&described, referred.of[i])), completed);
	if (r->finding_count == before)
		report_find(r, BV_CHECK_RESULTS, BV_CHECK_PASSED, "%zu kết quả, khớp với thang điểm và kết luận", "%zu results, in keeping with their scales and the decision",
		            bv_json_count(results));
}
