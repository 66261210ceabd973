/* Verification of OB 3.0 §8.2 VC-JWT. */
#include "base/clock.h"
#include "certs/entry.h"
#include "certs/jose/jwt.h"
#include "certs/log_proof.h"
#include "certs/verify/contents.h"
#include "certs/verify/verify.h"

/* ---- The header ---- */

/* OB §8.2.4: "Additional JOSE Headers are NOT allowed". */
static bool
only_known(struct bv_report *r, const struct jws *jws)
{
	static const char *const names[] = { "alg", "kid", "jwk", "typ" };

	for (void *it = bv_json_members(jws->header); it; it = bv_json_next(jws->header, it)) {
		size_t i = 0;
		while (i < BV_COUNT(names) && !bv_str_is(bv_json_member_name(it), names[i]))
			i++;
		if (i == BV_COUNT(names)) {
			FAIL(BV_CHECK_PROOF, "OB §8.2.4: phần đầu có '%.*s', không được phép", "OB §8.2.4: the header has '%.*s', which is not allowed",
			     CLIP(bv_json_member_name(it)));
			return false;
		}
	}
	return true;
}

static bool
check_header(struct bv_report *r, const struct jws *jws)
{
	if (!bv_str_is(jws->typ, JWT_TYP)) {
		FAIL(BV_CHECK_PROOF, "OB §8.2.4: typ là '%.*s', phải là JWT", "OB §8.2.4: its typ is '%.*s', it must be JWT", CLIP(jws->typ));
		return false;
	}
	if (!verify_algorithm(r, jws) || !only_known(r, jws))
		return false;
	PASS(BV_CHECK_PROOF, "VC-JWT, ES256", "VC-JWT, ES256");
	return true;
}

/* ---- The claims, which repeat what the certificate says ---- */

static void
check_text(struct bv_report *r, const struct bv_json *payload, const char *claim, const char *path)
{
	struct bv_str said = bv_json_str(bv_json_find(payload, claim)), body = bv_json_str(contents_at(payload, path));

	if (!said.len || !bv_str_eq(said, body))
		FAIL(BV_CHECK_SHAPE, "OB §8.2.4: '%s' là '%.*s', mà '%s' là '%.*s'", "OB §8.2.4: '%s' is '%.*s', but '%s' is '%.*s'", claim, CLIP(said), path, CLIP(body));
}

static void
check_time(struct bv_report *r, const struct bv_json *payload, const char *claim, const char *member)
{
	const struct bv_json *said = bv_json_find(payload, claim), *body = bv_json_find(payload, member);
	struct bv_err err;
	int64_t time_s;

	if (!said && !body)
		return;
	if (!said || !body || bv_json_type(said) != BV_JSON_INT || bv_time_parse(&time_s, bv_json_str(body), &err) != BV_OK || time_s != bv_json_int(said))
		FAIL(BV_CHECK_SHAPE, "OB §8.2.4: '%s' và '%s' không cùng một lúc", "OB §8.2.4: '%s' and '%s' are not the same time", claim, member);
}

static void
check_claims(struct bv_report *r, const struct bv_json *payload)
{
	const struct bv_json *issuer = bv_json_find(payload, "issuer");

	check_text(r, payload, "iss", bv_json_type(issuer) == BV_JSON_STRING ? "issuer" : "issuer.id");
	check_text(r, payload, "jti", "id");
	check_text(r, payload, "sub", "credentialSubject.id");
	check_time(r, payload, "nbf", "validFrom");
	check_time(r, payload, "exp", "validUntil");
	if (bv_json_find(payload, "proof"))
		report_find(r, BV_CHECK_PROOF, BV_CHECK_UNCHECKED, "có thêm 'proof' bên trong: hãy kiểm riêng", "there is a 'proof' inside as well: verify it by itself");
}

/* ---- The public log ---- */

/* The entry names the issuer's key of Ed25519, which a JWT does not: it is one of those that the trust folder has. False: none of them leads to the leaf that is
 * proved. */
static bool
find_leaf(struct bv_merkle_hash *leaf, const struct bv_report *r, struct bv_str issuer, const struct bv_trust *trust, const struct bv_log_proof *proof)
{
	struct bv_err err;

	for (size_t i = 0; trust && i < bv_trust_count(trust); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf entry = BV_BUF(BV_CREDENTIAL_MAX);
		const struct trust_key *key = trust_at(trust, i);
		char multikey[BV_MULTIKEY_SIZE];
		if (!key->usable || key->public.of.kind != BV_KEY_ED25519 || !bv_str_eq(key->did, issuer))
			continue;
		bv_multikey_write_of(multikey, &key->public.of);
		if (bv_entry_of(&entry, r->document, bv_str_of(multikey), &err) != BV_OK)
			return false;
		bv_merkle_leaf(leaf, bv_buf_str(&entry));
		if (bv_log_proof_check(proof, leaf, &err) == BV_OK)
			return true;
	}
	return false;
}

static void
check_log(struct bv_report *r, struct bv_str issuer, const struct bv_trust *trust, const struct bv_verify_options *options)
{
	struct bv_merkle_hash leaf;

	if (!options->log || !options->proof)
		verify_log(r, NULL, options);
	else if (find_leaf(&leaf, r, issuer, trust, options->proof))
		verify_log(r, &leaf, options);
	else
		FAIL(BV_CHECK_LOG, "bằng chứng không phải của chứng chỉ này, với khóa Ed25519 nào của đơn vị cấp cũng vậy",
		     "the proof is not of this certificate, under none of the issuer's keys of Ed25519");
}

/* ---- All ---- */

void
verify_jwt(struct bv_report *r, struct bv_str bytes, const struct bv_trust *trust, const struct bv_verify_options *options)
{
	BV_AUTO(jws_finish) struct jws jws = { 0 };
	struct verify_key key = { .kind = BV_KEY_P256 };
	struct bv_err err;

	if (jws_parse(&jws, bv_str_trim(bytes), &err) != BV_OK) {
		FAIL(BV_CHECK_DOCUMENT, "không đọc được VC-JWT: %s", "no readable VC-JWT: %s", err.msg);
		return;
	}
	PASS(BV_CHECK_DOCUMENT, "VC-JWT đọc được, %zu byte", "readable VC-JWT of %zu bytes", bytes.len);
	PASS(BV_CHECK_CONTEXT, "được ký cùng nội dung", "signed with the contents");
	check_claims(r, jws.payload);
	bool can_go_on = check_header(r, &jws);
	verify_issued_at(r, &key, jws.payload, options);
	r->document = bv_steal(&jws.payload);
	for (size_t i = 0; i < JWT_CLAIM_COUNT; i++)
		bv_json_remove(r->document, jwt_claims[i]);

	const struct bv_json *issuer = bv_json_find(r->document, "issuer");
	key.issuer = bv_json_str(bv_json_type(issuer) == BV_JSON_OBJECT ? bv_json_find(issuer, "id") : issuer);
	key.method = jws.kid;
	if (can_go_on && verify_issuer(r, &key))
		verify_jws(r, &jws, &key, trust, options);
	verify_body(r, options);
	check_log(r, key.issuer, trust, options);
	report_facts(r, bytes.len);
}
