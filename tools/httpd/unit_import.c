/* Units from a CSV: every fault by its line, and with one nothing is done. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/mem.h"
#include "base/text.h"
#include "tools/httpd/unit.h"

enum { DEPTH_MAX = 16, FOLDED_MAX = 1024, MESSAGE_MAX = 300 };
enum column { CODE, NAME, FULL_NAME, PARENT, KIND, FROM, TO, COLUMNS };

/* As they are after folding. */
static const struct {
	const char *heading;
	enum column column;
} headings[] = {
	{ " code", CODE },           { " ma", CODE },           { " ma don vi", CODE },   { " name", NAME },         { " ten", NAME },          { " ten don vi", NAME },
	{ " name vi", NAME },        { " full name", FULL_NAME }, { " full name vi", FULL_NAME }, { " parent", PARENT }, { " province code", PARENT }, { " ma cap tren", PARENT },
	{ " ma tinh", PARENT },      { " kind", KIND },         { " kind vi", KIND },     { " loai", KIND },         { " from", FROM },         { " tu ngay", FROM },
	{ " hieu luc tu", FROM },    { " to", TO },             { " den ngay", TO },      { " hieu luc den", TO },
};
static const struct {
	const char *word;
	enum unit_kind kind;
} kinds[] = {
	{ " province", UNIT_PROVINCE }, { " tinh", UNIT_PROVINCE }, { " thanh pho", UNIT_PROVINCE }, { " thanh pho truc thuoc trung uong", UNIT_PROVINCE },
	{ " commune", UNIT_COMMUNE },   { " xa", UNIT_COMMUNE },    { " phuong", UNIT_COMMUNE },     { " dac khu", UNIT_COMMUNE },
	{ " agency", UNIT_AGENCY },     { " co quan", UNIT_AGENCY }, { " don vi", UNIT_AGENCY },     { " diem thi", UNIT_AGENCY },
};

struct row {
	struct bv_str code, parent, name;
	enum unit_kind kind;
	bv_day from, to;
	int line; /* 0: it is in the database */
};

struct importing {
	struct unit_import *out;
	struct bv_arena arena;
	struct row *rows; /* of the file */
	size_t count, cap;
	struct row *there; /* in the database: the newest of each code, by code */
	size_t there_count, there_cap;
	int at[COLUMNS]; /* of the heading, -1: none */
};

static void
importing_finish(struct importing *in)
{
	free(in->rows);
	free(in->there);
	bv_arena_finish(&in->arena);
}
BV_AUTO_DEFINE_FINISH(struct importing, importing_finish)

/* vi and en take the same values. */
BV_PRINTF(4, 5)
static void
fault(struct importing *in, int line, const char *vi, const char *en, ...)
{
	char message[MESSAGE_MAX];
	va_list args;

	va_start(args, en);
	vsnprintf(message, sizeof message, in->out->vietnamese ? vi : en, args);
	va_end(args);
	bv_text_repair(message);
	in->out->faults++;
	in->out->fault(in->out->ctx, line, message);
}

/* '_' stands between words of headings. */
static void
fold_heading(struct bv_buf *out, struct bv_str text, struct bv_arena *arena)
{
	char *copy = bv_arena_alloc(arena, text.len + 1);

	for (size_t i = 0; i < text.len; i++)
		copy[i] = text.p[i] == '_' ? ' ' : text.p[i];
	unit_fold(out, (struct bv_str){ copy, text.len });
}

static void
read_headings(struct importing *in, struct bv_csv *csv)
{
	for (enum column c = 0; c < COLUMNS; c++)
		in->at[c] = -1;
	for (size_t i = 0; i < csv->field_count; i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf folded = BV_BUF(FOLDED_MAX);
		fold_heading(&folded, csv->fields[i], &csv->arena);
		for (size_t k = 0; folded.len && k < BV_COUNT(headings); k++)
			if (strcmp(folded.p, headings[k].heading) == 0 && in->at[headings[k].column] < 0)
				in->at[headings[k].column] = (int)i;
	}
	if (in->at[CODE] < 0)
		fault(in, csv->row_line, "không có cột nào tên là 'mã' hoặc 'code'",
		      "no column is called 'code' or 'mã'");
	if (in->at[NAME] < 0 && in->at[FULL_NAME] < 0)
		fault(in, csv->row_line, "không có cột nào tên là 'tên' hoặc 'name'",
		      "no column is called 'name' or 'tên'");
}

