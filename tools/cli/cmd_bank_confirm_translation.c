#include <stdio.h>

#include "base/clock.h"
#include "itembank/itembank.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

static int
run(struct args *args)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	const struct bv_doing doing = { bv_str_of(args_get(args, "who")), bv_str_of(args_get(args, "reason")), bv_clock_now_s(), false };
	struct bv_str identifier = bv_str_of(args->operands[0]), language = bv_str_of(args_get(args, "language"));
	struct bv_err err;

	if (bv_bank_open(&bank, args_get(args, "bank"), BV_BANK_WRITE, &err) != BV_OK ||
	    bv_bank_confirm_translation(bank, identifier, language, &doing, &err) != BV_OK)
		return fail(NULL, &err);
	print_safe(stdout, identifier);
	printf("/%s: the translation is up to date\n", args_get(args, "language"));
	return EXIT_YES;
}

const struct cmd cmd_bank_confirm_translation = {
	.name = "bank confirm-translation",
	.operands = "ID",
	.summary = "say that a translation needs no change although its original has changed",
	.about = "Items of one identifier in several languages are translations of each other. When the original becomes a new version, the others are stale "
	         "until they are imported anew, or somebody who has compared them says that they are right as they are. 'bangvang bank list --stale' "
	         "lists them. doc/bank.md says which one is the original.",
	.opts = (const struct opt[]){
		{ "bank", "DB", "the bank: sqlite:PATH or PATH", .required = true },
		{ "language", "TAG", "of the translation, like en", .required = true },
		{ "who", "NAME", "who has compared; needed where the bank keeps a life cycle" },
		{ "reason", "TEXT", "what to remember about it" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang bank import --bank sample.db itembank/sample",
	                                   "bangvang bank confirm-translation --bank sample.db IU01-001 --language en --who 'Trần Thị Mẫu'", NULL },
	.run = run,
};
