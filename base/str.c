#define _GNU_SOURCE
#include "base/str.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

int
bv_str_cmp(struct bv_str a, struct bv_str b)
{
	size_t shorter = a.len < b.len ? a.len : b.len;
	int order = shorter ? memcmp(a.p, b.p, shorter) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool
bv_str_starts(struct bv_str s, struct bv_str prefix)
{
	return s.len >= prefix.len && bv_str_eq(bv_str_sub(s, 0, prefix.len), prefix);
}

bool
bv_str_ends(struct bv_str s, struct bv_str suffix)
{
	return s.len >= suffix.len && bv_str_eq(bv_str_sub(s, s.len - suffix.len, suffix.len), suffix);
}

size_t
bv_str_find(struct bv_str s, char c)
{
	const char *at = s.len ? memchr(s.p, c, s.len) : NULL;

	return at ? (size_t)(at - s.p) : s.len;
}

struct bv_str
bv_str_sub(struct bv_str s, size_t from, size_t len)
{
	if (from > s.len)
		from = s.len;
	if (len > s.len - from)
		len = s.len - from;
	return (struct bv_str){ s.p ? s.p + from : NULL, len };
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct bv_str
bv_str_trim(struct bv_str s)
{
	while (s.len && is_space(s.p[0]))
		s = bv_str_sub(s, 1, s.len);
	while (s.len && is_space(s.p[s.len - 1]))
		s.len--;
	return s;
}

bool
bv_str_token(struct bv_str *s, struct bv_str *token)
{
	struct bv_str rest = bv_str_trim(*s);
	size_t len = 0;

	if (!rest.len)
		return false;
	while (len < rest.len && !is_space(rest.p[len]))
		len++;
	*token = bv_str_sub(rest, 0, len);
	*s = bv_str_sub(rest, len, rest.len);
	return true;
}

char *
bv_str_dup(struct bv_str s)
{
	char *z = bv_alloc(s.len + 1);

	if (s.len)
		memcpy(z, s.p, s.len);
	return z;
}

bool
bv_str_line(struct bv_str *rest, struct bv_str *line)
{
	size_t len = bv_str_find(*rest, '\n');

	if (len == rest->len)
		return false;
	*line = bv_str_sub(*rest, 0, len);
	*rest = bv_str_sub(*rest, len + 1, rest->len);
	return true;
}

bool
bv_str_size(struct bv_str s, uint64_t *out)
{
	int64_t n;

	if (!s.len || s.p[0] < '0' || s.p[0] > '9' || (s.len > 1 && s.p[0] == '0') || !bv_str_int(s, &n))
		return false;
	*out = (uint64_t)n;
	return true;
}

bool
bv_str_int(struct bv_str s, int64_t *out)
{
	bool negative = false;
	int64_t n = 0;

	if (s.len && (s.p[0] == '-' || s.p[0] == '+')) {
		negative = s.p[0] == '-';
		s = bv_str_sub(s, 1, s.len);
	}
	if (!s.len)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		int digit = s.p[i] - '0';
		if (digit < 0 || digit > 9 || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, negative ? -digit : digit, &n))
			return false;
	}
	*out = n;
	return true;
}

bool
bv_str_decimal(struct bv_str s, unsigned places, int64_t *out)
{
	char digits[32];
	size_t point = bv_str_find(s, '.'), len = point, fraction = s.len - point;

	if (fraction == 1 || fraction > places + 1 || len + places >= sizeof digits)
		return false;
	memset(digits, '0', sizeof digits);
	if (len)
		memcpy(digits, s.p, len);
	if (fraction)
		memcpy(digits + len, s.p + point + 1, fraction - 1);
	int64_t whole; /* "+5" in the fraction must not read as a number, nor "-" before the point */
	return bv_str_int(bv_str_sub(s, 0, point), &whole) && bv_str_int((struct bv_str){ digits, len + places }, out);
}

