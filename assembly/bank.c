/* Calibrated banks as files. */
#include <math.h>
#include <stdlib.h>

#include "assembly/assembly.h"
#include "base/csv.h"
#include "base/json.h"
#include "base/text.h"

enum column { COLUMN_ID, COLUMN_A, COLUMN_B, COLUMN_C, COLUMN_ATTRIBUTE };

struct reading {
	struct bv_assembly_bank *bank;
	struct bv_str attributes[BV_ASSEMBLY_ATTRIBUTES_MAX];
	struct bv_assembly_item *items; /* heap, until they are counted */
	size_t cap;
	double metric;
};

static void
finish_reading(struct reading *r)
{
	bv_assembly_bank_free(r->bank);
	free(r->items);
}
BV_AUTO_DEFINE_FINISH(struct reading, finish_reading)

static enum bv_status
check_curve(const struct bv_assembly_item *item, int line, struct bv_err *err)
{
	const struct bv_curve *k = &item->curve;

	if (!(k->a > 0 && k->a <= 10))
		return bv_err_at(err, BV_EINVAL, line, "item '%.*s': the discrimination a is above 0 and at most 10 in the logistic metric", BV_STR_ARG(item->id));
	if (!(k->b >= -10 && k->b <= 10))
		return bv_err_at(err, BV_EINVAL, line, "item '%.*s': the difficulty b lies between -10 and 10", BV_STR_ARG(item->id));
	if (!(k->c >= 0 && k->c <= 0.99))
		return bv_err_at(err, BV_EINVAL, line, "item '%.*s': the guessing parameter c lies between 0 and 0.99", BV_STR_ARG(item->id));
	return BV_OK;
}

static enum bv_status
add_item(struct reading *r, const struct bv_assembly_item *item, int line, struct bv_err *err)
{
	struct bv_assembly_item *kept;

	if (!item->id.len)
		return bv_err_at(err, BV_EINVAL, line, "an item has no identifier");
	if (r->bank->count == BV_ASSEMBLY_ITEMS_MAX)
		return bv_err_at(err, BV_ELIMIT, line, "a bank has at most %d items", BV_ASSEMBLY_ITEMS_MAX);
	if (r->bank->count == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 256;
		r->items = bv_resize_array(r->items, r->cap, sizeof *r->items);
	}
	kept = &r->items[r->bank->count++];
	*kept = *item;
	kept->curve.a *= r->metric;
	return check_curve(kept, line, err);
}

static int
by_id(const void *a, const void *b)
{
	return bv_str_cmp(*(const struct bv_str *)a, *(const struct bv_str *)b);
}

static enum bv_status
check_repeats(const struct reading *r, struct bv_err *err)
{
	struct bv_str *ids = bv_alloc_array(r->bank->count, sizeof *ids);
	enum bv_status status = BV_OK;

	for (size_t i = 0; i < r->bank->count; i++)
		ids[i] = r->items[i].id;
	qsort(ids, r->bank->count, sizeof *ids, by_id);
	for (size_t i = 1; i < r->bank->count && status == BV_OK; i++)
		if (bv_str_eq(ids[i - 1], ids[i]))
			status = bv_err_set(err, BV_ECONFLICT, "item '%.*s' is there twice", BV_STR_ARG(ids[i]));
	free(ids);
	return status;
}

static enum bv_status
keep(struct bv_assembly_bank **out, struct reading *r, struct bv_str text, struct bv_err *err)
{
	struct bv_assembly_bank *bank = r->bank;

	if (!bank->count)
		return bv_err_set(err, BV_EINVAL, "the bank has no item");
	TRY(check_repeats(r, err));
	struct bv_str *attributes = bv_arena_array(&bank->arena, bank->attribute_count, struct bv_str);
	struct bv_assembly_item *items = bv_arena_array(&bank->arena, bank->count, struct bv_assembly_item);
	if (bank->attribute_count)
		memcpy(attributes, r->attributes, bank->attribute_count * sizeof *attributes);
	memcpy(items, r->items, bank->count * sizeof *items);
	bank->attributes = attributes;
	bank->items = items;
	bv_sha256(bank->hash, text);
	*out = bv_steal(&r->bank);
	return BV_OK;
}

static enum column
column_of(struct bv_str name)
{
	return bv_str_is(name, "item") || bv_str_is(name, "id") ? COLUMN_ID
	       : bv_str_is(name, "a")                           ? COLUMN_A
	       : bv_str_is(name, "b")                           ? COLUMN_B
	       : bv_str_is(name, "c")                           ? COLUMN_C
	                                                        : COLUMN_ATTRIBUTE;
}

