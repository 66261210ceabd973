#include "base/clock.h"
#include "certs/status.h"
#include "certs/verify/verify.h"

#define UNCHECKED(vi, ...) report_find(r, BV_CHECK_STATUS, BV_CHECK_UNCHECKED, vi, __VA_ARGS__)

/* The address of the shard, of which the list says one thing: what stands before "/revocation", "/suspension" or "/token". */
static bool
base_of(struct bv_str *base, struct bv_str list)
{
	for (int kind = 0; kind < BV_STATUS_KINDS; kind++) {
		struct bv_str word = bv_str_of(bv_status_kind_name((enum bv_status_kind)kind));
		if (list.len > word.len + 1 && bv_str_ends(list, word) && list.p[list.len - word.len - 1] == '/') {
			*base = bv_str_sub(list, 0, list.len - word.len - 1);
			return true;
		}
	}
	return false;
}

/* By verify_issuer, or as the certificate says. */
static struct bv_str
issuer_of(const struct bv_report *r)
{
	const struct bv_json *issuer = bv_json_find(r->document, "issuer");

	if (r->issuer.len)
		return r->issuer;
	return bv_json_type(issuer) == BV_JSON_OBJECT ? bv_json_str(bv_json_find(issuer, "id")) : bv_json_str(issuer);
}

static void
tell_unknown(struct bv_report *r, const struct bv_standing_reason *why, struct bv_str list)
{
	switch (why->fault) {
	case BV_LISTS_UNSIGNED:
		UNCHECKED("danh sách '%.*s' không do đơn vị cấp ký, hoặc đã bị thay đổi: có bị thu hồi hay không thì không rõ",
		          "the list '%.*s' is not signed by the issuer, or was changed: whether it was revoked is not known", CLIP(list));
		break;
	case BV_LISTS_OLD:
		UNCHECKED("danh sách '%.*s' đã quá hạn, hãy tải bản mới: có bị thu hồi hay không thì không rõ",
		          "the list '%.*s' is out of date, fetch a newer one: whether it was revoked is not known", CLIP(list));
		break;
	case BV_LISTS_SHORT:
		UNCHECKED("danh sách '%.*s' không có mục của chứng chỉ này", "the list '%.*s' has no entry of this certificate", CLIP(list));
		break;
	default:
		UNCHECKED("chưa có danh sách '%.*s' để tra: có thể đã bị thu hồi hay tạm dừng, không rõ",
		          "the list '%.*s' was not given to look in: whether it was revoked or suspended is not known", CLIP(list));
	}
}

static void
look(struct bv_report *r, const struct verify_status_entry *entry, struct bv_str base, const struct bv_verify_options *options)
{
	struct bv_standing_reason why;
	char from[BV_TIME_SIZE];
	enum bv_standing standing = bv_status_lists_find(&why, options->status, issuer_of(r), base, entry->idx, options->at_s);

	bv_time_write(from, why.from_s);
	if (standing == BV_STANDING_REVOKED)
		FAIL(BV_CHECK_STATUS, "đã bị THU HỒI (danh sách ngày %s)", "REVOKED (list of %s)", from);
	else if (standing == BV_STANDING_SUSPENDED)
		FAIL(BV_CHECK_STATUS, "đang bị TẠM ĐÌNH CHỈ (danh sách ngày %s)", "SUSPENDED (list of %s)", from);
	else if (standing == BV_STANDING_VALID)
		PASS(BV_CHECK_STATUS, "không bị thu hồi, không bị đình chỉ (danh sách ngày %s)", "neither revoked nor suspended (list of %s)", from);
	else
		tell_unknown(r, &why, entry->list);
}

void
verify_status(struct bv_report *r, const struct verify_status_entry *entries, size_t count, const struct bv_verify_options *options)
{
	struct bv_str bases[VERIFY_STATUS_MAX];
	const struct bv_standing_reason absent = { .fault = BV_LISTS_ABSENT };

	if (!count)
		PASS(BV_CHECK_STATUS, "chứng chỉ không nêu danh sách trạng thái nào", "the certificate names no status list");
	for (size_t i = 0; i < count; i++) {
		bool again = false;
		if (!options->status || !base_of(&bases[i], entries[i].list)) {
			bases[i] = BV_STR_NONE;
			tell_unknown(r, &absent, entries[i].list);
			continue;
		}
		for (size_t j = 0; j < i; j++) /* one answer for both purposes */
			again = again || (entries[j].idx == entries[i].idx && bv_str_eq(bases[j], bases[i]));
		if (!again)
			look(r, &entries[i], bases[i], options);
	}
}
