#include <math.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/text.h"
#include "scoring/setting/setting.h"

enum { NAME_MAX_BYTES = 64, ROWS_MAX = BV_SETTING_CELLS_MAX };

enum column { COLUMN_JUDGE, COLUMN_ITEM, COLUMN_ROUND, COLUMN_LEVEL, COLUMN_PANEL, COLUMN_MAX, COLUMN_VALUE, COLUMNS };
static const char *const column_names[COLUMNS] = { "judge", "item", "round", "level", "panel", "max", "rating" };
static const char *const kind_names[BV_JUDGEMENT_KINDS] = { "marks", "percent", "yes-no", "pages" };

struct row {
	uint32_t judge, item, round, level;
	int line;
	double value;
};

/* Names as they come: most files go through them in one order, so that the one after the last is looked at first. */
struct names {
	struct bv_str *name;
	size_t count, most, last;
	const char *what;
};

struct reading {
	struct bv_judgements *out;
	enum bv_judgement_kind kind;
	struct bv_csv csv;
	int place[COLUMNS]; /* of the column, or -1 */
	struct names judge, item, level, panel;
	bool full_known[BV_SETTING_ITEMS_MAX];
	struct row *rows;
	size_t count, cap;
};

const char *
bv_judgement_kind_name(enum bv_judgement_kind kind)
{
	return kind_names[kind];
}

double
bv_judged(const struct bv_judgements *j, size_t round, size_t level, size_t judge, size_t item)
{
	return j->value[((round * j->levels + level) * j->judges + judge) * j->items + item];
}

static enum bv_status
name_take(uint32_t *out, struct names *names, struct bv_str text, struct reading *r, struct bv_err *err)
{
	if (text.len == 0 || text.len > NAME_MAX_BYTES || !bv_text_safe(text))
		return bv_err_at(err, BV_EPARSE, r->csv.row_line, "a %s has a name of 1 to %d bytes without characters that do not show", names->what, NAME_MAX_BYTES);
	for (size_t i = 0; i < names->count; i++) {
		size_t at = (names->last + i) % names->count;
		if (bv_str_eq(names->name[at], text)) {
			names->last = at + 1;
			*out = (uint32_t)at;
			return BV_OK;
		}
	}
	if (names->count == names->most)
		return bv_err_at(err, BV_ELIMIT, r->csv.row_line, "more than %zu %ss", names->most, names->what);
	names->name[names->count] = bv_arena_str(&r->out->arena, text);
	*out = (uint32_t)names->count++;
	names->last = names->count;
	return BV_OK;
}

static struct names
names_begin(const char *what, size_t most, struct reading *r)
{
	return (struct names){ .name = bv_arena_array(&r->out->arena, most, struct bv_str), .most = most, .what = what };
}

/* ---- Columns ---- */

static enum bv_status
columns_read(struct reading *r, struct bv_err *err)
{
	struct bv_csv *csv = &r->csv;
	bool pages = r->kind == BV_JUDGED_PAGES;

	for (int c = 0; c < COLUMNS; c++)
		r->place[c] = -1;
	if (!bv_csv_next(csv))
		return bv_err_at(err, BV_EPARSE, 1, "the file is empty: its first line names the columns, as judge,%s", pages ? "round,page" : "item,round,rating");
	for (size_t i = 0; i < csv->field_count; i++) {
		int c = 0;
		while (c < COLUMNS && !bv_str_is(csv->fields[i], c == COLUMN_VALUE && pages ? "page" : column_names[c]))
			c++;
		if (c == COLUMNS || (pages && (c == COLUMN_ITEM || c == COLUMN_MAX)))
			return bv_err_at(err, BV_EPARSE, csv->row_line, "column '%.*s' is none of %s", BV_STR_ARG(bv_str_sub(csv->fields[i], 0, 60)),
			                 pages ? "judge, round, level, panel, page" : "judge, item, round, level, panel, max, rating");
		if (r->place[c] >= 0)
			return bv_err_at(err, BV_EPARSE, csv->row_line, "column '%.*s' is there twice", BV_STR_ARG(csv->fields[i]));
		r->place[c] = (int)i;
	}
	if (csv->overfull || csv->open)
		return bv_err_at(err, BV_EPARSE, csv->row_line, "the line that names the columns is too long, or has a quote that is not closed");
	if (r->place[COLUMN_JUDGE] < 0 || r->place[COLUMN_VALUE] < 0 || (!pages && r->place[COLUMN_ITEM] < 0))
		return bv_err_at(err, BV_EPARSE, csv->row_line, "there is no column '%s'",
		                 r->place[COLUMN_JUDGE] < 0 ? "judge" : r->place[COLUMN_VALUE] < 0 ? (pages ? "page" : "rating") : "item");
	return BV_OK;
}

