#include "base/json_read.h"

#include <assert.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

static json_t *
inner(const struct bv_json *json)
{
	return (json_t *)(uintptr_t)json; /* jansson's readers are not const */
}

static struct bv_json *
outer(json_t *json)
{
	if (!json) /* only for want of memory: what is given to jansson has been checked */
		abort();
	return (struct bv_json *)json;
}

/* Brackets are counted before jansson sees them, because its own limit of 2048 costs that much stack in every reader after it. */
static enum bv_status
check_depth(struct bv_str text, struct bv_err *err)
{
	int depth = 0, line = 1;
	bool quoted = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];
		line += c == '\n';
		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '[' || c == '{') && ++depth > BV_JSON_DEPTH)
			return bv_err_at(err, BV_ELIMIT, line, "JSON is nested more than %d deep", BV_JSON_DEPTH);
		else if (!quoted && (c == ']' || c == '}'))
			depth--;
	}
	return BV_OK;
}

static enum bv_status
parse_error(const json_error_t *error, struct bv_err *err)
{
	const char *near = strstr(error->text, "near '");
	const char *what;

	switch (json_error_code(error)) {
	case json_error_premature_end_of_input:
		what = "JSON ends too early: a value, bracket or quote is missing";
		break;
	case json_error_end_of_input_expected:
		what = "JSON goes on after the end of its value: remove the rest";
		break;
	case json_error_duplicate_key:
		what = "JSON object has this name twice: keep one";
		break;
	case json_error_numeric_overflow:
		what = "number is too large: an integer must fit 64 bits, a real a double";
		break;
	case json_error_null_byte_in_key:
		what = "a name with \\u0000 in it is not accepted";
		break;
	case json_error_invalid_utf8:
		what = "not UTF-8: save the file as UTF-8";
		near = NULL;
		break;
	default:
		what = "not JSON (RFC 8259)";
		if (!near)
			return bv_err_at(err, BV_EPARSE, error->line, "%s: %s", what, error->text);
	}
	return bv_err_at(err, BV_EPARSE, error->line > 0 ? error->line : 1, "%s%s%s", what, near ? ", " : "", near ? near : "");
}

enum bv_status
bv_json_parse(struct bv_json **out, struct bv_str text, struct bv_err *err)
{
	return bv_json_parse_large(out, text, BV_JSON_MAX, err);
}

