#include <stdio.h>

#include "base/file.h"
#include "base/xml.h"
#include "itembank/itembank.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

struct converting {
	const char *path;
	struct bv_json *losses; /* with --json; else NULL */
	size_t count;
};

static void
report(void *ctx, const struct bv_loss *loss)
{
	struct converting *c = ctx;
	struct bv_json *entry;

	c->count++;
	if (!c->losses) {
		print_safe(stderr, bv_str_of(c->path));
		fprintf(stderr, ":%d: lost: ", loss->line);
		print_safe(stderr, bv_str_of(loss->message));
		fputc('\n', stderr);
		return;
	}
	entry = bv_json_add(c->losses, bv_json_new_object());
	bv_json_set_int(entry, "line", loss->line);
	bv_json_set(entry, "message", bv_json_new_text(bv_str_of(loss->message)));
}

/* The item goes to a file or to standard output. */
static int
deliver(struct bv_str xml, const char *out, bool force)
{
	struct bv_err err;

	if (!out)
		return fwrite(xml.p, 1, xml.len, stdout) == xml.len ? EXIT_YES : EXIT_MACHINE; /* args_run says why */
	if (force ? bv_file_write(out, xml, 0644, &err) : bv_file_create(out, xml, 0644, &err))
		return fail(NULL, &err);
	return EXIT_YES;
}

static int
run(struct args *args)
{
	BV_AUTO(bv_json_free) struct bv_json *json = args_has(args, "json") ? bv_json_new_object() : NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX), converted = BV_BUF(BV_XML_ITEM_MAX);
	const char *to = args_get(args, "to"), *out = args_get(args, "out");
	struct converting c = { .path = args->operands[0] };
	enum bv_qti_version version = BV_QTI_3_0;
	struct bv_err err;
	int status;

	if (json && !out)
		return usage(args->cmd, "--json needs --out FILE: the item would be on standard output too");
	if (to && bv_qti_version_target(&version, to, &err))
		return usage(args->cmd, "%s", err.msg);
	if (json)
		c.losses = bv_json_set(json, "losses", bv_json_new_array());
	if (bv_file_read(&xml, c.path, &err) || bv_include_below(&xml, args_get(args, "package"), c.path, &err) ||
	    bv_item_convert(&converted, bv_buf_str(&xml), version, report, &c, &err))
		return fail(c.path, &err);
	status = deliver(bv_buf_str(&converted), out, args_has(args, "force"));
	if (status == EXIT_YES && json) {
		bv_json_set_str(json, "version", bv_str_of(bv_qti_version_name(version)));
		print_json(json);
	}
	return status;
}

const struct cmd cmd_item_convert = {
	.name = "item convert",
	.operands = "FILE",
	.summary = "write an item of QTI 2.0, 2.1, 2.2 or 3.0 as QTI 3.0 or 2.2",
	.about = "The converted item scores the same responses the same. QTI 3.0 is valid against the schema of 3.0.1. What the other version cannot "
	         "say, or its schema does not allow, is said on standard error, one line a thing: file, line, \"lost\", and what. doc/export.md has "
	         "what becomes of what.\n\n"
	         "An item that is of the version already and needs nothing is copied byte by byte, but for what it includes.",
	.opts = (const struct opt[]){
		{ "to", "VERSION", "3.0 (if absent) or 2.2" },
		{ "out", "FILE", "write the item there, not to standard output" },
		{ "package", "FOLDER", "the package that FILE is in, when it includes files that are not in FILE's own folder" },
		{ "force", NULL, "replace FILE if it exists" },
		{ "json", NULL, "with --out: print one JSON document, version and losses" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang item convert --out item.xml tests/vectors/itembank/upgrade/good-2.1.xml",
		"bangvang item convert --to 2.2 itembank/sample/iu01/IU01-001.en.xml",
		NULL,
	},
	.run = run,
};
