#include "base/cipher.h"

#include <assert.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "base/mem.h"

enum { TAG_LEN = BV_CIPHER_EXTRA - BV_CIPHER_NONCE_LEN };

BV_AUTO_DEFINE(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)

/* OpenSSL fails here only for want of memory. */
static void
need(int good)
{
	if (good != 1)
		abort();
}

static EVP_CIPHER_CTX *
start(const uint8_t *key, const void *nonce, struct bv_str associated, bool sealing)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int len;

	need(ctx != NULL);
	need(EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, nonce, sealing)); /* its nonce has 12 bytes unless another length is set */
	if (associated.len)
		need(EVP_CipherUpdate(ctx, NULL, &len, (const void *)associated.p, (int)associated.len));
	return ctx;
}

void
bv_cipher_seal(struct bv_buf *out, const uint8_t key[BV_CIPHER_KEY_LEN], const uint8_t nonce[BV_CIPHER_NONCE_LEN], struct bv_str associated,
               struct bv_str plain)
{
	uint8_t part[4096], tag[TAG_LEN];
	int len;

	assert(plain.len <= INT_MAX && associated.len <= INT_MAX);
	BV_AUTO(EVP_CIPHER_CTX_free) EVP_CIPHER_CTX *ctx = start(key, nonce, associated, true);
	bv_buf_add(out, (struct bv_str){ (const void *)nonce, BV_CIPHER_NONCE_LEN });
	for (size_t from = 0; from < plain.len; from += sizeof part) {
		struct bv_str piece = bv_str_sub(plain, from, sizeof part);
		need(EVP_EncryptUpdate(ctx, part, &len, (const void *)piece.p, (int)piece.len));
		bv_buf_add(out, (struct bv_str){ (const void *)part, (size_t)len });
	}
	need(EVP_EncryptFinal_ex(ctx, part, &len));
	need(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN, tag));
	bv_buf_add(out, (struct bv_str){ (const void *)tag, TAG_LEN });
}

enum bv_status
bv_cipher_open(struct bv_buf *out, const uint8_t key[BV_CIPHER_KEY_LEN], struct bv_str associated, struct bv_str sealed, struct bv_err *err)
{
	uint8_t part[4096], tag[TAG_LEN];
	size_t before = out->len;
	int len;

	if (sealed.len < BV_CIPHER_EXTRA || sealed.len > INT_MAX)
		return bv_err_set(err, BV_EDENIED, "not a sealed text: %zu bytes", sealed.len);
	assert(associated.len <= INT_MAX);
	BV_AUTO(EVP_CIPHER_CTX_free) EVP_CIPHER_CTX *ctx = start(key, sealed.p, associated, false);
	struct bv_str body = bv_str_sub(sealed, BV_CIPHER_NONCE_LEN, sealed.len - BV_CIPHER_EXTRA);
	for (size_t from = 0; from < body.len; from += sizeof part) {
		struct bv_str piece = bv_str_sub(body, from, sizeof part);
		need(EVP_DecryptUpdate(ctx, part, &len, (const void *)piece.p, (int)piece.len));
		bv_buf_add(out, (struct bv_str){ (const void *)part, (size_t)len });
	}
	bv_wipe(part, sizeof part);
	memcpy(tag, sealed.p + sealed.len - TAG_LEN, TAG_LEN);
	need(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_LEN, tag));
	if (EVP_DecryptFinal_ex(ctx, part, &len) == 1)
		return BV_OK;
	if (out->len > before) { /* what was decrypted without being meant is not left lying about */
		bv_wipe(out->p + before, out->len - before);
		out->len = before;
	}
	return bv_err_set(err, BV_EDENIED, "a sealed text does not open: it was changed, or is sealed with another key");
}

/* All of bytes at once: those that seal, and those that are sealed, are small. */
static bool
run_cbc(struct bv_buf *out, const uint8_t *key, const uint8_t *iv, struct bv_str bytes, bool sealing)
{
	enum { BLOCK = 16 };
	BV_AUTO(EVP_CIPHER_CTX_free) EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t *room = bv_alloc(bytes.len + BLOCK);
	int len = 0, rest = 0;

	assert(bytes.len < INT_MAX - BLOCK);
	need(ctx != NULL);
	need(EVP_CipherInit_ex(ctx, EVP_aes_256_cbc(), NULL, key, iv, sealing));
	need(EVP_CipherUpdate(ctx, room, &len, (const void *)bytes.p, (int)bytes.len));
	bool good = EVP_CipherFinal_ex(ctx, room + len, &rest) == 1;
	if (good)
		bv_buf_add(out, (struct bv_str){ (const char *)room, (size_t)(len + rest) });
	bv_wipe(room, bytes.len + BLOCK);
	free(room);
	return good;
}

void
bv_cipher_cbc_seal(struct bv_buf *out, const uint8_t key[BV_CIPHER_KEY_LEN], const uint8_t *iv, struct bv_str plain)
{
	need(run_cbc(out, key, iv, plain, true));
}

enum bv_status
bv_cipher_cbc_open(struct bv_buf *out, const uint8_t key[BV_CIPHER_KEY_LEN], const uint8_t *iv, struct bv_str sealed, struct bv_err *err)
{
	if (!run_cbc(out, key, iv, sealed, false))
		return bv_err_set(err, BV_EPARSE, "what is encrypted does not end as it should");
	return bv_buf_check(out, err);
}

void
bv_pbkdf2_sha1(uint8_t *out, size_t len, struct bv_str password, struct bv_str salt, int rounds)
{
	need(PKCS5_PBKDF2_HMAC(password.p, (int)password.len, (const uint8_t *)salt.p, (int)salt.len, rounds, EVP_sha1(), (int)len, out));
}
