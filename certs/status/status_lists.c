/* Is a status list to be believed, and what do many of them say of one certificate? */
#include <stdlib.h>

#include "base/file.h"
#include "certs/status/status.h"
#include "certs/verify/trust.h"

enum { LISTS_MAX = 100000 };

/* ---- One list ---- */

static enum bv_status
check_key(const struct bv_status_list *list, const struct trust_key *key, struct bv_err *err)
{
	const struct public_key *public = &key->public;

	if (!key->usable || public->of.kind != list->key.kind)
		return bv_err_set(err, BV_EDENIED, "%.*s: the key of the status list is not of the kind that it is signed by", BV_STR_ARG(key->source));
	if (!bv_str_eq(key->did, list->issuer))
		return bv_err_set(err, BV_EDENIED, "the status list is signed by a key of another issuer, '%.*s'", BV_STR_ARG(bv_str_sub(key->did, 0, 80)));
	if (!key->asserts || key->revoked_s <= list->signed_s || key->expires_s <= list->signed_s)
		return bv_err_set(err, BV_EDENIED, "%.*s: the key of the status list was withdrawn or had expired when it was signed", BV_STR_ARG(key->source));
	if (list->is_cose && cose_check(&list->cose, public, err) != BV_OK)
		return bv_err_again(err, 0, "the status list: %s", err->msg);
	if ((!list->is_cose && !public_check(public, list->message, list->signature)) ||
	    (list->quads.len && !public_check(public, list->quads, list->quads_signature)))
		return bv_err_set(err, BV_EDENIED, "the signature of the status list does not match its contents: it was changed");
	return BV_OK;
}

static enum bv_status
check_signed(const struct bv_status_list *list, const struct bv_trust *trust, struct bv_err *err)
{
	const struct trust_key *key = trust ? trust_find(trust, list->method) : NULL;

	if (!list->issuer.len)
		return bv_err_set(err, BV_EDENIED, "the status list names no issuer");
	if (!key)
		return bv_err_set(err, BV_EDENIED, "the key of the status list, '%.*s', is not in the trust folder", BV_STR_ARG(bv_str_sub(list->method, 0, 120)));
	return check_key(list, key, err);
}

enum bv_status
bv_status_check(const struct bv_status_list *list, const struct bv_trust *trust, int64_t at_s, struct bv_err *err)
{
	TRY(check_signed(list, trust, err));
	if (at_s < list->from_s)
		return bv_err_set(err, BV_EDENIED, "the status list is not in force yet");
	if (at_s >= list->until_s)
		return bv_err_set(err, BV_EDENIED, "the status list is out of date: fetch a newer one");
	return BV_OK;
}

/* ---- Many ---- */

struct bv_status_lists {
	const struct bv_trust *trust;
	struct bv_status_list **lists;
	struct bv_err *faults; /* of each: BV_OK, or why its signature does not count */
	size_t count;
};

struct bv_status_lists *
bv_status_lists_new(const struct bv_trust *trust)
{
	struct bv_status_lists *lists = bv_alloc(sizeof *lists);

	lists->trust = trust;
	return lists;
}

void
bv_status_lists_free(struct bv_status_lists *lists)
{
	if (!lists)
		return;
	for (size_t i = 0; i < lists->count; i++)
		bv_status_free(lists->lists[i]);
	free(lists->lists);
	free(lists->faults);
	free(lists);
}

enum bv_status
bv_status_lists_add(struct bv_status_lists *lists, struct bv_str name, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_status_free) struct bv_status_list *list = NULL;
	size_t n = lists->count;

	if (n == LISTS_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d status lists", LISTS_MAX);
	if (bv_status_parse(&list, text, err) != BV_OK)
		return bv_err_again(err, err->line, "%.*s: %s", BV_STR_ARG(name), err->msg);
	if ((n & (n - 1)) == 0) { /* room for the next power of two */
		lists->lists = bv_resize_array(lists->lists, n ? 2 * n : 1, sizeof lists->lists[0]);
		lists->faults = bv_resize_array(lists->faults, n ? 2 * n : 1, sizeof lists->faults[0]);
	}
	lists->faults[n] = (struct bv_err){ .status = BV_OK };
	lists->faults[n].status = check_signed(list, lists->trust, &lists->faults[n]);
	lists->lists[lists->count++] = bv_steal(&list);
	return BV_OK;
}

static enum bv_status
add_file(void *ctx, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_STATUS_LIST_MAX);
	struct bv_str name = bv_str_of(path);

	if (!bv_str_ends(name, BV_STR(".json")) && !bv_str_ends(name, BV_STR(".jwt")) && !bv_str_ends(name, BV_STR(".cwt")))
		return BV_OK;
	TRY(bv_file_read(&text, path, err));
	return bv_status_lists_add(ctx, name, bv_buf_str(&text), err);
}

enum bv_status
bv_status_lists_load(struct bv_status_lists **out, const char *folder, const struct bv_trust *trust, struct bv_err *err)
{
	BV_AUTO(bv_status_lists_free) struct bv_status_lists *lists = bv_status_lists_new(trust);

	TRY(bv_dir_walk(folder, add_file, lists, err));
	*out = bv_steal(&lists);
	return BV_OK;
}

