#include <stdlib.h>

#include "base/csv.h"
#include "base/mem.h"
#include "base/text.h"
#include "scoring/irt/irt.h"

enum column { COLUMN_ITEM, COLUMN_PERSON, COLUMN_GROUP };

struct bv_irt_sheet {
	char separator;
	size_t column_count, item_count, person_cap;
	uint8_t *columns; /* enum column */
	char (*items)[BV_IRT_NAME_MAX + 1];
	char (*persons)[BV_IRT_NAME_MAX + 1]; /* NULL without a column */
	bool person_column;
	char groups[BV_IRT_GROUPS_MAX][BV_IRT_NAME_MAX + 1];
	int group_count;
	struct bv_irt_answer *given; /* of one line */
	struct bv_irt_answers *answers;
};

static bool
name_take(char out[BV_IRT_NAME_MAX + 1], struct bv_str name)
{
	if (name.len > BV_IRT_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.p[i] < ' ' || (unsigned char)name.p[i] == 127)
			return false;
	if (name.len > 0)
		memcpy(out, name.p, name.len);
	out[name.len] = '\0';
	return true;
}

static int
name_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum bv_status
names_check(const struct bv_irt_sheet *sheet, struct bv_err *err)
{
	const char **sorted = bv_alloc_array(sheet->item_count, sizeof *sorted), *twice = NULL;

	for (size_t i = 0; i < sheet->item_count; i++)
		sorted[i] = sheet->items[i];
	qsort(sorted, sheet->item_count, sizeof *sorted, name_order);
	for (size_t i = 1; i < sheet->item_count && !twice; i++)
		twice = strcmp(sorted[i - 1], sorted[i]) == 0 ? sorted[i] : NULL;
	free(sorted);
	return twice ? bv_err_at(err, BV_EPARSE, 1, "column '%s' is there twice", twice) : BV_OK;
}

static enum bv_status
columns_read(struct bv_irt_sheet *sheet, struct bv_str line, struct bv_err *err)
{
	struct bv_str rest = line, field;
	bool more = true, group = false;

	for (size_t count = 1; bv_csv_line_field(&field, &rest, sheet->separator, &more); count++) {
		char *name = sheet->items[sheet->item_count];
		enum column column = bv_str_is(field, "id") || bv_str_is(field, "person") ? COLUMN_PERSON : bv_str_is(field, "group") ? COLUMN_GROUP : COLUMN_ITEM;
		if ((column == COLUMN_PERSON && sheet->person_column) || (column == COLUMN_GROUP && group))
			return bv_err_at(err, BV_EPARSE, 1, "column '%.*s' is there twice", BV_STR_ARG(field));
		sheet->person_column |= column == COLUMN_PERSON;
		group |= column == COLUMN_GROUP;
		sheet->columns[sheet->column_count++] = (uint8_t)column;
		if (column != COLUMN_ITEM)
			continue;
		if (field.len == 0 || !name_take(name, field))
			return bv_err_at(err, BV_EPARSE, 1, "column %zu: an item has a name of 1 to %d characters", count, BV_IRT_NAME_MAX);
		sheet->item_count++;
	}
	if (sheet->item_count == 0 || sheet->item_count > BV_IRT_ITEMS_MAX)
		return bv_err_at(err, BV_ELIMIT, 1, "%zu columns of items: 1 to %d", sheet->item_count, BV_IRT_ITEMS_MAX);
	return names_check(sheet, err);
}

enum bv_status
bv_irt_sheet_open(struct bv_irt_sheet **out, struct bv_str first_line, struct bv_err *err)
{
	BV_AUTO(bv_irt_sheet_free) struct bv_irt_sheet *sheet = bv_alloc(sizeof *sheet);
	struct bv_str line = bv_text_unmarked(first_line);
	size_t columns = 1;

	if (line.len > BV_IRT_LINE_MAX)
		return bv_err_at(err, BV_ELIMIT, 1, "the line is longer than %u bytes", BV_IRT_LINE_MAX);
	TRY(bv_text_need(line, 1, err));
	sheet->separator = bv_csv_separator(line);
	for (size_t i = 0; i < line.len; i++)
		columns += line.p[i] == sheet->separator;
	if (columns > BV_IRT_ITEMS_MAX + 2)
		return bv_err_at(err, BV_ELIMIT, 1, "%zu columns: at most %d items", columns, BV_IRT_ITEMS_MAX);
	sheet->columns = bv_alloc(columns);
	sheet->items = bv_alloc_array(columns, sizeof *sheet->items);
	sheet->given = bv_alloc_array(columns, sizeof *sheet->given);
	TRY(columns_read(sheet, line, err));
	sheet->answers = bv_irt_answers_new(sheet->item_count);
	*out = bv_steal(&sheet);
	return BV_OK;
}

