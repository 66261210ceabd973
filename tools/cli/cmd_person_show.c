#include <stdio.h>

#include "base/json.h"
#include "tools/cli/commands.h"
#include "tools/cli/person_acts.h"
#include "tools/cli/print.h"

static void
print_person(const struct bv_person *person)
{
	printf("%-12s%s\n", "person", person->id);
	for (size_t i = 0; i < BV_PERSON_FIELDS; i++) {
		if (!person->fields[i].len)
			continue;
		printf("%-12s", bv_person_field_name((enum bv_person_field)i));
		print_safe(stdout, person->fields[i]);
		putchar('\n');
	}
}

static void
print_person_json(const struct bv_person *person)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();

	bv_json_set_str(json, "person", bv_str_of(person->id));
	for (size_t i = 0; i < BV_PERSON_FIELDS; i++)
		if (person->fields[i].len)
			bv_json_set_str(json, bv_person_field_name((enum bv_person_field)i), person->fields[i]);
	print_json(json);
}

static int
run(struct args *args)
{
	struct bv_people_access access = person_access(args);
	BV_AUTO(bv_person_free) struct bv_person *person = NULL;
	char id[BV_PERSON_ID_SIZE];
	unsigned fields;
	struct bv_err err;
	int status = EXIT_YES;

	if (bv_person_fields_parse(&fields, bv_str_of(args_get(args, "fields")), &err) != BV_OK)
		return usage(args->cmd, "--fields: %s", err.msg);
	BV_AUTO(bv_people_close) struct bv_people *people = person_open(&status, args);
	if (!people || (status = person_named(id, people, args)) != EXIT_YES)
		return status;
	if (bv_people_read(&person, people, bv_str_of(id), fields, &access, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json"))
		print_person_json(person);
	else
		print_person(person);
	return EXIT_YES;
}

const struct cmd cmd_person_show = {
	.name = "person show",
	.operands = "[PERSON…]",
	.summary = "read some of what is known of a person",
	.about = "Prints those fields that are asked for and known. Who read which fields of whom, when and why is in the log before anything is printed; "
	         "'bangvang person quota' limits how many persons one author may read in a day.\n\n" PERSON_WHO_ABOUT,
	.opts = (const struct opt[]){
		PERSON_STORE_OPTS,
		PERSON_MASTER_OPT(true),
		PERSON_ACT_OPTS,
		PERSON_WHO_OPTS,
		{ .name = "fields", .argument = "LIST", .help = "name, personalId, birth, unit, contact, photo, note, with commas between them; or all", .required = true },
		{ .name = "json", .help = "print one JSON object: person and the fields" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang person show --people people.db --master master.key --as staff-7 --reason 'đối chiếu giấy tờ' --sitting MAU-2026-11 "
	                                   "--ticket MAU-0001 --fields name,birth",
	                                   NULL },
	.run = run,
};
