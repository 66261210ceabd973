/* What candidates of earlier sittings met, for the tickets that they have now: nothing of a person is read or written. */
#include <stdio.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "tools/cli/print.h"
#include "tools/cli/sitting_inputs.h"

#define PAIRS_MAX (64u << 20)

/* Who had the ticket `before` in the sitting has `now`. */
struct pair {
	struct bv_str sitting, before, now;
	int line;
	bool started;
	size_t person; /* place in lists: pairs with the same ticket now have the same */
};

struct seeing {
	const struct args *args;
	struct bv_arena arena;
	struct pair *pairs;
	size_t count, cap;
	struct bv_sitting *sitting; /* the earlier one that is read */
	struct bv_bank *bank;       /* where one of them was adaptive */
	struct bv_evidence_texts *texts;
	struct bv_json *seen, **lists; /* by ticket: names of items; the same by place, NULL before the first */
	size_t started, items;
};

static void
seeing_finish(struct seeing *s)
{
	bv_arena_finish(&s->arena);
	free(s->pairs);
	free(s->lists);
	bv_sitting_free(s->sitting);
	bv_evidence_texts_free(s->texts);
	bv_bank_close(s->bank);
}
BV_AUTO_DEFINE_FINISH(struct seeing, seeing_finish)

static int
text_order(struct bv_str a, struct bv_str b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len ? memcmp(a.p, b.p, len) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int
now_order(const void *a, const void *b)
{
	return text_order(((const struct pair *)a)->now, ((const struct pair *)b)->now);
}

static int
pair_order(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int order = text_order(x->sitting, y->sitting);

	return order ? order : text_order(x->before, y->before);
}

static bool
is_asked(const struct args *args, struct bv_str sitting)
{
	const char *name;

	for (size_t k = 0; (name = args_each(args, "before", k)); k++)
		if (bv_str_is(sitting, name))
			return true;
	return false;
}

static enum bv_status
row_take(struct seeing *s, const struct bv_csv *csv, const int column[3], struct bv_err *err)
{
	struct bv_str field[3] = { bv_str_of(args_each(s->args, "before", 0)), BV_STR_NONE, BV_STR_NONE };

	for (int c = 0; c < 3; c++)
		if (column[c] >= 0)
			field[c] = (size_t)column[c] < csv->field_count ? csv->fields[column[c]] : BV_STR_NONE;
	if (csv->overfull || csv->open)
		return bv_err_at(err, BV_EPARSE, csv->row_line, "a field is too long, or a quote is not closed");
	if (!field[1].len || !field[2].len)
		return bv_err_at(err, BV_EPARSE, csv->row_line, "'before' and 'ticket' are both needed");
	if (!is_asked(s->args, field[0]))
		return bv_err_at(err, BV_EINVAL, csv->row_line, "sitting '%.*s' is not one of --before", BV_STR_ARG(bv_str_sub(field[0], 0, 60)));
	if (s->count == s->cap)
		s->pairs = bv_resize_array(s->pairs, s->cap = s->cap * 2 + 64, sizeof *s->pairs);
	s->pairs[s->count++] = (struct pair){ bv_arena_str(&s->arena, field[0]), bv_arena_str(&s->arena, field[1]), bv_arena_str(&s->arena, field[2]), csv->row_line, false };
	return BV_OK;
}

static enum bv_status
pairs_read(struct seeing *s, struct bv_str text, struct bv_err *err)
{
	static const char *const names[] = { "sitting", "before", "ticket" };
	BV_AUTO(bv_csv_finish) struct bv_csv csv = { 0 };
	int column[3] = { -1, -1, -1 };

	TRY(bv_text_need(text, 1, err));
	bv_csv_init(&csv, text);
	if (!bv_csv_next(&csv))
		return bv_err_at(err, BV_EPARSE, 1, "the file is empty: its first row names the columns before and ticket");
	for (size_t i = 0; i < csv.field_count; i++)
		for (int c = 0; c < 3; c++)
			if (bv_str_is(csv.fields[i], names[c]))
				column[c] = (int)i;
	if (column[1] < 0 || column[2] < 0)
		return bv_err_at(err, BV_EPARSE, csv.row_line, "the first row names the columns before (the ticket then) and ticket (the one now)");
	if (column[0] < 0 && args_each(s->args, "before", 1))
		return bv_err_at(err, BV_EPARSE, csv.row_line, "with several --before a column 'sitting' says which one a ticket is of");
	while (bv_csv_next(&csv))
		TRY(row_take(s, &csv, column, err));
	if (s->count == 0)
		return bv_err_at(err, BV_EPARSE, csv.line, "nobody's tickets stand below the names of the columns");
	qsort(s->pairs, s->count, sizeof *s->pairs, now_order);
	for (size_t i = 1; i < s->count; i++)
		s->pairs[i].person = s->pairs[i - 1].person + (now_order(&s->pairs[i - 1], &s->pairs[i]) != 0);
	s->lists = bv_alloc_array(s->count, sizeof *s->lists);
	qsort(s->pairs, s->count, sizeof *s->pairs, pair_order);
	for (size_t i = 1; i < s->count; i++)
		if (pair_order(&s->pairs[i - 1], &s->pairs[i]) == 0)
			return bv_err_at(err, BV_EINVAL, s->pairs[i].line > s->pairs[i - 1].line ? s->pairs[i].line : s->pairs[i - 1].line,
			                 "ticket '%.*s' of the earlier sitting is there twice", BV_STR_ARG(bv_str_sub(s->pairs[i].before, 0, 60)));
	return BV_OK;
}

static bool
has(const struct bv_json *list, struct bv_str name)
{
	for (size_t i = 0; i < bv_json_count(list); i++)
		if (bv_str_eq(bv_json_str(bv_json_at(list, i)), name))
			return true;
	return false;
}

/* All items of the form were before him. */
static enum bv_status
meet(struct seeing *s, struct pair *pair, const struct bv_form *form, struct bv_err *err)
{
	char now[BV_TICKET_MAX + 1];

	if (pair->now.len > BV_TICKET_MAX)
		return bv_err_at(err, BV_EINVAL, pair->line, "a ticket has at most %d characters", BV_TICKET_MAX);
	memcpy(now, pair->now.p, pair->now.len);
	now[pair->now.len] = '\0';
	struct bv_json **list = &s->lists[pair->person];
	if (!*list)
		*list = bv_json_set(s->seen, now, bv_json_new_array());
	for (size_t i = 0; i < form->item_count; i++)
		if (!has(*list, form->items[i].identifier)) {
			bv_json_add(*list, bv_json_new_str(form->items[i].identifier));
			s->items++;
		}
	pair->started = true;
	s->started++;
	return BV_OK;
}

static struct pair *
pair_of(const struct seeing *s, struct bv_str sitting, struct bv_str ticket)
{
	struct pair key = { .sitting = sitting, .before = ticket };

	return bsearch(&key, s->pairs, s->count, sizeof key, pair_order);
}

/* A candidate who started. */
static enum bv_status
on_start(void *ctx, const struct bv_exam_event *event, struct bv_str sitting, struct bv_str ticket, struct bv_err *err)
{
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;
	struct seeing *s = ctx;
	struct pair *pair = pair_of(s, sitting, ticket);

	(void)event;
	if (!pair || pair->started)
		return BV_OK;
	TRY(bv_exam_form(&form, bv_sitting_exam(s->sitting), ticket, err));
	return meet(s, pair, form, err);
}

/* One whose form grew, as far as it did. */
static enum bv_status
on_grown(void *ctx, const struct bv_attempt_record *record, struct bv_err *err)
{
	struct seeing *s = ctx;
	struct pair *pair = pair_of(s, bv_sitting_plan(s->sitting)->name, record->ticket);

	return !pair || pair->started ? BV_OK : meet(s, pair, record->form, err);
}

static enum bv_status
grown_read(struct seeing *s, struct bv_sittings *sittings, const char *name, struct bv_err *err)
{
	const char *bank = args_get(s->args, "bank");

	if (!bank)
		return bv_err_set(err, BV_EINVAL, "its items followed from the answers, which are judged again: --bank names the bank");
	if (!s->texts) {
		TRY(bv_bank_open(&s->bank, bank, BV_BANK_READ, err));
		s->texts = bv_evidence_texts_new(s->bank);
	}
	bv_sitting_free(s->sitting);
	s->sitting = NULL;
	TRY(bv_sitting_load(&s->sitting, sittings, bv_str_of(name), bv_evidence_item_text, s->texts, err));
	return bv_sitting_attempts(s->sitting, sittings, on_grown, s, err);
}

static enum bv_status
sitting_read(struct seeing *s, struct bv_sittings *sittings, const char *name, struct bv_err *err)
{
	struct bv_ledger_search search = { .sitting = bv_str_of(name), .act = BV_EXAM_START, .limit = 1000 };

	bv_sitting_free(s->sitting);
	s->sitting = NULL;
	TRY(bv_sitting_load(&s->sitting, sittings, bv_str_of(name), NULL, NULL, err));
	if (bv_exam_is_adaptive(bv_sitting_exam(s->sitting)))
		return grown_read(s, sittings, name, err);
	TRY(bv_sitting_turns(s->sitting, sittings, err));
	do
		TRY(bv_ledger_search(&search.before_n, args_get(s->args, "db"), &search, on_start, s, err));
	while (search.before_n);
	return BV_OK;
}

static enum bv_status
sittings_read(struct seeing *s, struct bv_err *err)
{
	BV_AUTO(bv_sittings_close) struct bv_sittings *sittings = NULL;
	const char *name;

	TRY(bv_sittings_open_read(&sittings, args_get(s->args, "db"), err));
	for (size_t k = 0; (name = args_each(s->args, "before", k)); k++)
		if (sitting_read(s, sittings, name, err) != BV_OK)
			return bv_err_again(err, 0, "sitting '%s': %s", name, err->msg);
	return BV_OK;
}

static int
run(struct args *args)
{
	BV_AUTO(seeing_finish) struct seeing s = { .args = args };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(PAIRS_MAX), out = BV_BUF(BV_SEEN_MAX);
	BV_AUTO(bv_json_free) struct bv_json *document = bv_json_new_object();
	struct bv_err err;

	if (bv_file_read(&text, args->operands[0], &err) != BV_OK || pairs_read(&s, bv_buf_str(&text), &err) != BV_OK)
		return fail(args->operands[0], &err);
	bv_json_set_str(document, "format", BV_STR("bv-seen-1"));
	s.seen = bv_json_set(document, "seen", bv_json_new_object());
	if (sittings_read(&s, &err) != BV_OK)
		return fail(NULL, &err);
	bv_json_write_canonical(&out, document);
	bv_buf_addz(&out, "\n");
	if (bv_buf_check(&out, &err) != BV_OK || bv_file_write(args_get(args, "out"), bv_buf_str(&out), 0600, &err) != BV_OK)
		return fail(args_get(args, "out"), &err);
	printf("%zu of %zu started then: %zu tickets with %zu items that they met\n", s.started, s.count, bv_json_count(s.seen), s.items);
	return EXIT_YES;
}

const struct cmd cmd_sitting_seen = {
	.name = "sitting seen",
	.operands = "PAIRS",
	.summary = "what candidates met in earlier sittings, for sitting new --seen",
	.about =
		"PAIRS is a CSV with the columns before (a ticket of an earlier sitting), ticket (the one that the same person has now) and, with several --before, sitting. "
		"It is made where it is known who is who; nothing of a person stands in it, and nothing else is read. Who started then has met every item of his form, "
		"which is derived from the sitting's documents as its audit does it. seen.json goes to sitting new --seen before the new sitting is made: the forms that a design "
		"assembles keep these items from their candidate, and where there is no other way the form says so (doc/draw.md).",
	.opts = (const struct opt[]){
		{ .name = "db", .argument = "URL", .help = "the ledger's database: sqlite:PATH or postgresql://…", .required = true },
		{ .name = "before", .argument = "NAME", .help = "an earlier sitting of this database", .required = true, .repeated = true },
		{ .name = "bank", .argument = "DB", .help = "the item bank, where an earlier sitting was adaptive" },
		{ .name = "out", .argument = "FILE", .help = "seen.json", .required = true },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang sitting seen --db sqlite:hall.db --before 2026-11-25.sang --out seen.json engine/sample/pairs.csv", NULL },
	.run = run,
};
