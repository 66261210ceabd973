/* Authenticated encryption: AES-256-GCM (NIST SP 800-38D); and what the formats of others want. */
#ifndef BV_BASE_CIPHER_H
#define BV_BASE_CIPHER_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define BV_CIPHER_KEY_LEN 32
#define BV_CIPHER_NONCE_LEN 12
#define BV_CIPHER_EXTRA (BV_CIPHER_NONCE_LEN + 16) /* bytes that a sealed text is longer than its plain text */

/* Appends nonce ‖ encrypted plain ‖ tag. Who opens it must say the same associated bytes, which are not in it. A nonce is used once under a key: one
 * taken at random is, for up to 2^32 texts. */
BV_API void bv_cipher_seal(struct bv_buf *out, const uint8_t key[BV_CIPHER_KEY_LEN], const uint8_t nonce[BV_CIPHER_NONCE_LEN],
                           struct bv_str associated, struct bv_str plain);
/* Appends the plain text. EDENIED, and nothing is appended: another key, other associated bytes, or sealed was changed. */
BV_API BV_MUST_USE enum bv_status bv_cipher_open(struct bv_buf *out, const uint8_t key[BV_CIPHER_KEY_LEN], struct bv_str associated,
                                                 struct bv_str sealed, struct bv_err *err);

/* For the formats of others, which have no authentication of their own: AES-256-CBC with the padding of PKCS #7 (RFC 5652 §6.3). iv has 16 bytes. Appended. */
BV_API void bv_cipher_cbc_seal(struct bv_buf *out, const uint8_t key[BV_CIPHER_KEY_LEN], const uint8_t *iv, struct bv_str plain);
/* EPARSE: not so many bytes, or another padding. Whether it is genuine is to be known before. */
BV_API BV_MUST_USE enum bv_status bv_cipher_cbc_open(struct bv_buf *out, const uint8_t key[BV_CIPHER_KEY_LEN], const uint8_t *iv, struct bv_str sealed, struct bv_err *err);
/* PBKDF2 with HMAC-SHA-1 (RFC 8018 §5.2). */
BV_API void bv_pbkdf2_sha1(uint8_t *out, size_t len, struct bv_str password, struct bv_str salt, int rounds);

#endif
