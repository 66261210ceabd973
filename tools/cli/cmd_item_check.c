#include <stdio.h>

#include "base/file.h"
#include "base/xml.h"
#include "itembank/itembank.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"
#include "tools/cli/schemas.h"

/* One run of the command. */
struct checking {
	const char *operand; /* the file or folder being looked at */
	struct bv_lint *lint; /* NULL without --lint */
	struct bv_schemas *schemas; /* NULL without --schema */
	struct bv_json *list; /* diagnostics, with --json; else NULL */
	struct bv_buf bytes;
	size_t files, errors, warnings;
};

static void
report(void *ctx, const struct bv_diagnostic *d)
{
	struct checking *c = ctx;
	bool error = d->severity == BV_SEVERITY_ERROR;
	struct bv_json *entry;

	*(error ? &c->errors : &c->warnings) += 1;
	if (!c->list) {
		print_safe(stderr, bv_str_of(d->path));
		if (d->path && d->line)
			fprintf(stderr, ":%d", d->line);
		fprintf(stderr, "%s%s: ", d->path ? ": " : "", error ? "error" : "warning");
		print_safe(stderr, bv_str_of(d->message));
		fprintf(stderr, " [%s]\n", d->rule);
		return;
	}
	entry = bv_json_add(c->list, bv_json_new_object());
	if (d->path)
		bv_json_set(entry, "path", bv_json_new_text(bv_str_of(d->path)));
	if (d->line)
		bv_json_set_int(entry, "line", d->line);
	bv_json_set_str(entry, "severity", bv_str_of(error ? "error" : "warning"));
	bv_json_set_str(entry, "rule", bv_str_of(d->rule));
	bv_json_set(entry, "message", bv_json_new_text(bv_str_of(d->message)));
}

static bool
is_item(struct bv_str name)
{
	return bv_str_is(name, "qti-assessment-item") || bv_str_is(name, "assessmentItem");
}

/* In a folder there may be manifests, usage data and tests beside the items: they are not items, and nothing is wrong with them. */
static bool
passed_over(const struct checking *c, const char *path)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	struct bv_err err;

	if (strcmp(path, c->operand) == 0)
		return false;
	if (!bv_str_ends(bv_str_of(path), BV_STR(".xml")))
		return true;
	return bv_xml_read(&doc, bv_buf_str(&c->bytes), BV_XML_DOCUMENT_MAX, &err) == BV_OK && !is_item(bv_xml_root(doc)->name);
}

#define IMAGE_MAX (64u << 20) /* bytes */

/* With --lint the photos beside the items too. */
static bool
is_photo(const char *path)
{
	static const char *const endings[] = { ".jpg", ".jpeg", ".png", ".webp", ".JPG", ".JPEG", ".PNG", ".WEBP" };

	for (size_t i = 0; i < BV_COUNT(endings); i++)
		if (bv_str_ends(bv_str_of(path), bv_str_of(endings[i])))
			return true;
	return false;
}

static enum bv_status
visit_photo(struct checking *c, const char *path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(IMAGE_MAX);
	struct bv_err err;

	if (bv_file_read(&bytes, path, &err) == BV_OK)
		bv_lint_image(c->lint, path, bv_buf_str(&bytes));
	else
		report(c, &(struct bv_diagnostic){ BV_SEVERITY_ERROR, bv_diagnostic_rule_of(&err), NULL, 0, err.msg }); /* which names the path */
	return BV_OK;
}

static enum bv_status
visit(void *ctx, const char *path, struct bv_err *err)
{
	struct checking *c = ctx;
	enum bv_status status;

	if (c->lint && is_photo(path))
		return visit_photo(c, path);
	if (strcmp(path, c->operand) != 0 && !bv_str_ends(bv_str_of(path), BV_STR(".xml")))
		return BV_OK;
	status = bv_file_read(&c->bytes, path, err);
	if (status != BV_OK) {
		c->files++;
		report(c, &(struct bv_diagnostic){ BV_SEVERITY_ERROR, bv_diagnostic_rule_of(err), NULL, 0,
		                                   err->msg }); /* which names the path */
		return BV_OK;
	}
	if (passed_over(c, path))
		return BV_OK;
	c->files++;
	if (bv_include_below(&c->bytes, c->operand, path, err))
		report(c, &(struct bv_diagnostic){ BV_SEVERITY_ERROR, "not-included", path, err->line, err->msg });
	bv_item_check(path, bv_buf_str(&c->bytes), report, c);
	if (c->schemas)
		bv_schemas_check(c->schemas, path, bv_buf_str(&c->bytes), report, c);
	if (c->lint)
		bv_lint_add(c->lint, path, bv_buf_str(&c->bytes));
	return BV_OK;
}

