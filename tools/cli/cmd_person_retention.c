#include <stdio.h>

#include "base/file.h"
#include "base/json.h"
#include "tools/cli/commands.h"
#include "tools/cli/person_acts.h"
#include "tools/cli/print.h"

static void
tell(void *ctx, const char *person, unsigned fields)
{
	struct bv_json *one = bv_json_add(ctx, bv_json_new_object());
	struct bv_json *list = bv_json_set(one, "fields", bv_json_new_array());

	bv_json_set_str(one, "person", bv_str_of(person));
	for (size_t i = 0; i < BV_PERSON_FIELDS; i++)
		if (fields >> i & 1)
			bv_json_add(list, bv_json_new_text(bv_str_of(bv_person_field_name((enum bv_person_field)i))));
}

static void
print_list(const struct bv_json *list, bool dry)
{
	for (size_t i = 0; i < bv_json_count(list); i++) {
		const struct bv_json *one = bv_json_at(list, i), *fields = bv_json_find(one, "fields");
		printf("%.*s ", BV_STR_ARG(bv_json_str(bv_json_find(one, "person"))));
		for (size_t f = 0; f < bv_json_count(fields); f++)
			printf(" %.*s", BV_STR_ARG(bv_json_str(bv_json_at(fields, f))));
		printf(bv_json_count(fields) == BV_PERSON_FIELDS ? " (the whole person)\n" : "\n");
	}
	printf("%zu persons: %s\n", bv_json_count(list), dry ? "their time is over, nothing was done" : "erased what was kept long enough");
}

static int
run(struct args *args)
{
	const char *path = args_get(args, "rules");
	struct bv_people_access access = person_access(args);
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_RETENTION_MAX);
	BV_AUTO(bv_retention_free) struct bv_retention *retention = NULL;
	BV_AUTO(bv_json_free) struct bv_json *list = bv_json_new_array();
	bool dry = args_has(args, "dry-run");
	struct bv_err err;
	int status = EXIT_YES;

	if (bv_file_read(&xml, path, &err) != BV_OK || bv_retention_parse(&retention, bv_buf_str(&xml), &err) != BV_OK)
		return fail(path, &err);
	BV_AUTO(bv_people_close) struct bv_people *people = person_open(&status, args);
	if (!people)
		return status;
	enum bv_status done = bv_people_retain(people, retention, &access, dry, tell, list, &err);
	if (args_has(args, "json"))
		print_json(list);
	else
		print_list(list, dry);
	if (done != BV_OK)
		return fail(NULL, &err);
	return dry ? EXIT_YES : person_scrub(people);
}

const struct cmd cmd_person_retention = {
	.name = "person retention",
	.summary = "erase what was kept long enough",
	.about = "FILE has the rules: which fields, for how many days since they were given or the person was last registered, and on what law that rests; "
	         "engine/sample/retention.xml is one to start from. A rule for the whole person erases him. When a field goes, what is left is sealed with a new key, so "
	         "that no copy of the old record can be read.",
	.opts = (const struct opt[]){
		PERSON_STORE_OPTS,
		PERSON_MASTER_OPT(true),
		PERSON_ACT_OPTS,
		{ .name = "rules", .argument = "FILE", .help = "the rules, XML", .required = true },
		{ .name = "dry-run", .help = "tell what would be erased, and erase nothing" },
		{ .name = "json", .help = "print JSON: [{\"person\",\"fields\":[…]}]" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang person retention --people people.db --master master.key --as retention --reason 'quy tắc lưu trữ' --rules "
	                                   "engine/sample/retention.xml --dry-run",
	                                   NULL },
	.run = run,
};
