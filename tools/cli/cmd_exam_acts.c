#include <stdio.h>

#include "engine/engine.h"
#include "tools/cli/commands.h"

static int
run(struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(65536);

	(void)args;
	bv_attempt_table_write(&out);
	fwrite(out.p, 1, out.len, stdout);
	return EXIT_YES;
}

const struct cmd cmd_exam_acts = {
	.name = "exam acts",
	.summary = "print what may happen to an attempt, in which state, and who may do it",
	.about = "Prints the table that the exam server decides by, as Markdown: doc/sittings.md has it, and explains it.",
	.examples = (const char *const[]){ "bangvang exam acts", NULL },
	.run = run,
};
