#include <stdio.h>

#include "tools/cli/commands.h"
#include "tools/cli/person_acts.h"

static int
run(struct args *args)
{
	int status = EXIT_YES;
	BV_AUTO(bv_people_close) struct bv_people *people = person_open(&status, args);

	return people ? person_scrub(people) : status;
}

const struct cmd cmd_person_scrub = {
	.name = "person scrub",
	.summary = "write the files of the store of persons anew after an erasure that was interrupted",
	.about = "'bangvang person erase', 'retention' and 'rekey' do it themselves. If they were killed, the disk was full or another program was reading, this does what they "
	         "could not: it writes the files anew, so that nothing that was deleted is left in them. Does nothing when there is nothing to do.",
	.opts = (const struct opt[]){
		PERSON_STORE_OPTS,
		PERSON_MASTER_OPT(false),
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang person scrub --people people.db", NULL },
	.run = run,
};
