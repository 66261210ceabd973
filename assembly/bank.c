/* Calibrated banks as files. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "assembly/assembly.h"
#include "base/csv.h"
#include "base/json.h"
#include "base/text.h"
#include "scoring/irt/irt.h"

enum column {
	COLUMN_ID,
	COLUMN_A,
	COLUMN_B,
	COLUMN_C,
	COLUMN_MODEL,
	COLUMN_STEP, /* b1, and after it the others */
	COLUMN_ATTRIBUTE = COLUMN_STEP + BV_IRT_CATEGORIES_MAX - 1,
};

struct reading {
	struct bv_assembly_bank *bank;
	struct bv_str attributes[BV_ASSEMBLY_ATTRIBUTES_MAX];
	struct bv_assembly_item *items; /* heap, until they are counted */
	size_t cap;
	double metric;
	bool models; /* CSV with a column for them */
	const struct bv_irt_set *set; /* parameters come from there; or NULL */
	struct bv_str *left;          /* room for all items */
};

static void
finish_reading(struct reading *r)
{
	bv_assembly_bank_free(r->bank);
	free(r->items);
	free(r->left);
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
check_parameters(const struct bv_assembly_item *item, int line, struct bv_err *err)
{
	if (!item->model)
		return check_curve(item, line, err);
	if (bv_irt_item_check(item->model, err) != BV_OK)
		return bv_err_again(err, line, "item '%.*s': %s", BV_STR_ARG(item->id), err->msg);
	if (bv_assembly_ordered(item) && !(item->model->a > 0 && item->model->a <= 10))
		return bv_err_at(err, BV_EINVAL, line, "item '%.*s': the discrimination a is above 0 and at most 10 in the logistic metric", BV_STR_ARG(item->id));
	return BV_OK;
}

/* Its metric is in the parameters already. */
static void
put_model(struct bv_assembly_item *item, const struct bv_irt_item *model, uint16_t marks, struct bv_arena *arena)
{
	item->marks = marks;
	if (model->model <= BV_IRT_3PL && marks == 3) {
		item->curve = (struct bv_curve){ model->a, -model->d[0] / model->a, model->c };
		return;
	}
	struct bv_irt_item *kept = bv_arena_array(arena, 1, struct bv_irt_item);
	*kept = *model;
	item->curve = (struct bv_curve){ 0 };
	item->model = kept;
}

static bool
put_set_item(struct bv_assembly_item *item, const struct bv_irt_set_item *from, struct bv_arena *arena)
{
	struct bv_err refused;

	put_model(item, &from->item, from->marks, arena);
	return check_parameters(item, 0, &refused) == BV_OK;
}

bool
bv_assembly_takes(const struct bv_irt_set_item *from)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_assembly_item item = { 0 };

	return put_set_item(&item, from, &arena);
}

