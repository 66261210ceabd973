#include "certs/keys/jwk.h"

#include "certs/jose/base64url.h"
#include "certs/keys/curve.h"
#include "certs/verify/contents.h"

static struct bv_str
member(const struct bv_json *jwk, const char *name)
{
	return bv_json_str(bv_json_find(jwk, name));
}

static enum bv_status
read_bytes(uint8_t *out, size_t len, const struct bv_json *jwk, const char *name, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(128);

	if (bv_json_type(bv_json_find(jwk, name)) != BV_JSON_STRING || !base64url_parse(&bytes, member(jwk, name)) || bytes.len != len)
		return bv_err_set(err, BV_EPARSE, "RFC 7518 §6.2.1: '%s' of the JWK is not %zu bytes in base64url", name, len);
	memcpy(out, bytes.p, len);
	return BV_OK;
}

static enum bv_status
check_use(const struct bv_json *jwk, struct bv_err *err)
{
	const struct bv_json *use = bv_json_find(jwk, "use"), *ops = bv_json_find(jwk, "key_ops");

	if (use && !bv_str_is(bv_json_str(use), "sig"))
		return bv_err_set(err, BV_EINVAL, "RFC 7517 §4.2: the JWK is not for signatures ('use')");
	if (ops && !contents_has(ops, "verify") && !contents_has(ops, "sign"))
		return bv_err_set(err, BV_EINVAL, "RFC 7517 §4.3: the JWK is not for signatures ('key_ops')");
	return BV_OK;
}

enum bv_status
jwk_parse(struct bv_public *out, const struct bv_json *jwk, struct bv_err *err)
{
	struct bv_str kty = member(jwk, "kty"), crv = member(jwk, "crv");
	struct bv_public public = { 0 };

	TRY(check_use(jwk, err));
	if (bv_str_is(kty, "OKP") && bv_str_is(crv, "Ed25519"))
		public.kind = BV_KEY_ED25519;
	else if (bv_str_is(kty, "EC") && bv_str_is(crv, "P-256"))
		public.kind = BV_KEY_P256;
	else if (bv_str_is(kty, "EC") && bv_str_is(crv, "P-384"))
		public.kind = BV_KEY_P384;
	else
		return bv_err_set(err, BV_EINVAL, "a JWK of another kind than Ed25519, P-256, P-384");
	if (public.kind == BV_KEY_ED25519) {
		public.len = BV_KEY_LEN;
		TRY(read_bytes(public.p, BV_KEY_LEN, jwk, "x", err));
	} else {
		size_t len = curve_len(public.kind);
		public.p[0] = 4;
		public.len = 1 + 2 * len;
		TRY(read_bytes(public.p + 1, len, jwk, "x", err));
		TRY(read_bytes(public.p + 1 + len, len, jwk, "y", err));
		if (!curve_is_point(&public))
			return bv_err_set(err, BV_EPARSE, "RFC 7518 §6.2.1: the JWK is no point of %.*s", BV_STR_ARG(crv));
	}
	*out = public;
	return BV_OK;
}

void
jwk_thumbprint(uint8_t out[BV_HASH_LEN], const struct bv_public *public)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1000);

	bv_jwk_write(&text, public);
	bv_sha256(out, bv_buf_str(&text));
}
