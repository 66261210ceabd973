#include "analysis/analysis.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/text.h"

enum { FIELD_MAX = 200, KEY_TEXT_MAX = 8 << 20, THETA_MAX = 20 };

enum column_kind { COLUMN_ITEM, COLUMN_TIME, COLUMN_ID, COLUMN_GROUP, COLUMN_HALL, COLUMN_THETA };

struct column {
	enum column_kind kind;
	struct bv_str name;
	size_t item; /* of items and times */
};

/* The file on its way to a matrix. */
struct reading {
	struct bv_responses *out;
	const struct bv_responses_columns *wanted;
	struct bv_str rest;
	char separator;
	int line;
	struct column *columns;
	size_t count;
	size_t cap; /* of persons */
};

/* ---- Fields ---- */

static bool
take_line(struct bv_str *line, struct reading *r)
{
	while (r->rest.len) {
		if (!bv_str_line(&r->rest, line)) {
			*line = r->rest;
			r->rest.len = 0;
		}
		r->line++;
		if (line->len && line->p[line->len - 1] == '\r')
			line->len--;
		if (bv_str_trim(*line).len)
			return true;
	}
	return false;
}

static bool
is_missing(struct bv_str field)
{
	return field.len == 0 || bv_str_eq(field, BV_STR("NA")) || bv_str_eq(field, BV_STR(".")) || bv_str_eq(field, BV_STR("-"));
}

/* ---- Header ---- */

/* "T07" after the prefix "T": the item that is named "07" or ends in these digits behind a letter. */
static bool
item_of_time(size_t *item, const struct reading *r, struct bv_str digits)
{
	for (size_t i = 0; i < r->out->items; i++) {
		struct bv_str name = r->out->item[i].name;
		if (!bv_str_ends(name, digits) || (name.len > digits.len && isdigit((unsigned char)name.p[name.len - digits.len - 1])))
			continue;
		*item = i;
		return true;
	}
	return false;
}

static bool
is_time(const struct reading *r, struct bv_str name)
{
	struct bv_str prefix = bv_str_of(r->wanted->time_prefix);

	if (!r->wanted->time_prefix || !bv_str_starts(name, prefix) || name.len == prefix.len)
		return false;
	for (size_t i = prefix.len; i < name.len; i++)
		if (!isdigit((unsigned char)name.p[i]))
			return false;
	return true;
}

static enum bv_status
one_column(struct reading *r, struct bv_str name, size_t number, struct bv_err *err)
{
	struct column column = { .name = bv_arena_str(&r->out->arena, name) };

	if (name.len == 0 || name.len > FIELD_MAX)
		return bv_err_at(err, BV_EINVAL, r->line, "column %zu has no name, or one of more than %d bytes", number, FIELD_MAX);
	if (!bv_text_safe(name))
		return bv_err_at(err, BV_EINVAL, r->line, "the name of column %zu has a character that does not show: take it out", number);
	for (size_t i = 0; i < r->count; i++)
		if (bv_str_eq(r->columns[i].name, name))
			return bv_err_at(err, BV_EINVAL, r->line, "two columns are named \"%.*s\"", BV_STR_ARG(name));
	if (r->wanted->id && bv_str_eq(name, bv_str_of(r->wanted->id)))
		column.kind = COLUMN_ID;
	else if (r->wanted->group && bv_str_eq(name, bv_str_of(r->wanted->group)))
		column.kind = COLUMN_GROUP;
	else if (r->wanted->hall && bv_str_eq(name, bv_str_of(r->wanted->hall)))
		column.kind = COLUMN_HALL;
	else if (r->wanted->theta && bv_str_eq(name, bv_str_of(r->wanted->theta)))
		column.kind = COLUMN_THETA;
	else
		column.kind = is_time(r, name) ? COLUMN_TIME : COLUMN_ITEM;
	if (column.kind == COLUMN_ITEM) {
		if (r->out->items == BV_RESPONSES_ITEMS_MAX)
			return bv_err_at(err, BV_ELIMIT, r->line, "more than %d items", BV_RESPONSES_ITEMS_MAX);
		column.item = r->out->items++;
	}
	r->columns[r->count++] = column;
	return BV_OK;
}

