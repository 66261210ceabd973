/* ECDSA on the curves of NIST. Signatures are r ‖ s of a fixed length, as JOSE (RFC 7518 §3.4), COSE (RFC 9053 §2.1) and PKCS #11 have them; OpenSSL has DER. */
#ifndef BV_CERTS_KEYS_CURVE_H
#define BV_CERTS_KEYS_CURVE_H

#include <openssl/evp.h>

#include "certs/key.h"

const char *curve_name(enum bv_key_kind kind); /* as OpenSSL calls it */
int curve_nid(enum bv_key_kind kind);
enum bv_key_kind curve_named(const char *name); /* 0: none of ours */
/* The public point of a key; public->kind is there already. */
void curve_public(struct bv_public *public, const EVP_PKEY *pkey);
/* NULL when the bytes are no point of the curve; the caller owns it. */
EVP_PKEY *curve_pkey(const struct bv_public *public);
bool curve_is_point(const struct bv_public *public);
/* Bytes of a coordinate, and of each half of a signature. */
size_t curve_len(enum bv_key_kind kind);
/* ctx is made ready by EVP_PKEY_sign_init. */
void curve_sign(uint8_t *signature, enum bv_key_kind kind, EVP_PKEY_CTX *ctx, struct bv_str message);
/* The same of a message's hash. */
void curve_sign_digest(uint8_t *signature, enum bv_key_kind kind, EVP_PKEY_CTX *ctx, const uint8_t *hash, size_t hash_len);
/* By a key of that kind, of curve_pkey. Any number of threads at a time for one key. */
bool curve_verify(enum bv_key_kind kind, EVP_PKEY *pkey, struct bv_str message, const uint8_t *signature);
/* 02 or 03 and x, of the uncompressed point; out has curve_len + 1 bytes. */
void curve_compress(uint8_t *out, const struct bv_public *public);
/* The reverse; false when there is no such point. */
bool curve_decompress(struct bv_public *public, enum bv_key_kind kind, const uint8_t *bytes);

#endif
