/* What VC-JWT and SD-JWT VC share in verification: algorithm, time of signing, key and signature of a JWS. */
#include "certs/jose/jws.h"
#include "certs/verify/verify.h"

bool
verify_algorithm(struct bv_report *r, const struct jws *jws)
{
	if (bv_str_is(jws->alg, "none") || !jws->alg.len) {
		FAIL(BV_CHECK_PROOF, "không có chữ ký nào (alg)", "it has no signature (alg)");
		return false;
	}
	if (!bv_str_is(jws->alg, "ES256") || bv_json_find(jws->header, "crit") || bv_json_find(jws->header, "b64")) {
		report_find(r, BV_CHECK_PROOF, BV_CHECK_UNCHECKED, "thuật toán '%.*s': chương trình này chỉ kiểm được ES256, không kèm điều kiện ('crit', 'b64')",
		            "algorithm '%.*s': this program can check ES256 only, without conditions ('crit', 'b64')", CLIP(jws->alg));
		return false;
	}
	if (!jws->kid.len) {
		FAIL(BV_CHECK_PROOF, "không nêu khóa (kid)", "it names no key (kid)");
		return false;
	}
	return true;
}

void
verify_issued_at(struct bv_report *r, struct verify_key *key, const struct bv_json *payload, const struct bv_verify_options *options)
{
	const struct bv_json *iat = bv_json_find(payload, "iat");

	key->has_created = bv_json_type(iat) == BV_JSON_INT;
	key->created_s = bv_json_int(iat);
	if (iat && !key->has_created)
		FAIL(BV_CHECK_TIME, "thời điểm ký 'iat' không phải số nguyên", "the time of signing, 'iat', is no integer");
	else if (iat)
		verify_created(r, key->created_s, options->at_s);
}

void
verify_jws(struct bv_report *r, const struct jws *jws, struct verify_key *key, const struct bv_trust *trust, const struct bv_verify_options *options)
{
	struct bv_err err;

	verify_key(r, key, trust, options);
	if (!key->has_public)
		report_find(r, BV_CHECK_SIGNATURE, BV_CHECK_UNCHECKED, "không có khóa để kiểm", "there is no key to check it with");
	else if (jws_check(jws, &key->public, &err) == BV_OK)
		PASS(BV_CHECK_SIGNATURE, "khớp với nội dung", "matches the contents");
	else
		FAIL(BV_CHECK_SIGNATURE, "KHÔNG khớp với nội dung: nội dung, chữ ký hoặc khóa đã bị thay đổi (%s)",
		     "does not match the contents: contents, signature or key were changed (%s)", err.msg);
}
