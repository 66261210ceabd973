/* Key agreement on NIST P-256 (SP 800-56A, ECC CDH): who has the one private key and the other public one has the secret of both. */
#ifndef BV_BASE_AGREE_H
#define BV_BASE_AGREE_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define BV_AGREE_PUBLIC_LEN 65 /* uncompressed point: 04 ‖ x ‖ y (SEC 1 §2.3.3) */
#define BV_AGREE_LEN 32

/* A private key of 48 uniform bytes: their number, modulo the order less one, and one more (FIPS 186-5 A.2.1), big-endian. */
BV_API void bv_agree_private(uint8_t out[BV_AGREE_LEN], const uint8_t uniform[48]);
/* Its public key. The private key is in the range of bv_agree_private: assert. */
BV_API void bv_agree_public(uint8_t out[BV_AGREE_PUBLIC_LEN], const uint8_t key[BV_AGREE_LEN]);
/* The shared secret: x of key · peer. EINVAL: peer is no point of the curve. To be put through a KDF. */
BV_API BV_MUST_USE enum bv_status bv_agree(uint8_t out[BV_AGREE_LEN], const uint8_t key[BV_AGREE_LEN], struct bv_str peer, struct bv_err *err);

#endif
