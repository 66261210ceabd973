/* The hash of an item version, over its file and those that the file needs (doc/bank.md), and the list of them as a file of its own. */
#include <stdlib.h>

#include "base/json.h"
#include "itembank/itembank.h"

void
bv_version_files_finish(struct bv_version_files *files)
{
	free(files->all);
	bv_arena_finish(&files->arena);
}

static void
add_number(struct bv_sha256 *sha, size_t n)
{
	const uint8_t bytes[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	bv_sha256_add(sha, bytes, sizeof bytes);
}

void
bv_version_hash(uint8_t out[BV_HASH_LEN], const uint8_t document[BV_HASH_LEN], const struct bv_version_files *files)
{
	struct bv_sha256 sha;

	if (!files->count) {
		memcpy(out, document, BV_HASH_LEN);
		return;
	}
	bv_sha256_init(&sha);
	bv_sha256_add(&sha, "BV-FILES-1", 11); /* with its NUL */
	bv_sha256_add(&sha, document, BV_HASH_LEN);
	add_number(&sha, files->count);
	for (size_t i = 0; i < files->count; i++) {
		add_number(&sha, files->all[i].path.len);
		bv_sha256_add(&sha, files->all[i].path.p, files->all[i].path.len);
		bv_sha256_add(&sha, files->all[i].hash, BV_HASH_LEN);
	}
	bv_sha256_end(&sha, out);
}

void
bv_version_files_write(struct bv_buf *out, const struct bv_version_files *files)
{
	struct bv_json_pen pen = { .out = out };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_open(&pen, "files", '[');
	for (size_t i = 0; i < files->count; i++) {
		bv_json_pen_open(&pen, NULL, '{');
		bv_json_pen_hex(&pen, "hash", files->all[i].hash, BV_HASH_LEN);
		bv_json_pen_str(&pen, "path", files->all[i].path);
		bv_json_pen_close(&pen, '}');
	}
	bv_json_pen_close(&pen, ']');
	bv_json_pen_close(&pen, '}');
}

static enum bv_status
parse_file(struct bv_version_files *files, size_t idx, const struct bv_json *json, struct bv_err *err)
{
	struct bv_version_file *file = &files->all[idx];
	struct bv_str path;

	TRY(bv_json_only(json, "hash path", err));
	TRY(bv_json_need_hex(file->hash, BV_HASH_LEN, json, "hash", err));
	TRY(bv_json_need_str(&path, json, "path", err));
	file->path = bv_arena_str(&files->arena, path);
	if (!path.len || (idx && bv_str_cmp(files->all[idx - 1].path, path) >= 0))
		return bv_err_set(err, BV_EINVAL, "the files are not in the byte order of their paths, each once");
	return BV_OK;
}

enum bv_status
bv_version_files_parse(struct bv_version_files *out, struct bv_str json, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *root = NULL;
	BV_AUTO(bv_version_files_finish) struct bv_version_files files = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(BV_VERSION_FILES_MAX);
	const struct bv_json *list;

	TRY(bv_json_parse_large(&root, json, BV_VERSION_FILES_MAX, err));
	TRY(bv_json_only(root, "files", err));
	TRY(bv_json_need(&list, root, "files", BV_JSON_ARRAY, err));
	files.count = bv_json_count(list);
	if (files.count < 1 || files.count > BV_BANK_PARTS_MAX)
		return bv_err_set(err, BV_ELIMIT, "a list of files has 1 to %d of them", BV_BANK_PARTS_MAX);
	files.all = bv_alloc_array(files.count, sizeof *files.all);
	for (size_t i = 0; i < files.count; i++)
		TRY(parse_file(&files, i, bv_json_at(list, i), err));
	bv_version_files_write(&again, &files);
	TRY(bv_buf_check(&again, err));
	if (!bv_str_eq(bv_buf_str(&again), json))
		return bv_err_set(err, BV_EPARSE, "the list of files is not in canonical form (RFC 8785)");
	*out = files;
	files = (struct bv_version_files){ 0 };
	return BV_OK;
}
