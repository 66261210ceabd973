#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "itembank/itembank.h"
#include "tools/cli/commands.h"
#include "tools/cli/person_acts.h"
#include "tools/cli/print.h"

enum { ARCHIVE_MAX = 512 << 20 };

/* ---- One person ---- */

static int
put(struct bv_people *people, const char *person, const char *path, const struct bv_people_access *access)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_PORTRAIT_FILE_MAX + 1), kept = BV_BUF(BV_PORTRAIT_MAX);
	struct bv_portrait portrait;
	struct bv_err err;
	bool changed;

	if (bv_file_read(&bytes, path, &err) != BV_OK || bv_portrait_clean(&kept, &portrait, bv_buf_str(&bytes), &err) != BV_OK)
		return fail(path, &err);
	if (bv_people_set_photo(&changed, people, bv_str_of(person), bv_buf_str(&kept), access, &err) != BV_OK)
		return fail(NULL, &err);
	printf("%s: %s, %u × %u pixels%s\n", person, portrait.type, portrait.width, portrait.height, changed ? "" : ", as it was");
	return EXIT_YES;
}

static int
take(struct bv_people *people, const char *person, const char *path, const struct bv_people_access *access)
{
	BV_AUTO(bv_buf_finish) struct bv_buf photo = BV_BUF(BV_PORTRAIT_MAX);
	struct bv_err err;

	if (bv_people_read_photo(&photo, people, bv_str_of(person), access, &err) != BV_OK)
		return fail(NULL, &err);
	return bv_file_create(path, bv_buf_str(&photo), 0600, &err) == BV_OK ? EXIT_YES : fail(path, &err);
}

static int
forget(struct bv_people *people, const char *person, const struct bv_people_access *access)
{
	struct bv_err err;

	if (bv_people_remove_photo(people, bv_str_of(person), access, &err) != BV_OK)
		return fail(NULL, &err);
	printf("%s: the photograph is removed\n", person);
	return person_scrub(people);
}

/* ---- Many ---- */

struct import {
	struct bv_people *people;
	struct bv_str sitting;
	struct bv_people_access access;
	char (*persons)[BV_PERSON_ID_SIZE]; /* who has one of this import */
	size_t count, set, same, faults;
	struct bv_json *answer, *list; /* NULL: faults are printed; else of them */
};

static void
import_finish(struct import *i)
{
	free(i->persons);
	bv_json_free(i->answer);
}
BV_AUTO_DEFINE_FINISH(struct import, import_finish)

static void
tell(struct import *i, struct bv_str path, const char *message)
{
	i->faults++;
	if (!i->answer) {
		print_safe(stderr, path);
		fprintf(stderr, ": %s\n", message);
		return;
	}
	struct bv_json *one = bv_json_add(i->list, bv_json_new_object());
	bv_json_set_str(one, "file", path);
	bv_json_set_str(one, "message", bv_str_of(message));
}

/* ENOTFOUND, ECONFLICT: the file is at fault. */
static enum bv_status
give(struct import *i, const struct bv_portrait_file *file, struct bv_err *err)
{
	struct bv_person_called called;
	bool changed;

	TRY(bv_people_find_called(&called, i->people, i->sitting, file->name, &i->access, err));
	for (size_t k = 0; k < i->count; k++)
		if (strcmp(i->persons[k], called.person) == 0)
			return bv_err_set(err, BV_ECONFLICT, "another file before it is the photograph of the same person");
	TRY(bv_people_set_photo(&changed, i->people, bv_str_of(called.person), file->bytes, &i->access, err));
	memcpy(i->persons[i->count++], called.person, sizeof called.person);
	if (changed)
		i->set++;
	else
		i->same++;
	return BV_OK;
}

static enum bv_status
visit(void *ctx, const struct bv_portrait_file *file, struct bv_err *err)
{
	struct import *i = ctx;

	if (file->wrong) {
		tell(i, file->path, file->wrong);
		return BV_OK;
	}
	enum bv_status status = give(i, file, err);
	if (status != BV_ENOTFOUND && status != BV_ECONFLICT)
		return status;
	tell(i, file->path, err->msg);
	return BV_OK;
}

static enum bv_status
read_all(struct import *i, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(ARCHIVE_MAX);
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return bv_portraits_read_folder(path, visit, i, err);
	TRY(bv_file_read(&bytes, path, err));
	return bv_portraits_read(bv_buf_str(&bytes), bv_str_of(path), visit, i, err);
}