void
bv_irt_sheet_free(struct bv_irt_sheet *sheet)
{
	if (!sheet)
		return;
	free(sheet->columns);
	free(sheet->items);
	free(sheet->persons);
	free(sheet->given);
	bv_irt_answers_free(sheet->answers);
	free(sheet);
}

static enum bv_status
group_find(int *out, struct bv_irt_sheet *sheet, struct bv_str field, int number, struct bv_err *err)
{
	for (int g = 0; g < sheet->group_count; g++)
		if (bv_str_is(field, sheet->groups[g])) {
			*out = g;
			return BV_OK;
		}
	if (field.len == 0 || sheet->group_count == BV_IRT_GROUPS_MAX || !name_take(sheet->groups[sheet->group_count], field))
		return bv_err_at(err, BV_EPARSE, number, "group '%.*s': at most %d groups, with names of 1 to %d characters", BV_STR_ARG(field),
		                 BV_IRT_GROUPS_MAX, BV_IRT_NAME_MAX);
	*out = sheet->group_count++;
	return BV_OK;
}

static void
persons_grow(struct bv_irt_sheet *sheet, size_t person)
{
	if (person < sheet->person_cap)
		return;
	sheet->person_cap = person * 3 / 2 + 1024;
	sheet->persons = bv_resize_array(sheet->persons, sheet->person_cap, sizeof *sheet->persons);
}

enum bv_status
bv_irt_sheet_add(struct bv_irt_sheet *sheet, struct bv_str line, int number, struct bv_err *err)
{
	struct bv_str rest = line, field, person = BV_STR_NONE;
	size_t column = 0, item = 0, count = 0, row = bv_irt_answers_persons(sheet->answers);
	bool more = true;
	int group = 0;

	if (line.len > BV_IRT_LINE_MAX)
		return bv_err_at(err, BV_ELIMIT, number, "the line is longer than %u bytes", BV_IRT_LINE_MAX);
	TRY(bv_text_need(line, number, err));
	if (bv_str_trim(line).len == 0 && sheet->column_count > 1)
		return BV_OK;
	for (; bv_csv_line_field(&field, &rest, sheet->separator, &more); column++) {
		uint64_t mark;
		if (column == sheet->column_count)
			return bv_err_at(err, BV_EPARSE, number, "more than the %zu columns of the first line", sheet->column_count);
		if (sheet->columns[column] == COLUMN_GROUP) {
			TRY(group_find(&group, sheet, field, number, err));
		} else if (sheet->columns[column] == COLUMN_PERSON) {
			person = field;
		} else if (field.len == 0 || bv_str_is(field, "NA") || bv_str_is(field, ".")) {
			item++;
		} else if (!bv_str_size(field, &mark) || mark >= BV_IRT_CATEGORIES_MAX) {
			return bv_err_at(err, BV_EPARSE, number, "item '%s': '%.*s' is not a mark from 0 to %d", sheet->items[item], BV_STR_ARG(field),
			                 BV_IRT_CATEGORIES_MAX - 1);
		} else {
			sheet->given[count++] = (struct bv_irt_answer){ (uint32_t)item++, (int)mark };
		}
	}
	if (column < sheet->column_count)
		return bv_err_at(err, BV_EPARSE, number, "%zu columns, the first line has %zu", column, sheet->column_count);
	if (sheet->person_column) {
		persons_grow(sheet, row);
		if (!name_take(sheet->persons[row], person))
			return bv_err_at(err, BV_EPARSE, number, "the person's id has more than %d characters, or control characters", BV_IRT_NAME_MAX);
	}
	if (bv_irt_answers_add(sheet->answers, sheet->given, count, group, err) != BV_OK)
		return bv_err_again(err, number, "%s", err->msg);
	return BV_OK;
}

const struct bv_irt_answers *
bv_irt_sheet_answers(const struct bv_irt_sheet *sheet)
{
	return sheet->answers;
}

const char *
bv_irt_sheet_item(const struct bv_irt_sheet *sheet, size_t item)
{
	return sheet->items[item];
}

const char *
bv_irt_sheet_group(const struct bv_irt_sheet *sheet, int group)
{
	return sheet->groups[group];
}

const char *
bv_irt_sheet_person(const struct bv_irt_sheet *sheet, size_t person)
{
	return sheet->person_column ? sheet->persons[person] : "";
}
