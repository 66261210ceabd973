/* What a certificate's JSON says by itself: shape, times, results, status. */
#include "base/clock.h"
#include "certs/credential.h"
#include "certs/vc/credential.h"
#include "certs/verify/contents.h"
#include "certs/verify/results.h"
#include "certs/verify/verify.h"

bool
verify_parse(struct bv_report *r, struct bv_str bytes)
{
	struct bv_err err;

	if (bytes.len > BV_CREDENTIAL_MAX) {
		FAIL(BV_CHECK_DOCUMENT, "lớn hơn %u byte", "larger than %u bytes", BV_CREDENTIAL_MAX);
		return false;
	}
	if (bv_json_parse(&r->document, bytes, &err) != BV_OK) {
		FAIL(BV_CHECK_DOCUMENT, "không đọc được JSON, dòng %d: %s", "no readable JSON, line %d: %s", err.line, err.msg);
		return false;
	}
	if (bv_json_type(r->document) != BV_JSON_OBJECT) {
		FAIL(BV_CHECK_DOCUMENT, "không phải đối tượng JSON", "not a JSON object");
		return false;
	}
	PASS(BV_CHECK_DOCUMENT, "JSON đọc được, %zu byte", "readable JSON of %zu bytes", bytes.len);
	return true;
}

static void
check_contexts(struct bv_report *r)
{
	const struct bv_json *contexts = bv_json_find(r->document, "@context");
	struct bv_str ob = bv_json_str(bv_json_at(contexts, 1));

	if (bv_json_type(contexts) != BV_JSON_ARRAY || !bv_str_is(bv_json_str(bv_json_at(contexts, 0)), CONTEXT_VC))
		FAIL(BV_CHECK_SHAPE, "VCDM §4.3: @context phải bắt đầu bằng %s", "VCDM §4.3: @context must begin with %s", CONTEXT_VC);
	else if (!bv_str_starts(ob, BV_STR("https://purl.imsglobal.org/spec/ob/v3p0/context")) || !bv_str_ends(ob, BV_STR(".json")))
		FAIL(BV_CHECK_SHAPE, "OB §B.1.2: @context thứ hai phải là ngữ cảnh Open Badges 3.0", "OB §B.1.2: the second @context must be that of Open Badges 3.0");
}

static void
need(struct bv_report *r, const char *path, enum bv_json_type type)
{
	const struct bv_json *value = contents_at(r->document, path);

	if (!value)
		FAIL(BV_CHECK_SHAPE, "thiếu '%s'", "'%s' is missing", path);
	else if (bv_json_type(value) != type)
		FAIL(BV_CHECK_SHAPE, "'%s' sai kiểu", "'%s' is of the wrong kind", path);
	else if (type == BV_JSON_STRING && !bv_json_str(value).len)
		FAIL(BV_CHECK_SHAPE, "'%s' rỗng", "'%s' is empty", path);
}

static void
need_type(struct bv_report *r, const char *path, const char *word, const char *or)
{
	const struct bv_json *type = contents_at(r->document, path);

	if (!contents_has(type, word) && !(or && contents_has(type, or)))
		FAIL(BV_CHECK_SHAPE, "'%s' không có '%s'", "'%s' lacks '%s'", path, word);
}

static void
check_shape(struct bv_report *r)
{
	size_t before = r->finding_count;
	const struct bv_json *d = r->document;

	check_contexts(r);
	need_type(r, "type", "VerifiableCredential", NULL);
	need_type(r, "type", "OpenBadgeCredential", "AchievementCredential");
	need(r, "id", BV_JSON_STRING);
	if (bv_json_type(bv_json_find(d, "issuer")) != BV_JSON_STRING) {
		need(r, "issuer", BV_JSON_OBJECT);
		need(r, "issuer.id", BV_JSON_STRING);
		need_type(r, "issuer.type", "Profile", NULL);
	}
	need(r, "validFrom", BV_JSON_STRING);
	need(r, "credentialSubject", BV_JSON_OBJECT);
	need_type(r, "credentialSubject.type", "AchievementSubject", NULL);
	if (!contents_at(d, "credentialSubject.id") && !bv_json_count(contents_at(d, "credentialSubject.identifier")))
		FAIL(BV_CHECK_SHAPE, "OB §B.1.3: chứng chỉ không nêu người được cấp", "OB §B.1.3: the certificate names no holder");
	need(r, "credentialSubject.achievement", BV_JSON_OBJECT);
	need_type(r, "credentialSubject.achievement.type", "Achievement", NULL);
	need(r, "credentialSubject.achievement.id", BV_JSON_STRING);
	need(r, "credentialSubject.achievement.name", BV_JSON_STRING);
	need(r, "credentialSubject.achievement.description", BV_JSON_STRING);
	need(r, "credentialSubject.achievement.criteria", BV_JSON_OBJECT);
	if (r->finding_count == before)
		PASS(BV_CHECK_SHAPE, "Open Badges 3.0 / VC 2.0", "Open Badges 3.0 / VC 2.0");
}

