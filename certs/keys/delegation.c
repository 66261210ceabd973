#include "certs/issuer.h"
#include "certs/jose/base64url.h"
#include "certs/keys/curve.h"
#include "certs/keys/delegation.h"
#include "certs/keys/jwk.h"

enum {
	POINT_LEN = 33,
	AT_FROM = POINT_LEN,
	AT_DAYS = AT_FROM + 4,
	AT_AUTHORITY = AT_DAYS + 1,
	AT_SIGNATURE = AT_AUTHORITY + 4,
};
_Static_assert(AT_SIGNATURE + BV_SIGNATURE_LEN == BV_DELEGATION_LEN, "the parts make up the whole");

#define DAY_S INT64_C(86400)

/* Told apart from whatever else the key signs. */
static void
add_signed(struct bv_buf *out, struct bv_str part)
{
	bv_buf_add(out, BV_STR("BV-DELEGATION-1\0"));
	bv_buf_add(out, part);
}

enum bv_status
bv_delegation_write(uint8_t out[BV_DELEGATION_LEN], const struct bv_key *authority, const struct bv_public *p256, int64_t from_s, unsigned days,
                    struct bv_err *err)
{
	uint8_t bytes[BV_DELEGATION_LEN], thumbprint[BV_HASH_LEN], signature[BV_SIGNATURE_MAX];
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(100);

	if (p256->kind != BV_KEY_P256)
		return bv_err_set(err, BV_EINVAL, "only a key of P-256 signs what is on paper");
	if (bv_key_describe(authority)->kind == BV_KEY_P384)
		return bv_err_set(err, BV_EINVAL, "a signature by P-384 does not fit on paper: the authority needs a key of P-256 or Ed25519");
	if (from_s < 0 || from_s > UINT32_MAX || days < 1 || days > UINT8_MAX)
		return bv_err_set(err, BV_EINVAL, "a delegation begins in the years 1970 to 2106 and is for 1 to 255 days");
	curve_compress(bytes, p256);
	for (int i = 0; i < 4; i++)
		bytes[AT_FROM + i] = (uint8_t)(from_s >> (24 - 8 * i));
	bytes[AT_DAYS] = (uint8_t)days;
	jwk_thumbprint(thumbprint, bv_key_describe(authority));
	memcpy(bytes + AT_AUTHORITY, thumbprint, 4);
	add_signed(&message, (struct bv_str){ (const char *)bytes, AT_SIGNATURE });
	TRY(bv_key_ask(signature, authority, bv_buf_str(&message), err));
	memcpy(bytes + AT_SIGNATURE, signature, BV_SIGNATURE_LEN);
	memcpy(out, bytes, sizeof bytes);
	return BV_OK;
}

enum bv_status
delegation_parse(struct delegation *out, struct bv_str bytes, struct bv_err *err)
{
	const uint8_t *p = (const uint8_t *)bytes.p;

	if (bytes.len != BV_DELEGATION_LEN)
		return bv_err_set(err, BV_EPARSE, "a delegation has %d bytes, not %zu", BV_DELEGATION_LEN, bytes.len);
	if (!p[AT_DAYS])
		return bv_err_set(err, BV_EPARSE, "a delegation for no day");
	if (!curve_decompress(&out->key, BV_KEY_P256, p))
		return bv_err_set(err, BV_EPARSE, "the key of the delegation is no point of P-256");
	out->from_s = (int64_t)p[AT_FROM] << 24 | p[AT_FROM + 1] << 16 | p[AT_FROM + 2] << 8 | p[AT_FROM + 3];
	out->until_s = out->from_s + p[AT_DAYS] * DAY_S;
	memcpy(out->authority, p + AT_AUTHORITY, sizeof out->authority);
	out->signed_part = bv_str_sub(bytes, 0, AT_SIGNATURE);
	out->signature = p + AT_SIGNATURE;
	return BV_OK;
}

bool
delegation_check(const struct delegation *d, const struct public_key *authority)
{
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(100);

	add_signed(&message, d->signed_part);
	return authority->of.kind != BV_KEY_P384 && public_check(authority, bv_buf_str(&message), d->signature);
}

void
bv_delegation_write_line(struct bv_buf *out, const uint8_t bytes[BV_DELEGATION_LEN])
{
	base64url_write(out, bytes, BV_DELEGATION_LEN);
	bv_buf_addc(out, '\n');
}
