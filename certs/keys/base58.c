#include "certs/keys/base58.h"

#include <assert.h>

static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/* The place of an ASCII character in it, or -1. */
static const int8_t places[128] = {
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, -1, -1, -1, -1, -1, -1,
	-1, 9, 10, 11, 12, 13, 14, 15, 16, -1, 17, 18, 19, 20, 21, -1,
	22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, -1, -1, -1, -1, -1,
	-1, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, -1, 44, 45, 46,
	47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, -1, -1, -1, -1, -1,
};

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

/* Up to five digits as a number, and 58 to the power of their count. */
static enum bv_status
read_digits(uint32_t *number, uint32_t *power, struct bv_str text, size_t from, struct bv_err *err)
{
	*number = 0;
	*power = 1;
	for (size_t i = from; i < text.len && i < from + DIGITS; i++) {
		unsigned char c = (unsigned char)text.p[i];
		if (c >= sizeof places || places[c] < 0)
			return bv_err_set(err, BV_EPARSE, "base58btc: character %zu is not of its alphabet", i + 1);
		*number = *number * 58 + (uint32_t)places[c];
		*power *= 58;
	}
	return BV_OK;
}

/* Bytes of a value in limbs, least first. */
static size_t
bytes_of(const uint32_t *limbs, size_t count)
{
	size_t bytes = 4 * count;

	while (bytes && limbs[(bytes - 1) / 4] >> (8 * ((bytes - 1) % 4)) == 0)
		bytes--;
	return bytes;
}

enum bv_status
base58_parse(uint8_t *out, size_t cap, size_t *len, struct bv_str text, struct bv_err *err)
{
	uint32_t limbs[BASE58_MAX / 4 + 1], number, power; /* least first */
	size_t count = 0, zeros = 0;

	assert(cap <= BASE58_MAX);
	while (zeros < text.len && text.p[zeros] == '1')
		zeros++;
	for (size_t i = zeros; i < text.len; i += DIGITS) {
		TRY(read_digits(&number, &power, text, i, err));
		uint64_t carry = number;
		for (size_t j = 0; j < count; j++) {
			carry += (uint64_t)limbs[j] * power;
			limbs[j] = (uint32_t)carry;
			carry >>= 32;
		}
		if (carry && count > cap / 4)
			return bv_err_set(err, BV_ELIMIT, "base58btc: more than %zu bytes", cap);
		if (carry)
			limbs[count++] = (uint32_t)carry;
	}
	size_t bytes = bytes_of(limbs, count);
	if (bytes + zeros > cap)
		return bv_err_set(err, BV_ELIMIT, "base58btc: more than %zu bytes", cap);
	memset(out, 0, zeros);
	for (size_t j = 0; j < bytes; j++)
		out[zeros + bytes - 1 - j] = (uint8_t)(limbs[j / 4] >> (8 * (j % 4)));
	*len = zeros + bytes;
	return BV_OK;
}
