#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "itembank/itembank.h"
#include "tools/cli/commands.h"
#include "tools/cli/schemas.h"

/* stderr, when a person is looking: one line that is written over. */
struct screen {
	bool terminal;
	int64_t next_ns;
};

static void
clear_line(struct screen *screen)
{
	if (screen->terminal)
		fputs("\r\x1b[K", stderr);
}

static void
refused(void *ctx, const char *path, const struct bv_err *err)
{
	clear_line(ctx);
	fail(path, err);
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
print(const struct bv_import_counts *counts, bool json)
{
	static const char plain[] = "imported %llu new, %llu new versions, %llu unchanged, %llu refused; %llu changes of metadata\n";
	static const char object[] = "{\"new\":%llu,\"versions\":%llu,\"unchanged\":%llu,\"refused\":%llu,\"metadata\":%llu}\n";

	printf(json ? object : plain, (unsigned long long)counts->added, (unsigned long long)counts->versions,
	       (unsigned long long)counts->unchanged, (unsigned long long)counts->refused, (unsigned long long)counts->metadata);
}

static int
run(struct args *args)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	struct screen screen = { .terminal = isatty(STDERR_FILENO) };
	struct bv_import_opts opts = { bv_clock_now_s(), bv_str_of(args_get(args, "as")), refused, progress, &screen, NULL };
	BV_AUTO(bv_schemas_free) struct bv_schemas *schemas = NULL;
	struct bv_import_counts counts;
	struct bv_err err;

	if (schemas_load(&schemas, args, &err) != BV_OK || bv_bank_open(&bank, args_get(args, "bank"), BV_BANK_CREATE, &err) != BV_OK)
		return fail(NULL, &err);
	opts.schemas = schemas;
	enum bv_status status = bv_bank_import(bank, (const char *const *)args->operands, (size_t)args->operand_count, &opts, &counts, &err);
	clear_line(&screen);
	print(&counts, args_has(args, "json"));
	if (status != BV_OK)
		return fail(NULL, &err);
	return counts.refused ? EXIT_INPUT : EXIT_YES;
}

const struct cmd cmd_bank_import = {
	.name = "bank import",
	.operands = "PATH…",
	.summary = "import QTI items, manifests and usage data into a bank",
	.about = "Files are taken as they are, folders with all *.xml below them; the bank is made if it is missing. An item is known by its identifier "
	         "and language: a file whose bytes are those of the current version is unchanged, another one becomes the next version, and every "
	         "version is kept.\n\n"
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
		{ "json", NULL, "print the summary as JSON" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang bank import --bank sample.db itembank/sample", NULL },
	.run = run,
};
