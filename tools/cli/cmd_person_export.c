#include <stdio.h>

#include "base/file.h"
#include "base/json.h"
#include "tools/cli/commands.h"
#include "tools/cli/person_acts.h"
#include "tools/cli/print.h"

static int
write_out(const char *path, const struct bv_json *json)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(256u << 20);
	struct bv_err err;

	if (!path) {
		print_json(json);
		return EXIT_YES;
	}
	bv_json_write_pretty(&text, json);
	return bv_buf_check(&text, &err) == BV_OK && bv_file_create(path, bv_buf_str(&text), 0600, &err) == BV_OK ? EXIT_YES : fail(path, &err);
}

static int
run(struct args *args)
{
	struct bv_people_access access = person_access(args);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	char id[BV_PERSON_ID_SIZE];
	struct bv_err err;
	int status = EXIT_YES;
	BV_AUTO(bv_people_close) struct bv_people *people = person_open(&status, args);

	if (!people || (status = person_named(id, people, args)) != EXIT_YES)
		return status;
	if (bv_people_export(&json, people, bv_str_of(id), &access, &err) != BV_OK)
		return fail(NULL, &err);
	return write_out(args_get(args, "out"), json);
}

const struct cmd cmd_person_export = {
	.name = "person export",
	.operands = "[PERSON…]",
	.summary = "everything that is known of a person, for himself",
	.about = "Prints one JSON document: fields with the time of each, registrations with what opens their commitments in the ledger, and the log of who did what "
	         "with his data, this export included.\n\n" PERSON_WHO_ABOUT,
	.opts = (const struct opt[]){
		PERSON_STORE_OPTS,
		PERSON_MASTER_OPT(true),
		PERSON_ACT_OPTS,
		PERSON_WHO_OPTS,
		{ .name = "out", .argument = "FILE", .help = "write a new file that only its owner may read, instead of printing" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang person export --people people.db --master master.key --as staff-7 --reason 'đương sự yêu cầu' --personal-id 001090000001",
	                                   NULL },
	.run = run,
};
