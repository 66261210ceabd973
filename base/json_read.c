#include "base/json_read.h"

#include <stdlib.h>

#include "base/json_tree.h"
#include "base/text.h"

struct reader {
	char *p, *end; /* of the document's own copy */
	int depth;
	struct json_doc *doc;
	struct bv_buf unescaped;
	struct json_member few[64], *open; /* of the objects and arrays that have begun, one after the other */
	size_t open_count, open_cap;
};

static struct bv_json *read_value(struct reader *r);

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

/* How many of these eight bytes, from the first one on, are ASCII without control characters, quotes and backslashes? Of a byte below 0x80 the highest bit comes
 * out set where it is less than what is taken away; what is borrowed from the bytes after it does not matter. */
static size_t
plain(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
	uint64_t x;

	memcpy(&x, p, sizeof x);
	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
		x = __builtin_bswap64(x);
	x = (x | (x - ones * ' ') | ((x ^ ones * '"') - ones) | ((x ^ ones * '\\') - ones)) & highs;
	return x ? (size_t)__builtin_ctzll(x) / 8 : 8;
}

/* Goes on to the quote that ends the string, or to an escape; false at what no string may have. */
static bool
skip_plain(struct reader *r)
{
	for (;;) {
		size_t len = 8;
		while (r->end - r->p >= 8 && (len = plain(r->p)) == 8)
			r->p += 8;
		if (r->end - r->p >= 8)
			r->p += len;
		if (r->p == r->end)
			return false;
		unsigned char c = (unsigned char)*r->p;
		if (c == '"' || c == '\\')
			return true;
		if (c < ' ')
			return false;
		len = c < 0x80 ? 1 : character(r->p, r->end);
		if (!len)
			return false;
		r->p += len;
	}
}

