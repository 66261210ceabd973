#include <stdio.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "itembank/itembank.h"
#include "tools/cli/allowed_modules.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

#define MEDIUM_MAX (64u << 20) /* bytes: what a package may have */

struct writing {
	struct bv_bank *bank;
	struct bv_file_group *group;
	const char *folder;
	struct bv_json *list; /* with --json, else NULL */
	uint64_t written, kept;
	struct bv_buf bytes, there;
};

static void
writing_finish(struct writing *w)
{
	bv_file_group_free(w->group);
	bv_json_free(w->list);
	bv_buf_finish(&w->bytes);
	bv_buf_finish(&w->there);
}
BV_AUTO_DEFINE_FINISH(struct writing, writing_finish)

/* What is there under the name must be the same bytes: names are hashes. */
static enum bv_status
compare(struct writing *w, const char *name, struct bv_err *err)
{
	TRY(bv_file_read_in(&w->there, w->folder, name, err));
	if (!bv_str_eq(bv_buf_str(&w->there), bv_buf_str(&w->bytes)))
		return bv_err_set(err, BV_ECONFLICT, "%s/%s is there and is another file: choose an empty folder", w->folder, name);
	w->kept++;
	return BV_OK;
}

/* w->bytes as HASH.EXTENSION. */
static enum bv_status
write_file(struct writing *w, const uint8_t hash[BV_HASH_LEN], const char *extension, const char *type, struct bv_err *err)
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)], name[BV_HEX_SIZE(BV_HASH_LEN) + 16];

	snprintf(name, sizeof name, "%s.%s", bv_hex(hex, hash, BV_HASH_LEN), extension);
	enum bv_status status = bv_file_group_add(w->group, name, bv_buf_str(&w->bytes), 0644, err);
	if (status == BV_ECONFLICT)
		TRY(compare(w, name, err));
	else if (status != BV_OK)
		return status;
	else
		w->written++;
	if (w->list) {
		struct bv_json *json = bv_json_add(w->list, bv_json_new_object());
		bv_json_set_str(json, "file", bv_str_of(name));
		bv_json_set_str(json, "hash", bv_str_of(hex));
		bv_json_set_str(json, "type", bv_str_of(type));
		bv_json_set_int(json, "bytes", (int64_t)w->bytes.len);
	}
	return BV_OK;
}

static enum bv_status
write_medium(void *ctx, const struct bv_bank_medium *medium, struct bv_err *err)
{
	struct writing *w = ctx;
	const char *type;

	TRY(bv_bank_media_load(&w->bytes, &type, w->bank, medium->hash, err));
	return write_file(w, medium->hash, medium->extension, type, err);
}

/* Scripts are never written by themselves. */
static enum bv_status
write_modules(struct writing *w, const struct bv_allowed_modules *modules, struct bv_err *err)
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	const char *type;

	for (size_t i = 0; i < modules->count; i++) {
		if (bv_bank_module_load(&w->bytes, &type, w->bank, modules->all[i].hash, err) != BV_OK)
			return bv_err_set(err, err->status, "module %s: %s", bv_hex(hex, modules->all[i].hash, BV_HASH_LEN), err->status == BV_ENOTFOUND ? "the bank has none" : "the bank is damaged");
		TRY(write_file(w, modules->all[i].hash, strcmp(type, "text/javascript") ? "json" : "js", type, err));
	}
	return BV_OK;
}

static enum bv_status
write_all(struct writing *w, const struct args *args, struct bv_err *err)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_allowed_modules_finish) struct bv_allowed_modules modules = { 0 };

	TRY(allowed_modules_read(&modules, args, err));
	TRY(bv_bank_open(&bank, args_get(args, "bank"), BV_BANK_READ, err));
	TRY(bv_dir_make(w->folder, err));
	TRY(bv_file_group_open(&w->group, w->folder, err));
	w->bank = bank;
	TRY(bv_bank_media_each(bank, write_medium, w, err));
	TRY(write_modules(w, &modules, err));
	return bv_file_group_sync(w->group, err);
}

static int
run(struct args *args)
{
	BV_AUTO(writing_finish) struct writing w = { .folder = args_get(args, "out"), .bytes = BV_BUF(MEDIUM_MAX), .there = BV_BUF(MEDIUM_MAX) };
	struct bv_err err;

	if (args_has(args, "json"))
		w.list = bv_json_new_array();
	if (write_all(&w, args, &err) != BV_OK)
		return fail(NULL, &err);
	if (w.list)
		print_json(w.list);
	else
		printf("%llu files written, %llu there already\n", (unsigned long long)w.written, (unsigned long long)w.kept);
	return EXIT_YES;
}

const struct cmd cmd_bank_media = {
	.name = "bank media",
	.summary = "write the images, sounds and films of a bank into a folder",
	.about = "Each file once, as HASH.EXTENSION: the SHA-256 that pages name it by (media:sha256-HASH) and the extension of what its first bytes say that it is, "
	         "so that any server of files gives it the right type (doc/delivery.md). Files that are there with the same bytes are kept; one with other bytes is "
	         "an error. Nothing else is touched, so that the same folder can be brought up to date after an import.",
	.opts = (const struct opt[]){
		{ "bank", "DB", "the bank: sqlite:PATH or PATH", .required = true },
		{ "out", "DIR", "the folder, made if it is missing", .required = true },
		{ "allow-module", "LIST", "SHA-256 hashes of modules of portable custom interactions to be written too; none is without" },
		{ "json", NULL, "print JSON: [{\"file\":…,\"hash\":…,\"type\":…,\"bytes\":…}]" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang bank media --bank sample.db --out media", NULL },
	.run = run,
};
