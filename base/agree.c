#include "base/agree.h"

#include <assert.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <stdlib.h>

#include "base/mem.h"

BV_AUTO_DEFINE(EC_GROUP, EC_GROUP_free)
BV_AUTO_DEFINE(EC_POINT, EC_POINT_clear_free)
BV_AUTO_DEFINE(BIGNUM, BN_clear_free)

/* OpenSSL fails here only for want of memory. */
static void
need(int good)
{
	if (!good)
		abort();
}

static EC_GROUP *
curve(void)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);

	need(group != NULL);
	return group;
}

static BIGNUM *
number(const uint8_t *bytes, int len)
{
	BIGNUM *n = BN_bin2bn(bytes, len, NULL);

	need(n != NULL);
	BN_set_flags(n, BN_FLG_CONSTTIME);
	return n;
}

void
bv_agree_private(uint8_t out[BV_AGREE_LEN], const uint8_t uniform[48])
{
	BV_AUTO(EC_GROUP_free) EC_GROUP *group = curve();
	BV_AUTO(BN_clear_free) BIGNUM *n = number(uniform, 48), *order = BN_dup(EC_GROUP_get0_order(group));
	BN_CTX *scratch = BN_CTX_secure_new();

	need(order && scratch);
	need(BN_sub_word(order, 1) && BN_mod(n, n, order, scratch) && BN_add_word(n, 1));
	need(BN_bn2binpad(n, out, BV_AGREE_LEN) == BV_AGREE_LEN);
	BN_CTX_free(scratch);
}

void
bv_agree_public(uint8_t out[BV_AGREE_PUBLIC_LEN], const uint8_t key[BV_AGREE_LEN])
{
	BV_AUTO(EC_GROUP_free) EC_GROUP *group = curve();
	BV_AUTO(BN_clear_free) BIGNUM *n = number(key, BV_AGREE_LEN);
	BV_AUTO(EC_POINT_clear_free) EC_POINT *point = EC_POINT_new(group);

	assert(!BN_is_zero(n) && BN_cmp(n, EC_GROUP_get0_order(group)) < 0);
	need(point && EC_POINT_mul(group, point, n, NULL, NULL, NULL));
	need(EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out, BV_AGREE_PUBLIC_LEN, NULL) == BV_AGREE_PUBLIC_LEN);
}

enum bv_status
bv_agree(uint8_t out[BV_AGREE_LEN], const uint8_t key[BV_AGREE_LEN], struct bv_str peer, struct bv_err *err)
{
	BV_AUTO(EC_GROUP_free) EC_GROUP *group = curve();
	BV_AUTO(BN_clear_free) BIGNUM *n = number(key, BV_AGREE_LEN), *x = BN_new();
	BV_AUTO(EC_POINT_clear_free) EC_POINT *point = EC_POINT_new(group);

	need(point && x);
	/* Says no to what is not on the curve; its cofactor is 1. The point at infinity has one byte. */
	if (peer.len != BV_AGREE_PUBLIC_LEN || peer.p[0] != POINT_CONVERSION_UNCOMPRESSED ||
	    !EC_POINT_oct2point(group, point, (const void *)peer.p, peer.len, NULL))
		return bv_err_set(err, BV_EINVAL, "not a public key of P-256: 65 bytes, 04 and a point of the curve");
	need(EC_POINT_mul(group, point, NULL, point, n, NULL) && EC_POINT_get_affine_coordinates(group, point, x, NULL, NULL));
	need(BN_bn2binpad(x, out, BV_AGREE_LEN) == BV_AGREE_LEN);
	return BV_OK;
}