static struct bv_str
field_of(const struct reading *r, enum column column, const char *without)
{
	return r->place[column] < 0 ? bv_str_of(without) : r->csv.fields[r->place[column]];
}

/* ---- Values ---- */

static bool
is_one_of(struct bv_str s, const char *const words[])
{
	for (; *words; words++)
		if (bv_str_is(s, *words))
			return true;
	return false;
}

/* A decimal; in a file with semicolons with a comma too, as Excel writes it in Viet Nam. */
static bool
number_read(double *out, struct bv_str text, char separator)
{
	char copy[32];
	int64_t scaled;

	if (text.len >= sizeof copy)
		return false;
	for (size_t i = 0; i < text.len; i++)
		copy[i] = text.p[i] == ',' && separator != ',' ? '.' : text.p[i];
	if (!bv_str_decimal((struct bv_str){ copy, text.len }, 6, &scaled))
		return false;
	*out = (double)scaled / 1e6;
	return true;
}

static enum bv_status
value_read(double *out, const struct reading *r, double full, struct bv_err *err)
{
	static const char *const yes[] = { "1", "yes", "y", "có", NULL }, *const no[] = { "0", "no", "n", "không", NULL };
	struct bv_str text = field_of(r, COLUMN_VALUE, "");
	struct bv_str shown = bv_str_sub(text, 0, 40);
	int line = r->csv.row_line;
	int64_t page;

	switch (r->kind) {
	case BV_JUDGED_YES_NO:
		if (!is_one_of(text, yes) && !is_one_of(text, no))
			return bv_err_at(err, BV_EPARSE, line, "rating '%.*s' is none of 1, 0, yes, no, y, n, có, không", BV_STR_ARG(shown));
		if (full > 1)
			return bv_err_at(err, BV_EINVAL, line, "an item with more than one mark has no yes or no: ask for its expected mark");
		*out = is_one_of(text, yes);
		return BV_OK;
	case BV_JUDGED_PAGES:
		if (!bv_str_int(text, &page) || page < 1 || page > BV_SETTING_ITEMS_MAX * BV_IRT_CATEGORIES_MAX)
			return bv_err_at(err, BV_EPARSE, line, "page '%.*s' is no page: pages begin with 1", BV_STR_ARG(shown));
		*out = (double)page;
		return BV_OK;
	default:
		break;
	}
	double most = r->kind == BV_JUDGED_PERCENT ? 100 : full;
	if (!number_read(out, text, r->csv.separator) || !(*out >= 0 && *out <= most))
		return bv_err_at(err, BV_EPARSE, line, "rating '%.*s' is not a number from 0 to %g with at most six decimals", BV_STR_ARG(shown), most);
	if (r->kind == BV_JUDGED_PERCENT)
		*out *= full / 100;
	return BV_OK;
}

static enum bv_status
full_read(const struct reading *r, uint32_t item, bool known, struct bv_err *err)
{
	struct bv_str text = field_of(r, COLUMN_MAX, "1");
	int64_t full;

	if (!bv_str_int(text, &full) || full < 1 || full > BV_SETTING_MARK_MAX)
		return bv_err_at(err, BV_EPARSE, r->csv.row_line, "max '%.*s' is not a whole number from 1 to %d", BV_STR_ARG(bv_str_sub(text, 0, 40)), BV_SETTING_MARK_MAX);
	if (known && r->out->full[item] != (double)full)
		return bv_err_at(err, BV_EINVAL, r->csv.row_line, "item '%.*s' has a max of %d here and of %g before", BV_STR_ARG(r->item.name[item]), (int)full, r->out->full[item]);
	r->out->full[item] = (double)full;
	return BV_OK;
}