static enum bv_status
add_item(struct reading *r, const struct bv_assembly_item *item, int line, struct bv_err *err)
{
	if (!item->id.len)
		return bv_err_at(err, BV_EINVAL, line, "an item has no identifier");
	if (r->bank->count + r->bank->left_out_count == BV_ASSEMBLY_ITEMS_MAX)
		return bv_err_at(err, BV_ELIMIT, line, "a bank has at most %d items", BV_ASSEMBLY_ITEMS_MAX);
	if (r->bank->count + r->bank->left_out_count == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 256;
		r->items = bv_resize_array(r->items, r->cap, sizeof *r->items);
		r->left = bv_resize_array(r->left, r->cap, sizeof *r->left);
	}
	struct bv_assembly_item *kept = &r->items[r->bank->count];
	*kept = *item;
	if (r->set) {
		const struct bv_irt_set_item *from = bv_irt_set_find(r->set, item->id);
		if (from && put_set_item(kept, from, &r->bank->arena))
			r->bank->count++;
		else
			r->left[r->bank->left_out_count++] = item->id;
		return BV_OK;
	}
	r->bank->count++;
	return check_parameters(item, line, err);
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
		return bv_err_set(err, BV_EINVAL, r->set ? "none of the items has parameters in the set" : "the bank has no item");
	TRY(check_repeats(r, err));
	struct bv_str *left = bv_arena_array(&bank->arena, bank->left_out_count, struct bv_str);
	if (bank->left_out_count)
		memcpy(left, r->left, bank->left_out_count * sizeof *left);
	bank->left_out = left;
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

/* Where a table names models, b1, b2 … are thresholds. */
static enum column
csv_column_of(struct bv_str name, bool models)
{
	char step[8];

	if (models && bv_str_is(name, "model"))
		return COLUMN_MODEL;
	for (int k = 0; k < BV_IRT_CATEGORIES_MAX - 1 && models; k++) {
		snprintf(step, sizeof step, "b%d", k + 1);
		if (bv_str_is(name, step))
			return COLUMN_STEP + (enum column)k;
	}
	return column_of(name);
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

	for (size_t i = 0; i < csv->field_count; i++)
		r->models |= bv_str_is(csv->fields[i], "model");
	for (size_t i = 0; i < csv->field_count; i++) {
		kinds[i] = csv_column_of(csv->fields[i], r->models);
		if (kinds[i] == COLUMN_ATTRIBUTE) {
			TRY(add_attribute(r, csv->fields[i], csv->row_line, err));
		} else if (seen & 1u << kinds[i]) {
			return bv_err_at(err, BV_EPARSE, csv->row_line, "there are two columns '%.*s'", BV_STR_ARG(csv->fields[i]));
		} else {
			seen |= 1u << kinds[i];
		}
	}
	if (r->models || r->set ? !(seen & 1) : (seen & 7) != 7)
		return bv_err_at(err, BV_EPARSE, csv->row_line, "the first row names the columns; item, a and b must be among them, or item, model, a and b1");
	return BV_OK;
}

/* ---- What a row says of an item ---- */

struct said {
	struct bv_str model;              /* empty: by a, b and c */
	double number[COLUMN_ATTRIBUTE]; /* by column; NAN where there is none */
};

static enum bv_status
read_number_field(double *out, struct bv_str field, bool optional, int line, struct bv_err *err)
{
	*out = NAN;
	if (!(optional && !field.len) && !bv_str_double(field, out))
		return bv_err_at(err, BV_EPARSE, line, "'%.*s' is not a number", BV_STR_ARG(field));
	return BV_OK;
}

static enum bv_status
put_curve(struct bv_assembly_item *item, const struct said *said, enum bv_irt_model model, double metric, int line, struct bv_err *err)
{
	double c = isnan(said->number[COLUMN_C]) ? 0 : said->number[COLUMN_C];

	if (!isnan(said->number[COLUMN_STEP]))
		return bv_err_at(err, BV_EINVAL, line, "item '%.*s': thresholds b1, b2 … are of the models grm, gpcm and pcm: name one, or leave them empty", BV_STR_ARG(item->id));
	if (said->model.len && model != BV_IRT_3PL && c > 0)
		return bv_err_at(err, BV_EINVAL, line, "item '%.*s': the guessing parameter c is of model 3pl", BV_STR_ARG(item->id));
	item->curve = (struct bv_curve){ said->number[COLUMN_A] * metric, said->number[COLUMN_B], c };
	return BV_OK;
}

/* Graded: P(mark >= k) = 1 / (1 + e^(-a(theta - b_k))); partial credit: the sum of a(theta - b_1) … a(theta - b_k) is category k's exponent. */
static enum bv_status
put_steps(struct bv_assembly_item *item, const struct said *said, enum bv_irt_model model, double metric, struct bv_arena *arena, int line, struct bv_err *err)
{
	struct bv_irt_item to = { .model = model, .categories = 1, .a = said->number[COLUMN_A] * metric };
	const double *b = said->number + COLUMN_STEP;
	double sum = 0;

	if (!isnan(said->number[COLUMN_B]) || said->number[COLUMN_C] > 0)
		return bv_err_at(err, BV_EINVAL, line, "item '%.*s': model %s has the thresholds b1, b2 …, no b and no c", BV_STR_ARG(item->id), bv_irt_model_name(model));
	for (int k = 0; k < BV_IRT_CATEGORIES_MAX - 1 && !isnan(b[k]); k++, to.categories++) {
		if (!(fabs(b[k]) <= 10) || (model == BV_IRT_GRM && k && !(b[k] > b[k - 1])))
			return bv_err_at(err, BV_EINVAL, line, "item '%.*s': thresholds lie between -10 and 10, and those of model grm rise", BV_STR_ARG(item->id));
		sum += b[k];
		to.d[k] = -to.a * (model == BV_IRT_GRM ? b[k] : sum);
	}
	for (int k = to.categories; k < BV_IRT_CATEGORIES_MAX - 1; k++)
		if (!isnan(b[k]))
			return bv_err_at(err, BV_EINVAL, line, "item '%.*s': there is b%d, but no b%d", BV_STR_ARG(item->id), k + 1, k);
	if (to.categories < 2)
		return bv_err_at(err, BV_EINVAL, line, "item '%.*s': model %s needs the thresholds b1, b2 …", BV_STR_ARG(item->id), bv_irt_model_name(model));
	put_model(item, &to, (uint16_t)((1u << to.categories) - 1), arena);
	return BV_OK;
}

static enum bv_status
put_said(struct bv_assembly_item *item, struct said *said, struct reading *r, int line, struct bv_err *err)
{
	enum bv_irt_model model = BV_IRT_3PL;

	if (said->model.len && (!bv_irt_model_find(&model, said->model) || model == BV_IRT_NOMINAL))
		return bv_err_at(err, BV_EINVAL, line, "item '%.*s': model '%.*s' is none of rasch, 1pl, 2pl, 3pl, grm, gpcm, pcm; items of model nominal are written as JSON",
		                 BV_STR_ARG(item->id), BV_STR_ARG(said->model));
	if (isnan(said->number[COLUMN_A]) && (model == BV_IRT_RASCH || model == BV_IRT_PCM))
		said->number[COLUMN_A] = 1;
	return model <= BV_IRT_3PL ? put_curve(item, said, model, r->metric, line, err) : put_steps(item, said, model, r->metric, &r->bank->arena, line, err);
}

static enum bv_status
read_row(struct reading *r, const enum column *kinds, size_t columns, const struct bv_csv *csv, struct bv_err *err)
{
	struct bv_str *values = bv_arena_array(&r->bank->arena, r->bank->attribute_count, struct bv_str);
	struct bv_assembly_item item = { .values = values, .marks = 3 };
	struct said said = { 0 };
	size_t attribute = 0;

	if (csv->overfull || csv->open || csv->field_count != columns)
		return bv_err_at(err, BV_EPARSE, csv->row_line, "the row has %zu fields, the header %zu", csv->field_count, columns);
	for (size_t k = 0; k < BV_COUNT(said.number); k++)
		said.number[k] = NAN;
	for (size_t i = 0; i < columns; i++) {
		if (kinds[i] == COLUMN_ID)
			item.id = bv_arena_str(&r->bank->arena, csv->fields[i]);
		else if (kinds[i] == COLUMN_ATTRIBUTE)
			values[attribute++] = bv_arena_str(&r->bank->arena, csv->fields[i]);
		else if (kinds[i] == COLUMN_MODEL)
			said.model = csv->fields[i];
		else
			TRY(read_number_field(&said.number[kinds[i]], csv->fields[i], r->models || r->set, csv->row_line, err));
	}
	if (!r->set)
		TRY(put_said(&item, &said, r, csv->row_line, err));
	return add_item(r, &item, csv->row_line, err);
}

static enum bv_status
read_csv(struct reading *r, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_csv_finish) struct bv_csv csv = { 0 };
	enum column kinds[BV_CSV_COLUMNS_MAX];

	bv_csv_init(&csv, text);
	if (!bv_csv_next(&csv) || csv.overfull || csv.open)
		return bv_err_at(err, BV_EPARSE, 1, "the first row names the columns; item, a and b must be among them, or item, model, a and b1");
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

/* Of an item in the notation of parameter sets, these are its parameters. */
static bool
is_of_model(const struct bv_json *item, struct bv_str name)
{
	static const char *const members[] = { "model", "marks", "a", "d", "c" };

	for (size_t i = 0; i < BV_COUNT(members) && bv_json_find(item, "model"); i++)
		if (bv_str_is(name, members[i]))
			return true;
	return false;
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
			if (!is_of_model(item, name) && column_of(name) == COLUMN_ATTRIBUTE && find_attribute(r, name) == r->bank->attribute_count)
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
		if (is_of_model(object, name))
			continue;
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
		default:
			TRY(attribute_text(&values[find_attribute(r, name)], value, &r->bank->arena, err));
			break;
		}
	}
	return BV_OK;
}

