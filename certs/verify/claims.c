#include "certs/verify/claims.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/day.h"
#include "certs/credential.h"
#include "certs/vc/credential.h"
#include "certs/verify/contents.h"
#include "certs/verify/verify.h"

enum form { TEXT, TIME, ANY, EACH /* member or element by itself */ };

static const struct {
	const char *name;
	enum form form;
	const char *label[2];
} known[] = {
	{ "name", TEXT, { "Người được cấp", "Holder" } },
	{ "birthdate", TEXT, { "Ngày sinh", "Date of birth" } },
	{ "licence", TEXT, { "Số hiệu", "Licence number" } },
	{ "vct", TEXT, { "Mã thành tựu", "Achievement's identifier" } },
	{ "programme", TEXT, { "Mã thành tựu (rút gọn)", "Achievement's identifier, shortened" } },
	{ "level", TEXT, { "Mức đạt", "Level" } },
	{ "areas", EACH, { "Kết quả", "Result" } },
	{ "results", EACH, { "Kết quả", "Result" } },
	{ "decision", TEXT, { "Kết luận", "Decision" } },
	{ "awarded", TEXT, { "Ngày công nhận", "Awarded" } },
	{ "nbf", TIME, { "Có giá trị từ", "Valid from" } },
	{ "exp", TIME, { "Có giá trị đến", "Valid until" } },
	{ "iat", TIME, { "Thời điểm ký", "Signed at" } },
	{ "iss", TEXT, { "Mã đơn vị cấp", "Issuer's identifier" } },
	{ "status", ANY, { "Danh sách trạng thái", "Status list" } },
	{ "log", ANY, { "Sổ công khai", "Public log" } },
};

static bool
is_form(const struct bv_json *value, enum form form)
{
	enum bv_json_type type = bv_json_type(value);

	if (form == EACH)
		return type == BV_JSON_OBJECT || type == BV_JSON_ARRAY;
	return form == ANY || type == (form == TEXT ? BV_JSON_STRING : BV_JSON_INT);
}

void
claims_check(struct bv_report *r)
{
	const struct bv_json *birth = bv_json_find(r->document, "birthdate"), *awarded = bv_json_find(r->document, "awarded");
	struct bv_err err;
	int64_t time_s;
	bv_day day;

	for (size_t i = 0; i < BV_COUNT(known); i++) {
		const struct bv_json *value = bv_json_find(r->document, known[i].name);
		if (value && !is_form(value, known[i].form))
			FAIL(BV_CHECK_SHAPE, "'%s' sai kiểu", "'%s' is of the wrong kind", known[i].name);
	}
	if (birth && bv_day_parse(&day, bv_json_str(birth), &err) != BV_OK)
		FAIL(BV_CHECK_SHAPE, "'birthdate' không phải ngày", "'birthdate' is no date");
	if (awarded && bv_time_parse(&time_s, bv_json_str(awarded), &err) != BV_OK)
		FAIL(BV_CHECK_SHAPE, "'awarded' không phải ngày giờ", "'awarded' is no date and time");
}

/* ---- Results ---- */

static void
check_value(struct bv_report *r, const struct bv_json *value)
{
	int64_t n;

	if (bv_json_type(value) != BV_JSON_STRING || !bv_str_decimal(bv_json_str(value), BV_VALUE_PLACES, &n))
		FAIL(BV_CHECK_RESULTS, "'%.*s' không phải số thập phân", "'%.*s' is not a decimal", CLIP(bv_json_str(value)));
}

