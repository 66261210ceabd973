#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "itembank/itembank.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"
#include "tools/cli/schemas.h"

/* stderr, when a person is looking: one line that is written over. */
struct screen {
	bool terminal;
	int64_t next_ns;
	bool json;
	struct bv_json *packages; /* of --json: one object each */
	struct bv_json *refusals, *notes; /* of the package being read */
};

static void
screen_finish(struct screen *screen)
{
	bv_json_free(screen->packages);
	bv_json_free(screen->refusals);
	bv_json_free(screen->notes);
}
BV_AUTO_DEFINE_FINISH(struct screen, screen_finish)

static void
clear_line(struct screen *screen)
{
	if (screen->terminal)
		fputs("\r\x1b[K", stderr);
}

/* For the report of the package that it belongs to. */
static void
keep(struct bv_json **list, const char *path, const char *rule, const struct bv_err *err)
{
	struct bv_json *entry = bv_json_new_object();

	bv_json_set(entry, "file", bv_json_new_text(bv_str_of(path)));
	bv_json_set_int(entry, "line", err->line);
	if (rule)
		bv_json_set_str(entry, "rule", bv_str_of(rule));
	bv_json_set(entry, "reason", bv_json_new_text(bv_str_of(err->msg)));
	*list = *list ? *list : bv_json_new_array();
	bv_json_add(*list, entry);
}

static void
refused(void *ctx, const char *path, const struct bv_err *err)
{
	struct screen *screen = ctx;

	clear_line(screen);
	fail(path, err);
	if (screen->json && path)
		keep(&screen->refusals, path, bv_diagnostic_rule_of(err), err);
}

static void
noted(void *ctx, const char *path, const struct bv_err *err)
{
	struct screen *screen = ctx;
	struct bv_err note = { .status = BV_OK, .line = err->line };

	clear_line(screen);
	snprintf(note.msg, sizeof note.msg, "note: %.240s", err->msg);
	fail(path, &note);
	if (screen->json)
		keep(&screen->notes, path, NULL, err);
}

static void
set_counts(struct bv_json *object, const struct bv_import_counts *counts)
{
	bv_json_set_int(object, "new", (int64_t)counts->added);
	bv_json_set_int(object, "versions", (int64_t)counts->versions);
	bv_json_set_int(object, "unchanged", (int64_t)counts->unchanged);
	bv_json_set_int(object, "refused", (int64_t)counts->refused);
	bv_json_set_int(object, "metadata", (int64_t)counts->metadata);
}

/* The entries of list that are about the package, moved to object; the list starts anew. */
static void
set_list(struct bv_json *object, const char *name, struct bv_json **list, const char *path)
{
	struct bv_json *mine = bv_json_new_array();

	for (size_t i = 0; i < bv_json_count(*list); i++) {
		const struct bv_json *entry = bv_json_at(*list, i);
		struct bv_str file = bv_json_str(bv_json_find(entry, "file"));
		struct bv_json *copy;
		if (!bv_str_starts(file, bv_str_of(path)))
			continue;
		copy = bv_json_new_object();
		bv_json_set_str(copy, "file", file);
		bv_json_set_int(copy, "line", bv_json_int(bv_json_find(entry, "line")));
		if (bv_json_find(entry, "rule"))
			bv_json_set_str(copy, "rule", bv_json_str(bv_json_find(entry, "rule")));
		bv_json_set_str(copy, "reason", bv_json_str(bv_json_find(entry, "reason")));
		bv_json_add(mine, copy);
	}
	bv_json_free(*list);
	*list = NULL;
	bv_json_set(object, name, mine);
}

static void
package(void *ctx, const struct bv_package_report *report)
{
	struct screen *screen = ctx;
	const struct bv_import_counts *items = &report->items;

	clear_line(screen);
	if (!screen->json) {
		print_safe(stdout, bv_str_of(report->path));
		printf(": %llu new, %llu new versions, %llu unchanged, %llu refused; %llu media, %llu stimuli, %llu tests", (unsigned long long)items->added,
		       (unsigned long long)items->versions, (unsigned long long)items->unchanged, (unsigned long long)items->refused,
		       (unsigned long long)report->media, (unsigned long long)report->stimuli, (unsigned long long)report->tests);
		if (report->modules)
			printf(", %llu modules", (unsigned long long)report->modules);
		putchar('\n');
		return;
	}
	struct bv_json *object = bv_json_new_object();
	bv_json_set(object, "package", bv_json_new_text(bv_str_of(report->path)));
	set_counts(object, items);
	bv_json_set_int(object, "media", (int64_t)report->media);
	bv_json_set_int(object, "modules", (int64_t)report->modules);
	bv_json_set_int(object, "stimuli", (int64_t)report->stimuli);
	bv_json_set_int(object, "tests", (int64_t)report->tests);
	bv_json_set_int(object, "sections", (int64_t)report->sections);
	set_list(object, "refusals", &screen->refusals, report->path);
	set_list(object, "notes", &screen->notes, report->path);
	screen->packages = screen->packages ? screen->packages : bv_json_new_array();
	bv_json_add(screen->packages, object);
}

