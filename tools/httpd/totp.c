#include "tools/httpd/totp.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>

uint32_t
totp_number(const uint8_t *secret, size_t len, uint64_t counter)
{
	enum { SHA1_LEN = 20 };
	uint8_t message[8], mac[EVP_MAX_MD_SIZE];
	unsigned mac_len = 0;

	for (int i = 0; i < 8; i++)
		message[i] = (uint8_t)(counter >> (56 - 8 * i));
	if (!HMAC(EVP_sha1(), secret, (int)len, message, sizeof message, mac, &mac_len) || mac_len != SHA1_LEN)
		abort();
	unsigned at = mac[SHA1_LEN - 1] & 15;
	return ((uint32_t)mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3];
}

/* All three steps are always computed, and compared without a branch on their digits. */
bool
totp_check(const uint8_t secret[TOTP_SECRET_LEN], struct bv_str code, int64_t time_s, int64_t *last)
{
	const uint32_t codes = 1000000;
	int64_t now = time_s / TOTP_STEP_S, found = 0;
	char digits[16];

	if (code.len != TOTP_DIGITS)
		return false;
	for (int64_t step = now - 1; step <= now + 1; step++) {
		unsigned differs = 0;
		snprintf(digits, sizeof digits, "%06u", totp_number(secret, TOTP_SECRET_LEN, (uint64_t)step) % codes);
		for (size_t i = 0; i < TOTP_DIGITS; i++)
			differs |= (unsigned)(digits[i] ^ code.p[i]);
		if (!differs)
			found = step;
	}
	if (!found || found <= *last)
		return false;
	*last = found;
	return true;
}

void
base32_write(struct bv_buf *out, const uint8_t *bytes, size_t len)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint32_t bits = 0;
	int count = 0;

	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | bytes[i];
		for (count += 8; count >= 5; count -= 5)
			bv_buf_addc(out, alphabet[bits >> (count - 5) & 31]);
		bits &= 31;
	}
	if (count)
		bv_buf_addc(out, alphabet[bits << (5 - count) & 31]);
}