/* ---- What they say ---- */

struct search {
	struct bv_str issuer, base;
	uint64_t idx;
	int64_t at_s;
	struct bv_standing_reason *why;
};

static bool
is_of(const struct bv_status_list *list, const struct search *s, enum bv_status_kind kind)
{
	struct bv_str word = bv_str_of(bv_status_kind_name(kind));
	size_t len = s->base.len;

	return list->kind == kind && list->uri.len == len + 1 + word.len && bv_str_eq(bv_str_sub(list->uri, 0, len), s->base) && list->uri.p[len] == '/' &&
	       bv_str_eq(bv_str_sub(list->uri, len + 1, word.len), word);
}

static void
blame(struct bv_standing_reason *why, enum bv_standing_fault fault, const char *vi, const char *en)
{
	why->fault = fault;
	why->vi = vi;
	why->en = en;
}

/* The newest of that kind that had begun; NULL: there is none that counts, and why says so. */
static const struct bv_status_list *
newest(const struct bv_status_lists *lists, const struct search *s, enum bv_status_kind kind)
{
	const struct bv_status_list *found = NULL;

	for (size_t i = 0; i < lists->count; i++) {
		const struct bv_status_list *list = lists->lists[i];
		if (!is_of(list, s, kind) || list->from_s > s->at_s || (found && list->from_s < found->from_s))
			continue;
		if (lists->faults[i].status != BV_OK || !bv_str_eq(list->issuer, s->issuer)) { /* anybody can put one there: an older good one counts */
			blame(s->why, BV_LISTS_UNSIGNED, "danh sách trạng thái không do đơn vị cấp ký, hoặc đã bị thay đổi", "the status list is not signed by the issuer, or was changed");
			s->why->err = lists->faults[i];
			continue;
		}
		found = list;
	}
	if (found && s->at_s >= found->until_s) {
		blame(s->why, BV_LISTS_OLD, "danh sách trạng thái đã quá hạn: hãy tải bản mới", "the status list is out of date: fetch a newer one");
		return NULL;
	}
	if (found && s->idx >= bv_status_count(found)) {
		blame(s->why, BV_LISTS_SHORT, "danh sách trạng thái không có mục này", "the status list has no such entry");
		return NULL;
	}
	return found;
}

static enum bv_standing
meaning(const struct bv_status_list *list, int value)
{
	if (value == 0)
		return BV_STANDING_VALID;
	if (list->kind == BV_STATUS_SUSPENSION || (list->kind == BV_STATUS_TOKEN && value == 2))
		return BV_STANDING_SUSPENDED;
	/* TSL §7.1: other values are of the issuer's own, none of ours. */
	return value == 1 ? BV_STANDING_REVOKED : BV_STANDING_UNKNOWN;
}

enum bv_standing
bv_status_lists_find(struct bv_standing_reason *why, const struct bv_status_lists *lists, struct bv_str issuer, struct bv_str base, uint64_t idx, int64_t at_s)
{
	const struct search s = { issuer, base, idx, at_s, why };
	enum bv_standing said[BV_STATUS_KINDS] = { BV_STANDING_UNKNOWN }, worst = BV_STANDING_UNKNOWN;
	int64_t from_s = INT64_MAX;

	*why = (struct bv_standing_reason){ .fault = BV_LISTS_ABSENT, .vi = "không có danh sách trạng thái của chứng chỉ này cho thời điểm đó",
		                            .en = "there is no status list of this certificate for that time" };
	for (int kind = 0; kind < BV_STATUS_KINDS; kind++) {
		const struct bv_status_list *list = newest(lists, &s, (enum bv_status_kind)kind);
		if (!list)
			continue;
		said[kind] = meaning(list, bv_status_value(list, idx));
		if (said[kind] == BV_STANDING_REVOKED || (said[kind] == BV_STANDING_SUSPENDED && worst != BV_STANDING_REVOKED)) {
			worst = said[kind];
			why->from_s = list->from_s;
		}
		from_s = list->from_s < from_s ? list->from_s : from_s;
	}
	if (worst != BV_STANDING_UNKNOWN) {
		bool revoked = worst == BV_STANDING_REVOKED;
		blame(why, BV_LISTS_SAY_SO, revoked ? "đã bị thu hồi" : "đang bị tạm đình chỉ", revoked ? "revoked" : "suspended");
		return worst;
	}
	if (said[BV_STATUS_TOKEN] != BV_STANDING_VALID && !(said[BV_STATUS_REVOCATION] == BV_STANDING_VALID && said[BV_STATUS_SUSPENSION] == BV_STANDING_VALID))
		return BV_STANDING_UNKNOWN;
	why->from_s = from_s;
	blame(why, BV_LISTS_SAY_SO, "không bị thu hồi, không bị đình chỉ", "neither revoked nor suspended");
	return BV_STANDING_VALID;
}
