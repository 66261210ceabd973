#include "certs/jose/base64url.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void
base64url_write(struct bv_buf *out, const uint8_t *bytes, size_t len)
{
	char *p = bv_buf_extend(out, len / 3 * 4 + (len % 3 ? len % 3 + 1 : 0));

	if (!p)
		return;
	for (; len >= 3; bytes += 3, len -= 3, p += 4) {
		uint32_t three = (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2];
		p[0] = alphabet[three >> 18];
		p[1] = alphabet[three >> 12 & 63];
		p[2] = alphabet[three >> 6 & 63];
		p[3] = alphabet[three & 63];
	}
	if (!len)
		return;
	p[0] = alphabet[bytes[0] >> 2];
	p[1] = alphabet[(bytes[0] << 4 | (len == 2 ? bytes[1] >> 4 : 0)) & 63];
	if (len == 2)
		p[2] = alphabet[bytes[1] << 2 & 63];
}

/* By character, one more than its value; 0: not of the alphabet. */
static const uint8_t values[256] = {
	['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,  ['I'] = 9,  ['J'] = 10, ['K'] = 11,
	['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22,
	['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33,
	['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44,
	['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55,
	['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['-'] = 63, ['_'] = 64,
};

size_t
base64url_span(struct bv_str text)
{
	const unsigned char *p = (const unsigned char *)text.p;
	size_t i = 0;

	/* Of a 0 less one every bit is set. */
	while (text.len - i >= 4 && (int)((values[p[i]] - 1u) | (values[p[i + 1]] - 1u) | (values[p[i + 2]] - 1u) | (values[p[i + 3]] - 1u)) >= 0)
		i += 4;
	while (i < text.len && values[p[i]])
		i++;
	return i;
}

bool
base64url_parse(struct bv_buf *out, struct bv_str text)
{
	uint32_t bits = 0;
	unsigned held = 0;

	bv_buf_clear(out);
	if (text.len % 4 == 1)
		return false;
	char *p = bv_buf_extend(out, text.len / 4 * 3 + (text.len % 4 ? text.len % 4 - 1 : 0));
	if (!p)
		return false;
	size_t i = 0;
	for (; i + 4 <= text.len; i += 4, p += 3) {
		const unsigned char *t = (const unsigned char *)text.p + i;
		uint32_t a = values[t[0]] - 1u, b = values[t[1]] - 1u, c = values[t[2]] - 1u, d = values[t[3]] - 1u;
		if ((int)(a | b | c | d) < 0)
			return false;
		uint32_t three = a << 18 | b << 12 | c << 6 | d;
		p[0] = (char)(three >> 16);
		p[1] = (char)(three >> 8);
		p[2] = (char)three;
	}
	for (; i < text.len; i++) {
		uint8_t value = values[(unsigned char)text.p[i]];
		if (!value)
			return false;
		bits = bits << 6 | (value - 1u);
		held += 6;
		if (held >= 8) {
			held -= 8;
			*p++ = (char)(bits >> held);
		}
	}
	return (bits & ((1u << held) - 1)) == 0;
}