static struct bv_str
cell(const struct importing *in, const struct bv_csv *csv, enum column column)
{
	return in->at[column] >= 0 && (size_t)in->at[column] < csv->field_count ? csv->fields[in->at[column]] : BV_STR_NONE;
}

static bool
code_good(struct bv_str code)
{
	for (size_t i = 0; i < code.len; i++) {
		char c = code.p[i];
		if (!((c | 32) >= 'a' && (c | 32) <= 'z') && !(c >= '0' && c <= '9') && !(c && strchr("._-", c)))
			return false;
	}
	return code.len && code.len <= UNIT_CODE_MAX;
}

static bool
read_day(bv_day *out, struct importing *in, const struct bv_csv *csv, enum column column, bv_day otherwise)
{
	struct bv_str text = cell(in, csv, column);
	struct bv_err err;

	*out = otherwise;
	if (!text.len || bv_day_parse(out, text, &err) == BV_OK)
		return true;
	fault(in, csv->row_line, "'%.*s' không phải ngày: hãy viết như 2025-07-01",
		      "'%.*s' is no day: write 2025-07-01", BV_STR_ARG(bv_str_sub(text, 0, 20)));
	return false;
}

/* By the word in the file; without one a unit at the top is a province, another an agency. */
static bool
read_kind(struct row *row, struct importing *in, const struct bv_csv *csv)
{
	BV_AUTO(bv_buf_finish) struct bv_buf folded = BV_BUF(FOLDED_MAX);
	struct bv_str text = cell(in, csv, KIND);

	row->kind = row->parent.len ? UNIT_AGENCY : UNIT_PROVINCE;
	if (!text.len)
		return true;
	if (text.len <= UNIT_NAME_MAX)
		unit_fold(&folded, text);
	for (size_t i = 0; folded.len && i < BV_COUNT(kinds); i++)
		if (strcmp(folded.p, kinds[i].word) == 0) {
			row->kind = kinds[i].kind;
			return true;
		}
	fault(in, csv->row_line, "'%.*s' không phải loại đơn vị: hãy viết tỉnh, thành phố, xã, phường, đặc khu, cơ quan hoặc điểm thi",
		      "'%.*s' is no kind of unit: province, commune or agency (tỉnh, xã, phường, cơ quan, điểm thi)", BV_STR_ARG(bv_str_sub(text, 0, 40)));
	return false;
}

static void
read_row(struct importing *in, struct bv_csv *csv)
{
	struct row row = { .code = cell(in, csv, CODE), .parent = cell(in, csv, PARENT), .name = cell(in, csv, FULL_NAME), .line = csv->row_line };

	if (!row.name.len)
		row.name = cell(in, csv, NAME);
	if (csv->overfull || csv->open) {
		fault(in, csv->row_line, csv->open ? "dấu ngoặc kép chưa đóng" : "dòng có quá nhiều ô, hoặc ô quá dài",
		      csv->open ? "a quote is not closed" : "the row has too many fields, or too long ones");
		return;
	}
	bool good = read_kind(&row, in, csv); /* each says its own fault */
	good = read_day(&row.from, in, csv, FROM, in->out->from) && good;
	good = read_day(&row.to, in, csv, TO, INT32_MAX) && good;
	if (!code_good(row.code))
		fault(in, csv->row_line, "mã '%.*s' phải có từ 1 đến %d ký tự trong A-Z a-z 0-9 . _ -",
		      "the code '%.*s' must be 1 to %d of A-Z a-z 0-9 . _ -", BV_STR_ARG(bv_str_sub(row.code, 0, 60)), UNIT_CODE_MAX);
	else if (!row.name.len || row.name.len > UNIT_NAME_MAX)
		fault(in, csv->row_line, "tên để trống hoặc dài hơn %d byte",
		      "the name is empty or longer than %d bytes", UNIT_NAME_MAX);
	else if (good && row.to < row.from)
		fault(in, csv->row_line, "ngày cuối đứng trước ngày đầu",
		      "its last day is before its first");
	else if (good) {
		if (in->count == in->cap) {
			in->cap = in->cap ? 2 * in->cap : 256;
			in->rows = bv_resize_array(in->rows, in->cap, sizeof *in->rows);
		}
		row.code = bv_arena_str(&in->arena, row.code);
		row.parent = bv_arena_str(&in->arena, row.parent);
		row.name = bv_arena_str(&in->arena, row.name);
		in->rows[in->count++] = row;
	}
}

