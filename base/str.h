/* Bytes: a borrowed view (bv_str) and an owned, growing buffer with a maximum (bv_buf). */
#ifndef BV_BASE_STR_H
#define BV_BASE_STR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"

/* Borrowed bytes, not NUL-terminated. { NULL, 0 } is the empty string. */
struct bv_str {
	const char *p;
	size_t len;
};

#define BV_STR(literal) ((struct bv_str){ "" literal, sizeof(literal) - 1 })
#define BV_STR_NONE ((struct bv_str){ NULL, 0 })
/* printf("%.*s", BV_STR_ARG(s)) */
#define BV_STR_ARG(s) ((int)(s).len), bv_str_chars(s)

/* Its first byte for printf, which takes no NULL, not even for no characters. */
static inline const char *
bv_str_chars(struct bv_str s)
{
	return s.p ? s.p : "";
}

static inline struct bv_str
bv_str_of(const char *z)
{
	return (struct bv_str){ z, z ? strlen(z) : 0 };
}

static inline bool
bv_str_eq(struct bv_str a, struct bv_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

static inline bool
bv_str_is(struct bv_str a, const char *z)
{
	return bv_str_eq(a, bv_str_of(z));
}

/* Byte order, a shorter prefix first: <0, 0, >0. */
BV_API int bv_str_cmp(struct bv_str a, struct bv_str b);

BV_API bool bv_str_starts(struct bv_str s, struct bv_str prefix);
BV_API bool bv_str_ends(struct bv_str s, struct bv_str suffix);

/* Index of the first byte c, or s.len. */
BV_API size_t bv_str_find(struct bv_str s, char c);

/* s from byte `from`, at most len bytes; both are clipped to s. */
BV_API struct bv_str bv_str_sub(struct bv_str s, size_t from, size_t len);

/* Without XML white space (space, tab, CR, LF) at both ends. */
BV_API struct bv_str bv_str_trim(struct bv_str s);

/* Takes the next token that XML white space delimits from *s; false when there is none. */
BV_API bool bv_str_token(struct bv_str *s, struct bv_str *token);

/* Takes a line off *rest, with the line feed that ends it and is not part of *line; false when no line is ended there. */
BV_API bool bv_str_line(struct bv_str *rest, struct bv_str *line);

/* A heap copy, NUL-terminated; give it to free(3). */
BV_API char *bv_str_dup(struct bv_str s);

/* Decimal integer with optional sign, the whole of s, in [INT64_MIN, INT64_MAX]; false otherwise. */
BV_API bool bv_str_int(struct bv_str s, int64_t *out);

/* Decimal without sign and without leading zeros, the whole of s, below 2^63; false otherwise. */
BV_API bool bv_str_size(struct bv_str s, uint64_t *out);

/* Decimal without exponent and with at most `places` (0–9) digits after the point, the whole of s, in units of 10^-places:
 * "2.5" with 2 places is 250. Optional sign, at least one digit before the point and after it; false otherwise. */
BV_API bool bv_str_decimal(struct bv_str s, unsigned places, int64_t *out);

/* XSD double lexical form, the whole of s: decimal with '.' and exponent, INF, -INF, NaN. Locale never matters. */
BV_API bool bv_str_double(struct bv_str s, double *out);

/* Owned bytes. A write that would pass max writes nothing and sets full; bv_buf_check reports it once at the end. p is always NUL-terminated. */
struct bv_buf {
	char *p;
	size_t len, cap, max;
	bool full;
};

/* BV_BUF(max): an empty buffer of at most max bytes. */
#define BV_BUF(maximum) ((struct bv_buf){ .max = (maximum) })

BV_API void bv_buf_finish(struct bv_buf *buf);
BV_API void bv_buf_clear(struct bv_buf *buf);
BV_API void bv_buf_add(struct bv_buf *buf, struct bv_str s);
BV_API void bv_buf_addz(struct bv_buf *buf, const char *z);
BV_API void bv_buf_addc(struct bv_buf *buf, char c);
/* Room for len bytes at the end, which the caller fills, all of them. NULL: they do not fit, as in bv_buf_add. */
BV_API char *bv_buf_extend(struct bv_buf *buf, size_t len);
BV_API BV_PRINTF(2, 3) void bv_buf_printf(struct bv_buf *buf, const char *fmt, ...);
/* ELIMIT when something did not fit. */
BV_API BV_MUST_USE enum bv_status bv_buf_check(const struct bv_buf *buf, struct bv_err *err);
static inline struct bv_str
bv_buf_str(const struct bv_buf *buf)
{
	return (struct bv_str){ buf->p, buf->len };
}
BV_AUTO_DEFINE_FINISH(struct bv_buf, bv_buf_finish)

/* Lower-case hexadecimal of len bytes, appended. */
BV_API void bv_hex_write(struct bv_buf *out, const void *bytes, size_t len);
/* 0–15, or -1. */
BV_API int bv_hex_digit(char c);
/* len bytes from exactly 2*len hexadecimal digits of either case; EPARSE otherwise. */
BV_API BV_MUST_USE enum bv_status bv_hex_parse(uint8_t *out, size_t len, struct bv_str hex, struct bv_err *err);
/* The bytes of base64 (RFC 4648 §4, padded; white space is passed over) into out (cleared first). False when it is none, or out->full. */
BV_API BV_MUST_USE bool bv_base64_parse(struct bv_buf *out, struct bv_str text);
/* Exactly len bytes from base64 in the one form that bv_base64_write has for them; false otherwise. */
BV_API BV_MUST_USE bool bv_base64_exact(uint8_t *out, size_t len, struct bv_str text);
/* base64 (RFC 4648 §4, padded) of len bytes, appended. */
BV_API void bv_base64_write(struct bv_buf *out, const void *bytes, size_t len);
#define BV_HEX_SIZE(len) (2 * (len) + 1)
/* The same into a caller's array of BV_HEX_SIZE(len) chars, NUL-terminated; returns it. */
BV_API char *bv_hex(char *out, const void *bytes, size_t len);

#endif
