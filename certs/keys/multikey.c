/* Public keys as text: multikey (CID §2.2.2) and JWK (RFC 8037 §2, RFC 7518 §6.2). */
#include "certs/jose/base64url.h"
#include "certs/keys/base58.h"
#include "certs/keys/curve.h"

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

/* ---- Any kind ---- */

/* Varints of p256-pub (0x1200) and p384-pub (0x1201) in the multicodec table. */
static const struct {
	enum bv_key_kind kind;
	uint8_t code[2];
	const char *curve;
} curves[] = { { BV_KEY_P256, { 0x80, 0x24 }, "P-256" }, { BV_KEY_P384, { 0x81, 0x24 }, "P-384" } };

enum { COMPRESSED_MAX = 49 };

char *
bv_multikey_write_of(char out[BV_MULTIKEY_SIZE], const struct bv_public *public)
{
	uint8_t bytes[2 + COMPRESSED_MAX];
	size_t i = 0;

	if (public->kind == BV_KEY_ED25519)
		return bv_multikey_write(out, public->p);
	while (curves[i].kind != public->kind)
		i++;
	memcpy(bytes, curves[i].code, 2);
	curve_compress(bytes + 2, public);
	_Static_assert(BASE58_SIZE(sizeof bytes) + 1 <= BV_MULTIKEY_SIZE, "a multikey fits");
	out[0] = 'z';
	base58_write(out + 1, bytes, 3 + curve_len(public->kind));
	return out;
}

enum bv_status
bv_multikey_parse_any(struct bv_public *public, struct bv_str multikey, struct bv_err *err)
{
	uint8_t bytes[2 + COMPRESSED_MAX];
	struct bv_public found = { .kind = BV_KEY_ED25519, .len = BV_KEY_LEN };
	struct bv_err ignored;
	size_t len;

	if (multikey.len && multikey.p[0] == 'z' && base58_parse(bytes, sizeof bytes, &len, bv_str_sub(multikey, 1, multikey.len), &ignored) == BV_OK) {
		for (size_t i = 0; i < BV_COUNT(curves); i++) {
			if (len != 3 + curve_len(curves[i].kind) || memcmp(bytes, curves[i].code, 2) != 0)
				continue;
			if (!curve_decompress(public, curves[i].kind, bytes + 2))
				return bv_err_set(err, BV_EPARSE, "CID §2.2.2: the multikey's bytes are no point of %s", curves[i].curve);
			return BV_OK;
		}
	}
	TRY(bv_multikey_parse(found.p, multikey, err));
	*public = found;
	return BV_OK;
}

void
bv_jwk_write(struct bv_buf *out, const struct bv_public *public)
{
	if (public->kind == BV_KEY_ED25519) {
		bv_buf_addz(out, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"");
		base64url_write(out, public->p, public->len);
	} else {
		size_t len = curve_len(public->kind);
		bv_buf_printf(out, "{\"crv\":\"%s\",\"kty\":\"EC\",\"x\":\"", public->kind == BV_KEY_P256 ? "P-256" : "P-384");
		base64url_write(out, public->p + 1, len);
		bv_buf_addz(out, "\",\"y\":\"");
		base64url_write(out, public->p + 1 + len, len);
	}
	bv_buf_addz(out, "\"}");
}
