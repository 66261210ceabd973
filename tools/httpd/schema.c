#include "tools/httpd/schema.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"

static const char *const type_names[] = {
	[SCHEMA_STRING] = "string",    [SCHEMA_INT] = "integer", [SCHEMA_NUMBER] = "number",
	[SCHEMA_BOOL] = "boolean", [SCHEMA_ARRAY] = "array", [SCHEMA_OBJECT] = "object",
};

/* The way to the value that is looked at, from the outside in. */
struct place {
	const struct place *up;
	struct bv_str name; /* of a member, or empty */
	size_t idx;
};

/* RFC 6901 §3: '~' is ~0 and '/' is ~1. */
static void
write_place(struct bv_buf *out, const struct place *place)
{
	if (!place)
		return;
	write_place(out, place->up);
	bv_buf_addc(out, '/');
	if (!place->name.p)
		bv_buf_printf(out, "%zu", place->idx);
	for (size_t i = 0; i < place->name.len; i++)
		if (place->name.p[i] == '~' || place->name.p[i] == '/')
			bv_buf_addz(out, place->name.p[i] == '~' ? "~0" : "~1");
		else
			bv_buf_addc(out, place->name.p[i]);
}

/* One message in both languages with the same arguments. */
static bool
refuse(struct schema_fault *fault, const struct place *place, const char *vi, const char *en, ...)
{
	BV_AUTO(bv_buf_finish) struct bv_buf pointer = BV_BUF(sizeof fault->pointer - 1);
	va_list ap;

	write_place(&pointer, place);
	snprintf(fault->pointer, sizeof fault->pointer, "%s", pointer.p ? pointer.p : "");
	bv_text_repair(fault->pointer);
	va_start(ap, en);
	vsnprintf(fault->vi, sizeof fault->vi, vi, ap);
	va_end(ap);
	va_start(ap, en);
	vsnprintf(fault->en, sizeof fault->en, en, ap);
	va_end(ap);
	return false;
}

static bool
format_good(enum schema_format format, struct bv_str s)
{
	struct bv_err err;
	int64_t time_s;

	if (format == FORMAT_TIME)
		return bv_time_parse(&time_s, s, &err) == BV_OK;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool digit = c >= '0' && c <= '9', letter = (c | 32) >= 'a' && (c | 32) <= 'z';
		bool control = c < ' ' || c == 127;
		if ((format == FORMAT_TEXT && control) || (format == FORMAT_LINES && control && !(c && strchr("\n\r\t", c))) || (format == FORMAT_DIGITS && !digit) ||
		    (format == FORMAT_HEX && !digit && !(c >= 'a' && c <= 'f')) ||
		    (format == FORMAT_ID && !digit && !letter && !(c && strchr("._~-", c))))
			return false;
	}
	return format != FORMAT_HEX || s.len % 2 == 0;
}

static const struct {
	const char *vi, *en, *pattern;
} formats[] = {
	[FORMAT_TEXT] = { "không được có ký tự điều khiển", "must have no control characters", "^[^\\u0000-\\u001f\\u007f]*$" },
	[FORMAT_LINES] = { "không được có ký tự điều khiển ngoài xuống dòng và tab", "must have no control characters but line ends and tabs",
		           "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$" },
	[FORMAT_ID] = { "chỉ được có chữ cái không dấu, chữ số và . _ ~ -", "may have letters, digits and . _ ~ - only", "^[A-Za-z0-9._~-]*$" },
	[FORMAT_HEX] = { "phải là các cặp chữ số thập lục phân viết thường", "must be pairs of lower-case hexadecimal digits", "^([0-9a-f]{2})*$" },
	[FORMAT_DIGITS] = { "chỉ được có chữ số", "may have digits only", "^[0-9]*$" },
	[FORMAT_TIME] = { "phải là thời điểm theo RFC 3339", "must be a time as in RFC 3339", NULL },
};

static bool
check_str(const struct schema *schema, struct bv_str s, const struct place *place, struct schema_fault *fault)
{
	if (!bv_text_valid(s))
		return refuse(fault, place, "không phải UTF-8", "is not UTF-8");
	int64_t count = (int64_t)bv_text_count(s);
	if (count < schema->min || count > schema->max)
		return refuse(fault, place, "phải dài từ %" PRId64 " đến %" PRId64 " ký tự", "must have %" PRId64 " to %" PRId64 " characters", schema->min,
		              schema->max);
	if (!format_good(schema->format, s))
		return refuse(fault, place, formats[schema->format].vi, formats[schema->format].en);
	for (const char *const *c = schema->choices; c; c++) {
		if (!*c)
			return refuse(fault, place, "không phải một trong các giá trị cho phép", "is none of the values that there are");
		if (bv_str_is(s, *c))
			break;
	}
	return true;
}

static bool check(const struct schema *schema, const struct bv_json *json, const struct place *place, struct schema_fault *fault);

static bool
check_members(const struct schema *schema, const struct bv_json *json, const struct place *up, struct schema_fault *fault)
{
	if (!schema->of)
		return true;
	for (void *it = bv_json_members(json); it; it = bv_json_next(json, it)) {
		struct place place = { up, bv_json_member_name(it), 0 };
		const struct schema *m = schema->of;
		while (m->name && !bv_str_is(place.name, m->name))
			m++;
		if (!m->name)
			return refuse(fault, &place, "không có mục nào tên như vậy", "there is no member of that name");
		if (!check(m, bv_json_member(it), &place, fault))
			return false;
	}
	for (const struct schema *m = schema->of; m->name; m++) {
		struct place place = { up, bv_str_of(m->name), 0 };
		if (!m->optional && !bv_json_find(json, m->name))
			return refuse(fault, &place, "còn thiếu", "is missing");
	}
	return true;
}

