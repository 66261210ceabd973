#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"
#include "tools/cli/sitting_inputs.h"

enum { MARK_MAX = 15, NOT_ANSWERED = -1, NOT_MARKED = -2 };

struct cell {
	uint32_t item;
	int mark;
};

struct person {
	struct bv_str id, hall, group;
	struct cell *cells; /* heap */
	size_t count;
};

struct sheet {
	const struct args *args;
	struct bv_sitting *sitting;
	struct bv_arena arena;
	struct bv_str *items; /* in the order in which they were met */
	size_t item_count, item_cap;
	uint32_t *places;     /* index + 1 in items, by hash of the name; 0: free */
	size_t place_count;
	struct person *persons;
	size_t count, cap;
};

static void
sheet_finish(struct sheet *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->persons[i].cells);
	free(s->persons);
	free(s->items);
	free(s->places);
	bv_sitting_free(s->sitting);
	bv_arena_finish(&s->arena);
}
BV_AUTO_DEFINE_FINISH(struct sheet, sheet_finish)

/* ---- Items by name ---- */

static uint32_t *
place_of(const struct sheet *s, struct bv_str name)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	size_t at;

	for (size_t i = 0; i < name.len; i++)
		hash = (hash ^ (unsigned char)name.p[i]) * UINT64_C(1099511628211);
	for (at = hash % s->place_count; s->places[at] && !bv_str_eq(s->items[s->places[at] - 1], name);)
		at = (at + 1) % s->place_count;
	return &s->places[at];
}

static uint32_t
item_of(struct sheet *s, struct bv_str name)
{
	if (s->item_count == s->item_cap) {
		s->item_cap = s->item_cap ? 2 * s->item_cap : 256;
		s->items = bv_resize_array(s->items, s->item_cap, sizeof *s->items);
		free(s->places);
		s->place_count = 2 * s->item_cap;
		s->places = bv_alloc_array(s->place_count, sizeof *s->places);
		for (size_t i = 0; i < s->item_count; i++)
			*place_of(s, s->items[i]) = (uint32_t)i + 1;
	}
	uint32_t *place = place_of(s, name);
	if (!*place) {
		s->items[s->item_count++] = bv_arena_str(&s->arena, name);
		*place = (uint32_t)s->item_count;
	}
	return *place - 1;
}

/* ---- One attempt ---- */

static bool
is_left_out(const struct args *args, struct bv_str item)
{
	const char *name;

	for (size_t k = 0; (name = args_each(args, "leave-out", k)); k++)
		if (bv_str_is(item, name))
			return true;
	return false;
}

static enum bv_status
mark_of(int *mark, const struct bv_json *row, struct bv_err *err)
{
	const struct bv_json *base = bv_json_find(bv_json_find(bv_json_find(bv_json_find(row, "outcomes"), "SCORE"), "value"), "base");
	void *it = base ? bv_json_members(base) : NULL;
	double score = it ? bv_json_real(bv_json_member(it)) : NAN;

	*mark = !bv_json_bool(bv_json_find(row, "answered")) ? NOT_ANSWERED : isnan(score) ? NOT_MARKED : (int)score;
	if (isnan(score) || *mark == NOT_ANSWERED || (score >= 0 && score <= MARK_MAX && score == floor(score)))
		return BV_OK;
	return bv_err_set(err, BV_EINVAL, "item '%.*s' was scored %g: a sheet has whole marks from 0 to %d; --leave-out %.*s leaves it out",
	                  BV_STR_ARG(bv_json_str(bv_json_find(row, "identifier"))), score, MARK_MAX, BV_STR_ARG(bv_json_str(bv_json_find(row, "identifier"))));
}

static enum bv_status
take_marks(struct sheet *s, struct person *p, struct bv_str outcomes, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	bool blank = args_has(s->args, "omitted-blank");

	TRY(bv_json_parse(&json, outcomes, err));
	const struct bv_json *rows = bv_json_find(json, "items");
	p->cells = bv_alloc_array(bv_json_count(rows), sizeof *p->cells);
	for (size_t i = 0; i < bv_json_count(rows); i++) {
		const struct bv_json *row = bv_json_at(rows, i);
		struct bv_str name = bv_json_str(bv_json_find(row, "identifier"));
		int mark;
		if (is_left_out(s->args, name))
			continue;
		TRY(mark_of(&mark, row, err));
		if (mark == NOT_MARKED || (mark == NOT_ANSWERED && blank))
			continue;
		p->cells[p->count++] = (struct cell){ item_of(s, name), mark == NOT_ANSWERED ? 0 : mark };
	}
	return BV_OK;
}

