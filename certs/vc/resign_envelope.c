/* VC-JWT, SD-JWT VC and paper signed anew: the same claims but for the time of signing, under another key of their issuer. */
#include "certs/envelopes.h"
#include "certs/jose/cose.h"
#include "certs/jose/jwt.h"
#include "certs/jose/paper.h"
#include "certs/jose/qr.h"
#include "certs/jose/sd_jwt.h"
#include "certs/keys/jwk.h"
#include "certs/keys/signer.h"
#include "certs/vc/resign.h"

static enum bv_status
check_issuer(struct bv_str issuer, const struct bv_signer *signer, struct bv_err *err)
{
	if (bv_str_eq(issuer, signer->issuer.did))
		return BV_OK;
	return bv_err_set(err, BV_EINVAL, "the certificate is of '%.*s', and the key of '%.*s'", BV_STR_ARG(bv_str_sub(issuer, 0, 80)),
	                  BV_STR_ARG(bv_str_sub(signer->issuer.did, 0, 80)));
}

/* ---- JWS ---- */

enum bv_status
resign_jws(struct bv_buf *out, struct bv_str text, const struct bv_signer *signer, int64_t created_s, struct bv_err *err)
{
	BV_AUTO(jws_finish) struct jws jws = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf payload = BV_BUF(BV_CREDENTIAL_MAX), made = BV_BUF(out->max - out->len);
	size_t end = bv_str_find(text, '~');
	struct bv_str header;

	TRY(jws_parse(&jws, bv_str_sub(text, 0, end), err));
	TRY(check_issuer(bv_json_str(bv_json_find(jws.payload, "iss")), signer, err));
	if (!bv_str_is(jws.typ, end < text.len ? SD_JWT_TYP : JWT_TYP) || bv_json_type(bv_json_find(jws.payload, "iat")) != BV_JSON_INT)
		return bv_err_set(err, BV_EINVAL, "not of the shape of our certificates");
	TRY(signer_header(&header, signer, end < text.len ? SD_JWT_TYP : JWT_TYP, err));
	bv_json_set_int(jws.payload, "iat", created_s);
	bv_json_write(&payload, jws.payload);
	TRY(bv_buf_check(&payload, err));
	TRY(jws_write(&made, header, bv_buf_str(&payload), NULL, signer->p256, err));
	bv_buf_add(&made, bv_str_sub(text, end, text.len)); /* what may be disclosed: its digests stay */
	TRY(bv_buf_check(&made, err));
	bv_buf_add(out, bv_buf_str(&made));
	return BV_OK;
}

/* ---- Paper ---- */

static enum bv_status
add_item(struct bv_buf *out, const struct bv_cbor *item, struct bv_err *err)
{
	switch (item->type) {
	case BV_CBOR_INT:
		bv_cbor_add_int(out, item->n);
		return BV_OK;
	case BV_CBOR_BYTES:
		bv_cbor_add_bytes(out, item->str.p, item->str.len);
		return BV_OK;
	case BV_CBOR_TEXT:
		bv_cbor_add_text(out, item->str);
		return BV_OK;
	case BV_CBOR_ARRAY:
		bv_cbor_add_array(out, item->count);
		break;
	case BV_CBOR_MAP:
		bv_cbor_add_map(out, item->count);
		break;
	default:
		return bv_err_set(err, BV_EINVAL, "not of the shape of our certificates on paper");
	}
	for (size_t i = 0; i < item->count * (item->type == BV_CBOR_MAP ? 2 : 1); i++)
		TRY(add_item(out, &item->items[i], err));
	return BV_OK;
}

/* The issuer is told where no delegation stands for it, which may have changed with the key. */
static enum bv_status
write_claims(struct bv_buf *out, const struct bv_cbor *claims, const struct bv_signer *signer, int64_t created_s, struct bv_err *err)
{
	const struct bv_cbor *issuer = bv_cbor_find(claims, PAPER_ISS), *signed_at = bv_cbor_find(claims, PAPER_IAT);

	if (!signed_at || signed_at->type != BV_CBOR_INT || (issuer && issuer->type != BV_CBOR_TEXT))
		return bv_err_set(err, BV_EINVAL, "not of the shape of our certificates on paper");
	if (issuer)
		TRY(check_issuer(issuer->str, signer, err));
	bv_cbor_add_map(out, claims->count - (issuer != NULL) + !signer->delegated);
	if (!signer->delegated) {
		bv_cbor_add_int(out, PAPER_ISS);
		bv_cbor_add_text(out, signer->issuer.did);
	}
	for (size_t i = 0; i < claims->count; i++) {
		const struct bv_cbor *key = &claims->items[2 * i], *value = key + 1;
		if (value == issuer)
			continue;
		TRY(add_item(out, key, err));
		if (value == signed_at)
			bv_cbor_add_int(out, created_s);
		else
			TRY(add_item(out, value, err));
	}
	return bv_buf_check(out, err);
}

static enum bv_status
resign_bytes(struct bv_buf *out, struct bv_str bytes, const struct bv_signer *signer, int64_t created_s, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf payload = BV_BUF(BV_CBOR_MAX / 2);
	struct bv_str kid = { (const char *)signer->delegation, BV_DELEGATION_LEN }, none;
	uint8_t thumbprint[BV_HASH_LEN];
	const struct bv_cbor *claims;
	struct cose cose;

	TRY(signer_header(&none, signer, NULL, err));
	TRY(cose_parse(&cose, &arena, bytes, err));
	TRY(bv_cbor_parse(&claims, &arena, cose.payload, err));
	TRY(write_claims(&payload, claims, signer, created_s, err));
	if (!signer->delegated) {
		jwk_thumbprint(thumbprint, bv_key_describe(signer->p256));
		kid = (struct bv_str){ (const char *)thumbprint, QR_KID_LEN };
	}
	return cose_write(out, kid, bv_buf_str(&payload), signer->p256, err);
}

enum bv_status
resign_paper(struct bv_buf *out, struct bv_str paper, const struct bv_signer *signer, int64_t created_s, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_CBOR_MAX), made = BV_BUF(BV_CBOR_MAX), page = BV_BUF(2 * BV_DID_MAX);

	if (paper.len && ((uint8_t)paper.p[0] & 0xe0) == 0xc0) /* a tag: the bytes, not the text of a symbol */
		return resign_bytes(out, paper, signer, created_s, err);
	TRY(bv_qr_parse(&bytes, paper, err));
	TRY(resign_bytes(&made, bv_buf_str(&bytes), signer, created_s, err));
	bv_qr_page(&page, signer->issuer.did, made.len);
	bv_qr_text(out, bv_buf_str(&page), bv_buf_str(&made));
	return bv_buf_check(out, err);
}
