/* The files of packages in the bank: media, stimuli, tests, and which version needs which. */
#include <stdlib.h>

#include "base/json.h"
#include "base/xml.h"
#include "itembank/bank.h"
#include "itembank/media_type.h"
#include "itembank/module.h"
#include "itembank/package_record.h"

static enum bv_status
damaged(struct bv_err *err)
{
	return bv_err_set(err, BV_EIO, "the bank is damaged: a file of a package is not as an import writes it");
}

static void
bind_hash(struct bv_sql_stmt *stmt, int idx, const uint8_t hash[BV_HASH_LEN])
{
	bv_sql_bind_blob(stmt, idx, hash, BV_HASH_LEN);
}

/* ---- Writing ---- */

static enum bv_status
store_media(struct bv_bank *bank, const struct bank_blob *blob, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(bank_stmt(&stmt, bank, BANK_SQL_MEDIA_ADD, err));
	bind_hash(stmt, 1, blob->hash);
	bv_sql_bind_str(stmt, 2, bv_str_of(blob->type));
	bv_sql_bind_blob(stmt, 3, blob->bytes.p, blob->bytes.len);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
store_document(struct bv_bank *bank, const struct bank_blob *blob, int64_t now_s, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(bank_stmt(&stmt, bank, BANK_SQL_PACKAGE_DOCUMENT_ADD, err));
	bind_hash(stmt, 1, blob->hash);
	bv_sql_bind_int(stmt, 2, blob->about.kind);
	bv_sql_bind_str(stmt, 3, blob->about.identifier);
	bv_sql_bind_str(stmt, 4, blob->about.title);
	bv_sql_bind_str(stmt, 5, blob->about.path);
	bv_sql_bind_blob(stmt, 6, blob->bytes.p, blob->bytes.len);
	bv_sql_bind_int(stmt, 7, now_s);
	TRY(bv_sql_exec(stmt, err));
	if (bv_sql_changes(bank->sql) == 0)
		return BV_OK;
	TRY(bank_stmt(&stmt, bank, BANK_SQL_PACKAGE_DOCUMENT_PART_ADD, err));
	for (size_t i = 0; i < blob->part_count; i++) {
		bind_hash(stmt, 1, blob->hash);
		bv_sql_bind_str(stmt, 2, blob->parts[i].path);
		bv_sql_bind_int(stmt, 3, blob->parts[i].role);
		bind_hash(stmt, 4, blob->parts[i].hash);
		TRY(bv_sql_exec(stmt, err));
	}
	return BV_OK;
}

enum bv_status
bank_blobs_store(struct bv_bank *bank, const struct bank_blob *blobs, size_t count, int64_t now_s, struct bv_err *err)
{
	enum bv_status status = BV_OK;

	TRY(bv_sql_begin(bank->sql, true, err));
	for (size_t i = 0; status == BV_OK && i < count; i++)
		status = blobs[i].document ? store_document(bank, &blobs[i], now_s, err) : store_media(bank, &blobs[i], err);
	return bv_sql_end(bank->sql, status, err);
}

enum bv_status
bank_parts_store(struct bv_bank *bank, int64_t item, int64_t version, const struct bank_row *row, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	if (!row->has_parts)
		return BV_OK;
	TRY(bank_stmt(&stmt, bank, BANK_SQL_PART_ADD, err));
	for (size_t i = 0; i < row->part_count; i++) {
		bv_sql_bind_int(stmt, 1, item);
		bv_sql_bind_int(stmt, 2, version);
		bv_sql_bind_str(stmt, 3, row->parts[i].path);
		bv_sql_bind_int(stmt, 4, row->parts[i].role);
		bind_hash(stmt, 5, row->parts[i].hash);
		TRY(bv_sql_exec(stmt, err));
		if (bv_sql_changes(bank->sql) != 1)
			return bv_err_set(err, BV_EPARSE, "item '%.*s' needs '%.*s', which was not read", BV_STR_ARG(bv_str_sub(row->identifier, 0, 60)),
			                  BV_STR_ARG(bv_str_sub(row->parts[i].path, 0, 100)));
	}
	return BV_OK;
}

/* ---- Reading ---- */

void
bv_bank_parts_finish(struct bv_bank_parts *parts)
{
	free(parts->all);
	bv_arena_finish(&parts->arena);
}

/* A row of BANK_SQL_PARTS_OF_VERSION or BANK_SQL_PACKAGE_DOCUMENT_PARTS. */
static enum bv_status
part_load(struct bv_bank_part *out, struct bv_sql_stmt *row, struct bv_arena *arena, struct bv_err *err)
{
	int64_t role = bv_sql_int(row, 0), len = bv_sql_int(row, 4);
	struct bv_str hash = bv_sql_blob(row, 2);
	const char *type = "";

	if (role < 0 || role >= BV_PART_ROLES || hash.len != BV_HASH_LEN || len < 0 ||
	    (role == BV_PART_MEDIA && !media_type_known(&type, bv_sql_str(row, 3))) ||
	    (role == BV_PART_MODULE && !module_type_known(&type, bv_sql_str(row, 3))) || package_name_check(bv_sql_str(row, 1), err) != BV_OK)
		return damaged(err);
	*out = (struct bv_bank_part){ .role = (enum bv_part_role)role,
		                      .path = bv_arena_str(arena, bv_sql_str(row, 1)),
		                      .type = bv_str_of(type),
		                      .len = *type ? (uint64_t)len : 0 };
	memcpy(out->hash, hash.p, sizeof out->hash);
	return BV_OK;
}

/* All rows of a statement that is bound. */
static enum bv_status
parts_load(struct bv_bank_parts *out, struct bv_sql_stmt *stmt, struct bv_err *err)
{
	BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts parts = { 0 };
	size_t cap = 0;
	bool row;

	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		if (parts.count == cap) {
			cap = cap ? cap * 2 : 16;
			parts.all = bv_resize_array(parts.all, cap, sizeof *parts.all);
		}
		if (part_load(&parts.all[parts.count], stmt, &parts.arena, err) != BV_OK) {
			bv_sql_reset(stmt);
			return err->status;
		}
		parts.count++;
	}
	*out = parts;
	parts = (struct bv_bank_parts){ 0 };
	return BV_OK;
}