enum bv_status
json_read_thorough(struct bv_json **out, struct bv_str text, struct bv_err *err)
{
	json_error_t error;

	TRY(check_depth(text, err));
	json_t *json = json_loadb(text.p ? text.p : "", text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
	if (!json)
		return parse_error(&error, err);
	*out = outer(json);
	return BV_OK;
}

enum bv_status
bv_json_parse_large(struct bv_json **out, struct bv_str text, size_t max, struct bv_err *err)
{
	if (text.len > max)
		return bv_err_set(err, BV_ELIMIT, "JSON of %zu bytes is larger than %zu bytes", text.len, max);
	return json_read_quick(out, text) ? BV_OK : json_read_thorough(out, text, err);
}

void
bv_json_free(struct bv_json *json)
{
	json_decref(inner(json));
}

enum bv_json_type
bv_json_type(const struct bv_json *json)
{
	if (!json)
		return BV_JSON_NULL;
	switch (json_typeof(inner(json))) {
	case JSON_OBJECT:
		return BV_JSON_OBJECT;
	case JSON_ARRAY:
		return BV_JSON_ARRAY;
	case JSON_STRING:
		return BV_JSON_STRING;
	case JSON_INTEGER:
		return BV_JSON_INT;
	case JSON_REAL:
		return BV_JSON_REAL;
	case JSON_TRUE:
	case JSON_FALSE:
		return BV_JSON_BOOL;
	case JSON_NULL:
		break;
	}
	return BV_JSON_NULL;
}

size_t
bv_json_count(const struct bv_json *json)
{
	return json_is_array(inner(json)) ? json_array_size(inner(json)) : json_object_size(inner(json));
}

const struct bv_json *
bv_json_at(const struct bv_json *array, size_t idx)
{
	return (const struct bv_json *)json_array_get(inner(array), idx);
}

const struct bv_json *
bv_json_find(const struct bv_json *object, const char *name)
{
	return (const struct bv_json *)json_object_get(inner(object), name);
}

struct bv_str
bv_json_str(const struct bv_json *json)
{
	if (!json_is_string(inner(json)))
		return BV_STR_NONE;
	return (struct bv_str){ json_string_value(inner(json)), json_string_length(inner(json)) };
}

int64_t
bv_json_int(const struct bv_json *json)
{
	return json_integer_value(inner(json));
}

double
bv_json_real(const struct bv_json *json)
{
	return json_number_value(inner(json));
}

bool
bv_json_bool(const struct bv_json *json)
{
	return json_is_true(inner(json));
}

bool
bv_json_equal(const struct bv_json *a, const struct bv_json *b)
{
	if (!a || !b)
		return bv_json_type(a) == bv_json_type(b);
	return json_equal(inner(a), inner(b));
}

void *
bv_json_members(const struct bv_json *object)
{
	return json_object_iter(inner(object));
}

void *
bv_json_next(const struct bv_json *object, void *it)
{
	return json_object_iter_next(inner(object), it);
}

struct bv_str
bv_json_member_name(void *it)
{
	return (struct bv_str){ json_object_iter_key(it), json_object_iter_key_len(it) };
}

const struct bv_json *
bv_json_member(void *it)
{
	return (const struct bv_json *)json_object_iter_value(it);
}

enum bv_status
bv_json_need(const struct bv_json **out, const struct bv_json *object, const char *name, enum bv_json_type type, struct bv_err *err)
{
	static const char *const types[] = {
		[BV_JSON_NULL] = "null",     [BV_JSON_BOOL] = "true or false", [BV_JSON_INT] = "an integer",   [BV_JSON_REAL] = "a number",
		[BV_JSON_STRING] = "a string", [BV_JSON_ARRAY] = "an array",     [BV_JSON_OBJECT] = "an object",
	};
	const struct bv_json *member = bv_json_find(object, name);
	enum bv_json_type found = bv_json_type(member);

	if (!member)
		return bv_err_set(err, BV_EINVAL, "'%s' is missing: %s expected", name, types[type]);
	if (found != type && !(type == BV_JSON_REAL && found == BV_JSON_INT))
		return bv_err_set(err, BV_EINVAL, "'%s' is %s: %s expected", name, types[found], types[type]);
	*out = member;
	return BV_OK;
}

enum bv_status
bv_json_need_str(struct bv_str *out, const struct bv_json *object, const char *name, struct bv_err *err)
{
	const struct bv_json *member;

	TRY(bv_json_need(&member, object, name, BV_JSON_STRING, err));
	*out = bv_json_str(member);
	return BV_OK;
}

enum bv_status
bv_json_need_int(int64_t *out, const struct bv_json *object, const char *name, struct bv_err *err)
{
	const struct bv_json *member;

	TRY(bv_json_need(&member, object, name, BV_JSON_INT, err));
	*out = bv_json_int(member);
	return BV_OK;
}

enum bv_status
bv_json_need_hex(uint8_t *out, size_t len, const struct bv_json *object, const char *name, struct bv_err *err)
{
	struct bv_str hex;

	TRY(bv_json_need_str(&hex, object, name, err));
	if (bv_hex_parse(out, len, hex, err) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "'%s': %s", name, err->msg);
	return BV_OK;
}

enum bv_status
bv_json_only(const struct bv_json *object, const char *names, struct bv_err *err)
{
	for (void *it = bv_json_members(object); it; it = bv_json_next(object, it)) {
		struct bv_str rest = bv_str_of(names), word, name = bv_json_member_name(it);
		bool known = false;
		while (!known && bv_str_token(&rest, &word))
			known = bv_str_eq(word, name);
		if (!known)
			return bv_err_set(err, BV_EINVAL, "'%.*s' is not known here: one of %s expected", BV_STR_ARG(bv_str_sub(name, 0, 60)),
			                  names);
	}
	return BV_OK;
}

struct bv_json *
bv_json_new_object(void)
{
	return outer(json_object());
}

struct bv_json *
bv_json_new_array(void)
{
	return outer(json_array());
}

struct bv_json *
bv_json_new_str(struct bv_str s)
{
	json_t *json = json_stringn(s.p ? s.p : "", s.len);

	assert(json); /* UTF-8 */
	return outer(json);
}

struct bv_json *
bv_json_new_text(struct bv_str s)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(SIZE_MAX / 8);

	for (size_t valid; s.len; s = bv_str_sub(s, 1, s.len)) {
		valid = bv_text_valid_len(s);
		bv_buf_add(&text, bv_str_sub(s, 0, valid));
		s = bv_str_sub(s, valid, s.len);
		if (!s.len)
			break;
		bv_buf_printf(&text, "\\x%02x", (unsigned char)s.p[0]);
	}
	return bv_json_new_str(bv_buf_str(&text));
}

struct bv_json *
bv_json_new_int(int64_t n)
{
	return outer(json_integer(n));
}

struct bv_json *
bv_json_new_real(double x)
{
	assert(isfinite(x));
	return outer(json_real(x));
}

struct bv_json *
bv_json_new_bool(bool b)
{
	return outer(json_boolean(b));
}

struct bv_json *
bv_json_new_null(void)
{
	return outer(json_null());
}

struct bv_json *
bv_json_copy(const struct bv_json *json)
{
	return outer(json_deep_copy(inner(json)));
}

struct bv_json *
bv_json_without(const struct bv_json *object, const char *name)
{
	struct bv_json *copy = outer(json_copy(inner(object)));

	bv_json_remove(copy, name);
	return copy;
}

struct bv_json *
bv_json_set(struct bv_json *object, const char *name, struct bv_json *value)
{
	int refused = json_object_set_new(inner(object), name, inner(value));

	assert(!refused); /* an object and a UTF-8 name */
	(void)refused;
	return value;
}

struct bv_json *
bv_json_set_str(struct bv_json *object, const char *name, struct bv_str s)
{
	return bv_json_set(object, name, bv_json_new_str(s));
}

struct bv_json *
bv_json_set_int(struct bv_json *object, const char *name, int64_t n)
{
	return bv_json_set(object, name, bv_json_new_int(n));
}

struct bv_json *
bv_json_add(struct bv_json *array, struct bv_json *value)
{
	int refused = json_array_append_new(inner(array), inner(value));

	assert(!refused);
	(void)refused;
	return value;
}

void
bv_json_remove(struct bv_json *object, const char *name)
{
	json_object_del(inner(object), name);
}
