#include "itembank/pci.h"

#include <math.h>

#include "base/text.h"
#include "itembank/attachment.h"
#include "itembank/itembank.h"

static struct bv_str
json_name(const struct bv_json *json)
{
	static const char *const names[] = { "null", "a boolean", "an integer", "a number", "a string", "an array", "an object" };

	return bv_str_of(names[bv_json_type(json)]);
}

static enum bv_status
wanted(enum bv_type type, const char *what, const struct bv_json *json, struct bv_err *err)
{
	return bv_err_set(err, BV_EINVAL, "%s is given as %.*s: %s is wanted", bv_type_name(type), BV_STR_ARG(json_name(json)), what);
}

/* A text of any base type by its lexical form. */
static enum bv_status
text_parse(struct bv_value *out, enum bv_type type, struct bv_str text, struct bv_arena *arena, struct bv_err *err)
{
	if (text.len > BV_RESPONSE_TEXT_MAX)
		return bv_err_set(err, BV_ELIMIT, "a text is longer than %d bytes", BV_RESPONSE_TEXT_MAX);
	TRY(bv_text_nfc(&text, text, arena, err));
	if (bv_value_parse(out, type, text, arena, err))
		return err->status = BV_EINVAL;
	return BV_OK;
}

static enum bv_status
pair_parse(struct bv_value *out, enum bv_type type, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(2 * BV_ITEM_IDENTIFIER_MAX + 1);
	struct bv_str a = bv_json_str(bv_json_at(json, 0)), b = bv_json_str(bv_json_at(json, 1));

	if (bv_json_type(json) == BV_JSON_STRING)
		return text_parse(out, type, bv_json_str(json), arena, err);
	if (bv_json_count(json) != 2 || !a.len || !b.len || bv_json_type(json) != BV_JSON_ARRAY)
		return wanted(type, "[\"A\",\"B\"]", json, err);
	bv_buf_add(&text, a);
	bv_buf_addc(&text, ' ');
	bv_buf_add(&text, b);
	if (bv_buf_check(&text, err))
		return bv_err_set(err, BV_EINVAL, "an identifier of a pair is longer than %d bytes", BV_ITEM_IDENTIFIER_MAX);
	return text_parse(out, type, bv_arena_str(arena, bv_buf_str(&text)), arena, err);
}

static enum bv_status
point_parse(struct bv_value *out, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_json *x = bv_json_at(json, 0), *y = bv_json_at(json, 1);
	int64_t px = bv_json_int(x), py = bv_json_int(y);

	if (bv_json_type(json) == BV_JSON_STRING)
		return text_parse(out, BV_TYPE_POINT, bv_json_str(json), arena, err);
	if (bv_json_count(json) != 2 || bv_json_type(x) != BV_JSON_INT || bv_json_type(y) != BV_JSON_INT || px != (int32_t)px || py != (int32_t)py)
		return wanted(BV_TYPE_POINT, "[x,y] of two 32-bit integers", json, err);
	*out = bv_value_single(BV_TYPE_POINT, (union bv_atom){ .point = { (int32_t)px, (int32_t)py } });
	return BV_OK;
}

static enum bv_status
single_parse(struct bv_value *out, enum bv_type type, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	enum bv_json_type given = bv_json_type(json);

	switch (type) {
	case BV_TYPE_BOOLEAN:
		if (given != BV_JSON_BOOL)
			return wanted(type, "true or false", json, err);
		*out = bv_value_boolean(bv_json_bool(json));
		return BV_OK;
	case BV_TYPE_INTEGER:
		if (given != BV_JSON_INT)
			return wanted(type, "an integer", json, err);
		*out = bv_value_integer(bv_json_int(json));
		return BV_OK;
	case BV_TYPE_FLOAT:
	case BV_TYPE_DURATION:
		if (given == BV_JSON_STRING)
			return text_parse(out, type, bv_json_str(json), arena, err);
		if (given != BV_JSON_INT && given != BV_JSON_REAL)
			return wanted(type, type == BV_TYPE_FLOAT ? "a number" : "\"PT90S\" or seconds", json, err);
		if (type == BV_TYPE_DURATION && bv_json_real(json) < 0)
			return wanted(type, "a time of 0 or more", json, err);
		*out = bv_value_single(type, (union bv_atom){ .real = bv_json_real(json) });
		return BV_OK;
	case BV_TYPE_PAIR:
	case BV_TYPE_DIRECTED_PAIR:
		return pair_parse(out, type, json, arena, err);
	case BV_TYPE_POINT:
		return point_parse(out, json, arena, err);
	case BV_TYPE_FILE:
		if (given == BV_JSON_OBJECT)
			return bv_file_parse(out, json, arena, err);
		return wanted(type, "{\"data\":…,\"mime\":…,\"name\":…}", json, err);
	default:
		if (given != BV_JSON_STRING)
			return wanted(type, "a string", json, err);
		return text_parse(out, type, bv_json_str(json), arena, err);
	}
}

