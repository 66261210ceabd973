#include "certs/keys/curve.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>
#include <openssl/sha.h>

#include "base/mem.h"

enum { DER_MAX = 110 }; /* of a signature */

BV_AUTO_DEFINE(ECDSA_SIG, ECDSA_SIG_free)
BV_AUTO_DEFINE(EC_GROUP, EC_GROUP_free)
BV_AUTO_DEFINE(EC_POINT, EC_POINT_free)
BV_AUTO_DEFINE(EVP_PKEY, EVP_PKEY_free)
BV_AUTO_DEFINE(EVP_PKEY_CTX, EVP_PKEY_CTX_free)

const char *
curve_name(enum bv_key_kind kind)
{
	return kind == BV_KEY_P256 ? SN_X9_62_prime256v1 : SN_secp384r1;
}

int
curve_nid(enum bv_key_kind kind)
{
	return kind == BV_KEY_P256 ? NID_X9_62_prime256v1 : NID_secp384r1;
}

enum bv_key_kind
curve_named(const char *name)
{
	return strcmp(name, SN_X9_62_prime256v1) == 0 ? BV_KEY_P256 : strcmp(name, SN_secp384r1) == 0 ? BV_KEY_P384 : 0;
}

size_t
curve_len(enum bv_key_kind kind)
{
	return kind == BV_KEY_P256 ? 32 : 48;
}

/* Whatever form the key's file has the point in. */
void
curve_public(struct bv_public *public, const EVP_PKEY *pkey)
{
	BIGNUM *x = NULL, *y = NULL;
	size_t len = curve_len(public->kind);

	bv_need(EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 && EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1);
	public->p[0] = 4;
	bv_need(BN_bn2binpad(x, public->p + 1, (int)len) == (int)len && BN_bn2binpad(y, public->p + 1 + len, (int)len) == (int)len);
	public->len = 1 + 2 * len;
	BN_free(x);
	BN_free(y);
}

EVP_PKEY *
curve_pkey(const struct bv_public *public)
{
	char name[32];
	struct bv_public copy = *public;
	EVP_PKEY *pkey = NULL;

	/* OpenSSL takes the length of the name as it makes the parameter. */
	snprintf(name, sizeof name, "%s", curve_name(public->kind));
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy.p, copy.len),
		OSSL_PARAM_construct_end(),
	};
	if (public->len != 1 + 2 * curve_len(public->kind) || public->p[0] != 4)
		return NULL;
	BV_AUTO(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	bv_need(ctx && EVP_PKEY_fromdata_init(ctx) == 1);
	return EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) == 1 ? pkey : NULL;
}

bool
curve_is_point(const struct bv_public *public)
{
	BV_AUTO(EVP_PKEY_free) EVP_PKEY *pkey = curve_pkey(public);

	return pkey != NULL;
}

static size_t
digest(uint8_t out[SHA384_DIGEST_LENGTH], enum bv_key_kind kind, struct bv_str message)
{
	if (kind == BV_KEY_P256)
		SHA256((const uint8_t *)message.p, message.len, out);
	else
		SHA384((const uint8_t *)message.p, message.len, out);
	return kind == BV_KEY_P256 ? SHA256_DIGEST_LENGTH : SHA384_DIGEST_LENGTH;
}

void
curve_sign(uint8_t *signature, enum bv_key_kind kind, EVP_PKEY_CTX *ctx, struct bv_str message)
{
	uint8_t hash[SHA384_DIGEST_LENGTH];

	curve_sign_digest(signature, kind, ctx, hash, digest(hash, kind, message));
}

void
curve_sign_digest(uint8_t *signature, enum bv_key_kind kind, EVP_PKEY_CTX *ctx, const uint8_t *hash, size_t hash_len)
{
	uint8_t der[DER_MAX];
	const uint8_t *at = der;
	size_t len = sizeof der;
	int half = (int)curve_len(kind);

	bv_need(EVP_PKEY_sign(ctx, der, &len, hash, hash_len) == 1);
	BV_AUTO(ECDSA_SIG_free) ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)len);
	bv_need(sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), signature, half) == half && BN_bn2binpad(ECDSA_SIG_get0_s(sig), signature + half, half) == half);
}

bool
curve_verify(enum bv_key_kind kind, EVP_PKEY *pkey, struct bv_str message, const uint8_t *signature)
{
	uint8_t hash[SHA384_DIGEST_LENGTH], *der = NULL;
	int half = (int)curve_len(kind);
	BV_AUTO(ECDSA_SIG_free) ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(signature, half, NULL), *s = BN_bin2bn(signature + half, half, NULL);

	bv_need(sig && r && s && ECDSA_SIG_set0(sig, r, s) == 1);
	int len = i2d_ECDSA_SIG(sig, &der);
	BV_AUTO(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
	bv_need(len > 0 && ctx && EVP_PKEY_verify_init(ctx) == 1);
	bool good = EVP_PKEY_verify(ctx, der, (size_t)len, hash, digest(hash, kind, message)) == 1;
	OPENSSL_free(der);
	return good;
}

void
curve_compress(uint8_t *out, const struct bv_public *public)
{
	size_t len = curve_len(public->kind);

	out[0] = 2 | (public->p[2 * len] & 1);
	memcpy(out + 1, public->p + 1, len);
}

bool
curve_decompress(struct bv_public *public, enum bv_key_kind kind, const uint8_t *bytes)
{
	BV_AUTO(EC_GROUP_free) EC_GROUP *group = EC_GROUP_new_by_curve_name(curve_nid(kind));
	bv_need(group);
	BV_AUTO(EC_POINT_free) EC_POINT *point = EC_POINT_new(group);
	bv_need(point);
	if (EC_POINT_oct2point(group, point, bytes, curve_len(kind) + 1, NULL) != 1)
		return false;
	public->kind = kind;
	public->len = EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, public->p, sizeof public->p, NULL);
	return public->len == 1 + 2 * curve_len(kind);
}
