#include <stdio.h>

#include "tools/cli/commands.h"
#include "tools/cli/person_acts.h"

static int
run(struct args *args)
{
	struct bv_people_access access = person_access(args);
	int64_t persons;
	struct bv_err err;
	int status = EXIT_YES;

	if (args_count(&persons, args, "persons", 0, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	BV_AUTO(bv_people_close) struct bv_people *people = person_open(&status, args);
	if (!people)
		return status;
	return bv_people_set_quota(people, persons, &access, &err) == BV_OK ? EXIT_YES : fail(NULL, &err);
}

const struct cmd cmd_person_quota = {
	.name = "person quota",
	.summary = "limit how many persons one author may read in 24 hours",
	.about = "Against the insider who takes everybody's data with him. What is refused is in the log. 0 takes the limit away.",
	.opts = (const struct opt[]){
		PERSON_STORE_OPTS,
		PERSON_MASTER_OPT(false),
		PERSON_ACT_OPTS,
		{ .name = "persons", .argument = "N", .help = "how many", .required = true },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang person quota --people people.db --as staff-1 --reason 'quy chế' --persons 500", NULL },
	.run = run,
};