static enum bv_status
read_file(struct importing *in, struct bv_err *err)
{
	BV_AUTO(bv_csv_finish) struct bv_csv csv = { 0 };
	struct bv_str text;

	TRY(bv_text_nfc(&text, in->out->csv, &in->arena, err));
	bv_csv_init(&csv, text);
	if (!bv_csv_next(&csv)) {
		fault(in, 1, "tệp trống: dòng đầu phải là tên các cột",
		      "the file is empty: its first row names the columns");
		return BV_OK;
	}
	read_headings(in, &csv);
	while (!(in->at[CODE] < 0 || (in->at[NAME] < 0 && in->at[FULL_NAME] < 0)) && bv_csv_next(&csv)) {
		if (++in->out->rows > UNITS_MAX)
			return bv_err_at(err, BV_ELIMIT, csv.row_line, "more than %d units", UNITS_MAX);
		read_row(in, &csv);
	}
	return BV_OK;
}

/* ---- Against each other and what is there ---- */

static int
by_code(const void *a, const void *b)
{
	return bv_str_cmp(((const struct row *)a)->code, ((const struct row *)b)->code);
}

static int
by_code_and_line(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = by_code(a, b);

	return order ? order : (x->line > y->line) - (x->line < y->line);
}

static enum bv_status
read_there(struct importing *in, struct bv_sql *sql, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT code, parent, name, kind, valid_from, valid_to FROM office_unit u WHERE valid_from = (SELECT max(valid_from) FROM office_unit n "
	                               "WHERE n.code = u.code)", err));
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		if (in->there_count == in->there_cap) {
			in->there_cap = in->there_cap ? 2 * in->there_cap : 256;
			in->there = bv_resize_array(in->there, in->there_cap, sizeof *in->there);
		}
		in->there[in->there_count++] = (struct row){ bv_arena_str(&in->arena, bv_sql_str(stmt, 0)), bv_arena_str(&in->arena, bv_sql_str(stmt, 1)),
			                                     bv_arena_str(&in->arena, bv_sql_str(stmt, 2)), (enum unit_kind)bv_sql_int(stmt, 3),
			                                     (bv_day)bv_sql_int(stmt, 4), (bv_day)bv_sql_int(stmt, 5), 0 };
	}
	if (in->there_count)
		qsort(in->there, in->there_count, sizeof *in->there, by_code);
	return BV_OK;
}

static const struct row *
find_in(const struct row *rows, size_t count, struct bv_str code)
{
	const struct row key = { .code = code };

	return count ? bsearch(&key, rows, count, sizeof *rows, by_code) : NULL;
}

static const struct row *
find(const struct importing *in, struct bv_str code)
{
	const struct row *row = find_in(in->rows, in->count, code);

	return row ? row : find_in(in->there, in->there_count, code);
}

static void
check_row(struct importing *in, const struct row *row)
{
	const struct row *above = row->parent.len ? find(in, row->parent) : NULL;
	int depth = 0;

	if (row->parent.len && !above)
		fault(in, row->line, "không có đơn vị cấp trên '%.*s'",
		      "there is no unit '%.*s' above it", BV_STR_ARG(bv_str_sub(row->parent, 0, 60)));
	else if (row->kind == UNIT_PROVINCE && above)
		fault(in, row->line, "tỉnh không thuộc đơn vị nào",
		      "a province is below nothing");
	else if (row->kind == UNIT_COMMUNE && (!above || above->kind != UNIT_PROVINCE))
		fault(in, row->line, "xã, phường phải thuộc một tỉnh",
		      "a commune is below a province");
	for (; above && depth < DEPTH_MAX; depth++)
		above = above->parent.len ? find(in, above->parent) : NULL;
	if (depth == DEPTH_MAX)
		fault(in, row->line, "các cấp trên quay vòng, hoặc nhiều hơn %d",
		      "the units above it go round in a circle, or are more than %d", DEPTH_MAX - 1);
}

static bool
same(const struct row *a, const struct row *b)
{
	return bv_str_eq(a->parent, b->parent) && bv_str_eq(a->name, b->name) && a->kind == b->kind && a->to == b->to;
}

static void
check_all(struct importing *in)
{
	if (in->count)
		qsort(in->rows, in->count, sizeof *in->rows, by_code_and_line);
	for (size_t i = 0; i < in->count; i++) {
		const struct row *row = &in->rows[i], *old = find_in(in->there, in->there_count, row->code);
		if (i && bv_str_eq(in->rows[i - 1].code, row->code))
			fault(in, row->line, "mã '%.*s' đã có ở dòng %d",
		      "the code '%.*s' is in line %d too", BV_STR_ARG(row->code), in->rows[i - 1].line);
		else if (old && row->from < old->from && !same(row, old))
			fault(in, row->line, "dữ liệu đã có của '%.*s' bắt đầu từ ngày muộn hơn",
		      "what is known of '%.*s' begins at a later day", BV_STR_ARG(row->code));
		else
			check_row(in, row);
	}
}