static bool
has_column(const struct reading *r, const char *name, enum column_kind kind)
{
	for (size_t i = 0; name && i < r->count; i++)
		if (r->columns[i].kind == kind)
			return true;
	return !name;
}

static enum bv_status
need_columns(struct reading *r, struct bv_err *err)
{
	const struct bv_responses_columns *wanted = r->wanted;
	const char *names[] = { wanted->id, wanted->group, wanted->hall, wanted->theta, wanted->time_prefix };
	static const enum column_kind kinds[] = { COLUMN_ID, COLUMN_GROUP, COLUMN_HALL, COLUMN_THETA, COLUMN_TIME };

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (!has_column(r, names[i], kinds[i]))
			return bv_err_at(err, BV_EINVAL, r->line, "there is no column \"%s%s\"", names[i], kinds[i] == COLUMN_TIME ? "01" : "");
	if (r->out->items == 0)
		return bv_err_at(err, BV_EINVAL, r->line, "no column is an item's: the first line must have the names of the columns");
	return BV_OK;
}

static enum bv_status
read_header(struct reading *r, struct bv_err *err)
{
	struct bv_str line, field;
	bool more = true;

	if (!take_line(&line, r))
		return bv_err_at(err, BV_EINVAL, 1, "the file is empty: its first line must have the names of the columns");
	r->separator = bv_csv_separator(line);
	size_t columns = 1;
	for (size_t i = 0; i < line.len; i++)
		columns += line.p[i] == r->separator;
	r->columns = bv_alloc_array(columns, sizeof r->columns[0]);
	for (size_t number = 1; bv_csv_line_field(&field, &line, r->separator, &more); number++)
		TRY(one_column(r, field, number, err));
	TRY(need_columns(r, err));
	r->out->item = bv_arena_array(&r->out->arena, r->out->items, struct bv_responses_item);
	memset(r->out->item, 0, r->out->items * sizeof r->out->item[0]);
	for (size_t i = 0; i < r->count; i++)
		if (r->columns[i].kind == COLUMN_ITEM)
			r->out->item[r->columns[i].item] = (struct bv_responses_item){ .name = r->columns[i].name, .max_score = 1, .key = -1 };
	size_t prefix = r->wanted->time_prefix ? strlen(r->wanted->time_prefix) : 0;
	for (size_t i = 0; i < r->count; i++) {
		struct bv_str name = r->columns[i].name;
		if (r->columns[i].kind == COLUMN_TIME && !item_of_time(&r->columns[i].item, r, bv_str_sub(name, prefix, name.len)))
			return bv_err_at(err, BV_EINVAL, r->line, "column \"%.*s\" has times of no item: there is none whose name ends in %.*s", BV_STR_ARG(name),
			                  BV_STR_ARG(bv_str_sub(name, prefix, name.len)));
	}
	return BV_OK;
}

/* ---- The key ---- */

static int
option_of(struct bv_responses *out, struct bv_responses_item *item, struct bv_str name)
{
	for (int i = 0; i < item->option_count; i++)
		if (bv_str_eq(item->options[i], name))
			return i;
	if (item->option_count == BV_RESPONSES_OPTIONS_MAX)
		return -1;
	item->options[item->option_count] = bv_arena_str(&out->arena, name);
	return item->option_count++;
}

static enum bv_status
read_key(struct reading *r, struct bv_err *err)
{
	struct reading k = { .rest = bv_text_unmarked(r->wanted->key) };
	struct bv_str line, name, key;

	if (k.rest.len > KEY_TEXT_MAX)
		return bv_err_set(err, BV_ELIMIT, "the key has more than %d bytes", KEY_TEXT_MAX);
	if (!take_line(&line, &k))
		return bv_err_at(err, BV_EINVAL, 1, "the key is empty: give lines of item,key");
	k.separator = bv_csv_separator(line);
	while (take_line(&line, &k)) {
		bool more = true;
		if (!bv_csv_line_field(&name, &line, k.separator, &more) || !bv_csv_line_field(&key, &line, k.separator, &more) || key.len == 0 || key.len > FIELD_MAX)
			return bv_err_at(err, BV_EINVAL, k.line, "of the key: give the item and its key");
		for (size_t i = 0; i < r->out->items; i++)
			if (bv_str_eq(r->out->item[i].name, name))
				r->out->item[i].key = option_of(r->out, &r->out->item[i], key);
	}
	for (size_t i = 0; i < r->out->items; i++)
		if (r->out->item[i].key < 0)
			return bv_err_set(err, BV_EINVAL, "the key has no line for item \"%.*s\"", BV_STR_ARG(r->out->item[i].name));
	return BV_OK;
}

