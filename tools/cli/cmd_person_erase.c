#include <stdio.h>

#include "tools/cli/commands.h"
#include "tools/cli/person_acts.h"

static int
run(struct args *args)
{
	struct bv_people_access access = person_access(args);
	char id[BV_PERSON_ID_SIZE];
	struct bv_err err;
	int status = EXIT_YES;
	BV_AUTO(bv_people_close) struct bv_people *people = person_open(&status, args);

	if (!people || (args->operand_count < 2 && (status = person_named(id, people, args)) != EXIT_YES))
		return status;
	for (int i = 0; i < args->operand_count || i == 0; i++) {
		const char *person = args->operand_count ? args->operands[i] : id;
		enum bv_status erased = bv_people_erase(people, bv_str_of(person), &access, &err);
		if (erased != BV_OK) {
			person_scrub(people);
			return fail(NULL, &err);
		}
		printf("%s erased\n", person);
	}
	return person_scrub(people);
}

const struct cmd cmd_person_erase = {
	.name = "person erase",
	.operands = "[PERSON…]",
	.summary = "destroy the key of persons, and with it all that is known of them",
	.about = "Destroys the key of each person, then writes the files of the store anew, so that neither what was known nor the key is left in them. The ledger stays as it "
	         "is: tickets and commitments, which nobody can open any more; every receipt and every proof still verifies. It cannot be undone.\n\n"
	         "Backups that were made before still have the key, sealed with the master key: they become unreadable for erased persons when the master key is "
	         "changed ('bangvang person rekey') and the old one destroyed. doc/personal-data.md says what a PostgreSQL server keeps.\n\n" PERSON_WHO_ABOUT
	         " Several PERSONs may be given.",
	.opts = (const struct opt[]){
		PERSON_STORE_OPTS,
		PERSON_MASTER_OPT(false),
		PERSON_ACT_OPTS,
		PERSON_WHO_OPTS,
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang person erase --people people.db --master master-2.key --as staff-7 --reason 'đương sự yêu cầu xoá' --personal-id 001190000002",
	                                   NULL },
	.run = run,
};