/* ---- Writing ---- */

static enum bv_status
put(struct bv_sql_stmt *stmt, const struct row *row, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf folded = BV_BUF(FOLDED_MAX);

	unit_fold(&folded, row->name);
	unit_fold(&folded, row->code);
	bv_sql_bind_str(stmt, 1, row->code);
	bv_sql_bind_int(stmt, 2, row->from);
	bv_sql_bind_int(stmt, 3, row->to);
	bv_sql_bind_int(stmt, 4, row->kind);
	bv_sql_bind_str(stmt, 5, row->parent);
	bv_sql_bind_str(stmt, 6, row->name);
	bv_sql_bind_str(stmt, 7, bv_buf_str(&folded));
	return bv_sql_exec(stmt, err);
}

struct statements {
	struct bv_sql_stmt *insert, *update, *end;
};

static void
statements_finish(struct statements *s)
{
	bv_sql_stmt_free(s->insert);
	bv_sql_stmt_free(s->update);
	bv_sql_stmt_free(s->end);
}
BV_AUTO_DEFINE_FINISH(struct statements, statements_finish)

static enum bv_status
end_before(struct bv_sql_stmt *stmt, const struct row *old, bv_day day, struct bv_err *err)
{
	bv_sql_bind_str(stmt, 1, old->code);
	bv_sql_bind_int(stmt, 2, old->from);
	bv_sql_bind_int(stmt, 3, old->to < day ? old->to : day - 1);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
write_row(struct importing *in, struct statements *s, const struct row *row, struct bv_err *err)
{
	const struct row *old = find_in(in->there, in->there_count, row->code);
	char message[MESSAGE_MAX], day[BV_DAY_SIZE];

	if (!old) {
		in->out->added++;
		return in->out->dry ? BV_OK : put(s->insert, row, err);
	}
	if (same(row, old)) {
		in->out->same++;
		return BV_OK;
	}
	in->out->changed++;
	snprintf(message, sizeof message, "%.*s → %.*s, %s", BV_STR_ARG(old->name), BV_STR_ARG(row->name), bv_day_write(day, row->from));
	bv_text_repair(message);
	in->out->change(in->out->ctx, row->line, row->code, message);
	if (in->out->dry)
		return BV_OK;
	if (row->from == old->from)
		return put(s->update, row, err);
	TRY(end_before(s->end, old, row->from, err));
	return put(s->insert, row, err);
}

static enum bv_status
write_all(struct importing *in, struct bv_sql *sql, struct bv_err *err)
{
	BV_AUTO(statements_finish) struct statements s = { 0 };

	TRY(bv_sql_prepare(&s.insert, sql, "INSERT INTO office_unit (code, valid_from, valid_to, kind, parent, name, folded) VALUES ($1, $2, $3, $4, $5, $6, $7)", err));
	TRY(bv_sql_prepare(&s.update, sql, "UPDATE office_unit SET valid_to = $3, kind = $4, parent = $5, name = $6, folded = $7 WHERE code = $1 AND valid_from = $2", err));
	TRY(bv_sql_prepare(&s.end, sql, "UPDATE office_unit SET valid_to = $3 WHERE code = $1 AND valid_from = $2", err));
	for (size_t i = 0; i < in->count; i++)
		TRY(write_row(in, &s, &in->rows[i], err));
	return BV_OK;
}

static enum bv_status
merge(struct importing *in, struct bv_sql *sql, struct bv_err *err)
{
	TRY(read_there(in, sql, err));
	check_all(in);
	return in->out->faults ? BV_OK : write_all(in, sql, err);
}

enum bv_status
unit_import(struct unit_import *import, struct bv_sql *sql, struct bv_err *err)
{
	BV_AUTO(importing_finish) struct importing in = { .out = import };

	TRY(read_file(&in, err));
	TRY(bv_sql_begin(sql, true, err));
	enum bv_status status = merge(&in, sql, err);
	if (status == BV_OK && !import->faults && !import->dry)
		return bv_sql_commit(sql, err);
	bv_sql_rollback(sql);
	return status;
}
