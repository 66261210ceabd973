#include "base/csv.h"

#include <string.h>

#include "base/text.h"

char
bv_csv_separator(struct bv_str line)
{
	static const char all[] = ",;\t";
	size_t count[3] = { 0 }, most = 0;

	for (size_t i = 0; i < line.len; i++)
		for (size_t k = 0; k < 3; k++)
			count[k] += line.p[i] == all[k];
	for (size_t k = 1; k < 3; k++)
		if (count[k] > count[most])
			most = k;
	return all[most];
}

bool
bv_csv_line_field(struct bv_str *field, struct bv_str *line, char separator, bool *more)
{
	size_t end = 0;

	if (!*more)
		return false;
	for (bool quoted = false; end < line->len && (quoted || line->p[end] != separator); end++)
		quoted ^= line->p[end] == '"';
	*field = bv_str_trim(bv_str_sub(*line, 0, end));
	if (field->len >= 2 && bv_str_starts(*field, BV_STR("\"")) && bv_str_ends(*field, BV_STR("\"")))
		*field = bv_str_trim(bv_str_sub(*field, 1, field->len - 2));
	*more = end < line->len;
	*line = bv_str_sub(*line, end + *more, line->len);
	return true;
}

void
bv_csv_init(struct bv_csv *csv, struct bv_str text)
{
	*csv = (struct bv_csv){ .rest = bv_text_unmarked(text), .line = 1 };
	struct bv_str head = bv_str_sub(csv->rest, 0, bv_str_find(csv->rest, '\n'));

	if (bv_str_starts(head, BV_STR("sep=")) && head.len > 4 && strchr(",;|\t", head.p[4])) { /* Excel's own line */
		csv->separator = head.p[4];
		csv->rest = bv_str_sub(csv->rest, head.len + 1, csv->rest.len);
		csv->line++;
	} else {
		csv->separator = bv_csv_separator(head);
	}
}

/* One field from csv->rest; quoted ones may have separators, quotes and line feeds inside. *last: the row ends behind it. */
static struct bv_str
field_read(struct bv_csv *csv, bool *last)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CSV_FIELD_MAX);
	bool quoted = bv_str_starts(csv->rest, BV_STR("\""));
	size_t i = quoted;

	for (; i < csv->rest.len; i++) {
		char ch = csv->rest.p[i];
		if (ch == '"' && quoted) {
			if (i + 1 < csv->rest.len && csv->rest.p[i + 1] == '"')
				i++;
			else {
				quoted = false;
				continue;
			}
		} else if (!quoted && (ch == csv->separator || ch == '\n')) {
			break;
		}
		csv->line += ch == '\n';
		bv_buf_addc(&out, ch);
	}
	csv->open = quoted;
	csv->overfull |= out.full;
	*last = i == csv->rest.len || csv->rest.p[i] == '\n';
	csv->line += i < csv->rest.len && csv->rest.p[i] == '\n';
	csv->rest = bv_str_sub(csv->rest, i + 1, csv->rest.len);
	return bv_arena_str(&csv->arena, bv_str_trim(bv_buf_str(&out)));
}

bool
bv_csv_next(struct bv_csv *csv)
{
	bool any = false;

	while (csv->rest.len && !any) {
		bool last = false;
		bv_arena_reset(&csv->arena);
		csv->row_line = csv->line;
		csv->overfull = csv->open = false;
		for (csv->field_count = 0; !last;) {
			struct bv_str field = field_read(csv, &last);
			any |= field.len > 0;
			if (csv->field_count < BV_CSV_COLUMNS_MAX)
				csv->fields[csv->field_count++] = field;
			else
				csv->overfull |= field.len > 0;
		}
	}
	return any;
}

void
bv_csv_finish(struct bv_csv *csv)
{
	bv_arena_finish(&csv->arena);
}