enum bv_status
bank_parts_load(struct bv_bank_parts *out, struct bv_bank *bank, int64_t item, int64_t version, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(bank_stmt(&stmt, bank, BANK_SQL_PARTS_OF_VERSION, err));
	bv_sql_bind_int(stmt, 1, item);
	bv_sql_bind_int(stmt, 2, version);
	return parts_load(out, stmt, err);
}

enum bv_status
bank_document_same(bool *same, struct bv_bank *bank, int64_t item, int64_t version, const struct bank_row *row, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(bank_stmt(&stmt, bank, BANK_SQL_DOCUMENT_OF_PARTS, err));
	bv_sql_bind_int(stmt, 1, item);
	bv_sql_bind_int(stmt, 2, version);
	TRY(bv_sql_step(stmt, same, err));
	*same = *same && bv_str_eq(bv_sql_blob(stmt, 0), row->xml);
	bv_sql_reset(stmt);
	return BV_OK;
}

struct bv_json *
bv_bank_parts_json(const struct bv_bank_parts *parts)
{
	static const char *const roles[BV_PART_ROLES] = { "document", "media", "stimulus", "section", "item", "module" };
	struct bv_json *files = bv_json_new_array();
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	for (size_t i = 0; i < parts->count; i++) {
		const struct bv_bank_part *part = &parts->all[i];
		struct bv_json *file = bv_json_add(files, bv_json_new_object());
		bv_json_set_str(file, "path", part->path);
		bv_json_set_str(file, "role", bv_str_of(roles[part->role]));
		if (part->type.len) {
			bv_json_set_str(file, "type", part->type);
			bv_json_set_int(file, "bytes", (int64_t)part->len);
		}
		if (part->role != BV_PART_SELF)
			bv_json_set_str(file, "hash", bv_str_of(bv_hex(hex, part->hash, BV_HASH_LEN)));
	}
	return files;
}

const struct bv_bank_part *
bv_bank_part_find(const struct bv_bank_parts *parts, struct bv_str path)
{
	for (size_t i = 0; i < parts->count; i++)
		if (bv_str_eq(parts->all[i].path, path))
			return &parts->all[i];
	return NULL;
}

