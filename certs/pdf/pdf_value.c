#include "certs/pdf/pdf_value.h"

#include <ctype.h>

enum { DEPTH_MAX = 16, MEMBERS_MAX = 128, NUMBER_DIGITS_MAX = 10 };

static bool read_value(struct pdf_value *out, struct bv_str bytes, size_t *at, int depth);

bool
pdf_is_space(char c)
{
	return c == '\0' || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' ';
}

static bool
is_delimiter(char c)
{
	return c == '(' || c == ')' || c == '<' || c == '>' || c == '[' || c == ']' || c == '{' || c == '}' || c == '/' || c == '%';
}

static bool
is_regular(char c)
{
	return !pdf_is_space(c) && !is_delimiter(c);
}

/* White space, and comments, which cairo writes; they end with their line. */
static void
skip_space(struct bv_str bytes, size_t *at)
{
	for (; *at < bytes.len && (pdf_is_space(bytes.p[*at]) || bytes.p[*at] == '%'); (*at)++)
		if (bytes.p[*at] == '%')
			while (*at + 1 < bytes.len && bytes.p[*at] != '\n' && bytes.p[*at] != '\r')
				(*at)++;
}

/* The run of regular characters at *at. */
static struct bv_str
word(struct bv_str bytes, size_t *at)
{
	size_t from = *at;

	while (*at < bytes.len && is_regular(bytes.p[*at]))
		(*at)++;
	return bv_str_sub(bytes, from, *at - from);
}

static bool
read_name(struct bv_str bytes, size_t *at)
{
	(*at)++;
	return word(bytes, at).len > 0;
}

static bool
read_string(struct bv_str bytes, size_t *at)
{
	int open = 0;

	for (; *at < bytes.len; (*at)++) {
		char c = bytes.p[*at];
		if (c == '\\')
			(*at)++;
		else if (c == '(')
			open++;
		else if (c == ')' && --open == 0) {
			(*at)++;
			return true;
		}
	}
	return false;
}

static bool
read_hex(struct bv_str bytes, size_t *at)
{
	for ((*at)++; *at < bytes.len; (*at)++) {
		if (bytes.p[*at] == '>') {
			(*at)++;
			return true;
		}
		if (bv_hex_digit(bytes.p[*at]) < 0)
			return false;
	}
	return false;
}

static bool
read_array(struct bv_str bytes, size_t *at, int depth)
{
	struct pdf_value value;

	for ((*at)++;;) {
		skip_space(bytes, at);
		if (*at < bytes.len && bytes.p[*at] == ']') {
			(*at)++;
			return true;
		}
		if (!read_value(&value, bytes, at, depth))
			return false;
	}
}

static bool
read_dict(struct bv_str bytes, size_t *at, int depth)
{
	struct bv_str names[MEMBERS_MAX];
	struct pdf_value value;
	size_t count = 0;

	for (*at += 2;;) {
		skip_space(bytes, at);
		if (*at + 1 < bytes.len && bytes.p[*at] == '>' && bytes.p[*at + 1] == '>') {
			*at += 2;
			return true;
		}
		size_t from = *at;
		if (count == MEMBERS_MAX || *at >= bytes.len || bytes.p[*at] != '/' || !read_name(bytes, at))
			return false;
		names[count] = bv_str_sub(bytes, from, *at - from);
		if (memchr(names[count].p, '#', names[count].len)) /* an escape: the same name written in another way */
			return false;
		for (size_t i = 0; i < count; i++)
			if (bv_str_eq(names[i], names[count]))
				return false;
		count++;
		if (!read_value(&value, bytes, at, depth))
			return false;
	}
}

static bool
is_digits(struct bv_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isdigit((unsigned char)s.p[i]))
			return false;
	return s.len > 0 && s.len <= NUMBER_DIGITS_MAX;
}

static bool
is_number(struct bv_str s)
{
	size_t digits = 0, points = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (isdigit((unsigned char)s.p[i]))
			digits++;
		else if (s.p[i] == '.')
			points++;
		else if (i > 0 || (s.p[i] != '+' && s.p[i] != '-'))
			return false;
	}
	return digits > 0 && points <= 1;
}

/* "12 0 R" begins like the number 12. */
static bool
read_ref(struct bv_str bytes, size_t *at)
{
	size_t end = *at;

	skip_space(bytes, &end);
	if (!is_digits(word(bytes, &end)))
		return false;
	skip_space(bytes, &end);
	if (!bv_str_is(word(bytes, &end), "R"))
		return false;
	*at = end;
	return true;
}

