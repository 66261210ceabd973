#include "base/clock.h"
#include "certs/verify/verify.h"

bool
verify_issuer(struct bv_report *r, const struct verify_key *k)
{
	size_t hash = bv_str_find(k->method, '#');

	if (!k->issuer.len) {
		FAIL(BV_CHECK_ISSUER, "chứng chỉ không nêu đơn vị cấp", "the certificate names no issuer");
		return false;
	}
	if (hash == k->method.len || !bv_str_eq(bv_str_sub(k->method, 0, hash), k->issuer)) {
		FAIL(BV_CHECK_ISSUER, "khóa '%.*s' không thuộc đơn vị cấp '%.*s'", "the key '%.*s' does not belong to the issuer '%.*s'", CLIP(k->method),
		     CLIP(k->issuer));
		return false;
	}
	r->issuer = bv_arena_str(&r->arena, k->issuer);
	PASS(BV_CHECK_ISSUER, "%.*s", "%.*s", CLIP(k->issuer));
	return true;
}

void
verify_note_removed(struct bv_report *r, const struct trust_key *key)
{
	if (r->removed_s && r->removed_s <= key->revoked_s)
		return;
	r->removed_s = key->revoked_s;
	r->removed_by = bv_arena_str(&r->arena, key->source);
}

void
verify_removed(struct bv_report *r, int64_t logged_s)
{
	char since[BV_TIME_SIZE], logged[BV_TIME_SIZE];
	int64_t removed_s = r->removed_s;

	r->removed_s = 0;
	if (!removed_s)
		return;
	if (logged_s && logged_s < removed_s)
		PASS(BV_CHECK_KEY, "%.*s: khóa không còn dùng từ %s, nhưng sổ công khai đã có chứng chỉ này từ trước (%s)",
		     "%.*s: the key counts no more since %s, but the public log had this before (%s)", CLIP(r->removed_by), bv_time_write(since, removed_s),
		     bv_time_write(logged, logged_s));
	else
		FAIL(BV_CHECK_KEY, "%.*s: khóa không còn dùng từ %s, và không có bằng chứng sổ công khai đã có chứng chỉ này từ trước",
		     "%.*s: the key counts no more since %s, and nothing proves that the public log had this before", CLIP(r->removed_by), bv_time_write(since, removed_s));
}

static void
check_trusted(struct bv_report *r, struct verify_key *k, const struct trust_key *key, const struct bv_verify_options *options)
{
	int64_t at_s = options->at_s;
	char when[BV_TIME_SIZE];

	if (!key->usable || key->public.of.kind != k->kind) {
		report_find(r, BV_CHECK_KEY, BV_CHECK_UNCHECKED, "%.*s: không phải khóa %s", "%.*s: not a key of %s", CLIP(key->source),
		            k->kind == BV_KEY_ED25519 ? "Ed25519" : "P-256");
		return;
	}
	k->public = key->public;
	k->has_public = true;
	if (key->revoked_s != INT64_MAX && (!key->asserts || key->revoked_s <= at_s) && options->log && options->proof)
		verify_note_removed(r, key);
	else if (!key->asserts)
		FAIL(BV_CHECK_KEY, "%.*s: đơn vị cấp không (hoặc không còn) cho khóa này ký chứng chỉ", "%.*s: the issuer does not let this key sign certificates (any more)",
		     CLIP(key->source));
	else if (key->revoked_s != INT64_MAX && key->revoked_s <= at_s)
		FAIL(BV_CHECK_KEY, "%.*s: khóa đã bị thu hồi từ %s", "%.*s: the key is revoked since %s", CLIP(key->source), bv_time_write(when, key->revoked_s));
	else if (key->expires_s != INT64_MAX && (!k->has_created || k->created_s >= key->expires_s))
		FAIL(BV_CHECK_KEY, "%.*s: khóa đã hết hạn %s, trước khi ký", "%.*s: the key expired at %s, before it signed this", CLIP(key->source),
		     bv_time_write(when, key->expires_s));
	else
		PASS(BV_CHECK_KEY, "%.*s", "%.*s", CLIP(key->source));
}

/* The key that its own name holds, as all our certificates have it: the signature can be tried before the issuer is known. */
static void
read_named(struct verify_key *k)
{
	struct bv_err err;

	k->has_public = bv_multikey_parse_any(&k->public.of, bv_str_sub(k->method, bv_str_find(k->method, '#') + 1, k->method.len), &err) == BV_OK &&
	                k->public.of.kind == k->kind;
}

void
verify_key(struct bv_report *r, struct verify_key *k, const struct bv_trust *trust, const struct bv_verify_options *options)
{
	const struct trust_key *key = trust ? trust_find(trust, k->method) : NULL;
	bool own = bv_str_starts(k->issuer, BV_STR("did:key:")); /* did:key:X#X */

	if (key) {
		check_trusted(r, k, key, options);
		return;
	}
	read_named(k);
	if (own && (!k->has_public || !bv_str_eq(bv_str_sub(k->issuer, 8, k->issuer.len), bv_str_sub(k->method, k->issuer.len + 1, k->method.len))))
		FAIL(BV_CHECK_KEY, "did:key không khớp khóa của nó", "this did:key is not named after its key");
	else if (own && options->allow_did_key)
		PASS(BV_CHECK_KEY, "lấy từ chính chứng chỉ (--allow-did-key): không cho biết ai là đơn vị cấp",
		     "taken from the certificate itself (--allow-did-key): this does not tell who the issuer is");
	else if (!trust)
		report_find(r, BV_CHECK_KEY, BV_CHECK_UNCHECKED, "không đọc được thư mục tin cậy", "the trust folder could not be read");
	else if (trust_knows(trust, k->issuer))
		FAIL(BV_CHECK_KEY, "đơn vị cấp có trong thư mục tin cậy nhưng không công bố khóa này: giả mạo, hoặc thư mục đã cũ",
		     "the trust folder knows the issuer, but not this key of it: a forgery, or the folder is out of date");
	else
		report_find(r, BV_CHECK_KEY, BV_CHECK_UNKNOWN, "thư mục tin cậy không có '%.*s'", "the trust folder does not have '%.*s'", CLIP(k->issuer));
}