/* ---- Rows ---- */

static enum bv_status
panel_take(struct reading *r, size_t judges_before, uint32_t judge, struct bv_err *err)
{
	uint32_t panel;

	TRY(name_take(&panel, &r->panel, field_of(r, COLUMN_PANEL, "1"), r, err));
	if (judge < judges_before && r->out->panel_of[judge] != panel)
		return bv_err_at(err, BV_EINVAL, r->csv.row_line, "judge '%.*s' is in panel '%.*s' here and in '%.*s' before", BV_STR_ARG(r->judge.name[judge]),
		                 BV_STR_ARG(r->panel.name[panel]), BV_STR_ARG(r->panel.name[r->out->panel_of[judge]]));
	r->out->panel_of[judge] = panel;
	return BV_OK;
}

static enum bv_status
row_read(struct reading *r, struct bv_err *err)
{
	struct row row = { .line = r->csv.row_line };
	size_t judges = r->judge.count;
	int64_t round;

	for (size_t c = 0; c < COLUMNS; c++)
		if (r->place[c] >= 0 && (size_t)r->place[c] >= r->csv.field_count)
			return bv_err_at(err, BV_EPARSE, row.line, "the line has %zu fields: '%s' is not there", r->csv.field_count,
			                 c == COLUMN_VALUE && r->kind == BV_JUDGED_PAGES ? "page" : column_names[c]);
	if (r->csv.overfull || r->csv.open)
		return bv_err_at(err, BV_EPARSE, row.line, "the line is too long, or has a quote that is not closed");
	if (r->count == ROWS_MAX)
		return bv_err_at(err, BV_ELIMIT, row.line, "more than %d judgements", ROWS_MAX);
	TRY(name_take(&row.judge, &r->judge, field_of(r, COLUMN_JUDGE, ""), r, err));
	TRY(name_take(&row.item, &r->item, field_of(r, COLUMN_ITEM, "1"), r, err));
	TRY(name_take(&row.level, &r->level, field_of(r, COLUMN_LEVEL, "1"), r, err));
	TRY(panel_take(r, judges, row.judge, err));
	struct bv_str text = field_of(r, COLUMN_ROUND, "1");
	if (!bv_str_int(text, &round) || round < 1 || round > BV_SETTING_ROUNDS_MAX)
		return bv_err_at(err, BV_EPARSE, row.line, "round '%.*s' is not a whole number from 1 to %d", BV_STR_ARG(bv_str_sub(text, 0, 40)), BV_SETTING_ROUNDS_MAX);
	row.round = (uint32_t)round - 1;
	r->out->rounds = (size_t)round > r->out->rounds ? (size_t)round : r->out->rounds;
	TRY(full_read(r, row.item, r->full_known[row.item], err));
	r->full_known[row.item] = true;
	TRY(value_read(&row.value, r, r->out->full[row.item], err));
	if (r->count == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 1024;
		r->rows = bv_resize_array(r->rows, r->cap, sizeof r->rows[0]);
	}
	r->rows[r->count++] = row;
	return BV_OK;
}

/* ---- The whole ---- */

static enum bv_status
cells_fill(struct reading *r, struct bv_err *err)
{
	struct bv_judgements *out = r->out;
	size_t cells = out->rounds * out->levels * out->judges; /* at most 20 · 32 · 500 */

	if (cells > BV_SETTING_CELLS_MAX / out->items)
		return bv_err_set(err, BV_ELIMIT, "%zu rounds of %zu levels, %zu judges and %zu items: at most %d judgements", out->rounds, out->levels, out->judges, out->items,
		                  BV_SETTING_CELLS_MAX);
	cells *= out->items;
	out->value = bv_arena_array(&out->arena, cells, double);
	for (size_t i = 0; i < cells; i++)
		out->value[i] = NAN;
	for (size_t i = 0; i < r->count; i++) {
		const struct row *row = &r->rows[i];
		double *value = &out->value[((row->round * out->levels + row->level) * out->judges + row->judge) * out->items + row->item];
		if (!isnan(*value))
			return bv_err_at(err, BV_ECONFLICT, row->line, "judge '%.*s' has judged this in round %u already", BV_STR_ARG(out->judge[row->judge]), row->round + 1);
		*value = row->value;
	}
	return BV_OK;
}

