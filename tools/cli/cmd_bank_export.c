#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "itembank/itembank.h"
#include "tools/cli/bank_filter.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

struct exporting {
	struct bv_file_group *group; /* of a folder */
	struct bv_json *losses;      /* with --json; else NULL */
};

static enum bv_status
take(void *ctx, struct bv_str path, struct bv_str bytes, bool packed, struct bv_err *err)
{
	struct exporting *x = ctx;
	char *name = bv_str_dup(path);
	enum bv_status status = bv_file_group_add(x->group, name, bytes, 0644, err);

	(void)packed;
	free(name);
	return status;
}

static void
report(void *ctx, const struct bv_loss *loss)
{
	struct exporting *x = ctx;
	const char *severity = loss->severity == BV_SEVERITY_ERROR ? "refused" : "lost";
	struct bv_json *entry;

	if (!x->losses) {
		print_safe(stderr, loss->question);
		if (loss->line)
			fprintf(stderr, ":%d", loss->line);
		fprintf(stderr, ": %s: ", severity);
		print_safe(stderr, bv_str_of(loss->message));
		fputc('\n', stderr);
		return;
	}
	entry = bv_json_add(x->losses, bv_json_new_object());
	bv_json_set_str(entry, "identifier", loss->question);
	bv_json_set_int(entry, "line", loss->line);
	bv_json_set_str(entry, "severity", bv_str_of(severity));
	bv_json_set(entry, "message", bv_json_new_text(bv_str_of(loss->message)));
}

/* What --force may replace: a package, or a folder that is one. */
static enum bv_status
check_target(const char *out, bool zip, bool force, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf manifest = BV_BUF(4096);
	struct stat st;

	if (stat(out, &st) < 0)
		return BV_OK;
	if (!force)
		return bv_err_set(err, BV_ECONFLICT, "%s: it exists already: give --force to replace it", out);
	bv_buf_printf(&manifest, "%s/imsmanifest.xml", out);
	TRY(bv_buf_check(&manifest, err));
	if (zip ? !S_ISREG(st.st_mode) : !S_ISDIR(st.st_mode) || stat(manifest.p, &st) < 0)
		return bv_err_set(err, BV_ECONFLICT, "%s: it is no package, and --force replaces nothing else", out);
	return BV_OK;
}

static enum bv_status
write_folder(struct exporting *x, struct bv_export_counts *counts, struct bv_bank *bank, const struct bv_bank_filter *filter,
             const struct bv_export_opts *opts, const char *out, bool force, struct bv_err *err)
{
	BV_AUTO(bv_dir_draft_free) struct bv_dir_draft *draft = NULL;
	BV_AUTO(bv_file_group_free) struct bv_file_group *group = NULL;

	TRY(bv_dir_draft_open(&draft, out, err));
	TRY(bv_file_group_open(&group, bv_dir_draft_folder(draft), err));
	x->group = group;
	TRY(bv_bank_export(bank, filter, opts, counts, err));
	TRY(bv_file_group_sync(group, err));
	return bv_dir_draft_commit(draft, force, err);
}

static enum bv_status
write_zip(struct bv_export_counts *counts, struct bv_bank *bank, const struct bv_bank_filter *filter, const struct bv_export_opts *opts,
          const char *out, bool force, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf zip = BV_BUF(BV_EXPORT_FILE_MAX);

	TRY(bv_bank_export_zip(&zip, bank, filter, opts, counts, err));
	return force ? bv_file_write(out, bv_buf_str(&zip), 0644, err) : bv_file_create(out, bv_buf_str(&zip), 0644, err);
}

static void
summary(const struct bv_export_counts *n, struct bv_json *json, const char *out)
{
	if (!json) {
		printf("%llu items written to ", (unsigned long long)n->items);
		print_safe(stdout, bv_str_of(out));
		printf(": %llu converted, %llu refused; %llu losses\n", (unsigned long long)n->converted, (unsigned long long)n->refused,
		       (unsigned long long)n->losses);
		return;
	}
	bv_json_set_int(json, "items", (int64_t)n->items);
	bv_json_set_int(json, "converted", (int64_t)n->converted);
	bv_json_set_int(json, "refused", (int64_t)n->refused);
	print_json(json);
}

static int
run(struct args *args)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_json_free) struct bv_json *json = args_has(args, "json") ? bv_json_new_object() : NULL;
	struct exporting x = { .losses = json ? bv_json_set(json, "losses", bv_json_new_array()) : NULL };
	struct bv_export_opts opts = { BV_QTI_3_0, take, report, &x, args_has(args, "current") };
	const char *out = args_get(args, "out"), *to = args_get(args, "to");
	bool zip = bv_str_ends(bv_str_of(out), BV_STR(".zip")), force = args_has(args, "force");
	struct bv_export_counts counts;
	struct bv_bank_filter filter;
	struct bv_err err;

	if (bank_filter_read(&filter, args, &err) || (to && bv_qti_version_target(&opts.version, to, &err)))
		return usage(args->cmd, "%s", err.msg);
	if (opts.current && args_has(args, "state"))
		return usage(args->cmd, "--current takes versions in any state: leave out --state");
	if (bv_bank_open(&bank, args_get(args, "bank"), BV_BANK_READ, &err) || check_target(out, zip, force, &err) ||
	    (zip ? write_zip(&counts, bank, &filter, &opts, out, force, &err) : write_folder(&x, &counts, bank, &filter, &opts, out, force, &err)))
		return fail(NULL, &err);
	summary(&counts, json, out);
	return counts.refused ? EXIT_INPUT : EXIT_YES;
}

const struct cmd cmd_bank_export = {
	.name = "bank export",
	.summary = "write the items of a bank that match as a content package",
	.about = "Writes a package that other systems read: the current version of every item that matches (in a bank that keeps a life cycle the "
	         "operational one, unless --state or --current asks for others), imsmanifest.xml with what the bank knows of "
	         "it (competence, component, level, difficulty, time, author, enemies, language), and usage data with its parameters. An import of the "
	         "package gives an equal bank.\n\n"
	         "Items of QTI 3.0 are written as they were imported; others are converted. What the version cannot say is said on standard error, one "
	         "line a thing: identifier, line, \"lost\", and what; an item that cannot be converted is left out and said (\"refused\"), and the exit "
	         "status is 2. doc/export.md has more.\n\n"
	         "PACKAGE is written whole or not at all; the same bank gives the same bytes.",
	.opts = (const struct opt[]){
		{ "bank", "DB", "the bank: sqlite:PATH or PATH", .required = true },
		{ "out", "PACKAGE", "a zip file if the name ends in .zip, else a folder", .required = true },
		{ "to", "VERSION", "3.0 (if absent) or 2.2" },
		BANK_FILTER_OPTS,
		{ "current", NULL, "the current version of every item, drafts and retired ones too, where the bank keeps a life cycle" },
		{ "force", NULL, "replace PACKAGE if it exists" },
		{ "json", NULL, "print one JSON document: items, converted, refused, losses" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang bank export --bank sample.db --out sample.zip",
		"bangvang bank export --bank sample.db --competence IU01 --language vi --to 2.2 --out iu01",
		NULL,
	},
	.run = run,
};
