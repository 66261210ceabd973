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
