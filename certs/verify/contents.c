/* Every fact that a certificate states, in an order for people: the known members first and by name, then whatever else is in it. */
#include "certs/verify/contents.h"

#include <stdio.h>
#include <stdlib.h>

#include "certs/credential.h"
#include "certs/verify/report.h"

enum { NAME_SHOWN = 100 };

static const struct {
	const char *path; /* "[]" stands for any index, and for none */
	const char *label[2];
	int beside; /* stays beside the one so many rows before it, where there are several of both */
} known[] = {
	{ "credentialSubject.identifier[].identityHash", { "Người được cấp", "Holder" } },
	{ "credentialSubject.licenseNumber", { "Số hiệu", "Licence number" } },
	{ "name", { "Chứng chỉ", "Certificate" } },
	{ "credentialSubject.achievement.name", { "Tên thành tựu", "Achievement" } },
	{ "credentialSubject.result", { "Kết quả", "Result" } },
	{ "awardedDate", { "Ngày công nhận", "Awarded" } },
	{ "validFrom", { "Có giá trị từ", "Valid from" } },
	{ "validUntil", { "Có giá trị đến", "Valid until" } },
	{ "issuer", { "Mã đơn vị cấp", "Issuer's identifier" } },
	{ "issuer.name", { "Đơn vị cấp", "Issuer" } },
	{ "issuer.id", { "Mã đơn vị cấp", "Issuer's identifier" } },
	{ "issuer.url", { "Trang của đơn vị cấp", "Issuer's page" } },
	{ "credentialSubject.achievement.description", { "Mô tả", "Description" } },
	{ "credentialSubject.achievement.criteria.narrative", { "Tiêu chí", "Criteria" } },
	{ "credentialSubject.achievement.criteria.id", { "Trang tiêu chí", "Criteria's page" } },
	{ "credentialSubject.achievement.achievementType", { "Loại", "Kind" } },
	{ "credentialSubject.achievement.version", { "Phiên bản", "Version" } },
	{ "credentialSubject.achievement.inLanguage", { "Ngôn ngữ", "Language" } },
	{ "evidence[].name", { "Minh chứng", "Evidence" } },
	{ "evidence[].id", { "Mã băm minh chứng", "Evidence's hash" }, 1 },
	{ "id", { "Mã chứng chỉ", "Certificate's identifier" } },
	{ "credentialSubject.id", { "Mã người được cấp", "Holder's identifier" } },
	{ "credentialSubject.achievement.id", { "Mã thành tựu", "Achievement's identifier" } },
	{ "credentialSubject.identifier[].identityType", { "Định danh bằng", "Holder identified by" } },
	{ "credentialSubject.identifier[].hashed", { "Định danh đã băm", "Holder's identification is hashed" } },
	{ "credentialSubject.identifier[].salt", { "Muối của mã băm", "Salt of the hash" } },
	{ "credentialStatus[].statusPurpose", { "Trạng thái tra được", "Status to look up" } },
	{ "credentialStatus[].statusListCredential", { "Danh sách trạng thái", "Status list" }, 1 },
	{ "credentialStatus[].statusListIndex", { "Vị trí trong danh sách", "Place in the list" }, 2 },
	{ "proof[].created", { "Thời điểm ký", "Signed at" } },
	{ "proof[].verificationMethod", { "Khóa ký", "Signing key" }, 1 },
	{ "proof[].cryptosuite", { "Bộ mật mã", "Cryptosuite" }, 2 },
	{ "proof[].proofPurpose", { "Mục đích ký", "Purpose of the proof" }, 3 },
	{ "proof[].proofValue", { "Chữ ký", "Signature" }, 4 },
};

const struct bv_json *
contents_at(const struct bv_json *object, const char *path)
{
	char name[64];

	while (object && *path) {
		size_t len = strcspn(path, ".");
		if (len >= sizeof name)
			return NULL;
		memcpy(name, path, len);
		name[len] = '\0';
		object = bv_json_find(object, name);
		path += len + (path[len] == '.');
	}
	return object;
}

bool
contents_has(const struct bv_json *type, const char *word)
{
	bool found = bv_str_is(bv_json_str(type), word);

	for (size_t i = 0; i < bv_json_count(type) && !found; i++)
		found = bv_str_is(bv_json_str(bv_json_at(type, i)), word);
	return found;
}

const struct bv_json *
contents_find(const struct bv_json *array, const char *member, struct bv_str value)
{
	for (size_t i = 0; i < bv_json_count(array); i++) {
		const struct bv_json *found = bv_json_find(bv_json_at(array, i), member);
		if (bv_json_type(found) == BV_JSON_STRING && bv_str_eq(bv_json_str(found), value))
			return bv_json_at(array, i);
	}
	return NULL;
}

