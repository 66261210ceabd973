#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "tools/cli/commands.h"
#include "tools/cli/draw_inputs.h"
#include "tools/cli/print.h"

enum { COLUMNS = 100 };

static void
print_hash(const char *what, const uint8_t hash[BV_HASH_LEN])
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	printf("%-10s %s\n", what, bv_hex(hex, hash, BV_HASH_LEN));
}

/* The stratum's items with their positions, in lines that fit beside what is before them. */
static void
print_items(const struct bv_form *form, struct bv_str stratum, size_t indent)
{
	size_t column = indent;

	for (size_t i = 0; i < form->item_count; i++) {
		const struct bv_form_item *item = &form->items[i];
		size_t width = item->identifier.len + 5;
		if (!bv_str_eq(item->stratum, stratum))
			continue;
		if (column > indent && column + width > COLUMNS) {
			printf("\n%*s", (int)indent, "");
			column = indent;
		}
		printf("%s%3u %.*s", column > indent ? " " : "", item->position, BV_STR_ARG(item->identifier));
		column += width;
	}
	putchar('\n');
}

static void
print_table(const struct bv_form *form, const struct draw_inputs *in)
{
	const struct bv_blueprint *bp = in->blueprint;
	size_t width = strlen("stratum");

	for (size_t i = 0; i < bp->stratum_count; i++)
		width = bp->strata[i].id.len > width ? bp->strata[i].id.len : width;
	for (size_t p = 0; p < bp->part_count; p++) {
		const struct bv_part *part = &bp->parts[p];
		printf("\n%.*s: %.*s\n  %-*s  drawn     of  marks  items by position\n", BV_STR_ARG(part->id), BV_STR_ARG(part->title_vi),
		       (int)width, "stratum");
		for (size_t i = part->first; i < part->first + part->count; i++) {
			const struct bv_stratum *s = &bp->strata[i];
			printf("  ");
			print_column(s->id, width);
			printf("  %5" PRIu32 " %6zu %3d.%02d  ", s->count, in->pool->strata[i].count, s->marks / 100, s->marks % 100);
			print_items(form, s->id, width + 25);
		}
	}
}

static void
print_relaxed(const struct bv_form *form)
{
	BV_AUTO(bv_buf_finish) struct bv_buf words = BV_BUF(64);

	bv_issue_broken_write(&words, form->broken);
	if (words.len)
		printf("relaxed    %s: these caps could not be held for this candidate\n", words.p);
}

static void
print_form(const struct bv_form *form, const struct draw_inputs *in)
{
	const struct bv_blueprint *bp = in->blueprint;

	printf("%.*s\n%" PRIu32 " items, %" PRIu32 " minutes, %" PRId64 ".%02d marks, for ticket %.*s\n\n", BV_STR_ARG(bp->title_vi),
	       bp->item_count, bp->minutes, bp->marks / 100, (int)(bp->marks % 100), BV_STR_ARG(form->ticket));
	print_hash("blueprint", form->blueprint_hash);
	print_hash("pool", form->pool_hash);
	print_hash("seed", form->seed);
	print_hash("cid", form->cid);
	if (in->practice)
		puts("draw key   all zeros: a practice draw, which anyone can recompute at once");
	else
		print_hash("draw key", form->draw_key_hash);
	if (form->parallel)
		printf("parallel   form %" PRIu32 " of %zu\n", form->parallel, bv_issue_parallel(in->issue));
	print_relaxed(form);
	print_table(form, in);
}

static int
run(struct args *args)
{
	BV_AUTO(draw_inputs_finish) struct draw_inputs in = { 0 };
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(BV_FORM_MAX);
	const char *pool_out = args_get(args, "pool-out");
	struct bv_err err;

	int status = draw_inputs_load(&in, args);
	if (status)
		return status;
	if (draw_inputs_form(&form, &in, bv_str_of(args_get(args, "ticket")), &err) != BV_OK)
		return usage(args->cmd, "--ticket: %s", err.msg);
	if (pool_out) {
		bv_draw_pool_write(&json, in.pool);
		if (bv_buf_check(&json, &err) != BV_OK || bv_file_write(pool_out, bv_buf_str(&json), 0644, &err) != BV_OK)
			return fail(NULL, &err);
		bv_buf_clear(&json);
	}
	if (!args_has(args, "json")) {
		print_form(form, &in);
		return EXIT_YES;
	}
	bv_form_write(&json, form);
	if (bv_buf_check(&json, &err) != BV_OK)
		return fail(NULL, &err);
	puts(json.p);
	return EXIT_YES;
}

const struct cmd cmd_draw = {
	.name = "draw",
	.summary = "draw a candidate's form from a bank, so that anyone can recompute it",
	.about = "Draws items, their order and the order of their options by BV-DRAW-1 (doc/draw.md): from the blueprint, the pool of the bank's "
	         "items that it takes in, the session's seed and the draw key, for one ticket. The same inputs always give the same form.\n\n"
	         "Where the blueprint has an <assembly>, forms are assembled by BV-FLY-1, in the order of --tickets: that of --ticket is among them. Where its "
	         "design is for several forms, these are assembled once, and each ticket has one of them (BV-PARALLEL-1), by its seat where --tickets says it.\n\n"
	         "A blueprint that the bank cannot satisfy is refused; every stratum that is short is named, with what it needs, has, and lost "
	         "to which filter.\n\n"
	         "--pool-out writes the public pool file: identifiers, versions, hashes and the names of options, no text. It is what an outsider "
	         "needs for 'bangvang audit draw', and its SHA-256 is the pool's hash.",
	.opts = (const struct opt[]){
		DRAW_INPUTS_OPTS,
		{ .name = "ticket", .argument = "ID", .help = "the candidate's ticket", .required = true },
		{ .name = "pool-out", .argument = "FILE", .help = "write the public pool file" },
		{ .name = "json", .help = "print the form as one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang bank import --bank sample.db itembank/sample",
		"bangvang draw --bank sample.db --blueprint engine/sample/vn-basic-40.xml --seed "
		"6b51d431df5d7f141cbececcf79edf3dd861c3b4069f0b11661a3eefacbba918 --ticket T-0001",
		NULL,
	},
	.run = run,
};