/* After the first quote. A NUL takes the place of the last one. */
static bool
read_name(struct reader *r, struct json_member *member)
{
	char *start = r->p;

	if (!skip_plain(r) || *r->p != '"' || r->p - start > UINT32_MAX / 2)
		return false;
	member->name = start;
	member->len = (uint32_t)(r->p - start);
	*r->p++ = '\0';
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

static struct bv_json *
new_str(struct reader *r, char *start, size_t len)
{
	struct bv_json *json = json_doc_value(r->doc, BV_JSON_STRING);

	start[len] = '\0';
	json->str = (struct bv_str){ start, len };
	return json;
}

/* After the first quote. What escapes stand for is shorter than they are. */
static struct bv_json *
read_string(struct reader *r)
{
	char *first = r->p, *start = first;

	if (!skip_plain(r))
		return NULL;
	if (*r->p == '"')
		return new_str(r, first, (size_t)(r->p++ - first));
	bv_buf_clear(&r->unescaped);
	for (;;) {
		bv_buf_add(&r->unescaped, (struct bv_str){ start, (size_t)(r->p - start) });
		if (take(r, '"'))
			break;
		r->p++;
		if (!unescape(r))
			return NULL;
		start = r->p;
		if (!skip_plain(r))
			return NULL;
	}
	if (r->unescaped.len)
		memcpy(first, r->unescaped.p, r->unescaped.len);
	return new_str(r, first, r->unescaped.len);
}

/* ---- Everything else ---- */

static struct bv_json *
read_integer(struct reader *r)
{
	enum { DIGITS_MAX = 18 };
	bool negative = take(r, '-');
	const char *start = r->p;
	int64_t n = 0;

	while (r->p < r->end && *r->p >= '0' && *r->p <= '9' && r->p - start < DIGITS_MAX)
		n = n * 10 + (*r->p++ - '0');
	size_t count = (size_t)(r->p - start);
	if (count == 0 || (count > 1 && *start == '0'))
		return NULL;
	/* More digits, a fraction, an exponent. */
	if (r->p < r->end && ((*r->p >= '0' && *r->p <= '9') || *r->p == '.' || *r->p == 'e' || *r->p == 'E'))
		return NULL;
	struct bv_json *json = json_doc_value(r->doc, BV_JSON_INT);
	json->integer = negative ? -n : n;
	return json;
}

static struct bv_json *
read_word(struct reader *r, const char *word, enum bv_json_type type)
{
	size_t len = strlen(word);

	if ((size_t)(r->end - r->p) < len || memcmp(r->p, word, len) != 0)
		return NULL;
	r->p += len;
	struct bv_json *json = json_doc_value(r->doc, type);
	json->truth = word[0] == 't';
	return json;
}

static void
push(struct reader *r, struct json_member member)
{
	if (r->open_count == r->open_cap) {
		bool first = r->open == r->few;
		r->open_cap *= 2;
		r->open = bv_resize_array(first ? NULL : r->open, r->open_cap, sizeof *r->open);
		if (first)
			memcpy(r->open, r->few, sizeof r->few);
	}
	r->open[r->open_count++] = member;
}

static bool
read_members(struct reader *r)
{
	struct json_member member = { 0 };

	skip_space(r);
	if (take(r, '}'))
		return true;
	do {
		skip_space(r);
		if (!take(r, '"') || !read_name(r, &member))
			return false;
		skip_space(r);
		if (!take(r, ':') || !(member.value = read_value(r)))
			return false;
		push(r, member);
		skip_space(r);
	} while (take(r, ','));
	return take(r, '}');
}

static bool
read_elements(struct reader *r)
{
	struct json_member member = { 0 };

	skip_space(r);
	if (take(r, ']'))
		return true;
	do {
		if (!(member.value = read_value(r)))
			return false;
		push(r, member);
		skip_space(r);
	} while (take(r, ','));
	return take(r, ']');
}

static struct bv_json *
read_object(struct reader *r)
{
	struct bv_json *object = json_doc_value(r->doc, BV_JSON_OBJECT);
	size_t from = r->open_count;
	bool whole = read_members(r) && json_fill_object(object, r->open + from, r->open_count - from);

	r->open_count = from;
	return whole ? object : NULL;
}

static struct bv_json *
read_array(struct reader *r)
{
	struct bv_json *array = json_doc_value(r->doc, BV_JSON_ARRAY);
	size_t from = r->open_count;
	bool whole = read_elements(r);

	if (whole)
		json_fill_array(array, r->open + from, r->open_count - from);
	r->open_count = from;
	return whole ? array : NULL;
}

static struct bv_json *
read_container(struct reader *r, struct bv_json *(*read)(struct reader *))
{
	if (r->depth == BV_JSON_DEPTH)
		return NULL;
	r->p++;
	r->depth++;
	struct bv_json *container = read(r);
	r->depth--;
	return container;
}

static struct bv_json *
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
		return read_container(r, read_object);
	case '[':
		return read_container(r, read_array);
	case 't':
		return read_word(r, "true", BV_JSON_BOOL);
	case 'f':
		return read_word(r, "false", BV_JSON_BOOL);
	case 'n':
		return read_word(r, "null", BV_JSON_NULL);
	default:
		return read_integer(r);
	}
}

bool
json_read_quick(struct bv_json **out, struct bv_str text)
{
	if (!text.len)
		return false;
	struct json_doc *doc = json_doc_new();
	char *copy = bv_arena_alloc(&doc->arena, text.len + 1);
	memcpy(copy, text.p, text.len);
	struct reader r;
	r.p = copy;
	r.end = copy + text.len;
	r.depth = 0;
	r.doc = doc;
	r.unescaped = BV_BUF(text.len);
	r.open = r.few;
	r.open_count = 0;
	r.open_cap = BV_COUNT(r.few);
	doc->root = read_value(&r);
	skip_space(&r);
	bool whole = doc->root && r.p == r.end && !r.unescaped.full;
	bv_buf_finish(&r.unescaped);
	if (r.open != r.few)
		free(r.open);
	if (whole)
		*out = doc->root;
	else
		json_doc_free(doc);
	return whole;
}
