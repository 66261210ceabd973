/* Verification by OpenSSL alone, with its own object of the key and everything made ready before: the bar for ours. */
#ifndef BV_BENCH_BARE_H
#define BV_BENCH_BARE_H

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <stdlib.h>

#include "base/clock.h"
#include "certs/certs.h"

static inline EVP_PKEY *
bare_key(const struct bv_key *key)
{
	BV_AUTO(bv_buf_finish) struct bv_buf pem = BV_BUF(10000);

	bv_key_write(&pem, key);
	BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.len);
	EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	BIO_free(bio);
	if (!pkey)
		abort();
	return pkey;
}

/* Verifications a second of a message of len bytes, which for ECDSA are hashed each time. */
static inline double
bare_check_rate(const struct bv_key *key, const uint8_t *message, size_t len, int count)
{
	EVP_PKEY *pkey = bare_key(key);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx = NULL;
	const EVP_MD *digest = bv_key_describe(key)->kind == BV_KEY_ED25519 ? NULL : EVP_sha256();
	uint8_t signature[200], hash[SHA256_DIGEST_LENGTH];
	size_t signature_len = sizeof signature;
	bool good = EVP_DigestSignInit(md, NULL, digest, NULL, pkey) == 1 && EVP_DigestSign(md, signature, &signature_len, message, len) == 1;

	EVP_MD_CTX_reset(md);
	if (digest)
		good = good && (ctx = EVP_PKEY_CTX_new(pkey, NULL)) && EVP_PKEY_verify_init(ctx) == 1;
	else
		good = good && EVP_DigestVerifyInit(md, NULL, NULL, NULL, pkey) == 1;
	int64_t start = bv_clock_monotonic_ns();
	for (int i = 0; good && i < count; i++)
		good = digest ? EVP_PKEY_verify(ctx, signature, signature_len, SHA256(message, len, hash), sizeof hash) == 1
		              : EVP_DigestVerify(md, signature, signature_len, message, len) == 1;
	double rate = count * 1e9 / (double)(bv_clock_monotonic_ns() - start);
	EVP_PKEY_CTX_free(ctx);
	EVP_MD_CTX_free(md);
	EVP_PKEY_free(pkey);
	if (!good)
		abort();
	return rate;
}

#endif
