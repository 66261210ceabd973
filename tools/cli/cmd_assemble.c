#include <stdio.h>

#include "tools/cli/assembly_items.h"
#include "tools/cli/commands.h"

struct inputs {
	struct bv_assembly_bank *bank;
	struct bv_design *design;
	uint8_t seed[BV_HASH_LEN];
	struct bv_assembly_effort effort;
};

static void
finish_inputs(struct inputs *in)
{
	bv_assembly_bank_free(in->bank);
	bv_design_free(in->design);
}
BV_AUTO_DEFINE_FINISH(struct inputs, finish_inputs)

static enum bv_status
read_options(struct inputs *in, const struct args *args, struct bv_err *err)
{
	const char *seconds = args_get(args, "seconds");
	int64_t swaps;

	in->effort = BV_ASSEMBLY_EFFORT;
	if (seconds && (!bv_str_double(bv_str_of(seconds), &in->effort.seconds) || !(in->effort.seconds > 0 && in->effort.seconds <= 86400)))
		return bv_err_set(err, BV_EINVAL, "--seconds: '%s' is not a number above 0 and at most 86400", seconds);
	TRY(args_count(&swaps, args, "swaps", (int64_t)in->effort.swaps, err));
	in->effort.swaps = (uint64_t)swaps;
	return args_get(args, "seed") ? args_hex(in->seed, sizeof in->seed, args, "seed", err) : BV_OK;
}

static int
run(struct args *args)
{
	BV_AUTO(finish_inputs) struct inputs in = { 0 };
	BV_AUTO(bv_assembled_free) struct bv_assembled *forms = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf conflict = BV_BUF(1u << 20), text = BV_BUF(BV_ASSEMBLY_DOCUMENT_MAX);
	struct bv_err err = { 0 };
	int status;

	if (read_options(&in, args, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if ((status = assembly_items_load(&in.bank, args)) || (status = assembly_design_load(&in.design, args)))
		return status;
	if (bv_assemble(&forms, in.bank, in.design, in.seed, &in.effort, &conflict, &err) != BV_OK) {
		if (conflict.len)
			fputs(conflict.p, stderr);
		return fail(args_get(args, "design"), &err);
	}
	if (args_has(args, "json"))
		bv_assembled_write(&text, forms, in.bank, in.design, in.seed);
	else
		bv_assembled_print(&text, forms, in.bank, in.design);
	if (bv_buf_check(&text, &err) != BV_OK)
		return fail(NULL, &err);
	fwrite(text.p, 1, text.len, stdout);
	return EXIT_YES;
}

const struct cmd cmd_assemble = {
	.name = "assemble",
	.summary = "assemble fixed forms from a calibrated bank under constraints",
	.about = "Chooses the items of one form, or of several parallel ones, so that all constraints of the design hold and its objective is as good "
	         "as can be (doc/assembly.md). One form is found exactly, by mixed-integer programming; several by a linear program's start and "
	         "bound, annealing and exact polish. What was reached, what nothing can pass and the gap between them are printed.\n\n"
	         "A design that no form can hold is refused: a smallest set of constraints that cannot hold together is named, with what the bank "
	         "could bring to each.\n\n"
	         "The same bank, design, seed and swaps always give the same forms; only a proof that --seconds stopped may end otherwise on "
	         "another machine, and the output says that it is not proven.",
	.opts = (const struct opt[]){
		ASSEMBLY_ITEMS_OPTS,
		{ .name = "design", .argument = "FILE", .help = "what the forms must be: JSON", .required = true },
		{ .name = "seed", .argument = "HEX", .help = "32 bytes (zeros)" },
		{ .name = "swaps", .argument = "N", .help = "how many swaps the annealing of several forms tries (40000000)" },
		{ .name = "seconds", .argument = "S", .help = "how long the exact solver may prove (60)" },
		{ .name = "json", .help = "print one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang assemble --items assembly/sample/bank.csv --design assembly/sample/one.json",
		"bangvang assemble --items assembly/sample/bank.csv --design assembly/sample/parallel.json --swaps 400000 --json",
		NULL,
	},
	.run = run,
};
