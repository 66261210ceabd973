#include <inttypes.h>
#include <stdio.h>

#include "tools/cli/commands.h"
#include "tools/cli/person_acts.h"

static int
run(struct args *args)
{
	struct bv_people_access access = person_access(args);
	BV_AUTO(bv_master_free) struct bv_master *to = NULL;
	int64_t done;
	struct bv_err err;
	int status = EXIT_YES;

	if (bv_master_load(&to, args_get(args, "new-master"), &err) != BV_OK)
		return fail(NULL, &err);
	BV_AUTO(bv_people_close) struct bv_people *people = person_open(&status, args);
	if (!people)
		return status;
	if (bv_people_rewrap(&done, people, to, &access, &err) != BV_OK)
		return fail(NULL, &err);
	printf("%" PRId64 " keys are sealed with the new master key\n", done);
	return person_scrub(people);
}

const struct cmd cmd_person_rekey = {
	.name = "person rekey",
	.summary = "change the master key",
	.about = "Seals the key of every person with another master key ('bangvang person create --master FILE' makes one); what is sealed with those keys stays as it is. If it "
	         "is killed, the same command goes on where it was. While it runs, programs that have the old key read those persons who are not done yet: do it while "
	         "nobody works.\n\n"
	         "Afterwards destroy the old master key: with it go the keys of erased persons in old backups, and in what a PostgreSQL server keeps of its log.",
	.opts = (const struct opt[]){
		PERSON_STORE_OPTS,
		PERSON_MASTER_OPT(true),
		{ .name = "new-master", .argument = "FILE", .help = "the new one", .required = true },
		PERSON_ACT_OPTS,
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang person rekey --people people.db --master master.key --new-master master-2.key --as staff-1 --reason 'đổi khoá hằng năm'",
	                                   NULL },
	.run = run,
};