static struct bv_str
place(struct sheet *s, const struct bv_json *seat, const char *name)
{
	return bv_arena_str(&s->arena, bv_json_str(bv_json_find(seat, name)));
}

/* A room is one of its centre. */
static struct bv_str
hall_of(struct sheet *s, const struct bv_json *seat)
{
	BV_AUTO(bv_buf_finish) struct bv_buf hall = BV_BUF(4 * BV_ROOM_MAX);
	struct bv_str centre = bv_json_str(bv_json_find(seat, "centre"));

	bv_buf_printf(&hall, "%.*s%s%.*s", BV_STR_ARG(centre), centre.len ? " " : "", BV_STR_ARG(bv_json_str(bv_json_find(seat, "room"))));
	return bv_arena_str(&s->arena, bv_buf_str(&hall));
}

static enum bv_status
take_attempt(void *ctx, const struct bv_attempt_record *record, struct bv_err *err)
{
	BV_AUTO(bv_marking_finish) struct bv_marking marking = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf responses = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	BV_AUTO(bv_json_free) struct bv_json *seat = NULL;
	struct sheet *s = ctx;
	const struct bv_candidate candidate = { .ticket = record->ticket, .name = record->ticket };
	const char *group = args_get(s->args, "group");

	TRY(bv_attempt_responses(&responses, record, err));
	if (bv_exam_sit(&marking, bv_sitting_exam(s->sitting), &candidate, bv_buf_str(&responses), err) != BV_OK)
		return bv_err_again(err, 0, "ticket '%.*s': %s", BV_STR_ARG(record->ticket), err->msg);
	if (record->seat.len)
		TRY(bv_json_parse(&seat, record->seat, err));
	if (s->count == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 256;
		s->persons = bv_resize_array(s->persons, s->cap, sizeof *s->persons);
	}
	struct person *p = &s->persons[s->count++];
	*p = (struct person){ .id = bv_arena_str(&s->arena, record->ticket), .hall = hall_of(s, seat), .group = group ? place(s, seat, group) : BV_STR_NONE };
	if (isatty(2) && s->count % 1000 == 0)
		fprintf(stderr, "\r%zu attempts", s->count);
	return take_marks(s, p, bv_buf_str(&marking.outcomes), err);
}

/* ---- The sheet ---- */

static const struct sheet *sorted_sheet;

static int
by_name(const void *a, const void *b)
{
	return bv_str_cmp(sorted_sheet->items[*(const uint32_t *)a], sorted_sheet->items[*(const uint32_t *)b]);
}

static void
write_text(struct bv_buf *out, struct bv_str text)
{
	bv_buf_addc(out, '"');
	for (size_t i = 0; i < text.len; i++)
		bv_buf_printf(out, text.p[i] == '"' ? "\"\"" : "%c", text.p[i]);
	bv_buf_addc(out, '"');
}

static void
write_head(struct bv_buf *out, const struct sheet *s, const uint32_t *order)
{
	bv_buf_addz(out, "id");
	if (args_has(s->args, "hall"))
		bv_buf_addz(out, ",hall");
	if (args_get(s->args, "group"))
		bv_buf_addz(out, ",group");
	for (size_t i = 0; i < s->item_count; i++) {
		bv_buf_addc(out, ',');
		write_text(out, s->items[order[i]]);
	}
	bv_buf_addc(out, '\n');
}

static void
write_person(struct bv_buf *out, const struct sheet *s, const struct person *p, const uint32_t *column, signed char *marks)
{
	write_text(out, p->id);
	if (args_has(s->args, "hall")) {
		bv_buf_addc(out, ',');
		write_text(out, p->hall);
	}
	if (args_get(s->args, "group")) {
		bv_buf_addc(out, ',');
		write_text(out, p->group);
	}
	memset(marks, -1, s->item_count);
	for (size_t k = 0; k < p->count; k++)
		marks[column[p->cells[k].item]] = (signed char)p->cells[k].mark;
	for (size_t i = 0; i < s->item_count; i++) {
		bv_buf_addc(out, ',');
		if (marks[i] >= 0)
			bv_buf_printf(out, "%d", marks[i]);
	}
	bv_buf_addc(out, '\n');
}

