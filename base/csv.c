#include "base/csv.h"

#include <string.h>

static char
separator_of(struct bv_csv *csv)
{
	struct bv_str head = bv_str_sub(csv->rest, 0, bv_str_find(csv->rest, '\n'));
	size_t count[3] = { 0 };

	if (bv_str_starts(head, BV_STR("sep=")) && head.len > 4 && strchr(",;|\t", head.p[4])) { /* Excel's own line */
		char named = head.p[4];
		csv->rest = bv_str_sub(csv->rest, head.len + 1, csv->rest.len);
		csv->line++;
		return named;
	}
	for (size_t i = 0; i < head.len; i++)
		for (size_t k = 0; k < 3; k++)
			count[k] += head.p[i] == ",;\t"[k];
	return count[1] > count[0] && count[1] >= count[2] ? ';' : count[2] > count[0] ? '\t' : ',';
}

void
bv_csv_init(struct bv_csv *csv, struct bv_str text)
{
	*csv = (struct bv_csv){ .rest = text, .line = 1 };
	csv->separator = separator_of(csv);
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