static enum bv_status
add_attribute(struct reading *r, struct bv_str name, int line, struct bv_err *err)
{
	if (!name.len)
		return bv_err_at(err, BV_EPARSE, line, "a column has no name");
	for (size_t i = 0; i < r->bank->attribute_count; i++)
		if (bv_str_eq(r->attributes[i], name))
			return bv_err_at(err, BV_EPARSE, line, "there are two columns '%.*s'", BV_STR_ARG(name));
	if (r->bank->attribute_count == BV_ASSEMBLY_ATTRIBUTES_MAX)
		return bv_err_at(err, BV_ELIMIT, line, "a bank has at most %d attributes", BV_ASSEMBLY_ATTRIBUTES_MAX);
	r->attributes[r->bank->attribute_count++] = bv_arena_str(&r->bank->arena, name);
	return BV_OK;
}

static enum bv_status
read_header(struct reading *r, enum column kinds[BV_CSV_COLUMNS_MAX], const struct bv_csv *csv, struct bv_err *err)
{
	unsigned seen = 0;

	for (size_t i = 0; i < csv->field_count; i++) {
		kinds[i] = column_of(csv->fields[i]);
		if (kinds[i] == COLUMN_ATTRIBUTE) {
			TRY(add_attribute(r, csv->fields[i], csv->row_line, err));
		} else if (seen & 1u << kinds[i]) {
			return bv_err_at(err, BV_EPARSE, csv->row_line, "there are two columns '%.*s'", BV_STR_ARG(csv->fields[i]));
		} else {
			seen |= 1u << kinds[i];
		}
	}
	if ((seen & 7) != 7)
		return bv_err_at(err, BV_EPARSE, csv->row_line, "the first row names the columns; item, a and b must be among them");
	return BV_OK;
}

static enum bv_status
read_row(struct reading *r, const enum column *kinds, size_t columns, const struct bv_csv *csv, struct bv_err *err)
{
	struct bv_str *values = bv_arena_array(&r->bank->arena, r->bank->attribute_count, struct bv_str);
	struct bv_assembly_item item = { .values = values };
	double *const numbers[] = { NULL, &item.curve.a, &item.curve.b, &item.curve.c };
	size_t attribute = 0;

	if (csv->overfull || csv->open || csv->field_count != columns)
		return bv_err_at(err, BV_EPARSE, csv->row_line, "the row has %zu fields, the header %zu", csv->field_count, columns);
	for (size_t i = 0; i < columns; i++) {
		if (kinds[i] == COLUMN_ID)
			item.id = bv_arena_str(&r->bank->arena, csv->fields[i]);
		else if (kinds[i] == COLUMN_ATTRIBUTE)
			values[attribute++] = bv_arena_str(&r->bank->arena, csv->fields[i]);
		else if (!bv_str_double(csv->fields[i], numbers[kinds[i]]))
			return bv_err_at(err, BV_EPARSE, csv->row_line, "'%.*s' is not a number", BV_STR_ARG(csv->fields[i]));
	}
	return add_item(r, &item, csv->row_line, err);
}

static enum bv_status
read_csv(struct reading *r, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_csv_finish) struct bv_csv csv = { 0 };
	enum column kinds[BV_CSV_COLUMNS_MAX];

	bv_csv_init(&csv, text);
	if (!bv_csv_next(&csv) || csv.overfull || csv.open)
		return bv_err_at(err, BV_EPARSE, 1, "the first row names the columns; item, a and b must be among them");
	size_t columns = csv.field_count;
	TRY(read_header(r, kinds, &csv, err));
	while (bv_csv_next(&csv))
		TRY(read_row(r, kinds, columns, &csv, err));
	return BV_OK;
}

/* Text as it is; numbers and truth values as JSON writes them. */
static enum bv_status
attribute_text(struct bv_str *out, const struct bv_json *value, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(64);
	enum bv_json_type type = bv_json_type(value);

	if (type == BV_JSON_STRING) {
		*out = bv_arena_str(arena, bv_json_str(value));
	} else if (type == BV_JSON_NULL) {
		*out = BV_STR_NONE;
	} else if (type == BV_JSON_ARRAY || type == BV_JSON_OBJECT) {
		return bv_err_set(err, BV_EPARSE, "an attribute is a text, a number, true, false or null");
	} else {
		bv_json_write(&text, value);
		*out = bv_arena_str(arena, bv_buf_str(&text));
	}
	return BV_OK;
}

