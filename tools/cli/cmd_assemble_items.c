#include <stdio.h>

#include "base/file.h"
#include "scoring/irt/irt.h"
#include "tools/cli/assembly_items.h"
#include "tools/cli/commands.h"

static int
run(struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_ASSEMBLY_DOCUMENT_MAX);
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	BV_AUTO(bv_irt_set_free) struct bv_irt_set *set = NULL;
	uint8_t hash[BV_HASH_LEN];
	struct bv_err err;

	if (assembly_set_load(&set, args, &err) != BV_OK)
		return fail(NULL, &err);
	if (assembly_items_write(&text, set, args, &err) != BV_OK)
		return fail(args_get(args, "bank"), &err);
	if (bv_file_create(args_get(args, "out"), bv_buf_str(&text), 0644, &err) != BV_OK)
		return fail(NULL, &err);
	bv_sha256(hash, bv_buf_str(&text));
	printf("%s  %s\n", bv_hex(hex, hash, BV_HASH_LEN), args_get(args, "out"));
	return EXIT_YES;
}

const struct cmd cmd_assemble_items = {
	.name = "assemble items",
	.summary = "write the parameter set of a bank",
	.about = "Writes the items of the bank that have parameters, with what the bank says of each (doc/assembly.md), as the document that a blueprint with "
	         "<assembly> names by its SHA-256, which is printed. Attributes that the bank has not (words, keys, accessibility, exposure so far, a reserve kept "
	         "apart) can be added to it before it is named.",
	.opts = (const struct opt[]){
		{ .name = "bank", .argument = "DB", .help = "the item bank", .required = true },
		{ .name = "parameters", .argument = "SET", .help = "a parameter set of bangvang calibrate: its items, with its parameters, instead of the bank's" },
		{ .name = "language", .argument = "TAG", .help = "of the items; vi when absent" },
		{ .name = "out", .argument = "FILE", .help = "a new file", .required = true },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang assemble items --bank demo/bank.db --out bank-set.json", NULL },
	.run = run,
};
