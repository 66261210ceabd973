#include "certs/base64url.h"

void
base64url_write(struct bv_buf *out, const uint8_t *bytes, size_t len)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	for (size_t bit = 0; bit < 8 * len; bit += 6) {
		size_t byte = bit / 8;
		unsigned two = (unsigned)bytes[byte] << 8 | (byte + 1 < len ? bytes[byte + 1] : 0);
		bv_buf_addc(out, alphabet[two >> (10 - bit % 8) & 63]);
	}
}

static int
digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

bool
base64url_parse(struct bv_buf *out, struct bv_str text)
{
	unsigned bits = 0, count = 0;

	bv_buf_clear(out);
	if (text.len % 4 == 1)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		int d = digit(text.p[i]);
		if (d < 0)
			return false;
		bits = bits << 6 | (unsigned)d;
		count += 6;
		if (count >= 8) {
			count -= 8;
			bv_buf_addc(out, (char)(bits >> count));
			bits &= (1u << count) - 1;
		}
	}
	return bits == 0 && !out->full;
}
