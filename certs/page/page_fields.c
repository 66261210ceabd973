#include "certs/page/page_fields.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/day.h"
#include "certs/code.h"
#include "certs/vc/credential.h"
#include "certs/verify/contents.h"

void
page_facts_finish(struct page_facts *facts)
{
	bv_json_free(facts->json);
	bv_arena_finish(&facts->arena);
}

/* ---- Parts of texts ---- */

/* Names are "Tiếng Việt / English" in one string (achievement_set_name). */
static struct bv_str
half(struct bv_str name, bool english)
{
	for (size_t i = 0; i + 3 <= name.len; i++)
		if (memcmp(name.p + i, " / ", 3) == 0)
			return english ? bv_str_sub(name, i + 3, name.len) : bv_str_sub(name, 0, i);
	return english ? BV_STR_NONE : name;
}

static struct bv_str
from_json(struct page_facts *facts, const char *path)
{
	return bv_json_str(contents_at(facts->json, path));
}

static struct bv_str
result_of(struct page_facts *facts, const char *end, const char *member)
{
	const struct bv_json *list = contents_at(facts->json, "credentialSubject.result");

	for (size_t i = 0; i < bv_json_count(list); i++) {
		const struct bv_json *result = bv_json_at(list, i);
		if (bv_str_ends(bv_json_str(bv_json_find(result, "resultDescription")), bv_str_of(end)))
			return bv_json_str(bv_json_find(result, member));
	}
	return BV_STR_NONE;
}

struct bv_str
page_decimal(struct page_facts *facts, struct bv_str value)
{
	struct bv_str out = bv_arena_str(&facts->arena, value);
	char *p = out.len ? memchr((char *)(uintptr_t)out.p, '.', out.len) : NULL;

	if (p)
		*p = facts->t->decimal;
	return out;
}

/* ---- Fields ---- */

typedef struct bv_str (*field_fn)(struct page_facts *facts, const char *path);

static struct bv_str
plain(struct page_facts *facts, const char *path)
{
	return from_json(facts, path);
}

static struct bv_str
in_vietnamese(struct page_facts *facts, const char *path)
{
	return half(from_json(facts, path), false);
}

static struct bv_str
in_english(struct page_facts *facts, const char *path)
{
	return half(from_json(facts, path), true);
}

static struct bv_str
holder(struct page_facts *facts, const char *path)
{
	const struct bv_json *name = contents_find(contents_at(facts->json, path), "identityType", BV_STR("name"));

	return bv_json_bool(bv_json_find(name, "hashed")) ? BV_STR_NONE : bv_json_str(bv_json_find(name, "identityHash"));
}

static struct bv_str
uuid(struct page_facts *facts, const char *path)
{
	struct bv_str id = from_json(facts, path);

	return bv_str_starts(id, BV_STR("urn:uuid:")) ? bv_str_sub(id, 9, id.len) : id;
}

static struct bv_str
code(struct page_facts *facts, const char *path)
{
	struct bv_str id = from_json(facts, path);
	char text[BV_CODE_SIZE];

	return id.len ? bv_arena_str(&facts->arena, bv_str_of(bv_code_write(text, id))) : BV_STR_NONE;
}

static struct bv_str
level(struct page_facts *facts, const char *end)
{
	return result_of(facts, end, "value");
}

static struct bv_str
decision(struct page_facts *facts, const char *end)
{
	return result_of(facts, end, "status");
}

static struct bv_str
rating(struct page_facts *facts, const char *end)
{
	return page_decimal(facts, result_of(facts, end, "value"));
}

static struct bv_str
address(struct page_facts *facts, const char *path)
{
	(void)path;
	return facts->t->address;
}

static struct bv_str
template_name(struct page_facts *facts, const char *path)
{
	(void)path;
	return facts->t->identifier;
}

static struct bv_str
template_version(struct page_facts *facts, const char *path)
{
	(void)path;
	return facts->t->version;
}

static struct bv_str
hash(struct page_facts *facts, const char *path)
{
	(void)path;
	return (struct bv_str){ facts->hash, 16 };
}