/* A line at a time: sheets of a country are large. */
static bool
write_sheet(FILE *to, const struct sheet *s)
{
	uint32_t *order = bv_alloc_array(s->item_count, sizeof *order), *column = bv_alloc_array(s->item_count, sizeof *column);
	signed char *marks = bv_alloc_array(s->item_count, 1);
	BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(SIZE_MAX);
	bool good = true;

	for (size_t i = 0; i < s->item_count; i++)
		order[i] = (uint32_t)i;
	sorted_sheet = s;
	if (s->item_count)
		qsort(order, s->item_count, sizeof *order, by_name);
	for (size_t i = 0; i < s->item_count; i++)
		column[order[i]] = (uint32_t)i;
	write_head(&line, s, order);
	for (size_t i = 0; i <= s->count && good; i++) {
		good = fwrite(line.p, 1, line.len, to) == line.len;
		bv_buf_clear(&line);
		if (i < s->count)
			write_person(&line, s, &s->persons[i], column, marks);
	}
	free(order);
	free(column);
	free(marks);
	return good;
}

static int
put_sheet(const struct sheet *s)
{
	const char *path = args_get(s->args, "out");
	struct bv_err err;

	if (!path)
		return write_sheet(stdout, s) && fflush(stdout) == 0 ? EXIT_YES : EXIT_MACHINE;
	FILE *to = fopen(path, "wx");
	if (!to) {
		bv_err_set(&err, BV_EINVAL, "%s: cannot be made (%s): what is there is not replaced", path, strerror(errno));
		return fail(NULL, &err);
	}
	bool good = write_sheet(to, s);
	if (fclose(to) != 0 || !good) {
		bv_err_set(&err, BV_EIO, "%s: %s", path, strerror(errno));
		return fail(NULL, &err);
	}
	return EXIT_YES;
}

static enum bv_status
read_sitting(struct sheet *s, struct bv_err *err)
{
	BV_AUTO(bv_sittings_close) struct bv_sittings *sittings = NULL;
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_evidence_texts_free) struct bv_evidence_texts *texts = NULL;

	TRY(bv_sittings_open_read(&sittings, args_get(s->args, "db"), err));
	TRY(bv_bank_open(&bank, args_get(s->args, "bank"), BV_BANK_READ, err));
	texts = bv_evidence_texts_new(bank);
	TRY(bv_sitting_load(&s->sitting, sittings, bv_str_of(args_get(s->args, "name")), bv_evidence_item_text, texts, err));
	return bv_sitting_attempts(s->sitting, sittings, take_attempt, s, err);
}

static int
run(struct args *args)
{
	BV_AUTO(sheet_finish) struct sheet s = { .args = args };
	const char *group = args_get(args, "group");
	struct bv_err err;

	if (group && strcmp(group, "centre") != 0 && strcmp(group, "room") != 0 && strcmp(group, "language") != 0)
		return usage(args->cmd, "--group is centre, room or language");
	if (read_sitting(&s, &err) != BV_OK)
		return fail(NULL, &err);
	int status = put_sheet(&s);
	if (status == EXIT_YES)
		fprintf(stderr, "%zu persons, %zu items\n", s.count, s.item_count);
	return status;
}

const struct cmd cmd_sitting_marks = {
	.name = "sitting marks",
	.summary = "the marks of all attempts of a sitting as a sheet, for calibrate and analyse",
	.about =
		"Goes through the log of the sitting, scores every answer again, and writes CSV: one line an attempt that started, under its ticket, one column an item that anybody met. "
		"A cell is empty where the item was not on the form, or nobody has marked it yet; what was on the form and not answered is 0, or empty with --omitted-blank. Nothing of a "
		"person is read. 'bangvang calibrate -' and 'rate marks' read it from a pipe; for 'analyse' --hall adds the room.\n\n"
		"Marks are whole, from 0 to 15: an item with others is named, and --leave-out leaves it out.",
	.opts = (const struct opt[]){
		SITTING_DB_OPT,
		{ .name = "bank", .argument = "DB", .help = "the item bank", .required = true },
		{ .name = "out", .argument = "FILE", .help = "a new file; standard output when absent" },
		{ .name = "hall", .help = "a column 'hall': centre and room" },
		{ .name = "group", .argument = "NAME", .help = "a column 'group': centre, room or language of the seat" },
		{ .name = "omitted-blank", .help = "what was on the form and not answered is empty, not 0" },
		{ .name = "leave-out", .argument = "ITEM", .help = "without this item", .repeated = true },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang sitting marks --db sqlite:hall.db --name 2026-11-25.sang --bank demo/bank.db --out marks.csv", NULL },
	.run = run,
};
