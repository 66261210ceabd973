/* Facts of one certificate from JSON (doc/certificates.md): what an examination office's own programs hand over. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "certs/facts.h"

struct bv_facts_file {
	struct bv_arena arena;
	struct bv_json *json;
	struct bv_achievement achievement;
	struct bv_credential_facts facts;
	struct bv_issuer issuer;
};

/* A misspelt name would silently leave a fact out. */
static enum bv_status
only(const struct bv_json *object, const char *where, const char *const *names, struct bv_err *err)
{
	for (void *it = bv_json_members(object); it; it = bv_json_next(object, it)) {
		struct bv_str name = bv_json_member_name(it);
		const char *const *n = names;
		while (*n && !bv_str_is(name, *n))
			n++;
		if (!*n)
			return bv_err_set(err, BV_EINVAL, "%s: there is no fact '%.*s'", where, BV_STR_ARG(bv_str_sub(name, 0, 80)));
	}
	return BV_OK;
}
#define ONLY(object, where, ...) only(object, where, (const char *const[]){ __VA_ARGS__, NULL }, err)

/* A string in NFC; absent gives an empty one unless it is needed. */
static enum bv_status
text(struct bv_str *out, struct bv_facts_file *file, const struct bv_json *object, const char *where, const char *name, bool needed,
     struct bv_err *err)
{
	struct bv_err inner;
	struct bv_str raw;

	*out = BV_STR_NONE;
	if (!needed && !bv_json_find(object, name))
		return BV_OK;
	if (bv_json_need_str(&raw, object, name, &inner) != BV_OK || bv_text_nfc(out, raw, &file->arena, &inner) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "%s: %s", where, inner.msg);
	return BV_OK;
}

static enum bv_status
time_of(int64_t *out, const struct bv_json *object, const char *name, struct bv_err *err)
{
	struct bv_err inner;
	struct bv_str raw;

	if (!bv_json_find(object, name))
		return BV_OK;
	TRY(bv_json_need_str(&raw, object, name, err));
	if (bv_time_parse(out, raw, &inner) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "'%s': %s", name, inner.msg);
	return BV_OK;
}

/* "urn:uuid:…", to issue a certificate again under its own number. */
static enum bv_status
uuid_of(uint8_t out[16], const struct bv_json *object, const char *name, struct bv_err *err)
{
	struct bv_err inner;
	struct bv_str raw;
	char digits[33];
	size_t count = 0;

	if (!bv_json_find(object, name))
		return BV_OK;
	TRY(bv_json_need_str(&raw, object, name, err));
	struct bv_str hex = bv_str_starts(raw, BV_STR("urn:uuid:")) ? bv_str_sub(raw, 9, raw.len) : BV_STR_NONE;
	for (size_t i = 0; i < hex.len && count < 32; i++)
		if (hex.p[i] != '-')
			digits[count++] = hex.p[i];
	if (hex.len != 36 || hex.p[8] != '-' || hex.p[13] != '-' || hex.p[18] != '-' || hex.p[23] != '-' ||
	    bv_hex_parse(out, 16, (struct bv_str){ digits, count }, &inner) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "'%s' is not urn:uuid: and a UUID (RFC 9562)", name);
	if (out[6] >> 4 != 4 || out[8] >> 6 != 2)
		return bv_err_set(err, BV_EINVAL, "'%s' is not a random UUID (RFC 9562 §5.4)", name);
	return BV_OK;
}

static enum bv_status
read_area(struct bv_area *area, struct bv_str *value, struct bv_facts_file *file, const struct bv_json *json, struct bv_err *err)
{
	struct bv_str unit;

	TRY(ONLY(json, "areas", "code", "nameVi", "nameEn", "value", "min", "max", "required", "unit"));
	TRY(text(&area->code, file, json, "areas", "code", true, err));
	TRY(text(&area->name_vi, file, json, "areas", "nameVi", true, err));
	TRY(text(&area->name_en, file, json, "areas", "nameEn", false, err));
	TRY(text(value, file, json, "areas", "value", false, err));
	TRY(text(&area->min, file, json, "areas", "min", false, err));
	TRY(text(&area->max, file, json, "areas", "max", true, err));
	TRY(text(&area->required, file, json, "areas", "required", false, err));
	TRY(text(&unit, file, json, "areas", "unit", false, err));
	if (unit.len && !bv_str_is(unit, "marks") && !bv_str_is(unit, "percent"))
		return bv_err_set(err, BV_EINVAL, "areas: 'unit' is \"marks\" or \"percent\"");
	area->percent = bv_str_is(unit, "percent");
	return BV_OK;
}

