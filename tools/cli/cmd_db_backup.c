#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "engine/engine.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

static int
run(struct args *args)
{
	struct bv_ledger_copied copied;
	char at[BV_TIME_SIZE];
	struct bv_err err;

	if (bv_ledger_backup(&copied, args_get(args, "db"), args_get(args, "to"), &err) != BV_OK)
		return fail(NULL, &err);
	bv_time_write(at, copied.last_ms / 1000);
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
		bv_json_set_int(json, "events", copied.events);
		bv_json_set_int(json, "added", copied.added);
		if (copied.events)
			bv_json_set_str(json, "last", bv_str_of(at));
		print_json(json);
	} else {
		printf("%" PRId64 " events are archived, %" PRId64 " of them now; the last is of %s\n", copied.events, copied.added, copied.events ? at : "-");
	}
	return EXIT_YES;
}

const struct cmd cmd_db_backup = {
	.name = "db backup",
	.summary = "add what is new in a ledger to an archive",
	.about = "Reads a ledger, which may be written meanwhile, and adds the events that are new to DIR: checksummed files that are never changed, and a manifest. The first time that "
	         "is everything; run it every minute, and never more than a minute is only in one place. From the archive the ledger can be made again, as it was at any "
	         "event or time, on SQLite or PostgreSQL ('bangvang db restore'). Killed at any moment the archive is whole up to some event.\n\n"
	         "It refuses to go on when the ledger has lost events that the archive has, or has others in their place. Personal data is not in a ledger: see "
	         "doc/backup.md for the store of persons.",
	.opts = (const struct opt[]){
		{ .name = "db", .argument = "DB", .help = "the ledger: sqlite:PATH, PATH or a postgresql: URL", .required = true },
		{ .name = "to", .argument = "DIR", .help = "the archive, made if it is not there; on another disk", .required = true },
		{ .name = "json", .help = "print one JSON object: events, added, last" },
		{ 0 },
	},
	.run = run,
};