/* A folder or file that cannot be read is an error, and the rest is checked. */
static void
lost(void *ctx, const char *path, const struct bv_err *err)
{
	if (err->status != BV_EDENIED || bv_str_ends(bv_str_of(path), BV_STR(".xml")))
		report(ctx, &(struct bv_diagnostic){ BV_SEVERITY_ERROR, bv_diagnostic_rule_of(err), NULL, 0,
		                                     err->msg }); /* which names the path */
}

static int
finish(struct checking *c, bool json)
{
	if (c->lint)
		bv_lint_end(c->lint);
	if (json) {
		BV_AUTO(bv_json_free) struct bv_json *out = bv_json_new_object();
		bv_json_set_int(out, "files", (int64_t)c->files);
		bv_json_set_int(out, "errors", (int64_t)c->errors);
		bv_json_set_int(out, "warnings", (int64_t)c->warnings);
		bv_json_set(out, "diagnostics", bv_json_copy(c->list));
		print_json(out);
	} else {
		printf("%zu item%s, %zu error%s, %zu warning%s\n", c->files, c->files == 1 ? "" : "s", c->errors, c->errors == 1 ? "" : "s", c->warnings,
		       c->warnings == 1 ? "" : "s");
	}
	return c->errors ? EXIT_INPUT : EXIT_YES;
}

/* Every rule there is: what a script may meet. */
static int
list_rules(bool json)
{
	BV_AUTO(bv_json_free) struct bv_json *out = bv_json_new_object();
	struct bv_json *list = bv_json_set(out, "rules", bv_json_new_array());
	size_t count;
	const struct bv_diagnostic_rule *rules = bv_diagnostic_rules(&count);

	for (size_t i = 0; i < count; i++) {
		if (!json) {
			printf("%-24s %s\n%-24s %s\n", rules[i].id, rules[i].en, "", rules[i].vi);
			continue;
		}
		struct bv_json *entry = bv_json_add(list, bv_json_new_object());
		bv_json_set_str(entry, "rule", bv_str_of(rules[i].id));
		bv_json_set_str(entry, "group", bv_str_of(rules[i].group));
		bv_json_set_str(entry, "en", bv_str_of(rules[i].en));
		bv_json_set_str(entry, "vi", bv_str_of(rules[i].vi));
	}
	if (json)
		print_json(out);
	return EXIT_YES;
}

static int
run(struct args *args)
{
	BV_AUTO(bv_lint_free) struct bv_lint *lint = NULL;
	BV_AUTO(bv_schemas_free) struct bv_schemas *schemas = NULL;
	BV_AUTO(bv_json_free) struct bv_json *list = args_has(args, "json") ? bv_json_new_array() : NULL;
	struct checking c = { .list = list, .bytes = BV_BUF(BV_XML_DOCUMENT_MAX) };
	struct bv_err err;
	int status = EXIT_YES;

	if (args_has(args, "ids"))
		return args->operand_count ? usage(args->cmd, "--ids takes no FILE") : list_rules(list != NULL);
	if (args->operand_count == 0)
		return usage(args->cmd, "FILE is missing");
	if (schemas_load(&schemas, args, &err) != BV_OK)
		return fail(NULL, &err);
	c.schemas = schemas;
	if (args_has(args, "lint"))
		c.lint = lint = bv_lint_new(report, &c);
	for (int i = 0; status == EXIT_YES && i < args->operand_count; i++) {
		c.operand = args->operands[i];
		if (strcmp(c.operand, "-") == 0 ? visit(&c, "-", &err) : bv_dir_walk_on(c.operand, visit, lost, &c, &err))
			status = fail(NULL, &err);
	}
	if (status == EXIT_YES)
		status = finish(&c, list != NULL);
	bv_buf_finish(&c.bytes);
	return status;
}

const struct cmd cmd_item_check = {
	.name = "item check",
	.operands = "[FILE…]",
	.summary = "check QTI items, one by one and as a bank",
	.about = "Reads QTI 3.0, 2.2, 2.1 and 2.0 items and says what is wrong with them, one line each: file, line, severity, what, and "
	         "the "
	         "rule in brackets. Of a folder all XML files below are read; those that are not items (manifests, usage data) are passed "
	         "over.\n\n"
	         "With --lint the craft is looked at too: keys, options, wording, images, translations, scores of the right and of the "
	         "empty "
	         "response, and over all files together the places and lengths of the keys. doc/lint.md explains each rule; --ids lists "
	         "them all.\n\n"
	         "The exit status is 2 when there is any error; warnings do not change it.",
	.opts =
	        (const struct opt[]){
	                { "lint", NULL, "apply the rules of the craft as well" },
	                { "schema", "FOLDER", SCHEMA_OPTION "; doc/schemas.md says what is only a warning" },
	                { "ids", NULL, "list every rule that a line may name, in English and Vietnamese" },
	                { "json", NULL, "print one JSON document: files, errors, warnings, diagnostics" },
	                { 0 },
	        },
	.examples = (const char *const[]){ "bangvang item check --lint itembank/sample", "bangvang item check --ids", NULL },
	.run = run,
};