/* ---- The list of facts ---- */

static bool
matches(struct bv_str path, const char *pattern)
{
	size_t i = 0;

	for (; *pattern; pattern++) {
		if (*pattern == '[' && (i >= path.len || path.p[i] != '[')) {
			pattern++;
			continue;
		}
		if (i >= path.len || path.p[i++] != *pattern)
			return false;
		while (*pattern == '[' && i < path.len && path.p[i] != ']')
			i++;
	}
	return i == path.len;
}

static int
rank_of(struct bv_str path)
{
	int rank = 0;

	while (rank < (int)BV_COUNT(known) && !matches(path, known[rank].path))
		rank++;
	return rank;
}

static void
add(struct bv_report *report, const struct bv_buf *path, struct bv_str value)
{
	static const char *const hashed[2] = { "Người được cấp (mã băm)", "Holder (hash)" };
	int rank = rank_of(bv_buf_str(path));

	if (rank == 0 && bv_str_starts(value, BV_STR("sha256$"))) /* OB IdentityHash */
		report_fact(report, bv_buf_str(path), hashed, value, rank);
	else if (rank < (int)BV_COUNT(known))
		report_fact(report, bv_buf_str(path), known[rank].label, value, rank - known[rank].beside);
	else
		report_fact(report, bv_buf_str(path), NULL, value, rank);
}

static bool
all_strings(const struct bv_json *array)
{
	size_t count = bv_json_count(array), strings = 0;

	while (strings < count && bv_json_type(bv_json_at(array, strings)) == BV_JSON_STRING)
		strings++;
	return strings == count;
}

static void
join(struct bv_buf *out, const struct bv_json *array)
{
	for (size_t i = 0; i < bv_json_count(array); i++) {
		bv_buf_addz(out, i ? ", " : "");
		bv_buf_add(out, bv_json_str(bv_json_at(array, i)));
	}
}

static void walk(struct bv_report *report, const struct bv_json *json, struct bv_buf *path);

static void
walk_member(struct bv_report *report, struct bv_str name, const struct bv_json *json, struct bv_buf *path)
{
	size_t len = path->len;

	if (len)
		bv_buf_addc(path, '.');
	bv_buf_add(path, bv_str_sub(name, 0, NAME_SHOWN)); /* a certificate of long names would make a far longer list */
	walk(report, json, path);
	path->len = len;
}

/* Members of a result or of its description that the result's own line does not show. */
static void
walk_rest(struct bv_report *report, const struct bv_json *object, const char *const *shown, struct bv_buf *path)
{
	for (void *it = bv_json_members(object); it; it = bv_json_next(object, it)) {
		const char *const *s = shown;
		while (*s && !bv_str_is(bv_json_member_name(it), *s))
			s++;
		if (!*s)
			walk_member(report, bv_json_member_name(it), bv_json_member(it), path);
	}
}

/* "8.50 (0 – 10; cần / needs 4)" */
static void
result_line(struct bv_buf *out, const struct bv_json *result, const struct bv_json *description)
{
	struct bv_str min = bv_json_str(bv_json_find(description, "valueMin")), max = bv_json_str(bv_json_find(description, "valueMax"));
	struct bv_str required = bv_json_str(bv_json_find(description, "requiredValue"));
	const struct bv_json *allowed = bv_json_find(description, "allowedValue");
	const char *between = " (";

	bv_buf_printf(out, "%.*s%.*s", BV_STR_ARG(bv_json_str(bv_json_find(result, "value"))),
	              BV_STR_ARG(bv_json_str(bv_json_find(result, "status"))));
	if (min.len || max.len) {
		bv_buf_printf(out, max.len ? " (%.*s … %.*s" : " (≥ %.*s%.*s", BV_STR_ARG(min), BV_STR_ARG(max));
		between = "; ";
	}
	if (bv_json_count(allowed)) {
		bv_buf_addz(out, between);
		join(out, allowed);
		between = "; ";
	}
	if (required.len) {
		bv_buf_printf(out, "%s≥ %.*s", between, BV_STR_ARG(required));
		between = "; ";
	}
	if (between[0] == ';')
		bv_buf_addc(out, ')');
}