static enum bv_status
read_number(double *out, const struct bv_json *value, const char *name, struct bv_err *err)
{
	if (bv_json_type(value) != BV_JSON_INT && bv_json_type(value) != BV_JSON_REAL)
		return bv_err_set(err, BV_EPARSE, "'%s' is a number", name);
	*out = bv_json_real(value);
	return BV_OK;
}

static size_t
find_attribute(const struct reading *r, struct bv_str name)
{
	size_t i = 0;

	while (i < r->bank->attribute_count && !bv_str_eq(r->attributes[i], name))
		i++;
	return i;
}

/* All names of attributes first, so that every item has as many values. */
static enum bv_status
read_names(struct reading *r, const struct bv_json *items, struct bv_err *err)
{
	for (size_t i = 0; i < bv_json_count(items); i++) {
		const struct bv_json *item = bv_json_at(items, i);
		if (bv_json_type(item) != BV_JSON_OBJECT)
			return bv_err_set(err, BV_EPARSE, "items[%zu] is an object with id, a and b", i);
		for (void *it = bv_json_members(item); it; it = bv_json_next(item, it)) {
			struct bv_str name = bv_json_member_name(it);
			if (column_of(name) == COLUMN_ATTRIBUTE && find_attribute(r, name) == r->bank->attribute_count)
				TRY(add_attribute(r, name, 0, err));
		}
	}
	return BV_OK;
}

static enum bv_status
read_members(struct bv_assembly_item *item, struct bv_str *values, struct reading *r, const struct bv_json *object, struct bv_err *err)
{
	for (void *it = bv_json_members(object); it; it = bv_json_next(object, it)) {
		struct bv_str name = bv_json_member_name(it);
		const struct bv_json *value = bv_json_member(it);
		switch (column_of(name)) {
		case COLUMN_ID:
			TRY(attribute_text(&item->id, value, &r->bank->arena, err));
			break;
		case COLUMN_A:
			TRY(read_number(&item->curve.a, value, "a", err));
			break;
		case COLUMN_B:
			TRY(read_number(&item->curve.b, value, "b", err));
			break;
		case COLUMN_C:
			TRY(read_number(&item->curve.c, value, "c", err));
			break;
		case COLUMN_ATTRIBUTE:
			TRY(attribute_text(&values[find_attribute(r, name)], value, &r->bank->arena, err));
			break;
		}
	}
	return BV_OK;
}

static enum bv_status
read_json(struct reading *r, struct bv_str text, bool said, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *root = NULL;
	const struct bv_json *items;

	TRY(bv_json_parse_large(&root, text, BV_ASSEMBLY_DOCUMENT_MAX, err));
	TRY(bv_json_only(root, "metric items", err));
	TRY(bv_json_need(&items, root, "items", BV_JSON_ARRAY, err));
	if (bv_json_find(root, "metric") && !said)
		TRY(read_number(&r->metric, bv_json_find(root, "metric"), "metric", err));
	TRY(read_names(r, items, err));
	for (size_t i = 0; i < bv_json_count(items); i++) {
		struct bv_str *values = bv_arena_array(&r->bank->arena, r->bank->attribute_count, struct bv_str);
		struct bv_assembly_item item = { .curve = { .b = NAN }, .values = values };
		TRY(read_members(&item, values, r, bv_json_at(items, i), err));
		TRY(add_item(r, &item, 0, err));
	}
	return BV_OK;
}

enum bv_status
bv_assembly_bank_parse(struct bv_assembly_bank **out, struct bv_str text, double metric, struct bv_err *err)
{
	BV_AUTO(finish_reading) struct reading r = { .bank = bv_alloc(sizeof *r.bank), .metric = metric > 0 ? metric : 1 };

	if (text.len > BV_ASSEMBLY_DOCUMENT_MAX)
		return bv_err_set(err, BV_ELIMIT, "a bank is at most %u bytes", BV_ASSEMBLY_DOCUMENT_MAX);
	TRY(bv_text_need(text, 1, err));
	if (bv_str_starts(bv_str_trim(text), BV_STR("{")))
		TRY(read_json(&r, text, metric > 0, err));
	else
		TRY(read_csv(&r, text, err));
	return keep(out, &r, text, err);
}

void
bv_assembly_bank_free(struct bv_assembly_bank *bank)
{
	if (!bank)
		return;
	bv_arena_finish(&bank->arena);
	free(bank);
}