static bool
type_good(enum schema_type type, enum bv_json_type got)
{
	static const enum bv_json_type wanted[] = { [SCHEMA_STRING] = BV_JSON_STRING, [SCHEMA_INT] = BV_JSON_INT,     [SCHEMA_NUMBER] = BV_JSON_REAL,
		                                    [SCHEMA_BOOL] = BV_JSON_BOOL,     [SCHEMA_ARRAY] = BV_JSON_ARRAY, [SCHEMA_OBJECT] = BV_JSON_OBJECT };

	return type == SCHEMA_ANY || got == wanted[type] || (type == SCHEMA_NUMBER && got == BV_JSON_INT);
}

static bool
check(const struct schema *schema, const struct bv_json *json, const struct place *place, struct schema_fault *fault)
{
	if (!type_good(schema->type, bv_json_type(json)))
		return refuse(fault, place, "phải có kiểu %s", "must be of type %s", type_names[schema->type]);
	if (schema->type == SCHEMA_STRING)
		return check_str(schema, bv_json_str(json), place, fault);
	if (schema->type == SCHEMA_INT && (schema->min || schema->max) && (bv_json_int(json) < schema->min || bv_json_int(json) > schema->max))
		return refuse(fault, place, "phải từ %" PRId64 " đến %" PRId64, "must be %" PRId64 " to %" PRId64, schema->min, schema->max);
	if (schema->type == SCHEMA_OBJECT)
		return check_members(schema, json, place, fault);
	if (schema->type != SCHEMA_ARRAY)
		return true;
	int64_t count = (int64_t)bv_json_count(json);
	if (count < schema->min || count > schema->max)
		return refuse(fault, place, "phải có từ %" PRId64 " đến %" PRId64 " phần tử", "must have %" PRId64 " to %" PRId64 " elements", schema->min,
		              schema->max);
	for (size_t i = 0; i < (size_t)count; i++) {
		struct place element = { place, BV_STR_NONE, i };
		if (!check(schema->of, bv_json_at(json, i), &element, fault))
			return false;
	}
	return true;
}

bool
schema_check(const struct schema *schema, const struct bv_json *json, struct schema_fault *fault)
{
	return check(schema, json, NULL, fault);
}

bool
schema_check_str(const struct schema *schema, struct bv_str s, struct schema_fault *fault)
{
	struct place place = { NULL, bv_str_of(schema->name), 0 };
	int64_t n;

	if (schema->type == SCHEMA_STRING)
		return check_str(schema, s, &place, fault);
	if (schema->type == SCHEMA_BOOL)
		return bv_str_is(s, "true") || bv_str_is(s, "false") || refuse(fault, &place, "phải là true hoặc false", "must be true or false");
	if (!bv_str_int(s, &n))
		return refuse(fault, &place, "phải là số nguyên", "must be an integer");
	if (n < schema->min || n > schema->max)
		return refuse(fault, &place, "phải từ %" PRId64 " đến %" PRId64, "must be %" PRId64 " to %" PRId64, schema->min, schema->max);
	return true;
}

static void
write_string(struct bv_json *out, const struct schema *schema)
{
	bv_json_set_int(out, "minLength", schema->min);
	bv_json_set_int(out, "maxLength", schema->max);
	if (formats[schema->format].pattern)
		bv_json_set_str(out, "pattern", bv_str_of(formats[schema->format].pattern));
	if (schema->format == FORMAT_TIME)
		bv_json_set_str(out, "format", BV_STR("date-time"));
	if (!schema->choices)
		return;
	struct bv_json *choices = bv_json_set(out, "enum", bv_json_new_array());
	for (const char *const *c = schema->choices; *c; c++)
		bv_json_add(choices, bv_json_new_str(bv_str_of(*c)));
}

static void
write_object(struct bv_json *out, const struct schema *schema)
{
	if (!schema->of)
		return;
	struct bv_json *properties = bv_json_set(out, "properties", bv_json_new_object());
	struct bv_json *required = bv_json_new_array();

	for (const struct schema *m = schema->of; m->name; m++) {
		bv_json_set(properties, m->name, schema_json(m));
		if (!m->optional)
			bv_json_add(required, bv_json_new_str(bv_str_of(m->name)));
	}
	bv_json_set(out, "required", required);
	bv_json_set(out, "additionalProperties", bv_json_new_bool(false));
}

struct bv_json *
schema_json(const struct schema *schema)
{
	struct bv_json *out = bv_json_new_object();

	if (schema->type != SCHEMA_ANY)
		bv_json_set_str(out, "type", bv_str_of(type_names[schema->type]));
	if (schema->doc)
		bv_json_set_str(out, "description", bv_str_of(schema->doc));
	if (schema->type == SCHEMA_STRING)
		write_string(out, schema);
	if (schema->type == SCHEMA_INT && (schema->min || schema->max)) {
		bv_json_set_int(out, "minimum", schema->min);
		bv_json_set_int(out, "maximum", schema->max);
	}
	if (schema->type == SCHEMA_OBJECT)
		write_object(out, schema);
	if (schema->type == SCHEMA_ARRAY) {
		bv_json_set_int(out, "minItems", schema->min);
		bv_json_set_int(out, "maxItems", schema->max);
		bv_json_set(out, "items", schema_json(schema->of));
	}
	return out;
}