static const struct {
	const char *name;
	field_fn text;
	const char *path;
} fields[] = {
	{ "holder", holder, "credentialSubject.identifier" },
	{ "licence", plain, "credentialSubject.licenseNumber" },
	{ "id", uuid, "id" },
	{ "code", code, "id" },
	{ "name.vi", in_vietnamese, "credentialSubject.achievement.name" },
	{ "name.en", in_english, "credentialSubject.achievement.name" },
	{ "issuer.vi", in_vietnamese, "issuer.name" },
	{ "issuer.en", in_english, "issuer.name" },
	{ "issuer.id", plain, "issuer.id" },
	{ "issuer.url", plain, "issuer.url" },
	{ "description", plain, "credentialSubject.achievement.description" },
	{ "criteria", plain, "credentialSubject.achievement.criteria.narrative" },
	{ "level", level, RESULT_LEVEL },
	{ "decision", decision, RESULT_DECISION },
	{ "ability", rating, RESULT_ABILITY },
	{ "ability.se", rating, RESULT_ABILITY_SE },
	{ "address", address, NULL },
	{ "template", template_name, NULL },
	{ "template.version", template_version, NULL },
	{ "hash", hash, NULL },
};

/* Fields with words of the template for their values, in each language. */
static const char *const worded[] = { "level", "decision" };
/* Times; each has the parts. No path: when it was signed. */
static const struct {
	const char *name, *path;
} times[] = { { "awarded", "awardedDate" }, { "valid", "validFrom" }, { "until", "validUntil" }, { "signed", NULL } };
static const char *const time_parts[] = { "day", "month", "year", "iso", "en", "date", "time" };

static size_t
field_of(struct bv_str name)
{
	size_t i = 0;

	while (i < BV_COUNT(fields) && !bv_str_is(name, fields[i].name))
		i++;
	return i;
}

/* "level.vi": the place of "level" among the worded, and which language. */
static bool
worded_of(struct bv_str name, const char **field, bool *english)
{
	for (size_t i = 0; i < BV_COUNT(worded); i++) {
		size_t len = strlen(worded[i]);
		struct bv_str lang = bv_str_sub(name, len, name.len);
		if (!bv_str_starts(name, bv_str_of(worded[i])) || (!bv_str_is(lang, ".vi") && !bv_str_is(lang, ".en")))
			continue;
		*field = worded[i];
		*english = bv_str_is(lang, ".en");
		return true;
	}
	return false;
}

static bool
time_field_of(struct bv_str name, size_t *time, size_t *part)
{
	for (*time = 0; *time < BV_COUNT(times); (*time)++) {
		size_t len = strlen(times[*time].name);
		if (!bv_str_starts(name, bv_str_of(times[*time].name)) || name.len <= len || name.p[len] != '.')
			continue;
		for (*part = 0; *part < BV_COUNT(time_parts); (*part)++)
			if (bv_str_is(bv_str_sub(name, len + 1, name.len), time_parts[*part]))
				return true;
	}
	return false;
}

bool
page_field_is(struct bv_str name)
{
	const char *field;
	bool english;
	size_t time, part;

	return field_of(name) < BV_COUNT(fields) || worded_of(name, &field, &english) || time_field_of(name, &time, &part) ||
	       (bv_str_starts(name, BV_STR("value.")) && name.len > 6);
}

static struct bv_str
word_for(struct page_facts *facts, const char *field, bool english)
{
	struct bv_str value = page_field(facts, bv_str_of(field));

	for (size_t i = 0; i < facts->t->word_count; i++) {
		const struct page_word *word = &facts->t->words[i];
		if (bv_str_is(word->field, field) && bv_str_eq(word->value, value))
			return english ? word->en : word->vi;
	}
	return value;
}

/* Decree 30/2020, annex I: days below 10 and the months 1 and 2 have a zero before them. */
static struct bv_str
time_text(struct page_facts *facts, size_t time, size_t part)
{
	static const char *const months[] = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" };
	char text[40], day[BV_TIME_SIZE];
	int64_t at_s;
	struct bv_err ignored;

	if (!times[time].path)
		at_s = facts->created_s;
	else if (bv_time_parse(&at_s, from_json(facts, times[time].path), &ignored) != BV_OK)
		return BV_STR_NONE;
	bv_time_write(day, at_s + facts->t->offset_s);
	int d = (day[8] - '0') * 10 + day[9] - '0', m = (day[5] - '0') * 10 + day[6] - '0';
	switch (part) {
	case 0:
		snprintf(text, sizeof text, "%02d", d);
		break;
	case 1:
		snprintf(text, sizeof text, m <= 2 ? "%02d" : "%d", m);
		break;
	case 2:
		snprintf(text, sizeof text, "%.4s", day);
		break;
	case 3:
		snprintf(text, sizeof text, "%.10s", day);
		break;
	case 4:
		snprintf(text, sizeof text, "%d %s %.4s", d, months[m - 1], day);
		break;
	case 5:
		snprintf(text, sizeof text, "%02d/%02d/%.4s", d, m, day);
		break;
	default:
		snprintf(text, sizeof text, "%.8s", day + 11);
	}
	return bv_arena_str(&facts->arena, bv_str_of(text));
}