static void
progress(void *ctx, uint64_t done, uint64_t total)
{
	enum { EVERY_NS = 100000000 };
	struct screen *screen = ctx;

	if (!screen->terminal || (done < total && bv_clock_monotonic_ns() < screen->next_ns))
		return;
	screen->next_ns = bv_clock_monotonic_ns() + EVERY_NS;
	fprintf(stderr, "\r%llu of %llu files\x1b[K", (unsigned long long)done, (unsigned long long)total);
	if (done == total)
		clear_line(screen);
}

static void
print(struct screen *screen, const struct bv_import_counts *counts)
{
	bool json = screen->json;
	static const char plain[] = "imported %llu new, %llu new versions, %llu unchanged, %llu refused; %llu changes of metadata\n";
	static const char object[] = "{\"new\":%llu,\"versions\":%llu,\"unchanged\":%llu,\"refused\":%llu,\"metadata\":%llu}\n";

	if (screen->packages) {
		BV_AUTO(bv_json_free) struct bv_json *all = bv_json_new_object();
		set_counts(all, counts);
		bv_json_set(all, "packages", bv_steal(&screen->packages));
		print_json(all);
		return;
	}
	printf(json ? object : plain, (unsigned long long)counts->added, (unsigned long long)counts->versions,
	       (unsigned long long)counts->unchanged, (unsigned long long)counts->refused, (unsigned long long)counts->metadata);
}

static int
run(struct args *args)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(screen_finish) struct screen screen = { .terminal = isatty(STDERR_FILENO), .json = args_has(args, "json") };
	struct bv_import_opts opts = { .now_s = bv_clock_now_s(),
		                             .who = bv_str_of(args_get(args, "as")),
		                             .refuse = refused,
		                             .progress = progress,
		                             .ctx = &screen,
		                             .note = noted,
		                             .package = package,
		                             .unfiltered = args_has(args, "no-seccomp") };
	BV_AUTO(bv_schemas_free) struct bv_schemas *schemas = NULL;
	struct bv_import_counts counts;
	struct bv_err err;

	if (schemas_load(&schemas, args, &err) != BV_OK || bv_bank_open(&bank, args_get(args, "bank"), BV_BANK_CREATE, &err) != BV_OK)
		return fail(NULL, &err);
	opts.schemas = schemas;
	enum bv_status status = bv_bank_import(bank, (const char *const *)args->operands, (size_t)args->operand_count, &opts, &counts, &err);
	clear_line(&screen);
	print(&screen, &counts);
	if (status != BV_OK)
		return fail(NULL, &err);
	return counts.refused ? EXIT_INPUT : EXIT_YES;
}

const struct cmd cmd_bank_import = {
	.name = "bank import",
	.operands = "PATH…",
	.summary = "import QTI items, packages, manifests and usage data into a bank",
	.about = "Files are taken as they are, folders with all *.xml below them; the bank is made if it is missing. An item is known by its identifier "
	         "and language: a file whose bytes are those of the current version is unchanged, another one becomes the next version, and every "
	         "version is kept.\n\n"
	         "A zip archive, or a folder with imsmanifest.xml in it and none further below, is a content package (QTI 2.0 to 3.0): its items come with their images, sounds, stimuli and tests, and it is read in a "
	         "sandbox. doc/packages.md says what is refused and what is told.\n\n"
	         "imsmanifest.xml gives competence, component, cognitive level, expected difficulty and time, author and enemies; usagedata.xml "
	         "gives IRT parameters. doc/bank.md has the elements.\n\n"
	         "What is at fault is refused with file and line; everything else is imported, each file wholly or not at all. What the summary "
	         "counts is on disk. An import that was interrupted is simply started again.\n\n"
	         "In a bank that keeps a life cycle (bank lifecycle) a new version is a draft, and what exams draw from stays until the new version is "
	         "released.",
	.opts = (const struct opt[]){
		{ "bank", "DB", "the bank: sqlite:PATH or PATH", .required = true },
		{ "as", "NAME", "who imports; must be said when the bank keeps a life cycle" },
		{ "schema", "FOLDER", SCHEMA_OPTION ", and refuse what is not valid" },
		{ "no-seccomp", NULL, "read packages also on a system without seccomp: only such as you trust" },
		{ "json", NULL, "print the summary as JSON" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang bank import --bank sample.db itembank/sample", NULL },
	.run = run,
};
