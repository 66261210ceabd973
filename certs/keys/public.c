#include "certs/keys/public.h"

#include <openssl/evp.h>

#include "base/mem.h"
#include "certs/keys/curve.h"

BV_AUTO_DEFINE(EVP_PKEY, EVP_PKEY_free)
BV_AUTO_DEFINE(EVP_MD_CTX, EVP_MD_CTX_free)

/* NULL when the bytes are no point of the curve. */
static EVP_PKEY *
make(const struct bv_public *public)
{
	if (public->kind != BV_KEY_ED25519)
		return curve_pkey(public);
	EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public->p, BV_KEY_LEN);
	bv_need(pkey);
	return pkey;
}

static bool
check(enum bv_key_kind kind, EVP_PKEY *pkey, struct bv_str message, const uint8_t *signature)
{
	if (kind != BV_KEY_ED25519)
		return curve_verify(kind, pkey, message, signature);
	BV_AUTO(EVP_MD_CTX_free) EVP_MD_CTX *md = EVP_MD_CTX_new();
	bv_need(md && EVP_DigestVerifyInit(md, NULL, NULL, NULL, pkey) == 1);
	return EVP_DigestVerify(md, signature, BV_SIGNATURE_LEN, (const uint8_t *)message.p, message.len) == 1;
}

void
public_ready(struct public_key *key)
{
	key->ready = make(&key->of);
}

void
public_finish(struct public_key *key)
{
	EVP_PKEY_free(key->ready);
	key->ready = NULL;
}

bool
public_check(const struct public_key *key, struct bv_str message, const uint8_t *signature)
{
	return key->ready ? check(key->of.kind, key->ready, message, signature) : bv_public_check(&key->of, message, signature);
}

bool
bv_public_check(const struct bv_public *public, struct bv_str message, const uint8_t *signature)
{
	BV_AUTO(EVP_PKEY_free) EVP_PKEY *pkey = make(public);

	return pkey && check(public->kind, pkey, message, signature);
}

bool
bv_public_verify(const uint8_t public[BV_KEY_LEN], struct bv_str message, const uint8_t signature[BV_SIGNATURE_LEN])
{
	struct bv_public key = { .kind = BV_KEY_ED25519, .len = BV_KEY_LEN };

	memcpy(key.p, public, BV_KEY_LEN);
	return bv_public_check(&key, message, signature);
}

bool
bv_public_equal(const struct bv_public *a, const struct bv_public *b)
{
	return a->kind == b->kind && a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}
