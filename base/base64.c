#include "base/str.h"

static int
value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
bv_base64_parse(struct bv_buf *out, struct bv_str text)
{
	unsigned bits = 0, count = 0, padding = 0;

	bv_buf_clear(out);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];
		int value = value_of(c);
		if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			continue;
		padding += c == '=';
		if ((value < 0 && c != '=') || (value >= 0 && padding))
			return false;
		bits = bits << 6 | (value < 0 ? 0 : (unsigned)value);
		if (++count % 4)
			continue;
		/* What padding stands for must be zero, and there are at most two (RFC 4648 §3.5, §4). */
		if (padding > 2 || (padding && (bits & (padding == 2 ? 0xFFFFu : 0xFFu))))
			return false;
		for (unsigned k = 0; k < 3 - padding; k++)
			bv_buf_addc(out, (char)(bits >> (16 - 8 * k) & 0xFF));
		bits = 0;
	}
	return count % 4 == 0 && !out->full;
}

void
bv_base64_write(struct bv_buf *out, const void *bytes, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i += 3) {
		unsigned bits = (unsigned)p[i] << 16 | (i + 1 < len ? (unsigned)p[i + 1] << 8 : 0) | (i + 2 < len ? p[i + 2] : 0u);
		bv_buf_addc(out, digits[bits >> 18]);
		bv_buf_addc(out, digits[bits >> 12 & 63]);
		bv_buf_addc(out, i + 1 < len ? digits[bits >> 6 & 63] : '=');
		bv_buf_addc(out, i + 2 < len ? digits[bits & 63] : '=');
	}
}

bool
bv_base64_exact(uint8_t *out, size_t len, struct bv_str text)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(len), again = BV_BUF(text.len);

	if (!bv_base64_parse(&bytes, text) || bytes.len != len)
		return false;
	bv_base64_write(&again, bytes.p, bytes.len);
	if (again.full || !bv_str_eq(bv_buf_str(&again), text))
		return false;
	memcpy(out, bytes.p, len);
	return true;
}
