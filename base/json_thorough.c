#include "base/json_read.h"

#include <jansson.h>

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

/* A copy of what jansson has read. */
static struct bv_json *
tree_of(json_t *json)
{
	struct bv_json *tree;
	const char *name;
	json_t *value;
	size_t i;

	switch (json_typeof(json)) {
	case JSON_OBJECT:
		tree = bv_json_new_object();
		json_object_foreach(json, name, value)
			bv_json_set(tree, name, tree_of(value));
		return tree;
	case JSON_ARRAY:
		tree = bv_json_new_array();
		json_array_foreach(json, i, value)
			bv_json_add(tree, tree_of(value));
		return tree;
	case JSON_STRING:
		return bv_json_new_str((struct bv_str){ json_string_value(json), json_string_length(json) });
	case JSON_INTEGER:
		return bv_json_new_int(json_integer_value(json));
	case JSON_REAL:
		return bv_json_new_real(json_real_value(json));
	case JSON_TRUE:
	case JSON_FALSE:
		return bv_json_new_bool(json_is_true(json));
	case JSON_NULL:
		break;
	}
	return bv_json_new_null();
}

enum bv_status
json_read_thorough(struct bv_json **out, struct bv_str text, struct bv_err *err)
{
	json_error_t error;

	TRY(check_depth(text, err));
	json_t *json = json_loadb(text.p ? text.p : "", text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
	if (!json)
		return parse_error(&error, err);
	*out = tree_of(json);
	json_decref(json);
	return BV_OK;
}