static int
import(struct args *args, struct bv_people *people, const char *path)
{
	BV_AUTO(import_finish) struct import i = { .people = people, .sitting = bv_str_of(args_get(args, "sitting")), .access = person_access(args) };
	bool dry = args_has(args, "dry-run");
	struct bv_err err;

	i.persons = bv_alloc_array(BV_PORTRAITS_MAX, sizeof i.persons[0]);
	if (args_has(args, "json")) {
		i.answer = bv_json_new_object();
		i.list = bv_json_set(i.answer, "faults", bv_json_new_array());
	}
	enum bv_status status = bv_people_begin(people, &err);
	if (status == BV_OK)
		status = read_all(&i, path, &err);
	if (status == BV_OK && !dry)
		status = bv_people_commit(people, &err);
	else
		bv_people_rollback(people);
	if (status != BV_OK)
		return fail(path, &err);
	if (i.answer) {
		bv_json_set_int(i.answer, "set", (int64_t)i.set);
		bv_json_set_int(i.answer, "same", (int64_t)i.same);
		print_json(i.answer);
	} else {
		printf("%zu photographs %s, %zu are there as they are, %zu files are at fault\n", i.set, dry ? "could be set" : "are set", i.same, i.faults);
	}
	return i.faults ? EXIT_INPUT : EXIT_YES;
}

static int
run(struct args *args)
{
	const char *from = args_get(args, "put"), *to = args_get(args, "out"), *all = args_get(args, "import");
	struct bv_people_access access = person_access(args);
	char id[BV_PERSON_ID_SIZE];
	int status = EXIT_YES;

	if ((from != NULL) + (to != NULL) + (all != NULL) + args_has(args, "remove") != 1)
		return usage(args->cmd, "say what is to be done: one of --put, --out, --remove, --import");
	if (!all && (args_has(args, "dry-run") || args_has(args, "json")))
		return usage(args->cmd, "--dry-run and --json are of --import");
	if (all && (args->operand_count || args_get(args, "personal-id") || args_get(args, "ticket")))
		return usage(args->cmd, "--import knows persons by the names of the files: name nobody");
	BV_AUTO(bv_people_close) struct bv_people *people = person_open(&status, args);
	if (!people)
		return status;
	if (all)
		return import(args, people, all);
	if ((status = person_named(id, people, args)) != EXIT_YES)
		return status;
	return from ? put(people, id, from, &access) : to ? take(people, id, to, &access) : forget(people, id, &access);
}

const struct cmd cmd_person_photo = {
	.name = "person photo",
	.operands = "[PERSON…]",
	.summary = "the photograph by which a person is recognised: set, read, remove, import many",
	.about = "A photograph is JPEG or PNG of 120 to 4000 pixels a side, of at most 4 million in all (600 × 800 are enough) and 1 MiB. Only the picture is kept: who took it, where, and what else "
	         "a camera or a program writes beside it is left out. It is sealed with the person's key and goes with him when he is erased.\n\n"
	         "--import reads a folder, a zip archive or one picture; each file is called after whose it is: his ticket, if --sitting names the sitting, or his personal id, as TS-0001.jpg or "
	         "001090000001.png. What is at fault is told file by file, and the others are set; the same again changes nothing.\n\n" PERSON_WHO_ABOUT,
	.opts = (const struct opt[]){
		PERSON_STORE_OPTS,
		PERSON_MASTER_OPT(true),
		PERSON_ACT_OPTS,
		PERSON_WHO_OPTS,
		{ .name = "put", .argument = "FILE", .help = "set his photograph; '-' reads it from standard input" },
		{ .name = "out", .argument = "FILE", .help = "write it to a new file that only its owner may read" },
		{ .name = "remove", .help = "forget it: the rest that is known of him is sealed with a new key" },
		{ .name = "import", .argument = "PATH", .help = "set those of many persons" },
		{ .name = "dry-run", .help = "only say what --import would do" },
		{ .name = "json", .help = "--import prints JSON: {\"set\",\"same\",\"faults\":[{\"file\",\"message\"}]}" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang person photo --people people.db --master master.key --as staff-7 --reason 'hồ sơ dự thi' --personal-id 001090000001 --put engine/sample/photos/MAU-0001.png",
	                                   "bangvang person photo --people people.db --master master.key --as staff-7 --reason 'hồ sơ dự thi' --sitting MAU-2026-11 --import engine/sample/photos", NULL },
	.run = run,
};
