#include "base/json_read.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/text.h"

struct reader {
	const char *p, *end;
	int depth;
	struct bv_buf unescaped;
};

static json_t *read_value(struct reader *r);

static void
skip_space(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r'))
		r->p++;
}

static bool
take(struct reader *r, char c)
{
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

/* ---- Strings ---- */

/* Bytes of the character at p that is none of ASCII (RFC 3629 §4), 0 if it is none. */
static size_t
character(const char *p, const char *end)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t len = u[0] >= 0xf0 ? 4 : u[0] >= 0xe0 ? 3 : 2, left = (size_t)(end - p);

	if (u[0] < 0xc2 || u[0] > 0xf4 || left < len)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((u[i] & 0xc0) != 0x80)
			return 0;
	/* Overlong, surrogates, beyond U+10FFFF. */
	if ((u[0] == 0xe0 && u[1] < 0xa0) || (u[0] == 0xed && u[1] > 0x9f) || (u[0] == 0xf0 && u[1] < 0x90) || (u[0] == 0xf4 && u[1] > 0x8f))
		return 0;
	return len;
}

/* Are these eight bytes ASCII without control characters, quotes and backslashes? Of a byte below 0x80 the highest bit comes out set where it is less than
 * what is taken away. */
static bool
is_plain(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
	uint64_t x;

	memcpy(&x, p, sizeof x);
	return !((x | (x - ones * ' ') | ((x ^ ones * '"') - ones) | ((x ^ ones * '\\') - ones)) & highs);
}

/* Goes on to the quote that ends the string, or to an escape; false at what no string may have. */
static bool
skip_plain(struct reader *r)
{
	while (r->p < r->end) {
		while (r->end - r->p >= 8 && is_plain(r->p))
			r->p += 8;
		if (r->p == r->end)
			return false;
		unsigned char c = (unsigned char)*r->p;
		if (c == '"' || c == '\\')
			return true;
		if (c < ' ')
			return false;
		size_t len = c < 0x80 ? 1 : character(r->p, r->end);
		if (!len)
			return false;
		r->p += len;
	}
	return false;
}

/* After the first quote. */
static bool
read_name(struct reader *r, struct bv_str *name)
{
	name->p = r->p;
	if (!skip_plain(r) || *r->p != '"')
		return false;
	name->len = (size_t)(r->p++ - name->p);
	return true;
}

static bool
read_unit(struct reader *r, uint32_t *unit)
{
	*unit = 0;
	if (r->end - r->p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int digit = bv_hex_digit(*r->p++);
		if (digit < 0)
			return false;
		*unit = *unit * 16 + (uint32_t)digit;
	}
	return true;
}

/* After \u; two of them where it is a surrogate. */
static bool
unescape_unit(struct reader *r)
{
	uint32_t c, low;

	if (!read_unit(r, &c) || (c >= 0xdc00 && c <= 0xdfff))
		return false;
	if (c >= 0xd800 && c <= 0xdbff) {
		if (!take(r, '\\') || !take(r, 'u') || !read_unit(r, &low) || low < 0xdc00 || low > 0xdfff)
			return false;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	bv_text_add(&r->unescaped, c);
	return true;
}

/* After a backslash. */
static bool
unescape(struct reader *r)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";

	if (take(r, 'u'))
		return unescape_unit(r);
	const char *found = r->p < r->end && *r->p ? strchr(from, *r->p) : NULL;
	if (!found)
		return false;
	bv_buf_addc(&r->unescaped, to[found - from]);
	r->p++;
	return true;
}

/* After the first quote. */
static json_t *
read_string(struct reader *r)
{
	const char *start = r->p;

	if (!skip_plain(r))
		return NULL;
	if (*r->p == '"')
		return json_stringn_nocheck(start, (size_t)(r->p++ - start));
	bv_buf_clear(&r->unescaped);
	for (;;) {
		bv_buf_add(&r->unescaped, (struct bv_str){ start, (size_t)(r->p - start) });
		if (take(r, '"'))
			return json_stringn_nocheck(r->unescaped.p, r->unescaped.len);
		r->p++;
		if (!unescape(r))
			return NULL;
		start = r->p;
		if (!skip_plain(r))
			return NULL;
	}
}

/* ---- Everything else ---- */

static json_t *
read_integer(struct reader *r)
{
	enum { DIGITS_MAX = 18 };
	bool negative = take(r, '-');
	const char *start = r->p;
	json_int_t n = 0;

	while (r->p < r->end && *r->p >= '0' && *r->p <= '9' && r->p - start < DIGITS_MAX)
		n = n * 10 + (*r->p++ - '0');
	size_t count = (size_t)(r->p - start);
	if (count == 0 || (count > 1 && *start == '0'))
		return NULL;
	/* More digits, a fraction, an exponent. */
	if (r->p < r->end && ((*r->p >= '0' && *r->p <= '9') || *r->p == '.' || *r->p == 'e' || *r->p == 'E'))
		return NULL;
	return json_integer(negative ? -n : n);
}

static json_t *
read_word(struct reader *r, const char *word, json_t *value)
{
	size_t len = strlen(word);

	if ((size_t)(r->end - r->p) < len || memcmp(r->p, word, len) != 0)
		return NULL;
	r->p += len;
	return value;
}

static bool
read_members(struct reader *r, json_t *object)
{
	size_t count = 0;
	struct bv_str name;

	skip_space(r);
	if (take(r, '}'))
		return true;
	do {
		skip_space(r);
		if (!take(r, '"') || !read_name(r, &name))
			return false;
		skip_space(r);
		if (!take(r, ':'))
			return false;
		json_t *value = read_value(r);
		if (!value || json_object_setn_new_nocheck(object, name.p, name.len, value) != 0 || json_object_size(object) != ++count)
			return false;
		skip_space(r);
	} while (take(r, ','));
	return take(r, '}');
}

static bool
read_elements(struct reader *r, json_t *array)
{
	skip_space(r);
	if (take(r, ']'))
		return true;
	do {
		json_t *value = read_value(r);
		if (!value || json_array_append_new(array, value) != 0)
			return false;
		skip_space(r);
	} while (take(r, ','));
	return take(r, ']');
}

static json_t *
read_container(struct reader *r, json_t *container, bool (*read)(struct reader *, json_t *))
{
	if (container && r->depth < BV_JSON_DEPTH) {
		r->depth++;
		bool whole = read(r, container);
		r->depth--;
		if (whole)
			return container;
	}
	json_decref(container);
	return NULL;
}

static json_t *
read_value(struct reader *r)
{
	skip_space(r);
	if (r->p == r->end)
		return NULL;
	switch (*r->p) {
	case '"':
		r->p++;
		return read_string(r);
	case '{':
		r->p++;
		return read_container(r, json_object(), read_members);
	case '[':
		r->p++;
		return read_container(r, json_array(), read_elements);
	case 't':
		return read_word(r, "true", json_true());
	case 'f':
		return read_word(r, "false", json_false());
	case 'n':
		return read_word(r, "null", json_null());
	default:
		return read_integer(r);
	}
}

bool
json_read_quick(struct bv_json **out, struct bv_str text)
{
	if (!text.len)
		return false;
	struct reader r = { .p = text.p, .end = text.p + text.len, .unescaped = BV_BUF(text.len) };
	json_t *value = read_value(&r);
	skip_space(&r);
	bool whole = value && r.p == r.end && !r.unescaped.full;
	bv_buf_finish(&r.unescaped);
	if (whole)
		*out = (struct bv_json *)value;
	else
		json_decref(value);
	return whole;
}