static enum bv_status
read_object(struct reading *r, const struct bv_json *object, struct bv_err *err)
{
	struct bv_str *values = bv_arena_array(&r->bank->arena, r->bank->attribute_count, struct bv_str);
	struct bv_assembly_item item = { .curve = { .b = NAN }, .marks = 3, .values = values };
	struct bv_irt_item model;
	uint16_t marks;

	TRY(read_members(&item, values, r, object, err));
	item.curve.a *= r->metric;
	if (bv_json_find(object, "model") && !r->set) {
		if (bv_json_find(object, "b"))
			return bv_err_set(err, BV_EPARSE, "item '%.*s': beside 'model' stand 'marks', 'a' and 'd', not 'b'", BV_STR_ARG(item.id));
		if (bv_irt_item_read(&model, &marks, object, r->metric, err) != BV_OK)
			return bv_err_again(err, 0, "item '%.*s': %s", BV_STR_ARG(item.id), err->msg);
		put_model(&item, &model, marks, &r->bank->arena);
	}
	return add_item(r, &item, 0, err);
}

/* A set cannot be changed, for its hash: items that it has but that cannot be used are named. */
static enum bv_status
read_set(struct reading *r, struct bv_str text, bool said, struct bv_err *err)
{
	BV_AUTO(bv_irt_set_free) struct bv_irt_set *set = NULL;

	if (r->set)
		return bv_err_set(err, BV_EINVAL, "the items are a parameter set themselves: give a table of items and their attributes beside the set");
	if (said)
		return bv_err_set(err, BV_EINVAL, "a parameter set names its metric itself: leave it out");
	TRY(bv_irt_set_parse(&set, text, err));
	r->set = set;
	for (size_t i = 0; i < set->count; i++)
		TRY(add_item(r, &(struct bv_assembly_item){ .id = bv_arena_str(&r->bank->arena, bv_str_of(set->items[i].name)) }, 0, err));
	r->set = NULL;
	return BV_OK;
}

