#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "engine/engine.h"
#include "tools/cli/commands.h"

static int
run(struct args *args)
{
	struct bv_ledger_copied copied;
	int64_t until_n, until_s = 0;
	char at[BV_TIME_SIZE];
	struct bv_err err;

	if (args_count(&until_n, args, "until-event", INT64_MAX, &err) != BV_OK ||
	    (args_get(args, "until") && bv_time_parse(&until_s, bv_str_of(args_get(args, "until")), &err) != BV_OK))
		return usage(args->cmd, "%s", err.msg);
	int64_t until_ms = args_get(args, "until") ? until_s * 1000 + 999 : INT64_MAX;
	if (bv_ledger_restore(&copied, args_get(args, "from"), args_get(args, "db"), until_n, until_ms, &err) != BV_OK)
		return fail(NULL, &err);
	printf("%" PRId64 " events are restored; the last is of %s. Now prove it: bangvang db verify\n", copied.events,
	       copied.events ? bv_time_write(at, copied.last_ms / 1000) : "-");
	return EXIT_YES;
}

const struct cmd cmd_db_restore = {
	.name = "db restore",
	.summary = "make a ledger of an archive, as it was at any event or time",
	.about = "DB must be empty: a file that is not there, or an empty PostgreSQL schema. Until the command is done no program takes it for a ledger. If it is killed or the disk is full, "
	         "the same command goes on where it was. Every file of the archive is held against the manifest's checksums.\n\n"
	         "A ledger that is restored to an earlier event lacks answers that were acknowledged: candidates have receipts for them. Do it to look at something, or on "
	         "a copy; in service only the whole archive. Then run 'bangvang db verify' with the newest checkpoint that was published.",
	.opts = (const struct opt[]){
		{ .name = "from", .argument = "DIR", .help = "the archive", .required = true },
		{ .name = "db", .argument = "DB", .help = "where: sqlite:PATH, PATH or a postgresql: URL", .required = true },
		{ .name = "until-event", .argument = "N", .help = "no event after this one" },
		{ .name = "until", .argument = "TIME", .help = "no event after this second, 2026-11-21T09:30:00Z, of the exam clock" },
		{ 0 },
	},
	.run = run,
};
