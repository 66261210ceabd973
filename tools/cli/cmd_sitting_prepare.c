#include <stdio.h>
#include <unistd.h>

#include "tools/cli/allowed_modules.h"
#include "tools/cli/print.h"
#include "tools/cli/sitting_inputs.h"

static void
progress(void *ctx, size_t count, size_t of)
{
	(void)ctx;
	if (isatty(2))
		fprintf(stderr, "\r%zu of %zu papers%s", count, of, count == of ? "\r\033[K" : "");
}

/* What could not be held for everybody: each form has it too. */
static void
print_tally(struct bv_issue *issue)
{
	struct bv_issue_tally tally;

	bv_issue_count(&tally, issue);
	if (bv_issue_parallel(issue) > 1) {
		printf("%zu candidates have one of %zu parallel forms; items seen before in %zu\n", tally.forms, bv_issue_parallel(issue), tally.seen);
		return;
	}
	printf("%zu forms assembled; relaxed: overlap in %zu, exposure in %zu, seen before in %zu\n", tally.forms, tally.overlap, tally.exposure, tally.seen);
}

static int
run(struct args *args)
{
	BV_AUTO(bv_sittings_close) struct bv_sittings *sittings = NULL;
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_sitting_free) struct bv_sitting *sitting = NULL;
	BV_AUTO(bv_papers_free) struct bv_papers *papers = NULL;
	BV_AUTO(bv_allowed_modules_finish) struct bv_allowed_modules modules = { 0 };
	int64_t threads;
	struct bv_err err;
	size_t count;

	if (args_count(&threads, args, "threads", 2, &err) != BV_OK || threads < 1 || threads > BV_PAPERS_THREADS_MAX)
		return usage(args->cmd, "--threads is 1 to %d", BV_PAPERS_THREADS_MAX);
	if (allowed_modules_read(&modules, args, &err) != BV_OK || bv_sittings_open(&sittings, args_get(args, "db"), &err) != BV_OK ||
	    bv_bank_open(&bank, args_get(args, "bank"), BV_BANK_READ, &err) != BV_OK ||
	    bv_sitting_load(&sitting, sittings, bv_str_of(args_get(args, "name")), NULL, NULL, &err) != BV_OK ||
	    bv_papers_new(&papers, sitting, bank, modules.all, modules.count, &err) != BV_OK ||
	    bv_papers_prepare(&count, papers, sittings, (unsigned)threads, progress, NULL, &err) != BV_OK)
		return fail(NULL, &err);
	if (bv_exam_is_adaptive(bv_sitting_exam(sitting))) {
		printf("all items of the pool can be shown, and their answers judged; forms grow with the answers: no paper is made ahead\n");
		return EXIT_YES;
	}
	printf("%zu papers made and kept\n", count);
	if (bv_exam_issue(bv_sitting_exam(sitting)))
		print_tally(bv_exam_issue(bv_sitting_exam(sitting)));
	return EXIT_YES;
}

const struct cmd cmd_sitting_prepare = {
	.name = "sitting prepare",
	.summary = "make the papers of a sitting ahead",
	.about =
		"Draws or opens the form of every seat that is registered and has none, reads its items from the bank, and keeps the numbers of each "
		"(doc/papers.md). While candidates start nothing has to be drawn, and no item to be read. Given again it makes what is missing.\n\n"
		"Of an adaptive sitting no paper can be made ahead: every item of the pool is read and held against what such forms need.",
	.opts = (const struct opt[]){
		SITTING_DB_OPT,
		{ "bank", "DB", "the item bank", .required = true },
		ALLOWED_MODULES_OPT,
		{ "threads", "N", "how many at once; 2 when absent" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang sitting prepare --db sqlite:hall.db --name 2026-11-25.sang --bank demo/bank.db", NULL },
	.run = run,
};