void
claims_results(struct bv_report *r)
{
	const struct bv_json *areas = bv_json_find(r->document, "areas"), *results = bv_json_find(r->document, "results");
	const struct bv_json *decision = bv_json_find(r->document, "decision");
	size_t before = r->finding_count, i = 1;

	for (void *it = bv_json_members(areas); it; it = bv_json_next(areas, it))
		check_value(r, bv_json_member(it));
	for (size_t e = 0; e < bv_json_count(results) && bv_json_type(results) == BV_JSON_ARRAY; e++)
		if (bv_json_type(bv_json_at(results, e)) != BV_JSON_NULL)
			check_value(r, bv_json_at(results, e));
	while (i < BV_COUNT(credential_status_words) && !bv_str_is(bv_json_str(decision), credential_status_words[i]))
		i++;
	if (decision && i == BV_COUNT(credential_status_words))
		FAIL(BV_CHECK_RESULTS, "'%.*s' không phải kết luận", "'%.*s' is no decision", CLIP(bv_json_str(decision)));
	if (r->finding_count == before)
		PASS(BV_CHECK_RESULTS, "%zu kết quả được nêu; thang điểm ở thành tựu", "%zu results are stated; their scales are with the achievement",
		     bv_json_count(areas) + bv_json_count(results));
}

/* ---- For people ---- */

static void
add(struct bv_report *r, struct bv_str path, const char *const label[2], const struct bv_json *value, enum form form)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(8 * BV_CREDENTIAL_MAX);
	char time[BV_TIME_SIZE];

	if (r->fact_count >= FACTS_MAX)
		return;
	if (form == TIME && bv_json_type(value) == BV_JSON_INT)
		bv_buf_addz(&text, bv_time_write(time, bv_json_int(value)));
	else if (bv_json_type(value) == BV_JSON_STRING)
		bv_buf_add(&text, bv_json_str(value));
	else
		bv_json_write(&text, value);
	report_fact(r, path, label, bv_buf_str(&text), 0);
}

/* "Result IU01". */
static void
add_part(struct bv_report *r, const char *name, struct bv_str part, const char *const label[2], const struct bv_json *value)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(1000), vi = BV_BUF(1000), en = BV_BUF(1000);

	part = bv_str_sub(part, 0, 100);
	bv_buf_printf(&path, "%s.%.*s", name, BV_STR_ARG(part));
	bv_buf_printf(&vi, "%s %.*s", label[BV_LANG_VI], BV_STR_ARG(part));
	bv_buf_printf(&en, "%s %.*s", label[BV_LANG_EN], BV_STR_ARG(part));
	const char *kept[2] = { [BV_LANG_VI] = bv_arena_str(&r->arena, bv_buf_str(&vi)).p, [BV_LANG_EN] = bv_arena_str(&r->arena, bv_buf_str(&en)).p };
	add(r, bv_buf_str(&path), kept, value, ANY);
}

static void
add_each(struct bv_report *r, const char *name, const char *const label[2], const struct bv_json *value)
{
	char number[32];

	if (bv_json_type(value) == BV_JSON_OBJECT)
		for (void *it = bv_json_members(value); it; it = bv_json_next(value, it))
			add_part(r, name, bv_json_member_name(it), label, bv_json_member(it));
	else
		for (size_t i = 0; i < bv_json_count(value); i++) {
			snprintf(number, sizeof number, "%zu", i + 1);
			if (bv_json_type(bv_json_at(value, i)) != BV_JSON_NULL)
				add_part(r, name, bv_str_of(number), label, bv_json_at(value, i));
		}
}

static bool
is_known(struct bv_str name)
{
	size_t i = 0;

	while (i < BV_COUNT(known) && !bv_str_is(name, known[i].name))
		i++;
	return i < BV_COUNT(known);
}

static void
list(struct bv_report *r)
{
	for (size_t i = 0; i < BV_COUNT(known); i++) {
		const struct bv_json *value = bv_json_find(r->document, known[i].name);
		if (value && known[i].form == EACH)
			add_each(r, known[i].name, known[i].label, value);
		else if (value)
			add(r, bv_str_of(known[i].name), known[i].label, value, known[i].form);
	}
	for (void *it = bv_json_members(r->document); it; it = bv_json_next(r->document, it))
		if (!is_known(bv_json_member_name(it)))
			add(r, bv_str_sub(bv_json_member_name(it), 0, 100), NULL, bv_json_member(it), ANY);
}

void
claims_facts(struct bv_report *r)
{
	r->list = list;
}
