#include "tools/cli/cut_impact.h"

#include <math.h>
#include <stdio.h>

#include "base/csv.h"
#include "base/file.h"
#include "tools/cli/print.h"

/* Does the first line name a column "se"? */
static bool
has_errors(struct bv_str text)
{
	BV_AUTO(bv_csv_finish) struct bv_csv csv;
	bool found = false;

	bv_csv_init(&csv, text);
	if (bv_csv_next(&csv))
		for (size_t i = 0; i < csv.field_count; i++)
			found |= bv_str_is(csv.fields[i], "se");
	return found;
}

int
cut_impact_read(struct cut_impact *out, const char *path, const struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF((size_t)256 << 20);
	struct bv_scores_columns columns = { args_get(args, "score"), args_get(args, "error"), { 0 }, 0 };
	const char *by;
	struct bv_err err;

	for (; (by = args_each(args, "group", columns.by_count)); columns.by[columns.by_count++] = by)
		if (columns.by_count == BV_SETTING_BY_MAX)
			return usage(args->cmd, "--group: at most %d columns", BV_SETTING_BY_MAX);
	if (bv_file_read(&text, path, &err) != BV_OK)
		return fail(path, &err);
	if (!columns.score)
		columns.score = "theta";
	if (!columns.error && has_errors(bv_buf_str(&text)))
		columns.error = "se";
	return bv_scores_read(&out->scores, bv_buf_str(&text), &columns, &err) == BV_OK ? 0 : fail(path, &err);
}

static int
cuts_check(const struct cut_outcome *o, const char *path)
{
	struct bv_err err;

	for (size_t r = 0; r < o->rounds; r++)
		for (size_t l = 0; l < o->count; l++)
			if (isnan(o->round[r].cut[l]) || (l > 0 && o->round[r].cut[l] < o->round[r].cut[l - 1])) {
				bv_err_set(&err, BV_EINVAL, "round %zu: level '%.*s' has no cut above those before it: nobody can be counted by such cuts", r + 1, BV_STR_ARG(o->level[l]));
				return fail(path, &err);
			}
	return 0;
}

int
cut_impact_load(struct cut_impact *out, const struct cut_outcome *o, const struct args *args)
{
	const char *path = args_get(args, "impact");

	if (!path && (args_get(args, "score") || args_get(args, "error") || args_each(args, "group", 0)))
		return usage(args->cmd, "--score, --error and --group are of the scores that --impact names");
	if (!path)
		return 0;
	int status = cuts_check(o, path);
	return status ? status : cut_impact_read(out, path, args);
}

void
cut_impact_finish(struct cut_impact *impact)
{
	bv_scores_finish(&impact->scores);
}

bool
cut_impact_row(struct bv_impact_row *out, const struct cut_impact *impact, const struct cut_outcome *o, size_t round, int shift, size_t by, size_t value)
{
	double cuts[BV_STANDARD_LEVELS_MAX];

	for (size_t l = 0; l < o->count; l++) {
		if (shift && isnan(o->round[round].error[l]))
			return false;
		cuts[l] = o->round[round].cut[l] + (shift ? shift * o->round[round].error[l] : 0);
		if (l > 0)
			cuts[l] = fmax(cuts[l], cuts[l - 1]);
	}
	bv_impact_take(out, &impact->scores, by, value, cuts, o->count);
	return true;
}

static void
set_row(struct bv_json *out, const struct bv_impact_row *row, size_t levels, bool errors)
{
	struct bv_json *share = bv_json_set(out, "share", bv_json_new_array());

	bv_json_set_int(out, "persons", (int64_t)row->persons);
	for (size_t k = 0; k <= levels; k++)
		bv_json_add(share, bv_json_new_real(row->share[k]));
	if (!errors)
		return;
	struct bv_json *expected = bv_json_set(out, "expected", bv_json_new_array());
	for (size_t k = 0; k <= levels; k++)
		bv_json_add(expected, bv_json_new_real(row->expected[k]));
}

void
cut_impact_json(struct bv_json *out, const struct cut_impact *impact, const struct cut_outcome *o)
{
	const struct bv_scores *s = &impact->scores;
	struct bv_impact_row row;

	if (!s->persons)
		return;
	struct bv_json *all = bv_json_set(out, "impact", bv_json_new_array());
	for (size_t r = 0; r < o->rounds; r++)
		for (int shift = -CUT_SHIFTS; shift <= CUT_SHIFTS; shift++) {
			if (!cut_impact_row(&row, impact, o, r, shift, SIZE_MAX, 0))
				continue;
			struct bv_json *one = bv_json_add(all, bv_json_new_object());
			bv_json_set_int(one, "round", (int64_t)r + 1);
			bv_json_set_int(one, "errors", shift);
			set_row(one, &row, o->count, s->error);
			struct bv_json *groups = bv_json_set(one, "groups", bv_json_new_array());
			for (size_t b = 0; b < s->by_count; b++)
				for (size_t v = 0; v < s->value_count[b] && cut_impact_row(&row, impact, o, r, shift, b, v); v++) {
					struct bv_json *group = bv_json_add(groups, bv_json_new_object());
					bv_json_set_str(group, "column", s->by_name[b]);
					bv_json_set_str(group, "value", s->value[b][v]);
					set_row(group, &row, o->count, s->error);
				}
		}
}

static void
print_row(const struct bv_impact_row *row, size_t levels, bool errors)
{
	printf("%8zu", row->persons);
	for (size_t k = 0; k <= levels; k++)
		print_cell(100 * row->share[k], 7, 1);
	for (size_t k = 0; errors && k <= levels; k++) {
		fputs(k ? "" : "  |", stdout);
		print_cell(100 * row->expected[k], 7, 1);
	}
	puts("");
}

void
cut_impact_print(const struct cut_impact *impact, const struct cut_outcome *o)
{
	const struct bv_scores *s = &impact->scores;
	struct bv_impact_row row;

	for (size_t r = 0; s->persons && r < o->rounds; r++) {
		printf("\nper cent of %zu candidates below every level, and at each", s->persons);
		if (o->rounds > 1)
			printf(", by the cuts of round %zu", r + 1);
		puts(s->error ? "; behind the bar with the errors of their scores" : "");
		for (int shift = -CUT_SHIFTS; shift <= CUT_SHIFTS; shift++)
			if (cut_impact_row(&row, impact, o, r, shift, SIZE_MAX, 0)) {
				printf("%+d standard errors  ", shift);
				print_row(&row, o->count, s->error);
			}
		for (size_t b = 0; b < s->by_count; b++)
			for (size_t v = 0; v < s->value_count[b] && cut_impact_row(&row, impact, o, r, 0, b, v); v++) {
				print_column(s->value[b][v], 20);
				print_row(&row, o->count, s->error);
			}
	}
}
