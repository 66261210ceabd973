/* Public keys as text: multikey (CID §2.2.2) and JWK (RFC 8037 §2). */
#include "certs/base58.h"
#include "certs/base64url.h"
#include "certs/certs.h"

/* CID §2.2.2: the varint of ed25519-pub. */
static const uint8_t ed25519[] = { 0xed, 0x01 };

char *
bv_multikey_write(char out[BV_MULTIKEY_SIZE], const uint8_t public[BV_KEY_LEN])
{
	uint8_t bytes[sizeof ed25519 + BV_KEY_LEN];

	memcpy(bytes, ed25519, sizeof ed25519);
	memcpy(bytes + sizeof ed25519, public, BV_KEY_LEN);
	_Static_assert(BASE58_SIZE(sizeof bytes) + 1 <= BV_MULTIKEY_SIZE, "a multikey fits");
	out[0] = 'z';
	base58_write(out + 1, bytes, sizeof bytes);
	return out;
}

enum bv_status
bv_multikey_parse(uint8_t public[BV_KEY_LEN], struct bv_str multikey, struct bv_err *err)
{
	uint8_t bytes[sizeof ed25519 + BV_KEY_LEN];
	size_t len;

	if (!multikey.len || multikey.p[0] != 'z')
		return bv_err_set(err, BV_EPARSE, "CID §2.2.2: a multikey begins with 'z' (base58btc)");
	enum bv_status status = base58_parse(bytes, sizeof bytes, &len, bv_str_sub(multikey, 1, multikey.len), err);
	if (status == BV_EPARSE)
		return status;
	if (status != BV_OK || len != sizeof bytes || memcmp(bytes, ed25519, sizeof ed25519) != 0)
		return bv_err_set(err, BV_EPARSE, "CID §2.2.2: not the multikey of an Ed25519 public key, which begins with z6Mk");
	memcpy(public, bytes + sizeof ed25519, BV_KEY_LEN);
	return BV_OK;
}

void
bv_jwk_write(struct bv_buf *out, const uint8_t public[BV_KEY_LEN])
{
	bv_buf_addz(out, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"");
	base64url_write(out, public, BV_KEY_LEN);
	bv_buf_addz(out, "\"}\n");
}