/* ---- Persons ---- */

static void
room_for_one(struct reading *r)
{
	struct bv_responses *out = r->out;

	if (out->persons < r->cap)
		return;
	r->cap = r->cap ? r->cap * 2 : 256;
	out->score = bv_resize_array(out->score, bv_array_size(r->cap, out->items), 1);
	if (r->wanted->key.len)
		out->option = bv_resize_array(out->option, bv_array_size(r->cap, out->items), 1);
	if (r->wanted->time_prefix)
		out->seconds = bv_resize_array(out->seconds, bv_array_size(r->cap, out->items), sizeof out->seconds[0]);
	if (r->wanted->id)
		out->id = bv_resize_array(out->id, r->cap, sizeof out->id[0]);
	if (r->wanted->group)
		out->group = bv_resize_array(out->group, r->cap, sizeof out->group[0]);
	if (r->wanted->hall)
		out->hall = bv_resize_array(out->hall, r->cap, sizeof out->hall[0]);
	if (r->wanted->theta)
		out->theta = bv_resize_array(out->theta, r->cap, sizeof out->theta[0]);
}

/* Names are shown in reports: none has characters that a page may not have, or that turn the direction of what is read. */
static enum bv_status
keep_name(struct bv_str *out, struct reading *r, const struct column *column, struct bv_str field, struct bv_err *err)
{
	if (!bv_text_safe(field))
		return bv_err_at(err, BV_EINVAL, r->line, "column \"%.*s\" has a character that does not show: take it out", BV_STR_ARG(column->name));
	*out = bv_arena_str(&r->out->arena, field);
	return BV_OK;
}

static enum bv_status
read_item(struct reading *r, const struct column *column, struct bv_str field, struct bv_err *err)
{
	struct bv_responses *out = r->out;
	size_t cell = out->persons * out->items + column->item;
	struct bv_responses_item *item = &out->item[column->item];
	int64_t score;

	if (is_missing(field))
		return BV_OK;
	if (out->option) {
		struct bv_str kept;
		int known = item->option_count, option = option_of(out, item, field);
		if (item->option_count > known)
			TRY(keep_name(&kept, r, column, field, err));
		if (option < 0)
			return bv_err_at(err, BV_ELIMIT, r->line, "column \"%.*s\" has more than %d different answers", BV_STR_ARG(column->name),
			                  BV_RESPONSES_OPTIONS_MAX);
		out->option[cell] = (int8_t)option;
		out->score[cell] = option == item->key;
		return BV_OK;
	}
	if (!bv_str_int(field, &score) || score < 0 || score > BV_RESPONSES_SCORE_MAX)
		return bv_err_at(err, BV_EINVAL, r->line, "column \"%.*s\": \"%.*s\" is not a score from 0 to %d; for answers like A, B, C give the key",
		                  BV_STR_ARG(column->name), BV_STR_ARG(bv_str_sub(field, 0, 40)), BV_RESPONSES_SCORE_MAX);
	out->score[cell] = (int8_t)score;
	item->max_score = score > item->max_score ? (int)score : item->max_score;
	return BV_OK;
}

