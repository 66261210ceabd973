#include <stdio.h>

#include "base/text.h"
#include "base/xml.h"
#include "itembank/itembank.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

static int
print_xml(struct bv_bank *bank, struct bv_str identifier, struct bv_str language, uint32_t version)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX);
	struct bv_err err;

	if (bv_bank_load_xml(&xml, bank, identifier, language, version, &err) != BV_OK)
		return fail(NULL, &err);
	fwrite(xml.p, 1, xml.len, stdout);
	return EXIT_YES;
}

static void
print_value(const struct bv_json *value)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1 << 16);

	if (bv_json_type(value) != BV_JSON_STRING) {
		bv_json_write(&text, value);
		BV_AUTO(bv_buf_finish) struct bv_buf safe = BV_BUF(1 << 20);
		bv_text_write_safe(&safe, bv_buf_str(&text), true);
		printf("%s", safe.p);
	} else {
		print_safe(stdout, bv_json_str(value));
	}
}

/* One line a member; the elements of arrays on lines of their own. */
static void
print_lines(const struct bv_json *json)
{
	for (void *it = bv_json_members(json); it; it = bv_json_next(json, it)) {
		const struct bv_json *value = bv_json_member(it);
		bool list = bv_json_type(value) == BV_JSON_ARRAY;
		printf("%-17.*s ", BV_STR_ARG(bv_json_member_name(it)));
		if (!list)
			print_value(value);
		for (size_t i = 0; list && i < bv_json_count(value); i++) {
			printf("%s", i ? "\n                  " : "");
			print_value(bv_json_at(value, i));
		}
		putchar('\n');
	}
}

static int
run(struct args *args)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const char *language = args_get(args, "language");
	struct bv_str identifier = bv_str_of(args->operands[0]);
	struct bv_err err;
	int64_t version;

	if (args_count(&version, args, "version", 0, &err) != BV_OK || version > UINT32_MAX)
		return usage(args->cmd, "--version needs the number of a version");
	if (args_has(args, "version") && !args_has(args, "xml"))
		return usage(args->cmd, "--version chooses a document: give --xml too");
	if (bv_bank_open(&bank, args_get(args, "bank"), BV_BANK_READ, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "xml"))
		return print_xml(bank, identifier, bv_str_of(language), (uint32_t)version);
	if (bv_bank_show(&json, bank, identifier, bv_str_of(language), &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json"))
		print_json(json);
	else
		print_lines(json);
	return EXIT_YES;
}

const struct cmd cmd_bank_show = {
	.name = "bank show",
	.operands = "ID",
	.summary = "show what a bank knows about an item, or its document",
	.about = "Prints the metadata of an item and all its versions, or with --xml the document of one version, byte for byte as it was imported.",
	.opts = (const struct opt[]){
		{ "bank", "DB", "the bank: sqlite:PATH or PATH", .required = true },
		{ "language", "TAG", "which language; may be left out when the item has one only" },
		{ "version", "N", "with --xml: which version, the current one if not given" },
		{ "xml", NULL, "print the QTI document" },
		{ "json", NULL, "print JSON" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang bank show --bank sample.db IU01-001 --language vi",
	                                   "bangvang bank show --bank sample.db IU01-001 --language vi --xml", NULL },
	.run = run,
};
