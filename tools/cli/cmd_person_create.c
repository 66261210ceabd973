#include <stdio.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tools/cli/commands.h"
#include "tools/cli/person_acts.h"

static int
run(struct args *args)
{
	const char *path = args_get(args, "master");
	BV_AUTO(bv_master_free) struct bv_master *master = NULL;
	uint8_t secret[BV_MASTER_LEN];
	struct bv_err err;

	umask(077); /* also for what SQLite puts beside the file */
	enum bv_status status = bv_master_load(&master, path, &err);
	if (status == BV_ENOTFOUND) {
		bv_random_fill(secret, sizeof secret);
		status = bv_master_create(path, secret, &err);
		if (status == BV_OK)
			master = bv_master_new(secret);
		bv_wipe(secret, sizeof secret);
		if (status == BV_OK)
			printf("master key %s: keep it apart from the database and its copies; without it nobody is readable\n", path);
	}
	if (status != BV_OK || (args_get(args, "people") && bv_people_create(args_get(args, "people"), master, bv_random_fill, &err) != BV_OK))
		return fail(NULL, &err);
	if (args_get(args, "people"))
		printf("a store of persons is made\n");
	return EXIT_YES;
}

const struct cmd cmd_person_create = {
	.name = "person create",
	.summary = "make a store of persons and its master key",
	.about = "Makes the tables in which names, personal ids and the like are kept, each person's under a key of his own: in a file, or in a PostgreSQL schema, "
	         "that has nothing else in it; never in the ledger's. The master key, which seals those keys, is made if FILE is not there.\n\n"
	         "Without --people only a master key is made, for 'bangvang person rekey'. doc/personal-data.md says what is stored where.",
	.opts = (const struct opt[]){
		{ .name = "people", .argument = "DB", .help = "where: sqlite:PATH, PATH or a postgresql: URL" },
		PERSON_MASTER_OPT(true),
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang person create --people people.db --master master.key", "bangvang person create --master master-2.key", NULL },
	.run = run,
};