static bool
part_hash(const struct bv_bank_parts *parts, struct bv_str path, enum bv_part_role role, uint8_t hash[BV_HASH_LEN])
{
	const struct bv_bank_part *part = bv_bank_part_find(parts, path);

	if (!part || part->role != role)
		return false;
	memcpy(hash, part->hash, BV_HASH_LEN);
	return true;
}

bool
bv_bank_part_media(void *parts, struct bv_str path, uint8_t hash[BV_HASH_LEN])
{
	return part_hash(parts, path, BV_PART_MEDIA, hash);
}

bool
bv_bank_part_module(void *parts, struct bv_str path, uint8_t hash[BV_HASH_LEN])
{
	return part_hash(parts, path, BV_PART_MODULE, hash);
}

static enum bv_status
blob_take(struct bv_buf *out, struct bv_str bytes, struct bv_err *err)
{
	bv_buf_clear(out);
	bv_buf_add(out, bytes);
	bv_buf_add(out, BV_STR_NONE);
	return bv_buf_check(out, err);
}

/* A medium or a module: what the other kind is, is not there. */
static enum bv_status
file_load(struct bv_buf *bytes, const char **type, struct bv_bank *bank, const uint8_t hash[BV_HASH_LEN], bool module, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	const char *says = "";
	uint8_t now[BV_HASH_LEN];
	bool row = false, other;

	if (bank->schema >= BANK_SCHEMA_PARTS) {
		TRY(bank_stmt(&stmt, bank, BANK_SQL_MEDIA_GET, err));
		bind_hash(stmt, 1, hash);
		TRY(bv_sql_step(stmt, &row, err));
	}
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no such file in the bank");
	struct bv_str kept = bv_sql_blob(stmt, 1), recorded = bv_sql_str(stmt, 0);
	bv_sha256(now, kept);
	other = module ? media_type_known(&says, recorded) : module_type_known(&says, recorded);
	const char *is = module ? module_type_of(kept) : media_type_of(kept);
	bool good = bv_hash_eq(now, hash) && is && bv_str_is(recorded, is);
	enum bv_status status = other ? bv_err_set(err, BV_ENOTFOUND, "there is no such file in the bank, but a %s", module ? "medium" : "module")
	                       : good ? blob_take(bytes, kept, err)
	                              : damaged(err);
	bv_sql_reset(stmt);
	if (status == BV_OK)
		*type = is;
	return status;
}

enum bv_status
bv_bank_media_load(struct bv_buf *bytes, const char **type, struct bv_bank *bank, const uint8_t hash[BV_HASH_LEN], struct bv_err *err)
{
	return file_load(bytes, type, bank, hash, false, err);
}

enum bv_status
bv_bank_module_load(struct bv_buf *bytes, const char **type, struct bv_bank *bank, const uint8_t hash[BV_HASH_LEN], struct bv_err *err)
{
	return file_load(bytes, type, bank, hash, true, err);
}

enum bv_status
bv_bank_media_each(struct bv_bank *bank, bv_bank_media_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row = bank->schema >= BANK_SCHEMA_PARTS;

	if (row)
		TRY(bank_stmt(&stmt, bank, BANK_SQL_MEDIA_ALL, err));
	while (row) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		struct bv_bank_medium medium = { .len = (uint64_t)bv_sql_int(stmt, 2) };
		struct bv_str hash = bv_sql_blob(stmt, 0);
		bool good = hash.len == BV_HASH_LEN && media_type_known(&medium.type, bv_sql_str(stmt, 1));
		if (good) {
			memcpy(medium.hash, hash.p, BV_HASH_LEN);
			medium.extension = media_type_extension(medium.type);
		}
		enum bv_status status = good ? visit(ctx, &medium, err) : damaged(err);
		if (status != BV_OK) {
			bv_sql_reset(stmt);
			return status;
		}
	}
	return BV_OK;
}

enum bv_status
bank_document_parts_load(struct bv_bank_parts *out, struct bv_bank *bank, struct bv_str key, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(bank_stmt(&stmt, bank, BANK_SQL_PACKAGE_DOCUMENT_PARTS, err));
	bv_sql_bind_blob(stmt, 1, key.p, key.len);
	return parts_load(out, stmt, err);
}