/* Sign, digits with at most one point and at least one digit, optional exponent. */
static bool
is_decimal(struct bv_str s)
{
	size_t i = 0, digits = 0;

	if (i < s.len && (s.p[i] == '-' || s.p[i] == '+'))
		i++;
	for (; i < s.len && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		digits++;
	if (i < s.len && s.p[i] == '.')
		for (i++; i < s.len && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			digits++;
	if (!digits)
		return false;
	if (i < s.len && (s.p[i] == 'e' || s.p[i] == 'E')) {
		i++;
		if (i < s.len && (s.p[i] == '-' || s.p[i] == '+'))
			i++;
		size_t first = i;
		while (i < s.len && s.p[i] >= '0' && s.p[i] <= '9')
			i++;
		if (i == first)
			return false;
	}
	return i == s.len;
}

bool
bv_str_double(struct bv_str s, double *out)
{
	enum { LONGEST = 400 };
	char z[LONGEST + 1];

	if (bv_str_is(s, "INF") || bv_str_is(s, "+INF")) {
		*out = HUGE_VAL;
		return true;
	}
	if (bv_str_is(s, "-INF")) {
		*out = -HUGE_VAL;
		return true;
	}
	if (bv_str_is(s, "NaN")) {
		*out = nan("");
		return true;
	}
	if (s.len > LONGEST || !is_decimal(s))
		return false;
	memcpy(z, s.p, s.len);
	z[s.len] = '\0';
	/* The programs never call setlocale, so strtod reads the C locale's point. */
	*out = strtod(z, NULL);
	return true;
}

void
bv_buf_finish(struct bv_buf *buf)
{
	free(buf->p);
	*buf = BV_BUF(buf->max);
}

void
bv_buf_clear(struct bv_buf *buf)
{
	buf->len = 0;
	buf->full = false;
	if (buf->p)
		buf->p[0] = '\0';
}

/* Room for len more bytes and a NUL; false and full when that passes max. */
static inline bool
reserve(struct bv_buf *buf, size_t len)
{
	if (buf->full || len > buf->max - buf->len) {
		buf->full = true;
		return false;
	}
	size_t need = buf->len + len + 1;
	if (need > buf->cap) {
		size_t cap = buf->cap ? buf->cap * 2 : 256;
		buf->cap = cap > need ? cap : need;
		buf->p = bv_resize_array(buf->p, buf->cap, 1);
	}
	return true;
}

void
bv_buf_add(struct bv_buf *buf, struct bv_str s)
{
	if (!reserve(buf, s.len))
		return;
	if (s.len)
		memcpy(buf->p + buf->len, s.p, s.len);
	buf->len += s.len;
	buf->p[buf->len] = '\0';
}

void
bv_buf_addz(struct bv_buf *buf, const char *z)
{
	bv_buf_add(buf, bv_str_of(z));
}

void
bv_buf_addc(struct bv_buf *buf, char c)
{
	if (!reserve(buf, 1))
		return;
	buf->p[buf->len++] = c;
	buf->p[buf->len] = '\0';
}

char *
bv_buf_extend(struct bv_buf *buf, size_t len)
{
	if (!reserve(buf, len))
		return NULL;
	char *room = buf->p + buf->len;
	buf->len += len;
	buf->p[buf->len] = '\0';
	return room;
}

void
bv_buf_printf(struct bv_buf *buf, const char *fmt, ...)
{
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int len = vsnprintf(NULL, 0, fmt, ap);
	if (len >= 0 && reserve(buf, (size_t)len)) {
		vsnprintf(buf->p + buf->len, (size_t)len + 1, fmt, again);
		buf->len += (size_t)len;
	}
	va_end(again);
	va_end(ap);
}

enum bv_status
bv_buf_check(const struct bv_buf *buf, struct bv_err *err)
{
	if (buf->full)
		return bv_err_set(err, BV_ELIMIT, "output is larger than %zu bytes", buf->max);
	return BV_OK;
}

char *
bv_hex(char *out, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	char *to = out;

	/* Without a table, so that many bytes are done at once: 'a' - '0' - 10 is 39. */
	for (size_t i = 0; i < len; i++) {
		uint8_t high = p[i] >> 4, low = p[i] & 15;
		*to++ = (char)('0' + high + (high > 9 ? 39 : 0));
		*to++ = (char)('0' + low + (low > 9 ? 39 : 0));
	}
	*to = '\0';
	return out;
}

void
bv_hex_write(struct bv_buf *out, const void *bytes, size_t len)
{
	char *room = bv_buf_extend(out, 2 * len);

	if (room)
		bv_hex(room, bytes, len); /* and its NUL, where one is */
}

int
bv_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum bv_status
bv_hex_parse(uint8_t *out, size_t len, struct bv_str hex, struct bv_err *err)
{
	if (hex.len != 2 * len)
		return bv_err_set(err, BV_EPARSE, "%zu hexadecimal digits expected, %zu found", 2 * len, hex.len);
	for (size_t i = 0; i < hex.len; i++)
		if (bv_hex_digit(hex.p[i]) < 0)
			return bv_err_set(err, BV_EPARSE, "'%c' is not a hexadecimal digit", hex.p[i]);
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(bv_hex_digit(hex.p[2 * i]) << 4 | bv_hex_digit(hex.p[2 * i + 1]));
	return BV_OK;
}
