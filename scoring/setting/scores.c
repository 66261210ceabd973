/* Scores of persons from CSV. */
#include <math.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/text.h"
#include "scoring/setting/setting.h"

enum { NAME_MAX_BYTES = 200 };
#define SCORE_MAX 1e6

struct reading {
	struct bv_scores *out;
	struct bv_csv csv;
	const struct bv_scores_columns *columns;
	size_t score, error, by[BV_SETTING_BY_MAX]; /* places of the columns */
	size_t cap;
};

static enum bv_status
column_find(size_t *out, const struct reading *r, const char *name, struct bv_err *err)
{
	size_t found = r->csv.field_count;

	for (size_t i = 0; i < r->csv.field_count; i++)
		if (bv_str_is(r->csv.fields[i], name)) {
			if (found < r->csv.field_count)
				return bv_err_at(err, BV_EPARSE, r->csv.row_line, "column '%s' is there twice", name);
			found = i;
		}
	*out = found;
	return found < r->csv.field_count ? BV_OK : bv_err_at(err, BV_EINVAL, r->csv.row_line, "there is no column '%s'", name);
}

static enum bv_status
columns_read(struct reading *r, struct bv_err *err)
{
	if (!bv_csv_next(&r->csv))
		return bv_err_at(err, BV_EPARSE, 1, "the file is empty: its first line names the columns");
	if (r->csv.overfull || r->csv.open)
		return bv_err_at(err, BV_EPARSE, r->csv.row_line, "the line that names the columns is too long, or has a quote that is not closed");
	TRY(column_find(&r->score, r, r->columns->score, err));
	if (r->columns->error)
		TRY(column_find(&r->error, r, r->columns->error, err));
	for (size_t b = 0; b < r->columns->by_count; b++)
		TRY(column_find(&r->by[b], r, r->columns->by[b], err));
	return BV_OK;
}

static enum bv_status
number_read(double *out, const struct reading *r, size_t place, const char *name, double least, struct bv_err *err)
{
	char copy[40] = { 0 };
	struct bv_str text = r->csv.fields[place];

	for (size_t i = 0; i < text.len && text.len < sizeof copy; i++)
		copy[i] = text.p[i] == ',' && r->csv.separator != ',' ? '.' : text.p[i];
	if (!bv_str_double(bv_str_of(copy), out) || !(*out >= least && *out <= SCORE_MAX))
		return bv_err_at(err, BV_EPARSE, r->csv.row_line, "%s '%.*s' is not a number from %g to %g", name, BV_STR_ARG(bv_str_sub(text, 0, 40)), least, SCORE_MAX);
	return BV_OK;
}

static enum bv_status
value_take(uint16_t *out, struct reading *r, size_t b, struct bv_err *err)
{
	struct bv_scores *s = r->out;
	struct bv_str text = r->csv.fields[r->by[b]];

	if (text.len > NAME_MAX_BYTES || !bv_text_safe(text))
		return bv_err_at(err, BV_EPARSE, r->csv.row_line, "%s is longer than %d bytes, or has characters that do not show", r->columns->by[b], NAME_MAX_BYTES);
	for (size_t v = 0; v < s->value_count[b]; v++)
		if (bv_str_eq(s->value[b][v], text)) {
			*out = (uint16_t)v;
			return BV_OK;
		}
	if (s->value_count[b] == BV_SETTING_GROUPS_MAX)
		return bv_err_at(err, BV_ELIMIT, r->csv.row_line, "column '%s' has more than %d different values", r->columns->by[b], BV_SETTING_GROUPS_MAX);
	*out = (uint16_t)s->value_count[b];
	s->value[b][s->value_count[b]++] = bv_arena_str(&s->arena, text);
	return BV_OK;
}

static void
room_for_one(struct reading *r)
{
	struct bv_scores *s = r->out;

	if (s->persons < r->cap)
		return;
	r->cap = r->cap ? r->cap * 2 : 1024;
	s->score = bv_resize_array(s->score, r->cap, sizeof s->score[0]);
	if (r->columns->error)
		s->error = bv_resize_array(s->error, r->cap, sizeof s->error[0]);
	for (size_t b = 0; b < s->by_count; b++)
		s->value_of[b] = bv_resize_array(s->value_of[b], r->cap, sizeof s->value_of[b][0]);
}

static enum bv_status
row_read(struct reading *r, struct bv_err *err)
{
	struct bv_scores *s = r->out;
	size_t last = r->score > r->error ? r->score : r->error;

	for (size_t b = 0; b < s->by_count; b++)
		last = r->by[b] > last ? r->by[b] : last;
	if (r->csv.field_count <= last)
		return bv_err_at(err, BV_EPARSE, r->csv.row_line, "the line has %zu fields, and column %zu is needed", r->csv.field_count, last + 1);
	if (r->csv.overfull || r->csv.open)
		return bv_err_at(err, BV_EPARSE, r->csv.row_line, "the line is too long, or has a quote that is not closed");
	if (s->persons == BV_SETTING_PERSONS_MAX)
		return bv_err_at(err, BV_ELIMIT, r->csv.row_line, "more than %d persons", BV_SETTING_PERSONS_MAX);
	room_for_one(r);
	TRY(number_read(&s->score[s->persons], r, r->score, r->columns->score, -SCORE_MAX, err));
	if (r->columns->error)
		TRY(number_read(&s->error[s->persons], r, r->error, r->columns->error, 0, err));
	for (size_t b = 0; b < s->by_count; b++)
		TRY(value_take(&s->value_of[b][s->persons], r, b, err));
	s->persons++;
	return BV_OK;
}

static enum bv_status
all_read(struct reading *r, struct bv_err *err)
{
	struct bv_scores *s = r->out;

	s->by_count = r->columns->by_count;
	s->by_name = bv_arena_array(&s->arena, s->by_count + 1, struct bv_str);
	for (size_t b = 0; b < s->by_count; b++) {
		s->by_name[b] = bv_arena_str(&s->arena, bv_str_of(r->columns->by[b]));
		s->value[b] = bv_arena_array(&s->arena, BV_SETTING_GROUPS_MAX, struct bv_str);
	}
	TRY(columns_read(r, err));
	while (bv_csv_next(&r->csv))
		TRY(row_read(r, err));
	return s->persons ? BV_OK : bv_err_at(err, BV_EINVAL, r->csv.line, "there is no person below the names of the columns");
}

enum bv_status
bv_scores_read(struct bv_scores *out, struct bv_str text, const struct bv_scores_columns *columns, struct bv_err *err)
{
	struct reading *r = bv_alloc(sizeof *r);

	*out = (struct bv_scores){ 0 };
	r->out = out;
	r->columns = columns;
	enum bv_status status = bv_text_need(text, 1, err);
	if (status == BV_OK) {
		bv_csv_init(&r->csv, text);
		status = all_read(r, err);
		bv_csv_finish(&r->csv);
	}
	if (status != BV_OK)
		bv_scores_finish(out);
	free(r);
	return status;
}

void
bv_scores_finish(struct bv_scores *scores)
{
	free(scores->score);
	free(scores->error);
	for (size_t b = 0; b < scores->by_count; b++)
		free(scores->value_of[b]);
	bv_arena_finish(&scores->arena);
	*scores = (struct bv_scores){ 0 };
}