/* The only member of {"identifier": …}, of that base type. */
static enum bv_status
typed_member(const struct bv_json **out, enum bv_type type, const struct bv_json *object, struct bv_err *err)
{
	void *it = bv_json_members(object);
	struct bv_str name = it ? bv_json_member_name(it) : BV_STR_NONE;

	if (bv_json_type(object) != BV_JSON_OBJECT || bv_json_count(object) != 1)
		return bv_err_set(err, BV_EINVAL, "a value is written {\"%s\":…}, with that one member", bv_type_name(type));
	if (!bv_str_is(name, bv_type_name(type)) && !(type == BV_TYPE_FLOAT && bv_str_is(name, "integer")))
		return bv_err_set(err, BV_EINVAL, "base type '%.*s' is given: %s is wanted", BV_STR_ARG(bv_str_sub(name, 0, 40)), bv_type_name(type));
	*out = bv_json_member(it);
	return BV_OK;
}

static enum bv_status
list_parse(struct bv_value *out, enum bv_cardinality cardinality, enum bv_type type, const struct bv_json *object, struct bv_arena *arena,
           struct bv_err *err)
{
	const struct bv_json *list;
	union bv_atom *atoms;
	uint32_t count = 0;

	TRY(typed_member(&list, type, object, err));
	if (bv_json_type(list) != BV_JSON_ARRAY)
		return wanted(type, "an array", list, err);
	if (bv_json_count(list) > BV_RESPONSE_VALUES_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d values", BV_RESPONSE_VALUES_MAX);
	atoms = bv_arena_array(arena, bv_json_count(list), union bv_atom);
	for (size_t i = 0; i < bv_json_count(list); i++) {
		struct bv_value v;
		TRY(single_parse(&v, type, bv_json_at(list, i), arena, err));
		if (!bv_value_is_null(&v))
			atoms[count++] = v.one;
	}
	*out = bv_value_list(cardinality, type, atoms, count);
	return BV_OK;
}

static enum bv_status
field_parse(struct bv_field *out, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_json *base = bv_json_find(json, "base"), *value;
	void *it = bv_json_members(base);
	enum bv_type type;

	TRY(bv_json_need_str(&out->name, json, "name", err));
	if (out->name.len == 0 || out->name.len > BV_ITEM_IDENTIFIER_MAX)
		return bv_err_set(err, BV_EINVAL, "the name of a field is 1 to %d bytes long", BV_ITEM_IDENTIFIER_MAX);
	if (!base)
		return bv_err_set(err, BV_EINVAL, "field '%.*s' has no \"base\"", BV_STR_ARG(out->name));
	if (bv_json_type(base) == BV_JSON_NULL) {
		out->value = bv_value_null(BV_CARD_SINGLE, BV_TYPE_NONE);
		return BV_OK;
	}
	if (!it || !bv_type_parse(&type, bv_json_member_name(it)) || type == BV_TYPE_NONE)
		return bv_err_set(err, BV_EINVAL, "field '%.*s': \"base\" names no base type", BV_STR_ARG(out->name));
	TRY(typed_member(&value, type, base, err));
	return single_parse(&out->value, type, value, arena, err);
}

static enum bv_status
record_parse(struct bv_value *out, const struct bv_json *list, struct bv_arena *arena, struct bv_err *err)
{
	size_t count = bv_json_count(list);
	struct bv_field *fields;

	if (bv_json_type(list) != BV_JSON_ARRAY)
		return bv_err_set(err, BV_EINVAL, "\"record\" is %.*s: an array of fields is wanted", BV_STR_ARG(json_name(list)));
	if (count > BV_RESPONSE_VALUES_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d fields", BV_RESPONSE_VALUES_MAX);
	fields = bv_arena_array(arena, count, struct bv_field);
	for (size_t i = 0; i < count; i++) {
		TRY(field_parse(&fields[i], bv_json_at(list, i), arena, err));
		for (size_t k = 0; k < i; k++)
			if (bv_str_eq(fields[k].name, fields[i].name))
				return bv_err_set(err, BV_EINVAL, "field '%.*s' is given twice", BV_STR_ARG(fields[i].name));
	}
	*out = (struct bv_value){ .cardinality = BV_CARD_RECORD, .count = (uint32_t)count, .fields = fields };
	return BV_OK;
}

enum bv_status
bv_pci_parse(struct bv_value *out, enum bv_cardinality cardinality, enum bv_type type, const struct bv_json *json, struct bv_arena *arena,
             struct bv_err *err)
{
	static const char *const forms[] = { "base", "list", "list", "record" };
	const struct bv_json *base = bv_json_find(json, "base"), *given = bv_json_find(json, forms[cardinality]), *atom;

	if (bv_json_type(json) != BV_JSON_OBJECT || bv_json_count(json) != 1)
		return bv_err_set(err, BV_EINVAL, "a value is written {\"base\":…}, {\"list\":…} or {\"record\":…}; NULL is {\"base\":null}");
	if (base && bv_json_type(base) == BV_JSON_NULL) {
		*out = bv_value_null(cardinality, type);
		return BV_OK;
	}
	if (!given)
		return bv_err_set(err, BV_EINVAL, "the cardinality is %s: {\"%s\":…} is wanted", bv_cardinality_name(cardinality), forms[cardinality]);
	if (cardinality == BV_CARD_RECORD)
		return record_parse(out, given, arena, err);
	if (cardinality != BV_CARD_SINGLE)
		return list_parse(out, cardinality, type, given, arena, err);
	TRY(typed_member(&atom, type, given, err));
	return single_parse(out, type, atom, arena, err);
}

static struct bv_json *
pair_new(const union bv_atom *atom)
{
	struct bv_json *array = bv_json_new_array();

	bv_json_add(array, bv_json_new_str(bv_pair_first(atom)));
	bv_json_add(array, bv_json_new_str(bv_pair_second(atom)));
	return array;
}

static struct bv_json *
written_new(const char *before, enum bv_type type, const union bv_atom *atom, const char *after)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(64);

	bv_buf_addz(&text, before);
	bv_atom_write(&text, type, atom);
	bv_buf_addz(&text, after);
	return bv_json_new_str(bv_buf_str(&text));
}

static struct bv_json *
atom_new(enum bv_type type, const union bv_atom *atom)
{
	struct bv_json *array;

	switch (type) {
	case BV_TYPE_BOOLEAN:
		return bv_json_new_bool(atom->boolean);
	case BV_TYPE_INTEGER:
		return bv_json_new_int(atom->integer);
	case BV_TYPE_FLOAT:
		return isfinite(atom->real) ? bv_json_new_real(atom->real) : written_new("", type, atom, "");
	case BV_TYPE_DURATION:
		/* ISO 8601 has no exponents; plain seconds may have one. */
		if (atom->real > 0 && (atom->real < 1e-6 || atom->real >= 1e21))
			return written_new("", type, atom, "");
		return written_new("PT", type, atom, "S");
	case BV_TYPE_PAIR:
	case BV_TYPE_DIRECTED_PAIR:
		return pair_new(atom);
	case BV_TYPE_POINT:
		array = bv_json_new_array();
		bv_json_add(array, bv_json_new_int(atom->point.x));
		bv_json_add(array, bv_json_new_int(atom->point.y));
		return array;
	case BV_TYPE_FILE:
		return bv_file_new(atom->text);
	default:
		return bv_json_new_str(atom->text);
	}
}

static struct bv_json *
record_new(const struct bv_value *record)
{
	struct bv_json *list = bv_json_new_array();

	for (uint32_t i = 0; i < record->count; i++) {
		struct bv_json *field = bv_pci_new(&record->fields[i].value);
		struct bv_json *named = bv_json_add(list, bv_json_new_object());
		bv_json_set_str(named, "name", record->fields[i].name);
		bv_json_set(named, "base", bv_json_copy(bv_json_find(field, "base")));
		bv_json_free(field);
	}
	return list;
}

struct bv_json *
bv_pci_new(const struct bv_value *value)
{
	struct bv_json *json = bv_json_new_object(), *list;

	if (bv_value_is_null(value)) {
		bv_json_set(json, "base", bv_json_new_null());
	} else if (value->cardinality == BV_CARD_RECORD) {
		bv_json_set(json, "record", record_new(value));
	} else if (value->cardinality == BV_CARD_SINGLE) {
		bv_json_set(bv_json_set(json, "base", bv_json_new_object()), bv_type_name(value->type), atom_new(value->type, &value->one));
	} else {
		list = bv_json_set(bv_json_set(json, "list", bv_json_new_object()), bv_type_name(value->type), bv_json_new_array());
		for (uint32_t i = 0; i < value->count; i++)
			bv_json_add(list, atom_new(value->type, &value->list[i]));
	}
	return json;
}

struct bv_json *
bv_pci_typed_new(const struct bv_value *value)
{
	struct bv_json *json = bv_json_new_object();

	bv_json_set_str(json, "cardinality", bv_str_of(bv_cardinality_name(value->cardinality)));
	if (value->type == BV_TYPE_NONE)
		bv_json_set(json, "baseType", bv_json_new_null());
	else
		bv_json_set_str(json, "baseType", bv_str_of(bv_type_name(value->type)));
	bv_json_set(json, "value", bv_pci_new(value));
	return json;
}