struct bv_str
page_field(struct page_facts *facts, struct bv_str name)
{
	size_t i = field_of(name), time, part;
	const char *field;
	bool english;

	if (i < BV_COUNT(fields))
		return fields[i].text(facts, fields[i].path);
	if (worded_of(name, &field, &english))
		return word_for(facts, field, english);
	if (time_field_of(name, &time, &part))
		return time_text(facts, time, part);
	struct bv_str code = bv_str_sub(name, 6, name.len);
	for (i = 0; i < facts->area_count; i++)
		if (bv_str_eq(facts->areas[i].code, code))
			return page_decimal(facts, facts->areas[i].value);
	return BV_STR_NONE;
}

/* ---- Reading ---- */

/* The part of an area's description's id after "#rd-area-"; empty: it describes something else. */
static struct bv_str
code_of(struct bv_str id)
{
	struct bv_str mark = BV_STR(RESULT_AREA);

	for (size_t i = 0; i + mark.len <= id.len; i++)
		if (memcmp(id.p + i, mark.p, mark.len) == 0)
			return bv_str_sub(id, i + mark.len, id.len);
	return BV_STR_NONE;
}

static enum bv_status
read_areas(struct page_facts *facts, struct bv_err *err)
{
	const struct bv_json *results = contents_at(facts->json, "credentialSubject.result");
	const struct bv_json *descriptions = contents_at(facts->json, "credentialSubject.achievement.resultDescription");

	for (size_t i = 0; i < bv_json_count(results); i++) {
		const struct bv_json *result = bv_json_at(results, i);
		struct bv_str id = bv_json_str(bv_json_find(result, "resultDescription"));
		const struct bv_json *description = contents_find(descriptions, "id", id);
		struct bv_str code = code_of(id), name = bv_json_str(bv_json_find(description, "name"));
		if (!code.len || !description)
			continue;
		if (facts->area_count == PAGE_AREAS_MAX)
			return bv_err_set(err, BV_ELIMIT, "more than %d areas", PAGE_AREAS_MAX);
		facts->areas[facts->area_count++] = (struct page_area){
			.code = code,
			.vi = half(name, false),
			.en = half(name, true),
			.value = bv_json_str(bv_json_find(result, "value")),
			.min = bv_json_str(bv_json_find(description, "valueMin")),
			.max = bv_json_str(bv_json_find(description, "valueMax")),
			.required = bv_json_str(bv_json_find(description, "requiredValue")),
		};
	}
	return BV_OK;
}

/* When the certificate was signed; of a set of proofs, the first. */
static enum bv_status
read_created(struct page_facts *facts, struct bv_err *err)
{
	const struct bv_json *proof = bv_json_find(facts->json, "proof");

	if (bv_json_type(proof) == BV_JSON_ARRAY)
		proof = bv_json_at(proof, 0);
	struct bv_str created = bv_json_str(bv_json_find(proof, "created"));
	struct bv_err ignored;
	if (!created.len || bv_time_parse(&facts->created_s, created, &ignored) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "the certificate is not signed, or does not say when");
	return BV_OK;
}

enum bv_status
page_facts_read(struct page_facts *facts, const struct bv_page_template *t, struct bv_str json, struct bv_err *err)
{
	uint8_t digest[BV_HASH_LEN];

	*facts = (struct page_facts){ .t = t };
	if (json.len > BV_CREDENTIAL_MAX)
		return bv_err_set(err, BV_ELIMIT, "a certificate has at most %u bytes", BV_CREDENTIAL_MAX);
	TRY(bv_json_parse(&facts->json, json, err));
	if (!contents_has(bv_json_find(facts->json, "type"), "VerifiableCredential"))
		return bv_err_set(err, BV_EINVAL, "not a certificate (its 'type' does not have VerifiableCredential)");
	bv_sha256(digest, json);
	bv_hex(facts->hash, digest, sizeof digest);
	TRY(read_created(facts, err));
	return read_areas(facts, err);
}
