#include "base/json_read.h"
#include "base/json_tree.h"

enum bv_status
bv_json_parse(struct bv_json **out, struct bv_str text, struct bv_err *err)
{
	return bv_json_parse_large(out, text, BV_JSON_MAX, err);
}

enum bv_status
bv_json_parse_large(struct bv_json **out, struct bv_str text, size_t max, struct bv_err *err)
{
	if (text.len > max)
		return bv_err_set(err, BV_ELIMIT, "JSON of %zu bytes is larger than %zu bytes", text.len, max);
	return json_read_quick(out, text) ? BV_OK : json_read_thorough(out, text, err);
}

enum bv_json_type
bv_json_type(const struct bv_json *json)
{
	return json ? json->type : BV_JSON_NULL;
}

static bool
is(const struct bv_json *json, enum bv_json_type type)
{
	return json && json->type == type;
}

size_t
bv_json_count(const struct bv_json *json)
{
	return is(json, BV_JSON_ARRAY) ? json->array.count : is(json, BV_JSON_OBJECT) ? json->object.count : 0;
}

const struct bv_json *
bv_json_at(const struct bv_json *array, size_t idx)
{
	return is(array, BV_JSON_ARRAY) && idx < array->array.count ? array->array.at[idx] : NULL;
}

const struct bv_json *
bv_json_find(const struct bv_json *object, const char *name)
{
	const struct json_member *member = is(object, BV_JSON_OBJECT) ? json_member_find(object, name, strlen(name)) : NULL;

	return member ? member->value : NULL;
}

struct bv_str
bv_json_str(const struct bv_json *json)
{
	return is(json, BV_JSON_STRING) ? json->str : BV_STR_NONE;
}

int64_t
bv_json_int(const struct bv_json *json)
{
	return is(json, BV_JSON_INT) ? json->integer : 0;
}

double
bv_json_real(const struct bv_json *json)
{
	return is(json, BV_JSON_REAL) ? json->real : (double)bv_json_int(json);
}

bool
bv_json_bool(const struct bv_json *json)
{
	return is(json, BV_JSON_BOOL) && json->truth;
}

static bool
equal_objects(const struct bv_json *a, const struct bv_json *b)
{
	if (a->object.count != b->object.count)
		return false;
	for (size_t i = 0; i < a->object.count; i++) {
		const struct json_member *x = &a->object.at[i], *y = json_member_find(b, x->name, x->len);
		if (!y || !bv_json_equal(x->value, y->value))
			return false;
	}
	return true;
}

static bool
equal_arrays(const struct bv_json *a, const struct bv_json *b)
{
	if (a->array.count != b->array.count)
		return false;
	for (size_t i = 0; i < a->array.count; i++)
		if (!bv_json_equal(a->array.at[i], b->array.at[i]))
			return false;
	return true;
}

bool
bv_json_equal(const struct bv_json *a, const struct bv_json *b)
{
	if (!a || !b || a->type != b->type)
		return bv_json_type(a) == bv_json_type(b);
	switch (a->type) {
	case BV_JSON_NULL:
		break;
	case BV_JSON_BOOL:
		return a->truth == b->truth;
	case BV_JSON_INT:
		return a->integer == b->integer;
	case BV_JSON_REAL:
		return a->real == b->real;
	case BV_JSON_STRING:
		return bv_str_eq(a->str, b->str);
	case BV_JSON_ARRAY:
		return equal_arrays(a, b);
	case BV_JSON_OBJECT:
		return equal_objects(a, b);
	}
	return true;
}

void *
bv_json_members(const struct bv_json *object)
{
	return is(object, BV_JSON_OBJECT) && object->object.count ? object->object.at : NULL;
}

void *
bv_json_next(const struct bv_json *object, void *it)
{
	struct json_member *next = (struct json_member *)it + 1;

	return next < object->object.at + object->object.count ? next : NULL;
}

struct bv_str
bv_json_member_name(void *it)
{
	const struct json_member *member = it;

	return (struct bv_str){ member->name, member->len };
}

const struct bv_json *
bv_json_member(void *it)
{
	return ((const struct json_member *)it)->value;
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