static bool
read_word(struct pdf_value *out, struct bv_str bytes, size_t *at)
{
	struct bv_str text = word(bytes, at);

	if (bv_str_is(text, "true") || bv_str_is(text, "false"))
		out->kind = PDF_BOOL;
	else if (bv_str_is(text, "null"))
		out->kind = PDF_NULL;
	else if (is_number(text))
		out->kind = is_digits(text) && read_ref(bytes, at) ? PDF_REF : PDF_NUMBER;
	else
		return false;
	return true;
}

static bool
read_kind(struct pdf_value *out, struct bv_str bytes, size_t *at, int depth)
{
	switch (bytes.p[*at]) {
	case '/':
		out->kind = PDF_NAME;
		return read_name(bytes, at);
	case '(':
		out->kind = PDF_STRING;
		return read_string(bytes, at);
	case '[':
		out->kind = PDF_ARRAY;
		return read_array(bytes, at, depth);
	case '<':
		if (*at + 1 < bytes.len && bytes.p[*at + 1] == '<') {
			out->kind = PDF_DICT;
			return read_dict(bytes, at, depth);
		}
		out->kind = PDF_HEX;
		return read_hex(bytes, at);
	default:
		return read_word(out, bytes, at);
	}
}

static bool
read_value(struct pdf_value *out, struct bv_str bytes, size_t *at, int depth)
{
	skip_space(bytes, at);
	size_t from = *at;
	if (from >= bytes.len || depth == 0 || !read_kind(out, bytes, at, depth - 1))
		return false;
	out->raw = bv_str_sub(bytes, from, *at - from);
	return true;
}

bool
pdf_value_read(struct pdf_value *out, struct bv_str bytes, size_t *at)
{
	return read_value(out, bytes, at, DEPTH_MAX);
}

bool
pdf_member(struct bv_str *name, struct pdf_value *value, struct pdf_value dict, size_t *at)
{
	struct pdf_value key;

	if (dict.kind != PDF_DICT)
		return false;
	struct bv_str inside = bv_str_sub(dict.raw, 2, dict.raw.len - 4);
	if (!pdf_value_read(&key, inside, at) || !pdf_value_read(value, inside, at))
		return false;
	*name = bv_str_sub(key.raw, 1, key.raw.len);
	return true;
}

struct pdf_value
pdf_find(struct pdf_value dict, const char *name)
{
	struct pdf_value value;
	struct bv_str found;
	size_t at = 0;

	while (pdf_member(&found, &value, dict, &at))
		if (bv_str_is(found, name))
			return value;
	return (struct pdf_value){ 0 };
}

bool
pdf_element(struct pdf_value *value, struct pdf_value array, size_t *at)
{
	return array.kind == PDF_ARRAY && pdf_value_read(value, bv_str_sub(array.raw, 1, array.raw.len - 2), at);
}

int
pdf_count(struct pdf_value array, enum pdf_kind kind)
{
	struct pdf_value value;
	size_t at = 0;
	int count = 0;

	if (array.kind != PDF_ARRAY)
		return -1;
	for (; pdf_element(&value, array, &at); count++)
		if (value.kind != kind)
			return -1;
	return count;
}

bool
pdf_is_name(struct pdf_value value, const char *name)
{
	return value.kind == PDF_NAME && bv_str_is(bv_str_sub(value.raw, 1, value.raw.len), name);
}

bool
pdf_int(struct pdf_value value, uint64_t *out)
{
	int64_t n;

	if (value.kind != PDF_NUMBER || !is_digits(value.raw) || !bv_str_int(value.raw, &n))
		return false;
	*out = (uint64_t)n;
	return true;
}

bool
pdf_ref(struct pdf_value value, uint32_t *number)
{
	size_t at = 0;
	int64_t n;

	if (value.kind != PDF_REF || !bv_str_int(word(value.raw, &at), &n) || n > UINT32_MAX)
		return false;
	skip_space(value.raw, &at);
	if (!bv_str_is(word(value.raw, &at), "0"))
		return false;
	*number = (uint32_t)n;
	return true;
}

struct bv_str
pdf_text(struct pdf_value value)
{
	if (value.kind != PDF_STRING || memchr(value.raw.p, '\\', value.raw.len) || memchr(value.raw.p, '\r', value.raw.len))
		return BV_STR_NONE;
	return bv_str_sub(value.raw, 1, value.raw.len - 2);
}

bool
pdf_hex(struct pdf_value value, uint8_t *out, size_t len)
{
	struct bv_err err;

	return value.kind == PDF_HEX && bv_hex_parse(out, len, bv_str_sub(value.raw, 1, value.raw.len - 2), &err) == BV_OK;
}
