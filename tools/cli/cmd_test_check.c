#include <stdio.h>

#include "base/text.h"
#include "base/xml.h"
#include "itembank/itembank.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"
#include "tools/cli/test_files.h"

/* One run of the command. */
struct checking {
	struct bv_json *list; /* diagnostics, with --json; else NULL */
	size_t errors, warnings;
};

static void
report(void *ctx, const struct bv_diagnostic *d)
{
	struct checking *c = ctx;
	bool error = d->severity == BV_SEVERITY_ERROR;

	*(error ? &c->errors : &c->warnings) += 1;
	if (!c->list) {
		BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(SIZE_MAX);
		bv_text_write_safe(&line, bv_str_of(d->path), false);
		if (d->line)
			bv_buf_printf(&line, ":%d", d->line);
		bv_buf_printf(&line, ": %s: ", error ? "error" : "warning");
		bv_text_write_safe(&line, bv_str_of(d->message), false);
		fprintf(stderr, "%s [%s]\n", line.p, d->rule);
		return;
	}
	struct bv_json *entry = bv_json_add(c->list, bv_json_new_object());
	bv_json_set(entry, "path", bv_json_new_text(bv_str_of(d->path)));
	if (d->line)
		bv_json_set_int(entry, "line", d->line);
	bv_json_set_str(entry, "severity", bv_str_of(error ? "error" : "warning"));
	bv_json_set_str(entry, "rule", bv_str_of(d->rule));
	bv_json_set(entry, "message", bv_json_new_text(bv_str_of(d->message)));
}

static enum bv_status
check_one(struct checking *c, const char *folder, const char *path, struct bv_err *err)
{
	BV_AUTO(test_files_free) struct test_files *files = test_files_new(folder, path);
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_DOCUMENT_MAX);

	TRY(test_files_read(&xml, files, err));
	bv_test_check(path, bv_buf_str(&xml), test_files_name(files), test_files_resolver(files), report, c);
	return BV_OK;
}

static int
run(struct args *args)
{
	BV_AUTO(bv_json_free) struct bv_json *list = args_has(args, "json") ? bv_json_new_array() : NULL;
	struct checking c = { .list = list };
	struct bv_err err;

	for (int i = 0; i < args->operand_count; i++)
		if (check_one(&c, args_get(args, "folder"), args->operands[i], &err))
			return fail(NULL, &err);
	if (list) {
		BV_AUTO(bv_json_free) struct bv_json *out = bv_json_new_object();
		bv_json_set_int(out, "files", args->operand_count);
		bv_json_set_int(out, "errors", (int64_t)c.errors);
		bv_json_set_int(out, "warnings", (int64_t)c.warnings);
		bv_json_set(out, "diagnostics", bv_json_copy(list));
		print_json(out);
	} else {
		printf("%d test%s, %zu error%s, %zu warning%s\n", args->operand_count, args->operand_count == 1 ? "" : "s", c.errors,
		       c.errors == 1 ? "" : "s", c.warnings, c.warnings == 1 ? "" : "s");
	}
	return c.errors ? EXIT_INPUT : EXIT_YES;
}

const struct cmd cmd_test_check = {
	.name = "test check",
	.operands = "FILE…",
	.summary = "check QTI tests with all that they refer to",
	.about = "Reads QTI 3.0, 2.2, 2.1 and 2.0 tests, their sections in other files, and their items, and says what is wrong with them, one line "
	         "each: file, line, severity, what, and the rule in brackets. doc/tests.md explains each rule.\n\n"
	         "References are followed in the folder of the test, never out of it, and never through symbolic links. Where a package keeps its "
	         "tests in a folder of their own, give the package's folder with --folder; FILE is then a name below it.\n\n"
	         "The exit status is 2 when there is any error; warnings do not change it.",
	.opts = (const struct opt[]){
		{ "folder", "DIR", "the package's folder; FILE is a name below it" },
		{ "json", NULL, "print one JSON document: files, errors, warnings, diagnostics" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang test check --folder tests/vectors/itembank tests/linear.xml", NULL },
	.run = run,
};