/* ---- Times ---- */

/* False if it is absent or, having said so, no date. */
static bool
read_time(struct bv_report *r, const char *name, int64_t *time_s)
{
	const struct bv_json *value = bv_json_find(r->document, name);
	struct bv_err err;

	if (!value)
		return false;
	if (bv_json_type(value) == BV_JSON_STRING && bv_time_parse(time_s, bv_json_str(value), &err) == BV_OK)
		return true;
	FAIL(BV_CHECK_TIME, "'%s' không phải ngày giờ RFC 3339", "'%s' is no date and time of RFC 3339", name);
	return false;
}

static void
check_times(struct bv_report *r, int64_t at_s)
{
	struct verify_times times = { 0 };

	times.has_from = read_time(r, "validFrom", &times.from_s);
	times.has_until = read_time(r, "validUntil", &times.until_s);
	times.has_awarded = read_time(r, "awardedDate", &times.awarded_s);
	verify_times(r, &times, at_s);
}

/* ---- Status ---- */

/* One entry of credentialStatus; false, having said so, if it is none that can be looked up. */
static bool
read_status(struct bv_report *r, struct verify_status_entry *entry, const struct bv_json *json)
{
	const struct bv_json *type = bv_json_find(json, "type");
	struct bv_str idx = bv_json_str(bv_json_find(json, "statusListIndex"));
	const struct bv_json *size = bv_json_find(json, "statusSize");
	int64_t n;

	if (!type) {
		FAIL(BV_CHECK_STATUS, "VCDM §4.10: 'credentialStatus' không có 'type'", "VCDM §4.10: 'credentialStatus' has no 'type'");
		return false;
	}
	if (!contents_has(type, "BitstringStatusListEntry") || (size && bv_json_int(size) != 1)) {
		report_find(r, BV_CHECK_STATUS, BV_CHECK_UNCHECKED, "chương trình này không tra được loại trạng thái '%.*s'",
		            "this program cannot look up a status of the type '%.*s'", CLIP(bv_json_str(type)));
		return false;
	}
	entry->list = bv_json_str(bv_json_find(json, "statusListCredential"));
	entry->purpose = bv_json_str(bv_json_find(json, "statusPurpose"));
	if (!entry->list.len || !entry->purpose.len || !idx.len || idx.p[0] < '0' || idx.p[0] > '9' || !bv_str_int(idx, &n)) {
		FAIL(BV_CHECK_STATUS, "'credentialStatus' thiếu statusListCredential, statusPurpose hoặc statusListIndex",
		     "'credentialStatus' lacks statusListCredential, statusPurpose or statusListIndex");
		return false;
	}
	entry->idx = (uint64_t)n;
	return true;
}

static void
check_status(struct bv_report *r, const struct bv_verify_options *options)
{
	const struct bv_json *status = bv_json_find(r->document, "credentialStatus");
	bool list = bv_json_type(status) == BV_JSON_ARRAY;
	size_t count = list ? bv_json_count(status) : status != NULL;
	struct verify_status_entry entries[VERIFY_STATUS_MAX] = { 0 };

	if (count > VERIFY_STATUS_MAX) {
		FAIL(BV_CHECK_STATUS, "có %zu mục trạng thái: nhiều nhất %d", "there are %zu status entries: %d at most", count, VERIFY_STATUS_MAX);
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (!read_status(r, &entries[i], list ? bv_json_at(status, i) : status))
			return;
	verify_status(r, entries, count, options);
}

void
verify_body(struct bv_report *r, const struct bv_verify_options *options)
{
	check_shape(r);
	check_times(r, options->at_s);
	results_check(r);
	check_status(r, options);
}