static enum bv_status
read_areas(struct bv_facts_file *file, struct bv_err *err)
{
	const struct bv_json *list = NULL;

	if (bv_json_find(file->json, "areas"))
		TRY(bv_json_need(&list, file->json, "areas", BV_JSON_ARRAY, err));
	size_t count = bv_json_count(list);
	if (count > BV_AREAS_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d areas", BV_AREAS_MAX);
	struct bv_area *areas = bv_arena_array(&file->arena, count, struct bv_area);
	struct bv_str *values = bv_arena_array(&file->arena, count, struct bv_str);
	for (size_t i = 0; i < count; i++)
		TRY(read_area(&areas[i], &values[i], file, bv_json_at(list, i), err));
	file->achievement.areas = areas;
	file->achievement.area_count = count;
	file->facts.values = values;
	return BV_OK;
}

static enum bv_status
read_levels(struct bv_facts_file *file, const struct bv_json *json, struct bv_err *err)
{
	const struct bv_json *list = NULL;

	if (bv_json_find(json, "levels"))
		TRY(bv_json_need(&list, json, "levels", BV_JSON_ARRAY, err));
	size_t count = bv_json_count(list);
	if (count > BV_LEVELS_MAX)
		return bv_err_set(err, BV_ELIMIT, "achievement: more than %d levels", BV_LEVELS_MAX);
	struct bv_str *levels = bv_arena_array(&file->arena, count, struct bv_str);
	for (size_t i = 0; i < count; i++)
		if (bv_json_type(bv_json_at(list, i)) != BV_JSON_STRING)
			return bv_err_set(err, BV_EINVAL, "achievement: 'levels' is a list of strings, from low to high");
		else
			TRY(bv_text_nfc(&levels[i], bv_json_str(bv_json_at(list, i)), &file->arena, err));
	file->achievement.levels = levels;
	file->achievement.level_count = count;
	return text(&file->achievement.required_level, file, json, "achievement", "requiredLevel", false, err);
}

static enum bv_status
read_achievement(struct bv_facts_file *file, struct bv_err *err)
{
	static const char where[] = "achievement";
	struct bv_achievement *a = &file->achievement;
	const struct bv_json *json, *ability = NULL;

	TRY(bv_json_need(&json, file->json, where, BV_JSON_OBJECT, err));
	TRY(ONLY(json, where, "id", "nameVi", "nameEn", "description", "criteria", "criteriaUrl", "version", "levels", "requiredLevel",
	         "ability"));
	TRY(text(&a->id, file, json, where, "id", true, err));
	TRY(text(&a->name_vi, file, json, where, "nameVi", true, err));
	TRY(text(&a->name_en, file, json, where, "nameEn", false, err));
	TRY(text(&a->description, file, json, where, "description", true, err));
	TRY(text(&a->criteria, file, json, where, "criteria", false, err));
	TRY(text(&a->criteria_url, file, json, where, "criteriaUrl", false, err));
	TRY(text(&a->version, file, json, where, "version", false, err));
	TRY(read_levels(file, json, err));
	if (!bv_json_find(json, "ability"))
		return BV_OK;
	TRY(bv_json_need(&ability, json, "ability", BV_JSON_OBJECT, err));
	TRY(ONLY(ability, "achievement: ability", "min", "max"));
	a->ability = true;
	TRY(text(&a->ability_min, file, ability, "achievement: ability", "min", false, err));
	return text(&a->ability_max, file, ability, "achievement: ability", "max", false, err);
}

static enum bv_status
read_holder(struct bv_facts_file *file, struct bv_err *err)
{
	const struct bv_json *json, *hashed;

	TRY(bv_json_need(&json, file->json, "holder", BV_JSON_OBJECT, err));
	TRY(ONLY(json, "holder", "name", "hashed", "birth"));
	TRY(text(&file->facts.holder, file, json, "holder", "name", true, err));
	TRY(text(&file->facts.birth, file, json, "holder", "birth", false, err));
	if (bv_json_find(json, "hashed")) {
		TRY(bv_json_need(&hashed, json, "hashed", BV_JSON_BOOL, err));
		file->facts.holder_hashed = bv_json_bool(hashed);
	}
	return BV_OK;
}

static enum bv_status
read_rating(struct bv_facts_file *file, struct bv_err *err)
{
	static const char *const words[] = { [BV_DECISION_COMPLETED] = "completed", [BV_DECISION_FAILED] = "failed",
		                             [BV_DECISION_PROVISIONAL] = "provisional" };
	const struct bv_json *ability;
	struct bv_str decision;

	TRY(text(&file->facts.level, file, file->json, "facts", "level", false, err));
	TRY(text(&decision, file, file->json, "facts", "decision", true, err));
	for (size_t i = BV_DECISION_COMPLETED; i < BV_COUNT(words); i++)
		if (bv_str_is(decision, words[i]))
			file->facts.decision = (enum bv_decision)i;
	if (file->facts.decision == BV_DECISION_NONE)
		return bv_err_set(err, BV_EINVAL, "'decision' is \"completed\", \"failed\" or \"provisional\"");
	if (!bv_json_find(file->json, "ability"))
		return BV_OK;
	TRY(bv_json_need(&ability, file->json, "ability", BV_JSON_OBJECT, err));
	TRY(ONLY(ability, "ability", "theta", "se"));
	TRY(text(&file->facts.theta, file, ability, "ability", "theta", true, err));
	return text(&file->facts.theta_se, file, ability, "ability", "se", false, err);
}

static enum bv_status
read_evidence(struct bv_facts_file *file, struct bv_err *err)
{
	const struct bv_json *list = NULL;
	struct bv_str hex;

	if (bv_json_find(file->json, "evidence"))
		TRY(bv_json_need(&list, file->json, "evidence", BV_JSON_ARRAY, err));
	size_t count = bv_json_count(list);
	if (count > BV_EVIDENCE_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d pieces of evidence", BV_EVIDENCE_MAX);
	struct bv_evidence *evidence = bv_arena_array(&file->arena, count, struct bv_evidence);
	for (size_t i = 0; i < count; i++) {
		const struct bv_json *json = bv_json_at(list, i);
		TRY(ONLY(json, "evidence", "name", "sha256"));
		TRY(text(&evidence[i].name, file, json, "evidence", "name", true, err));
		TRY(text(&hex, file, json, "evidence", "sha256", true, err));
		if (bv_hex_parse(evidence[i].hash, sizeof evidence[i].hash, hex, err) != BV_OK)
			return bv_err_set(err, BV_EINVAL, "evidence: 'sha256' has 64 hexadecimal digits");
	}
	file->facts.evidence = evidence;
	file->facts.evidence_count = count;
	return BV_OK;
}

static enum bv_status
read_issuer(struct bv_facts_file *file, struct bv_err *err)
{
	const struct bv_json *json;

	if (!bv_json_find(file->json, "issuer"))
		return BV_OK;
	TRY(bv_json_need(&json, file->json, "issuer", BV_JSON_OBJECT, err));
	TRY(ONLY(json, "issuer", "name", "url"));
	TRY(text(&file->issuer.name, file, json, "issuer", "name", false, err));
	return text(&file->issuer.url, file, json, "issuer", "url", false, err);
}

static enum bv_status
read_status(struct bv_facts_file *file, struct bv_err *err)
{
	const struct bv_json *json;
	int64_t idx;

	if (!bv_json_find(file->json, "status"))
		return BV_OK;
	TRY(bv_json_need(&json, file->json, "status", BV_JSON_OBJECT, err));
	TRY(ONLY(json, "status", "list", "index"));
	TRY(text(&file->facts.status, file, json, "status", "list", true, err));
	TRY(bv_json_need_int(&idx, json, "index", err));
	if (idx < 0 || idx > UINT32_MAX)
		return bv_err_set(err, BV_EINVAL, "status: 'index' is a number from 0 to %u", UINT32_MAX);
	file->facts.status_idx = (uint32_t)idx;
	return BV_OK;
}

static enum bv_status
read_facts(struct bv_facts_file *file, struct bv_err *err)
{
	struct bv_credential_facts *f = &file->facts;

	if (bv_json_type(file->json) != BV_JSON_OBJECT)
		return bv_err_set(err, BV_EINVAL, "facts are one JSON object");
	TRY(ONLY(file->json, "facts", "issuer", "holder", "licence", "achievement", "areas", "level", "ability", "decision", "awarded",
	         "validFrom", "validUntil", "evidence", "id", "subjectId", "status"));
	f->achievement = &file->achievement;
	TRY(read_issuer(file, err));
	TRY(read_holder(file, err));
	TRY(text(&f->licence, file, file->json, "facts", "licence", false, err));
	TRY(read_achievement(file, err));
	TRY(read_areas(file, err));
	TRY(read_rating(file, err));
	TRY(read_evidence(file, err));
	TRY(read_status(file, err));
	TRY(time_of(&f->awarded_s, file->json, "awarded", err));
	TRY(time_of(&f->valid_from_s, file->json, "validFrom", err));
	TRY(time_of(&f->valid_until_s, file->json, "validUntil", err));
	TRY(uuid_of(f->id, file->json, "id", err));
	return uuid_of(f->subject_id, file->json, "subjectId", err);
}

enum bv_status
bv_facts_parse(struct bv_facts_file **out, struct bv_str json, struct bv_err *err)
{
	BV_AUTO(bv_facts_free) struct bv_facts_file *file = bv_alloc(sizeof *file);

	TRY(bv_json_parse(&file->json, json, err));
	TRY(read_facts(file, err));
	*out = bv_steal(&file);
	return BV_OK;
}

void
bv_facts_free(struct bv_facts_file *file)
{
	if (!file)
		return;
	bv_json_free(file->json);
	bv_arena_finish(&file->arena);
	free(file);
}

struct bv_credential_facts *
bv_facts(struct bv_facts_file *file)
{
	return &file->facts;
}

struct bv_issuer
bv_facts_issuer(const struct bv_facts_file *file)
{
	return file->issuer;
}
