/* Verification of a certificate as SD-JWT VC, whole or with some of its facts left out. */
#include "base/clock.h"
#include "certs/jose/base64url.h"
#include "certs/jose/sd_jwt.h"
#include "certs/verify/claims.h"
#include "certs/verify/verify.h"

static bool
check_header(struct bv_report *r, const struct sd_jwt *sd)
{
	if (!bv_str_is(sd->jws.typ, SD_JWT_TYP)) {
		FAIL(BV_CHECK_PROOF, "typ là '%.*s', phải là " SD_JWT_TYP, "its typ is '%.*s', it must be " SD_JWT_TYP, CLIP(sd->jws.typ));
		return false;
	}
	if (!verify_algorithm(r, &sd->jws))
		return false;
	if (sd->key_binding.len)
		report_find(r, BV_CHECK_PROOF, BV_CHECK_UNCHECKED, "có chữ ký của người trình (KB-JWT): chương trình này chưa kiểm được",
		            "it has a signature of who presents it (KB-JWT): this program cannot check that");
	else
		PASS(BV_CHECK_PROOF, "SD-JWT VC, ES256, %zu mục được tiết lộ", "SD-JWT VC, ES256, %zu claims disclosed", sd->count);
	return true;
}

/* draft-ietf-oauth-sd-jwt-vc §2.2.2.2: what is never left to the holder. */
static void
check_open(struct bv_report *r, const struct sd_jwt *sd)
{
	static const char *const names[] = { "iss", "nbf", "exp", "iat", "cnf", "vct", "status", "log" };

	for (size_t i = 0; i < sd->count; i++)
		for (size_t n = 0; n < BV_COUNT(names); n++)
			if (bv_str_is(sd->disclosures[i].path, names[n]))
				FAIL(BV_CHECK_SHAPE, "'%s' không được để người giữ giấu", "'%s' may not be left to the holder to disclose", names[n]);
}

static void
check_shape(struct bv_report *r, const struct sd_jwt *sd)
{
	static const char *const texts[] = { "iss", "vct" };
	size_t before = r->finding_count;

	check_open(r, sd);
	for (size_t i = 0; i < BV_COUNT(texts); i++)
		if (!bv_json_str(bv_json_find(r->document, texts[i])).len)
			FAIL(BV_CHECK_SHAPE, "thiếu '%s'", "'%s' is missing", texts[i]);
	claims_check(r);
	if (r->finding_count == before)
		PASS(BV_CHECK_SHAPE, "SD-JWT VC (" SD_JWT_TYP ")", "SD-JWT VC (" SD_JWT_TYP ")");
}

static bool
read_time(struct bv_report *r, const char *name, int64_t *time_s)
{
	const struct bv_json *value = bv_json_find(r->document, name);

	if (value && bv_json_type(value) != BV_JSON_INT)
		FAIL(BV_CHECK_TIME, "'%s' không phải số nguyên", "'%s' is no integer", name);
	*time_s = bv_json_int(value);
	return value && bv_json_type(value) == BV_JSON_INT;
}

static void
check_times(struct bv_report *r, int64_t at_s)
{
	struct verify_times times = { 0 };
	const struct bv_json *awarded = bv_json_find(r->document, "awarded");
	struct bv_err err;

	times.has_from = read_time(r, "nbf", &times.from_s);
	times.has_until = read_time(r, "exp", &times.until_s);
	times.has_awarded = awarded && bv_time_parse(&times.awarded_s, bv_json_str(awarded), &err) == BV_OK;
	if (!times.has_from)
		FAIL(BV_CHECK_TIME, "không nêu có giá trị từ khi nào (nbf)", "it does not say from when on it is valid (nbf)");
	verify_times(r, &times, at_s);
}

/* draft-ietf-oauth-status-list §6.2. */
static void
check_status(struct bv_report *r, const struct bv_verify_options *options)
{
	const struct bv_json *status = bv_json_find(r->document, "status"), *list = bv_json_find(status, "status_list");
	const struct bv_json *idx = bv_json_find(list, "idx");
	struct verify_status_entry entry = { .list = bv_json_str(bv_json_find(list, "uri")), .idx = (uint64_t)bv_json_int(idx) };

	if (status && (!entry.list.len || bv_json_type(idx) != BV_JSON_INT || bv_json_int(idx) < 0))
		report_find(r, BV_CHECK_STATUS, BV_CHECK_UNCHECKED, "không hiểu 'status': không phải status_list với uri và idx",
		            "its 'status' is not understood: no status_list with uri and idx");
	else
		verify_status(r, &entry, status != NULL, options);
}

static void
check_log(struct bv_report *r, const struct bv_verify_options *options)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_HASH_LEN);
	struct bv_merkle_hash leaf;
	struct bv_str text = bv_json_str(bv_json_find(bv_json_find(r->document, "log"), "leaf"));

	if (!base64url_parse(&bytes, text) || bytes.len != sizeof leaf.p) {
		verify_log(r, NULL, options);
		return;
	}
	memcpy(leaf.p, bytes.p, sizeof leaf.p);
	verify_log(r, &leaf, options);
}

void
verify_sd_jwt(struct bv_report *r, struct bv_str bytes, const struct bv_trust *trust, const struct bv_verify_options *options)
{
	BV_AUTO(sd_jwt_finish) struct sd_jwt sd = { 0 };
	struct verify_key key = { .kind = BV_KEY_P256 };
	struct bv_err err;

	if (sd_jwt_parse(&sd, bv_str_trim(bytes), &err) != BV_OK || sd_jwt_open(&r->document, &sd, &err) != BV_OK) {
		FAIL(BV_CHECK_DOCUMENT, "không đọc được SD-JWT: %s", "no readable SD-JWT: %s", err.msg);
		return;
	}
	PASS(BV_CHECK_DOCUMENT, "SD-JWT đọc được, %zu byte", "readable SD-JWT of %zu bytes", bytes.len);
	PASS(BV_CHECK_CONTEXT, "không cần ngữ cảnh", "it needs none");
	check_shape(r, &sd);
	key.issuer = bv_json_str(bv_json_find(r->document, "iss"));
	key.method = sd.jws.kid;
	verify_issued_at(r, &key, r->document, options);
	if (check_header(r, &sd) && verify_issuer(r, &key))
		verify_jws(r, &sd.jws, &key, trust, options);
	check_times(r, options->at_s);
	claims_results(r);
	check_status(r, options);
	check_log(r, options);
	claims_facts(r);
}