static enum bv_status
read_field(struct reading *r, const struct column *column, struct bv_str field, struct bv_err *err)
{
	struct bv_responses *out = r->out;
	double seconds;

	if (field.len > FIELD_MAX)
		return bv_err_at(err, BV_EINVAL, r->line, "column \"%.*s\" has more than %d bytes", BV_STR_ARG(column->name), FIELD_MAX);
	switch (column->kind) {
	case COLUMN_ITEM:
		return read_item(r, column, field, err);
	case COLUMN_TIME:
		if (is_missing(field))
			return BV_OK;
		if (!bv_str_double(field, &seconds) || !(seconds >= 0 && seconds <= 1e7))
			return bv_err_at(err, BV_EINVAL, r->line, "column \"%.*s\": \"%.*s\" is not a time in seconds", BV_STR_ARG(column->name),
			                  BV_STR_ARG(bv_str_sub(field, 0, 40)));
		out->seconds[out->persons * out->items + column->item] = seconds;
		return BV_OK;
	case COLUMN_THETA:
		out->theta[out->persons] = NAN;
		if (!is_missing(field) && (!bv_str_double(field, &out->theta[out->persons]) || !(fabs(out->theta[out->persons]) <= THETA_MAX)))
			return bv_err_at(err, BV_EINVAL, r->line, "column \"%.*s\": \"%.*s\" is not an ability from -%d to %d", BV_STR_ARG(column->name),
			                  BV_STR_ARG(bv_str_sub(field, 0, 40)), THETA_MAX, THETA_MAX);
		return BV_OK;
	case COLUMN_ID:
		return keep_name(&out->id[out->persons], r, column, field, err);
	case COLUMN_GROUP:
		return keep_name(&out->group[out->persons], r, column, field, err);
	case COLUMN_HALL:
		return keep_name(&out->hall[out->persons], r, column, field, err);
	}
	return BV_OK;
}

static enum bv_status
read_person(struct reading *r, struct bv_str line, struct bv_err *err)
{
	struct bv_responses *out = r->out;
	struct bv_str field;
	bool more = true;
	size_t number = 0;

	if (out->persons == BV_RESPONSES_PERSONS_MAX || (out->persons + 1) * out->items > BV_RESPONSES_CELLS_MAX)
		return bv_err_at(err, BV_ELIMIT, r->line, "too many persons: at most %d, and %lld answers", BV_RESPONSES_PERSONS_MAX,
		                  (long long)BV_RESPONSES_CELLS_MAX);
	room_for_one(r);
	memset(out->score + out->persons * out->items, BV_NOT_GIVEN, out->items);
	if (out->option)
		memset(out->option + out->persons * out->items, BV_NOT_GIVEN, out->items);
	for (size_t i = 0; out->seconds && i < out->items; i++)
		out->seconds[out->persons * out->items + i] = NAN;
	for (; bv_csv_line_field(&field, &line, r->separator, &more); number++) {
		if (number == r->count)
			return bv_err_at(err, BV_EINVAL, r->line, "there are more fields than the %zu columns of the first line", r->count);
		TRY(read_field(r, &r->columns[number], field, err));
	}
	if (number != r->count)
		return bv_err_at(err, BV_EINVAL, r->line, "there are %zu fields for the %zu columns of the first line", number, r->count);
	out->persons++;
	return BV_OK;
}

static enum bv_status
read_all(struct reading *r, struct bv_err *err)
{
	struct bv_str line;

	TRY(bv_text_need(r->rest, 1, err));
	TRY(bv_text_need(r->wanted->key, 1, err));
	TRY(read_header(r, err));
	if (r->wanted->key.len)
		TRY(read_key(r, err));
	while (take_line(&line, r))
		TRY(read_person(r, line, err));
	if (r->out->persons == 0)
		return bv_err_at(err, BV_EINVAL, r->line, "there is nobody's line below the names of the columns");
	return BV_OK;
}

enum bv_status
bv_responses_read(struct bv_responses *out, struct bv_str text, const struct bv_responses_columns *columns, struct bv_err *err)
{
	struct reading r = { .out = out, .wanted = columns, .rest = bv_text_unmarked(text) };

	*out = (struct bv_responses){ 0 };
	enum bv_status status = read_all(&r, err);
	free(r.columns);
	if (status != BV_OK)
		bv_responses_finish(out);
	return status;
}

void
bv_responses_finish(struct bv_responses *responses)
{
	free(responses->score);
	free(responses->option);
	free(responses->seconds);
	free(responses->id);
	free(responses->group);
	free(responses->hall);
	free(responses->theta);
	bv_arena_finish(&responses->arena);
	*responses = (struct bv_responses){ 0 };
}
