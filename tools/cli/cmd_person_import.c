#include <stdio.h>

#include "base/file.h"
#include "base/json.h"
#include "tools/cli/commands.h"
#include "tools/cli/person_acts.h"
#include "tools/cli/print.h"

enum { PERSONS_MAX = 100000, FILE_MAX = 256 << 20 };

static enum bv_status
read_entry(struct bv_person_entry *entry, const struct bv_json *json, struct bv_err *err)
{
	if (bv_json_type(json) != BV_JSON_OBJECT)
		return bv_err_set(err, BV_EINVAL, "not an object");
	TRY(bv_json_only(json, "name personalId birth unit contact photo note sitting ticket", err));
	*entry = (struct bv_person_entry){ 0 };
	for (void *it = bv_json_members(json); it; it = bv_json_next(json, it))
		if (bv_json_type(bv_json_member(it)) != BV_JSON_STRING)
			return bv_err_set(err, BV_EINVAL, "'%.*s' is not a text", BV_STR_ARG(bv_json_member_name(it)));
	for (size_t i = 0; i < BV_PERSON_FIELDS; i++)
		entry->fields[i] = bv_json_str(bv_json_find(json, bv_person_field_name((enum bv_person_field)i)));
	entry->sitting = bv_json_str(bv_json_find(json, "sitting"));
	entry->ticket = bv_json_str(bv_json_find(json, "ticket"));
	return bv_person_entry_check(entry, err);
}

static void
add_answer(struct bv_json *list, const struct bv_person_entered *entered, const struct bv_person_entry *entry)
{
	struct bv_json *one = bv_json_add(list, bv_json_new_object());
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	bv_json_set_str(one, "person", bv_str_of(entered->person));
	if (entry->sitting.len) {
		bv_json_set_str(one, "sitting", entry->sitting);
		bv_json_set_str(one, "ticket", bv_str_of(entered->ticket));
		bv_json_set_str(one, "commitment", bv_str_of(bv_hex(hex, entered->commitment, BV_HASH_LEN)));
	}
	bv_json_set(one, "added", bv_json_new_bool(entered->added));
	bv_json_set(one, "changed", bv_json_new_bool(entered->changed));
	bv_json_set(one, "registered", bv_json_new_bool(entered->registered));
}

/* All of them or none. people NULL: only looks at them. */
static enum bv_status
enter_all(struct bv_json *answers, struct bv_people *people, const struct bv_json *list, const struct bv_people_access *access, struct bv_err *err)
{
	for (size_t i = 0; i < bv_json_count(list); i++) {
		struct bv_person_entry entry;
		struct bv_person_entered entered;
		if (read_entry(&entry, bv_json_at(list, i), err) != BV_OK ||
		    (people && bv_people_enter(&entered, people, &entry, access, err) != BV_OK))
			return bv_err_again(err, 0, "person %zu: %s", i + 1, err->msg);
		if (people)
			add_answer(answers, &entered, &entry);
	}
	return BV_OK;
}

static enum bv_status
import(struct bv_json *answers, struct bv_people *people, const struct bv_json *list, const struct bv_people_access *access, struct bv_err *err)
{
	TRY(enter_all(answers, NULL, list, access, err));
	if (!people)
		return BV_OK;
	TRY(bv_people_begin(people, err));
	TRY(enter_all(answers, people, list, access, err));
	return bv_people_commit(people, err);
}

static int
run(struct args *args)
{
	const char *path = args->operands[0];
	struct bv_people_access access = person_access(args);
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(FILE_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL, *answers = bv_json_new_array();
	BV_AUTO(bv_people_close) struct bv_people *people = NULL;
	const struct bv_json *list;
	struct bv_err err;
	int status = EXIT_YES;

	if (bv_file_read(&text, path, &err) != BV_OK || bv_json_parse_large(&json, bv_buf_str(&text), FILE_MAX, &err) != BV_OK ||
	    bv_json_only(json, "people", &err) != BV_OK || bv_json_need(&list, json, "people", BV_JSON_ARRAY, &err) != BV_OK)
		return fail(path, &err);
	if (bv_json_count(list) > PERSONS_MAX) {
		bv_err_set(&err, BV_ELIMIT, "more than %d persons: give them in parts", PERSONS_MAX);
		return fail(path, &err);
	}
	if (!args_has(args, "dry-run") && !(people = person_open(&status, args)))
		return status;
	if (import(answers, people, list, &access, &err) != BV_OK)
		return fail(path, &err);
	if (args_has(args, "json"))
		print_json(answers);
	else
		printf("%zu persons %s\n", bv_json_count(list), people ? "are known" : "could be entered");
	return EXIT_YES;
}

const struct cmd cmd_person_import = {
	.name = "person import",
	.operands = "FILE",
	.summary = "enter persons, or change and register them",
	.about = "FILE is JSON, {\"people\":[{\"name\",\"personalId\",\"birth\",\"unit\",\"contact\",\"photo\",\"note\",\"sitting\",\"ticket\"}]}: name and personalId (12 digits) must "
	         "be there, the rest may be left out. A personalId that is known is the same person: what is given replaces what was known. With a sitting the "
	         "person is registered for it, by the ticket that is given or by one made at random.\n\n"
	         "All or nothing; the same file again changes nothing. With --json it prints for each his random id, ticket, and the commitment for the ledger.",
	.opts = (const struct opt[]){
		PERSON_STORE_OPTS,
		PERSON_MASTER_OPT(true),
		PERSON_ACT_OPTS,
		{ .name = "dry-run", .help = "look at the file only" },
		{ .name = "json", .help = "print JSON: [{\"person\",\"sitting\",\"ticket\",\"commitment\",\"added\",\"changed\",\"registered\"}]" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang person import --people people.db --master master.key --as staff-7 --reason 'đợt thi 11/2026' engine/sample/people.json",
	                                   NULL },
	.run = run,
};