static void
walk_result(struct bv_report *report, const struct bv_json *result, struct bv_buf *path)
{
	static const char *const shown[] = { "resultDescription", "value", "status", "type", NULL };
	const struct bv_json *list = contents_at(report->document, "credentialSubject.achievement.resultDescription");
	struct bv_str id = bv_json_str(bv_json_find(result, "resultDescription"));
	const struct bv_json *description = contents_find(list, "id", id);
	BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(BV_CREDENTIAL_MAX * 2), name = BV_BUF(BV_CREDENTIAL_MAX);

	result_line(&line, result, description);
	bv_buf_add(&name, bv_json_str(bv_json_find(description, "name")));
	if (!description || bv_json_type(bv_json_find(description, "name")) != BV_JSON_STRING)
		bv_buf_add(&name, id);
	const char *const label[2] = { name.p ? name.p : "", name.p ? name.p : "" };
	struct bv_str kept = bv_arena_str(&report->arena, bv_str_of(label[0]));
	report_fact(report, bv_buf_str(path), (const char *const[2]){ kept.p, kept.p }, bv_buf_str(&line),
	            rank_of(BV_STR("credentialSubject.result")));
	walk_rest(report, result, shown, path);
}

static void
walk_description(struct bv_report *report, const struct bv_json *description, struct bv_buf *path)
{
	static const char *const shown[] = { "id", "type", "name", "resultType", "valueMin", "valueMax", "requiredValue", "allowedValue", NULL };
	const struct bv_json *results = contents_at(report->document, "credentialSubject.result");

	if (bv_json_type(description) == BV_JSON_OBJECT && contents_find(results, "resultDescription", bv_json_str(bv_json_find(description, "id"))))
		walk_rest(report, description, shown, path);
	else
		walk(report, description, path);
}

static void
walk_array(struct bv_report *report, const struct bv_json *array, struct bv_buf *path)
{
	size_t len = path->len;
	bool few = bv_json_count(array) <= RESULTS_MAX;
	bool results = few && bv_str_is(bv_buf_str(path), "credentialSubject.result");
	bool descriptions = few && bv_str_is(bv_buf_str(path), "credentialSubject.achievement.resultDescription");

	for (size_t i = 0; i < bv_json_count(array); i++) {
		const struct bv_json *element = bv_json_at(array, i);
		bv_buf_printf(path, "[%zu]", i);
		if (results && bv_json_type(element) == BV_JSON_OBJECT)
			walk_result(report, element, path);
		else if (descriptions)
			walk_description(report, element, path);
		else
			walk(report, element, path);
		path->len = len;
	}
}

static void
walk(struct bv_report *report, const struct bv_json *json, struct bv_buf *path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(8 * BV_CREDENTIAL_MAX);

	if (report->fact_count >= FACTS_MAX)
		return;
	switch (bv_json_type(json)) {
	case BV_JSON_OBJECT:
		for (void *it = bv_json_members(json); it; it = bv_json_next(json, it))
			walk_member(report, bv_json_member_name(it), bv_json_member(it), path);
		break;
	case BV_JSON_ARRAY:
		if (!all_strings(json)) {
			walk_array(report, json, path);
			break;
		}
		join(&text, json);
		add(report, path, bv_buf_str(&text));
		break;
	case BV_JSON_STRING:
		add(report, path, bv_json_str(json));
		break;
	default:
		bv_json_write(&text, json);
		add(report, path, bv_buf_str(&text));
	}
}

static int
by_rank(const void *a, const void *b)
{
	const struct fact *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void
list_facts(struct bv_report *report)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(BV_CREDENTIAL_MAX);

	walk(report, report->document, &path);
	if (report->fact_count)
		qsort(report->facts, report->fact_count, sizeof *report->facts, by_rank);
}

/* As many as the list would have at most; no more are counted than decide. */
static size_t
count_values(const struct bv_json *json, size_t count)
{
	enum bv_json_type type = bv_json_type(json);

	if (type == BV_JSON_OBJECT)
		for (void *it = bv_json_members(json); it && count <= FACTS_MAX; it = bv_json_next(json, it))
			count = count_values(bv_json_member(it), count);
	else if (type == BV_JSON_ARRAY && !all_strings(json))
		for (size_t i = 0; i < bv_json_count(json) && count <= FACTS_MAX; i++)
			count = count_values(bv_json_at(json, i), count);
	else
		count++;
	return count;
}

void
report_facts(struct bv_report *report, size_t size)
{
	report->list = list_facts;
	/* A value and what parts it from the next take two bytes at least. */
	if (size > 2 * FACTS_MAX && count_values(report->document, 0) > FACTS_MAX)
		report_find(report, BV_CHECK_SHAPE, BV_CHECK_FAILED, "nhiều hơn %d thông tin: không liệt kê hết", "more than %d facts: not all are listed", FACTS_MAX);
}
