/* Codes that people type: 55 bits that follow from a certificate's identifier, and a character that finds every wrong letter and every two that changed places. */
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "certs/code.h"

/* Crockford's alphabet: I, L, O and U are not in it. */
static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

enum { BITS = 5, DATA = BV_CODE_LEN - 1, GROUP = 4 };

/* The value of a letter as people write it: in any case, O for 0, I and L for 1. -1: none. */
static int
value_of(unsigned char c)
{
	if (c >= 'a' && c <= 'z')
		c = (unsigned char)(c - 'a' + 'A');
	if (c == 'O')
		return 0;
	if (c == 'I' || c == 'L')
		return 1;
	const char *at = c ? strchr(letters, c) : NULL;
	return at ? (int)(at - letters) : -1;
}

/* In GF(2^5) of x^5 + x^2 + 1, times x. */
static unsigned
times_x(unsigned v)
{
	v <<= 1;
	return v & 32 ? v ^ 37 : v;
}

/* The sum of v[i] x^(11 - i): 0 for a code. Powers of x differ up to the 31st, so that one wrong letter, or two that changed places, never give 0. */
static unsigned
syndrome(const uint8_t values[BV_CODE_LEN])
{
	unsigned sum = 0;

	for (size_t i = 0; i < BV_CODE_LEN; i++)
		sum = times_x(sum) ^ values[i];
	return sum;
}

static char *
write_values(char out[BV_CODE_SIZE], const uint8_t values[BV_CODE_LEN])
{
	size_t len = 0;

	for (size_t i = 0; i < BV_CODE_LEN; i++) {
		if (i && i % GROUP == 0)
			out[len++] = '-';
		out[len++] = letters[values[i]];
	}
	out[len] = '\0';
	return out;
}

char *
bv_code_write(char out[BV_CODE_SIZE], struct bv_str id)
{
	static const char name[] = "BV-CODE-1"; /* with its NUL */
	uint8_t hash[BV_HASH_LEN], values[BV_CODE_LEN] = { 0 };
	struct bv_sha256 ctx;
	uint64_t bits = 0;

	bv_sha256_init(&ctx);
	bv_sha256_add(&ctx, name, sizeof name);
	bv_sha256_add(&ctx, id.p, id.len);
	bv_sha256_end(&ctx, hash);
	for (size_t i = 0; i < 7; i++)
		bits = bits << 8 | hash[i];
	bits >>= 1;
	for (size_t i = 0; i < DATA; i++)
		values[i] = bits >> (BITS * (DATA - 1 - i)) & 31;
	values[DATA] = (uint8_t)syndrome(values);
	return write_values(out, values);
}

/* Bytes of what people put between letters: white space, '-', '.', '_', dashes and spaces of word processors. 0: it is a letter. */
static size_t
gap_at(struct bv_str rest)
{
	static const char *const wide[] = { "\u00a0", "\u2007", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212", "\u202f", "\u200b" };

	if (strchr(" \t\r\n-._", rest.p[0]) && rest.p[0])
		return 1;
	for (size_t i = 0; i < BV_COUNT(wide); i++)
		if (bv_str_starts(rest, bv_str_of(wide[i])))
			return strlen(wide[i]);
	return 0;
}

enum bv_code_fault
bv_code_parse(char out[BV_CODE_SIZE], struct bv_str text)
{
	uint8_t values[BV_CODE_LEN];
	size_t count = 0;

	for (struct bv_str rest = text; rest.len;) {
		size_t gap = gap_at(rest);
		int value = gap ? 0 : value_of((unsigned char)rest.p[0]);
		if (value < 0)
			return BV_CODE_LETTER;
		if (!gap && count < BV_CODE_LEN)
			values[count] = (uint8_t)value;
		count += !gap;
		rest = bv_str_sub(rest, gap ? gap : 1, rest.len);
	}
	if (count != BV_CODE_LEN)
		return count == 0 ? BV_CODE_EMPTY : count < BV_CODE_LEN ? BV_CODE_SHORT : BV_CODE_LONG;
	if (syndrome(values))
		return BV_CODE_MISTYPED;
	write_values(out, values);
	return BV_CODE_GOOD;
}