/* The judge's first line of that round and level. */
static int
line_of(const struct reading *r, size_t round, size_t level, size_t judge)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->rows[i].round == round && r->rows[i].level == level && r->rows[i].judge == judge)
			return r->rows[i].line;
	return 0;
}

static enum bv_status
whole_check(const struct reading *r, struct bv_err *err)
{
	const struct bv_judgements *out = r->out;

	for (size_t round = 0; round < out->rounds; round++)
		for (size_t level = 0; level < out->levels; level++) {
			bool any = false;
			for (size_t judge = 0; judge < out->judges; judge++) {
				size_t missing = 0, first = out->items;
				for (size_t i = 0; i < out->items; i++)
					if (isnan(bv_judged(out, round, level, judge, i))) {
						missing++;
						first = first < i ? first : i;
					}
				any |= missing < out->items;
				if (missing > 0 && missing < out->items)
					return bv_err_at(err, BV_EINVAL, line_of(r, round, level, judge), "judge '%.*s' has no rating of item '%.*s' in round %zu%s: who rates one rates all",
					                 BV_STR_ARG(out->judge[judge]), BV_STR_ARG(out->item[first]), round + 1, missing > 1 ? ", and of others" : "");
			}
			if (!any)
				return bv_err_set(err, BV_EINVAL, "nobody has judged level '%.*s' in round %zu", BV_STR_ARG(out->level[level]), round + 1);
		}
	return BV_OK;
}

static enum bv_status
all_read(struct reading *r, struct bv_err *err)
{
	struct bv_judgements *out = r->out;

	r->judge = names_begin("judge", BV_SETTING_JUDGES_MAX, r);
	r->item = names_begin("item", BV_SETTING_ITEMS_MAX, r);
	r->level = names_begin("level", BV_STANDARD_LEVELS_MAX, r);
	r->panel = names_begin("panel", BV_SETTING_PANELS_MAX, r);
	out->panel_of = bv_arena_array(&out->arena, BV_SETTING_JUDGES_MAX, size_t);
	out->full = bv_arena_array(&out->arena, BV_SETTING_ITEMS_MAX, double);
	TRY(columns_read(r, err));
	while (bv_csv_next(&r->csv))
		TRY(row_read(r, err));
	if (r->count == 0)
		return bv_err_at(err, BV_EINVAL, r->csv.line, "there is no judgement below the names of the columns");
	out->judge = r->judge.name;
	out->judges = r->judge.count;
	out->item = r->item.name;
	out->items = r->item.count;
	out->level = r->level.name;
	out->levels = r->level.count;
	out->panel = r->panel.name;
	out->panels = r->panel.count;
	TRY(cells_fill(r, err));
	return whole_check(r, err);
}

enum bv_status
bv_judgements_read(struct bv_judgements *out, struct bv_str text, enum bv_judgement_kind kind, struct bv_err *err)
{
	struct reading *r = bv_alloc(sizeof *r);

	*out = (struct bv_judgements){ 0 };
	r->out = out;
	r->kind = kind;
	enum bv_status status = bv_text_need(text, 1, err);
	if (status == BV_OK) {
		bv_csv_init(&r->csv, text);
		status = all_read(r, err);
		bv_csv_finish(&r->csv);
	}
	if (status != BV_OK)
		bv_judgements_finish(out);
	free(r->rows);
	free(r);
	return status;
}

void
bv_judgements_finish(struct bv_judgements *judgements)
{
	bv_arena_finish(&judgements->arena);
	*judgements = (struct bv_judgements){ 0 };
}
