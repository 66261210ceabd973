/* base58btc (draft-msporny-base58-03): the alphabet without 0, O, I and l. */
#ifndef BV_CERTS_KEYS_BASE58_H
#define BV_CERTS_KEYS_BASE58_H

#include "base/err.h"
#include "base/str.h"
#include "certs/key.h"

#define BASE58_MAX 128 /* bytes of a value: keys and signatures, nothing longer */

/* chars that hold the text of len bytes and a NUL: log(256)/log(58) < 1.3658 */
#define BASE58_SIZE(len) ((len) * 137 / 100 + 2)

/* len <= BASE58_MAX; out has BASE58_SIZE(len) chars. Returns the length of the text. */
size_t base58_write(char *out, const uint8_t *bytes, size_t len);

/* EPARSE for a character outside the alphabet, ELIMIT when the value has more than cap bytes; *len is the number of bytes. */
BV_MUST_USE enum bv_status base58_parse(uint8_t *out, size_t cap, size_t *len, struct bv_str text, struct bv_err *err);

#endif
