#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "tools/cli/assembly_items.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

struct each {
	struct bv_assembly_bank *bank;
	struct bv_design *design;
	struct bv_fly *fly;
	uint32_t *items;
	uint8_t seed[BV_HASH_LEN], draw_key[BV_HASH_LEN];
	struct bv_fly_rules rules;
};

static void
finish_each(struct each *e)
{
	bv_fly_free(e->fly);
	bv_design_free(e->design);
	bv_assembly_bank_free(e->bank);
	free(e->items);
}
BV_AUTO_DEFINE_FINISH(struct each, finish_each)

static enum bv_status
read_options(struct each *e, const struct args *args, struct bv_err *err)
{
	const char *exposure = args_get(args, "exposure");
	int64_t overlap;

	if (exposure && !bv_str_double(bv_str_of(exposure), &e->rules.exposure_max))
		return bv_err_set(err, BV_EINVAL, "--exposure: '%s' is not a number", exposure);
	TRY(args_count(&overlap, args, "overlap", BV_ASSEMBLY_LENGTH_MAX, err));
	e->rules.overlap_max = (size_t)overlap;
	e->rules.forms_max = (size_t)args->operand_count;
	TRY(args_hex(e->seed, sizeof e->seed, args, "seed", err));
	return args_get(args, "draw-key") ? args_hex(e->draw_key, sizeof e->draw_key, args, "draw-key", err) : BV_OK;
}

static void
add_form(struct bv_json *forms, const struct each *e, const char *ticket)
{
	struct bv_json *form = bv_json_add(forms, bv_json_new_object()), *items;

	bv_json_set(form, "ticket", bv_json_new_text(bv_str_of(ticket)));
	items = bv_json_set(form, "items", bv_json_new_array());
	for (size_t l = 0; l < e->design->length; l++)
		bv_json_add(items, bv_json_new_str(e->bank->items[e->items[l]].id));
}

static void
print_form(const struct each *e, const char *ticket)
{
	print_safe(stdout, bv_str_of(ticket));
	for (size_t l = 0; l < e->design->length; l++) {
		putchar(' ');
		print_safe(stdout, e->bank->items[e->items[l]].id);
	}
	putchar('\n');
}

static int
run(struct args *args)
{
	BV_AUTO(finish_each) struct each e = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *root = bv_json_new_object();
	struct bv_json *forms = bv_json_set(root, "forms", bv_json_new_array());
	struct bv_err err = { 0 };
	int status;

	if (read_options(&e, args, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if ((status = assembly_items_load(&e.bank, args)) || (status = assembly_design_load(&e.design, args)))
		return status;
	if (bv_fly_new(&e.fly, e.bank, e.design, &e.rules, &err) != BV_OK)
		return fail(args_get(args, "design"), &err);
	e.items = bv_alloc_array(e.design->length, sizeof *e.items);
	for (int i = 0; i < args->operand_count; i++) {
		uint8_t key[BV_HASH_LEN];
		bv_fly_key(key, e.draw_key, e.seed, bv_str_of(args->operands[i]));
		if (bv_fly_draw(e.fly, key, NULL, 0, e.items, &err) != BV_OK)
			return fail(args->operands[i], &err);
		if (args_has(args, "json"))
			add_form(forms, &e, args->operands[i]);
		else
			print_form(&e, args->operands[i]);
	}
	if (args_has(args, "json"))
		print_json(root);
	return EXIT_YES;
}

const struct cmd cmd_assemble_each = {
	.name = "assemble each",
	.operands = "TICKET…",
	.summary = "a form of its own for each candidate, under all constraints of a design",
	.about = "Draws a linear form for each ticket, in their order: under all constraints of the design, with no item in more than a share of the forms and no "
	         "two forms alike by more than so many items (doc/assembly.md). Every random choice comes from the stream of the ticket's key: the same bank, "
	         "design, seed, draw key and tickets in the same order give the same forms, so that anyone can draw them again.",
	.opts = (const struct opt[]){
		ASSEMBLY_ITEMS_OPTS,
		{ .name = "design", .argument = "FILE", .help = "what each form must be: JSON; of its objective nothing counts", .required = true },
		{ .name = "seed", .argument = "HEX", .help = "the session's seed, 32 bytes", .required = true },
		{ .name = "draw-key", .argument = "HEX", .help = "the draw key, 32 bytes (zeros: a practice draw)" },
		{ .name = "exposure", .argument = "SHARE", .help = "no item is in more than this share of the forms" },
		{ .name = "overlap", .argument = "N", .help = "no two forms share more items" },
		{ .name = "json", .help = "print one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang assemble each --items assembly/sample/bank.csv --design assembly/sample/one.json --exposure 0.5 --overlap 12 --seed "
		"6b51d431df5d7f141cbececcf79edf3dd861c3b4069f0b11661a3eefacbba918 --json T-1 T-2 T-3",
		NULL,
	},
	.run = run,
};
