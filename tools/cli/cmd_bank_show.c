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

/* The files of the current version, when it came in a package. */
static enum bv_status
add_files(struct bv_json *json, struct bv_bank *bank, struct bv_str identifier, struct bv_str language, struct bv_err *err)
{
	BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts parts = { 0 };

	TRY(bv_bank_item_parts(&parts, bank, identifier, language, 0, err));
	if (parts.count)
		bv_json_set(json, "files", bv_bank_parts_json(&parts));
	return BV_OK;
}

static enum bv_status
document_json(struct bv_json **out, struct bv_bank *bank, const struct bv_bank_document *document, struct bv_err *err)
{
	BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts parts = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_DOCUMENT_MAX);
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	TRY(bv_bank_document_load(&xml, &parts, bank, document->key, err));
	*out = bv_json_new_object();
	bv_json_set_str(*out, "kind", bv_str_of(bv_document_kind_name(document->kind)));
	bv_json_set_str(*out, "identifier", document->identifier);
	bv_json_set_str(*out, "title", document->title);
	bv_json_set_str(*out, "path", document->path);
	bv_json_set_str(*out, "key", bv_str_of(bv_hex(hex, document->key, BV_HASH_LEN)));
	bv_json_set_int(*out, "bytes", (int64_t)document->len);
	bv_json_set(*out, "files", bv_bank_parts_json(&parts));
	return BV_OK;
}

/* The stimuli, tests and sections of packages that have the identifier: { "documents": [ … ] }; ENOTFOUND when there is none, as for an item. */
static enum bv_status
find_documents(struct bv_json **out, struct bv_bank *bank, struct bv_str identifier, struct bv_err *err)
{
	BV_AUTO(bv_bank_documents_finish) struct bv_bank_documents documents = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *all = bv_json_new_object();
	struct bv_json *list = bv_json_set(all, "documents", bv_json_new_array());
	struct bv_err missing = *err;

	TRY(bv_bank_documents_list(&documents, bank, err));
	for (size_t i = 0; i < documents.count; i++) {
		struct bv_json *one;
		if (!bv_str_eq(documents.all[i].identifier, identifier))
			continue;
		TRY(document_json(&one, bank, &documents.all[i], err));
		bv_json_add(list, one);
	}
	*err = missing;
	if (!bv_json_count(list))
		return err->status;
	*out = bv_steal(&all);
	return BV_OK;
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
	enum bv_status status = bv_bank_show(&json, bank, identifier, bv_str_of(language), &err);
	if (status == BV_OK)
		status = add_files(json, bank, identifier, bv_str_of(language), &err);
	else if (status == BV_ENOTFOUND && !language)
		status = find_documents(&json, bank, identifier, &err);
	if (status != BV_OK)
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
	.about = "Prints the metadata of an item, all its versions, and the files of the package that the current one came in; or with --xml the document of one "
	         "version, byte for byte as it was imported. ID may also be that of a stimulus or test of a package (doc/packages.md).",
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
