/* Time-based one-time passwords: RFC 6238 with HMAC-SHA-1, 30 s and six digits, as every authenticator has it. */
#ifndef BV_TOOLS_HTTPD_TOTP_H
#define BV_TOOLS_HTTPD_TOTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define TOTP_SECRET_LEN 20
#define TOTP_STEP_S 30
#define TOTP_DIGITS 6

/* The 31 bits of RFC 4226 §5.3 for a counter; a code is its last digits. */
uint32_t totp_number(const uint8_t *secret, size_t len, uint64_t counter);

/* Is code that of time_s, or of the step before or after, and of a later step than *last (0: none yet)? Then *last is its step. */
bool totp_check(const uint8_t secret[TOTP_SECRET_LEN], struct bv_str code, int64_t time_s, int64_t *last);

/* RFC 4648 §6 without padding, appended. */
void base32_write(struct bv_buf *out, const uint8_t *bytes, size_t len);

#endif
