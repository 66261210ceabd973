#include "certs/base58.h"

#include <assert.h>

static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/* Five digits at a time: 58^5 fits 32 bits, which makes a signature five times cheaper than digit by digit. */
enum { DIGITS = 5, RADIX = 58 * 58 * 58 * 58 * 58 };

size_t
base58_write(char *out, const uint8_t *bytes, size_t len)
{
	uint32_t limbs[BASE58_SIZE(BASE58_MAX) / DIGITS + 1]; /* least first */
	size_t count = 0, zeros = 0, n = 0;

	assert(len <= BASE58_MAX);
	while (zeros < len && bytes[zeros] == 0)
		zeros++;
	for (size_t i = zeros; i < len;) {
		/* up to four bytes of the value come in at once */
		size_t take = len - i < 4 ? len - i : 4;
		uint64_t carry = 0;
		for (size_t k = 0; k < take; k++)
			carry = carry << 8 | bytes[i + k];
		for (size_t j = 0; j < count; j++) {
			carry += (uint64_t)limbs[j] << (8 * take);
			limbs[j] = (uint32_t)(carry % RADIX);
			carry /= RADIX;
		}
		for (; carry; carry /= RADIX)
			limbs[count++] = (uint32_t)(carry % RADIX);
		i += take;
	}
	for (; n < zeros; n++)
		out[n] = '1';
	for (size_t j = count; j-- > 0;) {
		uint32_t limb = limbs[j], unit = RADIX / 58;
		for (int d = 0; d < DIGITS; d++, unit /= 58) {
			uint32_t digit = limb / unit % 58;
			if (n > zeros || digit)
				out[n++] = alphabet[digit];
		}
	}
	out[n] = '\0';
	return n;
}

enum bv_status
base58_parse(uint8_t *out, size_t cap, size_t *len, struct bv_str text, struct bv_err *err)
{
	uint8_t value[BASE58_MAX]; /* least first */
	size_t count = 0, zeros = 0;

	assert(cap <= BASE58_MAX);
	while (zeros < text.len && text.p[zeros] == '1')
		zeros++;
	for (size_t i = zeros; i < text.len; i++) {
		const char *at = text.p[i] ? strchr(alphabet, text.p[i]) : NULL;
		if (!at)
			return bv_err_set(err, BV_EPARSE, "base58btc: character %zu is not of its alphabet", i + 1);
		uint32_t carry = (uint32_t)(at - alphabet);
		for (size_t j = 0; j < count; j++) {
			carry += value[j] * 58u;
			value[j] = (uint8_t)carry;
			carry >>= 8;
		}
		if (carry && count + zeros >= cap)
			return bv_err_set(err, BV_ELIMIT, "base58btc: more than %zu bytes", cap);
		if (carry)
			value[count++] = (uint8_t)carry;
	}
	if (count + zeros > cap)
		return bv_err_set(err, BV_ELIMIT, "base58btc: more than %zu bytes", cap);
	memset(out, 0, zeros);
	for (size_t j = 0; j < count; j++)
		out[zeros + j] = value[count - 1 - j];
	*len = zeros + count;
	return BV_OK;
}