static enum bv_status
read_json(struct reading *r, struct bv_str text, bool said, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *root = NULL;
	const struct bv_json *items;

	TRY(bv_json_parse_large(&root, text, BV_ASSEMBLY_DOCUMENT_MAX, err));
	if (bv_json_find(root, "format"))
		return read_set(r, text, said, err);
	TRY(bv_json_only(root, "metric items", err));
	TRY(bv_json_need(&items, root, "items", BV_JSON_ARRAY, err));
	if (bv_json_find(root, "metric") && !said)
		TRY(read_number(&r->metric, bv_json_find(root, "metric"), "metric", err));
	TRY(read_names(r, items, err));
	for (size_t i = 0; i < bv_json_count(items); i++)
		TRY(read_object(r, bv_json_at(items, i), err));
	return BV_OK;
}

static enum bv_status
read_text(struct bv_assembly_bank **out, struct reading *r, struct bv_str text, bool said, struct bv_err *err)
{
	if (text.len > BV_ASSEMBLY_DOCUMENT_MAX)
		return bv_err_set(err, BV_ELIMIT, "a bank is at most %u bytes", BV_ASSEMBLY_DOCUMENT_MAX);
	TRY(bv_text_need(text, 1, err));
	if (bv_str_starts(bv_str_trim(text), BV_STR("{")))
		TRY(read_json(r, text, said, err));
	else
		TRY(read_csv(r, text, err));
	return keep(out, r, text, err);
}

enum bv_status
bv_assembly_bank_parse(struct bv_assembly_bank **out, struct bv_str text, double metric, struct bv_err *err)
{
	BV_AUTO(finish_reading) struct reading r = { .bank = bv_alloc(sizeof *r.bank), .metric = metric > 0 ? metric : 1 };

	return read_text(out, &r, text, metric > 0, err);
}

enum bv_status
bv_assembly_bank_parse_with(struct bv_assembly_bank **out, struct bv_str text, const struct bv_irt_set *set, struct bv_err *err)
{
	BV_AUTO(finish_reading) struct reading r = { .bank = bv_alloc(sizeof *r.bank), .metric = 1, .set = set };

	return read_text(out, &r, text, false, err);
}

void
bv_assembly_bank_free(struct bv_assembly_bank *bank)
{
	if (!bank)
		return;
	bv_arena_finish(&bank->arena);
	free(bank);
}