/* ---- Documents ---- */

const char *
bv_document_kind_name(enum bv_document_kind kind)
{
	static const char *const names[BV_DOCUMENT_KINDS] = { "stimulus", "test", "section" };

	return names[kind];
}

void
bv_bank_documents_finish(struct bv_bank_documents *documents)
{
	free(documents->all);
	bv_arena_finish(&documents->arena);
}

static enum bv_status
document_row(struct bv_bank_document *out, struct bv_sql_stmt *row, struct bv_arena *arena, struct bv_err *err)
{
	int64_t kind = bv_sql_int(row, 0), len = bv_sql_int(row, 6);
	struct bv_str key = bv_sql_blob(row, 4);

	if (kind < 0 || kind >= BV_DOCUMENT_KINDS || key.len != BV_HASH_LEN || len < 0)
		return damaged(err);
	*out = (struct bv_bank_document){ .kind = (enum bv_document_kind)kind,
		                          .identifier = bv_arena_str(arena, bv_sql_str(row, 1)),
		                          .title = bv_arena_str(arena, bv_sql_str(row, 2)),
		                          .path = bv_arena_str(arena, bv_sql_str(row, 3)),
		                          .imported_s = bv_sql_int(row, 5),
		                          .len = (uint64_t)len };
	memcpy(out->key, key.p, sizeof out->key);
	return BV_OK;
}

enum bv_status
bv_bank_documents_list(struct bv_bank_documents *out, struct bv_bank *bank, struct bv_err *err)
{
	enum { DOCUMENTS_MAX = 100000 };
	BV_AUTO(bv_bank_documents_finish) struct bv_bank_documents documents = { 0 };
	struct bv_sql_stmt *stmt;
	size_t cap = 0;
	bool row = bank->schema >= BANK_SCHEMA_PARTS;

	if (row)
		TRY(bank_stmt(&stmt, bank, BANK_SQL_PACKAGE_DOCUMENTS, err));
	while (row) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		if (documents.count == cap) {
			cap = cap ? cap * 2 : 16;
			documents.all = bv_resize_array(documents.all, cap, sizeof *documents.all);
		}
		enum bv_status status = documents.count == DOCUMENTS_MAX
		                            ? bv_err_set(err, BV_ELIMIT, "more than %d stimuli and tests", DOCUMENTS_MAX)
		                            : document_row(&documents.all[documents.count], stmt, &documents.arena, err);
		if (status != BV_OK) {
			bv_sql_reset(stmt);
			return status;
		}
		documents.count++;
	}
	*out = documents;
	documents = (struct bv_bank_documents){ 0 };
	return BV_OK;
}

enum bv_status
bv_bank_document_load(struct bv_buf *xml, struct bv_bank_parts *parts, struct bv_bank *bank, const uint8_t key[BV_HASH_LEN], struct bv_err *err)
{
	BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts found = { 0 };
	struct bv_sql_stmt *stmt;
	uint8_t now[BV_HASH_LEN];
	bool row = false;

	if (bank->schema >= BANK_SCHEMA_PARTS) {
		TRY(bank_stmt(&stmt, bank, BANK_SQL_PACKAGE_DOCUMENT_GET, err));
		bind_hash(stmt, 1, key);
		TRY(bv_sql_step(stmt, &row, err));
	}
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no such stimulus or test in the bank");
	int64_t kind = bv_sql_int(stmt, 0);
	enum bv_status status = blob_take(xml, bv_sql_blob(stmt, 1), err);
	bv_sql_reset(stmt);
	TRY(status);
	TRY(bank_document_parts_load(&found, bank, (struct bv_str){ (const char *)key, BV_HASH_LEN }, err));
	if (kind < 0 || kind >= BV_DOCUMENT_KINDS)
		return damaged(err);
	document_key(now, (enum bv_document_kind)kind, bv_buf_str(xml), found.all, found.count);
	if (!bv_hash_eq(now, key))
		return damaged(err);
	if (parts) {
		*parts = found;
		found = (struct bv_bank_parts){ 0 };
	}
	return BV_OK;
}
